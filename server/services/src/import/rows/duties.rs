//! The three lists of townships.

use super::{Importer, Outcome, outcome};
use crate::import::DUTY_LISTS;
use crate::import::cells::{self, Fields};
use domain::Message;
use domain::catalogue::lists::DutyRow;
use domain::id::DutyRowId;
use store::StoreError;

impl Importer<'_> {
    /// One row is a duty of a township. A department that is no unit here stays as it is written.
    pub(super) async fn duty(&mut self, fields: &mut Fields<'_>) -> Result<Outcome, StoreError> {
        let unit = self.row_unit(fields).await?;
        let list = fields.must("list", cells::word(DUTY_LISTS));
        let code = fields.must("code", cells::code);
        let text = fields.must("text", cells::text);
        let mut named = None;
        fields.set_some("power", &mut named, cells::code);
        let power = if named.is_some() { self.row_power(fields).await? } else { None };
        let (Some(unit), Some(list), Some(code), Some(text)) = (unit, list, code, text) else {
            return Ok(Outcome::Wrong);
        };
        let stored = store::duties::by_key(self.conn, unit.id, list, &code).await?;
        let natural = format!("{}\u{1f}{list}\u{1f}{code}", unit.code);
        let mut row = stored.clone().unwrap_or_else(|| DutyRow {
            id: DutyRowId(store::new_id()),
            unit: unit.id,
            list,
            code,
            text: String::new(),
            lead: String::new(),
            lead_unit: None,
            matters: String::new(),
            basis: String::new(),
            power: None,
        });
        row.text = text;
        fields.set("lead", &mut row.lead, cells::text);
        row.lead_unit = None;
        if !row.lead.is_empty()
            && let Ok(lead) = self.lookup.unit(self.conn, &row.lead).await?
        {
            row.lead = lead.name;
            row.lead_unit = Some(lead.id);
        }
        if list.names_a_department() && row.lead.is_empty() {
            fields.wrong("lead", Message::new("duties-error-lead"));
        }
        fields.set("matters", &mut row.matters, cells::text);
        fields.set("basis", &mut row.basis, cells::text);
        if fields.has("power") {
            row.power = power.map(|power| power.id);
        }
        let result = outcome(stored.as_ref(), &row);
        if !self.is_first(fields, "code", natural, result == Outcome::Unchanged) || !fields.is_good() {
            return Ok(Outcome::Wrong);
        }
        match result {
            Outcome::New => store::duties::insert(self.conn, &row).await?,
            Outcome::Changed => store::duties::update(self.conn, &row).await?,
            _ => return Ok(result),
        }
        self.touched.insert(unit.id);
        Ok(result)
    }
}
