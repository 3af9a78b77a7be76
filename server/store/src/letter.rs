//! The queue of letters: made once from notices, claimed by one mailer at a time, and kept with what proves that they
//! were sent.

mod list;
mod plan;

use crate::db::{execute, fetch_all, fetch_optional, int, nat};
use crate::{Conn, StoreError};
use chrono::{DateTime, Utc};
use domain::id::{LetterId, PersonId};
use domain::post::LetterState;
use uuid::Uuid;

pub use list::{Counts, Listed, counts, list};
pub use plan::{Planned, Unplanned, persons_due, plan, planned, settle, unplanned};

/// A letter as it was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letter {
    /// Identifier.
    pub id: LetterId,
    /// To whom.
    pub person: PersonId,
    /// What keeps it from being written twice to the same person.
    pub dedupe: String,
    /// Its Message-ID, without the brackets.
    pub message_id: String,
    /// Where it goes.
    pub address: String,
    /// What it is about.
    pub subject: String,
    /// Its words.
    pub plain: String,
    /// The same as HTML.
    pub html: String,
    /// When it was written.
    pub created_at: DateTime<Utc>,
}

/// A letter that somebody has to send now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claimed {
    /// The letter.
    pub letter: Letter,
    /// Name of the recipient.
    pub name: String,
    /// The number of this try.
    pub attempts: u32,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    person_id: Uuid,
    dedupe: String,
    message_id: String,
    address: String,
    subject: String,
    plain: String,
    html: String,
    created_at: DateTime<Utc>,
    attempts: i32,
    name: String,
}

const INSERT: &str =
    "insert into letter (id, person_id, dedupe, message_id, address, subject, plain, html, created_at,
        state, attempts, unclear, next_at, last_error, answer)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'waiting', 0, 0, $9, '', '')
    on conflict (person_id, dedupe) do nothing";

/// Puts a letter into the queue; false where the person has been written to about it.
pub async fn insert(conn: &mut Conn, letter: &Letter) -> Result<bool, StoreError> {
    let rows = execute!(
        conn,
        INSERT,
        letter.id.0,
        letter.person.0,
        &letter.dedupe,
        &letter.message_id,
        &letter.address,
        &letter.subject,
        &letter.plain,
        &letter.html,
        letter.created_at,
    )?;
    Ok(rows > 0)
}

const DUE: &str = "select id from letter where (state = 'waiting' and next_at <= $1)
    or (state = 'sending' and leased_until <= $1) order by next_at, id limit $2";

/// Letters that somebody should send now, and those that somebody began to send and never told how it ended.
pub async fn due(conn: &mut Conn, now: DateTime<Utc>, rows: i64) -> Result<Vec<LetterId>, StoreError> {
    Ok(fetch_all!(conn, (Uuid,), DUE, now, rows)?.into_iter().map(|(id,)| LetterId(id)).collect())
}

const CLAIM: &str = "update letter set state = 'sending', leased_until = $3, attempts = attempts + 1,
        unclear = unclear + case when state = 'sending' then 1 else 0 end
    where id = $1 and ((state = 'waiting' and next_at <= $2) or (state = 'sending' and leased_until <= $2))";
const BY_ID: &str = "select l.id, l.person_id, l.dedupe, l.message_id, l.address, l.subject, l.plain, l.html,
        l.created_at, l.attempts, n.name
    from letter l join person n on n.id = l.person_id where l.id = $1";

/// Takes a letter to send it; none where another mailer was faster.
pub async fn claim(
    conn: &mut Conn,
    id: LetterId,
    now: DateTime<Utc>,
    until: DateTime<Utc>,
) -> Result<Option<Claimed>, StoreError> {
    if execute!(conn, CLAIM, id.0, now, until)? == 0 {
        return Ok(None);
    }
    Ok(fetch_optional!(conn, Row, BY_ID, id.0)?.map(|row| Claimed {
        letter: Letter {
            id: LetterId(row.id),
            person: PersonId(row.person_id),
            dedupe: row.dedupe,
            message_id: row.message_id,
            address: row.address,
            subject: row.subject,
            plain: row.plain,
            html: row.html,
            created_at: row.created_at,
        },
        name: row.name,
        attempts: nat(row.attempts),
    }))
}

/// Keeps what proves that a letter was taken, whoever sent it.
pub async fn sent(
    conn: &mut Conn,
    id: LetterId,
    now: DateTime<Utc>,
    answer: &str,
) -> Result<bool, StoreError> {
    const SQL: &str =
        "update letter set state = 'sent', sent_at = $2, answer = $3, leased_until = null, last_error = ''
        where id = $1 and state <> 'sent'";
    Ok(execute!(conn, SQL, id.0, now, answer)? > 0)
}

/// What becomes of a letter that did not leave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failed<'a> {
    /// The number of the try that failed; what became of later ones stays.
    pub attempts: u32,
    /// When it is tried again; none when it is given up.
    pub next: Option<DateTime<Utc>>,
    /// Why.
    pub error: &'a str,
    /// Whether the server may have taken it nevertheless.
    pub unclear: bool,
}

/// Keeps why a letter did not leave.
pub async fn failed(
    conn: &mut Conn,
    id: LetterId,
    now: DateTime<Utc>,
    failed: &Failed<'_>,
) -> Result<bool, StoreError> {
    const SQL: &str = "update letter set state = $3, next_at = $4, last_error = $5, unclear = unclear + $6,
            leased_until = null
        where id = $1 and state = 'sending' and attempts = $2";
    let state = if failed.next.is_some() { LetterState::Waiting } else { LetterState::Dead };
    let next = failed.next.unwrap_or(now);
    let unclear = i32::from(failed.unclear);
    let rows = execute!(conn, SQL, id.0, int(failed.attempts), state.as_str(), next, failed.error, unclear)?;
    Ok(rows > 0)
}

/// Lets a letter that was given up be tried again, where its person wishes letters now; false where it was not.
pub async fn again(conn: &mut Conn, id: LetterId, now: DateTime<Utc>) -> Result<bool, StoreError> {
    const SQL: &str = "update letter set state = 'waiting', attempts = 0, next_at = $2,
            address = coalesce((select w.address from post_wish w
                where w.person_id = letter.person_id and w.address <> ''), address)
        where id = $1 and state = 'dead'";
    Ok(execute!(conn, SQL, id.0, now)? > 0)
}
