//! Proposals, take-overs, recalls and their papers, by form.

use crate::databases::each_audited_database as each_database;
use crate::site::Site;
use axum::http::StatusCode;
use domain::duty::{Role, Sight};

/// Hands a power down as far as its take-over, with a paper that was signed elsewhere.
pub async fn handed_down(office: &Site) -> (String, String) {
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
