//! Units and powers.

use super::{Importer, Outcome, outcome};
use crate::import::cells::{self, Fields};
use crate::import::{POWER_TYPES, RISKS, UNIT_KINDS};
use domain::id::{PowerId, UnitId};
use domain::power::{LegalBasis, Power, PowerType, RequiredItem, Rhythm, Risk, field_of_department};
use domain::unit::{CreditCodeDoubt, Unit, check_credit_code};
use domain::{Fen, Message};
use sheet::Cell;
use store::StoreError;

impl Importer<'_> {
    pub(super) async fn unit(&mut self, fields: &mut Fields<'_>) -> Result<Outcome, StoreError> {
        let code = fields.must("code", cells::code);
        let name = fields.must("name", cells::text);
        let kind = fields.must("kind", cells::word(UNIT_KINDS));
        let mut parent_written = None;
        fields.set_some("parent", &mut parent_written, cells::code);
        let mut parent = None;
        if let Some(written) = &parent_written {
            match self.lookup.unit(self.conn, written).await? {
                Ok(unit) => parent = Some(unit.id),
                Err(_) if code.as_deref() == Some(written) || name.as_deref() == Some(written) => {
                    fields.wrong("parent", Message::new("import-error-unit-circle"));
                }
                Err(_) if self.expected.contains(written) => return Ok(Outcome::Waits),
                Err(problem) => fields.wrong("parent", problem),
            }
        }
        let (Some(code), Some(name), Some(kind)) = (code, name, kind) else {
            return Ok(Outcome::Wrong);
        };
        let stored = store::unit::by_code(self.conn, &code).await?;
        let mut unit = stored.clone().unwrap_or(Unit {
            id: UnitId(store::new_id()),
            code: code.clone(),
            name: String::new(),
            kind,
            parent: None,
            credit_code: None,
        });
        unit.name = name;
        unit.kind = kind;
        if fields.has("parent") {
            unit.parent = parent;
        }
        fields.set_some("credit_code", &mut unit.credit_code, cells::code);
        match unit.credit_code.as_deref().map(check_credit_code) {
            Some(Err(CreditCodeDoubt::Shape)) => {
                fields.doubt("credit_code", Message::new("import-warning-credit-code-shape"));
            }
            Some(Err(CreditCodeDoubt::CheckDigit { expected })) => {
                let doubt =
                    Message::new("import-warning-credit-code-digit").with("expected", expected.to_string());
                fields.doubt("credit_code", doubt);
            }
            _ => {}
        }
        let result = outcome(stored.as_ref(), &unit);
        if !self.is_first(fields, "code", code, result == Outcome::Unchanged) || !fields.is_good() {
            return Ok(Outcome::Wrong);
        }
        match result {
            Outcome::New => store::unit::insert(self.conn, &unit).await?,
            Outcome::Changed => {
                // Those beside it name it as one to share with, those below it as their giver.
                for parent in [stored.and_then(|stored| stored.parent), unit.parent].into_iter().flatten() {
                    self.touched.extend(store::unit::ids_below(self.conn, parent).await?);
                }
                match store::unit::update(self.conn, &unit).await {
                    Err(StoreError::Check(_)) => {
                        fields.wrong("parent", Message::new("import-error-unit-circle"));
                        return Ok(Outcome::Wrong);
                    }
                    done => done?,
                }
                self.touched.insert(unit.id);
                self.touched.extend(store::assignment::receivers_from(self.conn, unit.id).await?);
            }
            _ => {}
        }
        if result != Outcome::Unchanged {
            self.lookup.forget_units();
        }
        Ok(result)
    }

    pub(super) async fn power(&mut self, fields: &mut Fields<'_>) -> Result<Outcome, StoreError> {
        let (mut catalogue, mut version, mut code, mut seq) = Default::default();
        fields.set("catalogue", &mut catalogue, cells::text);
        fields.set("version", &mut version, cells::text);
        fields.set("code", &mut code, cells::code);
        fields.set("seq", &mut seq, cells::code);
        if catalogue.is_empty() {
            catalogue.clone_from(&self.catalogue);
        }
        if version.is_empty() {
            version.clone_from(&self.version);
        }
        if code.is_empty() {
            code = seq;
        }
        if code.is_empty() && fields.is_good() {
            fields.wrong("code", Message::new("import-error-no-key"));
        }
        let name = fields.must("name", cells::text);
        let power_type = power_type(fields);
        let (Some(name), Some(power_type)) = (name, power_type) else {
            return Ok(Outcome::Wrong);
        };
        let stored = store::power::by_key(self.conn, &catalogue, &version, &code).await?;
        let natural = format!("{catalogue}\u{1f}{version}\u{1f}{code}");
        let mut power = stored.clone().unwrap_or_else(|| blank(catalogue, version, code));
        power.name = name;
        power.power_type = power_type;
        fields.set("original_department", &mut power.original_department, cells::text);
        fields.set("field", &mut power.field, cells::text);
        if power.field.is_empty() {
            power.field = field_of_department(&power.original_department);
        }
        legal_bases(fields, &mut power.legal_bases);
        self.heed_marks(&mut power.legal_bases).await?;
        fields.set("form_of_transfer", &mut power.published_form, cells::text);
        // Published lists go on naming what was taken back (委托→已收回).
        if power.published_form.contains("收回") {
            fields.doubt("form_of_transfer", Message::new("import-warning-recalled"));
        }
        fields.set_some("statutory_days", &mut power.statutory_days, cells::whole);
        fields.set_some("promised_days", &mut power.promised_days, cells::whole);
        if let (Some(promised), Some(statutory)) = (power.promised_days, power.statutory_days)
            && promised > statutory
        {
            fields.doubt("promised_days", Message::new("import-warning-promise-too-long"));
        }
        fields.set("minutes", &mut power.minutes_per_case, cells::whole);
        fields.set("certificates", &mut power.certificates, cells::list);
        fields.set("courses", &mut power.courses, cells::list);
        fields.set("equipment", &mut power.equipment, required_items);
        fields.set_or("risk", &mut power.risk, Risk::Medium, cells::word(RISKS));
        fields.set("seasonal", &mut power.rhythm.seasonal, cells::yes_no);
        fields.set("emergency", &mut power.rhythm.emergency, cells::yes_no);
        fields.set_some("min_people", &mut power.min_people, cells::whole);
        fields.set("cost_per_case", &mut power.cost_per_case, cells::fen);
        fields.set("remarks", &mut power.remarks, cells::text);
        fields.set("source_url", &mut power.source, cells::text);

        let result = outcome(stored.as_ref(), &power);
        if result != Outcome::Unchanged && self.is_published(&power).await? {
            fields.wrong("version", Message::new("import-error-published-version"));
        }
        if !self.is_first(fields, "code", natural, result == Outcome::Unchanged) || !fields.is_good() {
            return Ok(Outcome::Wrong);
        }
        match result {
            Outcome::New => store::power::insert(self.conn, &power).await?,
            Outcome::Changed => {
                store::power::update(self.conn, &power).await?;
                self.touched.extend(store::assignment::units_of_power(self.conn, power.id).await?);
            }
            _ => {}
        }
        Ok(result)
    }
}

impl Importer<'_> {
    /// Ends articles that are marked as over, whatever the file says.
    async fn heed_marks(&mut self, bases: &mut [LegalBasis]) -> Result<(), StoreError> {
        if self.marks.is_none() {
            self.marks = Some(store::basis::marks(self.conn).await?);
        }
        let marks = self.marks.as_deref().unwrap_or_default();
        for basis in bases {
            let mark = marks.iter().find(|mark| mark.citation == basis.citation);
            if let Some(mark) = mark.filter(|mark| mark.state.is_over()) {
                let last = mark.since.pred_opt();
                basis.to = basis.to.into_iter().chain(last).min();
            }
        }
        Ok(())
    }

    /// Whether a power's version is published; from then on its rows stay as they are.
    async fn is_published(&mut self, power: &Power) -> Result<bool, StoreError> {
        let key = (power.catalogue.clone(), power.version.clone());
        if let Some(known) = self.published.get(&key) {
            return Ok(*known);
        }
        let version = store::catalogue::by_key(self.conn, &power.catalogue, &power.version).await?;
        let is_published = version.is_some_and(|version| version.published_on.is_some());
        self.published.insert(key, is_published);
        Ok(is_published)
    }
}

/// The type; a published remark in brackets instead of a type (类型未列) counts as "other", and is told.
fn power_type(fields: &mut Fields<'_>) -> Option<PowerType> {
    let text = fields.text("type");
    if text.starts_with(['(', '（']) && text.ends_with([')', '）']) {
        fields.doubt("type", Message::new("import-warning-type-unknown"));
        return Some(PowerType::Other);
    }
    fields.must("type", cells::word(POWER_TYPES))
}

fn blank(catalogue: String, version: String, code: String) -> Power {
    Power {
        id: PowerId(store::new_id()),
        catalogue,
        version,
        code,
        name: String::new(),
        power_type: PowerType::Other,
        field: String::new(),
        legal_bases: Vec::new(),
        original_department: String::new(),
        published_form: String::new(),
        statutory_days: None,
        promised_days: None,
        minutes_per_case: 0,
        certificates: Vec::new(),
        courses: Vec::new(),
        equipment: Vec::new(),
        risk: Risk::Medium,
        rhythm: Rhythm::default(),
        min_people: None,
        cost_per_case: Fen::ZERO,
        remarks: String::new(),
        source: String::new(),
    }
}

/// Articles, separated by semicolons, with the days on which they are in force. A remark in brackets that no
/// basis was published, or a dash, is no basis.
fn legal_bases(fields: &mut Fields<'_>, bases: &mut Vec<LegalBasis>) {
    let (mut from, mut to) =
        (bases.first().and_then(|basis| basis.from), bases.first().and_then(|basis| basis.to));
    fields.set_some("basis_from", &mut from, cells::date);
    fields.set_some("basis_to", &mut to, cells::date);
    let citations = |cell: &Cell| {
        let text = cells::text(cell)?;
        let is_citation = |part: &&str| {
            let remark = part.starts_with(['(', '（']) && part.ends_with([')', '）']);
            !part.is_empty() && !remark && !part.chars().all(|each| matches!(each, '-' | '—' | '/' | '无'))
        };
        let parts = text.split([';', '；', '\n']).map(str::trim).filter(is_citation);
        Ok(parts.map(str::to_owned).collect::<Vec<_>>())
    };
    let mut cited: Vec<String> = bases.iter().map(|basis| basis.citation.clone()).collect();
    fields.set("legal_basis", &mut cited, citations);
    // The columns tell the days of the first article. Where these are what is stored, each one keeps its own.
    let stored = std::mem::take(bases);
    let is_same = stored.first().is_some_and(|first| (first.from, first.to) == (from, to));
    let known =
        |citation: &String| stored.iter().find(|basis| is_same && basis.citation == *citation).cloned();
    let basis = |citation: String| known(&citation).unwrap_or(LegalBasis { citation, from, to });
    *bases = cited.into_iter().map(basis).collect();
    if fields.has("legal_basis") && bases.is_empty() {
        fields.doubt("legal_basis", Message::new("import-warning-no-legal-basis"));
    }
}

/// `执法记录仪×2、印章`: things, with how many where it is more than one.
fn required_items(cell: &Cell) -> Result<Vec<RequiredItem>, Message> {
    let parse = |text: String| {
        let (item, quantity) = match text.rsplit_once(['×', '*', 'x', 'X', '＊']) {
            Some((item, count)) => match count.trim().parse() {
                Ok(count) => (item.trim().to_owned(), count),
                Err(_) => (text.clone(), 1),
            },
            None => (text, 1),
        };
        RequiredItem { item, quantity }
    };
    Ok(cells::list(cell)?.into_iter().map(parse).collect())
}
