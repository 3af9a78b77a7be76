//! A span of days.

use crate::Date;
use serde::{Deserialize, Serialize};

/// From a day to a day, both included; without an end it goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Period {
    /// First day.
    pub from: Date,
    /// Last day.
    pub to: Option<Date>,
}

/// A period that ends before it begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the period ends on {to}, before it begins on {from}")]
pub struct Reversed {
    /// First day.
    pub from: Date,
    /// Last day.
    pub to: Date,
}

impl Period {
    /// A period; refused when it ends before it begins.
    pub fn new(from: Date, to: Option<Date>) -> Result<Self, Reversed> {
        match to {
            Some(to) if to < from => Err(Reversed { from, to }),
            _ => Ok(Self { from, to }),
        }
    }

    /// Whether the day belongs to it.
    pub fn contains(&self, day: Date) -> bool {
        self.from <= day && self.to.is_none_or(|to| day <= to)
    }

    /// Whether two periods share a day.
    pub fn overlaps(&self, other: &Self) -> bool {
        other.to.is_none_or(|to| self.from <= to) && self.to.is_none_or(|to| other.from <= to)
    }

    /// The days that belong to both; none when they share no day.
    #[must_use]
    pub fn and(&self, other: &Self) -> Option<Self> {
        let to = match (self.to, other.to) {
            (Some(one), Some(other)) => Some(one.min(other)),
            (one, other) => one.or(other),
        };
        Self::new(self.from.max(other.from), to).ok()
    }

    /// The days that do not belong to another: what is left before and after it.
    pub fn without(&self, other: &Self) -> Vec<Self> {
        if !self.overlaps(other) {
            return vec![*self];
        }
        let before = other.from.pred_opt().and_then(|last| Self::new(self.from, Some(last)).ok());
        let after =
            other.to.and_then(|last| last.succ_opt()).and_then(|first| Self::new(first, self.to).ok());
        before.into_iter().chain(after).collect()
    }
}
