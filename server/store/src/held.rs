//! Rights as they are held: in which ways, and what they and their holders are called. Who asks says whose.

use crate::StoreError;
use domain::id::{AppointmentId, AssignmentId, DeputyshipId, GroupId, PersonId, UnitId};
use domain::separation::{Held, Names, Right, Via};
use domain::{Date, Period};
use uuid::Uuid;

/// Continues a `with` by `held`, every way in which a right is held: as an allocation `l`, by a right `r` of a group
/// of which one is a member `m`, as a role `g` in a post `p`, and each of them as lent by a deputyship `d` for the
/// post `p`, which lends the post's roles and all functions of its holder, or those of one assignment. What is lent
/// goes no further. The arguments say which rights are wanted: the tables of each kind, and its `where`; and a
/// condition on deputyships that begins with `and`.
macro_rules! held {
    (
        functions: $l:expr, $l_where:expr;
        groups: $r:expr, $r_where:expr;
        $(roles: $g:expr, $g_where:expr;)?
        lent: $d:expr
    ) => {
        concat!(
            "held as (
                select l.person_id, l.function as code, cast(null as uuid) as post_id, cast(null as uuid) as scope_id,
                    l.assignment_id, cast(null as uuid) as group_id, cast(null as uuid) as deputyship_id,
                    cast(null as uuid) as principal_id, l.valid_from as f1, l.valid_to as t1,
                    cast(null as date) as f2, cast(null as date) as t2, cast(null as date) as f3,
                    cast(null as date) as t3, cast(null as date) as f4, cast(null as date) as t4
                    from ", $l, " ", $l_where, "
                union all select m.person_id, r.function, null, null, r.assignment_id, r.group_id, null, null,
                    r.valid_from, r.valid_to, m.valid_from, m.valid_to, null, null, null, null
                    from ", $r, " ", $r_where, "
                union all select d.deputy_id, l.function, null, null, l.assignment_id, null, d.id, p.person_id,
                    l.valid_from, l.valid_to, d.valid_from, d.valid_to, p.valid_from, p.valid_to, null, null
                    from ", $l, " join appointment p on p.person_id = l.person_id
                    join deputyship d on d.appointment_id = p.id
                        and (d.assignment_id is null or d.assignment_id = l.assignment_id)", $d, " ", $l_where, "
                union all select d.deputy_id, r.function, null, null, r.assignment_id, null, d.id, p.person_id,
                    r.valid_from, r.valid_to, m.valid_from, m.valid_to, d.valid_from, d.valid_to,
                    p.valid_from, p.valid_to from ", $r, " join appointment p on p.person_id = m.person_id
                    join deputyship d on d.appointment_id = p.id
                        and (d.assignment_id is null or d.assignment_id = r.assignment_id)", $d, " ", $r_where,
                $(" union all select p.person_id, g.role, g.appointment_id, g.scope_id, null, null, null, null,
                    g.valid_from, g.valid_to, p.valid_from, p.valid_to, null, null, null, null
                    from ", $g, " ", $g_where, "
                union all select d.deputy_id, g.role, g.appointment_id, g.scope_id, null, null, d.id, p.person_id,
                    g.valid_from, g.valid_to, d.valid_from, d.valid_to, p.valid_from, p.valid_to, null, null
                    from ", $g, " join deputyship d on d.appointment_id = p.id", $d, " ", $g_where,)?
            ")"
        )
    };
}

macro_rules! columns {
    () => {
        " select h.person_id, h.code, h.post_id, h.scope_id, h.assignment_id, h.group_id, h.deputyship_id,
            h.principal_id, h.f1, h.t1, h.f2, h.t2, h.f3, h.t3, h.f4, h.t4"
    };
}

/// Ends a statement by the rows of `held`. Where there are very many, their names cost more than the rows.
macro_rules! bare {
    () => {
        concat!($crate::held::columns!(), " from held h")
    };
}

/// Ends a statement by the rows of `held`, called `h`, with their names; the rest may limit and order them.
macro_rules! named {
    ($($rest:literal)?) => {
        concat!(
            $crate::held::columns!(), ", n.name as person, o.name as principal,
                coalesce(u.name || ' ' || p.post, w.name || ' · ' || u.name) as place, c.name as scope
            from held h join person n on n.id = h.person_id left join person o on o.id = h.principal_id
            left join appointment p on p.id = h.post_id
            left join assignment s on s.id = h.assignment_id left join power w on w.id = s.power_id
            left join unit u on u.id = coalesce(p.unit_id, s.unit_id) left join unit c on c.id = h.scope_id"
            $(, " ", $rest)?
        )
    };
}
pub(crate) use {bare, columns, held, named};

/// A row of `held`, with its names where they were asked for. Up to four periods must all be in force.
#[derive(sqlx::FromRow)]
pub(crate) struct HeldRow {
    person_id: Uuid,
    code: String,
    post_id: Option<Uuid>,
    scope_id: Option<Uuid>,
    assignment_id: Option<Uuid>,
    group_id: Option<Uuid>,
    deputyship_id: Option<Uuid>,
    principal_id: Option<Uuid>,
    f1: Date,
    t1: Option<Date>,
    f2: Option<Date>,
    t2: Option<Date>,
    f3: Option<Date>,
    t3: Option<Date>,
    f4: Option<Date>,
    t4: Option<Date>,
    #[sqlx(default)]
    person: Option<String>,
    #[sqlx(default)]
    principal: Option<String>,
    #[sqlx(default)]
    place: Option<String>,
    #[sqlx(default)]
    scope: Option<String>,
}

impl HeldRow {
    /// None where the periods share no day.
    fn period(&self) -> Option<Period> {
        [(self.f2, self.t2), (self.f3, self.t3), (self.f4, self.t4)]
            .into_iter()
            .filter_map(|(from, to)| Some(Period { from: from?, to }))
            .try_fold(Period { from: self.f1, to: self.t1 }, |all, each| all.and(&each))
    }

    fn via(&self) -> Via {
        match (self.deputyship_id, self.principal_id, self.group_id) {
            (Some(deputyship), Some(principal), _) => {
                Via::Deputyship { deputyship: DeputyshipId(deputyship), principal: PersonId(principal) }
            }
            (.., Some(group)) => Via::Group(GroupId(group)),
            _ => Via::Own,
        }
    }
}

/// Rights from rows; adds to the names what they bring: of people, posts, assignments and the units of roles.
pub(crate) fn assemble(rows: Vec<HeldRow>, mut names: Names) -> Result<(Vec<Held>, Names), StoreError> {
    let mut all = Vec::with_capacity(rows.len());
    for row in rows {
        let (person, period, via) = (PersonId(row.person_id), row.period(), row.via());
        let right = match (row.post_id.map(AppointmentId), row.scope_id.map(UnitId), row.assignment_id) {
            (Some(post), Some(scope), _) => {
                names.posts.extend(row.place.map(|name| (post, name)));
                names.units.extend(row.scope.map(|name| (scope, name)));
                Right::Role { role: row.code, post, scope }
            }
            (.., Some(assignment)) => {
                let assignment = AssignmentId(assignment);
                names.assignments.extend(row.place.map(|name| (assignment, name)));
                Right::Function { function: row.code.parse()?, assignment }
            }
            _ => return Err(StoreError::Corrupt("a right without its place".to_owned())),
        };
        names.people.extend(row.person.map(|name| (person, name)));
        names.people.extend(row.principal_id.map(PersonId).zip(row.principal));
        all.extend(period.map(|period| Held { person, right, period, via }));
    }
    Ok((all, names))
}
