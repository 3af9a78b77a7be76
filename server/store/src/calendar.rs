//! Working days: the published calendar with an office's own days.

use crate::db::{execute, fetch_all};
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

/// An office's own day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnDay {
    /// The day.
    pub day: Date,
    /// Whether one works on it.
    pub kind: DayKind,
    /// What it is called.
    pub name: String,
}

const OWN: &str = "select day, kind, name from calendar_day order by day";

/// An office's own days, in order.
pub async fn own(conn: &mut Conn) -> Result<Vec<OwnDay>, StoreError> {
    let rows = fetch_all!(conn, (Date, String, String), OWN)?;
    rows.into_iter().map(|(day, kind, name)| Ok(OwnDay { day, kind: kind.parse()?, name })).collect()
}

const SET: &str = "insert into calendar_day (day, kind, name) values ($1, $2, $3)
    on conflict (day) do update set kind = $2, name = $3";

/// Adds a day of one's own, or changes it.
pub async fn set(conn: &mut Conn, day: Date, kind: DayKind, name: &str) -> Result<(), StoreError> {
    execute!(conn, SET, day, kind.as_str(), name)?;
    Ok(())
}

/// Takes a day of one's own away; tells whether it was there.
pub async fn remove(conn: &mut Conn, day: Date) -> Result<bool, StoreError> {
    Ok(execute!(conn, "delete from calendar_day where day = $1", day)? > 0)
}
