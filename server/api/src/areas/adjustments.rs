//! What changes an assignment in force: its signature, a second look, renewal, requests for adjustments, and what is
//! taken back after a recall.

use super::{Decided, Done, UnitName, id};
use crate::answer::{Made, Page, Paging, json, made, page};
use crate::door::Door;
use crate::endpoint::{Endpoint, line};
use crate::problem::{Answer, Fault};
use crate::request::{Api, Asked, Sent, fields};
use access::Action;
use axum::extract::Path;
use chrono::NaiveDate;
use domain::id::{AdjustmentId, AssignmentId, ReclaimId};
use domain::life::state::Decision;
use domain::token::Area;
use serde::{Deserialize, Serialize};
use services::life::{adjust, paper, recall, renew};
use store::life::adjust::Line;
use store::life::recall::Reclaim;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::routes;
use uuid::Uuid;

/// The area's endpoints.
pub fn lines() -> Vec<Endpoint> {
    let read = |action| Door::read(Area::Proposals, action);
    let of = |action| Door::write(Area::Proposals, action);
    vec![
        line(routes!(list), read(Action::AssignmentRead)),
        line(routes!(ask), of(Action::AdjustmentRequest)),
        line(routes!(decide), of(Action::AdjustmentDecide)),
        line(routes!(renew_it), of(Action::AssignmentCreate)),
        line(routes!(sign), of(Action::AssignmentSign)),
        line(routes!(review), of(Action::AssignmentSign)),
        line(routes!(reclaims), read(Action::AssignmentRead)),
        line(routes!(settle), of(Action::AssignmentRecall)),
    ]
}

/// A request for an adjustment.
#[derive(Debug, Serialize, ToSchema)]
struct AdjustmentLine {
    /// Identifier.
    id: Uuid,
    /// The assignment.
    assignment: Uuid,
    /// Name of its power.
    power: String,
    /// Name of its unit.
    unit: String,
    /// What is asked for, such as `recall` or `change_form`.
    kind: &'static str,
    /// More about it: a form, a day, what is lacking.
    wish: String,
    /// Why.
    reason: String,
    /// The side that asks.
    side: UnitName,
    /// Who asks.
    asked_by: Option<String>,
    /// By when it is decided on.
    due_on: NaiveDate,
    /// `granted` or `refused`; none while nobody decided.
    decision: Option<&'static str>,
    /// Who decided.
    decided_by: Option<String>,
    /// And what was said.
    answer: String,
}

impl From<Line> for AdjustmentLine {
    fn from(line: Line) -> Self {
        let asked = line.adjustment;
        Self {
            id: asked.id.0,
            assignment: asked.assignment.0,
            power: line.power,
            unit: line.unit,
            kind: asked.kind.as_str(),
            wish: asked.wish,
            reason: asked.reason,
            side: UnitName::new(asked.unit, &line.side),
            asked_by: line.asker,
            due_on: asked.due_on,
            decision: asked.decision.map(Decision::as_str),
            decided_by: line.decider,
            answer: asked.answer,
        }
    }
}

/// Which requests.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct View {
    /// `all`; where it is empty, those on which nobody decided.
    #[serde(default)]
    view: String,
}

/// Requests that are looked through at most.
const MOST: i64 = 10_000;

/// Requests for adjustments that may be seen, those on which nobody decided first.
#[utoipa::path(get, path = "/adjustments", tag = "proposals", params(View, Paging),
    responses((status = 200, body = Page<AdjustmentLine>)))]
async fn list(api: Api, Asked(view): Asked<View>, Asked(paging): Asked<Paging>) -> Answer {
    let mut conn = api.read().await?;
    let lines = store::life::adjust::list(&mut conn, &view.view, api.sight(), MOST).await?;
    let (lines, total) = paging.of(lines);
    page(&api, paging, lines.into_iter().map(AdjustmentLine::from).collect(), total)
}

/// What is asked for.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewAdjustment {
    /// `recall`, `change_form`, `more_means` or `extend`.
    #[schema(example = "more_means")]
    kind: String,
    /// More about it: a form, a day, what is lacking; a recall needs none.
    #[serde(default)]
    wish: String,
    /// Why.
    reason: String,
}

/// Asks for an adjustment of an assignment, from either side.
#[utoipa::path(post, path = "/assignments/{id}/adjustments", tag = "proposals", params(("id" = Uuid, Path)),
    request_body = NewAdjustment, responses((status = 201, body = Made, headers(("Location" = String)))))]
async fn ask(api: Api, Path(assignment): Path<String>, Sent(sent): Sent<NewAdjustment>) -> Answer {
    let id: AssignmentId = id(&assignment)?;
    let asked = adjust::ask(&api.db, &api.caller(), id, &fields(&sent)).await??;
    made("/adjustments", asked.0)
}

/// Decides on a request. What was granted is then done by its own call: recalled, renewed, proposed in another form.
#[utoipa::path(post, path = "/adjustments/{id}/decision", tag = "proposals", params(("id" = Uuid, Path)),
    request_body = Decided, responses((status = 200, body = Done)))]
async fn decide(api: Api, Path(adjustment): Path<String>, Sent(sent): Sent<Decided>) -> Answer {
    let id: AdjustmentId = id(&adjustment)?;
    adjust::decide(&api.db, &api.caller(), id, &fields(&sent)).await??;
    json(&Done { changed: 1 })
}

/// The next term.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Renewal {
    /// First day; the day after the last one where it is empty.
    #[serde(default)]
    #[schema(value_type = String, format = Date)]
    from: String,
    /// Last day.
    #[serde(default)]
    #[schema(value_type = String, format = Date)]
    to: String,
    /// Why.
    #[serde(default)]
    reason: String,
}

/// Drafts the proposal that renews an assignment on its own terms.
#[utoipa::path(post, path = "/assignments/{id}/renewal", tag = "proposals", params(("id" = Uuid, Path)),
    request_body = Renewal, responses((status = 201, body = Made, headers(("Location" = String)))))]
async fn renew_it(api: Api, Path(assignment): Path<String>, Sent(sent): Sent<Renewal>) -> Answer {
    let id: AssignmentId = id(&assignment)?;
    let drafted = renew::draft(&api.db, &api.caller(), id, &fields(&sent)).await??;
    made("/proposals", drafted.0)
}

/// A paper that was signed elsewhere.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct SignedElsewhere {
    /// Its number.
    number: String,
    /// The day of the signature.
    #[schema(value_type = String, format = Date)]
    signed_on: String,
    /// Its last day.
    #[serde(default)]
    #[schema(value_type = String, format = Date)]
    instrument_until: String,
    /// When it was published; an entrustment needs it.
    #[serde(default)]
    #[schema(value_type = String, format = Date)]
    published_on: String,
}

/// Registers a paper that was signed elsewhere as an assignment's.
#[utoipa::path(post, path = "/assignments/{id}/signature", tag = "proposals", params(("id" = Uuid, Path)),
    request_body = SignedElsewhere, responses((status = 200, body = Done)))]
async fn sign(api: Api, Path(assignment): Path<String>, Sent(sent): Sent<SignedElsewhere>) -> Answer {
    let id: AssignmentId = id(&assignment)?;
    paper::sign(&api.db, &api.caller(), id, &fields(&sent)).await??;
    json(&Done { changed: 1 })
}

/// A second look at an assignment.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Look {
    /// `review` begins it, `keep` ends it.
    #[serde(rename = "do")]
    #[schema(example = "review")]
    deed: String,
    /// Why.
    reason: String,
}

/// Looks at an assignment again, or keeps it after that.
#[utoipa::path(post, path = "/assignments/{id}/review", tag = "proposals", params(("id" = Uuid, Path)),
    request_body = Look, responses((status = 200, body = Done)))]
async fn review(api: Api, Path(assignment): Path<String>, Sent(sent): Sent<Look>) -> Answer {
    let id: AssignmentId = id(&assignment)?;
    if !["review", "keep"].contains(&sent.deed.as_str()) {
        return Err(Fault::Invalid(vec![("do", domain::Message::new("life-error-do"))]));
    }
    paper::review(&api.db, &api.caller(), id, &fields(&sent)).await??;
    json(&Done { changed: 1 })
}

/// Something that belonged to a recalled assignment.
#[derive(Debug, Serialize, ToSchema)]
struct ReclaimLine {
    /// Identifier.
    id: Uuid,
    /// `allocation`, `funding`, `post` or `certificate`.
    kind: String,
    /// The row.
    row: Uuid,
    /// `open`, `done` where it was taken back, or `kept`.
    state: String,
    /// Who decided.
    decided_by: Option<String>,
    /// Why.
    reason: String,
}

impl From<Reclaim> for ReclaimLine {
    fn from(row: Reclaim) -> Self {
        Self {
            id: row.id,
            kind: row.kind,
            row: row.row_id,
            state: row.state,
            decided_by: row.name,
            reason: row.reason,
        }
    }
}

/// People, posts, money and certificates that a recalled assignment leaves behind.
#[utoipa::path(get, path = "/assignments/{id}/reclaims", tag = "proposals", params(("id" = Uuid, Path)),
    responses((status = 200, body = Vec<ReclaimLine>)))]
async fn reclaims(api: Api, Path(assignment): Path<String>) -> Answer {
    let id: AssignmentId = id(&assignment)?;
    let mut conn = api.read().await?;
    store::assignment::visible(&mut conn, id, api.sight()).await?.ok_or(Fault::NotFound)?;
    let rows = store::life::recall::reclaims(&mut conn, id).await?;
    json(&rows.into_iter().map(ReclaimLine::from).collect::<Vec<_>>())
}

/// What becomes of a row.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Settled {
    /// `done` takes it back, `kept` leaves it.
    #[serde(rename = "do")]
    #[schema(example = "done")]
    deed: String,
    /// Why; what is kept needs it.
    #[serde(default)]
    reason: String,
}

/// Takes back what belonged to a recalled assignment, or keeps it.
#[utoipa::path(post, path = "/reclaims/{id}/settlement", tag = "proposals", params(("id" = Uuid, Path)),
    request_body = Settled, responses((status = 200, body = Done)))]
async fn settle(api: Api, Path(row): Path<String>, Sent(sent): Sent<Settled>) -> Answer {
    let id: ReclaimId = id(&row)?;
    if !["done", "kept"].contains(&sent.deed.as_str()) {
        return Err(Fault::Invalid(vec![("do", domain::Message::new("life-error-do"))]));
    }
    recall::settle(&api.db, &api.caller(), id, &fields(&sent)).await??;
    json(&Done { changed: 1 })
}
