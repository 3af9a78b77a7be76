//! The account of whoever signed in at the provider: known there already, or the person's that a claim names.

use super::{Config, Identity, Refused};
use crate::ServiceError;
use crate::identity::Origin;
use crate::identity::account::{fresh, told};
use crate::write::{Caller, Change, Write};
use access::{Action, Actor, Operator};
use domain::duty::Subject;
use domain::id::PersonId;
use serde_json::{Value, json};
use store::account::Account;
use store::{Conn, Db, StoreError};

impl Origin {
    /// The provider, which says that something is so.
    pub(super) fn provider(&self) -> Caller {
        Caller {
            actor: Actor::Operator(Operator::Provider),
            now: self.now,
            today: self.today,
            address: self.address.clone(),
        }
    }
}

/// Finds the account, or makes one without a password for the person whose code the claim holds.
pub(super) async fn of(
    db: &Db,
    config: &Config,
    identity: &Identity,
    origin: &Origin,
) -> Result<Result<Account, Refused>, ServiceError> {
    let Identity { issuer, subject, .. } = identity;
    let mut write = Write::begin(db).await?;
    let conn = write.conn();
    if let Some(account) = store::oidc::account(conn, issuer, subject).await? {
        let account = store::account::by_id(conn, account).await?;
        let account = account.ok_or_else(|| StoreError::Corrupt("external_identity".to_owned()))?;
        return Ok(enabled(account));
    }
    let code = match &identity.values(&config.person_claim)[..] {
        [code] if !code.is_empty() => code.clone(),
        _ => {
            return Ok(Err(Refused::Unknown { claim: config.person_claim.clone(), code: String::new() }));
        }
    };
    let Some(person) = store::people::person_by_code(conn, &code).await? else {
        return Ok(Err(Refused::Unknown { claim: config.person_claim.clone(), code }));
    };
    let before = store::account::by_person(conn, person.id).await?;
    let account = match before.clone() {
        Some(account) => match enabled(account) {
            Ok(account) => account,
            refused @ Err(_) => return Ok(refused),
        },
        None => new(conn, person.id, &code, issuer, origin).await?,
    };
    // A code that was given to somebody else at the provider opens nobody's account.
    if store::oidc::is_linked(conn, issuer, account.id).await? {
        return Ok(Err(Refused::Linked));
    }
    store::oidc::link(conn, issuer, subject, account.id).await?;
    let caller = origin.provider();
    let about = Subject { about: Some(person.id), ..Subject::default() };
    let permit = caller.permit(Action::AccountChange, &about)?;
    let change = Change {
        subject: account.login.clone(),
        before: before.as_ref().map_or(Value::Null, told),
        after: json!({ "account": told(&account), "issuer": issuer, "subject": subject }),
        ..Change::default()
    };
    write.commit(&caller, &permit, change).await?;
    Ok(Ok(account))
}

fn enabled(account: Account) -> Result<Account, Refused> {
    if account.is_disabled { Err(Refused::Disabled) } else { Ok(account) }
}

/// An account by the person's code, or by code and provider where somebody signs in by that name.
async fn new(
    conn: &mut Conn,
    person: PersonId,
    code: &str,
    issuer: &str,
    origin: &Origin,
) -> Result<Account, StoreError> {
    let mut login = code.to_lowercase();
    if store::account::by_login(conn, &login).await?.is_some() {
        let host = issuer.split_once("://").map_or(issuer, |(_, rest)| rest);
        login = format!("{login}@{}", host.split('/').next().unwrap_or_default());
    }
    let account = fresh(person, login, origin.now);
    store::account::insert(conn, &account).await?;
    Ok(account)
}
