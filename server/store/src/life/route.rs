//! Routes of approval as they are configured.

use crate::db::{execute, fetch_all, fetch_optional, int, nat};
use crate::sight::{BoundSight, seen, top};
use crate::{Conn, StoreError};
use chrono::{DateTime, Utc};
use domain::Date;
use domain::assignment::Form;
use domain::duty::{Role, Sight};
use domain::id::{PersonId, RouteId, UnitId};
use domain::life::route::{Mode, Seat};
use serde::Serialize;
use uuid::Uuid;

/// A stage with its seats.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stage {
    /// What it is called.
    pub name: String,
    /// How many seats must agree.
    pub mode: Mode,
    /// So many, where the mode asks for a number.
    pub quorum: u32,
    /// Working days.
    pub days: u32,
    /// Its seats, each with the names that pages show.
    pub seats: Vec<(Seat, String)>,
}

/// A route with its stages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Route {
    /// Identifier.
    pub id: RouteId,
    /// What it is called.
    pub name: String,
    /// For what is proposed by this unit and those below it.
    pub unit: UnitId,
    /// Its code.
    pub unit_code: String,
    /// Its name.
    pub unit_name: String,
    /// For one form of transfer; any when absent.
    pub form: Option<Form>,
    /// Its stages, in their order.
    pub stages: Vec<Stage>,
}

/// A route as it is made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NewRoute {
    /// Identifier.
    pub id: RouteId,
    /// What it is called.
    pub name: String,
    /// The unit.
    pub unit: UnitId,
    /// One form, or any.
    pub form: Option<Form>,
}

const INSERT: &str =
    "insert into approval_route (id, unit_id, name, form, made_at) values ($1, $2, $3, $4, $5)";
const INSERT_STAGE: &str = "insert into approval_stage (id, route_id, place, name, mode, quorum, days)
    values ($1, $2, $3, $4, $5, $6, $7)";
const INSERT_SEAT: &str =
    "insert into approval_seat (id, stage_id, person_id, role, unit_id) values ($1, $2, $3, $4, $5)";

/// A seat as three columns hold it.
pub(super) fn columns(seat: Seat) -> (Option<Uuid>, Option<&'static str>, Option<Uuid>) {
    match seat {
        Seat::Person(person) => (Some(person.0), None, None),
        Seat::Role(role, unit) => (None, Some(role.as_str()), Some(unit.0)),
    }
}

/// A seat from three columns.
pub(super) fn seat(person: Option<Uuid>, role: Option<&str>, unit: Option<Uuid>) -> Result<Seat, StoreError> {
    match (person, role, unit) {
        (Some(person), ..) => Ok(Seat::Person(PersonId(person))),
        (None, Some(role), Some(unit)) => Ok(Seat::Role(role.parse()?, UnitId(unit))),
        _ => Err(StoreError::Corrupt("a seat is nobody's".to_owned())),
    }
}

/// Adds a route with its stages.
pub async fn insert(
    conn: &mut Conn,
    route: &NewRoute,
    stages: &[Stage],
    at: DateTime<Utc>,
) -> Result<(), StoreError> {
    let form = route.form.map(Form::as_str);
    execute!(conn, INSERT, route.id.0, route.unit.0, &route.name, form, at)?;
    for (place, stage) in (1_i32..).zip(stages) {
        let id = crate::new_id();
        let (quorum, days) = (int(stage.quorum), int(stage.days));
        execute!(conn, INSERT_STAGE, id, route.id.0, place, &stage.name, stage.mode.as_str(), quorum, days)?;
        for (seat, _) in &stage.seats {
            let (person, role, unit) = columns(*seat);
            execute!(conn, INSERT_SEAT, crate::new_id(), id, person, role, unit)?;
        }
    }
    Ok(())
}

/// Ends a route; tells whether it was in force.
pub async fn end(conn: &mut Conn, id: RouteId, on: Date) -> Result<bool, StoreError> {
    const SQL: &str = "update approval_route set ended_on = $2 where id = $1 and ended_on is null";
    Ok(execute!(conn, SQL, id.0, on)? > 0)
}

/// The unit of a route that is in force.
pub async fn unit(conn: &mut Conn, id: RouteId) -> Result<Option<UnitId>, StoreError> {
    const SQL: &str = "select unit_id from approval_route where id = $1 and ended_on is null";
    let row: Option<(Uuid,)> = fetch_optional!(conn, (Uuid,), SQL, id.0)?;
    Ok(row.map(|(id,)| UnitId(id)))
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    name: String,
    unit_id: Uuid,
    unit_code: String,
    unit: String,
    form: Option<String>,
    place: i32,
    stage: String,
    mode: String,
    quorum: i32,
    days: i32,
    person_id: Option<Uuid>,
    role: Option<String>,
    seat_unit: Option<Uuid>,
    holder: Option<String>,
}

macro_rules! routes {
    ($rest:expr) => {
        concat!(
            " select r.id, r.name, r.unit_id, u.code as unit_code, u.name as unit, r.form, s.place,
                s.name as stage, s.mode, s.quorum, s.days, e.person_id, e.role, e.unit_id as seat_unit, coalesce(n.name, o.name) as holder
            from approval_route r join unit u on u.id = r.unit_id join approval_stage s on s.route_id = r.id
            left join approval_seat e on e.stage_id = s.id left join person n on n.id = e.person_id
            left join unit o on o.id = e.unit_id ",
            $rest
        )
    };
}

const ALL: &str = concat!(
    top!(),
    routes!(concat!(
        "where r.ended_on is null and ",
        seen!("r.unit_id"),
        " order by u.code, r.name, r.id, s.place, e.id"
    ))
);

/// The routes in force that may be seen.
pub async fn all(conn: &mut Conn, sight: Sight) -> Result<Vec<Route>, StoreError> {
    let by = BoundSight::from(sight);
    assemble(fetch_all!(conn, Row, ALL, by.post, by.on, by.support)?)
}

const FOR: &str = routes!(
    "join unit_ancestor a on a.ancestor_id = r.unit_id and a.unit_id = $1
    where r.ended_on is null and (r.form is null or r.form = $2)
    order by a.depth, case when r.form is null then 1 else 0 end, r.made_at desc, r.id desc, s.place, e.id"
);

/// The route of the nearest unit above one, and among its the one for the form.
pub async fn of(conn: &mut Conn, unit: UnitId, form: Form) -> Result<Option<Route>, StoreError> {
    let rows = fetch_all!(conn, Row, FOR, unit.0, form.as_str())?;
    let first = rows.first().map(|row| row.id);
    let rows = rows.into_iter().filter(|row| Some(row.id) == first).collect();
    Ok(assemble(rows)?.pop())
}

fn assemble(rows: Vec<Row>) -> Result<Vec<Route>, StoreError> {
    let mut routes: Vec<Route> = Vec::new();
    let mut place = 0;
    for row in rows {
        if routes.last().is_none_or(|last| last.id.0 != row.id) {
            place = 0;
            routes.push(Route {
                id: RouteId(row.id),
                name: row.name,
                unit: UnitId(row.unit_id),
                unit_code: row.unit_code,
                unit_name: row.unit,
                form: row.form.map(|form| form.parse()).transpose()?,
                stages: Vec::new(),
            });
        }
        let Some(route) = routes.last_mut() else { continue };
        if row.place != place {
            place = row.place;
            route.stages.push(Stage {
                name: row.stage,
                mode: row.mode.parse()?,
                quorum: nat(row.quorum),
                days: nat(row.days),
                seats: Vec::new(),
            });
        }
        if let Some(stage) = route.stages.last_mut()
            && (row.person_id.is_some() || row.role.is_some())
        {
            let seat = seat(row.person_id, row.role.as_deref(), row.seat_unit)?;
            stage.seats.push((seat, row.holder.unwrap_or_default()));
        }
    }
    Ok(routes)
}

/// A seat by the codes with which it is typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Code {
    /// The place of its stage.
    pub place: i32,
    /// The role; none for a person's seat.
    pub role: Option<Role>,
    /// The staff number, or the code of the unit for which the role is held.
    pub code: String,
}

const CODES: &str = "select s.place, e.role, coalesce(n.code, o.code) as code
    from approval_stage s join approval_seat e on e.stage_id = s.id
    left join person n on n.id = e.person_id left join unit o on o.id = e.unit_id
    where s.route_id = $1 order by s.place, e.id";

/// The seats of a route by their codes.
pub async fn codes(conn: &mut Conn, id: RouteId) -> Result<Vec<Code>, StoreError> {
    let rows = fetch_all!(conn, (i32, Option<String>, String), CODES, id.0)?;
    let read = |(place, role, code): (i32, Option<String>, String)| {
        Ok(Code { place, role: role.map(|role| role.parse()).transpose()?, code })
    };
    rows.into_iter().map(read).collect()
}

const HOLDERS: &str = "select p.person_id from role_grant g join appointment p on p.id = g.appointment_id
    join role_ancestor r on r.child = g.role and r.ancestor = $1
    where g.scope_id = $2 and g.valid_from <= $3 and (g.valid_to is null or g.valid_to >= $3)
      and p.valid_from <= $3 and (p.valid_to is null or p.valid_to >= $3) order by p.person_id";

/// Who holds a role for a unit itself on a day.
pub async fn holders(
    conn: &mut Conn,
    role: Role,
    unit: UnitId,
    on: Date,
) -> Result<Vec<PersonId>, StoreError> {
    let rows = fetch_all!(conn, (Uuid,), HOLDERS, role.as_str(), unit.0, on)?;
    Ok(rows.into_iter().map(|(id,)| PersonId(id)).collect())
}
