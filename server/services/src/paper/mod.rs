//! Papers: drawn up from assignments, signed, published, voided, and how their numbers are made.

mod draw;
mod number;
mod sign;

pub use draw::{Proposal, Say, check, draw};
pub use number::save_patterns;
pub use sign::{publish, sign, void};

use crate::ServiceError;
use crate::form::{FieldError, Fields, text};
use crate::write::Caller;
use access::{Action, Permit};
use domain::duty::{Role, Subject};
use domain::id::UnitId;
use domain::notice::{Event, Notice, To, Words};
use domain::paper::PaperKind;
use domain::{Date, Message};
use papers::{FontError, PdfError};
use store::{Conn, StoreError};

/// Longest of what is typed.
const TEXT: usize = 2000;

/// Who stands to a paper: the receiving unit and those above it, the giving unit and those above it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sides {
    receivers: Vec<UnitId>,
    issuers: Vec<UnitId>,
}

impl Sides {
    /// Loads them.
    pub async fn load(conn: &mut Conn, issuer: UnitId, receiver: UnitId) -> Result<Self, StoreError> {
        Ok(Self {
            receivers: store::unit::above(conn, receiver).await?,
            issuers: store::unit::above(conn, issuer).await?,
        })
    }

    /// The paper as the policy sees it.
    pub fn subject(&self) -> Subject<'_> {
        Subject { units: &self.receivers, givers: &self.issuers, ..Subject::default() }
    }
}

/// What is printed of a paper.
pub fn sheet(paper: &store::paper::Paper) -> Result<papers::Sheet, StoreError> {
    let corrupt = |error: serde_json::Error| StoreError::Corrupt(error.to_string());
    serde_json::from_value(paper.content.clone()).map_err(corrupt)
}

/// Why a paper cannot be printed.
#[derive(Debug, Clone, PartialEq)]
pub enum NoPdf {
    /// There is no font, or none that can be used.
    Fonts(Message),
    /// Something else.
    Refused(Message),
}

/// A paper as PDF. Some hundred pages take a while, in which others are answered.
pub async fn pdf(
    paper: &store::paper::Paper,
    fonts: papers::Fonts,
) -> Result<Result<Vec<u8>, NoPdf>, StoreError> {
    let sheet = sheet(paper)?;
    let made = tokio::task::spawn_blocking(move || papers::pdf(&sheet, &fonts)).await;
    let refused = |cause: String| NoPdf::Refused(Message::new("paper-error-pdf").with("cause", cause));
    Ok(match made {
        Err(error) => Err(refused(error.to_string())),
        Ok(Err(PdfError::Font(FontError::None))) => Err(NoPdf::Fonts(Message::new("paper-error-no-font"))),
        Ok(Err(PdfError::Font(FontError::Unusable { file, cause }))) => {
            Err(NoPdf::Fonts(Message::new("paper-error-font").with("file", file).with("cause", cause)))
        }
        Ok(Err(PdfError::Refused(cause))) => Err(refused(cause)),
        Ok(Ok(content)) => Ok(content),
    })
}

/// What recording a signature asks for: the receiving side signs, too, what is mutual.
pub const fn signing(kind: PaperKind) -> Action {
    if kind.is_mutual() { Action::PaperConfirm } else { Action::PaperSign }
}

/// Tells those who answer for a unit what became of a paper.
async fn tell(
    conn: &mut Conn,
    caller: &Caller,
    event: Event,
    paper: &store::paper::Paper,
    (words, units): (Words, &[UnitId]),
) -> Result<(), StoreError> {
    let notice = Notice {
        event,
        about: paper.id.0,
        step: String::new(),
        words: Words { title: paper.number.clone(), ..words },
        link: format!("/papers/{}", paper.id),
        due: None,
    };
    let to: Vec<To> = units.iter().map(|unit| To::Role(Role::Manager, *unit)).collect();
    crate::notify::tell(conn, caller.now, caller.today, &notice, &to).await?;
    Ok(())
}

/// Asks whether the caller may record a signature.
fn may_sign(caller: &Caller, kind: PaperKind, sides: &Sides) -> Result<Permit, ServiceError> {
    caller.permit(signing(kind), &sides.subject())
}

/// What was typed, if it is not too long.
fn typed(
    fields: &Fields,
    name: &'static str,
    missing: Option<&'static str>,
    errors: &mut Vec<FieldError>,
) -> String {
    let text = text(fields, name);
    if text.chars().count() > TEXT {
        errors.push((name, Message::new("paper-error-long").with("most", TEXT)));
    }
    if let Some(missing) = missing.filter(|_| text.is_empty()) {
        errors.push((name, Message::new(missing)));
    }
    text.to_owned()
}

/// A day that is needed and has come.
fn past(
    fields: &Fields,
    name: &'static str,
    missing: &'static str,
    (from, today): (Date, Date),
    errors: &mut Vec<FieldError>,
) -> Option<Date> {
    let before = errors.len();
    let day = crate::form::date(fields, name, errors);
    if errors.len() > before {
        return None;
    }
    let Some(day) = day else {
        errors.push((name, Message::new(missing)));
        return None;
    };
    if day < from {
        errors.push((name, Message::new("paper-error-before").with("date", from)));
    } else if day > today {
        errors.push((name, Message::new("paper-error-to-come")));
    }
    Some(day)
}
