//! Files that are kept beside a record: which types there are, told by their content, and how they may be called.

use crate::code::codes;

codes! {
    /// What a file is, by its content.
    MediaType, "media" {
        /// A PDF.
        Pdf = "application/pdf",
        /// A PNG picture.
        Png = "image/png",
        /// A JPEG picture.
        Jpeg = "image/jpeg",
    }
}

codes! {
    /// What a file is kept beside.
    Beside, "beside" {
        /// A paper: its signed scan.
        Paper = "paper",
        /// An assignment: the scan of a paper that was made elsewhere.
        Assignment = "assignment",
    }
}

impl MediaType {
    /// How names of such files end.
    pub const fn ending(self) -> &'static str {
        match self {
            Self::Pdf => "pdf",
            Self::Png => "png",
            Self::Jpeg => "jpg",
        }
    }
}

/// Why a file is not kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum WrongFile {
    /// Nothing is in it.
    #[error("the file is empty")]
    Empty,
    /// It is something else, whatever its name says.
    #[error("the file is no PDF, PNG or JPEG")]
    OtherType,
    /// It begins as what it is, and does not end so: it was cut off.
    #[error("the file is cut off or damaged")]
    CutOff(MediaType),
}

/// How far from its end a PDF says that it ends; readers look as far.
const PDF_TAIL: usize = 1024;
const PNG_HEAD: &[u8] = b"\x89PNG\r\n\x1a\n";
const PNG_END: &[u8] = b"IEND\xaeB`\x82";

/// Tells what a file is by its first bytes, and whether it is whole by its last ones.
pub fn recognise(content: &[u8]) -> Result<MediaType, WrongFile> {
    let has = |part: &[u8], wanted: &[u8]| part.windows(wanted.len()).any(|bytes| bytes == wanted);
    let tail = &content[content.len().saturating_sub(PDF_TAIL)..];
    let (media, is_whole) = if content.is_empty() {
        return Err(WrongFile::Empty);
    } else if content.starts_with(b"%PDF-") {
        (MediaType::Pdf, has(tail, b"%%EOF") && has(tail, b"startxref"))
    } else if content.starts_with(PNG_HEAD) {
        (MediaType::Png, content.get(12..16) == Some(b"IHDR") && has(tail, PNG_END))
    } else if content.starts_with(b"\xff\xd8\xff") {
        (MediaType::Jpeg, has(tail, b"\xff\xd9") && has_frame(content))
    } else {
        return Err(WrongFile::OtherType);
    };
    if is_whole { Ok(media) } else { Err(WrongFile::CutOff(media)) }
}

/// Whether the segments of a JPEG lead to a frame.
fn has_frame(content: &[u8]) -> bool {
    let mut place = 2;
    while let Some(&[0xff, marker, high, low]) =
        content.get(place..place + 4).and_then(|at| at.first_chunk::<4>())
    {
        if matches!(marker, 0xc0..=0xc3 | 0xc5..=0xc7 | 0xc9..=0xcb | 0xcd..=0xcf) {
            return true;
        }
        place += 2 + usize::from(u16::from_be_bytes([high, low]));
    }
    false
}

/// Longest name of a file.
const NAME_CHARS: usize = 120;

/// A name that any file system and any header can hold: without folders, control characters and what has a meaning
/// elsewhere, not too long, and ending as its type does.
pub fn file_name(sent: &str, media: MediaType) -> String {
    let last = sent.rsplit(['/', '\\']).next().unwrap_or_default();
    let is_harmless = |each: &char| {
        let has_meaning = "<>:\"|?*;%".contains(*each);
        // Marks that turn the direction of writing make `fdp.exe` look like `exe.pdf`.
        let turns = matches!(*each, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}');
        !each.is_control() && !has_meaning && !turns
    };
    let clean: String = last.chars().filter(is_harmless).collect();
    let stem = clean.rsplit_once('.').map_or(clean.as_str(), |(stem, _)| stem);
    let stem: String = stem.trim_matches([' ', '.']).chars().take(NAME_CHARS).collect();
    let stem = if stem.is_empty() { "scan" } else { stem.trim_end() };
    format!("{stem}.{}", media.ending())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const PDF: &[u8] = b"%PDF-1.7\n1 0 obj\nstartxref\n9\n%%EOF\n";
    const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR0000000000000\0\0\0\0IEND\xaeB`\x82";
    const JPEG: &[u8] = b"\xff\xd8\xff\xe0\0\x04JF\xff\xc0\0\x04ab\xff\xda\xff\xd9";

    #[test]
    fn files_are_told_by_content() {
        for (content, media) in [(PDF, MediaType::Pdf), (PNG, MediaType::Png), (JPEG, MediaType::Jpeg)] {
            assert_eq!(recognise(content), Ok(media));
            let half = &content[..content.len() - 8];
            assert_eq!(recognise(half), Err(WrongFile::CutOff(media)));
        }
        assert_eq!(recognise(b""), Err(WrongFile::Empty));
        for other in [b"MZ\x90\0".as_slice(), b"PK\x03\x04", b"<html>%PDF-", b"GIF89a", b"\xff\xd8"] {
            assert_eq!(recognise(other), Err(WrongFile::OtherType));
        }
    }

    #[test]
    fn names_are_made_harmless() {
        for (sent, kept) in [
            ("承接确认书 扫描件.PDF", "承接确认书 扫描件.pdf"),
            ("../../etc/passwd", "passwd.pdf"),
            ("C:\\temp\\a.exe", "a.pdf"),
            ("a\"b\r\n;c.pdf", "abc.pdf"),
            ("x\u{202e}fdp.exe", "xfdp.pdf"),
            (".pdf", "scan.pdf"),
            ("", "scan.pdf"),
        ] {
            assert_eq!(file_name(sent, MediaType::Pdf), kept, "{sent:?}");
        }
    }

    proptest! {
        #[test]
        fn any_name_is_made_harmless(sent in "\\PC{0,300}|[\\x00-\\x7f]{0,300}") {
            let kept = file_name(&sent, MediaType::Png);
            prop_assert!(kept.chars().count() <= NAME_CHARS + 4);
            prop_assert!(!kept.contains(['/', '\\', '"', '\r', '\n', ';']), "{kept}");
            prop_assert!(!kept.starts_with('.'));
            prop_assert!(kept.strip_suffix(".png").is_some_and(|stem| !stem.is_empty()));
            // What is harmless stays as it is.
            prop_assert_eq!(file_name(&kept, MediaType::Png), kept);
        }

        #[test]
        fn no_bytes_are_too_strange(content in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = recognise(&content);
            let _ = recognise(&[JPEG, &content].concat());
        }
    }
}
