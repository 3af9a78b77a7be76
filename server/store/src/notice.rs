//! Notices, and who gets them.

use crate::db::{execute, fetch_all, new_id};
use crate::rights::holds;
use crate::{Conn, StoreError};
use chrono::{DateTime, Utc};
use domain::Date;
use domain::duty::Role;
use domain::id::{PersonId, UnitId};
use domain::notice::Notice;
use uuid::Uuid;

const HOLDERS: &str = concat!(
    "select p.person_id as id, a.depth from unit_ancestor a
    join role_grant g on g.scope_id = a.ancestor_id
    join appointment p on p.id = g.appointment_id
    join role_ancestor r on r.child = g.role and r.ancestor = $3
    where a.unit_id = $1 and ",
    holds!("g"),
    " and ",
    holds!("p"),
    " order by a.depth, p.person_id"
);

#[derive(sqlx::FromRow)]
struct Holder {
    id: Uuid,
    depth: i32,
}

/// Who has a role on a day for a unit, or else for the nearest unit above it for which somebody has.
pub async fn holders(
    conn: &mut Conn,
    role: Role,
    unit: UnitId,
    on: Date,
) -> Result<Vec<PersonId>, StoreError> {
    let all = fetch_all!(conn, Holder, HOLDERS, unit.0, on, role.as_str())?;
    let nearest = all.first().map(|holder| holder.depth);
    let mut persons: Vec<PersonId> = all
        .into_iter()
        .take_while(|holder| Some(holder.depth) == nearest)
        .map(|holder| PersonId(holder.id))
        .collect();
    persons.dedup();
    Ok(persons)
}

const DEPUTIES: &str = concat!(
    "select d.deputy_id as id from deputyship d join appointment p on p.id = d.appointment_id
    where p.person_id = $1 and ",
    holds!("d"),
    " and ",
    holds!("p"),
);

/// Who stands in for a person on a day, in whatever post.
pub async fn deputies(conn: &mut Conn, person: PersonId, on: Date) -> Result<Vec<PersonId>, StoreError> {
    let all = fetch_all!(conn, (Uuid,), DEPUTIES, person.0, on)?;
    Ok(all.into_iter().map(|(id,)| PersonId(id)).collect())
}

const INSERT: &str = "insert into notice (id, person_id, event, about, step, words, link, created_at, due_on)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9) on conflict (person_id, event, about, step) do nothing";

/// Keeps a notice for a person; tells whether it is new.
pub async fn insert(
    conn: &mut Conn,
    person: PersonId,
    notice: &Notice,
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let words =
        serde_json::to_string(&notice.words).map_err(|error| StoreError::Corrupt(error.to_string()))?;
    let rows = execute!(
        conn,
        INSERT,
        new_id(),
        person.0,
        notice.event.as_str(),
        notice.about,
        &notice.step,
        &words,
        &notice.link,
        now,
        notice.due,
    )?;
    Ok(rows > 0)
}
