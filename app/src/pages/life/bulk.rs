//! The same done to many take-overs: what is chosen, what is to be said of it, and what became of each.

use super::{errors, status};
use crate::components::form::{Choice, ErrorSummary, Field, Sent, Typed, fields};
use crate::components::table::{Words, cards};
use crate::request::{Answer, Cx, say, t};
use crate::shell::Nav;
use access::Action;
use axum::body::Bytes;
use axum::response::Response;
use domain::Message;
use domain::life::state::Decision;
use domain::life::takeover::Task;
use leptos::prelude::*;
use services::life::bulk::{Left, Outcome, meant, run};

/// Most rows of a result that are listed; how many there are is told.
const LISTED: usize = 200;

/// What can be done to many, and who may.
const DEEDS: [(&str, &str, Action); 4] = [
    ("tick", "bulk-tick", Action::TakeoverTick),
    ("sign", "bulk-sign", Action::AssignmentSign),
    ("waive", "bulk-waive", Action::WaiverRequest),
    ("decide", "bulk-decide", Action::WaiverDecide),
];

/// What goes from step to step.
const CARRIED: [&str; 5] = ["do", "scope", "view", "q", "items"];

/// `POST /takeovers`: with `step=do` it is done, else what is to be said of it is asked for.
pub async fn send(cx: Cx, body: Bytes) -> Answer {
    let mut fields = fields(&body);
    let view = match fields.get("view").map_or("", String::as_str) {
        "" => "open",
        view => view,
    };
    let typed = fields.get("q").map_or("", String::as_str);
    let mut conn = cx.read().await?;
    let matching = store::life::bulk::chosen(&mut conn, cx.today, view, typed, cx.sight()).await?;
    drop(conn);
    let chosen = meant(matching, &fields);
    let is_sent = fields.remove("step").as_deref() == Some("do");
    let known = DEEDS.iter().find(|(deed, ..)| fields.get("do").is_some_and(|sent| sent == deed));
    let Some((_, key, _)) = known.copied().filter(|_| is_sent || !chosen.is_empty()) else {
        let mut wrong = Vec::new();
        if chosen.is_empty() {
            wrong.push(("items", Message::new("bulk-error-none")));
        }
        if known.is_none() {
            wrong.push(("do", Message::new("bulk-error-do")));
        }
        return super::takeovers::page(&cx, Sent { fields, errors: wrong }).await;
    };
    if is_sent {
        let done = run(&cx.state.db, &cx.caller()?, &chosen, &fields).await?;
        return Ok(match done {
            Ok(outcome) => result(&cx, key, &outcome),
            Err(wrong) => asking(&cx, key, chosen.len(), Sent { fields, errors: errors::<()>(Err(wrong)) }),
        });
    }
    Ok(asking(&cx, key, chosen.len(), Sent { fields, errors: Vec::new() }))
}

/// The form with which a page of the list is sent; its boxes stand in the table.
pub(super) fn choosing(
    cx: &Cx,
    total: i64,
    view: &str,
    typed: &str,
    sent: &Sent,
) -> Option<impl IntoView + use<>> {
    let deeds: Vec<_> = DEEDS.into_iter().filter(|(.., action)| cx.may(*action)).collect();
    if deeds.is_empty() || total == 0 {
        return None;
    }
    let all = say(&Message::new("bulk-scope-all").with("count", total));
    let scopes = vec![("some".to_owned(), t("bulk-scope-some")), ("all".to_owned(), all)];
    let error = sent.error("items").map(|message| say(&message));
    let buttons: Vec<_> = deeds
        .into_iter()
        .map(|(deed, key, _)| view! { <button class="button second" name="do" value=deed>{t(key)}</button> })
        .collect();
    let (view, typed) = (view.to_owned(), typed.to_owned());
    let sent = sent.clone();
    Some(view! {
        <section class="card" id="items">
            <div class="cap"><h2>{t("bulk-title")}</h2></div>
            <form class="pad form" id="bulk" method="post" action="/takeovers" novalidate=true>
                <input type="hidden" name="view" value=view />
                <input type="hidden" name="q" value=typed />
                {error.map(|error| view! { <strong class="error">{error}</strong> })}
                <Choice name="scope" label=t("bulk-scope") options=scopes sent=sent />
                <div class="actions" id="do">{buttons}</div>
            </form>
        </section>
    })
}

/// What is to be said of it, once for all.
fn asking(cx: &Cx, key: &'static str, count: usize, sent: Sent) -> Response {
    let title = cx.lang.t(key);
    cx.page(status(&sent.errors), Some(Nav::Takeovers), &sent.titled(cx.lang, &title), || {
        let carried: Vec<_> = CARRIED
            .into_iter()
            .map(|name| (name, sent.value(name)))
            .filter(|(_, value)| !value.is_empty())
            .map(|(name, value)| view! { <input type="hidden" name=name value=value /> })
            .collect();
        let deed = sent.value("do");
        let task = (deed != "sign").then(|| {
            let fits = |task: &&Task| deed != "tick" || !task.is_computed();
            let tasks = Task::ALL.iter().filter(fits);
            let tasks = tasks.map(|task| (task.as_str().to_owned(), say(&task.message()))).collect::<Vec<_>>();
            view! { <Choice name="task" label=t("bulk-task") options=tasks sent=sent.clone() /> }
        });
        let rest = match deed.as_str() {
            "tick" => view! { <Field name="note" label=t("takeover-note") sent=sent.clone() /> }.into_any(),
            "sign" => view! {
                <Field name="number" label=t("paper-number") hint=t("takeover-elsewhere-hint") sent=sent.clone() />
                <Field name="signed_on" label=t("paper-signed") typed=Typed::Day sent=sent.clone() />
                <Field name="instrument_until" label=t("paper-until") typed=Typed::Day sent=sent.clone() />
                <Field
                    name="published_on"
                    label=t("paper-published")
                    hint=t("assign-published-hint")
                    typed=Typed::Day
                    sent=sent.clone()
                />
            }
                .into_any(),
            "waive" => view! {
                <Field name="reason" label=t("waiver-reason") sent=sent.clone() />
                <Field name="plan" label=t("waiver-plan") sent=sent.clone() />
                <Field name="to" label=t("waiver-to") typed=Typed::Day sent=sent.clone() />
            }
                .into_any(),
            _ => {
                let decisions = Decision::ALL.iter();
                let decisions = decisions.map(|each| (each.as_str().to_owned(), say(&each.message())));
                let decisions: Vec<_> = decisions.collect();
                view! {
                    <Choice name="decision" label=t("bulk-decision") options=decisions sent=sent.clone() />
                    <Field name="answer" label=t("proposal-opinion") sent=sent.clone() />
                }
                    .into_any()
            }
        };
        view! {
            <nav class="crumbs" aria-label=t("crumbs-label")>
                <ol><li><a href="/takeovers">{t("takeovers-title")}</a></li></ol>
            </nav>
            <ErrorSummary errors=sent.errors.clone() />
            <div class="title" id="items">
                <h1 id="do">{title.clone()}</h1>
                <small>{say(&Message::new("assignments-count").with("count", count))}</small>
            </div>
            <form class="card pad form" method="post" action="/takeovers" novalidate=true>
                {carried}
                <input type="hidden" name="step" value="do" />
                {task}
                {rest}
                <div class="actions">
                    <button class="button">{say(&Message::new("bulk-do").with("count", count))}</button>
                    <a href="/takeovers">{t("cancel")}</a>
                </div>
            </form>
        }
    })
}

/// To how many it was done, to which not, and why.
fn result(cx: &Cx, key: &'static str, outcome: &Outcome) -> Response {
    let title = format!("{} · {}", cx.lang.t("bulk-result"), cx.lang.t(key));
    cx.page(axum::http::StatusCode::OK, Some(Nav::Takeovers), &title, || {
        let done = say(&Message::new("bulk-done").with("count", outcome.done));
        let left = outcome.left.len();
        view! {
            <nav class="crumbs" aria-label=t("crumbs-label")>
                <ol><li><a href="/takeovers">{t("takeovers-title")}</a></li></ol>
            </nav>
            <div class="title"><h1>{title.clone()}</h1></div>
            <p class="done" role="status">{done}</p>
            {(left > 0)
                .then(|| {
                    view! {
                        <section class="card">
                            <div class="cap">
                                <h2>{say(&Message::new("bulk-left").with("count", left))}</h2>
                                {(left > LISTED)
                                    .then(|| view! { <small>{say(&Message::new("bulk-listed").with("count", LISTED))}</small> })}
                            </div>
                            {table(&outcome.left)}
                        </section>
                    }
                })}
            <p><a href="/takeovers">{t("bulk-back")}</a></p>
        }
    })
}

fn table(left: &[Left]) -> impl IntoView + use<> {
    let rows: Vec<_> = left
        .iter()
        .take(LISTED)
        .map(|left| {
            view! {
                <tr>
                    <th scope="row">
                        <a href=format!("/takeovers/{}", left.of.assignment)>{left.of.power_name.clone()}</a>
                    </th>
                    <td data-label=t("col-unit")>{left.of.unit_name.clone()}</td>
                    <td class="why">{say(&left.why)}</td>
                </tr>
            }
        })
        .collect();
    cards(t("bulk-result"), &[Words("col-power"), Words("col-unit"), Words("bulk-why")], rows)
}
