//! Reviews of rights.

use super::{Done, UnitName, id};
use crate::answer::{Made, Page, Paging, json, made, page};
use crate::door::Door;
use crate::endpoint::{Endpoint, line};
use crate::problem::{Answer, Fault};
use crate::request::{Api, Asked, Sent, fields};
use access::Action;
use axum::extract::Path;
use chrono::NaiveDate;
use domain::id::{ReviewId, UnitId};
use domain::token::Area;
use serde::{Deserialize, Serialize};
use store::review::Listed;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::routes;
use uuid::Uuid;

/// The area's endpoints.
pub fn lines() -> Vec<Endpoint> {
    let read = Door::read(Area::Reviews, Action::ReviewRead);
    let decide = Door::write(Area::Reviews, Action::ReviewDecide);
    vec![
        line(routes!(list), read),
        line(routes!(open), Door::write(Area::Reviews, Action::ReviewOpen)),
        line(routes!(one), read),
        line(routes!(held), read),
        line(routes!(keep), decide),
        line(routes!(revoke), decide),
    ]
}

/// A review of rights.
#[derive(Debug, Serialize, ToSchema)]
struct ReviewLine {
    /// Identifier.
    id: Uuid,
    /// Title.
    title: String,
    /// The unit; all below it are reviewed, too.
    unit: UnitName,
    /// When it was opened.
    opened_on: NaiveDate,
    /// Its deadline.
    due_on: NaiveDate,
    /// What then happens to what nobody decided on: `keep` or `revoke`.
    undecided: &'static str,
    /// When it was closed.
    closed_on: Option<NaiveDate>,
    /// Lines that may be seen.
    lines: i64,
    /// Of them, those on which nobody decided yet.
    open: i64,
}

impl From<Listed> for ReviewLine {
    fn from(listed: Listed) -> Self {
        let review = listed.review;
        Self {
            id: review.id.0,
            unit: UnitName::new(review.scope, &listed.unit),
            title: review.title,
            opened_on: review.opened_on,
            due_on: review.due_on,
            undecided: review.undecided.as_str(),
            closed_on: review.closed_on,
            lines: listed.lines,
            open: listed.open,
        }
    }
}

/// Reviews of rights.
#[utoipa::path(get, path = "/reviews", tag = "reviews", params(Paging),
    responses((status = 200, body = Page<ReviewLine>)))]
async fn list(api: Api, Asked(paging): Asked<Paging>) -> Answer {
    let mut conn = api.read().await?;
    let (listed, total) = paging.of(store::review::list(&mut conn, api.sight()).await?);
    page(&api, paging, listed.into_iter().map(ReviewLine::from).collect(), total)
}

async fn found(api: &Api, conn: &mut store::Conn, review: &str) -> Result<Listed, Fault> {
    let review: ReviewId = id(review)?;
    store::review::by_id(conn, review, api.sight()).await?.ok_or(Fault::NotFound)
}

/// A review of rights.
#[utoipa::path(get, path = "/reviews/{id}", tag = "reviews", params(("id" = Uuid, Path)),
    responses((status = 200, body = ReviewLine)))]
async fn one(api: Api, Path(review): Path<String>) -> Answer {
    let mut conn = api.read().await?;
    json(&ReviewLine::from(found(&api, &mut conn, &review).await?))
}

/// Something that somebody holds, as it is reviewed.
#[derive(Debug, Serialize, ToSchema)]
struct HeldLine {
    /// Identifier.
    id: Uuid,
    /// The unit.
    unit: UnitName,
    /// The person.
    person: Uuid,
    /// His name.
    name: String,
    /// What it is: `role`, `allocation`, `group` or `deputyship`.
    kind: &'static str,
    /// What it was when the review was opened, in words.
    words: String,
    /// `keep` or `revoke`; none while nobody decided.
    decision: Option<&'static str>,
    /// Who decided.
    decided_by: Option<String>,
    /// Why.
    reason: String,
}

/// Which lines.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Wish {
    /// Those of one unit.
    unit: Option<Uuid>,
}

/// What is held, as a review looks at it.
#[utoipa::path(get, path = "/reviews/{id}/lines", tag = "reviews",
    params(("id" = Uuid, Path), Wish, Paging), responses((status = 200, body = Page<HeldLine>)))]
async fn held(
    api: Api,
    Path(review): Path<String>,
    Asked(wish): Asked<Wish>,
    Asked(paging): Asked<Paging>,
) -> Answer {
    let mut conn = api.read().await?;
    let review = found(&api, &mut conn, &review).await?.review.id;
    let unit = wish.unit.map(UnitId);
    let units = store::review::units(&mut conn, review, api.sight()).await?;
    let total =
        units.iter().filter(|(id, ..)| unit.is_none_or(|unit| unit == *id)).map(|(.., lines, _)| lines).sum();
    let (limit, offset) = (paging.limit(), paging.offset());
    let lines = store::review::lines(&mut conn, review, unit, api.sight(), limit, offset).await?;
    let rows = lines.into_iter().map(|line| HeldLine {
        id: line.id.0,
        unit: UnitName::new(line.unit, &line.unit_name),
        person: line.person.0,
        name: line.name,
        kind: line.kind.as_str(),
        words: line.words,
        decision: line.decision.map(domain::holding::Decision::as_str),
        decided_by: line.decided_by,
        reason: line.reason,
    });
    page(&api, paging, rows.collect(), total)
}

/// A review that is opened.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewReview {
    /// What it is called.
    title: String,
    /// The unit, by code; all below it are reviewed, too.
    #[schema(example = "410505")]
    unit: String,
    /// Its deadline.
    #[schema(value_type = String, format = Date)]
    due: String,
    /// What then happens to what nobody decided on: `keep` or `revoke`.
    undecided: String,
}

/// Opens a review of what is held in a unit and below it.
#[utoipa::path(post, path = "/reviews", tag = "reviews", request_body = NewReview,
    responses((status = 201, body = Made, headers(("Location" = String)))))]
async fn open(api: Api, Sent(sent): Sent<NewReview>) -> Answer {
    let id = services::review::open(&api.db, &api.caller(), &fields(&sent)).await??;
    made("/reviews", id.0)
}

/// What is kept.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct KeptLines {
    /// The lines.
    lines: Vec<Uuid>,
    /// Why.
    #[serde(default)]
    reason: String,
}

/// Keeps what some lines say, all or none.
#[utoipa::path(post, path = "/reviews/{id}/keep", tag = "reviews", params(("id" = Uuid, Path)),
    request_body = KeptLines, responses((status = 200, body = Done)))]
async fn keep(api: Api, Path(review): Path<String>, Sent(sent): Sent<KeptLines>) -> Answer {
    let id: ReviewId = id(&review)?;
    let changed = services::review::keep(&api.db, &api.caller(), id, &fields(&sent)).await??;
    json(&Done { changed })
}

/// What is revoked.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct RevokedLine {
    /// The line.
    line: Uuid,
    /// Why.
    reason: String,
}

/// Revokes what a line says; from now on it is gone.
#[utoipa::path(post, path = "/reviews/{id}/revoke", tag = "reviews", params(("id" = Uuid, Path)),
    request_body = RevokedLine, responses((status = 200, body = Done)))]
async fn revoke(api: Api, Path(review): Path<String>, Sent(sent): Sent<RevokedLine>) -> Answer {
    let id: ReviewId = id(&review)?;
    services::review::revoke(&api.db, &api.caller(), id, &fields(&sent)).await??;
    json(&Done { changed: 1 })
}
