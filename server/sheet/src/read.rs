//! Tells by content what a file is and has it read.

use thiserror::Error;

use crate::cell::{Cell, Row, Sheet};
use crate::{csv, xlsx};

/// The largest file that is looked at.
pub const FILE_BYTES: u64 = 32 * 1024 * 1024;
/// The most that a file may unpack to, and the most memory that its cells may take.
pub(crate) const UNPACKED_BYTES: u64 = 256 * 1024 * 1024;
/// As many as Excel shows.
pub(crate) const MAX_ROWS: u32 = 1_048_576;
/// No form is that wide; what lies further right is a slip of the hand.
pub(crate) const MAX_COLUMNS: usize = 256;

/// Why a file as a whole cannot be read.
#[derive(Debug, Error)]
pub enum FileError {
    #[error("the file is empty")]
    Empty,
    /// With what the content looks like instead.
    #[error("not a spreadsheet but {0}")]
    NotASpreadsheet(&'static str),
    #[error("the file has {bytes} bytes, more than {limit}")]
    TooLarge { bytes: u64, limit: u64 },
    #[error("the file unpacks to more than {limit} bytes")]
    Bomb { limit: u64 },
    #[error("the file is damaged: {0}")]
    Damaged(String),
    #[error("the file is protected by a password")]
    Encrypted,
    #[error("row {row}: the text is neither UTF-8 nor UTF-16 nor GB18030")]
    Encoding { row: u32 },
    #[error("row {row}: {cause}")]
    Csv { row: u32, cause: String },
    #[error("a sheet has more than {limit} rows")]
    TooManyRows { limit: u64 },
}

/// Reads all visible sheets. The name of the file only gives the sheet of a CSV file its name.
pub fn read(name: &str, bytes: &[u8]) -> Result<Vec<Sheet>, FileError> {
    if bytes.is_empty() {
        return Err(FileError::Empty);
    }
    let size = bytes.len() as u64;
    if size > FILE_BYTES {
        return Err(FileError::TooLarge { bytes: size, limit: FILE_BYTES });
    }
    let sheets = if bytes.starts_with(b"PK\x03\x04") {
        xlsx::read(bytes)?
    } else if bytes.starts_with(b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1") {
        return Err(compound_file(bytes));
    } else if let Some(kind) = foreign(bytes) {
        return Err(FileError::NotASpreadsheet(kind));
    } else {
        vec![csv::read(stem(name), bytes)?]
    };
    if sheets.iter().all(|sheet| sheet.rows.is_empty()) { Err(FileError::Empty) } else { Ok(sheets) }
}

/// Paths may come from Windows, which `std::path` does not know elsewhere.
fn stem(name: &str) -> &str {
    let file = name.rsplit(['/', '\\']).next().unwrap_or(name);
    match file.rsplit_once('.') {
        Some((stem, _)) if !stem.is_empty() => stem,
        _ => file,
    }
}

/// The container of old Office files, which also wraps new ones that have a password.
fn compound_file(bytes: &[u8]) -> FileError {
    let has_stream = |name: &str| {
        let name: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
        bytes.windows(name.len()).any(|window| window == name)
    };
    if has_stream("EncryptedPackage") {
        FileError::Encrypted
    } else if has_stream("Workbook") || has_stream("Book") {
        FileError::NotASpreadsheet("xls")
    } else if has_stream("WordDocument") {
        FileError::NotASpreadsheet("Word")
    } else if has_stream("PowerPoint Document") {
        FileError::NotASpreadsheet("PowerPoint")
    } else {
        FileError::NotASpreadsheet("Office 97")
    }
}

fn foreign(bytes: &[u8]) -> Option<&'static str> {
    const MARKS: [(&[u8], &str); 12] = [
        (b"%PDF-", "PDF"),
        (b"\x89PNG", "image"),
        (b"\xFF\xD8\xFF", "image"),
        (b"GIF8", "image"),
        (b"II*\0", "image"),
        (b"MM\0*", "image"),
        (b"{\\rtf", "Word"),
        (b"PK\x05\x06", "zip"),
        (b"PK\x07\x08", "zip"),
        (b"Rar!", "archive"),
        (b"7z\xBC\xAF\x27\x1C", "archive"),
        (b"\x1F\x8B", "archive"),
    ];
    if let Some((_, kind)) = MARKS.iter().find(|(mark, _)| bytes.starts_with(mark)) {
        return Some(kind);
    }
    let text = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes).trim_ascii_start();
    let begins =
        |with: &str| text.get(..with.len()).is_some_and(|start| start.eq_ignore_ascii_case(with.as_bytes()));
    // Many portals export a web page and call it .xls.
    if ["<!doctype html", "<html", "<head", "<meta", "<body", "<table", "<div"].into_iter().any(begins) {
        return Some("HTML");
    }
    if begins("<?xml") {
        return Some("XML");
    }
    let wide = bytes.starts_with(b"\xFF\xFE") || bytes.starts_with(b"\xFE\xFF");
    if !wide && bytes.contains(&0) {
        return Some(if bytes.starts_with(b"BM") || bytes.starts_with(b"RIFF") { "image" } else { "binary" });
    }
    None
}

/// The memory that cells may still take: a small file can name a long text, or a far column, a million times.
pub(crate) struct Budget(u64);

impl Budget {
    pub(crate) fn new() -> Self {
        Self(UNPACKED_BYTES)
    }

    pub(crate) fn take(&mut self, bytes: usize) -> Result<(), FileError> {
        self.0 = self.0.checked_sub(bytes as u64).ok_or(FileError::Bomb { limit: UNPACKED_BYTES })?;
        Ok(())
    }

    pub(crate) fn widen(&mut self, cells: &mut Vec<Cell>, width: usize) -> Result<(), FileError> {
        if width > cells.len() {
            self.take((width - cells.len()) * size_of::<Cell>())?;
            cells.resize(width, Cell::Empty);
        }
        Ok(())
    }
}

/// Leaves out empty rows and makes the others equally wide, so that every column exists in every row.
pub(crate) fn rectangular(mut rows: Vec<Row>, budget: &mut Budget) -> Result<Vec<Row>, FileError> {
    rows.retain(|row| !row.is_empty());
    let used = |row: &Row| row.cells.iter().rposition(|cell| !cell.is_empty()).map_or(0, |last| last + 1);
    let width = rows.iter().map(used).max().unwrap_or(0);
    for row in &mut rows {
        row.cells.truncate(width);
        budget.widen(&mut row.cells, width)?;
    }
    Ok(rows)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wrong_files_are_named() {
        let ole = |stream: &str| {
            let mut bytes = b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1".to_vec();
            bytes.extend(stream.encode_utf16().flat_map(u16::to_le_bytes));
            bytes
        };
        for (bytes, kind) in [
            (b"%PDF-1.7 ...".to_vec(), "PDF"),
            (b"\x89PNG\r\n\x1a\n".to_vec(), "image"),
            (b"\xFF\xD8\xFF\xE0".to_vec(), "image"),
            (b"BM\x01\0\0".to_vec(), "image"),
            (b"\xEF\xBB\xBF\n<!DOCTYPE HTML><table>".to_vec(), "HTML"),
            (b"<Html xmlns:x='urn'>".to_vec(), "HTML"),
            (b"<?xml version='1.0'?>".to_vec(), "XML"),
            (b"Rar!\x1a\x07".to_vec(), "archive"),
            (b"a,b\0c".to_vec(), "binary"),
            (ole("Workbook"), "xls"),
            (ole("WordDocument"), "Word"),
        ] {
            match read("清单.xlsx", &bytes) {
                Err(FileError::NotASpreadsheet(found)) => assert_eq!(found, kind),
                other => panic!("{kind}: {other:?}"),
            }
        }
        assert!(matches!(read("a.xlsx", &ole("EncryptedPackage")), Err(FileError::Encrypted)));
        assert!(matches!(read("a.csv", b""), Err(FileError::Empty)));
        assert!(matches!(read("a.csv", b" ,\r\n\r\n"), Err(FileError::Empty)));
        let large = vec![b'a'; 32 * 1024 * 1024 + 1];
        assert!(
            matches!(read("a.csv", &large), Err(FileError::TooLarge { bytes, limit }) if bytes == limit + 1)
        );
    }

    #[test]
    fn the_stem_names_the_sheet() {
        for (name, expected) in
            [("清单.csv", "清单"), ("C:\\表\\清单.2025.csv", "清单.2025"), ("a/b", "b"), (".csv", ".csv")]
        {
            assert_eq!(stem(name), expected);
        }
    }
}
