//! Break-glass: the administrator looks at a unit for a while, with a reason; the unit sees that he does.

use crate::ServiceError;
use crate::form::{FieldError, Fields, cell, text};
use crate::write::{Caller, Change, Write};
use access::Action;
use chrono::TimeDelta;
use domain::Message;
use domain::duty::Subject;
use domain::id::SupportViewId;
use serde_json::json;
use store::Db;

/// The longest that one view lasts, in minutes.
const LONGEST: u32 = 120;

/// Opens a view: `unit` by code or name, `reason`, `minutes`. One that lasts is ended.
pub async fn open(
    db: &Db,
    caller: &Caller,
    fields: &Fields,
) -> Result<Result<(), Vec<FieldError>>, ServiceError> {
    let mut errors: Vec<FieldError> = Vec::new();
    let mut write = Write::begin(db).await?;
    let conn = write.conn();
    let typed = text(fields, "unit");
    let mut found = store::unit::called(conn, typed, typed).await?;
    if found.len() != 1 {
        errors.push(("unit", Message::new("support-error-unit")));
    }
    let reason = text(fields, "reason");
    if reason.chars().count() < 5 {
        errors.push(("reason", Message::new("support-error-reason")));
    }
    let minutes =
        sheet::value::whole(&cell(fields, "minutes")).ok().filter(|minutes| (1..=LONGEST).contains(minutes));
    if minutes.is_none() {
        errors.push(("minutes", Message::new("support-error-minutes").with("most", LONGEST)));
    }
    let (Some(unit), Some(minutes), true) = (found.pop(), minutes, errors.is_empty()) else {
        return Ok(Err(errors));
    };
    let units = store::unit::above(conn, unit.id).await?;
    let permit = caller.permit(Action::SupportOpen, &Subject { units: &units, ..Subject::default() })?;
    let Some(rights) = caller.actor.rights() else {
        // The operator sees everything as it is.
        return Ok(Ok(()));
    };
    let account = store::account::by_person(conn, rights.person).await?;
    let Some(account) = account else { return Ok(Ok(())) };
    store::support::end(conn, rights.person, caller.now).await?;
    let ends = caller.now + TimeDelta::minutes(minutes.into());
    let id = SupportViewId(store::new_id());
    store::support::insert(conn, id, account.id, unit.id, reason, (caller.now, ends)).await?;
    let change = Change {
        subject: unit.code,
        after: json!({ "until": ends }),
        reason: reason.to_owned(),
        ..Change::default()
    };
    write.commit(caller, &permit, change).await?;
    Ok(Ok(()))
}

/// Ends one's view before its time.
pub async fn end(db: &Db, caller: &Caller) -> Result<(), ServiceError> {
    let Some(rights) = caller.actor.rights() else { return Ok(()) };
    let about = Some(rights.person);
    let permit = caller.permit(Action::AccountOwn, &Subject { about, ..Subject::default() })?;
    let mut write = Write::begin(db).await?;
    if store::support::end(write.conn(), rights.person, caller.now).await? == 0 {
        return Ok(());
    }
    let change = Change { subject: "support".to_owned(), ..Change::default() };
    Ok(write.commit(caller, &permit, change).await?)
}
