//! Pages of a list.

use crate::request::{href, say, t};
use domain::Message;
use leptos::prelude::*;

/// Rows on a page.
pub const ROWS: i64 = 50;

/// Where in the list the page is, and links to the one before and the one after.
#[component]
pub fn Pager(
    #[prop(into)] path: String,
    params: Vec<(&'static str, String)>,
    page: i64,
    total: i64,
) -> impl IntoView {
    let last = pages(total);
    let link = |page: i64| {
        let number = page.to_string();
        let params = params.iter().map(|(name, value)| (*name, value.as_str()));
        href(&path, params.chain([("page", number.as_str())]))
    };
    let shown = Message::new("pager-shown")
        .with("from", ((page - 1) * ROWS + 1).min(total))
        .with("to", (page * ROWS).min(total))
        .with("total", total);
    view! {
        <nav class="pager" aria-label=t("pager-label")>
            <span>{say(&shown)}</span>
            {(page > 1).then(|| view! { <a rel="prev" href=link(page - 1)>{t("pager-before")}</a> })}
            {(page < last).then(|| view! { <a rel="next" href=link(page + 1)>{t("pager-after")}</a> })}
        </nav>
    }
}

/// How many pages a list has.
pub fn pages(total: i64) -> i64 {
    (total + ROWS - 1) / ROWS
}
