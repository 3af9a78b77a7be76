//! Pages of the life of assignments: proposals, take-overs, routes, recall, adjustment and renewal.

mod adjust;
mod bulk;
mod deeds;
mod proposal;
mod proposals;
mod propose;
mod recall;
mod routes;
mod takeover;
mod takeovers;
mod waiting;

pub(crate) use waiting::{card as waiting_card, of as waiting};

use crate::door::Door::May;
use crate::request::{Cx, Failure, lang_of_page, say, t};
use crate::route::{Answers, Route, read, sent};
use access::Action as Act;
use axum::http::StatusCode;
use axum::routing::get;
use chrono::{DateTime, TimeDelta, Utc};
use domain::Message;
use domain::assignment::Assignment;
use domain::id::AssignmentId;
use domain::life::route::StageState;
use domain::life::state::{ItemState, Phase, Stage};
use domain::life::takeover::TaskState;
use domain::power::Power;
use domain::unit::Unit;
use leptos::prelude::*;
use services::form::FieldError;
use store::Conn;
use store::life::tenure::Tenure;

/// The routes of this area. What is done stands in the form where a page does several things, and is asked for by the
/// write.
pub fn routes() -> Vec<Route> {
    vec![
        read("/proposals", Answers::Page, May(Act::ProposalRead), get(proposals::show)),
        sent(
            "/proposals/new",
            May(Act::AssignmentCreate),
            May(Act::AssignmentCreate),
            get(propose::show).post(propose::send),
        ),
        sent(
            "/proposals/{id}",
            May(Act::ProposalRead),
            May(Act::ProposalRead),
            get(proposal::show).post(proposal::send),
        ),
        // What is done stands in the form, and is asked for by the write.
        sent(
            "/takeovers",
            May(Act::AssignmentRead),
            May(Act::AssignmentRead),
            get(takeovers::show).post(bulk::send),
        ),
        sent(
            "/takeovers/{id}",
            May(Act::AssignmentRead),
            May(Act::AssignmentRead),
            get(takeover::show).post(takeover::send),
        ),
        sent("/routes", May(Act::RouteChange), May(Act::RouteChange), get(routes::show).post(routes::send)),
        sent(
            "/assignments/{id}/recall",
            May(Act::AssignmentRead),
            May(Act::AssignmentRecall),
            get(recall::show).post(recall::send),
        ),
        sent(
            "/assignments/{id}/adjust",
            May(Act::AdjustmentRequest),
            May(Act::AdjustmentRequest),
            get(deeds::adjust).post(deeds::send_adjust),
        ),
        sent(
            "/assignments/{id}/renew",
            May(Act::AssignmentCreate),
            May(Act::AssignmentCreate),
            get(deeds::renew).post(deeds::send_renew),
        ),
        sent(
            "/assignments/{id}/review",
            May(Act::AssignmentSign),
            May(Act::AssignmentSign),
            get(deeds::review).post(deeds::send_review),
        ),
        sent(
            "/adjustments",
            May(Act::AssignmentRead),
            May(Act::AssignmentRead),
            get(adjust::show).post(adjust::send),
        ),
    ]
}

/// A moment in China.
fn moment(at: DateTime<Utc>) -> String {
    let at = at + TimeDelta::hours(8);
    format!("{} {}", lang_of_page().date(at.date_naive()), at.format("%H:%M"))
}

/// Who did something, and for whom.
fn who(name: Option<&str>, principal: Option<&str>) -> String {
    let name = name.map_or_else(|| t("life-operator"), str::to_owned);
    match principal {
        Some(principal) => format!("{name} · {}", say(&Message::new("acting-for").with("name", principal))),
        None => name,
    }
}

/// A state as a word with a mark and a colour.
fn tag(class: &'static str, mark: &'static str, words: Message) -> impl IntoView {
    view! { <span class=format!("tag {class}") data-mark=mark>{say(&words)}</span> }
}

fn phase_tag(phase: Phase) -> impl IntoView {
    let (class, mark) = match phase {
        Phase::Draft => ("idle", "○"),
        Phase::Answering | Phase::Approving => ("moving", "◔"),
        Phase::Returned => ("poorly", "↩"),
        Phase::Approved => ("good", "✓"),
        Phase::Refused => ("cannot", "✕"),
        Phase::Withdrawn => ("idle", "–"),
    };
    tag(class, mark, phase.message())
}

fn item_tag(state: ItemState) -> impl IntoView {
    let (class, mark) = match state {
        ItemState::Drafted => ("idle", "○"),
        ItemState::Proposed => ("moving", "◔"),
        ItemState::Accepted | ItemState::Approved => ("good", "✓"),
        ItemState::Objected => ("poorly", "!"),
        ItemState::Refused => ("cannot", "✕"),
        ItemState::Dropped | ItemState::Withdrawn => ("idle", "–"),
    };
    tag(class, mark, state.message())
}

fn stage_tag(state: StageState) -> impl IntoView {
    let (class, mark) = match state {
        StageState::Waiting => ("idle", "○"),
        StageState::Open => ("moving", "◔"),
        StageState::Passed => ("good", "✓"),
        StageState::Refused => ("cannot", "✕"),
        StageState::Returned => ("poorly", "↩"),
    };
    tag(class, mark, state.message())
}

/// Where an assignment is in its life.
pub(crate) fn life_tag(stage: Stage) -> impl IntoView {
    let (class, mark) = match stage {
        Stage::Approved | Stage::Signed | Stage::InTransition => ("moving", "◔"),
        Stage::InForce => ("good", "✓"),
        Stage::UnderReview => ("poorly", "!"),
        Stage::Recalled => ("cannot", "↩"),
        Stage::Renewed | Stage::Expired => ("idle", "–"),
    };
    tag(class, mark, stage.message())
}

fn task_tag(state: TaskState, is_late: bool) -> impl IntoView {
    match state {
        TaskState::Open if is_late => tag("cannot", "!", Message::new("task-overdue")).into_any(),
        TaskState::Open => tag("poorly", "○", state.message()).into_any(),
        TaskState::Met => tag("", "✓", state.message()).into_any(),
        TaskState::Waived => tag("idle", "–", state.message()).into_any(),
    }
}

/// The status of a page whose form was sent with these errors.
fn status(errors: &[FieldError]) -> StatusCode {
    if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY }
}

/// What was wrong of what a use case answered.
fn errors<T>(answer: Result<T, Vec<FieldError>>) -> Vec<FieldError> {
    answer.err().unwrap_or_default()
}

/// The link of a view of a list, marked where it is the one that is shown.
fn tab(path: &str, view: &str, shown: &str, key: &str) -> impl IntoView + use<> {
    let current = (view == shown).then_some("page");
    view! { <li><a class="chip" href=format!("{path}?view={view}") aria-current=current>{t(key)}</a></li> }
}

/// A form's words where a reason is typed.
#[component]
fn Reason(id: String, name: &'static str, label: String) -> impl IntoView {
    let to = id.clone();
    view! {
        <label for=to>
            <span>{label}</span>
            <input id=id name=name autocomplete="off" />
        </label>
    }
}

/// A page of a record that is not there.
fn known<T>(found: Option<T>) -> Result<T, Failure> {
    found.ok_or(Failure::NotFound)
}

/// What a page about an assignment stands on.
struct About {
    assignment: Assignment,
    power: Power,
    unit: Unit,
    tenure: Option<Tenure>,
}

impl About {
    /// Loads it, where the reader may see it.
    async fn load(conn: &mut Conn, cx: &Cx, id: AssignmentId) -> Result<Self, Failure> {
        let assignment = known(store::assignment::visible(conn, id, cx.sight()).await?)?;
        let power = known(store::power::by_id(conn, assignment.power).await?)?;
        let unit = known(store::unit::mentioned(conn, assignment.unit, cx.sight()).await?)?;
        let tenure = store::life::tenure::of(conn, id).await?;
        Ok(Self { assignment, power, unit, tenure })
    }

    /// Power and unit.
    fn name(&self) -> String {
        format!("{} · {}", self.power.name, self.unit.name)
    }

    /// Where it is in its life; what was imported is in force.
    fn stage(&self) -> Stage {
        self.tenure.map_or(Stage::InForce, |tenure| tenure.stage)
    }
}

/// What a page's handler needs of whoever looks.
fn me(cx: &Cx) -> Option<domain::id::PersonId> {
    cx.signed.as_ref().map(|signed| signed.rights.person)
}
