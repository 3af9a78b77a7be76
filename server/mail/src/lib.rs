#![doc = include_str!("../README.md")]

mod fault;
mod folder;
mod letter;
mod memory;
mod smtp;

pub use fault::{Fault, FaultKind};
pub use folder::Folder;
pub use letter::Letter;
pub use lettre::Address;
pub use lettre::message::Mailbox;
pub use memory::Memory;
pub use smtp::{AddressError, Security, Smtp, SmtpConfig};

/// How letters leave.
#[derive(Debug)]
pub enum Transport {
    /// By a mail server.
    Smtp(Smtp),
    /// As files, which somebody carries on.
    Folder(Folder),
    /// Nowhere; tests look at them.
    Memory(Memory),
}

/// What proves that a letter was taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    /// The server's answer, or the file's name.
    pub answer: String,
}

impl Transport {
    /// Sends a letter. What was accepted is accepted when this returns; a fault tells whether it may have been.
    pub async fn send(&self, letter: &Letter) -> Result<Receipt, Fault> {
        let bytes = letter.bytes()?;
        match self {
            Self::Smtp(smtp) => smtp.send(letter, &bytes).await,
            Self::Folder(folder) => folder.send(letter, bytes).await,
            Self::Memory(memory) => memory.send(letter, bytes),
        }
    }

    /// Where letters go, as the administrator reads it: no password stands in it.
    pub fn address(&self) -> String {
        match self {
            Self::Smtp(smtp) => smtp.address(),
            Self::Folder(folder) => folder.path().display().to_string(),
            Self::Memory(_) => "memory".to_owned(),
        }
    }
}
