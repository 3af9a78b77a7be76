//! One power: what it is, what it asks for, and who received it.

use crate::components::status::VerdictTag;
use crate::components::table::{Words, cards};
use crate::request::{Answer, Cx, Failure, href, lang_of_page, say, t};
use crate::shell::Nav;
use axum::extract::Path;
use domain::catalogue::basis::Standing;
use domain::id::PowerId;
use domain::power::Power;
use domain::{Date, Fen, Message};
use leptos::prelude::*;
use store::assignment::Held;
use store::basis::Mark;

/// Most units that the page lists.
const UNITS: i64 = 500;

/// `GET /powers/{id}`
pub async fn show(Path(id): Path<String>, cx: Cx) -> Answer {
    let id: PowerId = id.parse().map_err(|_| Failure::NotFound)?;
    let mut conn = cx.read().await?;
    let power = store::power::by_id(&mut conn, id).await?.ok_or(Failure::NotFound)?;
    let held = store::assignment::of_power(&mut conn, id, UNITS, cx.sight()).await?;
    let marks = store::basis::marks(&mut conn).await?;
    drop(conn);
    let today = cx.today;
    let assign = href("/assignments/new", [("power", power.code.as_str())]);
    cx.ok(Nav::Powers, &power.name.clone(), || {
        view! {
            <nav class="crumbs" aria-label=t("crumbs-label")>
                <ol>
                    <li><a href="/powers">{t("powers-title")}</a></li>
                    <li>
                        <a href=href("/powers", [("catalogue", power.catalogue.as_str())])>{power.catalogue.clone()}</a>
                    </li>
                </ol>
            </nav>
            <div class="title">
                <h1>{power.name.clone()}</h1>
                <small>{format!("{} · {}", power.code, say(&power.power_type.message()))}</small>
                <span class="push"><a class="button" href=assign>{t("power-assign")}</a></span>
            </div>
            <div class="cols">
                <section class="card">
                    <div class="cap"><h2>{t("power-units")}</h2></div>
                    {units(held)}
                </section>
                <div class="stack">
                    <section class="card">
                        <div class="cap"><h2>{t("power-about")}</h2></div>
                        {about(&power, &marks, today)}
                    </section>
                    <section class="card">
                        <div class="cap"><h2>{t("power-needs")}</h2></div>
                        {needs(&power)}
                    </section>
                </div>
            </div>
        }
    })
}

/// A term with what it is; left out when that is not known.
fn row(key: &str, value: Option<String>) -> impl IntoView + use<> {
    value.map(|value| view! { <dt>{t(key)}</dt><dd>{value}</dd> })
}

fn some(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| text.to_owned())
}

fn about(power: &Power, marks: &[Mark], today: Date) -> impl IntoView + use<> {
    let days = |days: Option<u32>| days.map(|days| say(&Message::new("working-days").with("days", days)));
    let bases: Vec<_> = power
        .legal_bases
        .iter()
        .map(|basis| {
            let mark = marks.iter().find(|mark| mark.citation == basis.citation);
            let standing = Standing::of(basis, mark.map(|mark| (mark.state, mark.since)), today);
            let state = match standing {
                Standing::InForce => None,
                Standing::Lapsed => Some(t("basis-not-in-force")),
                standing => Some(say(&standing.message())),
            };
            view! {
                <li>
                    {basis.citation.clone()}
                    {state.map(|state| view! { " " <b class="cannot">{state}</b> })}
                </li>
            }
        })
        .collect();
    // Only a web address becomes a link; whatever else was published as source is shown as it is.
    let source = some(&power.source).map(|source| {
        if source.starts_with("https://") || source.starts_with("http://") {
            view! { <a class="long" rel="noreferrer" href=source.clone()>{source.clone()}</a> }.into_any()
        } else {
            view! { {source} }.into_any()
        }
    });
    view! {
        <dl>
            {row("power-version", Some(format!("{} {}", power.catalogue, power.version)))}
            {row("filter-field", some(&power.field))}
            {row("col-department", some(&power.original_department))}
            {row("col-published-form", some(&power.published_form))}
            <dt>{t("power-basis")}</dt>
            <dd>
                {if bases.is_empty() {
                    view! { <b class="cannot">{t("power-no-basis")}</b> }.into_any()
                } else {
                    view! { <ul class="plain">{bases}</ul> }.into_any()
                }}
            </dd>
            {row("power-statutory", days(power.statutory_days))}
            {row("power-promised", days(power.promised_days))}
            {row("power-risk", Some(say(&power.risk.message())))}
            {power.rhythm.seasonal.then(|| row("power-rhythm", Some(t("power-seasonal"))))}
            {power.rhythm.emergency.then(|| row("power-rhythm", Some(t("power-emergency"))))}
            {row("power-remarks", some(&power.remarks))}
            {source.map(|source| view! { <dt>{t("power-source")}</dt><dd>{source}</dd> })}
        </dl>
    }
}

fn needs(power: &Power) -> impl IntoView + use<> {
    let lang = lang_of_page();
    let none = || Some(t("none"));
    let list = |all: &[String]| {
        if all.is_empty() { none() } else { Some(lang.list(all)) }
    };
    let items: Vec<String> =
        power.equipment.iter().map(|each| format!("{} ×{}", each.item, each.quantity)).collect();
    let minutes = Message::new("minutes").with("minutes", power.minutes_per_case);
    view! {
        <dl>
            {row("power-minutes", Some(say(&minutes)))}
            {row("power-people", power.min_people.map(|people| people.to_string()))}
            {row("power-certificates", list(&power.certificates))}
            {row("power-courses", list(&power.courses))}
            {row("power-equipment", list(&items))}
            {row("power-cost", (power.cost_per_case > Fen::ZERO).then(|| lang.money(power.cost_per_case)))}
        </dl>
        <p class="note">{t("power-needs-note")} " " <a href="/rules">{t("nav-rules")}</a></p>
    }
}

fn units(held: Vec<Held>) -> impl IntoView {
    let lang = lang_of_page();
    if held.is_empty() {
        return view! { <p class="pad">{t("power-nobody")}</p> }.into_any();
    }
    let rows: Vec<_> = held
        .into_iter()
        .map(|each| {
            let period = each.assignment.period;
            let until = period.to.map_or_else(|| t("no-end"), |to| lang.date(to));
            view! {
                <tr>
                    <th scope="row">
                        <a href=format!("/assignments/{}", each.assignment.id)>{each.unit_name}</a>
                    </th>
                    <td data-label=t("col-form")>{say(&each.assignment.form.message())}</td>
                    <td class="when" data-label=t("col-from")>{lang.date(period.from)}</td>
                    <td data-label=t("col-to")>{until}</td>
                    <td>
                        {match each.verdict {
                            Some(verdict) => view! { <VerdictTag verdict=verdict /> }.into_any(),
                            None => view! { {t("not-assessed")} }.into_any(),
                        }}
                    </td>
                </tr>
            }
        })
        .collect();
    cards(
        t("power-units"),
        &[Words("col-unit"), Words("col-form"), Words("col-from"), Words("col-to"), Words("col-verdict")],
        rows,
    )
    .into_any()
}
