//! The indicators that the reform names: each is a sum over a sum, and both are always told.

use crate::code::codes;
use serde::{Deserialize, Serialize};

codes! {
    /// An indicator.
    Indicator, "indicator" {
        /// 时限压缩率: Σ(statutory − promised) ÷ Σ statutory, over powers that have both
        Compression = "compression",
        /// 即办率: instant powers ÷ all powers
        Instant = "instant",
        /// 提前办结率: completed before the promised day ÷ completed
        Early = "early",
        /// 行使率: powers exercised ÷ powers that are planned or applicable
        Exercise = "exercise",
        /// 按时认领率: hand-offs claimed in time ÷ hand-offs that had to be claimed
        Claims = "claims",
    }
}

impl Indicator {
    /// The key of the words that say how it is made.
    pub const fn method(self) -> &'static str {
        match self {
            Self::Compression => "indicator-method-compression",
            Self::Instant => "indicator-method-instant",
            Self::Early => "indicator-method-early",
            Self::Exercise => "indicator-method-exercise",
            Self::Claims => "indicator-method-claims",
        }
    }
}

/// A numerator and a denominator.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ratio {
    /// Above the line.
    pub numerator: i64,
    /// Below it.
    pub denominator: i64,
}

impl Ratio {
    /// The quotient; none over nothing.
    #[expect(clippy::cast_precision_loss, reason = "sums of days and counts of rows")]
    pub fn value(self) -> Option<f64> {
        (self.denominator != 0).then(|| self.numerator as f64 / self.denominator as f64)
    }
}

impl std::ops::AddAssign for Ratio {
    fn add_assign(&mut self, more: Self) {
        self.numerator += more.numerator;
        self.denominator += more.denominator;
    }
}

/// Every indicator of one unit, type or month.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Indicators([Ratio; 5]);

impl Indicators {
    /// One of them.
    pub fn of(&self, indicator: Indicator) -> Ratio {
        self.0[indicator as usize]
    }

    /// Adds to one of them.
    pub fn add(&mut self, indicator: Indicator, more: Ratio) {
        self.0[indicator as usize] += more;
    }
}

/// The limits of one power, in working days.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// By law.
    pub statutory: Option<u32>,
    /// As promised.
    pub promised: Option<u32>,
}

/// Adds what the limits of a power tell. Whoever is counted must be distinct: a power counts once in a group.
pub fn add_limits(all: &mut Indicators, limits: Limits) {
    if let (Some(statutory), Some(promised)) = (limits.statutory, limits.promised) {
        let saved = i64::from(statutory) - i64::from(promised);
        all.add(Indicator::Compression, Ratio { numerator: saved, denominator: statutory.into() });
    }
    let is_instant = limits.promised == Some(0);
    all.add(Indicator::Instant, Ratio { numerator: is_instant.into(), denominator: 1 });
}

#[cfg(test)]
mod tests {
    use super::*;

    fn limits(all: &[(u32, u32)]) -> Indicators {
        let mut sums = Indicators::default();
        for &(statutory, promised) in all {
            add_limits(&mut sums, Limits { statutory: Some(statutory), promised: Some(promised) });
        }
        sums
    }

    #[test]
    fn the_published_compression_is_a_quotient_of_sums() {
        // 2,042 days by law, 237 promised: 88.4 %.
        let sums = limits(&[(2000, 200), (42, 37)]);
        let compression = sums.of(Indicator::Compression);
        assert_eq!(compression, Ratio { numerator: 1805, denominator: 2042 });
        assert_eq!(compression.value().map(|value| (value * 1000.0).round()), Some(884.0));
        // The mean of the two would be 50.95 %.
    }

    #[test]
    fn powers_without_a_limit_count_only_where_they_can() {
        let mut sums = limits(&[(20, 0), (20, 5)]);
        add_limits(&mut sums, Limits { statutory: None, promised: Some(0) });
        add_limits(&mut sums, Limits { statutory: Some(60), promised: None });
        assert_eq!(sums.of(Indicator::Compression), Ratio { numerator: 35, denominator: 40 });
        assert_eq!(sums.of(Indicator::Instant), Ratio { numerator: 2, denominator: 4 });
        assert_eq!(Ratio::default().value(), None);
    }
}
