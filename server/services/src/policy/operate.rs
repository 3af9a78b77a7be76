//! Carries out one operation of a file, or rejects it, as the pages would.

use super::Remark;
use super::file::{Answer, Operate, Operation, Word};
use super::world::World;
use domain::duty::Mode;
use domain::id::{AppointmentId, PersonId, UnitId};
use domain::separation::{
    Held, Right, Set, SetError, Via, Violation, activation, adding, changing_set, inheriting,
};
use domain::{Date, Message, Period};
use serde_saphyr::Spanned;
use std::collections::BTreeSet;
use uuid::Uuid;

/// Why an operation is rejected: the rule, where one is broken, and the reason.
struct Rejection {
    rule: Option<String>,
    reason: Message,
}

/// The rule of a session whose roles are not all the person's.
const NOT_HIS: &str = "ROLE-01";

type Answered = Result<Result<(), Rejection>, Remark>;

/// Whether the program answers what is expected; else what it answers.
pub fn run(world: &mut World, operation: &Spanned<Operation>) -> Result<Option<Remark>, Remark> {
    let line = operation.referenced.line();
    let operation = &operation.value;
    let answer = carry_out(world, operation, line)?;
    let is_so = match (&answer, operation.expect) {
        (Ok(()), Answer::Accept) => true,
        (Err(found), Answer::Reject) => operation.rule.is_none() || operation.rule == found.rule,
        _ => false,
    };
    if is_so {
        return Ok(None);
    }
    let expected = match (operation.expect, &operation.rule) {
        (Answer::Accept, _) => Message::new("policy-accept"),
        (Answer::Reject, None) => Message::new("policy-reject"),
        (Answer::Reject, Some(rule)) => Message::new("policy-reject-by").with("rule", rule.as_str()),
    };
    let found = match answer {
        Ok(()) => Message::new("policy-accept"),
        Err(Rejection { reason, .. }) => Message::new("policy-reject-because").with("reason", reason),
    };
    let message = Message::new("policy-operation-failed").with("expected", expected).with("found", found);
    Ok(Some(Remark { line, message }))
}

fn carry_out(world: &mut World, operation: &Operation, line: u64) -> Answered {
    match operation.what {
        Operate::Assign | Operate::Deassign => assign(world, operation, line),
        Operate::CreateSet
        | Operate::SetCardinality
        | Operate::SetMode
        | Operate::AddMember
        | Operate::DeleteMember => change_set(world, operation, line),
        Operate::AddInheritance | Operate::DeleteInheritance => inherit(world, operation, line),
        Operate::CreateSession | Operate::AddActiveRole | Operate::DropActiveRole => {
            activate(world, operation, line)
        }
    }
}

/// A cell that an operation needs.
fn need<'a, T>(cell: Option<&'a T>, name: &'static str, line: u64) -> Result<&'a T, Remark> {
    cell.ok_or_else(|| Remark { line, message: Message::new("policy-error-lacks").with("name", name) })
}

/// Rejects for the first violation of a rule that is enforced.
fn unless_broken(world: &World, broken: &[Violation]) -> Result<(), Rejection> {
    match broken.iter().find(|violation| violation.blocks()) {
        None => Ok(()),
        Some(violation) => {
            Err(Rejection { rule: Some(violation.rule.clone()), reason: violation.message(&world.names) })
        }
    }
}

fn impossible(error: &SetError) -> Rejection {
    Rejection { rule: None, reason: error.message() }
}

/// Roles are given in a post that everybody has for the purpose.
fn assign(world: &mut World, operation: &Operation, line: u64) -> Answered {
    let person = PersonId(world.people.find(need(operation.who.as_ref(), "who", line)?)?);
    let role = world.role(need(operation.role.as_ref(), "role", line)?)?;
    let post = AppointmentId(Uuid::from_u128(u128::MAX - person.0.as_u128()));
    let right = Right::Role { role: role.clone(), post, scope: UnitId(Uuid::nil()) };
    let held = Held { person, right, period: Period { from: Date::MIN, to: None }, via: Via::Own };
    if operation.what == Operate::Deassign {
        world.book.held.retain(|each| *each != held);
        return Ok(Ok(()));
    }
    // Roles given one by one limit what one is, not what one acts as.
    let mut broken = adding(&world.book, std::slice::from_ref(&held), world.on);
    broken.retain(|violation| violation.post.is_none());
    let answer = unless_broken(world, &broken);
    if answer.is_ok() {
        world.book.held.push(held);
    }
    Ok(answer)
}

fn change_set(world: &mut World, operation: &Operation, line: u64) -> Answered {
    let code = need(operation.set.as_ref(), "set", line)?;
    let old = world.book.sets.iter().find(|set| set.code == code.value).cloned();
    let known = || old.as_ref().ok_or_else(|| super::world::unknown(code, "policy-kind-set"));
    let changed = match operation.what {
        Operate::CreateSet => {
            let kind = *need(operation.kind.as_ref(), "kind", line)?;
            if kind.is_about_roles() {
                operation.members.iter().try_for_each(|member| world.role(member).map(drop))?;
            }
            Ok(Set {
                code: code.value.clone(),
                kind,
                members: operation.members.iter().map(|member| member.value.clone()).collect(),
                cardinality: *need(operation.n.as_ref(), "n", line)?,
                mode: operation.mode.unwrap_or(Mode::Enforce),
            })
        }
        Operate::SetCardinality => known()?.with_cardinality(*need(operation.n.as_ref(), "n", line)?),
        Operate::SetMode => known()?.with_mode(*need(operation.mode.as_ref(), "mode", line)?),
        Operate::AddMember => {
            known()?.with_member(need(operation.role.as_ref(), "role", line)?.value.clone())
        }
        _ => known()?.without_member(&need(operation.role.as_ref(), "role", line)?.value),
    };
    let set = match changed {
        Ok(set) => set,
        Err(error) => return Ok(Err(impossible(&error))),
    };
    let answer = match changing_set(&world.book, set.clone(), world.on) {
        Ok(mut broken) => {
            broken.retain(|violation| violation.post.is_none());
            unless_broken(world, &broken)
        }
        Err(error) => Err(impossible(&error)),
    };
    if answer.is_ok() {
        world.put_set(set);
    }
    Ok(answer)
}

fn inherit(world: &mut World, operation: &Operation, line: u64) -> Answered {
    let child = world.role(need(operation.child.as_ref(), "child", line)?)?;
    let parent = world.role(need(operation.parent.as_ref(), "parent", line)?)?;
    if operation.what == Operate::DeleteInheritance {
        world.book.hierarchy = world.book.hierarchy.without(&child, &parent);
        return Ok(Ok(()));
    }
    let after = world.book.hierarchy.clone().with(child.clone(), parent.clone());
    let answer = match inheriting(&world.book, &child, &parent, world.on) {
        Ok(mut broken) => {
            broken.retain(|violation| violation.post.is_none());
            unless_broken(world, &broken)
        }
        Err(error) => Err(Rejection { rule: None, reason: error.message(&world.names) }),
    };
    if let (Ok(()), Ok(hierarchy)) = (&answer, after) {
        world.book.hierarchy = hierarchy;
    }
    Ok(answer)
}

/// Whether a person holds a role, himself or by inheritance.
fn holds(world: &World, person: PersonId, role: &str) -> bool {
    world.book.held.iter().any(|held| {
        held.person == person
            && held.period.contains(world.on)
            && matches!(&held.right, Right::Role { role: held, .. } if world.book.hierarchy.inherits(held, role))
    })
}

fn activate(world: &mut World, operation: &Operation, line: u64) -> Answered {
    let session = need(operation.session.as_ref(), "session", line)?;
    let (person, mut active) = if operation.what == Operate::CreateSession {
        let who = need(operation.who.as_ref(), "who", line)?;
        (PersonId(world.people.find(who)?), BTreeSet::new())
    } else {
        let known = world.sessions.get(&session.value).cloned();
        known.ok_or_else(|| super::world::unknown(session, "policy-kind-session"))?
    };
    let roles: Vec<&Word> = operation.roles.iter().chain(&operation.role).collect();
    if operation.what == Operate::DropActiveRole {
        active.retain(|active| !roles.iter().any(|role| role.value == *active));
    } else {
        for role in roles {
            let role = world.role(role)?;
            if !holds(world, person, &role) {
                let reason = Message::new("policy-not-his").with("role", world.names.member(&role));
                return Ok(Err(Rejection { rule: Some(NOT_HIS.to_owned()), reason }));
            }
            active.insert(role);
        }
        let all: Vec<&str> = active.iter().map(String::as_str).collect();
        let broken = activation(&world.book.hierarchy, &world.book.sets, &all);
        if let Some(set) = broken.into_iter().find(|set| set.mode == Mode::Enforce) {
            let reason = Message::new("policy-too-many-active").with("rule", set.code.as_str());
            return Ok(Err(Rejection { rule: Some(set.code.clone()), reason }));
        }
    }
    world.sessions.insert(session.value.clone(), (person, active));
    Ok(Ok(()))
}
