//! The audit trail as it is read: filtered, newest first, and no more of it than the reader may see.
//!
//! An auditor sees the rows of the units for which his post holds the role, and of all below them. Rows without a
//! unit (thresholds, roles, accounts and the like concern everybody) are seen by whoever audits from the top of a
//! tree. Other roles of the post do not count here, and neither does a support view.

use super::AuditRow;
use crate::db::{fetch_all, fetch_one};
use crate::search::pattern;
use crate::{Conn, StoreError};
use chrono::{DateTime, NaiveTime, TimeDelta, Utc};
use domain::Date;
use domain::audit::{Outcome, Row};
use domain::duty::Sight;
use domain::id::UnitId;
use uuid::Uuid;

/// What is looked for; empty fields let everything through.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// Part of the name of who did it, or on whose behalf.
    pub actor: String,
    /// The action, as the policy names it.
    pub action: String,
    /// What it was done to.
    pub subject: String,
    /// A unit with all below it.
    pub unit: Option<UnitId>,
    /// Done or refused.
    pub outcome: Option<Outcome>,
    /// First day, in China.
    pub from: Option<Date>,
    /// Last day.
    pub to: Option<Date>,
}

/// A row with the name of its unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// The row.
    pub row: Row,
    /// Its unit's name.
    pub unit_name: Option<String>,
}

/// The moment at which a day begins in China (UTC+8, all year).
fn beginning(day: Date) -> DateTime<Utc> {
    day.and_time(NaiveTime::MIN).and_utc() - TimeDelta::hours(8)
}

/// Later than every row.
fn never() -> DateTime<Utc> {
    DateTime::from_timestamp(32_503_680_000, 0).unwrap_or(DateTime::<Utc>::MAX_UTC)
}

macro_rules! seen {
    ($select:literal, $rest:literal) => {
        concat!(
            "with top as (
                select sg.scope_id as id from role_grant sg
                join role_ancestor sr on sr.child = sg.role and sr.ancestor = 'auditor'
                where sg.appointment_id = $1 and sg.valid_from <= $2 and (sg.valid_to is null or sg.valid_to >= $2)),
            seen as (select distinct sa.unit_id from top join unit_ancestor sa on sa.ancestor_id = top.id)
            select ",
            $select,
            " from audit a left join unit u on u.id = a.unit_id
            where (cast($1 as uuid) is null or a.unit_id in (select unit_id from seen)
                or (a.unit_id is null
                    and exists (select 1 from top join unit r on r.id = top.id where r.parent_id is null)))
              and (lower(a.actor) like $3 escape '\\' or lower(a.principal) like $3 escape '\\')
              and ($4 = '' or a.action = $4) and ($5 = '' or a.subject = $5)
              and (cast($6 as uuid) is null
                or a.unit_id in (select below.unit_id from unit_ancestor below where below.ancestor_id = $6))
              and ($7 = '' or a.outcome = $7) and a.at >= $8 and a.at < $9",
            $rest
        )
    };
}

const LIST: &str = seen!(
    "a.seq, a.at, a.outcome, a.action, a.subject, a.unit_id, a.actor_id, a.actor, a.principal, a.post, a.address,
    a.reason, a.rule, a.before, a.after, a.previous, a.hash, u.name as unit_name",
    " and a.seq < $10 order by a.seq desc limit $11 offset $12"
);
const COUNT: &str = seen!("count(*)", "");

#[derive(sqlx::FromRow)]
struct LineRow {
    #[sqlx(flatten)]
    row: AuditRow,
    unit_name: Option<String>,
}

/// Sends a statement with sight and filter as its first nine parameters.
macro_rules! filtered {
    ($fetch:ident, $conn:expr, $row:ty, $sql:expr, $sight:expr, $filter:expr $(, $arg:expr)*) => {{
        let (post, on): (Option<Uuid>, Option<Date>) = match $sight {
            Sight::Everything => (None, None),
            Sight::Post(appointment, on) => (Some(appointment.0), Some(on)),
            Sight::Nothing | Sight::Support(_) => (Some(Uuid::nil()), None),
        };
        let filter: &Filter = $filter;
        let after_last = filter.to.and_then(|day| day.succ_opt()).map_or_else(never, beginning);
        $fetch!(
            $conn,
            $row,
            $sql,
            post,
            on,
            pattern(&filter.actor),
            &filter.action,
            &filter.subject,
            filter.unit.map(|unit| unit.0),
            filter.outcome.map_or("", Outcome::as_str),
            filter.from.map_or(DateTime::UNIX_EPOCH, beginning),
            after_last
            $(, $arg)*
        )
    }};
}

/// Rows with lower numbers than `before`, newest first.
pub async fn list(
    conn: &mut Conn,
    sight: Sight,
    filter: &Filter,
    before: Option<i64>,
    limit: i64,
    offset: i64,
) -> Result<Vec<Line>, StoreError> {
    let before = before.unwrap_or(i64::MAX);
    let rows = filtered!(fetch_all, conn, LineRow, LIST, sight, filter, before, limit, offset)?;
    rows.into_iter().map(|line| Ok(Line { row: line.row.try_into()?, unit_name: line.unit_name })).collect()
}

/// How many rows there are.
pub async fn count(conn: &mut Conn, sight: Sight, filter: &Filter) -> Result<i64, StoreError> {
    let (count,): (i64,) = filtered!(fetch_one, conn, (i64,), COUNT, sight, filter)?;
    Ok(count)
}
