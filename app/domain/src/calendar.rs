//! Working days: weekends and public holidays are none, make-up days at weekends are.

use crate::Date;
use crate::code::codes;
use chrono::{Datelike, Weekday};
use std::collections::BTreeMap;

codes! {
    /// How a day differs from what its weekday says.
    DayKind, "day-kind" {
        /// 放假
        Off = "off",
        /// 调休上班
        Worked = "worked",
    }
}

/// A day of whichever year: month and day.
type MonthDay = (u32, u32);
/// A holiday's first and last day.
type Holiday = (MonthDay, MonthDay);

/// The days that differ, as the General Office of the State Council publishes them for each year: first and last day
/// of each holiday, and the weekend days on which one works instead.
/// Sources: 国办发明电〔2023〕7号 (2024), 国办发明电〔2024〕12号 (2025), 国办发明电〔2025〕7号 (2026).
const PUBLISHED: &[(i32, &[Holiday], &[MonthDay])] = &[
    (
        2024,
        &[
            ((1, 1), (1, 1)),
            ((2, 10), (2, 17)),
            ((4, 4), (4, 6)),
            ((5, 1), (5, 5)),
            ((6, 10), (6, 10)),
            ((9, 15), (9, 17)),
            ((10, 1), (10, 7)),
        ],
        &[(2, 4), (2, 18), (4, 7), (4, 28), (5, 11), (9, 14), (9, 29), (10, 12)],
    ),
    (
        2025,
        &[
            ((1, 1), (1, 1)),
            ((1, 28), (2, 4)),
            ((4, 4), (4, 6)),
            ((5, 1), (5, 5)),
            ((5, 31), (6, 2)),
            ((10, 1), (10, 8)),
        ],
        &[(1, 26), (2, 8), (4, 27), (9, 28), (10, 11)],
    ),
    (
        2026,
        &[
            ((1, 1), (1, 3)),
            ((2, 15), (2, 23)),
            ((4, 4), (4, 6)),
            ((5, 1), (5, 5)),
            ((6, 19), (6, 21)),
            ((9, 25), (9, 27)),
            ((10, 1), (10, 7)),
        ],
        &[(1, 4), (2, 14), (2, 28), (5, 9), (9, 20), (10, 10)],
    ),
];

/// Which days are worked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Calendar {
    differ: BTreeMap<Date, DayKind>,
}

impl Calendar {
    /// Weekends, and the days that differ.
    pub fn new(differ: impl IntoIterator<Item = (Date, DayKind)>) -> Self {
        Self { differ: differ.into_iter().collect() }
    }

    /// The published days, and over them an office's own.
    pub fn published(own: impl IntoIterator<Item = (Date, DayKind)>) -> Self {
        let mut calendar = Self::new(published_days());
        calendar.differ.extend(own);
        calendar
    }

    /// The days that differ from what their weekday says, in order.
    pub fn differing(&self) -> impl Iterator<Item = (Date, DayKind)> {
        self.differ.iter().map(|(day, kind)| (*day, *kind))
    }

    /// Whether one works on a day.
    pub fn is_working(&self, day: Date) -> bool {
        match self.differ.get(&day) {
            Some(kind) => *kind == DayKind::Worked,
            None => !matches!(day.weekday(), Weekday::Sat | Weekday::Sun),
        }
    }

    /// The first working day on or after a day.
    pub fn on_or_after(&self, day: Date) -> Date {
        let mut day = day;
        while !self.is_working(day) {
            let Some(next) = day.succ_opt() else { break };
            day = next;
        }
        day
    }

    /// The `days`-th working day after a day, which itself does not count (《行政许可法》第八十二条,
    /// 《民事诉讼法》第八十五条: the day on which a period begins is not counted). For none, the first working day on
    /// or after it.
    pub fn after(&self, from: Date, days: u32) -> Date {
        if days == 0 {
            return self.on_or_after(from);
        }
        let mut day = from;
        let mut left = days;
        while left > 0 {
            let Some(next) = day.succ_opt() else { break };
            day = next;
            if self.is_working(day) {
                left -= 1;
            }
        }
        day
    }

    /// The `days`-th working day before a day, which itself does not count.
    pub fn before(&self, to: Date, days: u32) -> Date {
        let mut day = to;
        let mut left = days;
        while left > 0 {
            let Some(previous) = day.pred_opt() else { break };
            day = previous;
            if self.is_working(day) {
                left -= 1;
            }
        }
        day
    }

    /// Working days after a day, until another one that counts; none when that is not later.
    pub fn between(&self, from: Date, to: Date) -> u32 {
        let days = from.iter_days().skip(1).take_while(|day| *day <= to).filter(|day| self.is_working(*day));
        u32::try_from(days.count()).unwrap_or(u32::MAX)
    }
}

/// The published days that differ, with their year's order.
pub fn published_days() -> impl Iterator<Item = (Date, DayKind)> {
    PUBLISHED.iter().flat_map(|(year, holidays, worked)| {
        let day = move |(month, day)| Date::from_ymd_opt(*year, month, day);
        let off = holidays.iter().filter_map(move |(first, last)| Some((day(*first)?, day(*last)?)));
        let off = off.flat_map(|(first, last)| first.iter_days().take_while(move |day| *day <= last));
        let worked = worked.iter().filter_map(move |date| day(*date));
        off.map(|day| (day, DayKind::Off)).chain(worked.map(|day| (day, DayKind::Worked)))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn day(text: &str) -> Date {
        text.parse().unwrap()
    }

    #[test]
    fn published_years() {
        // 2024 and 2026 give more than the 11 and 13 holidays by weekends that join them; the make-up days balance.
        let calendar = Calendar::published([]);
        for (year, working) in [(2024, 251), (2025, 248), (2026, 248)] {
            let first = Date::from_ymd_opt(year, 1, 1).unwrap();
            let days = first.iter_days().take_while(|day| day.year() == year);
            assert_eq!(days.filter(|day| calendar.is_working(*day)).count(), working, "{year}");
        }
        // Every make-up day is at a weekend, every holiday is left out.
        for (day, kind) in published_days() {
            let at_weekend = matches!(day.weekday(), Weekday::Sat | Weekday::Sun);
            assert!(kind == DayKind::Off || at_weekend, "{day}");
        }
    }

    #[test]
    fn across_holidays() {
        let calendar = Calendar::published([(day("2026-11-26"), DayKind::Off)]);
        for (from, days, to) in [
            // 中秋 2026: Friday to Sunday.
            ("2026-09-24", 1, "2026-09-28"),
            // 国庆 2026: Thursday to Wednesday; Saturday the 10th is worked.
            ("2026-09-30", 2, "2026-10-09"),
            ("2026-09-30", 3, "2026-10-10"),
            ("2026-10-01", 0, "2026-10-08"),
            // 春节 2026 with both make-up Saturdays.
            ("2026-02-13", 1, "2026-02-14"),
            ("2026-02-13", 2, "2026-02-24"),
            ("2026-02-27", 1, "2026-02-28"),
            // The office's own day.
            ("2026-11-25", 1, "2026-11-27"),
        ] {
            assert_eq!(calendar.after(day(from), days), day(to), "{days} after {from}");
        }
        assert_eq!(calendar.between(day("2026-09-30"), day("2026-10-10")), 3);
        assert_eq!(calendar.between(day("2026-10-10"), day("2026-09-30")), 0);
        assert_eq!(calendar.before(day("2026-10-10"), 3), day("2026-09-30"));
    }

    proptest! {
        #[test]
        fn counting_there_and_back(offset in 0_u64..1000, days in 1_u32..60) {
            let calendar = Calendar::published([]);
            let from = day("2024-01-01") + chrono::Days::new(offset);
            let to = calendar.after(from, days);
            prop_assert!(calendar.is_working(to));
            prop_assert_eq!(calendar.between(from, to), days);
            prop_assert!(calendar.before(to, days) <= calendar.on_or_after(from));
        }

        #[test]
        fn one_more_holiday_never_brings_a_day_forward(offset in 0_u64..1000, days in 0_u32..60, off in 0_u64..1100) {
            let from = day("2024-01-01") + chrono::Days::new(offset);
            let off = day("2024-01-01") + chrono::Days::new(off);
            let more = Calendar::published([(off, DayKind::Off)]);
            prop_assert!(more.after(from, days) >= Calendar::published([]).after(from, days));
        }
    }
}
