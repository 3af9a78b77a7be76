#![doc = include_str!("README.md")]

mod built_in;
mod case;
mod change;
mod exception;
mod find;
mod held;
mod names;
pub mod register;
mod roles;
mod set;
#[cfg(test)]
mod tests;

pub use built_in::{BUSINESS, hierarchy, sets};
pub use case::{Barred, may_act};
pub use change::{Lending, adding, changing_set, inheriting, lent, of_group};
pub use exception::{Exception, State, WARNING_DAYS};
pub use find::{Proof, Violation, activation, violations};
pub use held::{Book, Held, Right, Via};
pub use names::{Names, member_words};
pub use roles::{Hierarchy, HierarchyError};
pub use set::{Kind, Set, SetError};
