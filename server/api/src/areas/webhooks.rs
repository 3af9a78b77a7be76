//! Webhooks: named, switched, and what they were told.

use super::{Done, UnitName, id};
use crate::answer::{Page, Paging, json, page};
use crate::door::Door;
use crate::endpoint::{Endpoint, line};
use crate::problem::{Answer, Fault};
use crate::request::{Api, Asked, Sent, fields};
use access::Action;
use app::state::AppState;
use axum::extract::{Path, State};
use chrono::{DateTime, Utc};
use domain::id::{DeliveryId, WebhookId};
use domain::token::Area;
use domain::webhook::Problem;
use serde::{Deserialize, Serialize};
use services::webhook::{self, Switch};
use store::webhook::{Delivery, Listed};
use utoipa::ToSchema;
use utoipa_axum::routes;
use uuid::Uuid;

/// The area's endpoints.
pub fn lines() -> Vec<Endpoint> {
    let read = Door::read(Area::Webhooks, Action::WebhookChange);
    let write = Door::write(Area::Webhooks, Action::WebhookChange);
    vec![
        line(routes!(list), read),
        line(routes!(name), write),
        line(routes!(deliveries), read),
        line(routes!(switch), write),
        line(routes!(redeliver), write),
    ]
}

/// A webhook.
#[derive(Debug, Serialize, ToSchema)]
struct WebhookLine {
    /// Identifier.
    id: Uuid,
    /// The unit; it is told of what happens there and below.
    unit: UnitName,
    /// The address.
    url: String,
    /// Of what it is told.
    events: Vec<&'static str>,
    /// Whether it is told anything.
    is_enabled: bool,
    /// Attempts that failed since the last one that did not.
    failures: u32,
    /// Deliveries that wait.
    waiting: i64,
    /// Deliveries that were given up.
    given_up: i64,
}

impl From<Listed> for WebhookLine {
    fn from(listed: Listed) -> Self {
        let webhook = listed.webhook;
        Self {
            id: webhook.id.0,
            unit: UnitName::new(webhook.unit, &listed.unit_name),
            url: webhook.url,
            events: webhook.events.iter().map(|event| event.as_str()).collect(),
            is_enabled: webhook.is_enabled,
            failures: webhook.failures,
            waiting: listed.waiting,
            given_up: listed.dead,
        }
    }
}

/// Webhooks of units that may be seen.
#[utoipa::path(get, path = "/webhooks", tag = "webhooks", params(Paging),
    responses((status = 200, body = Page<WebhookLine>)))]
async fn list(api: Api, Asked(paging): Asked<Paging>) -> Answer {
    let mut conn = api.read().await?;
    let (listed, total) = paging.of(store::webhook::list(&mut conn, api.sight()).await?);
    page(&api, paging, listed.into_iter().map(WebhookLine::from).collect(), total)
}

/// A webhook that is named.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewWebhook {
    /// The address: `https`, and public unless its network is allowed.
    url: String,
    /// The unit, by code.
    unit: String,
    /// Of what it is told.
    #[schema(example = json!(["handoff_pushed"]))]
    events: Vec<String>,
}

/// A webhook that was named.
#[derive(Debug, Serialize, ToSchema)]
struct MadeWebhook {
    /// Identifier.
    id: Uuid,
    /// The secret by which its deliveries are signed; it is told this once.
    secret: String,
}

/// Names an address that is told of what happens in a unit and below.
#[utoipa::path(post, path = "/webhooks", tag = "webhooks", request_body = NewWebhook,
    responses((status = 200, body = MadeWebhook)))]
async fn name(State(state): State<AppState>, api: Api, Sent(sent): Sent<NewWebhook>) -> Answer {
    let networks = &state.webhook_networks;
    let (id, secret) = webhook::make(&api.db, &api.caller(), networks, &fields(&sent)).await??;
    json(&MadeWebhook { id: id.0, secret: secret.reveal().to_owned() })
}

/// Something that a webhook is told.
#[derive(Debug, Serialize, ToSchema)]
struct DeliveryLine {
    /// Identifier, the same at every attempt.
    id: Uuid,
    /// What happened.
    event: &'static str,
    /// How it stands.
    state: &'static str,
    /// When it happened.
    at: DateTime<Utc>,
    /// Attempts so far.
    attempts: u32,
    /// When it is sent next, or was settled.
    due_at: DateTime<Utc>,
    /// The receiver's last status.
    status: Option<u16>,
    /// What went wrong last.
    problem: Option<&'static str>,
}

impl From<Delivery> for DeliveryLine {
    fn from(delivery: Delivery) -> Self {
        Self {
            id: delivery.id.0,
            event: delivery.event.as_str(),
            state: delivery.state.as_str(),
            at: delivery.made_at,
            attempts: delivery.attempts,
            due_at: delivery.due_at,
            status: delivery.status,
            problem: delivery.problem.map(Problem::as_str),
        }
    }
}

async fn seen(api: &Api, id: WebhookId) -> Result<(), Fault> {
    let mut conn = api.read().await?;
    store::webhook::visible(&mut conn, id, api.sight()).await?.map(|_| ()).ok_or(Fault::NotFound)
}

/// What a webhook was told, the latest first.
#[utoipa::path(get, path = "/webhooks/{id}/deliveries", tag = "webhooks", params(("id" = Uuid, Path), Paging),
    responses((status = 200, body = Page<DeliveryLine>)))]
async fn deliveries(api: Api, Path(webhook): Path<String>, Asked(paging): Asked<Paging>) -> Answer {
    let id: WebhookId = id(&webhook)?;
    seen(&api, id).await?;
    let mut conn = api.read().await?;
    let total = store::webhook::delivery_count(&mut conn, id).await?;
    let lines = store::webhook::deliveries(&mut conn, id, paging.limit(), paging.offset()).await?;
    page(&api, paging, lines.into_iter().map(DeliveryLine::from).collect(), total)
}

/// Whether a webhook is told anything.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Switched {
    /// Whether it is.
    is_enabled: bool,
}

/// Switches a webhook on or off; what waits stays.
#[utoipa::path(post, path = "/webhooks/{id}/switch", tag = "webhooks", params(("id" = Uuid, Path)),
    request_body = Switched, responses((status = 200, body = Done)))]
async fn switch(api: Api, Path(webhook): Path<String>, Sent(sent): Sent<Switched>) -> Answer {
    let id: WebhookId = id(&webhook)?;
    seen(&api, id).await?;
    let to = if sent.is_enabled { Switch::On } else { Switch::Off };
    webhook::switch(&api.db, &api.caller(), id, to).await?.ok_or(Fault::NotFound)?;
    json(&Done { changed: 1 })
}

/// What is told again.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Redelivered {
    /// The delivery.
    delivery: Uuid,
}

/// Sends a delivery again.
#[utoipa::path(post, path = "/webhooks/{id}/redeliver", tag = "webhooks", params(("id" = Uuid, Path)),
    request_body = Redelivered, responses((status = 200, body = Done)))]
async fn redeliver(api: Api, Path(webhook): Path<String>, Sent(sent): Sent<Redelivered>) -> Answer {
    let id: WebhookId = id(&webhook)?;
    seen(&api, id).await?;
    let delivery = DeliveryId(sent.delivery);
    webhook::redeliver(&api.db, &api.caller(), id, delivery).await?.ok_or(Fault::NotFound)?;
    json(&Done { changed: 1 })
}
