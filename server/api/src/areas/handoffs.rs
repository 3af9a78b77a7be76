//! Hand-offs of decided cases to whoever supervises them, and of penalties back.

use super::{Done, UnitName, id};
use crate::answer::{Made, Page, Paging, json, made, page};
use crate::door::Door;
use crate::endpoint::{Endpoint, line};
use crate::problem::{Answer, Fault};
use crate::request::{Api, Asked, Sent, fields};
use access::Action;
use axum::extract::Path;
use chrono::{DateTime, NaiveDate, Utc};
use domain::id::{HandoffId, UnitId};
use domain::token::Area;
use serde::{Deserialize, Serialize};
use services::handoff;
use store::handoff::{Filter, Line};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::routes;
use uuid::Uuid;

/// The area's endpoints.
pub fn lines() -> Vec<Endpoint> {
    let read = Door::read(Area::Handoffs, Action::HandoffRead);
    // Which side may do what is asked for by the write.
    let write = Door::write(Area::Handoffs, Action::HandoffRead);
    vec![
        line(routes!(list), read),
        line(routes!(one), read),
        line(routes!(claim), write),
        line(routes!(record), write),
        line(routes!(answer), write),
        line(routes!(close), write),
        line(routes!(give_back), write),
        line(routes!(redirect), write),
        line(routes!(penalty), write),
    ]
}

/// A hand-off.
#[derive(Debug, Serialize, ToSchema)]
struct HandoffLine {
    /// Identifier.
    id: Uuid,
    /// Which way it goes: `approval` to the supervising side, `penalty` back.
    kind: &'static str,
    /// How far it is: `pushed`, `claimed`, `answered`, `closed` or `returned`.
    state: &'static str,
    /// The case.
    case: Uuid,
    /// Its number.
    case_number: String,
    /// The assignment.
    assignment: Uuid,
    /// Name of the power.
    power: String,
    /// From which unit.
    from: UnitName,
    /// To which unit.
    to: UnitName,
    /// When it was decided.
    decided_on: NaiveDate,
    /// When it was pushed.
    pushed_at: DateTime<Utc>,
    /// By when somebody must act; none where nobody must.
    due_on: Option<NaiveDate>,
    /// Who claimed it.
    claimer: Option<String>,
    /// When it was claimed.
    claimed_on: Option<NaiveDate>,
    /// What was found.
    answer: Option<&'static str>,
    /// When it was answered.
    answered_on: Option<NaiveDate>,
    /// When the other side took note.
    closed_on: Option<NaiveDate>,
    /// Of a penalty, its document, and what it says.
    number: String,
    /// What it says.
    content: String,
}

impl From<Line> for HandoffLine {
    fn from(line: Line) -> Self {
        let handoff = line.handoff;
        Self {
            id: handoff.id.0,
            kind: handoff.kind.as_str(),
            state: handoff.state.as_str(),
            case: handoff.case.0,
            case_number: line.case_number,
            assignment: line.assignment.0,
            power: line.power,
            from: UnitName::new(handoff.from, &line.from),
            to: UnitName::new(handoff.to, &line.to),
            decided_on: handoff.decided_on,
            pushed_at: handoff.pushed_at,
            due_on: handoff.due(),
            claimer: line.claimer,
            claimed_on: handoff.claimed.map(|(on, _)| on),
            answer: handoff.answered.map(|(_, answer)| answer.as_str()),
            answered_on: handoff.answered.map(|(on, _)| on),
            closed_on: handoff.closed_on,
            number: handoff.number,
            content: handoff.content,
        }
    }
}

/// Which hand-offs.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Wish {
    /// How far they are: `unclaimed`, `claimed`, `overdue`, `returned` or `done`.
    #[serde(default)]
    stage: String,
    /// Coming (`in`) or going (`out`); both where it is empty.
    #[serde(default)]
    side: String,
    /// `approval` or `penalty`.
    #[serde(default)]
    kind: String,
    /// Those to or from a unit, or one below it.
    unit: Option<Uuid>,
    /// Part of the case's number, or of the power's or a unit's name or code.
    #[serde(default)]
    q: String,
}

/// Hand-offs that come to or go from units that may be seen.
#[utoipa::path(get, path = "/handoffs", tag = "handoffs", params(Wish, Paging),
    responses((status = 200, body = Page<HandoffLine>)))]
async fn list(api: Api, Asked(wish): Asked<Wish>, Asked(paging): Asked<Paging>) -> Answer {
    let filter = Filter {
        stage: wish.stage.parse().ok(),
        on: api.today,
        side: wish.side.parse().ok(),
        kind: wish.kind.parse().ok(),
        unit: wish.unit.map(UnitId),
        typed: wish.q,
    };
    let mut conn = api.read().await?;
    let (limit, offset) = (paging.limit(), paging.offset());
    let (lines, total) = handoff::list(&mut conn, &api.caller(), &filter, limit, offset).await?;
    page(&api, paging, lines.into_iter().map(HandoffLine::from).collect(), total)
}

async fn found(api: &Api, id: HandoffId) -> Answer {
    let mut conn = api.read().await?;
    let found = store::handoff::visible(&mut conn, id, api.sight()).await?;
    json(&HandoffLine::from(found.ok_or(Fault::NotFound)?))
}

/// A hand-off.
#[utoipa::path(get, path = "/handoffs/{id}", tag = "handoffs", params(("id" = Uuid, Path)),
    responses((status = 200, body = HandoffLine)))]
async fn one(api: Api, Path(handoff): Path<String>) -> Answer {
    found(&api, id(&handoff)?).await
}

/// Nothing; who claims it is the token's owner.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Claimed {}

/// Claims it in the name of the token's owner.
#[utoipa::path(post, path = "/handoffs/{id}/claim", tag = "handoffs", params(("id" = Uuid, Path)),
    request_body = Claimed, responses((status = 200, body = HandoffLine)))]
async fn claim(api: Api, Path(handoff): Path<String>, Sent(_): Sent<Claimed>) -> Answer {
    let id = id(&handoff)?;
    handoff::claim(&api.db, &api.caller(), id).await?.ok_or(Fault::NotFound)??;
    found(&api, id).await
}

/// What there is to say.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Noted {
    /// What was looked at, or why.
    #[serde(default)]
    note: String,
}

/// Writes down supervision, which is a step of the case.
#[utoipa::path(post, path = "/handoffs/{id}/record", tag = "handoffs", params(("id" = Uuid, Path)),
    request_body = Noted, responses((status = 200, body = HandoffLine)))]
async fn record(api: Api, Path(handoff): Path<String>, Sent(sent): Sent<Noted>) -> Answer {
    let id = id(&handoff)?;
    handoff::record(&api.db, &api.caller(), id, &fields(&sent)).await?.ok_or(Fault::NotFound)??;
    found(&api, id).await
}

/// What was found.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Answered {
    /// The code of what was found.
    #[schema(example = "in_order")]
    answer: String,
    /// In words.
    #[serde(default)]
    note: String,
}

/// Tells the other side what was found.
#[utoipa::path(post, path = "/handoffs/{id}/answer", tag = "handoffs", params(("id" = Uuid, Path)),
    request_body = Answered, responses((status = 200, body = HandoffLine)))]
async fn answer(api: Api, Path(handoff): Path<String>, Sent(sent): Sent<Answered>) -> Answer {
    let id = id(&handoff)?;
    handoff::answer(&api.db, &api.caller(), id, &fields(&sent)).await?.ok_or(Fault::NotFound)??;
    found(&api, id).await
}

/// Takes note of the answer, on the side that pushed.
#[utoipa::path(post, path = "/handoffs/{id}/close", tag = "handoffs", params(("id" = Uuid, Path)),
    request_body = Noted, responses((status = 200, body = HandoffLine)))]
async fn close(api: Api, Path(handoff): Path<String>, Sent(sent): Sent<Noted>) -> Answer {
    let id = id(&handoff)?;
    handoff::close(&api.db, &api.caller(), id, &fields(&sent)).await?.ok_or(Fault::NotFound)??;
    found(&api, id).await
}

/// Sends it back as wrongly addressed.
#[utoipa::path(post, path = "/handoffs/{id}/return", tag = "handoffs", params(("id" = Uuid, Path)),
    request_body = Noted, responses((status = 200, body = Done)))]
async fn give_back(api: Api, Path(handoff): Path<String>, Sent(sent): Sent<Noted>) -> Answer {
    let id = id(&handoff)?;
    handoff::give_back(&api.db, &api.caller(), id, &fields(&sent)).await?.ok_or(Fault::NotFound)??;
    json(&Done { changed: 1 })
}

/// To which unit.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Redirected {
    /// The right unit, by code or name.
    unit: String,
    /// Why.
    #[serde(default)]
    note: String,
}

/// Sends what was returned to the right unit.
#[utoipa::path(post, path = "/handoffs/{id}/redirect", tag = "handoffs", params(("id" = Uuid, Path)),
    request_body = Redirected, responses((status = 200, body = HandoffLine)))]
async fn redirect(api: Api, Path(handoff): Path<String>, Sent(sent): Sent<Redirected>) -> Answer {
    let id = id(&handoff)?;
    handoff::redirect(&api.db, &api.caller(), id, &fields(&sent)).await?.ok_or(Fault::NotFound)??;
    found(&api, id).await
}

/// A penalty that touches the licence.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Penalty {
    /// Number of its document.
    number: String,
    /// What it does to the licence, by its code.
    effect: String,
    /// What it says.
    note: String,
}

/// Pushes a penalty that touches the licence back to the side that decided.
#[utoipa::path(post, path = "/handoffs/{id}/penalty", tag = "handoffs", params(("id" = Uuid, Path)),
    request_body = Penalty, responses((status = 201, body = Made, headers(("Location" = String)))))]
async fn penalty(api: Api, Path(handoff): Path<String>, Sent(sent): Sent<Penalty>) -> Answer {
    let pushed = handoff::penalty(&api.db, &api.caller(), id(&handoff)?, &fields(&sent)).await?;
    made("/handoffs", pushed.ok_or(Fault::NotFound)??.0)
}
