//! Letters that stay in memory, for tests.

use crate::{Fault, FaultKind, Letter, Receipt};
use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

/// Keeps letters, and fails where it is told to.
#[derive(Debug, Default)]
pub struct Memory {
    sent: Mutex<Vec<(Letter, Vec<u8>)>>,
    faults: Mutex<VecDeque<FaultKind>>,
}

impl Memory {
    /// The next letters fail in this way, one after the other.
    pub fn fail(&self, kinds: impl IntoIterator<Item = FaultKind>) {
        self.faults.lock().unwrap_or_else(PoisonError::into_inner).extend(kinds);
    }

    /// What was sent, with the messages that it made.
    pub fn sent(&self) -> Vec<(Letter, Vec<u8>)> {
        self.sent.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(crate) fn send(&self, letter: &Letter, bytes: Vec<u8>) -> Result<Receipt, Fault> {
        let fault = self.faults.lock().unwrap_or_else(PoisonError::into_inner).pop_front();
        if let Some(kind) = fault {
            return Err(Fault::new(kind, format!("told to fail: {kind:?}")));
        }
        let mut sent = self.sent.lock().unwrap_or_else(PoisonError::into_inner);
        sent.push((letter.clone(), bytes));
        Ok(Receipt { answer: format!("kept as {}", sent.len()) })
    }
}
