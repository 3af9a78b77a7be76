//! Recall of an assignment from one unit or from all, and what is taken back after it.

use super::{Answer, Ground, acting, gone, reason, refused, tell};
use crate::ServiceError;
use crate::form::{FieldError, Fields, date, text};
use crate::write::{Caller, Change, Write};
use access::Action;
use chrono::Datelike;
use domain::assess::RecallReason;
use domain::assignment::Form;
use domain::holding::Holding;
use domain::id::{AssignmentId, ReclaimId, UnitId};
use domain::life::Refusal;
use domain::life::state::Event as Happens;
use domain::notice::{Event, To, Words};
use domain::webhook::Event as Hook;
use domain::{Message, Period};
use serde_json::json;
use std::collections::BTreeSet;
use store::life::recall::Recall;
use store::{Conn, Db};

/// Recalls: `reason` (a code), `note`, `number` of the decision, `last_on`, and `scope`: `one` for this assignment
/// alone, `all` for each that the power has. How many were recalled.
pub async fn recall(db: &Db, caller: &Caller, id: AssignmentId, fields: &Fields) -> Answer<usize> {
    let mut errors: Vec<FieldError> = Vec::new();
    let code = text(fields, "reason").parse::<RecallReason>().ok();
    if code.is_none() {
        errors.push(("reason", Message::new("recall-error-reason")));
    }
    let note = reason(text(fields, "note"), "note", &mut errors);
    let number = text(fields, "number").to_owned();
    if number.is_empty() {
        errors.push(("number", Message::new("paper-error-number")));
    }
    let last = date(fields, "last_on", &mut errors);
    let yesterday = caller.today.pred_opt().unwrap_or(caller.today);
    match last {
        None if text(fields, "last_on").is_empty() => {
            errors.push(("last_on", Message::new("recall-error-last")));
        }
        Some(last) if last < yesterday => {
            errors.push(("last_on", Message::new("duty-error-past").with("today", caller.today)));
        }
        _ => {}
    }
    let mut write = Write::begin(db).await?;
    let conn = write.conn();
    let Some(first) = Ground::lock(conn, id, caller).await? else { return Ok(Err(vec![gone()])) };
    let permit = caller.permit(Action::AssignmentRecall, &first.subject())?;
    if let Err(refusal) = first.stage().after(Happens::Recall, 0) {
        return Ok(refused(refusal));
    }
    if store::life::recall::of(conn, id).await?.is_some() {
        return Ok(refused(Refusal::Recalled));
    }
    if first.assignment.period.to.is_some_and(|to| to < caller.today) {
        return Ok(refused(Refusal::Over));
    }
    let (Some(code), Some(last), true) = (code, last, errors.is_empty()) else { return Ok(Err(errors)) };
    let mut all = vec![first];
    if text(fields, "scope") == "all" {
        for other in store::life::recall::held(conn, all[0].power.id, caller.today).await? {
            if other != id
                && let Some(ground) = Ground::lock(conn, other, caller).await?
                && ground.stage().after(Happens::Recall, 0).is_ok()
            {
                let _permit = caller.permit(Action::AssignmentRecall, &ground.subject())?;
                all.push(ground);
            }
        }
    }
    let mut touched: BTreeSet<UnitId> = BTreeSet::new();
    for ground in &all {
        let recall = Recall {
            assignment: ground.assignment.id,
            reason: code,
            note: note.clone(),
            number: number.clone(),
            last_on: last,
            decider: acting(caller),
        };
        match store::life::recall::insert(conn, &recall, caller.now).await {
            Err(store::StoreError::Duplicate) => return Ok(refused(Refusal::Recalled)),
            other => other?,
        }
        one(conn, caller, ground, &recall).await?;
        let (power, unit) = (ground.assignment.power, ground.assignment.unit);
        touched.insert(unit);
        touched.extend(store::assignment::neighbours(conn, power, unit).await?);
        touched.extend(store::assignment::receivers_of(conn, unit, power).await?);
    }
    crate::assess::reassess_units(conn, &touched, caller.today).await?;
    let ids: Vec<AssignmentId> = all.iter().map(|ground| ground.assignment.id).collect();
    let change = Change {
        subject: id.to_string(),
        before: json!(all[0].assignment),
        after: json!({ "recalled": ids, "last_on": last, "number": number, "code": code.as_str() }),
        reason: note,
        ..Change::default()
    };
    write.commit(caller, &permit, change).await?;
    Ok(Ok(all.len()))
}

/// Ends one assignment, lists what is to be taken back, and tells both sides.
async fn one(conn: &mut Conn, caller: &Caller, ground: &Ground, recall: &Recall) -> Result<(), ServiceError> {
    let mut assignment = ground.assignment.clone();
    let stage = ground.stage();
    if recall.last_on < assignment.period.from {
        // It never began.
        assignment.form = Form::Recalled;
        assignment.period = Period { from: caller.today, to: Some(caller.today) };
    } else {
        assignment.period.to = Some(assignment.period.to.map_or(recall.last_on, |to| to.min(recall.last_on)));
    }
    if assignment.transition_until.is_some_and(|until| !assignment.period.contains(until)) {
        assignment.transition_until = assignment.period.to;
    }
    store::assignment::update(conn, &assignment).await?;
    if let Ok(after) = stage.after(Happens::Recall, 0) {
        store::life::tenure::save(conn, &ground.at(after)).await?;
    }
    store::life::takeover::close(conn, assignment.id).await?;
    store::life::tenure::leave_cases(conn, assignment.id).await?;
    store::life::recall::collect(conn, assignment.id, recall.last_on, caller.today.year()).await?;
    let open = store::life::tenure::open_cases(conn, assignment.id, MOST).await?.len();
    let words = Words {
        day: Some(recall.last_on),
        reason: recall.note.clone(),
        title: recall.number.clone(),
        count: u32::try_from(open).unwrap_or(u32::MAX),
        ..ground.words(caller)
    };
    let link = format!("/assignments/{}/recall", assignment.id);
    let to: Vec<To> = ground.sides();
    let told = json!({ "assignment": assignment, "recall": recall });
    crate::webhook::emit(conn, caller.now, Hook::AssignmentRecalled, &ground.both(), &told).await?;
    tell(conn, caller, Event::AssignmentRecalled, (assignment.id.0, ""), words, link, &to).await?;
    Ok(())
}

/// Open cases that are counted at most.
const MOST: i64 = 1000;

/// Settles a row of what belonged to a recalled assignment: `do` is `done`, which takes it back, or `kept` with a
/// `reason`. Whoever is named for open cases stays named until these are decided.
pub async fn settle(db: &Db, caller: &Caller, id: ReclaimId, fields: &Fields) -> Answer<AssignmentId> {
    let mut errors: Vec<FieldError> = Vec::new();
    let state = if text(fields, "do") == "kept" { "kept" } else { "done" };
    let why = if state == "kept" {
        reason(text(fields, "reason"), "reason", &mut errors)
    } else {
        text(fields, "reason").to_owned()
    };
    let mut write = Write::begin(db).await?;
    let conn = write.conn();
    let Some(row) = store::life::recall::reclaim(conn, id).await? else { return Ok(Err(vec![gone()])) };
    let assignment = AssignmentId(row.assignment_id);
    let Some(ground) = Ground::lock(conn, assignment, caller).await? else { return Ok(Err(vec![gone()])) };
    let permit = caller.permit(Action::AssignmentRecall, &ground.subject())?;
    if !errors.is_empty() {
        return Ok(Err(errors));
    }
    if state == "done" && row.kind == "allocation" {
        let open = store::life::tenure::open_cases(conn, assignment, MOST).await?.len();
        if open > 0 {
            return Ok(Err(vec![("life", Message::new("recall-error-open-cases").with("count", open))]));
        }
    }
    let by = caller.actor.rights().map(|rights| rights.person);
    if !store::life::recall::settle(conn, id, state, by, caller.now, &why).await? {
        return Ok(refused(Refusal::Decided));
    }
    let last = store::life::recall::of(conn, assignment).await?.map_or(caller.today, |recall| recall.last_on);
    if state == "done" {
        let holding = match row.kind.as_str() {
            "allocation" => Some(Holding::Allocation),
            "post" => Some(Holding::Appointment),
            _ => None,
        };
        if let Some(kind) = holding
            && let Some(held) = store::holding::by_id(conn, kind, row.row_id).await?
        {
            // What was done in open cases was done by right; the right ends when it is taken back.
            let last = last.max(caller.today.pred_opt().unwrap_or(caller.today));
            crate::duty::end_held(conn, &held, last, caller.today).await?;
        }
        if row.kind == "funding" {
            store::life::recall::release_back(conn, row.row_id).await?;
            let unit = BTreeSet::from([ground.assignment.unit]);
            crate::assess::reassess_units(conn, &unit, caller.today).await?;
        }
    }
    let change = Change {
        subject: assignment.to_string(),
        before: json!(row),
        after: json!({ "row": row.row_id, "state": state }),
        reason: why,
        ..Change::default()
    };
    write.commit(caller, &permit, change).await?;
    Ok(Ok(assignment))
}
