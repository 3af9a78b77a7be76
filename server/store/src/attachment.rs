//! Files that are kept beside records: added, never changed.

use crate::db::{execute, fetch_all, fetch_optional};
use crate::sight::{by_sight, seen_assignment, top};
use crate::{Conn, StoreError};
use chrono::{DateTime, Utc};
use domain::attachment::{Beside, MediaType};
use domain::duty::Sight;
use domain::id::{AttachmentId, PersonId};
use uuid::Uuid;

/// What is known of a file without opening it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attachment {
    /// Identifier.
    pub id: AttachmentId,
    /// What it is kept beside.
    pub beside: Beside,
    /// Which one.
    pub of: Uuid,
    /// Its name.
    pub name: String,
    /// What it is.
    pub media: MediaType,
    /// Its length in bytes.
    pub size: i64,
    /// SHA-256 of its bytes in hexadecimal.
    pub sha256: String,
    /// Who added it; none where the operator did.
    pub by: Option<PersonId>,
    /// When.
    pub at: DateTime<Utc>,
    /// The file whose place it takes.
    pub replaces: Option<AttachmentId>,
}

#[derive(sqlx::FromRow)]
struct AttachmentRow {
    id: Uuid,
    beside: String,
    beside_id: Uuid,
    name: String,
    media_type: String,
    size: i64,
    sha256: String,
    uploaded_by: Option<Uuid>,
    uploaded_at: DateTime<Utc>,
    replaces: Option<Uuid>,
}

impl TryFrom<AttachmentRow> for Attachment {
    type Error = StoreError;
    fn try_from(row: AttachmentRow) -> Result<Self, StoreError> {
        Ok(Self {
            id: AttachmentId(row.id),
            beside: row.beside.parse()?,
            of: row.beside_id,
            name: row.name,
            media: row.media_type.parse()?,
            size: row.size,
            sha256: row.sha256,
            by: row.uploaded_by.map(PersonId),
            at: row.uploaded_at,
            replaces: row.replaces.map(AttachmentId),
        })
    }
}

macro_rules! columns {
    () => {
        "a.id, a.beside, a.beside_id, a.name, a.media_type, a.size, a.sha256, a.uploaded_by, a.uploaded_at, a.replaces"
    };
}

const INSERT: &str = "insert into attachment (id, beside, beside_id, name, media_type, size, sha256, content,
    uploaded_by, uploaded_at, replaces) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";

/// Adds a file. One takes the place of another once.
pub async fn insert(conn: &mut Conn, attachment: &Attachment, content: &[u8]) -> Result<(), StoreError> {
    execute!(
        conn,
        INSERT,
        attachment.id.0,
        attachment.beside.as_str(),
        attachment.of,
        &attachment.name,
        attachment.media.as_str(),
        attachment.size,
        &attachment.sha256,
        content,
        attachment.by.map(|id| id.0),
        attachment.at,
        attachment.replaces.map(|id| id.0),
    )?;
    Ok(())
}

/// A file in a list, with who added it and whether another took its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// The file.
    pub file: Attachment,
    /// Name of who added it.
    pub by: Option<String>,
    /// Whether another file took its place.
    pub is_replaced: bool,
}

#[derive(sqlx::FromRow)]
struct LineRow {
    #[sqlx(flatten)]
    file: AttachmentRow,
    by_name: Option<String>,
    is_replaced: bool,
}

const OF: &str = concat!(
    "select ",
    columns!(),
    ", n.name as by_name, exists (select 1 from attachment b where b.replaces = a.id) as is_replaced
    from attachment a left join person n on n.id = a.uploaded_by
    where a.beside = $1 and a.beside_id = $2 order by a.uploaded_at desc, a.id desc"
);

/// The files beside a record, whoever asks, the newest first.
pub async fn of(conn: &mut Conn, beside: Beside, id: Uuid) -> Result<Vec<Line>, StoreError> {
    let line =
        |row: LineRow| Ok(Line { file: row.file.try_into()?, by: row.by_name, is_replaced: row.is_replaced });
    fetch_all!(conn, LineRow, OF, beside.as_str(), id)?.into_iter().map(line).collect()
}

#[derive(sqlx::FromRow)]
struct WholeRow {
    #[sqlx(flatten)]
    file: AttachmentRow,
    content: Vec<u8>,
}

const VISIBLE: &str = concat!(
    top!(),
    " select ",
    columns!(),
    ", a.content from attachment a where a.id = $4 and exists (select 1 from assignment s
        where (a.beside = 'assignment' and s.id = a.beside_id
            or a.beside = 'paper' and s.id in
                (select i.assignment_id from paper_item i where i.paper_id = a.beside_id)) and ",
    seen_assignment!("s.id", "s.unit_id", "s.giver_id"),
    ")"
);

/// A file with its bytes, where the record beside which it is kept may be seen.
pub async fn visible(
    conn: &mut Conn,
    id: AttachmentId,
    sight: Sight,
) -> Result<Option<(Attachment, Vec<u8>)>, StoreError> {
    let row = by_sight!(fetch_optional, conn, WholeRow, VISIBLE, sight, id.0)?;
    row.map(|row| Ok((row.file.try_into()?, row.content))).transpose()
}
