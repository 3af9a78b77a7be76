//! The list of proposals: mine to do, waiting for others, all.

use super::{me, phase_tag, tab, who};
use crate::components::numbers::count;
use crate::components::pager::{Pager, ROWS, pages};
use crate::components::table::{Figures, Words, cards};
use crate::request::{Answer, Cx, lang_of_page, say, t};
use crate::shell::Nav;
use access::Action;
use domain::Message;
use domain::life::state::Phase;
use leptos::prelude::*;
use store::life::proposal::{Filter, Line};

/// `GET /proposals?view=…&phase=…&q=…&page=…`
pub async fn show(cx: Cx) -> Answer {
    let view = match cx.param("view") {
        "" => "all",
        view => view,
    };
    let filter = Filter { view: view.to_owned(), phase: cx.parsed("phase"), typed: cx.param("q").to_owned() };
    let mut conn = cx.read().await?;
    let total = store::life::proposal::total(&mut conn, &filter, cx.sight(), me(&cx)).await?;
    let page = cx.page_number().min(pages(total).max(1));
    let offset = (page - 1) * ROWS;
    let lines = store::life::proposal::list(&mut conn, &filter, cx.sight(), me(&cx), ROWS, offset).await?;
    drop(conn);
    let (may_draft, may_route) = (cx.may(Action::AssignmentCreate), cx.may(Action::RouteChange));
    let title = cx.lang.t("proposals-title");
    cx.ok(Nav::Proposals, &title, || {
        let phases: Vec<_> = Phase::ALL
            .iter()
            .map(|phase| {
                let chosen = filter.phase == Some(*phase);
                view! { <option value=phase.as_str() selected=chosen>{say(&phase.message())}</option> }
            })
            .collect();
        let params = vec![
            ("view", filter.view.clone()),
            ("phase", filter.phase.map_or_else(String::new, |phase| phase.to_string())),
            ("q", filter.typed.clone()),
        ];
        view! {
            <div class="title">
                <h1>{title.clone()}</h1>
                <small>{say(&Message::new("list-count").with("count", total))}</small>
                <span class="push">
                    {may_route.then(|| view! { <a href="/routes">{t("routes-title")}</a> })}
                    <a href="/adjustments">{t("adjustments-title")}</a>
                    {may_draft.then(|| view! { <a class="button" href="/proposals/new">{t("proposal-new")}</a> })}
                </span>
            </div>
            <p class="lead">{t("proposals-intro")}</p>
            <ul class="chips">
                {tab("/proposals", "mine", &filter.view, "proposals-mine")}
                {tab("/proposals", "waiting", &filter.view, "proposals-waiting")}
                {tab("/proposals", "all", &filter.view, "proposals-all")}
            </ul>
            <form class="filters" id="filters" method="get" action="/proposals" role="search">
                <input type="hidden" name="view" value=filter.view.clone() />
                <label>
                    <span>{t("proposals-search")}</span>
                    <input type="search" name="q" value=filter.typed.clone() />
                </label>
                <label>
                    <span>{t("proposals-phase")}</span>
                    <select name="phase"><option value="">{t("proposals-any")}</option>{phases}</select>
                </label>
                <button class="button second">{t("filter-apply")}</button>
            </form>
            {if lines.is_empty() {
                view! { <section class="card pad"><p>{t("proposals-none")}</p></section> }.into_any()
            } else {
                view! {
                    <section class="card">
                        {table(&lines)}
                        <Pager path="/proposals" params=params page=page total=total />
                    </section>
                }
                    .into_any()
            }}
        }
    })
}

/// Proposals as rows; the first page shows some, too.
pub(super) fn table(lines: &[Line]) -> impl IntoView + use<> {
    let lang = lang_of_page();
    let rows: Vec<_> = lines
        .iter()
        .map(|line| {
            let proposal = &line.proposal;
            let due = line.due.map_or_else(|| "—".to_owned(), |due| lang.date(due));
            let answered = line.items - line.open;
            view! {
                <tr>
                    <th scope="row">
                        <a href=format!("/proposals/{}", proposal.id)>{proposal.title.clone()}</a>
                        <small>{proposal.number.clone()}</small>
                    </th>
                    <td>
                        {phase_tag(proposal.phase)}
                        {line.is_mine.then(|| view! { " " <small>{t("proposals-mine")}</small> })}
                    </td>
                    <td data-label=t("proposal-by")>{line.unit.clone()} " " <small>{who(line.drafter.as_deref(), line.principal.as_deref())}</small></td>
                    <td data-label=t("col-form")>{say(&proposal.form.message())}</td>
                    <td class="n" data-label=t("proposal-answered")>{format!("{}/{}", count(answered), count(line.items))}</td>
                    <td class="n" data-label=t("proposal-objected")>{count(line.objected)}</td>
                    <td data-label=t("life-due")>{due}</td>
                </tr>
            }
        })
        .collect();
    cards(
        t("proposals-title"),
        &[
            Words("proposal-name"),
            Words("proposals-phase"),
            Words("proposal-by"),
            Words("col-form"),
            Figures("proposal-answered"),
            Figures("proposal-objected"),
            Words("life-due"),
        ],
        rows,
    )
}
