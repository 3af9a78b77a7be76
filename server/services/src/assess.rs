//! Assesses: what a write touched, everything for a day, or a draft.

use crate::ServiceError;
use crate::write::Write;
use domain::Date;
use domain::assess::{Assessment, AssignmentFacts, Neighbour, UnitFacts, Verdict, assess_unit};
use domain::assignment::{Assignment, Form};
use domain::duty::Sight;
use domain::id::{AssignmentId, UnitId};
use domain::power::Power;
use domain::rules::{Rules, TypeRules};
use std::collections::BTreeSet;
use store::facts::Neighbours;
use store::{Conn, Db};

/// Units that a full assessment looks up at a time.
const BATCH: i64 = 500;

/// Assesses units again after their facts were written, in the transaction of that write.
pub async fn reassess_units(conn: &mut Conn, units: &BTreeSet<UnitId>, on: Date) -> Result<(), ServiceError> {
    if units.is_empty() {
        return Ok(());
    }
    let rules = store::rules::load(conn).await?;
    for &unit in units {
        store::unit::touch(conn, unit).await?;
        reassess(conn, unit, &rules, on).await?;
    }
    Ok(())
}

async fn reassess(
    conn: &mut Conn,
    unit: UnitId,
    rules: &Rules,
    on: Date,
) -> Result<Option<(UnitFacts, Vec<Assessment>)>, ServiceError> {
    let Some(mut facts) = store::facts::unit_facts(conn, unit, on).await? else {
        return Ok(None);
    };
    crate::life::takeover::refresh(conn, &mut facts, rules, on).await?;
    let assessments = assess_unit(&facts, rules, on)?;
    store::assessment::replace_unit(conn, &facts, &assessments).await?;
    Ok(Some((facts, assessments)))
}

/// Whether results are kept for the boards.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keep {
    /// They take the place of the kept ones.
    Results,
    /// They are shown and forgotten.
    Nothing,
}

/// Assesses every receiving unit, or those at and below `scope`, and tells each one's result as it comes.
/// Holds one unit at a time, each in a transaction of its own: an interruption leaves whole units behind, and
/// nobody waits for the nation.
pub async fn each_unit(
    db: &Db,
    on: Date,
    scope: Option<UnitId>,
    keep: Keep,
    tell: &mut (dyn FnMut(&UnitFacts, &[Assessment]) + Send),
) -> Result<(), ServiceError> {
    let mut after: Option<String> = None;
    loop {
        let mut conn = db.read().await?;
        let batch = store::unit::receiving_after(&mut conn, after.as_deref(), scope, BATCH).await?;
        drop(conn);
        for (unit, _) in &batch {
            let assessed = match keep {
                Keep::Results => {
                    let mut write = Write::begin(db).await?;
                    let rules = store::rules::load(write.conn()).await?;
                    // Facts that somebody writes meanwhile are assessed by him.
                    store::unit::lock(write.conn(), *unit).await?;
                    let assessed = reassess(write.conn(), *unit, &rules, on).await?;
                    write.commit_derived().await?;
                    assessed
                }
                Keep::Nothing => {
                    let mut conn = db.read().await?;
                    let rules = store::rules::load(&mut conn).await?;
                    match store::facts::unit_facts(&mut conn, *unit, on).await? {
                        Some(facts) => {
                            let assessments = assess_unit(&facts, &rules, on)?;
                            Some((facts, assessments))
                        }
                        None => None,
                    }
                }
            };
            if let Some((facts, assessments)) = assessed {
                tell(&facts, &assessments);
            }
        }
        match batch.into_iter().next_back() {
            Some((_, code)) => after = Some(code),
            None => return Ok(()),
        }
    }
}

/// How a unit would absorb a draft, in short.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expected {
    /// The draft.
    pub assignment: AssignmentId,
    /// The verdict.
    pub verdict: Verdict,
    /// The gate or grade of the first finding, as the boards name it.
    pub reason: &'static str,
}

/// How a unit would absorb several drafts together, among what it has; writes nothing.
pub async fn expected(
    conn: &mut Conn,
    unit: UnitId,
    drafts: &[(&Assignment, &Power)],
    giver_name: Option<String>,
    on: Date,
) -> Result<Vec<Expected>, ServiceError> {
    let Some(mut facts) = store::facts::unit_facts(conn, unit, on).await? else { return Ok(Vec::new()) };
    let rules = store::rules::load(conn).await?;
    for (assignment, power) in drafts {
        facts.assignments.push(drafted(assignment, power, giver_name.clone(), None, Vec::new()));
    }
    let all = assess_unit(&facts, &rules, on)?;
    let mine = all.iter().filter(|each| drafts.iter().any(|(draft, _)| draft.id == each.assignment));
    let expected = |each: &Assessment| Expected {
        assignment: each.assignment,
        verdict: each.verdict,
        reason: store::assessment::reason(each),
    };
    Ok(mine.map(expected).collect())
}

/// The facts of an assignment for which nothing was done yet.
fn drafted(
    assignment: &Assignment,
    power: &Power,
    giver_name: Option<String>,
    entrusted_giver: Option<UnitId>,
    neighbours: Vec<Neighbour>,
) -> AssignmentFacts {
    AssignmentFacts {
        assignment: assignment.clone(),
        power: power.clone(),
        allocations: Vec::new(),
        funding: Vec::new(),
        statistics: Vec::new(),
        giver_name,
        entrusted_giver,
        neighbours,
        register: domain::assess::RegisterFacts::default(),
        open_tasks: 0,
    }
}

/// What a draft would do.
#[derive(Debug, Clone, PartialEq)]
pub struct Preview {
    /// The draft itself.
    pub assessment: Assessment,
    /// Powers that the unit has and whose verdict would change: name, before, after. Money for the unit as a
    /// whole and the working time of its people are shared.
    pub changed: Vec<(String, Verdict, Verdict)>,
    /// The unit's verdicts as they are: how many of how many it cannot absorb.
    pub cannot_now: usize,
    /// How many powers it has.
    pub powers_now: usize,
    /// The thresholds by which the draft was assessed.
    pub rules: TypeRules,
    /// The version of the facts that it was made from.
    pub version: i64,
    /// Since when the unit already holds the power, where the periods overlap.
    pub held_from: Option<Date>,
}

/// Assesses a draft among what the unit has; writes nothing. None when the unit is not there or may not be seen, or
/// when the draft is of a kind that is not assessed (recalled or ended).
pub async fn preview(
    conn: &mut Conn,
    draft: &Assignment,
    power: &Power,
    giver_name: Option<String>,
    on: Date,
    sight: Sight,
) -> Result<Option<Preview>, ServiceError> {
    let found = store::facts::with_path(conn, draft.unit, on, Neighbours::Left, sight).await?;
    let Some((_, mut facts)) = found else { return Ok(None) };
    let rules = store::rules::load(conn).await?;
    let holders = store::assignment::holders(conn, draft.power, facts.unit.parent, draft.giver, on).await?;
    let before = assess_unit(&facts, &rules, on)?;
    let mut held = facts.assignments.iter().map(|each| &each.assignment);
    let held = held.find(|each| each.power == draft.power && each.period.overlaps(&draft.period));
    let held_from = held.map(|each| each.period.from);
    let others = holders.iter().filter(|(unit, ..)| *unit != draft.unit && Some(*unit) != draft.giver);
    let mut neighbours: Vec<Neighbour> =
        others.map(|(unit, name, _)| Neighbour { unit: *unit, name: name.clone() }).collect();
    Neighbour::sort(&mut neighbours);
    neighbours.dedup();
    let entrusted = draft
        .giver
        .filter(|giver| holders.iter().any(|(unit, _, form)| unit == giver && *form == Form::Entrustment));
    facts.assignments.push(drafted(draft, power, giver_name, entrusted, neighbours));
    let after = assess_unit(&facts, &rules, on)?;
    let name = |id: AssignmentId| {
        let of = facts.assignments.iter().find(|each| each.assignment.id == id);
        of.map(|each| each.power.name.clone()).unwrap_or_default()
    };
    let changed = before.iter().filter_map(|old| {
        let new = after.iter().find(|new| new.assignment == old.assignment)?;
        (new.verdict != old.verdict).then(|| (name(old.assignment), old.verdict, new.verdict))
    });
    let changed = changed.collect();
    let cannot_now = before.iter().filter(|each| each.verdict == Verdict::Cannot).count();
    let (powers_now, version) = (before.len(), facts.version);
    let rules = rules.of(power.power_type).clone();
    let assessment = after.into_iter().find(|each| each.assignment == draft.id);
    Ok(assessment.map(|assessment| Preview {
        assessment,
        changed,
        cannot_now,
        powers_now,
        rules,
        version,
        held_from,
    }))
}
