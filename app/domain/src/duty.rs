//! What a person may do: roles held in posts, functions that one is named for, and how one stands to a record.
//!
//! This is the part that the domain computes; whether it suffices is decided by the policy, which knows nothing of
//! people, units and dates.

use crate::Date;
use crate::assignment::Function;
use crate::code::codes;
use crate::id::{AppointmentId, AssignmentId, DeputyshipId, ExceptionId, PersonId, UnitId};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

codes! {
    /// A role that the policy knows. Other roles only inherit from these.
    Role, "role" {
        /// 组织部门、编办: assigns powers and appoints people
        Organization = "organization",
        /// 承接单位负责人
        Manager = "manager",
        /// 经办人
        Handler = "handler",
        /// 审批人
        Approver = "approver",
        /// 监管人
        Supervisor = "supervisor",
        /// 下放部门培训人
        Trainer = "trainer",
        /// 学员
        Trainee = "trainee",
        /// 领导: reads, by tree
        Leader = "leader",
        /// 审计
        Auditor = "auditor",
        /// 系统管理员: accounts, and no business
        Administrator = "administrator",
        /// The administrator while he looks at a unit by a support view
        Support = "support",
        /// Whoever has signed in, in whatever post
        Anyone = "anyone",
    }
}

codes! {
    /// How a record's unit stands to the unit for which a role is held.
    Scope, "scope" {
        /// The unit itself or one below it.
        Within = "within",
        /// Elsewhere, but the power was given by the unit, or is supervised by it.
        Given = "given",
        /// Elsewhere.
        Outside = "outside",
        /// The record belongs to no unit.
        System = "system",
    }
}

codes! {
    /// How a person stands to a record, for one function; the first that applies.
    Relation, "relation" {
        /// Has acted on the other side of the same case (SOD-01).
        Excluded = "excluded",
        /// Holds the opposite right for the same power and unit on the day, under a rule in force.
        Opposed = "opposed",
        /// Would decide on what benefits himself.
        Beneficiary = "beneficiary",
        /// Is named for the function, but lacks a certificate on the day.
        Uncertified = "uncertified",
        /// Is named for the function, himself or as a deputy.
        Named = "named",
        /// The record is about himself.
        Oneself = "oneself",
        /// None of these.
        Unconcerned = "unconcerned",
    }
}

/// A set of functions.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Functions(u8);

impl Functions {
    /// No function.
    pub const NONE: Self = Self(0);

    /// Whether a function belongs to it.
    pub const fn contains(self, function: Function) -> bool {
        self.0 & (1 << function as u8) != 0
    }

    /// With one more function.
    #[must_use]
    pub const fn with(self, function: Function) -> Self {
        Self(self.0 | 1 << function as u8)
    }

    /// What belongs to both.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// How many there are.
    pub const fn count(self) -> u32 {
        self.0.count_ones()
    }

    /// The functions, in their order.
    pub fn iter(self) -> impl Iterator<Item = Function> {
        Function::ALL.iter().copied().filter(move |function| self.contains(*function))
    }
}

impl FromIterator<Function> for Functions {
    fn from_iter<T: IntoIterator<Item = Function>>(all: T) -> Self {
        all.into_iter().fold(Self::NONE, Self::with)
    }
}

codes! {
    /// The two sides of a case.
    Side, "side" {
        /// Accepts and approves.
        Decides = "decides",
        /// Supervises, inspects, legally reviews, hears.
        Oversees = "oversees",
    }
}

impl Side {
    /// The side on which a function stands; reviewing and penalising stand on neither.
    pub const fn of(function: Function) -> Option<Self> {
        match function {
            Function::Accept | Function::Approve => Some(Self::Decides),
            Function::Supervise | Function::Inspect | Function::LegalReview | Function::Hear => {
                Some(Self::Oversees)
            }
            Function::Review | Function::Penalise => None,
        }
    }
}

codes! {
    /// Whether breaking a rule is only written down, or refused.
    Mode, "mode" {
        /// Written down.
        Record = "record",
        /// Refused.
        Enforce = "enforce",
    }
}

/// A rule that keeps functions of the same power in the same unit apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FunctionRule {
    /// Stable code, such as `SOD-03`.
    pub code: String,
    /// The functions.
    pub members: Functions,
    /// Nobody holds so many of them at once.
    pub cardinality: u32,
    /// Record or enforce.
    pub mode: Mode,
}

impl FunctionRule {
    /// Whether holding these functions keeps one from doing `function`.
    pub const fn is_broken_by(&self, held: Functions, function: Function) -> bool {
        self.members.contains(function) && held.with(function).and(self.members).count() >= self.cardinality
    }
}

/// A role that a post holds for a unit and all below it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Grant {
    /// The role; inherited ones are listed too.
    pub role: Role,
    /// The unit.
    pub scope: UnitId,
}

/// A post in which a person can act.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Post {
    /// The appointment: his own, or the one that he deputises for.
    pub appointment: AppointmentId,
    /// The deputyship, where it is another's.
    pub deputyship: Option<DeputyshipId>,
    /// Name of the post.
    pub name: String,
    /// The unit.
    pub unit: UnitId,
    /// Its name.
    pub unit_name: String,
    /// Until when he can act in it.
    pub until: Option<Date>,
    /// For whom, where it is another's: identifier and name.
    pub principal: Option<(PersonId, String)>,
    /// The one assignment for which the deputyship holds; all when absent.
    pub only: Option<AssignmentId>,
}

/// Functions of one assignment.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Named {
    /// What he can do in the post in which he acts: his own and his groups', or those of whom he stands in for.
    pub usable: Functions,
    /// Everything that counts as held, in whatever post, through groups and deputyships.
    pub held: Functions,
}

/// Everything about a signed-in person that decisions need, on one day. Loaded by one statement for each request, so
/// that what is revoked is gone on the next one.
#[derive(Debug, Clone, PartialEq)]
pub struct Rights {
    /// The person.
    pub person: PersonId,
    /// His name.
    pub name: String,
    /// The day.
    pub on: Date,
    /// The post in which he acts; none when he has none.
    pub post: Option<Post>,
    /// The other posts in which he could act.
    pub others: Vec<Post>,
    /// Roles of the post.
    pub grants: Vec<Grant>,
    /// What he is named for.
    pub named: HashMap<AssignmentId, Named>,
    /// Kinds of certificate that he holds valid.
    pub certificates: Vec<String>,
    /// Rules about functions.
    pub rules: Vec<FunctionRule>,
    /// The unit at which the administrator looks by a support view.
    pub support: Option<UnitId>,
    /// Approved exceptions that hold today: rule, assignment, exception.
    pub exceptions: Vec<(String, AssignmentId, ExceptionId)>,
}

/// Which records a query may give: those of the units for which a post holds a reading role, and of what these gave.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sight {
    /// The operator at the machine sees everything.
    Everything,
    /// One's own only.
    Nothing,
    /// What the post's roles reach on a day.
    Post(AppointmentId, Date),
    /// A unit and what is below it, while the administrator's support view lasts.
    Support(UnitId),
}

/// What is to be done something to.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Subject<'a> {
    /// The record's unit and those above it; empty when it belongs to no unit.
    pub units: &'a [UnitId],
    /// Giving and supervising units of the assignment and those above them.
    pub givers: &'a [UnitId],
    /// The assignment, and which of its functions is exercised.
    pub function: Option<(AssignmentId, Function)>,
    /// Certificates that the function asks for.
    pub certificates: &'a [String],
    /// Who has acted in the case, and on which side.
    pub parties: &'a [(PersonId, Side)],
    /// Whom it is about.
    pub about: Option<PersonId>,
    /// Who would benefit from it.
    pub benefits: Option<PersonId>,
}

/// How a person stands to a subject, and the rule that says so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing<'a> {
    /// The relation.
    pub relation: Relation,
    /// The rule that makes it so, or that a rule only records.
    pub rule: Option<&'a str>,
    /// The exception that was used.
    pub exception: Option<ExceptionId>,
}

/// The rule that a lacking certificate breaks.
pub const CERTIFICATE_RULE: &str = "CERT-01";
/// The rule of the same case.
pub const CASE_RULE: &str = "SOD-01";
/// The rule that nobody decides for himself.
pub const BENEFIT_RULE: &str = "SELF-01";

impl Rights {
    /// What is named for an assignment.
    pub fn named(&self, assignment: AssignmentId) -> Named {
        self.named.get(&assignment).copied().unwrap_or_default()
    }

    /// How the unit of a subject stands to a grant's.
    pub fn scope(&self, grant: Grant, subject: &Subject<'_>) -> Scope {
        if subject.units.is_empty() {
            Scope::System
        } else if subject.units.contains(&grant.scope) {
            Scope::Within
        } else if subject.givers.contains(&grant.scope) {
            Scope::Given
        } else {
            Scope::Outside
        }
    }

    /// How the person stands to a subject. Whoever acts for another stands where both stand.
    pub fn standing<'a>(&'a self, subject: &Subject<'_>) -> Standing<'a> {
        let plain = |relation, rule| Standing { relation, rule, exception: None };
        let principal =
            self.post.as_ref().and_then(|post| post.principal.as_ref()).map(|(person, _)| *person);
        let is_he = |person: PersonId| person == self.person || Some(person) == principal;
        if subject.benefits.is_some_and(is_he) {
            return plain(Relation::Beneficiary, Some(BENEFIT_RULE));
        }
        let Some((assignment, function)) = subject.function else {
            let is_about_him = subject.about == Some(self.person);
            return plain(if is_about_him { Relation::Oneself } else { Relation::Unconcerned }, None);
        };
        if crate::separation::may_act(function, subject.parties, self.person, principal).is_err() {
            return plain(Relation::Excluded, Some(CASE_RULE));
        }
        let named = self.named(assignment);
        let mut noted = None;
        let mut exception = None;
        for rule in &self.rules {
            if !rule.is_broken_by(named.held, function) {
                continue;
            }
            let excepted =
                self.exceptions.iter().find(|(code, on, _)| *code == rule.code && *on == assignment);
            match (excepted, rule.mode) {
                (Some((_, _, id)), _) => {
                    exception = Some(*id);
                    noted = noted.or(Some(rule.code.as_str()));
                }
                (None, Mode::Enforce) => return plain(Relation::Opposed, Some(&rule.code)),
                (None, Mode::Record) => noted = Some(&rule.code),
            }
        }
        if !named.usable.contains(function) {
            return Standing { relation: Relation::Unconcerned, rule: noted, exception };
        }
        let lacks = |kind: &String| !self.certificates.contains(kind);
        if function.handles() && subject.certificates.iter().any(lacks) {
            return plain(Relation::Uncertified, Some(CERTIFICATE_RULE));
        }
        Standing { relation: Relation::Named, rule: noted, exception }
    }

    /// Which records he may read.
    pub fn sight(&self) -> Sight {
        match (&self.post, self.support) {
            (_, Some(unit)) => Sight::Support(unit),
            (Some(post), None) => Sight::Post(post.appointment, self.on),
            (None, None) => Sight::Nothing,
        }
    }

    /// Whether the post holds a role, for whatever unit.
    pub fn has(&self, role: Role) -> bool {
        self.grants.iter().any(|grant| grant.role == role)
    }
}
