//! The words of letters, in each language, as plain text and as HTML.

use crate::i18n::Lang;
use domain::notice::Event;
use domain::notice::Words;
use domain::post::Language;
use domain::{Date, Message};
use services::mailer::{Compose, Composed, Told};
use std::fmt::Write;

/// Letters in the words of the locale files.
#[derive(Debug, Clone, Copy)]
pub struct LetterWords;

/// The most of a sentence that stands in a subject.
const SUBJECT: usize = 90;

/// The language of pages in which a letter is written.
pub const fn lang(language: Language) -> Lang {
    match language {
        Language::Simplified => Lang::ZhCn,
        Language::English => Lang::En,
        Language::Traditional => Lang::ZhTw,
    }
}

/// The language of letters for whoever reads pages in one.
pub const fn language(lang: Lang) -> Language {
    match lang {
        Lang::ZhCn => Language::Simplified,
        Lang::En => Language::English,
        Lang::ZhTw => Language::Traditional,
    }
}

/// A text between tags or in an attribute.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for each in text.chars() {
        match each {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            other => out.push(other),
        }
    }
    out
}

fn link(address: &str, words: &str) -> String {
    format!("<a href=\"{}\">{}</a>", escaped(address), escaped(words))
}

/// What stands around what is told: a greeting before it, and after it why one gets it and how to change that.
struct Frame {
    lang: Lang,
    greeting: String,
    wishes: String,
}

impl Frame {
    fn new(lang: Lang, site: &str, name: &str) -> Self {
        let greeting = match name {
            "" => lang.t("letter-hello"),
            name => lang.say(&Message::new("letter-greeting").with("name", name)),
        };
        Self { lang, greeting, wishes: format!("{site}/inbox/wishes") }
    }

    fn subject(&self, what: &str) -> String {
        let mut what: String = what.to_owned();
        if what.chars().count() > SUBJECT {
            what = what.chars().take(SUBJECT - 1).chain(['…']).collect();
        }
        format!("[{}] {what}", self.lang.t("brand"))
    }

    fn composed(&self, subject: &str, plain: &str, html: &str) -> Composed {
        let lang = self.lang;
        let subject = self.subject(subject);
        let (why, change) = (lang.t("letter-why"), lang.t("letter-change"));
        let body = format!(
            "<p>{}</p>\n{html}<hr>\n<p><small>{}<br>{}</small></p>",
            escaped(&self.greeting),
            escaped(&why),
            link(&self.wishes, &change),
        );
        Composed {
            plain: format!("{}\n\n{plain}\n-- \n{why}\n{change} {}\n", self.greeting, self.wishes),
            html: format!(
                "<!DOCTYPE html>\n<html lang=\"{}\">\n<head><meta charset=\"utf-8\"><title>{}</title></head>\n\
                 <body>\n{body}\n</body>\n</html>\n",
                lang.tag(),
                escaped(&subject),
            ),
            subject,
        }
    }
}

/// What stands between the tags of a letter's body.
pub fn body(html: &str) -> &str {
    let after = html.split_once("<body>").map_or(html, |(_, after)| after);
    after.split_once("</body>").map_or(after, |(body, _)| body).trim()
}

fn due(lang: Lang, told: &Told) -> Option<String> {
    told.due.map(|due| lang.say(&Message::new("letter-due").with("day", due)))
}

impl Compose for LetterWords {
    fn alone(&self, language: Language, site: &str, name: &str, told: &Told) -> Composed {
        let lang = lang(language);
        let frame = Frame::new(lang, site, name);
        let sentence = lang.say(&told.event.sentence(&told.words));
        let due = due(lang, told);
        let go = lang.t("letter-go");
        let mut plain = format!("{sentence}\n");
        let mut html = format!("<p><strong>{}</strong></p>\n", escaped(&sentence));
        if let Some(due) = due {
            let _ = writeln!(plain, "{due}");
            let _ = writeln!(html, "<p>{}</p>", escaped(&due));
        }
        let _ = write!(plain, "\n{go}\n{}\n", told.link);
        let _ = writeln!(html, "<p>{}</p>", link(&told.link, &go));
        frame.composed(&sentence, &plain, &html)
    }

    fn digest(&self, language: Language, site: &str, name: &str, day: Date, told: &[Told]) -> Composed {
        let lang = lang(language);
        let frame = Frame::new(lang, site, name);
        let count = Message::new("letter-digest").with("day", day).with("count", told.len());
        let subject = lang.say(&count);
        let mut plain = format!("{subject}\n\n");
        let mut html = format!("<p>{}</p>\n<ol>\n", escaped(&subject));
        for (place, told) in told.iter().enumerate() {
            let sentence = lang.say(&told.event.sentence(&told.words));
            let due = due(lang, told);
            let _ = writeln!(plain, "{}. {sentence}", place + 1);
            if let Some(due) = &due {
                let _ = writeln!(plain, "   {due}");
            }
            let _ = writeln!(plain, "   {}\n", told.link);
            let due = due.map_or(String::new(), |due| format!("<br>{}", escaped(&due)));
            let _ = writeln!(html, "<li>{}{due}</li>", link(&told.link, &sentence));
        }
        html.push_str("</ol>\n");
        frame.composed(&subject, &plain, &html)
    }

    fn test(&self, language: Language, site: &str) -> Composed {
        let lang = lang(language);
        let frame = Frame::new(lang, site, "");
        let words = lang.t("letter-test");
        let html = format!("<p>{}</p>\n<p>{}</p>\n", escaped(&words), link(site, site));
        frame.composed(&lang.t("letter-test-subject"), &format!("{words}\n{site}\n"), &html)
    }
}

/// What an event could tell, with words as they occur.
pub fn sample(lang: Lang, event: Event, site: &str, day: Date) -> Told {
    Told {
        event,
        words: Words {
            power: lang.t("sample-power"),
            unit: lang.t("sample-unit"),
            who: lang.t("sample-who"),
            title: lang.t("sample-title"),
            reason: lang.t("sample-reason"),
            day: Some(day),
            count: 3,
        },
        link: format!("{site}/inbox"),
        due: Some(day),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SITE: &str = "https://baton.example.cn";

    #[test]
    fn every_event_has_its_letter_in_each_language() {
        let day = Date::from_ymd_opt(2026, 12, 31).expect("a day");
        for &event in Event::ALL {
            for &language in Language::ALL {
                let told = sample(lang(language), event, SITE, day);
                let letter = LetterWords.alone(language, SITE, "王禾", &told);
                assert!(letter.subject.starts_with('['), "{}", letter.subject);
                for part in [&letter.plain, &letter.html] {
                    assert!(
                        part.contains("王禾") && part.contains("https://baton.example.cn/inbox"),
                        "{part}"
                    );
                    // What a sentence lacks would show itself like this.
                    assert!(!part.contains("{$") && !part.contains("notice-"), "{part}");
                }
                assert!(!body(&letter.html).contains("<title>"));
            }
        }
    }

    #[test]
    fn words_are_no_markup() {
        let day = Date::from_ymd_opt(2026, 12, 31).expect("a day");
        let mut told = sample(Lang::En, Event::ReviewDue, SITE, day);
        told.words.title = "<script>alert(1)</script>&".to_owned();
        told.link = format!("{SITE}/x?a=1&b=\"2\"");
        for letter in [
            LetterWords.alone(Language::English, SITE, "<b>", &told),
            LetterWords.digest(Language::English, SITE, "<b>", day, &[told.clone()]),
        ] {
            assert!(!letter.html.contains("<script>") && !letter.html.contains("<b>"), "{}", letter.html);
            assert!(letter.html.contains("a=1&amp;b=&quot;2&quot;"), "{}", letter.html);
            assert!(letter.plain.contains("<script>alert(1)</script>&"));
        }
        told.words.title = "很长".repeat(200);
        assert!(LetterWords.alone(Language::Simplified, SITE, "", &told).subject.chars().count() < 110);
    }
}
