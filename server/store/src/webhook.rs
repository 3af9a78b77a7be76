//! Webhooks, and the queue of what they are told: each delivery waits until it was taken, and while one sender holds
//! it no other one sends it.

use crate::db::{execute, fetch_all, fetch_one, fetch_optional, int, nat};
use crate::sight::{by_sight, seen, top};
use crate::{Conn, Secret, StoreError};
use chrono::{DateTime, Utc};
use domain::duty::Sight;
use domain::id::{DeliveryId, PersonId, UnitId, WebhookId};
use domain::webhook::{Event, Problem, State};
use uuid::Uuid;

/// An address that is told of what happens in a unit and below it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Webhook {
    /// Identifier.
    pub id: WebhookId,
    /// The unit.
    pub unit: UnitId,
    /// The address.
    pub url: String,
    /// By which deliveries are signed.
    pub secret: Secret,
    /// Of what it is told.
    pub events: Vec<Event>,
    /// Whether it is told anything.
    pub is_enabled: bool,
    /// Attempts that failed since the last one that did not.
    pub failures: u32,
    /// Who made it; none for the operator at the machine.
    pub made_by: Option<PersonId>,
    /// When.
    pub made_at: DateTime<Utc>,
}

#[derive(sqlx::FromRow)]
struct WebhookRow {
    id: Uuid,
    unit_id: Uuid,
    url: String,
    secret: String,
    events: String,
    is_enabled: bool,
    failures: i32,
    made_by: Option<Uuid>,
    made_at: DateTime<Utc>,
}

impl From<WebhookRow> for Webhook {
    fn from(row: WebhookRow) -> Self {
        Self {
            id: WebhookId(row.id),
            unit: UnitId(row.unit_id),
            url: row.url,
            secret: Secret::new(row.secret),
            // What this program does not know is not told.
            events: row.events.split_whitespace().filter_map(|event| event.parse().ok()).collect(),
            is_enabled: row.is_enabled,
            failures: nat(row.failures),
            made_by: row.made_by.map(PersonId),
            made_at: row.made_at,
        }
    }
}

/// Adds one.
pub async fn insert(conn: &mut Conn, webhook: &Webhook) -> Result<(), StoreError> {
    const SQL: &str =
        "insert into webhook (id, unit_id, url, secret, events, is_enabled, failures, made_by, made_at)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    let events: Vec<&str> = webhook.events.iter().map(|event| event.as_str()).collect();
    execute!(
        conn,
        SQL,
        webhook.id.0,
        webhook.unit.0,
        &webhook.url,
        webhook.secret.reveal(),
        events.join(" "),
        webhook.is_enabled,
        int(webhook.failures),
        webhook.made_by.map(|person| person.0),
        webhook.made_at,
    )?;
    Ok(())
}

macro_rules! webhook {
    ($rest:literal) => {
        concat!(
            "select w.id, w.unit_id, w.url, w.secret, w.events, w.is_enabled, w.failures, w.made_by, w.made_at
            from webhook w ",
            $rest
        )
    };
}

/// One, whoever asks.
pub async fn by_id(conn: &mut Conn, id: WebhookId) -> Result<Option<Webhook>, StoreError> {
    Ok(fetch_optional!(conn, WebhookRow, webhook!("where w.id = $1"), id.0)?.map(Webhook::from))
}

/// Those that are told of what happens in a unit.
pub async fn told_of(conn: &mut Conn, unit: UnitId) -> Result<Vec<Webhook>, StoreError> {
    const SQL: &str = webhook!(
        "join unit_ancestor a on a.ancestor_id = w.unit_id where a.unit_id = $1 and w.is_enabled order by w.id"
    );
    Ok(fetch_all!(conn, WebhookRow, SQL, unit.0)?.into_iter().map(Webhook::from).collect())
}

/// Switches one on or off; whoever switches it on begins to count anew.
pub async fn set_enabled(conn: &mut Conn, id: WebhookId, is_enabled: bool) -> Result<(), StoreError> {
    execute!(conn, "update webhook set is_enabled = $2, failures = 0 where id = $1", id.0, is_enabled)?;
    Ok(())
}

/// Counts an attempt that failed; one that failed `most` times in a row is switched off.
pub async fn count_failure(conn: &mut Conn, id: WebhookId, most: u32) -> Result<(), StoreError> {
    const SQL: &str = "update webhook set failures = failures + 1,
        is_enabled = case when failures + 1 >= $2 then false else is_enabled end where id = $1";
    execute!(conn, SQL, id.0, int(most))?;
    Ok(())
}

/// Begins to count anew.
pub async fn forget_failures(conn: &mut Conn, id: WebhookId) -> Result<(), StoreError> {
    execute!(conn, "update webhook set failures = 0 where id = $1 and failures > 0", id.0)?;
    Ok(())
}

/// A webhook as lists show it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// The webhook.
    pub webhook: Webhook,
    /// Name of its unit.
    pub unit_name: String,
    /// Deliveries that wait, and those that were given up.
    pub waiting: i64,
    /// Given up.
    pub dead: i64,
}

#[derive(sqlx::FromRow)]
struct ListedRow {
    #[sqlx(flatten)]
    webhook: WebhookRow,
    unit_name: String,
    waiting: i64,
    dead: i64,
}

macro_rules! listed {
    ($rest:literal) => {
        concat!(
            top!(),
            " select w.id, w.unit_id, w.url, w.secret, w.events, w.is_enabled, w.failures, w.made_by, w.made_at,
                u.name as unit_name,
                (select cast(count(*) as bigint) from webhook_delivery d
                    where d.webhook_id = w.id and d.state = 'waiting') as waiting,
                (select cast(count(*) as bigint) from webhook_delivery d
                    where d.webhook_id = w.id and d.state = 'dead') as dead
            from webhook w join unit u on u.id = w.unit_id where ",
            seen!("w.unit_id"),
            $rest
        )
    };
}

fn shown(row: ListedRow) -> Listed {
    Listed { webhook: row.webhook.into(), unit_name: row.unit_name, waiting: row.waiting, dead: row.dead }
}

/// Those of units that may be seen.
pub async fn list(conn: &mut Conn, sight: Sight) -> Result<Vec<Listed>, StoreError> {
    const SQL: &str = listed!(" order by u.code, w.made_at, w.id limit 500");
    Ok(by_sight!(fetch_all, conn, ListedRow, SQL, sight)?.into_iter().map(shown).collect())
}

/// One of a unit that may be seen.
pub async fn visible(conn: &mut Conn, id: WebhookId, sight: Sight) -> Result<Option<Listed>, StoreError> {
    const SQL: &str = listed!(" and w.id = $4");
    Ok(by_sight!(fetch_optional, conn, ListedRow, SQL, sight, id.0)?.map(shown))
}

/// Something that a webhook is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivery {
    /// Identifier, the same at every attempt.
    pub id: DeliveryId,
    /// The webhook.
    pub webhook: WebhookId,
    /// What happened.
    pub event: Event,
    /// JSON, as it is signed and sent.
    pub body: String,
    /// How it stands.
    pub state: State,
    /// When it happened.
    pub made_at: DateTime<Utc>,
    /// Attempts so far.
    pub attempts: u32,
    /// When it is sent next, or was settled.
    pub due_at: DateTime<Utc>,
    /// The receiver's last status.
    pub status: Option<u16>,
    /// What went wrong last.
    pub problem: Option<Problem>,
}

#[derive(sqlx::FromRow)]
struct DeliveryRow {
    id: Uuid,
    webhook_id: Uuid,
    event: String,
    body: String,
    state: String,
    made_at: DateTime<Utc>,
    attempts: i32,
    due_at: DateTime<Utc>,
    status: Option<i32>,
    problem: String,
}

impl TryFrom<DeliveryRow> for Delivery {
    type Error = StoreError;
    fn try_from(row: DeliveryRow) -> Result<Self, StoreError> {
        Ok(Self {
            id: DeliveryId(row.id),
            webhook: WebhookId(row.webhook_id),
            event: row.event.parse()?,
            body: row.body,
            state: row.state.parse()?,
            made_at: row.made_at,
            attempts: nat(row.attempts),
            due_at: row.due_at,
            status: row.status.and_then(|status| u16::try_from(status).ok()),
            problem: row.problem.parse().ok(),
        })
    }
}

/// Puts a delivery into the queue.
pub async fn enqueue(conn: &mut Conn, delivery: &Delivery) -> Result<(), StoreError> {
    const SQL: &str = "insert into webhook_delivery
        (id, webhook_id, event, body, state, made_at, attempts, due_at, leased_until, status, problem)
        values ($1, $2, $3, $4, $5, $6, $7, $8, null, null, '')";
    execute!(
        conn,
        SQL,
        delivery.id.0,
        delivery.webhook.0,
        delivery.event.as_str(),
        &delivery.body,
        delivery.state.as_str(),
        delivery.made_at,
        int(delivery.attempts),
        delivery.due_at,
    )?;
    Ok(())
}

macro_rules! delivery {
    ($rest:literal) => {
        concat!(
            "select d.id, d.webhook_id, d.event, d.body, d.state, d.made_at, d.attempts, d.due_at, d.status, d.problem
            from webhook_delivery d ",
            $rest
        )
    };
}

macro_rules! due {
    ($select:literal, $rest:literal) => {
        concat!(
            $select,
            " from webhook_delivery d join webhook w on w.id = d.webhook_id
            where d.state = 'waiting' and d.due_at <= $1 and w.is_enabled
              and (d.leased_until is null or d.leased_until <= $1)",
            $rest
        )
    };
}

/// Whether something is due that nobody holds.
pub async fn is_due(conn: &mut Conn, now: DateTime<Utc>) -> Result<bool, StoreError> {
    const SQL: &str = due!("select d.id", " limit 1");
    Ok(fetch_optional!(conn, (Uuid,), SQL, now)?.is_some())
}

/// Takes deliveries that are due and that nobody holds, of webhooks that are switched on; they are the caller's until
/// `until`.
pub async fn take(
    conn: &mut Conn,
    now: DateTime<Utc>,
    until: DateTime<Utc>,
    limit: i64,
) -> Result<Vec<Delivery>, StoreError> {
    const DUE: &str = due!("select d.id", " order by d.due_at, d.id limit $2");
    // Another sender may have been faster.
    const TAKE: &str = "update webhook_delivery set leased_until = $3
        where id = $1 and state = 'waiting' and (leased_until is null or leased_until <= $2)";
    let mut taken = Vec::new();
    for (id,) in fetch_all!(conn, (Uuid,), DUE, now, limit)? {
        if execute!(conn, TAKE, id, now, until)? == 0 {
            continue;
        }
        taken.push(fetch_one!(conn, DeliveryRow, delivery!("where d.id = $1"), id)?.try_into()?);
    }
    Ok(taken)
}

/// Writes down how an attempt ended, and lets the delivery go.
pub async fn settle(conn: &mut Conn, delivery: &Delivery) -> Result<(), StoreError> {
    const SQL: &str =
        "update webhook_delivery set state = $2, attempts = $3, due_at = $4, status = $5, problem = $6,
        leased_until = null where id = $1";
    execute!(
        conn,
        SQL,
        delivery.id.0,
        delivery.state.as_str(),
        int(delivery.attempts),
        delivery.due_at,
        delivery.status.map(i32::from),
        delivery.problem.map_or("", Problem::as_str),
    )?;
    Ok(())
}

/// Puts a delivery that is settled back into the queue; false where it waits already, or is none of the webhook's.
pub async fn again(
    conn: &mut Conn,
    webhook: WebhookId,
    id: DeliveryId,
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    const SQL: &str =
        "update webhook_delivery set state = 'waiting', attempts = 0, due_at = $3, leased_until = null
        where id = $1 and webhook_id = $2 and state <> 'waiting'";
    Ok(execute!(conn, SQL, id.0, webhook.0, now)? > 0)
}

/// A webhook's deliveries, the latest first.
pub async fn deliveries(
    conn: &mut Conn,
    webhook: WebhookId,
    limit: i64,
    offset: i64,
) -> Result<Vec<Delivery>, StoreError> {
    const SQL: &str =
        delivery!("where d.webhook_id = $1 order by d.made_at desc, d.id desc limit $2 offset $3");
    fetch_all!(conn, DeliveryRow, SQL, webhook.0, limit, offset)?
        .into_iter()
        .map(Delivery::try_from)
        .collect()
}

/// One of them.
pub async fn delivery(
    conn: &mut Conn,
    webhook: WebhookId,
    id: DeliveryId,
) -> Result<Option<Delivery>, StoreError> {
    const SQL: &str = delivery!("where d.webhook_id = $1 and d.id = $2");
    fetch_optional!(conn, DeliveryRow, SQL, webhook.0, id.0)?.map(Delivery::try_from).transpose()
}

/// How many there are.
pub async fn delivery_count(conn: &mut Conn, webhook: WebhookId) -> Result<i64, StoreError> {
    const SQL: &str = "select cast(count(*) as bigint) from webhook_delivery where webhook_id = $1";
    let (count,) = fetch_one!(conn, (i64,), SQL, webhook.0)?;
    Ok(count)
}

/// Forgets deliveries that were taken before a moment.
pub async fn delete_old(conn: &mut Conn, before: DateTime<Utc>) -> Result<u64, StoreError> {
    execute!(conn, "delete from webhook_delivery where state = 'delivered' and due_at < $1", before)
}
