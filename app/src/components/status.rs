//! Verdicts and outcomes: a colour, a mark and a word, never colour alone.

use crate::request::say;
use domain::assess::{Outcome, Verdict};
use leptos::prelude::*;

/// The class and the mark of a verdict.
pub const fn look(verdict: Verdict) -> (&'static str, &'static str) {
    match verdict {
        Verdict::Cannot => ("cannot", "■"),
        Verdict::Poorly => ("poorly", "◧"),
        Verdict::Idle => ("idle", "○"),
        Verdict::InTransition => ("moving", "▷"),
        Verdict::Can => ("good", "✓"),
    }
}

/// A verdict.
#[component]
pub fn VerdictTag(verdict: Verdict) -> impl IntoView {
    let (class, mark) = look(verdict);
    view! {
        <span class=format!("tag {class}") data-mark=mark>
            {say(&verdict.message())}
        </span>
    }
}

/// How a gate or a grade came out.
#[component]
pub fn OutcomeTag(outcome: Outcome) -> impl IntoView {
    let (class, mark) = match outcome {
        Outcome::Pass => ("good", "✓"),
        Outcome::Fail => ("cannot", "■"),
        Outcome::NotApplicable => ("idle", "—"),
    };
    view! {
        <span class=format!("tag {class}") data-mark=mark>
            {say(&outcome.message())}
        </span>
    }
}
