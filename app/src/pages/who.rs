//! Who could do what in which unit on which day, by which right; and who could not, and why.

use crate::components::form::{Choice, ErrorSummary, Field, Sent, Typed};
use crate::components::table::{Words, cards};
use crate::request::{Answer, Cx, lang_of_page, say, t};
use crate::shell::Nav;
use axum::http::StatusCode;
use domain::Message;
use domain::assignment::Function;
use leptos::prelude::*;
use services::form::Fields;
use services::who;

/// `GET /who?power=…&unit=…&function=…&on=…`
pub async fn show(cx: Cx) -> Answer {
    let fields: Fields = ["power", "unit", "function", "on"]
        .into_iter()
        .map(|name| (name.to_owned(), cx.param(name).to_owned()))
        .collect();
    let is_asked = ["power", "unit"].iter().any(|name| !cx.param(name).is_empty());
    let (answer, errors) = if is_asked {
        match who::ask(&cx.state.db, &cx.caller()?, &fields).await? {
            Ok(answer) => (Some(answer), Vec::new()),
            Err(errors) => (None, errors),
        }
    } else {
        (None, Vec::new())
    };
    let title = cx.lang.t("who-title");
    let status = if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let mut sent = Sent { fields, errors };
    let in_title = sent.titled(cx.lang, &title);
    if sent.value("on").is_empty() {
        sent.fields.insert("on".to_owned(), cx.today.to_string());
    }
    Ok(cx.page(status, Some(Nav::Who), &in_title, || {
        view! {
            <ErrorSummary errors=sent.errors.clone() />
            <div class="title"><h1>{title}</h1></div>
            <p class="lead">{t("who-intro")}</p>
            {form(&sent)}
            {answer.as_ref().map(result)}
        }
    }))
}

fn form(sent: &Sent) -> impl IntoView + use<> {
    let mut functions: Vec<(String, String)> =
        Function::ALL.iter().map(|each| (each.to_string(), say(&each.message()))).collect();
    if sent.value("function").is_empty() {
        // What is asked most.
        functions.sort_by_key(|(code, _)| code != Function::Approve.as_str());
    }
    view! {
        <form class="card pad form" method="get" action="/who" novalidate=true>
            <div class="grid">
                <Field name="power" label=t("col-power") hint=t("who-named-hint") sent=sent.clone() />
                <Field name="unit" label=t("col-unit") hint=t("who-named-hint") sent=sent.clone() />
                <Choice name="function" label=t("col-function") options=functions sent=sent.clone() />
                <Field name="on" label=t("who-on") typed=Typed::Day sent=sent.clone() />
            </div>
            <div class="actions"><button class="button">{t("who-ask")}</button></div>
        </form>
    }
}

fn result(answer: &who::Answer) -> impl IntoView + use<> {
    let asked = Message::new("who-asked")
        .with("unit", answer.unit.as_str())
        .with("power", answer.power.as_str())
        .with("function", answer.function.message())
        .with("on", answer.on);
    let could = answer.people.iter().filter(|each| each.could).count();
    let paper = answer.assignment.as_ref().map(|assignment| {
        view! { <p><a href=format!("/assignments/{}", assignment.id)>{say(&who::paper(assignment))}</a></p> }
    });
    let count = match (&answer.assignment, could) {
        (None, _) => t("who-not-assigned"),
        (Some(_), 0) => t("who-nobody"),
        (Some(_), count) => say(&Message::new("who-count").with("count", count)),
    };
    let rows: Vec<_> = answer.people.iter().map(row).collect();
    view! {
        <section class="card pad">
            <h2>{say(&asked)}</h2>
            <p class="lead">{count}</p>
            {paper}
            <p class="note">{t("who-note")}</p>
        </section>
        {(!rows.is_empty())
            .then(|| {
                view! {
                    <section class="card">
                        {cards(
                            t("who-title"),
                            &[Words("col-person"), Words("who-could"), Words("who-why")],
                            rows,
                        )}
                    </section>
                }
            })}
    }
}

fn row(answered: &who::Answered) -> impl IntoView + use<> {
    let (class, mark, key) =
        if answered.could { ("tag good", "✓", "who-yes") } else { ("tag cannot", "✕", "who-no") };
    let lang = lang_of_page();
    let why: Vec<_> = answered.why.iter().map(|each| view! { <li>{lang.say(each)}</li> }).collect();
    view! {
        <tr>
            <th scope="row">
                <a class="quiet" href=format!("/people/{}", answered.person)>{answered.name.clone()}</a>
            </th>
            <td><span class=class data-mark=mark>{t(key)}</span></td>
            <td data-label=t("who-why")><ul class="plain">{why}</ul></td>
        </tr>
    }
}
