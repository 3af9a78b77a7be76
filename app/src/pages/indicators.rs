//! The indicators of the reform: numerator and denominator, by unit, type of power, or month.

use crate::components::form::{ErrorSummary, Field, OFFERED, Sent, Typed, offer};
use crate::components::table::{Words, tabular};
use crate::i18n::{Lang, percent};
use crate::request::{Answer, Cx, Failure, csv_file, href, say, t};
use crate::shell::Nav;
use axum::http::StatusCode;
use domain::Message;
use domain::indicator::{Indicator, Indicators, Ratio};
use domain::power::PowerType;
use leptos::prelude::*;
use services::form::FieldError;
use store::indicator::{By, Filter, Sums};

struct Loaded {
    by: By,
    filter: Filter,
    sums: Sums,
    units: Vec<(String, String)>,
}

/// What was asked for, or what is wrong with it; then this year is shown.
async fn load(cx: &Cx) -> Result<(Loaded, Vec<FieldError>), Failure> {
    let by: By = cx.parsed("by").unwrap_or_default();
    let mut asked = cx.query.clone();
    let typed = asked.remove("unit").unwrap_or_default();
    let typed = typed.trim();
    let mut errors = Vec::new();
    let mut filter = match services::indicator::filter(&asked, cx.today) {
        Ok(filter) => filter,
        Err(wrong) => {
            errors = wrong;
            asked.remove("from");
            asked.remove("to");
            services::indicator::filter(&asked, cx.today).map_err(|_| Failure::NotFound)?
        }
    };
    let mut conn = cx.read().await?;
    if !typed.is_empty() {
        let code = typed.split_once(' ').map_or(typed, |(code, _)| code);
        let found = store::unit::by_code(&mut conn, code).await?;
        match found {
            Some(unit) => filter.root = Some(unit.id),
            None => errors.push(("unit", Message::new("assign-error-no-unit").with("typed", typed))),
        }
    }
    let sums = services::indicator::sums(&mut conn, &filter, by, cx.sight()).await?;
    let units = store::unit::options(&mut conn, OFFERED, cx.sight()).await?;
    Ok((Loaded { by, filter, sums, units }, errors))
}

fn name(lang: Lang, by: By, key: &str) -> String {
    match by {
        By::Type => {
            key.parse::<PowerType>().map_or_else(|_| key.to_owned(), |each| lang.say(&each.message()))
        }
        By::Unit => key.split_once(' ').map_or(key, |(_, name)| name).to_owned(),
        By::Month => key.to_owned(),
    }
}

fn by_key(by: By) -> &'static str {
    match by {
        By::Unit => "indicators-by-unit",
        By::Type => "indicators-by-type",
        By::Month => "indicators-by-month",
    }
}

/// `GET /indicators?by=…&unit=…&type=…&from=…&to=…`
pub async fn show(cx: Cx) -> Answer {
    let (loaded, errors) = load(&cx).await?;
    let status = if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let mut fields = cx.query.clone();
    fields.entry("from".to_owned()).or_insert_with(|| loaded.filter.from.to_string());
    fields.entry("to".to_owned()).or_insert_with(|| loaded.filter.to.to_string());
    let sent = Sent { fields, errors };
    let title = cx.lang.t("indicators-title");
    let in_title = sent.titled(cx.lang, &title);
    let params: Vec<(String, String)> =
        cx.query.iter().map(|(name, value)| (name.clone(), value.clone())).collect();
    Ok(cx.page(status, Some(Nav::Indicators), &in_title, || {
        let Loaded { by, filter, sums, units } = loaded;
        let file =
            href("/indicators.csv", params.iter().map(|(name, value)| (name.as_str(), value.as_str())));
        let units = offer(units);
        let bys: Vec<_> = By::ALL
            .into_iter()
            .map(|each| view! { <option value=each.as_str() selected=by == each>{t(by_key(each))}</option> })
            .collect();
        let types: Vec<_> = PowerType::ALL
            .iter()
            .map(|each| {
                let chosen = filter.power_type == Some(*each);
                view! { <option value=each.as_str() selected=chosen>{say(&each.message())}</option> }
            })
            .collect();
        let span = Message::new("indicators-span").with("from", filter.from).with("to", filter.to);
        view! {
            <ErrorSummary errors=sent.errors.clone() />
            <div class="title">
                <h1>{title.clone()}</h1>
                <small>{say(&span)}</small>
                <span class="push"><a href=file>{t("export-csv")}</a></span>
            </div>
            <p class="lead">{t("indicators-intro")}</p>
            {summary(&sums.all)}
            <form class="filters" id="filters" method="get" action="/indicators">
                <datalist id="units">{units}</datalist>
                <Field name="unit" label=t("col-unit") list="units" sent=sent.clone() />
                <label>
                    <span>{t("filter-type")}</span>
                    <select name="type"><option value="">{t("filter-all")}</option>{types}</select>
                </label>
                <Field name="from" label=t("indicators-from") typed=Typed::Day sent=sent.clone() />
                <Field name="to" label=t("indicators-to") typed=Typed::Day sent=sent.clone() />
                <label><span>{t("indicators-by")}</span><select name="by">{bys}</select></label>
                <button class="button second">{t("filter-apply")}</button>
            </form>
            {table(by, &sums, &params)}
            {methods()}
        }
    }))
}

fn fraction(ratio: Ratio) -> String {
    format!("{} / {}", ratio.numerator, ratio.denominator)
}

fn value(ratio: Ratio) -> String {
    ratio.value().map_or_else(|| "—".to_owned(), percent)
}

fn summary(all: &Indicators) -> impl IntoView + use<> {
    let numbers: Vec<_> = Indicator::ALL
        .iter()
        .map(|indicator| {
            let ratio = all.of(*indicator);
            view! {
                <a href=format!("#method-{}", indicator.as_str())>
                    <b>{value(ratio)}</b>
                    <span>{say(&indicator.message())} " · " {fraction(ratio)}</span>
                </a>
            }
        })
        .collect();
    view! { <section class="card numbers" aria-label=t("indicators-title")>{numbers}</section> }
}

fn cell(ratio: Ratio) -> impl IntoView {
    let share = ratio.value().unwrap_or_default().clamp(0.0, 1.0);
    let has_value = ratio.value().is_some();
    view! {
        <td class="n">
            {value(ratio)} <small class="quiet">{has_value.then(|| format!(" {}", fraction(ratio)))}</small>
            {has_value.then(|| view! {
                <svg class="meter" viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true">
                    <rect class="full" width=format!("{:.0}", share * 100.0) height="6" />
                </svg>
            })}
        </td>
    }
}

fn table(by: By, sums: &Sums, params: &[(String, String)]) -> impl IntoView + use<> {
    let lang = crate::request::lang_of_page();
    let rows: Vec<_> = sums
        .each
        .iter()
        .map(|(key, all)| {
            let words = name(lang, by, key);
            // Each row opens what it is made of.
            let more = match by {
                By::Unit => Some(("unit", key.as_str(), "type")),
                By::Type => Some(("type", key.as_str(), "unit")),
                By::Month => None,
            };
            let head = match more {
                Some((param, value, then)) => {
                    let kept = params.iter().filter(|(name, _)| name != param && name != "by");
                    let kept = kept.map(|(name, value)| (name.as_str(), value.as_str()));
                    let to = href("/indicators", kept.chain([(param, value), ("by", then)]));
                    view! { <a href=to>{words}</a> }.into_any()
                }
                None => words.into_any(),
            };
            let cells: Vec<_> = Indicator::ALL.iter().map(|indicator| cell(all.of(*indicator))).collect();
            view! { <tr><th scope="row">{head}</th>{cells}</tr> }
        })
        .collect();
    if rows.is_empty() {
        return view! { <section class="card pad"><p>{t("indicators-none")}</p></section> }.into_any();
    }
    let columns = [
        Words(by_key(by)),
        crate::components::table::Figures("indicator-compression"),
        crate::components::table::Figures("indicator-instant"),
        crate::components::table::Figures("indicator-early"),
        crate::components::table::Figures("indicator-exercise"),
        crate::components::table::Figures("indicator-claims"),
    ];
    view! { <section class="card">{tabular(t("indicators-title"), &columns, rows)}</section> }.into_any()
}

fn methods() -> impl IntoView {
    let methods: Vec<_> = Indicator::ALL
        .iter()
        .map(|indicator| {
            view! {
                <dt id=format!("method-{}", indicator.as_str())>{say(&indicator.message())}</dt>
                <dd>{t(indicator.method())}</dd>
            }
        })
        .collect();
    view! {
        <section class="card">
            <div class="cap"><h2>{t("indicators-methods")}</h2></div>
            <dl class="wide">{methods}</dl>
        </section>
    }
}

/// `GET /indicators.csv`: the same rows, and how each column is made.
pub async fn csv(cx: Cx) -> Answer {
    let (loaded, _) = load(&cx).await?;
    let lang = cx.lang;
    let mut heads = vec![lang.t(by_key(loaded.by))];
    for indicator in Indicator::ALL {
        let named = lang.say(&indicator.message());
        heads.push(format!("{named} {}", lang.t("indicators-numerator")));
        heads.push(format!("{named} {}", lang.t("indicators-denominator")));
        heads.push(named);
    }
    let row = |name: String, all: &Indicators| {
        let mut cells = vec![name];
        for indicator in Indicator::ALL {
            let ratio = all.of(*indicator);
            cells.push(ratio.numerator.to_string());
            cells.push(ratio.denominator.to_string());
            cells.push(ratio.value().map_or(String::new(), percent));
        }
        cells
    };
    let mut rows = vec![heads, row(lang.t("filter-all"), &loaded.sums.all)];
    rows.extend(loaded.sums.each.iter().map(|(key, all)| row(name(lang, loaded.by, key), all)));
    for indicator in Indicator::ALL {
        rows.push(vec![lang.say(&indicator.message()), lang.t(indicator.method())]);
    }
    Ok(csv_file("indicators.csv", services::export::table(rows)))
}
