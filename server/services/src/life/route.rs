//! Makes, changes and ends routes of approval, and sets the days of each step.

use super::{Answer, gone};
use crate::ServiceError;
use crate::form::{FieldError, Fields, cell, text};
use crate::import::ROLES;
use crate::write::{Caller, Change, Write};
use access::{Action, Permit};
use domain::Message;
use domain::assignment::Form;
use domain::duty::{Role, Subject};
use domain::id::{RouteId, UnitId};
use domain::life::Refusal;
use domain::life::route::{Mode, Seat, needed};
use domain::life::settings::{RoundAnswers, Settings};
use domain::life::takeover::Task;
use serde_json::{Value, json};
use store::life::route::{Code, NewRoute, Route, Stage};
use store::{Conn, Db, StoreError};

/// Stages that a form can name.
pub const STAGES: usize = 4;
/// The largest number that a form takes.
const MOST: u32 = 999;
/// The names of a stage's fields: name, mode, number, days, persons and roles.
pub const FIELDS: [[&str; 6]; STAGES] = [
    ["stage_1", "mode_1", "quorum_1", "days_1", "persons_1", "roles_1"],
    ["stage_2", "mode_2", "quorum_2", "days_2", "persons_2", "roles_2"],
    ["stage_3", "mode_3", "quorum_3", "days_3", "persons_3", "roles_3"],
    ["stage_4", "mode_4", "quorum_4", "days_4", "persons_4", "roles_4"],
];

/// The parts of a text between commas, stops and spaces.
pub(super) fn parts(text: &str) -> impl Iterator<Item = &str> {
    text.split(|each: char| each.is_whitespace() || ",，、;；".contains(each)).filter(|part| !part.is_empty())
}

/// A route as a form names it, for what is proposed by a unit and those below it.
struct Typed {
    name: String,
    unit: UnitId,
    form: Option<Form>,
    stages: Vec<Stage>,
}

impl Typed {
    /// The stages as the audit trail keeps them.
    fn said(&self) -> Value {
        self.stages
            .iter()
            .map(|stage| json!({ "name": stage.name, "mode": stage.mode.as_str(), "seats": stage.seats.len() }))
            .collect()
    }
}

/// Reads a route's form: `name`, `unit`, `form` (any where empty), and for each stage `stage_n`, `mode_n`, `quorum_n`,
/// `days_n`, `persons_n` (staff numbers) and `roles_n` (`role@unit`, each by its name or code). A stage that is left empty is left out.
async fn read(conn: &mut Conn, fields: &Fields) -> Answer<Typed> {
    let mut errors: Vec<FieldError> = Vec::new();
    let name = text(fields, "name").to_owned();
    if name.is_empty() {
        errors.push(("name", Message::new("duty-error-name")));
    }
    let unit = crate::duty::unit(conn, fields, "unit", &mut errors).await?;
    let form = match text(fields, "form") {
        "" => None,
        code => match code.parse::<Form>() {
            Ok(form) if form != Form::Recalled => Some(form),
            _ => {
                errors.push(("form", Message::new("assign-error-form")));
                None
            }
        },
    };
    let usual_days = store::life::settings(conn).await?.stage_days;
    let mut stages = Vec::new();
    for [stage, mode, quorum, days, persons, roles] in FIELDS {
        let called = text(fields, stage);
        if called.is_empty() {
            if [quorum, days, persons, roles].iter().any(|name| !text(fields, name).is_empty()) {
                errors.push((stage, Message::new("duty-error-name")));
            }
            continue;
        }
        let number = |name: &'static str, usual: u32, errors: &mut Vec<FieldError>| {
            let cell = cell(fields, name);
            if cell.is_empty() {
                return usual;
            }
            sheet::value::whole(&cell).ok().filter(|number| *number <= MOST).unwrap_or_else(|| {
                errors.push((name, Message::new("settings-error-days")));
                usual
            })
        };
        let mode_of = text(fields, mode).parse::<Mode>().unwrap_or(Mode::All);
        let mut made = Stage {
            name: called.to_owned(),
            mode: mode_of,
            quorum: number(quorum, 0, &mut errors),
            days: number(days, usual_days, &mut errors),
            seats: Vec::new(),
        };
        for code in parts(text(fields, persons)) {
            match store::people::person_by_code(conn, code).await? {
                Some(person) => made.seats.push((Seat::Person(person.id), person.name)),
                None => errors.push((persons, Message::new("duty-error-no-person").with("typed", code))),
            }
        }
        for part in parts(text(fields, roles)) {
            let (role, unit) = part.split_once('@').unwrap_or((part, ""));
            let units = store::unit::called(conn, unit, unit).await?;
            match (ROLES.find(role), units.as_slice()) {
                (Some(role), [unit]) if role != Role::Support && role != Role::Anyone => {
                    made.seats.push((Seat::Role(role, unit.id), unit.name.clone()));
                }
                _ => errors.push((roles, Message::new("route-error-seat").with("typed", part))),
            }
        }
        let seats = u32::try_from(made.seats.len()).unwrap_or(u32::MAX);
        match needed(made.mode, made.quorum, seats) {
            Err(Refusal::QuorumTooLarge) => errors.push(Refusal::QuorumTooLarge.at(quorum)),
            // Whoever was named, but is not found, is told of already.
            Err(_) if errors.iter().any(|(field, _)| [persons, roles].contains(field)) => {}
            Err(_) => errors.push((persons, Message::new("route-error-nobody"))),
            Ok(_) => {}
        }
        stages.push(made);
    }
    if stages.is_empty() && errors.iter().all(|(field, _)| !field.starts_with("stage_")) {
        errors.push((FIELDS[0][0], Message::new("route-error-stages")));
    }
    let (Some(unit), true) = (unit, errors.is_empty()) else { return Ok(Err(errors)) };
    Ok(Ok(Typed { name, unit: unit.id, form, stages }))
}

/// A permit to set up routes for a unit.
async fn permit(conn: &mut Conn, caller: &Caller, unit: UnitId) -> Result<Permit, ServiceError> {
    let units = store::unit::above(conn, unit).await?;
    caller.permit(Action::RouteChange, &Subject { units: &units, ..Subject::default() })
}

/// Keeps a route, and ends the transaction in which somebody was allowed to.
async fn keep(
    mut write: Write,
    caller: &Caller,
    permit: &Permit,
    typed: Typed,
    before: Value,
) -> Answer<RouteId> {
    let said = typed.said();
    let route =
        NewRoute { id: RouteId(store::new_id()), name: typed.name, unit: typed.unit, form: typed.form };
    store::life::route::insert(write.conn(), &route, &typed.stages, caller.now).await?;
    let change = Change {
        subject: route.id.to_string(),
        before,
        after: json!({ "route": route, "stages": said }),
        ..Change::default()
    };
    write.commit(caller, permit, change).await?;
    Ok(Ok(route.id))
}

/// Makes a route of what [`read`] reads.
pub async fn make(db: &Db, caller: &Caller, fields: &Fields) -> Answer<RouteId> {
    let mut write = Write::begin(db).await?;
    let conn = write.conn();
    let typed = match read(conn, fields).await? {
        Ok(typed) => typed,
        Err(errors) => return Ok(Err(errors)),
    };
    let permit = permit(conn, caller, typed.unit).await?;
    keep(write, caller, &permit, typed, Value::Null).await
}

/// Puts another route, which [`read`] reads, in the place of one. It holds for what is submitted from now on; what is
/// on its way goes on along the one along which it was sent.
pub async fn change(db: &Db, caller: &Caller, id: RouteId, fields: &Fields) -> Answer<RouteId> {
    let mut write = Write::begin(db).await?;
    let conn = write.conn();
    let Some(unit) = store::life::route::unit(conn, id).await? else { return Ok(Err(vec![gone()])) };
    let of_old = permit(conn, caller, unit).await?;
    let typed = match read(conn, fields).await? {
        Ok(typed) => typed,
        Err(errors) => return Ok(Err(errors)),
    };
    let permit = if typed.unit == unit { of_old } else { permit(conn, caller, typed.unit).await? };
    if !store::life::route::end(conn, id, caller.today).await? {
        return Ok(Err(vec![gone()]));
    }
    keep(write, caller, &permit, typed, json!({ "route": id })).await
}

/// The form of a route that is in force, as it was filled in.
pub async fn filled(conn: &mut Conn, route: &Route) -> Result<Fields, StoreError> {
    let mut fields = Fields::new();
    let mut put = |name: &str, value: String| fields.insert(name.to_owned(), value);
    put("name", route.name.clone());
    put("unit", format!("{} {}", route.unit_code, route.unit_name));
    put("form", route.form.map_or("", Form::as_str).to_owned());
    let codes = store::life::route::codes(conn, route.id).await?;
    for ((place, stage), [name, mode, quorum, days, persons, roles]) in
        (1_i32..).zip(&route.stages).zip(FIELDS)
    {
        let (by_role, by_person): (Vec<&Code>, Vec<&Code>) =
            codes.iter().filter(|each| each.place == place).partition(|each| each.role.is_some());
        let by_role =
            by_role.iter().filter_map(|each| Some(format!("{}@{}", ROLES.word(each.role?), each.code)));
        put(name, stage.name.clone());
        put(mode, stage.mode.as_str().to_owned());
        put(quorum, if stage.mode == Mode::Quorum { stage.quorum.to_string() } else { String::new() });
        put(days, stage.days.to_string());
        put(persons, by_person.iter().map(|each| each.code.as_str()).collect::<Vec<_>>().join(" "));
        put(roles, by_role.collect::<Vec<_>>().join(" "));
    }
    Ok(fields)
}

/// Ends a route; what is on its way goes on as it was sent.
pub async fn end(db: &Db, caller: &Caller, id: RouteId) -> Answer<()> {
    let mut write = Write::begin(db).await?;
    let conn = write.conn();
    let Some(unit) = store::life::route::unit(conn, id).await? else { return Ok(Err(vec![gone()])) };
    let permit = permit(conn, caller, unit).await?;
    if !store::life::route::end(conn, id, caller.today).await? {
        return Ok(Err(vec![gone()]));
    }
    let change =
        Change { subject: id.to_string(), after: json!({ "ended_on": caller.today }), ..Change::default() };
    write.commit(caller, &permit, change).await?;
    Ok(Ok(()))
}

/// Numbers of a field, the largest first.
fn numbers(fields: &Fields, name: &'static str, errors: &mut Vec<FieldError>) -> Vec<u32> {
    let mut all = Vec::new();
    for part in parts(text(fields, name)) {
        match part.parse::<u32>() {
            Ok(days) if days <= MOST => all.push(days),
            _ => errors.push((name, Message::new("settings-error-days"))),
        }
    }
    all.sort_unstable_by(|one, other| other.cmp(one));
    all.dedup();
    all
}

/// The name of a task's field.
pub fn task_field(task: Task) -> &'static str {
    match task {
        Task::Instrument => "task_instrument",
        Task::Published => "task_published",
        Task::Handlers => "task_handlers",
        Task::Certified => "task_certified",
        Task::Posts => "task_posts",
        Task::Money => "task_money",
        Task::Means => "task_means",
        Task::Guide => "task_guide",
        Task::Supervisor => "task_supervisor",
        Task::OpenCases => "task_open_cases",
    }
}

/// Changes the days of each step: `answer_days`, `stage_days`, `reminders`, `escalate_after`, `renewal`, `adjust_days`
/// `task_…` for each task, and `round_answers`.
pub async fn set_days(db: &Db, caller: &Caller, fields: &Fields) -> Answer<()> {
    let mut errors: Vec<FieldError> = Vec::new();
    let mut one = |name: &'static str| match text(fields, name).parse::<u32>() {
        Ok(days) if days <= MOST => days,
        _ => {
            errors.push((name, Message::new("settings-error-days")));
            0
        }
    };
    let mut settings = Settings {
        answer_days: one("answer_days"),
        stage_days: one("stage_days"),
        escalate_after: one("escalate_after"),
        adjust_days: one("adjust_days"),
        tasks: Task::ALL.iter().map(|task| (*task, one(task_field(*task)))).collect(),
        reminders: Vec::new(),
        renewal: Vec::new(),
        round_answers: text(fields, "round_answers").parse().unwrap_or(RoundAnswers::Confirm),
    };
    settings.reminders = numbers(fields, "reminders", &mut errors);
    settings.renewal = numbers(fields, "renewal", &mut errors);
    if !errors.is_empty() {
        return Ok(Err(errors));
    }
    let mut write = Write::begin(db).await?;
    let conn = write.conn();
    // Days hold for everybody: whoever changes them must do so for the whole tree.
    let units: Vec<_> = store::unit::root(conn).await?.into_iter().collect();
    let permit = caller.permit(Action::RouteChange, &Subject { units: &units, ..Subject::default() })?;
    let before = store::life::settings(conn).await?;
    store::life::save_settings(conn, &settings).await?;
    let change = Change {
        subject: "life_settings".to_owned(),
        before: json!(before),
        after: json!(settings),
        ..Change::default()
    };
    write.commit(caller, &permit, change).await?;
    Ok(Ok(()))
}
