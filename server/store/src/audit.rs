//! The audit trail.

use crate::db::{execute, fetch_all, fetch_one, fetch_optional};
use crate::{Conn, StoreError};
use chrono::{DateTime, Utc};
use domain::audit::{Entry, Row};
use domain::id::{PersonId, UnitId};
use uuid::Uuid;

mod list;

pub use list::{Filter, Line, count, list};

#[derive(sqlx::FromRow)]
struct AuditRow {
    seq: i64,
    at: DateTime<Utc>,
    outcome: String,
    action: String,
    subject: String,
    unit_id: Option<Uuid>,
    actor_id: Option<Uuid>,
    actor: String,
    principal: String,
    post: String,
    address: String,
    reason: String,
    rule: String,
    before: String,
    after: String,
    previous: String,
    hash: String,
}

impl TryFrom<AuditRow> for Row {
    type Error = StoreError;
    fn try_from(row: AuditRow) -> Result<Self, StoreError> {
        Ok(Self {
            seq: row.seq,
            entry: Entry {
                at: row.at,
                outcome: row.outcome.parse()?,
                action: row.action,
                subject: row.subject,
                unit: row.unit_id.map(UnitId),
                actor_id: row.actor_id.map(PersonId),
                actor: row.actor,
                principal: row.principal,
                post: row.post,
                address: row.address,
                reason: row.reason,
                rule: row.rule,
                before: row.before,
                after: row.after,
            },
            previous: row.previous,
            hash: row.hash,
        })
    }
}

const TAKE_HEAD: &str = "update audit_head set seq = seq + 1 where id = 1";
const HEAD: &str = "select seq, hash from audit_head where id = 1";
const SET_HEAD: &str = "update audit_head set hash = $1 where id = 1";
const INSERT: &str =
    "insert into audit (seq, at, outcome, action, subject, unit_id, actor_id, actor, principal, post,
    address, reason, rule, before, after, previous, hash)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)";

/// Adds a row to the end of the chain. Takes the head first, so that nobody adds another one before this transaction
/// ends; the last thing that a transaction does.
pub async fn append(conn: &mut Conn, entry: Entry) -> Result<i64, StoreError> {
    execute!(conn, TAKE_HEAD)?;
    let (seq, previous): (i64, String) = fetch_one!(conn, (i64, String), HEAD)?;
    let row = Row::after(seq, previous, entry);
    let entry = &row.entry;
    execute!(
        conn,
        INSERT,
        row.seq,
        entry.at,
        entry.outcome.as_str(),
        &entry.action,
        &entry.subject,
        entry.unit.map(|unit| unit.0),
        entry.actor_id.map(|person| person.0),
        &entry.actor,
        &entry.principal,
        &entry.post,
        &entry.address,
        &entry.reason,
        &entry.rule,
        &entry.before,
        &entry.after,
        &row.previous,
        &row.hash,
    )?;
    execute!(conn, SET_HEAD, &row.hash)?;
    conn.count_audited();
    Ok(row.seq)
}

/// Number and hash of the last row, as the chain's head notes them; none where somebody removed it.
pub async fn head(conn: &mut Conn) -> Result<Option<(i64, String)>, StoreError> {
    fetch_optional!(conn, (i64, String), HEAD)
}

const AFTER: &str =
    "select seq, at, outcome, action, subject, unit_id, actor_id, actor, principal, post, address,
    reason, rule, before, after, previous, hash from audit where seq > $1 order by seq limit $2";

/// Rows from one number on, in their order.
pub async fn after(conn: &mut Conn, seq: i64, limit: i64) -> Result<Vec<Row>, StoreError> {
    fetch_all!(conn, AuditRow, AFTER, seq, limit)?.into_iter().map(Row::try_from).collect()
}

/// Numbers of the rows after one, in their order.
pub async fn numbers_after(conn: &mut Conn, seq: i64, limit: i64) -> Result<Vec<i64>, StoreError> {
    const SQL: &str = "select seq from audit where seq > $1 order by seq limit $2";
    Ok(fetch_all!(conn, (i64,), SQL, seq, limit)?.into_iter().map(|(seq,)| seq).collect())
}

const ONE: &str =
    "select seq, at, outcome, action, subject, unit_id, actor_id, actor, principal, post, address,
    reason, rule, before, after, previous, hash from audit where seq = $1";

/// One row; an error where somebody made it unreadable.
pub async fn by_number(conn: &mut Conn, seq: i64) -> Result<Option<Row>, StoreError> {
    fetch_optional!(conn, AuditRow, ONE, seq)?.map(Row::try_from).transpose()
}

/// How many rows there are.
pub async fn length(conn: &mut Conn) -> Result<i64, StoreError> {
    let (count,): (i64,) = fetch_one!(conn, (i64,), "select count(*) from audit")?;
    Ok(count)
}
