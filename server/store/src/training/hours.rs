//! The ledger of credit hours.

use crate::db::execute;
use crate::{Conn, StoreError};
use chrono::{DateTime, Utc};
use domain::training::Credit;

/// Adds a row. What a source has earned a person already is not added again.
pub async fn insert(conn: &mut Conn, credit: &Credit, now: DateTime<Utc>) -> Result<(), StoreError> {
    const SQL: &str =
        "insert into credit (id, person_id, earned_on, category, form, tenths_of_hours, source, source_id, corrects,
        reason, written_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
        on conflict (person_id, source, source_id) where corrects is null do nothing";
    let Credit { id, person, on, category, form, tenths, source, source_id, corrects, reason } = credit;
    execute!(
        conn,
        SQL,
        id.0,
        person.0,
        *on,
        category.as_str(),
        form.as_str(),
        *tenths,
        source.as_str(),
        *source_id,
        corrects.map(|id| id.0),
        reason,
        now
    )?;
    Ok(())
}
