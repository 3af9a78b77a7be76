//! What is sent with an `Idempotency-Key` is done once.

use crate::common::each_audited_database;
use crate::program::{Program, all_scopes};
use crate::site::Site;
use axum::http::{Method, StatusCode};
use domain::duty::Sight;
use serde_json::{Value, json};
use store::Db;
use store::audit::Filter;

fn town(code: &str) -> Value {
    json!({ "rows": [{ "code": code, "name": format!("镇{code}"), "kind": "township", "parent": "0" }] })
}

async fn imports(db: &Db) -> usize {
    let mut conn = db.read().await.expect("reads");
    let filter = Filter { action: "file.import".to_owned(), ..Filter::default() };
    store::audit::list(&mut conn, Sight::Everything, &filter, None, 100, 0).await.expect("reads").len()
}

#[test]
fn what_is_sent_again_is_answered_again() {
    each_audited_database(async |db| {
        access::start().await.expect("the policy is read");
        let site = Site::empty(db).await;
        let program = Program::of(&site, &all_scopes()).await;
        let first = program.post_once("k-1", "/imports/units", &town("1")).await;
        assert_eq!((first.status, first.at("/new")), (StatusCode::OK, "1".to_owned()), "{first:?}");
        assert_eq!(first.header("idempotency-replayed"), "");
        for _ in 0..3 {
            let again = program.post_once("k-1", "/imports/units", &town("1")).await;
            assert_eq!((again.status, &again.text), (first.status, &first.text));
            assert_eq!(again.header("idempotency-replayed"), "true");
            assert_eq!(again.header("content-type"), first.header("content-type"));
        }
        assert_eq!(imports(&site.state.db).await, 1);
        // Without a key it is another request, which finds everything there.
        let plain = program.post("/imports/units", &town("1")).await;
        assert_eq!(plain.at("/unchanged"), "1");
        // The same key for something else.
        for (path, body) in [("/imports/units", town("2")), ("/imports/units?on_error=skip", town("1"))] {
            let other = program.post_once("k-1", path, &body).await;
            assert_eq!(other.status, StatusCode::UNPROCESSABLE_ENTITY);
            assert_eq!(other.problem("invalid")["errors"][0]["code"], "api-key-other");
        }
        // Another token has keys of its own.
        let second = Program::of(&site, &all_scopes()).await;
        assert_eq!(second.post_once("k-1", "/imports/units", &town("3")).await.at("/new"), "1");
        // What was refused, or only tried, left nothing.
        let wrong = json!({ "rows": [{ "code": "", "name": "", "kind": "x" }] });
        let refused = program.post_once("k-2", "/imports/units", &wrong).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(
            refused.problem("import")["report"]["errors"].as_array().is_some_and(|errors| !errors.is_empty())
        );
        let tried = program.post_once("k-2", "/imports/units?dry_run=true", &town("4")).await;
        assert_eq!((tried.status, tried.at("/written")), (StatusCode::OK, "false".to_owned()));
        assert_eq!(program.post_once("k-2", "/imports/units", &town("4")).await.at("/new"), "1");
        for key in ["", " ", "a b", "ü", &"x".repeat(201)] {
            let headers = [("content-type", "application/json"), ("idempotency-key", key)];
            let bad = program.send(Method::POST, "/imports/units", &headers, town("5").to_string()).await;
            assert_eq!(bad.status, StatusCode::UNPROCESSABLE_ENTITY, "{key:?}");
            bad.problem("invalid");
        }
    });
}

#[test]
fn two_at_once_do_it_once() {
    each_audited_database(async |db| {
        access::start().await.expect("the policy is read");
        let site = Site::empty(db).await;
        let program = Program::of(&site, &all_scopes()).await;
        for round in 0..10 {
            let (key, code) = (format!("key-{round}"), format!("5{round}"));
            let before = imports(&site.state.db).await;
            let asked = (0..4).map(|_| {
                let (program, key, body) = (program.clone(), key.clone(), town(&code));
                tokio::spawn(async move { program.post_once(&key, "/imports/units", &body).await })
            });
            let asked: Vec<_> = asked.collect();
            let mut answers = Vec::new();
            for each in asked {
                answers.push(each.await.expect("answers"));
            }
            for answered in &answers {
                assert_eq!(answered.status, StatusCode::OK, "{answered:?}");
                assert_eq!(answered.at("/new"), "1", "{answered:?}");
            }
            let replayed =
                answers.iter().filter(|each| each.header("idempotency-replayed") == "true").count();
            assert_eq!(replayed, 3, "one of four did it");
            assert_eq!(imports(&site.state.db).await, before + 1, "one row of the trail");
        }
    });
}
