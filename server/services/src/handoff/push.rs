//! Pushes a decision to the supervising side, in the transaction in which it is made.

use super::{event, hook, notice};
use crate::write::Caller;
use domain::Date;
use domain::assignment::{Assignment, Function};
use domain::calendar::Calendar;
use domain::duty::Role;
use domain::handoff::{Act, Kind, Level, Settings, State};
use domain::id::{CaseId, HandoffId, PersonId, UnitId};
use domain::notice::{Event as Told, To, Words};
use domain::separation::may_act;
use domain::separation::register::Supervision;
use domain::webhook::Event as Hook;
use store::case::violation::{self, GAP_RULE, Violation};
use store::handoff::Handoff;
use store::{Conn, StoreError};

/// What pushing stands on: limits and working days.
#[derive(Debug, Clone)]
pub(crate) struct Desk {
    pub settings: Settings,
    pub calendar: Calendar,
    now: chrono::DateTime<chrono::Utc>,
    today: Date,
}

impl Desk {
    /// Loads it for a caller's moment.
    pub async fn load(conn: &mut Conn, caller: &Caller) -> Result<Self, StoreError> {
        Ok(Self {
            settings: store::handoff::settings(conn).await?,
            calendar: store::calendar::load(conn).await?,
            now: caller.now,
            today: caller.today,
        })
    }
}

/// A case that was decided.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Decided<'a> {
    pub case: CaseId,
    pub number: &'a str,
    pub assignment: &'a Assignment,
    pub power: &'a str,
    pub on: Date,
    /// Who finishes it, where that is another unit than the one that holds the power.
    pub finisher: Option<UnitId>,
}

/// What became of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Pushed {
    /// It was sent now.
    Now,
    /// It had been sent before.
    Before,
    /// No unit supervises it: that is written down, and it is sent as soon as one is named.
    Gap,
}

/// Whoever is to know that it was pushed.
pub(super) fn receivers(handoff: &Handoff, liaison: Option<PersonId>) -> Vec<To> {
    let roles: &[Role] = match handoff.kind {
        Kind::Approval => &[Role::Supervisor],
        Kind::Penalty => &[Role::Approver, Role::Manager],
    };
    let roles = roles.iter().map(|role| To::Role(*role, handoff.to));
    liaison.map(To::Person).into_iter().chain(roles).collect()
}

/// What is told when it is pushed.
pub(super) const fn pushed_event(kind: Kind) -> Told {
    match kind {
        Kind::Approval => Told::HandoffPushed,
        Kind::Penalty => Told::PenaltyPushed,
    }
}

/// The unit that supervises now, else the one that did on the day of the decision.
fn side(all: &[Supervision], today: Date, on: Date) -> Option<&Supervision> {
    let holds = |day: Date| all.iter().find(|each| each.period.contains(day));
    holds(today).or_else(|| holds(on))
}

/// Pushes a decision to the supervising unit of the register. Each decision is pushed once.
pub(crate) async fn push(
    conn: &mut Conn,
    desk: &Desk,
    caller: &Caller,
    decided: &Decided<'_>,
) -> Result<Pushed, StoreError> {
    let Decided { case, assignment, .. } = *decided;
    let sides = store::supervision::of_assignment(conn, assignment.id).await?;
    let Some(side) = side(&sides, desk.today, decided.on) else {
        // A power may lack its supervising side: the register shows it, and the decision stands.
        violation::mend(conn, case, GAP_RULE).await?;
        let gap = Violation { case, rule: GAP_RULE.to_owned(), function: None, person: None, on: decided.on };
        violation::insert(conn, &gap).await?;
        return Ok(Pushed::Gap);
    };
    let mut handoff = Handoff {
        id: HandoffId(store::new_id()),
        case,
        kind: Kind::Approval,
        number: String::new(),
        effect: None,
        content: String::new(),
        from: decided.finisher.unwrap_or(assignment.unit),
        to: side.unit,
        state: State::Pushed,
        round: 1,
        decided_on: decided.on,
        push_due: desk.settings.push_due(&desk.calendar, decided.on),
        pushed_on: desk.today,
        pushed_at: desk.now,
        claim_due: desk.settings.claim_due(&desk.calendar, desk.today),
        claimed: None,
        answer_due: None,
        answered: None,
        closed_on: None,
        told: Level::None,
    };
    let liaison = side.liaison.filter(|_| desk.settings.pushed_is_claimed);
    if let Some(liaison) = liaison {
        // Whoever decided does not supervise; then somebody else must claim it.
        let parties = store::case::parties(conn, case).await?;
        if may_act(Function::Supervise, &parties, liaison, None).is_ok() {
            handoff.state = State::Claimed;
            handoff.claimed = Some((desk.today, liaison));
            handoff.answer_due = Some(desk.settings.answer_due(&desk.calendar, desk.today));
        }
    }
    violation::mend(conn, case, GAP_RULE).await?;
    if !store::handoff::insert(conn, &handoff).await? {
        return Ok(Pushed::Before);
    }
    hook(conn, caller, Hook::HandoffPushed, &handoff).await?;
    let pushed = event(caller, Act::Push, Some(handoff.to), "");
    store::handoff::insert_event(conn, handoff.id, &pushed).await?;
    if let Some((_, liaison)) = handoff.claimed {
        let claimed = store::handoff::Event {
            act: Act::Claim,
            person: Some(liaison),
            principal: None,
            unit: None,
            ..pushed
        };
        store::handoff::insert_event(conn, handoff.id, &claimed).await?;
        hook(conn, caller, Hook::HandoffClaimed, &handoff).await?;
    }
    let words = Words {
        power: decided.power.to_owned(),
        unit: store::unit::by_id(conn, handoff.from).await?.map(|unit| unit.name).unwrap_or_default(),
        title: decided.number.to_owned(),
        day: handoff.due(),
        ..Words::default()
    };
    let notice = notice(&handoff, pushed_event(handoff.kind), "push", words, handoff.due());
    let to = receivers(&handoff, side.liaison);
    crate::notify::tell(conn, desk.now, desk.today, &notice, &to).await?;
    Ok(Pushed::Now)
}
