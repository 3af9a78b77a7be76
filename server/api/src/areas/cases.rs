//! Cases: opened and taken on step by step, each by somebody who does not stand on the other side of it.

use super::id;
use crate::answer::{Made, Page, Paging, json, made, page};
use crate::door::Door;
use crate::endpoint::{Endpoint, line};
use crate::problem::{Answer, Fault};
use crate::request::{Api, Asked, Sent, fields};
use access::Action;
use axum::extract::Path;
use chrono::{DateTime, NaiveDate, Utc};
use domain::case::Case;
use domain::duty::Side;
use domain::id::{AssignmentId, CaseId};
use domain::token::Area;
use serde::{Deserialize, Serialize};
use store::case::{Filter, StepLine};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::routes;
use uuid::Uuid;

/// The area's endpoints.
pub fn lines() -> Vec<Endpoint> {
    let read = Door::read(Area::Cases, Action::CaseRead);
    vec![
        line(routes!(list), read),
        line(routes!(open), Door::write(Area::Cases, Action::CaseOpen)),
        line(routes!(one), read),
        // Which step it is stands in the body, and is asked for by the write.
        line(routes!(step), Door::write(Area::Cases, Action::CaseRead)),
    ]
}

/// A case as lists show it.
#[derive(Debug, Serialize, ToSchema)]
struct CaseLine {
    /// Identifier.
    id: Uuid,
    /// Its number, unique in the assignment.
    number: String,
    /// The assignment by which it is handled.
    assignment: Uuid,
    /// Name of the power.
    power: String,
    /// Name of the unit.
    unit: String,
    /// When it was opened.
    opened_on: NaiveDate,
    /// What was done last.
    last: Option<&'static str>,
}

/// Which cases.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Wish {
    /// Part of the number, or of the power's or unit's name or code.
    #[serde(default)]
    q: String,
    /// Those of one assignment.
    assignment: Option<Uuid>,
}

/// Cases, the latest first.
#[utoipa::path(get, path = "/cases", tag = "cases", params(Wish, Paging),
    responses((status = 200, body = Page<CaseLine>)))]
async fn list(api: Api, Asked(wish): Asked<Wish>, Asked(paging): Asked<Paging>) -> Answer {
    let assignment = wish.assignment.map(AssignmentId);
    let filter = Filter { assignment, typed: wish.q, on: api.today, ..Filter::default() };
    let mut conn = api.read().await?;
    let total = store::case::total(&mut conn, &filter, api.sight()).await?;
    let (limit, offset) = (paging.limit(), paging.offset());
    let lines = store::case::list(&mut conn, &filter, api.sight(), limit, offset).await?;
    let rows = lines.into_iter().map(|line| CaseLine {
        id: line.case.id.0,
        number: line.case.number,
        assignment: line.case.assignment.0,
        power: line.power,
        unit: line.unit,
        opened_on: line.case.opened_on,
        last: line.last.map(domain::assignment::Function::as_str),
    });
    page(&api, paging, rows.collect(), total)
}

/// What somebody did in a case.
#[derive(Debug, Serialize, ToSchema)]
struct StepDone {
    /// Identifier.
    id: Uuid,
    /// What was done: `accept`, `review`, `approve`, `supervise`, `inspect`, `penalise`, `legal_review` or `hear`.
    function: &'static str,
    /// On which side of the case it stands: `decides`, `oversees`, or neither.
    side: Option<&'static str>,
    /// By whom.
    person: Uuid,
    /// His name.
    name: String,
    /// For whom, where it was done as a deputy.
    principal: Option<String>,
    /// When.
    done_at: DateTime<Utc>,
    /// What there is to say about it.
    note: String,
}

impl From<StepLine> for StepDone {
    fn from(line: StepLine) -> Self {
        Self {
            id: line.step.id.0,
            function: line.step.function.as_str(),
            side: Side::of(line.step.function).map(Side::as_str),
            person: line.step.person.0,
            name: line.name,
            principal: line.principal_name,
            done_at: line.step.done_at,
            note: line.step.note,
        }
    }
}

/// A case with its steps.
#[derive(Debug, Serialize, ToSchema)]
struct CaseDetail {
    /// Identifier.
    id: Uuid,
    /// Its number, unique in the assignment.
    number: String,
    /// The assignment by which it is handled.
    assignment: Uuid,
    /// When it was opened.
    opened_on: NaiveDate,
    /// Its steps, in their order.
    steps: Vec<StepDone>,
}

async fn found(api: &Api, id: CaseId) -> Result<CaseDetail, Fault> {
    let mut conn = api.read().await?;
    let found = store::case::visible(&mut conn, id, api.sight()).await?;
    let Case { number, assignment, opened_on, .. } = found.ok_or(Fault::NotFound)?;
    let steps = store::case::steps(&mut conn, id).await?;
    let steps = steps.into_iter().map(StepDone::from).collect();
    Ok(CaseDetail { id: id.0, number, assignment: assignment.0, opened_on, steps })
}

/// A case with its steps.
#[utoipa::path(get, path = "/cases/{id}", tag = "cases", params(("id" = Uuid, Path)),
    responses((status = 200, body = CaseDetail)))]
async fn one(api: Api, Path(case): Path<String>) -> Answer {
    json(&found(&api, id(&case)?).await?)
}

/// A new case.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewCase {
    /// The assignment by which it is handled.
    assignment: Uuid,
    /// Its number, unique in the assignment.
    #[schema(example = "2026-000123")]
    number: String,
    /// When it was opened; today where it is not given.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    #[schema(value_type = String, format = Date)]
    opened_on: String,
}

/// Opens a case.
#[utoipa::path(post, path = "/cases", tag = "cases", request_body = NewCase,
    responses((status = 201, body = Made, headers(("Location" = String)))))]
async fn open(api: Api, Sent(sent): Sent<NewCase>) -> Answer {
    let id = services::case::open(&api.db, &api.caller(), &fields(&sent)).await??;
    made("/cases", id.0)
}

/// A new step of a case.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewStep {
    /// What is done: `accept`, `review`, `approve`, `supervise`, `inspect`, `penalise`, `legal_review` or `hear`.
    #[schema(example = "accept")]
    function: String,
    /// What there is to say about it.
    #[serde(default)]
    note: String,
}

/// Records a step of a case, done by the token's owner.
#[utoipa::path(post, path = "/cases/{id}/steps", tag = "cases", params(("id" = Uuid, Path)),
    request_body = NewStep, responses((status = 200, body = CaseDetail)))]
async fn step(api: Api, Path(case): Path<String>, Sent(sent): Sent<NewStep>) -> Answer {
    let case: CaseId = id(&case)?;
    services::case::record(&api.db, &api.caller(), case, &fields(&sent)).await?.ok_or(Fault::NotFound)??;
    json(&found(&api, case).await?)
}
