//! Means: authorised posts, equipment, seals and system accounts of a unit.

use crate::id::{EquipmentId, EstablishmentId};
use crate::{Date, Period};
use serde::{Deserialize, Serialize};

/// Authorised posts of a unit (编制) from a day on: a ceiling.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Establishment {
    /// Identifier.
    pub id: EstablishmentId,
    /// Number of posts.
    pub authorised: u32,
    /// First day.
    pub from: Date,
}

/// Equipment, a seal or a system account that a unit has.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Equipment {
    /// Identifier.
    pub id: EquipmentId,
    /// What it is.
    pub item: String,
    /// How many.
    pub quantity: u32,
    /// In use.
    pub period: Period,
}
