//! An office's own days off and make-up days. What is due by working days is dated again in the same transaction.

use crate::ServiceError;
use crate::case::date_again;
use crate::form::{FieldError, Fields, date, text};
use crate::write::{Caller, Change, Write};
use access::Action;
use domain::calendar::DayKind;
use domain::case::Terms;
use domain::clock::Pause;
use domain::duty::Subject;
use domain::id::CaseId;
use domain::{Date, Message};
use std::collections::HashMap;
use store::{Conn, Db, StoreError};

/// Longest name of a day.
const NAME: usize = 60;

/// Adds a day of one's own, or changes one: `day`, `kind` by its code, `name`.
pub async fn set(
    db: &Db,
    caller: &Caller,
    fields: &Fields,
) -> Result<Result<(), Vec<FieldError>>, ServiceError> {
    let permit = caller.permit(Action::CalendarChange, &Subject::default())?;
    let mut errors: Vec<FieldError> = Vec::new();
    let day = date(fields, "day", &mut errors);
    if text(fields, "day").is_empty() {
        errors.push(("day", Message::new("calendar-error-day")));
    }
    let kind = text(fields, "kind").parse::<DayKind>();
    if kind.is_err() {
        errors.push(("kind", Message::new("calendar-error-kind")));
    }
    let name = text(fields, "name").to_owned();
    if name.is_empty() {
        errors.push(("name", Message::new("calendar-error-name")));
    } else if name.chars().count() > NAME {
        errors.push(("name", Message::new("case-error-long").with("most", NAME)));
    }
    let (Some(day), Ok(kind), true) = (day, kind, errors.is_empty()) else { return Ok(Err(errors)) };
    let mut write = Write::begin(db).await?;
    let conn = write.conn();
    store::calendar::set(conn, day, kind, &name).await?;
    date_everything(conn).await?;
    let after = serde_json::json!({ "kind": kind, "name": name });
    let change = Change { subject: day.to_string(), after, ..Change::default() };
    write.commit(caller, &permit, change).await?;
    Ok(Ok(()))
}

/// Takes a day of one's own away: `day`. The published ones stay.
pub async fn remove(
    db: &Db,
    caller: &Caller,
    fields: &Fields,
) -> Result<Result<(), Vec<FieldError>>, ServiceError> {
    let permit = caller.permit(Action::CalendarChange, &Subject::default())?;
    let Ok(day) = text(fields, "day").parse::<Date>() else {
        return Ok(Err(vec![("day", Message::new("calendar-error-day"))]));
    };
    let mut write = Write::begin(db).await?;
    let conn = write.conn();
    if !store::calendar::remove(conn, day).await? {
        return Ok(Err(vec![("day", Message::new("calendar-error-gone"))]));
    }
    date_everything(conn).await?;
    let change = Change { subject: day.to_string(), ..Change::default() };
    write.commit(caller, &permit, change).await?;
    Ok(Ok(()))
}

/// Makes the last days of everything that is still open again.
async fn date_everything(conn: &mut Conn) -> Result<(), StoreError> {
    let calendar = store::calendar::load(conn).await?;
    let settings = store::handoff::settings(conn).await?;
    for handoff in store::handoff::undone(conn).await? {
        let claim_due = settings.claim_due(&calendar, handoff.pushed_on);
        let answer_due = handoff.claimed.map(|(on, _)| settings.answer_due(&calendar, on));
        if (claim_due, answer_due) != (handoff.claim_due, handoff.answer_due) {
            store::handoff::date_again(conn, handoff.id, claim_due, answer_due).await?;
        }
    }
    let mut pauses: HashMap<CaseId, Vec<Pause>> = HashMap::new();
    for (case, pause) in store::case::open_pauses(conn).await? {
        pauses.entry(case).or_default().push(pause);
    }
    for case in store::case::open(conn).await? {
        let paused = pauses.get(&case.id).map_or(&[][..], Vec::as_slice);
        let terms = Terms {
            power_type: case.power_type,
            statutory_days: case.statutory_days,
            promised_days: case.promised_days,
            penalty_days: settings.penalty_days,
        };
        let mut progress = case.progress.clone();
        date_again(&calendar, &terms, case.opened_on, &mut progress, paused);
        if progress != case.progress {
            store::case::set_dues(conn, case.id, progress.statutory_due, progress.promised_due).await?;
        }
    }
    Ok(())
}
