//! Permits and denials: what the policy says about one person, one action and one subject.

use crate::Action;
use crate::policy::{Policy, Tuple};
use domain::Date;
use domain::duty::{Grant, Relation, Rights, Role, Scope, Sight, Subject};
use domain::id::{AssignmentId, ExceptionId, UnitId};
use std::sync::Arc;

/// Who works without signing in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operator {
    /// Whoever can start the program on the machine that holds the database.
    Console,
    /// The program itself, by the clock.
    Schedule,
    /// The OpenID provider, by what it says of whoever signs in there: accounts and posts, nothing else.
    Provider,
}

impl Operator {
    /// What the audit trail calls it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Console => "console",
            Self::Schedule => "schedule",
            Self::Provider => "openid-provider",
        }
    }

    const fn may(self, action: Action) -> bool {
        match self {
            Self::Console | Self::Schedule => true,
            Self::Provider => matches!(action, Action::AccountChange | Action::AppointmentChange),
        }
    }
}

/// Who acts.
#[derive(Debug, Clone)]
pub enum Actor {
    /// Somebody who has signed in.
    Person(Arc<Rights>),
    /// Somebody who need not.
    Operator(Operator),
}

/// Says that somebody may do something to something, and is shown to whatever writes. Only this crate makes one:
///
/// ```compile_fail
/// let permit = access::Permit { action: access::Action::AuditRead };
/// ```
#[derive(Debug)]
#[must_use]
pub struct Permit {
    action: Action,
    actor: Actor,
    unit: Option<UnitId>,
    rule: Option<String>,
    exception: Option<ExceptionId>,
}

/// The rule that no role of the post allows it.
pub const ROLE_RULE: &str = "ROLE-01";
/// The rule that roles reach their own part of the tree only.
pub const SCOPE_RULE: &str = "SCOPE-01";

/// Says why somebody may not.
#[derive(Debug, Clone, PartialEq)]
pub struct Denial {
    /// What was to be done.
    pub action: Action,
    /// Stable code of the rule.
    pub rule: String,
    /// How the person stands to the subject.
    pub relation: Relation,
    /// The assignment, where it was about one.
    pub assignment: Option<AssignmentId>,
    /// The subject's unit.
    pub unit: Option<UnitId>,
    /// The day.
    pub on: Option<Date>,
}

impl Permit {
    /// What may be done.
    pub fn action(&self) -> Action {
        self.action
    }

    /// Who may.
    pub fn actor(&self) -> &Actor {
        &self.actor
    }

    /// The unit of what it may be done to.
    pub fn unit(&self) -> Option<UnitId> {
        self.unit
    }

    /// The rule that is only recorded, or against which an exception was used.
    pub fn rule(&self) -> Option<&str> {
        self.rule.as_deref()
    }

    /// The exception that was used.
    pub fn exception(&self) -> Option<ExceptionId> {
        self.exception
    }
}

impl Actor {
    /// The person, where it is one.
    pub fn rights(&self) -> Option<&Arc<Rights>> {
        match self {
            Self::Person(rights) => Some(rights),
            Self::Operator(_) => None,
        }
    }

    /// Which records he may read.
    pub fn sight(&self) -> Sight {
        match self {
            Self::Person(rights) => rights.sight(),
            Self::Operator(_) => Sight::Everything,
        }
    }

    /// Asks whether something may be done to a subject.
    pub fn permit(&self, action: Action, subject: &Subject<'_>) -> Result<Permit, Denial> {
        self.permit_by(crate::policy(), action, subject)
    }

    /// The same by another policy.
    pub fn permit_by(
        &self,
        policy: &Policy,
        action: Action,
        subject: &Subject<'_>,
    ) -> Result<Permit, Denial> {
        let unit = subject.units.first().copied();
        let rights = match self {
            Self::Operator(operator) if operator.may(action) => {
                let actor = self.clone();
                return Ok(Permit { action, actor, unit, rule: None, exception: None });
            }
            Self::Operator(_) => {
                return Err(Denial {
                    action,
                    rule: ROLE_RULE.to_owned(),
                    relation: Relation::Unconcerned,
                    assignment: subject.function.map(|(assignment, _)| assignment),
                    unit,
                    on: None,
                });
            }
            Self::Person(rights) => rights,
        };
        let standing = rights.standing(subject);
        let allows = |role, scope| policy.allows(Tuple { role, scope, relation: standing.relation, action });
        let mine = |grant: &Grant| allows(grant.role, rights.scope(*grant, subject));
        let of_anyone = || {
            let scope = if subject.units.is_empty() { Scope::System } else { Scope::Outside };
            allows(Role::Anyone, scope)
        };
        if rights.grants.iter().any(mine) || of_anyone() {
            return Ok(Permit {
                action,
                actor: self.clone(),
                unit,
                rule: standing.rule.map(str::to_owned),
                exception: standing.exception,
            });
        }
        let rule = match standing.relation {
            Relation::Excluded | Relation::Opposed | Relation::Beneficiary | Relation::Uncertified => {
                standing.rule.unwrap_or(ROLE_RULE)
            }
            // A role would allow it for its own unit.
            _ if self.could_by(policy, action) => SCOPE_RULE,
            _ => ROLE_RULE,
        };
        Err(Denial {
            action,
            rule: rule.to_owned(),
            relation: standing.relation,
            assignment: subject.function.map(|(assignment, _)| assignment),
            unit,
            on: Some(rights.on),
        })
    }

    /// Whether there could be a subject for which it is allowed: opens a page, whose queries are then limited by
    /// sight, and whose writes ask again with their subject.
    pub fn could(&self, action: Action) -> bool {
        self.could_by(crate::policy(), action)
    }

    fn could_by(&self, policy: &Policy, action: Action) -> bool {
        let rights = match self {
            Self::Operator(operator) => return operator.may(action),
            Self::Person(rights) => rights,
        };
        let roles = rights.grants.iter().map(|grant| grant.role).chain([Role::Anyone]);
        let mut roles = roles;
        roles.any(|role| {
            Scope::ALL.iter().any(|&scope| {
                [Relation::Named, Relation::Oneself, Relation::Unconcerned]
                    .into_iter()
                    .any(|relation| policy.allows(Tuple { role, scope, relation, action }))
            })
        })
    }

    /// Opens a page, or says why not.
    pub fn open(&self, action: Action) -> Result<(), Denial> {
        if self.could(action) {
            return Ok(());
        }
        Err(Denial {
            action,
            rule: ROLE_RULE.to_owned(),
            relation: Relation::Unconcerned,
            assignment: None,
            unit: None,
            on: self.rights().map(|rights| rights.on),
        })
    }
}
