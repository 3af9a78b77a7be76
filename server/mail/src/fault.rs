//! Why a letter did not leave, and what follows from it.

/// What becomes of a letter that did not leave.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FaultKind {
    /// It is tried again later.
    Transient,
    /// It was handed over, and nobody knows whether it was accepted: it is tried again under the same Message-ID.
    Unclear,
    /// The server refuses this recipient.
    Recipient,
    /// The server refuses this message, or there is no message.
    Permanent,
}

/// Why a letter did not leave.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{words}")]
pub struct Fault {
    /// What becomes of it.
    pub kind: FaultKind,
    /// The server's words, or the system's.
    pub words: String,
}

impl Fault {
    /// A fault of a kind, in somebody's words.
    pub fn new(kind: FaultKind, words: impl ToString) -> Self {
        Self { kind, words: words.to_string() }
    }

    /// Whether trying again could help.
    pub fn may_pass(&self) -> bool {
        matches!(self.kind, FaultKind::Transient | FaultKind::Unclear)
    }
}
