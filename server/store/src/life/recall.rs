//! Recalls, and what is to be taken back after them.

use super::columns;
use crate::db::{execute, fetch_all, fetch_optional};
use crate::{Conn, StoreError};
use chrono::{DateTime, Utc};
use domain::Date;
use domain::assess::RecallReason;
use domain::id::{AssignmentId, PersonId, PowerId, ReclaimId};
use domain::life::Acting;
use serde::Serialize;
use uuid::Uuid;

/// A recall.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Recall {
    /// The assignment.
    pub assignment: AssignmentId,
    /// Why.
    pub reason: RecallReason,
    /// What there is to say.
    pub note: String,
    /// Number of the decision.
    pub number: String,
    /// Last day.
    pub last_on: Date,
    /// Who decided; none for the operator.
    #[serde(skip)]
    pub decider: Option<Acting>,
}

const INSERT: &str =
    "insert into recall (assignment_id, reason, note, number, last_on, decided_by, decided_for,
    decided_at) values ($1, $2, $3, $4, $5, $6, $7, $8)";

/// Adds a recall; of an assignment there is one at most.
pub async fn insert(conn: &mut Conn, recall: &Recall, at: DateTime<Utc>) -> Result<(), StoreError> {
    let (by, for_whom) = columns(recall.decider);
    let Recall { assignment, reason, note, number, last_on, .. } = recall;
    execute!(conn, INSERT, assignment.0, reason.as_str(), note, number, *last_on, by, for_whom, at)?;
    Ok(())
}

/// A recall as pages show it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    /// Why.
    pub reason: RecallReason,
    /// What there is to say.
    pub note: String,
    /// Number of the decision.
    pub number: String,
    /// Last day.
    pub last_on: Date,
    /// Who decided.
    pub name: Option<String>,
    /// For whom.
    pub principal: Option<String>,
    /// When.
    pub decided_at: DateTime<Utc>,
}

#[derive(sqlx::FromRow)]
struct ShownRow {
    reason: String,
    note: String,
    number: String,
    last_on: Date,
    name: Option<String>,
    principal: Option<String>,
    decided_at: DateTime<Utc>,
}

const OF: &str = "select r.reason, r.note, r.number, r.last_on, n.name, o.name as principal, r.decided_at from recall r
    left join person n on n.id = r.decided_by left join person o on o.id = r.decided_for where r.assignment_id = $1";

/// The recall of an assignment.
pub async fn of(conn: &mut Conn, id: AssignmentId) -> Result<Option<Shown>, StoreError> {
    let shown = |row: ShownRow| {
        Ok(Shown {
            reason: row.reason.parse()?,
            note: row.note,
            number: row.number,
            last_on: row.last_on,
            name: row.name,
            principal: row.principal,
            decided_at: row.decided_at,
        })
    };
    fetch_optional!(conn, ShownRow, OF, id.0)?.map(shown).transpose()
}

const HELD: &str = "select s.id from assignment s left join assignment_life l on l.assignment_id = s.id
    where s.power_id = $1 and s.form <> 'recalled' and (s.valid_to is null or s.valid_to >= $2)
      and (l.stage is null or l.stage not in ('recalled', 'renewed', 'expired'))
      and not exists (select 1 from recall r where r.assignment_id = s.id) order by s.id";

/// The assignments of a power that are not over on a day and were not recalled.
pub async fn held(conn: &mut Conn, power: PowerId, on: Date) -> Result<Vec<AssignmentId>, StoreError> {
    Ok(fetch_all!(conn, (Uuid,), HELD, power.0, on)?.into_iter().map(|(id,)| AssignmentId(id)).collect())
}

/// Something that belonged to a recalled assignment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, sqlx::FromRow)]
pub struct Reclaim {
    /// Identifier.
    pub id: Uuid,
    /// The assignment.
    pub assignment_id: Uuid,
    /// Of what kind the row is.
    pub kind: String,
    /// The row.
    pub row_id: Uuid,
    /// What it is, then more about it.
    pub words: String,
    /// `open`, `done` or `kept`.
    pub state: String,
    /// Who decided.
    pub name: Option<String>,
    /// Why.
    pub reason: String,
}

/// What belonged to an assignment and goes on after its last day: who is named, money of the year, posts of those who
/// were stationed for it, certificates that its handlers hold and that it asked for.
const COLLECT: &str = "insert into reclaim (id, assignment_id, kind, row_id, words, state, reason)
    values ($1, $2, $3, $4, $5, 'open', '') on conflict (assignment_id, kind, row_id) do nothing";
const ROWS: &str = "select 'allocation' as kind, l.id, n.name || '\n' || l.function as words
    from allocation l join person n on n.id = l.person_id
    where l.assignment_id = $1 and (l.valid_to is null or l.valid_to > $2)
    union all select 'funding', f.id, f.document || '\n' || cast(f.released_fen - f.spent_fen as text)
    from funding f where f.assignment_id = $1 and f.year >= $3
    union all select distinct 'post', a.id, n.name || '\n' || a.post
    from allocation l join person n on n.id = l.person_id join appointment a on a.person_id = n.id
    join assignment s on s.id = l.assignment_id
    where l.assignment_id = $1 and a.unit_id = s.unit_id and a.kind = 'stationed'
      and (a.valid_to is null or a.valid_to > $2)
    union all select distinct 'certificate', c.id, n.name || '\n' || c.kind || ' ' || c.number
    from allocation l join person n on n.id = l.person_id join certificate c on c.person_id = n.id
    where l.assignment_id = $1 and (l.valid_to is null or l.valid_to > $2) and c.revoked_on is null
      and (c.expires_on is null or c.expires_on > $2)
      and not exists (select 1 from allocation x where x.person_id = l.person_id and x.assignment_id <> $1
          and (x.valid_to is null or x.valid_to > $2))";

/// Lists what is to be taken back after an assignment's last day; how many rows there are.
pub async fn collect(conn: &mut Conn, id: AssignmentId, last: Date, year: i32) -> Result<usize, StoreError> {
    let rows = fetch_all!(conn, (String, Uuid, String), ROWS, id.0, last, year)?;
    let count = rows.len();
    for (kind, row, words) in rows {
        execute!(conn, COLLECT, crate::new_id(), id.0, kind, row, words)?;
    }
    Ok(count)
}

macro_rules! reclaims {
    ($rest:literal) => {
        concat!(
            "select r.id, r.assignment_id, r.kind, r.row_id, r.words, r.state, n.name, r.reason
            from reclaim r left join person n on n.id = r.decided_by ",
            $rest
        )
    };
}
const RECLAIMS: &str = reclaims!("where r.assignment_id = $1 order by r.kind, r.words, r.id");
const RECLAIM: &str = reclaims!("where r.id = $1");

/// What is to be taken back after a recall.
pub async fn reclaims(conn: &mut Conn, id: AssignmentId) -> Result<Vec<Reclaim>, StoreError> {
    fetch_all!(conn, Reclaim, RECLAIMS, id.0)
}

/// One row of it, whoever asks.
pub async fn reclaim(conn: &mut Conn, id: ReclaimId) -> Result<Option<Reclaim>, StoreError> {
    fetch_optional!(conn, Reclaim, RECLAIM, id.0)
}

const SETTLE: &str = "update reclaim set state = $2, decided_by = $3, decided_at = $4, reason = $5
    where id = $1 and state = 'open'";

/// Says what became of a row; tells whether it was open.
pub async fn settle(
    conn: &mut Conn,
    id: ReclaimId,
    state: &str,
    by: Option<PersonId>,
    at: DateTime<Utc>,
    reason: &str,
) -> Result<bool, StoreError> {
    Ok(execute!(conn, SETTLE, id.0, state, by.map(|by| by.0), at, reason)? > 0)
}

/// Takes back what was released of a funding line and not spent.
pub async fn release_back(conn: &mut Conn, id: Uuid) -> Result<(), StoreError> {
    const SQL: &str =
        "update funding set released_fen = spent_fen where id = $1 and released_fen > spent_fen";
    execute!(conn, SQL, id)?;
    Ok(())
}
