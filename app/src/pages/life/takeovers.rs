//! The list of take-overs: under way, overdue, all.

use super::{life_tag, tab};
use crate::components::numbers::count;
use crate::components::pager::{Pager, ROWS, pages};
use crate::components::table::{Figures, Words, tabular};
use crate::request::{Answer, Cx, lang_of_page, say, t};
use crate::shell::Nav;
use domain::Message;
use leptos::prelude::*;
use store::life::takeover::Line;

/// `GET /takeovers?view=…&q=…&page=…`
pub async fn show(cx: Cx) -> Answer {
    let view = match cx.param("view") {
        "" => "open",
        view => view,
    }
    .to_owned();
    let typed = cx.param("q").to_owned();
    let mut conn = cx.read().await?;
    let total = store::life::takeover::total(&mut conn, cx.today, &view, &typed, cx.sight()).await?;
    let page = cx.page_number().min(pages(total).max(1));
    let at = (ROWS, (page - 1) * ROWS);
    let lines = store::life::takeover::list(&mut conn, cx.today, &view, &typed, cx.sight(), at).await?;
    drop(conn);
    let title = cx.lang.t("takeovers-title");
    cx.ok(Nav::Takeovers, &title, || {
        let params = vec![("view", view.clone()), ("q", typed.clone())];
        view! {
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
                        {table(&lines)}
                        <Pager path="/takeovers" params=params page=page total=total />
                    </section>
                }
                    .into_any()
            }}
        }
    })
}

fn table(lines: &[Line]) -> impl IntoView + use<> {
    let lang = lang_of_page();
    let rows: Vec<_> = lines
        .iter()
        .map(|line| {
            let due = line.due.map_or_else(|| "—".to_owned(), |due| lang.date(due));
            view! {
                <tr>
                    <th scope="row"><a href=format!("/takeovers/{}", line.assignment)>{line.power.clone()}</a></th>
                    <td>{line.unit.clone()}</td>
                    <td>{life_tag(line.stage)}</td>
                    <td class="when">{lang.date(line.from)}</td>
                    <td class="n">{format!("{}/{}", count(line.tasks - line.open), count(line.tasks))}</td>
                    <td class="n">{count(line.overdue)}</td>
                    <td>{due}</td>
                </tr>
            }
        })
        .collect();
    tabular(
        t("takeovers-title"),
        &[
            Words("col-power"),
            Words("col-unit"),
            Words("proposals-phase"),
            Words("takeover-from"),
            Figures("takeover-met"),
            Figures("takeovers-overdue"),
            Words("life-due"),
        ],
        rows,
    )
}
