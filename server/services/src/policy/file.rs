//! What stands in a file of policy tests.

use super::Remark;
use domain::assignment::Function;
use domain::duty::Mode;
use domain::separation::Kind;
use domain::{Date, Message, Period};
use serde::Deserialize;
use serde_saphyr::Spanned;

/// A word, and where it stands.
pub type Word = Spanned<String>;

/// One document.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct File {
    /// What it is about; for readers.
    pub title: String,
    /// The day, where a check names no other.
    pub on: Option<Date>,
    /// Units.
    pub units: Vec<Unit>,
    /// Powers that are handed to units.
    pub assignments: Vec<Assigned>,
    /// Roles beside the built-in ones.
    pub roles: Vec<Word>,
    /// Which role inherits from which, beside the built-in inheritances.
    pub inheritance: Vec<Edge>,
    /// Separation sets beside the built-in ones; the same code replaces one.
    pub sets: Vec<SetItem>,
    /// People.
    pub people: Vec<Word>,
    /// Their posts with roles.
    pub appointments: Vec<Appointed>,
    /// Functions for which somebody is named.
    pub rights: Vec<NamedFor>,
    /// Groups.
    pub groups: Vec<Group>,
    /// Deputyships.
    pub deputies: Vec<Deputy>,
    /// Certificates.
    pub certificates: Vec<Certified>,
    /// Exceptions.
    pub exceptions: Vec<Excepted>,
    /// Cases with who has acted in them.
    pub cases: Vec<Case>,
    /// What must be allowed or denied.
    pub checks: Vec<Spanned<Check>>,
    /// What must be accepted or rejected, one after the other.
    pub operations: Vec<Spanned<Operation>>,
}

/// A unit.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Unit {
    pub name: Word,
    pub parent: Option<Word>,
}

/// A power handed to a unit.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Assigned {
    pub name: Word,
    pub unit: Word,
    pub giver: Option<Word>,
    /// Supervising units.
    #[serde(default)]
    pub supervised_by: Vec<Word>,
    #[serde(default)]
    pub certificates: Vec<String>,
}

/// An inheritance.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Edge {
    pub child: Word,
    pub parent: Word,
}

/// A separation set.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SetItem {
    pub code: Word,
    pub kind: Kind,
    #[serde(default)]
    pub members: Vec<Word>,
    pub n: u32,
    pub mode: Option<Mode>,
}

/// A post.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Appointed {
    pub name: Word,
    pub who: Word,
    pub unit: Word,
    pub from: Date,
    pub to: Option<Spanned<Date>>,
    #[serde(default)]
    pub roles: Vec<Granted>,
}

/// A role in a post; for the post's unit and days where it does not say.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Granted {
    pub role: Word,
    pub scope: Option<Word>,
    pub from: Option<Date>,
    pub to: Option<Spanned<Date>>,
}

/// A function for which somebody is named.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NamedFor {
    pub who: Word,
    pub assignment: Word,
    pub function: Function,
    pub from: Date,
    pub to: Option<Spanned<Date>>,
}

/// A group.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Group {
    pub name: Word,
    #[serde(default)]
    pub members: Vec<Member>,
    #[serde(default)]
    pub rights: Vec<GroupRight>,
}

/// A member of a group.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Member {
    pub who: Word,
    pub from: Date,
    pub to: Option<Spanned<Date>>,
}

/// A right of a group.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GroupRight {
    pub assignment: Word,
    pub function: Function,
    pub from: Date,
    pub to: Option<Spanned<Date>>,
}

/// A deputyship.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Deputy {
    pub who: Word,
    /// The post for which he stands in.
    pub post: Word,
    pub assignment: Option<Word>,
    pub from: Date,
    pub to: Option<Spanned<Date>>,
}

/// A certificate.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Certified {
    pub who: Word,
    pub kind: String,
    pub from: Date,
    pub to: Option<Spanned<Date>>,
}

/// An exception.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Excepted {
    pub rule: String,
    pub who: Option<Word>,
    pub assignment: Option<Word>,
    pub from: Date,
    pub to: Option<Spanned<Date>>,
    #[serde(default)]
    pub approved: bool,
    pub ended: Option<Date>,
}

/// A case.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Case {
    pub name: Word,
    pub assignment: Word,
    #[serde(default)]
    pub steps: Vec<Step>,
}

/// What somebody did in a case.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    pub who: Word,
    pub function: Function,
    /// For whom, where it was done as a deputy.
    pub principal: Option<Word>,
}

/// What the program is expected to say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Expect {
    Allow,
    Deny,
}

/// Whether somebody may do something; without `do`, whether what he holds breaks no rule on the day.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Check {
    pub who: Word,
    /// The post in which he acts, his own or that of whom he stands in for; by default his own first.
    #[serde(rename = "as")]
    pub post: Option<Word>,
    pub on: Option<Date>,
    /// Object and act, such as `case.approve`.
    #[serde(rename = "do")]
    pub action: Option<Word>,
    pub case: Option<Word>,
    pub assignment: Option<Word>,
    pub unit: Option<Word>,
    /// Whom it is about.
    pub about: Option<Word>,
    /// Who benefits from it.
    pub benefits: Option<Word>,
    pub expect: Expect,
    pub rule: Option<String>,
}

/// What is done to roles, sets and sessions, as ANSI INCITS 359 names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Operate {
    Assign,
    Deassign,
    CreateSet,
    SetCardinality,
    SetMode,
    AddMember,
    DeleteMember,
    AddInheritance,
    DeleteInheritance,
    CreateSession,
    AddActiveRole,
    DropActiveRole,
}

/// What the program is expected to answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Answer {
    Accept,
    Reject,
}

/// An operation.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Operation {
    #[serde(rename = "do")]
    pub what: Operate,
    pub who: Option<Word>,
    pub role: Option<Word>,
    #[serde(default)]
    pub roles: Vec<Word>,
    pub session: Option<Word>,
    pub set: Option<Word>,
    pub kind: Option<Kind>,
    #[serde(default)]
    pub members: Vec<Word>,
    pub n: Option<u32>,
    pub mode: Option<Mode>,
    pub child: Option<Word>,
    pub parent: Option<Word>,
    pub expect: Answer,
    /// The rule that rejects it.
    pub rule: Option<String>,
}

/// Reads the documents of a file.
pub fn read(text: &str) -> Result<Vec<File>, Remark> {
    serde_saphyr::from_multiple(text).map_err(|error| {
        let error = error.without_snippet();
        Remark {
            line: error.location().map_or(0, |location| location.line()),
            message: Message::new("policy-error-yaml").with("cause", error.to_string()),
        }
    })
}

/// A period, or the line on which it ends before it begins.
pub fn period(from: Date, to: Option<&Spanned<Date>>) -> Result<Period, Remark> {
    let line = to.map_or(0, |to| to.referenced.line());
    Period::new(from, to.map(|to| to.value)).map_err(|reversed| Remark {
        line,
        message: Message::new("import-error-reversed").with("from", reversed.from),
    })
}
