//! Drafts of proposals: several powers for several units, each with how it would be absorbed.

use super::proposal::happened;
use super::route::parts;
use super::{Answer, acting, gone};
use crate::ServiceError;
use crate::assess::Expected;
use crate::form::{FieldError, Fields, cell, date, text};
use crate::write::{Caller, Change, Write};
use access::Action;
use chrono::Datelike;
use domain::assignment::{Assignment, Form, Function};
use domain::duty::Subject;
use domain::id::{AssignmentId, ItemId, ProposalId, UnitId};
use domain::life::state::{ItemState, Phase};
use domain::power::Power;
use domain::unit::{Unit, UnitKind};
use domain::{Date, Message, Period};
use serde_json::json;
use std::collections::BTreeSet;
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

/// The units that a form names: `unit` by code or name, or `units`, several codes, or `kind`, all of a class that the
/// caller sees.
async fn units(
    conn: &mut Conn,
    caller: &Caller,
    fields: &Fields,
    errors: &mut Vec<FieldError>,
) -> Result<Vec<Unit>, ServiceError> {
    let mut all: Vec<Unit> = Vec::new();
    if let Ok(kind) = text(fields, "kind").parse::<UnitKind>() {
        let seen = store::unit::all(conn, caller.actor.sight()).await?;
        all.extend(seen.into_iter().filter(|unit| unit.kind == kind));
    }
    for code in parts(text(fields, "units")) {
        match store::unit::by_code(conn, code).await? {
            Some(unit) => all.push(unit),
            None => errors.push(("units", Message::new("assign-error-no-unit").with("typed", code))),
        }
    }
    if !text(fields, "unit").is_empty() {
        all.extend(crate::duty::unit(conn, fields, "unit", errors).await?);
    }
    let mut known = BTreeSet::new();
    all.retain(|unit| known.insert(unit.id));
    if all.is_empty() && errors.is_empty() {
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
    form: Form,
    functions: Vec<Function>,
    period: Period,
    planned_volume: Option<u32>,
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
    let form = text(fields, "form").parse::<Form>().ok();
    match form {
        None => errors.push(("form", Message::new("assign-error-form"))),
        Some(Form::Recalled) => errors.push(("form", Message::new("assign-error-recalled"))),
        Some(Form::Entrustment) if text(fields, "giver").is_empty() => {
            errors.push(("giver", Message::new("assign-error-entrusting")));
        }
        Some(_) => {}
    }
    let functions: Vec<Function> =
        text(fields, "functions").split_whitespace().filter_map(|code| code.parse().ok()).collect();
    if functions.is_empty() {
        errors.push(("functions", Message::new("assign-error-functions")));
    }
    let from = date(fields, "from", errors);
    if text(fields, "from").is_empty() {
        errors.push(("from", Message::new("assign-error-from")));
    }
    if from.is_some_and(|from| from <= caller.today) {
        errors.push(("from", Message::new("proposal-error-past")));
    }
    let to = date(fields, "to", errors);
    let planned_volume = match cell(fields, "planned_volume") {
        empty if empty.is_empty() => None,
        cell => sheet::value::whole(&cell)
            .map_err(|_| errors.push(("planned_volume", Message::new("assign-error-volume"))))
            .ok(),
    };
    let period = from.and_then(|from| match Period::new(from, to) {
        Ok(period) => Some(period),
        Err(reversed) => {
            errors.push(("to", Message::new("import-error-reversed").with("from", reversed.from)));
            None
        }
    });
    Ok(form.zip(period).map(|(form, period)| Terms {
        giver,
        former,
        form,
        functions,
        period,
        planned_volume,
    }))
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
    let eve = terms.period.from.pred_opt().unwrap_or(terms.period.from);
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
    let is_new = other.form != terms.form || other.functions != terms.functions || other.period.to.is_some();
    let may_follow =
        other.period.from < terms.period.from && tenure.is_none_or(|tenure| !tenure.stage.is_before());
    if is_new && may_follow {
        return Ok(Ok(Some(other.id)));
    }
    Ok(Err(Message::new("assign-error-overlap").with("from", other.period.from)))
}

/// Drafts a proposal: `title`, `power` or `powers`, `unit`, `units` or `kind`, `giver`, `former` (whose assignment ends when this one
/// begins), `form`, `functions`, `from`,
/// `to`, `planned_volume`, `reason`. How each unit would absorb each power is kept beside it.
pub async fn draft(db: &Db, caller: &Caller, fields: &Fields) -> Answer<ProposalId> {
    let mut errors: Vec<FieldError> = Vec::new();
    let mut write = Write::begin(db).await?;
    let conn = write.conn();
    let powers = powers(conn, fields, caller.today, &mut errors).await?;
    let units = units(conn, caller, fields, &mut errors).await?;
    let terms = terms(conn, caller, fields, &mut errors).await?;
    let title = match (text(fields, "title"), powers.as_slice()) {
        ("", [only]) => only.name.clone(),
        (title, _) => title.to_owned(),
    };
    if title.is_empty() && powers.len() > 1 {
        errors.push(("title", Message::new("proposal-error-title")));
    }
    if powers.len().saturating_mul(units.len()) > MOST {
        errors.push(("powers", Message::new("proposal-error-many").with("most", MOST)));
    }
    let (Some(terms), true) = (terms, errors.is_empty()) else { return Ok(Err(errors)) };
    let mut permit = None;
    for unit in &units {
        let above = store::unit::above(conn, unit.id).await?;
        permit =
            Some(caller.permit(Action::AssignmentCreate, &Subject { units: &above, ..Subject::default() })?);
    }
    let Some(permit) = permit else { return Ok(Err(vec![("unit", Message::new("assign-error-unit"))])) };
    let post = caller.actor.rights().and_then(|rights| rights.post.as_ref()).map(|post| post.unit);
    let root = store::unit::root(conn).await?;
    let (Some(proposing), Some(root)) = (post.or(root), root) else { return Ok(Err(vec![gone()])) };
    // Numbers are given one after the other.
    store::unit::lock(conn, root).await?;
    let beginning = format!("赋提〔{}〕", caller.today.year());
    let number = store::life::proposal::numbered(conn, &beginning).await? + 1;
    let proposal = Proposal {
        id: ProposalId(store::new_id()),
        number: format!("{beginning}{number}号"),
        title,
        unit: proposing,
        giver: terms.giver.as_ref().map(|giver| giver.id),
        form: terms.form,
        functions: terms.functions.clone(),
        period: terms.period,
        planned_volume: terms.planned_volume,
        reason: text(fields, "reason").to_owned(),
        phase: Phase::Draft,
        drafter: acting(caller),
        drafted_at: caller.now,
        answer_due: None,
        round: 0,
    };
    store::life::proposal::insert(conn, &proposal).await?;
    let field = if text(fields, "powers").is_empty() { "power" } else { "powers" };
    let mut count = 0_usize;
    for unit in &units {
        let drafts = drafts(conn, unit, &powers, &terms, field, &mut errors).await?;
        let giver = terms.giver.as_ref().map(|giver| giver.name.clone());
        let assignments: Vec<_> = drafts.iter().map(|(draft, power, _)| (draft, *power)).collect();
        let expected = crate::assess::expected(conn, unit.id, &assignments, giver, terms.period.from).await?;
        for (draft, power, replaces) in &drafts {
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
            count += 1;
        }
    }
    if !errors.is_empty() {
        return Ok(Err(errors));
    }
    happened(conn, caller, &proposal, None, "draft", "").await?;
    let change = Change {
        subject: proposal.id.to_string(),
        after: json!({ "proposal": proposal, "items": count }),
        ..Change::default()
    };
    write.commit(caller, &permit, change).await?;
    Ok(Ok(proposal.id))
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
                if field == "power" { "unit" } else { "units" },
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
                    form: terms.form,
                    functions: terms.functions.clone(),
                    period: terms.period,
                    transition_until: None,
                    instrument: None,
                    planned_volume: terms.planned_volume,
                };
                drafts.push((assignment, power, replaces));
            }
        }
    }
    Ok(drafts)
}
