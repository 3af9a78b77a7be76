//! Where each assignment is in its life.

use crate::db::{execute, fetch_all, fetch_optional};
use crate::{Conn, StoreError};
use domain::Date;
use domain::id::{AssignmentId, ItemId, UnitId};
use domain::life::state::Stage;
use serde::Serialize;
use std::collections::BTreeMap;
use uuid::Uuid;

/// The life of an assignment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Tenure {
    /// The assignment.
    pub assignment: AssignmentId,
    /// The item of which it became.
    pub item: Option<ItemId>,
    /// Where it is.
    pub stage: Stage,
    /// The day for which its beginning was planned.
    pub planned_from: Date,
    /// The day on which it took effect.
    pub begun_on: Option<Date>,
    /// The assignment that it follows.
    pub follows: Option<AssignmentId>,
}

#[derive(sqlx::FromRow)]
struct Row {
    assignment_id: Uuid,
    item_id: Option<Uuid>,
    stage: String,
    planned_from: Date,
    begun_on: Option<Date>,
    follows_id: Option<Uuid>,
}

impl TryFrom<Row> for Tenure {
    type Error = StoreError;
    fn try_from(row: Row) -> Result<Self, StoreError> {
        Ok(Self {
            assignment: AssignmentId(row.assignment_id),
            item: row.item_id.map(ItemId),
            stage: row.stage.parse()?,
            planned_from: row.planned_from,
            begun_on: row.begun_on,
            follows: row.follows_id.map(AssignmentId),
        })
    }
}

const SAVE: &str =
    "insert into assignment_life (assignment_id, item_id, stage, planned_from, begun_on, follows_id)
    values ($1, $2, $3, $4, $5, $6)
    on conflict (assignment_id) do update set stage = excluded.stage, begun_on = excluded.begun_on";

/// Stores where an assignment is.
pub async fn save(conn: &mut Conn, tenure: &Tenure) -> Result<(), StoreError> {
    let Tenure { assignment, item, stage, planned_from, begun_on, follows } = tenure;
    let (item, follows) = (item.map(|id| id.0), follows.map(|id| id.0));
    execute!(conn, SAVE, assignment.0, item, stage.as_str(), *planned_from, *begun_on, follows)?;
    Ok(())
}

macro_rules! tenures {
    ($rest:literal) => {
        concat!(
            "select l.assignment_id, l.item_id, l.stage, l.planned_from, l.begun_on, l.follows_id
            from assignment_life l join assignment s on s.id = l.assignment_id ",
            $rest
        )
    };
}
const OF: &str = tenures!("where l.assignment_id = $1");
const OF_UNIT: &str = tenures!("where s.unit_id = $1 order by s.id");
const DUE: &str = "select s.unit_id, s.id from assignment s join assignment_life l on l.assignment_id = s.id
    where l.stage in ('approved', 'signed', 'in_transition') and s.valid_from <= $1 order by s.unit_id, s.id";
const PENDING_OF: &str = tenures!(
    "where s.unit_id = $1 and exists (select 1 from takeover_task k where k.assignment_id = s.id)
    and l.stage not in ('recalled', 'renewed', 'expired')
    and (l.stage in ('approved', 'signed', 'in_transition') or (s.instrument_signed_on is null and exists (select 1
            from takeover_task k where k.assignment_id = s.id and k.task = 'instrument' and k.state = 'met'))
        or exists (select 1 from takeover_task k where k.assignment_id = s.id and k.state <> 'met')) order by s.id"
);

/// The life of an assignment; none where it began in force.
pub async fn of(conn: &mut Conn, id: AssignmentId) -> Result<Option<Tenure>, StoreError> {
    fetch_optional!(conn, Row, OF, id.0)?.map(Tenure::try_from).transpose()
}

/// The assignments whose day has come and that have not taken effect, by their units.
pub async fn due(conn: &mut Conn, today: Date) -> Result<BTreeMap<UnitId, Vec<AssignmentId>>, StoreError> {
    let mut due: BTreeMap<UnitId, Vec<AssignmentId>> = BTreeMap::new();
    for (unit, assignment) in fetch_all!(conn, (Uuid, Uuid), DUE, today)? {
        due.entry(UnitId(unit)).or_default().push(AssignmentId(assignment));
    }
    Ok(due)
}

/// The lives of all that a unit has.
pub async fn of_unit(conn: &mut Conn, unit: UnitId) -> Result<Vec<Tenure>, StoreError> {
    fetch_all!(conn, Row, OF_UNIT, unit.0)?.into_iter().map(Tenure::try_from).collect()
}

/// A unit's assignments that are not over, with tasks of which some are not met, or whose paper has gone.
pub async fn pending_of(conn: &mut Conn, unit: UnitId) -> Result<Vec<Tenure>, StoreError> {
    fetch_all!(conn, Row, PENDING_OF, unit.0)?.into_iter().map(Tenure::try_from).collect()
}

const LOCK: &str = "update assignment set valid_from = valid_from where id = $1";

/// Keeps others from writing to an assignment until the transaction ends.
pub async fn lock(conn: &mut Conn, id: AssignmentId) -> Result<(), StoreError> {
    execute!(conn, LOCK, id.0)?;
    Ok(())
}

/// An assignment that ends, with what a notice about that says.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Ending {
    /// The assignment.
    pub id: Uuid,
    /// Name of the power.
    pub power: String,
    /// Name of the unit.
    pub unit: String,
    /// The unit.
    pub unit_id: Uuid,
    /// The giving unit.
    pub giver_id: Option<Uuid>,
    /// The day on which it, or its paper, ends.
    pub ends_on: Date,
}

macro_rules! endings {
    ($ends:literal, $rest:literal) => {
        concat!(
            "select s.id, p.name as power, u.name as unit, s.unit_id, s.giver_id, ",
            $ends,
            " as ends_on from assignment s join power p on p.id = s.power_id join unit u on u.id = s.unit_id
            left join assignment_life l on l.assignment_id = s.id
            where s.form <> 'recalled' and (l.stage is null or l.stage in ('in_force', 'under_review')) and ",
            $rest
        )
    };
}
const ENDING: &str = endings!(
    "case when s.valid_to is null then s.instrument_until when s.instrument_until is null then s.valid_to
        when s.instrument_until < s.valid_to then s.instrument_until else s.valid_to end",
    "s.valid_from <= $1 and (s.valid_to is null or s.valid_to >= $1)
    and ((s.valid_to >= $1 and s.valid_to <= $2) or (s.instrument_until >= $1 and s.instrument_until <= $2))
    order by s.id"
);
const ENDED: &str = endings!("s.valid_to", "l.stage is not null and s.valid_to < $1 order by s.id");

/// Assignments in force on a day of which they or their papers end by another.
pub async fn ending(conn: &mut Conn, today: Date, until: Date) -> Result<Vec<Ending>, StoreError> {
    fetch_all!(conn, Ending, ENDING, today, until)
}

/// Assignments that are still called in force after their last day.
pub async fn ended(conn: &mut Conn, today: Date) -> Result<Vec<Ending>, StoreError> {
    fetch_all!(conn, Ending, ENDED, today)
}

/// A case that is not decided yet.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct OpenCase {
    /// The case.
    pub id: Uuid,
    /// Its number.
    pub number: String,
    /// When it was opened.
    pub opened_on: Date,
    /// The assignment under which it was filed.
    pub assignment_id: Uuid,
    /// The unit that finishes it: the one with which it was filed, or the one that was named for that.
    pub unit: String,
    /// Who has it in hand: whoever acted last on the side that decides.
    pub name: Option<String>,
}

macro_rules! open_cases {
    ($rest:literal) => {
        concat!(
            "select c.id, c.number, c.opened_on, c.assignment_id, coalesce(f.name, u.name) as unit,
                (select n.name from case_step t join person n on n.id = t.person_id
                    where t.case_id = c.id and (t.side is null or t.side = 'decides')
                    order by t.done_at desc, t.id desc limit 1) as name
            from case_file c join assignment s on s.id = c.assignment_id join unit u on u.id = s.unit_id
            left join unit f on f.id = c.finisher_id where c.decided_on is null and ",
            $rest
        )
    };
}
const OPEN_CASES: &str = open_cases!("c.assignment_id = $1 order by c.opened_on, c.number limit $2");
const OPEN_CASES_BESIDE: &str = open_cases!(
    "exists (select 1 from assignment m where m.id = $1 and m.unit_id = s.unit_id and m.giver_id = s.giver_id)
    order by c.opened_on, c.number, c.id limit $2"
);

/// The cases of an assignment that are not decided yet, and who finishes each.
pub async fn open_cases(conn: &mut Conn, id: AssignmentId, limit: i64) -> Result<Vec<OpenCase>, StoreError> {
    fetch_all!(conn, OpenCase, OPEN_CASES, id.0, limit)
}

/// The open cases of an assignment and of what its unit has from the same giver.
pub async fn open_cases_beside(
    conn: &mut Conn,
    id: AssignmentId,
    limit: i64,
) -> Result<Vec<OpenCase>, StoreError> {
    fetch_all!(conn, OpenCase, OPEN_CASES_BESIDE, id.0, limit)
}

const LEAVE_CASES: &str = "update case_file
    set finisher_id = (select s.unit_id from assignment s where s.id = case_file.assignment_id)
    where assignment_id = $1 and decided_on is null and finisher_id is null";

/// Names the unit with which they were filed as the one that finishes an assignment's open cases; tells how many.
pub async fn leave_cases(conn: &mut Conn, id: AssignmentId) -> Result<u64, StoreError> {
    execute!(conn, LEAVE_CASES, id.0)
}
