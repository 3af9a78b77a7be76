//! `baton assess`, and the summary that the demonstration prints.

use crate::cli::TableFormat;
use crate::output::{self, Failure, say};
use app::i18n::{Lang, decimal};
use comfy_table::{CellAlignment, Table};
use domain::assess::{Assessment, UnitFacts, Verdict};
use domain::duty::Sight;
use domain::id::UnitId;
use domain::{Arg, Date, Message};
use serde_json::{Value, json};
use services::assess::{Keep, each_unit};
use store::Db;
use store::assessment::{By, Filter, Sums};

/// What is asked for.
pub struct Wish {
    /// The day; today, with the results kept, when absent.
    pub on: Option<Date>,
    /// Code of a unit.
    pub unit: Option<String>,
    /// Only this verdict.
    pub verdict: Option<Verdict>,
    /// How it is written.
    pub format: TableFormat,
}

/// One assessed assignment, in words.
struct Line {
    unit: (String, String),
    power: (String, String),
    verdict: Verdict,
    ratio: Option<f64>,
    why: Vec<String>,
    mend: Vec<String>,
}

/// Assesses and prints, unit by unit.
pub async fn run(db: &Db, wish: &Wish, today: Date, lang: Lang) -> Result<(), Failure> {
    let scope = match &wish.unit {
        Some(code) => Some(unit(db, code).await?),
        None => None,
    };
    let keep = if wish.on.is_none() { Keep::Results } else { Keep::Nothing };
    let bar = output::progress(lang.t("cli-assessing"));
    let mut out = Writer::new(wish.format, lang);
    each_unit(
        db,
        wish.on.unwrap_or(today),
        scope,
        keep,
        &mut |facts: &UnitFacts, assessments: &[Assessment]| {
            bar.inc(1);
            bar.set_message(facts.unit.name.clone());
            let wished =
                assessments.iter().filter(|each| wish.verdict.is_none_or(|verdict| each.verdict == verdict));
            let mut wished: Vec<&Assessment> = wished.collect();
            wished.sort_by_key(|each| std::cmp::Reverse(each.severity()));
            bar.suspend(|| wished.iter().for_each(|each| out.add(facts, each)));
        },
    )
    .await?;
    bar.finish_and_clear();
    out.finish();
    Ok(())
}

async fn unit(db: &Db, code: &str) -> Result<UnitId, Failure> {
    let mut conn = db.read().await?;
    let unit = store::unit::by_code(&mut conn, code).await?;
    unit.map(|unit| unit.id).ok_or_else(|| Failure::NoUnit(code.to_owned()))
}

/// Writes line by line, so that a nation's verdicts are never held; only the table for people waits for its
/// columns' widths.
struct Writer {
    format: TableFormat,
    lang: Lang,
    table: Table,
    written: u64,
}

const HEADS: [&str; 8] = [
    "cli-unit-code",
    "cli-unit",
    "cli-power-code",
    "cli-power",
    "cli-verdict",
    "cli-ratio",
    "cli-why",
    "cli-mend",
];

impl Writer {
    fn new(format: TableFormat, lang: Lang) -> Self {
        let mut table = plain_table();
        table.set_header(HEADS.map(|key| lang.t(key)));
        if format == TableFormat::Csv {
            // The mark tells spreadsheet programs that it is UTF-8.
            say(&format!("\u{feff}{}", services::export::line(&HEADS.map(|key| lang.t(key)))));
        }
        Self { format, lang, table, written: 0 }
    }

    fn add(&mut self, facts: &UnitFacts, assessment: &Assessment) {
        let Some(of) = facts.assignments.iter().find(|each| each.assignment.id == assessment.assignment)
        else {
            return;
        };
        let say_each =
            |messages: Vec<Message>| messages.iter().map(|message| self.lang.say(message)).collect();
        let line = Line {
            unit: (facts.unit.code.clone(), facts.unit.name.clone()),
            power: (of.power.code.clone(), of.power.name.clone()),
            verdict: assessment.verdict,
            ratio: assessment.workload.ratio(),
            why: say_each(assessment.findings.iter().map(|finding| finding.kind.message()).collect()),
            mend: say_each(assessment.remedies.iter().map(|remedy| remedy.kind.message()).collect()),
        };
        match self.format {
            TableFormat::Json => {
                let comma = if self.written == 0 { "[" } else { "," };
                let mut value = json(assessment, &line);
                value["power"]["type"] = json!(of.power.power_type);
                value["power"]["field"] = json!(of.power.field);
                say(&format!("{comma}{value}"));
            }
            TableFormat::Csv => say(&services::export::line(&self.cells(line))),
            TableFormat::Text => {
                let cells = self.cells(line);
                self.table.add_row(cells);
            }
        }
        self.written += 1;
    }

    fn cells(&self, line: Line) -> [String; 8] {
        let ratio = line.ratio.map_or_else(|| "—".to_owned(), |ratio| format!("{ratio:.2}"));
        let join = |sentences: Vec<String>| sentences.join(&self.lang.t("cli-sentences-join"));
        [
            line.unit.0,
            line.unit.1,
            line.power.0,
            line.power.1,
            self.lang.say(&line.verdict.message()),
            ratio,
            join(line.why),
            join(line.mend),
        ]
    }

    fn finish(self) {
        match self.format {
            TableFormat::Json => say(if self.written == 0 { "[]" } else { "]" }),
            TableFormat::Csv => {}
            TableFormat::Text => {
                say(&self.table.to_string());
                say(&self.lang.say(
                    &Message::new("cli-assessed").with("count", Arg::Count(self.written.cast_signed())),
                ));
            }
        }
    }
}

fn json(assessment: &Assessment, line: &Line) -> Value {
    let mut value = serde_json::to_value(assessment).unwrap_or_default();
    value["unit"] = json!({ "code": line.unit.0, "name": line.unit.1 });
    value["power"] = json!({ "code": line.power.0, "name": line.power.1 });
    for (list, sentences) in [("findings", &line.why), ("remedies", &line.mend)] {
        if let Some(items) = value[list].as_array_mut() {
            for (item, sentence) in items.iter_mut().zip(sentences) {
                item["sentence"] = json!(sentence);
            }
        }
    }
    value
}

/// A table whose lines keep its rows apart as little as a screen needs.
pub fn plain_table() -> Table {
    let mut table = Table::new();
    table.load_style(comfy_table::presets::UTF8_FULL_CONDENSED);
    table.set_content_arrangement(comfy_table::ContentArrangement::Dynamic);
    table
}

/// Prints the board's summary from what is kept: a row for each unit of the board, the worst first.
pub async fn summary(db: &Db, lang: Lang) -> Result<(), Failure> {
    let mut conn = db.read().await?;
    let root = store::assessment::common_root(&mut conn, Sight::Everything).await?;
    let filter = Filter { root, ..Filter::default() };
    let mut rows: Vec<(UnitId, String, Sums)> = Vec::new();
    for cell in store::assessment::board(&mut conn, By::Field, &filter, Sight::Everything).await? {
        match rows.iter_mut().find(|(unit, ..)| *unit == cell.unit) {
            Some((.., sums)) => *sums += cell.sums,
            None => rows.push((cell.unit, cell.unit_name, cell.sums)),
        }
    }
    rows.sort_by_key(|(.., sums)| std::cmp::Reverse(sums.counts.of(Verdict::Cannot)));

    let mut table = plain_table();
    let mut heads = vec![lang.t("cli-unit")];
    heads.extend(Verdict::ALL.iter().map(|verdict| lang.say(&verdict.message())));
    heads.extend(["cli-short-staff", "cli-short-money", "cli-untrained"].map(|key| lang.t(key)));
    table.set_header(heads);
    let mut total = Sums::default();
    for (_, name, sums) in &rows {
        total += *sums;
        table.add_row(summary_row(name.clone(), sums, lang));
    }
    table.add_row(summary_row(lang.t("cli-total"), &total, lang));
    for column in table.column_iter_mut().skip(1) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    say(&table.to_string());
    Ok(())
}

fn summary_row(name: String, sums: &Sums, lang: Lang) -> Vec<String> {
    let mut cells = vec![name];
    cells.extend(Verdict::ALL.iter().map(|&verdict| sums.counts.of(verdict).to_string()));
    #[expect(clippy::cast_precision_loss, reason = "thousandths of posts")]
    cells.push(decimal(sums.short_staff as f64 / 1000.0, 1));
    cells.push(lang.money(sums.short_money));
    cells.push(sums.untrained.to_string());
    cells
}
