//! How people wish to be written to.

use crate::db::{execute, fetch_optional};
use crate::{Conn, StoreError};
use domain::id::PersonId;
use domain::post::{Minute, Quiet, Wishes};

/// The columns of a wish, which may stand beside others.
#[derive(Debug, Clone, sqlx::FromRow)]
pub(crate) struct WishRow {
    address: Option<String>,
    language: Option<String>,
    quiet_from: Option<i32>,
    quiet_to: Option<i32>,
    digest_at: Option<i32>,
    classes: Option<String>,
}

fn minute(minute: i32) -> Result<Minute, StoreError> {
    Minute::try_from(minute).map_err(|error| StoreError::Corrupt(error.to_string()))
}

impl TryFrom<WishRow> for Wishes {
    type Error = StoreError;
    fn try_from(row: WishRow) -> Result<Self, StoreError> {
        let WishRow { address: Some(address), language: Some(language), .. } = &row else {
            return Ok(Self::default());
        };
        let quiet = match (row.quiet_from, row.quiet_to) {
            (Some(from), Some(to)) => Some(Quiet { from: minute(from)?, to: minute(to)? }),
            _ => None,
        };
        let classes = serde_json::from_str(row.classes.as_deref().unwrap_or("{}"));
        Ok(Self {
            address: address.clone(),
            language: language.parse()?,
            quiet,
            digest_at: row.digest_at.map_or(Ok(Self::default().digest_at), minute)?,
            classes: classes.map_err(|error| StoreError::Corrupt(error.to_string()))?,
        })
    }
}

/// A person's wishes; the usual ones where he has none.
pub async fn of(conn: &mut Conn, person: PersonId) -> Result<Wishes, StoreError> {
    const SQL: &str = "select address, language, quiet_from, quiet_to, digest_at, classes from post_wish where person_id = $1";
    fetch_optional!(conn, WishRow, SQL, person.0)?.map_or_else(|| Ok(Wishes::default()), Wishes::try_from)
}

/// Keeps a person's wishes, and lets what waits to be written about be looked at again.
pub async fn set(conn: &mut Conn, person: PersonId, wishes: &Wishes) -> Result<(), StoreError> {
    const SQL: &str = "insert into post_wish
        (person_id, address, language, quiet_from, quiet_to, digest_at, classes)
        values ($1, $2, $3, $4, $5, $6, $7)
        on conflict (person_id) do update set address = excluded.address, language = excluded.language,
            quiet_from = excluded.quiet_from, quiet_to = excluded.quiet_to, digest_at = excluded.digest_at,
            classes = excluded.classes";
    const AGAIN: &str = "update notice set post_at = null where person_id = $1 and posted_at is null";
    let classes =
        serde_json::to_string(&wishes.classes).map_err(|error| StoreError::Corrupt(error.to_string()))?;
    execute!(
        conn,
        SQL,
        person.0,
        &wishes.address,
        wishes.language.as_str(),
        wishes.quiet.map(|quiet| i32::from(quiet.from)),
        wishes.quiet.map(|quiet| i32::from(quiet.to)),
        i32::from(wishes.digest_at),
        classes,
    )?;
    execute!(conn, AGAIN, person.0)?;
    Ok(())
}
