#![doc = include_str!("../README.md")]

mod cell;
mod csv;
mod guard;
mod read;
mod table;
pub mod value;
mod xlsx;

pub use cell::{Cell, Row, Sheet};
pub use guard::{guard, unguard};
pub use read::{FILE_BYTES, FileError, read};
pub use table::{Table, heading_key, table};
