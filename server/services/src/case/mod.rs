//! Cases: opened, and taken on step by step, each by somebody who does not stand on the other side of it. A decision is
//! handed off to the supervising side in the same transaction.

mod time;

pub(crate) use time::date_again;
pub use time::{clocks, pause, resume};

use crate::ServiceError;
use crate::form::{FieldError, Fields, date, text};
use crate::handoff::{Decided, Desk, Pushed, push};
use crate::write::{Caller, Change, Write};
use access::{Action, Denial, Permit};
use domain::assignment::{Assignment, Function};
use domain::case::{Case, CaseResult, Progress, Step, Terms};
use domain::clock::Pause;
use domain::duty::{CASE_RULE, Relation, Side, Subject};
use domain::id::{AssignmentId, CaseId, PersonId, StepId, UnitId};
use domain::power::Power;
use domain::separation::may_act;
use domain::webhook::Event;
use domain::{Date, Message};
use store::{Conn, Db, StoreError};

/// What decisions about the cases of an assignment stand on.
#[derive(Debug, Clone, PartialEq)]
pub struct Ground {
    /// The assignment.
    pub assignment: Assignment,
    /// Its power.
    pub power: Power,
    units: Vec<UnitId>,
    givers: Vec<UnitId>,
    certificates: Vec<String>,
}

impl Ground {
    /// Loads it, whoever asks.
    pub async fn load(conn: &mut Conn, id: AssignmentId, on: Date) -> Result<Option<Self>, StoreError> {
        let Some(assignment) = store::assignment::by_id(conn, id).await? else { return Ok(None) };
        let Some(power) = store::power::by_id(conn, assignment.power).await? else { return Ok(None) };
        let rules = store::rules::load(conn).await?;
        Ok(Some(Self {
            units: store::unit::above(conn, assignment.unit).await?,
            givers: store::supervision::givers(conn, id, on).await?,
            certificates: rules.certificates(&power),
            assignment,
            power,
        }))
    }

    /// A new case of it.
    pub fn opening(&self) -> Subject<'_> {
        Subject { units: &self.units, givers: &self.givers, ..Subject::default() }
    }

    /// A step of a case in which others have acted.
    pub fn step<'a>(&'a self, function: Function, parties: &'a [(PersonId, Side)]) -> Subject<'a> {
        Subject {
            function: Some((self.assignment.id, function)),
            certificates: &self.certificates,
            parties,
            ..self.opening()
        }
    }
}

/// Longest number and note.
const NUMBER: usize = 100;
const NOTE: usize = 2000;

/// Opens a case: `assignment`, `number` and `opened_on`, today where it is empty.
pub async fn open(
    db: &Db,
    caller: &Caller,
    fields: &Fields,
) -> Result<Result<CaseId, Vec<FieldError>>, ServiceError> {
    let mut errors: Vec<FieldError> = Vec::new();
    let number = text(fields, "number").to_owned();
    if number.is_empty() {
        errors.push(("number", Message::new("case-error-number")));
    } else if number.chars().count() > NUMBER {
        errors.push(("number", Message::new("case-error-long").with("most", NUMBER)));
    }
    let opened_on = date(fields, "opened_on", &mut errors).unwrap_or(caller.today);
    let mut write = Write::begin(db).await?;
    let conn = write.conn();
    let ground = match text(fields, "assignment").parse::<AssignmentId>() {
        Ok(id) => Ground::load(conn, id, caller.today).await?,
        Err(_) => None,
    };
    let Some(ground) = ground else {
        errors.push(("assignment", Message::new("case-error-assignment")));
        return Ok(Err(errors));
    };
    let permit = caller.permit(Action::CaseOpen, &ground.opening())?;
    let is_assessed = ground.assignment.is_assessed(opened_on);
    if opened_on > caller.today || !ground.assignment.period.contains(opened_on) || !is_assessed {
        let period = ground.assignment.period;
        errors.push(("opened_on", Message::new("case-error-not-in-force").with("from", period.from)));
    }
    // What was filed before is finished by whoever filed it; nothing new comes to a unit before its first day or after
    // its last one.
    let tenure = store::life::tenure::of(conn, ground.assignment.id).await?;
    if tenure.is_some_and(|tenure| tenure.stage.is_before()) {
        errors.push(("assignment", Message::new("case-error-not-begun")));
    } else if let Some(last) = ground.assignment.period.to.filter(|last| *last < caller.today) {
        errors.push(("assignment", Message::new("case-error-ended").with("date", last)));
    }
    if !errors.is_empty() {
        return Ok(Err(errors));
    }
    let case = Case { id: CaseId(store::new_id()), assignment: ground.assignment.id, number, opened_on };
    match store::case::insert(conn, &case).await {
        Err(StoreError::Duplicate) => {
            return Ok(Err(vec![("number", Message::new("case-error-number-taken"))]));
        }
        other => other?,
    }
    // A penalty's clock starts with the filing.
    let mut progress = Progress { applied_on: Some(opened_on), ..Progress::default() };
    keep_days(conn, &ground, &case, &mut progress).await?;
    let told = serde_json::json!(case);
    crate::webhook::emit(conn, caller.now, Event::CaseOpened, &[ground.assignment.unit], &told).await?;
    let change = Change { subject: case.id.to_string(), after: told, ..Change::default() };
    write.commit(caller, &permit, change).await?;
    Ok(Ok(case.id))
}

/// Whether somebody else stands in the way, as the database's own key says it.
fn denied_by_key(error: StoreError, denial: Denial) -> ServiceError {
    match error {
        StoreError::Duplicate | StoreError::Reference => ServiceError::Denied(Box::new(denial)),
        other => other.into(),
    }
}

/// Takes a step in a case that is locked, in the caller's name: what is stored is the step and who then stands on which
/// side. An error tells what is wrong with the form.
pub(crate) async fn take_step(
    conn: &mut Conn,
    caller: &Caller,
    (id, ground, parties): (CaseId, &Ground, &[(PersonId, Side)]),
    function: Function,
    note: String,
) -> Result<Result<(Permit, Step), FieldError>, ServiceError> {
    let permit = caller.permit(Action::from(function), &ground.step(function, parties))?;
    let Some(rights) = caller.actor.rights() else {
        return Ok(Err(("function", Message::new("case-error-nobody"))));
    };
    let principal = rights.post.as_ref().and_then(|post| post.principal.as_ref()).map(|(id, _)| *id);
    let step = Step {
        id: StepId(store::new_id()),
        case: id,
        function,
        person: rights.person,
        principal,
        done_at: caller.now,
        note,
    };
    let denial = || Denial {
        action: Action::from(function),
        rule: CASE_RULE.to_owned(),
        relation: Relation::Excluded,
        assignment: Some(ground.assignment.id),
        unit: Some(ground.assignment.unit),
        on: Some(caller.today),
    };
    // The policy has answered; the rule itself is asked beside it, and the tables' keys below are the last line.
    if may_act(function, parties, step.person, principal).is_err() {
        return Err(ServiceError::Denied(Box::new(denial())));
    }
    for (person, side) in step.parties().filter(|party| !parties.contains(party)) {
        store::case::insert_party(conn, id, person, side)
            .await
            .map_err(|error| denied_by_key(error, denial()))?;
    }
    store::case::insert_step(conn, &step).await.map_err(|error| denied_by_key(error, denial()))?;
    Ok(Ok((permit, step)))
}

/// Records a step in a case: `function`, `note`, and with a decision its `result`, which is the usual one where it is
/// empty. A case is decided once. None where there is no such case.
pub async fn record(
    db: &Db,
    caller: &Caller,
    id: CaseId,
    fields: &Fields,
) -> Result<Option<Result<(), Vec<FieldError>>>, ServiceError> {
    let mut errors: Vec<FieldError> = Vec::new();
    let function = text(fields, "function").parse::<Function>();
    if function.is_err() {
        errors.push(("function", Message::new("case-error-function")));
    }
    let note = text(fields, "note").to_owned();
    if note.chars().count() > NOTE {
        errors.push(("note", Message::new("case-error-long").with("most", NOTE)));
    }
    let mut write = Write::begin(db).await?;
    let conn = write.conn();
    // Whoever acts in the same case at the same time waits here, and then sees this step.
    let Some(case) = store::case::locked(conn, id).await? else { return Ok(None) };
    let Some(ground) = Ground::load(conn, case.assignment, caller.today).await? else { return Ok(None) };
    let parties = store::case::parties(conn, id).await?;
    let Ok(function) = function else { return Ok(Some(Err(errors))) };
    let taken = take_step(conn, caller, (id, &ground, &parties), function, note).await?;
    let (permit, step) = match taken {
        Ok(taken) => taken,
        Err(error) => {
            errors.push(error);
            return Ok(Some(Err(errors)));
        }
    };
    let mut progress = store::case::progress(conn, id).await?.unwrap_or_default();
    let result = decision(fields, function, &progress, &mut errors);
    if !errors.is_empty() {
        return Ok(Some(Err(errors)));
    }
    let mut rule = String::new();
    if function == Function::Accept && progress.accepted_on.is_none() && progress.decided_on.is_none() {
        progress.accepted_on = Some(caller.today);
        keep_days(conn, &ground, &case, &mut progress).await?;
    }
    if let Some(result) = result {
        for (pause, each) in store::case::pauses(conn, id).await? {
            if each.to.is_none() {
                store::case::end_pause(conn, id, pause, caller.today.max(each.from)).await?;
            }
        }
        progress.result = Some(result);
        progress.decided_on = Some(caller.today);
        keep_days(conn, &ground, &case, &mut progress).await?;
        if result.is_decision() {
            let desk = Desk::load(conn, caller).await?;
            let decided = Decided {
                case: id,
                number: &case.number,
                assignment: &ground.assignment,
                power: &ground.power.name,
                on: caller.today,
                finisher: progress.finisher,
            };
            if push(conn, &desk, caller, &decided).await? == Pushed::Gap {
                store::case::violation::GAP_RULE.clone_into(&mut rule);
            }
        }
    }
    if let Some(result) = result {
        let told = serde_json::json!({
            "case": id, "number": case.number, "assignment": case.assignment, "decided_on": progress.decided_on,
            "result": result,
        });
        crate::webhook::emit(conn, caller.now, Event::CaseDecided, &[ground.assignment.unit], &told).await?;
    }
    let mut after = serde_json::json!(step);
    if let (Some(result), Some(row)) = (result, after.as_object_mut()) {
        row.insert("result".to_owned(), serde_json::json!(result));
    }
    let change = Change { subject: id.to_string(), after, rule, ..Change::default() };
    write.commit(caller, &permit, change).await?;
    Ok(Some(Ok(())))
}

/// How a step ends the case; none where it does not decide.
fn decision(
    fields: &Fields,
    function: Function,
    progress: &Progress,
    errors: &mut Vec<FieldError>,
) -> Option<CaseResult> {
    if !function.decides() {
        return None;
    }
    if progress.decided_on.is_some() {
        errors.push(("function", Message::new("case-error-decided")));
        return None;
    }
    match text(fields, "result") {
        "" => Some(CaseResult::usual(function)),
        code => {
            let result = code.parse().ok();
            if result.is_none() {
                errors.push(("result", Message::new("case-error-result")));
            }
            result
        }
    }
}

/// Keeps how far a case is, with its last days made again.
async fn keep_days(
    conn: &mut Conn,
    ground: &Ground,
    case: &Case,
    progress: &mut Progress,
) -> Result<(), StoreError> {
    let pauses: Vec<Pause> =
        store::case::pauses(conn, case.id).await?.into_iter().map(|(_, pause)| pause).collect();
    let settings = store::handoff::settings(conn).await?;
    let calendar = store::calendar::load(conn).await?;
    let terms = Terms::of(&ground.power, settings.penalty_days);
    date_again(&calendar, &terms, case.opened_on, progress, &pauses);
    store::case::set_progress(conn, case.id, progress).await
}
