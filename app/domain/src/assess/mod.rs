//! Can the unit absorb it?
//!
//! [`assess_unit`] is a pure function: the facts about a unit, the rules and a day give, for each assignment,
//! a [`Verdict`], the [`Finding`]s with the rows that prove them, and the [`Remedy`]s. A unit is assessed as a
//! whole because three things are shared inside it: people's working time, money given to the unit as a whole,
//! and the exercise rate of its powers of one type.
//!
//! The verdict is the first of these that holds:
//! 1. *in transition*: still to begin or inside the transition, and a gate fails (each failing gate is an open
//!    take-over task);
//! 2. *idle*: no case for so many months and neither seasonal nor for emergencies. It stands before the gates,
//!    because the remedy for a power that nobody uses is sharing or recall, never the staff that a failing
//!    gate would ask for; the gates are shown all the same;
//! 3. *cannot*: a gate fails;
//! 4. *poorly*: a grade is below its threshold;
//! 5. *can*.

mod engine;
mod examine;
mod facts;
mod finding;
mod register;
mod remedies;
mod remedy;
mod result;

pub use engine::{Staffing, assess_unit, staffing};
pub use facts::{
    AssignmentFacts, GroupRightFacts, LiftFacts, Neighbour, PersonFacts, RegisterFacts, SupervisionFacts,
    UnitFacts,
};
pub use finding::{Evidence, Finding, FindingKind, Lapse};
pub use remedy::{RecallReason, Remedy, RemedyKind, Training};
pub use result::{
    Assessment, Counts, Gate, GateResult, Grade, GradeResult, MoneyNeed, Outcome, Parity, Verdict, Workload,
};

#[cfg(test)]
pub(crate) mod tests;
