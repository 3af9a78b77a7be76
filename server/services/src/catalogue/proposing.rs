//! From a round that is over to proposals: one for each giving department, form and functions.

use crate::ServiceError;
use crate::form::{FieldError, Fields, text};
use crate::life::{Unfit, draft_in};
use crate::write::{Caller, Write};
use access::Action;
use domain::Message;
use domain::assignment::{Form, Function};
use domain::catalogue::round::Stage;
use domain::duty::Subject;
use domain::id::{ProposalId, RoundId, RoundItemId, UnitId};
use serde_json::json;
use std::collections::{BTreeMap, HashMap};
use store::Db;
use store::round::Item;

/// What was drafted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Drafted {
    /// The proposals, each with the number of its items.
    pub proposals: Vec<(ProposalId, usize)>,
    /// Items that could not be proposed: the unit holds the power in this way already, it is under way, or the terms
    /// are not lawful.
    pub left: usize,
}

impl Drafted {
    /// All items that were proposed.
    pub fn items(&self) -> usize {
        self.proposals.iter().map(|(_, items)| items).sum()
    }
}

/// What is the same for all items of a proposal.
type Key = (Option<UnitId>, Form, Vec<Function>);

/// Drafts proposals of what was agreed in a round and stands in none yet: `from`, `to`. Each is a transaction of its own;
/// whoever sends it twice finds nothing left. None where there is no such round.
pub async fn propose(
    db: &Db,
    caller: &Caller,
    id: RoundId,
    fields: &Fields,
) -> Result<Option<Result<Drafted, Vec<FieldError>>>, ServiceError> {
    let mut conn = db.read().await?;
    let Some(round) = store::round::by_id(&mut conn, id).await? else { return Ok(None) };
    let units = store::unit::above(&mut conn, round.scope).await?;
    let _permit = caller.permit(Action::RoundClose, &Subject { units: &units, ..Subject::default() })?;
    if round.stage != Stage::Done {
        return Ok(Some(Err(vec![("from", Message::new("round-refused-running"))])));
    }
    let mut keys: BTreeMap<(String, &'static str, String), Key> = BTreeMap::new();
    for item in store::round::undrafted(&mut conn, id).await? {
        let key = key(&item);
        let functions: Vec<&str> = key.2.iter().map(|function| function.as_str()).collect();
        keys.insert((item.department_name, key.1.as_str(), functions.join(" ")), key);
    }
    drop(conn);
    if keys.is_empty() {
        return Ok(Some(Err(vec![("from", Message::new("round-error-drafted"))])));
    }
    let mut drafted = Drafted::default();
    let mut errors: Vec<FieldError> = Vec::new();
    for key in keys.into_values() {
        match one(db, caller, id, &key, fields).await? {
            Ok(mut more) => {
                drafted.proposals.append(&mut more.proposals);
                drafted.left += more.left;
            }
            Err((mut wrong, left)) => {
                errors.append(&mut wrong);
                drafted.left += left;
            }
        }
    }
    errors.dedup();
    errors.truncate(TOLD);
    Ok(Some(if drafted.proposals.is_empty() { Err(errors) } else { Ok(drafted) }))
}

/// Refusals that are told at most.
const TOLD: usize = 20;

fn key(item: &Item) -> Key {
    let terms = &item.standing.terms;
    (item.department, terms.form, terms.functions.clone())
}

/// Drafts one proposal, and notes which of its items became of which of the round's..
async fn one(
    db: &Db,
    caller: &Caller,
    id: RoundId,
    wished: &Key,
    fields: &Fields,
) -> Result<Result<Drafted, (Vec<FieldError>, usize)>, ServiceError> {
    let mut write = Write::begin(db).await?;
    let conn = write.conn();
    // Whoever drafts at the same time waits here, and then finds nothing left.
    let Some(round) = store::round::locked(conn, id).await? else { return Ok(Ok(Drafted::default())) };
    let mut items = store::round::undrafted(conn, id).await?;
    items.retain(|item| key(item) == *wished);
    items.truncate(crate::life::MOST);
    if items.is_empty() {
        return Ok(Ok(Drafted::default()));
    }
    let (department, form, functions) = wished;
    let giver = match department {
        Some(department) => store::unit::by_id(conn, *department).await?,
        None => None,
    };
    let title = match &giver {
        Some(giver) => format!("{} · {}", round.title, giver.name),
        None => round.title.clone(),
    };
    let functions: Vec<&str> = functions.iter().map(|function| function.as_str()).collect();
    let pairs: Vec<String> = items.iter().map(|item| format!("{}@{}", item.power, item.unit)).collect();
    let form: Fields = [
        ("title", title),
        ("reason", round.title.clone()),
        ("giver", giver.map_or_else(String::new, |giver| giver.code)),
        ("form", form.to_string()),
        ("functions", functions.join(" ")),
        ("pairs", pairs.join(" ")),
        ("from", text(fields, "from").to_owned()),
        ("to", text(fields, "to").to_owned()),
    ]
    .into_iter()
    .map(|(name, value)| (name.to_owned(), value))
    .collect();
    let drafted = match draft_in(conn, caller, &form, Unfit::Leave).await? {
        Ok(drafted) => drafted,
        Err(errors) => {
            // What is not in the form of the page cannot be mended there.
            let told = |(field, message): FieldError| match field {
                "from" | "to" => (field, message),
                _ => ("items", message),
            };
            return Ok(Err((errors.into_iter().map(told).collect(), items.len())));
        }
    };
    let of: HashMap<_, RoundItemId> = items.iter().map(|item| ((item.power, item.unit), item.id)).collect();
    for item in &drafted.items {
        if let Some(from) = of.get(&(item.power, item.unit)) {
            store::round::link(conn, *from, item.id).await?;
        }
    }
    let mut change = drafted.change();
    change.after["round"] = json!(id);
    let made = Drafted { proposals: vec![(drafted.proposal.id, drafted.items.len())], left: drafted.left };
    write.commit(caller, &drafted.permit, change).await?;
    Ok(Ok(made))
}
