//! The gap board: what is counted and summed, by unit and group of powers.

use super::UnitName;
use super::assignments::Wish;
use crate::answer::json;
use crate::door::Door;
use crate::endpoint::{Endpoint, line};
use crate::problem::{Answer, Fault};
use crate::request::{Api, Asked};
use access::Action;
use chrono::NaiveDate;
use domain::assess::Verdict;
use domain::token::Area;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use store::assessment::{By, Filter, Sums};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::routes;

/// The area's endpoints.
pub fn lines() -> Vec<Endpoint> {
    vec![line(routes!(show), Door::read(Area::Assignments, Action::AssignmentRead))]
}

/// What is counted and summed over assignments.
#[derive(Debug, Serialize, ToSchema)]
struct SumsLine {
    /// How many assignments have each verdict.
    verdicts: BTreeMap<&'static str, i64>,
    /// Missing staff, in posts.
    short_staff: f64,
    /// Missing money, in fen.
    short_money_fen: i64,
    /// Courses and certificates that handlers owe.
    untrained: i64,
    /// Available of required staff, from 0 to 1.
    people: f64,
    /// Released of required money.
    money: f64,
    /// Certified of all handlers.
    training: f64,
    /// Present of required items.
    means: f64,
}

impl From<Sums> for SumsLine {
    #[expect(clippy::cast_precision_loss, reason = "thousandths of posts")]
    fn from(sums: Sums) -> Self {
        let of = |&verdict: &Verdict| (verdict.as_str(), sums.counts.of(verdict));
        Self {
            verdicts: Verdict::ALL.iter().map(of).collect(),
            short_staff: sums.short_staff as f64 / 1000.0,
            short_money_fen: sums.short_money.0,
            untrained: sums.untrained,
            people: sums.staff.fraction(),
            money: sums.money.fraction(),
            training: sums.training.fraction(),
            means: sums.means.fraction(),
        }
    }
}

/// A cell of the board.
#[derive(Debug, Serialize, ToSchema)]
struct CellLine {
    /// The unit, with all below it.
    unit: UnitName,
    /// Its code.
    unit_code: String,
    /// Field or type of the powers.
    group: String,
    /// What is counted and summed.
    sums: SumsLine,
}

/// The board of a unit.
#[derive(Debug, Serialize, ToSchema)]
struct Board {
    /// The unit; none where everything that may be seen is meant.
    unit: Option<UnitName>,
    /// The day of the oldest assessment.
    on: Option<NaiveDate>,
    /// The whole.
    sums: SumsLine,
    /// Units directly below it × groups of powers.
    cells: Vec<CellLine>,
}

/// How the board is divided.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Divided {
    /// Groups of powers: `field` or `type`.
    #[serde(default)]
    #[param(default = "field")]
    by: String,
}

/// The gap board of a unit, or of everything that may be seen.
#[utoipa::path(get, path = "/board", tag = "assignments", params(Wish, Divided),
    responses((status = 200, body = Board)))]
async fn show(api: Api, Asked(wish): Asked<Wish>, Asked(divided): Asked<Divided>) -> Answer {
    let filter = Filter::from(wish);
    let by = if divided.by == "type" { By::Type } else { By::Field };
    let mut conn = api.read().await?;
    let unit = match filter.root {
        Some(root) => {
            let found = store::unit::visible(&mut conn, root, api.sight()).await?;
            Some(found.ok_or(Fault::NotFound)?)
        }
        None => None,
    };
    let cells = store::assessment::board(&mut conn, by, &filter, api.sight()).await?;
    let sums = store::assessment::total(&mut conn, &filter, api.sight()).await?;
    let on = store::assessment::oldest(&mut conn, api.sight()).await?;
    let cell = |cell: store::assessment::Cell| CellLine {
        unit: UnitName::new(cell.unit, &cell.unit_name),
        unit_code: cell.unit_code,
        group: cell.group,
        sums: cell.sums.into(),
    };
    json(&Board {
        unit: unit.map(|unit| UnitName::new(unit.id, &unit.name)),
        on,
        sums: sums.into(),
        cells: cells.into_iter().map(cell).collect(),
    })
}
