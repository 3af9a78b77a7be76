//! Publishes the lists of units, and withdraws them.

use crate::ServiceError;
use crate::form::{FieldError, Fields, text};
use crate::write::{Caller, Change, Write};
use access::Action;
use domain::Message;
use domain::duty::Subject;
use domain::id::UnitId;
use serde_json::json;
use store::Db;

/// Most units that are switched at once.
const MOST: i64 = 10_000;

/// Publishes or withdraws the lists of units: `do` is `publish` or `withdraw`; `units` by identifier, or all that match
/// `q` where the form says `all`. The number of those that were changed.
pub async fn switch(
    db: &Db,
    caller: &Caller,
    fields: &Fields,
) -> Result<Result<usize, Vec<FieldError>>, ServiceError> {
    let mut write = Write::begin(db).await?;
    let conn = write.conn();
    let is_published = match text(fields, "do") {
        "publish" => true,
        "withdraw" => false,
        _ => return Ok(Err(vec![("do", Message::new("public-error-do"))])),
    };
    let units: Vec<UnitId> = if text(fields, "all").is_empty() {
        text(fields, "units").split_whitespace().filter_map(|id| id.parse().ok()).collect()
    } else {
        let (today, sight) = (caller.today, caller.actor.sight());
        let (all, _) = store::public::switches(conn, today, text(fields, "q"), sight, (MOST, 0)).await?;
        all.into_iter().map(|each| UnitId(each.id)).collect()
    };
    let mut given = None;
    let mut changed = Vec::new();
    for unit in units {
        let above = store::unit::above(conn, unit).await?;
        if above.is_empty() {
            continue;
        }
        given = Some(caller.permit(Action::PublicSwitch, &Subject { units: &above, ..Subject::default() })?);
        let done = if is_published {
            store::public::publish(conn, unit, caller.today).await?
        } else {
            store::public::withdraw(conn, unit).await?
        };
        if done {
            changed.push(unit);
        }
    }
    let Some(permit) = given else {
        return Ok(Err(vec![("units", Message::new("public-error-none"))]));
    };
    let count = changed.len();
    let change = Change {
        subject: text(fields, "do").to_owned(),
        after: json!({ "units": changed }),
        ..Change::default()
    };
    write.commit(caller, &permit, change).await?;
    Ok(Ok(count))
}
