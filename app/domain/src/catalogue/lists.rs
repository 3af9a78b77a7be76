//! The three lists of a township (三张清单): what it does itself, where it helps, and what was taken back.

use crate::code::codes;
use crate::id::{DutyRowId, PowerId, UnitId};
use serde::{Deserialize, Serialize};

codes! {
    /// On which of the three lists a duty stands.
    List, "duty-list" {
        /// 基本履职: the township's own.
        Basic = "basic",
        /// 配合履职: a department leads.
        CoOperating = "co_operating",
        /// 上级部门收回: a department has taken it back.
        Recalled = "recalled",
    }
}

impl List {
    /// Whether its rows name a department: the one that leads, or that took it back.
    pub const fn names_a_department(self) -> bool {
        !matches!(self, Self::Basic)
    }
}

/// A duty of a township.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DutyRow {
    /// Identifier.
    pub id: DutyRowId,
    /// The township.
    pub unit: UnitId,
    /// The list.
    pub list: List,
    /// Code, unique in the list of the township.
    pub code: String,
    /// What is to be done.
    pub text: String,
    /// The department that leads or took it back, as written.
    pub lead: String,
    /// The same as a unit, where it is one.
    pub lead_unit: Option<UnitId>,
    /// With what the township helps.
    pub matters: String,
    /// On what it stands.
    pub basis: String,
    /// The power that it is, where it is one.
    pub power: Option<PowerId>,
}
