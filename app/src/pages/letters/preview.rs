//! What each letter looks like, in each language, with words as they occur.

use crate::i18n::Lang;
use crate::letters::{self, LetterWords};
use crate::request::{Answer, Cx, Failure, href, say, t};
use crate::shell::Nav;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::IntoResponse;
use chrono::TimeDelta;
use domain::Message;
use domain::notice::Event;
use domain::post::Language;
use leptos::prelude::*;
use services::mailer::{Compose, Composed};

/// The letter with all of a day.
const DIGEST: &str = "digest";

/// What is looked at.
struct Wished {
    /// None for the digest.
    event: Option<Event>,
    language: Language,
}

fn wished(cx: &Cx) -> Wished {
    let event = match cx.param("event") {
        DIGEST => None,
        code => Some(code.parse().unwrap_or(Event::ALL[0])),
    };
    Wished { event, language: cx.parsed("language").unwrap_or(letters::language(cx.lang)) }
}

fn composed(cx: &Cx, wished: &Wished) -> Composed {
    let (site, lang) = (cx.state.post.site.as_str(), letters::lang(wished.language));
    let day = cx.today + TimeDelta::days(7);
    let name = lang.t("sample-who");
    let told = |event| letters::sample(lang, event, site, day);
    if let Some(event) = wished.event {
        LetterWords.alone(wished.language, site, &name, &told(event))
    } else {
        let all: Vec<_> = Event::ALL.iter().copied().map(told).collect();
        LetterWords.digest(wished.language, site, &name, cx.today, &all)
    }
}

/// The sentence of an event by which one chooses it.
fn named(lang: Lang, event: Event, cx: &Cx) -> String {
    let told = letters::sample(lang, event, "", cx.today + TimeDelta::days(7));
    lang.say(&event.sentence(&told.words))
}

/// `GET /letters/preview?event=…&language=…`
pub async fn show(cx: Cx) -> Answer {
    let wished = wished(&cx);
    let Composed { subject, plain, html } = composed(&cx, &wished);
    let title = cx.lang.t("preview-title");
    let code = wished.event.map_or(DIGEST, Event::as_str);
    let file = href("/letters/preview.eml", [("event", code), ("language", wished.language.as_str())]);
    let tag = letters::lang(wished.language).tag();
    cx.ok(Nav::Letters, &title, || {
        let events: Vec<_> = Event::ALL
            .iter()
            .map(|&each| {
                let chosen = wished.event == Some(each);
                view! { <option value=each.as_str() selected=chosen>{named(cx.lang, each, &cx)}</option> }
            })
            .collect();
        let languages: Vec<_> = Language::ALL
            .iter()
            .map(|each| {
                let chosen = *each == wished.language;
                view! { <option value=each.as_str() selected=chosen>{say(&each.message())}</option> }
            })
            .collect();
        let body = letters::body(&html).to_owned();
        view! {
            <nav class="crumbs" aria-label=t("crumbs-label")>
                <ol><li><a href="/letters">{t("letters-title")}</a></li></ol>
            </nav>
            <div class="title">
                <h1>{title.clone()}</h1>
                <span class="push"><a href=file>{t("preview-file")}</a></span>
            </div>
            <form class="filters" method="get" action="/letters/preview">
                <label>
                    <span>{t("preview-event")}</span>
                    <select name="event">
                        {events}
                        <option value=DIGEST selected=wished.event.is_none()>{t("letters-digest")}</option>
                    </select>
                </label>
                <label>
                    <span>{t("wishes-language")}</span>
                    <select name="language">{languages}</select>
                </label>
                <button class="button second">{t("filter-apply")}</button>
            </form>
            <section class="card">
                <div class="cap"><h2>{say(&Message::new("preview-subject").with("subject", subject))}</h2></div>
                <div class="pad" lang=tag inner_html=body></div>
            </section>
            <section class="card">
                <div class="cap"><h2>{t("preview-plain")}</h2></div>
                <pre class="pad letter" lang=tag tabindex="0">{plain}</pre>
            </section>
        }
    })
}

/// `GET /letters/preview.eml?event=…&language=…`
pub async fn file(cx: Cx) -> Answer {
    let wished = wished(&cx);
    let composed = composed(&cx, &wished);
    let from = cx.state.post.from.as_str();
    let name = letters::lang(wished.language).t("sample-who");
    let message = services::mailer::eml(from, &name, composed, cx.state.clock.now());
    let message = message.map_err(|fault| {
        let told = Message::new("letters-broken").with("words", fault.words);
        Failure::Broken(StatusCode::INTERNAL_SERVER_ERROR, told)
    })?;
    let code = wished.event.map_or(DIGEST, Event::as_str);
    let named = format!("attachment; filename=\"{code}-{}.eml\"", wished.language);
    let named = HeaderValue::from_str(&named).unwrap_or(HeaderValue::from_static("attachment"));
    let kind = HeaderValue::from_static("message/rfc822");
    Ok(([(header::CONTENT_TYPE, kind), (header::CONTENT_DISPOSITION, named)], message).into_response())
}
