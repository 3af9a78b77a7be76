//! Cases, their steps, and who stands on which side of them.

use crate::db::{execute, fetch_all, fetch_one, fetch_optional};
use crate::search::pattern;
use crate::sight::{by_sight, mine, seen_assignment, text, top};
use crate::{Conn, StoreError};
use chrono::{DateTime, Utc};
use domain::Date;
use domain::case::{Case, Progress, Step};
use domain::duty::{Side, Sight};
use domain::id::{AssignmentId, CaseId, PersonId, StepId};
use uuid::Uuid;

mod pause;
mod progress;
mod shown;
pub mod violation;

pub use pause::{all_pauses, clear_pauses, end_pause, insert_pause, open_pauses, pauses};
use progress::ProgressRow;
pub use progress::{
    Kept, Open, all, all_imported_steps, assignment_of, by_number, clear_imported, imported_steps,
    mark_imported, mark_step, near, noon, open, progress, set_dues, set_progress, told,
};
pub use shown::{Mark, Shown, marks, shown};

#[derive(sqlx::FromRow)]
struct CaseRow {
    id: Uuid,
    assignment_id: Uuid,
    number: String,
    opened_on: Date,
}

impl From<CaseRow> for Case {
    fn from(row: CaseRow) -> Self {
        Self {
            id: CaseId(row.id),
            assignment: AssignmentId(row.assignment_id),
            number: row.number,
            opened_on: row.opened_on,
        }
    }
}

const INSERT: &str = "insert into case_file (id, assignment_id, number, opened_on) values ($1, $2, $3, $4)";

/// Adds a case; its number must be new in the assignment.
pub async fn insert(conn: &mut Conn, case: &Case) -> Result<(), StoreError> {
    execute!(conn, INSERT, case.id.0, case.assignment.0, &case.number, case.opened_on)?;
    Ok(())
}

const LOCK: &str = "update case_file set number = number where id = $1";
const BY_ID: &str = "select id, assignment_id, number, opened_on from case_file where id = $1";

/// A case that nobody else writes to until the transaction ends, so that who stands on which side stays true.
pub async fn locked(conn: &mut Conn, id: CaseId) -> Result<Option<Case>, StoreError> {
    execute!(conn, LOCK, id.0)?;
    Ok(fetch_optional!(conn, CaseRow, BY_ID, id.0)?.map(Case::from))
}

const VISIBLE: &str = concat!(
    top!(),
    " select c.id, c.assignment_id, c.number, c.opened_on from case_file c join assignment s on s.id = c.assignment_id
    where c.id = $4 and ",
    seen_assignment!("s.id", "s.unit_id", "s.giver_id")
);

/// A case that may be seen.
pub async fn visible(conn: &mut Conn, id: CaseId, sight: Sight) -> Result<Option<Case>, StoreError> {
    Ok(by_sight!(fetch_optional, conn, CaseRow, VISIBLE, sight, id.0)?.map(Case::from))
}

const PARTIES: &str = "select person_id, side from case_party where case_id = $1 order by person_id";

/// Who stands on which side of a case.
pub async fn parties(conn: &mut Conn, id: CaseId) -> Result<Vec<(PersonId, Side)>, StoreError> {
    let rows = fetch_all!(conn, (Uuid, String), PARTIES, id.0)?;
    rows.into_iter().map(|(person, side)| Ok((PersonId(person), side.parse()?))).collect()
}

const INSERT_PARTY: &str = "insert into case_party (case_id, person_id, side) values ($1, $2, $3)";

/// Puts a person on a side of a case. Whoever stands on one already is refused as a duplicate.
pub async fn insert_party(
    conn: &mut Conn,
    case: CaseId,
    person: PersonId,
    side: Side,
) -> Result<(), StoreError> {
    execute!(conn, INSERT_PARTY, case.0, person.0, side.as_str())?;
    Ok(())
}

const INSERT_STEP: &str =
    "insert into case_step (id, case_id, function, person_id, principal_id, side, done_at, note)
    values ($1, $2, $3, $4, $5, $6, $7, $8)";

/// Adds a step. Where its function stands on a side, whoever did it must be a party on that side.
pub async fn insert_step(conn: &mut Conn, step: &Step) -> Result<(), StoreError> {
    execute!(
        conn,
        INSERT_STEP,
        step.id.0,
        step.case.0,
        step.function.as_str(),
        step.person.0,
        step.principal.map(|principal| principal.0),
        Side::of(step.function).map(Side::as_str),
        step.done_at,
        &step.note,
    )?;
    Ok(())
}

/// A step with names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StepLine {
    /// The step.
    pub step: Step,
    /// Name of who did it.
    pub name: String,
    /// Name of the one for whom it was done.
    pub principal_name: Option<String>,
}

#[derive(sqlx::FromRow)]
struct StepRow {
    id: Uuid,
    case_id: Uuid,
    function: String,
    person_id: Uuid,
    principal_id: Option<Uuid>,
    done_at: DateTime<Utc>,
    note: String,
    name: String,
    principal_name: Option<String>,
}

const STEPS: &str =
    "select t.id, t.case_id, t.function, t.person_id, t.principal_id, t.done_at, t.note, n.name,
    o.name as principal_name from case_step t join person n on n.id = t.person_id
    left join person o on o.id = t.principal_id where t.case_id = $1 order by t.done_at, t.id";

/// The steps of a case in their order.
pub async fn steps(conn: &mut Conn, id: CaseId) -> Result<Vec<StepLine>, StoreError> {
    let line = |row: StepRow| {
        Ok(StepLine {
            step: Step {
                id: StepId(row.id),
                case: CaseId(row.case_id),
                function: row.function.parse()?,
                person: PersonId(row.person_id),
                principal: row.principal_id.map(PersonId),
                done_at: row.done_at,
                note: row.note,
            },
            name: row.name,
            principal_name: row.principal_name,
        })
    };
    fetch_all!(conn, StepRow, STEPS, id.0)?.into_iter().map(line).collect()
}

/// How far the cases of a list are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// Not decided.
    Open,
    /// Not decided, and the due day has passed.
    Overdue,
    /// Not decided, and the clock stands still.
    Paused,
    /// Decided or ended.
    Done,
}

impl Stage {
    /// Every stage.
    pub const ALL: [Self; 4] = [Self::Open, Self::Overdue, Self::Paused, Self::Done];

    /// Stable code.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Overdue => "overdue",
            Self::Paused => "paused",
            Self::Done => "done",
        }
    }
}

impl std::str::FromStr for Stage {
    type Err = domain::UnknownCode;
    fn from_str(code: &str) -> Result<Self, Self::Err> {
        let found = Self::ALL.into_iter().find(|stage| stage.as_str() == code);
        found.ok_or_else(|| domain::UnknownCode { kind: "Stage", code: code.to_owned() })
    }
}

/// Which cases a list shows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// Those of one assignment.
    pub assignment: Option<AssignmentId>,
    /// Part of the number, or of the power's or unit's name or code.
    pub typed: String,
    /// How far they are.
    pub stage: Option<Stage>,
    /// Seen from a day.
    pub on: Date,
}

impl Filter {
    /// The stage as statements take it, with its day.
    fn at(&self) -> (Option<&'static str>, Date) {
        (self.stage.map(Stage::as_str), self.on)
    }
}

/// A case as lists show it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// The case.
    pub case: Case,
    /// Name of the power.
    pub power: String,
    /// Name of the unit.
    pub unit: String,
    /// What was done last, where something was.
    pub last: Option<domain::assignment::Function>,
    /// How far it is.
    pub progress: Progress,
    /// Whether its clock stands still on the day of the filter.
    pub is_paused: bool,
    /// How many rules were broken in it.
    pub violations: i64,
}

#[derive(sqlx::FromRow)]
struct LineRow {
    #[sqlx(flatten)]
    case: CaseRow,
    power: String,
    unit: String,
    last: Option<String>,
    #[sqlx(flatten)]
    progress: ProgressRow,
    paused: i64,
    violations: i64,
}

macro_rules! filtered {
    ($what:literal, $from:literal) => {
        concat!(
            $what,
            $from,
            " join assignment s on s.id = c.assignment_id join power p on p.id = s.power_id
            join unit u on u.id = s.unit_id
            where (cast($4 as uuid) is null or c.assignment_id = $4)
              and (lower(c.number) like $5 escape '\\' or p.search like $5 escape '\\'
                  or u.search like $5 escape '\\')
              and (cast($6 as text) is null
                  or ($6 = 'done' and c.decided_on is not null)
                  or ($6 <> 'done' and c.decided_on is null and ($6 = 'open'
                      or ($6 = 'overdue' and coalesce(c.statutory_due, c.promised_due) < $7)
                      or ($6 = 'paused' and exists (select 1 from case_pause q where q.case_id = c.id
                          and q.from_on <= $7 and (q.to_on is null or q.to_on >= $7))))))"
        )
    };
}
macro_rules! list {
    ($from:literal) => {
        concat!(
            filtered!(
                " select c.id, c.assignment_id, c.number, c.opened_on, p.name as power, u.name as unit,
                (select t.function from case_step t where t.case_id = c.id order by t.done_at desc, t.id desc limit 1)
                    as last, c.applied_on, c.accepted_on, c.result, c.decided_on, c.statutory_due, c.promised_due,
                c.finisher_id,
                (select cast(count(*) as bigint) from case_pause q where q.case_id = c.id and q.from_on <= $7
                    and (q.to_on is null or q.to_on >= $7)) as paused,
                (select cast(count(*) as bigint) from case_violation v where v.case_id = c.id) as violations",
                $from
            ),
            " order by c.opened_on desc, c.number, c.id limit $8 offset $9"
        )
    };
}
macro_rules! total {
    ($from:literal) => {
        filtered!(" select cast(count(*) as bigint)", $from)
    };
}
const LIST: [&str; 2] = [
    list!(" from case_file c"),
    concat!(mine!(), list!(" from mine join case_file c on c.assignment_id = mine.id")),
];
const TOTAL: [&str; 2] = [
    total!(" from case_file c"),
    concat!(mine!(), total!(" from mine join case_file c on c.assignment_id = mine.id")),
];

/// Cases that may be seen, the latest first.
pub async fn list(
    conn: &mut Conn,
    filter: &Filter,
    sight: Sight,
    limit: i64,
    offset: i64,
) -> Result<Vec<Line>, StoreError> {
    let assignment = filter.assignment.map(|id| id.0);
    let typed = pattern(&filter.typed);
    let (stage, on) = filter.at();
    let sql = text(sight, LIST);
    let line = |row: LineRow| {
        Ok(Line {
            case: row.case.into(),
            power: row.power,
            unit: row.unit,
            last: row.last.map(|function| function.parse()).transpose()?,
            progress: row.progress.try_into()?,
            is_paused: row.paused > 0,
            violations: row.violations,
        })
    };
    let rows = by_sight!(fetch_all, conn, LineRow, sql, sight, assignment, typed, stage, on, limit, offset)?;
    rows.into_iter().map(line).collect()
}

/// How many there are.
pub async fn total(conn: &mut Conn, filter: &Filter, sight: Sight) -> Result<i64, StoreError> {
    let assignment = filter.assignment.map(|id| id.0);
    let sql = text(sight, TOTAL);
    let (stage, on) = filter.at();
    let typed = pattern(&filter.typed);
    let (total,) = by_sight!(fetch_one, conn, (i64,), sql, sight, assignment, typed, stage, on)?;
    Ok(total)
}
