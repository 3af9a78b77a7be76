//! Writes the pages of a sheet as PDF/A-2a and PDF/UA-1.

use crate::font::{FontError, Fonts, Pair};
use crate::layout::{Mark, Node, Op, PAGE, Pages, Role, face, set};
use crate::sheet::Sheet;
use domain::Date;
use krilla::configure::{Accessibility, Archival, ConfigurationBuilder};
use krilla::destination::XyzDestination;
use krilla::geom::{PathBuilder, Point};
use krilla::metadata::{DateTime, Metadata};
use krilla::num::NormalizedF32;
use krilla::outline::{Outline, OutlineNode};
use krilla::page::PageSettings;
use krilla::paint::{Fill, Stroke};
use krilla::surface::Surface;
use krilla::tagging::{
    Artifact, ArtifactType, ContentTag, Identifier, SpanTag, TableHeaderScope, Tag, TagGroup, TagKind,
    TagTree,
};
use krilla::{Document, SerializeSettings};
use std::num::NonZeroU16;

/// Why there is no PDF.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PdfError {
    /// There is no font for it.
    #[error(transparent)]
    Font(#[from] FontError),
    /// It would not be what it says it is, or the font may not be embedded.
    #[error("the PDF cannot be made: {0}")]
    Refused(String),
}

/// Sets a sheet on A4. The same sheet gives the same bytes.
pub fn pdf(sheet: &Sheet, fonts: &Fonts) -> Result<Vec<u8>, PdfError> {
    let refused = |cause: &dyn std::fmt::Debug| PdfError::Refused(format!("{cause:?}"));
    let fonts = fonts.pair(&sheet.lang)?;
    let pages = set(sheet, &fonts).ok_or_else(|| PdfError::Refused("the font has no measures".to_owned()))?;
    let configuration = ConfigurationBuilder::new()
        .with_archival_validator(Archival::A2_A)
        .with_accessibility_validator(Accessibility::UA1)
        .finish()
        .map_err(|error| refused(&error))?;
    let mut document =
        Document::new_with(SerializeSettings { configuration, ..SerializeSettings::default() });
    let mut marked: Vec<Vec<Identifier>> = vec![Vec::new(); pages.nodes.len()];
    for ops in &pages.pages {
        let settings = PageSettings::from_wh(PAGE.0, PAGE.1)
            .ok_or_else(|| PdfError::Refused("the page has no size".to_owned()))?;
        let mut page = document.start_page_with(settings);
        let mut surface = page.surface();
        for op in ops {
            draw(&mut surface, op, &fonts, &mut marked);
        }
        surface.finish();
        page.finish();
    }
    document.set_tag_tree(tree(&pages, &marked, &sheet.lang));
    document.set_outline(outline(sheet));
    document.set_metadata(metadata(sheet));
    document.finish().map_err(|error| PdfError::Refused(error.to_string()))
}

fn draw(surface: &mut Surface<'_>, op: &Op, fonts: &Pair, marked: &mut [Vec<Identifier>]) {
    let artifact = |kind| ContentTag::Artifact(Artifact::with_kind(kind));
    match op {
        Op::Text { at, size, weight, text, spread, mark } => {
            let face = face(fonts, *weight);
            let Some(measure) = face.measure() else { return };
            let tag = match mark {
                Mark::Node(_) => ContentTag::Span(SpanTag::empty()),
                Mark::Again => artifact(ArtifactType::PaginationOther),
                Mark::Foot => artifact(ArtifactType::Footer),
            };
            let identifier = surface.start_tagged(tag);
            surface.set_fill(Some(Fill::default()));
            surface.set_stroke(None);
            let glyphs = measure.glyphs(text, *spread);
            surface.draw_glyphs(Point::from_xy(at.0, at.1), &glyphs, face.font.clone(), text, *size, false);
            surface.end_tagged();
            if let Mark::Node(node) = mark {
                marked[*node].push(identifier);
            }
        }
        Op::Rule { from, to, width } => {
            let mut path = PathBuilder::new();
            path.move_to(from.0, from.1);
            path.line_to(to.0, to.1);
            let Some(path) = path.finish() else { return };
            surface.start_tagged(artifact(ArtifactType::Layout));
            surface.set_fill(None);
            surface.set_stroke(Some(Stroke {
                width: *width,
                opacity: NormalizedF32::ONE,
                ..Stroke::default()
            }));
            surface.draw_path(&path);
            surface.end_tagged();
        }
    }
}

/// The document's parts with what was marked as theirs.
fn tree(pages: &Pages, marked: &[Vec<Identifier>], lang: &str) -> TagTree {
    let mut tree = TagTree::new().with_lang(Some(lang.to_owned()));
    for (place, node) in pages.nodes.iter().enumerate() {
        if node.parent.is_none() {
            tree.push(group(pages, marked, place, node));
        }
    }
    tree
}

fn group(pages: &Pages, marked: &[Vec<Identifier>], place: usize, node: &Node) -> TagGroup {
    let heading =
        |level: u16| Tag::Hn(NonZeroU16::new(level).unwrap_or(NonZeroU16::MIN), Some(node.name.clone()));
    let tag: TagKind = match node.role {
        Role::Title => heading(1).into(),
        Role::Heading => heading(2).into(),
        Role::Paragraph => Tag::P.into(),
        Role::Table => Tag::Table.with_summary(Some(node.name.clone())).into(),
        Role::Head => Tag::THead.into(),
        Role::Body => Tag::TBody.into(),
        Role::Row => Tag::TR.into(),
        Role::HeadCell => Tag::TH(TableHeaderScope::Column).into(),
        Role::Cell => Tag::TD.into(),
        Role::Section => Tag::Section.into(),
    };
    let mut group = TagGroup::new(tag);
    for identifier in &marked[place] {
        group.push(*identifier);
    }
    for (below, child) in pages.nodes.iter().enumerate().filter(|(_, child)| child.parent == Some(place)) {
        group.push(self::group(pages, marked, below, child));
    }
    group
}

fn outline(sheet: &Sheet) -> Outline {
    let mut outline = Outline::new();
    outline
        .push_child(OutlineNode::new(sheet.title.clone(), XyzDestination::new(0, Point::from_xy(0.0, 0.0))));
    outline
}

fn metadata(sheet: &Sheet) -> Metadata {
    let authors = sheet.blocks.first().map(|block| block.unit.clone());
    Metadata::new()
        .title(format!("{} {}", sheet.title, sheet.number))
        .authors(authors.into_iter().collect())
        .language(sheet.lang.clone())
        .creator("Baton".to_owned())
        .creation_date(moment(sheet.drawn_on))
}

/// The beginning of a day in China.
fn moment(day: Date) -> DateTime {
    let text = day.format("%Y-%m-%d").to_string();
    let mut parts = text.split('-').map(|part| part.parse::<u16>().unwrap_or(1));
    let mut next = || parts.next().unwrap_or(1);
    let (year, month, day) = (next(), next(), next());
    let byte = |part: u16| u8::try_from(part).unwrap_or(1);
    DateTime::new(year).month(byte(month)).day(byte(day)).hour(0).minute(0).second(0).utc_offset_hour(8)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compose::compose;
    use crate::compose::tests::{facts, plain};
    use domain::paper::PaperKind;

    /// What an independent reader finds on each page, without spaces.
    fn read(pdf: &[u8]) -> Vec<String> {
        let document = lopdf::Document::load_mem(pdf).expect("a PDF");
        let pages = document.get_pages();
        let bare = |text: String| text.chars().filter(|each| !each.is_whitespace()).collect();
        pages.keys().map(|page| bare(document.extract_text(&[*page]).expect("text"))).collect()
    }

    #[test]
    fn everything_can_be_read_and_searched() {
        for &kind in PaperKind::ALL {
            for lang in ["zh-CN", "zh-TW"] {
                let facts = facts(kind, 60);
                let sheet = compose(&facts, lang, &plain);
                let pdf = pdf(&sheet, &Fonts::default()).expect("a PDF");
                let pages = read(&pdf);
                let all = pages.concat();
                assert!(pages.len() > 3, "{kind} has {} pages", pages.len());
                assert!(all.contains("殷农承〔2026〕12号") && all.contains("殷都区农业农村局"), "{all}");
                for item in &facts.items {
                    assert!(all.contains(&item.name), "{} is missing", item.name);
                    assert!(all.contains(&item.code), "{} is missing", item.code);
                }
                let count = pages.len();
                for (place, page) in pages.iter().enumerate() {
                    assert!(page.contains(&format!("paper-foot{}{count}", place + 1)), "{page}");
                }
                // The table's head stands on each page that has rows.
                for page in pages.iter().filter(|page| page.contains("YD-NY-")) {
                    assert!(page.contains("paper-column-name"), "{page}");
                }
            }
        }
    }

    #[test]
    fn it_is_tagged_archival_and_small() {
        let sheet = compose(&facts(PaperKind::Acceptance, 150), "zh-CN", &plain);
        let made = pdf(&sheet, &Fonts::default()).expect("a PDF");
        assert_eq!(
            made,
            pdf(&sheet, &Fonts::default()).expect("a PDF"),
            "the same sheet gives the same bytes"
        );
        assert!(made.len() < 400_000, "fonts are embedded as far as they are used: {} bytes", made.len());
        let document = lopdf::Document::load_mem(&made).expect("a PDF");
        let catalog = document.catalog().expect("a catalog");
        for key in ["MarkInfo", "StructTreeRoot", "Lang", "OutputIntents", "Metadata", "Outlines"] {
            assert!(catalog.has(key.as_bytes()), "{key} is missing");
        }
    }

    #[test]
    fn long_and_strange_texts_are_set() {
        let mut facts = facts(PaperKind::Waiver, 2);
        facts.items[0].name = "极长的事项名称".repeat(400);
        facts.items[1].name = "A\u{0}\u{e001}\u{202e}\u{1f600}𠮷 ".to_owned() + &"Long".repeat(200);
        facts.items[1].bases = vec!["《某法》第一条".repeat(900)];
        facts.receiver = "一个名称特别特别特别特别特别特别特别特别长的街道办事处便民服务中心".to_owned();
        let pages = read(&pdf(&compose(&facts, "zh-CN", &plain), &Fonts::default()).expect("a PDF"));
        let all = pages.concat();
        assert!(pages.len() > 5);
        assert!(all.matches("极长的事项名称").count() > 300);
        assert!(all.contains("便民服务中心"));
    }
}
