//! The list of cases, with how far each is.

use super::clock::standing_tag;
use crate::components::pager::{Pager, ROWS, pages};
use crate::components::table::{Words, cards};
use crate::request::{Answer, Cx, href, lang_of_page, say, t};
use crate::shell::Nav;
use access::Action;
use domain::clock::Standing;
use domain::{Date, Message};
use leptos::prelude::*;
use store::case::{Filter, Line, Stage};

fn stage_key(stage: Stage) -> &'static str {
    match stage {
        Stage::Open => "cases-open",
        Stage::Overdue => "cases-late",
        Stage::Paused => "cases-paused",
        Stage::Done => "cases-done",
    }
}

/// `GET /cases?q=…&assignment=…&stage=…&page=…`
pub async fn show(cx: Cx) -> Answer {
    let filter = Filter {
        assignment: cx.parsed("assignment"),
        typed: cx.param("q").to_owned(),
        stage: cx.parsed("stage"),
        on: cx.today,
    };
    let mut conn = cx.read().await?;
    let total = store::case::total(&mut conn, &filter, cx.sight()).await?;
    let page = cx.page_number().min(pages(total).max(1));
    let lines = store::case::list(&mut conn, &filter, cx.sight(), ROWS, (page - 1) * ROWS).await?;
    drop(conn);
    let title = cx.lang.t("cases-title");
    let may_open = cx.may(Action::CaseOpen);
    let today = cx.today;
    cx.ok(Nav::Cases, &title, || {
        let assignment = filter.assignment.map_or(String::new(), |id| id.to_string());
        let stage = filter.stage.map_or("", Stage::as_str).to_owned();
        let params =
            vec![("q", filter.typed.clone()), ("assignment", assignment.clone()), ("stage", stage)];
        let stages: Vec<_> = Stage::ALL
            .into_iter()
            .map(|each| {
                let chosen = filter.stage == Some(each);
                view! { <option value=each.as_str() selected=chosen>{t(stage_key(each))}</option> }
            })
            .collect();
        let new = href("/cases/new", [("assignment", assignment.as_str())]);
        view! {
            <div class="title">
                <h1>{title.clone()}</h1>
                <small>{say(&Message::new("list-count").with("count", total))}</small>
                <span class="push">
                    <a href="/cases/violations">{t("violations-title")}</a>
                    <a href="/export/cases.csv">{t("export-csv")}</a>
                    {(may_open && filter.assignment.is_some())
                        .then(|| view! { <a class="button" href=new>{t("case-open")}</a> })}
                </span>
            </div>
            <p class="lead">{t("cases-intro")}</p>
            <form class="filters" id="filters" method="get" action="/cases" role="search">
                {filter.assignment.map(|id| view! { <input type="hidden" name="assignment" value=id.to_string() /> })}
                <label>
                    <span>{t("cases-search")}</span>
                    <input type="search" name="q" value=filter.typed.clone() />
                </label>
                <label>
                    <span>{t("cases-stage")}</span>
                    <select name="stage"><option value="">{t("filter-all")}</option>{stages}</select>
                </label>
                <button class="button second">{t("filter-apply")}</button>
            </form>
            {filter.assignment.map(|_| view! {
                <ul class="chips"><li><a class="chip" href="/cases">{t("cases-of-one")} <span aria-hidden="true">" ✕"</span> <span class="hidden">{t("chip-remove")}</span></a></li></ul>
            })}
            {if lines.is_empty() {
                view! { <section class="card pad"><p>{t("cases-none")}</p></section> }.into_any()
            } else {
                view! {
                    <section class="card">
                        {table(&lines, today)}
                        <Pager path="/cases" params=params page=page total=total />
                    </section>
                }
                    .into_any()
            }}
        }
    })
}

/// How far a case is in a list: its result, or by when it is to be done.
fn state(line: &Line, today: Date) -> AnyView {
    let progress = &line.progress;
    if let Some(result) = progress.result {
        // Without a limit there is nothing to keep.
        let kept = progress.statutory_due.or(progress.promised_due).zip(progress.decided_on);
        let standing = kept.map(|(due, on)| if due < on { Standing::Broken } else { Standing::Kept });
        return view! { {say(&result.message())} " " {standing.map(standing_tag)} }.into_any();
    }
    let due = progress.statutory_due.or(progress.promised_due);
    let standing = match due {
        _ if line.is_paused => Standing::Paused,
        Some(due) if due < today => Standing::Overdue,
        _ => Standing::Running,
    };
    standing_tag(standing).into_any()
}

fn table(lines: &[Line], today: Date) -> impl IntoView + use<> {
    let lang = lang_of_page();
    let rows: Vec<_> = lines
        .iter()
        .map(|line| {
            let last = line.last.map_or_else(|| t("case-no-steps"), |function| say(&function.message()));
            let day = |day: Option<Date>| day.map_or_else(|| "—".to_owned(), |day| lang.date(day));
            let broken = (line.violations > 0).then(|| {
                let words = say(&Message::new("case-violations").with("count", line.violations));
                view! { " " <span class="tag cannot" data-mark="■">{words}</span> }
            });
            view! {
                <tr class="whole">
                    <th scope="row">
                        <a href=format!("/cases/{}", line.case.id)>{line.case.number.clone()}</a> {broken}
                    </th>
                    <td data-label=t("col-power")>{line.power.clone()}</td>
                    <td data-label=t("col-unit")>{line.unit.clone()}</td>
                    <td class="when" data-label=t("case-opened-on")>{lang.date(line.case.opened_on)}</td>
                    <td data-label=t("case-last")>{last}</td>
                    <td class="when" data-label=t("case-clock-promised")>{day(line.progress.promised_due)}</td>
                    <td class="when" data-label=t("case-clock-statutory")>{day(line.progress.statutory_due)}</td>
                    <td data-label=t("case-clock-standing")>{state(line, today)}</td>
                </tr>
            }
        })
        .collect();
    cards(
        t("cases-title"),
        &[
            Words("case-number"),
            Words("col-power"),
            Words("col-unit"),
            Words("case-opened-on"),
            Words("case-last"),
            Words("case-clock-promised"),
            Words("case-clock-statutory"),
            Words("case-clock-standing"),
        ],
        rows,
    )
}
