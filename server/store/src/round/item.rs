//! The items of a round, and the proposals that become of them.

use super::Counts;
use crate::db::{execute, fetch_all, fetch_one, fetch_optional, int, nat};
use crate::search::pattern;
use crate::sight::{by_sight, seen, top};
use crate::{Conn, StoreError};
use domain::catalogue::round::{Answers, Outcome, Party, Standing, Terms};
use domain::duty::Sight;
use domain::id::{ItemId, PersonId, PowerId, ProposalId, RoundId, RoundItemId, UnitId};
use domain::life::Acting;
use domain::life::state::{ItemState, Phase};
use serde::Serialize;
use std::collections::BTreeMap;
use uuid::Uuid;

/// An item of a round, with names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Item {
    /// Identifier.
    pub id: RoundItemId,
    /// The power.
    pub power: PowerId,
    /// Its code.
    pub power_code: String,
    /// Its name.
    pub power_name: String,
    /// The receiving unit.
    pub unit: UnitId,
    /// Its code.
    pub unit_code: String,
    /// Its name.
    pub unit_name: String,
    /// The giving department.
    pub department: Option<UnitId>,
    /// Its name.
    pub department_name: String,
    /// Terms and answers.
    pub standing: Standing,
    /// How often it was written.
    pub revision: u32,
    /// The proposal in which it stands.
    pub proposed: Option<Proposed>,
}

/// What became of an item when the round was over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Proposed {
    /// The proposal.
    pub proposal: ProposalId,
    /// Its number.
    pub number: String,
    /// Where its item is.
    pub state: ItemState,
}

#[derive(sqlx::FromRow)]
struct ItemRow {
    id: Uuid,
    power_id: Uuid,
    power_code: String,
    power_name: String,
    unit_id: Uuid,
    unit_code: String,
    unit_name: String,
    department_id: Option<Uuid>,
    department_name: Option<String>,
    form: String,
    functions: String,
    list: String,
    is_kept: bool,
    township: Option<String>,
    department: Option<String>,
    county: Option<String>,
    revision: i32,
    proposal_id: Option<Uuid>,
    proposal_number: Option<String>,
    proposal_state: Option<String>,
}

impl TryFrom<ItemRow> for Item {
    type Error = StoreError;
    fn try_from(row: ItemRow) -> Result<Self, StoreError> {
        let functions = row.functions.split_whitespace().map(str::parse);
        let answer = |code: Option<String>| code.map(|code| code.parse()).transpose();
        let proposed = match (row.proposal_id, row.proposal_number, row.proposal_state) {
            (Some(id), Some(number), Some(state)) => {
                Some(Proposed { proposal: ProposalId(id), number, state: state.parse()? })
            }
            _ => None,
        };
        Ok(Self {
            id: RoundItemId(row.id),
            power: PowerId(row.power_id),
            power_code: row.power_code,
            power_name: row.power_name,
            unit: UnitId(row.unit_id),
            unit_code: row.unit_code,
            unit_name: row.unit_name,
            department: row.department_id.map(UnitId),
            department_name: row.department_name.unwrap_or_default(),
            standing: Standing {
                terms: Terms {
                    form: row.form.parse()?,
                    functions: functions.collect::<Result<_, _>>()?,
                    list: row.list.parse()?,
                    kept: row.is_kept,
                },
                answers: Answers {
                    township: answer(row.township)?,
                    department: answer(row.department)?,
                    county: answer(row.county)?,
                },
            },
            revision: nat(row.revision),
            proposed,
        })
    }
}

const INSERT_ITEM: &str =
    "insert into round_item (id, round_id, power_id, unit_id, department_id, form, functions,
    list, is_kept, revision) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, 0)";

fn functions(terms: &Terms) -> String {
    terms.functions.iter().map(|function| function.as_str()).collect::<Vec<_>>().join(" ")
}

/// Adds an item that nobody has answered.
pub async fn insert_item(
    conn: &mut Conn,
    round: RoundId,
    power: PowerId,
    unit: UnitId,
    department: Option<UnitId>,
    terms: &Terms,
) -> Result<RoundItemId, StoreError> {
    let id = crate::new_id();
    execute!(
        conn,
        INSERT_ITEM,
        id,
        round.0,
        power.0,
        unit.0,
        department.map(|id| id.0),
        terms.form.as_str(),
        functions(terms),
        terms.list.as_str(),
        terms.kept,
    )?;
    Ok(RoundItemId(id))
}

const WRITE_ITEM: &str =
    "update round_item set form = $3, functions = $4, list = $5, is_kept = $6, township = $7,
    department = $8, county = $9, revision = revision + 1 where id = $1 and revision = $2";

/// Writes how an item stands; tells whether it still was as it was seen.
pub async fn write_item(
    conn: &mut Conn,
    id: RoundItemId,
    revision: u32,
    standing: &Standing,
) -> Result<bool, StoreError> {
    let Standing { terms, answers } = standing;
    let code = |party| answers.of(party).map(domain::catalogue::round::Answer::as_str);
    let written = execute!(
        conn,
        WRITE_ITEM,
        id.0,
        int(revision),
        terms.form.as_str(),
        functions(terms),
        terms.list.as_str(),
        terms.kept,
        code(Party::Township),
        code(Party::Department),
        code(Party::County),
    )?;
    Ok(written > 0)
}

/// Which items.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// Of one township.
    pub unit: Option<UnitId>,
    /// Of one power.
    pub power: Option<PowerId>,
    /// Of one department.
    pub department: Option<UnitId>,
    /// Where they have come to.
    pub outcome: Option<Outcome>,
    /// Part of the power's or unit's name or code.
    pub typed: String,
}

/// The items of the round `$4` that may be seen, filtered by `$5` to `$9`.
macro_rules! items {
    ($columns:expr, $rest:expr) => {
        concat!(
            top!(),
            " select ",
            $columns,
            " from round_item i join power p on p.id = i.power_id join unit u on u.id = i.unit_id
            left join unit d on d.id = i.department_id left join round_proposal q on q.round_item_id = i.id
            left join proposal_item z on z.id = q.proposal_item_id left join proposal o on o.id = z.proposal_id
            where i.round_id = $4 and (cast($5 as uuid) is null or i.unit_id = $5)
              and (cast($6 as uuid) is null or i.power_id = $6)
              and (cast($7 as uuid) is null or i.department_id = $7)
              and ($8 = '' or ",
            outcome!(),
            " = $8) and (p.search like $9 escape '\\' or u.search like $9 escape '\\') and ",
            seen_item!(),
            $rest
        )
    };
}
macro_rules! item_columns {
    () => {
        "i.id, i.power_id, p.code as power_code, p.name as power_name, i.unit_id, u.code as unit_code,
        u.name as unit_name, i.department_id, d.name as department_name, i.form, i.functions, i.list, i.is_kept,
        i.township, i.department, i.county, i.revision, o.id as proposal_id, o.number as proposal_number,
        z.state as proposal_state"
    };
}
const ITEMS: &str = items!(item_columns!(), " order by u.code, p.code, i.id limit $10 offset $11");
const COUNTS: &str =
    items!(concat!(outcome!(), ", cast(count(*) as bigint)"), concat!(" group by ", outcome!()));
const UNITS: &str = items!(
    concat!("u.id, u.name, ", outcome!(), ", cast(count(*) as bigint)"),
    concat!(" group by u.id, u.code, u.name, ", outcome!(), " order by u.code")
);

/// Of these, those that stand in no proposal, or in one that was taken back.
macro_rules! undrafted {
    ($columns:expr, $rest:literal) => {
        items!($columns, concat!(" and (z.id is null or z.state = 'withdrawn')", $rest))
    };
}
const UNDRAFTED: &str =
    undrafted!(item_columns!(), " order by d.code, u.code, p.code, i.id limit $10 offset $11");
const UNDRAFTED_COUNT: &str = undrafted!("cast(count(*) as bigint)", "");
const PROPOSALS: &str = items!(
    "o.id, o.number, o.title, o.phase, cast(count(*) as bigint) as items",
    " and o.id is not null group by o.id, o.number, o.title, o.phase, o.drafted_at order by o.drafted_at, o.number"
);

macro_rules! send {
    ($fetch:ident, $conn:expr, $row:ty, $sql:expr, $round:expr, $filter:expr, $sight:expr $(, $arg:expr)*) => {
        by_sight!(
            $fetch,
            $conn,
            $row,
            $sql,
            $sight,
            $round.0,
            $filter.unit.map(|id| id.0),
            $filter.power.map(|id| id.0),
            $filter.department.map(|id| id.0),
            $filter.outcome.map_or("", Outcome::as_str),
            pattern(&$filter.typed)
            $(, $arg)*
        )
    };
}

/// A stretch of the items that may be seen, by unit and power.
pub async fn items(
    conn: &mut Conn,
    round: RoundId,
    filter: &Filter,
    sight: Sight,
    (limit, offset): (i64, i64),
) -> Result<Vec<Item>, StoreError> {
    let rows = send!(fetch_all, conn, ItemRow, ITEMS, round, filter, sight, limit, offset)?;
    rows.into_iter().map(Item::try_from).collect()
}

/// How many of the items that may be seen stand where.
pub async fn counts(
    conn: &mut Conn,
    round: RoundId,
    filter: &Filter,
    sight: Sight,
) -> Result<Counts, StoreError> {
    let mut counts = Counts::default();
    for (outcome, count) in send!(fetch_all, conn, (String, i64), COUNTS, round, filter, sight)? {
        counts.add(outcome.parse()?, count);
    }
    Ok(counts)
}

/// The townships of a round that may be seen, with their items.
pub async fn units(
    conn: &mut Conn,
    round: RoundId,
    sight: Sight,
) -> Result<Vec<(UnitId, String, Counts)>, StoreError> {
    let filter = Filter::default();
    let mut units: Vec<(UnitId, String, Counts)> = Vec::new();
    for (id, name, outcome, count) in
        send!(fetch_all, conn, (Uuid, String, String, i64), UNITS, round, filter, sight)?
    {
        if units.last().is_none_or(|(last, ..)| last.0 != id) {
            units.push((UnitId(id), name, Counts::default()));
        }
        if let Some((.., counts)) = units.last_mut() {
            counts.add(outcome.parse()?, count);
        }
    }
    Ok(units)
}

/// Most items of a round.
const MOST: i64 = 100_000;

fn agreed_ones() -> Filter {
    Filter { outcome: Some(Outcome::Agreed), ..Filter::default() }
}

/// Agreed items that stand in no proposal yet, or in one that was taken back, by department and unit; whoever asks.
pub async fn undrafted(conn: &mut Conn, round: RoundId) -> Result<Vec<Item>, StoreError> {
    let (filter, sight) = (agreed_ones(), Sight::Everything);
    let rows = send!(fetch_all, conn, ItemRow, UNDRAFTED, round, filter, sight, MOST, 0_i64)?;
    rows.into_iter().map(Item::try_from).collect()
}

/// How many of them there are.
pub async fn undrafted_count(conn: &mut Conn, round: RoundId) -> Result<i64, StoreError> {
    let (filter, sight) = (agreed_ones(), Sight::Everything);
    let (count,) = send!(fetch_one, conn, (i64,), UNDRAFTED_COUNT, round, filter, sight)?;
    Ok(count)
}

/// A proposal that became of items of a round.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Drafted {
    /// The proposal.
    pub id: ProposalId,
    /// Its number.
    pub number: String,
    /// What it is called.
    pub title: String,
    /// How far it has come.
    pub phase: Phase,
    /// How many of the round's items it has that may be seen.
    pub items: i64,
}

/// The proposals that became of items that may be seen, in the order in which they were drafted.
pub async fn proposals(conn: &mut Conn, round: RoundId, sight: Sight) -> Result<Vec<Drafted>, StoreError> {
    let filter = Filter::default();
    let rows = send!(fetch_all, conn, (Uuid, String, String, String, i64), PROPOSALS, round, filter, sight)?;
    let drafted = |(id, number, title, phase, items): (Uuid, String, String, String, i64)| {
        Ok(Drafted { id: ProposalId(id), number, title, phase: phase.parse()?, items })
    };
    rows.into_iter().map(drafted).collect()
}

const LINK: &str = "insert into round_proposal (round_item_id, proposal_item_id) values ($1, $2)
    on conflict (round_item_id) do update set proposal_item_id = excluded.proposal_item_id";

/// Notes which item of a proposal became of an item; one that was taken back gives way.
pub async fn link(conn: &mut Conn, item: RoundItemId, proposed: ItemId) -> Result<(), StoreError> {
    execute!(conn, LINK, item.0, proposed.0)?;
    Ok(())
}

const AGREED: &str = "select q.proposal_item_id, c.person_id, c.principal_id from round_proposal q
    join proposal_item z on z.id = q.proposal_item_id join round_item i on i.id = q.round_item_id
    join round_change c on c.item_id = i.id
    where z.proposal_id = $1 and i.township = 'accept' and c.party = 'township' and c.act in ('accept', 'change')
    order by c.done_at, c.id";

/// The items of a proposal to which their units have agreed in its round, with who did so.
pub async fn agreed(
    conn: &mut Conn,
    proposal: ProposalId,
) -> Result<BTreeMap<ItemId, Option<Acting>>, StoreError> {
    let rows = fetch_all!(conn, (Uuid, Option<Uuid>, Option<Uuid>), AGREED, proposal.0)?;
    // Of several who said so, the last one counts.
    let acting = |(item, person, principal): (Uuid, Option<Uuid>, Option<Uuid>)| {
        let acting =
            person.map(|person| Acting { person: PersonId(person), principal: principal.map(PersonId) });
        (ItemId(item), acting)
    };
    Ok(rows.into_iter().map(acting).collect())
}

const ONE: &str = concat!(
    "select ",
    item_columns!(),
    " from round_item i join power p on p.id = i.power_id join unit u on u.id = i.unit_id
    left join unit d on d.id = i.department_id left join round_proposal q on q.round_item_id = i.id
    left join proposal_item z on z.id = q.proposal_item_id left join proposal o on o.id = z.proposal_id
    where i.id = $1 and i.round_id = $2"
);

/// An item of a round, whoever asks.
pub async fn item(conn: &mut Conn, round: RoundId, id: RoundItemId) -> Result<Option<Item>, StoreError> {
    fetch_optional!(conn, ItemRow, ONE, id.0, round.0)?.map(Item::try_from).transpose()
}
