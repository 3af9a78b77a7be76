//! Findings: what an assessment found, and the rows that prove it.

use super::{Gate, Grade};
use crate::assignment::{Form, InstrumentKind};
use crate::code::codes;
use crate::id::{
    AllocationId, AssignmentId, CertificateId, CompletionId, EquipmentId, ExceptionId, FundingId, PersonId,
    StatisticsId, SupervisionId,
};
use crate::power::PowerType;
use crate::rules::PerMille;
use crate::separation::register::Finding as Open;
use crate::{Date, Fen, Message};
use serde::{Deserialize, Serialize};

/// A row that proves a finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "id", rename_all = "snake_case")]
pub enum Evidence {
    /// The assignment itself.
    Assignment(AssignmentId),
    /// A person.
    Person(PersonId),
    /// A certificate.
    Certificate(CertificateId),
    /// A completed course.
    Completion(CompletionId),
    /// An allocation.
    Allocation(AllocationId),
    /// A piece of equipment.
    Equipment(EquipmentId),
    /// A funding line.
    Funding(FundingId),
    /// A month's statistics.
    Statistics(StatisticsId),
    /// A supervising side.
    Supervision(SupervisionId),
    /// An exception from a rule of separation.
    Exception(ExceptionId),
}

codes! {
    /// Who will be missing in the register.
    Lapse, "lapse" {
        /// Whoever approves.
        Approver = "approver",
        /// The supervising unit.
        SupervisingUnit = "supervising_unit",
        /// Whoever supervises.
        Supervisor = "supervisor",
    }
}

impl Lapse {
    /// What a gap in the register lacks.
    pub(super) const fn of(finding: &Open) -> Option<Self> {
        match finding {
            Open::NoApprover => Some(Self::Approver),
            Open::NoSupervisingUnit => Some(Self::SupervisingUnit),
            Open::NoSupervisor => Some(Self::Supervisor),
            Open::SamePerson(_) | Open::ManyUnits | Open::SameUnit(_) => None,
        }
    }
}

/// One thing found.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Finding {
    /// What.
    #[serde(flatten)]
    pub kind: FindingKind,
    /// The rows that prove it; none where the proof is that there are no rows.
    pub evidence: Vec<Evidence>,
}

/// Which thing was found. Names of people and courses are in the finding, so that its sentence stands alone.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "finding", rename_all = "snake_case")]
pub enum FindingKind {
    /// No article is recorded.
    NoLegalBasis,
    /// No recorded article is in force.
    LegalBasisNotInForce { citation: String },
    /// The form is not lawful for the type.
    UnlawfulForm { form: Form, power_type: PowerType },
    /// A licence is entrusted to what is no administrative organ.
    NotAnOrgan,
    /// The giver holds the power by entrustment and may not hand it on.
    Redelegated { giver: String },
    /// There is no paper.
    NoInstrument,
    /// The paper is not one that makes this form lawful.
    WrongInstrument { kind: InstrumentKind, form: Form },
    /// The paper is not signed.
    Unsigned,
    /// Its term is over.
    InstrumentExpired { until: Date },
    /// The entrustment is not published.
    Unpublished,
    /// Fewer qualified people than needed.
    TooFewPeople { qualified: u32, needed: u32 },
    /// A certificate that a handler had and that does not count any more.
    CertificateLapsed { person: String, certificate: String, on: Date },
    /// Handlers who are neither established nor sent: they do not count.
    NotEstablished { people: Vec<String> },
    /// A handler without a post in the unit on the day.
    NotInPost { people: Vec<String> },
    /// Handlers who lack a certificate.
    LacksCertificate { certificate: String, people: Vec<String> },
    /// Handlers who lack a course.
    LacksCourse { course: String, people: Vec<String> },
    /// Nobody is named who could be trained.
    NobodyToTrain,
    /// Nobody approves.
    NoApprover,
    /// Nobody supervises.
    NoSupervisor,
    /// The same person makes the decision and supervises it, reviews it for its law, or hears the case.
    ApproverSupervises { person: String },
    /// No unit supervises.
    NoSupervisingUnit,
    /// The unit that approves supervises too, without an exception; closes the gate where the rule is enforced.
    SameUnit { unit: String, enforced: bool },
    /// It does so after the exception ran out.
    ExceptionExpired { unit: String, until: Date },
    /// Somebody will be missing in the register from a day on; there is time to mend it.
    RegisterLapses { from: Date, missing: Vec<Lapse> },
    /// Equipment, seal or account missing.
    MissingItem { item: String, present: u32, needed: u32 },
    /// Less money was released than needed.
    MoneyShort { released: Fen, required: Fen },
    /// Working time allocated beyond a whole.
    OverAllocated { person: String, share: f64 },
    /// Too little staff for the work.
    StaffShort { available: f64, required: f64, ratio: f64 },
    /// Too many late.
    Late { overdue: u32, completed: u32, threshold: PerMille },
    /// Too many returned or reversed.
    Returned { returned: u32, completed: u32, threshold: PerMille },
    /// Too few of the unit's powers of the type are exercised.
    RarelyExercised { exercised: u32, planned: u32, power_type: PowerType },
    /// No case.
    NoCases { months: u32 },
    /// The unit reports no statistics, so that nothing is known about use and quality.
    NoStatistics,
}

impl FindingKind {
    /// The gate that it makes fail.
    pub const fn gate(&self) -> Option<Gate> {
        Some(match self {
            Self::NoLegalBasis
            | Self::LegalBasisNotInForce { .. }
            | Self::UnlawfulForm { .. }
            | Self::NotAnOrgan
            | Self::Redelegated { .. } => Gate::Legal,
            Self::NoInstrument
            | Self::WrongInstrument { .. }
            | Self::Unsigned
            | Self::InstrumentExpired { .. }
            | Self::Unpublished => Gate::Instrument,
            Self::TooFewPeople { .. }
            | Self::CertificateLapsed { .. }
            | Self::NotEstablished { .. }
            | Self::NotInPost { .. } => Gate::People,
            Self::LacksCertificate { .. } | Self::LacksCourse { .. } | Self::NobodyToTrain => Gate::Training,
            Self::NoApprover
            | Self::NoSupervisor
            | Self::ApproverSupervises { .. }
            | Self::NoSupervisingUnit
            | Self::SameUnit { enforced: true, .. }
            | Self::ExceptionExpired { .. } => Gate::Separation,
            Self::MissingItem { .. } => Gate::Means,
            Self::MoneyShort { .. } => Gate::Money,
            _ => return None,
        })
    }

    /// The grade that it lowers.
    pub const fn grade(&self) -> Option<Grade> {
        Some(match self {
            Self::OverAllocated { .. } | Self::StaffShort { .. } => Grade::Workload,
            Self::Late { .. } => Grade::OnTime,
            Self::Returned { .. } => Grade::Returned,
            Self::RarelyExercised { .. } => Grade::Exercise,
            _ => return None,
        })
    }

    /// The sentence.
    pub fn message(&self) -> Message {
        let say = Message::new;
        match self {
            Self::NoLegalBasis => say("finding-no-legal-basis"),
            Self::LegalBasisNotInForce { citation } => {
                say("finding-legal-basis-not-in-force").with("citation", citation.as_str())
            }
            Self::UnlawfulForm { form, power_type } => {
                say("finding-unlawful-form").with("form", form.message()).with("type", power_type.message())
            }
            Self::NotAnOrgan => say("finding-not-an-organ"),
            Self::Redelegated { giver } => say("finding-redelegated").with("giver", giver.as_str()),
            Self::NoInstrument => say("finding-no-instrument"),
            Self::WrongInstrument { kind, form } => {
                say("finding-wrong-instrument").with("kind", kind.message()).with("form", form.message())
            }
            Self::Unsigned => say("finding-unsigned"),
            Self::InstrumentExpired { until } => say("finding-instrument-expired").with("date", *until),
            Self::Unpublished => say("finding-unpublished"),
            Self::TooFewPeople { qualified, needed } => {
                say("finding-too-few-people").with("qualified", *qualified).with("needed", *needed)
            }
            Self::CertificateLapsed { person, certificate, on } => say("finding-certificate-lapsed")
                .with("person", person.as_str())
                .with("certificate", certificate.as_str())
                .with("date", *on),
            Self::NotEstablished { people } => say("finding-not-established").with("people", people.clone()),
            Self::NotInPost { people } => say("finding-not-in-post").with("people", people.clone()),
            Self::LacksCertificate { certificate, people } => say("finding-lacks-certificate")
                .with("certificate", certificate.as_str())
                .with("count", people.len())
                .with("people", people.clone()),
            Self::LacksCourse { course, people } => say("finding-lacks-course")
                .with("course", course.as_str())
                .with("count", people.len())
                .with("people", people.clone()),
            Self::NobodyToTrain => say("finding-nobody-to-train"),
            Self::NoApprover => say("finding-no-approver"),
            Self::NoSupervisor => say("finding-no-supervisor"),
            Self::ApproverSupervises { person } => {
                say("finding-approver-supervises").with("person", person.as_str())
            }
            Self::NoSupervisingUnit => say("finding-no-supervising-unit"),
            Self::SameUnit { unit, enforced: true } => say("finding-same-unit").with("unit", unit.as_str()),
            Self::SameUnit { unit, enforced: false } => {
                say("finding-same-unit-recorded").with("unit", unit.as_str())
            }
            Self::ExceptionExpired { unit, until } => {
                say("finding-exception-expired").with("unit", unit.as_str()).with("date", *until)
            }
            Self::RegisterLapses { from, missing } => {
                let missing = missing.iter().map(|each| each.message()).collect();
                say("finding-register-lapses").with("date", *from).with("missing", crate::Arg::Terms(missing))
            }
            Self::MissingItem { item, present, needed } => say("finding-missing-item")
                .with("item", item.as_str())
                .with("present", *present)
                .with("needed", *needed),
            Self::MoneyShort { released, required } => {
                say("finding-money-short").with("released", *released).with("required", *required)
            }
            Self::OverAllocated { person, share } => say("finding-over-allocated")
                .with("person", person.as_str())
                .with("share", crate::Arg::Percent(*share)),
            Self::StaffShort { available, required, ratio } => say("finding-staff-short")
                .with("available", *available)
                .with("required", *required)
                .with("ratio", *ratio)
                .with("difference", available - required),
            Self::Late { overdue, completed, threshold } => {
                rate("finding-late", completed - overdue, *completed)
                    .with("threshold", crate::Arg::Percent(threshold.fraction()))
            }
            Self::Returned { returned, completed, threshold } => {
                rate("finding-returned", *returned, *completed)
                    .with("threshold", crate::Arg::Percent(threshold.fraction()))
            }
            Self::RarelyExercised { exercised, planned, power_type } => say("finding-rarely-exercised")
                .with("exercised", *exercised)
                .with("planned", *planned)
                .with("type", power_type.message()),
            Self::NoCases { months } => say("finding-no-cases").with("months", *months),
            Self::NoStatistics => say("finding-no-statistics"),
        }
    }
}

/// A message about a part of a whole, as numbers and as a rate.
fn rate(key: &'static str, part: u32, whole: u32) -> Message {
    Message::new(key)
        .with("part", part)
        .with("whole", whole)
        .with("rate", crate::Arg::Percent(f64::from(part) / f64::from(whole.max(1))))
}
