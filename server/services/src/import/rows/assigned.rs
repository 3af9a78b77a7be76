//! Assignments, allocations and case statistics.

use super::{Importer, Outcome, outcome};
use crate::import::cells::{self, Fields};
use crate::import::{FORMS, FUNCTIONS, INSTRUMENTS};
use domain::assignment::{Assignment, Form, Function, Instrument, InstrumentKind};
use domain::duty::BENEFIT_RULE;
use domain::id::{AllocationId, AssignmentId, StatisticsId};
use domain::people::Allocation;
use domain::statistics::MonthlyStatistics;
use domain::{Message, Period};
use sheet::Cell;
use store::StoreError;

impl Importer<'_> {
    pub(super) async fn assignment(&mut self, fields: &mut Fields<'_>) -> Result<Outcome, StoreError> {
        let power = self.row_power(fields).await?;
        let unit = self.row_unit(fields).await?;
        let form = fields.must("form", cells::word(FORMS));
        let mut giver_written = None;
        fields.set_some("giver", &mut giver_written, cells::code);
        let giver = match &giver_written {
            Some(written) => self.found_unit(fields, "giver", written).await?,
            None => None,
        };
        let from = fields.must("from", cells::date);
        let (Some(power), Some(unit), Some(form), Some(from)) = (power, unit, form, from) else {
            return Ok(Outcome::Wrong);
        };
        if giver.as_ref().is_some_and(|giver| giver.id == unit.id) {
            fields.wrong("giver", Message::new("assign-error-own-giver"));
        }
        let all = store::assignment::of_unit_and_power(self.conn, unit.id, power.id).await?;
        let stored = all.iter().find(|each| each.period.from == from).cloned();
        let mut assignment = stored.clone().unwrap_or_else(|| Assignment {
            id: AssignmentId(store::new_id()),
            power: power.id,
            unit: unit.id,
            giver: None,
            form,
            functions: Vec::new(),
            period: Period { from, to: None },
            transition_until: None,
            instrument: None,
            planned_volume: None,
        });
        assignment.form = form;
        if fields.has("giver") {
            assignment.giver = giver.map(|giver| giver.id);
        }
        fields.set("functions", &mut assignment.functions, functions);
        if assignment.functions.is_empty() {
            assignment.functions = form.usual_functions(power.power_type);
        }
        if let Some(period) = Self::row_period(fields, assignment.period.to) {
            assignment.period = period;
        }
        if let Some(other) =
            all.iter().find(|each| each.period.from != from && each.period.overlaps(&assignment.period))
        {
            fields.wrong("from", Message::new("assign-error-overlap").with("from", other.period.from));
        }
        fields.set_some("transition_until", &mut assignment.transition_until, cells::date);
        if assignment.transition_until.is_some_and(|until| !assignment.period.contains(until)) {
            fields.wrong("transition_until", Message::new("assign-error-transition"));
        }
        if form == Form::Entrustment && assignment.giver.is_none() {
            fields.doubt("giver", Message::new("assign-error-entrusting"));
        }
        instrument(fields, form, &mut assignment.instrument);
        fields.set_some("planned_volume", &mut assignment.planned_volume, cells::whole);

        let result = outcome(stored.as_ref(), &assignment);
        // What is in force is taken over by file; what is still to begin is proposed. The operator knows what he loads.
        let by_hand = self.me.is_some() && self.separation.is_some();
        if by_hand && result == Outcome::New && from > self.today {
            fields.wrong("from", Message::new("import-error-propose").with("today", self.today));
        }
        let natural = format!("{}\u{1f}{}\u{1f}{from}", power.id, unit.code);
        if !self.is_first(fields, "power", natural, result == Outcome::Unchanged) || !fields.is_good() {
            return Ok(Outcome::Wrong);
        }
        match result {
            Outcome::New => store::assignment::insert(self.conn, &assignment).await?,
            Outcome::Changed => store::assignment::update(self.conn, &assignment).await?,
            _ => return Ok(result),
        }
        self.lookup.forget_assignments(unit.id, power.id);
        self.touched.insert(unit.id);
        // Neighbours name each other as units to share with; receivers depend on how the giver holds the power.
        self.touched.extend(store::assignment::neighbours(self.conn, power.id, unit.id).await?);
        self.touched.extend(store::assignment::receivers_of(self.conn, unit.id, power.id).await?);
        Ok(result)
    }

    pub(super) async fn allocation(&mut self, fields: &mut Fields<'_>) -> Result<Outcome, StoreError> {
        let assignment = self.row_assignment(fields, self.today).await?;
        let person = self.row_person(fields).await?;
        let function = fields.must("function", cells::word(FUNCTIONS));
        let share = fields.must("share", cells::share);
        let from = fields.must("from", cells::date);
        let (Some(assignment), Some(person), Some(function), Some(share), Some(from)) =
            (assignment, person, function, share, from)
        else {
            return Ok(Outcome::Wrong);
        };
        if function.handles() && !assignment.functions.contains(&function) {
            fields.doubt("function", Message::new("import-warning-function-not-granted"));
        }
        let stored =
            store::people::allocation_by_key(self.conn, assignment.id, person.id, function, from).await?;
        let mut allocation = stored.clone().unwrap_or_else(|| Allocation {
            id: AllocationId(store::new_id()),
            assignment: assignment.id,
            person: person.id,
            function,
            share,
            period: Period { from, to: None },
        });
        allocation.share = share;
        if let Some(period) = Self::row_period(fields, allocation.period.to) {
            allocation.period = period;
        }
        let result = outcome(stored.as_ref(), &allocation);
        let natural = format!("{}\u{1f}{}\u{1f}{function}\u{1f}{from}", assignment.id, person.code);
        if !self.is_first(fields, "person", natural, result == Outcome::Unchanged) || !fields.is_good() {
            return Ok(Outcome::Wrong);
        }
        if result == Outcome::Unchanged {
            return Ok(result);
        }
        if Some(person.id) == self.me {
            fields.wrong("person", Message::new("import-error-own-function").with("rule", BENEFIT_RULE));
            return Ok(Outcome::Wrong);
        }
        let scale = self.weigh(&person).await?;
        match &stored {
            None => store::people::insert_allocation(self.conn, &allocation).await?,
            Some(_) => store::people::update_allocation(self.conn, &allocation).await?,
        }
        if !self.is_kept_apart(fields, "function", scale).await? {
            match &stored {
                None => store::people::delete_allocation(self.conn, allocation.id).await?,
                Some(stored) => store::people::update_allocation(self.conn, stored).await?,
            }
            return Ok(Outcome::Wrong);
        }
        self.touch_person(&person).await?;
        Ok(result)
    }

    pub(super) async fn statistics(&mut self, fields: &mut Fields<'_>) -> Result<Outcome, StoreError> {
        let month = fields.must("month", cells::month);
        let assignment = self.row_assignment(fields, month.unwrap_or(self.today)).await?;
        let received = fields.must("received", cells::whole);
        let completed = fields.must("completed", cells::whole);
        let (Some(month), Some(assignment), Some(received), Some(completed)) =
            (month, assignment, received, completed)
        else {
            return Ok(Outcome::Wrong);
        };
        if month > self.today {
            fields.wrong("month", Message::new("import-error-future").with("today", self.today));
        }
        let stored = store::statistics::by_key(self.conn, assignment.id, month).await?;
        let mut row = stored.clone().unwrap_or_else(|| MonthlyStatistics {
            id: StatisticsId(store::new_id()),
            month,
            received,
            completed,
            instant: 0,
            early: 0,
            overdue: 0,
            returned: 0,
            complaints: 0,
            reconsiderations: 0,
            reversals: 0,
        });
        row.received = received;
        row.completed = completed;
        fields.set("instant", &mut row.instant, cells::whole);
        fields.set("early", &mut row.early, cells::whole);
        fields.set("overdue", &mut row.overdue, cells::whole);
        fields.set("returned", &mut row.returned, cells::whole);
        fields.set("complaints", &mut row.complaints, cells::whole);
        fields.set("reconsiderations", &mut row.reconsiderations, cells::whole);
        fields.set("reversals", &mut row.reversals, cells::whole);
        for (key, part) in [("instant", row.instant), ("early", row.early), ("overdue", row.overdue)] {
            if part > row.completed {
                fields.wrong(
                    key,
                    Message::new("import-error-more-than-completed").with("completed", row.completed),
                );
            }
        }
        if row.early.saturating_add(row.overdue) > row.completed && fields.is_good() {
            fields.wrong(
                "overdue",
                Message::new("import-error-more-than-completed").with("completed", row.completed),
            );
        }
        let result = outcome(stored.as_ref(), &row);
        let natural = format!("{}\u{1f}{month}", assignment.id);
        if !self.is_first(fields, "month", natural, result == Outcome::Unchanged) || !fields.is_good() {
            return Ok(Outcome::Wrong);
        }
        match result {
            Outcome::New => store::statistics::insert(self.conn, assignment.id, &row).await?,
            Outcome::Changed => store::statistics::update(self.conn, assignment.id, &row).await?,
            _ => return Ok(result),
        }
        self.touched.insert(assignment.unit);
        Ok(result)
    }
}

fn functions(cell: &Cell) -> Result<Vec<Function>, Message> {
    let mut found = Vec::new();
    for word in cells::list(cell)? {
        let unknown = || Message::new("import-error-unknown-word").with("allowed", FUNCTIONS.all());
        let function = FUNCTIONS.find(&word).ok_or_else(unknown)?;
        if !found.contains(&function) {
            found.push(function);
        }
    }
    Ok(found)
}

/// The paper's columns. It is there when its kind, number or signature is; the usual kind follows the form.
fn instrument(fields: &mut Fields<'_>, form: Form, stored: &mut Option<Instrument>) {
    let usual = match form {
        Form::Entrustment => InstrumentKind::EntrustmentAgreement,
        Form::Recalled => InstrumentKind::RecallDecision,
        _ => InstrumentKind::Acceptance,
    };
    let mut kind = stored.as_ref().map(|paper| paper.kind);
    let mut number = stored.as_ref().map(|paper| paper.number.clone()).unwrap_or_default();
    let mut signed_on = stored.as_ref().and_then(|paper| paper.signed_on);
    let mut until = stored.as_ref().and_then(|paper| paper.until);
    let mut published_on = stored.as_ref().and_then(|paper| paper.published_on);
    fields.set_some("instrument_kind", &mut kind, cells::word(INSTRUMENTS));
    fields.set("instrument_number", &mut number, cells::code);
    fields.set_some("signed_on", &mut signed_on, cells::date);
    fields.set_some("instrument_until", &mut until, cells::date);
    fields.set_some("published_on", &mut published_on, cells::date);
    if let (Some(signed), Some(until)) = (signed_on, until)
        && until < signed
    {
        fields.wrong("instrument_until", Message::new("import-error-reversed").with("from", signed));
    }
    if kind.is_none()
        && number.is_empty()
        && signed_on.is_none()
        && (until.is_some() || published_on.is_some())
    {
        fields.wrong("instrument_kind", Message::new("assign-error-instrument-kind"));
    }
    let is_there = kind.is_some() || !number.is_empty() || signed_on.is_some();
    *stored =
        is_there.then(|| Instrument { kind: kind.unwrap_or(usual), number, signed_on, until, published_on });
}
