//! Rounds "three times up, three times down": the list, and opening one.

use super::versions::choices;
use super::{area, crumbs};
use crate::components::form::{Choice, ErrorSummary, Field, OFFERED, Sent, fields, offer};
use crate::components::numbers::count;
use crate::components::table::{Figures, Words, cards};
use crate::pages::assign::{every_form, functions};
use crate::request::{Answer, Cx, go_to, lang_of_page, say, t};
use crate::shell::Nav;
use access::Action;
use axum::body::Bytes;
use axum::http::StatusCode;
use domain::assignment::Form;
use domain::catalogue::lists::List;
use domain::catalogue::round::Stage;
use domain::unit::UnitKind;
use leptos::prelude::*;
use store::round::Listed;

/// `GET /rounds`
pub async fn list(cx: Cx) -> Answer {
    let mut conn = cx.read().await?;
    let all = store::round::list(&mut conn, cx.sight()).await?;
    drop(conn);
    let title = cx.lang.t("rounds-title");
    let may = cx.may(Action::RoundOpen);
    cx.ok(Nav::Catalogues, &title, || {
        let rows: Vec<_> = all.iter().map(row).collect();
        view! {
            <div class="title">
                <h1>{title.clone()}</h1>
                {may.then(|| view! { <span class="push"><a class="button" href="/rounds/new">{t("round-open")}</a></span> })}
            </div>
            {area(&cx, "/rounds")}
            <p class="lead">{t("rounds-intro")}</p>
            {if rows.is_empty() {
                view! { <section class="card pad"><p>{t("rounds-empty")}</p></section> }.into_any()
            } else {
                view! {
                    <section class="card">
                        {cards(
                            t("rounds-title"),
                            &[
                                Words("round-name"),
                                Words("round-stage"),
                                Words("round-due"),
                                Figures("round-items"),
                                Figures("round-outcome-agreed"),
                                Figures("round-outcome-disputed"),
                                Figures("round-outcome-open"),
                            ],
                            rows,
                        )}
                    </section>
                }
                    .into_any()
            }}
        }
    })
}

/// The stage of a round: a mark and a word.
pub fn stage_tag(stage: Stage) -> impl IntoView + use<> {
    let (class, mark) = match stage {
        Stage::Done => ("good", "✓"),
        stage if stage.is_up() => ("moving", "↑"),
        _ => ("moving", "↓"),
    };
    view! { <span class=format!("tag {class}") data-mark=mark>{say(&stage.message())}</span> }
}

fn row(listed: &Listed) -> impl IntoView + use<> {
    let Listed { round, unit, counts } = listed;
    let due = if round.stage == Stage::Done { "—".to_owned() } else { lang_of_page().date(round.due_on) };
    view! {
        <tr>
            <th scope="row"><a href=format!("/rounds/{}", round.id)>{round.title.clone()}</a><small>{unit.clone()}</small></th>
            <td>{stage_tag(round.stage)}</td>
            <td data-label=t("round-due")>{due}</td>
            <td class="n" data-label=t("round-items")>{count(counts.all())}</td>
            <td class="n" data-label=t("round-outcome-agreed")>{count(counts.agreed)}</td>
            <td class="n" data-label=t("round-outcome-disputed")>{count(counts.disputed)}</td>
            <td class="n" data-label=t("round-outcome-open")>{count(counts.open)}</td>
        </tr>
    }
}

/// `GET /rounds/new`
pub async fn new(cx: Cx) -> Answer {
    form(&cx, StatusCode::OK, Sent::default()).await
}

/// `POST /rounds/new` opens one.
pub async fn open(cx: Cx, body: Bytes) -> Answer {
    let sent = fields(&body);
    match services::catalogue::round::open(&cx.state.db, &cx.caller()?, &sent).await? {
        Ok(id) => Ok(go_to(&format!("/rounds/{id}?done=opened"))),
        Err(errors) => form(&cx, StatusCode::UNPROCESSABLE_ENTITY, Sent { fields: sent, errors }).await,
    }
}

/// Kinds of unit that receive powers, to choose from.
pub fn kinds() -> Vec<(String, String)> {
    let kinds = [UnitKind::Township, UnitKind::Subdistrict];
    let kinds = kinds.iter().map(|kind| (kind.as_str().to_owned(), say(&kind.message())));
    std::iter::once((String::new(), t("round-kinds-all"))).chain(kinds).collect()
}

/// The three lists to choose from.
pub fn lists() -> Vec<(String, String)> {
    List::ALL.iter().map(|list| (list.as_str().to_owned(), say(&list.message()))).collect()
}

async fn form(cx: &Cx, status: StatusCode, sent: Sent) -> Answer {
    let mut conn = cx.read().await?;
    let units = store::unit::options(&mut conn, OFFERED, cx.sight()).await?;
    let versions = store::catalogue::list(&mut conn, cx.today, cx.sight()).await?;
    drop(conn);
    let title = cx.lang.t("round-open");
    let in_title = sent.titled(cx.lang, &title);
    Ok(cx.page(status, Some(Nav::Catalogues), &in_title, || {
        let units = offer(units);
        let mut chosen = sent.clone();
        chosen.fields.entry("form".to_owned()).or_insert_with(|| Form::Conferral.as_str().to_owned());
        view! {
            {crumbs("/rounds".to_owned(), "rounds-title")}
            <ErrorSummary errors=sent.errors.clone() />
            <div class="title"><h1>{title}</h1></div>
            <p class="lead">{t("round-open-intro")}</p>
            <form class="card pad form" method="post" action="/rounds/new" novalidate=true>
                <datalist id="units">{units}</datalist>
                <Field name="title" label=t("round-name") sent=sent.clone() />
                <Field name="unit" label=t("round-scope") hint=t("round-scope-hint") list="units" sent=sent.clone() />
                <Choice name="kind" label=t("round-kinds") options=kinds() sent=sent.clone() />
                <Choice name="version" label=t("catalogue-version") hint=t("round-version-hint") options=choices(&versions) sent=sent.clone() />
                <Field name="days" label=t("round-days") hint=t("round-days-hint") sent=sent.clone() />
                <Choice name="form" label=t("col-form") hint=t("round-form-hint") options=every_form() sent=chosen />
                {functions(&sent, "round-functions", "round-functions-usual")}
                <Choice name="list" label=t("duties-list") options=lists() sent=sent.clone() />
                <div class="actions"><button class="button">{t("round-open")}</button></div>
            </form>
        }
    }))
}
