//! The supervising side of assignments.

use crate::db::{execute, fetch_all, fetch_optional};
use crate::rights::holds;
use crate::sight::{by_sight, mine, text};
use crate::{Conn, StoreError};
use domain::duty::Sight;
use domain::id::{AssignmentId, PersonId, SupervisionId, UnitId};
use domain::separation::register::Supervision;
use domain::{Date, Period};
use uuid::Uuid;

#[derive(sqlx::FromRow)]
pub(crate) struct SupervisionRow {
    id: Uuid,
    assignment_id: Uuid,
    unit_id: Uuid,
    liaison_id: Option<Uuid>,
    valid_from: Date,
    valid_to: Option<Date>,
}

/// The columns of [`SupervisionRow`], from a table called `v`.
macro_rules! supervision_columns {
    () => {
        "v.id, v.assignment_id, v.unit_id, v.liaison_id, v.valid_from, v.valid_to"
    };
}
pub(crate) use supervision_columns;

impl From<SupervisionRow> for Supervision {
    fn from(row: SupervisionRow) -> Self {
        Self {
            id: SupervisionId(row.id),
            assignment: AssignmentId(row.assignment_id),
            unit: UnitId(row.unit_id),
            liaison: row.liaison_id.map(PersonId),
            period: Period { from: row.valid_from, to: row.valid_to },
        }
    }
}

async fn write(conn: &mut Conn, sql: &'static str, row: &Supervision) -> Result<(), StoreError> {
    execute!(
        conn,
        sql,
        row.id.0,
        row.assignment.0,
        row.unit.0,
        row.liaison.map(|liaison| liaison.0),
        row.period.from,
        row.period.to,
    )?;
    Ok(())
}

const INSERT: &str = "insert into supervision (id, assignment_id, unit_id, liaison_id, valid_from, valid_to)
    values ($1, $2, $3, $4, $5, $6)";
const UPDATE: &str =
    "update supervision set assignment_id = $2, unit_id = $3, liaison_id = $4, valid_from = $5,
    valid_to = $6 where id = $1";
const DELETE: &str = "delete from supervision where id = $1";

/// Names a supervising side.
pub async fn insert(conn: &mut Conn, row: &Supervision) -> Result<(), StoreError> {
    write(conn, INSERT, row).await
}

/// Changes a supervising side.
pub async fn update(conn: &mut Conn, row: &Supervision) -> Result<(), StoreError> {
    write(conn, UPDATE, row).await
}

/// Takes away a supervising side that never began to count.
pub async fn delete(conn: &mut Conn, id: SupervisionId) -> Result<(), StoreError> {
    execute!(conn, DELETE, id.0)?;
    Ok(())
}

const BY_KEY: &str = concat!(
    "select ",
    supervision_columns!(),
    " from supervision v where v.assignment_id = $1 and v.unit_id = $2 and v.valid_from = $3"
);

/// The supervising side with a natural key.
pub async fn by_key(
    conn: &mut Conn,
    assignment: AssignmentId,
    unit: UnitId,
    from: Date,
) -> Result<Option<Supervision>, StoreError> {
    let found = fetch_optional!(conn, SupervisionRow, BY_KEY, assignment.0, unit.0, from)?;
    Ok(found.map(Supervision::from))
}

const OF: &str = concat!(
    "select ",
    supervision_columns!(),
    " from supervision v where v.assignment_id = $1 order by v.valid_from, v.id"
);

/// The supervising sides of an assignment, the earliest first.
pub async fn of_assignment(conn: &mut Conn, id: AssignmentId) -> Result<Vec<Supervision>, StoreError> {
    Ok(fetch_all!(conn, SupervisionRow, OF, id.0)?.into_iter().map(Supervision::from).collect())
}

macro_rules! all {
    ($from:literal) => {
        concat!(" select ", supervision_columns!(), $from, " order by v.assignment_id, v.valid_from, v.id")
    };
}
const ALL: [&str; 2] = [
    all!(" from supervision v"),
    concat!(mine!(), all!(" from mine join supervision v on v.assignment_id = mine.id")),
];

/// The supervising sides of every assignment that may be seen.
pub async fn all(conn: &mut Conn, sight: Sight) -> Result<Vec<Supervision>, StoreError> {
    let rows = by_sight!(fetch_all, conn, SupervisionRow, text(sight, ALL), sight)?;
    Ok(rows.into_iter().map(Supervision::from).collect())
}

const OF_UNIT: &str =
    all!(" from supervision v join assignment s on s.id = v.assignment_id where s.unit_id = $1");

/// The supervising sides of a unit's assignments, also those that are over.
pub async fn of_unit(conn: &mut Conn, unit: UnitId) -> Result<Vec<Supervision>, StoreError> {
    Ok(fetch_all!(conn, SupervisionRow, OF_UNIT, unit.0)?.into_iter().map(Supervision::from).collect())
}

const GIVERS: &str = concat!(
    "select distinct a.ancestor_id from (
        select giver_id as unit_id from assignment where id = $1 and giver_id is not null
        union select v.unit_id from supervision v where v.assignment_id = $1 and ",
    holds!("v"),
    ") g join unit_ancestor a on a.unit_id = g.unit_id"
);

/// The units that gave an assignment or supervise it on a day, and those above them.
pub async fn givers(conn: &mut Conn, assignment: AssignmentId, on: Date) -> Result<Vec<UnitId>, StoreError> {
    Ok(fetch_all!(conn, (Uuid,), GIVERS, assignment.0, on)?.into_iter().map(|(id,)| UnitId(id)).collect())
}

/// A unit that supervises what it approves itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BothSides {
    /// The supervising side.
    pub supervision: Supervision,
    /// Power and unit.
    pub place: String,
}

#[derive(sqlx::FromRow)]
struct BothSidesRow {
    #[sqlx(flatten)]
    supervision: SupervisionRow,
    place: String,
}

macro_rules! both_sides {
    ($from:literal) => {
        concat!(
            " select ",
            supervision_columns!(),
            ", p.name || ' · ' || u.name as place ",
            $from,
            " join supervision v on v.assignment_id = s.id and v.unit_id = s.unit_id
            join power p on p.id = s.power_id join unit u on u.id = s.unit_id order by u.code, p.code, v.valid_from"
        )
    };
}
const BOTH_SIDES: [&str; 2] = [
    both_sides!("from assignment s"),
    concat!(mine!(), both_sides!("from mine join assignment s on s.id = mine.id")),
];

/// Units on both sides of assignments that may be seen, past ones too.
pub async fn on_both_sides(conn: &mut Conn, sight: Sight) -> Result<Vec<BothSides>, StoreError> {
    let rows = by_sight!(fetch_all, conn, BothSidesRow, text(sight, BOTH_SIDES), sight)?;
    let both = |row: BothSidesRow| BothSides { supervision: row.supervision.into(), place: row.place };
    Ok(rows.into_iter().map(both).collect())
}
