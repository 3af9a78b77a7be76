//! How a unit absorbs a power, as the interface tells it.

use crate::request::Api;
use chrono::NaiveDate;
use domain::assess::{Assessment, Finding, Remedy};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;
use uuid::Uuid;

/// How a unit absorbs a power on a day.
#[derive(Debug, Serialize, ToSchema)]
pub struct Assessed {
    /// The assignment.
    assignment: Uuid,
    /// The day.
    on: NaiveDate,
    /// `cannot`, `poorly`, `idle`, `in_transition` or `can`.
    verdict: &'static str,
    /// The seven gates, in their order.
    gates: Vec<GateLine>,
    /// The grades, in their order.
    grades: Vec<GradeLine>,
    /// What was found, worst first.
    findings: Vec<FindingLine>,
    /// What would mend it.
    remedies: Vec<RemedyLine>,
    /// How far people, money, training and means followed the power, each from 0 to 1.
    parity: Followed,
    /// Staff.
    staff: Staff,
    /// Money, in fen.
    money: Money,
}

/// A condition that must hold.
#[derive(Debug, Serialize, ToSchema)]
struct GateLine {
    /// `legal`, `instrument`, `people`, `training`, `separation`, `means` or `money`.
    gate: &'static str,
    /// `pass`, `fail` or `not_applicable`.
    outcome: &'static str,
}

/// A measure of how well it goes.
#[derive(Debug, Serialize, ToSchema)]
struct GradeLine {
    /// `workload`, `on_time`, `returned` or `exercise`.
    grade: &'static str,
    /// Counted part.
    numerator: f64,
    /// Counted whole; zero when there is nothing to grade.
    denominator: f64,
    /// The threshold, as a fraction.
    threshold: f64,
    /// `pass`, `fail` or `not_applicable`.
    outcome: &'static str,
}

/// Something that was found.
#[derive(Debug, Serialize, ToSchema)]
struct FindingLine {
    /// Stable code of the sentence.
    code: &'static str,
    /// The sentence, in the language that was asked for.
    sentence: String,
    /// The gate that it makes fail.
    gate: Option<&'static str>,
    /// The grade that it lowers.
    grade: Option<&'static str>,
    /// The fact with its figures, and the rows that prove it.
    #[schema(value_type = Object)]
    fact: Value,
}

/// Something that would mend a finding.
#[derive(Debug, Serialize, ToSchema)]
struct RemedyLine {
    /// Stable code of the sentence.
    code: &'static str,
    /// The sentence, in the language that was asked for.
    sentence: String,
    /// What it costs by the norms, in fen.
    cost_fen: Option<i64>,
    /// What is to be done, with its figures.
    #[schema(value_type = Object)]
    deed: Value,
}

/// How far each followed the power.
#[derive(Debug, Serialize, ToSchema)]
struct Followed {
    /// Available of required staff.
    people: f64,
    /// Released of required money.
    money: f64,
    /// Certified of all handlers.
    training: f64,
    /// Present of required items.
    means: f64,
}

/// Required and available staff.
#[derive(Debug, Serialize, ToSchema)]
struct Staff {
    /// Cases in a year.
    annual_volume: f64,
    /// Required, by WISN.
    required: f64,
    /// Allocated.
    available: f64,
}

/// Required and released money, in fen.
#[derive(Debug, Serialize, ToSchema)]
#[expect(clippy::struct_field_names, reason = "the unit stands in every name of an amount")]
struct Money {
    /// Required.
    required_fen: i64,
    /// Released.
    released_fen: i64,
    /// What is missing to reach the threshold.
    shortage_fen: i64,
}

fn finding(api: &Api, finding: &Finding) -> FindingLine {
    let message = finding.kind.message();
    FindingLine {
        code: message.key,
        sentence: api.say(&message),
        gate: finding.kind.gate().map(domain::assess::Gate::as_str),
        grade: finding.kind.grade().map(domain::assess::Grade::as_str),
        fact: serde_json::json!(finding),
    }
}

fn remedy(api: &Api, remedy: &Remedy) -> RemedyLine {
    let message = remedy.kind.message();
    RemedyLine {
        code: message.key,
        sentence: api.say(&message),
        cost_fen: remedy.cost.map(|cost| cost.0),
        deed: serde_json::json!(remedy.kind),
    }
}

/// An assessment as the interface tells it.
pub fn assessed(api: &Api, found: &Assessment) -> Assessed {
    let gate = |each: &domain::assess::GateResult| GateLine {
        gate: each.gate.as_str(),
        outcome: each.outcome.as_str(),
    };
    let grade = |each: &domain::assess::GradeResult| GradeLine {
        grade: each.grade.as_str(),
        numerator: each.numerator,
        denominator: each.denominator,
        threshold: each.threshold.fraction(),
        outcome: each.outcome.as_str(),
    };
    let (parity, staff, money) = (&found.parity, &found.workload, &found.money);
    Assessed {
        assignment: found.assignment.0,
        on: found.on,
        verdict: found.verdict.as_str(),
        gates: found.gates.iter().map(gate).collect(),
        grades: found.grades.iter().map(grade).collect(),
        findings: found.findings.iter().map(|each| finding(api, each)).collect(),
        remedies: found.remedies.iter().map(|each| remedy(api, each)).collect(),
        parity: Followed {
            people: parity.people,
            money: parity.money,
            training: parity.training,
            means: parity.means,
        },
        staff: Staff {
            annual_volume: staff.annual_volume,
            required: staff.required,
            available: staff.available,
        },
        money: Money {
            required_fen: money.required().0,
            released_fen: money.released().0,
            shortage_fen: money.shortage().0,
        },
    }
}
