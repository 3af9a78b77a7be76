//! Catalogue work through the interface: a round to its end and into proposals, a zero-base review to recalls, papers with
//! their scans, and what is only read.

use crate::common::each_audited_database;
use crate::program::{Program, all_scopes};
use crate::site::Site;
use axum::http::{Method, StatusCode};
use domain::duty::Role;
use serde_json::{Value, json};

/// A township of the sample.
const TOWN: &str = "410505101";
const STAGES: [&str; 6] = ["down_1", "up_1", "down_2", "up_2", "down_3", "up_3"];

/// The same list in pages of one, by its links.
async fn total(program: &Program, path: &str) -> i64 {
    let listed = program.get(path).await;
    assert_eq!(listed.status, StatusCode::OK, "{path}: {listed:?}");
    listed.json()["total"].as_i64().expect("a total")
}

#[test]
fn a_round_ends_in_proposals() {
    each_audited_database(async |db| {
        access::start().await.expect("the policy is read");
        let site = Site::with_sample(db).await;
        let office = Program::of(&site, &all_scopes()).await;
        let manager = Program::of(&site.sign_in(Role::Manager, TOWN).await, &all_scopes()).await;
        let stranger = Program::of(&site.sign_in(Role::Manager, "410505102").await, &all_scopes()).await;
        let version = office.get("/catalogues").await.at("/items/0/id");
        assert_eq!(office.get(&format!("/catalogues/{version}")).await.status, StatusCode::OK);
        assert_eq!(total(&office, &format!("/catalogues/{version}/diff?with={version}")).await, 0);
        let wish = json!({
            "title": "一轮", "unit": TOWN, "version": version, "days": [3], "form": "conferral",
            "functions": ["accept"], "list": "basic",
        });
        let opened = office.post_once("open", "/rounds", &wish).await;
        assert_eq!(opened.status, StatusCode::CREATED, "{opened:?}");
        let path = format!("/rounds/{}", opened.at("/id"));
        assert_eq!(stranger.get(&path).await.status, StatusCode::NOT_FOUND);
        let hidden =
            stranger.post(&format!("{path}/answers"), &json!({ "act": "accept", "all": true })).await;
        assert_eq!(hidden.status, StatusCode::NOT_FOUND, "{hidden:?}");
        let items = total(&manager, &format!("{path}/items?per_page=1")).await;
        assert!(items > 50);
        let one = manager.get(&format!("{path}/items?q=YD-MZ&per_page=1")).await;
        let silent = json!({ "act": "object", "items": [one.at("/items/0/id")] });
        let silent = manager.post(&format!("{path}/answers"), &silent).await;
        assert_eq!(silent.problem("invalid")["errors"][0]["field"], "comment");
        let accept = json!({ "act": "accept", "all": true, "q": "YD-MZ" });
        let accepted = manager.post(&format!("{path}/answers"), &accept).await;
        assert_eq!(accepted.at("/changed"), "10", "{accepted:?}");
        let out = json!({
            "act": "change", "all": true, "outcome": "open", "kept": "no", "comment": "不下放",
        });
        let left = office.post(&format!("{path}/answers"), &out).await;
        assert_eq!(left.at("/changed"), (items - 10).to_string(), "{left:?}");
        let changes = manager.get(&format!("{path}/changes?act=change&per_page=1")).await;
        assert_eq!(changes.at("/items/0/differences/0"), "kept", "{changes:?}");
        let term = json!({ "from": "2027-02-01" });
        let early = office.post(&format!("{path}/proposals"), &term).await;
        assert_eq!(early.problem("invalid")["errors"][0]["code"], "round-refused-running");
        for stage in STAGES {
            let closed = office.post(&format!("{path}/close"), &json!({ "stage": stage })).await;
            assert_eq!(closed.status, StatusCode::OK, "{closed:?}");
        }
        let twice = office.post(&format!("{path}/close"), &json!({ "stage": "up_3" })).await;
        assert_eq!(twice.status, StatusCode::UNPROCESSABLE_ENTITY, "{twice:?}");
        let refused = manager.post(&format!("{path}/proposals"), &term).await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN, "{refused:?}");
        let drafted = office.post_once("draft", &format!("{path}/proposals"), &term).await;
        assert_eq!(drafted.status, StatusCode::OK, "{drafted:?}");
        let told = drafted.json();
        let proposals = told["proposals"].as_array().expect("proposals").clone();
        let proposed: i64 = proposals.iter().filter_map(|each| each["items"].as_i64()).sum();
        assert_eq!(proposed + told["left"].as_i64().expect("a number"), 10, "{told}");
        assert!(proposed > 0, "{told}");
        let again = office.post(&format!("{path}/proposals"), &term).await;
        assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY, "nothing twice: {again:?}");
        let shown = office.get(&path).await;
        assert_eq!(shown.json()["proposals"].as_array().map(Vec::len), Some(proposals.len()), "{shown:?}");
        let proposal = format!("/proposals/{}", proposals[0]["id"].as_str().expect("an id"));
        assert_eq!(office.post(&format!("{proposal}/send"), &json!({})).await.status, StatusCode::OK);
        // The unit has a notice of it, and reads it.
        let notices = manager.get("/notices?show=unread").await;
        assert!(notices.text.contains("answer_asked"), "{notices:?}");
        let notice = notices.at("/items/0/id");
        let read = manager.post(&format!("/notices/{notice}/read"), &json!({})).await;
        assert_eq!(read.at("/changed"), "1");
        let foreign = stranger.post(&format!("/notices/{notice}/read"), &json!({})).await;
        assert_eq!(foreign.at("/changed"), "0", "another's inbox");
        assert_eq!(manager.post("/notices/read", &json!({})).await.status, StatusCode::OK);
        assert_eq!(total(&manager, "/notices?show=unread").await, 0);
    });
}

#[test]
fn a_zero_base_review_ends_in_recalls() {
    each_audited_database(async |db| {
        access::start().await.expect("the policy is read");
        let site = Site::with_sample(db).await;
        let office = Program::of(&site, &all_scopes()).await;
        let manager = Program::of(&site.sign_in(Role::Manager, TOWN).await, &all_scopes()).await;
        let wish = json!({ "title": "清零", "unit": TOWN, "due": "2026-12-31" });
        let opened = office.post("/zero-base", &wish).await;
        assert_eq!(opened.status, StatusCode::CREATED, "{opened:?}");
        let path = format!("/zero-base/{}", opened.at("/id"));
        let lines = manager.get(&format!("{path}/lines?per_page=3")).await;
        let id = |place: usize| lines.at(&format!("/items/{place}/id"));
        let argued = json!({ "lines": [id(0)], "proposal": "drop", "grounds": "无人员" });
        assert_eq!(manager.post(&format!("{path}/arguments"), &argued).await.at("/changed"), "1");
        let decide = json!({ "lines": [id(0)], "proposal": "drop", "reason": "无人员" });
        let refused = manager.post(&format!("{path}/decisions"), &decide).await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN, "{refused:?}");
        let decide = json!({
            "lines": [id(0)], "proposal": "drop", "reason": "无人员", "code": "too_technical",
        });
        assert_eq!(office.post(&format!("{path}/decisions"), &decide).await.at("/changed"), "1");
        let change = json!({ "lines": [id(1)], "proposal": "change", "reason": "改为委托" });
        assert_eq!(office.post(&format!("{path}/decisions"), &change).await.at("/changed"), "1");
        let decision = json!({ "number": "殷收〔2026〕1号", "last_on": "2026-12-31" });
        let recalled = office.post(&format!("{path}/recalls"), &decision).await;
        assert_eq!(recalled.at("/changed"), "1", "{recalled:?}");
        let twice = office.post(&format!("{path}/recalls"), &decision).await;
        assert_eq!(twice.problem("invalid")["errors"][0]["code"], "zero-base-error-done");
        let asked = office.post(&format!("{path}/adjustments"), &json!({ "kind": "change_form" })).await;
        assert_eq!(asked.at("/changed"), "1", "{asked:?}");
        let lines = office.get(&format!("{path}/lines?per_page=3")).await;
        assert_eq!(lines.at("/items/0/recall_code"), "too_technical", "{lines:?}");
        assert_eq!(lines.at("/items/0/recalled_on"), "2026-12-31");
        assert!(lines.json()["items"][1]["adjustment"].is_string(), "{lines:?}");
        let early = office.post(&format!("{path}/close"), &json!({})).await;
        assert_eq!(early.problem("invalid")["errors"][0]["field"], "lines", "not all are decided");
    });
}

/// A small picture.
const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\0\0\0\0\x3a\x7e\x9b\x55\
    \0\0\0\nIDAT\x78\x9c\x63\x60\0\0\0\x02\0\x01\xe5\x27\xde\xfc\0\0\0\0IEND\xae\x42\x60\x82";

#[test]
fn a_paper_is_drawn_scanned_and_signed() {
    each_audited_database(async |db| {
        access::start().await.expect("the policy is read");
        let site = Site::with_sample(db).await;
        let office = Program::of(&site, &all_scopes()).await;
        let listed = office.get("/assignments?per_page=200").await.json();
        let mut drawn = None;
        for assignment in listed["items"].as_array().expect("assignments") {
            let path = format!("/assignments/{}/papers", assignment["id"].as_str().expect("an id"));
            let answered = office.post(&path, &json!({ "kind": "acceptance" })).await;
            if answered.status == StatusCode::CREATED {
                drawn = Some((answered.at("/id"), path));
                break;
            }
            answered.problem("invalid");
        }
        let (paper, of_assignment) = drawn.expect("an assignment that is accepted");
        let path = format!("/papers/{paper}");
        let signed = json!({ "signed_on": "2026-11-24" });
        let unscanned = office.post(&format!("{path}/sign"), &signed).await;
        assert_eq!(unscanned.problem("invalid")["errors"][0]["field"], "scan", "{unscanned:?}");
        let send = async |kind: &str, content: Vec<u8>| {
            let headers = [("content-type", kind), ("accept-language", "en")];
            office.send(Method::POST, &format!("{path}/attachments?name=a.png"), &headers, content).await
        };
        send("text/plain", b"x".to_vec()).await.problem("media-type");
        let fake = send("image/png", b"MZ no picture".to_vec()).await;
        assert_eq!(fake.problem("invalid")["errors"][0]["code"], "attachment-error-type");
        let large = send("image/png", vec![0; 21 << 20]).await;
        large.problem("too-large");
        let kept = send("image/png", PNG.to_vec()).await;
        assert_eq!(kept.status, StatusCode::CREATED, "{kept:?}");
        let listed = office.get(&format!("{path}/attachments")).await;
        assert_eq!(listed.at("/0/name"), "a.png", "{listed:?}");
        let fetched = office.get(&format!("/attachments/{}", kept.at("/id"))).await;
        assert_eq!((fetched.status, fetched.bytes.as_slice()), (StatusCode::OK, PNG));
        let done = office.post(&format!("{path}/sign"), &signed).await;
        assert_eq!((done.status, done.at("/state")), (StatusCode::OK, "signed".to_owned()), "{done:?}");
        let twice = office.post(&format!("{path}/sign"), &signed).await;
        assert_eq!(twice.status, StatusCode::UNPROCESSABLE_ENTITY, "a signature twice");
        let printed = office.get(&format!("{path}/pdf")).await;
        assert!(printed.bytes.starts_with(b"%PDF") || printed.status == StatusCode::SERVICE_UNAVAILABLE);
        let assignment = of_assignment.trim_end_matches("/papers");
        let beside = office.get(&format!("{assignment}/attachments")).await;
        assert_eq!(beside.json(), Value::Array(Vec::new()), "{beside:?}");
        let of_it = assignment.rsplit('/').next().expect("an id");
        assert_eq!(total(&office, &format!("/papers?assignment={of_it}&state=signed")).await, 1);
        let stranger = Program::of(&site.sign_in(Role::Manager, "410505-SJ").await, &all_scopes()).await;
        for hidden in [path.clone(), format!("{path}/pdf"), format!("/attachments/{}", kept.at("/id"))] {
            assert_eq!(stranger.get(&hidden).await.status, StatusCode::NOT_FOUND, "{hidden}");
        }
        let voided = office.post(&format!("{path}/void"), &json!({ "reason": "错误" })).await;
        assert_eq!(voided.at("/state"), "voided", "{voided:?}");
    });
}

#[test]
fn lists_bases_indicators_calendar_and_webhooks() {
    each_audited_database(async |db| {
        access::start().await.expect("the policy is read");
        let site = Site::with_sample(db).await;
        let office = Program::of(&site, &all_scopes()).await;
        for path in ["/duties?list=basic", "/zero-base", "/rounds", "/papers", "/webhooks"] {
            total(&office, path).await;
        }
        assert!(total(&office, "/bases?per_page=1").await > 0);
        let unknown = json!({ "citation": "x", "state": "expired", "since": "2026-12-01", "source": "y" });
        let unknown = office.post("/bases/marks", &unknown).await;
        assert_eq!(unknown.problem("invalid")["errors"][0]["field"], "citation");
        let sums = office.get("/indicators?by=unit&from=2026-01-01").await;
        assert_eq!(sums.json()["all"].as_array().map(Vec::len), Some(5), "{sums:?}");
        assert!(sums.json()["each"].as_array().is_some_and(|each| !each.is_empty()), "{sums:?}");
        let reversed = office.get("/indicators?from=2026-02-01&to=2026-01-01").await;
        assert_eq!(reversed.problem("invalid")["errors"][0]["field"], "to");
        let own = json!({ "day": "2026-12-24", "kind": "off", "name": "县庆" });
        assert_eq!(office.post("/calendar", &own).await.status, StatusCode::OK);
        let days = office.get("/calendar?year=2026").await;
        assert!(days.text.contains("县庆") && days.text.contains("2026-10-01"), "{days:?}");
        let gone = json!({ "day": "2026-12-24" });
        assert_eq!(office.post("/calendar/remove", &gone).await.status, StatusCode::OK);
        assert_eq!(office.post("/calendar/remove", &gone).await.status, StatusCode::UNPROCESSABLE_ENTITY);
        let inner = json!({ "url": "https://127.0.0.1/", "unit": "410505", "events": ["handoff_pushed"] });
        let inner = office.post("/webhooks", &inner).await;
        assert_eq!(inner.problem("invalid")["errors"][0]["field"], "url");
        let hook = json!({
            "url": "https://approval.example.cn/", "unit": "410505", "events": ["handoff_pushed"],
        });
        let made = office.post("/webhooks", &hook).await;
        assert!(made.status == StatusCode::OK && made.at("/secret").len() > 20, "{made:?}");
        let path = format!("/webhooks/{}", made.at("/id"));
        assert_eq!(total(&office, &format!("{path}/deliveries")).await, 0);
        let off = office.post(&format!("{path}/switch"), &json!({ "is_enabled": false })).await;
        assert_eq!(off.status, StatusCode::OK);
        let listed = office.get("/webhooks").await;
        assert_eq!(listed.at("/items/0/is_enabled"), "false");
        assert!(!listed.text.contains(&made.at("/secret")), "it is told once");
    });
}
