//! The articles on which powers stand.

use crate::answer::{Page, Paging, json, page};
use crate::door::Door;
use crate::endpoint::{Endpoint, line};
use crate::problem::Answer;
use crate::request::{Api, Asked, Sent, fields};
use access::Action;
use chrono::NaiveDate;
use domain::catalogue::basis::Standing;
use domain::token::Area;
use serde::{Deserialize, Serialize};
use services::catalogue::basis::{Cited, cited, mark};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::routes;
use uuid::Uuid;

/// The area's endpoints.
pub fn lines() -> Vec<Endpoint> {
    vec![
        line(routes!(list), Door::read(Area::Catalogues, Action::PowerRead)),
        line(routes!(mark_one), Door::write(Area::Catalogues, Action::BasisMark)),
    ]
}

/// An article with what stands on it.
#[derive(Debug, Serialize, ToSchema)]
struct BasisLine {
    /// The article.
    citation: String,
    /// How it stands today: `in_force`, `soon` (ends within 30 days), `coming` (90), `changed` or `lapsed`.
    standing: &'static str,
    /// Its last day.
    last_on: Option<NaiveDate>,
    /// What somebody found out about it: `in_force`, `expired`, `changed` or `repealed`.
    mark: Option<&'static str>,
    /// From when on.
    since: Option<NaiveDate>,
    /// The powers that stand on it.
    powers: Vec<Uuid>,
    /// Assignments of these that are in force today and may be seen.
    assigned: i64,
}

impl From<Cited> for BasisLine {
    fn from(cited: Cited) -> Self {
        Self {
            citation: cited.citation,
            standing: cited.standing.as_str(),
            last_on: cited.last,
            mark: cited.mark.as_ref().map(|mark| mark.state.as_str()),
            since: cited.mark.as_ref().map(|mark| mark.since),
            powers: cited.powers.into_iter().map(|(id, _)| id.0).collect(),
            assigned: cited.assigned,
        }
    }
}

/// Which articles.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct BasisWish {
    /// Those that stand so.
    #[serde(default)]
    standing: String,
    /// Part of the article.
    #[serde(default)]
    q: String,
}

/// The articles on which powers stand, the most urgent first.
#[utoipa::path(get, path = "/bases", tag = "catalogues", params(BasisWish, Paging),
    responses((status = 200, body = Page<BasisLine>)))]
async fn list(api: Api, Asked(wish): Asked<BasisWish>, Asked(paging): Asked<Paging>) -> Answer {
    let mut conn = api.read().await?;
    let mut all = cited(&mut conn, api.today, api.sight()).await?;
    let standing: Option<Standing> = wish.standing.parse().ok();
    all.retain(|cited| {
        standing.is_none_or(|standing| cited.standing == standing) && cited.citation.contains(&wish.q)
    });
    let (all, total) = paging.of(all);
    page(&api, paging, all.into_iter().map(BasisLine::from).collect(), total)
}

/// What became of an article.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct BasisMark {
    /// The article.
    citation: String,
    /// `in_force`, `expired`, `changed` or `repealed`.
    state: String,
    /// From when on.
    #[schema(value_type = String, format = Date)]
    since: String,
    /// Where that is written.
    source: String,
}

/// What a mark reaches.
#[derive(Debug, Serialize, ToSchema)]
struct BasisReached {
    /// Powers that stand on the article.
    powers: usize,
    /// Units that hold one of them.
    units: usize,
}

/// Marks what became of an article; whatever stands on it is assessed again, and who holds it is told.
#[utoipa::path(post, path = "/bases/marks", tag = "catalogues", request_body = BasisMark,
    responses((status = 200, body = BasisReached)))]
async fn mark_one(api: Api, Sent(sent): Sent<BasisMark>) -> Answer {
    let reached = mark(&api.db, &api.caller(), &fields(&sent)).await??;
    json(&BasisReached { powers: reached.powers, units: reached.units })
}
