//! Reads delimited text in the encodings and with the separators that are in use.

use std::iter::Peekable;
use std::mem::take;
use std::str::Chars;

use encoding_rs::{DecoderResult, Encoding, GB18030, UTF_8, UTF_16BE, UTF_16LE};

use crate::cell::{Cell, Row, Sheet};
use crate::read::{Budget, FileError, MAX_COLUMNS, MAX_ROWS, rectangular};

pub(crate) fn read(name: &str, bytes: &[u8]) -> Result<Sheet, FileError> {
    let text = decode(bytes)?;
    let mut budget = Budget::new();
    let mut rows = Vec::new();
    for record in Records::new(&text, delimiter(&text)) {
        let Record { number, fields } = record?;
        if number > MAX_ROWS {
            return Err(FileError::TooManyRows { limit: MAX_ROWS.into() });
        }
        let row = Row { number, cells: fields.iter().map(|field| cell(field)).collect() };
        if !row.is_empty() {
            budget.take(
                size_of::<Row>() + fields.iter().map(|field| size_of::<Cell>() + field.len()).sum::<usize>(),
            )?;
            rows.push(row);
        }
    }
    Ok(Sheet { name: name.to_owned(), rows: rectangular(rows, &mut budget)? })
}

/// Many programs write `="0012"` so that Excel keeps the zeros.
fn cell(field: &str) -> Cell {
    let kept = field.strip_prefix("=\"").and_then(|rest| rest.strip_suffix('"'));
    match kept {
        Some(kept) if !kept.contains('"') => Cell::imported(kept),
        _ => Cell::imported(field),
    }
}

fn decode(bytes: &[u8]) -> Result<String, FileError> {
    let marked = Encoding::for_bom(bytes);
    let text = match marked {
        Some((encoding, mark)) => {
            strict(encoding, &bytes[mark..]).map_err(|at| row_at(bytes, mark + at, encoding))?
        }
        None => match str::from_utf8(bytes) {
            Ok(text) => text.to_owned(),
            // One broken character does not turn a UTF-8 file into GB18030, only into nonsense.
            Err(error) if is_surely_utf8(&bytes[..error.valid_up_to()]) => {
                return Err(row_at(bytes, error.valid_up_to(), UTF_8));
            }
            Err(_) => strict(GB18030, bytes).map_err(|at| row_at(bytes, at, GB18030))?,
        },
    };
    if text.contains('\0') { Err(FileError::NotASpreadsheet("binary")) } else { Ok(text) }
}

/// Decodes without putting in replacement characters, or says at which byte it had to stop.
fn strict(encoding: &'static Encoding, bytes: &[u8]) -> Result<String, usize> {
    let mut decoder = encoding.new_decoder_without_bom_handling();
    let room = decoder.max_utf8_buffer_length_without_replacement(bytes.len()).ok_or(0_usize)?;
    let mut text = String::with_capacity(room);
    match decoder.decode_to_string_without_replacement(bytes, &mut text, true) {
        (DecoderResult::InputEmpty, _) => Ok(text),
        (_, read) => Err(read.saturating_sub(1)),
    }
}

/// GB18030 text does not by chance contain this many characters of three UTF-8 bytes.
fn is_surely_utf8(valid: &[u8]) -> bool {
    str::from_utf8(valid)
        .is_ok_and(|text| text.chars().filter(|char| char.len_utf8() == 3).take(8).count() == 8)
}

fn row_at(bytes: &[u8], at: usize, encoding: &'static Encoding) -> FileError {
    let before = &bytes[..at.min(bytes.len())];
    let lines = if encoding == UTF_16LE {
        before.chunks(2).filter(|unit| *unit == b"\n\0").count()
    } else if encoding == UTF_16BE {
        before.chunks(2).filter(|unit| *unit == b"\0\n").count()
    } else {
        before.split(|byte| *byte == b'\n').skip(1).count()
    };
    FileError::Encoding { row: u32::try_from(lines + 1).unwrap_or(u32::MAX) }
}

/// The separator that gives the most fields in the first lines; quoted ones do not count.
fn delimiter(text: &str) -> char {
    let mut counts = [(',', 0), ('\t', 0), (';', 0)];
    let (mut quoted, mut lines, mut blank) = (false, 0, true);
    for char in text.chars() {
        match char {
            '"' => quoted = !quoted,
            '\n' if !quoted && !blank => {
                lines += 1;
                blank = true;
            }
            _ if quoted => {}
            _ => {
                if let Some((_, count)) = counts.iter_mut().find(|(delimiter, _)| *delimiter == char) {
                    *count += 1;
                }
                blank &= char.is_whitespace();
            }
        }
        if lines == 10 {
            break;
        }
    }
    counts
        .into_iter()
        .reduce(|best, next| if next.1 > best.1 { next } else { best })
        .map_or(',', |best| best.0)
}

struct Record {
    number: u32,
    fields: Vec<String>,
}

/// Counts blank lines too, as spreadsheet programs do, and notices a quote that is never closed.
struct Records<'a> {
    chars: Peekable<Chars<'a>>,
    delimiter: char,
    number: u32,
}

impl<'a> Records<'a> {
    fn new(text: &'a str, delimiter: char) -> Self {
        Self { chars: text.chars().peekable(), delimiter, number: 0 }
    }

    fn quoted(&mut self, field: &mut String) -> Result<(), FileError> {
        while let Some(char) = self.chars.next() {
            if char == '"' && self.chars.next_if_eq(&'"').is_none() {
                return Ok(());
            }
            field.push(char);
        }
        Err(FileError::Csv { row: self.number, cause: "a quotation mark is not closed".to_owned() })
    }
}

impl Iterator for Records<'_> {
    type Item = Result<Record, FileError>;

    fn next(&mut self) -> Option<Self::Item> {
        self.chars.peek()?;
        self.number = self.number.saturating_add(1);
        let mut fields = Vec::new();
        let mut field = String::new();
        let mut at_start = true;
        while let Some(char) = self.chars.next() {
            match char {
                '"' if at_start => {
                    at_start = false;
                    if let Err(error) = self.quoted(&mut field) {
                        return Some(Err(error));
                    }
                }
                '\r' | '\n' => {
                    if char == '\r' {
                        self.chars.next_if_eq(&'\n');
                    }
                    break;
                }
                _ if char == self.delimiter => {
                    at_start = true;
                    let field = take(&mut field);
                    if fields.len() < MAX_COLUMNS {
                        fields.push(field);
                    }
                }
                _ => {
                    at_start = false;
                    field.push(char);
                }
            }
        }
        if fields.len() < MAX_COLUMNS {
            fields.push(field);
        }
        Some(Ok(Record { number: self.number, fields }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(bytes: &[u8]) -> Vec<(u32, Vec<String>)> {
        let sheet = read("清单", bytes).unwrap();
        sheet.rows.iter().map(|row| (row.number, row.cells.iter().map(Cell::text).collect())).collect()
    }

    fn row(number: u32, cells: &[&str]) -> (u32, Vec<String>) {
        (number, cells.iter().map(|cell| (*cell).to_owned()).collect())
    }

    #[test]
    fn every_encoding_gives_the_same() {
        let text = "事项名称,单位\r\n农村宅基地审批,许家沟乡\r\n";
        let wide = |big: bool| -> Vec<u8> {
            let bytes = |unit: u16| {
                if big { unit.to_be_bytes() } else { unit.to_le_bytes() }
            };
            format!("\u{FEFF}{text}").encode_utf16().flat_map(bytes).collect()
        };
        let (gb, _, _) = GB18030.encode(text);
        let expected = [row(1, &["事项名称", "单位"]), row(2, &["农村宅基地审批", "许家沟乡"])];
        for bytes in [
            text.as_bytes().to_vec(),
            format!("\u{FEFF}{text}").into_bytes(),
            wide(false),
            wide(true),
            gb.into_owned(),
        ] {
            assert_eq!(texts(&bytes), expected, "{bytes:?}");
        }
        let (rare, _, _) = GB18030.encode("姓名,㐀𠮷\n");
        assert_eq!(texts(&rare), [row(1, &["姓名", "㐀𠮷"])]);
    }

    #[test]
    fn broken_text_is_refused_with_its_row() {
        let mut utf8 = "事项名称,实施单位名称\n许家沟乡\n".as_bytes().to_vec();
        utf8.extend(b"\xE4\xB8,x\n");
        let mut wide: Vec<u8> = "\u{FEFF}a\nb".encode_utf16().flat_map(u16::to_le_bytes).collect();
        wide.extend(b"\x00\xD8a\0");
        for (bytes, expected) in [(b"a\nb\n\xFF\xFF".to_vec(), 3), (utf8, 3), (wide, 2)] {
            match read("x", &bytes) {
                Err(FileError::Encoding { row }) => assert_eq!(row, expected),
                other => panic!("{other:?}"),
            }
        }
    }

    #[test]
    fn the_separator_is_found() {
        for text in ["a,b,c\n1;2,3,4", "a\tb\tc\n1;2\t3\t4", "a;b;c\n1;\"2,,,,,,\t\t\t\t\t\";4"] {
            assert_eq!(texts(text.as_bytes())[0], row(1, &["a", "b", "c"]), "{text}");
        }
    }

    #[test]
    fn rows_have_the_numbers_of_a_spreadsheet() {
        let text = "a,b\r\n\r\n,\r\n\"x\r\ny\",\"say \"\"hi\"\"\"\r\n='1,=\"0012\"\n'=1+1,''tis\rz";
        assert_eq!(
            texts(text.as_bytes()),
            [
                row(1, &["a", "b"]),
                row(4, &["x\r\ny", "say \"hi\""]),
                row(5, &["='1", "0012"]),
                row(6, &["=1+1", "''tis"]),
                row(7, &["z", ""]),
            ]
        );
    }

    #[test]
    fn an_open_quote_does_not_swallow_the_file() {
        match read("x", b"a,b\n\n1,\"2\n3,4\n") {
            Err(FileError::Csv { row, .. }) => assert_eq!(row, 3),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn limits_hold() {
        let long = "a\n".repeat(1_048_577);
        assert!(matches!(read("x", long.as_bytes()), Err(FileError::TooManyRows { limit: 1_048_576 })));
        let wide = format!("{}x\n", ",".repeat(255)).repeat(60_000);
        assert!(matches!(read("x", wide.as_bytes()), Err(FileError::Bomb { .. })));
        let far = format!("a{}b", ",".repeat(300));
        assert_eq!(texts(far.as_bytes()), [row(1, &["a"])]);
    }
}
