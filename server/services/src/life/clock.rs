//! What the clock does: reminds, tells the unit above, lets assignments take effect, and ends what has run out. Whatever
//! it did it finds done, so that nothing is told or done twice.

use super::proposal::{link, words};
use super::vote::owing;
use super::{Ground, takeover, tell};
use crate::ServiceError;
use crate::write::{Caller, Change, Write};
use access::Action;
use chrono::TimeDelta;
use domain::Date;
use domain::calendar::Calendar;
use domain::duty::Role;
use domain::id::{AssignmentId, UnitId};
use domain::life::clock::{Said, notice_before, postponed, said};
use domain::life::settings::Settings;
use domain::life::state::{Event as Happens, Phase, Stage};
use domain::life::takeover::TaskState;
use domain::notice::{Event, To, Words};
use domain::webhook::Event as Hook;
use serde_json::json;
use std::collections::BTreeSet;
use store::life::tenure::Tenure;
use store::{Conn, Db};
use uuid::Uuid;

/// Everything, in its order: first what takes effect, then what is to be said about the rest.
pub async fn run(db: &Db, caller: &Caller) -> Result<(), ServiceError> {
    lapse(db, caller).await?;
    begin(db, caller).await?;
    end(db, caller).await?;
    remind(db, caller).await
}

/// Opens the tasks again whose waivers have run out, and those that facts no longer meet.
async fn lapse(db: &Db, caller: &Caller) -> Result<(), ServiceError> {
    let mut conn = db.read().await?;
    let lapsed = store::life::takeover::lapsed(&mut conn, caller.today).await?;
    drop(conn);
    for owed in lapsed {
        let mut write = Write::begin(db).await?;
        let conn = write.conn();
        let Some(ground) = Ground::lock(conn, owed.assignment, caller).await? else { continue };
        crate::assess::reassess_units(conn, &BTreeSet::from([ground.assignment.unit]), caller.today).await?;
        let now = store::life::takeover::by_id(conn, owed.id).await?;
        if now.is_some_and(|now| now.state == TaskState::Open) {
            let words = Words { day: Some(owed.due_on), ..ground.words(caller) };
            let about = (owed.id.0, caller.today.to_string());
            let link = format!("/takeovers/{}", owed.assignment);
            tell(conn, caller, Event::TaskReopened, (about.0, &about.1), words, link, &ground.sides())
                .await?;
        }
        write.commit_derived().await?;
    }
    Ok(())
}

/// Lets take effect whose day has come and whose tasks are met or waived; puts the others off. What a unit has is taken
/// on together, and every unit that this touches is assessed once: a round brings thousands on one day.
async fn begin(db: &Db, caller: &Caller) -> Result<(), ServiceError> {
    let mut conn = db.read().await?;
    let due = store::life::tenure::due(&mut conn, caller.today).await?;
    let calendar = store::calendar::load(&mut conn).await?;
    drop(conn);
    let mut touched = BTreeSet::new();
    for (unit, all) in &due {
        touched.append(&mut begin_in(db, caller, (*unit, all), &calendar).await?);
    }
    // Where this is interrupted, the assessment of the next day's morning makes up for it.
    for unit in touched {
        let mut write = Write::begin(db).await?;
        crate::assess::reassess_units(write.conn(), &BTreeSet::from([unit]), caller.today).await?;
        write.commit_derived().await?;
    }
    Ok(())
}

/// The same for what one unit has; gives the others that are to be assessed again.
async fn begin_in(
    db: &Db,
    caller: &Caller,
    (unit, all): (UnitId, &[AssignmentId]),
    calendar: &Calendar,
) -> Result<BTreeSet<UnitId>, ServiceError> {
    let mut write = Write::begin(db).await?;
    let conn = write.conn();
    let own = BTreeSet::from([unit]);
    store::life::bulk::lock(conn, unit).await?;
    crate::assess::reassess_units(conn, &own, caller.today).await?;
    let tasks = store::life::bulk::tasks(conn, unit).await?;
    let (mut touched, mut changes, mut permit) = (BTreeSet::new(), Vec::new(), None);
    for id in all {
        let Some(ground) = Ground::lock(conn, *id, caller).await? else { continue };
        if !ground.stage().is_before() || ground.assignment.period.from > caller.today {
            continue;
        }
        let open = tasks.iter().filter(|owed| owed.assignment == *id && owed.state == TaskState::Open);
        let open = u32::try_from(open.count()).unwrap_or(u32::MAX);
        permit = Some(caller.permit(Action::AssignmentSign, &ground.subject())?);
        changes.push(match ground.stage().after(Happens::Begin, open) {
            Ok(_) => begun(conn, caller, &ground, &mut touched).await?,
            Err(_) => put_off(conn, caller, &ground, open, calendar).await?,
        });
    }
    let Some(permit) = permit else { return Ok(BTreeSet::new()) };
    crate::assess::reassess_units(conn, &own, caller.today).await?;
    touched.remove(&unit);
    write.commit(caller, &permit, together(unit, changes)).await?;
    Ok(touched)
}

/// What happened to several assignments of a unit at once, as one change.
fn together(unit: UnitId, mut changes: Vec<Change>) -> Change {
    if changes.len() == 1
        && let Some(only) = changes.pop()
    {
        return only;
    }
    let before: Vec<_> =
        changes.iter().map(|each| json!({ "id": each.subject, "was": each.before })).collect();
    let after =
        changes.iter().map(|each| json!({ "id": each.subject, "is": each.after, "why": each.reason }));
    let after: Vec<_> = after.collect();
    Change { subject: unit.to_string(), before: json!(before), after: json!(after), ..Change::default() }
}

/// Lets one take effect; adds the units to assess again, of which its own is one.
async fn begun(
    conn: &mut Conn,
    caller: &Caller,
    ground: &Ground,
    touched: &mut BTreeSet<UnitId>,
) -> Result<Change, ServiceError> {
    let mut assignment = ground.assignment.clone();
    assignment.period.from = caller.today;
    assignment.period.to = assignment.period.to.map(|to| to.max(caller.today));
    let until = takeover::waived_until(conn, assignment.id).await?;
    assignment.transition_until = until.map(|until| assignment.period.to.map_or(until, |to| until.min(to)));
    let tenure = Tenure { begun_on: Some(caller.today), ..ground.at(Stage::InForce) };
    if let Some(old) = tenure.follows {
        touched.extend(follow(conn, caller, old, assignment.unit).await?);
    }
    store::assignment::update(conn, &assignment).await?;
    store::life::tenure::save(conn, &tenure).await?;
    touched.extend(store::assignment::neighbours(conn, assignment.power, assignment.unit).await?);
    touched.extend(store::assignment::receivers_of(conn, assignment.unit, assignment.power).await?);
    let words = Words { day: Some(caller.today), ..ground.words(caller) };
    let link = format!("/assignments/{}", assignment.id);
    let told = json!(assignment);
    crate::webhook::emit(conn, caller.now, Hook::AssignmentBegun, &ground.both(), &told).await?;
    tell(conn, caller, Event::AssignmentBegun, (assignment.id.0, ""), words, link, &ground.sides()).await?;
    Ok(Change {
        subject: assignment.id.to_string(),
        before: json!(ground.assignment),
        after: json!({ "assignment": assignment, "life": tenure }),
        ..Change::default()
    })
}

/// Ends the assignment that another one follows: from the day on which that begins, it decides no more.
/// Where another unit follows, the open cases are finished by the one with which they were filed.
async fn follow(
    conn: &mut Conn,
    caller: &Caller,
    old: AssignmentId,
    next: UnitId,
) -> Result<Option<UnitId>, ServiceError> {
    let Some(ground) = Ground::lock(conn, old, caller).await? else { return Ok(None) };
    let Ok(stage) = ground.stage().after(Happens::Renew, 0) else { return Ok(None) };
    let yesterday = caller.today.pred_opt().unwrap_or(caller.today);
    let mut assignment = ground.assignment.clone();
    let last = assignment.period.to.map_or(yesterday, |to| to.min(yesterday));
    assignment.period.to = Some(last.max(assignment.period.from));
    if assignment.transition_until.is_some_and(|until| !assignment.period.contains(until)) {
        assignment.transition_until = assignment.period.to;
    }
    store::assignment::update(conn, &assignment).await?;
    store::life::tenure::save(conn, &ground.at(stage)).await?;
    if assignment.unit != next {
        store::life::tenure::leave_cases(conn, old).await?;
    }
    Ok(Some(assignment.unit))
}

async fn put_off(
    conn: &mut Conn,
    caller: &Caller,
    ground: &Ground,
    open: u32,
    calendar: &Calendar,
) -> Result<Change, ServiceError> {
    let mut assignment = ground.assignment.clone();
    let from = postponed(assignment.period.from, caller.today, calendar);
    assignment.period.from = from;
    assignment.period.to = assignment.period.to.map(|to| to.max(from));
    store::assignment::update(conn, &assignment).await?;
    let planned = ground.tenure.map_or(from, |tenure| tenure.planned_from);
    let words = Words { day: Some(from), count: open, ..ground.words(caller) };
    let link = format!("/takeovers/{}", assignment.id);
    // Once, however often it is put off: the tasks remind by themselves.
    let about = (assignment.id.0, planned.to_string());
    tell(conn, caller, Event::AssignmentPutOff, (about.0, &about.1), words, link, &ground.sides()).await?;
    Ok(Change {
        subject: assignment.id.to_string(),
        before: json!(ground.assignment.period),
        after: json!(assignment.period),
        reason: domain::life::Refusal::OpenTasks.as_str().to_owned(),
        ..Change::default()
    })
}

/// Ends what has run out, and tells both sides before something does.
async fn end(db: &Db, caller: &Caller) -> Result<(), ServiceError> {
    let mut conn = db.read().await?;
    let settings = store::life::settings(&mut conn).await?;
    let ended = store::life::tenure::ended(&mut conn, caller.today).await?;
    let most = settings.renewal.iter().copied().max().unwrap_or(0);
    let until = caller.today + TimeDelta::days(i64::from(most));
    let ending = store::life::tenure::ending(&mut conn, caller.today, until).await?;
    drop(conn);
    for each in ended {
        let mut write = Write::begin(db).await?;
        let conn = write.conn();
        let Some(ground) = Ground::lock(conn, AssignmentId(each.id), caller).await? else { continue };
        let Ok(stage) = ground.stage().after(Happens::Expire, 0) else { continue };
        store::life::tenure::save(conn, &ground.at(stage)).await?;
        let words = Words { day: Some(each.ends_on), ..ground.words(caller) };
        let link = format!("/assignments/{}", each.id);
        tell(conn, caller, Event::AssignmentEnded, (each.id, ""), words, link, &ground.sides()).await?;
        let permit = caller.permit(Action::AssignmentSign, &ground.subject())?;
        let change = Change {
            subject: each.id.to_string(),
            before: json!({ "stage": ground.stage().as_str() }),
            after: json!({ "stage": stage.as_str() }),
            ..Change::default()
        };
        write.commit(caller, &permit, change).await?;
    }
    if ending.is_empty() {
        return Ok(());
    }
    let mut write = Write::begin(db).await?;
    let conn = write.conn();
    for each in ending {
        let Some(offset) = notice_before(each.ends_on, caller.today, &settings.renewal) else { continue };
        let words = Words {
            power: each.power,
            unit: each.unit,
            day: Some(each.ends_on),
            count: offset,
            ..Words::default()
        };
        let mut to = vec![
            To::Role(Role::Manager, UnitId(each.unit_id)),
            To::Role(Role::Organization, UnitId(each.unit_id)),
        ];
        to.extend(each.giver_id.map(|giver| To::Role(Role::Manager, UnitId(giver))));
        let about = (each.id, format!("{} -{offset}", each.ends_on));
        let link = format!("/assignments/{}/renew", each.id);
        tell(conn, caller, Event::AssignmentEnds, (about.0, &about.1), words, link, &to).await?;
    }
    Ok(write.commit_derived().await?)
}

/// Something that is owed.
struct Debt {
    about: Uuid,
    due: Date,
    /// What is said before its day, and after it.
    events: [Event; 2],
    words: Words,
    link: String,
    to: Vec<To>,
    /// The unit that owes it: the one above is told at last.
    unit: UnitId,
}

async fn say(
    conn: &mut Conn,
    caller: &Caller,
    debt: Debt,
    settings: &Settings,
    calendar: &Calendar,
) -> Result<(), ServiceError> {
    for each in said(debt.due, caller.today, calendar, settings) {
        let step = each.step(debt.due);
        let words = Words { day: Some(debt.due), ..debt.words.clone() };
        let (event, to) = match each {
            Said::Reminder(_) => (debt.events[0], debt.to.clone()),
            Said::Overdue => (debt.events[1], debt.to.clone()),
            Said::Escalated => {
                let above = store::unit::by_id(conn, debt.unit).await?.and_then(|unit| unit.parent);
                let above = above.unwrap_or(debt.unit);
                (
                    Event::LifeEscalated,
                    vec![To::Role(Role::Manager, above), To::Role(Role::Organization, debt.unit)],
                )
            }
        };
        tell(conn, caller, event, (debt.about, &step), words, debt.link.clone(), &to).await?;
    }
    Ok(())
}

/// Reminds of what is owed, once a day, and tells the unit above where it stays overdue.
async fn remind(db: &Db, caller: &Caller) -> Result<(), ServiceError> {
    let mut write = Write::begin(db).await?;
    let conn = write.conn();
    // Deadlines are days: whoever looks every ten minutes need not ask again who is to be told.
    if !store::life::reminds(conn, caller.today).await? {
        return Ok(());
    }
    let (settings, calendar) = (store::life::settings(conn).await?, store::calendar::load(conn).await?);
    for phase in [Phase::Answering, Phase::Approving] {
        for proposal in store::life::proposal::in_phase(conn, phase).await? {
            let (to, due) = owing(conn, &proposal).await?;
            let Some(due) = due.filter(|_| !to.is_empty()) else { continue };
            let events = match phase {
                Phase::Answering => [Event::AnswerDue, Event::AnswerOverdue],
                _ => [Event::ApprovalDue, Event::ApprovalOverdue],
            };
            let about = proposal.id.0;
            let (words, link) = (words(caller, &proposal), link(&proposal));
            for one in to {
                let unit = match one {
                    To::Role(_, unit) => unit,
                    To::Person(_) => proposal.unit,
                };
                let debt = Debt {
                    about,
                    due,
                    events,
                    words: words.clone(),
                    link: link.clone(),
                    to: vec![one],
                    unit,
                };
                say(conn, caller, debt, &settings, &calendar).await?;
            }
        }
    }
    for (owed, power, unit) in store::life::takeover::owed(conn).await? {
        let words = Words { power, unit, ..Words::default() };
        let debt = Debt {
            about: owed.id.0,
            due: owed.due_on,
            events: [Event::TaskDue, Event::TaskOverdue],
            words,
            link: format!("/takeovers/{}", owed.assignment),
            to: vec![To::Role(owed.task.role(), owed.unit)],
            unit: owed.unit,
        };
        say(conn, caller, debt, &settings, &calendar).await?;
    }
    for line in store::life::adjust::open(conn).await? {
        let words = Words { power: line.power, unit: line.unit, ..Words::default() };
        let debt = Debt {
            about: line.adjustment.id.0,
            due: line.adjustment.due_on,
            events: [Event::AdjustmentAsked, Event::AdjustmentOverdue],
            words,
            link: "/adjustments".to_owned(),
            to: vec![To::Role(Role::Organization, line.adjustment.unit)],
            unit: line.adjustment.unit,
        };
        say(conn, caller, debt, &settings, &calendar).await?;
    }
    Ok(write.commit_derived().await?)
}
