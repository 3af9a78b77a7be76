//! Exceptions from rules of separation.

use crate::db::{execute, fetch_all, fetch_optional};
use crate::sight::{by_sight, mine, text};
use crate::{Conn, StoreError};
use chrono::{DateTime, Utc};
use domain::duty::Sight;
use domain::id::{AssignmentId, ExceptionId, PersonId};
use domain::separation::Exception;
use domain::{Date, Period};
use uuid::Uuid;

/// An exception with everything that is written about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Granted {
    /// What it lifts, for whom and when.
    pub exception: Exception,
    /// Why.
    pub reason: String,
    /// What is done instead of separating.
    pub control: String,
    /// Who asked.
    pub requested_by: PersonId,
    /// Who approved, and when.
    pub approved: Option<(PersonId, DateTime<Utc>)>,
}

#[derive(sqlx::FromRow)]
pub(crate) struct ExceptionRow {
    id: Uuid,
    rule_code: String,
    person_id: Option<Uuid>,
    assignment_id: Option<Uuid>,
    reason: String,
    control: String,
    requested_by: Uuid,
    approved_by: Option<Uuid>,
    approved_at: Option<DateTime<Utc>>,
    valid_from: Date,
    valid_to: Date,
    ended_on: Option<Date>,
}

impl From<ExceptionRow> for Granted {
    fn from(row: ExceptionRow) -> Self {
        Self {
            exception: Exception {
                id: ExceptionId(row.id),
                rule: row.rule_code,
                person: row.person_id.map(PersonId),
                assignment: row.assignment_id.map(AssignmentId),
                period: Period { from: row.valid_from, to: Some(row.valid_to) },
                is_approved: row.approved_by.is_some(),
                ended_on: row.ended_on,
            },
            reason: row.reason,
            control: row.control,
            requested_by: PersonId(row.requested_by),
            approved: row.approved_by.map(PersonId).zip(row.approved_at),
        }
    }
}

macro_rules! exceptions {
    ($($rest:literal)?) => {
        concat!(
            " select x.id, x.rule_code, x.person_id, x.assignment_id, x.reason, x.control, x.requested_by,
            x.approved_by, x.approved_at, x.valid_from, x.valid_to, x.ended_on from separation_exception x ",
            $($rest,)?
            " order by x.valid_to, x.id"
        )
    };
}

/// Those about assignments that may be seen and about people in post in units that may be seen.
const EXCEPTIONS: [&str; 2] = [
    exceptions!(),
    concat!(
        mine!(),
        exceptions!(
            "where x.assignment_id in (select id from mine) or (x.assignment_id is null and x.person_id in
                (select p.person_id from sight cross join appointment p where p.unit_id = sight.unit_id))"
        )
    ),
];

/// Exceptions that may be seen, those that end first first; also what was asked for, and what is over.
pub async fn exceptions(conn: &mut Conn, sight: Sight) -> Result<Vec<Granted>, StoreError> {
    let rows = by_sight!(fetch_all, conn, ExceptionRow, text(sight, EXCEPTIONS), sight)?;
    Ok(rows.into_iter().map(Granted::from).collect())
}

const OF_ASSIGNMENT: &str = exceptions!("where x.assignment_id = $1");

/// Every exception about an assignment, whoever asks.
pub async fn of_assignment(conn: &mut Conn, id: AssignmentId) -> Result<Vec<Granted>, StoreError> {
    Ok(fetch_all!(conn, ExceptionRow, OF_ASSIGNMENT, id.0)?.into_iter().map(Granted::from).collect())
}

const ENDING: &str = exceptions!(
    "where x.approved_by is not null and x.ended_on is null and x.valid_to >= $1 and x.valid_to <= $2"
);

/// Every approved exception whose last day lies between two days.
pub async fn ending(conn: &mut Conn, from: Date, to: Date) -> Result<Vec<Granted>, StoreError> {
    Ok(fetch_all!(conn, ExceptionRow, ENDING, from, to)?.into_iter().map(Granted::from).collect())
}

const BY_ID: &str = exceptions!("where x.id = $1");

/// An exception, whoever asks.
pub async fn by_id(conn: &mut Conn, id: ExceptionId) -> Result<Option<Granted>, StoreError> {
    Ok(fetch_optional!(conn, ExceptionRow, BY_ID, id.0)?.map(Granted::from))
}

const LOCK: &str = "update separation_exception set reason = reason where id = $1";

/// The same, and nobody else writes to it until the transaction ends.
pub async fn locked(conn: &mut Conn, id: ExceptionId) -> Result<Option<Granted>, StoreError> {
    execute!(conn, LOCK, id.0)?;
    by_id(conn, id).await
}

const INSERT: &str =
    "insert into separation_exception (id, rule_code, person_id, assignment_id, reason, control,
    requested_by, valid_from, valid_to) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)";

/// Asks for an exception.
pub async fn insert(conn: &mut Conn, of: &Granted) -> Result<(), StoreError> {
    let exception = &of.exception;
    execute!(
        conn,
        INSERT,
        exception.id.0,
        &exception.rule,
        exception.person.map(|person| person.0),
        exception.assignment.map(|assignment| assignment.0),
        &of.reason,
        &of.control,
        of.requested_by.0,
        exception.period.from,
        exception.period.to,
    )?;
    Ok(())
}

const APPROVE: &str = "update separation_exception set approved_by = $2, approved_at = $3 where id = $1";

/// Approves an exception; refused by the table where it is the beneficiary or the one who asked.
pub async fn approve(
    conn: &mut Conn,
    id: ExceptionId,
    by: PersonId,
    at: DateTime<Utc>,
) -> Result<(), StoreError> {
    execute!(conn, APPROVE, id.0, by.0, at)?;
    Ok(())
}

const END: &str = "update separation_exception set ended_on = $2 where id = $1";

/// Lets an exception count no longer from a day on.
pub async fn end(conn: &mut Conn, id: ExceptionId, on: Date) -> Result<(), StoreError> {
    execute!(conn, END, id.0, on)?;
    Ok(())
}

/// An exception as lists show it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// The exception.
    pub of: Granted,
    /// Name of the beneficiary.
    pub person: Option<String>,
    /// Power and unit of the assignment.
    pub place: Option<String>,
    /// Name of who asked.
    pub requested_by: String,
    /// Name of who approved.
    pub approved_by: Option<String>,
}

#[derive(sqlx::FromRow)]
struct ListedRow {
    #[sqlx(flatten)]
    of: ExceptionRow,
    person: Option<String>,
    place: Option<String>,
    requester: String,
    approver: Option<String>,
}

macro_rules! listed {
    ($where:literal) => {
        concat!(
            " select x.id, x.rule_code, x.person_id, x.assignment_id, x.reason, x.control, x.requested_by, x.approved_by,
            x.approved_at, x.valid_from, x.valid_to, x.ended_on, n.name as person, p.name || ' · ' || u.name as place,
            r.name as requester, b.name as approver from separation_exception x
            join person r on r.id = x.requested_by left join person b on b.id = x.approved_by
            left join person n on n.id = x.person_id left join assignment s on s.id = x.assignment_id
            left join power p on p.id = s.power_id left join unit u on u.id = s.unit_id ",
            $where,
            " order by case when x.approved_by is null and x.ended_on is null then 0 else 1 end, x.valid_to desc, x.id"
        )
    };
}
const LISTED: [&str; 2] = [
    listed!(""),
    concat!(
        mine!(),
        listed!(
            "where x.assignment_id in (select id from mine) or (x.assignment_id is null and x.person_id in
                (select q.person_id from sight cross join appointment q where q.unit_id = sight.unit_id))"
        )
    ),
];

/// Exceptions that may be seen with names: what waits for an answer first, then those that end last.
pub async fn listed(conn: &mut Conn, sight: Sight) -> Result<Vec<Listed>, StoreError> {
    let listed = |row: ListedRow| Listed {
        of: row.of.into(),
        person: row.person,
        place: row.place,
        requested_by: row.requester,
        approved_by: row.approver,
    };
    let rows = by_sight!(fetch_all, conn, ListedRow, text(sight, LISTED), sight)?;
    Ok(rows.into_iter().map(listed).collect())
}
