//! Arranges who acts for a post while its holder cannot.

use super::{Answer, Scale, Step, Whole, above, added, period, person as deputy_of, post, within};
use crate::form::{Fields, text};
use crate::write::{Caller, Change, Write};
use access::Action;
use domain::Message;
use domain::duty::Subject;
use domain::id::{AssignmentId, DeputyshipId, PersonId};
use serde_json::json;
use std::collections::BTreeSet;
use store::Db;
use store::deputyship::Deputyship;
use store::dossier::Whom;

/// Makes somebody (`person`) act for one of a person's posts: `post`, `assignment` or all, `from`, `to`, `reason`.
pub async fn deputise(db: &Db, caller: &Caller, principal: PersonId, fields: &Fields, step: Step) -> Answer {
    let mut write = Write::begin(db).await?;
    let conn = write.conn();
    let mut errors = Vec::new();
    let posts = store::person::posts(conn, principal, caller.today).await?;
    let post = post(posts, fields, &mut errors);
    let deputy = deputy_of(conn, caller, fields, &mut errors).await?.map(|found| found.person());
    if deputy == Some(principal) {
        errors.push(("person", Message::new("duty-error-own-deputy")));
    }
    let period = period(fields, &mut errors);
    if text(fields, "to").is_empty() {
        errors.push(("to", Message::new("duty-error-deputy-to")));
    }
    if let (Some(post), Some(period)) = (&post, period) {
        within(post, period, &mut errors);
    }
    let reason = text(fields, "reason").to_owned();
    if reason.is_empty() {
        errors.push(("reason", Message::new("duty-error-reason")));
    }
    let assignment = match text(fields, "assignment") {
        "" => None,
        typed => match typed.parse::<AssignmentId>() {
            Ok(id) => store::assignment::by_id(conn, id).await?.map(|found| found.id),
            Err(_) => None,
        },
    };
    if assignment.is_none() && !text(fields, "assignment").is_empty() {
        errors.push(("assignment", Message::new("duty-error-assignment")));
    }
    let (Some(post), Some(deputy), Some(period), true) = (post, deputy, period, errors.is_empty()) else {
        return Ok(Err(errors));
    };
    let units = above(conn, post.unit).await?;
    let subject = Subject { units: &units, benefits: Some(deputy), ..Subject::default() };
    let permit = caller.permit(Action::DeputyshipChange, &subject)?;
    // What the principal holds is lent, so that it must stay as it is, too.
    if step == Step::Save {
        store::dossier::lock(conn, Whom::Person(principal)).await?;
    }
    let scale = Scale::before(conn, Whom::Person(deputy), step).await?;
    let deputyship = Deputyship {
        id: DeputyshipId(store::new_id()),
        deputy,
        appointment: post.id,
        assignment,
        period,
        reason: reason.clone(),
    };
    if let Some(error) = added(store::deputyship::insert(conn, &deputyship).await, "person")? {
        return Ok(Err(vec![error]));
    }
    let change = Change {
        subject: deputyship.id.to_string(),
        after: json!({ "principal": principal, "deputyship": deputyship }),
        reason,
        ..Change::default()
    };
    let touched = BTreeSet::new();
    Whole { write, permit, units: &units, scale, change, touched, field: "person" }
        .settle(db, caller, step)
        .await
}
