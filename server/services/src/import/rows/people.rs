//! People with their appointments, certificates and completed courses.

use super::{Importer, Outcome, outcome};
use crate::import::STAFF_KINDS;
use crate::import::cells::{self, Fields};
use domain::id::{AppointmentId, CertificateId, CompletionId, PersonId};
use domain::people::{Appointment, Certificate, Completion, Person};
use domain::{Message, Period};
use sheet::Cell;
use store::StoreError;

impl Importer<'_> {
    /// One row is a person and one appointment; a person with several posts has several rows.
    pub(super) async fn appointment(&mut self, fields: &mut Fields<'_>) -> Result<Outcome, StoreError> {
        let code = fields.must("code", cells::code);
        let name = fields.must("name", cells::text);
        let unit = self.row_unit(fields).await?;
        let post = fields.must("post", cells::text);
        let kind = fields.must("kind", cells::word(STAFF_KINDS));
        let from = fields.must("from", cells::date);
        let (Some(code), Some(name), Some(unit), Some(post), Some(kind), Some(from)) =
            (code, name, unit, post, kind, from)
        else {
            return Ok(Outcome::Wrong);
        };
        let known = self.lookup.person(self.conn, &code).await?;
        let mut person =
            known.clone().unwrap_or_else(|| Person::new(PersonId(store::new_id()), code.as_str(), ""));
        match self.names.get(&code) {
            Some((other, row)) if *other != name => {
                let problem =
                    Message::new("import-error-two-names").with("row", *row).with("name", other.as_str());
                fields.wrong("name", problem);
            }
            Some(_) => {}
            None => {
                if known.as_ref().is_some_and(|known| known.name != name) {
                    let before = known.as_ref().map_or("", |known| known.name.as_str());
                    fields.doubt("name", Message::new("import-warning-renamed").with("name", before));
                }
                self.names.insert(code.clone(), (name.clone(), fields.number()));
            }
        }
        person.name = name;
        fields.set("allowance_hours", &mut person.allowance_hours, cells::decimal);
        let stored = store::people::appointment_by_key(self.conn, person.id, unit.id, &post, from).await?;
        let mut appointment = stored.clone().unwrap_or_else(|| Appointment {
            id: AppointmentId(store::new_id()),
            unit: unit.id,
            post,
            kind,
            share: 1.0,
            period: Period { from, to: None },
        });
        appointment.kind = kind;
        fields.set_or("share", &mut appointment.share, 1.0, cells::share);
        if let Some(period) = Self::row_period(fields, appointment.period.to) {
            appointment.period = period;
        }
        let of_person = outcome(known.as_ref(), &person);
        let of_appointment = outcome(stored.as_ref(), &appointment);
        let same = of_person == Outcome::Unchanged && of_appointment == Outcome::Unchanged;
        let natural = format!("{code}\u{1f}{}\u{1f}{}\u{1f}{from}", unit.code, appointment.post);
        if !self.is_first(fields, "code", natural, same) || !fields.is_good() {
            return Ok(Outcome::Wrong);
        }
        match of_person {
            Outcome::New => store::people::insert_person(self.conn, &person).await?,
            Outcome::Changed => store::people::update_person(self.conn, &person).await?,
            _ => {}
        }
        match of_appointment {
            Outcome::New => store::people::insert_appointment(self.conn, person.id, &appointment).await?,
            Outcome::Changed => store::people::update_appointment(self.conn, person.id, &appointment).await?,
            _ => {}
        }
        if same {
            return Ok(Outcome::Unchanged);
        }
        self.lookup.note_person(&person);
        self.touch_person(&person).await?;
        Ok(if of_appointment == Outcome::Unchanged { Outcome::Changed } else { of_appointment })
    }

    pub(super) async fn certificate(&mut self, fields: &mut Fields<'_>) -> Result<Outcome, StoreError> {
        let person = self.row_person(fields).await?;
        let kind = fields.must("kind", cells::text);
        let number = fields.must("number", cells::code);
        let issued_on = fields.must("issued_on", cells::date);
        let (Some(person), Some(kind), Some(number), Some(issued_on)) = (person, kind, number, issued_on)
        else {
            return Ok(Outcome::Wrong);
        };
        let stored = store::people::certificate_by_key(self.conn, &kind, &number).await?;
        let holder = stored.as_ref().map(|(holder, _)| *holder);
        let stored = stored.map(|(_, certificate)| certificate);
        let natural = format!("{kind}\u{1f}{number}");
        let mut certificate = stored.clone().unwrap_or_else(|| Certificate {
            id: CertificateId(store::new_id()),
            kind,
            number,
            issued_on,
            expires_on: None,
            suspended: None,
            revoked_on: None,
        });
        certificate.issued_on = issued_on;
        fields.set_some("expires_on", &mut certificate.expires_on, cells::date);
        if certificate.expires_on.is_some_and(|expires| expires < issued_on) {
            fields.wrong("expires_on", Message::new("import-error-reversed").with("from", issued_on));
        }
        let mut from = certificate.suspended.map(|period| period.from);
        let mut to = certificate.suspended.and_then(|period| period.to);
        fields.set_some("suspended_from", &mut from, cells::date);
        fields.set_some("suspended_to", &mut to, cells::date);
        certificate.suspended = match (from, to) {
            (Some(from), Some(to)) if to < from => {
                fields.wrong("suspended_to", Message::new("import-error-reversed").with("from", from));
                None
            }
            (Some(from), to) => Some(Period { from, to }),
            (None, Some(_)) => {
                fields.wrong("suspended_from", Message::new("import-error-empty"));
                None
            }
            (None, None) => None,
        };
        fields.set_some("revoked_on", &mut certificate.revoked_on, cells::date);
        let mut result = outcome(stored.as_ref(), &certificate);
        if result == Outcome::Unchanged && holder != Some(person.id) {
            result = Outcome::Changed;
        }
        if !self.is_first(fields, "number", natural, result == Outcome::Unchanged) || !fields.is_good() {
            return Ok(Outcome::Wrong);
        }
        match result {
            Outcome::New => store::people::insert_certificate(self.conn, person.id, &certificate).await?,
            Outcome::Changed => {
                if let Some(holder) = holder {
                    self.touched.extend(store::people::units_of(self.conn, holder).await?);
                }
                store::people::update_certificate(self.conn, person.id, &certificate).await?;
            }
            _ => return Ok(result),
        }
        self.touch_person(&person).await?;
        Ok(result)
    }

    pub(super) async fn completion(&mut self, fields: &mut Fields<'_>) -> Result<Outcome, StoreError> {
        let person = self.row_person(fields).await?;
        let course = fields.must("course", cells::text);
        let completed_on = fields.must("completed_on", cells::date);
        let (Some(person), Some(course), Some(completed_on)) = (person, course, completed_on) else {
            return Ok(Outcome::Wrong);
        };
        if completed_on > self.today {
            fields.wrong("completed_on", Message::new("import-error-future").with("today", self.today));
        }
        let stored = store::people::completion_by_key(self.conn, person.id, &course, completed_on).await?;
        let natural = format!("{}\u{1f}{course}\u{1f}{completed_on}", person.code);
        let mut completion = stored.clone().unwrap_or_else(|| Completion {
            id: CompletionId(store::new_id()),
            course,
            completed_on,
            valid_until: None,
            tenths_of_hours: 0,
        });
        fields.set_some("valid_until", &mut completion.valid_until, cells::date);
        if completion.valid_until.is_some_and(|until| until < completed_on) {
            fields.wrong("valid_until", Message::new("import-error-reversed").with("from", completed_on));
        }
        fields.set("hours", &mut completion.tenths_of_hours, tenths);
        let result = outcome(stored.as_ref(), &completion);
        if !self.is_first(fields, "course", natural, result == Outcome::Unchanged) || !fields.is_good() {
            return Ok(Outcome::Wrong);
        }
        match result {
            Outcome::New => store::people::insert_completion(self.conn, person.id, &completion).await?,
            Outcome::Changed => store::people::update_completion(self.conn, person.id, &completion).await?,
            _ => return Ok(result),
        }
        self.touch_person(&person).await?;
        Ok(result)
    }
}

/// Hours in tenths.
fn tenths(cell: &Cell) -> Result<u32, Message> {
    let hours = cells::decimal(cell)?;
    if hours > 10_000.0 {
        return Err(Message::new("import-error-too-large"));
    }
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 to 100,000")]
    Ok((hours * 10.0).round() as u32)
}
