//! Moving an assignment to the power that took the place of its own: it ends, and another one begins on the next day.

use crate::assignment::{Assignment, Form};
use crate::id::{AssignmentId, PowerId};
use crate::{Date, Message, Period};

/// The two halves of a move.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moved {
    /// The assignment as it ends.
    pub ended: Assignment,
    /// The one that follows.
    pub next: Assignment,
}

/// Moves an assignment from a day on. What was before stays as it was: the day lies ahead or is today, and the old
/// assignment was in force on the day before it.
pub fn moved(
    assignment: &Assignment,
    to: PowerId,
    next: AssignmentId,
    from: Date,
    transition_until: Option<Date>,
    today: Date,
) -> Result<Moved, Message> {
    let last = from.pred_opt().unwrap_or(from);
    if assignment.form == Form::Recalled || !assignment.period.contains(last) {
        return Err(Message::new("move-refused-not-in-force").with("day", last));
    }
    if from < today {
        return Err(Message::new("move-refused-past").with("today", today));
    }
    if assignment.power == to {
        return Err(Message::new("move-refused-same"));
    }
    // What would have ended with that day has nothing left to move.
    let Ok(period) = Period::new(from, assignment.period.to) else {
        return Err(Message::new("move-refused-not-in-force").with("day", from));
    };
    if transition_until.is_some_and(|until| !period.contains(until)) {
        return Err(Message::new("move-refused-transition"));
    }
    let left = assignment.transition_until.filter(|until| from <= *until);
    let ended = Assignment {
        period: Period { from: assignment.period.from, to: Some(last) },
        transition_until: assignment.transition_until.map(|until| until.min(last)),
        ..assignment.clone()
    };
    let next = Assignment {
        id: next,
        power: to,
        period,
        transition_until: transition_until.or(left),
        ..assignment.clone()
    };
    Ok(Moved { ended, next })
}
