//! Nobody stands on both sides of a case, whatever posts, sessions, deputyships or moments are combined.

use crate::office::{Office, TODAY, each_office, form, today};
use domain::assignment::Function::{self, Accept, Approve, Inspect, Supervise};
use domain::duty::{CASE_RULE, CERTIFICATE_RULE};
use domain::id::CaseId;
use services::ServiceError;
use services::case;
use services::write::Caller;
use std::sync::atomic::{AtomicU32, Ordering};

static NUMBER: AtomicU32 = AtomicU32::new(1);

async fn open(office: &Office) -> CaseId {
    let number = NUMBER.fetch_add(1, Ordering::Relaxed);
    let (clerk, post) = office.hire(&format!("立案人{number}"), &office.town, "handler").await;
    let caller = office.sign_in(&clerk, post, None, TODAY).await;
    let assignment = office.assignment.id.to_string();
    let fields = form(&[("assignment", &assignment), ("number", &number.to_string())]);
    case::open(&office.db, &caller, &fields).await.unwrap().unwrap()
}

/// Ok, or the rule that refused.
async fn act(office: &Office, caller: &Caller, case: CaseId, function: Function) -> Result<(), String> {
    match case::record(&office.db, caller, case, &form(&[("function", function.as_str())])).await {
        Ok(recorded) => {
            recorded.unwrap().unwrap();
            Ok(())
        }
        Err(ServiceError::Denied(denial)) => Err(denial.rule),
        Err(other) => panic!("{other}"),
    }
}

fn by_case() -> Result<(), String> {
    Err(CASE_RULE.to_owned())
}

/// Takes away the rule about rights, so that the rule of the same case stands alone.
async fn without_standing_rules(office: &Office) {
    office.tell("update separation_rule set mode = 'record' where kind = 'power_unit'".to_owned()).await;
}

#[test]
fn opening_is_checked_and_audited_once() {
    each_office(async |office| {
        let (clerk, post) = office.hire("立案人", &office.town, "handler").await;
        let caller = office.sign_in(&clerk, post, None, TODAY).await;
        let assignment = office.assignment.id.to_string();
        let wrong = form(&[("assignment", &assignment), ("number", " "), ("opened_on", "2024-01-01")]);
        let errors = case::open(&office.db, &caller, &wrong).await.unwrap().unwrap_err();
        let told: Vec<_> = errors.iter().map(|(name, message)| (*name, message.key)).collect();
        assert_eq!(told, [("number", "case-error-number"), ("opened_on", "case-error-not-in-force")]);
        let right = form(&[("assignment", &assignment), ("number", "许农〔2026〕1号")]);
        let before = office.audited().await;
        let id = case::open(&office.db, &caller, &right).await.unwrap().unwrap();
        assert_eq!(office.audited().await, before + 1);
        let again = case::open(&office.db, &caller, &right).await.unwrap().unwrap_err();
        assert_eq!(again[0].1.key, "case-error-number-taken");
        let mut conn = office.db.read().await.unwrap();
        let sight = caller.actor.sight();
        let filter = store::case::Filter { typed: "许农".to_owned(), ..Default::default() };
        let listed = store::case::list(&mut conn, &filter, sight, 10, 0).await.unwrap();
        assert_eq!(listed.iter().map(|line| line.case.id).collect::<Vec<_>>(), [id]);
        assert_eq!(store::case::total(&mut conn, &filter, sight).await.unwrap(), 1);
        assert!(store::case::visible(&mut conn, id, sight).await.unwrap().is_some());
        drop(conn);

        // A department that neither gave nor supervises it sees nothing, and opens nothing.
        let other =
            crate::made::unit("41-LY", "林业局", domain::unit::UnitKind::Department, Some(&office.county));
        let mut conn = office.db.write().await.unwrap();
        store::unit::insert(&mut conn, &other).await.unwrap();
        conn.commit_derived().await.unwrap();
        let (stranger, post) = office.hire("外人", &other, "handler").await;
        let caller = office.sign_in(&stranger, post, None, TODAY).await;
        let mut conn = office.db.read().await.unwrap();
        let sight = caller.actor.sight();
        assert_eq!(store::case::total(&mut conn, &filter, sight).await.unwrap(), 0);
        assert_eq!(store::case::visible(&mut conn, id, sight).await.unwrap(), None);
        drop(conn);
        let refused = case::open(&office.db, &caller, &right).await.unwrap_err();
        assert!(matches!(refused, ServiceError::Denied(denial) if denial.rule == access::SCOPE_RULE));
    });
}

#[test]
fn one_who_decided_never_oversees() {
    each_office(async |office| {
        without_standing_rules(&office).await;
        let (person, approving) = office.hire("张一禾", &office.town, "approver").await;
        let supervising = office.appoint(&person, &office.department, "supervisor").await;
        let handling = office.appoint(&person, &office.town, "handler").await;
        for function in [Accept, Approve, Supervise, Inspect] {
            office.name(&person, function, "2025-01-01").await;
        }
        let case = open(&office).await;
        // Two posts, two sessions.
        let approver = office.sign_in(&person, approving, None, TODAY).await;
        let supervisor = office.sign_in(&person, supervising, None, TODAY).await;
        let handler = office.sign_in(&person, handling, None, TODAY).await;
        let before = office.audited().await;
        assert_eq!(act(&office, &approver, case, Approve).await, Ok(()));
        assert_eq!(office.audited().await, before + 1);
        let again = case::record(&office.db, &approver, case, &form(&[("function", "approve")])).await;
        let errors = again.unwrap().unwrap().unwrap_err();
        assert_eq!(errors[0].1.key, "case-error-decided", "a case is decided once");
        assert_eq!(act(&office, &supervisor, case, Supervise).await, by_case());
        assert_eq!(act(&office, &supervisor, case, Inspect).await, by_case());
        assert_eq!(act(&office, &handler, case, Accept).await, Ok(()));
        // In another case he may be on the other side, and then not on this one.
        let other = open(&office).await;
        assert_eq!(act(&office, &supervisor, other, Supervise).await, Ok(()));
        assert_eq!(act(&office, &approver, other, Approve).await, by_case());
        assert_eq!(act(&office, &handler, other, Accept).await, by_case());

        let mut conn = office.db.read().await.unwrap();
        let steps = store::case::steps(&mut conn, case).await.unwrap();
        assert_eq!(steps.iter().map(|line| line.step.function).collect::<Vec<_>>(), [Approve, Accept]);
        assert_eq!(store::case::parties(&mut conn, case).await.unwrap().len(), 1);
    });
}

#[test]
fn a_deputy_stands_where_both_stand() {
    each_office(async |office| {
        without_standing_rules(&office).await;
        let (principal, approving) = office.hire("李青田", &office.town, "approver").await;
        let (deputy, supervising) = office.hire("王小满", &office.department, "supervisor").await;
        let principal_supervising = office.appoint(&principal, &office.department, "supervisor").await;
        office.name(&principal, Approve, "2025-01-01").await;
        office.name(&principal, Supervise, "2025-01-01").await;
        office.name(&deputy, Supervise, "2025-01-01").await;
        let deputyship = office.deputise(&deputy, approving).await;
        let as_deputy = office.sign_in(&deputy, approving, Some(deputyship), TODAY).await;
        let himself = office.sign_in(&deputy, supervising, None, TODAY).await;
        let principal_supervises = office.sign_in(&principal, principal_supervising, None, TODAY).await;

        let case = open(&office).await;
        assert_eq!(act(&office, &as_deputy, case, Approve).await, Ok(()));
        assert_eq!(act(&office, &himself, case, Supervise).await, by_case());
        assert_eq!(act(&office, &principal_supervises, case, Supervise).await, by_case());
        let mut conn = office.db.read().await.unwrap();
        assert_eq!(store::case::parties(&mut conn, case).await.unwrap().len(), 2);
        let steps = store::case::steps(&mut conn, case).await.unwrap();
        assert_eq!(steps[0].principal_name.as_deref(), Some("李青田"));
        drop(conn);

        // Whoever is excluded himself does not act for another, and nobody acts for one who is excluded.
        let case = open(&office).await;
        assert_eq!(act(&office, &himself, case, Supervise).await, Ok(()));
        assert_eq!(act(&office, &as_deputy, case, Approve).await, by_case());
        let case = open(&office).await;
        assert_eq!(act(&office, &principal_supervises, case, Supervise).await, Ok(()));
        assert_eq!(act(&office, &as_deputy, case, Approve).await, by_case());
    });
}

#[test]
fn two_requests_at_once_do_not_get_around_it() {
    each_office(async |office| {
        without_standing_rules(&office).await;
        let (person, approving) = office.hire("张一禾", &office.town, "approver").await;
        let supervising = office.appoint(&person, &office.department, "supervisor").await;
        office.name(&person, Approve, "2025-01-01").await;
        office.name(&person, Supervise, "2025-01-01").await;
        let approver = office.sign_in(&person, approving, None, TODAY).await;
        let supervisor = office.sign_in(&person, supervising, None, TODAY).await;
        for _ in 0..8 {
            let case = open(&office).await;
            let (one, other) = tokio::join!(
                act(&office, &approver, case, Approve),
                act(&office, &supervisor, case, Supervise)
            );
            assert_ne!(one.is_ok(), other.is_ok(), "one of both: {one:?}, {other:?}");
            assert_eq!(one.and(other), by_case());
            let mut conn = office.db.read().await.unwrap();
            assert_eq!(store::case::steps(&mut conn, case).await.unwrap().len(), 1);
        }
    });
}

#[test]
fn the_standing_rule_refuses_before_any_case() {
    each_office(async |office| {
        let (person, approving) = office.hire("张一禾", &office.town, "approver").await;
        office.name(&person, Approve, "2025-01-01").await;
        office.name(&person, Supervise, "2026-12-01").await;
        let case = open(&office).await;
        let caller = office.sign_in(&person, approving, None, TODAY).await;
        assert_eq!(act(&office, &caller, case, Approve).await, Ok(()), "the other right is still to begin");
        let caller = office.sign_in(&person, approving, None, "2026-12-01").await;
        assert_eq!(act(&office, &caller, case, Approve).await, Err("SOD-03".to_owned()));
    });
}

#[test]
fn a_certificate_opens_the_right_and_closes_it_on_expiry() {
    each_office(async |office| {
        let power =
            domain::power::Power { certificates: vec!["执法证".to_owned()], ..office.power.clone() };
        let (person, approving) = office.hire("张一禾", &office.town, "approver").await;
        office.name(&person, Approve, "2025-01-01").await;
        let certificate = domain::people::Certificate {
            id: domain::id::CertificateId(store::new_id()),
            kind: "执法证".to_owned(),
            number: "豫1".to_owned(),
            issued_on: crate::made::day("2026-02-01"),
            expires_on: Some(crate::made::day("2026-06-30")),
            suspended: Some(crate::made::between("2026-04-01", "2026-04-30")),
            revoked_on: None,
        };
        let mut conn = office.db.write().await.unwrap();
        store::power::update(&mut conn, &power).await.unwrap();
        store::people::insert_certificate(&mut conn, person.id, &certificate).await.unwrap();
        conn.commit_derived().await.unwrap();
        for (on, may) in [
            ("2026-01-31", false),
            ("2026-02-01", true),
            ("2026-04-15", false),
            ("2026-05-01", true),
            ("2026-06-30", true),
            ("2026-07-01", false),
            (TODAY, false),
        ] {
            let case = open(&office).await;
            let caller = office.sign_in(&person, approving, None, on).await;
            let expected = if may { Ok(()) } else { Err(CERTIFICATE_RULE.to_owned()) };
            assert_eq!(act(&office, &caller, case, Approve).await, expected, "{on}");
        }
        assert_eq!(today().to_string(), TODAY);
        // Supervising handles nothing, and asks for no certificate.
        let case = open(&office).await;
        let (supervisor, post) = office.hire("李青田", &office.department, "supervisor").await;
        office.name(&supervisor, Supervise, "2025-01-01").await;
        let caller = office.sign_in(&supervisor, post, None, TODAY).await;
        assert_eq!(act(&office, &caller, case, Supervise).await, Ok(()));
    });
}
