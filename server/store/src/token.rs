//! Tokens by which other programs act as a person; what they may do today is loaded by [`crate::rights::of_token`].

use crate::db::{execute, fetch_all};
use crate::search::pattern;
use crate::{Conn, StoreError};
use chrono::{DateTime, Utc};
use domain::id::{AccountId, AppointmentId, DeputyshipId, TokenId};
use domain::token::Scopes;
use uuid::Uuid;

/// A token, without what is told only once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    /// Identifier.
    pub id: TokenId,
    /// Its first characters.
    pub prefix: String,
    /// The account.
    pub account: AccountId,
    /// The post in which it acts.
    pub appointment: AppointmentId,
    /// The deputyship, where the post is another's.
    pub deputyship: Option<DeputyshipId>,
    /// What it is for.
    pub label: String,
    /// What it may do.
    pub scopes: Scopes,
    /// When it was made.
    pub made_at: DateTime<Utc>,
    /// When it ends.
    pub expires_at: DateTime<Utc>,
    /// When it was last used, to the minute.
    pub used_at: Option<DateTime<Utc>>,
    /// When it was revoked.
    pub revoked_at: Option<DateTime<Utc>>,
}

/// Adds a token by the hash of what its holder is told.
pub async fn insert(conn: &mut Conn, hash: &str, token: &Token) -> Result<(), StoreError> {
    const SQL: &str =
        "insert into api_token (id, token_hash, prefix, account_id, appointment_id, deputyship_id,
        label, scopes, made_at, expires_at, used_at, revoked_at)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, null, null)";
    execute!(
        conn,
        SQL,
        token.id.0,
        hash,
        &token.prefix,
        token.account.0,
        token.appointment.0,
        token.deputyship.map(|id| id.0),
        &token.label,
        token.scopes.to_string(),
        token.made_at,
        token.expires_at,
    )?;
    Ok(())
}

/// A token with the names of whose it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// The token.
    pub token: Token,
    /// The account's name.
    pub login: String,
    /// The person's.
    pub name: String,
    /// The post, with its unit.
    pub post: String,
}

#[derive(sqlx::FromRow)]
struct ListedRow {
    id: Uuid,
    prefix: String,
    account_id: Uuid,
    appointment_id: Uuid,
    deputyship_id: Option<Uuid>,
    label: String,
    scopes: String,
    made_at: DateTime<Utc>,
    expires_at: DateTime<Utc>,
    used_at: Option<DateTime<Utc>>,
    revoked_at: Option<DateTime<Utc>>,
    login: String,
    name: String,
    post: String,
}

impl From<ListedRow> for Listed {
    fn from(row: ListedRow) -> Self {
        Self {
            token: Token {
                id: TokenId(row.id),
                prefix: row.prefix,
                account: AccountId(row.account_id),
                appointment: AppointmentId(row.appointment_id),
                deputyship: row.deputyship_id.map(DeputyshipId),
                label: row.label,
                scopes: Scopes::stored(&row.scopes),
                made_at: row.made_at,
                expires_at: row.expires_at,
                used_at: row.used_at,
                revoked_at: row.revoked_at,
            },
            login: row.login,
            name: row.name,
            post: row.post,
        }
    }
}

macro_rules! listed {
    ($rest:literal) => {
        concat!(
            "select t.id, t.prefix, t.account_id, t.appointment_id, t.deputyship_id, t.label, t.scopes, t.made_at,
                t.expires_at, t.used_at, t.revoked_at, a.login, n.name, u.name || ' ' || p.post as post
            from api_token t join account a on a.id = t.account_id join person n on n.id = a.person_id
            join appointment p on p.id = t.appointment_id join unit u on u.id = p.unit_id where ",
            $rest
        )
    };
}

/// An account's tokens, the newest first.
pub async fn of_account(conn: &mut Conn, account: AccountId) -> Result<Vec<Listed>, StoreError> {
    const SQL: &str = listed!("t.account_id = $1 order by t.made_at desc, t.id desc limit 200");
    Ok(fetch_all!(conn, ListedRow, SQL, account.0)?.into_iter().map(Listed::from).collect())
}

/// Everybody's tokens that still let somebody in, of accounts or people whose names have a part.
pub async fn in_force(
    conn: &mut Conn,
    typed: &str,
    now: DateTime<Utc>,
    limit: i64,
) -> Result<Vec<Listed>, StoreError> {
    const SQL: &str = listed!(
        "t.revoked_at is null and t.expires_at > $1
          and (lower(a.login) like $2 escape '\\' or lower(n.name) like $2 escape '\\')
        order by t.expires_at, t.id limit $3"
    );
    let rows = fetch_all!(conn, ListedRow, SQL, now, pattern(typed), limit)?;
    Ok(rows.into_iter().map(Listed::from).collect())
}

/// Revokes a token; of one account where it is given. False when there is none that was not revoked yet.
pub async fn revoke(
    conn: &mut Conn,
    id: TokenId,
    account: Option<AccountId>,
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    const SQL: &str = "update api_token set revoked_at = $3
        where id = $1 and revoked_at is null and (cast($2 as uuid) is null or account_id = $2)";
    Ok(execute!(conn, SQL, id.0, account.map(|account| account.0), now)? > 0)
}

/// Notes that a token is used.
pub async fn touch(conn: &mut Conn, id: TokenId, now: DateTime<Utc>) -> Result<(), StoreError> {
    const SQL: &str = "update api_token set used_at = $2 where id = $1 and (used_at is null or used_at < $2)";
    execute!(conn, SQL, id.0, now)?;
    Ok(())
}
