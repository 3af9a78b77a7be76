//! Who could decide on each day of five years, from dated rows, against an oracle that only remembers how things stand.

use domain::assignment::{Assignment, Form, Function};
use domain::catalogue::moving::moved;
use domain::catalogue::{Link, Mark, line};
use domain::duty::{Role, Scope};
use domain::id::{AppointmentId, AssignmentId, CertificateId, DeputyshipId, PersonId, PowerId, UnitId};
use domain::people::Certificate;
use domain::separation::{Held, Lending, Right, Via, lent};
use domain::who::{Candidate, History, in_force, who};
use domain::{Date, Period};
use history::{DAYS, Event, VERSIONS, World, day, world};
use proptest::prelude::*;
use std::collections::BTreeSet;
use uuid::Uuid;

mod history;

const TOWN: UnitId = UnitId(Uuid::from_u128(1));

fn person(number: usize) -> PersonId {
    PersonId(Uuid::from_u128(100 + number as u128))
}

fn post(number: usize) -> AppointmentId {
    AppointmentId(Uuid::from_u128(200 + number as u128))
}

fn power(version: usize) -> PowerId {
    PowerId(Uuid::from_u128(300 + version as u128))
}

fn period(from: usize, last: Option<usize>) -> Period {
    Period { from: day(from), to: last.map(day) }
}

/// The rows that the operations would leave in the database.
#[derive(Default)]
struct Rows {
    assignments: Vec<Assignment>,
    /// Which assignment, whom, when.
    allocations: Vec<(AssignmentId, usize, Period)>,
    roles: Vec<(usize, Period)>,
    certificates: Vec<(usize, Certificate)>,
    lendings: Vec<Lending>,
}

fn end(period: &mut Period, last: Date) {
    if period.to.is_none_or(|to| to > last) {
        period.to = Some(last);
    }
}

impl Rows {
    fn of(world: &World) -> Self {
        let mut rows = Self::default();
        for (number, (at, event)) in world.events.iter().enumerate() {
            rows.write(number as u128, *at, *event);
        }
        rows
    }

    fn write(&mut self, number: u128, at: usize, event: Event) {
        let (today, yesterday) = (day(at), day(at.saturating_sub(1)));
        let version = self.assignments.last().map_or(power(0), |last| last.power);
        match event {
            Event::Assign { last } => self.assignments.push(Assignment {
                id: AssignmentId(Uuid::from_u128(1000 + number)),
                power: version,
                unit: TOWN,
                giver: None,
                form: Form::Conferral,
                functions: vec![Function::Approve],
                period: period(at, last),
                transition_until: None,
                instrument: None,
                planned_volume: None,
            }),
            Event::Recall => self.assignments.last_mut().expect("held").period.to = Some(yesterday),
            Event::Renew { last } => self.assignments.last_mut().expect("held").period.to = last.map(day),
            Event::Move { version } => {
                let before = self.assignments.pop().expect("held");
                let next = AssignmentId(Uuid::from_u128(1000 + number));
                let halves = moved(&before, power(version), next, today, None, today).expect("can be moved");
                let carried = self
                    .allocations
                    .iter()
                    .filter(|(of, _, period)| *of == before.id && period.to.is_none_or(|to| to >= today));
                let carried: Vec<_> = carried
                    .map(|(_, who, period)| {
                        (next, *who, Period { from: today.max(period.from), to: period.to })
                    })
                    .collect();
                for (of, _, period) in &mut self.allocations {
                    if *of == before.id && period.from <= yesterday {
                        end(period, yesterday);
                    }
                }
                self.allocations.extend(carried);
                self.assignments.extend([halves.ended, halves.next]);
            }
            Event::Name { person, last } => {
                let of = self.assignments.last().expect("held").id;
                self.allocations.push((of, person, period(at, last)));
            }
            Event::Unname { person } => {
                let of = self.assignments.last().expect("held").id;
                let his =
                    self.allocations.iter_mut().filter(|(which, who, _)| *which == of && *who == person);
                his.for_each(|(_, _, period)| end(period, yesterday));
            }
            Event::Grant { person, last } => self.roles.push((person, period(at, last))),
            Event::Ungrant { person } => {
                let his = self.roles.iter_mut().filter(|(who, _)| *who == person);
                his.for_each(|(_, period)| end(period, yesterday));
            }
            Event::Certify { person, last } => self.certificates.push((
                person,
                Certificate {
                    id: CertificateId(Uuid::from_u128(number)),
                    kind: "执法证".to_owned(),
                    number: number.to_string(),
                    issued_on: today,
                    expires_on: last.map(day),
                    suspended: None,
                    revoked_on: None,
                },
            )),
            Event::Revoke { person } => {
                let mut his = self.certificates.iter_mut().filter(|(who, _)| *who == person);
                his.next_back().expect("he has one").1.revoked_on = Some(today);
            }
            Event::Deputise { deputy, principal, last } => self.lendings.push(Lending {
                deputyship: DeputyshipId(Uuid::from_u128(number)),
                deputy: person(deputy),
                principal: person(principal),
                post: post(principal),
                only: None,
                period: period(at, Some(last)),
            }),
        }
    }

    /// Who could decide on a day, asked for the power as it is called in one of the versions.
    fn could(&self, asked: PowerId, on: Date) -> BTreeSet<usize> {
        let marks: Vec<Mark> = (1..VERSIONS)
            .map(|version| Mark { from: power(version - 1), to: power(version), link: Link::Same })
            .collect();
        let Some(assignment) = in_force(&self.assignments, &line(&marks, asked), on) else {
            return BTreeSet::new();
        };
        let functions =
            self.allocations.iter().filter(|(of, ..)| *of == assignment.id).map(|(of, who, period)| {
                let right = Right::Function { function: Function::Approve, assignment: *of };
                Held { person: person(*who), right, period: *period, via: Via::Own }
            });
        let roles = self.roles.iter().map(|(who, period)| {
            let right = Right::Role { role: "approver".to_owned(), post: post(*who), scope: TOWN };
            Held { person: person(*who), right, period: *period, via: Via::Own }
        });
        let mut held: Vec<Held> = functions.chain(roles).collect();
        let own = held.clone();
        held.extend(self.lendings.iter().flat_map(|lending| lent(&own, lending)));
        let history = History {
            assignment: assignment.id,
            units: vec![TOWN],
            givers: Vec::new(),
            certificates: vec!["执法证".to_owned()],
            held,
            owned: self.certificates.iter().map(|(who, each)| (person(*who), each.clone())).collect(),
            rules: Vec::new(),
            exceptions: Vec::new(),
        };
        let allows = |role: Role, scope: Scope| role == Role::Approver && scope == Scope::Within;
        let could = who(&history, Function::Approve, on, allows);
        let could = could.iter().filter(|each| Candidate::could(each));
        could.map(|each| (each.person.0.as_u128() - 100) as usize).collect()
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn every_day_is_answered_as_it_was(
        numbers in proptest::collection::vec(any::<[u32; 4]>(), 1..160),
        version in 0..VERSIONS,
    ) {
        let world = world(&numbers);
        let rows = Rows::of(&world);
        for number in 0..DAYS {
            // Whatever the power was called on the day, it is found under every name that it ever had.
            let found = rows.could(power((version + number) % VERSIONS), day(number));
            prop_assert_eq!(&found, &world.could[number], "on {}", day(number));
        }
    }
}

/// The generator does not pass the test by generating nothing.
#[test]
fn histories_are_full() {
    let mut seed = 7_u64;
    let mut number = || {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (seed >> 33) as u32
    };
    let numbers: Vec<[u32; 4]> = (0..400).map(|_| [number(), number(), number(), number()]).collect();
    let world = world(&numbers);
    let count = |is: fn(&Event) -> bool| world.events.iter().filter(|(_, event)| is(event)).count();
    assert!(count(|event| matches!(event, Event::Recall)) >= 3);
    assert!(count(|event| matches!(event, Event::Renew { .. })) >= 5);
    assert_eq!(count(|event| matches!(event, Event::Move { .. })), VERSIONS - 1);
    assert!(count(|event| matches!(event, Event::Deputise { .. })) >= 10);
    let different: BTreeSet<_> = world.could.iter().collect();
    assert!(different.len() > 8, "{} kinds of day", different.len());
    assert!(world.held.iter().any(|held| *held) && !world.held.iter().all(|held| *held));
}
