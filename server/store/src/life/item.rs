//! Items of proposals: one power for one unit, and what the unit answers.

use super::proposal::{has_role, is_his_seat, seen_whole};
use super::{acting, columns};
use crate::db::{execute, fetch_all, fetch_one, fetch_optional};
use crate::rights::holds;
use crate::sight::{BoundSight, by_sight, seen, seen_assignment, top};
use crate::{Conn, StoreError};
use chrono::{DateTime, Utc};
use domain::assess::Verdict;
use domain::duty::Sight;
use domain::id::{AssignmentId, ItemId, PersonId, PowerId, ProposalId, UnitId};
use domain::life::Acting;
use domain::life::state::ItemState;
use serde::Serialize;
use uuid::Uuid;

/// One power for one unit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Item {
    /// Identifier.
    pub id: ItemId,
    /// The proposal.
    pub proposal: ProposalId,
    /// The power.
    pub power: PowerId,
    /// The unit.
    pub unit: UnitId,
    /// The assignment that ends when this one begins.
    pub replaces: Option<AssignmentId>,
    /// Where it is.
    pub state: ItemState,
    /// How the unit would absorb it, when it was drafted.
    pub verdict: Option<Verdict>,
    /// The gate or grade of the first finding.
    pub finding: String,
    /// The last reason that was given.
    pub reason: String,
    /// Who answered.
    #[serde(skip)]
    pub answered: Option<Acting>,
    /// The assignment that became of it.
    pub assignment: Option<AssignmentId>,
}

#[derive(sqlx::FromRow)]
struct ItemRow {
    item: Uuid,
    proposal_id: Uuid,
    item_power: Uuid,
    item_unit: Uuid,
    replaces_id: Option<Uuid>,
    state: String,
    verdict: Option<String>,
    finding: String,
    reason: String,
    answered_by: Option<Uuid>,
    answered_for: Option<Uuid>,
    became: Option<Uuid>,
}

macro_rules! item_columns {
    () => {
        "i.id as item, i.proposal_id, i.power_id as item_power, i.unit_id as item_unit, i.replaces_id, i.state,
        i.verdict, i.finding, i.reason, i.answered_by, i.answered_for, i.assignment_id as became"
    };
}

impl TryFrom<ItemRow> for Item {
    type Error = StoreError;
    fn try_from(row: ItemRow) -> Result<Self, StoreError> {
        Ok(Self {
            id: ItemId(row.item),
            proposal: ProposalId(row.proposal_id),
            power: PowerId(row.item_power),
            unit: UnitId(row.item_unit),
            replaces: row.replaces_id.map(AssignmentId),
            state: row.state.parse()?,
            verdict: row.verdict.map(|verdict| verdict.parse()).transpose()?,
            finding: row.finding,
            reason: row.reason,
            answered: acting(row.answered_by, row.answered_for),
            assignment: row.became.map(AssignmentId),
        })
    }
}

const INSERT: &str =
    "insert into proposal_item (id, proposal_id, power_id, unit_id, replaces_id, state, verdict,
    finding, reason) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)";

/// Adds an item.
pub async fn insert(conn: &mut Conn, item: &Item) -> Result<(), StoreError> {
    execute!(
        conn,
        INSERT,
        item.id.0,
        item.proposal.0,
        item.power.0,
        item.unit.0,
        item.replaces.map(|id| id.0),
        item.state.as_str(),
        item.verdict.map(Verdict::as_str),
        &item.finding,
        &item.reason,
    )?;
    Ok(())
}

const OF: &str = concat!(
    "select ",
    item_columns!(),
    " from proposal_item i join unit u on u.id = i.unit_id join power w on w.id = i.power_id
    where i.proposal_id = $1 order by u.code, w.code, i.id"
);

/// All items of a proposal, whoever asks.
pub async fn of_proposal(conn: &mut Conn, id: ProposalId) -> Result<Vec<Item>, StoreError> {
    fetch_all!(conn, ItemRow, OF, id.0)?.into_iter().map(Item::try_from).collect()
}

const ANSWER: &str = "update proposal_item set state = $3, reason = $4, answered_by = $5, answered_for = $6,
    answered_at = $7 where id = $1 and state = $2";

/// Takes an item on from the state it was in; tells whether it still was.
pub async fn answer(
    conn: &mut Conn,
    id: ItemId,
    (before, after): (ItemState, ItemState),
    by: Option<Acting>,
    at: DateTime<Utc>,
    reason: &str,
) -> Result<bool, StoreError> {
    let (by, for_whom) = columns(by);
    Ok(execute!(conn, ANSWER, id.0, before.as_str(), after.as_str(), reason, by, for_whom, at)? > 0)
}

const ALL: &str = "update proposal_item set state = $3 where proposal_id = $1 and state = $2";

/// Takes all items of a proposal on that are in a state; how many there were.
pub async fn all(
    conn: &mut Conn,
    proposal: ProposalId,
    before: ItemState,
    after: ItemState,
) -> Result<u64, StoreError> {
    execute!(conn, ALL, proposal.0, before.as_str(), after.as_str())
}

const BECAME: &str = "update proposal_item set state = 'approved', assignment_id = $2 where id = $1";

/// Says which assignment became of an item.
pub async fn became(conn: &mut Conn, id: ItemId, assignment: AssignmentId) -> Result<(), StoreError> {
    execute!(conn, BECAME, id.0, assignment.0)?;
    Ok(())
}

const RUNNING: &str = concat!(
    "select ",
    item_columns!(),
    " from proposal_item i where i.unit_id = $1 and i.power_id = $2
      and i.state in ('drafted', 'proposed', 'accepted', 'objected') limit 1"
);

/// An item of the same power for the same unit that is still under way.
pub async fn running(conn: &mut Conn, unit: UnitId, power: PowerId) -> Result<Option<Item>, StoreError> {
    fetch_optional!(conn, ItemRow, RUNNING, unit.0, power.0)?.map(Item::try_from).transpose()
}

/// An item as pages show it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// The item.
    pub item: Item,
    /// Code of the power.
    pub code: String,
    /// Name of the power.
    pub power: String,
    /// Code of the unit.
    pub unit_code: String,
    /// Name of the unit.
    pub unit: String,
    /// Who answered.
    pub name: Option<String>,
    /// For whom.
    pub principal: Option<String>,
    /// When.
    pub answered_at: Option<DateTime<Utc>>,
    /// Whether the reader leads the unit, and so answers for it.
    pub is_his: bool,
}

#[derive(sqlx::FromRow)]
struct LineRow {
    #[sqlx(flatten)]
    item: ItemRow,
    code: String,
    power: String,
    unit_code: String,
    unit: String,
    name: Option<String>,
    principal: Option<String>,
    answered_at: Option<DateTime<Utc>>,
    his: i32,
}

const LINES: &str = concat!(
    top!(),
    " select ",
    item_columns!(),
    ", w.code, w.name as power, u.code as unit_code, u.name as unit, n.name, o.name as principal, i.answered_at,
    case when ",
    has_role!("manager", "i.unit_id"),
    " then 1 else 0 end as his
    from proposal p join proposal_item i on i.proposal_id = p.id join power w on w.id = i.power_id
    join unit u on u.id = i.unit_id left join person n on n.id = i.answered_by
    left join person o on o.id = i.answered_for
    where p.id = $5 and (",
    seen!("i.unit_id"),
    " or ",
    seen_whole!(),
    ") order by u.code, w.code, i.id limit $6 offset $7"
);

/// A page of a proposal's items that a person may see.
pub async fn lines(
    conn: &mut Conn,
    id: ProposalId,
    sight: Sight,
    me: Option<PersonId>,
    limit: i64,
    offset: i64,
) -> Result<Vec<Line>, StoreError> {
    let by = BoundSight::from(sight);
    let me = me.map(|me| me.0);
    let rows = fetch_all!(conn, LineRow, LINES, by.post, by.on, by.support, me, id.0, limit, offset)?;
    let line = |row: LineRow| {
        Ok(Line {
            item: row.item.try_into()?,
            code: row.code,
            power: row.power,
            unit_code: row.unit_code,
            unit: row.unit,
            name: row.name,
            principal: row.principal,
            answered_at: row.answered_at,
            is_his: row.his == 1,
        })
    };
    rows.into_iter().map(line).collect()
}

const TOTAL: &str = concat!(
    top!(),
    " select count(*) from proposal p join proposal_item i on i.proposal_id = p.id where p.id = $5 and (",
    seen!("i.unit_id"),
    " or ",
    seen_whole!(),
    ")"
);

/// How many of a proposal's items a person may see.
pub async fn total(
    conn: &mut Conn,
    id: ProposalId,
    sight: Sight,
    me: Option<PersonId>,
) -> Result<i64, StoreError> {
    let by = BoundSight::from(sight);
    let me = me.map(|me| me.0);
    let (total,): (i64,) = fetch_one!(conn, (i64,), TOTAL, by.post, by.on, by.support, me, id.0)?;
    Ok(total)
}

/// What a unit received by a proposal and has no signed paper yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unsigned {
    /// The unit's name.
    pub unit: String,
    /// How many powers.
    pub items: i64,
    /// One of the assignments.
    pub first: Uuid,
}

#[derive(sqlx::FromRow)]
struct UnsignedRow {
    unit_id: Uuid,
    unit: String,
    id: Uuid,
}

const UNSIGNED: &str = concat!(
    top!(),
    " select s.unit_id, u.name as unit, s.id from proposal_item i join assignment s on s.id = i.assignment_id
    join unit u on u.id = s.unit_id join assignment_life l on l.assignment_id = s.id
    where i.proposal_id = $4 and s.giver_id is not null and s.instrument_signed_on is null
      and l.stage not in ('recalled', 'renewed', 'expired') and ",
    seen_assignment!("s.id", "s.unit_id", "s.giver_id"),
    " order by u.code, s.id"
);

/// The units that received something by a proposal for which no paper is signed yet, among what may be seen.
pub async fn unsigned(conn: &mut Conn, id: ProposalId, sight: Sight) -> Result<Vec<Unsigned>, StoreError> {
    let mut units: Vec<(Uuid, Unsigned)> = Vec::new();
    for row in by_sight!(fetch_all, conn, UnsignedRow, UNSIGNED, sight, id.0)? {
        match units.last_mut().filter(|(unit, _)| *unit == row.unit_id) {
            Some((_, unit)) => unit.items += 1,
            None => units.push((row.unit_id, Unsigned { unit: row.unit, items: 1, first: row.id })),
        }
    }
    Ok(units.into_iter().map(|(_, unit)| unit).collect())
}
