//! What became of the articles on which powers stand.

use crate::Date;
use crate::code::codes;
use crate::power::LegalBasis;

codes! {
    /// What is known of an article.
    BasisState, "basis-state" {
        /// It is in force.
        InForce = "in_force",
        /// Its time is over.
        Expired = "expired",
        /// It reads otherwise now; whatever stands on it is to be looked at.
        Changed = "changed",
        /// It was repealed.
        Repealed = "repealed",
    }
}

impl BasisState {
    /// Whether nothing can stand on it any more.
    pub const fn is_over(self) -> bool {
        matches!(self, Self::Expired | Self::Repealed)
    }
}

codes! {
    /// How an article stands on a day.
    Standing, "basis-standing" {
        /// In force, and nothing is known to end it.
        InForce = "in_force",
        /// Ends within 30 days.
        Soon = "soon",
        /// Ends within 90 days.
        Coming = "coming",
        /// In force, but reads otherwise than it did.
        Changed = "changed",
        /// Over, or not yet in force.
        Lapsed = "lapsed",
    }
}

impl Standing {
    /// How an article stands on a day, with the mark that somebody set.
    pub fn of(basis: &LegalBasis, mark: Option<(BasisState, Date)>, on: Date) -> Self {
        if !basis.in_force(on) {
            return Self::Lapsed;
        }
        if let Some(last) = basis.to {
            match (last - on).num_days() {
                ..=30 => return Self::Soon,
                31..=90 => return Self::Coming,
                _ => {}
            }
        }
        match mark {
            Some((BasisState::Changed, since)) if since <= on => Self::Changed,
            _ => Self::InForce,
        }
    }
}

/// The articles of a power after one of them was marked from a day on; none where none of them is that one, or where
/// nothing changes. What was before the day stays as it was.
pub fn marked(
    bases: &[LegalBasis],
    citation: &str,
    state: BasisState,
    since: Date,
) -> Option<Vec<LegalBasis>> {
    let last = since.pred_opt();
    let mark = |basis: &LegalBasis| {
        let mut basis = basis.clone();
        if basis.citation == citation {
            match state {
                BasisState::Expired | BasisState::Repealed => basis.to = last,
                BasisState::InForce => basis.to = None,
                BasisState::Changed => {}
            }
        }
        basis
    };
    let after: Vec<LegalBasis> = bases.iter().map(mark).collect();
    (after != bases).then_some(after)
}
