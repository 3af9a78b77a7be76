//! Tasks of take-overs, and waivers of them.

use super::{acting, columns};
use crate::db::{execute, fetch_all, fetch_one, fetch_optional};
use crate::search::pattern;
use crate::sight::{BoundSight, by_sight, seen_assignment, top};
use crate::{Conn, StoreError};
use chrono::{DateTime, Utc};
use domain::Date;
use domain::duty::Sight;
use domain::id::{AssignmentId, TaskId, UnitId, WaiverId};
use domain::life::Acting;
use domain::life::state::{Decision, Stage};
use domain::life::takeover::{Task, TaskState};
use serde::Serialize;
use uuid::Uuid;

/// A task of a take-over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Owed {
    /// Identifier.
    pub id: TaskId,
    /// The assignment.
    pub assignment: AssignmentId,
    /// What it is.
    pub task: Task,
    /// The unit that owes it.
    pub unit: UnitId,
    /// Its name.
    pub unit_name: String,
    /// By when.
    pub due_on: Date,
    /// Where it is.
    pub state: TaskState,
    /// Since when it is met.
    pub met_on: Option<Date>,
    /// Who ticked it.
    pub name: Option<String>,
    /// For whom.
    pub principal: Option<String>,
    /// What he says.
    pub note: String,
}

#[derive(sqlx::FromRow)]
pub(super) struct OwedRow {
    id: Uuid,
    assignment_id: Uuid,
    task: String,
    unit_id: Uuid,
    unit: String,
    due_on: Date,
    state: String,
    met_on: Option<Date>,
    name: Option<String>,
    principal: Option<String>,
    note: String,
}

impl TryFrom<OwedRow> for Owed {
    type Error = StoreError;
    fn try_from(row: OwedRow) -> Result<Self, StoreError> {
        Ok(Self {
            id: TaskId(row.id),
            assignment: AssignmentId(row.assignment_id),
            task: row.task.parse()?,
            unit: UnitId(row.unit_id),
            unit_name: row.unit,
            due_on: row.due_on,
            state: row.state.parse()?,
            met_on: row.met_on,
            name: row.name,
            principal: row.principal,
            note: row.note,
        })
    }
}

const INSERT: &str = "insert into takeover_task (id, assignment_id, task, unit_id, due_on, state, note)
    values ($1, $2, $3, $4, $5, 'open', '')";

/// Adds a task that is open.
pub async fn insert(
    conn: &mut Conn,
    assignment: AssignmentId,
    task: Task,
    unit: UnitId,
    due: Date,
) -> Result<(), StoreError> {
    execute!(conn, INSERT, crate::new_id(), assignment.0, task.as_str(), unit.0, due)?;
    Ok(())
}

macro_rules! task_rows {
    ($rest:literal) => {
        concat!(
            "select k.id, k.assignment_id, k.task, k.unit_id, u.name as unit, k.due_on, k.state, k.met_on, n.name,
                o.name as principal, k.note
            from takeover_task k join unit u on u.id = k.unit_id left join person n on n.id = k.done_by
            left join person o on o.id = k.done_for ",
            $rest
        )
    };
}
pub(super) use task_rows;
const OF: &str = task_rows!("where k.assignment_id = $1 order by k.due_on, k.id");
const ONE: &str = task_rows!("where k.id = $1");
const LAPSED: &str = task_rows!(
    "where k.state = 'waived' and not exists (select 1 from takeover_waiver w where w.task_id = k.id
        and w.decision = 'granted' and w.valid_to >= $1)
      and exists (select 1 from assignment_life l where l.assignment_id = k.assignment_id
        and l.stage not in ('recalled', 'renewed', 'expired'))
    order by k.due_on, k.id"
);

/// The tasks of a take-over.
pub async fn of_assignment(conn: &mut Conn, id: AssignmentId) -> Result<Vec<Owed>, StoreError> {
    fetch_all!(conn, OwedRow, OF, id.0)?.into_iter().map(Owed::try_from).collect()
}

/// A task, whoever asks.
pub async fn by_id(conn: &mut Conn, id: TaskId) -> Result<Option<Owed>, StoreError> {
    fetch_optional!(conn, OwedRow, ONE, id.0)?.map(Owed::try_from).transpose()
}

/// Tasks that were waived and are no more on a day.
pub async fn lapsed(conn: &mut Conn, today: Date) -> Result<Vec<Owed>, StoreError> {
    fetch_all!(conn, OwedRow, LAPSED, today)?.into_iter().map(Owed::try_from).collect()
}

#[derive(sqlx::FromRow)]
struct DebtRow {
    #[sqlx(flatten)]
    owed: OwedRow,
    power: String,
    receiver: String,
}

const OWED: &str = "select k.id, k.assignment_id, k.task, k.unit_id, u.name as unit, k.due_on, k.state, k.met_on,
        cast(null as text) as name, cast(null as text) as principal, k.note, p.name as power, r.name as receiver
    from takeover_task k join unit u on u.id = k.unit_id join assignment s on s.id = k.assignment_id
    join power p on p.id = s.power_id join unit r on r.id = s.unit_id
    join assignment_life l on l.assignment_id = s.id
    where k.state = 'open' and l.stage not in ('recalled', 'renewed', 'expired') order by k.due_on, k.id";

/// Every task that is open with the names of its power and of the receiving unit, the longest due first.
pub async fn owed(conn: &mut Conn) -> Result<Vec<(Owed, String, String)>, StoreError> {
    let debt = |row: DebtRow| Ok((Owed::try_from(row.owed)?, row.power, row.receiver));
    fetch_all!(conn, DebtRow, OWED)?.into_iter().map(debt).collect()
}

const TICK: &str =
    "update takeover_task set state = 'met', met_on = $2, done_by = $3, done_for = $4, note = $5
    where id = $1 and state <> 'met'";

/// Ticks a task; tells whether it was not met yet.
pub async fn tick(
    conn: &mut Conn,
    id: TaskId,
    on: Date,
    by: Option<Acting>,
    note: &str,
) -> Result<bool, StoreError> {
    let (by, for_whom) = columns(by);
    Ok(execute!(conn, TICK, id.0, on, by, for_whom, note)? > 0)
}

const CLOSE: &str = "delete from takeover_task where assignment_id = $1 and state = 'open'
    and not exists (select 1 from takeover_waiver w where w.task_id = takeover_task.id)";

/// Takes the open tasks of an assignment away that will never take effect.
pub async fn close(conn: &mut Conn, id: AssignmentId) -> Result<(), StoreError> {
    execute!(conn, CLOSE, id.0)?;
    execute!(
        conn,
        "update takeover_task set state = 'waived' where assignment_id = $1 and state = 'open'",
        id.0
    )?;
    Ok(())
}

/// A waiver of a task.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Waiver {
    /// Identifier.
    pub id: WaiverId,
    /// The task.
    pub task: TaskId,
    /// Why.
    pub reason: String,
    /// How it will be mended.
    pub plan: String,
    /// Last day.
    pub valid_to: Date,
    /// Who asks; none for the operator.
    #[serde(skip)]
    pub asked: Option<Acting>,
    /// His name.
    pub asker: Option<String>,
    /// For whom.
    pub asked_for: Option<String>,
    /// What was decided.
    pub decision: Option<Decision>,
    /// And what was said.
    pub answer: String,
    /// By whom.
    pub decider: Option<String>,
    /// For whom.
    pub decided_for: Option<String>,
}

#[derive(sqlx::FromRow)]
pub(super) struct WaiverRow {
    id: Uuid,
    task_id: Uuid,
    reason: String,
    plan: String,
    valid_to: Date,
    asked_by: Option<Uuid>,
    asked_principal: Option<Uuid>,
    asker: Option<String>,
    asked_for: Option<String>,
    decision: Option<String>,
    answer: String,
    decider: Option<String>,
    decided_for: Option<String>,
}

impl TryFrom<WaiverRow> for Waiver {
    type Error = StoreError;
    fn try_from(row: WaiverRow) -> Result<Self, StoreError> {
        Ok(Self {
            id: WaiverId(row.id),
            task: TaskId(row.task_id),
            reason: row.reason,
            plan: row.plan,
            valid_to: row.valid_to,
            asked: acting(row.asked_by, row.asked_principal),
            asker: row.asker,
            asked_for: row.asked_for,
            decision: row.decision.map(|decision| decision.parse()).transpose()?,
            answer: row.answer,
            decider: row.decider,
            decided_for: row.decided_for,
        })
    }
}

const ASK: &str =
    "insert into takeover_waiver (id, task_id, reason, plan, valid_to, asked_by, asked_for, asked_at, answer)
    values ($1, $2, $3, $4, $5, $6, $7, $8, '')";

/// Asks for a waiver.
pub async fn ask(conn: &mut Conn, waiver: &Waiver, at: DateTime<Utc>) -> Result<(), StoreError> {
    let (by, for_whom) = columns(waiver.asked);
    let Waiver { id, task, reason, plan, valid_to, .. } = waiver;
    execute!(conn, ASK, id.0, task.0, reason, plan, *valid_to, by, for_whom, at)?;
    Ok(())
}

macro_rules! waiver_rows {
    ($rest:literal) => {
        concat!(
            "select w.id, w.task_id, w.reason, w.plan, w.valid_to, w.asked_by, w.asked_for as asked_principal,
                a.name as asker, b.name as asked_for, w.decision, w.answer, d.name as decider, e.name as decided_for
            from takeover_waiver w join takeover_task k on k.id = w.task_id
            left join person a on a.id = w.asked_by left join person b on b.id = w.asked_for
            left join person d on d.id = w.decided_by left join person e on e.id = w.decided_for ",
            $rest
        )
    };
}
pub(super) use waiver_rows;
const WAIVERS: &str = waiver_rows!("where k.assignment_id = $1 order by w.asked_at desc, w.id desc");
const WAIVER: &str = waiver_rows!("where w.id = $1");

/// The waivers of an assignment's tasks, the latest first.
pub async fn waivers(conn: &mut Conn, id: AssignmentId) -> Result<Vec<Waiver>, StoreError> {
    fetch_all!(conn, WaiverRow, WAIVERS, id.0)?.into_iter().map(Waiver::try_from).collect()
}

/// A waiver, whoever asks.
pub async fn waiver(conn: &mut Conn, id: WaiverId) -> Result<Option<Waiver>, StoreError> {
    fetch_optional!(conn, WaiverRow, WAIVER, id.0)?.map(Waiver::try_from).transpose()
}

const DECIDE: &str =
    "update takeover_waiver set decision = $2, decided_by = $3, decided_for = $4, decided_at = $5,
    answer = $6 where id = $1 and decision is null";

/// Decides on a waiver; tells whether nobody had.
pub async fn decide(
    conn: &mut Conn,
    id: WaiverId,
    decision: Decision,
    by: Option<Acting>,
    at: DateTime<Utc>,
    answer: &str,
) -> Result<bool, StoreError> {
    let (by, for_whom) = columns(by);
    Ok(execute!(conn, DECIDE, id.0, decision.as_str(), by, for_whom, at, answer)? > 0)
}

/// A take-over in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// The assignment.
    pub assignment: AssignmentId,
    /// Name of the power.
    pub power: String,
    /// Name of the unit.
    pub unit: String,
    /// Where it is.
    pub stage: Stage,
    /// When it is to begin, or began.
    pub from: Date,
    /// Tasks.
    pub tasks: i64,
    /// Of them, those that are open.
    pub open: i64,
    /// And past their day.
    pub overdue: i64,
    /// The next day on which one is due.
    pub due: Option<Date>,
}

#[derive(sqlx::FromRow)]
struct LineRow {
    id: Uuid,
    power: String,
    unit: String,
    stage: String,
    valid_from: Date,
    tasks: i64,
    open: i64,
    overdue: i64,
    due: Option<Date>,
}

/// After a sight: `$4` today, `$5` the view, `$6` what was typed.
macro_rules! filtered {
    ($what:literal) => {
        concat!(
            top!(),
            " select ",
            $what,
            " from assignment_life l join assignment s on s.id = l.assignment_id join power p on p.id = s.power_id
            join unit u on u.id = s.unit_id where ",
            seen_assignment!("s.id", "s.unit_id", "s.giver_id"),
            " and exists (select 1 from takeover_task k where k.assignment_id = s.id)
            and (p.search like $6 escape '\\' or u.search like $6 escape '\\')
            and ($5 = 'all' or ($5 = 'overdue' and exists (select 1 from takeover_task k
                    where k.assignment_id = s.id and k.state = 'open' and k.due_on < $4))
                or ($5 not in ('all', 'overdue') and (l.stage in ('approved', 'signed', 'in_transition')
                    or exists (select 1 from takeover_task k where k.assignment_id = s.id and k.state = 'open'))))"
        )
    };
}
pub(super) use filtered;
const LIST: &str = concat!(
    filtered!(
        "s.id, p.name as power, u.name as unit, l.stage, s.valid_from,
        (select cast(count(*) as bigint) from takeover_task k where k.assignment_id = s.id) as tasks,
        (select cast(count(*) as bigint) from takeover_task k where k.assignment_id = s.id and k.state = 'open') as open,
        (select cast(count(*) as bigint) from takeover_task k where k.assignment_id = s.id and k.state = 'open'
            and k.due_on < $4) as overdue,
        (select min(k.due_on) from takeover_task k where k.assignment_id = s.id and k.state = 'open') as due"
    ),
    " order by s.valid_from, u.code, p.code, s.id limit $7 offset $8"
);
const TOTAL: &str = filtered!("cast(count(*) as bigint)");

/// Take-overs that may be seen: under way, overdue or all.
pub async fn list(
    conn: &mut Conn,
    today: Date,
    view: &str,
    typed: &str,
    sight: Sight,
    (limit, offset): (i64, i64),
) -> Result<Vec<Line>, StoreError> {
    let by = BoundSight::from(sight);
    let typed = pattern(typed);
    let rows =
        fetch_all!(conn, LineRow, LIST, by.post, by.on, by.support, today, view, typed, limit, offset)?;
    let line = |row: LineRow| {
        Ok(Line {
            assignment: AssignmentId(row.id),
            power: row.power,
            unit: row.unit,
            stage: row.stage.parse()?,
            from: row.valid_from,
            tasks: row.tasks,
            open: row.open,
            overdue: row.overdue,
            due: row.due,
        })
    };
    rows.into_iter().map(line).collect()
}

/// How many there are.
pub async fn total(
    conn: &mut Conn,
    today: Date,
    view: &str,
    typed: &str,
    sight: Sight,
) -> Result<i64, StoreError> {
    let (total,): (i64,) = by_sight!(fetch_one, conn, (i64,), TOTAL, sight, today, view, pattern(typed))?;
    Ok(total)
}
