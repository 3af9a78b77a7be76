//! People as lists and their own pages show them.

use crate::db::{fetch_all, fetch_one, fetch_optional};
use crate::search::pattern;
use crate::sight::{BoundSight, seen, top};
use crate::{Conn, StoreError};
use domain::duty::Sight;
use domain::id::{AppointmentId, AssignmentId, PersonId, UnitId};
use domain::people::Certificate;
use domain::{Date, Period};
use std::collections::HashMap;
use uuid::Uuid;

/// Which people a list shows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// Name, pinyin, initials or staff number.
    pub typed: String,
    /// Who has a post in this unit or below it.
    pub unit: Option<UnitId>,
    /// Who has this role, or one that inherits from it.
    pub role: String,
}

/// A row of the list.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Listed {
    id: Uuid,
    /// Staff number.
    pub code: String,
    /// Name.
    pub name: String,
    /// Posts on the day, with their units.
    pub posts: Option<String>,
    /// Codes of the roles on the day.
    pub roles: Option<String>,
    /// Functions for which he is named on the day.
    pub functions: i64,
}

impl Listed {
    /// The person.
    pub fn person(&self) -> PersonId {
        PersonId(self.id)
    }
}

/// Whether somebody called `n` may be seen: by a unit in which he has, had or will have a post.
macro_rules! person_seen {
    () => {
        concat!(
            "((cast($1 as uuid) is null and cast($3 as uuid) is null) or exists (select 1 from appointment sp
                join unit_ancestor su on su.unit_id = sp.unit_id join top on top.id = su.ancestor_id
                where sp.person_id = n.id))"
        )
    };
}

/// People who fit, after a sight in `$1`–`$3`: day `$4`, pattern `$5`, unit `$6`, role `$7`.
macro_rules! matching {
    () => {
        concat!(
            " from person n where ",
            person_seen!(),
            " and (cast($5 as text) is null or n.search like $5 escape '\\')
            and (cast($6 as uuid) is null or exists (select 1 from appointment fp
                join unit_ancestor fa on fa.unit_id = fp.unit_id where fp.person_id = n.id and fa.ancestor_id = $6
                and fp.valid_from <= $4 and (fp.valid_to is null or fp.valid_to >= $4)))
            and (cast($7 as text) is null or exists (select 1 from appointment rp
                join role_grant rg on rg.appointment_id = rp.id join role_ancestor ra on ra.child = rg.role
                where rp.person_id = n.id and ra.ancestor = $7
                and rg.valid_from <= $4 and (rg.valid_to is null or rg.valid_to >= $4)))"
        )
    };
}

const LIST: &str = concat!(
    top!(),
    " select n.id, n.code, n.name,
        (select string_agg(u.name || ' ' || p.post, '、') from appointment p join unit u on u.id = p.unit_id
            where p.person_id = n.id and p.valid_from <= $4 and (p.valid_to is null or p.valid_to >= $4)) as posts,
        (select string_agg(g.role, ' ') from appointment p join role_grant g on g.appointment_id = p.id
            where p.person_id = n.id and g.valid_from <= $4 and (g.valid_to is null or g.valid_to >= $4)
              and p.valid_from <= $4 and (p.valid_to is null or p.valid_to >= $4)) as roles,
        (select cast(count(*) as bigint) from allocation l where l.person_id = n.id
            and l.valid_from <= $4 and (l.valid_to is null or l.valid_to >= $4)) as functions",
    matching!(),
    " order by n.code limit $8 offset $9"
);
const COUNT: &str = concat!(top!(), " select cast(count(*) as bigint)", matching!());

/// A page of the list, and how long the whole list is.
pub async fn list(
    conn: &mut Conn,
    filter: &Filter,
    by: Sight,
    on: Date,
    limit: i64,
    offset: i64,
) -> Result<(Vec<Listed>, i64), StoreError> {
    let by = BoundSight::from(by);
    let typed = (!filter.typed.trim().is_empty()).then(|| pattern(&filter.typed));
    let unit = filter.unit.map(|unit| unit.0);
    let role = (!filter.role.is_empty()).then_some(filter.role.as_str());
    let (count,): (i64,) =
        fetch_one!(conn, (i64,), COUNT, by.post, by.on, by.support, on, typed.as_deref(), unit, role)?;
    let rows = fetch_all!(
        conn,
        Listed,
        LIST,
        by.post,
        by.on,
        by.support,
        on,
        typed.as_deref(),
        unit,
        role,
        limit,
        offset
    )?;
    Ok((rows, count))
}

/// A person's own row.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Named {
    id: Uuid,
    /// Staff number.
    pub code: String,
    /// Name.
    pub name: String,
}

impl Named {
    /// The person.
    pub fn person(&self) -> PersonId {
        PersonId(self.id)
    }
}

const BY_ID: &str = concat!(
    top!(),
    " select n.id, n.code, n.name from person n where n.id = $4 and (n.id = $5 or ",
    person_seen!(),
    ")"
);

/// A person, where he may be seen: himself, or by his units.
pub async fn by_id(
    conn: &mut Conn,
    id: PersonId,
    by: Sight,
    reader: Option<PersonId>,
) -> Result<Option<Named>, StoreError> {
    let by = BoundSight::from(by);
    fetch_optional!(conn, Named, BY_ID, by.post, by.on, by.support, id.0, reader.map(|id| id.0))
}

const WRITTEN: &str = concat!(
    top!(),
    " select n.id, n.code, n.name from person n where (n.code = $4 or n.code = $5 or n.name = $4) and ",
    person_seen!(),
    " order by case when n.code = $5 then 0 else 1 end, n.code limit 10"
);

/// The people whom somebody could mean who wrote a staff number, a name, or both with a space between.
pub async fn written(conn: &mut Conn, text: &str, by: Sight) -> Result<Vec<Named>, StoreError> {
    let by = BoundSight::from(by);
    let code = text.split_once(' ').map_or(text, |(code, _)| code);
    fetch_all!(conn, Named, WRITTEN, by.post, by.on, by.support, text, code)
}

const OPTIONS: &str = concat!(
    top!(),
    " select n.code, n.name from person n where ",
    person_seen!(),
    " order by n.code limit $4"
);

/// Staff numbers and names to choose from.
pub async fn options(conn: &mut Conn, by: Sight, limit: i64) -> Result<Vec<(String, String)>, StoreError> {
    let by = BoundSight::from(by);
    fetch_all!(conn, (String, String), OPTIONS, by.post, by.on, by.support, limit)
}

const CERTIFICATES: &str = "select c.id, c.kind, c.number, c.issued_on, c.expires_on, c.suspended_from,
        c.suspended_to, c.revoked_on from certificate c where c.person_id = $1 order by c.kind, c.issued_on desc";

#[derive(sqlx::FromRow)]
struct CertificateRow {
    id: Uuid,
    kind: String,
    number: String,
    issued_on: Date,
    expires_on: Option<Date>,
    suspended_from: Option<Date>,
    suspended_to: Option<Date>,
    revoked_on: Option<Date>,
}

/// A person's certificates.
pub async fn certificates(conn: &mut Conn, person: PersonId) -> Result<Vec<Certificate>, StoreError> {
    let certificate = |row: CertificateRow| Certificate {
        id: domain::id::CertificateId(row.id),
        kind: row.kind,
        number: row.number,
        issued_on: row.issued_on,
        expires_on: row.expires_on,
        suspended: row.suspended_from.map(|from| Period { from, to: row.suspended_to }),
        revoked_on: row.revoked_on,
    };
    Ok(fetch_all!(conn, CertificateRow, CERTIFICATES, person.0)?.into_iter().map(certificate).collect())
}

const ABOVE: &str = "select a.unit_id, a.ancestor_id from unit_ancestor a where a.unit_id in (
        select p.unit_id from appointment p where p.person_id = $1
        union select g.scope_id from appointment p join role_grant g on g.appointment_id = p.id where p.person_id = $1
        union select s.unit_id from allocation l join assignment s on s.id = l.assignment_id where l.person_id = $1
        union select p.unit_id from deputyship d join appointment p on p.id = d.appointment_id where d.deputy_id = $1
        union select q.unit_id from group_member m join duty_group q on q.id = m.group_id where m.person_id = $1)
    order by a.unit_id, a.depth";

/// The units in which a person holds something, each with those above it.
pub async fn units_above(
    conn: &mut Conn,
    person: PersonId,
) -> Result<HashMap<UnitId, Vec<UnitId>>, StoreError> {
    let mut above: HashMap<UnitId, Vec<UnitId>> = HashMap::new();
    for (unit, ancestor) in fetch_all!(conn, (Uuid, Uuid), ABOVE, person.0)? {
        above.entry(UnitId(unit)).or_default().push(UnitId(ancestor));
    }
    Ok(above)
}

/// A post, as use cases look it up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Post {
    /// The appointment.
    pub id: AppointmentId,
    /// Who has it.
    pub person: PersonId,
    /// The unit.
    pub unit: UnitId,
    /// Its name.
    pub unit_name: String,
    /// Name of the post.
    pub name: String,
    /// When.
    pub period: Period,
}

#[derive(sqlx::FromRow)]
struct PostRow {
    id: Uuid,
    person_id: Uuid,
    unit_id: Uuid,
    unit_name: String,
    post: String,
    valid_from: Date,
    valid_to: Option<Date>,
}

const POSTS: &str =
    "select p.id, p.person_id, p.unit_id, u.name as unit_name, p.post, p.valid_from, p.valid_to
    from appointment p join unit u on u.id = p.unit_id
    where p.person_id = $1 and (p.valid_to is null or p.valid_to >= $2) order by p.valid_from, p.id";

/// A person's posts that are not over.
pub async fn posts(conn: &mut Conn, person: PersonId, on: Date) -> Result<Vec<Post>, StoreError> {
    let post = |row: PostRow| Post {
        id: AppointmentId(row.id),
        person: PersonId(row.person_id),
        unit: UnitId(row.unit_id),
        unit_name: row.unit_name,
        name: row.post,
        period: Period { from: row.valid_from, to: row.valid_to },
    };
    Ok(fetch_all!(conn, PostRow, POSTS, person.0, on)?.into_iter().map(post).collect())
}

/// An assignment to choose from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// The assignment.
    pub id: AssignmentId,
    /// The unit.
    pub unit: UnitId,
    /// Power and unit.
    pub name: String,
}

const CHOICES: &str = concat!(
    top!(),
    " select a.id, a.unit_id, w.name || ' · ' || u.name from assignment a join power w on w.id = a.power_id
    join unit u on u.id = a.unit_id
    where ",
    seen!("a.unit_id"),
    " and (a.valid_to is null or a.valid_to >= $4) and a.form <> 'recalled'
      and (cast($5 as uuid) is null or a.unit_id in (select unit_id from unit_ancestor where ancestor_id = $5))
      and (cast($6 as uuid) is null or a.unit_id in (select unit_id from appointment where person_id = $6))
    order by u.code, w.code, a.valid_from limit $7"
);

/// Assignments that are not over, of a unit and below it and of the units in which a person has a post, where these
/// are given.
pub async fn choices(
    conn: &mut Conn,
    by: Sight,
    on: Date,
    unit: Option<UnitId>,
    person: Option<PersonId>,
    limit: i64,
) -> Result<Vec<Choice>, StoreError> {
    let by = BoundSight::from(by);
    let (unit, person) = (unit.map(|id| id.0), person.map(|id| id.0));
    let rows =
        fetch_all!(conn, (Uuid, Uuid, String), CHOICES, by.post, by.on, by.support, on, unit, person, limit)?;
    let choice = |(id, unit, name)| Choice { id: AssignmentId(id), unit: UnitId(unit), name };
    Ok(rows.into_iter().map(choice).collect())
}
