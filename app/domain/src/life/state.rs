//! In which state a proposal, each of its items and each assignment is, and which step leads where.

use super::Refusal;
use crate::code::codes;

codes! {
    /// Where a proposal is as a whole.
    Phase, "proposal-phase" {
        /// 草稿: only its drafter's
        Draft = "draft",
        /// 征求意见: each unit answers its items
        Answering = "answering",
        /// 审批中
        Approving = "approving",
        /// 已退回 to its drafter
        Returned = "returned",
        /// 已批准
        Approved = "approved",
        /// 不同意
        Refused = "refused",
        /// 已撤回
        Withdrawn = "withdrawn",
    }
}

codes! {
    /// What is done to a proposal.
    Move, "proposal-move" {
        /// Sends it to the units.
        Propose = "propose",
        /// Sends what was accepted along the route of approval.
        Submit = "submit",
        /// The route's last stage has passed.
        Approve = "approve",
        /// An approver sends it back.
        Return = "return",
        /// An approver refuses it.
        Refuse = "refuse",
        /// Its drafter takes it back.
        Withdraw = "withdraw",
    }
}

impl Phase {
    /// Where a step leads.
    pub const fn after(self, step: Move) -> Result<Self, Refusal> {
        Ok(match (self, step) {
            (Self::Draft | Self::Returned, Move::Propose) => Self::Answering,
            (Self::Answering, Move::Submit) => Self::Approving,
            (Self::Approving, Move::Approve) => Self::Approved,
            (Self::Approving, Move::Return) => Self::Returned,
            (Self::Approving, Move::Refuse) => Self::Refused,
            (Self::Draft | Self::Answering | Self::Approving | Self::Returned, Move::Withdraw) => {
                Self::Withdrawn
            }
            _ => return Err(Refusal::WrongState),
        })
    }

    /// Whether nothing follows.
    pub const fn is_over(self) -> bool {
        matches!(self, Self::Approved | Self::Refused | Self::Withdrawn)
    }
}

codes! {
    /// Where one item of a proposal is: one power for one unit.
    ItemState, "item-state" {
        /// Not sent yet.
        Drafted = "drafted",
        /// Waits for the unit's answer.
        Proposed = "proposed",
        /// 同意承接
        Accepted = "accepted",
        /// 不认领, with a reason
        Objected = "objected",
        /// Left out after an objection.
        Dropped = "dropped",
        /// Approved; the take-over begins.
        Approved = "approved",
        /// Refused on the route.
        Refused = "refused",
        /// Taken back with its proposal.
        Withdrawn = "withdrawn",
    }
}

codes! {
    /// What is done to an item.
    Answer, "item-answer" {
        /// Sent to the unit.
        Propose = "propose",
        /// 同意
        Accept = "accept",
        /// 不认领
        Object = "object",
        /// Asked again after an objection, with an answer to it.
        AskAgain = "ask_again",
        /// Left out after an objection.
        Drop = "drop",
        /// Approved with its proposal.
        Approve = "approve",
        /// Refused with its proposal.
        Refuse = "refuse",
        /// Returned with its proposal.
        Return = "return",
        /// Taken back with its proposal.
        Withdraw = "withdraw",
    }
}

impl ItemState {
    /// Where a step leads. What was answered can be answered otherwise as long as the units are asked.
    pub const fn after(self, step: Answer) -> Result<Self, Refusal> {
        Ok(match (self, step) {
            (Self::Drafted, Answer::Propose) | (Self::Objected, Answer::AskAgain) => Self::Proposed,
            (Self::Proposed | Self::Objected, Answer::Accept) => Self::Accepted,
            (Self::Proposed | Self::Accepted, Answer::Object) => Self::Objected,
            (Self::Objected, Answer::Drop) => Self::Dropped,
            (Self::Accepted, Answer::Approve) => Self::Approved,
            (Self::Accepted, Answer::Refuse) => Self::Refused,
            (Self::Accepted, Answer::Return) => Self::Drafted,
            (Self::Drafted | Self::Proposed | Self::Accepted | Self::Objected, Answer::Withdraw) => {
                Self::Withdrawn
            }
            _ => return Err(Refusal::WrongState),
        })
    }

    /// Whether nothing follows inside the proposal.
    pub const fn is_over(self) -> bool {
        matches!(self, Self::Dropped | Self::Approved | Self::Refused | Self::Withdrawn)
    }
}

impl Answer {
    /// Whether it needs a reason.
    pub const fn needs_reason(self) -> bool {
        matches!(self, Self::Object | Self::AskAgain | Self::Drop | Self::Refuse | Self::Return)
    }
}

/// Whether a proposal whose items are in these states may go on to its approval.
pub fn may_submit(items: &[ItemState]) -> Result<(), Refusal> {
    if items.contains(&ItemState::Proposed) || items.contains(&ItemState::Drafted) {
        Err(Refusal::Unanswered)
    } else if items.contains(&ItemState::Objected) {
        Err(Refusal::Objections)
    } else if items.contains(&ItemState::Accepted) {
        Ok(())
    } else {
        Err(Refusal::NothingAccepted)
    }
}

codes! {
    /// Where an assignment is in its life. One that was imported in force began there.
    Stage, "life-stage" {
        /// Approved; its paper is not signed yet.
        Approved = "approved",
        /// Signed; an entrustment is still to be published.
        Signed = "signed",
        /// 承接中: the paper is right, the other tasks are under way
        InTransition = "in_transition",
        /// 生效
        InForce = "in_force",
        /// 评估中
        UnderReview = "under_review",
        /// 收回
        Recalled = "recalled",
        /// 续期: another assignment followed it
        Renewed = "renewed",
        /// 到期
        Expired = "expired",
    }
}

codes! {
    /// What happens to an assignment.
    Event, "life-event" {
        /// Its paper was signed.
        Sign = "sign",
        /// The paper on which it stood was voided.
        Void = "void",
        /// Its paper is signed, inside its term, and published where it must be.
        Prepare = "prepare",
        /// It takes effect.
        Begin = "begin",
        /// It is looked at again.
        Review = "review",
        /// The review keeps it.
        Keep = "keep",
        /// It is recalled.
        Recall = "recall",
        /// Another one follows it.
        Renew = "renew",
        /// Its last day has passed.
        Expire = "expire",
    }
}

impl Stage {
    /// Where an event leads. `open_tasks` are those of the take-over that are neither met nor waived.
    pub const fn after(self, event: Event, open_tasks: u32) -> Result<Self, Refusal> {
        Ok(match (self, event) {
            (Self::Approved, Event::Sign) => Self::Signed,
            (Self::Signed | Self::InTransition, Event::Void) => Self::Approved,
            (Self::Approved | Self::Signed, Event::Prepare) => Self::InTransition,
            (Self::InTransition, Event::Begin) => {
                if open_tasks > 0 {
                    return Err(Refusal::OpenTasks);
                }
                Self::InForce
            }
            (Self::Approved | Self::Signed, Event::Begin) => return Err(Refusal::OpenTasks),
            (Self::InForce, Event::Review) => Self::UnderReview,
            (Self::UnderReview, Event::Keep) => Self::InForce,
            (Self::Recalled, _) => return Err(Refusal::Recalled),
            (Self::Renewed | Self::Expired, _) => return Err(Refusal::Over),
            (_, Event::Recall) => Self::Recalled,
            (Self::InForce | Self::UnderReview, Event::Renew) => Self::Renewed,
            (Self::InForce | Self::UnderReview, Event::Expire) => Self::Expired,
            _ => return Err(Refusal::WrongState),
        })
    }

    /// Whether it is still to take effect.
    pub const fn is_before(self) -> bool {
        matches!(self, Self::Approved | Self::Signed | Self::InTransition)
    }

    /// Whether it is over.
    pub const fn is_over(self) -> bool {
        matches!(self, Self::Recalled | Self::Renewed | Self::Expired)
    }
}

codes! {
    /// What is asked for in an adjustment (动态调整).
    Adjust, "adjust" {
        /// 收回
        Recall = "recall",
        /// 延期
        Extend = "extend",
        /// 变更方式
        ChangeForm = "change_form",
        /// 增加保障
        MoreMeans = "more_means",
    }
}

codes! {
    /// What was decided on a request: an adjustment or a waiver.
    Decision, "life-decision" {
        /// 同意
        Granted = "granted",
        /// 不同意
        Refused = "refused",
    }
}
