//! Questions of a bank, and how their answers are marked.

use crate::route::Route;

/// The routes of this area.
pub(super) fn routes() -> Vec<Route> {
    Vec::new()
}
