//! Tokens of the interface for programs: made for one of one's posts, shown once, revoked by oneself or by the
//! administrator, and taken as what they are on each request.

use crate::ServiceError;
use crate::form::{FieldError, Fields, date, text};
use crate::identity::{Token, own};
use crate::write::{Caller, Change, Write};
use access::Action;
use chrono::{DateTime, TimeDelta, Utc};
use domain::duty::{Post, Subject};
use domain::id::TokenId;
use domain::token::{MARK, Scopes, ends_at, prefix};
use domain::{Date, Message};
use serde_json::json;
use store::reply::Reply;
use store::rights::{Bearer, Signed};
use store::{Db, StoreError};

/// Longest text that says what a token is for.
const LABEL: usize = 100;
/// Uses are noted once in so long.
const NOTED: TimeDelta = TimeDelta::minutes(1);

/// What a form calls a post: the appointment, and the deputyship where it is another's.
pub fn post_code(post: &Post) -> String {
    let deputyship = post.deputyship.map(|id| format!(":{id}")).unwrap_or_default();
    format!("{}{deputyship}", post.appointment)
}

/// Makes a token: `label`, `post` as [`post_code`] writes it, `scopes`, and `until`, its last day.
pub async fn make(
    db: &Db,
    caller: &Caller,
    signed: &Signed,
    fields: &Fields,
) -> Result<Result<Token, Vec<FieldError>>, ServiceError> {
    let mut errors: Vec<FieldError> = Vec::new();
    let label = text(fields, "label").to_owned();
    if label.is_empty() {
        errors.push(("label", Message::new("token-error-label")));
    } else if label.chars().count() > LABEL {
        errors.push(("label", Message::new("case-error-long").with("most", LABEL)));
    }
    let rights = &signed.rights;
    let posts = rights.post.iter().chain(&rights.others);
    let post = posts.into_iter().find(|post| post_code(post) == text(fields, "post"));
    if post.is_none() {
        errors.push(("post", Message::new("token-error-post")));
    }
    let scopes = text(fields, "scopes").parse::<Scopes>().ok().filter(|scopes| !scopes.is_empty());
    if scopes.is_none() {
        errors.push(("scopes", Message::new("token-error-scopes")));
    }
    let is_readable = errors.len();
    let until = date(fields, "until", &mut errors);
    let expires_at = match ends_at(until, caller.today) {
        Ok(at) => Some(at),
        // What cannot be read was told already.
        Err(bad) => {
            if errors.len() == is_readable {
                errors.push(("until", bad.message()));
            }
            None
        }
    };
    let (Some(post), Some(scopes), Some(expires_at), true) = (post, scopes, expires_at, errors.is_empty())
    else {
        return Ok(Err(errors));
    };
    let mut write = Write::begin(db).await?;
    let conn = write.conn();
    let (account, permit) = own(conn, caller, signed).await?;
    let secret = Token::marked(MARK)?;
    let token = store::token::Token {
        id: TokenId(store::new_id()),
        prefix: prefix(secret.reveal()),
        account: account.id,
        appointment: post.appointment,
        deputyship: post.deputyship,
        label,
        scopes,
        made_at: caller.now,
        expires_at,
        used_at: None,
        revoked_at: None,
    };
    store::token::insert(conn, &secret.hash(), &token).await?;
    let change = Change {
        subject: account.login,
        after: json!({
            "token": token.prefix, "label": token.label, "scopes": token.scopes.to_string(),
            "post": format!("{} {}", post.unit_name, post.name), "expires_at": token.expires_at,
        }),
        ..Change::default()
    };
    write.commit(caller, &permit, change).await?;
    Ok(Ok(secret))
}

/// Revokes one of one's own tokens; false when there is none such.
pub async fn revoke(db: &Db, caller: &Caller, signed: &Signed, id: TokenId) -> Result<bool, ServiceError> {
    let mut write = Write::begin(db).await?;
    let (account, permit) = own(write.conn(), caller, signed).await?;
    if !store::token::revoke(write.conn(), id, Some(account.id), caller.now).await? {
        return Ok(false);
    }
    let change = Change { subject: account.login, before: json!({ "token": id }), ..Change::default() };
    write.commit(caller, &permit, change).await?;
    Ok(true)
}

/// Revokes anybody's token, as the administrator; false when there is none such.
pub async fn revoke_any(db: &Db, caller: &Caller, id: TokenId) -> Result<bool, ServiceError> {
    let permit = caller.permit(Action::AccountChange, &Subject::default())?;
    let mut write = Write::begin(db).await?;
    if !store::token::revoke(write.conn(), id, None, caller.now).await? {
        return Ok(false);
    }
    let change = Change { subject: id.to_string(), before: json!({ "token": id }), ..Change::default() };
    write.commit(caller, &permit, change).await?;
    Ok(true)
}

/// Whom a program acts for by the token that it sent, and what it may do today; none when the token has ended, was
/// revoked, or belongs to a disabled account or to a post that is over. Notes that it is used.
pub async fn bearer(
    db: &Db,
    token: &Token,
    now: DateTime<Utc>,
    today: Date,
) -> Result<Option<Bearer>, ServiceError> {
    let mut conn = db.read().await?;
    let found = store::rights::of_token(&mut conn, &token.hash(), today, now).await?;
    drop(conn);
    let Some(bearer) = found.filter(|bearer| bearer.ends_at > now) else { return Ok(None) };
    if bearer.used_at + NOTED <= now || bearer.used_at > now {
        match touch(db, bearer.token, now).await {
            // While something long is written, what is asked for is answered all the same.
            Ok(()) | Err(StoreError::Locked) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(Some(bearer))
}

async fn touch(db: &Db, id: TokenId, now: DateTime<Utc>) -> Result<(), StoreError> {
    let mut write = Write::begin(db).await?;
    store::token::touch(write.conn(), id, now).await?;
    write.commit_derived().await
}

/// Keeps the answer of a request that was done once, for whoever sends it again.
pub async fn keep_reply(db: &Db, token: TokenId, key: &str, reply: &Reply) -> Result<(), StoreError> {
    let mut write = Write::begin(db).await?;
    store::reply::keep(write.conn(), token, key, reply).await?;
    write.commit_derived().await
}
