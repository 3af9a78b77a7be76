//! Papers in lists: all that may be seen, and those of one assignment with what can be drawn up for it.

use super::state_tag;
use crate::components::numbers::count;
use crate::components::pager::{Pager, ROWS, pages};
use crate::components::table::{Figures, Words, cards};
use crate::pages::papers::files;
use crate::request::{Answer, Cx, Failure, href, lang_of_page, say, t};
use crate::shell::Nav;
use access::Action;
use axum::extract::Path;
use domain::Message;
use domain::attachment::Beside;
use domain::id::AssignmentId;
use domain::paper::{PaperKind, PaperState};
use leptos::prelude::*;
use store::paper::{Filter, Line};

/// `GET /papers?q=…&kind=…&state=…&page=…`
pub async fn show(cx: Cx) -> Answer {
    let filter = Filter {
        typed: cx.param("q").to_owned(),
        kind: cx.parsed("kind"),
        state: cx.parsed("state"),
        assignment: None,
    };
    let mut conn = cx.read().await?;
    let total = store::paper::total(&mut conn, &filter, cx.sight()).await?;
    let page = cx.page_number().min(pages(total).max(1));
    let lines = store::paper::list(&mut conn, &filter, cx.sight(), ROWS, (page - 1) * ROWS).await?;
    drop(conn);
    let title = cx.lang.t("papers-title");
    let may_number = cx.may(Action::PaperNumber);
    cx.ok(Nav::Papers, &title, || {
        let kind = filter.kind.map_or("", PaperKind::as_str);
        let state = filter.state.map_or("", PaperState::as_str);
        let params =
            vec![("q", filter.typed.clone()), ("kind", kind.to_owned()), ("state", state.to_owned())];
        view! {
            <div class="title">
                <h1>{title.clone()}</h1>
                <small>{say(&Message::new("papers-count").with("count", total))}</small>
                {may_number
                    .then(|| view! { <span class="push"><a href="/papers/settings">{t("papers-settings")}</a></span> })}
            </div>
            <p class="lead">{t("papers-intro")}</p>
            {filters(&filter)}
            {chips(&filter)}
            {if lines.is_empty() {
                view! { <section class="card pad"><p>{t("papers-none")}</p></section> }.into_any()
            } else {
                view! {
                    <section class="card">
                        {table(&lines)}
                        <Pager path="/papers" params=params page=page total=total />
                    </section>
                }
                    .into_any()
            }}
        }
    })
}

fn filters(filter: &Filter) -> impl IntoView + use<> {
    let kinds: Vec<_> = PaperKind::ALL
        .iter()
        .map(|each| {
            view! { <option value=each.as_str() selected=filter.kind == Some(*each)>{say(&each.message())}</option> }
        })
        .collect();
    let states: Vec<_> = PaperState::ALL
        .iter()
        .map(|each| {
            view! { <option value=each.as_str() selected=filter.state == Some(*each)>{say(&each.message())}</option> }
        })
        .collect();
    view! {
        <form class="filters" id="filters" method="get" action="/papers" role="search">
            <label>
                <span>{t("papers-search")}</span>
                <input type="search" name="q" value=filter.typed.clone() />
            </label>
            <label>
                <span>{t("papers-kind")}</span>
                <select name="kind"><option value="">{t("filter-all")}</option>{kinds}</select>
            </label>
            <label>
                <span>{t("papers-state")}</span>
                <select name="state"><option value="">{t("filter-all")}</option>{states}</select>
            </label>
            <button class="button second">{t("filter-apply")}</button>
        </form>
    }
}

/// What the list is limited to, each to be taken off.
fn chips(filter: &Filter) -> impl IntoView + use<> {
    let kind = filter.kind.map_or("", PaperKind::as_str);
    let state = filter.state.map_or("", PaperState::as_str);
    let typed = filter.typed.as_str();
    let all = [
        (filter.typed.clone(), [("kind", kind), ("state", state)]),
        (filter.kind.map_or(String::new(), |kind| say(&kind.message())), [("q", typed), ("state", state)]),
        (filter.state.map_or(String::new(), |state| say(&state.message())), [("q", typed), ("kind", kind)]),
    ];
    let chips: Vec<_> = all
        .into_iter()
        .filter(|(words, _)| !words.is_empty())
        .map(|(words, others)| {
            view! {
                <li>
                    <a class="chip" href=href("/papers", others)>
                        {words} <span aria-hidden="true">" ✕"</span> <span class="hidden">{t("chip-remove")}</span>
                    </a>
                </li>
            }
        })
        .collect();
    (!chips.is_empty()).then(|| view! { <ul class="chips">{chips}</ul> })
}

fn table(lines: &[Line]) -> impl IntoView + use<> {
    let lang = lang_of_page();
    let rows: Vec<_> = lines
        .iter()
        .map(|Line { paper, issuer, receiver, items, scans }| {
            let signed = paper.signed_on.map_or_else(|| "—".to_owned(), |day| lang.date(day));
            view! {
                <tr>
                    <th scope="row">
                        <a href=format!("/papers/{}", paper.id)>{paper.number.clone()}</a>
                        <small>{say(&paper.kind.message())}</small>
                    </th>
                    <td>{state_tag(paper.state)}</td>
                    <td data-label=t("papers-issuer")>{issuer.clone()}</td>
                    <td data-label=t("papers-receiver")>{receiver.clone()}</td>
                    <td class="n" data-label=t("papers-items")>{count(*items)}</td>
                    <td class="when" data-label=t("papers-drawn-on")>{lang.date(paper.drawn_on)}</td>
                    <td data-label=t("papers-signed-on")>{signed}</td>
                    <td class="n" data-label=t("papers-scans")>{count(*scans)}</td>
                </tr>
            }
        })
        .collect();
    cards(
        t("papers-title"),
        &[
            Words("papers-number"),
            Words("papers-state"),
            Words("papers-issuer"),
            Words("papers-receiver"),
            Figures("papers-items"),
            Words("papers-drawn-on"),
            Words("papers-signed-on"),
            Figures("papers-scans"),
        ],
        rows,
    )
}

/// `GET /assignments/{id}/papers`
pub async fn of_assignment(Path(id): Path<String>, cx: Cx) -> Answer {
    let id: AssignmentId = id.parse().map_err(|_| Failure::NotFound)?;
    let mut conn = cx.read().await?;
    let assignment = store::assignment::visible(&mut conn, id, cx.sight()).await?.ok_or(Failure::NotFound)?;
    let power = store::power::by_id(&mut conn, assignment.power).await?.ok_or(Failure::NotFound)?;
    let unit = store::unit::by_id(&mut conn, assignment.unit).await?.ok_or(Failure::NotFound)?;
    let filter = Filter { assignment: Some(id), ..Filter::default() };
    let lines = store::paper::list(&mut conn, &filter, cx.sight(), ROWS, 0).await?;
    let scans = store::attachment::of(&mut conn, Beside::Assignment, id.0).await?;
    drop(conn);
    let (may_draw, may_attach) = (cx.may(Action::PaperDraw), cx.may(Action::PaperConfirm));
    let title = cx.lang.t("papers-of-assignment");
    let in_title = format!("{title} · {}", power.name);
    cx.ok(Nav::Papers, &in_title, || {
        view! {
            <nav class="crumbs" aria-label=t("crumbs-label")>
                <ol>
                    <li><a href="/papers">{t("papers-title")}</a></li>
                    <li><a href=format!("/assignments/{id}")>{power.name.clone()}</a></li>
                </ol>
            </nav>
            <div class="title">
                <h1>{title.clone()}</h1>
                <small>{format!("{} · {}", power.name, unit.name)}</small>
            </div>
            {may_draw.then(|| kinds(id, assignment.form))}
            {if lines.is_empty() {
                view! { <section class="card pad"><p>{t("papers-none-here")}</p></section> }.into_any()
            } else {
                view! { <section class="card">{table(&lines)}</section> }.into_any()
            }}
            <section class="card">
                <div class="cap">
                    <h2>{t("attachments-elsewhere")}</h2>
                    {may_attach
                        .then(|| view! { <a href=format!("/assignments/{id}/papers/attach")>{t("attachment-add")}</a> })}
                </div>
                {files::table(&scans)}
            </section>
        }
    })
}

/// What can be drawn up for a form of transfer, a link each.
pub fn kinds(id: AssignmentId, form: domain::assignment::Form) -> impl IntoView {
    let links: Vec<_> = PaperKind::ALL
        .iter()
        .filter(|kind| kind.suits(form))
        .map(|kind| {
            let to = href(&format!("/assignments/{id}/papers/new"), [("kind", kind.as_str())]);
            let about = match kind {
                PaperKind::Acceptance => "paper-about-acceptance",
                PaperKind::EntrustmentAgreement => "paper-about-entrustment",
                PaperKind::RecallDecision => "paper-about-recall",
                PaperKind::Waiver => "paper-about-waiver",
            };
            view! { <li><a href=to>{say(&kind.message())}</a> <span>{t(about)}</span></li> }
        })
        .collect();
    view! {
        <section class="card">
            <div class="cap"><h2>{t("paper-draw")}</h2></div>
            <ul class="tasks">{links}</ul>
        </section>
    }
}
