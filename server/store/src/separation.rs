//! Rules of separation, exceptions from them, and everything that they are judged on.

use crate::db::{execute, fetch_all, int, nat};
use crate::sight::{by_sight, mine, text};
use crate::{Conn, StoreError};
use chrono::{DateTime, Utc};
use domain::duty::{Mode, Sight};
use domain::id::{AppointmentId, AssignmentId, DeputyshipId, ExceptionId, GroupId, PersonId, UnitId};
use domain::separation::{Book, Exception, Held, Hierarchy, Lending, Names, Right, Set, Via, lent};
use domain::{Date, Period};
use std::collections::BTreeSet;
use uuid::Uuid;

/// A rule as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    /// What it keeps apart.
    pub set: Set,
    /// Its name; empty for built-in ones, which the languages name.
    pub name: String,
    /// Whether it was there from the beginning.
    pub is_built_in: bool,
}

#[derive(sqlx::FromRow)]
struct RuleRow {
    code: String,
    name: String,
    kind: String,
    cardinality: i32,
    mode: String,
    is_built_in: bool,
    member: Option<String>,
}

const RULES: &str = "select r.code, r.name, r.kind, r.cardinality, r.mode, r.is_built_in, m.member
    from separation_rule r left join separation_member m on m.rule_code = r.code order by r.code, m.member";

/// Every rule, by code.
pub async fn rules(conn: &mut Conn) -> Result<Vec<Rule>, StoreError> {
    let mut rules: Vec<Rule> = Vec::new();
    for row in fetch_all!(conn, RuleRow, RULES)? {
        if rules.last().is_none_or(|rule| rule.set.code != row.code) {
            rules.push(Rule {
                set: Set {
                    code: row.code,
                    kind: row.kind.parse()?,
                    members: BTreeSet::new(),
                    cardinality: nat(row.cardinality),
                    mode: row.mode.parse()?,
                },
                name: row.name,
                is_built_in: row.is_built_in,
            });
        }
        if let (Some(rule), Some(member)) = (rules.last_mut(), row.member) {
            rule.set.members.insert(member);
        }
    }
    Ok(rules)
}

const LOCK: &str = "update separation_rule set mode = mode where code = 'SOD-01'";

/// Keeps others from changing rules until the transaction ends, so that what is checked against them stays true.
pub async fn lock(conn: &mut Conn) -> Result<(), StoreError> {
    execute!(conn, LOCK)?;
    Ok(())
}

const INSERT: &str = "insert into separation_rule (code, name, kind, cardinality, mode, is_built_in)
    values ($1, $2, $3, $4, $5, $6)";
const INSERT_MEMBER: &str = "insert into separation_member (rule_code, member) values ($1, $2)";

/// Adds a rule.
pub async fn insert(conn: &mut Conn, rule: &Rule) -> Result<(), StoreError> {
    let set = &rule.set;
    let (kind, mode) = (set.kind.as_str(), set.mode.as_str());
    execute!(conn, INSERT, &set.code, &rule.name, kind, int(set.cardinality), mode, rule.is_built_in)?;
    for member in &set.members {
        execute!(conn, INSERT_MEMBER, &set.code, member)?;
    }
    Ok(())
}

const SET_MODE: &str = "update separation_rule set mode = $2 where code = $1";

/// Switches a rule between recording and enforcing.
pub async fn set_mode(conn: &mut Conn, code: &str, mode: Mode) -> Result<(), StoreError> {
    execute!(conn, SET_MODE, code, mode.as_str())?;
    Ok(())
}

/// An exception with everything that is written about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Granted {
    /// What it lifts, for whom and when.
    pub exception: Exception,
    /// Why.
    pub reason: String,
    /// What is done instead of separating.
    pub control: String,
    /// Who asked.
    pub requested_by: PersonId,
    /// Who approved, and when.
    pub approved: Option<(PersonId, DateTime<Utc>)>,
}

#[derive(sqlx::FromRow)]
struct ExceptionRow {
    id: Uuid,
    rule_code: String,
    person_id: Option<Uuid>,
    assignment_id: Option<Uuid>,
    reason: String,
    control: String,
    requested_by: Uuid,
    approved_by: Option<Uuid>,
    approved_at: Option<DateTime<Utc>>,
    valid_from: Date,
    valid_to: Date,
    ended_on: Option<Date>,
}

impl From<ExceptionRow> for Granted {
    fn from(row: ExceptionRow) -> Self {
        Self {
            exception: Exception {
                id: ExceptionId(row.id),
                rule: row.rule_code,
                person: row.person_id.map(PersonId),
                assignment: row.assignment_id.map(AssignmentId),
                period: Period { from: row.valid_from, to: Some(row.valid_to) },
                is_approved: row.approved_by.is_some(),
                ended_on: row.ended_on,
            },
            reason: row.reason,
            control: row.control,
            requested_by: PersonId(row.requested_by),
            approved: row.approved_by.map(PersonId).zip(row.approved_at),
        }
    }
}

macro_rules! exceptions {
    ($($rest:literal)?) => {
        concat!(
            " select x.id, x.rule_code, x.person_id, x.assignment_id, x.reason, x.control, x.requested_by,
            x.approved_by, x.approved_at, x.valid_from, x.valid_to, x.ended_on from separation_exception x ",
            $($rest,)?
            " order by x.valid_to, x.id"
        )
    };
}

/// Those about assignments that may be seen and about people in post in units that may be seen.
const EXCEPTIONS: [&str; 2] = [
    exceptions!(),
    concat!(
        mine!(),
        exceptions!(
            "where x.assignment_id in (select id from mine) or (x.assignment_id is null and x.person_id in
                (select p.person_id from sight cross join appointment p where p.unit_id = sight.unit_id))"
        )
    ),
];

/// Exceptions that may be seen, those that end first first; also what was asked for, and what is over.
pub async fn exceptions(conn: &mut Conn, sight: Sight) -> Result<Vec<Granted>, StoreError> {
    let rows = by_sight!(fetch_all, conn, ExceptionRow, text(sight, EXCEPTIONS), sight)?;
    Ok(rows.into_iter().map(Granted::from).collect())
}

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
        sets: rules(conn).await?.into_iter().map(|rule| rule.set).collect(),
        held: with_lent(own, lendings)?,
        exceptions: exceptions(conn, sight).await?.into_iter().map(|each| each.exception).collect(),
    })
}

/// A person, and those for whom he stands in.
macro_rules! of_person {
    () => {
        "(select id from person where id = $1 union select o.person_id from deputyship e
            join appointment o on o.id = e.appointment_id where e.deputy_id = $1)"
    };
}
const HELD_BY: &str = concat!(
    "with who as ",
    of_person!(),
    held!(
        "from who join appointment p on p.person_id = who.id join role_grant g on g.appointment_id = p.id",
        "from who join allocation l on l.person_id = who.id",
        "from who join group_member m on m.person_id = who.id join group_right r on r.group_id = m.group_id"
    )
);
const LENT_TO: &str =
    lendings!("from deputyship d join appointment p on p.id = d.appointment_id where d.deputy_id = $1");

/// Everything about one person, whoever asks, to be judged before something is added: five statements.
pub async fn book_of(conn: &mut Conn, person: PersonId) -> Result<Book, StoreError> {
    let own = fetch_all!(conn, HeldRow, HELD_BY, person.0)?;
    let lendings = fetch_all!(conn, LendingRow, LENT_TO, person.0)?;
    let exceptions = exceptions(conn, Sight::Everything).await?;
    Ok(Book {
        hierarchy: hierarchy(conn).await?,
        sets: rules(conn).await?.into_iter().map(|rule| rule.set).collect(),
        held: with_lent(own, lendings)?,
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
