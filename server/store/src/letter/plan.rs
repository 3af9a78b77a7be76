//! Notices on their way into letters.

use crate::db::{execute, fetch_all};
use crate::inbox::{Line, LineRow};
use crate::wish::WishRow;
use crate::{Conn, StoreError};
use chrono::{DateTime, Utc};
use domain::id::{LetterId, NoticeId, PersonId};
use domain::notice::Event;
use domain::post::Wishes;
use uuid::Uuid;

/// A notice that no mailer has looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unplanned {
    /// The notice.
    pub id: NoticeId,
    /// What happened.
    pub event: Event,
    /// When.
    pub created_at: DateTime<Utc>,
    /// How its person wishes to be written to; not at all where he may not sign in.
    pub wishes: Wishes,
}

#[derive(sqlx::FromRow)]
struct UnplannedRow {
    id: Uuid,
    event: String,
    created_at: DateTime<Utc>,
    #[sqlx(flatten)]
    wish: WishRow,
}

const UNPLANNED: &str = "select n.id, n.event, n.created_at,
        w.address, w.language, w.quiet_from, w.quiet_to, w.digest_at, w.classes
    from notice n left join post_wish w on w.person_id = n.person_id
        and exists (select 1 from account a where a.person_id = w.person_id and not a.is_disabled)
    where n.post_at is null order by n.created_at, n.id limit $1";

/// Notices that no mailer has looked at, the oldest first.
pub async fn unplanned(conn: &mut Conn, rows: i64) -> Result<Vec<Unplanned>, StoreError> {
    let all = fetch_all!(conn, UnplannedRow, UNPLANNED, rows)?;
    all.into_iter()
        .map(|row| {
            Ok(Unplanned {
                id: NoticeId(row.id),
                event: row.event.parse()?,
                created_at: row.created_at,
                wishes: row.wish.try_into()?,
            })
        })
        .collect()
}

/// Keeps when a notice is written about.
pub async fn plan(conn: &mut Conn, id: NoticeId, at: DateTime<Utc>) -> Result<(), StoreError> {
    execute!(conn, "update notice set post_at = $2 where id = $1 and posted_at is null", id.0, at)?;
    Ok(())
}

/// Keeps that a notice was written about, or need not be; false where another mailer has done so.
pub async fn settle(
    conn: &mut Conn,
    id: NoticeId,
    letter: Option<LetterId>,
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    const SQL: &str = "update notice set posted_at = $2, letter_id = $3, post_at = coalesce(post_at, $2)
        where id = $1 and posted_at is null";
    Ok(execute!(conn, SQL, id.0, now, letter.map(|letter| letter.0))? > 0)
}

const PERSONS: &str =
    "select distinct person_id from notice where posted_at is null and post_at <= $1 limit $2";

/// People who are to be written to now.
pub async fn persons_due(
    conn: &mut Conn,
    now: DateTime<Utc>,
    rows: i64,
) -> Result<Vec<PersonId>, StoreError> {
    Ok(fetch_all!(conn, (Uuid,), PERSONS, now, rows)?.into_iter().map(|(id,)| PersonId(id)).collect())
}

const PLANNED: &str = "select id, event, about, step, words, link, created_at, due_on, read_at from notice
    where person_id = $1 and posted_at is null and post_at <= $2 order by created_at, id limit 500";
const NAME: &str = "select n.name, w.address, w.language, w.quiet_from, w.quiet_to, w.digest_at, w.classes
    from person n left join post_wish w on w.person_id = n.id
        and exists (select 1 from account a where a.person_id = w.person_id and not a.is_disabled)
    where n.id = $1";

#[derive(sqlx::FromRow)]
struct NameRow {
    name: String,
    #[sqlx(flatten)]
    wish: WishRow,
}

/// Somebody who is to be written to, and about what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Planned {
    /// His name.
    pub name: String,
    /// How he wishes to be written to; not at all where he may not sign in.
    pub wishes: Wishes,
    /// The notices, the oldest first.
    pub lines: Vec<Line>,
}

/// What a person is to be written about now.
pub async fn planned(conn: &mut Conn, person: PersonId, now: DateTime<Utc>) -> Result<Planned, StoreError> {
    let row = crate::db::fetch_one!(conn, NameRow, NAME, person.0)?;
    let lines = fetch_all!(conn, LineRow, PLANNED, person.0, now)?;
    Ok(Planned {
        name: row.name,
        wishes: row.wish.try_into()?,
        lines: lines.into_iter().map(Line::try_from).collect::<Result<_, _>>()?,
    })
}
