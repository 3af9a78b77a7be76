//! The rows of each kind, from cells to what is stored.

mod assigned;
mod cases;
mod duties;
mod people;
mod resources;
mod roles;
mod structure;
mod supervision;

use super::cells::{self, Fields};
use super::kind::Kind;
use super::lookup::Lookup;
use crate::duty::RowScale;
use crate::handoff::Desk;
use crate::write::Caller;
use domain::assignment::Assignment;
use domain::duty::BENEFIT_RULE;
use domain::id::{AssignmentId, PersonId, UnitId};
use domain::people::Person;
use domain::power::Power;
use domain::separation::{Book, Names};
use domain::unit::Unit;
use domain::{Date, Message, Period};
use sheet::Row;
use std::collections::{BTreeSet, HashMap, HashSet};
use store::basis::Mark;
use store::{Conn, StoreError};

/// What became of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Outcome {
    New,
    Changed,
    Unchanged,
    Wrong,
    /// It refers to a row further down.
    Waits,
}

/// Writes rows, and remembers which units they touch.
pub(super) struct Importer<'a> {
    conn: &'a mut Conn,
    today: Date,
    /// Who imports; nobody gives himself anything.
    me: Option<PersonId>,
    /// The rules by which rows that give rights are weighed; none where they are only to be shown.
    separation: Option<(Book, Names)>,
    lookup: Lookup,
    /// Units whose assessments stand on what was written.
    pub touched: BTreeSet<UnitId>,
    /// Natural keys that the file has shown, and in which row of which sheet.
    seen: HashMap<String, (usize, u32)>,
    /// Names that the file has given to people's codes, and in which row.
    names: HashMap<String, (String, u32)>,
    /// Which sheet it is.
    sheet: usize,
    /// Codes and names of units that stand further down.
    expected: HashSet<String>,
    sheet_unit: Option<Unit>,
    catalogue: String,
    version: String,
    /// Who imports, and when.
    caller: &'a Caller,
    /// What pushing decided cases stands on.
    desk: Option<Desk>,
    /// What checks of cases stand on.
    known: HashMap<AssignmentId, cases::Known>,
    /// What became of articles, once it was asked for.
    marks: Option<Vec<Mark>>,
    /// Which versions of catalogues are published, as far as it was asked for.
    published: HashMap<(String, String), bool>,
}

impl<'a> Importer<'a> {
    pub fn new(conn: &'a mut Conn, caller: &'a Caller, separation: Option<(Book, Names)>) -> Self {
        Self {
            conn,
            today: caller.today,
            me: caller.actor.rights().map(|rights| rights.person),
            separation,
            lookup: Lookup::new(caller.today),
            touched: BTreeSet::new(),
            seen: HashMap::new(),
            names: HashMap::new(),
            sheet: 0,
            expected: HashSet::new(),
            sheet_unit: None,
            catalogue: String::new(),
            version: String::new(),
            caller,
            desk: None,
            known: HashMap::new(),
            marks: None,
            published: HashMap::new(),
        }
    }

    /// The unit that a sheet is named after.
    pub async fn unit_of_sheet(&mut self, name: &str) -> Result<Option<Unit>, StoreError> {
        Ok(self.lookup.unit(self.conn, name.trim()).await?.ok())
    }

    pub fn begin_sheet(&mut self, unit: Option<Unit>, catalogue: String, version: String) {
        self.sheet += 1;
        self.sheet_unit = unit;
        self.catalogue = catalogue;
        self.version = version;
    }

    /// Takes note of which units a file brings, so that rows may refer to rows further down.
    pub fn expect_units(&mut self, rows: &[Row], columns: &HashMap<&'static str, usize>) {
        for key in ["code", "name"] {
            let place = columns.get(key).copied();
            let cells = rows.iter().filter_map(|row| row.cells.get(place?));
            self.expected.extend(cells.filter_map(|cell| sheet::value::code(cell).ok()));
        }
    }

    /// From now on what is not there is wrong.
    pub fn expect_nothing(&mut self) {
        self.expected.clear();
    }

    pub async fn row(&mut self, kind: Kind, fields: &mut Fields<'_>) -> Result<Outcome, StoreError> {
        let outcome = match kind {
            Kind::Units => self.unit(fields).await,
            Kind::Powers => self.power(fields).await,
            Kind::People => self.appointment(fields).await,
            Kind::Certificates => self.certificate(fields).await,
            Kind::Completions => self.completion(fields).await,
            Kind::Assignments => self.assignment(fields).await,
            Kind::Allocations => self.allocation(fields).await,
            Kind::Supervision => self.supervision(fields).await,
            Kind::Duties => self.duty(fields).await,
            Kind::Establishment => self.establishment(fields).await,
            Kind::Equipment => self.equipment(fields).await,
            Kind::Funding => self.funding(fields).await,
            Kind::Statistics => self.statistics(fields).await,
            Kind::Roles => self.role(fields).await,
            Kind::Cases => self.case(fields).await,
        }?;
        if outcome == Outcome::Waits {
            return Ok(outcome);
        }
        if fields.is_good() {
            return Ok(outcome);
        }
        fields.check_rest();
        Ok(Outcome::Wrong)
    }

    /// Refuses a second row with the same key and other values; a mere repetition is only told.
    fn is_first(&mut self, fields: &mut Fields<'_>, key: &'static str, natural: String, same: bool) -> bool {
        let place = (self.sheet, fields.number());
        match self.seen.insert(natural, place) {
            Some(before) if before != place => {
                let what = if same { "import-warning-repeated" } else { "import-error-contradicts" };
                let problem = Message::new(what).with("row", i64::from(before.1));
                if same {
                    fields.doubt(key, problem);
                } else {
                    fields.wrong(key, problem);
                }
                same
            }
            _ => true,
        }
    }

    /// The unit of a row: its cell, or the sheet's name.
    async fn row_unit(&mut self, fields: &mut Fields<'_>) -> Result<Option<Unit>, StoreError> {
        if !fields.has("unit") {
            return Ok(self.sheet_unit.clone());
        }
        let Some(written) = fields.must("unit", cells::code) else {
            return Ok(None);
        };
        self.found_unit(fields, "unit", &written).await
    }

    async fn found_unit(
        &mut self,
        fields: &mut Fields<'_>,
        key: &'static str,
        written: &str,
    ) -> Result<Option<Unit>, StoreError> {
        match self.lookup.unit(self.conn, written).await? {
            Ok(unit) => Ok(Some(unit)),
            Err(problem) => {
                fields.wrong(key, problem);
                Ok(None)
            }
        }
    }

    /// The power of a row, by code or name, in the row's catalogue and version where it says them.
    async fn row_power(&mut self, fields: &mut Fields<'_>) -> Result<Option<Power>, StoreError> {
        let Some(written) = fields.must("power", cells::code) else {
            return Ok(None);
        };
        let (mut catalogue, mut version) = (String::new(), String::new());
        fields.set("catalogue", &mut catalogue, cells::text);
        fields.set("version", &mut version, cells::text);
        match self.lookup.power(self.conn, &written, &catalogue, &version).await? {
            Ok(power) => Ok(Some(power)),
            Err(problem) => {
                fields.wrong("power", problem);
                Ok(None)
            }
        }
    }

    async fn row_person(&mut self, fields: &mut Fields<'_>) -> Result<Option<Person>, StoreError> {
        let Some(code) = fields.must("person", cells::code) else {
            return Ok(None);
        };
        let person = self.lookup.person(self.conn, &code).await?;
        if person.is_none() {
            fields.wrong("person", Message::new("import-error-no-person"));
        }
        Ok(person)
    }

    /// The assignment that a row speaks of: unit, power, and where there were several, the day it began.
    async fn row_assignment(
        &mut self,
        fields: &mut Fields<'_>,
        on: Date,
    ) -> Result<Option<Assignment>, StoreError> {
        let unit = self.row_unit(fields).await?;
        let power = self.row_power(fields).await?;
        let mut began = None;
        fields.set_some("assigned_from", &mut began, cells::date);
        let (Some(unit), Some(power)) = (unit, power) else {
            return Ok(None);
        };
        match self.lookup.assignment(self.conn, &unit, &power, began, on).await? {
            Ok(assignment) => Ok(Some(assignment)),
            Err(problem) => {
                fields.wrong("power", problem);
                Ok(None)
            }
        }
    }

    /// A period from two columns; refused when it ends before it begins.
    fn row_period(fields: &mut Fields<'_>, stored_end: Option<Date>) -> Option<Period> {
        let from = fields.must("from", cells::date);
        let mut to = stored_end;
        fields.set_some("to", &mut to, cells::date);
        match Period::new(from?, to) {
            Ok(period) => Some(period),
            Err(reversed) => {
                fields.wrong("to", Message::new("import-error-reversed").with("from", reversed.from));
                None
            }
        }
    }

    /// Takes note of what a person holds before a row that gives him something is written.
    async fn weigh(&mut self, person: &Person) -> Result<Option<RowScale>, StoreError> {
        match &self.separation {
            Some(rules) => Ok(Some(RowScale::before(self.conn, person.id, rules).await?)),
            None => Ok(None),
        }
    }

    /// Whether what was written breaks no rule in force; one that is only recorded is told as a doubt.
    async fn is_kept_apart(
        &mut self,
        fields: &mut Fields<'_>,
        key: &'static str,
        scale: Option<RowScale>,
    ) -> Result<bool, StoreError> {
        let (Some(rules), Some(scale)) = (&self.separation, scale) else { return Ok(true) };
        let (told, gaining) = scale.after(self.conn, rules, self.today).await?;
        // Whoever stands in for somebody would give himself what he gives him.
        if self.me.is_some_and(|me| gaining.contains(&me)) {
            fields.wrong(key, Message::new("import-error-own-function").with("rule", BENEFIT_RULE));
        }
        for (refuses, message) in told {
            if refuses {
                fields.wrong(key, message);
            } else {
                fields.doubt(key, message);
            }
        }
        Ok(fields.is_good())
    }

    async fn touch_person(&mut self, person: &Person) -> Result<(), StoreError> {
        self.touched.extend(store::people::units_of(self.conn, person.id).await?);
        Ok(())
    }
}

/// New, changed or unchanged, by what was stored and what the row says.
fn outcome<T: PartialEq>(stored: Option<&T>, row: &T) -> Outcome {
    match stored {
        None => Outcome::New,
        Some(stored) if stored == row => Outcome::Unchanged,
        Some(_) => Outcome::Changed,
    }
}
