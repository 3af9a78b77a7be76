//! The paper that makes an assignment lawful, and the review of one that is in force.

use super::{Answer, Ground, gone, reason, refused};
use crate::form::{FieldError, Fields, date, text};
use crate::write::{Caller, Change, Write};
use access::Action;
use domain::Message;
use domain::assignment::{Assignment, Form, Instrument, InstrumentKind};
use domain::id::AssignmentId;
use domain::life::Refusal;
use domain::life::state::Event;
use domain::paper::PaperState;
use serde_json::json;
use std::collections::BTreeSet;
use store::life::tenure::Tenure;
use store::paper::Beside;
use store::{Conn, Db, StoreError};

/// The kind of paper on which a form of transfer stands.
pub(super) const fn kind_for(form: Form) -> InstrumentKind {
    match form {
        Form::Entrustment => InstrumentKind::EntrustmentAgreement,
        _ => InstrumentKind::Acceptance,
    }
}

/// What a form says of a paper that was signed elsewhere.
pub(super) fn written(caller: &Caller, fields: &Fields, errors: &mut Vec<FieldError>) -> Instrument {
    let number = text(fields, "number").to_owned();
    if number.is_empty() {
        errors.push(("number", Message::new("paper-error-number")));
    }
    let signed_on = date(fields, "signed_on", errors);
    let until = date(fields, "instrument_until", errors);
    let published_on = date(fields, "published_on", errors);
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
    Instrument { kind: InstrumentKind::Acceptance, number, signed_on, until, published_on }
}

/// The one way in which an assignment gets its paper or loses it: its row is changed, and its life moves by that. Its
/// unit is still to be assessed again, which brings its tasks to what is so now.
pub(crate) async fn stand(
    conn: &mut Conn,
    assignment: &Assignment,
    tenure: Option<Tenure>,
) -> Result<(), StoreError> {
    store::assignment::update(conn, assignment).await?;
    let event = match &assignment.instrument {
        Some(paper) if paper.signed_on.is_some() => Event::Sign,
        _ => Event::Void,
    };
    if let Some(tenure) = tenure
        && let Ok(stage) = tenure.stage.after(event, 0)
    {
        store::life::tenure::save(conn, &Tenure { stage, ..tenure }).await?;
    }
    Ok(())
}

/// Whether a number may be typed beside the papers that were drawn up here: not that of one that waits for its
/// signature, which is recorded there with its scan, nor in the place of one that was signed.
pub(super) fn by_hand<'a>(
    beside: &'a [Beside],
    assignment: &Assignment,
    number: &str,
) -> Result<(), (&'a Beside, &'static str)> {
    let grounds = |paper: &&Beside| paper.kind.grounds(assignment.form);
    let stands = assignment.instrument.as_ref().map(|paper| paper.number.as_str());
    for paper in beside.iter().filter(grounds) {
        match paper.state {
            PaperState::Signed if stands == Some(paper.number.as_str()) => {
                return Err((paper, "paper-error-signed-here"));
            }
            PaperState::Drawn if paper.number == number => return Err((paper, "paper-error-drawn-here")),
            _ => {}
        }
    }
    Ok(())
}

/// Registers a paper that was signed elsewhere as an assignment's: `number`, `signed_on`, `instrument_until`, `published_on`. An entrustment's is an
/// agreement, whatever else an acceptance.
pub async fn sign(db: &Db, caller: &Caller, id: AssignmentId, fields: &Fields) -> Answer<()> {
    let mut errors: Vec<FieldError> = Vec::new();
    let written = written(caller, fields, &mut errors);
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
    let beside = store::paper::beside(conn, id).await?;
    if let Err((by, key)) = by_hand(&beside, &ground.assignment, &written.number) {
        return Ok(Err(vec![("number", Message::new(key).with("number", by.number.as_str()))]));
    }
    let before = ground.assignment.clone();
    let mut assignment = before.clone();
    assignment.instrument = Some(Instrument { kind: kind_for(assignment.form), ..written });
    stand(conn, &assignment, ground.tenure).await?;
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
