//! What a change would break, among what is held now and what is to be held: asked before it is saved.

use super::find::violations_of;
use super::{Book, Held, HierarchyError, Right, Set, SetError, Via, Violation, violations};
use crate::assignment::Function;
use crate::id::{AppointmentId, AssignmentId, DeputyshipId, GroupId, PersonId};
use crate::{Date, Period};

/// A deputyship, as far as it lends rights.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lending {
    /// Identifier.
    pub deputyship: DeputyshipId,
    /// Who stands in.
    pub deputy: PersonId,
    /// For whom.
    pub principal: PersonId,
    /// In which post of his.
    pub post: AppointmentId,
    /// For one assignment; for all when absent.
    pub only: Option<AssignmentId>,
    /// The days on which the deputyship and the post are in force.
    pub period: Period,
}

/// What a deputyship lends of some rights: the post's roles and the functions of its holder, his own and those of
/// his groups. What he holds as a deputy himself goes no further.
pub fn lent(rights: &[Held], by: &Lending) -> Vec<Held> {
    let is_lent = |held: &&Held| {
        held.person == by.principal
            && !matches!(held.via, Via::Deputyship { .. })
            && match held.right {
                Right::Role { post, .. } => post == by.post,
                Right::Function { assignment, .. } => by.only.is_none_or(|only| only == assignment),
            }
    };
    let lend = |held: &Held| {
        Some(Held {
            person: by.deputy,
            right: held.right.clone(),
            period: held.period.and(&by.period)?,
            via: Via::Deputyship { deputyship: by.deputyship, principal: by.principal },
        })
    };
    rights.iter().filter(is_lent).filter_map(lend).collect()
}

/// What a member of a group holds through it.
pub fn of_group(
    group: GroupId,
    rights: &[(AssignmentId, Function, Period)],
    person: PersonId,
    member: Period,
) -> Vec<Held> {
    let hold = |(assignment, function, period): &(AssignmentId, Function, Period)| {
        Some(Held {
            person,
            right: Right::Function { function: *function, assignment: *assignment },
            period: period.and(&member)?,
            via: Via::Group(group),
        })
    };
    rights.iter().filter_map(hold).collect()
}

/// What would be broken from a day on if rights were added, each of them proving it. Whoever adds to the rights of
/// somebody who has deputies adds what these are lent, too.
pub fn adding(book: &Book, added: &[Held], from: Date) -> Vec<Violation> {
    let concerned = |held: &&Held| added.iter().any(|new| new.person == held.person);
    let held = book.held.iter().filter(concerned).chain(added).cloned().collect();
    let after = Book { held, ..Book { held: Vec::new(), ..book.clone() } };
    let mut broken = violations(&after);
    broken.retain(|violation| {
        !violation.is_over(from) && violation.proof.iter().any(|proof| added.contains(&proof.held))
    });
    broken
}

/// What would be broken from a day on if a role inherited from another one; refuses a cycle.
pub fn inheriting(
    book: &Book,
    child: &str,
    parent: &str,
    from: Date,
) -> Result<Vec<Violation>, HierarchyError> {
    let hierarchy = book.hierarchy.clone().with(child, parent)?;
    let after = Book { hierarchy, ..book.clone() };
    Ok(new_days(violations(&after), &violations(book), from))
}

/// What would be broken from a day on if a set were made, or were as given: with another member, cardinality or
/// mode. Lists what is broken newly; in another mode, everything that is broken. Refuses a set that cannot be.
pub fn changing_set(book: &Book, set: Set, from: Date) -> Result<Vec<Violation>, SetError> {
    let set = set.checked()?;
    let code = set.code.clone();
    let old = book.sets.iter().find(|old| old.code == code);
    let before = match old {
        Some(old) if old.mode == set.mode => violations_of(book, &code),
        _ => Vec::new(),
    };
    let after = Book { sets: vec![set], ..book.clone() };
    Ok(new_days(violations(&after), &before, from))
}

/// The days of violations that were none before.
fn new_days(after: Vec<Violation>, before: &[Violation], from: Date) -> Vec<Violation> {
    let mut new = Vec::new();
    for violation in after {
        let same = before.iter().filter(|old| {
            old.rule == violation.rule
                && old.person == violation.person
                && old.assignment == violation.assignment
                && old.post == violation.post
        });
        let mut left = vec![violation.period];
        for old in same {
            left = left.iter().flat_map(|period| period.without(&old.period)).collect();
        }
        new.extend(left.into_iter().map(|period| Violation { period, ..violation.clone() }));
    }
    new.retain(|violation| !violation.is_over(from));
    new
}
