//! What anybody may read without signing in: which units have published their lists, what one of them may decide, and
//! who may decide something. Nothing on these pages depends on who reads them, so that they can be kept.

use crate::components::numbers::count;
use crate::components::pager::{Pager, ROWS, pages};
use crate::components::table::{Figures, Words, cards};
use crate::request::{Answer, Cx, Failure, csv_file, href, lang_of_page, say, t};
use axum::extract::Path;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use domain::assignment::Function;
use domain::power::PowerType;
use domain::{Date, Message};
use leptos::prelude::*;
use store::public::{Filter, Line};

/// How long a page may be kept, in seconds.
const KEPT: &str = "public, max-age=300";
/// Rows that a file takes from the database at a time.
const CHUNK: i64 = 500;
/// Most rows of a file.
const MOST: usize = 100_000;

/// The same request as if nobody had signed in.
fn anybody(cx: Cx) -> Cx {
    Cx { signed: None, ..cx }
}

/// Lets what stands between keep an answer; the languages are told apart.
fn kept(mut response: Response) -> Response {
    let heads = response.headers_mut();
    heads.insert(header::CACHE_CONTROL, HeaderValue::from_static(KEPT));
    heads.insert(header::VARY, HeaderValue::from_static("accept-language, cookie"));
    response
}

/// The day that is asked for; today where none or no day is.
fn on(cx: &Cx) -> Date {
    cx.parsed("on").unwrap_or(cx.today)
}

/// `GET /public?q=…&page=…`
pub async fn units(cx: Cx) -> Answer {
    let cx = anybody(cx);
    let typed = cx.param("q").to_owned();
    let mut conn = cx.read().await?;
    let at = |page: i64| (ROWS, (page - 1) * ROWS);
    let wished = cx.page_number();
    let (mut all, total) = store::public::units(&mut conn, cx.today, &typed, at(wished)).await?;
    let page = wished.min(pages(total).max(1));
    if page != wished {
        (all, _) = store::public::units(&mut conn, cx.today, &typed, at(page)).await?;
    }
    drop(conn);
    let title = cx.lang.t("public-title");
    Ok(kept(cx.page(StatusCode::OK, None, &title, || {
        let lang = lang_of_page();
        let rows: Vec<_> = all
            .iter()
            .map(|unit| {
                view! {
                    <tr>
                        <th scope="row"><a href=format!("/public/units/{}", unit.code)>{unit.name.clone()}</a><small>{unit.code.clone()}</small></th>
                        <td class="n" data-label=t("publishing-held")>{count(unit.held)}</td>
                        <td class="when" data-label=t("catalogue-published")>{lang.date(unit.published_on)}</td>
                    </tr>
                }
            })
            .collect();
        view! {
            <div class="title"><h1>{title.clone()}</h1></div>
            <p class="lead">{t("public-intro")}</p>
            {ask(&Filter::default(), cx.today)}
            <section class="card">
                <div class="cap"><h2>{t("public-units")}</h2></div>
                <form class="filters pad" method="get" action="/public" role="search">
                    <label><span>{t("public-search-unit")}</span><input type="search" name="q" value=typed.clone() /></label>
                    <button class="button second">{t("filter-apply")}</button>
                </form>
                {if rows.is_empty() {
                    view! { <p class="pad">{t("public-none")}</p> }.into_any()
                } else {
                    view! {
                        {cards(
                            t("public-units"),
                            &[Words("col-unit"), Figures("publishing-held"), Words("catalogue-published")],
                            rows,
                        )}
                        <Pager path="/public" params=vec![("q", typed.clone())] page=page total=total />
                    }
                        .into_any()
                }}
            </section>
        }
    })))
}

/// Asks who may do what, on which day.
fn ask(filter: &Filter, on: Date) -> impl IntoView + use<> {
    let functions: Vec<_> = Function::ALL
        .iter()
        .map(|each| {
            let chosen = filter.function == Some(*each);
            view! { <option value=each.as_str() selected=chosen>{say(&each.message())}</option> }
        })
        .collect();
    let types: Vec<_> = PowerType::ALL
        .iter()
        .map(|each| {
            let chosen = filter.power_type == Some(*each);
            view! { <option value=each.as_str() selected=chosen>{say(&each.message())}</option> }
        })
        .collect();
    view! {
        <form class="filters card pad" method="get" action="/public/powers" role="search">
            {(!filter.unit.is_empty()).then(|| view! { <input type="hidden" name="unit" value=filter.unit.clone() /> })}
            <label>
                <span>{t("public-search-power")}</span>
                <input type="search" name="q" value=filter.typed.clone() placeholder=t("filter-search-hint") />
            </label>
            <label>
                <span>{t("col-function")}</span>
                <select name="function"><option value="">{t("filter-all")}</option>{functions}</select>
            </label>
            <label>
                <span>{t("filter-type")}</span>
                <select name="type"><option value="">{t("filter-all")}</option>{types}</select>
            </label>
            <label><span>{t("who-on")}</span><input type="date" name="on" value=on.to_string() /></label>
            <button class="button">{t("public-ask")}</button>
        </form>
    }
}

fn filter(cx: &Cx) -> Filter {
    Filter {
        unit: cx.param("unit").to_owned(),
        typed: cx.param("q").to_owned(),
        function: cx.parsed("function"),
        power_type: cx.parsed("type"),
    }
}

fn params(filter: &Filter, on: Date) -> Vec<(&'static str, String)> {
    vec![
        ("unit", filter.unit.clone()),
        ("q", filter.typed.clone()),
        ("function", filter.function.map_or("", Function::as_str).to_owned()),
        ("type", filter.power_type.map_or("", PowerType::as_str).to_owned()),
        ("on", on.to_string()),
    ]
}

/// `GET /public/powers?q=…&unit=…&function=…&type=…&on=…&page=…`: who may do it.
pub async fn powers(cx: Cx) -> Answer {
    let cx = anybody(cx);
    let (filter, on) = (filter(&cx), on(&cx));
    let title = cx.lang.t("public-powers-title");
    list(&cx, &filter, on, &title, "/public/powers".to_owned(), None).await
}

/// `GET /public/units/{code}?q=…&on=…`: what it may do.
pub async fn unit(Path(code): Path<String>, cx: Cx) -> Answer {
    let cx = anybody(cx);
    let on = on(&cx);
    let mut conn = cx.read().await?;
    let unit = store::public::unit(&mut conn, &code, on).await?.ok_or(Failure::NotFound)?;
    drop(conn);
    let filter = Filter { unit: unit.code.clone(), ..filter(&cx) };
    let path = format!("/public/units/{}", unit.code);
    let since = Message::new("publishing-since").with("day", cx.lang.date(unit.published_on));
    let since = cx.lang.say(&since);
    list(&cx, &filter, on, &unit.name, path, Some(since)).await
}

async fn list(
    cx: &Cx,
    filter: &Filter,
    on: Date,
    title: &str,
    path: String,
    under: Option<String>,
) -> Answer {
    let mut conn = cx.read().await?;
    let at = |page: i64| (ROWS, (page - 1) * ROWS);
    let wished = cx.page_number();
    let (mut lines, total) = store::public::lines(&mut conn, filter, on, at(wished)).await?;
    let page = wished.min(pages(total).max(1));
    if page != wished {
        (lines, _) = store::public::lines(&mut conn, filter, on, at(page)).await?;
    }
    drop(conn);
    let known = params(filter, on);
    let csv = href("/public/powers.csv", known.iter().map(|(name, value)| (*name, value.as_str())));
    Ok(kept(cx.page(StatusCode::OK, None, title, || {
        let on_day = Message::new("public-on").with("day", lang_of_page().date(on)).with("count", total);
        view! {
            <nav class="crumbs" aria-label=t("crumbs-label")>
                <ol><li><a href="/public">{t("public-title")}</a></li></ol>
            </nav>
            <div class="title">
                <h1>{title.to_owned()}</h1>
                {under.map(|under| view! { <small>{under}</small> })}
                <span class="push"><a href=csv>{t("export-csv")}</a></span>
            </div>
            <p class="lead">{say(&on_day)}</p>
            {ask(filter, on)}
            {if lines.is_empty() {
                view! { <section class="card pad"><p>{t("public-nothing")}</p></section> }.into_any()
            } else {
                view! {
                    <section class="card">
                        {table(&lines)}
                        <Pager path=path params=known page=page total=total />
                    </section>
                }
                    .into_any()
            }}
            <p class="note">{t("public-note")}</p>
        }
    })))
}

fn table(lines: &[Line]) -> impl IntoView + use<> {
    let lang = lang_of_page();
    let rows: Vec<_> = lines
        .iter()
        .map(|line| {
            let functions: Vec<String> = line.functions.iter().map(|each| say(&each.message())).collect();
            let until = line.to.map_or_else(|| t("no-end"), |to| lang.date(to));
            let document = if line.document.is_empty() { "—".to_owned() } else { line.document.clone() };
            let days = line.promised_days.map(|days| say(&Message::new("working-days").with("days", i64::from(days))));
            view! {
                <tr>
                    <th scope="row">
                        {line.name.clone()}
                        <small>{format!("{} · {} · {}", line.code, say(&line.power_type.message()), line.catalogue)}</small>
                    </th>
                    <td data-label=t("col-unit")><a href=format!("/public/units/{}", line.unit_code)>{line.unit.clone()}</a></td>
                    <td data-label=t("col-form")>{say(&line.form.message())}</td>
                    <td data-label=t("col-function")>{lang.list(&functions)}</td>
                    <td data-label=t("public-period")>{format!("{} – {until}", lang.date(line.from))}</td>
                    <td data-label=t("catalogue-document")>{document}</td>
                    <td data-label=t("col-department")>{line.department.clone()}</td>
                    <td class="when" data-label=t("power-promised")>{days}</td>
                </tr>
            }
        })
        .collect();
    cards(
        t("public-powers-title"),
        &[
            Words("col-power"),
            Words("col-unit"),
            Words("col-form"),
            Words("col-function"),
            Words("public-period"),
            Words("catalogue-document"),
            Words("col-department"),
            Words("power-promised"),
        ],
        rows,
    )
}

/// `GET /public/powers.csv`: the whole list that is asked for.
pub async fn csv(cx: Cx) -> Answer {
    let (filter, on, lang) = (filter(&cx), on(&cx), cx.lang);
    let mut conn = cx.read().await?;
    let heads = [
        "col-power-code",
        "col-power",
        "filter-type",
        "power-version",
        "col-unit",
        "col-form",
        "col-function",
        "col-from",
        "col-to",
        "catalogue-document",
        "col-department",
    ];
    let mut rows = vec![heads.map(|key| lang.t(key)).to_vec()];
    while rows.len() < MOST {
        let offset = i64::try_from(rows.len()).unwrap_or(i64::MAX) - 1;
        let (lines, _) = store::public::lines(&mut conn, &filter, on, (CHUNK, offset)).await?;
        let is_last = lines.len() < usize::try_from(CHUNK).unwrap_or(usize::MAX);
        rows.extend(lines.into_iter().map(|line| {
            let functions: Vec<String> =
                line.functions.iter().map(|each| lang.say(&each.message())).collect();
            vec![
                line.code,
                line.name,
                lang.say(&line.power_type.message()),
                line.catalogue,
                line.unit,
                lang.say(&line.form.message()),
                lang.list(&functions),
                line.from.to_string(),
                line.to.map_or(String::new(), |to| to.to_string()),
                line.document,
                line.department,
            ]
        }));
        if is_last {
            break;
        }
    }
    Ok(kept(csv_file("powers.csv", services::export::table(rows))))
}
