//! Tokens of the interface for programs: what they may do, how long they last, and how people know them again.

use crate::code::{UnknownCode, codes};
use crate::{Date, Message};
use chrono::{DateTime, Days, NaiveTime, TimeDelta, Utc};
use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

codes! {
    /// A part of the interface for which a token can be made.
    Area, "token-area" {
        /// Units.
        Units = "units",
        /// The catalogue.
        Powers = "powers",
        /// Assignments, how they are absorbed, and the board.
        Assignments = "assignments",
        /// People and their posts.
        People = "people",
        /// Who could do what on a day.
        Holders = "holders",
        /// Cases and their steps.
        Cases = "cases",
        /// Proposals, their approval, take-overs and recalls.
        Proposals = "proposals",
        /// Hand-offs to the supervising side and back.
        Handoffs = "handoffs",
        /// Imports and exports.
        Files = "files",
        /// The two-sided register.
        Register = "register",
        /// Rules of separation, who breaks them, and exceptions.
        Separation = "separation",
        /// Reviews of rights.
        Reviews = "reviews",
        /// Versions of catalogues, rounds, zero-base reviews, duties and legal bases.
        Catalogues = "catalogues",
        /// Papers and the files beside them.
        Papers = "papers",
        /// One's own inbox.
        Inbox = "inbox",
        /// Webhooks.
        Webhooks = "webhooks",
        /// The audit trail.
        Audit = "audit",
    }
}

codes! {
    /// Whether something is only read.
    Mode, "token-mode" {
        /// Read.
        Read = "read",
        /// Written; does not include reading.
        Write = "write",
    }
}

/// Reading or writing in one area, such as `cases:write`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Scope {
    /// The area.
    pub area: Area,
    /// Read or write.
    pub mode: Mode,
}

impl Scope {
    /// Reading in an area.
    pub const fn read(area: Area) -> Self {
        Self { area, mode: Mode::Read }
    }

    /// Writing in an area.
    pub const fn write(area: Area) -> Self {
        Self { area, mode: Mode::Write }
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.area, self.mode)
    }
}

impl FromStr for Scope {
    type Err = UnknownCode;
    fn from_str(text: &str) -> Result<Self, UnknownCode> {
        let unknown = || UnknownCode { kind: "Scope", code: text.to_owned() };
        let (area, mode) = text.split_once(':').ok_or_else(unknown)?;
        Ok(Self { area: area.parse()?, mode: mode.parse()? })
    }
}

/// Everything that a token may do.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Scopes(BTreeSet<Scope>);

impl Scopes {
    /// Whether something belongs to it.
    pub fn contains(&self, scope: Scope) -> bool {
        self.0.contains(&scope)
    }

    /// Whether it may do nothing at all.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Each of them.
    pub fn iter(&self) -> impl Iterator<Item = Scope> {
        self.0.iter().copied()
    }

    /// As it was stored. What this program does not know gives nothing.
    pub fn stored(text: &str) -> Self {
        Self(text.split_whitespace().filter_map(|scope| scope.parse().ok()).collect())
    }
}

impl FromIterator<Scope> for Scopes {
    fn from_iter<T: IntoIterator<Item = Scope>>(all: T) -> Self {
        Self(all.into_iter().collect())
    }
}

impl FromStr for Scopes {
    type Err = UnknownCode;
    fn from_str(text: &str) -> Result<Self, UnknownCode> {
        text.split_whitespace().map(str::parse).collect()
    }
}

impl fmt::Display for Scopes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let each: Vec<String> = self.0.iter().map(ToString::to_string).collect();
        f.write_str(&each.join(" "))
    }
}

/// How every token begins, so that scanners of leaked secrets find it.
pub const MARK: &str = "baton_";
/// How much of it is kept readable.
const SHOWN: usize = MARK.len() + 6;
/// Days that a token lasts at most.
pub const LONGEST_DAYS: u64 = 366;

/// The part of a token by which people know it again.
pub fn prefix(token: &str) -> String {
    token.chars().take(SHOWN).collect()
}

/// A last day on which a token may not end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BadExpiry {
    /// None was given; a token that lasts for ever is found by somebody one day.
    Missing,
    /// It is over.
    Past,
    /// It is later than this day.
    TooLate(Date),
}

impl BadExpiry {
    /// The sentence.
    pub fn message(self) -> Message {
        match self {
            Self::Missing => Message::new("token-error-until"),
            Self::Past => Message::new("token-error-past"),
            Self::TooLate(latest) => Message::new("token-error-late").with("date", latest),
        }
    }
}

/// The last day on which a token that is made today may be good.
pub fn latest(today: Date) -> Date {
    today.checked_add_days(Days::new(LONGEST_DAYS)).unwrap_or(today)
}

/// The moment at which a token ends that is good until a day, itself included, in China.
pub fn ends_at(until: Option<Date>, today: Date) -> Result<DateTime<Utc>, BadExpiry> {
    let until = until.ok_or(BadExpiry::Missing)?;
    if until < today {
        return Err(BadExpiry::Past);
    }
    if until > latest(today) {
        return Err(BadExpiry::TooLate(latest(today)));
    }
    Ok(until.and_time(NaiveTime::MIN).and_utc() + TimeDelta::hours(24 - 8))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn day(text: &str) -> Date {
        text.parse().expect("a day")
    }

    #[test]
    fn scopes_are_what_they_say() {
        let scopes: Scopes = "cases:write files:read".parse().expect("scopes");
        assert!(scopes.contains(Scope::write(Area::Cases)) && scopes.contains(Scope::read(Area::Files)));
        // Writing does not include reading.
        assert!(!scopes.contains(Scope::read(Area::Cases)) && !scopes.contains(Scope::write(Area::Files)));
        for wrong in
            ["cases", "cases:", "cases:delete", "nothing:read", "cases:write,files:read", "CASES:READ"]
        {
            assert!(wrong.parse::<Scopes>().is_err(), "{wrong}");
            assert!(Scopes::stored(wrong).is_empty(), "{wrong}");
        }
        assert_eq!(Scopes::stored("later:read cases:read").to_string(), "cases:read");
    }

    #[test]
    fn tokens_end_within_a_year() {
        let today = day("2026-11-28");
        for (until, expected) in [
            (None, Err(BadExpiry::Missing)),
            (Some("2026-11-27"), Err(BadExpiry::Past)),
            (Some("2026-11-28"), Ok("2026-11-28T16:00:00Z")),
            (Some("2027-11-29"), Ok("2027-11-29T16:00:00Z")),
            (Some("2027-11-30"), Err(BadExpiry::TooLate(day("2027-11-29")))),
        ] {
            let expected = expected.map(|at| at.parse::<DateTime<Utc>>().expect("a moment"));
            assert_eq!(ends_at(until.map(day), today), expected, "{until:?}");
        }
    }

    proptest! {
        #[test]
        fn scopes_survive_the_database(bits in any::<u64>()) {
            let all = Area::ALL.iter().flat_map(|&area| Mode::ALL.iter().map(move |&mode| Scope { area, mode }));
            let some: Scopes = all.enumerate().filter(|(place, _)| bits >> place & 1 == 1).map(|(_, it)| it).collect();
            prop_assert_eq!(&Scopes::stored(&some.to_string()), &some);
            prop_assert_eq!(some.to_string().parse::<Scopes>().ok(), Some(some));
        }

        #[test]
        fn little_of_a_token_is_shown(rest in "[A-Za-z0-9_-]{43}") {
            let shown = prefix(&format!("{MARK}{rest}"));
            prop_assert!(shown.starts_with(MARK) && shown.len() == 12);
        }
    }
}
