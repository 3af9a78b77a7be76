//! The one way to write: a transaction that ends with a permit and exactly one row of the audit trail.

use crate::ServiceError;
use access::{Action, Actor, Denial, Operator, Permit};
use chrono::{DateTime, Utc};
use domain::Date;
use domain::audit::{Entry, Outcome};
use domain::duty::{Rights, Subject};
use serde_json::Value;
use store::{Conn, Db, StoreError};

/// Who calls, when and from where.
#[derive(Debug, Clone)]
pub struct Caller {
    /// Who.
    pub actor: Actor,
    /// Now.
    pub now: DateTime<Utc>,
    /// Today, in China.
    pub today: Date,
    /// From where: an address, or the operator.
    pub address: String,
}

impl Caller {
    /// Whoever works at the machine itself, or the clock.
    pub fn operator(operator: Operator, now: DateTime<Utc>, today: Date) -> Self {
        Self { actor: Actor::Operator(operator), now, today, address: operator.as_str().to_owned() }
    }

    /// Asks for a permit.
    pub fn permit(&self, action: Action, subject: &Subject<'_>) -> Result<Permit, ServiceError> {
        self.actor.permit(action, subject).map_err(|denial| ServiceError::Denied(Box::new(denial)))
    }

    fn entry(&self, outcome: Outcome, action: Action) -> Entry {
        let rights = self.actor.rights().map(std::convert::AsRef::as_ref);
        let post = rights.and_then(|rights: &Rights| rights.post.as_ref());
        Entry {
            at: self.now,
            outcome,
            action: action.as_str().to_owned(),
            subject: String::new(),
            unit: None,
            actor_id: rights.map(|rights| rights.person),
            actor: match &self.actor {
                Actor::Person(rights) => rights.name.clone(),
                Actor::Operator(operator) => operator.as_str().to_owned(),
            },
            principal: post
                .and_then(|post| post.principal.as_ref())
                .map_or(String::new(), |(_, name)| name.clone()),
            post: post.map_or(String::new(), |post| format!("{} {}", post.unit_name, post.name)),
            address: self.address.clone(),
            reason: String::new(),
            rule: String::new(),
            before: String::new(),
            after: String::new(),
        }
    }
}

/// What was written, for the audit trail.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Change {
    /// Identifier or code of what was changed.
    pub subject: String,
    /// Its state before; null where there was none.
    pub before: Value,
    /// Its state after; null where there is none.
    pub after: Value,
    /// Why, where a reason was given.
    pub reason: String,
    /// Rules that it breaks and that are only recorded.
    pub rule: String,
}

fn json(value: &Value) -> String {
    if value.is_null() { String::new() } else { value.to_string() }
}

/// A transaction that writes. Dropped without `commit`, it leaves nothing behind.
#[derive(Debug)]
#[must_use]
pub struct Write {
    conn: Conn,
}

impl Write {
    /// Begins.
    pub async fn begin(db: &Db) -> Result<Self, StoreError> {
        #[expect(clippy::disallowed_methods, reason = "the one place where a write begins")]
        Ok(Self { conn: db.write().await? })
    }

    /// The transaction.
    pub fn conn(&mut self) -> &mut Conn {
        &mut self.conn
    }

    /// Makes what was written last, with one row of the audit trail. Nothing is written without a permit:
    ///
    /// ```compile_fail
    /// async fn unchecked(write: services::write::Write, caller: &services::write::Caller) {
    ///     write.commit(caller, services::write::Change::default()).await;
    /// }
    /// ```
    pub async fn commit(
        mut self,
        caller: &Caller,
        permit: &Permit,
        change: Change,
    ) -> Result<(), StoreError> {
        let mut rule = permit.rule().unwrap_or_default().to_owned();
        if let Some(exception) = permit.exception() {
            rule = format!("{rule} {exception}");
        }
        let rules = [rule, change.rule];
        let rule = rules.iter().filter(|rule| !rule.is_empty()).cloned().collect::<Vec<_>>().join(" ");
        let entry = Entry {
            subject: change.subject,
            unit: permit.unit(),
            reason: change.reason,
            rule,
            before: json(&change.before),
            after: json(&change.after),
            ..caller.entry(Outcome::Done, permit.action())
        };
        store::audit::append(&mut self.conn, entry).await?;
        self.conn.commit().await
    }

    /// Makes what was written last without a row of the audit trail: what is computed again from what is there,
    /// what the sign-in itself keeps, and files that wait for their confirmation. Nothing that anybody decided.
    pub async fn commit_derived(self) -> Result<(), StoreError> {
        self.conn.commit_derived().await
    }
}

/// Writes down that something was refused.
pub async fn log_denial(db: &Db, caller: &Caller, denial: &Denial) -> Result<(), StoreError> {
    let mut write = Write::begin(db).await?;
    let entry = Entry {
        subject: denial.assignment.map_or(String::new(), |assignment| assignment.to_string()),
        unit: denial.unit,
        rule: denial.rule.clone(),
        ..caller.entry(Outcome::Denied, denial.action)
    };
    store::audit::append(write.conn(), entry).await?;
    write.conn.commit().await
}
