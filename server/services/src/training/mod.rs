//! Training: use cases, and what a course that was completed brings.

pub mod certificate;
pub mod class;
pub mod course;
pub mod exam;
pub mod hours;
pub mod need;
pub mod question;

use crate::ServiceError;
use crate::write::Caller;
use domain::Date;
use domain::id::{CompletionId, CreditId, PersonId};
use domain::people::Completion;
use domain::training::{Category, Credit, Source, TeachingForm};
use std::collections::BTreeSet;
use store::Conn;
use uuid::Uuid;

/// What somebody has learned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Learned<'a> {
    /// Who.
    pub person: PersonId,
    /// The course's name, as powers name it; none where only hours were earned.
    pub course: Option<&'a str>,
    /// When.
    pub on: Date,
    /// Last day on which the completion counts.
    pub valid_until: Option<Date>,
    /// In what the hours were earned.
    pub category: Category,
    /// How it was taught.
    pub form: TeachingForm,
    /// Tenths of hours.
    pub tenths: i32,
    /// By what it was earned.
    pub source: Source,
    /// Its record; a record counts once.
    pub source_id: Uuid,
}

/// Keeps what somebody has learned, in the transaction in which it happened: the completion, which may open a right
/// at once, and the hours. What was kept before is not kept again. Who it reaches is assessed anew.
pub async fn learned(conn: &mut Conn, caller: &Caller, what: &Learned<'_>) -> Result<(), ServiceError> {
    let credit = Credit {
        id: CreditId(store::new_id()),
        person: what.person,
        on: what.on,
        category: what.category,
        form: what.form,
        tenths: what.tenths,
        source: what.source,
        source_id: Some(what.source_id),
        corrects: None,
        reason: String::new(),
    };
    store::training::hours::insert(conn, &credit, caller.now).await?;
    let Some(course) = what.course else { return Ok(()) };
    if store::people::completion_by_key(conn, what.person, course, what.on).await?.is_some() {
        return Ok(());
    }
    let completion = Completion {
        id: CompletionId(store::new_id()),
        course: course.to_owned(),
        completed_on: what.on,
        valid_until: what.valid_until,
        tenths_of_hours: u32::try_from(what.tenths).unwrap_or_default(),
    };
    store::people::insert_completion(conn, what.person, &completion).await?;
    let touched: BTreeSet<_> = store::people::units_of(conn, what.person).await?.into_iter().collect();
    crate::assess::reassess_units(conn, &touched, caller.today).await
}
