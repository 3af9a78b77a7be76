//! Rounds "three times up, three times down": their items, and everything that was said about these.

use crate::db::{execute, fetch_all, fetch_one, fetch_optional, int, nat};
use crate::search::pattern;
use crate::sight::{by_sight, seen, top};
use crate::{Conn, StoreError};
use chrono::{DateTime, Utc};
use domain::Date;
use domain::catalogue::round::{Act, Answers, Outcome, Party, Stage, Standing, Terms};
use domain::duty::Sight;
use domain::id::{ItemId, PersonId, PowerId, ProposalId, RoundId, RoundItemId, UnitId};
use domain::life::Acting;
use domain::life::state::{ItemState, Phase};
use serde::Serialize;
use sqlx::types::Json;
use std::collections::BTreeMap;
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

/// Something that was done to an item.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Change {
    /// The item.
    pub item: RoundItemId,
    /// In which stage.
    pub stage: Stage,
    /// For which party.
    pub party: Party,
    /// What.
    pub act: Act,
    /// By whom; none where the operator did it.
    pub person: Option<PersonId>,
    /// On whose behalf.
    pub principal: Option<PersonId>,
    /// When.
    pub at: DateTime<Utc>,
    /// The terms before.
    pub before: Terms,
    /// The terms after.
    pub after: Terms,
    /// What was said.
    pub comment: String,
}

const INSERT_CHANGE: &str = "insert into round_change (id, round_id, item_id, stage, party, act, person_id,
    principal_id, done_at, before, after, comment) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)";

/// Writes down what was done.
pub async fn insert_change(conn: &mut Conn, round: RoundId, change: &Change) -> Result<(), StoreError> {
    execute!(
        conn,
        INSERT_CHANGE,
        crate::new_id(),
        round.0,
        change.item.0,
        change.stage.as_str(),
        change.party.as_str(),
        change.act.as_str(),
        change.person.map(|id| id.0),
        change.principal.map(|id| id.0),
        change.at,
        Json(&change.before),
        Json(&change.after),
        &change.comment,
    )?;
    Ok(())
}

/// A change with names.
#[derive(Debug, Clone, PartialEq)]
pub struct ChangeLine {
    /// The change.
    pub change: Change,
    /// Code and name of the power.
    pub power: (String, String),
    /// Name of the township.
    pub unit: String,
    /// Who did it.
    pub name: Option<String>,
    /// On whose behalf.
    pub principal: Option<String>,
}

#[derive(sqlx::FromRow)]
struct ChangeRow {
    item_id: Uuid,
    stage: String,
    party: String,
    act: String,
    person_id: Option<Uuid>,
    principal_id: Option<Uuid>,
    done_at: DateTime<Utc>,
    before: Json<Terms>,
    after: Json<Terms>,
    comment: String,
    power_code: String,
    power_name: String,
    unit: String,
    name: Option<String>,
    principal: Option<String>,
}

impl TryFrom<ChangeRow> for ChangeLine {
    type Error = StoreError;
    fn try_from(row: ChangeRow) -> Result<Self, StoreError> {
        Ok(Self {
            change: Change {
                item: RoundItemId(row.item_id),
                stage: row.stage.parse()?,
                party: row.party.parse()?,
                act: row.act.parse()?,
                person: row.person_id.map(PersonId),
                principal: row.principal_id.map(PersonId),
                at: row.done_at,
                before: row.before.0,
                after: row.after.0,
                comment: row.comment,
            },
            power: (row.power_code, row.power_name),
            unit: row.unit,
            name: row.name,
            principal: row.principal,
        })
    }
}

/// Which changes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Changes {
    /// Of one item.
    pub item: Option<RoundItemId>,
    /// Of one township.
    pub unit: Option<UnitId>,
    /// Of one stage.
    pub stage: Option<Stage>,
    /// Of one party.
    pub party: Option<Party>,
    /// Of one kind.
    pub act: Option<Act>,
}

macro_rules! changes {
    ($columns:literal, $rest:literal) => {
        concat!(
            top!(),
            " select ",
            $columns,
            " from round_change c join round_item i on i.id = c.item_id join power p on p.id = i.power_id
            join unit u on u.id = i.unit_id left join person n on n.id = c.person_id
            left join person m on m.id = c.principal_id
            where c.round_id = $4 and (cast($5 as uuid) is null or c.item_id = $5)
              and (cast($6 as uuid) is null or i.unit_id = $6) and ($7 = '' or c.stage = $7)
              and ($8 = '' or c.party = $8) and ($9 = '' or c.act = $9) and ",
            seen_item!(),
            $rest
        )
    };
}
const CHANGES: &str = changes!(
    "c.item_id, c.stage, c.party, c.act, c.person_id, c.principal_id, c.done_at, c.before, c.after, c.comment,
        p.code as power_code, p.name as power_name, u.name as unit, n.name, m.name as principal",
    " order by c.done_at desc, c.id desc limit $10 offset $11"
);
const CHANGES_COUNT: &str = changes!("cast(count(*) as bigint)", "");

/// A stretch of what was done and may be seen, the newest first, and how much there is.
pub async fn changes(
    conn: &mut Conn,
    round: RoundId,
    filter: &Changes,
    sight: Sight,
    (limit, offset): (i64, i64),
) -> Result<(Vec<ChangeLine>, i64), StoreError> {
    let (item, unit) = (filter.item.map(|id| id.0), filter.unit.map(|id| id.0));
    let stage = filter.stage.map_or("", Stage::as_str);
    let party = filter.party.map_or("", Party::as_str);
    let act = filter.act.map_or("", Act::as_str);
    let rows = by_sight!(
        fetch_all, conn, ChangeRow, CHANGES, sight, round.0, item, unit, stage, party, act, limit, offset
    )?;
    let (count,) =
        by_sight!(fetch_one, conn, (i64,), CHANGES_COUNT, sight, round.0, item, unit, stage, party, act)?;
    Ok((rows.into_iter().map(ChangeLine::try_from).collect::<Result<_, StoreError>>()?, count))
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
