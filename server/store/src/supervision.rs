//! The supervising side of assignments.

use crate::db::fetch_all;
use crate::rights::holds;
use crate::{Conn, StoreError};
use domain::Date;
use domain::id::{AssignmentId, UnitId};
use uuid::Uuid;

const GIVERS: &str = concat!(
    "select distinct a.ancestor_id from (
        select giver_id as unit_id from assignment where id = $1 and giver_id is not null
        union select v.unit_id from supervision v where v.assignment_id = $1 and ",
    holds!("v"),
    ") g join unit_ancestor a on a.unit_id = g.unit_id"
);

/// The units that gave an assignment or supervise it on a day, and those above them.
pub async fn givers(conn: &mut Conn, assignment: AssignmentId, on: Date) -> Result<Vec<UnitId>, StoreError> {
    Ok(fetch_all!(conn, (Uuid,), GIVERS, assignment.0, on)?.into_iter().map(|(id,)| UnitId(id)).collect())
}
