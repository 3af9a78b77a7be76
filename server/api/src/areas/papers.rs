//! Papers: drawn up, signed, published, voided, and as PDF.

use super::{UnitName, id};
use crate::answer::{Made, Page, Paging, json, made, page};
use crate::door::Door;
use crate::endpoint::{Endpoint, line};
use crate::problem::{Answer, Fault};
use crate::request::{Api, Asked, Sent, fields};
use access::Action;
use app::i18n::Lang;
use app::state::AppState;
use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use chrono::NaiveDate;
use domain::Message;
use domain::id::{AssignmentId, PaperId};
use domain::token::Area;
use serde::{Deserialize, Serialize};
use services::paper::{self, NoPdf};
use store::paper::{Filter, Line, Paper};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::routes;
use uuid::Uuid;

/// The area's endpoints.
pub fn lines() -> Vec<Endpoint> {
    let read = Door::read(Area::Papers, Action::PaperRead);
    let of = |action| Door::write(Area::Papers, action);
    vec![
        line(routes!(list), read),
        line(routes!(one), read),
        line(routes!(pdf), read),
        line(routes!(draw), of(Action::PaperDraw)),
        line(routes!(sign), of(Action::PaperConfirm)),
        line(routes!(publish), of(Action::PaperConfirm)),
        line(routes!(void), of(Action::PaperDraw)),
    ]
}

/// A paper.
#[derive(Debug, Serialize, ToSchema)]
struct PaperLine {
    /// Identifier.
    id: Uuid,
    /// `acceptance`, `entrustment_agreement`, `recall_decision` or `waiver`.
    kind: &'static str,
    /// Its number (文号).
    number: String,
    /// The unit that gives.
    issuer: UnitName,
    /// The unit that receives.
    receiver: UnitName,
    /// `drawn`, `signed` or `voided`.
    state: &'static str,
    /// First day of its term.
    valid_from: NaiveDate,
    /// Last day of its term.
    valid_to: Option<NaiveDate>,
    /// When it was drawn up.
    drawn_on: NaiveDate,
    /// Day of the last signature.
    signed_on: Option<NaiveDate>,
    /// Day of publication.
    published_on: Option<NaiveDate>,
    /// When it was voided.
    voided_on: Option<NaiveDate>,
    /// Why.
    void_reason: String,
}

fn shown(paper: Paper, issuer: &str, receiver: &str) -> PaperLine {
    PaperLine {
        id: paper.id.0,
        kind: paper.kind.as_str(),
        number: paper.number,
        issuer: UnitName::new(paper.issuer, issuer),
        receiver: UnitName::new(paper.receiver, receiver),
        state: paper.state.as_str(),
        valid_from: paper.term.from,
        valid_to: paper.term.to,
        drawn_on: paper.drawn_on,
        signed_on: paper.signed_on,
        published_on: paper.published_on,
        voided_on: paper.voided_on,
        void_reason: paper.void_reason,
    }
}

/// Which papers.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct PaperWish {
    /// Of one kind.
    #[serde(default)]
    kind: String,
    /// In one state.
    #[serde(default)]
    state: String,
    /// About one assignment.
    assignment: Option<Uuid>,
    /// Part of a number, a unit or a power.
    #[serde(default)]
    q: String,
}

/// Papers that may be seen, the latest first.
#[utoipa::path(get, path = "/papers", tag = "papers", params(PaperWish, Paging),
    responses((status = 200, body = Page<PaperLine>)))]
async fn list(api: Api, Asked(wish): Asked<PaperWish>, Asked(paging): Asked<Paging>) -> Answer {
    let filter = Filter {
        typed: wish.q,
        kind: wish.kind.parse().ok(),
        state: wish.state.parse().ok(),
        assignment: wish.assignment.map(AssignmentId),
    };
    let mut conn = api.read().await?;
    let total = store::paper::total(&mut conn, &filter, api.sight()).await?;
    let lines = store::paper::list(&mut conn, &filter, api.sight(), paging.limit(), paging.offset()).await?;
    let shown = |line: Line| shown(line.paper, &line.issuer, &line.receiver);
    page(&api, paging, lines.into_iter().map(shown).collect(), total)
}

/// A paper with what it is about.
#[derive(Debug, Serialize, ToSchema)]
struct PaperDetail {
    /// The paper.
    #[serde(flatten)]
    paper: PaperLine,
    /// The assignments that it is about.
    assignments: Vec<Uuid>,
}

async fn visible(api: &Api, id: PaperId) -> Result<Paper, Fault> {
    let mut conn = api.read().await?;
    store::paper::visible(&mut conn, id, api.sight()).await?.ok_or(Fault::NotFound)
}

async fn found(api: &Api, id: PaperId) -> Result<PaperDetail, Fault> {
    let paper = visible(api, id).await?;
    let mut conn = api.read().await?;
    let assignments = store::paper::items(&mut conn, id).await?;
    let mut names = Vec::new();
    for unit in [paper.issuer, paper.receiver] {
        names.push(store::unit::by_id(&mut conn, unit).await?.map_or_else(String::new, |unit| unit.name));
    }
    Ok(PaperDetail {
        paper: shown(paper, &names[0], &names[1]),
        assignments: assignments.into_iter().map(|id| id.0).collect(),
    })
}

/// A paper.
#[utoipa::path(get, path = "/papers/{id}", tag = "papers", params(("id" = Uuid, Path)),
    responses((status = 200, body = PaperDetail)))]
async fn one(api: Api, Path(paper): Path<String>) -> Answer {
    json(&found(&api, id(&paper)?).await?)
}

/// A paper as a tagged PDF/A.
#[utoipa::path(get, path = "/papers/{id}/pdf", tag = "papers", params(("id" = Uuid, Path)),
    responses((status = 200, body = Vec<u8>, content_type = "application/pdf")))]
async fn pdf(State(state): State<AppState>, api: Api, Path(paper): Path<String>) -> Answer {
    let paper = visible(&api, id(&paper)?).await?;
    let made = paper::pdf(&paper, state.fonts.clone()).await?;
    let content = made.map_err(|refused| match refused {
        NoPdf::Fonts(told) => Fault::Failed(StatusCode::SERVICE_UNAVAILABLE, told),
        NoPdf::Refused(told) => Fault::Failed(StatusCode::INTERNAL_SERVER_ERROR, told),
    })?;
    Ok(([(header::CONTENT_TYPE, "application/pdf")], content).into_response())
}

/// A paper that is drawn up.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewPaper {
    /// `acceptance`, `entrustment_agreement`, `recall_decision` or `waiver`.
    #[schema(example = "acceptance")]
    kind: String,
    /// Assignments of the same giver and receiver that stand on it; the one of the address alone where there are none.
    #[serde(default)]
    items: Vec<Uuid>,
    /// On what it stands.
    #[serde(default)]
    authority: String,
    /// First day of its term; the assignment's where it is empty.
    #[serde(default)]
    #[schema(value_type = String, format = Date)]
    from: String,
    /// Last day of its term; only an acceptance does without.
    #[serde(default)]
    #[schema(value_type = String, format = Date)]
    to: String,
    /// Why; for a recall decision and a waiver.
    #[serde(default)]
    reason: String,
    /// What is done instead; for a waiver.
    #[serde(default)]
    plan: String,
    /// Its number; the next one of the issuer's year where it is empty.
    #[serde(default)]
    number: String,
    /// Its language: `zh-CN`, `zh-TW` or `en`.
    #[serde(default)]
    lang: String,
}

/// Says a message in the language of a paper.
fn in_language(tag: &str, message: &Message) -> String {
    tag.parse().unwrap_or(Lang::ZhCn).say(message)
}

/// Draws a paper up from an assignment; its number is taken.
#[utoipa::path(post, path = "/assignments/{id}/papers", tag = "papers", params(("id" = Uuid, Path)),
    request_body = NewPaper, responses((status = 201, body = Made, headers(("Location" = String)))))]
async fn draw(api: Api, Path(assignment): Path<String>, Sent(sent): Sent<NewPaper>) -> Answer {
    let id: AssignmentId = id(&assignment)?;
    let mut conn = api.read().await?;
    store::assignment::visible(&mut conn, id, api.sight()).await?.ok_or(Fault::NotFound)?;
    drop(conn);
    let drawn = paper::draw(&api.db, &api.caller(), id, &fields(&sent), &in_language).await?;
    made("/papers", drawn.ok_or(Fault::NotFound)??.0)
}

/// That a paper was signed. Its scan must have been sent before.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct SignedPaper {
    /// Day of the last signature.
    #[schema(value_type = String, format = Date)]
    signed_on: String,
    /// Day of publication, where it was published already.
    #[serde(default)]
    #[schema(value_type = String, format = Date)]
    published_on: String,
}

/// Records that a paper was signed; it becomes the instrument of its assignments.
#[utoipa::path(post, path = "/papers/{id}/sign", tag = "papers", params(("id" = Uuid, Path)),
    request_body = SignedPaper, responses((status = 200, body = PaperDetail)))]
async fn sign(api: Api, Path(paper): Path<String>, Sent(sent): Sent<SignedPaper>) -> Answer {
    let id = id(&paper)?;
    visible(&api, id).await?;
    paper::sign(&api.db, &api.caller(), id, &fields(&sent)).await?.ok_or(Fault::NotFound)??;
    json(&found(&api, id).await?)
}

/// That a paper was published.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct PublishedPaper {
    /// Day of publication.
    #[schema(value_type = String, format = Date)]
    published_on: String,
}

/// Records that a signed paper was published.
#[utoipa::path(post, path = "/papers/{id}/publish", tag = "papers", params(("id" = Uuid, Path)),
    request_body = PublishedPaper, responses((status = 200, body = PaperDetail)))]
async fn publish(api: Api, Path(paper): Path<String>, Sent(sent): Sent<PublishedPaper>) -> Answer {
    let id = id(&paper)?;
    visible(&api, id).await?;
    paper::publish(&api.db, &api.caller(), id, &fields(&sent)).await?.ok_or(Fault::NotFound)??;
    json(&found(&api, id).await?)
}

/// That a paper does not count any more.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct VoidedPaper {
    /// Why.
    reason: String,
}

/// Voids a paper; assignments that stand on it lose their instrument.
#[utoipa::path(post, path = "/papers/{id}/void", tag = "papers", params(("id" = Uuid, Path)),
    request_body = VoidedPaper, responses((status = 200, body = PaperDetail)))]
async fn void(api: Api, Path(paper): Path<String>, Sent(sent): Sent<VoidedPaper>) -> Answer {
    let id = id(&paper)?;
    visible(&api, id).await?;
    paper::void(&api.db, &api.caller(), id, &fields(&sent)).await?.ok_or(Fault::NotFound)??;
    json(&found(&api, id).await?)
}
