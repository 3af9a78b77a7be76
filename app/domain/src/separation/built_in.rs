//! The built-in roles' inheritances and sets, as the first migration about access writes them.

use super::{Hierarchy, Kind, Set};
use crate::duty::{Mode, Role};

/// The role that every business role inherits; it grants nothing by itself.
pub const BUSINESS: &str = "business";

/// The built-in roles that are business.
const OF_BUSINESS: [Role; 7] = [
    Role::Organization,
    Role::Manager,
    Role::Handler,
    Role::Approver,
    Role::Supervisor,
    Role::Trainer,
    Role::Leader,
];

/// Which built-in role inherits from which.
pub fn hierarchy() -> Hierarchy {
    // One level has no cycles.
    Hierarchy::new(OF_BUSINESS.map(|role| (role.as_str(), BUSINESS))).unwrap_or_default()
}

/// The built-in sets.
pub fn sets() -> Vec<Set> {
    let set = |code: &str, kind, mode, members: &[&str]| Set {
        code: code.to_owned(),
        kind,
        members: members.iter().map(|&member| member.to_owned()).collect(),
        cardinality: 2,
        mode,
    };
    vec![
        set("SOD-01", Kind::Case, Mode::Enforce, &[]),
        set("SOD-02", Kind::PowerUnit, Mode::Enforce, &["penalise", "supervise"]),
        set("SOD-03", Kind::PowerUnit, Mode::Enforce, &["approve", "supervise"]),
        set("SOD-04", Kind::SameUnit, Mode::Record, &["approve", "supervise"]),
        set("SOD-05", Kind::Dynamic, Mode::Enforce, &["approver", "supervisor"]),
        set("SOD-06", Kind::Static, Mode::Enforce, &["administrator", BUSINESS]),
        set("SOD-07", Kind::Static, Mode::Enforce, &["auditor", "organization"]),
    ]
}
