//! Time limits: a clock that starts at acceptance, counts working or natural days, and pauses.
//!
//! The day on which it starts is not counted. A licence counts working days, and hearing, test, inspection and expert
//! review are outside of the limit where the applicant was told in writing (行政许可法, articles 45 and 82); a penalty
//! is decided within ninety natural days of filing (行政处罚法, article 60), and a limit in natural days that ends on
//! a holiday ends on the next working day (article 85).

use crate::Date;
use crate::calendar::Calendar;
use crate::code::codes;
use serde::{Deserialize, Serialize};

codes! {
    /// Which days a clock counts.
    Count, "clock-count" {
        /// 工作日
        Working = "working",
        /// 自然日
        Natural = "natural",
    }
}

codes! {
    /// Why a clock pauses.
    PauseReason, "pause-reason" {
        /// 听证
        Hearing = "hearing",
        /// 检验、检测
        Test = "test",
        /// 检疫、勘验
        Inspection = "inspection",
        /// 鉴定、专家评审
        ExpertReview = "expert_review",
    }
}

/// Days on which a clock stands still.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pause {
    /// Why.
    pub reason: PauseReason,
    /// First day.
    pub from: Date,
    /// Last day; without one it still stands.
    pub to: Option<Date>,
    /// When the applicant was told; until then the clock runs on.
    pub notified_on: Option<Date>,
}

impl Pause {
    /// The first day on which it stops the clock; none where nobody was told.
    pub fn stops_from(&self) -> Option<Date> {
        self.notified_on.map(|told| told.max(self.from))
    }

    /// Whether the clock stands still on a day.
    pub fn stops(&self, day: Date) -> bool {
        self.stops_from().is_some_and(|from| from <= day) && self.to.is_none_or(|to| day <= to)
    }

    /// Whether it has begun and not ended on a day, told or not.
    pub fn runs(&self, day: Date) -> bool {
        self.from <= day && self.to.is_none_or(|to| day <= to)
    }
}

/// A time limit that runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clock {
    /// The day on which it starts, which is not counted.
    pub start: Date,
    /// Days allowed; zero is a matter of the same day.
    pub limit: u32,
    /// Which days count.
    pub count: Count,
    /// When it stands still.
    pub pauses: Vec<Pause>,
}

codes! {
    /// How a clock stands on a day.
    Standing, "clock-standing" {
        /// It runs.
        Running = "running",
        /// It stands still.
        Paused = "paused",
        /// The due day has passed.
        Overdue = "overdue",
        /// Ended in time.
        Kept = "kept",
        /// Ended after the due day.
        Broken = "broken",
    }
}

/// What a clock shows on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reading {
    /// The last day allowed; none while a pause without an end stands before it.
    pub due: Option<Date>,
    /// Days used, up to the day or to the end.
    pub used: u32,
    /// Days left; negative when more were used than allowed.
    pub left: i64,
    /// How it stands.
    pub standing: Standing,
}

impl Clock {
    fn is_counted(&self, calendar: &Calendar, day: Date) -> bool {
        let counts = self.count == Count::Natural || calendar.is_working(day);
        counts && !self.pauses.iter().any(|pause| pause.stops(day))
    }

    /// The first day after `day` on which an endless pause stops everything, where there is one.
    fn stands_for_ever_from(&self) -> Option<Date> {
        let endless = self.pauses.iter().filter(|pause| pause.to.is_none());
        endless.filter_map(Pause::stops_from).min()
    }

    /// The last day allowed. None where a pause without an end stops the clock before.
    pub fn due(&self, calendar: &Calendar) -> Option<Date> {
        let stop = self.stands_for_ever_from();
        let mut day = self.start;
        let mut left = self.limit;
        while left > 0 {
            day = day.succ_opt()?;
            if stop.is_some_and(|stop| day >= stop) {
                return None;
            }
            left -= u32::from(self.is_counted(calendar, day));
        }
        Some(calendar.on_or_after(day))
    }

    /// Days used from the start, which does not count, to a day, which does.
    pub fn used(&self, calendar: &Calendar, on: Date) -> u32 {
        let days = self.start.iter_days().skip(1).take_while(|day| *day <= on);
        let counted = days.filter(|day| self.is_counted(calendar, *day)).count();
        u32::try_from(counted).unwrap_or(u32::MAX)
    }

    /// What it shows on a day, or showed on the day on which it ended.
    pub fn reading(&self, calendar: &Calendar, today: Date, ended: Option<Date>) -> Reading {
        let day = ended.unwrap_or(today);
        let due = self.due(calendar);
        let used = self.used(calendar, day);
        let is_late = due.is_some_and(|due| due < day);
        let standing = match (ended, is_late) {
            (Some(_), true) => Standing::Broken,
            (Some(_), false) => Standing::Kept,
            (None, true) => Standing::Overdue,
            (None, false) if self.pauses.iter().any(|pause| pause.stops(today)) => Standing::Paused,
            (None, false) => Standing::Running,
        };
        Reading { due, used, left: i64::from(self.limit) - i64::from(used), standing }
    }
}

#[cfg(test)]
mod tests;
