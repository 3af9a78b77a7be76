//! Monthly case statistics.

use crate::db::{execute, fetch_all, fetch_optional, int, nat};
use crate::sight::{by_sight, mine, seen_assignment, text, top};
use crate::{Conn, StoreError};
use domain::Date;
use domain::duty::Sight;
use domain::id::{AssignmentId, StatisticsId};
use domain::statistics::MonthlyStatistics;
use uuid::Uuid;

#[derive(sqlx::FromRow)]
pub(crate) struct StatisticsRow {
    id: Uuid,
    assignment_id: Uuid,
    month: Date,
    received: i32,
    completed: i32,
    instant: i32,
    early: i32,
    overdue: i32,
    returned: i32,
    complaints: i32,
    reconsiderations: i32,
    reversals: i32,
}

/// The columns of [`StatisticsRow`], from a table called `m`.
macro_rules! statistics_columns {
    () => {
        "m.id, m.assignment_id, m.month, m.received, m.completed, m.instant, m.early, m.overdue, m.returned,
        m.complaints, m.reconsiderations, m.reversals"
    };
}
pub(crate) use statistics_columns;

pub(crate) fn month(row: StatisticsRow) -> (AssignmentId, MonthlyStatistics) {
    let month = MonthlyStatistics {
        id: StatisticsId(row.id),
        month: row.month,
        received: nat(row.received),
        completed: nat(row.completed),
        instant: nat(row.instant),
        early: nat(row.early),
        overdue: nat(row.overdue),
        returned: nat(row.returned),
        complaints: nat(row.complaints),
        reconsiderations: nat(row.reconsiderations),
        reversals: nat(row.reversals),
    };
    (AssignmentId(row.assignment_id), month)
}

async fn write(
    conn: &mut Conn,
    sql: &'static str,
    assignment: AssignmentId,
    row: &MonthlyStatistics,
) -> Result<(), StoreError> {
    execute!(
        conn,
        sql,
        row.id.0,
        assignment.0,
        row.month,
        int(row.received),
        int(row.completed),
        int(row.instant),
        int(row.early),
        int(row.overdue),
        int(row.returned),
        int(row.complaints),
        int(row.reconsiderations),
        int(row.reversals),
    )?;
    Ok(())
}

/// Adds a month.
pub async fn insert(
    conn: &mut Conn,
    assignment: AssignmentId,
    row: &MonthlyStatistics,
) -> Result<(), StoreError> {
    const SQL: &str =
        "insert into statistics (id, assignment_id, month, received, completed, instant, early, overdue,
        returned, complaints, reconsiderations, reversals)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)";
    write(conn, SQL, assignment, row).await
}

/// Changes a month.
pub async fn update(
    conn: &mut Conn,
    assignment: AssignmentId,
    row: &MonthlyStatistics,
) -> Result<(), StoreError> {
    const SQL: &str = "update statistics set assignment_id = $2, month = $3, received = $4, completed = $5,
        instant = $6, early = $7, overdue = $8, returned = $9, complaints = $10, reconsiderations = $11,
        reversals = $12 where id = $1";
    write(conn, SQL, assignment, row).await
}

/// The month with a natural key.
pub async fn by_key(
    conn: &mut Conn,
    assignment: AssignmentId,
    on: Date,
) -> Result<Option<MonthlyStatistics>, StoreError> {
    const SQL: &str = concat!(
        "select ",
        statistics_columns!(),
        " from statistics m where m.assignment_id = $1 and m.month = $2"
    );
    Ok(fetch_optional!(conn, StatisticsRow, SQL, assignment.0, on)?.map(|row| month(row).1))
}

/// Every month of an assignment that may be seen, since a day, the newest first.
pub async fn of_assignment(
    conn: &mut Conn,
    assignment: AssignmentId,
    since: Date,
    sight: Sight,
) -> Result<Vec<MonthlyStatistics>, StoreError> {
    const SQL: &str = concat!(
        top!(),
        " select ",
        statistics_columns!(),
        " from statistics m join assignment s on s.id = m.assignment_id
          where m.assignment_id = $4 and m.month >= $5 and ",
        seen_assignment!("s.id", "s.unit_id", "s.giver_id"),
        " order by m.month desc"
    );
    let rows = by_sight!(fetch_all, conn, StatisticsRow, SQL, sight, assignment.0, since)?;
    Ok(rows.into_iter().map(|row| month(row).1).collect())
}

macro_rules! all {
    ($from:literal) => {
        concat!(" select ", statistics_columns!(), $from, " order by m.assignment_id, m.month")
    };
}

/// Every month of every assignment that may be seen.
pub async fn all(
    conn: &mut Conn,
    sight: Sight,
) -> Result<Vec<(AssignmentId, MonthlyStatistics)>, StoreError> {
    const SQL: [&str; 2] = [
        all!(" from statistics m"),
        concat!(mine!(), all!(" from mine join statistics m on m.assignment_id = mine.id")),
    ];
    let rows = by_sight!(fetch_all, conn, StatisticsRow, text(sight, SQL), sight)?;
    Ok(rows.into_iter().map(month).collect())
}
