//! The paper that makes an assignment lawful, and the review of one that is in force.

use super::{Answer, Ground, gone, reason, refused};
use crate::form::{FieldError, Fields, date, text};
use crate::write::{Caller, Change, Write};
use access::Action;
use domain::Message;
use domain::assignment::{Form, Instrument, InstrumentKind};
use domain::id::AssignmentId;
use domain::life::Refusal;
use domain::life::state::Event;
use serde_json::json;
use std::collections::BTreeSet;
use store::Db;

/// Registers an assignment's paper: `number`, `signed_on`, `instrument_until`, `published_on`. An entrustment's is an
/// agreement, whatever else an acceptance.
pub async fn sign(db: &Db, caller: &Caller, id: AssignmentId, fields: &Fields) -> Answer<()> {
    let mut errors: Vec<FieldError> = Vec::new();
    let number = text(fields, "number").to_owned();
    if number.is_empty() {
        errors.push(("number", Message::new("paper-error-number")));
    }
    let signed_on = date(fields, "signed_on", &mut errors);
    let until = date(fields, "instrument_until", &mut errors);
    let published_on = date(fields, "published_on", &mut errors);
    match signed_on {
        None if text(fields, "signed_on").is_empty() => {
            errors.push(("signed_on", Message::new("paper-error-signed")));
        }
        Some(signed) if signed > caller.today => {
            errors.push(("signed_on", Message::new("paper-error-future")));
        }
        _ => {}
    }
    if published_on.is_some_and(|published| published > caller.today) {
        errors.push(("published_on", Message::new("paper-error-future")));
    }
    if let (Some(signed), Some(until)) = (signed_on, until)
        && until < signed
    {
        errors.push(("instrument_until", Message::new("import-error-reversed").with("from", signed)));
    }
    let mut write = Write::begin(db).await?;
    let conn = write.conn();
    let Some(ground) = Ground::lock(conn, id, caller).await? else { return Ok(Err(vec![gone()])) };
    let permit = caller.permit(Action::AssignmentSign, &ground.subject())?;
    if ground.stage().is_over() {
        return Ok(refused(Refusal::Over));
    }
    if !errors.is_empty() {
        return Ok(Err(errors));
    }
    let before = ground.assignment.clone();
    let mut assignment = before.clone();
    let kind = match assignment.form {
        Form::Entrustment => InstrumentKind::EntrustmentAgreement,
        _ => InstrumentKind::Acceptance,
    };
    assignment.instrument = Some(Instrument { kind, number, signed_on, until, published_on });
    store::assignment::update(conn, &assignment).await?;
    if ground.tenure.is_some()
        && let Ok(stage) = ground.stage().after(Event::Sign, 0)
    {
        store::life::tenure::save(conn, &ground.at(stage)).await?;
    }
    crate::assess::reassess_units(conn, &BTreeSet::from([assignment.unit]), caller.today).await?;
    let change = Change {
        subject: id.to_string(),
        before: json!(before),
        after: json!(assignment),
        ..Change::default()
    };
    write.commit(caller, &permit, change).await?;
    Ok(Ok(()))
}

/// Looks at an assignment again, or keeps it after that: `do` (`review` or `keep`), `reason`.
pub async fn review(db: &Db, caller: &Caller, id: AssignmentId, fields: &Fields) -> Answer<()> {
    let mut errors: Vec<FieldError> = Vec::new();
    let event = match text(fields, "do") {
        "keep" => Event::Keep,
        _ => Event::Review,
    };
    let why = reason(text(fields, "reason"), "reason", &mut errors);
    let mut write = Write::begin(db).await?;
    let conn = write.conn();
    let Some(ground) = Ground::lock(conn, id, caller).await? else { return Ok(Err(vec![gone()])) };
    let permit = caller.permit(Action::AssignmentSign, &ground.subject())?;
    let stage = match ground.stage().after(event, 0) {
        Ok(stage) => stage,
        Err(refusal) => return Ok(refused(refusal)),
    };
    if !errors.is_empty() {
        return Ok(Err(errors));
    }
    store::life::tenure::save(conn, &ground.at(stage)).await?;
    let change = Change {
        subject: id.to_string(),
        before: json!({ "stage": ground.stage().as_str() }),
        after: json!({ "stage": stage.as_str() }),
        reason: why,
        ..Change::default()
    };
    write.commit(caller, &permit, change).await?;
    Ok(Ok(()))
}
