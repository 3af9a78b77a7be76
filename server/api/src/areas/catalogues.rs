//! Versions of catalogues, and what differs between two of them.

use super::{Done, id};
use crate::answer::{Made, Page, Paging, json, made, page};
use crate::door::Door;
use crate::endpoint::{Endpoint, line};
use crate::problem::{Answer, Fault};
use crate::request::{Api, Asked, Sent, fields};
use access::Action;
use axum::extract::Path;
use chrono::NaiveDate;
use domain::catalogue::{Entry, Part};
use domain::id::VersionId;
use domain::power::Power;
use domain::token::Area;
use serde::{Deserialize, Serialize};
use services::catalogue;
use store::catalogue::Listed;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::routes;
use uuid::Uuid;

/// The area's endpoints.
pub fn lines() -> Vec<Endpoint> {
    let read = Door::read(Area::Catalogues, Action::PowerRead);
    let change = Door::write(Area::Catalogues, Action::CatalogueChange);
    vec![
        line(routes!(list), read),
        line(routes!(make), change),
        line(routes!(one), read),
        line(routes!(diff), read),
        line(routes!(publish), change),
        line(routes!(mark), change),
        line(routes!(moves), Door::write(Area::Catalogues, Action::AssignmentMove)),
        line(routes!(switch), Door::write(Area::Catalogues, Action::PublicSwitch)),
    ]
}

/// A version of a catalogue.
#[derive(Debug, Serialize, ToSchema)]
struct VersionLine {
    /// Identifier.
    id: Uuid,
    /// The catalogue.
    catalogue: String,
    /// The version's name in it.
    version: String,
    /// What it is called in full.
    title: String,
    /// Document number.
    document: String,
    /// How it stands today: `draft`, `published`, `in_force` or `superseded`.
    state: &'static str,
    /// Day of publication.
    published_on: Option<NaiveDate>,
    /// First day in force.
    in_force_from: Option<NaiveDate>,
    /// The version whose place it takes.
    supersedes: Option<Uuid>,
    /// Its powers.
    powers: i64,
    /// Assignments of these that are in force today and may be seen.
    assigned: i64,
}

fn shown(listed: Listed, today: NaiveDate) -> VersionLine {
    let version = listed.version;
    VersionLine {
        id: version.id.0,
        state: version.state(listed.next, today).as_str(),
        catalogue: version.catalogue,
        version: version.version,
        title: version.title,
        document: version.document,
        published_on: version.published_on,
        in_force_from: version.in_force_from,
        supersedes: version.supersedes.map(|id| id.0),
        powers: listed.powers,
        assigned: listed.assigned,
    }
}

/// Versions of catalogues.
#[utoipa::path(get, path = "/catalogues", tag = "catalogues", params(Paging),
    responses((status = 200, body = Page<VersionLine>)))]
async fn list(api: Api, Asked(paging): Asked<Paging>) -> Answer {
    let mut conn = api.read().await?;
    let (listed, total) = paging.of(store::catalogue::list(&mut conn, api.today, api.sight()).await?);
    page(&api, paging, listed.into_iter().map(|each| shown(each, api.today)).collect(), total)
}

/// A version of a catalogue.
#[utoipa::path(get, path = "/catalogues/{id}", tag = "catalogues", params(("id" = Uuid, Path)),
    responses((status = 200, body = VersionLine)))]
async fn one(api: Api, Path(version): Path<String>) -> Answer {
    let id: VersionId = id(&version)?;
    let mut conn = api.read().await?;
    let listed = store::catalogue::list(&mut conn, api.today, api.sight()).await?;
    let found = listed.into_iter().find(|each| each.version.id == id).ok_or(Fault::NotFound)?;
    json(&shown(found, api.today))
}

/// With which version another is compared.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct DiffWish {
    /// The newer version.
    with: Uuid,
    /// `added`, `removed`, `changed`, `renamed`, `split` or `merged` alone.
    #[serde(default)]
    fate: String,
    /// Differences in one part alone, such as `basis`.
    #[serde(default)]
    part: String,
}

/// A power of one of two versions.
#[derive(Debug, Serialize, ToSchema)]
struct ComparedPower {
    /// Identifier.
    id: Uuid,
    /// Code.
    code: String,
    /// Name.
    name: String,
}

impl From<&Power> for ComparedPower {
    fn from(power: &Power) -> Self {
        Self { id: power.id.0, code: power.code.clone(), name: power.name.clone() }
    }
}

/// A difference between two versions.
#[derive(Debug, Serialize, ToSchema)]
struct Difference {
    /// What happened.
    fate: &'static str,
    /// The powers of the older version.
    before: Vec<ComparedPower>,
    /// Those of the newer one.
    after: Vec<ComparedPower>,
    /// The parts that differ.
    parts: Vec<&'static str>,
}

impl From<&Entry> for Difference {
    fn from(entry: &Entry) -> Self {
        Self {
            fate: entry.fate.as_str(),
            before: entry.before.iter().map(ComparedPower::from).collect(),
            after: entry.after.iter().map(ComparedPower::from).collect(),
            parts: entry.parts.iter().map(|part| part.as_str()).collect(),
        }
    }
}

/// What differs between a version and a newer one, power by power.
#[utoipa::path(get, path = "/catalogues/{id}/diff", tag = "catalogues",
    params(("id" = Uuid, Path), DiffWish, Paging), responses((status = 200, body = Page<Difference>)))]
async fn diff(
    api: Api,
    Path(version): Path<String>,
    Asked(wish): Asked<DiffWish>,
    Asked(paging): Asked<Paging>,
) -> Answer {
    let older: VersionId = id(&version)?;
    let mut conn = api.read().await?;
    let older = store::catalogue::by_id(&mut conn, older).await?.ok_or(Fault::NotFound)?;
    let newer = store::catalogue::by_id(&mut conn, VersionId(wish.with)).await?.ok_or(Fault::NotFound)?;
    let mut diff = services::catalogue::compare(&mut conn, &older, &newer).await?;
    let part: Option<Part> = wish.part.parse().ok();
    diff.entries.retain(|entry| {
        (wish.fate.is_empty() || entry.fate.as_str() == wish.fate)
            && part.is_none_or(|part| entry.parts.contains(&part))
    });
    let (entries, total) = paging.of(diff.entries);
    page(&api, paging, entries.iter().map(Difference::from).collect(), total)
}

/// A draft of a version.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewVersion {
    /// The catalogue; that of the version that it supersedes where it is empty.
    #[serde(default)]
    catalogue: String,
    /// The version's name in it.
    version: String,
    /// What it is called in full.
    #[serde(default)]
    title: String,
    /// Document number.
    #[serde(default)]
    document: String,
    /// The version whose place it takes.
    #[serde(default)]
    supersedes: Option<Uuid>,
    /// Whether it begins with the powers of that version.
    #[serde(default)]
    copy: bool,
}

/// Makes a draft.
#[utoipa::path(post, path = "/catalogues", tag = "catalogues", request_body = NewVersion,
    responses((status = 201, body = Made, headers(("Location" = String)))))]
async fn make(api: Api, Sent(sent): Sent<NewVersion>) -> Answer {
    let id = catalogue::make(&api.db, &api.caller(), &fields(&sent)).await??;
    made("/catalogues", id.0)
}

/// How a draft is published.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct PublishedVersion {
    /// What it is called in full.
    #[serde(default)]
    title: String,
    /// Document number.
    #[serde(default)]
    document: String,
    /// First day in force.
    #[schema(value_type = String, format = Date)]
    in_force_from: String,
    /// The version whose place it takes.
    #[serde(default)]
    supersedes: Option<Uuid>,
}

/// Publishes a draft; from then on it stays as it is.
#[utoipa::path(post, path = "/catalogues/{id}/publish", tag = "catalogues", params(("id" = Uuid, Path)),
    request_body = PublishedVersion, responses((status = 200, body = Done)))]
async fn publish(api: Api, Path(version): Path<String>, Sent(sent): Sent<PublishedVersion>) -> Answer {
    let id: VersionId = id(&version)?;
    let published = catalogue::publish(&api.db, &api.caller(), id, &fields(&sent)).await?;
    published.ok_or(Fault::NotFound)??;
    json(&Done { changed: 1 })
}

/// What became of a power.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewLink {
    /// The older power, by code.
    from: String,
    /// The newer power, by code.
    to: String,
    /// `renamed`, `split` or `merged`; empty takes back what was marked.
    #[serde(default)]
    link: String,
}

/// Marks in a draft what became of a power, where neither code nor name leads on.
#[utoipa::path(post, path = "/catalogues/{id}/links", tag = "catalogues", params(("id" = Uuid, Path)),
    request_body = NewLink, responses((status = 200, body = Done)))]
async fn mark(api: Api, Path(version): Path<String>, Sent(sent): Sent<NewLink>) -> Answer {
    let id: VersionId = id(&version)?;
    catalogue::mark(&api.db, &api.caller(), id, &fields(&sent)).await?.ok_or(Fault::NotFound)??;
    json(&Done { changed: 1 })
}

/// Which assignments move.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Moved {
    /// `assignment:power` for each.
    #[serde(default)]
    pairs: Vec<String>,
    /// All that may be seen and have one successor, instead of pairs.
    #[serde(default)]
    all: bool,
    /// First day on the newer power.
    #[schema(value_type = String, format = Date)]
    from: String,
    /// Until when the older one's cases are finished.
    #[serde(default)]
    #[schema(value_type = String, format = Date)]
    transition_until: String,
    /// Why.
    reason: String,
}

/// Moves assignments to the powers of a published version, all or none.
#[utoipa::path(post, path = "/catalogues/{id}/moves", tag = "catalogues", params(("id" = Uuid, Path)),
    request_body = Moved, responses((status = 200, body = Done)))]
async fn moves(api: Api, Path(version): Path<String>, Sent(sent): Sent<Moved>) -> Answer {
    let id: VersionId = id(&version)?;
    let moved = catalogue::moving::run(&api.db, &api.caller(), id, &fields(&sent)).await?;
    json(&Done { changed: moved.ok_or(Fault::NotFound)?? })
}

/// Whose lists are published or withdrawn.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct SwitchedLists {
    /// `publish` or `withdraw`.
    #[serde(rename = "do")]
    #[schema(example = "publish")]
    deed: String,
    /// The units.
    #[serde(default)]
    units: Vec<Uuid>,
    /// All that may be seen and match `q`, instead of units.
    #[serde(default)]
    all: bool,
    /// Part of a unit's name or code.
    #[serde(default)]
    q: String,
}

/// Publishes the lists of units, or withdraws them.
#[utoipa::path(post, path = "/public-lists", tag = "catalogues", request_body = SwitchedLists,
    responses((status = 200, body = Done)))]
async fn switch(api: Api, Sent(sent): Sent<SwitchedLists>) -> Answer {
    let changed = catalogue::public::switch(&api.db, &api.caller(), &fields(&sent)).await??;
    json(&Done { changed })
}
