//! Draws a paper up from assignments of one giver and one receiver.

use super::{Sides, typed};
use crate::ServiceError;
use crate::form::{FieldError, Fields, date, text};
use crate::write::{Caller, Change, Write};
use access::Action;
use domain::assess::RecallReason;
use domain::assignment::Assignment;
use domain::duty::Sight;
use domain::id::{AssignmentId, PaperId};
use domain::notice::{Event, Words};
use domain::paper::{NUMBER_CHARS, PaperKind, PaperState};
use domain::unit::Unit;
use domain::{Message, Period};
use papers::{Facts, Item, OpenCase, Sheet, compose};
use serde_json::json;
use store::paper::Paper;
use store::{Conn, Db, StoreError};

/// Says a message in the language with a tag.
pub type Say<'a> = &'a (dyn Fn(&str, &Message) -> String + Sync);

/// Most powers on one paper.
const ITEMS: usize = 500;

/// Most open cases that are looked at for a recall decision.
const CASES: i64 = 5000;

/// A paper as it would be drawn up.
#[derive(Debug, Clone, PartialEq)]
pub struct Proposal {
    /// Everything that would be printed.
    pub sheet: Sheet,
    /// What it does.
    pub kind: PaperKind,
    /// Its term.
    pub term: Period,
    /// The number that it would get by its issuer's pattern; another one may be typed.
    pub number: String,
    /// What it is about.
    pub items: Vec<AssignmentId>,
    issuer: Unit,
    receiver: Unit,
}

/// What the form says, before it has a number.
struct Read {
    kind: PaperKind,
    facts: Facts,
    lang: String,
    items: Vec<AssignmentId>,
    issuer: Unit,
    receiver: Unit,
}

/// Reads the form about an assignment: `kind`, `items` (identifiers; itself where there are none), `authority`, `from`,
/// `to`, `cause` (the code of why it is to be recalled), `reason`, `plan`, `lang`.
async fn read(
    conn: &mut Conn,
    base: &Assignment,
    caller: &Caller,
    fields: &Fields,
) -> Result<Result<Read, Vec<FieldError>>, ServiceError> {
    let mut errors: Vec<FieldError> = Vec::new();
    let Ok(kind) = text(fields, "kind").parse::<PaperKind>() else {
        return Ok(Err(vec![("kind", Message::new("paper-error-kind"))]));
    };
    let units = match base.giver {
        Some(giver) => store::unit::by_id(conn, giver).await?.zip(store::unit::by_id(conn, base.unit).await?),
        None => None,
    };
    let Some((issuer, receiver)) = units else {
        return Ok(Err(vec![("items", Message::new("paper-error-no-giver"))]));
    };
    let items = items(conn, base, kind, caller, fields, &mut errors).await?;
    let term = term(fields, kind, base, caller, &mut errors);
    let authority = typed(fields, "authority", None, &mut errors);
    let needs = |missing: &'static str| (!kind.is_mutual()).then_some(missing);
    let recall = match kind {
        PaperKind::RecallDecision => store::life::recall::of(conn, base.id).await?,
        _ => None,
    };
    // What was recalled is so for the reason for which it was; what is still to be, for the one that is chosen.
    let cause = match &recall {
        Some(recall) => Some(recall.reason),
        None => text(fields, "cause").parse::<RecallReason>().ok(),
    };
    let cases = match kind {
        PaperKind::RecallDecision => open_cases(conn, base.id, &items).await?,
        _ => Vec::new(),
    };
    let reason = typed(fields, "reason", needs("paper-error-reason"), &mut errors);
    let needs_plan = needs("paper-error-plan").filter(|_| kind == PaperKind::Waiver);
    let plan = typed(fields, "plan", needs_plan, &mut errors);
    let (Some(term), true) = (term, errors.is_empty()) else { return Ok(Err(errors)) };
    let facts = Facts {
        kind,
        number: String::new(),
        issuer: issuer.name.clone(),
        receiver: receiver.name.clone(),
        drawn_on: caller.today,
        drawn_by: caller.actor.rights().map_or(String::new(), |rights| rights.name.clone()),
        authority,
        term,
        cause: cause.filter(|_| kind == PaperKind::RecallDecision).map(RecallReason::message),
        reason,
        plan,
        items: items.iter().map(|(_, item)| item.clone()).collect(),
        cases,
    };
    let lang = text(fields, "lang");
    let lang = if lang.is_empty() { "zh-CN" } else { lang }.to_owned();
    let items = items.into_iter().map(|(id, _)| id).collect();
    Ok(Ok(Read { kind, facts, lang, items, issuer, receiver }))
}

/// The assignments that are ticked, with what is printed of them.
async fn items(
    conn: &mut Conn,
    base: &Assignment,
    kind: PaperKind,
    caller: &Caller,
    fields: &Fields,
    errors: &mut Vec<FieldError>,
) -> Result<Vec<(AssignmentId, Item)>, ServiceError> {
    let ticked: Vec<AssignmentId> =
        text(fields, "items").split_whitespace().filter_map(|id| id.parse().ok()).collect();
    let ticked = if ticked.is_empty() { vec![base.id] } else { ticked };
    if ticked.len() > ITEMS {
        errors.push(("items", Message::new("paper-error-many").with("most", ITEMS)));
        return Ok(Vec::new());
    }
    // Only what the same unit has from the same giver can stand beside it, whatever the form says.
    let fellows = store::paper::fellows(conn, base.id, caller.today).await?;
    let mut items = Vec::new();
    let mut unsuited = Vec::new();
    for fellow in fellows.into_iter().filter(|fellow| ticked.contains(&fellow.id)) {
        if !kind.suits(fellow.form) {
            unsuited.push(fellow.name.clone());
        }
        let item = Item {
            code: fellow.code,
            name: fellow.name,
            power_type: fellow.power_type,
            bases: fellow.legal_bases.into_iter().map(|basis| basis.citation).collect(),
            form: fellow.form,
            functions: fellow.functions,
            minutes: fellow.minutes,
        };
        items.push((fellow.id, item));
    }
    if !unsuited.is_empty() {
        unsuited.truncate(5);
        let wrong = Message::new("paper-error-form").with("kind", kind.message()).with("powers", unsuited);
        errors.push(("items", wrong));
    } else if items.len() != ticked.len() {
        errors.push(("items", Message::new("paper-error-items")));
    }
    Ok(items)
}

/// The open cases of what is ticked, and who finishes each.
async fn open_cases(
    conn: &mut Conn,
    base: AssignmentId,
    items: &[(AssignmentId, Item)],
) -> Result<Vec<OpenCase>, StoreError> {
    let all = store::life::tenure::open_cases_beside(conn, base, CASES).await?;
    let ticked = all.into_iter().filter(|case| items.iter().any(|(id, _)| id.0 == case.assignment_id));
    let case = |case: store::life::tenure::OpenCase| OpenCase {
        number: case.number,
        opened_on: case.opened_on,
        finisher: [Some(case.unit), case.name].into_iter().flatten().collect::<Vec<_>>().join(" "),
    };
    Ok(ticked.map(case).collect())
}

/// The term: an entrustment and a waiver end some day, and a recall on its last one.
fn term(
    fields: &Fields,
    kind: PaperKind,
    base: &Assignment,
    caller: &Caller,
    errors: &mut Vec<FieldError>,
) -> Option<Period> {
    let usual = if kind.is_mutual() { base.period.from } else { caller.today };
    let before = errors.len();
    let to = date(fields, "to", errors);
    let from = match kind {
        // Its last day may have passed when the paper is drawn up.
        PaperKind::RecallDecision => to.map_or(usual, |to| to.min(usual)),
        _ => date(fields, "from", errors).unwrap_or(usual),
    };
    if errors.len() > before {
        return None;
    }
    if to.is_none() && kind != PaperKind::Acceptance {
        let missing = match kind {
            PaperKind::RecallDecision => "paper-error-last-day",
            _ => "paper-error-term",
        };
        errors.push(("to", Message::new(missing)));
        return None;
    }
    Period::new(from, to)
        .map_err(|reversed| {
            errors.push(("to", Message::new("import-error-reversed").with("from", reversed.from)));
        })
        .ok()
}

impl Read {
    fn sheet(&self, number: &str, say: Say<'_>) -> Sheet {
        let facts = Facts { number: number.to_owned(), ..self.facts.clone() };
        compose(&facts, &self.lang, &|message| say(&self.lang, message))
    }
}

/// Reads the form and shows what would be printed; nothing is written and no number is taken. None where the
/// assignment is not there or may not be seen.
pub async fn check(
    conn: &mut Conn,
    caller: &Caller,
    id: AssignmentId,
    fields: &Fields,
    sight: Sight,
    say: Say<'_>,
) -> Result<Option<Result<Proposal, Vec<FieldError>>>, ServiceError> {
    let Some(base) = store::assignment::visible(conn, id, sight).await? else { return Ok(None) };
    let read = match read(conn, &base, caller, fields).await? {
        Ok(read) => read,
        Err(errors) => return Ok(Some(Err(errors))),
    };
    let number = super::number::preview(conn, &read.issuer, read.kind, caller.today).await?;
    let shown = match text(fields, "number") {
        "" => number.as_str(),
        typed => typed,
    };
    Ok(Some(Ok(Proposal {
        sheet: read.sheet(shown, say),
        kind: read.kind,
        term: read.facts.term,
        number,
        items: read.items,
        issuer: read.issuer,
        receiver: read.receiver,
    })))
}

/// Draws the form's paper up. Where `number` is empty or what was `proposed`, it gets the next one of its issuer's
/// year. None where the assignment is not there.
pub async fn draw(
    db: &Db,
    caller: &Caller,
    id: AssignmentId,
    fields: &Fields,
    say: Say<'_>,
) -> Result<Option<Result<PaperId, Vec<FieldError>>>, ServiceError> {
    let mut write = Write::begin(db).await?;
    let conn = write.conn();
    let Some(base) = store::assignment::by_id(conn, id).await? else { return Ok(None) };
    let issuer = base.giver.unwrap_or(base.unit);
    let sides = Sides::load(conn, issuer, base.unit).await?;
    let permit = caller.permit(Action::PaperDraw, &sides.subject())?;
    let read = match read(conn, &base, caller, fields).await? {
        Ok(read) => read,
        Err(errors) => return Ok(Some(Err(errors))),
    };
    let typed = text(fields, "number");
    if typed.chars().count() > NUMBER_CHARS {
        let long = Message::new("paper-error-long").with("most", NUMBER_CHARS);
        return Ok(Some(Err(vec![("number", long)])));
    }
    let number = if typed.is_empty() || typed == text(fields, "proposed") {
        super::number::take(conn, &read.issuer, read.kind, caller.today).await?
    } else {
        typed.to_owned()
    };
    let sheet = read.sheet(&number, say);
    let paper = Paper {
        id: PaperId(store::new_id()),
        kind: read.kind,
        number,
        issuer: read.issuer.id,
        receiver: read.receiver.id,
        content: json!(sheet),
        term: read.facts.term,
        state: PaperState::Drawn,
        drawn_on: caller.today,
        drawn_by: caller.actor.rights().map(|rights| rights.person),
        signed_on: None,
        published_on: None,
        voided_on: None,
        void_reason: String::new(),
    };
    let mut words = vec![paper.number.as_str(), read.issuer.name.as_str(), read.receiver.name.as_str()];
    words.extend(read.facts.items.iter().map(|item| item.name.as_str()));
    match store::paper::insert(conn, &paper, &read.items, &words).await {
        Err(StoreError::Duplicate) => {
            return Ok(Some(Err(vec![("number", Message::new("paper-error-number-taken"))])));
        }
        other => other?,
    }
    let words = Words { unit: read.issuer.name.clone(), ..Words::default() };
    super::tell(conn, caller, Event::PaperDrawn, &paper, (words, &[paper.receiver])).await?;
    let change = Change {
        subject: paper.id.to_string(),
        after: json!({
            "kind": paper.kind,
            "number": paper.number,
            "term": paper.term,
            "assignments": read.items,
        }),
        ..Change::default()
    };
    write.commit(caller, &permit, change).await?;
    Ok(Some(Ok(paper.id)))
}
