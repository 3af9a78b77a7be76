//! What letters say: made by whoever knows the languages.

use chrono::{DateTime, Utc};
use domain::Date;
use domain::notice::{Event, Words};
use domain::post::Language;
use mail::{Fault, FaultKind, Mailbox};

/// What is told, to whoever puts it into words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// What happened.
    pub event: Event,
    /// What the sentence names.
    pub words: Words,
    /// Where it is dealt with: a whole address.
    pub link: String,
    /// By when.
    pub due: Option<Date>,
}

/// A letter in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Composed {
    /// What it is about.
    pub subject: String,
    /// Its words.
    pub plain: String,
    /// The same as a whole HTML document.
    pub html: String,
}

/// What makes the words of letters.
pub trait Compose: Send + Sync + std::fmt::Debug {
    /// A letter about one thing, to somebody of a name, from a site at an address.
    fn alone(&self, lang: Language, site: &str, name: &str, told: &Told) -> Composed;
    /// A day's letter about all that was told.
    fn digest(&self, lang: Language, site: &str, name: &str, day: Date, told: &[Told]) -> Composed;
    /// A letter that only shows that letters arrive.
    fn test(&self, lang: Language, site: &str) -> Composed;
}

/// A letter as a file, without sending it: from an address to somebody who is nowhere.
pub fn eml(from: &str, name: &str, composed: Composed, now: DateTime<Utc>) -> Result<Vec<u8>, Fault> {
    let wrong = |error| Fault::new(FaultKind::Permanent, error);
    let from: Mailbox = from.parse().map_err(wrong)?;
    let nowhere = "somebody@example.org".parse().map_err(wrong)?;
    let Composed { subject, plain, html } = composed;
    let id = format!("preview@{}", from.email.domain());
    let to = Mailbox::new(Some(name.to_owned()), nowhere);
    mail::Letter { id, from, to, subject, plain, html, written_at: now }.bytes()
}
