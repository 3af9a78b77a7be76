//! The embedded policy: read into typed enumerations, asked through casbin, and each answer kept.

use crate::Action;
use casbin::{CoreApi, DefaultModel, Enforcer, MemoryAdapter, MgmtApi};
use domain::duty::{Relation, Role, Scope};
use std::sync::atomic::{AtomicU8, Ordering};

/// The model's text.
pub const MODEL: &str = include_str!("model.conf");
/// The policy's text.
pub const POLICY: &str = include_str!("policy.csv");

/// One question to the policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Tuple {
    /// Role that is held.
    pub role: Role,
    /// How the record's unit stands to the role's.
    pub scope: Scope,
    /// How the person stands to the record.
    pub relation: Relation,
    /// What is to be done.
    pub action: Action,
}

const SCOPES: usize = Scope::ALL.len();
const RELATIONS: usize = Relation::ALL.len();
const ACTIONS: usize = Action::ALL.len();
const TUPLES: usize = Role::ALL.len() * SCOPES * RELATIONS * ACTIONS;

impl Tuple {
    /// Every question there is.
    pub fn all() -> impl Iterator<Item = Self> {
        Role::ALL.iter().flat_map(|&role| {
            Scope::ALL.iter().flat_map(move |&scope| {
                Relation::ALL.iter().flat_map(move |&relation| {
                    Action::ALL.iter().map(move |&action| Self { role, scope, relation, action })
                })
            })
        })
    }

    const fn place(self) -> usize {
        ((self.role as usize * SCOPES + self.scope as usize) * RELATIONS + self.relation as usize) * ACTIONS
            + self.action as usize
    }
}

/// Why the policy cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum PolicyError {
    /// A row is not what the program knows.
    #[error("policy, row {row}: {problem}")]
    Row {
        /// Number of the row.
        row: usize,
        /// What is wrong with it.
        problem: String,
    },
    /// The engine.
    #[error("the policy engine does not start: {0}")]
    Engine(#[from] casbin::Error),
}

/// Unknown, allowed and denied, as kept.
const UNKNOWN: u8 = 0;
const ALLOWED: u8 = 1;
const DENIED: u8 = 2;

/// The policy with its engine. The space of questions is finite and the policy does not change while the program
/// runs, so the engine is asked each question once.
pub struct Policy {
    enforcer: Enforcer,
    kept: Box<[AtomicU8]>,
}

impl std::fmt::Debug for Policy {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Policy").finish_non_exhaustive()
    }
}

/// A cell of a policy row: any, or one of the known.
fn known(row: usize, cell: &str, codes: &[&str]) -> Result<(), PolicyError> {
    if cell == "*" || codes.contains(&cell) {
        return Ok(());
    }
    Err(PolicyError::Row { row, problem: format!("{cell:?} is none of {}", codes.join(", ")) })
}

/// The rows of a policy, each cell checked against what the program knows: a misspelt word would silently deny.
fn rows(text: &str) -> Result<Vec<Vec<String>>, PolicyError> {
    let roles: Vec<&str> = Role::ALL.iter().map(|each| each.as_str()).collect();
    let scopes: Vec<&str> = Scope::ALL.iter().map(|each| each.as_str()).collect();
    let relations: Vec<&str> = Relation::ALL.iter().map(|each| each.as_str()).collect();
    let mut rows = Vec::new();
    for (place, line) in text.lines().enumerate() {
        let row = place + 1;
        if line.trim().is_empty() || line.starts_with('#') {
            continue;
        }
        let cells: Vec<&str> = line.split(',').map(str::trim).collect();
        let [kind, role, scope, relation, object, act, effect] = cells[..] else {
            return Err(PolicyError::Row { row, problem: "a row has seven cells".to_owned() });
        };
        known(row, kind, &["p"])?;
        known(row, role, &roles)?;
        known(row, scope, &scopes)?;
        known(row, relation, &relations)?;
        known(row, effect, &["allow", "deny"])?;
        let is_known = |action: &&Action| {
            (object == "*" || action.object() == object) && (act == "*" || action.act() == act)
        };
        if !Action::ALL.iter().any(|action| is_known(&action)) {
            return Err(PolicyError::Row { row, problem: format!("nothing is called {object}.{act}") });
        }
        let rest = [role, scope, relation, object, act, effect];
        rows.push(rest.map(str::to_owned).to_vec());
    }
    Ok(rows)
}

impl Policy {
    /// Reads a policy.
    pub async fn new(model: &str, policy: &str) -> Result<Self, PolicyError> {
        let rows = rows(policy)?;
        let model = DefaultModel::from_str(model).await?;
        let mut enforcer = Enforcer::new(model, MemoryAdapter::default()).await?;
        enforcer.add_policies(rows).await?;
        let kept = (0..TUPLES).map(|_| AtomicU8::new(UNKNOWN)).collect();
        Ok(Self { enforcer, kept })
    }

    /// The roles that could do something to some subject.
    pub fn roles_that_may(&self, action: Action) -> Vec<Role> {
        let may = |role: Role| {
            Tuple::all().any(|tuple| tuple.role == role && tuple.action == action && self.allows(tuple))
        };
        Role::ALL.iter().copied().filter(|role| may(*role)).collect()
    }

    /// What the engine says; its errors deny.
    pub fn ask(&self, tuple: Tuple) -> Result<bool, casbin::Error> {
        self.enforcer.enforce((
            tuple.role.as_str(),
            tuple.scope.as_str(),
            tuple.relation.as_str(),
            tuple.action.object(),
            tuple.action.act(),
        ))
    }

    /// The engine's answer, kept from the first time on. An error denies, is logged, and is not kept.
    pub fn allows(&self, tuple: Tuple) -> bool {
        let kept = &self.kept[tuple.place()];
        match kept.load(Ordering::Relaxed) {
            ALLOWED => true,
            DENIED => false,
            _ => match self.ask(tuple) {
                Ok(allowed) => {
                    kept.store(if allowed { ALLOWED } else { DENIED }, Ordering::Relaxed);
                    allowed
                }
                Err(error) => {
                    complain(&error);
                    false
                }
            },
        }
    }
}

#[expect(clippy::print_stderr, reason = "the operator must hear that the engine fails; nobody else can")]
fn complain(error: &casbin::Error) {
    eprintln!("policy engine: {error}");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn misspelt_rows_are_told() {
        for (row, words) in [
            ("p, leder, *, *, case, read, allow", "leder"),
            ("p, leader, nowhere, *, case, read, allow", "nowhere"),
            ("p, leader, *, friend, case, read, allow", "friend"),
            ("p, leader, *, *, case, raed, allow", "case.raed"),
            ("p, leader, *, *, case, read, maybe", "maybe"),
            ("p, leader, case, read", "seven cells"),
        ] {
            let refused = rows(&format!("# first\n{row}\n")).expect_err(row).to_string();
            assert!(refused.contains(words) && refused.contains("row 2"), "{refused}");
        }
    }

    #[test]
    fn places_are_different() {
        let mut places: Vec<usize> = Tuple::all().map(Tuple::place).collect();
        places.sort_unstable();
        places.dedup();
        assert_eq!(places.len(), TUPLES);
        assert_eq!(places.last(), Some(&(TUPLES - 1)));
    }
}
