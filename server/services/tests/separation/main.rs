//! Separation of approval from supervision on SQLite and on PostgreSQL: cases, certificates, rules, exceptions,
//! the register, what people are given, and its review.

#![expect(clippy::disallowed_methods, reason = "tests make what no use case would")]

#[cfg(test)]
mod cases;
#[cfg(test)]
#[path = "../../../store/tests/it/common.rs"]
#[expect(dead_code, reason = "offices are made by address")]
mod common;
#[cfg(test)]
mod giving;
#[cfg(test)]
mod handing;
#[cfg(test)]
mod hostile;
#[cfg(test)]
mod importing;
#[cfg(test)]
mod joining;
#[cfg(test)]
mod living;
#[cfg(test)]
#[path = "../../../store/tests/it/made.rs"]
#[expect(dead_code, reason = "other tests make more of it")]
mod made;
#[cfg(test)]
mod office;
#[cfg(test)]
mod posting;
#[cfg(test)]
mod registering;
#[cfg(test)]
mod reviewing;
#[cfg(test)]
mod ruling;
#[cfg(test)]
mod yearly;
