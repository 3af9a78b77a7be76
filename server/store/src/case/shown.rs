//! A case as its page shows it, and what stands beside it.

use super::progress::{Kept, KeptRow, progress_columns};
use crate::db::{fetch_all, fetch_optional};
use crate::sight::{by_sight, seen_assignment, top};
use crate::{Conn, StoreError};
use domain::Date;
use domain::assignment::Function;
use domain::duty::Sight;
use domain::handoff::{Kind, State};
use domain::id::{CaseId, HandoffId};
use uuid::Uuid;

/// A case that may be seen, with its unit and how far it is.
#[derive(Debug, Clone, PartialEq)]
pub struct Shown {
    /// The case.
    pub case: Kept,
    /// Name of the unit that holds the power.
    pub unit: String,
    /// Name of who finishes it, where that is another unit.
    pub finisher: Option<String>,
}

#[derive(sqlx::FromRow)]
struct ShownRow {
    #[sqlx(flatten)]
    case: KeptRow,
    unit: String,
    finisher: Option<String>,
}

const SHOWN: &str = concat!(
    top!(),
    " select c.id, c.assignment_id, c.number, c.opened_on, ",
    progress_columns!(),
    ", c.source, u.name as unit, f.name as finisher
    from case_file c join assignment s on s.id = c.assignment_id join unit u on u.id = s.unit_id
    left join unit f on f.id = c.finisher_id where c.id = $4 and ",
    seen_assignment!("s.id", "s.unit_id", "s.giver_id")
);

/// A case that may be seen, with its unit and how far it is.
pub async fn shown(conn: &mut Conn, id: CaseId, sight: Sight) -> Result<Option<Shown>, StoreError> {
    let row = by_sight!(fetch_optional, conn, ShownRow, SHOWN, sight, id.0)?;
    row.map(|row| Ok(Shown { case: row.case.try_into()?, unit: row.unit, finisher: row.finisher }))
        .transpose()
}

/// What stands beside a case: a violation, or a hand-off.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Mark {
    /// Rule, function, who, and the day.
    Violation(String, Option<Function>, Option<String>, Date),
    /// Identifier, way, state, to whom, and the day on which it was pushed.
    Handoff(HandoffId, Kind, State, String, Date),
}

#[derive(sqlx::FromRow)]
struct MarkRow {
    handoff: Option<Uuid>,
    what: String,
    how: String,
    who: Option<String>,
    on_day: Date,
}

const MARKS: &str = "select cast(null as uuid) as handoff, v.rule as what, v.function as how, n.name as who, v.on_day
        from case_violation v left join person n on n.id = v.person_id where v.case_id = $1
    union all select h.id, h.kind, h.state, t.name, h.pushed_on from handoff h join unit t on t.id = h.to_unit_id
        where h.case_id = $1 order by on_day, what";

/// What stands beside a case.
pub async fn marks(conn: &mut Conn, id: CaseId) -> Result<Vec<Mark>, StoreError> {
    let mark = |row: MarkRow| {
        if let Some(handoff) = row.handoff {
            let (kind, state) = (row.what.parse()?, row.how.parse()?);
            let handoff = HandoffId(handoff);
            return Ok(Mark::Handoff(handoff, kind, state, row.who.unwrap_or_default(), row.on_day));
        }
        let function = (!row.how.is_empty()).then(|| row.how.parse()).transpose()?;
        Ok(Mark::Violation(row.what, function, row.who, row.on_day))
    };
    fetch_all!(conn, MarkRow, MARKS, id.0)?.into_iter().map(mark).collect()
}
