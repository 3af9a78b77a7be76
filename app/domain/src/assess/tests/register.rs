//! What the register says beside gate 5.

use super::*;

/// What is said beside the gates, with what proves it.
fn remarks(facts: &UnitFacts) -> Vec<(FindingKind, Vec<Evidence>)> {
    let result = assess_unit(facts, &Rules::default(), on()).unwrap().remove(0);
    let gate = result.gates.iter().find(|each| each.gate == Gate::Separation).unwrap();
    assert_eq!(gate.outcome, Outcome::Pass);
    let beside = result.findings.into_iter().filter(|each| each.kind.gate().is_none());
    beside.map(|each| (each.kind, each.evidence)).collect()
}

#[test]
fn what_only_threatens_closes_no_gate() {
    assert_eq!(remarks(&sound()), []);

    // A unit on both sides, while the rule is recorded; and while an exception lifts it.
    let mut facts = sound();
    facts.assignments[0].register.supervisions[0].unit = UnitId(id(1));
    let same = FindingKind::SameUnit { unit: "区农业农村局".to_owned(), enforced: false };
    assert_eq!(remarks(&facts), [(same, vec![Evidence::Supervision(SupervisionId(id(1)))])]);
    facts.assignments[0].register.is_same_unit_enforced = true;
    let period = Period { from: day("2026-01-01"), to: Some(on()) };
    facts.assignments[0].register.lifts.push(LiftFacts { id: ExceptionId(id(1)), period });
    assert_eq!(remarks(&facts), []);

    // A gap that is still to come.
    let mut facts = sound();
    facts.assignments[0].register.supervisions[0].period.to = Some(day("2026-12-31"));
    let from = day("2027-01-01");
    let lapses = FindingKind::RegisterLapses { from, missing: vec![Lapse::SupervisingUnit] };
    assert_eq!(remarks(&facts), [(lapses, vec![Evidence::Supervision(SupervisionId(id(1)))])]);
    // Somebody else takes over without a day between.
    let mut next = facts.assignments[0].register.supervisions[0].clone();
    next.period = since("2027-01-01");
    facts.assignments[0].register.supervisions.push(next);
    assert_eq!(remarks(&facts), []);
}

#[test]
fn members_of_groups_are_named_too() {
    let mut facts = sound();
    facts.assignments[0].allocations.retain(|each| each.function.handles());
    facts.assignments[0].register.of_groups.push(GroupRightFacts {
        group: GroupId(id(1)),
        person: PersonId(id(9)),
        function: Function::Supervise,
        period: since("2024-01-01"),
    });
    assert_eq!(remarks(&facts), []);
}
