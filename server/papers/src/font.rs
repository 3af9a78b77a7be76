//! Finds a Chinese font, and knows its glyphs.

use krilla::text::{Font, GlyphId, KrillaGlyph};
use skrifa::instance::{LocationRef, Size};
use skrifa::string::StringId;
use skrifa::{FontRef, MetadataProvider};
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

/// Where Debian's `fonts-noto-cjk` and others put their fonts.
const FOLDERS: [&str; 4] = [
    "/usr/share/fonts/opentype/noto",
    "/usr/share/fonts/noto-cjk",
    "/usr/share/fonts/google-noto-serif-cjk-fonts",
    "/usr/local/share/fonts",
];
/// Song first, as official papers are printed in.
const FAMILIES: [&str; 2] = ["NotoSerifCJK", "NotoSansCJK"];
/// Stands for a character that the font does not have; printers have always set it so.
const MISSING: char = '〓';

/// Why there is no font.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FontError {
    /// None is installed where fonts are looked for.
    #[error("no Chinese font is installed")]
    None,
    /// The named file is none.
    #[error("{file} is no font with Chinese characters: {cause}")]
    Unusable {
        /// The file.
        file: String,
        /// Why.
        cause: String,
    },
}

/// The fonts that papers are set in. Read when the first paper is asked for, and kept.
#[derive(Debug, Clone, Default)]
pub struct Fonts {
    file: Option<PathBuf>,
    read: Arc<Mutex<HashMap<&'static str, Pair>>>,
}

/// A regular and a bold face.
#[derive(Debug, Clone)]
pub(crate) struct Pair {
    pub(crate) regular: Face,
    pub(crate) bold: Face,
}

impl Fonts {
    /// The fonts of a file, regular and bold alike.
    pub fn of_file(file: PathBuf) -> Self {
        Self { file: Some(file), ..Self::default() }
    }

    /// The faces for a language: the same characters are not written alike in all.
    pub(crate) fn pair(&self, lang: &str) -> Result<Pair, FontError> {
        let script = if lang == "zh-TW" { "TC" } else { "SC" };
        let mut read = self.read.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(pair) = read.get(script) {
            return Ok(pair.clone());
        }
        let pair = self.open(script)?;
        read.insert(script, pair.clone());
        Ok(pair)
    }

    fn open(&self, script: &str) -> Result<Pair, FontError> {
        if let Some(file) = &self.file {
            let regular = Face::open(file, script)?;
            return Ok(Pair { bold: regular.clone(), regular });
        }
        for family in FAMILIES {
            for folder in FOLDERS {
                let file = |weight: &str| Path::new(folder).join(format!("{family}-{weight}.ttc"));
                if file("Regular").is_file() {
                    let regular = Face::open(&file("Regular"), script)?;
                    // Debian's package brings both; without the bold one the regular one does.
                    let bold = Face::open(&file("Bold"), script).unwrap_or_else(|_| regular.clone());
                    return Ok(Pair { regular, bold });
                }
            }
        }
        Err(FontError::None)
    }
}

/// A font and its bytes.
#[derive(Debug, Clone)]
pub(crate) struct Face {
    pub(crate) font: Font,
    data: Arc<Vec<u8>>,
    index: u32,
}

impl Face {
    fn open(file: &Path, script: &str) -> Result<Self, FontError> {
        let name = file.display().to_string();
        let unusable = |cause: String| FontError::Unusable { file: name.clone(), cause };
        let data = std::fs::read(file).map_err(|error| unusable(error.to_string()))?;
        Self::new(data, script).map_err(unusable)
    }

    /// The face of a collection whose name ends with the script, else its first.
    fn new(data: Vec<u8>, script: &str) -> Result<Self, String> {
        let family = |index: u32| {
            let font = FontRef::from_index(&data, index).ok()?;
            let name = font.localized_strings(StringId::FAMILY_NAME).english_or_first()?;
            Some(name.chars().collect::<String>())
        };
        let is_ours =
            |index: &u32| family(*index).is_some_and(|name| name.ends_with(script) && !name.contains("Mono"));
        let index = (0..64).take_while(|index| family(*index).is_some()).find(is_ours).unwrap_or(0);
        let font = FontRef::from_index(&data, index).map_err(|error| error.to_string())?;
        if font.charmap().map('号').is_none() {
            return Err("号 is missing".to_owned());
        }
        let data = Arc::new(data);
        let font = Font::new(data.clone().into(), index).ok_or("it cannot be read")?;
        Ok(Self { font, data, index })
    }

    /// What measures texts.
    pub(crate) fn measure(&self) -> Option<Measure<'_>> {
        let font = FontRef::from_index(&self.data, self.index).ok()?;
        let metrics = font.glyph_metrics(Size::unscaled(), LocationRef::default());
        Some(Measure { metrics, charmap: font.charmap(), em: self.font.units_per_em() })
    }
}

/// Measures texts in a face.
pub(crate) struct Measure<'a> {
    metrics: skrifa::metrics::GlyphMetrics<'a>,
    charmap: skrifa::charmap::Charmap<'a>,
    em: f32,
}

impl Measure<'_> {
    /// The text with characters that the face has; what has no place in print becomes a space or is left out.
    pub(crate) fn printable(&self, text: &str) -> String {
        let print = |each: char| match each {
            '\t' | '\n' | '\r' | '\u{a0}' => Some(' '),
            each if each.is_control() || matches!(each, '\u{200b}'..='\u{200f}' | '\u{feff}') => None,
            '\u{e000}'..='\u{f8ff}' => Some(MISSING),
            each if self.charmap.map(each).is_some() => Some(each),
            _ => Some(MISSING),
        };
        text.chars().filter_map(print).collect()
    }

    /// Advance of a character in ems.
    pub(crate) fn advance(&self, each: char) -> f32 {
        let glyph = self.charmap.map(each).unwrap_or_default();
        self.metrics.advance_width(glyph).map_or(1.0, |width| width / self.em)
    }

    /// The glyphs of a text, each a little further from the next one than it would be.
    pub(crate) fn glyphs(&self, text: &str, spread: f32) -> Vec<KrillaGlyph> {
        let glyph = |(place, each): (usize, char)| {
            let glyph = self.charmap.map(each).unwrap_or_default().to_u32();
            let advance = self.advance(each) + spread;
            KrillaGlyph::new(
                GlyphId::new(glyph),
                advance,
                0.0,
                0.0,
                0.0,
                place..place + each.len_utf8(),
                None,
            )
        };
        text.char_indices().map(glyph).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_face_fits_the_language() {
        let fonts = Fonts::default();
        let [mainland, taiwan] =
            ["zh-CN", "zh-TW"].map(|lang| fonts.pair(lang).expect("a Chinese font is installed").regular);
        assert_ne!(mainland.index, taiwan.index);
        let measure = mainland.measure().expect("measures");
        assert!((measure.advance('号') - 1.0).abs() < 0.001);
        assert!(measure.advance('i') < 0.5);
        assert_eq!(measure.printable("甲\u{e123}\u{7}乙\n丙"), "甲〓乙 丙");
    }

    #[test]
    fn what_is_no_font_is_said() {
        let folder = std::env::temp_dir();
        let missing = Fonts::of_file(folder.join("no-such-font.ttc")).pair("zh-CN");
        assert!(matches!(missing, Err(FontError::Unusable { .. })));
        assert!(Face::new(b"no font".to_vec(), "SC").is_err());
    }
}
