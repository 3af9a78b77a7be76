//! Finds who breaks a set: a sweep over the days on which rights begin and end.

use super::{Book, Exception, Held, Hierarchy, Kind, Names, Right, Set};
use crate::duty::Mode;
use crate::id::{AppointmentId, AssignmentId, ExceptionId, PersonId};
use crate::{Date, Message, Period};
use std::collections::{BTreeMap, BTreeSet};

/// A held right that counts as a member of a set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proof {
    /// The member.
    pub member: String,
    /// What is held: the member itself, or a role that inherits from it.
    pub held: Held,
}

impl Proof {
    /// The role that inherits from the member; none where the member itself is held.
    pub fn inheriting(&self) -> Option<&str> {
        match &self.held.right {
            Right::Role { role, .. } if *role != self.member => Some(role),
            _ => None,
        }
    }
}

/// Somebody holds together what a set keeps apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    /// Code of the set.
    pub rule: String,
    /// What it keeps apart.
    pub kind: Kind,
    /// Whether it is enforced.
    pub mode: Mode,
    /// Who.
    pub person: PersonId,
    /// For which assignment, where it is about functions.
    pub assignment: Option<AssignmentId>,
    /// In which post, where it is about roles of one post.
    pub post: Option<AppointmentId>,
    /// The members that are held.
    pub members: Vec<String>,
    /// The days on which they all are held, and no exception lifts the rule.
    pub period: Period,
    /// The rights that prove it.
    pub proof: Vec<Proof>,
    /// The exception that lifted the rule until it ran out or was ended.
    pub expired: Option<ExceptionId>,
}

impl Violation {
    /// Whether it is over before a day.
    pub fn is_over(&self, on: Date) -> bool {
        self.period.to.is_some_and(|to| to < on)
    }

    /// Whether the rule refuses it; else it is only written down.
    pub fn blocks(&self) -> bool {
        self.mode == Mode::Enforce
    }

    /// The rule, the person, the fact, and since when.
    pub fn message(&self, names: &Names) -> Message {
        let fact = Message::new(match (self.kind, self.expired) {
            (Kind::Static, None) => "separation-broken-roles",
            (Kind::Static, Some(_)) => "separation-expired-roles",
            (Kind::Dynamic, None) => "separation-broken-post",
            (Kind::Dynamic, Some(_)) => "separation-expired-post",
            (_, None) => "separation-broken-assignment",
            (_, Some(_)) => "separation-expired-assignment",
        });
        let place = match (self.assignment, self.post) {
            (Some(assignment), _) => names.assignment(assignment),
            (None, Some(post)) => names.post(post),
            (None, None) => String::new(),
        };
        let members = self.proof.iter().map(|proof| names.proof(proof));
        fact.with("rule", self.rule.as_str())
            .with("person", names.person(self.person))
            .with("place", place)
            .with("members", super::names::once(members))
            .with("period", super::names::period(self.period))
    }
}

/// Days without gaps, and the members held on them.
type Stretch = (Period, BTreeSet<String>);

/// The days on which so many members are held, cut where the held members change.
fn sweep(proofs: &[Proof], cardinality: usize) -> Vec<Stretch> {
    let mut cuts = BTreeSet::new();
    for proof in proofs {
        cuts.insert(proof.held.period.from);
        cuts.extend(proof.held.period.to.and_then(|to| to.succ_opt()));
    }
    let cuts: Vec<Date> = cuts.into_iter().collect();
    let mut stretches: Vec<Stretch> = Vec::new();
    for (place, &from) in cuts.iter().enumerate() {
        let held = proofs.iter().filter(|proof| proof.held.period.contains(from));
        let members: BTreeSet<String> = held.map(|proof| proof.member.clone()).collect();
        if members.len() < cardinality {
            continue;
        }
        let to = cuts.get(place + 1).and_then(chrono::NaiveDate::pred_opt);
        match stretches.last_mut() {
            Some((period, same))
                if *same == members && period.to.and_then(|to| to.succ_opt()) == Some(from) =>
            {
                period.to = to;
            }
            _ => stretches.push((Period { from, to }, members)),
        }
    }
    stretches
}

/// Where members must meet to break a set.
type Place = (Option<AssignmentId>, Option<AppointmentId>);

/// A right as members of a set, and the place in which it counts.
fn counts(set: &Set, hierarchy: &Hierarchy, held: &Held) -> Option<(Place, Vec<Proof>)> {
    let proof = |member: &str| Proof { member: member.to_owned(), held: held.clone() };
    match (&held.right, set.kind) {
        (Right::Role { role, post, .. }, Kind::Static | Kind::Dynamic) => {
            let place = (None, (set.kind == Kind::Dynamic).then_some(*post));
            let members = hierarchy.closure(role).filter(|role| set.members.contains(*role));
            Some((place, members.map(proof).collect()))
        }
        (Right::Function { function, assignment }, Kind::PowerUnit) => {
            let is_member = set.members.contains(function.as_str());
            is_member.then(|| ((Some(*assignment), None), vec![proof(function.as_str())]))
        }
        _ => None,
    }
}

/// The days that exceptions leave, each with the one that had run out before.
fn unlifted(
    period: Period,
    exceptions: &[&Exception],
) -> impl Iterator<Item = (Period, Option<ExceptionId>)> {
    let mut left = vec![period];
    for lifted in exceptions.iter().filter_map(|exception| exception.lifts()) {
        left = left.iter().flat_map(|period| period.without(&lifted)).collect();
    }
    let ends = |exception: &&&Exception| Some((exception.lifts()?.to?, exception.id));
    let ends: Vec<(Date, ExceptionId)> = exceptions.iter().filter_map(|each| ends(&each)).collect();
    left.into_iter().map(move |period| {
        let before = ends.iter().filter(|(end, _)| *end < period.from);
        (period, before.max().map(|(_, id)| *id))
    })
}

/// What breaks one set.
fn of_set(book: &Book, set: &Set) -> Vec<Violation> {
    let mut together: BTreeMap<(PersonId, Place), Vec<Proof>> = BTreeMap::new();
    for held in &book.held {
        if let Some((place, proofs)) = counts(set, &book.hierarchy, held) {
            together.entry((held.person, place)).or_default().extend(proofs);
        }
    }
    let mut found = Vec::new();
    for ((person, (assignment, post)), proofs) in together {
        let exceptions = book.exceptions.iter().filter(|exception| {
            exception.rule == set.code
                && exception.person == Some(person)
                && exception.assignment == assignment
        });
        let exceptions: Vec<&Exception> = exceptions.collect();
        // A set that cannot be is not checked into being broken by everybody.
        let cardinality = set.cardinality.max(2) as usize;
        for (period, members) in sweep(&proofs, cardinality) {
            for (period, expired) in unlifted(period, &exceptions) {
                let on = |proof: &&Proof| proof.held.period.overlaps(&period);
                found.push(Violation {
                    rule: set.code.clone(),
                    kind: set.kind,
                    mode: set.mode,
                    person,
                    assignment,
                    post,
                    members: members.iter().cloned().collect(),
                    period,
                    proof: proofs.iter().filter(on).cloned().collect(),
                    expired,
                });
            }
        }
    }
    found
}

/// Everything that breaks a set, on whatever days, by set, person and day. The rule of the same case and the unit on
/// both sides are about cases and units: see `may_act` and `register`.
pub fn violations(book: &Book) -> Vec<Violation> {
    book.sets.iter().flat_map(|set| of_set(book, set)).collect()
}

/// What breaks the set with a code.
pub(super) fn violations_of(book: &Book, code: &str) -> Vec<Violation> {
    book.sets.iter().filter(|set| set.code == code).flat_map(|set| of_set(book, set)).collect()
}

/// The dynamic sets that roles break which are active together.
pub fn activation<'a>(hierarchy: &Hierarchy, sets: &'a [Set], active: &[&str]) -> Vec<&'a Set> {
    let all: BTreeSet<&str> = active.iter().flat_map(|role| hierarchy.closure(role)).collect();
    let is_broken = |set: &&Set| {
        set.kind == Kind::Dynamic
            && set.members.iter().filter(|member| all.contains(member.as_str())).count()
                >= set.cardinality.max(2) as usize
    };
    sets.iter().filter(is_broken).collect()
}
