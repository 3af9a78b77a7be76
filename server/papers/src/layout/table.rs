//! Sets a table: its head on each page, and rows that stay whole where a page can hold them.

use super::{Align, BOTTOM, CELL_LEAD, CELLS, LEFT, Mark, Op, Role, Setter, Style, TOP, WIDTH, Weight};
use crate::line::Line;
use crate::sheet::Table;

/// Around the texts of a cell.
const PADDING: f32 = 3.0;

/// A cell's lines, and how they stand.
struct Cell {
    lines: Vec<Line>,
    left: f32,
    width: f32,
    style: Style,
    node: usize,
}

impl Setter<'_> {
    pub(super) fn table(&mut self, table: &Table) {
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

    pub(super) fn rule(&mut self, y: f32, width: f32) {
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
