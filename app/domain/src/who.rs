//! Who could do something on a day: answered from what was held then, with the right by which, or what stood in the
//! way.
//!
//! It is what `duty` and the policy would have decided for each person in each of his posts, but for the parties of a
//! single case. Rights, posts, papers and certificates are dated; rules of separation and the tree of units are as
//! they stand now.

use crate::assignment::{Assignment, Form, Function};
use crate::duty::{FunctionRule, Functions, Mode, Role, Scope};
use crate::id::{AppointmentId, AssignmentId, DeputyshipId, ExceptionId, GroupId, PersonId, PowerId, UnitId};
use crate::people::Certificate;
use crate::separation::{Exception, Held, Right, Via};
use crate::{Date, Period};
use std::collections::BTreeMap;

/// Everything that was ever held around one assignment.
#[derive(Debug, Clone, PartialEq)]
pub struct History {
    /// The assignment.
    pub assignment: AssignmentId,
    /// Its unit and those above it.
    pub units: Vec<UnitId>,
    /// Giving and supervising units on the day, and those above them.
    pub givers: Vec<UnitId>,
    /// Kinds of certificate that handling asks for.
    pub certificates: Vec<String>,
    /// Functions of the assignment, and roles of those who hold them or stand in for one who does; each role with
    /// those from which it inherits.
    pub held: Vec<Held>,
    /// Certificates of these people.
    pub owned: Vec<(PersonId, Certificate)>,
    /// Rules about functions.
    pub rules: Vec<FunctionRule>,
    /// Exceptions from them.
    pub exceptions: Vec<Exception>,
}

/// By which right somebody is named.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum By {
    /// His own.
    Own,
    /// That of a group.
    Group(GroupId),
    /// That of another for whom he stands in.
    Deputyship(DeputyshipId, PersonId),
}

/// A way in which somebody could.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Way {
    /// The right.
    pub by: By,
    /// When it is held.
    pub period: Period,
    /// The post, his own or the other's.
    pub post: AppointmentId,
    /// Its role.
    pub role: Role,
}

/// What stood in somebody's way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Obstacle {
    /// He is named for it on other days only.
    OtherDays(Period),
    /// He holds the opposite right: the rule.
    Opposed(String),
    /// He lacks certificates: each kind with the last day on which he had it.
    Uncertified(Vec<(String, Option<Date>)>),
    /// No post of his has a role that allows it there.
    NoRole,
}

/// How somebody stands to the question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// Who.
    pub person: PersonId,
    /// The ways in which he could; none where something stands in the way.
    pub ways: Vec<Way>,
    /// Everything that stands in the way.
    pub obstacles: Vec<Obstacle>,
    /// A rule that is only written down, or that an exception lifts.
    pub rule: Option<String>,
    /// The exception.
    pub exception: Option<ExceptionId>,
}

impl Candidate {
    /// Whether he could.
    pub fn could(&self) -> bool {
        !self.ways.is_empty()
    }
}

/// The assignment by which a power was held on a day, whatever it was called then: of those in force under one of the
/// names in `line`, the first by that order.
pub fn in_force<'a>(all: &'a [Assignment], line: &[PowerId], on: Date) -> Option<&'a Assignment> {
    line.iter().find_map(|power| {
        all.iter()
            .filter(|each| each.power == *power && each.form != Form::Recalled && each.period.contains(on))
            .max_by_key(|each| each.period.from)
    })
}

/// Everybody who is ever named for a function of the assignment, and how he stands to it on a day. `allows` is the
/// policy's answer for one who is named: whether a role allows it for a record in such a place.
pub fn who(
    history: &History,
    function: Function,
    on: Date,
    allows: impl Fn(Role, Scope) -> bool,
) -> Vec<Candidate> {
    let mut named: BTreeMap<PersonId, Vec<&Held>> = BTreeMap::new();
    for held in &history.held {
        if matches!(held.right, Right::Function { function: of, assignment }
            if of == function && assignment == history.assignment)
        {
            named.entry(held.person).or_default().push(held);
        }
    }
    named
        .into_iter()
        .map(|(person, rights)| candidate(history, person, &rights, function, on, &allows))
        .collect()
}

fn candidate(
    history: &History,
    person: PersonId,
    rights: &[&Held],
    function: Function,
    on: Date,
    allows: &impl Fn(Role, Scope) -> bool,
) -> Candidate {
    let mut candidate =
        Candidate { person, ways: Vec::new(), obstacles: Vec::new(), rule: None, exception: None };
    let today: Vec<&&Held> = rights.iter().filter(|held| held.period.contains(on)).collect();
    if today.is_empty() {
        // The nearest period: the one that ended last, else the one that begins first.
        let past =
            rights.iter().map(|held| held.period).filter(|period| period.from <= on).max_by_key(|p| p.to);
        let coming = rights.iter().map(|held| held.period).min_by_key(|period| period.from);
        candidate.obstacles.extend(past.or(coming).map(Obstacle::OtherDays));
        return candidate;
    }
    if let Err(rule) = separate(history, function, on, &mut candidate) {
        candidate.obstacles.push(Obstacle::Opposed(rule));
    }
    let lacking = lacking(history, person, function, on);
    if !lacking.is_empty() {
        candidate.obstacles.push(Obstacle::Uncertified(lacking));
    }
    let mut ways: Vec<Way> = today.iter().flat_map(|held| ways(history, held, on, allows)).collect();
    if ways.is_empty() {
        candidate.obstacles.push(Obstacle::NoRole);
    }
    if candidate.obstacles.is_empty() {
        ways.sort_by_key(|way| (way.by, way.post, way.role));
        candidate.ways = ways;
    }
    candidate
}

/// Whether the rules let somebody exercise a function beside what else he holds; notes those that only record, and
/// exceptions.
fn separate(
    history: &History,
    function: Function,
    on: Date,
    candidate: &mut Candidate,
) -> Result<(), String> {
    let person = candidate.person;
    let of = |held: &Held| match held.right {
        Right::Function { function, assignment }
            if assignment == history.assignment && held.person == person && held.period.contains(on) =>
        {
            Some(function)
        }
        _ => None,
    };
    let all: Functions = history.held.iter().filter_map(of).collect();
    for rule in history.rules.iter().filter(|rule| rule.is_broken_by(all, function)) {
        let lifts = |exception: &&Exception| {
            exception.rule == rule.code
                && exception.person == Some(person)
                && exception.assignment == Some(history.assignment)
                && exception.lifts().is_some_and(|period| period.contains(on))
        };
        match (history.exceptions.iter().find(lifts), rule.mode) {
            (Some(exception), _) => {
                candidate.rule = Some(rule.code.clone());
                candidate.exception = Some(exception.id);
            }
            (None, Mode::Enforce) => return Err(rule.code.clone()),
            (None, Mode::Record) => {
                if candidate.rule.is_none() {
                    candidate.rule = Some(rule.code.clone());
                }
            }
        }
    }
    Ok(())
}

/// Certificates that somebody lacks, with the last day on which each was valid.
fn lacking(history: &History, person: PersonId, function: Function, on: Date) -> Vec<(String, Option<Date>)> {
    if !function.handles() {
        return Vec::new();
    }
    let his: Vec<&Certificate> =
        history.owned.iter().filter(|(owner, _)| *owner == person).map(|(_, owned)| owned).collect();
    history
        .certificates
        .iter()
        .filter(|kind| !his.iter().any(|owned| owned.kind == **kind && owned.is_valid(on)))
        .map(|kind| {
            let of_kind = his.iter().filter(|owned| owned.kind == *kind);
            (kind.clone(), of_kind.filter_map(|owned| ended(owned, on)).max())
        })
        .collect()
}

/// The last day before another on which a certificate was valid, as far as it ended.
fn ended(owned: &Certificate, on: Date) -> Option<Date> {
    let before = |day: Option<Date>| day.and_then(|day| day.pred_opt());
    let suspended = owned.suspended.filter(|period| period.contains(on)).map(|period| period.from);
    let ends = [owned.expires_on, before(owned.revoked_on), before(suspended)];
    ends.into_iter().flatten().min().filter(|last| *last < on && owned.issued_on <= *last)
}

/// The posts in which somebody could use a right: his own for his own and his groups', the other's for what is lent.
fn ways<'a>(
    history: &'a History,
    named: &'a Held,
    on: Date,
    allows: &'a impl Fn(Role, Scope) -> bool,
) -> impl Iterator<Item = Way> + 'a {
    let by = match named.via {
        Via::Own => By::Own,
        Via::Group(group) => By::Group(group),
        Via::Deputyship { deputyship, principal } => By::Deputyship(deputyship, principal),
    };
    let lent = |via: Via| match via {
        Via::Deputyship { deputyship, .. } => Some(deputyship),
        Via::Own | Via::Group(_) => None,
    };
    history.held.iter().filter_map(move |held| {
        let Right::Role { role, post, scope } = &held.right else { return None };
        let is_his = held.person == named.person && lent(held.via) == lent(named.via);
        if !is_his || !held.period.contains(on) {
            return None;
        }
        let role: Role = role.parse().ok()?;
        allows(role, place(history, *scope)).then_some(Way { by, period: named.period, post: *post, role })
    })
}

fn place(history: &History, scope: UnitId) -> Scope {
    if history.units.contains(&scope) {
        Scope::Within
    } else if history.givers.contains(&scope) {
        Scope::Given
    } else {
        Scope::Outside
    }
}

#[cfg(test)]
mod tests;
