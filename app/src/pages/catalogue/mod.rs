//! Catalogue work: versions, rounds, zero-base reviews, the three lists, legal bases, and lists for everybody.

mod bases;
mod changes;
mod diff;
mod duties;
mod open;
mod publishing;
mod round;
mod round_file;
mod rounds;
mod version;
mod versions;
mod zero_base;
mod zero_bases;

use crate::UPLOAD_BYTES;
use crate::door::Door::{May, Open};
use crate::request::{Cx, href, t};
use crate::route::Answers::{Other, Page};
use crate::route::{Route, read, sent};
use access::Action as Act;
use axum::extract::DefaultBodyLimit;
use axum::routing::get;
use leptos::prelude::*;

/// The routes of this area.
pub fn routes() -> Vec<Route> {
    vec![
        sent(
            "/catalogues",
            May(Act::PowerRead),
            May(Act::CatalogueChange),
            get(versions::show).post(versions::send),
        ),
        sent(
            "/catalogues/{id}",
            May(Act::PowerRead),
            May(Act::CatalogueChange),
            get(version::show).post(version::send),
        ),
        read("/catalogues/{id}/diff/{other}", Page, May(Act::PowerRead), get(diff::show)),
        read("/catalogues/{id}/diff/{other}/changes.csv", Other, May(Act::PowerRead), get(diff::csv)),
        read("/rounds", Page, May(Act::RoundRead), get(rounds::list)),
        sent("/rounds/new", May(Act::RoundOpen), May(Act::RoundOpen), get(rounds::new).post(rounds::open)),
        // Which stage is closed, or what is done to which items, stands in the form, and is asked for by the write.
        sent("/rounds/{id}", May(Act::RoundRead), May(Act::RoundAnswer), get(round::show).post(round::send)),
        read("/rounds/{id}/changes", Page, May(Act::RoundRead), get(changes::show)),
        read("/rounds/{id}/items.csv", Other, May(Act::RoundRead), get(round_file::csv)),
        sent(
            "/rounds/{id}/import",
            May(Act::RoundAnswer),
            May(Act::RoundAnswer),
            get(round_file::show).post(round_file::send).layer(DefaultBodyLimit::max(UPLOAD_BYTES)),
        ),
        read("/zero-base", Page, May(Act::ZeroBaseRead), get(zero_bases::list)),
        sent(
            "/zero-base/new",
            May(Act::ZeroBaseOpen),
            May(Act::ZeroBaseOpen),
            get(zero_bases::new).post(zero_bases::open),
        ),
        // Whether lines are argued or decided stands in the form, and is asked for by the write.
        sent(
            "/zero-base/{id}",
            May(Act::ZeroBaseRead),
            May(Act::ZeroBaseRead),
            get(zero_base::show).post(zero_base::send),
        ),
        read("/zero-base/{id}/result.csv", Other, May(Act::ZeroBaseRead), get(zero_base::csv)),
        read("/duties", Page, May(Act::AssignmentRead), get(duties::show)),
        sent("/bases", May(Act::PowerRead), May(Act::BasisMark), get(bases::show).post(bases::send)),
        sent(
            "/publishing",
            May(Act::PublicSwitch),
            May(Act::PublicSwitch),
            get(publishing::show).post(publishing::send),
        ),
        read("/public", Page, Open, get(open::units)),
        read("/public/units/{code}", Page, Open, get(open::unit)),
        read("/public/powers", Page, Open, get(open::powers)),
        read("/public/powers.csv", Other, Open, get(open::csv)),
    ]
}

/// The pages of the area that the reader may open.
const PAGES: [(&str, &str, Act); 6] = [
    ("/catalogues", "catalogues-title", Act::PowerRead),
    ("/rounds", "rounds-title", Act::RoundRead),
    ("/zero-base", "zero-bases-title", Act::ZeroBaseRead),
    ("/duties", "duties-title", Act::AssignmentRead),
    ("/bases", "bases-title", Act::PowerRead),
    ("/publishing", "publishing-title", Act::PublicSwitch),
];

/// Leads from one page of the area to the others.
fn area(cx: &Cx, here: &'static str) -> impl IntoView + use<> {
    let links: Vec<_> = PAGES
        .iter()
        .filter(|(.., action)| cx.may(*action))
        .map(|(path, key, _)| {
            let current = (*path == here).then_some("page");
            view! { <li><a class="chip" href=*path aria-current=current>{t(key)}</a></li> }
        })
        .collect();
    view! {
        <nav aria-label=t("catalogue-area")><ul class="chips">{links}</ul></nav>
    }
}

/// Where the page stands below another one of the area.
fn crumbs(path: String, key: &'static str) -> impl IntoView + use<> {
    view! {
        <nav class="crumbs" aria-label=t("crumbs-label")>
            <ol><li><a href=path>{t(key)}</a></li></ol>
        </nav>
    }
}

/// An address with a query.
fn query(path: &str, params: &[(&'static str, String)]) -> String {
    href(path, params.iter().map(|(name, value)| (*name, value.as_str())))
}

/// Names and values of a query, as fields that a form carries along.
fn carried(params: &[(&'static str, String)]) -> Vec<AnyView> {
    params
        .iter()
        .filter(|(_, value)| !value.is_empty())
        .map(|(name, value)| view! { <input type="hidden" name=*name value=value.clone() /> }.into_any())
        .collect()
}

/// A choice that filters: the first shows everything.
fn sieve(
    name: &'static str,
    label: &'static str,
    chosen: &str,
    options: Vec<(String, String)>,
) -> impl IntoView + use<> {
    let options: Vec<_> = options
        .into_iter()
        .map(|(value, words)| view! { <option selected=value == chosen value=value.clone()>{words}</option> })
        .collect();
    view! {
        <label>
            <span>{t(label)}</span>
            <select name=name><option value="">{t("filter-all")}</option>{options}</select>
        </label>
    }
}

/// A field that looks for words.
fn search(typed: &str) -> impl IntoView + use<> {
    view! {
        <label>
            <span>{t("filter-search-assignment")}</span>
            <input type="search" name="q" value=typed.to_owned() placeholder=t("filter-search-hint") />
        </label>
    }
}
