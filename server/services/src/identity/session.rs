//! Sessions: resumed with each request, listed, ended, and the post in which one acts.

use super::{Limits, Token};
use crate::ServiceError;
use crate::write::{Caller, Change, Write};
use access::{Action, Permit};
use chrono::{DateTime, TimeDelta, Utc};
use domain::Date;
use domain::duty::{Post, Subject};
use domain::id::{AppointmentId, DeputyshipId, SessionId};
use serde_json::json;
use store::rights::Signed;
use store::session::Session;
use store::{Conn, Db, StoreError};

/// Uses are noted once in so long.
const NOTED: TimeDelta = TimeDelta::minutes(1);

/// Whose session a token is, with what he may do today; none when it has ended, was not used for too long, or belongs
/// to a disabled account. One that still owes the second factor says so. Notes that it is used.
pub async fn resume(
    db: &Db,
    limits: &Limits,
    token: &Token,
    now: DateTime<Utc>,
    today: Date,
) -> Result<Option<Signed>, ServiceError> {
    let mut conn = db.read().await?;
    let found = store::rights::of_session(&mut conn, &token.hash(), today, now).await?;
    drop(conn);
    let Some(mut signed) = found else {
        return Ok(None);
    };
    if signed.ends_at <= now || signed.seen_at + limits.idle <= now {
        let mut write = Write::begin(db).await?;
        store::session::delete(write.conn(), signed.account, signed.session).await?;
        write.commit_derived().await?;
        return Ok(None);
    }
    if signed.seen_at + NOTED <= now {
        match touch(db, signed.session, now).await {
            // While something long is written, the page is read all the same.
            Ok(()) | Err(StoreError::Locked) => signed.seen_at = now,
            Err(error) => return Err(error.into()),
        }
    }
    Ok(Some(signed))
}

async fn touch(db: &Db, session: SessionId, now: DateTime<Utc>) -> Result<(), StoreError> {
    let mut write = Write::begin(db).await?;
    store::session::touch(write.conn(), session, now).await?;
    write.commit_derived().await
}

/// Asks for a permit to one's own account.
pub(crate) async fn own(
    conn: &mut Conn,
    caller: &Caller,
    signed: &Signed,
) -> Result<(store::account::Account, Permit), ServiceError> {
    let account = store::account::by_id(conn, signed.account).await?;
    let about = account.as_ref().map(|account| account.person);
    let permit = caller.permit(Action::AccountOwn, &Subject { about, ..Subject::default() })?;
    let account = account.ok_or_else(|| StoreError::Corrupt("a session without an account".to_owned()))?;
    Ok((account, permit))
}

/// One's own sessions, the last used first.
pub async fn list(
    db: &Db,
    limits: &Limits,
    signed: &Signed,
    now: DateTime<Utc>,
) -> Result<Vec<Session>, ServiceError> {
    let mut conn = db.read().await?;
    Ok(store::session::of_account(&mut conn, signed.account, now - limits.idle, now).await?)
}

/// Signs out. Nothing that anybody decided on but himself, for this browser.
pub async fn sign_out(db: &Db, token: &Token) -> Result<(), ServiceError> {
    let mut write = Write::begin(db).await?;
    store::session::delete_by_hash(write.conn(), &token.hash()).await?;
    Ok(write.commit_derived().await?)
}

/// Ends one of one's own sessions; false when there is none such.
pub async fn end(
    db: &Db,
    caller: &Caller,
    signed: &Signed,
    session: SessionId,
) -> Result<bool, ServiceError> {
    let mut write = Write::begin(db).await?;
    let (account, permit) = own(write.conn(), caller, signed).await?;
    if !store::session::delete(write.conn(), account.id, session).await? {
        return Ok(false);
    }
    let change =
        Change { subject: account.login, before: json!({ "session": session }), ..Change::default() };
    write.commit(caller, &permit, change).await?;
    Ok(true)
}

/// Ends one's own sessions: all, or all but this one. Browsers are known no more.
pub async fn end_all(db: &Db, caller: &Caller, signed: &Signed, but_this: bool) -> Result<u64, ServiceError> {
    let mut write = Write::begin(db).await?;
    let conn = write.conn();
    let (account, permit) = own(conn, caller, signed).await?;
    let ended = store::session::delete_all(conn, account.id, but_this.then_some(signed.session)).await?;
    if !but_this {
        store::session::forget_devices(conn, account.id).await?;
    }
    let change = Change { subject: account.login, before: json!({ "sessions": ended }), ..Change::default() };
    write.commit(caller, &permit, change).await?;
    Ok(ended)
}

/// Acts in another post from now on; false when it is none of one's posts today.
pub async fn switch(
    db: &Db,
    caller: &Caller,
    signed: &Signed,
    appointment: AppointmentId,
    deputyship: Option<DeputyshipId>,
) -> Result<bool, ServiceError> {
    let is_it = |post: &&Post| post.appointment == appointment && post.deputyship == deputyship;
    let rights = &signed.rights;
    let Some(post) = rights.post.iter().chain(&rights.others).find(is_it) else {
        return Ok(false);
    };
    let named = |post: &Post| format!("{} {}", post.unit_name, post.name);
    let mut write = Write::begin(db).await?;
    let (account, permit) = own(write.conn(), caller, signed).await?;
    store::session::set_post(write.conn(), signed.session, appointment, deputyship).await?;
    let change = Change {
        subject: account.login,
        before: json!({ "post": rights.post.as_ref().map(named) }),
        after: json!({ "post": named(post) }),
        ..Change::default()
    };
    write.commit(caller, &permit, change).await?;
    Ok(true)
}

/// How long a program that repeats a request gets the same answer.
const REPLIES: TimeDelta = TimeDelta::days(7);
/// How long deliveries that were taken are shown.
const DELIVERIES: TimeDelta = TimeDelta::days(90);

/// Forgets what is over: sessions, links, failures, browsers that nobody uses, kept answers and deliveries.
pub async fn clear_old(db: &Db, limits: &Limits, now: DateTime<Utc>) -> Result<(), ServiceError> {
    let mut write = Write::begin(db).await?;
    let conn = write.conn();
    store::session::delete_old(conn, now - limits.idle, now).await?;
    store::session::delete_old_devices(conn, now - limits.device).await?;
    store::session::delete_old_failures(conn, now - TimeDelta::days(1)).await?;
    store::account::delete_old_links(conn, now).await?;
    store::reply::delete_old(conn, now - REPLIES).await?;
    store::webhook::delete_old(conn, now - DELIVERIES).await?;
    Ok(write.commit_derived().await?)
}
