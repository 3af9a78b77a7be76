//! Against an oracle that puts every person into each of his posts and asks `duty` and a policy.

use super::*;
use crate::duty::{Grant, Named, Post, Relation, Rights, Subject};
use crate::id::CertificateId;
use crate::separation::{Lending, lent};
use proptest::prelude::*;
use std::collections::HashMap;
use uuid::Uuid;

const ASSIGNMENT: AssignmentId = AssignmentId(Uuid::from_u128(1));
const TOWN: UnitId = UnitId(Uuid::from_u128(11));
const COUNTY: UnitId = UnitId(Uuid::from_u128(12));
const OFFICE: UnitId = UnitId(Uuid::from_u128(13));
const ELSEWHERE: UnitId = UnitId(Uuid::from_u128(14));
const PEOPLE: u128 = 4;

fn day(number: u32) -> Date {
    Date::from_ymd_opt(2026, 1, 1).expect("a day") + chrono::TimeDelta::days(i64::from(number))
}

fn person(number: u128) -> PersonId {
    PersonId(Uuid::from_u128(100 + number % PEOPLE))
}

/// Everybody has two posts.
fn post(number: u128) -> (PersonId, AppointmentId) {
    let number = number % (2 * PEOPLE);
    (person(number / 2), AppointmentId(Uuid::from_u128(200 + number)))
}

/// As the policy says of one who is named: enough of it to tell roles and places apart.
fn allows(function: Function) -> impl Fn(Role, Scope) -> bool {
    move |role, scope| match (role, function) {
        (Role::Approver, Function::Approve) | (Role::Handler, Function::Accept | Function::Inspect) => {
            scope == Scope::Within
        }
        (Role::Supervisor, Function::Supervise | Function::Inspect) => true,
        _ => false,
    }
}

#[derive(Debug, Clone)]
struct World {
    own: Vec<Held>,
    lendings: Vec<Lending>,
    owned: Vec<(PersonId, Certificate)>,
    rules: Vec<FunctionRule>,
    exceptions: Vec<Exception>,
}

impl World {
    fn history(&self) -> History {
        let mut held = self.own.clone();
        held.extend(self.lendings.iter().flat_map(|lending| lent(&self.own, lending)));
        History {
            assignment: ASSIGNMENT,
            units: vec![TOWN, COUNTY],
            givers: vec![OFFICE, COUNTY],
            certificates: vec!["执法证".to_owned()],
            held,
            owned: self.owned.clone(),
            rules: self.rules.clone(),
            exceptions: self.exceptions.clone(),
        }
    }

    /// What the store would load for one who acts in a post of his own, or in another's by a deputyship.
    fn rights(&self, who: PersonId, acting: Option<&Lending>, own: AppointmentId, on: Date) -> Rights {
        let post = acting.map_or(own, |lending| lending.post);
        let mut named = Named::default();
        let functions_of = |of: PersonId| {
            self.own.iter().filter_map(move |held| match held.right {
                Right::Function { function, .. } if held.person == of && held.period.contains(on) => {
                    Some(function)
                }
                _ => None,
            })
        };
        for function in functions_of(who) {
            named.held = named.held.with(function);
            if acting.is_none() {
                named.usable = named.usable.with(function);
            }
        }
        for lending in self.lendings.iter().filter(|each| each.deputy == who && each.period.contains(on)) {
            for function in functions_of(lending.principal) {
                named.held = named.held.with(function);
                if acting.is_some_and(|acting| acting.deputyship == lending.deputyship) {
                    named.usable = named.usable.with(function);
                }
            }
        }
        let grants = self.own.iter().filter_map(|held| match &held.right {
            Right::Role { role, post: of, scope } if *of == post && held.period.contains(on) => {
                Some(Grant { role: role.parse().expect("a role"), scope: *scope })
            }
            _ => None,
        });
        let owned = self.owned.iter().filter(|(owner, owned)| *owner == who && owned.is_valid(on));
        let lifted = self.exceptions.iter().filter(|each| {
            each.person == Some(who)
                && each.is_approved
                && each.period.contains(on)
                && each.ended_on.is_none_or(|ended| on < ended)
        });
        Rights {
            person: who,
            name: String::new(),
            on,
            post: Some(Post {
                appointment: post,
                deputyship: acting.map(|lending| lending.deputyship),
                name: String::new(),
                unit: TOWN,
                unit_name: String::new(),
                until: None,
                principal: acting.map(|lending| (lending.principal, String::new())),
                only: None,
            }),
            others: Vec::new(),
            grants: grants.collect(),
            named: HashMap::from([(ASSIGNMENT, named)]),
            certificates: owned.map(|(_, owned)| owned.kind.clone()).collect(),
            rules: self.rules.clone(),
            support: None,
            exceptions: lifted.map(|each| (each.rule.clone(), ASSIGNMENT, each.id)).collect(),
        }
    }

    fn could(&self, who: PersonId, function: Function, on: Date) -> bool {
        let units = [TOWN, COUNTY];
        let givers = [OFFICE, COUNTY];
        let certificates = ["执法证".to_owned()];
        let subject = Subject {
            units: &units,
            givers: &givers,
            function: Some((ASSIGNMENT, function)),
            certificates: &certificates,
            ..Subject::default()
        };
        let asked = |rights: Rights| {
            rights.standing(&subject).relation == Relation::Named
                && rights
                    .grants
                    .iter()
                    .any(|grant| allows(function)(grant.role, rights.scope(*grant, &subject)))
        };
        let own = (0..2 * PEOPLE).map(post).filter(|(of, _)| *of == who);
        let mut as_himself = own.map(|(_, post)| self.rights(who, None, post, on));
        let lent = self.lendings.iter().filter(|each| each.deputy == who && each.period.contains(on));
        let mut as_deputy = lent.map(|lending| self.rights(who, Some(lending), lending.post, on));
        as_himself.any(asked) || as_deputy.any(asked)
    }
}

fn period() -> impl Strategy<Value = Period> {
    (0..6_u32, proptest::option::of(0..6_u32))
        .prop_map(|(from, length)| Period { from: day(from), to: length.map(|length| day(from + length)) })
}

fn function() -> impl Strategy<Value = Function> {
    prop_oneof![
        Just(Function::Accept),
        Just(Function::Approve),
        Just(Function::Supervise),
        Just(Function::Inspect)
    ]
}

fn held() -> impl Strategy<Value = Held> {
    let role = prop_oneof![Just("approver"), Just("supervisor"), Just("handler"), Just("leader")];
    let scope = prop_oneof![Just(TOWN), Just(COUNTY), Just(OFFICE), Just(ELSEWHERE)];
    let of_role = (0..2 * PEOPLE, role, scope, period()).prop_map(|(number, role, scope, period)| {
        let (person, post) = post(number);
        Held { person, right: Right::Role { role: role.to_owned(), post, scope }, period, via: Via::Own }
    });
    let of_function =
        (0..PEOPLE, function(), any::<bool>(), period()).prop_map(|(number, function, in_group, period)| {
            let right = Right::Function { function, assignment: ASSIGNMENT };
            let via = if in_group { Via::Group(GroupId(Uuid::from_u128(9))) } else { Via::Own };
            Held { person: person(number), right, period, via }
        });
    prop_oneof![of_role, of_function]
}

fn world() -> impl Strategy<Value = World> {
    let lending = (0..PEOPLE, 0..2 * PEOPLE, 0..1_000_u128, period())
        .prop_map(|(deputy, number, id, period)| {
            let (principal, post) = post(number);
            let deputyship = DeputyshipId(Uuid::from_u128(1_000 + id));
            Lending { deputyship, deputy: person(deputy), principal, post, only: None, period }
        })
        .prop_filter("nobody stands in for himself", |lending| lending.deputy != lending.principal);
    let owned = (0..PEOPLE, period(), proptest::option::of(period()), proptest::option::of(0..9_u32))
        .prop_map(|(number, period, suspended, revoked)| {
            let certificate = Certificate {
                id: CertificateId(Uuid::nil()),
                kind: "执法证".to_owned(),
                number: String::new(),
                issued_on: period.from,
                expires_on: period.to,
                suspended,
                revoked_on: revoked.map(day),
            };
            (person(number), certificate)
        });
    let rule = any::<bool>().prop_map(|enforced| FunctionRule {
        code: "SOD-03".to_owned(),
        members: [Function::Approve, Function::Supervise].into_iter().collect(),
        cardinality: 2,
        mode: if enforced { Mode::Enforce } else { Mode::Record },
    });
    let exception = (0..PEOPLE, period(), any::<bool>(), proptest::option::of(0..9_u32)).prop_map(
        |(number, period, is_approved, ended)| Exception {
            id: ExceptionId(Uuid::nil()),
            rule: "SOD-03".to_owned(),
            person: Some(person(number)),
            assignment: Some(ASSIGNMENT),
            period,
            is_approved,
            ended_on: ended.map(day),
        },
    );
    (
        proptest::collection::vec(held(), 0..24),
        proptest::collection::vec(lending, 0..4),
        proptest::collection::vec(owned, 0..8),
        proptest::collection::vec(rule, 0..2),
        proptest::collection::vec(exception, 0..3),
    )
        .prop_map(|(own, mut lendings, owned, rules, exceptions)| {
            lendings.sort_by_key(|lending| lending.deputyship);
            lendings.dedup_by_key(|lending| lending.deputyship);
            World { own, lendings, owned, rules, exceptions }
        })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]
    #[test]
    fn it_is_what_would_have_been_decided(world in world(), function in function(), on in 0..12_u32) {
        let on = day(on);
        let answer = who(&world.history(), function, on, allows(function));
        for number in 0..PEOPLE {
            let who = person(number);
            let candidate = answer.iter().find(|each| each.person == who);
            prop_assert_eq!(candidate.is_some_and(Candidate::could), world.could(who, function, on));
        }
        for each in &answer {
            prop_assert_ne!(each.ways.is_empty(), each.obstacles.is_empty(), "either ways or obstacles");
        }
    }
}

fn certified(from: u32, to: u32) -> Certificate {
    Certificate {
        id: CertificateId(Uuid::nil()),
        kind: "执法证".to_owned(),
        number: String::new(),
        issued_on: day(from),
        expires_on: Some(day(to)),
        suspended: None,
        revoked_on: None,
    }
}

#[test]
fn obstacles_are_told() {
    let function = Function::Approve;
    let names = |number, function, period| Held {
        person: person(number),
        right: Right::Function { function, assignment: ASSIGNMENT },
        period,
        via: Via::Own,
    };
    let plays = |number: u128, role: &str| {
        let (person, post) = post(number);
        let period = Period { from: day(0), to: None };
        Held {
            person,
            right: Right::Role { role: role.to_owned(), post, scope: TOWN },
            period,
            via: Via::Own,
        }
    };
    let always = Period { from: day(0), to: None };
    let past = Period { from: day(0), to: Some(day(3)) };
    let world = World {
        own: vec![
            names(0, function, always),
            names(1, function, always),
            names(1, Function::Supervise, always),
            names(2, function, past),
            names(3, function, always),
            plays(0, "approver"),
            plays(2, "approver"),
            plays(4, "approver"),
            plays(6, "leader"),
        ],
        lendings: Vec::new(),
        owned: vec![(person(0), certified(0, 9)), (person(1), certified(0, 3)), (person(3), certified(0, 9))],
        rules: vec![FunctionRule {
            code: "SOD-03".to_owned(),
            members: [Function::Approve, Function::Supervise].into_iter().collect(),
            cardinality: 2,
            mode: Mode::Enforce,
        }],
        exceptions: Vec::new(),
    };
    let answer = who(&world.history(), function, day(5), allows(function));
    let of = |number| answer.iter().find(|each| each.person == person(number)).expect("named");
    let way = Way { by: By::Own, period: always, post: post(0).1, role: Role::Approver };
    assert_eq!(of(0).ways, [way]);
    let lacks = Obstacle::Uncertified(vec![("执法证".to_owned(), Some(day(3)))]);
    assert_eq!(of(1).obstacles, [Obstacle::Opposed("SOD-03".to_owned()), lacks]);
    assert_eq!(of(2).obstacles, [Obstacle::OtherDays(past)]);
    assert_eq!(of(3).obstacles, [Obstacle::NoRole]);
}
