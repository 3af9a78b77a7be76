//! Sheets, rows and cells as they were read, before anything is made of them.

use chrono::NaiveDate;

use crate::guard::unguard;

/// One worksheet, or one CSV file. Rows that are entirely empty are left out.
#[derive(Clone, Debug, PartialEq)]
pub struct Sheet {
    pub name: String,
    pub rows: Vec<Row>,
}

/// One row, with the number under which its author finds it.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    pub number: u32,
    pub cells: Vec<Cell>,
}

impl Row {
    pub(crate) fn is_empty(&self) -> bool {
        self.cells.iter().all(Cell::is_empty)
    }
}

#[derive(Clone, Debug, PartialEq, Default)]
pub enum Cell {
    #[default]
    Empty,
    Text(String),
    Number(f64),
    Date(NaiveDate),
    Bool(bool),
    /// The name of the error that the spreadsheet program shows, such as "#REF!".
    Error(String),
}

impl Cell {
    /// The content as a person would read it.
    pub fn text(&self) -> String {
        match self {
            Self::Empty => String::new(),
            Self::Text(text) | Self::Error(text) => text.trim().to_owned(),
            Self::Number(number) => number_text(*number),
            Self::Date(date) => date.format("%Y-%m-%d").to_string(),
            Self::Bool(true) => "TRUE".to_owned(),
            Self::Bool(false) => "FALSE".to_owned(),
        }
    }

    pub fn is_empty(&self) -> bool {
        match self {
            Self::Empty => true,
            Self::Text(text) => text.trim().is_empty(),
            _ => false,
        }
    }

    /// Takes off what an export has put before the text.
    pub(crate) fn imported(text: &str) -> Self {
        let text = unguard(text);
        if text.trim().is_empty() { Self::Empty } else { Self::Text(text.to_owned()) }
    }
}

/// Fifteen digits, as Excel shows them, so that 0.1 + 0.2 is 0.3.
fn number_text(number: f64) -> String {
    if number == 0.0 {
        return "0".to_owned();
    }
    format!("{number:.14e}").parse::<f64>().unwrap_or(number).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_what_a_person_reads() {
        let date = NaiveDate::from_ymd_opt(2025, 7, 1).unwrap();
        for (cell, text) in [
            (Cell::Empty, ""),
            (Cell::Text("　许家沟乡 \n".into()), "许家沟乡"),
            (Cell::Text("（１）".into()), "（１）"),
            (Cell::Number(3.0), "3"),
            (Cell::Number(-0.0), "0"),
            (Cell::Number(0.1 + 0.2), "0.3"),
            (Cell::Number(-12.5), "-12.5"),
            (Cell::Number(1e17), "100000000000000000"),
            (Cell::Date(date), "2025-07-01"),
            (Cell::Bool(true), "TRUE"),
            (Cell::Bool(false), "FALSE"),
            (Cell::Error("#REF!".into()), "#REF!"),
        ] {
            assert_eq!(cell.text(), text, "{cell:?}");
        }
        assert!(Cell::Text("\u{3000} \t".into()).is_empty());
        assert!(!Cell::Number(0.0).is_empty());
    }
}
