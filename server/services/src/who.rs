//! Answers who could do something with a power in a unit on a day, from what was held then.

use crate::ServiceError;
use crate::assign::{power, units};
use crate::form::{FieldError, Fields, date, text};
use crate::write::Caller;
use access::{Action, Tuple};
use domain::assignment::{Assignment, Function};
use domain::catalogue::line;
use domain::duty::{Relation, Subject};
use domain::id::{PersonId, UnitId};
use domain::power::Power;
use domain::who::{By, Candidate, History, Obstacle, Way, in_force, who};
use domain::{Arg, Date, Message, Period};
use store::book::Around;
use store::{Conn, Db};

/// The answer.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    /// Name of the power.
    pub power: String,
    /// Name of the unit.
    pub unit: String,
    /// The function.
    pub function: Function,
    /// The day.
    pub on: Date,
    /// The assignment that was in force on the day; without one, nobody could.
    pub assignment: Option<Assignment>,
    /// Whoever was ever named for it: first those who could.
    pub people: Vec<Answered>,
}

/// How one person stood to it.
#[derive(Debug, Clone, PartialEq)]
pub struct Answered {
    /// Who.
    pub person: PersonId,
    /// His name.
    pub name: String,
    /// Whether he could.
    pub could: bool,
    /// By which rights, or what stood in the way.
    pub why: Vec<Message>,
}

/// Reads the form (`power` and `unit` by code or name, `function` by its code, `on`, today where it is empty) and
/// answers it.
pub async fn ask(
    db: &Db,
    caller: &Caller,
    fields: &Fields,
) -> Result<Result<Answer, Vec<FieldError>>, ServiceError> {
    let mut errors: Vec<FieldError> = Vec::new();
    let mut conn = db.read().await?;
    let conn = &mut conn;
    let on = date(fields, "on", &mut errors).unwrap_or(caller.today);
    let power = power(conn, fields, on, &mut errors).await?;
    let (unit, _) = units(conn, fields, &mut errors).await?;
    let function = text(fields, "function").parse::<Function>();
    if function.is_err() {
        errors.push(("function", Message::new("who-error-function")));
    }
    let (Some(power), Some(unit), Ok(function), true) = (power, unit, function, errors.is_empty()) else {
        return Ok(Err(errors));
    };
    let above = store::unit::above(conn, unit.id).await?;
    let _permit = caller.permit(Action::HolderAsk, &Subject { units: &above, ..Subject::default() })?;
    let assignment = held(conn, &power, unit.id, on).await?;
    let mut answer = Answer {
        power: format!("{} {}", power.code, power.name),
        unit: unit.name,
        function,
        on,
        assignment,
        people: Vec::new(),
    };
    let Some(assignment) = &answer.assignment else { return Ok(Ok(answer)) };
    let rules = store::rules::load(conn).await?;
    let mut around = store::book::around(conn, assignment.id).await?;
    let sets = store::set::rules(conn).await?;
    let exceptions = store::exception::of_assignment(conn, assignment.id).await?;
    let history = History {
        assignment: assignment.id,
        givers: store::supervision::givers(conn, assignment.id, on).await?,
        units: above,
        certificates: rules.certificates(&power),
        held: std::mem::take(&mut around.held),
        owned: std::mem::take(&mut around.owned),
        rules: sets.iter().filter_map(|rule| rule.set.function_rule()).collect(),
        exceptions: exceptions.into_iter().map(|each| each.exception).collect(),
    };
    let action = Action::from(function);
    let candidates = who(&history, function, on, |role, scope| {
        access::allows(Tuple { role, scope, relation: Relation::Named, action })
    });
    answer.people = candidates.iter().map(|each| answered(each, &around)).collect();
    answer.people.sort_by(|one, other| {
        (!one.could, &one.name, one.person).cmp(&(!other.could, &other.name, other.person))
    });
    Ok(Ok(answer))
}

/// The assignment by which a unit held a power on a day: under the name that is asked for, else under what it was
/// called in an earlier version of its catalogue, or is in a later one.
async fn held(
    conn: &mut Conn,
    power: &Power,
    unit: UnitId,
    on: Date,
) -> Result<Option<Assignment>, ServiceError> {
    let all = store::assignment::of_unit_and_power(conn, unit, power.id).await?;
    if let Some(found) = in_force(&all, &[power.id], on) {
        return Ok(Some(found.clone()));
    }
    let marks = store::catalogue::marks(conn, &power.catalogue).await?;
    let all = store::catalogue::held_on(conn, unit, &power.catalogue, on).await?;
    Ok(in_force(&all, &line(&marks, power.id), on).cloned())
}

fn answered(candidate: &Candidate, around: &Around) -> Answered {
    let mut why: Vec<Message> = candidate.ways.iter().map(|way| by(way, around)).collect();
    why.extend(candidate.obstacles.iter().map(obstacle));
    if let Some(rule) = candidate.rule.as_ref().filter(|_| candidate.could()) {
        why.push(match candidate.exception {
            Some(exception) => Message::new("who-excepted")
                .with("rule", rule.as_str())
                .with("exception", exception.to_string()),
            None => Message::new("who-recorded").with("rule", rule.as_str()),
        });
    }
    Answered {
        person: candidate.person,
        name: around.names.person(candidate.person),
        could: candidate.could(),
        why,
    }
}

/// How long a period lasts.
fn until(period: Period) -> Message {
    match period.to {
        Some(to) => Message::new("who-until").with("to", to),
        None => Message::new("who-no-end"),
    }
}

fn by(way: &Way, around: &Around) -> Message {
    let message = match way.by {
        By::Own => Message::new("who-by-own"),
        By::Group(group) => {
            Message::new("who-by-group").with("group", around.groups.get(&group).cloned().unwrap_or_default())
        }
        By::Deputyship(deputyship, principal) => Message::new("who-by-deputyship")
            .with("principal", around.names.person(principal))
            .with("reason", around.deputyships.get(&deputyship).cloned().unwrap_or_default()),
    };
    message
        .with("from", way.period.from)
        .with("until", until(way.period))
        .with("post", around.names.post(way.post))
        .with("role", way.role.message())
}

fn obstacle(obstacle: &Obstacle) -> Message {
    match obstacle {
        Obstacle::OtherDays(period) => match period.to {
            Some(to) => Message::new("who-other-days").with("from", period.from).with("to", to),
            None => Message::new("who-later").with("from", period.from),
        },
        Obstacle::Opposed(rule) => Message::new("who-opposed").with("rule", rule.as_str()),
        Obstacle::Uncertified(kinds) => {
            let told = kinds.iter().map(|(kind, last)| match last {
                Some(last) => {
                    Message::new("who-lapsed").with("certificate", kind.as_str()).with("last", *last)
                }
                None => Message::new("who-lacking").with("certificate", kind.as_str()),
            });
            Message::new("who-uncertified").with("certificates", Arg::Terms(told.collect()))
        }
        Obstacle::NoRole => Message::new("who-no-role"),
    }
}

/// The paper on which the assignment stands.
pub fn paper(assignment: &Assignment) -> Message {
    let paper = match &assignment.instrument {
        Some(paper) => {
            Message::new("who-paper").with("kind", paper.kind.message()).with("number", paper.number.as_str())
        }
        None => Message::new("who-no-paper"),
    };
    Message::new("who-assigned")
        .with("form", assignment.form.message())
        .with("from", assignment.period.from)
        .with("until", until(assignment.period))
        .with("paper", paper)
}
