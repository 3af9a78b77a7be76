//! The three lists of townships.

use super::UnitName;
use crate::answer::{Page, Paging, page};
use crate::door::Door;
use crate::endpoint::{Endpoint, line};
use crate::problem::Answer;
use crate::request::{Api, Asked};
use access::Action;
use domain::id::UnitId;
use domain::token::Area;
use serde::{Deserialize, Serialize};
use store::duties::{Filter, Line};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::routes;
use uuid::Uuid;

/// The area's endpoints.
pub fn lines() -> Vec<Endpoint> {
    vec![line(routes!(list), Door::read(Area::Catalogues, Action::AssignmentRead))]
}

/// A row of one of the three lists.
#[derive(Debug, Serialize, ToSchema)]
struct DutyLine {
    /// Identifier.
    id: Uuid,
    /// The township.
    unit: UnitName,
    /// The list: `basic`, `co_operating` or `recalled`.
    list: &'static str,
    /// Code, unique in the list of the township.
    code: String,
    /// What is to be done.
    text: String,
    /// The department that leads or took it back, as written.
    lead: String,
    /// With what the township co-operates.
    matters: String,
    /// Basis.
    basis: String,
    /// The power.
    power: Option<Uuid>,
    /// The assignment by which the township holds it today.
    assignment: Option<Uuid>,
}

impl From<Line> for DutyLine {
    fn from(line: Line) -> Self {
        let row = line.row;
        Self {
            id: row.id.0,
            unit: UnitName::new(row.unit, &line.unit),
            list: row.list.as_str(),
            code: row.code,
            text: row.text,
            lead: row.lead,
            matters: row.matters,
            basis: row.basis,
            power: row.power.map(|id| id.0),
            assignment: line.assignment.map(|id| id.0),
        }
    }
}

/// Which rows of the lists.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct DutyWish {
    /// Of a unit and those below it.
    unit: Option<Uuid>,
    /// Of one list.
    #[serde(default)]
    list: String,
    /// Part of the text, the code or the department.
    #[serde(default)]
    q: String,
}

/// The rows of the three lists: basic duties, co-operating duties, and what was taken back.
#[utoipa::path(get, path = "/duties", tag = "catalogues", params(DutyWish, Paging),
    responses((status = 200, body = Page<DutyLine>)))]
async fn list(api: Api, Asked(wish): Asked<DutyWish>, Asked(paging): Asked<Paging>) -> Answer {
    let filter = Filter { unit: wish.unit.map(UnitId), list: wish.list.parse().ok(), typed: wish.q };
    let mut conn = api.read().await?;
    let at = (paging.limit(), paging.offset());
    let (lines, total) = store::duties::lines(&mut conn, &filter, api.today, api.sight(), at).await?;
    page(&api, paging, lines.into_iter().map(DutyLine::from).collect(), total)
}
