//! Take-overs: which tasks are met, ticking those that the system cannot know, and doing without one for a while.

use super::{Answer, Ground, acting, gone, name, reason, refused, tell};
use crate::ServiceError;
use crate::form::{FieldError, Fields, date, text};
use crate::write::{Caller, Change, Write};
use access::Action;
use domain::assess::{Assessment, Staffing, UnitFacts, assess_unit, staffing};
use domain::duty::{Role, Subject};
use domain::id::{AssignmentId, TaskId, WaiverId};
use domain::life::Refusal;
use domain::life::state::{Decision, Event as Happens, Stage};
use domain::life::takeover::{self as rule, Task, TaskState};
use domain::notice::{Event, To, Words};
use domain::rules::Rules;
use domain::{Date, Message};
use serde_json::json;
use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};
use store::life::takeover::{Owed, Waiver};
use store::{Conn, Db};

/// Brings the tasks of a unit's take-overs to what its facts say, in the transaction that wrote these, and counts in
/// the facts how many are open.
pub(crate) async fn refresh(
    conn: &mut Conn,
    facts: &mut UnitFacts,
    rules: &Rules,
    today: Date,
) -> Result<(), ServiceError> {
    let pending = store::life::tenure::pending_of(conn, facts.unit.id).await?;
    if pending.is_empty() {
        return Ok(());
    }
    let tasks = store::life::bulk::tasks(conn, facts.unit.id).await?;
    let waivers = store::life::bulk::waivers(conn, facts.unit.id).await?;
    let mut judged: BTreeMap<Date, (Vec<Assessment>, Staffing)> = BTreeMap::new();
    let mut changed: Vec<(TaskId, TaskState)> = Vec::new();
    let mut moved: Vec<(AssignmentId, Stage)> = Vec::new();
    for tenure in pending {
        let place = facts.assignments.iter().position(|each| each.assignment.id == tenure.assignment);
        let Some(place) = place else { continue };
        let assignment = facts.assignments[place].assignment.clone();
        // What will be there on the first day counts.
        let on = if tenure.stage.is_before() { assignment.period.from.max(today) } else { today };
        if let Entry::Vacant(entry) = judged.entry(on) {
            entry.insert((assess_unit(facts, rules, on)?, staffing(facts, rules, on)?));
        }
        let Some((results, staffing)) = judged.get(&on) else { continue };
        let Some(result) = results.iter().find(|each| each.assignment == assignment.id) else { continue };
        let mut open = 0;
        let mut paper = true;
        for owed in tasks.iter().filter(|owed| owed.assignment == assignment.id) {
            let is_met = if owed.task.is_computed() {
                rule::is_met(owed.task, &assignment, facts, staffing, result)
            } else {
                owed.state == TaskState::Met
            };
            let state = rule::state(is_met, &of_task(&waivers, owed), today);
            if state != owed.state {
                changed.push((owed.id, state));
            }
            open += u32::from(state == TaskState::Open);
            paper &= !matches!(owed.task, Task::Instrument | Task::Published) || state != TaskState::Open;
        }
        facts.assignments[place].open_tasks = open;
        if paper && let Ok(stage) = tenure.stage.after(Happens::Prepare, open) {
            moved.push((assignment.id, stage));
        }
    }
    for &state in TaskState::ALL {
        let ids: Vec<TaskId> = changed.iter().filter(|(_, to)| *to == state).map(|(id, _)| *id).collect();
        store::life::bulk::set(conn, &ids, state, (state == TaskState::Met).then_some(today)).await?;
    }
    for &stage in Stage::ALL {
        let ids: Vec<AssignmentId> = moved.iter().filter(|(_, to)| *to == stage).map(|(id, _)| *id).collect();
        store::life::bulk::stage(conn, &ids, stage).await?;
    }
    Ok(())
}

/// The waivers of a task as the rule takes them.
fn of_task(waivers: &[Waiver], owed: &Owed) -> Vec<rule::Waiver> {
    let mine = waivers.iter().filter(|waiver| waiver.task == owed.id);
    let one = |waiver: &Waiver| rule::Waiver {
        until: waiver.valid_to,
        is_granted: waiver.decision == Some(Decision::Granted),
    };
    mine.map(one).collect()
}

/// The task that is meant, its take-over locked.
async fn locked(
    conn: &mut Conn,
    caller: &Caller,
    id: TaskId,
) -> Result<Option<(Owed, Ground)>, ServiceError> {
    let Some(owed) = store::life::takeover::by_id(conn, id).await? else { return Ok(None) };
    let Some(ground) = Ground::lock(conn, owed.assignment, caller).await? else { return Ok(None) };
    Ok(store::life::takeover::by_id(conn, id).await?.map(|owed| (owed, ground)))
}

/// The page of a take-over.
fn link(assignment: AssignmentId) -> String {
    format!("/takeovers/{assignment}")
}

/// Ticks a task that the system cannot know: `note`.
pub async fn tick(db: &Db, caller: &Caller, id: TaskId, fields: &Fields) -> Answer<AssignmentId> {
    let mut errors: Vec<FieldError> = Vec::new();
    let note = reason(text(fields, "note"), "note", &mut errors);
    let mut write = Write::begin(db).await?;
    let conn = write.conn();
    let Some((owed, ground)) = locked(conn, caller, id).await? else { return Ok(Err(vec![gone()])) };
    let units = store::unit::above(conn, owed.unit).await?;
    let permit = caller.permit(Action::TakeoverTick, &Subject { units: &units, ..Subject::default() })?;
    if ground.stage().is_over() {
        return Ok(refused(Refusal::Over));
    }
    if let Err(refusal) = rule::may_tick(owed.task, owed.state) {
        return Ok(refused(refusal));
    }
    if !errors.is_empty() {
        return Ok(Err(errors));
    }
    if !store::life::takeover::tick(conn, id, caller.today, acting(caller), &note).await? {
        return Ok(refused(Refusal::Decided));
    }
    crate::assess::reassess_units(conn, &BTreeSet::from([ground.assignment.unit]), caller.today).await?;
    let change = Change {
        subject: owed.assignment.to_string(),
        before: json!(owed),
        after: json!({ "task": owed.task.as_str(), "state": TaskState::Met.as_str() }),
        reason: note,
        ..Change::default()
    };
    write.commit(caller, &permit, change).await?;
    Ok(Ok(owed.assignment))
}

/// What a request for a waiver says: why, how it will be mended, and the last day.
pub(super) fn asked(
    caller: &Caller,
    fields: &Fields,
    errors: &mut Vec<FieldError>,
) -> (String, String, Option<Date>) {
    let why = reason(text(fields, "reason"), "reason", errors);
    let plan = text(fields, "plan").to_owned();
    if plan.is_empty() {
        errors.push(("plan", Message::new("waiver-error-plan")));
    }
    let to = date(fields, "to", errors);
    match to {
        None if text(fields, "to").is_empty() => errors.push(("to", Message::new("waiver-error-to"))),
        Some(to) if to <= caller.today => errors.push(("to", Message::new("waiver-error-past"))),
        _ => {}
    }
    (why, plan, to)
}

/// Asks to do without a task for a while: `reason`, `plan`, `to`.
pub async fn ask_waiver(db: &Db, caller: &Caller, id: TaskId, fields: &Fields) -> Answer<WaiverId> {
    let mut errors: Vec<FieldError> = Vec::new();
    let (why, plan, to) = asked(caller, fields, &mut errors);
    let mut write = Write::begin(db).await?;
    let conn = write.conn();
    let Some((owed, ground)) = locked(conn, caller, id).await? else { return Ok(Err(vec![gone()])) };
    let units = store::unit::above(conn, ground.assignment.unit).await?;
    let permit = caller.permit(Action::WaiverRequest, &Subject { units: &units, ..Subject::default() })?;
    if owed.state != TaskState::Open || ground.stage().is_over() {
        return Ok(refused(Refusal::WrongState));
    }
    let (Some(valid_to), true) = (to, errors.is_empty()) else { return Ok(Err(errors)) };
    let others = store::life::takeover::waivers(conn, owed.assignment).await?;
    if others.iter().any(|other| other.task == id && other.decision.is_none()) {
        return Ok(Err(vec![("reason", Message::new("waiver-error-waiting"))]));
    }
    let waiver = Waiver {
        id: WaiverId(store::new_id()),
        task: id,
        reason: why.clone(),
        plan,
        valid_to,
        asked: acting(caller),
        asker: None,
        asked_for: None,
        decision: None,
        answer: String::new(),
        decider: None,
        decided_for: None,
    };
    store::life::takeover::ask(conn, &waiver, caller.now).await?;
    let unit = ground.assignment.unit;
    let to = [To::Role(Role::Organization, unit), To::Role(Role::Leader, unit)];
    let words = Words { reason: why.clone(), day: None, ..ground.words(caller) };
    let link = link(owed.assignment);
    tell(conn, caller, Event::WaiverAsked, (waiver.id.0, ""), words, link, &to).await?;
    let change = Change {
        subject: owed.assignment.to_string(),
        after: json!({ "task": owed.task.as_str(), "waiver": waiver }),
        reason: why,
        ..Change::default()
    };
    write.commit(caller, &permit, change).await?;
    Ok(Ok(waiver.id))
}

/// Decides on a waiver: `decision`, and `answer`, which a refusal needs. Nobody decides on what he asked for.
pub async fn decide_waiver(db: &Db, caller: &Caller, id: WaiverId, fields: &Fields) -> Answer<AssignmentId> {
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
    let Some(waiver) = store::life::takeover::waiver(conn, id).await? else { return Ok(Err(vec![gone()])) };
    let Some((owed, ground)) = locked(conn, caller, waiver.task).await? else { return Ok(Err(vec![gone()])) };
    let units = store::unit::above(conn, ground.assignment.unit).await?;
    let benefits = waiver.asked.map(|asked| asked.person);
    let subject = Subject { units: &units, benefits, ..Subject::default() };
    let permit = caller.permit(Action::WaiverDecide, &subject)?;
    if let (Some(asked), Some(by)) = (waiver.asked, acting(caller))
        && asked.shares(by)
    {
        return Ok(refused(Refusal::OwnRequest));
    }
    if !errors.is_empty() {
        return Ok(Err(errors));
    }
    if !store::life::takeover::decide(conn, id, decision, acting(caller), caller.now, &answer).await? {
        return Ok(refused(Refusal::Decided));
    }
    crate::assess::reassess_units(conn, &BTreeSet::from([ground.assignment.unit]), caller.today).await?;
    let mut to: Vec<To> = benefits.map(To::Person).into_iter().collect();
    to.push(To::Role(Role::Manager, ground.assignment.unit));
    let words = Words {
        title: decision.as_str().to_owned(),
        reason: answer.clone(),
        who: name(caller),
        ..ground.words(caller)
    };
    tell(conn, caller, Event::WaiverDecided, (id.0, ""), words, link(owed.assignment), &to).await?;
    let change = Change {
        subject: owed.assignment.to_string(),
        before: json!(waiver),
        after: json!({ "task": owed.task.as_str(), "decision": decision.as_str() }),
        reason: answer,
        ..Change::default()
    };
    write.commit(caller, &permit, change).await?;
    Ok(Ok(owed.assignment))
}

/// The days until which an assignment that takes effect is still in its transition: as long as a waiver lasts.
pub(super) async fn waived_until(conn: &mut Conn, id: AssignmentId) -> Result<Option<Date>, ServiceError> {
    let tasks = store::life::takeover::of_assignment(conn, id).await?;
    let waivers = store::life::takeover::waivers(conn, id).await?;
    let waived: Vec<TaskId> =
        tasks.iter().filter(|owed| owed.state == TaskState::Waived).map(|owed| owed.id).collect();
    let granted = waivers.iter().filter(|waiver| waiver.decision == Some(Decision::Granted));
    Ok(granted.filter(|waiver| waived.contains(&waiver.task)).map(|waiver| waiver.valid_to).max())
}
