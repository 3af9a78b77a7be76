//! Finds the header of a sheet, under whatever titles it has, and the rows below it.

use std::collections::HashSet;

use unicode_normalization::UnicodeNormalization;

use crate::cell::{Cell, Row, Sheet};

/// Forms have a title, a unit, a date and perhaps a note above the header, but not more.
const HEADER_WITHIN: usize = 15;

/// The part of a sheet that holds data.
#[derive(Clone, Debug, PartialEq)]
pub struct Table {
    /// As written, one per column; empty where there is none.
    pub headings: Vec<String>,
    pub rows: Vec<Row>,
    /// Numbers of the rows that are totals and signatures.
    pub left_out: Vec<u32>,
}

/// What makes two headings the same: neither width nor case, spaces or marks such as * and : count.
pub fn heading_key(text: &str) -> String {
    text.nfkc()
        .flat_map(char::to_lowercase)
        .filter(|char| {
            !char.is_whitespace() && !matches!(char, '*' | ':' | '※' | '★' | '\u{200B}' | '\u{FEFF}')
        })
        .collect()
}

/// Finds the row, or the two rows, with the most known headings. None if there is no such row.
pub fn table(sheet: &Sheet, is_known: &dyn Fn(&str) -> bool) -> Option<Table> {
    let width = sheet.rows.iter().map(|row| row.cells.len()).max()?;
    let needed = width.min(2);
    let mut best: Option<(usize, usize, Vec<String>)> = None;
    let mut consider = |known: usize, end: usize, headings: Vec<String>, to_beat: usize| {
        if known >= needed && known > to_beat && best.as_ref().is_none_or(|(most, ..)| known > *most) {
            best = Some((known, end, headings));
        }
    };
    let candidates: Vec<Vec<String>> =
        sheet.rows.iter().take(HEADER_WITHIN).map(|row| row.cells.iter().map(Cell::text).collect()).collect();
    for (index, headings) in candidates.iter().enumerate() {
        consider(known(headings, is_known), index + 1, headings.clone(), 0);
    }
    for (index, pair) in candidates.windows(2).enumerate() {
        let both = combined(&pair[0], &pair[1], is_known);
        let alone = known(&pair[0], is_known).max(known(&pair[1], is_known));
        consider(known(&both, is_known), index + 2, both, alone);
    }
    let (_, end, mut headings) = best?;
    headings.resize(width, String::new());

    let repeats: Vec<Vec<String>> = sheet.rows[end.saturating_sub(2)..end]
        .iter()
        .map(keys)
        .filter(|row| row.iter().filter(|key| is_known(key)).count() >= needed)
        .chain([headings.iter().map(|heading| heading_key(heading)).collect()])
        .collect();
    let (left_out, rows): (Vec<&Row>, Vec<&Row>) = sheet.rows[end..]
        .iter()
        .filter(|row| !repeats.contains(&keys(row)))
        .partition(|row| is_total(row) || is_signature(row));
    let rows = rows
        .into_iter()
        .map(|row| {
            let mut cells = row.cells.clone();
            cells.resize(width, Cell::Empty);
            Row { number: row.number, cells }
        })
        .collect();
    Some(Table { headings, rows, left_out: left_out.into_iter().map(|row| row.number).collect() })
}

/// How many different known headings there are: a group's name over five columns is one.
fn known(headings: &[String], is_known: &dyn Fn(&str) -> bool) -> usize {
    headings
        .iter()
        .map(|heading| heading_key(heading))
        .filter(|key| !key.is_empty() && is_known(key))
        .collect::<HashSet<_>>()
        .len()
}

fn combined(upper: &[String], lower: &[String], is_known: &dyn Fn(&str) -> bool) -> Vec<String> {
    (0..upper.len().max(lower.len()))
        .map(|column| {
            let upper = upper.get(column).map_or("", String::as_str);
            let lower = lower.get(column).map_or("", String::as_str);
            let (upper_key, lower_key) = (heading_key(upper), heading_key(lower));
            if lower_key.is_empty() || (!is_known(&lower_key) && is_known(&upper_key)) {
                upper.to_owned()
            } else if upper_key.is_empty() || upper_key == lower_key || is_known(&lower_key) {
                lower.to_owned()
            } else {
                format!("{upper}-{lower}")
            }
        })
        .collect()
}

fn keys(row: &Row) -> Vec<String> {
    row.cells.iter().map(|cell| heading_key(&cell.text())).collect()
}

/// "合计" and "合计（件）" are totals, "总计划" is not.
fn is_total(row: &Row) -> bool {
    let first = row.cells.iter().find(|cell| !cell.is_empty()).map(|cell| heading_key(&cell.text()));
    first.is_some_and(|key| {
        ["合计", "总计"]
            .iter()
            .filter_map(|word| key.strip_prefix(word))
            .any(|rest| !rest.starts_with(char::is_alphabetic))
    })
}

/// Who filled the form in, who checked it, when: the foot of a form, no row of it.
fn is_signature(row: &Row) -> bool {
    const WORDS: [&str; 9] =
        ["填表人", "填报人", "制表人", "审核人", "负责人", "填表单位", "填报单位", "填表日期", "填报日期"];
    let mut filled = row.cells.iter().filter(|cell| !cell.is_empty()).map(|cell| heading_key(&cell.text()));
    filled.next().is_some_and(|key| WORDS.iter().any(|word| key.starts_with(word)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sheet(rows: &[&[&str]]) -> Sheet {
        let row = |(number, cells): (u32, &&[&str])| Row {
            number,
            cells: cells.iter().map(|cell| Cell::imported(cell)).collect(),
        };
        Sheet { name: "x".to_owned(), rows: (1..).zip(rows).map(row).collect() }
    }

    fn known(key: &str) -> bool {
        ["序号", "事项名称", "实施单位", "法定时限", "承诺时限", "统一社会信用代码"].contains(&key)
    }

    fn numbers(table: &Table) -> Vec<u32> {
        table.rows.iter().map(|row| row.number).collect()
    }

    #[test]
    fn keys_ignore_width_case_space_and_marks() {
        for (text, key) in [
            ("统一 社会信用代码＊", "统一社会信用代码"),
            ("法定时限（工作日）", "法定时限(工作日)"),
            ("*事项\n名称：", "事项名称"),
            ("　ＩＤ ", "id"),
            ("", ""),
        ] {
            assert_eq!(heading_key(text), key);
        }
    }

    #[test]
    fn titles_repeats_and_totals_are_left_out() {
        let found = table(
            &sheet(&[
                &["许家沟乡赋权事项清单", "许家沟乡赋权事项清单", "许家沟乡赋权事项清单"],
                &["填报单位：", "", ""],
                &["序号", "事项 名称*", "其他"],
                &["1", "宅基地审批", "", "多出"],
                &["序号", "事项名称", "其他"],
                &["2", "建房验收"],
                &["", "合  计", "2"],
                &["总计划审批", "x"],
                &["填表人：张三"],
            ]),
            &known,
        )
        .unwrap();
        assert_eq!(found.headings, ["序号", "事项 名称*", "其他", ""]);
        assert_eq!(numbers(&found), [4, 6, 8]);
        assert_eq!(found.left_out, [7, 9]);
        assert!(found.rows.iter().all(|row| row.cells.len() == 4));
    }

    #[test]
    fn two_rows_are_combined_when_that_helps() {
        let found = table(
            &sheet(&[
                &["序号", "事项名称", "办理时限", "", "收费", "收费", "备注"],
                &["", "", "法定时限", "承诺时限", "标准", "收费", ""],
                &["1", "宅基地审批", "20", "5", "0", "", ""],
                &["", "", "法定时限", "承诺时限", "标准", "收费", ""],
            ]),
            &known,
        )
        .unwrap();
        assert_eq!(found.headings, ["序号", "事项名称", "法定时限", "承诺时限", "收费-标准", "收费", "备注"]);
        assert_eq!(numbers(&found), [3]);
    }

    #[test]
    fn one_row_is_enough_when_the_second_adds_nothing() {
        let found = table(&sheet(&[&["序号", "事项名称", "x"], &["1", "序号", "y"]]), &known).unwrap();
        assert_eq!(found.headings, ["序号", "事项名称", "x"]);
        assert_eq!(numbers(&found), [2]);
    }

    #[test]
    fn without_known_headings_there_is_no_table() {
        assert_eq!(table(&sheet(&[]), &known), None);
        assert_eq!(table(&sheet(&[&["序号", "x"], &["1", "2"]]), &known), None);
        assert_eq!(table(&sheet(&[&["序号", "序号"], &["1", "2"]]), &known), None);
        let single = table(&sheet(&[&["名单"], &["统一社会信用代码"], &["91410500MA"]]), &known).unwrap();
        assert_eq!((single.headings.len(), numbers(&single)), (1, vec![3]));
        let late: Vec<&[&str]> =
            std::iter::repeat_n(&["x", "y"][..], 15).chain([&["序号", "事项名称"][..]]).collect();
        assert_eq!(table(&sheet(&late), &known), None);
    }
}
