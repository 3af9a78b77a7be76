//! What changes an assignment in force, through the interface: signature, second look, renewal, adjustment, and what a
//! recall leaves behind; reviews of rights, exceptions, the register, and new versions of a catalogue.

use crate::common::each_audited_database;
use crate::program::{Program, all_scopes};
use crate::site::Site;
use axum::http::{Method, StatusCode};
use domain::duty::Role;
use serde_json::json;

/// A township of the sample.
const TOWN: &str = "410505101";

struct World {
    site: Site,
    office: Program,
    manager: Program,
    leader: Program,
    stranger: Program,
    /// An assignment of the township.
    held: String,
}

impl World {
    async fn new(db: store::Db) -> Self {
        access::start().await.expect("the policy is read");
        let site = Site::with_sample(db).await;
        let office = Program::of(&site, &all_scopes()).await;
        let manager = Program::of(&site.sign_in(Role::Manager, TOWN).await, &all_scopes()).await;
        let leader = Program::of(&site.sign_in(Role::Leader, "410000").await, &all_scopes()).await;
        let stranger = Program::of(&site.sign_in(Role::Manager, "410505102").await, &all_scopes()).await;
        let held = manager.get("/assignments?per_page=1").await.at("/items/0/id");
        Self { site, office, manager, leader, stranger, held }
    }
}

#[test]
fn an_adjustment_is_asked_for_and_decided_once() {
    each_audited_database(async |db| {
        let World { office, manager, stranger, held, .. } = World::new(db).await;
        let path = format!("/assignments/{held}/adjustments");
        let bad = manager.post(&path, &json!({ "kind": "x", "reason": "" })).await;
        let fields: Vec<_> = bad.problem("invalid")["errors"]
            .as_array()
            .expect("errors")
            .iter()
            .map(|each| each["field"].as_str().unwrap_or_default().to_owned())
            .collect();
        assert_eq!(fields, ["kind", "reason"], "all at once");
        let wish = json!({ "kind": "more_means", "wish": "两台执法记录仪", "reason": "无设备" });
        assert_eq!(stranger.post(&path, &wish).await.status, StatusCode::FORBIDDEN);
        let asked = manager.post_once("ask", &path, &wish).await;
        assert_eq!(asked.status, StatusCode::CREATED, "{asked:?}");
        let listed = office.get("/adjustments").await;
        let mine: Vec<_> = listed.json()["items"].as_array().expect("items").clone();
        let mine = mine.iter().find(|each| each["id"] == asked.at("/id").as_str()).expect("it is listed");
        assert_eq!((&mine["kind"], &mine["decision"]), (&json!("more_means"), &json!(null)));
        assert!(!stranger.get("/adjustments").await.text.contains(&asked.at("/id")), "not for strangers");
        let decide = format!("/adjustments/{}/decision", asked.at("/id"));
        let own = manager.post(&decide, &json!({ "decision": "granted" })).await;
        assert_eq!(own.status, StatusCode::FORBIDDEN, "nobody decides on his own request: {own:?}");
        let silent = office.post(&decide, &json!({ "decision": "refused" })).await;
        assert_eq!(silent.problem("invalid")["errors"][0]["field"], "answer");
        let done = office.post(&decide, &json!({ "decision": "granted", "answer": "同意" })).await;
        assert_eq!(done.at("/changed"), "1", "{done:?}");
        let twice = office.post(&decide, &json!({ "decision": "granted" })).await;
        assert_eq!(twice.status, StatusCode::UNPROCESSABLE_ENTITY, "{twice:?}");
        let all = office.get("/adjustments?view=all&per_page=200").await;
        let granted = all.json()["items"]
            .as_array()
            .expect("items")
            .iter()
            .any(|each| each["id"] == asked.at("/id").as_str() && each["decision"] == "granted");
        assert!(granted, "{all:?}");
    });
}

#[test]
fn an_assignment_is_signed_looked_at_renewed_and_taken_back() {
    each_audited_database(async |db| {
        let World { office, stranger, held, .. } = World::new(db).await;
        let of = |what: &str| format!("/assignments/{held}/{what}");
        let empty = office.post(&of("signature"), &json!({ "number": "", "signed_on": "" })).await;
        assert_eq!(empty.problem("invalid")["errors"].as_array().map(Vec::len), Some(2), "{empty:?}");
        let paper =
            json!({ "number": "示承〔2026〕99号", "signed_on": "2026-11-02", "published_on": "2026-11-03" });
        assert_eq!(stranger.post(&of("signature"), &paper).await.status, StatusCode::FORBIDDEN);
        let signed = office.post(&of("signature"), &paper).await;
        assert_eq!(signed.status, StatusCode::OK, "{signed:?}");
        let look = |deed: &str| json!({ "do": deed, "reason": "年度评估" });
        let unknown = office.post(&of("review"), &look("x")).await;
        assert_eq!(unknown.problem("invalid")["errors"][0]["field"], "do");
        let early = office.post(&of("review"), &look("keep")).await;
        assert_eq!(early.status, StatusCode::UNPROCESSABLE_ENTITY, "nobody looks at it: {early:?}");
        for deed in ["review", "keep"] {
            let done = office.post(&of("review"), &look(deed)).await;
            assert_eq!(done.status, StatusCode::OK, "{done:?}");
        }
        let renewal = json!({ "from": "2028-01-01", "to": "2029-12-31", "reason": "到期续签" });
        let renewed = office.post(&of("renewal"), &renewal).await;
        // Whether it may follow depends on its end; either way it is said, and nothing else happens.
        match renewed.status {
            StatusCode::CREATED => {
                let shown = office.get(&format!("/proposals/{}", renewed.at("/id"))).await;
                assert_eq!(shown.status, StatusCode::OK, "{shown:?}");
            }
            status => assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{renewed:?}"),
        }
        let recall =
            json!({ "reason": "too_rare", "note": "无办件", "number": "1", "last_on": "2026-12-31" });
        assert_eq!(office.post(&of("recall"), &recall).await.status, StatusCode::OK);
        assert_eq!(stranger.get(&of("reclaims")).await.status, StatusCode::NOT_FOUND);
        let left = office.get(&of("reclaims")).await;
        let rows = left.json().as_array().expect("rows").clone();
        assert!(!rows.is_empty(), "somebody is named for it: {left:?}");
        for (place, row) in rows.iter().enumerate() {
            let path = format!("/reclaims/{}/settlement", row["id"].as_str().expect("an id"));
            if place == 0 {
                let silent = office.post(&path, &json!({ "do": "kept" })).await;
                assert_eq!(silent.problem("invalid")["errors"][0]["field"], "reason");
            }
            let kept = office.post(&path, &json!({ "do": "kept", "reason": "留任" })).await;
            assert_eq!(kept.status, StatusCode::OK, "{kept:?}");
            let twice = office.post(&path, &json!({ "do": "done" })).await;
            assert_eq!(twice.status, StatusCode::UNPROCESSABLE_ENTITY, "{twice:?}");
        }
        let settled = office.get(&of("reclaims")).await.json();
        assert!(settled.as_array().expect("rows").iter().all(|row| row["state"] == "kept"), "{settled}");
    });
}

#[test]
fn routes_are_made_and_ended() {
    each_audited_database(async |db| {
        let World { office, manager, .. } = World::new(db).await;
        let route = json!({
            "name": "接口流程", "unit": TOWN,
            "stages": [{ "name": "会签", "mode": "all", "days": 2, "roles": [format!("leader@{TOWN}")] }],
        });
        assert_eq!(manager.post("/routes", &route).await.status, StatusCode::FORBIDDEN);
        let five = json!({ "name": "x", "unit": TOWN, "stages": vec![&route["stages"][0]; 5] });
        assert_eq!(office.post("/routes", &five).await.problem("invalid")["errors"][0]["field"], "stages");
        let none = office.post("/routes", &json!({ "name": "x", "unit": TOWN, "stages": [] })).await;
        assert_eq!(none.problem("invalid")["errors"][0]["code"], "route-error-stages");
        let made = office.post("/routes", &route).await;
        assert_eq!(made.status, StatusCode::CREATED, "{made:?}");
        let named = |listed: serde_json::Value| {
            listed.as_array().expect("routes").iter().find(|each| each["name"] == "接口流程").cloned()
        };
        let listed = named(office.get("/routes").await.json()).expect("it is listed");
        assert_eq!(listed["stages"][0]["seats"][0]["role"], "leader", "{listed}");
        let end = format!("/routes/{}/end", made.at("/id"));
        assert_eq!(office.post(&end, &json!({})).await.status, StatusCode::OK);
        assert!(named(office.get("/routes").await.json()).is_none());
        assert_eq!(
            office.post(&end, &json!({})).await.status,
            StatusCode::UNPROCESSABLE_ENTITY,
            "it is over"
        );
    });
}

#[test]
fn rights_are_reviewed_and_excepted() {
    each_audited_database(async |db| {
        let World { office, leader, manager, held, .. } = World::new(db).await;
        let bad =
            office.post("/reviews", &json!({ "title": "", "unit": "?", "due": "", "undecided": "" })).await;
        assert_eq!(bad.problem("invalid")["errors"].as_array().map(Vec::len), Some(4), "{bad:?}");
        let review = json!({ "title": "年审", "unit": TOWN, "due": "2027-03-01", "undecided": "keep" });
        assert_eq!(manager.post("/reviews", &review).await.status, StatusCode::FORBIDDEN);
        let opened = office.post("/reviews", &review).await;
        assert_eq!(opened.status, StatusCode::CREATED, "{opened:?}");
        let path = format!("/reviews/{}", opened.at("/id"));
        let lines = office.get(&format!("{path}/lines?per_page=200")).await;
        let of = |place: usize| lines.json()["items"][place]["id"].clone();
        let kept = office.post(&format!("{path}/keep"), &json!({ "lines": [of(0)] })).await;
        assert_eq!(kept.at("/changed"), "1", "{kept:?}");
        let twice = office.post(&format!("{path}/keep"), &json!({ "lines": [of(0)] })).await;
        assert_eq!(twice.problem("invalid")["errors"][0]["code"], "review-error-decided");
        let silent = office.post(&format!("{path}/revoke"), &json!({ "line": of(1), "reason": "" })).await;
        assert_eq!(silent.problem("invalid")["errors"][0]["field"], "reason");
        let revoked =
            office.post(&format!("{path}/revoke"), &json!({ "line": of(1), "reason": "离岗" })).await;
        assert_eq!(revoked.status, StatusCode::OK, "{revoked:?}");

        let wish = json!({
            "rule": "SOD-04", "assignment": held, "reason": "人员不足", "control": "县局抽查", "to": "2027-02-01",
        });
        let rules = office.get("/separation/rules").await.json();
        let rule = rules["items"].as_array().or(rules.as_array()).expect("rules").clone();
        let same_unit = rule.iter().find(|rule| rule["kind"] == "same_unit").expect("a rule")["code"].clone();
        let mut wish = wish;
        wish["rule"] = same_unit;
        let asked = manager.post("/separation/exceptions", &wish).await;
        assert_eq!(asked.status, StatusCode::CREATED, "{asked:?}");
        let path = format!("/separation/exceptions/{}", asked.at("/id"));
        let own = manager.post(&format!("{path}/approval"), &json!({})).await;
        assert_eq!(own.status, StatusCode::FORBIDDEN, "{own:?}");
        let approved = leader.post(&format!("{path}/approval"), &json!({})).await;
        assert_eq!(approved.status, StatusCode::OK, "{approved:?}");
        let ended = leader.post(&format!("{path}/end"), &json!({ "reason": "已补齐人员" })).await;
        assert_eq!(ended.status, StatusCode::OK, "{ended:?}");
    });
}

#[test]
fn the_supervising_side_is_named() {
    each_audited_database(async |db| {
        let World { office, stranger, held, .. } = World::new(db).await;
        let nowhere = json!({ "assignment": held, "unit": "nirgends" });
        assert_eq!(office.post("/register", &nowhere).await.problem("invalid")["errors"][0]["field"], "unit");
        let side = json!({ "assignment": held, "unit": "410505-NY", "liaison": "" });
        assert!(stranger.post("/register", &side).await.status.is_client_error());
        let named = office.post("/register", &side).await;
        assert_eq!(named.status, StatusCode::OK, "{named:?}");
        let entries = office.get("/register?per_page=200").await;
        let mine = entries.json()["items"].as_array().expect("entries").clone();
        let mine = mine.iter().find(|each| each["assignment"] == held.as_str()).expect("its entry").clone();
        assert!(mine.to_string().contains("农业"), "{mine}");
    });
}

#[test]
fn a_version_is_made_marked_published_and_moved_to() {
    each_audited_database(async |db| {
        let World { site, office, manager, .. } = World::new(db).await;
        let before = office.get("/catalogues").await.at("/items/0/id");
        let term = json!({ "in_force_from": "2026-12-01", "document": "示政〔2026〕1号" });
        let silent =
            office.post(&format!("/catalogues/{before}/publish"), &json!({ "in_force_from": "" })).await;
        assert_eq!(silent.problem("invalid")["errors"].as_array().map(Vec::len), Some(2), "{silent:?}");
        let first = office.post(&format!("/catalogues/{before}/publish"), &term).await;
        assert_eq!(first.status, StatusCode::OK, "{first:?}");
        let wish = json!({ "version": "2027版", "title": "新目录", "supersedes": before, "copy": true });
        assert_eq!(manager.post("/catalogues", &wish).await.status, StatusCode::FORBIDDEN);
        let made = office.post("/catalogues", &wish).await;
        assert_eq!(made.status, StatusCode::CREATED, "{made:?}");
        let taken = office.post("/catalogues", &wish).await;
        assert_eq!(taken.problem("invalid")["errors"][0]["code"], "catalogue-error-taken");
        let path = format!("/catalogues/{}", made.at("/id"));
        let unknown = json!({ "from": "nichts", "to": "nichts", "link": "renamed" });
        assert!(!office.post(&format!("{path}/links"), &unknown).await.status.is_success());
        let early = json!({ "all": true, "from": "2027-01-01", "reason": "换版" });
        let early = office.post(&format!("{path}/moves"), &early).await;
        assert_eq!(early.status, StatusCode::UNPROCESSABLE_ENTITY, "a draft takes nothing: {early:?}");
        let term =
            json!({ "in_force_from": "2027-01-01", "document": "示政〔2026〕9号", "supersedes": before });
        let published = office.post(&format!("{path}/publish"), &term).await;
        assert_eq!(published.status, StatusCode::OK, "{published:?}");
        let again = office.post(&format!("{path}/publish"), &term).await;
        assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY, "{again:?}");
        let silent =
            office.post(&format!("{path}/moves"), &json!({ "all": true, "from": "", "reason": "" })).await;
        assert_eq!(silent.problem("invalid")["errors"].as_array().map(Vec::len), Some(2), "{silent:?}");
        let unit = office.get(&format!("/units?q={TOWN}")).await.at("/items/0/id");
        let nothing = office.post("/public-lists", &json!({ "do": "x", "units": [unit] })).await;
        assert_eq!(nothing.problem("invalid")["errors"][0]["field"], "do");
        let listed = office.post("/public-lists", &json!({ "do": "publish", "units": [unit] })).await;
        assert_eq!(listed.status, StatusCode::OK, "{listed:?}");
        let (status, page) = site.get("/public", "zh-CN").await;
        assert_eq!(status, StatusCode::OK);
        assert!(page.contains("/public/"), "the unit's list is there");
    });
}

#[test]
fn a_round_is_answered_by_a_file() {
    each_audited_database(async |db| {
        let World { office, manager, stranger, .. } = World::new(db).await;
        let version = office.get("/catalogues").await.at("/items/0/id");
        let wish =
            json!({ "title": "一轮", "unit": TOWN, "version": version, "days": [3], "form": "conferral" });
        let opened = office.post("/rounds", &wish).await;
        assert_eq!(opened.status, StatusCode::CREATED, "{opened:?}");
        let path = format!("/rounds/{}", opened.at("/id"));
        let closed = office.post(&format!("{path}/close"), &json!({ "stage": "down_1" })).await;
        assert_eq!(closed.status, StatusCode::OK, "{closed:?}");
        let code = manager.get(&format!("{path}/items?per_page=1")).await.at("/items/0/code");
        let send = async |program: &Program, kind: &str, content: &str| {
            let headers = [("content-type", kind), ("accept-language", "zh-CN")];
            program.send(Method::POST, &format!("{path}/file"), &headers, content.to_owned()).await
        };
        let rows = format!("单位编码,事项编码,意见,说明\n{TOWN},{code},同意,\n");
        assert_eq!(send(&stranger, "text/csv", &rows).await.status, StatusCode::NOT_FOUND);
        assert_eq!(send(&manager, "application/json", "{}").await.status, StatusCode::UNSUPPORTED_MEDIA_TYPE);
        let wrong =
            send(&manager, "text/csv", &format!("{rows}{TOWN},X-9,同意,\n{TOWN},{code},不同意,\n")).await;
        let told = wrong.problem("invalid")["errors"].clone();
        assert_eq!(told.as_array().map(Vec::len), Some(2), "each row is told: {told}");
        assert_eq!(send(&manager, "text/csv", "a,b\n1,2\n").await.status, StatusCode::UNPROCESSABLE_ENTITY);
        let done = send(&manager, "text/csv", &rows).await;
        assert_eq!(done.at("/changed"), "1", "{done:?}");
    });
}
