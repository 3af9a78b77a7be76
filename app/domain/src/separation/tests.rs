//! Tables and properties of separation.

use super::register::{Facts, Finding, Supervision, segments};
use super::*;
use crate::assignment::Function::{self, Approve, Hear, Inspect, Review, Supervise};
use crate::duty::{Mode, Side};
use crate::id::{
    AppointmentId, AssignmentId, DeputyshipId, ExceptionId, GroupId, PersonId, SupervisionId, UnitId,
};
use crate::{Date, Period};
use proptest::prelude::*;
use uuid::Uuid;

fn id(number: u128) -> Uuid {
    Uuid::from_u128(number)
}

fn day(text: &str) -> Date {
    text.parse().unwrap()
}

fn period(from: &str, to: &str) -> Period {
    Period { from: day(from), to: (!to.is_empty()).then(|| day(to)) }
}

const ONE: PersonId = PersonId(Uuid::from_u128(1));
const OTHER: PersonId = PersonId(Uuid::from_u128(2));
const POWER: AssignmentId = AssignmentId(Uuid::from_u128(11));
const TOWN: UnitId = UnitId(Uuid::from_u128(21));
const OFFICE: UnitId = UnitId(Uuid::from_u128(22));

fn does(person: PersonId, function: Function, period: Period) -> Held {
    Held { person, right: Right::Function { function, assignment: POWER }, period, via: Via::Own }
}

fn plays(person: PersonId, role: &str, post: u128, period: Period) -> Held {
    let right = Right::Role { role: role.to_owned(), post: AppointmentId(id(post)), scope: TOWN };
    Held { person, right, period, via: Via::Own }
}

fn book(held: Vec<Held>) -> Book {
    Book { hierarchy: hierarchy(), sets: sets(), held, exceptions: Vec::new() }
}

fn exception(period: Period) -> Exception {
    Exception {
        id: ExceptionId(id(31)),
        rule: "SOD-03".to_owned(),
        person: Some(ONE),
        assignment: Some(POWER),
        period,
        is_approved: true,
        ended_on: None,
    }
}

/// Rule and days of what is broken.
fn broken(book: &Book) -> Vec<(String, Period)> {
    violations(book).into_iter().map(|each| (each.rule, each.period)).collect()
}

fn all_year() -> Period {
    period("2026-01-01", "2026-12-31")
}

#[test]
fn two_rights_conflict_on_common_days_only() {
    for (one, other, common) in [
        (("2026-01-01", "2026-03-31"), ("2026-04-01", ""), None),
        (("2026-01-01", "2026-04-01"), ("2026-04-01", ""), Some(("2026-04-01", "2026-04-01"))),
        (("2026-01-01", ""), ("2026-04-01", ""), Some(("2026-04-01", ""))),
        (("2026-05-01", "2026-05-31"), ("2026-01-01", ""), Some(("2026-05-01", "2026-05-31"))),
    ] {
        let held =
            vec![does(ONE, Approve, period(one.0, one.1)), does(ONE, Supervise, period(other.0, other.1))];
        let expected = common.map(|(from, to)| ("SOD-03".to_owned(), period(from, to)));
        assert_eq!(broken(&book(held)), expected.into_iter().collect::<Vec<_>>());
    }
}

#[test]
fn others_and_other_assignments_do_not_conflict() {
    let mut elsewhere = does(ONE, Supervise, all_year());
    elsewhere.right = Right::Function { function: Supervise, assignment: AssignmentId(id(12)) };
    let held = vec![does(ONE, Approve, all_year()), does(OTHER, Supervise, all_year()), elsewhere];
    assert_eq!(broken(&book(held)), []);
}

#[test]
fn deputies_groups_and_inheritance_count() {
    let lending = Lending {
        deputyship: DeputyshipId(id(41)),
        deputy: ONE,
        principal: OTHER,
        post: AppointmentId(id(2)),
        only: None,
        period: period("2026-06-01", "2026-06-30"),
    };
    let rights = [does(OTHER, Approve, all_year()), plays(OTHER, "approver", 2, all_year())];
    let lent = lent(&rights, &lending);
    assert_eq!(lent.len(), 2);
    let found = adding(&book(vec![does(ONE, Supervise, all_year())]), &lent, day("2026-01-01"));
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].period, lending.period);
    assert!(found[0].blocks());
    // What is held as a deputy goes no further.
    let next = Lending { deputy: PersonId(id(3)), principal: ONE, ..lending };
    assert_eq!(super::lent(&lent, &next), []);
    let only = Lending { only: Some(AssignmentId(id(12))), ..lending };
    assert_eq!(super::lent(&rights, &only).len(), 1, "the role of the post");

    let joined = of_group(GroupId(id(51)), &[(POWER, Approve, period("2026-02-01", ""))], ONE, all_year());
    let found = adding(&book(vec![does(ONE, Supervise, all_year())]), &joined, day("2026-01-01"));
    assert_eq!(found[0].period, period("2026-02-01", "2026-12-31"));

    let mut with = book(vec![plays(ONE, "chief", 1, all_year()), plays(ONE, "supervisor", 1, all_year())]);
    assert_eq!(broken(&with), []);
    let found = inheriting(&with, "chief", "approver", day("2026-01-01")).unwrap();
    assert_eq!((found.len(), found[0].rule.as_str()), (1, "SOD-05"));
    with.hierarchy = with.hierarchy.with("chief", "approver").unwrap();
    let found = violations(&with);
    assert!(found[0].proof.iter().any(|proof| proof.inheriting() == Some("chief")));
    assert!(inheriting(&with, "approver", "chief", day("2026-01-01")).is_err());
    assert_eq!(with.hierarchy.closure("chief").collect::<Vec<_>>(), ["chief", "approver", BUSINESS]);
    assert_eq!(with.hierarchy.without("chief", "approver"), hierarchy());
}

#[test]
fn static_sets_meet_in_the_person_dynamic_ones_in_the_post() {
    let held = vec![plays(ONE, "approver", 1, all_year()), plays(ONE, "supervisor", 2, all_year())];
    assert_eq!(broken(&book(held)), []);
    let held = vec![plays(ONE, "administrator", 1, all_year()), plays(ONE, "handler", 2, all_year())];
    assert_eq!(broken(&book(held)), [("SOD-06".to_owned(), all_year())]);
    let both = activation(&hierarchy(), &sets(), &["approver", "supervisor"]).len();
    assert_eq!((both, activation(&hierarchy(), &sets(), &["approver"]).len()), (1, 0));
}

#[test]
fn more_than_two_must_meet_on_one_day() {
    let three = Set {
        code: "X".to_owned(),
        kind: Kind::Static,
        members: ["a", "b", "c"].map(str::to_owned).into(),
        cardinality: 3,
        mode: Mode::Record,
    };
    // Each pair meets, all three never do.
    let held = vec![
        plays(ONE, "a", 1, period("2026-01-01", "2026-06-30")),
        plays(ONE, "a", 1, period("2026-10-01", "2026-12-31")),
        plays(ONE, "b", 1, period("2026-03-01", "2026-08-31")),
        plays(ONE, "c", 1, period("2026-07-01", "2026-12-31")),
    ];
    let mut with = Book { sets: vec![three.clone()], held, ..Book::default() };
    assert_eq!(broken(&with), []);
    let lower = changing_set(&with, three.with_cardinality(2).unwrap(), day("2026-01-01")).unwrap();
    let days: Vec<Period> = lower.iter().map(|each| each.period).collect();
    assert_eq!(
        days,
        [
            period("2026-03-01", "2026-06-30"),
            period("2026-07-01", "2026-08-31"),
            period("2026-10-01", "2026-12-31")
        ]
    );
    assert_eq!(changing_set(&with, three.with_cardinality(2).unwrap(), day("2026-09-15")).unwrap().len(), 1);
    with.sets = vec![three.with_cardinality(2).unwrap()];
    let enforced = with.sets[0].with_mode(Mode::Enforce).unwrap();
    assert_eq!(changing_set(&with, enforced, day("2026-01-01")).unwrap().len(), 3, "who would be blocked");
    assert_eq!(changing_set(&with, with.sets[0].clone(), day("2026-01-01")).unwrap(), []);
}

#[test]
fn sets_that_cannot_be_are_refused() {
    let set = &sets()[2];
    assert_eq!(set.with_cardinality(1), Err(SetError::TooLow(1)));
    assert_eq!(set.with_cardinality(3), Err(SetError::TooHigh { cardinality: 3, members: 2 }));
    assert_eq!(set.without_member("approve"), Err(SetError::TooHigh { cardinality: 2, members: 1 }));
    assert!(set.with_member("inspect").is_ok_and(|set| set.without_member("approve").is_ok()));
    assert_eq!(set.with_member("approver"), Err(SetError::NoFunction("approver".to_owned())));
    assert_eq!(sets()[0].with_mode(Mode::Record), Err(SetError::AlwaysEnforced));
    assert!(sets().into_iter().all(|set| set.checked().is_ok()));
}

#[test]
fn an_exception_lifts_its_days_only() {
    let mut with = book(vec![does(ONE, Approve, all_year()), does(ONE, Supervise, all_year())]);
    with.exceptions = vec![exception(period("2026-03-01", "2026-05-31"))];
    let found: Vec<_> = violations(&with).into_iter().map(|each| (each.period, each.expired)).collect();
    let expired = Some(ExceptionId(id(31)));
    assert_eq!(
        found,
        [(period("2026-01-01", "2026-02-28"), None), (period("2026-06-01", "2026-12-31"), expired)]
    );
    with.exceptions[0].ended_on = Some(day("2026-04-01"));
    assert_eq!(violations(&with)[1].period, period("2026-04-01", "2026-12-31"));
    with.exceptions[0].is_approved = false;
    assert_eq!(broken(&with), [("SOD-03".to_owned(), all_year())]);
}

#[test]
fn states_of_an_exception() {
    let mut one = exception(period("2026-03-01", "2026-12-31"));
    for (on, state) in [
        ("2026-02-28", State::Coming),
        ("2026-03-01", State::Running),
        ("2026-12-01", State::Ending),
        ("2026-12-31", State::Ending),
        ("2027-01-01", State::Expired),
    ] {
        assert_eq!(one.state(day(on)), state, "{on}");
    }
    one.ended_on = Some(day("2026-05-01"));
    assert_eq!((one.state(day("2026-04-30")), one.state(day("2026-05-01"))), (State::Running, State::Ended));
    one.is_approved = false;
    assert_eq!(one.state(day("2026-04-30")), State::Asked);
}

#[test]
fn nobody_stands_on_both_sides_of_a_case() {
    let parties = [(ONE, Side::Decides), (OTHER, Side::Oversees)];
    let third = PersonId(id(3));
    for (function, person, principal, may) in [
        (Supervise, ONE, None, false),
        (Hear, ONE, None, false),
        (Approve, ONE, None, true),
        (Review, ONE, None, true),
        (Approve, OTHER, None, false),
        (Inspect, third, None, true),
        (Inspect, third, Some(ONE), false),
        (Approve, third, Some(OTHER), false),
        (Approve, ONE, Some(OTHER), false),
    ] {
        assert_eq!(may_act(function, &parties, person, principal).is_ok(), may, "{function} {person}");
    }
}

fn supervision(unit: UnitId, period: Period) -> Supervision {
    Supervision { id: SupervisionId(id(61)), assignment: POWER, unit, liaison: Some(OTHER), period }
}

#[test]
fn the_register_tells_gaps_and_overlaps() {
    let held = [
        does(ONE, Approve, period("2026-02-01", "2026-12-31")),
        does(OTHER, Supervise, all_year()),
        does(ONE, Supervise, period("2026-11-01", "2026-11-30")),
    ];
    let supervisions = [
        supervision(OFFICE, period("2026-03-01", "")),
        supervision(TOWN, period("2026-06-01", "2026-08-31")),
    ];
    let lifts = Exception {
        person: None,
        rule: "SOD-04".to_owned(),
        ..exception(period("2026-06-01", "2026-07-31"))
    };
    let facts = Facts {
        assignment: POWER,
        unit: TOWN,
        period: all_year(),
        decides: true,
        held: &held,
        supervisions: &supervisions,
        exceptions: &[lifts],
    };
    let found: Vec<(String, Vec<Finding>)> =
        segments(&facts).into_iter().map(|each| (each.period.from.to_string(), each.findings)).collect();
    let expected = [
        ("2026-01-01", vec![Finding::NoApprover, Finding::NoSupervisingUnit]),
        ("2026-02-01", vec![Finding::NoSupervisingUnit]),
        ("2026-03-01", vec![]),
        ("2026-06-01", vec![Finding::ManyUnits]),
        ("2026-08-01", vec![Finding::ManyUnits, Finding::SameUnit(Some(ExceptionId(id(31))))]),
        ("2026-09-01", vec![]),
        ("2026-11-01", vec![Finding::SamePerson(ONE)]),
        ("2026-12-01", vec![]),
    ];
    assert_eq!(found, expected.map(|(from, findings)| (from.to_owned(), findings)));
    let nothing = Facts { decides: false, held: &[], supervisions: &[], ..facts };
    let nothing = segments(&nothing);
    assert_eq!(nothing.len(), 1);
    assert_eq!(nothing[0].findings, [Finding::NoSupervisingUnit, Finding::NoSupervisor]);
}

#[test]
fn sentences_name_rule_person_fact_and_day() {
    let found = violations(&book(vec![does(ONE, Approve, all_year()), does(ONE, Supervise, all_year())]));
    let mut names = Names::default();
    names.people.insert(ONE, "张一禾".to_owned());
    let message = found[0].message(&names);
    assert_eq!(message.key, "separation-broken-assignment");
    let said: Vec<_> = message.args.iter().map(|(name, _)| *name).collect();
    assert_eq!(said, ["rule", "person", "place", "members", "period"]);
}

prop_compose! {
    fn some_period()(from in 0_u64..60, length in proptest::option::of(0_u64..30)) -> Period {
        let from = day("2026-01-01") + chrono::Days::new(from);
        Period { from, to: length.map(|days| from + chrono::Days::new(days)) }
    }
}

fn some_held() -> impl Strategy<Value = Vec<Held>> {
    let functions = [Approve, Supervise, Function::Penalise, Inspect];
    let one = (proptest::sample::select(functions.to_vec()), 1_u128..3, some_period());
    let one = one.prop_map(|(function, person, period)| does(PersonId(id(person)), function, period));
    proptest::collection::vec(one, 0..8)
}

fn days() -> impl Iterator<Item = Date> {
    day("2025-12-25").iter_days().take(120)
}

/// Who breaks which rule on a day.
fn on(book: &Book, day: Date) -> Vec<(String, PersonId)> {
    let mut all: Vec<_> = violations(book)
        .into_iter()
        .filter(|each| each.period.contains(day))
        .map(|each| (each.rule, each.person))
        .collect();
    all.sort();
    all
}

proptest! {
    #[test]
    fn a_violation_is_a_common_day(held in some_held()) {
        let book = book(held);
        let found = violations(&book);
        for day in days() {
            for set in sets().into_iter().filter(|set| set.kind == Kind::PowerUnit) {
                for person in [ONE, OTHER] {
                    let together = book.held.iter().filter(|held| held.person == person && held.period.contains(day));
                    let members: std::collections::BTreeSet<&str> = together
                        .filter_map(|held| match &held.right {
                            Right::Function { function, .. } => Some(function.as_str()),
                            Right::Role { .. } => None,
                        })
                        .filter(|member| set.members.contains(*member))
                        .collect();
                    let hits = found.iter().filter(|each| {
                        each.rule == set.code && each.person == person && each.period.contains(day)
                    });
                    prop_assert_eq!(hits.count(), usize::from(members.len() >= set.cardinality as usize));
                }
            }
        }
    }

    #[test]
    fn periods_overlap_iff_there_is_a_common_day(one in some_period(), other in some_period()) {
        let common = one.and(&other);
        prop_assert_eq!(common.is_some(), one.overlaps(&other));
        let left = one.without(&other);
        for day in days() {
            let both = one.contains(day) && other.contains(day);
            prop_assert_eq!(common.is_some_and(|common| common.contains(day)), both);
            let is_left = left.iter().filter(|period| period.contains(day)).count();
            prop_assert_eq!(is_left, usize::from(one.contains(day) && !both));
        }
    }

    #[test]
    fn splitting_a_period_hides_nothing(held in some_held(), which in any::<prop::sample::Index>(), cut in 0_u64..90) {
        prop_assume!(!held.is_empty());
        let whole = book(held.clone());
        let place = which.index(held.len());
        let cut = day("2026-01-01") + chrono::Days::new(cut);
        let one = held[place].clone();
        let mut split = held;
        split.remove(place);
        let head = Period { from: Date::MIN, to: cut.pred_opt() };
        for part in [Some(head), Some(Period { from: cut, to: None })].into_iter().flatten() {
            split.extend(one.period.and(&part).map(|period| Held { period, ..one.clone() }));
        }
        let split = book(split);
        for day in days() {
            prop_assert_eq!(on(&whole, day), on(&split, day));
        }
        prop_assert_eq!(broken(&whole), broken(&split));
    }

    #[test]
    fn more_exceptions_never_add(held in some_held(), periods in proptest::collection::vec(some_period(), 1..4)) {
        let without = book(held);
        let exceptions = periods.iter().map(|period| exception(*period)).collect();
        let with = Book { exceptions, ..without.clone() };
        for day in days() {
            let (before, after) = (on(&without, day), on(&with, day));
            prop_assert!(after.iter().all(|each| before.contains(each)));
            let lifted = periods.iter().any(|period| period.contains(day));
            let theirs = before.into_iter().filter(|each| !lifted || *each != ("SOD-03".to_owned(), ONE));
            prop_assert_eq!(after, theirs.collect::<Vec<_>>());
        }
    }

    #[test]
    fn adding_tells_what_would_be_there(held in some_held(), added in some_held()) {
        let before = book(held);
        let mut after = before.clone();
        after.held.extend(added.iter().cloned());
        let told = adding(&before, &added, day("2026-01-01"));
        for day in days() {
            let new = on(&after, day).into_iter().filter(|each| !on(&before, day).contains(each));
            for (rule, person) in new {
                let is_told = told.iter().any(|each| {
                    each.rule == rule && each.person == person && each.period.contains(day)
                });
                prop_assert!(is_told, "{} on {}", rule, day);
            }
        }
    }

    #[test]
    fn the_register_has_every_day_once(held in some_held(), units in proptest::collection::vec(some_period(), 0..4)) {
        let supervisions: Vec<Supervision> = units.iter().map(|period| supervision(OFFICE, *period)).collect();
        let period = period("2026-01-10", "2026-02-20");
        let facts = Facts {
            assignment: POWER, unit: TOWN, period, decides: true, held: &held, supervisions: &supervisions, exceptions: &[],
        };
        let all = segments(&facts);
        for day in days() {
            let here: Vec<_> = all.iter().filter(|each| each.period.contains(day)).collect();
            prop_assert_eq!(here.len(), usize::from(period.contains(day)));
            for segment in here {
                let approves = held.iter().any(|each| {
                    each.period.contains(day)
                        && matches!(each.right, Right::Function { function, .. } if function.decides())
                });
                prop_assert_eq!(segment.findings.contains(&Finding::NoApprover), !approves);
                let supervised = units.iter().any(|period| period.contains(day));
                prop_assert_eq!(segment.findings.contains(&Finding::NoSupervisingUnit), !supervised);
            }
        }
    }
}
