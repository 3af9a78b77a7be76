//! Reviews of rights: who holds what, and whether it goes on.

use crate::db::{execute, fetch_all, fetch_optional};
use crate::sight::{BoundSight, seen, top};
use crate::{Conn, StoreError};
use chrono::{DateTime, Utc};
use domain::Date;
use domain::duty::Sight;
use domain::holding::{Decision, Holding};
use domain::id::{PersonId, ReviewId, ReviewLineId, UnitId};
use serde::Serialize;
use uuid::Uuid;

/// A review.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Review {
    /// Identifier.
    pub id: ReviewId,
    /// What it is called.
    pub title: String,
    /// The unit whose rights, and those below it, are reviewed.
    pub scope: UnitId,
    /// First day.
    pub opened_on: Date,
    /// Last day for decisions.
    pub due_on: Date,
    /// What becomes of what nobody decided on.
    pub undecided: Decision,
    /// When it was closed.
    pub closed_on: Option<Date>,
    /// The last day on which the reviewers were reminded.
    pub reminded_on: Option<Date>,
}

/// A review in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// The review.
    pub review: Review,
    /// Name of its unit.
    pub unit: String,
    /// Lines that the reader may see.
    pub lines: i64,
    /// Of them, those that nobody decided on.
    pub open: i64,
}

#[derive(sqlx::FromRow)]
struct ReviewRow {
    id: Uuid,
    title: String,
    scope_id: Uuid,
    opened_on: Date,
    due_on: Date,
    undecided: String,
    closed_on: Option<Date>,
    reminded_on: Option<Date>,
    unit: String,
    lines: i64,
    open: i64,
}

impl TryFrom<ReviewRow> for Listed {
    type Error = StoreError;
    fn try_from(row: ReviewRow) -> Result<Self, StoreError> {
        let review = Review {
            id: ReviewId(row.id),
            title: row.title,
            scope: UnitId(row.scope_id),
            opened_on: row.opened_on,
            due_on: row.due_on,
            undecided: row.undecided.parse()?,
            closed_on: row.closed_on,
            reminded_on: row.reminded_on,
        };
        Ok(Self { review, unit: row.unit, lines: row.lines, open: row.open })
    }
}

const INSERT: &str = "insert into rights_review (id, title, scope_id, opened_on, due_on, undecided)
    values ($1, $2, $3, $4, $5, $6)";

/// Opens a review.
pub async fn insert(conn: &mut Conn, review: &Review) -> Result<(), StoreError> {
    let Review { id, title, scope, opened_on, due_on, undecided, .. } = review;
    execute!(conn, INSERT, id.0, title, scope.0, *opened_on, *due_on, undecided.as_str())?;
    Ok(())
}

/// A line of a review.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Line {
    /// Identifier.
    pub id: ReviewLineId,
    /// The review.
    pub review: ReviewId,
    /// The unit to which the right belongs.
    pub unit: UnitId,
    /// Its name.
    pub unit_name: String,
    /// Who holds it.
    pub person: PersonId,
    /// His name.
    pub name: String,
    /// What it is.
    pub kind: Holding,
    /// Identifier of the right among its kind.
    pub right: Uuid,
    /// Code or name of what is held, then where; a line each.
    pub words: String,
    /// What was decided.
    pub decision: Option<Decision>,
    /// By whom; none where the deadline decided.
    pub decided_by: Option<String>,
    /// Why.
    pub reason: String,
}

#[derive(sqlx::FromRow)]
struct LineRow {
    id: Uuid,
    review_id: Uuid,
    unit_id: Uuid,
    unit: String,
    person_id: Uuid,
    name: String,
    kind: String,
    right_id: Uuid,
    words: String,
    decision: Option<String>,
    decided_by: Option<String>,
    reason: String,
}

impl TryFrom<LineRow> for Line {
    type Error = StoreError;
    fn try_from(row: LineRow) -> Result<Self, StoreError> {
        Ok(Self {
            id: ReviewLineId(row.id),
            review: ReviewId(row.review_id),
            unit: UnitId(row.unit_id),
            unit_name: row.unit,
            person: PersonId(row.person_id),
            name: row.name,
            kind: row.kind.parse()?,
            right: row.right_id,
            words: row.words,
            decision: row.decision.map(|code| code.parse()).transpose()?,
            decided_by: row.decided_by,
            reason: row.reason,
        })
    }
}

const INSERT_LINE: &str =
    "insert into rights_review_line (id, review_id, unit_id, person_id, kind, right_id, words, reason)
    values ($1, $2, $3, $4, $5, $6, $7, '')";

/// Adds a line that nobody decided on.
pub async fn insert_line(
    conn: &mut Conn,
    review: ReviewId,
    person: PersonId,
    held: &crate::holding::Held,
) -> Result<(), StoreError> {
    let words = format!("{}\n{}", held.what, held.detail);
    let id = crate::new_id();
    execute!(conn, INSERT_LINE, id, review.0, held.unit.0, person.0, held.kind.as_str(), held.id, words)?;
    Ok(())
}

/// Reviews with the lines that may be seen, after a sight in `$1`–`$3`.
macro_rules! reviews {
    ($filter:literal) => {
        concat!(
            top!(),
            " select v.id, v.title, v.scope_id, v.opened_on, v.due_on, v.undecided, v.closed_on, v.reminded_on,
                u.name as unit, cast(count(l.id) as bigint) as lines,
                cast(sum(case when l.id is not null and l.decision is null then 1 else 0 end) as bigint) as open
            from rights_review v join unit u on u.id = v.scope_id
            left join rights_review_line l on l.review_id = v.id and ",
            seen!("l.unit_id"),
            " where ",
            $filter,
            " group by v.id, v.title, v.scope_id, v.opened_on, v.due_on, v.undecided, v.closed_on, v.reminded_on, u.name
            having count(l.id) > 0 order by v.opened_on desc, v.id desc limit 200"
        )
    };
}
const LIST: &str = reviews!("cast($4 as uuid) is null or v.id = $4");
const DUE: &str = reviews!("v.closed_on is null and v.due_on >= $4 and v.due_on <= $5");

/// Reviews of which some lines may be seen, the newest first.
pub async fn list(conn: &mut Conn, by: Sight) -> Result<Vec<Listed>, StoreError> {
    let by = BoundSight::from(by);
    let rows = fetch_all!(conn, ReviewRow, LIST, by.post, by.on, by.support, None::<Uuid>)?;
    rows.into_iter().map(Listed::try_from).collect()
}

/// One review, where some of its lines may be seen.
pub async fn by_id(conn: &mut Conn, id: ReviewId, by: Sight) -> Result<Option<Listed>, StoreError> {
    let by = BoundSight::from(by);
    let row = fetch_optional!(conn, ReviewRow, LIST, by.post, by.on, by.support, Some(id.0))?;
    row.map(Listed::try_from).transpose()
}

/// Open reviews whose deadline lies between two days, with the lines that may be seen.
pub async fn due(conn: &mut Conn, by: Sight, from: Date, to: Date) -> Result<Vec<Listed>, StoreError> {
    let by = BoundSight::from(by);
    let rows = fetch_all!(conn, ReviewRow, DUE, by.post, by.on, by.support, from, to)?;
    rows.into_iter().map(Listed::try_from).collect()
}

macro_rules! lines {
    ($filter:expr) => {
        concat!(
            "select l.id, l.review_id, l.unit_id, u.name as unit, l.person_id, n.name, l.kind, l.right_id, l.words,
                l.decision, d.name as decided_by, l.reason
            from rights_review_line l join unit u on u.id = l.unit_id join person n on n.id = l.person_id
            left join person d on d.id = l.decided_by where ",
            $filter
        )
    };
}
const LINES: &str = concat!(
    top!(),
    " ",
    lines!(concat!(
        seen!("l.unit_id"),
        " and l.review_id = $4 and (cast($5 as uuid) is null or l.unit_id = $5)
        order by u.code, n.code, l.kind, l.id limit $6 offset $7"
    ))
);

/// A page of a review's lines that may be seen, of one unit or all.
pub async fn lines(
    conn: &mut Conn,
    review: ReviewId,
    unit: Option<UnitId>,
    by: Sight,
    limit: i64,
    offset: i64,
) -> Result<Vec<Line>, StoreError> {
    let by = BoundSight::from(by);
    let unit = unit.map(|unit| unit.0);
    let rows = fetch_all!(conn, LineRow, LINES, by.post, by.on, by.support, review.0, unit, limit, offset)?;
    rows.into_iter().map(Line::try_from).collect()
}

const UNITS: &str = concat!(
    top!(),
    " select u.id, u.name, cast(count(*) as bigint),
        cast(sum(case when l.decision is null then 1 else 0 end) as bigint)
    from rights_review_line l join unit u on u.id = l.unit_id
    where l.review_id = $4 and ",
    seen!("l.unit_id"),
    " group by u.id, u.code, u.name order by u.code"
);

/// The units of a review that may be seen: name, lines, and how many of them nobody decided on.
pub async fn units(
    conn: &mut Conn,
    review: ReviewId,
    by: Sight,
) -> Result<Vec<(UnitId, String, i64, i64)>, StoreError> {
    let by = BoundSight::from(by);
    let rows = fetch_all!(conn, (Uuid, String, i64, i64), UNITS, by.post, by.on, by.support, review.0)?;
    Ok(rows.into_iter().map(|(id, name, lines, open)| (UnitId(id), name, lines, open)).collect())
}

const LINE: &str = lines!("l.id = $1");

/// A line, whoever asks.
pub async fn line(conn: &mut Conn, id: ReviewLineId) -> Result<Option<Line>, StoreError> {
    fetch_optional!(conn, LineRow, LINE, id.0)?.map(Line::try_from).transpose()
}

const UNDECIDED: &str =
    lines!("l.review_id = $1 and l.decision is null order by u.code, n.code, l.kind, l.id");

/// The lines on which nobody decided.
pub async fn undecided(conn: &mut Conn, review: ReviewId) -> Result<Vec<Line>, StoreError> {
    fetch_all!(conn, LineRow, UNDECIDED, review.0)?.into_iter().map(Line::try_from).collect()
}

/// Writes down a decision; tells whether there was none yet in an open review.
pub async fn decide(
    conn: &mut Conn,
    id: ReviewLineId,
    decision: Decision,
    by: Option<PersonId>,
    at: DateTime<Utc>,
    reason: &str,
) -> Result<bool, StoreError> {
    const SQL: &str = "update rights_review_line
        set decision = $2, decided_by = $3, decided_at = $4, reason = $5
        where id = $1 and decision is null
          and review_id in (select id from rights_review where closed_on is null)";
    Ok(execute!(conn, SQL, id.0, decision.as_str(), by.map(|id| id.0), at, reason)? > 0)
}

const EVERY: &str = "select v.id, v.title, v.scope_id, v.opened_on, v.due_on, v.undecided, v.closed_on,
        v.reminded_on, u.name as unit, cast(0 as bigint) as lines, cast(0 as bigint) as open
    from rights_review v join unit u on u.id = v.scope_id where v.closed_on is null order by v.due_on, v.id";

/// Every open review, without counting its lines.
pub async fn open(conn: &mut Conn) -> Result<Vec<Review>, StoreError> {
    let rows = fetch_all!(conn, ReviewRow, EVERY)?;
    rows.into_iter().map(|row| Listed::try_from(row).map(|listed| listed.review)).collect()
}

/// Closes a review; tells whether it was open.
pub async fn close(conn: &mut Conn, id: ReviewId, on: Date) -> Result<bool, StoreError> {
    const SQL: &str = "update rights_review set closed_on = $2 where id = $1 and closed_on is null";
    Ok(execute!(conn, SQL, id.0, on)? > 0)
}

/// Notes that the reviewers were reminded.
pub async fn reminded(conn: &mut Conn, id: ReviewId, on: Date) -> Result<(), StoreError> {
    execute!(conn, "update rights_review set reminded_on = $2 where id = $1", id.0, on)?;
    Ok(())
}
