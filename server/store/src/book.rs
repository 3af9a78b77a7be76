//! Everything on which separation is judged, as far as it may be seen.

use crate::db::fetch_all;
use crate::held::{HeldRow, assemble, bare, held};
use crate::sight::{by_sight, mine, text};
use crate::{Conn, StoreError};
use domain::duty::Sight;
use domain::id::{AppointmentId, AssignmentId, PersonId, UnitId};
use domain::separation::{Book, Hierarchy, Names};
use uuid::Uuid;

mod who;

pub use who::{Around, around};

/// Which role inherits from which.
pub async fn hierarchy(conn: &mut Conn) -> Result<Hierarchy, StoreError> {
    let edges = crate::role::inheritances(conn).await?;
    Hierarchy::new(edges).map_err(|error| StoreError::Corrupt(error.to_string()))
}

const HELD: [&str; 2] = [
    concat!(
        "with ",
        held!(
            functions: "allocation l", "";
            groups: "group_right r join group_member m on m.group_id = r.group_id", "";
            roles: "role_grant g join appointment p on p.id = g.appointment_id", "";
            lent: ""
        ),
        bare!()
    ),
    concat!(
        mine!(),
        ", ",
        held!(
            functions: "mine cross join allocation l", "where l.assignment_id = mine.id";
            groups: "mine cross join group_right r cross join group_member m",
                "where r.assignment_id = mine.id and m.group_id = r.group_id";
            roles: "sight cross join appointment p cross join role_grant g",
                "where p.unit_id = sight.unit_id and g.appointment_id = p.id";
            lent: " and exists (select 1 from sight seen where seen.unit_id = p.unit_id)"
        ),
        bare!()
    ),
];

/// Everything that may be seen, to be judged: four statements. [`names`] tells what it is called.
pub async fn book(conn: &mut Conn, sight: Sight) -> Result<Book, StoreError> {
    let rows = by_sight!(fetch_all, conn, HeldRow, text(sight, HELD), sight)?;
    let exceptions = crate::exception::exceptions(conn, sight).await?;
    Ok(Book {
        hierarchy: hierarchy(conn).await?,
        sets: crate::set::rules(conn).await?.into_iter().map(|rule| rule.set).collect(),
        held: assemble(rows, Names::default())?.0,
        exceptions: exceptions.into_iter().map(|each| each.exception).collect(),
    })
}

#[derive(sqlx::FromRow)]
struct NameRow {
    kind: String,
    id: Uuid,
    name: String,
}

const NAMES: &str = concat!(
    mine!(),
    " select 'assignment' as kind, s.id, p.name || ' · ' || u.name as name from assignment s
        join power p on p.id = s.power_id join unit u on u.id = s.unit_id
        where cast($1 as uuid) is null or s.id in (select id from mine)
    union all select 'person', n.id, n.name from person n
    union all select 'post', a.id, u.name || ' ' || a.post from appointment a join unit u on u.id = a.unit_id
    union all select 'unit', u.id, u.name from unit u"
);

/// What people, posts, units and assignments are called, for sentences about them.
pub async fn names(conn: &mut Conn, sight: Sight) -> Result<Names, StoreError> {
    let mut names = crate::role::names(conn).await?;
    for NameRow { kind, id, name } in by_sight!(fetch_all, conn, NameRow, NAMES, sight)? {
        match kind.as_str() {
            "person" => drop(names.people.insert(PersonId(id), name)),
            "post" => drop(names.posts.insert(AppointmentId(id), name)),
            "unit" => drop(names.units.insert(UnitId(id), name)),
            _ => drop(names.assignments.insert(AssignmentId(id), name)),
        }
    }
    Ok(names)
}
