//! Accounts: made, disabled, their passwords, and the links that set these.

use super::session::own;
use super::{Limits, Origin, Password, Token, login_of, password, second};
use crate::ServiceError;
use crate::form::FieldError;
use crate::write::{Caller, Change, Write};
use access::{Action, Permit};
use chrono::{DateTime, Utc};
use domain::Message;
use domain::duty::Subject;
use domain::id::{AccountId, PersonId};
use domain::people::Person;
use serde_json::json;
use store::rights::Signed;
use store::{Conn, Db, StoreError};

pub use store::account::Account;

/// A permit to keep accounts; they belong to no unit.
fn permit(caller: &Caller, about: Option<PersonId>) -> Result<Permit, ServiceError> {
    caller.permit(Action::AccountChange, &Subject { about, ..Subject::default() })
}

/// What is wrong with a name to sign in with, where something is.
pub(super) fn login_error(login: &str) -> Option<Message> {
    let is_good = |each: char| each.is_alphanumeric() || matches!(each, '.' | '-' | '_' | '@');
    let length = login.chars().count();
    let is_right = (2..=64).contains(&length) && login.chars().all(is_good);
    (!is_right).then(|| Message::new("account-error-login"))
}

/// Whether a name can be given to a new account: what is wrong with it, where something is.
pub(super) async fn free_login(conn: &mut Conn, login: &str) -> Result<Option<Message>, StoreError> {
    if let Some(wrong) = login_error(login) {
        return Ok(Some(wrong));
    }
    let taken = store::account::by_login(conn, login).await?;
    Ok(taken.map(|_| Message::new("account-error-taken").with("login", login)))
}

/// What is wrong with a name for a new account, as a list.
pub async fn login_errors(conn: &mut Conn, login: &str) -> Result<Vec<Message>, StoreError> {
    Ok(free_login(conn, &login_of(login)).await?.into_iter().collect())
}

/// Makes a person who is not known yet, so that an account can be his.
pub async fn enter(db: &Db, caller: &Caller, code: &str, name: &str) -> Result<PersonId, ServiceError> {
    let permit = permit(caller, None)?;
    let person = Person::new(PersonId(store::new_id()), code, name);
    let mut write = Write::begin(db).await?;
    store::people::insert_person(write.conn(), &person).await?;
    let after = json!({ "code": code, "name": name });
    let change = Change { subject: person.id.to_string(), after, ..Change::default() };
    write.commit(caller, &permit, change).await?;
    Ok(person.id)
}

/// A new account as it is stored.
pub(super) fn fresh(person: PersonId, login: String, now: DateTime<Utc>) -> Account {
    Account {
        id: AccountId(store::new_id()),
        person,
        login,
        password_hash: None,
        is_disabled: false,
        totp_secret: None,
        totp_confirmed_at: None,
        totp_step: 0,
        created_at: now,
    }
}

/// What the audit trail says of an account; never a hash or a secret.
pub(super) fn told(account: &Account) -> serde_json::Value {
    json!({
        "login": account.login,
        "person": account.person,
        "disabled": account.is_disabled,
        "password": account.password_hash.is_some(),
        "second_factor": account.second_factor().is_some(),
    })
}

/// Makes an account for a person, with a link that sets its password. `person` is a staff number.
pub async fn create(
    db: &Db,
    limits: &Limits,
    caller: &Caller,
    login: &str,
    person: &str,
) -> Result<Result<(Account, Token), Vec<FieldError>>, ServiceError> {
    let login = login_of(login);
    let mut write = Write::begin(db).await?;
    let conn = write.conn();
    let person = store::people::person_by_code(conn, person.trim()).await?;
    let permit = permit(caller, person.as_ref().map(|person| person.id))?;
    let mut errors: Vec<FieldError> = Vec::new();
    errors.extend(free_login(conn, &login).await?.map(|wrong| ("login", wrong)));
    match &person {
        None => errors.push(("person", Message::new("account-error-person"))),
        Some(person) => {
            if let Some(other) = store::account::by_person(conn, person.id).await? {
                let has = Message::new("account-error-has").with("login", other.login);
                errors.push(("person", has));
            }
        }
    }
    let Some(person) = person.filter(|_| errors.is_empty()) else { return Ok(Err(errors)) };
    let account = fresh(person.id, login, caller.now);
    store::account::insert(conn, &account).await?;
    let token = Token::new()?;
    store::account::insert_link(conn, &token.hash(), Some(account.id), caller.now + limits.link).await?;
    let change = Change { subject: account.login.clone(), after: told(&account), ..Change::default() };
    write.commit(caller, &permit, change).await?;
    Ok(Ok((account, token)))
}

/// An account to be changed, and the permit.
async fn changing(
    conn: &mut Conn,
    caller: &Caller,
    id: AccountId,
) -> Result<Option<(Account, Permit)>, ServiceError> {
    let account = store::account::by_id(conn, id).await?;
    let permit = permit(caller, account.as_ref().map(|account| account.person))?;
    Ok(account.map(|account| (account, permit)))
}

/// Disables an account and ends its sessions at once. Nobody disables his own, so that somebody is left who keeps
/// accounts. None when there is none.
pub async fn disable(
    db: &Db,
    caller: &Caller,
    id: AccountId,
) -> Result<Option<Result<(), Message>>, ServiceError> {
    let mut write = Write::begin(db).await?;
    let conn = write.conn();
    let Some((account, permit)) = changing(conn, caller, id).await? else { return Ok(None) };
    if caller.actor.rights().is_some_and(|rights| rights.person == account.person) {
        return Ok(Some(Err(Message::new("account-error-own"))));
    }
    store::account::set_disabled(conn, id, true).await?;
    store::session::delete_all(conn, id, None).await?;
    store::session::forget_devices(conn, id).await?;
    store::account::delete_links(conn, Some(id)).await?;
    let after = told(&Account { is_disabled: true, ..account.clone() });
    let change =
        Change { subject: account.login.clone(), before: told(&account), after, ..Change::default() };
    write.commit(caller, &permit, change).await?;
    Ok(Some(Ok(())))
}

/// Lets a disabled account sign in again.
pub async fn enable(db: &Db, caller: &Caller, id: AccountId) -> Result<Option<()>, ServiceError> {
    let mut write = Write::begin(db).await?;
    let conn = write.conn();
    let Some((account, permit)) = changing(conn, caller, id).await? else { return Ok(None) };
    store::account::set_disabled(conn, id, false).await?;
    let after = told(&Account { is_disabled: false, ..account.clone() });
    let change =
        Change { subject: account.login.clone(), before: told(&account), after, ..Change::default() };
    write.commit(caller, &permit, change).await?;
    Ok(Some(()))
}

/// Makes a link that sets the account's password; earlier ones open no more.
pub async fn new_link(
    db: &Db,
    limits: &Limits,
    caller: &Caller,
    id: AccountId,
) -> Result<Option<(Account, Token)>, ServiceError> {
    let mut write = Write::begin(db).await?;
    let conn = write.conn();
    let Some((account, permit)) = changing(conn, caller, id).await? else { return Ok(None) };
    let token = Token::new()?;
    let expires_at = caller.now + limits.link;
    store::account::insert_link(conn, &token.hash(), Some(id), expires_at).await?;
    let after = json!({ "link_until": expires_at });
    let change = Change { subject: account.login.clone(), after, ..Change::default() };
    write.commit(caller, &permit, change).await?;
    Ok(Some((account, token)))
}

/// Removes another's second factor, because his telephone and his recovery codes are lost.
pub async fn forget_second_factor(
    db: &Db,
    caller: &Caller,
    id: AccountId,
) -> Result<Option<()>, ServiceError> {
    let mut write = Write::begin(db).await?;
    let Some((account, permit)) = changing(write.conn(), caller, id).await? else { return Ok(None) };
    second::forget(write.conn(), &account).await?;
    write.commit(caller, &permit, second::forgotten(account)).await?;
    Ok(Some(()))
}

/// What is wrong with a new password for an account, where something is.
async fn weak(conn: &mut Conn, account: &Account, typed: &Password) -> Result<Option<Message>, StoreError> {
    let person = store::people::person_by_id(conn, account.person).await?;
    let known = person.as_ref().map_or([account.login.as_str(), "", ""], |person: &Person| {
        [account.login.as_str(), person.name.as_str(), person.code.as_str()]
    });
    Ok(password::weakness(typed, &known))
}

/// Sets one's own password by the old one; other sessions end.
pub async fn change_password(
    db: &Db,
    caller: &Caller,
    signed: &Signed,
    old: &Password,
    new: &Password,
    again: &Password,
) -> Result<Result<(), Vec<FieldError>>, ServiceError> {
    let mut conn = db.read().await?;
    let (account, _) = own(&mut conn, caller, signed).await?;
    let weakness = weak(&mut conn, &account, new).await?;
    drop(conn);
    let mut errors: Vec<FieldError> = weakness.map(|wrong| ("new", wrong)).into_iter().collect();
    if new != again {
        errors.push(("again", Message::new("password-error-again")));
    }
    if let Err(wrong) = second::own_password(db, signed, old, caller.now).await? {
        errors.insert(0, ("old", wrong));
    }
    if !errors.is_empty() {
        return Ok(Err(errors));
    }
    let hash = password::hash(new).await?;
    let mut write = Write::begin(db).await?;
    let conn = write.conn();
    let (account, permit) = own(conn, caller, signed).await?;
    store::account::set_password(conn, account.id, &hash).await?;
    store::account::delete_links(conn, Some(account.id)).await?;
    let ended = store::session::delete_all(conn, account.id, Some(signed.session)).await?;
    let after = json!({ "password": "changed", "sessions_ended": ended });
    write.commit(caller, &permit, Change { subject: account.login, after, ..Change::default() }).await?;
    Ok(Ok(()))
}

/// Sets an account's password from the command line; its sessions end.
pub async fn admit(
    db: &Db,
    caller: &Caller,
    id: AccountId,
    new: &Password,
) -> Result<Option<Result<(), Message>>, ServiceError> {
    let hash = password::hash(new).await?;
    let mut write = Write::begin(db).await?;
    let conn = write.conn();
    let Some((account, permit)) = changing(conn, caller, id).await? else { return Ok(None) };
    if let Some(wrong) = weak(conn, &account, new).await? {
        return Ok(Some(Err(wrong)));
    }
    let change = replace(conn, &account, &hash).await?;
    write.commit(caller, &permit, change).await?;
    Ok(Some(Ok(())))
}

/// Another password for an account that nobody is signed in with from then on.
async fn replace(conn: &mut Conn, account: &Account, hash: &store::Secret) -> Result<Change, StoreError> {
    store::account::set_password(conn, account.id, hash).await?;
    store::account::delete_links(conn, Some(account.id)).await?;
    let ended = store::session::delete_all(conn, account.id, None).await?;
    store::session::forget_devices(conn, account.id).await?;
    let after = json!({ "password": "set", "sessions_ended": ended });
    Ok(Change { subject: account.login.clone(), after, ..Change::default() })
}

/// Whom a link is for, while it opens.
#[derive(Debug, Clone, PartialEq)]
pub enum Opens {
    /// Sets an account's password.
    Account(Account),
    /// Makes the first administrator.
    First,
}

/// What a link opens; nothing when it was used, is too old, or its account is disabled. Looking does not use it.
pub async fn open_link(db: &Db, token: &Token, now: DateTime<Utc>) -> Result<Option<Opens>, ServiceError> {
    let mut conn = db.read().await?;
    Ok(match store::account::link(&mut conn, &token.hash(), now).await? {
        None => None,
        Some(None) => Some(Opens::First),
        Some(Some(id)) => {
            let account = store::account::by_id(&mut conn, id).await?;
            account.filter(|account| !account.is_disabled).map(Opens::Account)
        }
    })
}

/// Sets a password by a link, once; the account's sessions end. None when the link opens nothing.
pub async fn use_link(
    db: &Db,
    origin: &Origin,
    token: &Token,
    new: &Password,
    again: &Password,
) -> Result<Option<Result<(), Vec<FieldError>>>, ServiceError> {
    let Some(Opens::Account(account)) = open_link(db, token, origin.now).await? else { return Ok(None) };
    let mut conn = db.read().await?;
    let weakness = weak(&mut conn, &account, new).await?;
    drop(conn);
    let mut errors: Vec<FieldError> = weakness.map(|wrong| ("new", wrong)).into_iter().collect();
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
    if !store::account::take_link(conn, &token.hash(), origin.now).await? {
        return Ok(None);
    }
    let about = Some(account.person);
    let permit = caller.permit(Action::AccountOwn, &Subject { about, ..Subject::default() })?;
    let change = Change { reason: "link".to_owned(), ..replace(conn, &account, &hash).await? };
    write.commit(&caller, &permit, change).await?;
    Ok(Some(Ok(())))
}
