//! A round of devolution through the interface: proposed, accepted, approved, taken over, recalled; and a decided case
//! that is handed off, claimed and answered.

use crate::common::each_audited_database;
use crate::program::{Program, all_scopes};
use crate::site::Site;
use axum::http::StatusCode;
use domain::duty::{Role, Sight};
use serde_json::json;

/// The receiving unit of the sample.
const TOWN: &str = "410505103";

/// A power of the sample that the unit does not hold.
async fn free_power(site: &Site) -> String {
    let kind = services::import::Kind::Assignments;
    let file = services::export::csv(&site.state.db, kind, Sight::Everything).await.expect("exports");
    let held = String::from_utf8(file).expect("UTF-8");
    let is_held = |code: &str| {
        held.lines().any(|line| line.starts_with(&format!("{code},")) && line.contains(&format!(",{TOWN},")))
    };
    let codes = (1..100).map(|number| format!("YD-NY-{number:03}"));
    codes.into_iter().find(|code| !is_held(code)).expect("a power")
}

#[test]
fn a_power_is_handed_down_and_recalled() {
    each_audited_database(async |db| {
        access::start().await.expect("the policy is read");
        let site = Site::with_sample(db).await;
        let route = "name=x&unit=410000&stage_1=x&mode_1=any&roles_1=leader%40410000";
        assert_eq!(site.post("/routes", route).await.0, StatusCode::SEE_OTHER);
        let office = Program::of(&site, &all_scopes()).await;
        let manager = Program::of(&site.sign_in(Role::Manager, TOWN).await, &all_scopes()).await;
        let leader = Program::of(&site.sign_in(Role::Leader, "410000").await, &all_scopes()).await;
        let stranger = Program::of(&site.sign_in(Role::Manager, "410505101").await, &all_scopes()).await;
        let wish = json!({
            "powers": [free_power(&site).await], "units": [TOWN], "giver": "410505-NY", "form": "conferral",
            "functions": ["accept", "approve"], "from": "2027-01-01",
        });
        let drafted = office.post_once("round-1", "/proposals", &wish).await;
        assert_eq!(drafted.status, StatusCode::CREATED, "{drafted:?}");
        let again = office.post_once("round-1", "/proposals", &wish).await;
        assert_eq!(again.text, drafted.text, "drafted once");
        let path = format!("/proposals/{}", drafted.at("/id"));
        let sent = office.post(&format!("{path}/send"), &json!({})).await;
        assert_eq!(sent.status, StatusCode::OK, "{sent:?}");
        assert_eq!(stranger.get(&path).await.status, StatusCode::NOT_FOUND);
        assert_eq!(stranger.post(&format!("{path}/urge"), &json!({})).await.status, StatusCode::NOT_FOUND);
        let shown = manager.get(&path).await;
        assert_eq!(
            (shown.at("/items/0/state"), shown.at("/items/0/is_mine")),
            ("proposed".to_owned(), "true".to_owned())
        );
        let items = json!([shown.at("/items/0/id")]);
        let why =
            manager.post(&format!("{path}/answers"), &json!({ "items": items, "answer": "object" })).await;
        assert_eq!(why.problem("invalid")["errors"][0]["field"], "reason", "objecting needs a reason");
        let accepted =
            manager.post(&format!("{path}/answers"), &json!({ "items": items, "answer": "accept" })).await;
        assert_eq!(accepted.at("/changed"), "1", "{accepted:?}");
        let twice =
            manager.post(&format!("{path}/answers"), &json!({ "items": items, "answer": "accept" })).await;
        assert_eq!(twice.status, StatusCode::UNPROCESSABLE_ENTITY, "an answer twice: {twice:?}");
        let submitted = office.post(&format!("{path}/submit"), &json!({})).await;
        assert_eq!(submitted.status, StatusCode::OK, "{submitted:?}");
        let voted = leader.post(&format!("{path}/votes"), &json!({ "vote": "agree" })).await;
        assert_eq!(voted.status, StatusCode::OK, "{voted:?}");
        let twice = leader.post(&format!("{path}/votes"), &json!({ "vote": "agree" })).await;
        assert_eq!(twice.status, StatusCode::UNPROCESSABLE_ENTITY, "a decision twice: {twice:?}");
        let assignment = office.get(&path).await.at("/items/0/assignment");
        let takeover = office.get(&format!("/assignments/{assignment}/takeover")).await;
        assert!(takeover.json()["tasks"].as_array().is_some_and(|tasks| tasks.len() > 2), "{takeover:?}");
        assert_eq!(
            stranger.get(&format!("/assignments/{assignment}/takeover")).await.status,
            StatusCode::NOT_FOUND
        );
        let recall = json!({ "reason": "too_rare", "note": "x", "number": "1", "last_on": "2026-11-24" });
        let recalled = office.post(&format!("/assignments/{assignment}/recall"), &recall).await;
        assert_eq!(
            (recalled.status, recalled.at("/changed")),
            (StatusCode::OK, "1".to_owned()),
            "{recalled:?}"
        );
        let twice = office.post(&format!("/assignments/{assignment}/recall"), &recall).await;
        assert_eq!(twice.status, StatusCode::UNPROCESSABLE_ENTITY, "a recall twice: {twice:?}");
    });
}

#[test]
fn a_decided_case_is_handed_off() {
    each_audited_database(async |db| {
        access::start().await.expect("the policy is read");
        let site = Site::with_sample(db).await;
        let limits = "push_days=2&claim_days=2&answer_days=1&remind_before=1&escalate_first=1&escalate_second=3\
            &penalty_days=90&case_before=2&pushed_is_claimed=off&imports_from=2026-11-01";
        assert_eq!(site.post("/handoffs/settings", limits).await.0, StatusCode::SEE_OTHER);
        let hook = "url=https%3A%2F%2Fapproval.example.cn%2F&unit=410000&events=handoff_pushed";
        assert_eq!(site.post("/webhooks", hook).await.0, StatusCode::OK);
        let office = Program::of(&site, &all_scopes()).await;
        let rows = json!({ "rows": [{
            "办件编号": "API-H-1", "事项编码": "YD-CG-004", "单位": "410505101", "受理日期": "2026-11-20",
            "办结日期": "2026-11-23", "办理结果": "准予", "批准人": "P006",
        }] });
        let imported = office.post_once("h-1", "/imports/cases", &rows).await;
        assert_eq!((imported.status, imported.at("/new")), (StatusCode::OK, "1".to_owned()), "{imported:?}");
        let listed = office.get("/handoffs?q=API-H-1").await;
        assert_eq!(
            (listed.at("/total"), listed.at("/items/0/state")),
            ("1".to_owned(), "pushed".to_owned()),
            "{listed:?}"
        );
        let path = format!("/handoffs/{}", listed.at("/items/0/id"));
        // Nobody of the office is named to supervise it.
        let refused = office.post(&format!("{path}/claim"), &json!({})).await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN, "{refused:?}");
        assert!(refused.problem("denied")["rule"].is_string());
        let unclaimed = office.post(&format!("{path}/close"), &json!({})).await;
        assert!(unclaimed.status.is_client_error(), "{unclaimed:?}");
        // The webhook is told in the transaction that pushed it.
        let (_, page) = site.get("/webhooks", "en").await;
        let to = page
            .split("href=\"/webhooks/")
            .nth(1)
            .and_then(|rest| rest.split('"').next())
            .expect("a webhook");
        let (_, page) = site.get(&format!("/webhooks/{to}"), "en").await;
        assert!(page.contains("hand-off was pushed"), "{page}");
    });
}
