//! Asks the program about one check of a file.

use super::Remark;
use super::file::{Check, Expect, Word};
use super::world::{World, unknown};
use access::{Action, Actor};
use domain::duty::{Rights, Subject};
use domain::id::{AssignmentId, PersonId};
use domain::separation::violations;
use domain::{Date, Message};
use serde_saphyr::Spanned;
use std::sync::Arc;

/// Whether the program says what is expected; else what it says.
pub fn run(world: &World, check: &Spanned<Check>) -> Result<Option<Remark>, Remark> {
    let line = check.referenced.line();
    let check = &check.value;
    let on = check.on.unwrap_or(world.on);
    let person = PersonId(world.people.find(&check.who)?);
    let broken = match &check.action {
        Some(action) => refused(world, check, action, on)?,
        None => held(world, check, person, on),
    };
    let is_so = match (check.expect, &broken) {
        (Expect::Allow, None) => true,
        (Expect::Deny, Some(rule)) => check.rule.as_ref().is_none_or(|expected| expected == rule),
        _ => false,
    };
    let verdict = |rule: Option<&str>, is_denied: bool| match (is_denied, rule) {
        (false, _) => Message::new("policy-allow"),
        (true, None) => Message::new("policy-deny"),
        (true, Some(rule)) => Message::new("policy-deny-by").with("rule", rule),
    };
    let what = check.action.as_ref().map_or_else(
        || Message::new("policy-what-held"),
        |action| Message::new("separation-name").with("name", action.value.as_str()),
    );
    Ok((!is_so).then(|| Remark {
        line,
        message: Message::new("policy-check-failed")
            .with("who", check.who.value.as_str())
            .with("what", what)
            .with("on", on)
            .with("expected", verdict(check.rule.as_deref(), check.expect == Expect::Deny))
            .with("found", verdict(broken.as_deref(), broken.is_some())),
    }))
}

/// The rule that is broken by what somebody holds on a day: the expected one, or the first.
fn held(world: &World, check: &Check, person: PersonId, on: Date) -> Option<String> {
    let all = violations(&world.book);
    let mut his = all.iter().filter(|each| each.person == person && each.period.contains(on)).peekable();
    let first = his.peek().map(|each| each.rule.clone());
    his.find(|each| Some(&each.rule) == check.rule.as_ref()).map(|each| each.rule.clone()).or(first)
}

/// The rule that refuses an action.
fn refused(world: &World, check: &Check, word: &Word, on: Date) -> Result<Option<String>, Remark> {
    let action = Action::ALL.iter().copied().find(|action| action.as_str() == word.value);
    let action = action.ok_or_else(|| unknown(word, "policy-kind-action"))?;
    let find = |who: &Word| world.people.find(who).map(PersonId);
    let mut parties = &[][..];
    let mut assignment: Option<AssignmentId> = None;
    if let Some(case) = &check.case {
        let (of, acted) = world.case(case)?;
        (assignment, parties) = (Some(of), acted);
    } else if let Some(word) = &check.assignment {
        assignment = Some(world.assigned(word)?.0);
    }
    let assigned = assignment.and_then(|id| world.of_assignment(id));
    let units = match &check.unit {
        Some(unit) => world.units(unit)?,
        None => assigned.map_or_else(Vec::new, |assigned| assigned.units.clone()),
    };
    let subject = Subject {
        units: &units,
        givers: assigned.map_or(&[], |assigned| &assigned.givers),
        function: assignment.zip(action.function()),
        certificates: assigned.map_or(&[], |assigned| &assigned.certificates),
        parties,
        about: check.about.as_ref().map(find).transpose()?,
        benefits: check.benefits.as_ref().map(find).transpose()?,
    };
    let rights: Rights = world.rights(&check.who, check.post.as_ref(), on)?;
    Ok(Actor::Person(Arc::new(rights)).permit(action, &subject).err().map(|denial| denial.rule))
}
