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
}
