//! The life of an assignment: proposed, answered, approved, signed, taken over, in force, and handed back.

pub mod clock;
pub mod route;
pub mod settings;
pub mod state;
pub mod takeover;
#[cfg(test)]
mod tests;

use crate::Message;
use crate::code::codes;
use crate::id::PersonId;

codes! {
    /// Why a step is refused; each has its sentence.
    Refusal, "life-refusal" {
        /// The record is not in a state in which this can be done.
        WrongState = "wrong_state",
        /// 退回、不同意、异议 need a reason.
        NoReason = "no_reason",
        /// Nobody approves what he proposed himself.
        OwnProposal = "own_proposal",
        /// Nobody decides on a waiver or an adjustment that he asked for.
        OwnRequest = "own_request",
        /// No route of approval is configured for the unit and the form.
        NoRoute = "no_route",
        /// A stage has nobody who could approve.
        NoApprover = "no_approver",
        /// A stage asks for more approvals than it has seats.
        QuorumTooLarge = "quorum_too_large",
        /// It is not his turn, or no seat of the open stage is his.
        NoSeat = "no_seat",
        /// He has decided in this stage already, in whatever seat.
        Voted = "voted",
        /// Units have still to answer.
        Unanswered = "unanswered",
        /// Nothing was accepted, so there is nothing to approve.
        NothingAccepted = "nothing_accepted",
        /// Objections have still to be dealt with.
        Objections = "objections",
        /// Tasks of the take-over are neither met nor waived.
        OpenTasks = "open_tasks",
        /// The system knows whether it is met; nobody ticks it.
        Computed = "computed",
        /// It was recalled already.
        Recalled = "recalled",
        /// It is over already.
        Over = "over",
        /// Somebody else has decided meanwhile.
        Decided = "decided",
        /// Urged today already.
        Urged = "urged",
        /// The unit has got the power otherwise meanwhile.
        Held = "held",
    }
}

/// Who acts, and for whom.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Acting {
    /// The person.
    pub person: PersonId,
    /// For whom he stands in.
    pub principal: Option<PersonId>,
}

impl Acting {
    /// Whether one of the two is this person.
    pub fn is(self, person: PersonId) -> bool {
        self.person == person || self.principal == Some(person)
    }

    /// Whether one of the two is one of another two.
    pub fn shares(self, other: Self) -> bool {
        self.is(other.person) || other.principal.is_some_and(|person| self.is(person))
    }
}

impl Refusal {
    /// The refusal beside a field.
    pub fn at(self, field: &'static str) -> (&'static str, Message) {
        (field, self.message())
    }
}

/// A reason without spaces around it; refused where it is empty.
pub fn reason(text: &str) -> Result<&str, Refusal> {
    let text = text.trim();
    if text.is_empty() { Err(Refusal::NoReason) } else { Ok(text) }
}
