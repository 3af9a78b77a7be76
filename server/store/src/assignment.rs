//! Assignments.

use crate::db::{execute, fetch_all, fetch_optional, int, nat};
use crate::sight::{by_sight, mine, seen_assignment, text, top};
use crate::{Conn, StoreError};
use domain::assignment::{Assignment, Form, Instrument};
use domain::duty::Sight;
use domain::id::{AssignmentId, PowerId, UnitId};
use domain::{Date, Period};
use uuid::Uuid;

#[derive(sqlx::FromRow)]
pub(crate) struct AssignmentRow {
    id: Uuid,
    assigned_power: Uuid,
    unit_id: Uuid,
    giver_id: Option<Uuid>,
    form: String,
    functions: String,
    valid_from: Date,
    valid_to: Option<Date>,
    transition_until: Option<Date>,
    instrument_kind: Option<String>,
    instrument_number: Option<String>,
    instrument_signed_on: Option<Date>,
    instrument_until: Option<Date>,
    instrument_published_on: Option<Date>,
    planned_volume: Option<i32>,
}

/// The columns of [`AssignmentRow`], from a table called `s`.
macro_rules! assignment_columns {
    () => {
        "s.id, s.power_id as assigned_power, s.unit_id, s.giver_id, s.form, s.functions, s.valid_from, s.valid_to,
        s.transition_until, s.instrument_kind, s.instrument_number, s.instrument_signed_on, s.instrument_until,
        s.instrument_published_on, s.planned_volume"
    };
}
pub(crate) use assignment_columns;

impl TryFrom<AssignmentRow> for Assignment {
    type Error = StoreError;
    fn try_from(row: AssignmentRow) -> Result<Self, StoreError> {
        let instrument = match row.instrument_kind {
            Some(kind) => Some(Instrument {
                kind: kind.parse()?,
                number: row.instrument_number.unwrap_or_default(),
                signed_on: row.instrument_signed_on,
                until: row.instrument_until,
                published_on: row.instrument_published_on,
            }),
            None => None,
        };
        let functions = row.functions.split_whitespace().map(str::parse);
        Ok(Self {
            id: AssignmentId(row.id),
            power: PowerId(row.assigned_power),
            unit: UnitId(row.unit_id),
            giver: row.giver_id.map(UnitId),
            form: row.form.parse()?,
            functions: functions.collect::<Result<_, _>>()?,
            period: Period { from: row.valid_from, to: row.valid_to },
            transition_until: row.transition_until,
            instrument,
            planned_volume: row.planned_volume.map(nat),
        })
    }
}

fn assignments(rows: Vec<AssignmentRow>) -> Result<Vec<Assignment>, StoreError> {
    rows.into_iter().map(Assignment::try_from).collect()
}

const INSERT: &str =
    "insert into assignment (id, power_id, unit_id, giver_id, form, functions, valid_from, valid_to,
    transition_until, instrument_kind, instrument_number, instrument_signed_on, instrument_until,
    instrument_published_on, planned_volume)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)";
const UPDATE: &str =
    "update assignment set power_id = $2, unit_id = $3, giver_id = $4, form = $5, functions = $6,
    valid_from = $7, valid_to = $8, transition_until = $9, instrument_kind = $10, instrument_number = $11,
    instrument_signed_on = $12, instrument_until = $13, instrument_published_on = $14, planned_volume = $15
    where id = $1";

async fn write(conn: &mut Conn, sql: &'static str, assignment: &Assignment) -> Result<(), StoreError> {
    let functions: Vec<&str> = assignment.functions.iter().map(|function| function.as_str()).collect();
    let instrument = assignment.instrument.as_ref();
    execute!(
        conn,
        sql,
        assignment.id.0,
        assignment.power.0,
        assignment.unit.0,
        assignment.giver.map(|giver| giver.0),
        assignment.form.as_str(),
        functions.join(" "),
        assignment.period.from,
        assignment.period.to,
        assignment.transition_until,
        instrument.map(|paper| paper.kind.as_str()),
        instrument.map(|paper| &paper.number),
        instrument.and_then(|paper| paper.signed_on),
        instrument.and_then(|paper| paper.until),
        instrument.and_then(|paper| paper.published_on),
        assignment.planned_volume.map(int),
    )?;
    Ok(())
}

/// Adds an assignment.
pub async fn insert(conn: &mut Conn, assignment: &Assignment) -> Result<(), StoreError> {
    write(conn, INSERT, assignment).await
}

/// Changes an assignment.
pub async fn update(conn: &mut Conn, assignment: &Assignment) -> Result<(), StoreError> {
    write(conn, UPDATE, assignment).await
}

const BY_ID: &str = concat!("select ", assignment_columns!(), " from assignment s where s.id = $1");

/// An assignment, whoever asks: for use cases.
pub async fn by_id(conn: &mut Conn, id: AssignmentId) -> Result<Option<Assignment>, StoreError> {
    fetch_optional!(conn, AssignmentRow, BY_ID, id.0)?.map(Assignment::try_from).transpose()
}

const VISIBLE: &str = concat!(
    top!(),
    " select ",
    assignment_columns!(),
    " from assignment s where s.id = $4 and ",
    seen_assignment!("s.id", "s.unit_id", "s.giver_id")
);

/// An assignment that may be seen.
pub async fn visible(
    conn: &mut Conn,
    id: AssignmentId,
    sight: Sight,
) -> Result<Option<Assignment>, StoreError> {
    let found = by_sight!(fetch_optional, conn, AssignmentRow, VISIBLE, sight, id.0)?;
    found.map(Assignment::try_from).transpose()
}

const OF: &str = concat!(
    "select ",
    assignment_columns!(),
    " from assignment s where s.unit_id = $1 and s.power_id = $2 order by s.valid_from"
);

/// The assignments of a power to a unit, the earliest first.
pub async fn of_unit_and_power(
    conn: &mut Conn,
    unit: UnitId,
    power: PowerId,
) -> Result<Vec<Assignment>, StoreError> {
    assignments(fetch_all!(conn, AssignmentRow, OF, unit.0, power.0)?)
}

macro_rules! all {
    ($from:literal) => {
        concat!(" select ", assignment_columns!(), $from, " order by s.unit_id, s.power_id, s.valid_from")
    };
}
const ALL: [&str; 2] =
    [all!(" from assignment s"), concat!(mine!(), all!(" from mine join assignment s on s.id = mine.id"))];

/// Every assignment that may be seen.
pub async fn all(conn: &mut Conn, sight: Sight) -> Result<Vec<Assignment>, StoreError> {
    assignments(by_sight!(fetch_all, conn, AssignmentRow, text(sight, ALL), sight)?)
}

const OF_UNIT: &str =
    concat!("select ", assignment_columns!(), " from assignment s where s.unit_id = $1 order by s.id");

/// Everything that a unit has or had, whoever asks: for use cases.
pub async fn of_unit(conn: &mut Conn, unit: UnitId) -> Result<Vec<Assignment>, StoreError> {
    fetch_all!(conn, AssignmentRow, OF_UNIT, unit.0)?.into_iter().map(Assignment::try_from).collect()
}

const UNITS_OF_POWER: &str = "select distinct unit_id from assignment where power_id = $1";

/// The units that received a power.
pub async fn units_of_power(conn: &mut Conn, power: PowerId) -> Result<Vec<UnitId>, StoreError> {
    Ok(fetch_all!(conn, (Uuid,), UNITS_OF_POWER, power.0)?.into_iter().map(|(id,)| UnitId(id)).collect())
}

const NEIGHBOURS_OF: &str = "select distinct s.unit_id from assignment s
    join unit u on u.id = s.unit_id join unit me on me.parent_id = u.parent_id
    where s.power_id = $1 and me.id = $2";

/// The units under the same parent as `unit` that hold a power: their assessments name each other.
pub async fn neighbours(conn: &mut Conn, power: PowerId, unit: UnitId) -> Result<Vec<UnitId>, StoreError> {
    Ok(fetch_all!(conn, (Uuid,), NEIGHBOURS_OF, power.0, unit.0)?
        .into_iter()
        .map(|(id,)| UnitId(id))
        .collect())
}

const RECEIVERS_FROM: &str = "select distinct unit_id from assignment where giver_id = $1";

/// The units that received something from a giver.
pub async fn receivers_from(conn: &mut Conn, giver: UnitId) -> Result<Vec<UnitId>, StoreError> {
    Ok(fetch_all!(conn, (Uuid,), RECEIVERS_FROM, giver.0)?.into_iter().map(|(id,)| UnitId(id)).collect())
}

const RECEIVERS_OF: &str = "select distinct unit_id from assignment where giver_id = $1 and power_id = $2";

/// The units that received a power from a giver: whether that was lawful depends on how the giver holds it.
pub async fn receivers_of(conn: &mut Conn, giver: UnitId, power: PowerId) -> Result<Vec<UnitId>, StoreError> {
    let rows = fetch_all!(conn, (Uuid,), RECEIVERS_OF, giver.0, power.0)?;
    Ok(rows.into_iter().map(|(id,)| UnitId(id)).collect())
}

const HOLDERS: &str = "select distinct u.id, u.name, s.form from assignment s join unit u on u.id = s.unit_id
    where s.power_id = $1 and (u.parent_id = $2 or u.id = $3) and s.form <> 'recalled'
      and s.valid_from <= $4 and (s.valid_to is null or s.valid_to >= $4)";

/// Who holds a power on a day among the units below `parent` and the unit `giver`, and in which form.
pub async fn holders(
    conn: &mut Conn,
    power: PowerId,
    parent: Option<UnitId>,
    giver: Option<UnitId>,
    on: Date,
) -> Result<Vec<(UnitId, String, Form)>, StoreError> {
    let (parent, giver) = (parent.map(|id| id.0), giver.map(|id| id.0));
    let rows = fetch_all!(conn, (Uuid, String, String), HOLDERS, power.0, parent, giver, on)?;
    rows.into_iter().map(|(id, name, form)| Ok((UnitId(id), name, form.parse()?))).collect()
}

/// An assignment of a power beside its unit and how it fares.
#[derive(Debug, Clone, PartialEq)]
pub struct Held {
    /// The assignment.
    pub assignment: Assignment,
    /// Name of the receiving unit.
    pub unit_name: String,
    /// The verdict, where it is assessed.
    pub verdict: Option<domain::assess::Verdict>,
}

#[derive(sqlx::FromRow)]
struct HeldRow {
    #[sqlx(flatten)]
    assignment: AssignmentRow,
    unit_name: String,
    verdict: Option<String>,
}

const OF_POWER: &str = concat!(
    top!(),
    " select ",
    assignment_columns!(),
    ", u.name as unit_name, t.verdict from assignment s join unit u on u.id = s.unit_id
      left join assessment t on t.assignment_id = s.id
      where s.power_id = $4 and ",
    seen_assignment!("s.id", "s.unit_id", "s.giver_id"),
    " order by coalesce(t.severity, -1) desc, u.code limit $5"
);

/// The assignments of a power that may be seen, the worst first.
pub async fn of_power(
    conn: &mut Conn,
    power: PowerId,
    limit: i64,
    sight: Sight,
) -> Result<Vec<Held>, StoreError> {
    let rows = by_sight!(fetch_all, conn, HeldRow, OF_POWER, sight, power.0, limit)?;
    let held = |row: HeldRow| {
        Ok(Held {
            assignment: row.assignment.try_into()?,
            unit_name: row.unit_name,
            verdict: row.verdict.map(|verdict| verdict.parse()).transpose()?,
        })
    };
    rows.into_iter().map(held).collect()
}
