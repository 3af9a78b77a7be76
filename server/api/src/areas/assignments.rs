//! Assignments: which unit has which power, how it is absorbed, and what another one would do.

mod assessed;

use super::{UnitName, id};
use crate::answer::{Page, Paging, json, page};
use crate::door::Door;
use crate::endpoint::{Endpoint, line};
use crate::problem::{Answer, Fault};
use crate::request::{Api, Asked, Sent, fields};
use access::Action;
use assessed::{Assessed, assessed};
use axum::extract::Path;
use chrono::NaiveDate;
use domain::assignment::Assignment;
use domain::id::{AssignmentId, UnitId};
use domain::token::Area;
use serde::{Deserialize, Serialize};
use store::assessment::{Filter, Line};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::routes;
use uuid::Uuid;

/// The area's endpoints.
pub fn lines() -> Vec<Endpoint> {
    let read = Door::read(Area::Assignments, Action::AssignmentRead);
    vec![
        line(routes!(list), read),
        // Nothing is written, but what is looked at is what would be.
        line(routes!(check), Door::read(Area::Assignments, Action::AssignmentCreate)),
        line(routes!(one), read),
        line(routes!(assessment), read),
    ]
}

/// An assignment as lists show it.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct AssignmentLine {
    /// Identifier.
    id: Uuid,
    /// The receiving unit.
    unit: UnitName,
    /// The power.
    power: Uuid,
    /// Its code.
    power_code: String,
    /// Its name.
    power_name: String,
    /// Its type, such as `licence` or `penalty`.
    power_type: &'static str,
    /// Its field of work.
    field: String,
    /// Whether the unit can absorb it: `cannot`, `poorly`, `idle`, `in_transition` or `can`.
    verdict: &'static str,
    /// Why, the worst first, in the language that was asked for.
    why: Vec<String>,
    /// The day of the assessment.
    on: NaiveDate,
}

impl AssignmentLine {
    fn new(api: &Api, line: Line) -> Self {
        let found = &line.assessment;
        Self {
            id: found.assignment.0,
            unit: UnitName::new(line.unit, &line.unit_name),
            power: line.power.0,
            power_code: line.power_code,
            power_name: line.power_name,
            power_type: line.power_type.as_str(),
            field: line.field,
            verdict: found.verdict.as_str(),
            why: found.findings.iter().map(|finding| api.say(&finding.kind.message())).collect(),
            on: found.on,
        }
    }
}

/// Which assignments.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Wish {
    /// Those of a unit and all below it.
    pub(super) unit: Option<Uuid>,
    /// Field of work.
    pub(super) field: Option<String>,
    /// Type of power.
    #[serde(default)]
    pub(super) power_type: String,
    /// Verdict.
    #[serde(default)]
    pub(super) verdict: String,
    /// What is missing: `staff`, `money` or `training`.
    #[serde(default)]
    lack: String,
    /// Part of the power's or unit's name, its pinyin or initials, or the code.
    #[serde(default)]
    q: String,
    /// `unit`, `power` or `ratio`; the worst first where it is empty.
    #[serde(default)]
    order: String,
}

impl From<Wish> for Filter {
    fn from(wish: Wish) -> Self {
        Self {
            root: wish.unit.map(UnitId),
            field: wish.field,
            power_type: wish.power_type.parse().ok(),
            verdict: wish.verdict.parse().ok(),
            reason: String::new(),
            lack: wish.lack.parse().ok(),
            typed: wish.q,
            order: wish.order.parse().unwrap_or_default(),
        }
    }
}

/// Assignments that are assessed, the worst first.
#[utoipa::path(get, path = "/assignments", tag = "assignments", params(Wish, Paging),
    responses((status = 200, body = Page<AssignmentLine>)))]
async fn list(api: Api, Asked(wish): Asked<Wish>, Asked(paging): Asked<Paging>) -> Answer {
    let filter = Filter::from(wish);
    let mut conn = api.read().await?;
    let total = store::assessment::total(&mut conn, &filter, api.sight()).await?.counts.all();
    let (limit, offset) = (paging.limit(), paging.offset());
    let lines = store::assessment::list(&mut conn, &filter, limit, offset, api.sight()).await?;
    let lines = lines.into_iter().map(|line| AssignmentLine::new(&api, line)).collect();
    page(&api, paging, lines, total)
}

/// The paper that makes an assignment lawful.
#[derive(Debug, Serialize, ToSchema)]
struct Paper {
    /// `acceptance`, `entrustment_agreement` or `recall_decision`.
    kind: &'static str,
    /// Document number.
    number: String,
    /// Day of the last signature.
    signed_on: Option<NaiveDate>,
    /// Last day of its term.
    until: Option<NaiveDate>,
    /// Day of publication.
    published_on: Option<NaiveDate>,
}

/// An assignment.
#[derive(Debug, Serialize, ToSchema)]
struct AssignmentDetail {
    /// Identifier.
    id: Uuid,
    /// The power.
    power: Uuid,
    /// The receiving unit.
    unit: Uuid,
    /// The giving unit.
    giver: Option<Uuid>,
    /// Form of transfer, such as `conferral` or `entrustment`.
    form: &'static str,
    /// Functions granted, such as `accept` or `approve`.
    functions: Vec<&'static str>,
    /// First day in force.
    from: NaiveDate,
    /// Last day in force.
    to: Option<NaiveDate>,
    /// Last day of the transition.
    transition_until: Option<NaiveDate>,
    /// Its paper.
    instrument: Option<Paper>,
    /// Cases expected in a year.
    planned_volume: Option<u32>,
}

impl From<Assignment> for AssignmentDetail {
    fn from(assignment: Assignment) -> Self {
        Self {
            id: assignment.id.0,
            power: assignment.power.0,
            unit: assignment.unit.0,
            giver: assignment.giver.map(|giver| giver.0),
            form: assignment.form.as_str(),
            functions: assignment.functions.iter().map(|function| function.as_str()).collect(),
            from: assignment.period.from,
            to: assignment.period.to,
            transition_until: assignment.transition_until,
            instrument: assignment.instrument.map(|paper| Paper {
                kind: paper.kind.as_str(),
                number: paper.number,
                signed_on: paper.signed_on,
                until: paper.until,
                published_on: paper.published_on,
            }),
            planned_volume: assignment.planned_volume,
        }
    }
}

/// An assignment.
#[utoipa::path(get, path = "/assignments/{id}", tag = "assignments", params(("id" = Uuid, Path)),
    responses((status = 200, body = AssignmentDetail)))]
async fn one(api: Api, Path(assignment): Path<String>) -> Answer {
    let assignment: AssignmentId = id(&assignment)?;
    let mut conn = api.read().await?;
    let found = store::assignment::visible(&mut conn, assignment, api.sight()).await?;
    json(&AssignmentDetail::from(found.ok_or(Fault::NotFound)?))
}

/// How the unit absorbs the power: verdict, gates, grades, findings and remedies.
#[utoipa::path(get, path = "/assignments/{id}/assessment", tag = "assignments", params(("id" = Uuid, Path)),
    responses((status = 200, body = Assessed)))]
async fn assessment(api: Api, Path(assignment): Path<String>) -> Answer {
    let assignment: AssignmentId = id(&assignment)?;
    let mut conn = api.read().await?;
    let found = store::assessment::of_assignment(&mut conn, assignment, api.sight()).await?;
    let (found, _) = found.ok_or(Fault::NotFound)?;
    json(&assessed(&api, &found))
}

/// A power as it would be handed to a unit.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Wished {
    /// The power, by code or name.
    #[schema(example = "YD-NY-001")]
    power: String,
    /// The receiving unit, by code or name.
    #[schema(example = "410505101")]
    unit: String,
    /// The giving unit, by code or name.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    giver: String,
    /// Form of transfer.
    #[schema(example = "conferral")]
    form: String,
    /// Functions granted.
    #[schema(example = json!(["accept", "approve"]))]
    functions: Vec<String>,
    /// First day in force.
    #[schema(value_type = String, format = Date)]
    from: String,
    /// Last day in force.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    #[schema(value_type = String, format = Date)]
    to: String,
    /// Cases expected in a year.
    #[serde(default)]
    planned_volume: Option<u32>,
}

/// A verdict that would change.
#[derive(Debug, Serialize, ToSchema)]
struct Changed {
    /// The power.
    power: String,
    /// Its verdict as it is.
    before: &'static str,
    /// Its verdict as it would be.
    after: &'static str,
}

/// What an assignment would do.
#[derive(Debug, Serialize, ToSchema)]
struct Draft {
    /// How the unit would absorb the power; missing where the unit may not be seen.
    assessment: Option<Assessed>,
    /// Other powers of the unit whose verdict would change, because its people and money are shared.
    changed: Vec<Changed>,
    /// Powers that the unit cannot absorb as it is.
    cannot_now: usize,
    /// Powers that it has.
    powers_now: usize,
}

/// Tells how a unit would absorb a power, and writes nothing.
#[utoipa::path(post, path = "/assignments/check", tag = "assignments", request_body = Wished,
    responses((status = 200, body = Draft)))]
async fn check(api: Api, Sent(sent): Sent<Wished>) -> Answer {
    let mut conn = api.read().await?;
    let (_, preview) = services::assign::check(&mut conn, &fields(&sent), api.today, api.sight()).await??;
    let mut draft = Draft { assessment: None, changed: Vec::new(), cannot_now: 0, powers_now: 0 };
    if let Some(preview) = preview {
        draft.assessment = Some(assessed(&api, &preview.assessment));
        let changed = |(power, before, after): (String, domain::assess::Verdict, domain::assess::Verdict)| {
            Changed { power, before: before.as_str(), after: after.as_str() }
        };
        draft.changed = preview.changed.into_iter().map(changed).collect();
        (draft.cannot_now, draft.powers_now) = (preview.cannot_now, preview.powers_now);
    }
    json(&draft)
}
