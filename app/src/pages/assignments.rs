//! Lists of assessed assignments, the worst first, and the same as a file.

use crate::components::pager::{Pager, ROWS, pages};
use crate::components::worst::{Rows, Sorting, Units};
use crate::i18n::decimal;
use crate::pages::board::{field_choice, reason_words, verdict_and_type};
use crate::request::{Answer, Cx, Failure, csv_file, href, say, t};
use crate::shell::Nav;
use domain::Message;
use domain::assess::Verdict;
use domain::power::PowerType;
use domain::unit::Unit;
use islands::ApplyOnChange;
use leptos::prelude::*;
use store::assessment::{Filter, Lack, Order};

/// Rows that a file takes from the database at a time.
const CHUNK: i64 = 500;
/// Stands in addresses for the powers whose field is not known; nothing stands for all.
pub const NO_FIELD: &str = "-";

fn filter(cx: &Cx) -> Filter {
    let field = cx.param("field");
    Filter {
        root: cx.parsed("unit"),
        field: (!field.is_empty()).then(|| if field == NO_FIELD { String::new() } else { field.to_owned() }),
        power_type: cx.parsed("type"),
        verdict: cx.parsed("verdict"),
        reason: cx.param("reason").to_owned(),
        lack: cx.parsed("lack"),
        typed: cx.param("q").to_owned(),
        order: cx.parsed("sort").unwrap_or_default(),
    }
}

fn params(filter: &Filter) -> Vec<(&'static str, String)> {
    let field = match filter.field.as_deref() {
        Some("") => NO_FIELD.to_owned(),
        field => field.unwrap_or_default().to_owned(),
    };
    vec![
        ("unit", filter.root.map_or(String::new(), |unit| unit.to_string())),
        ("field", field),
        ("type", filter.power_type.map_or("", PowerType::as_str).to_owned()),
        ("verdict", filter.verdict.map_or("", Verdict::as_str).to_owned()),
        ("reason", filter.reason.clone()),
        ("lack", filter.lack.map_or("", Lack::as_str).to_owned()),
        ("q", filter.typed.clone()),
        ("sort", filter.order.as_str().to_owned()),
    ]
}

/// `GET /assignments?unit=…&field=…&type=…&verdict=…&reason=…&page=…`
pub async fn show(cx: Cx) -> Answer {
    let filter = filter(&cx);
    let mut conn = cx.read().await?;
    let unit = match filter.root {
        Some(root) => {
            let unit = store::unit::mentioned(&mut conn, root, cx.sight()).await?;
            Some(unit.ok_or(Failure::NotFound)?)
        }
        None => None,
    };
    let total = store::assessment::total(&mut conn, &filter, cx.sight()).await?.counts.all();
    // Past the end: the last page.
    let page = cx.page_number().min(pages(total).max(1));
    let lines = store::assessment::list(&mut conn, &filter, ROWS, (page - 1) * ROWS, cx.sight()).await?;
    let fields = store::power::fields(&mut conn).await?;
    drop(conn);

    let title = cx.lang.t("assignments-title");
    let in_title = if page > 1 {
        format!("{title} ({})", cx.lang.say(&Message::new("page-number").with("page", page)))
    } else {
        title.clone()
    };
    let file = href("/assignments.csv", params(&filter).iter().map(|(name, value)| (*name, value.as_str())));
    let mut unsorted = params(&filter);
    unsorted.retain(|(name, _)| *name != "sort");
    let sorting = Sorting { params: unsorted, order: filter.order };
    cx.ok(Nav::Board, &in_title, || {
        view! {
            <nav class="crumbs" aria-label=t("crumbs-label")>
                <ol>
                    <li><a href="/board">{t("nav-board")}</a></li>
                    {unit
                        .as_ref()
                        .map(|unit| view! { <li><a href=format!("/board?unit={}", unit.id)>{unit.name.clone()}</a></li> })}
                </ol>
            </nav>
            <div class="title">
                <h1>{title}</h1>
                <small>{say(&Message::new("assignments-count").with("count", total))}</small>
                <span class="push"><a href=file>{t("export-csv")}</a></span>
            </div>
            <form class="filters" id="filters" method="get" action="/assignments">
                {filter.root.map(|unit| view! { <input type="hidden" name="unit" value=unit.to_string() /> })}
                {(!filter.reason.is_empty())
                    .then(|| view! { <input type="hidden" name="reason" value=filter.reason.clone() /> })}
                {filter.lack.map(|lack| view! { <input type="hidden" name="lack" value=lack.as_str() /> })}
                {(filter.order != Order::Worst)
                    .then(|| view! { <input type="hidden" name="sort" value=filter.order.as_str() /> })}
                <label>
                    <span>{t("filter-search-assignment")}</span>
                    <input
                        type="search"
                        name="q"
                        value=filter.typed.clone()
                        placeholder=t("filter-search-hint")
                    />
                </label>
                {verdict_and_type(&filter)}
                {field_choice(&fields, filter.field.as_deref().unwrap_or_default())}
                <button class="button second">{t("filter-apply")}</button>
                <ApplyOnChange form="filters".to_owned() />
            </form>
            {chips(&filter, unit.as_ref())}
            {if lines.is_empty() {
                view! { <section class="card pad"><p>{t("board-none-match")}</p></section> }.into_any()
            } else {
                view! {
                    <section class="card">
                        <Rows lines=lines caption=t("assignments-title") units=Units::Shown sorting=sorting />
                        <Pager path="/assignments" params=params(&filter) page=page total=total />
                    </section>
                }
                    .into_any()
            }}
        }
    })
}

fn lack_words(lack: Lack) -> String {
    t(match lack {
        Lack::Staff => "lack-staff",
        Lack::Money => "lack-money",
        Lack::Training => "lack-training",
    })
}

fn chips(filter: &Filter, unit: Option<&Unit>) -> impl IntoView + use<> {
    let lang = crate::request::lang_of_page();
    let known = params(filter);
    let shown = [
        ("unit", unit.map(|unit| unit.name.clone())),
        ("verdict", filter.verdict.map(|verdict| say(&verdict.message()))),
        ("type", filter.power_type.map(|power_type| say(&power_type.message()))),
        (
            "field",
            filter.field.clone().map(|field| if field.is_empty() { t("field-unknown") } else { field }),
        ),
        ("reason", (!filter.reason.is_empty()).then(|| reason_words(lang, &filter.reason))),
        ("lack", filter.lack.map(lack_words)),
        ("q", (!filter.typed.is_empty()).then(|| filter.typed.clone())),
    ];
    let chips: Vec<_> = shown
        .into_iter()
        .filter_map(|(name, words)| {
            let words = words?;
            let rest = known.iter().filter(|(known, _)| *known != name);
            let to = href("/assignments", rest.map(|(name, value)| (*name, value.as_str())));
            let label = t("chip-remove");
            Some(view! { <li><a class="chip" href=to>{words} <span aria-hidden="true">" ✕"</span> <span class="hidden">{label}</span></a></li> })
        })
        .collect();
    (!chips.is_empty()).then(|| view! { <ul class="chips">{chips}</ul> })
}

/// `GET /assignments.csv`: the whole filtered list.
pub async fn csv(cx: Cx) -> Answer {
    let filter = filter(&cx);
    let lang = cx.lang;
    let mut conn = cx.read().await?;
    let mut rows = vec![
        [
            "col-unit",
            "col-power-code",
            "col-power",
            "filter-type",
            "filter-field",
            "col-verdict",
            "col-ratio",
            "col-why",
            "col-mend",
        ]
        .map(|key| lang.t(key))
        .to_vec(),
    ];
    for chunk in 0.. {
        let lines = store::assessment::list(&mut conn, &filter, CHUNK, chunk * CHUNK, cx.sight()).await?;
        if lines.is_empty() {
            break;
        }
        for line in lines {
            let result = &line.assessment;
            let all = |messages: Vec<Message>| {
                messages.iter().map(|each| lang.say(each)).collect::<Vec<_>>().join("；")
            };
            rows.push(vec![
                line.unit_name,
                line.power_code,
                line.power_name,
                lang.say(&line.power_type.message()),
                line.field,
                lang.say(&result.verdict.message()),
                result.workload.ratio().map_or(String::new(), |ratio| decimal(ratio, 2)),
                all(result.findings.iter().map(|finding| finding.kind.message()).collect()),
                all(result.remedies.iter().map(|remedy| remedy.kind.message()).collect()),
            ]);
        }
    }
    let file = services::export::table(rows);
    Ok(csv_file("assignments.csv", file))
}
