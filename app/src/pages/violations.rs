//! What broke a rule in cases: the same person on both sides, no right on that day, nobody who supervises.

use crate::components::pager::{Pager, ROWS, pages};
use crate::components::table::{Words, cards};
use crate::request::{Answer, Cx, csv_file, href, lang_of_page, say, t};
use crate::shell::Nav;
use domain::Message;
use domain::duty::{CASE_RULE, CERTIFICATE_RULE};
use leptos::prelude::*;
use store::case::violation::{Filter, GAP_RULE, Line, NOTICE_RULE, RIGHT_RULE, list, total};

/// Rules that the list can be limited to, beside those of separation by rights.
const RULES: [&str; 6] = [CASE_RULE, "SOD-03", RIGHT_RULE, CERTIFICATE_RULE, GAP_RULE, NOTICE_RULE];

/// Rows that a file takes from the database at a time.
const CHUNK: i64 = 500;

/// What a rule says about a case.
pub fn rule_key(rule: &str) -> &'static str {
    match rule {
        CASE_RULE => "violation-case",
        RIGHT_RULE => "violation-right",
        CERTIFICATE_RULE => "violation-certificate",
        GAP_RULE => "violation-gap",
        NOTICE_RULE => "violation-notice",
        _ => "violation-opposed",
    }
}

fn filter(cx: &Cx) -> Filter {
    let rule = cx.param("rule");
    Filter {
        case: cx.parsed("case"),
        rule: (!rule.is_empty()).then(|| rule.to_owned()),
        typed: cx.param("q").to_owned(),
    }
}

fn params(filter: &Filter) -> Vec<(&'static str, String)> {
    vec![
        ("case", filter.case.map_or(String::new(), |case| case.to_string())),
        ("rule", filter.rule.clone().unwrap_or_default()),
        ("q", filter.typed.clone()),
    ]
}

/// `GET /cases/violations?rule=…&case=…&q=…&page=…`
pub async fn show(cx: Cx) -> Answer {
    let filter = filter(&cx);
    let mut conn = cx.read().await?;
    let count = total(&mut conn, &filter, cx.sight()).await?;
    let page = cx.page_number().min(pages(count).max(1));
    let lines = list(&mut conn, &filter, cx.sight(), ROWS, (page - 1) * ROWS).await?;
    drop(conn);
    let title = cx.lang.t("violations-title");
    cx.ok(Nav::Cases, &title, || {
        let known = params(&filter);
        let file = href("/cases/violations.csv", known.iter().map(|(name, value)| (*name, value.as_str())));
        let rules: Vec<_> = RULES
            .into_iter()
            .map(|rule| {
                let chosen = filter.rule.as_deref() == Some(rule);
                view! { <option value=rule selected=chosen>{format!("{rule} {}", t(rule_key(rule)))}</option> }
            })
            .collect();
        view! {
            <nav class="crumbs" aria-label=t("crumbs-label")>
                <ol><li><a href="/cases">{t("cases-title")}</a></li></ol>
            </nav>
            <div class="title">
                <h1>{title.clone()}</h1>
                <small>{say(&Message::new("list-count").with("count", count))}</small>
                <span class="push"><a href=file>{t("export-csv")}</a></span>
            </div>
            <p class="lead">{t("violations-intro")}</p>
            <form class="filters" id="filters" method="get" action="/cases/violations" role="search">
                <label>
                    <span>{t("cases-search")}</span>
                    <input type="search" name="q" value=filter.typed.clone() />
                </label>
                <label>
                    <span>{t("separation-rule")}</span>
                    <select name="rule"><option value="">{t("filter-all")}</option>{rules}</select>
                </label>
                <button class="button second">{t("filter-apply")}</button>
            </form>
            {filter.case.map(|_| view! {
                <ul class="chips"><li><a class="chip" href="/cases/violations">{t("violations-of-one")} <span aria-hidden="true">" ✕"</span> <span class="hidden">{t("chip-remove")}</span></a></li></ul>
            })}
            {if lines.is_empty() {
                view! { <section class="card pad"><p>{t("violations-none")}</p></section> }.into_any()
            } else {
                view! {
                    <section class="card">
                        {table(&lines)}
                        <Pager path="/cases/violations" params=known page=page total=count />
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
            let violation = &line.violation;
            let function = violation.function.map_or_else(|| "—".to_owned(), |each| say(&each.message()));
            view! {
                <tr class="whole">
                    <th scope="row"><a href=format!("/cases/{}", violation.case)>{line.number.clone()}</a></th>
                    <td data-label=t("separation-rule")>{violation.rule.clone()}</td>
                    <td class="why">{t(rule_key(&violation.rule))}</td>
                    <td data-label=t("col-function")>{function}</td>
                    <td data-label=t("col-person")>{line.name.clone().unwrap_or_else(|| "—".to_owned())}</td>
                    <td class="when" data-label=t("violation-day")>{lang.date(violation.on)}</td>
                    <td data-label=t("col-power")>{line.power.clone()}</td>
                    <td data-label=t("col-unit")>{line.unit.clone()}</td>
                </tr>
            }
        })
        .collect();
    let columns = [
        Words("case-number"),
        Words("separation-rule"),
        Words("col-why"),
        Words("col-function"),
        Words("col-person"),
        Words("violation-day"),
        Words("col-power"),
        Words("col-unit"),
    ];
    cards(t("violations-title"), &columns, rows)
}

/// `GET /cases/violations.csv`: the whole filtered list.
pub async fn csv(cx: Cx) -> Answer {
    let filter = filter(&cx);
    let lang = cx.lang;
    let heads = [
        "case-number",
        "separation-rule",
        "col-why",
        "col-function",
        "col-person",
        "violation-day",
        "col-power",
        "col-unit",
    ];
    let mut rows = vec![heads.map(|key| lang.t(key)).to_vec()];
    let mut conn = cx.read().await?;
    for chunk in 0.. {
        let lines = list(&mut conn, &filter, cx.sight(), CHUNK, chunk * CHUNK).await?;
        if lines.is_empty() {
            break;
        }
        for line in lines {
            let violation = line.violation;
            rows.push(vec![
                line.number,
                violation.rule.clone(),
                lang.t(rule_key(&violation.rule)),
                violation.function.map_or(String::new(), |each| lang.say(&each.message())),
                line.name.unwrap_or_default(),
                violation.on.to_string(),
                line.power,
                line.unit,
            ]);
        }
    }
    Ok(csv_file("violations.csv", services::export::table(rows)))
}
