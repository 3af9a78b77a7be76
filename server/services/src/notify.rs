//! Tells people what they have to know or do.

use chrono::{DateTime, Utc};
use domain::Date;
use domain::id::PersonId;
use domain::notice::{Notice, To};
use std::collections::BTreeSet;
use store::{Conn, StoreError};

/// Tells it, in the transaction in which it happened, to whom it concerns and to whoever stands in for them. Whoever
/// was told before is not told again. The number of people who had not known it.
pub async fn tell(
    conn: &mut Conn,
    now: DateTime<Utc>,
    today: Date,
    notice: &Notice,
    to: &[To],
) -> Result<usize, StoreError> {
    let mut persons: BTreeSet<PersonId> = BTreeSet::new();
    for to in to {
        match to {
            To::Person(person) => {
                persons.insert(*person);
            }
            To::Role(role, unit) => {
                persons.extend(store::notice::holders(conn, *role, *unit, today).await?);
            }
        }
    }
    for person in persons.clone() {
        persons.extend(store::notice::deputies(conn, person, today).await?);
    }
    let mut told = 0;
    for person in persons {
        told += usize::from(store::notice::insert(conn, person, notice, now).await?);
    }
    Ok(told)
}
