use crate::common::each_database;
use crate::made::refusal;
use domain::Fen;
use domain::power::PowerType;
use domain::rules::{Norms, PerMille, Rules, TypeRules};
use domain::wisn::WorkingYear;
use store::{StoreError, rules};

fn unusual(number: u32) -> TypeRules {
    TypeRules {
        min_people: number,
        certificates: vec!["行政执法证".to_owned(), "安全员证".to_owned()],
        workload: PerMille(700 + number),
        on_time: PerMille(1000),
        returned: PerMille(0),
        exercise: PerMille(555),
        money: PerMille(10_000),
        idle_months: 24,
    }
}

#[test]
fn defaults_stand_where_nothing_is_stored() {
    each_database(async |db| {
        let mut conn = db.write().await.unwrap();
        assert_eq!(rules::load(&mut conn).await.unwrap(), Rules::default());

        // Types without norms, norms without types, and both; saved again, the last one counts.
        rules::save_type(&mut conn, PowerType::Penalty, &unusual(9)).await.unwrap();
        rules::save_type(&mut conn, PowerType::Penalty, &unusual(0)).await.unwrap();
        let types = vec![(PowerType::Penalty, unusual(0))];
        let expected = Rules::new(Norms::default(), types.clone());
        assert_eq!(rules::load(&mut conn).await.unwrap(), expected);

        let norms = Norms {
            year: WorkingYear {
                possible_days: 250.5,
                holidays: 11.25,
                leave: 0.1,
                sick: 0.0,
                training: 7.7,
                hours_per_day: 7.5,
            },
            category_allowance: PerMille(999),
            post_year: Fen(9_876_543_210_123),
            course_place: Fen(0),
            equipment_item: Fen(1),
        };
        rules::save_norms(&mut conn, &Norms::default()).await.unwrap();
        rules::save_norms(&mut conn, &norms).await.unwrap();
        assert_eq!(rules::load(&mut conn).await.unwrap(), Rules::new(norms.clone(), types));

        let mut all = Vec::new();
        for (number, &power_type) in (1..).zip(PowerType::ALL) {
            rules::save_type(&mut conn, power_type, &unusual(number)).await.unwrap();
            all.push((power_type, unusual(number)));
        }
        assert_eq!(rules::load(&mut conn).await.unwrap(), Rules::new(norms, all));
    });
}

#[test]
fn norms_alone() {
    each_database(async |db| {
        let mut conn = db.write().await.unwrap();
        let norms = Norms { post_year: Fen::yuan(1), ..Norms::default() };
        rules::save_norms(&mut conn, &norms).await.unwrap();
        assert_eq!(rules::load(&mut conn).await.unwrap(), Rules::new(norms, Vec::new()));
    });
}

#[test]
fn impossible_values_are_refused() {
    each_database(async |db| {
        let above = TypeRules { on_time: PerMille(1001), ..unusual(1) };
        let refused = refusal(&db, async |conn| rules::save_type(conn, PowerType::Other, &above).await);
        assert!(matches!(refused.await, StoreError::Check(_)));
        let all_of_it = Norms { category_allowance: PerMille(1000), ..Norms::default() };
        let refused = refusal(&db, async |conn| rules::save_norms(conn, &all_of_it).await).await;
        assert!(matches!(refused, StoreError::Check(_)), "{refused:?}");
    });
}
