//! Sign-in at an OpenID provider: requests under way, accounts known there, and which claims give which roles.

use crate::db::{execute, fetch_all, fetch_one, fetch_optional};
use crate::rights::holds;
use crate::sight::{by_sight, seen, top};
use crate::{Conn, StoreError};
use chrono::{DateTime, Utc};
use domain::Date;
use domain::duty::Sight;
use domain::id::{AccountId, AppointmentId, ClaimRuleId, GrantId, PersonId, UnitId};
use uuid::Uuid;

/// A sign-in that is under way.
#[derive(Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Request {
    /// What the token must name.
    pub nonce: String,
    /// Proves to the provider that the code comes back to whoever asked for it.
    pub verifier: String,
    /// The page to which one goes afterwards.
    pub back: String,
    /// Until when it may be finished.
    pub expires_at: DateTime<Utc>,
}

/// Keeps a request by the hash of its state.
pub async fn insert_request(conn: &mut Conn, state_hash: &str, request: &Request) -> Result<(), StoreError> {
    const SQL: &str = "insert into oidc_request (state_hash, nonce, verifier, back, expires_at)
        values ($1, $2, $3, $4, $5)";
    let Request { nonce, verifier, back, expires_at } = request;
    execute!(conn, SQL, state_hash, nonce, verifier, back, *expires_at)?;
    Ok(())
}

/// Takes a request out, so that it is answered once.
pub async fn take_request(conn: &mut Conn, state_hash: &str) -> Result<Option<Request>, StoreError> {
    const SQL: &str = "delete from oidc_request where state_hash = $1
        returning nonce, verifier, back, expires_at";
    fetch_optional!(conn, Request, SQL, state_hash)
}

/// Forgets requests that nobody finished in time.
pub async fn delete_old_requests(conn: &mut Conn, now: DateTime<Utc>) -> Result<u64, StoreError> {
    execute!(conn, "delete from oidc_request where expires_at <= $1", now)
}

/// The account that is known at a provider by a name.
pub async fn account(conn: &mut Conn, issuer: &str, subject: &str) -> Result<Option<AccountId>, StoreError> {
    const SQL: &str = "select account_id from external_identity where issuer = $1 and subject = $2";
    let found = fetch_optional!(conn, (Uuid,), SQL, issuer, subject)?;
    Ok(found.map(|(account,)| AccountId(account)))
}

/// Whether an account is known at a provider already, by whatever name.
pub async fn is_linked(conn: &mut Conn, issuer: &str, account: AccountId) -> Result<bool, StoreError> {
    const SQL: &str = "select cast(count(*) as bigint) from external_identity
        where issuer = $1 and account_id = $2";
    let (count,): (i64,) = fetch_one!(conn, (i64,), SQL, issuer, account.0)?;
    Ok(count > 0)
}

/// Makes an account known at a provider.
pub async fn link(
    conn: &mut Conn,
    issuer: &str,
    subject: &str,
    account: AccountId,
) -> Result<(), StoreError> {
    const SQL: &str = "insert into external_identity (issuer, subject, account_id) values ($1, $2, $3)";
    execute!(conn, SQL, issuer, subject, account.0)?;
    Ok(())
}

/// Whoever has such a claim gets a post with a role.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct ClaimRule {
    /// Identifier.
    pub id: Uuid,
    /// Name of the claim.
    pub claim: String,
    /// Its value, or one of its values.
    pub value: String,
    /// The unit.
    pub unit_id: Uuid,
    /// Its name.
    pub unit: String,
    /// Name of the post.
    pub post: String,
    /// The role.
    pub role: String,
    /// Its name, where it is none of those that the languages name.
    pub role_name: String,
}

const RULES: &str = concat!(
    top!(),
    "select c.id, c.claim, c.value, c.unit_id, u.name as unit, c.post, c.role, r.name as role_name
     from claim_rule c join unit u on u.id = c.unit_id join role r on r.code = c.role where ",
    seen!("c.unit_id"),
    " order by c.claim, c.value, u.code, c.role"
);

/// The rules for units that may be seen.
pub async fn rules(conn: &mut Conn, sight: Sight) -> Result<Vec<ClaimRule>, StoreError> {
    by_sight!(fetch_all, conn, ClaimRule, RULES, sight)
}

/// One rule.
pub async fn rule(conn: &mut Conn, id: ClaimRuleId) -> Result<Option<ClaimRule>, StoreError> {
    const SQL: &str =
        "select c.id, c.claim, c.value, c.unit_id, u.name as unit, c.post, c.role, r.name as role_name
        from claim_rule c join unit u on u.id = c.unit_id join role r on r.code = c.role where c.id = $1";
    fetch_optional!(conn, ClaimRule, SQL, id.0)
}

/// Adds a rule; false when there is one for the same claim, value, unit and role.
pub async fn insert_rule(conn: &mut Conn, rule: &ClaimRule) -> Result<bool, StoreError> {
    const SQL: &str = "insert into claim_rule (id, claim, value, unit_id, post, role)
        values ($1, $2, $3, $4, $5, $6) on conflict (claim, value, unit_id, role) do nothing";
    let ClaimRule { id, claim, value, unit_id, post, role, .. } = rule;
    Ok(execute!(conn, SQL, *id, claim, value, *unit_id, post, role)? > 0)
}

/// Removes a rule.
pub async fn delete_rule(conn: &mut Conn, id: ClaimRuleId) -> Result<(), StoreError> {
    execute!(conn, "delete from claim_rule where id = $1", id.0)?;
    Ok(())
}

/// Roles that a rule can give: codes, and names where the languages have none.
pub async fn roles(conn: &mut Conn) -> Result<Vec<(String, String)>, StoreError> {
    const SQL: &str = "select code, name from role where code <> 'business'
        order by case when is_built_in then 0 else 1 end, code";
    fetch_all!(conn, (String, String), SQL)
}

/// A role in a post, as a claim gives it.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct ClaimGrant {
    /// Identifier.
    pub id: Uuid,
    /// The post.
    pub appointment_id: Uuid,
    /// The post's unit.
    pub unit_id: Uuid,
    /// Name of the post.
    pub post: String,
    /// The role.
    pub role: String,
    /// The unit for which it is held.
    pub scope_id: Uuid,
    /// The first day.
    pub valid_from: Date,
    /// Whether a claim gave it, not a person.
    pub is_by_claim: bool,
}

/// The roles that a person holds on a day, in his own posts.
pub async fn grants(conn: &mut Conn, person: PersonId, on: Date) -> Result<Vec<ClaimGrant>, StoreError> {
    const SQL: &str = concat!(
        "select g.id, g.appointment_id, p.unit_id, p.post, g.role, g.scope_id, g.valid_from,
            g.source = 'claim' as is_by_claim
         from role_grant g join appointment p on p.id = g.appointment_id
         where p.person_id = $1 and ",
        holds!("g"),
        " and ",
        holds!("p"),
        " order by g.valid_from, g.id"
    );
    fetch_all!(conn, ClaimGrant, SQL, person.0, on)
}

/// The post of a person in a unit on a day, by its name.
pub async fn post(
    conn: &mut Conn,
    person: PersonId,
    on: Date,
    unit: UnitId,
    post: &str,
) -> Result<Option<AppointmentId>, StoreError> {
    const SQL: &str = concat!(
        "select p.id from appointment p where p.person_id = $1 and ",
        holds!("p"),
        " and p.unit_id = $3 and p.post = $4 order by p.valid_from limit 1"
    );
    let found = fetch_optional!(conn, (Uuid,), SQL, person.0, on, unit.0, post)?;
    Ok(found.map(|(id,)| AppointmentId(id)))
}

/// Takes a role away that a claim gave, so that it is not held on a day any more.
pub async fn end_grant(conn: &mut Conn, id: GrantId, on: Date) -> Result<(), StoreError> {
    // What began on the day itself was never held on a whole one.
    const NEW: &str = "delete from role_grant where id = $1 and source = 'claim' and valid_from >= $2";
    const OLD: &str = "update role_grant set valid_to = $2 where id = $1 and source = 'claim'";
    if execute!(conn, NEW, id.0, on)? == 0 {
        execute!(conn, OLD, id.0, on.pred_opt().unwrap_or(on))?;
    }
    Ok(())
}
