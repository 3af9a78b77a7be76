//! Kept assessments: one for each assignment, and the boards that count and sum them.

use crate::db::{execute, fetch_all, fetch_one, fetch_optional};
use crate::search::pattern;
use crate::{Conn, StoreError};
use domain::assess::{Assessment, AssignmentFacts, FindingKind, UnitFacts, Verdict};
use domain::id::{AssignmentId, PowerId, UnitId};
use domain::power::PowerType;
use domain::{Date, Fen};
use sqlx::types::Json;
use uuid::Uuid;

/// Assignments by verdict.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    counts: [i64; 5],
}

impl Counts {
    /// How many have a verdict.
    pub fn of(&self, verdict: Verdict) -> i64 {
        self.counts[verdict as usize]
    }

    /// How many there are.
    pub fn all(&self) -> i64 {
        self.counts.iter().sum()
    }

    /// The worst verdict that occurs.
    pub fn worst(&self) -> Option<Verdict> {
        Verdict::ALL.iter().copied().find(|&verdict| self.of(verdict) > 0)
    }
}

impl std::ops::AddAssign for Counts {
    fn add_assign(&mut self, other: Self) {
        for (count, more) in self.counts.iter_mut().zip(other.counts) {
            *count += more;
        }
    }
}

#[derive(sqlx::FromRow)]
pub(crate) struct CountsRow {
    cannot: i64,
    poorly: i64,
    idle: i64,
    in_transition: i64,
    can: i64,
}

impl From<CountsRow> for Counts {
    fn from(row: CountsRow) -> Self {
        // In the order of `Verdict::ALL`.
        Self { counts: [row.cannot, row.poorly, row.idle, row.in_transition, row.can] }
    }
}

/// What is counted and summed, from assessments called `s`.
macro_rules! sums {
    () => {
        "cast(count(case when s.verdict = 'cannot' then 1 end) as bigint) as cannot,
        cast(count(case when s.verdict = 'poorly' then 1 end) as bigint) as poorly,
        cast(count(case when s.verdict = 'idle' then 1 end) as bigint) as idle,
        cast(count(case when s.verdict = 'in_transition' then 1 end) as bigint) as in_transition,
        cast(count(case when s.verdict = 'can' then 1 end) as bigint) as can,
        cast(coalesce(sum(s.short_staff), 0) as bigint) as short_staff,
        cast(coalesce(sum(s.short_fen), 0) as bigint) as short_fen,
        cast(coalesce(sum(s.untrained), 0) as bigint) as untrained,
        cast(coalesce(sum(s.required_staff), 0) as bigint) as required_staff,
        cast(coalesce(sum(s.available_staff), 0) as bigint) as available_staff,
        cast(coalesce(sum(s.required_fen), 0) as bigint) as required_fen,
        cast(coalesce(sum(s.released_fen), 0) as bigint) as released_fen,
        cast(coalesce(sum(s.handlers), 0) as bigint) as handlers,
        cast(coalesce(sum(s.trained_handlers), 0) as bigint) as trained_handlers,
        cast(coalesce(sum(s.required_items), 0) as bigint) as required_items,
        cast(coalesce(sum(s.present_items), 0) as bigint) as present_items"
    };
}
pub(crate) use sums;

const INSERT: &str = "insert into assessment (assignment_id, unit_id, power_id, power_type, field, on_date,
    facts_version, verdict, reason, severity, ratio, required_staff, available_staff, short_staff, required_fen, released_fen,
    short_fen, handlers, trained_handlers, untrained, required_items, present_items, result)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23)";

/// In a word, why the verdict is not better.
fn reason(assessment: &Assessment) -> &'static str {
    let first = assessment.findings.first().filter(|_| assessment.verdict != Verdict::Can);
    let Some(first) = first else { return "" };
    match (first.kind.gate(), first.kind.grade()) {
        (Some(gate), _) => gate.as_str(),
        (_, Some(grade)) => grade.as_str(),
        _ if matches!(first.kind, FindingKind::NoCases { .. }) => "no_cases",
        _ => "",
    }
}

/// People of whom training is asked: the handlers, or at least one where nobody is named who could be trained.
fn training_needed(assessment: &Assessment) -> u32 {
    if assessment.parity.training < 1.0 {
        assessment.counts.handlers.max(1)
    } else {
        assessment.counts.handlers
    }
}

/// Staff in thousandths of a post.
#[expect(clippy::cast_possible_truncation, reason = "`as` saturates, far beyond any staff")]
fn thousandths(staff: f64) -> i64 {
    (staff * 1000.0).round() as i64
}

/// Puts a unit's assessments in the place of those that were kept.
pub async fn replace_unit(
    conn: &mut Conn,
    facts: &UnitFacts,
    assessments: &[Assessment],
) -> Result<(), StoreError> {
    execute!(conn, "delete from assessment where unit_id = $1", facts.unit.id.0)?;
    for assessment in assessments {
        let of = |each: &&AssignmentFacts| each.assignment.id == assessment.assignment;
        let Some(of) = facts.assignments.iter().find(of) else {
            continue;
        };
        let (staff, money) = (&assessment.workload, &assessment.money);
        execute!(
            conn,
            INSERT,
            assessment.assignment.0,
            facts.unit.id.0,
            of.power.id.0,
            of.power.power_type.as_str(),
            &of.power.field,
            assessment.on,
            facts.version,
            assessment.verdict.as_str(),
            reason(assessment),
            assessment.severity(),
            staff.ratio(),
            thousandths(staff.required),
            thousandths(staff.available.min(staff.required)),
            thousandths((-staff.difference()).max(0.0)),
            money.required().0,
            money.released().min(money.required()).0,
            money.shortage().0,
            crate::db::int(training_needed(assessment)),
            crate::db::int(assessment.counts.trained_handlers),
            crate::db::int(assessment.counts.untrained),
            crate::db::int(assessment.counts.required_items),
            crate::db::int(assessment.counts.present_items),
            Json(assessment),
        )?;
    }
    Ok(())
}

/// A kept assessment with the version of the facts that it was made from.
pub async fn of_assignment(
    conn: &mut Conn,
    id: AssignmentId,
) -> Result<Option<(Assessment, i64)>, StoreError> {
    const SQL: &str = "select result, facts_version from assessment where assignment_id = $1";
    let found = fetch_optional!(conn, (Json<Assessment>, i64), SQL, id.0)?;
    Ok(found.map(|(assessment, version)| (assessment.0, version)))
}

/// The day of the oldest kept assessment.
pub async fn oldest(conn: &mut Conn) -> Result<Option<Date>, StoreError> {
    let (oldest,): (Option<Date>,) =
        fetch_one!(conn, (Option<Date>,), "select min(on_date) from assessment")?;
    Ok(oldest)
}

/// Notes that rules changed, so that whatever stops the assessment by them, it is begun again.
pub async fn mark_stale(conn: &mut Conn) -> Result<(), StoreError> {
    execute!(conn, "update assessment set facts_version = $1", -1_i64)?;
    Ok(())
}

/// Whether something is kept from before a day, or from before rules changed.
pub async fn is_behind(conn: &mut Conn, today: Date) -> Result<bool, StoreError> {
    const SQL: &str = "select cast(count(*) as bigint) from
        (select 1 as one from assessment where on_date < $1 or facts_version < 0 limit 1) behind";
    let (count,): (i64,) = fetch_one!(conn, (i64,), SQL, today)?;
    Ok(count > 0)
}

/// By what a board groups powers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum By {
    /// Field of work.
    Field,
    /// Type.
    Type,
}

/// Which assessments are meant; absent parts and empty texts mean all.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Filter {
    /// The unit and those below it.
    pub root: Option<UnitId>,
    /// Field of work; `Some("")` are the powers without one.
    pub field: Option<String>,
    /// Type of power.
    pub power_type: Option<PowerType>,
    /// Verdict.
    pub verdict: Option<Verdict>,
    /// Gate or grade of the first finding.
    pub reason: String,
    /// What is missing.
    pub lack: Option<Lack>,
    /// Part of the power's or unit's name, its pinyin or initials, or the code.
    pub typed: String,
    /// In which order a list shows them.
    pub order: Order,
}

/// The order of a list.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Order {
    /// The worst first.
    #[default]
    Worst,
    /// By unit, the worst first inside each.
    Unit,
    /// By power.
    Power,
    /// By workload ratio, the smallest first.
    Ratio,
}

impl Order {
    /// The code, as addresses write it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Worst => "",
            Self::Unit => "unit",
            Self::Power => "power",
            Self::Ratio => "ratio",
        }
    }
}

impl std::str::FromStr for Order {
    type Err = domain::UnknownCode;
    fn from_str(code: &str) -> Result<Self, Self::Err> {
        let found = [Self::Unit, Self::Power, Self::Ratio].into_iter().find(|order| order.as_str() == code);
        found.ok_or_else(|| domain::UnknownCode { kind: "Order", code: code.to_owned() })
    }
}

/// What an assignment lacks, as the sums of a board count it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lack {
    /// Staff.
    Staff,
    /// Money.
    Money,
    /// Courses and certificates of handlers.
    Training,
}

impl Lack {
    /// The code, as addresses write it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Staff => "staff",
            Self::Money => "money",
            Self::Training => "training",
        }
    }
}

impl std::str::FromStr for Lack {
    type Err = domain::UnknownCode;
    fn from_str(code: &str) -> Result<Self, Self::Err> {
        let found = [Self::Staff, Self::Money, Self::Training].into_iter().find(|lack| lack.as_str() == code);
        found.ok_or_else(|| domain::UnknownCode { kind: "Lack", code: code.to_owned() })
    }
}

/// What is counted and summed over some assessments.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Sums {
    /// Verdicts.
    pub counts: Counts,
    /// Missing staff in thousandths.
    pub short_staff: i64,
    /// Missing money.
    pub short_money: Fen,
    /// Courses and certificates owed.
    pub untrained: i64,
    /// Available of required staff, in thousandths.
    pub staff: Part,
    /// Released of required money, in fen.
    pub money: Part,
    /// Handlers with every certificate and course, of all handlers.
    pub training: Part,
    /// Present of required items.
    pub means: Part,
}

/// A part of a whole, summed over assignments and never above what each one requires.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Part {
    /// What is there.
    pub there: i64,
    /// What is required.
    pub of: i64,
}

impl Part {
    /// As a fraction; 1 when nothing is required.
    #[expect(clippy::cast_precision_loss, reason = "far below 2^53 for any county")]
    pub fn fraction(self) -> f64 {
        if self.of <= 0 { 1.0 } else { self.there as f64 / self.of as f64 }
    }
}

impl std::ops::AddAssign for Part {
    fn add_assign(&mut self, other: Self) {
        self.there += other.there;
        self.of += other.of;
    }
}

impl std::ops::AddAssign for Sums {
    fn add_assign(&mut self, other: Self) {
        self.counts += other.counts;
        self.short_staff += other.short_staff;
        self.short_money = self.short_money + other.short_money;
        self.untrained += other.untrained;
        self.staff += other.staff;
        self.money += other.money;
        self.training += other.training;
        self.means += other.means;
    }
}

#[derive(sqlx::FromRow)]
pub(crate) struct SumsRow {
    #[sqlx(flatten)]
    counts: CountsRow,
    short_staff: i64,
    short_fen: i64,
    untrained: i64,
    required_staff: i64,
    available_staff: i64,
    required_fen: i64,
    released_fen: i64,
    handlers: i64,
    trained_handlers: i64,
    required_items: i64,
    present_items: i64,
}

impl From<SumsRow> for Sums {
    fn from(row: SumsRow) -> Self {
        Self {
            counts: row.counts.into(),
            short_staff: row.short_staff,
            short_money: Fen(row.short_fen),
            untrained: row.untrained,
            staff: Part { there: row.available_staff, of: row.required_staff },
            money: Part { there: row.released_fen, of: row.required_fen },
            training: Part { there: row.trained_handlers, of: row.handlers },
            means: Part { there: row.present_items, of: row.required_items },
        }
    }
}

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
    ($column:literal, $join:literal, $where:literal) => {
        concat!(
            "select u.id, u.code, u.name, ",
            $column,
            " as grouped, ",
            sums!(),
            " from unit u ",
            $join,
            " where ",
            $where,
            " and ($2 = '' or s.power_type = $2) and ($3 = '' or s.field = $3) and ($4 = '' or s.verdict = $4)
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
                "join unit_ancestor a on a.ancestor_id = u.id join assessment s on s.unit_id = a.unit_id",
                "(u.parent_id = $1 or ($5 = 0 and u.parent_id is null))"
            ),
            " union all ",
            board!($column, "join assessment s on s.unit_id = u.id", "u.id = $1")
        )
    };
}
const BOARD_BY_FIELD: &str = board_of!("s.field");
const BOARD_BY_TYPE: &str = board_of!("s.power_type");

/// The cells of a board: the units directly below the filter's root with all below them, and the root itself for
/// what it received itself; without a root, the units at the top.
pub async fn board(conn: &mut Conn, by: By, filter: &Filter) -> Result<Vec<Cell>, StoreError> {
    let sql = match by {
        By::Field => BOARD_BY_FIELD,
        By::Type => BOARD_BY_TYPE,
    };
    let power_type = filter.power_type.map_or("", PowerType::as_str);
    let field = filter.field.as_deref().unwrap_or_default();
    let verdict = filter.verdict.map_or("", Verdict::as_str);
    let root = filter.root.map(|root| root.0);
    let rows = fetch_all!(conn, CellRow, sql, root, power_type, field, verdict, i32::from(root.is_some()))?;
    let cell = |row: CellRow| Cell {
        unit: UnitId(row.id),
        unit_code: row.code,
        unit_name: row.name,
        group: row.grouped,
        sums: row.sums.into(),
    };
    Ok(rows.into_iter().map(cell).collect())
}

const COMMON_ROOT: &str = "select a.ancestor_id from unit_ancestor a
    join (select distinct unit_id from assessment) s on s.unit_id = a.unit_id
    join unit u on u.id = a.ancestor_id
    group by a.ancestor_id
    having count(*) = (select count(distinct unit_id) from assessment)
    order by min(a.depth), max(a.depth) limit 1";

/// The lowest unit above everything that is assessed: the county, where there is one county. None where nothing is
/// assessed, or where there are several trees.
pub async fn common_root(conn: &mut Conn) -> Result<Option<UnitId>, StoreError> {
    Ok(fetch_optional!(conn, (Uuid,), COMMON_ROOT)?.map(|(id,)| UnitId(id)))
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

/// Assessments at and below a unit. Two texts, so that a county's page does not look at the nation.
macro_rules! below {
    () => {
        " from unit_ancestor a join assessment s on s.unit_id = a.unit_id
        join unit u on u.id = s.unit_id join power p on p.id = s.power_id where $1 = 1 and a.ancestor_id = $2"
    };
}
macro_rules! everywhere {
    () => {
        " from assessment s join unit u on u.id = s.unit_id join power p on p.id = s.power_id
        where $1 = 0 and cast($2 as uuid) is null"
    };
}
macro_rules! matching {
    () => {
        " and ($3 = 0 or s.field = $4) and ($5 = '' or s.power_type = $5) and ($6 = '' or s.verdict = $6)
          and ($7 = '' or s.reason = $7)
          and ($8 = '' or ($8 = 'staff' and s.short_staff > 0) or ($8 = 'money' and s.short_fen > 0)
              or ($8 = 'training' and s.untrained > 0))
          and ($9 = '' or p.search like $9 escape '\\' or u.search like $9 escape '\\')"
    };
}
macro_rules! line_columns {
    () => {
        "select s.unit_id, u.name as unit_name, s.power_id, p.code as power_code, p.name as power_name,
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
            ", u.code, p.code, s.assignment_id limit $10 offset $11"
        )
    };
}
/// For each order the statement below a unit and everywhere.
const LISTS: [[&str; 2]; 4] = [
    [list_by!(below, "s.severity desc"), list_by!(everywhere, "s.severity desc")],
    [list_by!(below, "u.code, s.severity desc"), list_by!(everywhere, "u.code, s.severity desc")],
    [list_by!(below, "p.code, s.severity desc"), list_by!(everywhere, "p.code, s.severity desc")],
    [
        list_by!(below, "coalesce(s.ratio, 1e9), s.severity desc"),
        list_by!(everywhere, "coalesce(s.ratio, 1e9), s.severity desc"),
    ],
];
const TOTALS: [&str; 2] = [
    concat!("select ", sums!(), below!(), matching!()),
    concat!("select ", sums!(), everywhere!(), matching!()),
];
macro_rules! worst {
    ($from:ident) => {
        concat!(
            line_columns!(),
            " from (select s.assignment_id,
                row_number() over (partition by s.unit_id order by s.severity desc, s.assignment_id) as place",
            $from!(),
            matching!(),
            ") w join assessment s on s.assignment_id = w.assignment_id
            join unit u on u.id = s.unit_id join power p on p.id = s.power_id where w.place <= $10
            order by s.severity desc, u.code, p.code, s.assignment_id limit $11"
        )
    };
}
const WORST: [&str; 2] = [worst!(below), worst!(everywhere)];

/// A filter as statements take it.
struct Bound<'a> {
    has_root: i32,
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
            has_root: i32::from(root.is_some()),
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

    /// Which of two statements is meant.
    fn text(&self, texts: [&'static str; 2]) -> &'static str {
        if self.root.is_some() { texts[0] } else { texts[1] }
    }
}

macro_rules! bound {
    ($fetch:ident, $conn:expr, $row:ty, $texts:expr, $bound:expr $(, $more:expr)*) => {
        $fetch!(
            $conn, $row, $bound.text($texts), $bound.has_root, $bound.root, $bound.has_field, $bound.field,
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
) -> Result<Vec<Line>, StoreError> {
    let bound = Bound::new(filter);
    lines(bound!(fetch_all, conn, LineRow, LISTS[filter.order as usize], bound, limit, offset)?)
}

/// What all that match count and sum to.
pub async fn total(conn: &mut Conn, filter: &Filter) -> Result<Sums, StoreError> {
    let bound = Bound::new(filter);
    Ok(bound!(fetch_one, conn, SumsRow, TOTALS, bound)?.into())
}

/// The worst assessments, at most `each` of one unit, so that one bad unit does not hide the others.
pub async fn worst(conn: &mut Conn, filter: &Filter, each: i64, limit: i64) -> Result<Vec<Line>, StoreError> {
    let bound = Bound::new(filter);
    lines(bound!(fetch_all, conn, LineRow, WORST, bound, each, limit)?)
}

macro_rules! reasons {
    ($from:ident) => {
        concat!(
            "select s.reason, s.verdict, cast(count(*) as bigint)",
            $from!(),
            matching!(),
            " and s.reason <> '' group by s.reason, s.verdict order by count(*) desc, s.reason, s.verdict"
        )
    };
}
const REASONS: [&str; 2] = [reasons!(below), reasons!(everywhere)];

/// Why assignments are not absorbed: reason, verdict and how many, the most first.
pub async fn reasons(conn: &mut Conn, filter: &Filter) -> Result<Vec<(String, Verdict, i64)>, StoreError> {
    let bound = Bound::new(filter);
    let rows = bound!(fetch_all, conn, (String, String, i64), REASONS, bound)?;
    rows.into_iter().map(|(reason, verdict, count)| Ok((reason, verdict.parse()?, count))).collect()
}

const OF_UNIT: &str = concat!(
    line_columns!(),
    " from assessment s join unit u on u.id = s.unit_id join power p on p.id = s.power_id
    where s.unit_id = $1 order by s.severity desc, p.code, s.assignment_id"
);

/// The assessments of one unit, the worst first.
pub async fn of_unit(conn: &mut Conn, unit: UnitId) -> Result<Vec<Line>, StoreError> {
    lines(fetch_all!(conn, LineRow, OF_UNIT, unit.0)?)
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

impl From<&Line> for Sums {
    fn from(line: &Line) -> Self {
        let result = &line.assessment;
        let mut counts = Counts::default();
        counts.counts[result.verdict as usize] = 1;
        let (staff, money, number) = (&result.workload, &result.money, &result.counts);
        Self {
            counts,
            short_staff: thousandths((-staff.difference()).max(0.0)),
            short_money: money.shortage(),
            untrained: number.untrained.into(),
            staff: Part {
                there: thousandths(staff.available.min(staff.required)),
                of: thousandths(staff.required),
            },
            money: Part { there: money.released().min(money.required()).0, of: money.required().0 },
            training: Part { there: number.trained_handlers.into(), of: training_needed(result).into() },
            means: Part { there: number.present_items.into(), of: number.required_items.into() },
        }
    }
}
