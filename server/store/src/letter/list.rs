//! The queue as the administrator sees it: to whom and how it went, not what stands in the letters.

use crate::db::{fetch_all, nat};
use crate::{Conn, StoreError};
use chrono::{DateTime, Utc};
use domain::id::LetterId;
use domain::post::LetterState;
use uuid::Uuid;

/// A letter in the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// Identifier.
    pub id: LetterId,
    /// Name of the recipient.
    pub name: String,
    /// Where it goes.
    pub address: String,
    /// Event, thing and step, or the day of a digest.
    pub dedupe: String,
    /// Its Message-ID, without the brackets.
    pub message_id: String,
    /// When it was written.
    pub created_at: DateTime<Utc>,
    /// Where it stands.
    pub state: LetterState,
    /// How often it was tried.
    pub attempts: u32,
    /// Tries of which nobody knows how they ended.
    pub unclear: u32,
    /// When it is tried next, where it waits.
    pub next_at: DateTime<Utc>,
    /// Why it did not leave.
    pub last_error: String,
    /// When the server took it.
    pub sent_at: Option<DateTime<Utc>>,
    /// What the server answered.
    pub answer: String,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    name: String,
    address: String,
    dedupe: String,
    message_id: String,
    created_at: DateTime<Utc>,
    state: String,
    attempts: i32,
    unclear: i32,
    next_at: DateTime<Utc>,
    last_error: String,
    sent_at: Option<DateTime<Utc>>,
    answer: String,
}

const LIST: &str =
    "select l.id, n.name, l.address, l.dedupe, l.message_id, l.created_at, l.state, l.attempts,
        l.unclear, l.next_at, l.last_error, l.sent_at, l.answer
    from letter l join person n on n.id = l.person_id
    where $1 = '' or l.state = $1 order by l.created_at desc, l.id desc limit $2 offset $3";

/// Letters of a state or of all, the newest first.
pub async fn list(
    conn: &mut Conn,
    state: Option<LetterState>,
    rows: i64,
    offset: i64,
) -> Result<Vec<Listed>, StoreError> {
    let all = fetch_all!(conn, Row, LIST, state.map_or("", LetterState::as_str), rows, offset)?;
    all.into_iter()
        .map(|row| {
            Ok(Listed {
                id: LetterId(row.id),
                name: row.name,
                address: row.address,
                dedupe: row.dedupe,
                message_id: row.message_id,
                created_at: row.created_at,
                state: row.state.parse()?,
                attempts: nat(row.attempts),
                unclear: nat(row.unclear),
                next_at: row.next_at,
                last_error: row.last_error,
                sent_at: row.sent_at,
                answer: row.answer,
            })
        })
        .collect()
}

/// Letters by where they stand.
pub type Counts = Vec<(LetterState, i64)>;

/// How many letters stand where.
pub async fn counts(conn: &mut Conn) -> Result<Counts, StoreError> {
    const SQL: &str = "select state, count(*) from letter group by state order by state";
    let rows = fetch_all!(conn, (String, i64), SQL)?;
    rows.into_iter().map(|(state, count)| Ok((state.parse()?, count))).collect()
}
