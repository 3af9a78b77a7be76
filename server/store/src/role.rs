//! Roles, and which of them inherit from which.

use crate::db::{execute, fetch_all};
use crate::{Conn, StoreError};
use domain::separation::Names;
use serde::Serialize;

/// A role.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, sqlx::FromRow)]
pub struct Role {
    /// Stable code.
    pub code: String,
    /// Name; empty for built-in ones, which the languages name.
    pub name: String,
    /// Whether the policy knows it.
    pub is_built_in: bool,
    /// How many posts hold it, now or later.
    pub holders: i64,
}

const ALL: &str = "select r.code, r.name, r.is_built_in,
        (select cast(count(*) as bigint) from role_grant g where g.role = r.code
            and (g.valid_to is null or g.valid_to >= $1)) as holders
    from role r order by r.is_built_in desc, r.code";

/// Every role, built-in ones first.
pub async fn all(conn: &mut Conn, on: domain::Date) -> Result<Vec<Role>, StoreError> {
    fetch_all!(conn, Role, ALL, on)
}

/// What those are called that are not built in.
pub async fn names(conn: &mut Conn) -> Result<Names, StoreError> {
    const SQL: &str = "select code, name from role where not is_built_in";
    let roles = fetch_all!(conn, (String, String), SQL)?.into_iter().collect();
    Ok(Names { roles, ..Names::default() })
}

/// Which role inherits from which: child and parent.
pub async fn inheritances(conn: &mut Conn) -> Result<Vec<(String, String)>, StoreError> {
    const SQL: &str = "select child, parent from role_inheritance order by child, parent";
    fetch_all!(conn, (String, String), SQL)
}

/// Adds a role that inherits from none yet.
pub async fn insert(conn: &mut Conn, code: &str, name: &str) -> Result<(), StoreError> {
    const ROLE: &str = "insert into role (code, name, is_built_in) values ($1, $2, false)";
    execute!(conn, ROLE, code, name)?;
    renew(conn).await
}

/// Makes a role inherit from another.
pub async fn inherit(conn: &mut Conn, child: &str, parent: &str) -> Result<(), StoreError> {
    const SQL: &str = "insert into role_inheritance (child, parent) values ($1, $2)";
    execute!(conn, SQL, child, parent)?;
    renew(conn).await
}

/// Ends that a role inherits from another; tells whether it did.
pub async fn disinherit(conn: &mut Conn, child: &str, parent: &str) -> Result<bool, StoreError> {
    const SQL: &str = "delete from role_inheritance where child = $1 and parent = $2";
    let done = execute!(conn, SQL, child, parent)?;
    renew(conn).await?;
    Ok(done > 0)
}

/// Writes anew which role has which above it.
async fn renew(conn: &mut Conn) -> Result<(), StoreError> {
    const SQL: &str = "insert into role_ancestor (child, ancestor)
        with recursive up (child, ancestor) as (
            select code, code from role
            union select up.child, i.parent from up join role_inheritance i on i.child = up.ancestor)
        select child, ancestor from up";
    execute!(conn, "delete from role_ancestor")?;
    execute!(conn, SQL)?;
    Ok(())
}

/// Keeps roles, one or all, and so what they inherit, from being changed until the transaction ends.
pub async fn lock(conn: &mut Conn, code: Option<&str>) -> Result<(), StoreError> {
    const SQL: &str = "update role set name = name where cast($1 as text) is null or code = $1";
    execute!(conn, SQL, code)?;
    Ok(())
}
