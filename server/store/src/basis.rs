//! The articles on which powers stand, and what became of them.

use crate::db::{execute, fetch_all, fetch_optional};
use crate::sight::{by_sight, seen_assignment, top};
use crate::{Conn, StoreError};
use chrono::{DateTime, Utc};
use domain::Date;
use domain::catalogue::basis::BasisState;
use domain::duty::Sight;
use domain::id::{PersonId, PowerId, UnitId};
use domain::power::LegalBasis;
use serde::Serialize;
use sqlx::types::Json;
use uuid::Uuid;

/// A power with its articles.
#[derive(Debug, Clone, PartialEq)]
pub struct Standing {
    /// The power.
    pub power: PowerId,
    /// Its code.
    pub code: String,
    /// Its name.
    pub name: String,
    /// Catalogue and version.
    pub catalogue: String,
    /// Its articles.
    pub bases: Vec<LegalBasis>,
    /// Assignments of it that are in force on the day and may be seen.
    pub assigned: i64,
}

#[derive(sqlx::FromRow)]
struct StandingRow {
    id: Uuid,
    code: String,
    name: String,
    catalogue: String,
    version: String,
    legal_bases: Json<Vec<LegalBasis>>,
    assigned: i64,
}

const ALL: &str = concat!(
    top!(),
    " select p.id, p.code, p.name, p.catalogue, p.version, p.legal_bases, coalesce(c.assigned, 0) as assigned
    from power p left join (select s.power_id, cast(count(*) as bigint) as assigned from assignment s
        where s.form <> 'recalled' and s.valid_from <= $4 and (s.valid_to is null or s.valid_to >= $4) and ",
    seen_assignment!("s.id", "s.unit_id", "s.giver_id"),
    " group by s.power_id) c on c.power_id = p.id order by p.catalogue, p.version, p.code"
);

/// Every power with its articles.
pub async fn standing(conn: &mut Conn, on: Date, sight: Sight) -> Result<Vec<Standing>, StoreError> {
    let rows = by_sight!(fetch_all, conn, StandingRow, ALL, sight, on)?;
    let standing = |row: StandingRow| Standing {
        power: PowerId(row.id),
        code: row.code,
        name: row.name,
        catalogue: format!("{} {}", row.catalogue, row.version),
        bases: row.legal_bases.0,
        assigned: row.assigned,
    };
    Ok(rows.into_iter().map(standing).collect())
}

const SET: &str = "update power set legal_bases = $2 where id = $1";

/// Writes the articles of a power.
pub async fn set(conn: &mut Conn, power: PowerId, bases: &[LegalBasis]) -> Result<(), StoreError> {
    execute!(conn, SET, power.0, Json(bases))?;
    Ok(())
}

/// What somebody found out about an article.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Mark {
    /// The article.
    pub citation: String,
    /// What became of it.
    pub state: BasisState,
    /// From when on.
    pub since: Date,
    /// Where that is written.
    pub source: String,
}

#[derive(sqlx::FromRow)]
struct MarkRow {
    citation: String,
    state: String,
    since: Date,
    source: String,
}

impl TryFrom<MarkRow> for Mark {
    type Error = StoreError;
    fn try_from(row: MarkRow) -> Result<Self, StoreError> {
        let MarkRow { citation, state, since, source } = row;
        Ok(Self { citation, state: state.parse()?, since, source })
    }
}

const MARKS: &str = "select citation, state, since, source from basis_mark order by citation";
const OF: &str = "select citation, state, since, source from basis_mark where citation = $1";

/// Every mark.
pub async fn marks(conn: &mut Conn) -> Result<Vec<Mark>, StoreError> {
    fetch_all!(conn, MarkRow, MARKS)?.into_iter().map(Mark::try_from).collect()
}

/// The mark of an article.
pub async fn mark(conn: &mut Conn, citation: &str) -> Result<Option<Mark>, StoreError> {
    fetch_optional!(conn, MarkRow, OF, citation)?.map(Mark::try_from).transpose()
}

const PUT: &str = "insert into basis_mark (citation, state, since, source, marked_by, marked_at)
    values ($1, $2, $3, $4, $5, $6) on conflict (citation) do update set state = excluded.state,
    since = excluded.since, source = excluded.source, marked_by = excluded.marked_by,
    marked_at = excluded.marked_at";

/// Sets a mark in the place of whatever was there.
pub async fn put(
    conn: &mut Conn,
    mark: &Mark,
    by: Option<PersonId>,
    at: DateTime<Utc>,
) -> Result<(), StoreError> {
    let (state, by) = (mark.state.as_str(), by.map(|id| id.0));
    execute!(conn, PUT, &mark.citation, state, mark.since, &mark.source, by, at)?;
    Ok(())
}

const UNITS: &str = "select distinct unit_id from assignment where power_id = $1 and form <> 'recalled'
    and (valid_to is null or valid_to >= $2)";

/// The units that hold a power on a day or later.
pub async fn units_of(conn: &mut Conn, power: PowerId, on: Date) -> Result<Vec<UnitId>, StoreError> {
    Ok(fetch_all!(conn, (Uuid,), UNITS, power.0, on)?.into_iter().map(|(id,)| UnitId(id)).collect())
}
