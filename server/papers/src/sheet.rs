//! Everything that is printed of a paper, in its order.

use domain::Date;
use serde::{Deserialize, Serialize};

/// A paper as it is printed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sheet {
    /// Tag of its language, such as `zh-CN`.
    pub lang: String,
    /// Title.
    pub title: String,
    /// Number (文号).
    pub number: String,
    /// The day on which it was drawn up.
    pub drawn_on: Date,
    /// To whom it is addressed; empty where two sides sign.
    pub addressee: String,
    /// Paragraphs before the table.
    pub opening: Vec<String>,
    /// What it is about.
    pub table: Table,
    /// Numbered clauses after the table.
    pub clauses: Vec<Clause>,
    /// Where it is signed and sealed, from left to right.
    pub blocks: Vec<Block>,
    /// Who filled it in, who checked it, and when.
    pub desk: Vec<String>,
    /// The line at the foot of each page, with `{page}` and `{pages}`.
    pub foot: String,
}

/// A table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Table {
    /// What it is.
    pub caption: String,
    /// Its columns.
    pub columns: Vec<Column>,
    /// Its rows, each as many texts as there are columns.
    pub rows: Vec<Vec<String>>,
}

/// A column of a table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Column {
    /// Its head.
    pub head: String,
    /// Its width in hundredths of the table's.
    pub width: u8,
    /// Whether its texts are short and stand in the middle.
    pub is_centred: bool,
}

/// A numbered clause.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Clause {
    /// Its number and what it is about.
    pub head: String,
    /// What it says.
    pub text: String,
}

/// Where one side signs and seals.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Block {
    /// In which capacity, and that it seals.
    pub head: String,
    /// Name of the unit.
    pub unit: String,
    /// Lines to be filled in.
    pub lines: Vec<String>,
}
