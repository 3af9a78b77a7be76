//! Zero-base reviews: everything that is held, line by line.

use crate::db::{execute, fetch_all, fetch_one, fetch_optional};
use crate::search::pattern;
use crate::sight::{by_sight, seen_assignment, top};
use crate::{Conn, StoreError};
use chrono::{DateTime, Utc};
use domain::Date;
use domain::assess::{RecallReason, Verdict};
use domain::catalogue::zero_base::{Basis, Progress, Proposal};
use domain::duty::Sight;
use domain::id::{AdjustmentId, AssignmentId, PersonId, PowerId, UnitId, ZeroBaseId, ZeroBaseLineId};
use domain::life::state::Decision;
use domain::power::{LegalBasis, Rhythm};
use serde::Serialize;
use sqlx::types::Json;
use uuid::Uuid;

/// A review.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ZeroBase {
    /// Identifier.
    pub id: ZeroBaseId,
    /// What it is called.
    pub title: String,
    /// The unit whose holdings, and those below it, are argued; or the department that gave them.
    pub scope: UnitId,
    /// First day.
    pub opened_on: Date,
    /// Last day for decisions.
    pub due_on: Date,
    /// When it was closed.
    pub closed_on: Option<Date>,
}

const INSERT: &str =
    "insert into zero_base (id, title, scope_id, opened_on, due_on) values ($1, $2, $3, $4, $5)";

/// Opens a review.
pub async fn insert(conn: &mut Conn, review: &ZeroBase) -> Result<(), StoreError> {
    let ZeroBase { id, title, scope, opened_on, due_on, .. } = review;
    execute!(conn, INSERT, id.0, title, scope.0, *opened_on, *due_on)?;
    Ok(())
}

/// What a line would stand on.
#[derive(Debug, Clone, PartialEq)]
pub struct Ground {
    /// The assignment.
    pub assignment: AssignmentId,
    /// Its unit.
    pub unit: UnitId,
    /// The articles of its power.
    pub bases: Vec<LegalBasis>,
    /// Whether it rests for good reason.
    pub rhythm: Rhythm,
    /// The verdict, where it is assessed.
    pub verdict: Option<Verdict>,
    /// Cases in the twelve months before.
    pub cases: i64,
}

#[derive(sqlx::FromRow)]
struct GroundRow {
    id: Uuid,
    unit_id: Uuid,
    legal_bases: Json<Vec<LegalBasis>>,
    seasonal: bool,
    emergency: bool,
    verdict: Option<String>,
    cases: i64,
}

const GROUNDS: &str = "select s.id, s.unit_id, p.legal_bases, p.seasonal, p.emergency, t.verdict,
        coalesce((select cast(sum(m.received) as bigint) from statistics m
            where m.assignment_id = s.id and m.month >= $4), 0) as cases
    from assignment s join power p on p.id = s.power_id join unit u on u.id = s.unit_id
    left join assessment t on t.assignment_id = s.id
    where (s.giver_id = $1 or exists (select 1 from unit_ancestor a where a.unit_id = s.unit_id
            and a.ancestor_id = $1)) and ($2 = '' or u.kind = $2)
      and s.form <> 'recalled' and s.valid_from <= $3 and (s.valid_to is null or s.valid_to >= $3)
    order by u.code, p.code, s.id";

/// Everything that is held on a day at or below a unit, by units of one kind or all, or was given by it; with the
/// cases since a month.
pub async fn grounds(
    conn: &mut Conn,
    scope: UnitId,
    kind: &str,
    on: Date,
    since: Date,
) -> Result<Vec<Ground>, StoreError> {
    let ground = |row: GroundRow| {
        Ok(Ground {
            assignment: AssignmentId(row.id),
            unit: UnitId(row.unit_id),
            bases: row.legal_bases.0,
            rhythm: Rhythm { seasonal: row.seasonal, emergency: row.emergency },
            verdict: row.verdict.map(|verdict| verdict.parse()).transpose()?,
            cases: row.cases,
        })
    };
    fetch_all!(conn, GroundRow, GROUNDS, scope.0, kind, on, since)?.into_iter().map(ground).collect()
}

const INSERT_LINE: &str =
    "insert into zero_base_line (id, review_id, unit_id, assignment_id, cases, verdict, basis,
    suggested, grounds, reason) values ($1, $2, $3, $4, $5, $6, $7, $8, '', '')";

/// Adds a line that nobody has argued.
pub async fn insert_line(
    conn: &mut Conn,
    review: ZeroBaseId,
    ground: &Ground,
    basis: Basis,
    suggested: Proposal,
) -> Result<(), StoreError> {
    execute!(
        conn,
        INSERT_LINE,
        crate::new_id(),
        review.0,
        ground.unit.0,
        ground.assignment.0,
        ground.cases,
        ground.verdict.map(Verdict::as_str),
        basis.as_str(),
        suggested.as_str(),
    )?;
    Ok(())
}

/// A review in a list, with the lines that may be seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// The review.
    pub review: ZeroBase,
    /// Name of its unit.
    pub unit: String,
    /// How far it has come.
    pub progress: Progress,
}

#[derive(sqlx::FromRow)]
struct ListedRow {
    id: Uuid,
    title: String,
    scope_id: Uuid,
    opened_on: Date,
    due_on: Date,
    closed_on: Option<Date>,
    unit: String,
    lines: i64,
    argued: i64,
    decided: i64,
    dropped: i64,
}

impl From<ListedRow> for Listed {
    fn from(row: ListedRow) -> Self {
        Self {
            review: ZeroBase {
                id: ZeroBaseId(row.id),
                title: row.title,
                scope: UnitId(row.scope_id),
                opened_on: row.opened_on,
                due_on: row.due_on,
                closed_on: row.closed_on,
            },
            unit: row.unit,
            progress: Progress {
                lines: row.lines,
                argued: row.argued,
                decided: row.decided,
                dropped: row.dropped,
            },
        }
    }
}

macro_rules! progress {
    () => {
        "cast(count(l.id) as bigint) as lines, cast(count(l.argued) as bigint) as argued,
        cast(count(l.decision) as bigint) as decided,
        cast(sum(case when l.decision = 'drop' then 1 else 0 end) as bigint) as dropped"
    };
}

const LIST: &str = concat!(
    top!(),
    " select z.id, z.title, z.scope_id, z.opened_on, z.due_on, z.closed_on, u.name as unit, ",
    progress!(),
    " from zero_base z join unit u on u.id = z.scope_id join zero_base_line l on l.review_id = z.id
    join assignment s on s.id = l.assignment_id
    where (cast($4 as uuid) is null or z.id = $4) and ",
    seen_assignment!("s.id", "s.unit_id", "s.giver_id"),
    " group by z.id, z.title, z.scope_id, z.opened_on, z.due_on, z.closed_on, u.name
    order by z.opened_on desc, z.id desc limit 200"
);

/// Reviews of which some lines may be seen, the newest first.
pub async fn list(conn: &mut Conn, sight: Sight) -> Result<Vec<Listed>, StoreError> {
    let rows = by_sight!(fetch_all, conn, ListedRow, LIST, sight, None::<Uuid>)?;
    Ok(rows.into_iter().map(Listed::from).collect())
}

/// One review, where some of its lines may be seen.
pub async fn listed(conn: &mut Conn, id: ZeroBaseId, sight: Sight) -> Result<Option<Listed>, StoreError> {
    Ok(by_sight!(fetch_optional, conn, ListedRow, LIST, sight, Some(id.0))?.map(Listed::from))
}

/// A line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Line {
    /// Identifier.
    pub id: ZeroBaseLineId,
    /// The unit.
    pub unit: UnitId,
    /// Its name.
    pub unit_name: String,
    /// The assignment.
    pub assignment: AssignmentId,
    /// The power.
    pub power: PowerId,
    /// Its code.
    pub power_code: String,
    /// Its name.
    pub power_name: String,
    /// The giving unit.
    pub giver: Option<UnitId>,
    /// Cases in the twelve months before.
    pub cases: i64,
    /// The verdict.
    pub verdict: Option<Verdict>,
    /// The legal basis.
    pub basis: Basis,
    /// What these suggest.
    pub suggested: Proposal,
    /// What the unit argues for.
    pub argued: Option<Proposal>,
    /// Why.
    pub grounds: String,
    /// Who argued.
    pub argued_by: Option<String>,
    /// What was decided.
    pub decision: Option<Proposal>,
    /// Why.
    pub reason: String,
    /// Who decided.
    pub decided_by: Option<String>,
    /// The code with which it is recalled.
    pub code: Option<RecallReason>,
    /// Number and last day of its recall.
    pub recalled: Option<(String, Date)>,
    /// The request for an adjustment that became of it, and what was decided on it.
    pub adjustment: Option<(AdjustmentId, Option<Decision>)>,
}

#[derive(sqlx::FromRow)]
struct LineRow {
    id: Uuid,
    unit_id: Uuid,
    unit_name: String,
    assignment_id: Uuid,
    power_id: Uuid,
    power_code: String,
    power_name: String,
    giver_id: Option<Uuid>,
    cases: i64,
    verdict: Option<String>,
    basis: String,
    suggested: String,
    argued: Option<String>,
    grounds: String,
    argued_by: Option<String>,
    decision: Option<String>,
    reason: String,
    decided_by: Option<String>,
    code: Option<String>,
    recall_number: Option<String>,
    recall_last: Option<Date>,
    adjustment_id: Option<Uuid>,
    adjusted: Option<String>,
}

impl TryFrom<LineRow> for Line {
    type Error = StoreError;
    fn try_from(row: LineRow) -> Result<Self, StoreError> {
        Ok(Self {
            id: ZeroBaseLineId(row.id),
            unit: UnitId(row.unit_id),
            unit_name: row.unit_name,
            assignment: AssignmentId(row.assignment_id),
            power: PowerId(row.power_id),
            power_code: row.power_code,
            power_name: row.power_name,
            giver: row.giver_id.map(UnitId),
            cases: row.cases,
            verdict: row.verdict.map(|code| code.parse()).transpose()?,
            basis: row.basis.parse()?,
            suggested: row.suggested.parse()?,
            argued: row.argued.map(|code| code.parse()).transpose()?,
            grounds: row.grounds,
            argued_by: row.argued_by,
            decision: row.decision.map(|code| code.parse()).transpose()?,
            reason: row.reason,
            decided_by: row.decided_by,
            code: row.code.map(|code| code.parse()).transpose()?,
            recalled: row.recall_number.zip(row.recall_last),
            adjustment: match row.adjustment_id {
                Some(id) => {
                    let decided = row.adjusted.map(|decided| decided.parse()).transpose()?;
                    Some((AdjustmentId(id), decided))
                }
                None => None,
            },
        })
    }
}

/// Which lines of a review.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// Of one unit.
    pub unit: Option<UnitId>,
    /// What the grounds suggest.
    pub suggested: Option<Proposal>,
    /// What was decided.
    pub decision: Option<Proposal>,
    /// `open` for those on which nobody decided, `argued` for those of them that the unit argued.
    pub state: String,
    /// Part of the power's or unit's name or code.
    pub typed: String,
}

macro_rules! lines {
    ($columns:expr, $rest:expr) => {
        concat!(
            top!(),
            " select ",
            $columns,
            " from zero_base_line l join assignment s on s.id = l.assignment_id join power p on p.id = s.power_id
            join unit u on u.id = l.unit_id left join person a on a.id = l.argued_by
            left join person d on d.id = l.decided_by left join recall r on r.assignment_id = l.assignment_id
            left join zero_base_adjustment q on q.line_id = l.id left join adjustment j on j.id = q.adjustment_id
            where l.review_id = $4 and (cast($5 as uuid) is null or l.unit_id = $5)
              and ($6 = '' or l.suggested = $6) and ($7 = '' or l.decision = $7)
              and ($8 = '' or l.decision is null) and ($8 <> 'argued' or l.argued is not null)
              and (p.search like $9 escape '\\' or u.search like $9 escape '\\') and ",
            seen_assignment!("s.id", "s.unit_id", "s.giver_id"),
            $rest
        )
    };
}
macro_rules! line_columns {
    () => {
        "l.id, l.unit_id, u.name as unit_name, l.assignment_id, p.id as power_id, p.code as power_code,
        p.name as power_name, s.giver_id, l.cases, l.verdict, l.basis, l.suggested, l.argued, l.grounds,
        a.name as argued_by, l.decision, l.reason, d.name as decided_by, l.code, r.number as recall_number,
        r.last_on as recall_last, j.id as adjustment_id, j.decision as adjusted"
    };
}
const LINES: &str = lines!(line_columns!(), " order by u.code, p.code, l.id limit $10 offset $11");
const COUNT: &str = lines!("cast(count(*) as bigint)", "");

/// A stretch of the lines that may be seen, and how many there are.
pub async fn lines(
    conn: &mut Conn,
    review: ZeroBaseId,
    filter: &Filter,
    sight: Sight,
    (limit, offset): (i64, i64),
) -> Result<(Vec<Line>, i64), StoreError> {
    let unit = filter.unit.map(|id| id.0);
    let suggested = filter.suggested.map_or("", Proposal::as_str);
    let decision = filter.decision.map_or("", Proposal::as_str);
    let (state, typed) = (&filter.state, pattern(&filter.typed));
    let rows = by_sight!(
        fetch_all, conn, LineRow, LINES, sight, review.0, unit, suggested, decision, state, &typed, limit,
        offset
    )?;
    let (count,) =
        by_sight!(fetch_one, conn, (i64,), COUNT, sight, review.0, unit, suggested, decision, state, &typed)?;
    Ok((rows.into_iter().map(Line::try_from).collect::<Result<_, StoreError>>()?, count))
}

const LINE: &str = concat!(
    "select ",
    line_columns!(),
    " from zero_base_line l join assignment s on s.id = l.assignment_id join power p on p.id = s.power_id
    join unit u on u.id = l.unit_id left join person a on a.id = l.argued_by
    left join person d on d.id = l.decided_by left join recall r on r.assignment_id = l.assignment_id
    left join zero_base_adjustment q on q.line_id = l.id left join adjustment j on j.id = q.adjustment_id
    where l.review_id = $1 and l.id = $2"
);

/// A line, whoever asks.
pub async fn line(
    conn: &mut Conn,
    review: ZeroBaseId,
    id: ZeroBaseLineId,
) -> Result<Option<Line>, StoreError> {
    fetch_optional!(conn, LineRow, LINE, review.0, id.0)?.map(Line::try_from).transpose()
}

/// Lines that are decided otherwise than to be kept, of which nothing has become yet.
macro_rules! pending {
    ($columns:expr, $rest:literal) => {
        lines!(
            $columns,
            concat!(
                " and l.decision in ('drop', 'change') and r.assignment_id is null
                  and (l.decision = 'drop' or q.line_id is null)",
                $rest
            )
        )
    };
}
const PENDING: &str = pending!(line_columns!(), " order by u.code, p.code, l.id limit $10 offset $11");
const PENDING_COUNT: &str =
    pending!("l.decision, cast(count(*) as bigint)", " group by l.decision order by l.decision");

/// A stretch of the lines decided so and seen of which nothing has become yet: no recall, and for a change no request
/// for an adjustment either.
pub async fn pending(
    conn: &mut Conn,
    review: ZeroBaseId,
    decision: Proposal,
    sight: Sight,
    limit: i64,
) -> Result<Vec<Line>, StoreError> {
    let rows = by_sight!(
        fetch_all,
        conn,
        LineRow,
        PENDING,
        sight,
        review.0,
        None::<Uuid>,
        "",
        decision.as_str(),
        "",
        "%",
        limit,
        0_i64
    )?;
    rows.into_iter().map(Line::try_from).collect()
}

/// How many of them there are, by decision.
pub async fn pending_counts(
    conn: &mut Conn,
    review: ZeroBaseId,
    sight: Sight,
) -> Result<Vec<(Proposal, i64)>, StoreError> {
    let rows = by_sight!(
        fetch_all,
        conn,
        (String, i64),
        PENDING_COUNT,
        sight,
        review.0,
        None::<Uuid>,
        "",
        "",
        "",
        "%"
    )?;
    rows.into_iter().map(|(decision, count)| Ok((decision.parse()?, count))).collect()
}

const ADJUSTED: &str = "insert into zero_base_adjustment (line_id, adjustment_id) values ($1, $2)
    on conflict (line_id) do nothing";

/// Notes which request for an adjustment became of a line; tells whether there was none before.
pub async fn adjusted(
    conn: &mut Conn,
    line: ZeroBaseLineId,
    adjustment: AdjustmentId,
) -> Result<bool, StoreError> {
    Ok(execute!(conn, ADJUSTED, line.0, adjustment.0)? > 0)
}

const UNITS: &str = concat!(
    top!(),
    " select u.id, u.name, cast(count(*) as bigint), cast(count(l.decision) as bigint)
    from zero_base_line l join unit u on u.id = l.unit_id join assignment s on s.id = l.assignment_id
    where l.review_id = $4 and ",
    seen_assignment!("s.id", "s.unit_id", "s.giver_id"),
    " group by u.id, u.code, u.name order by u.code"
);

/// The units of a review: name, lines, and how many are decided.
pub async fn units(
    conn: &mut Conn,
    review: ZeroBaseId,
    sight: Sight,
) -> Result<Vec<(UnitId, String, i64, i64)>, StoreError> {
    let rows = by_sight!(fetch_all, conn, (Uuid, String, i64, i64), UNITS, sight, review.0)?;
    Ok(rows.into_iter().map(|(id, name, lines, decided)| (UnitId(id), name, lines, decided)).collect())
}

/// Who does something, and when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct By {
    /// Who; none for the operator.
    pub person: Option<PersonId>,
    /// When.
    pub at: DateTime<Utc>,
}

const ARGUE: &str = "update zero_base_line set argued = $2, grounds = $3, argued_by = $4, argued_at = $5
    where id = $1 and decision is null and review_id in (select id from zero_base where closed_on is null)";

/// Writes down what a unit argues; tells whether nobody had decided yet.
pub async fn argue(
    conn: &mut Conn,
    id: ZeroBaseLineId,
    argued: Proposal,
    grounds: &str,
    by: By,
) -> Result<bool, StoreError> {
    Ok(execute!(conn, ARGUE, id.0, argued.as_str(), grounds, by.person.map(|id| id.0), by.at)? > 0)
}

const DECIDE: &str =
    "update zero_base_line set decision = $2, reason = $3, decided_by = $4, decided_at = $5, code = $6
    where id = $1 and decision is null and review_id in (select id from zero_base where closed_on is null)";

/// Writes down a decision, with the code of the recall that follows from it; tells whether there was none yet in an open review.
pub async fn decide(
    conn: &mut Conn,
    id: ZeroBaseLineId,
    decision: Proposal,
    (reason, code): (&str, Option<RecallReason>),
    by: By,
) -> Result<bool, StoreError> {
    let (person, code) = (by.person.map(|id| id.0), code.map(RecallReason::as_str));
    Ok(execute!(conn, DECIDE, id.0, decision.as_str(), reason, person, by.at, code)? > 0)
}

const CLOSE: &str = "update zero_base set closed_on = $2 where id = $1 and closed_on is null";

/// Closes a review; tells whether it was open.
pub async fn close(conn: &mut Conn, id: ZeroBaseId, on: Date) -> Result<bool, StoreError> {
    Ok(execute!(conn, CLOSE, id.0, on)? > 0)
}
