//! The indicators of the reform, with numerator and denominator.

use crate::answer::json;
use crate::door::Door;
use crate::endpoint::{Endpoint, line};
use crate::problem::Answer;
use crate::request::{Api, Asked, fields};
use access::Action;
use chrono::NaiveDate;
use domain::indicator::{Indicator, Indicators};
use domain::token::Area;
use serde::{Deserialize, Serialize};
use store::indicator::By;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::routes;
use uuid::Uuid;

/// The area's endpoints.
pub fn lines() -> Vec<Endpoint> {
    vec![line(routes!(sums), Door::read(Area::Assignments, Action::IndicatorRead))]
}

/// Of what the indicators are.
#[derive(Debug, Serialize, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct IndicatorWish {
    /// By what they are told apart: `unit`, `type` or `month`.
    #[serde(default)]
    by: String,
    /// Of a unit and all below it.
    unit: Option<Uuid>,
    /// Of powers of one type, such as `licence`.
    #[serde(default)]
    r#type: String,
    /// First day; this year's where it is empty.
    #[serde(default)]
    from: String,
    /// Last day; today where it is empty.
    #[serde(default)]
    to: String,
}

/// An indicator.
#[derive(Debug, Serialize, ToSchema)]
struct IndicatorValue {
    /// `compression`, `instant`, `early`, `exercise` or `claims`.
    indicator: &'static str,
    /// Above the line.
    numerator: i64,
    /// Below it.
    denominator: i64,
    /// The quotient; none over nothing.
    value: Option<f64>,
}

fn values(sums: &Indicators) -> Vec<IndicatorValue> {
    let value = |&indicator: &Indicator| {
        let ratio = sums.of(indicator);
        IndicatorValue {
            indicator: indicator.as_str(),
            numerator: ratio.numerator,
            denominator: ratio.denominator,
            value: ratio.value(),
        }
    };
    Indicator::ALL.iter().map(value).collect()
}

/// The indicators of a unit, a type or a month.
#[derive(Debug, Serialize, ToSchema)]
struct IndicatorGroup {
    /// Code and name of the unit, code of the type, or the month.
    of: String,
    /// Its indicators.
    values: Vec<IndicatorValue>,
}

/// The indicators.
#[derive(Debug, Serialize, ToSchema)]
struct IndicatorSums {
    /// First day.
    from: NaiveDate,
    /// Last day.
    to: NaiveDate,
    /// Of everything.
    all: Vec<IndicatorValue>,
    /// Of each.
    each: Vec<IndicatorGroup>,
}

/// The indicators of the reform, as far as their records may be seen.
#[utoipa::path(get, path = "/indicators", tag = "assignments", params(IndicatorWish),
    responses((status = 200, body = IndicatorSums)))]
async fn sums(api: Api, Asked(wish): Asked<IndicatorWish>) -> Answer {
    let filter = services::indicator::filter(&fields(&wish), api.today)?;
    let by: By = wish.by.parse().unwrap_or_default();
    let mut conn = api.read().await?;
    let sums = services::indicator::sums(&mut conn, &filter, by, api.sight()).await?;
    let group = |(of, sums): (String, Indicators)| IndicatorGroup { of, values: values(&sums) };
    json(&IndicatorSums {
        from: filter.from,
        to: filter.to,
        all: values(&sums.all),
        each: sums.each.into_iter().map(group).collect(),
    })
}
