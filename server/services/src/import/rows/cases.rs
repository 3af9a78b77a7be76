//! Cases of the approval system: how far each is, who did what in it, and whether they were lawfully separate.

use super::{Importer, Outcome};
use crate::case::{Ground, date_again};
use crate::handoff::{Decided, Desk, Pushed, push};
use crate::import::cells::{self, Fields};
use crate::import::{CASE_RESULTS, PAUSE_REASONS};
use crate::write::Caller;
use access::{Action, Tuple};
use domain::assignment::{Assignment, Function};
use domain::case::{Case, Progress, Step, Terms};
use domain::clock::{Pause, PauseReason};
use domain::duty::{CASE_RULE, CERTIFICATE_RULE, Relation, Side};
use domain::id::{CaseId, PersonId, StepId};
use domain::people::Person;
use domain::power::PowerType;
use domain::separation::may_act;
use domain::who::{History, Obstacle, who};
use domain::{Date, Message};
use sheet::Cell;
use std::collections::BTreeSet;
use store::StoreError;
use store::case::violation::{self, NOTICE_RULE, RIGHT_RULE, Violation};
use store::case::{Kept, noon};

/// Who did what, by column; whoever decides first, so that whoever then oversees is found on both sides.
const DOERS: [(&str, Function); 7] = [
    ("acceptor", Function::Accept),
    ("approver", Function::Approve),
    ("reviewer", Function::Review),
    ("legal_reviewer", Function::LegalReview),
    ("hearer", Function::Hear),
    ("inspector", Function::Inspect),
    ("supervisor", Function::Supervise),
];

/// What decisions about the people of an assignment's cases stand on, kept for the whole file.
pub(super) struct Known {
    ground: Ground,
    history: History,
}

/// A row as it is to be stored.
#[derive(Debug, Clone, PartialEq)]
struct Wished {
    opened_on: Date,
    progress: Progress,
    steps: BTreeSet<(Function, PersonId)>,
    pauses: Vec<Pause>,
}

/// The days and the result, without what is made from them.
fn bare(progress: &Progress) -> Progress {
    Progress { statutory_due: None, promised_due: None, ..progress.clone() }
}

/// The parts of a cell that lists days or words; an empty part stays, so that they stand beside each other.
fn parts(cell: &Cell) -> Vec<Cell> {
    match cell {
        Cell::Empty => Vec::new(),
        Cell::Text(text) => text
            .split(['；', ';', '、', '\n'])
            .map(|part| match part.trim() {
                "" => Cell::Empty,
                part => Cell::Text(part.to_owned()),
            })
            .collect(),
        other => vec![other.clone()],
    }
}

fn days(cell: &Cell) -> Result<Vec<Option<Date>>, Message> {
    parts(cell)
        .iter()
        .map(|part| if part.is_empty() { Ok(None) } else { cells::date(part).map(Some) })
        .collect()
}

fn reasons(cell: &Cell) -> Result<Vec<PauseReason>, Message> {
    parts(cell).iter().map(cells::word(PAUSE_REASONS)).collect()
}

/// The pauses that the row's columns list beside each other.
fn pauses(fields: &mut Fields<'_>, stored: Vec<Pause>) -> Vec<Pause> {
    if !fields.has("pause_from") {
        return stored;
    }
    let (mut from, mut to, mut told, mut why) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    fields.set("pause_from", &mut from, days);
    fields.set("pause_to", &mut to, days);
    fields.set("pause_notified", &mut told, days);
    fields.set("pause_reason", &mut why, reasons);
    let mut pauses: Vec<Pause> = Vec::new();
    for (place, from) in from.into_iter().enumerate() {
        let Some(from) = from else {
            fields.wrong("pause_from", Message::new("import-error-empty"));
            continue;
        };
        let Some(reason) = why.get(place).copied() else {
            let allowed = PAUSE_REASONS.all();
            fields.wrong("pause_reason", Message::new("import-error-unknown-word").with("allowed", allowed));
            continue;
        };
        let at = |all: &[Option<Date>]| all.get(place).copied().flatten();
        let pause = Pause { reason, from, to: at(&to), notified_on: at(&told) };
        if pause.to.is_some_and(|to| to < from) {
            fields.wrong("pause_to", Message::new("import-error-reversed").with("from", from));
        }
        if pauses.iter().any(|other| other.from == from) {
            fields.wrong("pause_from", Message::new("case-error-paused"));
        }
        pauses.push(pause);
    }
    pauses.sort_by_key(|pause| pause.from);
    pauses
}

impl Importer<'_> {
    /// One row is a case. What is handled here is left alone; whoever broke a rule is told and kept.
    pub(super) async fn case(&mut self, fields: &mut Fields<'_>) -> Result<Outcome, StoreError> {
        let number = fields.must("number", cells::code);
        let (mut applied, mut accepted) = (None, None);
        fields.set_some("applied_on", &mut applied, cells::date);
        fields.set_some("accepted_on", &mut accepted, cells::date);
        let assignment = self.row_assignment(fields, applied.or(accepted).unwrap_or(self.today)).await?;
        let (Some(number), Some(assignment)) = (number, assignment) else { return Ok(Outcome::Wrong) };
        if number.chars().count() > 100 {
            fields.wrong("number", Message::new("case-error-long").with("most", 100_u32));
            return Ok(Outcome::Wrong);
        }
        let stored = store::case::by_number(self.conn, assignment.id, &number).await?;
        if stored.as_ref().is_some_and(|stored| !stored.is_imported) {
            fields.wrong("number", Message::new("import-error-case-own"));
            return Ok(Outcome::Wrong);
        }
        let before = match &stored {
            Some(stored) => Some(self.stored(stored).await?),
            None => None,
        };
        let Some(wished) = self.wished(fields, &assignment, before.as_ref()).await? else {
            return Ok(Outcome::Wrong);
        };
        let same = before.as_ref() == Some(&wished);
        let natural = format!("{}\u{1f}{number}", assignment.id);
        if !self.is_first(fields, "number", natural, same) || !fields.is_good() {
            return Ok(Outcome::Wrong);
        }
        if same {
            return Ok(Outcome::Unchanged);
        }
        self.write_case(fields, &assignment, &number, stored.as_ref(), wished).await?;
        self.touched.insert(assignment.unit);
        Ok(if stored.is_some() { Outcome::Changed } else { Outcome::New })
    }

    async fn stored(&mut self, stored: &Kept) -> Result<Wished, StoreError> {
        let steps = store::case::imported_steps(self.conn, stored.id).await?;
        let pauses = store::case::pauses(self.conn, stored.id).await?;
        Ok(Wished {
            opened_on: stored.opened_on,
            progress: bare(&stored.progress),
            steps: steps.into_iter().map(|(_, function, person)| (function, person)).collect(),
            pauses: pauses.into_iter().map(|(_, pause)| pause).collect(),
        })
    }

    /// What the row says; without a column it stays as it is stored.
    async fn wished(
        &mut self,
        fields: &mut Fields<'_>,
        assignment: &Assignment,
        before: Option<&Wished>,
    ) -> Result<Option<Wished>, StoreError> {
        let mut progress = before.map(|before| before.progress.clone()).unwrap_or_default();
        fields.set_some("applied_on", &mut progress.applied_on, cells::date);
        fields.set_some("accepted_on", &mut progress.accepted_on, cells::date);
        fields.set_some("decided_on", &mut progress.decided_on, cells::date);
        fields.set_some("result", &mut progress.result, cells::word(CASE_RESULTS));
        let mut written = String::new();
        fields.set("finisher", &mut written, cells::text);
        if fields.has("finisher") {
            progress.finisher = if written.is_empty() {
                None
            } else {
                self.found_unit(fields, "finisher", &written).await?.map(|unit| unit.id)
            };
        }
        let Some(opened_on) = progress.applied_on.or(progress.accepted_on) else {
            fields.wrong("accepted_on", Message::new("import-error-empty"));
            return Ok(None);
        };
        self.check_days(fields, assignment, opened_on, &progress);
        let mut steps = before.map(|before| before.steps.clone()).unwrap_or_default();
        for (key, function) in DOERS {
            if !fields.has(key) {
                continue;
            }
            steps.retain(|(each, _)| *each != function);
            let mut code = None;
            fields.set_some(key, &mut code, cells::code);
            let Some(code) = code.filter(|code: &String| !code.is_empty()) else { continue };
            match self.doer(&code).await? {
                Some(person) => {
                    steps.insert((function, person.id));
                }
                None => fields.wrong(key, Message::new("import-error-no-person")),
            }
        }
        let decided = steps.iter().any(|(function, _)| *function == Function::Approve);
        if decided && progress.decided_on.is_none() && fields.has("approver") && !fields.is_told("decided_on")
        {
            fields.wrong("decided_on", Message::new("import-error-case-undecided"));
        }
        let pauses = pauses(fields, before.map(|before| before.pauses.clone()).unwrap_or_default());
        Ok(fields.is_good().then_some(Wished { opened_on, progress, steps, pauses }))
    }

    fn check_days(
        &self,
        fields: &mut Fields<'_>,
        assignment: &Assignment,
        opened_on: Date,
        progress: &Progress,
    ) {
        let key = if progress.applied_on.is_some() { "applied_on" } else { "accepted_on" };
        if !assignment.period.contains(opened_on) {
            let from = assignment.period.from;
            fields.wrong(key, Message::new("case-error-not-in-force").with("from", from));
        }
        for (key, day) in [
            ("applied_on", progress.applied_on),
            ("accepted_on", progress.accepted_on),
            ("decided_on", progress.decided_on),
        ] {
            if day.is_some_and(|day| day > self.today) {
                fields.wrong(key, Message::new("import-error-future").with("today", self.today));
            }
        }
        let reversed =
            |from: Option<Date>, to: Option<Date>| from.filter(|from| to.is_some_and(|to| to < *from));
        if let Some(from) = reversed(progress.applied_on, progress.accepted_on) {
            fields.wrong("accepted_on", Message::new("import-error-reversed").with("from", from));
        }
        if let Some(from) = reversed(progress.accepted_on.or(progress.applied_on), progress.decided_on) {
            fields.wrong("decided_on", Message::new("import-error-reversed").with("from", from));
        }
        match (progress.decided_on, progress.result) {
            (Some(_), None) if !fields.is_told("result") => {
                let told = Message::new("import-error-unknown-word").with("allowed", CASE_RESULTS.all());
                fields.wrong("result", told);
            }
            (None, Some(_)) if !fields.is_told("decided_on") => {
                fields.wrong("decided_on", Message::new("import-error-empty"))
            }
            _ => {}
        }
    }

    /// A person by his code, else by his name, which must be the only one.
    async fn doer(&mut self, written: &str) -> Result<Option<Person>, StoreError> {
        if let Some(person) = self.lookup.person(self.conn, written).await? {
            return Ok(Some(person));
        }
        let sight = domain::duty::Sight::Everything;
        let found = store::person::written(self.conn, written, sight).await?;
        match found.as_slice() {
            [only] => self.lookup.person(self.conn, &only.code).await,
            _ => Ok(None),
        }
    }

    async fn known(&mut self, assignment: &Assignment) -> Result<&Known, StoreError> {
        if !self.known.contains_key(&assignment.id) {
            let lost = || StoreError::Corrupt("an assignment is gone".to_owned());
            let ground = Ground::load(self.conn, assignment.id, self.today).await?.ok_or_else(lost)?;
            let around = store::book::around(self.conn, assignment.id).await?;
            let sets = store::set::rules(self.conn).await?;
            let exceptions = store::exception::of_assignment(self.conn, assignment.id).await?;
            let rules = store::rules::load(self.conn).await?;
            let history = History {
                assignment: assignment.id,
                units: store::unit::above(self.conn, assignment.unit).await?,
                givers: store::supervision::givers(self.conn, assignment.id, self.today).await?,
                certificates: rules.certificates(&ground.power),
                held: around.held,
                owned: around.owned,
                rules: sets.iter().filter_map(|rule| rule.set.function_rule()).collect(),
                exceptions: exceptions.into_iter().map(|each| each.exception).collect(),
            };
            self.known.insert(assignment.id, Known { ground, history });
        }
        self.known.get(&assignment.id).ok_or_else(|| StoreError::Corrupt("an assignment is gone".to_owned()))
    }

    async fn write_case(
        &mut self,
        fields: &mut Fields<'_>,
        assignment: &Assignment,
        number: &str,
        stored: Option<&Kept>,
        wished: Wished,
    ) -> Result<(), StoreError> {
        let desk = self.desk().await?;
        let Wished { opened_on, mut progress, steps, pauses } = wished;
        let id = stored.map_or_else(|| CaseId(store::new_id()), |stored| stored.id);
        if stored.is_none() {
            let case = Case { id, assignment: assignment.id, number: number.to_owned(), opened_on };
            store::case::insert(self.conn, &case).await?;
        }
        store::case::mark_imported(self.conn, id, opened_on).await?;
        store::case::clear_imported(self.conn, id).await?;
        for pause in &pauses {
            store::case::insert_pause(self.conn, id, pause).await?;
        }
        let (power, terms) = {
            let ground = &self.known(assignment).await?.ground;
            (ground.power.clone(), Terms::of(&ground.power, desk.settings.penalty_days))
        };
        date_again(&desk.calendar, &terms, opened_on, &mut progress, &pauses);
        store::case::set_progress(self.conn, id, &progress).await?;

        let mut found: Vec<(&'static str, Violation)> = Vec::new();
        let mut parties: Vec<(PersonId, Side)> = store::case::parties(self.conn, id).await?;
        for (key, function) in DOERS {
            for (_, person) in steps.iter().filter(|(each, _)| *each == function) {
                let on = match function {
                    Function::Accept => progress.accepted_on.unwrap_or(opened_on),
                    _ => progress.decided_on.or(progress.accepted_on).unwrap_or(opened_on),
                };
                let broke = |rule: &str| Violation {
                    case: id,
                    rule: rule.to_owned(),
                    function: Some(function),
                    person: Some(*person),
                    on,
                };
                if may_act(function, &parties, *person, None).is_err() {
                    found.push((key, broke(CASE_RULE)));
                    continue;
                }
                let step = Step {
                    id: StepId(store::new_id()),
                    case: id,
                    function,
                    person: *person,
                    principal: None,
                    done_at: noon(on),
                    note: String::new(),
                };
                for party in step.parties().filter(|party| !parties.contains(party)).collect::<Vec<_>>() {
                    store::case::insert_party(self.conn, id, party.0, party.1).await?;
                    parties.push(party);
                }
                store::case::insert_step(self.conn, &step).await?;
                store::case::mark_step(self.conn, step.id).await?;
                let history = &self.known(assignment).await?.history;
                if let Some(rule) = wronged(history, function, power.power_type, *person, on) {
                    found.push((key, broke(&rule)));
                }
            }
        }
        for pause in pauses.iter().filter(|pause| pause.notified_on.is_none()) {
            let told = Violation {
                case: id,
                rule: NOTICE_RULE.to_owned(),
                function: None,
                person: None,
                on: pause.from,
            };
            found.push(("pause_notified", told));
        }
        for (key, violation) in &found {
            violation::insert(self.conn, violation).await?;
            let told = Message::new("import-warning-case-violation").with("rule", violation.rule.as_str());
            fields.doubt(key, told);
        }
        let is_wanted = |on: Date| desk.settings.imports_from.is_some_and(|from| from <= on);
        if let Some(on) = progress.decided_on.filter(|on| is_wanted(*on))
            && progress.result.is_some_and(domain::case::CaseResult::is_decision)
        {
            let decided =
                Decided { case: id, number, assignment, power: &power.name, on, finisher: progress.finisher };
            let caller: &Caller = self.caller;
            if push(self.conn, &desk, caller, &decided).await? == Pushed::Gap {
                fields.doubt("unit", Message::new("import-warning-case-gap"));
            }
        }
        Ok(())
    }

    async fn desk(&mut self) -> Result<Desk, StoreError> {
        if self.desk.is_none() {
            self.desk = Some(Desk::load(self.conn, self.caller).await?);
        }
        self.desk.clone().ok_or_else(|| StoreError::Corrupt("no settings".to_owned()))
    }
}

/// The rule that somebody broke by doing something on a day without holding the right for it; none where he held it.
fn wronged(
    history: &History,
    function: Function,
    power_type: PowerType,
    person: PersonId,
    on: Date,
) -> Option<String> {
    if function == Function::Review {
        return None;
    }
    // Whoever decides on a penalty is named for penalising.
    let penalty = power_type == PowerType::Penalty && function == Function::Approve;
    let functions: &[Function] = if penalty { &[Function::Penalise, Function::Approve] } else { &[function] };
    let mut rule = RIGHT_RULE.to_owned();
    for &function in functions {
        let action = Action::from(function);
        let all = who(history, function, on, |role, scope| {
            access::allows(Tuple { role, scope, relation: Relation::Named, action })
        });
        let Some(candidate) = all.into_iter().find(|each| each.person == person) else { continue };
        if candidate.could() {
            return None;
        }
        for obstacle in candidate.obstacles {
            match obstacle {
                Obstacle::Opposed(code) => rule = code,
                Obstacle::Uncertified(_) => CERTIFICATE_RULE.clone_into(&mut rule),
                Obstacle::OtherDays(_) | Obstacle::NoRole => {}
            }
        }
    }
    Some(rule)
}
