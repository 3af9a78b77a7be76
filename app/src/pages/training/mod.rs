//! Pages of training: what trainees learn, trainers teach and mark, and leaders count.

mod certificate;
mod class;
mod course;
mod exam;
mod hours;
mod need;
mod question;

use crate::route::Route;

/// The routes of training, an area each.
pub fn routes() -> Vec<Route> {
    let areas = [
        certificate::routes(),
        class::routes(),
        course::routes(),
        exam::routes(),
        hours::routes(),
        need::routes(),
        question::routes(),
    ];
    areas.into_iter().flatten().collect()
}
