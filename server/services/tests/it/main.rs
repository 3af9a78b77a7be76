//! The use cases on SQLite and on PostgreSQL: each test runs on an empty database of its own of both.

#![expect(clippy::disallowed_methods, reason = "tests make what no use case would")]

#[cfg(test)]
mod assigning;
#[cfg(test)]
mod auditing;
#[cfg(test)]
mod cataloguing;
#[cfg(test)]
#[path = "../../../store/tests/it/common.rs"]
mod common;
#[cfg(test)]
mod files;
#[cfg(test)]
mod following;
#[cfg(test)]
mod identity;
#[cfg(test)]
mod kinds;
#[cfg(test)]
mod oidc;
#[cfg(test)]
mod reassessing;
#[cfg(test)]
mod refusals;
#[cfg(test)]
mod round_trip;
#[cfg(test)]
mod rounds;
#[cfg(test)]
mod rules;
#[cfg(test)]
mod sample;
#[cfg(test)]
mod through_the_years;
#[cfg(test)]
mod webhooks;
#[cfg(test)]
mod workbooks;
