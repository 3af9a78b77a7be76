//! Every kind of file: new, changed, unchanged and wrong rows.

use crate::common::each_audited_database as each_database;
use crate::files::{
    caller, counts, county, dry_run, import, import_with, options, skip, stored, told, touched_since, unit,
    versions,
};
use services::import::{self as importing, Kind};

struct Case {
    kind: Kind,
    headings: &'static str,
    new: &'static str,
    changed: &'static str,
    wrong: &'static str,
    /// Column, value and message of the wrong row.
    why: (&'static str, &'static str, &'static str),
}

const STRUCTURE: [Case; 2] = [
    Case {
        kind: Kind::Units,
        headings: "单位编码,单位名称,单位类型,上级单位编码,统一社会信用代码",
        new: "4109,水冶镇,乡镇,41,91350100M000100Y43",
        changed: "4109,水冶镇,街道,甲县,",
        wrong: "4104,某乡,寨,41,",
        why: ("单位类型", "寨", "import-error-unknown-word"),
    },
    Case {
        kind: Kind::Powers,
        headings: "事项编码,事项名称,权力类型,法定时限,原实施部门,所需设备",
        new: "B-1,新事项,行政许可,20,县林业局,印章×2、账号",
        changed: "B-1,新事项,许可,15,县林业局,印章×2、账号",
        wrong: "B-2,坏事项,许可,十天,,",
        why: ("法定时限", "十天", "import-error-not-a-number"),
    },
];

const PEOPLE: [Case; 7] = [
    Case {
        kind: Kind::People,
        headings: "工号,姓名,单位编码,岗位,人员类别,时间占比,任职日期,离任日期,个人补助工时",
        new: "P3,王五,4101,科员,在编,1,2024年1月1日,,",
        changed: "P3,王五,许家沟乡,科员,借调,80%,2024-01-01,2030-12-31,12.5",
        wrong: "P4,赵六,9999,科员,在编,1,2024-01-01,,",
        why: ("单位编码", "9999", "import-error-no-unit"),
    },
    Case {
        kind: Kind::Certificates,
        headings: "工号,证件类型,证件编号,发证日期,有效期至,暂扣起",
        new: "P1,行政执法证,豫-1,2024-01-01,2029-01-01,",
        changed: "P2,行政执法证,豫-1,2024-01-01,,2026-01-01",
        wrong: "P1,行政执法证,豫-2,,2029-01-01,",
        why: ("发证日期", "", "import-error-empty"),
    },
    Case {
        kind: Kind::Completions,
        headings: "工号,课程,完成日期,有效期至,学时",
        new: "P1,农业培训,2026-01-10,,24",
        changed: "P1,农业培训,2026-01-10,2028-01-10,24.5",
        wrong: "P1,农业培训,2099-01-01,,1",
        why: ("完成日期", "2099-01-01", "import-error-future"),
    },
    Case {
        kind: Kind::Allocations,
        headings: "事项编码,承接单位编码,工号,环节,时间占比,起,止",
        new: "A-1,4102,P2,受理,0.2,2025-01-01,",
        changed: "宅基地审批,都里镇,P2,受理,30%,2025-01-01,2026-12-31",
        wrong: "A-1,4102,P2,审查,1.2,2025-01-01,",
        why: ("时间占比", "1.2", "import-error-more-than-whole"),
    },
    Case {
        kind: Kind::Supervision,
        headings: "事项编码,承接单位编码,监管单位编码,联络人工号,起,止",
        new: "A-1,4102,41-NY,P1,2025-01-01,",
        changed: "A-1,4102,甲县农业农村局,P2,2025-01-01,2026-12-31",
        wrong: "A-1,4102,41-NY,P9,2025-01-01,",
        why: ("联络人工号", "P9", "import-error-no-person"),
    },
    Case {
        kind: Kind::Duties,
        headings: "单位编码,清单,序号,履职事项,牵头部门,配合事项,事项编码",
        new: "4101,配合履职,1,查处违法占地,县自然资源局,发现上报,A-2",
        changed: "许家沟乡,配合,1,查处违法占地,41-NY,,",
        wrong: "4101,收回,2,特种设备检查,,,",
        why: ("牵头部门", "", "duties-error-lead"),
    },
    Case {
        kind: Kind::Roles,
        headings: "工号,单位编码,岗位,角色,范围单位编码,起,止",
        new: "P1,4101,科员,承接单位负责人,4101,2025-01-01,",
        changed: "P1,许家沟乡,科员,manager,,2025-01-01,2026-12-31",
        wrong: "P1,4101,科员,皇帝,,2025-01-01,",
        why: ("角色", "皇帝", "import-error-unknown-word"),
    },
];

const REST: [Case; 6] = [
    Case {
        kind: Kind::Assignments,
        headings: "事项编码,承接单位编码,下放方式,承接环节,生效日期,失效日期,文号,年预计办件量",
        new: "A-2,4102,赋权,检查、处罚,2026-01-01,,5号,10",
        changed: "A-2,4102,委托,处罚,2026-01-01,2027-12-31,5号,20",
        wrong: "A-1,4102,赋权,,2025-06-01,,,1",
        why: ("生效日期", "2025-06-01", "assign-error-overlap"),
    },
    Case {
        kind: Kind::Establishment,
        headings: "单位编码,编制数,核定日期",
        new: "4101,10,2024-01-01",
        changed: "4101,11,2024/1/1",
        wrong: "4101,-1,2025-01-01",
        why: ("编制数", "-1", "import-error-negative"),
    },
    Case {
        kind: Kind::Equipment,
        headings: "单位编码,设备名称,数量,启用日期,停用日期",
        new: "4101,印章,1,2024-01-01,",
        changed: "4101,印章,2,2024-01-01,2030-01-01",
        wrong: "4101,印章,1,2025-01-01,2024-01-01",
        why: ("停用日期", "2024-01-01", "import-error-reversed"),
    },
    Case {
        kind: Kind::Funding,
        headings: "单位编码,事项编码,年度,资金来源,文号,拨付,支出",
        new: "4101,,2026,一般转移支付,3号,1000,",
        changed: "4101,,2026年,一般转移支付,3号,0.2万,¥1500.50",
        wrong: "4101,A-1,2026,专项,4号,-5,",
        why: ("拨付", "-5", "import-error-negative"),
    },
    Case {
        kind: Kind::Statistics,
        headings: "单位编码,事项编码,月份,受理,办结,超时",
        new: "4101,A-2,2026-01,3,3,0",
        changed: "4101,A-2,2026年1月,4,3,1",
        wrong: "4101,A-2,2026-02,1,1,2",
        why: ("超时", "2", "import-error-more-than-completed"),
    },
    Case {
        kind: Kind::Cases,
        headings: "办件编号,事项编码,承接单位编码,申请日期,受理日期,办结日期,办理结果,受理人,批准人",
        new: "许〔2026〕1号,A-1,4101,2026-01-05,2026-01-06,,,P2,",
        changed: "许〔2026〕1号,宅基地审批,许家沟乡,2026-01-05,2026年1月6日,2026-01-09,准予,李青田,P1",
        wrong: "许〔2026〕2号,A-1,4101,2026-01-05,2026-01-06,2026-01-04,准予,P2,P1",
        why: ("办结日期", "2026-01-04", "import-error-reversed"),
    },
];

#[test]
fn rows_are_new_changed_unchanged_or_wrong() {
    each_database(async |db| {
        county(&db).await;
        for case in STRUCTURE.iter().chain(&PEOPLE).chain(&REST) {
            let Case { kind, headings, .. } = *case;
            let new = format!("{headings}\n{}\n", case.new);
            let report = import(&db, kind, &new).await;
            assert_eq!(counts(&report), (1, 0, 0, 0), "{kind}: {:?}", report.errors);
            assert!(report.is_written());

            let (before, unchanged) = (stored(&db).await, versions(&db).await);
            let report = import(&db, kind, &new).await;
            assert_eq!(counts(&report), (0, 0, 1, 0), "{kind}");
            assert_eq!(touched_since(&db, &unchanged).await, [""; 0], "{kind}");

            // Neither a dry run nor one wrong row among good ones writes anything.
            let changed = format!("{headings}\n{}\n", case.changed);
            let report = import_with(&db, kind, &changed, &dry_run()).await;
            assert_eq!(counts(&report), (0, 1, 0, 0), "{kind}: {:?}", report.errors);
            assert!(!report.is_written());
            let mixed = format!("{headings}\n{}\n{}\n", case.changed, case.wrong);
            let report = import(&db, kind, &mixed).await;
            assert_eq!(counts(&report), (0, 1, 0, 1), "{kind}: {:?}", report.errors);
            assert!(!report.is_written());
            let (column, value, key) = case.why;
            assert_eq!(told(&report.errors), [(3, column, value, key)], "{kind}");
            assert_eq!(stored(&db).await, before, "{kind}");
            assert_eq!(touched_since(&db, &unchanged).await, [""; 0], "{kind}");

            // The good rows alone.
            let report = import_with(&db, kind, &mixed, &skip()).await;
            assert_eq!(counts(&report), (0, 1, 0, 1), "{kind}");
            assert!(report.is_written());
            let report = import(&db, kind, &changed).await;
            assert_eq!(counts(&report), (0, 0, 1, 0), "{kind}");
        }
    });
}

#[test]
fn a_missing_column_keeps_what_is_stored_and_an_empty_cell_clears_it() {
    each_database(async |db| {
        county(&db).await;
        let file = "单位编码,单位名称,单位类型,统一社会信用代码\n4101,许家沟乡,乡镇,91350100M000100Y43\n";
        assert_eq!(counts(&import(&db, Kind::Units, file).await), (0, 1, 0, 0));
        let stored = unit(&db, "4101").await;
        assert!(stored.parent.is_some() && stored.credit_code.is_some());
        let file = "单位编码,单位名称,单位类型,上级单位编码\n4101,许家沟乡,乡镇,\n";
        assert_eq!(counts(&import(&db, Kind::Units, file).await), (0, 1, 0, 0));
        let stored = unit(&db, "4101").await;
        assert!(stored.parent.is_none() && stored.credit_code.is_some());
    });
}

#[test]
fn a_published_list_needs_no_work() {
    each_database(async |db| {
        let file = "\
seq,item_name,item_type,legal_basis,original_department,form_of_transfer,remarks,source_url
1,农村居民宅基地的审批,行政许可,《中华人民共和国土地管理法》第六十二条,县自然资源局,直接下放,,https://example.org/1
2,\"对损毁水利工程的处罚\",行政处罚,,县水利局,委托,\"含\"\"两项\"\"，见附件\",https://example.org/1
3,村容巡查,(类型未列),（报道未列）,(报道未列),,,https://example.org/1
4,老年优待证,公共服务,《条例》第一条；《办法》第二条,县民政局(会同财政局),直接下放,,
";
        let (name, options) = ("某县下放清单.csv", options());
        let report =
            importing::run(&db, Kind::Powers, name, file.as_bytes(), &options, &caller()).await.unwrap();
        assert_eq!(counts(&report), (4, 0, 0, 0), "{:?}", report.errors);
        assert!(report.unknown_columns.is_empty() && report.is_written());
        let mut warnings = told(&report.warnings);
        warnings.sort_unstable();
        assert_eq!(
            warnings,
            [
                (3, "legal_basis", "", "import-warning-no-legal-basis"),
                (4, "item_type", "(类型未列)", "import-warning-type-unknown"),
                (4, "legal_basis", "（报道未列）", "import-warning-no-legal-basis"),
            ]
        );
        let mut conn = db.read().await.unwrap();
        let powers = store::power::all(&mut conn).await.unwrap();
        let told: Vec<_> = powers
            .iter()
            .map(|each| {
                (each.catalogue.as_str(), each.code.as_str(), each.field.as_str(), each.legal_bases.len())
            })
            .collect();
        assert_eq!(
            told,
            [
                ("某县下放清单", "1", "自然资源", 1),
                ("某县下放清单", "2", "水利", 0),
                ("某县下放清单", "3", "", 0),
                ("某县下放清单", "4", "民政", 2),
            ]
        );
    });
}
