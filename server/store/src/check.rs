//! What is looked for all over the county: who holds too many members of a set, and the register unit by unit. The
//! database finds the few; the domain judges them.

use crate::db::fetch_all;
use crate::{Conn, StoreError};
use domain::assignment::Function;
use domain::id::{AppointmentId, AssignmentId, DeputyshipId, GroupId, PersonId, UnitId};
use domain::separation::{Held, Names, Right, Via};
use domain::{Date, Period};
use uuid::Uuid;

#[derive(sqlx::FromRow)]
struct NameRow {
    person_id: Option<Uuid>,
    assignment_id: Option<Uuid>,
    person_name: Option<String>,
    power_name: Option<String>,
    unit_name: Option<String>,
}

/// What the people and assignments of exceptions are called.
pub async fn names_of_exceptions(conn: &mut Conn) -> Result<Names, StoreError> {
    const SQL: &str = "select x.person_id, x.assignment_id, n.name as person_name, w.name as power_name,
        u.name as unit_name from separation_exception x left join person n on n.id = x.person_id
        left join assignment s on s.id = x.assignment_id left join power w on w.id = s.power_id
        left join unit u on u.id = s.unit_id";
    let mut names = Names::default();
    for row in fetch_all!(conn, NameRow, SQL)? {
        names.people.extend(row.person_id.map(PersonId).zip(row.person_name));
        let place = row.power_name.zip(row.unit_name).map(|(power, unit)| format!("{power} · {unit}"));
        names.assignments.extend(row.assignment_id.map(AssignmentId).zip(place));
    }
    Ok(names)
}

#[derive(sqlx::FromRow)]
struct HeldRow {
    kind: String,
    person_id: Uuid,
    code: String,
    place: Uuid,
    scope_id: Option<Uuid>,
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
    person_name: String,
    principal_name: Option<String>,
    post_name: Option<String>,
    unit_name: Option<String>,
}

/// A period called `$p` that is not over on day `$1`.
macro_rules! lasts {
    ($p:literal) => {
        concat!("(", $p, ".valid_to is null or ", $p, ".valid_to >= $1)")
    };
}

/// The first and the last day of a period, as two columns.
macro_rules! days {
    ($p:literal, $n:literal) => {
        concat!($p, ".valid_from as f", $n, ", ", $p, ".valid_to as t", $n)
    };
}

/// Functions for which somebody is named, in the order of [`HeldRow`]: his own, through a group, and both as a
/// deputy. The conditions limit allocations called `l` and rights of groups called `r`.
macro_rules! functions {
    ($l:literal, $r:literal) => {
        concat!(
            "select 'function' as kind, l.person_id, l.function as code, l.assignment_id as place,
                cast(null as uuid) as scope_id, cast(null as uuid) as group_id, cast(null as uuid) as deputyship_id,
                cast(null as uuid) as principal_id, ", days!("l", "1"), ", cast(null as date) as f2,
                cast(null as date) as t2, cast(null as date) as f3, cast(null as date) as t3,
                cast(null as date) as f4, cast(null as date) as t4
                from allocation l where ", lasts!("l"), $l, "
            union all select 'function', m.person_id, r.function, r.assignment_id, null, m.group_id, null, null,
                ", days!("m", "1"), ", ", days!("r", "2"), ", null, null, null, null
                from group_member m join group_right r on r.group_id = m.group_id
                where ", lasts!("m"), " and ", lasts!("r"), $r, "
            union all select 'function', d.deputy_id, l.function, l.assignment_id, null, null, d.id, p.person_id,
                ", days!("l", "1"), ", ", days!("d", "2"), ", ", days!("p", "3"), ", null, null
                from deputyship d join appointment p on p.id = d.appointment_id
                join allocation l on l.person_id = p.person_id
                where (d.assignment_id is null or d.assignment_id = l.assignment_id) and ", lasts!("d"), " and ",
                lasts!("p"), " and ", lasts!("l"), $l, "
            union all select 'function', d.deputy_id, r.function, r.assignment_id, null, null, d.id, p.person_id,
                ", days!("m", "1"), ", ", days!("r", "2"), ", ", days!("d", "3"), ", ", days!("p", "4"), "
                from deputyship d join appointment p on p.id = d.appointment_id
                join group_member m on m.person_id = p.person_id join group_right r on r.group_id = m.group_id
                where (d.assignment_id is null or d.assignment_id = r.assignment_id) and ", lasts!("d"), " and ",
                lasts!("p"), " and ", lasts!("m"), " and ", lasts!("r"), $r
        )
    };
}

/// Every right that is not over on day `$1`, as `held`.
macro_rules! held {
    () => {
        concat!(
            "held as (", functions!("", ""), "
            union all select 'role', p.person_id, g.role, g.appointment_id, g.scope_id, null, null, null,
                ", days!("g", "1"), ", ", days!("p", "2"), ", null, null, null, null
                from role_grant g join appointment p on p.id = g.appointment_id
                where ", lasts!("g"), " and ", lasts!("p"), "
            union all select 'role', d.deputy_id, g.role, g.appointment_id, g.scope_id, null, d.id, p.person_id,
                ", days!("g", "1"), ", ", days!("p", "2"), ", ", days!("d", "3"), ", null, null
                from deputyship d join appointment p on p.id = d.appointment_id
                join role_grant g on g.appointment_id = p.id
                where ", lasts!("d"), " and ", lasts!("p"), " and ", lasts!("g"), ")"
        )
    };
}

/// Rows of `held` with the names of whom and what they are about.
macro_rules! with_names {
    ($where:literal) => {
        concat!(
            " select h.kind, h.person_id, h.code, h.place, h.scope_id, h.group_id, h.deputyship_id, h.principal_id,
                h.f1, h.t1, h.f2, h.t2, h.f3, h.t3, h.f4, h.t4, n.name as person_name, o.name as principal_name,
                coalesce(p.post, w.name) as post_name, u.name as unit_name
            from held h join person n on n.id = h.person_id left join person o on o.id = h.principal_id
            left join appointment p on h.kind = 'role' and p.id = h.place
            left join assignment s on h.kind = 'function' and s.id = h.place left join power w on w.id = s.power_id
            left join unit u on u.id = coalesce(p.unit_id, s.unit_id) ",
            $where,
            " order by h.person_id, h.f1, h.place, h.code"
        )
    };
}

fn assemble(rows: Vec<HeldRow>) -> Result<(Vec<Held>, Names), StoreError> {
    let mut names = Names::default();
    let mut held = Vec::with_capacity(rows.len());
    for row in rows {
        let person = PersonId(row.person_id);
        let place = row.unit_name.zip(row.post_name);
        let right = if row.kind == "role" {
            let post = AppointmentId(row.place);
            names.posts.extend(place.map(|(unit, name)| (post, format!("{unit} {name}"))));
            let scope =
                row.scope_id.ok_or_else(|| StoreError::Corrupt("a role without a unit".to_owned()))?;
            Right::Role { role: row.code, post, scope: UnitId(scope) }
        } else {
            let assignment = AssignmentId(row.place);
            names.assignments.extend(place.map(|(unit, power)| (assignment, format!("{power} · {unit}"))));
            Right::Function { function: row.code.parse::<Function>()?, assignment }
        };
        names.people.insert(person, row.person_name);
        names.people.extend(row.principal_id.map(PersonId).zip(row.principal_name));
        let via = match (row.group_id, row.deputyship_id, row.principal_id) {
            (_, Some(deputyship), Some(principal)) => {
                Via::Deputyship { deputyship: DeputyshipId(deputyship), principal: PersonId(principal) }
            }
            (Some(group), ..) => Via::Group(GroupId(group)),
            _ => Via::Own,
        };
        let others = [(row.f2, row.t2), (row.f3, row.t3), (row.f4, row.t4)];
        let others = others.into_iter().filter_map(|(from, to)| Some(Period { from: from?, to }));
        // Right and deputyship may never have been in force together.
        let period =
            others.into_iter().try_fold(Period { from: row.f1, to: row.t1 }, |all, each| all.and(&each));
        held.extend(period.map(|period| Held { person, right, period, via }));
    }
    Ok((held, names))
}

const BREAKING: &str = concat!(
    "with ",
    held!(),
    ", many as (
        select h.person_id from held h join role_ancestor a on a.child = h.code
            join separation_member m on m.member = a.ancestor join separation_rule r on r.code = m.rule_code
            where h.kind = 'role' and r.kind in ('static', 'dynamic')
            group by r.code, r.cardinality, h.person_id, case when r.kind = 'dynamic' then h.place end
            having count(distinct m.member) >= r.cardinality
        union select h.person_id from held h join separation_member m on m.member = h.code
            join separation_rule r on r.code = m.rule_code
            where h.kind = 'function' and r.kind = 'power_unit'
            group by r.code, r.cardinality, h.person_id, h.place
            having count(distinct m.member) >= r.cardinality)",
    with_names!("where h.person_id in (select person_id from many)")
);

/// The rights, not over on a day, of whoever holds so many members of a set as it keeps apart, on whatever days.
pub async fn breaking(conn: &mut Conn, from: Date) -> Result<(Vec<Held>, Names), StoreError> {
    const ROLES: &str = "select code, name from role where not is_built_in order by code";
    let (held, mut names) = assemble(fetch_all!(conn, HeldRow, BREAKING, from)?)?;
    names.roles = fetch_all!(conn, (String, String), ROLES)?.into_iter().collect();
    Ok((held, names))
}

const OF_UNIT: &str = concat!(
    "with held as (",
    functions!(
        " and l.assignment_id in (select id from assignment where unit_id = $2)",
        " and r.assignment_id in (select id from assignment where unit_id = $2)"
    ),
    ")",
    with_names!("")
);

/// The functions, not over on a day, for which anybody is named in the assignments of a unit.
pub async fn held_in(conn: &mut Conn, unit: UnitId, from: Date) -> Result<(Vec<Held>, Names), StoreError> {
    assemble(fetch_all!(conn, HeldRow, OF_UNIT, from, unit.0)?)
}

/// An assignment as the register lists it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Registered {
    /// The assignment.
    pub assignment: AssignmentId,
    /// The unit and the power.
    pub name: String,
    /// When.
    pub period: Period,
    /// Whether a decision was handed down.
    pub decides: bool,
}

#[derive(sqlx::FromRow)]
struct RegisteredRow {
    id: Uuid,
    functions: String,
    valid_from: Date,
    valid_to: Option<Date>,
    power_name: String,
    unit_name: String,
}

/// The assignments of a unit that are not over on a day, by power.
pub async fn registered(conn: &mut Conn, unit: UnitId, from: Date) -> Result<Vec<Registered>, StoreError> {
    const SQL: &str =
        "select s.id, s.functions, s.valid_from, s.valid_to, w.name as power_name, u.name as unit_name
        from assignment s join power w on w.id = s.power_id join unit u on u.id = s.unit_id
        where s.unit_id = $1 and (s.valid_to is null or s.valid_to >= $2) and s.form <> 'recalled'
        order by w.code, w.id, s.valid_from";
    let rows = fetch_all!(conn, RegisteredRow, SQL, unit.0, from)?;
    let registered = |row: RegisteredRow| Registered {
        assignment: AssignmentId(row.id),
        name: format!("{} · {}", row.power_name, row.unit_name),
        period: Period { from: row.valid_from, to: row.valid_to },
        decides: row
            .functions
            .split_whitespace()
            .any(|code| code.parse::<Function>().is_ok_and(Function::decides)),
    };
    Ok(rows.into_iter().map(registered).collect())
}
