//! Rights as they are held, with everything else that separation is judged on.

use crate::db::fetch_all;
use crate::sight::{by_sight, mine, text};
use crate::{Conn, StoreError};
use domain::duty::Sight;
use domain::id::{AppointmentId, AssignmentId, DeputyshipId, GroupId, PersonId, UnitId};
use domain::separation::{Book, Held, Hierarchy, Lending, Names, Right, Via, lent};
use domain::{Date, Period};
use std::collections::BTreeSet;
use uuid::Uuid;

const HIERARCHY: &str = "select child, parent from role_inheritance order by child, parent";

/// Which role inherits from which.
pub async fn hierarchy(conn: &mut Conn) -> Result<Hierarchy, StoreError> {
    let edges = fetch_all!(conn, (String, String), HIERARCHY)?;
    Hierarchy::new(edges).map_err(|error| StoreError::Corrupt(error.to_string()))
}

#[derive(sqlx::FromRow)]
pub(crate) struct HeldRow {
    kind: String,
    person_id: Uuid,
    /// The post, or the assignment.
    of: Uuid,
    /// The unit for which a role is held, or the group.
    other: Option<Uuid>,
    code: String,
    from_one: Date,
    to_one: Option<Date>,
    from_two: Date,
    to_two: Option<Date>,
}

impl HeldRow {
    /// None where the two periods share no day.
    fn held(self) -> Result<Option<Held>, StoreError> {
        let one = Period { from: self.from_one, to: self.to_one };
        let Some(period) = one.and(&Period { from: self.from_two, to: self.to_two }) else { return Ok(None) };
        let other = self.other.ok_or_else(|| StoreError::Corrupt("a right without its place".to_owned()));
        let (right, via) = if self.kind == "role" {
            let right = Right::Role { role: self.code, post: AppointmentId(self.of), scope: UnitId(other?) };
            (right, Via::Own)
        } else {
            let assignment = AssignmentId(self.of);
            let right = Right::Function { function: self.code.parse()?, assignment };
            (right, if self.kind == "group" { Via::Group(GroupId(other?)) } else { Via::Own })
        };
        Ok(Some(Held { person: PersonId(self.person_id), right, period, via }))
    }
}

#[derive(sqlx::FromRow)]
pub(crate) struct LendingRow {
    id: Uuid,
    deputy_id: Uuid,
    person_id: Uuid,
    appointment_id: Uuid,
    assignment_id: Option<Uuid>,
    from_one: Date,
    to_one: Option<Date>,
    from_two: Date,
    to_two: Option<Date>,
}

impl LendingRow {
    fn lending(self) -> Option<Lending> {
        let one = Period { from: self.from_one, to: self.to_one };
        Some(Lending {
            deputyship: DeputyshipId(self.id),
            deputy: PersonId(self.deputy_id),
            principal: PersonId(self.person_id),
            post: AppointmentId(self.appointment_id),
            only: self.assignment_id.map(AssignmentId),
            period: one.and(&Period { from: self.from_two, to: self.to_two })?,
        })
    }
}

/// Own rights from rows, with what deputies are lent of them.
pub(crate) fn with_lent(own: Vec<HeldRow>, lendings: Vec<LendingRow>) -> Result<Vec<Held>, StoreError> {
    let mut held = Vec::new();
    for row in own {
        held.extend(row.held()?);
    }
    let mut more = Vec::new();
    let lendings: Vec<Lending> = lendings.into_iter().filter_map(LendingRow::lending).collect();
    if !lendings.is_empty() {
        let mut of: std::collections::HashMap<PersonId, Vec<Held>> = std::collections::HashMap::new();
        let principals: BTreeSet<PersonId> = lendings.iter().map(|each| each.principal).collect();
        for each in held.iter().filter(|each| principals.contains(&each.person)) {
            of.entry(each.person).or_default().push(each.clone());
        }
        for lending in &lendings {
            more.extend(lent(of.get(&lending.principal).map_or(&[][..], Vec::as_slice), lending));
        }
    }
    held.append(&mut more);
    Ok(held)
}

/// Rights as rows: `g` and `p` for roles in posts, `l` for allocations, `r` and `m` for rights of groups.
macro_rules! held {
    ($roles:literal, $functions:literal, $groups:literal) => {
        concat!(
            " select 'role' as kind, p.person_id, g.appointment_id as of, g.scope_id as other, g.role as code,
                g.valid_from as from_one, g.valid_to as to_one, p.valid_from as from_two, p.valid_to as to_two ",
            $roles,
            " union all select 'function', l.person_id, l.assignment_id, cast(null as uuid), l.function,
                l.valid_from, l.valid_to, l.valid_from, l.valid_to ",
            $functions,
            " union all select 'group', m.person_id, r.assignment_id, r.group_id, r.function,
                r.valid_from, r.valid_to, m.valid_from, m.valid_to ",
            $groups
        )
    };
}
/// Deputyships as rows, called `d`, with their posts, called `p`.
macro_rules! lendings {
    ($from:literal) => {
        concat!(
            " select d.id, d.deputy_id, p.person_id, d.appointment_id, d.assignment_id, d.valid_from as from_one,
            d.valid_to as to_one, p.valid_from as from_two, p.valid_to as to_two ",
            $from
        )
    };
}
pub(crate) use lendings;

mod who;

pub use who::{Around, around};

const HELD: [&str; 2] = [
    held!(
        "from role_grant g join appointment p on p.id = g.appointment_id",
        "from allocation l",
        "from group_right r join group_member m on m.group_id = r.group_id"
    ),
    concat!(
        mine!(),
        held!(
            "from sight cross join appointment p cross join role_grant g
                where p.unit_id = sight.unit_id and g.appointment_id = p.id",
            "from mine cross join allocation l where l.assignment_id = mine.id",
            "from mine cross join group_right r cross join group_member m
                where r.assignment_id = mine.id and m.group_id = r.group_id"
        )
    ),
];
const LENDINGS: [&str; 2] = [
    lendings!("from deputyship d join appointment p on p.id = d.appointment_id"),
    concat!(
        mine!(),
        lendings!(
            "from deputyship d join appointment p on p.id = d.appointment_id
            where p.unit_id in (select unit_id from sight)"
        )
    ),
];

/// Everything that may be seen, to be judged: five statements.
pub async fn book(conn: &mut Conn, sight: Sight) -> Result<Book, StoreError> {
    let own = by_sight!(fetch_all, conn, HeldRow, text(sight, HELD), sight)?;
    let lendings = by_sight!(fetch_all, conn, LendingRow, text(sight, LENDINGS), sight)?;
    Ok(Book {
        hierarchy: hierarchy(conn).await?,
        sets: crate::set::rules(conn).await?.into_iter().map(|rule| rule.set).collect(),
        held: with_lent(own, lendings)?,
        exceptions: crate::exception::exceptions(conn, sight)
            .await?
            .into_iter()
            .map(|each| each.exception)
            .collect(),
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
const ROLES: &str = "select code, name from role where not is_built_in order by code";

/// What people, posts, units and assignments are called, for sentences about them.
pub async fn names(conn: &mut Conn, sight: Sight) -> Result<Names, StoreError> {
    let mut names = Names::default();
    for NameRow { kind, id, name } in by_sight!(fetch_all, conn, NameRow, NAMES, sight)? {
        match kind.as_str() {
            "person" => drop(names.people.insert(PersonId(id), name)),
            "post" => drop(names.posts.insert(AppointmentId(id), name)),
            "unit" => drop(names.units.insert(UnitId(id), name)),
            _ => drop(names.assignments.insert(AssignmentId(id), name)),
        }
    }
    names.roles = fetch_all!(conn, (String, String), ROLES)?.into_iter().collect();
    Ok(names)
}
