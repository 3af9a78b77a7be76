//! Files beside records: checked by what they are, kept with their hash, and looked at again when they are fetched.

use crate::ServiceError;
use crate::form::{FieldError, Fields, text};
use crate::paper::{Sides, signing};
use crate::write::{Caller, Change, Write};
use access::Action;
use domain::Message;
use domain::attachment::{Beside, MediaType, WrongFile, file_name, recognise};
use domain::duty::Sight;
use domain::id::{AssignmentId, AttachmentId, PaperId};
use domain::paper::PaperState;
use serde_json::json;
use sha2::{Digest, Sha256};
use std::fmt::Write as _;
use store::attachment::Attachment;
use store::{Conn, Db, StoreError};
use uuid::Uuid;

/// Largest file that is kept.
pub const FILE_BYTES: u64 = 20 << 20;

/// A file as it was sent.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sent {
    /// What the browser calls it; empty where none was chosen.
    pub name: String,
    /// Its bytes; cut off where there were too many.
    pub content: Vec<u8>,
    /// How many came.
    pub bytes: u64,
}

/// SHA-256 in hexadecimal.
fn sha256(content: &[u8]) -> String {
    Sha256::digest(content).iter().fold(String::new(), |mut text, byte| {
        // Writing to memory does not fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// What a file is, or why it is not kept.
fn examined(sent: &Sent) -> Result<MediaType, Message> {
    let mebibytes = |bytes: u64| bytes.div_ceil(1 << 20);
    if sent.name.is_empty() && sent.bytes == 0 {
        return Err(Message::new("attachment-error-none"));
    }
    if sent.bytes > FILE_BYTES {
        return Err(Message::new("attachment-error-large")
            .with("size", mebibytes(sent.bytes))
            .with("most", mebibytes(FILE_BYTES)));
    }
    recognise(&sent.content).map_err(|wrong| match wrong {
        WrongFile::Empty => Message::new("attachment-error-empty"),
        WrongFile::OtherType => Message::new("attachment-error-type"),
        WrongFile::CutOff(media) => {
            Message::new("attachment-error-cut-off").with("type", media.ending().to_uppercase())
        }
    })
}

/// Keeps a file beside a record; `replaces` names one whose place it takes. None where there is no such record.
pub async fn attach(
    db: &Db,
    caller: &Caller,
    (beside, of): (Beside, Uuid),
    sent: &Sent,
    fields: &Fields,
) -> Result<Option<Result<AttachmentId, Vec<FieldError>>>, ServiceError> {
    let media = examined(sent);
    let mut write = Write::begin(db).await?;
    let conn = write.conn();
    let permit = match beside {
        Beside::Paper => {
            let Some(paper) = store::paper::locked(conn, PaperId(of)).await? else { return Ok(None) };
            let sides = Sides::load(conn, paper.issuer, paper.receiver).await?;
            let permit = caller.permit(signing(paper.kind), &sides.subject())?;
            if paper.state == PaperState::Voided {
                return Ok(Some(Err(vec![("file", Message::new("paper-error-voided"))])));
            }
            permit
        }
        Beside::Assignment => {
            let Some(assignment) = store::assignment::by_id(conn, AssignmentId(of)).await? else {
                return Ok(None);
            };
            let issuer = assignment.giver.unwrap_or(assignment.unit);
            let sides = Sides::load(conn, issuer, assignment.unit).await?;
            caller.permit(Action::PaperConfirm, &sides.subject())?
        }
    };
    let media = match media {
        Ok(media) => media,
        Err(message) => return Ok(Some(Err(vec![("file", message)]))),
    };
    let kept = store::attachment::of(conn, beside, of).await?;
    let replaces = text(fields, "replaces").parse::<AttachmentId>().ok();
    if let Some(replaced) = replaces
        && !kept.iter().any(|line| line.file.id == replaced && !line.is_replaced)
    {
        return Ok(Some(Err(vec![("replaces", Message::new("attachment-error-replaced"))])));
    }
    let attachment = Attachment {
        id: AttachmentId(store::new_id()),
        beside,
        of,
        name: file_name(&sent.name, media),
        media,
        size: i64::try_from(sent.content.len()).unwrap_or(i64::MAX),
        sha256: sha256(&sent.content),
        by: caller.actor.rights().map(|rights| rights.person),
        at: caller.now,
        replaces,
    };
    match store::attachment::insert(conn, &attachment, &sent.content).await {
        Err(StoreError::Duplicate) => {
            return Ok(Some(Err(vec![("replaces", Message::new("attachment-error-replaced"))])));
        }
        other => other?,
    }
    let change = Change {
        subject: of.to_string(),
        after: json!({
            "attachment": attachment.id,
            "name": attachment.name,
            "media_type": attachment.media,
            "size": attachment.size,
            "sha256": attachment.sha256,
            "replaces": attachment.replaces,
        }),
        ..Change::default()
    };
    write.commit(caller, &permit, change).await?;
    Ok(Some(Ok(attachment.id)))
}

/// A file that was fetched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fetched {
    /// It is what was kept.
    Whole(Attachment, Vec<u8>),
    /// Its bytes are no longer those that were kept.
    Damaged(Attachment),
}

/// Fetches a file beside a record that may be seen, and compares its bytes with the hash that was kept with them.
pub async fn fetch(conn: &mut Conn, id: AttachmentId, sight: Sight) -> Result<Option<Fetched>, StoreError> {
    let Some((attachment, content)) = store::attachment::visible(conn, id, sight).await? else {
        return Ok(None);
    };
    let is_whole = sha256(&content) == attachment.sha256;
    Ok(Some(if is_whole { Fetched::Whole(attachment, content) } else { Fetched::Damaged(attachment) }))
}
