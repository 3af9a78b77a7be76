//! Loads the sample county: the files of `server/sample`, moved to the present.

use crate::import::{ImportError, Kind, OnError, Options, Separation, rows_of};
use crate::write::{Caller, Change, Write};
use access::Action;
use chrono::{Datelike, Months};
use domain::Date;
use domain::duty::Subject;
use sheet::{Cell, Sheet};
use std::collections::BTreeSet;
use store::Db;

/// The month in which the sample's dates are written.
const WRITTEN: (i32, u32) = (2026, 11);

/// In the order in which rows refer to each other.
const FILES: [(Kind, &str); 15] = [
    (Kind::Units, include_str!("../../sample/units.csv")),
    (Kind::Powers, include_str!("../../sample/powers.csv")),
    (Kind::People, include_str!("../../sample/people.csv")),
    (Kind::Certificates, include_str!("../../sample/certificates.csv")),
    (Kind::Completions, include_str!("../../sample/completions.csv")),
    (Kind::Assignments, include_str!("../../sample/assignments.csv")),
    (Kind::Allocations, include_str!("../../sample/allocations.csv")),
    (Kind::Supervision, include_str!("../../sample/supervision.csv")),
    (Kind::Duties, include_str!("../../sample/duties.csv")),
    (Kind::Establishment, include_str!("../../sample/establishment.csv")),
    (Kind::Equipment, include_str!("../../sample/equipment.csv")),
    (Kind::Funding, include_str!("../../sample/funding.csv")),
    (Kind::Statistics, include_str!("../../sample/statistics.csv")),
    (Kind::Roles, include_str!("../../sample/roles.csv")),
    (Kind::Cases, include_str!("../../sample/cases.csv")),
];

/// Why the sample was not loaded.
#[derive(Debug, thiserror::Error)]
pub enum SampleError {
    /// A file of it.
    #[error(transparent)]
    Import(#[from] ImportError),
    /// A row of it.
    #[error("{kind}, row {row}, column {column}: {problem}")]
    Row {
        /// The file.
        kind: Kind,
        /// The row.
        row: u32,
        /// The column.
        column: String,
        /// What is wrong.
        problem: &'static str,
    },
}

/// Loads the sample in one transaction, its dates moved by whole months so that it always looks like this year.
/// The days on which laws took effect stay as they are. Tells which kind is being loaded.
pub async fn load(db: &Db, caller: &Caller, tell: &mut (dyn FnMut(Kind) + Send)) -> Result<(), SampleError> {
    let today = caller.today;
    let permit = caller.permit(Action::SampleLoad, &Subject::default()).map_err(ImportError::from)?;
    let months = (today.year() - WRITTEN.0) * 12 + today.month().cast_signed() - WRITTEN.1.cast_signed();
    let options = Options { dry_run: false, on_error: OnError::Stop, catalogue: None, version: None };
    let mut write = Write::begin(db).await.map_err(ImportError::from)?;
    let conn = write.conn();
    let mut touched = BTreeSet::new();
    for (kind, file) in FILES {
        tell(kind);
        let name = format!("{kind}.csv");
        let mut sheets = sheet::read(&name, file.as_bytes()).map_err(ImportError::from)?;
        if kind != Kind::Powers {
            for sheet in &mut sheets {
                move_dates(sheet, months, today.year() - WRITTEN.0);
            }
        }
        let (report, units) =
            rows_of(conn, kind, &name, &sheets, &options, caller, Separation::Shown).await?;
        if let Some(wrong) = report.errors.first() {
            let column = wrong.column.clone();
            return Err(SampleError::Row { kind, row: wrong.row, column, problem: wrong.problem.key });
        }
        touched.extend(units);
    }
    crate::assess::reassess_units(conn, &touched, today).await.map_err(ImportError::from)?;
    let change = Change { subject: "sample".to_owned(), ..Change::default() };
    write.commit(caller, &permit, change).await.map_err(ImportError::from)?;
    Ok(())
}

/// Moves days and months by `months`, and fiscal years by `years`.
fn move_dates(sheet: &mut Sheet, months: i32, years: i32) {
    let is_year: Vec<bool> = sheet.rows.first().map_or_else(Vec::new, |headings| {
        headings.cells.iter().map(|heading| heading.text() == "年度").collect()
    });
    for row in sheet.rows.iter_mut().skip(1) {
        for (place, cell) in row.cells.iter_mut().enumerate() {
            let Cell::Text(text) = cell else { continue };
            if is_year.get(place) == Some(&true) {
                if let Ok(year) = text.parse::<i32>() {
                    *text = (year + years).to_string();
                }
            } else if is_day(text) {
                if let Ok(day) = sheet::value::date(&Cell::Text(text.clone())) {
                    *text = moved(day, months).to_string();
                }
            } else if is_month(text)
                && let Ok(month) = sheet::value::month(&Cell::Text(text.clone()))
            {
                *text = moved(month, months).format("%Y-%m").to_string();
            }
        }
    }
}

fn is_day(text: &str) -> bool {
    text.len() == 10 && Date::parse_from_str(text, "%Y-%m-%d").is_ok()
}

fn is_month(text: &str) -> bool {
    text.len() == 7 && Date::parse_from_str(&format!("{text}-01"), "%Y-%m-%d").is_ok()
}

fn moved(day: Date, months: i32) -> Date {
    let by = Months::new(months.unsigned_abs());
    let moved = if months < 0 { day.checked_sub_months(by) } else { day.checked_add_months(by) };
    moved.unwrap_or(day)
}
