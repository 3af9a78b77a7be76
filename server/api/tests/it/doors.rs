//! Every operation, asked by nobody, by tokens that are no good, by the wrong scope, and by every role.

use crate::common::each_audited_database;
use crate::program::{Answered, Program, address, all_scopes};
use crate::site::Site;
use access::Actor;
use axum::body::Body;
use axum::http::{Method, StatusCode, header};
use chrono::TimeDelta;
use domain::audit::Outcome;
use domain::duty::{Role, Sight};
use domain::token::{Area, Mode, Scope, Scopes};
use services::identity::Token;
use store::Db;
use store::audit::{Filter, Line};

async fn knock(program: &Program, method: &str, path: &str) -> Answered {
    let headers = [("content-type", "application/json"), ("accept-language", "en")];
    let body = if method == "GET" { Body::empty() } else { Body::from("{}") };
    program.send(method.parse::<Method>().expect("a method"), &address(path), &headers, body).await
}

async fn newest(db: &Db) -> Option<Line> {
    let mut conn = db.read().await.expect("reads");
    let mut lines = store::audit::list(&mut conn, Sight::Everything, &Filter::default(), None, 1, 0)
        .await
        .expect("reads");
    lines.pop()
}

#[test]
fn nobody_and_bad_tokens_are_refused() {
    each_audited_database(async |db| {
        access::start().await.expect("the policy is read");
        let site = Site::empty(db).await;
        let good = Program::of(&site, &all_scopes()).await;
        let revoked = Program::of(&site, &all_scopes()).await;
        assert_eq!(revoked.get("/me").await.status, StatusCode::OK);
        let (_, page) = site.get("/account/tokens", "en").await;
        // The newest stands first.
        let id =
            page.split("name=\"id\" value=\"").nth(1).and_then(|rest| rest.split('"').next()).expect("an id");
        let (status, ..) = site.post("/account/tokens", &format!("action=revoke&id={id}")).await;
        assert_eq!(status, StatusCode::SEE_OTHER);
        let (status, ..) = site.post("/account/tokens", &format!("action=revoke&id={id}")).await;
        assert_eq!(status, StatusCode::NOT_FOUND, "it is revoked already");
        let mut later = site.state.clone();
        later.clock = app::state::Clock::Fixed(site.state.clock.now() + TimeDelta::days(31));
        let after = Site::anonymous(site.state.db.clone());
        let mut ended = Program::with(&after, &good.token);
        ended = ended.at(later);
        let shortened = &good.token[..good.token.len() - 1];
        for (name, program) in [
            ("none", Program::with(&site, "")),
            ("unknown", Program::with(&site, "baton_0123456789abcdefghijklmnopqrstuvwxyzABCDEFG")),
            ("cut", Program::with(&site, shortened)),
            ("long", Program::with(&site, &"x".repeat(5000))),
            ("revoked", revoked),
            ("ended", ended),
        ] {
            for (method, path, _) in api::operations() {
                let answered = knock(&program, method, &path).await;
                assert_eq!(answered.status, StatusCode::UNAUTHORIZED, "{name} {method} {path}");
                answered.problem("unauthorized");
            }
        }
        // Other ways to bring it are none.
        let nobody = Program::with(&site, "");
        for (name, value) in [
            ("authorization", format!("Basic {}", good.token)),
            ("authorization", good.token.clone()),
            ("cookie", format!("baton={}", good.token)),
            ("x-api-key", good.token.clone()),
        ] {
            let answered = nobody.send(Method::GET, "/me", &[(name, &value)], Body::empty()).await;
            assert_eq!(answered.status, StatusCode::UNAUTHORIZED, "{name}");
        }
        let asked = format!("/me?access_token={}", good.token);
        assert_eq!(nobody.get(&asked).await.status, StatusCode::UNAUTHORIZED);
        assert_eq!(good.get("/me").await.status, StatusCode::OK);
    });
}

#[test]
fn a_scope_opens_its_own_doors_and_no_other() {
    each_audited_database(async |db| {
        access::start().await.expect("the policy is read");
        let site = Site::empty(db).await;
        for &area in Area::ALL {
            for &mode in Mode::ALL {
                let own = Scope { area, mode };
                let program = Program::of(&site, &Scopes::from_iter([own])).await;
                for (method, path, door) in api::operations() {
                    let answered = knock(&program, method, &path).await;
                    let what = format!("{own} at {method} {path}: {}", answered.status);
                    let is_refused = answered.text.contains("/api/v1#scope");
                    assert_eq!(is_refused, door.scope.is_some_and(|scope| scope != own), "{what}");
                    if let Some(asked) = door.scope.filter(|_| is_refused) {
                        assert_eq!(answered.status, StatusCode::FORBIDDEN, "{what}");
                        answered.problem("scope");
                        let told = answered.header(header::WWW_AUTHENTICATE);
                        assert!(told.contains(&format!("scope=\"{asked}\"")), "{told}");
                    }
                }
            }
        }
    });
}

#[test]
fn the_page_offers_the_scopes_that_open_something() {
    each_audited_database(async |db| {
        access::start().await.expect("the policy is read");
        let site = Site::empty(db).await;
        let (_, page) = site.get("/account/tokens", "en").await;
        for &area in Area::ALL {
            for &mode in Mode::ALL {
                let scope = Scope { area, mode };
                let opens = api::operations().iter().any(|(.., door)| door.scope == Some(scope));
                assert_eq!(page.contains(&format!("value=\"{scope}\"")), opens, "{scope}");
            }
        }
    });
}

#[test]
fn every_role_gets_in_where_the_policy_says() {
    each_audited_database(async |db| {
        access::start().await.expect("the policy is read");
        let office = Site::empty(db).await;
        let db = &office.state.db;
        let given = Role::ALL.iter().copied().filter(|role| !matches!(role, Role::Support | Role::Anyone));
        for role in given {
            let site = office.sign_in(role, "0").await;
            let program = Program::of(&site, &all_scopes()).await;
            let (now, today) = (site.state.clock.now(), site.state.clock.today());
            let bearer = services::token::bearer(db, &Token::sent(&program.token), now, today).await;
            let bearer = bearer.expect("reads").expect("a token");
            let actor = Actor::Person(std::sync::Arc::new(bearer.rights));
            for (method, path, door) in api::operations() {
                let before = newest(db).await.map_or(0, |line| line.row.seq);
                let answered = knock(&program, method, &path).await;
                let what = format!("{role} {method} {path}: {} {}", answered.status, answered.text);
                assert!(!answered.status.is_server_error(), "{what}");
                assert_ne!(answered.status, StatusCode::UNAUTHORIZED, "{what}");
                let after = newest(db).await;
                let written = after.filter(|line| line.row.seq > before).map(|line| line.row);
                let is_open = door.action.is_none_or(|action| actor.could(action));
                if is_open {
                    let is_role = written.is_some_and(|row| row.entry.rule == access::ROLE_RULE);
                    assert!(!is_role, "{what}");
                    continue;
                }
                assert_eq!(answered.status, StatusCode::FORBIDDEN, "{what}");
                let problem = answered.problem("denied");
                assert_eq!(problem["rule"], access::ROLE_RULE, "{what}");
                let row = written.unwrap_or_else(|| panic!("{what} leaves no row"));
                assert_eq!(row.entry.outcome, Outcome::Denied, "{what}");
                assert_eq!(row.entry.action, door.action.expect("a door").as_str(), "{what}");
                assert_eq!(row.entry.actor_id, Some(site.person()), "{what}");
                assert!(
                    row.entry.address.contains(&program.token[..12]),
                    "the trail names the token: {what}"
                );
                assert!(!row.entry.address.contains(&program.token), "and does not tell it");
            }
        }
    });
}

#[test]
fn what_is_taken_away_is_gone_on_the_next_request_on_every_server() {
    crate::common::each_address(async |address| {
        access::start().await.expect("the policy is read");
        let db = Db::open(&address).await.expect("opens");
        store::migrate(&db).await.expect("migrates");
        let first = Site::empty(db.clone()).await;
        let other = Db::open(&address).await.expect("opens");
        for (taken, expected) in [
            ("role", StatusCode::FORBIDDEN),
            ("post", StatusCode::UNAUTHORIZED),
            ("account", StatusCode::UNAUTHORIZED),
            ("session", StatusCode::OK),
        ] {
            let one = first.sign_in(Role::Leader, "0").await;
            let program = Program::of(&one, &all_scopes()).await;
            let elsewhere = Program::with(&one.at(other.clone()), &program.token);
            for program in [&program, &elsewhere] {
                assert_eq!(program.get("/board").await.status, StatusCode::OK, "{taken}");
            }
            one.take_away(taken).await;
            for program in [&program, &elsewhere] {
                assert_eq!(program.get("/board").await.status, expected, "{taken}");
            }
        }
        other.close().await;
        db.close().await;
    });
}
