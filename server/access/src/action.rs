//! What can be done, as the policy names it: an object and an act.

use domain::assignment::Function;

macro_rules! actions {
    ($($(#[$meta:meta])* $name:ident = $object:literal, $act:literal;)+) => {
        /// Something that can be done.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[repr(u8)]
        pub enum Action { $($(#[$meta])* $name,)+ }

        impl Action {
            /// Every action.
            pub const ALL: &'static [Self] = &[$(Self::$name),+];

            /// The object, as the policy names it.
            pub const fn object(self) -> &'static str {
                match self { $(Self::$name => $object),+ }
            }

            /// The act, as the policy names it.
            pub const fn act(self) -> &'static str {
                match self { $(Self::$name => $act),+ }
            }

            /// Both, as the audit trail writes them.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => concat!($object, ".", $act)),+ }
            }

            /// The key of its name in the reader's language.
            pub const fn key(self) -> &'static str {
                match self { $(Self::$name => concat!("action-", $object, "-", $act)),+ }
            }
        }
    };
}

actions! {
    /// One's own password, second factor, sessions and post.
    AccountOwn = "account", "own";
    /// The list of accounts.
    AccountRead = "account", "read";
    /// Accounts: make, disable, reset.
    AccountChange = "account", "change";
    /// A support view.
    SupportOpen = "support", "open";
    /// The sample county, into an empty database.
    SampleLoad = "sample", "load";
    /// The catalogue.
    PowerRead = "power", "read";
    /// Assignments and how they are absorbed.
    AssignmentRead = "assignment", "read";
    /// Hands a power to a unit.
    AssignmentCreate = "assignment", "create";
    /// Registers an assignment's paper, and reviews it.
    AssignmentSign = "assignment", "sign";
    /// Recalls an assignment, and takes back what belonged to it.
    AssignmentRecall = "assignment", "recall";
    /// Proposals.
    ProposalRead = "proposal", "read";
    /// Accepts a proposed power, or objects to it.
    ProposalAnswer = "proposal", "answer";
    /// Votes on a proposal.
    ProposalApprove = "proposal", "approve";
    /// Routes of approval and the days of each step.
    RouteChange = "route", "change";
    /// Ticks a task of a take-over.
    TakeoverTick = "takeover", "tick";
    /// Asks to do without a task for a while.
    WaiverRequest = "waiver", "request";
    /// Decides on that.
    WaiverDecide = "waiver", "decide";
    /// Asks for an adjustment.
    AdjustmentRequest = "adjustment", "request";
    /// Decides on it.
    AdjustmentDecide = "adjustment", "decide";
    /// Units.
    UnitRead = "unit", "read";
    /// Thresholds and norms.
    ThresholdsRead = "thresholds", "read";
    /// Changes them.
    ThresholdsChange = "thresholds", "change";
    /// Imports a file.
    FileImport = "file", "import";
    /// Exports a file.
    FileExport = "file", "export";
    /// A person with posts and rights.
    PersonRead = "person", "read";
    /// Posts and their roles.
    AppointmentChange = "appointment", "change";
    /// Who is named for which function.
    AllocationChange = "allocation", "change";
    /// Deputies.
    DeputyshipChange = "deputyship", "change";
    /// Groups with rights in common.
    GroupChange = "group", "change";
    /// Roles that inherit from others.
    RoleChange = "role", "change";
    /// Which claims of the OpenID provider give which roles.
    ClaimChange = "claim", "change";
    /// Rules of separation and who breaks them.
    SeparationRead = "separation", "read";
    /// Changes rules of separation.
    SeparationChange = "separation", "change";
    /// Asks for an exception.
    ExceptionRequest = "exception", "request";
    /// Approves or ends an exception.
    ExceptionApprove = "exception", "approve";
    /// The two-sided register.
    RegisterRead = "register", "read";
    /// Names the supervising side.
    RegisterChange = "register", "change";
    /// Who could do what on a day.
    HolderAsk = "holder", "ask";
    /// Opens a review of rights.
    ReviewOpen = "review", "open";
    /// Looks at a review.
    ReviewRead = "review", "read";
    /// Keeps or revokes a right in a review.
    ReviewDecide = "review", "decide";
    /// The audit trail.
    AuditRead = "audit", "read";
    /// The audit trail as a file.
    AuditExport = "audit", "export";
    /// Proves that the audit trail is whole.
    AuditVerify = "audit", "verify";
    /// Addresses that are told of what happens.
    WebhookChange = "webhook", "change";
    /// The queue of letters: to whom and how it went.
    LetterRead = "letter", "read";
    /// Sends a letter again that was given up.
    LetterResend = "letter", "resend";
    /// Papers: instruments, recall decisions, waivers.
    PaperRead = "paper", "read";
    /// Draws a paper up, and voids it.
    PaperDraw = "paper", "draw";
    /// Records the signature of what the giving side signs.
    PaperSign = "paper", "sign";
    /// Records the signature of what the receiving side signs, too.
    PaperConfirm = "paper", "confirm";
    /// How numbers of papers are made.
    PaperNumber = "paper", "number";
    /// Versions of catalogues: makes, marks, publishes.
    CatalogueChange = "catalogue", "change";
    /// Moves an assignment to the power that took the place of its own.
    AssignmentMove = "assignment", "move";
    /// What became of an article on which powers stand.
    BasisMark = "basis", "mark";
    /// Publishes a unit's list, or withdraws it.
    PublicSwitch = "public", "switch";
    /// Rounds.
    RoundRead = "round", "read";
    /// Opens a round.
    RoundOpen = "round", "open";
    /// Changes, accepts and objects to items of a round.
    RoundAnswer = "round", "answer";
    /// Closes a stage of a round.
    RoundClose = "round", "close";
    /// Zero-base reviews.
    ZeroBaseRead = "zero_base", "read";
    /// Opens and closes a zero-base review.
    ZeroBaseOpen = "zero_base", "open";
    /// Argues what is held.
    ZeroBaseArgue = "zero_base", "argue";
    /// Decides on what is argued.
    ZeroBaseDecide = "zero_base", "decide";
    /// Cases.
    CaseRead = "case", "read";
    /// Opens a case.
    CaseOpen = "case", "open";
    /// 受理
    CaseAccept = "case", "accept";
    /// 审查
    CaseReview = "case", "review";
    /// 决定
    CaseApprove = "case", "approve";
    /// 监管
    CaseSupervise = "case", "supervise";
    /// 检查
    CaseInspect = "case", "inspect";
    /// 处罚
    CasePenalise = "case", "penalise";
    /// 法制审核
    CaseLegalReview = "case", "legal_review";
    /// 听证
    CaseHear = "case", "hear";
    /// 暂停、恢复计时
    CasePause = "case", "pause";
    /// Hand-offs.
    HandoffRead = "handoff", "read";
    /// Claims what was pushed to the supervising side.
    HandoffClaim = "handoff", "claim";
    /// Tells the other side what was found.
    HandoffAnswer = "handoff", "answer";
    /// Takes on a penalty that touches the licence.
    HandoffAcknowledge = "handoff", "acknowledge";
    /// Takes note of the answer.
    HandoffClose = "handoff", "close";
    /// Sends back what is wrongly addressed.
    HandoffReturn = "handoff", "return";
    /// Pushes what came back to the right unit.
    HandoffRedirect = "handoff", "redirect";
    /// Pushes a penalty back to the deciding side.
    HandoffPenalty = "handoff", "penalty";
    /// Changes limits and offsets of hand-offs.
    HandoffSettings = "handoff", "settings";
    /// Working days.
    CalendarRead = "calendar", "read";
    /// Changes an office's own days.
    CalendarChange = "calendar", "change";
    /// Indicators of the reform.
    IndicatorRead = "indicator", "read";
}

impl Action {
    /// The function of a case that it is, where it is one.
    pub fn function(self) -> Option<Function> {
        Function::ALL.iter().copied().find(|function| Self::from(*function) == self)
    }
}

impl From<Function> for Action {
    fn from(function: Function) -> Self {
        match function {
            Function::Accept => Self::CaseAccept,
            Function::Review => Self::CaseReview,
            Function::Approve => Self::CaseApprove,
            Function::Supervise => Self::CaseSupervise,
            Function::Inspect => Self::CaseInspect,
            Function::Penalise => Self::CasePenalise,
            Function::LegalReview => Self::CaseLegalReview,
            Function::Hear => Self::CaseHear,
        }
    }
}
