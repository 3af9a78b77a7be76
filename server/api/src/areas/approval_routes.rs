//! Routes of approval: through which stages a proposal goes.

use super::{Done, Plain, UnitName, id};
use crate::answer::{Made, json, made};
use crate::door::Door;
use crate::endpoint::{Endpoint, line};
use crate::problem::{Answer, Fault};
use crate::request::{Api, Sent, fields};
use access::Action;
use axum::extract::Path;
use domain::Message;
use domain::assignment::Form;
use domain::id::RouteId;
use domain::life::route::Seat;
use domain::token::Area;
use serde::{Deserialize, Serialize};
use services::form::Fields;
use services::life::route::{self, FIELDS, STAGES};
use store::life::route::{Route, Stage};
use utoipa::ToSchema;
use utoipa_axum::routes;
use uuid::Uuid;

/// The area's endpoints.
pub fn lines() -> Vec<Endpoint> {
    let write = Door::write(Area::Proposals, Action::RouteChange);
    vec![
        line(routes!(list), Door::read(Area::Proposals, Action::RouteChange)),
        line(routes!(make), write),
        line(routes!(end), write),
    ]
}

/// A seat of a stage.
#[derive(Debug, Serialize, ToSchema)]
struct RouteSeat {
    /// The person, where it is one.
    person: Option<Uuid>,
    /// Else whoever holds this role,
    role: Option<&'static str>,
    /// in this unit.
    unit: Option<Uuid>,
    /// Name of the person or the unit.
    name: String,
}

/// A stage.
#[derive(Debug, Serialize, ToSchema)]
struct RouteStage {
    /// What it is called.
    name: String,
    /// `all`, `any` or `quorum`.
    mode: &'static str,
    /// How many must agree, where it is a quorum.
    quorum: u32,
    /// Working days.
    days: u32,
    /// Who decides.
    seats: Vec<RouteSeat>,
}

impl From<Stage> for RouteStage {
    fn from(stage: Stage) -> Self {
        let seat = |(seat, name): (Seat, String)| match seat {
            Seat::Person(person) => RouteSeat { person: Some(person.0), role: None, unit: None, name },
            Seat::Role(role, unit) => {
                RouteSeat { person: None, role: Some(role.as_str()), unit: Some(unit.0), name }
            }
        };
        Self {
            name: stage.name,
            mode: stage.mode.as_str(),
            quorum: stage.quorum,
            days: stage.days,
            seats: stage.seats.into_iter().map(seat).collect(),
        }
    }
}

/// A route.
#[derive(Debug, Serialize, ToSchema)]
struct RouteLine {
    /// Identifier.
    id: Uuid,
    /// What it is called.
    name: String,
    /// For what is proposed by this unit and those below it.
    unit: UnitName,
    /// For one form of transfer; any where it is none.
    form: Option<&'static str>,
    /// Its stages, in their order.
    stages: Vec<RouteStage>,
}

impl From<Route> for RouteLine {
    fn from(route: Route) -> Self {
        Self {
            id: route.id.0,
            unit: UnitName::new(route.unit, &route.unit_name),
            name: route.name,
            form: route.form.map(Form::as_str),
            stages: route.stages.into_iter().map(RouteStage::from).collect(),
        }
    }
}

/// Routes in force that may be seen.
#[utoipa::path(get, path = "/routes", tag = "proposals", responses((status = 200, body = Vec<RouteLine>)))]
async fn list(api: Api) -> Answer {
    let mut conn = api.read().await?;
    let routes = store::life::route::all(&mut conn, api.sight()).await?;
    json(&routes.into_iter().map(RouteLine::from).collect::<Vec<_>>())
}

/// A stage that is made.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewStage {
    /// What it is called.
    name: String,
    /// `all` (会签), `any` (或签) or `quorum`.
    mode: String,
    /// How many must agree, where it is a quorum.
    #[serde(default)]
    quorum: Option<u32>,
    /// Working days; the usual ones where there are none.
    #[serde(default)]
    days: Option<u32>,
    /// Staff numbers of who decides.
    #[serde(default)]
    persons: Vec<String>,
    /// Or roles of a unit, as `role@unit-code`.
    #[serde(default)]
    #[schema(example = json!(["leader@410505"]))]
    roles: Vec<String>,
}

/// A route that is made.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewRoute {
    /// What it is called.
    name: String,
    /// For what is proposed by this unit and those below it, by code.
    unit: String,
    /// For one form of transfer; any where it is empty.
    #[serde(default)]
    form: String,
    /// One to four stages.
    stages: Vec<NewStage>,
}

/// The stages as the page's form names them.
fn stages(stages: &[NewStage], form: &mut Fields) {
    form.remove("stages");
    for (stage, names) in stages.iter().zip(FIELDS) {
        let number = |number: Option<u32>| number.map_or_else(String::new, |number| number.to_string());
        let cells = [
            stage.name.clone(),
            stage.mode.clone(),
            number(stage.quorum),
            number(stage.days),
            stage.persons.join(" "),
            stage.roles.join(" "),
        ];
        form.extend(names.map(str::to_owned).into_iter().zip(cells));
    }
}

/// Makes a route.
#[utoipa::path(post, path = "/routes", tag = "proposals", request_body = NewRoute,
    responses((status = 201, body = Made, headers(("Location" = String)))))]
async fn make(api: Api, Sent(sent): Sent<NewRoute>) -> Answer {
    if sent.stages.len() > STAGES {
        let told = Message::new("route-error-many").with("most", STAGES);
        return Err(Fault::Invalid(vec![("stages", told)]));
    }
    let mut form = fields(&sent);
    stages(&sent.stages, &mut form);
    let id = route::make(&api.db, &api.caller(), &form).await??;
    made("/routes", id.0)
}

/// Ends a route; what is on its way goes on as it was sent.
#[utoipa::path(post, path = "/routes/{id}/end", tag = "proposals", params(("id" = Uuid, Path)),
    request_body = Plain, responses((status = 200, body = Done)))]
async fn end(api: Api, Path(route): Path<String>, Sent(_): Sent<Plain>) -> Answer {
    let id: RouteId = id(&route)?;
    route::end(&api.db, &api.caller(), id).await??;
    json(&Done { changed: 1 })
}
