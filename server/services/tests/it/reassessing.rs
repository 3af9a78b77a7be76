//! A write assesses again just what it touches, before it is committed.

use crate::common::each_audited_database as each_database;
use crate::files::{assessed, county, import, kept, today, touched_since, unit, versions};
use domain::assess::{Gate, Outcome};
use domain::duty::Sight;
use services::assess::preview;
use services::import::Kind;
use store::Db;

async fn training(db: &Db) -> (Outcome, u32, i64) {
    let (result, version) = assessed(db, "许家沟乡", "A-2").await;
    let gate = result.gates.iter().find(|each| each.gate == Gate::Training).unwrap();
    (gate.outcome, result.counts.untrained, version)
}

#[test]
fn a_certificate_reaches_its_holder_s_units_alone() {
    each_database(async |db| {
        county(&db).await;
        let (gate, owed, first) = training(&db).await;
        assert_eq!((gate, owed), (Outcome::Fail, 1));
        let before = versions(&db).await;
        let file = "工号,证件类型,证件编号,发证日期,有效期至\nP1,行政执法证,豫-1,2024-01-01,2029-01-01\n";
        import(&db, Kind::Certificates, file).await;
        assert_eq!(touched_since(&db, &before).await, ["4101"]);
        let (gate, owed, second) = training(&db).await;
        assert_eq!((gate, owed, second), (Outcome::Pass, 0, first + 1));
        assert_eq!(versions(&db).await["4101"], second);

        // Given to another person, it is gone here.
        let before = versions(&db).await;
        import(&db, Kind::Certificates, &file.replace("P1", "P2")).await;
        assert_eq!(touched_since(&db, &before).await, ["4101", "4102"]);
        assert_eq!(training(&db).await, (Outcome::Fail, 1, second + 1));
    });
}

#[test]
fn each_kind_touches_what_stands_on_it() {
    each_database(async |db| {
        county(&db).await;
        for (kind, file, expected) in [
            // The time of a person counts in all of his units.
            (
                Kind::People,
                "工号,姓名,单位编码,岗位,人员类别,任职日期\nP1,张一禾,4103,站长,在编,2026-01-01\n",
                vec!["4101", "4103"],
            ),
            (Kind::Completions, "工号,课程,完成日期\nP2,农业培训,2026-01-01\n", vec!["4102"]),
            // Those beside a unit that hold the same power name it as one to share with.
            (
                Kind::Assignments,
                "事项编码,承接单位编码,下放方式,生效日期\nA-1,4103,赋权,2026-01-01\n",
                vec!["4101", "4102", "4103"],
            ),
            // Receivers depend on how the giver holds the power.
            (
                Kind::Assignments,
                "事项编码,承接单位编码,下放方式,生效日期\nA-2,41-NY,委托,2024-01-01\n",
                vec!["41-NY", "4101"],
            ),
            (
                Kind::Allocations,
                "事项编码,承接单位编码,工号,环节,时间占比,起\nA-1,4102,P2,受理,0.1,2026-01-01\n",
                vec!["4102"],
            ),
            (
                Kind::Powers,
                "目录,版本,事项编码,事项名称,事项类型,单件工时\n目录,1,A-2,非法占地处罚,行政处罚,120\n",
                vec!["41-NY", "4101"],
            ),
            (Kind::Equipment, "单位编码,设备名称,数量,启用日期\n4102,印章,1,2024-01-01\n", vec!["4102"]),
            (Kind::Statistics, "单位编码,事项编码,月份,受理,办结\n4101,A-1,2026-10,5,5\n", vec!["4101"]),
            (
                Kind::Funding,
                "单位编码,事项编码,年度,资金来源,文号,拨付\n4102,A-1,2026,专项,1号,9\n",
                vec!["4102"],
            ),
        ] {
            let before = versions(&db).await;
            let report = import(&db, kind, file).await;
            assert!(report.is_written(), "{kind}: {:?}", report.errors);
            let mut touched = touched_since(&db, &before).await;
            touched.sort();
            let mut expected = expected;
            expected.sort_unstable();
            assert_eq!(touched, expected, "{kind}: {file}");
        }
        // What was kept after each write is what a full assessment finds.
        let before = kept(&db).await;
        services::assess::each_unit(&db, today(), None, services::assess::Keep::Results, &mut |_, _| {})
            .await
            .unwrap();
        assert_eq!(kept(&db).await, before);
    });
}

#[test]
fn a_renamed_or_moved_unit_is_named_anew() {
    each_database(async |db| {
        county(&db).await;
        let renamed =
            "单位编码,单位名称,单位类型,上级单位编码\n41-NY,甲县农业局,部门,41\n4102,都里新镇,乡镇,\n";
        let report = import(&db, Kind::Units, renamed).await;
        assert!(report.is_written(), "{:?}", report.errors);
        let before = kept(&db).await;
        services::assess::each_unit(&db, today(), None, services::assess::Keep::Results, &mut |_, _| {})
            .await
            .unwrap();
        assert_eq!(kept(&db).await, before);
    });
}

#[test]
fn a_preview_writes_nothing() {
    each_database(async |db| {
        county(&db).await;
        let (before, results) = (versions(&db).await, kept(&db).await);
        let town = unit(&db, "4102").await;
        let mut conn = db.write().await.unwrap();
        let power = store::power::by_key(&mut conn, "目录", "1", "A-2").await.unwrap().unwrap();
        let held = store::assignment::all(&mut conn, Sight::Everything).await.unwrap();
        let mut draft = held.iter().find(|each| each.power == power.id).unwrap().clone();
        draft.id = domain::id::AssignmentId(store::new_id());
        draft.unit = town.id;
        let shown =
            preview(&mut conn, &draft, &power, None, today(), Sight::Everything).await.unwrap().unwrap();
        assert_eq!(shown.assessment.assignment, draft.id);
        assert_eq!((shown.powers_now, shown.version), (1, before["4102"]));
        assert_eq!(shown.rules.min_people, 2);
        // A recalled one is not assessed, and a unit that is not there has no facts.
        let recalled =
            domain::assignment::Assignment { form: domain::assignment::Form::Recalled, ..draft.clone() };
        let none = preview(&mut conn, &recalled, &power, None, today(), Sight::Everything).await.unwrap();
        assert_eq!(none, None);
        draft.unit = domain::id::UnitId(store::new_id());
        let none = preview(&mut conn, &draft, &power, None, today(), Sight::Everything).await.unwrap();
        assert_eq!(none, None);
        conn.commit_derived().await.unwrap();
        assert_eq!(touched_since(&db, &before).await, [""; 0]);
        assert_eq!(kept(&db).await, results);
    });
}
