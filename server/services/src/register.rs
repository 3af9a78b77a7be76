//! The two-sided register: who decides and who supervises, day by day, and naming the supervising side.

use crate::ServiceError;
use crate::form::{FieldError, Fields, date, text};
use crate::write::{Caller, Change, Write};
use access::Action;
use domain::assignment::Assignment;
use domain::duty::{Sight, Subject};
use domain::id::{AssignmentId, SupervisionId};
use domain::separation::Names;
use domain::separation::register::{Facts, Segment, Supervision, segments};
use domain::{Date, Message, Period};
use std::collections::BTreeSet;
use store::register::{Filter, Line, Loaded, Stretch};
use store::{Conn, Db};

/// How an assignment stands in the register.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Neither gap nor overlap on any day of its period.
    Whole,
    /// Something is wrong on the day.
    Open,
    /// Nothing is wrong on the day, but on another one.
    Elsewhen,
}

impl State {
    /// Every state.
    pub const ALL: [Self; 3] = [Self::Open, Self::Elsewhen, Self::Whole];

    /// Stable code.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Elsewhen => "elsewhen",
            Self::Whole => "whole",
        }
    }
}

/// An assignment with its days.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// The assignment with names.
    pub line: Line,
    /// Its days, from the first to the last.
    pub segments: Vec<Segment>,
}

impl Entry {
    /// The days to which a day belongs; those next to it where the assignment is not in force.
    pub fn on(&self, day: Date) -> Option<&Segment> {
        let here = self.segments.iter().find(|segment| segment.period.contains(day));
        let next = || self.segments.iter().find(|segment| segment.period.from > day);
        here.or_else(next).or(self.segments.last())
    }

    /// The first days on which something is wrong.
    pub fn first_problem(&self) -> Option<&Segment> {
        self.segments.iter().find(|segment| !segment.findings.is_empty())
    }

    /// How it stands, seen from a day.
    pub fn state(&self, day: Date) -> State {
        if self.on(day).is_some_and(|segment| !segment.findings.is_empty()) {
            State::Open
        } else if self.first_problem().is_some() {
            State::Elsewhen
        } else {
            State::Whole
        }
    }
}

fn entry(loaded: &Loaded, line: &Line) -> Entry {
    let assignment = &line.assignment;
    let id = assignment.id;
    let of = |all: &[Supervision]| segments(&facts(assignment, loaded, all));
    let none = Vec::new();
    let segments = of(loaded.supervisions.get(&id).unwrap_or(&none));
    Entry { line: line.clone(), segments }
}

fn facts<'a>(assignment: &Assignment, loaded: &'a Loaded, supervisions: &'a [Supervision]) -> Facts<'a> {
    Facts {
        assignment: assignment.id,
        unit: assignment.unit,
        period: assignment.period,
        decides: assignment.grants_decision(),
        held: loaded.held.get(&assignment.id).map_or(&[], Vec::as_slice),
        supervisions,
        exceptions: loaded.exceptions.get(&assignment.id).map_or(&[], Vec::as_slice),
    }
}

/// A stretch of the register.
pub async fn entries(
    conn: &mut Conn,
    filter: &Filter,
    sight: Sight,
    stretch: Stretch,
) -> Result<(Vec<Entry>, Names), ServiceError> {
    let loaded = store::register::load(conn, filter, sight, stretch).await?;
    let entries = loaded.lines.iter().map(|line| entry(&loaded, line)).collect();
    Ok((entries, loaded.names))
}

/// The supervising side as it would be.
#[derive(Debug, Clone, PartialEq)]
pub struct Draft {
    /// The assignment with names.
    pub line: Line,
    /// What is named.
    pub named: Supervision,
    /// What is there already, cut so that it makes room; whatever would have no day left is taken away.
    pub others: Vec<Supervision>,
    /// The days as they would be.
    pub entry: Entry,
    /// What people and units are called.
    pub names: Names,
}

/// Everything of an assignment that may be seen.
async fn load(
    conn: &mut Conn,
    fields: &Fields,
    sight: Sight,
) -> Result<Option<(Line, Loaded)>, ServiceError> {
    let Ok(id) = text(fields, "assignment").parse::<AssignmentId>() else { return Ok(None) };
    let filter = Filter { assignment: Some(id), ..Filter::default() };
    let stretch = Stretch { limit: 1, offset: 0 };
    let loaded = store::register::load(conn, &filter, sight, stretch).await?;
    Ok(loaded.lines.first().cloned().map(|line| (line, loaded)))
}

/// Reads the form: `assignment`, `unit` by code or name, `liaison` by code, `from` and `to`. Nothing is written.
pub async fn check(
    conn: &mut Conn,
    fields: &Fields,
    sight: Sight,
) -> Result<Result<Draft, Vec<FieldError>>, ServiceError> {
    let mut errors: Vec<FieldError> = Vec::new();
    let Some((line, mut loaded)) = load(conn, fields, sight).await? else {
        return Ok(Err(vec![("assignment", Message::new("case-error-assignment"))]));
    };
    let assignment = &line.assignment;
    let typed = text(fields, "unit");
    let code = typed.split_once(' ').map_or(typed, |(code, _)| code);
    let found = store::unit::called(conn, code, typed).await?;
    let unit = found.iter().find(|unit| unit.code == code).or(found.first());
    if unit.is_none() {
        errors.push(("unit", Message::new("register-error-unit")));
    }
    let typed = text(fields, "liaison");
    let code = typed.split_once(' ').map_or(typed, |(code, _)| code);
    let liaison = if code.is_empty() { None } else { store::people::person_by_code(conn, code).await? };
    if liaison.is_none() && !code.is_empty() {
        errors.push(("liaison", Message::new("register-error-liaison")));
    }
    let from = date(fields, "from", &mut errors).unwrap_or(assignment.period.from);
    let to = date(fields, "to", &mut errors);
    if !assignment.period.contains(from) {
        errors.push(("from", Message::new("register-error-outside").with("from", assignment.period.from)));
    }
    let period = Period::new(from, to);
    if period.is_err() {
        errors.push(("to", Message::new("import-error-reversed").with("from", from)));
    }
    let (Some(unit), Ok(period), true) = (unit, period, errors.is_empty()) else { return Ok(Err(errors)) };
    let named = Supervision {
        id: SupervisionId(store::new_id()),
        assignment: assignment.id,
        unit: unit.id,
        liaison: liaison.as_ref().map(|person| person.id),
        period,
    };
    // Whoever supervised on these days does so no longer.
    let before = loaded.supervisions.remove(&assignment.id).unwrap_or_default();
    let mut others = Vec::new();
    for old in before {
        let left = old.period.without(&period);
        // What remains after the new one is a stretch of its own.
        others.extend(left.into_iter().enumerate().map(|(place, period)| Supervision {
            id: if place == 0 { old.id } else { SupervisionId(store::new_id()) },
            period,
            ..old.clone()
        }));
    }
    loaded.names.units.insert(unit.id, unit.name.clone());
    if let Some(person) = liaison {
        loaded.names.people.insert(person.id, person.name);
    }
    let all: Vec<Supervision> = others.iter().cloned().chain([named.clone()]).collect();
    let segments = segments(&facts(assignment, &loaded, &all));
    let entry = Entry { line: line.clone(), segments };
    Ok(Ok(Draft { line, named, others, entry, names: loaded.names }))
}

/// Stores the form's supervising side in the place of whatever stood there, and assesses the unit again.
pub async fn name_side(
    db: &Db,
    caller: &Caller,
    fields: &Fields,
) -> Result<Result<AssignmentId, Vec<FieldError>>, ServiceError> {
    let mut write = Write::begin(db).await?;
    let conn = write.conn();
    let Some((line, _)) = load(conn, fields, Sight::Everything).await? else {
        return Ok(Err(vec![("assignment", Message::new("case-error-assignment"))]));
    };
    let (id, unit) = (line.assignment.id, line.assignment.unit);
    let units = store::unit::above(conn, unit).await?;
    let givers = store::supervision::givers(conn, id, caller.today).await?;
    let subject = Subject { units: &units, givers: &givers, ..Subject::default() };
    let permit = caller.permit(Action::RegisterChange, &subject)?;
    // Two who name at once would leave both; the second waits here and then cuts the first.
    store::unit::lock(conn, unit).await?;
    let draft = match check(conn, fields, Sight::Everything).await? {
        Ok(draft) => draft,
        Err(errors) => return Ok(Err(errors)),
    };
    let before = store::supervision::of_assignment(conn, id).await?;
    let kept = |old: &Supervision| draft.others.iter().find(|other| other.id == old.id);
    for old in &before {
        match kept(old) {
            None => store::supervision::delete(conn, old.id).await?,
            Some(now) if now != old => store::supervision::update(conn, now).await?,
            Some(_) => {}
        }
    }
    let is_new = |other: &&Supervision| !before.iter().any(|old| old.id == other.id);
    for new in draft.others.iter().filter(is_new).chain([&draft.named]) {
        store::supervision::insert(conn, new).await?;
    }
    crate::assess::reassess_units(conn, &BTreeSet::from([unit]), caller.today).await?;
    let json = |all: &[Supervision]| {
        let row = |each: &Supervision| {
            serde_json::json!({
                "unit": each.unit, "liaison": each.liaison, "from": each.period.from, "to": each.period.to,
            })
        };
        serde_json::Value::from(all.iter().map(row).collect::<Vec<_>>())
    };
    let after = store::supervision::of_assignment(conn, id).await?;
    let change = Change {
        rule: String::new(),
        subject: id.to_string(),
        before: json(&before),
        after: json(&after),
        reason: text(fields, "reason").to_owned(),
    };
    write.commit(caller, &permit, change).await?;
    Ok(Ok(id))
}
