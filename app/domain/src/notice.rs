//! Notices: what somebody has to know or do, and by when.

use crate::code::codes;
use crate::duty::Role;
use crate::id::{PersonId, UnitId};
use crate::{Date, Message};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

codes! {
    /// What happened. Its sentence is `notice-<code>`, and may name what [`Words`] holds.
    Event, "notice" {
        /// A review of rights waits for its reviewer.
        ReviewDue = "review_due",
        /// A stage of a round has begun.
        RoundStage = "round_stage",
        /// A stage of a round ends soon.
        RoundDue = "round_due",
        /// Another party has changed items of a round, or objects to some.
        RoundChanged = "round_changed",
        /// An article on which something stands will end.
        BasisEnding = "basis_ending",
        /// An article on which something stands is over, or reads otherwise.
        BasisMarked = "basis_marked",
    }
}

/// What the sentence names; what an event does not speak of stays empty.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Words {
    /// The power.
    pub power: String,
    /// The unit.
    pub unit: String,
    /// Who did it.
    pub who: String,
    /// Title or number of the thing.
    pub title: String,
    /// Why.
    pub reason: String,
    /// The day of which it speaks.
    pub day: Option<Date>,
    /// How many.
    pub count: u32,
}

/// A notice, whoever gets it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// What happened.
    pub event: Event,
    /// Identifier of the thing: with the event and the step it is told to a person once.
    pub about: Uuid,
    /// Which of several notices of the same event about the same thing: a reminder's offset, a round's number.
    pub step: String,
    /// What the sentence names.
    pub words: Words,
    /// Where it is dealt with: a path of this site.
    pub link: String,
    /// By when.
    pub due: Option<Date>,
}

/// Who gets a notice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum To {
    /// One person.
    Person(PersonId),
    /// Whoever has a role for a unit: for itself, or else for the nearest unit above it for which somebody has.
    Role(Role, UnitId),
}

impl Event {
    /// The sentence.
    pub fn sentence(self, words: &Words) -> Message {
        let message = self
            .message()
            .with("power", words.power.as_str())
            .with("unit", words.unit.as_str())
            .with("who", words.who.as_str())
            .with("title", words.title.as_str())
            .with("reason", words.reason.as_str())
            .with("count", words.count);
        match words.day {
            Some(day) => message.with("day", day),
            None => message,
        }
    }
}
