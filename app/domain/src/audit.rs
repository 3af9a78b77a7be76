//! The audit trail: what a row says, and how rows are chained so that none is changed, lost or moved unseen.

use crate::Message;
use crate::code::codes;
use crate::id::{PersonId, UnitId};
use chrono::{DateTime, SecondsFormat, Utc};
use sha2::{Digest, Sha256};
use std::fmt::Write;

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
    digest.finalize().iter().fold(String::new(), |mut text, byte| {
        // Writing to memory does not fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
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
    /// Rows that the chain has not: before its first, or after its head.
    Surplus(i64, i64),
    /// The last row is not the one that the head names.
    Head {
        /// What was expected.
        expected: String,
        /// What was found.
        found: String,
    },
    /// There is no head.
    NoHead,
    /// No row has the hash that was noted elsewhere.
    Unnoted {
        /// The row that had it, where that was noted too.
        seq: Option<i64>,
        /// What was noted.
        hash: String,
    },
}

impl Fault {
    /// Stable code.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Changed(_) => "changed",
            Self::Missing(..) => "missing",
            Self::Moved(_) => "moved",
            Self::Surplus(..) => "surplus",
            Self::Head { .. } => "head",
            Self::NoHead => "no_head",
            Self::Unnoted { .. } => "unnoted",
        }
    }

    /// What is wrong, with the numbers of the rows.
    pub fn message(&self) -> Message {
        let number = |seq: i64| seq.to_string();
        let rows = |one, many, first: i64, last: i64| {
            if first == last {
                Message::new(one).with("row", number(first))
            } else {
                Message::new(many).with("first", number(first)).with("last", number(last))
            }
        };
        match self {
            Self::Changed(seq) => Message::new("audit-fault-changed").with("row", number(*seq)),
            Self::Missing(first, last) => {
                rows("audit-fault-missing", "audit-fault-missing-many", *first, *last)
            }
            Self::Moved(seq) => {
                Message::new("audit-fault-moved").with("row", number(*seq)).with("before", number(*seq - 1))
            }
            Self::Surplus(first, last) => {
                rows("audit-fault-surplus", "audit-fault-surplus-many", *first, *last)
            }
            Self::Head { expected, found } => Message::new("audit-fault-head")
                .with("expected", expected.as_str())
                .with("found", found.as_str()),
            Self::NoHead => Message::new("audit-fault-no-head"),
            Self::Unnoted { seq: Some(seq), hash } => {
                Message::new("audit-fault-unnoted-row").with("row", number(*seq)).with("hash", hash.as_str())
            }
            Self::Unnoted { seq: None, hash } => {
                Message::new("audit-fault-unnoted").with("hash", hash.as_str())
            }
        }
    }
}

/// The head of the chain as it was noted elsewhere: `SEQ:HASH`, or the hash alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Noted {
    /// The row, where it was noted.
    pub seq: Option<i64>,
    /// Its hash.
    pub hash: String,
}

/// A text that is no noted head.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("write the number of a row, a colon and its hash, or the hash alone: 64 hexadecimal digits")]
pub struct NotNoted;

impl std::str::FromStr for Noted {
    type Err = NotNoted;
    fn from_str(text: &str) -> Result<Self, NotNoted> {
        let text = text.trim();
        let (seq, hash) = match text.split_once(':') {
            Some((seq, hash)) => (Some(seq.parse().map_err(|_| NotNoted)?), hash),
            None => (None, text),
        };
        let is_hash = hash.len() == 64 && hash.bytes().all(|byte| byte.is_ascii_hexdigit());
        if is_hash { Ok(Self { seq, hash: hash.to_ascii_lowercase() }) } else { Err(NotNoted) }
    }
}

/// Walks along the chain, row by row.
#[derive(Debug, Clone)]
pub struct Verifier {
    seq: i64,
    /// The last row's hash; empty where that cannot be read.
    last: String,
    /// The same, where it can be relied on.
    hash: Option<String>,
    noted: Option<Noted>,
    /// Everything that is wrong.
    pub faults: Vec<Fault>,
}

impl Default for Verifier {
    fn default() -> Self {
        Self::with(None)
    }
}

impl Verifier {
    /// At the beginning; looks for the row that was noted elsewhere on its way.
    pub fn with(noted: Option<Noted>) -> Self {
        Self { seq: 0, last: String::new(), hash: Some(String::new()), noted, faults: Vec::new() }
    }

    /// Looks at the next row by number.
    pub fn next(&mut self, row: &Row) {
        if !self.reach(row.seq) {
            return;
        }
        let follows = self.hash.as_ref().is_none_or(|hash| *hash == row.previous);
        let is_next = row.seq == self.seq + 1;
        let is_true = hash(row.seq, &row.previous, &row.entry) == row.hash;
        if !is_true {
            self.faults.push(Fault::Changed(row.seq));
        } else if is_next && !follows {
            self.faults.push(Fault::Moved(row.seq));
        }
        let is_noted = |noted: &Noted| noted.seq.is_none_or(|seq| seq == row.seq) && noted.hash == row.hash;
        if is_true && self.noted.as_ref().is_some_and(is_noted) {
            self.noted = None;
        }
        self.seq = row.seq;
        self.last.clone_from(&row.hash);
        self.hash = is_true.then(|| row.hash.clone());
    }

    /// Passes a row that is so changed that it cannot even be read.
    pub fn unreadable(&mut self, seq: i64) {
        if self.reach(seq) {
            self.faults.push(Fault::Changed(seq));
            self.seq = seq;
            self.last.clear();
            self.hash = None;
        }
    }

    /// Notes what is missing before a row; false for one that stands before the beginning.
    fn reach(&mut self, seq: i64) -> bool {
        if seq <= self.seq {
            self.faults.push(Fault::Surplus(seq, seq));
            return false;
        }
        if seq > self.seq + 1 {
            self.faults.push(Fault::Missing(self.seq + 1, seq - 1));
        }
        true
    }

    /// How many rows were looked at, and the last one's hash.
    pub fn head(&self) -> (i64, &str) {
        (self.seq, &self.last)
    }

    /// Compares the last row with what the head says, and tells whether the row that was noted elsewhere was met.
    pub fn end(&mut self, head: Option<(i64, &str)>) {
        match head {
            None => self.faults.push(Fault::NoHead),
            Some((seq, _)) if seq > self.seq => self.faults.push(Fault::Missing(self.seq + 1, seq)),
            Some((seq, _)) if seq < self.seq => self.faults.push(Fault::Surplus(seq + 1, self.seq)),
            Some((_, hash)) => {
                if self.hash.as_ref().is_some_and(|last| last != hash) {
                    let found = self.last.clone();
                    self.faults.push(Fault::Head { expected: hash.to_owned(), found });
                }
            }
        }
        if let Some(Noted { seq, hash }) = self.noted.take() {
            self.faults.push(Fault::Unnoted { seq, hash });
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
        for row in rows {
            verifier.next(row);
        }
        let last = whole.last().expect("a row");
        verifier.end(Some((last.seq, &last.hash)));
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

        let longer = chain(6);
        assert_eq!(faults(&longer, &whole), [Fault::Surplus(6, 6)]);
        let mut before = whole.clone();
        before.insert(0, Row::after(0, String::new(), entry(9)));
        assert_eq!(faults(&before, &whole), [Fault::Surplus(0, 0)]);
    }

    #[test]
    fn what_was_noted_elsewhere_is_looked_for() {
        let whole = chain(5);
        let told = |rows: &[Row], noted: &str| {
            let mut verifier = Verifier::with(Some(noted.parse().expect(noted)));
            for row in rows {
                verifier.next(row);
            }
            let last = rows.last().expect("a row");
            verifier.end(Some((last.seq, &last.hash)));
            verifier.faults
        };
        let (third, last) = (&whole[2].hash, &whole[4].hash);
        for noted in [format!("3:{third}"), third.clone(), format!("5:{last}"), third.to_ascii_uppercase()] {
            assert_eq!(told(&whole, &noted), [], "{noted}");
        }
        // Cut off with its head, the chain looks whole; the note tells.
        let lost = Fault::Unnoted { seq: Some(5), hash: last.clone() };
        assert_eq!(told(&whole[..4], &format!("5:{last}")), [lost]);
        let elsewhere = Fault::Unnoted { seq: Some(4), hash: third.clone() };
        assert_eq!(told(&whole, &format!("4:{third}")), [elsewhere]);
        for wrong in ["", "3", "x:00", "3:abc"] {
            assert_eq!(wrong.parse::<Noted>(), Err(NotNoted), "{wrong}");
        }
    }

    #[test]
    fn a_row_that_cannot_be_read_is_named_alone() {
        let whole = chain(5);
        let mut verifier = Verifier::default();
        verifier.next(&whole[0]);
        verifier.next(&whole[1]);
        verifier.unreadable(3);
        verifier.next(&whole[3]);
        verifier.unreadable(5);
        verifier.end(Some((5, &whole[4].hash)));
        assert_eq!(verifier.faults, [Fault::Changed(3), Fault::Changed(5)]);
        verifier.end(None);
        assert_eq!(verifier.faults.last(), Some(&Fault::NoHead));
    }
}
