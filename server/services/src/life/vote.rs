//! Approval: along the route, vote by vote, until assignments are made; with passing on and urging.

use super::proposal::{drafters, happened, link, own, step, words};
use super::{Answer, acting, gone, reason, refused, tell};
use crate::ServiceError;
use crate::form::{FieldError, Fields, text};
use crate::write::{Caller, Change, Write};
use access::{Action, Permit};
use domain::assignment::{Assignment, Form};
use domain::duty::{Role, Subject};
use domain::id::{AssignmentId, ProposalId, SeatId, UnitId};
use domain::life::clock::postponed;
use domain::life::route::{Seat, StageState, Vote, may_vote, needed, outcome};
use domain::life::state::{Answer as Said, ItemState, Move, Phase, Stage, may_submit};
use domain::life::takeover::{due, tasks};
use domain::life::{Acting, Refusal};
use domain::notice::{Event, To, Words};
use domain::{Message, Period};
use serde_json::json;
use std::collections::BTreeSet;
use store::life::proposal::Proposal;
use store::life::seat::{Running, Taken};
use store::life::tenure::Tenure;
use store::{Conn, Db};

/// Sends what was accepted along the route of approval. Without a route, or with a stage in which nobody but the
/// drafter could approve, it is refused.
pub async fn submit(db: &Db, caller: &Caller, id: ProposalId) -> Answer<()> {
    let mut write = Write::begin(db).await?;
    let conn = write.conn();
    let Some(mut proposal) = store::life::proposal::locked(conn, id).await? else {
        return Ok(Err(vec![gone()]));
    };
    let permit = own(conn, caller, &proposal).await?;
    let states: Vec<_> =
        store::life::item::of_proposal(conn, id).await?.iter().map(|item| item.state).collect();
    if proposal.phase == Phase::Answering
        && let Err(refusal) = may_submit(&states)
    {
        return Ok(refused(refusal));
    }
    let Some(route) = store::life::route::of(conn, proposal.unit, proposal.form).await? else {
        return Ok(refused(Refusal::NoRoute));
    };
    for stage in &route.stages {
        let mut seats = 0_u32;
        for (seat, _) in &stage.seats {
            let could = match seat {
                Seat::Person(person) => vec![*person],
                Seat::Role(role, unit) => {
                    store::life::route::holders(conn, *role, *unit, caller.today).await?
                }
            };
            let is_other = |person| proposal.drafter.is_none_or(|drafter| !drafter.is(person));
            seats += u32::from(could.into_iter().any(is_other));
        }
        let asked = u32::try_from(stage.seats.len()).unwrap_or(u32::MAX);
        let is_enough = needed(stage.mode, stage.quorum, asked).is_ok_and(|needed| seats >= needed);
        if !is_enough {
            let told = Message::new("proposal-error-stage").with("stage", stage.name.as_str());
            return Ok(Err(vec![Refusal::NoApprover.at("life"), ("life", told)]));
        }
    }
    let first = route.stages.first().map_or(0, |stage| stage.days);
    let calendar = store::calendar::load(conn).await?;
    let due = calendar.after(caller.today, first);
    proposal.round += 1;
    if let Err(refusal) = step(conn, &mut proposal, Move::Submit).await? {
        return Ok(refused(refusal));
    }
    store::life::seat::insert(conn, id, proposal.round, &route.stages, due).await?;
    happened(conn, caller, &proposal, None, "submit", "").await?;
    ask(conn, caller, &proposal).await?;
    let change = Change {
        subject: id.to_string(),
        after: json!({ "route": route.id, "round": proposal.round }),
        ..Change::default()
    };
    write.commit(caller, &permit, change).await?;
    Ok(Ok(()))
}

/// To whom a seat belongs.
pub(super) fn to(seat: Seat) -> To {
    match seat {
        Seat::Person(person) => To::Person(person),
        Seat::Role(role, unit) => To::Role(role, unit),
    }
}

/// The stage of the last round that is open.
pub(super) async fn open_stage(
    conn: &mut Conn,
    proposal: &Proposal,
) -> Result<Option<Running>, ServiceError> {
    let stages = store::life::seat::of_proposal(conn, proposal.id).await?;
    Ok(stages.into_iter().find(|stage| stage.round == proposal.round && stage.state == StageState::Open))
}

/// Asks the seats of the open stage.
async fn ask(conn: &mut Conn, caller: &Caller, proposal: &Proposal) -> Result<(), ServiceError> {
    let Some(stage) = open_stage(conn, proposal).await? else { return Ok(()) };
    let all: Vec<To> = stage.seats.iter().map(|taken| to(taken.seat)).collect();
    let words = Words { day: stage.due_on, reason: stage.name.clone(), ..words(caller, proposal) };
    tell(conn, caller, Event::ApprovalAsked, (stage.id.0, ""), words, link(proposal), &all).await?;
    Ok(())
}

/// The empty seat that a person may take, the wished one first; else why he may not.
fn seat<'a>(
    stage: &'a Running,
    proposal: &Proposal,
    caller: &Caller,
    by: Acting,
    wished: Option<SeatId>,
) -> Result<&'a Taken, Refusal> {
    let voted: Vec<Acting> = stage.seats.iter().filter_map(|taken| taken.voted).collect();
    let grants = caller.actor.rights().map(|rights| rights.grants.clone()).unwrap_or_default();
    let holds = |role: Role, unit: UnitId| grants.iter().any(|each| each.role == role && each.scope == unit);
    let mut refusal = Refusal::NoSeat;
    for taken in stage.seats.iter().filter(|taken| wished.is_none_or(|wished| taken.id == wished)) {
        match may_vote(by, proposal.drafter, taken.seat, &voted, holds) {
            Ok(()) if taken.vote.is_none() => return Ok(taken),
            Ok(()) => refusal = Refusal::Decided,
            Err(other) => refusal = if refusal == Refusal::NoSeat { other } else { refusal },
        }
    }
    Err(refusal)
}

/// The seat of a proposal's open stage in which the caller may vote.
pub fn mine(stages: &[Running], proposal: &Proposal, caller: &Caller) -> Option<SeatId> {
    let open =
        stages.iter().find(|stage| stage.round == proposal.round && stage.state == StageState::Open)?;
    seat(open, proposal, caller, acting(caller)?, None).ok().map(|taken| taken.id)
}

/// A permit to approve, in one's own post. Nobody approves what he drafted.
async fn permit(conn: &mut Conn, caller: &Caller, proposal: &Proposal) -> Result<Permit, ServiceError> {
    let post = caller.actor.rights().and_then(|rights| rights.post.as_ref()).map(|post| post.unit);
    let units = store::unit::above(conn, post.unwrap_or(proposal.unit)).await?;
    let benefits = proposal.drafter.map(|drafter| drafter.person);
    caller.permit(Action::ProposalApprove, &Subject { units: &units, benefits, ..Subject::default() })
}

/// Votes in the open stage: `vote` (`agree`, `return`, `refuse`), `reason`, which the last two need, and `seat`, where
/// he has several. What passes the last stage becomes assignments that are still to be taken over.
pub async fn vote(db: &Db, caller: &Caller, id: ProposalId, fields: &Fields) -> Answer<StageState> {
    let mut errors: Vec<FieldError> = Vec::new();
    let Ok(said) = text(fields, "vote").parse::<Vote>() else {
        return Ok(Err(vec![("vote", Message::new("proposal-error-vote"))]));
    };
    let why = if said.needs_reason() {
        reason(text(fields, "reason"), "reason", &mut errors)
    } else {
        text(fields, "reason").to_owned()
    };
    if !errors.is_empty() {
        return Ok(Err(errors));
    }
    let mut write = Write::begin(db).await?;
    let conn = write.conn();
    let Some(mut proposal) = store::life::proposal::locked(conn, id).await? else {
        return Ok(Err(vec![gone()]));
    };
    let permit = permit(conn, caller, &proposal).await?;
    let Some(by) = acting(caller) else {
        return Ok(Err(vec![("vote", Message::new("case-error-nobody"))]));
    };
    if proposal.phase != Phase::Approving {
        let is_late = proposal.phase.is_over() || proposal.phase == Phase::Returned;
        return Ok(refused(if is_late { Refusal::Decided } else { Refusal::WrongState }));
    }
    let Some(mut stage) = open_stage(conn, &proposal).await? else { return Ok(refused(Refusal::Decided)) };
    let taken = match seat(&stage, &proposal, caller, by, text(fields, "seat").parse().ok()) {
        Ok(taken) => taken.id,
        // A second click says so to himself, not of another.
        Err(Refusal::Voted) => return Ok(Err(vec![("life", Message::new("proposal-error-voted"))])),
        Err(refusal) => return Ok(refused(refusal)),
    };
    if !store::life::seat::vote(conn, taken, said, Some(by), caller.now, &why).await? {
        return Ok(refused(Refusal::Decided));
    }
    for each in stage.seats.iter_mut().filter(|each| each.id == taken) {
        each.vote = Some(said);
    }
    happened(conn, caller, &proposal, None, said.as_str(), &why).await?;
    let votes: Vec<Option<Vote>> = stage.seats.iter().map(|taken| taken.vote).collect();
    let state = match outcome(stage.mode, stage.quorum, &votes) {
        Ok(state) => state,
        Err(refusal) => return Ok(refused(refusal)),
    };
    if state != StageState::Open {
        store::life::seat::set(conn, stage.id, state, None).await?;
        if let Err(refusal) = after(conn, caller, &mut proposal, &stage, state, &why).await? {
            return Ok(refused(refusal));
        }
    }
    let change = Change {
        subject: id.to_string(),
        after: json!({
            "vote": said.as_str(), "stage": stage.name, "state": state.as_str(), "phase": proposal.phase.as_str(),
        }),
        reason: why,
        ..Change::default()
    };
    write.commit(caller, &permit, change).await?;
    Ok(Ok(state))
}

/// What follows when a stage is over.
async fn after(
    conn: &mut Conn,
    caller: &Caller,
    proposal: &mut Proposal,
    stage: &Running,
    state: StageState,
    why: &str,
) -> Result<Result<(), Refusal>, ServiceError> {
    let (by, item, event) = match state {
        StageState::Passed => {
            let stages = store::life::seat::of_proposal(conn, proposal.id).await?;
            let next =
                stages.into_iter().find(|each| each.round == stage.round && each.place == stage.place + 1);
            let Some(next) = next else { return approve(conn, caller, proposal).await };
            let calendar = store::calendar::load(conn).await?;
            let due = calendar.after(caller.today, next.days);
            store::life::seat::set(conn, next.id, StageState::Open, Some(due)).await?;
            ask(conn, caller, proposal).await?;
            return Ok(Ok(()));
        }
        StageState::Returned => (Move::Return, Said::Return, Event::ProposalReturned),
        _ => (Move::Refuse, Said::Refuse, Event::ProposalRefused),
    };
    if let Err(refusal) = step(conn, proposal, by).await? {
        return Ok(Err(refusal));
    }
    if let Ok(state) = ItemState::Accepted.after(item) {
        store::life::item::all(conn, proposal.id, ItemState::Accepted, state).await?;
    }
    let said = Words { reason: why.to_owned(), ..words(caller, proposal) };
    let about = (stage.id.0, "");
    tell(conn, caller, event, about, said, link(proposal), &drafters(proposal)).await?;
    Ok(Ok(()))
}

/// Makes an assignment of each accepted item, with its life and the tasks of its take-over.
async fn approve(
    conn: &mut Conn,
    caller: &Caller,
    proposal: &mut Proposal,
) -> Result<Result<(), Refusal>, ServiceError> {
    if let Err(refusal) = step(conn, proposal, Move::Approve).await? {
        return Ok(Err(refusal));
    }
    happened(conn, caller, proposal, None, "approve", "").await?;
    let (settings, calendar) = (store::life::settings(conn).await?, store::calendar::load(conn).await?);
    let rules = store::rules::load(conn).await?;
    let from = postponed(proposal.period.from, caller.today, &calendar);
    let to = proposal.period.to.map(|to| to.max(from));
    let mut touched = BTreeSet::new();
    for item in store::life::item::of_proposal(conn, proposal.id).await? {
        let Some(power) = store::power::by_id(conn, item.power).await? else { continue };
        if item.state != ItemState::Accepted {
            continue;
        }
        let assignment = Assignment {
            id: AssignmentId(store::new_id()),
            power: item.power,
            unit: item.unit,
            giver: proposal.giver,
            form: proposal.form,
            functions: proposal.functions.clone(),
            period: Period { from, to },
            transition_until: None,
            instrument: None,
            planned_volume: proposal.planned_volume,
        };
        let held = store::assignment::of_unit_and_power(conn, item.unit, item.power).await?;
        let clashes = |each: &&Assignment| {
            Some(each.id) != item.replaces
                && each.form != Form::Recalled
                && each.period.overlaps(&assignment.period)
        };
        if held.iter().any(|each| clashes(&each)) {
            return Ok(Err(Refusal::Held));
        }
        store::assignment::insert(conn, &assignment).await?;
        store::life::item::became(conn, item.id, assignment.id).await?;
        let tenure = Tenure {
            assignment: assignment.id,
            item: Some(item.id),
            stage: Stage::Approved,
            planned_from: from,
            begun_on: None,
            follows: item.replaces,
        };
        store::life::tenure::save(conn, &tenure).await?;
        let former = match item.replaces {
            Some(former) => store::assignment::by_id(conn, former).await?.map(|former| former.unit),
            None => None,
        };
        for task in tasks(&assignment, &power, &rules.certificates(&power), former) {
            let due = due(task, caller.today, from, &calendar, &settings);
            store::life::takeover::insert(conn, assignment.id, task, task.owner(&assignment, former), due)
                .await?;
        }
        touched.insert(item.unit);
    }
    let units = touched.iter().map(|unit| To::Role(Role::Manager, *unit));
    let mut to: Vec<To> = units.chain(drafters(proposal)).collect();
    to.extend(proposal.giver.map(|giver| To::Role(Role::Manager, giver)));
    let said = Words { day: Some(from), ..words(caller, proposal) };
    tell(conn, caller, Event::ProposalApproved, (proposal.id.0, ""), said, "/takeovers".to_owned(), &to)
        .await?;
    crate::assess::reassess_units(conn, &touched, caller.today).await?;
    Ok(Ok(()))
}

/// Passes a seat on to somebody else (转办): `seat`, `person` by staff number or name, `reason`.
pub async fn pass_on(db: &Db, caller: &Caller, id: ProposalId, fields: &Fields) -> Answer<()> {
    let mut errors: Vec<FieldError> = Vec::new();
    let why = reason(text(fields, "reason"), "reason", &mut errors);
    let mut write = Write::begin(db).await?;
    let conn = write.conn();
    let Some(proposal) = store::life::proposal::locked(conn, id).await? else { return Ok(Err(vec![gone()])) };
    let permit = permit(conn, caller, &proposal).await?;
    let typed = text(fields, "person");
    let code = typed.split_once(' ').map_or(typed, |(code, _)| code);
    let Some(person) = store::people::person_by_code(conn, code).await? else {
        errors.push(("person", Message::new("duty-error-no-person").with("typed", typed)));
        return Ok(Err(errors));
    };
    if proposal.drafter.is_some_and(|drafter| drafter.is(person.id)) {
        errors.push(Refusal::OwnProposal.at("person"));
    }
    if !errors.is_empty() {
        return Ok(Err(errors));
    }
    let (Some(by), Some(stage)) = (acting(caller), open_stage(conn, &proposal).await?) else {
        return Ok(refused(Refusal::NoSeat));
    };
    let taken = match seat(&stage, &proposal, caller, by, text(fields, "seat").parse().ok()) {
        Ok(taken) => taken,
        Err(refusal) => return Ok(refused(refusal)),
    };
    if stage.seats.iter().any(|other| other.id != taken.id && other.seat == Seat::Person(person.id)) {
        return Ok(Err(vec![Refusal::Voted.at("person")]));
    }
    if !store::life::seat::pass_on(conn, taken.id, person.id).await? {
        return Ok(refused(Refusal::Decided));
    }
    happened(conn, caller, &proposal, None, "pass_on", &format!("{} · {why}", person.name)).await?;
    let said = Words { day: stage.due_on, reason: why.clone(), ..words(caller, &proposal) };
    let about = (stage.id.0, "passed on");
    let to = [To::Person(person.id)];
    tell(conn, caller, Event::ApprovalAsked, about, said, link(&proposal), &to).await?;
    let change = Change {
        subject: id.to_string(),
        after: json!({ "seat": taken.id, "to": person.id }),
        reason: why,
        ..Change::default()
    };
    write.commit(caller, &permit, change).await?;
    Ok(Ok(()))
}

/// Urges whoever owes an answer or a decision (催办), once a day.
pub async fn urge(db: &Db, caller: &Caller, id: ProposalId) -> Answer<()> {
    let mut write = Write::begin(db).await?;
    let conn = write.conn();
    let Some(proposal) = store::life::proposal::locked(conn, id).await? else { return Ok(Err(vec![gone()])) };
    let permit = own(conn, caller, &proposal).await?;
    let (to, due) = owing(conn, &proposal).await?;
    if to.is_empty() {
        return Ok(refused(Refusal::WrongState));
    }
    if !happened(conn, caller, &proposal, None, "urge", "").await? {
        return Ok(refused(Refusal::Urged));
    }
    let said = Words { day: due, ..words(caller, &proposal) };
    let about = (id.0, caller.today.to_string());
    tell(conn, caller, Event::ProposalUrged, (about.0, &about.1), said, link(&proposal), &to).await?;
    let change = Change { subject: id.to_string(), after: json!({ "urged": to.len() }), ..Change::default() };
    write.commit(caller, &permit, change).await?;
    Ok(Ok(()))
}

/// Who owes something for a proposal, and by when.
pub(super) async fn owing(
    conn: &mut Conn,
    proposal: &Proposal,
) -> Result<(Vec<To>, Option<domain::Date>), ServiceError> {
    match proposal.phase {
        Phase::Answering => {
            let items = store::life::item::of_proposal(conn, proposal.id).await?;
            let open = items.iter().filter(|item| item.state == ItemState::Proposed);
            let units: BTreeSet<UnitId> = open.map(|item| item.unit).collect();
            let to = units.into_iter().map(|unit| To::Role(Role::Manager, unit)).collect();
            Ok((to, proposal.answer_due))
        }
        Phase::Approving => {
            let Some(stage) = open_stage(conn, proposal).await? else { return Ok((Vec::new(), None)) };
            let open = stage.seats.iter().filter(|taken| taken.vote.is_none());
            Ok((open.map(|taken| to(taken.seat)).collect(), stage.due_on))
        }
        _ => Ok((Vec::new(), None)),
    }
}
