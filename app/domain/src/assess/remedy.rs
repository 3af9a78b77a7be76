//! Remedies: what would mend a finding, and what it would cost.

use super::{Gate, Neighbour};
use crate::assignment::Form;
use crate::code::codes;
use crate::id::PersonId;
use crate::{Fen, Message};
use serde::{Deserialize, Serialize};

codes! {
    /// Why a power is recalled.
    RecallReason, "recall-reason" {
        /// 专业性强
        TooTechnical = "too_technical",
        /// 无监管对象
        NoRegulatedObjects = "no_regulated_objects",
        /// 使用频率低
        TooRare = "too_rare",
        /// 考核负担不合理
        UnreasonableAssessment = "unreasonable_assessment",
        /// 无法承接
        CannotBeCarriedOut = "cannot_be_carried_out",
        /// 法律变化
        LawChanged = "law_changed",
    }
}

/// What a training leads to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "training", content = "name", rename_all = "snake_case")]
pub enum Training {
    /// A course.
    Course(String),
    /// The examination for a certificate.
    Certificate(String),
}

/// One remedy.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Remedy {
    /// What to do.
    #[serde(flatten)]
    pub kind: RemedyKind,
    /// What it costs by the norms, where they say.
    pub cost: Option<Fen>,
}

/// Which remedy.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "remedy", rename_all = "snake_case")]
pub enum RemedyKind {
    /// Train people in a course or for a certificate.
    Train { what: Training, people: Vec<PersonId>, names: Vec<String> },
    /// Post or second people with certificates.
    Post { people: u32, certificates: Vec<String> },
    /// The giving department stations people for the time being.
    Station { people: u32, giver: String },
    /// Handlers learn on the job in the giving department.
    Shadow { people: u32, giver: Option<String> },
    /// Release money.
    Fund { amount: Fen },
    /// Provide equipment, a seal or an account.
    Equip { item: String, quantity: u32 },
    /// Name who approves.
    NameApprover,
    /// Name a supervisor who does not approve.
    NameSupervisor { instead_of: Option<String> },
    /// Name the supervising unit, another one than the unit itself.
    NameSupervisingUnit { giver: Option<String> },
    /// Ask for an exception, or for a new one.
    AskException,
    /// Share the power, or the people for it, with other units.
    Share { units: Vec<Neighbour> },
    /// Take the power back.
    Recall { reason: RecallReason },
    /// Record the legal basis.
    RecordLegalBasis,
    /// Hand it down in another form.
    ChangeForm { to: Form },
    /// Sign the paper.
    Sign,
    /// Renew the paper.
    Renew,
    /// Publish the paper.
    Publish,
    /// Free somebody of other work.
    Relieve { person: String },
    /// Report the cases of the past months.
    ReportStatistics,
}

impl RemedyKind {
    /// The gate or side of the work that it belongs to, as a short word before the sentence.
    pub fn label(&self) -> Message {
        let key = match self {
            Self::Train { .. } | Self::Shadow { .. } => "remedy-label-train",
            Self::Post { .. } | Self::Station { .. } | Self::Relieve { .. } => "remedy-label-people",
            Self::Fund { .. } => Gate::Money.key(),
            Self::Equip { .. } => "remedy-label-equip",
            Self::NameApprover
            | Self::NameSupervisor { .. }
            | Self::NameSupervisingUnit { .. }
            | Self::AskException => "remedy-label-name",
            Self::Share { .. } => "remedy-label-share",
            Self::Recall { .. } => "remedy-label-recall",
            Self::RecordLegalBasis | Self::ChangeForm { .. } => Gate::Legal.key(),
            Self::Sign | Self::Renew | Self::Publish => Gate::Instrument.key(),
            Self::ReportStatistics => "remedy-label-statistics",
        };
        Message::new(key)
    }

    /// The sentence.
    pub fn message(&self) -> Message {
        let say = Message::new;
        match self {
            Self::Train { what, names, .. } => match what {
                Training::Course(course) => say("remedy-train-course").with("course", course.as_str()),
                Training::Certificate(kind) => {
                    say("remedy-train-certificate").with("certificate", kind.as_str())
                }
            }
            .with("count", names.len())
            .with("people", names.clone()),
            Self::Post { people, certificates } if certificates.is_empty() => {
                say("remedy-post").with("count", *people)
            }
            Self::Post { people, certificates } => {
                say("remedy-post-certified").with("count", *people).with("certificates", certificates.clone())
            }
            Self::Station { people, giver } => {
                say("remedy-station").with("count", *people).with("giver", giver.as_str())
            }
            Self::Shadow { people, giver: Some(giver) } => {
                say("remedy-shadow-at").with("count", *people).with("giver", giver.as_str())
            }
            Self::Shadow { people, giver: None } => say("remedy-shadow").with("count", *people),
            Self::Fund { amount } => say("remedy-fund").with("amount", *amount),
            Self::Equip { item, quantity } => {
                say("remedy-equip").with("item", item.as_str()).with("count", *quantity)
            }
            Self::NameApprover => say("remedy-name-approver"),
            Self::NameSupervisor { instead_of: Some(person) } => {
                say("remedy-name-other-supervisor").with("person", person.as_str())
            }
            Self::NameSupervisor { instead_of: None } => say("remedy-name-supervisor"),
            Self::NameSupervisingUnit { giver: Some(giver) } => {
                say("remedy-name-supervising-unit-as").with("giver", giver.as_str())
            }
            Self::NameSupervisingUnit { giver: None } => say("remedy-name-supervising-unit"),
            Self::AskException => say("remedy-ask-exception"),
            Self::Share { units } => say("remedy-share")
                .with("units", units.iter().map(|unit| unit.name.clone()).collect::<Vec<_>>()),
            Self::Recall { reason } => say("remedy-recall").with("reason", reason.message()),
            Self::RecordLegalBasis => say("remedy-record-legal-basis"),
            Self::ChangeForm { to } => say("remedy-change-form").with("form", to.message()),
            Self::Sign => say("remedy-sign"),
            Self::Renew => say("remedy-renew"),
            Self::Publish => say("remedy-publish"),
            Self::Relieve { person } => say("remedy-relieve").with("person", person.as_str()),
            Self::ReportStatistics => say("remedy-report-statistics"),
        }
    }
}
