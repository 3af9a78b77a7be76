//! Support views: the administrator looks at a unit for a while.

use crate::db::{execute, fetch_all};
use crate::{Conn, StoreError};
use chrono::{DateTime, Utc};
use domain::id::{AccountId, SupportViewId, UnitId};

const INSERT: &str = "insert into support_view (id, account_id, unit_id, reason, began_at, ends_at)
    values ($1, $2, $3, $4, $5, $6)";

/// Opens one.
pub async fn insert(
    conn: &mut Conn,
    id: SupportViewId,
    account: AccountId,
    unit: UnitId,
    reason: &str,
    (began, ends): (DateTime<Utc>, DateTime<Utc>),
) -> Result<(), StoreError> {
    execute!(conn, INSERT, id.0, account.0, unit.0, reason, began, ends)?;
    Ok(())
}

const END: &str = "update support_view set ends_at = $2 where ends_at > $2
    and account_id in (select id from account where person_id = $1)";

/// Ends all of a person's that last.
pub async fn end(
    conn: &mut Conn,
    person: domain::id::PersonId,
    now: DateTime<Utc>,
) -> Result<u64, StoreError> {
    execute!(conn, END, person.0, now)
}

/// A support view as the unit sees it.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Shown {
    /// Who looks.
    pub name: String,
    /// Why.
    pub reason: String,
    /// Since when.
    pub began_at: DateTime<Utc>,
    /// Until when.
    pub ends_at: DateTime<Utc>,
}

const OF_UNIT: &str = "select n.name, v.reason, v.began_at, v.ends_at
    from unit_ancestor a join support_view v on v.unit_id = a.ancestor_id
    join account c on c.id = v.account_id join person n on n.id = c.person_id
    where a.unit_id = $1 order by v.began_at desc limit 5";

/// The last support views of a unit, and of those above it.
pub async fn of_unit(conn: &mut Conn, unit: UnitId) -> Result<Vec<Shown>, StoreError> {
    fetch_all!(conn, Shown, OF_UNIT, unit.0)
}
