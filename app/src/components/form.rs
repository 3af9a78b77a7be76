//! Fields of forms, and the summary of what is wrong with them.

use crate::i18n::Lang;
use crate::request::{printable, say, t};
use domain::Message;
use leptos::prelude::*;
use services::form::{FieldError, Fields};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

/// What a form was sent with, and what is wrong with it.
#[derive(Debug, Clone, Default)]
pub struct Sent {
    /// What was typed.
    pub fields: Fields,
    /// What is wrong.
    pub errors: Vec<FieldError>,
}

impl Sent {
    /// What was typed into a field.
    pub fn value(&self, name: &str) -> String {
        self.fields.get(name).cloned().unwrap_or_default()
    }

    /// Whether a choice was made.
    pub fn chose(&self, name: &str, choice: &str) -> bool {
        self.fields.get(name).is_some_and(|chosen| chosen.split_whitespace().any(|each| each == choice))
    }

    /// The title of the form's page, which begins with the errors where there are some.
    pub fn titled(&self, lang: Lang, title: &str) -> String {
        if self.errors.is_empty() {
            title.to_owned()
        } else {
            format!("{}{title}", lang.t("form-error-prefix"))
        }
    }

    /// What is wrong with a field.
    pub fn error(&self, name: &str) -> Option<Message> {
        self.errors.iter().find(|(field, _)| *field == name).map(|(_, message)| message.clone())
    }
}

/// A form's body: names and texts, several values of one name joined by spaces.
pub fn fields(body: &[u8]) -> Fields {
    let mut fields = Fields::new();
    for (name, value) in form_urlencoded::parse(body) {
        let stored = fields.entry(name.into_owned()).or_default();
        if !stored.is_empty() {
            stored.push(' ');
        }
        stored.push_str(&printable(&value));
    }
    fields
}

/// Most codes and names that a field offers to choose from; one may type any.
pub const OFFERED: i64 = 2000;

/// Codes and names that a field offers, for its `<datalist>`.
pub fn offer(all: impl IntoIterator<Item = (String, String)>) -> Vec<AnyView> {
    let option = |(code, name)| view! { <option value=format!("{code} {name}")></option> }.into_any();
    all.into_iter().map(option).collect()
}

/// What the fields of a page are called, so that the summary of its errors can say which one it means.
#[derive(Debug, Clone, Default)]
pub struct Labels(Arc<Mutex<BTreeMap<String, String>>>);

impl Labels {
    fn keep(&self, name: &str, label: &str) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.entry(name.to_owned()).or_insert_with(|| label.to_owned());
    }

    fn of(&self, name: &str) -> Option<String> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(name).cloned()
    }
}

/// Says what a field is called in the summary of errors; the first that says so is heard.
pub fn called(name: &str, label: &str) {
    if let Some(labels) = use_context::<Labels>() {
        labels.keep(name, label);
    }
}

/// A sentence of the summary: the field's name stands before it, but for a sentence that has it.
fn about(label: Option<&str>, sentence: &str) -> String {
    match label {
        Some(label) if !sentence.to_lowercase().contains(&label.to_lowercase()) => {
            say(&Message::new("form-error-of").with("field", label).with("error", sentence))
        }
        _ => sentence.to_owned(),
    }
}

/// Everything that is wrong, at the top of the page, with links to the fields.
#[component]
pub fn ErrorSummary(errors: Vec<FieldError>) -> impl IntoView {
    (!errors.is_empty()).then(|| {
        // Made when the page is written out: by then all its fields have said what they are called.
        let items = move || {
            let labels = use_context::<Labels>().unwrap_or_default();
            let item = |(name, message): &FieldError| {
                let words = about(labels.of(name).as_deref(), &say(message));
                view! { <li><a href=format!("#{name}")>{words}</a></li> }
            };
            errors.iter().map(item).collect::<Vec<_>>()
        };
        view! {
            <div class="error-summary" role="alert" tabindex="-1" autofocus=true aria-labelledby="error-title">
                <h2 id="error-title">{t("form-errors")}</h2>
                <ul>{items}</ul>
            </div>
        }
    })
}

/// How a field is typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Typed {
    /// Words.
    Text,
    /// A day.
    Day,
    /// A number.
    Number,
}

/// A labelled field with its hint and error.
#[component]
pub fn Field(
    name: &'static str,
    label: String,
    sent: Sent,
    #[prop(default = Typed::Text)] typed: Typed,
    #[prop(optional)] hint: Option<String>,
    #[prop(optional)] list: Option<&'static str>,
) -> impl IntoView {
    let error = sent.error(name).map(|message| say(&message));
    let described = described(name, hint.is_some(), error.is_some());
    called(name, &label);
    let (kind, mode) = match typed {
        Typed::Text => ("text", None),
        Typed::Day => ("date", None),
        Typed::Number => ("text", Some("decimal")),
    };
    // A day that is none is shown as it was typed, in a field that can hold it.
    let value = sent.value(name);
    let kind = if kind == "date" && !value.is_empty() && value.parse::<domain::Date>().is_err() {
        "text"
    } else {
        kind
    };
    view! {
        <div class="field" class:wrong=error.is_some()>
            <label for=name>{label}</label>
            {hint.map(|hint| view! { <small id=format!("{name}-hint")>{hint}</small> })}
            {error.clone().map(|error| view! { <strong class="error" id=format!("{name}-error")>{error}</strong> })}
            <input
                id=name
                name=name
                type=kind
                inputmode=mode
                list=list
                value=value
                autocomplete="off"
                aria-describedby=described
                aria-invalid=error.is_some().then_some("true")
            />
        </div>
    }
}

/// A field for what nobody may read over one's shoulder; what was typed is never shown again.
#[component]
pub fn SecretField(
    name: &'static str,
    label: String,
    sent: Sent,
    /// What password managers are told.
    complete: &'static str,
    #[prop(optional)] hint: Option<String>,
    /// Where the field's name stands twice on a page.
    #[prop(optional)]
    id: Option<&'static str>,
) -> impl IntoView {
    let id = id.unwrap_or(name);
    let error = sent.error(id).map(|message| say(&message));
    let described = described(id, hint.is_some(), error.is_some());
    called(id, &label);
    view! {
        <div class="field" class:wrong=error.is_some()>
            <label for=id>{label}</label>
            {hint.map(|hint| view! { <small id=format!("{id}-hint")>{hint}</small> })}
            {error.clone().map(|error| view! { <strong class="error" id=format!("{id}-error")>{error}</strong> })}
            <input
                id=id
                name=name
                type="password"
                autocomplete=complete
                aria-describedby=described
                aria-invalid=error.is_some().then_some("true")
            />
        </div>
    }
}

fn described(name: &str, hint: bool, error: bool) -> Option<String> {
    let mut ids = Vec::new();
    if hint {
        ids.push(format!("{name}-hint"));
    }
    if error {
        ids.push(format!("{name}-error"));
    }
    (!ids.is_empty()).then(|| ids.join(" "))
}

/// A choice of one.
#[component]
pub fn Choice(
    name: &'static str,
    label: String,
    sent: Sent,
    /// Values and their words; the first is chosen when nothing was.
    options: Vec<(String, String)>,
    #[prop(optional)] hint: Option<String>,
) -> impl IntoView {
    let error = sent.error(name).map(|message| say(&message));
    let described = described(name, hint.is_some(), error.is_some());
    called(name, &label);
    let chosen = sent.value(name);
    let options: Vec<_> = options
        .into_iter()
        .map(|(value, words)| view! { <option selected=value == chosen value=value.clone()>{words}</option> })
        .collect();
    view! {
        <div class="field" class:wrong=error.is_some()>
            <label for=name>{label}</label>
            {hint.map(|hint| view! { <small id=format!("{name}-hint")>{hint}</small> })}
            {error.clone().map(|error| view! { <strong class="error" id=format!("{name}-error")>{error}</strong> })}
            <select id=name name=name aria-describedby=described>
                {options}
            </select>
        </div>
    }
}
