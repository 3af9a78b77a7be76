//! Webhooks: kept by units, told of what happens in the transaction in which it does, and sent afterwards until the
//! receiver has taken it.

use crate::ServiceError;
use crate::form::{FieldError, Fields, text};
use crate::identity::Token;
use crate::write::{Caller, Change, Write};
use access::{Action, Permit};
use chrono::{DateTime, TimeDelta, Utc};
use domain::Message;
use domain::duty::Subject;
use domain::id::{DeliveryId, UnitId, WebhookId};
use domain::webhook::{
    DELIVERY_HEADER, Event, MOST_FAILURES, Network, Problem, SIGNATURE_HEADER, State, may_reach, signature,
    wait_after,
};
use reqwest::Url;
use serde_json::{Value, json};
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;
use store::webhook::{Delivery, Webhook};
use store::{Conn, Db, Secret, StoreError};
use tokio::task::JoinSet;

/// Longest address.
const ADDRESS: usize = 2000;
/// How every secret begins.
const SECRET_MARK: &str = "whsec_";
/// How long a receiver has to answer.
const PATIENCE: Duration = Duration::from_secs(10);
/// How long a delivery is in the hands of whoever took it; longer than any attempt lasts.
const LEASE: TimeDelta = TimeDelta::minutes(2);
/// Deliveries that are sent at a time.
const AT_ONCE: i64 = 16;

/// Tells the webhooks of some units and of those above them that something happened, each once, in the transaction in
/// which it did. The first unit is the one in which it did. Gives the number of deliveries.
pub async fn emit(
    conn: &mut Conn,
    now: DateTime<Utc>,
    event: Event,
    units: &[UnitId],
    data: &Value,
) -> Result<usize, StoreError> {
    let mut told: Vec<Webhook> = Vec::new();
    for &unit in units {
        for webhook in store::webhook::told_of(conn, unit).await? {
            if webhook.events.contains(&event) && told.iter().all(|known| known.id != webhook.id) {
                told.push(webhook);
            }
        }
    }
    let unit = units.first();
    for webhook in &told {
        let id = DeliveryId(store::new_id());
        let body = json!({ "id": id, "event": event, "at": now, "unit": unit, "data": data }).to_string();
        let delivery = Delivery {
            id,
            webhook: webhook.id,
            event,
            body,
            state: State::Waiting,
            made_at: now,
            attempts: 0,
            due_at: now,
            status: None,
            problem: None,
        };
        store::webhook::enqueue(conn, &delivery).await?;
    }
    Ok(told.len())
}

/// An address to which deliveries may be sent, as far as it can be seen without asking for its name.
fn target(typed: &str, networks: &[Network]) -> Result<Url, Message> {
    let url = Url::parse(typed).map_err(|_| Message::new("webhook-error-url"))?;
    let is_plain = url.username().is_empty() && url.password().is_none() && url.fragment().is_none();
    if !is_plain || typed.chars().count() > ADDRESS {
        return Err(Message::new("webhook-error-url"));
    }
    let is_tls = match url.scheme() {
        "https" => true,
        "http" => false,
        _ => return Err(Message::new("webhook-error-url")),
    };
    match literal(&url) {
        Some(address) if may_reach(address, is_tls, networks) => Ok(url),
        Some(address) => Err(Message::new("webhook-error-address").with("address", address.to_string())),
        // Without TLS, its name must lead into a network that the operator named.
        None if !is_tls && networks.is_empty() => Err(Message::new("webhook-error-tls")),
        None => Ok(url),
    }
}

/// The host where it is written as an address.
fn literal(url: &Url) -> Option<IpAddr> {
    url.host_str()?.trim_matches(['[', ']']).parse().ok()
}

/// Makes a webhook: `unit` by code or name, `url`, `events`. The secret is told once.
pub async fn make(
    db: &Db,
    caller: &Caller,
    networks: &[Network],
    fields: &Fields,
) -> Result<Result<(WebhookId, Secret), Vec<FieldError>>, ServiceError> {
    let mut errors: Vec<FieldError> = Vec::new();
    let mut write = Write::begin(db).await?;
    let conn = write.conn();
    let unit = crate::duty::unit(conn, fields, "unit", &mut errors).await?;
    let url = target(text(fields, "url"), networks).map_err(|error| errors.push(("url", error))).ok();
    let events: Result<Vec<Event>, _> = text(fields, "events").split_whitespace().map(str::parse).collect();
    let events = events.ok().filter(|events| !events.is_empty());
    if events.is_none() {
        errors.push(("events", Message::new("webhook-error-events")));
    }
    let Some(unit) = unit else { return Ok(Err(errors)) };
    let permit = permit(conn, caller, unit.id).await?;
    let (Some(url), Some(events), true) = (url, events, errors.is_empty()) else { return Ok(Err(errors)) };
    let secret = Secret::new(Token::marked(SECRET_MARK)?.reveal());
    let webhook = Webhook {
        id: WebhookId(store::new_id()),
        unit: unit.id,
        url: url.to_string(),
        secret: secret.clone(),
        events,
        is_enabled: true,
        failures: 0,
        made_by: caller.actor.rights().map(|rights| rights.person),
        made_at: caller.now,
    };
    store::webhook::insert(conn, &webhook).await?;
    let change = Change {
        subject: webhook.id.to_string(),
        after: json!({ "url": webhook.url, "events": webhook.events }),
        ..Change::default()
    };
    write.commit(caller, &permit, change).await?;
    Ok(Ok((webhook.id, secret)))
}

async fn permit(conn: &mut Conn, caller: &Caller, unit: UnitId) -> Result<Permit, ServiceError> {
    let units = store::unit::above(conn, unit).await?;
    caller.permit(Action::WebhookChange, &Subject { units: &units, ..Subject::default() })
}

/// Whether a webhook is told anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Switch {
    /// It is, from now on, and gets what waits.
    On,
    /// It is not; what waits stays.
    Off,
}

/// Switches a webhook; none where there is no such one.
pub async fn switch(db: &Db, caller: &Caller, id: WebhookId, to: Switch) -> Result<Option<()>, ServiceError> {
    let mut write = Write::begin(db).await?;
    let conn = write.conn();
    let Some(webhook) = store::webhook::by_id(conn, id).await? else { return Ok(None) };
    let permit = permit(conn, caller, webhook.unit).await?;
    let is_enabled = to == Switch::On;
    store::webhook::set_enabled(conn, id, is_enabled).await?;
    let change = Change {
        subject: id.to_string(),
        before: json!({ "is_enabled": webhook.is_enabled }),
        after: json!({ "is_enabled": is_enabled }),
        ..Change::default()
    };
    write.commit(caller, &permit, change).await?;
    Ok(Some(()))
}

/// Sends a settled delivery again; none where there is no such one that does not wait already.
pub async fn redeliver(
    db: &Db,
    caller: &Caller,
    id: WebhookId,
    delivery: DeliveryId,
) -> Result<Option<()>, ServiceError> {
    let mut write = Write::begin(db).await?;
    let conn = write.conn();
    let Some(webhook) = store::webhook::by_id(conn, id).await? else { return Ok(None) };
    let permit = permit(conn, caller, webhook.unit).await?;
    if !store::webhook::again(conn, id, delivery, caller.now).await? {
        return Ok(None);
    }
    let change = Change {
        subject: id.to_string(),
        after: json!({ "delivery": delivery, "state": State::Waiting }),
        ..Change::default()
    };
    write.commit(caller, &permit, change).await?;
    Ok(Some(()))
}

/// What deliveries are sent by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sender {
    /// Networks that may be reached though they are not public.
    pub networks: Vec<Network>,
    /// How long a receiver has to answer; less than a delivery is held.
    pub patience: Duration,
}

impl Sender {
    /// One that reaches public addresses and those of some networks.
    pub fn new(networks: Vec<Network>) -> Self {
        Self { networks, patience: PATIENCE }
    }

    /// Sends what is due, a few at once; gives how many were tried. What was sent by a process that died before it
    /// could write that down is sent again under the same identifier.
    pub async fn send_due(&self, db: &Db, now: DateTime<Utc>) -> Result<usize, ServiceError> {
        let mut conn = db.read().await?;
        let is_due = store::webhook::is_due(&mut conn, now).await?;
        drop(conn);
        if !is_due {
            return Ok(0);
        }
        let mut write = Write::begin(db).await?;
        let conn = write.conn();
        let mut taken = Vec::new();
        for delivery in store::webhook::take(conn, now, now + LEASE, AT_ONCE).await? {
            if let Some(webhook) = store::webhook::by_id(conn, delivery.webhook).await? {
                taken.push((webhook, delivery));
            }
        }
        // Nobody waits for the receivers with the database in hand.
        write.commit_derived().await?;
        let mut jobs = JoinSet::new();
        for (webhook, delivery) in taken {
            let sender = self.clone();
            jobs.spawn(async move {
                let answer = sender.send(&webhook, &delivery, now).await;
                (delivery, answer)
            });
        }
        let mut tried = 0;
        while let Some(done) = jobs.join_next().await {
            let Ok((delivery, answer)) = done else { continue };
            settle(db, delivery, answer, now).await?;
            tried += 1;
        }
        Ok(tried)
    }

    async fn send(&self, webhook: &Webhook, delivery: &Delivery, now: DateTime<Utc>) -> Answer {
        match tokio::time::timeout(self.patience, self.try_to_send(webhook, delivery, now)).await {
            Ok(Ok(answer)) => answer,
            Ok(Err(problem)) => problem.into(),
            Err(_) => Problem::Timeout.into(),
        }
    }

    async fn try_to_send(
        &self,
        webhook: &Webhook,
        delivery: &Delivery,
        now: DateTime<Utc>,
    ) -> Result<Answer, Problem> {
        // What was allowed when it was made need not be any more.
        let url = target(&webhook.url, &self.networks).map_err(|_| Problem::Forbidden)?;
        let mut client = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .timeout(self.patience)
            .user_agent(concat!("Baton/", env!("CARGO_PKG_VERSION")));
        if literal(&url).is_none() {
            let addresses = addresses(&url, &self.networks).await?;
            // The connection goes to what was looked at, whatever the name says a moment later.
            client = client.resolve_to_addrs(url.host_str().unwrap_or_default(), &addresses);
        }
        let client = client.build().map_err(|_| Problem::Unreachable)?;
        let sent = client
            .post(url)
            .header("content-type", "application/json")
            .header("baton-event", delivery.event.as_str())
            .header(DELIVERY_HEADER, delivery.id.to_string())
            .header(SIGNATURE_HEADER, signature(webhook.secret.reveal(), now.timestamp(), &delivery.body))
            .body(delivery.body.clone())
            .send()
            .await;
        let status = match sent {
            Ok(response) => response.status(),
            Err(error) if error.is_timeout() => return Err(Problem::Timeout),
            Err(_) => return Err(Problem::Unreachable),
        };
        let problem = if status.is_success() {
            None
        } else if status.is_redirection() {
            Some(Problem::Redirect)
        } else {
            Some(Problem::Status)
        };
        Ok(Answer { status: Some(status.as_u16()), problem })
    }
}

/// How an attempt ended: the receiver's status where it answered, and why it failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Answer {
    status: Option<u16>,
    problem: Option<Problem>,
}

impl From<Problem> for Answer {
    fn from(problem: Problem) -> Self {
        Self { status: None, problem: Some(problem) }
    }
}

/// Where a name leads to. One address that may not be reached forbids them all: whoever owns the name could choose.
async fn addresses(url: &Url, networks: &[Network]) -> Result<Vec<SocketAddr>, Problem> {
    let host = url.host_str().ok_or(Problem::Forbidden)?;
    let port = url.port_or_known_default().ok_or(Problem::Forbidden)?;
    let found = tokio::net::lookup_host((host, port)).await.map_err(|_| Problem::Unreachable)?;
    let found: Vec<SocketAddr> = found.collect();
    let is_tls = url.scheme() == "https";
    if found.iter().all(|address| may_reach(address.ip(), is_tls, networks)) {
        Ok(found)
    } else {
        Err(Problem::Forbidden)
    }
}

async fn settle(
    db: &Db,
    mut delivery: Delivery,
    answer: Answer,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    delivery.attempts += 1;
    (delivery.status, delivery.problem) = (answer.status, answer.problem);
    (delivery.state, delivery.due_at) = match answer.problem {
        None => (State::Delivered, now),
        Some(_) => match wait_after(delivery.attempts) {
            Some(wait) => (State::Waiting, now + wait),
            None => (State::Dead, now),
        },
    };
    let mut write = Write::begin(db).await?;
    let conn = write.conn();
    store::webhook::settle(conn, &delivery).await?;
    match answer.problem {
        None => store::webhook::forget_failures(conn, delivery.webhook).await?,
        Some(_) => store::webhook::count_failure(conn, delivery.webhook, MOST_FAILURES).await?,
    }
    write.commit_derived().await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_are_public_or_named_by_the_operator() {
        let inner: Vec<Network> = vec!["10.0.0.0/8".parse().expect("a network")];
        for (url, public, named) in [
            ("https://approval.example.cn/hooks", true, true),
            ("http://approval.example.cn/hooks", false, true),
            ("https://10.0.0.7/hooks", false, true),
            ("http://10.0.0.7:8080/hooks", false, true),
            ("http://127.0.0.1/hooks", false, false),
            ("https://169.254.169.254/latest", false, false),
            ("https://[::1]/", false, false),
            ("https://2130706433/", false, false),
            ("https://0x7f.1/", false, false),
            ("https://1.1.1.1/", true, true),
            ("http://1.1.1.1/", false, false),
            ("https://user:word@approval.example.cn/", false, false),
            ("ftp://approval.example.cn/", false, false),
            ("file:///etc/passwd", false, false),
            ("hooks", false, false),
            ("", false, false),
        ] {
            assert_eq!(target(url, &[]).is_ok(), public, "{url}");
            assert_eq!(target(url, &inner).is_ok(), named, "{url} with a network");
        }
    }
}
