//! Separation sets: of these members nobody holds so many at once (ANSI INCITS 359).

use crate::assignment::Function;
use crate::code::codes;
use crate::duty::{FunctionRule, Mode};
use crate::{Arg, Message};
use std::collections::BTreeSet;

codes! {
    /// What a set keeps apart, and where.
    Kind, "separation-kind" {
        /// Sides of the same case; has no members and knows no exception
        Case = "case",
        /// Functions of the same power in the same unit
        PowerUnit = "power_unit",
        /// The approving and the supervising unit of an assignment
        SameUnit = "same_unit",
        /// Roles, in whatever post
        Static = "static",
        /// Roles of one post, in which one acts
        Dynamic = "dynamic",
    }
}

impl Kind {
    /// Whether its members are roles; else they are functions.
    pub const fn is_about_roles(self) -> bool {
        matches!(self, Self::Static | Self::Dynamic)
    }
}

/// A separation set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Set {
    /// Stable code, such as `SOD-03`.
    pub code: String,
    /// What it keeps apart.
    pub kind: Kind,
    /// Roles, or codes of functions.
    pub members: BTreeSet<String>,
    /// Nobody holds so many of them at once.
    pub cardinality: u32,
    /// Record or enforce.
    pub mode: Mode,
}

/// A set that cannot be.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SetError {
    /// Fewer than two would forbid every one of them.
    #[error("the cardinality is {0}, but must be 2 or more")]
    TooLow(u32),
    /// More than there are members would never be broken.
    #[error("the cardinality is {cardinality}, but there are only {members} members")]
    TooHigh {
        /// Cardinality.
        cardinality: u32,
        /// How many members there are, or would be left.
        members: usize,
    },
    /// Something that is no function.
    #[error("{0} is not a function")]
    NoFunction(String),
    /// The rule of the same case is always in force.
    #[error("the rule of the same case is always enforced")]
    AlwaysEnforced,
}

impl SetError {
    /// What is wrong and how to mend it.
    pub fn message(&self) -> Message {
        match self {
            Self::TooLow(cardinality) => {
                Message::new("separation-error-too-low").with("cardinality", *cardinality)
            }
            Self::TooHigh { cardinality, members } => Message::new("separation-error-too-high")
                .with("cardinality", *cardinality)
                .with("members", Arg::from(*members)),
            Self::NoFunction(member) => {
                Message::new("separation-error-no-function").with("member", member.as_str())
            }
            Self::AlwaysEnforced => Message::new("separation-error-always"),
        }
    }
}

impl Set {
    /// Checks what the standard asks of a set: 2 ≤ cardinality ≤ number of members.
    pub fn checked(self) -> Result<Self, SetError> {
        if self.kind == Kind::Case {
            return if self.mode == Mode::Enforce { Ok(self) } else { Err(SetError::AlwaysEnforced) };
        }
        if self.cardinality < 2 {
            return Err(SetError::TooLow(self.cardinality));
        }
        if self.members.len() < self.cardinality as usize {
            return Err(SetError::TooHigh { cardinality: self.cardinality, members: self.members.len() });
        }
        if !self.kind.is_about_roles()
            && let Some(member) = self.members.iter().find(|member| member.parse::<Function>().is_err())
        {
            return Err(SetError::NoFunction(member.clone()));
        }
        Ok(self)
    }

    /// With another cardinality.
    pub fn with_cardinality(&self, cardinality: u32) -> Result<Self, SetError> {
        Self { cardinality, ..self.clone() }.checked()
    }

    /// With one more member.
    pub fn with_member(&self, member: impl Into<String>) -> Result<Self, SetError> {
        let mut set = self.clone();
        set.members.insert(member.into());
        set.checked()
    }

    /// Without a member; not so few may be left that the set could no longer be broken.
    pub fn without_member(&self, member: &str) -> Result<Self, SetError> {
        let mut set = self.clone();
        set.members.remove(member);
        set.checked()
    }

    /// In another mode.
    pub fn with_mode(&self, mode: Mode) -> Result<Self, SetError> {
        Self { mode, ..self.clone() }.checked()
    }

    /// The rule about functions that decisions ask; none where the set is about something else.
    pub fn function_rule(&self) -> Option<FunctionRule> {
        (self.kind == Kind::PowerUnit).then(|| FunctionRule {
            code: self.code.clone(),
            members: self.members.iter().filter_map(|member| member.parse().ok()).collect(),
            cardinality: self.cardinality,
            mode: self.mode,
        })
    }
}
