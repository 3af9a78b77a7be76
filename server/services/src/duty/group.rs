//! Groups: their members have functions of assignments in common.

use super::allocate::{in_force, named};
use super::{Answer, Effect, Scale, Step, Whole, above, added, period, person, unit};
use crate::ServiceError;
use crate::form::{FieldError, Fields, text};
use crate::write::{Caller, Change, Write};
use access::Action;
use domain::Message;
use domain::duty::Subject;
use domain::id::{GroupId, GroupRightId, MemberId};
use serde_json::json;
use std::collections::BTreeSet;
use store::Db;
use store::dossier::Whom;
use store::group::Group;

/// Makes a group without members and rights: `unit`, `name`.
pub async fn make_group(
    db: &Db,
    caller: &Caller,
    fields: &Fields,
) -> Result<Result<GroupId, Vec<FieldError>>, ServiceError> {
    let mut write = Write::begin(db).await?;
    let conn = write.conn();
    let mut errors = Vec::new();
    let unit = unit(conn, fields, "unit", &mut errors).await?;
    let name = text(fields, "name");
    if name.is_empty() {
        errors.push(("name", Message::new("duty-error-name")));
    }
    let (Some(unit), true) = (unit, errors.is_empty()) else {
        return Ok(Err(errors));
    };
    let units = above(conn, unit.id).await?;
    let permit = caller.permit(Action::GroupChange, &Subject { units: &units, ..Subject::default() })?;
    let id = GroupId(store::new_id());
    if let Some(error) = added(store::group::insert(conn, id, unit.id, name).await, "name")? {
        return Ok(Err(vec![error]));
    }
    let change = Change {
        subject: id.to_string(),
        after: json!({ "unit": unit.id, "name": name }),
        ..Change::default()
    };
    write.commit(caller, &permit, change).await?;
    Ok(Ok(id))
}

/// Adds a member: `person`, `from`, `to`.
pub async fn add_member(db: &Db, caller: &Caller, group: &Group, fields: &Fields, step: Step) -> Answer {
    let mut write = Write::begin(db).await?;
    let conn = write.conn();
    let mut errors = Vec::new();
    let member = person(conn, caller, fields, &mut errors).await?.map(|found| found.person());
    let period = period(fields, &mut errors);
    let (Some(member), Some(period), true) = (member, period, errors.is_empty()) else {
        return Ok(Err(errors));
    };
    let units = above(conn, group.unit).await?;
    let subject = Subject { units: &units, benefits: Some(member), ..Subject::default() };
    let permit = caller.permit(Action::GroupChange, &subject)?;
    // Otherwise the group could be given a right at the same time.
    store::group::lock(conn, group.id).await?;
    let scale = Scale::before(conn, Whom::Person(member), step).await?;
    let id = MemberId(store::new_id());
    let inserted = store::group::insert_member(conn, id, group.id, member, period).await;
    if let Some(error) = added(inserted, "person")? {
        return Ok(Err(vec![error]));
    }
    let change = Change {
        subject: id.to_string(),
        after: json!({ "group": group.id, "person": member, "period": period }),
        ..Change::default()
    };
    let touched = BTreeSet::new();
    Whole { write, permit, units: &units, scale, change, touched, field: "person" }
        .settle(db, caller, step)
        .await
}

/// Gives a group a function of an assignment in its own part of the tree: `assignment`, `function`, `from`, `to`.
pub async fn add_right(db: &Db, caller: &Caller, group: &Group, fields: &Fields, step: Step) -> Answer {
    let mut write = Write::begin(db).await?;
    let conn = write.conn();
    let mut errors: Vec<FieldError> = Vec::new();
    let named = named(conn, fields, &mut errors).await?;
    let period = period(fields, &mut errors);
    if let (Some((assignment, _)), Some(period)) = (&named, period) {
        in_force(assignment, period, &mut errors);
    }
    let (Some((assignment, function)), Some(period), true) = (named, period, errors.is_empty()) else {
        return Ok(Err(errors));
    };
    let units = above(conn, assignment.unit).await?;
    if !units.contains(&group.unit) {
        return Ok(Err(vec![("assignment", Message::new("duty-error-elsewhere"))]));
    }
    let permit = caller.permit(Action::GroupChange, &Subject { units: &units, ..Subject::default() })?;
    store::group::lock(conn, group.id).await?;
    let scale = Scale::before(conn, Whom::Group(group.id), step).await?;
    let id = GroupRightId(store::new_id());
    let inserted = store::group::insert_right(conn, id, group.id, (assignment.id, function), period).await;
    if let Some(error) = added(inserted, "function")? {
        return Ok(Err(vec![error]));
    }
    let change = Change {
        subject: id.to_string(),
        after: json!({
            "group": group.id, "assignment": assignment.id, "function": function, "period": period,
        }),
        ..Change::default()
    };
    let touched = BTreeSet::new();
    Whole { write, permit, units: &units, scale, change, touched, field: "function" }
        .settle(db, caller, step)
        .await
}

impl Effect {
    /// How many people would newly have something.
    pub fn people(&self) -> usize {
        self.gains.iter().map(|gain| gain.person).collect::<BTreeSet<_>>().len()
    }
}
