//! What an assessment stands on.

use crate::assignment::Assignment;
use crate::funding::FundingLine;
use crate::id::{PersonId, UnitId};
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
