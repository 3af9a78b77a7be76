//! Configuration of the assessment: thresholds per power type, norms of working time and cost.
//!
//! The defaults are Baton's own proposals unless a law is named; all of it is stored and shown beside results.

use crate::Fen;
use crate::power::{Power, PowerType};
use crate::wisn::WorkingYear;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// A threshold in thousandths, so that comparing it with counts is exact.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PerMille(pub u32);

impl PerMille {
    /// As a fraction.
    pub fn fraction(self) -> f64 {
        f64::from(self.0) / 1000.0
    }

    /// Whether `part` of `whole` reaches it.
    pub fn is_reached(self, part: u32, whole: u32) -> bool {
        u64::from(part) * 1000 >= u64::from(self.0) * u64::from(whole)
    }

    /// Whether `part` of `whole` exceeds it.
    pub fn is_exceeded(self, part: u32, whole: u32) -> bool {
        u64::from(part) * 1000 > u64::from(self.0) * u64::from(whole)
    }
}

/// Thresholds for the powers of one type.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TypeRules {
    /// Qualified established people needed; 2 for penalty and inspection (行政处罚法 art. 42).
    pub min_people: u32,
    /// Certificates that every power of the type asks for.
    pub certificates: Vec<String>,
    /// Least available ÷ required staff.
    pub workload: PerMille,
    /// Least share of cases finished in time.
    pub on_time: PerMille,
    /// Largest share of cases returned or reversed.
    pub returned: PerMille,
    /// Least share of planned powers that are exercised.
    pub exercise: PerMille,
    /// Least released ÷ required money.
    pub money: PerMille,
    /// Months without a case after which a power is idle.
    pub idle_months: u32,
}

impl TypeRules {
    /// The defaults for a type.
    pub fn default_for(power_type: PowerType) -> Self {
        let enforcement =
            matches!(power_type, PowerType::Penalty | PowerType::Inspection | PowerType::Coercion);
        Self {
            min_people: if matches!(power_type, PowerType::Penalty | PowerType::Inspection) { 2 } else { 1 },
            certificates: if enforcement { vec!["行政执法证".to_owned()] } else { Vec::new() },
            workload: PerMille(800),
            on_time: PerMille(950),
            returned: PerMille(50),
            exercise: PerMille(600),
            money: PerMille(1000),
            idle_months: 12,
        }
    }
}

/// Norms of working time and cost.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Norms {
    /// The working year of one post.
    pub year: WorkingYear,
    /// Share of the working time that goes to duties which everybody has, such as meetings (category allowance).
    pub category_allowance: PerMille,
    /// What one post costs in a year.
    pub post_year: Fen,
    /// What one place in one course costs.
    pub course_place: Fen,
    /// What one missing item of equipment costs.
    pub equipment_item: Fen,
}

impl Default for Norms {
    fn default() -> Self {
        Self {
            year: WorkingYear::default(),
            category_allowance: PerMille(100),
            post_year: Fen::yuan(90_000),
            course_place: Fen::yuan(2_000),
            equipment_item: Fen::yuan(4_000),
        }
    }
}

/// All configuration of the assessment.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Rules {
    /// Norms.
    pub norms: Norms,
    types: Vec<(PowerType, TypeRules)>,
}

impl Default for Rules {
    fn default() -> Self {
        Self::new(Norms::default(), Vec::new())
    }
}

impl Rules {
    /// Rules with the defaults for each type that `types` does not name.
    pub fn new(norms: Norms, types: Vec<(PowerType, TypeRules)>) -> Self {
        let types = PowerType::ALL
            .iter()
            .map(|&each| {
                let given = types.iter().find(|(power_type, _)| *power_type == each);
                (each, given.map_or_else(|| TypeRules::default_for(each), |(_, rules)| rules.clone()))
            })
            .collect();
        Self { norms, types }
    }

    /// The thresholds for a type.
    pub fn of(&self, power_type: PowerType) -> &TypeRules {
        // `new` holds one for each type, in their order.
        &self.types[power_type as usize].1
    }

    /// Certificates that handling a power asks for: those of its type and its own, each once, in their order.
    pub fn certificates(&self, power: &Power) -> Vec<String> {
        let own = self.of(power.power_type).certificates.iter().chain(&power.certificates);
        own.cloned().collect::<BTreeSet<_>>().into_iter().collect()
    }

    /// The thresholds of all types.
    pub fn types(&self) -> &[(PowerType, TypeRules)] {
        &self.types
    }
}
