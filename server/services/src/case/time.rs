//! The clocks of cases: their last days, and when they stand still.

use super::Ground;
use crate::ServiceError;
use crate::form::{FieldError, Fields, date, text};
use crate::write::{Caller, Change, Write};
use access::Action;
use domain::calendar::Calendar;
use domain::case::{Limit, Progress, Terms};
use domain::clock::{Clock, Pause, PauseReason};
use domain::duty::Role;
use domain::id::{CaseId, PauseId};
use domain::notice::{Event as Told, Notice, To, Words};
use domain::{Date, Message};
use store::{Conn, Db, StoreError};

/// The clocks of a case: by law, and as promised.
pub fn clocks(
    terms: &Terms,
    opened_on: Date,
    accepted_on: Option<Date>,
    pauses: &[Pause],
) -> [Option<Clock>; 2] {
    [Limit::Statutory, Limit::Promised].map(|limit| terms.clock(limit, opened_on, accepted_on, pauses))
}

/// Puts the last days of a case where its clocks have them.
pub(crate) fn date_again(
    calendar: &Calendar,
    terms: &Terms,
    opened_on: Date,
    progress: &mut Progress,
    pauses: &[Pause],
) {
    let [statutory, promised] = clocks(terms, opened_on, progress.accepted_on, pauses);
    progress.statutory_due = statutory.and_then(|clock| clock.due(calendar));
    progress.promised_due = promised.and_then(|clock| clock.due(calendar));
}

/// What pausing and going on answer: none where there is no such case, else what is wrong.
pub type Done = Result<Option<Result<(), Vec<FieldError>>>, ServiceError>;

/// A case that is still open, locked, with what its clock stands on.
struct Running {
    number: String,
    opened_on: Date,
    ground: Ground,
    progress: Progress,
    pauses: Vec<(PauseId, Pause)>,
}

impl Running {
    async fn load(conn: &mut Conn, caller: &Caller, id: CaseId) -> Result<Option<Self>, StoreError> {
        let Some(case) = store::case::locked(conn, id).await? else { return Ok(None) };
        let Some(ground) = Ground::load(conn, case.assignment, caller.today).await? else {
            return Ok(None);
        };
        Ok(Some(Self {
            number: case.number,
            opened_on: case.opened_on,
            ground,
            progress: store::case::progress(conn, id).await?.unwrap_or_default(),
            pauses: store::case::pauses(conn, id).await?,
        }))
    }

    /// Keeps the last days as they are with the pauses that are stored now.
    async fn keep(&mut self, conn: &mut Conn, id: CaseId) -> Result<(), StoreError> {
        let pauses: Vec<Pause> =
            store::case::pauses(conn, id).await?.into_iter().map(|(_, pause)| pause).collect();
        let settings = store::handoff::settings(conn).await?;
        let calendar = store::calendar::load(conn).await?;
        let terms = Terms::of(&self.ground.power, settings.penalty_days);
        date_again(&calendar, &terms, self.opened_on, &mut self.progress, &pauses);
        store::case::set_progress(conn, id, &self.progress).await
    }
}

/// Lets the clock of a case stand still: `reason` by its code, `from` (today where it is empty), and `notified_on`, when
/// the applicant was told, without which it would run on.
pub async fn pause(db: &Db, caller: &Caller, id: CaseId, fields: &Fields) -> Done {
    let mut errors: Vec<FieldError> = Vec::new();
    let reason = text(fields, "reason").parse::<PauseReason>();
    if reason.is_err() {
        errors.push(("reason", Message::new("case-error-pause-reason")));
    }
    let from = date(fields, "from", &mut errors).unwrap_or(caller.today);
    let notified_on = date(fields, "notified_on", &mut errors);
    if text(fields, "notified_on").is_empty() {
        errors.push(("notified_on", Message::new("case-error-pause-notice")));
    }
    let mut write = Write::begin(db).await?;
    let conn = write.conn();
    let Some(mut running) = Running::load(conn, caller, id).await? else { return Ok(None) };
    let permit = caller.permit(Action::CasePause, &running.ground.opening())?;
    if running.progress.decided_on.is_some() {
        errors.push(("reason", Message::new("case-error-decided")));
    }
    let started = running.progress.accepted_on.unwrap_or(running.opened_on);
    if from > caller.today || from < started {
        errors.push(("from", Message::new("case-error-pause-day").with("from", started)));
    }
    if notified_on.is_some_and(|day| day > caller.today) {
        errors.push(("notified_on", Message::new("case-error-pause-day").with("from", started)));
    }
    if running.pauses.iter().any(|(_, pause)| pause.to.is_none_or(|to| to >= from)) {
        errors.push(("from", Message::new("case-error-paused")));
    }
    let (Ok(reason), true) = (reason, errors.is_empty()) else { return Ok(Some(Err(errors))) };
    let pause = Pause { reason, from, to: None, notified_on };
    store::case::insert_pause(conn, id, &pause).await?;
    running.keep(conn, id).await?;
    let unit = running.ground.assignment.unit;
    let notice = Notice {
        event: Told::CasePaused,
        about: id.0,
        step: from.to_string(),
        words: Words {
            power: running.ground.power.name.clone(),
            title: running.number.clone(),
            who: caller.actor.rights().map(|rights| rights.name.clone()).unwrap_or_default(),
            day: Some(from),
            ..Words::default()
        },
        link: format!("/cases/{id}"),
        due: None,
    };
    let to = [To::Role(Role::Approver, unit), To::Role(Role::Manager, unit)];
    crate::notify::tell(conn, caller.now, caller.today, &notice, &to).await?;
    let change =
        Change { subject: id.to_string(), after: serde_json::json!({ "pause": pause }), ..Change::default() };
    write.commit(caller, &permit, change).await?;
    Ok(Some(Ok(())))
}

/// Lets the clock of a case go on: `pause` by its identifier, `to` its last day, yesterday where it is empty.
pub async fn resume(db: &Db, caller: &Caller, id: CaseId, fields: &Fields) -> Done {
    let mut errors: Vec<FieldError> = Vec::new();
    let yesterday = caller.today.pred_opt().unwrap_or(caller.today);
    let to = date(fields, "to", &mut errors);
    let mut write = Write::begin(db).await?;
    let conn = write.conn();
    let Some(mut running) = Running::load(conn, caller, id).await? else { return Ok(None) };
    let permit = caller.permit(Action::CasePause, &running.ground.opening())?;
    let wished = text(fields, "pause").parse::<PauseId>().ok();
    let found = running.pauses.iter().find(|(each, pause)| Some(*each) == wished && pause.to.is_none());
    let Some((which, pause)) = found.copied() else {
        return Ok(Some(Err(vec![("to", Message::new("case-error-not-paused"))])));
    };
    let to = to.unwrap_or(yesterday).max(if text(fields, "to").is_empty() { pause.from } else { Date::MIN });
    if to < pause.from || to > caller.today {
        errors.push(("to", Message::new("case-error-pause-day").with("from", pause.from)));
    }
    if !errors.is_empty() {
        return Ok(Some(Err(errors)));
    }
    if !store::case::end_pause(conn, id, which, to).await? {
        return Ok(Some(Err(vec![("to", Message::new("case-error-not-paused"))])));
    }
    running.keep(conn, id).await?;
    let change = Change {
        subject: id.to_string(),
        before: serde_json::json!({ "pause": pause }),
        after: serde_json::json!({ "pause": Pause { to: Some(to), ..pause } }),
        ..Change::default()
    };
    write.commit(caller, &permit, change).await?;
    Ok(Some(Ok(())))
}
