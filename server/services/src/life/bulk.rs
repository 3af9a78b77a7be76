//! The same done to many take-overs at once: unit by unit, a transaction each, and what could not be done is told.

use super::takeover::asked;
use super::{Answer, acting, paper, reason, tell};
use crate::ServiceError;
use crate::form::{FieldError, Fields, text};
use crate::write::{Caller, Change, Write, log_denial};
use access::{Action, Denial, Permit};
use domain::assignment::{Assignment, Instrument};
use domain::duty::{Role, Subject};
use domain::id::{AssignmentId, PersonId, TaskId, UnitId, WaiverId};
use domain::life::Refusal;
use domain::life::state::{Decision, Event as Happens, Stage};
use domain::life::takeover::{self as rule, Task, TaskState};
use domain::notice::{Event, To, Words};
use domain::{Date, Message};
use serde_json::json;
use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use store::life::bulk::{self, Chosen};
use store::life::takeover::{Owed, Waiver};
use store::life::tenure::Tenure;
use store::paper::Beside;
use store::{Conn, Db, StoreError};

/// What is done to each.
enum Deed {
    Tick { task: Task, note: String },
    Sign(Instrument),
    Ask { task: Task, reason: String, plan: String, to: Date },
    Decide { task: Task, decision: Decision, answer: String },
}

/// One to which it could not be done.
#[derive(Debug, Clone, PartialEq)]
pub struct Left {
    /// The take-over.
    pub of: Chosen,
    /// Why.
    pub why: Message,
}

/// What became of it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Outcome {
    /// To how many it was done.
    pub done: usize,
    /// To which it was not.
    pub left: Vec<Left>,
}

/// Which of what matches a filter are meant: all of it, or the `items` of a form.
pub fn meant(matching: Vec<Chosen>, fields: &Fields) -> Vec<Chosen> {
    if text(fields, "scope") == "all" {
        return matching;
    }
    let items: BTreeSet<AssignmentId> =
        text(fields, "items").split_whitespace().filter_map(|id| id.parse().ok()).collect();
    matching.into_iter().filter(|each| items.contains(&each.assignment)).collect()
}

/// Does something to many take-overs: `do` is `tick` (`task`, `note`), `sign` (what one take-over's paper asks for),
/// `waive` (`task`, `reason`, `plan`, `to`) or `decide` (`task`, `decision`, `answer`).
pub async fn run(db: &Db, caller: &Caller, chosen: &[Chosen], fields: &Fields) -> Answer<Outcome> {
    let mut errors: Vec<FieldError> = Vec::new();
    if chosen.is_empty() {
        errors.push(("items", Message::new("bulk-error-none")));
    }
    let deed = deed(caller, fields, &mut errors);
    let (Some(deed), true) = (deed, errors.is_empty()) else { return Ok(Err(errors)) };
    let mut units: BTreeMap<UnitId, Vec<&Chosen>> = BTreeMap::new();
    for each in chosen {
        units.entry(each.unit).or_default().push(each);
    }
    let mut outcome = Outcome::default();
    for (unit, rows) in units {
        match of_unit(db, caller, unit, &rows, &deed).await {
            Ok((done, left, denial)) => {
                outcome.done += done;
                outcome.left.extend(left);
                if let Some(denial) = denial {
                    log_denial(db, caller, &denial).await?;
                }
            }
            // What others hold on to is told; the other units are done meanwhile.
            Err(ServiceError::Store(StoreError::Locked)) => {
                let busy = |of: &&Chosen| Left { of: (*of).clone(), why: Message::new("bulk-busy") };
                outcome.left.extend(rows.iter().map(busy));
            }
            Err(error) => return Err(error),
        }
    }
    Ok(Ok(outcome))
}

fn deed(caller: &Caller, fields: &Fields, errors: &mut Vec<FieldError>) -> Option<Deed> {
    let act = text(fields, "do");
    if act == "sign" {
        return Some(Deed::Sign(paper::written(caller, fields, errors)));
    }
    if !matches!(act, "tick" | "waive" | "decide") {
        errors.push(("do", Message::new("bulk-error-do")));
        return None;
    }
    let task = text(fields, "task").parse::<Task>().ok();
    if task.is_none() {
        errors.push(("task", Message::new("bulk-error-task")));
    }
    match act {
        "tick" => {
            if task.is_some_and(Task::is_computed) {
                errors.push(Refusal::Computed.at("task"));
            }
            let note = reason(text(fields, "note"), "note", errors);
            task.map(|task| Deed::Tick { task, note })
        }
        "waive" => {
            let (reason, plan, to) = asked(caller, fields, errors);
            task.zip(to).map(|(task, to)| Deed::Ask { task, reason, plan, to })
        }
        _ => {
            let decision = text(fields, "decision").parse::<Decision>().ok();
            if decision.is_none() {
                errors.push(("decision", Message::new("adjust-error-decision")));
            }
            let answer = match decision {
                Some(Decision::Refused) => reason(text(fields, "answer"), "answer", errors),
                _ => text(fields, "answer").to_owned(),
            };
            task.zip(decision).map(|(task, decision)| Deed::Decide { task, decision, answer })
        }
    }
}

/// Everything that is looked at for a unit, read once.
struct Desk {
    tenures: HashMap<AssignmentId, Tenure>,
    tasks: HashMap<(AssignmentId, Task), Owed>,
    waiting: HashMap<TaskId, Waiver>,
    assignments: HashMap<AssignmentId, Assignment>,
    papers: Vec<Beside>,
    units: HashMap<UnitId, Vec<UnitId>>,
    permits: HashMap<(UnitId, Option<PersonId>), Result<Permit, Box<Denial>>>,
    denial: Option<Box<Denial>>,
}

impl Desk {
    async fn load(conn: &mut Conn, unit: UnitId, deed: &Deed) -> Result<Self, StoreError> {
        let tenures = store::life::tenure::of_unit(conn, unit).await?;
        let tasks = bulk::tasks(conn, unit).await?;
        let waivers = match deed {
            Deed::Ask { .. } | Deed::Decide { .. } => bulk::waivers(conn, unit).await?,
            _ => Vec::new(),
        };
        let (assignments, papers) = match deed {
            Deed::Sign(_) => {
                (store::assignment::of_unit(conn, unit).await?, store::paper::beside_unit(conn, unit).await?)
            }
            _ => (Vec::new(), Vec::new()),
        };
        let waiting = waivers.into_iter().filter(|waiver| waiver.decision.is_none());
        Ok(Self {
            tenures: tenures.into_iter().map(|each| (each.assignment, each)).collect(),
            tasks: tasks.into_iter().map(|each| ((each.assignment, each.task), each)).collect(),
            waiting: waiting.map(|each| (each.task, each)).collect(),
            assignments: assignments.into_iter().map(|each| (each.id, each)).collect(),
            papers,
            units: HashMap::new(),
            permits: HashMap::new(),
            denial: None,
        })
    }

    fn stage(&self, id: AssignmentId) -> Stage {
        self.tenures.get(&id).map_or(Stage::InForce, |tenure| tenure.stage)
    }

    /// Whether the caller may do it to what a unit owes and to whoever asked for it; each is asked once.
    async fn permit(
        &mut self,
        conn: &mut Conn,
        caller: &Caller,
        action: Action,
        (unit, benefits): (UnitId, Option<PersonId>),
    ) -> Result<Result<(), Message>, ServiceError> {
        if !self.permits.contains_key(&(unit, benefits)) {
            let units = match self.units.entry(unit) {
                Entry::Occupied(known) => known.into_mut(),
                Entry::Vacant(place) => place.insert(store::unit::above(conn, unit).await?),
            };
            let subject = Subject { units, benefits, ..Subject::default() };
            let permit = match caller.permit(action, &subject) {
                Ok(permit) => Ok(permit),
                Err(ServiceError::Denied(denial)) => Err(denial),
                Err(error) => return Err(error),
            };
            self.permits.insert((unit, benefits), permit);
        }
        Ok(match self.permits.get(&(unit, benefits)) {
            Some(Ok(_)) => Ok(()),
            Some(Err(denial)) => {
                self.denial.get_or_insert_with(|| denial.clone());
                Err(Message::new("bulk-denied"))
            }
            None => Err(Message::new("bulk-denied")),
        })
    }

    /// What is owed, if there is such a task and the assignment is not over.
    fn owed(&self, id: AssignmentId, task: Task) -> Result<&Owed, Message> {
        if self.stage(id).is_over() {
            return Err(Refusal::Over.message());
        }
        self.tasks.get(&(id, task)).ok_or_else(|| Message::new("bulk-no-task").with("task", task.message()))
    }
}

/// What was written for a unit.
#[derive(Default)]
struct Written {
    done: Vec<AssignmentId>,
    tasks: Vec<TaskId>,
    waivers: Vec<WaiverId>,
    askers: BTreeSet<PersonId>,
    left: Vec<Left>,
}

async fn of_unit(
    db: &Db,
    caller: &Caller,
    unit: UnitId,
    rows: &[&Chosen],
    deed: &Deed,
) -> Result<(usize, Vec<Left>, Option<Box<Denial>>), ServiceError> {
    let mut write = Write::begin(db).await?;
    let conn = write.conn();
    bulk::lock(conn, unit).await?;
    let mut desk = Desk::load(conn, unit, deed).await?;
    let mut written = Written::default();
    for row in rows {
        if let Err(why) = consider(conn, caller, &mut desk, row, deed, &mut written).await? {
            written.left.push(Left { of: (*row).clone(), why });
        }
    }
    let permit = desk.permits.into_values().find_map(Result::ok);
    let Some(permit) = permit.filter(|_| !written.done.is_empty()) else {
        return Ok((0, written.left, desk.denial));
    };
    let about = match deed {
        Deed::Tick { task, note } => {
            bulk::tick(conn, &written.tasks, caller.today, acting(caller), note).await?;
            (json!({ "task": task.as_str(), "state": TaskState::Met.as_str() }), note.clone())
        }
        Deed::Sign(paper) => {
            sign(conn, &desk.assignments, &desk.tenures, &written.done, paper).await?;
            (json!({ "instrument": paper }), String::new())
        }
        Deed::Ask { task, reason, plan, to } => {
            let about = (written.waivers.first().copied(), "", reason.as_str());
            told(
                conn,
                caller,
                Event::WaiverAsked,
                (unit, rows, &written.done),
                about,
                &[To::Role(Role::Organization, unit), To::Role(Role::Leader, unit)],
            )
            .await?;
            (json!({ "task": task.as_str(), "plan": plan, "to": to }), reason.clone())
        }
        Deed::Decide { task, decision, answer } => {
            let by = acting(caller);
            bulk::decide(conn, &written.waivers, *decision, by, caller.now, answer).await?;
            let askers = written.askers.iter().map(|asker| To::Person(*asker));
            let to: Vec<To> = askers.chain([To::Role(Role::Manager, unit)]).collect();
            let about = (written.waivers.first().copied(), decision.as_str(), answer.as_str());
            told(conn, caller, Event::WaiverDecided, (unit, rows, &written.done), about, &to).await?;
            (json!({ "task": task.as_str(), "decision": decision.as_str() }), answer.clone())
        }
    };
    if !matches!(deed, Deed::Ask { .. }) {
        crate::assess::reassess_units(conn, &BTreeSet::from([unit]), caller.today).await?;
    }
    let change = Change {
        subject: unit.to_string(),
        after: json!({ "done": about.0, "assignments": written.done, "waivers": written.waivers }),
        reason: about.1,
        ..Change::default()
    };
    write.commit(caller, &permit, change).await?;
    Ok((written.done.len(), written.left, desk.denial))
}

/// Whether it can be done to one; what can is noted.
async fn consider(
    conn: &mut Conn,
    caller: &Caller,
    desk: &mut Desk,
    row: &Chosen,
    deed: &Deed,
    written: &mut Written,
) -> Result<Result<(), Message>, ServiceError> {
    let id = row.assignment;
    match deed {
        Deed::Tick { task, .. } => {
            let owed = match desk.owed(id, *task) {
                Ok(owed) => owed.clone(),
                Err(why) => return Ok(Err(why)),
            };
            if let Err(why) = desk.permit(conn, caller, Action::TakeoverTick, (owed.unit, None)).await? {
                return Ok(Err(why));
            }
            if let Err(refusal) = rule::may_tick(owed.task, owed.state) {
                return Ok(Err(refusal.message()));
            }
            written.tasks.push(owed.id);
        }
        Deed::Sign(instrument) => {
            if let Err(why) = desk.permit(conn, caller, Action::AssignmentSign, (row.unit, None)).await? {
                return Ok(Err(why));
            }
            let Some(assignment) = desk.assignments.get(&id) else {
                return Ok(Err(Message::new("life-error-gone")));
            };
            if desk.stage(id).is_over() {
                return Ok(Err(Refusal::Over.message()));
            }
            let mine = desk.papers.iter().filter(|paper| paper.assignment == id).cloned();
            let mine: Vec<Beside> = mine.collect();
            if let Err((by, key)) = paper::by_hand(&mine, assignment, &instrument.number) {
                return Ok(Err(Message::new(key).with("number", by.number.as_str())));
            }
        }
        Deed::Ask { task, reason, plan, to } => {
            let owed = match desk.owed(id, *task) {
                Ok(owed) => owed.clone(),
                Err(why) => return Ok(Err(why)),
            };
            if let Err(why) = desk.permit(conn, caller, Action::WaiverRequest, (row.unit, None)).await? {
                return Ok(Err(why));
            }
            if owed.state != TaskState::Open {
                return Ok(Err(Refusal::WrongState.message()));
            }
            if desk.waiting.contains_key(&owed.id) {
                return Ok(Err(Message::new("waiver-error-waiting")));
            }
            let waiver = Waiver {
                id: WaiverId(store::new_id()),
                task: owed.id,
                reason: reason.clone(),
                plan: plan.clone(),
                valid_to: *to,
                asked: acting(caller),
                asker: None,
                asked_for: None,
                decision: None,
                answer: String::new(),
                decider: None,
                decided_for: None,
            };
            store::life::takeover::ask(conn, &waiver, caller.now).await?;
            written.waivers.push(waiver.id);
        }
        Deed::Decide { task, .. } => {
            let waiver = match desk.owed(id, *task) {
                Ok(owed) => desk.waiting.get(&owed.id).cloned(),
                Err(why) => return Ok(Err(why)),
            };
            let Some(waiver) = waiver else { return Ok(Err(Message::new("bulk-no-waiver"))) };
            let benefits = waiver.asked.map(|asked| asked.person);
            if let Err(why) = desk.permit(conn, caller, Action::WaiverDecide, (row.unit, benefits)).await? {
                return Ok(Err(why));
            }
            if let (Some(asked), Some(by)) = (waiver.asked, acting(caller))
                && asked.shares(by)
            {
                return Ok(Err(Refusal::OwnRequest.message()));
            }
            written.waivers.push(waiver.id);
            written.askers.extend(benefits);
        }
    }
    written.done.push(id);
    Ok(Ok(()))
}

/// Registers one paper for several assignments, as each form of transfer asks for, and moves their lives by that.
async fn sign(
    conn: &mut Conn,
    assignments: &HashMap<AssignmentId, Assignment>,
    tenures: &HashMap<AssignmentId, Tenure>,
    ids: &[AssignmentId],
    paper: &Instrument,
) -> Result<(), StoreError> {
    let mut kinds: BTreeMap<&'static str, (Instrument, Vec<AssignmentId>)> = BTreeMap::new();
    let mut stages: BTreeMap<Stage, Vec<AssignmentId>> = BTreeMap::new();
    for id in ids {
        let Some(assignment) = assignments.get(id) else { continue };
        let kind = paper::kind_for(assignment.form);
        let begun = || (Instrument { kind, ..paper.clone() }, Vec::new());
        kinds.entry(kind.as_str()).or_insert_with(begun).1.push(*id);
        if let Some(tenure) = tenures.get(id)
            && let Ok(stage) = tenure.stage.after(Happens::Sign, 0)
        {
            stages.entry(stage).or_default().push(*id);
        }
    }
    for (instrument, ids) in kinds.values() {
        bulk::sign(conn, ids, instrument).await?;
    }
    for (stage, ids) in stages {
        bulk::stage(conn, &ids, stage).await?;
    }
    Ok(())
}

/// Tells of several waivers of a unit at once.
async fn told(
    conn: &mut Conn,
    caller: &Caller,
    event: Event,
    (unit, rows, done): (UnitId, &[&Chosen], &[AssignmentId]),
    (about, title, reason): (Option<WaiverId>, &str, &str),
    to: &[To],
) -> Result<(), StoreError> {
    let Some(about) = about else { return Ok(()) };
    let mut named = rows.iter().filter(|row| done.contains(&row.assignment));
    let Some(first) = named.next() else { return Ok(()) };
    let more = done.len().saturating_sub(1);
    let power = if more == 0 { first.power_name.clone() } else { format!("{} +{more}", first.power_name) };
    let words = Words {
        power,
        unit: first.unit_name.clone(),
        who: super::name(caller),
        title: title.to_owned(),
        reason: reason.to_owned(),
        ..Words::default()
    };
    tell(conn, caller, event, (about.0, &unit.to_string()), words, "/takeovers".to_owned(), to).await
}
