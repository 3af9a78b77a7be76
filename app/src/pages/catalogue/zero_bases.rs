//! Zero-base reviews: the list, and opening one.

use super::rounds::kinds;
use super::{area, crumbs};
use crate::components::form::{Choice, ErrorSummary, Field, OFFERED, Sent, Typed, fields, offer};
use crate::components::numbers::count;
use crate::components::table::{Figures, Words, cards};
use crate::request::{Answer, Cx, go_to, lang_of_page, t};
use crate::shell::Nav;
use access::Action;
use axum::body::Bytes;
use axum::http::StatusCode;
use leptos::prelude::*;
use store::zero_base::Listed;

/// `GET /zero-base`
pub async fn list(cx: Cx) -> Answer {
    let mut conn = cx.read().await?;
    let all = store::zero_base::list(&mut conn, cx.sight()).await?;
    drop(conn);
    let title = cx.lang.t("zero-bases-title");
    let may = cx.may(Action::ZeroBaseOpen);
    cx.ok(Nav::Catalogues, &title, || {
        let rows: Vec<_> = all.iter().map(row).collect();
        view! {
            <div class="title">
                <h1>{title.clone()}</h1>
                {may.then(|| view! { <span class="push"><a class="button" href="/zero-base/new">{t("zero-base-open")}</a></span> })}
            </div>
            {area(&cx, "/zero-base")}
            <p class="lead">{t("zero-bases-intro")}</p>
            {if rows.is_empty() {
                view! { <section class="card pad"><p>{t("zero-bases-empty")}</p></section> }.into_any()
            } else {
                view! {
                    <section class="card">
                        {cards(
                            t("zero-bases-title"),
                            &[
                                Words("reviews-name"),
                                Words("reviews-state"),
                                Words("reviews-due"),
                                Figures("zero-base-lines"),
                                Figures("zero-base-argued"),
                                Figures("zero-base-decided"),
                                Figures("zero-base-dropped"),
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

fn row(listed: &Listed) -> impl IntoView + use<> {
    let Listed { review, unit, progress } = listed;
    let (class, mark, state) = if review.closed_on.is_some() {
        ("tag good", "✓", "reviews-closed")
    } else {
        ("tag moving", "▷", "reviews-running")
    };
    view! {
        <tr>
            <th scope="row"><a href=format!("/zero-base/{}", review.id)>{review.title.clone()}</a><small>{unit.clone()}</small></th>
            <td><span class=class data-mark=mark>{t(state)}</span></td>
            <td class="when" data-label=t("reviews-due")>{lang_of_page().date(review.due_on)}</td>
            <td class="n" data-label=t("zero-base-lines")>{count(progress.lines)}</td>
            <td class="n" data-label=t("zero-base-argued")>{count(progress.argued)}</td>
            <td class="n" data-label=t("zero-base-decided")>{count(progress.decided)}</td>
            <td class="n" data-label=t("zero-base-dropped")>{count(progress.dropped)}</td>
        </tr>
    }
}

/// `GET /zero-base/new`
pub async fn new(cx: Cx) -> Answer {
    form(&cx, StatusCode::OK, Sent::default()).await
}

/// `POST /zero-base/new` opens one.
pub async fn open(cx: Cx, body: Bytes) -> Answer {
    let sent = fields(&body);
    match services::catalogue::zero_base::open(&cx.state.db, &cx.caller()?, &sent).await? {
        Ok(id) => Ok(go_to(&format!("/zero-base/{id}"))),
        Err(errors) => form(&cx, StatusCode::UNPROCESSABLE_ENTITY, Sent { fields: sent, errors }).await,
    }
}

async fn form(cx: &Cx, status: StatusCode, sent: Sent) -> Answer {
    let mut conn = cx.read().await?;
    let units = store::unit::options(&mut conn, OFFERED, cx.sight()).await?;
    drop(conn);
    let title = cx.lang.t("zero-base-open");
    let in_title = sent.titled(cx.lang, &title);
    Ok(cx.page(status, Some(Nav::Catalogues), &in_title, || {
        let units = offer(units);
        view! {
            {crumbs("/zero-base".to_owned(), "zero-bases-title")}
            <ErrorSummary errors=sent.errors.clone() />
            <div class="title"><h1>{title}</h1></div>
            <p class="lead">{t("zero-base-open-intro")}</p>
            <form class="card pad form" method="post" action="/zero-base/new" novalidate=true>
                <datalist id="units">{units}</datalist>
                <Field name="title" label=t("reviews-name") sent=sent.clone() />
                <Field name="unit" label=t("col-unit") hint=t("zero-base-unit-hint") list="units" sent=sent.clone() />
                <Choice name="kind" label=t("round-kinds") options=kinds() sent=sent.clone() />
                <Field name="due" label=t("reviews-due") typed=Typed::Day sent=sent.clone() />
                <div class="actions"><button class="button">{t("zero-base-open")}</button></div>
            </form>
        }
    }))
}
