//! From a zero-base review to deeds: what is dropped is recalled, and for what is changed an adjustment is asked for.

use crate::ServiceError;
use crate::form::{FieldError, Fields, text};
use crate::life::adjust::ask_in;
use crate::life::recall::recall as recall_one;
use crate::write::{Caller, Write};
use access::Action;
use domain::Message;
use domain::catalogue::zero_base::{Proposal, recall_reason};
use domain::duty::Subject;
use domain::id::ZeroBaseId;
use domain::life::Refusal;
use store::Db;
use store::zero_base::Line;

/// Most lines that are carried out at once; what is left is carried out when it is sent again.
pub const AT_ONCE: i64 = 500;

/// What became of lines.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Done {
    /// Lines.
    pub lines: usize,
    /// Lines whose assignment is over already.
    pub left: usize,
}

/// What a use case answers: none where there is no such review.
type Answer = Result<Option<Result<Done, Vec<FieldError>>>, ServiceError>;

/// The lines with a decision that are seen and wait to be carried out; none where there is no such review.
async fn waiting(
    db: &Db,
    caller: &Caller,
    (review, action): (ZeroBaseId, Action),
    decision: Proposal,
) -> Result<Option<Vec<Line>>, ServiceError> {
    let mut conn = db.read().await?;
    let sight = caller.actor.sight();
    let Some(listed) = store::zero_base::listed(&mut conn, review, sight).await? else { return Ok(None) };
    let lines = store::zero_base::pending(&mut conn, review, decision, sight, AT_ONCE).await?;
    if lines.is_empty() {
        // There is nothing whose permit would be asked for.
        let units = store::unit::above(&mut conn, listed.review.scope).await?;
        let _permit = caller.permit(action, &Subject { units: &units, ..Subject::default() })?;
    }
    Ok(Some(lines))
}

fn nothing() -> Vec<FieldError> {
    vec![("lines", Message::new("zero-base-error-done"))]
}

/// Whether it was refused because the assignment has ended meanwhile, or somebody else was faster.
fn is_over(errors: &[FieldError]) -> bool {
    let over = [Refusal::Over, Refusal::Recalled, Refusal::Decided, Refusal::WrongState];
    errors.iter().any(|(_, message)| over.iter().any(|refusal| refusal.key() == message.key))
}

/// Recalls what was dropped: `number` of the decision and `last_on`. Each takes its code and the reason of its line along,
/// is a transaction of its own, and is recalled once.
pub async fn recall(db: &Db, caller: &Caller, review: ZeroBaseId, fields: &Fields) -> Answer {
    let asked = (review, Action::AssignmentRecall);
    let Some(lines) = waiting(db, caller, asked, Proposal::Drop).await? else { return Ok(None) };
    let mut done = Done::default();
    for line in &lines {
        let code = line.code.unwrap_or(recall_reason(line.cases, line.basis));
        let form: Fields = [
            ("reason", code.as_str()),
            ("note", line.reason.as_str()),
            ("number", text(fields, "number")),
            ("last_on", text(fields, "last_on")),
            ("scope", "one"),
        ]
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect();
        match recall_one(db, caller, line.assignment, &form).await? {
            Ok(_) => done.lines += 1,
            Err(errors) if is_over(&errors) => done.left += 1,
            // The form is the same for all.
            Err(errors) => return Ok(Some(Err(errors))),
        }
    }
    Ok(Some(if lines.is_empty() { Err(nothing()) } else { Ok(done) }))
}

/// Asks for an adjustment of what is changed: `kind`. What it wishes is the reason of the line's decision; each is a
/// transaction of its own, and is asked for once.
pub async fn adjust(db: &Db, caller: &Caller, review: ZeroBaseId, fields: &Fields) -> Answer {
    let asked = (review, Action::AdjustmentRequest);
    let Some(lines) = waiting(db, caller, asked, Proposal::Change).await? else { return Ok(None) };
    let mut done = Done::default();
    for line in &lines {
        let why = if line.grounds.is_empty() { &line.reason } else { &line.grounds };
        let form: Fields =
            [("kind", text(fields, "kind")), ("wish", line.reason.as_str()), ("reason", why.as_str())]
                .into_iter()
                .map(|(name, value)| (name.to_owned(), value.to_owned()))
                .collect();
        let mut write = Write::begin(db).await?;
        match ask_in(write.conn(), caller, line.assignment, &form).await? {
            Ok(asked) => {
                // Somebody else may have asked meanwhile; then this transaction is forgotten.
                if store::zero_base::adjusted(write.conn(), line.id, asked.id).await? {
                    write.commit(caller, &asked.permit, asked.change).await?;
                    done.lines += 1;
                } else {
                    done.left += 1;
                }
            }
            Err(errors) if is_over(&errors) => done.left += 1,
            Err(errors) => return Ok(Some(Err(errors))),
        }
    }
    Ok(Some(if lines.is_empty() { Err(nothing()) } else { Ok(done) }))
}
