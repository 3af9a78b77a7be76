//! Who one is: accounts, passwords, sessions, second factors and one-time links.

mod account;
pub mod oidc;
mod password;
mod second;
mod session;
mod setup;
mod sign_in;
mod token;

pub use account::{
    Account, Opens, admit, change_password, create, disable, enable, enter, forget_second_factor,
    login_errors, new_link, open_link, use_link,
};
pub use password::{LONGEST, SHORTEST, weakness};
pub use second::{Enrolment, confirm, enrol, new_codes, remove};
pub(crate) use session::own;
pub use session::{clear_old, end, end_all, list, resume, sign_out, switch};
pub use setup::{first_link, setup};
pub use sign_in::{SignIn, is_half, second, sign_in};
pub use token::{Device, Token};

use crate::write::Caller;
use access::{Actor, Operator};
use chrono::{DateTime, TimeDelta, Utc};
use domain::Date;
use store::Secret;

/// How long things last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// A session that is not used.
    pub idle: TimeDelta,
    /// A session, whatever one does.
    pub absolute: TimeDelta,
    /// Between the password and the second factor.
    pub half: TimeDelta,
    /// A one-time link.
    pub link: TimeDelta,
    /// How long a browser is known that is not used.
    pub device: TimeDelta,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            idle: TimeDelta::minutes(30),
            absolute: TimeDelta::hours(12),
            half: TimeDelta::minutes(10),
            link: TimeDelta::hours(24),
            device: TimeDelta::days(180),
        }
    }
}

/// The browser that asks, before anybody has signed in.
#[derive(Debug, Clone, PartialEq)]
pub struct Origin {
    /// From where.
    pub address: String,
    /// What the browser calls itself.
    pub label: String,
    /// By what accounts know it again.
    pub device: Device,
    /// Now.
    pub now: DateTime<Utc>,
    /// Today, in China.
    pub today: Date,
}

impl Origin {
    /// Whoever holds a one-time link acts as its maker would, for what the link opens and nothing else.
    fn by_link(&self) -> Caller {
        let actor = Actor::Operator(Operator::Schedule);
        Caller { actor, now: self.now, today: self.today, address: self.address.clone() }
    }
}

/// The longest label and address that are kept.
const LABEL: usize = 200;

fn shortened(text: &str) -> String {
    text.chars().filter(|each| !each.is_control()).take(LABEL).collect()
}

/// A name to sign in with, as it is stored.
fn login_of(typed: &str) -> String {
    typed.trim().to_lowercase()
}

/// What pages and the command line hand over that nobody else may see.
pub type Password = Secret;
