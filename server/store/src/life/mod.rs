//! The life of assignments: proposals, routes of approval, take-overs, recalls and adjustments.

pub mod adjust;
pub mod item;
pub mod proposal;
pub mod recall;
pub mod route;
pub mod seat;
pub mod takeover;
pub mod tenure;

use crate::db::{execute, fetch_optional};
use crate::{Conn, StoreError};
use domain::id::PersonId;
use domain::life::Acting;
use domain::life::settings::Settings;
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
