//! Imports and exports: the same kinds, columns and reports as on the command line.

use crate::answer::json;
use crate::door::Door;
use crate::endpoint::{Endpoint, line};
use crate::problem::{Answer, Fault};
use crate::request::{Api, Asked, from_json, kind};
use access::Action;
use axum::body::Bytes;
use axum::extract::Path;
use axum::http::{HeaderMap, header};
use axum::response::IntoResponse;
use domain::Message;
use domain::token::Area;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use services::import::{FILE_BYTES, Kind, OnError, Options};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::routes;

/// The area's endpoints.
pub fn lines() -> Vec<Endpoint> {
    let write = Door::write(Area::Files, Action::FileImport);
    let limit = usize::try_from(FILE_BYTES).unwrap_or(usize::MAX);
    vec![
        line(routes!(import), write.up_to(limit)),
        line(routes!(export), Door::read(Area::Files, Action::FileExport)),
    ]
}

pub(super) const CSV: &str = "text/csv";
pub(super) const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
const JSON: &str = "application/json";

fn of(text: &str) -> Result<Kind, Fault> {
    text.parse().map_err(|_| Fault::NotFound)
}

/// What to do with wrong rows.
#[derive(Debug, Clone, Copy, Default, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum Wrong {
    /// Write nothing.
    #[default]
    Stop,
    /// Import the others.
    Skip,
}

/// How to import.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Wish {
    /// Tell what would happen, and write nothing.
    #[serde(default)]
    dry_run: bool,
    /// With wrong rows: write nothing (`stop`), or import the others (`skip`).
    #[serde(default)]
    #[param(inline)]
    on_error: Wrong,
    /// Catalogue of the powers, where the rows do not say.
    catalogue: Option<String>,
    /// Version of the catalogue, where the rows do not say.
    version: Option<String>,
}

/// Rows as JSON.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Rows {
    /// An object for each row; its keys are the columns, by their keys or headings.
    #[schema(example = json!([{ "unit": "410505101", "power": "YD-NY-001", "month": "2026-10", "received": 12 }]))]
    rows: Vec<Map<String, Value>>,
}

/// A row that is wrong or doubtful.
#[derive(Debug, Serialize, ToSchema)]
struct RowProblem {
    /// Name of the sheet.
    sheet: String,
    /// Number of the row, the headings being the first.
    row: u32,
    /// The column.
    column: String,
    /// The cell.
    value: String,
    /// Stable code of the sentence.
    code: String,
    /// What is wrong and how to mend it, in the language that was asked for.
    message: String,
}

/// What an import did, or would do.
#[derive(Debug, Serialize, ToSchema)]
struct Report {
    /// Rows that were not there.
    new: u64,
    /// Rows that were there with other values.
    changed: u64,
    /// Rows that were there just so.
    unchanged: u64,
    /// Rows that cannot be imported.
    wrong: u64,
    /// Whether the good rows were written.
    written: bool,
    /// Why, one for each wrong cell.
    errors: Vec<RowProblem>,
    /// Doubts that stop nothing.
    warnings: Vec<RowProblem>,
    /// Columns that no heading is known for.
    #[schema(value_type = Vec<Object>)]
    unknown_columns: Vec<Value>,
    /// Sheets without a row of known headings.
    skipped_sheets: Vec<String>,
}

/// Rows as a file, so that they are read by the same reader.
fn file(rows: &[Map<String, Value>]) -> Result<Vec<u8>, Fault> {
    let mut columns: Vec<&str> = Vec::new();
    for name in rows.iter().flat_map(Map::keys) {
        if !columns.contains(&name.as_str()) {
            columns.push(name);
        }
    }
    if columns.is_empty() {
        return Err(Fault::Invalid(vec![("rows", Message::new("api-rows"))]));
    }
    let cell = |value: Option<&Value>| match value {
        None | Some(Value::Null) => String::new(),
        Some(Value::String(text)) => text.clone(),
        Some(other) => other.to_string(),
    };
    let head = columns.iter().map(|&column| column.to_owned()).collect();
    let rows = rows.iter().map(|row| columns.iter().map(|&column| cell(row.get(column))).collect());
    let mut file = csv::WriterBuilder::new().from_writer(Vec::new());
    for record in std::iter::once::<Vec<String>>(head).chain(rows) {
        // Writing to memory does not fail.
        let _ = file.write_record(record);
    }
    Ok(file.into_inner().unwrap_or_default())
}

/// Imports rows of a kind: a CSV or XLSX file as the body, or rows as JSON. Every wrong row is told with its place and
/// mend.
#[utoipa::path(post, path = "/imports/{kind}", tag = "files",
    params(("kind" = String, Path, example = "statistics"), Wish),
    request_body(content(
        (Rows = "application/json"),
        (String = "text/csv"),
        (Vec<u8> = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    )),
    responses((status = 200, body = Report)))]
async fn import(
    api: Api,
    Path(name): Path<String>,
    Asked(wish): Asked<Wish>,
    headers: HeaderMap,
    body: Bytes,
) -> Answer {
    let rows = of(&name)?;
    let (extension, content) = match kind(&headers) {
        CSV => ("csv", body.to_vec()),
        XLSX => ("xlsx", body.to_vec()),
        JSON => ("csv", file(&from_json::<Rows>(&body)?.rows)?),
        _ => return Err(Fault::MediaType(&[JSON, CSV, XLSX])),
    };
    let options = Options {
        dry_run: wish.dry_run,
        on_error: match wish.on_error {
            Wrong::Stop => OnError::Stop,
            Wrong::Skip => OnError::Skip,
        },
        catalogue: wish.catalogue,
        version: wish.version,
    };
    let file_name = format!("{rows}.{extension}");
    let report = services::import::run(&api.db, rows, &file_name, &content, &options, &api.caller()).await?;
    let told = report.to_json(&|message| api.say(message));
    if report.is_written() || wish.dry_run {
        return json(&told);
    }
    let nothing = Message::new("cli-import-nothing-written")
        .with("new", report.new)
        .with("changed", report.changed)
        .with("unchanged", report.unchanged)
        .with("wrong", report.wrong);
    Err(Fault::Import(nothing, Some(Box::new(told))))
}

/// Every row of a kind that may be seen, as a CSV file that can be imported again.
#[utoipa::path(get, path = "/exports/{kind}", tag = "files",
    params(("kind" = String, Path, example = "statistics")),
    responses((status = 200, body = String, content_type = "text/csv")))]
async fn export(api: Api, Path(name): Path<String>) -> Answer {
    let csv = services::export::csv(&api.db, of(&name)?, api.sight()).await?;
    Ok(([(header::CONTENT_TYPE, "text/csv; charset=utf-8")], csv).into_response())
}
