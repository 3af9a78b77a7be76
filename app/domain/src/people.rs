//! People: posts, certificates, courses and how their working time is allocated.

use crate::assignment::Function;
use crate::code::codes;
use crate::id::{AllocationId, AppointmentId, AssignmentId, CertificateId, CompletionId, PersonId, UnitId};
use crate::{Date, Period};
use serde::{Deserialize, Serialize};

codes! {
    /// On which footing a person works in a unit.
    StaffKind, "staff-kind" {
        /// 在编
        Established = "established",
        /// 派驻
        Stationed = "stationed",
        /// 下沉
        Redeployed = "redeployed",
        /// 借调
        OnLoan = "on_loan",
        /// 辅助
        Auxiliary = "auxiliary",
        /// 合同
        Contract = "contract",
    }
}

impl StaffKind {
    /// Whether the person holds an authorised post, here or in the unit that sent him. Auxiliary and contract
    /// staff do not and cannot hold an enforcement certificate (law).
    pub const fn is_established(self) -> bool {
        !matches!(self, Self::Auxiliary | Self::Contract)
    }
}

/// A person's post in a unit.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Appointment {
    /// Identifier.
    pub id: AppointmentId,
    /// The unit he works in.
    pub unit: UnitId,
    /// Name of the post.
    pub post: String,
    /// Footing.
    pub kind: StaffKind,
    /// Share of his working time, 0–1.
    pub share: f64,
    /// When.
    pub period: Period,
}

/// A certificate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Certificate {
    /// Identifier.
    pub id: CertificateId,
    /// Kind, such as 行政执法证.
    pub kind: String,
    /// Number.
    pub number: String,
    /// First day.
    pub issued_on: Date,
    /// Last day; without end when absent.
    pub expires_on: Option<Date>,
    /// Days on which it does not count.
    pub suspended: Option<Period>,
    /// From this day on it does not count.
    pub revoked_on: Option<Date>,
}

impl Certificate {
    /// Whether it opens the right to handle a power on a day.
    pub fn is_valid(&self, on: Date) -> bool {
        self.issued_on <= on
            && self.expires_on.is_none_or(|last| on <= last)
            && self.suspended.is_none_or(|period| !period.contains(on))
            && self.revoked_on.is_none_or(|revoked| on < revoked)
    }
}

/// A completed course.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Completion {
    /// Identifier.
    pub id: CompletionId,
    /// The course.
    pub course: String,
    /// Day of completion.
    pub completed_on: Date,
    /// Last day on which it counts; without end when absent.
    pub valid_until: Option<Date>,
    /// Credit hours, in tenths.
    pub tenths_of_hours: u32,
}

impl Completion {
    /// Whether it counts on a day.
    pub fn is_valid(&self, on: Date) -> bool {
        self.completed_on <= on && self.valid_until.is_none_or(|last| on <= last)
    }
}

/// Working time of a person given to a function of an assignment.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Allocation {
    /// Identifier.
    pub id: AllocationId,
    /// The assignment.
    pub assignment: AssignmentId,
    /// The person.
    pub person: PersonId,
    /// The function.
    pub function: Function,
    /// Share of his working time, 0–1.
    pub share: f64,
    /// When.
    pub period: Period,
}

/// A person with all that is dated about him.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Person {
    /// Identifier.
    pub id: PersonId,
    /// Staff number (工号).
    pub code: String,
    /// Name.
    pub name: String,
    /// Hours a year that belong to his own other duties (individual allowance).
    pub allowance_hours: f64,
    /// Posts.
    pub appointments: Vec<Appointment>,
    /// Certificates.
    pub certificates: Vec<Certificate>,
    /// Courses.
    pub completions: Vec<Completion>,
}

impl Person {
    /// Somebody of whom nothing else is known yet.
    pub fn new(id: PersonId, code: impl Into<String>, name: impl Into<String>) -> Self {
        Self {
            id,
            code: code.into(),
            name: name.into(),
            allowance_hours: 0.0,
            appointments: Vec::new(),
            certificates: Vec::new(),
            completions: Vec::new(),
        }
    }

    /// Whether he holds a valid certificate of a kind.
    pub fn holds_certificate(&self, kind: &str, on: Date) -> bool {
        self.certificates.iter().any(|certificate| certificate.kind == kind && certificate.is_valid(on))
    }

    /// Whether he completed a course that still counts.
    pub fn completed(&self, course: &str, on: Date) -> bool {
        self.completions.iter().any(|completion| completion.course == course && completion.is_valid(on))
    }

    /// His posts on a day.
    pub fn posts(&self, on: Date) -> impl Iterator<Item = &Appointment> {
        self.appointments.iter().filter(move |appointment| appointment.period.contains(on))
    }
}
