//! Drafts a proposal of several powers for several units, or for all of a class.

use super::status;
use crate::components::form::{Choice, ErrorSummary, Field, OFFERED, Sent, Typed, fields, offer};
use crate::pages::assign::{forms, functions};
use crate::request::{Answer, Cx, go_to, say, t};
use crate::shell::Nav;
use axum::body::Bytes;
use axum::http::Uri;
use domain::unit::UnitKind;
use leptos::prelude::*;

/// `GET /proposals/new?powers=…&units=…`
pub async fn show(cx: Cx, uri: Uri) -> Answer {
    let fields = fields(uri.query().unwrap_or_default().as_bytes());
    form(&cx, Sent { fields, errors: Vec::new() }).await
}

/// `POST /proposals/new` keeps the draft; its page is where it is checked before it is sent.
pub async fn send(cx: Cx, body: Bytes) -> Answer {
    let mut fields = fields(&body);
    // Several are typed here, even where it is one.
    fields.remove("power");
    fields.remove("unit");
    match services::life::proposal::draft(&cx.state.db, &cx.caller()?, &fields).await? {
        Ok(id) => Ok(go_to(&format!("/proposals/{id}"))),
        Err(errors) => {
            let beside = |(field, message)| {
                let field = match field {
                    "power" => "powers",
                    "unit" => "units",
                    other => other,
                };
                (field, message)
            };
            form(&cx, Sent { fields, errors: errors.into_iter().map(beside).collect() }).await
        }
    }
}

async fn form(cx: &Cx, sent: Sent) -> Answer {
    let mut conn = cx.read().await?;
    let units = store::unit::options(&mut conn, OFFERED, cx.sight()).await?;
    drop(conn);
    let title = cx.lang.t("proposal-new");
    Ok(cx.page(status(&sent.errors), Some(Nav::Proposals), &sent.titled(cx.lang, &title), || {
        let units = offer(units);
        let none = [(String::new(), t("proposal-kind-none"))];
        let kinds = UnitKind::ALL.iter().map(|kind| (kind.as_str().to_owned(), say(&kind.message())));
        let kinds: Vec<_> = none.into_iter().chain(kinds).collect();
        view! {
            <nav class="crumbs" aria-label=t("crumbs-label")>
                <ol><li><a href="/proposals">{t("proposals-title")}</a></li></ol>
            </nav>
            <ErrorSummary errors=sent.errors.clone() />
            <div class="title"><h1>{title}</h1></div>
            <p class="lead">{t("proposal-new-intro")} " " <a href="/assignments/new">{t("proposal-to-one")}</a></p>
            <form class="card pad form" method="post" action="/proposals/new" novalidate=true>
                <datalist id="givers">{units}</datalist>
                <fieldset>
                    <legend>{t("assign-what")}</legend>
                    <Field name="title" label=t("proposal-name") hint=t("proposal-name-hint") sent=sent.clone() />
                    <Field name="powers" label=t("proposal-powers") hint=t("proposal-powers-hint") sent=sent.clone() />
                    <Field name="units" label=t("proposal-units") hint=t("proposal-units-hint") sent=sent.clone() />
                    <Choice name="kind" label=t("proposal-kind") hint=t("proposal-kind-hint") options=kinds sent=sent.clone() />
                    <Field name="giver" label=t("giver") hint=t("assign-giver-hint") list="givers" sent=sent.clone() />
                    <Field name="former" label=t("proposal-former") hint=t("proposal-former-hint") list="givers" sent=sent.clone() />
                    <Choice name="form" label=t("col-form") options=forms() sent=sent.clone() />
                    {functions(&sent, "functions", "assign-functions-hint")}
                </fieldset>
                <fieldset>
                    <legend>{t("assign-when")}</legend>
                    <Field name="from" label=t("proposal-from") hint=t("proposal-from-hint") typed=Typed::Day sent=sent.clone() />
                    <Field name="to" label=t("col-to") hint=t("assign-to-hint") typed=Typed::Day sent=sent.clone() />
                    <Field
                        name="planned_volume"
                        label=t("planned-volume")
                        hint=t("assign-volume-hint")
                        typed=Typed::Number
                        sent=sent.clone()
                    />
                    <Field name="reason" label=t("proposal-reason") sent=sent.clone() />
                </fieldset>
                <div class="actions">
                    <button class="button">{t("proposal-draft")}</button>
                    <small>{t("proposal-draft-hint")}</small>
                </div>
            </form>
        }
    }))
}
