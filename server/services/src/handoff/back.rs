//! Hand-offs that go the other way: returned, pushed again to the right unit, and penalties that come back.

use super::{
    Desk, Done, Held, NUMBER, Told, event, hook, keep, next, notice, push, reasoned, settings, short, words,
};
use crate::ServiceError;
use crate::duty::unit;
use crate::form::{FieldError, Fields, text};
use crate::write::{Caller, Change, Write};
use access::Action;
use domain::Message;
use domain::duty::Role;
use domain::handoff::{Act, Effect, Kind, State};
use domain::id::HandoffId;
use domain::notice::{To, Words};
use domain::webhook::Event as Hook;
use store::Db;
use store::handoff::Handoff;

/// Sends back what went to the wrong unit; `note` says why.
pub async fn give_back(db: &Db, caller: &Caller, id: HandoffId, fields: &Fields) -> Done {
    let mut errors = Vec::new();
    let note = reasoned(fields, &mut errors);
    let mut write = Write::begin(db).await?;
    let conn = write.conn();
    let Some(held) = Held::load(conn, caller, id).await? else { return Ok(None) };
    let permit = held.receive(caller, Action::HandoffReturn)?;
    let was = held.handoff;
    let state = match next(&was, Act::Return) {
        Ok(state) => state,
        Err(unfit) => return Ok(Some(Err(unfit))),
    };
    if !errors.is_empty() {
        return Ok(Some(Err(errors)));
    }
    let now = Handoff { state, claimed: None, answer_due: None, ..was.clone() };
    let mut said = words(conn, &was).await?;
    said.who = caller.actor.rights().map(|rights| rights.name.clone()).unwrap_or_default();
    said.reason.clone_from(&note);
    let notice = notice(&was, Told::HandoffReturned, "return", said, None);
    let to = [To::Role(Role::Manager, was.from), To::Role(Role::Approver, was.from)];
    crate::notify::tell(conn, caller.now, caller.today, &notice, &to).await?;
    let event = event(caller, Act::Return, None, &note);
    Ok(Some(keep(write, caller, &permit, (&was, &now), event).await?))
}

/// Pushes what came back to the right unit: `unit` by code or name; `note` says why.
pub async fn redirect(db: &Db, caller: &Caller, id: HandoffId, fields: &Fields) -> Done {
    let mut errors = Vec::new();
    let note = reasoned(fields, &mut errors);
    let mut write = Write::begin(db).await?;
    let conn = write.conn();
    let Some(held) = Held::load(conn, caller, id).await? else { return Ok(None) };
    let permit = held.send(caller, Action::HandoffRedirect)?;
    let was = held.handoff;
    let state = match next(&was, Act::Redirect) {
        Ok(state) => state,
        Err(unfit) => return Ok(Some(Err(unfit))),
    };
    let target = unit(conn, fields, "unit", &mut errors).await?;
    if let Some(target) = &target
        && (target.id == was.from || target.id == was.to)
    {
        errors.push(("unit", Message::new("handoff-error-same-unit").with("unit", target.name.as_str())));
    }
    let (Some(target), true) = (target, errors.is_empty()) else { return Ok(Some(Err(errors))) };
    let settings = settings(conn).await?;
    let calendar = store::calendar::load(conn).await?;
    let now = Handoff {
        state,
        to: target.id,
        round: was.round + 1,
        pushed_on: caller.today,
        pushed_at: caller.now,
        claim_due: settings.claim_due(&calendar, caller.today),
        ..was.clone()
    };
    let said = Words { day: Some(now.claim_due), ..words(conn, &was).await? };
    let notice = notice(&now, push::pushed_event(now.kind), "push", said, Some(now.claim_due));
    let to = push::receivers(&now, None);
    crate::notify::tell(conn, caller.now, caller.today, &notice, &to).await?;
    let event = event(caller, Act::Redirect, Some(target.id), &note);
    Ok(Some(keep(write, caller, &permit, (&was, &now), event).await?))
}

/// Pushes a penalty that touches the licence back to the side that decided: `number` of the document, `effect` by its
/// code, `note`. A document is pushed once.
pub async fn penalty(
    db: &Db,
    caller: &Caller,
    id: HandoffId,
    fields: &Fields,
) -> Result<Option<Result<HandoffId, Vec<FieldError>>>, ServiceError> {
    let mut errors = Vec::new();
    let number = short(fields, "number", NUMBER, &mut errors);
    if number.is_empty() {
        errors.push(("number", Message::new("handoff-error-number")));
    }
    let effect = text(fields, "effect").parse::<Effect>();
    if effect.is_err() {
        errors.push(("effect", Message::new("handoff-error-effect")));
    }
    let note = reasoned(fields, &mut errors);
    let mut write = Write::begin(db).await?;
    let conn = write.conn();
    let Some(held) = Held::load(conn, caller, id).await? else { return Ok(None) };
    let permit = held.receive(caller, Action::HandoffPenalty)?;
    let of = held.handoff;
    if of.kind != Kind::Approval || matches!(of.state, State::Pushed | State::Returned) {
        errors.push(("handoff", Message::new("handoff-error-unclaimed")));
    }
    let (Ok(effect), true) = (effect, errors.is_empty()) else { return Ok(Some(Err(errors))) };
    let desk = Desk::load(conn, caller).await?;
    let claim_due = desk.settings.claim_due(&desk.calendar, caller.today);
    let handoff = Handoff {
        id: HandoffId(store::new_id()),
        case: of.case,
        kind: Kind::Penalty,
        number,
        effect: Some(effect),
        content: note.clone(),
        from: of.to,
        to: of.from,
        state: State::Pushed,
        round: 1,
        decided_on: caller.today,
        push_due: desk.settings.push_due(&desk.calendar, caller.today),
        pushed_on: caller.today,
        pushed_at: caller.now,
        claim_due,
        claimed: None,
        answer_due: None,
        answered: None,
        closed_on: None,
        told: domain::handoff::Level::None,
    };
    if !store::handoff::insert(conn, &handoff).await? {
        return Ok(Some(Err(vec![("number", Message::new("handoff-error-number-taken"))])));
    }
    hook(conn, caller, Hook::HandoffPushed, &handoff).await?;
    let pushed = event(caller, Act::Push, Some(handoff.to), &note);
    store::handoff::insert_event(conn, handoff.id, &pushed).await?;
    let said = words(conn, &handoff).await?;
    let notice = notice(&handoff, Told::PenaltyPushed, "push", said, Some(claim_due));
    let to = push::receivers(&handoff, None);
    crate::notify::tell(conn, caller.now, caller.today, &notice, &to).await?;
    let change = Change {
        subject: handoff.id.to_string(),
        after: serde_json::json!(handoff),
        reason: note,
        ..Change::default()
    };
    write.commit(caller, &permit, change).await?;
    Ok(Some(Ok(handoff.id)))
}
