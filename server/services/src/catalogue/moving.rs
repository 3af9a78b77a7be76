//! Moves assignments to the powers of a new version: each ends, and what follows begins on the next day.

use crate::ServiceError;
use crate::form::{FieldError, Fields, date, text};
use crate::write::{Caller, Change, Write};
use access::{Action, Permit};
use domain::assignment::Assignment;
use domain::catalogue::moving::moved;
use domain::catalogue::{State, Version};
use domain::duty::Subject;
use domain::id::{AssignmentId, PowerId, UnitId, VersionId};
use domain::{Date, Message};
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};
use store::{Conn, Db, StoreError};

/// Most assignments that are moved at once.
const MOST: i64 = 10_000;
/// Refusals that are told at most.
const TOLD: usize = 20;

/// What is to be moved, and when.
struct Wish {
    from: Date,
    transition_until: Option<Date>,
    reason: String,
}

/// The assignments with the powers that took the place of theirs.
type Pairs = BTreeMap<AssignmentId, BTreeSet<PowerId>>;

/// The pairs that the form names, `assignment:power`, or all with one successor where it says `all`.
async fn pairs(
    conn: &mut Conn,
    caller: &Caller,
    version: &Version,
    fields: &Fields,
) -> Result<Pairs, StoreError> {
    let (movable, _) =
        store::catalogue::movable(conn, version, caller.today, caller.actor.sight(), (MOST, 0)).await?;
    let mut known = Pairs::new();
    for each in &movable {
        known.entry(each.assignment.id).or_default().insert(each.to);
    }
    if !text(fields, "all").is_empty() {
        known.retain(|_, to| to.len() == 1);
        return Ok(known);
    }
    let mut chosen = Pairs::new();
    for pair in text(fields, "pairs").split_whitespace() {
        let Some((assignment, to)) = pair.split_once(':') else { continue };
        let (Ok(assignment), Ok(to)) = (assignment.parse::<AssignmentId>(), to.parse::<PowerId>()) else {
            continue;
        };
        if known.get(&assignment).is_some_and(|all| all.contains(&to)) {
            chosen.entry(assignment).or_default().insert(to);
        }
    }
    Ok(chosen)
}

/// Moves assignments to the powers of a published version: `pairs` or `all`, `from`, `transition_until`, `reason`. All
/// of them or none; what stands in the way of which is told. None where there is no such version.
pub async fn run(
    db: &Db,
    caller: &Caller,
    id: VersionId,
    fields: &Fields,
) -> Result<Option<Result<usize, Vec<FieldError>>>, ServiceError> {
    let mut errors: Vec<FieldError> = Vec::new();
    let mut write = Write::begin(db).await?;
    let conn = write.conn();
    let Some(version) = store::catalogue::by_id(conn, id).await? else { return Ok(None) };
    let from = date(fields, "from", &mut errors);
    if text(fields, "from").is_empty() {
        errors.push(("from", Message::new("assign-error-from")));
    }
    let transition_until = date(fields, "transition_until", &mut errors);
    let reason = text(fields, "reason").to_owned();
    if reason.is_empty() {
        errors.push(("reason", Message::new("move-error-reason")));
    }
    if let Some(from) = from
        && matches!(version.state(None, from), State::Draft | State::Published)
    {
        errors.push(("from", Message::new("move-error-version")));
    }
    let (Some(from), true) = (from, errors.is_empty()) else { return Ok(Some(Err(errors))) };
    let wish = Wish { from, transition_until, reason };
    let pairs = pairs(conn, caller, &version, fields).await?;
    if pairs.is_empty() {
        return Ok(Some(Err(vec![("pairs", Message::new("move-error-none"))])));
    }
    let mut given: Option<Permit> = None;
    let mut touched: BTreeSet<UnitId> = BTreeSet::new();
    let mut done = Vec::new();
    for (assignment, to) in &pairs {
        let Some(before) = store::assignment::by_id(conn, *assignment).await? else { continue };
        let units = store::unit::above(conn, before.unit).await?;
        given =
            Some(caller.permit(Action::AssignmentMove, &Subject { units: &units, ..Subject::default() })?);
        // Nobody ends or gives the same meanwhile.
        store::unit::lock(conn, before.unit).await?;
        let Some(before) = store::assignment::by_id(conn, *assignment).await? else { continue };
        match one(conn, caller, &before, to, &wish).await? {
            Ok(next) => {
                touched.insert(before.unit);
                done.push(json!({ "ended": before.id, "next": next }));
            }
            Err(message) => errors.push(("pairs", message)),
        }
        if errors.len() == TOLD {
            break;
        }
    }
    let (Some(permit), true) = (given, errors.is_empty()) else { return Ok(Some(Err(errors))) };
    crate::assess::reassess_units(conn, &touched, caller.today).await?;
    let count = done.len();
    let change = Change {
        subject: id.to_string(),
        after: json!({ "from": wish.from, "moved": done }),
        reason: wish.reason,
        ..Change::default()
    };
    write.commit(caller, &permit, change).await?;
    Ok(Some(Ok(count)))
}

/// Moves one; the identifiers of what follows, or what stands in the way.
async fn one(
    conn: &mut Conn,
    caller: &Caller,
    before: &Assignment,
    to: &BTreeSet<PowerId>,
    wish: &Wish,
) -> Result<Result<Vec<AssignmentId>, Message>, StoreError> {
    let mut next = Vec::new();
    let mut ended = None;
    for power in to {
        let id = AssignmentId(store::new_id());
        let halves = moved(before, *power, id, wish.from, wish.transition_until, caller.today);
        let halves = match halves {
            Ok(halves) => halves,
            Err(message) => return Ok(Err(message)),
        };
        let held = store::assignment::of_unit_and_power(conn, before.unit, *power).await?;
        if let Some(other) = held.iter().find(|other| other.period.overlaps(&halves.next.period)) {
            return Ok(Err(Message::new("assign-error-overlap").with("from", other.period.from)));
        }
        next.push(halves.next);
        ended = Some(halves.ended);
    }
    let Some(ended) = ended else { return Ok(Ok(Vec::new())) };
    for each in &next {
        store::assignment::insert(conn, each).await?;
        store::catalogue::insert_succession(conn, each.id, before.id, &wish.reason).await?;
        store::catalogue::carry_over(conn, before.id, each.id, wish.from).await?;
    }
    store::assignment::update(conn, &ended).await?;
    store::catalogue::end_with(conn, before.id, ended.period.to.unwrap_or(wish.from)).await?;
    Ok(Ok(next.into_iter().map(|each| each.id).collect()))
}
