//! The items of a round as a file: townships answer in their spreadsheet program.

use crate::ServiceError;
use crate::catalogue::round::{Done, Leave, Wish, carry_out};
use crate::form::FieldError;
use crate::import::{DUTY_LISTS, FORMS, FUNCTIONS};
use crate::write::{Caller, Change, Write};
use domain::Message;
use domain::assignment::Function;
use domain::catalogue::round::{Answer, Deed, Party, Terms};
use domain::duty::Sight;
use domain::id::RoundId;
use serde_json::json;
use sheet::{Cell, FileError, Row, heading_key};
use std::collections::{BTreeSet, HashMap};
use store::round::{Filter, Item};
use store::{Db, StoreError};

/// Most items of a round.
const MOST: i64 = 100_000;
/// Problems that are told at most.
const TOLD: usize = 50;

/// The headings, in their order; the first two name the item.
const HEADINGS: [&str; 12] = [
    "单位编码",
    "单位",
    "事项编码",
    "事项",
    "下放部门",
    "下放方式",
    "承接环节",
    "清单",
    "保留",
    "意见",
    "说明",
    "各方意见",
];

/// The words for an answer, as a file writes them.
const ANSWERS: [(Answer, &str); 2] = [(Answer::Accept, "同意"), (Answer::Object, "不同意")];

fn functions(terms: &Terms) -> String {
    terms.functions.iter().map(|&function| FUNCTIONS.word(function)).collect::<Vec<_>>().join("、")
}

fn said(item: &Item) -> String {
    let parties = [(Party::Township, "乡镇"), (Party::Department, "部门"), (Party::County, "县")];
    let said = parties.iter().filter_map(|(party, name)| {
        let answer = item.standing.answers.of(*party)?;
        let (_, word) = ANSWERS.iter().find(|(each, _)| *each == answer)?;
        Some(format!("{name}：{word}"))
    });
    said.collect::<Vec<_>>().join("；")
}

/// The items that may be seen and match, in the columns that [`import`] reads. The columns for the answer are empty.
pub async fn export(db: &Db, round: RoundId, filter: &Filter, sight: Sight) -> Result<Vec<u8>, StoreError> {
    let mut conn = db.read().await?;
    let items = store::round::items(&mut conn, round, filter, sight, (MOST, 0)).await?;
    let heads = HEADINGS.map(str::to_owned).to_vec();
    let rows = items.iter().map(|item| {
        let terms = &item.standing.terms;
        vec![
            item.unit_code.clone(),
            item.unit_name.clone(),
            item.power_code.clone(),
            item.power_name.clone(),
            item.department_name.clone(),
            FORMS.word(terms.form).to_owned(),
            functions(terms),
            DUTY_LISTS.word(terms.list).to_owned(),
            if terms.kept { "是" } else { "否" }.to_owned(),
            String::new(),
            String::new(),
            said(item),
        ]
    });
    Ok(crate::export::table(std::iter::once(heads).chain(rows)))
}

/// Why a file is not taken.
#[derive(Debug)]
pub enum Refused {
    /// It cannot be read.
    File(FileError),
    /// What is wrong with its rows.
    Rows(Vec<Message>),
}

/// The cells of a row by their headings.
struct Cells<'a> {
    places: &'a HashMap<String, usize>,
    row: &'a Row,
}

impl Cells<'_> {
    fn text(&self, heading: &str) -> String {
        let cell = self.places.get(&heading_key(heading)).and_then(|&place| self.row.cells.get(place));
        cell.map(Cell::text).unwrap_or_default().trim().to_owned()
    }
}

/// What a row wants of its item; none where it says nothing new.
fn wish(cells: &Cells<'_>, item: &Item) -> Result<Option<(Deed, String)>, &'static str> {
    let standing = &item.standing.terms;
    let mut terms = standing.clone();
    let form = cells.text("下放方式");
    if !form.is_empty() {
        terms.form = FORMS.find(&form).ok_or("round-file-form")?;
    }
    let written = cells.text("承接环节");
    if !written.is_empty() {
        let all = written.split(['、', ',', '，', ';', '；', ' ']).filter(|part| !part.is_empty());
        let all: Option<Vec<Function>> = all.map(|word| FUNCTIONS.find(word)).collect();
        terms.functions = all.ok_or("round-file-functions")?;
    }
    let list = cells.text("清单");
    if !list.is_empty() {
        terms.list = DUTY_LISTS.find(&list).ok_or("round-file-list")?;
    }
    match cells.text("保留").as_str() {
        "" => {}
        "是" | "√" | "yes" | "y" => terms.kept = true,
        "否" | "×" | "no" | "n" => terms.kept = false,
        _ => return Err("round-file-kept"),
    }
    let comment = cells.text("说明");
    let opinion = cells.text("意见");
    let answer = match opinion.as_str() {
        "" => None,
        "同意" | "√" | "accept" | "认领" => Some(Answer::Accept),
        "不同意" | "×" | "object" | "不认领" => Some(Answer::Object),
        _ => return Err("round-file-answer"),
    };
    let deed = if terms == *standing {
        match answer {
            Some(Answer::Accept) => Deed::Accept,
            Some(Answer::Object) => Deed::Object,
            None if !comment.is_empty() => Deed::Comment,
            None => return Ok(None),
        }
    } else if answer == Some(Answer::Object) {
        // Whoever objects to what he changes has not made up his mind.
        return Err("round-file-both");
    } else {
        Deed::Change(terms)
    };
    Ok(Some((deed, comment)))
}

/// Does what a file says to the items that may be seen: all of it or nothing. None where there is no such round.
pub async fn import(
    db: &Db,
    caller: &Caller,
    id: RoundId,
    file_name: &str,
    bytes: &[u8],
) -> Result<Option<Result<Done, Refused>>, ServiceError> {
    let sheets = match sheet::read(file_name, bytes) {
        Ok(sheets) => sheets,
        Err(error) => return Ok(Some(Err(Refused::File(error)))),
    };
    let mut write = Write::begin(db).await?;
    let conn = write.conn();
    let Some(round) = store::round::locked(conn, id).await? else { return Ok(None) };
    let sight = caller.actor.sight();
    let items = store::round::items(conn, id, &Filter::default(), sight, (MOST, 0)).await?;
    let by_key: HashMap<(&str, &str), &Item> =
        items.iter().map(|item| ((item.unit_code.as_str(), item.power_code.as_str()), item)).collect();
    let mut problems: Vec<Message> = Vec::new();
    let mut wishes = Vec::new();
    let mut seen = BTreeSet::new();
    let mut is_understood = false;
    for sheet in &sheets {
        let known = |key: &str| HEADINGS.iter().any(|heading| heading_key(heading) == key);
        let Some(table) = sheet::table(sheet, &known) else { continue };
        let places: HashMap<String, usize> =
            table.headings.iter().enumerate().map(|(place, heading)| (heading_key(heading), place)).collect();
        if !places.contains_key(&heading_key(HEADINGS[0])) || !places.contains_key(&heading_key(HEADINGS[2]))
        {
            continue;
        }
        is_understood = true;
        for row in &table.rows {
            let cells = Cells { places: &places, row };
            let key = (cells.text(HEADINGS[0]), cells.text(HEADINGS[2]));
            let at = |key: &'static str| Message::new(key).with("row", row.number);
            let Some(item) = by_key.get(&(key.0.as_str(), key.1.as_str())) else {
                problems.push(at("round-file-no-item").with("unit", key.0).with("power", key.1));
                continue;
            };
            if !seen.insert(item.id) {
                problems.push(at("round-file-twice"));
                continue;
            }
            match wish(&cells, item) {
                Ok(Some((deed, comment))) => wishes.push(Wish { item: (*item).clone(), deed, comment }),
                Ok(None) => {}
                Err(key) => problems.push(at(key)),
            }
        }
    }
    if !is_understood {
        problems
            .push(Message::new("round-file-headings").with("one", HEADINGS[0]).with("other", HEADINGS[2]));
    } else if wishes.is_empty() && problems.is_empty() {
        problems.push(Message::new("round-error-nothing"));
    }
    problems.truncate(TOLD);
    if !problems.is_empty() {
        return Ok(Some(Err(Refused::Rows(problems))));
    }
    let told = |errors: Vec<FieldError>| Refused::Rows(errors.into_iter().map(|(_, told)| told).collect());
    let (permit, done) = match carry_out(conn, caller, &round, &wishes, Leave::Needless).await? {
        Ok(done) => done,
        Err(errors) => return Ok(Some(Err(told(errors)))),
    };
    let change = Change {
        subject: id.to_string(),
        after: json!({ "file": file_name, "stage": round.stage, "items": done.items }),
        ..Change::default()
    };
    write.commit(caller, &permit, change).await?;
    Ok(Some(Ok(done)))
}
