//! Changes thresholds and norms, and assesses everything by the new ones.

use crate::ServiceError;
use crate::form::{FieldError, Fields, cell};
use crate::write::{Caller, Change, Write};
use access::Action;
use domain::duty::Subject;
use domain::power::PowerType;
use domain::rules::{Norms, PerMille, TypeRules};
use domain::wisn::WorkingYear;
use domain::{Fen, Message};
use store::Db;

/// Longest idle window: statistics of 25 months are looked at.
const MOST_MONTHS: u32 = 24;

struct Reader<'a> {
    fields: &'a Fields,
    errors: Vec<FieldError>,
}

impl Reader<'_> {
    fn within(&mut self, name: &'static str, least: f64, most: f64) -> f64 {
        match sheet::value::decimal(&cell(self.fields, name)) {
            Ok(value) if (least..=most).contains(&value) => value,
            _ => {
                self.errors
                    .push((name, Message::new("rules-error-range").with("least", least).with("most", most)));
                0.0
            }
        }
    }

    /// A percentage with at most one decimal, in thousandths.
    fn per_mille(&mut self, name: &'static str, most: f64) -> PerMille {
        let percent = self.within(name, 0.0, most);
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 to 10,000")]
        PerMille((percent * 10.0).round() as u32)
    }

    fn whole(&mut self, name: &'static str, least: u32, most: u32) -> u32 {
        match sheet::value::whole(&cell(self.fields, name)) {
            Ok(value) if (least..=most).contains(&value) => value,
            _ => {
                let range = Message::new("rules-error-whole").with("least", least).with("most", most);
                self.errors.push((name, range));
                0
            }
        }
    }

    fn money(&mut self, name: &'static str) -> Fen {
        if let Ok(fen) = sheet::value::fen(&cell(self.fields, name)) {
            return Fen(fen);
        }
        self.errors.push((name, Message::new("rules-error-money")));
        Fen::ZERO
    }
}

/// Reads the thresholds of one type. A law's floor is not lowered: penalties and inspections need two people
/// (行政处罚法 art. 42).
pub fn type_rules(power_type: PowerType, fields: &Fields) -> Result<TypeRules, Vec<FieldError>> {
    let two = matches!(power_type, PowerType::Penalty | PowerType::Inspection);
    let mut read = Reader { fields, errors: Vec::new() };
    let rules = TypeRules {
        min_people: read.whole("min_people", if two { 2 } else { 0 }, 100),
        certificates: sheet::value::list(&cell(fields, "certificates")).unwrap_or_default(),
        workload: read.per_mille("workload", 1000.0),
        on_time: read.per_mille("on_time", 100.0),
        returned: read.per_mille("returned", 100.0),
        exercise: read.per_mille("exercise", 100.0),
        money: read.per_mille("money", 1000.0),
        idle_months: read.whole("idle_months", 1, MOST_MONTHS),
    };
    if read.errors.is_empty() { Ok(rules) } else { Err(read.errors) }
}

/// Reads the norms.
pub fn norms(fields: &Fields) -> Result<Norms, Vec<FieldError>> {
    let mut read = Reader { fields, errors: Vec::new() };
    let norms = Norms {
        year: WorkingYear {
            possible_days: read.within("possible_days", 1.0, 366.0),
            holidays: read.within("holidays", 0.0, 366.0),
            leave: read.within("leave_days", 0.0, 366.0),
            sick: read.within("sick_days", 0.0, 366.0),
            training: read.within("training_days", 0.0, 366.0),
            hours_per_day: read.within("hours_per_day", 1.0, 24.0),
        },
        category_allowance: read.per_mille("category_allowance", 99.9),
        post_year: read.money("post_year"),
        course_place: read.money("course_place"),
        equipment_item: read.money("equipment_item"),
    };
    if read.errors.is_empty() && norms.year.hours().is_err() {
        read.errors.push(("possible_days", Message::new("rules-error-no-time")));
    }
    if read.errors.is_empty() { Ok(norms) } else { Err(read.errors) }
}

/// Stores the thresholds of a type. What is kept counts as old from then on; `assess::each_unit` renews it.
pub async fn save_type(
    db: &Db,
    caller: &Caller,
    power_type: PowerType,
    rules: &TypeRules,
) -> Result<(), ServiceError> {
    let permit = caller.permit(Action::ThresholdsChange, &Subject::default())?;
    let mut write = Write::begin(db).await?;
    let before = store::rules::load(write.conn()).await?;
    store::rules::save_type(write.conn(), power_type, rules).await?;
    store::assessment::mark_stale(write.conn()).await?;
    let change = Change {
        subject: power_type.to_string(),
        before: serde_json::json!(before.of(power_type)),
        after: serde_json::json!(rules),
        ..Change::default()
    };
    Ok(write.commit(caller, &permit, change).await?)
}

/// Stores the norms, in the same way.
pub async fn save_norms(db: &Db, caller: &Caller, norms: &Norms) -> Result<(), ServiceError> {
    let permit = caller.permit(Action::ThresholdsChange, &Subject::default())?;
    let mut write = Write::begin(db).await?;
    let before = store::rules::load(write.conn()).await?;
    store::rules::save_norms(write.conn(), norms).await?;
    store::assessment::mark_stale(write.conn()).await?;
    let change = Change {
        subject: "norms".to_owned(),
        before: serde_json::json!(before.norms),
        after: serde_json::json!(norms),
        ..Change::default()
    };
    Ok(write.commit(caller, &permit, change).await?)
}
