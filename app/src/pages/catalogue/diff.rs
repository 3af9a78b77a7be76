//! What differs between two versions of a catalogue, power by power, and the same as a file.

use super::{crumbs, search, sieve};
use crate::components::pager::{Pager, ROWS, pages};
use crate::components::table::{Words, cards};
use crate::i18n::Lang;
use crate::request::{Answer, Cx, Failure, csv_file, href, lang_of_page, say, t};
use crate::shell::Nav;
use axum::extract::Path;
use domain::Message;
use domain::catalogue::{Diff, Entry, Fate, Part, Version, normal};
use domain::id::VersionId;
use domain::power::Power;
use leptos::prelude::*;

/// Both versions and what differs.
struct Compared {
    older: Version,
    newer: Version,
    diff: Diff,
}

async fn compare(cx: &Cx, older: &str, newer: &str) -> Result<Compared, Failure> {
    let id = |text: &str| text.parse::<VersionId>().map_err(|_| Failure::NotFound);
    let mut conn = cx.read().await?;
    let older = store::catalogue::by_id(&mut conn, id(older)?).await?.ok_or(Failure::NotFound)?;
    let newer = store::catalogue::by_id(&mut conn, id(newer)?).await?.ok_or(Failure::NotFound)?;
    let mut diff = services::catalogue::compare(&mut conn, &older, &newer).await?;
    let (fate, typed): (Option<Fate>, String) = (cx.parsed("fate"), normal(cx.param("q")));
    let part: Option<Part> = cx.parsed("part");
    let holds = |entry: &Entry| {
        entry.before.iter().chain(&entry.after).any(|power| {
            [&power.name, &power.code, &power.original_department]
                .iter()
                .any(|text| normal(text).contains(&typed))
        })
    };
    diff.entries.retain(|entry| {
        fate.is_none_or(|fate| entry.fate == fate)
            && part.is_none_or(|part| entry.parts.contains(&part))
            && holds(entry)
    });
    Ok(Compared { older, newer, diff })
}

fn params(cx: &Cx) -> Vec<(&'static str, String)> {
    ["fate", "part", "q"].into_iter().map(|name| (name, cx.param(name).to_owned())).collect()
}

/// `GET /catalogues/{id}/diff/{other}?fate=…&part=…&q=…&page=…`
pub async fn show(Path((older, newer)): Path<(String, String)>, cx: Cx) -> Answer {
    let Compared { older, newer, diff } = compare(&cx, &older, &newer).await?;
    let name = |version: &Version| format!("{} {}", version.catalogue, version.version);
    let title = cx.lang.t("diff-title");
    let total = i64::try_from(diff.entries.len()).unwrap_or(i64::MAX);
    let page = cx.page_number().min(pages(total).max(1));
    let first = usize::try_from((page - 1) * ROWS).unwrap_or(0);
    let rows = usize::try_from(ROWS).unwrap_or(50);
    let path = format!("/catalogues/{}/diff/{}", older.id, newer.id);
    let params = params(&cx);
    let csv =
        href(&format!("{path}/changes.csv"), params.iter().map(|(name, value)| (*name, value.as_str())));
    cx.ok(Nav::Catalogues, &title, || {
        let shown: Vec<_> = diff.entries.iter().skip(first).take(rows).map(row).collect();
        let options = |all: Vec<(&str, Message)>| -> Vec<(String, String)> {
            all.into_iter().map(|(code, words)| (code.to_owned(), say(&words))).collect()
        };
        let fates = options(Fate::ALL.iter().map(|each| (each.as_str(), each.message())).collect());
        let parts = options(Part::ALL.iter().map(|each| (each.as_str(), each.message())).collect());
        let between = Message::new("diff-between").with("old", name(&older)).with("new", name(&newer));
        view! {
            {crumbs(format!("/catalogues/{}", newer.id), "catalogues-title")}
            <div class="title">
                <h1>{title.clone()}</h1>
                <small>{say(&between)}</small>
                <span class="push"><a href=csv>{t("export-csv")}</a></span>
            </div>
            <form class="filters" method="get" action=path.clone() role="search">
                {search(cx.param("q"))}
                {sieve("fate", "diff-fate", cx.param("fate"), fates)}
                {sieve("part", "diff-part", cx.param("part"), parts)}
                <button class="button second">{t("filter-apply")}</button>
            </form>
            {if shown.is_empty() {
                view! { <section class="card pad"><p>{t("diff-none")}</p></section> }.into_any()
            } else {
                view! {
                    <section class="card">
                        {cards(
                            t("diff-title"),
                            &[Words("diff-fate"), Words("diff-before"), Words("diff-after"), Words("diff-parts")],
                            shown,
                        )}
                        <Pager path=path params=params page=page total=total />
                    </section>
                }
                    .into_any()
            }}
        }
    })
}

fn fate_tag(fate: Fate) -> impl IntoView + use<> {
    let (class, mark) = match fate {
        Fate::Added => ("good", "+"),
        Fate::Removed => ("cannot", "−"),
        Fate::Changed => ("poorly", "±"),
        Fate::Renamed => ("moving", "→"),
        Fate::Split => ("moving", "»"),
        Fate::Merged => ("moving", "«"),
    };
    view! { <span class=format!("tag {class}") data-mark=mark>{say(&fate.message())}</span> }
}

fn names(powers: &[Power]) -> Vec<AnyView> {
    powers
        .iter()
        .map(|power| {
            let under = format!("{} · {}", power.code, power.original_department);
            view! { <li><a href=format!("/powers/{}", power.id)>{power.name.clone()}</a> " " <small>{under}</small></li> }
                .into_any()
        })
        .collect()
}

fn row(entry: &Entry) -> impl IntoView + use<> {
    let lang = lang_of_page();
    let parts: Vec<_> = match (&entry.before[..], &entry.after[..]) {
        ([one], [other]) => entry
            .parts
            .iter()
            .map(|part| {
                let (before, after) = (value(lang, *part, one), value(lang, *part, other));
                view! {
                    <li>
                        <b>{say(&part.message())}</b> " "
                        <del><span class="hidden">{t("diff-was")} " "</span>{before}</del> " → "
                        <ins><span class="hidden">{t("diff-is")} " "</span>{after}</ins>
                    </li>
                }
            })
            .collect(),
        _ => Vec::new(),
    };
    view! {
        <tr>
            <td>{fate_tag(entry.fate)}</td>
            <td data-label=t("diff-before")><ul class="plain">{names(&entry.before)}</ul></td>
            <td data-label=t("diff-after")><ul class="plain">{names(&entry.after)}</ul></td>
            <td class="why"><ul class="plain">{parts}</ul></td>
        </tr>
    }
}

/// A part of a power in words.
fn value(lang: Lang, part: Part, power: &Power) -> String {
    let number = |number: Option<u32>| number.map_or(String::new(), |number| number.to_string());
    let text = match part {
        Part::Code => power.code.clone(),
        Part::Name => power.name.clone(),
        Part::Type => lang.say(&power.power_type.message()),
        Part::Field => power.field.clone(),
        Part::Basis => {
            let bases = power.legal_bases.iter().map(|basis| {
                let days = [basis.from, basis.to].map(|day| day.map_or(String::new(), |day| lang.date(day)));
                if basis.from.is_none() && basis.to.is_none() {
                    basis.citation.clone()
                } else {
                    format!("{} ({} – {})", basis.citation, days[0], days[1])
                }
            });
            bases.collect::<Vec<_>>().join("；")
        }
        Part::Department => power.original_department.clone(),
        Part::Form => power.published_form.clone(),
        Part::StatutoryDays => number(power.statutory_days),
        Part::PromisedDays => number(power.promised_days),
        Part::Minutes => power.minutes_per_case.to_string(),
        Part::Certificates => lang.list(&power.certificates),
        Part::Courses => lang.list(&power.courses),
        Part::Equipment => {
            let items: Vec<String> =
                power.equipment.iter().map(|each| format!("{} ×{}", each.item, each.quantity)).collect();
            lang.list(&items)
        }
        Part::Risk => lang.say(&power.risk.message()),
        Part::Rhythm => {
            let words = [
                power.rhythm.seasonal.then(|| lang.t("power-seasonal")),
                power.rhythm.emergency.then(|| lang.t("power-emergency")),
            ];
            lang.list(&words.into_iter().flatten().collect::<Vec<_>>())
        }
        Part::MinPeople => number(power.min_people),
        Part::Cost => lang.money(power.cost_per_case),
        Part::Remarks => power.remarks.clone(),
        Part::Source => power.source.clone(),
    };
    if text.is_empty() { "—".to_owned() } else { text }
}

/// `GET /catalogues/{id}/diff/{other}/changes.csv`: the whole filtered list, a row for each part that differs.
pub async fn csv(Path((older, newer)): Path<(String, String)>, cx: Cx) -> Answer {
    let Compared { diff, .. } = compare(&cx, &older, &newer).await?;
    let lang = cx.lang;
    let heads = [
        "diff-fate",
        "diff-code-before",
        "diff-before",
        "diff-code-after",
        "diff-after",
        "diff-part",
        "diff-was",
        "diff-is",
    ];
    let mut rows = vec![heads.map(|key| lang.t(key)).to_vec()];
    for entry in &diff.entries {
        let join = |powers: &[Power], of: fn(&Power) -> &String| {
            powers.iter().map(|power| of(power).as_str()).collect::<Vec<_>>().join("；")
        };
        let start = vec![
            lang.say(&entry.fate.message()),
            join(&entry.before, |power| &power.code),
            join(&entry.before, |power| &power.name),
            join(&entry.after, |power| &power.code),
            join(&entry.after, |power| &power.name),
        ];
        if let ([one], [other]) = (&entry.before[..], &entry.after[..]) {
            for part in &entry.parts {
                let mut row = start.clone();
                row.extend([lang.say(&part.message()), value(lang, *part, one), value(lang, *part, other)]);
                rows.push(row);
            }
        } else {
            rows.push(start);
        }
    }
    Ok(csv_file("catalogue-changes.csv", services::export::table(rows)))
}
