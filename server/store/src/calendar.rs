//! Working days: the published calendar with an office's own days.

use crate::db::fetch_all;
use crate::{Conn, StoreError};
use domain::Date;
use domain::calendar::{Calendar, DayKind};

const LOAD: &str = "select day, kind from calendar_day order by day";

/// The calendar.
pub async fn load(conn: &mut Conn) -> Result<Calendar, StoreError> {
    let rows = fetch_all!(conn, (Date, String), LOAD)?;
    let own = rows.into_iter().map(|(day, kind)| Ok((day, kind.parse::<DayKind>()?)));
    Ok(Calendar::published(own.collect::<Result<Vec<_>, StoreError>>()?))
}
