//! Proposals: drafted, sent to the units, answered item by item, and approved along their route.

mod shown;

use super::{Done, Plain, id};
use crate::answer::{Made, Page, Paging, json, made, page};
use crate::door::Door;
use crate::endpoint::{Endpoint, line};
use crate::problem::{Answer, Fault};
use crate::request::{Api, Asked, Sent, fields};
use access::Action;
use axum::extract::Path;
use domain::id::ProposalId;
use domain::token::Area;
use serde::{Deserialize, Serialize};
use services::life::{proposal, vote};
use shown::{ItemLine, ProposalDetail, ProposalLine, StageLine};
use store::life::proposal::Filter;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::routes;
use uuid::Uuid;

/// Most items of a proposal that are shown with it; all of them are a list of their own.
const SHOWN: i64 = 200;

/// The area's endpoints.
pub fn lines() -> Vec<Endpoint> {
    let read = Door::read(Area::Proposals, Action::ProposalRead);
    // Who may do which is asked for by the write.
    let write = Door::write(Area::Proposals, Action::ProposalRead);
    vec![
        line(routes!(list), read),
        line(routes!(draft), Door::write(Area::Proposals, Action::AssignmentCreate)),
        line(routes!(one), read),
        line(routes!(items), read),
        line(routes!(send), write),
        line(routes!(answer), write),
        line(routes!(submit), write),
        line(routes!(decide), write),
        line(routes!(transfer), write),
        line(routes!(urge), write),
        line(routes!(withdraw), write),
    ]
}

/// Which proposals.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Wish {
    /// Where they are, such as `draft`, `answering` or `approving`.
    #[serde(default)]
    phase: String,
    /// `mine` for those that wait for the token's owner; all where it is empty.
    #[serde(default)]
    view: String,
    /// Part of the number or the title.
    #[serde(default)]
    q: String,
}

/// Proposals that may be seen.
#[utoipa::path(get, path = "/proposals", tag = "proposals", params(Wish, Paging),
    responses((status = 200, body = Page<ProposalLine>)))]
async fn list(api: Api, Asked(wish): Asked<Wish>, Asked(paging): Asked<Paging>) -> Answer {
    let filter = Filter { view: wish.view, phase: wish.phase.parse().ok(), typed: wish.q };
    let me = Some(api.bearer.rights.person);
    let mut conn = api.read().await?;
    let total = store::life::proposal::total(&mut conn, &filter, api.sight(), me).await?;
    let (limit, offset) = (paging.limit(), paging.offset());
    let lines = store::life::proposal::list(&mut conn, &filter, api.sight(), me, limit, offset).await?;
    page(&api, paging, lines.into_iter().map(ProposalLine::from).collect(), total)
}

async fn found(api: &Api, id: ProposalId) -> Result<ProposalDetail, Fault> {
    let me = Some(api.bearer.rights.person);
    let mut conn = api.read().await?;
    let found = store::life::proposal::visible(&mut conn, id, api.sight(), me).await?;
    let proposal = ProposalLine::from(found.ok_or(Fault::NotFound)?);
    let items = store::life::item::lines(&mut conn, id, api.sight(), me, SHOWN, 0).await?;
    let stages = store::life::seat::of_proposal(&mut conn, id).await?;
    Ok(ProposalDetail {
        proposal,
        items: items.into_iter().map(ItemLine::from).collect(),
        stages: stages.into_iter().map(StageLine::from).collect(),
    })
}

/// A proposal with its first items and the stages of its route.
#[utoipa::path(get, path = "/proposals/{id}", tag = "proposals", params(("id" = Uuid, Path)),
    responses((status = 200, body = ProposalDetail)))]
async fn one(api: Api, Path(proposal): Path<String>) -> Answer {
    json(&found(&api, id(&proposal)?).await?)
}

/// The items of a proposal.
#[utoipa::path(get, path = "/proposals/{id}/items", tag = "proposals", params(("id" = Uuid, Path), Paging),
    responses((status = 200, body = Page<ItemLine>)))]
async fn items(api: Api, Path(proposal): Path<String>, Asked(paging): Asked<Paging>) -> Answer {
    let id: ProposalId = id(&proposal)?;
    let me = Some(api.bearer.rights.person);
    let mut conn = api.read().await?;
    store::life::proposal::visible(&mut conn, id, api.sight(), me).await?.ok_or(Fault::NotFound)?;
    let total = store::life::item::total(&mut conn, id, api.sight(), me).await?;
    let (limit, offset) = (paging.limit(), paging.offset());
    let lines = store::life::item::lines(&mut conn, id, api.sight(), me, limit, offset).await?;
    page(&api, paging, lines.into_iter().map(ItemLine::from).collect(), total)
}

/// Powers that are proposed to units.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewProposal {
    /// What it is called; the power's name where it is one alone.
    #[serde(default)]
    title: String,
    /// Powers, by code.
    #[schema(example = json!(["YD-NY-001"]))]
    powers: Vec<String>,
    /// Units, by code.
    #[serde(default)]
    #[schema(example = json!(["410505101"]))]
    units: Vec<String>,
    /// Every unit of a kind, such as `township`, instead of units.
    #[serde(default)]
    kind: String,
    /// The giving unit, by code.
    #[serde(default)]
    giver: String,
    /// Form of transfer.
    #[schema(example = "conferral")]
    form: String,
    /// Functions granted.
    #[schema(example = json!(["accept", "approve"]))]
    functions: Vec<String>,
    /// First day in force.
    #[schema(value_type = String, format = Date)]
    from: String,
    /// Last day in force.
    #[serde(default)]
    #[schema(value_type = String, format = Date)]
    to: String,
    /// Cases expected in a year, for each item.
    #[serde(default)]
    planned_volume: Option<u32>,
    /// Why.
    #[serde(default)]
    reason: String,
}

/// Drafts a proposal; how each unit would absorb each power is kept beside it.
#[utoipa::path(post, path = "/proposals", tag = "proposals", request_body = NewProposal,
    responses((status = 201, body = Made, headers(("Location" = String)))))]
async fn draft(api: Api, Sent(sent): Sent<NewProposal>) -> Answer {
    let id = proposal::draft(&api.db, &api.caller(), &fields(&sent)).await??;
    made("/proposals", id.0)
}

/// Sends a draft, or what was returned, to the units.
#[utoipa::path(post, path = "/proposals/{id}/send", tag = "proposals", params(("id" = Uuid, Path)),
    request_body = Plain, responses((status = 200, body = ProposalDetail)))]
async fn send(api: Api, Path(proposal): Path<String>, Sent(_): Sent<Plain>) -> Answer {
    let id = id(&proposal)?;
    seen(&api, id).await?;
    proposal::propose(&api.db, &api.caller(), id).await??;
    json(&found(&api, id).await?)
}

/// Whether it is there for the token's owner at all.
async fn seen(api: &Api, id: ProposalId) -> Result<(), Fault> {
    let me = Some(api.bearer.rights.person);
    let mut conn = api.read().await?;
    let found = store::life::proposal::visible(&mut conn, id, api.sight(), me).await?;
    found.map(|_| ()).ok_or(Fault::NotFound)
}

/// What is said to items.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Said {
    /// The items.
    items: Vec<Uuid>,
    /// `accept` or `object` by the unit; `ask_again` or `drop` by whoever proposes.
    #[schema(example = "accept")]
    answer: String,
    /// Why; only `accept` does without.
    #[serde(default)]
    reason: String,
}

/// Answers items: accepts or objects to them, asks again or drops them.
#[utoipa::path(post, path = "/proposals/{id}/answers", tag = "proposals", params(("id" = Uuid, Path)),
    request_body = Said, responses((status = 200, body = Done)))]
async fn answer(api: Api, Path(proposal): Path<String>, Sent(sent): Sent<Said>) -> Answer {
    let id = id(&proposal)?;
    seen(&api, id).await?;
    let changed = proposal::answer(&api.db, &api.caller(), id, &fields(&sent)).await??;
    json(&Done { changed })
}

/// Sends what was accepted along the route of approval.
#[utoipa::path(post, path = "/proposals/{id}/submit", tag = "proposals", params(("id" = Uuid, Path)),
    request_body = Plain, responses((status = 200, body = ProposalDetail)))]
async fn submit(api: Api, Path(proposal): Path<String>, Sent(_): Sent<Plain>) -> Answer {
    let id = id(&proposal)?;
    seen(&api, id).await?;
    vote::submit(&api.db, &api.caller(), id).await??;
    json(&found(&api, id).await?)
}

/// A vote.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Voted {
    /// `agree`, `return` or `refuse`.
    #[schema(example = "agree")]
    vote: String,
    /// Why; only `agree` does without.
    #[serde(default)]
    reason: String,
    /// The seat, where the token's owner has several.
    #[serde(default)]
    seat: Option<Uuid>,
}

/// Votes in the open stage. What passes the last one becomes assignments that are still to be taken over.
#[utoipa::path(post, path = "/proposals/{id}/votes", tag = "proposals", params(("id" = Uuid, Path)),
    request_body = Voted, responses((status = 200, body = ProposalDetail)))]
async fn decide(api: Api, Path(proposal): Path<String>, Sent(sent): Sent<Voted>) -> Answer {
    let id = id(&proposal)?;
    seen(&api, id).await?;
    vote::vote(&api.db, &api.caller(), id, &fields(&sent)).await??;
    json(&found(&api, id).await?)
}

/// To whom a seat is passed on.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Transferred {
    /// The seat.
    #[serde(default)]
    seat: Option<Uuid>,
    /// Staff number or name.
    person: String,
    /// Why.
    reason: String,
}

/// Passes a seat on to somebody else.
#[utoipa::path(post, path = "/proposals/{id}/transfer", tag = "proposals", params(("id" = Uuid, Path)),
    request_body = Transferred, responses((status = 200, body = ProposalDetail)))]
async fn transfer(api: Api, Path(proposal): Path<String>, Sent(sent): Sent<Transferred>) -> Answer {
    let id = id(&proposal)?;
    seen(&api, id).await?;
    vote::pass_on(&api.db, &api.caller(), id, &fields(&sent)).await??;
    json(&found(&api, id).await?)
}

/// Urges whoever owes an answer or a decision, once a day.
#[utoipa::path(post, path = "/proposals/{id}/urge", tag = "proposals", params(("id" = Uuid, Path)),
    request_body = Plain, responses((status = 200, body = Done)))]
async fn urge(api: Api, Path(proposal): Path<String>, Sent(_): Sent<Plain>) -> Answer {
    let id = id(&proposal)?;
    seen(&api, id).await?;
    vote::urge(&api.db, &api.caller(), id).await??;
    json(&Done { changed: 1 })
}

/// Why.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Why {
    /// Why.
    reason: String,
}

/// Takes a proposal back.
#[utoipa::path(post, path = "/proposals/{id}/withdraw", tag = "proposals", params(("id" = Uuid, Path)),
    request_body = Why, responses((status = 200, body = ProposalDetail)))]
async fn withdraw(api: Api, Path(proposal): Path<String>, Sent(sent): Sent<Why>) -> Answer {
    let id = id(&proposal)?;
    seen(&api, id).await?;
    proposal::withdraw(&api.db, &api.caller(), id, &fields(&sent)).await??;
    json(&found(&api, id).await?)
}
