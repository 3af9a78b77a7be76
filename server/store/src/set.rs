//! Rules of separation as they are stored.

use crate::db::{execute, fetch_all, int, nat};
use crate::{Conn, StoreError};
use domain::duty::Mode;
use domain::separation::Set;
use std::collections::BTreeSet;

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

const UPDATE: &str = "update separation_rule set name = $2, cardinality = $3, mode = $4 where code = $1";
const DELETE_MEMBERS: &str = "delete from separation_member where rule_code = $1";

/// Changes a rule's name, members, cardinality and mode; its kind stays.
pub async fn update(conn: &mut Conn, rule: &Rule) -> Result<(), StoreError> {
    let set = &rule.set;
    execute!(conn, UPDATE, &set.code, &rule.name, int(set.cardinality), set.mode.as_str())?;
    execute!(conn, DELETE_MEMBERS, &set.code)?;
    for member in &set.members {
        execute!(conn, INSERT_MEMBER, &set.code, member)?;
    }
    Ok(())
}
