//! Deputies: who acts for a post while its holder cannot.

use crate::db::execute;
use crate::{Conn, StoreError};
use domain::Period;
use domain::id::{AppointmentId, AssignmentId, DeputyshipId, PersonId};
use serde::Serialize;

/// Acts for a post while its holder cannot.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Deputyship {
    /// Identifier.
    pub id: DeputyshipId,
    /// Who acts.
    pub deputy: PersonId,
    /// For which post.
    pub appointment: AppointmentId,
    /// For this assignment only; for all when absent.
    pub assignment: Option<AssignmentId>,
    /// When; it always has a last day.
    pub period: Period,
    /// Why.
    pub reason: String,
}

/// Arranges a deputyship.
pub async fn insert(conn: &mut Conn, deputyship: &Deputyship) -> Result<(), StoreError> {
    const SQL: &str =
        "insert into deputyship (id, deputy_id, appointment_id, assignment_id, valid_from, valid_to, reason)
        values ($1, $2, $3, $4, $5, $6, $7)";
    execute!(
        conn,
        SQL,
        deputyship.id.0,
        deputyship.deputy.0,
        deputyship.appointment.0,
        deputyship.assignment.map(|id| id.0),
        deputyship.period.from,
        deputyship.period.to,
        &deputyship.reason,
    )?;
    Ok(())
}
