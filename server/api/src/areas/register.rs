//! The two-sided register: who decides and who supervises, day by day.

use super::{Done, UnitName};
use crate::answer::{Page, Paging, json, page};
use crate::door::Door;
use crate::endpoint::{Endpoint, line};
use crate::problem::Answer;
use crate::request::{Api, Asked, Sent, fields};
use access::Action;
use chrono::NaiveDate;
use domain::id::{AssignmentId, PersonId, UnitId};
use domain::separation::Names;
use domain::separation::register::Segment;
use domain::token::Area;
use serde::{Deserialize, Serialize};
use services::register::Entry;
use store::register::{Filter, Stretch};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::routes;
use uuid::Uuid;

/// The area's endpoints.
pub fn lines() -> Vec<Endpoint> {
    vec![
        line(routes!(list), Door::read(Area::Register, Action::RegisterRead)),
        line(routes!(name), Door::write(Area::Register, Action::RegisterChange)),
    ]
}

/// Somebody who stands on a side.
#[derive(Debug, Serialize, ToSchema)]
struct Party {
    /// Identifier.
    id: Uuid,
    /// Name.
    name: String,
}

/// Something that is wrong on some days.
#[derive(Debug, Serialize, ToSchema)]
struct Open {
    /// Stable code, such as `no_supervisor` or `same_person`.
    code: &'static str,
    /// Whether somebody is missing; else somebody is on both sides, or too many are on one.
    is_gap: bool,
    /// The sentence, in the language that was asked for.
    sentence: String,
}

/// Days on which the register stays the same.
#[derive(Debug, Serialize, ToSchema)]
struct Days {
    /// First day.
    from: NaiveDate,
    /// Last day.
    to: Option<NaiveDate>,
    /// Who decides.
    approvers: Vec<Party>,
    /// Who supervises.
    supervisors: Vec<Party>,
    /// Which units supervise.
    units: Vec<UnitName>,
    /// What is wrong.
    findings: Vec<Open>,
}

/// An assignment with both its sides.
#[derive(Debug, Serialize, ToSchema)]
struct RegisterLine {
    /// The assignment.
    assignment: Uuid,
    /// Code of the power.
    power_code: String,
    /// Its name.
    power: String,
    /// The unit that holds it.
    unit: UnitName,
    /// How it stands today: `whole`, `open`, or `elsewhen`, which is wrong on another day.
    state: &'static str,
    /// Its days, from the first to the last.
    days: Vec<Days>,
}

/// Which assignments.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Wish {
    /// Those of a unit and all below it.
    unit: Option<Uuid>,
    /// One alone.
    assignment: Option<Uuid>,
    /// Part of the power's or unit's name or code.
    #[serde(default)]
    q: String,
}

fn days(api: &Api, segment: &Segment, names: &Names) -> Days {
    let party = |id: &PersonId| Party { id: id.0, name: names.person(*id) };
    let unit = |(id, _): &(UnitId, Option<PersonId>)| UnitName { id: id.0, name: names.unit(*id) };
    let open = |finding: &domain::separation::register::Finding| Open {
        code: finding.code(),
        is_gap: finding.is_gap(),
        sentence: api.say(&finding.message(names)),
    };
    Days {
        from: segment.period.from,
        to: segment.period.to,
        approvers: segment.approvers.iter().map(party).collect(),
        supervisors: segment.supervisors.iter().map(party).collect(),
        units: segment.units.iter().map(unit).collect(),
        findings: segment.findings.iter().map(open).collect(),
    }
}

fn entry(api: &Api, entry: &Entry, names: &Names) -> RegisterLine {
    let line = &entry.line;
    RegisterLine {
        assignment: line.assignment.id.0,
        power_code: line.power_code.clone(),
        power: line.power.clone(),
        unit: UnitName::new(line.assignment.unit, &line.unit),
        state: entry.state(api.today).as_str(),
        days: entry.segments.iter().map(|segment| days(api, segment, names)).collect(),
    }
}

/// Both sides of every assignment, day by day, by unit and power.
#[utoipa::path(get, path = "/register", tag = "register", params(Wish, Paging),
    responses((status = 200, body = Page<RegisterLine>)))]
async fn list(api: Api, Asked(wish): Asked<Wish>, Asked(paging): Asked<Paging>) -> Answer {
    let filter =
        Filter { root: wish.unit.map(UnitId), assignment: wish.assignment.map(AssignmentId), typed: wish.q };
    let mut conn = api.read().await?;
    let total = store::register::total(&mut conn, &filter, api.sight()).await?;
    let stretch = Stretch { limit: paging.limit(), offset: paging.offset() };
    let (entries, names) = services::register::entries(&mut conn, &filter, api.sight(), stretch).await?;
    let rows = entries.iter().map(|each| entry(&api, each, &names)).collect();
    page(&api, paging, rows, total)
}

/// The supervising side of an assignment.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewSide {
    /// The assignment.
    assignment: Uuid,
    /// The unit that supervises, by code.
    #[schema(example = "410505-NY")]
    unit: String,
    /// Its liaison, by staff number.
    #[serde(default)]
    liaison: String,
    /// First day; that of the assignment where it is empty.
    #[serde(default)]
    #[schema(value_type = String, format = Date)]
    from: String,
    /// Last day.
    #[serde(default)]
    #[schema(value_type = String, format = Date)]
    to: String,
}

/// Names the supervising side in the place of whatever stood there on these days.
#[utoipa::path(post, path = "/register", tag = "register", request_body = NewSide,
    responses((status = 200, body = Done)))]
async fn name(api: Api, Sent(sent): Sent<NewSide>) -> Answer {
    services::register::name_side(&api.db, &api.caller(), &fields(&sent)).await??;
    json(&Done { changed: 1 })
}
