//! Versions of the catalogue, rounds, zero-base reviews, legal bases, and what everybody may read.

use crate::databases::each_audited_database as each_database;
use crate::site::{self, Site};
use crate::{STATEMENTS, no_key_shows};
use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use domain::duty::Role;

/// A version of the catalogue that supersedes the sample's, a round, and a public list.
pub async fn catalogue(office: &Site) -> String {
    let (_, list) = office.get("/catalogues", "en").await;
    let old = list.split("href=\"/catalogues/").nth(1).and_then(|rest| rest.split('"').next());
    let old = old.expect("the sample's version").to_owned();
    let form = "do=publish&document=1&in_force_from=2026-11-24&supersedes=";
    assert_eq!(office.post(&format!("/catalogues/{old}"), form).await.0, StatusCode::SEE_OTHER);
    let form = format!("supersedes={old}&version=2&copy=yes");
    let (status, text, to) = office.post("/catalogues", &form).await;
    assert_eq!(status, StatusCode::SEE_OTHER, "{text}");
    let new = to.expect("a version");
    let form = "do=remove&power=YD-WJ-004";
    assert_eq!(office.post(&new, form).await.0, StatusCode::SEE_OTHER);
    let form = format!("do=publish&document=2&in_force_from=2026-12-01&supersedes={old}");
    assert_eq!(office.post(&new, &form).await.0, StatusCode::SEE_OTHER);
    let version = new.rsplit('/').next().unwrap_or_default();
    let form = format!("title=x&unit=410505&version={version}&form=conferral&functions=accept&list=basic");
    let (status, text, round) = office.post("/rounds/new", &form).await;
    assert_eq!(status, StatusCode::SEE_OTHER, "{text}");
    let form = "do=publish&all=yes&q=410505101";
    assert_eq!(office.post("/publishing", form).await.0, StatusCode::SEE_OTHER);
    let round = round.expect("a round");
    round.split('?').next().unwrap_or_default().to_owned()
}

#[test]
fn a_round_is_answered_in_bulk_by_form_and_by_file() {
    each_database(async |db| {
        let site = Site::with_sample(db).await;
        let round = catalogue(&site).await;
        let leader = site.sign_in(Role::Manager, "410505101").await;
        let outsider = site.sign_in(Role::Manager, "410505-SJ").await;
        assert_eq!(outsider.get(&round, "en").await.0, StatusCode::NOT_FOUND);
        let (status, text) = leader.get(&format!("{round}?outcome=open"), "en").await;
        assert!(status == StatusCode::OK && text.contains("name=\"all\""));
        assert!(!text.contains("磊口乡"), "other townships are not seen");
        // Objecting without a reason is told, and what was chosen is kept.
        let (status, text, _) = leader.post(&round, "act=object&all=yes&q=YD-NY").await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(text.contains("href=\"#comment\"") && text.contains("value=\"YD-NY\""));
        let (status, _, to) = leader.post(&round, "act=object&all=yes&q=YD-NY&comment=no+people").await;
        assert_eq!(status, StatusCode::SEE_OTHER);
        assert!(to.expect("the list").contains("items=8"));
        let (_, text) = site.get(&format!("{round}/changes?act=object"), "en").await;
        assert!(text.contains("no people") && text.contains("许家沟乡"));
        // A file of one's own items.
        let (_, csv) = leader.get(&format!("{round}/items.csv?q=YD-MZ"), "en").await;
        let mut rows = csv.trim_end().lines().map(str::to_owned);
        let head = rows.next().expect("headings");
        let rows: Vec<String> = rows.map(|row| row.replace(",是,,,", ",是,同意,,")).collect();
        assert_eq!(rows.len(), 10);
        let file = format!("{head}\n{}\n", rows.join("\n"));
        let (status, text, to) =
            leader.upload_to(&format!("{round}/import"), "", "x.csv", file.as_bytes()).await;
        assert_eq!(status, StatusCode::SEE_OTHER, "{text}");
        assert!(to.expect("the list").contains("items=10"));
        let (status, text, _) =
            leader.upload_to(&format!("{round}/import"), "", "x.csv", b"a,b\n1,2\n").await;
        assert!(status == StatusCode::UNPROCESSABLE_ENTITY && text.contains("error-summary"));
        // Nobody speaks for another township, whatever the form says.
        let (_, others) = site.get(&format!("{round}?q=lkx"), "en").await;
        let item = others.split("changes?item=").nth(1).and_then(|rest| rest.split('"').next());
        let form = format!("act=accept&items={}", item.expect("an item"));
        assert_eq!(leader.post(&round, &form).await.0, StatusCode::FORBIDDEN);
        // Closing the stage is the office's, and once.
        assert_eq!(leader.post(&round, "stage=down_1").await.0, StatusCode::FORBIDDEN);
        assert_eq!(site.post(&round, "stage=down_1").await.0, StatusCode::SEE_OTHER);
        let (status, text, _) = site.post(&round, "stage=down_1").await;
        assert!(status == StatusCode::UNPROCESSABLE_ENTITY && text.contains("href=\"#stage\""));
    });
}

/// A round in which a township has agreed to ten items, the others are left out, and that is over.
async fn round_that_is_over(office: &Site, leader: &Site) -> String {
    let round = catalogue(office).await;
    let (status, _, to) = leader.post(&round, "act=accept&all=yes&q=YD-MZ").await;
    assert_eq!(status, StatusCode::SEE_OTHER);
    assert!(to.expect("the list").contains("items=10"));
    let form = "act=change&all=yes&outcome=open&kept=no&comment=x";
    assert_eq!(office.post(&round, form).await.0, StatusCode::SEE_OTHER);
    for stage in ["down_1", "up_1", "down_2", "up_2", "down_3", "up_3"] {
        assert_eq!(office.post(&round, &format!("stage={stage}")).await.0, StatusCode::SEE_OTHER);
    }
    round
}

#[test]
fn a_round_that_is_over_becomes_proposals() {
    each_database(async |db| {
        let site = Site::with_sample(db).await;
        let leader = site.sign_in(Role::Manager, "410505101").await;
        let round = round_that_is_over(&site, &leader).await;
        let (_, text) = site.get(&round, "en").await;
        assert!(text.contains("Draft proposals (10)"), "{text}");
        let (_, text) = leader.get(&round, "en").await;
        assert!(!text.contains("Draft proposals"), "it is the office's");
        assert_eq!(leader.post(&round, "do=propose&from=2027-02-01").await.0, StatusCode::FORBIDDEN);
        let (status, text, _) = site.post(&round, "do=propose&from=").await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(text.contains("href=\"#from\""), "{text}");
        // What was agreed in the round counts as the unit's answer.
        let tasks = domain::life::takeover::Task::ALL;
        let days: Vec<String> = tasks.iter().map(|task| format!("&task_{task}=5")).collect();
        let days = days.concat();
        let form = format!(
            "do=days&answer_days=5&stage_days=3&adjust_days=5&escalate_after=2&reminders=3&renewal=30\
            &round_answers=count{days}"
        );
        let (status, text, _) = site.post("/routes", &form).await;
        assert_eq!(status, StatusCode::SEE_OTHER, "{text}");
        let (status, text, to) = site.post(&round, "do=propose&from=2027-02-01").await;
        assert_eq!(status, StatusCode::SEE_OTHER, "{text}");
        let to = to.expect("the round");
        let (_, text) = site.get(&to, "en").await;
        assert!(text.contains("draft proposals") && text.contains("id=\"proposals\""), "{text}");
        let (status, ..) = site.post(&round, "do=propose&from=2027-02-01").await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "nothing is proposed twice");
        let part = text.split("id=\"proposals\"").nth(1).expect("the proposals");
        let proposal = part.split("href=\"/proposals/").nth(1).and_then(|rest| rest.split('"').next());
        let proposal = proposal.expect("a proposal");
        let address = format!("/proposals/{proposal}");
        let (status, text, _) = site.post(&address, "do=propose").await;
        assert_eq!(status, StatusCode::SEE_OTHER, "{text}");
        let mut conn = site.state.db.read().await.expect("reads");
        let id = proposal.parse().expect("an id");
        let items = store::life::item::of_proposal(&mut conn, id).await.expect("reads");
        let is_his = |by: domain::life::Acting| by.person == leader.person();
        assert!(!items.is_empty());
        for item in items {
            assert_eq!(item.state, domain::life::state::ItemState::Accepted, "{item:?}");
            assert!(item.answered.is_some_and(is_his), "in the name of who agreed");
        }
        let (_, csv) = site.get(&format!("{round}/items.csv?outcome=agreed"), "en").await;
        assert_eq!(csv.trim_end().lines().count(), 11);
    });
}

#[test]
fn a_zero_base_review_is_carried_out() {
    each_database(async |db| {
        let site = Site::with_sample(db).await;
        let leader = site.sign_in(Role::Manager, "410505101").await;
        let form = "title=x&unit=410505101&due=2026-12-31";
        let (status, text, to) = site.post("/zero-base/new", form).await;
        assert_eq!(status, StatusCode::SEE_OTHER, "{text}");
        let review = to.expect("a review");
        let review = review.split('?').next().expect("an address").to_owned();
        let (_, text) = site.get(&review, "en").await;
        let lines: Vec<&str> = text.split("name=\"lines\" value=\"").skip(1).take(2).collect();
        let lines: Vec<&str> = lines.into_iter().filter_map(|rest| rest.split('"').next()).collect();
        let form = format!("do=decide&lines={}&proposal=drop&reason=none&code=too_technical", lines[0]);
        assert_eq!(site.post(&review, &form).await.0, StatusCode::SEE_OTHER);
        let form = format!("do=decide&lines={}&proposal=change&reason=other", lines[1]);
        assert_eq!(site.post(&review, &form).await.0, StatusCode::SEE_OTHER);
        let (_, text) = site.get(&review, "en").await;
        assert!(text.contains("Recall (1)") && text.contains("Ask for adjustments (1)"), "{text}");
        let recall = "do=recall&number=1&last_on=2026-12-31";
        assert_eq!(leader.post(&review, recall).await.0, StatusCode::FORBIDDEN);
        let (status, text, _) = site.post(&review, "do=recall&number=&last_on=2026-12-31").await;
        assert!(status == StatusCode::UNPROCESSABLE_ENTITY && text.contains("href=\"#number\""));
        assert!(text.contains("value=\"2026-12-31\""), "what was typed is kept");
        for (form, done) in [(recall, "done=recalled"), ("do=adjust&kind=change_form", "done=adjusted")] {
            let (status, text, to) = site.post(&review, form).await;
            assert_eq!(status, StatusCode::SEE_OTHER, "{text}");
            let to = to.expect("the review");
            assert!(to.contains(done) && to.contains("lines=1"), "{to}");
            assert_eq!(site.post(&review, form).await.0, StatusCode::UNPROCESSABLE_ENTITY, "once");
        }
        let (_, text) = site.get(&review, "en").await;
        assert!(text.contains("Recalled: 1") && !text.contains("Recall (1)"), "{text}");
        let (_, text) = site.get("/adjustments", "en").await;
        assert!(text.contains("other"), "{text}");
    });
}

#[test]
fn public_lists_are_read_by_anybody_and_may_be_kept() {
    each_database(async |db| {
        let site = Site::with_sample(db).await;
        let nobody = site.signed_out();
        let (status, text) = nobody.get("/public", "en").await;
        assert!(status == StatusCode::OK && !text.contains("许家沟乡"));
        assert_eq!(nobody.get("/public/units/410505101", "en").await.0, StatusCode::NOT_FOUND);
        let form = "do=publish&all=yes&q=410505101";
        let town = site.sign_in(Role::Organization, "410505102").await;
        assert_eq!(town.post("/publishing", form).await.0, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(site.post("/publishing", form).await.0, StatusCode::SEE_OTHER);
        for address in [
            "/public",
            "/public?q=xjg",
            "/public/units/410505101",
            "/public/powers?q=nyjyxk&on=2026-11-24",
            "/public/powers?q=nyjyxk&function=approve&type=licence",
            "/public/powers?on=1999-01-01&page=9",
        ] {
            let before = site.state.db.statements();
            let request = Request::get(address).body(Body::empty()).expect("a request");
            let response = nobody.send(request).await;
            assert_eq!(response.headers()[header::CACHE_CONTROL], "public, max-age=300", "{address}");
            assert!(site.state.db.statements() - before <= STATEMENTS, "{address}");
            let (status, text) = site::text(response).await;
            assert_eq!(status, StatusCode::OK, "{address}");
            no_key_shows(address, &text);
            let is_there = text.contains("许家沟乡");
            assert_eq!(is_there, !address.contains("1999"), "{address}");
        }
        let (_, csv) = nobody.get("/public/powers.csv?unit=410505101", "zh-CN").await;
        assert!(csv.lines().count() > 5, "{csv}");
        // Whoever has signed in reads the same page.
        let (_, text) = site.get("/public/units/410505101", "en").await;
        assert!(!text.contains("测试人"));
    });
}

#[test]
fn an_article_is_marked_by_form() {
    each_database(async |db| {
        let site = Site::with_sample(db).await;
        let (status, text, _) = site.post("/bases", "citation=x&state=&since=&source=").await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
        for field in ["citation", "state", "since", "source"] {
            assert!(
                text.contains(&format!("href=\"#{field}\"")) && text.contains(&format!("id=\"{field}\""))
            );
        }
        let form = "citation=《农药管理条例》第二十四条&state=repealed&since=2026-11-01&source=x";
        let (status, _, to) = site.post("/bases", form).await;
        assert_eq!(status, StatusCode::SEE_OTHER);
        let (_, text) = site.get(&to.expect("the list"), "en").await;
        assert!(text.contains("Repealed, since"));
        let leader = site.sign_in(Role::Manager, "410505101").await;
        assert_eq!(leader.post("/bases", form).await.0, StatusCode::FORBIDDEN);
    });
}
