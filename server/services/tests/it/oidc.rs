//! Sign-in at an OpenID provider: a small one answers here, and lies as the test wishes.

use crate::common::each_database;
use crate::files::{county, operator, today};
use axum::routing::{get, post};
use axum::{Form, Json, Router};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD as BASE64;
use chrono::{DateTime, TimeDelta, Utc};
use openidconnect::core::{CoreEdDsaPrivateSigningKey, CoreJwsSigningAlgorithm};
use openidconnect::{JsonWebKeyId, PrivateSigningKey};
use serde_json::{Value, json};
use services::form::Fields;
use services::identity::oidc::{self, Callback, Config, Provider, Refused, Started, claims};
use services::identity::{self, Device, Limits, Origin, SignIn, Token};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use store::{Db, Secret};

/// Keys that sign nothing but these tests.
const OLD_KEY: &str = "-----BEGIN PRIVATE KEY-----
MC4CAQAwBQYDK2VwBCIEIFx90VjymANXp6cWJya9DEx3WysxuNF9dCRBmX8SZt8+
-----END PRIVATE KEY-----
";
const NEW_KEY: &str = "-----BEGIN PRIVATE KEY-----
MC4CAQAwBQYDK2VwBCIEIBvMadL+ICaiqD6Y4N6hZXTtjZi5Zz4LagzBmAsolRao
-----END PRIVATE KEY-----
";
const REDIRECT: &str = "http://127.0.0.1:3000/oidc/callback";

fn key(pem: &str, id: &str) -> CoreEdDsaPrivateSigningKey {
    CoreEdDsaPrivateSigningKey::from_ed25519_pem(pem, Some(JsonWebKeyId::new(id.to_owned()))).unwrap()
}

fn signed(claims: &Value, pem: &str, id: &str) -> String {
    let head = json!({ "alg": "EdDSA", "kid": id, "typ": "JWT" });
    let text = format!("{}.{}", BASE64.encode(head.to_string()), BASE64.encode(claims.to_string()));
    let signature = key(pem, id).sign(&CoreJwsSigningAlgorithm::EdDsa, text.as_bytes()).unwrap();
    format!("{text}.{}", BASE64.encode(signature))
}

/// What the provider answers with.
struct Answers {
    /// The keys that it publishes.
    keys: Vec<(&'static str, &'static str)>,
    /// The token for each code, and the challenge that came with the request for it.
    tokens: BTreeMap<String, (String, String)>,
    /// What it tells beside the token.
    info: Value,
    /// How often it was asked what it is.
    asked: usize,
}

struct Fake {
    issuer: String,
    answers: Arc<Mutex<Answers>>,
}

impl Fake {
    async fn start() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let issuer = format!("http://{}", listener.local_addr().unwrap());
        let answers =
            Answers { keys: vec![(OLD_KEY, "old")], tokens: BTreeMap::new(), info: Value::Null, asked: 0 };
        let answers = Arc::new(Mutex::new(answers));
        let (told, asked, published) = (issuer.clone(), answers.clone(), answers.clone());
        let (given, known) = (answers.clone(), answers.clone());
        let about = async move || {
            asked.lock().unwrap().asked += 1;
            Json(json!({
                "issuer": told,
                "authorization_endpoint": format!("{told}/auth"),
                "token_endpoint": format!("{told}/token"),
                "userinfo_endpoint": format!("{told}/me"),
                "jwks_uri": format!("{told}/keys"),
                "response_types_supported": ["code"],
                "subject_types_supported": ["public"],
                "id_token_signing_alg_values_supported": ["EdDSA"],
            }))
        };
        let keys = async move || {
            let keys = published.lock().unwrap().keys.clone();
            let keys: Vec<_> =
                keys.into_iter().map(|(pem, id)| json!(key(pem, id).as_verification_key())).collect();
            Json(json!({ "keys": keys }))
        };
        let token = async move |Form(form): Form<BTreeMap<String, String>>| {
            let text = |name: &str| form.get(name).cloned().unwrap_or_default();
            let challenge = BASE64.encode(Sha256::digest(text("code_verifier")));
            let taken = given.lock().unwrap().tokens.remove(&text("code"));
            match taken {
                Some((token, expected)) if expected == challenge && text("redirect_uri") == REDIRECT => {
                    let body = json!({ "access_token": "a", "token_type": "Bearer", "id_token": token });
                    (axum::http::StatusCode::OK, Json(body))
                }
                _ => (axum::http::StatusCode::BAD_REQUEST, Json(json!({ "error": "invalid_grant" }))),
            }
        };
        let me = async move || Json(known.lock().unwrap().info.clone());
        let router = Router::new()
            .route("/.well-known/openid-configuration", get(about))
            .route("/keys", get(keys))
            .route("/token", post(token))
            .route("/me", get(me));
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { issuer, answers }
    }

    fn provider(&self) -> Provider {
        Provider::new(Config {
            issuer: self.issuer.clone(),
            client_id: "baton".to_owned(),
            client_secret: None,
            name: String::new(),
            person_claim: "employee_number".to_owned(),
            scopes: vec!["profile".to_owned()],
        })
        .unwrap()
    }

    /// What a good token says.
    fn claims(&self, nonce: &str, subject: &str, code: &str) -> Value {
        self.answers.lock().unwrap().info = json!({ "sub": subject });
        json!({
            "iss": self.issuer, "sub": subject, "aud": "baton", "nonce": nonce,
            "iat": now().timestamp(), "exp": (now() + TimeDelta::minutes(5)).timestamp(),
            "employee_number": code,
        })
    }

    /// Keeps a token for the one who began, and gives the code for it.
    fn keep(&self, started: &Started, token: String) -> String {
        let query = started.address.split_once('?').unwrap().1;
        let challenge = query.split('&').find_map(|pair| pair.strip_prefix("code_challenge=")).unwrap();
        assert!(query.contains("code_challenge_method=S256"));
        let mut answers = self.answers.lock().unwrap();
        let code = format!("code-{}", answers.tokens.len());
        answers.tokens.insert(code.clone(), (token, challenge.to_owned()));
        code
    }
}

fn now() -> DateTime<Utc> {
    operator(today()).now
}

fn origin(now: DateTime<Utc>) -> Origin {
    Origin {
        address: "10.0.0.1".to_owned(),
        label: "Firefox".to_owned(),
        device: Device::default(),
        now,
        today: (now + TimeDelta::hours(8)).date_naive(),
    }
}

async fn begun(db: &Db, provider: &Provider) -> Started {
    oidc::begin(db, provider, REDIRECT, "zh-CN", "/board", now()).await.unwrap().unwrap()
}

fn callback(started: &Started, code: &str) -> Callback {
    Callback {
        state: started.state.clone(),
        kept: started.state.clone(),
        code: code.to_owned(),
        error: String::new(),
        issuer: String::new(),
    }
}

type Finished = Result<(SignIn, String), Refused>;

async fn finished_at(db: &Db, provider: &Provider, callback: &Callback, at: DateTime<Utc>) -> Finished {
    oidc::finish(db, provider, &Limits::default(), REDIRECT, callback, &origin(at)).await.unwrap()
}

async fn finished(db: &Db, provider: &Provider, callback: &Callback) -> Finished {
    finished_at(db, provider, callback, now()).await
}

/// Signs in with claims that the test may change.
async fn with(
    db: &Db,
    fake: &Fake,
    provider: &Provider,
    subject: &str,
    code: &str,
    change: impl FnOnce(&mut Value),
) -> Finished {
    let started = begun(db, provider).await;
    let mut claims = fake.claims(&started.nonce, subject, code);
    change(&mut claims);
    let code = fake.keep(&started, signed(&claims, OLD_KEY, "old"));
    finished(db, provider, &callback(&started, &code)).await
}

fn session(finished: Finished) -> Token {
    match finished {
        Ok((SignIn::In { session, .. }, back)) => {
            assert_eq!(back, "/board");
            session
        }
        other => panic!("{other:?}"),
    }
}

/// The roles with which somebody is signed in.
async fn roles(db: &Db, token: &Token) -> Vec<String> {
    let signed = identity::resume(db, &Limits::default(), token, now(), today()).await.unwrap().unwrap();
    signed.rights.grants.iter().map(|grant| grant.role.to_string()).collect()
}

async fn audited(db: &Db) -> Vec<(String, String)> {
    let mut conn = db.read().await.unwrap();
    let rows = store::audit::after(&mut conn, 0, 1000).await.unwrap();
    let by_provider = rows.into_iter().filter(|row| row.entry.actor == "openid-provider");
    by_provider.map(|row| (row.entry.action, row.entry.outcome.to_string())).collect()
}

#[test]
fn whoever_the_claim_names_is_let_in_and_known_again() {
    each_database(async |db| {
        county(&db).await;
        let fake = Fake::start().await;
        let provider = fake.provider();
        let token = session(with(&db, &fake, &provider, "zhang", "P1", |_| {}).await);
        assert!(roles(&db, &token).await.is_empty(), "an account alone gives nothing");
        assert_eq!(audited(&db).await, [("account.change".to_owned(), "done".to_owned())]);
        // By his name there, whatever the claim says now.
        session(with(&db, &fake, &provider, "zhang", "P2", |_| {}).await);
        assert_eq!(audited(&db).await.len(), 1);
        // Somebody else there with the same code.
        let other = with(&db, &fake, &provider, "zhang-2", "P1", |_| {}).await;
        assert_eq!(other, Err(Refused::Linked));
        for (code, expected) in [("P9", "P9"), ("", "")] {
            let refused = with(&db, &fake, &provider, "nobody", code, |_| {}).await;
            let (claim, code) = ("employee_number".to_owned(), expected.to_owned());
            assert_eq!(refused, Err(Refused::Unknown { claim, code }));
        }
        let mut conn = db.read().await.unwrap();
        let account = store::account::by_login(&mut conn, "p1").await.unwrap().unwrap();
        drop(conn);
        assert_eq!(account.password_hash, None);
        let by = operator(today());
        identity::disable(&db, &by, account.id).await.unwrap();
        assert_eq!(with(&db, &fake, &provider, "zhang", "P1", |_| {}).await, Err(Refused::Disabled));
        assert_eq!(fake.answers.lock().unwrap().asked, 1, "the provider is asked once what it is");
    });
}

#[test]
fn a_token_that_is_not_for_this_sign_in_is_refused() {
    each_database(async |db| {
        county(&db).await;
        let fake = Fake::start().await;
        let provider = fake.provider();
        let earlier = begun(&db, &provider).await.nonce;
        let past = (now() - TimeDelta::seconds(1)).timestamp();
        let wrong: [(&str, Value, Refused); 6] = [
            ("exp", json!(past), Refused::Expired),
            ("aud", json!("another"), Refused::Audience),
            ("aud", json!(["baton", "another"]), Refused::Audience),
            ("iss", json!("http://127.0.0.1:1"), Refused::Issuer),
            ("nonce", json!(earlier), Refused::Nonce),
            ("nonce", Value::Null, Refused::Nonce),
        ];
        for (name, value, expected) in wrong {
            let said =
                with(&db, &fake, &provider, "zhang", "P1", |claims| claims[name] = value.clone()).await;
            assert_eq!(said, Err(expected), "{name} {value}");
        }
        for (pem, id) in [(NEW_KEY, "old"), (NEW_KEY, "unknown")] {
            let started = begun(&db, &provider).await;
            let token = signed(&fake.claims(&started.nonce, "zhang", "P1"), pem, id);
            let code = fake.keep(&started, token);
            let said = finished(&db, &provider, &callback(&started, &code)).await;
            assert_eq!(said, Err(Refused::Signature), "{id}");
        }
        // Without any signature.
        let started = begun(&db, &provider).await;
        let claims = fake.claims(&started.nonce, "zhang", "P1").to_string();
        let token = format!("{}.{}.", BASE64.encode(r#"{"alg":"none"}"#), BASE64.encode(claims));
        let code = fake.keep(&started, token);
        let said = finished(&db, &provider, &callback(&started, &code)).await;
        assert!(matches!(said, Err(Refused::Signature | Refused::Malformed)), "{said:?}");
        assert_eq!(audited(&db).await, []);
        // A key that is new is fetched.
        fake.answers.lock().unwrap().keys.push((NEW_KEY, "new"));
        let started = begun(&db, &provider).await;
        let code = fake.keep(&started, signed(&fake.claims(&started.nonce, "zhang", "P1"), NEW_KEY, "new"));
        session(finished(&db, &provider, &callback(&started, &code)).await);
    });
}

#[test]
fn an_answer_is_taken_once_in_time_and_in_the_same_browser() {
    each_database(async |db| {
        county(&db).await;
        let fake = Fake::start().await;
        let provider = fake.provider();
        let good = async || {
            let started = begun(&db, &provider).await;
            let token = signed(&fake.claims(&started.nonce, "zhang", "P1"), OLD_KEY, "old");
            let code = fake.keep(&started, token);
            callback(&started, &code)
        };
        let once = good().await;
        session(finished(&db, &provider, &once).await);
        assert_eq!(finished(&db, &provider, &once).await, Err(Refused::State));
        // Two at once: one of them.
        let twice = good().await;
        let (one, other) = tokio::join!(finished(&db, &provider, &twice), finished(&db, &provider, &twice));
        assert!(one.is_ok() != other.is_ok(), "{one:?} {other:?}");
        // Another's answer, slipped into this browser.
        let foreign = Callback { kept: "another".to_owned(), ..good().await };
        assert_eq!(finished(&db, &provider, &foreign).await, Err(Refused::State));
        let unbound = Callback { kept: String::new(), state: String::new(), ..good().await };
        assert_eq!(finished(&db, &provider, &unbound).await, Err(Refused::State));
        let made_up = Callback { state: "x".to_owned(), kept: "x".to_owned(), ..good().await };
        assert_eq!(finished(&db, &provider, &made_up).await, Err(Refused::State));
        let late = finished_at(&db, &provider, &good().await, now() + TimeDelta::minutes(10)).await;
        assert_eq!(late, Err(Refused::Late));
        let refused = Callback { code: String::new(), error: "access_denied".to_owned(), ..good().await };
        assert_eq!(
            finished(&db, &provider, &refused).await,
            Err(Refused::Provider("access_denied".to_owned()))
        );
        let other = Callback { issuer: "http://127.0.0.1:1".to_owned(), ..good().await };
        assert_eq!(finished(&db, &provider, &other).await, Err(Refused::Issuer));
        // The code of another sign-in: its verifier is not this one's.
        let (mine, others) = (good().await, good().await);
        let swapped = Callback { code: others.code, ..mine };
        let said = finished(&db, &provider, &swapped).await;
        assert_eq!(said, Err(Refused::Exchange("invalid_grant".to_owned())));
    });
}

#[test]
fn a_provider_that_is_down_is_told_in_time() {
    each_database(async |db| {
        let silent = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let mut fake = Fake::start().await;
        fake.issuer = format!("http://{}", silent.local_addr().unwrap());
        let hanging = fake.provider();
        let said = tokio::time::timeout(
            std::time::Duration::from_secs(5),
            oidc::begin(&db, &hanging, REDIRECT, "en", "/", now()),
        );
        assert_eq!(said.await.expect("in time").unwrap().err(), Some(Refused::Unreachable));
        drop(silent);
        let said = oidc::begin(&db, &hanging, REDIRECT, "en", "/", now()).await.unwrap();
        assert_eq!(said.err(), Some(Refused::Unreachable));
    });
}

#[test]
fn a_second_factor_is_owed_unless_the_provider_asked_for_one() {
    each_database(async |db| {
        county(&db).await;
        let fake = Fake::start().await;
        let provider = fake.provider();
        session(with(&db, &fake, &provider, "zhang", "P1", |_| {}).await);
        let mut conn = db.write().await.unwrap();
        let account = store::account::by_login(&mut conn, "p1").await.unwrap().unwrap();
        let secret = Secret::new("JBSWY3DPEHPK3PXP");
        store::account::set_totp(&mut conn, account.id, Some(&secret)).await.unwrap();
        store::account::confirm_totp(&mut conn, account.id, now()).await.unwrap();
        conn.commit().await.unwrap();
        let said = with(&db, &fake, &provider, "zhang", "P1", |_| {}).await;
        assert!(matches!(said, Ok((SignIn::SecondFactor(_), _))), "{said:?}");
        let weak = with(&db, &fake, &provider, "zhang", "P1", |claims| claims["amr"] = json!(["pwd"])).await;
        assert!(matches!(weak, Ok((SignIn::SecondFactor(_), _))), "{weak:?}");
        session(
            with(&db, &fake, &provider, "zhang", "P1", |claims| claims["amr"] = json!(["pwd", "mfa"])).await,
        );
    });
}

async fn add(db: &Db, claim: &str, value: &str, unit: &str, post: &str, role: &str) -> Vec<&'static str> {
    let fields = [("claim", claim), ("value", value), ("unit", unit), ("post", post), ("role", role)];
    let fields: Fields = fields.into_iter().map(|(name, text)| (name.to_owned(), text.to_owned())).collect();
    match claims::add(db, &operator(today()), &fields).await.unwrap() {
        Ok(()) => Vec::new(),
        Err(errors) => errors.into_iter().map(|(name, _)| name).collect(),
    }
}

#[test]
fn rules_are_read_or_refused() {
    each_database(async |db| {
        county(&db).await;
        assert_eq!(add(&db, "", "", "nowhere", "", "king").await, ["claim", "value", "post", "unit", "role"]);
        assert_eq!(add(&db, "groups", "a", "4101 许家沟乡", "队员", "handler").await, [""; 0]);
        assert_eq!(add(&db, "groups", "a", "许家沟乡", "所长", "handler").await, ["claim"]);
        assert_eq!(add(&db, "groups", "a", "4101", "队员", "business").await, ["role"]);
    });
}

#[test]
fn claims_give_roles_and_take_them_away() {
    each_database(async |db| {
        county(&db).await;
        let fake = Fake::start().await;
        let provider = fake.provider();
        assert!(add(&db, "groups", "enforcement", "4101", "执法队员", "handler").await.is_empty());
        assert!(add(&db, "department", "许家沟乡", "4101", "执法队员", "leader").await.is_empty());
        let token = session(
            with(&db, &fake, &provider, "zhang", "P1", |claims| {
                claims["groups"] = json!(["staff", "enforcement"]);
                claims["department"] = json!("许家沟乡");
            })
            .await,
        );
        let held = roles(&db, &token).await;
        assert!(held.contains(&"handler".to_owned()) && held.contains(&"leader".to_owned()), "{held:?}");
        let given: Vec<_> = audited(&db).await.into_iter().map(|(action, _)| action).collect();
        assert_eq!(given, ["account.change", "appointment.change", "appointment.change"]);
        // The same again changes nothing; told beside the token counts, too.
        let started = begun(&db, &provider).await;
        let code = fake.keep(&started, signed(&fake.claims(&started.nonce, "zhang", "P1"), OLD_KEY, "old"));
        fake.answers.lock().unwrap().info =
            json!({ "sub": "zhang", "groups": ["enforcement"], "department": "许家沟乡" });
        session(finished(&db, &provider, &callback(&started, &code)).await);
        assert_eq!(audited(&db).await.len(), 3);
        let token = session(
            with(&db, &fake, &provider, "zhang", "P1", |claims| claims["department"] = json!("许家沟乡"))
                .await,
        );
        let held = roles(&db, &token).await;
        assert!(!held.contains(&"handler".to_owned()) && held.contains(&"leader".to_owned()), "{held:?}");
        assert_eq!(audited(&db).await.len(), 4);
        // What a claim gave on the same day before can be given again.
        let token = session(
            with(&db, &fake, &provider, "zhang", "P1", |claims| claims["groups"] = json!("enforcement"))
                .await,
        );
        assert!(roles(&db, &token).await.contains(&"handler".to_owned()));
        assert!(!roles(&db, &token).await.contains(&"leader".to_owned()));
    });
}

#[test]
fn what_separation_refuses_no_claim_gives() {
    each_database(async |db| {
        county(&db).await;
        let fake = Fake::start().await;
        let provider = fake.provider();
        // One post with both: SOD-05.
        assert!(add(&db, "groups", "all", "4101", "所长", "approver").await.is_empty());
        assert!(add(&db, "groups", "all", "4101", "所长", "supervisor").await.is_empty());
        let said = with(&db, &fake, &provider, "zhang", "P1", |claims| claims["groups"] = json!("all")).await;
        let held = roles(&db, &session(said)).await;
        assert!(
            held.contains(&"approver".to_owned()) && !held.contains(&"supervisor".to_owned()),
            "{held:?}"
        );
        let change = |outcome: &str| ("appointment.change".to_owned(), outcome.to_owned());
        assert_eq!(audited(&db).await[1..], [change("done"), change("denied")]);
    });
}
