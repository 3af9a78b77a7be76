//! What a power would do to a unit: from a form's texts to a draft that is assessed and not kept, with everything that
//! is wrong told at once.

use crate::ServiceError;
use crate::assess::Preview;
use crate::form::{FieldError, Fields, cell, date, text};
use domain::assignment::{Assignment, Form, Function};
use domain::duty::Sight;
use domain::id::AssignmentId;
use domain::power::Power;
use domain::unit::Unit;
use domain::{Date, Message, Period};
use store::Conn;

/// A form that is right so far.
#[derive(Debug, Clone, PartialEq)]
pub struct Draft {
    /// What would be stored.
    pub assignment: Assignment,
    /// The power.
    pub power: Power,
    /// The receiving unit.
    pub unit: Unit,
    /// The giving unit.
    pub giver: Option<Unit>,
}

/// Reads the form: `power`, `unit` and `giver` by code or name, `form` and `functions` by their codes, days,
/// and the paper.
async fn read(
    conn: &mut Conn,
    fields: &Fields,
    today: Date,
) -> Result<Result<Draft, Vec<FieldError>>, ServiceError> {
    let mut errors: Vec<FieldError> = Vec::new();
    let power = power(conn, fields, today, &mut errors).await?;
    let (unit, giver) = units(conn, fields, &mut errors).await?;
    if let (Some(power), Some(unit)) = (&power, &unit)
        && power.original_department == unit.name
    {
        errors.push(("unit", Message::new("assign-error-original-department")));
    }
    let granted = granted(fields, today, &mut errors);
    match (power, unit, granted) {
        (Some(power), Some(unit), Some(granted)) if errors.is_empty() => Ok(Ok(Draft {
            assignment: Assignment {
                id: AssignmentId(store::new_id()),
                power: power.id,
                unit: unit.id,
                giver: giver.as_ref().map(|giver| giver.id),
                form: granted.form,
                functions: granted.functions,
                period: granted.period,
                transition_until: None,
                instrument: None,
                planned_volume: granted.planned_volume,
            },
            power,
            unit,
            giver,
        })),
        _ => Ok(Err(errors)),
    }
}

/// What is granted, to whomever: in which form, for which functions, when, and for how many cases a year.
pub(crate) struct Granted {
    pub form: Form,
    pub functions: Vec<Function>,
    pub period: Period,
    pub planned_volume: Option<u32>,
}

/// Reads `form`, `functions`, `from`, `to` and `planned_volume`; nothing begins on the day itself.
pub(crate) fn granted(fields: &Fields, today: Date, errors: &mut Vec<FieldError>) -> Option<Granted> {
    let form = text(fields, "form").parse::<Form>().ok();
    match form {
        None => errors.push(("form", Message::new("assign-error-form"))),
        Some(Form::Recalled) => errors.push(("form", Message::new("assign-error-recalled"))),
        Some(Form::Entrustment) if text(fields, "giver").is_empty() => {
            errors.push(("giver", Message::new("assign-error-entrusting")));
        }
        Some(_) => {}
    }
    let functions: Vec<Function> =
        text(fields, "functions").split_whitespace().filter_map(|code| code.parse().ok()).collect();
    if functions.is_empty() {
        errors.push(("functions", Message::new("assign-error-functions")));
    }
    let from = date(fields, "from", errors);
    if text(fields, "from").is_empty() {
        errors.push(("from", Message::new("assign-error-from")));
    }
    if from.is_some_and(|from| from <= today) {
        errors.push(("from", Message::new("proposal-error-past")));
    }
    let to = date(fields, "to", errors);
    let planned_volume = match cell(fields, "planned_volume") {
        empty if empty.is_empty() => None,
        cell => sheet::value::whole(&cell)
            .map_err(|_| errors.push(("planned_volume", Message::new("assign-error-volume"))))
            .ok(),
    };
    let period = from.and_then(|from| match Period::new(from, to) {
        Ok(period) => Some(period),
        Err(reversed) => {
            errors.push(("to", Message::new("import-error-reversed").with("from", reversed.from)));
            None
        }
    });
    form.zip(period).map(|(form, period)| Granted { form, functions, period, planned_volume })
}

/// `code name`, as the lists to choose from write it, or either alone.
fn written(text: &str) -> (&str, &str) {
    let code = text.split_once(' ').map_or(text, |(code, _)| code);
    (code, text)
}

/// The power that the form names by code or name; of several versions, that of the one in force on a day.
pub(crate) async fn power(
    conn: &mut Conn,
    fields: &Fields,
    on: Date,
    errors: &mut Vec<FieldError>,
) -> Result<Option<Power>, ServiceError> {
    let typed = text(fields, "power");
    if typed.is_empty() {
        errors.push(("power", Message::new("assign-error-power")));
        return Ok(None);
    }
    let (code, name) = written(typed);
    let found = store::power::named(conn, code, name, "", "").await?;
    let mut found = crate::catalogue::in_force(conn, found, on).await?;
    let wrong = if found.len() > 1 { "assign-error-many-powers" } else { "assign-error-no-power" };
    if found.len() != 1 {
        errors.push(("power", Message::new(wrong).with("typed", typed)));
        return Ok(None);
    }
    Ok(found.pop())
}

/// The units that the form names: the receiving one, and the giving one where it names one.
pub(crate) async fn units(
    conn: &mut Conn,
    fields: &Fields,
    errors: &mut Vec<FieldError>,
) -> Result<(Option<Unit>, Option<Unit>), ServiceError> {
    let (receiver, giver) = (text(fields, "unit"), text(fields, "giver"));
    let known = store::unit::named(conn, &[receiver, giver].map(written)).await?;
    let mut find = |name: &'static str, typed: &str| {
        let (code, whole) = written(typed);
        let by_code = known.iter().find(|unit| unit.code == code);
        let mut by_name = known.iter().filter(|unit| unit.name == whole);
        let found = by_code.or_else(|| by_name.next());
        if by_code.is_none() && by_name.next().is_some() {
            errors.push((name, Message::new("assign-error-many-units").with("typed", typed)));
            return None;
        }
        if found.is_none() {
            errors.push((name, Message::new("assign-error-no-unit").with("typed", typed)));
        }
        found.cloned()
    };
    let unit = if receiver.is_empty() { None } else { find("unit", receiver) };
    let giving = if giver.is_empty() { None } else { find("giver", giver) };
    if receiver.is_empty() {
        errors.push(("unit", Message::new("assign-error-unit")));
    }
    if let (Some(unit), Some(giving)) = (&unit, &giving)
        && unit.id == giving.id
    {
        errors.push(("giver", Message::new("assign-error-own-giver")));
    }
    Ok((unit, giving))
}

fn overlap(from: Date) -> Vec<FieldError> {
    vec![("power", Message::new("assign-error-overlap").with("from", from))]
}

/// Reads the form and assesses it among what the unit has; nothing is written. What is over before today cannot
/// be assessed and is refused; the preview is missing only where the unit is, or may not be seen.
pub async fn check(
    conn: &mut Conn,
    fields: &Fields,
    today: Date,
    sight: Sight,
) -> Result<Result<(Draft, Option<Preview>), Vec<FieldError>>, ServiceError> {
    let draft = match read(conn, fields, today).await? {
        Ok(draft) => draft,
        Err(errors) => return Ok(Err(errors)),
    };
    let giver = draft.giver.as_ref().map(|giver| giver.name.clone());
    if !draft.assignment.is_assessed(today) {
        return Ok(Err(vec![("to", Message::new("assign-error-over"))]));
    }
    // As it would be on its first day: before that, everything is still in transition.
    let on = draft.assignment.period.from;
    let preview = crate::assess::preview(conn, &draft.assignment, &draft.power, giver, on, sight).await?;
    Ok(match preview.as_ref().and_then(|preview| preview.held_from) {
        Some(from) => Err(overlap(from)),
        None => Ok((draft, preview)),
    })
}
