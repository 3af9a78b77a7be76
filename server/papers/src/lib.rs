#![doc = include_str!("../README.md")]

mod compose;
mod font;
mod layout;
mod line;
mod pdf;
mod sheet;

pub use compose::{Facts, Item, OpenCase, compose};
pub use font::{FontError, Fonts};
pub use pdf::{PdfError, pdf};
pub use sheet::{Block, Clause, Column, Sheet, Table};
