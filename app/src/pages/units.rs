//! The unit tree, a level at a time, with what is counted and summed below each unit.

use crate::components::numbers::count;
use crate::components::table::{Words, cards};
use crate::i18n::decimal;
use crate::request::{Answer, Cx, lang_of_page, say, t};
use crate::shell::Nav;
use domain::assess::Verdict;
use domain::unit::Unit;
use islands::QuickFilter;
use leptos::prelude::*;
use store::unit::TreeRow;

/// Most units that a search shows.
const FOUND: i64 = 100;
/// How far the page goes down by itself while there is one unit only.
const LEVELS: usize = 4;

/// Levels below this one are not moved further in.
const DEEPEST: usize = 5;

/// `GET /units?q=…`
pub async fn show(cx: Cx) -> Answer {
    let typed = cx.param("q").to_owned();
    let mut conn = cx.read().await?;
    if !typed.is_empty() {
        let found = store::unit::search(&mut conn, &typed, FOUND, cx.sight()).await?;
        drop(conn);
        return search(&cx, &typed, found);
    }
    // Province and city say little where there is one of each: go down to where the tree spreads.
    let mut above: Vec<TreeRow> = Vec::new();
    let mut rows = store::unit::children(&mut conn, None, cx.sight()).await?;
    while let [only] = rows.as_slice()
        && only.children > 0
        && above.len() < LEVELS
    {
        let below = store::unit::children(&mut conn, Some(only.unit.id), cx.sight()).await?;
        above.append(&mut rows);
        rows = below;
    }
    drop(conn);
    let title = cx.lang.t("units-title");
    cx.ok(Nav::Units, &title, || {
        view! {
            <div class="title">
                <h1>{title.clone()}</h1>
                <small>{above.iter().map(|row| row.unit.name.clone()).collect::<Vec<_>>().join(" / ")}</small>
                <span class="push"><a href="/export/units.csv">{t("export-csv")}</a></span>
            </div>
            {search_form("")}
            {if rows.is_empty() {
                view! {
                    <section class="card pad">
                        <p>{t("units-empty")}</p>
                        <p><a href="/import?kind=units">{t("units-import")}</a></p>
                    </section>
                }
                    .into_any()
            } else {
                view! {
                    <section class="card">
                        <div class="cap"><QuickFilter label=t("quick-filter") rows="rows".to_owned() /></div>
                        {table(above, rows)}
                    </section>
                }
                    .into_any()
            }}
        }
    })
}

fn search_form(typed: &str) -> impl IntoView + use<> {
    view! {
        <form class="filters" method="get" action="/units" role="search">
            <label>
                <span>{t("filter-search-unit")}</span>
                <input type="search" name="q" value=typed.to_owned() placeholder=t("filter-search-hint") />
            </label>
            <button class="button second">{t("search")}</button>
        </form>
    }
}

fn search(cx: &Cx, typed: &str, found: Vec<Unit>) -> Answer {
    let title = cx.lang.t("units-title");
    cx.ok(Nav::Units, &title, || {
        let none = found.is_empty();
        let rows: Vec<_> = found
            .into_iter()
            .map(|unit| {
                view! {
                    <tr>
                        <th scope="row"><a href=format!("/units/{}", unit.id)>{unit.name}</a></th>
                        <td data-label=t("col-kind")>{say(&unit.kind.message())}</td>
                        <td data-label=t("col-code")>{unit.code}</td>
                    </tr>
                }
            })
            .collect();
        view! {
            <div class="title"><h1>{title.clone()}</h1></div>
            {search_form(typed)}
            <section class="card">
                {if none {
                    view! { <p class="pad">{t("units-none-match")}</p> }.into_any()
                } else {
                    cards(
                        t("units-title"),
                        &[Words("col-unit"), Words("col-kind"), Words("col-code")],
                        rows,
                    )
                        .into_any()
                }}
            </section>
        }
    })
}

/// Units with their roll-ups; those above are shown first.
pub fn table(above: Vec<TreeRow>, mut rows: Vec<TreeRow>) -> impl IntoView {
    // The worst first; who received nothing comes last.
    rows.sort_by_key(|row| {
        let counts = row.sums.counts;
        (counts.all() == 0, std::cmp::Reverse(counts.of(Verdict::Cannot)))
    });
    let lang = lang_of_page();
    let heads: Vec<_> = Verdict::ALL
        .iter()
        .map(|verdict| view! { <th scope="col" class="n">{say(&verdict.message())}</th> })
        .collect();
    let depth = above.len();
    let rows: Vec<_> = above
        .into_iter()
        .enumerate()
        .chain(rows.into_iter().map(|row| (depth, row)))
        .map(|(level, row)| {
            let sums = row.sums;
            let verdicts: Vec<_> = Verdict::ALL
                .iter()
                .map(|&verdict| {
                    let number = sums.counts.of(verdict);
                    let class = if verdict == Verdict::Cannot && number > 0 { "n cannot" } else { "n" };
                    view! { <td class=class>{count(number)}</td> }
                })
                .collect();
            #[expect(clippy::cast_precision_loss, reason = "thousandths of posts")]
            let staff = decimal(-(sums.short_staff as f64) / 1000.0, 1);
            let money = if sums.short_money.0 > 0 {
                format!("−{}", lang.money(sums.short_money))
            } else {
                "0".to_owned()
            };
            let nothing = sums.counts.all() == 0;
            view! {
                <tr class:dim=nothing>
                    <th scope="row" class=format!("level-{}", level.min(DEEPEST))>
                        <a href=format!("/units/{}", row.unit.id)>{row.unit.name}</a>
                        <small>{say(&row.unit.kind.message())}</small>
                    </th>
                    <td class="n">{count(sums.counts.all())}</td>
                    {verdicts}
                    <td class="n">{staff}</td>
                    <td class="n">{money}</td>
                    <td class="n">{count(sums.untrained)}</td>
                </tr>
            }
        })
        .collect();
    view! {
        <div class="scroll" tabindex="0" role="region" aria-label=t("units-title")>
            <table class="rows">
                <caption class="hidden">{t("units-title")}</caption>
                <thead>
                    <tr>
                        <th scope="col">{t("col-unit")}</th>
                        <th scope="col" class="n">{t("numbers-assigned")}</th>
                        {heads}
                        <th scope="col" class="n">{t("numbers-staff")}</th>
                        <th scope="col" class="n">{t("numbers-money")}</th>
                        <th scope="col" class="n">{t("numbers-untrained")}</th>
                    </tr>
                </thead>
                <tbody id="rows">{rows}</tbody>
            </table>
        </div>
    }
}
