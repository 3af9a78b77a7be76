//! `baton import`: reads the file, imports it, prints the report.

use crate::cli::ReportFormat;
use crate::output::{self, Failure, complain, say};
use app::i18n::Lang;
use domain::Message;
use services::import::{Kind, Options, Report};
use services::write::Caller;
use std::fs;
use std::path::Path;
use store::Db;

/// Row problems that are printed; JSON and `--errors-to` have all of them.
const SHOWN: usize = 50;

/// Reads a file, unless it is too large to be one.
pub fn read(path: &Path) -> Result<Vec<u8>, Failure> {
    let failure = |cause| Failure::File { path: path.display().to_string(), cause };
    let bytes = fs::metadata(path).map_err(failure)?.len();
    let limit = services::import::FILE_BYTES;
    if bytes > limit {
        return Err(services::import::ImportError::too_large(bytes).into());
    }
    fs::read(path).map_err(failure)
}

/// Imports and reports; tells whether every row was good.
#[expect(clippy::too_many_arguments, reason = "each is an option of the command")]
pub async fn run(
    db: &Db,
    kind: Kind,
    path: &Path,
    content: &[u8],
    options: &Options,
    format: ReportFormat,
    errors_to: Option<&Path>,
    caller: &Caller,
    lang: Lang,
) -> Result<bool, Failure> {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let bar = output::progress(lang.t("cli-importing"));
    let report = services::import::run(db, kind, &name, content, options, caller).await;
    bar.finish_and_clear();
    let report = report?;
    if let Some(to) = errors_to {
        let csv = services::import::errors_csv(&name, content, &report, &|message| lang.say(message))?;
        output::write(&csv, Some(to))?;
    }
    match format {
        ReportFormat::Json => say(&report.to_json(&|message| lang.say(message)).to_string()),
        ReportFormat::Text => print(&report, options, lang),
    }
    Ok(report.wrong == 0)
}

fn print(report: &Report, options: &Options, lang: Lang) {
    let key = match (options.dry_run, report.is_written()) {
        (true, _) => "cli-import-dry-run",
        (false, true) => "cli-import-written",
        (false, false) => "cli-import-nothing-written",
    };
    say(&lang.say(
        &Message::new(key)
            .with("new", report.new)
            .with("changed", report.changed)
            .with("unchanged", report.unchanged)
            .with("wrong", report.wrong),
    ));
    for (sheet, heading) in &report.unknown_columns {
        say(&lang.say(
            &Message::new("cli-import-unknown-column")
                .with("sheet", sheet.as_str())
                .with("column", heading.as_str()),
        ));
    }
    for sheet in &report.skipped_sheets {
        say(&lang.say(&Message::new("cli-import-skipped-sheet").with("sheet", sheet.as_str())));
    }
    for (title, rows) in [("cli-import-warnings", &report.warnings), ("cli-import-errors", &report.errors)] {
        if rows.is_empty() {
            continue;
        }
        let mut table = crate::assess::plain_table();
        let heads = ["import-sheet", "import-row", "import-column", "import-value", "import-problem"];
        table.set_header(heads.map(|key| lang.t(key)));
        for row in rows.iter().take(SHOWN) {
            table.add_row([
                row.sheet.clone(),
                row.row.to_string(),
                row.column.clone(),
                row.value.clone(),
                lang.say(&row.problem),
            ]);
        }
        let title = lang.say(&Message::new(title).with("count", rows.len()));
        complain(&format!("{title}\n{table}"));
        if rows.len() > SHOWN {
            complain(&lang.say(&Message::new("cli-import-more").with("shown", SHOWN)));
        }
    }
}
