use crate::common::each_database;
use crate::made::{assignment, day, long, power, refusal, unit};
use domain::Fen;
use domain::duty::Sight;
use domain::id::PowerId;
use domain::power::{LegalBasis, Power, PowerType, RequiredItem, Rhythm, Risk};
use domain::unit::UnitKind;
use store::StoreError;
use store::power::{self as powers, Filter};

/// A power that says something in every field.
fn full(power_type: PowerType) -> Power {
    Power {
        version: "2025版".to_owned(),
        legal_bases: vec![
            LegalBasis {
                citation: "《中华人民共和国行政处罚法》第二十四条".to_owned(),
                from: Some(day("2021-07-15")),
                to: Some(day("2030-12-31")),
            },
            LegalBasis { citation: "《条例》第一条".to_owned(), from: None, to: None },
        ],
        original_department: "县农业农村局".to_owned(),
        published_form: "交由".to_owned(),
        statutory_days: Some(20),
        promised_days: Some(0),
        minutes_per_case: 90,
        certificates: vec!["行政执法证".to_owned(), "安全员证".to_owned()],
        courses: vec!["农业执法培训".to_owned()],
        equipment: vec![RequiredItem { item: "执法记录仪".to_owned(), quantity: 2 }],
        risk: Risk::High,
        rhythm: Rhythm { seasonal: true, emergency: true },
        min_people: Some(2),
        cost_per_case: Fen(12_345),
        remarks: long("备注，\"引号\"\n"),
        source: "https://example.org/清单?a=1&b=2".to_owned(),
        ..power("A-1", &long("处罚"), power_type, "农业农村")
    }
}

#[test]
fn every_field_is_kept() {
    each_database(async |db| {
        let mut conn = db.write().await.unwrap();
        for (number, &power_type) in PowerType::ALL.iter().enumerate() {
            let mut each = full(power_type);
            each.code = number.to_string();
            powers::insert(&mut conn, &each).await.unwrap();
            assert_eq!(powers::by_id(&mut conn, each.id).await.unwrap(), Some(each.clone()));
            let plain = Power { id: each.id, risk: Risk::Low, ..power(&each.code, "", power_type, "") };
            powers::update(&mut conn, &plain).await.unwrap();
            let found = powers::by_key(&mut conn, "目录", "1", &each.code).await.unwrap();
            assert_eq!(found, Some(plain));
            let gone = powers::by_key(&mut conn, "目录", "2025版", &each.code).await.unwrap();
            assert_eq!(gone, None);
        }
        assert_eq!(powers::by_id(&mut conn, PowerId(store::new_id())).await.unwrap(), None);
        assert_eq!(powers::all(&mut conn).await.unwrap().len(), PowerType::ALL.len());
    });
}

#[test]
fn keys_and_amounts_are_guarded() {
    each_database(async |db| {
        let first = full(PowerType::Penalty);
        let mut conn = db.write().await.unwrap();
        powers::insert(&mut conn, &first).await.unwrap();
        conn.commit().await.unwrap();
        let again = full(PowerType::Licence);
        let refused = refusal(&db, async |conn| powers::insert(conn, &again).await).await;
        assert!(matches!(refused, StoreError::Duplicate), "{refused:?}");
        let negative = Power { cost_per_case: Fen(-1), ..first.clone() };
        let refused = refusal(&db, async |conn| powers::update(conn, &negative).await).await;
        assert!(matches!(refused, StoreError::Check(_)), "{refused:?}");
        // The same code in another version of the catalogue is another power.
        let mut conn = db.write().await.unwrap();
        let newer = Power { version: "2026版".to_owned(), ..again };
        powers::insert(&mut conn, &newer).await.unwrap();
        let named = powers::named(&mut conn, "A-1", "", "", "").await.unwrap();
        assert_eq!(named, [first.clone(), newer]);
        assert_eq!(powers::named(&mut conn, "", &first.name, "", "").await.unwrap().len(), 2);
        assert!(powers::named(&mut conn, "A", "处罚", "", "").await.unwrap().is_empty());
    });
}

#[test]
fn lists_are_filtered_and_paged() {
    each_database(async |db| {
        let mut conn = db.write().await.unwrap();
        let mut all = vec![
            power("1", "宅基地审批", PowerType::Licence, "农业农村"),
            power("2", "非法占地处罚", PowerType::Penalty, "农业农村"),
            power("3", "100%检查_一", PowerType::Inspection, "城市管理"),
        ];
        all[1].original_department = "自然资源局".to_owned();
        all[2].catalogue = "另一目录".to_owned();
        for each in &all {
            powers::insert(&mut conn, each).await.unwrap();
        }
        let town = unit("101", "都里镇", UnitKind::Township, None);
        store::unit::insert(&mut conn, &town).await.unwrap();
        let assigned = assignment(&all[0], &town, "2026-01-01");
        store::assignment::insert(&mut conn, &assigned).await.unwrap();
        let mut codes = async |filter: &Filter, limit: i64, offset: i64| {
            let (rows, count) =
                powers::list(&mut conn, filter, limit, offset, Sight::Everything).await.unwrap();
            let mut codes: Vec<String> = rows.into_iter().map(|row| row.power.code).collect();
            codes.sort();
            (codes, count)
        };
        let typed = |typed: &str| Filter { typed: typed.to_owned(), ..Filter::default() };
        for (word, expected) in [
            ("宅基", vec!["1"]),
            ("ZJDSP", vec!["1"]),
            ("zhaijidi", vec!["1"]),
            ("自然资源", vec!["2"]),
            ("%", vec!["3"]),
            ("_", vec!["3"]),
            ("没有", vec![]),
        ] {
            assert_eq!(codes(&typed(word), 10, 0).await.0, expected, "{word}");
        }
        let filter = Filter { field: "农业农村".to_owned(), ..Filter::default() };
        assert_eq!(codes(&filter, 1, 0).await, (vec!["1".to_owned()], 2));
        assert_eq!(codes(&filter, 1, 1).await, (vec!["2".to_owned()], 2));
        let filter = Filter { power_type: Some(PowerType::Penalty), ..filter };
        assert_eq!(codes(&filter, 9, 0).await, (vec!["2".to_owned()], 1));
        let filter = Filter { catalogue: "另一目录".to_owned(), ..Filter::default() };
        assert_eq!(codes(&filter, 9, 0).await, (vec!["3".to_owned()], 1));
        assert_eq!(powers::fields(&mut conn).await.unwrap(), ["农业农村", "城市管理"]);
        assert_eq!(powers::catalogues(&mut conn).await.unwrap().len(), 2);
        assert_eq!(powers::options(&mut conn, 2).await.unwrap().len(), 2);
    });
}
