//! Certificates: states, renewal, and when they end.

use crate::route::Route;

/// The routes of this area.
pub(super) fn routes() -> Vec<Route> {
    Vec::new()
}
