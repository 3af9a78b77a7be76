//! What anybody may read: the lists of units that the organization department has published. Facts in force, no people.

use crate::db::{execute, fetch_all, fetch_one, fetch_optional};
use crate::search::pattern;
use crate::sight::{by_sight, seen, top};
use crate::{Conn, StoreError};
use domain::Date;
use domain::assignment::{Form, Function};
use domain::duty::Sight;
use domain::id::UnitId;
use domain::power::PowerType;
use uuid::Uuid;

const PUBLISH: &str =
    "insert into public_list (unit_id, published_on) values ($1, $2) on conflict (unit_id) do nothing";
const WITHDRAW: &str = "delete from public_list where unit_id = $1";

/// Publishes a unit's list; tells whether it was not.
pub async fn publish(conn: &mut Conn, unit: UnitId, on: Date) -> Result<bool, StoreError> {
    Ok(execute!(conn, PUBLISH, unit.0, on)? > 0)
}

/// Withdraws it; tells whether it was published.
pub async fn withdraw(conn: &mut Conn, unit: UnitId) -> Result<bool, StoreError> {
    Ok(execute!(conn, WITHDRAW, unit.0)? > 0)
}

/// A unit that holds something, and whether its list is published.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Switch {
    /// The unit.
    pub id: Uuid,
    /// Its code.
    pub code: String,
    /// Its name.
    pub name: String,
    /// Since when it is published.
    pub published_on: Option<Date>,
    /// What it holds on the day.
    pub held: i64,
}

const SWITCHES: &str = concat!(
    top!(),
    " select u.id, u.code, u.name, l.published_on, cast(count(*) as bigint) as held
    from assignment s join unit u on u.id = s.unit_id left join public_list l on l.unit_id = u.id
    where s.form <> 'recalled' and s.valid_from <= $4 and (s.valid_to is null or s.valid_to >= $4)
      and u.search like $5 escape '\\' and ",
    seen!("u.id"),
    " group by u.id, u.code, u.name, l.published_on order by u.code limit $6 offset $7"
);
const SWITCHES_COUNT: &str = concat!(
    top!(),
    " select cast(count(distinct u.id) as bigint) from assignment s join unit u on u.id = s.unit_id
    where s.form <> 'recalled' and s.valid_from <= $4 and (s.valid_to is null or s.valid_to >= $4)
      and u.search like $5 escape '\\' and ",
    seen!("u.id")
);

/// A stretch of the units that may be seen and hold something on a day, and how many there are.
pub async fn switches(
    conn: &mut Conn,
    on: Date,
    typed: &str,
    sight: Sight,
    (limit, offset): (i64, i64),
) -> Result<(Vec<Switch>, i64), StoreError> {
    let typed = pattern(typed);
    let rows = by_sight!(fetch_all, conn, Switch, SWITCHES, sight, on, &typed, limit, offset)?;
    let (count,) = by_sight!(fetch_one, conn, (i64,), SWITCHES_COUNT, sight, on, &typed)?;
    Ok((rows, count))
}

/// A unit whose list is published.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Published {
    /// Its code.
    pub code: String,
    /// Its name.
    pub name: String,
    /// Since when.
    pub published_on: Date,
    /// What it holds on the day.
    pub held: i64,
}

macro_rules! published {
    ($filter:literal) => {
        concat!(
            "select u.code, u.name, l.published_on, (select cast(count(*) as bigint) from assignment s
                where s.unit_id = u.id and s.form <> 'recalled' and s.valid_from <= $1
                  and (s.valid_to is null or s.valid_to >= $1)) as held
            from public_list l join unit u on u.id = l.unit_id where ",
            $filter
        )
    };
}
const UNITS: &str = published!("u.search like $2 escape '\\' order by u.code limit $3 offset $4");
const UNITS_COUNT: &str = "select cast(count(*) as bigint) from public_list l join unit u on u.id = l.unit_id
    where u.search like $1 escape '\\'";
const UNIT: &str = published!("u.code = $2");

/// A stretch of the published units, and how many there are.
pub async fn units(
    conn: &mut Conn,
    on: Date,
    typed: &str,
    (limit, offset): (i64, i64),
) -> Result<(Vec<Published>, i64), StoreError> {
    let typed = pattern(typed);
    let rows = fetch_all!(conn, Published, UNITS, on, &typed, limit, offset)?;
    let (count,) = fetch_one!(conn, (i64,), UNITS_COUNT, &typed)?;
    Ok((rows, count))
}

/// The published unit with a code.
pub async fn unit(conn: &mut Conn, code: &str, on: Date) -> Result<Option<Published>, StoreError> {
    fetch_optional!(conn, Published, UNIT, on, code)
}

/// What a unit may do, as anybody may read it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Code of the unit.
    pub unit_code: String,
    /// Its name.
    pub unit: String,
    /// Code of the power.
    pub code: String,
    /// Its name.
    pub name: String,
    /// Its type.
    pub power_type: PowerType,
    /// Its catalogue and version.
    pub catalogue: String,
    /// The department that held it before.
    pub department: String,
    /// Form of transfer.
    pub form: Form,
    /// Functions.
    pub functions: Vec<Function>,
    /// First day.
    pub from: Date,
    /// Last day.
    pub to: Option<Date>,
    /// Number of the paper.
    pub document: String,
    /// Time limit promised, in working days.
    pub promised_days: Option<i32>,
}

#[derive(sqlx::FromRow)]
struct LineRow {
    unit_code: String,
    unit: String,
    code: String,
    name: String,
    power_type: String,
    catalogue: String,
    version: String,
    department: String,
    form: String,
    functions: String,
    valid_from: Date,
    valid_to: Option<Date>,
    document: Option<String>,
    promised_days: Option<i32>,
}

impl TryFrom<LineRow> for Line {
    type Error = StoreError;
    fn try_from(row: LineRow) -> Result<Self, StoreError> {
        let functions = row.functions.split_whitespace().map(str::parse);
        Ok(Self {
            unit_code: row.unit_code,
            unit: row.unit,
            code: row.code,
            name: row.name,
            power_type: row.power_type.parse()?,
            catalogue: format!("{} {}", row.catalogue, row.version),
            department: row.department,
            form: row.form.parse()?,
            functions: functions.collect::<Result<_, _>>()?,
            from: row.valid_from,
            to: row.valid_to,
            document: row.document.unwrap_or_default(),
            promised_days: row.promised_days,
        })
    }
}

/// What is asked.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// Code of the unit; all when empty.
    pub unit: String,
    /// Part of the power's name, its pinyin or initials, or code.
    pub typed: String,
    /// What is done inside the power.
    pub function: Option<Function>,
    /// The type.
    pub power_type: Option<PowerType>,
}

macro_rules! lines {
    ($columns:literal, $rest:literal) => {
        concat!(
            "select ",
            $columns,
            " from public_list l join assignment s on s.unit_id = l.unit_id join unit u on u.id = s.unit_id
            join power p on p.id = s.power_id
            where s.form <> 'recalled' and s.valid_from <= $1 and (s.valid_to is null or s.valid_to >= $1)
              and ($2 = '' or u.code = $2) and p.search like $3 escape '\\'
              and ($4 = '' or ' ' || s.functions || ' ' like '% ' || $4 || ' %') and ($5 = '' or p.power_type = $5)",
            $rest
        )
    };
}
const LINES: &str = lines!(
    "u.code as unit_code, u.name as unit, p.code, p.name, p.power_type, p.catalogue, p.version,
        p.original_department as department, s.form, s.functions, s.valid_from, s.valid_to,
        s.instrument_number as document, p.promised_days",
    " order by p.code, p.catalogue, u.code, s.id limit $6 offset $7"
);
const COUNT: &str = lines!("cast(count(*) as bigint)", "");

/// A stretch of what published units may do on a day, and how much there is.
pub async fn lines(
    conn: &mut Conn,
    filter: &Filter,
    on: Date,
    (limit, offset): (i64, i64),
) -> Result<(Vec<Line>, i64), StoreError> {
    let typed = pattern(&filter.typed);
    let function = filter.function.map_or("", Function::as_str);
    let power_type = filter.power_type.map_or("", PowerType::as_str);
    let rows =
        fetch_all!(conn, LineRow, LINES, on, &filter.unit, &typed, function, power_type, limit, offset)?;
    let (count,) = fetch_one!(conn, (i64,), COUNT, on, &filter.unit, &typed, function, power_type)?;
    Ok((rows.into_iter().map(Line::try_from).collect::<Result<_, StoreError>>()?, count))
}
