//! Rights as they are held: by whom, of what, when and how.

use super::{Exception, Hierarchy, Set};
use crate::Period;
use crate::assignment::Function;
use crate::id::{AppointmentId, AssignmentId, DeputyshipId, GroupId, PersonId, UnitId};

/// What is held.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Right {
    /// A role in a post.
    Role {
        /// Code of the role, as it was granted.
        role: String,
        /// The post.
        post: AppointmentId,
        /// For this unit and all below it.
        scope: UnitId,
    },
    /// A function of an assignment.
    Function {
        /// The function.
        function: Function,
        /// The assignment.
        assignment: AssignmentId,
    },
}

/// How it is held.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Via {
    /// It is one's own.
    Own,
    /// As a member of a group.
    Group(GroupId),
    /// As a deputy.
    Deputyship {
        /// The deputyship.
        deputyship: DeputyshipId,
        /// For whom.
        principal: PersonId,
    },
}

/// A right that somebody holds for a while.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Held {
    /// Who.
    pub person: PersonId,
    /// What.
    pub right: Right,
    /// When: the days on which the right itself and everything through which it is held are in force.
    pub period: Period,
    /// How.
    pub via: Via,
}

/// What separation is judged on.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Book {
    /// Which role inherits from which.
    pub hierarchy: Hierarchy,
    /// The separation sets.
    pub sets: Vec<Set>,
    /// All rights of those about whom is asked.
    pub held: Vec<Held>,
    /// All exceptions, also those that are over.
    pub exceptions: Vec<Exception>,
}
