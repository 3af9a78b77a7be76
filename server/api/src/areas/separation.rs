//! Separation of duties: the rules, who breaks them, and exceptions.

use super::{Done, Plain, id};
use crate::answer::{Made, Page, Paging, json, made, page};
use crate::door::Door;
use crate::endpoint::{Endpoint, line};
use crate::problem::{Answer, Fault};
use crate::request::{Api, Asked, Sent, fields};
use access::Action;
use axum::extract::Path;
use chrono::{DateTime, NaiveDate, Utc};
use domain::id::ExceptionId;
use domain::token::Area;
use serde::{Deserialize, Serialize};
use store::exception::Listed;
use utoipa::ToSchema;
use utoipa_axum::routes;
use uuid::Uuid;

/// The area's endpoints.
pub fn lines() -> Vec<Endpoint> {
    let read = Door::read(Area::Separation, Action::SeparationRead);
    let of = |action| Door::write(Area::Separation, action);
    vec![
        line(routes!(rules), read),
        line(routes!(violations), read),
        line(routes!(exceptions), read),
        line(routes!(request), of(Action::ExceptionRequest)),
        line(routes!(approve), of(Action::ExceptionApprove)),
        // Whoever asked may take it back; the write knows him.
        line(routes!(end), of(Action::SeparationRead)),
    ]
}

/// A rule of separation.
#[derive(Debug, Serialize, ToSchema)]
struct RuleLine {
    /// Stable code, such as `SOD-03`.
    code: String,
    /// What it keeps apart: `case`, `power_unit`, `same_unit`, `static` or `dynamic`.
    kind: &'static str,
    /// Roles, or functions.
    members: Vec<String>,
    /// Nobody holds so many of them at once.
    cardinality: u32,
    /// `record` or `enforce`.
    mode: &'static str,
    /// Whether it was there from the beginning.
    is_built_in: bool,
}

/// Every rule of separation.
#[utoipa::path(get, path = "/separation/rules", tag = "separation",
    responses((status = 200, body = Vec<RuleLine>)))]
async fn rules(api: Api) -> Answer {
    let mut conn = api.read().await?;
    let rules = store::set::rules(&mut conn).await?;
    let rules = rules.into_iter().map(|rule| RuleLine {
        code: rule.set.code,
        kind: rule.set.kind.as_str(),
        members: rule.set.members.into_iter().collect(),
        cardinality: rule.set.cardinality,
        mode: rule.set.mode.as_str(),
        is_built_in: rule.is_built_in,
    });
    json(&rules.collect::<Vec<_>>())
}

/// Somebody, or a unit, that breaks a rule, or will.
#[derive(Debug, Serialize, ToSchema)]
struct Violation {
    /// The rule.
    rule: String,
    /// Who; none for a unit on both sides.
    person: Option<Uuid>,
    /// The fact and the days, with the rights that prove it, in the language that was asked for.
    sentence: String,
    /// First day.
    from: NaiveDate,
    /// Last day.
    to: Option<NaiveDate>,
    /// Whether it is so today; else it is still to come.
    is_now: bool,
}

/// Who breaks a rule today, or will.
#[utoipa::path(get, path = "/separation/violations", tag = "separation", params(Paging),
    responses((status = 200, body = Page<Violation>)))]
async fn violations(api: Api, Asked(paging): Asked<Paging>) -> Answer {
    let mut conn = api.read().await?;
    let judged = services::separation::judge(&mut conn, api.sight(), api.today).await?;
    let (broken, total) = paging.of(judged.broken);
    let rows = broken.into_iter().map(|broken| Violation {
        person: broken.person.map(|person| person.0),
        sentence: api.say(&broken.words),
        from: broken.period.from,
        to: broken.period.to,
        is_now: broken.is_now(api.today),
        rule: broken.rule,
    });
    page(&api, paging, rows.collect(), total)
}

/// An exception from a rule.
#[derive(Debug, Serialize, ToSchema)]
struct ExceptionLine {
    /// Identifier.
    id: Uuid,
    /// The rule.
    rule: String,
    /// How it stands today: `asked`, `coming`, `running`, `ending`, `expired` or `ended`.
    state: &'static str,
    /// Who benefits; none for a unit on both sides.
    person: Option<String>,
    /// Power and unit of the assignment; none for a rule about roles.
    place: Option<String>,
    /// Why.
    reason: String,
    /// What is done instead of separating.
    control: String,
    /// Who asked for it.
    requested_by: String,
    /// Who approved it.
    approved_by: Option<String>,
    /// When.
    approved_at: Option<DateTime<Utc>>,
    /// First day.
    from: NaiveDate,
    /// Last day, as it was asked for.
    to: Option<NaiveDate>,
    /// From this day on it does not count.
    ended_on: Option<NaiveDate>,
}

fn exception(api: &Api, listed: Listed) -> ExceptionLine {
    let exception = &listed.of.exception;
    ExceptionLine {
        id: exception.id.0,
        rule: exception.rule.clone(),
        state: exception.state(api.today).as_str(),
        from: exception.period.from,
        to: exception.period.to,
        ended_on: exception.ended_on,
        approved_at: listed.of.approved.map(|(_, at)| at),
        person: listed.person,
        place: listed.place,
        reason: listed.of.reason,
        control: listed.of.control,
        requested_by: listed.requested_by,
        approved_by: listed.approved_by,
    }
}

/// Exceptions, whether they are asked for, in force or over.
#[utoipa::path(get, path = "/separation/exceptions", tag = "separation", params(Paging),
    responses((status = 200, body = Page<ExceptionLine>)))]
async fn exceptions(api: Api, Asked(paging): Asked<Paging>) -> Answer {
    let mut conn = api.read().await?;
    let (listed, total) = paging.of(store::exception::listed(&mut conn, api.sight()).await?);
    let rows = listed.into_iter().map(|listed| exception(&api, listed)).collect();
    page(&api, paging, rows, total)
}

/// An exception that is asked for.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewException {
    /// The rule, such as `SOD-03`.
    rule: String,
    /// Whom it is for, by staff number; rules about units need none.
    #[serde(default)]
    person: String,
    /// For which assignment; rules about roles need none.
    #[serde(default)]
    assignment: Option<Uuid>,
    /// Why.
    reason: String,
    /// What keeps it harmless meanwhile.
    control: String,
    /// First day; today where it is empty.
    #[serde(default)]
    #[schema(value_type = String, format = Date)]
    from: String,
    /// Last day.
    #[schema(value_type = String, format = Date)]
    to: String,
}

/// Asks for an exception from a rule.
#[utoipa::path(post, path = "/separation/exceptions", tag = "separation", request_body = NewException,
    responses((status = 201, body = Made, headers(("Location" = String)))))]
async fn request(api: Api, Sent(sent): Sent<NewException>) -> Answer {
    let id = services::exception::request(&api.db, &api.caller(), &fields(&sent)).await??;
    made("/separation/exceptions", id.0)
}

/// Approves an exception; nobody approves what he asked for or what benefits him.
#[utoipa::path(post, path = "/separation/exceptions/{id}/approval", tag = "separation",
    params(("id" = Uuid, Path)), request_body = Plain, responses((status = 200, body = Done)))]
async fn approve(api: Api, Path(exception): Path<String>, Sent(_): Sent<Plain>) -> Answer {
    let id: ExceptionId = id(&exception)?;
    services::exception::approve(&api.db, &api.caller(), id).await?.ok_or(Fault::NotFound)??;
    json(&Done { changed: 1 })
}

/// Why an exception ends.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct EndedException {
    /// Why.
    reason: String,
}

/// Ends an exception from today on, or takes back what was not approved.
#[utoipa::path(post, path = "/separation/exceptions/{id}/end", tag = "separation", params(("id" = Uuid, Path)),
    request_body = EndedException, responses((status = 200, body = Done)))]
async fn end(api: Api, Path(exception): Path<String>, Sent(sent): Sent<EndedException>) -> Answer {
    let id: ExceptionId = id(&exception)?;
    let ended = services::exception::end(&api.db, &api.caller(), id, &fields(&sent)).await?;
    ended.ok_or(Fault::NotFound)??;
    json(&Done { changed: 1 })
}
