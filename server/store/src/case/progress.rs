//! How far cases are, and what files brought about them.

use crate::db::{execute, fetch_all, fetch_optional};
use crate::{Conn, StoreError};
use chrono::{DateTime, Utc};
use domain::Date;
use domain::case::{CaseResult, Progress};
use domain::id::{AssignmentId, CaseId, PersonId, PowerId, StepId, UnitId};
use domain::power::PowerType;
use uuid::Uuid;

#[derive(sqlx::FromRow)]
pub(super) struct ProgressRow {
    applied_on: Option<Date>,
    accepted_on: Option<Date>,
    result: Option<String>,
    decided_on: Option<Date>,
    statutory_due: Option<Date>,
    promised_due: Option<Date>,
    finisher_id: Option<Uuid>,
}

/// The columns of [`ProgressRow`], from a table called `c`.
macro_rules! progress_columns {
    () => {
        "c.applied_on, c.accepted_on, c.result, c.decided_on, c.statutory_due, c.promised_due, c.finisher_id"
    };
}
pub(super) use progress_columns;

impl TryFrom<ProgressRow> for Progress {
    type Error = StoreError;
    fn try_from(row: ProgressRow) -> Result<Self, StoreError> {
        Ok(Self {
            applied_on: row.applied_on,
            accepted_on: row.accepted_on,
            result: row.result.map(|code| code.parse::<CaseResult>()).transpose()?,
            decided_on: row.decided_on,
            statutory_due: row.statutory_due,
            promised_due: row.promised_due,
            finisher: row.finisher_id.map(UnitId),
        })
    }
}

const OF: &str = concat!("select ", progress_columns!(), " from case_file c where c.id = $1");

/// How far a case is.
pub async fn progress(conn: &mut Conn, id: CaseId) -> Result<Option<Progress>, StoreError> {
    fetch_optional!(conn, ProgressRow, OF, id.0)?.map(Progress::try_from).transpose()
}

const SET: &str = "update case_file set applied_on = $2, accepted_on = $3, result = $4, decided_on = $5,
    statutory_due = $6, promised_due = $7, finisher_id = $8 where id = $1";

/// Keeps how far a case is.
pub async fn set_progress(conn: &mut Conn, id: CaseId, progress: &Progress) -> Result<(), StoreError> {
    execute!(
        conn,
        SET,
        id.0,
        progress.applied_on,
        progress.accepted_on,
        progress.result.map(CaseResult::as_str),
        progress.decided_on,
        progress.statutory_due,
        progress.promised_due,
        progress.finisher.map(|unit| unit.0),
    )?;
    Ok(())
}

const MARK: &str = "update case_file set source = 'import', opened_on = $2 where id = $1";

/// Notes that a file brought a case, which was filed on a day.
pub async fn mark_imported(conn: &mut Conn, id: CaseId, opened_on: Date) -> Result<(), StoreError> {
    execute!(conn, MARK, id.0, opened_on)?;
    Ok(())
}

/// An open case, with what its clock stands on.
#[derive(Debug, Clone, PartialEq)]
pub struct Open {
    /// The case.
    pub id: CaseId,
    /// Its number.
    pub number: String,
    /// When it was filed.
    pub opened_on: Date,
    /// How far it is.
    pub progress: Progress,
    /// The assignment.
    pub assignment: AssignmentId,
    /// Its unit.
    pub unit: UnitId,
    /// Name of the unit.
    pub unit_name: String,
    /// The power.
    pub power: PowerId,
    /// Its name.
    pub power_name: String,
    /// Its type.
    pub power_type: PowerType,
    /// Its limit by law.
    pub statutory_days: Option<u32>,
    /// Its limit as promised.
    pub promised_days: Option<u32>,
}

#[derive(sqlx::FromRow)]
struct OpenRow {
    id: Uuid,
    number: String,
    opened_on: Date,
    #[sqlx(flatten)]
    progress: ProgressRow,
    assignment_id: Uuid,
    unit_id: Uuid,
    unit_name: String,
    power_id: Uuid,
    power_name: String,
    power_type: String,
    statutory_days: Option<i32>,
    promised_days: Option<i32>,
}

macro_rules! open {
    ($filter:literal) => {
        concat!(
            "select c.id, c.number, c.opened_on, ",
            progress_columns!(),
            ", c.assignment_id, s.unit_id, u.name as unit_name, s.power_id, p.name as power_name, p.power_type,
            p.statutory_days, p.promised_days
            from case_file c join assignment s on s.id = c.assignment_id join unit u on u.id = s.unit_id
            join power p on p.id = s.power_id where c.decided_on is null ",
            $filter
        )
    };
}
const OPEN: &str = open!("order by c.id");
const NEAR: &str = open!(
    "and coalesce(c.promised_due, c.statutory_due) <= $1
    and (c.told_due is null or c.told_due <> coalesce(c.promised_due, c.statutory_due)) order by c.id limit $2"
);

impl TryFrom<OpenRow> for Open {
    type Error = StoreError;
    fn try_from(row: OpenRow) -> Result<Self, StoreError> {
        Ok(Self {
            id: CaseId(row.id),
            number: row.number,
            opened_on: row.opened_on,
            progress: row.progress.try_into()?,
            assignment: AssignmentId(row.assignment_id),
            unit: UnitId(row.unit_id),
            unit_name: row.unit_name,
            power: PowerId(row.power_id),
            power_name: row.power_name,
            power_type: row.power_type.parse()?,
            statutory_days: row.statutory_days.map(crate::db::nat),
            promised_days: row.promised_days.map(crate::db::nat),
        })
    }
}

/// Every open case.
pub async fn open(conn: &mut Conn) -> Result<Vec<Open>, StoreError> {
    fetch_all!(conn, OpenRow, OPEN)?.into_iter().map(Open::try_from).collect()
}

/// Open cases that are due by a day and whose unit was not told of that.
pub async fn near(conn: &mut Conn, by: Date, limit: i64) -> Result<Vec<Open>, StoreError> {
    fetch_all!(conn, OpenRow, NEAR, by, limit)?.into_iter().map(Open::try_from).collect()
}

const TOLD: &str =
    "update case_file set told_due = $2 where id = $1 and (told_due is null or told_due <> $2)";

/// Notes that the unit was told of a due day; tells whether it had not been.
pub async fn told(conn: &mut Conn, id: CaseId, due: Date) -> Result<bool, StoreError> {
    Ok(execute!(conn, TOLD, id.0, due)? > 0)
}

const SET_DUES: &str = "update case_file set statutory_due = $2, promised_due = $3 where id = $1";

/// Keeps the last days of a case.
pub async fn set_dues(
    conn: &mut Conn,
    id: CaseId,
    statutory: Option<Date>,
    promised: Option<Date>,
) -> Result<(), StoreError> {
    execute!(conn, SET_DUES, id.0, statutory, promised)?;
    Ok(())
}

/// A case as a file brought it, as far as it can be written again.
#[derive(Debug, Clone, PartialEq)]
pub struct Kept {
    /// The case.
    pub id: CaseId,
    /// The assignment.
    pub assignment: AssignmentId,
    /// Its number.
    pub number: String,
    /// When it was filed.
    pub opened_on: Date,
    /// How far it is.
    pub progress: Progress,
    /// Whether a file brought it; else it is handled here.
    pub is_imported: bool,
}

#[derive(sqlx::FromRow)]
pub(super) struct KeptRow {
    id: Uuid,
    assignment_id: Uuid,
    number: String,
    opened_on: Date,
    #[sqlx(flatten)]
    progress: ProgressRow,
    source: String,
}

impl TryFrom<KeptRow> for Kept {
    type Error = StoreError;
    fn try_from(row: KeptRow) -> Result<Self, StoreError> {
        Ok(Self {
            id: CaseId(row.id),
            assignment: AssignmentId(row.assignment_id),
            number: row.number,
            opened_on: row.opened_on,
            progress: row.progress.try_into()?,
            is_imported: row.source == "import",
        })
    }
}

macro_rules! kept {
    ($from:literal) => {
        concat!(
            " select c.id, c.assignment_id, c.number, c.opened_on, ",
            progress_columns!(),
            ", c.source ",
            $from
        )
    };
}
const BY_NUMBER: &str = kept!("from case_file c where c.assignment_id = $1 and c.number = $2");

/// The case with a number, whoever asks.
pub async fn by_number(
    conn: &mut Conn,
    assignment: AssignmentId,
    number: &str,
) -> Result<Option<Kept>, StoreError> {
    fetch_optional!(conn, KeptRow, BY_NUMBER, assignment.0, number)?.map(Kept::try_from).transpose()
}

const ALL: [&str; 2] = [
    kept!("from case_file c order by c.opened_on, c.id"),
    concat!(
        crate::sight::mine!(),
        kept!("from mine join case_file c on c.assignment_id = mine.id order by c.opened_on, c.id")
    ),
];

/// Every case that may be seen.
pub async fn all(conn: &mut Conn, sight: domain::duty::Sight) -> Result<Vec<Kept>, StoreError> {
    use crate::sight::{by_sight, text};
    let rows = by_sight!(fetch_all, conn, KeptRow, text(sight, ALL), sight)?;
    rows.into_iter().map(Kept::try_from).collect()
}

macro_rules! done {
    ($filter:literal) => {
        concat!(
            "select t.case_id, t.function, t.person_id from case_step t join case_file c on c.id = t.case_id
            where t.is_imported and ",
            $filter,
            " union select v.case_id, v.function, v.person_id from case_violation v
            join case_file c on c.id = v.case_id
            where v.rule = 'SOD-01' and v.person_id is not null and ",
            $filter
        )
    };
}
const DONE: &str = done!("c.id = $1");
const ALL_DONE: &str = done!("c.source = 'import'");

#[derive(sqlx::FromRow)]
struct DoneRow {
    case_id: Uuid,
    function: String,
    person_id: Uuid,
}

/// Who did what in a case.
pub type Doer = (CaseId, domain::assignment::Function, PersonId);

fn doer(row: DoneRow) -> Result<Doer, StoreError> {
    Ok((CaseId(row.case_id), row.function.parse()?, PersonId(row.person_id)))
}

/// Who did what in a case by what a file said, also where the separation kept it from being a step.
pub async fn imported_steps(conn: &mut Conn, id: CaseId) -> Result<Vec<Doer>, StoreError> {
    fetch_all!(conn, DoneRow, DONE, id.0)?.into_iter().map(doer).collect()
}

/// The same for all cases.
pub async fn all_imported_steps(conn: &mut Conn) -> Result<Vec<Doer>, StoreError> {
    fetch_all!(conn, DoneRow, ALL_DONE)?.into_iter().map(doer).collect()
}

const IMPORTED_STEP: &str = "update case_step set is_imported = true where id = $1";

/// Notes that a file brought a step.
pub async fn mark_step(conn: &mut Conn, id: StepId) -> Result<(), StoreError> {
    execute!(conn, IMPORTED_STEP, id.0)?;
    Ok(())
}

/// Forgets what a file said about a case that comes again; what was done here stays.
pub async fn clear_imported(conn: &mut Conn, id: CaseId) -> Result<(), StoreError> {
    execute!(conn, "delete from case_step where case_id = $1 and is_imported", id.0)?;
    execute!(
        conn,
        "delete from case_party where case_id = $1 and person_id not in
            (select t.person_id from case_step t where t.case_id = $1
             union select t.principal_id from case_step t where t.case_id = $1 and t.principal_id is not null)",
        id.0
    )?;
    execute!(conn, "delete from case_violation where case_id = $1 and rule <> 'GAP-01'", id.0)?;
    super::pause::clear_pauses(conn, id).await
}

/// When something was done on a day of which no more is known: at noon in China.
pub fn noon(day: Date) -> DateTime<Utc> {
    day.and_hms_opt(4, 0, 0).unwrap_or_default().and_utc()
}

const ASSIGNMENT: &str = "select assignment_id from case_file where id = $1";

/// The assignment of a case, whoever asks.
pub async fn assignment_of(conn: &mut Conn, id: CaseId) -> Result<Option<AssignmentId>, StoreError> {
    Ok(fetch_optional!(conn, (Uuid,), ASSIGNMENT, id.0)?.map(|(id,)| AssignmentId(id)))
}
