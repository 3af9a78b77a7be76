//! What the clock says of a deadline: a reminder, the day itself, overdue, and when the unit above is told.

use super::settings::Settings;
use crate::Date;
use crate::calendar::Calendar;

/// What is to be said on a day about something that is still owed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Said {
    /// It is due in so many working days; nought on the day itself.
    Reminder(u32),
    /// The deadline has passed.
    Overdue,
    /// And for so long that the unit above is told.
    Escalated,
}

/// What has come due to be said by a day, the earliest first. Each is said once, by its name: what was missed while
/// nobody looked is made good, but of several reminders only the last is.
pub fn said(due: Date, today: Date, calendar: &Calendar, settings: &Settings) -> Vec<Said> {
    if today > due {
        let mut all = vec![Said::Overdue];
        if today >= calendar.after(due, settings.escalate_after) {
            all.push(Said::Escalated);
        }
        return all;
    }
    let mut offsets = settings.reminders.clone();
    offsets.push(0);
    offsets.sort_unstable();
    let come = offsets.into_iter().find(|&offset| offset_day(due, offset, calendar) <= today);
    come.map(Said::Reminder).into_iter().collect()
}

fn offset_day(due: Date, offset: u32, calendar: &Calendar) -> Date {
    if offset == 0 { due } else { calendar.before(due, offset) }
}

impl Said {
    /// The name by which it is told once; a deadline that moves is told anew.
    pub fn step(self, due: Date) -> String {
        match self {
            Self::Reminder(offset) => format!("{due} -{offset}"),
            Self::Overdue => format!("{due} overdue"),
            Self::Escalated => format!("{due} escalated"),
        }
    }
}

/// The offset of a notice about an end that has come by a day: the smallest that has.
pub fn notice_before(end: Date, today: Date, offsets: &[u32]) -> Option<u32> {
    if today > end {
        return None;
    }
    let left = u32::try_from((end - today).num_days()).unwrap_or(u32::MAX);
    offsets.iter().copied().filter(|offset| left <= *offset).min()
}

/// The day on which what waits for its tasks may begin at the earliest: the day it was planned for, or, where that has
/// come, the next working day.
pub fn postponed(planned: Date, today: Date, calendar: &Calendar) -> Date {
    if planned > today { planned } else { calendar.after(today, 1) }
}
