//! `baton who`: who could do what in which unit on which day.

use crate::cli::{TableFormat, Who};
use crate::output::{Failure, complain, say};
use app::i18n::Lang;
use domain::Message;
use serde_json::json;
use services::form::Fields;
use services::who::{Answer, ask, paper};
use services::write::Caller;
use store::Db;

/// Asks and prints; false where the question names what is not there.
pub async fn run(db: &Db, question: &Who, caller: &Caller, lang: Lang) -> Result<bool, Failure> {
    let on = question.on.map_or(String::new(), |day| day.to_string());
    let fields: Fields = [
        ("power", question.power.as_str()),
        ("unit", question.unit.as_str()),
        ("function", question.function.as_str()),
        ("on", on.as_str()),
    ]
    .into_iter()
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .collect();
    match ask(db, caller, &fields).await? {
        Ok(answer) => {
            print(&answer, question.format, lang);
            Ok(true)
        }
        Err(errors) => {
            for (_, message) in errors {
                complain(&lang.say(&message));
            }
            Ok(false)
        }
    }
}

fn print(answer: &Answer, format: TableFormat, lang: Lang) {
    let why = |each: &services::who::Answered| each.why.iter().map(|why| lang.say(why)).collect::<Vec<_>>();
    match format {
        TableFormat::Json => {
            let people: Vec<_> = answer
                .people
                .iter()
                .map(|each| json!({ "id": each.person, "name": each.name, "could": each.could, "why": why(each) }))
                .collect();
            let value = json!({
                "power": answer.power, "unit": answer.unit, "function": answer.function, "on": answer.on,
                "assignment": answer.assignment, "people": people,
            });
            say(&format!("{value:#}"));
        }
        TableFormat::Csv => {
            let head = ["person", "could", "why"].map(str::to_owned);
            let rows = answer.people.iter().map(|each| {
                [each.name.clone(), if each.could { "yes" } else { "no" }.to_owned(), why(each).join("; ")]
            });
            let file = services::export::table(std::iter::once(head).chain(rows));
            say(String::from_utf8_lossy(&file).trim_end());
        }
        TableFormat::Text => {
            let asked = Message::new("who-asked")
                .with("unit", answer.unit.as_str())
                .with("power", answer.power.as_str())
                .with("function", answer.function.message())
                .with("on", answer.on);
            say(&lang.say(&asked));
            match &answer.assignment {
                None => say(&lang.t("who-not-assigned")),
                Some(assignment) => say(&lang.say(&paper(assignment))),
            }
            for each in &answer.people {
                say(&format!("{} {}", if each.could { "✓" } else { "✕" }, each.name));
                for why in why(each) {
                    say(&format!("    {why}"));
                }
            }
        }
    }
}
