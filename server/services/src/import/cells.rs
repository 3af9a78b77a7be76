//! The cells of one row, and everything that is wrong with them.

use super::{Column, Kind, Words};
use domain::Message;
use sheet::value::{self, Bad};
use sheet::{Cell, Row};
use std::collections::HashMap;
use std::str::FromStr;

/// A cell that is wrong or doubtful.
#[derive(Debug)]
pub(super) struct CellProblem {
    pub key: &'static str,
    pub column: String,
    pub value: String,
    pub problem: Message,
}

/// One row as its columns name it. What is wrong is gathered, so that all of it is told at once.
pub(super) struct Fields<'a> {
    kind: Kind,
    columns: &'a HashMap<&'static str, usize>,
    headings: &'a [String],
    row: &'a Row,
    pub errors: Vec<CellProblem>,
    pub warnings: Vec<CellProblem>,
}

static EMPTY: Cell = Cell::Empty;

impl<'a> Fields<'a> {
    pub fn new(
        kind: Kind,
        columns: &'a HashMap<&'static str, usize>,
        headings: &'a [String],
        row: &'a Row,
    ) -> Self {
        Self { kind, columns, headings, row, errors: Vec::new(), warnings: Vec::new() }
    }

    /// The row number that the spreadsheet program shows.
    pub fn number(&self) -> u32 {
        self.row.number
    }

    /// Whether nothing is wrong so far.
    pub fn is_good(&self) -> bool {
        self.errors.is_empty()
    }

    /// Whether something is wrong with a cell already.
    pub fn is_told(&self, key: &str) -> bool {
        self.errors.iter().any(|problem| problem.key == key)
    }

    /// Whether the file has the column.
    pub fn has(&self, key: &str) -> bool {
        self.columns.contains_key(key)
    }

    fn cell(&self, key: &str) -> &'a Cell {
        self.columns.get(key).and_then(|&place| self.row.cells.get(place)).unwrap_or(&EMPTY)
    }

    /// The cell as a person reads it.
    pub fn text(&self, key: &str) -> String {
        self.cell(key).text()
    }

    fn problem(&self, key: &'static str, problem: Message) -> CellProblem {
        let written = self.columns.get(key).and_then(|&place| self.headings.get(place)).cloned();
        let canonical = || {
            let column = self.kind.columns().iter().find(|column| column.key == key);
            column.map_or(String::new(), |column: &Column| column.heading.to_owned())
        };
        CellProblem { key, column: written.unwrap_or_else(canonical), value: self.text(key), problem }
    }

    /// Notes that a cell is wrong.
    pub fn wrong(&mut self, key: &'static str, problem: Message) {
        let problem = self.problem(key, problem);
        self.errors.push(problem);
    }

    /// Notes a doubt.
    pub fn doubt(&mut self, key: &'static str, problem: Message) {
        let problem = self.problem(key, problem);
        self.warnings.push(problem);
    }

    /// Reads a cell that must be filled.
    pub fn must<T>(&mut self, key: &'static str, read: impl Fn(&Cell) -> Result<T, Message>) -> Option<T> {
        if self.cell(key).is_empty() {
            self.wrong(key, Message::new("import-error-empty"));
            return None;
        }
        self.read(key, read)
    }

    fn read<T>(&mut self, key: &'static str, read: impl Fn(&Cell) -> Result<T, Message>) -> Option<T> {
        match read(self.cell(key)) {
            Ok(value) => Some(value),
            Err(problem) => {
                self.wrong(key, problem);
                None
            }
        }
    }

    /// Looks at the cells that were not read because the row was wrong already, so that all of it is told.
    pub fn check_rest(&mut self) {
        for column in self.kind.columns() {
            let told = self.errors.iter().any(|problem| problem.key == column.key);
            let Some(check) = check_of(column.key).filter(|_| !told && !self.cell(column.key).is_empty())
            else {
                continue;
            };
            if let Err(problem) = check(self.cell(column.key)) {
                self.wrong(column.key, problem);
            }
        }
    }

    /// Reads a cell into what is stored: without the column it stays, an empty cell makes it `empty`.
    pub fn set_or<T>(
        &mut self,
        key: &'static str,
        stored: &mut T,
        empty: T,
        read: impl Fn(&Cell) -> Result<T, Message>,
    ) {
        if !self.has(key) {
            return;
        }
        if self.cell(key).is_empty() {
            *stored = empty;
        } else if let Some(value) = self.read(key, read) {
            *stored = value;
        }
    }

    /// The same where an empty cell means the type's default.
    pub fn set<T: Default>(
        &mut self,
        key: &'static str,
        stored: &mut T,
        read: impl Fn(&Cell) -> Result<T, Message>,
    ) {
        self.set_or(key, stored, T::default(), read);
    }

    /// The same where an empty cell means that there is none.
    pub fn set_some<T>(
        &mut self,
        key: &'static str,
        stored: &mut Option<T>,
        read: impl Fn(&Cell) -> Result<T, Message>,
    ) {
        self.set_or(key, stored, None, |cell| read(cell).map(Some));
    }
}

/// Whether a cell is what its column holds.
type Check = fn(&Cell) -> Result<(), Message>;

/// What the cells of a column must be, whatever else its row lacks.
fn check_of(key: &str) -> Option<Check> {
    Some(match key {
        "basis_from" | "basis_to" | "from" | "to" | "issued_on" | "expires_on" | "suspended_from"
        | "suspended_to" | "revoked_on" | "completed_on" | "valid_until" | "transition_until"
        | "signed_on" | "instrument_until" | "published_on" | "assigned_from" | "applied_on"
        | "accepted_on" | "decided_on" => |cell| date(cell).map(drop),
        "month" => |cell| month(cell).map(drop),
        "share" => |cell| share(cell).map(drop),
        "allowance_hours" | "hours" => |cell| decimal(cell).map(drop),
        "cost_per_case" | "allocated" | "committed" | "released" | "spent" => |cell| fen(cell).map(drop),
        "statutory_days" | "promised_days" | "minutes" | "min_people" | "planned_volume" | "authorised"
        | "quantity" | "received" | "completed" | "instant" | "early" | "overdue" | "returned"
        | "complaints" | "reconsiderations" | "reversals" => |cell| whole(cell).map(drop),
        "seasonal" | "emergency" => |cell| yes_no(cell).map(drop),
        _ => return None,
    })
}

macro_rules! readers {
    ($($(#[$meta:meta])* $name:ident -> $type:ty,)+) => {$(
        $(#[$meta])*
        pub(super) fn $name(cell: &Cell) -> Result<$type, Message> {
            value::$name(cell).map_err(bad)
        }
    )+};
}
readers! {
    text -> String,
    code -> String,
    date -> domain::Date,
    whole -> u32,
    decimal -> f64,
    share -> f64,
    yes_no -> bool,
    list -> Vec<String>,
}

pub(super) fn month(cell: &Cell) -> Result<domain::Date, Message> {
    value::month(cell).map_err(|problem| match problem {
        Bad::NotADate => Message::new("import-error-not-a-month"),
        other => bad(other),
    })
}

pub(super) fn fen(cell: &Cell) -> Result<domain::Fen, Message> {
    value::fen(cell).map(domain::Fen).map_err(bad)
}

/// What is wrong with a cell, and how to mend it.
fn bad(bad: Bad) -> Message {
    Message::new(match bad {
        Bad::NotADate => "import-error-not-a-date",
        Bad::NotANumber => "import-error-not-a-number",
        Bad::NotWhole => "import-error-not-whole",
        Bad::Negative => "import-error-negative",
        Bad::TooLarge => "import-error-too-large",
        Bad::MoreThanWhole => "import-error-more-than-whole",
        Bad::LostDigits => "import-error-lost-digits",
        Bad::NotYesNo => "import-error-not-yes-no",
        Bad::CellError => "import-error-cell-error",
    })
}

/// A reader for one of the words of an enumeration.
pub(super) fn word<T: Copy + PartialEq + FromStr>(words: Words<T>) -> impl Fn(&Cell) -> Result<T, Message> {
    move |cell| {
        let text = code(cell)?;
        let unknown = || Message::new("import-error-unknown-word").with("allowed", words.all());
        words.find(&text).ok_or_else(unknown)
    }
}
