//! Proposals: sent to the units, answered item by item, and taken back.

pub use super::draft::draft;
use super::{Answer, acting, gone, name, reason, refused, tell};
use crate::ServiceError;
use crate::form::{FieldError, Fields, text};
use crate::write::{Caller, Change, Write};
use access::{Action, Permit};
use domain::Message;
use domain::duty::{Role, Subject};
use domain::id::{ItemId, ProposalId, UnitId};
use domain::life::Refusal;
use domain::life::settings::RoundAnswers;
use domain::life::state::{Answer as Said, ItemState, Move, Phase, may_submit};
use domain::notice::{Event, To, Words};
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};
use store::life::item::Item;
use store::life::proposal::{Note, Proposal};
use store::{Conn, Db};

/// Writes down what happened to a proposal.
pub(super) async fn happened(
    conn: &mut Conn,
    caller: &Caller,
    proposal: &Proposal,
    item: Option<ItemId>,
    act: &str,
    why: &str,
) -> Result<bool, store::StoreError> {
    let urged_on = (act == "urge").then_some(caller.today);
    let note = Note { item, act, acting: acting(caller), at: caller.now, urged_on, reason: why };
    store::life::proposal::note(conn, proposal.id, &note).await
}

/// A permit of whoever may propose for the proposing unit.
pub(super) async fn own(
    conn: &mut Conn,
    caller: &Caller,
    proposal: &Proposal,
) -> Result<Permit, ServiceError> {
    let units = store::unit::above(conn, proposal.unit).await?;
    caller.permit(Action::AssignmentCreate, &Subject { units: &units, ..Subject::default() })
}

/// The page of a proposal.
pub(super) fn link(proposal: &Proposal) -> String {
    format!("/proposals/{}", proposal.id)
}

/// The words of a notice about it.
pub(super) fn words(caller: &Caller, proposal: &Proposal) -> Words {
    Words { title: format!("{} {}", proposal.number, proposal.title), who: name(caller), ..Words::default() }
}

/// Whoever answers for a proposal.
pub(super) fn drafters(proposal: &Proposal) -> Vec<To> {
    match proposal.drafter {
        Some(drafter) => {
            [Some(drafter.person), drafter.principal].into_iter().flatten().map(To::Person).collect()
        }
        None => vec![To::Role(Role::Organization, proposal.unit)],
    }
}

/// Takes a proposal on; refused where somebody else did meanwhile.
pub(super) async fn step(
    conn: &mut Conn,
    proposal: &mut Proposal,
    by: Move,
) -> Result<Result<(), Refusal>, ServiceError> {
    let before = proposal.phase;
    proposal.phase = match before.after(by) {
        Ok(phase) => phase,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let done = store::life::proposal::step(conn, before, proposal).await?;
    Ok(if done { Ok(()) } else { Err(Refusal::Decided) })
}

/// Sends a draft, or what was returned, to the units.
pub async fn propose(db: &Db, caller: &Caller, id: ProposalId) -> Answer<()> {
    let mut write = Write::begin(db).await?;
    let conn = write.conn();
    let Some(mut proposal) = store::life::proposal::locked(conn, id).await? else {
        return Ok(Err(vec![gone()]));
    };
    let permit = own(conn, caller, &proposal).await?;
    let settings = store::life::settings(conn).await?;
    let calendar = store::calendar::load(conn).await?;
    proposal.answer_due = Some(calendar.after(caller.today, settings.answer_days));
    if let Err(refusal) = step(conn, &mut proposal, Move::Propose).await? {
        return Ok(refused(refusal));
    }
    store::life::item::all(conn, id, ItemState::Drafted, ItemState::Proposed).await?;
    if proposal.round == 0 && settings.round_answers == RoundAnswers::Count {
        count_round(conn, caller, &proposal).await?;
    }
    let items = store::life::item::of_proposal(conn, id).await?;
    let mut asked: BTreeMap<UnitId, u32> = BTreeMap::new();
    for item in items.iter().filter(|item| item.state == ItemState::Proposed) {
        *asked.entry(item.unit).or_default() += 1;
    }
    for (unit, count) in asked {
        let words = Words { count, day: proposal.answer_due, ..words(caller, &proposal) };
        let about = (id.0, format!("{unit} {}", proposal.round));
        let to = [To::Role(Role::Manager, unit)];
        tell(conn, caller, Event::AnswerAsked, (about.0, &about.1), words, link(&proposal), &to).await?;
    }
    happened(conn, caller, &proposal, None, "propose", "").await?;
    let change = Change { subject: id.to_string(), after: json!(proposal), ..Change::default() };
    write.commit(caller, &permit, change).await?;
    Ok(Ok(()))
}

/// Accepts what the units have agreed to in the round from which it comes, in the name of whoever did so there.
async fn count_round(conn: &mut Conn, caller: &Caller, proposal: &Proposal) -> Result<(), ServiceError> {
    for (item, by) in store::round::agreed(conn, proposal.id).await? {
        let step = (ItemState::Proposed, ItemState::Accepted);
        if store::life::item::answer(conn, item, step, by, caller.now, "").await? {
            let note = Note {
                item: Some(item),
                act: "accept",
                acting: by,
                at: caller.now,
                urged_on: None,
                reason: "",
            };
            store::life::proposal::note(conn, proposal.id, &note).await?;
        }
    }
    Ok(())
}

/// Answers items, several at once: `items` (or `all` that wait for him), `answer` (`accept` or `object` by the unit; `ask_again` or `drop` by whoever
/// proposes), and `reason`, which all but the first need. How many were answered.
pub async fn answer(db: &Db, caller: &Caller, id: ProposalId, fields: &Fields) -> Answer<usize> {
    let mut errors: Vec<FieldError> = Vec::new();
    let said = text(fields, "answer").parse::<Said>().ok();
    let allowed = [Said::Accept, Said::Object, Said::AskAgain, Said::Drop];
    let Some(said) = said.filter(|said| allowed.contains(said)) else {
        return Ok(Err(vec![("items", Message::new("proposal-error-answer"))]));
    };
    let why = if said.needs_reason() {
        reason(text(fields, "reason"), "reason", &mut errors)
    } else {
        text(fields, "reason").to_owned()
    };
    let ids: BTreeSet<ItemId> =
        text(fields, "items").split_whitespace().filter_map(|id| id.parse().ok()).collect();
    let all = text(fields, "items") == "all";
    if ids.is_empty() && !all {
        errors.push(("items", Message::new("proposal-error-none")));
    }
    if !errors.is_empty() {
        return Ok(Err(errors));
    }
    let mut write = Write::begin(db).await?;
    let conn = write.conn();
    let Some(proposal) = store::life::proposal::locked(conn, id).await? else { return Ok(Err(vec![gone()])) };
    let items = store::life::item::of_proposal(conn, id).await?;
    let by_unit = matches!(said, Said::Accept | Said::Object);
    let waits = if by_unit { ItemState::Proposed } else { ItemState::Objected };
    let is_chosen = |item: &&Item| ids.contains(&item.id) || (all && item.state == waits);
    let mut chosen: Vec<&Item> = items.iter().filter(is_chosen).collect();
    let mut permit = None;
    if by_unit {
        for unit in chosen.iter().map(|item| item.unit).collect::<BTreeSet<_>>() {
            let units = store::unit::above(conn, unit).await?;
            let subject = Subject { units: &units, ..Subject::default() };
            if all && caller.actor.permit(Action::ProposalAnswer, &subject).is_err() {
                chosen.retain(|item| item.unit != unit);
                continue;
            }
            permit = Some(caller.permit(Action::ProposalAnswer, &subject)?);
        }
    } else {
        permit = Some(own(conn, caller, &proposal).await?);
    }
    let Some(permit) = permit.filter(|_| !chosen.is_empty()) else {
        // Somebody else, or a second click, was quicker.
        let told = Message::new("proposal-error-answered");
        return Ok(Err(vec![if all { ("items", told) } else { gone() }]));
    };
    if proposal.phase != Phase::Answering {
        return Ok(refused(Refusal::WrongState));
    }
    for item in &chosen {
        let after = match item.state.after(said) {
            Ok(after) => after,
            Err(refusal) => return Ok(Err(vec![refusal.at("items")])),
        };
        let by = acting(caller);
        if !store::life::item::answer(conn, item.id, (item.state, after), by, caller.now, &why).await? {
            return Ok(Err(vec![Refusal::Decided.at("items")]));
        }
        happened(conn, caller, &proposal, Some(item.id), said.as_str(), &why).await?;
    }
    let done: Vec<ItemId> = chosen.iter().map(|item| item.id).collect();
    told_of_answers(conn, caller, &proposal, said, &chosen, &why).await?;
    let change = Change {
        subject: id.to_string(),
        after: json!({ "items": done, "answer": said.as_str() }),
        reason: why,
        ..Change::default()
    };
    write.commit(caller, &permit, change).await?;
    Ok(Ok(chosen.len()))
}

async fn told_of_answers(
    conn: &mut Conn,
    caller: &Caller,
    proposal: &Proposal,
    said: Said,
    chosen: &[&Item],
    why: &str,
) -> Result<(), ServiceError> {
    let count = u32::try_from(chosen.len()).unwrap_or(u32::MAX);
    let said_words = Words { count, reason: why.to_owned(), ..words(caller, proposal) };
    // Whatever is said at one moment is one notice.
    let step = caller.now.to_rfc3339();
    match said {
        Said::Object => {
            let to = drafters(proposal);
            let about = (proposal.id.0, step.as_str());
            tell(conn, caller, Event::AnswerObjected, about, said_words, link(proposal), &to).await?;
        }
        Said::AskAgain => {
            for unit in chosen.iter().map(|item| item.unit).collect::<BTreeSet<_>>() {
                let to = [To::Role(Role::Manager, unit)];
                let words = Words { day: proposal.answer_due, ..said_words.clone() };
                let about = (proposal.id.0, step.as_str());
                tell(conn, caller, Event::AnswerAsked, about, words, link(proposal), &to).await?;
            }
        }
        _ => {}
    }
    let states: Vec<_> =
        store::life::item::of_proposal(conn, proposal.id).await?.iter().map(|item| item.state).collect();
    if may_submit(&states).is_ok() {
        let about = (proposal.id.0, step.as_str());
        let to = drafters(proposal);
        tell(conn, caller, Event::AnswersIn, about, words(caller, proposal), link(proposal), &to).await?;
    }
    Ok(())
}

/// Takes a proposal back (撤回): `reason`.
pub async fn withdraw(db: &Db, caller: &Caller, id: ProposalId, fields: &Fields) -> Answer<()> {
    let mut write = Write::begin(db).await?;
    let conn = write.conn();
    let Some(mut proposal) = store::life::proposal::locked(conn, id).await? else {
        return Ok(Err(vec![gone()]));
    };
    let permit = own(conn, caller, &proposal).await?;
    let was = proposal.phase;
    if let Err(refusal) = step(conn, &mut proposal, Move::Withdraw).await? {
        return Ok(refused(refusal));
    }
    let items = store::life::item::of_proposal(conn, id).await?;
    for state in ItemState::ALL.iter().filter_map(|state| Some((*state, state.after(Said::Withdraw).ok()?))) {
        store::life::item::all(conn, id, state.0, state.1).await?;
    }
    if was == Phase::Answering || was == Phase::Approving {
        let units: BTreeSet<UnitId> = items.iter().map(|item| item.unit).collect();
        let to: Vec<To> = units.into_iter().map(|unit| To::Role(Role::Manager, unit)).collect();
        let words = Words { reason: text(fields, "reason").to_owned(), ..words(caller, &proposal) };
        tell(conn, caller, Event::ProposalWithdrawn, (id.0, ""), words, link(&proposal), &to).await?;
    }
    happened(conn, caller, &proposal, None, "withdraw", text(fields, "reason")).await?;
    let change = Change {
        subject: id.to_string(),
        before: json!({ "phase": was.as_str() }),
        after: json!({ "phase": proposal.phase.as_str() }),
        reason: text(fields, "reason").to_owned(),
        ..Change::default()
    };
    write.commit(caller, &permit, change).await?;
    Ok(Ok(()))
}
