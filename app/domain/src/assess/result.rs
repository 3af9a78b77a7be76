//! What an assessment says.

use super::{Finding, Remedy};
use crate::code::codes;
use crate::id::AssignmentId;
use crate::rules::PerMille;
use crate::{Date, Fen};
use serde::{Deserialize, Serialize};

codes! {
    /// Whether the unit can absorb the power; worst first.
    Verdict, "verdict" {
        /// 接不住: a gate fails
        Cannot = "cannot",
        /// 接不好: a grade is below its threshold
        Poorly = "poorly",
        /// 空转: no case for a year
        Idle = "idle",
        /// 承接中: inside the transition, with open tasks
        InTransition = "in_transition",
        /// 接得住
        Can = "can",
    }
}

codes! {
    /// A condition that must hold.
    Gate, "gate" {
        /// 依据
        Legal = "legal",
        /// 文书
        Instrument = "instrument",
        /// 人员
        People = "people",
        /// 培训
        Training = "training",
        /// 审管分离
        Separation = "separation",
        /// 条件
        Means = "means",
        /// 经费
        Money = "money",
    }
}

codes! {
    /// How an examined condition came out.
    Outcome, "outcome" {
        /// 通过
        Pass = "pass",
        /// 不通过
        Fail = "fail",
        /// 不适用
        NotApplicable = "not_applicable",
    }
}

codes! {
    /// A measure of how well it goes.
    Grade, "grade" {
        /// 工作量比: available ÷ required staff
        Workload = "workload",
        /// 按时办结率
        OnTime = "on_time",
        /// 退件与撤销率
        Returned = "returned",
        /// 行使率: powers exercised ÷ powers planned, of one type in the unit
        Exercise = "exercise",
    }
}

/// A gate and how it came out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct GateResult {
    /// The gate.
    pub gate: Gate,
    /// The outcome.
    pub outcome: Outcome,
}

/// A grade, what it was counted from, and its threshold.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct GradeResult {
    /// The grade.
    pub grade: Grade,
    /// Counted part.
    pub numerator: f64,
    /// Counted whole; zero when there is nothing to grade.
    pub denominator: f64,
    /// The threshold.
    pub threshold: PerMille,
    /// The outcome.
    pub outcome: Outcome,
}

impl GradeResult {
    /// Numerator ÷ denominator, where there is something to grade.
    pub fn value(&self) -> Option<f64> {
        (self.denominator > 0.0).then(|| self.numerator / self.denominator)
    }
}

/// How far people, money, training and means followed the power, each 0–1.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Parity {
    /// min(1, available ÷ required staff)
    pub people: f64,
    /// min(1, released ÷ required money)
    pub money: f64,
    /// Certified handlers ÷ handlers
    pub training: f64,
    /// Present ÷ required items
    pub means: f64,
}

impl Parity {
    /// The parity of the assignment: the least of the four.
    pub fn least(&self) -> f64 {
        self.people.min(self.money).min(self.training).min(self.means)
    }
}

/// Required and available staff.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Workload {
    /// Cases in a year.
    pub annual_volume: f64,
    /// Required staff (WISN).
    pub required: f64,
    /// Staff allocated, after over-full people are scaled to a whole.
    pub available: f64,
}

impl Workload {
    /// Available ÷ required; absent when nothing is needed.
    pub fn ratio(&self) -> Option<f64> {
        (self.required > 0.0).then(|| self.available / self.required)
    }

    /// Available − required.
    pub fn difference(&self) -> f64 {
        self.available - self.required
    }
}

/// Required money by what it is for, and what was released.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct MoneyNeed {
    /// Required staff × cost of a post.
    pub people: Fen,
    /// Annual volume × cost of a case.
    pub cases: Fen,
    /// Missing items × cost of an item.
    pub equipment: Fen,
    /// Missing courses and certificates of the handlers × cost of a place.
    pub training: Fen,
    /// Released for the assignment itself.
    pub released_own: Fen,
    /// Its share of what was released for the unit as a whole.
    pub released_shared: Fen,
    /// Required × threshold.
    pub threshold: Fen,
}

impl MoneyNeed {
    /// Required.
    pub fn required(&self) -> Fen {
        self.people + self.cases + self.equipment + self.training
    }

    /// Released.
    pub fn released(&self) -> Fen {
        self.released_own + self.released_shared
    }

    /// What is missing to reach the threshold.
    pub fn shortage(&self) -> Fen {
        self.released().short_of(self.threshold)
    }
}

/// Whole numbers that roll-ups sum.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// People who handle it.
    pub handlers: u32,
    /// Of them, those with every required certificate and course.
    pub trained_handlers: u32,
    /// Courses and certificates that handlers still owe, one for each person and course.
    pub untrained: u32,
    /// Items required.
    pub required_items: u32,
    /// Of them, those present.
    pub present_items: u32,
}

/// The assessment of one assignment on a day.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Assessment {
    /// The assignment.
    pub assignment: AssignmentId,
    /// The day.
    pub on: Date,
    /// The verdict.
    pub verdict: Verdict,
    /// The seven gates, in their order.
    pub gates: Vec<GateResult>,
    /// The grades, in their order.
    pub grades: Vec<GradeResult>,
    /// What was found, worst first.
    pub findings: Vec<Finding>,
    /// What would mend it.
    pub remedies: Vec<Remedy>,
    /// Parity.
    pub parity: Parity,
    /// Staff.
    pub workload: Workload,
    /// Money.
    pub money: MoneyNeed,
    /// Counts.
    pub counts: Counts,
}

impl Assessment {
    /// Take-over tasks met: gates that do not fail, of seven.
    pub fn tasks_met(&self) -> usize {
        self.gates.iter().filter(|gate| gate.outcome != Outcome::Fail).count()
    }

    /// How bad it is; larger is worse. The verdict comes first, then the number of failing gates, then parity.
    pub fn severity(&self) -> i64 {
        let verdict = match self.verdict {
            Verdict::Cannot => 4,
            Verdict::Poorly => 3,
            Verdict::Idle => 2,
            Verdict::InTransition => 1,
            Verdict::Can => 0,
        };
        let failing = self.gates.len() - self.tasks_met();
        #[expect(clippy::cast_possible_truncation, reason = "0 to 1000")]
        let missing = ((1.0 - self.parity.least().clamp(0.0, 1.0)) * 1000.0).round() as i64;
        verdict * 100_000 + i64::try_from(failing).unwrap_or(9) * 10_000 + missing
    }
}
