//! The hand-off of a decided case to whoever supervises it, and of a penalty back to whoever decided: pushed, claimed by
//! a named person, answered, closed; or returned and pushed again to the right unit.
//!
//! All limits are configuration (ours; published practice: pushed at latest in 2 working days, claimed within 2,
//! answered within 1).

use crate::calendar::Calendar;
use crate::code::codes;
use crate::{Date, Message};
use serde::{Deserialize, Serialize};

codes! {
    /// Which way a hand-off goes.
    Kind, "handoff-kind" {
        /// A decision, to the supervising side.
        Approval = "approval",
        /// A penalty that touches the licence, back to the deciding side.
        Penalty = "penalty",
    }
}

codes! {
    /// How far a hand-off is.
    State, "handoff-state" {
        /// It waits for somebody to claim it.
        Pushed = "pushed",
        /// Somebody answers for it.
        Claimed = "claimed",
        /// What was found was told to the other side.
        Answered = "answered",
        /// The other side took note.
        Closed = "closed",
        /// It went to the wrong unit, and waits to be pushed to the right one.
        Returned = "returned",
    }
}

codes! {
    /// What can be done to a hand-off.
    Act, "handoff-act" {
        /// Sent.
        Push = "push",
        /// Somebody takes it on.
        Claim = "claim",
        /// Supervision is written down.
        Record = "record",
        /// The other side is told.
        Answer = "answer",
        /// The other side takes note.
        Close = "close",
        /// Sent back as wrongly addressed.
        Return = "return",
        /// Sent to the right unit.
        Redirect = "redirect",
        /// Told to whoever stands above, because nobody moved.
        Escalate = "escalate",
    }
}

codes! {
    /// What supervision of a decision, or the deciding side's look at a penalty, came to.
    Answer, "handoff-answer" {
        /// 纳入监管，未发现问题
        InOrder = "in_order",
        /// 发现问题，已责令整改
        Mending = "mending",
        /// 证照应当变更或暂扣
        Suspend = "suspend",
        /// 证照应当撤销或吊销
        Revoke = "revoke",
    }
}

codes! {
    /// What a penalty does to the licence.
    Effect, "handoff-effect" {
        /// 暂扣
        Suspended = "suspended",
        /// 变更许可范围
        Restricted = "restricted",
        /// 吊销
        Revoked = "revoked",
    }
}

/// Limits and offsets, all in working days.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settings {
    /// From the decision until it must have been pushed.
    pub push_days: u32,
    /// From the push until somebody must have claimed it.
    pub claim_days: u32,
    /// From the claim until it must have been answered.
    pub answer_days: u32,
    /// Before a due day, when whoever is to act is reminded.
    pub remind_before: u32,
    /// After a due day, when the manager of the unit is told.
    pub escalate_first: u32,
    /// After a due day, when the unit above is told.
    pub escalate_second: u32,
    /// Whether what is pushed counts as claimed by the supervising unit's liaison.
    pub pushed_is_claimed: bool,
    /// From which day of decision on imported cases are handed off; none of them without one.
    pub imports_from: Option<Date>,
    /// Natural days from filing to the decision on a penalty.
    pub penalty_days: u32,
    /// Before the due day of a case, when its unit is reminded.
    pub case_before: u32,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            push_days: 2,
            claim_days: 2,
            answer_days: 1,
            remind_before: 1,
            escalate_first: 1,
            escalate_second: 3,
            pushed_is_claimed: false,
            imports_from: None,
            penalty_days: 90,
            case_before: 2,
        }
    }
}

impl Settings {
    /// The last day for claiming what was pushed on a day.
    pub fn claim_due(&self, calendar: &Calendar, pushed_on: Date) -> Date {
        calendar.after(pushed_on, self.claim_days)
    }

    /// The last day for answering what was claimed on a day.
    pub fn answer_due(&self, calendar: &Calendar, claimed_on: Date) -> Date {
        calendar.after(claimed_on, self.answer_days)
    }

    /// The last day for pushing what was decided on a day.
    pub fn push_due(&self, calendar: &Calendar, decided_on: Date) -> Date {
        calendar.after(decided_on, self.push_days)
    }
}

/// Why something cannot be done to a hand-off.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unfit {
    /// What was to be done.
    pub act: Act,
    /// How far it is.
    pub state: State,
}

impl Unfit {
    /// The words.
    pub fn message(&self) -> Message {
        let key = match (self.act, self.state) {
            (Act::Claim, State::Claimed) => "handoff-error-claimed",
            (_, State::Closed) => "handoff-error-closed",
            (_, State::Returned) => "handoff-error-returned",
            (Act::Answer | Act::Record, State::Pushed) => "handoff-error-unclaimed",
            (Act::Answer, State::Answered) => "handoff-error-answered",
            (Act::Close, _) => "handoff-error-unanswered",
            (Act::Redirect, _) => "handoff-error-not-returned",
            _ => "handoff-error-too-late",
        };
        Message::new(key).with("state", self.state.message())
    }
}

/// The state after an act, or why it cannot be done.
pub fn after(state: State, act: Act) -> Result<State, Unfit> {
    match (state, act) {
        (State::Pushed, Act::Claim) | (State::Claimed, Act::Record) => Ok(State::Claimed),
        (State::Claimed, Act::Answer) => Ok(State::Answered),
        (State::Answered, Act::Close) => Ok(State::Closed),
        (State::Pushed | State::Claimed, Act::Return) => Ok(State::Returned),
        (State::Returned, Act::Redirect) => Ok(State::Pushed),
        (State::Pushed | State::Claimed, Act::Escalate) => Ok(state),
        _ => Err(Unfit { act, state }),
    }
}

/// How high a late hand-off has been told.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// To nobody but whoever is to act.
    #[default]
    None,
    /// To whoever is to act, again: the due day comes.
    Reminded,
    /// To whoever is to act: the due day has passed.
    Late,
    /// To the manager of the unit.
    Manager,
    /// To the unit above.
    Above,
}

impl Level {
    /// Every level, the lowest first.
    pub const ALL: [Self; 5] = [Self::None, Self::Reminded, Self::Late, Self::Manager, Self::Above];

    /// As the database holds it.
    pub const fn number(self) -> i32 {
        self as i32
    }

    /// From what the database holds.
    pub fn from_number(number: i32) -> Self {
        Self::ALL.into_iter().find(|level| level.number() == number).unwrap_or(Self::Above)
    }
}

/// How high something that is due on a day must have been told by another.
pub fn level(settings: &Settings, calendar: &Calendar, due: Date, today: Date) -> Level {
    if today <= due {
        // The reminder comes on the first day from which on so few working days are left.
        return if calendar.after(today, settings.remind_before) >= due {
            Level::Reminded
        } else {
            Level::None
        };
    }
    if today >= calendar.after(due, settings.escalate_second) {
        Level::Above
    } else if today >= calendar.after(due, settings.escalate_first) {
        Level::Manager
    } else {
        Level::Late
    }
}

#[cfg(test)]
mod tests;
