//! Everything on which separation is judged about some people: what they hold, how, when, and the rules.

use crate::db::{execute, fetch_all, nat};
use crate::held::{HeldRow, assemble, held, named};
use crate::{Conn, StoreError};
use domain::id::{AssignmentId, CertificateId, ExceptionId, GroupId, PersonId};
use domain::people::Certificate;
use domain::power::PowerType;
use domain::rules::Rules;
use domain::separation::{Book, Exception, Hierarchy, Names, Set};
use domain::{Date, Period};
use sqlx::types::Json;
use std::collections::HashMap;
use uuid::Uuid;

/// About whom is asked; whoever stands in for one of them belongs to them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Whom<'a> {
    /// One person.
    Person(PersonId),
    /// The members of a group.
    Group(GroupId),
    /// Whoever holds a role, or one that inherits from it.
    Role(&'a str),
    /// Everybody.
    Everybody,
}

/// Begins a statement with `who`: those whom `$base` gives, and their deputies.
macro_rules! who {
    ($base:literal) => {
        concat!(
            "with base as (",
            $base,
            "), who as (select id from base union select d.deputy_id from base cross join appointment p
                cross join deputyship d where p.person_id = base.id and d.appointment_id = p.id) "
        )
    };
}

/// One text for each [`Whom`].
macro_rules! for_whom {
    ($rest:expr) => {
        [
            concat!(who!("select id from person where id = $1"), $rest),
            concat!(who!("select person_id as id from group_member where group_id = $1"), $rest),
            concat!(
                who!(
                    "select p.person_id as id from role_grant g join appointment p on p.id = g.appointment_id
                    join role_ancestor r on r.child = g.role where r.ancestor = $1"
                ),
                $rest
            ),
            concat!(who!("select id from person where cast($1 as text) is null"), $rest),
        ]
    };
}

const LOCK: [&str; 4] = for_whom!("update person set name = name where id in (select id from who)");

/// What everybody of `who` holds, looked for among what these and those for whom they stand in hold.
const HELD: [&str; 4] = for_whom!(concat!(
    ", whose as (select id from who union select p.person_id from who cross join deputyship d cross join appointment p
        where d.deputy_id = who.id and p.id = d.appointment_id), ",
    held!(
        functions: "whose cross join allocation l", "where l.person_id = whose.id";
        groups: "whose cross join group_member m cross join group_right r",
            "where m.person_id = whose.id and r.group_id = m.group_id";
        roles: "whose cross join appointment p cross join role_grant g",
            "where p.person_id = whose.id and g.appointment_id = p.id";
        lent: ""
    ),
    named!("where h.person_id in (select id from who)")
));

const RULES: &str = "select 'edge' as kind, i.child as a, i.parent as b, null as c, 0 as n,
        cast(null as uuid) as id, cast(null as uuid) as person_id, cast(null as uuid) as assignment_id,
        cast(null as date) as d, cast(null as date) as e, cast(null as date) as f
    from role_inheritance i
    union all select 'role', r.code, r.name, null, 0, null, null, null, null, null, null
    from role r where not r.is_built_in
    union all select 'set', s.code, s.kind, s.mode, s.cardinality, null, null, null, null, null, null
    from separation_rule s
    union all select 'set_member', m.rule_code, m.member, null, 0, null, null, null, null, null, null
    from separation_member m
    union all select 'exception', x.rule_code, null, null, case when x.approved_by is null then 0 else 1 end, x.id,
        x.person_id, x.assignment_id, x.valid_from, x.valid_to, x.ended_on
    from separation_exception x";

#[derive(sqlx::FromRow)]
struct RuleRow {
    kind: String,
    a: String,
    b: Option<String>,
    c: Option<String>,
    n: i32,
    id: Option<Uuid>,
    person_id: Option<Uuid>,
    assignment_id: Option<Uuid>,
    d: Option<Date>,
    e: Option<Date>,
    f: Option<Date>,
}

fn corrupt() -> StoreError {
    StoreError::Corrupt("book: a word is missing".to_owned())
}

/// The rules: hierarchy, sets and exceptions, with the names of roles that are not built in. Nothing is held.
pub async fn rules(conn: &mut Conn) -> Result<(Book, Names), StoreError> {
    let (mut book, mut names) = (Book::default(), Names::default());
    let mut edges = Vec::new();
    let mut members = Vec::new();
    for row in fetch_all!(conn, RuleRow, RULES)? {
        match row.kind.as_str() {
            "edge" => edges.push((row.a, row.b.ok_or_else(corrupt)?)),
            "role" => {
                names.roles.insert(row.a, row.b.ok_or_else(corrupt)?);
            }
            "set" => book.sets.push(Set {
                code: row.a,
                kind: row.b.ok_or_else(corrupt)?.parse()?,
                members: std::collections::BTreeSet::new(),
                cardinality: nat(row.n),
                mode: row.c.ok_or_else(corrupt)?.parse()?,
            }),
            "set_member" => members.push((row.a, row.b.ok_or_else(corrupt)?)),
            _ => book.exceptions.push(Exception {
                id: ExceptionId(row.id.ok_or_else(corrupt)?),
                rule: row.a,
                person: row.person_id.map(PersonId),
                assignment: row.assignment_id.map(AssignmentId),
                period: Period { from: row.d.ok_or_else(corrupt)?, to: row.e },
                is_approved: row.n != 0,
                ended_on: row.f,
            }),
        }
    }
    for (code, member) in members {
        if let Some(set) = book.sets.iter_mut().find(|set| set.code == code) {
            set.members.insert(member);
        }
    }
    book.sets.sort_by(|one, other| one.code.cmp(&other.code));
    book.hierarchy = Hierarchy::new(edges).map_err(|error| StoreError::Corrupt(error.to_string()))?;
    Ok((book, names))
}

/// What some people and their deputies hold, now, before and later, beside the rules, and what everything is called.
pub async fn load(
    conn: &mut Conn,
    whom: Whom<'_>,
    (book, names): (Book, Names),
) -> Result<(Book, Names), StoreError> {
    let rows = match whom {
        Whom::Person(id) => fetch_all!(conn, HeldRow, HELD[0], id.0)?,
        Whom::Group(id) => fetch_all!(conn, HeldRow, HELD[1], id.0)?,
        Whom::Role(code) => fetch_all!(conn, HeldRow, HELD[2], code)?,
        Whom::Everybody => fetch_all!(conn, HeldRow, HELD[3], None::<String>)?,
    };
    let (held, names) = assemble(rows, names)?;
    Ok((Book { held, ..book }, names))
}

const NEEDS: [&str; 4] = for_whom!(
    "select a.id, w.power_type, w.certificates,
        (select t.certificates from type_rules t where t.power_type = w.power_type) as of_type
    from assignment a join power w on w.id = a.power_id
    where a.id in (
        select l.assignment_id from who join allocation l on l.person_id = who.id
        union select r.assignment_id from who join group_member m on m.person_id = who.id
            join group_right r on r.group_id = m.group_id)"
);
const CERTIFICATES: [&str; 4] = for_whom!(
    "select c.person_id, c.kind, c.issued_on, c.expires_on, c.suspended_from, c.suspended_to, c.revoked_on
    from who join certificate c on c.person_id = who.id"
);

#[derive(sqlx::FromRow)]
struct CertificateRow {
    person_id: Uuid,
    kind: String,
    issued_on: Date,
    expires_on: Option<Date>,
    suspended_from: Option<Date>,
    suspended_to: Option<Date>,
    revoked_on: Option<Date>,
}

/// What handling asks for, and what people have.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Needs {
    /// Of each assignment the certificates that its power and the power's type ask for.
    pub asked: HashMap<AssignmentId, Vec<String>>,
    /// Of each person the certificates.
    pub held: HashMap<PersonId, Vec<Certificate>>,
}

/// What the assignments of some people ask for, and what these people and their deputies have.
pub async fn needs(conn: &mut Conn, whom: Whom<'_>) -> Result<Needs, StoreError> {
    type Asked = (Uuid, String, Json<Vec<String>>, Option<Json<Vec<String>>>);
    macro_rules! both {
        ($at:literal, $arg:expr) => {
            (
                fetch_all!(conn, Asked, NEEDS[$at], $arg)?,
                fetch_all!(conn, CertificateRow, CERTIFICATES[$at], $arg)?,
            )
        };
    }
    let (asked, held) = match whom {
        Whom::Person(id) => both!(0, id.0),
        Whom::Group(id) => both!(1, id.0),
        Whom::Role(code) => both!(2, code),
        Whom::Everybody => both!(3, None::<String>),
    };
    let mut needs = Needs::default();
    let defaults = Rules::default();
    for (id, power_type, Json(own), of_type) in asked {
        let power_type: PowerType = power_type.parse()?;
        let mut all =
            of_type.map_or_else(|| defaults.of(power_type).certificates.clone(), |Json(stored)| stored);
        all.extend(own);
        needs.asked.insert(AssignmentId(id), all);
    }
    for row in held {
        needs.held.entry(PersonId(row.person_id)).or_default().push(Certificate {
            id: CertificateId(Uuid::nil()),
            kind: row.kind,
            number: String::new(),
            issued_on: row.issued_on,
            expires_on: row.expires_on,
            suspended: row.suspended_from.map(|from| Period { from, to: row.suspended_to }),
            revoked_on: row.revoked_on,
        });
    }
    Ok(needs)
}

/// Keeps others from changing what these people hold until the transaction ends.
pub async fn lock(conn: &mut Conn, whom: Whom<'_>) -> Result<(), StoreError> {
    match whom {
        Whom::Person(id) => execute!(conn, LOCK[0], id.0)?,
        Whom::Group(id) => execute!(conn, LOCK[1], id.0)?,
        Whom::Role(code) => execute!(conn, LOCK[2], code)?,
        Whom::Everybody => execute!(conn, LOCK[3], None::<String>)?,
    };
    Ok(())
}
