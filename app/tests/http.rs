//! The pages over HTTP, on both databases: every route, its number of statements, forms and files.

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use domain::duty::{Role, Sight};
use std::collections::{BTreeMap, BTreeSet, VecDeque};

#[path = "../../server/store/tests/it/common.rs"]
mod databases;
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
    handed_down(office).await;
    catalogue(office).await;
}

/// Hands a power down as far as its take-over, with a paper that was signed elsewhere.
async fn handed_down(office: &Site) -> (String, String) {
    let (proposal, takeover) = approved(office).await;
    let (status, text, _) = office.post(&takeover, "do=sign&number=1&signed_on=2026-11-24").await;
    assert_eq!(status, StatusCode::SEE_OTHER, "{text}");
    (proposal, takeover)
}

/// Hands a power down as far as its approval.
async fn approved(office: &Site) -> (String, String) {
    let (manager, leader) =
        (office.sign_in(Role::Manager, "410505103").await, office.sign_in(Role::Leader, "410000").await);
    let sent = async |site: &Site, address: &str, form: &str| {
        let (status, text, to) = site.post(address, form).await;
        assert_eq!(status, StatusCode::SEE_OTHER, "{address} {form}: {text}");
        to.expect("somewhere to go on")
    };
    sent(office, "/routes", "name=x&unit=410000&stage_1=x&mode_1=any&roles_1=leader%40410000").await;
    let file =
        services::export::csv(&office.state.db, services::import::Kind::Assignments, Sight::Everything)
            .await
            .expect("exports");
    let held = String::from_utf8(file).expect("UTF-8");
    let is_held = |code: &str| {
        held.lines().any(|line| line.starts_with(&format!("{code},")) && line.contains(",410505103,"))
    };
    let power = (1..100).map(|number| format!("YD-NY-{number:03}")).find(|code| !is_held(code));
    let form = format!(
        "powers={}&units=410505103&giver=410505-NY&form=conferral&functions=accept&functions=approve&from=2027-01-01",
        power.expect("a power that the unit does not hold")
    );
    let proposal = sent(office, "/proposals/new", &form).await;
    sent(office, &proposal, "do=propose").await;
    let (_, page) = manager.get(&proposal, "en").await;
    let item = page.split("name=\"items\" value=\"").nth(1).and_then(|rest| rest.split('"').next());
    let item = item.expect("a box to tick");
    sent(&manager, &proposal, &format!("do=answer&answer=accept&items={item}")).await;
    sent(office, &proposal, "do=submit").await;
    sent(&leader, &proposal, "do=vote&vote=agree").await;
    let (_, page) = office.get(&proposal, "en").await;
    let takeover = page.split("href=\"/takeovers/").nth(1).and_then(|rest| rest.split('"').next());
    let takeover = format!("/takeovers/{}", takeover.expect("a take-over"));
    (proposal, takeover)
}

#[test]
fn a_power_is_handed_down_and_recalled() {
    each_database(async |db| {
        let site = Site::with_sample(db).await;
        let (proposal, takeover) = handed_down(&site).await;
        let (_, text) = site.get(&proposal, "en").await;
        assert!(text.contains("Approved") && text.contains("测试人"), "{text}");
        let (_, text) = site.get(&takeover, "en").await;
        assert!(text.contains("In transition") && text.contains("Guide published"));
        let (status, text, _) = site.post(&takeover, "do=nothing").await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(text.contains("Choose what to do"));
        // The first page says what waits.
        let (_, text) = site.get("/", "en").await;
        assert!(
            text.contains("/takeovers") && text.contains("What is waiting") || text.contains("/proposals")
        );
        let id = takeover.trim_start_matches("/takeovers/");
        let recall = format!("/assignments/{id}/recall");
        let (status, text, _) = site.post(&recall, "reason=&note=&number=&last_on=").await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
        for field in ["reason", "note", "number", "last_on"] {
            assert!(text.contains(&format!("href=\"#{field}\"")), "{field} is not in the summary");
            assert!(text.contains(&format!("id=\"{field}\"")), "nothing has the id {field}");
        }
        let good = "reason=too_rare&note=x&number=1&last_on=2026-11-24&scope=one";
        assert_eq!(site.post(&recall, good).await.0, StatusCode::SEE_OTHER);
        let (status, text, _) = site.post(&recall, good).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(text.contains("recalled already"), "{text}");
        // A township's manager sees his own part and has none of the office's buttons.
        let stranger = site.sign_in(Role::Manager, "410505101").await;
        assert_eq!(stranger.get(&proposal, "en").await.0, StatusCode::NOT_FOUND);
        let manager = site.sign_in(Role::Manager, "410505103").await;
        let (status, text) = manager.get(&proposal, "en").await;
        assert!(status == StatusCode::OK && !text.contains("value=\"withdraw\""));
    });
}

/// The address of a page's first link that holds some text.
fn linked(page: &str, part: &str) -> String {
    let links = page.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next());
    let link = links.into_iter().find(|link| link.contains(part));
    link.unwrap_or_else(|| panic!("no link to {part}")).replace("&amp;", "&")
}

#[test]
fn the_life_leads_to_its_papers() {
    each_database(async |db| {
        let site = Site::with_sample(db).await;
        let (proposal, takeover) = approved(&site).await;
        let id = takeover.trim_start_matches("/takeovers/");
        // One paper for all that a unit receives by a proposal.
        let (_, page) = site.get(&proposal, "en").await;
        let draw = linked(&page, "/papers/new?kind=acceptance&amp;proposal=");
        let (status, form) = site.get(&draw, "en").await;
        assert_eq!(status, StatusCode::OK);
        assert!(form.contains(&format!("value=\"{id}\" checked")), "{form}");
        // The task leads to the papers; what was signed elsewhere can be registered and its scan attached.
        let (_, page) = site.get(&takeover, "en").await;
        assert!(page.contains(&format!("href=\"/assignments/{id}/papers\"")), "{page}");
        assert!(page.contains(&format!("href=\"/assignments/{id}/papers/attach\"")));
        // A waiver that was granted offers its paper.
        let task = page.split("name=\"task\" value=\"").nth(1).and_then(|rest| rest.split('"').next());
        let ask = format!("do=waive&task={}&reason=late&plan=soon&to=2027-01-31", task.expect("a task"));
        assert_eq!(site.post(&takeover, &ask).await.0, StatusCode::SEE_OTHER);
        let leader = site.sign_in(Role::Leader, "410000").await;
        let (_, page) = leader.get(&takeover, "en").await;
        let waiver = page.split("name=\"waiver\" value=\"").nth(1).and_then(|rest| rest.split('"').next());
        let grant = format!("do=decide&decision=granted&waiver={}", waiver.expect("a waiver"));
        assert_eq!(leader.post(&takeover, &grant).await.0, StatusCode::SEE_OTHER);
        let (_, page) = site.get(&takeover, "en").await;
        let (status, form) = site.get(&linked(&page, "kind=waiver"), "en").await;
        assert_eq!(status, StatusCode::OK);
        for typed in ["late", "soon", "2027-01-31"] {
            assert!(form.contains(&format!("value=\"{typed}\"")), "{typed}");
        }
        // The recall leads to its decision, which knows what was decided.
        let recall = format!("/assignments/{id}/recall");
        let good = "reason=too_rare&note=seldom&number=R-1&last_on=2026-12-24&scope=one";
        assert_eq!(site.post(&recall, good).await.0, StatusCode::SEE_OTHER);
        let (_, page) = site.get(&recall, "en").await;
        let (status, form) = site.get(&linked(&page, "kind=recall_decision"), "en").await;
        assert_eq!(status, StatusCode::OK);
        for typed in ["seldom", "2026-12-24", "R-1"] {
            assert!(form.contains(&format!("value=\"{typed}\"")), "{typed}");
        }
        let check = linked(&page, "kind=recall_decision") + "&action=check";
        let (status, check) = site.get(&check, "en").await;
        assert_eq!(status, StatusCode::OK, "{check}");
        assert!(check.contains("value=\"R-1\""));
    });
}

#[test]
fn many_take_overs_are_done_at_once() {
    each_database(async |db| {
        let site = Site::with_sample(db).await;
        let (_, takeover) = approved(&site).await;
        let id = takeover.trim_start_matches("/takeovers/");
        let (_, list) = site.get("/takeovers", "en").await;
        assert!(list.contains("form=\"bulk\"") && list.contains("All 1 that match"), "{list}");
        let (status, text, _) = site.post("/takeovers", "do=tick&scope=some&view=open").await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(text.contains("Choose at least one"), "{text}");
        // First what is to be said of it, then it is done.
        let (status, text, _) = site.post("/takeovers", &format!("do=tick&view=open&items={id}")).await;
        assert_eq!(status, StatusCode::OK);
        assert!(text.contains("name=\"note\"") && text.contains(id));
        let done = "do=tick&scope=all&view=open&step=do&task=guide";
        let (status, text, _) = site.post("/takeovers", done).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(text.contains("href=\"#note\""), "{text}");
        let (status, text, _) = site.post("/takeovers", &format!("{done}&note=x")).await;
        assert_eq!(status, StatusCode::OK);
        assert!(text.contains("1 done"), "{text}");
        let (_, text, _) = site.post("/takeovers", &format!("{done}&note=x")).await;
        assert!(text.contains("0 done") && text.contains("1 not done"), "{text}");
        // Whoever may do nothing of it has no boxes.
        let auditor = site.sign_in(Role::Auditor, "410000").await;
        assert!(!auditor.get("/takeovers", "en").await.1.contains("form=\"bulk\""));
    });
}

/// A version of the catalogue that supersedes the sample's, a round, and a public list.
async fn catalogue(office: &Site) -> String {
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
        assert!(text.contains("Load the sample county"));
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
