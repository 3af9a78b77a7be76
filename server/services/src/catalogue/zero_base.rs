//! The zero-base review: lists everything that is held, lets each line be argued, and decides on it.

use crate::ServiceError;
use crate::form::{FieldError, Fields, date, text};
use crate::write::{Caller, Change, Write};
use access::{Action, Permit};
use chrono::{Datelike, Months};
use domain::assess::RecallReason;
use domain::catalogue::zero_base::{Basis, Grounds, Proposal, recall_reason, refusal, suggested};
use domain::duty::Subject;
use domain::id::{UnitId, ZeroBaseId, ZeroBaseLineId};
use domain::unit::UnitKind;
use domain::{Date, Message};
use serde_json::json;
use std::collections::HashSet;
use store::zero_base::{By, Filter, Ground, Line, ZeroBase};
use store::{Conn, Db, StoreError};

/// Most lines that are decided at once.
const MOST: i64 = 100_000;
/// Longest grounds and reason.
const WORDS: usize = 2000;

fn basis(ground: &Ground, on: Date) -> Basis {
    if ground.bases.is_empty() {
        Basis::None
    } else if ground.bases.iter().any(|basis| basis.in_force(on)) {
        Basis::InForce
    } else {
        Basis::Lapsed
    }
}

/// Opens a review: `title`, `unit` (a unit and all below it, or the department that gave), `kind`, `due`.
pub async fn open(
    db: &Db,
    caller: &Caller,
    fields: &Fields,
) -> Result<Result<ZeroBaseId, Vec<FieldError>>, ServiceError> {
    let mut write = Write::begin(db).await?;
    let conn = write.conn();
    let mut errors = Vec::new();
    let title = text(fields, "title").to_owned();
    if title.is_empty() {
        errors.push(("title", Message::new("duty-error-name")));
    }
    let unit = crate::duty::unit(conn, fields, "unit", &mut errors).await?;
    let kind = text(fields, "kind");
    if !kind.is_empty() && kind.parse::<UnitKind>().is_err() {
        errors.push(("kind", Message::new("zero-base-error-kind")));
    }
    let due = date(fields, "due", &mut errors);
    match due {
        None if text(fields, "due").is_empty() => errors.push(("due", Message::new("review-error-due"))),
        Some(due) if due <= caller.today => errors.push(("due", Message::new("review-error-past"))),
        _ => {}
    }
    let (Some(unit), Some(due_on), true) = (unit, due, errors.is_empty()) else { return Ok(Err(errors)) };
    let units = store::unit::above(conn, unit.id).await?;
    let permit = caller.permit(Action::ZeroBaseOpen, &Subject { units: &units, ..Subject::default() })?;
    let id = ZeroBaseId(store::new_id());
    let review = ZeroBase { id, title, scope: unit.id, opened_on: caller.today, due_on, closed_on: None };
    store::zero_base::insert(conn, &review).await?;
    let month = caller.today.with_day(1).unwrap_or(caller.today);
    let since = month.checked_sub_months(Months::new(12)).unwrap_or(month);
    let all = store::zero_base::grounds(conn, unit.id, kind, caller.today, since).await?;
    if all.is_empty() {
        return Ok(Err(vec![("unit", Message::new("zero-base-error-empty"))]));
    }
    for ground in &all {
        let basis = basis(ground, caller.today);
        let suggested = suggested(Grounds {
            cases: ground.cases,
            verdict: ground.verdict,
            basis,
            may_rest: ground.rhythm.may_rest(),
        });
        store::zero_base::insert_line(conn, id, ground, basis, suggested).await?;
    }
    let change = Change {
        subject: id.to_string(),
        after: json!({ "review": review, "lines": all.len() }),
        ..Change::default()
    };
    write.commit(caller, &permit, change).await?;
    Ok(Ok(id))
}

/// The filter that a form carries along, to do something to all that match.
pub fn filter(fields: &Fields) -> Filter {
    Filter {
        unit: text(fields, "unit").parse().ok(),
        suggested: text(fields, "suggested").parse().ok(),
        decision: text(fields, "decided").parse().ok(),
        state: text(fields, "state").to_owned(),
        typed: text(fields, "q").to_owned(),
    }
}

/// The lines that the form names: `lines`, or all that match where it says `all`.
async fn chosen(
    conn: &mut Conn,
    caller: &Caller,
    review: ZeroBaseId,
    fields: &Fields,
) -> Result<Vec<Line>, StoreError> {
    if !text(fields, "all").is_empty() {
        let mut filter = filter(fields);
        if filter.state.is_empty() {
            "open".clone_into(&mut filter.state);
        }
        let sight = caller.actor.sight();
        let (lines, _) = store::zero_base::lines(conn, review, &filter, sight, (MOST, 0)).await?;
        return Ok(lines);
    }
    let mut lines = Vec::new();
    for id in text(fields, "lines").split_whitespace().filter_map(|id| id.parse::<ZeroBaseLineId>().ok()) {
        lines.extend(store::zero_base::line(conn, review, id).await?);
    }
    Ok(lines)
}

/// Whether something may be done to lines; asked once for each unit and giver.
async fn permit(
    conn: &mut Conn,
    caller: &Caller,
    action: Action,
    lines: &[Line],
) -> Result<Option<Permit>, ServiceError> {
    let mut asked: HashSet<(UnitId, Option<UnitId>)> = HashSet::new();
    let mut given = None;
    for line in lines {
        if !asked.insert((line.unit, line.giver)) {
            continue;
        }
        let units = store::unit::above(conn, line.unit).await?;
        let givers = match line.giver {
            Some(giver) => store::unit::above(conn, giver).await?,
            None => Vec::new(),
        };
        let subject = Subject { units: &units, givers: &givers, ..Subject::default() };
        given = Some(caller.permit(action, &subject)?);
    }
    Ok(given)
}

fn by(caller: &Caller) -> By {
    By { person: caller.actor.rights().map(|rights| rights.person), at: caller.now }
}

fn words(fields: &Fields, name: &'static str, errors: &mut Vec<FieldError>) -> String {
    let words = text(fields, name).to_owned();
    if words.chars().count() > WORDS {
        errors.push((name, Message::new("case-error-long").with("most", WORDS)));
    }
    words
}

/// Argues lines: `lines` or `all`, `proposal`, `grounds`.
pub async fn argue(
    db: &Db,
    caller: &Caller,
    review: ZeroBaseId,
    fields: &Fields,
) -> Result<Result<usize, Vec<FieldError>>, ServiceError> {
    let mut errors = Vec::new();
    let grounds = words(fields, "grounds", &mut errors);
    let proposal = text(fields, "proposal").parse::<Proposal>().ok();
    match proposal {
        None => errors.push(("proposal", Message::new("zero-base-error-proposal"))),
        Some(proposal) => {
            if let Some(refusal) = refusal(None, proposal, &grounds) {
                errors.push(("grounds", refusal));
            }
        }
    }
    let (Some(proposal), true) = (proposal, errors.is_empty()) else { return Ok(Err(errors)) };
    let mut write = Write::begin(db).await?;
    let conn = write.conn();
    let lines = chosen(conn, caller, review, fields).await?;
    let Some(permit) = permit(conn, caller, Action::ZeroBaseArgue, &lines).await? else {
        return Ok(Err(vec![("lines", Message::new("zero-base-error-none"))]));
    };
    for line in &lines {
        if !store::zero_base::argue(conn, line.id, proposal, &grounds, by(caller)).await? {
            return Ok(Err(vec![("lines", Message::new("zero-base-error-decided"))]));
        }
    }
    let change = Change {
        subject: review.to_string(),
        after: json!({ "argued": proposal, "lines": lines.iter().map(|line| line.id).collect::<Vec<_>>() }),
        reason: grounds,
        ..Change::default()
    };
    write.commit(caller, &permit, change).await?;
    Ok(Ok(lines.len()))
}

/// Decides on lines: `lines` or `all`, `proposal`, `reason`, and for what is dropped `code`, where the facts do not say it. Of lines that are argued otherwise each needs a reason.
pub async fn decide(
    db: &Db,
    caller: &Caller,
    review: ZeroBaseId,
    fields: &Fields,
) -> Result<Result<usize, Vec<FieldError>>, ServiceError> {
    let mut errors = Vec::new();
    let reason = words(fields, "reason", &mut errors);
    let proposal = text(fields, "proposal").parse::<Proposal>().ok();
    if proposal.is_none() {
        errors.push(("proposal", Message::new("zero-base-error-proposal")));
    }
    let wished = text(fields, "code").parse::<RecallReason>().ok();
    let (Some(proposal), true) = (proposal, errors.is_empty()) else { return Ok(Err(errors)) };
    let mut write = Write::begin(db).await?;
    let conn = write.conn();
    let lines = chosen(conn, caller, review, fields).await?;
    let Some(permit) = permit(conn, caller, Action::ZeroBaseDecide, &lines).await? else {
        return Ok(Err(vec![("lines", Message::new("zero-base-error-none"))]));
    };
    for line in &lines {
        if let Some(refusal) = refusal(line.argued, proposal, &reason) {
            return Ok(Err(vec![("reason", refusal)]));
        }
        let code =
            (proposal == Proposal::Drop).then(|| wished.unwrap_or(recall_reason(line.cases, line.basis)));
        let said = (reason.as_str(), code);
        if !store::zero_base::decide(conn, line.id, proposal, said, by(caller)).await? {
            return Ok(Err(vec![("lines", Message::new("zero-base-error-decided"))]));
        }
    }
    let change = Change {
        subject: review.to_string(),
        after: json!({ "decided": proposal, "lines": lines.iter().map(|line| line.id).collect::<Vec<_>>() }),
        reason,
        ..Change::default()
    };
    write.commit(caller, &permit, change).await?;
    Ok(Ok(lines.len()))
}

/// Closes a review when every line is decided. None where there is no such review.
pub async fn close(
    db: &Db,
    caller: &Caller,
    id: ZeroBaseId,
) -> Result<Option<Result<(), Vec<FieldError>>>, ServiceError> {
    let mut write = Write::begin(db).await?;
    let conn = write.conn();
    let Some(listed) = store::zero_base::listed(conn, id, domain::duty::Sight::Everything).await? else {
        return Ok(None);
    };
    let units = store::unit::above(conn, listed.review.scope).await?;
    let permit = caller.permit(Action::ZeroBaseOpen, &Subject { units: &units, ..Subject::default() })?;
    let open = listed.progress.open();
    if open > 0 {
        return Ok(Some(Err(vec![("lines", Message::new("zero-base-error-open").with("count", open))])));
    }
    if !store::zero_base::close(conn, id, caller.today).await? {
        return Ok(Some(Err(vec![("lines", Message::new("zero-base-error-decided"))])));
    }
    let change = Change {
        subject: id.to_string(),
        after: json!({ "closed_on": caller.today, "progress": listed.progress }),
        ..Change::default()
    };
    write.commit(caller, &permit, change).await?;
    Ok(Some(Ok(())))
}
