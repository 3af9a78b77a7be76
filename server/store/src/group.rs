//! Groups whose members have functions of assignments in common.

use crate::db::{execute, fetch_all, fetch_optional};
use crate::sight::{BoundSight, seen, top};
use crate::{Conn, StoreError};
use domain::assignment::Function;
use domain::duty::Sight;
use domain::id::{AssignmentId, GroupId, GroupRightId, MemberId, PersonId, UnitId};
use domain::{Date, Period};
use serde::Serialize;
use uuid::Uuid;

/// A group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Group {
    /// Identifier.
    pub id: GroupId,
    /// The unit to which it belongs.
    pub unit: UnitId,
    /// Its name.
    pub unit_name: String,
    /// The group's name.
    pub name: String,
    /// Members now or later.
    pub members: i64,
    /// Rights now or later.
    pub rights: i64,
}

#[derive(sqlx::FromRow)]
struct GroupRow {
    id: Uuid,
    unit_id: Uuid,
    unit: String,
    name: String,
    members: i64,
    rights: i64,
}

impl From<GroupRow> for Group {
    fn from(row: GroupRow) -> Self {
        Self {
            id: GroupId(row.id),
            unit: UnitId(row.unit_id),
            unit_name: row.unit,
            name: row.name,
            members: row.members,
            rights: row.rights,
        }
    }
}

macro_rules! groups {
    ($filter:literal) => {
        concat!(
            top!(),
            " select q.id, q.unit_id, u.name as unit, q.name,
                (select cast(count(*) as bigint) from group_member m where m.group_id = q.id
                    and (m.valid_to is null or m.valid_to >= $4)) as members,
                (select cast(count(*) as bigint) from group_right r where r.group_id = q.id
                    and (r.valid_to is null or r.valid_to >= $4)) as rights
            from duty_group q join unit u on u.id = q.unit_id
            where ",
            seen!("q.unit_id"),
            $filter,
            " order by u.code, q.name limit 500"
        )
    };
}
const LIST: &str = groups!("");
const BY_ID: &str = groups!(" and q.id = $5");

/// The groups that may be seen, the first 500 by unit.
pub async fn list(conn: &mut Conn, by: Sight, on: Date) -> Result<Vec<Group>, StoreError> {
    let by = BoundSight::from(by);
    let rows = fetch_all!(conn, GroupRow, LIST, by.post, by.on, by.support, on)?;
    Ok(rows.into_iter().map(Group::from).collect())
}

/// A group, where it may be seen.
pub async fn by_id(conn: &mut Conn, id: GroupId, by: Sight, on: Date) -> Result<Option<Group>, StoreError> {
    let by = BoundSight::from(by);
    Ok(fetch_optional!(conn, GroupRow, BY_ID, by.post, by.on, by.support, on, id.0)?.map(Group::from))
}

/// Makes a group.
pub async fn insert(conn: &mut Conn, id: GroupId, unit: UnitId, name: &str) -> Result<(), StoreError> {
    const SQL: &str = "insert into duty_group (id, unit_id, name) values ($1, $2, $3)";
    execute!(conn, SQL, id.0, unit.0, name)?;
    Ok(())
}

/// Adds a member.
pub async fn insert_member(
    conn: &mut Conn,
    id: MemberId,
    group: GroupId,
    person: PersonId,
    period: Period,
) -> Result<(), StoreError> {
    const SQL: &str = "insert into group_member (id, group_id, person_id, valid_from, valid_to) values ($1, $2, $3, $4, $5)";
    execute!(conn, SQL, id.0, group.0, person.0, period.from, period.to)?;
    Ok(())
}

/// Adds a function of an assignment.
pub async fn insert_right(
    conn: &mut Conn,
    id: GroupRightId,
    group: GroupId,
    right: (AssignmentId, Function),
    period: Period,
) -> Result<(), StoreError> {
    const SQL: &str = "insert into group_right (id, group_id, assignment_id, function, valid_from, valid_to)
        values ($1, $2, $3, $4, $5, $6)";
    execute!(conn, SQL, id.0, group.0, right.0.0, right.1.as_str(), period.from, period.to)?;
    Ok(())
}

/// Keeps the group's members and rights from being changed until the transaction ends.
pub async fn lock(conn: &mut Conn, id: GroupId) -> Result<(), StoreError> {
    execute!(conn, "update duty_group set name = name where id = $1", id.0)?;
    Ok(())
}
