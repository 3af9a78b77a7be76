//! Rounds "three times up, three times down": their items, answers in bulk, closing stages, and the proposals that follow.

mod shown;

use super::files::{CSV, XLSX};
use super::id;
use crate::answer::{Made, Page, Paging, json, made, page};
use crate::door::Door;
use crate::endpoint::{Endpoint, line};
use crate::problem::{Answer, Fault};
use crate::request::{Api, Asked, Sent, fields, kind};
use access::Action;
use axum::body::Bytes;
use axum::extract::Path;
use axum::http::HeaderMap;
use domain::id::{PowerId, RoundId, UnitId};
use domain::token::Area;
use serde::{Deserialize, Serialize};
use services::catalogue::round_file::{self, Refused};
use services::catalogue::{proposing, round};
use services::import::{FILE_BYTES, ImportError};
use shown::{RoundChange, RoundDetail, RoundItem, RoundLine, RoundProposal};
use store::round::{Changes, Filter};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::routes;
use uuid::Uuid;

/// The area's endpoints.
pub fn lines() -> Vec<Endpoint> {
    let read = Door::read(Area::Catalogues, Action::RoundRead);
    let of = |action| Door::write(Area::Catalogues, action);
    vec![
        line(routes!(list), read),
        line(routes!(open), of(Action::RoundOpen)),
        line(routes!(one), read),
        line(routes!(items), read),
        line(routes!(changes), read),
        line(routes!(answer), of(Action::RoundAnswer)),
        line(routes!(file), of(Action::RoundAnswer).up_to(usize::try_from(FILE_BYTES).unwrap_or(usize::MAX))),
        line(routes!(close), of(Action::RoundClose)),
        line(routes!(propose), of(Action::RoundClose)),
    ]
}

/// Rounds of which some items may be seen, the newest first.
#[utoipa::path(get, path = "/rounds", tag = "catalogues", params(Paging),
    responses((status = 200, body = Page<RoundLine>)))]
async fn list(api: Api, Asked(paging): Asked<Paging>) -> Answer {
    let mut conn = api.read().await?;
    let (listed, total) = paging.of(store::round::list(&mut conn, api.sight()).await?);
    page(&api, paging, listed.into_iter().map(RoundLine::from).collect(), total)
}

/// A round that is opened.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewRound {
    /// What it is called.
    title: String,
    /// The unit whose townships take part, by code.
    #[schema(example = "410505")]
    unit: String,
    /// `township` or `subdistrict` alone; both where it is empty.
    #[serde(default)]
    kind: String,
    /// The version of a catalogue: each of its powers for each township becomes an item.
    version: Uuid,
    /// Working days of the six stages: one number for all, or six.
    #[serde(default)]
    #[schema(example = json!([5, 10, 5, 10, 3, 5]))]
    days: Vec<u32>,
    /// Form of transfer, where the catalogue says none.
    #[serde(default)]
    form: String,
    /// Functions.
    #[serde(default)]
    functions: Vec<String>,
    /// On which of the three lists it will stand: `basic`, `co_operating` or `recalled`.
    #[serde(default)]
    list: String,
}

/// Opens a round.
#[utoipa::path(post, path = "/rounds", tag = "catalogues", request_body = NewRound,
    responses((status = 201, body = Made, headers(("Location" = String)))))]
async fn open(api: Api, Sent(sent): Sent<NewRound>) -> Answer {
    let id = round::open(&api.db, &api.caller(), &fields(&sent)).await??;
    made("/rounds", id.0)
}

async fn found(api: &Api, id: RoundId) -> Result<RoundDetail, Fault> {
    let mut conn = api.read().await?;
    let listed = store::round::listed(&mut conn, id, api.sight()).await?.ok_or(Fault::NotFound)?;
    let proposals = store::round::proposals(&mut conn, id, api.sight()).await?;
    Ok(RoundDetail {
        round: RoundLine::from(listed),
        proposals: proposals.into_iter().map(RoundProposal::from).collect(),
    })
}

/// A round with the proposals that became of it.
#[utoipa::path(get, path = "/rounds/{id}", tag = "catalogues", params(("id" = Uuid, Path)),
    responses((status = 200, body = RoundDetail)))]
async fn one(api: Api, Path(round): Path<String>) -> Answer {
    json(&found(&api, id(&round)?).await?)
}

/// Which items of a round.
#[derive(Debug, Default, Serialize, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct ItemWish {
    /// Of one township.
    unit: Option<Uuid>,
    /// Of one power.
    power: Option<Uuid>,
    /// Of one giving department.
    department: Option<Uuid>,
    /// Where they have come to: `agreed`, `dropped`, `disputed` or `open`.
    #[serde(default)]
    outcome: String,
    /// Part of the power's or unit's name or code.
    #[serde(default)]
    q: String,
}

/// The items of a round that may be seen, by unit and power.
#[utoipa::path(get, path = "/rounds/{id}/items", tag = "catalogues", params(("id" = Uuid, Path), ItemWish, Paging),
    responses((status = 200, body = Page<RoundItem>)))]
async fn items(
    api: Api,
    Path(round): Path<String>,
    Asked(wish): Asked<ItemWish>,
    Asked(paging): Asked<Paging>,
) -> Answer {
    let id: RoundId = id(&round)?;
    let filter = Filter {
        unit: wish.unit.map(UnitId),
        power: wish.power.map(PowerId),
        department: wish.department.map(UnitId),
        outcome: wish.outcome.parse().ok(),
        typed: wish.q,
    };
    let mut conn = api.read().await?;
    store::round::listed(&mut conn, id, api.sight()).await?.ok_or(Fault::NotFound)?;
    let total = store::round::counts(&mut conn, id, &filter, api.sight()).await?.all();
    let at = (paging.limit(), paging.offset());
    let items = store::round::items(&mut conn, id, &filter, api.sight(), at).await?;
    page(&api, paging, items.into_iter().map(RoundItem::from).collect(), total)
}

/// Which changes of a round.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct ChangeWish {
    /// Of one item.
    item: Option<Uuid>,
    /// Of one township.
    unit: Option<Uuid>,
    /// Of one stage, such as `up_1`.
    #[serde(default)]
    stage: String,
    /// Of one party: `township`, `department` or `county`.
    #[serde(default)]
    party: String,
    /// Of one kind: `change`, `accept`, `object` or `comment`.
    #[serde(default)]
    act: String,
}

/// Everything that was said and changed in a round, the newest first.
#[utoipa::path(get, path = "/rounds/{id}/changes", tag = "catalogues",
    params(("id" = Uuid, Path), ChangeWish, Paging), responses((status = 200, body = Page<RoundChange>)))]
async fn changes(
    api: Api,
    Path(round): Path<String>,
    Asked(wish): Asked<ChangeWish>,
    Asked(paging): Asked<Paging>,
) -> Answer {
    let id: RoundId = id(&round)?;
    let filter = Changes {
        item: wish.item.map(domain::id::RoundItemId),
        unit: wish.unit.map(UnitId),
        stage: wish.stage.parse().ok(),
        party: wish.party.parse().ok(),
        act: wish.act.parse().ok(),
    };
    let mut conn = api.read().await?;
    store::round::listed(&mut conn, id, api.sight()).await?.ok_or(Fault::NotFound)?;
    let at = (paging.limit(), paging.offset());
    let (lines, total) = store::round::changes(&mut conn, id, &filter, api.sight(), at).await?;
    page(&api, paging, lines.into_iter().map(RoundChange::from).collect(), total)
}

/// Whether something stays in the list.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum Stays {
    /// It stays.
    Yes,
    /// It is left out.
    No,
}

/// What is done to items of a round.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct RoundAnswer {
    /// `accept`, `object`, `change` or `comment`.
    #[schema(example = "accept")]
    act: String,
    /// The items.
    #[serde(default)]
    items: Vec<Uuid>,
    /// All that may be seen and match `unit`, `power`, `department`, `outcome` and `q`, instead of items.
    #[serde(default)]
    all: bool,
    /// Of one township.
    #[serde(default)]
    unit: Option<Uuid>,
    /// Of one power.
    #[serde(default)]
    power: Option<Uuid>,
    /// Of one giving department.
    #[serde(default)]
    department: Option<Uuid>,
    /// Where they have come to.
    #[serde(default)]
    outcome: String,
    /// Part of the power's or unit's name or code.
    #[serde(default)]
    q: String,
    /// Why; needed to object, to comment, and to leave something out.
    #[serde(default)]
    comment: String,
    /// For one item: how often it had been changed when it was looked at, so that nobody answers what he has not seen.
    #[serde(default)]
    revision: Option<u32>,
    /// For a change: the form of transfer; as it is where it is empty. So with the next three.
    #[serde(default)]
    form: String,
    /// The functions.
    #[serde(default)]
    functions: Vec<String>,
    /// On which of the three lists.
    #[serde(default)]
    list: String,
    /// Whether it stays.
    #[serde(default)]
    #[schema(inline)]
    kept: Option<Stays>,
}

/// What was done to items.
#[derive(Debug, Serialize, ToSchema)]
struct ItemsDone {
    /// How many were changed.
    changed: usize,
    /// How many were left as they are.
    left: usize,
}

/// Answers items in bulk: accepts, objects to, changes or comments on them, all or none, for the party of the token's owner.
#[utoipa::path(post, path = "/rounds/{id}/answers", tag = "catalogues", params(("id" = Uuid, Path)),
    request_body = RoundAnswer, responses((status = 200, body = ItemsDone)))]
async fn answer(api: Api, Path(round): Path<String>, Sent(sent): Sent<RoundAnswer>) -> Answer {
    let id = id(&round)?;
    found(&api, id).await?;
    let done = round::answer(&api.db, &api.caller(), id, &fields(&sent)).await?.ok_or(Fault::NotFound)??;
    json(&ItemsDone { changed: done.items, left: done.left })
}

/// Answers items by the rows of a file, as the page's own export has them, all or none; what a row leaves as it is, is not
/// answered.
#[utoipa::path(post, path = "/rounds/{id}/file", tag = "catalogues", params(("id" = Uuid, Path)),
    request_body(content(
        (String = "text/csv"),
        (Vec<u8> = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    )),
    responses((status = 200, body = ItemsDone)))]
async fn file(api: Api, Path(round): Path<String>, headers: HeaderMap, body: Bytes) -> Answer {
    let id = id(&round)?;
    found(&api, id).await?;
    let name = match kind(&headers) {
        CSV => "round.csv",
        XLSX => "round.xlsx",
        _ => return Err(Fault::MediaType(&[CSV, XLSX])),
    };
    let done = round_file::import(&api.db, &api.caller(), id, name, &body).await?.ok_or(Fault::NotFound)?;
    match done {
        Ok(done) => json(&ItemsDone { changed: done.items, left: done.left }),
        Err(Refused::File(error)) => Err(ImportError::File(error).into()),
        Err(Refused::Rows(wrong)) => {
            Err(Fault::Invalid(wrong.into_iter().map(|message| ("file", message)).collect()))
        }
    }
}

/// The stage that is closed.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ClosedStage {
    /// The stage in which the round was seen, so that none is closed unseen.
    #[schema(example = "down_1")]
    stage: String,
}

/// Closes the stage that a round is in.
#[utoipa::path(post, path = "/rounds/{id}/close", tag = "catalogues", params(("id" = Uuid, Path)),
    request_body = ClosedStage, responses((status = 200, body = RoundDetail)))]
async fn close(api: Api, Path(round): Path<String>, Sent(sent): Sent<ClosedStage>) -> Answer {
    let id = id(&round)?;
    found(&api, id).await?;
    round::advance(&api.db, &api.caller(), id, &fields(&sent)).await?.ok_or(Fault::NotFound)??;
    json(&found(&api, id).await?)
}

/// The term of what is proposed.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ProposedTerm {
    /// First day in force.
    #[schema(value_type = String, format = Date)]
    from: String,
    /// Last day in force.
    #[serde(default)]
    #[schema(value_type = String, format = Date)]
    to: String,
}

/// What was drafted.
#[derive(Debug, Serialize, ToSchema)]
struct DraftedProposals {
    /// The proposals.
    proposals: Vec<DraftedProposal>,
    /// Items that were left out: held in this way already, under way elsewhere, or on terms that are not lawful.
    left: usize,
}

/// A proposal that was drafted.
#[derive(Debug, Serialize, ToSchema)]
struct DraftedProposal {
    /// Its identifier.
    id: Uuid,
    /// How many items it has.
    items: usize,
}

/// Drafts proposals of what was agreed in a round that is over, one for each giving department, form and functions. What
/// stands in a proposal is not proposed again.
#[utoipa::path(post, path = "/rounds/{id}/proposals", tag = "catalogues", params(("id" = Uuid, Path)),
    request_body = ProposedTerm, responses((status = 200, body = DraftedProposals)))]
async fn propose(api: Api, Path(round): Path<String>, Sent(sent): Sent<ProposedTerm>) -> Answer {
    let id = id(&round)?;
    found(&api, id).await?;
    let drafted =
        proposing::propose(&api.db, &api.caller(), id, &fields(&sent)).await?.ok_or(Fault::NotFound)??;
    let proposal = |(id, items): (domain::id::ProposalId, usize)| DraftedProposal { id: id.0, items };
    json(&DraftedProposals {
        proposals: drafted.proposals.into_iter().map(proposal).collect(),
        left: drafted.left,
    })
}
