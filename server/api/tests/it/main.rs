//! The interface for programs on SQLite and on PostgreSQL.

#[cfg(test)]
mod catalogue;
#[cfg(test)]
#[path = "../../../store/tests/it/common.rs"]
mod common;
#[cfg(test)]
mod description;
#[cfg(test)]
mod doors;
#[cfg(test)]
mod life;
#[cfg(test)]
mod once;
#[cfg(test)]
mod program;
#[cfg(test)]
mod readme;
#[cfg(test)]
mod round;
#[cfg(test)]
#[path = "../../../../app/tests/site/mod.rs"]
#[expect(dead_code, reason = "other tests use the rest")]
mod site;
#[cfg(test)]
mod uses;
