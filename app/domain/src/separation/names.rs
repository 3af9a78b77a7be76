//! Names of people, posts and assignments, for sentences about them.

use super::{BUSINESS, Proof, Via};
use crate::assignment::Function;
use crate::duty::Role;
use crate::id::{AppointmentId, AssignmentId, PersonId, UnitId};
use crate::{Arg, Message, Period};
use std::collections::HashMap;

/// What identifiers are called; one that is not listed shows itself.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Names {
    /// People.
    pub people: HashMap<PersonId, String>,
    /// Posts, with their units.
    pub posts: HashMap<AppointmentId, String>,
    /// Assignments: the power and the unit.
    pub assignments: HashMap<AssignmentId, String>,
    /// Units.
    pub units: HashMap<UnitId, String>,
    /// Roles that are not built in.
    pub roles: HashMap<String, String>,
}

impl Names {
    /// A person's name.
    pub fn person(&self, id: PersonId) -> String {
        self.people.get(&id).cloned().unwrap_or_else(|| id.to_string())
    }

    /// A post's name.
    pub fn post(&self, id: AppointmentId) -> String {
        self.posts.get(&id).cloned().unwrap_or_else(|| id.to_string())
    }

    /// An assignment's name.
    pub fn assignment(&self, id: AssignmentId) -> String {
        self.assignments.get(&id).cloned().unwrap_or_else(|| id.to_string())
    }

    /// A unit's name.
    pub fn unit(&self, id: UnitId) -> String {
        self.units.get(&id).cloned().unwrap_or_else(|| id.to_string())
    }

    /// The name of a member of a set: a role or a function.
    pub fn member(&self, code: &str) -> Message {
        match self.roles.get(code) {
            Some(name) if !name.is_empty() => Message::new("separation-name").with("name", name.as_str()),
            _ => member_words(code),
        }
    }

    /// A member with how it is held, where it is not one's own.
    pub(super) fn proof(&self, proof: &Proof) -> Message {
        let mut words = self.member(&proof.member);
        if let Some(role) = proof.inheriting() {
            words = Message::new("separation-via-role").with("member", words).with("role", self.member(role));
        }
        match proof.held.via {
            Via::Own => words,
            Via::Group(_) => Message::new("separation-via-group").with("member", words),
            Via::Deputyship { principal, .. } => Message::new("separation-via-deputy")
                .with("member", words)
                .with("principal", self.person(principal)),
        }
    }
}

/// The name of a built-in role or a function; any other word stands for itself.
pub fn member_words(code: &str) -> Message {
    if let Ok(function) = code.parse::<Function>() {
        function.message()
    } else if let Ok(role) = code.parse::<Role>() {
        role.message()
    } else if code == BUSINESS {
        Message::new("role-business")
    } else {
        Message::new("separation-name").with("name", code)
    }
}

/// Each once.
pub(super) fn once(all: impl IntoIterator<Item = Message>) -> Arg {
    let mut said: Vec<Message> = Vec::new();
    for each in all {
        if !said.contains(&each) {
            said.push(each);
        }
    }
    Arg::Terms(said)
}

/// From when to when.
pub(super) fn period(period: Period) -> Message {
    match period.to {
        None => Message::new("separation-since").with("from", period.from),
        Some(to) => Message::new("separation-between").with("from", period.from).with("to", to),
    }
}
