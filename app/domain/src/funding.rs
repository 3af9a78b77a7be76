//! Funding lines: the money that followed.

use crate::Fen;
use crate::code::codes;
use crate::id::{AssignmentId, FundingId};
use serde::{Deserialize, Serialize};

codes! {
    /// Where money comes from.
    FundingSource, "funding-source" {
        /// 一般转移支付
        GeneralTransfer = "general_transfer",
        /// 专项转移支付
        SpecialTransfer = "special_transfer",
        /// 部门经费
        Department = "department",
        /// 自有资金
        Own = "own",
    }
}

/// Money for an assignment, or for a unit as a whole, in a fiscal year (the calendar year).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FundingLine {
    /// Identifier.
    pub id: FundingId,
    /// The assignment; the unit as a whole when absent.
    pub assignment: Option<AssignmentId>,
    /// Fiscal year.
    pub year: i32,
    /// Source.
    pub source: FundingSource,
    /// Document number (文号).
    pub document: String,
    /// Set aside.
    pub allocated: Fen,
    /// Bound by contract.
    pub committed: Fen,
    /// Paid out to the unit.
    pub released: Fen,
    /// Used by the unit.
    pub spent: Fen,
}
