//! The pages about people, groups, roles and reviews over HTTP, on both databases.

use axum::http::StatusCode;
use domain::duty::Role;
use domain::id::PersonId;
use store::person::Post;

#[path = "../../server/store/tests/it/common.rs"]
#[expect(dead_code, reason = "other tests use the rest")]
mod databases;
#[expect(dead_code, reason = "other tests use the rest")]
mod site;
use databases::each_database;
use site::Site;

/// Statements that a page may send: twelve of its own, and the one that loads the session with its rights.
const STATEMENTS: u64 = 13;
/// 许家沟乡, in the sample.
const TOWN: &str = "410505101";

/// A page that is there, in few statements, without a key that lacks its words.
async fn page(site: &Site, address: &str) -> String {
    let mut chinese = String::new();
    for lang in ["en", "zh-TW", "zh-CN"] {
        let before = site.state.db.statements();
        let (status, text) = site.get(address, lang).await;
        let sent = site.state.db.statements() - before;
        assert_eq!(status, StatusCode::OK, "{address}: {text}");
        assert!(sent <= STATEMENTS, "{address} sends {sent} statements");
        assert_eq!(text.matches("<h1").count(), 1, "{address}");
        for shown in text.split('>').filter_map(|piece| piece.split('<').next()) {
            let is_key = shown.contains('-') && app::i18n::Lang::ZhCn.has(shown);
            assert!(!is_key, "{address} shows {shown}");
        }
        chinese = text;
    }
    chinese
}

/// A person of the sample, with his posts.
async fn person(site: &Site, code: &str) -> (PersonId, Vec<Post>) {
    let mut conn = site.state.db.read().await.expect("reads");
    let found = store::people::person_by_code(&mut conn, code).await.expect("reads").expect("the person");
    let posts = store::person::posts(&mut conn, found.id, site.state.clock.today()).await.expect("reads");
    (found.id, posts)
}

/// An assignment in which a person is named, and for which function.
async fn named(site: &Site, person: PersonId) -> (String, String) {
    let mut conn = site.state.db.read().await.expect("reads");
    let all = store::people::allocations(&mut conn, domain::duty::Sight::Everything).await.expect("reads");
    let of = all.iter().find(|each| each.person == person && each.function.as_str() == "approve");
    let of = of.expect("the sample names him for a decision");
    (of.assignment.to_string(), of.function.to_string())
}

#[test]
fn each_page_answers_in_few_statements() {
    each_database(async |db| {
        let site = Site::with_sample(db).await;
        let (id, posts) = person(&site, "P006").await;
        let (assignment, _) = named(&site, id).await;
        let post = posts[0].id;
        let list = page(&site, "/people").await;
        assert!(list.contains("/people/") && list.contains("href=\"/groups\""), "{list}");
        page(&site, &format!("/people?q=z&role=approver&unit={TOWN}&page=9")).await;
        page(&site, "/people?q=%00%25_&role=nothing&unit=nothing").await;
        let own = page(&site, &format!("/people/{id}")).await;
        for deed in ["appoint", "grant", "allocate", "deputise"] {
            assert!(own.contains(&format!("/people/{id}/{deed}")), "{deed}");
            page(&site, &format!("/people/{id}/{deed}")).await;
        }
        for check in [
            format!(
                "appoint?unit={TOWN}&post=科员&kind=established&share=50%25&from=2027-01-01&role=handler"
            ),
            format!("grant?post={post}&role=handler&scope={TOWN}&from=2027-01-01"),
            format!("allocate?assignment={assignment}&function=approve&share=10%25&from=2027-01-01"),
            format!(
                "deputise?post={post}&person=P008&from=2027-01-01&to=2027-01-31&reason=休假&assignment={assignment}"
            ),
        ] {
            let text = page(&site, &format!("/people/{id}/{check}&action=check")).await;
            assert!(text.contains("新增的权限"), "{text}");
            page(&site, &format!("/people/{id}/{check}&action=edit")).await;
        }

        let (_, _, to) = site.post("/groups", &format!("unit={TOWN}&name=G")).await;
        let group = to.expect("the group").replace("?saved=1", "");
        page(&site, "/groups").await;
        page(&site, &group).await;
        page(&site, &format!("{group}?add=member&person=P006&from=2026-11-24&action=check")).await;
        let right = format!("{group}?add=right&assignment={assignment}&function=approve&from=2026-11-24");
        page(&site, &format!("{right}&action=check")).await;

        site.post("/roles", "do=make&code=helper&name=H").await;
        page(&site, "/roles").await;
        page(&site, "/roles?child=helper&parent=handler&action=check").await;
        page(&site, "/reviews/new").await;
        let form = format!("title=R&unit={TOWN}&due=2026-12-01&undecided=revoke");
        let (_, _, to) = site.post("/reviews/new", &form).await;
        page(&site, "/reviews").await;
        page(&site, &to.expect("the review")).await;
        // Seven days before, the first page says so.
        assert!(page(&site, "/").await.contains("去复核"));
    });
}

#[test]
fn what_is_wrong_or_against_a_rule_is_said_and_not_saved() {
    each_database(async |db| {
        let site = Site::with_sample(db).await;
        let (id, posts) = person(&site, "P006").await;
        let (assignment, _) = named(&site, id).await;
        for deed in ["appoint", "grant", "allocate", "deputise"] {
            let (status, text, _) = site.post(&format!("/people/{id}/{deed}"), "from=x").await;
            assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{deed}");
            assert!(text.contains("error-summary") && text.contains("value=\"x\""), "{deed}: {text}");
        }
        // He decides it already.
        let form = format!("assignment={assignment}&function=supervise&share=1%25&from=2026-11-24");
        let checked = page(&site, &format!("/people/{id}/allocate?{form}&action=check")).await;
        assert!(checked.contains("SOD-03") && !checked.contains("value=\"save\""), "{checked}");
        let (status, text, _) = site.post(&format!("/people/{id}/allocate"), &form).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(text.contains("SOD-03"), "{text}");

        let form = format!("post={}&role=trainee&scope={TOWN}&from=2026-11-24", posts[0].id);
        let (status, _, to) = site.post(&format!("/people/{id}/grant"), &form).await;
        assert_eq!((status, to), (StatusCode::SEE_OTHER, Some(format!("/people/{id}?saved=1"))));
        let own = page(&site, &format!("/people/{id}?saved=1")).await;
        assert!(own.contains("学员") && own.contains("已保存"), "{own}");
        let held = own.split("name=\"id\" value=\"").nth(1).expect("something can be ended");
        let held = held.split('"').next().unwrap_or_default();
        let (status, text, _) =
            site.post(&format!("/people/{id}/end"), &format!("kind=nothing&id={held}")).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(text.contains("error-summary"));
    });
}

#[test]
fn who_may_not_sees_no_button_and_is_refused() {
    each_database(async |db| {
        let site = Site::with_sample(db).await;
        let (id, _) = person(&site, "P006").await;
        let own = format!("/people/{id}");
        let auditor = site.sign_in(Role::Auditor, "410000").await;
        let text = page(&auditor, &own).await;
        assert!(!text.contains("/appoint") && !text.contains("<details class=\"ending\""), "{text}");
        for address in [format!("{own}/appoint"), format!("{own}/grant"), "/reviews/new".to_owned()] {
            assert_eq!(auditor.get(&address, "en").await.0, StatusCode::FORBIDDEN, "{address}");
            assert_eq!(auditor.post(&address, "").await.0, StatusCode::FORBIDDEN, "{address}");
        }
        let manager = site.sign_in(Role::Manager, TOWN).await;
        let text = page(&manager, &own).await;
        assert!(!text.contains("/appoint") && text.contains("/allocate") && text.contains("/deputise"));
        // Another town's manager does not see him.
        let stranger = site.sign_in(Role::Manager, "410505102").await;
        assert_eq!(stranger.get(&own, "en").await.0, StatusCode::NOT_FOUND);
        assert_eq!(stranger.post(&format!("{own}/allocate"), "").await.0, StatusCode::NOT_FOUND);
        let trainee = site.sign_in(Role::Trainee, TOWN).await;
        assert_eq!(trainee.get("/people/nothing", "en").await.0, StatusCode::NOT_FOUND);
        assert_eq!(trainee.get(&own, "en").await.0, StatusCode::NOT_FOUND);
    });
}
