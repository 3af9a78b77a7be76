//! The life of assignments: proposals, routes of approval, take-overs, recalls, adjustments, and what the clock does.

pub mod adjust;
pub mod bulk;
pub mod clock;
mod draft;
pub mod paper;
pub mod proposal;
pub mod recall;
pub mod renew;
pub mod route;
pub mod takeover;
pub mod vote;

use crate::ServiceError;
use crate::form::FieldError;
use crate::write::Caller;
use domain::Message;
use domain::assignment::Assignment;
use domain::duty::{Role, Subject};
use domain::id::{AssignmentId, UnitId};
use domain::life::state::Stage;
use domain::life::{Acting, Refusal};
use domain::notice::{Event, Notice, To, Words};
use domain::power::Power;
use domain::unit::Unit;
use store::life::tenure::Tenure;
use store::{Conn, StoreError};
use uuid::Uuid;

/// What a use case answers: what it did, or what is wrong.
pub type Answer<T> = Result<Result<T, Vec<FieldError>>, ServiceError>;

/// The longest reason, note or plan.
const WORDS: usize = 2000;

/// Who acts, and for whom; none for the operator.
pub(crate) fn acting(caller: &Caller) -> Option<Acting> {
    let rights = caller.actor.rights()?;
    let principal = rights.post.as_ref().and_then(|post| post.principal.as_ref()).map(|(id, _)| *id);
    Some(Acting { person: rights.person, principal })
}

/// The name of whoever acts.
fn name(caller: &Caller) -> String {
    caller.actor.rights().map_or_else(String::new, |rights| rights.name.clone())
}

/// That there is no such record, or that it may not be seen.
fn gone() -> FieldError {
    ("life", Message::new("life-error-gone"))
}

/// A refusal that belongs to no field.
fn refused<T>(refusal: Refusal) -> Result<T, Vec<FieldError>> {
    Err(vec![refusal.at("life")])
}

/// A reason that must be given, of at most so many characters.
fn reason(text: &str, field: &'static str, errors: &mut Vec<FieldError>) -> String {
    match domain::life::reason(text) {
        Err(refusal) => errors.push(refusal.at(field)),
        Ok(text) if text.chars().count() > WORDS => {
            errors.push((field, Message::new("case-error-long").with("most", WORDS)));
        }
        Ok(_) => {}
    }
    text.trim().to_owned()
}

/// Tells it to some people, by a link of this site.
async fn tell(
    conn: &mut Conn,
    caller: &Caller,
    event: Event,
    (about, step): (Uuid, &str),
    words: Words,
    link: String,
    to: &[To],
) -> Result<(), StoreError> {
    let due = words.day;
    let notice = Notice { event, about, step: step.to_owned(), words, link, due };
    crate::notify::tell(conn, caller.now, caller.today, &notice, to).await?;
    Ok(())
}

/// An assignment with what decisions about it stand on.
pub(crate) struct Ground {
    pub assignment: Assignment,
    pub power: Power,
    pub unit: Unit,
    pub tenure: Option<Tenure>,
    units: Vec<UnitId>,
    givers: Vec<UnitId>,
}

impl Ground {
    /// Loads it and keeps others from writing to it.
    pub async fn lock(
        conn: &mut Conn,
        id: AssignmentId,
        caller: &Caller,
    ) -> Result<Option<Self>, StoreError> {
        store::life::tenure::lock(conn, id).await?;
        let Some(assignment) = store::assignment::by_id(conn, id).await? else { return Ok(None) };
        let Some(power) = store::power::by_id(conn, assignment.power).await? else { return Ok(None) };
        let Some(unit) = store::unit::by_id(conn, assignment.unit).await? else { return Ok(None) };
        Ok(Some(Self {
            units: store::unit::above(conn, assignment.unit).await?,
            givers: store::supervision::givers(conn, id, caller.today).await?,
            tenure: store::life::tenure::of(conn, id).await?,
            assignment,
            power,
            unit,
        }))
    }

    /// As the policy sees it.
    pub fn subject(&self) -> Subject<'_> {
        Subject { units: &self.units, givers: &self.givers, ..Subject::default() }
    }

    /// Where it is in its life; one that was imported began in force.
    pub fn stage(&self) -> Stage {
        self.tenure.map_or(Stage::InForce, |tenure| tenure.stage)
    }

    /// The same, further on.
    pub fn at(&self, stage: Stage) -> Tenure {
        let began = Tenure {
            assignment: self.assignment.id,
            item: None,
            stage,
            planned_from: self.assignment.period.from,
            begun_on: Some(self.assignment.period.from),
            follows: None,
        };
        Tenure { stage, ..self.tenure.unwrap_or(began) }
    }

    /// The words of a notice about it.
    pub fn words(&self, caller: &Caller) -> Words {
        Words {
            power: self.power.name.clone(),
            unit: self.unit.name.clone(),
            who: name(caller),
            ..Words::default()
        }
    }

    /// The receiving unit, and the giving one where there is one.
    pub fn both(&self) -> Vec<UnitId> {
        [Some(self.assignment.unit), self.assignment.giver].into_iter().flatten().collect()
    }

    /// Both sides: whoever leads the receiving unit, and the organization department; with the giver, where there is one.
    pub fn sides(&self) -> Vec<To> {
        let unit = self.assignment.unit;
        let both = [To::Role(Role::Manager, unit), To::Role(Role::Organization, unit)];
        both.into_iter().chain(self.assignment.giver.map(|giver| To::Role(Role::Manager, giver))).collect()
    }
}
