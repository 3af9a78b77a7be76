//! The zero-base review (清零): everything a unit holds is argued anew, and kept, changed or dropped.

use crate::Message;
use crate::assess::{RecallReason, Verdict};
use crate::code::codes;
use serde::{Deserialize, Serialize};

codes! {
    /// What is to become of what is held.
    Proposal, "zero-base" {
        /// It goes on.
        Keep = "keep",
        /// It goes on otherwise: another form, other functions, shared.
        Change = "change",
        /// It is given back.
        Drop = "drop",
    }
}

codes! {
    /// Whether a power stands on a law that is in force.
    Basis, "zero-base-basis" {
        /// At least one article is in force.
        InForce = "in_force",
        /// There are articles, and none is in force.
        Lapsed = "lapsed",
        /// No article is known.
        None = "none",
    }
}

/// What speaks for and against an assignment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Grounds {
    /// Cases in the twelve months before.
    pub cases: i64,
    /// The verdict, where it is assessed.
    pub verdict: Option<Verdict>,
    /// Its legal basis.
    pub basis: Basis,
    /// Whether twelve months without a case say nothing about it.
    pub may_rest: bool,
}

/// What the grounds suggest. Nobody is bound by it.
pub const fn suggested(grounds: Grounds) -> Proposal {
    if matches!(grounds.basis, Basis::Lapsed) || (grounds.cases == 0 && !grounds.may_rest) {
        Proposal::Drop
    } else if matches!(grounds.verdict, Some(Verdict::Cannot | Verdict::Idle)) {
        Proposal::Change
    } else {
        Proposal::Keep
    }
}

/// The code with which something is recalled that is dropped, where nobody says another one: the law has changed, nothing
/// was done by it, or else it cannot be carried out.
pub const fn recall_reason(cases: i64, basis: Basis) -> RecallReason {
    match basis {
        Basis::Lapsed => RecallReason::LawChanged,
        Basis::InForce | Basis::None if cases == 0 => RecallReason::TooRare,
        Basis::InForce | Basis::None => RecallReason::CannotBeCarriedOut,
    }
}

/// Why something is not decided or argued in this way: dropping and changing need a reason, and so does keeping what
/// the unit wants to give back, or the other way about.
pub fn refusal(argued: Option<Proposal>, decided: Proposal, reason: &str) -> Option<Message> {
    let departs = argued.is_some_and(|argued| argued != decided);
    (reason.trim().is_empty() && (departs || decided != Proposal::Keep))
        .then(|| Message::new("zero-base-refused-reason"))
}

/// How far a review has come.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Progress {
    /// Lines.
    pub lines: i64,
    /// Of them, those that the unit has argued.
    pub argued: i64,
    /// Those that are decided.
    pub decided: i64,
    /// Those that are dropped.
    pub dropped: i64,
}

impl Progress {
    /// Lines on which nobody has decided.
    pub const fn open(self) -> i64 {
        self.lines - self.decided
    }
}
