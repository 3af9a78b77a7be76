//! Proposals and what happened to them.

use super::{acting, columns};
use crate::db::{execute, fetch_all, fetch_one, fetch_optional, int, nat, new_id};
use crate::rights::holds;
use crate::search::pattern;
use crate::sight::{BoundSight, seen, top};
use crate::{Conn, StoreError};
use chrono::{DateTime, Utc};
use domain::assignment::{Form, Function};
use domain::duty::Sight;
use domain::id::{ItemId, PersonId, ProposalId, UnitId};
use domain::life::Acting;
use domain::life::state::Phase;
use domain::{Date, Period};
use serde::Serialize;
use uuid::Uuid;

/// A proposal to hand powers down, without its items.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Proposal {
    /// Identifier.
    pub id: ProposalId,
    /// What it is cited by.
    pub number: String,
    /// What it is called.
    pub title: String,
    /// The unit that proposes.
    pub unit: UnitId,
    /// The giving unit.
    pub giver: Option<UnitId>,
    /// Form of transfer.
    pub form: Form,
    /// Functions granted.
    pub functions: Vec<Function>,
    /// When the assignments are to be in force.
    pub period: Period,
    /// Cases expected in a year, for each item.
    pub planned_volume: Option<u32>,
    /// Why.
    pub reason: String,
    /// Where it is.
    pub phase: Phase,
    /// Who drafted it; none for the operator.
    #[serde(skip)]
    pub drafter: Option<Acting>,
    /// When.
    pub drafted_at: DateTime<Utc>,
    /// By when the units answer.
    pub answer_due: Option<Date>,
    /// How often it went along its route.
    pub round: u32,
}

#[derive(sqlx::FromRow)]
struct ProposalRow {
    id: Uuid,
    number: String,
    title: String,
    unit_id: Uuid,
    giver_id: Option<Uuid>,
    form: String,
    functions: String,
    valid_from: Date,
    valid_to: Option<Date>,
    planned_volume: Option<i32>,
    reason: String,
    phase: String,
    drafted_by: Option<Uuid>,
    drafted_for: Option<Uuid>,
    drafted_at: DateTime<Utc>,
    answer_due: Option<Date>,
    round: i32,
}

macro_rules! proposal_columns {
    () => {
        "p.id, p.number, p.title, p.unit_id, p.giver_id, p.form, p.functions, p.valid_from, p.valid_to,
        p.planned_volume, p.reason, p.phase, p.drafted_by, p.drafted_for, p.drafted_at, p.answer_due, p.round"
    };
}

impl TryFrom<ProposalRow> for Proposal {
    type Error = StoreError;
    fn try_from(row: ProposalRow) -> Result<Self, StoreError> {
        Ok(Self {
            id: ProposalId(row.id),
            number: row.number,
            title: row.title,
            unit: UnitId(row.unit_id),
            giver: row.giver_id.map(UnitId),
            form: row.form.parse()?,
            functions: row.functions.split_whitespace().map(str::parse).collect::<Result<_, _>>()?,
            period: Period { from: row.valid_from, to: row.valid_to },
            planned_volume: row.planned_volume.map(nat),
            reason: row.reason,
            phase: row.phase.parse()?,
            drafter: acting(row.drafted_by, row.drafted_for),
            drafted_at: row.drafted_at,
            answer_due: row.answer_due,
            round: nat(row.round),
        })
    }
}

const INSERT: &str =
    "insert into proposal (id, number, title, unit_id, giver_id, form, functions, valid_from,
    valid_to, planned_volume, reason, phase, drafted_by, drafted_for, drafted_at, answer_due, round)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)";

/// Adds a proposal; its number must be new.
pub async fn insert(conn: &mut Conn, proposal: &Proposal) -> Result<(), StoreError> {
    let functions: Vec<&str> = proposal.functions.iter().map(|each| each.as_str()).collect();
    let (by, for_whom) = columns(proposal.drafter);
    execute!(
        conn,
        INSERT,
        proposal.id.0,
        &proposal.number,
        &proposal.title,
        proposal.unit.0,
        proposal.giver.map(|giver| giver.0),
        proposal.form.as_str(),
        functions.join(" "),
        proposal.period.from,
        proposal.period.to,
        proposal.planned_volume.map(int),
        &proposal.reason,
        proposal.phase.as_str(),
        by,
        for_whom,
        proposal.drafted_at,
        proposal.answer_due,
        int(proposal.round),
    )?;
    Ok(())
}

const COUNT: &str = "select cast(count(*) as bigint) from proposal where number like $1";

/// How many proposals have a number that begins so.
pub async fn numbered(conn: &mut Conn, beginning: &str) -> Result<i64, StoreError> {
    let (count,): (i64,) = fetch_one!(conn, (i64,), COUNT, format!("{beginning}%"))?;
    Ok(count)
}

const LOCK: &str = "update proposal set number = number where id = $1";
const BY_ID: &str = concat!("select ", proposal_columns!(), " from proposal p where p.id = $1");

/// A proposal, whoever asks.
pub async fn by_id(conn: &mut Conn, id: ProposalId) -> Result<Option<Proposal>, StoreError> {
    fetch_optional!(conn, ProposalRow, BY_ID, id.0)?.map(Proposal::try_from).transpose()
}

/// A proposal that nobody else writes to until the transaction ends.
pub async fn locked(conn: &mut Conn, id: ProposalId) -> Result<Option<Proposal>, StoreError> {
    execute!(conn, LOCK, id.0)?;
    by_id(conn, id).await
}

const STEP: &str = "update proposal set phase = $3, answer_due = $4, round = $5 where id = $1 and phase = $2";

/// Takes a proposal on from the phase it was in; tells whether it still was.
pub async fn step(conn: &mut Conn, before: Phase, after: &Proposal) -> Result<bool, StoreError> {
    let Proposal { id, phase, answer_due, round, .. } = after;
    Ok(execute!(conn, STEP, id.0, before.as_str(), phase.as_str(), *answer_due, int(*round))? > 0)
}

const IN_PHASE: &str = concat!(
    "select ",
    proposal_columns!(),
    " from proposal p where p.phase = $1 order by p.drafted_at, p.id"
);

/// Every proposal in a phase.
pub async fn in_phase(conn: &mut Conn, phase: Phase) -> Result<Vec<Proposal>, StoreError> {
    fetch_all!(conn, ProposalRow, IN_PHASE, phase.as_str())?.into_iter().map(Proposal::try_from).collect()
}

/// Whether the reader has a seat, after a sight in `$1`–`$3` and his person in `$4`.
macro_rules! is_his_seat {
    ($seat:literal) => {
        concat!(
            "(", $seat, ".person_id = $4 or ", $seat, ".person_id in (select person_id from appointment where id = $1)
            or exists (select 1 from role_grant hg join role_ancestor hr on hr.child = hg.role and hr.ancestor = ",
            $seat, ".role where hg.appointment_id = $1 and hg.scope_id = ", $seat, ".unit_id and ", holds!("hg"), "))"
        )
    };
}

/// Whether the reader holds a role over a unit.
macro_rules! has_role {
    ($role:literal, $unit:literal) => {
        concat!(
            "exists (select 1 from role_grant og join role_ancestor orr on orr.child = og.role and orr.ancestor = '",
            $role, "' join unit_ancestor ou on ou.ancestor_id = og.scope_id
            where og.appointment_id = $1 and ou.unit_id = ", $unit, " and ", holds!("og"), ")"
        )
    };
}

/// Whether all of a proposal may be seen, and not only some of its items.
macro_rules! seen_whole {
    () => {
        concat!(
            "(",
            seen!("p.unit_id"),
            " or (p.phase <> 'draft' and ",
            seen!("p.giver_id"),
            ")
            or exists (select 1 from proposal_stage hs join proposal_seat he on he.stage_id = hs.id
                where hs.proposal_id = p.id and ",
            is_his_seat!("he"),
            "))"
        )
    };
}

macro_rules! shown {
    () => {
        concat!(
            "(",
            seen_whole!(),
            " or (p.phase <> 'draft' and exists (select 1 from proposal_item vi
                join unit_ancestor up on up.unit_id = vi.unit_id join top on top.id = up.ancestor_id
                where vi.proposal_id = p.id)))"
        )
    };
}

/// Whether the reader has to do something with it.
macro_rules! is_mine {
    () => {
        concat!(
            "((p.phase in ('draft', 'returned') and (p.drafted_by = $4 or p.drafted_for = $4))
            or (p.phase = 'answering' and exists (select 1 from proposal_item mi
                where mi.proposal_id = p.id and mi.state = 'proposed' and ", has_role!("manager", "mi.unit_id"), "))
            or (p.phase = 'answering' and ", has_role!("organization", "p.unit_id"), "
                and (not exists (select 1 from proposal_item mi where mi.proposal_id = p.id and mi.state = 'proposed')
                    or exists (select 1 from proposal_item mi where mi.proposal_id = p.id and mi.state = 'objected')))
            or (p.phase = 'approving' and exists (select 1 from proposal_stage ms
                join proposal_seat me on me.stage_id = ms.id
                where ms.proposal_id = p.id and ms.state = 'open' and me.vote is null and ", is_his_seat!("me"), ")))"
        )
    };
}

pub(super) use {has_role, is_his_seat, is_mine, seen_whole, shown};

/// Which proposals a list shows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// `mine` to do, `waiting` for others, or all.
    pub view: String,
    /// In one phase.
    pub phase: Option<Phase>,
    /// Part of the number or title.
    pub typed: String,
}

/// A proposal in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// The proposal.
    pub proposal: Proposal,
    /// Name of the unit that proposes.
    pub unit: String,
    /// Name of the giving unit.
    pub giver: Option<String>,
    /// Who drafted it.
    pub drafter: Option<String>,
    /// For whom.
    pub principal: Option<String>,
    /// Items.
    pub items: i64,
    /// Of them, those that wait for an answer.
    pub open: i64,
    /// Those that were objected to.
    pub objected: i64,
    /// By when whoever is asked now decides.
    pub due: Option<Date>,
    /// Whether the reader has to do something.
    pub is_mine: bool,
}

#[derive(sqlx::FromRow)]
struct LineRow {
    #[sqlx(flatten)]
    proposal: ProposalRow,
    unit: String,
    giver: Option<String>,
    drafter: Option<String>,
    principal: Option<String>,
    items: i64,
    open: i64,
    objected: i64,
    due: Option<Date>,
    mine: i32,
}

macro_rules! lines {
    ($filter:expr) => {
        concat!(
            top!(), " select ", proposal_columns!(), ", u.name as unit, g.name as giver, d.name as drafter,
                o.name as principal,
                (select cast(count(*) as bigint) from proposal_item i where i.proposal_id = p.id) as items,
                (select cast(count(*) as bigint) from proposal_item i where i.proposal_id = p.id
                    and i.state in ('drafted', 'proposed')) as open,
                (select cast(count(*) as bigint) from proposal_item i where i.proposal_id = p.id
                    and i.state = 'objected') as objected,
                case when p.phase = 'answering' then p.answer_due when p.phase = 'approving' then
                    (select min(s.due_on) from proposal_stage s where s.proposal_id = p.id and s.state = 'open')
                    else null end as due,
                case when ", is_mine!(), " then 1 else 0 end as mine
            from proposal p join unit u on u.id = p.unit_id left join unit g on g.id = p.giver_id
            left join person d on d.id = p.drafted_by left join person o on o.id = p.drafted_for
            where ", shown!(), " and ", $filter
        )
    };
}
macro_rules! filtered {
    () => {
        concat!(
            "(cast($5 as text) is null or p.phase = $5)
            and (lower(p.number) like $6 escape '\\' or lower(p.title) like $6 escape '\\')
            and ($7 not in ('mine', 'waiting') or ($7 = 'mine' and ",
            is_mine!(),
            ")
                or ($7 = 'waiting' and p.phase in ('answering', 'approving') and not ",
            is_mine!(),
            "))"
        )
    };
}
const LIST: &str = lines!(concat!(filtered!(), " order by p.drafted_at desc, p.id desc limit $8 offset $9"));
const TOTAL: &str = concat!(
    top!(),
    " select cast(count(*) as bigint) from proposal p where ",
    shown!(),
    " and ",
    filtered!()
);
const ONE: &str = lines!("p.id = $5");

fn line(row: LineRow) -> Result<Line, StoreError> {
    Ok(Line {
        proposal: row.proposal.try_into()?,
        unit: row.unit,
        giver: row.giver,
        drafter: row.drafter,
        principal: row.principal,
        items: row.items,
        open: row.open,
        objected: row.objected,
        due: row.due,
        is_mine: row.mine == 1,
    })
}

/// Proposals that a person may see, the newest first.
pub async fn list(
    conn: &mut Conn,
    filter: &Filter,
    sight: Sight,
    me: Option<PersonId>,
    limit: i64,
    offset: i64,
) -> Result<Vec<Line>, StoreError> {
    let by = BoundSight::from(sight);
    let (me, phase) = (me.map(|me| me.0), filter.phase.map(Phase::as_str));
    let typed = pattern(&filter.typed);
    let rows = fetch_all!(
        conn,
        LineRow,
        LIST,
        by.post,
        by.on,
        by.support,
        me,
        phase,
        typed,
        &filter.view,
        limit,
        offset
    )?;
    rows.into_iter().map(line).collect()
}

/// How many there are.
pub async fn total(
    conn: &mut Conn,
    filter: &Filter,
    sight: Sight,
    me: Option<PersonId>,
) -> Result<i64, StoreError> {
    let by = BoundSight::from(sight);
    let (me, phase) = (me.map(|me| me.0), filter.phase.map(Phase::as_str));
    let typed = pattern(&filter.typed);
    let (total,): (i64,) =
        fetch_one!(conn, (i64,), TOTAL, by.post, by.on, by.support, me, phase, typed, &filter.view)?;
    Ok(total)
}

/// A proposal that a person may see.
pub async fn visible(
    conn: &mut Conn,
    id: ProposalId,
    sight: Sight,
    me: Option<PersonId>,
) -> Result<Option<Line>, StoreError> {
    let by = BoundSight::from(sight);
    fetch_optional!(conn, LineRow, ONE, by.post, by.on, by.support, me.map(|me| me.0), id.0)?
        .map(line)
        .transpose()
}

/// Something that happened to a proposal.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Happened {
    /// Code of what was done.
    pub act: String,
    /// The item's power and unit, where it was about one.
    pub item: Option<String>,
    /// Who; none for the operator and the clock.
    pub name: Option<String>,
    /// For whom.
    pub principal: Option<String>,
    /// When.
    pub happened_at: DateTime<Utc>,
    /// Why.
    pub reason: String,
}

const NOTE: &str = "insert into proposal_event (id, proposal_id, item_id, act, person_id, principal_id, happened_at,
    urged_on, reason) values ($1, $2, $3, $4, $5, $6, $7, $8, $9) on conflict (proposal_id, urged_on) do nothing";

/// What is written down of a proposal.
#[derive(Debug, Clone, Copy)]
pub struct Note<'a> {
    /// The item that it is about.
    pub item: Option<ItemId>,
    /// Code of what was done.
    pub act: &'a str,
    /// Who did it; none for the operator and the clock.
    pub acting: Option<Acting>,
    /// When.
    pub at: DateTime<Utc>,
    /// The day on which somebody was urged, where it is that.
    pub urged_on: Option<Date>,
    /// Why.
    pub reason: &'a str,
}

/// Writes down what happened; of urging once a day. Tells whether it was written.
pub async fn note(conn: &mut Conn, proposal: ProposalId, note: &Note<'_>) -> Result<bool, StoreError> {
    let (by, for_whom) = columns(note.acting);
    let (item, Note { act, at, urged_on, reason, .. }) = (note.item.map(|item| item.0), note);
    Ok(execute!(conn, NOTE, new_id(), proposal.0, item, *act, by, for_whom, *at, *urged_on, *reason)? > 0)
}

const HISTORY: &str = concat!(
    top!(),
    " select e.act, w.name || ' → ' || u.name as item, n.name, o.name as principal, e.happened_at, e.reason
    from proposal p join proposal_event e on e.proposal_id = p.id left join proposal_item i on i.id = e.item_id
    left join power w on w.id = i.power_id left join unit u on u.id = i.unit_id
    left join person n on n.id = e.person_id left join person o on o.id = e.principal_id
    where p.id = $5 and (i.id is null or ",
    seen!("i.unit_id"),
    " or ",
    seen_whole!(),
    ") order by e.happened_at desc, e.id desc limit $6"
);

/// What happened to a proposal, the latest first; to whom only some of its items are shown, of these alone.
pub async fn history(
    conn: &mut Conn,
    id: ProposalId,
    sight: Sight,
    me: Option<PersonId>,
    limit: i64,
) -> Result<Vec<Happened>, StoreError> {
    let by = BoundSight::from(sight);
    let me = me.map(|me| me.0);
    fetch_all!(conn, Happened, HISTORY, by.post, by.on, by.support, me, id.0, limit)
}
