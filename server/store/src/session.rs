//! Sessions, the browsers that an account knows, and failed attempts.

use crate::db::{execute, fetch_all, fetch_one, fetch_optional, int, nat};
use crate::{Conn, StoreError};
use chrono::{DateTime, Utc};
use domain::id::{AccountId, AppointmentId, DeputyshipId, SessionId};
use domain::throttle::Failures;
use uuid::Uuid;

/// A signed-in browser.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// What pages call it.
    pub id: SessionId,
    /// Whose.
    pub account: AccountId,
    /// When it began.
    pub started_at: DateTime<Utc>,
    /// When it was last used, to the minute.
    pub seen_at: DateTime<Utc>,
    /// Whatever one does, it ends here.
    pub ends_at: DateTime<Utc>,
    /// The second factor is still owed.
    pub is_half: bool,
    /// The browser, as it calls itself.
    pub device: String,
    /// From where.
    pub address: String,
}

#[derive(sqlx::FromRow)]
struct SessionRow {
    id: Uuid,
    account_id: Uuid,
    started_at: DateTime<Utc>,
    seen_at: DateTime<Utc>,
    ends_at: DateTime<Utc>,
    is_half: bool,
    device: String,
    address: String,
}

impl From<SessionRow> for Session {
    fn from(row: SessionRow) -> Self {
        Self {
            id: SessionId(row.id),
            account: AccountId(row.account_id),
            started_at: row.started_at,
            seen_at: row.seen_at,
            ends_at: row.ends_at,
            is_half: row.is_half,
            device: row.device,
            address: row.address,
        }
    }
}

/// Begins a session.
pub async fn insert(conn: &mut Conn, token_hash: &str, session: &Session) -> Result<(), StoreError> {
    const SQL: &str = "insert into session (token_hash, id, account_id, started_at, seen_at, ends_at,
        appointment_id, deputyship_id, is_half, device, address)
        values ($1, $2, $3, $4, $5, $6, null, null, $7, $8, $9)";
    execute!(
        conn,
        SQL,
        token_hash,
        session.id.0,
        session.account.0,
        session.started_at,
        session.seen_at,
        session.ends_at,
        session.is_half,
        &session.device,
        &session.address,
    )?;
    Ok(())
}

/// The session with a token's hash, without anybody's rights.
pub async fn by_hash(conn: &mut Conn, token_hash: &str) -> Result<Option<Session>, StoreError> {
    const SQL: &str = "select id, account_id, started_at, seen_at, ends_at, is_half, device, address
        from session where token_hash = $1";
    Ok(fetch_optional!(conn, SessionRow, SQL, token_hash)?.map(Session::from))
}

/// An account's whole sessions that were used since a moment and have not ended, the newest first.
pub async fn of_account(
    conn: &mut Conn,
    account: AccountId,
    since: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<Vec<Session>, StoreError> {
    const SQL: &str = "select id, account_id, started_at, seen_at, ends_at, is_half, device, address
        from session where account_id = $1 and not is_half and seen_at > $2 and ends_at > $3
        order by seen_at desc, id desc";
    Ok(fetch_all!(conn, SessionRow, SQL, account.0, since, now)?.into_iter().map(Session::from).collect())
}

/// Notes that a session is used.
pub async fn touch(conn: &mut Conn, id: SessionId, now: DateTime<Utc>) -> Result<(), StoreError> {
    execute!(conn, "update session set seen_at = $2 where id = $1 and seen_at < $2", id.0, now)?;
    Ok(())
}

/// Chooses the post in which one acts.
pub async fn set_post(
    conn: &mut Conn,
    id: SessionId,
    appointment: AppointmentId,
    deputyship: Option<DeputyshipId>,
) -> Result<(), StoreError> {
    const SQL: &str = "update session set appointment_id = $2, deputyship_id = $3 where id = $1";
    execute!(conn, SQL, id.0, appointment.0, deputyship.map(|deputyship| deputyship.0))?;
    Ok(())
}

/// Ends one session of an account; false when it is not there, or another's.
pub async fn delete(conn: &mut Conn, account: AccountId, id: SessionId) -> Result<bool, StoreError> {
    Ok(execute!(conn, "delete from session where account_id = $1 and id = $2", account.0, id.0)? > 0)
}

/// Ends the session with a token's hash.
pub async fn delete_by_hash(conn: &mut Conn, token_hash: &str) -> Result<(), StoreError> {
    execute!(conn, "delete from session where token_hash = $1", token_hash)?;
    Ok(())
}

/// Ends an account's sessions, but for one; tells how many.
pub async fn delete_all(
    conn: &mut Conn,
    account: AccountId,
    but: Option<SessionId>,
) -> Result<u64, StoreError> {
    match but {
        Some(but) => {
            execute!(conn, "delete from session where account_id = $1 and id <> $2", account.0, but.0)
        }
        None => execute!(conn, "delete from session where account_id = $1", account.0),
    }
}

/// Forgets sessions that ended, or were not used since a moment.
pub async fn delete_old(
    conn: &mut Conn,
    since: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<u64, StoreError> {
    execute!(conn, "delete from session where seen_at <= $1 or ends_at <= $2", since, now)
}

/// Whose account knows a browser.
pub async fn device(conn: &mut Conn, token_hash: &str) -> Result<Option<AccountId>, StoreError> {
    const SQL: &str = "select account_id from known_device where token_hash = $1";
    Ok(fetch_optional!(conn, (Uuid,), SQL, token_hash)?.map(|(account,)| AccountId(account)))
}

/// Makes a browser known, or notes that it is used.
pub async fn know_device(
    conn: &mut Conn,
    token_hash: &str,
    account: AccountId,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    const SQL: &str = "insert into known_device (token_hash, account_id, used_at) values ($1, $2, $3)
        on conflict (token_hash) do update set used_at = excluded.used_at";
    execute!(conn, SQL, token_hash, account.0, now)?;
    Ok(())
}

/// Forgets the browsers of an account.
pub async fn forget_devices(conn: &mut Conn, account: AccountId) -> Result<(), StoreError> {
    execute!(conn, "delete from known_device where account_id = $1", account.0)?;
    Ok(())
}

/// Forgets browsers that were not used since a moment.
pub async fn delete_old_devices(conn: &mut Conn, since: DateTime<Utc>) -> Result<u64, StoreError> {
    execute!(conn, "delete from known_device where used_at <= $1", since)
}

#[derive(sqlx::FromRow)]
struct FailureRow {
    failures: i32,
    last_at: DateTime<Utc>,
    blocked_until: Option<DateTime<Utc>>,
}

/// The failures of a bucket; nobody else counts there until the transaction ends.
pub async fn failures(conn: &mut Conn, bucket: &str, now: DateTime<Utc>) -> Result<Failures, StoreError> {
    const TAKE: &str = "insert into sign_in_failure (bucket, failures, last_at, blocked_until)
        values ($1, 0, $2, null)
        on conflict (bucket) do update set failures = sign_in_failure.failures";
    const SQL: &str = "select failures, last_at, blocked_until from sign_in_failure where bucket = $1";
    execute!(conn, TAKE, bucket, now)?;
    let row = fetch_one!(conn, FailureRow, SQL, bucket)?;
    Ok(Failures { count: nat(row.failures), last_at: Some(row.last_at), blocked_until: row.blocked_until })
}

/// Keeps the failures of a bucket.
pub async fn set_failures(
    conn: &mut Conn,
    bucket: &str,
    failures: &Failures,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    const SQL: &str = "update sign_in_failure set failures = $2, last_at = $3, blocked_until = $4
        where bucket = $1";
    let last_at = failures.last_at.unwrap_or(now);
    execute!(conn, SQL, bucket, int(failures.count), last_at, failures.blocked_until)?;
    Ok(())
}

/// Forgets the failures of a bucket.
pub async fn forget_failures(conn: &mut Conn, bucket: &str) -> Result<(), StoreError> {
    execute!(conn, "delete from sign_in_failure where bucket = $1", bucket)?;
    Ok(())
}

/// Forgets failures since which much time went by.
pub async fn delete_old_failures(conn: &mut Conn, since: DateTime<Utc>) -> Result<u64, StoreError> {
    execute!(conn, "delete from sign_in_failure where last_at <= $1", since)
}
