//! The parts of the interface, a file each. A new one is a file with `lines()`, and a line in [`all`].

mod adjustments;
mod approval_routes;
mod assignments;
mod attachments;
mod audit;
mod bases;
mod board;
mod calendar;
mod cases;
mod catalogues;
mod duties;
mod files;
mod handoffs;
mod holders;
mod indicators;
mod me;
mod notices;
mod papers;
mod people;
mod powers;
mod proposals;
mod register;
mod reviews;
mod rounds;
mod separation;
mod takeovers;
mod units;
mod webhooks;
mod zero_base;

use crate::endpoint::Endpoint;
use crate::problem::Fault;
use domain::id::UnitId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

/// Every endpoint.
pub fn all() -> Vec<Endpoint> {
    let areas = [
        me::lines(),
        units::lines(),
        powers::lines(),
        assignments::lines(),
        board::lines(),
        people::lines(),
        holders::lines(),
        proposals::lines(),
        takeovers::lines(),
        adjustments::lines(),
        approval_routes::lines(),
        cases::lines(),
        handoffs::lines(),
        files::lines(),
        register::lines(),
        separation::lines(),
        reviews::lines(),
        catalogues::lines(),
        rounds::lines(),
        zero_base::lines(),
        duties::lines(),
        bases::lines(),
        papers::lines(),
        attachments::lines(),
        indicators::lines(),
        calendar::lines(),
        notices::lines(),
        webhooks::lines(),
        audit::lines(),
    ];
    areas.into_iter().flatten().collect()
}

/// An identifier of an address; what is none leads nowhere.
fn id<T: std::str::FromStr>(text: &str) -> Result<T, Fault> {
    text.parse().map_err(|_| Fault::NotFound)
}

/// That it was done.
#[derive(Debug, Serialize, ToSchema)]
struct Done {
    /// How many were changed.
    changed: usize,
}

/// What is decided on what somebody asks for.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Decided {
    /// `granted` or `refused`.
    decision: String,
    /// Why; a refusal needs it.
    #[serde(default)]
    answer: String,
}

/// Nothing.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Plain {}

/// A unit, by what people call it.
#[derive(Debug, Serialize, ToSchema)]
struct UnitName {
    /// Identifier.
    id: Uuid,
    /// Name.
    name: String,
}

impl UnitName {
    fn new(id: UnitId, name: &str) -> Self {
        Self { id: id.0, name: name.to_owned() }
    }
}
