//! Exceptions: they let somebody stand against a rule for a while.

use crate::code::codes;
use crate::id::{AssignmentId, ExceptionId, PersonId};
use crate::{Date, Period};

/// Days before its end from which on an exception is reported as running out (Baton's proposal).
pub const WARNING_DAYS: i64 = 30;

codes! {
    /// How an exception stands on a day.
    State, "exception-state" {
        /// Nobody has approved it.
        Asked = "asked",
        /// Approved, and still to begin.
        Coming = "coming",
        /// In force.
        Running = "running",
        /// In force, and about to run out.
        Ending = "ending",
        /// Run out.
        Expired = "expired",
        /// Ended before its time.
        Ended = "ended",
    }
}

/// An exception from a rule of separation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exception {
    /// Identifier.
    pub id: ExceptionId,
    /// The rule's code.
    pub rule: String,
    /// Who benefits; none for a unit on both sides.
    pub person: Option<PersonId>,
    /// The assignment; none for a rule about roles.
    pub assignment: Option<AssignmentId>,
    /// When, as it was asked for.
    pub period: Period,
    /// It counts only once it is approved.
    pub is_approved: bool,
    /// From this day on it does not count.
    pub ended_on: Option<Date>,
}

impl Exception {
    /// The days on which the rule is lifted.
    pub fn lifts(&self) -> Option<Period> {
        if !self.is_approved {
            return None;
        }
        match self.ended_on {
            None => Some(self.period),
            Some(ended) => Period { from: self.period.from, to: self.period.to }
                .without(&Period { from: ended, to: None })
                .into_iter()
                .next(),
        }
    }

    /// How it stands on a day.
    pub fn state(&self, on: Date) -> State {
        if !self.is_approved {
            State::Asked
        } else if self.ended_on.is_some_and(|ended| ended <= on) {
            State::Ended
        } else if on < self.period.from {
            State::Coming
        } else if self.period.to.is_some_and(|to| to < on) {
            State::Expired
        } else if self.period.to.is_some_and(|to| (to - on).num_days() <= WARNING_DAYS) {
            State::Ending
        } else {
            State::Running
        }
    }
}
