//! Rules of separation: who breaks them now and later, switching them, and sets of one's own.

use crate::ServiceError;
use crate::form::{FieldError, Fields, text};
use crate::write::{Caller, Change, Write, log_denial};
use access::{Action, Denial};
use domain::assignment::Function;
use domain::duty::{Mode, Relation, Sight, Subject};
use domain::id::PersonId;
use domain::separation::{BUSINESS, Book, Kind, Names, Set, changing_set, violations};
use domain::{Date, Message, Period};
use serde_json::json;
use std::collections::BTreeSet;
use store::set::Rule;
use store::{Conn, Db, StoreError};

/// Somebody, or a unit, that breaks a rule, or will.
#[derive(Debug, Clone, PartialEq)]
pub struct Broken {
    /// The rule's code.
    pub rule: String,
    /// Who; none for a unit on both sides.
    pub person: Option<PersonId>,
    /// The rule, the fact and the days, with the rights that prove it.
    pub words: Message,
    /// When.
    pub period: Period,
}

impl Broken {
    /// Whether it is so on a day; else it is still to come.
    pub fn is_now(&self, on: Date) -> bool {
        self.period.contains(on)
    }
}

/// The rules, and what breaks them from a day on.
#[derive(Debug, Clone, PartialEq)]
pub struct Judged {
    /// Every rule, by code.
    pub rules: Vec<Rule>,
    /// What breaks them, by rule.
    pub broken: Vec<Broken>,
}

impl Judged {
    /// What breaks one rule.
    pub fn of(&self, code: &str) -> impl Iterator<Item = &Broken> {
        self.broken.iter().filter(move |broken| broken.rule == code)
    }
}

/// Units on both sides, on the days that no exception lifts.
async fn both_sides(
    conn: &mut Conn,
    book: &Book,
    sight: Sight,
    from: Date,
) -> Result<Vec<Broken>, StoreError> {
    let Some(set) = book.sets.iter().find(|set| set.kind == Kind::SameUnit) else { return Ok(Vec::new()) };
    let mut all = Vec::new();
    for both in store::supervision::on_both_sides(conn, sight).await? {
        let assignment = Some(both.supervision.assignment);
        let lifts =
            book.exceptions.iter().filter(|each| each.rule == set.code && each.assignment == assignment);
        let mut left = vec![both.supervision.period];
        for lifted in lifts.filter_map(domain::separation::Exception::lifts) {
            left = left.iter().flat_map(|period| period.without(&lifted)).collect();
        }
        left.retain(|period| period.to.is_none_or(|to| to >= from));
        all.extend(left.into_iter().map(|period| Broken {
            rule: set.code.clone(),
            person: None,
            words: Message::new("separation-both-sides").with("place", both.place.as_str()),
            period,
        }));
    }
    Ok(all)
}

fn told(violation: &domain::separation::Violation, names: &Names) -> Broken {
    Broken {
        rule: violation.rule.clone(),
        person: Some(violation.person),
        words: violation.message(names),
        period: violation.period,
    }
}

/// Judges everything that may be seen, from a day on.
pub async fn judge(conn: &mut Conn, sight: Sight, from: Date) -> Result<Judged, ServiceError> {
    let rules = store::set::rules(conn).await?;
    let book = store::book::book(conn, sight).await?;
    let names = store::book::names(conn, sight).await?;
    let mut broken = both_sides(conn, &book, sight, from).await?;
    let all = violations(&book);
    broken.extend(all.iter().filter(|each| !each.is_over(from)).map(|each| told(each, &names)));
    Ok(Judged { rules, broken })
}

/// Switches a rule: `mode`, and `reason` where it is no longer enforced. None where there is no such rule. Who is
/// blocked by it from then on is shown before by [`judge`]; a rule that is in force binds what is there, too.
pub async fn switch(
    db: &Db,
    caller: &Caller,
    code: &str,
    fields: &Fields,
) -> Result<Option<Result<Kind, Vec<FieldError>>>, ServiceError> {
    let mut write = Write::begin(db).await?;
    let conn = write.conn();
    store::set::lock(conn).await?;
    let Some(rule) = store::set::rules(conn).await?.into_iter().find(|rule| rule.set.code == code) else {
        return Ok(None);
    };
    let Ok(mode) = text(fields, "mode").parse::<Mode>() else {
        return Ok(Some(Err(vec![("mode", Message::new("separation-error-mode"))])));
    };
    let mut benefits = None;
    if mode == Mode::Record
        && let Some(rights) = caller.actor.rights()
    {
        // Nobody lets himself go.
        let judged = judge(conn, Sight::Everything, caller.today).await?;
        let is_his = judged.of(code).any(|broken| broken.person == Some(rights.person));
        benefits = is_his.then_some(rights.person);
    }
    let permit = caller.permit(Action::SeparationChange, &Subject { benefits, ..Subject::default() })?;
    let set = match rule.set.with_mode(mode) {
        Ok(set) => set,
        Err(error) => return Ok(Some(Err(vec![("mode", error.message())]))),
    };
    let reason = text(fields, "reason").to_owned();
    if mode == Mode::Record && reason.is_empty() {
        return Ok(Some(Err(vec![("reason", Message::new("separation-error-reason"))])));
    }
    store::set::set_mode(conn, code, mode).await?;
    if set.kind == Kind::SameUnit {
        // Whether gate 5 closes depends on it.
        store::assessment::mark_stale(conn).await?;
    }
    let change = Change {
        subject: code.to_owned(),
        before: json!({ "mode": rule.set.mode }),
        after: json!({ "mode": mode }),
        reason,
        ..Change::default()
    };
    write.commit(caller, &permit, change).await?;
    Ok(Some(Ok(set.kind)))
}

/// A set of one's own as it would be, and what would break it that does not yet.
#[derive(Debug, Clone, PartialEq)]
pub struct Draft {
    /// The rule.
    pub rule: Rule,
    /// The rule that it replaces.
    pub old: Option<Rule>,
    /// What would be broken newly.
    pub broken: Vec<Broken>,
}

impl Draft {
    /// Whether what is held forbids it.
    pub fn is_refused(&self) -> bool {
        self.rule.set.mode == Mode::Enforce && !self.broken.is_empty()
    }
}

/// The next free code of one's own.
fn free_code(rules: &[Rule]) -> String {
    let numbers = rules.iter().filter_map(|rule| rule.set.code.strip_prefix("OWN-")?.parse::<u32>().ok());
    format!("OWN-{:02}", numbers.max().unwrap_or_default() + 1)
}

/// Reads the form: `code` of the set that is changed, else `kind`; `name`, `members`, `cardinality`, `mode`.
/// Nothing is written.
pub async fn check(
    conn: &mut Conn,
    fields: &Fields,
    today: Date,
) -> Result<Result<Draft, Vec<FieldError>>, ServiceError> {
    let mut errors: Vec<FieldError> = Vec::new();
    let rules = store::set::rules(conn).await?;
    let wished = text(fields, "code");
    let old = rules.iter().find(|rule| rule.set.code == wished).cloned();
    if (!wished.is_empty() && old.is_none()) || old.as_ref().is_some_and(|old| old.is_built_in) {
        errors.push(("code", Message::new("separation-error-built-in")));
    }
    let kind = match (&old, text(fields, "kind").parse::<Kind>()) {
        (Some(old), _) => Some(old.set.kind),
        (None, Ok(kind @ (Kind::Static | Kind::Dynamic | Kind::PowerUnit))) => Some(kind),
        (None, _) => {
            errors.push(("kind", Message::new("separation-error-kind")));
            None
        }
    };
    let name = text(fields, "name").to_owned();
    if name.is_empty() {
        errors.push(("name", Message::new("separation-error-name")));
    }
    let Ok(mode) = text(fields, "mode").parse::<Mode>() else {
        errors.push(("mode", Message::new("separation-error-mode")));
        return Ok(Err(errors));
    };
    let cardinality = text(fields, "cardinality").parse::<u32>();
    if cardinality.is_err() {
        errors.push(("cardinality", Message::new("separation-error-number")));
    }
    let known: BTreeSet<String> = if kind.is_some_and(Kind::is_about_roles) {
        let roles = store::role::all(conn, today).await?;
        roles.into_iter().map(|role| role.code).filter(|code| code != BUSINESS).collect()
    } else {
        Function::ALL.iter().map(|function| function.as_str().to_owned()).collect()
    };
    // What belongs to the other kind was ticked by mistake and is left out.
    let members = text(fields, "members").split_whitespace().filter(|code| known.contains(*code));
    let members: BTreeSet<String> = members.map(str::to_owned).collect();
    let (Some(kind), Ok(cardinality), true) = (kind, cardinality, errors.is_empty()) else {
        return Ok(Err(errors));
    };
    let code = old.as_ref().map_or_else(|| free_code(&rules), |old| old.set.code.clone());
    let set = match (Set { code, kind, members, cardinality, mode }).checked() {
        Ok(set) => set,
        Err(error) => return Ok(Err(vec![("members", error.message())])),
    };
    let book = store::book::book(conn, Sight::Everything).await?;
    let names = store::book::names(conn, Sight::Everything).await?;
    let broken = match changing_set(&book, set.clone(), today) {
        Ok(broken) => broken.iter().map(|each| told(each, &names)).collect(),
        Err(error) => return Ok(Err(vec![("members", error.message())])),
    };
    let rule = Rule { set, name, is_built_in: false };
    Ok(Ok(Draft { rule, old, broken }))
}

fn shown(rule: &Rule) -> serde_json::Value {
    json!({
        "name": rule.name, "kind": rule.set.kind, "members": rule.set.members,
        "cardinality": rule.set.cardinality, "mode": rule.set.mode,
    })
}

/// Stores the form's set. In force, it is refused while somebody holds what it forbids, now or later.
pub async fn save(
    db: &Db,
    caller: &Caller,
    fields: &Fields,
) -> Result<Result<String, Vec<FieldError>>, ServiceError> {
    let mut write = Write::begin(db).await?;
    let permit = caller.permit(Action::SeparationChange, &Subject::default())?;
    let conn = write.conn();
    // Whoever is given a right meanwhile waits here, and is then weighed by this rule.
    store::set::lock(conn).await?;
    let draft = match check(conn, fields, caller.today).await? {
        Ok(draft) => draft,
        Err(errors) => return Ok(Err(errors)),
    };
    let code = draft.rule.set.code.clone();
    if draft.is_refused() {
        drop(write);
        let denial = Denial {
            action: Action::SeparationChange,
            rule: code,
            relation: Relation::Opposed,
            assignment: None,
            unit: None,
            on: Some(caller.today),
        };
        log_denial(db, caller, &denial).await?;
        return Ok(Err(draft.broken.into_iter().map(|broken| ("members", broken.words)).collect()));
    }
    match &draft.old {
        Some(_) => store::set::update(conn, &draft.rule).await?,
        None => store::set::insert(conn, &draft.rule).await?,
    }
    let change = Change {
        subject: code.clone(),
        before: draft.old.as_ref().map(shown).unwrap_or_default(),
        after: shown(&draft.rule),
        reason: text(fields, "reason").to_owned(),
        ..Change::default()
    };
    write.commit(caller, &permit, change).await?;
    Ok(Ok(code))
}
