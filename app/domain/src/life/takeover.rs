//! The task list of a take-over: which tasks there are, who owes them, by when, and which are met.

use super::Refusal;
use super::settings::Settings;
use crate::Date;
use crate::assess::{Assessment, FindingKind, Gate, Outcome, Staffing, UnitFacts};
use crate::assignment::{Assignment, Form};
use crate::calendar::Calendar;
use crate::code::codes;
use crate::duty::Role;
use crate::id::UnitId;
use crate::power::Power;

codes! {
    /// A task of a take-over.
    Task, "task" {
        /// 文书签署
        Instrument = "instrument",
        /// 委托公布
        Published = "published",
        /// 经办人确定
        Handlers = "handlers",
        /// 持证上岗
        Certified = "certified",
        /// 岗位到位
        Posts = "posts",
        /// 经费拨付
        Money = "money",
        /// 设备、账号、印章
        Means = "means",
        /// 办事指南公布
        Guide = "guide",
        /// 监管人确定
        Supervisor = "supervisor",
        /// 在办件清单
        OpenCases = "open_cases",
    }
}

codes! {
    /// Where a task is.
    TaskState, "task-state" {
        /// 未完成
        Open = "open",
        /// 已完成
        Met = "met",
        /// 已豁免
        Waived = "waived",
    }
}

impl Task {
    /// Whether the stored facts say that it is met; else a person does, with a note.
    pub const fn is_computed(self) -> bool {
        !matches!(self, Self::Guide | Self::OpenCases)
    }

    /// The role of whoever owes it.
    pub const fn role(self) -> Role {
        match self {
            Self::Instrument | Self::Published | Self::Money | Self::Posts => Role::Organization,
            Self::Handlers | Self::Means | Self::Supervisor | Self::Guide => Role::Manager,
            Self::Certified => Role::Trainer,
            Self::OpenCases => Role::Handler,
        }
    }

    /// The unit that owes it: what is given or taught, the giver; what is had or named, the receiver; the list of open
    /// cases, whoever has decided until now.
    pub fn owner(self, assignment: &Assignment, former: Option<UnitId>) -> UnitId {
        let giver = assignment.giver.unwrap_or(assignment.unit);
        match self {
            Self::Instrument | Self::Published | Self::Certified | Self::Money => giver,
            Self::Handlers | Self::Posts | Self::Means | Self::Guide | Self::Supervisor => assignment.unit,
            Self::OpenCases => former.unwrap_or(giver),
        }
    }
}

/// The tasks that a take-over asks for, from the form of transfer, the power and the giver. `certificates` are those
/// that the power or its type asks for, `former` the unit that has decided until now by an assignment of its own.
pub fn tasks(
    assignment: &Assignment,
    power: &Power,
    certificates: &[String],
    former: Option<UnitId>,
) -> Vec<Task> {
    let form = assignment.form;
    let handles = assignment.functions.iter().any(|function| function.handles());
    let is_needed = |task: &&Task| match task {
        Task::Instrument => form != Form::Statutory,
        Task::Published => form == Form::Entrustment,
        Task::Handlers => handles,
        Task::Certified => handles && (!certificates.is_empty() || !power.courses.is_empty()),
        // Stationed people bring their posts with them; who only co-operates needs none.
        Task::Posts => handles && !matches!(form, Form::Stationing | Form::CoOperation),
        Task::Money => !matches!(form, Form::CoOperation | Form::Stationing),
        Task::Means => !power.equipment.is_empty(),
        Task::Guide => form != Form::CoOperation,
        Task::Supervisor => assignment.grants_decision() && form.moves_the_decision(),
        Task::OpenCases => former.is_some(),
    };
    Task::ALL.iter().filter(is_needed).copied().collect()
}

/// When a task is due: so many working days after a day, at latest on the day on which the assignment is to begin.
pub fn due(task: Task, from: Date, begins: Date, calendar: &Calendar, settings: &Settings) -> Date {
    calendar.after(from, settings.days(task)).min(begins).max(from)
}

/// Whether the facts say that a task is met, from the assessment of the day on which the assignment is to begin.
pub fn is_met(
    task: Task,
    assignment: &Assignment,
    unit: &UnitFacts,
    staffing: &Staffing,
    result: &Assessment,
) -> bool {
    let holds =
        |gate: Gate| result.gates.iter().any(|each| each.gate == gate && each.outcome != Outcome::Fail);
    let finds =
        |wanted: fn(&FindingKind) -> bool| result.findings.iter().any(|finding| wanted(&finding.kind));
    match task {
        // The paper must be signed and of the right kind; whether it is published is another task.
        Task::Instrument => {
            assignment.instrument.is_some()
                && !finds(|kind| {
                    matches!(
                        kind,
                        FindingKind::NoInstrument
                            | FindingKind::Unsigned
                            | FindingKind::WrongInstrument { .. }
                            | FindingKind::InstrumentExpired { .. }
                    )
                })
        }
        Task::Published => {
            assignment.instrument.is_some() && !finds(|kind| matches!(kind, FindingKind::Unpublished))
        }
        Task::Handlers => holds(Gate::People) && result.counts.handlers > 0,
        Task::Certified => holds(Gate::Training) && result.counts.handlers > 0,
        // As many people as posts are authorised need not be there; but nobody may sit on a post that is not.
        Task::Posts => {
            let has_list = unit.establishment.iter().any(|each| each.from <= result.on);
            !has_list || staffing.authorised.is_some_and(|posts| posts >= staffing.established)
        }
        Task::Money => holds(Gate::Money),
        Task::Means => holds(Gate::Means),
        Task::Supervisor => holds(Gate::Separation),
        Task::Guide | Task::OpenCases => false,
    }
}

/// Whether a person may tick a task.
pub const fn may_tick(task: Task, state: TaskState) -> Result<(), Refusal> {
    match state {
        _ if task.is_computed() => Err(Refusal::Computed),
        TaskState::Met => Err(Refusal::Decided),
        TaskState::Open | TaskState::Waived => Ok(()),
    }
}

/// A waiver of a task as decided on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Waiver {
    /// Last day.
    pub until: Date,
    /// Whether somebody else than the asker has approved it.
    pub is_granted: bool,
}

/// Where a task is on a day: met by the facts or a tick, waived while a waiver lasts, else open.
pub fn state(is_met: bool, waivers: &[Waiver], today: Date) -> TaskState {
    if is_met {
        TaskState::Met
    } else if waivers.iter().any(|waiver| waiver.is_granted && today <= waiver.until) {
        TaskState::Waived
    } else {
        TaskState::Open
    }
}
