//! Days and offsets of the life of assignments: stored configuration with defaults (ours).

use super::takeover::Task;
use crate::code::codes;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

codes! {
    /// What a unit's answer in a round counts for where its items are proposed (ours).
    RoundAnswers, "round-answers" {
        /// It answers the proposal, too; one click answers everything.
        Confirm = "confirm",
        /// What it has agreed to in the round is accepted.
        Count = "count",
    }
}

/// How many days each step has, and when who is told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Settings {
    /// Working days in which a unit answers.
    pub answer_days: u32,
    /// Working days in which a stage decides, where its route does not say.
    pub stage_days: u32,
    /// Working days before a deadline on which whoever owes it is reminded.
    pub reminders: Vec<u32>,
    /// Working days after a deadline on which the unit above is told.
    pub escalate_after: u32,
    /// Working days after the approval by which each task is due; the effective day at the latest.
    pub tasks: BTreeMap<Task, u32>,
    /// Natural days before the end of an assignment or its paper on which both sides are told.
    pub renewal: Vec<u32>,
    /// Working days in which an adjustment is decided on.
    pub adjust_days: u32,
    /// What was answered in a round counts for.
    pub round_answers: RoundAnswers,
}

impl Default for Settings {
    fn default() -> Self {
        let days = |task: &Task| match task {
            Task::Instrument | Task::OpenCases => 5,
            Task::Published | Task::Supervisor | Task::Handlers => 10,
            Task::Posts | Task::Means => 15,
            Task::Certified | Task::Money | Task::Guide => 20,
        };
        Self {
            answer_days: 10,
            stage_days: 3,
            reminders: vec![3, 1],
            escalate_after: 2,
            tasks: Task::ALL.iter().map(|task| (*task, days(task))).collect(),
            renewal: vec![90, 30, 7],
            adjust_days: 10,
            round_answers: RoundAnswers::Confirm,
        }
    }
}

impl Settings {
    /// Working days for a task.
    pub fn days(&self, task: Task) -> u32 {
        self.tasks.get(&task).copied().unwrap_or(10)
    }
}
