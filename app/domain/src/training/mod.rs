//! Training: what leads to a completed course or a certificate, and the hours that it counts for.

pub mod certificate;
pub mod class;
pub mod course;
pub mod exam;
pub mod hours;
pub mod need;
pub mod question;

use crate::Date;
use crate::code::codes;
use crate::id::{CreditId, PersonId};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

codes! {
    /// How something is taught.
    TeachingForm, "teaching-form" {
        /// 集中培训
        Class = "class",
        /// 跟班学习
        Shadowing = "shadowing",
        /// 送教下乡
        SentToTownship = "sent_to_township",
        /// 以案代训
        CaseBased = "case_based",
        /// 网络培训
        Online = "online",
    }
}

codes! {
    /// What credit hours are earned in.
    Category, "credit-category" {
        /// 政治理论
        Political = "political",
        /// 专业能力
        Professional = "professional",
        /// 法律法规
        Legal = "legal",
        /// 岗位实务
        Practical = "practical",
        /// 综合知识
        General = "general",
    }
}

codes! {
    /// What credit hours were earned by.
    Source, "credit-source" {
        /// A class that was attended.
        Class = "class",
        /// A course that was learned by oneself.
        Course = "course",
        /// An exam that was passed.
        Exam = "exam",
        /// A file.
        Import = "import",
        /// Another row was wrong.
        Correction = "correction",
    }
}

/// A row of the ledger of credit hours.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Credit {
    /// Identifier.
    pub id: CreditId,
    /// Whose.
    pub person: PersonId,
    /// When it was earned.
    pub on: Date,
    /// In what.
    pub category: Category,
    /// How it was taught.
    pub form: TeachingForm,
    /// Tenths of hours; negative in corrections.
    pub tenths: i32,
    /// By what.
    pub source: Source,
    /// The record it was earned by; together with the source it counts once for a person.
    pub source_id: Option<Uuid>,
    /// The row that it corrects, in corrections and nowhere else.
    pub corrects: Option<CreditId>,
    /// Why, in corrections.
    pub reason: String,
}
