//! The audit trail: what a row says, and how rows are chained so that none is changed, lost or moved unseen.

use crate::code::codes;
use crate::id::{PersonId, UnitId};
use chrono::{DateTime, SecondsFormat, Utc};
use sha2::{Digest, Sha256};

codes! {
    /// Whether it was done.
    Outcome, "audit-outcome" {
        /// Done.
        Done = "done",
        /// Refused.
        Denied = "denied",
    }
}

/// What was done or refused, by whom, when, from where and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// When, to the microsecond.
    pub at: DateTime<Utc>,
    /// Whether it was done.
    pub outcome: Outcome,
    /// Object and act, as the policy names them.
    pub action: String,
    /// What it was done to.
    pub subject: String,
    /// Its unit.
    pub unit: Option<UnitId>,
    /// Who; none for the operator at the machine.
    pub actor_id: Option<PersonId>,
    /// His name, or the operator.
    pub actor: String,
    /// On whose behalf; empty for his own.
    pub principal: String,
    /// In which post; empty without one.
    pub post: String,
    /// From where.
    pub address: String,
    /// Why, where a reason was given.
    pub reason: String,
    /// The rule that refused, was only recorded, or was waived; with the exception.
    pub rule: String,
    /// The state before, as JSON; empty where there was none.
    pub before: String,
    /// The state after, as JSON.
    pub after: String,
}

/// A row of the trail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// Its number, from 1 on without gaps.
    pub seq: i64,
    /// What it says.
    pub entry: Entry,
    /// The hash of the row before; empty for the first.
    pub previous: String,
    /// Its own hash.
    pub hash: String,
}

impl Row {
    /// The row that follows one with the hash `previous`.
    pub fn after(seq: i64, previous: String, entry: Entry) -> Self {
        let hash = hash(seq, &previous, &entry);
        Self { seq, entry, previous, hash }
    }
}

/// SHA-256 over the number, the hash before and every field, each with its length, in hexadecimal.
fn hash(seq: i64, previous: &str, entry: &Entry) -> String {
    let seq = seq.to_string();
    let at = entry.at.to_rfc3339_opts(SecondsFormat::Micros, true);
    let unit = entry.unit.map_or(String::new(), |unit| unit.to_string());
    let actor = entry.actor_id.map_or(String::new(), |person| person.to_string());
    let fields = [
        &seq,
        previous,
        &at,
        entry.outcome.as_str(),
        &entry.action,
        &entry.subject,
        &unit,
        &actor,
        &entry.actor,
        &entry.principal,
        &entry.post,
        &entry.address,
        &entry.reason,
        &entry.rule,
        &entry.before,
        &entry.after,
    ];
    let mut digest = Sha256::new();
    for field in fields {
        digest.update((field.len() as u64).to_be_bytes());
        digest.update(field.as_bytes());
    }
    digest.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// What is wrong with the chain, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// A row's content is not what was hashed.
    Changed(i64),
    /// Rows are missing: the first and the last.
    Missing(i64, i64),
    /// A row does not follow the one before it.
    Moved(i64),
    /// The last row is not the one that the head names, or that was noted elsewhere.
    Head {
        /// What was expected.
        expected: String,
        /// What was found.
        found: String,
    },
}

/// Walks along the chain, row by row.
#[derive(Debug, Clone, Default)]
pub struct Verifier {
    seq: i64,
    hash: String,
    /// Everything that is wrong.
    pub faults: Vec<Fault>,
}

impl Verifier {
    /// Looks at the next row by number.
    pub fn next(&mut self, row: &Row) {
        if row.seq > self.seq + 1 {
            self.faults.push(Fault::Missing(self.seq + 1, row.seq - 1));
        }
        if hash(row.seq, &row.previous, &row.entry) != row.hash {
            self.faults.push(Fault::Changed(row.seq));
        } else if row.seq == self.seq + 1 && row.previous != self.hash {
            self.faults.push(Fault::Moved(row.seq));
        }
        self.seq = row.seq;
        self.hash.clone_from(&row.hash);
    }

    /// How many rows were looked at, and the last one's hash.
    pub fn head(&self) -> (i64, &str) {
        (self.seq, &self.hash)
    }

    /// Compares the last row with what the head, or a note elsewhere, says.
    pub fn end(&mut self, seq: i64, hash: &str) {
        if seq > self.seq {
            self.faults.push(Fault::Missing(self.seq + 1, seq));
        } else if hash != self.hash {
            self.faults.push(Fault::Head { expected: hash.to_owned(), found: self.hash.clone() });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(number: u32) -> Entry {
        Entry {
            at: DateTime::UNIX_EPOCH,
            outcome: Outcome::Done,
            action: "assignment.create".to_owned(),
            subject: number.to_string(),
            unit: None,
            actor_id: None,
            actor: "张一禾".to_owned(),
            principal: String::new(),
            post: "副乡长".to_owned(),
            address: "127.0.0.1".to_owned(),
            reason: String::new(),
            rule: String::new(),
            before: String::new(),
            after: "{}".to_owned(),
        }
    }

    fn chain(length: u32) -> Vec<Row> {
        let mut rows: Vec<Row> = Vec::new();
        for number in 0..length {
            let previous = rows.last().map_or(String::new(), |row| row.hash.clone());
            rows.push(Row::after(i64::from(number) + 1, previous, entry(number)));
        }
        rows
    }

    fn faults(rows: &[Row], whole: &[Row]) -> Vec<Fault> {
        let mut verifier = Verifier::default();
        rows.iter().for_each(|row| verifier.next(row));
        let last = whole.last().expect("a row");
        verifier.end(last.seq, &last.hash);
        verifier.faults
    }

    #[test]
    fn a_whole_chain_is_whole() {
        let rows = chain(5);
        assert_eq!(faults(&rows, &rows), []);
    }

    #[test]
    fn every_change_is_named() {
        let whole = chain(5);
        let mut changed = whole.clone();
        changed[2].entry.actor = "李青田".to_owned();
        assert_eq!(faults(&changed, &whole), [Fault::Changed(3)]);

        let mut rehashed = whole.clone();
        let again = Row::after(3, rehashed[2].previous.clone(), changed[2].entry.clone());
        rehashed[2] = again;
        assert_eq!(faults(&rehashed, &whole), [Fault::Moved(4)]);

        let mut missing = whole.clone();
        missing.remove(1);
        assert_eq!(faults(&missing, &whole), [Fault::Missing(2, 2)]);
        assert_eq!(faults(&whole[..3], &whole), [Fault::Missing(4, 5)]);

        let mut swapped = whole.clone();
        (swapped[1].entry, swapped[2].entry) = (swapped[2].entry.clone(), swapped[1].entry.clone());
        assert_eq!(faults(&swapped, &whole), [Fault::Changed(2), Fault::Changed(3)]);
        let mut swapped = whole.clone();
        swapped.swap(1, 2);
        (swapped[1].seq, swapped[2].seq) = (2, 3);
        assert_eq!(faults(&swapped, &whole), [Fault::Changed(2), Fault::Changed(3)]);
    }
}
