//! Establishment, equipment and funding.

use super::{Importer, Outcome, outcome};
use crate::import::SOURCES;
use crate::import::cells::{self, Fields};
use domain::funding::FundingLine;
use domain::id::{EquipmentId, EstablishmentId, FundingId};
use domain::means::{Equipment, Establishment};
use domain::{Date, Fen, Message, Period};
use sheet::Cell;
use store::StoreError;

impl Importer<'_> {
    pub(super) async fn establishment(&mut self, fields: &mut Fields<'_>) -> Result<Outcome, StoreError> {
        let unit = self.row_unit(fields).await?;
        let authorised = fields.must("authorised", cells::whole);
        let from = fields.must("from", cells::date);
        let (Some(unit), Some(authorised), Some(from)) = (unit, authorised, from) else {
            return Ok(Outcome::Wrong);
        };
        let stored = store::resources::establishment_by_key(self.conn, unit.id, from).await?;
        let id = stored.map_or_else(|| EstablishmentId(store::new_id()), |stored| stored.id);
        let row = Establishment { id, authorised, from };
        let result = outcome(stored.as_ref(), &row);
        let natural = format!("{}\u{1f}{from}", unit.code);
        if !self.is_first(fields, "from", natural, result == Outcome::Unchanged) || !fields.is_good() {
            return Ok(Outcome::Wrong);
        }
        match result {
            Outcome::New => store::resources::insert_establishment(self.conn, unit.id, &row).await?,
            Outcome::Changed => store::resources::update_establishment(self.conn, unit.id, &row).await?,
            _ => return Ok(result),
        }
        self.touched.insert(unit.id);
        Ok(result)
    }

    pub(super) async fn equipment(&mut self, fields: &mut Fields<'_>) -> Result<Outcome, StoreError> {
        let unit = self.row_unit(fields).await?;
        let item = fields.must("item", cells::text);
        let quantity = fields.must("quantity", cells::whole);
        let from = fields.must("from", cells::date);
        let (Some(unit), Some(item), Some(quantity), Some(from)) = (unit, item, quantity, from) else {
            return Ok(Outcome::Wrong);
        };
        let stored = store::resources::equipment_by_key(self.conn, unit.id, &item, from).await?;
        let natural = format!("{}\u{1f}{item}\u{1f}{from}", unit.code);
        let mut row = stored.clone().unwrap_or_else(|| Equipment {
            id: EquipmentId(store::new_id()),
            item,
            quantity,
            period: Period { from, to: None },
        });
        row.quantity = quantity;
        if let Some(period) = Self::row_period(fields, row.period.to) {
            row.period = period;
        }
        let result = outcome(stored.as_ref(), &row);
        if !self.is_first(fields, "item", natural, result == Outcome::Unchanged) || !fields.is_good() {
            return Ok(Outcome::Wrong);
        }
        match result {
            Outcome::New => store::resources::insert_equipment(self.conn, unit.id, &row).await?,
            Outcome::Changed => store::resources::update_equipment(self.conn, unit.id, &row).await?,
            _ => return Ok(result),
        }
        self.touched.insert(unit.id);
        Ok(result)
    }

    pub(super) async fn funding(&mut self, fields: &mut Fields<'_>) -> Result<Outcome, StoreError> {
        let year = fields.must("year", year);
        let in_year = year.and_then(|year| Date::from_ymd_opt(year, 7, 1)).unwrap_or(self.today);
        let (unit, assignment) = if fields.text("power").is_empty() {
            (self.row_unit(fields).await?.map(|unit| unit.id), None)
        } else {
            let assignment = self.row_assignment(fields, in_year).await?;
            (assignment.as_ref().map(|each| each.unit), assignment.map(|each| each.id))
        };
        let source = fields.must("source", cells::word(SOURCES));
        let document = fields.must("document", cells::text);
        let released = fields.must("released", cells::fen);
        let (Some(year), Some(unit), Some(source), Some(document), Some(released)) =
            (year, unit, source, document, released)
        else {
            return Ok(Outcome::Wrong);
        };
        let stored =
            store::resources::funding_by_key(self.conn, unit, assignment, year, source, &document).await?;
        let natural = format!("{unit}\u{1f}{assignment:?}\u{1f}{year}\u{1f}{source}\u{1f}{document}");
        let mut line = stored.clone().unwrap_or_else(|| FundingLine {
            id: FundingId(store::new_id()),
            assignment,
            year,
            source,
            document,
            allocated: Fen::ZERO,
            committed: Fen::ZERO,
            released,
            spent: Fen::ZERO,
        });
        line.released = released;
        fields.set("allocated", &mut line.allocated, cells::fen);
        fields.set("committed", &mut line.committed, cells::fen);
        fields.set("spent", &mut line.spent, cells::fen);
        let over = |amount: Fen| line.allocated > Fen::ZERO && amount > line.allocated;
        if over(line.committed) || over(line.released) {
            fields.doubt("allocated", Message::new("import-warning-over-allocated"));
        }
        if line.spent > line.released {
            fields.doubt("spent", Message::new("import-warning-overspent"));
        }
        let result = outcome(stored.as_ref(), &line);
        if !self.is_first(fields, "document", natural, result == Outcome::Unchanged) || !fields.is_good() {
            return Ok(Outcome::Wrong);
        }
        match result {
            Outcome::New => store::resources::insert_funding(self.conn, unit, &line).await?,
            Outcome::Changed => store::resources::update_funding(self.conn, unit, &line).await?,
            _ => return Ok(result),
        }
        self.touched.insert(unit);
        Ok(result)
    }
}

/// A fiscal year, such as `2026` or `2026年`.
fn year(cell: &Cell) -> Result<i32, Message> {
    let text = cells::code(cell)?;
    let year = text.strip_suffix("年度").or_else(|| text.strip_suffix('年')).unwrap_or(&text).parse::<i32>();
    year.ok()
        .filter(|year| (1949..2200).contains(year))
        .ok_or_else(|| Message::new("import-error-not-a-year"))
}
