//! Assignments: a power, the unit that receives it, in which form, for which functions, when and by which paper.

use crate::code::codes;
use crate::id::{AssignmentId, PowerId, UnitId};
use crate::power::PowerType;
use crate::{Date, Period};
use serde::{Deserialize, Serialize};

codes! {
    /// How a power is handed down.
    Form, "form" {
        /// 法定: the township's own by statute
        Statutory = "statutory",
        /// 赋权、交由: in the township's own name and liability
        Conferral = "conferral",
        /// 委托: in the department's name, seal and liability
        Entrustment = "entrustment",
        /// 实质审核: the township reviews, the department stamps
        ReviewAndStamp = "review_and_stamp",
        /// 窗口前移: the township accepts only
        FrontWindow = "front_window",
        /// 派驻: the department's people work in the township
        Stationing = "stationing",
        /// 配合: the department leads
        CoOperation = "co_operation",
        /// 收回
        Recalled = "recalled",
    }
}

impl Form {
    /// Whether the receiving unit decides by it, as if or really its own.
    pub const fn moves_the_decision(self) -> bool {
        matches!(self, Self::Statutory | Self::Conferral | Self::Entrustment)
    }

    /// What a grant in this form usually covers, where nobody says.
    pub fn usual_functions(self, power_type: PowerType) -> Vec<Function> {
        match (self, power_type) {
            (Self::FrontWindow, _) => vec![Function::Accept],
            (Self::ReviewAndStamp, _) => vec![Function::Accept, Function::Review],
            (_, PowerType::Penalty) => vec![Function::Inspect, Function::Penalise],
            (_, PowerType::Inspection) => vec![Function::Inspect],
            _ => vec![Function::Accept, Function::Review, Function::Approve],
        }
    }
}

codes! {
    /// What is done inside a power; separation is stated on these.
    Function, "function" {
        /// 受理
        Accept = "accept",
        /// 审查
        Review = "review",
        /// 决定
        Approve = "approve",
        /// 监管
        Supervise = "supervise",
        /// 检查
        Inspect = "inspect",
        /// 处罚
        Penalise = "penalise",
        /// 法制审核
        LegalReview = "legal_review",
        /// 听证
        Hear = "hear",
    }
}

impl Function {
    /// Whether who does it handles the power; supervising it is the other side.
    pub const fn handles(self) -> bool {
        !matches!(self, Self::Supervise)
    }

    /// Whether who does it looks at the decision with other eyes, and so may not have made it.
    pub const fn checks_the_decision(self) -> bool {
        matches!(self, Self::Supervise | Self::LegalReview | Self::Hear)
    }

    /// Whether who does it makes the decision that somebody else supervises.
    pub const fn decides(self) -> bool {
        matches!(self, Self::Approve | Self::Penalise)
    }
}

codes! {
    /// What paper makes an assignment lawful.
    InstrumentKind, "instrument-kind" {
        /// 承接确认书
        Acceptance = "acceptance",
        /// 委托书、委托协议
        EntrustmentAgreement = "entrustment_agreement",
        /// 收回决定
        RecallDecision = "recall_decision",
    }
}

/// The paper that makes an assignment lawful.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Instrument {
    /// Kind.
    pub kind: InstrumentKind,
    /// Document number (文号).
    pub number: String,
    /// Day of the last signature; unsigned when absent.
    pub signed_on: Option<Date>,
    /// Last day of its term; open when absent.
    pub until: Option<Date>,
    /// Day of publication; unpublished when absent.
    pub published_on: Option<Date>,
}

/// One power handed to one unit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Assignment {
    /// Identifier.
    pub id: AssignmentId,
    /// The power.
    pub power: PowerId,
    /// The receiving unit.
    pub unit: UnitId,
    /// The giving unit.
    pub giver: Option<UnitId>,
    /// Form of transfer.
    pub form: Form,
    /// Functions granted.
    pub functions: Vec<Function>,
    /// In force.
    pub period: Period,
    /// Last day of the transition; none when it began whole.
    pub transition_until: Option<Date>,
    /// Its paper.
    pub instrument: Option<Instrument>,
    /// Cases expected in a year; zero says that the unit has nothing to exercise it on.
    pub planned_volume: Option<u32>,
}

impl Assignment {
    /// Whether it is assessed on a day: not recalled and not ended. One that is still to begin is assessed, so
    /// that the gaps are seen while there is time to mend them.
    pub fn is_assessed(&self, on: Date) -> bool {
        self.form != Form::Recalled && self.period.to.is_none_or(|to| on <= to)
    }

    /// Whether it is still to begin or inside its transition.
    pub fn in_transition(&self, on: Date) -> bool {
        on < self.period.from || self.transition_until.is_some_and(|until| on <= until)
    }

    /// Whether one of the granted functions is the decision.
    pub fn grants_decision(&self) -> bool {
        self.functions.iter().any(|function| function.decides())
    }
}
