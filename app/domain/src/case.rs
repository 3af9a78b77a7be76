//! Cases: what is handled by an assignment one at a time, and who did what in it.

use crate::Date;
use crate::assignment::Function;
use crate::clock::{Clock, Count, Pause};
use crate::code::codes;
use crate::duty::Side;
use crate::id::{AssignmentId, CaseId, PersonId, StepId, UnitId};
use crate::power::{Power, PowerType};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// One case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Case {
    /// Identifier.
    pub id: CaseId,
    /// The assignment by which it is handled.
    pub assignment: AssignmentId,
    /// Its number (案号), unique in the assignment.
    pub number: String,
    /// When it was opened.
    pub opened_on: Date,
}

codes! {
    /// How a case ended.
    CaseResult, "case-result" {
        /// 准予
        Granted = "granted",
        /// 不予
        Refused = "refused",
        /// 处罚决定
        Penalised = "penalised",
        /// 不予处罚
        Spared = "spared",
        /// 撤回、终止: ended without a decision
        Withdrawn = "withdrawn",
    }
}

impl CaseResult {
    /// Whether something was decided, which somebody then supervises.
    pub const fn is_decision(self) -> bool {
        !matches!(self, Self::Withdrawn)
    }

    /// What a step that decides means where nobody says more.
    pub const fn usual(function: Function) -> Self {
        match function {
            Function::Penalise => Self::Penalised,
            _ => Self::Granted,
        }
    }
}

/// How far a case is, and by when it is to be done.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Progress {
    /// When it was applied for.
    pub applied_on: Option<Date>,
    /// When it was accepted, and the clock of a licence started.
    pub accepted_on: Option<Date>,
    /// How it ended.
    pub result: Option<CaseResult>,
    /// When it ended.
    pub decided_on: Option<Date>,
    /// Last day by law; none before acceptance, without a limit, and while a pause has no end.
    pub statutory_due: Option<Date>,
    /// Last day as promised.
    pub promised_due: Option<Date>,
    /// Who finishes it, where that is another unit than the one that holds the power: a case that was filed before a
    /// transfer is finished by whoever filed it.
    pub finisher: Option<UnitId>,
}

/// Which of the two limits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Limit {
    /// By law.
    Statutory,
    /// As promised.
    Promised,
}

/// What the limits of a case stand on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Terms {
    /// Type of the power.
    pub power_type: PowerType,
    /// Its limit by law, in working days.
    pub statutory_days: Option<u32>,
    /// Its limit as promised, in working days.
    pub promised_days: Option<u32>,
    /// Natural days for a penalty.
    pub penalty_days: u32,
}

impl Terms {
    /// Those of a power.
    pub const fn of(power: &Power, penalty_days: u32) -> Self {
        Self {
            power_type: power.power_type,
            statutory_days: power.statutory_days,
            promised_days: power.promised_days,
            penalty_days,
        }
    }

    /// The clock of a case; none where it does not run yet, or where there is no limit. Licences and the like run from
    /// acceptance by working days; a penalty runs from filing, by law for natural days.
    pub fn clock(
        &self,
        limit: Limit,
        opened_on: Date,
        accepted_on: Option<Date>,
        pauses: &[Pause],
    ) -> Option<Clock> {
        let is_penalty = self.power_type == PowerType::Penalty;
        let (days, count) = match limit {
            Limit::Statutory if is_penalty => (Some(self.penalty_days), Count::Natural),
            Limit::Statutory => (self.statutory_days, Count::Working),
            Limit::Promised => (self.promised_days, Count::Working),
        };
        let start = if is_penalty { Some(opened_on) } else { accepted_on };
        Some(Clock { start: start?, limit: days?, count, pauses: pauses.to_vec() })
    }
}

/// What somebody did in a case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// Identifier.
    pub id: StepId,
    /// The case.
    pub case: CaseId,
    /// What was done.
    pub function: Function,
    /// By whom.
    pub person: PersonId,
    /// For whom, where it was done as a deputy.
    pub principal: Option<PersonId>,
    /// When.
    pub done_at: DateTime<Utc>,
    /// What there is to say about it.
    pub note: String,
}

impl Step {
    /// Who stands on a side of the case from then on: whoever did it, and the one for whom he did.
    pub fn parties(&self) -> impl Iterator<Item = (PersonId, Side)> {
        let people = [Some(self.person), self.principal].into_iter().flatten();
        let side = Side::of(self.function);
        people.filter_map(move |person| Some((person, side?)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn licences_start_at_acceptance_and_penalties_at_filing() {
        let day = |text: &str| text.parse::<Date>().unwrap();
        let licence = Terms {
            power_type: PowerType::Licence,
            statutory_days: Some(20),
            promised_days: Some(7),
            penalty_days: 90,
        };
        let penalty = Terms { power_type: PowerType::Penalty, ..licence };
        let filed = day("2026-11-02");
        assert_eq!(licence.clock(Limit::Promised, filed, None, &[]), None);
        let accepted = Some(day("2026-11-05"));
        let clock = licence.clock(Limit::Promised, filed, accepted, &[]).unwrap();
        assert_eq!((clock.start, clock.limit, clock.count), (day("2026-11-05"), 7, Count::Working));
        let clock = penalty.clock(Limit::Statutory, filed, None, &[]).unwrap();
        assert_eq!((clock.start, clock.limit, clock.count), (filed, 90, Count::Natural));
        let open = Terms { statutory_days: None, ..licence };
        assert_eq!(open.clock(Limit::Statutory, filed, accepted, &[]), None);
        assert!(!CaseResult::Withdrawn.is_decision() && CaseResult::Refused.is_decision());
    }
}
