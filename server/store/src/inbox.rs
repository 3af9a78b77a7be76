//! Somebody's notices: what he has to know or do, and by when.

use crate::db::{execute, fetch_all, fetch_one, fetch_optional};
use crate::{Conn, StoreError};
use chrono::{DateTime, Utc};
use domain::Date;
use domain::id::{NoticeId, PersonId};
use domain::notice::{Event, Words};
use uuid::Uuid;

/// A notice in somebody's inbox.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Identifier.
    pub id: NoticeId,
    /// What happened.
    pub event: Event,
    /// What it is about.
    pub about: Uuid,
    /// Which of several notices of the same event about the same thing.
    pub step: String,
    /// What the sentence names.
    pub words: Words,
    /// Where it is dealt with.
    pub link: String,
    /// When it was told.
    pub created_at: DateTime<Utc>,
    /// By when.
    pub due: Option<Date>,
    /// When it was read.
    pub read_at: Option<DateTime<Utc>>,
}

#[derive(sqlx::FromRow)]
pub(crate) struct LineRow {
    id: Uuid,
    event: String,
    about: Uuid,
    step: String,
    words: String,
    link: String,
    created_at: DateTime<Utc>,
    due_on: Option<Date>,
    read_at: Option<DateTime<Utc>>,
}

impl TryFrom<LineRow> for Line {
    type Error = StoreError;
    fn try_from(row: LineRow) -> Result<Self, StoreError> {
        let words = serde_json::from_str(&row.words);
        Ok(Self {
            id: NoticeId(row.id),
            event: row.event.parse()?,
            about: row.about,
            step: row.step,
            words: words.map_err(|error| StoreError::Corrupt(error.to_string()))?,
            link: row.link,
            created_at: row.created_at,
            due: row.due_on,
            read_at: row.read_at,
        })
    }
}

/// Which notices are listed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// Events; every one when it is empty.
    pub events: Vec<Event>,
    /// What of them.
    pub show: Show,
}

/// Which of the notices are listed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Show {
    /// All, the unread first.
    #[default]
    All,
    /// Those that were not read.
    Unread,
    /// Those with a day by which something is to be done.
    Due,
}

impl Filter {
    /// The codes of the events, a comma around each.
    fn codes(&self) -> String {
        self.events.iter().fold(String::from(","), |codes, event| format!("{codes}{event},"))
    }
}

macro_rules! filtered {
    ($what:literal, $end:literal) => {
        concat!(
            "select ",
            $what,
            " from notice where person_id = $1 and ($2 = ',' or $2 like '%,' || event || ',%')
            and ($3 <> 'unread' or read_at is null) and ($3 <> 'due' or due_on is not null) ",
            $end
        )
    };
}
const LIST: &str = filtered!(
    "id, event, about, step, words, link, created_at, due_on, read_at",
    "order by case when read_at is null then 0 else 1 end, created_at desc, id desc limit $4 offset $5"
);
const COUNT: &str = filtered!("count(*)", "");

const fn code(show: Show) -> &'static str {
    match show {
        Show::All => "all",
        Show::Unread => "unread",
        Show::Due => "due",
    }
}

/// A person's notices, the unread ones first, the newest first.
pub async fn list(
    conn: &mut Conn,
    person: PersonId,
    filter: &Filter,
    rows: i64,
    offset: i64,
) -> Result<Vec<Line>, StoreError> {
    let all = fetch_all!(conn, LineRow, LIST, person.0, filter.codes(), code(filter.show), rows, offset)?;
    all.into_iter().map(Line::try_from).collect()
}

/// How many there are.
pub async fn count(conn: &mut Conn, person: PersonId, filter: &Filter) -> Result<i64, StoreError> {
    let (count,) = fetch_one!(conn, (i64,), COUNT, person.0, filter.codes(), code(filter.show))?;
    Ok(count)
}

/// Notes that a person has read one of his notices, or all; tells how many there were.
pub async fn read(
    conn: &mut Conn,
    person: PersonId,
    notice: Option<NoticeId>,
    now: DateTime<Utc>,
) -> Result<u64, StoreError> {
    const ONE: &str = "update notice set read_at = $2 where person_id = $1 and id = $3 and read_at is null";
    const ALL: &str = "update notice set read_at = $2 where person_id = $1 and read_at is null";
    match notice {
        Some(notice) => execute!(conn, ONE, person.0, now, notice.0),
        None => execute!(conn, ALL, person.0, now),
    }
}

const DUE: &str = "select id, event, about, step, words, link, created_at, due_on, read_at from notice
    where person_id = $1 and due_on is not null and due_on >= $2 order by created_at desc, id desc limit 1000";

/// A person's notices with a day from a day on, the newest first.
pub async fn due(conn: &mut Conn, person: PersonId, from: Date) -> Result<Vec<Line>, StoreError> {
    fetch_all!(conn, LineRow, DUE, person.0, from)?.into_iter().map(Line::try_from).collect()
}

/// Keeps the hash of the token that opens a person's calendar, in place of the one before.
pub async fn set_key(
    conn: &mut Conn,
    person: PersonId,
    hash: &str,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    const SQL: &str = "insert into calendar_key (person_id, key_hash, made_at) values ($1, $2, $3)
        on conflict (person_id) do update set key_hash = excluded.key_hash, made_at = excluded.made_at";
    execute!(conn, SQL, person.0, hash, now)?;
    Ok(())
}

/// Takes a person's token back; tells whether there was one.
pub async fn remove_key(conn: &mut Conn, person: PersonId) -> Result<bool, StoreError> {
    Ok(execute!(conn, "delete from calendar_key where person_id = $1", person.0)? > 0)
}

/// When a person's token was made, where he has one.
pub async fn key_made(conn: &mut Conn, person: PersonId) -> Result<Option<DateTime<Utc>>, StoreError> {
    const SQL: &str = "select made_at from calendar_key where person_id = $1";
    Ok(fetch_optional!(conn, (DateTime<Utc>,), SQL, person.0)?.map(|(at,)| at))
}

/// Whose calendar a token's hash opens. The calendar of whoever may not sign in stays closed.
pub async fn by_key(conn: &mut Conn, hash: &str) -> Result<Option<PersonId>, StoreError> {
    const SQL: &str = "select k.person_id from calendar_key k where k.key_hash = $1
        and exists (select 1 from account a where a.person_id = k.person_id and not a.is_disabled)";
    Ok(fetch_optional!(conn, (Uuid,), SQL, hash)?.map(|(id,)| PersonId(id)))
}
