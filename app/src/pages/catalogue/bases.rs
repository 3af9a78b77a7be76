//! The articles on which powers stand: how each stands today, and marking what became of one.

use super::{area, search, sieve};
use crate::components::form::{Choice, ErrorSummary, Field, Sent, Typed, fields};
use crate::components::numbers::count;
use crate::components::pager::{Pager, ROWS, pages};
use crate::components::table::{Figures, Words, cards};
use crate::request::{Answer, Cx, go_to, href, lang_of_page, say, t};
use crate::shell::Nav;
use access::Action;
use axum::body::Bytes;
use axum::http::StatusCode;
use domain::Message;
use domain::catalogue::basis::{BasisState, Standing};
use domain::catalogue::normal;
use leptos::prelude::*;
use services::catalogue::basis::{Cited, cited};

/// `GET /bases?q=…&standing=…&page=…`
pub async fn show(cx: Cx) -> Answer {
    page(&cx, StatusCode::OK, Sent::default()).await
}

/// `POST /bases` marks what became of an article.
pub async fn send(cx: Cx, body: Bytes) -> Answer {
    let sent = fields(&body);
    match services::catalogue::basis::mark(&cx.state.db, &cx.caller()?, &sent).await? {
        Ok(reached) => {
            let (powers, units) = (reached.powers.to_string(), reached.units.to_string());
            let query = [("done", "marked"), ("powers", powers.as_str()), ("units", units.as_str())];
            Ok(go_to(&href("/bases", query)))
        }
        Err(errors) => page(&cx, StatusCode::UNPROCESSABLE_ENTITY, Sent { fields: sent, errors }).await,
    }
}

async fn page(cx: &Cx, status: StatusCode, sent: Sent) -> Answer {
    let mut all = {
        let mut conn = cx.read().await?;
        cited(&mut conn, cx.today, cx.sight()).await?
    };
    let (typed, standing): (String, Option<Standing>) = (normal(cx.param("q")), cx.parsed("standing"));
    let totals: Vec<(Standing, i64)> = Standing::ALL
        .iter()
        .map(|each| {
            let number = all.iter().filter(|cited| cited.standing == *each).count();
            (*each, i64::try_from(number).unwrap_or(i64::MAX))
        })
        .collect();
    let options: Vec<String> = all.iter().map(|cited| cited.citation.clone()).collect();
    all.retain(|cited| {
        standing.is_none_or(|standing| cited.standing == standing)
            && (normal(&cited.citation).contains(&typed)
                || cited.powers.iter().any(|(_, name)| normal(name).contains(&typed)))
    });
    let total = i64::try_from(all.len()).unwrap_or(i64::MAX);
    let page = cx.page_number().min(pages(total).max(1));
    let first = usize::try_from((page - 1) * ROWS).unwrap_or(0);
    let rows = usize::try_from(ROWS).unwrap_or(50);
    let title = cx.lang.t("bases-title");
    let in_title = sent.titled(cx.lang, &title);
    let may = cx.may(Action::BasisMark);
    let done = (cx.param("done") == "marked").then(|| {
        Message::new("bases-done")
            .with("powers", cx.parsed("powers").unwrap_or(0_i64))
            .with("units", cx.parsed("units").unwrap_or(0_i64))
    });
    Ok(cx.page(status, Some(Nav::Catalogues), &in_title, || {
        let shown: Vec<_> = all.iter().skip(first).take(rows).map(row).collect();
        let numbers: Vec<_> = totals
            .iter()
            .map(|(standing, number)| {
                let (class, _) = look(*standing);
                let to = href("/bases", [("standing", standing.as_str())]);
                view! { <a href=to><b class=class>{count(*number)}</b><span>{say(&standing.message())}</span></a> }
            })
            .collect();
        let standings =
            Standing::ALL.iter().map(|each| (each.as_str().to_owned(), say(&each.message()))).collect();
        let params = vec![("q", cx.param("q").to_owned()), ("standing", cx.param("standing").to_owned())];
        view! {
            <ErrorSummary errors=sent.errors.clone() />
            <div class="title">
                <h1>{title}</h1>
                <small>{say(&Message::new("rows-count").with("count", total))}</small>
            </div>
            {area(cx, "/bases")}
            {done.map(|done| view! { <p class="done" role="status">{say(&done)}</p> })}
            <p class="lead">{t("bases-intro")}</p>
            <section class="card numbers" aria-label=t("bases-title")>{numbers}</section>
            <form class="filters" method="get" action="/bases" role="search">
                {search(cx.param("q"))}
                {sieve("standing", "bases-standing", cx.param("standing"), standings)}
                <button class="button second">{t("filter-apply")}</button>
            </form>
            {if shown.is_empty() {
                view! { <section class="card pad"><p>{t("bases-none")}</p></section> }.into_any()
            } else {
                view! {
                    <section class="card">
                        {cards(
                            t("bases-title"),
                            &[
                                Words("bases-citation"),
                                Words("bases-standing"),
                                Words("bases-last"),
                                Words("bases-mark"),
                                Figures("bases-assigned"),
                                Words("bases-powers"),
                            ],
                            shown,
                        )}
                        <Pager path="/bases" params=params page=page total=total />
                    </section>
                }
                    .into_any()
            }}
            {may.then(|| form(options, &sent))}
        }
    }))
}

const fn look(standing: Standing) -> (&'static str, &'static str) {
    match standing {
        Standing::Lapsed => ("cannot", "■"),
        Standing::Soon | Standing::Coming => ("poorly", "◧"),
        Standing::Changed => ("moving", "±"),
        Standing::InForce => ("good", "✓"),
    }
}

fn row(cited: &Cited) -> impl IntoView + use<> {
    let lang = lang_of_page();
    let (class, mark) = look(cited.standing);
    let powers: Vec<_> = cited
        .powers
        .iter()
        .map(|(id, name)| view! { <li><a href=format!("/powers/{id}")>{name.clone()}</a></li> })
        .collect();
    let many = say(&Message::new("bases-powers-count").with("count", powers.len()));
    let marked = cited.mark.as_ref().map(|mark| {
        let since = Message::new("bases-since")
            .with("state", mark.state.message())
            .with("since", lang.date(mark.since));
        view! { {say(&since)} " " <small>{mark.source.clone()}</small> }
    });
    view! {
        <tr>
            <th scope="row">{cited.citation.clone()}</th>
            <td><span class=format!("tag {class}") data-mark=mark>{say(&cited.standing.message())}</span></td>
            <td class="when" data-label=t("bases-last")>{cited.last.map_or_else(|| "—".to_owned(), |last| lang.date(last))}</td>
            <td data-label=t("bases-mark")>{marked}</td>
            <td class="n" data-label=t("bases-assigned")>{count(cited.assigned)}</td>
            <td data-label=t("bases-powers")><details><summary>{many}</summary><ul class="plain">{powers}</ul></details></td>
        </tr>
    }
}

fn form(options: Vec<String>, sent: &Sent) -> impl IntoView + use<> {
    let options: Vec<_> = options.into_iter().map(|each| view! { <option value=each></option> }).collect();
    let states: Vec<(String, String)> =
        [BasisState::Expired, BasisState::Repealed, BasisState::Changed, BasisState::InForce]
            .iter()
            .map(|state| (state.as_str().to_owned(), say(&state.message())))
            .collect();
    view! {
        <section class="card">
            <div class="cap"><h2>{t("bases-mark-title")}</h2><small>{t("bases-mark-hint")}</small></div>
            <form class="pad form" method="post" action="/bases" novalidate=true>
                <datalist id="citations">{options}</datalist>
                <Field name="citation" label=t("bases-citation") list="citations" sent=sent.clone() />
                <div class="grid">
                    <Choice name="state" label=t("bases-mark") options=states sent=sent.clone() />
                    <Field name="since" label=t("bases-from") typed=Typed::Day sent=sent.clone() />
                    <Field name="source" label=t("bases-source") hint=t("bases-source-hint") sent=sent.clone() />
                </div>
                <div class="actions"><button class="button">{t("bases-mark-do")}</button></div>
            </form>
        </section>
    }
}
