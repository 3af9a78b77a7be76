//! Identifiers: a type each, so that a unit's cannot stand where a power's is meant.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

macro_rules! ids {
    ($($(#[$meta:meta])* $name:ident)+) => {$(
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result { self.0.fmt(f) }
        }

        impl std::str::FromStr for $name {
            type Err = uuid::Error;
            fn from_str(text: &str) -> Result<Self, Self::Err> { text.parse().map(Self) }
        }
    )+};
}

ids! {
    /// A unit.
    UnitId
    /// A power in one version of a catalogue.
    PowerId
    /// An assignment.
    AssignmentId
    /// A person.
    PersonId
    /// What somebody has to know or do.
    NoticeId
    /// A letter.
    LetterId
    /// An appointment of a person to a post.
    AppointmentId
    /// A certificate.
    CertificateId
    /// An allocation of working time.
    AllocationId
    /// A piece of equipment or an account.
    EquipmentId
    /// A funding line.
    FundingId
    /// A completed course.
    CompletionId
    /// A month's case statistics.
    StatisticsId
    /// An authorised number of posts.
    EstablishmentId
    /// A way to sign in.
    AccountId
    /// A signed-in browser.
    SessionId
    /// A role in a post.
    GrantId
    /// A deputyship.
    DeputyshipId
    /// A group of people with rights in common.
    GroupId
    /// A membership of a group.
    MemberId
    /// A right of a group.
    GroupRightId
    /// An exception from a rule of separation.
    ExceptionId
    /// The supervising side of an assignment.
    SupervisionId
    /// A case.
    CaseId
    /// A step of a case.
    StepId
    /// A yearly review of rights.
    ReviewId
    /// A line of a review.
    ReviewLineId
    /// A support view.
    SupportViewId
    /// A rule that maps a claim to a role.
    ClaimRuleId
    /// A token of the interface for programs.
    TokenId
    /// An address that is told of what happens.
    WebhookId
    /// Something that a webhook is told.
    DeliveryId
    /// A proposal to hand powers down.
    ProposalId
    /// One power for one unit in a proposal.
    ItemId
    /// A route of approval.
    RouteId
    /// A stage of a route, or of a proposal on it.
    StageId
    /// A seat of a stage.
    SeatId
    /// A task of a take-over.
    TaskId
    /// A waiver of a task.
    WaiverId
    /// A request for an adjustment.
    AdjustmentId
    /// A row to be dealt with after a recall.
    ReclaimId
    /// A paper: an instrument, a recall decision or a waiver.
    PaperId
    /// A file beside a record.
    AttachmentId
    /// A hand-off of a case.
    HandoffId
    /// A pause of a case's clock.
    PauseId
    /// A version of a catalogue.
    VersionId
    /// A zero-base review.
    ZeroBaseId
    /// A line of a zero-base review.
    ZeroBaseLineId
    /// A row of one of the three lists.
    DutyRowId
    /// A round "three times up, three times down".
    RoundId
    /// An item of a round.
    RoundItemId
}
