//! Makes letters of notices and sends them: each once, whoever is killed when, and however many servers do it.

mod words;

use crate::ServiceError;
use crate::write::Write;
use chrono::{DateTime, TimeDelta, Utc};
use domain::Date;
use domain::id::{LetterId, PersonId};
use domain::post::{Due, Language, Retries, Wishes};
use mail::{Fault, FaultKind, Mailbox, Transport};
use std::collections::HashSet;
use std::sync::atomic::{AtomicBool, Ordering};
use store::inbox::Line;
use store::letter::{Claimed, Failed, Letter, Planned};
use store::{Db, StoreError};
use tokio::sync::Notify;

pub use words::{Compose, Composed, Told, eml};

/// What tells the time.
pub type Now = dyn Fn() -> DateTime<Utc> + Send + Sync;

/// What is needed to send letters.
#[derive(Debug)]
pub struct Mailer {
    /// How they leave.
    pub transport: Transport,
    /// From whom.
    pub from: Mailbox,
    /// Where browsers find the site.
    pub site: String,
    /// When they are tried again.
    pub retries: Retries,
    /// How long one try may last; after that another server tries.
    pub lease: TimeDelta,
    /// What makes their words.
    pub words: Box<dyn Compose>,
    /// What makes it stop between two letters.
    pub stop: Stop,
}

/// Asks a mailer to stop; the letter that is under way is finished.
#[derive(Debug, Default)]
pub struct Stop {
    is_asked: AtomicBool,
    asked: Notify,
}

impl Stop {
    /// Asks.
    pub fn ask(&self) {
        self.is_asked.store(true, Ordering::Relaxed);
        self.asked.notify_one();
    }

    /// Waits until somebody asks.
    pub async fn asked(&self) {
        self.asked.notified().await;
    }

    /// Whether somebody has asked.
    pub fn is_asked(&self) -> bool {
        self.is_asked.load(Ordering::Relaxed)
    }
}

/// What one pass did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Report {
    /// Letters that were written.
    pub written: usize,
    /// Letters that were sent.
    pub sent: usize,
    /// Tries that failed and are made again.
    pub failed: usize,
    /// Letters that were given up.
    pub dead: usize,
}

/// Older notices are for the inbox alone: whoever sets up mail later is not to write about last year.
const STALE: TimeDelta = TimeDelta::days(7);
/// What is read at once.
const ROWS: i64 = 500;
/// Letters taken at once.
const BATCH: i64 = 50;

impl Mailer {
    /// Looks at new notices, writes what is due, and sends what waits.
    pub async fn pass(&self, db: &Db, now: &Now) -> Result<Report, ServiceError> {
        let mut report = Report::default();
        plan(db, now()).await?;
        self.write(db, now(), &mut report).await?;
        self.send(db, now, &mut report).await?;
        Ok(report)
    }

    /// Makes letters of the notices whose time has come.
    async fn write(&self, db: &Db, now: DateTime<Utc>, report: &mut Report) -> Result<(), ServiceError> {
        loop {
            let mut conn = db.read().await?;
            let persons = store::letter::persons_due(&mut conn, now, ROWS).await?;
            drop(conn);
            for &person in &persons {
                let mut write = Write::begin(db).await?;
                let planned = store::letter::planned(write.conn(), person, now).await?;
                let written = self.write_to(&mut write, person, &planned, now).await?;
                write.commit_derived().await?;
                report.written += written;
            }
            // Each was settled or put off, so that what is left came later.
            if i64::try_from(persons.len()) != Ok(ROWS) {
                return Ok(());
            }
        }
    }

    async fn write_to(
        &self,
        write: &mut Write,
        person: PersonId,
        planned: &Planned,
        now: DateTime<Utc>,
    ) -> Result<usize, ServiceError> {
        let wishes = &planned.wishes;
        let conn = write.conn();
        let mut written = 0;
        let mut day: Option<Date> = None;
        let mut digest: Vec<&Line> = Vec::new();
        for line in &planned.lines {
            let due = wishes.due(line.event, line.created_at);
            match due {
                // What was read meanwhile needs no letter.
                _ if line.read_at.is_some() => {
                    store::letter::settle(conn, line.id, None, now).await?;
                }
                Due::Never => {
                    store::letter::settle(conn, line.id, None, now).await?;
                }
                Due::Alone(at) | Due::Digest { sent: at, .. } if wishes.loud(at.max(now)) > now => {
                    store::letter::plan(conn, line.id, wishes.loud(at.max(now))).await?;
                }
                Due::Alone(_) => {
                    let told = self.told(line);
                    let composed = self.words.alone(wishes.language, &self.site, &planned.name, &told);
                    let dedupe = format!("{}/{}/{}", line.event, line.about, line.step);
                    let letter = self.letter(person, wishes, dedupe, composed, now);
                    let is_new = store::letter::insert(conn, &letter).await?;
                    let id = is_new.then_some(letter.id);
                    store::letter::settle(conn, line.id, id, now).await?;
                    written += usize::from(is_new);
                }
                Due::Digest { written, .. } => {
                    let on = (written + TimeDelta::hours(8)).date_naive();
                    day = day.max(Some(on));
                    digest.push(line);
                }
            }
        }
        let Some(day) = day else { return Ok(written) };
        let told: Vec<Told> = digest.iter().map(|line| self.told(line)).collect();
        let composed = self.words.digest(wishes.language, &self.site, &planned.name, day, &told);
        let letter = self.letter(person, wishes, format!("digest/{day}"), composed, now);
        let is_new = store::letter::insert(conn, &letter).await?;
        for line in digest {
            if is_new {
                store::letter::settle(conn, line.id, Some(letter.id), now).await?;
            } else if let Due::Digest { sent, .. } = wishes.due(line.event, now) {
                // The day's digest was written before this was known: it stands in the next one.
                store::letter::plan(conn, line.id, sent).await?;
            }
        }
        Ok(written + usize::from(is_new))
    }

    fn told(&self, line: &Line) -> Told {
        let link = format!("{}{}", self.site, line.link);
        Told { event: line.event, words: line.words.clone(), link, due: line.due }
    }

    fn letter(
        &self,
        person: PersonId,
        wishes: &Wishes,
        dedupe: String,
        composed: Composed,
        now: DateTime<Utc>,
    ) -> Letter {
        let id = LetterId(store::new_id());
        let Composed { subject, plain, html } = composed;
        Letter {
            id,
            person,
            dedupe,
            message_id: format!("{id}@{}", self.from.email.domain()),
            address: wishes.address.clone(),
            subject,
            plain,
            html,
            created_at: now,
        }
    }

    /// Sends what waits, one letter after the other.
    async fn send(&self, db: &Db, now: &Now, report: &mut Report) -> Result<(), ServiceError> {
        let mut seen: HashSet<LetterId> = HashSet::new();
        loop {
            let mut conn = db.read().await?;
            let due = store::letter::due(&mut conn, now(), BATCH).await?;
            drop(conn);
            let fresh: Vec<LetterId> = due.into_iter().filter(|id| seen.insert(*id)).collect();
            if fresh.is_empty() {
                return Ok(());
            }
            for id in fresh {
                if self.stop.is_asked() {
                    return Ok(());
                }
                // The claim is committed before anything is sent: whoever is killed leaves it behind, and nobody else
                // touches the letter before it has run out.
                let mut write = Write::begin(db).await?;
                let at = now();
                let claimed = store::letter::claim(write.conn(), id, at, at + self.lease).await?;
                write.commit_derived().await?;
                if let Some(claimed) = claimed {
                    self.send_one(db, now, &claimed, report).await?;
                }
            }
        }
    }

    async fn send_one(
        &self,
        db: &Db,
        now: &Now,
        claimed: &Claimed,
        report: &mut Report,
    ) -> Result<(), ServiceError> {
        // A try that lasts longer than the claim could meet another server's.
        let most = self.lease.to_std().unwrap_or_default() * 4 / 5;
        let sending = async {
            match self.message(claimed) {
                Ok(message) => self.transport.send(&message).await,
                Err(fault) => Err(fault),
            }
        };
        let done = tokio::time::timeout(most, sending)
            .await
            .unwrap_or_else(|_| Err(Fault::new(FaultKind::Unclear, "the try lasted too long")));
        let id = claimed.letter.id;
        match done {
            Ok(receipt) => {
                keep(db, id, now(), &Became::Sent(&receipt.answer)).await?;
                report.sent += 1;
            }
            Err(fault) => {
                let next = if fault.may_pass() { self.retries.next(claimed.attempts, now()) } else { None };
                let unclear = fault.kind == FaultKind::Unclear;
                let mut conn = db.read().await?;
                let wishes = store::wish::of(&mut conn, claimed.letter.person).await?;
                drop(conn);
                let failed = Failed {
                    attempts: claimed.attempts,
                    next: next.map(|next| wishes.loud(next)),
                    error: &fault.words,
                    unclear,
                };
                keep(db, id, now(), &Became::Failed(&failed)).await?;
                if next.is_some() {
                    report.failed += 1;
                } else {
                    report.dead += 1;
                }
            }
        }
        Ok(())
    }

    fn message(&self, claimed: &Claimed) -> Result<mail::Letter, Fault> {
        let letter = &claimed.letter;
        let address = letter.address.parse().map_err(|error| Fault::new(FaultKind::Recipient, error))?;
        Ok(mail::Letter {
            id: letter.message_id.clone(),
            from: self.from.clone(),
            to: Mailbox::new(Some(claimed.name.clone()), address),
            subject: letter.subject.clone(),
            plain: letter.plain.clone(),
            html: letter.html.clone(),
            written_at: letter.created_at,
        })
    }

    /// Sends a letter that only shows that letters arrive; it leaves no trace here.
    pub async fn test(
        &self,
        to: mail::Address,
        lang: Language,
        now: DateTime<Utc>,
    ) -> Result<mail::Receipt, Fault> {
        let Composed { subject, plain, html } = self.words.test(lang, &self.site);
        let id = format!("{}@{}", store::new_id(), self.from.email.domain());
        let (from, to) = (self.from.clone(), Mailbox::new(None, to));
        let letter = mail::Letter { id, from, to, subject, plain, html, written_at: now };
        self.transport.send(&letter).await
    }
}

/// Looks at new notices, and keeps when each is written about.
async fn plan(db: &Db, now: DateTime<Utc>) -> Result<(), ServiceError> {
    loop {
        let mut conn = db.read().await?;
        let new = store::letter::unplanned(&mut conn, ROWS).await?;
        drop(conn);
        if new.is_empty() {
            return Ok(());
        }
        let mut write = Write::begin(db).await?;
        let conn = write.conn();
        for notice in &new {
            let is_stale = notice.created_at < now - STALE;
            match notice.wishes.due(notice.event, notice.created_at) {
                Due::Alone(at) | Due::Digest { sent: at, .. } if !is_stale => {
                    store::letter::plan(conn, notice.id, notice.wishes.loud(at.max(now))).await?;
                }
                _ => {
                    store::letter::settle(conn, notice.id, None, now).await?;
                }
            }
        }
        write.commit_derived().await?;
    }
}

/// How often it is tried to keep what became of a letter: without it, the letter would be sent again.
const TRIES: u32 = 5;

/// What became of a try.
enum Became<'a> {
    Sent(&'a str),
    Failed(&'a Failed<'a>),
}

async fn keep(db: &Db, id: LetterId, at: DateTime<Utc>, became: &Became<'_>) -> Result<(), StoreError> {
    let mut tries = 1;
    loop {
        match keep_once(db, id, at, became).await {
            Err(_) if tries < TRIES => tries += 1,
            kept => return kept,
        }
        tokio::time::sleep(std::time::Duration::from_millis(200)).await;
    }
}

async fn keep_once(db: &Db, id: LetterId, at: DateTime<Utc>, became: &Became<'_>) -> Result<(), StoreError> {
    let mut write = Write::begin(db).await?;
    match became {
        Became::Sent(answer) => store::letter::sent(write.conn(), id, at, answer).await?,
        Became::Failed(failed) => store::letter::failed(write.conn(), id, at, failed).await?,
    };
    write.commit_derived().await
}

/// Lets a letter that was given up be tried again. None where there is none that was.
pub async fn resend(
    db: &Db,
    caller: &crate::write::Caller,
    id: LetterId,
) -> Result<Option<()>, ServiceError> {
    let permit = caller.permit(access::Action::LetterResend, &domain::duty::Subject::default())?;
    let mut write = Write::begin(db).await?;
    if !store::letter::again(write.conn(), id, caller.now).await? {
        return Ok(None);
    }
    let change = crate::write::Change {
        subject: id.to_string(),
        before: serde_json::json!({ "state": "dead" }),
        after: serde_json::json!({ "state": "waiting" }),
        ..crate::write::Change::default()
    };
    write.commit(caller, &permit, change).await?;
    Ok(Some(()))
}
