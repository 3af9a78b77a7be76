//! Limits and offsets of hand-offs.

use crate::ServiceError;
use crate::form::{FieldError, Fields, cell, date, text};
use crate::write::{Caller, Change, Write};
use access::Action;
use domain::Message;
use domain::duty::Subject;
use domain::handoff::Settings;
use store::Db;

/// The most working days that a limit or an offset has.
const MOST: u32 = 250;

fn days(fields: &Fields, name: &'static str, least: u32, errors: &mut Vec<FieldError>) -> u32 {
    match sheet::value::whole(&cell(fields, name)) {
        Ok(days) if (least..=MOST).contains(&days) && !text(fields, name).is_empty() => days,
        _ => {
            let told = Message::new("handoff-error-days").with("least", least).with("most", MOST);
            errors.push((name, told));
            0
        }
    }
}

/// Keeps limits and offsets: each by its name, in working days but for `penalty_days`; `pushed_is_claimed` is `on`;
/// `imports_from` is a day, or empty.
pub async fn change_settings(
    db: &Db,
    caller: &Caller,
    fields: &Fields,
) -> Result<Result<(), Vec<FieldError>>, ServiceError> {
    let permit = caller.permit(Action::HandoffSettings, &Subject::default())?;
    let mut errors = Vec::new();
    let settings = Settings {
        push_days: days(fields, "push_days", 0, &mut errors),
        claim_days: days(fields, "claim_days", 0, &mut errors),
        answer_days: days(fields, "answer_days", 0, &mut errors),
        remind_before: days(fields, "remind_before", 0, &mut errors),
        escalate_first: days(fields, "escalate_first", 0, &mut errors),
        escalate_second: days(fields, "escalate_second", 0, &mut errors),
        pushed_is_claimed: text(fields, "pushed_is_claimed") == "on",
        imports_from: date(fields, "imports_from", &mut errors),
        penalty_days: days(fields, "penalty_days", 1, &mut errors),
        case_before: days(fields, "case_before", 0, &mut errors),
    };
    if settings.escalate_second < settings.escalate_first {
        errors.push(("escalate_second", Message::new("handoff-error-escalation")));
    }
    if !errors.is_empty() {
        return Ok(Err(errors));
    }
    let mut write = Write::begin(db).await?;
    let conn = write.conn();
    let before = store::handoff::settings(conn).await?;
    store::handoff::set_settings(conn, &settings).await?;
    let change = Change {
        subject: "handoff".to_owned(),
        before: serde_json::json!(before),
        after: serde_json::json!(settings),
        ..Change::default()
    };
    write.commit(caller, &permit, change).await?;
    Ok(Ok(()))
}
