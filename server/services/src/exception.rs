//! Exceptions from rules of separation: asked for, approved by somebody else, and ended.

use crate::ServiceError;
use crate::form::{FieldError, Fields, date, text};
use crate::write::{Caller, Change, Write};
use access::{Action, Denial};
use chrono::{Months, TimeDelta};
use domain::duty::{BENEFIT_RULE, Relation, Role, Sight, Subject};
use domain::id::{AssignmentId, ExceptionId, PersonId, UnitId};
use domain::notice::{Event, Notice, To, Words};
use domain::separation::{Exception, Kind};
use domain::{Message, Period};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use store::exception::Granted;
use store::{Conn, Db, StoreError};

/// Longest time for which an exception is given (Baton's proposal).
const MOST: Months = Months::new(12);

/// The unit that an exception is about and those above it: the assignment's, else those of the person's post.
async fn units(conn: &mut Conn, exception: &Exception, caller: &Caller) -> Result<Vec<UnitId>, StoreError> {
    if let Some(assignment) = exception.assignment {
        let assignment = store::assignment::by_id(conn, assignment).await?;
        return match assignment {
            Some(assignment) => store::unit::above(conn, assignment.unit).await,
            None => Ok(Vec::new()),
        };
    }
    let Some(person) = exception.person else { return Ok(Vec::new()) };
    // What is about roles in several units is for whoever answers for all of them.
    let mut common: Option<Vec<UnitId>> = None;
    for post in store::person::posts(conn, person, caller.today).await? {
        let above = store::unit::above(conn, post.unit).await?;
        common = Some(match common {
            None => above,
            Some(common) => common.into_iter().filter(|unit| above.contains(unit)).collect(),
        });
    }
    Ok(common.unwrap_or_default())
}

fn shown(of: &Granted) -> Value {
    let exception = &of.exception;
    json!({
        "rule": exception.rule, "person": exception.person, "assignment": exception.assignment,
        "from": exception.period.from, "to": exception.period.to, "control": of.control,
        "requested_by": of.requested_by, "approved_by": of.approved.map(|(person, _)| person),
        "ended_on": exception.ended_on,
    })
}

/// Reads the form: `rule`, `person` by staff number or name, `assignment`, `reason`, `control`, `from`, `to`.
async fn read(
    conn: &mut Conn,
    caller: &Caller,
    fields: &Fields,
) -> Result<Result<Granted, Vec<FieldError>>, ServiceError> {
    let mut errors: Vec<FieldError> = Vec::new();
    let wished = text(fields, "rule");
    let rule = store::set::rules(conn).await?.into_iter().find(|rule| rule.set.code == wished);
    let kind = rule.as_ref().map(|rule| rule.set.kind);
    match kind {
        None => errors.push(("rule", Message::new("exception-error-rule"))),
        Some(Kind::Case) => errors.push(("rule", Message::new("exception-error-case"))),
        Some(_) => {}
    }
    let wants_person = matches!(kind, Some(Kind::PowerUnit | Kind::Static | Kind::Dynamic));
    let wants_assignment = matches!(kind, Some(Kind::PowerUnit | Kind::SameUnit));
    let typed = text(fields, "person");
    let mut person: Option<PersonId> = None;
    if wants_person {
        let code = typed.split_once(' ').map_or(typed, |(code, _)| code);
        let found = store::person::written(conn, typed, caller.actor.sight()).await?;
        let chosen = found.iter().find(|each| each.code == code);
        person =
            chosen.or(if found.len() == 1 { found.first() } else { None }).map(store::person::Named::person);
        if person.is_none() {
            errors.push(("person", Message::new("exception-error-person")));
        }
    }
    let mut assignment = None;
    if wants_assignment {
        if let Ok(id) = text(fields, "assignment").parse::<AssignmentId>() {
            assignment =
                store::assignment::visible(conn, id, caller.actor.sight()).await?.map(|each| each.id);
        }
        if assignment.is_none() {
            errors.push(("assignment", Message::new("exception-error-assignment")));
        }
    }
    for (name, key) in [("reason", "exception-error-reason"), ("control", "exception-error-control")] {
        if text(fields, name).is_empty() {
            errors.push((name, Message::new(key)));
        }
    }
    let from = date(fields, "from", &mut errors).unwrap_or(caller.today);
    let to = date(fields, "to", &mut errors);
    let last = from.checked_add_months(MOST);
    match to {
        None if text(fields, "to").is_empty() => errors.push(("to", Message::new("exception-error-to"))),
        Some(to) if to < from || to < caller.today => {
            errors.push(("to", Message::new("import-error-reversed").with("from", from.max(caller.today))));
        }
        Some(to) if last.is_some_and(|last| to >= last) => {
            errors.push(("to", Message::new("exception-error-long")));
        }
        _ => {}
    }
    let Some(rights) = caller.actor.rights() else {
        errors.push(("rule", Message::new("case-error-nobody")));
        return Ok(Err(errors));
    };
    if !errors.is_empty() {
        return Ok(Err(errors));
    }
    Ok(Ok(Granted {
        exception: Exception {
            id: ExceptionId(store::new_id()),
            rule: wished.to_owned(),
            person,
            assignment,
            period: Period { from, to },
            is_approved: false,
            ended_on: None,
        },
        reason: text(fields, "reason").to_owned(),
        control: text(fields, "control").to_owned(),
        requested_by: rights.person,
        approved: None,
    }))
}

/// Asks for an exception.
pub async fn request(
    db: &Db,
    caller: &Caller,
    fields: &Fields,
) -> Result<Result<ExceptionId, Vec<FieldError>>, ServiceError> {
    let mut write = Write::begin(db).await?;
    let conn = write.conn();
    let asked = match read(conn, caller, fields).await? {
        Ok(asked) => asked,
        Err(errors) => return Ok(Err(errors)),
    };
    let units = units(conn, &asked.exception, caller).await?;
    let permit = caller.permit(Action::ExceptionRequest, &Subject { units: &units, ..Subject::default() })?;
    store::exception::insert(conn, &asked).await?;
    // Whoever could approve it; neither the one who asks nor the one who would benefit.
    let mut approvers = Vec::new();
    if let Some(&unit) = units.first() {
        for role in [Role::Leader, Role::Organization] {
            approvers.extend(store::notice::holders(conn, role, unit, caller.today).await?);
        }
    }
    let own = [Some(asked.requested_by), asked.exception.person];
    approvers.retain(|person| !own.contains(&Some(*person)));
    let to: Vec<To> = approvers.into_iter().map(To::Person).collect();
    tell(conn, caller, &asked, &units, (Event::ExceptionAsked, ""), &to).await?;
    let id = asked.exception.id;
    let change = Change {
        subject: id.to_string(),
        after: shown(&asked),
        reason: asked.reason.clone(),
        ..Change::default()
    };
    write.commit(caller, &permit, change).await?;
    Ok(Ok(id))
}

/// What an exception reaches is judged again.
async fn reassess(conn: &mut Conn, exception: &Exception, caller: &Caller) -> Result<(), ServiceError> {
    let Some(assignment) = exception.assignment else { return Ok(()) };
    if let Some(assignment) = store::assignment::by_id(conn, assignment).await? {
        crate::assess::reassess_units(conn, &BTreeSet::from([assignment.unit]), caller.today).await?;
    }
    Ok(())
}

/// Approves an exception, unless one would benefit oneself or has asked for it. None where there is none.
pub async fn approve(
    db: &Db,
    caller: &Caller,
    id: ExceptionId,
) -> Result<Option<Result<(), Vec<FieldError>>>, ServiceError> {
    let mut write = Write::begin(db).await?;
    let conn = write.conn();
    let Some(asked) = store::exception::locked(conn, id).await? else { return Ok(None) };
    let units = units(conn, &asked.exception, caller).await?;
    let me = caller.actor.rights().map(|rights| rights.person);
    let principal = caller.actor.rights().and_then(|rights| rights.post.as_ref()?.principal.as_ref());
    let is_mine = |person: PersonId| Some(person) == me || Some(person) == principal.map(|(id, _)| *id);
    let benefits =
        [Some(asked.requested_by), asked.exception.person].into_iter().flatten().find(|id| is_mine(*id));
    let subject = Subject { units: &units, benefits, ..Subject::default() };
    let permit = caller.permit(Action::ExceptionApprove, &subject)?;
    let Some(me) = me else {
        return Ok(Some(Err(vec![("approve", Message::new("case-error-nobody"))])));
    };
    let is_over = asked.exception.period.to.is_some_and(|to| to < caller.today);
    if asked.exception.is_approved || asked.exception.ended_on.is_some() || is_over {
        return Ok(Some(Err(vec![("approve", Message::new("exception-error-answered"))])));
    }
    match store::exception::approve(conn, id, me, caller.now).await {
        // The table's own check is the last line.
        Err(StoreError::Check(_)) => {
            return Err(ServiceError::Denied(Box::new(Denial {
                action: Action::ExceptionApprove,
                rule: BENEFIT_RULE.to_owned(),
                relation: Relation::Beneficiary,
                assignment: asked.exception.assignment,
                unit: units.first().copied(),
                on: Some(caller.today),
            })));
        }
        other => other?,
    }
    reassess(conn, &asked.exception, caller).await?;
    let to = concerned(&asked);
    tell(conn, caller, &asked, &units, (Event::ExceptionApproved, ""), &to).await?;
    let after = store::exception::by_id(conn, id).await?;
    let change = Change {
        subject: id.to_string(),
        before: shown(&asked),
        after: after.as_ref().map(shown).unwrap_or_default(),
        reason: asked.reason.clone(),
        ..Change::default()
    };
    write.commit(caller, &permit, change).await?;
    Ok(Some(Ok(())))
}

/// Who asked for an exception, and whom it is for.
fn concerned(of: &Granted) -> Vec<To> {
    std::iter::once(of.requested_by).chain(of.exception.person).map(To::Person).collect()
}

/// Tells an event of an exception, which may come several times by steps.
async fn tell(
    conn: &mut Conn,
    caller: &Caller,
    of: &Granted,
    units: &[UnitId],
    (event, step): (Event, &str),
    to: &[To],
) -> Result<(), StoreError> {
    let unit = match units.first() {
        Some(&unit) => store::unit::by_id(conn, unit).await?.map(|unit| unit.name),
        None => None,
    };
    let id = of.exception.id;
    let ends = of.exception.period.to;
    let notice = Notice {
        event,
        about: id.0,
        step: step.to_owned(),
        words: Words {
            title: of.exception.rule.clone(),
            unit: unit.unwrap_or_default(),
            who: caller.actor.rights().map(|rights| rights.name.clone()).unwrap_or_default(),
            reason: of.reason.clone(),
            day: ends,
            ..Words::default()
        },
        link: format!("/separation/exceptions#x-{id}"),
        due: ends.filter(|_| event == Event::ExceptionEnding),
    };
    crate::notify::tell(conn, caller.now, caller.today, &notice, to).await?;
    Ok(())
}

/// Days before its end on which whoever relies on an exception is told.
pub const ENDING: [i64; 3] = [30, 7, 1];

/// What the clock does every day: tells which exceptions run out soon. Nobody is told the same step twice.
pub async fn each_day(db: &Db, caller: &Caller) -> Result<(), ServiceError> {
    let until = caller.today + TimeDelta::days(ENDING[0]);
    let mut conn = db.read().await?;
    let ending = store::exception::ending(&mut conn, caller.today, until).await?;
    drop(conn);
    if ending.is_empty() {
        return Ok(());
    }
    let mut write = Write::begin(db).await?;
    let conn = write.conn();
    for granted in &ending {
        let left = granted.exception.period.to.map_or(0, |to| (to - caller.today).num_days());
        let Some(step) = ENDING.into_iter().filter(|days| left <= *days).min() else { continue };
        let units = units(conn, &granted.exception, caller).await?;
        let mut to = concerned(granted);
        to.extend(units.first().map(|unit| To::Role(Role::Organization, *unit)));
        tell(conn, caller, granted, &units, (Event::ExceptionEnding, &step.to_string()), &to).await?;
    }
    write.commit_derived().await?;
    Ok(())
}

/// Ends an exception from today on, or takes back what was not approved: `reason`. None where there is none.
pub async fn end(
    db: &Db,
    caller: &Caller,
    id: ExceptionId,
    fields: &Fields,
) -> Result<Option<Result<(), Vec<FieldError>>>, ServiceError> {
    let mut write = Write::begin(db).await?;
    let conn = write.conn();
    let Some(before) = store::exception::locked(conn, id).await? else { return Ok(None) };
    let units = units(conn, &before.exception, caller).await?;
    let action =
        if before.exception.is_approved { Action::ExceptionApprove } else { Action::ExceptionRequest };
    let permit = caller.permit(action, &Subject { units: &units, ..Subject::default() })?;
    let reason = text(fields, "reason").to_owned();
    if reason.is_empty() {
        return Ok(Some(Err(vec![("reason", Message::new("exception-error-reason"))])));
    }
    if before.exception.ended_on.is_some() {
        return Ok(Some(Err(vec![("reason", Message::new("exception-error-answered"))])));
    }
    store::exception::end(conn, id, caller.today).await?;
    reassess(conn, &before.exception, caller).await?;
    let after = store::exception::by_id(conn, id).await?;
    let change = Change {
        subject: id.to_string(),
        before: shown(&before),
        after: after.as_ref().map(shown).unwrap_or_default(),
        reason,
        ..Change::default()
    };
    write.commit(caller, &permit, change).await?;
    Ok(Some(Ok(())))
}

/// How an exception stands on a day, and whether its rule is broken because of its end.
pub async fn still_broken(
    conn: &mut Conn,
    sight: Sight,
    today: domain::Date,
) -> Result<BTreeSet<ExceptionId>, ServiceError> {
    let book = store::book::book(conn, sight).await?;
    let all = domain::separation::violations(&book);
    let mut broken: BTreeSet<ExceptionId> =
        all.iter().filter(|each| !each.is_over(today)).filter_map(|each| each.expired).collect();
    let same: Vec<&str> =
        book.sets.iter().filter(|set| set.kind == Kind::SameUnit).map(|set| set.code.as_str()).collect();
    let both = store::supervision::on_both_sides(conn, sight).await?;
    for exception in book.exceptions.iter().filter(|each| same.contains(&each.rule.as_str())) {
        let Some(lifted) = exception.lifts() else { continue };
        let is_over = lifted.to.is_some_and(|to| to < today);
        let others = || {
            book.exceptions
                .iter()
                .filter(|each| each.rule == exception.rule && each.assignment == exception.assignment)
                .any(|each| each.lifts().is_some_and(|period| period.contains(today)))
        };
        let goes_on = both.iter().any(|each| {
            Some(each.supervision.assignment) == exception.assignment
                && each.supervision.period.contains(today)
        });
        if is_over && goes_on && !others() {
            broken.insert(exception.id);
        }
    }
    Ok(broken)
}
