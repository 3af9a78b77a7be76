//! Case statistics of an assignment by month.

use crate::Date;
use crate::id::StatisticsId;
use chrono::{Datelike, Months};
use serde::{Deserialize, Serialize};

/// One month's cases.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MonthlyStatistics {
    /// Identifier.
    pub id: StatisticsId,
    /// First day of the month.
    pub month: Date,
    /// Accepted.
    pub received: u32,
    /// Finished; may exceed those received.
    pub completed: u32,
    /// Finished on the spot.
    pub instant: u32,
    /// Finished before the promised day.
    pub early: u32,
    /// Finished after the limit.
    pub overdue: u32,
    /// Sent back to the applicant.
    pub returned: u32,
    /// Complaints.
    pub complaints: u32,
    /// Reconsiderations asked for.
    pub reconsiderations: u32,
    /// Decisions reversed.
    pub reversals: u32,
}

/// Sums over months.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Totals {
    /// Accepted.
    pub received: u32,
    /// Finished.
    pub completed: u32,
    /// Finished after the limit.
    pub overdue: u32,
    /// Sent back to the applicant.
    pub returned: u32,
    /// Decisions reversed.
    pub reversals: u32,
}

/// First day of a day's month.
pub fn month_of(day: Date) -> Date {
    day.with_day(1).unwrap_or(day)
}

/// First day of the `months` complete months before a day's month.
pub fn window_start(on: Date, months: u32) -> Date {
    month_of(on).checked_sub_months(Months::new(months)).unwrap_or(Date::MIN)
}

/// Sums the complete months before `on`, `months` of them.
pub fn totals(rows: &[MonthlyStatistics], on: Date, months: u32) -> Totals {
    let (from, to) = (window_start(on, months), month_of(on));
    let mut sum = Totals::default();
    for row in rows.iter().filter(|row| from <= row.month && row.month < to) {
        sum.received = sum.received.saturating_add(row.received);
        sum.completed = sum.completed.saturating_add(row.completed);
        sum.overdue = sum.overdue.saturating_add(row.overdue);
        sum.returned = sum.returned.saturating_add(row.returned);
        sum.reversals = sum.reversals.saturating_add(row.reversals);
    }
    sum
}
