//! Cases: what is handled by an assignment one at a time, and who did what in it.

use crate::Date;
use crate::assignment::Function;
use crate::duty::Side;
use crate::id::{AssignmentId, CaseId, PersonId, StepId};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// One case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Case {
    /// Identifier.
    pub id: CaseId,
    /// The assignment by which it is handled.
    pub assignment: AssignmentId,
    /// Its number (案号), unique in the assignment.
    pub number: String,
    /// When it was opened.
    pub opened_on: Date,
}

/// What somebody did in a case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// Identifier.
    pub id: StepId,
    /// The case.
    pub case: CaseId,
    /// What was done.
    pub function: Function,
    /// By whom.
    pub person: PersonId,
    /// For whom, where it was done as a deputy.
    pub principal: Option<PersonId>,
    /// When.
    pub done_at: DateTime<Utc>,
    /// What there is to say about it.
    pub note: String,
}

impl Step {
    /// Who stands on a side of the case from then on: whoever did it, and the one for whom he did.
    pub fn parties(&self) -> impl Iterator<Item = (PersonId, Side)> {
        let people = [Some(self.person), self.principal].into_iter().flatten();
        let side = Side::of(self.function);
        people.filter_map(move |person| Some((person, side?)))
    }
}
