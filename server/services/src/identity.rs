//! Sessions.

use chrono::{DateTime, Utc};
use domain::Date;
use store::rights::Signed;
use store::{Db, StoreError};

/// The session of a token, with the rights of its person.
pub async fn resume(
    db: &Db,
    token: &str,
    now: DateTime<Utc>,
    today: Date,
) -> Result<Option<Signed>, StoreError> {
    let mut conn = db.read().await?;
    store::rights::of_session(&mut conn, token, today, now).await
}
