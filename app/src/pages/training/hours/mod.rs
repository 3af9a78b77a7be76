//! Credit hours: what is owed and what the ledger adds up to.

use crate::route::Route;

/// The routes of this area.
pub(super) fn routes() -> Vec<Route> {
    Vec::new()
}
