//! The indicators of the reform, with numerator and denominator, for a unit, a type of power and a span of days.

use crate::form::{FieldError, Fields, date, text};
use chrono::Datelike;
use domain::duty::Sight;
use domain::{Date, Message};
use store::indicator::{By, Filter, Sums};
use store::{Conn, StoreError};

/// Reads the form: `unit` by its identifier, `type` by its code, `from` and `to`, this year until today where they are
/// empty.
pub fn filter(fields: &Fields, today: Date) -> Result<Filter, Vec<FieldError>> {
    let mut errors = Vec::new();
    let first = Date::from_ymd_opt(today.year(), 1, 1).unwrap_or(today);
    let from = date(fields, "from", &mut errors).unwrap_or(first);
    let to = date(fields, "to", &mut errors).unwrap_or(today);
    if to < from {
        errors.push(("to", Message::new("import-error-reversed").with("from", from)));
    }
    if !errors.is_empty() {
        return Err(errors);
    }
    Ok(Filter {
        root: text(fields, "unit").parse().ok(),
        power_type: text(fields, "type").parse().ok(),
        from,
        to,
        today,
    })
}

/// The sums, as far as they may be seen.
pub async fn sums(conn: &mut Conn, filter: &Filter, by: By, sight: Sight) -> Result<Sums, StoreError> {
    store::indicator::sums(conn, filter, by, sight).await
}
