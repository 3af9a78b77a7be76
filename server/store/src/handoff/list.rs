//! Lists of hand-offs: those that come to or go from units that may be seen.

use super::{Handoff, HandoffRow, handoff_columns};
use crate::db::{fetch_all, fetch_one, fetch_optional};
use crate::search::pattern;
use crate::sight::{by_sight, seen, sight, text, top};
use crate::{Conn, StoreError};
use domain::Date;
use domain::case::CaseResult;
use domain::duty::Sight;
use domain::handoff::Kind;
use domain::id::{AssignmentId, HandoffId, UnitId};
use uuid::Uuid;

macro_rules! words {
    ($(#[$meta:meta])* $name:ident { $($(#[$vmeta:meta])* $variant:ident = $code:literal,)+ }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum $name { $($(#[$vmeta])* $variant,)+ }

        impl $name {
            /// Every value.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The stable code.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $code),+ }
            }
        }

        impl std::str::FromStr for $name {
            type Err = domain::UnknownCode;
            fn from_str(code: &str) -> Result<Self, Self::Err> {
                let found = Self::ALL.iter().copied().find(|each| each.as_str() == code);
                found.ok_or_else(|| domain::UnknownCode { kind: stringify!($name), code: code.to_owned() })
            }
        }
    };
}

words! {
    /// Which hand-offs an inbox shows.
    Stage {
        /// Nobody has claimed it.
        Unclaimed = "unclaimed",
        /// Claimed, and not answered.
        Claimed = "claimed",
        /// Its due day has passed.
        Overdue = "overdue",
        /// It waits to be pushed to the right unit.
        Returned = "returned",
        /// Answered or closed.
        Done = "done",
    }
}

words! {
    /// Whether it comes to a unit that may be seen, or goes from one.
    Box {
        /// It comes.
        In = "in",
        /// It goes.
        Out = "out",
    }
}

/// Which hand-offs.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// How far they are.
    pub stage: Option<Stage>,
    /// Seen from a day.
    pub on: Date,
    /// Coming or going; both without it.
    pub side: Option<Box>,
    /// Which way they go.
    pub kind: Option<Kind>,
    /// Those to or from a unit, or one below it.
    pub unit: Option<UnitId>,
    /// Part of the case's number, or of the power's or a unit's name or code.
    pub typed: String,
}

/// A hand-off with names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// The hand-off.
    pub handoff: Handoff,
    /// The assignment.
    pub assignment: AssignmentId,
    /// Number of the case.
    pub case_number: String,
    /// How the case ended.
    pub result: Option<CaseResult>,
    /// Name of the power.
    pub power: String,
    /// Name of the unit that it comes from.
    pub from: String,
    /// Name of the unit that it goes to.
    pub to: String,
    /// Who claimed it.
    pub claimer: Option<String>,
}

#[derive(sqlx::FromRow)]
struct LineRow {
    #[sqlx(flatten)]
    handoff: HandoffRow,
    assignment_id: Uuid,
    case_number: String,
    result: Option<String>,
    power: String,
    from_name: String,
    to_name: String,
    claimer: Option<String>,
}

impl TryFrom<LineRow> for Line {
    type Error = StoreError;
    fn try_from(row: LineRow) -> Result<Self, StoreError> {
        Ok(Self {
            handoff: row.handoff.try_into()?,
            assignment: AssignmentId(row.assignment_id),
            case_number: row.case_number,
            result: row.result.map(|code| code.parse()).transpose()?,
            power: row.power,
            from: row.from_name,
            to: row.to_name,
            claimer: row.claimer,
        })
    }
}

/// A hand-off `h` with everything that it is shown with.
macro_rules! joined {
    () => {
        " from handoff h join case_file c on c.id = h.case_id join assignment s on s.id = c.assignment_id
        join power p on p.id = s.power_id join unit f on f.id = h.from_unit_id join unit t on t.id = h.to_unit_id
        left join person n on n.id = h.claimed_by where "
    };
}
macro_rules! line_columns {
    () => {
        concat!(
            handoff_columns!(),
            ", c.assignment_id, c.number as case_number, c.result, p.name as power, f.name as from_name,
            t.name as to_name, n.name as claimer"
        )
    };
}
/// The filter, after a sight, by `$4` to `$9`.
macro_rules! filtered {
    ($to:literal, $from:literal) => {
        concat!(
            joined!(),
            "(case cast($4 as text) when 'in' then ",
            $to,
            " when 'out' then ",
            $from,
            " else (",
            $to,
            " or ",
            $from,
            ") end)
            and (cast($5 as text) is null or h.kind = $5)
            and (cast($6 as uuid) is null or exists (select 1 from unit_ancestor b
                where b.ancestor_id = $6 and b.unit_id in (h.to_unit_id, h.from_unit_id)))
            and (lower(c.number) like $7 escape '\\' or p.search like $7 escape '\\' or f.search like $7 escape '\\'
                or t.search like $7 escape '\\')
            and case coalesce(cast($8 as text), '')
                when 'unclaimed' then h.state = 'pushed'
                when 'claimed' then h.state = 'claimed'
                when 'overdue' then (h.state = 'pushed' and h.claim_due < $9)
                    or (h.state = 'claimed' and h.answer_due < $9)
                when 'returned' then h.state = 'returned'
                when 'done' then h.state in ('answered', 'closed')
                else (1 = 1) end"
        )
    };
}
macro_rules! every {
    () => {
        filtered!("(1 = 1)", "(1 = 1)")
    };
}
macro_rules! limited {
    () => {
        filtered!(
            "h.to_unit_id in (select unit_id from sight)",
            "h.from_unit_id in (select unit_id from sight)"
        )
    };
}
/// Whoever must act first stands first; what nobody must act on comes after, the latest first.
macro_rules! ordered {
    () => {
        " order by case h.state when 'pushed' then h.claim_due when 'claimed' then h.answer_due end is null,
        case h.state when 'pushed' then h.claim_due when 'claimed' then h.answer_due end, h.pushed_at desc, h.id
        limit $10 offset $11"
    };
}
const LIST: [&str; 2] = [
    concat!("select ", line_columns!(), every!(), ordered!()),
    concat!(sight!(), "select ", line_columns!(), limited!(), ordered!()),
];
const TOTAL: [&str; 2] = [
    concat!("select cast(count(*) as bigint)", every!()),
    concat!(sight!(), "select cast(count(*) as bigint)", limited!()),
];

macro_rules! ask {
    ($fetch:ident, $conn:expr, $row:ty, $texts:expr, $filter:expr, $sight:expr $(, $arg:expr)*) => {{
        let filter = $filter;
        let (side, stage) = (filter.side.map(Box::as_str), filter.stage.map(Stage::as_str));
        let (kind, unit) = (filter.kind.map(Kind::as_str), filter.unit.map(|unit| unit.0));
        let typed = pattern(&filter.typed);
        by_sight!(
            $fetch, $conn, $row, text($sight, $texts), $sight, side, kind, unit, typed, stage, filter.on $(, $arg)*
        )
    }};
}

/// Hand-offs that come to or go from units that may be seen.
pub async fn list(
    conn: &mut Conn,
    filter: &Filter,
    sight: Sight,
    limit: i64,
    offset: i64,
) -> Result<Vec<Line>, StoreError> {
    let rows = ask!(fetch_all, conn, LineRow, LIST, filter, sight, limit, offset)?;
    rows.into_iter().map(Line::try_from).collect()
}

/// How many there are.
pub async fn total(conn: &mut Conn, filter: &Filter, sight: Sight) -> Result<i64, StoreError> {
    let (total,) = ask!(fetch_one, conn, (i64,), TOTAL, filter, sight)?;
    Ok(total)
}

/// How many there are of each stage.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, sqlx::FromRow)]
pub struct Counts {
    /// Nobody has claimed it.
    pub unclaimed: i64,
    /// Claimed, and not answered.
    pub claimed: i64,
    /// Of these two, those whose due day has passed.
    pub overdue: i64,
    /// Waiting to be pushed to the right unit.
    pub returned: i64,
    /// Answered or closed.
    pub done: i64,
}

impl Counts {
    /// Those of one stage.
    pub const fn of(&self, stage: Stage) -> i64 {
        match stage {
            Stage::Unclaimed => self.unclaimed,
            Stage::Claimed => self.claimed,
            Stage::Overdue => self.overdue,
            Stage::Returned => self.returned,
            Stage::Done => self.done,
        }
    }
}

macro_rules! counted {
    () => {
        "select cast(coalesce(sum(case when h.state = 'pushed' then 1 else 0 end), 0) as bigint) as unclaimed,
            cast(coalesce(sum(case when h.state = 'claimed' then 1 else 0 end), 0) as bigint) as claimed,
            cast(coalesce(sum(case when (h.state = 'pushed' and h.claim_due < $9)
                or (h.state = 'claimed' and h.answer_due < $9) then 1 else 0 end), 0) as bigint) as overdue,
            cast(coalesce(sum(case when h.state = 'returned' then 1 else 0 end), 0) as bigint) as returned,
            cast(coalesce(sum(case when h.state in ('answered', 'closed') then 1 else 0 end), 0) as bigint) as done"
    };
}
const COUNTS: [&str; 2] = [concat!(counted!(), every!()), concat!(sight!(), counted!(), limited!())];

/// How many there are of each stage, whatever stage the filter names.
pub async fn counts(conn: &mut Conn, filter: &Filter, sight: Sight) -> Result<Counts, StoreError> {
    let filter = &Filter { stage: None, ..filter.clone() };
    ask!(fetch_one, conn, Counts, COUNTS, filter, sight)
}

const VISIBLE: &str = concat!(
    top!(),
    "select ",
    line_columns!(),
    joined!(),
    "h.id = $4 and (",
    seen!("h.to_unit_id"),
    " or ",
    seen!("h.from_unit_id"),
    ")"
);

/// One that comes to or goes from a unit that may be seen.
pub async fn visible(conn: &mut Conn, id: HandoffId, sight: Sight) -> Result<Option<Line>, StoreError> {
    by_sight!(fetch_optional, conn, LineRow, VISIBLE, sight, id.0)?.map(Line::try_from).transpose()
}
