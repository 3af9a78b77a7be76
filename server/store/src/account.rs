//! Accounts, recovery codes and one-time links.

use crate::db::{execute, fetch_all, fetch_one, fetch_optional};
use crate::{Conn, Secret, StoreError};
use chrono::{DateTime, Utc};
use domain::Date;
use domain::id::{AccountId, PersonId};
use uuid::Uuid;

/// A way to sign in.
#[derive(Debug, Clone, PartialEq)]
pub struct Account {
    /// Identifier.
    pub id: AccountId,
    /// Whose.
    pub person: PersonId,
    /// The name to sign in with, in lower case.
    pub login: String,
    /// Argon2id in PHC form.
    pub password_hash: Option<Secret>,
    /// Whether it may not sign in.
    pub is_disabled: bool,
    /// Base32; counts once it is confirmed.
    pub totp_secret: Option<Secret>,
    /// When it was confirmed.
    pub totp_confirmed_at: Option<DateTime<Utc>>,
    /// The last accepted time step.
    pub totp_step: i64,
    /// When it was made.
    pub created_at: DateTime<Utc>,
}

impl Account {
    /// The secret of the second factor, where there is one that counts.
    pub fn second_factor(&self) -> Option<&Secret> {
        self.totp_confirmed_at.and(self.totp_secret.as_ref())
    }
}

#[derive(sqlx::FromRow)]
struct AccountRow {
    id: Uuid,
    person_id: Uuid,
    login: String,
    password_hash: Option<String>,
    is_disabled: bool,
    totp_secret: Option<String>,
    totp_confirmed_at: Option<DateTime<Utc>>,
    totp_step: i64,
    created_at: DateTime<Utc>,
}

impl From<AccountRow> for Account {
    fn from(row: AccountRow) -> Self {
        Self {
            id: AccountId(row.id),
            person: PersonId(row.person_id),
            login: row.login,
            password_hash: row.password_hash.map(Secret::new),
            is_disabled: row.is_disabled,
            totp_secret: row.totp_secret.map(Secret::new),
            totp_confirmed_at: row.totp_confirmed_at,
            totp_step: row.totp_step,
            created_at: row.created_at,
        }
    }
}

macro_rules! account {
    ($filter:literal) => {
        concat!(
            "select id, person_id, login, password_hash, is_disabled, totp_secret, totp_confirmed_at, totp_step,
                created_at from account where ",
            $filter
        )
    };
}

/// Adds an account.
pub async fn insert(conn: &mut Conn, account: &Account) -> Result<(), StoreError> {
    const SQL: &str = "insert into account (id, person_id, login, password_hash, is_disabled, totp_secret,
        totp_confirmed_at, totp_step, created_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    execute!(
        conn,
        SQL,
        account.id.0,
        account.person.0,
        &account.login,
        account.password_hash.as_ref().map(Secret::reveal),
        account.is_disabled,
        account.totp_secret.as_ref().map(Secret::reveal),
        account.totp_confirmed_at,
        account.totp_step,
        account.created_at,
    )?;
    Ok(())
}

/// An account.
pub async fn by_id(conn: &mut Conn, id: AccountId) -> Result<Option<Account>, StoreError> {
    Ok(fetch_optional!(conn, AccountRow, account!("id = $1"), id.0)?.map(Account::from))
}

/// The account with a name, which is in lower case.
pub async fn by_login(conn: &mut Conn, login: &str) -> Result<Option<Account>, StoreError> {
    Ok(fetch_optional!(conn, AccountRow, account!("login = $1"), login)?.map(Account::from))
}

/// A person's account.
pub async fn by_person(conn: &mut Conn, person: PersonId) -> Result<Option<Account>, StoreError> {
    Ok(fetch_optional!(conn, AccountRow, account!("person_id = $1"), person.0)?.map(Account::from))
}

/// Sets a password.
pub async fn set_password(conn: &mut Conn, id: AccountId, hash: &Secret) -> Result<(), StoreError> {
    execute!(conn, "update account set password_hash = $2 where id = $1", id.0, hash.reveal())?;
    Ok(())
}

/// Disables or enables.
pub async fn set_disabled(conn: &mut Conn, id: AccountId, is_disabled: bool) -> Result<(), StoreError> {
    execute!(conn, "update account set is_disabled = $2 where id = $1", id.0, is_disabled)?;
    Ok(())
}

/// Sets the second factor's secret, not yet confirmed, or removes it.
pub async fn set_totp(conn: &mut Conn, id: AccountId, secret: Option<&Secret>) -> Result<(), StoreError> {
    const SQL: &str =
        "update account set totp_secret = $2, totp_confirmed_at = null, totp_step = 0 where id = $1";
    execute!(conn, SQL, id.0, secret.map(Secret::reveal))?;
    Ok(())
}

/// Makes the second factor count.
pub async fn confirm_totp(conn: &mut Conn, id: AccountId, at: DateTime<Utc>) -> Result<(), StoreError> {
    execute!(conn, "update account set totp_confirmed_at = $2 where id = $1", id.0, at)?;
    Ok(())
}

/// Takes a time step, once: false when it, or a later one, was taken before.
pub async fn take_step(conn: &mut Conn, id: AccountId, step: i64) -> Result<bool, StoreError> {
    const SQL: &str = "update account set totp_step = $2 where id = $1 and totp_step < $2";
    Ok(execute!(conn, SQL, id.0, step)? > 0)
}

/// An account as the list shows it.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Line {
    /// Identifier.
    pub id: Uuid,
    /// The name to sign in with.
    pub login: String,
    /// The person's name.
    pub name: String,
    /// His staff number.
    pub code: String,
    /// Whether it may not sign in.
    pub is_disabled: bool,
    /// Whether it has a password.
    pub has_password: bool,
    /// Whether it has a second factor.
    pub has_second_factor: bool,
    /// When it was last used, while a session lasts.
    pub seen_at: Option<DateTime<Utc>>,
}

/// Accounts by name, a page of the list: those whose name or person holds what was typed.
pub async fn list(conn: &mut Conn, typed: &str, limit: i64, offset: i64) -> Result<Vec<Line>, StoreError> {
    const SQL: &str = "select a.id, a.login, n.name, n.code, a.is_disabled,
        a.password_hash is not null as has_password, a.totp_confirmed_at is not null as has_second_factor,
        (select max(s.seen_at) from session s where s.account_id = a.id) as seen_at
        from account a join person n on n.id = a.person_id
        where n.search like $1 escape '\\' or a.login like $1 escape '\\'
        order by a.login limit $2 offset $3";
    fetch_all!(conn, Line, SQL, crate::search::pattern(typed), limit, offset)
}

/// How many of them there are.
pub async fn count(conn: &mut Conn, typed: &str) -> Result<i64, StoreError> {
    const SQL: &str = "select cast(count(*) as bigint) from account a join person n on n.id = a.person_id
        where n.search like $1 escape '\\' or a.login like $1 escape '\\'";
    let (count,): (i64,) = fetch_one!(conn, (i64,), SQL, crate::search::pattern(typed))?;
    Ok(count)
}

/// Whether anybody can sign in who keeps accounts on a day.
pub async fn has_administrator(conn: &mut Conn, on: Date) -> Result<bool, StoreError> {
    const SQL: &str = "select cast(count(*) as bigint) from account a
        join appointment p on p.person_id = a.person_id
        join role_grant g on g.appointment_id = p.id
        join role_ancestor r on r.child = g.role and r.ancestor = 'administrator'
        where not a.is_disabled and p.valid_from <= $1 and (p.valid_to is null or p.valid_to >= $1)
          and g.valid_from <= $1 and (g.valid_to is null or g.valid_to >= $1)";
    let (count,): (i64,) = fetch_one!(conn, (i64,), SQL, on)?;
    Ok(count > 0)
}

/// Replaces the recovery codes by others, or by none.
pub async fn replace_codes(conn: &mut Conn, id: AccountId, hashes: &[String]) -> Result<(), StoreError> {
    execute!(conn, "delete from recovery_code where account_id = $1", id.0)?;
    for hash in hashes {
        const SQL: &str = "insert into recovery_code (account_id, code_hash, used_at) values ($1, $2, null)";
        execute!(conn, SQL, id.0, hash)?;
    }
    Ok(())
}

/// Takes a recovery code, once.
pub async fn take_code(
    conn: &mut Conn,
    id: AccountId,
    hash: &str,
    at: DateTime<Utc>,
) -> Result<bool, StoreError> {
    const SQL: &str =
        "update recovery_code set used_at = $3 where account_id = $1 and code_hash = $2 and used_at is null";
    Ok(execute!(conn, SQL, id.0, hash, at)? > 0)
}

/// How many recovery codes are left.
pub async fn codes_left(conn: &mut Conn, id: AccountId) -> Result<i64, StoreError> {
    const SQL: &str =
        "select cast(count(*) as bigint) from recovery_code where account_id = $1 and used_at is null";
    let (count,): (i64,) = fetch_one!(conn, (i64,), SQL, id.0)?;
    Ok(count)
}

/// Makes a link, and those of the same account worthless.
pub async fn insert_link(
    conn: &mut Conn,
    token_hash: &str,
    account: Option<AccountId>,
    expires_at: DateTime<Utc>,
) -> Result<(), StoreError> {
    const SQL: &str = "insert into one_time_link (token_hash, account_id, expires_at, used_at)
        values ($1, $2, $3, null)";
    delete_links(conn, account).await?;
    execute!(conn, SQL, token_hash, account.map(|account| account.0), expires_at)?;
    Ok(())
}

/// Removes the links of an account, or those that make the first administrator.
pub async fn delete_links(conn: &mut Conn, account: Option<AccountId>) -> Result<(), StoreError> {
    match account {
        Some(account) => execute!(conn, "delete from one_time_link where account_id = $1", account.0)?,
        None => execute!(conn, "delete from one_time_link where account_id is null")?,
    };
    Ok(())
}

/// Whose a link is, while it opens: some account's, or nobody's.
pub async fn link(
    conn: &mut Conn,
    token_hash: &str,
    now: DateTime<Utc>,
) -> Result<Option<Option<AccountId>>, StoreError> {
    const SQL: &str = "select account_id from one_time_link
        where token_hash = $1 and used_at is null and expires_at > $2";
    let found = fetch_optional!(conn, (Option<Uuid>,), SQL, token_hash, now)?;
    Ok(found.map(|(account,)| account.map(AccountId)))
}

/// Takes a link, once.
pub async fn take_link(conn: &mut Conn, token_hash: &str, now: DateTime<Utc>) -> Result<bool, StoreError> {
    const SQL: &str = "update one_time_link set used_at = $2
        where token_hash = $1 and used_at is null and expires_at > $2";
    Ok(execute!(conn, SQL, token_hash, now)? > 0)
}

/// Forgets links that open nothing any more.
pub async fn delete_old_links(conn: &mut Conn, now: DateTime<Utc>) -> Result<u64, StoreError> {
    execute!(conn, "delete from one_time_link where expires_at <= $1 or used_at is not null", now)
}
