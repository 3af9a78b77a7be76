//! The tables' own keys keep the sides of a case apart, whoever writes.

use crate::common::each_database;
use crate::made::{assignment, day, person, power, refusal, unit};
use domain::assignment::Function;
use domain::case::{Case, Step};
use domain::duty::Side;
use domain::id::{CaseId, StepId};
use domain::power::PowerType;
use domain::unit::UnitKind;
use store::{StoreError, case as cases, new_id};

#[test]
fn nobody_is_on_both_sides() {
    each_database(async |db| {
        let power = power("A", "审批", PowerType::Licence, "");
        let town = unit("4101", "镇", UnitKind::Township, None);
        let assignment = assignment(&power, &town, "2025-01-01");
        let (one, other) = (person("P1", "张一禾"), person("P2", "李青田"));
        let case = Case {
            id: CaseId(new_id()),
            assignment: assignment.id,
            number: "1".to_owned(),
            opened_on: day("2026-11-24"),
        };
        let step = |function, of: &domain::people::Person, principal: Option<&domain::people::Person>| Step {
            id: StepId(new_id()),
            case: case.id,
            function,
            person: of.id,
            principal: principal.map(|person| person.id),
            done_at: chrono::DateTime::UNIX_EPOCH,
            note: String::new(),
        };
        let mut conn = db.write().await.unwrap();
        store::power::insert(&mut conn, &power).await.unwrap();
        store::unit::insert(&mut conn, &town).await.unwrap();
        store::assignment::insert(&mut conn, &assignment).await.unwrap();
        store::people::insert_person(&mut conn, &one).await.unwrap();
        store::people::insert_person(&mut conn, &other).await.unwrap();
        cases::insert(&mut conn, &case).await.unwrap();
        cases::insert_party(&mut conn, case.id, one.id, Side::Decides).await.unwrap();
        cases::insert_step(&mut conn, &step(Function::Approve, &one, None)).await.unwrap();
        // Reviewing stands on neither side.
        cases::insert_step(&mut conn, &step(Function::Review, &other, None)).await.unwrap();
        conn.commit().await.unwrap();

        let refused =
            refusal(&db, async |conn| cases::insert_party(conn, case.id, one.id, Side::Oversees).await).await;
        assert!(matches!(refused, StoreError::Duplicate), "{refused:?}");
        for wrong in [
            step(Function::Supervise, &one, None),
            step(Function::Supervise, &other, None),
            step(Function::Approve, &one, Some(&other)),
            step(Function::Approve, &other, Some(&one)),
        ] {
            let refused = refusal(&db, async |conn| cases::insert_step(conn, &wrong).await).await;
            assert!(matches!(refused, StoreError::Reference), "{refused:?}");
        }
        let same = Case { id: CaseId(new_id()), ..case.clone() };
        let refused = refusal(&db, async |conn| cases::insert(conn, &same).await).await;
        assert!(matches!(refused, StoreError::Duplicate), "{refused:?}");
    });
}
