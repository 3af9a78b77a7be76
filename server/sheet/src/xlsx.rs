//! Reads XLSX workbooks cell by cell, after making sure that they do not unpack to more than memory holds.

use std::collections::BTreeMap;
use std::io::{self, Cursor, Read};
use std::panic;

use calamine::{DataRef, Dimensions, ExcelDateTime, Reader, SheetType, SheetVisible, Xlsx};
use chrono::NaiveDate;
use zip::ZipArchive;
use zip::result::ZipError;

use crate::cell::{Cell, Row, Sheet};
use crate::read::{Budget, FileError, MAX_COLUMNS, MAX_ROWS, UNPACKED_BYTES, rectangular};

/// A workbook has a few dozen.
const MAX_ENTRIES: usize = 10_000;

pub(crate) fn read(bytes: &[u8]) -> Result<Vec<Sheet>, FileError> {
    inspect(bytes)?;
    // The reader's arithmetic is not checked everywhere, and a crafted file must not take the server down.
    panic::catch_unwind(|| sheets(bytes))
        .unwrap_or_else(|_| Err(FileError::Damaged("the workbook contradicts itself".to_owned())))
}

/// Really unpacks every entry, because the declared sizes may lie.
fn inspect(bytes: &[u8]) -> Result<(), FileError> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(zip_error)?;
    if let Some(kind) = foreign(&archive) {
        return Err(FileError::NotASpreadsheet(kind));
    }
    let bomb = FileError::Bomb { limit: UNPACKED_BYTES };
    if archive.len() > MAX_ENTRIES {
        return Err(bomb);
    }
    let mut left = UNPACKED_BYTES;
    for index in 0..archive.len() {
        let entry = archive.by_index(index).map_err(zip_error)?;
        let size = io::copy(&mut entry.take(left + 1), &mut io::sink()).map_err(damaged)?;
        match left.checked_sub(size) {
            Some(rest) => left = rest,
            None => return Err(bomb),
        }
    }
    Ok(())
}

fn foreign(archive: &ZipArchive<Cursor<&[u8]>>) -> Option<&'static str> {
    let has = |part: &str| archive.file_names().any(|name| name.is_ok_and(|name| name.starts_with(part)));
    if has("xl/workbook.bin") {
        Some("xlsb")
    } else if has("xl/") {
        None
    } else if has("word/") {
        Some("Word")
    } else if has("ppt/") {
        Some("PowerPoint")
    } else if has("OFD.xml") {
        Some("OFD")
    } else if has("content.xml") {
        Some("OpenDocument")
    } else {
        Some("zip")
    }
}

fn zip_error(error: ZipError) -> FileError {
    match error {
        ZipError::UnsupportedArchive(ZipError::PASSWORD_REQUIRED) => FileError::Encrypted,
        other => damaged(other),
    }
}

fn damaged(error: impl ToString) -> FileError {
    FileError::Damaged(error.to_string())
}

fn sheets(bytes: &[u8]) -> Result<Vec<Sheet>, FileError> {
    let mut workbook = Xlsx::new(Cursor::new(bytes)).map_err(damaged)?;
    let names: Vec<String> = workbook
        .sheets_metadata()
        .iter()
        .filter(|sheet| sheet.typ == SheetType::WorkSheet && sheet.visible == SheetVisible::Visible)
        .map(|sheet| sheet.name.clone())
        .collect();
    let mut budget = Budget::new();
    names
        .into_iter()
        .map(|name| {
            let merged = workbook.merge_cells_by_sheet_name(&name).map_err(damaged)?;
            let mut cells = cells(&mut workbook, &name, &mut budget)?;
            fill(&mut cells, &merged, &mut budget)?;
            let rows = cells.into_iter().map(|(row, cells)| Row { number: row + 1, cells }).collect();
            Ok(Sheet { name, rows: rectangular(rows, &mut budget)? })
        })
        .collect()
}

/// Rows by their index. A row without a value of its own is not there.
type Rows = BTreeMap<u32, Vec<Cell>>;

fn cells(workbook: &mut Xlsx<Cursor<&[u8]>>, name: &str, budget: &mut Budget) -> Result<Rows, FileError> {
    let mut reader = workbook.worksheet_cells_reader(name).map_err(damaged)?;
    let mut rows = Rows::new();
    let mut last = 0;
    loop {
        let found = reader.next_cell().map_err(|error| {
            FileError::Damaged(format!("sheet \"{name}\", in or after row {}: {error}", last + 1))
        })?;
        let Some(found) = found else { return Ok(rows) };
        let (row, column) = found.get_position();
        last = row;
        let cell = cell(found.get_value());
        if row >= MAX_ROWS {
            return Err(FileError::TooManyRows { limit: MAX_ROWS.into() });
        }
        if column as usize >= MAX_COLUMNS || cell.is_empty() {
            continue;
        }
        if !rows.contains_key(&row) {
            budget.take(2 * size_of::<Row>())?;
        }
        put(rows.entry(row).or_default(), column as usize, cell, budget)?;
    }
}

fn put(cells: &mut Vec<Cell>, column: usize, cell: Cell, budget: &mut Budget) -> Result<(), FileError> {
    if let Cell::Text(text) = &cell {
        budget.take(text.len())?;
    }
    budget.widen(cells, column + 1)?;
    cells[column] = cell;
    Ok(())
}

fn cell(value: &DataRef<'_>) -> Cell {
    match value {
        DataRef::Empty => Cell::Empty,
        DataRef::String(text) => Cell::imported(text),
        DataRef::SharedString(text) => Cell::imported(text),
        #[expect(clippy::cast_precision_loss, reason = "spreadsheet programs calculate in f64 themselves")]
        DataRef::Int(number) => Cell::Number(*number as f64),
        DataRef::Float(number) => Cell::Number(*number),
        DataRef::Bool(bool) => Cell::Bool(*bool),
        DataRef::DateTime(moment) => moment_cell(moment),
        DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => {
            match text.get(..10).and_then(|date| date.parse::<NaiveDate>().ok()) {
                Some(date) => Cell::Date(date),
                None => Cell::imported(text),
            }
        }
        DataRef::Error(error) => Cell::Error(error.to_string()),
    }
}

/// Times of day, durations and numbers that no calendar has are formatted like dates, but are none.
fn moment_cell(moment: &ExcelDateTime) -> Cell {
    let serial = moment.as_f64();
    let (year, month, day, ..) = moment.to_ymd_hms_milli();
    match NaiveDate::from_ymd_opt(year.into(), month.into(), day.into()) {
        Some(date) if moment.is_datetime() && (1.0..2_958_466.0).contains(&serial) => Cell::Date(date),
        _ => Cell::Number(serial),
    }
}

/// Repeats the value of a merged area in all its cells, but not beyond what the sheet uses anyway.
fn fill(rows: &mut Rows, merged: &[Dimensions], budget: &mut Budget) -> Result<(), FileError> {
    let width = rows.values().map(Vec::len).max().unwrap_or(0);
    for area in merged {
        let ((top, left), (bottom, right)) = (area.start, area.end);
        let columns = left as usize..(right as usize).saturating_add(1).min(width);
        let value = rows.get(&top).and_then(|cells| cells.get(left as usize)).cloned().unwrap_or_default();
        if top > bottom || columns.is_empty() || value.is_empty() {
            continue;
        }
        for (_, cells) in rows.range_mut(top..=bottom) {
            budget.take(columns.len())?;
            for column in columns.clone() {
                if cells.get(column).is_none_or(Cell::is_empty) {
                    put(cells, column, value.clone(), budget)?;
                }
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use rust_xlsxwriter::{ExcelDateTime as Moment, Format, Formula, Workbook};
    use zip::ZipWriter;
    use zip::write::SimpleFileOptions;

    use super::*;
    use crate::table::{heading_key, table};

    fn archive(entries: &[(&str, &[u8], usize)]) -> Vec<u8> {
        let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
        for (name, chunk, times) in entries {
            zip.start_file(*name, SimpleFileOptions::default().compression_level(Some(1))).unwrap();
            for _ in 0..*times {
                zip.write_all(chunk).unwrap();
            }
        }
        zip.finish().unwrap().into_inner()
    }

    fn read_all(workbook: &mut Workbook) -> Vec<Sheet> {
        crate::read("x.xlsx", &workbook.save_to_buffer().unwrap()).unwrap()
    }

    #[test]
    fn cells_keep_type_and_place() {
        let mut workbook = Workbook::new();
        let sheet = workbook.add_worksheet().set_name("清单").unwrap();
        let date = Format::new().set_num_format("yyyy-mm-dd");
        let clock = Format::new().set_num_format("hh:mm");
        let hours = Format::new().set_num_format("[h]:mm");
        sheet.write(2, 1, "'=1+1").unwrap();
        sheet.write(2, 2, 12.0).unwrap();
        sheet.write(2, 3, true).unwrap();
        sheet.write_with_format(4, 1, Moment::from_ymd(2025, 7, 1).unwrap(), &date).unwrap();
        sheet.write_with_format(4, 2, 0.5, &clock).unwrap();
        sheet.write_with_format(4, 3, 45_839.0, &hours).unwrap();
        sheet.write_formula(4, 4, Formula::new("=#REF!").set_result("#REF!")).unwrap();
        sheet.write(9, 0, "  ").unwrap();
        workbook.add_worksheet().set_name("隐藏").unwrap().set_hidden(true).write(0, 0, "x").unwrap();
        workbook.add_worksheet().set_name("空").unwrap();

        let sheets = read_all(&mut workbook);
        assert_eq!(sheets.iter().map(|sheet| sheet.name.as_str()).collect::<Vec<_>>(), ["清单", "空"]);
        let day = Cell::Date(NaiveDate::from_ymd_opt(2025, 7, 1).unwrap());
        assert_eq!(
            sheets[0].rows,
            [
                Row {
                    number: 3,
                    cells: vec![
                        Cell::Empty,
                        Cell::Text("=1+1".into()),
                        Cell::Number(12.0),
                        Cell::Bool(true),
                        Cell::Empty
                    ]
                },
                Row {
                    number: 5,
                    cells: vec![
                        Cell::Empty,
                        day,
                        Cell::Number(0.5),
                        Cell::Number(45_839.0),
                        Cell::Error("#REF!".into())
                    ]
                },
            ]
        );
    }

    #[test]
    fn the_last_cell_of_a_sheet_costs_nothing() {
        let mut workbook = Workbook::new();
        let sheet = workbook.add_worksheet();
        sheet.write(0, 0, "a").unwrap();
        sheet.write(1_048_575, 0, "b").unwrap();
        sheet.write(1_048_575, 16_383, "c").unwrap();
        let sheets = read_all(&mut workbook);
        let numbers: Vec<(u32, usize)> =
            sheets[0].rows.iter().map(|row| (row.number, row.cells.len())).collect();
        assert_eq!(numbers, [(1, 1), (1_048_576, 1)]);
    }

    #[test]
    fn merged_titles_groups_and_departments() {
        let plain = Format::new();
        let mut workbook = Workbook::new();
        let sheet = workbook.add_worksheet();
        sheet.merge_range(0, 0, 0, 4, "许家沟乡赋权事项清单", &plain).unwrap();
        sheet.merge_range(1, 0, 2, 0, "实施单位", &plain).unwrap();
        sheet.merge_range(1, 1, 2, 1, "事项名称＊", &plain).unwrap();
        sheet.merge_range(1, 2, 1, 3, "时限", &plain).unwrap();
        sheet.merge_range(1, 4, 2, 4, "备注", &plain).unwrap();
        sheet.write(2, 2, "法定时限（工作日）").unwrap();
        sheet.write(2, 3, "承诺").unwrap();
        sheet.merge_range(3, 0, 6, 0, "自然资源局", &plain).unwrap();
        sheet.write(3, 1, "宅基地审批").unwrap();
        sheet.write(4, 1, "建房验收").unwrap();
        sheet.write(8, 0, "合  计").unwrap();
        sheet.write(8, 1, 2).unwrap();

        let sheets = read_all(&mut workbook);
        let known = |key: &str| ["实施单位", "事项名称", "法定时限(工作日)", "备注"].contains(&key);
        let found = table(&sheets[0], &known).unwrap();
        let keys: Vec<String> = found.headings.iter().map(|heading| heading_key(heading)).collect();
        assert_eq!(keys, ["实施单位", "事项名称", "法定时限(工作日)", "承诺", "备注"]);
        let rows: Vec<(u32, String, String)> =
            found.rows.iter().map(|row| (row.number, row.cells[0].text(), row.cells[1].text())).collect();
        assert_eq!(
            rows,
            [
                (4, "自然资源局".to_owned(), "宅基地审批".to_owned()),
                (5, "自然资源局".to_owned(), "建房验收".to_owned())
            ]
        );
    }

    #[test]
    fn bombs_are_not_unpacked() {
        let zeros = vec![0; 1024 * 1024];
        let bomb =
            archive(&[("[Content_Types].xml", b"<Types/>", 1), ("xl/worksheets/sheet1.xml", &zeros, 300)]);
        assert!(bomb.len() < 4 * 1024 * 1024);
        assert!(matches!(crate::read("x.xlsx", &bomb), Err(FileError::Bomb { limit: UNPACKED_BYTES })));

        let names: Vec<String> = (0..=MAX_ENTRIES).map(|index| format!("xl/{index}")).collect();
        let entries: Vec<(&str, &[u8], usize)> =
            names.iter().map(|name| (name.as_str(), &b""[..], 0)).collect();
        assert!(matches!(crate::read("x.xlsx", &archive(&entries)), Err(FileError::Bomb { .. })));
    }

    #[test]
    fn a_far_column_in_every_row_is_a_bomb() {
        let mut budget = Budget::new();
        let row = |number| Row { number, cells: vec![Cell::Text("x".into())] };
        let mut rows: Vec<Row> = (1..=60_000).map(row).collect();
        rows[0].cells.resize(256, Cell::Bool(true));
        assert!(matches!(rectangular(rows, &mut budget), Err(FileError::Bomb { .. })));
    }

    #[test]
    fn other_archives_are_named() {
        for (name, kind) in [
            ("word/document.xml", "Word"),
            ("ppt/presentation.xml", "PowerPoint"),
            ("OFD.xml", "OFD"),
            ("content.xml", "OpenDocument"),
            ("xl/workbook.bin", "xlsb"),
            ("清单.csv", "zip"),
        ] {
            match crate::read("x.xlsx", &archive(&[(name, b"x", 1)])) {
                Err(FileError::NotASpreadsheet(found)) => assert_eq!(found, kind),
                other => panic!("{other:?}"),
            }
        }
    }

    #[test]
    fn damage_is_reported() {
        let mut workbook = Workbook::new();
        workbook.add_worksheet().write(0, 0, "a").unwrap();
        let bytes = workbook.save_to_buffer().unwrap();
        assert!(matches!(crate::read("x", &bytes[..bytes.len() / 2]), Err(FileError::Damaged(_))));
        let hollow = archive(&[("xl/workbook.xml", b"<workbook>", 1)]);
        assert!(matches!(crate::read("x", &hollow), Err(FileError::Damaged(_))));
    }

    #[test]
    fn crafted_references_do_not_panic() {
        let sheet = |data: &str, merge: &str| {
            let xml = format!(
                "<worksheet><sheetData>{data}</sheetData><mergeCells><mergeCell ref=\"{merge}\"/></mergeCells></worksheet>"
            );
            archive(&[
                ("_rels/.rels", br#"<Relationships><Relationship Id="a" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#, 1),
                ("xl/workbook.xml", br#"<workbook xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="s" sheetId="1" r:id="b"/></sheets></workbook>"#, 1),
                ("xl/_rels/workbook.xml.rels", br#"<Relationships><Relationship Id="b" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>"#, 1),
                ("xl/worksheets/sheet1.xml", xml.as_bytes(), 1),
            ])
        };
        let cell = r#"<row r="1"><c r="A1"><v>1</v></c></row>"#;
        let good = crate::read("x", &sheet(cell, "A1:B2")).unwrap();
        assert_eq!(good[0].rows, [Row { number: 1, cells: vec![Cell::Number(1.0)] }]);
        // An area as large as the sheet reaches no further than its cells.
        let two = format!("{cell}{}", r#"<row r="5"><c r="B5"><v>2</v></c></row>"#);
        let huge = crate::read("x", &sheet(&two, "A1:XFD1048576")).unwrap();
        let [one, two] = [1.0, 2.0].map(Cell::Number);
        assert_eq!(
            huge[0].rows,
            [
                Row { number: 1, cells: vec![one.clone(), one.clone()] },
                Row { number: 5, cells: vec![one, two] }
            ]
        );
        // Turned round, it is either refused or without effect.
        let _ = crate::read("x", &sheet(cell, "B2:A1"));
        let far = r#"<row r="1048577"><c r="A1048577"><v>1</v></c></row>"#;
        assert!(matches!(crate::read("x", &sheet(far, "A1:B2")), Err(FileError::TooManyRows { .. })));
        let wild = r#"<row r="99999999999"><c r="ZZZZZZZZZZZZ99999999999"><v>1</v></c></row>"#;
        assert!(crate::read("x", &sheet(wild, "A1:B2")).is_err());
    }
}
