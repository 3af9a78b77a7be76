//! The first administrator, by a link that the server prints while there is none.

use super::account::{free_login, fresh};
use super::{Limits, Origin, Password, Token, login_of, password};
use crate::ServiceError;
use crate::form::{FieldError, Fields, text};
use crate::write::{Caller, Change, Write};
use access::Action;
use domain::duty::{Role, Subject};
use domain::id::{AppointmentId, GrantId, PersonId, UnitId};
use domain::people::{Appointment, Person, StaffKind};
use domain::unit::{Unit, UnitKind};
use domain::{Message, Period};
use serde_json::json;
use store::grant::RoleGrant;
use store::{Conn, Db, StoreError};

/// The post that the first administrator gets.
const POST: &str = "系统管理员";

/// A link that makes the first administrator; none when there is one. Earlier links open no more.
pub async fn first_link(db: &Db, limits: &Limits, caller: &Caller) -> Result<Option<Token>, ServiceError> {
    let mut write = Write::begin(db).await?;
    let conn = write.conn();
    if store::account::has_administrator(conn, caller.today).await? {
        return Ok(None);
    }
    let permit = caller.permit(Action::AccountChange, &Subject::default())?;
    let token = Token::new()?;
    let expires_at = caller.now + limits.link;
    store::account::insert_link(conn, &token.hash(), None, expires_at).await?;
    let after = json!({ "link_until": expires_at });
    let change = Change { subject: "administrator".to_owned(), after, ..Change::default() };
    write.commit(caller, &permit, change).await?;
    Ok(Some(token))
}

/// Makes the first administrator by a link: `name`, `login`; the passwords stand apart, so that no form keeps them.
/// None when the link opens nothing, or there is an administrator.
pub async fn setup(
    db: &Db,
    origin: &Origin,
    token: &Token,
    fields: &Fields,
    new: &Password,
    again: &Password,
) -> Result<Option<Result<(), Vec<FieldError>>>, ServiceError> {
    let mut conn = db.read().await?;
    // Before anything is computed for whoever knows no link.
    if store::account::link(&mut conn, &token.hash(), origin.now).await? != Some(None) {
        return Ok(None);
    }
    let (name, login) = (text(fields, "name").to_owned(), login_of(text(fields, "login")));
    let mut errors: Vec<FieldError> = Vec::new();
    if name.is_empty() {
        errors.push(("name", Message::new("account-error-name")));
    }
    errors.extend(free_login(&mut conn, &login).await?.map(|wrong| ("login", wrong)));
    drop(conn);
    errors.extend(password::weakness(new, &[&login, &name]).map(|wrong| ("new", wrong)));
    if new != again {
        errors.push(("again", Message::new("password-error-again")));
    }
    if !errors.is_empty() {
        return Ok(Some(Err(errors)));
    }
    let hash = password::hash(new).await?;
    let caller = origin.by_link();
    let mut write = Write::begin(db).await?;
    let conn = write.conn();
    let is_taken = store::account::take_link(conn, &token.hash(), origin.now).await?;
    if !is_taken || store::account::has_administrator(conn, origin.today).await? {
        return Ok(None);
    }
    let permit = caller.permit(Action::AccountChange, &Subject::default())?;
    let unit = root(conn).await?;
    let person = Person::new(PersonId(store::new_id()), login.as_str(), name);
    store::people::insert_person(conn, &person).await?;
    let appointment = Appointment {
        id: AppointmentId(store::new_id()),
        unit,
        post: POST.to_owned(),
        kind: StaffKind::Established,
        // No time for the unit's powers.
        share: 0.0,
        period: Period { from: origin.today, to: None },
    };
    store::people::insert_appointment(conn, person.id, &appointment).await?;
    let grant = RoleGrant {
        id: GrantId(store::new_id()),
        appointment: appointment.id,
        role: Role::Administrator.to_string(),
        scope: unit,
        period: appointment.period,
        source: "console".to_owned(),
    };
    store::grant::insert(conn, &grant).await?;
    let mut account = fresh(person.id, login, origin.now);
    account.password_hash = Some(hash);
    store::account::insert(conn, &account).await?;
    store::account::delete_links(conn, None).await?;
    crate::assess::reassess_units(conn, &[unit].into(), origin.today).await?;
    let after = json!({
        "login": account.login, "person": person.name, "role": grant.role, "unit": unit, "post": POST,
    });
    let change = Change { subject: account.login, after, reason: "link".to_owned(), ..Change::default() };
    write.commit(&caller, &permit, change).await?;
    Ok(Some(Ok(())))
}

/// The unit at the top, made when there is none.
async fn root(conn: &mut Conn) -> Result<UnitId, StoreError> {
    if let Some(unit) = store::unit::root(conn).await? {
        return Ok(unit);
    }
    let unit = Unit {
        id: UnitId(store::new_id()),
        code: "0".to_owned(),
        name: "本机构".to_owned(),
        kind: UnitKind::County,
        parent: None,
        credit_code: None,
    };
    store::unit::insert(conn, &unit).await?;
    Ok(unit.id)
}
