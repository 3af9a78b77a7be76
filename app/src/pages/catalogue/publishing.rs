//! Which units' lists anybody may read.

use super::{area, carried, search};
use crate::components::form::{ErrorSummary, Sent, fields};
use crate::components::numbers::count;
use crate::components::pager::{Pager, ROWS, pages};
use crate::components::table::{Figures, Words, cards};
use crate::request::{Answer, Cx, go_to, href, lang_of_page, say, t};
use crate::shell::Nav;
use axum::body::Bytes;
use axum::http::StatusCode;
use domain::Message;
use leptos::prelude::*;
use store::public::Switch;

/// `GET /publishing?q=…&page=…`
pub async fn show(cx: Cx) -> Answer {
    page(&cx, StatusCode::OK, Sent::default()).await
}

/// `POST /publishing`: `do`, `units` or `all`.
pub async fn send(cx: Cx, body: Bytes) -> Answer {
    let sent = fields(&body);
    match services::catalogue::public::switch(&cx.state.db, &cx.caller()?, &sent).await? {
        Ok(changed) => {
            let typed = sent.get("q").map_or("", String::as_str);
            Ok(go_to(&href("/publishing", [("q", typed), ("changed", changed.to_string().as_str())])))
        }
        Err(errors) => page(&cx, StatusCode::UNPROCESSABLE_ENTITY, Sent { fields: sent, errors }).await,
    }
}

async fn page(cx: &Cx, status: StatusCode, sent: Sent) -> Answer {
    let typed = sent.fields.get("q").cloned().unwrap_or_else(|| cx.param("q").to_owned());
    let mut conn = cx.read().await?;
    let wished = cx.page_number();
    let at = |page: i64| (ROWS, (page - 1) * ROWS);
    let (mut rows, total) =
        store::public::switches(&mut conn, cx.today, &typed, cx.sight(), at(wished)).await?;
    let page = wished.min(pages(total).max(1));
    if page != wished {
        (rows, _) = store::public::switches(&mut conn, cx.today, &typed, cx.sight(), at(page)).await?;
    }
    drop(conn);
    let title = cx.lang.t("publishing-title");
    let in_title = sent.titled(cx.lang, &title);
    let changed: Option<i64> = cx.parsed("changed");
    Ok(cx.page(status, Some(Nav::Catalogues), &in_title, || {
        let all = say(&Message::new("publishing-all").with("count", total));
        let is_empty = rows.is_empty();
        let rows: Vec<_> = rows.iter().map(|each| row(each, &sent)).collect();
        view! {
            <ErrorSummary errors=sent.errors.clone() />
            <div class="title">
                <h1>{title}</h1>
                <span class="push"><a href="/public">{t("publishing-open")}</a></span>
            </div>
            {area(cx, "/publishing")}
            {changed.map(|count| view! {
                <p class="done" role="status">{say(&Message::new("publishing-done").with("count", count))}</p>
            })}
            <p class="lead">{t("publishing-intro")}</p>
            <form class="filters" method="get" action="/publishing" role="search">
                {search(&typed)}
                <button class="button second">{t("filter-apply")}</button>
            </form>
            {if is_empty {
                view! { <section class="card pad" id="units"><p>{t("publishing-none")}</p></section> }.into_any()
            } else {
                view! {
                    <section class="card" id="units">
                        {cards(
                            t("publishing-title"),
                            &[
                                Words("choose-rows"),
                                Words("col-unit"),
                                Figures("publishing-held"),
                                Words("publishing-state"),
                            ],
                            rows,
                        )}
                        <Pager path="/publishing" params=vec![("q", typed.clone())] page=page total=total />
                    </section>
                    <form class="card pad form" id="switch" method="post" action="/publishing">
                        {carried(&[("q", typed.clone())])}
                        <label class="check"><input type="checkbox" name="all" value="yes" checked=sent.chose("all", "yes") />{all}</label>
                        <div class="actions" id="do">
                            <button class="button" name="do" value="publish">{t("publishing-publish")}</button>
                            <button class="button second" name="do" value="withdraw">{t("publishing-withdraw")}</button>
                        </div>
                    </form>
                }
                    .into_any()
            }}
        }
    }))
}

fn row(each: &Switch, sent: &Sent) -> impl IntoView + use<> {
    let id = each.id.to_string();
    let choose = Message::new("publishing-choose").with("unit", each.name.as_str());
    let state = match each.published_on {
        Some(day) => {
            let since = Message::new("publishing-since").with("day", lang_of_page().date(day));
            view! {
                <span class="tag good" data-mark="✓">{say(&since)}</span> " "
                <a href=format!("/public/units/{}", each.code)>{t("publishing-look")}</a>
            }
            .into_any()
        }
        None => view! { <span class="tag idle" data-mark="○">{t("publishing-not")}</span> }.into_any(),
    };
    view! {
        <tr>
            <td class="choose">
                <label class="check">
                    <input type="checkbox" form="switch" name="units" checked=sent.chose("units", &id) value=id aria-label=say(&choose) />
                </label>
            </td>
            <th scope="row">{each.name.clone()}<small>{each.code.clone()}</small></th>
            <td class="n" data-label=t("publishing-held")>{count(each.held)}</td>
            <td data-label=t("publishing-state")>{state}</td>
        </tr>
    }
}
