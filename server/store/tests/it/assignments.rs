use crate::common::each_database;
use crate::made::{assignment, between, day, long, power, refusal, unit};
use domain::Period;
use domain::assignment::{Assignment, Form, Function, Instrument, InstrumentKind};
use domain::duty::Sight;
use domain::id::{AssignmentId, PowerId, UnitId};
use domain::power::{Power, PowerType};
use domain::unit::{Unit, UnitKind};
use store::assignment as assignments;
use store::{Db, StoreError};

async fn place(db: &Db) -> (Power, Unit, Unit) {
    let mut conn = db.write().await.unwrap();
    let power = power("A", "审批", PowerType::Licence, "");
    let county = unit("41", "县", UnitKind::County, None);
    let town = unit("4101", "镇", UnitKind::Township, Some(&county));
    store::power::insert(&mut conn, &power).await.unwrap();
    store::unit::insert(&mut conn, &county).await.unwrap();
    store::unit::insert(&mut conn, &town).await.unwrap();
    conn.commit().await.unwrap();
    (power, county, town)
}

#[test]
fn every_field_is_kept() {
    each_database(async |db| {
        let (power, county, town) = place(&db).await;
        let mut conn = db.write().await.unwrap();
        let mut kinds = InstrumentKind::ALL.iter().cycle();
        for (number, &form) in Form::ALL.iter().enumerate() {
            let year = 2000 + number;
            let full = Assignment {
                giver: Some(county.id),
                form,
                functions: Function::ALL.to_vec(),
                period: between(&format!("{year}-01-01"), &format!("{year}-12-31")),
                transition_until: Some(day("2001-06-30")),
                instrument: kinds.next().map(|&kind| Instrument {
                    kind,
                    number: long("殷承确〔2025〕1号"),
                    signed_on: Some(day("2000-01-01")),
                    until: Some(day("2005-12-31")),
                    published_on: Some(day("2000-02-29")),
                }),
                planned_volume: Some(0),
                ..assignment(&power, &town, "2000-01-01")
            };
            assignments::insert(&mut conn, &full).await.unwrap();
            assert_eq!(assignments::by_id(&mut conn, full.id).await.unwrap(), Some(full.clone()));
            let unsigned = Assignment {
                instrument: full.instrument.clone().map(|paper| Instrument {
                    number: String::new(),
                    signed_on: None,
                    until: None,
                    published_on: None,
                    ..paper
                }),
                ..full.clone()
            };
            let bare = Assignment {
                id: full.id,
                functions: Vec::new(),
                period: Period { from: full.period.from, to: None },
                ..assignment(&power, &town, "2000-01-01")
            };
            for changed in [unsigned, bare, full] {
                assignments::update(&mut conn, &changed).await.unwrap();
                let stored = assignments::by_id(&mut conn, changed.id).await.unwrap();
                assert_eq!(stored, Some(changed));
            }
        }
        let of = assignments::of_unit_and_power(&mut conn, town.id, power.id).await.unwrap();
        assert_eq!(of, assignments::all(&mut conn, Sight::Everything).await.unwrap());
        assert_eq!(of.len(), Form::ALL.len());
        assert!(of.is_sorted_by_key(|each| each.period.from));
        let nothing = assignments::by_id(&mut conn, AssignmentId(store::new_id())).await;
        assert_eq!(nothing.unwrap(), None);
    });
}

#[test]
fn keys_references_and_periods_are_guarded() {
    each_database(async |db| {
        let (power, _, town) = place(&db).await;
        let first = assignment(&power, &town, "2026-01-01");
        let mut conn = db.write().await.unwrap();
        assignments::insert(&mut conn, &first).await.unwrap();
        conn.commit().await.unwrap();
        let again = assignment(&power, &town, "2026-01-01");
        let refused = refusal(&db, async |conn| assignments::insert(conn, &again).await).await;
        assert!(matches!(refused, StoreError::Duplicate), "{refused:?}");
        for wrong in [
            Assignment { power: PowerId(store::new_id()), ..again.clone() },
            Assignment { unit: UnitId(store::new_id()), ..again.clone() },
            Assignment { giver: Some(UnitId(store::new_id())), ..assignment(&power, &town, "2027-01-01") },
        ] {
            let refused = refusal(&db, async |conn| assignments::insert(conn, &wrong).await).await;
            assert!(matches!(refused, StoreError::Reference), "{refused:?}");
        }
        let reversed = Assignment { period: between("2026-01-01", "2025-12-31"), ..first };
        let refused = refusal(&db, async |conn| assignments::update(conn, &reversed).await).await;
        assert!(matches!(refused, StoreError::Check(_)), "{refused:?}");
    });
}

#[test]
fn who_holds_and_gives_a_power() {
    each_database(async |db| {
        let (power, county, town) = place(&db).await;
        let mut conn = db.write().await.unwrap();
        let beside = unit("4102", "乡", UnitKind::Township, Some(&county));
        let elsewhere = unit("42", "别县", UnitKind::County, None);
        let far = unit("4201", "远镇", UnitKind::Township, Some(&elsewhere));
        for unit in [&beside, &elsewhere, &far] {
            store::unit::insert(&mut conn, unit).await.unwrap();
        }
        for (unit, giver) in [(&beside, Some(&county)), (&far, Some(&elsewhere)), (&county, None)] {
            let each =
                Assignment { giver: giver.map(|giver| giver.id), ..assignment(&power, unit, "2026-01-01") };
            assignments::insert(&mut conn, &each).await.unwrap();
        }
        let mut holders = assignments::units_of_power(&mut conn, power.id).await.unwrap();
        holders.sort();
        let mut expected = [beside.id, far.id, county.id];
        expected.sort();
        assert_eq!(holders, expected);
        // Beside the town, whether or not it holds the power itself.
        let beside_it = assignments::neighbours(&mut conn, power.id, town.id).await.unwrap();
        assert_eq!(beside_it, [beside.id]);
        assert_eq!(assignments::receivers_from(&mut conn, elsewhere.id).await.unwrap(), [far.id]);
        let held = assignments::of_power(&mut conn, power.id, 2, Sight::Everything).await.unwrap();
        let names: Vec<_> = held.iter().map(|each| (each.unit_name.as_str(), each.verdict)).collect();
        assert_eq!(names, [("县", None), ("乡", None)]);
    });
}
