//! The second factor: codes of the moment by RFC 6238, and recovery codes for when the telephone is lost.

use super::session::own;
use super::sign_in::Bucket;
use super::token::{hash, random};
use super::{Password, password};
use crate::ServiceError;
use crate::write::{Caller, Change, Write};
use chrono::{DateTime, Utc};
use domain::Message;
use qrcode::QrCode;
use qrcode::render::svg;
use serde_json::json;
use store::account::Account;
use store::rights::Signed;
use store::{Conn, Db, Secret, StoreError};
use totp_rs::{Builder, Totp};

/// How many recovery codes there are.
const CODES: usize = 10;
/// Letters of recovery codes: none that looks like another. 32, so that each is five bits.
const LETTERS: &[u8; 32] = b"23456789ABCDEFGHJKLMNPQRSTUVWXYZ";

/// What an authenticator is told.
#[derive(Debug, Clone, PartialEq)]
pub struct Enrolment {
    /// Base32, to be typed.
    pub secret: Secret,
    /// The same as an address, for a telephone.
    pub uri: Secret,
    /// The address as a picture: SVG.
    pub picture: Secret,
}

/// SHA-1, six digits, 30 seconds, one step of tolerance: what every authenticator understands.
fn totp(login: &str, secret: &Secret) -> Result<Totp, ServiceError> {
    let wrong = || StoreError::Corrupt("a second factor's secret".to_owned());
    let secret = totp_rs::Secret::try_from_base32(secret.reveal()).map_err(|_| wrong())?;
    let builder = Builder::new().with_secret(secret).with_skew(1);
    let totp = builder.with_issuer(Some("Baton")).with_account_name(login).build();
    Ok(totp.map_err(|_| wrong())?)
}

/// The time step of a code, where it is right now.
fn step(
    account: &Account,
    secret: &Secret,
    code: &str,
    now: DateTime<Utc>,
) -> Result<Option<i64>, ServiceError> {
    let seconds = u64::try_from(now.timestamp()).unwrap_or_default();
    let step = totp(&account.login, secret)?.check(code, seconds);
    Ok(step.and_then(|step| i64::try_from(step).ok()))
}

fn digits(typed: &str) -> Option<String> {
    let code: String = typed.chars().filter(|each| !each.is_whitespace()).collect();
    (code.len() == 6 && code.bytes().all(|byte| byte.is_ascii_digit())).then_some(code)
}

/// A recovery code as it is hashed: without what makes it readable.
fn plain(typed: &str) -> String {
    typed.chars().filter(char::is_ascii_alphanumeric).map(|each| each.to_ascii_uppercase()).collect()
}

/// Takes a code, once: of the moment, or of recovery.
pub(super) async fn take(
    conn: &mut Conn,
    account: &Account,
    typed: &Password,
    now: DateTime<Utc>,
) -> Result<bool, ServiceError> {
    let Some(secret) = account.second_factor() else { return Ok(false) };
    match digits(typed.reveal()) {
        Some(code) => match step(account, secret, &code, now)? {
            Some(step) => Ok(store::account::take_step(conn, account.id, step).await?),
            None => Ok(false),
        },
        None => Ok(store::account::take_code(conn, account.id, &hash(&plain(typed.reveal())), now).await?),
    }
}

/// Begins to set a second factor up; it counts once it is confirmed. The same until then. None when one counts
/// already.
pub async fn enrol(db: &Db, caller: &Caller, signed: &Signed) -> Result<Option<Enrolment>, ServiceError> {
    let mut write = Write::begin(db).await?;
    let (account, _) = own(write.conn(), caller, signed).await?;
    if account.second_factor().is_some() {
        return Ok(None);
    }
    let secret = if let Some(secret) = account.totp_secret {
        secret
    } else {
        let secret = totp_rs::Secret::from(random::<20>()?);
        let secret = Secret::new(secret.to_base32());
        store::account::set_totp(write.conn(), account.id, Some(&secret)).await?;
        write.commit_derived().await?;
        secret
    };
    let wrong = |_| StoreError::Corrupt("a second factor's address".to_owned());
    let uri = totp(&account.login, &secret)?.to_url().map_err(wrong)?;
    let picture = QrCode::new(uri.as_bytes());
    let picture = picture.map_err(|_| StoreError::Corrupt("a second factor's address".to_owned()))?;
    let picture = picture.render::<svg::Color<'_>>().min_dimensions(200, 200).build();
    // Within a page, no declaration.
    let picture = picture.split_once("?>").map_or(picture.as_str(), |(_, svg)| svg).to_owned();
    Ok(Some(Enrolment { secret, uri: Secret::new(uri), picture: Secret::new(picture) }))
}

fn new_code() -> Result<Secret, ServiceError> {
    let letters = random::<16>()?.map(|byte| char::from(LETTERS[usize::from(byte % 32)]));
    let groups: Vec<String> = letters.chunks(4).map(|group| group.iter().collect()).collect();
    Ok(Secret::new(groups.join("-")))
}

async fn replace_codes(conn: &mut Conn, account: &Account) -> Result<Vec<Secret>, ServiceError> {
    let codes = (0..CODES).map(|_| new_code()).collect::<Result<Vec<_>, _>>()?;
    let hashes: Vec<String> = codes.iter().map(|code| hash(&plain(code.reveal()))).collect();
    store::account::replace_codes(conn, account.id, &hashes).await?;
    Ok(codes)
}

/// Makes the second factor count, by a code of the moment; tells the recovery codes, this once.
pub async fn confirm(
    db: &Db,
    caller: &Caller,
    signed: &Signed,
    typed: &Password,
) -> Result<Result<Vec<Secret>, Message>, ServiceError> {
    let mut write = Write::begin(db).await?;
    let conn = write.conn();
    let (account, permit) = own(conn, caller, signed).await?;
    let wrong = Ok(Err(Message::new("second-error-code")));
    if account.second_factor().is_some() {
        return wrong;
    }
    let (Some(secret), Some(code)) = (&account.totp_secret, digits(typed.reveal())) else { return wrong };
    let Some(step) = step(&account, secret, &code, caller.now)? else { return wrong };
    if !store::account::take_step(conn, account.id, step).await? {
        return wrong;
    }
    store::account::confirm_totp(conn, account.id, caller.now).await?;
    let codes = replace_codes(conn, &account).await?;
    let change = Change {
        subject: account.login.clone(),
        before: json!({ "second_factor": false }),
        after: json!({ "second_factor": true }),
        ..Change::default()
    };
    write.commit(caller, &permit, change).await?;
    Ok(Ok(codes))
}

/// Whether one's own password was typed right; too many wrong ones are slowed down.
pub(super) async fn own_password(
    db: &Db,
    signed: &Signed,
    typed: &Password,
    now: DateTime<Utc>,
) -> Result<Result<(), Message>, ServiceError> {
    let bucket = Bucket::new(format!("own {}", signed.account));
    let mut write = Write::begin(db).await?;
    let account = store::account::by_id(write.conn(), signed.account).await?;
    if bucket.attempt(write.conn(), now).await?.is_some() {
        return Ok(Err(Message::new("password-error-wait")));
    }
    write.commit_derived().await?;
    let stored = account.and_then(|account| account.password_hash);
    if !password::is_right(typed, stored.as_ref()).await? {
        return Ok(Err(Message::new("password-error-wrong")));
    }
    let mut write = Write::begin(db).await?;
    bucket.clear(write.conn()).await?;
    write.commit_derived().await?;
    Ok(Ok(()))
}

/// Makes other recovery codes, by the password; the old ones are good no more.
pub async fn new_codes(
    db: &Db,
    caller: &Caller,
    signed: &Signed,
    typed: &Password,
) -> Result<Result<Vec<Secret>, Message>, ServiceError> {
    if let Err(wrong) = own_password(db, signed, typed, caller.now).await? {
        return Ok(Err(wrong));
    }
    let mut write = Write::begin(db).await?;
    let conn = write.conn();
    let (account, permit) = own(conn, caller, signed).await?;
    if account.second_factor().is_none() {
        return Ok(Err(Message::new("second-error-none")));
    }
    let codes = replace_codes(conn, &account).await?;
    let after = json!({ "recovery_codes": codes.len() });
    let change = Change { subject: account.login, after, ..Change::default() };
    write.commit(caller, &permit, change).await?;
    Ok(Ok(codes))
}

/// Removes one's own second factor, by the password.
pub async fn remove(
    db: &Db,
    caller: &Caller,
    signed: &Signed,
    typed: &Password,
) -> Result<Result<(), Message>, ServiceError> {
    if let Err(wrong) = own_password(db, signed, typed, caller.now).await? {
        return Ok(Err(wrong));
    }
    let mut write = Write::begin(db).await?;
    let (account, permit) = own(write.conn(), caller, signed).await?;
    forget(write.conn(), &account).await?;
    write.commit(caller, &permit, forgotten(account)).await?;
    Ok(Ok(()))
}

pub(super) async fn forget(conn: &mut Conn, account: &Account) -> Result<(), ServiceError> {
    store::account::set_totp(conn, account.id, None).await?;
    Ok(store::account::replace_codes(conn, account.id, &[]).await?)
}

/// What the audit trail says about it.
pub(super) fn forgotten(account: Account) -> Change {
    Change {
        before: json!({ "second_factor": account.second_factor().is_some() }),
        after: json!({ "second_factor": false }),
        subject: account.login,
        ..Change::default()
    }
}
