//! Where papers, take-overs, recalls and cases meet: one way to sign, who finishes what, and many at once.

use crate::living::{
    Staff, agree, approved, assignment, at, draft, items, keys, make_route, staff, stage, tasks,
};
use crate::made;
use crate::office::{Office, TODAY, each_office, form, today};
use domain::Message;
use domain::assignment::{Function, InstrumentKind};
use domain::attachment::{Beside, MediaType};
use domain::duty::Sight;
use domain::id::{AssignmentId, AttachmentId, PaperId};
use domain::life::state::Stage;
use domain::life::takeover::{Task, TaskState};
use domain::power::PowerType;
use domain::unit::UnitKind;
use papers::Sheet;
use services::form::Fields;
use services::life::{bulk, clock, paper, proposal, recall, vote};
use services::write::Caller;
use store::attachment::Attachment;
use store::life::tenure::Tenure;

/// Says a message as its key and the words in it.
fn say(_: &str, message: &Message) -> String {
    let words = message.args.iter().filter_map(|(_, arg)| match arg {
        domain::Arg::Text(text) => Some(text.clone()),
        domain::Arg::Date(date) => Some(date.to_string()),
        _ => None,
    });
    words.fold(message.key.to_owned(), |text, word| format!("{text} {word}"))
}

async fn draw(office: &Office, caller: &Caller, id: AssignmentId, fields: &Fields) -> PaperId {
    services::paper::draw(&office.db, caller, id, fields, &say).await.unwrap().unwrap().unwrap()
}

async fn sheet(office: &Office, id: PaperId) -> Sheet {
    let mut conn = office.db.read().await.unwrap();
    let paper = store::paper::visible(&mut conn, id, Sight::Everything).await.unwrap().unwrap();
    services::paper::sheet(&paper).unwrap()
}

/// Keeps a scan beside a paper.
async fn scan(office: &Office, id: PaperId) {
    let scan = Attachment {
        id: AttachmentId(store::new_id()),
        beside: Beside::Paper,
        of: id.0,
        name: "scan.pdf".to_owned(),
        media: MediaType::Pdf,
        size: 4,
        sha256: "0".repeat(64),
        by: None,
        at: at(TODAY).now,
        replaces: None,
    };
    let mut conn = office.db.write().await.unwrap();
    store::attachment::insert(&mut conn, &scan, b"%PDF").await.unwrap();
    conn.commit_derived().await.unwrap();
}

async fn task(office: &Office, id: AssignmentId, task: Task) -> TaskState {
    tasks(office, id).await.into_iter().find(|owed| owed.task == task).unwrap().state
}

fn signed() -> Fields {
    form(&[("signed_on", TODAY)])
}

#[test]
fn a_signed_paper_moves_the_life_and_a_voided_one_moves_it_back() {
    each_office(async |office| {
        let staff = staff(&office).await;
        let [mine, _] = approved(&office, &staff).await;
        assert_eq!(stage(&office, mine).await, Some(Stage::Approved));
        let drawn = draw(&office, &staff.organization, mine, &form(&[("kind", "acceptance")])).await;
        let number = sheet(&office, drawn).await.number;
        // Its number is not typed beside it.
        let typed = form(&[("number", &number), ("signed_on", TODAY)]);
        let refused = paper::sign(&office.db, &staff.organization, mine, &typed).await.unwrap().unwrap_err();
        assert_eq!(keys(&refused), [("number", "paper-error-drawn-here")]);
        scan(&office, drawn).await;
        let done = services::paper::sign(&office.db, &staff.organization, drawn, &signed()).await.unwrap();
        assert_eq!(done, Some(Ok(())));
        assert_eq!(stage(&office, mine).await, Some(Stage::InTransition));
        assert_eq!(task(&office, mine, Task::Instrument).await, TaskState::Met);
        let instrument = assignment(&office, mine).await.instrument.unwrap();
        assert_eq!(
            (instrument.kind, instrument.number.as_str()),
            (InstrumentKind::Acceptance, number.as_str())
        );
        let other = form(&[("number", "别的"), ("signed_on", TODAY)]);
        let refused = paper::sign(&office.db, &staff.organization, mine, &other).await.unwrap().unwrap_err();
        assert_eq!(keys(&refused), [("number", "paper-error-signed-here")]);
        // Voided, it opens the task again.
        let why = form(&[("reason", "盖错章")]);
        let done = services::paper::void(&office.db, &staff.organization, drawn, &why).await.unwrap();
        assert_eq!(done, Some(Ok(())));
        assert_eq!(stage(&office, mine).await, Some(Stage::Approved));
        assert_eq!(task(&office, mine, Task::Instrument).await, TaskState::Open);
        assert_eq!(assignment(&office, mine).await.instrument, None);
        // What was signed elsewhere is registered by its number.
        paper::sign(&office.db, &staff.organization, mine, &other).await.unwrap().unwrap();
        assert_eq!(stage(&office, mine).await, Some(Stage::InTransition));
    });
}

async fn open_case(office: &Office) -> (Caller, domain::id::CaseId) {
    let (handler, post) = office.hire("经办人", &office.town, "handler").await;
    office.name(&handler, Function::Accept, "2026-01-01").await;
    let handler = office.sign_in(&handler, post, None, TODAY).await;
    let case = form(&[("assignment", &office.assignment.id.to_string()), ("number", "殷农7号")]);
    let id = services::case::open(&office.db, &handler, &case).await.unwrap().unwrap();
    (handler, id)
}

async fn finisher(office: &Office, id: domain::id::CaseId) -> Option<domain::id::UnitId> {
    let mut conn = office.db.read().await.unwrap();
    store::case::progress(&mut conn, id).await.unwrap().unwrap().finisher
}

#[test]
fn a_recall_says_who_finishes_what_on_its_paper_too() {
    each_office(async |office| {
        let staff = staff(&office).await;
        let (_, case) = open_case(&office).await;
        let id = office.assignment.id;
        // While it is still to be recalled, the reason is chosen.
        let early = form(&[
            ("kind", "recall_decision"),
            ("cause", "too_technical"),
            ("reason", "专业性强"),
            ("to", "2026-12-31"),
        ]);
        let drawn = draw(&office, &staff.organization, id, &early).await;
        let said =
            sheet(&office, drawn).await.clauses.into_iter().map(|clause| clause.text).collect::<String>();
        assert!(said.contains("recall-reason-too_technical。专业性强"), "{said}");
        assert!(said.contains("paper-case-open 殷农7号"), "{said}");
        assert_eq!(finisher(&office, case).await, None);
        let good = form(&[
            ("reason", "law_changed"),
            ("note", "法规修订"),
            ("number", "收〔2026〕1号"),
            ("last_on", "2026-11-23"),
        ]);
        assert_eq!(recall::recall(&office.db, &staff.organization, id, &good).await.unwrap(), Ok(1));
        assert_eq!(finisher(&office, case).await, Some(office.town.id));
        let mut conn = office.db.read().await.unwrap();
        let cases = store::life::tenure::open_cases(&mut conn, id, 10).await.unwrap();
        let named = store::case::open(&mut conn).await.unwrap();
        drop(conn);
        assert_eq!((cases.len(), cases[0].unit.as_str()), (1, "许家沟乡"));
        assert_eq!(named.iter().map(|open| open.id.0).collect::<Vec<_>>(), [cases[0].id], "both agree");
        // Recalled yesterday, its decision is still drawn and signed; what it stood on stays.
        let late = form(&[
            ("kind", "recall_decision"),
            ("number", "收〔2026〕1号"),
            ("reason", "法规修订"),
            ("to", "2026-11-23"),
        ]);
        let before = assignment(&office, id).await.instrument;
        let drawn = draw(&office, &staff.organization, id, &late).await;
        let sheet = sheet(&office, drawn).await;
        assert_eq!(sheet.number, "收〔2026〕1号");
        let said = sheet.clauses.into_iter().map(|clause| clause.text).collect::<String>();
        assert!(said.contains("recall-reason-law_changed"), "{said}");
        scan(&office, drawn).await;
        let done = services::paper::sign(&office.db, &staff.organization, drawn, &signed()).await.unwrap();
        assert_eq!(done, Some(Ok(())));
        assert_eq!(assignment(&office, id).await.instrument, before);
        assert_eq!(stage(&office, id).await, Some(Stage::Recalled));
    });
}

#[test]
fn who_has_decided_until_now_finishes_what_was_filed_there() {
    each_office(async |office| {
        let staff = staff(&office).await;
        let (_, case) = open_case(&office).await;
        make_route(&office, &staff, "any", "", "leader@41").await;
        let mut moved = draft();
        moved.insert("powers".to_owned(), "A-1".to_owned());
        moved.insert("units".to_owned(), "4102".to_owned());
        moved.insert("former".to_owned(), "4101".to_owned());
        let id = proposal::draft(&office.db, &staff.organization, &moved).await.unwrap().unwrap();
        proposal::propose(&office.db, &staff.organization, id).await.unwrap().unwrap();
        let item = items(&office, id).await.remove(0);
        let answer = form(&[("answer", "accept"), ("items", &item.id.to_string())]);
        proposal::answer(&office.db, &staff.other_manager, id, &answer).await.unwrap().unwrap();
        vote::submit(&office.db, &staff.organization, id).await.unwrap().unwrap();
        vote::vote(&office.db, &staff.leader, id, &agree()).await.unwrap().unwrap();
        let new = items(&office, id).await.remove(0).assignment.unwrap();
        crate::living::take_over(&office, &staff, new, "2027-01-31").await;
        assert_eq!(finisher(&office, case).await, None);
        clock::run(&office.db, &at("2026-12-15")).await.unwrap();
        assert_eq!(stage(&office, new).await, Some(Stage::InForce));
        assert_eq!(finisher(&office, case).await, Some(office.town.id));
    });
}

async fn chosen(office: &Office) -> Vec<store::life::bulk::Chosen> {
    let mut conn = office.db.read().await.unwrap();
    store::life::bulk::chosen(&mut conn, today(), "open", "", Sight::Everything).await.unwrap()
}

#[test]
fn several_are_done_at_once_and_what_is_not_is_told() {
    each_office(async |office| {
        let staff = staff(&office).await;
        let both = approved(&office, &staff).await;
        let all = chosen(&office).await;
        assert_eq!(all.len(), 2);
        let Staff { organization, manager, leader, .. } = &staff;
        let computed = form(&[("do", "tick"), ("task", "handlers")]);
        let wrong = bulk::run(&office.db, organization, &[], &computed).await.unwrap().unwrap_err();
        let told = keys(&wrong);
        for error in [("items", "bulk-error-none"), ("task", "life-refusal-computed")] {
            assert!(told.contains(&error), "{told:?}");
        }
        // Each only what is his to tick: one township is told about the other.
        let guide = form(&[("do", "tick"), ("task", "guide"), ("note", "已公布")]);
        let before = office.audited().await;
        let done = bulk::run(&office.db, manager, &all, &guide).await.unwrap().unwrap();
        assert_eq!((done.done, done.left.len()), (1, 1));
        assert_eq!(done.left[0].why.key, "bulk-denied");
        assert_eq!(done.left[0].of.unit, staff.other.id);
        assert_eq!(office.audited().await - before, 2, "one that was done, one that was refused");
        let done = bulk::run(&office.db, organization, &all, &guide).await.unwrap().unwrap();
        assert_eq!((done.done, done.left[0].why.key), (1, "life-refusal-decided"));
        // One paper for all.
        let sign = form(&[("do", "sign"), ("number", "确〔2026〕9号"), ("signed_on", TODAY)]);
        let done = bulk::run(&office.db, organization, &all, &sign).await.unwrap().unwrap();
        assert_eq!((done.done, done.left.len()), (2, 0));
        for id in both {
            assert_eq!(stage(&office, id).await, Some(Stage::InTransition));
            assert_eq!(task(&office, id, Task::Guide).await, TaskState::Met);
        }
        // Waivers are asked for by one and granted by another.
        let ask = form(&[
            ("do", "waive"),
            ("task", "supervisor"),
            ("reason", "待定"),
            ("plan", "年底前"),
            ("to", "2027-01-31"),
        ]);
        assert_eq!(bulk::run(&office.db, organization, &all, &ask).await.unwrap().unwrap().done, 2);
        let again = bulk::run(&office.db, organization, &all, &ask).await.unwrap().unwrap();
        assert!(again.left.iter().all(|left| left.why.key == "waiver-error-waiting"), "{again:?}");
        let grant = form(&[("do", "decide"), ("task", "supervisor"), ("decision", "granted")]);
        let own = bulk::run(&office.db, organization, &all, &grant).await.unwrap().unwrap();
        assert_eq!((own.done, own.left[0].why.key), (0, "bulk-denied"));
        assert_eq!(bulk::run(&office.db, leader, &all, &grant).await.unwrap().unwrap().done, 2);
        for id in both {
            assert_eq!(task(&office, id, Task::Supervisor).await, TaskState::Waived);
        }
    });
}

#[test]
fn three_thousand_are_ticked_in_few_statements() {
    const UNITS: usize = 20;
    const POWERS: usize = 150;
    each_office(async |office| {
        let staff = staff(&office).await;
        let mut conn = office.db.write().await.unwrap();
        let mut powers = Vec::new();
        for place in 0..POWERS {
            let power =
                made::power(&format!("B-{place}"), &format!("事项{place}"), PowerType::Licence, "农业");
            store::power::insert(&mut conn, &power).await.unwrap();
            powers.push(power);
        }
        for place in 0..UNITS {
            let code = format!("42{place:02}");
            let unit = made::unit(&code, &code, UnitKind::Township, Some(&office.county));
            store::unit::insert(&mut conn, &unit).await.unwrap();
            for power in &powers {
                let mut given = made::assignment(power, &unit, "2027-01-01");
                given.giver = Some(office.department.id);
                given.instrument = None;
                store::assignment::insert(&mut conn, &given).await.unwrap();
                let tenure = Tenure {
                    assignment: given.id,
                    item: None,
                    stage: Stage::Approved,
                    planned_from: given.period.from,
                    begun_on: None,
                    follows: None,
                };
                store::life::tenure::save(&mut conn, &tenure).await.unwrap();
                let due = made::day("2026-12-31");
                store::life::takeover::insert(&mut conn, given.id, Task::Guide, unit.id, due).await.unwrap();
            }
        }
        conn.commit_derived().await.unwrap();
        let all = chosen(&office).await;
        assert_eq!(all.len(), UNITS * POWERS);
        let (before, audited) = (office.db.statements(), office.audited().await);
        let guide = form(&[("do", "tick"), ("task", "guide"), ("note", "已公布")]);
        let done = bulk::run(&office.db, &staff.organization, &all, &guide).await.unwrap().unwrap();
        assert_eq!((done.done, done.left.len()), (UNITS * POWERS, 0));
        // Every write keeps a result for each assignment of its unit; beside those there are few statements per unit.
        let kept = u64::try_from(UNITS * POWERS).unwrap();
        let sent = office.db.statements() - before;
        let few = u64::try_from(UNITS * 45).unwrap();
        assert!(sent <= kept + few, "{sent} statements for {kept} rows");
        assert_eq!(
            office.audited().await - audited,
            i64::try_from(UNITS).unwrap(),
            "a transaction for each unit"
        );
        let open = office.count("select count(*) from takeover_task where state <> 'met'").await;
        assert_eq!(open, 0);
    });
}
