//! `baton policy`: policy tests from files, and what breaks the rules in the database.

use crate::assess::plain_table;
use crate::cli::TableFormat;
use crate::output::{self, Failure, say};
use app::i18n::Lang;
use comfy_table::Table;
use domain::{Date, Message};
use serde_json::json;
use services::policy::findings::{self, Item};
use services::policy::{Remark, SHIPPED};
use std::fs;
use std::path::PathBuf;
use store::Db;

/// Runs policy tests, those of the program itself where no file is named. Tells whether all pass.
pub async fn test(files: &[PathBuf], lang: Lang) -> Result<bool, Failure> {
    access::start().await?;
    let mut good = true;
    if files.is_empty() {
        for (name, text) in SHIPPED {
            good &= one(name, text, lang);
        }
        return Ok(good);
    }
    for path in files {
        let name = path.display().to_string();
        let text = fs::read_to_string(path).map_err(|cause| Failure::File { path: name.clone(), cause })?;
        good &= one(&name, &text, lang);
    }
    Ok(good)
}

fn one(name: &str, text: &str, lang: Lang) -> bool {
    let tell = |remark: &Remark| say(&format!("{name}:{}: {}", remark.line, lang.say(&remark.message)));
    match services::policy::run(text) {
        Ok(report) => {
            report.failed.iter().for_each(tell);
            let summary = Message::new("cli-policy-tested")
                .with("file", name)
                .with("checked", report.checked)
                .with("failed", report.failed.len());
            say(&lang.say(&summary));
            report.failed.is_empty()
        }
        Err(remark) => {
            tell(&remark);
            false
        }
    }
}

const HEADS: [&str; 6] = [
    "cli-policy-kind",
    "cli-policy-rule",
    "cli-policy-subject",
    "cli-policy-from",
    "cli-policy-to",
    "cli-policy-what",
];

/// Prints everything that is to be mended on a day.
pub async fn check(db: &Db, on: Date, format: TableFormat, lang: Lang) -> Result<(), Failure> {
    let bar = output::progress(lang.t("cli-policy-checking"));
    let mut table: Table = plain_table();
    let heads = HEADS.map(|key| lang.t(key));
    table.set_header(&heads);
    if format == TableFormat::Csv {
        // The mark tells spreadsheet programs that it is UTF-8.
        say(&format!("\u{feff}{}", services::export::line(&heads)));
    }
    let mut count = 0_usize;
    findings::each(db, on, &mut |item| {
        match format {
            TableFormat::Json => {
                let comma = if count == 0 { "[" } else { "," };
                bar.suspend(|| say(&format!("{comma}{}", as_json(&item, lang))));
            }
            TableFormat::Csv => bar.suspend(|| say(&services::export::line(&cells(&item, lang)))),
            TableFormat::Text => {
                table.add_row(cells(&item, lang));
            }
        }
        count += 1;
        bar.inc(1);
    })
    .await?;
    bar.finish_and_clear();
    match format {
        TableFormat::Json => say(if count == 0 { "[]" } else { "]" }),
        TableFormat::Csv => {}
        TableFormat::Text => {
            if count > 0 {
                say(&table.to_string());
            }
            say(&lang.say(&Message::new("cli-policy-found").with("count", count).with("on", on)));
        }
    }
    Ok(())
}

fn kind(item: &Item, lang: Lang) -> String {
    lang.t(match item.kind {
        "violation" => "cli-policy-violation",
        "expired_violation" => "cli-policy-expired_violation",
        "gap" => "cli-policy-gap",
        "overlap" => "cli-policy-overlap",
        "ending_exception" => "cli-policy-ending_exception",
        _ => "cli-policy-expired_exception",
    })
}

fn cells(item: &Item, lang: Lang) -> [String; 6] {
    [
        kind(item, lang),
        item.rule.clone(),
        item.subject.clone(),
        item.period.from.to_string(),
        item.period.to.map_or_else(String::new, |to| to.to_string()),
        lang.say(&item.message),
    ]
}

fn as_json(item: &Item, lang: Lang) -> serde_json::Value {
    json!({
        "kind": item.kind,
        "rule": item.rule,
        "subject": item.subject,
        "from": item.period.from,
        "to": item.period.to,
        "sentence": lang.say(&item.message),
        "exception": item.exception,
    })
}
