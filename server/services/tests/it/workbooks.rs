//! Files as they really arrive: workbooks, and text as Chinese spreadsheet programs write it.

use crate::common::each_audited_database as each_database;
use crate::files::{UNITS, caller, counts, county, options, told, unit};
use domain::Date;
use domain::duty::Sight;
use rust_xlsxwriter::{ExcelDateTime, Format, Workbook};
use services::import::{self, Kind};

fn day(text: &str) -> Date {
    text.parse().unwrap()
}

#[test]
fn gb18030_is_understood() {
    each_database(async |db| {
        let text = UNITS.replace("都里镇", "㛃䶮𠮷镇");
        let (bytes, _, _) = encoding_rs::GB18030.encode(&text);
        let report = import::run(&db, Kind::Units, "单位.csv", &bytes, &options(), &caller()).await.unwrap();
        assert_eq!(counts(&report), (5, 0, 0, 0), "{:?}", report.errors);
        assert_eq!(unit(&db, "4102").await.name, "㛃䶮𠮷镇");
    });
}

/// A sheet named as a unit, with a title, a header of two rows and real dates; a second one with remarks.
fn equipment() -> Vec<u8> {
    let mut workbook = Workbook::new();
    let plain = Format::new();
    let date = Format::new().set_num_format("yyyy-mm-dd");
    let sheet = workbook.add_worksheet().set_name("许家沟乡").unwrap();
    sheet.merge_range(0, 0, 0, 3, "许家沟乡设备登记表", &plain).unwrap();
    sheet.merge_range(1, 0, 2, 0, "设备名称", &plain).unwrap();
    sheet.merge_range(1, 1, 2, 1, "数量", &plain).unwrap();
    sheet.merge_range(1, 2, 1, 3, "使用期", &plain).unwrap();
    sheet.write(2, 2, "启用日期").unwrap();
    sheet.write(2, 3, "停用日期").unwrap();
    let moment = |text| ExcelDateTime::parse_from_str(text).unwrap();
    sheet.write(3, 0, "执法记录仪").unwrap();
    sheet.write(3, 1, 2).unwrap();
    sheet.write_with_format(3, 2, moment("2024-03-01"), &date).unwrap();
    sheet.write_with_format(3, 3, moment("2029-12-31"), &date).unwrap();
    sheet.write(4, 0, "审批专用章").unwrap();
    sheet.write(4, 1, 1).unwrap();
    // The day as a bare serial number.
    sheet.write(4, 2, 45_352).unwrap();
    sheet.write(5, 0, "测距仪").unwrap();
    sheet.write(5, 1, 1).unwrap();
    sheet.write(5, 2, "没有日期").unwrap();
    let notes = workbook.add_worksheet().set_name("填表说明").unwrap();
    notes.write(0, 0, "请各乡镇如实填写。").unwrap();
    workbook.save_to_buffer().unwrap()
}

#[test]
fn a_workbook_with_titles_merged_headers_and_dates() {
    each_database(async |db| {
        county(&db).await;
        let file = equipment();
        let skip = crate::files::skip();
        let report = import::run(&db, Kind::Equipment, "设备.xlsx", &file, &skip, &caller()).await.unwrap();
        assert_eq!(counts(&report), (2, 0, 0, 1), "{:?}", report.errors);
        assert_eq!(told(&report.errors), [(6, "启用日期", "没有日期", "import-error-not-a-date")]);
        assert_eq!(report.errors[0].sheet, "许家沟乡");
        assert_eq!(report.skipped_sheets, ["填表说明"]);
        let town = unit(&db, "4101").await.id;
        let mut conn = db.read().await.unwrap();
        let stored = store::resources::all_equipment(&mut conn, Sight::Everything).await.unwrap();
        let mut stored: Vec<_> = stored
            .iter()
            .map(|(unit, each)| (*unit, each.item.as_str(), each.quantity, each.period.from, each.period.to))
            .collect();
        stored.sort_unstable();
        assert_eq!(
            stored,
            [
                (town, "审批专用章", 1, day("2024-03-01"), None),
                (town, "执法记录仪", 2, day("2024-03-01"), Some(day("2029-12-31"))),
            ]
        );
    });
}

#[test]
fn sheets_of_powers_are_catalogues() {
    each_database(async |db| {
        let mut workbook = Workbook::new();
        for name in ["县级清单", "Sheet2"] {
            let sheet = workbook.add_worksheet().set_name(name).unwrap();
            sheet.write_row(0, 0, ["序号", "事项名称", "权力类型"]).unwrap();
            sheet.write(1, 0, 1).unwrap();
            sheet.write(1, 1, "宅基地审批").unwrap();
            sheet.write(1, 2, "行政许可").unwrap();
        }
        let file = workbook.save_to_buffer().unwrap();
        let report =
            import::run(&db, Kind::Powers, "下放目录.xlsx", &file, &options(), &caller()).await.unwrap();
        assert_eq!(counts(&report), (2, 0, 0, 0), "{:?}", report.errors);
        let mut conn = db.read().await.unwrap();
        let mut catalogues = store::power::catalogues(&mut conn).await.unwrap();
        catalogues.sort();
        assert_eq!(catalogues, ["下放目录", "县级清单"]);
    });
}
