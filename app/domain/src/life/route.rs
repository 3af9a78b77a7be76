//! Routes of approval: stages one after the other, each with seats, and when a stage has passed.

use super::{Acting, Refusal};
use crate::code::codes;
use crate::duty::Role;
use crate::id::{PersonId, UnitId};

codes! {
    /// How many seats of a stage must agree.
    Mode, "stage-mode" {
        /// 会签: all
        All = "all",
        /// 或签: whoever decides first
        Any = "any",
        /// So many
        Quorum = "quorum",
    }
}

codes! {
    /// What an approver says.
    Vote, "vote" {
        /// 同意
        Agree = "agree",
        /// 退回
        Return = "return",
        /// 不同意
        Refuse = "refuse",
    }
}

codes! {
    /// Where a stage is.
    StageState, "stage-state" {
        /// Those before it are not through.
        Waiting = "waiting",
        /// Its seats decide.
        Open = "open",
        /// 通过
        Passed = "passed",
        /// 不同意
        Refused = "refused",
        /// 退回
        Returned = "returned",
    }
}

impl Vote {
    /// Whether it needs a reason.
    pub const fn needs_reason(self) -> bool {
        !matches!(self, Self::Agree)
    }
}

/// Whose a seat is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Seat {
    /// One person's.
    Person(PersonId),
    /// Whoever holds a role for a unit.
    Role(Role, UnitId),
}

/// How many seats must agree; refused where there are none, or fewer than are asked for.
pub const fn needed(mode: Mode, quorum: u32, seats: u32) -> Result<u32, Refusal> {
    if seats == 0 {
        return Err(Refusal::NoApprover);
    }
    match mode {
        Mode::All => Ok(seats),
        Mode::Any => Ok(1),
        Mode::Quorum if quorum == 0 || quorum > seats => Err(Refusal::QuorumTooLarge),
        Mode::Quorum => Ok(quorum),
    }
}

/// Where a stage is after these votes of its seats; none where a seat has not voted. One return sends the proposal
/// back at once. Of whoever decides first (或签), the first vote counts. Else the stage is refused as soon as too few
/// seats are left that could still agree.
pub fn outcome(mode: Mode, quorum: u32, votes: &[Option<Vote>]) -> Result<StageState, Refusal> {
    let seats = u32::try_from(votes.len()).unwrap_or(u32::MAX);
    let needed = needed(mode, quorum, seats)?;
    let count = |wanted: Vote| {
        u32::try_from(votes.iter().filter(|vote| **vote == Some(wanted)).count()).unwrap_or(u32::MAX)
    };
    if count(Vote::Return) > 0 {
        return Ok(StageState::Returned);
    }
    let (agreed, refused) = (count(Vote::Agree), count(Vote::Refuse));
    if agreed >= needed {
        return Ok(StageState::Passed);
    }
    let is_lost = if mode == Mode::Any { refused > 0 } else { seats - refused < needed };
    Ok(if is_lost { StageState::Refused } else { StageState::Open })
}

/// Whether somebody may take a seat: it is his, he has not decided in the stage in whatever seat, and the proposal is
/// not his own. `holds` says for which units he holds the role of a seat.
pub fn may_vote(
    acting: Acting,
    drafter: Option<Acting>,
    seat: Seat,
    voted: &[Acting],
    holds: impl Fn(Role, UnitId) -> bool,
) -> Result<(), Refusal> {
    if drafter.is_some_and(|drafter| drafter.shares(acting)) {
        return Err(Refusal::OwnProposal);
    }
    if voted.iter().any(|other| other.shares(acting)) {
        return Err(Refusal::Voted);
    }
    let is_his = match seat {
        Seat::Person(person) => acting.is(person),
        Seat::Role(role, unit) => holds(role, unit),
    };
    if is_his { Ok(()) } else { Err(Refusal::NoSeat) }
}
