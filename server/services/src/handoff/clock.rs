//! What the clock does about hand-offs and cases: reminds, escalates, and pushes what waits for a supervising side.
//! Each level is noted in the row that it is about, so that neither a second server nor a second run tells it again.

use super::{Decided, Desk, Pushed, hook, notice, push, words};
use crate::ServiceError;
use crate::case::Ground;
use crate::write::{Caller, Write};
use domain::duty::Role;
use domain::handoff::{Act, Level, State, level};
use domain::id::HandoffId;
use domain::notice::{Event as Told, Notice, To, Words};
use domain::webhook::Event as Hook;
use store::handoff::{Event, Handoff};
use store::{Conn, Db, StoreError};

/// Rows that one transaction takes.
const CHUNK: i64 = 100;

/// What one run did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Ran {
    /// Hand-offs about which somebody was told.
    pub told: usize,
    /// Of them, those told higher up.
    pub escalated: usize,
    /// Decisions that were pushed because a supervising side was named meanwhile.
    pub pushed: usize,
    /// Cases of whose due day their unit was told.
    pub cases: usize,
}

/// Looks at everything that somebody must act on. What it left behind when it was interrupted it finds again.
pub async fn each_time(db: &Db, caller: &Caller) -> Result<Ran, ServiceError> {
    let mut ran = Ran::default();
    pending(db, caller, &mut ran).await?;
    late(db, caller, &mut ran).await?;
    cases(db, caller, &mut ran).await?;
    Ok(ran)
}

/// Decisions that had nobody to be pushed to.
async fn pending(db: &Db, caller: &Caller, ran: &mut Ran) -> Result<(), ServiceError> {
    let mut conn = db.read().await?;
    let waiting = store::case::violation::pending(&mut conn).await?;
    let mut ready = Vec::new();
    for case in waiting {
        let Some(assignment) = store::case::assignment_of(&mut conn, case).await? else { continue };
        let sides = store::supervision::of_assignment(&mut conn, assignment).await?;
        if sides.iter().any(|side| side.period.contains(caller.today)) {
            ready.push(case);
        }
    }
    drop(conn);
    for id in ready {
        let mut write = Write::begin(db).await?;
        let conn = write.conn();
        let Some(case) = store::case::locked(conn, id).await? else { continue };
        let Some(ground) = Ground::load(conn, case.assignment, caller.today).await? else { continue };
        let progress = store::case::progress(conn, id).await?.unwrap_or_default();
        let Some(on) = progress.decided_on else { continue };
        let decided = Decided {
            case: id,
            number: &case.number,
            assignment: &ground.assignment,
            power: &ground.power.name,
            on,
            finisher: progress.finisher,
        };
        let desk = Desk::load(conn, caller).await?;
        if push(conn, &desk, caller, &decided).await? == Pushed::Now {
            ran.pushed += 1;
        }
        write.commit_derived().await?;
    }
    Ok(())
}

/// Hand-offs that are due or late.
async fn late(db: &Db, caller: &Caller, ran: &mut Ran) -> Result<(), ServiceError> {
    let mut after = HandoffId(uuid::Uuid::nil());
    let mut conn = db.read().await?;
    let desk = Desk::load(&mut conn, caller).await?;
    drop(conn);
    let by = desk.calendar.after(caller.today, desk.settings.remind_before);
    let wanted = |handoff: &Handoff| {
        let due = handoff.due()?;
        let level = level(&desk.settings, &desk.calendar, due, caller.today);
        (level > handoff.told).then_some((due, level))
    };
    loop {
        let mut conn = db.read().await?;
        let rows = store::handoff::waiting(&mut conn, by, CHUNK, after).await?;
        drop(conn);
        let Some(last) = rows.last() else { return Ok(()) };
        after = last.id;
        if !rows.iter().any(|row| wanted(row).is_some()) {
            continue;
        }
        let mut write = Write::begin(db).await?;
        let conn = write.conn();
        for handoff in &rows {
            let Some((due, level)) = wanted(handoff) else { continue };
            // Whoever comes second finds it told.
            if !store::handoff::told(conn, handoff, level).await? {
                continue;
            }
            tell(conn, caller, handoff, due, level).await?;
            ran.told += 1;
            ran.escalated += usize::from(level >= Level::Manager);
        }
        write.commit_derived().await?;
    }
}

/// Tells every level that was not told, but no reminder of a day that has passed.
async fn tell(
    conn: &mut Conn,
    caller: &Caller,
    handoff: &Handoff,
    due: domain::Date,
    highest: Level,
) -> Result<(), StoreError> {
    let said = Words { day: Some(due), ..words(conn, handoff).await? };
    let owners: Vec<To> = match (handoff.state, handoff.claimed) {
        (State::Claimed, Some((_, person))) => vec![To::Person(person)],
        _ => super::push::receivers(handoff, None),
    };
    let above = store::unit::above(conn, handoff.to).await?.get(1).copied().unwrap_or(handoff.to);
    for each in Level::ALL {
        let is_stale = each == Level::Reminded && highest > Level::Reminded;
        if each <= handoff.told || each > highest || is_stale {
            continue;
        }
        let (event, to, step) = match each {
            Level::None => continue,
            Level::Reminded => (Told::HandoffDue, owners.clone(), "due"),
            Level::Late => (Told::HandoffOverdue, owners.clone(), "late"),
            Level::Manager => (Told::HandoffEscalated, vec![To::Role(Role::Manager, handoff.to)], "manager"),
            Level::Above => {
                let to = vec![To::Role(Role::Organization, above), To::Role(Role::Leader, above)];
                (Told::HandoffEscalated, to, "above")
            }
        };
        let step = format!("{}-{step}", handoff.state);
        let notice = notice(handoff, event, &step, said.clone(), Some(due));
        crate::notify::tell(conn, caller.now, caller.today, &notice, &to).await?;
        if each == Level::Late {
            hook(conn, caller, Hook::HandoffOverdue, handoff).await?;
        }
        if each >= Level::Manager {
            let unit = if each == Level::Above { above } else { handoff.to };
            let event = Event {
                act: Act::Escalate,
                person: None,
                principal: None,
                unit: Some(unit),
                at: caller.now,
                note: String::new(),
            };
            store::handoff::insert_event(conn, handoff.id, &event).await?;
        }
    }
    Ok(())
}

/// Cases that must be decided soon.
async fn cases(db: &Db, caller: &Caller, ran: &mut Ran) -> Result<(), ServiceError> {
    let mut conn = db.read().await?;
    let desk = Desk::load(&mut conn, caller).await?;
    let by = desk.calendar.after(caller.today, desk.settings.case_before);
    let waits = !store::case::near(&mut conn, by, 1).await?.is_empty();
    drop(conn);
    if !waits {
        return Ok(());
    }
    loop {
        let mut write = Write::begin(db).await?;
        let conn = write.conn();
        let rows = store::case::near(conn, by, CHUNK).await?;
        if rows.is_empty() {
            return Ok(());
        }
        for case in rows {
            let Some(due) = case.progress.promised_due.or(case.progress.statutory_due) else { continue };
            if !store::case::told(conn, case.id, due).await? {
                continue;
            }
            let notice = Notice {
                event: Told::CaseDue,
                about: case.id.0,
                step: due.to_string(),
                words: Words {
                    power: case.power_name,
                    unit: case.unit_name,
                    title: case.number,
                    day: Some(due),
                    ..Words::default()
                },
                link: format!("/cases/{}", case.id),
                due: Some(due),
            };
            let to = [To::Role(Role::Handler, case.unit), To::Role(Role::Approver, case.unit)];
            crate::notify::tell(conn, caller.now, caller.today, &notice, &to).await?;
            ran.cases += 1;
        }
        write.commit_derived().await?;
    }
}
