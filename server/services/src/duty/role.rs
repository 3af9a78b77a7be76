//! Roles of one's own: they have a name and inherit from the built-in ones.

use super::{Answer, Effect, Scale, Step, Whole, added};
use crate::ServiceError;
use crate::form::{FieldError, Fields, text};
use crate::write::{Caller, Change, Write};
use access::Action;
use domain::Message;
use domain::duty::Subject;
use domain::separation::BUSINESS;
use serde_json::json;
use std::collections::BTreeSet;
use store::Db;

/// Makes a role that nobody has and that inherits from none yet: `code`, `name`.
pub async fn make_role(
    db: &Db,
    caller: &Caller,
    fields: &Fields,
) -> Result<Result<(), Vec<FieldError>>, ServiceError> {
    let mut errors = Vec::new();
    let (code, name) = (text(fields, "code"), text(fields, "name"));
    let is_plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    let is_reserved = code.parse::<domain::duty::Role>().is_ok()
        || code.parse::<domain::assignment::Function>().is_ok()
        || code == BUSINESS;
    if code.is_empty() || code.len() > 40 || !code.bytes().all(is_plain) || is_reserved {
        errors.push(("code", Message::new("duty-error-code")));
    }
    if name.is_empty() {
        errors.push(("name", Message::new("duty-error-name")));
    }
    if !errors.is_empty() {
        return Ok(Err(errors));
    }
    let mut write = Write::begin(db).await?;
    let permit = caller.permit(Action::RoleChange, &Subject::default())?;
    if let Some(error) = added(store::role::insert(write.conn(), code, name).await, "code")? {
        return Ok(Err(vec![error]));
    }
    let change = Change {
        subject: code.to_owned(),
        after: json!({ "code": code, "name": name }),
        ..Change::default()
    };
    write.commit(caller, &permit, change).await?;
    Ok(Ok(()))
}

/// Makes a role of one's own inherit from another: `child`, `parent`. Weighed for everybody who has it.
pub async fn inherit(db: &Db, caller: &Caller, fields: &Fields, step: Step) -> Answer {
    let (child, parent) = (text(fields, "child"), text(fields, "parent"));
    let mut write = Write::begin(db).await?;
    let conn = write.conn();
    let permit = caller.permit(Action::RoleChange, &Subject::default())?;
    // Nobody is given a role meanwhile.
    store::role::lock(conn, None).await?;
    let roles = store::role::all(conn, caller.today).await?;
    let find = |code: &str| roles.iter().find(|role| role.code == code);
    let mut errors: Vec<FieldError> = Vec::new();
    if find(child).is_none_or(|role| role.is_built_in) {
        errors.push(("child", Message::new("duty-error-child")));
    }
    if find(parent).is_none() || parent == BUSINESS {
        errors.push(("parent", Message::new("duty-error-parent")));
    }
    if !errors.is_empty() {
        return Ok(Err(errors));
    }
    let (book, names) = store::dossier::rules(conn).await?;
    if let Err(error) = book.hierarchy.with(child, parent) {
        return Ok(Err(vec![("parent", error.message(&names))]));
    }
    let scale = Scale::of_role(conn, child, step).await?;
    if let Some(error) = added(store::role::inherit(conn, child, parent).await, "parent")? {
        return Ok(Err(vec![error]));
    }
    let change = Change {
        subject: child.to_owned(),
        after: json!({ "child": child, "parent": parent }),
        ..Change::default()
    };
    let touched = BTreeSet::new();
    Whole { write, permit, units: &[], scale, change, touched, field: "parent" }
        .settle(db, caller, step)
        .await
}

/// Ends that a role of one's own inherits from another: `child`, `parent`.
pub async fn disinherit(db: &Db, caller: &Caller, fields: &Fields) -> Answer {
    let (child, parent) = (text(fields, "child"), text(fields, "parent"));
    let mut write = Write::begin(db).await?;
    let conn = write.conn();
    let permit = caller.permit(Action::RoleChange, &Subject::default())?;
    store::role::lock(conn, None).await?;
    let roles = store::role::all(conn, caller.today).await?;
    let is_own = roles.iter().any(|role| role.code == child && !role.is_built_in);
    if !is_own || !store::role::disinherit(conn, child, parent).await? {
        return Ok(Err(vec![("child", Message::new("duty-error-child"))]));
    }
    let change = Change {
        subject: child.to_owned(),
        before: json!({ "child": child, "parent": parent }),
        ..Change::default()
    };
    write.commit(caller, &permit, change).await?;
    Ok(Ok(Effect::default()))
}
