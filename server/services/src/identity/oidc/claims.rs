//! Which claims of the OpenID provider give which roles: the rules, and bringing a person's roles up to them.

use super::Identity;
use crate::ServiceError;
use crate::duty::{Scale, Step, Whole};
use crate::form::{FieldError, Fields, text};
use crate::identity::Origin;
use crate::write::{Caller, Change, Write};
use access::Action;
use domain::duty::Subject;
use domain::id::{AppointmentId, ClaimRuleId, GrantId, PersonId, UnitId};
use domain::people::{Appointment, StaffKind};
use domain::{Message, Period};
use serde_json::json;
use std::collections::BTreeSet;
use store::dossier::Whom;
use store::grant::RoleGrant;
use store::oidc::{ClaimGrant, ClaimRule};
use store::{Conn, Db};

/// The longest text that a field takes.
const LONGEST: usize = 200;

/// Adds a rule from a form: `claim`, `value`, `unit` by code or name, `post`, `role` by its code.
pub async fn add(
    db: &Db,
    caller: &Caller,
    fields: &Fields,
) -> Result<Result<(), Vec<FieldError>>, ServiceError> {
    let mut write = Write::begin(db).await?;
    let conn = write.conn();
    let mut errors: Vec<FieldError> = Vec::new();
    for (name, missing) in
        [("claim", "claims-error-claim"), ("value", "claims-error-value"), ("post", "claims-error-post")]
    {
        if text(fields, name).is_empty() {
            errors.push((name, Message::new(missing)));
        } else if text(fields, name).chars().count() > LONGEST {
            errors.push((name, Message::new("claims-error-long").with("limit", LONGEST)));
        }
    }
    let unit = unit(conn, text(fields, "unit"), &mut errors).await?;
    let role = text(fields, "role");
    if !store::oidc::roles(conn).await?.iter().any(|(code, _)| code == role) {
        errors.push(("role", Message::new("claims-error-role")));
    }
    let unit = match unit {
        Some(unit) if errors.is_empty() => unit,
        _ => return Ok(Err(errors)),
    };
    let units = store::unit::above(conn, unit.id).await?;
    let permit = caller.permit(Action::ClaimChange, &Subject { units: &units, ..Subject::default() })?;
    let rule = ClaimRule {
        id: store::new_id(),
        claim: text(fields, "claim").to_owned(),
        value: text(fields, "value").to_owned(),
        unit_id: unit.id.0,
        unit: unit.name,
        post: text(fields, "post").to_owned(),
        role: role.to_owned(),
        role_name: String::new(),
    };
    if !store::oidc::insert_rule(conn, &rule).await? {
        return Ok(Err(vec![("claim", Message::new("claims-error-there"))]));
    }
    let change = Change { subject: rule.id.to_string(), after: state(&rule), ..Change::default() };
    write.commit(caller, &permit, change).await?;
    Ok(Ok(()))
}

async fn unit(
    conn: &mut Conn,
    typed: &str,
    errors: &mut Vec<FieldError>,
) -> Result<Option<domain::unit::Unit>, ServiceError> {
    if typed.is_empty() {
        errors.push(("unit", Message::new("assign-error-unit")));
        return Ok(None);
    }
    // `code name`, as the list to choose from writes it, or either alone.
    let code = typed.split_once(' ').map_or(typed, |(code, _)| code);
    let found = store::unit::called(conn, code, typed).await?;
    let by_code = found.iter().find(|unit| unit.code == code);
    let by_name: Vec<_> = found.iter().filter(|unit| unit.name == typed).collect();
    match (by_code, &by_name[..]) {
        (Some(unit), _) => return Ok(Some(unit.clone())),
        (None, [unit]) => return Ok(Some((*unit).clone())),
        (None, []) => errors.push(("unit", Message::new("assign-error-no-unit").with("typed", typed))),
        (None, _) => errors.push(("unit", Message::new("assign-error-many-units").with("typed", typed))),
    }
    Ok(None)
}

/// Removes a rule; false when it is not there.
pub async fn remove(db: &Db, caller: &Caller, id: ClaimRuleId) -> Result<bool, ServiceError> {
    let mut write = Write::begin(db).await?;
    let conn = write.conn();
    let Some(rule) = store::oidc::rule(conn, id).await? else { return Ok(false) };
    let units = store::unit::above(conn, UnitId(rule.unit_id)).await?;
    let permit = caller.permit(Action::ClaimChange, &Subject { units: &units, ..Subject::default() })?;
    store::oidc::delete_rule(conn, id).await?;
    let change = Change { subject: id.to_string(), before: state(&rule), ..Change::default() };
    write.commit(caller, &permit, change).await?;
    Ok(true)
}

fn state(rule: &ClaimRule) -> serde_json::Value {
    json!({
        "claim": rule.claim, "value": rule.value, "unit": rule.unit_id, "post": rule.post, "role": rule.role,
    })
}

/// Ends what claims gave and give no more, then gives what they give now. Each is a transaction of its own with its
/// row of the audit trail; what separation refuses is not given, and the refusal is written down.
pub(super) async fn apply(
    db: &Db,
    person: PersonId,
    identity: &Identity,
    origin: &Origin,
) -> Result<(), ServiceError> {
    let mut conn = db.read().await?;
    let mut rules = store::oidc::rules(&mut conn, domain::duty::Sight::Everything).await?;
    let held = store::oidc::grants(&mut conn, person, origin.today).await?;
    drop(conn);
    rules.retain(|rule| identity.has(&rule.claim, &rule.value));
    for grant in held.iter().filter(|grant| grant.is_by_claim) {
        if !rules.iter().any(|rule| gives(rule, grant)) {
            end(db, person, grant, origin).await?;
        }
    }
    for rule in &rules {
        give(db, person, rule, origin).await?;
    }
    Ok(())
}

/// Whether a role that is held is the one that a rule gives.
fn gives(rule: &ClaimRule, grant: &ClaimGrant) -> bool {
    (rule.unit_id, &rule.post, &rule.role, rule.unit_id)
        == (grant.unit_id, &grant.post, &grant.role, grant.scope_id)
}

async fn end(db: &Db, person: PersonId, grant: &ClaimGrant, origin: &Origin) -> Result<(), ServiceError> {
    let mut write = Write::begin(db).await?;
    let conn = write.conn();
    let units = store::unit::above(conn, UnitId(grant.scope_id)).await?;
    let about = Subject { units: &units, about: Some(person), ..Subject::default() };
    let caller = origin.provider();
    let permit = caller.permit(Action::AppointmentChange, &about)?;
    store::oidc::end_grant(conn, GrantId(grant.id), origin.today).await?;
    let change = Change {
        subject: grant.id.to_string(),
        before: json!({
            "person": person, "post": grant.post, "role": grant.role, "scope": grant.scope_id,
            "from": grant.valid_from,
        }),
        ..Change::default()
    };
    write.commit(&caller, &permit, change).await?;
    Ok(())
}

async fn give(db: &Db, person: PersonId, rule: &ClaimRule, origin: &Origin) -> Result<(), ServiceError> {
    let mut write = Write::begin(db).await?;
    let conn = write.conn();
    let unit = UnitId(rule.unit_id);
    store::role::lock(conn, Some(&rule.role)).await?;
    // Nobody gives the same meanwhile.
    let scale = Scale::before(conn, Whom::Person(person), Step::Save).await?;
    let held = store::oidc::grants(conn, person, origin.today).await?;
    if held.iter().any(|grant| gives(rule, grant)) {
        return Ok(());
    }
    let caller = origin.provider();
    let units = store::unit::above(conn, unit).await?;
    let about = Subject { units: &units, about: Some(person), ..Subject::default() };
    let permit = caller.permit(Action::AppointmentChange, &about)?;
    let period = Period { from: origin.today, to: None };
    let mut touched = BTreeSet::new();
    let held = store::oidc::post(conn, person, origin.today, unit, &rule.post).await?;
    let post = if let Some(post) = held {
        post
    } else {
        // Footing and working time are the organization department's to say; a claim makes nobody able.
        let (kind, share) = (StaffKind::Established, 0.0);
        let id = AppointmentId(store::new_id());
        let new = Appointment { id, unit, post: rule.post.clone(), kind, share, period };
        store::people::insert_appointment(conn, person, &new).await?;
        touched.insert(unit);
        id
    };
    let grant = RoleGrant {
        id: GrantId(store::new_id()),
        appointment: post,
        role: rule.role.clone(),
        scope: unit,
        period,
        source: "claim".to_owned(),
    };
    store::grant::insert(conn, &grant).await?;
    let change = Change {
        subject: grant.id.to_string(),
        after: json!({
            "person": person, "post": rule.post, "grant": grant, "claim": rule.claim, "value": rule.value,
        }),
        ..Change::default()
    };
    let whole = Whole { write, permit, units: &units, scale, change, touched, field: "role" };
    // What a rule refuses is written down there, and not given.
    let _ = whole.settle(db, &caller, Step::Save).await?;
    Ok(())
}
