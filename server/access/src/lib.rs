#![doc = include_str!("../README.md")]

mod action;
mod permit;
mod policy;

pub use action::Action;
pub use permit::{Actor, Denial, Operator, Permit, ROLE_RULE, SCOPE_RULE};
pub use policy::{MODEL, POLICY, Policy, PolicyError, Tuple};

use domain::duty::Role;
use std::sync::OnceLock;

static EMBEDDED: OnceLock<Policy> = OnceLock::new();

/// Reads the embedded policy; called once at start, so that a policy that cannot be read stops the program there.
pub async fn start() -> Result<(), PolicyError> {
    if EMBEDDED.get().is_none() {
        let policy = Policy::new(MODEL, POLICY).await?;
        let _ = EMBEDDED.set(policy);
    }
    Ok(())
}

/// The roles that could do something, by the embedded policy.
pub fn roles_that_may(action: Action) -> Vec<Role> {
    policy().roles_that_may(action)
}

/// What the embedded policy says of one question.
pub fn allows(tuple: Tuple) -> bool {
    policy().allows(tuple)
}

/// The embedded policy.
fn policy() -> &'static Policy {
    EMBEDDED.get_or_init(|| {
        // Tests do not start; the program has started.
        let read = std::thread::spawn(|| {
            tokio::runtime::Builder::new_current_thread()
                .build()
                .map(|runtime| runtime.block_on(Policy::new(MODEL, POLICY)))
        });
        match read.join() {
            Ok(Ok(Ok(policy))) => policy,
            _ => panic!("the embedded policy cannot be read"),
        }
    })
}
