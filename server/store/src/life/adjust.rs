//! Requests for adjustments.

use super::{acting, columns};
use crate::db::{execute, fetch_all, fetch_optional};
use crate::sight::{BoundSight, seen_assignment, top};
use crate::{Conn, StoreError};
use chrono::{DateTime, Utc};
use domain::Date;
use domain::duty::Sight;
use domain::id::{AdjustmentId, AssignmentId, UnitId};
use domain::life::Acting;
use domain::life::state::{Adjust, Decision};
use serde::Serialize;
use uuid::Uuid;

/// A request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Adjustment {
    /// Identifier.
    pub id: AdjustmentId,
    /// The assignment.
    pub assignment: AssignmentId,
    /// What is asked for.
    pub kind: Adjust,
    /// The side that asks.
    pub unit: UnitId,
    /// More about it: a form, a day, what is lacking.
    pub wish: String,
    /// Why.
    pub reason: String,
    /// By when it is decided on.
    pub due_on: Date,
    /// Who asks; none for the operator.
    #[serde(skip)]
    pub asked: Option<Acting>,
    /// What was decided.
    pub decision: Option<Decision>,
    /// And what was said.
    pub answer: String,
}

/// A request as pages show it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// The request.
    pub adjustment: Adjustment,
    /// Name of the power.
    pub power: String,
    /// Name of the receiving unit.
    pub unit: String,
    /// Name of the side that asks.
    pub side: String,
    /// Who asks.
    pub asker: Option<String>,
    /// For whom.
    pub asked_for: Option<String>,
    /// When.
    pub asked_at: DateTime<Utc>,
    /// Who decided.
    pub decider: Option<String>,
    /// For whom.
    pub decided_for: Option<String>,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    assignment_id: Uuid,
    kind: String,
    unit_id: Uuid,
    wish: String,
    reason: String,
    due_on: Date,
    asked_by: Option<Uuid>,
    asked_principal: Option<Uuid>,
    decision: Option<String>,
    answer: String,
    power: String,
    unit: String,
    side: String,
    asker: Option<String>,
    asked_for: Option<String>,
    asked_at: DateTime<Utc>,
    decider: Option<String>,
    decided_for: Option<String>,
}

impl TryFrom<Row> for Line {
    type Error = StoreError;
    fn try_from(row: Row) -> Result<Self, StoreError> {
        Ok(Self {
            adjustment: Adjustment {
                id: AdjustmentId(row.id),
                assignment: AssignmentId(row.assignment_id),
                kind: row.kind.parse()?,
                unit: UnitId(row.unit_id),
                wish: row.wish,
                reason: row.reason,
                due_on: row.due_on,
                asked: acting(row.asked_by, row.asked_principal),
                decision: row.decision.map(|decision| decision.parse()).transpose()?,
                answer: row.answer,
            },
            power: row.power,
            unit: row.unit,
            side: row.side,
            asker: row.asker,
            asked_for: row.asked_for,
            asked_at: row.asked_at,
            decider: row.decider,
            decided_for: row.decided_for,
        })
    }
}

const INSERT: &str =
    "insert into adjustment (id, assignment_id, kind, unit_id, wish, reason, due_on, asked_by,
    asked_for, asked_at, answer) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, '')";

/// Adds a request.
pub async fn insert(conn: &mut Conn, row: &Adjustment, at: DateTime<Utc>) -> Result<(), StoreError> {
    let (by, for_whom) = columns(row.asked);
    let Adjustment { id, assignment, kind, unit, wish, reason, due_on, .. } = row;
    execute!(
        conn,
        INSERT,
        id.0,
        assignment.0,
        kind.as_str(),
        unit.0,
        wish,
        reason,
        *due_on,
        by,
        for_whom,
        at
    )?;
    Ok(())
}

macro_rules! adjustments {
    ($rest:expr) => {
        concat!(
            " select j.id, j.assignment_id, j.kind, j.unit_id, j.wish, j.reason, j.due_on, j.asked_by,
                j.asked_for as asked_principal, j.decision, j.answer, p.name as power, u.name as unit, v.name as side,
                a.name as asker, b.name as asked_for, j.asked_at, d.name as decider, e.name as decided_for
            from adjustment j join assignment s on s.id = j.assignment_id join power p on p.id = s.power_id
            join unit u on u.id = s.unit_id join unit v on v.id = j.unit_id
            left join person a on a.id = j.asked_by left join person b on b.id = j.asked_for
            left join person d on d.id = j.decided_by left join person e on e.id = j.decided_for where ",
            $rest
        )
    };
}
const LIST: &str = concat!(
    top!(),
    adjustments!(concat!(
        seen_assignment!("s.id", "s.unit_id", "s.giver_id"),
        " and ($4 = 'all' or j.decision is null)
        order by case when j.decision is null then 0 else 1 end, j.due_on, j.id limit $5"
    ))
);
const ONE: &str = adjustments!("j.id = $1");
const OPEN: &str = adjustments!("j.decision is null order by j.due_on, j.id");

/// Requests that may be seen: the open ones, or all.
pub async fn list(conn: &mut Conn, view: &str, sight: Sight, limit: i64) -> Result<Vec<Line>, StoreError> {
    let by = BoundSight::from(sight);
    let rows = fetch_all!(conn, Row, LIST, by.post, by.on, by.support, view, limit)?;
    rows.into_iter().map(Line::try_from).collect()
}

/// One request, whoever asks.
pub async fn by_id(conn: &mut Conn, id: AdjustmentId) -> Result<Option<Line>, StoreError> {
    fetch_optional!(conn, Row, ONE, id.0)?.map(Line::try_from).transpose()
}

/// Every request that is open.
pub async fn open(conn: &mut Conn) -> Result<Vec<Line>, StoreError> {
    fetch_all!(conn, Row, OPEN)?.into_iter().map(Line::try_from).collect()
}

const DECIDE: &str =
    "update adjustment set decision = $2, decided_by = $3, decided_for = $4, decided_at = $5,
    answer = $6 where id = $1 and decision is null";

/// Decides on a request; tells whether nobody had.
pub async fn decide(
    conn: &mut Conn,
    id: AdjustmentId,
    decision: Decision,
    by: Option<Acting>,
    at: DateTime<Utc>,
    answer: &str,
) -> Result<bool, StoreError> {
    let (by, for_whom) = columns(by);
    Ok(execute!(conn, DECIDE, id.0, decision.as_str(), by, for_whom, at, answer)? > 0)
}
