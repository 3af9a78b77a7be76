//! The supervising side of assignments.

use super::{Importer, Outcome, outcome};
use crate::import::cells::{self, Fields};
use domain::id::SupervisionId;
use domain::separation::register::Supervision;
use domain::{Message, Period};
use store::StoreError;

impl Importer<'_> {
    /// One row is a unit that supervises an assignment for a while. Two at once are written, and the register shows
    /// them: which of them is right is not for a file to say.
    pub(super) async fn supervision(&mut self, fields: &mut Fields<'_>) -> Result<Outcome, StoreError> {
        let from = fields.must("from", cells::date);
        let assignment = self.row_assignment(fields, from.unwrap_or(self.today)).await?;
        let unit = match fields.must("supervisor", cells::code) {
            Some(written) => self.found_unit(fields, "supervisor", &written).await?,
            None => None,
        };
        let mut code = None;
        fields.set_some("liaison", &mut code, cells::code);
        let mut named = None;
        if let Some(code) = &code {
            named = self.lookup.person(self.conn, code).await?;
            if named.is_none() {
                fields.wrong("liaison", Message::new("import-error-no-person"));
                return Ok(Outcome::Wrong);
            }
        }
        let (Some(from), Some(assignment), Some(unit)) = (from, assignment, unit) else {
            return Ok(Outcome::Wrong);
        };
        let stored = store::supervision::by_key(self.conn, assignment.id, unit.id, from).await?;
        let natural = format!("{}\u{1f}{}\u{1f}{from}", assignment.id, unit.code);
        let mut row = stored.clone().unwrap_or_else(|| Supervision {
            id: SupervisionId(store::new_id()),
            assignment: assignment.id,
            unit: unit.id,
            liaison: None,
            period: Period { from, to: None },
        });
        if fields.has("liaison") {
            row.liaison = named.map(|person| person.id);
        }
        if let Some(period) = Self::row_period(fields, row.period.to) {
            row.period = period;
        }
        let result = outcome(stored.as_ref(), &row);
        if !self.is_first(fields, "supervisor", natural, result == Outcome::Unchanged) || !fields.is_good() {
            return Ok(Outcome::Wrong);
        }
        match result {
            Outcome::New => store::supervision::insert(self.conn, &row).await?,
            Outcome::Changed => store::supervision::update(self.conn, &row).await?,
            _ => return Ok(result),
        }
        self.touched.insert(assignment.unit);
        Ok(result)
    }
}
