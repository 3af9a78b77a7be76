//! Roles held in posts.

use crate::db::{execute, fetch_all, fetch_one};
use crate::sight::{by_sight, sight, text};
use crate::{Conn, StoreError};
use domain::Period;
use domain::duty::Sight;
use domain::id::{AppointmentId, GrantId, UnitId};
use uuid::Uuid;

/// A role in a post, for a unit and all below it.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct RoleGrant {
    /// Identifier.
    pub id: GrantId,
    /// The post.
    pub appointment: AppointmentId,
    /// Code of the role.
    pub role: String,
    /// The unit.
    pub scope: UnitId,
    /// When.
    pub period: Period,
    /// Who gave it: `page`, `claim` or `console`.
    pub source: String,
}

const INSERT: &str =
    "insert into role_grant (id, appointment_id, role, scope_id, valid_from, valid_to, source)
    values ($1, $2, $3, $4, $5, $6, $7)";

/// Gives a role.
pub async fn insert(conn: &mut Conn, grant: &RoleGrant) -> Result<(), StoreError> {
    execute!(
        conn,
        INSERT,
        grant.id.0,
        grant.appointment.0,
        &grant.role,
        grant.scope.0,
        grant.period.from,
        grant.period.to,
        &grant.source,
    )?;
    Ok(())
}

const EXISTS: &str = "select cast(count(*) as bigint) from role where code = $1";

/// Whether there is a role with a code.
pub async fn role_exists(conn: &mut Conn, code: &str) -> Result<bool, StoreError> {
    let (count,): (i64,) = fetch_one!(conn, (i64,), EXISTS, code)?;
    Ok(count > 0)
}

const END: &str = "update role_grant set valid_to = $2 where id = $1";

/// Sets the last day of a role.
pub async fn end(conn: &mut Conn, id: GrantId, to: Option<domain::Date>) -> Result<(), StoreError> {
    execute!(conn, END, id.0, to)?;
    Ok(())
}

/// Takes back a role that was given in the same transaction.
pub async fn delete(conn: &mut Conn, id: GrantId) -> Result<(), StoreError> {
    execute!(conn, "delete from role_grant where id = $1", id.0)?;
    Ok(())
}

/// A role with the codes and names by which files and pages speak of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedGrant {
    /// Code of the person.
    pub person: String,
    /// Code of the post's unit.
    pub unit: String,
    /// The post.
    pub post: String,
    /// Code of the role.
    pub role: String,
    /// Code of the unit for which it is held.
    pub scope: String,
    /// When.
    pub period: Period,
}

macro_rules! all {
    ($from:literal) => {
        concat!(
            " select n.code as person, u.code as unit, p.post, g.role, s.code as scope, g.valid_from, g.valid_to",
            $from,
            " join role_grant g on g.appointment_id = p.id join person n on n.id = p.person_id
            join unit u on u.id = p.unit_id join unit s on s.id = g.scope_id
            order by n.code, u.code, p.post, g.role, s.code, g.valid_from"
        )
    };
}
const ALL: [&str; 2] = [
    all!(" from appointment p"),
    concat!(sight!(), all!(" from sight join appointment p on p.unit_id = sight.unit_id")),
];

#[derive(sqlx::FromRow)]
struct NamedRow {
    person: String,
    unit: String,
    post: String,
    role: String,
    scope: String,
    valid_from: domain::Date,
    valid_to: Option<domain::Date>,
}

/// Every role in every post of units that may be seen.
pub async fn all(conn: &mut Conn, sight: Sight) -> Result<Vec<NamedGrant>, StoreError> {
    let named = |row: NamedRow| NamedGrant {
        person: row.person,
        unit: row.unit,
        post: row.post,
        role: row.role,
        scope: row.scope,
        period: Period { from: row.valid_from, to: row.valid_to },
    };
    Ok(by_sight!(fetch_all, conn, NamedRow, text(sight, ALL), sight)?.into_iter().map(named).collect())
}

#[derive(sqlx::FromRow)]
struct GrantRow {
    id: Uuid,
    appointment_id: Uuid,
    role: String,
    scope_id: Uuid,
    valid_from: domain::Date,
    valid_to: Option<domain::Date>,
    source: String,
}

const OF_APPOINTMENT: &str = "select id, appointment_id, role, scope_id, valid_from, valid_to, source
    from role_grant where appointment_id = $1 order by valid_from, role";

/// Every role of a post, past ones too.
pub async fn of_appointment(
    conn: &mut Conn,
    appointment: AppointmentId,
) -> Result<Vec<RoleGrant>, StoreError> {
    let rows = fetch_all!(conn, GrantRow, OF_APPOINTMENT, appointment.0)?;
    let grant = |row: GrantRow| RoleGrant {
        id: GrantId(row.id),
        appointment: AppointmentId(row.appointment_id),
        role: row.role,
        scope: UnitId(row.scope_id),
        period: Period { from: row.valid_from, to: row.valid_to },
        source: row.source,
    };
    Ok(rows.into_iter().map(grant).collect())
}
