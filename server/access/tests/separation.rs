//! The policy against the domain: it allows exactly what the domain does, and no way of acting in a case leads to one
//! person on both sides of it.

use access::{Action, Actor};
use domain::assignment::Function;
use domain::duty::{FunctionRule, Functions, Grant, Mode, Named, Post, Rights, Role, Scope, Side, Subject};
use domain::id::{AppointmentId, AssignmentId, DeputyshipId, ExceptionId, PersonId, UnitId};
use domain::separation::{Set, may_act, sets};
use domain::{Date, Period};
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;
use uuid::Uuid;

const ME: PersonId = PersonId(Uuid::from_u128(1));
const PRINCIPAL: PersonId = PersonId(Uuid::from_u128(2));
const SOMEBODY: PersonId = PersonId(Uuid::from_u128(3));
const POWER: AssignmentId = AssignmentId(Uuid::from_u128(11));
const TOWN: UnitId = UnitId(Uuid::from_u128(21));
const OFFICE: UnitId = UnitId(Uuid::from_u128(22));
const CERTIFICATE: &str = "行政执法证";

fn day(number: u32) -> Date {
    Date::from_ymd_opt(2026, 6, number).expect("a day")
}

fn rules(mode: Mode) -> Vec<FunctionRule> {
    sets().iter().filter_map(Set::function_rule).map(|rule| FunctionRule { mode, ..rule }).collect()
}

fn rights(person: PersonId, principal: Option<PersonId>, roles: &[Role], scope: UnitId) -> Rights {
    Rights {
        person,
        name: String::new(),
        on: day(1),
        post: Some(Post {
            appointment: AppointmentId(Uuid::from_u128(31)),
            deputyship: principal.map(|_| DeputyshipId(Uuid::from_u128(41))),
            name: String::new(),
            unit: scope,
            unit_name: String::new(),
            until: None,
            principal: principal.map(|principal| (principal, String::new())),
            only: None,
        }),
        others: Vec::new(),
        grants: roles.iter().map(|&role| Grant { role, scope }).collect(),
        named: HashMap::new(),
        certificates: Vec::new(),
        rules: Vec::new(),
        support: None,
        exceptions: Vec::new(),
    }
}

/// Which functions belong to which role, and how far: the domain's words about cases.
fn belongs(role: Role, scope: Scope, function: Function) -> bool {
    use Function::{Accept, Approve, Hear, Inspect, LegalReview, Penalise, Review, Supervise};
    let is_within = scope == Scope::Within;
    match role {
        Role::Handler => {
            is_within && matches!(function, Accept | Review | Inspect | Penalise | LegalReview | Hear)
        }
        Role::Approver => is_within && function == Approve,
        Role::Supervisor => matches!(function, Supervise | Inspect),
        _ => false,
    }
}

/// Every role, scope, function, name, opposite right, mode, exception, certificate, party and principal: it is
/// allowed where the role is there and he is named, certified, neither opposed nor excluded, and nowhere else.
#[test]
fn the_policy_allows_what_the_domain_allows() {
    let parties: [&[(PersonId, Side)]; 6] = [
        &[],
        &[(ME, Side::Decides)],
        &[(ME, Side::Oversees)],
        &[(PRINCIPAL, Side::Decides)],
        &[(PRINCIPAL, Side::Oversees)],
        &[(SOMEBODY, Side::Decides), (SOMEBODY, Side::Oversees)],
    ];
    let needed = [CERTIFICATE.to_owned()];
    let (mut asked, mut allowed) = (0_u32, 0_u32);
    for &role in Role::ALL {
        for scope in [Scope::Within, Scope::Given, Scope::Outside] {
            let (units, givers): (&[UnitId], &[UnitId]) = match scope {
                Scope::Within => (&[TOWN, OFFICE], &[]),
                Scope::Given => (&[TOWN], &[OFFICE]),
                _ => (&[TOWN], &[]),
            };
            for principal in [None, Some(PRINCIPAL)] {
                for other in
                    [None, Some(Function::Approve), Some(Function::Supervise), Some(Function::Penalise)]
                {
                    for (mode, is_excepted) in
                        [(Mode::Enforce, false), (Mode::Enforce, true), (Mode::Record, false)]
                    {
                        for (needs, has) in [(false, false), (true, false), (true, true)] {
                            let mut him = rights(ME, principal, &[role], OFFICE);
                            him.rules = rules(mode);
                            if is_excepted {
                                let id = ExceptionId(Uuid::from_u128(51));
                                him.exceptions =
                                    ["SOD-02", "SOD-03"].map(|rule| (rule.to_owned(), POWER, id)).into();
                            }
                            if has {
                                him.certificates = needed.to_vec();
                            }
                            for &function in Function::ALL {
                                for is_named in [false, true] {
                                    let usable = if is_named {
                                        Functions::NONE.with(function)
                                    } else {
                                        Functions::NONE
                                    };
                                    let held = other.map_or(usable, |other| usable.with(other));
                                    him.named.insert(POWER, Named { usable, held });
                                    let is_opposed =
                                        him.rules.iter().any(|rule| rule.is_broken_by(held, function))
                                            && mode == Mode::Enforce
                                            && !is_excepted;
                                    let is_certified = !needs || has || !function.handles();
                                    let actor = Actor::Person(Arc::new(him.clone()));
                                    for parties in parties {
                                        let expected = belongs(role, scope, function)
                                            && is_named
                                            && is_certified
                                            && !is_opposed
                                            && may_act(function, parties, ME, principal).is_ok();
                                        let subject = Subject {
                                            units,
                                            givers,
                                            function: Some((POWER, function)),
                                            certificates: if needs { &needed } else { &[] },
                                            parties,
                                            ..Subject::default()
                                        };
                                        let said = actor.permit(Action::from(function), &subject);
                                        assert_eq!(
                                            said.is_ok(),
                                            expected,
                                            "{role} {scope} {function} {principal:?} {other:?} {mode} {parties:?}: {said:?}"
                                        );
                                        asked += 1;
                                        allowed += u32::from(expected);
                                    }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
    assert!(asked > 200_000 && allowed > 500, "{allowed} of {asked}");
}

/// A right that somebody holds on some days, himself or through a group.
#[derive(Clone, Copy)]
struct Holding {
    function: Function,
    days: Period,
}

/// What a person is named for on a day.
fn named(holdings: &[Holding], on: Date) -> Functions {
    holdings.iter().filter(|holding| holding.days.contains(on)).map(|holding| holding.function).collect()
}

/// Who has acted on which side: a bit for each of two people on each of two sides.
type State = BTreeSet<(PersonId, Side)>;

/// Plays a case: in whatever order, on each of two days, in each post, every function is tried by everybody. Returns
/// every state that can be reached.
fn reachable(actors: &[Actor], principals: &[Option<PersonId>], people: &[PersonId]) -> BTreeSet<State> {
    let mut seen: BTreeSet<State> = BTreeSet::from([State::new()]);
    let mut open: Vec<State> = vec![State::new()];
    while let Some(state) = open.pop() {
        let parties: Vec<(PersonId, Side)> = state.iter().copied().collect();
        for ((actor, principal), person) in actors.iter().zip(principals).zip(people) {
            for &function in Function::ALL {
                let Some(side) = Side::of(function) else { continue };
                let subject = Subject {
                    units: &[TOWN],
                    function: Some((POWER, function)),
                    parties: &parties,
                    ..Subject::default()
                };
                if actor.permit(Action::from(function), &subject).is_err() {
                    continue;
                }
                let mut next = state.clone();
                next.insert((*person, side));
                next.extend(principal.map(|principal| (principal, side)));
                if seen.insert(next.clone()) {
                    open.push(next);
                }
            }
        }
    }
    seen
}

/// Over roles, pairs of functions, common and separate days, deputies and groups, and rules that are enforced or only
/// recorded: nobody, nor anybody behind a deputy, comes to stand on both sides of a case.
#[test]
fn nobody_reaches_both_sides_of_a_case() {
    let all = [Role::Handler, Role::Approver, Role::Supervisor];
    let [first, second] = [day(1), day(2)];
    let only = |day| Period { from: day, to: Some(day) };
    let both = Period { from: first, to: Some(second) };
    let mut reached = 0_usize;
    let mut most = 0_usize;
    for roles in [&all[..], &all[..1], &all[1..2], &all[2..]] {
        for (place, &one) in Function::ALL.iter().enumerate() {
            for &other in &Function::ALL[place..] {
                // The second right follows the first, or meets it on one day or on both.
                for (days, others) in [(only(first), only(second)), (both, only(second)), (both, both)] {
                    let mine = [Holding { function: one, days }, Holding { function: other, days: others }];
                    for &his in Function::ALL {
                        let his = [
                            Holding { function: his, days: both },
                            Holding { function: Function::Approve, days: only(second) },
                        ];
                        for lent in [None, Some(only(first)), Some(only(second)), Some(both)] {
                            for mode in [Mode::Enforce, Mode::Record] {
                                let (mut actors, mut principals, mut people) =
                                    (Vec::new(), Vec::new(), Vec::new());
                                for on in [first, second] {
                                    let (own, principal_s) = (named(&mine, on), named(&his, on));
                                    let stands_in = lent.is_some_and(|lent| lent.contains(on));
                                    let held = if stands_in {
                                        own.iter().chain(principal_s.iter()).collect()
                                    } else {
                                        own
                                    };
                                    let mut add = |person, principal, roles: &[Role], usable, held| {
                                        let mut him = rights(person, principal, roles, TOWN);
                                        him.on = on;
                                        him.rules = rules(mode);
                                        him.named.insert(POWER, Named { usable, held });
                                        actors.push(Actor::Person(Arc::new(him)));
                                        principals.push(principal);
                                        people.push(person);
                                    };
                                    add(ME, None, roles, own, held);
                                    add(PRINCIPAL, None, &all, principal_s, principal_s);
                                    if stands_in {
                                        add(ME, Some(PRINCIPAL), &all, principal_s, held);
                                    }
                                }
                                let states = reachable(&actors, &principals, &people);
                                for state in &states {
                                    for person in [ME, PRINCIPAL] {
                                        let sides = state.iter().filter(|(who, _)| *who == person).count();
                                        assert!(sides <= 1, "{person} stands on both sides: {state:?}");
                                    }
                                }
                                reached += states.len();
                                most = most.max(states.len());
                            }
                        }
                    }
                }
            }
        }
    }
    // The walk went somewhere: cases in which both acted, on either side.
    assert!(reached > 50_000 && most >= 5, "{reached} states, at most {most}");
}
