//! Whatever units are named, an export of them can be imported again and changes nothing.

use crate::common::each_audited_database as each_database;
use crate::files::{counts, import};
use domain::duty::Sight;
use proptest::prelude::*;
use services::export;
use services::import::Kind;

/// Names with all that a CSV file or a spreadsheet program could stumble over.
fn name() -> impl Strategy<Value = String> {
    "[-=+@'\t]{0,2}[乡a1][ ,\"'\n\r;，、%=+@-]{0,4}[镇'\"]{0,2}"
}

fn written(rows: &[(String, String, prop::sample::Index, Option<String>)]) -> String {
    let mut file = csv::Writer::from_writer(Vec::new());
    file.write_record(["单位编码", "单位名称", "单位类型", "上级单位编码", "统一社会信用代码"]).unwrap();
    for (number, (prefix, name, parent, credit)) in rows.iter().enumerate() {
        let code = |number: usize| format!("{}u{number}", rows[number].0);
        // The first has none above it; others stand below one of those before them.
        let above = if number == 0 { String::new() } else { code(parent.index(number)) };
        let credit = credit.clone().unwrap_or_default();
        file.write_record([format!("{prefix}u{number}"), name.clone(), "乡镇".to_owned(), above, credit])
            .unwrap();
    }
    String::from_utf8(file.into_inner().unwrap()).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn units(
        rows in prop::collection::vec(
            ("[-=+@A-Z]{0,3}", name(), any::<prop::sample::Index>(), prop::option::of("[-=+@A-Z0-9]{1,18}")),
            1..12,
        ),
    ) {
        each_database(async |db| {
            let report = import(&db, Kind::Units, &written(&rows)).await;
            assert_eq!(counts(&report), (rows.len() as u64, 0, 0, 0), "{:?}", report.errors);
            let file = String::from_utf8(export::csv(&db, Kind::Units, Sight::Everything).await.unwrap()).unwrap();
            let report = import(&db, Kind::Units, &file).await;
            assert_eq!(counts(&report), (0, 0, rows.len() as u64, 0), "{file}\n{:?}", report.errors);
            let again = String::from_utf8(export::csv(&db, Kind::Units, Sight::Everything).await.unwrap()).unwrap();
            assert_eq!(file, again);
        });
    }
}
