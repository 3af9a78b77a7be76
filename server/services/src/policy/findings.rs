//! What is there and should not be: violations of separation, gaps and overlaps of the register, and exceptions that
//! run out, on a day.

use domain::duty::Sight;
use domain::id::ExceptionId;
use domain::separation::register::{Facts, Finding, segments};
use domain::separation::{Book, Exception, Names, State, violations};
use domain::{Date, Message, Period};
use store::{Db, StoreError};

/// Something to mend.
#[derive(Debug, Clone, PartialEq)]
pub struct Item {
    /// Stable code: `violation`, `expired_violation`, `gap`, `overlap`, `ending_exception` or `expired_exception`.
    pub kind: &'static str,
    /// Code of the rule; of a gap, none.
    pub rule: String,
    /// Whom or what it is about.
    pub subject: String,
    /// Its days.
    pub period: Period,
    /// What is wrong.
    pub message: Message,
    /// The exception that it is about, or that ran out before.
    pub exception: Option<ExceptionId>,
}

/// How many units are asked for at once.
const UNITS: i64 = 100;

/// Tells everything that is to be mended on a day: who breaks which rule, then the register unit by unit, then the
/// exceptions. Only people who hold enough of a set are loaded, and one unit's register at a time.
pub async fn each(db: &Db, on: Date, tell: &mut dyn FnMut(Item)) -> Result<(), StoreError> {
    let mut conn = db.read().await?;
    let about = store::check::names_of_exceptions(&mut conn).await?;
    let exceptions = store::exception::exceptions(&mut conn, Sight::Everything).await?;
    let exceptions: Vec<Exception> = exceptions.into_iter().map(|each| each.exception).collect();
    let rules = store::set::rules(&mut conn).await?;
    let (held, names) = store::check::breaking(&mut conn, on).await?;
    let book = Book {
        hierarchy: store::book::hierarchy(&mut conn).await?,
        sets: rules.into_iter().map(|rule| rule.set).collect(),
        held,
        exceptions: exceptions.clone(),
    };
    for violation in violations(&book).into_iter().filter(|each| each.period.contains(on)) {
        tell(Item {
            kind: if violation.expired.is_some() { "expired_violation" } else { "violation" },
            subject: names.person(violation.person),
            period: violation.period,
            message: violation.message(&names),
            exception: violation.expired,
            rule: violation.rule,
        });
    }
    drop(conn);

    let mut after: Option<String> = None;
    loop {
        let mut conn = db.read().await?;
        let units = store::unit::receiving_after(&mut conn, after.as_deref(), None, UNITS).await?;
        let Some((_, last)) = units.last() else { break };
        after = Some(last.clone());
        for (unit, _) in units {
            let (held, names) = store::check::held_in(&mut conn, unit, on).await?;
            let supervisions = store::supervision::of_unit(&mut conn, unit).await?;
            for of in store::check::registered(&mut conn, unit, on).await? {
                let facts = Facts {
                    assignment: of.assignment,
                    unit,
                    period: of.period,
                    decides: of.decides,
                    held: &held,
                    supervisions: &supervisions,
                    exceptions: &exceptions,
                };
                let today = segments(&facts).into_iter().find(|segment| segment.period.contains(on));
                let Some(today) = today else { continue };
                for finding in today.findings {
                    tell(registered(&finding, &of.name, today.period, &names));
                }
            }
        }
    }
    for exception in &exceptions {
        if let Some(item) = running_out(exception, on, &about) {
            tell(item);
        }
    }
    Ok(())
}

fn registered(finding: &Finding, name: &str, period: Period, names: &Names) -> Item {
    let (rule, exception) = match finding {
        Finding::SameUnit(exception) => ("SOD-04", *exception),
        _ => ("", None),
    };
    Item {
        kind: if finding.is_gap() { "gap" } else { "overlap" },
        rule: rule.to_owned(),
        subject: name.to_owned(),
        period,
        message: finding.message(names),
        exception,
    }
}

fn running_out(exception: &Exception, on: Date, names: &Names) -> Option<Item> {
    let (kind, key) = match exception.state(on) {
        State::Ending => ("ending_exception", "separation-exception-ending"),
        State::Expired => ("expired_exception", "separation-exception-expired"),
        State::Asked | State::Coming | State::Running | State::Ended => return None,
    };
    let person = exception.person.map(|person| names.person(person));
    let place = exception.assignment.map(|assignment| names.assignment(assignment));
    let subject = [person, place].into_iter().flatten().collect::<Vec<_>>().join(" ");
    Some(Item {
        kind,
        rule: exception.rule.clone(),
        subject,
        period: exception.period,
        message: Message::new(key).with("to", exception.period.to.unwrap_or(on)),
        exception: Some(exception.id),
    })
}
