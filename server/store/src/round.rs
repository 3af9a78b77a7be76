//! Rounds "three times up, three times down": their items, and everything that was said about these.

use crate::db::{execute, fetch_all, fetch_optional};
use crate::sight::{by_sight, seen, top};
use crate::{Conn, StoreError};
use domain::Date;
use domain::catalogue::round::{Outcome, Stage};
use domain::duty::Sight;
use domain::id::{RoundId, UnitId};
use serde::Serialize;
use uuid::Uuid;

/// A round.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Round {
    /// Identifier.
    pub id: RoundId,
    /// What it is called.
    pub title: String,
    /// The unit whose townships take part.
    pub scope: UnitId,
    /// First day.
    pub opened_on: Date,
    /// Working days of each stage.
    pub days: Vec<u32>,
    /// Where it is.
    pub stage: Stage,
    /// First day of the stage.
    pub stage_from: Date,
    /// Last day of the stage.
    pub due_on: Date,
    /// The last day on which those concerned were reminded.
    pub reminded_on: Option<Date>,
}

#[derive(sqlx::FromRow)]
struct RoundRow {
    id: Uuid,
    title: String,
    scope_id: Uuid,
    opened_on: Date,
    days: String,
    stage: String,
    stage_from: Date,
    due_on: Date,
    reminded_on: Option<Date>,
}

impl TryFrom<RoundRow> for Round {
    type Error = StoreError;
    fn try_from(row: RoundRow) -> Result<Self, StoreError> {
        Ok(Self {
            id: RoundId(row.id),
            title: row.title,
            scope: UnitId(row.scope_id),
            opened_on: row.opened_on,
            days: row.days.split_whitespace().filter_map(|days| days.parse().ok()).collect(),
            stage: row.stage.parse()?,
            stage_from: row.stage_from,
            due_on: row.due_on,
            reminded_on: row.reminded_on,
        })
    }
}

const INSERT: &str =
    "insert into catalogue_round (id, title, scope_id, opened_on, days, stage, stage_from, due_on)
    values ($1, $2, $3, $4, $5, $6, $7, $8)";

/// Opens a round.
pub async fn insert(conn: &mut Conn, round: &Round) -> Result<(), StoreError> {
    let days = round.days.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ");
    execute!(
        conn,
        INSERT,
        round.id.0,
        &round.title,
        round.scope.0,
        round.opened_on,
        days,
        round.stage.as_str(),
        round.stage_from,
        round.due_on,
    )?;
    Ok(())
}

const ADVANCE: &str =
    "update catalogue_round set stage = $3, stage_from = $4, due_on = $5, reminded_on = null
    where id = $1 and stage = $2";

/// Goes on to a stage; tells whether the round still was where it is said to be.
pub async fn advance(
    conn: &mut Conn,
    id: RoundId,
    from: Stage,
    to: Stage,
    on: Date,
    due: Date,
) -> Result<bool, StoreError> {
    Ok(execute!(conn, ADVANCE, id.0, from.as_str(), to.as_str(), on, due)? > 0)
}

/// Notes that those concerned were reminded.
pub async fn reminded(conn: &mut Conn, id: RoundId, on: Date) -> Result<(), StoreError> {
    execute!(conn, "update catalogue_round set reminded_on = $2 where id = $1", id.0, on)?;
    Ok(())
}

const LOCK: &str = "update catalogue_round set stage = stage where id = $1";
const BY_ID: &str = "select id, title, scope_id, opened_on, days, stage, stage_from, due_on, reminded_on
    from catalogue_round where id = $1";
const OPEN: &str = "select id, title, scope_id, opened_on, days, stage, stage_from, due_on, reminded_on
    from catalogue_round where stage <> 'done' order by due_on, id";

/// A round, whoever asks.
pub async fn by_id(conn: &mut Conn, id: RoundId) -> Result<Option<Round>, StoreError> {
    fetch_optional!(conn, RoundRow, BY_ID, id.0)?.map(Round::try_from).transpose()
}

/// A round whose stage nobody closes, and whose items nobody else changes, until the transaction ends.
pub async fn locked(conn: &mut Conn, id: RoundId) -> Result<Option<Round>, StoreError> {
    execute!(conn, LOCK, id.0)?;
    by_id(conn, id).await
}

/// Every open round, the most urgent first.
pub async fn open(conn: &mut Conn) -> Result<Vec<Round>, StoreError> {
    fetch_all!(conn, RoundRow, OPEN)?.into_iter().map(Round::try_from).collect()
}

/// Where an item has come to, as `domain::catalogue::round::Standing::outcome` says it.
macro_rules! outcome {
    () => {
        "case when i.county = 'accept' and i.is_kept then 'agreed' when i.county = 'accept' then 'dropped'
            when i.county = 'object' or i.township = 'object' or i.department = 'object' then 'disputed'
            when i.township = 'accept' and i.is_kept then 'agreed' when i.township = 'accept' then 'dropped'
            else 'open' end"
    };
}
/// Whether an item may be seen: by its township, its department, and those above them.
macro_rules! seen_item {
    () => {
        concat!("(", seen!("i.unit_id"), " or ", seen!("i.department_id"), ")")
    };
}

mod change;
mod item;

pub use change::{Change, ChangeLine, Changes, changes, insert_change};
pub use item::{
    Drafted, Filter, Item, Proposed, agreed, counts, insert_item, item, items, link, proposals, undrafted,
    undrafted_count, units, write_item,
};

/// How many items stand where.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Agreed.
    pub agreed: i64,
    /// Taken out.
    pub dropped: i64,
    /// Objected to.
    pub disputed: i64,
    /// Not answered.
    pub open: i64,
}

impl Counts {
    /// Of one outcome.
    pub const fn of(self, outcome: Outcome) -> i64 {
        match outcome {
            Outcome::Agreed => self.agreed,
            Outcome::Dropped => self.dropped,
            Outcome::Disputed => self.disputed,
            Outcome::Open => self.open,
        }
    }

    /// All together.
    pub const fn all(self) -> i64 {
        self.agreed + self.dropped + self.disputed + self.open
    }

    /// Those on which nothing is settled.
    pub const fn unsettled(self) -> i64 {
        self.disputed + self.open
    }

    fn add(&mut self, outcome: Outcome, count: i64) {
        match outcome {
            Outcome::Agreed => self.agreed += count,
            Outcome::Dropped => self.dropped += count,
            Outcome::Disputed => self.disputed += count,
            Outcome::Open => self.open += count,
        }
    }
}

/// A round in a list, with the items that may be seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// The round.
    pub round: Round,
    /// Name of the unit whose townships take part.
    pub unit: String,
    /// Its items.
    pub counts: Counts,
}

#[derive(sqlx::FromRow)]
struct ListedRow {
    #[sqlx(flatten)]
    round: RoundRow,
    unit: String,
    agreed: i64,
    dropped: i64,
    disputed: i64,
    open: i64,
}

const LIST: &str = concat!(
    top!(),
    " select r.id, r.title, r.scope_id, r.opened_on, r.days, r.stage, r.stage_from, r.due_on, r.reminded_on,
        u.name as unit,
        cast(sum(case when i.outcome = 'agreed' then 1 else 0 end) as bigint) as agreed,
        cast(sum(case when i.outcome = 'dropped' then 1 else 0 end) as bigint) as dropped,
        cast(sum(case when i.outcome = 'disputed' then 1 else 0 end) as bigint) as disputed,
        cast(sum(case when i.outcome = 'open' then 1 else 0 end) as bigint) as open
    from catalogue_round r join unit u on u.id = r.scope_id join (select i.round_id, ",
    outcome!(),
    " as outcome from round_item i where (cast($4 as uuid) is null or i.round_id = $4) and ",
    seen_item!(),
    ") i on i.round_id = r.id
    group by r.id, r.title, r.scope_id, r.opened_on, r.days, r.stage, r.stage_from, r.due_on, r.reminded_on, u.name
    order by r.opened_on desc, r.id desc limit 200"
);

/// Rounds of which some items may be seen, the newest first.
pub async fn list(conn: &mut Conn, sight: Sight) -> Result<Vec<Listed>, StoreError> {
    let rows = by_sight!(fetch_all, conn, ListedRow, LIST, sight, None::<Uuid>)?;
    rows.into_iter().map(Listed::try_from).collect()
}

/// One round, where some of its items may be seen.
pub async fn listed(conn: &mut Conn, id: RoundId, sight: Sight) -> Result<Option<Listed>, StoreError> {
    let row = by_sight!(fetch_optional, conn, ListedRow, LIST, sight, Some(id.0))?;
    row.map(Listed::try_from).transpose()
}

impl TryFrom<ListedRow> for Listed {
    type Error = StoreError;
    fn try_from(row: ListedRow) -> Result<Self, StoreError> {
        let ListedRow { round, unit, agreed, dropped, disputed, open } = row;
        Ok(Self { round: round.try_into()?, unit, counts: Counts { agreed, dropped, disputed, open } })
    }
}

const TOWNSHIPS: &str = "select u.id from unit_ancestor a join unit u on u.id = a.unit_id
    where a.ancestor_id = $1 and u.kind in ('township', 'subdistrict') and ($2 = '' or u.kind = $2) order by u.code";

/// The townships and subdistricts at or below a unit, or those of one kind.
pub async fn townships(conn: &mut Conn, scope: UnitId, kind: &str) -> Result<Vec<UnitId>, StoreError> {
    Ok(fetch_all!(conn, (Uuid,), TOWNSHIPS, scope.0, kind)?.into_iter().map(|(id,)| UnitId(id)).collect())
}

const DEPARTMENTS: &str = "select u.name, u.id from unit_ancestor a join unit u on u.id = a.unit_id
    where a.ancestor_id = $1 and u.kind = 'department' order by u.code";

/// The departments at or below a unit, by name.
pub async fn departments(conn: &mut Conn, scope: UnitId) -> Result<Vec<(String, UnitId)>, StoreError> {
    let rows = fetch_all!(conn, (String, Uuid), DEPARTMENTS, scope.0)?;
    Ok(rows.into_iter().map(|(name, id)| (name, UnitId(id))).collect())
}
