//! Webhooks: signed, tried again, given up, sent again by hand, and under one identifier whatever happens.

use crate::common::each_database;
use crate::files::operator;
use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use chrono::{DateTime, TimeDelta, TimeZone, Utc};
use domain::id::{UnitId, WebhookId};
use domain::unit::{Unit, UnitKind};
use domain::webhook::{
    DELIVERY_HEADER, Event, MOST_FAILURES, Network, Problem, SIGNATURE_HEADER, State as Stands, signature,
};
use serde_json::{Value, json};
use services::form::Fields;
use services::webhook::{Sender, Switch};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use store::webhook::{Delivery, Webhook};
use store::{Db, Secret, new_id};

/// What the receiver does next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Manner {
    Takes,
    Breaks,
    SendsElsewhere,
    Hangs,
}

/// What a receiver heard: identifier, signature and body of each delivery.
#[derive(Clone)]
struct Receiver {
    manner: Arc<Mutex<Manner>>,
    heard: Arc<Mutex<Vec<(String, String, String)>>>,
    url: String,
}

async fn hear(State(receiver): State<Receiver>, headers: HeaderMap, body: String) -> Response {
    let text =
        |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned();
    receiver.heard.lock().unwrap().push((text(DELIVERY_HEADER), text(SIGNATURE_HEADER), body));
    let manner = *receiver.manner.lock().unwrap();
    match manner {
        Manner::Takes => StatusCode::NO_CONTENT.into_response(),
        Manner::Breaks => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
        Manner::SendsElsewhere => {
            (StatusCode::TEMPORARY_REDIRECT, [(header::LOCATION, "/trap")]).into_response()
        }
        Manner::Hangs => {
            tokio::time::sleep(Duration::from_mins(1)).await;
            StatusCode::OK.into_response()
        }
    }
}

impl Receiver {
    async fn start() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/hook", listener.local_addr().unwrap());
        let receiver = Self { manner: Arc::new(Mutex::new(Manner::Takes)), heard: Arc::default(), url };
        let router =
            Router::new().route("/hook", post(hear)).route("/trap", post(hear)).with_state(receiver.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        receiver
    }

    fn does(&self, manner: Manner) {
        *self.manner.lock().unwrap() = manner;
    }

    fn heard(&self) -> Vec<(String, String, String)> {
        self.heard.lock().unwrap().clone()
    }
}

fn moment() -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2026, 11, 24, 2, 0, 0).unwrap()
}

fn sender() -> Sender {
    Sender { patience: Duration::from_millis(400), ..Sender::new(Network::LOOPBACK.to_vec()) }
}

/// A county and a township below it.
async fn units(db: &Db) -> [UnitId; 2] {
    let mut conn = db.write().await.unwrap();
    let mut made = Vec::new();
    for (code, kind) in [("0", UnitKind::County), ("1", UnitKind::Township)] {
        let unit = Unit {
            id: UnitId(new_id()),
            code: code.to_owned(),
            name: format!("单位{code}"),
            kind,
            parent: made.first().copied(),
            credit_code: None,
        };
        store::unit::insert(&mut conn, &unit).await.unwrap();
        made.push(unit.id);
    }
    conn.commit_derived().await.unwrap();
    [made[0], made[1]]
}

fn form(url: &str, unit: &str, events: &str) -> Fields {
    [("url", url), ("unit", unit), ("events", events)]
        .map(|(name, text)| (name.to_owned(), text.to_owned()))
        .into()
}

async fn make(db: &Db, url: &str, unit: &str, events: &str) -> (WebhookId, Secret) {
    let caller = operator(moment().date_naive());
    let made =
        services::webhook::make(db, &caller, &Network::LOOPBACK, &form(url, unit, events)).await.unwrap();
    made.unwrap()
}

async fn emit(db: &Db, event: Event, unit: UnitId, data: &Value) -> usize {
    let mut conn = db.write().await.unwrap();
    let told = services::webhook::emit(&mut conn, moment(), event, &[unit], data).await.unwrap();
    conn.commit_derived().await.unwrap();
    told
}

async fn only(db: &Db, webhook: WebhookId) -> Delivery {
    let mut conn = db.read().await.unwrap();
    let mut all = store::webhook::deliveries(&mut conn, webhook, 10, 0).await.unwrap();
    assert_eq!(all.len(), 1);
    all.remove(0)
}

async fn webhook(db: &Db, id: WebhookId) -> Webhook {
    let mut conn = db.read().await.unwrap();
    store::webhook::by_id(&mut conn, id).await.unwrap().unwrap()
}

#[test]
fn what_happens_below_is_told_once_and_signed() {
    each_database(async |db| {
        let [county, town] = units(&db).await;
        let receiver = Receiver::start().await;
        let (above, secret) = make(&db, &receiver.url, "0", "case_opened case_decided").await;
        let (beside, _) = make(&db, &receiver.url, "1", "case_decided").await;
        assert_eq!(emit(&db, Event::CaseOpened, town, &json!({ "number": "甲1" })).await, 1);
        assert_eq!(emit(&db, Event::CaseDecided, county, &json!({})).await, 1, "what is above is not below");
        assert_eq!(sender().send_due(&db, moment()).await.unwrap(), 2);
        assert_eq!(sender().send_due(&db, moment()).await.unwrap(), 0, "it is sent once");
        let heard = receiver.heard();
        assert_eq!(heard.len(), 2);
        for (id, signed, body) in &heard {
            let told: Value = serde_json::from_str(body).unwrap();
            assert_eq!(told["id"].as_str(), Some(id.as_str()));
            assert_eq!(signed, &signature(secret.reveal(), moment().timestamp(), body));
            let kept = only_of(&db, above, id).await;
            assert_eq!((kept.state, kept.attempts, kept.status), (Stands::Delivered, 1, Some(204)));
        }
        assert!(heard.iter().any(|(_, _, body)| body.contains("甲1")));
        let mut conn = db.read().await.unwrap();
        assert_eq!(store::webhook::delivery_count(&mut conn, beside).await.unwrap(), 0);
    });
}

async fn only_of(db: &Db, webhook: WebhookId, id: &str) -> Delivery {
    let mut conn = db.read().await.unwrap();
    store::webhook::delivery(&mut conn, webhook, id.parse().unwrap()).await.unwrap().unwrap()
}

#[test]
fn what_is_rolled_back_is_not_told() {
    each_database(async |db| {
        let [_, town] = units(&db).await;
        let receiver = Receiver::start().await;
        let (id, _) = make(&db, &receiver.url, "1", "case_opened").await;
        let mut conn = db.write().await.unwrap();
        services::webhook::emit(&mut conn, moment(), Event::CaseOpened, &[town], &json!({})).await.unwrap();
        drop(conn);
        assert_eq!(sender().send_due(&db, moment()).await.unwrap(), 0);
        let mut conn = db.read().await.unwrap();
        assert_eq!(store::webhook::delivery_count(&mut conn, id).await.unwrap(), 0);
    });
}

#[test]
fn what_fails_is_tried_again_until_it_is_given_up() {
    each_database(async |db| {
        let [_, town] = units(&db).await;
        let receiver = Receiver::start().await;
        let (id, _) = make(&db, &receiver.url, "1", "case_opened").await;
        emit(&db, Event::CaseOpened, town, &json!({})).await;
        let mut now = moment();
        for (manner, problem, status) in [
            (Manner::Breaks, Problem::Status, Some(500)),
            (Manner::SendsElsewhere, Problem::Redirect, Some(307)),
            (Manner::Hangs, Problem::Timeout, None),
        ] {
            receiver.does(manner);
            assert_eq!(sender().send_due(&db, now).await.unwrap(), 1, "{manner:?}");
            let kept = only(&db, id).await;
            assert_eq!((kept.state, kept.problem, kept.status), (Stands::Waiting, Some(problem), status));
            assert!(kept.due_at > now);
            assert_eq!(sender().send_due(&db, now).await.unwrap(), 0, "it waits");
            now = kept.due_at;
        }
        assert_eq!(receiver.heard().len(), 3, "nobody follows elsewhere");
        receiver.does(Manner::Breaks);
        while only(&db, id).await.state == Stands::Waiting {
            assert_eq!(sender().send_due(&db, now).await.unwrap(), 1);
            now = only(&db, id).await.due_at;
        }
        let kept = only(&db, id).await;
        assert_eq!((kept.state, kept.attempts), (Stands::Dead, 8));
        assert_eq!(webhook(&db, id).await.failures, 8);
        // By hand it goes again, under the same identifier.
        let caller = operator(now.date_naive());
        receiver.does(Manner::Takes);
        assert!(services::webhook::redeliver(&db, &caller, id, kept.id).await.unwrap().is_some());
        assert!(
            services::webhook::redeliver(&db, &caller, id, kept.id).await.unwrap().is_none(),
            "it waits already"
        );
        let later = caller.now.max(now) + TimeDelta::days(1);
        assert_eq!(sender().send_due(&db, later).await.unwrap(), 1);
        assert_eq!(only(&db, id).await.state, Stands::Delivered);
        assert_eq!(webhook(&db, id).await.failures, 0);
        let heard = receiver.heard();
        assert!(heard.iter().all(|(each, ..)| *each == heard[0].0), "one identifier at every attempt");
    });
}

#[test]
fn whoever_fails_too_often_is_switched_off() {
    each_database(async |db| {
        let [_, town] = units(&db).await;
        let receiver = Receiver::start().await;
        receiver.does(Manner::Breaks);
        let (id, _) = make(&db, &receiver.url, "1", "case_opened").await;
        for _ in 0..MOST_FAILURES {
            emit(&db, Event::CaseOpened, town, &json!({})).await;
        }
        while sender().send_due(&db, moment()).await.unwrap() > 0 {}
        let off = webhook(&db, id).await;
        assert_eq!((off.is_enabled, off.failures), (false, MOST_FAILURES));
        assert_eq!(emit(&db, Event::CaseOpened, town, &json!({})).await, 0, "it is told nothing");
        let much_later = moment() + TimeDelta::days(1);
        assert_eq!(sender().send_due(&db, much_later).await.unwrap(), 0, "and what waits, waits");
        let caller = operator(moment().date_naive());
        receiver.does(Manner::Takes);
        services::webhook::switch(&db, &caller, id, Switch::On).await.unwrap().unwrap();
        let mut sent = 0;
        loop {
            let tried = sender().send_due(&db, much_later).await.unwrap();
            sent += tried;
            if tried == 0 {
                break;
            }
        }
        assert_eq!(u32::try_from(sent), Ok(MOST_FAILURES), "nothing was lost");
    });
}

#[test]
fn a_death_between_sending_and_writing_sends_the_same_again() {
    each_database(async |db| {
        let [_, town] = units(&db).await;
        let receiver = Receiver::start().await;
        let (id, _) = make(&db, &receiver.url, "1", "case_opened").await;
        emit(&db, Event::CaseOpened, town, &json!({})).await;
        receiver.does(Manner::Hangs);
        let patient = Sender { patience: Duration::from_secs(30), ..sender() };
        let dying = tokio::spawn({
            let db = db.clone();
            async move { patient.send_due(&db, moment()).await }
        });
        while receiver.heard().is_empty() {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        dying.abort();
        assert!(dying.await.is_err(), "it died with the delivery in its hands");
        receiver.does(Manner::Takes);
        assert_eq!(sender().send_due(&db, moment()).await.unwrap(), 0, "nobody else may send it yet");
        let later = moment() + TimeDelta::minutes(3);
        assert_eq!(sender().send_due(&db, later).await.unwrap(), 1);
        let heard = receiver.heard();
        assert_eq!(heard.len(), 2);
        assert_eq!((&heard[0].0, &heard[0].2), (&heard[1].0, &heard[1].2), "the same, under one identifier");
        assert_eq!(only(&db, id).await.state, Stands::Delivered);
    });
}

#[test]
fn two_senders_share_the_work() {
    each_database(async |db| {
        let [_, town] = units(&db).await;
        let receiver = Receiver::start().await;
        make(&db, &receiver.url, "1", "case_opened").await;
        for number in 0..30 {
            emit(&db, Event::CaseOpened, town, &json!({ "number": number })).await;
        }
        let senders = (0..4).map(|_| {
            let db = db.clone();
            tokio::spawn(async move {
                let mut sent = 0;
                loop {
                    match sender().send_due(&db, moment()).await {
                        Ok(0) => return sent,
                        Ok(tried) => sent += tried,
                        Err(error) => panic!("{error}"),
                    }
                }
            })
        });
        let mut sent = 0;
        for each in senders.collect::<Vec<_>>() {
            sent += each.await.unwrap();
        }
        assert_eq!(sent, 30);
        let mut ids: Vec<String> = receiver.heard().into_iter().map(|(id, ..)| id).collect();
        ids.sort();
        ids.dedup();
        assert_eq!((ids.len(), receiver.heard().len()), (30, 30), "each once");
    });
}

#[test]
fn targets_are_looked_at_when_they_are_made_and_when_they_are_sent_to() {
    each_database(async |db| {
        let [_, town] = units(&db).await;
        let receiver = Receiver::start().await;
        let caller = operator(moment().date_naive());
        for (url, unit, events, fields) in [
            ("http://127.0.0.1/x", "1", "case_opened", &["url"][..]),
            ("https://10.0.0.1/x", "1", "case_opened", &["url"]),
            ("http://approval.example.cn/x", "1", "case_opened", &["url"]),
            ("nonsense", "", "nothing", &["unit", "url", "events"]),
        ] {
            let made = services::webhook::make(&db, &caller, &[], &form(url, unit, events)).await.unwrap();
            let wrong: Vec<&str> = made.unwrap_err().iter().map(|(field, _)| *field).collect();
            assert_eq!(wrong, fields, "{url}");
        }
        // What the operator allows no more is not sent, even by a name.
        let by_name = receiver.url.replace("127.0.0.1", "localhost");
        let (id, _) = make(&db, &by_name, "1", "case_opened").await;
        emit(&db, Event::CaseOpened, town, &json!({})).await;
        let strict = Sender { networks: vec!["10.0.0.0/8".parse().unwrap()], ..sender() };
        assert_eq!(strict.send_due(&db, moment()).await.unwrap(), 1);
        assert_eq!(only(&db, id).await.problem, Some(Problem::Forbidden));
        assert!(receiver.heard().is_empty());
        let due = only(&db, id).await.due_at;
        assert_eq!(sender().send_due(&db, due).await.unwrap(), 1);
        assert_eq!(only(&db, id).await.state, Stands::Delivered);
    });
}
