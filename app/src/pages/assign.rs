//! Proposes a power to a unit: the form, the absorption check before anything is kept, and the draft.

use crate::components::form::{Choice, ErrorSummary, Field, OFFERED, Sent, Typed, fields, offer};
use crate::components::status::VerdictTag;
use crate::pages::assignment::{absorption, figures};
use crate::request::{Answer, Cx, Failure, go_to, href, lang_of_page, say, t};
use crate::shell::Nav;
use axum::body::Bytes;
use axum::http::{StatusCode, Uri};
use domain::Message;
use domain::assignment::{Form, Function};
use leptos::prelude::*;
use services::assess::Preview;
use services::assign::Draft;
use services::form::Fields;

/// `GET /assignments/new?power=…&unit=…`; `action` is absent, `edit`, or `check`, which writes nothing and so can
/// be gone back to.
pub async fn show(cx: Cx, uri: Uri) -> Answer {
    let mut fields = fields(uri.query().unwrap_or_default().as_bytes());
    match fields.get("action").map(String::as_str) {
        None => {
            // A month for whoever has to accept, approve and take over.
            let from = cx.today + chrono::TimeDelta::days(30);
            fields.insert("from".to_owned(), from.to_string());
            form(&cx, StatusCode::OK, Sent { fields, errors: Vec::new() }).await
        }
        Some("check") => {
            let mut conn = cx.read().await?;
            let checked = services::assign::check(&mut conn, &fields, cx.today, cx.sight()).await?;
            drop(conn);
            match checked {
                Ok((draft, preview)) => check(&cx, &fields, &draft, preview),
                Err(errors) => form(&cx, StatusCode::UNPROCESSABLE_ENTITY, Sent { fields, errors }).await,
            }
        }
        Some(_) => form(&cx, StatusCode::OK, Sent { fields, errors: Vec::new() }).await,
    }
}

/// `POST /assignments/new` drafts a proposal; nothing reaches a unit but through one.
pub async fn send(cx: Cx, body: Bytes) -> Answer {
    let fields = fields(&body);
    match services::life::proposal::draft(&cx.state.db, &cx.caller()?, &fields).await? {
        Ok(id) => Ok(go_to(&format!("/proposals/{id}"))),
        Err(errors) => form(&cx, StatusCode::UNPROCESSABLE_ENTITY, Sent { fields, errors }).await,
    }
}

async fn form(cx: &Cx, status: StatusCode, sent: Sent) -> Answer {
    let mut conn = cx.read().await?;
    let powers = store::power::options(&mut conn, OFFERED).await?;
    let units = store::unit::options(&mut conn, OFFERED, cx.sight()).await?;
    drop(conn);
    let title = cx.lang.t("assign-title");
    let in_title = sent.titled(cx.lang, &title);
    Ok(cx.page(status, Some(Nav::Assign), &in_title, || {
        let powers = offer(powers);
        let units = offer(units);
        view! {
            <ErrorSummary errors=sent.errors.clone() />
            <div class="title"><h1>{title}</h1></div>
            <p class="lead">{t("assign-intro")}</p>
            <form class="card pad form" method="get" action="/assignments/new" novalidate=true>
                <datalist id="powers">{powers}</datalist>
                <datalist id="units">{units}</datalist>
                <fieldset>
                    <legend>{t("assign-what")}</legend>
                    <Field name="power" label=t("col-power") hint=t("assign-power-hint") list="powers" sent=sent.clone() />
                    <Field name="unit" label=t("assign-unit") hint=t("assign-unit-hint") list="units" sent=sent.clone() />
                    <Field name="giver" label=t("giver") hint=t("assign-giver-hint") list="units" sent=sent.clone() />
                    <Choice name="form" label=t("col-form") options=forms() sent=sent.clone() />
                    {functions(&sent, "functions", "assign-functions-hint")}
                </fieldset>
                <fieldset>
                    <legend>{t("assign-when")}</legend>
                    <Field name="from" label=t("col-from") typed=Typed::Day sent=sent.clone() />
                    <Field name="to" label=t("col-to") hint=t("assign-to-hint") typed=Typed::Day sent=sent.clone() />
                    <Field
                        name="planned_volume"
                        label=t("planned-volume")
                        hint=t("assign-volume-hint")
                        typed=Typed::Number
                        sent=sent.clone()
                    />
                </fieldset>
                <div class="actions">
                    <button class="button" name="action" value="check">{t("assign-check")}</button>
                    <small>{t("assign-check-hint")}</small>
                </div>
            </form>
        }
    }))
}

/// The forms of transfer.
pub fn every_form() -> Vec<(String, String)> {
    let all = Form::ALL.iter().filter(|form| **form != Form::Recalled);
    all.map(|form| (form.as_str().to_owned(), say(&form.message()))).collect()
}

/// The forms of transfer to choose from, none chosen yet.
pub fn forms() -> Vec<(String, String)> {
    std::iter::once((String::new(), t("choose"))).chain(every_form()).collect()
}

/// The functions to choose from, with what they are and how to choose.
pub fn functions(sent: &Sent, legend: &'static str, hint: &'static str) -> impl IntoView + use<> {
    let error = sent.error("functions").map(|message| say(&message));
    let boxes: Vec<_> = Function::ALL
        .iter()
        .enumerate()
        .map(|(place, function)| {
            // The error summary leads to the first one.
            let id = if place == 0 { "functions".to_owned() } else { format!("functions-{function}") };
            view! {
                <label class="check">
                    <input
                        type="checkbox"
                        id=id
                        name="functions"
                        value=function.as_str()
                        checked=sent.chose("functions", function.as_str())
                    />
                    <span>{say(&function.message())}</span>
                </label>
            }
        })
        .collect();
    view! {
        <fieldset class="field" class:wrong=error.is_some()>
            <legend>{t(legend)}</legend>
            <small>{t(hint)}</small>
            {error.clone().map(|error| view! { <strong class="error">{error}</strong> })}
            <div class="checks">{boxes}</div>
        </fieldset>
    }
}

/// Check before anything is saved: what would be, and what it would do to what the unit has.
fn check(cx: &Cx, fields: &Fields, draft: &Draft, preview: Option<Preview>) -> Answer {
    let title = cx.lang.t("assign-check-title");
    // The unit went away between the two.
    let Some(preview) = preview else {
        return Err(Failure::NotFound);
    };
    Ok(cx.page(StatusCode::OK, Some(Nav::Assign), &title, || {
        let lang = lang_of_page();
        let hidden: Vec<_> = fields
            .iter()
            .filter(|(name, _)| *name != "action")
            .map(|(name, value)| view! { <input type="hidden" name=name.clone() value=value.clone() /> })
            .collect();
        let known = fields.iter().filter(|(name, _)| *name != "action");
        let known = known.map(|(name, value)| (name.as_str(), value.as_str()));
        let edit = href("/assignments/new", known.chain([("action", "edit")]));
        let result = &preview.assessment;
        let changed: Vec<_> = preview
            .changed
            .iter()
            .map(|(name, before, after)| {
                view! {
                    <li>
                        {name.clone()} ": " <VerdictTag verdict=*before /> " → " <VerdictTag verdict=*after />
                    </li>
                }
            })
            .collect();
        let now = Message::new("assign-now")
            .with("unit", draft.unit.name.as_str())
            .with("powers", preview.powers_now)
            .with("cannot", preview.cannot_now);
        let functions: Vec<String> =
            draft.assignment.functions.iter().map(|each| say(&each.message())).collect();
        view! {
            <div class="title">
                <h1>{title.clone()}</h1>
                <VerdictTag verdict=result.verdict />
            </div>
            <section class="card pad answer">
                <p>
                    <b>{draft.power.name.clone()}</b>
                    " → "
                    <b>{draft.unit.name.clone()}</b>
                    " · "
                    {say(&draft.assignment.form.message())}
                    " · "
                    {lang.list(&functions)}
                    " · "
                    {lang.date(draft.assignment.period.from)}
                </p>
                <p>{say(&now)}</p>
                {if changed.is_empty() {
                    view! { <p>{t("assign-changes-none")}</p> }.into_any()
                } else {
                    view! {
                        <p>{t("assign-changes")}</p>
                        <ul>{changed}</ul>
                    }
                        .into_any()
                }}
                <form method="post" action="/assignments/new" class="actions">
                    {hidden}
                    <button class="button" name="action" value="save">{t("assign-save")}</button>
                    <a class="button second" href=edit>{t("assign-edit")}</a>
                    <small>{t("assign-save-hint")}</small>
                </form>
            </section>
            <div class="cols">
                <div class="stack">{absorption(result, draft.unit.id, &preview.rules)}</div>
                <div class="stack">{figures(result, preview.version)}</div>
            </div>
        }
    }))
}
