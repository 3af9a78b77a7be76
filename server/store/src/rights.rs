//! Who has signed in and what he may do: one statement for each request.

use crate::db::fetch_all;
use crate::{Conn, StoreError};
use chrono::{DateTime, Utc};
use domain::Date;
use domain::duty::{FunctionRule, Functions, Grant, Mode, Named, Post, Rights, Role};
use domain::id::{
    AccountId, AppointmentId, AssignmentId, DeputyshipId, ExceptionId, PersonId, SessionId, TokenId, UnitId,
};
use domain::token::Scopes;
use std::collections::HashMap;
use uuid::Uuid;

/// A signed-in browser with the rights of whom it belongs to.
#[derive(Debug, Clone, PartialEq)]
pub struct Signed {
    /// The account.
    pub account: AccountId,
    /// Its name.
    pub login: String,
    /// The session.
    pub session: SessionId,
    /// When it was last used.
    pub seen_at: DateTime<Utc>,
    /// When it ends, whatever one does.
    pub ends_at: DateTime<Utc>,
    /// The second factor is still owed; nothing else may be done.
    pub is_half: bool,
    /// Notices that the person has not read.
    pub unread: u32,
    /// What the person may do.
    pub rights: Rights,
}

/// A program that holds a token, with the rights of whom it acts for.
#[derive(Debug, Clone, PartialEq)]
pub struct Bearer {
    /// The account.
    pub account: AccountId,
    /// The token.
    pub token: TokenId,
    /// By what people know it again.
    pub prefix: String,
    /// What it may do of what the person may.
    pub scopes: Scopes,
    /// When it was last used, to the minute; when it was made, if it never was.
    pub used_at: DateTime<Utc>,
    /// When it ends.
    pub ends_at: DateTime<Utc>,
    /// What the person may do in the token's post.
    pub rights: Rights,
}

#[derive(sqlx::FromRow)]
struct Piece {
    kind: String,
    a: Option<Uuid>,
    b: Option<Uuid>,
    c: Option<Uuid>,
    e: Option<Uuid>,
    f: Option<Uuid>,
    t: Option<String>,
    u: Option<String>,
    v: Option<String>,
    d: Option<Date>,
    x: Option<DateTime<Utc>>,
    y: Option<DateTime<Utc>>,
    n: i32,
}

/// A period called `$p` that holds on day `$2`.
macro_rules! holds {
    ($p:literal) => {
        concat!($p, ".valid_from <= $2 and (", $p, ".valid_to is null or ", $p, ".valid_to >= $2)")
    };
}
pub(crate) use holds;

/// Identifiers of a group's rows, one after the other in hexadecimal digits: a row for each of hundreds costs more than
/// all the rest of the statement. The databases write them by functions of their own.
macro_rules! sqlite_ids {
    ($id:literal) => {
        concat!("string_agg(hex(", $id, "), '')")
    };
}
macro_rules! postgres_ids {
    ($id:literal) => {
        concat!("string_agg(replace(cast(", $id, " as text), '-', ''), '')")
    };
}

/// Whom a browser belongs to.
macro_rules! by_session {
    () => {
        "select s.account_id, a.person_id, s.id as session_id, s.appointment_id, s.deputyship_id, a.login,
            s.seen_at, s.ends_at, case when s.is_half then 1 else 0 end as half, cast(null as text) as more
            from session s join account a on a.id = s.account_id
            where s.token_hash = $1 and not a.is_disabled"
    };
}
/// Whom a program acts for.
macro_rules! by_token {
    () => {
        "select s.account_id, a.person_id, s.id as session_id, s.appointment_id, s.deputyship_id, s.prefix as login,
            coalesce(s.used_at, s.made_at) as seen_at, s.expires_at as ends_at, 0 as half, s.scopes as more
            from api_token s join account a on a.id = s.account_id
            where s.token_hash = $1 and s.revoked_at is null and not a.is_disabled"
    };
}

macro_rules! load {
    ($ids:ident, $me:ident) => {
        concat!(
            "with me as (", $me!(), "),
            own as (select p.id, p.post, p.unit_id, p.valid_to from appointment p join me on me.person_id = p.person_id
                where ", holds!("p"), "),
            stand_in as (select d.id, d.appointment_id, d.assignment_id, d.valid_to, p.person_id, p.unit_id, p.post
                from deputyship d join me on me.person_id = d.deputy_id join appointment p on p.id = d.appointment_id
                where ", holds!("d"), " and ", holds!("p"), ")
            select 'me' as kind, me.account_id as a, me.person_id as b, me.session_id as c, me.appointment_id as e,
                me.deputyship_id as f, me.login as t, n.name as u, me.more as v, cast(null as date) as d,
                me.seen_at as x, me.ends_at as y, me.half as n from me join person n on n.id = me.person_id
            union all select 'post', own.id, null, own.unit_id, null, null, own.post, u.name, null, own.valid_to, null, null, 0
                from own join unit u on u.id = own.unit_id
            union all select 'deputy', s.appointment_id, s.id, s.unit_id, s.person_id, s.assignment_id, s.post, u.name,
                n.name, s.valid_to, null, null, 0
                from stand_in s join unit u on u.id = s.unit_id join person n on n.id = s.person_id
            union all select 'grant', g.appointment_id, null, g.scope_id, null, null, r.ancestor, null, null, null, null, null, 0
                from role_grant g join role_ancestor r on r.child = g.role
                where ", holds!("g"), " and g.appointment_id in
                    (select id from own union select appointment_id from stand_in)
            union all select 'own', null, null, null, null, null, l.function, ", $ids!("l.assignment_id"), ",
                null, null, null, null, 0
                from allocation l join me on me.person_id = l.person_id where ", holds!("l"), " group by l.function
            union all select 'own', null, null, null, null, null, r.function, ", $ids!("r.assignment_id"), ",
                null, null, null, null, 0
                from group_member m join me on me.person_id = m.person_id join group_right r on r.group_id = m.group_id
                where ", holds!("m"), " and ", holds!("r"), " group by r.function
            union all select 'lent', null, s.id, null, null, null, l.function, ", $ids!("l.assignment_id"), ",
                null, null, null, null, 0
                from stand_in s join allocation l on l.person_id = s.person_id
                where ", holds!("l"), " and (s.assignment_id is null or s.assignment_id = l.assignment_id)
                group by s.id, l.function
            union all select 'lent', null, s.id, null, null, null, r.function, ", $ids!("r.assignment_id"), ",
                null, null, null, null, 0
                from stand_in s join group_member m on m.person_id = s.person_id join group_right r on r.group_id = m.group_id
                where ", holds!("m"), " and ", holds!("r"), "
                  and (s.assignment_id is null or s.assignment_id = r.assignment_id)
                group by s.id, r.function
            union all select 'certificate', null, null, null, null, null, c.kind, null, null, null, null, null, 0
                from certificate c join me on me.person_id = c.person_id
                where c.issued_on <= $2 and (c.expires_on is null or c.expires_on >= $2)
                  and (c.revoked_on is null or c.revoked_on > $2)
                  and not (c.suspended_from is not null and c.suspended_from <= $2
                      and (c.suspended_to is null or c.suspended_to >= $2))
            union all select 'rule', null, null, null, null, null, r.code, m.member, r.mode, null, null, null, r.cardinality
                from separation_rule r join separation_member m on m.rule_code = r.code where r.kind = 'power_unit'
            union all select 'exception', x.assignment_id, x.id, null, null, null, x.rule_code, null, null, null, null, null, 0
                from separation_exception x join me on me.person_id = x.person_id
                where x.approved_by is not null and x.assignment_id is not null and x.valid_from <= $2 and x.valid_to >= $2
                  and (x.ended_on is null or x.ended_on > $2)
            union all select 'unread', null, null, null, null, null, null, null, null, null, null, null,
                cast(count(*) as integer) from notice e join me on me.person_id = e.person_id where e.read_at is null
            union all select 'support', w.unit_id, null, null, null, null, null, null, null, null, null, null, 0
                from support_view w join me on me.account_id = w.account_id where w.ends_at > $3"
        )
    };
}
const LOAD: [&str; 2] = [load!(sqlite_ids, by_session), load!(postgres_ids, by_session)];
const LOAD_BEARER: [&str; 2] = [load!(sqlite_ids, by_token), load!(postgres_ids, by_token)];

/// The session with a token's hash, and what its person may do on a day. None where there is none, or where the
/// account is disabled; whether it has timed out is for the caller to see.
pub async fn of_session(
    conn: &mut Conn,
    token_hash: &str,
    on: Date,
    now: DateTime<Utc>,
) -> Result<Option<Signed>, StoreError> {
    let load = LOAD[usize::from(conn.is_postgres())];
    let pieces = fetch_all!(conn, Piece, load, token_hash, on, now)?;
    Ok(assemble(pieces, on, Otherwise::AnotherPost)?.map(|(signed, _)| signed))
}

/// The token with a hash, and what whoever holds it may do on a day. None where there is none, where it was revoked,
/// where the account is disabled, or where the post is over; whether it has ended is for the caller to see.
pub async fn of_token(
    conn: &mut Conn,
    token_hash: &str,
    on: Date,
    now: DateTime<Utc>,
) -> Result<Option<Bearer>, StoreError> {
    let load = LOAD_BEARER[usize::from(conn.is_postgres())];
    let pieces = fetch_all!(conn, Piece, load, token_hash, on, now)?;
    let found = assemble(pieces, on, Otherwise::Nothing)?;
    Ok(found.filter(|(signed, _)| signed.rights.post.is_some()).map(|(signed, scopes)| Bearer {
        account: signed.account,
        token: TokenId(signed.session.0),
        prefix: signed.login,
        scopes: Scopes::stored(&scopes),
        used_at: signed.seen_at,
        ends_at: signed.ends_at,
        rights: signed.rights,
    }))
}

/// What one acts in where the chosen post is none of one's own today.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Otherwise {
    /// In another post.
    AnotherPost,
    /// In none.
    Nothing,
}

fn corrupt(what: &str) -> StoreError {
    StoreError::Corrupt(format!("rights: {what}"))
}

fn id(id: Option<Uuid>) -> Result<Uuid, StoreError> {
    id.ok_or_else(|| corrupt("an identifier is missing"))
}

fn text(text: Option<String>) -> Result<String, StoreError> {
    text.ok_or_else(|| corrupt("a word is missing"))
}

/// Identifiers that stand one after the other.
fn ids(digits: &str) -> Result<Vec<AssignmentId>, StoreError> {
    let each = |start: usize| digits.get(start..start + 32).and_then(|id| Uuid::try_parse(id).ok());
    let ids = (0..digits.len()).step_by(32).map(|start| each(start).map(AssignmentId));
    ids.collect::<Option<_>>().ok_or_else(|| corrupt("an identifier is cut"))
}

#[expect(clippy::too_many_lines, reason = "one arm for each kind of piece")]
fn assemble(
    pieces: Vec<Piece>,
    on: Date,
    otherwise: Otherwise,
) -> Result<Option<(Signed, String)>, StoreError> {
    let mut signed = None;
    let mut more = String::new();
    let mut acting = (None, None);
    let mut posts: Vec<Post> = Vec::new();
    let mut grants: Vec<(Uuid, Grant)> = Vec::new();
    let mut named: HashMap<AssignmentId, Named> = HashMap::new();
    let mut own: Vec<(AssignmentId, domain::assignment::Function)> = Vec::new();
    let mut lent: Vec<(Uuid, AssignmentId, domain::assignment::Function)> = Vec::new();
    let (mut certificates, mut exceptions) = (Vec::new(), Vec::new());
    let mut rules: Vec<FunctionRule> = Vec::new();
    let mut support = None;
    let mut unread = 0;
    for piece in pieces {
        match piece.kind.as_str() {
            "me" => {
                acting = (piece.e, piece.f);
                more = piece.v.unwrap_or_default();
                let (Some(seen_at), Some(ends_at)) = (piece.x, piece.y) else {
                    return Err(corrupt("a time is missing"));
                };
                signed = Some(Signed {
                    account: AccountId(id(piece.a)?),
                    login: text(piece.t)?,
                    session: SessionId(id(piece.c)?),
                    seen_at,
                    ends_at,
                    is_half: piece.n != 0,
                    unread: 0,
                    rights: Rights {
                        person: PersonId(id(piece.b)?),
                        name: text(piece.u)?,
                        on,
                        post: None,
                        others: Vec::new(),
                        grants: Vec::new(),
                        named: HashMap::new(),
                        certificates: Vec::new(),
                        rules: Vec::new(),
                        support: None,
                        exceptions: Vec::new(),
                    },
                });
            }
            "post" | "deputy" => posts.push(Post {
                appointment: AppointmentId(id(piece.a)?),
                deputyship: piece.b.map(DeputyshipId),
                name: text(piece.t)?,
                unit: UnitId(id(piece.c)?),
                unit_name: text(piece.u)?,
                until: piece.d,
                principal: piece.e.map(PersonId).zip(piece.v),
                only: piece.f.map(AssignmentId),
            }),
            // A role of one's own that only inherits from others stands for these.
            "grant" => {
                if let Ok(role) = text(piece.t)?.parse::<Role>() {
                    grants.push((id(piece.a)?, Grant { role, scope: UnitId(id(piece.c)?) }));
                }
            }
            "own" => {
                let function = text(piece.t)?.parse()?;
                own.extend(ids(&text(piece.u)?)?.into_iter().map(|id| (id, function)));
            }
            "lent" => {
                let (via, function) = (id(piece.b)?, text(piece.t)?.parse()?);
                lent.extend(ids(&text(piece.u)?)?.into_iter().map(|id| (via, id, function)));
            }
            "certificate" => certificates.push(text(piece.t)?),
            "rule" => {
                let (code, member) = (text(piece.t)?, text(piece.u)?.parse()?);
                match rules.iter_mut().find(|rule| rule.code == code) {
                    Some(rule) => rule.members = rule.members.with(member),
                    None => rules.push(FunctionRule {
                        code,
                        members: Functions::NONE.with(member),
                        cardinality: crate::db::nat(piece.n),
                        mode: text(piece.v)?.parse::<Mode>()?,
                    }),
                }
            }
            "exception" => {
                let (assignment, exception) = (AssignmentId(id(piece.a)?), ExceptionId(id(piece.b)?));
                exceptions.push((text(piece.t)?, assignment, exception));
            }
            "unread" => unread = crate::db::nat(piece.n),
            "support" => support = piece.a.map(UnitId),
            other => return Err(corrupt(other)),
        }
    }
    let Some(mut signed) = signed else { return Ok(None) };
    signed.unread = unread;
    posts.sort_by(|one, other| {
        let key = |post: &Post| {
            (post.deputyship.is_some(), post.unit_name.clone(), post.name.clone(), post.appointment)
        };
        key(one).cmp(&key(other))
    });
    let is_chosen = |post: &Post| (Some(post.appointment.0), post.deputyship.map(|id| id.0)) == acting;
    let has_roles = |post: &Post| grants.iter().any(|(of, _)| *of == post.appointment.0);
    let own_with_roles = |post: &Post| post.deputyship.is_none() && has_roles(post);
    let other = || {
        let own = posts.iter().position(own_with_roles);
        own.or_else(|| posts.iter().position(|post| post.deputyship.is_none()))
    };
    let chosen = posts.iter().position(is_chosen);
    let chosen = if otherwise == Otherwise::AnotherPost { chosen.or_else(other) } else { chosen };
    let post = chosen.map(|place| posts.remove(place));
    let deputyship = post.as_ref().and_then(|post| post.deputyship);
    for (assignment, function) in own {
        let of = named.entry(assignment).or_default();
        of.held = of.held.with(function);
        if deputyship.is_none() {
            of.usable = of.usable.with(function);
        }
    }
    for (via, assignment, function) in lent {
        let of = named.entry(assignment).or_default();
        of.held = of.held.with(function);
        if deputyship.is_some_and(|deputyship| deputyship.0 == via) {
            of.usable = of.usable.with(function);
        }
    }
    let rights = &mut signed.rights;
    if let Some(post) = &post {
        let of_post = grants.iter().filter(|(of, _)| *of == post.appointment.0).map(|(_, grant)| *grant);
        rights.grants = of_post.collect();
        rights.grants.dedup();
    }
    if rights.has(Role::Administrator)
        && let Some(unit) = support
    {
        rights.grants.push(Grant { role: Role::Support, scope: unit });
        rights.support = support;
    }
    (rights.post, rights.others, rights.named) = (post, posts, named);
    (rights.certificates, rights.rules, rights.exceptions) = (certificates, rules, exceptions);
    Ok(Some((signed, more)))
}
