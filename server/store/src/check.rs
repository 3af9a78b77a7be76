//! What separation of duties is judged on: rules, rights as they are held, exceptions, and the supervising sides.

use crate::db::{fetch_all, int, nat};
use crate::{Conn, StoreError};
use domain::assignment::Function;
use domain::id::{
    AppointmentId, AssignmentId, DeputyshipId, ExceptionId, GroupId, PersonId, SupervisionId, UnitId,
};
use domain::separation::register::Supervision;
use domain::separation::{Exception, Held, Hierarchy, Names, Right, Set, Via};
use domain::{Date, Period};
use uuid::Uuid;

#[derive(sqlx::FromRow)]
struct RuleRow {
    code: String,
    kind: String,
    cardinality: i32,
    mode: String,
    member: Option<String>,
}

/// Every separation set, by code.
pub async fn sets(conn: &mut Conn) -> Result<Vec<Set>, StoreError> {
    const SQL: &str = "select r.code, r.kind, r.cardinality, r.mode, m.member from separation_rule r
        left join separation_member m on m.rule_code = r.code order by r.code, m.member";
    let mut sets: Vec<Set> = Vec::new();
    for row in fetch_all!(conn, RuleRow, SQL)? {
        if sets.last().is_none_or(|set| set.code != row.code) {
            sets.push(Set {
                code: row.code,
                kind: row.kind.parse()?,
                members: std::collections::BTreeSet::new(),
                cardinality: nat(row.cardinality),
                mode: row.mode.parse()?,
            });
        }
        if let Some(set) = sets.last_mut() {
            set.members.extend(row.member);
        }
    }
    Ok(sets)
}

/// Which role inherits from which.
pub async fn hierarchy(conn: &mut Conn) -> Result<Hierarchy, StoreError> {
    const SQL: &str = "select child, parent from role_inheritance order by child, parent";
    let edges = fetch_all!(conn, (String, String), SQL)?;
    Hierarchy::new(edges).map_err(|cycle| StoreError::Corrupt(cycle.to_string()))
}

#[derive(sqlx::FromRow)]
struct ExceptionRow {
    id: Uuid,
    rule_code: String,
    person_id: Option<Uuid>,
    assignment_id: Option<Uuid>,
    valid_from: Date,
    valid_to: Date,
    approved_by: Option<Uuid>,
    ended_on: Option<Date>,
    person_name: Option<String>,
    power_name: Option<String>,
    unit_name: Option<String>,
}

/// Every exception, the first to end first, with the names of whom and what it is about.
pub async fn exceptions(conn: &mut Conn) -> Result<(Vec<Exception>, Names), StoreError> {
    const SQL: &str =
        "select x.id, x.rule_code, x.person_id, x.assignment_id, x.valid_from, x.valid_to, x.approved_by,
        x.ended_on, n.name as person_name, w.name as power_name, u.name as unit_name
        from separation_exception x left join person n on n.id = x.person_id
        left join assignment s on s.id = x.assignment_id left join power w on w.id = s.power_id
        left join unit u on u.id = s.unit_id order by x.valid_to, x.id";
    let mut names = Names::default();
    let exceptions = fetch_all!(conn, ExceptionRow, SQL)?.into_iter().map(|row| {
        let (person, assignment) = (row.person_id.map(PersonId), row.assignment_id.map(AssignmentId));
        names.people.extend(person.zip(row.person_name));
        let place = row.unit_name.zip(row.power_name).map(|(unit, power)| format!("{unit} {power}"));
        names.assignments.extend(assignment.zip(place));
        Exception {
            id: ExceptionId(row.id),
            rule: row.rule_code,
            person,
            assignment,
            period: Period { from: row.valid_from, to: Some(row.valid_to) },
            is_approved: row.approved_by.is_some(),
            ended_on: row.ended_on,
        }
    });
    Ok((exceptions.collect(), names))
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
        let place = row.unit_name.zip(row.post_name).map(|(unit, post)| format!("{unit} {post}"));
        let right = if row.kind == "role" {
            let post = AppointmentId(row.place);
            names.posts.extend(place.map(|place| (post, place)));
            let scope =
                row.scope_id.ok_or_else(|| StoreError::Corrupt("a role without a unit".to_owned()))?;
            Right::Role { role: row.code, post, scope: UnitId(scope) }
        } else {
            let assignment = AssignmentId(row.place);
            names.assignments.extend(place.map(|place| (assignment, place)));
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

const BY_PERSON: &str = concat!("with ", held!(), with_names!("where h.person_id = $2"));

/// The rights of a person that are not over on a day.
pub async fn held_by(
    conn: &mut Conn,
    person: PersonId,
    from: Date,
) -> Result<(Vec<Held>, Names), StoreError> {
    assemble(fetch_all!(conn, HeldRow, BY_PERSON, from, person.0)?)
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
    assemble(fetch_all!(conn, HeldRow, BREAKING, from)?)
}

const HOLDING: &str = concat!(
    "with ",
    held!(),
    ", many as (
        select h.person_id from (
            select g.person_id, a.ancestor as member from held g join role_ancestor a on a.child = g.code
                where g.kind = 'role'
            union select person_id, code from held where kind = 'function') h
        where replace($2, ' ' || h.member || ' ', '') <> $2
        group by h.person_id having count(*) >= $3)",
    with_names!("where h.person_id in (select person_id from many)")
);

/// The rights, not over on a day, of whoever holds so many of these roles or functions: whom a set concerns that is
/// to be made or tightened, or, with one role, an inheritance of it.
pub async fn holding(
    conn: &mut Conn,
    members: &[&str],
    at_least: u32,
    from: Date,
) -> Result<(Vec<Held>, Names), StoreError> {
    // Each word between spaces of its own.
    let members = format!(" {} ", members.join("  "));
    assemble(fetch_all!(conn, HeldRow, HOLDING, from, members, int(at_least))?)
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

#[derive(sqlx::FromRow)]
struct SupervisionRow {
    id: Uuid,
    assignment_id: Uuid,
    unit_id: Uuid,
    liaison_id: Option<Uuid>,
    valid_from: Date,
    valid_to: Option<Date>,
}

/// The supervising sides of a unit's assignments, past ones too.
pub async fn supervisions(conn: &mut Conn, unit: UnitId) -> Result<Vec<Supervision>, StoreError> {
    const SQL: &str = "select v.id, v.assignment_id, v.unit_id, v.liaison_id, v.valid_from, v.valid_to
        from supervision v join assignment s on s.id = v.assignment_id where s.unit_id = $1
        order by v.assignment_id, v.valid_from";
    let rows = fetch_all!(conn, SupervisionRow, SQL, unit.0)?;
    let supervision = |row: SupervisionRow| Supervision {
        id: SupervisionId(row.id),
        assignment: AssignmentId(row.assignment_id),
        unit: UnitId(row.unit_id),
        liaison: row.liaison_id.map(PersonId),
        period: Period { from: row.valid_from, to: row.valid_to },
    };
    Ok(rows.into_iter().map(supervision).collect())
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
        name: format!("{} {}", row.unit_name, row.power_name),
        period: Period { from: row.valid_from, to: row.valid_to },
        decides: row
            .functions
            .split_whitespace()
            .any(|code| code.parse::<Function>().is_ok_and(Function::decides)),
    };
    Ok(rows.into_iter().map(registered).collect())
}
