//! The life of an assignment: proposed, answered, approved, taken over, in force, adjusted and recalled.

use crate::made;
use crate::office::{Office, TODAY, each_office, form};
use access::{Action, Operator};
use domain::assignment::Function;
use domain::duty::{BENEFIT_RULE, Sight};
use domain::id::{AssignmentId, ProposalId};
use domain::life::route::StageState;
use domain::life::state::{Phase, Stage};
use domain::life::takeover::{Task, TaskState};
use domain::people::Person;
use domain::unit::{Unit, UnitKind};
use services::ServiceError;
use services::form::{FieldError, Fields};
use services::life::{adjust, clock, paper, proposal, recall, renew, route, takeover, vote};
use services::write::Caller;
use store::life::takeover::Owed;

/// People of an office who hand powers down, and another township.
pub(crate) struct Staff {
    pub(crate) organization: Caller,
    pub(crate) manager: Caller,
    pub(crate) leader: Caller,
    pub(crate) second: Caller,
    pub(crate) leader_person: Person,
    pub(crate) other: Unit,
    pub(crate) other_manager: Caller,
}

pub(crate) async fn staff(office: &Office) -> Staff {
    let other = made::unit("4102", "都里镇", UnitKind::Township, Some(&office.county));
    let power = made::power("A-2", "户外广告设置审批", domain::power::PowerType::Licence, "城管");
    let mut conn = office.db.write().await.unwrap();
    store::unit::insert(&mut conn, &other).await.unwrap();
    store::power::insert(&mut conn, &power).await.unwrap();
    conn.commit_derived().await.unwrap();
    let (org, post) = office.hire("编办", &office.county, "organization").await;
    let organization = office.sign_in(&org, post, None, TODAY).await;
    let (boss, post) = office.hire("乡长", &office.town, "manager").await;
    let manager = office.sign_in(&boss, post, None, TODAY).await;
    let (boss, post) = office.hire("镇长", &other, "manager").await;
    let other_manager = office.sign_in(&boss, post, None, TODAY).await;
    let (leader_person, post) = office.hire("县长", &office.county, "leader").await;
    let leader = office.sign_in(&leader_person, post, None, TODAY).await;
    let (second, post) = office.hire("副县长", &office.county, "leader").await;
    let second = office.sign_in(&second, post, None, TODAY).await;
    Staff { organization, manager, leader, second, leader_person, other, other_manager }
}

pub(crate) fn draft() -> Fields {
    form(&[
        ("title", "第一批下放事项"),
        ("powers", "A-2"),
        ("units", "4101、4102"),
        ("giver", "41-NY"),
        ("form", "conferral"),
        ("functions", "accept approve"),
        ("from", "2026-12-15"),
    ])
}

pub(crate) fn keys(errors: &[FieldError]) -> Vec<(&'static str, &'static str)> {
    errors.iter().map(|(field, message)| (*field, message.key)).collect()
}

/// A route with one stage of these roles or persons.
pub(crate) async fn make_route(office: &Office, staff: &Staff, mode: &str, persons: &str, roles: &str) {
    let fields = form(&[
        ("name", "县级审批"),
        ("unit", "41"),
        ("stage_1", "县领导"),
        ("mode_1", mode),
        ("persons_1", persons),
        ("roles_1", roles),
    ]);
    route::make(&office.db, &staff.organization, &fields).await.unwrap().unwrap();
}

pub(crate) async fn items(office: &Office, id: ProposalId) -> Vec<store::life::item::Item> {
    let mut conn = office.db.read().await.unwrap();
    store::life::item::of_proposal(&mut conn, id).await.unwrap()
}

async fn phase(office: &Office, id: ProposalId) -> Phase {
    let mut conn = office.db.read().await.unwrap();
    store::life::proposal::by_id(&mut conn, id).await.unwrap().unwrap().phase
}

/// Both units accept what is proposed.
pub(crate) async fn accepted(office: &Office, staff: &Staff) -> ProposalId {
    let id = proposal::draft(&office.db, &staff.organization, &draft()).await.unwrap().unwrap();
    proposal::propose(&office.db, &staff.organization, id).await.unwrap().unwrap();
    for (manager, unit) in [(&staff.manager, office.town.id), (&staff.other_manager, staff.other.id)] {
        let all = items(office, id).await;
        let item = all.iter().find(|item| item.unit == unit).unwrap().id.to_string();
        let answer = form(&[("answer", "accept"), ("items", &item)]);
        assert_eq!(proposal::answer(&office.db, manager, id, &answer).await.unwrap(), Ok(1));
    }
    id
}

pub(crate) fn agree() -> Fields {
    form(&[("vote", "agree")])
}

/// Two assignments that are approved and not taken over.
pub(crate) async fn approved(office: &Office, staff: &Staff) -> [AssignmentId; 2] {
    make_route(office, staff, "any", "", "leader@41").await;
    let id = accepted(office, staff).await;
    vote::submit(&office.db, &staff.organization, id).await.unwrap().unwrap();
    let state = vote::vote(&office.db, &staff.leader, id, &agree()).await.unwrap();
    assert_eq!(state, Ok(StageState::Passed));
    let all = items(office, id).await;
    let of = |unit| all.iter().find(|item| item.unit == unit).unwrap().assignment.unwrap();
    [of(office.town.id), of(staff.other.id)]
}

pub(crate) fn at(day: &str) -> Caller {
    let now = format!("{day}T02:00:00Z").parse().unwrap();
    Caller::operator(Operator::Schedule, now, day.parse().unwrap())
}

pub(crate) async fn tasks(office: &Office, id: AssignmentId) -> Vec<Owed> {
    let mut conn = office.db.read().await.unwrap();
    store::life::takeover::of_assignment(&mut conn, id).await.unwrap()
}

pub(crate) async fn stage(office: &Office, id: AssignmentId) -> Option<Stage> {
    let mut conn = office.db.read().await.unwrap();
    store::life::tenure::of(&mut conn, id).await.unwrap().map(|tenure| tenure.stage)
}

pub(crate) async fn assignment(office: &Office, id: AssignmentId) -> domain::assignment::Assignment {
    let mut conn = office.db.read().await.unwrap();
    store::assignment::by_id(&mut conn, id).await.unwrap().unwrap()
}

async fn notices(office: &Office) -> i64 {
    office.count("select count(*) from notice").await
}

/// Ticks, signs and waives whatever is open.
pub(crate) async fn take_over(office: &Office, staff: &Staff, id: AssignmentId, until: &str) {
    let paper = form(&[("number", "确〔2026〕1号"), ("signed_on", TODAY)]);
    paper::sign(&office.db, &staff.organization, id, &paper).await.unwrap().unwrap();
    assert_eq!(stage(office, id).await, Some(Stage::InTransition));
    for owed in tasks(office, id).await.into_iter().filter(|owed| owed.state == TaskState::Open) {
        if owed.task.is_computed() {
            let ask = form(&[("reason", "来不及"), ("plan", "年底前补齐"), ("to", until)]);
            let waiver = takeover::ask_waiver(&office.db, &staff.organization, owed.id, &ask).await;
            let waiver = waiver.unwrap().unwrap();
            let granted = form(&[("decision", "granted")]);
            // Nobody grants what he asked for.
            let own = takeover::decide_waiver(&office.db, &staff.organization, waiver, &granted).await;
            assert!(matches!(own, Err(ServiceError::Denied(denial)) if denial.rule == BENEFIT_RULE));
            takeover::decide_waiver(&office.db, &staff.leader, waiver, &granted).await.unwrap().unwrap();
            let again = takeover::decide_waiver(&office.db, &staff.second, waiver, &granted).await.unwrap();
            assert_eq!(keys(&again.unwrap_err()), [("life", "life-refusal-decided")]);
        } else {
            let note = form(&[("note", "已公布")]);
            takeover::tick(&office.db, &staff.organization, owed.id, &note).await.unwrap().unwrap();
            let again = takeover::tick(&office.db, &staff.organization, owed.id, &note).await.unwrap();
            assert_eq!(keys(&again.unwrap_err()), [("life", "life-refusal-decided")]);
        }
    }
}

#[test]
fn drafts_are_checked_and_everything_wrong_is_told() {
    each_office(async |office| {
        let staff = staff(&office).await;
        let wrong = form(&[("powers", "X-9"), ("units", "9999"), ("from", TODAY)]);
        let errors = proposal::draft(&office.db, &staff.organization, &wrong).await.unwrap().unwrap_err();
        let told = keys(&errors);
        for expected in [
            ("powers", "assign-error-no-power"),
            ("units", "assign-error-no-unit"),
            ("form", "assign-error-form"),
            ("functions", "assign-error-functions"),
            ("from", "proposal-error-past"),
        ] {
            assert!(told.contains(&expected), "{expected:?} in {told:?}");
        }
        // Only for its own part of the tree.
        let own = proposal::draft(&office.db, &staff.manager, &draft()).await;
        assert!(
            matches!(own, Err(ServiceError::Denied(denial)) if denial.action == Action::AssignmentCreate)
        );
        // By class of unit, with the verdict of each.
        let mut class = draft();
        class.insert("units".to_owned(), String::new());
        class.insert("kind".to_owned(), "township".to_owned());
        let id = proposal::draft(&office.db, &staff.organization, &class).await.unwrap().unwrap();
        let all = items(&office, id).await;
        assert_eq!(all.len(), 2);
        assert!(all.iter().all(|item| item.verdict.is_some()), "{all:?}");
        // The same once more is told.
        let again = proposal::draft(&office.db, &staff.organization, &draft()).await.unwrap().unwrap_err();
        assert_eq!(keys(&again)[0], ("powers", "proposal-error-running"));
        // Nothing reached a unit.
        let mut conn = office.db.read().await.unwrap();
        assert_eq!(store::assignment::all(&mut conn, Sight::Everything).await.unwrap().len(), 1);
        drop(conn);
        // A draft is nobody else's to see.
        let mut conn = office.db.read().await.unwrap();
        let sight = staff.manager.actor.sight();
        let seen = store::life::proposal::visible(&mut conn, id, sight, None).await.unwrap();
        assert!(seen.is_none());
        drop(conn);
        proposal::withdraw(&office.db, &staff.organization, id, &Fields::new()).await.unwrap().unwrap();
        let twice = proposal::withdraw(&office.db, &staff.organization, id, &Fields::new()).await.unwrap();
        assert_eq!(keys(&twice.unwrap_err()), [("life", "life-refusal-wrong_state")]);
    });
}

#[test]
fn units_answer_item_by_item() {
    each_office(async |office| {
        let staff = staff(&office).await;
        let id = proposal::draft(&office.db, &staff.organization, &draft()).await.unwrap().unwrap();
        proposal::propose(&office.db, &staff.organization, id).await.unwrap().unwrap();
        let all = items(&office, id).await;
        let of = |unit| all.iter().find(|item| item.unit == unit).unwrap().id.to_string();
        let (mine, theirs) = (of(office.town.id), of(staff.other.id));
        // Another unit's item is not his to answer.
        let foreign = form(&[("answer", "accept"), ("items", &theirs)]);
        let denied = proposal::answer(&office.db, &staff.manager, id, &foreign).await;
        assert!(matches!(denied, Err(ServiceError::Denied(_))));
        let silent = form(&[("answer", "object"), ("items", &mine)]);
        let errors = proposal::answer(&office.db, &staff.manager, id, &silent).await.unwrap().unwrap_err();
        assert_eq!(keys(&errors), [("reason", "life-refusal-no_reason")]);
        let object = form(&[("answer", "object"), ("items", &mine), ("reason", "无监管对象")]);
        proposal::answer(&office.db, &staff.manager, id, &object).await.unwrap().unwrap();
        let early = vote::submit(&office.db, &staff.organization, id).await.unwrap().unwrap_err();
        assert_eq!(keys(&early), [("life", "life-refusal-unanswered")]);
        proposal::answer(&office.db, &staff.other_manager, id, &foreign).await.unwrap().unwrap();
        let objected = vote::submit(&office.db, &staff.organization, id).await.unwrap().unwrap_err();
        assert_eq!(keys(&objected), [("life", "life-refusal-objections")]);
        let drop = form(&[("answer", "drop"), ("items", &mine), ("reason", "同意不列入")]);
        proposal::answer(&office.db, &staff.organization, id, &drop).await.unwrap().unwrap();
        // Without a route it is refused, never granted.
        let none = vote::submit(&office.db, &staff.organization, id).await.unwrap().unwrap_err();
        assert_eq!(keys(&none), [("life", "life-refusal-no_route")]);
        vote::urge(&office.db, &staff.organization, id).await.unwrap().unwrap_err();
        assert_eq!(phase(&office, id).await, Phase::Answering);
    });
}

#[test]
fn nobody_approves_his_own_and_the_first_vote_counts() {
    each_office(async |office| {
        let staff = staff(&office).await;
        // The only approver is the drafter himself.
        let me = staff.organization.actor.rights().unwrap().name.clone();
        make_route(&office, &staff, "all", &me, "").await;
        let id = accepted(&office, &staff).await;
        let errors = vote::submit(&office.db, &staff.organization, id).await.unwrap().unwrap_err();
        assert_eq!(keys(&errors)[0], ("life", "life-refusal-no_approver"));
        make_route(&office, &staff, "any", "", "leader@41").await;
        vote::submit(&office.db, &staff.organization, id).await.unwrap().unwrap();
        let own = vote::vote(&office.db, &staff.organization, id, &agree()).await;
        assert!(matches!(own, Err(ServiceError::Denied(denial)) if denial.rule == BENEFIT_RULE));
        // Two decide at once: one wins, the other is told.
        let refuse = form(&[("vote", "refuse"), ("reason", "条件不足")]);
        let yes = agree();
        let (one, two) = tokio::join!(
            vote::vote(&office.db, &staff.leader, id, &yes),
            vote::vote(&office.other, &staff.second, id, &refuse),
        );
        let done = [one.unwrap(), two.unwrap()];
        assert_eq!(done.iter().filter(|each| each.is_ok()).count(), 1, "{done:?}");
        let told = done.iter().find_map(|each| each.as_ref().err()).unwrap();
        assert_eq!(keys(told), [("life", "life-refusal-decided")]);
        let twice = vote::vote(&office.db, &staff.leader, id, &agree()).await.unwrap().unwrap_err();
        assert_eq!(keys(&twice), [("life", "life-refusal-decided")]);
    });
}

#[test]
fn a_seat_is_passed_on_and_what_is_returned_goes_round_again() {
    each_office(async |office| {
        let staff = staff(&office).await;
        make_route(&office, &staff, "all", &staff.leader_person.code, "").await;
        let id = accepted(&office, &staff).await;
        vote::submit(&office.db, &staff.organization, id).await.unwrap().unwrap();
        let none = vote::vote(&office.db, &staff.second, id, &agree()).await.unwrap().unwrap_err();
        assert_eq!(keys(&none), [("life", "life-refusal-no_seat")]);
        let second = staff.second.actor.rights().unwrap().name.clone();
        let to = form(&[("person", &second), ("reason", "出差")]);
        vote::pass_on(&office.db, &staff.leader, id, &to).await.unwrap().unwrap();
        let gone = vote::vote(&office.db, &staff.leader, id, &agree()).await.unwrap().unwrap_err();
        assert_eq!(keys(&gone), [("life", "life-refusal-no_seat")]);
        vote::urge(&office.db, &staff.organization, id).await.unwrap().unwrap();
        let twice = vote::urge(&office.db, &staff.organization, id).await.unwrap().unwrap_err();
        assert_eq!(keys(&twice), [("life", "life-refusal-urged")]);
        let back = form(&[("vote", "return"), ("reason", "补充材料")]);
        assert_eq!(vote::vote(&office.db, &staff.second, id, &back).await.unwrap(), Ok(StageState::Returned));
        assert_eq!(phase(&office, id).await, Phase::Returned);
        proposal::propose(&office.db, &staff.organization, id).await.unwrap().unwrap();
        assert_eq!(phase(&office, id).await, Phase::Answering);
    });
}

#[test]
fn nothing_takes_effect_before_its_tasks() {
    each_office(async |office| {
        let staff = staff(&office).await;
        let [mine, _] = approved(&office, &staff).await;
        assert_eq!(stage(&office, mine).await, Some(Stage::Approved));
        let all = tasks(&office, mine).await;
        let computed = all.iter().find(|owed| owed.task == Task::Supervisor).unwrap();
        let note = form(&[("note", "好了")]);
        let refused = takeover::tick(&office.db, &staff.organization, computed.id, &note).await.unwrap();
        assert_eq!(keys(&refused.unwrap_err()), [("life", "life-refusal-computed")]);
        // No case comes to it yet.
        let (handler, post) = office.hire("经办", &office.town, "handler").await;
        let handler = office.sign_in(&handler, post, None, TODAY).await;
        let case = form(&[("assignment", &mine.to_string()), ("number", "1")]);
        let errors = services::case::open(&office.db, &handler, &case).await.unwrap().unwrap_err();
        assert!(keys(&errors).contains(&("assignment", "case-error-not-begun")), "{errors:?}");
        // Its day comes, and it is put off to the next working day: the 19th and 20th of December are a weekend.
        clock::run(&office.db, &at("2026-12-18")).await.unwrap();
        assert_eq!(assignment(&office, mine).await.period.from, made::day("2026-12-21"));
        let told = notices(&office).await;
        let audited = office.audited().await;
        clock::run(&office.db, &at("2026-12-18")).await.unwrap();
        assert_eq!((notices(&office).await, office.audited().await), (told, audited), "nothing twice");
        take_over(&office, &staff, mine, "2027-01-31").await;
        clock::run(&office.db, &at("2026-12-21")).await.unwrap();
        assert_eq!(stage(&office, mine).await, Some(Stage::InForce));
        let begun = assignment(&office, mine).await;
        assert_eq!(begun.period.from, made::day("2026-12-21"));
        assert_eq!(begun.transition_until, Some(made::day("2027-01-31")));
        // When the waivers run out, their tasks are open again.
        clock::run(&office.db, &at("2027-02-01")).await.unwrap();
        let open = tasks(&office, mine).await.iter().filter(|owed| owed.state == TaskState::Open).count();
        assert!(open > 0);
    });
}

#[test]
fn a_recall_keeps_the_open_cases_and_is_done_once() {
    each_office(async |office| {
        let staff = staff(&office).await;
        let (handler, post) = office.hire("经办人", &office.town, "handler").await;
        let allocation = office.name(&handler, Function::Accept, "2026-01-01").await;
        let handler = office.sign_in(&handler, post, None, TODAY).await;
        let id = office.assignment.id;
        let case = form(&[("assignment", &id.to_string()), ("number", "1")]);
        let opened = services::case::open(&office.db, &handler, &case).await.unwrap().unwrap();
        let wrong = recall::recall(&office.db, &staff.organization, id, &Fields::new()).await.unwrap();
        let told = keys(&wrong.unwrap_err());
        for field in ["reason", "note", "number", "last_on"] {
            assert!(told.iter().any(|(each, _)| *each == field), "{field} in {told:?}");
        }
        let good = form(&[
            ("reason", "too_technical"),
            ("note", "专业性强"),
            ("number", "收〔2026〕1号"),
            ("last_on", "2026-11-23"),
        ]);
        let (one, two) = tokio::join!(
            recall::recall(&office.db, &staff.organization, id, &good),
            recall::recall(&office.other, &staff.organization, id, &good),
        );
        let done = [one.unwrap(), two.unwrap()];
        assert_eq!(done.iter().filter(|each| each.is_ok()).count(), 1, "{done:?}");
        let told = done.iter().find_map(|each| each.as_ref().err()).unwrap();
        assert_eq!(keys(told), [("life", "life-refusal-recalled")]);
        assert_eq!(assignment(&office, id).await.period.to, Some(made::day("2026-11-23")));
        // No new case; the old one is finished by whoever filed it.
        let new = form(&[("assignment", &id.to_string()), ("number", "2"), ("opened_on", "2026-11-20")]);
        let errors = services::case::open(&office.db, &handler, &new).await.unwrap().unwrap_err();
        assert!(keys(&errors).contains(&("assignment", "case-error-ended")), "{errors:?}");
        let step = form(&[("function", "accept")]);
        services::case::record(&office.db, &handler, opened, &step).await.unwrap().unwrap().unwrap();
        let mut conn = office.db.read().await.unwrap();
        let cases = store::life::tenure::open_cases(&mut conn, id, 10).await.unwrap();
        assert_eq!((cases.len(), cases[0].unit.as_str()), (1, "许家沟乡"));
        assert_eq!(cases[0].name.as_deref(), Some("经办人"));
        let rows = store::life::recall::reclaims(&mut conn, id).await.unwrap();
        drop(conn);
        let row = rows.iter().find(|row| row.row_id == allocation.id.0).unwrap();
        let row = domain::id::ReclaimId(row.id);
        let take = form(&[("do", "done")]);
        let errors = recall::settle(&office.db, &staff.organization, row, &take).await.unwrap().unwrap_err();
        assert_eq!(keys(&errors), [("life", "recall-error-open-cases")]);
        let keep = form(&[("do", "kept"), ("reason", "在办件未结")]);
        recall::settle(&office.db, &staff.organization, row, &keep).await.unwrap().unwrap();
        let twice = recall::settle(&office.db, &staff.organization, row, &keep).await.unwrap().unwrap_err();
        assert_eq!(keys(&twice), [("life", "life-refusal-decided")]);
    });
}

#[test]
fn all_units_are_recalled_at_once() {
    each_office(async |office| {
        let staff = staff(&office).await;
        let [mine, theirs] = approved(&office, &staff).await;
        let all = form(&[
            ("reason", "law_changed"),
            ("note", "法规修订"),
            ("number", "收〔2026〕2号"),
            ("last_on", TODAY),
            ("scope", "all"),
        ]);
        assert_eq!(recall::recall(&office.db, &staff.organization, mine, &all).await.unwrap(), Ok(2));
        assert_eq!(stage(&office, theirs).await, Some(Stage::Recalled));
        // What never began is not in force on its planned day.
        clock::run(&office.db, &at("2026-12-15")).await.unwrap();
        assert_eq!(stage(&office, theirs).await, Some(Stage::Recalled));
        let sign = form(&[("number", "1"), ("signed_on", TODAY)]);
        let over = paper::sign(&office.db, &staff.organization, theirs, &sign).await.unwrap().unwrap_err();
        assert_eq!(keys(&over), [("life", "life-refusal-over")]);
    });
}

#[test]
fn either_side_asks_and_another_decides() {
    each_office(async |office| {
        let staff = staff(&office).await;
        let id = office.assignment.id;
        let ask = form(&[("kind", "more_means"), ("wish", "测绘仪一台"), ("reason", "无法现场核验")]);
        let asked = adjust::ask(&office.db, &staff.manager, id, &ask).await.unwrap().unwrap();
        let own = adjust::ask(&office.db, &staff.organization, id, &ask).await.unwrap().unwrap();
        let grant = form(&[("decision", "granted")]);
        let denied = adjust::decide(&office.db, &staff.organization, own, &grant).await;
        assert!(matches!(denied, Err(ServiceError::Denied(denial)) if denial.rule == BENEFIT_RULE));
        let silent = form(&[("decision", "refused")]);
        let errors = adjust::decide(&office.db, &staff.organization, asked, &silent).await.unwrap();
        assert_eq!(keys(&errors.unwrap_err()), [("answer", "life-refusal-no_reason")]);
        adjust::decide(&office.db, &staff.organization, asked, &grant).await.unwrap().unwrap();
        let twice = adjust::decide(&office.db, &staff.organization, asked, &grant).await.unwrap();
        assert_eq!(keys(&twice.unwrap_err()), [("life", "life-refusal-decided")]);
    });
}

#[test]
fn a_renewal_follows_and_ends_the_old_one() {
    each_office(async |office| {
        let staff = staff(&office).await;
        let mut old = office.assignment.clone();
        old.period.to = Some(made::day("2026-12-31"));
        let mut conn = office.db.write().await.unwrap();
        store::assignment::update(&mut conn, &old).await.unwrap();
        conn.commit_derived().await.unwrap();
        // Both sides are told 90 and 30 days before, once each.
        clock::run(&office.db, &at("2026-11-25")).await.unwrap();
        let told = notices(&office).await;
        assert!(told > 0);
        clock::run(&office.db, &at("2026-11-26")).await.unwrap();
        assert_eq!(notices(&office).await, told);
        clock::run(&office.db, &at("2026-12-02")).await.unwrap();
        assert!(notices(&office).await > told);
        make_route(&office, &staff, "any", "", "leader@41").await;
        let until = form(&[("to", "2029-12-31")]);
        let id = renew::draft(&office.db, &staff.organization, old.id, &until).await.unwrap().unwrap();
        proposal::propose(&office.db, &staff.organization, id).await.unwrap().unwrap();
        let item = items(&office, id).await.remove(0);
        assert_eq!(item.replaces, Some(old.id));
        let answer = form(&[("answer", "accept"), ("items", &item.id.to_string())]);
        proposal::answer(&office.db, &staff.manager, id, &answer).await.unwrap().unwrap();
        vote::submit(&office.db, &staff.organization, id).await.unwrap().unwrap();
        vote::vote(&office.db, &staff.leader, id, &agree()).await.unwrap().unwrap();
        let new = items(&office, id).await.remove(0).assignment.unwrap();
        take_over(&office, &staff, new, "2027-01-31").await;
        clock::run(&office.db, &at("2027-01-01")).await.unwrap();
        assert_eq!(stage(&office, new).await, Some(Stage::InForce));
        assert_eq!(stage(&office, old.id).await, Some(Stage::Renewed));
        assert_eq!(assignment(&office, old.id).await.period.to, Some(made::day("2026-12-31")));
    });
}

#[test]
fn deadlines_are_told_once_and_then_the_unit_above() {
    each_office(async |office| {
        let staff = staff(&office).await;
        let id = proposal::draft(&office.db, &staff.organization, &draft()).await.unwrap().unwrap();
        proposal::propose(&office.db, &staff.organization, id).await.unwrap().unwrap();
        let mut conn = office.db.read().await.unwrap();
        let due = store::life::proposal::by_id(&mut conn, id).await.unwrap().unwrap().answer_due.unwrap();
        drop(conn);
        // Ten working days after Tuesday the 24th of November.
        assert_eq!(due, made::day("2026-12-08"));
        let mut before = notices(&office).await;
        for (day, more) in
            [("2026-12-02", 0), ("2026-12-03", 2), ("2026-12-04", 0), ("2026-12-07", 2), ("2026-12-08", 2)]
        {
            for _ in 0..2 {
                clock::run(&office.db, &at(day)).await.unwrap();
            }
            let after = notices(&office).await;
            assert_eq!(after - before, more, "{day}");
            before = after;
        }
        clock::run(&office.db, &at("2026-12-09")).await.unwrap();
        let after = notices(&office).await;
        assert_eq!(after - before, 2, "overdue");
        clock::run(&office.db, &at("2026-12-10")).await.unwrap();
        assert!(notices(&office).await > after, "escalated");
    });
}

#[test]
fn a_changed_route_holds_for_what_is_submitted_after_it() {
    each_office(async |office| {
        let staff = staff(&office).await;
        make_route(&office, &staff, "any", "", "leader@41").await;
        let id = accepted(&office, &staff).await;
        vote::submit(&office.db, &staff.organization, id).await.unwrap().unwrap();
        let (route, mut typed) = {
            let mut conn = office.db.read().await.unwrap();
            let route = store::life::route::all(&mut conn, Sight::Everything).await.unwrap().pop().unwrap();
            let typed = route::filled(&mut conn, &route).await.unwrap();
            (route, typed)
        };
        // The form stands there as it was filled in, and can be sent as it stands.
        let of = |name: &str| typed.get(name).map(String::as_str).unwrap_or_default();
        assert_eq!(
            [of("name"), of("stage_1"), of("mode_1"), of("roles_1")],
            ["县级审批", "县领导", "any", "领导@41"]
        );
        let code = staff.leader_person.code.clone();
        typed.extend(form(&[
            ("stage_1", "分管领导"),
            ("persons_1", &code),
            ("roles_1", ""),
            ("days_1", "7"),
        ]));
        let denied = route::change(&office.db, &staff.manager, route.id, &typed).await;
        assert!(matches!(denied, Err(ServiceError::Denied(denial)) if denial.action == Action::RouteChange));
        let before = office.count("select count(*) from audit").await;
        let changed =
            route::change(&office.db, &staff.organization, route.id, &typed).await.unwrap().unwrap();
        assert_eq!(office.count("select count(*) from audit").await, before + 1);
        // Whoever had it open meanwhile is told.
        let late = route::change(&office.db, &staff.organization, route.id, &typed).await.unwrap();
        assert_eq!(keys(&late.unwrap_err()), [("life", "life-error-gone")]);
        let mut conn = office.db.read().await.unwrap();
        let all = store::life::route::all(&mut conn, Sight::Everything).await.unwrap();
        assert_eq!(all.iter().map(|route| route.id).collect::<Vec<_>>(), [changed]);
        assert_eq!((all[0].stages[0].name.as_str(), all[0].stages[0].days), ("分管领导", 7));
        // What is on its way goes on along the route on which it was sent.
        let running = store::life::seat::of_proposal(&mut conn, id).await.unwrap();
        assert_eq!(running[0].name, "县领导");
        drop(conn);
        assert_eq!(
            vote::vote(&office.db, &staff.second, id, &agree()).await.unwrap(),
            Ok(StageState::Passed)
        );
    });
}

#[test]
fn everything_wrong_with_a_route_is_told_once() {
    each_office(async |office| {
        let staff = staff(&office).await;
        let wrong = form(&[
            ("name", "县级审批"),
            ("unit", "41"),
            ("stage_1", "县领导"),
            ("persons_1", "X-99"),
            ("stage_2", "分管领导"),
            ("days_2", "1000"),
            ("roles_3", "leader@41"),
            ("stage_4", "主要领导"),
            ("mode_4", "quorum"),
            ("quorum_4", "2"),
            ("roles_4", "领导@41"),
        ]);
        let errors = route::make(&office.db, &staff.organization, &wrong).await.unwrap().unwrap_err();
        let expected = [
            ("persons_1", "duty-error-no-person"),
            ("days_2", "settings-error-days"),
            ("persons_2", "route-error-nobody"),
            ("stage_3", "duty-error-name"),
            ("quorum_4", "life-refusal-quorum_too_large"),
        ];
        assert_eq!(keys(&errors), expected);
    });
}

#[test]
fn a_unit_reads_nothing_of_what_another_said() {
    each_office(async |office| {
        let staff = staff(&office).await;
        // By their names, too.
        let mut named = draft();
        named.insert("units".to_owned(), format!("{} {}", office.town.name, staff.other.name));
        let id = proposal::draft(&office.db, &staff.organization, &named).await.unwrap().unwrap();
        proposal::propose(&office.db, &staff.organization, id).await.unwrap().unwrap();
        let all = items(&office, id).await;
        let mine = all.iter().find(|item| item.unit == office.town.id).unwrap().id.to_string();
        let object = form(&[("answer", "object"), ("items", &mine), ("reason", "无监管对象")]);
        proposal::answer(&office.db, &staff.manager, id, &object).await.unwrap().unwrap();
        for (caller, sees) in
            [(&staff.organization, true), (&staff.manager, true), (&staff.other_manager, false)]
        {
            let mut conn = office.db.read().await.unwrap();
            let me = caller.actor.rights().map(|rights| rights.person);
            let history =
                store::life::proposal::history(&mut conn, id, caller.actor.sight(), me, 50).await.unwrap();
            assert_eq!(history.iter().any(|each| each.reason == "无监管对象"), sees);
            assert!(history.iter().any(|each| each.act == "propose"));
        }
        // What was answered a moment ago is told as that.
        let rest = form(&[("answer", "accept"), ("items", "all")]);
        assert_eq!(proposal::answer(&office.db, &staff.other_manager, id, &rest).await.unwrap(), Ok(1));
        let twice = proposal::answer(&office.db, &staff.other_manager, id, &rest).await.unwrap().unwrap_err();
        assert_eq!(keys(&twice), [("items", "proposal-error-answered")]);
    });
}
