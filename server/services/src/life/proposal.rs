//! Proposals: drafted, sent to the units, answered item by item, and sent along the route of approval.

use super::route::parts;
use super::{Answer, acting, gone, name, reason, refused, tell};
use crate::ServiceError;
use crate::assess::Expected;
use crate::form::{FieldError, Fields, cell, date, text};
use crate::write::{Caller, Change, Write};
use access::{Action, Permit};
use chrono::Datelike;
use domain::assignment::{Assignment, Form, Function};
use domain::duty::{Role, Subject};
use domain::id::{AssignmentId, ItemId, ProposalId, UnitId};
use domain::life::Refusal;
use domain::life::state::{Answer as Said, ItemState, Move, Phase, may_submit};
use domain::notice::{Event, To, Words};
use domain::power::Power;
use domain::unit::{Unit, UnitKind};
use domain::{Message, Period};
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};
use store::life::item::Item;
use store::life::proposal::{Note, Proposal};
use store::{Conn, Db};

/// Items that one proposal has at most.
pub const MOST: usize = 5000;

/// The powers that a form names: `power` by code or name, or `powers`, several codes.
async fn powers(
    conn: &mut Conn,
    fields: &Fields,
    errors: &mut Vec<FieldError>,
) -> Result<Vec<Power>, ServiceError> {
    if text(fields, "powers").is_empty() {
        let power = crate::assign::power(conn, fields, errors).await?;
        return Ok(power.into_iter().collect());
    }
    let mut all: Vec<Power> = Vec::new();
    for code in parts(text(fields, "powers")) {
        let mut found = store::power::named(conn, code, code, "", "").await?;
        let wrong = if found.len() > 1 { "assign-error-many-powers" } else { "assign-error-no-power" };
        match found.pop().filter(|_| found.is_empty()) {
            Some(power) if all.iter().all(|other| other.id != power.id) => all.push(power),
            Some(_) => {}
            None => errors.push(("powers", Message::new(wrong).with("typed", code))),
        }
    }
    Ok(all)
}

/// The units that a form names: `unit` by code or name, or `units`, several codes, or `kind`, all of a class that the
/// caller sees.
async fn units(
    conn: &mut Conn,
    caller: &Caller,
    fields: &Fields,
    errors: &mut Vec<FieldError>,
) -> Result<Vec<Unit>, ServiceError> {
    let mut all: Vec<Unit> = Vec::new();
    if let Ok(kind) = text(fields, "kind").parse::<UnitKind>() {
        let seen = store::unit::all(conn, caller.actor.sight()).await?;
        all.extend(seen.into_iter().filter(|unit| unit.kind == kind));
    }
    for code in parts(text(fields, "units")) {
        match store::unit::by_code(conn, code).await? {
            Some(unit) => all.push(unit),
            None => errors.push(("units", Message::new("assign-error-no-unit").with("typed", code))),
        }
    }
    if !text(fields, "unit").is_empty() {
        all.extend(crate::duty::unit(conn, fields, "unit", errors).await?);
    }
    let mut known = BTreeSet::new();
    all.retain(|unit| known.insert(unit.id));
    if all.is_empty() && errors.is_empty() {
        let field = if text(fields, "powers").is_empty() { "unit" } else { "units" };
        errors.push((field, Message::new("assign-error-unit")));
    }
    Ok(all)
}

/// What is the same for all items of a draft.
struct Terms {
    giver: Option<Unit>,
    form: Form,
    functions: Vec<Function>,
    period: Period,
    planned_volume: Option<u32>,
}

async fn terms(
    conn: &mut Conn,
    caller: &Caller,
    fields: &Fields,
    errors: &mut Vec<FieldError>,
) -> Result<Option<Terms>, ServiceError> {
    let giver = match text(fields, "giver") {
        "" => None,
        _ => crate::duty::unit(conn, fields, "giver", errors).await?,
    };
    let form = text(fields, "form").parse::<Form>().ok();
    match form {
        None => errors.push(("form", Message::new("assign-error-form"))),
        Some(Form::Recalled) => errors.push(("form", Message::new("assign-error-recalled"))),
        Some(Form::Entrustment) if text(fields, "giver").is_empty() => {
            errors.push(("giver", Message::new("assign-error-entrusting")));
        }
        Some(_) => {}
    }
    let functions: Vec<Function> =
        text(fields, "functions").split_whitespace().filter_map(|code| code.parse().ok()).collect();
    if functions.is_empty() {
        errors.push(("functions", Message::new("assign-error-functions")));
    }
    let from = date(fields, "from", errors);
    if text(fields, "from").is_empty() {
        errors.push(("from", Message::new("assign-error-from")));
    }
    if from.is_some_and(|from| from <= caller.today) {
        errors.push(("from", Message::new("proposal-error-past")));
    }
    let to = date(fields, "to", errors);
    let planned_volume = match cell(fields, "planned_volume") {
        empty if empty.is_empty() => None,
        cell => sheet::value::whole(&cell)
            .map_err(|_| errors.push(("planned_volume", Message::new("assign-error-volume"))))
            .ok(),
    };
    let period = from.and_then(|from| match Period::new(from, to) {
        Ok(period) => Some(period),
        Err(reversed) => {
            errors.push(("to", Message::new("import-error-reversed").with("from", reversed.from)));
            None
        }
    });
    Ok(form.zip(period).map(|(form, period)| Terms { giver, form, functions, period, planned_volume }))
}

/// The assignment that an item would take the place of; refused where the unit simply holds the power already.
async fn replaced(
    conn: &mut Conn,
    unit: UnitId,
    power: &Power,
    terms: &Terms,
) -> Result<Result<Option<AssignmentId>, Message>, ServiceError> {
    if store::life::item::running(conn, unit, power.id).await?.is_some() {
        return Ok(Err(Message::new("proposal-error-running").with("power", power.name.as_str())));
    }
    let held = store::assignment::of_unit_and_power(conn, unit, power.id).await?;
    let mut held = held.into_iter().filter(|each| each.form != Form::Recalled);
    let Some(other) =
        held.find(|each| each.period.to.is_none_or(|to| to >= terms.period.from.pred_opt().unwrap_or(to)))
    else {
        return Ok(Ok(None));
    };
    let tenure = store::life::tenure::of(conn, other.id).await?;
    let is_new = other.form != terms.form || other.functions != terms.functions || other.period.to.is_some();
    let may_follow =
        other.period.from < terms.period.from && tenure.is_none_or(|tenure| !tenure.stage.is_before());
    if is_new && may_follow {
        return Ok(Ok(Some(other.id)));
    }
    Ok(Err(Message::new("assign-error-overlap").with("from", other.period.from)))
}

/// Drafts a proposal: `title`, `power` or `powers`, `unit`, `units` or `kind`, `giver`, `form`, `functions`, `from`,
/// `to`, `planned_volume`, `reason`. How each unit would absorb each power is kept beside it.
pub async fn draft(db: &Db, caller: &Caller, fields: &Fields) -> Answer<ProposalId> {
    let mut errors: Vec<FieldError> = Vec::new();
    let mut write = Write::begin(db).await?;
    let conn = write.conn();
    let powers = powers(conn, fields, &mut errors).await?;
    let units = units(conn, caller, fields, &mut errors).await?;
    let terms = terms(conn, caller, fields, &mut errors).await?;
    let title = match (text(fields, "title"), powers.as_slice()) {
        ("", [only]) => only.name.clone(),
        (title, _) => title.to_owned(),
    };
    if title.is_empty() && powers.len() > 1 {
        errors.push(("title", Message::new("proposal-error-title")));
    }
    if powers.len().saturating_mul(units.len()) > MOST {
        errors.push(("powers", Message::new("proposal-error-many").with("most", MOST)));
    }
    let (Some(terms), true) = (terms, errors.is_empty()) else { return Ok(Err(errors)) };
    let mut permit = None;
    for unit in &units {
        let above = store::unit::above(conn, unit.id).await?;
        permit =
            Some(caller.permit(Action::AssignmentCreate, &Subject { units: &above, ..Subject::default() })?);
    }
    let Some(permit) = permit else { return Ok(Err(vec![("unit", Message::new("assign-error-unit"))])) };
    let post = caller.actor.rights().and_then(|rights| rights.post.as_ref()).map(|post| post.unit);
    let root = store::unit::root(conn).await?;
    let (Some(proposing), Some(root)) = (post.or(root), root) else { return Ok(Err(vec![gone()])) };
    // Numbers are given one after the other.
    store::unit::lock(conn, root).await?;
    let beginning = format!("赋提〔{}〕", caller.today.year());
    let number = store::life::proposal::numbered(conn, &beginning).await? + 1;
    let proposal = Proposal {
        id: ProposalId(store::new_id()),
        number: format!("{beginning}{number}号"),
        title,
        unit: proposing,
        giver: terms.giver.as_ref().map(|giver| giver.id),
        form: terms.form,
        functions: terms.functions.clone(),
        period: terms.period,
        planned_volume: terms.planned_volume,
        reason: text(fields, "reason").to_owned(),
        phase: Phase::Draft,
        drafter: acting(caller),
        drafted_at: caller.now,
        answer_due: None,
        round: 0,
    };
    store::life::proposal::insert(conn, &proposal).await?;
    let field = if text(fields, "powers").is_empty() { "power" } else { "powers" };
    let mut count = 0_usize;
    for unit in &units {
        let drafts = drafts(conn, unit, &powers, &terms, field, &mut errors).await?;
        let giver = terms.giver.as_ref().map(|giver| giver.name.clone());
        let assignments: Vec<_> = drafts.iter().map(|(draft, power, _)| (draft, *power)).collect();
        let expected = crate::assess::expected(conn, unit.id, &assignments, giver, caller.today).await?;
        for (draft, power, replaces) in &drafts {
            let found = expected.iter().find(|each: &&Expected| each.assignment == draft.id);
            let item = Item {
                id: ItemId(store::new_id()),
                proposal: proposal.id,
                power: power.id,
                unit: unit.id,
                replaces: *replaces,
                state: ItemState::Drafted,
                verdict: found.map(|each| each.verdict),
                finding: found.map_or_else(String::new, |each| each.reason.to_owned()),
                reason: String::new(),
                answered: None,
                assignment: None,
            };
            store::life::item::insert(conn, &item).await?;
            count += 1;
        }
    }
    if !errors.is_empty() {
        return Ok(Err(errors));
    }
    happened(conn, caller, &proposal, None, "draft", "").await?;
    let change = Change {
        subject: proposal.id.to_string(),
        after: json!({ "proposal": proposal, "items": count }),
        ..Change::default()
    };
    write.commit(caller, &permit, change).await?;
    Ok(Ok(proposal.id))
}

/// The assignments that a draft would make in one unit.
async fn drafts<'a>(
    conn: &mut Conn,
    unit: &Unit,
    powers: &'a [Power],
    terms: &Terms,
    field: &'static str,
    errors: &mut Vec<FieldError>,
) -> Result<Vec<(Assignment, &'a Power, Option<AssignmentId>)>, ServiceError> {
    let mut drafts = Vec::new();
    if terms.giver.as_ref().is_some_and(|giver| giver.id == unit.id) {
        errors.push(("giver", Message::new("assign-error-own-giver")));
        return Ok(drafts);
    }
    for power in powers {
        if power.original_department == unit.name {
            errors.push((
                if field == "power" { "unit" } else { "units" },
                Message::new("assign-error-original-department"),
            ));
            continue;
        }
        match replaced(conn, unit.id, power, terms).await? {
            Err(message) => errors.push((field, message)),
            Ok(replaces) => {
                let assignment = Assignment {
                    id: AssignmentId(store::new_id()),
                    power: power.id,
                    unit: unit.id,
                    giver: terms.giver.as_ref().map(|giver| giver.id),
                    form: terms.form,
                    functions: terms.functions.clone(),
                    period: terms.period,
                    transition_until: None,
                    instrument: None,
                    planned_volume: terms.planned_volume,
                };
                drafts.push((assignment, power, replaces));
            }
        }
    }
    Ok(drafts)
}

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

/// Answers items, several at once: `items`, `answer` (`accept` or `object` by the unit; `ask_again` or `drop` by whoever
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
    if ids.is_empty() {
        errors.push(("items", Message::new("proposal-error-none")));
    }
    if !errors.is_empty() {
        return Ok(Err(errors));
    }
    let mut write = Write::begin(db).await?;
    let conn = write.conn();
    let Some(proposal) = store::life::proposal::locked(conn, id).await? else { return Ok(Err(vec![gone()])) };
    let items = store::life::item::of_proposal(conn, id).await?;
    let chosen: Vec<&Item> = items.iter().filter(|item| ids.contains(&item.id)).collect();
    let by_unit = matches!(said, Said::Accept | Said::Object);
    let mut permit = None;
    if by_unit {
        for unit in chosen.iter().map(|item| item.unit).collect::<BTreeSet<_>>() {
            let units = store::unit::above(conn, unit).await?;
            permit = Some(
                caller.permit(Action::ProposalAnswer, &Subject { units: &units, ..Subject::default() })?,
            );
        }
    } else {
        permit = Some(own(conn, caller, &proposal).await?);
    }
    let Some(permit) = permit else { return Ok(Err(vec![gone()])) };
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
    told_of_answers(conn, caller, &proposal, said, &chosen, &why).await?;
    let change = Change {
        subject: id.to_string(),
        after: json!({ "items": ids, "answer": said.as_str() }),
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
