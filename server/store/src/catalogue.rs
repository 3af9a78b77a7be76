//! Versions of catalogues, what became of their powers, and assignments that moved along.

use crate::assignment::{AssignmentRow, assignment_columns};
use crate::db::{execute, fetch_all, fetch_one, fetch_optional};
use crate::power::{PowerRow, power_columns, powers};
use crate::sight::{by_sight, seen_assignment, top};
use crate::{Conn, StoreError};
use domain::Date;
use domain::assignment::Assignment;
use domain::catalogue::{Mark, Version};
use domain::duty::Sight;
use domain::id::{AssignmentId, PersonId, PowerId, UnitId, VersionId};
use domain::power::Power;
use uuid::Uuid;

#[derive(sqlx::FromRow)]
struct VersionRow {
    id: Uuid,
    catalogue: String,
    version: String,
    title: String,
    document: String,
    published_on: Option<Date>,
    in_force_from: Option<Date>,
    supersedes_id: Option<Uuid>,
}

impl From<VersionRow> for Version {
    fn from(row: VersionRow) -> Self {
        Self {
            id: VersionId(row.id),
            catalogue: row.catalogue,
            version: row.version,
            title: row.title,
            document: row.document,
            published_on: row.published_on,
            in_force_from: row.in_force_from,
            supersedes: row.supersedes_id.map(VersionId),
        }
    }
}

const ENSURE: &str = "insert into catalogue_version (id, catalogue, version, title, document)
    values ($1, $2, $3, '', '') on conflict (catalogue, version) do nothing";

/// Makes a draft of a version where there is none yet: a power brings its version along.
pub(crate) async fn ensure(conn: &mut Conn, catalogue: &str, version: &str) -> Result<(), StoreError> {
    execute!(conn, ENSURE, crate::new_id(), catalogue, version)?;
    Ok(())
}

const INSERT: &str = "insert into catalogue_version (id, catalogue, version, title, document, published_on,
    in_force_from, supersedes_id) values ($1, $2, $3, $4, $5, $6, $7, $8)";

/// Adds a version; its name must be new in the catalogue.
pub async fn insert(conn: &mut Conn, version: &Version) -> Result<(), StoreError> {
    let Version { id, catalogue, version: name, title, document, published_on, in_force_from, supersedes } =
        version;
    let supersedes = supersedes.map(|id| id.0);
    execute!(
        conn,
        INSERT,
        id.0,
        catalogue,
        name,
        title,
        document,
        *published_on,
        *in_force_from,
        supersedes
    )?;
    Ok(())
}

const UPDATE: &str = "update catalogue_version set title = $2, document = $3, published_on = $4,
    in_force_from = $5, supersedes_id = $6 where id = $1 and published_on is null";

/// Changes a draft, or publishes it; tells whether it still was one.
pub async fn update(conn: &mut Conn, version: &Version) -> Result<bool, StoreError> {
    let Version { id, title, document, published_on, in_force_from, supersedes, .. } = version;
    let supersedes = supersedes.map(|id| id.0);
    let sent = execute!(conn, UPDATE, id.0, title, document, *published_on, *in_force_from, supersedes)?;
    Ok(sent > 0)
}

/// A version in a list.
#[derive(Debug, Clone, PartialEq)]
pub struct Listed {
    /// The version.
    pub version: Version,
    /// First day of the version that takes its place.
    pub next: Option<Date>,
    /// Its powers.
    pub powers: i64,
    /// Assignments of these that are in force on the day and may be seen.
    pub assigned: i64,
}

#[derive(sqlx::FromRow)]
struct ListedRow {
    #[sqlx(flatten)]
    version: VersionRow,
    next: Option<Date>,
    powers: i64,
    assigned: i64,
}

const LIST: &str = concat!(
    top!(),
    " select v.id, v.catalogue, v.version, v.title, v.document, v.published_on, v.in_force_from, v.supersedes_id,
        (select min(n.in_force_from) from catalogue_version n where n.supersedes_id = v.id) as next,
        (select cast(count(*) as bigint) from power p where p.catalogue = v.catalogue and p.version = v.version)
            as powers,
        (select cast(count(*) as bigint) from power p join assignment s on s.power_id = p.id
            where p.catalogue = v.catalogue and p.version = v.version and s.form <> 'recalled'
              and s.valid_from <= $4 and (s.valid_to is null or s.valid_to >= $4) and ",
    seen_assignment!("s.id", "s.unit_id", "s.giver_id"),
    ") as assigned
    from catalogue_version v
    order by v.catalogue, coalesce(v.in_force_from, '9999-12-31') desc, v.version desc"
);

/// Every version, the newest of each catalogue first.
pub async fn list(conn: &mut Conn, on: Date, sight: Sight) -> Result<Vec<Listed>, StoreError> {
    let rows = by_sight!(fetch_all, conn, ListedRow, LIST, sight, on)?;
    Ok(rows.into_iter().map(Listed::from).collect())
}

impl From<ListedRow> for Listed {
    fn from(row: ListedRow) -> Self {
        Self { version: row.version.into(), next: row.next, powers: row.powers, assigned: row.assigned }
    }
}

const BY_ID: &str =
    "select id, catalogue, version, title, document, published_on, in_force_from, supersedes_id
    from catalogue_version where id = $1";
const BY_KEY: &str =
    "select id, catalogue, version, title, document, published_on, in_force_from, supersedes_id
    from catalogue_version where catalogue = $1 and version = $2";

/// A version.
pub async fn by_id(conn: &mut Conn, id: VersionId) -> Result<Option<Version>, StoreError> {
    Ok(fetch_optional!(conn, VersionRow, BY_ID, id.0)?.map(Version::from))
}

/// The version with a natural key.
pub async fn by_key(conn: &mut Conn, catalogue: &str, version: &str) -> Result<Option<Version>, StoreError> {
    Ok(fetch_optional!(conn, VersionRow, BY_KEY, catalogue, version)?.map(Version::from))
}

const POWERS: &str = concat!(
    "select ",
    power_columns!(),
    " from power p where p.catalogue = $1 and p.version = $2 order by p.code"
);

/// The powers of a version, by code.
pub async fn powers_of(conn: &mut Conn, version: &Version) -> Result<Vec<Power>, StoreError> {
    powers(fetch_all!(conn, PowerRow, POWERS, &version.catalogue, &version.version)?)
}

const COUNT: &str = "select cast(count(*) as bigint) from power where catalogue = $1 and version = $2";

/// How many powers a version has.
pub async fn count(conn: &mut Conn, version: &Version) -> Result<i64, StoreError> {
    let (count,) = fetch_one!(conn, (i64,), COUNT, &version.catalogue, &version.version)?;
    Ok(count)
}

const MARKS: &str = "select l.from_id, l.to_id, l.link from power_link l join power p on p.id = l.to_id
    where p.catalogue = $1 order by l.from_id, l.to_id";

/// What became of the powers of a catalogue, over all its versions.
pub async fn marks(conn: &mut Conn, catalogue: &str) -> Result<Vec<Mark>, StoreError> {
    let rows = fetch_all!(conn, (Uuid, Uuid, String), MARKS, catalogue)?;
    let mark = |(from, to, link): (Uuid, Uuid, String)| {
        Ok(Mark { from: PowerId(from), to: PowerId(to), link: link.parse()? })
    };
    rows.into_iter().map(mark).collect()
}

const INSERT_MARK: &str = "insert into power_link (from_id, to_id, link, marked_by) values ($1, $2, $3, $4)
    on conflict (from_id, to_id) do update set link = excluded.link, marked_by = excluded.marked_by";

/// Writes down what became of a power.
pub async fn insert_mark(conn: &mut Conn, mark: &Mark, by: Option<PersonId>) -> Result<(), StoreError> {
    execute!(conn, INSERT_MARK, mark.from.0, mark.to.0, mark.link.as_str(), by.map(|id| id.0))?;
    Ok(())
}

const DELETE_MARK: &str = "delete from power_link where from_id = $1 and to_id = $2";

/// Takes it back; tells whether it was there.
pub async fn delete_mark(conn: &mut Conn, from: PowerId, to: PowerId) -> Result<bool, StoreError> {
    Ok(execute!(conn, DELETE_MARK, from.0, to.0)? > 0)
}

const INSERT_SUCCESSION: &str =
    "insert into assignment_succession (assignment_id, succeeds_id, reason) values ($1, $2, $3)";

/// Notes that an assignment takes the place of another one.
pub async fn insert_succession(
    conn: &mut Conn,
    next: AssignmentId,
    before: AssignmentId,
    reason: &str,
) -> Result<(), StoreError> {
    execute!(conn, INSERT_SUCCESSION, next.0, before.0, reason)?;
    Ok(())
}

const CHAIN: &str = "select assignment_id, succeeds_id from assignment_succession
    where assignment_id = $1 or succeeds_id = $1 order by assignment_id";

/// The assignment before one, and those after it.
pub async fn neighbours(
    conn: &mut Conn,
    id: AssignmentId,
) -> Result<(Option<AssignmentId>, Vec<AssignmentId>), StoreError> {
    let rows = fetch_all!(conn, (Uuid, Uuid), CHAIN, id.0)?;
    let before = rows.iter().find(|(next, _)| *next == id.0).map(|(_, before)| AssignmentId(*before));
    let after = rows.iter().filter(|(_, before)| *before == id.0).map(|(next, _)| AssignmentId(*next));
    Ok((before, after.collect()))
}

/// An assignment that still stands on an older version's power.
#[derive(Debug, Clone, PartialEq)]
pub struct Movable {
    /// The assignment.
    pub assignment: Assignment,
    /// Name of its unit.
    pub unit: String,
    /// Code and name of its power.
    pub power: (String, String),
    /// The power that took its place; of several, each makes a row.
    pub to: PowerId,
    /// Code and name of that.
    pub to_power: (String, String),
}

#[derive(sqlx::FromRow)]
struct MovableRow {
    #[sqlx(flatten)]
    assignment: AssignmentRow,
    unit: String,
    code: String,
    name: String,
    to_id: Uuid,
    to_code: String,
    to_name: String,
}

macro_rules! movable {
    ($columns:expr, $rest:literal) => {
        concat!(
            top!(),
            " select ",
            $columns,
            " from power q join power_link l on l.to_id = q.id join power p on p.id = l.from_id
            join assignment s on s.power_id = p.id join unit u on u.id = s.unit_id
            where q.catalogue = $5 and q.version = $6 and p.version <> $6 and s.form <> 'recalled'
              and (s.valid_to is null or s.valid_to >= $4)
              and not exists (select 1 from assignment_succession n where n.succeeds_id = s.id)
              and ",
            seen_assignment!("s.id", "s.unit_id", "s.giver_id"),
            $rest
        )
    };
}
const MOVABLE: &str = movable!(
    concat!(
        assignment_columns!(),
        ", u.name as unit, p.code, p.name, q.id as to_id, q.code as to_code, q.name as to_name"
    ),
    " order by p.code, u.code, s.id, q.code limit $7 offset $8"
);
const MOVABLE_COUNT: &str = movable!("cast(count(*) as bigint)", "");

/// Assignments that may be seen and stand on powers of older versions that became powers of this one: a stretch of
/// them, and how many there are.
pub async fn movable(
    conn: &mut Conn,
    version: &Version,
    on: Date,
    sight: Sight,
    (limit, offset): (i64, i64),
) -> Result<(Vec<Movable>, i64), StoreError> {
    let (catalogue, name) = (&version.catalogue, &version.version);
    let rows = by_sight!(fetch_all, conn, MovableRow, MOVABLE, sight, on, catalogue, name, limit, offset)?;
    let (count,) = by_sight!(fetch_one, conn, (i64,), MOVABLE_COUNT, sight, on, catalogue, name)?;
    let movable = |row: MovableRow| {
        Ok(Movable {
            assignment: row.assignment.try_into()?,
            unit: row.unit,
            power: (row.code, row.name),
            to: PowerId(row.to_id),
            to_power: (row.to_code, row.to_name),
        })
    };
    Ok((rows.into_iter().map(movable).collect::<Result<_, StoreError>>()?, count))
}

const HELD_ON: &str = concat!(
    "select ",
    assignment_columns!(),
    " from assignment s join power p on p.id = s.power_id where s.unit_id = $1 and p.catalogue = $2
        and s.valid_from <= $3 and (s.valid_to is null or s.valid_to >= $3) order by s.valid_from, s.id"
);

/// What a unit held of a catalogue on a day, in whatever version.
pub async fn held_on(
    conn: &mut Conn,
    unit: UnitId,
    catalogue: &str,
    on: Date,
) -> Result<Vec<Assignment>, StoreError> {
    let rows = fetch_all!(conn, AssignmentRow, HELD_ON, unit.0, catalogue, on)?;
    rows.into_iter().map(Assignment::try_from).collect()
}

const END_ALLOCATIONS: &str =
    "update allocation set valid_to = $2 where assignment_id = $1 and valid_from <= $2
    and (valid_to is null or valid_to > $2)";
const END_RIGHTS: &str = "update group_right set valid_to = $2 where assignment_id = $1 and valid_from <= $2
    and (valid_to is null or valid_to > $2)";
const END_DEPUTYSHIPS: &str =
    "update deputyship set valid_to = $2 where assignment_id = $1 and valid_from <= $2
    and valid_to > $2";
const END_SUPERVISION: &str =
    "update supervision set valid_to = $2 where assignment_id = $1 and valid_from <= $2
    and (valid_to is null or valid_to > $2)";

/// Ends everything that hangs on an assignment with it.
pub async fn end_with(conn: &mut Conn, id: AssignmentId, last: Date) -> Result<(), StoreError> {
    for sql in [END_ALLOCATIONS, END_RIGHTS, END_DEPUTYSHIPS, END_SUPERVISION] {
        execute!(conn, sql, id.0, last)?;
    }
    Ok(())
}

/// A right that hangs on an assignment.
#[derive(Debug, Clone, PartialEq, sqlx::FromRow)]
struct Hanging {
    kind: String,
    of: Uuid,
    other: Option<Uuid>,
    function: String,
    share: f64,
    valid_from: Date,
    valid_to: Option<Date>,
}

const HANGING: &str = "select 'supervision' as kind, unit_id as of, liaison_id as other, '' as function,
        0.0 as share, valid_from, valid_to from supervision
        where assignment_id = $1 and (valid_to is null or valid_to >= $2)
    union all select 'group', group_id, null, function, 0.0, valid_from, valid_to from group_right
        where assignment_id = $1 and (valid_to is null or valid_to >= $2)
    union all select 'deputyship', deputy_id, appointment_id, reason, 0.0, valid_from, valid_to from deputyship
        where assignment_id = $1 and valid_to >= $2
    union all select 'allocation', person_id, null, function, share, valid_from, valid_to from allocation
        where assignment_id = $1 and (valid_to is null or valid_to >= $2)";
const COPY_ALLOCATION: &str =
    "insert into allocation (id, assignment_id, person_id, function, share, valid_from,
    valid_to) values ($1, $2, $3, $4, $5, $6, $7)";
const COPY_RIGHT: &str =
    "insert into group_right (id, group_id, assignment_id, function, valid_from, valid_to)
    values ($1, $2, $3, $4, $5, $6)";
const COPY_SUPERVISION: &str = "insert into supervision (id, assignment_id, unit_id, liaison_id, valid_from,
    valid_to) values ($1, $2, $3, $4, $5, $6)";

const COPY_DEPUTYSHIP: &str = "insert into deputyship (id, assignment_id, deputy_id, appointment_id, reason,
    valid_from, valid_to) values ($1, $2, $3, $4, $5, $6, $7)";

/// Gives the people, groups, deputies and supervising sides of an assignment the same rights in the one that follows, from a
/// day on. What begins later begins then. Goes before [`end_with`].
pub async fn carry_over(
    conn: &mut Conn,
    from: AssignmentId,
    to: AssignmentId,
    first: Date,
) -> Result<usize, StoreError> {
    let all = fetch_all!(conn, Hanging, HANGING, from.0, first)?;
    for each in &all {
        let (id, begins) = (crate::new_id(), each.valid_from.max(first));
        match each.kind.as_str() {
            "allocation" => execute!(
                conn,
                COPY_ALLOCATION,
                id,
                to.0,
                each.of,
                &each.function,
                each.share,
                begins,
                each.valid_to
            )?,
            "deputyship" => execute!(
                conn,
                COPY_DEPUTYSHIP,
                id,
                to.0,
                each.of,
                each.other,
                &each.function,
                begins,
                each.valid_to,
            )?,
            "group" => execute!(conn, COPY_RIGHT, id, each.of, to.0, &each.function, begins, each.valid_to)?,
            _ => execute!(conn, COPY_SUPERVISION, id, to.0, each.of, each.other, begins, each.valid_to)?,
        };
    }
    Ok(all.len())
}
