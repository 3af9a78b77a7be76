//! Sums for the indicators of the reform: by unit, type of power, or month, as far as they may be seen.

use crate::db::fetch_all;
use crate::sight::{by_sight, mine, text};
use crate::{Conn, StoreError};
use domain::duty::Sight;
use domain::id::UnitId;
use domain::indicator::{Indicator, Indicators, Ratio};
use domain::power::PowerType;
use domain::{Date, UnknownCode};
use std::collections::BTreeMap;

/// By what the sums are told apart.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum By {
    /// The unit that holds the power.
    #[default]
    Unit,
    /// The type of the power.
    Type,
    /// The month; limits and exercise know none.
    Month,
}

impl By {
    /// Every choice.
    pub const ALL: [Self; 3] = [Self::Unit, Self::Type, Self::Month];

    /// Stable code.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Unit => "unit",
            Self::Type => "type",
            Self::Month => "month",
        }
    }
}

impl std::str::FromStr for By {
    type Err = UnknownCode;
    fn from_str(code: &str) -> Result<Self, Self::Err> {
        let found = Self::ALL.into_iter().find(|by| by.as_str() == code);
        found.ok_or_else(|| UnknownCode { kind: "By", code: code.to_owned() })
    }
}

/// Which powers, and which days.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filter {
    /// Those of a unit and all below it.
    pub root: Option<UnitId>,
    /// Those of a type.
    pub power_type: Option<PowerType>,
    /// The first day.
    pub from: Date,
    /// The last day.
    pub to: Date,
    /// Today: what is to be claimed later is not counted.
    pub today: Date,
}

/// The sums of everything, and those of each unit (`code name`), type (its code) or month (`2026-11`).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sums {
    /// Of everything.
    pub all: Indicators,
    /// Of each.
    pub each: BTreeMap<String, Indicators>,
}

#[derive(sqlx::FromRow)]
struct Row {
    name: String,
    numerator: i64,
    denominator: i64,
}

#[derive(sqlx::FromRow)]
struct LimitsRow {
    name: String,
    saved: i64,
    statutory: i64,
    instant: i64,
    powers: i64,
}

/// What is told apart; a month where the statement knows one.
macro_rules! name {
    ($month:literal) => {
        concat!(
            "case $4 when 'unit' then u.code || ' ' || u.name when 'type' then p.power_type when 'month' then ",
            $month,
            " else '' end"
        )
    };
}
/// Assignments `s` of units and types by `$5` and `$6`.
macro_rules! kept {
    () => {
        " (cast($5 as uuid) is null or exists (select 1 from unit_ancestor b
            where b.ancestor_id = $5 and b.unit_id = s.unit_id))
        and (cast($6 as text) is null or p.power_type = $6)"
    };
}
macro_rules! of {
    () => {
        " join power p on p.id = s.power_id join unit u on u.id = s.unit_id "
    };
}

// A power counts once in each group, however many units hold it there.
macro_rules! limits {
    ($from:literal) => {
        concat!(
            "select k.name,
                cast(coalesce(sum(case when k.statutory_days is not null and k.promised_days is not null
                    then k.statutory_days - k.promised_days end), 0) as bigint) as saved,
                cast(coalesce(sum(case when k.promised_days is not null then k.statutory_days end), 0) as bigint)
                    as statutory,
                cast(coalesce(sum(case when k.promised_days = 0 then 1 else 0 end), 0) as bigint) as instant,
                cast(count(*) as bigint) as powers
            from (select distinct ",
            name!("''"),
            " as name, p.id, p.statutory_days, p.promised_days from ",
            $from,
            of!(),
            "where ",
            kept!(),
            " and s.form <> 'recalled' and s.valid_from <= $8 and (s.valid_to is null or s.valid_to >= $7)) k
            group by k.name"
        )
    };
}
const LIMITS: [&str; 2] =
    [limits!("assignment s"), concat!(mine!(), " ", limits!("mine join assignment s on s.id = mine.id"))];

// Months that were reported count as reported; of the others, single cases.
macro_rules! early {
    ($from:literal) => {
        concat!(
            "select k.name, cast(sum(k.early) as bigint) as numerator, cast(sum(k.completed) as bigint) as denominator
            from (select ",
            name!("substr(cast(m.month as text), 1, 7)"),
            " as name, m.early, m.completed from ",
            $from,
            of!(),
            "join statistics m on m.assignment_id = s.id where ",
            kept!(),
            " and m.month >= $7 and m.month <= $8
            union all select ",
            name!("substr(cast(c.decided_on as text), 1, 7)"),
            " as name, case when c.decided_on < c.promised_due then 1 else 0 end, 1 from ",
            $from,
            of!(),
            "join case_file c on c.assignment_id = s.id where ",
            kept!(),
            " and c.decided_on >= $7 and c.decided_on <= $8 and c.result <> 'withdrawn'
                and c.promised_due is not null
                and not exists (select 1 from statistics m where m.assignment_id = s.id
                    and substr(cast(m.month as text), 1, 7) = substr(cast(c.decided_on as text), 1, 7))) k
            group by k.name"
        )
    };
}
const EARLY: [&str; 2] =
    [early!("assignment s"), concat!(mine!(), " ", early!("mine join assignment s on s.id = mine.id"))];

// An assignment that is planned to have no cases at all is not applicable.
macro_rules! exercise {
    ($from:literal) => {
        concat!(
            "select k.name, cast(sum(k.used) as bigint) as numerator, cast(count(*) as bigint) as denominator
            from (select ",
            name!("''"),
            " as name, case when exists (select 1 from statistics m where m.assignment_id = s.id
                    and m.month >= $7 and m.month <= $8 and m.received + m.completed > 0)
                or exists (select 1 from case_file c where c.assignment_id = s.id
                    and ((c.opened_on >= $7 and c.opened_on <= $8) or (c.decided_on >= $7 and c.decided_on <= $8)))
                then 1 else 0 end as used from ",
            $from,
            of!(),
            "where ",
            kept!(),
            " and s.form <> 'recalled' and s.valid_from <= $8 and (s.valid_to is null or s.valid_to >= $7)
                and (s.planned_volume is null or s.planned_volume > 0)) k
            group by k.name"
        )
    };
}
const EXERCISE: [&str; 2] =
    [exercise!("assignment s"), concat!(mine!(), " ", exercise!("mine join assignment s on s.id = mine.id"))];

// What was claimed, in time or not, and what nobody claimed although its day has passed.
macro_rules! claims {
    ($from:literal) => {
        concat!(
            "select k.name, cast(sum(k.kept) as bigint) as numerator, cast(count(*) as bigint) as denominator
            from (select ",
            name!("substr(cast(h.pushed_on as text), 1, 7)"),
            " as name, case when h.claimed_on is not null and h.claimed_on <= h.claim_due then 1 else 0 end as kept
            from ",
            $from,
            of!(),
            "join case_file c on c.assignment_id = s.id join handoff h on h.case_id = c.id where ",
            kept!(),
            " and h.pushed_on >= $7 and h.pushed_on <= $8
                and (h.claimed_on is not null or (h.state = 'pushed' and h.claim_due < $9))) k
            group by k.name"
        )
    };
}
const CLAIMS: [&str; 2] =
    [claims!("assignment s"), concat!(mine!(), " ", claims!("mine join assignment s on s.id = mine.id"))];

/// The sums, by seven statements at most.
pub async fn sums(conn: &mut Conn, filter: &Filter, by: By, sight: Sight) -> Result<Sums, StoreError> {
    let mut sums = Sums::default();
    // Limits do not add up over units that hold the same power, so everything is asked for by itself.
    for (all, by) in [(true, ""), (false, by.as_str())] {
        for row in limits(conn, filter, by, sight).await? {
            let compression = Ratio { numerator: row.saved, denominator: row.statutory };
            let instant = Ratio { numerator: row.instant, denominator: row.powers };
            if !all && row.name.is_empty() {
                continue;
            }
            let into = if all { &mut sums.all } else { sums.each.entry(row.name).or_default() };
            into.add(Indicator::Compression, compression);
            into.add(Indicator::Instant, instant);
        }
    }
    for (indicator, texts) in [(Indicator::Early, EARLY), (Indicator::Exercise, EXERCISE)] {
        let rows = ratios(conn, texts, filter, by, sight).await?;
        add(&mut sums, indicator, rows);
    }
    let rows = claims(conn, filter, by, sight).await?;
    add(&mut sums, Indicator::Claims, rows);
    Ok(sums)
}

fn add(sums: &mut Sums, indicator: Indicator, rows: Vec<Row>) {
    for row in rows {
        let ratio = Ratio { numerator: row.numerator, denominator: row.denominator };
        sums.all.add(indicator, ratio);
        if !row.name.is_empty() {
            sums.each.entry(row.name).or_default().add(indicator, ratio);
        }
    }
}

async fn limits(
    conn: &mut Conn,
    filter: &Filter,
    by: &'static str,
    sight: Sight,
) -> Result<Vec<LimitsRow>, StoreError> {
    let (root, of_type) = (filter.root.map(|unit| unit.0), filter.power_type.map(PowerType::as_str));
    let sql = text(sight, LIMITS);
    by_sight!(fetch_all, conn, LimitsRow, sql, sight, by, root, of_type, filter.from, filter.to)
}

async fn ratios(
    conn: &mut Conn,
    texts: [&'static str; 2],
    filter: &Filter,
    by: By,
    sight: Sight,
) -> Result<Vec<Row>, StoreError> {
    let (root, of_type) = (filter.root.map(|unit| unit.0), filter.power_type.map(PowerType::as_str));
    let sql = text(sight, texts);
    by_sight!(fetch_all, conn, Row, sql, sight, by.as_str(), root, of_type, filter.from, filter.to)
}

async fn claims(conn: &mut Conn, filter: &Filter, by: By, sight: Sight) -> Result<Vec<Row>, StoreError> {
    let (root, of_type) = (filter.root.map(|unit| unit.0), filter.power_type.map(PowerType::as_str));
    let (sql, by) = (text(sight, CLAIMS), by.as_str());
    let (from, to, today) = (filter.from, filter.to, filter.today);
    by_sight!(fetch_all, conn, Row, sql, sight, by, root, of_type, from, to, today)
}
