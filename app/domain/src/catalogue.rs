//! Catalogues: their versions, what differs between them, and what became of a power.

use crate::code::codes;
use crate::id::{PowerId, VersionId};
use crate::{Date, Message};
use serde::{Deserialize, Serialize};

pub mod basis;
mod diff;
pub mod lists;
pub mod moving;
pub mod round;
pub mod zero_base;

pub use diff::{Diff, Entry, Fate, Part, apply, diff, normal};

codes! {
    /// How a version stands on a day.
    State, "version-state" {
        /// May be changed; nobody goes by it.
        Draft = "draft",
        /// Published, in force from a later day on.
        Published = "published",
        /// In force.
        InForce = "in_force",
        /// Another one has taken its place.
        Superseded = "superseded",
    }
}

/// A version of a catalogue.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Version {
    /// Identifier.
    pub id: VersionId,
    /// The catalogue.
    pub catalogue: String,
    /// The version's name in it.
    pub version: String,
    /// What it is called in full.
    pub title: String,
    /// Document number (文号).
    pub document: String,
    /// Day of publication; none for a draft.
    pub published_on: Option<Date>,
    /// First day in force; none for a draft.
    pub in_force_from: Option<Date>,
    /// The version whose place it takes.
    pub supersedes: Option<VersionId>,
}

impl Version {
    /// How it stands on a day, where `next` is the first day of the published version that takes its place.
    pub fn state(&self, next: Option<Date>, on: Date) -> State {
        match (self.published_on, self.in_force_from) {
            (Some(_), Some(from)) if on < from => State::Published,
            (Some(_), Some(_)) if next.is_some_and(|next| next <= on) => State::Superseded,
            (Some(_), Some(_)) => State::InForce,
            _ => State::Draft,
        }
    }

    /// What keeps it from being published on a day, to be in force from another on; each with the field to mend.
    pub fn refusals(
        &self,
        powers: i64,
        before: Option<&Self>,
        on: Date,
        from: Date,
    ) -> Vec<(&'static str, Message)> {
        let mut refusals = Vec::new();
        if self.published_on.is_some() {
            refusals.push(("document", Message::new("catalogue-refused-published")));
        }
        if powers == 0 {
            refusals.push(("document", Message::new("catalogue-refused-empty")));
        }
        if self.document.is_empty() {
            refusals.push(("document", Message::new("catalogue-refused-document")));
        }
        if from < on {
            refusals.push(("in_force_from", Message::new("catalogue-refused-past").with("today", on)));
        }
        match before {
            Some(before) if before.id == self.id || before.catalogue != self.catalogue => {
                refusals.push(("supersedes", Message::new("catalogue-refused-other")));
            }
            Some(before) => match before.in_force_from {
                None => refusals.push(("supersedes", Message::new("catalogue-refused-draft"))),
                Some(first) if from <= first => {
                    refusals.push((
                        "in_force_from",
                        Message::new("catalogue-refused-earlier").with("from", first),
                    ));
                }
                Some(_) => {}
            },
            None => {}
        }
        refusals
    }
}

codes! {
    /// What became of a power in the next version.
    Link, "power-link" {
        /// The same, found by code or by name and department.
        Same = "same",
        /// The same under another name or code.
        Renamed = "renamed",
        /// One of several that it was split into.
        Split = "split",
        /// The one into which it was merged with others.
        Merged = "merged",
    }
}

/// That a power of one version became a power of the next.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Mark {
    /// The older power.
    pub from: PowerId,
    /// The newer power.
    pub to: PowerId,
    /// How.
    pub link: Link,
}

/// Everything that a power was and became, itself first, then what it came from, nearest first, then what became of
/// it: under each of these it may have been held on some day.
pub fn line(marks: &[Mark], power: PowerId) -> Vec<PowerId> {
    let mut all = vec![power];
    for back in [true, false] {
        let mut way = vec![power];
        let mut place = 0;
        while let Some(&here) = way.get(place) {
            for mark in marks {
                let (at, to) = if back { (mark.to, mark.from) } else { (mark.from, mark.to) };
                if at == here && !way.contains(&to) {
                    way.push(to);
                }
            }
            place += 1;
        }
        let more: Vec<PowerId> = way.into_iter().filter(|each| !all.contains(each)).collect();
        all.extend(more);
    }
    all
}

#[cfg(test)]
mod tests;
