use crate::common::each_database;
use crate::made::{assignment, between, day, from, long, month, power, refusal, unit};
use domain::Fen;
use domain::assignment::Assignment;
use domain::duty::Sight;
use domain::funding::{FundingLine, FundingSource};
use domain::id::{AssignmentId, EquipmentId, EstablishmentId, FundingId, UnitId};
use domain::means::{Equipment, Establishment};
use domain::power::PowerType;
use domain::statistics::MonthlyStatistics;
use domain::unit::{Unit, UnitKind};
use store::{Db, StoreError, new_id, resources, statistics};

async fn place(db: &Db) -> (Unit, Unit, Assignment) {
    let mut conn = db.write().await.unwrap();
    let town = unit("4101", "镇", UnitKind::Township, None);
    let other = unit("4102", "乡", UnitKind::Township, None);
    let power = power("A", "审批", PowerType::Licence, "");
    let assignment = assignment(&power, &town, "2026-01-01");
    store::unit::insert(&mut conn, &town).await.unwrap();
    store::unit::insert(&mut conn, &other).await.unwrap();
    store::power::insert(&mut conn, &power).await.unwrap();
    store::assignment::insert(&mut conn, &assignment).await.unwrap();
    conn.commit().await.unwrap();
    (town, other, assignment)
}

#[test]
fn establishment() {
    each_database(async |db| {
        let (town, other, _) = place(&db).await;
        let first = Establishment { id: EstablishmentId(new_id()), authorised: 0, from: day("2023-01-01") };
        let mut conn = db.write().await.unwrap();
        resources::insert_establishment(&mut conn, town.id, &first).await.unwrap();
        let changed = Establishment { authorised: 2_000_000_000, from: day("2024-02-29"), ..first };
        resources::update_establishment(&mut conn, other.id, &changed).await.unwrap();
        let found = resources::establishment_by_key(&mut conn, other.id, changed.from).await;
        assert_eq!(found.unwrap(), Some(changed));
        let found = resources::establishment_by_key(&mut conn, town.id, first.from).await;
        assert_eq!(found.unwrap(), None);
        assert_eq!(
            resources::establishments(&mut conn, Sight::Everything).await.unwrap(),
            [(other.id, changed)]
        );
        conn.commit().await.unwrap();
        let again = Establishment { id: EstablishmentId(new_id()), ..changed };
        let refused =
            refusal(&db, async |conn| resources::insert_establishment(conn, other.id, &again).await);
        assert!(matches!(refused.await, StoreError::Duplicate));
        let refused =
            refusal(&db, async |conn| resources::insert_establishment(conn, UnitId(new_id()), &again).await);
        assert!(matches!(refused.await, StoreError::Reference));
    });
}

#[test]
fn equipment() {
    each_database(async |db| {
        let (town, other, _) = place(&db).await;
        let first = Equipment {
            id: EquipmentId(new_id()),
            item: "执法记录仪".to_owned(),
            quantity: 0,
            period: from("2024-03-01"),
        };
        let mut conn = db.write().await.unwrap();
        resources::insert_equipment(&mut conn, town.id, &first).await.unwrap();
        let full = Equipment {
            item: long("印章"),
            quantity: 3,
            period: between("2025-03-01", "2026-03-01"),
            ..first.clone()
        };
        for (unit, changed) in [(&other, full), (&town, first.clone())] {
            resources::update_equipment(&mut conn, unit.id, &changed).await.unwrap();
            let found =
                resources::equipment_by_key(&mut conn, unit.id, &changed.item, changed.period.from).await;
            assert_eq!(found.unwrap(), Some(changed));
        }
        assert_eq!(
            resources::all_equipment(&mut conn, Sight::Everything).await.unwrap(),
            [(town.id, first.clone())]
        );
        conn.commit().await.unwrap();
        let again = Equipment { id: EquipmentId(new_id()), ..first };
        let refused = refusal(&db, async |conn| resources::insert_equipment(conn, town.id, &again).await);
        assert!(matches!(refused.await, StoreError::Duplicate));
        let refused =
            refusal(&db, async |conn| resources::insert_equipment(conn, UnitId(new_id()), &again).await);
        assert!(matches!(refused.await, StoreError::Reference));
    });
}

fn line(assignment: Option<&Assignment>, source: FundingSource, document: &str) -> FundingLine {
    FundingLine {
        id: FundingId(new_id()),
        assignment: assignment.map(|assignment| assignment.id),
        year: 2026,
        source,
        document: document.to_owned(),
        allocated: Fen(4_000_000_000_001),
        committed: Fen(3),
        released: Fen(2),
        spent: Fen(1),
    }
}

#[test]
fn funding() {
    each_database(async |db| {
        let (town, other, assigned) = place(&db).await;
        let mut conn = db.write().await.unwrap();
        for &source in FundingSource::ALL {
            // The same key for the unit as a whole and for one of its assignments.
            let lines = [None, Some(&assigned)].map(|of| line(of, source, "殷财预〔2026〕3号"));
            for each in &lines {
                resources::insert_funding(&mut conn, town.id, each).await.unwrap();
            }
            for each in lines {
                let found = resources::funding_by_key(
                    &mut conn,
                    town.id,
                    each.assignment,
                    2026,
                    source,
                    &each.document,
                );
                assert_eq!(found.await.unwrap(), Some(each.clone()));
                let changed = FundingLine {
                    year: 2025,
                    document: long("号"),
                    allocated: Fen::ZERO,
                    committed: Fen::ZERO,
                    released: Fen::ZERO,
                    spent: Fen::ZERO,
                    ..each
                };
                resources::update_funding(&mut conn, other.id, &changed).await.unwrap();
                let found = resources::funding_by_key(
                    &mut conn,
                    other.id,
                    changed.assignment,
                    2025,
                    source,
                    &changed.document,
                );
                assert_eq!(found.await.unwrap(), Some(changed));
            }
        }
        let all = resources::all_funding(&mut conn, Sight::Everything).await.unwrap();
        assert_eq!(all.len(), FundingSource::ALL.len() * 2);
        assert!(all.iter().all(|(unit, _)| *unit == other.id));
        conn.commit().await.unwrap();
        let negative = FundingLine { released: Fen(-1), ..line(None, FundingSource::Own, "1") };
        let refused = refusal(&db, async |conn| resources::insert_funding(conn, town.id, &negative).await);
        assert!(matches!(refused.await, StoreError::Check(_)));
        let nowhere =
            FundingLine { assignment: Some(AssignmentId(new_id())), ..line(None, FundingSource::Own, "1") };
        let refused = refusal(&db, async |conn| resources::insert_funding(conn, town.id, &nowhere).await);
        assert!(matches!(refused.await, StoreError::Reference));
    });
}

#[test]
fn case_statistics() {
    each_database(async |db| {
        let (_, _, assigned) = place(&db).await;
        let mut conn = db.write().await.unwrap();
        let months = ["2026-01-01", "2026-02-01", "2026-03-01"].map(|first| month(first, 9));
        for each in &months {
            statistics::insert(&mut conn, assigned.id, each).await.unwrap();
        }
        let changed = MonthlyStatistics { id: months[2].id, ..month("2026-04-01", 2_000_000_000) };
        statistics::update(&mut conn, assigned.id, &changed).await.unwrap();
        let found = statistics::by_key(&mut conn, assigned.id, changed.month).await.unwrap();
        assert_eq!(found, Some(changed.clone()));
        let gone = statistics::by_key(&mut conn, assigned.id, months[2].month).await.unwrap();
        assert_eq!(gone, None);
        let since =
            statistics::of_assignment(&mut conn, assigned.id, months[1].month, Sight::Everything).await;
        assert_eq!(since.unwrap(), [changed.clone(), months[1].clone()]);
        assert_eq!(
            statistics::all(&mut conn, Sight::Everything).await.unwrap(),
            [&months[0], &months[1], &changed].map(|each| (assigned.id, each.clone()))
        );
        conn.commit().await.unwrap();
        let again = month("2026-01-01", 1);
        let refused = refusal(&db, async |conn| statistics::insert(conn, assigned.id, &again).await);
        assert!(matches!(refused.await, StoreError::Duplicate));
        let refused =
            refusal(&db, async |conn| statistics::insert(conn, AssignmentId(new_id()), &again).await);
        assert!(matches!(refused.await, StoreError::Reference));
    });
}
