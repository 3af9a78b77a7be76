//! Units: the nodes of the tree that hands powers down and receives them.

use crate::code::codes;
use crate::id::UnitId;
use serde::{Deserialize, Serialize};

codes! {
    /// What a unit is.
    UnitKind, "unit-kind" {
        /// 省
        Province = "province",
        /// 市
        City = "city",
        /// 县、区
        County = "county",
        /// 部门
        Department = "department",
        /// 乡镇
        Township = "township",
        /// 街道
        Subdistrict = "subdistrict",
        /// 便民服务中心 and other public institutions
        Centre = "centre",
        /// 队所
        Team = "team",
    }
}

impl UnitKind {
    /// Whether it is an administrative organ, to which a licence may be entrusted; service centres and teams
    /// are not (行政许可法 art. 24).
    pub const fn is_administrative_organ(self) -> bool {
        !matches!(self, Self::Centre | Self::Team)
    }
}

/// A unit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unit {
    /// Identifier.
    pub id: UnitId,
    /// Its code in the county's own list.
    pub code: String,
    /// Name.
    pub name: String,
    /// Kind.
    pub kind: UnitKind,
    /// The unit above.
    pub parent: Option<UnitId>,
    /// Unified social credit code (GB 32100), as given, even when its check digit is wrong.
    pub credit_code: Option<String>,
}

/// Why a unified social credit code is doubtful; a warning, never a refusal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CreditCodeDoubt {
    /// Not 18 characters of the alphabet.
    #[error("a credit code has 18 digits and capital letters without I, O, S, V, Z")]
    Shape,
    /// The last character is not what the others demand.
    #[error("the check character should be {expected}")]
    CheckDigit {
        /// What the first 17 characters demand.
        expected: char,
    },
}

/// Checks a unified social credit code by GB 32100 (weights 3^i mod 31).
pub fn check_credit_code(code: &str) -> Result<(), CreditCodeDoubt> {
    const ALPHABET: &str = "0123456789ABCDEFGHJKLMNPQRTUWXY";
    let values: Option<Vec<usize>> = code.chars().map(|character| ALPHABET.find(character)).collect();
    let Some(values) = values.filter(|values| values.len() == 18) else {
        return Err(CreditCodeDoubt::Shape);
    };
    let mut weight = 1;
    let mut sum = 0;
    for value in &values[..17] {
        sum += value * weight;
        weight = weight * 3 % 31;
    }
    let expected = (31 - sum % 31) % 31;
    if expected == values[17] {
        Ok(())
    } else {
        let expected = ALPHABET.chars().nth(expected).unwrap_or('?');
        Err(CreditCodeDoubt::CheckDigit { expected })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credit_codes() {
        assert_eq!(check_credit_code("91350100M000100Y43"), Ok(()));
        assert_eq!(
            check_credit_code("91350100M000100Y44"),
            Err(CreditCodeDoubt::CheckDigit { expected: '3' })
        );
        assert_eq!(check_credit_code("9135"), Err(CreditCodeDoubt::Shape));
        assert_eq!(check_credit_code("91350100M000100I43"), Err(CreditCodeDoubt::Shape));
    }
}
