//! Writes rows of one kind as CSV in the columns that `import` reads; imported again, they change nothing.

use crate::import::{
    CASE_RESULTS, DUTY_LISTS, FORMS, FUNCTIONS, INSTRUMENTS, Kind, PAUSE_REASONS, POWER_TYPES, RISKS, ROLES,
    SOURCES, STAFF_KINDS, UNIT_KINDS,
};
use domain::assignment::{Assignment, Function};
use domain::clock::Pause;
use domain::duty::Sight;
use domain::id::{AssignmentId, CaseId, PersonId, PowerId, UnitId};
use domain::power::{Power, RequiredItem};
use domain::{Date, Fen};
use std::collections::HashMap;
use store::{Conn, Db, StoreError};

pub use sheet::guard;

/// A CSV file in memory. It begins with the mark that tells spreadsheet programs that it is UTF-8.
pub(crate) fn writer() -> csv::Writer<Vec<u8>> {
    let mut file = Vec::new();
    file.extend_from_slice("\u{feff}".as_bytes());
    csv::WriterBuilder::new().flexible(true).from_writer(file)
}

/// Adds a row; cells that a spreadsheet program would run are guarded.
pub(crate) fn write(writer: &mut csv::Writer<Vec<u8>>, cells: &[String]) {
    // Writing to memory does not fail.
    let _ = writer.write_record(cells.iter().map(|cell| guard(cell).into_owned()));
}

pub(crate) fn finish(writer: csv::Writer<Vec<u8>>) -> Vec<u8> {
    writer.into_inner().unwrap_or_default()
}

/// Every row of a kind that may be seen.
pub async fn csv(db: &Db, kind: Kind, sight: Sight) -> Result<Vec<u8>, StoreError> {
    let mut conn = db.read().await?;
    let rows = rows(&mut conn, kind, sight).await?;
    let mut writer = writer();
    let columns = kind.columns();
    let headings: Vec<String> = columns.iter().map(|column| column.heading.to_owned()).collect();
    write(&mut writer, &headings);
    for row in rows {
        let cells: Vec<String> = columns
            .iter()
            .map(|column| {
                row.iter().find(|(key, _)| *key == column.key).map_or(String::new(), |(_, text)| text.clone())
            })
            .collect();
        write(&mut writer, &cells);
    }
    Ok(finish(writer))
}

/// Cells by the keys of their columns.
type Row = Vec<(&'static str, String)>;

async fn rows(conn: &mut Conn, kind: Kind, sight: Sight) -> Result<Vec<Row>, StoreError> {
    match kind {
        Kind::Units => units(conn, sight).await,
        Kind::Powers => Ok(store::power::all(conn).await?.iter().map(power).collect()),
        Kind::People => people(conn, sight).await,
        Kind::Certificates => certificates(conn, sight).await,
        Kind::Completions => completions(conn, sight).await,
        Kind::Assignments => assignments(conn, sight).await,
        Kind::Allocations => allocations(conn, sight).await,
        Kind::Supervision => supervision(conn, sight).await,
        Kind::Duties => duties(conn, sight).await,
        Kind::Establishment => establishment(conn, sight).await,
        Kind::Equipment => equipment(conn, sight).await,
        Kind::Funding => funding(conn, sight).await,
        Kind::Statistics => statistics(conn, sight).await,
        Kind::Roles => roles(conn, sight).await,
        Kind::Cases => cases(conn, sight).await,
    }
}

async fn roles(conn: &mut Conn, sight: Sight) -> Result<Vec<Row>, StoreError> {
    let role = |grant: store::grant::NamedGrant| {
        let word = grant.role.parse().map_or(grant.role.clone(), |role| ROLES.word(role).to_owned());
        vec![
            ("person", grant.person),
            ("unit", grant.unit),
            ("post", grant.post),
            ("role", word),
            ("scope", grant.scope),
            ("from", day(Some(grant.period.from))),
            ("to", day(grant.period.to)),
        ]
    };
    Ok(store::grant::all(conn, sight).await?.into_iter().map(role).collect())
}

fn day(date: Option<Date>) -> String {
    date.map_or(String::new(), |date| date.to_string())
}

/// Yuan with two decimals where there are fen.
fn yuan(amount: Fen) -> String {
    let (yuan, fen) = (amount.0 / 100, amount.0 % 100);
    if fen == 0 { yuan.to_string() } else { format!("{yuan}.{fen:02}") }
}

fn number(value: Option<u32>) -> String {
    value.map_or(String::new(), |value| value.to_string())
}

fn yes_no(value: bool) -> String {
    if value { "是" } else { "否" }.to_owned()
}

async fn unit_codes(conn: &mut Conn, sight: Sight) -> Result<HashMap<UnitId, String>, StoreError> {
    Ok(store::unit::codes(conn, sight).await?.into_iter().collect())
}

async fn person_codes(conn: &mut Conn, sight: Sight) -> Result<HashMap<PersonId, String>, StoreError> {
    Ok(store::people::persons(conn, sight)
        .await?
        .into_iter()
        .map(|person| (person.id, person.code))
        .collect())
}

/// What names an assignment: its power's key, its unit's code and the day it began.
struct Keys {
    units: HashMap<UnitId, String>,
    powers: HashMap<PowerId, (String, String, String)>,
    assignments: HashMap<AssignmentId, Assignment>,
}

impl Keys {
    async fn load(conn: &mut Conn, sight: Sight) -> Result<Self, StoreError> {
        let key = |power: Power| (power.id, (power.code, power.catalogue, power.version));
        Ok(Self {
            units: unit_codes(conn, sight).await?,
            powers: store::power::all(conn).await?.into_iter().map(key).collect(),
            assignments: store::assignment::all(conn, sight)
                .await?
                .into_iter()
                .map(|each| (each.id, each))
                .collect(),
        })
    }

    fn unit(&self, id: UnitId) -> String {
        self.units.get(&id).cloned().unwrap_or_default()
    }

    fn power(&self, id: PowerId) -> Row {
        let (code, catalogue, version) = self.powers.get(&id).cloned().unwrap_or_default();
        vec![("power", code), ("catalogue", catalogue), ("version", version)]
    }

    fn assignment(&self, id: AssignmentId) -> Row {
        let Some(assignment) = self.assignments.get(&id) else {
            return Row::new();
        };
        let mut row = self.power(assignment.power);
        row.push(("unit", self.unit(assignment.unit)));
        row.push(("assigned_from", assignment.period.from.to_string()));
        row
    }
}

async fn units(conn: &mut Conn, sight: Sight) -> Result<Vec<Row>, StoreError> {
    let codes = unit_codes(conn, sight).await?;
    let all = store::unit::all(conn, sight).await?;
    let row = |unit: domain::unit::Unit| {
        vec![
            ("parent", unit.parent.and_then(|parent| codes.get(&parent).cloned()).unwrap_or_default()),
            ("code", unit.code),
            ("name", unit.name),
            ("kind", UNIT_KINDS.word(unit.kind).to_owned()),
            ("credit_code", unit.credit_code.unwrap_or_default()),
        ]
    };
    Ok(all.into_iter().map(row).collect())
}

fn required_item(each: &RequiredItem) -> String {
    if each.quantity == 1 { each.item.clone() } else { format!("{}×{}", each.item, each.quantity) }
}

fn power(power: &Power) -> Row {
    let citations: Vec<&str> = power.legal_bases.iter().map(|basis| basis.citation.as_str()).collect();
    let first = power.legal_bases.first();
    let items: Vec<String> = power.equipment.iter().map(required_item).collect();
    vec![
        ("catalogue", power.catalogue.clone()),
        ("version", power.version.clone()),
        ("code", power.code.clone()),
        ("name", power.name.clone()),
        ("type", POWER_TYPES.word(power.power_type).to_owned()),
        ("field", power.field.clone()),
        ("legal_basis", citations.join("；")),
        ("basis_from", day(first.and_then(|basis| basis.from))),
        ("basis_to", day(first.and_then(|basis| basis.to))),
        ("original_department", power.original_department.clone()),
        ("form_of_transfer", power.published_form.clone()),
        ("statutory_days", number(power.statutory_days)),
        ("promised_days", number(power.promised_days)),
        ("minutes", power.minutes_per_case.to_string()),
        ("certificates", power.certificates.join("、")),
        ("courses", power.courses.join("、")),
        ("equipment", items.join("、")),
        ("risk", RISKS.word(power.risk).to_owned()),
        ("seasonal", yes_no(power.rhythm.seasonal)),
        ("emergency", yes_no(power.rhythm.emergency)),
        ("min_people", number(power.min_people)),
        ("cost_per_case", yuan(power.cost_per_case)),
        ("remarks", power.remarks.clone()),
        ("source_url", power.source.clone()),
    ]
}

async fn people(conn: &mut Conn, sight: Sight) -> Result<Vec<Row>, StoreError> {
    let units = unit_codes(conn, sight).await?;
    let people = store::people::persons(conn, sight).await?;
    let people: HashMap<PersonId, _> = people.into_iter().map(|person| (person.id, person)).collect();
    let mut rows = Vec::new();
    for (person, post) in store::people::appointments(conn, sight).await? {
        let Some(person) = people.get(&person) else {
            continue;
        };
        rows.push(vec![
            ("code", person.code.clone()),
            ("name", person.name.clone()),
            ("unit", units.get(&post.unit).cloned().unwrap_or_default()),
            ("post", post.post),
            ("kind", STAFF_KINDS.word(post.kind).to_owned()),
            ("share", post.share.to_string()),
            ("from", post.period.from.to_string()),
            ("to", day(post.period.to)),
            ("allowance_hours", person.allowance_hours.to_string()),
        ]);
    }
    rows.sort();
    Ok(rows)
}

async fn certificates(conn: &mut Conn, sight: Sight) -> Result<Vec<Row>, StoreError> {
    let people = person_codes(conn, sight).await?;
    let all = store::people::certificates(conn, sight).await?;
    let row = |(person, each): (PersonId, domain::people::Certificate)| {
        vec![
            ("person", people.get(&person).cloned().unwrap_or_default()),
            ("kind", each.kind),
            ("number", each.number),
            ("issued_on", each.issued_on.to_string()),
            ("expires_on", day(each.expires_on)),
            ("suspended_from", day(each.suspended.map(|period| period.from))),
            ("suspended_to", day(each.suspended.and_then(|period| period.to))),
            ("revoked_on", day(each.revoked_on)),
        ]
    };
    Ok(all.into_iter().map(row).collect())
}

async fn completions(conn: &mut Conn, sight: Sight) -> Result<Vec<Row>, StoreError> {
    let people = person_codes(conn, sight).await?;
    let all = store::people::completions(conn, sight).await?;
    let row = |(person, each): (PersonId, domain::people::Completion)| {
        let (hours, tenth) = (each.tenths_of_hours / 10, each.tenths_of_hours % 10);
        vec![
            ("person", people.get(&person).cloned().unwrap_or_default()),
            ("course", each.course),
            ("completed_on", each.completed_on.to_string()),
            ("valid_until", day(each.valid_until)),
            ("hours", if tenth == 0 { hours.to_string() } else { format!("{hours}.{tenth}") }),
        ]
    };
    Ok(all.into_iter().map(row).collect())
}

async fn assignments(conn: &mut Conn, sight: Sight) -> Result<Vec<Row>, StoreError> {
    let keys = Keys::load(conn, sight).await?;
    let mut rows = Vec::new();
    for each in store::assignment::all(conn, sight).await? {
        let functions: Vec<&str> = each.functions.iter().map(|&function| FUNCTIONS.word(function)).collect();
        let paper = each.instrument.as_ref();
        let mut row = keys.power(each.power);
        row.extend([
            ("unit", keys.unit(each.unit)),
            ("giver", each.giver.map(|giver| keys.unit(giver)).unwrap_or_default()),
            ("form", FORMS.word(each.form).to_owned()),
            ("functions", functions.join("、")),
            ("from", each.period.from.to_string()),
            ("to", day(each.period.to)),
            ("transition_until", day(each.transition_until)),
            ("instrument_kind", paper.map_or("", |paper| INSTRUMENTS.word(paper.kind)).to_owned()),
            ("instrument_number", paper.map_or(String::new(), |paper| paper.number.clone())),
            ("signed_on", day(paper.and_then(|paper| paper.signed_on))),
            ("instrument_until", day(paper.and_then(|paper| paper.until))),
            ("published_on", day(paper.and_then(|paper| paper.published_on))),
            ("planned_volume", number(each.planned_volume)),
        ]);
        rows.push(row);
    }
    rows.sort();
    Ok(rows)
}

async fn allocations(conn: &mut Conn, sight: Sight) -> Result<Vec<Row>, StoreError> {
    let keys = Keys::load(conn, sight).await?;
    let people = person_codes(conn, sight).await?;
    let mut rows = Vec::new();
    for each in store::people::allocations(conn, sight).await? {
        let mut row = keys.assignment(each.assignment);
        row.extend([
            ("person", people.get(&each.person).cloned().unwrap_or_default()),
            ("function", FUNCTIONS.word(each.function).to_owned()),
            ("share", each.share.to_string()),
            ("from", each.period.from.to_string()),
            ("to", day(each.period.to)),
        ]);
        rows.push(row);
    }
    rows.sort();
    Ok(rows)
}

async fn supervision(conn: &mut Conn, sight: Sight) -> Result<Vec<Row>, StoreError> {
    let keys = Keys::load(conn, sight).await?;
    let people = person_codes(conn, sight).await?;
    let mut rows = Vec::new();
    for each in store::supervision::all(conn, sight).await? {
        let mut row = keys.assignment(each.assignment);
        row.extend([
            ("supervisor", keys.unit(each.unit)),
            ("liaison", each.liaison.and_then(|id| people.get(&id).cloned()).unwrap_or_default()),
            ("from", each.period.from.to_string()),
            ("to", day(each.period.to)),
        ]);
        rows.push(row);
    }
    rows.sort();
    Ok(rows)
}

async fn duties(conn: &mut Conn, sight: Sight) -> Result<Vec<Row>, StoreError> {
    let keys = Keys::load(conn, sight).await?;
    let mut rows = Vec::new();
    for each in store::duties::all(conn, sight).await? {
        let mut row = each.power.map_or_else(Row::new, |power| keys.power(power));
        row.extend([
            ("unit", keys.unit(each.unit)),
            ("list", DUTY_LISTS.word(each.list).to_owned()),
            ("code", each.code),
            ("text", each.text),
            ("lead", each.lead),
            ("matters", each.matters),
            ("basis", each.basis),
        ]);
        rows.push(row);
    }
    Ok(rows)
}

async fn establishment(conn: &mut Conn, sight: Sight) -> Result<Vec<Row>, StoreError> {
    let units = unit_codes(conn, sight).await?;
    let all = store::resources::establishments(conn, sight).await?;
    let row = |(unit, each): (UnitId, domain::means::Establishment)| {
        vec![
            ("unit", units.get(&unit).cloned().unwrap_or_default()),
            ("authorised", each.authorised.to_string()),
            ("from", each.from.to_string()),
        ]
    };
    Ok(all.into_iter().map(row).collect())
}

async fn equipment(conn: &mut Conn, sight: Sight) -> Result<Vec<Row>, StoreError> {
    let units = unit_codes(conn, sight).await?;
    let all = store::resources::all_equipment(conn, sight).await?;
    let row = |(unit, each): (UnitId, domain::means::Equipment)| {
        vec![
            ("unit", units.get(&unit).cloned().unwrap_or_default()),
            ("item", each.item),
            ("quantity", each.quantity.to_string()),
            ("from", each.period.from.to_string()),
            ("to", day(each.period.to)),
        ]
    };
    Ok(all.into_iter().map(row).collect())
}

async fn funding(conn: &mut Conn, sight: Sight) -> Result<Vec<Row>, StoreError> {
    let keys = Keys::load(conn, sight).await?;
    let mut rows = Vec::new();
    for (unit, each) in store::resources::all_funding(conn, sight).await? {
        let mut row = match each.assignment {
            Some(assignment) => keys.assignment(assignment),
            None => vec![("unit", keys.unit(unit))],
        };
        row.extend([
            ("year", each.year.to_string()),
            ("source", SOURCES.word(each.source).to_owned()),
            ("document", each.document),
            ("allocated", yuan(each.allocated)),
            ("committed", yuan(each.committed)),
            ("released", yuan(each.released)),
            ("spent", yuan(each.spent)),
        ]);
        rows.push(row);
    }
    Ok(rows)
}

async fn statistics(conn: &mut Conn, sight: Sight) -> Result<Vec<Row>, StoreError> {
    let keys = Keys::load(conn, sight).await?;
    let mut rows = Vec::new();
    for (assignment, each) in store::statistics::all(conn, sight).await? {
        let mut row = keys.assignment(assignment);
        row.extend([
            ("month", each.month.format("%Y-%m").to_string()),
            ("received", each.received.to_string()),
            ("completed", each.completed.to_string()),
            ("instant", each.instant.to_string()),
            ("early", each.early.to_string()),
            ("overdue", each.overdue.to_string()),
            ("returned", each.returned.to_string()),
            ("complaints", each.complaints.to_string()),
            ("reconsiderations", each.reconsiderations.to_string()),
            ("reversals", each.reversals.to_string()),
        ]);
        rows.push(row);
    }
    Ok(rows)
}

/// Cases that a file brought; what is handled here stays here.
async fn cases(conn: &mut Conn, sight: Sight) -> Result<Vec<Row>, StoreError> {
    let keys = Keys::load(conn, sight).await?;
    let people = person_codes(conn, Sight::Everything).await?;
    let mut doers: HashMap<CaseId, Vec<(Function, PersonId)>> = HashMap::new();
    for (case, function, person) in store::case::all_imported_steps(conn).await? {
        doers.entry(case).or_default().push((function, person));
    }
    let mut pauses: HashMap<CaseId, Vec<Pause>> = HashMap::new();
    for (case, pause) in store::case::all_pauses(conn).await? {
        pauses.entry(case).or_default().push(pause);
    }
    let mut rows = Vec::new();
    for each in store::case::all(conn, sight).await?.into_iter().filter(|each| each.is_imported) {
        let mut row = keys.assignment(each.assignment);
        let by = |wanted: Function| {
            let found = doers.get(&each.id).and_then(|all| all.iter().find(|(of, _)| *of == wanted));
            found.and_then(|(_, person)| people.get(person).cloned()).unwrap_or_default()
        };
        let paused = pauses.get(&each.id).map_or(&[][..], Vec::as_slice);
        let joined = |part: fn(&Pause) -> String| {
            let parts: Vec<String> = paused.iter().map(part).collect();
            if parts.iter().all(String::is_empty) { String::new() } else { parts.join("；") }
        };
        let progress = &each.progress;
        row.extend([
            ("number", each.number.clone()),
            ("applied_on", day(progress.applied_on)),
            ("accepted_on", day(progress.accepted_on)),
            ("decided_on", day(progress.decided_on)),
            ("result", progress.result.map_or("", |result| CASE_RESULTS.word(result)).to_owned()),
            ("acceptor", by(Function::Accept)),
            ("reviewer", by(Function::Review)),
            ("approver", by(Function::Approve)),
            ("legal_reviewer", by(Function::LegalReview)),
            ("hearer", by(Function::Hear)),
            ("inspector", by(Function::Inspect)),
            ("supervisor", by(Function::Supervise)),
            ("pause_from", joined(|pause| pause.from.to_string())),
            ("pause_to", joined(|pause| day(pause.to))),
            ("pause_reason", joined(|pause| PAUSE_REASONS.word(pause.reason).to_owned())),
            ("pause_notified", joined(|pause| day(pause.notified_on))),
            ("finisher", progress.finisher.map(|unit| keys.unit(unit)).unwrap_or_default()),
        ]);
        rows.push(row);
    }
    Ok(rows)
}

/// A CSV file of any rows.
pub fn table(rows: impl IntoIterator<Item = impl IntoIterator<Item = String>>) -> Vec<u8> {
    let mut writer = writer();
    for row in rows {
        write(&mut writer, &row.into_iter().collect::<Vec<_>>());
    }
    finish(writer)
}

/// One line of a CSV file, without its end.
pub fn line(cells: &[String]) -> String {
    let mut writer = csv::Writer::from_writer(Vec::new());
    write(&mut writer, cells);
    String::from_utf8_lossy(&finish(writer)).trim_end_matches('\n').to_owned()
}
