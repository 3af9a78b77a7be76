//! What is looked for all over the county: who holds too many members of a set, and the register unit by unit. The
//! database finds the few; the domain judges them.

use crate::db::fetch_all;
use crate::held::{HeldRow, assemble, held, named};
use crate::{Conn, StoreError};
use domain::assignment::Function;
use domain::id::{AssignmentId, PersonId, UnitId};
use domain::separation::{Held, Names};
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

/// A period called `$p` that is not over on day `$1`.
macro_rules! lasts {
    ($p:literal) => {
        concat!("(", $p, ".valid_to is null or ", $p, ".valid_to >= $1)")
    };
}

/// Every function that is not over on day `$1`, and roles where they are asked for. The conditions limit allocations
/// called `l` and rights of groups called `r`.
macro_rules! lasting {
    ($l:literal, $r:literal; $($roles:tt)*) => {
        held!(
            functions: "allocation l", concat!("where ", lasts!("l"), $l);
            groups: "group_right r join group_member m on m.group_id = r.group_id",
                concat!("where ", lasts!("m"), " and ", lasts!("r"), $r);
            $($roles)*
            lent: concat!(" and ", lasts!("d"), " and ", lasts!("p"))
        )
    };
}

const BREAKING: &str = concat!(
    "with ",
    lasting!(
        "", "";
        roles: "role_grant g join appointment p on p.id = g.appointment_id",
            concat!("where ", lasts!("g"), " and ", lasts!("p"));
    ),
    ", many as (
        select h.person_id from held h join role_ancestor a on a.child = h.code
            join separation_member m on m.member = a.ancestor join separation_rule r on r.code = m.rule_code
            where h.post_id is not null and r.kind in ('static', 'dynamic')
            group by r.code, r.cardinality, h.person_id, case when r.kind = 'dynamic' then h.post_id end
            having count(distinct m.member) >= r.cardinality
        union select h.person_id from held h join separation_member m on m.member = h.code
            join separation_rule r on r.code = m.rule_code
            where h.assignment_id is not null and r.kind = 'power_unit'
            group by r.code, r.cardinality, h.person_id, h.assignment_id
            having count(distinct m.member) >= r.cardinality)",
    named!(
        "where h.person_id in (select person_id from many)
        order by h.person_id, h.f1, coalesce(h.post_id, h.assignment_id), h.code"
    )
);

/// The rights, not over on a day, of whoever holds so many members of a set as it keeps apart, on whatever days.
pub async fn breaking(conn: &mut Conn, from: Date) -> Result<(Vec<Held>, Names), StoreError> {
    assemble(fetch_all!(conn, HeldRow, BREAKING, from)?, crate::role::names(conn).await?)
}

const OF_UNIT: &str = concat!(
    "with ",
    lasting!(
        " and l.assignment_id in (select id from assignment where unit_id = $2)",
        " and r.assignment_id in (select id from assignment where unit_id = $2)";
    ),
    named!("order by h.person_id, h.f1, h.assignment_id, h.code")
);

/// The functions, not over on a day, for which anybody is named in the assignments of a unit.
pub async fn held_in(conn: &mut Conn, unit: UnitId, from: Date) -> Result<(Vec<Held>, Names), StoreError> {
    assemble(fetch_all!(conn, HeldRow, OF_UNIT, from, unit.0)?, Names::default())
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
