//! Decisions are handed off to the supervising side: pushed once, claimed by one, answered, escalated, sent back.

use crate::made::{day, from};
use crate::office::{Office, TODAY, each_office, form};
use domain::assignment::Function::{Approve, Supervise};
use domain::calendar::DayKind;
use domain::duty::{CASE_RULE, Sight};
use domain::handoff::{Kind, Level, State};
use domain::id::{AppointmentId, CaseId, HandoffId, SupervisionId};
use domain::people::Person;
use domain::separation::register::Supervision;
use services::ServiceError;
use services::handoff::{self, Ran, each_time};
use services::write::Caller;
use services::{calendar, case};
use store::case::violation;
use store::handoff::{Filter, Handoff};

/// Who supervises, who decides, and who opens cases.
struct People {
    supervisor: (Person, AppointmentId),
    approver: (Person, AppointmentId),
    clerk: (Person, AppointmentId),
}

async fn people(office: &Office) -> People {
    let supervisor = office.hire("李青田", &office.department, "supervisor").await;
    let approver = office.hire("张一禾", &office.town, "approver").await;
    let clerk = office.hire("王小满", &office.town, "handler").await;
    office.name(&approver.0, Approve, "2025-01-01").await;
    office.name(&supervisor.0, Supervise, "2025-01-01").await;
    People { supervisor, approver, clerk }
}

async fn supervised(office: &Office, liaison: Option<&Person>) {
    let side = Supervision {
        id: SupervisionId(store::new_id()),
        assignment: office.assignment.id,
        unit: office.department.id,
        liaison: liaison.map(|person| person.id),
        period: from("2025-01-01"),
    };
    let mut conn = office.db.write().await.unwrap();
    store::supervision::insert(&mut conn, &side).await.unwrap();
    conn.commit_derived().await.unwrap();
}

async fn caller(office: &Office, who: &(Person, AppointmentId), on: &str) -> Caller {
    office.sign_in(&who.0, who.1, None, on).await
}

async fn decided(office: &Office, people: &People, number: &str, on: &str) -> CaseId {
    let clerk = caller(office, &people.clerk, on).await;
    let assignment = office.assignment.id.to_string();
    let opened = form(&[("assignment", &assignment), ("number", number)]);
    let id = case::open(&office.db, &clerk, &opened).await.unwrap().unwrap();
    let approver = caller(office, &people.approver, on).await;
    let step = form(&[("function", "approve"), ("result", "granted")]);
    case::record(&office.db, &approver, id, &step).await.unwrap().unwrap().unwrap();
    id
}

async fn of(office: &Office, case: CaseId) -> Vec<Handoff> {
    let mut conn = office.db.read().await.unwrap();
    store::handoff::of_case(&mut conn, case).await.unwrap()
}

async fn only(office: &Office, case: CaseId) -> Handoff {
    let mut all = of(office, case).await;
    assert_eq!(all.len(), 1);
    all.remove(0)
}

fn told(done: Option<Result<(), Vec<services::form::FieldError>>>) -> Result<(), &'static str> {
    done.unwrap().map_err(|errors| errors[0].1.key)
}

async fn notices(office: &Office) -> i64 {
    office.count("select count(*) from notice").await
}

fn clock(on: &str) -> Caller {
    let now = format!("{on}T02:00:00Z").parse().unwrap();
    Caller::operator(access::Operator::Schedule, now, day(on))
}

#[test]
fn a_decision_goes_all_its_way() {
    each_office(async |office| {
        let people = people(&office).await;
        supervised(&office, None).await;
        let before = office.audited().await;
        // Two rows of the audit trail: the case and the decision, which pushes in the same transaction.
        let id = decided(&office, &people, "1", TODAY).await;
        assert_eq!(office.audited().await, before + 2);
        let pushed = only(&office, id).await;
        assert_eq!((pushed.state, pushed.kind), (State::Pushed, Kind::Approval));
        assert_eq!((pushed.from, pushed.to), (office.town.id, office.department.id));
        assert_eq!((pushed.pushed_on, pushed.claim_due), (day("2026-11-24"), day("2026-11-26")));

        // Whoever decided does not claim, and nobody answers before it is claimed.
        let supervisor = caller(&office, &people.supervisor, TODAY).await;
        let approver = caller(&office, &people.approver, TODAY).await;
        let also = office.appoint(&people.approver.0, &office.department, "supervisor").await;
        office.tell("update separation_rule set mode = 'record' where kind = 'power_unit'".to_owned()).await;
        let both = office.sign_in(&people.approver.0, also, None, TODAY).await;
        let refused = handoff::claim(&office.db, &both, pushed.id).await.unwrap_err();
        assert!(matches!(refused, ServiceError::Denied(denial) if denial.rule == CASE_RULE));
        let good = form(&[("answer", "in_order"), ("note", "已现场核查")]);
        let early = handoff::answer(&office.db, &supervisor, pushed.id, &good).await.unwrap();
        assert_eq!(told(early), Err("handoff-error-unclaimed"));

        let claimed = handoff::claim(&office.db, &supervisor, pushed.id).await.unwrap();
        assert_eq!(told(claimed), Ok(()));
        let again = handoff::claim(&office.db, &supervisor, pushed.id).await.unwrap();
        assert_eq!(told(again), Err("handoff-error-claimed"));
        let now = only(&office, id).await;
        assert_eq!(now.claimed, Some((day(TODAY), people.supervisor.0.id)));
        assert_eq!(now.answer_due, Some(day("2026-11-25")));

        let looked = form(&[("note", "现场查看")]);
        let recorded = handoff::record(&office.db, &supervisor, pushed.id, &looked).await.unwrap();
        assert_eq!(told(recorded), Ok(()));
        let mut conn = office.db.read().await.unwrap();
        let steps = store::case::steps(&mut conn, id).await.unwrap();
        assert_eq!(steps.last().unwrap().step.function, Supervise);
        drop(conn);

        let empty = handoff::answer(&office.db, &supervisor, pushed.id, &form(&[])).await.unwrap();
        let errors = empty.unwrap().unwrap_err();
        assert_eq!(errors.iter().map(|(name, _)| *name).collect::<Vec<_>>(), ["answer", "note"]);
        let early = handoff::close(&office.db, &approver, pushed.id, &form(&[])).await.unwrap();
        assert_eq!(told(early), Err("handoff-error-unanswered"));
        let done = handoff::answer(&office.db, &supervisor, pushed.id, &good).await.unwrap();
        assert_eq!(told(done), Ok(()));

        // A penalty comes back, once for each document.
        let penalty = form(&[("number", "殷罚〔2026〕1号"), ("effect", "suspended"), ("note", "超范围经营")]);
        let back = handoff::penalty(&office.db, &supervisor, pushed.id, &penalty).await.unwrap();
        let back = back.unwrap().unwrap();
        let twice = handoff::penalty(&office.db, &supervisor, pushed.id, &penalty).await.unwrap();
        assert_eq!(twice.unwrap().unwrap_err()[0].1.key, "handoff-error-number-taken");
        let mut all = of(&office, id).await;
        assert_eq!(all.len(), 2);
        let reverse = all.remove(1);
        assert_eq!((reverse.id, reverse.kind, reverse.to), (back, Kind::Penalty, office.town.id));
        let refused = handoff::claim(&office.db, &supervisor, back).await.unwrap_err();
        assert!(matches!(refused, ServiceError::Denied(_)), "the other side acknowledges it");
        assert_eq!(told(handoff::claim(&office.db, &approver, back).await.unwrap()), Ok(()));
        let kept = form(&[("answer", "suspend"), ("note", "已暂扣")]);
        assert_eq!(told(handoff::answer(&office.db, &approver, back, &kept).await.unwrap()), Ok(()));
        assert_eq!(told(handoff::close(&office.db, &supervisor, back, &form(&[])).await.unwrap()), Ok(()));

        let closed = handoff::close(&office.db, &approver, pushed.id, &form(&[])).await.unwrap();
        assert_eq!(told(closed), Ok(()));
        let again = handoff::close(&office.db, &approver, pushed.id, &form(&[])).await.unwrap();
        assert_eq!(told(again), Err("handoff-error-closed"));
        let mut conn = office.db.read().await.unwrap();
        let events = store::handoff::events(&mut conn, pushed.id).await.unwrap();
        let acts: Vec<&str> = events.iter().map(|event| event.act.as_str()).collect();
        assert_eq!(acts, ["push", "claim", "record", "answer", "close"]);
        // Elsewhere in the tree it is not there.
        let other =
            crate::made::unit("41-LY", "林业局", domain::unit::UnitKind::Department, Some(&office.county));
        drop(conn);
        let mut conn = office.db.write().await.unwrap();
        store::unit::insert(&mut conn, &other).await.unwrap();
        conn.commit_derived().await.unwrap();
        let (stranger, post) = office.hire("外人", &other, "supervisor").await;
        let stranger = office.sign_in(&stranger, post, None, TODAY).await;
        assert!(handoff::claim(&office.db, &stranger, pushed.id).await.unwrap().is_none());
    });
}

#[test]
fn two_who_claim_at_once_do_not_both_get_it() {
    each_office(async |office| {
        let people = people(&office).await;
        supervised(&office, None).await;
        let other = office.hire("赵明", &office.department, "supervisor").await;
        let one = caller(&office, &people.supervisor, TODAY).await;
        let two = caller(&office, &other, TODAY).await;
        for number in 0..8 {
            let case = decided(&office, &people, &number.to_string(), TODAY).await;
            let id = only(&office, case).await.id;
            let (first, second) =
                tokio::join!(handoff::claim(&office.db, &one, id), handoff::claim(&office.other, &two, id));
            let (first, second) = (told(first.unwrap()), told(second.unwrap()));
            assert_ne!(first.is_ok(), second.is_ok(), "one of both: {first:?}, {second:?}");
            assert_eq!(first.and(second), Err("handoff-error-claimed"));
        }
        // Several at once, each by itself.
        let mut ids = Vec::new();
        for number in 10..13 {
            let case = decided(&office, &people, &number.to_string(), TODAY).await;
            ids.push(only(&office, case).await.id);
        }
        handoff::claim(&office.db, &two, ids[1]).await.unwrap();
        let list = ids.iter().map(HandoffId::to_string).collect::<Vec<_>>().join(" ");
        let done = handoff::claim_several(&office.db, &one, &form(&[("handoffs", &list)])).await.unwrap();
        let keys: Vec<_> = done.iter().map(|(_, told)| told.as_ref().map(|told| told.key)).collect();
        assert_eq!(keys, [None, Some("handoff-error-claimed"), None]);
    });
}

#[test]
fn what_nobody_supervises_waits_and_is_not_lost() {
    each_office(async |office| {
        let people = people(&office).await;
        let case = decided(&office, &people, "1", TODAY).await;
        assert_eq!(of(&office, case).await, []);
        let mut conn = office.db.read().await.unwrap();
        let filter = violation::Filter { case: Some(case), ..violation::Filter::default() };
        let found = violation::list(&mut conn, &filter, Sight::Everything, 10, 0).await.unwrap();
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].violation.rule, violation::GAP_RULE);
        drop(conn);
        assert_eq!(each_time(&office.db, &clock(TODAY)).await.unwrap(), Ran::default());
        supervised(&office, None).await;
        let ran = each_time(&office.db, &clock("2026-12-01")).await.unwrap();
        assert_eq!(ran.pushed, 1);
        let pushed = only(&office, case).await;
        assert_eq!((pushed.push_due, pushed.pushed_on), (day("2026-11-26"), day("2026-12-01")));
        let mut conn = office.db.read().await.unwrap();
        assert_eq!(violation::total(&mut conn, &filter, Sight::Everything).await.unwrap(), 0);
        drop(conn);
        assert_eq!(each_time(&office.db, &clock("2026-12-01")).await.unwrap(), Ran::default());
    });
}

#[test]
fn the_clock_reminds_and_escalates_once() {
    each_office(async |office| {
        let people = people(&office).await;
        supervised(&office, Some(&people.supervisor.0)).await;
        office.hire("局长", &office.department, "manager").await;
        office.hire("县编办", &office.county, "organization").await;
        let case = decided(&office, &people, "1", TODAY).await;
        let mut expected = notices(&office).await;
        assert_eq!(expected, 1, "the liaison, who is a supervisor too, is told once");
        // Due on Thursday the 26th: reminded on the 25th, late and at the manager's on the 27th, above on 1 December.
        for (on, new, level) in [
            ("2026-11-24", 0, Level::None),
            ("2026-11-25", 1, Level::Reminded),
            ("2026-11-26", 0, Level::Reminded),
            ("2026-11-27", 2, Level::Manager),
            ("2026-11-29", 0, Level::Manager),
            ("2026-12-01", 1, Level::Above),
            ("2026-12-02", 0, Level::Above),
        ] {
            let now = clock(on);
            let (one, other) = tokio::join!(each_time(&office.db, &now), each_time(&office.other, &now));
            let told = one.unwrap().told + other.unwrap().told;
            assert!(told <= 1, "{on}: two servers told it twice");
            each_time(&office.db, &clock(on)).await.unwrap();
            expected += new;
            assert_eq!(notices(&office).await, expected, "{on}");
            assert_eq!(only(&office, case).await.told, level, "{on}");
        }
        let mut conn = office.db.read().await.unwrap();
        let id = only(&office, case).await.id;
        let events = store::handoff::events(&mut conn, id).await.unwrap();
        let escalated: Vec<_> = events.iter().filter(|event| event.act.as_str() == "escalate").collect();
        assert_eq!(escalated.len(), 2);
        assert_eq!(escalated[1].unit.as_deref(), Some("甲县"));
        drop(conn);
        // Claimed late, the next step begins to count.
        let supervisor = caller(&office, &people.supervisor, "2026-12-02").await;
        handoff::claim(&office.db, &supervisor, id).await.unwrap().unwrap().unwrap();
        let now = only(&office, case).await;
        assert_eq!((now.told, now.answer_due), (Level::None, Some(day("2026-12-03"))));
        // A server that slept tells the day that has passed, and no reminder of it.
        let ran = each_time(&office.db, &clock("2027-01-15")).await.unwrap();
        assert_eq!((ran.told, ran.escalated), (1, 1));
        assert_eq!(notices(&office).await, expected + 3);
    });
}

#[test]
fn what_went_to_the_wrong_unit_comes_back_and_goes_on() {
    each_office(async |office| {
        let people = people(&office).await;
        supervised(&office, None).await;
        let right =
            crate::made::unit("41-LY", "林业局", domain::unit::UnitKind::Department, Some(&office.county));
        let mut conn = office.db.write().await.unwrap();
        store::unit::insert(&mut conn, &right).await.unwrap();
        conn.commit_derived().await.unwrap();
        let forester = office.hire("林管", &right, "supervisor").await;
        let case = decided(&office, &people, "1", TODAY).await;
        let id = only(&office, case).await.id;
        let supervisor = caller(&office, &people.supervisor, TODAY).await;
        let approver = caller(&office, &people.approver, "2026-11-30").await;
        let why = form(&[("note", "属林业局监管")]);
        let early = form(&[("note", "x"), ("unit", "41-LY")]);
        let refused = handoff::redirect(&office.db, &approver, id, &early).await.unwrap();
        assert_eq!(told(refused), Err("handoff-error-not-returned"));
        let silent = handoff::give_back(&office.db, &supervisor, id, &form(&[])).await.unwrap();
        assert_eq!(told(silent), Err("handoff-error-reason"));
        assert_eq!(told(handoff::give_back(&office.db, &supervisor, id, &why).await.unwrap()), Ok(()));
        let claim = handoff::claim(&office.db, &supervisor, id).await.unwrap();
        assert_eq!(told(claim), Err("handoff-error-returned"));
        for (unit, key) in [
            ("41-NY", "handoff-error-same-unit"),
            ("4101", "handoff-error-same-unit"),
            ("无", "assign-error-no-unit"),
        ] {
            let wrong = form(&[("note", "x"), ("unit", unit)]);
            assert_eq!(told(handoff::redirect(&office.db, &approver, id, &wrong).await.unwrap()), Err(key));
        }
        let to = form(&[("note", "属林业局监管"), ("unit", "41-LY 林业局")]);
        assert_eq!(told(handoff::redirect(&office.db, &approver, id, &to).await.unwrap()), Ok(()));
        let now = only(&office, case).await;
        assert_eq!((now.state, now.round, now.to), (State::Pushed, 2, right.id));
        assert_eq!((now.pushed_on, now.claim_due), (day("2026-11-30"), day("2026-12-02")));
        // The forester does not supervise the power, but sees what was sent to him.
        let forester = caller(&office, &forester, "2026-11-30").await;
        assert_eq!(told(handoff::claim(&office.db, &forester, id).await.unwrap()), Ok(()));
        let refused = handoff::claim(&office.db, &supervisor, id).await.unwrap();
        assert!(refused.is_none(), "it is no longer theirs");
    });
}

#[test]
fn pushed_may_count_as_claimed() {
    each_office(async |office| {
        let people = people(&office).await;
        supervised(&office, Some(&people.supervisor.0)).await;
        let (chief, post) = office.hire("编办主任", &office.county, "organization").await;
        let chief = office.sign_in(&chief, post, None, TODAY).await;
        let all = |claimed: &str, second: &str| {
            form(&[
                ("push_days", "2"),
                ("claim_days", "3"),
                ("answer_days", "1"),
                ("remind_before", "1"),
                ("escalate_first", "2"),
                ("escalate_second", second),
                ("penalty_days", "90"),
                ("case_before", "2"),
                ("pushed_is_claimed", claimed),
                ("imports_from", "2026-01-01"),
            ])
        };
        let wrong = handoff::change_settings(&office.db, &chief, &all("on", "1")).await.unwrap().unwrap_err();
        assert_eq!(wrong.iter().map(|(name, _)| *name).collect::<Vec<_>>(), ["escalate_second"]);
        let empty = handoff::change_settings(&office.db, &chief, &form(&[])).await.unwrap().unwrap_err();
        assert_eq!(empty.len(), 8);
        let supervisor = caller(&office, &people.supervisor, TODAY).await;
        let refused = handoff::change_settings(&office.db, &supervisor, &all("on", "3")).await.unwrap_err();
        assert!(matches!(refused, ServiceError::Denied(_)));
        handoff::change_settings(&office.db, &chief, &all("on", "3")).await.unwrap().unwrap();
        let case = decided(&office, &people, "1", TODAY).await;
        let now = only(&office, case).await;
        assert_eq!((now.state, now.claim_due), (State::Claimed, day("2026-11-27")));
        assert_eq!(now.claimed, Some((day(TODAY), people.supervisor.0.id)));
        let mut conn = office.db.read().await.unwrap();
        let filter = Filter { on: day(TODAY), ..Filter::default() };
        let counts = store::handoff::counts(&mut conn, &filter, supervisor.actor.sight()).await.unwrap();
        assert_eq!((counts.unclaimed, counts.claimed, counts.overdue), (0, 1, 0));
    });
}

#[test]
fn an_office_day_dates_everything_open_again() {
    each_office(async |office| {
        let people = people(&office).await;
        supervised(&office, None).await;
        let case = decided(&office, &people, "1", TODAY).await;
        let (chief, post) = office.hire("编办主任", &office.county, "organization").await;
        let chief = office.sign_in(&chief, post, None, TODAY).await;
        let wrong = calendar::set(&office.db, &chief, &form(&[])).await.unwrap().unwrap_err();
        assert_eq!(wrong.iter().map(|(name, _)| *name).collect::<Vec<_>>(), ["day", "kind", "name"]);
        let off = form(&[("day", "2026-11-25"), ("kind", "off"), ("name", "县庆")]);
        calendar::set(&office.db, &chief, &off).await.unwrap().unwrap();
        assert_eq!(only(&office, case).await.claim_due, day("2026-11-27"));
        let mut conn = office.db.read().await.unwrap();
        let own = store::calendar::own(&mut conn).await.unwrap();
        assert_eq!((own[0].kind, own[0].name.as_str()), (DayKind::Off, "县庆"));
        drop(conn);
        calendar::remove(&office.db, &chief, &off).await.unwrap().unwrap();
        assert_eq!(only(&office, case).await.claim_due, day("2026-11-26"));
        let gone = calendar::remove(&office.db, &chief, &off).await.unwrap().unwrap_err();
        assert_eq!(gone[0].1.key, "calendar-error-gone");
    });
}

#[test]
fn a_clock_pauses_when_the_applicant_was_told() {
    each_office(async |office| {
        let power =
            domain::power::Power { statutory_days: Some(20), promised_days: Some(5), ..office.power.clone() };
        let people = people(&office).await;
        office.name(&people.clerk.0, domain::assignment::Function::Accept, "2025-01-01").await;
        let mut conn = office.db.write().await.unwrap();
        store::power::update(&mut conn, &power).await.unwrap();
        conn.commit_derived().await.unwrap();
        let clerk = caller(&office, &people.clerk, "2026-11-02").await;
        let assignment = office.assignment.id.to_string();
        let opened = form(&[("assignment", &assignment), ("number", "1")]);
        let id = case::open(&office.db, &clerk, &opened).await.unwrap().unwrap();
        let dues = async || {
            let mut conn = office.db.read().await.unwrap();
            let progress = store::case::progress(&mut conn, id).await.unwrap().unwrap();
            (progress.promised_due, progress.statutory_due)
        };
        assert_eq!(dues().await, (None, None), "nothing runs before acceptance");
        case::record(&office.db, &clerk, id, &form(&[("function", "accept")]))
            .await
            .unwrap()
            .unwrap()
            .unwrap();
        assert_eq!(dues().await, (Some(day("2026-11-09")), Some(day("2026-11-30"))));

        let clerk = caller(&office, &people.clerk, "2026-11-04").await;
        let silent = form(&[("reason", "hearing")]);
        let errors = case::pause(&office.db, &clerk, id, &silent).await.unwrap().unwrap().unwrap_err();
        assert_eq!(errors[0].0, "notified_on");
        let hearing = form(&[("reason", "hearing"), ("notified_on", "2026-11-04")]);
        case::pause(&office.db, &clerk, id, &hearing).await.unwrap().unwrap().unwrap();
        assert_eq!(dues().await, (None, None), "it stands still without an end");
        let errors = case::pause(&office.db, &clerk, id, &hearing).await.unwrap().unwrap().unwrap_err();
        assert_eq!(errors[0].1.key, "case-error-paused");
        let clerk = caller(&office, &people.clerk, "2026-11-10").await;
        let mut conn = office.db.read().await.unwrap();
        let pause = store::case::pauses(&mut conn, id).await.unwrap()[0].0.to_string();
        drop(conn);
        let go_on = form(&[("pause", &pause), ("to", "2026-11-09")]);
        case::resume(&office.db, &clerk, id, &go_on).await.unwrap().unwrap().unwrap();
        // Four working days stood still: 4, 5, 6 and 9 November.
        assert_eq!(dues().await, (Some(day("2026-11-13")), Some(day("2026-12-04"))));
        let again = case::resume(&office.db, &clerk, id, &go_on).await.unwrap().unwrap().unwrap_err();
        assert_eq!(again[0].1.key, "case-error-not-paused");
        // Its unit is told once that it is due.
        let before = notices(&office).await;
        assert_eq!(each_time(&office.db, &clock("2026-11-10")).await.unwrap().cases, 0);
        assert_eq!(each_time(&office.db, &clock("2026-11-11")).await.unwrap().cases, 1);
        assert_eq!(each_time(&office.other, &clock("2026-11-12")).await.unwrap().cases, 0);
        assert_eq!(notices(&office).await, before + 2, "who handles and who approves");
    });
}
