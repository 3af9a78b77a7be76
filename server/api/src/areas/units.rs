//! Units, as far as they may be seen.

use super::id;
use crate::answer::{Page, Paging, json, page};
use crate::door::Door;
use crate::endpoint::{Endpoint, line};
use crate::problem::{Answer, Fault};
use crate::request::{Api, Asked};
use access::Action;
use axum::extract::Path;
use domain::id::UnitId;
use domain::token::Area;
use domain::unit::Unit;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::routes;
use uuid::Uuid;

/// Units that a search finds at most.
const FOUND: i64 = 1000;

/// The area's endpoints.
pub fn lines() -> Vec<Endpoint> {
    let read = Door::read(Area::Units, Action::UnitRead);
    vec![line(routes!(list), read), line(routes!(one), read)]
}

/// A unit.
#[derive(Debug, Serialize, ToSchema)]
struct UnitLine {
    /// Identifier.
    id: Uuid,
    /// Its code in the county's own list.
    code: String,
    /// Name.
    name: String,
    /// What it is: `province`, `city`, `county`, `department`, `township`, `subdistrict`, `centre` or `team`.
    kind: &'static str,
    /// The unit above.
    parent: Option<Uuid>,
    /// Unified social credit code.
    credit_code: Option<String>,
}

impl From<Unit> for UnitLine {
    fn from(unit: Unit) -> Self {
        Self {
            id: unit.id.0,
            code: unit.code,
            name: unit.name,
            kind: unit.kind.as_str(),
            parent: unit.parent.map(|parent| parent.0),
            credit_code: unit.credit_code,
        }
    }
}

/// Which units.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Wish {
    /// Part of the name, its pinyin or initials, or the code.
    #[serde(default)]
    q: String,
    /// Those directly below a unit.
    parent: Option<Uuid>,
}

/// Units, by code.
#[utoipa::path(get, path = "/units", tag = "units", params(Wish, Paging),
    responses((status = 200, body = Page<UnitLine>)))]
async fn list(api: Api, Asked(wish): Asked<Wish>, Asked(paging): Asked<Paging>) -> Answer {
    let mut conn = api.read().await?;
    let mut units = if wish.q.trim().is_empty() {
        store::unit::all(&mut conn, api.sight()).await?
    } else {
        store::unit::search(&mut conn, &wish.q, FOUND, api.sight()).await?
    };
    units.retain(|unit| wish.parent.is_none_or(|parent| unit.parent == Some(UnitId(parent))));
    let (units, total) = paging.of(units);
    page(&api, paging, units.into_iter().map(UnitLine::from).collect(), total)
}

/// A unit and those above it.
#[derive(Debug, Serialize, ToSchema)]
struct UnitPath {
    /// The unit.
    unit: UnitLine,
    /// From the top to the unit itself.
    path: Vec<UnitLine>,
}

/// A unit and those above it.
#[utoipa::path(get, path = "/units/{id}", tag = "units", params(("id" = Uuid, Path)),
    responses((status = 200, body = UnitPath)))]
async fn one(api: Api, Path(unit): Path<String>) -> Answer {
    let unit: UnitId = id(&unit)?;
    let mut conn = api.read().await?;
    let found = store::unit::visible(&mut conn, unit, api.sight()).await?.ok_or(Fault::NotFound)?;
    let path = store::unit::path(&mut conn, unit, api.sight()).await?;
    json(&UnitPath { unit: found.into(), path: path.into_iter().map(UnitLine::from).collect() })
}
