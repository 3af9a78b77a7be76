//! Imports a file: all of its rows or none, or the good ones; every wrong row is told with its place and mend.

mod cells;
mod columns;
mod kind;
mod lookup;
mod rows;
mod words;

pub use columns::{Column, Need};
pub use kind::Kind;
pub(crate) use words::*;

use crate::ServiceError;
use crate::write::{Caller, Change, Write};
use access::{Action, Permit};
use cells::Fields;
use domain::Message;
use domain::duty::Subject;
use domain::id::UnitId;
use rows::{Importer, Outcome};
use serde_json::{Value, json};
use sheet::{FileError, Sheet, Table};
use std::collections::{BTreeSet, HashMap};
use store::{Conn, Db};

pub use sheet::FILE_BYTES;

/// What to do with wrong rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OnError {
    /// Write nothing.
    Stop,
    /// Import the others.
    Skip,
}

/// How to import.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options {
    /// Tell what would happen and write nothing.
    pub dry_run: bool,
    /// What to do with wrong rows.
    pub on_error: OnError,
    /// Catalogue of powers, where the file does not say; else the sheet's or file's name.
    pub catalogue: Option<String>,
    /// Version of the catalogue, where the file does not say; else `1`.
    pub version: Option<String>,
}

/// A row that is wrong or doubtful, and why.
#[derive(Debug, Clone, PartialEq)]
pub struct RowProblem {
    /// Name of the sheet.
    pub sheet: String,
    /// Row number as the spreadsheet program shows it.
    pub row: u32,
    /// Heading of the column as the file writes it, or the one that is missing.
    pub column: String,
    /// The cell as a person reads it.
    pub value: String,
    /// What is wrong and how to mend it.
    pub problem: Message,
}

/// What an import did, or would do.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Report {
    /// Rows that were not there.
    pub new: u64,
    /// Rows that were there with other values.
    pub changed: u64,
    /// Rows that were there just so.
    pub unchanged: u64,
    /// Rows that cannot be imported.
    pub wrong: u64,
    /// Why: one for each wrong cell.
    pub errors: Vec<RowProblem>,
    /// Doubts that stop nothing.
    pub warnings: Vec<RowProblem>,
    /// Columns that no heading is known for: sheet and heading.
    pub unknown_columns: Vec<(String, String)>,
    /// Sheets without a row of known headings.
    pub skipped_sheets: Vec<String>,
    written: bool,
}

impl Report {
    /// Whether the good rows were written.
    pub fn is_written(&self) -> bool {
        self.written
    }

    /// The report for programs; sentences as `render` says them.
    pub fn to_json(&self, render: &dyn Fn(&Message) -> String) -> Value {
        let problems = |rows: &[RowProblem]| -> Value {
            rows.iter()
                .map(|row| {
                    json!({
                        "sheet": row.sheet, "row": row.row, "column": row.column, "value": row.value,
                        "code": row.problem.key, "message": render(&row.problem),
                    })
                })
                .collect()
        };
        let unknown = self.unknown_columns.iter();
        json!({
            "new": self.new,
            "changed": self.changed,
            "unchanged": self.unchanged,
            "wrong": self.wrong,
            "written": self.written,
            "errors": problems(&self.errors),
            "warnings": problems(&self.warnings),
            "unknown_columns": unknown.map(|(sheet, heading)| json!({ "sheet": sheet, "heading": heading }))
                .collect::<Vec<_>>(),
            "skipped_sheets": self.skipped_sheets,
        })
    }
}

/// Why a file cannot be imported at all.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// The file cannot be read.
    #[error(transparent)]
    File(#[from] FileError),
    /// No row of known headings.
    #[error("no row of known headings was found")]
    NoHeadings {
        /// What was to be imported.
        kind: Kind,
    },
    /// Columns that are needed.
    #[error("columns are missing: {columns:?}")]
    MissingColumns {
        /// Name of the sheet.
        sheet: String,
        /// Canonical headings.
        columns: Vec<String>,
    },
    /// Two columns mean the same.
    #[error("two columns mean the same: {one}, {other}")]
    TwoColumns {
        /// Name of the sheet.
        sheet: String,
        /// The first heading.
        one: String,
        /// The second.
        other: String,
    },
    /// The use case.
    #[error(transparent)]
    Service(#[from] ServiceError),
}

impl From<store::StoreError> for ImportError {
    fn from(error: store::StoreError) -> Self {
        Self::Service(error.into())
    }
}

impl ImportError {
    /// A file that is not even read.
    pub fn too_large(bytes: u64) -> Self {
        Self::File(FileError::TooLarge { bytes, limit: FILE_BYTES })
    }
}

/// A sheet whose columns are understood.
struct Understood {
    sheet: String,
    table: Table,
    /// Where each known column stands.
    columns: HashMap<&'static str, usize>,
}

/// The table of a sheet with its columns; none without a row of known headings.
fn understand(
    kind: Kind,
    sheet: &Sheet,
    report: &mut Report,
    sheet_is_unit: bool,
) -> Result<Option<Understood>, ImportError> {
    let known: HashMap<String, &Column> = kind
        .columns()
        .iter()
        .rev()
        .flat_map(|column| column.headings().map(move |heading| (sheet::heading_key(heading), column)))
        .collect();
    // A heading of the column itself stands before another one's synonym.
    let own: HashMap<String, &Column> = kind
        .columns()
        .iter()
        .flat_map(|column| [column.heading, column.key].map(|heading| (sheet::heading_key(heading), column)))
        .collect();
    let find = |heading: &str| {
        let key = sheet::heading_key(heading);
        own.get(&key).or_else(|| known.get(&key)).copied()
    };
    let Some(table) = sheet::table(sheet, &|key| own.contains_key(key) || known.contains_key(key)) else {
        return Ok(None);
    };
    let mut columns: HashMap<&'static str, usize> = HashMap::new();
    for (place, heading) in table.headings.iter().enumerate() {
        if heading.is_empty() {
            continue;
        }
        let Some(column) = find(heading) else {
            report.unknown_columns.push((sheet.name.clone(), heading.clone()));
            continue;
        };
        if let Some(before) = columns.insert(column.key, place) {
            // 单位编码 beside 单位名称: the code tells more than the name.
            let is_name = |heading: &str| heading.contains("名称") || heading.contains("name");
            let (one, other) = (&table.headings[before], heading);
            match (is_name(one), is_name(other)) {
                (true, false) => {}
                (false, true) => {
                    columns.insert(column.key, before);
                }
                _ => {
                    return Err(ImportError::TwoColumns {
                        sheet: sheet.name.clone(),
                        one: one.clone(),
                        other: other.clone(),
                    });
                }
            }
        }
    }
    let missing: Vec<String> = kind
        .columns()
        .iter()
        .filter(|column| !columns.contains_key(column.key))
        .filter(|column| match column.need {
            Need::Required => true,
            Need::RequiredOrSheet => !sheet_is_unit,
            Need::Optional => false,
        })
        .map(|column| column.heading.to_owned())
        .collect();
    if !missing.is_empty() {
        return Err(ImportError::MissingColumns { sheet: sheet.name.clone(), columns: missing });
    }
    Ok(Some(Understood { sheet: sheet.name.clone(), table, columns }))
}

/// Imports a file in one transaction, assessments included.
pub async fn run(
    db: &Db,
    kind: Kind,
    file_name: &str,
    bytes: &[u8],
    options: &Options,
    caller: &Caller,
) -> Result<Report, ImportError> {
    let sheets = sheet::read(file_name, bytes)?;
    let mut write = Write::begin(db).await?;
    let (mut report, touched) =
        rows_of(write.conn(), kind, file_name, &sheets, options, caller, Separation::Kept).await?;
    let permit = permit(write.conn(), caller, &touched).await?;
    if options.dry_run || (report.wrong > 0 && options.on_error == OnError::Stop) {
        // Dropped, the transaction leaves nothing behind.
        return Ok(report);
    }
    crate::assess::reassess_units(write.conn(), &touched, caller.today).await?;
    write.commit(caller, &permit, change(kind, file_name, &report)).await?;
    report.written = true;
    Ok(report)
}

/// One may import what belongs to one's own part of the tree: every unit that the rows touch.
async fn permit(
    conn: &mut Conn,
    caller: &Caller,
    touched: &BTreeSet<UnitId>,
) -> Result<Permit, ServiceError> {
    let mut given = None;
    for unit in touched {
        let units = store::unit::above(conn, *unit).await?;
        given = Some(caller.permit(Action::FileImport, &Subject { units: &units, ..Subject::default() })?);
    }
    match given {
        Some(permit) => Ok(permit),
        None => caller.permit(Action::FileImport, &Subject::default()),
    }
}

fn change(kind: Kind, file_name: &str, report: &Report) -> Change {
    Change {
        subject: kind.to_string(),
        after: json!({
            "file": file_name, "new": report.new, "changed": report.changed, "unchanged": report.unchanged,
            "wrong": report.wrong,
        }),
        ..Change::default()
    }
}

/// Imports the good rows of a kept file and keeps the report beside it, in one transaction; a file that was
/// imported already is left as it is, however often and however fast it is asked for.
pub async fn run_kept(
    db: &Db,
    id: uuid::Uuid,
    caller: &Caller,
    render: &(dyn Fn(&Report) -> Value + Sync),
) -> Result<(), ImportError> {
    let mut write = Write::begin(db).await?;
    let conn = write.conn();
    let Some(me) = caller.actor.rights().map(|rights| rights.person) else { return Ok(()) };
    let Some(kept) = store::upload::claim(conn, id, me).await? else { return Ok(()) };
    let kind: Kind = kept.kind.parse().map_err(store::StoreError::from)?;
    let options = Options { dry_run: false, on_error: OnError::Skip, catalogue: None, version: None };
    let sheets = sheet::read(&kept.file_name, &kept.content)?;
    let (mut report, touched) =
        rows_of(conn, kind, &kept.file_name, &sheets, &options, caller, Separation::Kept).await?;
    let permit = permit(conn, caller, &touched).await?;
    crate::assess::reassess_units(conn, &touched, caller.today).await?;
    report.written = true;
    store::upload::keep_report(conn, id, &render(&report)).await?;
    write.commit(caller, &permit, change(kind, &kept.file_name, &report)).await?;
    Ok(())
}

/// Whether a row may give somebody what he must not hold together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Separation {
    /// A rule in force refuses it.
    Kept,
    /// It may: the sample county shows what is then found.
    Shown,
}

/// Writes the rows of a file into a transaction; tells what happened and which units are to be assessed again.
pub(crate) async fn rows_of(
    conn: &mut Conn,
    kind: Kind,
    file_name: &str,
    sheets: &[Sheet],
    options: &Options,
    caller: &Caller,
    separation: Separation,
) -> Result<(Report, BTreeSet<domain::id::UnitId>), ImportError> {
    let stem = file_name.rsplit_once('.').map_or(file_name, |(stem, _)| stem);
    let mut report = Report::default();
    let rules = match separation {
        Separation::Kept => {
            store::set::lock(conn).await?;
            Some(store::dossier::rules(conn).await?)
        }
        Separation::Shown => None,
    };
    let mut importer = Importer::new(conn, caller, rules);
    let mut understood = Vec::new();
    for sheet in sheets {
        let of_sheet = importer.unit_of_sheet(&sheet.name).await?;
        match understand(kind, sheet, &mut report, of_sheet.is_some())? {
            Some(table) => understood.push((table, of_sheet)),
            None => report.skipped_sheets.push(sheet.name.clone()),
        }
    }
    if understood.is_empty() {
        return Err(ImportError::NoHeadings { kind });
    }
    for (each, of_sheet) in understood {
        let is_plain = ["sheet", "工作表"].iter().any(|plain| each.sheet.to_lowercase().starts_with(plain));
        let name = if is_plain { stem } else { &each.sheet };
        importer.begin_sheet(
            of_sheet,
            options.catalogue.clone().unwrap_or_else(|| name.to_owned()),
            options.version.clone().unwrap_or_else(|| "1".to_owned()),
        );
        import_sheet(&mut importer, kind, &each, &mut report).await?;
    }
    report.errors.sort_by_key(|problem| (problem.sheet.clone(), problem.row));
    let touched = importer.touched;
    Ok((report, touched))
}

async fn import_sheet(
    importer: &mut Importer<'_>,
    kind: Kind,
    sheet: &Understood,
    report: &mut Report,
) -> Result<(), ImportError> {
    for row in &sheet.table.left_out {
        report.warnings.push(RowProblem {
            sheet: sheet.sheet.clone(),
            row: *row,
            column: String::new(),
            value: String::new(),
            problem: Message::new("import-warning-left-out"),
        });
    }
    if kind == Kind::Units {
        importer.expect_units(&sheet.table.rows, &sheet.columns);
    }
    let mut waiting: Vec<usize> = (0..sheet.table.rows.len()).collect();
    loop {
        let before = waiting.len();
        let mut still = Vec::new();
        for &place in &waiting {
            let row = &sheet.table.rows[place];
            let mut fields = Fields::new(kind, &sheet.columns, &sheet.table.headings, row);
            let outcome = importer.row(kind, &mut fields).await?;
            match outcome {
                Outcome::Waits => {
                    still.push(place);
                    continue;
                }
                Outcome::New => report.new += 1,
                Outcome::Changed => report.changed += 1,
                Outcome::Unchanged => report.unchanged += 1,
                Outcome::Wrong => report.wrong += 1,
            }
            let place = |problem: cells::CellProblem| RowProblem {
                sheet: sheet.sheet.clone(),
                row: row.number,
                column: problem.column,
                value: problem.value,
                problem: problem.problem,
            };
            report.errors.extend(fields.errors.into_iter().map(place));
            report.warnings.extend(fields.warnings.into_iter().map(place));
        }
        // Rows that wait for one further down are looked at again until that helps no more.
        if still.is_empty() {
            return Ok(());
        }
        if still.len() == before {
            importer.expect_nothing();
        }
        waiting = still;
    }
}

/// The file's own rows as CSV, with a last column that tells what is wrong with each.
pub fn errors_csv(
    file_name: &str,
    bytes: &[u8],
    report: &Report,
    render: &dyn Fn(&Message) -> String,
) -> Result<Vec<u8>, ImportError> {
    let mut by_row: HashMap<(&str, u32), Vec<String>> = HashMap::new();
    for problem in &report.errors {
        let place = if problem.column.is_empty() { String::new() } else { format!("{}: ", problem.column) };
        by_row
            .entry((problem.sheet.as_str(), problem.row))
            .or_default()
            .push(format!("{place}{}", render(&problem.problem)));
    }
    let sheets = sheet::read(file_name, bytes)?;
    let mut writer = crate::export::writer();
    for sheet in &sheets {
        let width = sheet.rows.iter().map(|row| row.cells.len()).max().unwrap_or(0);
        for row in &sheet.rows {
            let mut cells: Vec<String> = row.cells.iter().map(sheet::Cell::text).collect();
            cells.resize(width, String::new());
            cells.push(
                by_row.get(&(sheet.name.as_str(), row.number)).map_or(String::new(), |all| all.join("；")),
            );
            crate::export::write(&mut writer, &cells);
        }
    }
    Ok(crate::export::finish(writer))
}

/// An empty file with the headings of a kind.
pub fn template_csv(kind: Kind) -> Vec<u8> {
    let mut writer = crate::export::writer();
    let headings: Vec<String> = kind.columns().iter().map(|column| column.heading.to_owned()).collect();
    crate::export::write(&mut writer, &headings);
    crate::export::finish(writer)
}
