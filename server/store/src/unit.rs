//! Units, their tree, and its roll-ups.

use crate::assessment::{Sums, SumsRow, sums};
use crate::db::{execute, fetch_all, fetch_one, fetch_optional};
use crate::search::{pattern, searchable};
use crate::sight::{by_sight, mine, seen, seen_assignment, sight, text, top};
use crate::{Conn, StoreError};
use domain::duty::Sight;
use domain::id::UnitId;
use domain::unit::Unit;
use uuid::Uuid;

#[derive(sqlx::FromRow)]
pub(crate) struct UnitRow {
    id: Uuid,
    code: String,
    name: String,
    kind: String,
    parent_id: Option<Uuid>,
    credit_code: Option<String>,
}

impl TryFrom<UnitRow> for Unit {
    type Error = StoreError;
    fn try_from(row: UnitRow) -> Result<Self, StoreError> {
        Ok(Self {
            id: UnitId(row.id),
            code: row.code,
            name: row.name,
            kind: row.kind.parse()?,
            parent: row.parent_id.map(UnitId),
            credit_code: row.credit_code,
        })
    }
}

fn units(rows: Vec<UnitRow>) -> Result<Vec<Unit>, StoreError> {
    rows.into_iter().map(Unit::try_from).collect()
}

const INSERT: &str = "insert into unit (id, code, name, kind, parent_id, credit_code, search, facts_version)
    values ($1, $2, $3, $4, $5, $6, $7, 0)";
const INSERT_SELF: &str = "insert into unit_ancestor (unit_id, ancestor_id, depth) values ($1, $1, 0)";
const INSERT_ANCESTORS: &str = "insert into unit_ancestor (unit_id, ancestor_id, depth)
    select $1, ancestor_id, depth + 1 from unit_ancestor where unit_id = $2";

/// Adds a unit below its parent, which is there already.
pub async fn insert(conn: &mut Conn, unit: &Unit) -> Result<(), StoreError> {
    execute!(
        conn,
        INSERT,
        unit.id.0,
        &unit.code,
        &unit.name,
        unit.kind.as_str(),
        unit.parent.map(|parent| parent.0),
        &unit.credit_code,
        searchable(&[&unit.name, &unit.code]),
    )?;
    execute!(conn, INSERT_SELF, unit.id.0)?;
    if let Some(parent) = unit.parent {
        execute!(conn, INSERT_ANCESTORS, unit.id.0, parent.0)?;
    }
    Ok(())
}

const UPDATE: &str =
    "update unit set code = $2, name = $3, kind = $4, parent_id = $5, credit_code = $6, search = $7
    where id = $1";
const IS_BELOW: &str =
    "select cast(count(*) as bigint) from unit_ancestor where unit_id = $1 and ancestor_id = $2";
const CUT: &str = "delete from unit_ancestor
    where unit_id in (select unit_id from unit_ancestor where ancestor_id = $1)
      and ancestor_id in (select ancestor_id from unit_ancestor where unit_id = $1 and depth > 0)";
const GRAFT: &str = "insert into unit_ancestor (unit_id, ancestor_id, depth)
    select below.unit_id, above.ancestor_id, below.depth + above.depth + 1
    from unit_ancestor below, unit_ancestor above
    where below.ancestor_id = $1 and above.unit_id = $2";

/// Changes a unit; a new parent takes the whole subtree along. A parent below the unit itself is refused.
pub async fn update(conn: &mut Conn, unit: &Unit) -> Result<(), StoreError> {
    let before = by_id(conn, unit.id).await?;
    if before.is_some_and(|before| before.parent != unit.parent) {
        if let Some(parent) = unit.parent {
            let (below,): (i64,) = fetch_one!(conn, (i64,), IS_BELOW, parent.0, unit.id.0)?;
            if below > 0 {
                return Err(StoreError::Check(format!("{} would stand below itself", unit.name)));
            }
        }
        execute!(conn, CUT, unit.id.0)?;
        if let Some(parent) = unit.parent {
            execute!(conn, GRAFT, unit.id.0, parent.0)?;
        }
    }
    execute!(
        conn,
        UPDATE,
        unit.id.0,
        &unit.code,
        &unit.name,
        unit.kind.as_str(),
        unit.parent.map(|parent| parent.0),
        &unit.credit_code,
        searchable(&[&unit.name, &unit.code]),
    )?;
    Ok(())
}

const BY_ID: &str = "select id, code, name, kind, parent_id, credit_code from unit where id = $1";

/// A unit, whoever asks: for use cases, and for the names of units that a record names.
pub async fn by_id(conn: &mut Conn, id: UnitId) -> Result<Option<Unit>, StoreError> {
    fetch_optional!(conn, UnitRow, BY_ID, id.0)?.map(Unit::try_from).transpose()
}

const VISIBLE: &str = concat!(
    top!(),
    " select u.id, u.code, u.name, u.kind, u.parent_id, u.credit_code from unit u where u.id = $4 and ",
    seen!("u.id")
);

/// A unit that may be seen.
pub async fn visible(conn: &mut Conn, id: UnitId, sight: Sight) -> Result<Option<Unit>, StoreError> {
    by_sight!(fetch_optional, conn, UnitRow, VISIBLE, sight, id.0)?.map(Unit::try_from).transpose()
}

const MENTIONED: &str = concat!(
    top!(),
    " select u.id, u.code, u.name, u.kind, u.parent_id, u.credit_code from unit u where u.id = $4 and (",
    seen!("u.id"),
    " or exists (select 1 from assignment x where x.unit_id = u.id and ",
    seen_assignment!("x.id", "x.unit_id", "x.giver_id"),
    "))"
);

/// A unit that may be seen, or that received an assignment that may be.
pub async fn mentioned(conn: &mut Conn, id: UnitId, sight: Sight) -> Result<Option<Unit>, StoreError> {
    by_sight!(fetch_optional, conn, UnitRow, MENTIONED, sight, id.0)?.map(Unit::try_from).transpose()
}

const BY_CODE: &str = "select id, code, name, kind, parent_id, credit_code from unit where code = $1";

/// The unit with a code.
pub async fn by_code(conn: &mut Conn, code: &str) -> Result<Option<Unit>, StoreError> {
    fetch_optional!(conn, UnitRow, BY_CODE, code)?.map(Unit::try_from).transpose()
}

const NAMED: &str = "select id, code, name, kind, parent_id, credit_code from unit
    where code in ($1, $3) or name in ($2, $4)
    order by case when code in ($1, $3) then 0 else 1 end, code limit 50";

/// Units that have one of two codes or whole names.
pub async fn named(conn: &mut Conn, of: &[(&str, &str); 2]) -> Result<Vec<Unit>, StoreError> {
    let [(code, name), (other_code, other_name)] = *of;
    units(fetch_all!(conn, UnitRow, NAMED, code, name, other_code, other_name)?)
}

/// Units that have a code or a whole name.
pub async fn called(conn: &mut Conn, code: &str, name: &str) -> Result<Vec<Unit>, StoreError> {
    named(conn, &[(code, name); 2]).await
}

/// Every unit, or those in sight.
macro_rules! everywhere {
    () => {
        " from unit u"
    };
}
macro_rules! in_sight {
    () => {
        " from sight join unit u on u.id = sight.unit_id"
    };
}

macro_rules! all {
    ($from:ident) => {
        concat!(
            " select u.id, u.code, u.name, u.kind, u.parent_id, u.credit_code",
            $from!(),
            " order by u.code"
        )
    };
}
const ALL: [&str; 2] = [all!(everywhere), concat!(sight!(), all!(in_sight))];

/// Every unit that may be seen, by code.
pub async fn all(conn: &mut Conn, sight: Sight) -> Result<Vec<Unit>, StoreError> {
    units(by_sight!(fetch_all, conn, UnitRow, text(sight, ALL), sight)?)
}

const CODES: [&str; 2] = [
    "select id, code from unit",
    concat!(
        mine!(),
        " select u.id, u.code from unit u join (
            select unit_id as id from sight
            union select c.parent_id from sight join unit c on c.id = sight.unit_id where c.parent_id is not null
            union select unit_id from mine
            union select x.giver_id from mine join assignment x on x.id = mine.id where x.giver_id is not null
        ) named on named.id = u.id"
    ),
];

/// The codes of units that may be seen, and of those that records name that may be.
pub async fn codes(conn: &mut Conn, sight: Sight) -> Result<Vec<(UnitId, String)>, StoreError> {
    let rows = by_sight!(fetch_all, conn, (Uuid, String), text(sight, CODES), sight)?;
    Ok(rows.into_iter().map(|(id, code)| (UnitId(id), code)).collect())
}

macro_rules! search {
    ($from:ident) => {
        concat!(
            " select u.id, u.code, u.name, u.kind, u.parent_id, u.credit_code",
            $from!(),
            " where u.search like $4 escape '\\' order by u.code limit $5"
        )
    };
}
const SEARCH: [&str; 2] = [search!(everywhere), concat!(sight!(), search!(in_sight))];

/// Units whose name, pinyin, initials or code hold what was typed.
pub async fn search(conn: &mut Conn, typed: &str, limit: i64, sight: Sight) -> Result<Vec<Unit>, StoreError> {
    units(by_sight!(fetch_all, conn, UnitRow, text(sight, SEARCH), sight, pattern(typed), limit)?)
}

const RECEIVING_AFTER: &str = "select u.id, u.code from unit u
    where (cast($1 as text) is null or u.code > $1)
      and (cast($3 as uuid) is null or exists
          (select 1 from unit_ancestor a where a.unit_id = u.id and a.ancestor_id = $3))
      and exists (select 1 from assignment s where s.unit_id = u.id)
    order by u.code limit $2";

/// Units that received something, by code from `after` on, below `root` or everywhere.
pub async fn receiving_after(
    conn: &mut Conn,
    after: Option<&str>,
    root: Option<UnitId>,
    limit: i64,
) -> Result<Vec<(UnitId, String)>, StoreError> {
    let rows = fetch_all!(conn, (Uuid, String), RECEIVING_AFTER, after, limit, root.map(|root| root.0))?;
    Ok(rows.into_iter().map(|(id, code)| (UnitId(id), code)).collect())
}

const TOUCH: &str = "update unit set facts_version = facts_version + 1 where id = $1";

/// Notes that facts of the unit were written.
pub async fn touch(conn: &mut Conn, id: UnitId) -> Result<(), StoreError> {
    execute!(conn, TOUCH, id.0)?;
    Ok(())
}

const LOCK: &str = "update unit set facts_version = facts_version where id = $1";

/// Keeps others from writing the unit's facts until the transaction ends, so that what is read next stays true.
pub async fn lock(conn: &mut Conn, id: UnitId) -> Result<(), StoreError> {
    execute!(conn, LOCK, id.0)?;
    Ok(())
}

const PATH: &str = concat!(
    top!(),
    " select u.id, u.code, u.name, u.kind, u.parent_id, u.credit_code
    from unit_ancestor a join unit u on u.id = a.ancestor_id where a.unit_id = $4 and ",
    seen!("a.ancestor_id"),
    " order by a.depth desc"
);

/// From the highest unit that may be seen to the unit; empty where that may not be seen itself.
pub async fn path(conn: &mut Conn, id: UnitId, sight: Sight) -> Result<Vec<Unit>, StoreError> {
    units(by_sight!(fetch_all, conn, UnitRow, PATH, sight, id.0)?)
}

const ABOVE: &str = "select ancestor_id from unit_ancestor where unit_id = $1 order by depth";

/// The unit and those above it, from itself to the root.
pub async fn above(conn: &mut Conn, id: UnitId) -> Result<Vec<UnitId>, StoreError> {
    Ok(fetch_all!(conn, (Uuid,), ABOVE, id.0)?.into_iter().map(|(id,)| UnitId(id)).collect())
}

const IDS_BELOW: &str = "select id from unit where parent_id = $1";

/// The units directly below one.
pub async fn ids_below(conn: &mut Conn, parent: UnitId) -> Result<Vec<UnitId>, StoreError> {
    Ok(fetch_all!(conn, (Uuid,), IDS_BELOW, parent.0)?.into_iter().map(|(id,)| UnitId(id)).collect())
}

const ROOT: &str = "select id from unit where parent_id is null order by code limit 1";

/// The unit at the top; of several, the first by code.
pub async fn root(conn: &mut Conn) -> Result<Option<UnitId>, StoreError> {
    Ok(fetch_optional!(conn, (Uuid,), ROOT)?.map(|(id,)| UnitId(id)))
}

macro_rules! options {
    ($from:ident) => {
        concat!(" select u.code, u.name", $from!(), " order by u.code limit $4")
    };
}
const OPTIONS: [&str; 2] = [options!(everywhere), concat!(sight!(), options!(in_sight))];

/// Codes and names to choose from.
pub async fn options(conn: &mut Conn, limit: i64, sight: Sight) -> Result<Vec<(String, String)>, StoreError> {
    by_sight!(fetch_all, conn, (String, String), text(sight, OPTIONS), sight, limit)
}

const HAS_ANY: &str = "select cast(count(*) as bigint) from (select 1 from unit limit 1) one";

/// Whether there is a unit at all.
pub async fn has_any(conn: &mut Conn) -> Result<bool, StoreError> {
    let (count,): (i64,) = fetch_one!(conn, (i64,), HAS_ANY)?;
    Ok(count > 0)
}

/// A unit with what stands below it, counted and summed.
#[derive(Debug, Clone, PartialEq)]
pub struct TreeRow {
    /// The unit.
    pub unit: Unit,
    /// Units directly below.
    pub children: i64,
    /// Counted and summed over the subtree.
    pub sums: Sums,
}

#[derive(sqlx::FromRow)]
struct TreeSqlRow {
    #[sqlx(flatten)]
    unit: UnitRow,
    children: i64,
    #[sqlx(flatten)]
    sums: SumsRow,
}

macro_rules! tree {
    ($filter:expr) => {
        concat!(
            " select u.id, u.code, u.name, u.kind, u.parent_id, u.credit_code,
                (select cast(count(*) as bigint) from unit c where c.parent_id = u.id) as children, ",
            sums!(),
            " from unit u
            join unit_ancestor a on a.ancestor_id = u.id
            left join assessment s on s.unit_id = a.unit_id
            where ",
            $filter,
            " group by u.id, u.code, u.name, u.kind, u.parent_id, u.credit_code order by u.code"
        )
    };
}
// Below a unit that may be seen, everything may be.
const ROOTS: [&str; 2] = [
    tree!("u.parent_id is null"),
    concat!(
        top!(),
        tree!(
            "u.id in (select id from top) and (u.parent_id is null or not exists (select 1 from unit_ancestor up
                join top above on above.id = up.ancestor_id where up.unit_id = u.parent_id))"
        )
    ),
];
const CHILDREN: &str = concat!(top!(), tree!(concat!("u.parent_id = $4 and ", seen!("u.id"))));
const ONE: &str = concat!(top!(), tree!(concat!("u.id = $4 and ", seen!("u.id"))));

fn tree_rows(rows: Vec<TreeSqlRow>) -> Result<Vec<TreeRow>, StoreError> {
    let convert = |row: TreeSqlRow| {
        Ok(TreeRow { unit: row.unit.try_into()?, children: row.children, sums: row.sums.into() })
    };
    rows.into_iter().map(convert).collect()
}

/// The units directly below one, or those at the top of what may be seen, with their roll-ups.
pub async fn children(conn: &mut Conn, of: Option<UnitId>, sight: Sight) -> Result<Vec<TreeRow>, StoreError> {
    tree_rows(match of {
        Some(parent) => by_sight!(fetch_all, conn, TreeSqlRow, CHILDREN, sight, parent.0)?,
        None => by_sight!(fetch_all, conn, TreeSqlRow, text(sight, ROOTS), sight)?,
    })
}

/// One unit with its roll-up.
pub async fn rolled_up(conn: &mut Conn, id: UnitId, sight: Sight) -> Result<Option<TreeRow>, StoreError> {
    Ok(tree_rows(by_sight!(fetch_all, conn, TreeSqlRow, ONE, sight, id.0)?)?.pop())
}
