//! Drafts of proposals: several powers for several units, each with how it would be absorbed.

use super::proposal::happened;
use super::route::parts;
use super::{Answer, acting, gone};
use crate::ServiceError;
use crate::assess::Expected;
use crate::assign::{Granted, granted};
use crate::form::{FieldError, Fields, text};
use crate::write::{Caller, Change, Write};
use access::{Action, Permit};
use chrono::Datelike;
use domain::assignment::{Assignment, Form};
use domain::duty::Subject;
use domain::id::{AssignmentId, ItemId, ProposalId, UnitId};
use domain::life::state::{ItemState, Phase};
use domain::power::Power;
use domain::unit::{Unit, UnitKind};
use domain::{Date, Message};
use serde_json::json;
use std::collections::{BTreeSet, HashMap};
use store::life::item::Item;
use store::life::proposal::Proposal;
use store::{Conn, Db};

/// Items that one proposal has at most.
pub const MOST: usize = 5000;

/// The powers that a form names: `power` by code or name, or `powers`, several codes; of several versions, those of the
/// one in force on a day.
async fn powers(
    conn: &mut Conn,
    fields: &Fields,
    on: Date,
    errors: &mut Vec<FieldError>,
) -> Result<Vec<Power>, ServiceError> {
    if text(fields, "powers").is_empty() {
        let power = crate::assign::power(conn, fields, on, errors).await?;
        return Ok(power.into_iter().collect());
    }
    let mut all: Vec<Power> = Vec::new();
    for code in parts(text(fields, "powers")) {
        let found = store::power::named(conn, code, code, "", "").await?;
        let mut found = crate::catalogue::in_force(conn, found, on).await?;
        let wrong = if found.len() > 1 { "assign-error-many-powers" } else { "assign-error-no-power" };
        match found.pop().filter(|_| found.is_empty()) {
            Some(power) if all.iter().all(|other| other.id != power.id) => all.push(power),
            Some(_) => {}
            None => errors.push(("powers", Message::new(wrong).with("typed", code))),
        }
    }
    Ok(all)
}

/// The units that a form names: `unit` by code or name, or `units`, several codes or names, or `kind`, all of a class that the
/// caller sees.
async fn units(
    conn: &mut Conn,
    caller: &Caller,
    fields: &Fields,
    errors: &mut Vec<FieldError>,
) -> Result<Vec<Unit>, ServiceError> {
    let before = errors.len();
    let mut all: Vec<Unit> = Vec::new();
    if let Ok(kind) = text(fields, "kind").parse::<UnitKind>() {
        let seen = store::unit::all(conn, caller.actor.sight()).await?;
        all.extend(seen.into_iter().filter(|unit| unit.kind == kind));
    }
    for typed in parts(text(fields, "units")) {
        let mut found = store::unit::called(conn, typed, typed).await?;
        let wrong = if found.len() > 1 { "assign-error-many-units" } else { "assign-error-no-unit" };
        match found.pop().filter(|_| found.is_empty()) {
            Some(unit) => all.push(unit),
            None => errors.push(("units", Message::new(wrong).with("typed", typed))),
        }
    }
    if !text(fields, "unit").is_empty() {
        all.extend(crate::duty::unit(conn, fields, "unit", errors).await?);
    }
    let mut known = BTreeSet::new();
    all.retain(|unit| known.insert(unit.id));
    if all.is_empty() && errors.len() == before {
        let field = if text(fields, "powers").is_empty() { "unit" } else { "units" };
        errors.push((field, Message::new("assign-error-unit")));
    }
    Ok(all)
}

/// What is the same for all items of a draft.
struct Terms {
    giver: Option<Unit>,
    /// The unit that has decided until now by an assignment of its own.
    former: Option<Unit>,
    granted: Granted,
}

async fn terms(
    conn: &mut Conn,
    caller: &Caller,
    fields: &Fields,
    errors: &mut Vec<FieldError>,
) -> Result<Option<Terms>, ServiceError> {
    let giver = match text(fields, "giver") {
        "" => None,
        _ => crate::duty::unit(conn, fields, "giver", errors).await?,
    };
    let former = match text(fields, "former") {
        "" => None,
        _ => crate::duty::unit(conn, fields, "former", errors).await?,
    };
    let granted = granted(fields, caller.today, errors);
    Ok(granted.map(|granted| Terms { giver, former, granted }))
}

/// The assignment that an item would take the place of; refused where the unit simply holds the power already.
async fn replaced(
    conn: &mut Conn,
    unit: UnitId,
    power: &Power,
    terms: &Terms,
) -> Result<Result<Option<AssignmentId>, Message>, ServiceError> {
    if store::life::item::running(conn, unit, power.id).await?.is_some() {
        return Ok(Err(Message::new("proposal-error-running").with("power", power.name.as_str())));
    }
    let held = store::assignment::of_unit_and_power(conn, unit, power.id).await?;
    let mut held = held.into_iter().filter(|each| each.form != Form::Recalled);
    let eve = terms.granted.period.from.pred_opt().unwrap_or(terms.granted.period.from);
    let Some(other) = held.find(|each| each.period.to.is_none_or(|to| to >= eve)) else {
        let Some(former) = &terms.former else { return Ok(Ok(None)) };
        let theirs = store::assignment::of_unit_and_power(conn, former.id, power.id).await?;
        let in_force = |each: &&Assignment| each.form != Form::Recalled && each.period.contains(eve);
        return Ok(match theirs.iter().find(in_force) {
            Some(theirs) => Ok(Some(theirs.id)),
            None => Err(Message::new("proposal-error-former").with("unit", former.name.as_str())),
        });
    };
    let tenure = store::life::tenure::of(conn, other.id).await?;
    let is_new = other.form != terms.granted.form
        || other.functions != terms.granted.functions
        || other.period.to.is_some();
    let may_follow = other.period.from < terms.granted.period.from
        && tenure.is_none_or(|tenure| !tenure.stage.is_before());
    if is_new && may_follow {
        return Ok(Ok(Some(other.id)));
    }
    Ok(Err(Message::new("assign-error-overlap").with("from", other.period.from)))
}

/// What becomes of an item that cannot be proposed as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unfit {
    /// Nothing is drafted.
    Refuse,
    /// It is left out, and told.
    Leave,
}

/// A power for a unit, where they came from the form's lists or from its pairs.
type Pair = (Unit, Power);

/// The pairs that a form names one by one: `pairs`, each a power and a unit, by identifier or code, with `@` between.
async fn pairs(
    conn: &mut Conn,
    fields: &Fields,
    on: Date,
    errors: &mut Vec<FieldError>,
) -> Result<Vec<Pair>, ServiceError> {
    let mut powers: HashMap<&str, Option<Power>> = HashMap::new();
    let mut units: HashMap<&str, Option<Unit>> = HashMap::new();
    let mut all: Vec<Pair> = Vec::new();
    let mut known = BTreeSet::new();
    for pair in parts(text(fields, "pairs")) {
        let (power, unit) = pair.split_once('@').unwrap_or((pair, ""));
        if !powers.contains_key(power) {
            let found = if let Ok(id) = power.parse() {
                store::power::by_id(conn, id).await?
            } else {
                let named = store::power::named(conn, power, power, "", "").await?;
                let mut named = crate::catalogue::in_force(conn, named, on).await?;
                named.pop().filter(|_| named.is_empty())
            };
            powers.insert(power, found);
        }
        if !units.contains_key(unit) {
            let found = match unit.parse() {
                Ok(id) => store::unit::by_id(conn, id).await?,
                Err(_) => store::unit::by_code(conn, unit).await?,
            };
            units.insert(unit, found);
        }
        match (powers.get(power).cloned().flatten(), units.get(unit).cloned().flatten()) {
            (Some(power), Some(unit)) => {
                if known.insert((power.id, unit.id)) {
                    all.push((unit, power));
                }
            }
            (None, _) => {
                errors.push(("pairs", Message::new("assign-error-no-power").with("typed", power)));
            }
            (_, None) => errors.push(("pairs", Message::new("assign-error-no-unit").with("typed", unit))),
        }
    }
    Ok(all)
}

/// Everything that a form names, unit by unit: its pairs, or each of its powers for each of its units.
async fn named(
    conn: &mut Conn,
    caller: &Caller,
    fields: &Fields,
    errors: &mut Vec<FieldError>,
) -> Result<Vec<(Unit, Vec<Power>)>, ServiceError> {
    if text(fields, "pairs").is_empty() {
        let powers = powers(conn, fields, caller.today, errors).await?;
        let units = units(conn, caller, fields, errors).await?;
        if powers.len().saturating_mul(units.len()) > MOST {
            errors.push(("powers", Message::new("proposal-error-many").with("most", MOST)));
            return Ok(Vec::new());
        }
        return Ok(units.into_iter().map(|unit| (unit, powers.clone())).collect());
    }
    let pairs = pairs(conn, fields, caller.today, errors).await?;
    if pairs.len() > MOST {
        errors.push(("pairs", Message::new("proposal-error-many").with("most", MOST)));
    }
    let mut places: HashMap<UnitId, usize> = HashMap::new();
    let mut all: Vec<(Unit, Vec<Power>)> = Vec::new();
    for (unit, power) in pairs {
        let place = *places.entry(unit.id).or_insert(all.len());
        if place == all.len() {
            all.push((unit, Vec::new()));
        }
        all[place].1.push(power);
    }
    Ok(all)
}

/// A draft that is written but not committed yet.
pub(crate) struct Drafted {
    /// The permit to do so.
    pub permit: Permit,
    /// The proposal.
    pub proposal: Proposal,
    /// Its items.
    pub items: Vec<Item>,
    /// How many were left out.
    pub left: usize,
}

impl Drafted {
    /// What the trail says of it.
    pub fn change(&self) -> Change {
        Change {
            subject: self.proposal.id.to_string(),
            after: json!({ "proposal": self.proposal, "items": self.items.len() }),
            ..Change::default()
        }
    }
}

/// Drafts a proposal: `title`, `power` or `powers`, `unit`, `units` or `kind`, or instead of these `pairs`; `giver`,
/// `former` (whose assignment ends when this one begins), `form`, `functions`, `from`, `to`, `planned_volume`,
/// `reason`. How each unit would absorb each power is kept beside it.
pub async fn draft(db: &Db, caller: &Caller, fields: &Fields) -> Answer<ProposalId> {
    let mut write = Write::begin(db).await?;
    let drafted = match draft_in(write.conn(), caller, fields, Unfit::Refuse).await? {
        Ok(drafted) => drafted,
        Err(errors) => return Ok(Err(errors)),
    };
    write.commit(caller, &drafted.permit, drafted.change()).await?;
    Ok(Ok(drafted.proposal.id))
}

/// The same in a transaction that goes on.
pub(crate) async fn draft_in(
    conn: &mut Conn,
    caller: &Caller,
    fields: &Fields,
    unfit: Unfit,
) -> Answer<Drafted> {
    let mut errors: Vec<FieldError> = Vec::new();
    let wished = named(conn, caller, fields, &mut errors).await?;
    let terms = terms(conn, caller, fields, &mut errors).await?;
    let mut names = wished.iter().flat_map(|(_, powers)| powers).map(|power| power.name.as_str());
    let first = names.next();
    let title = match (text(fields, "title"), first) {
        ("", Some(only)) if names.all(|name| name == only) => only.to_owned(),
        (title, _) => title.to_owned(),
    };
    if title.is_empty() && first.is_some() {
        errors.push(("title", Message::new("proposal-error-title")));
    }
    let (Some(terms), true) = (terms, errors.is_empty()) else { return Ok(Err(errors)) };
    let mut permit = None;
    for (unit, _) in &wished {
        let above = store::unit::above(conn, unit.id).await?;
        permit =
            Some(caller.permit(Action::AssignmentCreate, &Subject { units: &above, ..Subject::default() })?);
    }
    let Some(permit) = permit else { return Ok(Err(vec![("unit", Message::new("assign-error-unit"))])) };
    let field = match (text(fields, "pairs"), text(fields, "powers")) {
        ("", "") => "power",
        ("", _) => "powers",
        _ => "pairs",
    };
    let post = caller.actor.rights().and_then(|rights| rights.post.as_ref()).map(|post| post.unit);
    let root = store::unit::root(conn).await?;
    let (Some(proposing), Some(root)) = (post.or(root), root) else { return Ok(Err(vec![gone()])) };
    // Numbers are given one after the other, and nothing is proposed twice at once.
    store::unit::lock(conn, root).await?;
    let mut fit = Vec::new();
    for (unit, powers) in &wished {
        fit.push((unit, drafts(conn, unit, powers, &terms, field, &mut errors).await?));
    }
    fit.retain(|(_, drafts)| !drafts.is_empty());
    if !errors.is_empty() && (unfit == Unfit::Refuse || fit.is_empty()) {
        return Ok(Err(errors));
    }
    let beginning = format!("赋提〔{}〕", caller.today.year());
    let number = store::life::proposal::numbered(conn, &beginning).await? + 1;
    let proposal = Proposal {
        id: ProposalId(store::new_id()),
        number: format!("{beginning}{number}号"),
        title,
        unit: proposing,
        giver: terms.giver.as_ref().map(|giver| giver.id),
        form: terms.granted.form,
        functions: terms.granted.functions.clone(),
        period: terms.granted.period,
        planned_volume: terms.granted.planned_volume,
        reason: text(fields, "reason").to_owned(),
        phase: Phase::Draft,
        drafter: acting(caller),
        drafted_at: caller.now,
        answer_due: None,
        round: 0,
    };
    store::life::proposal::insert(conn, &proposal).await?;
    let mut items = Vec::new();
    for (unit, drafts) in &fit {
        let giver = terms.giver.as_ref().map(|giver| giver.name.clone());
        let assignments: Vec<_> = drafts.iter().map(|(draft, power, _)| (draft, *power)).collect();
        let expected =
            crate::assess::expected(conn, unit.id, &assignments, giver, terms.granted.period.from).await?;
        for (draft, power, replaces) in drafts {
            let found = expected.iter().find(|each: &&Expected| each.assignment == draft.id);
            let item = Item {
                id: ItemId(store::new_id()),
                proposal: proposal.id,
                power: power.id,
                unit: unit.id,
                replaces: *replaces,
                state: ItemState::Drafted,
                verdict: found.map(|each| each.verdict),
                finding: found.map_or_else(String::new, |each| each.reason.to_owned()),
                reason: String::new(),
                answered: None,
                assignment: None,
            };
            store::life::item::insert(conn, &item).await?;
            items.push(item);
        }
    }
    happened(conn, caller, &proposal, None, "draft", "").await?;
    let all: usize = wished.iter().map(|(_, powers)| powers.len()).sum();
    let left = all - items.len();
    Ok(Ok(Drafted { permit, proposal, items, left }))
}

/// The assignments that a draft would make in one unit.
async fn drafts<'a>(
    conn: &mut Conn,
    unit: &Unit,
    powers: &'a [Power],
    terms: &Terms,
    field: &'static str,
    errors: &mut Vec<FieldError>,
) -> Result<Vec<(Assignment, &'a Power, Option<AssignmentId>)>, ServiceError> {
    let mut drafts = Vec::new();
    if terms.giver.as_ref().is_some_and(|giver| giver.id == unit.id) {
        errors.push(("giver", Message::new("assign-error-own-giver")));
        return Ok(drafts);
    }
    for power in powers {
        if power.original_department == unit.name {
            errors.push((
                match field {
                    "power" => "unit",
                    "powers" => "units",
                    other => other,
                },
                Message::new("assign-error-original-department"),
            ));
            continue;
        }
        match replaced(conn, unit.id, power, terms).await? {
            Err(message) => errors.push((field, message)),
            Ok(replaces) => {
                let assignment = Assignment {
                    id: AssignmentId(store::new_id()),
                    power: power.id,
                    unit: unit.id,
                    giver: terms.giver.as_ref().map(|giver| giver.id),
                    form: terms.granted.form,
                    functions: terms.granted.functions.clone(),
                    period: terms.granted.period,
                    transition_until: None,
                    instrument: None,
                    planned_volume: terms.granted.planned_volume,
                };
                drafts.push((assignment, power, replaces));
            }
        }
    }
    Ok(drafts)
}
