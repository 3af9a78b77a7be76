//! The stages that a proposal goes through, and who said what in them.

use super::route::{self, Stage};
use super::{acting, columns};
use crate::db::{execute, fetch_all, int, nat};
use crate::{Conn, StoreError};
use chrono::{DateTime, Utc};
use domain::Date;
use domain::id::{PersonId, ProposalId, SeatId, StageId};
use domain::life::Acting;
use domain::life::route::{Mode, Seat, StageState, Vote};
use uuid::Uuid;

/// A seat of a proposal's stage.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Taken {
    /// Identifier.
    pub id: SeatId,
    /// Whose it is.
    pub seat: Seat,
    /// The person's or the unit's name.
    pub holder: String,
    /// What was said.
    pub vote: Option<Vote>,
    /// By whom.
    pub voted: Option<Acting>,
    /// His name.
    pub name: Option<String>,
    /// For whom.
    pub principal: Option<String>,
    /// When.
    pub voted_at: Option<DateTime<Utc>>,
    /// Why.
    pub reason: String,
}

/// A stage of a proposal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Running {
    /// Identifier.
    pub id: StageId,
    /// Which time the proposal goes along its route.
    pub round: u32,
    /// Its place among the stages.
    pub place: i32,
    /// What it is called.
    pub name: String,
    /// How many seats must agree.
    pub mode: Mode,
    /// So many, where the mode asks for a number.
    pub quorum: u32,
    /// Working days.
    pub days: u32,
    /// By when it decides.
    pub due_on: Option<Date>,
    /// Where it is.
    pub state: StageState,
    /// Its seats.
    pub seats: Vec<Taken>,
}

const INSERT: &str =
    "insert into proposal_stage (id, proposal_id, round, place, name, mode, quorum, days, due_on, state)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
const INSERT_SEAT: &str = "insert into proposal_seat (id, stage_id, person_id, role, unit_id, reason)
    values ($1, $2, $3, $4, $5, '')";

/// Sets out the stages of a round; the first is open until a day.
pub async fn insert(
    conn: &mut Conn,
    proposal: ProposalId,
    round: u32,
    stages: &[Stage],
    due: Date,
) -> Result<(), StoreError> {
    for (place, stage) in (1_i32..).zip(stages) {
        let id = crate::new_id();
        let (due, state) =
            if place == 1 { (Some(due), StageState::Open) } else { (None, StageState::Waiting) };
        execute!(
            conn,
            INSERT,
            id,
            proposal.0,
            int(round),
            place,
            &stage.name,
            stage.mode.as_str(),
            int(stage.quorum),
            int(stage.days),
            due,
            state.as_str(),
        )?;
        for (seat, _) in &stage.seats {
            let (person, role, unit) = route::columns(*seat);
            execute!(conn, INSERT_SEAT, crate::new_id(), id, person, role, unit)?;
        }
    }
    Ok(())
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    round: i32,
    place: i32,
    name: String,
    mode: String,
    quorum: i32,
    days: i32,
    due_on: Option<Date>,
    state: String,
    seat: Uuid,
    person_id: Option<Uuid>,
    role: Option<String>,
    unit_id: Option<Uuid>,
    holder: Option<String>,
    vote: Option<String>,
    voted_by: Option<Uuid>,
    voted_for: Option<Uuid>,
    voter: Option<String>,
    principal: Option<String>,
    voted_at: Option<DateTime<Utc>>,
    reason: String,
}

const OF: &str =
    "select s.id, s.round, s.place, s.name, s.mode, s.quorum, s.days, s.due_on, s.state, e.id as seat,
        e.person_id, e.role, e.unit_id, coalesce(h.name, u.name) as holder, e.vote, e.voted_by, e.voted_for,
        v.name as voter, o.name as principal, e.voted_at, e.reason
    from proposal_stage s join proposal_seat e on e.stage_id = s.id left join person h on h.id = e.person_id
    left join unit u on u.id = e.unit_id left join person v on v.id = e.voted_by
    left join person o on o.id = e.voted_for
    where s.proposal_id = $1 order by s.round, s.place, e.id";

/// All stages of a proposal, round after round.
pub async fn of_proposal(conn: &mut Conn, id: ProposalId) -> Result<Vec<Running>, StoreError> {
    let mut stages: Vec<Running> = Vec::new();
    for row in fetch_all!(conn, Row, OF, id.0)? {
        if stages.last().is_none_or(|last| last.id.0 != row.id) {
            stages.push(Running {
                id: StageId(row.id),
                round: nat(row.round),
                place: row.place,
                name: row.name,
                mode: row.mode.parse()?,
                quorum: nat(row.quorum),
                days: nat(row.days),
                due_on: row.due_on,
                state: row.state.parse()?,
                seats: Vec::new(),
            });
        }
        if let Some(stage) = stages.last_mut() {
            stage.seats.push(Taken {
                id: SeatId(row.seat),
                seat: route::seat(row.person_id, row.role.as_deref(), row.unit_id)?,
                holder: row.holder.unwrap_or_default(),
                vote: row.vote.map(|vote| vote.parse()).transpose()?,
                voted: acting(row.voted_by, row.voted_for),
                name: row.voter,
                principal: row.principal,
                voted_at: row.voted_at,
                reason: row.reason,
            });
        }
    }
    Ok(stages)
}

const VOTE: &str =
    "update proposal_seat set vote = $2, voted_by = $3, voted_for = $4, voted_at = $5, reason = $6
    where id = $1 and vote is null";

/// Fills a seat with a vote; tells whether it was empty.
pub async fn vote(
    conn: &mut Conn,
    id: SeatId,
    vote: Vote,
    by: Option<Acting>,
    at: DateTime<Utc>,
    reason: &str,
) -> Result<bool, StoreError> {
    let (by, for_whom) = columns(by);
    Ok(execute!(conn, VOTE, id.0, vote.as_str(), by, for_whom, at, reason)? > 0)
}

const PASS_ON: &str = "update proposal_seat set person_id = $2, role = null, unit_id = null
    where id = $1 and vote is null";

/// Gives an empty seat to a person; tells whether it was empty.
pub async fn pass_on(conn: &mut Conn, id: SeatId, to: PersonId) -> Result<bool, StoreError> {
    Ok(execute!(conn, PASS_ON, id.0, to.0)? > 0)
}

const SET: &str = "update proposal_stage set state = $2, due_on = coalesce($3, due_on) where id = $1";

/// Says where a stage is, and, where it opens, by when it decides.
pub async fn set(
    conn: &mut Conn,
    id: StageId,
    state: StageState,
    due: Option<Date>,
) -> Result<(), StoreError> {
    execute!(conn, SET, id.0, state.as_str(), due)?;
    Ok(())
}
