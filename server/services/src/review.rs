//! The yearly review of rights: opens it, keeps and revokes, reminds, and decides at the deadline what nobody did.

use crate::ServiceError;
use crate::duty::{action_for, end_held};
use crate::form::{FieldError, Fields, date, text};
use crate::write::{Caller, Change, Write};
use access::Action;
use domain::duty::{Role, Subject};
use domain::holding::Decision;
use domain::id::{ReviewId, ReviewLineId, UnitId};
use domain::notice::{Event, Notice, To, Words};
use domain::{Date, Message};
use serde_json::json;
use std::collections::BTreeSet;
use store::review::{Line, Review};
use store::{Conn, Db, StoreError};

/// Days before the deadline on which reviewers are reminded.
pub const REMINDERS: [i64; 3] = [14, 7, 1];
/// Days from which on the reviewer's first page says that a deadline comes.
pub const NOTICE_DAYS: i64 = 14;

/// Opens a review of a unit and all below it: `title`, `unit`, `due`, `undecided`. What is held on the day, or will
/// be, becomes its lines.
pub async fn open(
    db: &Db,
    caller: &Caller,
    fields: &Fields,
) -> Result<Result<ReviewId, Vec<FieldError>>, ServiceError> {
    let mut write = Write::begin(db).await?;
    let conn = write.conn();
    let mut errors = Vec::new();
    let title = text(fields, "title").to_owned();
    if title.is_empty() {
        errors.push(("title", Message::new("duty-error-name")));
    }
    let unit = crate::duty::unit(conn, fields, "unit", &mut errors).await?;
    let due = date(fields, "due", &mut errors);
    match due {
        None if text(fields, "due").is_empty() => {
            errors.push(("due", Message::new("review-error-due")));
        }
        Some(due) if due <= caller.today => errors.push(("due", Message::new("review-error-past"))),
        _ => {}
    }
    let undecided = text(fields, "undecided").parse::<Decision>().ok();
    if undecided.is_none() {
        errors.push(("undecided", Message::new("review-error-undecided")));
    }
    let (Some(unit), Some(due_on), Some(undecided), true) = (unit, due, undecided, errors.is_empty()) else {
        return Ok(Err(errors));
    };
    let units = store::unit::above(conn, unit.id).await?;
    let permit = caller.permit(Action::ReviewOpen, &Subject { units: &units, ..Subject::default() })?;
    let review = Review {
        id: ReviewId(store::new_id()),
        title,
        scope: unit.id,
        opened_on: caller.today,
        due_on,
        undecided,
        closed_on: None,
        reminded_on: None,
    };
    store::review::insert(conn, &review).await?;
    let mut lines = 0_usize;
    let mut reviewed: BTreeSet<UnitId> = BTreeSet::new();
    for held in store::holding::below(conn, unit.id, caller.today).await? {
        if let Some(person) = held.person {
            store::review::insert_line(conn, review.id, person, &held).await?;
            reviewed.insert(held.unit);
            lines += 1;
        }
    }
    if lines == 0 {
        return Ok(Err(vec![("unit", Message::new("review-error-empty"))]));
    }
    tell(conn, caller, &review, &reviewed, Event::ReviewDue, "opened", 0).await?;
    let id = review.id;
    let change = Change {
        subject: id.to_string(),
        after: json!({ "review": review, "lines": lines }),
        ..Change::default()
    };
    write.commit(caller, &permit, change).await?;
    Ok(Ok(id))
}

/// Tells whoever can decide on what is held in some units of a review, and the office that answers for all of it.
async fn tell(
    conn: &mut Conn,
    caller: &Caller,
    review: &Review,
    units: &BTreeSet<UnitId>,
    event: Event,
    step: &str,
    count: usize,
) -> Result<(), StoreError> {
    let is_open = event == Event::ReviewDue;
    let notice = Notice {
        event,
        about: review.id.0,
        step: step.to_owned(),
        words: Words {
            title: review.title.clone(),
            day: Some(review.due_on),
            count: u32::try_from(count).unwrap_or(u32::MAX),
            ..Words::default()
        },
        link: format!("/reviews/{}", review.id),
        due: is_open.then_some(review.due_on),
    };
    let mut to = vec![To::Role(Role::Organization, review.scope)];
    to.extend(units.iter().map(|unit| To::Role(Role::Manager, *unit)));
    crate::notify::tell(conn, caller.now, caller.today, &notice, &to).await?;
    Ok(())
}

/// A permit to decide on a line. Nobody decides on his own.
async fn permit(conn: &mut Conn, caller: &Caller, line: &Line) -> Result<access::Permit, ServiceError> {
    let units = store::unit::above(conn, line.unit).await?;
    let subject = Subject { units: &units, benefits: Some(line.person), ..Subject::default() };
    caller.permit(Action::ReviewDecide, &subject)
}

fn decided() -> Vec<FieldError> {
    vec![("lines", Message::new("review-error-decided"))]
}

/// Keeps what the chosen lines of a review say: `lines`.
pub async fn keep(
    db: &Db,
    caller: &Caller,
    review: ReviewId,
    fields: &Fields,
) -> Result<Result<usize, Vec<FieldError>>, ServiceError> {
    let ids: Vec<ReviewLineId> =
        text(fields, "lines").split_whitespace().filter_map(|id| id.parse().ok()).collect();
    if ids.is_empty() {
        return Ok(Err(vec![("lines", Message::new("review-error-none"))]));
    }
    let mut write = Write::begin(db).await?;
    let conn = write.conn();
    let mut given = None;
    let by = caller.actor.rights().map(|rights| rights.person);
    for &id in &ids {
        let Some(line) = store::review::line(conn, id).await?.filter(|line| line.review == review) else {
            return Ok(Err(decided()));
        };
        given = Some(permit(conn, caller, &line).await?);
        if !store::review::decide(conn, id, Decision::Keep, by, caller.now, text(fields, "reason")).await? {
            return Ok(Err(decided()));
        }
    }
    let Some(permit) = given else { return Ok(Err(decided())) };
    let change = Change {
        subject: review.to_string(),
        after: json!({ "kept": ids }),
        reason: text(fields, "reason").to_owned(),
        ..Change::default()
    };
    write.commit(caller, &permit, change).await?;
    Ok(Ok(ids.len()))
}

/// Ends in a transaction what a line says, as far as it still goes on, and writes the decision down.
async fn revoke_line(
    conn: &mut Conn,
    caller: &Caller,
    line: &Line,
    last: Date,
    reason: &str,
) -> Result<Option<Change>, ServiceError> {
    let by = caller.actor.rights().map(|rights| rights.person);
    if !store::review::decide(conn, line.id, Decision::Revoke, by, caller.now, reason).await? {
        return Ok(None);
    }
    let held = store::holding::by_id(conn, line.kind, line.right).await?;
    let (before, after) = match held {
        Some(held) if held.period.to.is_none_or(|to| to > last) => {
            end_held(conn, &held, last, caller.today).await?
        }
        other => (json!(other), json!(other)),
    };
    Ok(Some(Change {
        subject: line.right.to_string(),
        before: json!({ "line": line.id, "right": before }),
        after: json!({ "line": line.id, "right": after, "by": action_for(line.kind).as_str() }),
        reason: reason.to_owned(),
        ..Change::default()
    }))
}

/// Revokes what a line says; from now on it is gone: `line`, `reason`.
pub async fn revoke(
    db: &Db,
    caller: &Caller,
    review: ReviewId,
    fields: &Fields,
) -> Result<Result<(), Vec<FieldError>>, ServiceError> {
    let reason = text(fields, "reason");
    if reason.is_empty() {
        return Ok(Err(vec![("reason", Message::new("review-error-reason"))]));
    }
    let mut write = Write::begin(db).await?;
    let conn = write.conn();
    let line = match text(fields, "line").parse::<ReviewLineId>() {
        Ok(id) => store::review::line(conn, id).await?.filter(|line| line.review == review),
        Err(_) => None,
    };
    let Some(line) = line else { return Ok(Err(decided())) };
    let permit = permit(conn, caller, &line).await?;
    let yesterday = caller.today.pred_opt().unwrap_or(caller.today);
    let Some(change) = revoke_line(conn, caller, &line, yesterday, reason).await? else {
        return Ok(Err(decided()));
    };
    write.commit(caller, &permit, change).await?;
    Ok(Ok(()))
}

/// What the clock does every day: reminds, and decides at the deadline what nobody did. What it left behind when it
/// was interrupted it finds again.
pub async fn each_day(db: &Db, caller: &Caller) -> Result<(), ServiceError> {
    let mut conn = db.read().await?;
    let open = store::review::open(&mut conn).await?;
    drop(conn);
    for review in open {
        if review.due_on < caller.today {
            close(db, caller, &review).await?;
        } else if let Some(days) = reminder(&review, caller.today) {
            let mut write = Write::begin(db).await?;
            let conn = write.conn();
            let left = store::review::undecided(conn, review.id).await?;
            let units: BTreeSet<UnitId> = left.iter().map(|line| line.unit).collect();
            if !units.is_empty() {
                tell(conn, caller, &review, &units, Event::ReviewDue, &days.to_string(), left.len()).await?;
            }
            store::review::reminded(conn, review.id, caller.today).await?;
            write.commit_derived().await?;
        }
    }
    Ok(())
}

/// The last reminder that has come due since the one before, in days before the deadline.
fn reminder(review: &Review, today: Date) -> Option<i64> {
    let is_due = |days: i64| {
        let day = review.due_on - chrono::TimeDelta::days(days);
        day <= today && day >= review.opened_on && review.reminded_on.is_none_or(|last| last < day)
    };
    REMINDERS.into_iter().filter(|days| is_due(*days)).min()
}

async fn close(db: &Db, caller: &Caller, review: &Review) -> Result<(), ServiceError> {
    let mut conn = db.read().await?;
    let left = store::review::undecided(&mut conn, review.id).await?;
    drop(conn);
    let mut units: Vec<UnitId> = Vec::new();
    if review.undecided == Decision::Revoke {
        for line in &left {
            let mut write = Write::begin(db).await?;
            let conn = write.conn();
            units = store::unit::above(conn, line.unit).await?;
            let permit =
                caller.permit(Action::ReviewDecide, &Subject { units: &units, ..Subject::default() })?;
            if let Some(change) = revoke_line(conn, caller, line, review.due_on, "").await? {
                write.commit(caller, &permit, change).await?;
            }
        }
    }
    let mut write = Write::begin(db).await?;
    let conn = write.conn();
    if units.is_empty() {
        units = store::unit::above(conn, review.scope).await?;
    }
    let permit = caller.permit(Action::ReviewDecide, &Subject { units: &units, ..Subject::default() })?;
    if review.undecided == Decision::Keep {
        for line in &left {
            store::review::decide(conn, line.id, Decision::Keep, None, caller.now, "").await?;
        }
    }
    if !store::review::close(conn, review.id, caller.today).await? {
        return Ok(());
    }
    let concerned: BTreeSet<UnitId> = left.iter().map(|line| line.unit).collect();
    tell(conn, caller, review, &concerned, Event::ReviewClosed, "closed", left.len()).await?;
    let change = Change {
        subject: review.id.to_string(),
        before: json!(review),
        after: json!({ "closed_on": caller.today, "undecided": left.len() }),
        ..Change::default()
    };
    write.commit(caller, &permit, change).await?;
    Ok(())
}

/// Reviews that the reader can still decide on and whose deadline is near, for his first page.
pub async fn notices(
    conn: &mut Conn,
    sight: domain::duty::Sight,
    today: Date,
) -> Result<Vec<store::review::Listed>, StoreError> {
    let until = today + chrono::TimeDelta::days(NOTICE_DAYS);
    let mut due = store::review::due(conn, sight, today, until).await?;
    due.retain(|listed| listed.open > 0);
    Ok(due)
}
