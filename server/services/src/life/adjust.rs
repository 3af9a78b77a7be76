//! Adjustments (动态调整): either side asks, the organization department decides.

use super::{Answer, Ground, acting, gone, reason, refused, tell};
use crate::form::{FieldError, Fields, text};
use crate::write::{Caller, Change, Write};
use access::{Action, Permit};
use domain::Message;
use domain::duty::{Role, Subject};
use domain::id::{AdjustmentId, AssignmentId};
use domain::life::Refusal;
use domain::life::state::{Adjust, Decision};
use domain::notice::{Event, To, Words};
use serde_json::json;
use store::life::adjust::Adjustment;
use store::{Conn, Db};

/// Asks for an adjustment: `kind`, `wish` (a form, a day, what is lacking), `reason`.
pub async fn ask(db: &Db, caller: &Caller, id: AssignmentId, fields: &Fields) -> Answer<AdjustmentId> {
    let mut write = Write::begin(db).await?;
    let asked = match ask_in(write.conn(), caller, id, fields).await? {
        Ok(asked) => asked,
        Err(errors) => return Ok(Err(errors)),
    };
    write.commit(caller, &asked.permit, asked.change).await?;
    Ok(Ok(asked.id))
}

/// A request that is written but not committed yet.
pub(crate) struct Asked {
    /// The permit to do so.
    pub permit: Permit,
    /// The request.
    pub id: AdjustmentId,
    /// What the trail says of it.
    pub change: Change,
}

/// The same in a transaction that goes on.
pub(crate) async fn ask_in(
    conn: &mut Conn,
    caller: &Caller,
    id: AssignmentId,
    fields: &Fields,
) -> Answer<Asked> {
    let mut errors: Vec<FieldError> = Vec::new();
    let kind = text(fields, "kind").parse::<Adjust>().ok();
    if kind.is_none() {
        errors.push(("kind", Message::new("adjust-error-kind")));
    }
    let wish = text(fields, "wish").to_owned();
    if wish.is_empty() && matches!(kind, Some(Adjust::ChangeForm | Adjust::MoreMeans | Adjust::Extend)) {
        errors.push(("wish", Message::new("adjust-error-wish")));
    }
    let why = reason(text(fields, "reason"), "reason", &mut errors);
    let Some(ground) = Ground::lock(conn, id, caller).await? else { return Ok(Err(vec![gone()])) };
    let permit = caller.permit(Action::AdjustmentRequest, &ground.subject())?;
    if ground.stage().is_over() {
        return Ok(refused(Refusal::Over));
    }
    let (Some(kind), true) = (kind, errors.is_empty()) else { return Ok(Err(errors)) };
    let settings = store::life::settings(conn).await?;
    let calendar = store::calendar::load(conn).await?;
    let post = caller.actor.rights().and_then(|rights| rights.post.as_ref()).map(|post| post.unit);
    let adjustment = Adjustment {
        id: AdjustmentId(store::new_id()),
        assignment: id,
        kind,
        unit: post.unwrap_or(ground.assignment.unit),
        wish,
        reason: why.clone(),
        due_on: calendar.after(caller.today, settings.adjust_days),
        asked: acting(caller),
        decision: None,
        answer: String::new(),
    };
    store::life::adjust::insert(conn, &adjustment, caller.now).await?;
    let words = Words { reason: why.clone(), day: Some(adjustment.due_on), ..ground.words(caller) };
    let to = [To::Role(Role::Organization, ground.assignment.unit)];
    let about = (adjustment.id.0, "");
    tell(conn, caller, Event::AdjustmentAsked, about, words, "/adjustments".to_owned(), &to).await?;
    let change =
        Change { subject: id.to_string(), after: json!(adjustment), reason: why, ..Change::default() };
    Ok(Ok(Asked { permit, id: adjustment.id, change }))
}

/// Decides on one: `decision`, and `answer`, which a refusal needs. What was granted is then done by its own form:
/// recalled, renewed, proposed in another form.
pub async fn decide(db: &Db, caller: &Caller, id: AdjustmentId, fields: &Fields) -> Answer<AssignmentId> {
    let mut errors: Vec<FieldError> = Vec::new();
    let Ok(decision) = text(fields, "decision").parse::<Decision>() else {
        return Ok(Err(vec![("decision", Message::new("adjust-error-decision"))]));
    };
    let answer = match decision {
        Decision::Granted => text(fields, "answer").to_owned(),
        Decision::Refused => reason(text(fields, "answer"), "answer", &mut errors),
    };
    let mut write = Write::begin(db).await?;
    let conn = write.conn();
    let Some(line) = store::life::adjust::by_id(conn, id).await? else { return Ok(Err(vec![gone()])) };
    let asked = line.adjustment.asked;
    let Some(ground) = Ground::lock(conn, line.adjustment.assignment, caller).await? else {
        return Ok(Err(vec![gone()]));
    };
    let benefits = asked.map(|asked| asked.person);
    let permit = caller.permit(Action::AdjustmentDecide, &Subject { benefits, ..ground.subject() })?;
    if let (Some(asked), Some(by)) = (asked, acting(caller))
        && asked.shares(by)
    {
        return Ok(refused(Refusal::OwnRequest));
    }
    if !errors.is_empty() {
        return Ok(Err(errors));
    }
    if !store::life::adjust::decide(conn, id, decision, acting(caller), caller.now, &answer).await? {
        return Ok(refused(Refusal::Decided));
    }
    let to: Vec<To> = match benefits {
        Some(person) => vec![To::Person(person)],
        None => vec![To::Role(Role::Manager, line.adjustment.unit)],
    };
    let words = Words { title: decision.as_str().to_owned(), reason: answer.clone(), ..ground.words(caller) };
    let about = (id.0, "");
    tell(conn, caller, Event::AdjustmentDecided, about, words, "/adjustments?view=all".to_owned(), &to)
        .await?;
    let change = Change {
        subject: line.adjustment.assignment.to_string(),
        before: json!(line.adjustment),
        after: json!({ "adjustment": id, "decision": decision.as_str() }),
        reason: answer,
        ..Change::default()
    };
    write.commit(caller, &permit, change).await?;
    Ok(Ok(line.adjustment.assignment))
}
