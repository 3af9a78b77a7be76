//! Sets a sheet on pages: what stands where, and to which part of the document it belongs.

use crate::font::{Face, Measure, Pair};
use crate::line::{Line, break_lines};
use crate::sheet::{Block, Sheet, Table};

/// A4, in points.
pub(crate) const PAGE: (f32, f32) = (595.28, 841.89);
const TOP: f32 = 74.0;
const BOTTOM: f32 = PAGE.1 - 74.0;
const LEFT: f32 = 62.0;
const WIDTH: f32 = PAGE.0 - 2.0 * LEFT;
/// Where the foot's line stands.
const FOOT: f32 = PAGE.1 - 42.0;

const TITLE: f32 = 20.0;
const BODY: f32 = 12.0;
const CELL: f32 = 9.0;
const SMALL: f32 = 9.0;
/// Between the lines of the body and of a cell.
const BODY_LEAD: f32 = 21.0;
const CELL_LEAD: f32 = 13.0;
const PADDING: f32 = 3.0;
/// How far a line is spread at most to fill its column, in ems between two characters.
const MOST_SPREAD: f32 = 0.25;
/// Where the baseline stands below a line's top, in ems of its size.
const ASCENT: f32 = 0.88;

/// What a part of the document is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    Title,
    Heading,
    Paragraph,
    Table,
    Head,
    Body,
    Row,
    HeadCell,
    Cell,
    Section,
}

/// A part of the document, below another one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Node {
    pub(crate) role: Role,
    pub(crate) parent: Option<usize>,
    /// What headings are called in outlines.
    pub(crate) name: String,
}

/// To what a text belongs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mark {
    /// A part of the document.
    Node(usize),
    /// Said again on a further page.
    Again,
    /// The foot of a page.
    Foot,
}

/// Something on a page.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Op {
    /// A line of text; its baseline begins at the point.
    Text { at: (f32, f32), size: f32, weight: Weight, text: String, spread: f32, mark: Mark },
    /// A straight line.
    Rule { from: (f32, f32), to: (f32, f32), width: f32 },
}

/// Regular or bold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Weight {
    Regular,
    Bold,
}

/// Where a line stands in its column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Align {
    Left,
    Middle,
    Right,
    /// From edge to edge, but for the last line.
    Full,
}

/// How a paragraph is set.
#[derive(Debug, Clone, Copy)]
struct Style {
    size: f32,
    lead: f32,
    weight: Weight,
    align: Align,
    /// Of its first line, in ems.
    indent: f32,
}

const PARAGRAPH: Style =
    Style { size: BODY, lead: BODY_LEAD, weight: Weight::Regular, align: Align::Full, indent: 2.0 };
const CELLS: Style =
    Style { size: CELL, lead: CELL_LEAD, weight: Weight::Regular, align: Align::Left, indent: 0.0 };

/// A sheet on pages.
#[derive(Debug, Clone, Default)]
pub(crate) struct Pages {
    pub(crate) pages: Vec<Vec<Op>>,
    pub(crate) nodes: Vec<Node>,
}

/// Sets a sheet; none where a font has no tables to measure by.
pub(crate) fn set(sheet: &Sheet, fonts: &Pair) -> Option<Pages> {
    let mut setter = Setter {
        regular: fonts.regular.measure()?,
        bold: fonts.bold.measure()?,
        out: Pages { pages: vec![Vec::new()], nodes: Vec::new() },
        y: TOP,
    };
    setter.sheet(sheet);
    Some(setter.out)
}

/// A cell's lines, and how they stand.
struct Cell {
    lines: Vec<Line>,
    left: f32,
    width: f32,
    style: Style,
    node: usize,
}

struct Setter<'a> {
    regular: Measure<'a>,
    bold: Measure<'a>,
    out: Pages,
    /// How far the page is filled.
    y: f32,
}

impl Setter<'_> {
    fn face(&self, weight: Weight) -> &Measure<'_> {
        match weight {
            Weight::Regular => &self.regular,
            Weight::Bold => &self.bold,
        }
    }

    fn push(&mut self, op: Op) {
        if let Some(page) = self.out.pages.last_mut() {
            page.push(op);
        }
    }

    fn node(&mut self, role: Role, parent: Option<usize>, name: &str) -> usize {
        self.out.nodes.push(Node { role, parent, name: name.to_owned() });
        self.out.nodes.len() - 1
    }

    fn new_page(&mut self) {
        self.out.pages.push(Vec::new());
        self.y = TOP;
    }

    /// Goes to the next page where so much does not fit on this one.
    fn ensure(&mut self, height: f32) {
        if self.y + height > BOTTOM && self.y > TOP {
            self.new_page();
        }
    }

    /// Where lines may be broken: what the face has of the text, in lines of at most so many points.
    fn lines(&self, text: &str, width: f32, style: Style) -> Vec<Line> {
        let face = self.face(style.weight);
        let text = face.printable(text);
        break_lines(&text, width / style.size, style.indent, &|each| face.advance(each))
    }

    /// Sets one line whose top is at `y`.
    fn line(
        &mut self,
        line: &Line,
        is_first: bool,
        (left, y, width): (f32, f32, f32),
        style: Style,
        mark: Mark,
    ) {
        let indent = if is_first { style.indent * style.size } else { 0.0 };
        let room = width - indent - line.width * style.size;
        let (shift, spread) = match style.align {
            Align::Left => (0.0, 0.0),
            Align::Middle => (room / 2.0, 0.0),
            Align::Right => (room, 0.0),
            Align::Full if line.is_last => (0.0, 0.0),
            Align::Full => (0.0, spread(line, room / style.size)),
        };
        let at = (left + indent + shift, y + (style.lead - style.size) / 2.0 + ASCENT * style.size);
        let text = line.text.clone();
        if !text.is_empty() {
            self.push(Op::Text { at, size: style.size, weight: style.weight, text, spread, mark });
        }
    }

    /// Sets a paragraph in the whole width, over pages if need be.
    fn paragraph(&mut self, text: &str, style: Style, node: usize) {
        for (place, line) in self.lines(text, WIDTH, style).iter().enumerate() {
            self.ensure(style.lead);
            self.line(line, place == 0, (LEFT, self.y, WIDTH), style, Mark::Node(node));
            self.y += style.lead;
        }
    }

    fn sheet(&mut self, sheet: &Sheet) {
        let middle = Style { align: Align::Middle, indent: 0.0, ..PARAGRAPH };
        let title = self.node(Role::Title, None, &sheet.title);
        let style = Style { size: TITLE, lead: 32.0, weight: Weight::Bold, ..middle };
        self.paragraph(&sheet.title, style, title);
        self.y += 4.0;
        let number = self.node(Role::Paragraph, None, "");
        self.paragraph(&sheet.number, middle, number);
        self.y += 14.0;
        if !sheet.addressee.is_empty() {
            let node = self.node(Role::Paragraph, None, "");
            self.paragraph(&sheet.addressee, Style { align: Align::Left, indent: 0.0, ..PARAGRAPH }, node);
        }
        for text in &sheet.opening {
            let node = self.node(Role::Paragraph, None, "");
            self.paragraph(text, PARAGRAPH, node);
        }
        self.y += 8.0;
        self.table(&sheet.table);
        self.y += 12.0;
        for clause in &sheet.clauses {
            // A head does not stand alone at the end of a page.
            self.ensure(2.0 * BODY_LEAD);
            let head = self.node(Role::Heading, None, &clause.head);
            let style = Style { weight: Weight::Bold, align: Align::Left, ..PARAGRAPH };
            self.paragraph(&clause.head, style, head);
            let node = self.node(Role::Paragraph, None, "");
            self.paragraph(&clause.text, PARAGRAPH, node);
        }
        self.blocks(&sheet.blocks);
        self.desk(&sheet.desk);
        self.feet(sheet);
    }

    fn table(&mut self, table: &Table) {
        let node = self.node(Role::Table, None, &table.caption);
        let head = self.node(Role::Head, Some(node), "");
        let body = self.node(Role::Body, Some(node), "");
        let mut left = LEFT;
        let columns: Vec<(f32, f32, bool)> = table
            .columns
            .iter()
            .map(|column| {
                let width = WIDTH * f32::from(column.width) / 100.0;
                left += width;
                (left - width, width, column.is_centred)
            })
            .collect();
        let heads: Vec<&str> = table.columns.iter().map(|column| column.head.as_str()).collect();
        let heads = self.row(&heads, &columns, head, Role::HeadCell);
        self.ensure(height(&heads, usize::MAX) + 3.0 * CELL_LEAD);
        let mut top = self.y;
        self.rule(self.y, 1.0);
        self.cells(&heads, 0..usize::MAX, None);
        self.rule(self.y, 0.5);
        for texts in &table.rows {
            let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
            let cells = self.row(&texts, &columns, body, Role::Cell);
            let longest = cells.iter().map(|cell| cell.lines.len()).max().unwrap_or(0);
            let again = height(&heads, usize::MAX);
            let is_too_tall = height(&cells, usize::MAX) > BOTTOM - TOP - again;
            let mut from = 0;
            while from < longest {
                // A row that no page could hold begins where it stands and goes on overleaf.
                let wanted = if is_too_tall { height(&cells, 2) } else { height(&cells, usize::MAX) };
                if self.y + wanted > BOTTOM {
                    self.sides(&columns, top);
                    self.new_page();
                    top = self.y;
                    self.rule(self.y, 1.0);
                    self.cells(&heads, 0..usize::MAX, Some(Mark::Again));
                    self.rule(self.y, 0.5);
                }
                let fits = lines_in(BOTTOM - self.y);
                let to = if is_too_tall { longest.min(from + fits.max(1)) } else { longest };
                self.cells(&cells, from..to, None);
                self.rule(self.y, 0.5);
                from = to;
            }
        }
        self.rule(self.y, 1.0);
        self.sides(&columns, top);
    }

    /// A row's cells, each a part of the document.
    fn row(&mut self, texts: &[&str], columns: &[(f32, f32, bool)], parent: usize, role: Role) -> Vec<Cell> {
        let row = self.node(Role::Row, Some(parent), "");
        let mut cells = Vec::new();
        for (text, &(left, width, is_centred)) in texts.iter().zip(columns) {
            let is_head = role == Role::HeadCell;
            let style = Style {
                weight: if is_head { Weight::Bold } else { Weight::Regular },
                align: if is_head || is_centred { Align::Middle } else { Align::Left },
                ..CELLS
            };
            let (left, width) = (left + PADDING, width - 2.0 * PADDING);
            let node = self.node(role, Some(row), "");
            cells.push(Cell { lines: self.lines(text, width, style), left, width, style, node });
        }
        cells
    }

    /// Sets some lines of a row's cells; short cells stand in the middle of its height.
    fn cells(&mut self, cells: &[Cell], lines: std::ops::Range<usize>, mark: Option<Mark>) {
        let shown = |cell: &Cell| cell.lines.len().min(lines.end).saturating_sub(lines.start);
        let most = cells.iter().map(shown).max().unwrap_or(0);
        for cell in cells {
            let is_whole = lines.start == 0 && lines.end >= cell.lines.len();
            #[expect(clippy::cast_precision_loss, reason = "a few lines")]
            let spare = if is_whole { (most - shown(cell)) as f32 * CELL_LEAD / 2.0 } else { 0.0 };
            let mut y = self.y + PADDING + spare;
            for line in cell.lines.iter().take(lines.end).skip(lines.start) {
                let mark = mark.unwrap_or(Mark::Node(cell.node));
                self.line(line, false, (cell.left, y, cell.width), cell.style, mark);
                y += CELL_LEAD;
            }
        }
        #[expect(clippy::cast_precision_loss, reason = "a few lines")]
        let height = most as f32 * CELL_LEAD + 2.0 * PADDING;
        self.y += height;
    }

    fn rule(&mut self, y: f32, width: f32) {
        self.push(Op::Rule { from: (LEFT, y), to: (LEFT + WIDTH, y), width });
    }

    /// The upright lines of a table, from where it began on the page.
    fn sides(&mut self, columns: &[(f32, f32, bool)], top: f32) {
        let bottom = self.y;
        let inner = columns.iter().skip(1).map(|&(left, ..)| (left, 0.5));
        for (x, width) in inner.chain([(LEFT, 1.0), (LEFT + WIDTH, 1.0)]).collect::<Vec<_>>() {
            self.push(Op::Rule { from: (x, top), to: (x, bottom), width });
        }
    }

    /// Where it is signed and sealed: one block stands right, two stand side by side. They stay together.
    fn blocks(&mut self, blocks: &[Block]) {
        const GAP: f32 = 30.0;
        // Room for a seal of 42 mm across, which covers name and date.
        const SEAL: f32 = 44.0;
        let lines = blocks.iter().map(|block| block.lines.len()).max().unwrap_or(0);
        #[expect(clippy::cast_precision_loss, reason = "a few lines")]
        let height = 20.0 + SEAL + (lines + 4) as f32 * BODY_LEAD;
        self.ensure(height);
        self.y += 20.0;
        let top = self.y;
        let mut lowest = top;
        let is_single = blocks.len() == 1;
        for (place, block) in blocks.iter().enumerate() {
            let width = (WIDTH - GAP) / 2.0;
            let left = if is_single || place == 1 { LEFT + width + GAP } else { LEFT };
            let align = if is_single { Align::Middle } else { Align::Left };
            let section = self.node(Role::Section, None, "");
            let plain = Style { align, indent: 0.0, ..PARAGRAPH };
            let bold = Style { weight: Weight::Bold, ..plain };
            let mut y = top;
            let mut set = |setter: &mut Self, text: &str, style: Style| {
                let node = setter.node(Role::Paragraph, Some(section), "");
                for line in setter.lines(text, width, style) {
                    setter.line(&line, false, (left, y, width), style, Mark::Node(node));
                    y += style.lead;
                }
                y
            };
            let below = set(self, &block.unit, bold);
            let below = below.max(set(self, &block.head, plain));
            y = below + SEAL;
            for line in &block.lines {
                let node = self.node(Role::Paragraph, Some(section), "");
                for line in self.lines(line, width, plain) {
                    self.line(&line, false, (left, y, width), plain, Mark::Node(node));
                    y += plain.lead;
                }
            }
            lowest = lowest.max(y);
        }
        self.y = lowest;
    }

    /// Who filled it in, who checked it and when, in one line under a rule.
    fn desk(&mut self, desk: &[String]) {
        let style = Style { size: 10.0, lead: 18.0, indent: 0.0, ..PARAGRAPH };
        self.ensure(style.lead + 24.0);
        self.y += 18.0;
        self.rule(self.y, 0.5);
        self.y += 4.0;
        let width = WIDTH / 3.0;
        let aligns = [Align::Left, Align::Middle, Align::Right];
        for ((text, align), left) in desk.iter().zip(aligns).zip([LEFT, LEFT + width, LEFT + 2.0 * width]) {
            let node = self.node(Role::Paragraph, None, "");
            let style = Style { align, ..style };
            if let Some(line) = self.lines(text, width, style).first() {
                self.line(line, false, (left, self.y, width), style, Mark::Node(node));
            }
        }
        self.y += style.lead;
    }

    /// The number and `page x of y` at the foot of each page.
    fn feet(&mut self, sheet: &Sheet) {
        let count = self.out.pages.len();
        let style = Style { size: SMALL, lead: SMALL, indent: 0.0, ..PARAGRAPH };
        for page in 0..count {
            let foot =
                sheet.foot.replace("{page}", &(page + 1).to_string()).replace("{pages}", &count.to_string());
            for (text, align) in [(sheet.number.as_str(), Align::Left), (foot.as_str(), Align::Right)] {
                let style = Style { align, ..style };
                let lines = self.lines(text, WIDTH, style);
                self.out.pages.push(Vec::new());
                if let Some(line) = lines.first() {
                    self.line(line, false, (LEFT, FOOT, WIDTH), style, Mark::Foot);
                }
                let ops = self.out.pages.pop().unwrap_or_default();
                self.out.pages[page].extend(ops);
            }
        }
    }
}

/// How far a line is spread to fill so many ems; none where it would look torn.
fn spread(line: &Line, room: f32) -> f32 {
    let characters = line.text.trim_end().chars().count();
    #[expect(clippy::cast_precision_loss, reason = "a line of characters")]
    let each = room / characters.saturating_sub(1).max(1) as f32;
    if (0.0..=MOST_SPREAD).contains(&each) { each } else { 0.0 }
}

/// The height of a row of which at most so many lines are shown.
fn height(cells: &[Cell], most: usize) -> f32 {
    let lines = cells.iter().map(|cell| cell.lines.len()).max().unwrap_or(0).min(most);
    #[expect(clippy::cast_precision_loss, reason = "a few lines")]
    let height = lines as f32 * CELL_LEAD + 2.0 * PADDING;
    height
}

/// How many lines of a row fit into so much.
fn lines_in(height: f32) -> usize {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a few lines")]
    let lines = ((height - 2.0 * PADDING) / CELL_LEAD).max(0.0) as usize;
    lines
}

/// The face of a weight.
pub(crate) fn face(fonts: &Pair, weight: Weight) -> &Face {
    match weight {
        Weight::Regular => &fonts.regular,
        Weight::Bold => &fonts.bold,
    }
}
