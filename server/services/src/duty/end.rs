//! Ends what somebody holds; nothing forbids that but the want of a permit.

use crate::ServiceError;
use crate::form::{FieldError, Fields, date, text};
use crate::write::{Caller, Change, Write};
use access::Action;
use domain::duty::Subject;
use domain::holding::Holding;
use domain::{Date, Message};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use store::holding::Held;
use store::{Conn, Db};

/// What ending a kind of holding is to the policy.
pub const fn action_for(kind: Holding) -> Action {
    match kind {
        Holding::Appointment | Holding::Role => Action::AppointmentChange,
        Holding::Allocation => Action::AllocationChange,
        Holding::Deputyship => Action::DeputyshipChange,
        Holding::Member | Holding::GroupRight => Action::GroupChange,
    }
}

/// Ends a holding in a transaction and assesses what it reaches; gives its states before and after, the latter null
/// where it had not begun.
pub(crate) async fn end_held(
    conn: &mut Conn,
    held: &Held,
    last: Date,
    today: Date,
) -> Result<(Value, Value), ServiceError> {
    if let Some(person) = held.person {
        store::dossier::lock(conn, store::dossier::Whom::Person(person)).await?;
    }
    let touched: BTreeSet<_> = match (held.kind, held.person) {
        (Holding::Appointment | Holding::Allocation, Some(person)) => {
            store::people::units_of(conn, person).await?.into_iter().collect()
        }
        _ => BTreeSet::new(),
    };
    store::holding::end(conn, held, last).await?;
    crate::assess::reassess_units(conn, &touched, today).await?;
    let mut after = held.clone();
    after.period.to = Some(last);
    let after = if last < held.period.from { Value::Null } else { json!(after) };
    Ok((json!(held), after))
}

/// The holding that a form means, where it is there.
async fn ended(conn: &mut Conn, fields: &Fields) -> Result<Option<Held>, ServiceError> {
    let (Ok(kind), Ok(id)) = (text(fields, "kind").parse::<Holding>(), text(fields, "id").parse()) else {
        return Ok(None);
    };
    Ok(store::holding::by_id(conn, kind, id).await?)
}

/// Ends a holding: `kind`, `id`, and `last`, its last day; without one it ends at once, so that the next request
/// finds it gone.
pub async fn end(
    db: &Db,
    caller: &Caller,
    fields: &Fields,
) -> Result<Result<Held, Vec<FieldError>>, ServiceError> {
    let mut write = Write::begin(db).await?;
    let conn = write.conn();
    let mut errors = Vec::new();
    let wished = date(fields, "last", &mut errors);
    let Some(held) = ended(conn, fields).await? else {
        return Ok(Err(vec![("last", Message::new("duty-error-gone"))]));
    };
    let units = store::unit::above(conn, held.unit).await?;
    let permit = caller.permit(action_for(held.kind), &Subject { units: &units, ..Subject::default() })?;
    let yesterday = caller.today.pred_opt().unwrap_or(caller.today);
    let last = wished.unwrap_or(yesterday);
    if last < yesterday {
        errors.push(("last", Message::new("duty-error-past").with("today", caller.today)));
    }
    if held.period.to.is_some_and(|to| to <= last) {
        errors.push(("last", Message::new("duty-error-ended")));
    }
    if !errors.is_empty() {
        return Ok(Err(errors));
    }
    let (before, after) = end_held(conn, &held, last, caller.today).await?;
    let change = Change {
        subject: held.id.to_string(),
        before,
        after,
        reason: text(fields, "reason").to_owned(),
        ..Change::default()
    };
    write.commit(caller, &permit, change).await?;
    Ok(Ok(held))
}
