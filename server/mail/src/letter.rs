//! A letter, and the message that it makes.

use crate::{Fault, FaultKind};
use chrono::{DateTime, Utc};
use lettre::message::header::{HeaderName, HeaderValue};
use lettre::message::{Mailbox, Message, MultiPart};
use std::time::{Duration, SystemTime};

/// Something that is sent to one person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letter {
    /// Its Message-ID without the brackets; the same whenever it is sent.
    pub id: String,
    /// From whom.
    pub from: Mailbox,
    /// To whom.
    pub to: Mailbox,
    /// What it is about.
    pub subject: String,
    /// Its words.
    pub plain: String,
    /// The same as a whole HTML document.
    pub html: String,
    /// When it was written.
    pub written_at: DateTime<Utc>,
}

impl Letter {
    /// The message, as it is sent and as an `.eml` file holds it.
    pub fn bytes(&self) -> Result<Vec<u8>, Fault> {
        // Answering machines do not answer to what says that a machine wrote it (RFC 3834).
        let automatic = HeaderName::new_from_ascii_str("Auto-Submitted");
        let seconds = u64::try_from(self.written_at.timestamp()).unwrap_or(0);
        let message = Message::builder()
            .from(named(&self.from))
            .to(named(&self.to))
            .subject(one_line(&self.subject))
            .date(SystemTime::UNIX_EPOCH + Duration::from_secs(seconds))
            .message_id(Some(format!("<{}>", self.id)))
            .raw_header(HeaderValue::new(automatic, "auto-generated".to_owned()))
            .multipart(MultiPart::alternative_plain_html(self.plain.clone(), self.html.clone()))
            .map_err(|error| Fault::new(FaultKind::Permanent, error))?;
        Ok(message.formatted())
    }
}

/// A mailbox whose name makes no header of its own.
fn named(mailbox: &Mailbox) -> Mailbox {
    Mailbox::new(mailbox.name.as_deref().map(one_line), mailbox.email.clone())
}

/// A subject has no line breaks, whatever stands in the words of which it is made.
fn one_line(text: &str) -> String {
    text.split(char::is_control).filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
}
