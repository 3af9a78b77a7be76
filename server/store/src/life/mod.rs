//! The life of assignments: proposals, routes of approval, take-overs, recalls and adjustments.

pub mod adjust;
pub mod bulk;
pub mod item;
pub mod proposal;
pub mod recall;
pub mod route;
pub mod seat;
pub mod takeover;
pub mod tenure;

use crate::db::{execute, fetch_one, fetch_optional};
use crate::rights::holds;
use crate::sight::{BoundSight, seen, seen_assignment, top};
use crate::{Conn, StoreError};
use domain::Date;
use domain::duty::Sight;
use domain::id::PersonId;
use domain::life::Acting;
use domain::life::settings::Settings;
use proposal::{has_role, is_his_seat, is_mine, seen_whole, shown};
use sqlx::types::Json;
use uuid::Uuid;

/// Who acted, as two columns hold it.
fn acting(person: Option<Uuid>, principal: Option<Uuid>) -> Option<Acting> {
    person.map(|person| Acting { person: PersonId(person), principal: principal.map(PersonId) })
}

/// The same the other way round.
fn columns(acting: Option<Acting>) -> (Option<Uuid>, Option<Uuid>) {
    (acting.map(|each| each.person.0), acting.and_then(|each| each.principal).map(|each| each.0))
}

/// The settings, with the defaults where nothing is stored.
pub async fn settings(conn: &mut Conn) -> Result<Settings, StoreError> {
    const SQL: &str = "select settings from life_settings where id = 1";
    let row = fetch_optional!(conn, (Json<Settings>,), SQL)?;
    Ok(row.map(|(settings,)| settings.0).unwrap_or_default())
}

/// Stores the settings.
pub async fn save_settings(conn: &mut Conn, settings: &Settings) -> Result<(), StoreError> {
    const SQL: &str = "insert into life_settings (id, settings) values (1, $1)
        on conflict (id) do update set settings = excluded.settings";
    execute!(conn, SQL, Json(settings))?;
    Ok(())
}

/// Notes that everybody is reminded on a day; tells whether nobody had been yet.
pub async fn reminds(conn: &mut Conn, today: Date) -> Result<bool, StoreError> {
    const SQL: &str = "insert into life_clock (id, reminded_on) values (1, $1) on conflict (id) do update
        set reminded_on = excluded.reminded_on where life_clock.reminded_on < excluded.reminded_on";
    Ok(execute!(conn, SQL, today)? > 0)
}

/// How much waits for somebody.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, sqlx::FromRow)]
pub struct Waiting {
    /// Proposals with which he has to do something.
    pub mine: i64,
    /// Items to which a unit objects.
    pub objected: i64,
    /// Assignments whose paper is not signed.
    pub unsigned: i64,
    /// Tasks of take-overs past their day.
    pub overdue: i64,
    /// Requests for adjustments that nobody has decided on.
    pub adjustments: i64,
}

const WAITING: &str = concat!(
    top!(),
    " select (select cast(count(*) as bigint) from proposal p where ",
    shown!(),
    " and ",
    is_mine!(),
    ") as mine,
    (select cast(count(*) as bigint) from proposal_item i join proposal p on p.id = i.proposal_id
        where p.phase = 'answering' and i.state = 'objected' and ",
    seen!("p.unit_id"),
    ") as objected,
    (select cast(count(*) as bigint) from assignment_life l join assignment s on s.id = l.assignment_id
        where l.stage = 'approved' and ",
    seen_assignment!("s.id", "s.unit_id", "s.giver_id"),
    ") as unsigned,
    (select cast(count(*) as bigint) from takeover_task k join assignment s on s.id = k.assignment_id
        join assignment_life l on l.assignment_id = s.id
        where k.state = 'open' and k.due_on < $5 and l.stage not in ('recalled', 'renewed', 'expired') and ",
    seen_assignment!("s.id", "s.unit_id", "s.giver_id"),
    ") as overdue,
    (select cast(count(*) as bigint) from adjustment j join assignment s on s.id = j.assignment_id
        where j.decision is null and ",
    seen_assignment!("s.id", "s.unit_id", "s.giver_id"),
    ") as adjustments"
);

/// How much waits for a person among what he may see.
pub async fn waiting(
    conn: &mut Conn,
    today: Date,
    sight: Sight,
    me: Option<PersonId>,
) -> Result<Waiting, StoreError> {
    let by = BoundSight::from(sight);
    fetch_one!(conn, Waiting, WAITING, by.post, by.on, by.support, me.map(|me| me.0), today)
}
