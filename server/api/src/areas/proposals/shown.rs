//! A proposal as the interface tells it.

use super::super::UnitName;
use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;
use store::life::item;
use store::life::proposal::Line;
use store::life::seat::{Running, Taken};
use utoipa::ToSchema;
use uuid::Uuid;

/// A proposal as lists show it.
#[derive(Debug, Serialize, ToSchema)]
pub struct ProposalLine {
    /// Identifier.
    id: Uuid,
    /// What it is cited by.
    number: String,
    /// What it is called.
    title: String,
    /// The unit that proposes.
    unit: UnitName,
    /// Name of the giving unit.
    giver: Option<String>,
    /// Form of transfer.
    form: &'static str,
    /// Functions granted.
    functions: Vec<&'static str>,
    /// First day in force.
    from: NaiveDate,
    /// Last day in force.
    to: Option<NaiveDate>,
    /// Why.
    reason: String,
    /// Where it is.
    phase: &'static str,
    /// Who drafted it.
    drafter: Option<String>,
    /// When.
    drafted_at: DateTime<Utc>,
    /// By when the units answer.
    answer_due: Option<NaiveDate>,
    /// Its items.
    items: i64,
    /// Of them, those that wait for an answer.
    open: i64,
}

impl From<Line> for ProposalLine {
    fn from(line: Line) -> Self {
        let proposal = line.proposal;
        Self {
            id: proposal.id.0,
            number: proposal.number,
            title: proposal.title,
            unit: UnitName::new(proposal.unit, &line.unit),
            giver: line.giver,
            form: proposal.form.as_str(),
            functions: proposal.functions.iter().map(|function| function.as_str()).collect(),
            from: proposal.period.from,
            to: proposal.period.to,
            reason: proposal.reason,
            phase: proposal.phase.as_str(),
            drafter: line.drafter,
            drafted_at: proposal.drafted_at,
            answer_due: proposal.answer_due,
            items: line.items,
            open: line.open,
        }
    }
}

/// A power that is proposed to a unit.
#[derive(Debug, Serialize, ToSchema)]
pub struct ItemLine {
    /// Identifier.
    id: Uuid,
    /// The power.
    power: Uuid,
    /// Its code.
    power_code: String,
    /// Its name.
    power_name: String,
    /// The unit.
    unit: UnitName,
    /// Its code.
    unit_code: String,
    /// Where it is, such as `proposed`, `accepted` or `objected`.
    state: &'static str,
    /// How the unit would absorb it.
    verdict: Option<&'static str>,
    /// Why, where it was objected to.
    reason: String,
    /// Who answered.
    answered_by: Option<String>,
    /// When.
    answered_at: Option<DateTime<Utc>>,
    /// The assignment that became of it.
    assignment: Option<Uuid>,
    /// Whether the token's owner answers for the unit.
    is_mine: bool,
}

impl From<item::Line> for ItemLine {
    fn from(line: item::Line) -> Self {
        let item = line.item;
        Self {
            id: item.id.0,
            power: item.power.0,
            power_code: line.code,
            power_name: line.power,
            unit: UnitName::new(item.unit, &line.unit),
            unit_code: line.unit_code,
            state: item.state.as_str(),
            verdict: item.verdict.map(domain::assess::Verdict::as_str),
            reason: item.reason,
            answered_by: line.name,
            answered_at: line.answered_at,
            assignment: item.assignment.map(|assignment| assignment.0),
            is_mine: line.is_his,
        }
    }
}

/// A seat of a stage.
#[derive(Debug, Serialize, ToSchema)]
pub struct SeatLine {
    /// Identifier.
    id: Uuid,
    /// The person's or the unit's name.
    holder: String,
    /// `agree`, `return` or `refuse`; none while nothing was said.
    vote: Option<&'static str>,
    /// Who voted.
    voted_by: Option<String>,
    /// For whom.
    principal: Option<String>,
    /// When.
    voted_at: Option<DateTime<Utc>>,
    /// Why.
    reason: String,
}

impl From<Taken> for SeatLine {
    fn from(seat: Taken) -> Self {
        Self {
            id: seat.id.0,
            holder: seat.holder,
            vote: seat.vote.map(domain::life::route::Vote::as_str),
            voted_by: seat.name,
            principal: seat.principal,
            voted_at: seat.voted_at,
            reason: seat.reason,
        }
    }
}

/// A stage of the route.
#[derive(Debug, Serialize, ToSchema)]
pub struct StageLine {
    /// What it is called.
    name: String,
    /// How many seats must agree: `all`, `any` or `quorum`.
    mode: &'static str,
    /// Where it is.
    state: &'static str,
    /// By when it decides.
    due_on: Option<NaiveDate>,
    /// Its seats.
    seats: Vec<SeatLine>,
}

impl From<Running> for StageLine {
    fn from(stage: Running) -> Self {
        Self {
            name: stage.name,
            mode: stage.mode.as_str(),
            state: stage.state.as_str(),
            due_on: stage.due_on,
            seats: stage.seats.into_iter().map(SeatLine::from).collect(),
        }
    }
}

/// A proposal with its first items and the stages of its route.
#[derive(Debug, Serialize, ToSchema)]
pub struct ProposalDetail {
    /// The proposal.
    pub proposal: ProposalLine,
    /// Its first 200 items that may be seen.
    pub items: Vec<ItemLine>,
    /// The stages of its route.
    pub stages: Vec<StageLine>,
}
