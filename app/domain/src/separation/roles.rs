//! Which role inherits from which: a child holds everything that its parents hold.

use crate::Message;
use std::collections::{BTreeMap, BTreeSet};

/// Roles with those from which they inherit, without cycles.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Hierarchy {
    /// Every role that inherits, with each one above it.
    above: BTreeMap<String, BTreeSet<String>>,
    edges: BTreeSet<(String, String)>,
}

/// An inheritance that cannot be.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{child} cannot inherit from {parent}, which inherits from it")]
pub struct HierarchyError {
    /// Would inherit.
    pub child: String,
    /// From this one.
    pub parent: String,
}

impl HierarchyError {
    /// What is wrong with it.
    pub fn message(&self, names: &super::Names) -> Message {
        Message::new("separation-error-cycle")
            .with("child", names.member(&self.child))
            .with("parent", names.member(&self.parent))
    }
}

impl Hierarchy {
    /// A hierarchy of inheritances, child first; refuses the first that closes a cycle.
    pub fn new<C: Into<String>, P: Into<String>>(
        edges: impl IntoIterator<Item = (C, P)>,
    ) -> Result<Self, HierarchyError> {
        edges.into_iter().try_fold(Self::default(), |all, (child, parent)| all.with(child, parent))
    }

    /// With one more inheritance.
    pub fn with(
        mut self,
        child: impl Into<String>,
        parent: impl Into<String>,
    ) -> Result<Self, HierarchyError> {
        let (child, parent) = (child.into(), parent.into());
        if self.inherits(&parent, &child) {
            return Err(HierarchyError { child, parent });
        }
        let gained: BTreeSet<String> = self.closure(&parent).map(str::to_owned).collect();
        for (role, above) in &mut self.above {
            if *role == child || above.contains(&child) {
                above.extend(gained.iter().cloned());
            }
        }
        self.above.entry(child.clone()).or_default().extend(gained);
        self.edges.insert((child, parent));
        Ok(self)
    }

    /// Without an inheritance.
    #[must_use]
    pub fn without(&self, child: &str, parent: &str) -> Self {
        let rest = self.edges.iter().filter(|(one, other)| one != child || other != parent);
        // What is left of something without cycles has none.
        Self::new(rest.cloned()).unwrap_or_default()
    }

    /// Whether holding a role is holding another: itself, or one from which it inherits.
    pub fn inherits(&self, role: &str, other: &str) -> bool {
        role == other || self.above.get(role).is_some_and(|above| above.contains(other))
    }

    /// A role with every one from which it inherits.
    pub fn closure<'a>(&'a self, role: &'a str) -> impl Iterator<Item = &'a str> {
        std::iter::once(role).chain(self.above.get(role).into_iter().flatten().map(String::as_str))
    }

    /// The inheritances themselves, child first.
    pub fn edges(&self) -> impl Iterator<Item = (&str, &str)> {
        self.edges.iter().map(|(child, parent)| (child.as_str(), parent.as_str()))
    }
}
