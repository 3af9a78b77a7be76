//! Training: courses, questions, exams, classes, credit hours and certificates.

pub mod certificate;
pub mod class;
pub mod course;
pub mod exam;
pub mod hours;
pub mod need;
pub mod question;
