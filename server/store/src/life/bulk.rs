//! What is done to many take-overs at once: statements over up to fifty rows, so that thousands take few.

use super::columns;
use super::takeover::{Owed, OwedRow, Waiver, WaiverRow, filtered, task_rows, waiver_rows};
use crate::db::{execute, fetch_all};
use crate::search::pattern;
use crate::sight::{by_sight, seen_assignment, top};
use crate::{Conn, StoreError};
use chrono::{DateTime, Utc};
use domain::Date;
use domain::assignment::Instrument;
use domain::duty::Sight;
use domain::id::{AssignmentId, TaskId, UnitId, WaiverId};
use domain::life::Acting;
use domain::life::state::{Decision, Stage};
use domain::life::takeover::TaskState;
use uuid::Uuid;

/// Rows of one statement.
const FIFTY: usize = 50;

/// The identifiers of [`FIFTY`] rows, which come first among what is bound.
macro_rules! fifty {
    () => {
        "($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24,
        $25, $26, $27, $28, $29, $30, $31, $32, $33, $34, $35, $36, $37, $38, $39, $40, $41, $42, $43, $44, $45, $46,
        $47, $48, $49, $50)"
    };
}

/// Sends a statement for fifty rows at a time; the last ones are filled up with one of them. The rows that it changed.
macro_rules! by_fifty {
    ($conn:expr, $sql:expr, $ids:expr $(, $arg:expr)* $(,)?) => {{
        let mut changed: u64 = 0;
        for some in $ids.chunks(FIFTY) {
            let Some(last) = some.last() else { continue };
            let all = some.iter().chain(std::iter::repeat(last)).take(FIFTY);
            let done = match $conn.counted() {
                crate::db::Inner::Sqlite(tx) => {
                    let query = all.fold(sqlx::query($sql), |query, id| query.bind(id.0));
                    query$(.bind($arg))*.execute(&mut **tx).await.map(|done| done.rows_affected())
                }
                crate::db::Inner::Postgres(tx) => {
                    let query = all.fold(sqlx::query($sql), |query, id| query.bind(id.0));
                    query$(.bind($arg))*.execute(&mut **tx).await.map(|done| done.rows_affected())
                }
            };
            changed += done.map_err(StoreError::from)?;
        }
        changed
    }};
}

/// A take-over that was chosen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chosen {
    /// The assignment.
    pub assignment: AssignmentId,
    /// Its unit.
    pub unit: UnitId,
    /// The unit's name.
    pub unit_name: String,
    /// The power's name.
    pub power_name: String,
}

#[derive(sqlx::FromRow)]
struct ChosenRow {
    id: Uuid,
    unit_id: Uuid,
    unit: String,
    power: String,
}

const CHOSEN: &str =
    concat!(filtered!("s.id, s.unit_id, u.name as unit, p.name as power"), " order by u.code, p.code, s.id");

/// Every take-over that may be seen and matches a filter, as its list shows them.
pub async fn chosen(
    conn: &mut Conn,
    today: Date,
    view: &str,
    typed: &str,
    sight: Sight,
) -> Result<Vec<Chosen>, StoreError> {
    let rows = by_sight!(fetch_all, conn, ChosenRow, CHOSEN, sight, today, view, pattern(typed))?;
    let one = |row: ChosenRow| Chosen {
        assignment: AssignmentId(row.id),
        unit: UnitId(row.unit_id),
        unit_name: row.unit,
        power_name: row.power,
    };
    Ok(rows.into_iter().map(one).collect())
}

const LOCK: &str = "update assignment set valid_from = valid_from where unit_id = $1";

/// Keeps others from writing to what a unit has until the transaction ends.
pub async fn lock(conn: &mut Conn, unit: UnitId) -> Result<(), StoreError> {
    execute!(conn, LOCK, unit.0)?;
    Ok(())
}

const TASKS: &str = task_rows!(
    "where k.assignment_id in (select s.id from assignment s where s.unit_id = $1)
    order by k.assignment_id, k.due_on, k.id"
);
const WAIVERS: &str = waiver_rows!(
    "where k.assignment_id in (select s.id from assignment s where s.unit_id = $1)
    order by w.asked_at desc, w.id desc"
);

/// The tasks of all take-overs of a unit.
pub async fn tasks(conn: &mut Conn, unit: UnitId) -> Result<Vec<Owed>, StoreError> {
    fetch_all!(conn, OwedRow, TASKS, unit.0)?.into_iter().map(Owed::try_from).collect()
}

/// The waivers of all take-overs of a unit, the latest first.
pub async fn waivers(conn: &mut Conn, unit: UnitId) -> Result<Vec<Waiver>, StoreError> {
    fetch_all!(conn, WaiverRow, WAIVERS, unit.0)?.into_iter().map(Waiver::try_from).collect()
}

const SET: &str = concat!("update takeover_task set state = $51, met_on = $52 where id in ", fifty!());

/// Says where tasks are.
pub async fn set(
    conn: &mut Conn,
    ids: &[TaskId],
    state: TaskState,
    met_on: Option<Date>,
) -> Result<u64, StoreError> {
    Ok(by_fifty!(conn, SET, ids, state.as_str(), met_on))
}

const TICK: &str = concat!(
    "update takeover_task set state = 'met', met_on = $51, done_by = $52, done_for = $53, note = $54
    where state <> 'met' and id in ",
    fifty!()
);

/// Ticks tasks; tells how many were not met yet.
pub async fn tick(
    conn: &mut Conn,
    ids: &[TaskId],
    on: Date,
    by: Option<Acting>,
    note: &str,
) -> Result<u64, StoreError> {
    let (by, for_whom) = columns(by);
    Ok(by_fifty!(conn, TICK, ids, on, by, for_whom, note))
}

const SIGN: &str = concat!(
    "update assignment set instrument_kind = $51, instrument_number = $52, instrument_signed_on = $53,
    instrument_until = $54, instrument_published_on = $55 where id in ",
    fifty!()
);

/// Makes one paper the instrument of several assignments.
pub async fn sign(conn: &mut Conn, ids: &[AssignmentId], paper: &Instrument) -> Result<u64, StoreError> {
    let Instrument { kind, number, signed_on, until, published_on } = paper;
    Ok(by_fifty!(conn, SIGN, ids, kind.as_str(), number, *signed_on, *until, *published_on))
}

const MOVE: &str = concat!("update assignment_life set stage = $51 where assignment_id in ", fifty!());

/// Says where assignments are in their lives.
pub async fn stage(conn: &mut Conn, ids: &[AssignmentId], to: Stage) -> Result<u64, StoreError> {
    Ok(by_fifty!(conn, MOVE, ids, to.as_str()))
}

const DECIDE: &str = concat!(
    "update takeover_waiver set decision = $51, decided_by = $52, decided_for = $53, decided_at = $54, answer = $55
    where decision is null and id in ",
    fifty!()
);

/// Decides on waivers; tells on how many nobody had.
pub async fn decide(
    conn: &mut Conn,
    ids: &[WaiverId],
    decision: Decision,
    by: Option<Acting>,
    at: DateTime<Utc>,
    answer: &str,
) -> Result<u64, StoreError> {
    let (by, for_whom) = columns(by);
    Ok(by_fifty!(conn, DECIDE, ids, decision.as_str(), by, for_whom, at, answer))
}
