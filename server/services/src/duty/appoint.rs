//! Appoints people to posts and gives these posts roles.

use super::{Answer, Scale, Step, Whole, above, added, period, post, source, touched, unit, within};
use crate::form::{FieldError, Fields, cell, text};
use crate::write::{Caller, Change, Write};
use access::Action;
use domain::Message;
use domain::duty::Subject;
use domain::id::{AppointmentId, GrantId, PersonId};
use domain::people::{Appointment, StaffKind};
use serde_json::json;
use std::collections::BTreeSet;
use store::dossier::Whom;
use store::grant::RoleGrant;
use store::{Conn, Db, StoreError};

/// A share of working time, in a form.
pub(super) fn share(fields: &Fields, errors: &mut Vec<FieldError>) -> Option<f64> {
    sheet::value::share(&cell(fields, "share"))
        .map_err(|_| errors.push(("share", Message::new("duty-error-share"))))
        .ok()
}

/// A role that is there and can be given.
async fn role(
    conn: &mut Conn,
    fields: &Fields,
    is_needed: bool,
    caller: &Caller,
    errors: &mut Vec<FieldError>,
) -> Result<Option<String>, StoreError> {
    let wished = text(fields, "role");
    if wished.is_empty() && !is_needed {
        return Ok(None);
    }
    let is_there =
        |role: &store::role::Role| role.code == wished && role.code != domain::separation::BUSINESS;
    let found = store::role::all(conn, caller.today).await?.into_iter().find(is_there);
    if found.is_none() {
        errors.push(("role", Message::new("duty-error-role")));
    }
    Ok(found.map(|role| role.code))
}

/// Appoints a person: `unit`, `post`, `kind`, `share`, `from`, `to`, and, where the post is to have one, a `role`
/// for the unit.
pub async fn appoint(db: &Db, caller: &Caller, person: PersonId, fields: &Fields, step: Step) -> Answer {
    let mut write = Write::begin(db).await?;
    let conn = write.conn();
    let mut errors = Vec::new();
    let unit = unit(conn, fields, "unit", &mut errors).await?;
    let name = text(fields, "post").to_owned();
    if name.is_empty() {
        errors.push(("post", Message::new("duty-error-post-name")));
    }
    let kind = text(fields, "kind").parse::<StaffKind>().ok();
    if kind.is_none() {
        errors.push(("kind", Message::new("duty-error-kind")));
    }
    let share = share(fields, &mut errors);
    let period = period(fields, &mut errors);
    let role = role(conn, fields, false, caller, &mut errors).await?;
    let (Some(unit), Some(kind), Some(share), Some(period), true) =
        (unit, kind, share, period, errors.is_empty())
    else {
        return Ok(Err(errors));
    };
    let units = above(conn, unit.id).await?;
    let subject = Subject { units: &units, benefits: Some(person), ..Subject::default() };
    let permit = caller.permit(Action::AppointmentChange, &subject)?;
    if let (Some(role), Step::Save) = (&role, step) {
        store::role::lock(conn, Some(role)).await?;
    }
    let scale = Scale::before(conn, Whom::Person(person), step).await?;
    let appointment =
        Appointment { id: AppointmentId(store::new_id()), unit: unit.id, post: name, kind, share, period };
    let inserted = store::people::insert_appointment(conn, person, &appointment).await;
    if let Some(error) = added(inserted, "post")? {
        return Ok(Err(vec![error]));
    }
    if let Some(role) = &role {
        let grant = RoleGrant {
            id: GrantId(store::new_id()),
            appointment: appointment.id,
            role: role.clone(),
            scope: unit.id,
            period,
            source: source(caller).to_owned(),
        };
        store::grant::insert(conn, &grant).await?;
    }
    let touched = touched(conn, person, step).await?;
    let change = Change {
        subject: appointment.id.to_string(),
        after: json!({ "person": person, "appointment": appointment, "role": role }),
        ..Change::default()
    };
    let field = if role.is_some() { "role" } else { "post" };
    Whole { write, permit, units: &units, scale, change, touched, field }.settle(db, caller, step).await
}

/// Gives a role to one of a person's posts: `post`, `role`, `scope`, `from`, `to`.
pub async fn grant(db: &Db, caller: &Caller, person: PersonId, fields: &Fields, step: Step) -> Answer {
    let mut write = Write::begin(db).await?;
    let conn = write.conn();
    let mut errors = Vec::new();
    let posts = store::person::posts(conn, person, caller.today).await?;
    let post = post(posts, fields, &mut errors);
    let role = role(conn, fields, true, caller, &mut errors).await?;
    let scope = unit(conn, fields, "scope", &mut errors).await?;
    let period = period(fields, &mut errors);
    if let (Some(post), Some(period)) = (&post, period) {
        within(post, period, &mut errors);
    }
    let (Some(post), Some(role), Some(scope), Some(period), true) =
        (post, role, scope, period, errors.is_empty())
    else {
        return Ok(Err(errors));
    };
    let units = above(conn, scope.id).await?;
    let subject = Subject { units: &units, benefits: Some(person), ..Subject::default() };
    let permit = caller.permit(Action::AppointmentChange, &subject)?;
    if step == Step::Save {
        store::role::lock(conn, Some(&role)).await?;
    }
    let scale = Scale::before(conn, Whom::Person(person), step).await?;
    let grant = RoleGrant {
        id: GrantId(store::new_id()),
        appointment: post.id,
        role,
        scope: scope.id,
        period,
        source: source(caller).to_owned(),
    };
    if let Some(error) = added(store::grant::insert(conn, &grant).await, "role")? {
        return Ok(Err(vec![error]));
    }
    let change = Change {
        subject: grant.id.to_string(),
        after: json!({ "person": person, "grant": grant }),
        ..Change::default()
    };
    let touched = BTreeSet::new();
    Whole { write, permit, units: &units, scale, change, touched, field: "role" }
        .settle(db, caller, step)
        .await
}
