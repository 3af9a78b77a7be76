//! Files that wait between preview and confirmation.

use crate::db::{execute, fetch_optional};
use crate::{Conn, StoreError};
use chrono::{DateTime, Utc};
use domain::id::PersonId;
use uuid::Uuid;

/// A file that waits.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Upload {
    /// Identifier.
    pub id: Uuid,
    /// Whose it is; nobody else gets to see it.
    pub person_id: Uuid,
    /// What its rows are.
    pub kind: String,
    /// Its name.
    pub file_name: String,
    /// Its bytes.
    pub content: Vec<u8>,
    /// When it came.
    pub uploaded_at: DateTime<Utc>,
    /// What it would do, or did, in each language.
    pub report: serde_json::Value,
    /// Whether it was imported.
    pub is_done: bool,
}

/// Keeps a file.
pub async fn insert(conn: &mut Conn, upload: &Upload) -> Result<(), StoreError> {
    const SQL: &str =
        "insert into upload (id, person_id, kind, file_name, content, uploaded_at, report, is_done)
        values ($1, $2, $3, $4, $5, $6, $7, $8)";
    let Upload { id, person_id, kind, file_name, content, uploaded_at, report, is_done } = upload;
    execute!(conn, SQL, *id, *person_id, kind, file_name, content, *uploaded_at, report, *is_done)?;
    Ok(())
}

/// A kept file of a person's own.
pub async fn by_id(conn: &mut Conn, id: Uuid, owner: PersonId) -> Result<Option<Upload>, StoreError> {
    const SQL: &str =
        "select id, person_id, kind, file_name, content, uploaded_at, report, is_done from upload
        where id = $1 and person_id = $2";
    fetch_optional!(conn, Upload, SQL, id, owner.0)
}

/// Takes a file for its import; none when it is not there or was taken before.
pub async fn claim(conn: &mut Conn, id: Uuid, owner: PersonId) -> Result<Option<Upload>, StoreError> {
    const SQL: &str = "update upload set is_done = $3 where id = $1 and person_id = $2 and is_done = $4";
    let taken = execute!(conn, SQL, id, owner.0, true, false)?;
    if taken == 0 { Ok(None) } else { by_id(conn, id, owner).await }
}

/// Keeps what an import did beside its file.
pub async fn keep_report(conn: &mut Conn, id: Uuid, report: &serde_json::Value) -> Result<(), StoreError> {
    execute!(conn, "update upload set report = $2 where id = $1", id, report)?;
    Ok(())
}

/// Removes the files that came before a moment; tells how many.
pub async fn delete_before(conn: &mut Conn, moment: DateTime<Utc>) -> Result<u64, StoreError> {
    execute!(conn, "delete from upload where uploaded_at < $1", moment)
}
