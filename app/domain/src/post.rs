//! Letters: when a notice is sent to whom, and when it is tried again.

use crate::code::codes;
use crate::notice::Event;
use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

codes! {
    /// A language in which letters are written.
    Language, "language" {
        /// 简体中文
        Simplified = "zh-CN",
        /// English
        English = "en",
        /// 繁體中文
        Traditional = "zh-TW",
    }
}

codes! {
    /// What somebody wishes for a class of events.
    Wish, "wish" {
        /// A letter at once.
        Now = "now",
        /// One letter a day with all of them.
        Daily = "daily",
        /// No letter; the inbox has it.
        Never = "never",
    }
}

codes! {
    /// Events that people wish alike for.
    Class, "notice-class" {
        /// Rights that are reviewed, and exceptions.
        Rights = "rights",
        /// The catalogue, its rounds and lists.
        Catalogue = "catalogue",
        /// The life of an assignment.
        Life = "life",
        /// Cases that are handed from approval to supervision.
        Handoff = "handoff",
    }
}

codes! {
    /// Where a letter stands.
    LetterState, "letter-state" {
        /// It waits for its time.
        Waiting = "waiting",
        /// Somebody is sending it.
        Sending = "sending",
        /// The server has it.
        Sent = "sent",
        /// It was given up.
        Dead = "dead",
    }
}

impl Class {
    /// The class of an event, by the first word of its code.
    pub fn of(event: Event) -> Self {
        match event.as_str().split('_').next().unwrap_or_default() {
            "review" | "exception" => Self::Rights,
            "catalogue" | "round" | "list" | "law" | "zero" => Self::Catalogue,
            "handoff" | "case" | "feedback" | "penalty" => Self::Handoff,
            _ => Self::Life,
        }
    }
}

/// Whether an event waits for no digest: what was escalated, urged, or is late.
pub fn is_urgent(event: Event) -> bool {
    ["_escalated", "_urged", "_late", "_overdue"].iter().any(|end| event.as_str().ends_with(end))
}

/// A minute of the day in China, 0–1439.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "i32", into = "i32")]
pub struct Minute(i32);

/// A minute that the day does not have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{0} is no minute of the day")]
pub struct NoMinute(i32);

/// Minutes of a day.
const DAY: i32 = 24 * 60;

impl TryFrom<i32> for Minute {
    type Error = NoMinute;
    fn try_from(minute: i32) -> Result<Self, NoMinute> {
        if (0..DAY).contains(&minute) { Ok(Self(minute)) } else { Err(NoMinute(minute)) }
    }
}

impl From<Minute> for i32 {
    fn from(minute: Minute) -> Self {
        minute.0
    }
}

impl std::fmt::Display for Minute {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:02}:{:02}", self.0 / 60, self.0 % 60)
    }
}

impl std::str::FromStr for Minute {
    type Err = NoMinute;
    /// Reads `8:30`, also with the full-width colon of Chinese keyboards.
    fn from_str(text: &str) -> Result<Self, NoMinute> {
        let (hours, minutes) = text.trim().split_once([':', '：']).ok_or(NoMinute(-1))?;
        let number = |text: &str, most: i32| {
            let is_short = (1..=2).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
            text.parse().ok().filter(|number| is_short && (0..=most).contains(number)).ok_or(NoMinute(-1))
        };
        Self::try_from(number(hours, 23)? * 60 + number(minutes, 59)?)
    }
}

/// Hours in which no letter comes: from a minute on, up to another one, over midnight where that is earlier.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Quiet {
    /// The first quiet minute.
    pub from: Minute,
    /// The first one that is not.
    pub to: Minute,
}

impl Quiet {
    /// Whether a minute is quiet. From and to the same minute, none is.
    pub fn contains(self, minute: Minute) -> bool {
        if self.from <= self.to {
            self.from <= minute && minute < self.to
        } else {
            minute >= self.from || minute < self.to
        }
    }
}

/// How somebody wishes to be written to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wishes {
    /// Where; empty where no letters are wished.
    pub address: String,
    /// In which language.
    pub language: Language,
    /// When no letter comes.
    pub quiet: Option<Quiet>,
    /// When the digest is written.
    pub digest_at: Minute,
    /// What is wished for each class; what is not there is sent at once.
    pub classes: BTreeMap<Class, Wish>,
}

impl Default for Wishes {
    fn default() -> Self {
        Self {
            address: String::new(),
            language: Language::Simplified,
            quiet: None,
            digest_at: Minute(8 * 60),
            classes: BTreeMap::new(),
        }
    }
}

/// When a notice is written to somebody.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Due {
    /// Never.
    Never,
    /// In a letter of its own.
    Alone(DateTime<Utc>),
    /// In the digest of a moment, which is sent at another one where that is quiet.
    Digest {
        /// When the digest is written; what came before is in it.
        written: DateTime<Utc>,
        /// When it is sent.
        sent: DateTime<Utc>,
    },
}

/// China's clocks: eight hours ahead, all year.
fn local(at: DateTime<Utc>) -> NaiveDateTime {
    (at + TimeDelta::hours(8)).naive_utc()
}

fn minute(at: DateTime<Utc>) -> Minute {
    use chrono::Timelike;
    let local = local(at);
    Minute(i32::try_from(local.hour() * 60 + local.minute()).unwrap_or(0))
}

/// The first moment after another one (strictly) at which the clock shows a minute.
fn next(minute: Minute, after: DateTime<Utc>) -> DateTime<Utc> {
    let midnight = local(after).date().and_time(chrono::NaiveTime::MIN).and_utc() - TimeDelta::hours(8);
    let today = midnight + TimeDelta::minutes(i64::from(minute.0));
    if today > after { today } else { today + TimeDelta::days(1) }
}

impl Wishes {
    /// What is wished for a class.
    pub fn of(&self, class: Class) -> Wish {
        self.classes.get(&class).copied().unwrap_or(Wish::Now)
    }

    /// The moment itself, or the first one after it that is not quiet.
    pub fn loud(&self, at: DateTime<Utc>) -> DateTime<Utc> {
        match self.quiet {
            Some(quiet) if quiet.contains(minute(at)) => next(quiet.to, at),
            _ => at,
        }
    }

    /// When a notice of an event that was made at a moment is written. What is urgent waits for no digest, but keeps
    /// the quiet hours.
    pub fn due(&self, event: Event, made: DateTime<Utc>) -> Due {
        let wish = match self.of(Class::of(event)) {
            _ if self.address.is_empty() => Wish::Never,
            Wish::Daily if is_urgent(event) => Wish::Now,
            wish => wish,
        };
        match wish {
            Wish::Never => Due::Never,
            Wish::Now => Due::Alone(self.loud(made)),
            Wish::Daily => {
                let written = next(self.digest_at, made);
                Due::Digest { written, sent: self.loud(written) }
            }
        }
    }
}

/// When a letter that did not leave is tried again (Baton's proposal, so configuration): seconds after each try.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Retries(pub Vec<u32>);

impl Default for Retries {
    /// A minute, five, a quarter of an hour, an hour, three, eight and a day: given up after a day and a half.
    fn default() -> Self {
        Self(vec![60, 300, 900, 3600, 3 * 3600, 8 * 3600, 24 * 3600])
    }
}

impl Retries {
    /// When it is tried again after so many tries; none when it is given up.
    pub fn next(&self, tries: u32, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let place = usize::try_from(tries).ok()?.checked_sub(1)?;
        self.0.get(place).map(|seconds| now + TimeDelta::seconds(i64::from(*seconds)))
    }
}

#[cfg(test)]
mod tests;
