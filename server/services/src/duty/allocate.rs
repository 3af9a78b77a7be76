//! Names people for functions of assignments.

use super::appoint::share;
use super::{Answer, Scale, Step, Whole, above, added, period, touched};
use crate::form::{FieldError, Fields, text};
use crate::write::{Caller, Change, Write};
use access::Action;
use domain::assignment::{Assignment, Form, Function};
use domain::duty::Subject;
use domain::id::{AllocationId, AssignmentId, PersonId};
use domain::people::Allocation;
use domain::{Message, Period};
use serde_json::json;
use store::dossier::Whom;
use store::{Conn, Db, StoreError};

/// A form's assignment and function: what was not handed down cannot be named for, but for its supervision.
pub(super) async fn named(
    conn: &mut Conn,
    fields: &Fields,
    errors: &mut Vec<FieldError>,
) -> Result<Option<(Assignment, Function)>, StoreError> {
    let assignment = match text(fields, "assignment").parse::<AssignmentId>() {
        Ok(id) => store::assignment::by_id(conn, id).await?,
        Err(_) => None,
    };
    let assignment = assignment.filter(|found| found.form != Form::Recalled);
    if assignment.is_none() {
        errors.push(("assignment", Message::new("duty-error-assignment")));
    }
    let function = text(fields, "function").parse::<Function>().ok();
    match (&assignment, function) {
        (_, None) => errors.push(("function", Message::new("duty-error-function"))),
        (Some(assignment), Some(function))
            if function.handles() && !assignment.functions.contains(&function) =>
        {
            errors.push(("function", Message::new("duty-error-not-granted")));
        }
        _ => {}
    }
    Ok(assignment.zip(function))
}

/// That a period shares days with the assignment's.
pub(super) fn in_force(assignment: &Assignment, period: Period, errors: &mut Vec<FieldError>) {
    if !assignment.period.overlaps(&period) {
        let message = Message::new("duty-error-outside-assignment").with("from", assignment.period.from);
        errors.push(("from", message));
    }
}

/// Names a person: `assignment`, `function`, `share`, `from`, `to`.
pub async fn allocate(db: &Db, caller: &Caller, person: PersonId, fields: &Fields, step: Step) -> Answer {
    let mut write = Write::begin(db).await?;
    let conn = write.conn();
    let mut errors = Vec::new();
    let named = named(conn, fields, &mut errors).await?;
    let share = share(fields, &mut errors);
    let period = period(fields, &mut errors);
    if let (Some((assignment, _)), Some(period)) = (&named, period) {
        in_force(assignment, period, &mut errors);
    }
    let (Some((assignment, function)), Some(share), Some(period), true) =
        (named, share, period, errors.is_empty())
    else {
        return Ok(Err(errors));
    };
    let units = above(conn, assignment.unit).await?;
    let subject = Subject { units: &units, benefits: Some(person), ..Subject::default() };
    let permit = caller.permit(Action::AllocationChange, &subject)?;
    let scale = Scale::before(conn, Whom::Person(person), step).await?;
    let allocation = Allocation {
        id: AllocationId(store::new_id()),
        assignment: assignment.id,
        person,
        function,
        share,
        period,
    };
    if let Some(error) = added(store::people::insert_allocation(conn, &allocation).await, "function")? {
        return Ok(Err(vec![error]));
    }
    let touched = touched(conn, person, step).await?;
    let change = Change { subject: allocation.id.to_string(), after: json!(allocation), ..Change::default() };
    Whole { write, permit, units: &units, scale, change, touched, field: "function" }
        .settle(db, caller, step)
        .await
}
