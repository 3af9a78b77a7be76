//! Versions of catalogues, and what differs between two of them.

use super::id;
use crate::answer::{Page, Paging, json, page};
use crate::door::Door;
use crate::endpoint::{Endpoint, line};
use crate::problem::{Answer, Fault};
use crate::request::{Api, Asked};
use access::Action;
use axum::extract::Path;
use chrono::NaiveDate;
use domain::catalogue::{Entry, Part};
use domain::id::VersionId;
use domain::power::Power;
use domain::token::Area;
use serde::{Deserialize, Serialize};
use store::catalogue::Listed;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::routes;
use uuid::Uuid;

/// The area's endpoints.
pub fn lines() -> Vec<Endpoint> {
    let read = Door::read(Area::Catalogues, Action::PowerRead);
    vec![line(routes!(list), read), line(routes!(one), read), line(routes!(diff), read)]
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
