//! Ways around the separation that somebody might try: a group, a role edit, two servers at once, the tables
//! themselves.

use crate::office::{Office, TODAY, each_office, form};
use domain::assignment::Function::{self, Approve, Supervise};
use domain::duty::CASE_RULE;
use domain::id::CaseId;
use services::ServiceError;
use services::case;
use services::write::Caller;
use store::{Db, new_id};

async fn open(office: &Office, number: &str) -> CaseId {
    let (clerk, post) = office.hire(&format!("立案人{number}"), &office.town, "handler").await;
    let caller = office.sign_in(&clerk, post, None, TODAY).await;
    let assignment = office.assignment.id.to_string();
    let fields = form(&[("assignment", &assignment), ("number", number)]);
    case::open(&office.db, &caller, &fields).await.unwrap().unwrap()
}

/// Ok, or the rule that refused; denials are written down as the pages do.
async fn act(db: &Db, caller: &Caller, case: CaseId, function: Function) -> Result<(), String> {
    match case::record(db, caller, case, &form(&[("function", function.as_str())])).await {
        Ok(recorded) => {
            recorded.unwrap().unwrap();
            Ok(())
        }
        Err(ServiceError::Denied(denial)) => {
            services::write::log_denial(db, caller, &denial).await.unwrap();
            Err(denial.rule)
        }
        Err(other) => panic!("{other}"),
    }
}

#[test]
fn a_group_gives_no_second_side() {
    each_office(async |office| {
        let (person, approving) = office.hire("张一禾", &office.town, "approver").await;
        let supervising = office.appoint(&person, &office.department, "supervisor").await;
        office.name(&person, Approve, "2025-01-01").await;
        let case = open(&office, "1").await;
        let approver = office.sign_in(&person, approving, None, TODAY).await;
        assert_eq!(act(&office.db, &approver, case, Approve).await, Ok(()));
        // The group supervises; as its member he holds the opposite right from now on.
        let group = (office.sql(new_id()), office.sql(new_id()), office.sql(new_id()));
        let (unit, who) = (office.sql(office.department.id.0), office.sql(person.id.0));
        let assignment = office.sql(office.assignment.id.0);
        office
            .tell(format!(
                "insert into duty_group (id, unit_id, name) values ({g}, {unit}, '监管组');
                insert into group_member (id, group_id, person_id, valid_from) values ({m}, {g}, {who}, '2026-01-01');
                insert into group_right (id, group_id, assignment_id, function, valid_from)
                values ({r}, {g}, {assignment}, 'supervise', '2026-01-01')",
                g = group.0,
                m = group.1,
                r = group.2,
            ))
            .await;
        let supervisor = office.sign_in(&person, supervising, None, TODAY).await;
        let before = office.audited().await;
        assert_eq!(act(&office.db, &supervisor, case, Supervise).await, Err(CASE_RULE.to_owned()));
        let other = open(&office, "2").await;
        let approver = office.sign_in(&person, approving, None, TODAY).await;
        for (caller, function) in [(&approver, Approve), (&supervisor, Supervise)] {
            assert_eq!(act(&office.db, caller, other, function).await, Err("SOD-03".to_owned()));
        }
        // Three denials and the opening.
        assert_eq!(office.audited().await, before + 4);
    });
}

#[test]
fn a_role_edit_gives_no_second_side() {
    each_office(async |office| {
        office.tell("update separation_rule set mode = 'record' where kind = 'power_unit'".to_owned()).await;
        let (person, approving) = office.hire("张一禾", &office.town, "approver").await;
        office.name(&person, Approve, "2025-01-01").await;
        office.name(&person, Supervise, "2025-01-01").await;
        let case = open(&office, "1").await;
        let approver = office.sign_in(&person, approving, None, TODAY).await;
        let refused = act(&office.db, &approver, case, Supervise).await;
        assert_eq!(refused, Err(access::ROLE_RULE.to_owned()));
        assert_eq!(act(&office.db, &approver, case, Approve).await, Ok(()));
        // His own role is made to inherit from the supervisor's, under his feet.
        office
            .tell(
                "insert into role_inheritance (child, parent) values ('approver', 'supervisor');
                insert into role_ancestor (child, ancestor) values ('approver', 'supervisor')"
                    .to_owned(),
            )
            .await;
        let both = office.sign_in(&person, approving, None, TODAY).await;
        assert_eq!(act(&office.db, &both, case, Supervise).await, Err(CASE_RULE.to_owned()));
        // The other way round in another case.
        let other = open(&office, "2").await;
        assert_eq!(act(&office.db, &both, other, Supervise).await, Ok(()));
        assert_eq!(act(&office.db, &both, other, Approve).await, Err(CASE_RULE.to_owned()));
    });
}

#[test]
fn two_servers_at_once_do_not_get_around_it() {
    each_office(async |office| {
        office.tell("update separation_rule set mode = 'record' where kind = 'power_unit'".to_owned()).await;
        let (person, approving) = office.hire("张一禾", &office.town, "approver").await;
        let supervising = office.appoint(&person, &office.department, "supervisor").await;
        office.name(&person, Approve, "2025-01-01").await;
        office.name(&person, Supervise, "2025-01-01").await;
        let approver = office.sign_in(&person, approving, None, TODAY).await;
        let supervisor = office.sign_in(&person, supervising, None, TODAY).await;
        // Rights were loaded before; each server has connections of its own.
        let (mut approved, mut supervised) = (0, 0);
        for round in 0..40 {
            let case = open(&office, &format!("轮{round}")).await;
            let (one, two) = tokio::join!(
                recorded(&office.db, &approver, case, Approve),
                recorded(&office.other, &supervisor, case, Supervise)
            );
            assert_ne!(one.is_ok(), two.is_ok(), "exactly one wins: {one:?}, {two:?}");
            approved += u32::from(one.is_ok());
            supervised += u32::from(two.is_ok());
            assert_eq!(one.and(two), Err(CASE_RULE.to_owned()));
            let mut conn = office.db.read().await.unwrap();
            assert_eq!(store::case::steps(&mut conn, case).await.unwrap().len(), 1);
            assert_eq!(store::case::parties(&mut conn, case).await.unwrap().len(), 1);
        }
        assert_eq!(approved + supervised, 40);
    });
}

/// The same without writing denials down.
async fn recorded(db: &Db, caller: &Caller, case: CaseId, function: Function) -> Result<(), String> {
    match case::record(db, caller, case, &form(&[("function", function.as_str())])).await {
        Ok(recorded) => {
            recorded.unwrap().unwrap();
            Ok(())
        }
        Err(ServiceError::Denied(denial)) => Err(denial.rule),
        Err(other) => panic!("{other}"),
    }
}

#[test]
fn the_tables_themselves_refuse_the_other_side() {
    each_office(async |office| {
        let (person, approving) = office.hire("张一禾", &office.town, "approver").await;
        office.name(&person, Approve, "2025-01-01").await;
        let case = open(&office, "1").await;
        let approver = office.sign_in(&person, approving, None, TODAY).await;
        assert_eq!(act(&office.db, &approver, case, Approve).await, Ok(()));
        let (it, who) = (office.sql(case.0), office.sql(person.id.0));
        for statement in [
            format!("insert into case_party (case_id, person_id, side) values ({it}, {who}, 'oversees')"),
            format!("update case_party set side = 'oversees' where case_id = {it}"),
            format!(
                "insert into case_step (id, case_id, function, person_id, side, done_at, note)
                values ({}, {it}, 'supervise', {who}, 'oversees', '2026-11-24T00:00:00+00:00', '')",
                office.sql(new_id())
            ),
            format!(
                "insert into case_step (id, case_id, function, person_id, side, done_at, note)
                values ({}, {it}, 'supervise', {who}, null, '2026-11-24T00:00:00+00:00', '')",
                office.sql(new_id())
            ),
        ] {
            assert!(office.is_refused(&statement).await, "{statement}");
        }
    });
}
