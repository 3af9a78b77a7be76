//! What broke a rule in cases, or lacks a supervising side.

use crate::db::{execute, fetch_all, fetch_one};
use crate::search::pattern;
use crate::sight::{by_sight, mine, text};
use crate::{Conn, StoreError};
use domain::Date;
use domain::assignment::Function;
use domain::duty::Sight;
use domain::id::{CaseId, PersonId};
use uuid::Uuid;

/// The rule that nothing is decided that nobody supervises.
pub const GAP_RULE: &str = "GAP-01";
/// The rule that whoever acts holds the right on that day.
pub const RIGHT_RULE: &str = "RIGHT-01";
/// The rule that the applicant is told of a pause.
pub const NOTICE_RULE: &str = "PAUSE-01";

/// Something that is wrong with a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    /// The case.
    pub case: CaseId,
    /// Code of the rule.
    pub rule: String,
    /// What was done, where it is about that.
    pub function: Option<Function>,
    /// By whom.
    pub person: Option<PersonId>,
    /// The day on which it was.
    pub on: Date,
}

const INSERT: &str = "insert into case_violation (id, case_id, rule, function, person_id, on_day)
    values ($1, $2, $3, $4, $5, $6)";

/// Keeps one.
pub async fn insert(conn: &mut Conn, violation: &Violation) -> Result<(), StoreError> {
    let function = violation.function.map_or("", Function::as_str);
    let person = violation.person.map(|person| person.0);
    execute!(
        conn,
        INSERT,
        crate::new_id(),
        violation.case.0,
        &violation.rule,
        function,
        person,
        violation.on
    )?;
    Ok(())
}

const MEND: &str = "delete from case_violation where case_id = $1 and rule = $2";

/// Forgets what was mended.
pub async fn mend(conn: &mut Conn, case: CaseId, rule: &str) -> Result<(), StoreError> {
    execute!(conn, MEND, case.0, rule)?;
    Ok(())
}

const PENDING: &str = "select distinct v.case_id from case_violation v where v.rule = 'GAP-01'";

/// Cases that were decided and have nobody to be pushed to.
pub async fn pending(conn: &mut Conn) -> Result<Vec<CaseId>, StoreError> {
    Ok(fetch_all!(conn, (Uuid,), PENDING)?.into_iter().map(|(id,)| CaseId(id)).collect())
}

/// A violation with names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// The violation.
    pub violation: Violation,
    /// Number of the case.
    pub number: String,
    /// Name of the power.
    pub power: String,
    /// Name of the unit.
    pub unit: String,
    /// Who.
    pub name: Option<String>,
}

#[derive(sqlx::FromRow)]
struct Row {
    case_id: Uuid,
    rule: String,
    function: String,
    person_id: Option<Uuid>,
    on_day: Date,
    number: String,
    power: String,
    unit: String,
    name: Option<String>,
}

impl TryFrom<Row> for Line {
    type Error = StoreError;
    fn try_from(row: Row) -> Result<Self, StoreError> {
        let function = (!row.function.is_empty()).then(|| row.function.parse()).transpose()?;
        let violation = Violation {
            case: CaseId(row.case_id),
            rule: row.rule,
            function,
            person: row.person_id.map(PersonId),
            on: row.on_day,
        };
        Ok(Self { violation, number: row.number, power: row.power, unit: row.unit, name: row.name })
    }
}

macro_rules! lines {
    ($what:literal, $from:literal, $rest:literal) => {
        concat!(
            $what,
            $from,
            " join case_violation v on v.case_id = c.id join assignment s on s.id = c.assignment_id
            join power p on p.id = s.power_id join unit u on u.id = s.unit_id
            left join person n on n.id = v.person_id
            where (cast($4 as uuid) is null or c.id = $4) and (cast($5 as text) is null or v.rule = $5)
              and (lower(c.number) like $6 escape '\\' or p.search like $6 escape '\\'
                  or u.search like $6 escape '\\')",
            $rest
        )
    };
}
macro_rules! list {
    ($from:literal) => {
        lines!(
            " select v.case_id, v.rule, v.function, v.person_id, v.on_day, c.number, p.name as power, u.name as unit,
            n.name",
            $from,
            " order by v.on_day desc, c.number, v.rule, v.id limit $7 offset $8"
        )
    };
}
macro_rules! total {
    ($from:literal) => {
        lines!(" select cast(count(*) as bigint)", $from, "")
    };
}
const LIST: [&str; 2] = [
    list!(" from case_file c"),
    concat!(mine!(), list!(" from mine join case_file c on c.assignment_id = mine.id")),
];
const TOTAL: [&str; 2] = [
    total!(" from case_file c"),
    concat!(mine!(), total!(" from mine join case_file c on c.assignment_id = mine.id")),
];

/// Which violations.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// Those of one case.
    pub case: Option<CaseId>,
    /// Those of one rule.
    pub rule: Option<String>,
    /// Part of the number, or of the power's or unit's name or code.
    pub typed: String,
}

/// Violations in cases that may be seen, the latest first.
pub async fn list(
    conn: &mut Conn,
    filter: &Filter,
    sight: Sight,
    limit: i64,
    offset: i64,
) -> Result<Vec<Line>, StoreError> {
    let (case, rule, typed) = (filter.case.map(|id| id.0), filter.rule.as_deref(), pattern(&filter.typed));
    let sql = text(sight, LIST);
    let rows = by_sight!(fetch_all, conn, Row, sql, sight, case, rule, typed, limit, offset)?;
    rows.into_iter().map(Line::try_from).collect()
}

/// How many there are.
pub async fn total(conn: &mut Conn, filter: &Filter, sight: Sight) -> Result<i64, StoreError> {
    let (case, rule, typed) = (filter.case.map(|id| id.0), filter.rule.as_deref(), pattern(&filter.typed));
    let (total,) = by_sight!(fetch_one, conn, (i64,), text(sight, TOTAL), sight, case, rule, typed)?;
    Ok(total)
}
