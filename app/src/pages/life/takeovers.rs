//! The list of take-overs: under way, overdue, all.

use super::{life_tag, status, tab};
use crate::components::form::{ErrorSummary, Sent};
use crate::components::numbers::count;
use crate::components::pager::{Pager, ROWS, pages};
use crate::components::table::{Figures, Words, cards};
use crate::request::{Answer, Cx, lang_of_page, say, t};
use crate::shell::Nav;
use domain::Message;
use leptos::prelude::*;
use store::life::takeover::Line;

/// `GET /takeovers?view=…&q=…&page=…`
pub async fn show(cx: Cx) -> Answer {
    let asked = ["view", "q"].map(|name| (name.to_owned(), cx.param(name).to_owned()));
    page(&cx, Sent { fields: asked.into(), errors: Vec::new() }).await
}

/// The list, and what was wrong with what was to be done to it.
pub(super) async fn page(cx: &Cx, sent: Sent) -> Answer {
    let view = match sent.value("view") {
        view if view.is_empty() => "open".to_owned(),
        view => view,
    };
    let typed = sent.value("q");
    let mut conn = cx.read().await?;
    let total = store::life::takeover::total(&mut conn, cx.today, &view, &typed, cx.sight()).await?;
    let page = cx.page_number().min(pages(total).max(1));
    let at = (ROWS, (page - 1) * ROWS);
    let lines = store::life::takeover::list(&mut conn, cx.today, &view, &typed, cx.sight(), at).await?;
    drop(conn);
    let title = cx.lang.t("takeovers-title");
    Ok(cx.page(status(&sent.errors), Some(Nav::Takeovers), &sent.titled(cx.lang, &title), || {
        let params = vec![("view", view.clone()), ("q", typed.clone())];
        let choosing = super::bulk::choosing(cx, total, &view, &typed, &sent);
        let choose = choosing.is_some();
        view! {
            <ErrorSummary errors=sent.errors.clone() />
            <div class="title">
                <h1>{title.clone()}</h1>
                <small>{say(&Message::new("assignments-count").with("count", total))}</small>
            </div>
            <p class="lead">{t("takeovers-intro")}</p>
            <ul class="chips">
                {tab("/takeovers", "open", &view, "takeovers-open")}
                {tab("/takeovers", "overdue", &view, "takeovers-overdue")}
                {tab("/takeovers", "all", &view, "proposals-all")}
            </ul>
            <form class="filters" id="filters" method="get" action="/takeovers" role="search">
                <input type="hidden" name="view" value=view.clone() />
                <label>
                    <span>{t("takeovers-search")}</span>
                    <input type="search" name="q" value=typed.clone() />
                </label>
                <button class="button second">{t("filter-apply")}</button>
            </form>
            {if lines.is_empty() {
                view! { <section class="card pad"><p>{t("takeovers-none")}</p></section> }.into_any()
            } else {
                view! {
                    <section class="card">
                        {table(&lines, choose.then_some(&sent))}
                        <Pager path="/takeovers" params=params page=page total=total />
                    </section>
                    {choosing}
                }
                    .into_any()
            }}
        }
    }))
}

/// The rows; with what was chosen of them, where something can be done to several.
fn table(lines: &[Line], chosen: Option<&Sent>) -> impl IntoView + use<> {
    let lang = lang_of_page();
    let rows: Vec<_> = lines
        .iter()
        .map(|line| {
            let due = line.due.map_or_else(|| "—".to_owned(), |due| lang.date(due));
            let choose = chosen.map(|sent| {
                let id = line.assignment.to_string();
                let checked = sent.chose("items", &id);
                let label = format!("{} {}", line.power, line.unit);
                view! {
                    <td class="choose">
                        <label class="check">
                            <input type="checkbox" form="bulk" name="items" value=id checked=checked aria-label=label />
                        </label>
                    </td>
                }
            });
            view! {
                <tr>
                    {choose}
                    <th scope="row"><a href=format!("/takeovers/{}", line.assignment)>{line.power.clone()}</a></th>
                    <td data-label=t("col-unit")>{line.unit.clone()}</td>
                    <td>{life_tag(line.stage)}</td>
                    <td class="when" data-label=t("takeover-from")>{lang.date(line.from)}</td>
                    <td class="n" data-label=t("takeover-met")>{format!("{}/{}", count(line.tasks - line.open), count(line.tasks))}</td>
                    <td class="n" data-label=t("takeovers-overdue")>{count(line.overdue)}</td>
                    <td data-label=t("life-due")>{due}</td>
                </tr>
            }
        })
        .collect();
    let heads = [
        Words("col-power"),
        Words("col-unit"),
        Words("proposals-phase"),
        Words("takeover-from"),
        Figures("takeover-met"),
        Figures("takeovers-overdue"),
        Words("life-due"),
    ];
    let first = chosen.map(|_| Words("proposal-choose"));
    let heads: Vec<_> = first.into_iter().chain(heads).collect();
    cards(t("takeovers-title"), &heads, rows)
}
