//! What a form sends, and what is wrong with it.

use domain::{Date, Message};
use sheet::Cell;
use std::collections::BTreeMap;

/// Names and texts; several values of one name are separated by spaces.
pub type Fields = BTreeMap<String, String>;

/// A field that is wrong, and why.
pub type FieldError = (&'static str, Message);

/// A field's text without spaces around it; empty when it was not sent.
pub(crate) fn text<'a>(fields: &'a Fields, name: &str) -> &'a str {
    fields.get(name).map_or("", |text| text.trim())
}

/// A field as a cell, so that forms and files understand the same words, dates and numbers.
pub(crate) fn cell(fields: &Fields, name: &str) -> Cell {
    match text(fields, name) {
        "" => Cell::Empty,
        text => Cell::Text(text.to_owned()),
    }
}

/// An optional day.
pub(crate) fn date(fields: &Fields, name: &'static str, errors: &mut Vec<FieldError>) -> Option<Date> {
    let cell = cell(fields, name);
    if cell.is_empty() {
        return None;
    }
    sheet::value::date(&cell).map_err(|_| errors.push((name, Message::new("import-error-not-a-date")))).ok()
}
