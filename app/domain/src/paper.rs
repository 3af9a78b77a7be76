//! Papers that make an assignment lawful, or end or bridge it: their kinds, states and numbers (文号).

use crate::assignment::{Form, InstrumentKind};
use crate::code::codes;

codes! {
    /// What a paper does.
    PaperKind, "paper-kind" {
        /// 承接确认书: the receiving unit takes on what it is given
        Acceptance = "acceptance",
        /// 委托书、委托协议: the giving unit lets another act in its name
        EntrustmentAgreement = "entrustment_agreement",
        /// 收回决定: the giving unit takes back
        RecallDecision = "recall_decision",
        /// 豁免: something is not there yet, and a plan says until when
        Waiver = "waiver",
    }
}

impl PaperKind {
    /// What it is as the instrument of an assignment; a waiver is none.
    pub const fn instrument(self) -> Option<InstrumentKind> {
        match self {
            Self::Acceptance => Some(InstrumentKind::Acceptance),
            Self::EntrustmentAgreement => Some(InstrumentKind::EntrustmentAgreement),
            Self::RecallDecision => Some(InstrumentKind::RecallDecision),
            Self::Waiver => None,
        }
    }

    /// Whether it suits a form of transfer: an entrustment needs an agreement, everything else an acceptance, and what
    /// was recalled is neither accepted nor waived for.
    pub const fn suits(self, form: Form) -> bool {
        match self {
            Self::Acceptance => !matches!(form, Form::Entrustment | Form::Recalled),
            Self::EntrustmentAgreement => matches!(form, Form::Entrustment),
            Self::RecallDecision => true,
            Self::Waiver => !matches!(form, Form::Recalled),
        }
    }

    /// Whether its signature makes it the instrument of an assignment in a form. A recall decision is the paper of what
    /// was recalled; until then the assignment stands on what it stood on.
    pub const fn grounds(self, form: Form) -> bool {
        match self {
            Self::Acceptance | Self::EntrustmentAgreement => self.suits(form),
            Self::RecallDecision => matches!(form, Form::Recalled),
            Self::Waiver => false,
        }
    }

    /// Whether the receiving unit signs it, too.
    pub const fn is_mutual(self) -> bool {
        matches!(self, Self::Acceptance | Self::EntrustmentAgreement)
    }

    /// How its numbers are made where nothing else is set.
    pub const fn numbering(self) -> &'static str {
        match self {
            Self::Acceptance => "{unit}承〔{year}〕{number}号",
            Self::EntrustmentAgreement => "{unit}委〔{year}〕{number}号",
            Self::RecallDecision => "{unit}收〔{year}〕{number}号",
            Self::Waiver => "{unit}豁〔{year}〕{number}号",
        }
    }
}

codes! {
    /// How far a paper has come.
    PaperState, "paper-state" {
        /// Printed, and not yet signed.
        Drawn = "drawn",
        /// Signed; its scan is kept.
        Signed = "signed",
        /// No longer valid; its number is never used again.
        Voided = "voided",
    }
}

/// Longest number, and longest pattern.
pub const NUMBER_CHARS: usize = 60;

/// What is wrong with a pattern of numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum WrongPattern {
    /// Without the year or the running number, numbers would repeat.
    #[error("the pattern lacks {{year}} or {{number}}")]
    Repeats,
    /// It names something that there is not.
    #[error("the pattern names something unknown in braces")]
    Unknown,
    /// It is too long.
    #[error("the pattern is longer than {NUMBER_CHARS} characters")]
    TooLong,
}

/// Looks at a pattern of numbers: `{unit}`, `{year}` and `{number}` stand for the issuer's name, the year and the
/// running number of that year.
pub fn check_pattern(pattern: &str) -> Result<(), WrongPattern> {
    if pattern.chars().count() > NUMBER_CHARS {
        return Err(WrongPattern::TooLong);
    }
    if !pattern.contains("{year}") || !pattern.contains("{number}") {
        return Err(WrongPattern::Repeats);
    }
    let rest =
        ["{unit}", "{year}", "{number}"].iter().fold(pattern.to_owned(), |rest, name| rest.replace(name, ""));
    if rest.contains(['{', '}']) { Err(WrongPattern::Unknown) } else { Ok(()) }
}

/// A number made by a pattern.
pub fn number(pattern: &str, unit: &str, year: i32, number: i64) -> String {
    // The unit's name comes last, so that nothing in it is taken for a part of the pattern.
    pattern
        .replace("{year}", &year.to_string())
        .replace("{number}", &number.to_string())
        .replace("{unit}", unit)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn patterns() {
        for kind in PaperKind::ALL {
            assert_eq!(check_pattern(kind.numbering()), Ok(()));
        }
        assert_eq!(check_pattern("殷承〔{year}〕号"), Err(WrongPattern::Repeats));
        assert_eq!(check_pattern("{number}号"), Err(WrongPattern::Repeats));
        assert_eq!(check_pattern("{yr}{year}{number}"), Err(WrongPattern::Unknown));
        assert_eq!(check_pattern(&"{year}{number}".repeat(6)), Err(WrongPattern::TooLong));
        assert_eq!(number("{unit}承〔{year}〕{number}号", "殷都区", 2026, 12), "殷都区承〔2026〕12号");
    }

    #[test]
    fn a_paper_suits_what_it_is_for() {
        for form in Form::ALL.iter().copied() {
            let grounding = PaperKind::ALL.iter().filter(|kind| kind.grounds(form)).count();
            assert_eq!(grounding, 1, "{form} stands on one kind of paper");
            for kind in PaperKind::ALL {
                assert!(!kind.grounds(form) || kind.suits(form), "{kind} of {form}");
                assert!(!kind.grounds(form) || kind.instrument().is_some(), "{kind} of {form}");
            }
        }
    }

    proptest! {
        #[test]
        fn numbers_of_one_pattern_differ(unit in ".{0,8}", year in 2000..2100_i32, one in 1..1_000_000_i64, other in 1..1_000_000_i64) {
            for kind in PaperKind::ALL {
                let made = [one, other].map(|running| number(kind.numbering(), &unit, year, running));
                prop_assert_eq!(made[0] == made[1], one == other);
            }
        }
    }
}
