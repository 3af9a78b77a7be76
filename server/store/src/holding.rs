//! Whatever is held for a while, in one shape: posts, roles, functions, deputyships, memberships and groups' rights.

use crate::db::{execute, fetch_all, fetch_optional};
use crate::{Conn, StoreError};
use domain::holding::Holding;
use domain::id::{AssignmentId, GroupId, PersonId, UnitId};
use domain::{Date, Period};
use serde::Serialize;
use uuid::Uuid;

/// Something that somebody holds for a while.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Held {
    /// What it is.
    pub kind: Holding,
    /// Identifier among its kind.
    pub id: Uuid,
    /// Who holds it; none where a group does.
    pub person: Option<PersonId>,
    /// His name.
    pub person_name: Option<String>,
    /// The unit to which it belongs: the post's, the role's scope, the assignment's or the group's.
    pub unit: UnitId,
    /// Its name.
    pub unit_name: String,
    /// Name of the post or group, or code of the role or function.
    pub what: String,
    /// More about it: the footing, the post of a role, the power, a reason.
    pub detail: String,
    /// The assignment, where it is about one.
    pub assignment: Option<AssignmentId>,
    /// The post of a role, for whom a deputy acts, or the group.
    pub other: Option<Uuid>,
    /// Its name.
    pub other_name: Option<String>,
    /// Share of working time.
    pub share: f64,
    /// When.
    pub period: Period,
}

#[derive(sqlx::FromRow)]
struct HeldRow {
    kind: String,
    id: Uuid,
    person_id: Option<Uuid>,
    person: Option<String>,
    unit_id: Uuid,
    unit: String,
    what: String,
    detail: String,
    assignment_id: Option<Uuid>,
    other_id: Option<Uuid>,
    other: Option<String>,
    share: f64,
    valid_from: Date,
    valid_to: Option<Date>,
}

impl TryFrom<HeldRow> for Held {
    type Error = StoreError;
    fn try_from(row: HeldRow) -> Result<Self, StoreError> {
        Ok(Self {
            kind: row.kind.parse()?,
            id: row.id,
            person: row.person_id.map(PersonId),
            person_name: row.person,
            unit: UnitId(row.unit_id),
            unit_name: row.unit,
            what: row.what,
            detail: row.detail,
            assignment: row.assignment_id.map(AssignmentId),
            other: row.other_id,
            other_name: row.other,
            share: row.share,
            period: Period { from: row.valid_from, to: row.valid_to },
        })
    }
}

/// All holdings, narrowed by what follows.
macro_rules! holdings {
    ($rest:literal) => {
        concat!(
            "select h.kind, h.id, h.person_id, h.person, h.unit_id, h.unit, h.what, h.detail, h.assignment_id,
                h.other_id, h.other, h.share, h.valid_from, h.valid_to from (
            select 'appointment' as kind, p.id, p.person_id, n.name as person, p.unit_id, u.name as unit,
                p.post as what, p.kind as detail, cast(null as uuid) as assignment_id, cast(null as uuid) as other_id,
                cast(null as text) as other, p.share, p.valid_from, p.valid_to
            from appointment p join person n on n.id = p.person_id join unit u on u.id = p.unit_id
            union all select 'role', g.id, p.person_id, n.name, g.scope_id, u.name, g.role, o.name || ' ' || p.post,
                null, p.id, null, cast(0 as double precision), g.valid_from, g.valid_to
            from role_grant g join appointment p on p.id = g.appointment_id join person n on n.id = p.person_id
            join unit u on u.id = g.scope_id join unit o on o.id = p.unit_id
            union all select 'allocation', l.id, l.person_id, n.name, a.unit_id, u.name, l.function, w.name, a.id,
                null, null, l.share, l.valid_from, l.valid_to
            from allocation l join person n on n.id = l.person_id join assignment a on a.id = l.assignment_id
            join power w on w.id = a.power_id join unit u on u.id = a.unit_id
            union all select 'deputyship', d.id, d.deputy_id, n.name, p.unit_id, u.name, p.post, d.reason,
                d.assignment_id, p.person_id, o.name, cast(0 as double precision), d.valid_from, d.valid_to
            from deputyship d join person n on n.id = d.deputy_id join appointment p on p.id = d.appointment_id
            join person o on o.id = p.person_id join unit u on u.id = p.unit_id
            union all select 'group', m.id, m.person_id, n.name, q.unit_id, u.name, q.name, '', null,
                q.id, q.name, cast(0 as double precision), m.valid_from, m.valid_to
            from group_member m join person n on n.id = m.person_id join duty_group q on q.id = m.group_id
            join unit u on u.id = q.unit_id
            union all select 'group_right', r.id, null, null, q.unit_id, u.name, r.function,
                w.name || ' · ' || o.name, a.id, q.id, q.name, cast(0 as double precision), r.valid_from, r.valid_to
            from group_right r join duty_group q on q.id = r.group_id join unit u on u.id = q.unit_id
            join assignment a on a.id = r.assignment_id join power w on w.id = a.power_id
            join unit o on o.id = a.unit_id
            ) h where ",
            $rest
        )
    };
}

const BY_ID: &str = holdings!("h.kind = $1 and h.id = $2");

/// One holding.
pub async fn by_id(conn: &mut Conn, kind: Holding, id: Uuid) -> Result<Option<Held>, StoreError> {
    fetch_optional!(conn, HeldRow, BY_ID, kind.as_str(), id)?.map(Held::try_from).transpose()
}

const OF_PERSON: &str = holdings!(
    "h.person_id = $1 or (h.kind = 'deputyship' and h.other_id = $1)
    order by h.valid_from desc, h.unit, h.what, h.id"
);

/// What a person holds, held or will hold, and who stands in for him.
pub async fn of_person(conn: &mut Conn, person: PersonId) -> Result<Vec<Held>, StoreError> {
    fetch_all!(conn, HeldRow, OF_PERSON, person.0)?.into_iter().map(Held::try_from).collect()
}

const OF_GROUP: &str = holdings!(
    "h.kind in ('group', 'group_right') and h.other_id = $1
    order by h.kind, h.valid_from desc, h.person, h.detail, h.what, h.id"
);

/// A group's members and rights, also those that are over.
pub async fn of_group(conn: &mut Conn, group: GroupId) -> Result<Vec<Held>, StoreError> {
    fetch_all!(conn, HeldRow, OF_GROUP, group.0)?.into_iter().map(Held::try_from).collect()
}

const BELOW: &str = holdings!(
    "h.kind in ('role', 'allocation', 'group', 'deputyship') and (h.valid_to is null or h.valid_to >= $2)
      and h.unit_id in (select unit_id from unit_ancestor where ancestor_id = $1)
    order by h.unit, h.person, h.kind, h.what, h.id"
);

/// The rights that people hold or will hold in a unit and below it.
pub async fn below(conn: &mut Conn, unit: UnitId, on: Date) -> Result<Vec<Held>, StoreError> {
    fetch_all!(conn, HeldRow, BELOW, unit.0, on)?.into_iter().map(Held::try_from).collect()
}

/// Ends, or undoes, a row of a table.
macro_rules! ending {
    ($table:literal) => {
        (
            concat!("update ", $table, " set valid_to = $2 where id = $1"),
            concat!("delete from ", $table, " where id = $1"),
        )
    };
}

/// Makes a day the last one. What would have begun later never was, and goes.
pub async fn end(conn: &mut Conn, held: &Held, last: Date) -> Result<(), StoreError> {
    let (end, undo) = match held.kind {
        Holding::Appointment => ending!("appointment"),
        Holding::Role => ending!("role_grant"),
        Holding::Allocation => ending!("allocation"),
        Holding::Deputyship => ending!("deputyship"),
        Holding::Member => ending!("group_member"),
        Holding::GroupRight => ending!("group_right"),
    };
    if last >= held.period.from {
        execute!(conn, end, held.id, last)?;
        return Ok(());
    }
    if held.kind == Holding::Appointment {
        for sql in [
            "update session set appointment_id = null, deputyship_id = null where appointment_id = $1",
            "delete from deputyship where appointment_id = $1",
            "delete from role_grant where appointment_id = $1",
        ] {
            execute!(conn, sql, held.id)?;
        }
    }
    execute!(conn, undo, held.id)?;
    Ok(())
}
