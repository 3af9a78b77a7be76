//! Switching rules, sets of one's own, and exceptions.

use crate::made::day;
use crate::office::{Office, TODAY, each_office, form};
use domain::assignment::Function::{Approve, Supervise};
use domain::duty::{BENEFIT_RULE, Sight};
use domain::separation::Kind;
use services::write::Caller;
use services::{ServiceError, exception, separation};

/// An organization department's caller.
async fn organizer(office: &Office, name: &str) -> Caller {
    let (person, post) = office.hire(name, &office.county, "organization").await;
    office.sign_in(&person, post, None, TODAY).await
}

async fn broken(office: &Office, code: &str) -> Vec<String> {
    let mut conn = office.db.read().await.unwrap();
    let judged = separation::judge(&mut conn, Sight::Everything, day(TODAY)).await.unwrap();
    let mut from: Vec<_> = judged.of(code).map(|broken| broken.period.from.to_string()).collect();
    from.sort();
    from
}

async fn mode(office: &Office, code: &str) -> &'static str {
    let mut conn = office.db.read().await.unwrap();
    let rules = store::set::rules(&mut conn).await.unwrap();
    rules.into_iter().find(|rule| rule.set.code == code).unwrap().set.mode.as_str()
}

fn is_self(error: &ServiceError) -> bool {
    matches!(error, ServiceError::Denied(denial) if denial.rule == BENEFIT_RULE)
}

#[test]
fn rules_are_switched_with_a_reason_and_by_nobody_who_gains() {
    each_office(async |office| {
        let caller = organizer(&office, "余晚晴").await;
        let db = &office.db;
        let (person, post) = office.hire("张一禾", &office.county, "organization").await;
        office.name(&person, Approve, "2025-01-01").await;
        office.name(&person, Supervise, "2026-12-01").await;
        assert_eq!(broken(&office, "SOD-03").await, ["2026-12-01"]);

        let record = form(&[("mode", "record"), ("reason", " ")]);
        let errors = separation::switch(db, &caller, "SOD-03", &record).await.unwrap().unwrap().unwrap_err();
        assert_eq!(errors[0].1.key, "separation-error-reason");
        let record = form(&[("mode", "record"), ("reason", "试点期间")]);
        let himself = office.sign_in(&person, post, None, TODAY).await;
        assert!(is_self(&separation::switch(db, &himself, "SOD-03", &record).await.unwrap_err()));
        let before = office.audited().await;
        separation::switch(db, &caller, "SOD-03", &record).await.unwrap().unwrap().unwrap();
        assert_eq!(office.audited().await, before + 1);
        assert_eq!(mode(&office, "SOD-03").await, "record");
        let enforce = form(&[("mode", "enforce")]);
        separation::switch(db, &caller, "SOD-03", &enforce).await.unwrap().unwrap().unwrap();
        assert_eq!(mode(&office, "SOD-03").await, "enforce");

        let errors = separation::switch(db, &caller, "SOD-01", &record).await.unwrap().unwrap().unwrap_err();
        assert_eq!(errors[0].1.key, "separation-error-always");
        assert!(separation::switch(db, &caller, "SOD-99", &record).await.unwrap().is_none());
        let (manager, post) = office.hire("乡长", &office.town, "manager").await;
        let manager = office.sign_in(&manager, post, None, TODAY).await;
        assert!(matches!(
            separation::switch(db, &manager, "SOD-02", &record).await.unwrap_err(),
            ServiceError::Denied(denial) if denial.rule == access::ROLE_RULE
        ));
    });
}

#[test]
fn a_set_is_checked_against_whoever_holds_it_now_and_later() {
    each_office(async |office| {
        let caller = organizer(&office, "余晚晴").await;
        let db = &office.db;
        let (person, _) = office.hire("张一禾", &office.town, "handler").await;
        office.appoint(&person, &office.town, "trainer").await;
        let set = |kind: &str, members: &str, cardinality: &str, mode: &str| {
            form(&[
                ("name", "经办与培训分离"),
                ("kind", kind),
                ("members", members),
                ("cardinality", cardinality),
                ("mode", mode),
            ])
        };
        let key = |answer: Result<String, Vec<services::form::FieldError>>| answer.unwrap_err()[0].1.key;
        for (wrong, expected) in [
            (set("static", "handler", "2", "record"), "separation-error-too-high"),
            (set("static", "handler trainer", "1", "record"), "separation-error-too-low"),
            (set("case", "", "2", "enforce"), "separation-error-kind"),
            (set("static", "handler approve", "2", "record"), "separation-error-too-high"),
        ] {
            assert_eq!(key(separation::save(db, &caller, &wrong).await.unwrap()), expected);
        }
        // In force it is refused, and the refusal is written down; recorded it is kept and shown.
        let before = office.audited().await;
        let refused = separation::save(db, &caller, &set("static", "handler trainer", "2", "enforce")).await;
        assert_eq!(key(refused.unwrap()), "separation-broken-roles");
        assert_eq!(office.audited().await, before + 1);
        let saved = separation::save(db, &caller, &set("static", "handler trainer", "2", "record")).await;
        let code = saved.unwrap().unwrap();
        assert_eq!(code, "OWN-01");
        assert_eq!(broken(&office, &code).await, ["2020-01-01"]);
        // In two posts they are not together.
        let saved = separation::save(db, &caller, &set("dynamic", "handler trainer", "2", "enforce")).await;
        assert_eq!(saved.unwrap().unwrap(), "OWN-02");

        // Widened by a member, it breaks for nobody else; a built-in one stays as it is.
        let mut wider = set("", "handler trainer leader", "2", "record");
        wider.insert("code".to_owned(), code.clone());
        let mut conn = db.read().await.unwrap();
        let draft = separation::check(&mut conn, &wider, day(TODAY)).await.unwrap().unwrap();
        assert_eq!((draft.rule.set.kind, draft.broken.len()), (Kind::Static, 0));
        drop(conn);
        separation::save(db, &caller, &wider).await.unwrap().unwrap();
        let mut built_in = set("", "handler trainer", "2", "record");
        built_in.insert("code".to_owned(), "SOD-07".to_owned());
        assert_eq!(key(separation::save(db, &caller, &built_in).await.unwrap()), "separation-error-built-in");
    });
}

#[test]
fn an_exception_is_approved_by_a_third_person_and_runs_out() {
    each_office(async |office| {
        let db = &office.db;
        let asker = organizer(&office, "余晚晴").await;
        let approver = organizer(&office, "沈望舒").await;
        let (person, post) = office.hire("张一禾", &office.county, "organization").await;
        let himself = office.sign_in(&person, post, None, TODAY).await;
        office.name(&person, Approve, "2025-01-01").await;
        office.name(&person, Supervise, "2025-01-01").await;
        let assignment = office.assignment.id.to_string();
        let asked = |rule: &str, to: &str| {
            form(&[
                ("rule", rule),
                ("person", "张一禾"),
                ("assignment", &assignment),
                ("reason", "人手不足"),
                ("control", "县局逐件复核"),
                ("from", TODAY),
                ("to", to),
            ])
        };
        for (wrong, field, key) in [
            (asked("SOD-01", "2026-12-31"), "rule", "exception-error-case"),
            (asked("SOD-03", "2027-11-24"), "to", "exception-error-long"),
            (asked("SOD-03", ""), "to", "exception-error-to"),
            (asked("SOD-03", "2026-11-01"), "to", "import-error-reversed"),
        ] {
            let errors = exception::request(db, &asker, &wrong).await.unwrap().unwrap_err();
            assert_eq!((errors[0].0, errors[0].1.key), (field, key));
        }
        let id = exception::request(db, &asker, &asked("SOD-03", "2026-12-31")).await.unwrap().unwrap();
        assert_eq!(broken(&office, "SOD-03").await.len(), 1, "asking lifts nothing");
        assert!(is_self(&exception::approve(db, &asker, id).await.unwrap_err()));
        assert!(is_self(&exception::approve(db, &himself, id).await.unwrap_err()));
        let before = office.audited().await;
        exception::approve(db, &approver, id).await.unwrap().unwrap().unwrap();
        assert_eq!(office.audited().await, before + 1);
        assert!(exception::approve(db, &approver, id).await.unwrap().unwrap().is_err(), "only once");
        assert_eq!(broken(&office, "SOD-03").await, ["2025-01-01", "2027-01-01"][1..]);

        // What goes on after its end counts as broken by it.
        let mut conn = db.read().await.unwrap();
        let later = exception::still_broken(&mut conn, Sight::Everything, day("2027-01-01")).await.unwrap();
        assert!(later.contains(&id));
        drop(conn);
        let end = form(&[("reason", "人员到位")]);
        exception::end(db, &approver, id, &end).await.unwrap().unwrap().unwrap();
        assert_eq!(broken(&office, "SOD-03").await, ["2025-01-01"], "it lifted no day");

        // The unit on both sides: about the assignment alone.
        let unit = form(&[("assignment", &assignment), ("unit", "4101"), ("from", "2025-01-01")]);
        services::register::name_side(db, &approver, &unit).await.unwrap().unwrap();
        assert_eq!(broken(&office, "SOD-04").await, ["2025-01-01"]);
        let id = exception::request(db, &asker, &asked("SOD-04", "2026-12-31")).await.unwrap().unwrap();
        exception::approve(db, &himself, id).await.unwrap().unwrap().unwrap();
        assert_eq!(broken(&office, "SOD-04").await, ["2027-01-01"]);
        let mut conn = db.read().await.unwrap();
        let listed = store::exception::listed(&mut conn, asker.actor.sight()).await.unwrap();
        assert_eq!(listed.len(), 2);
        assert_eq!(listed.iter().filter(|each| each.person.is_none()).count(), 1);
        let later = exception::still_broken(&mut conn, Sight::Everything, day("2027-01-01")).await.unwrap();
        assert!(later.contains(&id));
    });
}

#[test]
fn the_table_refuses_whoever_would_approve_for_himself() {
    each_office(async |office| {
        let (person, _) = office.hire("张一禾", &office.town, "manager").await;
        let (asker, _) = office.hire("余晚晴", &office.county, "organization").await;
        let asked = store::exception::Granted {
            exception: domain::separation::Exception {
                id: domain::id::ExceptionId(store::new_id()),
                rule: "SOD-03".to_owned(),
                person: Some(person.id),
                assignment: Some(office.assignment.id),
                period: crate::made::between(TODAY, "2026-12-31"),
                is_approved: false,
                ended_on: None,
            },
            reason: "人手不足".to_owned(),
            control: "复核".to_owned(),
            requested_by: asker.id,
            approved: None,
        };
        let mut conn = office.db.write().await.unwrap();
        store::exception::insert(&mut conn, &asked).await.unwrap();
        conn.commit_derived().await.unwrap();
        for by in [person.id, asker.id] {
            let mut conn = office.db.write().await.unwrap();
            let refused =
                store::exception::approve(&mut conn, asked.exception.id, by, chrono::DateTime::UNIX_EPOCH)
                    .await;
            assert!(matches!(refused, Err(store::StoreError::Check(_))), "{refused:?}");
        }
    });
}
