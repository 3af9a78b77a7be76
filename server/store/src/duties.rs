//! The three lists of townships.

use crate::db::{execute, fetch_all, fetch_one, fetch_optional};
use crate::search::{pattern, searchable};
use crate::sight::{by_sight, seen, top};
use crate::{Conn, StoreError};
use domain::Date;
use domain::catalogue::lists::{DutyRow, List};
use domain::duty::Sight;
use domain::id::{AssignmentId, DutyRowId, PowerId, UnitId};
use uuid::Uuid;

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    unit_id: Uuid,
    list: String,
    code: String,
    text: String,
    lead: String,
    lead_id: Option<Uuid>,
    matters: String,
    basis: String,
    power_id: Option<Uuid>,
}

macro_rules! columns {
    () => {
        "r.id, r.unit_id, r.list, r.code, r.text, r.lead, r.lead_id, r.matters, r.basis, r.power_id"
    };
}

impl TryFrom<Row> for DutyRow {
    type Error = StoreError;
    fn try_from(row: Row) -> Result<Self, StoreError> {
        Ok(Self {
            id: DutyRowId(row.id),
            unit: UnitId(row.unit_id),
            list: row.list.parse()?,
            code: row.code,
            text: row.text,
            lead: row.lead,
            lead_unit: row.lead_id.map(UnitId),
            matters: row.matters,
            basis: row.basis,
            power: row.power_id.map(PowerId),
        })
    }
}

const INSERT: &str =
    "insert into duty_row (id, unit_id, list, code, text, lead, lead_id, matters, basis, power_id,
    search) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
const UPDATE: &str =
    "update duty_row set unit_id = $2, list = $3, code = $4, text = $5, lead = $6, lead_id = $7,
    matters = $8, basis = $9, power_id = $10, search = $11 where id = $1";

async fn write(conn: &mut Conn, sql: &'static str, row: &DutyRow) -> Result<(), StoreError> {
    execute!(
        conn,
        sql,
        row.id.0,
        row.unit.0,
        row.list.as_str(),
        &row.code,
        &row.text,
        &row.lead,
        row.lead_unit.map(|id| id.0),
        &row.matters,
        &row.basis,
        row.power.map(|id| id.0),
        searchable(&[&row.text, &row.code, &row.lead]),
    )?;
    Ok(())
}

/// Adds a row.
pub async fn insert(conn: &mut Conn, row: &DutyRow) -> Result<(), StoreError> {
    write(conn, INSERT, row).await
}

/// Changes a row.
pub async fn update(conn: &mut Conn, row: &DutyRow) -> Result<(), StoreError> {
    write(conn, UPDATE, row).await
}

const BY_KEY: &str =
    concat!("select ", columns!(), " from duty_row r where r.unit_id = $1 and r.list = $2 and r.code = $3");

/// The row with a natural key.
pub async fn by_key(
    conn: &mut Conn,
    unit: UnitId,
    list: List,
    code: &str,
) -> Result<Option<DutyRow>, StoreError> {
    fetch_optional!(conn, Row, BY_KEY, unit.0, list.as_str(), code)?.map(DutyRow::try_from).transpose()
}

const ALL: &str = concat!(
    top!(),
    " select ",
    columns!(),
    " from duty_row r join unit u on u.id = r.unit_id where ",
    seen!("r.unit_id"),
    " order by u.code, r.list, r.code"
);

/// Every row that may be seen.
pub async fn all(conn: &mut Conn, sight: Sight) -> Result<Vec<DutyRow>, StoreError> {
    by_sight!(fetch_all, conn, Row, ALL, sight)?.into_iter().map(DutyRow::try_from).collect()
}

/// Which rows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// Of one unit and those below it.
    pub unit: Option<UnitId>,
    /// Of one list.
    pub list: Option<List>,
    /// Part of the text, the code or the department.
    pub typed: String,
}

/// A row with names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// The row.
    pub row: DutyRow,
    /// Name of the township.
    pub unit: String,
    /// Name of the power.
    pub power: Option<String>,
    /// The assignment by which the township holds it on the day.
    pub assignment: Option<AssignmentId>,
}

#[derive(sqlx::FromRow)]
struct LineRow {
    #[sqlx(flatten)]
    row: Row,
    unit: String,
    power: Option<String>,
    assignment: Option<Uuid>,
}

macro_rules! lines {
    ($columns:expr, $rest:literal) => {
        concat!(
            top!(),
            " select ",
            $columns,
            " from duty_row r join unit u on u.id = r.unit_id left join power p on p.id = r.power_id
            where (cast($4 as uuid) is null or exists (select 1 from unit_ancestor b
                    where b.unit_id = r.unit_id and b.ancestor_id = $4))
              and ($5 = '' or r.list = $5)
              and (r.search like $6 escape '\\' or u.search like $6 escape '\\')
              and (",
            seen!("r.unit_id"),
            " or ",
            seen!("r.lead_id"),
            ")",
            $rest
        )
    };
}
const LINES: &str = lines!(
    concat!(
        columns!(),
        ", u.name as unit, p.name as power, (select s.id from assignment s where s.power_id = r.power_id
            and s.unit_id = r.unit_id and s.form <> 'recalled' and s.valid_from <= $7
            and (s.valid_to is null or s.valid_to >= $7) order by s.valid_from desc limit 1) as assignment"
    ),
    " order by u.code, r.list, r.code limit $8 offset $9"
);
const COUNTS: &str = lines!("r.list, cast(count(*) as bigint)", " group by r.list order by r.list");
const COUNT: &str = lines!("cast(count(*) as bigint)", "");

/// A stretch of the rows that may be seen: by the township, the leading department and those above.
pub async fn lines(
    conn: &mut Conn,
    filter: &Filter,
    on: Date,
    sight: Sight,
    (limit, offset): (i64, i64),
) -> Result<(Vec<Line>, i64), StoreError> {
    let (unit, list) = (filter.unit.map(|id| id.0), filter.list.map_or("", List::as_str));
    let typed = pattern(&filter.typed);
    let rows = by_sight!(fetch_all, conn, LineRow, LINES, sight, unit, list, &typed, on, limit, offset)?;
    let (count,) = by_sight!(fetch_one, conn, (i64,), COUNT, sight, unit, list, &typed)?;
    let line = |row: LineRow| {
        Ok(Line {
            row: row.row.try_into()?,
            unit: row.unit,
            power: row.power,
            assignment: row.assignment.map(AssignmentId),
        })
    };
    Ok((rows.into_iter().map(line).collect::<Result<_, StoreError>>()?, count))
}

/// How many rows stand on each of the lists, by the filter without its list.
pub async fn counts(conn: &mut Conn, filter: &Filter, sight: Sight) -> Result<Vec<(List, i64)>, StoreError> {
    let (unit, typed) = (filter.unit.map(|id| id.0), pattern(&filter.typed));
    let rows = by_sight!(fetch_all, conn, (String, i64), COUNTS, sight, unit, "", &typed)?;
    rows.into_iter().map(|(list, count)| Ok((list.parse()?, count))).collect()
}
