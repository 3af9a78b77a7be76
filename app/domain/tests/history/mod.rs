//! Five years of one power in one township, event by event, and a naive oracle that walks through them day by day and
//! only remembers how things stand: who could decide. It knows nothing of periods, versions or lines.

use chrono::{Datelike, TimeDelta};
use domain::Date;
use std::collections::BTreeSet;

/// People of the township.
pub const PEOPLE: usize = 5;
/// Versions of the catalogue, one after the other.
pub const VERSIONS: usize = 4;
/// Days of the history: five years.
pub const DAYS: usize = 1826;

/// Day by its number.
pub fn day(number: usize) -> Date {
    let first = Date::from_ymd_opt(2021, 1, 1).expect("a day");
    debug_assert_eq!(first.year(), 2021);
    first + TimeDelta::days(i64::try_from(number).expect("few"))
}

/// Something that happened. Days are numbers; a last day belongs to what it ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Event {
    /// The power is handed to the township.
    Assign { last: Option<usize> },
    /// It is recalled from the day on.
    Recall,
    /// Its term is set anew.
    Renew { last: Option<usize> },
    /// A new version of the catalogue takes effect, and the assignment is moved to it.
    Move { version: usize },
    /// Somebody is named to decide.
    Name { person: usize, last: Option<usize> },
    /// He is named no longer.
    Unname { person: usize },
    /// Somebody's post gets the role of an approver.
    Grant { person: usize, last: Option<usize> },
    /// It has it no longer.
    Ungrant { person: usize },
    /// Somebody gets a certificate.
    Certify { person: usize, last: Option<usize> },
    /// It is revoked.
    Revoke { person: usize },
    /// Somebody stands in for another.
    Deputise { deputy: usize, principal: usize, last: usize },
}

/// What somebody has, since when and until when.
#[derive(Debug, Clone, Copy)]
struct Has {
    person: usize,
    since: usize,
    last: Option<usize>,
}

/// How things stand on a day.
#[derive(Debug, Clone, Default)]
struct State {
    held: Option<Has>,
    version: usize,
    named: Vec<Has>,
    roles: Vec<Has>,
    certificates: Vec<Has>,
    deputies: Vec<(usize, Has)>,
}

fn lasts(has: &Has, today: usize) -> bool {
    has.last.is_none_or(|last| today <= last)
}

fn of(all: &[Has], person: usize) -> Option<&Has> {
    all.iter().find(|has| has.person == person)
}

impl State {
    /// A new day: what has ended is forgotten. With the assignment goes everything that hung on it.
    fn begin(&mut self, today: usize) {
        for all in [&mut self.named, &mut self.roles, &mut self.certificates] {
            all.retain(|has| lasts(has, today));
        }
        self.deputies.retain(|(_, has)| lasts(has, today));
        if self.held.as_ref().is_some_and(|held| !lasts(held, today)) {
            self.held = None;
        }
        if self.held.is_none() {
            self.named.clear();
        }
    }

    /// Whether the event can happen; then it has.
    fn happens(&mut self, event: Event, today: usize) -> bool {
        let began_before = |has: Option<&Has>| has.is_some_and(|has| has.since < today);
        let has = |person, last| Has { person, since: today, last };
        match event {
            Event::Assign { last } if self.held.is_none() => self.held = Some(has(0, last)),
            Event::Recall if began_before(self.held.as_ref()) => {
                self.held = None;
                self.named.clear();
            }
            Event::Renew { last } if self.held.is_some() => {
                self.held.iter_mut().for_each(|held| held.last = last);
            }
            Event::Move { version } if began_before(self.held.as_ref()) && version == self.version + 1 => {
                self.version = version;
                // The successor begins today, and so does everything that was carried over to it.
                self.held.iter_mut().chain(&mut self.named).for_each(|has| has.since = today);
            }
            Event::Name { person, last } if self.held.is_some() && of(&self.named, person).is_none() => {
                self.named.push(has(person, last));
            }
            Event::Unname { person } if began_before(of(&self.named, person)) => {
                self.named.retain(|has| has.person != person);
            }
            Event::Grant { person, last } if of(&self.roles, person).is_none() => {
                self.roles.push(has(person, last));
            }
            Event::Ungrant { person } if began_before(of(&self.roles, person)) => {
                self.roles.retain(|has| has.person != person);
            }
            Event::Certify { person, last } if of(&self.certificates, person).is_none() => {
                self.certificates.push(has(person, last));
            }
            Event::Revoke { person } if began_before(of(&self.certificates, person)) => {
                self.certificates.retain(|has| has.person != person);
            }
            Event::Deputise { deputy, principal, last } if deputy != principal => {
                self.deputies.push((principal, has(deputy, Some(last))));
            }
            _ => return false,
        }
        true
    }

    /// Who could decide now.
    fn could(&self) -> BTreeSet<usize> {
        let (is_named, plays) =
            (|person| of(&self.named, person).is_some(), |person| of(&self.roles, person).is_some());
        let could = |person: &usize| {
            let for_whom = self.deputies.iter().filter(|(_, has)| has.person == *person);
            let mut whom = std::iter::once(*person).chain(for_whom.map(|(principal, _)| *principal));
            self.held.is_some()
                && of(&self.certificates, *person).is_some()
                && whom.any(|person| is_named(person) && plays(person))
        };
        (0..PEOPLE).filter(could).collect()
    }
}

/// A history: what happened on which day, and who could decide on each day.
#[derive(Debug, Clone, Default)]
pub struct World {
    /// Events in their order.
    pub events: Vec<(usize, Event)>,
    /// For each day.
    pub could: Vec<BTreeSet<usize>>,
    /// For each day, whether the power was held at all.
    pub held: Vec<bool>,
}

/// An event from three numbers.
fn event([kind, who, long]: [u32; 3], today: usize, version: usize) -> Event {
    let (kind, who, long) = (kind as usize, who as usize, long as usize);
    let person = who % PEOPLE;
    // Some for ever, some for a day, most for months.
    let last = match long % 5 {
        0 => None,
        1 => Some(today),
        _ => Some(today + long % 500),
    };
    match kind % 16 {
        0 | 1 => Event::Assign { last },
        2 => Event::Recall,
        3 | 4 => Event::Renew { last },
        5 => Event::Move { version: (version + 1).min(VERSIONS - 1) },
        6..=8 => Event::Name { person, last },
        9 => Event::Unname { person },
        10 | 11 => Event::Grant { person, last },
        12 => Event::Ungrant { person },
        14 if long % 3 == 0 => Event::Revoke { person },
        13 | 14 => Event::Certify { person, last },
        _ => {
            let principal = (who / PEOPLE) % PEOPLE;
            Event::Deputise { deputy: person, principal, last: today + long % 60 }
        }
    }
}

/// Makes a history from numbers: those events that can happen do, spread over the years.
pub fn world(numbers: &[[u32; 4]]) -> World {
    let mut wishes: Vec<(usize, [u32; 3])> =
        numbers.iter().map(|[at, rest @ ..]| (*at as usize % DAYS, *rest)).collect();
    wishes.sort_by_key(|(at, _)| *at);
    let (mut world, mut state, mut next) = (World::default(), State::default(), 0);
    for today in 0..DAYS {
        state.begin(today);
        while let Some((_, numbers)) = wishes.get(next).filter(|(at, _)| *at == today) {
            let event = event(*numbers, today, state.version);
            if state.happens(event, today) {
                world.events.push((today, event));
            }
            next += 1;
        }
        world.could.push(state.could());
        world.held.push(state.held.is_some());
    }
    world
}
