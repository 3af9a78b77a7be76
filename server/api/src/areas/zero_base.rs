//! Zero-base reviews: lines are argued and decided in bulk, and carried out.

use super::{Done, UnitName, id};
use crate::answer::{Made, Page, Paging, json, made, page};
use crate::door::Door;
use crate::endpoint::{Endpoint, line};
use crate::problem::{Answer, Fault};
use crate::request::{Api, Asked, Sent, fields};
use access::Action;
use axum::extract::Path;
use chrono::NaiveDate;
use domain::assess::{RecallReason, Verdict};
use domain::catalogue::zero_base::Proposal;
use domain::id::{UnitId, ZeroBaseId};
use domain::token::Area;
use serde::{Deserialize, Serialize};
use services::catalogue::{carrying_out, zero_base};
use store::zero_base::{Filter, Line, Listed};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::routes;
use uuid::Uuid;

/// The area's endpoints.
pub fn lines() -> Vec<Endpoint> {
    let read = Door::read(Area::Catalogues, Action::ZeroBaseRead);
    let of = |action| Door::write(Area::Catalogues, action);
    vec![
        line(routes!(list), read),
        line(routes!(open), of(Action::ZeroBaseOpen)),
        line(routes!(one), read),
        line(routes!(all), read),
        line(routes!(argue), of(Action::ZeroBaseArgue)),
        line(routes!(decide), of(Action::ZeroBaseDecide)),
        line(routes!(close), of(Action::ZeroBaseOpen)),
        line(routes!(recall), of(Action::AssignmentRecall)),
        line(routes!(adjust), of(Action::AdjustmentRequest)),
    ]
}

/// A zero-base review.
#[derive(Debug, Serialize, ToSchema)]
struct ZeroBaseReview {
    /// Identifier.
    id: Uuid,
    /// What it is called.
    title: String,
    /// The unit.
    unit: UnitName,
    /// First day.
    opened_on: NaiveDate,
    /// Last day for decisions.
    due_on: NaiveDate,
    /// When it was closed.
    closed_on: Option<NaiveDate>,
    /// Lines that may be seen.
    lines: i64,
    /// Of them, those that the unit has argued.
    argued: i64,
    /// Those that are decided.
    decided: i64,
    /// Those that are dropped.
    dropped: i64,
}

impl From<Listed> for ZeroBaseReview {
    fn from(listed: Listed) -> Self {
        let (review, progress) = (listed.review, listed.progress);
        Self {
            id: review.id.0,
            unit: UnitName::new(review.scope, &listed.unit),
            title: review.title,
            opened_on: review.opened_on,
            due_on: review.due_on,
            closed_on: review.closed_on,
            lines: progress.lines,
            argued: progress.argued,
            decided: progress.decided,
            dropped: progress.dropped,
        }
    }
}

/// A line of a zero-base review.
#[derive(Debug, Serialize, ToSchema)]
struct ZeroBaseLine {
    /// Identifier.
    id: Uuid,
    /// The unit.
    unit: UnitName,
    /// The assignment.
    assignment: Uuid,
    /// The power.
    power: Uuid,
    /// Its code.
    code: String,
    /// Its name.
    name: String,
    /// Cases in the twelve months before.
    cases: i64,
    /// The verdict.
    verdict: Option<&'static str>,
    /// The legal basis: `in_force`, `lapsed` or `none`.
    basis: &'static str,
    /// What these suggest: `keep`, `change` or `drop`.
    suggested: &'static str,
    /// What the unit argues for.
    argued: Option<&'static str>,
    /// Why.
    grounds: String,
    /// Who argued.
    argued_by: Option<String>,
    /// What was decided.
    decision: Option<&'static str>,
    /// Why.
    reason: String,
    /// Who decided.
    decided_by: Option<String>,
    /// The code with which it is recalled.
    recall_code: Option<&'static str>,
    /// The last day of its recall.
    recalled_on: Option<NaiveDate>,
    /// The request for an adjustment that became of it.
    adjustment: Option<Uuid>,
}

impl From<Line> for ZeroBaseLine {
    fn from(line: Line) -> Self {
        Self {
            id: line.id.0,
            unit: UnitName::new(line.unit, &line.unit_name),
            assignment: line.assignment.0,
            power: line.power.0,
            code: line.power_code,
            name: line.power_name,
            cases: line.cases,
            verdict: line.verdict.map(Verdict::as_str),
            basis: line.basis.as_str(),
            suggested: line.suggested.as_str(),
            argued: line.argued.map(Proposal::as_str),
            grounds: line.grounds,
            argued_by: line.argued_by,
            decision: line.decision.map(Proposal::as_str),
            reason: line.reason,
            decided_by: line.decided_by,
            recall_code: line.code.map(RecallReason::as_str),
            recalled_on: line.recalled.map(|(_, last)| last),
            adjustment: line.adjustment.map(|(id, _)| id.0),
        }
    }
}

/// Zero-base reviews of which some lines may be seen, the newest first.
#[utoipa::path(get, path = "/zero-base", tag = "catalogues", params(Paging),
    responses((status = 200, body = Page<ZeroBaseReview>)))]
async fn list(api: Api, Asked(paging): Asked<Paging>) -> Answer {
    let mut conn = api.read().await?;
    let (listed, total) = paging.of(store::zero_base::list(&mut conn, api.sight()).await?);
    page(&api, paging, listed.into_iter().map(ZeroBaseReview::from).collect(), total)
}

/// A zero-base review that is opened.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewZeroBase {
    /// What it is called.
    title: String,
    /// A unit with all below it, or the department that gave, by code.
    unit: String,
    /// Units of one kind alone.
    #[serde(default)]
    kind: String,
    /// Last day for decisions.
    #[schema(value_type = String, format = Date)]
    due: String,
}

/// Opens a zero-base review: everything that is held becomes a line.
#[utoipa::path(post, path = "/zero-base", tag = "catalogues", request_body = NewZeroBase,
    responses((status = 201, body = Made, headers(("Location" = String)))))]
async fn open(api: Api, Sent(sent): Sent<NewZeroBase>) -> Answer {
    let id = zero_base::open(&api.db, &api.caller(), &fields(&sent)).await??;
    made("/zero-base", id.0)
}

async fn found(api: &Api, id: ZeroBaseId) -> Result<ZeroBaseReview, Fault> {
    let mut conn = api.read().await?;
    let listed = store::zero_base::listed(&mut conn, id, api.sight()).await?;
    listed.map(ZeroBaseReview::from).ok_or(Fault::NotFound)
}

/// A zero-base review.
#[utoipa::path(get, path = "/zero-base/{id}", tag = "catalogues", params(("id" = Uuid, Path)),
    responses((status = 200, body = ZeroBaseReview)))]
async fn one(api: Api, Path(review): Path<String>) -> Answer {
    json(&found(&api, id(&review)?).await?)
}

/// Which lines of a zero-base review.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct LineWish {
    /// Of one unit.
    unit: Option<Uuid>,
    /// What the facts suggest: `keep`, `change` or `drop`.
    #[serde(default)]
    suggested: String,
    /// What was decided.
    #[serde(default)]
    decided: String,
    /// `open` for those that are not decided, `argued` for those of them that the unit has argued.
    #[serde(default)]
    state: String,
    /// Part of the power's or unit's name or code.
    #[serde(default)]
    q: String,
}

/// The lines of a zero-base review that may be seen.
#[utoipa::path(get, path = "/zero-base/{id}/lines", tag = "catalogues",
    params(("id" = Uuid, Path), LineWish, Paging), responses((status = 200, body = Page<ZeroBaseLine>)))]
async fn all(
    api: Api,
    Path(review): Path<String>,
    Asked(wish): Asked<LineWish>,
    Asked(paging): Asked<Paging>,
) -> Answer {
    let id: ZeroBaseId = id(&review)?;
    found(&api, id).await?;
    let filter = Filter {
        unit: wish.unit.map(UnitId),
        suggested: wish.suggested.parse().ok(),
        decision: wish.decided.parse().ok(),
        state: wish.state,
        typed: wish.q,
    };
    let mut conn = api.read().await?;
    let at = (paging.limit(), paging.offset());
    let (lines, total) = store::zero_base::lines(&mut conn, id, &filter, api.sight(), at).await?;
    page(&api, paging, lines.into_iter().map(ZeroBaseLine::from).collect(), total)
}

/// What a unit argues.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ArguedLines {
    /// The lines.
    #[serde(default)]
    lines: Vec<Uuid>,
    /// All that are seen, not decided, and match `unit`, `suggested` and `q`, instead of lines.
    #[serde(default)]
    all: bool,
    /// Of one unit.
    #[serde(default)]
    unit: Option<Uuid>,
    /// What the facts suggest.
    #[serde(default)]
    suggested: String,
    /// Part of the power's or unit's name or code.
    #[serde(default)]
    q: String,
    /// `keep`, `change` or `drop`.
    #[schema(example = "keep")]
    proposal: String,
    /// Why; only `keep` does without.
    #[serde(default)]
    grounds: String,
}

/// Argues lines for their unit.
#[utoipa::path(post, path = "/zero-base/{id}/arguments", tag = "catalogues", params(("id" = Uuid, Path)),
    request_body = ArguedLines, responses((status = 200, body = Done)))]
async fn argue(api: Api, Path(review): Path<String>, Sent(sent): Sent<ArguedLines>) -> Answer {
    let id = id(&review)?;
    found(&api, id).await?;
    let changed = zero_base::argue(&api.db, &api.caller(), id, &fields(&sent)).await??;
    json(&Done { changed })
}

/// What is decided.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct DecidedLines {
    /// The lines.
    #[serde(default)]
    lines: Vec<Uuid>,
    /// All that are seen, not decided, and match `unit`, `suggested`, `state` and `q`, instead of lines.
    #[serde(default)]
    all: bool,
    /// Of one unit.
    #[serde(default)]
    unit: Option<Uuid>,
    /// What the facts suggest.
    #[serde(default)]
    suggested: String,
    /// `argued` for those that the unit has argued.
    #[serde(default)]
    state: String,
    /// Part of the power's or unit's name or code.
    #[serde(default)]
    q: String,
    /// `keep`, `change` or `drop`.
    #[schema(example = "drop")]
    proposal: String,
    /// Why; needed to change, to drop, and to depart from what the unit says.
    #[serde(default)]
    reason: String,
    /// The code of the recall that follows from `drop`, such as `too_rare`; as the facts say where it is empty.
    #[serde(default)]
    code: String,
}

/// Decides on lines.
#[utoipa::path(post, path = "/zero-base/{id}/decisions", tag = "catalogues", params(("id" = Uuid, Path)),
    request_body = DecidedLines, responses((status = 200, body = Done)))]
async fn decide(api: Api, Path(review): Path<String>, Sent(sent): Sent<DecidedLines>) -> Answer {
    let id = id(&review)?;
    found(&api, id).await?;
    let changed = zero_base::decide(&api.db, &api.caller(), id, &fields(&sent)).await??;
    json(&Done { changed })
}

/// Nothing.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ClosedReview {}

/// Closes a zero-base review whose lines are all decided.
#[utoipa::path(post, path = "/zero-base/{id}/close", tag = "catalogues", params(("id" = Uuid, Path)),
    request_body = ClosedReview, responses((status = 200, body = ZeroBaseReview)))]
async fn close(api: Api, Path(review): Path<String>, Sent(_): Sent<ClosedReview>) -> Answer {
    let id = id(&review)?;
    found(&api, id).await?;
    zero_base::close(&api.db, &api.caller(), id).await?.ok_or(Fault::NotFound)??;
    json(&found(&api, id).await?)
}

/// The decision by which everything that was dropped is recalled.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct RecalledLines {
    /// Number of the decision.
    number: String,
    /// Last day in force.
    #[schema(value_type = String, format = Date)]
    last_on: String,
}

/// What was carried out.
#[derive(Debug, Serialize, ToSchema)]
struct LinesDone {
    /// How many lines; at most 500 at once, so that it may have to be sent again.
    changed: usize,
    /// How many were left because their assignment is over.
    left: usize,
}

impl From<carrying_out::Done> for LinesDone {
    fn from(done: carrying_out::Done) -> Self {
        Self { changed: done.lines, left: done.left }
    }
}

/// Recalls what was decided to be dropped and is not recalled yet, each with its code and reason.
#[utoipa::path(post, path = "/zero-base/{id}/recalls", tag = "catalogues", params(("id" = Uuid, Path)),
    request_body = RecalledLines, responses((status = 200, body = LinesDone)))]
async fn recall(api: Api, Path(review): Path<String>, Sent(sent): Sent<RecalledLines>) -> Answer {
    let done = carrying_out::recall(&api.db, &api.caller(), id(&review)?, &fields(&sent)).await?;
    json(&LinesDone::from(done.ok_or(Fault::NotFound)??))
}

/// Of which kind the adjustments are.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct AdjustedLines {
    /// `change_form` or `more_means`.
    #[schema(example = "change_form")]
    kind: String,
}

/// Asks for an adjustment of each line that was decided to be changed, with the reason of its decision as the wish.
#[utoipa::path(post, path = "/zero-base/{id}/adjustments", tag = "catalogues", params(("id" = Uuid, Path)),
    request_body = AdjustedLines, responses((status = 200, body = LinesDone)))]
async fn adjust(api: Api, Path(review): Path<String>, Sent(sent): Sent<AdjustedLines>) -> Answer {
    let done = carrying_out::adjust(&api.db, &api.caller(), id(&review)?, &fields(&sent)).await?;
    json(&LinesDone::from(done.ok_or(Fault::NotFound)??))
}
