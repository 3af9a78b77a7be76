//! Notices: what somebody has to know or do, and by when.

use crate::code::codes;
use crate::duty::Role;
use crate::id::{PersonId, UnitId};
use crate::{Date, Message};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

codes! {
    /// What happened. Its sentence is `notice-<code>`, and may name what [`Words`] holds.
    Event, "notice" {
        /// A review of rights waits for its reviewer.
        ReviewDue = "review_due",
        /// A review of rights was closed.
        ReviewClosed = "review_closed",
        /// Somebody asks for an exception.
        ExceptionAsked = "exception_asked",
        /// An exception was approved.
        ExceptionApproved = "exception_approved",
        /// An exception runs out soon.
        ExceptionEnding = "exception_ending",
        /// Powers were proposed to a unit; it answers.
        AnswerAsked = "answer_asked",
        /// A unit objects.
        AnswerObjected = "answer_objected",
        /// Every unit has answered.
        AnswersIn = "answers_in",
        /// A proposal waits for one's approval.
        ApprovalAsked = "approval_asked",
        /// A proposal was sent back to its drafter.
        ProposalReturned = "proposal_returned",
        /// A proposal was refused.
        ProposalRefused = "proposal_refused",
        /// A proposal was approved; the take-over begins.
        ProposalApproved = "proposal_approved",
        /// A proposal was taken back.
        ProposalWithdrawn = "proposal_withdrawn",
        /// Somebody urges an answer or a decision.
        ProposalUrged = "proposal_urged",
        /// An answer is due soon.
        AnswerDue = "answer_due",
        /// An answer is overdue.
        AnswerOverdue = "answer_overdue",
        /// A decision on a proposal is due soon.
        ApprovalDue = "approval_due",
        /// A decision on a proposal is overdue.
        ApprovalOverdue = "approval_overdue",
        /// A task of a take-over is due soon.
        TaskDue = "task_due",
        /// A task of a take-over is overdue.
        TaskOverdue = "task_overdue",
        /// A waiver has run out; its task is open again.
        TaskReopened = "task_reopened",
        /// What is overdue is told to the unit above.
        LifeEscalated = "life_escalated",
        /// Somebody asks to do without a task for a while.
        WaiverAsked = "waiver_asked",
        /// It was decided on.
        WaiverDecided = "waiver_decided",
        /// An assignment takes effect.
        AssignmentBegun = "assignment_begun",
        /// It cannot take effect yet.
        AssignmentPutOff = "assignment_put_off",
        /// An assignment is recalled.
        AssignmentRecalled = "assignment_recalled",
        /// An assignment, or its paper, ends soon.
        AssignmentEnds = "assignment_ends",
        /// An assignment has ended.
        AssignmentEnded = "assignment_ended",
        /// Somebody asks for an adjustment.
        AdjustmentAsked = "adjustment_asked",
        /// It was decided on.
        AdjustmentDecided = "adjustment_decided",
        /// The decision on it is overdue.
        AdjustmentOverdue = "adjustment_overdue",
        /// A paper was drawn up.
        PaperDrawn = "paper_drawn",
        /// A paper was signed.
        PaperSigned = "paper_signed",
        /// A paper was voided.
        PaperVoided = "paper_voided",
        /// A decided case waits to be claimed.
        HandoffPushed = "handoff_pushed",
        /// A hand-off must be claimed or answered soon.
        HandoffDue = "handoff_due",
        /// Its day has passed.
        HandoffOverdue = "handoff_overdue",
        /// Its day has long passed, and whoever stands above is told.
        HandoffEscalated = "handoff_escalated",
        /// What supervision found was told to the deciding side.
        HandoffAnswered = "handoff_answered",
        /// A hand-off came back as wrongly addressed.
        HandoffReturned = "handoff_returned",
        /// A penalty touches a licence that was granted.
        PenaltyPushed = "penalty_pushed",
        /// The clock of a case stands still.
        CasePaused = "case_paused",
        /// A case must be decided soon.
        CaseDue = "case_due",
        /// A stage of a round has begun.
        RoundStage = "round_stage",
        /// A stage of a round ends soon.
        RoundDue = "round_due",
        /// Another party has changed items of a round, or objects to some.
        RoundChanged = "round_changed",
        /// An article on which something stands will end.
        BasisEnding = "basis_ending",
        /// An article on which something stands is over, or reads otherwise.
        BasisMarked = "basis_marked",
    }
}

/// What the sentence names; what an event does not speak of stays empty.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Words {
    /// The power.
    pub power: String,
    /// The unit.
    pub unit: String,
    /// Who did it.
    pub who: String,
    /// Title or number of the thing.
    pub title: String,
    /// Why.
    pub reason: String,
    /// The day of which it speaks.
    pub day: Option<Date>,
    /// How many.
    pub count: u32,
}

/// A notice, whoever gets it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// What happened.
    pub event: Event,
    /// Identifier of the thing: with the event and the step it is told to a person once.
    pub about: Uuid,
    /// Which of several notices of the same event about the same thing: a reminder's offset, a round's number.
    pub step: String,
    /// What the sentence names.
    pub words: Words,
    /// Where it is dealt with: a path of this site.
    pub link: String,
    /// By when.
    pub due: Option<Date>,
}

/// Who gets a notice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum To {
    /// One person.
    Person(PersonId),
    /// Whoever has a role for a unit: for itself, or else for the nearest unit above it for which somebody has.
    Role(Role, UnitId),
}

impl Event {
    /// The sentence.
    pub fn sentence(self, words: &Words) -> Message {
        let message = self
            .message()
            .with("power", words.power.as_str())
            .with("unit", words.unit.as_str())
            .with("who", words.who.as_str())
            .with("title", words.title.as_str())
            .with("reason", words.reason.as_str())
            .with("count", words.count);
        match words.day {
            Some(day) => message.with("day", day),
            None => message,
        }
    }
}
