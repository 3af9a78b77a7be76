//! Take-overs: what is still to be done before an assignment takes effect; and recalling one.

use super::{Decided, Done, UnitName, id};
use crate::answer::{Made, json, made};
use crate::door::Door;
use crate::endpoint::{Endpoint, line};
use crate::problem::{Answer, Fault};
use crate::request::{Api, Sent, fields};
use access::Action;
use axum::extract::Path;
use chrono::NaiveDate;
use domain::id::{AssignmentId, TaskId, WaiverId};
use domain::token::Area;
use serde::{Deserialize, Serialize};
use services::life::{bulk, recall, takeover};
use store::life::takeover::{Owed, Waiver};
use utoipa::ToSchema;
use utoipa_axum::routes;
use uuid::Uuid;

/// The area's endpoints.
pub fn lines() -> Vec<Endpoint> {
    let of = |action| Door::write(Area::Proposals, action);
    vec![
        line(routes!(tasks), Door::read(Area::Proposals, Action::AssignmentRead)),
        line(routes!(tick), of(Action::TakeoverTick)),
        line(routes!(ask_waiver), of(Action::WaiverRequest)),
        line(routes!(decide_waiver), of(Action::WaiverDecide)),
        // What is done stands in the body, and is asked for by the write.
        line(routes!(many), of(Action::AssignmentRead)),
        line(routes!(recall_it), of(Action::AssignmentRecall)),
    ]
}

/// A task of a take-over.
#[derive(Debug, Serialize, ToSchema)]
struct TaskLine {
    /// Identifier.
    id: Uuid,
    /// What it is, such as `guide` or `handlers`.
    task: &'static str,
    /// The unit that owes it.
    unit: UnitName,
    /// By when.
    due_on: NaiveDate,
    /// Where it is: `open`, `met` or `waived`.
    state: &'static str,
    /// Since when it is met.
    met_on: Option<NaiveDate>,
    /// Who ticked it.
    done_by: Option<String>,
    /// What he says.
    note: String,
}

impl From<Owed> for TaskLine {
    fn from(owed: Owed) -> Self {
        Self {
            id: owed.id.0,
            task: owed.task.as_str(),
            unit: UnitName::new(owed.unit, &owed.unit_name),
            due_on: owed.due_on,
            state: owed.state.as_str(),
            met_on: owed.met_on,
            done_by: owed.name,
            note: owed.note,
        }
    }
}

/// That a task is done without for a while.
#[derive(Debug, Serialize, ToSchema)]
struct WaiverLine {
    /// Identifier.
    id: Uuid,
    /// The task.
    task: Uuid,
    /// Why.
    reason: String,
    /// What is done instead.
    plan: String,
    /// Until when.
    valid_to: NaiveDate,
    /// `granted` or `refused`; none while nobody decided.
    decision: Option<&'static str>,
    /// And what was said.
    answer: String,
}

impl From<Waiver> for WaiverLine {
    fn from(waiver: Waiver) -> Self {
        Self {
            id: waiver.id.0,
            task: waiver.task.0,
            reason: waiver.reason,
            plan: waiver.plan,
            valid_to: waiver.valid_to,
            decision: waiver.decision.map(domain::life::state::Decision::as_str),
            answer: waiver.answer,
        }
    }
}

/// What is to be done, and what is done without.
#[derive(Debug, Serialize, ToSchema)]
struct Takeover {
    /// The tasks.
    tasks: Vec<TaskLine>,
    /// The waivers, the latest first.
    waivers: Vec<WaiverLine>,
}

/// What is still to be done before an assignment takes effect.
#[utoipa::path(get, path = "/assignments/{id}/takeover", tag = "proposals", params(("id" = Uuid, Path)),
    responses((status = 200, body = Takeover)))]
async fn tasks(api: Api, Path(assignment): Path<String>) -> Answer {
    let id: AssignmentId = id(&assignment)?;
    let mut conn = api.read().await?;
    store::assignment::visible(&mut conn, id, api.sight()).await?.ok_or(Fault::NotFound)?;
    let tasks = store::life::takeover::of_assignment(&mut conn, id).await?;
    let waivers = store::life::takeover::waivers(&mut conn, id).await?;
    json(&Takeover {
        tasks: tasks.into_iter().map(TaskLine::from).collect(),
        waivers: waivers.into_iter().map(WaiverLine::from).collect(),
    })
}

/// What was done.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Ticked {
    /// What was done.
    note: String,
}

/// Ticks a task that the system cannot know.
#[utoipa::path(post, path = "/takeover-tasks/{id}/tick", tag = "proposals", params(("id" = Uuid, Path)),
    request_body = Ticked, responses((status = 200, body = Done)))]
async fn tick(api: Api, Path(task): Path<String>, Sent(sent): Sent<Ticked>) -> Answer {
    let id: TaskId = id(&task)?;
    takeover::tick(&api.db, &api.caller(), id, &fields(&sent)).await??;
    json(&Done { changed: 1 })
}

/// Why a task is to be done without.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewWaiver {
    /// Why.
    reason: String,
    /// What is done instead.
    plan: String,
    /// Until when.
    #[schema(value_type = String, format = Date)]
    to: String,
}

/// Asks to do without a task for a while.
#[utoipa::path(post, path = "/takeover-tasks/{id}/waivers", tag = "proposals", params(("id" = Uuid, Path)),
    request_body = NewWaiver, responses((status = 201, body = Made, headers(("Location" = String)))))]
async fn ask_waiver(api: Api, Path(task): Path<String>, Sent(sent): Sent<NewWaiver>) -> Answer {
    let id: TaskId = id(&task)?;
    let waiver = takeover::ask_waiver(&api.db, &api.caller(), id, &fields(&sent)).await??;
    made("/waivers", waiver.0)
}

/// Decides on a waiver.
#[utoipa::path(post, path = "/waivers/{id}/decision", tag = "proposals", params(("id" = Uuid, Path)),
    request_body = Decided, responses((status = 200, body = Done)))]
async fn decide_waiver(api: Api, Path(waiver): Path<String>, Sent(sent): Sent<Decided>) -> Answer {
    let id: WaiverId = id(&waiver)?;
    takeover::decide_waiver(&api.db, &api.caller(), id, &fields(&sent)).await??;
    json(&Done { changed: 1 })
}

/// What is done to many take-overs, and to which.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ManyTakeovers {
    /// `tick`, `sign`, `waive` or `decide`.
    #[serde(rename = "do")]
    #[schema(example = "tick")]
    deed: String,
    /// `all` that match `view` and `q`; else `items`.
    #[serde(default)]
    scope: String,
    /// `open` where it is empty, `overdue` or `all`.
    #[serde(default)]
    view: String,
    /// Part of the name of a power or a unit.
    #[serde(default)]
    q: String,
    /// The assignments.
    #[serde(default)]
    items: Vec<Uuid>,
    /// The task, such as `guide`; a signature needs none.
    #[serde(default)]
    task: String,
    /// To tick: what was done.
    #[serde(default)]
    note: String,
    /// To waive: why.
    #[serde(default)]
    reason: String,
    /// To waive: what is done instead.
    #[serde(default)]
    plan: String,
    /// To waive: until when.
    #[serde(default)]
    #[schema(value_type = String, format = Date)]
    to: String,
    /// To decide: `granted` or `refused`.
    #[serde(default)]
    decision: String,
    /// To decide: why; a refusal needs it.
    #[serde(default)]
    answer: String,
    /// To sign: number of the paper.
    #[serde(default)]
    number: String,
    /// To sign: the day.
    #[serde(default)]
    #[schema(value_type = String, format = Date)]
    signed_on: String,
    /// To sign: last day of the paper.
    #[serde(default)]
    #[schema(value_type = String, format = Date)]
    instrument_until: String,
    /// To sign: when it was published.
    #[serde(default)]
    #[schema(value_type = String, format = Date)]
    published_on: String,
}

/// To which it was not done.
#[derive(Debug, Serialize, ToSchema)]
struct LeftTakeover {
    /// The assignment.
    assignment: Uuid,
    /// Name of the power.
    power: String,
    /// Name of the unit.
    unit: String,
    /// Why.
    why: String,
}

/// What became of it.
#[derive(Debug, Serialize, ToSchema)]
struct ManyDone {
    /// To how many it was done.
    changed: usize,
    /// To which it was not.
    left: Vec<LeftTakeover>,
}

/// Does the same to many take-overs: ticks a task, registers a signature, asks for a waiver or decides on one.
#[utoipa::path(post, path = "/takeovers", tag = "proposals", request_body = ManyTakeovers,
    responses((status = 200, body = ManyDone)))]
async fn many(api: Api, Sent(sent): Sent<ManyTakeovers>) -> Answer {
    let mut fields = fields(&sent);
    let view = if sent.view.is_empty() { "open" } else { sent.view.as_str() };
    fields.insert("view".to_owned(), view.to_owned());
    let mut conn = api.read().await?;
    let matching = store::life::bulk::chosen(&mut conn, api.today, view, &sent.q, api.sight()).await?;
    drop(conn);
    let outcome = bulk::run(&api.db, &api.caller(), &bulk::meant(matching, &fields), &fields).await??;
    let left = outcome.left.into_iter().map(|left| LeftTakeover {
        assignment: left.of.assignment.0,
        power: left.of.power_name,
        unit: left.of.unit_name,
        why: api.say(&left.why),
    });
    json(&ManyDone { changed: outcome.done, left: left.collect() })
}

/// A recall.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Recalled {
    /// `too_technical`, `no_regulated_objects`, `too_rare`, `unreasonable_assessment`, `cannot_be_carried_out` or
    /// `law_changed`.
    reason: String,
    /// In words.
    note: String,
    /// Number of the decision.
    number: String,
    /// Last day in force.
    #[schema(value_type = String, format = Date)]
    last_on: String,
    /// `one` for this assignment alone, `all` for each that the power has.
    #[serde(default)]
    scope: String,
}

/// Recalls an assignment, or each that its power has.
#[utoipa::path(post, path = "/assignments/{id}/recall", tag = "proposals", params(("id" = Uuid, Path)),
    request_body = Recalled, responses((status = 200, body = Done)))]
async fn recall_it(api: Api, Path(assignment): Path<String>, Sent(sent): Sent<Recalled>) -> Answer {
    let id: AssignmentId = id(&assignment)?;
    let changed = recall::recall(&api.db, &api.caller(), id, &fields(&sent)).await??;
    json(&Done { changed })
}
