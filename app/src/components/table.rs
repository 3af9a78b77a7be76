//! A table with its caption and heads; it scrolls sideways where the screen is narrow.

use crate::request::t;
use leptos::prelude::*;

/// A column, by the key of its head.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Col {
    /// Words, which stand left.
    Words(&'static str),
    /// Figures, which stand right.
    Figures(&'static str),
}

pub use Col::{Figures, Words};

/// A table of rows, each a `<tr>`.
pub fn tabular<V: IntoView + 'static>(caption: String, columns: &[Col], rows: V) -> impl IntoView + use<V> {
    framed("rows", caption, columns, rows)
}

/// A table whose rows become cards where the screen is narrow, each cell with its `data-label` before it.
pub fn cards<V: IntoView + 'static>(caption: String, columns: &[Col], rows: V) -> impl IntoView + use<V> {
    framed("rows cards", caption, columns, rows)
}

fn framed<V: IntoView + 'static>(
    class: &'static str,
    caption: String,
    columns: &[Col],
    rows: V,
) -> impl IntoView + use<V> {
    let heads: Vec<_> = columns
        .iter()
        .map(|column| match *column {
            Words(key) => view! { <th scope="col">{t(key)}</th> }.into_any(),
            Figures(key) => view! { <th scope="col" class="n">{t(key)}</th> }.into_any(),
        })
        .collect();
    let name = caption.clone();
    view! {
        <div class="scroll" tabindex="0" role="region" aria-label=name>
            <table class=class>
                <caption class="hidden">{caption}</caption>
                <thead><tr>{heads}</tr></thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
}
