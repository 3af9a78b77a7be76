//! The hand-off of a decided case to whoever supervises it: pushed in the transaction of the decision, claimed,
//! answered, closed; and of a penalty back to whoever decided.

mod back;
mod clock;
mod push;
mod settings;

pub use back::{give_back, penalty, redirect};
pub use clock::{Ran, each_time};
pub(crate) use push::{Decided, Desk, Pushed, push};
pub use settings::change_settings;

use crate::ServiceError;
use crate::case::{Ground, take_step};
use crate::form::{FieldError, Fields, text};
use crate::write::{Caller, Change, Write};
use access::{Action, Permit};
use domain::Message;
use domain::assignment::Function;
use domain::duty::{Role, Side, Subject};
use domain::handoff::{Act, Answer, Kind, Settings, State, after};
use domain::id::{HandoffId, PersonId, UnitId};
use domain::notice::{Event as Told, Notice, To, Words};
use domain::webhook::Event as Hook;
use store::handoff::{Event, Filter, Handoff, Line};
use store::{Conn, Db, StoreError};

/// Longest document number and note.
const NUMBER: usize = 100;
const NOTE: usize = 2000;

/// What a use case answers: none where there is no such hand-off, else what is wrong.
pub type Done = Result<Option<Result<(), Vec<FieldError>>>, ServiceError>;

/// Limits and offsets.
pub async fn settings(conn: &mut Conn) -> Result<Settings, StoreError> {
    store::handoff::settings(conn).await
}

/// Hand-offs that come to or go from units that the caller sees, and how many there are in all.
pub async fn list(
    conn: &mut Conn,
    caller: &Caller,
    filter: &Filter,
    limit: i64,
    offset: i64,
) -> Result<(Vec<Line>, i64), StoreError> {
    let sight = caller.actor.sight();
    let total = store::handoff::total(conn, filter, sight).await?;
    Ok((store::handoff::list(conn, filter, sight, limit, offset).await?, total))
}

/// A hand-off that the caller sees and nobody else changes meanwhile, with what decisions about it stand on.
struct Held {
    handoff: Handoff,
    ground: Ground,
    parties: Vec<(PersonId, Side)>,
    to: Vec<UnitId>,
    from: Vec<UnitId>,
}

impl Held {
    async fn load(conn: &mut Conn, caller: &Caller, id: HandoffId) -> Result<Option<Self>, ServiceError> {
        // What may not be seen is not there.
        if store::handoff::visible(conn, id, caller.actor.sight()).await?.is_none() {
            return Ok(None);
        }
        let Some(handoff) = store::handoff::locked(conn, id).await? else { return Ok(None) };
        let Some(case) = store::case::locked(conn, handoff.case).await? else { return Ok(None) };
        let Some(ground) = Ground::load(conn, case.assignment, caller.today).await? else {
            return Ok(None);
        };
        let parties = store::case::parties(conn, handoff.case).await?;
        let to = store::unit::above(conn, handoff.to).await?;
        let from = store::unit::above(conn, handoff.from).await?;
        Ok(Some(Self { handoff, ground, parties, to, from }))
    }

    /// Asks for a permit on the side to which it goes. Supervising is the other side of the case, for whoever does it.
    fn receive(&self, caller: &Caller, supervising: Action) -> Result<Permit, ServiceError> {
        match self.handoff.kind {
            Kind::Approval => {
                let function = Some((self.ground.assignment.id, Function::Supervise));
                let subject =
                    Subject { units: &self.to, function, parties: &self.parties, ..Subject::default() };
                caller.permit(supervising, &subject)
            }
            Kind::Penalty => {
                let action = match supervising {
                    Action::HandoffClaim | Action::HandoffAnswer => Action::HandoffAcknowledge,
                    other => other,
                };
                caller.permit(action, &Subject { units: &self.to, ..Subject::default() })
            }
        }
    }

    /// Asks for a permit on the side from which it comes.
    fn send(&self, caller: &Caller, action: Action) -> Result<Permit, ServiceError> {
        caller.permit(action, &Subject { units: &self.from, ..Subject::default() })
    }
}

/// Who does it, and for whom.
fn doer(caller: &Caller) -> Option<(PersonId, Option<PersonId>)> {
    let rights = caller.actor.rights()?;
    let principal = rights.post.as_ref().and_then(|post| post.principal.as_ref()).map(|(id, _)| *id);
    Some((rights.person, principal))
}

fn event(caller: &Caller, act: Act, unit: Option<UnitId>, note: &str) -> Event {
    let by = doer(caller);
    Event {
        act,
        person: by.map(|(person, _)| person),
        principal: by.and_then(|(_, principal)| principal),
        unit,
        at: caller.now,
        note: note.to_owned(),
    }
}

fn short(fields: &Fields, name: &'static str, most: usize, errors: &mut Vec<FieldError>) -> String {
    let typed = text(fields, name);
    if typed.chars().count() > most {
        errors.push((name, Message::new("case-error-long").with("most", most)));
    }
    typed.to_owned()
}

/// Like [`short`], and it must be given.
fn reasoned(fields: &Fields, errors: &mut Vec<FieldError>) -> String {
    let note = short(fields, "note", NOTE, errors);
    if note.is_empty() {
        errors.push(("note", Message::new("handoff-error-reason")));
    }
    note
}

/// What the words about a hand-off name.
async fn words(conn: &mut Conn, handoff: &Handoff) -> Result<Words, StoreError> {
    let named = store::handoff::named(conn, handoff.id).await?;
    Ok(Words {
        power: named.power,
        unit: named.from_unit,
        title: named.number,
        day: handoff.due(),
        ..Words::default()
    })
}

/// Keeps a hand-off as it is now and writes down what was done; nobody did the same meanwhile.
async fn keep(
    mut write: Write,
    caller: &Caller,
    permit: &Permit,
    (was, now): (&Handoff, &Handoff),
    event: Event,
) -> Result<Result<(), Vec<FieldError>>, ServiceError> {
    let conn = write.conn();
    if !store::handoff::change(conn, was.state, now).await? {
        let found = store::handoff::by_id(conn, now.id).await?.map_or(was.state, |found| found.state);
        let told = Message::new("handoff-error-too-late").with("state", found.message());
        return Ok(Err(vec![("handoff", told)]));
    }
    store::handoff::insert_event(conn, now.id, &event).await?;
    if let Some(told) = told_of(event.act) {
        hook(conn, caller, told, now).await?;
    }
    let change = Change {
        subject: now.id.to_string(),
        before: serde_json::json!(was),
        after: serde_json::json!(now),
        reason: event.note,
        ..Change::default()
    };
    write.commit(caller, permit, change).await?;
    Ok(Ok(()))
}

/// What webhooks are told of an act.
const fn told_of(act: Act) -> Option<Hook> {
    match act {
        Act::Push | Act::Redirect => Some(Hook::HandoffPushed),
        Act::Claim => Some(Hook::HandoffClaimed),
        Act::Answer => Some(Hook::HandoffAnswered),
        Act::Record | Act::Close | Act::Return | Act::Escalate => None,
    }
}

/// Tells the webhooks of both sides.
async fn hook(conn: &mut Conn, caller: &Caller, event: Hook, handoff: &Handoff) -> Result<(), StoreError> {
    let sides = [handoff.to, handoff.from];
    crate::webhook::emit(conn, caller.now, event, &sides, &serde_json::json!(handoff)).await?;
    Ok(())
}

fn next(handoff: &Handoff, act: Act) -> Result<State, Vec<FieldError>> {
    after(handoff.state, act).map_err(|unfit| vec![("handoff", unfit.message())])
}

/// Claims one in one's own name.
pub async fn claim(db: &Db, caller: &Caller, id: HandoffId) -> Done {
    let mut write = Write::begin(db).await?;
    let conn = write.conn();
    let Some(held) = Held::load(conn, caller, id).await? else { return Ok(None) };
    let permit = held.receive(caller, Action::HandoffClaim)?;
    let Some((person, _)) = doer(caller) else {
        return Ok(Some(Err(vec![("handoff", Message::new("case-error-nobody"))])));
    };
    let was = held.handoff;
    let state = match next(&was, Act::Claim) {
        Ok(state) => state,
        Err(errors) => return Ok(Some(Err(errors))),
    };
    let settings = settings(conn).await?;
    let calendar = store::calendar::load(conn).await?;
    let now = Handoff {
        state,
        claimed: Some((caller.today, person)),
        answer_due: Some(settings.answer_due(&calendar, caller.today)),
        ..was.clone()
    };
    let event = event(caller, Act::Claim, None, "");
    Ok(Some(keep(write, caller, &permit, (&was, &now), event).await?))
}

/// Claims several, `handoffs` by their identifiers, each by itself: what became of each. What the rules refuse is
/// told like what came too late.
pub async fn claim_several(
    db: &Db,
    caller: &Caller,
    fields: &Fields,
) -> Result<Vec<(HandoffId, Option<Message>)>, ServiceError> {
    let mut done = Vec::new();
    for id in text(fields, "handoffs").split_whitespace().filter_map(|id| id.parse().ok()) {
        let told = match claim(db, caller, id).await {
            Ok(None) => Some(Message::new("handoff-error-none")),
            Ok(Some(Ok(()))) => None,
            Ok(Some(Err(errors))) => errors.into_iter().next().map(|(_, message)| message),
            Err(ServiceError::Denied(denial)) => {
                crate::write::log_denial(db, caller, &denial).await?;
                Some(Message::new("handoff-error-denied").with("rule", denial.rule))
            }
            Err(other) => return Err(other),
        };
        done.push((id, told));
    }
    Ok(done)
}

/// Writes down supervision: a step of the case, and an event here. `note` says what was looked at.
pub async fn record(db: &Db, caller: &Caller, id: HandoffId, fields: &Fields) -> Done {
    let mut errors = Vec::new();
    let note = reasoned(fields, &mut errors);
    let mut write = Write::begin(db).await?;
    let conn = write.conn();
    let Some(held) = Held::load(conn, caller, id).await? else { return Ok(None) };
    let was = held.handoff.clone();
    if let Err(unfit) = next(&was, Act::Record) {
        errors.extend(unfit);
    }
    let (permit, step) = match was.kind {
        Kind::Approval => {
            let taken = take_step(
                conn,
                caller,
                (was.case, &held.ground, &held.parties),
                Function::Supervise,
                note.clone(),
            );
            match taken.await? {
                Ok((permit, step)) => (permit, Some(step)),
                Err(error) => return Ok(Some(Err(vec![error]))),
            }
        }
        Kind::Penalty => (held.receive(caller, Action::HandoffAnswer)?, None),
    };
    if !errors.is_empty() {
        return Ok(Some(Err(errors)));
    }
    store::handoff::insert_event(conn, id, &event(caller, Act::Record, None, &note)).await?;
    let after = step.map_or_else(|| serde_json::json!({ "note": note }), |step| serde_json::json!(step));
    let change = Change { subject: id.to_string(), after, reason: note, ..Change::default() };
    write.commit(caller, &permit, change).await?;
    Ok(Some(Ok(())))
}

/// Tells the other side what was found: `answer` by its code, `note`.
pub async fn answer(db: &Db, caller: &Caller, id: HandoffId, fields: &Fields) -> Done {
    let mut errors = Vec::new();
    let answer = text(fields, "answer").parse::<Answer>();
    if answer.is_err() {
        errors.push(("answer", Message::new("handoff-error-answer")));
    }
    let note = reasoned(fields, &mut errors);
    let mut write = Write::begin(db).await?;
    let conn = write.conn();
    let Some(held) = Held::load(conn, caller, id).await? else { return Ok(None) };
    let permit = held.receive(caller, Action::HandoffAnswer)?;
    let was = held.handoff;
    let state = match next(&was, Act::Answer) {
        Ok(state) => state,
        Err(unfit) => return Ok(Some(Err(unfit))),
    };
    let (Ok(answer), true) = (answer, errors.is_empty()) else { return Ok(Some(Err(errors))) };
    let now = Handoff { state, answered: Some((caller.today, answer)), ..was.clone() };
    let mut said = words(conn, &was).await?;
    said.who = caller.actor.rights().map(|rights| rights.name.clone()).unwrap_or_default();
    said.reason.clone_from(&note);
    let roles = match was.kind {
        Kind::Approval => [Role::Approver, Role::Manager],
        Kind::Penalty => [Role::Supervisor, Role::Manager],
    };
    let notice = notice(&was, Told::HandoffAnswered, "answer", said, None);
    let to = roles.map(|role| To::Role(role, was.from));
    crate::notify::tell(conn, caller.now, caller.today, &notice, &to).await?;
    let event = event(caller, Act::Answer, None, &note);
    Ok(Some(keep(write, caller, &permit, (&was, &now), event).await?))
}

/// Takes note of the answer, on the side that pushed.
pub async fn close(db: &Db, caller: &Caller, id: HandoffId, fields: &Fields) -> Done {
    let mut errors = Vec::new();
    let note = short(fields, "note", NOTE, &mut errors);
    let mut write = Write::begin(db).await?;
    let Some(held) = Held::load(write.conn(), caller, id).await? else { return Ok(None) };
    let permit = held.send(caller, Action::HandoffClose)?;
    let was = held.handoff;
    let state = match next(&was, Act::Close) {
        Ok(state) => state,
        Err(unfit) => return Ok(Some(Err(unfit))),
    };
    if !errors.is_empty() {
        return Ok(Some(Err(errors)));
    }
    let now = Handoff { state, closed_on: Some(caller.today), ..was.clone() };
    let event = event(caller, Act::Close, None, &note);
    Ok(Some(keep(write, caller, &permit, (&was, &now), event).await?))
}

/// A notice about a hand-off; each round and step is told once.
fn notice(handoff: &Handoff, event: Told, step: &str, words: Words, due: Option<domain::Date>) -> Notice {
    Notice {
        event,
        about: handoff.id.0,
        step: format!("{}-{step}", handoff.round),
        words,
        link: format!("/handoffs/{}", handoff.id),
        due,
    }
}
