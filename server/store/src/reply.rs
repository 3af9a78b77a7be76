//! Requests that are done once: the mark that is committed with what they did, and the answer that is kept for whoever
//! asks again.

use crate::db::{execute, fetch_optional};
use crate::{Conn, StoreError};
use chrono::{DateTime, Utc};
use domain::id::TokenId;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// A request that is done once.
#[derive(Debug, Clone)]
pub struct Once {
    token: TokenId,
    key: String,
    fingerprint: String,
    at: DateTime<Utc>,
    is_marked: Arc<AtomicBool>,
}

impl Once {
    /// Whose token sent it, by which key, what it asks for, and when.
    pub fn new(token: TokenId, key: String, fingerprint: String, at: DateTime<Utc>) -> Self {
        Self { token, key, fingerprint, at, is_marked: Arc::default() }
    }

    /// Whether it has done something.
    pub fn is_marked(&self) -> bool {
        self.is_marked.load(Ordering::Relaxed)
    }

    /// Marks it as done; a duplicate where it was done by another request.
    pub(crate) async fn mark(&self, conn: &mut Conn) -> Result<(), StoreError> {
        const SQL: &str =
            "insert into api_reply (token_id, key, fingerprint, done_at, status, kind, location, body)
            values ($1, $2, $3, $4, null, '', '', '') on conflict (token_id, key) do nothing";
        // It may do what it does in several transactions; the first one decides.
        if self.is_marked() {
            return Ok(());
        }
        if execute!(conn, SQL, self.token.0, &self.key, &self.fingerprint, self.at)? == 0 {
            return Err(StoreError::Duplicate);
        }
        self.is_marked.store(true, Ordering::Relaxed);
        Ok(())
    }
}

/// An answer, as it is sent again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    /// Its status.
    pub status: u16,
    /// Its media type.
    pub kind: String,
    /// Where to find what was made; empty where nothing was.
    pub location: String,
    /// Its text.
    pub body: String,
}

/// A request that was done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Done {
    /// What it asked for.
    pub fingerprint: String,
    /// Its answer; none while it is still made, or where it was lost.
    pub reply: Option<Reply>,
}

#[derive(sqlx::FromRow)]
struct DoneRow {
    fingerprint: String,
    status: Option<i32>,
    kind: String,
    location: String,
    body: String,
}

/// What was done by a token's request with a key.
pub async fn find(conn: &mut Conn, token: TokenId, key: &str) -> Result<Option<Done>, StoreError> {
    const SQL: &str =
        "select fingerprint, status, kind, location, body from api_reply where token_id = $1 and key = $2";
    let row = fetch_optional!(conn, DoneRow, SQL, token.0, key)?;
    Ok(row.map(|row| Done {
        fingerprint: row.fingerprint,
        reply: row.status.and_then(|status| u16::try_from(status).ok()).map(|status| Reply {
            status,
            kind: row.kind,
            location: row.location,
            body: row.body,
        }),
    }))
}

/// Keeps the answer.
pub async fn keep(conn: &mut Conn, token: TokenId, key: &str, reply: &Reply) -> Result<(), StoreError> {
    const SQL: &str = "update api_reply set status = $3, kind = $4, location = $5, body = $6
        where token_id = $1 and key = $2 and status is null";
    let status = i32::from(reply.status);
    execute!(conn, SQL, token.0, key, status, &reply.kind, &reply.location, &reply.body)?;
    Ok(())
}

/// Forgets what was done before a moment.
pub async fn delete_old(conn: &mut Conn, before: DateTime<Utc>) -> Result<u64, StoreError> {
    execute!(conn, "delete from api_reply where done_at < $1", before)
}
