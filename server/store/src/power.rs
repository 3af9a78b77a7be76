//! Powers and their catalogues.

use crate::db::{execute, fetch_all, fetch_one, fetch_optional, int, nat};
use crate::search::{pattern, searchable};
use crate::sight::{by_sight, mine, text};
use crate::{Conn, StoreError};
use domain::Fen;
use domain::duty::Sight;
use domain::id::PowerId;
use domain::power::{LegalBasis, Power, PowerType, RequiredItem, Rhythm};
use sqlx::types::Json;
use uuid::Uuid;

#[derive(sqlx::FromRow)]
pub(crate) struct PowerRow {
    power_id: Uuid,
    catalogue: String,
    version: String,
    code: String,
    name: String,
    power_type: String,
    field: String,
    legal_bases: Json<Vec<LegalBasis>>,
    original_department: String,
    published_form: String,
    statutory_days: Option<i32>,
    promised_days: Option<i32>,
    minutes_per_case: i32,
    certificates: Json<Vec<String>>,
    courses: Json<Vec<String>>,
    equipment: Json<Vec<RequiredItem>>,
    risk: String,
    seasonal: bool,
    emergency: bool,
    min_people: Option<i32>,
    cost_per_case_fen: i64,
    remarks: String,
    source: String,
}

/// The columns of [`PowerRow`], from a table called `p`.
macro_rules! power_columns {
    () => {
        "p.id as power_id, p.catalogue, p.version, p.code, p.name, p.power_type, p.field, p.legal_bases,
        p.original_department, p.published_form, p.statutory_days, p.promised_days, p.minutes_per_case,
        p.certificates, p.courses, p.equipment, p.risk, p.seasonal, p.emergency, p.min_people,
        p.cost_per_case_fen, p.remarks, p.source"
    };
}
pub(crate) use power_columns;

impl TryFrom<PowerRow> for Power {
    type Error = StoreError;
    fn try_from(row: PowerRow) -> Result<Self, StoreError> {
        Ok(Self {
            id: PowerId(row.power_id),
            catalogue: row.catalogue,
            version: row.version,
            code: row.code,
            name: row.name,
            power_type: row.power_type.parse()?,
            field: row.field,
            legal_bases: row.legal_bases.0,
            original_department: row.original_department,
            published_form: row.published_form,
            statutory_days: row.statutory_days.map(nat),
            promised_days: row.promised_days.map(nat),
            minutes_per_case: nat(row.minutes_per_case),
            certificates: row.certificates.0,
            courses: row.courses.0,
            equipment: row.equipment.0,
            risk: row.risk.parse()?,
            rhythm: Rhythm { seasonal: row.seasonal, emergency: row.emergency },
            min_people: row.min_people.map(nat),
            cost_per_case: Fen(row.cost_per_case_fen),
            remarks: row.remarks,
            source: row.source,
        })
    }
}

pub(crate) fn powers(rows: Vec<PowerRow>) -> Result<Vec<Power>, StoreError> {
    rows.into_iter().map(Power::try_from).collect()
}

const INSERT: &str = "insert into power (id, catalogue, version, code, name, power_type, field, legal_bases,
    original_department, published_form, statutory_days, promised_days, minutes_per_case, certificates, courses,
    equipment, risk, seasonal, emergency, min_people, cost_per_case_fen, remarks, source, search)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22,
    $23, $24)";
const UPDATE: &str = "update power set catalogue = $2, version = $3, code = $4, name = $5, power_type = $6,
    field = $7, legal_bases = $8, original_department = $9, published_form = $10, statutory_days = $11,
    promised_days = $12, minutes_per_case = $13, certificates = $14, courses = $15, equipment = $16, risk = $17,
    seasonal = $18, emergency = $19, min_people = $20, cost_per_case_fen = $21, remarks = $22, source = $23,
    search = $24 where id = $1";

async fn write(conn: &mut Conn, sql: &'static str, power: &Power) -> Result<(), StoreError> {
    execute!(
        conn,
        sql,
        power.id.0,
        &power.catalogue,
        &power.version,
        &power.code,
        &power.name,
        power.power_type.as_str(),
        &power.field,
        Json(&power.legal_bases),
        &power.original_department,
        &power.published_form,
        power.statutory_days.map(int),
        power.promised_days.map(int),
        int(power.minutes_per_case),
        Json(&power.certificates),
        Json(&power.courses),
        Json(&power.equipment),
        power.risk.as_str(),
        power.rhythm.seasonal,
        power.rhythm.emergency,
        power.min_people.map(int),
        power.cost_per_case.0,
        &power.remarks,
        &power.source,
        searchable(&[&power.name, &power.code, &power.original_department]),
    )?;
    Ok(())
}

/// Adds a power; the first one of a version makes its draft.
pub async fn insert(conn: &mut Conn, power: &Power) -> Result<(), StoreError> {
    write(conn, INSERT, power).await?;
    crate::catalogue::ensure(conn, &power.catalogue, &power.version).await
}

/// Changes a power. Whoever changes what assessments stand on assesses its units again.
pub async fn update(conn: &mut Conn, power: &Power) -> Result<(), StoreError> {
    write(conn, UPDATE, power).await
}

const UNLINK: &str = "delete from power_link where from_id = $1 or to_id = $1";
const DELETE: &str = "delete from power where id = $1";

/// Takes a power out of a draft, with what was marked about it. One that something stands on is refused as a reference.
pub async fn delete(conn: &mut Conn, id: PowerId) -> Result<(), StoreError> {
    execute!(conn, UNLINK, id.0)?;
    execute!(conn, DELETE, id.0)?;
    Ok(())
}

const BY_ID: &str = concat!("select ", power_columns!(), " from power p where p.id = $1");

/// A power.
pub async fn by_id(conn: &mut Conn, id: PowerId) -> Result<Option<Power>, StoreError> {
    fetch_optional!(conn, PowerRow, BY_ID, id.0)?.map(Power::try_from).transpose()
}

const BY_KEY: &str = concat!(
    "select ",
    power_columns!(),
    " from power p where p.catalogue = $1 and p.version = $2 and p.code = $3"
);

/// The power with a natural key.
pub async fn by_key(
    conn: &mut Conn,
    catalogue: &str,
    version: &str,
    code: &str,
) -> Result<Option<Power>, StoreError> {
    fetch_optional!(conn, PowerRow, BY_KEY, catalogue, version, code)?.map(Power::try_from).transpose()
}

const NAMED: &str = concat!(
    "select ",
    power_columns!(),
    " from power p where (p.code = $1 or p.name = $2) and ($3 = '' or p.catalogue = $3)
        and ($4 = '' or p.version = $4)
      order by case when p.code = $1 then 0 else 1 end, p.catalogue, p.version limit 20"
);

/// Powers with a code or a whole name, in one catalogue and version where these are not empty.
pub async fn named(
    conn: &mut Conn,
    code: &str,
    name: &str,
    catalogue: &str,
    version: &str,
) -> Result<Vec<Power>, StoreError> {
    powers(fetch_all!(conn, PowerRow, NAMED, code, name, catalogue, version)?)
}

const ALL: &str =
    concat!("select ", power_columns!(), " from power p order by p.catalogue, p.version, p.code");

/// Every power.
pub async fn all(conn: &mut Conn) -> Result<Vec<Power>, StoreError> {
    powers(fetch_all!(conn, PowerRow, ALL)?)
}

/// What a list of powers shows; empty texts and absent values show everything.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Filter {
    /// Part of the name, its pinyin or initials, the code or the department.
    pub typed: String,
    /// Catalogue.
    pub catalogue: String,
    /// Field of work.
    pub field: String,
    /// Type.
    pub power_type: Option<PowerType>,
}

/// A power and how the units that received it fare.
#[derive(Debug, Clone, PartialEq)]
pub struct Listed {
    /// The power.
    pub power: Power,
    /// Assessed assignments.
    pub assigned: i64,
    /// Of them, those that cannot be absorbed.
    pub cannot: i64,
}

#[derive(sqlx::FromRow)]
struct ListedRow {
    #[sqlx(flatten)]
    power: PowerRow,
    assigned: i64,
    cannot: i64,
}

macro_rules! matching {
    () => {
        " where p.search like $4 escape '\\' and ($5 = '' or p.catalogue = $5)
            and ($6 = '' or p.field = $6) and ($7 = '' or p.power_type = $7)"
    };
}
macro_rules! list {
    ($assigned:literal, $cannot:literal, $join:literal) => {
        concat!(
            " select ",
            power_columns!(),
            ", ",
            $assigned,
            " as assigned, ",
            $cannot,
            " as cannot from power p ",
            $join,
            matching!(),
            " order by p.catalogue, p.version, p.code limit $8 offset $9"
        )
    };
}
const LIST: [&str; 2] = [
    list!(
        "(select cast(count(*) as bigint) from assessment s where s.power_id = p.id)",
        "(select cast(count(*) as bigint) from assessment s where s.power_id = p.id and s.verdict = 'cannot')",
        ""
    ),
    concat!(
        mine!(),
        list!(
            "coalesce(c.assigned, 0)",
            "coalesce(c.cannot, 0)",
            "left join (select s.power_id, cast(count(*) as bigint) as assigned,
                cast(count(case when s.verdict = 'cannot' then 1 end) as bigint) as cannot
                from mine join assessment s on s.assignment_id = mine.id group by s.power_id) c on c.power_id = p.id"
        )
    ),
];
const COUNT: &str = concat!("select cast(count(*) as bigint) from power p", matching!());

/// A page of powers, each with the assignments of it that may be seen, and the number of all that match.
pub async fn list(
    conn: &mut Conn,
    filter: &Filter,
    limit: i64,
    offset: i64,
    sight: Sight,
) -> Result<(Vec<Listed>, i64), StoreError> {
    let typed = pattern(&filter.typed);
    let power_type = filter.power_type.map_or("", PowerType::as_str);
    let (catalogue, field, sql) = (&filter.catalogue, &filter.field, text(sight, LIST));
    let rows = by_sight!(
        fetch_all, conn, ListedRow, sql, sight, &typed, catalogue, field, power_type, limit, offset
    )?;
    let (count,): (i64,) =
        by_sight!(fetch_one, conn, (i64,), COUNT, sight, &typed, catalogue, field, power_type)?;
    let listed = |row: ListedRow| {
        Ok(Listed { power: row.power.try_into()?, assigned: row.assigned, cannot: row.cannot })
    };
    Ok((rows.into_iter().map(listed).collect::<Result<_, StoreError>>()?, count))
}

const FIELDS: &str = "select field from power group by field order by count(*) desc, field";

/// Fields of work, those with most powers first.
pub async fn fields(conn: &mut Conn) -> Result<Vec<String>, StoreError> {
    Ok(fetch_all!(conn, (String,), FIELDS)?.into_iter().map(|(field,)| field).collect())
}

const CATALOGUES: &str = "select catalogue from power group by catalogue order by catalogue";

/// Catalogues.
pub async fn catalogues(conn: &mut Conn) -> Result<Vec<String>, StoreError> {
    Ok(fetch_all!(conn, (String,), CATALOGUES)?.into_iter().map(|(catalogue,)| catalogue).collect())
}

// Of several versions that say the same, one is enough.
const OPTIONS: &str = "select code, name from power group by code, name order by code, name limit $1";

/// Codes and names to choose from.
pub async fn options(conn: &mut Conn, limit: i64) -> Result<Vec<(String, String)>, StoreError> {
    fetch_all!(conn, (String, String), OPTIONS, limit)
}

const HAS_ANY: &str = "select cast(count(*) as bigint) from (select 1 from power limit 1) one";

/// Whether there is a power at all; where there is none, nothing was begun yet.
pub async fn has_any(conn: &mut Conn) -> Result<bool, StoreError> {
    let (count,): (i64,) = fetch_one!(conn, (i64,), HAS_ANY)?;
    Ok(count > 0)
}
