//! Kept assessments: one for each assignment, and what boards and lists count, sum and choose of them.

mod boards;

pub use boards::{Cell, Line, board, common_root, list, of_unit, reasons, total, worst};

use crate::db::{execute, fetch_one, fetch_optional};
use crate::sight::{by_sight, mine, seen_assignment, text, top};
use crate::{Conn, StoreError};
use domain::assess::{Assessment, AssignmentFacts, FindingKind, UnitFacts, Verdict};
use domain::duty::Sight;
use domain::id::{AssignmentId, UnitId};
use domain::power::PowerType;
use domain::{Date, Fen};
use sqlx::types::Json;

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
pub fn reason(assessment: &Assessment) -> &'static str {
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

/// The kept assessment of an assignment that may be seen, with the version of the facts that it was made from.
pub async fn of_assignment(
    conn: &mut Conn,
    id: AssignmentId,
    sight: Sight,
) -> Result<Option<(Assessment, i64)>, StoreError> {
    const SQL: &str = concat!(
        top!(),
        " select t.result, t.facts_version from assessment t join assignment s on s.id = t.assignment_id
          where t.assignment_id = $4 and ",
        seen_assignment!("s.id", "s.unit_id", "s.giver_id")
    );
    let found = by_sight!(fetch_optional, conn, (Json<Assessment>, i64), SQL, sight, id.0)?;
    Ok(found.map(|(assessment, version)| (assessment.0, version)))
}

/// The day of the oldest kept assessment that may be seen.
pub async fn oldest(conn: &mut Conn, sight: Sight) -> Result<Option<Date>, StoreError> {
    const SQL: [&str; 2] = [
        "select min(on_date) from assessment",
        concat!(mine!(), " select min(s.on_date) from mine join assessment s on s.assignment_id = mine.id"),
    ];
    let (oldest,): (Option<Date>,) = by_sight!(fetch_one, conn, (Option<Date>,), text(sight, SQL), sight)?;
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
