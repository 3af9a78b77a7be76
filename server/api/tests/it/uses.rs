//! What programs do with the interface: the feed of the approval system, reading, and everything that can be wrong.

use crate::common::each_audited_database;
use crate::program::{Program, all_scopes};
use crate::site::Site;
use axum::body::Body;
use axum::http::{Method, StatusCode, header};
use domain::duty::{Role, Sight};
use serde_json::json;
use std::collections::BTreeSet;

/// 许家沟乡, in the sample, and its neighbour.
const TOWNS: [&str; 2] = ["410505101", "410505102"];

#[test]
fn an_approval_system_feeds_cases_and_statistics() {
    each_audited_database(async |db| {
        access::start().await.expect("the policy is read");
        let office = Site::with_sample(db).await;
        let handler = office.sign_in(Role::Handler, TOWNS[0]).await;
        let scopes = "cases:read cases:write assignments:read files:write".parse().expect("scopes");
        let program = Program::of(&handler, &scopes).await;
        let me = program.get("/me").await;
        assert_eq!(me.at("/roles/0"), "handler");
        let listed = program.get("/assignments?per_page=2&verdict=cannot").await;
        assert_eq!(listed.status, StatusCode::OK, "{listed:?}");
        let assignment = listed.at("/items/0/id");
        assert_eq!(listed.at("/items/0/verdict"), "cannot");
        assert!(!listed.at("/items/0/why/0").is_empty());

        let case = json!({ "assignment": assignment, "number": "API-1" });
        let opened = program.post_once("api-1", "/cases", &case).await;
        assert_eq!(opened.status, StatusCode::CREATED, "{opened:?}");
        let location = opened.header(header::LOCATION).to_owned();
        assert_eq!(location, format!("/api/v1/cases/{}", opened.at("/id")));
        let again = program.post_once("api-1", "/cases", &case).await;
        assert_eq!(
            (again.text.as_str(), again.header(header::LOCATION)),
            (opened.text.as_str(), location.as_str())
        );
        let shown = program.get(location.trim_start_matches(api::BASE)).await;
        assert_eq!((shown.at("/number"), shown.at("/steps")), ("API-1".to_owned(), "[]".to_owned()));
        // The number is taken: told beside its field, with its code, in the language that is asked for.
        for (lang, word) in [("zh-CN", "案号"), ("en", "number"), ("zh-TW", "案號")] {
            let headers = [("content-type", "application/json"), ("accept-language", lang)];
            let taken = program.send(Method::POST, "/cases", &headers, case.to_string()).await;
            assert_eq!(taken.status, StatusCode::UNPROCESSABLE_ENTITY);
            let problem = taken.json();
            assert_eq!(problem["errors"][0]["field"], "number");
            assert_eq!(problem["errors"][0]["code"], "case-error-number-taken");
            assert!(
                problem["errors"][0]["message"].as_str().is_some_and(|told| told.contains(word)),
                "{taken:?}"
            );
            assert_eq!(taken.header(header::CONTENT_LANGUAGE), lang);
        }
        let found = program.get("/cases?q=api-1").await;
        assert_eq!((found.at("/total"), found.at("/items/0/id")), ("1".to_owned(), opened.at("/id")));
        // Nobody named this handler for the function: the rule, and who could instead.
        let step = program
            .post(&format!("/cases/{}/steps", opened.at("/id")), &json!({ "function": "approve" }))
            .await;
        assert_eq!(step.status, StatusCode::FORBIDDEN, "{step:?}");
        assert!(step.problem("denied")["rule"].as_str().is_some_and(|rule| rule.ends_with("-01")));
        let step = program
            .post(&format!("/cases/{}/steps", opened.at("/id")), &json!({ "function": "dance" }))
            .await;
        assert_eq!(step.problem("invalid")["errors"][0]["field"], "function");
        // A handler imports nothing, whatever the token's scope says.
        let rows = json!({ "rows": [{ "unit": TOWNS[0] }] });
        let refused = program.post("/imports/statistics", &rows).await;
        assert_eq!(refused.problem("denied")["rule"], access::ROLE_RULE);

        // Monthly statistics, as they were exported, come back unchanged, as a file and as rows.
        let program = Program::of(&office, &all_scopes()).await;
        let exported = program.get("/exports/statistics").await;
        assert_eq!(exported.status, StatusCode::OK);
        assert!(exported.header(header::CONTENT_TYPE).starts_with("text/csv"));
        let csv = [("content-type", "text/csv"), ("accept-language", "en")];
        let few: String = exported.text.lines().take(5).flat_map(|line| [line, "\n"]).collect();
        let report = program.send(Method::POST, "/imports/statistics?dry_run=true", &csv, few.clone()).await;
        assert_eq!((report.status, report.at("/unchanged")), (StatusCode::OK, "4".to_owned()), "{report:?}");
        assert_eq!(report.at("/written"), "false");
        let mut lines = few.trim_start_matches('\u{feff}').lines();
        let heads: Vec<&str> = lines.next().expect("heads").split(',').collect();
        let rows: Vec<_> = lines
            .map(|line| {
                let cells = heads.iter().zip(line.split(','));
                json!(
                    cells
                        .map(|(head, cell)| ((*head).to_owned(), json!(cell)))
                        .collect::<serde_json::Map<_, _>>()
                )
            })
            .collect();
        let report = program.post("/imports/statistics", &json!({ "rows": rows })).await;
        assert_eq!((report.status, report.at("/unchanged")), (StatusCode::OK, "4".to_owned()), "{report:?}");
        assert_eq!(report.at("/written"), "true");
        let wrong = format!("{few}x,y,z\n");
        let stopped = program.send(Method::POST, "/imports/statistics", &csv, wrong.clone()).await;
        assert_eq!(stopped.status, StatusCode::UNPROCESSABLE_ENTITY);
        let problem = stopped.problem("import");
        assert_eq!((&problem["report"]["wrong"], &problem["report"]["written"]), (&json!(1), &json!(false)));
        assert_eq!(problem["report"]["errors"][0]["row"], 6);
        let skipped = program.send(Method::POST, "/imports/statistics?on_error=skip", &csv, wrong).await;
        assert_eq!((skipped.status, skipped.at("/wrong")), (StatusCode::OK, "1".to_owned()));
    });
}

#[test]
fn everything_is_read_as_far_as_it_may_be_seen() {
    each_audited_database(async |db| {
        access::start().await.expect("the policy is read");
        let office = Site::with_sample(db).await;
        let whole = Program::of(&office, &all_scopes()).await;
        let town = office.sign_in(Role::Organization, TOWNS[0]).await;
        let part = Program::of(&town, &all_scopes()).await;
        let auditor = Program::of(&office.sign_in(Role::Auditor, "410000").await, &all_scopes()).await;
        let lists = [
            "/units",
            "/powers",
            "/assignments",
            "/people",
            "/register",
            "/separation/violations",
            "/separation/exceptions",
            "/reviews",
            "/cases",
        ];
        for list in lists {
            let answered = whole.get(list).await;
            assert_eq!(answered.status, StatusCode::OK, "{list}: {answered:?}");
            let total = answered.json()["total"].as_i64().expect("a total");
            let narrow = part.get(list).await.json()["total"].as_i64().expect("a total");
            assert!(narrow <= total, "{list}: {narrow} of {total}");
            if matches!(list, "/units" | "/assignments" | "/people" | "/register") {
                assert!(0 < narrow && narrow < total, "{list}: {narrow} of {total}");
            }
        }
        // Page by page, each row once.
        let mut seen = BTreeSet::new();
        let mut next = "/people?per_page=40".to_owned();
        let total = loop {
            let answered = whole.get(&next).await;
            let page = answered.json();
            for item in page["items"].as_array().expect("items") {
                assert!(seen.insert(item["id"].to_string()), "{item} came twice");
            }
            let links = answered.header(header::LINK).to_owned();
            let link = links.split(", ").find(|link| link.ends_with("rel=\"next\""));
            let Some(link) = link else { break page["total"].as_u64().expect("a total") };
            next = link
                .trim_start_matches(&format!("<{}", api::BASE))
                .split('>')
                .next()
                .expect("a link")
                .to_owned();
        };
        assert_eq!(u64::try_from(seen.len()), Ok(total));
        // Strangers' records are not there.
        let [mine, theirs] = {
            let mut conn = office.state.db.read().await.expect("reads");
            let all = store::assignment::all(&mut conn, Sight::Everything).await.expect("reads");
            let mut of = async |code| {
                let unit = store::unit::by_code(&mut conn, code).await.expect("reads").expect("a unit").id;
                all.iter()
                    .find(|each| each.unit == unit)
                    .map(|each| (unit, each.id, each.power))
                    .expect("one")
            };
            [of(TOWNS[0]).await, of(TOWNS[1]).await]
        };
        for (program, (unit, assignment, power), expected) in [
            (&whole, mine, StatusCode::OK),
            (&whole, theirs, StatusCode::OK),
            (&part, mine, StatusCode::OK),
            (&part, theirs, StatusCode::NOT_FOUND),
        ] {
            for path in [
                format!("/units/{unit}"),
                format!("/assignments/{assignment}"),
                format!("/assignments/{assignment}/assessment"),
                format!("/board?unit={unit}"),
            ] {
                let answered = program.get(&path).await;
                assert_eq!(answered.status, expected, "{path}: {}", answered.text);
            }
            assert_eq!(program.get(&format!("/powers/{power}")).await.status, StatusCode::OK);
        }
        let assessed = whole.get(&format!("/assignments/{}/assessment", mine.1)).await;
        assert_eq!(assessed.json()["gates"].as_array().map(Vec::len), Some(7));
        let board = whole.get("/board?by=type").await;
        assert!(board.json()["cells"].as_array().is_some_and(|cells| !cells.is_empty()));
        let holders = whole
            .get(&format!("/holders?power=YD-CG-004&unit={}&function=accept&on=2026-11-01", TOWNS[0]))
            .await;
        assert_eq!(holders.status, StatusCode::OK, "{holders:?}");
        assert_eq!(holders.at("/on"), "2026-11-01");
        let asked = whole.get("/holders?power=&unit=").await;
        assert!(asked.problem("invalid")["errors"].as_array().is_some_and(|errors| errors.len() > 1));
        let trail = auditor.get("/audit?limit=3").await;
        assert_eq!(trail.json()["items"].as_array().map(Vec::len), Some(3), "{trail:?}");
        assert!(trail.header(header::LINK).contains(&format!("before={}", trail.at("/before"))));
        assert_eq!(auditor.get("/people").await.status, StatusCode::OK);
    });
}

#[test]
fn a_draft_tells_what_it_would_do() {
    each_audited_database(async |db| {
        access::start().await.expect("the policy is read");
        let office = Site::with_sample(db).await;
        let whole = Program::of(&office, &all_scopes()).await;
        let town = office.sign_in(Role::Organization, TOWNS[0]).await;
        let part = Program::of(&town, &all_scopes()).await;
        let draft = json!({
            "power": "YD-NY-001", "unit": TOWNS[1], "form": "conferral", "functions": ["accept", "approve"],
            "from": "2026-12-01", "to": "2026-12-31",
        });
        let held = whole.get("/assignments").await.at("/total");
        let told = whole.post("/assignments/check", &draft).await;
        let is_held = told.status == StatusCode::UNPROCESSABLE_ENTITY;
        assert!(is_held || !told.at("/assessment/verdict").is_empty(), "{told:?}");
        assert_eq!(part.get("/assignments").await.status, StatusCode::OK);
        assert_eq!(whole.get("/assignments").await.at("/total"), held, "nothing is written");
        // A unit that may not be seen is not told about.
        let told = part.post("/assignments/check", &draft).await;
        assert!(told.status != StatusCode::OK || told.json()["assessment"].is_null(), "{told:?}");
    });
}

#[test]
fn what_is_wrong_is_told() {
    each_audited_database(async |db| {
        access::start().await.expect("the policy is read");
        let site = Site::empty(db).await;
        let program = Program::of(&site, &all_scopes()).await;
        let clerk = Program::of(&site.sign_in(Role::Handler, "0").await, &all_scopes()).await;
        let send = async |path: &str, kind: &str, body: String| {
            let headers = [("content-type", kind), ("accept-language", "en")];
            let program = if path == "/cases" { &clerk } else { &program };
            program.send(Method::POST, path, &headers, body).await
        };
        let large =
            send("/cases", "application/json", format!("{{\"number\": \"{}\"}}", "x".repeat(2 << 20))).await;
        assert_eq!(large.status, StatusCode::PAYLOAD_TOO_LARGE);
        large.problem("too-large");
        for (path, kind) in [("/cases", "text/plain"), ("/cases", ""), ("/imports/units", "application/pdf")]
        {
            let answered = send(path, kind, "{}".to_owned()).await;
            assert_eq!(answered.status, StatusCode::UNSUPPORTED_MEDIA_TYPE, "{path} {kind}");
            answered.problem("media-type");
        }
        for body in [
            "",
            "{",
            "[]",
            "{}",
            "{\"number\": 5}",
            "{\"assignment\": \"x\", \"number\": \"1\"}",
            "null",
            "{\"assignment\": \"00000000-0000-7000-8000-000000000000\", \"number\": \"1\", \"surprise\": 1}",
        ] {
            let answered = send("/cases", "application/json", body.to_owned()).await;
            assert_eq!(answered.status, StatusCode::UNPROCESSABLE_ENTITY, "{body}");
            assert_eq!(answered.problem("invalid")["errors"][0]["field"], "body", "{body}");
        }
        for query in ["page=x", "per_page=-", "unit=x"] {
            let answered = program.get(&format!("/assignments?{query}")).await;
            assert_eq!(answered.problem("invalid")["errors"][0]["field"], "query", "{query}");
        }
        for (content, kind) in [
            ("%PDF-1.7", "text/csv"),
            ("PK\u{3}\u{4}", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
            ("", "text/csv"),
            ("a,b\n1,2\n", "text/csv"),
        ] {
            let answered = send("/imports/units", kind, content.to_owned()).await;
            assert_eq!(answered.status, StatusCode::UNPROCESSABLE_ENTITY, "{content}");
            answered.problem("import");
        }
        let empty = send("/imports/units", "application/json", "{\"rows\": []}".to_owned()).await;
        assert_eq!(empty.problem("invalid")["errors"][0]["field"], "rows");
        assert_eq!(
            send("/imports/spaceships", "text/csv", "a".to_owned()).await.status,
            StatusCode::NOT_FOUND
        );
        for path in
            ["/units/x", "/cases/00000000-0000-7000-8000-000000000000", "/exports/x", "/reviews/x/lines"]
        {
            let answered = program.get(path).await;
            assert_eq!(answered.status, StatusCode::NOT_FOUND, "{path}");
            answered.problem("not-found");
        }
        // What is known already is not sent again.
        let first = program.get("/units").await;
        let tag = first.header(header::ETAG).to_owned();
        assert!(tag.starts_with('"'), "{tag}");
        let known = [("if-none-match", tag.as_str()), ("accept-language", "en")];
        let again = program.send(Method::GET, "/units", &known, Body::empty()).await;
        assert_eq!((again.status, again.text.as_str()), (StatusCode::NOT_MODIFIED, ""));
        let other = program.send(Method::GET, "/units", &[("if-none-match", "\"x\"")], Body::empty()).await;
        assert_eq!(other.status, StatusCode::OK);
        let head = program.send(Method::HEAD, "/units", &[], Body::empty()).await;
        assert_eq!((head.status, head.text.as_str()), (StatusCode::OK, ""));
    });
}
