//! Everybody at every door: each route, by each method, asked by each role and by nobody, answers as the policy says;
//! forged identifiers open nothing; and what was taken away is gone on the next request, on every server.

use access::{Action, MODEL, POLICY, Policy, Tuple};
use app::door::Door;
use axum::body::Body;
use axum::http::{Method, Request, StatusCode, header};
use domain::audit::Outcome;
use domain::duty::{Relation, Role, Scope, Sight};
use domain::id::UnitId;
use std::collections::{BTreeSet, HashMap};
use store::audit::{Filter, Line};
use store::{Db, new_id};

#[path = "../../server/store/tests/it/common.rs"]
mod databases;
mod site;
use databases::{each_address, each_audited_database};
use site::Site;

/// An address of the pattern: nothing has these identifiers.
fn address(pattern: &str) -> String {
    pattern
        .replace("{id}", "00000000-0000-7000-8000-000000000000")
        .replace("{delivery}", "00000000-0000-7000-8000-000000000000")
        .replace("{token}", "no-token")
        .replace("{tag}", "en")
        .replace("{kind}", "units.csv")
}

struct Answer {
    status: StatusCode,
    text: String,
    to: String,
}

async fn asked(site: &Site, method: Method, address: &str) -> Answer {
    let request = Request::builder()
        .method(method)
        .uri(address)
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .header(header::COOKIE, site.cookies("en"))
        .body(Body::empty())
        .expect("a request");
    let response = site.send(request).await;
    let status = response.status();
    let to = response.headers().get(header::LOCATION).and_then(|to| to.to_str().ok());
    let to = to.unwrap_or_default().to_owned();
    let body = axum::body::to_bytes(response.into_body(), usize::MAX).await.expect("a body");
    Answer { status, text: String::from_utf8_lossy(&body).into_owned(), to }
}

/// Newest rows of the trail.
async fn trail(db: &Db) -> Vec<Line> {
    let mut conn = db.read().await.expect("reads");
    store::audit::list(&mut conn, Sight::Everything, &Filter::default(), None, 3, 0).await.expect("reads")
}

/// Names that only who has signed in gets to see.
async fn names(db: &Db) -> BTreeSet<String> {
    let mut conn = db.read().await.expect("reads");
    let people = store::people::persons(&mut conn, Sight::Everything).await.expect("reads").into_iter();
    let units = store::unit::all(&mut conn, Sight::Everything).await.expect("reads").into_iter();
    let powers = store::power::all(&mut conn).await.expect("reads").into_iter();
    let names = people.map(|each| each.name).chain(units.map(|each| each.name));
    names.chain(powers.map(|each| each.name)).filter(|name| name.chars().count() > 1).collect()
}

/// What the policy says of a role at a door, asked of the engine and not of what answers requests.
fn opens(policy: &Policy, role: Role, action: Action) -> bool {
    let relations = [Relation::Named, Relation::Oneself, Relation::Unconcerned];
    [role, Role::Anyone].into_iter().any(|role| {
        Scope::ALL.iter().any(|&scope| {
            relations
                .iter()
                .any(|&relation| policy.ask(Tuple { role, scope, relation, action }).expect("answers"))
        })
    })
}

const METHODS: [Method; 6] =
    [Method::GET, Method::HEAD, Method::POST, Method::PUT, Method::PATCH, Method::DELETE];

#[test]
fn nobody_gets_in_without_signing_in() {
    each_audited_database(async |db| {
        let site = Site::with_sample(db).await;
        let names = names(&site.state.db).await;
        assert!(names.len() > 200, "the sample has {} names", names.len());
        let nobody = site.signed_out();
        let mut addresses: Vec<(String, Option<(Door, Door)>)> = app::doors()
            .into_iter()
            .map(|(pattern, _, doors)| (address(pattern), Some((doors.read, doors.write))))
            .collect();
        // Records that are there, and addresses that are none.
        for list in ["/board", "/units", "/powers", "/assignments", "/people"] {
            let (_, page) = site.get(list, "zh-CN").await;
            let link = page.split("href=\"").find(|link| link.starts_with(&format!("{list}/0")));
            if let Some(link) = link.and_then(|link| link.split('"').next()) {
                addresses.push((link.to_owned(), None));
            }
        }
        addresses.push(("/nothing".to_owned(), None));
        for (address, doors) in addresses {
            for method in METHODS {
                let answer = asked(&nobody, method.clone(), &address).await;
                let what = format!("{method} {address}: {}", answer.status);
                let door = doors.map(
                    |(read, write)| {
                        if matches!(method, Method::GET | Method::HEAD) { read } else { write }
                    },
                );
                // Where nothing answers to a method, there is no door to it.
                let is_answered = answer.status != StatusCode::METHOD_NOT_ALLOWED;
                if let Some(door) = door.filter(|door| is_answered && *door != Door::Open) {
                    let is_sent_away =
                        answer.to.starts_with("/sign-in") || answer.status == StatusCode::UNAUTHORIZED;
                    assert!(is_sent_away, "{what} through {door:?}");
                }
                assert!(!answer.status.is_server_error(), "{what}");
                let shown = names.iter().find(|name| answer.text.contains(*name));
                assert_eq!(shown, None, "{what} tells a name");
            }
        }
    });
}

#[test]
fn every_role_gets_in_where_the_policy_says() {
    each_audited_database(async |db| {
        let policy = Policy::new(MODEL, POLICY).await.expect("the policy is read");
        let site = Site::with_sample(db).await;
        let db = &site.state.db;
        let given = Role::ALL.iter().copied().filter(|role| !matches!(role, Role::Support | Role::Anyone));
        // Asking the engine takes long.
        let mut known: HashMap<(Role, Action), bool> = HashMap::new();
        for role in given {
            let mut me = site.sign_in(role, "410000").await;
            for (pattern, _, doors) in app::doors() {
                for method in [Method::GET, Method::POST, Method::DELETE] {
                    let door = if method == Method::GET { doors.read } else { doors.write };
                    let before = trail(db).await.first().map_or(0, |line| line.row.seq);
                    let answer = asked(&me, method.clone(), &address(pattern)).await;
                    let what = format!("{role} {method} {pattern} through {door:?}: {}", answer.status);
                    assert!(!answer.status.is_server_error(), "{what}");
                    // Nothing answers to this method.
                    if answer.status == StatusCode::METHOD_NOT_ALLOWED {
                        continue;
                    }
                    let is_open = door == Door::Open;
                    assert!(is_open || !answer.to.starts_with("/sign-in?"), "{what}");
                    let Door::May(action) = door else {
                        assert_ne!(answer.status, StatusCode::FORBIDDEN, "{what}");
                        // Some of these end the session.
                        me = site.sign_in(role, "410000").await;
                        continue;
                    };
                    let newest = trail(db).await;
                    let denied = newest.first().filter(|line| line.row.seq > before).map(|line| &line.row);
                    let is_let_in =
                        *known.entry((role, action)).or_insert_with(|| opens(&policy, role, action));
                    if is_let_in {
                        // Further in, the write asks again with its subject, never for lack of a role that opened.
                        let is_role = denied.is_some_and(|row| {
                            row.entry.rule == access::ROLE_RULE && row.entry.action == action.as_str()
                        });
                        assert!(!is_role, "{what}");
                    } else {
                        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{what}");
                        assert!(answer.text.contains(access::ROLE_RULE), "{what}");
                        let row = denied.unwrap_or_else(|| panic!("{what} leaves no row"));
                        assert_eq!(row.seq, before + 1, "{what}");
                        assert_eq!(row.entry.outcome, Outcome::Denied, "{what}");
                        assert_eq!(row.entry.rule, access::ROLE_RULE, "{what}");
                        assert_eq!(row.entry.action, action.as_str(), "{what}");
                        assert_eq!(row.entry.actor_id, Some(me.person()), "{what}");
                    }
                }
            }
        }
    });
}

/// A township of the sample, and another one.
const TOWNS: [&str; 2] = ["410505101", "410505102"];

async fn unit(db: &Db, code: &str) -> UnitId {
    let mut conn = db.read().await.expect("reads");
    store::unit::by_code(&mut conn, code).await.expect("reads").expect("the unit").id
}

#[test]
fn forged_identifiers_open_nothing() {
    each_audited_database(async |db| {
        let site = Site::with_sample(db).await;
        let db = &site.state.db;
        let [mine, theirs] = [unit(db, TOWNS[0]).await, unit(db, TOWNS[1]).await];
        let me = site.sign_in(Role::Organization, TOWNS[0]).await;
        let stranger = site.sign_in(Role::Organization, TOWNS[1]).await;
        let mut conn = db.read().await.expect("reads");
        let held = store::assignment::all(&mut conn, Sight::Everything).await.expect("reads");
        let posts = store::people::appointments(&mut conn, Sight::Everything).await.expect("reads");
        drop(conn);
        let assignment = held.iter().find(|each| each.unit == theirs).expect("an assignment").id;
        let own = held.iter().find(|each| each.unit == mine).expect("an assignment").id;
        let (person, _) = posts.iter().find(|(_, post)| post.unit == theirs).expect("a person");
        assert_eq!(me.get(&format!("/units/{mine}"), "en").await.0, StatusCode::OK);
        assert_eq!(me.get(&format!("/assignments/{own}"), "en").await.0, StatusCode::OK);
        for address in [
            format!("/units/{theirs}"),
            format!("/assignments/{assignment}"),
            format!("/people/{person}"),
            format!("/people/{person}/appoint"),
            format!("/people/{person}/allocate"),
        ] {
            let (status, text) = me.get(&address, "en").await;
            assert!(is_refusal(status), "{address}: {status}");
            assert!(status == StatusCode::NOT_FOUND || text.contains("-01"), "{address} names the rule");
        }
        // Filters by another's unit find nothing that is not there without them.
        for list in ["/assignments", "/assignments.csv", "/people", "/board", "/register.csv"] {
            let (_, text) = me.get(&format!("{list}?unit={theirs}"), "en").await;
            assert!(!text.contains(&assignment.to_string()), "{list}");
            assert!(!text.contains(&person.to_string()), "{list}");
        }

        // Forms: the subject is read from the database, whatever the form says.
        let before = trail(db).await[0].row.seq;
        let power = "power=YD-NY-001&form=conferral&functions=approve&from=2027-01-01";
        for (address, form) in [
            ("/assignments/new".to_owned(), format!("{power}&unit={}", TOWNS[1])),
            ("/cases/new".to_owned(), format!("assignment={assignment}&number=1")),
            (format!("/people/{person}/appoint"), format!("unit={}&post=x&from=2026-01-01", TOWNS[1])),
            (format!("/people/{person}/end"), "kind=role&id=x&last=2026-01-01".to_owned()),
            ("/register/new".to_owned(), format!("assignment={assignment}&unit={}", TOWNS[0])),
        ] {
            let (status, _, to) = me.post(&address, &form).await;
            let is_told = is_refusal(status) || status == StatusCode::UNPROCESSABLE_ENTITY;
            assert!(is_told, "{address}: {status} {to:?}");
        }
        let mut conn = db.read().await.expect("reads");
        let filter =
            Filter { actor: "测试人".to_owned(), outcome: Some(Outcome::Done), ..Filter::default() };
        let done =
            store::audit::list(&mut conn, Sight::Everything, &filter, None, 10, 0).await.expect("reads");
        assert!(done.iter().all(|line| line.row.seq <= before), "nothing was done");
        drop(conn);

        // A file that waits is its sender's alone.
        let file = format!("单位编码,单位名称,单位类型,上级单位编码\n999999,新村,机构,{}\n", TOWNS[1]);
        let (_, _, to) = stranger.upload("units", "units.csv", file.as_bytes()).await;
        let kept = to.expect("a preview");
        assert_eq!(stranger.get(&kept, "en").await.0, StatusCode::OK);
        for address in [kept.clone(), format!("{kept}/errors.csv")] {
            assert_eq!(me.get(&address, "en").await.0, StatusCode::NOT_FOUND, "{address}");
        }
        assert_eq!(me.post(&kept, "").await.0, StatusCode::NOT_FOUND);

        // Nor does one end another's session.
        let theirs = stranger.session();
        let (status, _, _) = me.post("/account", &format!("action=end&session={theirs}")).await;
        assert!(is_refusal(status) || status == StatusCode::SEE_OTHER, "{status}");
        assert_eq!(stranger.get("/account", "en").await.0, StatusCode::OK, "still signed in");
        // Nor acts in another's post.
        let post = stranger.appointment();
        let (status, _, _) = me.post("/acting", &format!("appointment={post}&deputyship=&back=/")).await;
        assert!(!status.is_server_error());
        assert_eq!(me.get(&format!("/assignments/{assignment}"), "en").await.0, StatusCode::NOT_FOUND);
        let token = format!("baton={}", new_id().simple());
        assert_eq!(me.with_cookie(&token).get("/account", "en").await.0, StatusCode::SEE_OTHER);
    });
}

fn is_refusal(status: StatusCode) -> bool {
    matches!(status, StatusCode::NOT_FOUND | StatusCode::FORBIDDEN)
}

#[test]
fn a_denial_is_written_down_with_its_rule() {
    each_audited_database(async |db| {
        let site = Site::with_sample(db).await;
        let me = site.sign_in(Role::Organization, TOWNS[0]).await;
        let form = format!(
            "action=save&power=YD-NY-001&unit={}&form=conferral&functions=approve&from=2026-12-01",
            TOWNS[1]
        );
        let (status, text, _) = me.post("/assignments/new", &form).await;
        assert_eq!(status, StatusCode::FORBIDDEN, "{text}");
        assert!(text.contains(access::SCOPE_RULE));
        let entry = trail(&site.state.db).await.remove(0).row.entry;
        assert_eq!(entry.outcome, Outcome::Denied);
        assert_eq!((entry.action.as_str(), entry.rule.as_str()), ("assignment.create", access::SCOPE_RULE));
        assert_eq!(entry.unit, Some(unit(&site.state.db, TOWNS[1]).await));
        assert_eq!(entry.actor_id, Some(me.person()));
    });
}

#[test]
fn what_is_taken_away_is_gone_on_the_next_request_on_every_server() {
    each_address(async |address| {
        let db = Db::open(&address).await.expect("opens");
        store::migrate(&db).await.expect("migrates");
        let first = Site::empty(db.clone()).await;
        // Another process over the same database shares nothing else.
        let other = Db::open(&address).await.expect("opens");
        for taken in ["role", "post", "account", "session"] {
            let one = first.sign_in(Role::Leader, "0").await;
            let two = one.at(other.clone());
            assert_eq!(one.get("/board", "en").await.0, StatusCode::OK, "{taken}");
            assert_eq!(two.get("/board", "en").await.0, StatusCode::OK, "{taken}");
            one.take_away(taken).await;
            let (status, text) = two.get("/board", "en").await;
            let is_account = matches!(taken, "account" | "session");
            let expected = if is_account { StatusCode::SEE_OTHER } else { StatusCode::FORBIDDEN };
            assert_eq!(status, expected, "{taken}");
            assert!(is_account || text.contains("ROLE-01"), "{taken}");
            assert_eq!(one.get("/board", "en").await.0, expected, "{taken}");
        }
        // Two processes write to one trail, and it stays whole.
        let caller = first.operator();
        let verified = services::audit::verify(&db, &caller, None).await.expect("verifies");
        assert_eq!(verified.faults, []);
        other.close().await;
        db.close().await;
    });
}

#[test]
fn forms_are_limited() {
    each_audited_database(async |db| {
        let site = Site::empty(db).await;
        let (status, text, _) = site.post("/rules", &format!("edit={}", "x".repeat(2 << 20))).await;
        assert_eq!(status, StatusCode::PAYLOAD_TOO_LARGE);
        assert!(text.contains("<h1>") && text.contains("1 MB"));
        for content in [&b"%PDF-1.7"[..], b"\x89PNG\r\n", b"<html><script>alert(1)</script>", b"MZ\0\0"] {
            let (status, _, to) = site.upload("units", "units.csv", content).await;
            assert_eq!((status, to), (StatusCode::UNPROCESSABLE_ENTITY, None));
        }
    });
}

#[test]
fn pages_have_no_inline_scripts_or_styles() {
    each_audited_database(async |db| {
        let site = Site::with_sample(db).await;
        for role in [Role::Organization, Role::Auditor, Role::Administrator] {
            let site = site.sign_in(role, "410000").await;
            for pattern in app::routes().into_iter().filter(|pattern| !pattern.contains('{')) {
                let answer = asked(&site, Method::GET, pattern).await;
                for forbidden in [" style=\"", "<style", " onclick=", " onload=", "javascript:"] {
                    assert!(!answer.text.contains(forbidden), "{pattern} has {forbidden}");
                }
                let scripts = answer.text.matches("<script").count();
                assert_eq!(
                    scripts,
                    answer.text.matches("<script type=\"module\" src=\"").count(),
                    "{pattern}"
                );
                assert_eq!(scripts, answer.text.matches("nonce=\"").count(), "{pattern}");
            }
        }
    });
}
