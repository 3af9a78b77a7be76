//! Who could do what on a day.

use crate::answer::json;
use crate::door::Door;
use crate::endpoint::{Endpoint, line};
use crate::problem::Answer;
use crate::request::{Api, Asked, fields};
use access::Action;
use chrono::NaiveDate;
use domain::token::Area;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::routes;
use uuid::Uuid;

/// The area's endpoints.
pub fn lines() -> Vec<Endpoint> {
    vec![line(routes!(ask), Door::read(Area::Holders, Action::HolderAsk))]
}

/// Who could do what, where and when.
#[derive(Debug, Serialize, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Question {
    /// The power, by code or name.
    #[serde(default)]
    power: String,
    /// The unit, by code or name.
    #[serde(default)]
    unit: String,
    /// `accept`, `review`, `approve`, `supervise`, `inspect`, `penalise`, `legal_review` or `hear`.
    #[serde(default)]
    function: String,
    /// The day; today where it is not given.
    #[serde(default)]
    #[param(value_type = Option<String>, format = Date)]
    on: String,
}

/// How one person stood to it.
#[derive(Debug, Serialize, ToSchema)]
struct HolderLine {
    /// The person.
    id: Uuid,
    /// His name.
    name: String,
    /// Whether he could.
    could: bool,
    /// By which rights, or what stood in the way, in the language that was asked for.
    why: Vec<String>,
}

/// The answer.
#[derive(Debug, Serialize, ToSchema)]
struct Holders {
    /// Name of the power.
    power: String,
    /// Name of the unit.
    unit: String,
    /// The function.
    function: &'static str,
    /// The day.
    on: NaiveDate,
    /// The assignment that was in force on the day; without one, nobody could.
    assignment: Option<Uuid>,
    /// Whoever was ever named for it: first those who could.
    people: Vec<HolderLine>,
}

/// Who could do something on a day, by which right, and who could not and why.
#[utoipa::path(get, path = "/holders", tag = "holders", params(Question),
    responses((status = 200, body = Holders)))]
async fn ask(api: Api, Asked(question): Asked<Question>) -> Answer {
    let answer = services::who::ask(&api.db, &api.caller(), &fields(&question)).await??;
    let person = |each: services::who::Answered| HolderLine {
        id: each.person.0,
        name: each.name,
        could: each.could,
        why: each.why.iter().map(|why| api.say(why)).collect(),
    };
    json(&Holders {
        power: answer.power,
        unit: answer.unit,
        function: answer.function.as_str(),
        on: answer.on,
        assignment: answer.assignment.map(|assignment| assignment.id.0),
        people: answer.people.into_iter().map(person).collect(),
    })
}
