//! Establishment, equipment and funding of units.

use crate::db::{execute, fetch_all, fetch_optional, int, nat};
use crate::sight::{by_sight, mine, sight, text};
use crate::{Conn, StoreError};
use domain::duty::Sight;
use domain::funding::{FundingLine, FundingSource};
use domain::id::{AssignmentId, EquipmentId, EstablishmentId, FundingId, UnitId};
use domain::means::{Equipment, Establishment};
use domain::{Date, Fen, Period};
use uuid::Uuid;

#[derive(sqlx::FromRow)]
struct EstablishmentRow {
    id: Uuid,
    unit_id: Uuid,
    authorised: i32,
    valid_from: Date,
}

fn establishment(row: EstablishmentRow) -> (UnitId, Establishment) {
    let establishment =
        Establishment { id: EstablishmentId(row.id), authorised: nat(row.authorised), from: row.valid_from };
    (UnitId(row.unit_id), establishment)
}

/// Adds an authorised number of posts.
pub async fn insert_establishment(
    conn: &mut Conn,
    unit: UnitId,
    establishment: &Establishment,
) -> Result<(), StoreError> {
    const SQL: &str =
        "insert into establishment (id, unit_id, authorised, valid_from) values ($1, $2, $3, $4)";
    execute!(conn, SQL, establishment.id.0, unit.0, int(establishment.authorised), establishment.from)?;
    Ok(())
}

/// Changes an authorised number of posts.
pub async fn update_establishment(
    conn: &mut Conn,
    unit: UnitId,
    establishment: &Establishment,
) -> Result<(), StoreError> {
    const SQL: &str = "update establishment set unit_id = $2, authorised = $3, valid_from = $4 where id = $1";
    execute!(conn, SQL, establishment.id.0, unit.0, int(establishment.authorised), establishment.from)?;
    Ok(())
}

/// The authorised number with a natural key.
pub async fn establishment_by_key(
    conn: &mut Conn,
    unit: UnitId,
    from: Date,
) -> Result<Option<Establishment>, StoreError> {
    const SQL: &str = "select id, unit_id, authorised, valid_from from establishment where unit_id = $1 and valid_from = $2";
    Ok(fetch_optional!(conn, EstablishmentRow, SQL, unit.0, from)?.map(|row| establishment(row).1))
}

/// Rows about units, called `e`: every one, or those of units in sight.
macro_rules! of_units {
    ($columns:literal, $table:literal, $order:literal) => {
        [
            concat!("select ", $columns, " from ", $table, " e order by ", $order),
            concat!(
                sight!(),
                " select ",
                $columns,
                " from sight join ",
                $table,
                " e on e.unit_id = sight.unit_id order by ",
                $order
            ),
        ]
    };
}

/// Every authorised number of units that may be seen.
pub async fn establishments(
    conn: &mut Conn,
    sight: Sight,
) -> Result<Vec<(UnitId, Establishment)>, StoreError> {
    const SQL: [&str; 2] =
        of_units!("e.id, e.unit_id, e.authorised, e.valid_from", "establishment", "e.unit_id, e.valid_from");
    let rows = by_sight!(fetch_all, conn, EstablishmentRow, text(sight, SQL), sight)?;
    Ok(rows.into_iter().map(establishment).collect())
}

#[derive(sqlx::FromRow)]
struct EquipmentRow {
    id: Uuid,
    unit_id: Uuid,
    item: String,
    quantity: i32,
    valid_from: Date,
    valid_to: Option<Date>,
}

fn equipment(row: EquipmentRow) -> (UnitId, Equipment) {
    let equipment = Equipment {
        id: EquipmentId(row.id),
        item: row.item,
        quantity: nat(row.quantity),
        period: Period { from: row.valid_from, to: row.valid_to },
    };
    (UnitId(row.unit_id), equipment)
}

async fn write_equipment(
    conn: &mut Conn,
    sql: &'static str,
    unit: UnitId,
    equipment: &Equipment,
) -> Result<(), StoreError> {
    let Equipment { id, item, quantity, period } = equipment;
    execute!(conn, sql, id.0, unit.0, item, int(*quantity), period.from, period.to)?;
    Ok(())
}

/// Adds equipment, a seal or an account.
pub async fn insert_equipment(
    conn: &mut Conn,
    unit: UnitId,
    equipment: &Equipment,
) -> Result<(), StoreError> {
    const SQL: &str = "insert into equipment (id, unit_id, item, quantity, valid_from, valid_to)
        values ($1, $2, $3, $4, $5, $6)";
    write_equipment(conn, SQL, unit, equipment).await
}

/// Changes equipment.
pub async fn update_equipment(
    conn: &mut Conn,
    unit: UnitId,
    equipment: &Equipment,
) -> Result<(), StoreError> {
    const SQL: &str =
        "update equipment set unit_id = $2, item = $3, quantity = $4, valid_from = $5, valid_to = $6
        where id = $1";
    write_equipment(conn, SQL, unit, equipment).await
}

/// The equipment with a natural key.
pub async fn equipment_by_key(
    conn: &mut Conn,
    unit: UnitId,
    item: &str,
    from: Date,
) -> Result<Option<Equipment>, StoreError> {
    const SQL: &str = "select id, unit_id, item, quantity, valid_from, valid_to from equipment
        where unit_id = $1 and item = $2 and valid_from = $3";
    Ok(fetch_optional!(conn, EquipmentRow, SQL, unit.0, item, from)?.map(|row| equipment(row).1))
}

/// All equipment of units that may be seen.
pub async fn all_equipment(conn: &mut Conn, sight: Sight) -> Result<Vec<(UnitId, Equipment)>, StoreError> {
    const SQL: [&str; 2] = of_units!(
        "e.id, e.unit_id, e.item, e.quantity, e.valid_from, e.valid_to",
        "equipment",
        "e.unit_id, e.item, e.valid_from"
    );
    let rows = by_sight!(fetch_all, conn, EquipmentRow, text(sight, SQL), sight)?;
    Ok(rows.into_iter().map(equipment).collect())
}

#[derive(sqlx::FromRow)]
pub(crate) struct FundingRow {
    id: Uuid,
    unit_id: Uuid,
    assignment_id: Option<Uuid>,
    year: i32,
    source: String,
    document: String,
    allocated_fen: i64,
    committed_fen: i64,
    released_fen: i64,
    spent_fen: i64,
}

/// The columns of [`FundingRow`].
macro_rules! funding_columns {
    () => {
        "id, unit_id, assignment_id, year, source, document, allocated_fen, committed_fen, released_fen, spent_fen"
    };
}
pub(crate) use funding_columns;

pub(crate) fn funding(row: FundingRow) -> Result<(UnitId, FundingLine), StoreError> {
    let line = FundingLine {
        id: FundingId(row.id),
        assignment: row.assignment_id.map(AssignmentId),
        year: row.year,
        source: row.source.parse()?,
        document: row.document,
        allocated: Fen(row.allocated_fen),
        committed: Fen(row.committed_fen),
        released: Fen(row.released_fen),
        spent: Fen(row.spent_fen),
    };
    Ok((UnitId(row.unit_id), line))
}

async fn write_funding(
    conn: &mut Conn,
    sql: &'static str,
    unit: UnitId,
    line: &FundingLine,
) -> Result<(), StoreError> {
    execute!(
        conn,
        sql,
        line.id.0,
        unit.0,
        line.assignment.map(|assignment| assignment.0),
        line.year,
        line.source.as_str(),
        &line.document,
        line.allocated.0,
        line.committed.0,
        line.released.0,
        line.spent.0,
    )?;
    Ok(())
}

/// Adds a funding line.
pub async fn insert_funding(conn: &mut Conn, unit: UnitId, line: &FundingLine) -> Result<(), StoreError> {
    const SQL: &str =
        "insert into funding (id, unit_id, assignment_id, year, source, document, allocated_fen,
        committed_fen, released_fen, spent_fen) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
    write_funding(conn, SQL, unit, line).await
}

/// Changes a funding line.
pub async fn update_funding(conn: &mut Conn, unit: UnitId, line: &FundingLine) -> Result<(), StoreError> {
    const SQL: &str =
        "update funding set unit_id = $2, assignment_id = $3, year = $4, source = $5, document = $6,
        allocated_fen = $7, committed_fen = $8, released_fen = $9, spent_fen = $10 where id = $1";
    write_funding(conn, SQL, unit, line).await
}

/// The funding line with a natural key.
pub async fn funding_by_key(
    conn: &mut Conn,
    unit: UnitId,
    assignment: Option<AssignmentId>,
    year: i32,
    source: FundingSource,
    document: &str,
) -> Result<Option<FundingLine>, StoreError> {
    const SQL: &str = concat!(
        "select ",
        funding_columns!(),
        " from funding where unit_id = $1 and year = $2 and source = $3 and document = $4
          and (assignment_id = $5 or (assignment_id is null and $6))"
    );
    let (of, is_units) = (assignment.map(|assignment| assignment.0), assignment.is_none());
    let found =
        fetch_optional!(conn, FundingRow, SQL, unit.0, year, source.as_str(), document, of, is_units)?;
    Ok(found.map(funding).transpose()?.map(|(_, line)| line))
}

/// Every funding line of units, and of assignments, that may be seen.
pub async fn all_funding(conn: &mut Conn, sight: Sight) -> Result<Vec<(UnitId, FundingLine)>, StoreError> {
    const SQL: [&str; 2] = [
        concat!("select ", funding_columns!(), " from funding order by unit_id, year, source, document, id"),
        concat!(
            mine!(),
            " select ",
            funding_columns!(),
            " from (select f.* from sight join funding f on f.unit_id = sight.unit_id
                union all select f.* from mine join funding f on f.assignment_id = mine.id
                where f.unit_id not in (select unit_id from sight)) f order by unit_id, year, source, document, id"
        ),
    ];
    let rows = by_sight!(fetch_all, conn, FundingRow, text(sight, SQL), sight)?;
    rows.into_iter().map(funding).collect()
}
