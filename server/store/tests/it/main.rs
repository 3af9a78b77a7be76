//! The store on SQLite and on PostgreSQL: each test runs on an empty database of its own of both.

#![expect(clippy::disallowed_methods, reason = "tests make what no use case would")]

#[cfg(test)]
mod accounts;
#[cfg(test)]
mod assessments;
#[cfg(test)]
mod assignments;
#[cfg(test)]
mod audit;
#[cfg(test)]
mod cases;
#[cfg(test)]
mod checks;
#[cfg(test)]
#[expect(dead_code, reason = "other tests use the rest")]
mod common;
#[cfg(test)]
mod databases;
#[cfg(test)]
mod facts;
#[cfg(test)]
mod holdings;
#[cfg(test)]
mod made;
#[cfg(test)]
mod papers;
#[cfg(test)]
mod people;
#[cfg(test)]
mod powers;
#[cfg(test)]
mod resources;
#[cfg(test)]
mod rules;
#[cfg(test)]
mod sights;
#[cfg(test)]
mod units;
#[cfg(test)]
mod uploads;
