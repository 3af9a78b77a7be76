//! The pages over HTTP, on both databases: every route, its number of statements, forms and files.

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use domain::duty::{Role, Sight};
use std::collections::{BTreeMap, BTreeSet, VecDeque};

#[cfg(test)]
#[path = "http/catalogue.rs"]
mod catalogue;
#[path = "../../server/store/tests/it/common.rs"]
mod databases;
#[cfg(test)]
#[path = "http/life.rs"]
mod life;
#[expect(dead_code, reason = "other tests use the rest")]
mod site;
use databases::each_audited_database as each_database;
use site::{Site, text};

/// Statements that a page may send: twelve of its own, and the one that loads the session with its rights.
const STATEMENTS: u64 = 13;

/// Whether an address is an example of a pattern.
fn fits(pattern: &str, address: &str) -> bool {
    let (pattern, address): (Vec<&str>, Vec<&str>) =
        (pattern.split('/').collect(), address.split('/').collect());
    let same = |(one, other): (&&str, &&str)| one.starts_with('{') && !other.is_empty() || one == other;
    pattern.len() == address.len() && pattern.iter().zip(&address).all(same)
}

/// Pages of one pattern that are looked through for links at most.
const ALIKE: usize = 5;

/// An address for each pattern that links lead to, from the pages that one role may open.
async fn examples(site: &Site) -> BTreeMap<&'static str, String> {
    let patterns = app::routes();
    let plain: BTreeSet<&str> = patterns.iter().copied().filter(|pattern| !pattern.contains('{')).collect();
    let mut found = BTreeMap::new();
    let mut seen = BTreeSet::new();
    let mut looked = BTreeMap::new();
    let mut queue: VecDeque<String> = plain.iter().map(|&pattern| pattern.to_owned()).collect();
    if site.get("/import", "zh-CN").await.0 == StatusCode::OK {
        let file = "单位编码,单位名称,单位类型,上级单位编码\n999999,新镇,乡镇,410505\n,没有编码,乡镇,\n";
        let (_, _, to) = site.upload("units", "units.csv", file.as_bytes()).await;
        queue.extend(to);
    }
    while let Some(address) = queue.pop_front() {
        if !seen.insert(address.clone()) {
            continue;
        }
        let path = address.split('?').next().unwrap_or_default();
        let pattern =
            patterns.iter().find(|pattern| **pattern == path || !plain.contains(path) && fits(pattern, path));
        if let Some(pattern) = pattern {
            let alike: &mut usize = looked.entry(*pattern).or_default();
            *alike += 1;
            if *alike > ALIKE {
                continue;
            }
        }
        let (status, text) = site.get(&address, "zh-CN").await;
        if status != StatusCode::OK {
            continue;
        }
        if let Some(pattern) = pattern {
            found.entry(*pattern).or_insert(address.clone());
        }
        for link in text.split("href=\"").skip(1) {
            let link = link.split(['"', '#']).next().unwrap_or_default().replace("&amp;", "&");
            let path = link.split('?').next().unwrap_or_default().to_owned();
            let pattern = patterns.iter().find(|pattern| fits(pattern, &path));
            match pattern {
                Some(pattern) if !plain.contains(path.as_str()) && !found.contains_key(pattern) => {
                    queue.push_front(link);
                }
                Some(_) => queue.push_back(path),
                None => {}
            }
        }
    }
    found
}

/// Nobody who has signed in is led to these.
const ELSEWHERE: [&str; 3] = ["/link/{token}", "/sign-in", "/sign-in/second"];

/// Limits of hand-offs, with which cases are handed off that files bring.
const LIMITS: &str = "push_days=2&claim_days=2&answer_days=1&remind_before=1&escalate_first=1&escalate_second=3\
    &penalty_days=90&case_before=2&pushed_is_claimed=off&imports_from=2026-11-01";

/// Brings a decided case, which is then handed off.
async fn hand_off(office: &Site, number: &str) {
    let (status, text, _) = office.post("/handoffs/settings", LIMITS).await;
    assert_eq!(status, StatusCode::SEE_OTHER, "{text}");
    let file = format!(
        "办件编号,事项编码,单位,受理日期,办结日期,办理结果,批准人\n\
         {number},YD-CG-004,410505101,2026-11-20,2026-11-23,准予,P006\n"
    );
    let (_, text, to) = office.upload("cases", "cases.csv", file.as_bytes()).await;
    let (status, _, _) = office.post(&to.expect(&text), "").await;
    assert_eq!(status, StatusCode::SEE_OTHER);
}

/// Makes what the sample has none of: a group, a review of rights, a webhook, a case of which it is told, a paper, and a
/// hand-off.
async fn records(office: &Site, handler: &Site) {
    hand_off(office, "H-1").await;
    let (_, list) = handler.get("/assignments", "en").await;
    let id = list.split("href=\"/assignments/").nth(1).and_then(|rest| rest.split('"').next());
    let id = id.expect("an assignment");
    let new = format!("/assignments/{id}/papers/new");
    for (site, address, form) in [
        (office, new.as_str(), "kind=waiver&reason=x&plan=y&to=2026-12-31".to_owned()),
        (office, "/groups", "name=x&unit=410505101".to_owned()),
        (office, "/reviews/new", "title=x&unit=410505101&due=2026-12-31&undecided=keep".to_owned()),
        (
            office,
            "/webhooks",
            "url=https%3A%2F%2Fapproval.example.cn%2F&unit=410000&events=case_opened".to_owned(),
        ),
        (handler, "/cases/new", format!("assignment={id}&number=1")),
        (office, "/zero-base/new", "title=x&unit=410505101&due=2026-12-31".to_owned()),
    ] {
        let (status, text, _) = site.post(address, &form).await;
        // A webhook's secret is shown at once.
        let expected = if address == "/webhooks" { StatusCode::OK } else { StatusCode::SEE_OTHER };
        assert_eq!(status, expected, "{address}: {text}");
    }
    life::handed_down(office).await;
    catalogue::catalogue(office).await;
}

#[test]
fn every_page_answers_in_few_statements() {
    each_database(async |db| {
        let site = Site::with_sample(db).await;
        let mut missing: BTreeSet<&str> = app::routes().into_iter().collect();
        missing.retain(|pattern| !ELSEWHERE.contains(pattern));
        let roles = [
            Role::Organization,
            Role::Auditor,
            Role::Administrator,
            Role::Approver,
            Role::Supervisor,
            Role::Handler,
        ];
        records(&site, &site.sign_in(Role::Handler, "410000").await).await;
        for role in roles {
            if missing.is_empty() {
                break;
            }
            let site = site.sign_in(role, "410000").await;
            for (pattern, address) in examples(&site).await {
                if !missing.remove(pattern) {
                    continue;
                }
                for lang in ["zh-CN", "en", "zh-TW"] {
                    let before = site.state.db.statements();
                    let (status, text) = site.get(&address, lang).await;
                    let sent = site.state.db.statements() - before;
                    assert_eq!(status, StatusCode::OK, "{address}");
                    assert!(sent <= STATEMENTS, "{address} sends {sent} statements");
                    assert!(text.contains(&format!("<html lang=\"{lang}\"")), "{address}");
                    assert_eq!(text.matches("<h1").count(), 1, "{address}");
                    assert!(
                        text.contains(" · 接棒</title>") || text.contains(" · Baton</title>"),
                        "{address}"
                    );
                    no_key_shows(&address, &text);
                }
            }
        }
        assert!(missing.is_empty(), "no role finds a link to {missing:?}");
    });
}

/// A key that the locale files lack would show itself as a text of its own.
fn no_key_shows(address: &str, text: &str) {
    for shown in text.split('>').filter_map(|piece| piece.split('<').next()) {
        // What a key of one part would show, such as `save`, is a word in English.
        let is_key = shown.contains('-') && app::i18n::Lang::ZhCn.has(shown);
        assert!(!is_key, "{address} shows {shown}");
    }
}

#[test]
fn filters_and_pages_stay_in_few_statements() {
    each_database(async |db| {
        let site = Site::with_sample(db).await;
        for address in [
            "/board?by=type&verdict=cannot&type=penalty",
            "/board?field=农业农村",
            "/assignments?verdict=cannot&reason=money&page=2",
            "/assignments?page=9999",
            "/assignments?lack=money&reason=people",
            "/assignments?sort=unit&q=nyfw",
            "/assignments?q=%00%25&lack=training",
            "/assignments?sort=power&page=3",
            "/assignments?sort=ratio&verdict=cannot",
            "/powers?q=xk&type=licence&page=7",
            "/units?q=xjg",
            "/units?q=%25_%5C",
            "/rules?edit=penalty",
            "/rules?edit=norms",
            "/import?kind=statistics",
            "/assignments/new?power=YD-NY-001&unit=410505101",
            "/cases?q=%25_x&page=9",
            "/proposals?view=mine&phase=answering&q=%25_x&page=9",
            "/proposals?view=nonsense&phase=nonsense",
            "/takeovers?view=overdue&q=%25_x&page=9",
            "/adjustments?view=all",
            "/cases?stage=overdue&page=2",
            "/cases?stage=paused",
            "/cases/violations?rule=SOD-01&q=%25_&page=3",
            "/cases/violations?case=nonsense",
            "/handoffs?state=overdue&side=in&kind=penalty&q=%25_&page=4",
            "/handoffs?state=nonsense&side=out&unit=nonsense",
            "/handoffs/settings",
            "/calendar?year=2027",
            "/calendar?year=nonsense",
            "/indicators?by=type&type=licence",
            "/indicators?by=month&unit=410505101&from=2026-01-01&to=2026-06-30",
            "/duties?list=co_operating&q=ffbl&page=3",
            "/bases?standing=lapsed&q=%00%25",
            "/rounds?page=9",
            "/publishing?q=%25_&page=9",
            "/public/powers?q=%25_&on=nonsense&function=x&page=-1",
            "/register?state=open&on=2026-12-31",
            "/register?state=elsewhen&q=nyfw&page=2",
            "/register?q=%00%25_&on=nonsense&unit=nonsense",
            "/register/new",
            "/separation/SOD-03?switch=1",
            "/separation/SOD-04",
            "/separation/new?action=edit&name=x&members=handler+approve",
            "/separation/exceptions?state=expired",
            "/papers?q=%25_%5C&kind=waiver&state=signed&page=9",
            "/papers?kind=nonsense&state=nonsense",
            "/papers/settings?unit=nonsense",
            "/separation/exceptions/new?rule=SOD-04",
            "/board?unit=nonsense&by=nonsense&verdict=nonsense&page=-1",
        ] {
            let before = site.state.db.statements();
            let (status, text) = site.get(address, "en").await;
            let sent = site.state.db.statements() - before;
            assert_eq!(status, StatusCode::OK, "{address}");
            assert!(sent <= STATEMENTS, "{address} sends {sent} statements");
            no_key_shows(address, &text);
        }
        let (_, found) = site.get("/units?q=xjg", "zh-CN").await;
        assert!(found.contains("许家沟乡"));
        let (_, file) = site.get("/assignments.csv?verdict=cannot", "zh-CN").await;
        let (_, board) = site.get("/assignments?verdict=cannot", "zh-CN").await;
        let lines = file.trim_end().lines().count() - 1;
        assert!(board.contains(&format!("共 {lines} 项")), "the file has {lines} rows");
    });
}

#[test]
fn a_case_shows_its_sides_and_who_may_act() {
    each_database(async |db| {
        let site = Site::with_sample(db).await;
        let handler = site.sign_in(Role::Handler, "410000").await;
        let (_, list) = handler.get("/assignments", "en").await;
        let link = list.split("href=\"/assignments/").nth(1).and_then(|rest| rest.split('"').next());
        let id = link.expect("an assignment");
        let (status, form) = handler.get(&format!("/cases/new?assignment={id}"), "en").await;
        assert!(status == StatusCode::OK && form.contains("name=\"number\""));
        let (status, text, _) = handler.post("/cases/new", &format!("assignment={id}&number=")).await;
        assert!(status == StatusCode::UNPROCESSABLE_ENTITY && text.contains("href=\"#number\""));
        let sent = format!("assignment={id}&number=1&opened_on=2026-11-24");
        let (status, _, to) = handler.post("/cases/new", &sent).await;
        assert_eq!(status, StatusCode::SEE_OTHER);
        let to = to.expect("the case");
        for lang in ["zh-CN", "en", "zh-TW"] {
            let before = site.state.db.statements();
            let (status, text) = handler.get(&to, lang).await;
            assert_eq!(status, StatusCode::OK);
            assert!(site.state.db.statements() - before <= STATEMENTS);
            no_key_shows(&to, &text);
            // Nobody has named this handler for anything.
            assert!(!text.contains("name=\"function\""));
        }
        let (status, _, _) = handler.post(&to, "function=accept").await;
        assert_eq!(status, StatusCode::FORBIDDEN);
        // Elsewhere in the tree it is not there.
        let stranger = site.sign_in(Role::Handler, "410505-SJ").await;
        assert_eq!(stranger.get(&to, "en").await.0, StatusCode::NOT_FOUND);
    });
}

#[test]
fn a_hand_off_is_claimed_and_answered_by_form() {
    each_database(async |db| {
        let site = Site::with_sample(db).await;
        hand_off(&site, "H-1").await;
        hand_off(&site, "H-2").await;
        let supervisor = site.sign_in(Role::Supervisor, "410505-CG").await;
        let approver = site.sign_in(Role::Approver, "410505101").await;
        let (status, list) = supervisor.get("/handoffs?state=unclaimed", "en").await;
        assert!(status == StatusCode::OK && list.contains("H-1") && list.contains("name=\"handoffs\""));
        let ids: Vec<&str> = list
            .split("href=\"/handoffs/")
            .skip(1)
            .filter_map(|rest| rest.split('"').next())
            .filter(|id| id.len() == 36)
            .collect();
        assert_eq!(ids.len(), 2, "{ids:?}");
        // Nothing selected, then both, of which one is taken already.
        let (status, text, _) = supervisor.post("/handoffs", "").await;
        assert!(status == StatusCode::UNPROCESSABLE_ENTITY && text.contains("Select at least one"));
        let one = format!("/handoffs/{}", ids[0]);
        let (status, page) = supervisor.get(&one, "en").await;
        assert!(status == StatusCode::OK && page.contains("name=\"do\" value=\"claim\""));
        assert_eq!(supervisor.post(&one, "do=claim").await.0, StatusCode::SEE_OTHER);
        let both = format!("handoffs={}&handoffs={}", ids[0], ids[1]);
        let (status, text, _) = supervisor.post("/handoffs", &both).await;
        assert_eq!(status, StatusCode::OK);
        assert!(text.contains("1 hand-off claimed") && text.contains("Somebody has already claimed it"));
        let (status, text, _) = supervisor.post(&one, "do=answer&note=").await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
        for field in ["answer", "note"] {
            assert!(text.contains(&format!("href=\"#{field}\"")), "{field} is not in the summary");
            assert!(text.contains(&format!("id=\"{field}\"")), "nothing has the id {field}");
        }
        assert_eq!(approver.post(&one, "do=answer&answer=in_order&note=x").await.0, StatusCode::FORBIDDEN);
        let (status, _, _) = supervisor.post(&one, "do=answer&answer=in_order&note=x").await;
        assert_eq!(status, StatusCode::SEE_OTHER);
        let (_, page) = approver.get(&one, "en").await;
        assert!(page.contains("Take note of the answer"), "the deciding side closes it");
        assert_eq!(approver.post(&one, "do=close").await.0, StatusCode::SEE_OTHER);
        let (_, file) = supervisor.get("/handoffs.csv?state=done", "en").await;
        assert_eq!(file.trim_end().lines().count(), 2, "{file}");
        // Elsewhere in the tree it is not there.
        let stranger = site.sign_in(Role::Supervisor, "410505-SJ").await;
        assert_eq!(stranger.get(&one, "en").await.0, StatusCode::NOT_FOUND);
        let (_, file) = site.get("/indicators.csv?by=type", "en").await;
        assert!(file.contains("Claimed in time"));
    });
}

#[test]
fn an_exception_is_asked_for_by_form() {
    each_database(async |db| {
        let site = Site::with_sample(db).await;
        let (status, text, _) = site.post("/separation/exceptions/new", "rule=SOD-04").await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
        for field in ["assignment", "reason", "control", "to"] {
            assert!(text.contains(&format!("href=\"#{field}\"")), "{field} is not in the summary");
            assert!(text.contains(&format!("id=\"{field}\"")), "nothing has the id {field}");
        }
        let (_, form) = site.get("/separation/exceptions/new", "en").await;
        let choice = form.split("id=\"assignment\"").nth(1).and_then(|rest| rest.split("value=\"").nth(2));
        let id = choice.and_then(|rest| rest.split('"').next()).expect("an assignment");
        let sent =
            format!("rule=SOD-04&assignment={id}&reason=few&control=review&from=2026-11-24&to=2026-12-31");
        let (status, _, to) = site.post("/separation/exceptions/new", &sent).await;
        assert_eq!(status, StatusCode::SEE_OTHER);
        let id = to.expect("the list").split("#x-").nth(1).expect("an exception").to_owned();
        // Whoever asked does not see the button, and is refused without it.
        let (_, list) = site.get("/separation/exceptions", "en").await;
        assert!(list.contains(&id) && !list.contains("value=\"approve\""));
        let approve = format!("do=approve&id={id}");
        assert_eq!(site.post("/separation/exceptions", &approve).await.0, StatusCode::FORBIDDEN);
        let other = site.sign_in(Role::Leader, "410000").await;
        assert!(other.get("/separation/exceptions", "en").await.1.contains("value=\"approve\""));
        assert_eq!(other.post("/separation/exceptions", &approve).await.0, StatusCode::SEE_OTHER);
        let (_, file) = site.get("/separation/exceptions.csv?state=running", "en").await;
        assert_eq!(file.trim_end().lines().count(), 2, "{file}");
        let end = format!("do=end&id={id}&reason=");
        let (status, text, _) = other.post("/separation/exceptions", &end).await;
        assert!(status == StatusCode::UNPROCESSABLE_ENTITY && text.contains("id=\"reason\""));
    });
}

#[test]
fn the_summary_of_errors_names_the_fields() {
    each_database(async |db| {
        let site = Site::with_sample(db).await;
        let sent = "do=make&name=A&unit=410505&stage_1=B&days_1=x&roles_1=leader%40410505&stage_2=C&days_2=-1&roles_2=leader%40410505";
        let (status, text, _) = site.post("/routes", sent).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
        let summary = text
            .split("error-summary")
            .nth(1)
            .and_then(|rest| rest.split("</ul>").next())
            .expect("a summary");
        for (field, name) in [("days_1", "Stage 1 · Working days"), ("days_2", "Stage 2 · Working days")] {
            let link = summary.split(&format!("href=\"#{field}\"")).nth(1).expect("a link to the field");
            assert!(
                link.split("</a>").next().is_some_and(|words| words.contains(name)),
                "{field} in {summary}"
            );
        }
        // The second stage stays open with what is wrong in it; the others are folded.
        assert_eq!(text.matches("<details open").count(), 1);
        // A sentence that names its field is not made longer.
        let (_, text, _) = site.post("/routes", "do=make").await;
        assert!(!text.contains("Name: "), "a name before a sentence that has it");
    });
}

#[test]
fn a_route_is_changed_by_its_form() {
    each_database(async |db| {
        let site = Site::with_sample(db).await;
        let make = "do=make&name=County&unit=410505&stage_1=Leaders&roles_1=leader%40410505";
        assert_eq!(site.post("/routes", make).await.0, StatusCode::SEE_OTHER);
        let (_, list) = site.get("/routes", "en").await;
        let id = list
            .split("/routes?edit=")
            .nth(1)
            .and_then(|rest| rest.split(['#', '"']).next())
            .expect("a link");
        let (_, form) = site.get(&format!("/routes?edit={id}"), "en").await;
        assert!(form.contains("value=\"County\"") && form.contains("@410505\""), "the route as it is");
        let change =
            format!("do=change&route={id}&name=Other&unit=410505&stage_1=Leaders&roles_1=leader%40410505");
        assert_eq!(site.post("/routes", &change).await.0, StatusCode::SEE_OTHER);
        assert_eq!(site.post("/routes", &change).await.0, StatusCode::UNPROCESSABLE_ENTITY);
        let (_, list) = site.get("/routes", "en").await;
        assert!(list.contains("Other") && !list.contains("County<"));
        assert_eq!(site.get(&format!("/routes?edit={id}"), "en").await.0, StatusCode::NOT_FOUND);
    });
}

#[test]
fn an_empty_database_says_what_to_do() {
    each_database(async |db| {
        let site = Site::empty(db).await;
        for role in [Role::Organization, Role::Auditor, Role::Administrator] {
            let site = site.sign_in(role, "0").await;
            for pattern in app::routes().into_iter().filter(|pattern| !pattern.contains('{')) {
                let (status, _) = site.get(pattern, "en").await;
                assert!(!status.is_server_error(), "{pattern}");
            }
        }
        let (_, text) = site.get("/", "en").await;
        assert!(text.contains("/import?kind=units"));
        // Only the administrator loads the sample, and only where there is nothing yet.
        let (status, _, _) = site.post("/sample", "").await;
        assert_eq!(status, StatusCode::FORBIDDEN);
        let site = site.sign_in(Role::Administrator, "0").await;
        let (_, text) = site.get("/", "en").await;
        assert!(text.contains("Load the sample county") && text.contains("baton import units units.csv"));
        let (status, _, to) = site.post("/sample", "").await;
        assert_eq!((status, to.as_deref()), (StatusCode::SEE_OTHER, Some("/")));
        let (status, text, _) = site.post("/sample", "").await;
        assert_eq!(status, StatusCode::CONFLICT);
        assert!(text.contains("baton demo"));
    });
}

#[test]
fn what_is_not_there_is_said() {
    each_database(async |db| {
        let site = Site::empty(db).await;
        let nobody = "00000000-0000-7000-8000-000000000000";
        for address in [
            "/nothing".to_owned(),
            "/units/nothing".to_owned(),
            format!("/units/{nobody}"),
            format!("/powers/{nobody}"),
            format!("/assignments/{nobody}"),
            format!("/import/{nobody}"),
            format!("/board?unit={nobody}"),
            "/export/nothing.csv".to_owned(),
            "/language/xx".to_owned(),
        ] {
            let (status, text) = site.get(&address, "en").await;
            assert_eq!(status, StatusCode::NOT_FOUND, "{address}");
            assert!(text.contains("<h1>"), "{address}");
        }
        let (status, _, _) = site.post("/board", "").await;
        assert_eq!(status, StatusCode::METHOD_NOT_ALLOWED);
    });
}

#[test]
fn the_language_is_kept_and_leads_back_only_here() {
    each_database(async |db| {
        let site = Site::empty(db).await;
        for (back, to) in
            [("/board?by=type", "/board?by=type"), ("//evil.example", "/"), ("https://evil.example", "/")]
        {
            let address = app::request::href("/language/en", [("back", back)]);
            let request = Request::get(address).body(Body::empty()).expect("a request");
            let response = site.send(request).await;
            assert_eq!(response.headers()[header::LOCATION], to);
            assert!(
                response.headers()[header::SET_COOKIE]
                    .to_str()
                    .is_ok_and(|cookie| cookie.starts_with("lang=en;"))
            );
        }
        for (wish, lang) in
            [("zh-HK,zh;q=0.9", "zh-TW"), ("de,en-GB;q=0.8", "en"), ("zh", "zh-CN"), ("", "zh-CN")]
        {
            let request = Request::get("/sign-in")
                .header(header::ACCEPT_LANGUAGE, wish)
                .body(Body::empty())
                .expect("a request");
            let (_, text) = text(site.send(request).await).await;
            assert!(text.contains(&format!("<html lang=\"{lang}\"")), "{wish}");
        }
    });
}

#[test]
fn assigning_tells_every_error_then_checks_then_saves() {
    each_database(async |db| {
        let site = Site::with_sample(db).await;
        let bad = "/assignments/new?action=check&power=&unit=nowhere&giver=&form=&from=2026-02-30&to=&planned_volume=-3";
        let (status, text) = site.get(bad, "en").await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(text.contains("<title>Error: "));
        for field in ["power", "unit", "form", "functions", "from", "planned_volume"] {
            assert!(text.contains(&format!("href=\"#{field}\"")), "{field} is not in the summary");
            assert!(text.contains(&format!("id=\"{field}\"")), "nothing has the id {field}");
        }
        for typed in ["nowhere", "2026-02-30", "-3"] {
            assert!(text.contains(&format!("value=\"{typed}\"")), "{typed} was lost");
        }

        let file =
            services::export::csv(&site.state.db, services::import::Kind::Assignments, Sight::Everything)
                .await
                .expect("exports");
        let held = String::from_utf8(file).expect("UTF-8");
        let power = (1..100).map(|number| format!("YD-NY-{number:03}")).find(|code| {
            !held.lines().any(|line| line.starts_with(&format!("{code},")) && line.contains(",410505103,"))
        });
        let power = power.expect("a power that the unit does not hold");
        let good = format!(
            "power={power}&unit=410505103&giver=&form=conferral&functions=accept&functions=approve&from=2027-01-01&planned_volume=40"
        );
        let before = site.state.db.statements();
        let (status, text) = site.get(&format!("/assignments/new?{good}&action=check"), "en").await;
        let sent = site.state.db.statements() - before;
        assert_eq!(status, StatusCode::OK, "{text}");
        assert!(sent <= STATEMENTS, "the check sends {sent} statements");
        assert!(text.contains("Cannot absorb") && text.contains("Seven gates"));
        assert!(text.contains("name=\"functions\" value=\"accept approve\""));

        let (status, text) = site.get(&format!("/assignments/new?{good}&action=edit"), "en").await;
        assert_eq!(status, StatusCode::OK);
        assert_eq!(text.matches("checked").count(), 2);

        let (status, _, to) = site.post("/assignments/new", &format!("{good}&action=save")).await;
        assert_eq!(status, StatusCode::SEE_OTHER);
        let (status, text) = site.get(&to.expect("a proposal"), "en").await;
        assert_eq!(status, StatusCode::OK);
        assert!(text.contains("Send to the units") && text.contains("Cannot absorb"), "{text}");
        // What the law or the sense forbids.
        for (form, words) in [
            (good.replace("conferral", "entrustment"), "Say who entrusts it"),
            (good.replace("2027-01-01", "2026-11-24"), "Choose a day after today"),
            (good.replace("unit=410505103", "unit=410505-NY"), "held this power from the start"),
        ] {
            let (status, text) = site.get(&format!("/assignments/new?{form}&action=check"), "en").await;
            assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{form}");
            assert!(text.contains(words), "{words}");
        }
        // The same once more waits for the first.
        let (status, text, _) = site.post("/assignments/new", &format!("{good}&action=save")).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(text.contains("is already proposed to this unit"));
    });
}

#[test]
fn importing_previews_then_writes_the_good_rows() {
    each_database(async |db| {
        let site = Site::empty(db).await;
        let file = "单位编码,单位名称,单位类型,电话,上级单位编码\n410505,殷都区,县,,0\n410505101,许家沟乡,乡镇,1,410505\nx,,乡镇,,0\n";
        let (status, _, to) = site.upload("units", "单位.csv", file.as_bytes()).await;
        assert_eq!(status, StatusCode::SEE_OTHER);
        let preview = to.expect("a preview");
        let (_, text) = site.get(&preview, "en").await;
        assert!(text.contains("Import only the 2 good rows"), "{text}");
        assert!(text.contains("电话") && text.contains("Needed, and may not be empty"));
        let (_, empty) = site.get("/units", "en").await;
        assert!(!empty.contains("许家沟乡"));

        let (status, errors) = site.get(&format!("{preview}/errors.csv"), "en").await;
        assert_eq!(status, StatusCode::OK);
        assert!(
            errors.lines().nth(3).is_some_and(|line| line.contains("Needed, and may not be empty")),
            "{errors}"
        );

        for _ in 0..2 {
            let (status, _, to) = site.post(&preview, "").await;
            assert_eq!((status, to.as_deref()), (StatusCode::SEE_OTHER, Some(preview.as_str())));
        }
        let (_, text) = site.get(&preview, "en").await;
        assert!(text.contains("The good rows were imported"));
        let (_, text) = site.get("/units?q=xjg", "en").await;
        assert!(text.contains("许家沟乡"));
    });
}

#[test]
fn files_that_are_none_are_refused_with_words() {
    each_database(async |db| {
        let site = Site::empty(db).await;
        let large = vec![b'x'; 33 << 20];
        for (name, content, words) in [
            ("a.png", b"\x89PNG\r\n\x1a\n0000".as_slice(), "This is no spreadsheet"),
            ("a.csv", b"", "The file is empty"),
            ("a.csv", "姓名,年龄\n张,3\n".as_bytes(), "No headings of Units were found"),
            ("a.csv", "单位编码,单位名称\n1,甲\n".as_bytes(), "lacks a needed column: 单位类型"),
            ("a.csv", &large, "more than 32 MB"),
            ("", b"x", "Choose a file"),
        ] {
            let (status, text, _) = site.upload("units", name, content).await;
            assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{words}");
            assert!(text.contains(words), "{words}");
            assert!(text.contains("error-summary"));
        }
    });
}

#[test]
fn thresholds_are_changed_and_everything_is_assessed_again() {
    each_database(async |db| {
        let site = Site::with_sample(db).await;
        let (status, text, _) =
            site.post("/rules", "edit=penalty&min_people=x&workload=80&on_time=101").await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(text.contains("value=\"101\"") && text.contains("href=\"#min_people\""));

        let count = async || {
            let mut conn = site.state.db.read().await.expect("reads");
            let filter = store::assessment::Filter::default();
            let sums = store::assessment::total(&mut conn, &filter, Sight::Everything).await.expect("sums");
            sums.counts.of(domain::assess::Verdict::Cannot)
        };
        let before = count().await;
        let form = "edit=licence&min_people=9&certificates=&workload=80&on_time=95&returned=5&exercise=60&money=900&idle_months=12";
        let (status, _, to) = site.post("/rules", form).await;
        assert_eq!((status, to.as_deref()), (StatusCode::SEE_OTHER, Some("/rules?saved=1")));
        assert!(count().await > before);
        let (_, text) = site.get("/rules", "en").await;
        assert!(text.contains("<td class=\"n\">9"));
    });
}

#[test]
fn templates_and_exports_are_there_for_each_kind() {
    each_database(async |db| {
        let site = Site::with_sample(db).await;
        for kind in services::import::Kind::ALL {
            let (status, template) = site.get(&format!("/import/template/{kind}.csv"), "en").await;
            assert_eq!(status, StatusCode::OK);
            let (status, export) = site.get(&format!("/export/{kind}.csv"), "en").await;
            assert_eq!(status, StatusCode::OK);
            assert_eq!(template.lines().next(), export.lines().next(), "{kind}");
            assert!(export.lines().count() > 2, "{kind}");
        }
    });
}
