//! What is wrong with rows and files, and where.

use crate::common::each_audited_database as each_database;
use crate::files::{UNITS, counts, county, import, import_with, options, skip, told, try_import, unit};
use domain::duty::Sight;
use services::import::{ImportError, Kind, Options, errors_csv};

#[test]
fn wrong_cells_are_told_with_their_place() {
    each_database(async |db| {
        county(&db).await;
        for (kind, file, expected) in [
            (
                Kind::People,
                "工号,姓名,单位,岗位,人员类别,任职日期\n1.23457E+17,,无此乡,科员,神仙,明天\n",
                vec![
                    (2, "人员类别", "神仙", "import-error-unknown-word"),
                    (2, "任职日期", "明天", "import-error-not-a-date"),
                    (2, "单位", "无此乡", "import-error-no-unit"),
                    (2, "姓名", "", "import-error-empty"),
                    (2, "工号", "1.23457E+17", "import-error-lost-digits"),
                ],
            ),
            (
                Kind::Assignments,
                "事项编码,承接单位编码,下放单位编码,下放方式,生效日期\nA-9,4101,4101,赋权,\nA-1,4103,4103,赋权,2026-01-01\n",
                vec![
                    (2, "事项编码", "A-9", "import-error-no-power"),
                    (2, "生效日期", "", "import-error-empty"),
                    (3, "下放单位编码", "4103", "assign-error-own-giver"),
                ],
            ),
            (
                Kind::Funding,
                "单位编码,年度,资金来源,文号,拨付\n4101,26,一般转移支付,1号,1.234\n4101,2026,一般转移支付,2号,#REF!\n",
                vec![
                    (2, "年度", "26", "import-error-not-a-year"),
                    (2, "拨付", "1.234", "import-error-not-a-number"),
                    (3, "拨付", "#REF!", "import-error-cell-error"),
                ],
            ),
            (
                Kind::Statistics,
                "单位编码,事项编码,月份,受理,办结\n4103,A-1,2026-01,1,1.5\n",
                vec![
                    (2, "事项编码", "A-1", "import-error-no-assignment"),
                    (2, "办结", "1.5", "import-error-not-whole"),
                ],
            ),
            (
                Kind::Allocations,
                "事项编码,承接单位编码,工号,环节,时间占比,起\nA-1,4101,P9,受理,0.1,2026-01-01\n",
                vec![(2, "工号", "P9", "import-error-no-person")],
            ),
            (
                Kind::Powers,
                "事项编码,事项名称,事项类型\n,无编码,行政许可\n",
                vec![(2, "事项编码", "", "import-error-no-key")],
            ),
        ] {
            let report = import(&db, kind, file).await;
            let mut errors = told(&report.errors);
            errors.sort_unstable();
            assert_eq!(errors, expected, "{kind}");
            assert!(!report.is_written());
            let rows: std::collections::BTreeSet<u32> = report.errors.iter().map(|each| each.row).collect();
            assert_eq!(report.wrong, rows.len() as u64, "{kind}: rows, not cells");
        }
    });
}

#[test]
fn a_repeated_row_is_a_doubt_and_a_contradicting_one_is_wrong() {
    each_database(async |db| {
        county(&db).await;
        let file = "单位编码,编制数,核定日期\n4101,10,2024-01-01\n4101,10,2024-01-01\n4101,12,2024-01-01\n";
        let report = import(&db, Kind::Establishment, file).await;
        assert_eq!(counts(&report), (1, 0, 1, 1));
        assert_eq!(told(&report.warnings), [(3, "核定日期", "2024-01-01", "import-warning-repeated")]);
        assert_eq!(told(&report.errors), [(4, "核定日期", "2024-01-01", "import-error-contradicts")]);
        assert!(!report.is_written());
        let report = import_with(&db, Kind::Establishment, file, &skip()).await;
        assert!(report.is_written());
        let mut conn = db.read().await.unwrap();
        let stored = store::resources::establishments(&mut conn, Sight::Everything).await.unwrap();
        assert_eq!(stored.len(), 1);
        assert_eq!(stored[0].1.authorised, 10, "the first row counts");
    });
}

#[test]
fn columns_are_looked_at_first() {
    each_database(async |db| {
        let missing = try_import(&db, Kind::Units, "单位编码,上级单位编码\n41,\n", &options()).await;
        let Err(ImportError::MissingColumns { columns, .. }) = missing else {
            panic!("{missing:?}");
        };
        assert_eq!(columns, ["单位名称", "单位类型"]);
        let twice = "单位编码,编码,单位名称,单位类型\n41,41,甲县,县\n";
        let twice = try_import(&db, Kind::Units, twice, &options()).await;
        assert!(
            matches!(&twice, Err(ImportError::TwoColumns { one, other, .. }) if one == "单位编码" && other == "编码"),
            "{twice:?}"
        );
        for none in ["", "甲,乙\n1,2\n"] {
            let none = try_import(&db, Kind::Units, none, &options()).await;
            let is_told =
                matches!(none, Err(ImportError::NoHeadings { kind: Kind::Units } | ImportError::File(_)));
            assert!(is_told, "{none:?}");
        }
        let more = "单位编码,单位名称,单位类型,电话,邮箱\n41,甲县,县,0372,a@b\n";
        let report = import(&db, Kind::Units, more).await;
        assert_eq!(counts(&report), (1, 0, 0, 0));
        let unknown: Vec<&str> = report.unknown_columns.iter().map(|(_, heading)| heading.as_str()).collect();
        assert_eq!(unknown, ["电话", "邮箱"]);
    });
}

#[test]
fn the_code_tells_more_than_the_name() {
    each_database(async |db| {
        county(&db).await;
        // Two columns name the unit; the one with codes counts, in either order.
        for file in [
            "单位名称,单位编码,编制数,核定日期\n不对的名字,4101,9,2024-01-01\n",
            "单位编码,单位名称,编制数,核定日期\n4101,不对的名字,9,2024-01-01\n",
        ] {
            let report = import(&db, Kind::Establishment, file).await;
            assert_eq!(report.wrong, 0, "{:?}", report.errors);
        }
    });
}

#[test]
fn the_same_code_in_two_catalogues_asks_for_the_catalogue() {
    each_database(async |db| {
        county(&db).await;
        let powers = "事项编码,事项名称,事项类型\nA-1,另一事项,行政许可\n";
        let other =
            Options {
                catalogue: Some("另一目录".to_owned()), version: Some("2".to_owned()), ..options()
            };
        assert_eq!(counts(&import_with(&db, Kind::Powers, powers, &other).await), (1, 0, 0, 0));
        let unclear = "事项编码,承接单位编码,下放方式,生效日期\nA-1,4103,赋权,2026-01-01\n";
        let report = import(&db, Kind::Assignments, unclear).await;
        assert_eq!(told(&report.errors), [(2, "事项编码", "A-1", "import-error-many-powers")]);
        let clear = "事项编码,目录,承接单位编码,下放方式,生效日期\nA-1,另一目录,4103,赋权,2026-01-01\n";
        assert_eq!(counts(&import(&db, Kind::Assignments, clear).await), (1, 0, 0, 0));
        let by_name = "事项名称,承接单位编码,下放方式,生效日期\n宅基地审批,4103,赋权,2026-01-01\n";
        assert_eq!(counts(&import(&db, Kind::Assignments, by_name).await), (1, 0, 0, 0));
    });
}

#[test]
fn units_may_stand_below_rows_further_down() {
    each_database(async |db| {
        let mut lines: Vec<&str> = UNITS.lines().collect();
        lines[1..].reverse();
        let report = import(&db, Kind::Units, &lines.join("\n")).await;
        assert_eq!(counts(&report), (5, 0, 0, 0), "{:?}", report.errors);
        assert_eq!(unit(&db, "4101").await.parent, Some(unit(&db, "41").await.id));
        assert_eq!(counts(&import(&db, Kind::Units, UNITS).await), (0, 0, 5, 0));

        // Two that wait for each other, and one that would stand below itself.
        let circle = "单位编码,单位名称,单位类型,上级单位编码\nX,甲,乡镇,Y\nY,乙,乡镇,X\n";
        let report = import(&db, Kind::Units, circle).await;
        assert_eq!(
            told(&report.errors),
            [
                (2, "上级单位编码", "Y", "import-error-no-unit"),
                (3, "上级单位编码", "X", "import-error-no-unit"),
            ]
        );
        let below = "单位编码,单位名称,单位类型,上级单位编码\n41,甲县,县,4101\n";
        let report = import(&db, Kind::Units, below).await;
        assert_eq!(told(&report.errors), [(2, "上级单位编码", "4101", "import-error-unit-circle")]);
        assert_eq!(unit(&db, "41").await.parent, None);
    });
}

#[test]
fn a_unit_name_that_two_units_have_is_not_guessed() {
    each_database(async |db| {
        county(&db).await;
        let twin = "单位编码,单位名称,单位类型\n5101,许家沟乡,乡镇\n";
        import(&db, Kind::Units, twin).await;
        let report = import(&db, Kind::Establishment, "单位,编制数,核定日期\n许家沟乡,9,2024-01-01\n").await;
        assert_eq!(told(&report.errors), [(2, "单位", "许家沟乡", "import-error-many-units")]);
    });
}

#[test]
fn the_report_and_the_corrected_file_tell_the_same() {
    each_database(async |db| {
        county(&db).await;
        let file = "单位编码,编制数,核定日期,电话\n4101,-1,昨天,1\n4102,3,2024-01-01,2\n";
        let report = import(&db, Kind::Establishment, file).await;
        let json = report.to_json(&|message| format!("<{}>", message.key));
        assert_eq!(json["new"], 1);
        assert_eq!(json["wrong"], 1);
        assert_eq!(json["written"], false);
        assert_eq!(json["errors"][0]["row"], 2);
        assert_eq!(json["errors"][0]["column"], "编制数");
        assert_eq!(json["errors"][0]["value"], "-1");
        assert_eq!(json["errors"][0]["code"], "import-error-negative");
        assert_eq!(json["errors"][1]["message"], "<import-error-not-a-date>");
        assert_eq!(json["unknown_columns"][0]["heading"], "电话");
        let again =
            errors_csv("文件.csv", file.as_bytes(), &report, &|message| message.key.to_owned()).unwrap();
        assert_eq!(
            String::from_utf8(again).unwrap(),
            "\u{feff}单位编码,编制数,核定日期,电话,\n\
             4101,-1,昨天,1,编制数: import-error-negative；核定日期: import-error-not-a-date\n\
             4102,3,2024-01-01,2,\n"
        );
    });
}

#[test]
fn templates_are_understood() {
    each_database(async |db| {
        for &kind in Kind::ALL {
            let template = String::from_utf8(services::import::template_csv(kind)).unwrap();
            let report = import(&db, kind, &template).await;
            assert_eq!(counts(&report), (0, 0, 0, 0), "{kind}");
            assert!(report.unknown_columns.is_empty(), "{kind}: {:?}", report.unknown_columns);
        }
    });
}
