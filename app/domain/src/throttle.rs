//! How long one waits after failed attempts: a few are free, then each wait is twice as long, up to a limit.

use chrono::{DateTime, TimeDelta, Utc};

/// How attempts of one kind are slowed down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Throttle {
    /// Failures after which one need not wait.
    pub free: u32,
    /// The longest wait, in minutes.
    pub longest: u32,
    /// After so many minutes without an attempt, nothing is remembered.
    pub forgotten_after: u32,
}

/// Failed attempts that are counted together.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Failures {
    /// How many.
    pub count: u32,
    /// When the last one was.
    pub last_at: Option<DateTime<Utc>>,
    /// Until when no other is taken.
    pub blocked_until: Option<DateTime<Utc>>,
}

/// Attempts for one account from one place.
pub const ONE_ACCOUNT: Throttle = Throttle { free: 5, longest: 15, forgotten_after: 24 * 60 };
/// Attempts for whatever account from one address, behind which a whole office may sit.
pub const ONE_ADDRESS: Throttle = Throttle { free: 30, longest: 1, forgotten_after: 60 };

impl Throttle {
    /// Minutes to wait after so many failures.
    pub fn minutes(&self, failures: u32) -> u32 {
        match failures.saturating_sub(self.free) {
            0 => 0,
            over => 1u32.checked_shl(over - 1).unwrap_or(u32::MAX).min(self.longest),
        }
    }

    /// Until when no attempt is taken; none when one is taken now.
    pub fn blocked(&self, failures: &Failures, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        failures.blocked_until.filter(|until| *until > now)
    }

    /// One failure more.
    #[must_use]
    pub fn failed(&self, failures: &Failures, now: DateTime<Utc>) -> Failures {
        let forgotten = TimeDelta::minutes(i64::from(self.forgotten_after));
        let is_remembered = failures.last_at.is_some_and(|last| last + forgotten > now);
        let count = if is_remembered { failures.count.saturating_add(1) } else { 1 };
        let wait = self.minutes(count);
        let blocked_until = (wait > 0).then(|| now + TimeDelta::minutes(i64::from(wait)));
        Failures { count, last_at: Some(now), blocked_until }
    }
}

impl Failures {
    /// One failure less, because the attempt was none.
    #[must_use]
    pub fn undone(&self) -> Self {
        Self { count: self.count.saturating_sub(1), blocked_until: None, ..*self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(minutes: i64) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::minutes(minutes)
    }

    #[test]
    fn waits_grow_to_a_limit() {
        for (failures, minutes) in [
            (0, 0),
            (1, 0),
            (5, 0),
            (6, 1),
            (7, 2),
            (8, 4),
            (9, 8),
            (10, 15),
            (11, 15),
            (37, 15),
            (38, 15),
            (u32::MAX, 15),
        ] {
            assert_eq!(ONE_ACCOUNT.minutes(failures), minutes, "{failures}");
        }
        for (failures, minutes) in [(30, 0), (31, 1), (1000, 1)] {
            assert_eq!(ONE_ADDRESS.minutes(failures), minutes, "{failures}");
        }
    }

    #[test]
    fn the_sixth_failure_blocks_and_time_forgives() {
        let mut failures = Failures::default();
        for minute in 0..5 {
            failures = ONE_ACCOUNT.failed(&failures, at(minute));
            assert_eq!(ONE_ACCOUNT.blocked(&failures, at(minute)), None);
        }
        failures = ONE_ACCOUNT.failed(&failures, at(5));
        assert_eq!(ONE_ACCOUNT.blocked(&failures, at(5)), Some(at(6)));
        assert_eq!(ONE_ACCOUNT.blocked(&failures, at(6)), None);
        let undone = failures.undone();
        assert_eq!((undone.count, undone.blocked_until), (5, None));
        // A day later it begins anew; a minute before that it does not.
        let day = 5 + 24 * 60;
        assert_eq!(ONE_ACCOUNT.failed(&failures, at(day)).count, 1);
        assert_eq!(ONE_ACCOUNT.failed(&failures, at(day - 1)).count, 7);
    }
}
