//! The working calendar.

use super::Done;
use crate::answer::json;
use crate::door::Door;
use crate::endpoint::{Endpoint, line};
use crate::problem::Answer;
use crate::request::{Api, Asked, Sent, fields};
use access::Action;
use chrono::{Datelike, NaiveDate};
use domain::calendar::DayKind;
use domain::token::Area;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::routes;

/// The area's endpoints.
pub fn lines() -> Vec<Endpoint> {
    let write = Door::write(Area::Cases, Action::CalendarChange);
    vec![
        line(routes!(days), Door::read(Area::Cases, Action::CalendarRead)),
        line(routes!(set), write),
        line(routes!(remove), write),
    ]
}

/// A day that differs from what its weekday says.
#[derive(Debug, Serialize, ToSchema)]
struct CalendarDay {
    /// The day.
    day: NaiveDate,
    /// `off` or `worked`.
    kind: &'static str,
    /// What an office calls it; none for a published one.
    name: Option<String>,
}

/// Of which year.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct YearWish {
    /// The year; this one where it is left out.
    year: Option<i32>,
}

/// The days of a year that differ from what their weekday says: the published ones, and over them an office's own.
#[utoipa::path(get, path = "/calendar", tag = "cases", params(YearWish),
    responses((status = 200, body = Vec<CalendarDay>)))]
async fn days(api: Api, Asked(wish): Asked<YearWish>) -> Answer {
    let year = wish.year.unwrap_or(api.today.year());
    let mut conn = api.read().await?;
    let calendar = store::calendar::load(&mut conn).await?;
    let own = store::calendar::own(&mut conn).await?;
    let mut names: BTreeMap<NaiveDate, String> = own.into_iter().map(|own| (own.day, own.name)).collect();
    let day = |(day, kind): (NaiveDate, DayKind)| CalendarDay {
        day,
        kind: kind.as_str(),
        name: names.remove(&day),
    };
    json(&calendar.differing().filter(|(day, _)| day.year() == year).map(day).collect::<Vec<_>>())
}

/// A day of an office's own.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct OwnDay {
    /// The day.
    #[schema(value_type = String, format = Date)]
    day: String,
    /// `off` or `worked`.
    #[schema(example = "off")]
    kind: String,
    /// What it is called.
    name: String,
}

/// Sets a day of an office's own; everything open is dated again.
#[utoipa::path(post, path = "/calendar", tag = "cases", request_body = OwnDay,
    responses((status = 200, body = Done)))]
async fn set(api: Api, Sent(sent): Sent<OwnDay>) -> Answer {
    services::calendar::set(&api.db, &api.caller(), &fields(&sent)).await??;
    json(&Done { changed: 1 })
}

/// A day that is an office's own no longer.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct RemovedDay {
    /// The day.
    #[schema(value_type = String, format = Date)]
    day: String,
}

/// Takes a day of an office's own away; the published ones stay.
#[utoipa::path(post, path = "/calendar/remove", tag = "cases", request_body = RemovedDay,
    responses((status = 200, body = Done)))]
async fn remove(api: Api, Sent(sent): Sent<RemovedDay>) -> Answer {
    services::calendar::remove(&api.db, &api.caller(), &fields(&sent)).await??;
    json(&Done { changed: 1 })
}
