//! The audit trail, the latest row first.

use crate::answer::{json, link};
use crate::door::Door;
use crate::endpoint::{Endpoint, line};
use crate::problem::Answer;
use crate::request::{Api, Asked};
use access::Action;
use axum::http::{HeaderValue, header};
use chrono::{DateTime, NaiveDate, Utc};
use domain::audit::Outcome;
use domain::id::UnitId;
use domain::token::Area;
use serde::{Deserialize, Serialize};
use store::audit::{Filter, Line};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::routes;
use uuid::Uuid;

/// Rows where nothing else is asked for, and at most.
const USUAL: i64 = 50;
const MOST: i64 = 500;

/// The area's endpoints.
pub fn lines() -> Vec<Endpoint> {
    vec![line(routes!(list), Door::read(Area::Audit, Action::AuditRead))]
}

/// A row of the trail.
#[derive(Debug, Serialize, ToSchema)]
struct AuditRow {
    /// Its number, from 1 on without gaps.
    seq: i64,
    /// When.
    at: DateTime<Utc>,
    /// `done` or `denied`.
    outcome: &'static str,
    /// Object and act, such as `case.open`.
    action: String,
    /// What it was done to.
    subject: String,
    /// Its unit.
    unit: Option<Uuid>,
    /// Its unit's name.
    unit_name: Option<String>,
    /// Who; none for the operator at the machine.
    actor_id: Option<Uuid>,
    /// His name, or the operator.
    actor: String,
    /// On whose behalf; empty for his own.
    principal: String,
    /// In which post.
    post: String,
    /// From where, and by which token.
    address: String,
    /// Why.
    reason: String,
    /// The rule that refused, was only recorded, or was waived.
    rule: String,
    /// The state before, as JSON.
    before: String,
    /// The state after, as JSON.
    after: String,
    /// The hash of the row before.
    previous: String,
    /// Its own hash.
    hash: String,
}

impl From<Line> for AuditRow {
    fn from(line: Line) -> Self {
        let (row, entry) = (line.row.clone(), line.row.entry);
        Self {
            seq: row.seq,
            at: entry.at,
            outcome: entry.outcome.as_str(),
            action: entry.action,
            subject: entry.subject,
            unit: entry.unit.map(|unit| unit.0),
            unit_name: line.unit_name,
            actor_id: entry.actor_id.map(|person| person.0),
            actor: entry.actor,
            principal: entry.principal,
            post: entry.post,
            address: entry.address,
            reason: entry.reason,
            rule: entry.rule,
            before: entry.before,
            after: entry.after,
            previous: row.previous,
            hash: row.hash,
        }
    }
}

/// Which rows.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Wish {
    /// Part of the name of who did it, or on whose behalf.
    #[serde(default)]
    actor: String,
    /// Object and act, such as `case.open`.
    #[serde(default)]
    action: String,
    /// What it was done to.
    #[serde(default)]
    subject: String,
    /// A unit with all below it.
    unit: Option<Uuid>,
    /// `done` or `denied`.
    #[serde(default)]
    outcome: String,
    /// First day, in China.
    from: Option<NaiveDate>,
    /// Last day, in China.
    to: Option<NaiveDate>,
    /// Rows before this number.
    before: Option<i64>,
    /// How many rows.
    #[param(minimum = 1, maximum = 500, default = 50)]
    limit: Option<i64>,
}

/// A stretch of the trail. The header `Link` leads to the rows before.
#[derive(Debug, Serialize, ToSchema)]
struct Stretch {
    /// The rows, the latest first.
    items: Vec<AuditRow>,
    /// What to send as `before` for the next ones; none at the end.
    before: Option<i64>,
}

/// The audit trail, the latest row first.
#[utoipa::path(get, path = "/audit", tag = "audit", params(Wish), responses((status = 200, body = Stretch)))]
async fn list(api: Api, Asked(wish): Asked<Wish>) -> Answer {
    let limit = wish.limit.unwrap_or(USUAL).clamp(1, MOST);
    let filter = Filter {
        actor: wish.actor,
        action: wish.action,
        subject: wish.subject,
        unit: wish.unit.map(UnitId),
        outcome: wish.outcome.parse::<Outcome>().ok(),
        from: wish.from,
        to: wish.to,
    };
    let mut conn = api.read().await?;
    let lines = store::audit::list(&mut conn, api.sight(), &filter, wish.before, limit, 0).await?;
    let is_full = i64::try_from(lines.len()).is_ok_and(|found| found == limit);
    let before = lines.last().filter(|_| is_full).map(|line| line.row.seq);
    let items = lines.into_iter().map(AuditRow::from).collect();
    let mut response = json(&Stretch { items, before })?;
    if let Some(before) = before
        && let Ok(link) = HeaderValue::from_str(&link(&api, "next", "before", &before.to_string()))
    {
        response.headers_mut().insert(header::LINK, link);
    }
    Ok(response)
}
