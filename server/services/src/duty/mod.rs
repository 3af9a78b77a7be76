//! Who holds what: posts, roles, functions, deputies, groups. Whatever gives a right is weighed before it is saved:
//! what it would break among all that is held now and later, and what it would newly allow.

mod allocate;
mod appoint;
mod deputise;
mod end;
mod group;
mod role;
mod weigh;

pub use allocate::allocate;
pub use appoint::{appoint, grant};
pub use deputise::deputise;
pub(crate) use end::end_held;
pub use end::{action_for, end};
pub use group::{add_member, add_right, make_group};
pub use role::{disinherit, inherit, make_role};
pub(crate) use weigh::RowScale;
pub use weigh::{Effect, Gain};
pub(crate) use weigh::{Scale, Whole};

use crate::ServiceError;
use crate::form::{FieldError, Fields, date, text};
use crate::write::Caller;
use access::Actor;
use domain::id::{AppointmentId, PersonId, UnitId};
use domain::unit::Unit;
use domain::{Message, Period};
use std::collections::BTreeSet;
use store::person::{Named, Post};
use store::{Conn, StoreError};

/// Whether it is to be saved, or only to be seen what it would do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Tells, and writes nothing.
    Check,
    /// Saves.
    Save,
}

/// What a use case answers: what it did or would do, or what is wrong with the form.
pub type Answer = Result<Result<Effect, Vec<FieldError>>, ServiceError>;

/// Where a right comes from, as its row says.
fn source(caller: &Caller) -> &'static str {
    match &caller.actor {
        Actor::Operator(operator) => operator.as_str(),
        Actor::Person(_) => "page",
    }
}

/// A form's period; the first day must be given.
fn period(fields: &Fields, errors: &mut Vec<FieldError>) -> Option<Period> {
    let from = date(fields, "from", errors);
    let to = date(fields, "to", errors);
    if text(fields, "from").is_empty() {
        errors.push(("from", Message::new("duty-error-from")));
    }
    match Period::new(from?, to) {
        Ok(period) => Some(period),
        Err(reversed) => {
            errors.push(("to", Message::new("import-error-reversed").with("from", reversed.from)));
            None
        }
    }
}

/// A form's unit, by `code name` or either alone.
pub(crate) async fn unit(
    conn: &mut Conn,
    fields: &Fields,
    name: &'static str,
    errors: &mut Vec<FieldError>,
) -> Result<Option<Unit>, ServiceError> {
    let typed = text(fields, name);
    if typed.is_empty() {
        errors.push((name, Message::new("duty-error-unit")));
        return Ok(None);
    }
    let code = typed.split_once(' ').map_or(typed, |(code, _)| code);
    let mut found = store::unit::called(conn, code, typed).await?;
    if let Some(place) = found.iter().position(|unit| unit.code == code) {
        return Ok(Some(found.swap_remove(place)));
    }
    if found.len() == 1 {
        return Ok(found.pop());
    }
    let key = if found.is_empty() { "assign-error-no-unit" } else { "assign-error-many-units" };
    errors.push((name, Message::new(key).with("typed", typed)));
    Ok(None)
}

/// A form's person, by `staff-number name` or either alone, among those whom the caller sees.
async fn person(
    conn: &mut Conn,
    caller: &Caller,
    fields: &Fields,
    errors: &mut Vec<FieldError>,
) -> Result<Option<Named>, ServiceError> {
    let typed = text(fields, "person");
    if typed.is_empty() {
        errors.push(("person", Message::new("duty-error-person")));
        return Ok(None);
    }
    let code = typed.split_once(' ').map_or(typed, |(code, _)| code);
    let mut found = store::person::written(conn, typed, caller.actor.sight()).await?;
    if found.first().is_some_and(|first| first.code == code) {
        return Ok(Some(found.swap_remove(0)));
    }
    if found.len() == 1 {
        return Ok(found.pop());
    }
    let key = if found.is_empty() { "duty-error-no-person" } else { "duty-error-many-people" };
    errors.push(("person", Message::new(key).with("typed", typed)));
    Ok(None)
}

/// A form's post, among those that somebody has or will have.
fn post(posts: Vec<Post>, fields: &Fields, errors: &mut Vec<FieldError>) -> Option<Post> {
    let wished = text(fields, "post").parse::<AppointmentId>().ok();
    let found = posts.into_iter().find(|post| Some(post.id) == wished);
    if found.is_none() {
        errors.push(("post", Message::new("duty-error-post")));
    }
    found
}

/// That a period shares days with the post's; whatever hangs on a post ends with it.
fn within(post: &Post, period: Period, errors: &mut Vec<FieldError>) {
    if !post.period.overlaps(&period) {
        errors.push(("from", Message::new("duty-error-outside-post").with("post", post.name.as_str())));
    }
}

/// The units above one, itself first.
async fn above(conn: &mut Conn, unit: UnitId) -> Result<Vec<UnitId>, StoreError> {
    store::unit::above(conn, unit).await
}

/// The units whose assessments a change of a person's posts or functions reaches; they matter once it is saved.
async fn touched(conn: &mut Conn, person: PersonId, step: Step) -> Result<BTreeSet<UnitId>, StoreError> {
    if step == Step::Check {
        return Ok(BTreeSet::new());
    }
    Ok(store::people::units_of(conn, person).await?.into_iter().collect())
}

/// Whether a row was added; one with the same key is told beside the field.
fn added(result: Result<(), StoreError>, field: &'static str) -> Result<Option<FieldError>, StoreError> {
    match result {
        Ok(()) => Ok(None),
        Err(StoreError::Duplicate) => Ok(Some((field, Message::new("duty-error-duplicate")))),
        Err(error) => Err(error),
    }
}
