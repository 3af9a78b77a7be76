//! Courses: sections, lessons, and when one is completed.

use crate::route::Route;

/// The routes of this area.
pub(super) fn routes() -> Vec<Route> {
    Vec::new()
}
