//! Numbers of papers (文号): an issuer's pattern, and a running number for each year.

use crate::ServiceError;
use crate::form::{FieldError, Fields, text};
use crate::write::{Caller, Change, Write};
use access::Action;
use chrono::Datelike;
use domain::duty::Subject;
use domain::id::UnitId;
use domain::paper::{NUMBER_CHARS, PaperKind, WrongPattern, check_pattern, number};
use domain::unit::Unit;
use domain::{Date, Message};
use serde_json::json;
use store::{Conn, Db, StoreError};

async fn pattern(conn: &mut Conn, issuer: UnitId, kind: PaperKind) -> Result<String, StoreError> {
    let stored = store::paper::patterns(conn, issuer).await?;
    let own = stored.into_iter().find(|(each, _)| *each == kind);
    Ok(own.map_or_else(|| kind.numbering().to_owned(), |(_, pattern)| pattern))
}

/// A number by the pattern, not longer than numbers are.
fn made(pattern: &str, issuer: &Unit, year: i32, running: i64) -> String {
    let name: String = issuer.name.chars().take(NUMBER_CHARS / 2).collect();
    number(pattern, &name, year, running)
}

/// The number that would be taken next.
pub(super) async fn preview(
    conn: &mut Conn,
    issuer: &Unit,
    kind: PaperKind,
    today: Date,
) -> Result<String, StoreError> {
    let pattern = pattern(conn, issuer.id, kind).await?;
    let last = store::paper::last_number(conn, issuer.id, kind, today.year()).await?;
    Ok(made(&pattern, issuer, today.year(), last + 1))
}

/// Takes the next number; those that were typed by hand before are passed over.
pub(super) async fn take(
    conn: &mut Conn,
    issuer: &Unit,
    kind: PaperKind,
    today: Date,
) -> Result<String, StoreError> {
    let pattern = pattern(conn, issuer.id, kind).await?;
    loop {
        let running = store::paper::next_number(conn, issuer.id, kind, today.year()).await?;
        let number = made(&pattern, issuer, today.year(), running);
        if !store::paper::is_taken(conn, &number).await? {
            return Ok(number);
        }
    }
}

/// Stores how a unit makes its numbers: a field named after each kind. None where there is no such unit.
pub async fn save_patterns(
    db: &Db,
    caller: &Caller,
    issuer: UnitId,
    fields: &Fields,
) -> Result<Option<Result<(), Vec<FieldError>>>, ServiceError> {
    let mut write = Write::begin(db).await?;
    let conn = write.conn();
    if store::unit::by_id(conn, issuer).await?.is_none() {
        return Ok(None);
    }
    let units = store::unit::above(conn, issuer).await?;
    let permit = caller.permit(Action::PaperNumber, &Subject { units: &units, ..Subject::default() })?;
    let mut errors: Vec<FieldError> = Vec::new();
    for kind in PaperKind::ALL {
        let wrong = match check_pattern(text(fields, kind.as_str())) {
            Ok(()) => continue,
            Err(WrongPattern::Repeats) => Message::new("paper-error-pattern-repeats"),
            Err(WrongPattern::Unknown) => Message::new("paper-error-pattern-unknown"),
            Err(WrongPattern::TooLong) => Message::new("paper-error-long").with("most", NUMBER_CHARS),
        };
        errors.push((kind.as_str(), wrong));
    }
    if !errors.is_empty() {
        return Ok(Some(Err(errors)));
    }
    let before = store::paper::patterns(conn, issuer).await?;
    for &kind in PaperKind::ALL {
        store::paper::save_pattern(conn, issuer, kind, text(fields, kind.as_str())).await?;
    }
    let after = store::paper::patterns(conn, issuer).await?;
    let change = Change {
        subject: issuer.to_string(),
        before: json!(before),
        after: json!(after),
        ..Change::default()
    };
    write.commit(caller, &permit, change).await?;
    Ok(Some(Ok(())))
}
