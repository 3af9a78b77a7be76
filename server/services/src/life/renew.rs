//! Renewal: a draft that follows an assignment, on its own terms but for its days.

use super::{Answer, gone, proposal};
use crate::form::{Fields, text};
use crate::write::Caller;
use domain::id::{AssignmentId, ProposalId};
use store::Db;

/// Drafts the proposal that renews an assignment: `from` (the day after its last one where it is empty), `to`,
/// `reason`, and whatever else of a draft is to differ.
pub async fn draft(db: &Db, caller: &Caller, id: AssignmentId, fields: &Fields) -> Answer<ProposalId> {
    let mut conn = db.read().await?;
    let conn = &mut conn;
    let Some(old) = store::assignment::by_id(conn, id).await? else { return Ok(Err(vec![gone()])) };
    let (power, unit) =
        (store::power::by_id(conn, old.power).await?, store::unit::by_id(conn, old.unit).await?);
    let (Some(power), Some(unit)) = (power, unit) else { return Ok(Err(vec![gone()])) };
    let giver = match old.giver {
        Some(giver) => store::unit::by_id(conn, giver).await?.map(|giver| giver.code),
        None => None,
    };
    let functions: Vec<&str> = old.functions.iter().map(|each| each.as_str()).collect();
    let next = old.period.to.and_then(|last| last.succ_opt()).map(|day| day.to_string());
    let mut draft = Fields::from([
        ("title".to_owned(), power.name.clone()),
        ("power".to_owned(), power.code),
        ("unit".to_owned(), unit.code),
        ("giver".to_owned(), giver.unwrap_or_default()),
        ("form".to_owned(), old.form.to_string()),
        ("functions".to_owned(), functions.join(" ")),
        ("from".to_owned(), next.unwrap_or_default()),
        (
            "planned_volume".to_owned(),
            old.planned_volume.map_or_else(String::new, |volume| volume.to_string()),
        ),
    ]);
    for (name, value) in fields {
        if !text(fields, name).is_empty()
            && !matches!(name.as_str(), "power" | "powers" | "unit" | "units" | "kind")
        {
            draft.insert(name.clone(), value.clone());
        }
    }
    proposal::draft(db, caller, &draft).await
}
