//! The assessment itself.

use super::examine::{Examined, examine};
use super::{
    Assessment, AssignmentFacts, Finding, FindingKind, Gate, GateResult, Grade, GradeResult, MoneyNeed,
    Outcome, UnitFacts, Verdict, remedies,
};
use crate::people::StaffKind;
use crate::power::PowerType;
use crate::rules::{PerMille, Rules, TypeRules};
use crate::statistics::{month_of, totals, window_start};
use crate::wisn::{Activity, Need, WisnError, need};
use crate::{Date, Fen};
use chrono::Datelike;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Months over which quality and volume are counted.
const YEAR: u32 = 12;

/// Assesses every assignment of a unit that is neither recalled nor ended, in the order of the facts.
///
/// Fails only where the norms leave no working time.
pub fn assess_unit(facts: &UnitFacts, rules: &Rules, on: Date) -> Result<Vec<Assessment>, WisnError> {
    let reports = Reports::of(facts, on);
    let mut examined = Vec::new();
    for assignment in facts.assignments.iter().filter(|each| each.assignment.is_assessed(on)) {
        examined.push(examine(facts, assignment, reports, rules, on)?);
    }
    share_money(facts, &mut examined, on);
    let exercise = exercise_rates(facts, rules, on);
    Ok(examined
        .into_iter()
        .map(|each| {
            let rules_of_type = rules.of(each.facts.power.power_type);
            let known = reports.cover(on, rules_of_type.idle_months);
            let exercised = exercise.get(&each.facts.power.power_type).filter(|_| known);
            conclude(each, rules, rules_of_type, exercised.copied(), known, on)
        })
        .collect())
}

/// What a unit's case statistics cover. One month, or old ones, say nothing about a year.
#[derive(Debug, Clone, Copy)]
pub(super) struct Reports {
    /// The first month of any assignment.
    since: Option<Date>,
    /// Whether there is a month of the last year.
    recent: bool,
}

impl Reports {
    fn of(facts: &UnitFacts, on: Date) -> Self {
        let months = || facts.assignments.iter().flat_map(|each| &each.statistics).map(|row| row.month);
        Self {
            since: months().min(),
            recent: months().any(|month| month >= window_start(on, YEAR) && month <= on),
        }
    }

    /// Whether a month without a row is a month without a case.
    fn cover(self, on: Date, months: u32) -> bool {
        self.recent && self.since.is_some_and(|since| since <= window_start(on, months))
    }
}

/// Staff of a unit as a whole.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Staffing {
    /// 编制: authorised posts, where recorded.
    pub authorised: Option<u32>,
    /// 在编: people on authorised posts of the unit.
    pub established: u32,
    /// 在岗: people who work in the unit, on whatever footing.
    pub in_post: u32,
    /// Of them, those on each other footing.
    pub movable: Vec<(StaffKind, u32)>,
    /// Required staff (WISN) for all assignments together.
    pub need: Need,
    /// Working time of those in post who may handle powers, in staff.
    pub available: f64,
}

/// Required and available staff of a unit.
pub fn staffing(facts: &UnitFacts, rules: &Rules, on: Date) -> Result<Staffing, WisnError> {
    let mut counts: BTreeMap<StaffKind, u32> = BTreeMap::new();
    let (mut in_post, mut available, mut allowances) = (0, 0.0, 0.0);
    for person in &facts.people {
        let mut posts = person.person.posts(on).filter(|post| post.unit == facts.unit.id).peekable();
        let Some(first) = posts.peek() else { continue };
        *counts.entry(first.kind).or_default() += 1;
        in_post += 1;
        allowances += person.person.allowance_hours;
        available +=
            posts.filter(|post| post.kind.is_established()).map(|post| post.share).sum::<f64>().min(1.0);
    }
    let reports = Reports::of(facts, on);
    let activities: Vec<Activity> = facts
        .assignments
        .iter()
        .filter(|each| each.assignment.is_assessed(on))
        .map(|each| Activity {
            volume: annual_volume(each, reports, on),
            minutes: f64::from(each.power.minutes_per_case),
        })
        .collect();
    let authorised = facts.establishment.iter().filter(|each| each.from <= on).max_by_key(|each| each.from);
    Ok(Staffing {
        authorised: authorised.map(|each| each.authorised),
        established: counts.remove(&StaffKind::Established).unwrap_or(0),
        in_post,
        movable: counts.into_iter().collect(),
        need: need(
            &activities,
            rules.norms.year.hours()?,
            &[rules.norms.category_allowance.fraction()],
            allowances,
        )?,
        available,
    })
}

/// Cases in a year: those of the last twelve complete months, or, while an assignment or its unit's reporting is
/// younger, what was planned, else what came so far, carried on to a year.
pub(super) fn annual_volume(facts: &AssignmentFacts, reports: Reports, on: Date) -> f64 {
    let received = f64::from(totals(&facts.statistics, on, YEAR).received);
    let from = month_of(facts.assignment.period.from);
    if from <= window_start(on, YEAR) && reports.cover(on, YEAR) {
        return received;
    }
    let complete = (month_of(on).year() - from.year()) * 12 + month_of(on).month0().cast_signed()
        - from.month0().cast_signed();
    match facts.assignment.planned_volume {
        Some(planned) => f64::from(planned).max(received),
        None if complete > 0 => received * 12.0 / f64::from(complete),
        None => 0.0,
    }
}

/// Whether an assignment had a case in the last `months` complete months or since.
fn had_cases(facts: &AssignmentFacts, on: Date, months: u32) -> bool {
    let from = window_start(on, months);
    facts
        .statistics
        .iter()
        .any(|row| from <= row.month && row.month <= on && (row.received > 0 || row.completed > 0))
}

/// Whether an assignment is old enough for so many months to be counted.
fn is_mature(facts: &AssignmentFacts, on: Date, months: u32) -> bool {
    facts.assignment.period.from <= window_start(on, months)
}

/// Powers exercised and powers planned, per type. Planned are those in force for the whole time that neither
/// rest between seasons or emergencies nor were planned to have no case.
fn exercise_rates(facts: &UnitFacts, rules: &Rules, on: Date) -> BTreeMap<PowerType, (u32, u32)> {
    let mut rates: BTreeMap<PowerType, (u32, u32)> = BTreeMap::new();
    for each in facts.assignments.iter().filter(|each| each.assignment.is_assessed(on)) {
        let months = rules.of(each.power.power_type).idle_months;
        let planned = is_mature(each, on, months)
            && !each.assignment.in_transition(on)
            && !each.power.rhythm.may_rest()
            && each.assignment.planned_volume != Some(0);
        if planned {
            let rate = rates.entry(each.power.power_type).or_default();
            rate.0 += u32::from(had_cases(each, on, months));
            rate.1 += 1;
        }
    }
    rates
}

/// Shares what was released for the unit as a whole among its assignments, in proportion to what each still
/// lacks, and never more than it lacks.
fn share_money(facts: &UnitFacts, examined: &mut [Examined<'_>], on: Date) {
    let pool: i64 =
        facts.funding.iter().filter(|line| line.year == on.year()).map(|line| line.released).sum::<Fen>().0;
    let lacking: i64 = examined.iter().map(|each| each.money.shortage()).sum::<Fen>().0;
    if pool <= 0 || lacking <= 0 {
        return;
    }
    for each in examined {
        let lacks = each.money.shortage().0;
        let share = i128::from(lacks) * i128::from(pool.min(lacking)) / i128::from(lacking);
        each.money.released_shared = Fen(i64::try_from(share).unwrap_or(lacks));
    }
}

fn money_gate(money: &MoneyNeed) -> Outcome {
    if money.required() == Fen::ZERO {
        Outcome::NotApplicable
    } else if money.released() >= money.threshold {
        Outcome::Pass
    } else {
        Outcome::Fail
    }
}

fn conclude(
    mut examined: Examined<'_>,
    rules: &Rules,
    of_type: &TypeRules,
    exercised: Option<(u32, u32)>,
    statistics_known: bool,
    on: Date,
) -> Assessment {
    let facts = examined.facts;
    let money = money_gate(&examined.money);
    if money == Outcome::Fail {
        examined.found(
            FindingKind::MoneyShort {
                released: examined.money.released(),
                required: examined.money.required(),
            },
            examined.money_evidence.clone(),
        );
    }
    examined.gates.push(GateResult { gate: Gate::Money, outcome: money });

    let mature = is_mature(facts, on, of_type.idle_months);
    let in_transition = facts.assignment.in_transition(on);
    let idle = statistics_known
        && mature
        && !in_transition
        && !facts.power.rhythm.may_rest()
        && !had_cases(facts, on, of_type.idle_months);
    if mature && !statistics_known {
        examined.found(FindingKind::NoStatistics, Vec::new());
    }
    if idle {
        examined.found(
            FindingKind::NoCases { months: of_type.idle_months },
            vec![super::Evidence::Assignment(facts.assignment.id)],
        );
    }
    let grades = grade(&mut examined, of_type, exercised, on);

    let gate_fails = examined.gates.iter().any(|gate| gate.outcome == Outcome::Fail);
    let grade_fails = grades.iter().any(|grade| grade.outcome == Outcome::Fail);
    let verdict = if in_transition && (gate_fails || facts.open_tasks > 0) {
        Verdict::InTransition
    } else if idle {
        Verdict::Idle
    } else if gate_fails {
        Verdict::Cannot
    } else if grade_fails {
        Verdict::Poorly
    } else {
        Verdict::Can
    };
    let remedies = remedies::remedies(&examined, verdict, rules, of_type);
    examined.findings.sort_by_key(|finding| rank(&finding.kind));
    Assessment {
        assignment: facts.assignment.id,
        on,
        verdict,
        gates: examined.gates,
        grades,
        findings: examined.findings,
        remedies,
        parity: super::Parity {
            people: examined.workload.ratio().unwrap_or(1.0).min(1.0),
            money: examined.money.released().fraction_of(examined.money.required()).min(1.0),
            training: examined.training_parity,
            means: fraction(examined.counts.present_items, examined.counts.required_items),
        },
        workload: examined.workload,
        money: examined.money,
        counts: examined.counts,
    }
}

/// Idleness first, for it makes the rest moot; then gates in their order, then grades, then remarks.
fn rank(kind: &FindingKind) -> (u8, usize) {
    match (kind, kind.gate(), kind.grade()) {
        (FindingKind::NoCases { .. }, ..) => (0, 0),
        (_, Some(gate), _) => (1, gate as usize),
        (_, _, Some(grade)) => (2, grade as usize),
        _ => (3, 0),
    }
}

/// Part of a whole; 1 when the whole is nothing.
pub(super) fn fraction(part: u32, whole: u32) -> f64 {
    if whole == 0 { 1.0 } else { f64::from(part) / f64::from(whole) }
}

fn grade(
    examined: &mut Examined<'_>,
    of_type: &TypeRules,
    exercised: Option<(u32, u32)>,
    on: Date,
) -> Vec<GradeResult> {
    let facts = examined.facts;
    let cases = totals(&facts.statistics, on, YEAR);
    let from = window_start(on, YEAR);
    let months = |counts: &dyn Fn(&crate::statistics::MonthlyStatistics) -> bool| {
        let rows = facts.statistics.iter().filter(|row| from <= row.month && row.month < month_of(on));
        rows.filter(|row| counts(row)).map(|row| super::Evidence::Statistics(row.id)).collect::<Vec<_>>()
    };
    let result = |grade, numerator: f64, denominator: f64, threshold: PerMille, good: bool| GradeResult {
        grade,
        numerator,
        denominator,
        threshold,
        outcome: match (denominator > 0.0, good) {
            (false, _) => Outcome::NotApplicable,
            (true, true) => Outcome::Pass,
            (true, false) => Outcome::Fail,
        },
    };

    let work = examined.workload;
    let enough = work.ratio().is_none_or(|ratio| ratio >= of_type.workload.fraction());
    if !enough {
        let evidence = examined.allocation_evidence.clone();
        examined.found(
            FindingKind::StaffShort {
                available: work.available,
                required: work.required,
                ratio: work.ratio().unwrap_or(1.0),
            },
            evidence,
        );
    }
    let in_time = cases.completed.saturating_sub(cases.overdue);
    let punctual = of_type.on_time.is_reached(in_time, cases.completed);
    if !punctual {
        examined.found(
            FindingKind::Late {
                overdue: cases.completed - in_time,
                completed: cases.completed,
                threshold: of_type.on_time,
            },
            months(&|row| row.overdue > 0),
        );
    }
    let returned = cases.returned.saturating_add(cases.reversals);
    let sound = cases.completed == 0 || !of_type.returned.is_exceeded(returned, cases.completed);
    if !sound {
        examined.found(
            FindingKind::Returned { returned, completed: cases.completed, threshold: of_type.returned },
            months(&|row| row.returned > 0 || row.reversals > 0),
        );
    }
    let (used, planned) = exercised.unwrap_or_default();
    let often = of_type.exercise.is_reached(used, planned);
    if !often {
        examined.found(
            FindingKind::RarelyExercised { exercised: used, planned, power_type: facts.power.power_type },
            Vec::new(),
        );
    }
    vec![
        result(Grade::Workload, work.available, work.required, of_type.workload, enough),
        result(Grade::OnTime, in_time.into(), cases.completed.into(), of_type.on_time, punctual),
        result(Grade::Returned, returned.into(), cases.completed.into(), of_type.returned, sound),
        result(Grade::Exercise, used.into(), planned.into(), of_type.exercise, often),
    ]
}

impl Examined<'_> {
    /// Adds a finding.
    pub(super) fn found(&mut self, kind: FindingKind, evidence: Vec<super::Evidence>) {
        self.findings.push(Finding { kind, evidence });
    }
}
