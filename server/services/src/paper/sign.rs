//! Records that a paper was signed, published or voided, and what that makes of its assignments.

use super::{Sides, may_sign, past, typed};
use crate::ServiceError;
use crate::form::{FieldError, Fields, text};
use crate::write::{Caller, Change, Write};
use access::Action;
use domain::assignment::{Assignment, Instrument};
use domain::attachment::Beside;
use domain::id::{PaperId, UnitId};
use domain::notice::{Event, Words};
use domain::paper::PaperState;
use domain::{Date, Message};
use serde_json::json;
use std::collections::BTreeSet;
use store::life::tenure::Tenure;
use store::paper::Paper;
use store::{Conn, Db};

/// What a use case answers: none where there is no such paper.
type Answer = Result<Option<Result<(), Vec<FieldError>>>, ServiceError>;

fn refused(name: &'static str, key: &'static str) -> Vec<FieldError> {
    vec![(name, Message::new(key))]
}

/// Changes the instruments of a paper's assignments, moves their lives by that, and assesses their unit again.
async fn ground(
    conn: &mut Conn,
    paper: &Paper,
    today: Date,
    change: &(dyn Fn(&mut Assignment, Option<&Tenure>) -> bool + Sync),
) -> Result<usize, ServiceError> {
    // Nobody writes the same assignments meanwhile.
    store::paper::lock_items(conn, paper.id).await?;
    let mut changed = 0;
    let mut touched: BTreeSet<UnitId> = BTreeSet::new();
    for id in store::paper::items(conn, paper.id).await? {
        let Some(mut assignment) = store::assignment::by_id(conn, id).await? else { continue };
        let tenure = store::life::tenure::of(conn, id).await?;
        if change(&mut assignment, tenure.as_ref()) {
            crate::life::paper::stand(conn, &assignment, tenure).await?;
            touched.insert(assignment.unit);
            changed += 1;
        }
    }
    crate::assess::reassess_units(conn, &touched, today).await?;
    Ok(changed)
}

/// Records the signature: `signed_on`, `published_on` (may come later), and the scan that is kept beside the paper.
/// The paper becomes the instrument of its assignments, and their unit is assessed again.
pub async fn sign(db: &Db, caller: &Caller, id: PaperId, fields: &Fields) -> Answer {
    let mut write = Write::begin(db).await?;
    let conn = write.conn();
    // Whoever signs or voids it at the same time waits here, and then sees this.
    let Some(paper) = store::paper::locked(conn, id).await? else { return Ok(None) };
    let sides = Sides::load(conn, paper.issuer, paper.receiver).await?;
    let permit = may_sign(caller, paper.kind, &sides)?;
    match paper.state {
        PaperState::Drawn => {}
        PaperState::Signed => return Ok(Some(Err(refused("signed_on", "paper-error-already-signed")))),
        PaperState::Voided => return Ok(Some(Err(refused("signed_on", "paper-error-voided")))),
    }
    let mut errors: Vec<FieldError> = Vec::new();
    let days = (paper.drawn_on, caller.today);
    let signed_on = past(fields, "signed_on", "paper-error-signed-on", days, &mut errors);
    let published_on = if text(fields, "published_on").is_empty() {
        None
    } else {
        let days = (signed_on.unwrap_or(paper.drawn_on), caller.today);
        past(fields, "published_on", "paper-error-published-on", days, &mut errors)
    };
    let scans = store::attachment::of(conn, Beside::Paper, id.0).await?;
    if scans.is_empty() {
        errors.push(("scan", Message::new("paper-error-scan")));
    }
    let (Some(signed_on), true) = (signed_on, errors.is_empty()) else { return Ok(Some(Err(errors))) };
    if !store::paper::sign(conn, id, signed_on, published_on).await? {
        return Ok(Some(Err(refused("signed_on", "paper-error-already-signed"))));
    }
    let stand = |assignment: &mut Assignment, tenure: Option<&Tenure>| {
        let kind = paper.kind.instrument().filter(|_| paper.kind.grounds(assignment.form));
        let Some(kind) = kind else { return false };
        // What is over keeps the paper on which it stood; only its recall is still written down.
        if paper.kind.is_mutual() && tenure.is_some_and(|tenure| tenure.stage.is_over()) {
            return false;
        }
        assignment.instrument = Some(Instrument {
            kind,
            number: paper.number.clone(),
            signed_on: Some(signed_on),
            until: paper.term.to,
            published_on,
        });
        true
    };
    let grounded = ground(conn, &paper, caller.today, &stand).await?;
    let both = [paper.issuer, paper.receiver];
    super::tell(conn, caller, Event::PaperSigned, &paper, (Words::default(), &both)).await?;
    let scan = scans.first().map(|scan| scan.file.sha256.clone());
    let change = Change {
        subject: id.to_string(),
        before: json!({ "state": paper.state }),
        after: json!({
            "state": PaperState::Signed,
            "number": paper.number,
            "signed_on": signed_on,
            "published_on": published_on,
            "scan_sha256": scan,
            "assignments_grounded": grounded,
        }),
        ..Change::default()
    };
    write.commit(caller, &permit, change).await?;
    Ok(Some(Ok(())))
}

/// Records on which day a signed paper was published: `published_on`.
pub async fn publish(db: &Db, caller: &Caller, id: PaperId, fields: &Fields) -> Answer {
    let mut write = Write::begin(db).await?;
    let conn = write.conn();
    let Some(paper) = store::paper::locked(conn, id).await? else { return Ok(None) };
    let sides = Sides::load(conn, paper.issuer, paper.receiver).await?;
    let permit = may_sign(caller, paper.kind, &sides)?;
    let Some(signed_on) = paper.signed_on.filter(|_| paper.state == PaperState::Signed) else {
        return Ok(Some(Err(refused("published_on", "paper-error-not-signed"))));
    };
    let mut errors: Vec<FieldError> = Vec::new();
    let days = (signed_on, caller.today);
    let published_on = past(fields, "published_on", "paper-error-published-on", days, &mut errors);
    let (Some(published_on), true) = (published_on, errors.is_empty()) else { return Ok(Some(Err(errors))) };
    if !store::paper::publish(conn, id, published_on).await? {
        return Ok(Some(Err(refused("published_on", "paper-error-published"))));
    }
    ground(conn, &paper, caller.today, &|assignment, _| {
        let own = assignment.instrument.as_mut().filter(|instrument| instrument.number == paper.number);
        own.map(|instrument| instrument.published_on = Some(published_on)).is_some()
    })
    .await?;
    let change = Change {
        subject: id.to_string(),
        before: json!({ "published_on": null }),
        after: json!({ "published_on": published_on }),
        ..Change::default()
    };
    write.commit(caller, &permit, change).await?;
    Ok(Some(Ok(())))
}

/// Voids a paper: `reason`. Assignments that stand on it lose their instrument.
pub async fn void(db: &Db, caller: &Caller, id: PaperId, fields: &Fields) -> Answer {
    let mut write = Write::begin(db).await?;
    let conn = write.conn();
    let Some(paper) = store::paper::locked(conn, id).await? else { return Ok(None) };
    let sides = Sides::load(conn, paper.issuer, paper.receiver).await?;
    let permit = caller.permit(Action::PaperDraw, &sides.subject())?;
    let mut errors: Vec<FieldError> = Vec::new();
    let reason = typed(fields, "reason", Some("paper-error-void-reason"), &mut errors);
    if !errors.is_empty() {
        return Ok(Some(Err(errors)));
    }
    if !store::paper::void(conn, id, caller.today, &reason).await? {
        return Ok(Some(Err(refused("reason", "paper-error-voided"))));
    }
    let fall = |assignment: &mut Assignment, _: Option<&Tenure>| {
        let stands = assignment.instrument.as_ref().is_some_and(|instrument| {
            instrument.number == paper.number && Some(instrument.kind) == paper.kind.instrument()
        });
        let is_own = stands && paper.state == PaperState::Signed;
        if is_own {
            assignment.instrument = None;
        }
        is_own
    };
    let lost = ground(conn, &paper, caller.today, &fall).await?;
    let words = Words { reason: reason.clone(), ..Words::default() };
    super::tell(conn, caller, Event::PaperVoided, &paper, (words, &[paper.issuer, paper.receiver])).await?;
    let change = Change {
        subject: id.to_string(),
        before: json!({ "state": paper.state }),
        after: json!({ "state": PaperState::Voided, "number": paper.number, "assignments_without": lost }),
        reason,
        ..Change::default()
    };
    write.commit(caller, &permit, change).await?;
    Ok(Some(Ok(())))
}
