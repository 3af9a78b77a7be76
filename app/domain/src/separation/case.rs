//! The rule of the same case: whoever stands on one side of a case never acts on the other (SOD-01).

use crate::assignment::Function;
use crate::duty::Side;
use crate::id::PersonId;

/// Why somebody may not act in a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Barred {
    /// Who has acted: he himself, or the one for whom he stands in.
    pub person: PersonId,
    /// On which side.
    pub side: Side,
}

/// Whether a person, himself or for a principal, may exercise a function in a case in which the parties have acted.
/// Knows no exception, and no dates: what was done in a case stays done.
pub fn may_act(
    function: Function,
    parties: &[(PersonId, Side)],
    person: PersonId,
    principal: Option<PersonId>,
) -> Result<(), Barred> {
    let Some(side) = Side::of(function) else { return Ok(()) };
    let bars = |(party, other): &&(PersonId, Side)| {
        (*party == person || Some(*party) == principal) && *other != side
    };
    match parties.iter().find(bars) {
        Some((person, side)) => Err(Barred { person: *person, side: *side }),
        None => Ok(()),
    }
}
