//! How far people, money, training and means followed: four small bars, each with its number.

use crate::i18n::percent;
use crate::request::t;
use leptos::prelude::*;

/// Four fractions, 0–1.
#[component]
pub fn ParityBars(people: f64, money: f64, training: f64, means: f64) -> impl IntoView {
    let bars = [
        ("parity-people", people),
        ("parity-money", money),
        ("parity-training", training),
        ("parity-means", means),
    ];
    let bars = bars.map(|(key, fraction)| {
        let fraction = fraction.clamp(0.0, 1.0);
        let class = if fraction < 0.5 {
            "low"
        } else if fraction < 1.0 {
            "mid"
        } else {
            "full"
        };
        // Rounded down, so that only what is whole shows as whole.
        let shown = percent((fraction * 100.0).floor() / 100.0);
        view! {
            <span class="bar4">
                <span class="bar4-name">{t(key)}</span>
                <span class="bar4-number">{shown}</span>
                <svg class="meter" viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true">
                    <rect class=class width=format!("{:.0}", fraction * 100.0) height="6" />
                </svg>
            </span>
        }
    });
    view! { <span class="parity">{Vec::from(bars)}</span> }
}
