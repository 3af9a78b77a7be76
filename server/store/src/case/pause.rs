//! When the clocks of cases stand still.

use crate::db::{execute, fetch_all};
use crate::{Conn, StoreError};
use domain::Date;
use domain::clock::Pause;
use domain::id::{CaseId, PauseId};
use uuid::Uuid;

const INSERT_PAUSE: &str = "insert into case_pause (id, case_id, reason, from_on, to_on, notified_on)
    values ($1, $2, $3, $4, $5, $6)";

/// Adds a pause; refused as a duplicate where another one begins on the same day.
pub async fn insert_pause(conn: &mut Conn, case: CaseId, pause: &Pause) -> Result<PauseId, StoreError> {
    let id = crate::new_id();
    let reason = pause.reason.as_str();
    execute!(conn, INSERT_PAUSE, id, case.0, reason, pause.from, pause.to, pause.notified_on)?;
    Ok(PauseId(id))
}

const END_PAUSE: &str = "update case_pause set to_on = $3 where id = $1 and case_id = $2 and to_on is null";

/// Ends a pause; tells whether it had no end yet.
pub async fn end_pause(conn: &mut Conn, case: CaseId, id: PauseId, to: Date) -> Result<bool, StoreError> {
    Ok(execute!(conn, END_PAUSE, id.0, case.0, to)? > 0)
}

/// Forgets the pauses of a case that a file brings again.
pub async fn clear_pauses(conn: &mut Conn, case: CaseId) -> Result<(), StoreError> {
    execute!(conn, "delete from case_pause where case_id = $1", case.0)?;
    Ok(())
}

#[derive(sqlx::FromRow)]
struct PauseRow {
    id: Uuid,
    case_id: Uuid,
    reason: String,
    from_on: Date,
    to_on: Option<Date>,
    notified_on: Option<Date>,
}

impl PauseRow {
    fn read(self) -> Result<(CaseId, PauseId, Pause), StoreError> {
        let pause = Pause {
            reason: self.reason.parse()?,
            from: self.from_on,
            to: self.to_on,
            notified_on: self.notified_on,
        };
        Ok((CaseId(self.case_id), PauseId(self.id), pause))
    }
}

const PAUSES: &str =
    "select id, case_id, reason, from_on, to_on, notified_on from case_pause where case_id = $1
    order by from_on";

/// The pauses of a case, the earliest first.
pub async fn pauses(conn: &mut Conn, case: CaseId) -> Result<Vec<(PauseId, Pause)>, StoreError> {
    let rows = fetch_all!(conn, PauseRow, PAUSES, case.0)?;
    rows.into_iter().map(|row| row.read().map(|(_, id, pause)| (id, pause))).collect()
}

const OPEN_PAUSES: &str =
    "select q.id, q.case_id, q.reason, q.from_on, q.to_on, q.notified_on from case_pause q
    join case_file c on c.id = q.case_id where c.decided_on is null order by q.case_id, q.from_on";

/// The pauses of every open case.
pub async fn open_pauses(conn: &mut Conn) -> Result<Vec<(CaseId, Pause)>, StoreError> {
    let rows = fetch_all!(conn, PauseRow, OPEN_PAUSES)?;
    rows.into_iter().map(|row| row.read().map(|(case, _, pause)| (case, pause))).collect()
}

const ALL_PAUSES: &str = "select id, case_id, reason, from_on, to_on, notified_on from case_pause
    order by case_id, from_on";

/// The pauses of all cases.
pub async fn all_pauses(conn: &mut Conn) -> Result<Vec<(CaseId, Pause)>, StoreError> {
    let rows = fetch_all!(conn, PauseRow, ALL_PAUSES)?;
    rows.into_iter().map(|row| row.read().map(|(case, _, pause)| (case, pause))).collect()
}
