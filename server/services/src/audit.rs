//! Proves that the audit trail is whole, writes it to files, and tells what a row changed.

use crate::ServiceError;
use crate::write::Caller;
use access::Action;
use chrono::{DateTime, TimeDelta, Utc};
use domain::audit::{Fault, Noted, Verifier};
use domain::duty::Subject;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use store::audit::{Filter, Line};
use store::{Conn, Db, StoreError};

/// Rows that are looked at together.
const BATCH: i64 = 1000;

/// What a verification found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verified {
    /// How many rows there are.
    pub rows: i64,
    /// Number of the last one.
    pub seq: i64,
    /// Its hash.
    pub hash: String,
    /// Everything that is wrong.
    pub faults: Vec<Fault>,
}

impl Verified {
    /// The head, to be noted elsewhere: whoever rewrites the whole chain cannot rewrite that note.
    pub fn head(&self) -> String {
        format!("{}:{}", self.seq, self.hash)
    }
}

/// Walks along the whole chain and compares it with its head, and with what was noted elsewhere.
pub async fn verify(db: &Db, caller: &Caller, noted: Option<Noted>) -> Result<Verified, ServiceError> {
    let _permit = caller.permit(Action::AuditVerify, &Subject::default())?;
    let mut conn = db.read().await?;
    let mut verifier = Verifier::with(noted);
    let mut passed = 0;
    // Somebody could have put rows before the first.
    let mut last = i64::MIN;
    loop {
        let numbers = store::audit::numbers_after(&mut conn, last, BATCH).await?;
        let Some(end) = numbers.last() else { break };
        match store::audit::after(&mut conn, last, BATCH).await {
            Ok(rows) => rows.iter().for_each(|row| verifier.next(row)),
            // One of them cannot be read; each is looked at by itself.
            Err(StoreError::Corrupt(_) | StoreError::Other(_)) => {
                one_by_one(&mut conn, &numbers, &mut verifier).await?;
            }
            Err(error) => return Err(error.into()),
        }
        passed += i64::try_from(numbers.len()).unwrap_or(i64::MAX);
        last = *end;
    }
    let head = store::audit::head(&mut conn).await?;
    verifier.end(head.as_ref().map(|(seq, hash)| (*seq, hash.as_str())));
    let rows = store::audit::length(&mut conn).await?;
    let (seq, hash) = verifier.head();
    let mut verified = Verified { rows, seq, hash: hash.to_owned(), faults: Vec::new() };
    if rows != passed {
        // Rows without a number, which no walk by number meets.
        verified.faults.push(Fault::Surplus(seq + 1, seq + rows - passed));
    }
    verified.faults.extend(verifier.faults);
    Ok(verified)
}

async fn one_by_one(conn: &mut Conn, numbers: &[i64], verifier: &mut Verifier) -> Result<(), StoreError> {
    for &seq in numbers {
        match store::audit::by_number(conn, seq).await {
            Ok(Some(row)) => verifier.next(&row),
            Ok(None) => {}
            Err(StoreError::Corrupt(_) | StoreError::Other(_)) => verifier.unreadable(seq),
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

/// How the trail is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// For spreadsheets.
    Csv,
    /// A JSON object on each line.
    Json,
}

/// Names of the columns, which are the keys of the JSON too.
pub const COLUMNS: [&str; 17] = [
    "seq",
    "at",
    "outcome",
    "action",
    "subject",
    "unit",
    "actor",
    "actor_id",
    "principal",
    "post",
    "address",
    "reason",
    "rule",
    "before",
    "after",
    "previous",
    "hash",
];

fn cells(line: Line) -> [String; 17] {
    let Line { row, unit_name } = line;
    let entry = row.entry;
    [
        row.seq.to_string(),
        entry.at.to_rfc3339_opts(chrono::SecondsFormat::Micros, true),
        entry.outcome.to_string(),
        entry.action,
        entry.subject,
        unit_name.unwrap_or_default(),
        entry.actor,
        entry.actor_id.map_or(String::new(), |person| person.to_string()),
        entry.principal,
        entry.post,
        entry.address,
        entry.reason,
        entry.rule,
        entry.before,
        entry.after,
        row.previous,
        row.hash,
    ]
}

fn json_line(line: Line) -> String {
    let parsed = |text: &str| serde_json::from_str(text).unwrap_or_else(|_| Value::from(text));
    let object: serde_json::Map<String, Value> = COLUMNS
        .into_iter()
        .zip(cells(line))
        .map(|(name, text)| {
            let value = match name {
                "seq" => parsed(&text),
                "before" | "after" if !text.is_empty() => parsed(&text),
                _ if text.is_empty() => Value::Null,
                _ => Value::from(text),
            };
            (name.to_owned(), value)
        })
        .collect();
    Value::Object(object).to_string()
}

/// Everything that the caller may see of what fits a filter, oldest first.
pub async fn export(
    db: &Db,
    caller: &Caller,
    filter: &Filter,
    format: Format,
) -> Result<Vec<u8>, ServiceError> {
    caller.actor.open(Action::AuditExport).map_err(|denial| ServiceError::Denied(Box::new(denial)))?;
    let sight = caller.actor.sight();
    let mut conn = db.read().await?;
    let mut lines = Vec::new();
    let mut before = None;
    loop {
        let some = store::audit::list(&mut conn, sight, filter, before, BATCH, 0).await?;
        let Some(last) = some.last() else { break };
        before = Some(last.row.seq);
        lines.extend(some);
    }
    lines.reverse();
    Ok(match format {
        Format::Csv => {
            let head = COLUMNS.map(str::to_owned);
            crate::export::table(std::iter::once(head).chain(lines.into_iter().map(cells)))
        }
        Format::Json => lines
            .into_iter()
            .flat_map(|line| json_line(line).into_bytes().into_iter().chain([b'\n']))
            .collect(),
    })
}

/// One value that a row changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// Where it stands: names of fields, joined by dots.
    pub path: String,
    /// What it was; none where there was nothing.
    pub before: Option<String>,
    /// What it is now.
    pub after: Option<String>,
}

/// What differs between two states as the trail keeps them.
pub fn differences(before: &str, after: &str) -> Vec<Difference> {
    let (before, after) = (flat(before), flat(after));
    let paths: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    paths
        .into_iter()
        .filter(|path| before.get(*path) != after.get(*path))
        .map(|path| Difference {
            path: path.clone(),
            before: before.get(path).cloned(),
            after: after.get(path).cloned(),
        })
        .collect()
}

fn flat(text: &str) -> BTreeMap<String, String> {
    let mut out = BTreeMap::new();
    if !text.is_empty() {
        let value = serde_json::from_str(text).unwrap_or_else(|_| Value::from(text));
        flatten("", &value, &mut out);
    }
    out
}

fn flatten(path: &str, value: &Value, out: &mut BTreeMap<String, String>) {
    let below = |name: &str| if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") };
    let is_plain = |value: &Value| !value.is_object() && !value.is_array();
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    match value {
        Value::Null => {}
        Value::Object(fields) => fields.iter().for_each(|(name, value)| flatten(&below(name), value, out)),
        Value::Array(items) if items.iter().all(is_plain) => {
            out.insert(path.to_owned(), items.iter().map(text).collect::<Vec<_>>().join("、"));
        }
        Value::Array(items) => {
            for (place, item) in items.iter().enumerate() {
                flatten(&below(&(place + 1).to_string()), item, out);
            }
        }
        plain => {
            out.insert(path.to_owned(), text(plain));
        }
    }
}

/// A moment as it is in China.
pub fn in_china(at: DateTime<Utc>) -> String {
    (at + TimeDelta::hours(8)).format("%Y-%m-%d %H:%M:%S").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn differences_are_told_by_their_paths() {
        let told = |before: &str, after: &str| {
            differences(before, after)
                .into_iter()
                .map(|each| {
                    let shown = |value: Option<String>| value.unwrap_or_else(|| "-".to_owned());
                    format!("{}: {} > {}", each.path, shown(each.before), shown(each.after))
                })
                .collect::<Vec<_>>()
        };
        assert_eq!(told("", ""), [""; 0]);
        assert_eq!(told("", r#"{"name":"甲","to":null}"#), ["name: - > 甲"]);
        assert_eq!(
            told(
                r#"{"a":1,"period":{"from":"2026-01-01","to":null},"list":["x"]}"#,
                r#"{"a":1,"period":{"from":"2026-01-01","to":"2026-02-01"},"list":["x","y"]}"#
            ),
            ["list: x > x、y", "period.to: - > 2026-02-01"]
        );
        assert_eq!(told(r#"[{"b":1}]"#, "[]"), [": - > ", "1.b: 1 > -"]);
        assert_eq!(told("broken", ""), [": broken > -"]);
    }
}
