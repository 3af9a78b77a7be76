use crate::common::each_database;
use crate::made::{assignment, long, power, refusal, unit};
use domain::duty::Sight;
use domain::id::UnitId;
use domain::power::PowerType;
use domain::unit::{Unit, UnitKind};
use store::unit::{self as units, TreeRow};
use store::{Conn, Db, StoreError};

/// 县 with 乡 and 镇, a 队 below the 乡, and a 县 beside it.
struct Tree {
    county: Unit,
    other_county: Unit,
    township: Unit,
    town: Unit,
    team: Unit,
}

async fn tree(db: &Db) -> Tree {
    let county = unit("41", "甲县", UnitKind::County, None);
    let other_county = unit("42", "乙县", UnitKind::County, None);
    let township = unit("410505101", "许家沟乡", UnitKind::Township, Some(&county));
    let town = unit("410505102", "都里镇", UnitKind::Township, Some(&county));
    let team = unit("410505101-T", "执法中队", UnitKind::Team, Some(&township));
    let mut conn = db.write().await.unwrap();
    for unit in [&county, &other_county, &township, &town, &team] {
        units::insert(&mut conn, unit).await.unwrap();
    }
    conn.commit().await.unwrap();
    Tree { county, other_county, township, town, team }
}

async fn path(conn: &mut Conn, unit: &Unit) -> Vec<String> {
    let path = units::path(conn, unit.id, Sight::Everything).await.unwrap();
    path.into_iter().map(|unit| unit.name).collect()
}

fn children_of(rows: &[TreeRow]) -> Vec<(&str, i64)> {
    rows.iter().map(|row| (row.unit.code.as_str(), row.children)).collect()
}

#[test]
fn every_field_is_kept() {
    each_database(async |db| {
        let mut conn = db.write().await.unwrap();
        assert!(!units::has_any(&mut conn).await.unwrap());
        let county = unit("41", "甲县", UnitKind::County, None);
        units::insert(&mut conn, &county).await.unwrap();
        for (number, &kind) in UnitKind::ALL.iter().enumerate() {
            let mut each = unit(&format!("U{number}"), &long("单位 \"'\n,"), kind, None);
            each.credit_code = Some("91350100M000100Y43".to_owned());
            units::insert(&mut conn, &each).await.unwrap();
            assert_eq!(units::by_id(&mut conn, each.id).await.unwrap(), Some(each.clone()));
            let changed = Unit {
                id: each.id,
                code: format!("V{number}"),
                name: "改名".to_owned(),
                kind: UnitKind::Centre,
                parent: Some(county.id),
                credit_code: None,
            };
            units::update(&mut conn, &changed).await.unwrap();
            assert_eq!(units::by_code(&mut conn, &changed.code).await.unwrap(), Some(changed));
            assert_eq!(units::by_code(&mut conn, &each.code).await.unwrap(), None);
        }
        assert!(units::has_any(&mut conn).await.unwrap());
        assert_eq!(units::by_id(&mut conn, UnitId(store::new_id())).await.unwrap(), None);
        assert_eq!(units::all(&mut conn, Sight::Everything).await.unwrap().len(), UnitKind::ALL.len() + 1);
        let named = units::named(&mut conn, &[("41", "没有"), ("没有", "改名")]).await.unwrap();
        assert_eq!(named.len(), UnitKind::ALL.len() + 1);
        assert_eq!(
            units::options(&mut conn, 2, Sight::Everything).await.unwrap(),
            [("41".to_owned(), "甲县".to_owned()), ("V0".to_owned(), "改名".to_owned())]
        );
    });
}

#[test]
fn keys_and_references_are_guarded() {
    each_database(async |db| {
        let tree = tree(&db).await;
        let same_code = unit("41", "别名", UnitKind::County, None);
        let refused = refusal(&db, async |conn| units::insert(conn, &same_code).await).await;
        assert!(matches!(refused, StoreError::Duplicate), "{refused:?}");
        let refused = refusal(&db, async |conn| units::insert(conn, &tree.county).await).await;
        assert!(matches!(refused, StoreError::Duplicate), "{refused:?}");
        let taken = Unit { code: tree.town.code.clone(), ..tree.township.clone() };
        let refused = refusal(&db, async |conn| units::update(conn, &taken).await).await;
        assert!(matches!(refused, StoreError::Duplicate), "{refused:?}");
        let nowhere = unit("43", "丙县", UnitKind::County, None);
        let orphan = unit("44", "无主", UnitKind::Township, Some(&nowhere));
        let refused = refusal(&db, async |conn| units::insert(conn, &orphan).await).await;
        assert!(matches!(refused, StoreError::Reference), "{refused:?}");
        let moved_away = Unit { parent: Some(nowhere.id), ..tree.town.clone() };
        let refused = refusal(&db, async |conn| units::update(conn, &moved_away).await).await;
        assert!(matches!(refused, StoreError::Reference), "{refused:?}");
    });
}

#[test]
fn a_subtree_moves_as_a_whole() {
    each_database(async |db| {
        let tree = tree(&db).await;
        let mut conn = db.write().await.unwrap();
        assert_eq!(path(&mut conn, &tree.team).await, ["甲县", "许家沟乡", "执法中队"]);
        let roots = units::children(&mut conn, None, Sight::Everything).await.unwrap();
        assert_eq!(children_of(&roots), [("41", 2), ("42", 0)]);
        let below = units::children(&mut conn, Some(tree.county.id), Sight::Everything).await.unwrap();
        assert_eq!(children_of(&below), [("410505101", 1), ("410505102", 0)]);

        let moved = Unit { parent: Some(tree.other_county.id), ..tree.township.clone() };
        units::update(&mut conn, &moved).await.unwrap();
        assert_eq!(path(&mut conn, &tree.team).await, ["乙县", "许家沟乡", "执法中队"]);
        assert_eq!(path(&mut conn, &tree.town).await, ["甲县", "都里镇"]);
        let roots = units::children(&mut conn, None, Sight::Everything).await.unwrap();
        assert_eq!(children_of(&roots), [("41", 1), ("42", 1)]);
        let ids = units::ids_below(&mut conn, tree.other_county.id).await.unwrap();
        assert_eq!(ids, [tree.township.id]);
        let row =
            units::rolled_up(&mut conn, tree.other_county.id, Sight::Everything).await.unwrap().unwrap();
        assert_eq!((row.children, row.sums.counts.all()), (1, 0));
        assert_eq!(
            units::rolled_up(&mut conn, UnitId(store::new_id()), Sight::Everything).await.unwrap(),
            None
        );

        // To the top, and a whole county below a township of the other one.
        let alone = Unit { parent: None, ..moved };
        units::update(&mut conn, &alone).await.unwrap();
        assert_eq!(path(&mut conn, &tree.team).await, ["许家沟乡", "执法中队"]);
        let nested = Unit { parent: Some(tree.team.id), ..tree.county.clone() };
        units::update(&mut conn, &nested).await.unwrap();
        assert_eq!(path(&mut conn, &tree.town).await, ["许家沟乡", "执法中队", "甲县", "都里镇"]);
        let roots = units::children(&mut conn, None, Sight::Everything).await.unwrap();
        assert_eq!(children_of(&roots), [("410505101", 1), ("42", 0)]);
    });
}

#[test]
fn no_unit_stands_below_itself() {
    each_database(async |db| {
        let tree = tree(&db).await;
        let mut conn = db.write().await.unwrap();
        for parent in [&tree.team, &tree.township, &tree.county] {
            let circle = Unit { parent: Some(parent.id), ..tree.county.clone() };
            let refused = units::update(&mut conn, &circle).await.unwrap_err();
            assert!(matches!(refused, StoreError::Check(_)), "{refused:?}");
        }
        // Refused before anything was written.
        assert_eq!(units::by_id(&mut conn, tree.county.id).await.unwrap(), Some(tree.county.clone()));
        assert_eq!(path(&mut conn, &tree.team).await, ["甲县", "许家沟乡", "执法中队"]);
    });
}

#[test]
fn search_understands_pinyin_and_takes_signs_as_they_are() {
    each_database(async |db| {
        let tree = tree(&db).await;
        let mut conn = db.write().await.unwrap();
        let odd = unit("99", "100%_\\办", UnitKind::Team, Some(&tree.county));
        units::insert(&mut conn, &odd).await.unwrap();
        let mut found = async |typed: &str| {
            let found = units::search(&mut conn, typed, 10, Sight::Everything).await.unwrap();
            found.into_iter().map(|unit| unit.name).collect::<Vec<_>>()
        };
        for typed in ["许家沟", "xujiagou", "XJG", "xjgx", " 410505101 "] {
            let names = found(typed).await;
            assert!(names.contains(&"许家沟乡".to_owned()), "{typed}: {names:?}");
        }
        assert_eq!(found("家沟").await, ["许家沟乡"]);
        for typed in ["%", "_", "\\", "0%_"] {
            assert_eq!(found(typed).await, ["100%_\\办"], "{typed}");
        }
        assert_eq!(found("41%101").await, [""; 0]);
        assert_eq!(found("").await.len(), 6);
        assert_eq!(units::search(&mut conn, "", 2, Sight::Everything).await.unwrap().len(), 2);
        // A new name is found, the old one no more.
        let renamed = Unit { name: "安丰乡".to_owned(), ..tree.township.clone() };
        units::update(&mut conn, &renamed).await.unwrap();
        assert!(units::search(&mut conn, "xjg", 10, Sight::Everything).await.unwrap().is_empty());
        assert_eq!(units::search(&mut conn, "afx", 10, Sight::Everything).await.unwrap(), [renamed]);
    });
}

#[test]
fn receiving_units_come_in_batches() {
    each_database(async |db| {
        let tree = tree(&db).await;
        let mut conn = db.write().await.unwrap();
        let power = power("A", "许可", PowerType::Licence, "");
        store::power::insert(&mut conn, &power).await.unwrap();
        for unit in [&tree.team, &tree.town, &tree.other_county] {
            let assigned = assignment(&power, unit, "2026-01-01");
            store::assignment::insert(&mut conn, &assigned).await.unwrap();
        }
        let mut codes = async |after: Option<&str>, root: Option<UnitId>, limit: i64| {
            let batch = units::receiving_after(&mut conn, after, root, limit).await.unwrap();
            batch.into_iter().map(|(_, code)| code).collect::<Vec<_>>()
        };
        let everywhere = codes(None, None, 10).await;
        assert_eq!(everywhere.len(), 3);
        assert_eq!(codes(None, None, 2).await, everywhere[..2]);
        assert_eq!(codes(Some(&everywhere[1]), None, 2).await, everywhere[2..]);
        assert_eq!(codes(Some(&everywhere[2]), None, 2).await, [""; 0]);
        assert_eq!(codes(None, Some(tree.county.id), 10).await.len(), 2);
        assert_eq!(codes(None, Some(tree.township.id), 10).await, ["410505101-T"]);
        assert_eq!(codes(None, Some(tree.team.id), 10).await, ["410505101-T"]);
    });
}
