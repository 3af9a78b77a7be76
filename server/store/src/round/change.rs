//! Everything that was said about the items of a round.

use crate::db::{execute, fetch_all, fetch_one};
use crate::sight::{by_sight, seen, top};
use crate::{Conn, StoreError};
use chrono::{DateTime, Utc};
use domain::catalogue::round::{Act, Party, Stage, Terms};
use domain::duty::Sight;
use domain::id::{PersonId, RoundId, RoundItemId, UnitId};
use serde::Serialize;
use sqlx::types::Json;
use uuid::Uuid;

/// Something that was done to an item.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Change {
    /// The item.
    pub item: RoundItemId,
    /// In which stage.
    pub stage: Stage,
    /// For which party.
    pub party: Party,
    /// What.
    pub act: Act,
    /// By whom; none where the operator did it.
    pub person: Option<PersonId>,
    /// On whose behalf.
    pub principal: Option<PersonId>,
    /// When.
    pub at: DateTime<Utc>,
    /// The terms before.
    pub before: Terms,
    /// The terms after.
    pub after: Terms,
    /// What was said.
    pub comment: String,
}

const INSERT_CHANGE: &str = "insert into round_change (id, round_id, item_id, stage, party, act, person_id,
    principal_id, done_at, before, after, comment) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)";

/// Writes down what was done.
pub async fn insert_change(conn: &mut Conn, round: RoundId, change: &Change) -> Result<(), StoreError> {
    execute!(
        conn,
        INSERT_CHANGE,
        crate::new_id(),
        round.0,
        change.item.0,
        change.stage.as_str(),
        change.party.as_str(),
        change.act.as_str(),
        change.person.map(|id| id.0),
        change.principal.map(|id| id.0),
        change.at,
        Json(&change.before),
        Json(&change.after),
        &change.comment,
    )?;
    Ok(())
}

/// A change with names.
#[derive(Debug, Clone, PartialEq)]
pub struct ChangeLine {
    /// The change.
    pub change: Change,
    /// Code and name of the power.
    pub power: (String, String),
    /// Name of the township.
    pub unit: String,
    /// Who did it.
    pub name: Option<String>,
    /// On whose behalf.
    pub principal: Option<String>,
}

#[derive(sqlx::FromRow)]
struct ChangeRow {
    item_id: Uuid,
    stage: String,
    party: String,
    act: String,
    person_id: Option<Uuid>,
    principal_id: Option<Uuid>,
    done_at: DateTime<Utc>,
    before: Json<Terms>,
    after: Json<Terms>,
    comment: String,
    power_code: String,
    power_name: String,
    unit: String,
    name: Option<String>,
    principal: Option<String>,
}

impl TryFrom<ChangeRow> for ChangeLine {
    type Error = StoreError;
    fn try_from(row: ChangeRow) -> Result<Self, StoreError> {
        Ok(Self {
            change: Change {
                item: RoundItemId(row.item_id),
                stage: row.stage.parse()?,
                party: row.party.parse()?,
                act: row.act.parse()?,
                person: row.person_id.map(PersonId),
                principal: row.principal_id.map(PersonId),
                at: row.done_at,
                before: row.before.0,
                after: row.after.0,
                comment: row.comment,
            },
            power: (row.power_code, row.power_name),
            unit: row.unit,
            name: row.name,
            principal: row.principal,
        })
    }
}

/// Which changes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Changes {
    /// Of one item.
    pub item: Option<RoundItemId>,
    /// Of one township.
    pub unit: Option<UnitId>,
    /// Of one stage.
    pub stage: Option<Stage>,
    /// Of one party.
    pub party: Option<Party>,
    /// Of one kind.
    pub act: Option<Act>,
}

macro_rules! changes {
    ($columns:literal, $rest:literal) => {
        concat!(
            top!(),
            " select ",
            $columns,
            " from round_change c join round_item i on i.id = c.item_id join power p on p.id = i.power_id
            join unit u on u.id = i.unit_id left join person n on n.id = c.person_id
            left join person m on m.id = c.principal_id
            where c.round_id = $4 and (cast($5 as uuid) is null or c.item_id = $5)
              and (cast($6 as uuid) is null or i.unit_id = $6) and ($7 = '' or c.stage = $7)
              and ($8 = '' or c.party = $8) and ($9 = '' or c.act = $9) and ",
            seen_item!(),
            $rest
        )
    };
}
const CHANGES: &str = changes!(
    "c.item_id, c.stage, c.party, c.act, c.person_id, c.principal_id, c.done_at, c.before, c.after, c.comment,
        p.code as power_code, p.name as power_name, u.name as unit, n.name, m.name as principal",
    " order by c.done_at desc, c.id desc limit $10 offset $11"
);
const CHANGES_COUNT: &str = changes!("cast(count(*) as bigint)", "");

/// A stretch of what was done and may be seen, the newest first, and how much there is.
pub async fn changes(
    conn: &mut Conn,
    round: RoundId,
    filter: &Changes,
    sight: Sight,
    (limit, offset): (i64, i64),
) -> Result<(Vec<ChangeLine>, i64), StoreError> {
    let (item, unit) = (filter.item.map(|id| id.0), filter.unit.map(|id| id.0));
    let stage = filter.stage.map_or("", Stage::as_str);
    let party = filter.party.map_or("", Party::as_str);
    let act = filter.act.map_or("", Act::as_str);
    let rows = by_sight!(
        fetch_all, conn, ChangeRow, CHANGES, sight, round.0, item, unit, stage, party, act, limit, offset
    )?;
    let (count,) =
        by_sight!(fetch_one, conn, (i64,), CHANGES_COUNT, sight, round.0, item, unit, stage, party, act)?;
    Ok((rows.into_iter().map(ChangeLine::try_from).collect::<Result<_, StoreError>>()?, count))
}
