//! Limits and offsets of hand-offs.

use crate::components::form::{Choice, ErrorSummary, Field, Sent, Typed, fields};
use crate::request::{Answer, Cx, go_to, t};
use crate::shell::Nav;
use access::Action;
use axum::body::Bytes;
use axum::http::StatusCode;
use domain::handoff::Settings;
use leptos::prelude::*;
use services::form::Fields;

/// The numbers, with their words.
const NUMBERS: [(&str, &str, &str); 8] = [
    ("push_days", "handoff-push-days", "handoff-push-days-hint"),
    ("claim_days", "handoff-claim-days", "handoff-claim-days-hint"),
    ("answer_days", "handoff-answer-days", "handoff-answer-days-hint"),
    ("remind_before", "handoff-remind-before", "handoff-remind-before-hint"),
    ("escalate_first", "handoff-escalate-first", "handoff-escalate-first-hint"),
    ("escalate_second", "handoff-escalate-second", "handoff-escalate-second-hint"),
    ("penalty_days", "handoff-penalty-days", "handoff-penalty-days-hint"),
    ("case_before", "handoff-case-before", "handoff-case-before-hint"),
];

fn written(settings: &Settings) -> Fields {
    let number = |name: &str, days: u32| (name.to_owned(), days.to_string());
    Fields::from([
        number("push_days", settings.push_days),
        number("claim_days", settings.claim_days),
        number("answer_days", settings.answer_days),
        number("remind_before", settings.remind_before),
        number("escalate_first", settings.escalate_first),
        number("escalate_second", settings.escalate_second),
        number("penalty_days", settings.penalty_days),
        number("case_before", settings.case_before),
        ("pushed_is_claimed".to_owned(), if settings.pushed_is_claimed { "on" } else { "off" }.to_owned()),
        ("imports_from".to_owned(), settings.imports_from.map_or(String::new(), |day| day.to_string())),
    ])
}

/// `GET /handoffs/settings`
pub async fn show(cx: Cx) -> Answer {
    let mut conn = cx.read().await?;
    let settings = services::handoff::settings(&mut conn).await?;
    drop(conn);
    Ok(page(&cx, StatusCode::OK, Sent { fields: written(&settings), errors: Vec::new() }))
}

/// `POST /handoffs/settings`
pub async fn send(cx: Cx, body: Bytes) -> Answer {
    let fields = fields(&body);
    match services::handoff::change_settings(&cx.state.db, &cx.caller()?, &fields).await? {
        Ok(()) => Ok(go_to("/handoffs/settings?saved=1")),
        Err(errors) => Ok(page(&cx, StatusCode::UNPROCESSABLE_ENTITY, Sent { fields, errors })),
    }
}

fn page(cx: &Cx, status: StatusCode, sent: Sent) -> axum::response::Response {
    let title = cx.lang.t("handoff-settings");
    let saved = cx.param("saved") == "1";
    let may_change = cx.may(Action::HandoffSettings);
    cx.page(status, Some(Nav::Handoffs), &sent.titled(cx.lang, &title), || {
        let choices = vec![
            ("off".to_owned(), t("handoff-claimed-by-hand")),
            ("on".to_owned(), t("handoff-pushed-is-claimed")),
        ];
        let inputs: Vec<_> = NUMBERS
            .map(|(name, label, hint)| {
                view! { <Field name=name label=t(label) hint=t(hint) typed=Typed::Number sent=sent.clone() /> }
            })
            .into_iter()
            .collect();
        let rows: Vec<_> = NUMBERS
            .map(|(name, label, _)| view! { <dt>{t(label)}</dt><dd>{sent.value(name)}</dd> })
            .into_iter()
            .collect();
        let from = sent.value("imports_from");
        view! {
            <nav class="crumbs" aria-label=t("crumbs-label")>
                <ol><li><a href="/handoffs">{t("handoffs-title")}</a></li></ol>
            </nav>
            <ErrorSummary errors=sent.errors.clone() />
            <div class="title">
                <h1>{title.clone()}</h1>
                <span class="push"><a href="/calendar">{t("calendar-title")}</a></span>
            </div>
            <p class="lead">{t("handoff-settings-intro")}</p>
            {saved.then(|| view! { <p class="done" role="status">{t("handoff-settings-saved")}</p> })}
            {if may_change {
                view! {
                    <form class="card pad form" method="post" action="/handoffs/settings" novalidate=true>
                        {inputs}
                        <Choice name="pushed_is_claimed" label=t("handoff-claiming") options=choices sent=sent.clone() />
                        <Field
                            name="imports_from"
                            label=t("handoff-imports-from")
                            hint=t("handoff-imports-from-hint")
                            typed=Typed::Day
                            sent=sent.clone()
                        />
                        <div class="actions"><button class="button">{t("save")}</button></div>
                    </form>
                }
                    .into_any()
            } else {
                view! {
                    <section class="card">
                        <dl class="wide">
                            {rows}
                            <dt>{t("handoff-imports-from")}</dt>
                            <dd>{if from.is_empty() { "—".to_owned() } else { from }}</dd>
                        </dl>
                    </section>
                }
                    .into_any()
            }}
        }
    })
}
