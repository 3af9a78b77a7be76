//! Boards, lists and totals of kept assessments, below a unit or everywhere, limited to what may be seen.

use super::{By, Filter, Lack, Sums, SumsRow, sums};
use crate::db::{fetch_all, fetch_one, fetch_optional};
use crate::search::pattern;
use crate::sight::{by_sight, mine, mine_below, seen_assignment, text, top};
use crate::{Conn, StoreError};
use domain::assess::{Assessment, Verdict};
use domain::duty::Sight;
use domain::id::{PowerId, UnitId};
use domain::power::PowerType;
use sqlx::types::Json;
use uuid::Uuid;

/// One cell of a board: the assignments of one group in one unit and below it.
#[derive(Debug, Clone, PartialEq)]
pub struct Cell {
    /// The unit: one directly below the board's, or the board's own.
    pub unit: UnitId,
    /// Its code.
    pub unit_code: String,
    /// Its name.
    pub unit_name: String,
    /// Field or type of the powers.
    pub group: String,
    /// Counted and summed.
    pub sums: Sums,
}

#[derive(sqlx::FromRow)]
struct CellRow {
    id: Uuid,
    code: String,
    name: String,
    grouped: String,
    #[sqlx(flatten)]
    sums: SumsRow,
}

macro_rules! board {
    ($column:literal, $from:literal, $where:literal) => {
        concat!(
            " select u.id, u.code, u.name, ",
            $column,
            " as grouped, ",
            sums!(),
            $from,
            " where ",
            $where,
            " and ($5 = '' or s.power_type = $5) and ($6 = '' or s.field = $6) and ($7 = '' or s.verdict = $7)
              group by u.id, u.code, u.name, ",
            $column
        )
    };
}
macro_rules! board_of {
    ($column:literal) => {
        concat!(
            board!(
                $column,
                " from unit u join unit_ancestor a on a.ancestor_id = u.id join assessment s on s.unit_id = a.unit_id",
                "(u.parent_id = $4 or ($8 = 0 and u.parent_id is null))"
            ),
            " union all ",
            board!($column, " from unit u join assessment s on s.unit_id = u.id", "u.id = $4")
        )
    };
}
/// Where each unit's assessments are counted: its `place`, which is at or above it.
macro_rules! placed {
    ($column:literal) => {
        board!(
            $column,
            " from mine join assessment s on s.assignment_id = mine.id join places c on c.unit_id = mine.unit_id
              join unit u on u.id = c.place",
            "1 = 1"
        )
    };
}
/// Below a unit: the units directly below it, and itself.
macro_rules! seen_board_below {
    ($column:literal) => {
        concat!(
            mine_below!(),
            ", places as (select u.id as place, a.unit_id from unit u join unit_ancestor a on a.ancestor_id = u.id
                where u.parent_id = $4 union all select u.id, u.id from unit u where u.id = $4)",
            placed!($column)
        )
    };
}
/// Everything that may be seen: the tops of what may be seen, and what others received each for itself.
macro_rules! seen_board {
    ($column:literal) => {
        concat!(
            mine!(),
            ", places as (select u.id as place, a.unit_id from top join unit u on u.id = top.id
                join unit_ancestor a on a.ancestor_id = u.id
                where u.parent_id is null or u.parent_id not in (select unit_id from sight)
                union all select distinct m.unit_id, m.unit_id from mine m
                where m.unit_id not in (select unit_id from sight))",
            placed!($column)
        )
    };
}
macro_rules! boards {
    ($column:literal) => {
        [[board_of!($column); 2], [seen_board_below!($column), seen_board!($column)]]
    };
}
/// For each grouping the statements for everything and with a limit, below a unit and everywhere.
const BOARDS: [[[&str; 2]; 2]; 2] = [boards!("s.field"), boards!("s.power_type")];

/// The cells of a board: the units directly below the filter's root with all below them, and the root itself for
/// what it received itself; without a root, the units at the top of what may be seen, and those elsewhere that received
/// something that may be seen.
pub async fn board(conn: &mut Conn, by: By, filter: &Filter, sight: Sight) -> Result<Vec<Cell>, StoreError> {
    let texts = BOARDS[by as usize].map(|texts| texts[usize::from(filter.root.is_none())]);
    let power_type = filter.power_type.map_or("", PowerType::as_str);
    let field = filter.field.as_deref().unwrap_or_default();
    let verdict = filter.verdict.map_or("", Verdict::as_str);
    let root = filter.root.map(|root| root.0);
    let (sql, has_root) = (text(sight, texts), i32::from(root.is_some()));
    let rows = by_sight!(fetch_all, conn, CellRow, sql, sight, root, power_type, field, verdict, has_root)?;
    let cell = |row: CellRow| Cell {
        unit: UnitId(row.id),
        unit_code: row.code,
        unit_name: row.name,
        group: row.grouped,
        sums: row.sums.into(),
    };
    Ok(rows.into_iter().map(cell).collect())
}

const COMMON_ROOT: [&str; 2] = [
    "select a.ancestor_id from unit_ancestor a
    join (select distinct unit_id from assessment) s on s.unit_id = a.unit_id
    join unit u on u.id = a.ancestor_id
    group by a.ancestor_id
    having count(*) = (select count(distinct unit_id) from assessment)
    order by min(a.depth), max(a.depth) limit 1",
    concat!(
        mine!(),
        ", receiving as (select distinct s.unit_id from mine join assessment s on s.assignment_id = mine.id)
        select a.ancestor_id from receiving s join unit_ancestor a on a.unit_id = s.unit_id
        where a.ancestor_id in (select unit_id from sight)
        group by a.ancestor_id
        having count(*) = (select count(*) from receiving)
        order by min(a.depth), max(a.depth) limit 1"
    ),
];

/// The lowest unit above everything assessed that may be seen: the county, where there is one county. None where
/// nothing is assessed, where there are several trees, or where that unit may not be seen itself.
pub async fn common_root(conn: &mut Conn, sight: Sight) -> Result<Option<UnitId>, StoreError> {
    let found = by_sight!(fetch_optional, conn, (Uuid,), text(sight, COMMON_ROOT), sight)?;
    Ok(found.map(|(id,)| UnitId(id)))
}

/// One line of a list: an assessment, and whose it is.
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    /// The receiving unit.
    pub unit: UnitId,
    /// Its name.
    pub unit_name: String,
    /// The power.
    pub power: PowerId,
    /// Its code.
    pub power_code: String,
    /// Its name.
    pub power_name: String,
    /// Its type.
    pub power_type: PowerType,
    /// Its field.
    pub field: String,
    /// The assessment.
    pub assessment: Assessment,
}

#[derive(sqlx::FromRow)]
struct LineRow {
    unit_id: Uuid,
    unit_name: String,
    power_id: Uuid,
    power_code: String,
    power_name: String,
    power_type: String,
    field: String,
    result: Json<Assessment>,
}

/// Assessments at and below a unit, everywhere, and the same with a limit. Each has its own text, so that a county's
/// page does not look at the nation.
macro_rules! below {
    () => {
        " from unit_ancestor a join assessment s on s.unit_id = a.unit_id
        join unit u on u.id = s.unit_id join power p on p.id = s.power_id where a.ancestor_id = $4"
    };
}
macro_rules! everywhere {
    () => {
        " from assessment s join unit u on u.id = s.unit_id join power p on p.id = s.power_id where 1 = 1"
    };
}
macro_rules! of_mine {
    () => {
        " from mine join assessment s on s.assignment_id = mine.id
        join unit u on u.id = s.unit_id join power p on p.id = s.power_id where 1 = 1"
    };
}
/// The four texts of a statement: for everything below a unit and everywhere, then with a limit.
macro_rules! texts {
    ($text:ident $(, $order:literal, $limited:literal)?) => {
        [
            [$text!(below $(, $order)?), $text!(everywhere $(, $order)?)],
            [
                concat!(mine_below!(), $text!(of_mine $(, $limited)?)),
                concat!(mine!(), $text!(of_mine $(, $limited)?)),
            ],
        ]
    };
    ($text:ident, $order:literal) => {
        texts!($text, $order, $order)
    };
}
type Texts = [[&'static str; 2]; 2];
macro_rules! matching {
    () => {
        " and ($5 = 0 or s.field = $6) and ($7 = '' or s.power_type = $7) and ($8 = '' or s.verdict = $8)
          and ($9 = '' or s.reason = $9)
          and ($10 = '' or ($10 = 'staff' and s.short_staff > 0) or ($10 = 'money' and s.short_fen > 0)
              or ($10 = 'training' and s.untrained > 0))
          and ($11 = '' or p.search like $11 escape '\\' or u.search like $11 escape '\\')"
    };
}
macro_rules! line_columns {
    () => {
        " select s.unit_id, u.name as unit_name, s.power_id, p.code as power_code, p.name as power_name,
        s.power_type, s.field, s.result"
    };
}
macro_rules! list_by {
    ($from:ident, $order:literal) => {
        concat!(
            line_columns!(),
            $from!(),
            matching!(),
            " order by ",
            $order,
            ", u.code, p.code, s.assignment_id limit $12 offset $13"
        )
    };
}
/// For each order.
const LISTS: [Texts; 4] = [
    texts!(list_by, "s.severity desc"),
    // A bare column would have PostgreSQL walk along all units in their order.
    texts!(list_by, "u.code, s.severity desc", "u.code || '', s.severity desc"),
    texts!(list_by, "p.code, s.severity desc", "p.code || '', s.severity desc"),
    texts!(list_by, "coalesce(s.ratio, 1e9), s.severity desc"),
];
macro_rules! totals {
    ($from:ident) => {
        concat!(" select ", sums!(), $from!(), matching!())
    };
}
const TOTALS: Texts = texts!(totals);
macro_rules! worst {
    ($from:ident) => {
        concat!(
            line_columns!(),
            " from (select ranked.assignment_id from (select s.assignment_id, s.severity, u.code as unit_code,
                p.code as power_code,
                row_number() over (partition by s.unit_id order by s.severity desc, s.assignment_id) as place",
            $from!(),
            matching!(),
            ") ranked where ranked.place <= $12
            order by ranked.severity desc, ranked.unit_code, ranked.power_code, ranked.assignment_id limit $13) w
            join assessment s on s.assignment_id = w.assignment_id
            join unit u on u.id = s.unit_id join power p on p.id = s.power_id
            order by s.severity desc, u.code, p.code, s.assignment_id"
        )
    };
}
const WORST: Texts = texts!(worst);

/// A filter as statements take it.
struct Bound<'a> {
    root: Option<Uuid>,
    has_field: i32,
    field: Option<&'a str>,
    power_type: &'static str,
    verdict: &'static str,
    reason: &'a str,
    lack: &'static str,
    typed: String,
}

impl<'a> Bound<'a> {
    fn new(filter: &'a Filter) -> Self {
        let (root, field) = (filter.root.map(|root| root.0), filter.field.as_deref());
        Self {
            root,
            has_field: i32::from(field.is_some()),
            field,
            power_type: filter.power_type.map_or("", PowerType::as_str),
            verdict: filter.verdict.map_or("", Verdict::as_str),
            reason: &filter.reason,
            lack: filter.lack.map_or("", Lack::as_str),
            typed: if filter.typed.trim().is_empty() { String::new() } else { pattern(&filter.typed) },
        }
    }

    /// Which of the statements is meant.
    fn text(&self, texts: Texts, sight: Sight) -> &'static str {
        text(sight, texts.map(|texts| texts[usize::from(self.root.is_none())]))
    }
}

macro_rules! bound {
    ($fetch:ident, $conn:expr, $row:ty, $texts:expr, $sight:expr, $bound:expr $(, $more:expr)*) => {
        by_sight!(
            $fetch, $conn, $row, $bound.text($texts, $sight), $sight, $bound.root, $bound.has_field, $bound.field,
            $bound.power_type, $bound.verdict, $bound.reason, $bound.lack, &$bound.typed $(, $more)*
        )
    };
}

/// A page of assessments in the filter's order.
pub async fn list(
    conn: &mut Conn,
    filter: &Filter,
    limit: i64,
    offset: i64,
    sight: Sight,
) -> Result<Vec<Line>, StoreError> {
    let bound = Bound::new(filter);
    lines(bound!(fetch_all, conn, LineRow, LISTS[filter.order as usize], sight, bound, limit, offset)?)
}

/// What all that match count and sum to.
pub async fn total(conn: &mut Conn, filter: &Filter, sight: Sight) -> Result<Sums, StoreError> {
    let bound = Bound::new(filter);
    Ok(bound!(fetch_one, conn, SumsRow, TOTALS, sight, bound)?.into())
}

/// The worst assessments, at most `each` of one unit, so that one bad unit does not hide the others.
pub async fn worst(
    conn: &mut Conn,
    filter: &Filter,
    each: i64,
    limit: i64,
    sight: Sight,
) -> Result<Vec<Line>, StoreError> {
    let bound = Bound::new(filter);
    lines(bound!(fetch_all, conn, LineRow, WORST, sight, bound, each, limit)?)
}

macro_rules! reasons {
    ($from:ident) => {
        concat!(
            " select s.reason, s.verdict, cast(count(*) as bigint)",
            $from!(),
            matching!(),
            " and s.reason <> '' group by s.reason, s.verdict order by count(*) desc, s.reason, s.verdict"
        )
    };
}
const REASONS: Texts = texts!(reasons);

/// Why assignments are not absorbed: reason, verdict and how many, the most first.
pub async fn reasons(
    conn: &mut Conn,
    filter: &Filter,
    sight: Sight,
) -> Result<Vec<(String, Verdict, i64)>, StoreError> {
    let bound = Bound::new(filter);
    let rows = bound!(fetch_all, conn, (String, String, i64), REASONS, sight, bound)?;
    rows.into_iter().map(|(reason, verdict, count)| Ok((reason, verdict.parse()?, count))).collect()
}

const OF_UNIT: &str = concat!(
    top!(),
    line_columns!(),
    " from assessment s join assignment x on x.id = s.assignment_id
    join unit u on u.id = s.unit_id join power p on p.id = s.power_id where s.unit_id = $4 and ",
    seen_assignment!("x.id", "x.unit_id", "x.giver_id"),
    " order by s.severity desc, p.code, s.assignment_id"
);

/// The assessments of one unit that may be seen, the worst first.
pub async fn of_unit(conn: &mut Conn, unit: UnitId, sight: Sight) -> Result<Vec<Line>, StoreError> {
    lines(by_sight!(fetch_all, conn, LineRow, OF_UNIT, sight, unit.0)?)
}

fn lines(rows: Vec<LineRow>) -> Result<Vec<Line>, StoreError> {
    let line = |row: LineRow| {
        Ok(Line {
            unit: UnitId(row.unit_id),
            unit_name: row.unit_name,
            power: PowerId(row.power_id),
            power_code: row.power_code,
            power_name: row.power_name,
            power_type: row.power_type.parse()?,
            field: row.field,
            assessment: row.result.0,
        })
    };
    rows.into_iter().map(line).collect()
}
