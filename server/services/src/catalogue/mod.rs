//! Catalogue work: versions and what differs between them, publishing, and what became of powers.

pub mod basis;
pub mod carrying_out;
pub mod moving;
pub mod proposing;
pub mod public;
pub mod round;
pub mod round_file;
pub mod zero_base;

use crate::ServiceError;
use crate::form::{FieldError, Fields, date, text};
use crate::write::{Caller, Change, Write};
use access::Action;
use domain::catalogue::{Diff, Link, Mark, State, Version, diff};
use domain::duty::{Sight, Subject};
use domain::id::{PowerId, VersionId};
use domain::power::Power;
use domain::{Date, Message};
use serde_json::json;
use store::{Conn, Db, StoreError};

/// Longest name and title.
const NAME: usize = 200;

/// Makes a draft: `catalogue`, `version`, `title`, `document`, `supersedes`; with `copy` it begins with the powers of
/// the version that it supersedes.
pub async fn make(
    db: &Db,
    caller: &Caller,
    fields: &Fields,
) -> Result<Result<VersionId, Vec<FieldError>>, ServiceError> {
    let permit = caller.permit(Action::CatalogueChange, &Subject::default())?;
    let mut errors: Vec<FieldError> = Vec::new();
    let mut write = Write::begin(db).await?;
    let conn = write.conn();
    let before = match text(fields, "supersedes").parse::<VersionId>() {
        Ok(id) => store::catalogue::by_id(conn, id).await?,
        Err(_) => None,
    };
    let mut catalogue = text(fields, "catalogue").to_owned();
    if let (true, Some(before)) = (catalogue.is_empty(), &before) {
        catalogue.clone_from(&before.catalogue);
    }
    let version = text(fields, "version").to_owned();
    for (name, value) in [("catalogue", &catalogue), ("version", &version)] {
        if value.is_empty() {
            errors.push((name, Message::new("catalogue-error-name")));
        } else if value.chars().count() > NAME {
            errors.push((name, Message::new("catalogue-error-long").with("most", NAME)));
        }
    }
    if before.as_ref().is_some_and(|before| before.catalogue != catalogue) {
        errors.push(("supersedes", Message::new("catalogue-refused-other")));
    }
    if text(fields, "title").chars().count() > NAME {
        errors.push(("title", Message::new("catalogue-error-long").with("most", NAME)));
    }
    if !errors.is_empty() {
        return Ok(Err(errors));
    }
    let draft = Version {
        id: VersionId(store::new_id()),
        catalogue,
        version,
        title: text(fields, "title").to_owned(),
        document: text(fields, "document").to_owned(),
        published_on: None,
        in_force_from: None,
        supersedes: before.as_ref().map(|before| before.id),
    };
    match store::catalogue::insert(conn, &draft).await {
        Err(StoreError::Duplicate) => {
            return Ok(Err(vec![("version", Message::new("catalogue-error-taken"))]));
        }
        done => done?,
    }
    let mut copied = 0_usize;
    if let (Some(before), false) = (&before, text(fields, "copy").is_empty()) {
        for power in store::catalogue::powers_of(conn, before).await? {
            let id = PowerId(store::new_id());
            let version = draft.version.clone();
            store::power::insert(conn, &Power { id, version, ..power }).await?;
            copied += 1;
        }
    }
    let change = Change {
        subject: draft.id.to_string(),
        after: json!({ "version": draft, "copied": copied }),
        ..Change::default()
    };
    write.commit(caller, &permit, change).await?;
    Ok(Ok(draft.id))
}

/// Publishes a draft: `title`, `document`, `in_force_from`, `supersedes`. What became of the older version's powers is
/// written down with it. From then on the version stays as it is. None where there is no such version.
pub async fn publish(
    db: &Db,
    caller: &Caller,
    id: VersionId,
    fields: &Fields,
) -> Result<Option<Result<Version, Vec<FieldError>>>, ServiceError> {
    let permit = caller.permit(Action::CatalogueChange, &Subject::default())?;
    let mut errors: Vec<FieldError> = Vec::new();
    let mut write = Write::begin(db).await?;
    let conn = write.conn();
    let Some(draft) = store::catalogue::by_id(conn, id).await? else { return Ok(None) };
    let from = date(fields, "in_force_from", &mut errors);
    if text(fields, "in_force_from").is_empty() {
        errors.push(("in_force_from", Message::new("catalogue-error-from")));
    }
    let older = match text(fields, "supersedes").parse::<VersionId>() {
        Ok(older) => store::catalogue::by_id(conn, older).await?,
        Err(_) => None,
    };
    let mut published = Version {
        title: text(fields, "title").to_owned(),
        document: text(fields, "document").to_owned(),
        supersedes: older.as_ref().map(|older| older.id),
        ..draft.clone()
    };
    let powers = store::catalogue::count(conn, &draft).await?;
    let wished = from.unwrap_or(caller.today);
    errors.extend(published.refusals(powers, older.as_ref(), caller.today, wished));
    let (Some(from), true) = (from, errors.is_empty()) else { return Ok(Some(Err(errors))) };
    published.published_on = Some(caller.today);
    published.in_force_from = Some(from);
    if !store::catalogue::update(conn, &published).await? {
        return Ok(Some(Err(vec![("document", Message::new("catalogue-refused-published"))])));
    }
    let mut links = 0_usize;
    if let Some(older) = &older {
        let marks = store::catalogue::marks(conn, &published.catalogue).await?;
        let found = compare(conn, older, &published).await?;
        for mark in found.links.iter().filter(|mark| !marks.contains(mark)) {
            store::catalogue::insert_mark(conn, mark, None).await?;
            links += 1;
        }
    }
    let change = Change {
        subject: id.to_string(),
        before: json!(draft),
        after: json!({ "version": published, "links": links }),
        ..Change::default()
    };
    write.commit(caller, &permit, change).await?;
    Ok(Some(Ok(published)))
}

/// What differs between two versions, with what somebody has marked.
pub async fn compare(conn: &mut Conn, older: &Version, newer: &Version) -> Result<Diff, StoreError> {
    let marks = store::catalogue::marks(conn, &newer.catalogue).await?;
    let old = store::catalogue::powers_of(conn, older).await?;
    let new = store::catalogue::powers_of(conn, newer).await?;
    Ok(diff(&old, &new, &marks))
}

/// Marks what became of a power in a draft: `from` and `to` by code or `code name`, `link`; or takes it back where
/// `link` is empty. None where there is no such version.
pub async fn mark(
    db: &Db,
    caller: &Caller,
    id: VersionId,
    fields: &Fields,
) -> Result<Option<Result<(), Vec<FieldError>>>, ServiceError> {
    let permit = caller.permit(Action::CatalogueChange, &Subject::default())?;
    let mut errors: Vec<FieldError> = Vec::new();
    let mut write = Write::begin(db).await?;
    let conn = write.conn();
    let Some(version) = store::catalogue::by_id(conn, id).await? else { return Ok(None) };
    let older = match version.supersedes {
        Some(older) => store::catalogue::by_id(conn, older).await?,
        None => None,
    };
    let Some(older) = older else {
        return Ok(Some(Err(vec![("from", Message::new("catalogue-error-nothing-before"))])));
    };
    if version.published_on.is_some() {
        errors.push(("from", Message::new("catalogue-refused-published")));
    }
    let mut found = Vec::new();
    for (name, version) in [("from", &older), ("to", &version)] {
        let typed = text(fields, name);
        let code = typed.split_once(' ').map_or(typed, |(code, _)| code);
        let named = store::power::named(conn, code, typed, &version.catalogue, &version.version).await?;
        match named.into_iter().next() {
            Some(power) => found.push(power.id),
            None => errors.push((name, Message::new("assign-error-no-power").with("typed", typed))),
        }
    }
    let link = text(fields, "link").parse::<Link>().ok().filter(|link| *link != Link::Same);
    if link.is_none() && !text(fields, "link").is_empty() {
        errors.push(("link", Message::new("catalogue-error-link")));
    }
    let ([from, to], true) = (&found[..], errors.is_empty()) else { return Ok(Some(Err(errors))) };
    match link {
        Some(link) => {
            let by = caller.actor.rights().map(|rights| rights.person);
            store::catalogue::insert_mark(conn, &Mark { from: *from, to: *to, link }, by).await?;
        }
        None => {
            if !store::catalogue::delete_mark(conn, *from, *to).await? {
                return Ok(Some(Err(vec![("link", Message::new("catalogue-error-link"))])));
            }
        }
    }
    let change = Change {
        subject: id.to_string(),
        after: json!({ "from": from, "to": to, "link": link }),
        ..Change::default()
    };
    write.commit(caller, &permit, change).await?;
    Ok(Some(Ok(())))
}

/// Takes a power out of a draft: `power` by code or `code name`. None where there is no such version.
pub async fn remove(
    db: &Db,
    caller: &Caller,
    id: VersionId,
    fields: &Fields,
) -> Result<Option<Result<(), Vec<FieldError>>>, ServiceError> {
    let permit = caller.permit(Action::CatalogueChange, &Subject::default())?;
    let mut write = Write::begin(db).await?;
    let conn = write.conn();
    let Some(version) = store::catalogue::by_id(conn, id).await? else { return Ok(None) };
    let refuse = |message| Ok(Some(Err(vec![("power", message)])));
    if version.published_on.is_some() {
        return refuse(Message::new("catalogue-refused-published"));
    }
    let typed = text(fields, "power");
    let code = typed.split_once(' ').map_or(typed, |(code, _)| code);
    let named = store::power::named(conn, code, typed, &version.catalogue, &version.version).await?;
    let Some(power) = named.into_iter().next() else {
        return refuse(Message::new("assign-error-no-power").with("typed", typed));
    };
    match store::power::delete(conn, power.id).await {
        Err(StoreError::Reference) => return refuse(Message::new("catalogue-error-used")),
        done => done?,
    }
    let change = Change { subject: id.to_string(), before: json!(power), ..Change::default() };
    write.commit(caller, &permit, change).await?;
    Ok(Some(Ok(())))
}

/// Of powers that bear the same code or name, those of the version in force on a day, where they all stand in one
/// catalogue: whoever names a power without its version means that one.
pub(crate) async fn in_force(
    conn: &mut Conn,
    mut found: Vec<Power>,
    on: Date,
) -> Result<Vec<Power>, StoreError> {
    let is_one = |powers: &[Power]| powers.iter().all(|each| each.catalogue == powers[0].catalogue);
    if found.len() < 2 || !is_one(&found) {
        return Ok(found);
    }
    let versions = store::catalogue::list(conn, on, Sight::Nothing).await?;
    // The one in force, else the last one that was, else the first that will be.
    let rank = |power: &Power| {
        let of = versions.iter().find(|listed| {
            listed.version.catalogue == power.catalogue && listed.version.version == power.version
        });
        let of = of.map(|listed| (listed.version.state(listed.next, on), listed.version.in_force_from));
        let (rank, days) = match of {
            Some((State::InForce, Some(from))) => (3, (from - on).num_days()),
            Some((State::Superseded, Some(from))) => (2, (from - on).num_days()),
            Some((State::Published, Some(from))) => (1, (on - from).num_days()),
            _ => (0, 0),
        };
        (rank, days)
    };
    if let Some(best) = found.iter().map(rank).max() {
        found.retain(|power| rank(power) == best);
    }
    Ok(found)
}
