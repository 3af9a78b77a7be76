//! Rounds "three times up, three times down": opens one, lets the parties answer item by item or all that match, and
//! goes on from stage to stage.

use crate::ServiceError;
use crate::form::{FieldError, Fields, text};
use crate::import::FORMS;
use crate::notify;
use crate::write::{Caller, Change, Write};
use access::{Action, Permit};
use domain::assignment::{Form, Function};
use domain::calendar::Calendar;
use domain::catalogue::lists::List;
use domain::catalogue::round::{Act, Closer, Deed, Party, STAGES, Stage, Standing, Terms, act, close, party};
use domain::duty::{Role, Sight, Subject};
use domain::id::{RoundId, RoundItemId, UnitId, VersionId};
use domain::notice::{Event, Notice, To, Words};
use domain::unit::UnitKind;
use domain::{Date, Message};
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use store::round::{Filter, Item, Round};
use store::{Conn, Db, StoreError};

/// Most items of a round.
const MOST: i64 = 100_000;
/// Refusals that are told at most.
const TOLD: usize = 20;
/// Longest comment.
const COMMENT: usize = 2000;
/// Working days of a stage where nothing else is said (Baton's proposal).
pub const DAYS: u32 = 5;
/// Working days before the end of a stage on which those concerned are reminded (Baton's proposal).
const REMINDERS: [u32; 2] = [3, 1];

/// Working days of the stages: one number for all, or one for each.
fn days(fields: &Fields, errors: &mut Vec<FieldError>) -> Vec<u32> {
    let typed = text(fields, "days");
    let parts: Vec<&str> = typed.split([' ', '、', ',', '，', ';']).filter(|part| !part.is_empty()).collect();
    let days: Vec<u32> = parts.iter().filter_map(|part| part.parse().ok()).collect();
    let is_right = days.len() == parts.len() && days.iter().all(|days| (1..=250).contains(days));
    match days.len() {
        0 if parts.is_empty() => vec![DAYS; STAGES],
        1 if is_right => vec![days[0]; STAGES],
        STAGES if is_right => days,
        _ => {
            errors.push(("days", Message::new("round-error-days").with("most", 250_u32)));
            vec![DAYS; STAGES]
        }
    }
}

/// The terms that a form says; where it says nothing, those that are there.
fn terms(fields: &Fields, standing: &Terms) -> Terms {
    let functions: Vec<Function> =
        text(fields, "functions").split_whitespace().filter_map(|code| code.parse().ok()).collect();
    Terms {
        form: text(fields, "form").parse().unwrap_or(standing.form),
        functions: if functions.is_empty() { standing.functions.clone() } else { functions },
        list: text(fields, "list").parse().unwrap_or(standing.list),
        kept: match text(fields, "kept") {
            "yes" => true,
            "no" => false,
            _ => standing.kept,
        },
    }
}

/// Opens a round: `title`, `unit` (its townships take part), `kind` (townships or subdistricts alone), `version` (each
/// of its powers for each township becomes an item), `days`, `form`, `functions` (where none is named, what is usual for
/// the form and the type of each power), `list`.
pub async fn open(
    db: &Db,
    caller: &Caller,
    fields: &Fields,
) -> Result<Result<RoundId, Vec<FieldError>>, ServiceError> {
    let mut write = Write::begin(db).await?;
    let conn = write.conn();
    let mut errors: Vec<FieldError> = Vec::new();
    let title = text(fields, "title").to_owned();
    if title.is_empty() {
        errors.push(("title", Message::new("duty-error-name")));
    }
    let scope = crate::duty::unit(conn, fields, "unit", &mut errors).await?;
    let kind = text(fields, "kind");
    if !kind.is_empty() && kind.parse::<UnitKind>().is_err() {
        errors.push(("kind", Message::new("zero-base-error-kind")));
    }
    let days = days(fields, &mut errors);
    let version = match text(fields, "version").parse::<VersionId>() {
        Ok(id) => store::catalogue::by_id(conn, id).await?,
        Err(_) => None,
    };
    if version.is_none() {
        errors.push(("version", Message::new("round-error-version")));
    }
    let plain = Terms { form: Form::Conferral, functions: Vec::new(), list: List::Basic, kept: true };
    let wished = terms(fields, &plain);
    if wished.form == Form::Recalled {
        errors.push(("form", Message::new("round-refused-form")));
    }
    let (Some(scope), Some(version), true) = (scope, version, errors.is_empty()) else {
        return Ok(Err(errors));
    };
    let above = store::unit::above(conn, scope.id).await?;
    let permit = caller.permit(Action::RoundOpen, &Subject { units: &above, ..Subject::default() })?;
    let units = store::round::townships(conn, scope.id, kind).await?;
    if units.is_empty() {
        return Ok(Err(vec![("unit", Message::new("round-error-units"))]));
    }
    let powers = store::catalogue::powers_of(conn, &version).await?;
    if powers.is_empty() {
        return Ok(Err(vec![("version", Message::new("catalogue-refused-empty"))]));
    }
    let calendar = store::calendar::load(conn).await?;
    let round = Round {
        id: RoundId(store::new_id()),
        title,
        scope: scope.id,
        opened_on: caller.today,
        stage: Stage::Down1,
        stage_from: caller.today,
        due_on: calendar.after(caller.today, days[0]),
        days,
        reminded_on: None,
    };
    store::round::insert(conn, &round).await?;
    let departments: HashMap<String, UnitId> =
        store::round::departments(conn, scope.id).await?.into_iter().collect();
    for power in &powers {
        let form = FORMS.find(&power.published_form).filter(|form| *form != Form::Recalled);
        let form = form.unwrap_or(wished.form);
        let functions = if wished.functions.is_empty() {
            form.usual_functions(power.power_type)
        } else {
            wished.functions.clone()
        };
        let terms = Terms { form, functions, ..wished.clone() };
        let department = departments.get(&power.original_department).copied();
        for unit in &units {
            store::round::insert_item(conn, round.id, power.id, *unit, department, &terms).await?;
        }
    }
    tell_stage(conn, caller, &round).await?;
    let change = Change {
        subject: round.id.to_string(),
        after: json!({ "round": round, "units": units.len(), "powers": powers.len() }),
        ..Change::default()
    };
    write.commit(caller, &permit, change).await?;
    Ok(Ok(round.id))
}

/// The filter that a form carries along, to do something to all that match.
pub fn filter(fields: &Fields) -> Filter {
    Filter {
        unit: text(fields, "unit").parse().ok(),
        power: text(fields, "power").parse().ok(),
        department: text(fields, "department").parse().ok(),
        outcome: text(fields, "outcome").parse().ok(),
        typed: text(fields, "q").to_owned(),
    }
}

/// What is to be done to one item: by whom it was seen, and what.
pub(super) struct Wish {
    pub(super) item: Item,
    pub(super) deed: Deed,
    pub(super) comment: String,
}

/// Who may speak for which party about the items of a township and a department; asked once for each pair.
#[derive(Default)]
struct Speaking {
    known: HashMap<(UnitId, Option<UnitId>), Party>,
    permit: Option<Permit>,
}

impl Speaking {
    async fn party(
        &mut self,
        conn: &mut Conn,
        caller: &Caller,
        round: &[UnitId],
        item: &Item,
    ) -> Result<Party, ServiceError> {
        let key = (item.unit, item.department);
        if let Some(party) = self.known.get(&key) {
            return Ok(*party);
        }
        let units = store::unit::above(conn, item.unit).await?;
        let givers = match item.department {
            Some(department) => store::unit::above(conn, department).await?,
            None => Vec::new(),
        };
        let subject = Subject { units: &units, givers: &givers, ..Subject::default() };
        self.permit = Some(caller.permit(Action::RoundAnswer, &subject)?);
        let grants = caller.actor.rights().map_or(&[][..], |rights| &rights.grants[..]);
        let grants = grants.iter().map(|grant| (grant.role, grant.scope));
        // The operator at the machine speaks for the county.
        let party = party(grants, round, &units, &givers).unwrap_or(Party::County);
        self.known.insert(key, party);
        Ok(party)
    }
}

/// What was done: how many items, and how many were left because they already were so.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Done {
    /// Items.
    pub items: usize,
    /// Items that needed nothing.
    pub left: usize,
}

/// Does something to items: `items` or `all` that match the form's filter; `act`, `comment`, and for a change the
/// terms; `revision` where it is one that was looked at. All of them or none. None where there is no such round.
pub async fn answer(
    db: &Db,
    caller: &Caller,
    id: RoundId,
    fields: &Fields,
) -> Result<Option<Result<Done, Vec<FieldError>>>, ServiceError> {
    let mut write = Write::begin(db).await?;
    let conn = write.conn();
    let Some(round) = store::round::locked(conn, id).await? else { return Ok(None) };
    let Ok(wished) = text(fields, "act").parse::<Act>() else {
        return Ok(Some(Err(vec![("act", Message::new("round-error-act"))])));
    };
    let is_all = !text(fields, "all").is_empty();
    let mut items = Vec::new();
    if is_all {
        let (filter, sight) = (filter(fields), caller.actor.sight());
        items = store::round::items(conn, id, &filter, sight, (MOST, 0)).await?;
    } else {
        for item in text(fields, "items").split_whitespace().filter_map(|id| id.parse::<RoundItemId>().ok()) {
            items.extend(store::round::item(conn, id, item).await?);
        }
    }
    if items.is_empty() {
        return Ok(Some(Err(vec![("items", Message::new("round-error-none"))])));
    }
    let seen = text(fields, "revision").parse::<u32>().ok();
    if items.len() == 1 && seen.is_some_and(|seen| seen != items[0].revision) {
        return Ok(Some(Err(vec![("items", Message::new("round-error-changed"))])));
    }
    let is_many = items.len() > 1;
    let wishes = items.into_iter().map(|item| Wish {
        deed: match wished {
            Act::Change => Deed::Change(terms(fields, &item.standing.terms)),
            Act::Accept => Deed::Accept,
            Act::Object => Deed::Object,
            Act::Comment => Deed::Comment,
        },
        comment: text(fields, "comment").to_owned(),
        item,
    });
    let wishes: Vec<Wish> = wishes.collect();
    let leave = if is_many { Leave::Needless } else { Leave::Nothing };
    let (permit, done) = match carry_out(conn, caller, &round, &wishes, leave).await? {
        Ok(done) => done,
        Err(errors) => return Ok(Some(Err(errors))),
    };
    let change = Change {
        subject: id.to_string(),
        after: json!({ "act": wished, "stage": round.stage, "items": done.items, "fields": fields }),
        reason: text(fields, "comment").to_owned(),
        ..Change::default()
    };
    write.commit(caller, &permit, change).await?;
    Ok(Some(Ok(done)))
}

/// Whether items that need nothing are left as they are, or told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Leave {
    /// Left: of many some always are.
    Needless,
    /// Told.
    Nothing,
}

/// Does it in a transaction: each deed by the rules of the domain, written down with who did it for whom, and told to
/// the other parties.
pub(super) async fn carry_out(
    conn: &mut Conn,
    caller: &Caller,
    round: &Round,
    wishes: &[Wish],
    leave: Leave,
) -> Result<Result<(Permit, Done), Vec<FieldError>>, ServiceError> {
    let scope = store::unit::above(conn, round.scope).await?;
    let mut speaking = Speaking::default();
    let mut errors: Vec<FieldError> = Vec::new();
    let mut done = Done::default();
    let mut told: BTreeMap<(Listener, UnitId), u32> = BTreeMap::new();
    let rights = caller.actor.rights();
    let principal = rights.and_then(|rights| rights.post.as_ref()?.principal.as_ref().map(|(id, _)| *id));
    for Wish { item, deed, comment } in wishes {
        let party = speaking.party(conn, caller, &scope, item).await?;
        if comment.chars().count() > COMMENT {
            errors.push(("comment", Message::new("case-error-long").with("most", COMMENT)));
            break;
        }
        let after = match act(round.stage, &item.standing, party, deed, comment) {
            Ok(after) => after,
            Err(message) if leave == Leave::Needless && is_needless(&message) => {
                done.left += 1;
                continue;
            }
            Err(message) => {
                errors.push((field(&message), message));
                if errors.len() == TOLD || leave == Leave::Nothing && wishes.len() == 1 {
                    break;
                }
                continue;
            }
        };
        write_down(conn, caller, round, (item, &after), (party, deed), (principal, comment.as_str())).await?;
        done.items += 1;
        if !matches!(deed, Deed::Accept) {
            for to in others(party, item, round) {
                *told.entry(to).or_default() += 1;
            }
        }
    }
    errors.dedup();
    if !errors.is_empty() {
        return Ok(Err(errors));
    }
    let Some(permit) = speaking.permit else {
        return Ok(Err(vec![("items", Message::new("round-error-none"))]));
    };
    if done.items == 0 {
        return Ok(Err(vec![("items", Message::new("round-error-nothing"))]));
    }
    for ((to, about), count) in told {
        tell_change(conn, caller, round, to, about, count).await?;
    }
    Ok(Ok((permit, done)))
}

async fn write_down(
    conn: &mut Conn,
    caller: &Caller,
    round: &Round,
    (item, after): (&Item, &Standing),
    (party, deed): (Party, &Deed),
    (principal, comment): (Option<domain::id::PersonId>, &str),
) -> Result<(), ServiceError> {
    if !store::round::write_item(conn, item.id, item.revision, after).await? {
        // The round is locked, so nobody else has written.
        return Err(StoreError::Corrupt(format!("item {} of a locked round", item.id)).into());
    }
    let change = store::round::Change {
        item: item.id,
        stage: round.stage,
        party,
        act: deed.act(),
        person: caller.actor.rights().map(|rights| rights.person),
        principal,
        at: caller.now,
        before: item.standing.terms.clone(),
        after: after.terms.clone(),
        comment: comment.to_owned(),
    };
    store::round::insert_change(conn, round.id, &change).await?;
    Ok(())
}

fn is_needless(message: &Message) -> bool {
    matches!(message.key, "round-refused-answered" | "round-refused-same")
}

/// The field to mend.
fn field(message: &Message) -> &'static str {
    match message.key {
        "round-refused-comment" => "comment",
        "round-refused-form" => "form",
        "round-refused-functions" => "functions",
        _ => "items",
    }
}

/// Another party that is told, in the order in which they are: the office of the round, or who leads a unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Listener {
    Office,
    Leader(UnitId),
}

/// The other parties of an item, each with the township that it is about.
fn others(party: Party, item: &Item, round: &Round) -> Vec<(Listener, UnitId)> {
    let mut others = Vec::new();
    if party != Party::Township {
        others.push((Listener::Leader(item.unit), item.unit));
    }
    if let (Some(department), true) = (item.department, party != Party::Department) {
        others.push((Listener::Leader(department), item.unit));
    }
    if party != Party::County && round.stage != Stage::Done {
        others.push((Listener::Office, item.unit));
    }
    others
}

async fn tell_change(
    conn: &mut Conn,
    caller: &Caller,
    round: &Round,
    to: Listener,
    about: UnitId,
    count: u32,
) -> Result<(), StoreError> {
    let unit = store::unit::by_id(conn, about).await?.map(|unit| unit.name).unwrap_or_default();
    let who = caller.actor.rights().map(|rights| rights.name.clone()).unwrap_or_default();
    let (to, step) = match to {
        Listener::Office => (To::Role(Role::Organization, round.scope), "office".to_owned()),
        Listener::Leader(unit) => (To::Role(Role::Manager, unit), unit.to_string()),
    };
    let notice = Notice {
        event: Event::RoundChanged,
        about: round.id.0,
        // Once for each stage and township, however often it is changed in it.
        step: format!("{} {about} {step} {who}", round.stage),
        words: Words { title: round.title.clone(), unit, who, count, ..Words::default() },
        link: format!("/rounds/{}/changes?unit={about}&stage={}", round.id, round.stage),
        due: Some(round.due_on),
    };
    notify::tell(conn, caller.now, caller.today, &notice, &[to]).await?;
    Ok(())
}

/// Everybody who has something to say in a round: who leads the townships and the departments, and the office.
async fn everybody(conn: &mut Conn, round: &Round) -> Result<Vec<To>, StoreError> {
    let items = store::round::items(conn, round.id, &Filter::default(), Sight::Everything, (MOST, 0)).await?;
    let units: BTreeSet<UnitId> =
        items.iter().flat_map(|item| [Some(item.unit), item.department]).flatten().collect();
    let leaders = units.into_iter().map(|unit| To::Role(Role::Manager, unit));
    Ok(leaders.chain([To::Role(Role::Organization, round.scope)]).collect())
}

async fn tell_stage(conn: &mut Conn, caller: &Caller, round: &Round) -> Result<(), StoreError> {
    let to = everybody(conn, round).await?;
    let notice = Notice {
        event: Event::RoundStage,
        about: round.id.0,
        step: round.stage.to_string(),
        words: Words { title: round.title.clone(), day: Some(round.due_on), ..Words::default() },
        link: format!("/rounds/{}", round.id),
        due: Some(round.due_on),
    };
    notify::tell(conn, caller.now, caller.today, &notice, &to).await?;
    Ok(())
}

/// Closes the stage that a round is in: `stage` says which one was looked at. None where there is no such round.
pub async fn advance(
    db: &Db,
    caller: &Caller,
    id: RoundId,
    fields: &Fields,
) -> Result<Option<Result<Stage, Vec<FieldError>>>, ServiceError> {
    let mut write = Write::begin(db).await?;
    let conn = write.conn();
    let Some(round) = store::round::locked(conn, id).await? else { return Ok(None) };
    let units = store::unit::above(conn, round.scope).await?;
    let permit = caller.permit(Action::RoundClose, &Subject { units: &units, ..Subject::default() })?;
    if text(fields, "stage") != round.stage.as_str() {
        return Ok(Some(Err(vec![("stage", Message::new("round-error-stage"))])));
    }
    Ok(Some(go_on(write, caller, &permit, &round, Closer::Office).await?.map_err(|m| vec![("stage", m)])))
}

/// Goes on to the next stage, whose deadline counts from today on.
async fn go_on(
    mut write: Write,
    caller: &Caller,
    permit: &Permit,
    round: &Round,
    closer: Closer,
) -> Result<Result<Stage, Message>, ServiceError> {
    let conn = write.conn();
    let counts = store::round::counts(conn, round.id, &Filter::default(), Sight::Everything).await?;
    let next = match close(round.stage, counts.unsettled(), closer, round.due_on, caller.today) {
        Ok(next) => next,
        Err(message) => return Ok(Err(message)),
    };
    let calendar = store::calendar::load(conn).await?;
    let due_on = due(&calendar, round, next, caller.today);
    if !store::round::advance(conn, round.id, round.stage, next, caller.today, due_on).await? {
        return Ok(Err(Message::new("round-error-stage")));
    }
    let after = Round { stage: next, stage_from: caller.today, due_on, ..round.clone() };
    tell_stage(conn, caller, &after).await?;
    let change = Change {
        subject: round.id.to_string(),
        before: json!({ "stage": round.stage }),
        after: json!({ "stage": next, "due_on": due_on, "agreed": counts.agreed, "open": counts.unsettled() }),
        ..Change::default()
    };
    write.commit(caller, permit, change).await?;
    Ok(Ok(next))
}

fn due(calendar: &Calendar, round: &Round, stage: Stage, today: Date) -> Date {
    let days = round.days.get(stage as usize).copied();
    days.map_or(today, |days| calendar.after(today, days))
}

/// What the clock does every day: reminds, and closes stages whose time is up.
pub async fn each_day(db: &Db, caller: &Caller) -> Result<(), ServiceError> {
    let mut conn = db.read().await?;
    let open = store::round::open(&mut conn).await?;
    let calendar = store::calendar::load(&mut conn).await?;
    drop(conn);
    for round in open {
        if round.due_on < caller.today {
            let mut write = Write::begin(db).await?;
            let conn = write.conn();
            let Some(now) = store::round::locked(conn, round.id).await? else { continue };
            let units = store::unit::above(conn, now.scope).await?;
            let subject = Subject { units: &units, ..Subject::default() };
            let permit = caller.permit(Action::RoundClose, &subject)?;
            // One that somebody has closed meanwhile is not late any more.
            let _ = go_on(write, caller, &permit, &now, Closer::Deadline).await?;
        } else if let Some(left) = reminder(&calendar, &round, caller.today) {
            let mut write = Write::begin(db).await?;
            let conn = write.conn();
            let to = everybody(conn, &round).await?;
            let notice = Notice {
                event: Event::RoundDue,
                about: round.id.0,
                step: format!("{} {left}", round.stage),
                words: Words {
                    title: round.title.clone(),
                    day: Some(round.due_on),
                    count: left,
                    ..Words::default()
                },
                link: format!("/rounds/{}", round.id),
                due: Some(round.due_on),
            };
            notify::tell(conn, caller.now, caller.today, &notice, &to).await?;
            store::round::reminded(conn, round.id, caller.today).await?;
            write.commit_derived().await?;
        }
    }
    Ok(())
}

/// The reminder that has come due since the last one: working days that are left.
fn reminder(calendar: &Calendar, round: &Round, today: Date) -> Option<u32> {
    REMINDERS.into_iter().rev().find(|&days| {
        let day = calendar.before(round.due_on, days);
        day <= today && day >= round.stage_from && round.reminded_on.is_none_or(|last| last < day)
    })
}
