//! Tables of the assessment.

use super::*;
use crate::assignment::{Assignment, Form, Function, Instrument, InstrumentKind};
use crate::funding::{FundingLine, FundingSource};
use crate::id::*;
use crate::means::Equipment;
use crate::people::{Allocation, Appointment, Certificate, Completion, Person, StaffKind};
use crate::power::{LegalBasis, Power, PowerType, RequiredItem, Rhythm, Risk};
use crate::rules::Rules;
use crate::statistics::MonthlyStatistics;
use crate::unit::{Unit, UnitKind};
use crate::{Date, Fen, Period};
use chrono::Months;
use uuid::Uuid;

mod properties;
mod register;

const BADGE: &str = "行政执法证";
const COURSE: &str = "大气污染执法";

fn day(text: &str) -> Date {
    text.parse().unwrap()
}

fn on() -> Date {
    day("2026-11-23")
}

fn id(number: u128) -> Uuid {
    Uuid::from_u128(number)
}

fn since(from: &str) -> Period {
    Period { from: day(from), to: None }
}

fn person(number: u128) -> PersonFacts {
    PersonFacts {
        person: Person {
            id: PersonId(id(number)),
            code: number.to_string(),
            name: format!("样{number}"),
            allowance_hours: 0.0,
            appointments: vec![Appointment {
                id: AppointmentId(id(number)),
                unit: UnitId(id(1)),
                post: "综合岗".to_owned(),
                kind: StaffKind::Established,
                share: 1.0,
                period: since("2024-01-01"),
            }],
            certificates: vec![Certificate {
                id: CertificateId(id(number)),
                kind: BADGE.to_owned(),
                number: number.to_string(),
                issued_on: day("2024-01-01"),
                expires_on: Some(day("2028-12-31")),
                suspended: None,
                revoked_on: None,
            }],
            completions: vec![Completion {
                id: CompletionId(id(number)),
                course: COURSE.to_owned(),
                completed_on: day("2025-03-01"),
                valid_until: None,
                tenths_of_hours: 160,
            }],
        },
        allocations: Vec::new(),
    }
}

fn month(number: u32, received: u32) -> MonthlyStatistics {
    MonthlyStatistics {
        id: StatisticsId(id(number.into())),
        month: day("2025-11-01") + Months::new(number),
        received,
        completed: received,
        instant: 0,
        early: 0,
        overdue: 0,
        returned: 0,
        complaints: 0,
        reconsiderations: 0,
        reversals: 0,
    }
}

/// A penalty that a township can absorb: two certified and trained officers, a supervisor of the giving
/// department, equipment, money, ten cases a month.
pub(crate) fn sound() -> UnitFacts {
    let mut facts = UnitFacts {
        unit: Unit {
            id: UnitId(id(1)),
            code: "1".to_owned(),
            name: "试乡".to_owned(),
            kind: UnitKind::Township,
            parent: None,
            credit_code: None,
        },
        version: 1,
        people: vec![person(1), person(2), person(9)],
        establishment: Vec::new(),
        equipment: vec![Equipment {
            id: EquipmentId(id(1)),
            item: "执法记录仪".to_owned(),
            quantity: 2,
            period: since("2024-01-01"),
        }],
        funding: Vec::new(),
        assignments: vec![AssignmentFacts {
            assignment: Assignment {
                id: AssignmentId(id(1)),
                power: PowerId(id(1)),
                unit: UnitId(id(1)),
                giver: None,
                form: Form::Conferral,
                functions: vec![Function::Inspect, Function::Penalise],
                period: since("2024-01-01"),
                transition_until: None,
                instrument: Some(Instrument {
                    kind: InstrumentKind::Acceptance,
                    number: "试〔2024〕1号".to_owned(),
                    signed_on: Some(day("2023-12-20")),
                    until: None,
                    published_on: None,
                }),
                planned_volume: Some(120),
            },
            power: Power {
                id: PowerId(id(1)),
                catalogue: "试".to_owned(),
                version: "1".to_owned(),
                code: "1".to_owned(),
                name: "露天焚烧秸秆的处罚".to_owned(),
                power_type: PowerType::Penalty,
                field: "农业农村".to_owned(),
                legal_bases: vec![LegalBasis {
                    citation: "《中华人民共和国大气污染防治法》第一百一十九条".to_owned(),
                    from: None,
                    to: None,
                }],
                original_department: "区农业农村局".to_owned(),
                published_form: "赋权".to_owned(),
                statutory_days: None,
                promised_days: None,
                minutes_per_case: 300,
                certificates: Vec::new(),
                courses: vec![COURSE.to_owned()],
                equipment: vec![RequiredItem { item: "执法记录仪".to_owned(), quantity: 2 }],
                risk: Risk::Medium,
                rhythm: Rhythm::default(),
                min_people: None,
                cost_per_case: Fen::yuan(50),
                remarks: String::new(),
                source: String::new(),
            },
            allocations: Vec::new(),
            funding: vec![FundingLine {
                id: FundingId(id(1)),
                assignment: Some(AssignmentId(id(1))),
                year: 2026,
                source: FundingSource::SpecialTransfer,
                document: "试".to_owned(),
                allocated: Fen::yuan(60_000),
                committed: Fen::ZERO,
                released: Fen::yuan(60_000),
                spent: Fen::ZERO,
            }],
            statistics: (0..12).map(|number| month(number, 10)).collect(),
            giver_name: Some("区农业农村局".to_owned()),
            entrusted_giver: None,
            neighbours: vec![Neighbour { unit: UnitId(id(2)), name: "邻乡".to_owned() }],
            open_tasks: 0,
            register: RegisterFacts {
                supervisions: vec![SupervisionFacts {
                    id: SupervisionId(id(1)),
                    unit: UnitId(id(2)),
                    name: "区农业农村局".to_owned(),
                    period: since("2024-01-01"),
                }],
                ..RegisterFacts::default()
            },
        }],
    };
    allocate(&mut facts, 1, Function::Penalise, 0.3);
    allocate(&mut facts, 2, Function::Inspect, 0.3);
    allocate(&mut facts, 9, Function::Supervise, 0.0);
    facts
}

fn allocate(facts: &mut UnitFacts, person: u128, function: Function, share: f64) {
    let allocation = Allocation {
        id: AllocationId(id(person)),
        assignment: facts.assignments[0].assignment.id,
        person: PersonId(id(person)),
        function,
        share,
        period: since("2024-01-01"),
    };
    let facts_of_person = facts.people.iter_mut().find(|each| each.person.id == allocation.person).unwrap();
    facts_of_person.allocations.push(allocation.clone());
    facts.assignments[0].allocations.push(allocation);
}

fn assess(facts: &UnitFacts) -> Assessment {
    assess_unit(facts, &Rules::default(), on()).unwrap().remove(0)
}

fn failing(assessment: &Assessment) -> Vec<Gate> {
    let failing = assessment.gates.iter().filter(|gate| gate.outcome == Outcome::Fail);
    failing.map(|gate| gate.gate).collect()
}

#[test]
fn sound_is_absorbed() {
    let assessment = assess(&sound());
    assert_eq!(assessment.verdict, Verdict::Can, "{assessment:#?}");
    assert_eq!(assessment.gates.iter().map(|gate| gate.gate).collect::<Vec<_>>(), Gate::ALL);
    assert!(assessment.findings.is_empty() && assessment.remedies.is_empty());
    assert!((assessment.parity.least() - 1.0).abs() < 1e-12);
    assert!((assessment.workload.required - 120.0 * 5.0 / 1768.0 / 0.9).abs() < 1e-9);
}

fn entrust(facts: &mut UnitFacts) {
    let assignment = &mut facts.assignments[0].assignment;
    assignment.form = Form::Entrustment;
    assignment.instrument.as_mut().unwrap().kind = InstrumentKind::EntrustmentAgreement;
}

/// What is broken, which gates fail by it, and a word of the remedies.
#[test]
#[expect(clippy::type_complexity, clippy::too_many_lines, reason = "a table")]
fn each_gate_fails_for_its_reason() {
    let cases: Vec<(&str, fn(&mut UnitFacts), Vec<Gate>, &str)> = vec![
        (
            "no basis",
            |f| f.assignments[0].power.legal_bases.clear(),
            vec![Gate::Legal],
            "remedy-record-legal-basis",
        ),
        (
            "basis repealed",
            |f| f.assignments[0].power.legal_bases[0].to = Some(day("2026-01-01")),
            vec![Gate::Legal],
            "remedy-recall",
        ),
        (
            "penalty entrusted",
            |f| {
                entrust(f);
                f.assignments[0].assignment.instrument.as_mut().unwrap().published_on =
                    Some(day("2024-01-01"));
            },
            vec![Gate::Legal],
            "remedy-change-form",
        ),
        (
            "licence entrusted to a centre",
            |f| {
                f.unit.kind = UnitKind::Centre;
                f.assignments[0].power.power_type = PowerType::Licence;
                entrust(f);
                f.assignments[0].assignment.instrument.as_mut().unwrap().published_on =
                    Some(day("2024-01-01"));
            },
            vec![Gate::Legal],
            "remedy-change-form",
        ),
        (
            "entrustment handed on",
            |f| f.assignments[0].entrusted_giver = Some(UnitId(id(3))),
            vec![Gate::Legal],
            "remedy-change-form",
        ),
        (
            "no paper",
            |f| f.assignments[0].assignment.instrument = None,
            vec![Gate::Instrument],
            "remedy-sign",
        ),
        (
            "term over",
            |f| f.assignments[0].assignment.instrument.as_mut().unwrap().until = Some(day("2026-11-22")),
            vec![Gate::Instrument],
            "remedy-renew",
        ),
        (
            "entrustment unpublished",
            |f| {
                f.assignments[0].power.power_type = PowerType::Confirmation;
                entrust(f);
            },
            vec![Gate::Instrument],
            "remedy-publish",
        ),
        (
            "entrusted by another paper",
            |f| {
                f.assignments[0].power.power_type = PowerType::Confirmation;
                entrust(f);
                let paper = f.assignments[0].assignment.instrument.as_mut().unwrap();
                paper.kind = InstrumentKind::Acceptance;
                paper.published_on = Some(day("2024-01-01"));
            },
            vec![Gate::Instrument],
            "remedy-sign",
        ),
        (
            "coercion entrusted",
            |f| {
                f.assignments[0].power.power_type = PowerType::Coercion;
                entrust(f);
                f.assignments[0].assignment.instrument.as_mut().unwrap().published_on =
                    Some(day("2024-01-01"));
            },
            vec![Gate::Legal],
            "remedy-change-form",
        ),
        (
            "licence conferred on a centre",
            |f| {
                f.unit.kind = UnitKind::Centre;
                f.assignments[0].power.power_type = PowerType::Licence;
            },
            vec![Gate::Legal],
            "remedy-change-form",
        ),
        (
            "who decides reviews the law of it",
            |f| allocate(f, 1, Function::LegalReview, 0.0),
            vec![Gate::Separation],
            "remedy-name-other-supervisor",
        ),
        (
            "certificate expired",
            |f| f.people[1].person.certificates[0].expires_on = Some(day("2026-09-30")),
            vec![Gate::People, Gate::Training, Gate::Money],
            "remedy-train-certificate",
        ),
        (
            "auxiliary staff",
            |f| f.people[1].person.appointments[0].kind = StaffKind::Auxiliary,
            vec![Gate::People],
            "remedy-post-certified",
        ),
        (
            "left the post",
            |f| f.people[1].person.appointments[0].period.to = Some(day("2026-10-31")),
            vec![Gate::People],
            "remedy-station",
        ),
        (
            "course not held",
            |f| f.people[1].person.completions.clear(),
            vec![Gate::Training, Gate::Money],
            "remedy-train-course",
        ),
        (
            "nobody supervises",
            |f| f.assignments[0].allocations.retain(|each| each.function.handles()),
            vec![Gate::Separation],
            "remedy-name-supervisor",
        ),
        (
            "nobody approves",
            |f| f.assignments[0].allocations[0].function = Function::Review,
            vec![Gate::Separation],
            "remedy-name-approver",
        ),
        (
            "approver supervises",
            |f| allocate(f, 1, Function::Supervise, 0.0),
            vec![Gate::Separation],
            "remedy-name-other-supervisor",
        ),
        (
            "no unit supervises",
            |f| f.assignments[0].register.supervisions.clear(),
            vec![Gate::Separation],
            "remedy-name-supervising-unit-as",
        ),
        (
            "the supervising unit is still to begin",
            |f| f.assignments[0].register.supervisions[0].period = since("2026-12-01"),
            vec![Gate::Separation],
            "remedy-name-supervising-unit-as",
        ),
        (
            "the unit supervises itself",
            |f| {
                let register = &mut f.assignments[0].register;
                register.supervisions[0].unit = UnitId(id(1));
                register.is_same_unit_enforced = true;
            },
            vec![Gate::Separation],
            "remedy-ask-exception",
        ),
        (
            "it goes on after the exception ran out",
            |f| {
                let register = &mut f.assignments[0].register;
                register.supervisions[0].unit = UnitId(id(1));
                let period = Period { from: day("2026-01-01"), to: Some(day("2026-11-22")) };
                register.lifts.push(LiftFacts { id: ExceptionId(id(1)), period });
            },
            vec![Gate::Separation],
            "remedy-ask-exception",
        ),
        ("a camera missing", |f| f.equipment[0].quantity = 1, vec![Gate::Means, Gate::Money], "remedy-equip"),
        (
            "money did not follow",
            |f| f.assignments[0].funding[0].released = Fen::yuan(100),
            vec![Gate::Money],
            "remedy-fund",
        ),
    ];
    for (what, break_it, gates, remedy) in cases {
        let mut facts = sound();
        // Exactly what is needed, so that each new cost shows.
        facts.assignments[0].funding[0].released = assess(&sound()).money.required();
        break_it(&mut facts);
        let assessment = assess(&facts);
        assert_eq!(failing(&assessment), gates, "{what}");
        assert_eq!(assessment.verdict, Verdict::Cannot, "{what}");
        let keys: Vec<_> = assessment.remedies.iter().map(|remedy| remedy.kind.message().key).collect();
        assert!(keys.contains(&remedy), "{what}: {keys:?}");
        for gate in gates {
            assert!(
                assessment.findings.iter().any(|finding| finding.kind.gate() == Some(gate)),
                "{what}: {gate}"
            );
        }
    }
}

#[test]
fn grades_below_their_thresholds() {
    let mut facts = sound();
    facts.assignments[0].statistics[3].overdue = 7;
    facts.assignments[0].statistics[4].returned = 6;
    facts.assignments[0].statistics[5].reversals = 1;
    let assessment = assess(&facts);
    assert_eq!(assessment.verdict, Verdict::Poorly);
    let outcomes: Vec<_> = assessment.grades.iter().map(|grade| grade.outcome).collect();
    assert_eq!(outcomes, [Outcome::Pass, Outcome::Fail, Outcome::Fail, Outcome::Pass]);
    let late =
        assessment.findings.iter().find(|finding| finding.kind.grade() == Some(Grade::OnTime)).unwrap();
    assert_eq!(late.evidence, [Evidence::Statistics(StatisticsId(id(3)))]);

    // 6 of 120 late is exactly 95 %, which reaches the threshold.
    facts.assignments[0].statistics[3].overdue = 6;
    facts.assignments[0].statistics[5].reversals = 0;
    assert_eq!(assess(&facts).verdict, Verdict::Can);
}

#[test]
fn over_full_people_count_once() {
    let mut facts = sound();
    let mut elsewhere = facts.people[0].allocations[0].clone();
    elsewhere.assignment = AssignmentId(id(77));
    elsewhere.share = 1.2;
    facts.people[0].allocations.push(elsewhere);
    let assessment = assess(&facts);
    assert!((assessment.workload.available - (0.3 / 1.5 + 0.3)).abs() < 1e-9);
    assert!(matches!(assessment.findings[0].kind, FindingKind::OverAllocated { .. }));
}

#[test]
fn idle_asks_for_sharing_or_recall_and_never_for_staff() {
    let mut facts = sound();
    let busy = facts.assignments[0].clone();
    facts.assignments.push(busy);
    facts.assignments[0].assignment.id = AssignmentId(id(2));
    facts.assignments[0].statistics.clear();
    facts.assignments[0].allocations.clear();
    let assessment = assess(&facts);
    assert_eq!(assessment.verdict, Verdict::Idle);
    assert!(!failing(&assessment).is_empty(), "the gates are shown all the same");
    let keys: Vec<_> = assessment.remedies.iter().map(|remedy| remedy.kind.message().key).collect();
    assert_eq!(keys, ["remedy-share", "remedy-recall"]);

    facts.assignments[0].power.rhythm.seasonal = true;
    assert_eq!(assess(&facts).verdict, Verdict::Cannot, "a seasonal power may rest");
}

#[test]
fn a_course_that_counts_no_more_is_its_own_proof() {
    let mut facts = sound();
    facts.people[0].person.completions[0].valid_until = Some(day("2026-11-22"));
    let found = assess(&facts).findings;
    let lacking =
        found.iter().find(|finding| matches!(finding.kind, FindingKind::LacksCourse { .. })).unwrap();
    assert!(lacking.evidence.contains(&super::Evidence::Completion(CompletionId(id(1)))));
}

#[test]
fn missing_statistics_are_not_zero_cases() {
    let mut facts = sound();
    facts.assignments[0].statistics.clear();
    let assessment = assess(&facts);
    assert_eq!(assessment.verdict, Verdict::Can);
    assert_eq!(assessment.findings[0].kind, FindingKind::NoStatistics);
    assert!((assessment.workload.annual_volume - 120.0).abs() < 1e-9, "what was planned stands in for it");
    assert!(assessment.workload.required > 0.0);

    // One month says as little about a year.
    facts.assignments[0].statistics = vec![month(11, 0)];
    assert_eq!(assess(&facts).verdict, Verdict::Can);
    let year: Vec<_> = (0..12).map(|number| month(number, 0)).collect();
    facts.assignments[0].statistics = year;
    assert_eq!(assess(&facts).verdict, Verdict::Idle);
}

#[test]
fn transition_and_the_ends_of_an_assignment() {
    let mut facts = sound();
    facts.assignments[0].assignment.instrument = None;
    facts.assignments[0].assignment.transition_until = Some(on());
    let assessment = assess(&facts);
    assert_eq!((assessment.verdict, assessment.tasks_met()), (Verdict::InTransition, 6));
    facts.assignments[0].assignment.transition_until = Some(on().pred_opt().unwrap());
    assert_eq!(assess(&facts).verdict, Verdict::Cannot);
    facts.assignments[0].assignment.period.from = on().succ_opt().unwrap();
    assert_eq!(assess(&facts).verdict, Verdict::InTransition, "still to begin");
    facts.assignments[0].assignment.period = Period { from: day("2024-01-01"), to: on().pred_opt() };
    assert!(assess_unit(&facts, &Rules::default(), on()).unwrap().is_empty(), "ended");
    facts.assignments[0].assignment.period.to = None;
    facts.assignments[0].assignment.form = Form::Recalled;
    assert!(assess_unit(&facts, &Rules::default(), on()).unwrap().is_empty(), "recalled");
}

#[test]
fn money_for_the_unit_is_shared_by_what_is_lacking() {
    let mut facts = sound();
    let line = facts.assignments[0].funding.remove(0);
    let second = facts.assignments[0].clone();
    facts.assignments.push(second);
    facts.assignments[1].assignment.id = AssignmentId(id(2));
    facts.funding = vec![FundingLine { assignment: None, released: Fen(1001), ..line }];
    let both = assess_unit(&facts, &Rules::default(), on()).unwrap();
    let shared: Vec<_> = both.iter().map(|each| each.money.released_shared.0).collect();
    assert_eq!(shared, [500, 500], "never more than there is");
    facts.funding[0].released = Fen::yuan(10_000_000);
    let both = assess_unit(&facts, &Rules::default(), on()).unwrap();
    assert!(both.iter().all(|each| each.money.released() == each.money.required()));
}

#[test]
fn staffing_counts_three_things_apart() {
    let mut facts = sound();
    facts.people[1].person.appointments[0].kind = StaffKind::Stationed;
    facts.people[2].person.appointments[0].unit = UnitId(id(5));
    let staffing = staffing(&facts, &Rules::default(), on()).unwrap();
    assert_eq!((staffing.authorised, staffing.established, staffing.in_post), (None, 1, 2));
    assert_eq!(staffing.movable, [(StaffKind::Stationed, 1)]);
    assert!((staffing.available - 2.0).abs() < 1e-9);
}
