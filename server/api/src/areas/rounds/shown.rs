//! Rounds, their items and changes as they are answered.

use crate::areas::UnitName;
use chrono::{DateTime, NaiveDate, Utc};
use domain::catalogue::round::{Answer, TermPart, Terms};
use serde::Serialize;
use store::round::{ChangeLine, Drafted, Item, Listed};
use utoipa::ToSchema;
use uuid::Uuid;

/// A round.
#[derive(Debug, Serialize, ToSchema)]
pub struct RoundLine {
    /// Identifier.
    id: Uuid,
    /// What it is called.
    title: String,
    /// The unit whose townships take part.
    unit: UnitName,
    /// First day.
    opened_on: NaiveDate,
    /// Where it is: `down_1`, `up_1` … `up_3`, or `done`.
    stage: &'static str,
    /// Last day of the stage.
    due_on: NaiveDate,
    /// Items that may be seen and are agreed.
    agreed: i64,
    /// Taken out.
    dropped: i64,
    /// Objected to.
    disputed: i64,
    /// Not answered.
    open: i64,
}

impl From<Listed> for RoundLine {
    fn from(listed: Listed) -> Self {
        let (round, counts) = (listed.round, listed.counts);
        Self {
            id: round.id.0,
            unit: UnitName::new(round.scope, &listed.unit),
            title: round.title,
            opened_on: round.opened_on,
            stage: round.stage.as_str(),
            due_on: round.due_on,
            agreed: counts.agreed,
            dropped: counts.dropped,
            disputed: counts.disputed,
            open: counts.open,
        }
    }
}

/// A proposal that became of a round.
#[derive(Debug, Serialize, ToSchema)]
pub struct RoundProposal {
    /// Identifier.
    id: Uuid,
    /// Its number.
    number: String,
    /// What it is called.
    title: String,
    /// How far it has come.
    phase: &'static str,
    /// How many of the round's items it has that may be seen.
    items: i64,
}

impl From<Drafted> for RoundProposal {
    fn from(drafted: Drafted) -> Self {
        Self {
            id: drafted.id.0,
            number: drafted.number,
            title: drafted.title,
            phase: drafted.phase.as_str(),
            items: drafted.items,
        }
    }
}

/// A round with the proposals that became of it.
#[derive(Debug, Serialize, ToSchema)]
pub struct RoundDetail {
    /// The round.
    #[serde(flatten)]
    pub round: RoundLine,
    /// The proposals.
    pub proposals: Vec<RoundProposal>,
}

/// What is to be handed down, and how.
#[derive(Debug, Serialize, ToSchema)]
struct RoundTerms {
    /// Form of transfer.
    form: &'static str,
    /// Functions.
    functions: Vec<&'static str>,
    /// On which of the three lists.
    list: &'static str,
    /// Whether it stays.
    kept: bool,
}

impl From<&Terms> for RoundTerms {
    fn from(terms: &Terms) -> Self {
        Self {
            form: terms.form.as_str(),
            functions: terms.functions.iter().map(|function| function.as_str()).collect(),
            list: terms.list.as_str(),
            kept: terms.kept,
        }
    }
}

/// An item of a round.
#[derive(Debug, Serialize, ToSchema)]
pub struct RoundItem {
    /// Identifier.
    id: Uuid,
    /// The power.
    power: Uuid,
    /// Its code.
    code: String,
    /// Its name.
    name: String,
    /// The township.
    unit: UnitName,
    /// Its code.
    unit_code: String,
    /// The giving department.
    department: Option<UnitName>,
    /// The terms.
    terms: RoundTerms,
    /// Where it has come to: `agreed`, `dropped`, `disputed` or `open`.
    outcome: &'static str,
    /// What the township says: `accept` or `object`; none while it has not answered.
    township: Option<&'static str>,
    /// What the department says.
    department_says: Option<&'static str>,
    /// What the county says.
    county: Option<&'static str>,
    /// How often it was written.
    revision: u32,
    /// The proposal in which it stands.
    proposal: Option<Uuid>,
    /// Where its item is there.
    proposal_state: Option<&'static str>,
}

impl From<Item> for RoundItem {
    fn from(item: Item) -> Self {
        let answers = item.standing.answers;
        let department = item.department.map(|id| UnitName::new(id, &item.department_name));
        Self {
            id: item.id.0,
            power: item.power.0,
            code: item.power_code,
            name: item.power_name,
            unit: UnitName::new(item.unit, &item.unit_name),
            unit_code: item.unit_code,
            department,
            terms: RoundTerms::from(&item.standing.terms),
            outcome: item.standing.outcome().as_str(),
            township: answers.township.map(Answer::as_str),
            department_says: answers.department.map(Answer::as_str),
            county: answers.county.map(Answer::as_str),
            revision: item.revision,
            proposal: item.proposed.as_ref().map(|proposed| proposed.proposal.0),
            proposal_state: item.proposed.as_ref().map(|proposed| proposed.state.as_str()),
        }
    }
}

/// Something that was done to an item of a round.
#[derive(Debug, Serialize, ToSchema)]
pub struct RoundChange {
    /// The item.
    item: Uuid,
    /// Code of its power.
    code: String,
    /// Name of its power.
    name: String,
    /// Name of the township.
    unit: String,
    /// In which stage.
    stage: &'static str,
    /// For which party.
    party: &'static str,
    /// What.
    act: &'static str,
    /// When.
    at: DateTime<Utc>,
    /// By whom.
    by: Option<String>,
    /// On whose behalf.
    on_behalf_of: Option<String>,
    /// The terms before.
    before: RoundTerms,
    /// The terms after.
    after: RoundTerms,
    /// The parts in which these differ.
    differences: Vec<&'static str>,
    /// What was said.
    comment: String,
}

impl From<ChangeLine> for RoundChange {
    fn from(line: ChangeLine) -> Self {
        let change = line.change;
        let parts = change.before.differences(&change.after);
        Self {
            item: change.item.0,
            code: line.power.0,
            name: line.power.1,
            unit: line.unit,
            stage: change.stage.as_str(),
            party: change.party.as_str(),
            act: change.act.as_str(),
            at: change.at,
            by: line.name,
            on_behalf_of: line.principal,
            before: RoundTerms::from(&change.before),
            after: RoundTerms::from(&change.after),
            differences: parts.into_iter().map(TermPart::as_str).collect(),
            comment: change.comment,
        }
    }
}
