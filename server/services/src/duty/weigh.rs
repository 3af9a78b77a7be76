//! Weighs a change of what people hold: it is written, what is held before and after is compared, and then it is kept
//! or undone. So deputies, groups and inheritance count just as they will count.

use super::Step;
use crate::ServiceError;
use crate::form::FieldError;
use crate::write::{Caller, Change, Write, log_denial};
use access::{Denial, Permit};
use domain::assignment::Function;
use domain::duty::{Relation, Subject};
use domain::id::{AssignmentId, PersonId, UnitId};
use domain::separation::{BUSINESS, Book, Held, Names, Right, Via, Violation, violations};
use domain::{Date, Message, Period};
use std::collections::BTreeSet;
use store::dossier::{Needs, Whom};
use store::{Conn, Db, StoreError};

/// A right that somebody would newly have.
#[derive(Debug, Clone, PartialEq)]
pub struct Gain {
    /// Who.
    pub person: PersonId,
    /// His name.
    pub name: String,
    /// The role or function.
    pub what: Message,
    /// Where: the role's unit, or power and unit.
    pub place: String,
    /// When.
    pub period: Period,
    /// For whom, where it is as a deputy.
    pub principal: Option<String>,
}

/// What a change does, or would do.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Effect {
    /// Rules in force that it would break; nothing is saved then.
    pub refused: Vec<Message>,
    /// Rules that it breaks and that are only recorded.
    pub noted: Vec<Message>,
    /// What would newly be possible.
    pub gains: Vec<Gain>,
    /// Certificates that would be lacking.
    pub lacking: Vec<Message>,
    /// The rules in force.
    refusing: BTreeSet<String>,
    /// The recorded rules.
    noting: BTreeSet<String>,
}

impl Effect {
    /// The rules that it breaks and that are only recorded, as the audit trail writes them.
    fn rule(&self) -> String {
        self.noting.iter().cloned().collect::<Vec<_>>().join(" ")
    }
}

/// What some people hold before a change. They are locked, so that of two changes at once the second sees the first.
pub(crate) struct Scale<'a> {
    whom: Whom<'a>,
    rules: (Book, Names),
    before: Book,
    /// Whether the change is one of the rules themselves.
    of_rules: bool,
}

/// What counts as the same right, with the days on which it is held.
type Key = (PersonId, String, Option<AssignmentId>, Option<UnitId>, Option<domain::id::AppointmentId>);

/// A held right with everything that it includes.
fn expanded(book: &Book, held: &Held) -> Vec<Key> {
    match &held.right {
        Right::Role { role, post, scope } => book
            .hierarchy
            .closure(role)
            .filter(|role| *role != BUSINESS)
            .map(|role| (held.person, role.to_owned(), None, Some(*scope), Some(*post)))
            .collect(),
        Right::Function { function, assignment } => {
            vec![(held.person, function.as_str().to_owned(), Some(*assignment), None, None)]
        }
    }
}

fn covers(outer: Period, inner: Period) -> bool {
    outer.and(&inner) == Some(inner)
}

/// What is possible after a change and was not before, from a day on.
fn gains(before: &Book, after: &Book, names: &Names, from: Date) -> Vec<Gain> {
    let keys = |book: &Book| -> Vec<(Key, Period, Via)> {
        let all = book.held.iter();
        all.flat_map(|held| expanded(book, held).into_iter().map(|key| (key, held.period, held.via)))
            .collect()
    };
    let old = keys(before);
    let mut gains: Vec<Gain> = Vec::new();
    for (key, period, via) in keys(after) {
        let is_over = period.to.is_some_and(|to| to < from);
        if is_over || old.iter().any(|(other, had, _)| *other == key && covers(*had, period)) {
            continue;
        }
        let (person, code, assignment, scope, _) = key;
        let gain = Gain {
            person,
            name: names.person(person),
            what: names.member(&code),
            place: assignment
                .map(|id| names.assignment(id))
                .or_else(|| scope.map(|id| names.unit(id)))
                .unwrap_or_default(),
            period,
            principal: match via {
                Via::Deputyship { principal, .. } => Some(names.person(principal)),
                _ => None,
            },
        };
        if !gains.contains(&gain) {
            gains.push(gain);
        }
    }
    gains
}

/// What is broken after a change because of it, from a day on.
fn broken(before: &Book, after: &Book, from: Date) -> Vec<Violation> {
    let old = violations(before);
    let was_so = |new: &Violation| {
        let same = |old: &&Violation| {
            (&old.rule, old.mode, old.person, old.assignment, old.post)
                == (&new.rule, new.mode, new.person, new.assignment, new.post)
        };
        let mut left = vec![new.period];
        for old in old.iter().filter(same) {
            left = left.iter().flat_map(|period| period.without(&old.period)).collect();
        }
        left.is_empty()
    };
    let is_proved_newly = |new: &Violation| new.proof.iter().any(|proof| !before.held.contains(&proof.held));
    let mut all = violations(after);
    all.retain(|new| !new.is_over(from) && (is_proved_newly(new) || !was_so(new)));
    all
}

/// The certificates that those lack who would newly handle something.
fn lacking(gained: &[(Held, Gain)], needs: &Needs, today: Date) -> Vec<Message> {
    let mut all: Vec<Message> = Vec::new();
    for (held, gain) in gained {
        let Right::Function { function, assignment } = &held.right else { continue };
        let Some(asked) = needs.asked.get(assignment) else { continue };
        let on = gain.period.from.max(today);
        let has = |kind: &String| {
            let held = needs.held.get(&gain.person);
            held.is_some_and(|all| all.iter().any(|each| each.kind == *kind && each.is_valid(on)))
        };
        let kinds: BTreeSet<&String> = asked.iter().collect();
        let missing: Vec<String> = kinds.into_iter().filter(|kind| !has(kind)).cloned().collect();
        if !Function::handles(*function) || missing.is_empty() {
            continue;
        }
        let message = Message::new("duty-lacking")
            .with("person", gain.name.as_str())
            .with("certificates", missing)
            .with("place", gain.place.as_str());
        if !all.contains(&message) {
            all.push(message);
        }
    }
    all
}

/// What a person holds before a row of a file is written, by rules that were loaded once for the whole file.
pub(crate) struct RowScale {
    person: PersonId,
    before: Book,
}

impl RowScale {
    /// Locks the person and takes note of what he holds.
    pub async fn before(
        conn: &mut Conn,
        person: PersonId,
        rules: &(Book, Names),
    ) -> Result<Self, StoreError> {
        let whom = Whom::Person(person);
        store::dossier::lock(conn, whom).await?;
        let (before, _) = store::dossier::load(conn, whom, rules.clone()).await?;
        Ok(Self { person, before })
    }

    /// What the row breaks: whether a rule in force refuses it, and the words; and who would gain by it.
    pub async fn after(
        self,
        conn: &mut Conn,
        rules: &(Book, Names),
        today: Date,
    ) -> Result<(Vec<(bool, Message)>, BTreeSet<PersonId>), StoreError> {
        let (after, names) = store::dossier::load(conn, Whom::Person(self.person), rules.clone()).await?;
        let broken = broken(&self.before, &after, today);
        let told = broken.iter().map(|violation| (violation.blocks(), violation.message(&names))).collect();
        let gains = gains(&self.before, &after, &names, today);
        Ok((told, gains.into_iter().map(|gain| gain.person).collect()))
    }
}

impl<'a> Scale<'a> {
    /// Takes note of what people hold, and locks them where the change is to be saved.
    pub async fn before(conn: &mut Conn, whom: Whom<'a>, step: Step) -> Result<Self, ServiceError> {
        if step == Step::Save {
            // Rules stay as they are, too.
            store::set::lock(conn).await?;
            store::dossier::lock(conn, whom).await?;
        }
        let rules = store::dossier::rules(conn).await?;
        let (before, _) = store::dossier::load(conn, whom, rules.clone()).await?;
        Ok(Self { whom, rules, before, of_rules: false })
    }

    /// The same for a change of what a role inherits, which reaches whoever holds it.
    pub async fn of_role(conn: &mut Conn, role: &'a str, step: Step) -> Result<Self, ServiceError> {
        Ok(Self { of_rules: true, ..Self::before(conn, Whom::Role(role), step).await? })
    }

    /// What they hold after the change, and what that breaks.
    pub async fn after(self, conn: &mut Conn, today: Date) -> Result<Effect, ServiceError> {
        let rules = if self.of_rules { store::dossier::rules(conn).await? } else { self.rules };
        let (after, names) = store::dossier::load(conn, self.whom, rules).await?;
        let mut effect = Effect { gains: gains(&self.before, &after, &names, today), ..Effect::default() };
        for violation in broken(&self.before, &after, today) {
            let message = violation.message(&names);
            let (rules, all) = if violation.blocks() {
                (&mut effect.refusing, &mut effect.refused)
            } else {
                (&mut effect.noting, &mut effect.noted)
            };
            rules.insert(violation.rule);
            if !all.contains(&message) {
                all.push(message);
            }
        }
        let is_new = |held: &&Held| !self.before.held.contains(held);
        let functions: Vec<(Held, Gain)> = after
            .held
            .iter()
            .filter(is_new)
            .filter_map(|held| {
                let Right::Function { assignment, .. } = &held.right else { return None };
                let place = names.assignment(*assignment);
                let gain = effect.gains.iter().find(|gain| gain.person == held.person && gain.place == place);
                Some((held.clone(), gain?.clone()))
            })
            .collect();
        if !functions.is_empty() {
            let needs = store::dossier::needs(conn, self.whom).await?;
            effect.lacking = lacking(&functions, &needs, today);
        }
        Ok(effect)
    }
}

/// A change that is written and waits to be weighed.
pub(crate) struct Whole<'a> {
    /// The transaction.
    pub write: Write,
    /// The permit for it.
    pub permit: Permit,
    /// Its unit and those above it.
    pub units: &'a [UnitId],
    /// What was held before.
    pub scale: Scale<'a>,
    /// For the audit trail.
    pub change: Change,
    /// Units whose assessments it reaches.
    pub touched: BTreeSet<UnitId>,
    /// The field beside which a refusal stands.
    pub field: &'static str,
}

impl Whole<'_> {
    /// Weighs the change. It is made last if that is wished and no rule in force forbids it; a rule that is only
    /// recorded is noted in the audit trail. Whoever would himself gain by it is refused.
    pub async fn settle(
        mut self,
        db: &Db,
        caller: &Caller,
        step: Step,
    ) -> Result<Result<Effect, Vec<FieldError>>, ServiceError> {
        let effect = self.scale.after(self.write.conn(), caller.today).await?;
        let action = self.permit.action();
        if let Some(rights) = caller.actor.rights() {
            let principal = rights.post.as_ref().and_then(|post| post.principal.as_ref());
            let is_he = |person| person == rights.person || Some(person) == principal.map(|(id, _)| *id);
            if let Some(gain) = effect.gains.iter().find(|gain| is_he(gain.person)) {
                let benefits = Some(gain.person);
                let _ =
                    caller.permit(action, &Subject { units: self.units, benefits, ..Subject::default() })?;
            }
        }
        if step == Step::Check {
            // Dropped, the transaction leaves nothing behind.
            return Ok(Ok(effect));
        }
        if !effect.refused.is_empty() {
            let unit = self.permit.unit();
            drop(self.write);
            for rule in &effect.refusing {
                let denial = Denial {
                    action,
                    rule: rule.clone(),
                    relation: Relation::Opposed,
                    assignment: None,
                    unit,
                    on: Some(caller.today),
                };
                log_denial(db, caller, &denial).await?;
            }
            return Ok(Err(effect.refused.into_iter().map(|message| (self.field, message)).collect()));
        }
        crate::assess::reassess_units(self.write.conn(), &self.touched, caller.today).await?;
        self.change.rule = effect.rule();
        self.write.commit(caller, &self.permit, self.change).await?;
        Ok(Ok(effect))
    }
}
