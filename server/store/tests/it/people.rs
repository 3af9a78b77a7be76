use crate::common::each_database;
use crate::made::{
    allocation, appointment, assignment, between, day, from, long, person, power, refusal, unit,
};
use domain::assignment::{Assignment, Function};
use domain::duty::Sight;
use domain::id::{CertificateId, CompletionId, PersonId, UnitId};
use domain::people::{Allocation, Appointment, Certificate, Completion, Person, StaffKind};
use domain::power::PowerType;
use domain::unit::{Unit, UnitKind};
use store::{Db, StoreError, new_id, people};

struct Place {
    person: Person,
    other: Person,
    town: Unit,
    assignment: Assignment,
}

async fn place(db: &Db) -> Place {
    let mut conn = db.write().await.unwrap();
    let (person, other) = (person("P1", "张一禾"), person("P2", "李青田"));
    let town = unit("4101", "镇", UnitKind::Township, None);
    let power = power("A", "审批", PowerType::Licence, "");
    let assignment = assignment(&power, &town, "2026-01-01");
    store::unit::insert(&mut conn, &town).await.unwrap();
    store::power::insert(&mut conn, &power).await.unwrap();
    store::assignment::insert(&mut conn, &assignment).await.unwrap();
    people::insert_person(&mut conn, &person).await.unwrap();
    people::insert_person(&mut conn, &other).await.unwrap();
    conn.commit().await.unwrap();
    Place { person, other, town, assignment }
}

#[test]
fn persons() {
    each_database(async |db| {
        let place = place(&db).await;
        let mut conn = db.write().await.unwrap();
        let renamed = Person {
            code: "工号-1".to_owned(),
            name: long("欧阳娜娜"),
            allowance_hours: 0.1 + 0.2,
            ..place.person.clone()
        };
        people::update_person(&mut conn, &renamed).await.unwrap();
        let found = people::person_by_code(&mut conn, "工号-1").await.unwrap();
        assert_eq!(found, Some(renamed.clone()));
        assert_eq!(people::person_by_code(&mut conn, "P1").await.unwrap(), None);
        assert_eq!(
            people::persons(&mut conn, Sight::Everything).await.unwrap(),
            [place.other.clone(), renamed]
        );
        drop(conn);
        let again = person("P2", "别人");
        let refused = refusal(&db, async |conn| people::insert_person(conn, &again).await).await;
        assert!(matches!(refused, StoreError::Duplicate), "{refused:?}");
        let negative = Person { allowance_hours: -1.0, ..place.other };
        let refused = refusal(&db, async |conn| people::update_person(conn, &negative).await).await;
        assert!(matches!(refused, StoreError::Check(_)), "{refused:?}");
    });
}

#[test]
fn appointments() {
    each_database(async |db| {
        let Place { person, other, town, .. } = place(&db).await;
        let mut conn = db.write().await.unwrap();
        let mut all = Vec::new();
        for (number, &kind) in StaffKind::ALL.iter().enumerate() {
            let first = appointment(&town, &format!("20{number:02}-01-01"));
            people::insert_appointment(&mut conn, person.id, &first).await.unwrap();
            let changed = Appointment {
                post: long("所长"),
                kind,
                share: 1.0 / 3.0,
                period: between(&format!("20{number:02}-02-01"), "2030-12-31"),
                ..first
            };
            people::update_appointment(&mut conn, person.id, &changed).await.unwrap();
            let found =
                people::appointment_by_key(&mut conn, person.id, town.id, &changed.post, changed.period.from);
            assert_eq!(found.await.unwrap(), Some(changed.clone()));
            all.push((person.id, changed));
        }
        assert_eq!(people::appointments(&mut conn, Sight::Everything).await.unwrap(), all);
        conn.commit().await.unwrap();
        let mut again = all[0].1.clone();
        again.id = appointment(&town, "2000-01-01").id;
        let refused = refusal(&db, async |conn| people::insert_appointment(conn, person.id, &again).await);
        assert!(matches!(refused.await, StoreError::Duplicate));
        let too_much = Appointment { share: 1.5, ..again.clone() };
        let refused = refusal(&db, async |conn| people::insert_appointment(conn, other.id, &too_much).await);
        assert!(matches!(refused.await, StoreError::Check(_)));
        let nowhere = Appointment { unit: UnitId(new_id()), ..again };
        let refused = refusal(&db, async |conn| people::insert_appointment(conn, other.id, &nowhere).await);
        assert!(matches!(refused.await, StoreError::Reference));
    });
}

#[test]
fn certificates() {
    each_database(async |db| {
        let Place { person, other, .. } = place(&db).await;
        let bare = Certificate {
            id: CertificateId(new_id()),
            kind: "行政执法证".to_owned(),
            number: "豫E05-0001".to_owned(),
            issued_on: day("2024-02-29"),
            expires_on: None,
            suspended: None,
            revoked_on: None,
        };
        let mut conn = db.write().await.unwrap();
        people::insert_certificate(&mut conn, person.id, &bare).await.unwrap();
        let full = Certificate {
            number: long("01"),
            expires_on: Some(day("2029-02-28")),
            suspended: Some(between("2025-01-01", "2025-03-31")),
            revoked_on: Some(day("2028-01-01")),
            ..bare.clone()
        };
        let open = Certificate { suspended: Some(from("2025-01-01")), ..full.clone() };
        // To another person, and back to the first one.
        for (holder, changed) in [(&other, full), (&other, open), (&person, bare.clone())] {
            people::update_certificate(&mut conn, holder.id, &changed).await.unwrap();
            let found = people::certificate_by_key(&mut conn, &changed.kind, &changed.number).await;
            assert_eq!(found.unwrap(), Some((holder.id, changed)));
        }
        assert_eq!(
            people::certificates(&mut conn, Sight::Everything).await.unwrap(),
            [(person.id, bare.clone())]
        );
        conn.commit().await.unwrap();
        let again = Certificate { id: CertificateId(new_id()), ..bare };
        let refused = refusal(&db, async |conn| people::insert_certificate(conn, other.id, &again).await);
        assert!(matches!(refused.await, StoreError::Duplicate));
        let nobody = refusal(&db, async |conn| {
            people::update_certificate(
                conn,
                PersonId(new_id()),
                &Certificate { id: bare.id, ..again.clone() },
            )
            .await
        });
        assert!(matches!(nobody.await, StoreError::Reference));
    });
}

#[test]
fn completions() {
    each_database(async |db| {
        let Place { person, other, .. } = place(&db).await;
        let bare = Completion {
            id: CompletionId(new_id()),
            course: "公共法律知识培训".to_owned(),
            completed_on: day("2026-06-12"),
            valid_until: None,
            tenths_of_hours: 0,
        };
        let mut conn = db.write().await.unwrap();
        people::insert_completion(&mut conn, person.id, &bare).await.unwrap();
        let full = Completion {
            course: long("培训"),
            completed_on: day("2025-12-31"),
            valid_until: Some(day("2028-12-31")),
            tenths_of_hours: 905,
            ..bare.clone()
        };
        for (who, changed) in [(&other, full), (&person, bare.clone())] {
            people::update_completion(&mut conn, who.id, &changed).await.unwrap();
            let found =
                people::completion_by_key(&mut conn, who.id, &changed.course, changed.completed_on).await;
            assert_eq!(found.unwrap(), Some(changed));
        }
        assert_eq!(
            people::completions(&mut conn, Sight::Everything).await.unwrap(),
            [(person.id, bare.clone())]
        );
        conn.commit().await.unwrap();
        let again = Completion { id: CompletionId(new_id()), ..bare };
        let refused = refusal(&db, async |conn| people::insert_completion(conn, person.id, &again).await);
        assert!(matches!(refused.await, StoreError::Duplicate));
        let nobody =
            refusal(&db, async |conn| people::insert_completion(conn, PersonId(new_id()), &again).await);
        assert!(matches!(nobody.await, StoreError::Reference));
    });
}

#[test]
fn allocations_and_whom_they_reach() {
    each_database(async |db| {
        let Place { person, other, town, assignment } = place(&db).await;
        let mut conn = db.write().await.unwrap();
        let elsewhere = unit("4102", "乡", UnitKind::Township, None);
        store::unit::insert(&mut conn, &elsewhere).await.unwrap();
        let mut all = Vec::new();
        for &function in Function::ALL {
            let first = Allocation { function, ..allocation(&assignment, &person, 0.0) };
            people::insert_allocation(&mut conn, &first).await.unwrap();
            let changed = Allocation { share: 0.07, period: between("2026-02-01", "2026-11-30"), ..first };
            people::update_allocation(&mut conn, &changed).await.unwrap();
            let key = (assignment.id, person.id, changed.period.from);
            let found = people::allocation_by_key(&mut conn, key.0, key.1, function, key.2).await;
            assert_eq!(found.unwrap(), Some(changed.clone()));
            all.push(changed);
        }
        let stored = people::allocations(&mut conn, Sight::Everything).await.unwrap();
        assert_eq!(stored.len(), all.len());
        assert!(all.iter().all(|each| stored.contains(each)));
        let handlers = people::handlers(&mut conn, assignment.id, Sight::Everything).await.unwrap();
        assert_eq!(handlers.len(), all.len());
        assert!(handlers.iter().all(|each| each.name == "张一禾" && each.code == "P1"));

        let post = appointment(&elsewhere, "2026-01-01");
        people::insert_appointment(&mut conn, person.id, &post).await.unwrap();
        let mut reached = people::units_of(&mut conn, person.id).await.unwrap();
        reached.sort();
        let mut expected = [town.id, elsewhere.id];
        expected.sort();
        assert_eq!(reached, expected);
        assert!(people::units_of(&mut conn, other.id).await.unwrap().is_empty());
        conn.commit().await.unwrap();

        let mut again = all[0].clone();
        again.id = allocation(&assignment, &person, 0.0).id;
        let refused = refusal(&db, async |conn| people::insert_allocation(conn, &again).await).await;
        assert!(matches!(refused, StoreError::Duplicate), "{refused:?}");
        again.share = -0.01;
        let refused = refusal(&db, async |conn| people::insert_allocation(conn, &again).await).await;
        assert!(matches!(refused, StoreError::Check(_)), "{refused:?}");
        let nobody = Allocation { person: PersonId(new_id()), ..all[0].clone() };
        let refused = refusal(&db, async |conn| people::update_allocation(conn, &nobody).await).await;
        assert!(matches!(refused, StoreError::Reference), "{refused:?}");
    });
}
