//! Gate 5: who approves and who supervises are both named, and are different people of different units.

use super::examine::{Examined, active_allocations};
use super::{AssignmentFacts, Evidence, FindingKind, Gate, Lapse, UnitFacts};
use crate::Date;
use crate::assignment::Function;
use crate::id::{PersonId, UnitId};
use crate::separation::register::{Facts, Finding as Open, Supervision, segments};
use crate::separation::{Held, Right, Via};
use std::collections::{BTreeMap, BTreeSet};

/// Where the decision stays with the giving department, so does the separation. Two things are said beside the gate
/// and do not close it: a gap that is still to come, because there is time to mend it, and a unit on both sides while
/// rule SOD-04 is only recorded.
pub(super) fn separation(examined: &mut Examined<'_>, unit: &UnitFacts, on: Date) {
    let before = examined.findings.len();
    if !examined.facts.assignment.grants_decision() {
        return examined.not_applicable(Gate::Separation);
    }
    let facts = examined.facts;
    let in_groups = |is_wanted: fn(Function) -> bool| -> BTreeSet<PersonId> {
        let of_groups = facts.register.of_groups.iter();
        let now = of_groups.filter(|each| each.period.contains(on) && is_wanted(each.function));
        now.map(|each| each.person).collect()
    };
    let of = |is_wanted: fn(Function) -> bool| -> BTreeSet<PersonId> {
        let own = active_allocations(facts, on).filter(|each| is_wanted(each.function));
        own.map(|each| each.person).chain(in_groups(is_wanted)).collect()
    };
    let (approvers, checkers) = (of(Function::decides), of(Function::checks_the_decision));
    if approvers.is_empty() {
        examined.found(FindingKind::NoApprover, Vec::new());
    }
    if of(|function| function == Function::Supervise).is_empty() {
        examined.found(FindingKind::NoSupervisor, Vec::new());
    }
    let mut both: BTreeMap<PersonId, Vec<Evidence>> = BTreeMap::new();
    for person in approvers.intersection(&checkers) {
        let own = active_allocations(facts, on).filter(|each| each.person == *person);
        let takes_part = own.filter(|each| each.function.decides() || each.function.checks_the_decision());
        both.insert(*person, takes_part.map(|each| Evidence::Allocation(each.id)).collect());
    }
    for (id, evidence) in both {
        let person = unit.person(id).map(|person| person.person.name.clone()).unwrap_or_default();
        examined.found(FindingKind::ApproverSupervises { person }, evidence);
    }
    let recorded = units(examined, unit.unit.id, on);
    examined.gate(Gate::Separation, before);
    for (kind, evidence) in recorded {
        examined.found(kind, evidence);
    }
    lapse(examined, unit.unit.id, on);
}

/// The supervising units on the day; tells what is only recorded.
fn units(examined: &mut Examined<'_>, unit: UnitId, on: Date) -> Vec<(FindingKind, Vec<Evidence>)> {
    let register = &examined.facts.register;
    let now: Vec<_> = register.supervisions.iter().filter(|each| each.period.contains(on)).collect();
    if now.is_empty() {
        examined.found(FindingKind::NoSupervisingUnit, Vec::new());
    }
    let mut recorded = Vec::new();
    if let Some(same) = now.iter().find(|each| each.unit == unit) {
        let lifts = |each: &&super::LiftFacts| each.period.contains(on);
        let over = register.lifts.iter().filter(|each| each.period.to.is_some_and(|to| to < on));
        if register.lifts.iter().any(|each| lifts(&each)) {
            return recorded;
        }
        if let Some(last) = over.max_by_key(|each| each.period.to) {
            // Whoever let it run out has said himself that it must not be: it closes the gate in either mode.
            let until = last.period.to.unwrap_or(on);
            let evidence = vec![Evidence::Exception(last.id), Evidence::Supervision(same.id)];
            examined.found(FindingKind::ExceptionExpired { unit: same.name.clone(), until }, evidence);
        } else {
            let enforced = register.is_same_unit_enforced;
            let kind = FindingKind::SameUnit { unit: same.name.clone(), enforced };
            let evidence = vec![Evidence::Supervision(same.id)];
            if enforced {
                examined.found(kind, evidence);
            } else {
                recorded.push((kind, evidence));
            }
        }
    }
    recorded
}

/// The first day after this one on which somebody is missing who is there on the day before.
fn lapse(examined: &mut Examined<'_>, unit: UnitId, on: Date) {
    let facts = examined.facts;
    let (held, supervisions) = (held(facts), supervisions(facts));
    let segments = segments(&Facts {
        assignment: facts.assignment.id,
        unit,
        period: facts.assignment.period,
        decides: true,
        held: &held,
        supervisions: &supervisions,
        exceptions: &[],
    });
    for pair in segments.windows(2) {
        let [before, after] = pair else { continue };
        if after.period.from <= on {
            continue;
        }
        let new = |finding: &&Open| !before.findings.contains(finding);
        let missing: Vec<Lapse> = after.findings.iter().filter(new).filter_map(Lapse::of).collect();
        if !missing.is_empty() {
            let from = after.period.from;
            let ended = before.period.to;
            let evidence = supervisions.iter().filter(|each| each.period.to == ended);
            let evidence = evidence.map(|each| Evidence::Supervision(each.id));
            let own = facts.allocations.iter().filter(|each| each.period.to == ended);
            let own = own.filter(|each| each.function.decides() || each.function == Function::Supervise);
            let evidence = evidence.chain(own.map(|each| Evidence::Allocation(each.id))).collect();
            examined.found(FindingKind::RegisterLapses { from, missing }, evidence);
            return;
        }
    }
}

fn held(facts: &AssignmentFacts) -> Vec<Held> {
    let assignment = facts.assignment.id;
    let own = facts.allocations.iter().map(|each| Held {
        person: each.person,
        right: Right::Function { function: each.function, assignment },
        period: each.period,
        via: Via::Own,
    });
    let of_groups = facts.register.of_groups.iter().map(|each| Held {
        person: each.person,
        right: Right::Function { function: each.function, assignment },
        period: each.period,
        via: Via::Group(each.group),
    });
    own.chain(of_groups).collect()
}

fn supervisions(facts: &AssignmentFacts) -> Vec<Supervision> {
    let one = |each: &super::SupervisionFacts| Supervision {
        id: each.id,
        assignment: facts.assignment.id,
        unit: each.unit,
        liaison: None,
        period: each.period,
    };
    facts.register.supervisions.iter().map(one).collect()
}
