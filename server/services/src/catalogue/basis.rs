//! Marks what became of an article, and tells whoever stands on it.

use crate::ServiceError;
use crate::form::{FieldError, Fields, date, text};
use crate::notify;
use crate::write::{Caller, Change, Write};
use access::Action;
use chrono::TimeDelta;
use domain::catalogue::basis::{BasisState, Standing, marked};
use domain::duty::{Role, Sight, Subject};
use domain::id::{PowerId, UnitId};
use domain::notice::{Event, Notice, To, Words};
use domain::{Date, Message};
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};
use store::basis::Mark;
use store::{Conn, Db, StoreError};

/// An article with everything that stands on it.
#[derive(Debug, Clone)]
pub struct Cited {
    /// The article.
    pub citation: String,
    /// How it stands on the day.
    pub standing: Standing,
    /// Its last day.
    pub last: Option<Date>,
    /// What somebody found out about it.
    pub mark: Option<Mark>,
    /// The powers that stand on it, each with code, name and catalogue.
    pub powers: Vec<(PowerId, String)>,
    /// Assignments of these that are in force on the day and may be seen.
    pub assigned: i64,
}

/// Every article, the most urgent first.
pub async fn cited(conn: &mut Conn, on: Date, sight: Sight) -> Result<Vec<Cited>, StoreError> {
    let marks = store::basis::marks(conn).await?;
    let mut all: BTreeMap<String, Cited> = BTreeMap::new();
    for power in store::basis::standing(conn, on, sight).await? {
        for basis in &power.bases {
            let mark = marks.iter().find(|mark| mark.citation == basis.citation);
            let standing = Standing::of(basis, mark.map(|mark| (mark.state, mark.since)), on);
            let entry = all.entry(basis.citation.clone()).or_insert_with(|| Cited {
                citation: basis.citation.clone(),
                standing,
                last: basis.to,
                mark: mark.cloned(),
                powers: Vec::new(),
                assigned: 0,
            });
            // Of powers that date it otherwise, the worst is told.
            if rank(standing) < rank(entry.standing) {
                entry.standing = standing;
                entry.last = basis.to;
            }
            entry.powers.push((power.power, format!("{} {} · {}", power.code, power.name, power.catalogue)));
            entry.assigned += power.assigned;
        }
    }
    let mut all: Vec<Cited> = all.into_values().collect();
    all.sort_by_key(|cited| rank(cited.standing));
    Ok(all)
}

const fn rank(standing: Standing) -> u8 {
    match standing {
        Standing::Lapsed => 0,
        Standing::Soon => 1,
        Standing::Coming => 2,
        Standing::Changed => 3,
        Standing::InForce => 4,
    }
}

/// What a mark reaches.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Reached {
    /// Powers that stand on the article.
    pub powers: usize,
    /// Units that hold one of them.
    pub units: usize,
}

/// Marks an article: `citation`, `state`, `since`, `source`. What is over from a day on no longer carries the legal
/// gate of any assessment on that day and later; before it, everything stays as it was.
pub async fn mark(
    db: &Db,
    caller: &Caller,
    fields: &Fields,
) -> Result<Result<Reached, Vec<FieldError>>, ServiceError> {
    let permit = caller.permit(Action::BasisMark, &Subject::default())?;
    let mut errors: Vec<FieldError> = Vec::new();
    let mut write = Write::begin(db).await?;
    let conn = write.conn();
    let citation = text(fields, "citation").to_owned();
    let state = text(fields, "state").parse::<BasisState>().ok();
    if state.is_none() {
        errors.push(("state", Message::new("basis-error-state")));
    }
    let since = date(fields, "since", &mut errors);
    if text(fields, "since").is_empty() {
        errors.push(("since", Message::new("basis-error-since")));
    }
    if text(fields, "source").is_empty() {
        errors.push(("source", Message::new("basis-error-source")));
    }
    let standing = store::basis::standing(conn, caller.today, Sight::Everything).await?;
    let on_it: Vec<_> =
        standing.iter().filter(|each| each.bases.iter().any(|basis| basis.citation == citation)).collect();
    if on_it.is_empty() {
        errors.push(("citation", Message::new("basis-error-citation")));
    }
    let (Some(state), Some(since), true) = (state, since, errors.is_empty()) else {
        return Ok(Err(errors));
    };
    let before = store::basis::mark(conn, &citation).await?;
    let mark = Mark { citation, state, since, source: text(fields, "source").to_owned() };
    let by = caller.actor.rights().map(|rights| rights.person);
    store::basis::put(conn, &mark, by, caller.now).await?;
    let mut touched: BTreeMap<UnitId, u32> = BTreeMap::new();
    for each in &on_it {
        if let Some(bases) = marked(&each.bases, &mark.citation, state, since) {
            store::basis::set(conn, each.power, &bases).await?;
        }
        for unit in store::basis::units_of(conn, each.power, since).await? {
            *touched.entry(unit).or_default() += 1;
        }
    }
    let units: BTreeSet<UnitId> = touched.keys().copied().collect();
    crate::assess::reassess_units(conn, &units, caller.today).await?;
    if state != BasisState::InForce {
        tell(conn, caller, &mark, on_it[0].power, &touched).await?;
    }
    let reached = Reached { powers: on_it.len(), units: touched.len() };
    let change = Change {
        subject: mark.citation.clone(),
        before: json!(before),
        after: json!({ "mark": mark, "powers": reached.powers, "units": reached.units }),
        ..Change::default()
    };
    write.commit(caller, &permit, change).await?;
    Ok(Ok(reached))
}

async fn tell(
    conn: &mut Conn,
    caller: &Caller,
    mark: &Mark,
    power: PowerId,
    touched: &BTreeMap<UnitId, u32>,
) -> Result<(), ServiceError> {
    for (unit, count) in touched {
        let name = store::unit::by_id(conn, *unit).await?.map(|unit| unit.name).unwrap_or_default();
        let notice = Notice {
            event: Event::BasisMarked,
            // An article has no identifier: it is told by the first power that stands on it.
            about: power.0,
            step: format!("{} {} {} {unit}", mark.citation, mark.state, mark.since),
            words: Words {
                title: mark.citation.clone(),
                unit: name,
                reason: mark.source.clone(),
                day: Some(mark.since),
                count: *count,
                ..Words::default()
            },
            link: "/bases".to_owned(),
            due: None,
        };
        let to = [To::Role(Role::Manager, *unit), To::Role(Role::Organization, *unit)];
        notify::tell(conn, caller.now, caller.today, &notice, &to).await?;
    }
    Ok(())
}

/// Days before its end on which an article's coming end is told.
const AHEAD: [i64; 2] = [90, 30];

/// What the clock does every day: tells 90 and 30 days ahead which articles will end. When they do, the daily
/// assessment finds it.
pub async fn each_day(db: &Db, caller: &Caller) -> Result<(), ServiceError> {
    let mut conn = db.read().await?;
    let ending = ending(&mut conn, caller.today).await?;
    drop(conn);
    if ending.is_empty() {
        return Ok(());
    }
    let mut write = Write::begin(db).await?;
    for (citation, Ending { last, power, units }) in ending {
        let days = (last - caller.today).num_days();
        let ahead = AHEAD.iter().rev().find(|&&ahead| days <= ahead).copied().unwrap_or_default();
        for unit in units {
            let notice = Notice {
                event: Event::BasisEnding,
                about: power.0,
                step: format!("{citation} {last} {ahead} {unit}"),
                words: Words {
                    title: citation.clone(),
                    day: Some(last),
                    count: u32::try_from(days).unwrap_or_default(),
                    ..Words::default()
                },
                link: "/bases".to_owned(),
                due: Some(last),
            };
            let to = [To::Role(Role::Organization, unit)];
            notify::tell(write.conn(), caller.now, caller.today, &notice, &to).await?;
        }
    }
    Ok(write.commit_derived().await?)
}

/// An article that will end: its last day, the first power on it, and the units that hold something on it.
struct Ending {
    last: Date,
    power: PowerId,
    units: BTreeSet<UnitId>,
}

/// Articles that end within the next 90 days and on which something is held.
async fn ending(conn: &mut Conn, today: Date) -> Result<BTreeMap<String, Ending>, ServiceError> {
    let until = today + TimeDelta::days(AHEAD[0]);
    let mut ending: BTreeMap<String, Ending> = BTreeMap::new();
    for each in store::basis::standing(conn, today, Sight::Everything).await? {
        let soon = each.bases.iter().filter_map(|basis| Some((basis, basis.to?)));
        let soon: Vec<_> = soon.filter(|(_, last)| today <= *last && *last <= until).collect();
        if soon.is_empty() || each.assigned == 0 {
            continue;
        }
        let units = store::basis::units_of(conn, each.power, today).await?;
        for (basis, last) in soon {
            let new = || Ending { last, power: each.power, units: BTreeSet::new() };
            ending.entry(basis.citation.clone()).or_insert_with(new).units.extend(&units);
        }
    }
    Ok(ending)
}
