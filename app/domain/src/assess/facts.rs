//! What an assessment stands on.

use crate::Period;
use crate::assignment::{Assignment, Function};
use crate::funding::FundingLine;
use crate::id::{ExceptionId, GroupId, PersonId, SupervisionId, UnitId};
use crate::means::{Equipment, Establishment};
use crate::people::{Allocation, Person};
use crate::power::Power;
use crate::statistics::MonthlyStatistics;
use crate::unit::Unit;
use serde::{Deserialize, Serialize};

/// Everything about one unit that its assessments stand on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct UnitFacts {
    /// The unit.
    pub unit: Unit,
    /// The unit's `facts_version` when the facts were read.
    pub version: i64,
    /// Who is appointed in the unit or allocated to one of its assignments.
    pub people: Vec<PersonFacts>,
    /// Authorised posts.
    pub establishment: Vec<Establishment>,
    /// Equipment, seals, accounts.
    pub equipment: Vec<Equipment>,
    /// Money for the unit as a whole.
    pub funding: Vec<FundingLine>,
    /// What it received.
    pub assignments: Vec<AssignmentFacts>,
}

/// A person and all of his allocations, those to other units' assignments too.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PersonFacts {
    /// The person.
    pub person: Person,
    /// How his working time is allocated.
    pub allocations: Vec<Allocation>,
}

/// One assignment of the unit.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AssignmentFacts {
    /// The assignment.
    pub assignment: Assignment,
    /// Its power.
    pub power: Power,
    /// Who does what in it.
    pub allocations: Vec<Allocation>,
    /// Money for it alone.
    pub funding: Vec<FundingLine>,
    /// Its cases.
    pub statistics: Vec<MonthlyStatistics>,
    /// The giving unit's name.
    pub giver_name: Option<String>,
    /// The giving unit, where it holds the power only by entrustment and so may not hand it on.
    pub entrusted_giver: Option<UnitId>,
    /// Units under the same parent that hold the same power.
    pub neighbours: Vec<Neighbour>,
    /// What the two-sided register says beside the allocations.
    #[serde(default)]
    pub register: RegisterFacts,
    /// Tasks of its take-over that are neither met nor waived.
    #[serde(default)]
    pub open_tasks: u32,
}

/// What the two-sided register says of an assignment beside its allocations.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RegisterFacts {
    /// Supervising units.
    pub supervisions: Vec<SupervisionFacts>,
    /// Functions that people hold as members of groups.
    pub of_groups: Vec<GroupRightFacts>,
    /// Days on which approved exceptions let the unit stand on both sides.
    pub lifts: Vec<LiftFacts>,
    /// Whether a unit on both sides is refused; else it is only written down.
    pub is_same_unit_enforced: bool,
}

/// A supervising unit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SupervisionFacts {
    /// Identifier.
    pub id: SupervisionId,
    /// The unit.
    pub unit: UnitId,
    /// Its name.
    pub name: String,
    /// When.
    pub period: Period,
}

/// A function that somebody holds as a member of a group.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct GroupRightFacts {
    /// The group.
    pub group: GroupId,
    /// Who.
    pub person: PersonId,
    /// What.
    pub function: Function,
    /// The days on which both the right and the membership are in force.
    pub period: Period,
}

/// An approved exception from the rule that a unit is not on both sides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct LiftFacts {
    /// The exception.
    pub id: ExceptionId,
    /// The days on which it counts.
    pub period: Period,
}

/// A unit that could share a power.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Neighbour {
    /// The unit.
    pub unit: UnitId,
    /// Its name.
    pub name: String,
}

impl Neighbour {
    /// Puts units in the order in which remedies name them: by name, which databases sort each in its own way.
    pub fn sort(all: &mut [Self]) {
        all.sort_by(|one, other| (&one.name, one.unit).cmp(&(&other.name, other.unit)));
    }
}

impl UnitFacts {
    /// A person of the facts.
    pub fn person(&self, id: PersonId) -> Option<&PersonFacts> {
        self.people.iter().find(|facts| facts.person.id == id)
    }
}
