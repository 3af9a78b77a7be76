//! Money in whole fen (1/100 yuan).

use serde::{Deserialize, Serialize};

/// An amount in fen.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Fen(pub i64);

impl Fen {
    /// Nothing.
    pub const ZERO: Self = Self(0);

    /// Whole yuan.
    pub const fn yuan(yuan: i64) -> Self {
        Self(yuan * 100)
    }

    /// The amount times a non-negative factor, rounded to the nearest fen.
    #[must_use]
    pub fn times(self, factor: f64) -> Self {
        #[expect(clippy::cast_precision_loss, reason = "exact up to 90 trillion yuan")]
        let exact = self.0 as f64 * factor;
        #[expect(clippy::cast_possible_truncation, reason = "`as` saturates")]
        Self(exact.round() as i64)
    }

    /// What is missing to reach `target`; zero when it is reached.
    #[must_use]
    pub fn short_of(self, target: Self) -> Self {
        Self(target.0.saturating_sub(self.0).max(0))
    }

    /// This amount as a fraction of `whole`; 1 when nothing is needed.
    #[expect(clippy::cast_precision_loss, reason = "exact up to 90 trillion yuan")]
    pub fn fraction_of(self, whole: Self) -> f64 {
        if whole.0 <= 0 { 1.0 } else { self.0 as f64 / whole.0 as f64 }
    }
}

impl std::ops::Add for Fen {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

impl std::iter::Sum for Fen {
    fn sum<I: Iterator<Item = Self>>(amounts: I) -> Self {
        amounts.fold(Self::ZERO, |sum, amount| sum + amount)
    }
}
