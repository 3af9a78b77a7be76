//! Exams: blueprints, draws, attempts and grades.

use crate::route::Route;

/// The routes of this area.
pub(super) fn routes() -> Vec<Route> {
    Vec::new()
}
