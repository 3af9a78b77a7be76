//! The two-sided register: for each power in each unit, who decides and who supervises, day by day, without gap and
//! without overlap.

use super::{Exception, Held, Names, Right, Via};
use crate::assignment::Function;
use crate::id::{AssignmentId, ExceptionId, PersonId, SupervisionId, UnitId};
use crate::{Date, Message, Period};
use std::collections::BTreeSet;

/// A supervising unit of an assignment, with who speaks for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Supervision {
    /// Identifier.
    pub id: SupervisionId,
    /// The assignment.
    pub assignment: AssignmentId,
    /// The supervising unit.
    pub unit: UnitId,
    /// Its liaison.
    pub liaison: Option<PersonId>,
    /// When.
    pub period: Period,
}

/// What the register knows about one assignment.
#[derive(Debug, Clone, Copy)]
pub struct Facts<'a> {
    /// The assignment.
    pub assignment: AssignmentId,
    /// The unit that holds it, and so decides.
    pub unit: UnitId,
    /// When.
    pub period: Period,
    /// Whether a decision was handed down; without one nobody is missing on that side.
    pub decides: bool,
    /// Rights held in it; those of other assignments are passed over.
    pub held: &'a [Held],
    /// Its supervising units; those of other assignments are passed over.
    pub supervisions: &'a [Supervision],
    /// Exceptions; those about other assignments are passed over.
    pub exceptions: &'a [Exception],
}

/// What is wrong on some days.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Finding {
    /// A gap: nobody decides.
    NoApprover,
    /// A gap: no unit supervises.
    NoSupervisingUnit,
    /// A gap: nobody is named who supervises.
    NoSupervisor,
    /// An overlap: the same person on both sides.
    SamePerson(PersonId),
    /// An overlap: several supervising units.
    ManyUnits,
    /// An overlap: the same unit on both sides, without an exception, or after it ran out.
    SameUnit(Option<ExceptionId>),
}

impl Finding {
    /// Stable code.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NoApprover => "no_approver",
            Self::NoSupervisingUnit => "no_supervising_unit",
            Self::NoSupervisor => "no_supervisor",
            Self::SamePerson(_) => "same_person",
            Self::ManyUnits => "many_units",
            Self::SameUnit(None) => "same_unit",
            Self::SameUnit(Some(_)) => "same_unit_expired",
        }
    }

    /// Whether somebody is missing; else somebody is on both sides or too many are on one.
    pub const fn is_gap(&self) -> bool {
        matches!(self, Self::NoApprover | Self::NoSupervisingUnit | Self::NoSupervisor)
    }

    /// What is wrong.
    pub fn message(&self, names: &Names) -> Message {
        match self {
            Self::NoApprover => Message::new("register-no-approver"),
            Self::NoSupervisingUnit => Message::new("register-no-supervising-unit"),
            Self::NoSupervisor => Message::new("register-no-supervisor"),
            Self::SamePerson(person) => {
                Message::new("register-same-person").with("person", names.person(*person))
            }
            Self::ManyUnits => Message::new("register-many-units"),
            Self::SameUnit(None) => Message::new("register-same-unit"),
            Self::SameUnit(Some(_)) => Message::new("register-same-unit-expired"),
        }
    }
}

/// Days on which the register stays the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Segment {
    /// The days.
    pub period: Period,
    /// Who decides, without deputies.
    pub approvers: Vec<PersonId>,
    /// Who supervises, without deputies.
    pub supervisors: Vec<PersonId>,
    /// Which units supervise, with their liaisons.
    pub units: Vec<(UnitId, Option<PersonId>)>,
    /// What is wrong.
    pub findings: Vec<Finding>,
}

/// Cuts the period of an assignment into days on which the register stays the same. The segments follow each other
/// without a gap, from the assignment's first day to its last.
pub fn segments(facts: &Facts<'_>) -> Vec<Segment> {
    let held: Vec<&Held> = facts
        .held
        .iter()
        .filter(
            |held| matches!(held.right, Right::Function { assignment, .. } if assignment == facts.assignment),
        )
        .collect();
    let supervisions: Vec<&Supervision> =
        facts.supervisions.iter().filter(|each| each.assignment == facts.assignment).collect();
    let exceptions: Vec<&Exception> =
        facts.exceptions.iter().filter(|each| each.assignment == Some(facts.assignment)).collect();

    let periods = held.iter().map(|held| held.period).chain(supervisions.iter().map(|each| each.period));
    let periods = periods.chain(exceptions.iter().filter_map(|each| each.lifts()));
    let mut cuts: BTreeSet<Date> = BTreeSet::from([facts.period.from]);
    for period in periods {
        let after = period.to.and_then(|to| to.succ_opt());
        cuts.extend(
            [Some(period.from), after].into_iter().flatten().filter(|day| facts.period.contains(*day)),
        );
    }
    let cuts: Vec<Date> = cuts.into_iter().collect();

    let mut segments: Vec<Segment> = Vec::new();
    for (place, &from) in cuts.iter().enumerate() {
        let to = cuts.get(place + 1).map_or(facts.period.to, chrono::NaiveDate::pred_opt);
        let segment = on_day(facts, Period { from, to }, &held, &supervisions, &exceptions);
        match segments.last_mut() {
            Some(last) if last.is_like(&segment) => last.period.to = to,
            _ => segments.push(segment),
        }
    }
    segments
}

impl Segment {
    fn is_like(&self, other: &Self) -> bool {
        let rest = |segment: &Self| {
            let Self { approvers, supervisors, units, findings, .. } = segment.clone();
            (approvers, supervisors, units, findings)
        };
        rest(self) == rest(other)
    }
}

fn on_day(
    facts: &Facts<'_>,
    period: Period,
    held: &[&Held],
    supervisions: &[&Supervision],
    exceptions: &[&Exception],
) -> Segment {
    let day = period.from;
    let people = |is_wanted: fn(Function) -> bool, deputies: bool| -> BTreeSet<PersonId> {
        let counts = |held: &&&Held| {
            let Right::Function { function, .. } = held.right else { return false };
            is_wanted(function)
                && held.period.contains(day)
                && (deputies || !matches!(held.via, Via::Deputyship { .. }))
        };
        held.iter().filter(counts).map(|held| held.person).collect()
    };
    let supervises = |function| function == Function::Supervise;
    let (approvers, supervisors) = (people(Function::decides, false), people(supervises, false));
    let running: Vec<&&Supervision> = supervisions.iter().filter(|each| each.period.contains(day)).collect();
    let units: BTreeSet<(UnitId, Option<PersonId>)> =
        running.iter().map(|each| (each.unit, each.liaison)).collect();
    let is_lifted = |person: Option<PersonId>| {
        let lifts = |each: &&Exception| {
            each.person == person && each.lifts().is_some_and(|period| period.contains(day))
        };
        exceptions.iter().copied().any(|each| lifts(&each))
    };

    let mut findings = Vec::new();
    if facts.decides && approvers.is_empty() {
        findings.push(Finding::NoApprover);
    }
    if units.is_empty() {
        findings.push(Finding::NoSupervisingUnit);
    }
    if supervisors.is_empty() {
        findings.push(Finding::NoSupervisor);
    }
    let both = people(Function::decides, true);
    let both = both.intersection(&people(supervises, true)).copied().collect::<Vec<_>>();
    findings.extend(both.into_iter().filter(|person| !is_lifted(Some(*person))).map(Finding::SamePerson));
    if units.iter().map(|(unit, _)| unit).collect::<BTreeSet<_>>().len() > 1 {
        findings.push(Finding::ManyUnits);
    }
    if units.iter().any(|(unit, _)| *unit == facts.unit) && !is_lifted(None) {
        let ends = |each: &&Exception| Some((each.lifts()?.to?, each.id));
        let ended = exceptions.iter().filter(|each| each.person.is_none()).filter_map(ends);
        findings.push(Finding::SameUnit(ended.filter(|(end, _)| *end < day).max().map(|(_, id)| id)));
    }
    Segment {
        period,
        approvers: approvers.into_iter().collect(),
        supervisors: supervisors.into_iter().collect(),
        units: units.into_iter().collect(),
        findings,
    }
}
