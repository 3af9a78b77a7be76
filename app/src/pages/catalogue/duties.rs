//! The three lists of townships.

use super::{area, search, sieve};
use crate::components::numbers::count;
use crate::components::pager::{Pager, ROWS, pages};
use crate::components::table::{Words, cards};
use crate::request::{Answer, Cx, Failure, href, say, t};
use crate::shell::Nav;
use access::Action;
use domain::Message;
use domain::catalogue::lists::List;
use leptos::prelude::*;
use store::duties::{Filter, Line};

fn params(filter: &Filter) -> Vec<(&'static str, String)> {
    vec![
        ("unit", filter.unit.map_or(String::new(), |id| id.to_string())),
        ("list", filter.list.map_or("", List::as_str).to_owned()),
        ("q", filter.typed.clone()),
    ]
}

/// `GET /duties?unit=…&list=…&q=…&page=…`
pub async fn show(cx: Cx) -> Answer {
    let filter = Filter { unit: cx.parsed("unit"), list: cx.parsed("list"), typed: cx.param("q").to_owned() };
    let mut conn = cx.read().await?;
    let (sight, today) = (cx.sight(), cx.today);
    let unit = match filter.unit {
        Some(unit) => Some(store::unit::visible(&mut conn, unit, sight).await?.ok_or(Failure::NotFound)?),
        None => None,
    };
    let counts = store::duties::counts(&mut conn, &filter, sight).await?;
    let wished = cx.page_number();
    let at = |page: i64| (ROWS, (page - 1) * ROWS);
    let (mut lines, total) = store::duties::lines(&mut conn, &filter, today, sight, at(wished)).await?;
    let page = wished.min(pages(total).max(1));
    if page != wished {
        (lines, _) = store::duties::lines(&mut conn, &filter, today, sight, at(page)).await?;
    }
    drop(conn);
    let title = cx.lang.t("duties-title");
    let is_filtered = filter != Filter::default();
    let (may_import, may_export) = (cx.may(Action::FileImport), cx.may(Action::FileExport));
    cx.ok(Nav::Catalogues, &title, || {
        let numbers: Vec<_> = List::ALL
            .iter()
            .map(|list| {
                let number = counts.iter().find(|(each, _)| each == list).map_or(0, |(_, count)| *count);
                let known = params(&Filter { list: Some(*list), ..filter.clone() });
                let to = href("/duties", known.iter().map(|(name, value)| (*name, value.as_str())));
                view! { <a href=to><b>{count(number)}</b><span>{say(&list.message())}</span></a> }
            })
            .collect();
        let lists = List::ALL.iter().map(|each| (each.as_str().to_owned(), say(&each.message()))).collect();
        view! {
            <div class="title">
                <h1>{title.clone()}</h1>
                <small>{say(&Message::new("rows-count").with("count", total))}</small>
                {may_export.then(|| view! { <span class="push"><a href="/export/duties.csv">{t("export-csv")}</a></span> })}
            </div>
            {area(&cx, "/duties")}
            <p class="lead">{t("duties-intro")}</p>
            <section class="card numbers" aria-label=t("duties-title")>{numbers}</section>
            <form class="filters" method="get" action="/duties" role="search">
                {filter.unit.map(|id| view! { <input type="hidden" name="unit" value=id.to_string() /> })}
                {search(&filter.typed)}
                {sieve("list", "duties-list", filter.list.map_or("", List::as_str), lists)}
                <button class="button second">{t("filter-apply")}</button>
            </form>
            {unit.map(|unit| view! {
                <ul class="chips"><li><a class="chip" href="/duties">{unit.name} <span aria-hidden="true">" ✕"</span> <span class="hidden">{t("chip-remove")}</span></a></li></ul>
            })}
            {if lines.is_empty() {
                view! {
                    <section class="card pad">
                        <p>{t(if is_filtered { "board-none-match" } else { "duties-empty" })}</p>
                        {may_import.then(|| view! { <p><a href="/import?kind=duties">{t("duties-import")}</a></p> })}
                    </section>
                }
                    .into_any()
            } else {
                view! {
                    <section class="card">
                        {table(&lines)}
                        <Pager path="/duties" params=params(&filter) page=page total=total />
                    </section>
                }
                    .into_any()
            }}
        }
    })
}

fn table(lines: &[Line]) -> impl IntoView + use<> {
    let rows: Vec<_> = lines
        .iter()
        .map(|line| {
            let row = &line.row;
            let power = row.power.zip(line.power.clone()).map(|(id, name)| {
                let to = line
                    .assignment
                    .map_or_else(|| format!("/powers/{id}"), |assignment| format!("/assignments/{assignment}"));
                let note = line.assignment.is_none().then(|| t("duties-not-assigned"));
                view! { <a href=to>{name}</a> {note.map(|note| view! { " " <small>{note}</small> })} }
            });
            let lead = if row.lead.is_empty() { "—".to_owned() } else { row.lead.clone() };
            view! {
                <tr>
                    <th scope="row">{row.text.clone()}<small>{format!("{} · {}", row.code, row.basis)}</small></th>
                    <td data-label=t("duties-list")>{say(&row.list.message())}</td>
                    <td data-label=t("col-unit")><a class="quiet" href=format!("/duties?unit={}", row.unit)>{line.unit.clone()}</a></td>
                    <td data-label=t("duties-lead")>{lead}</td>
                    <td class="why">{row.matters.clone()}</td>
                    <td data-label=t("col-power")>{power}</td>
                </tr>
            }
        })
        .collect();
    cards(
        t("duties-title"),
        &[
            Words("duties-text"),
            Words("duties-list"),
            Words("col-unit"),
            Words("duties-lead"),
            Words("duties-matters"),
            Words("col-power"),
        ],
        rows,
    )
}
