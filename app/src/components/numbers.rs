//! Big numbers that open their rows.

use crate::components::status::look;
use crate::i18n::{decimal, grouped};
use crate::request::{href, lang_of_page, say, t};
use domain::assess::Verdict;
use leptos::prelude::*;
use store::assessment::Sums;

/// The numbers of a unit and all below it; each leads to `/assignments` with `params` and what it counts.
#[component]
pub fn Numbers(sums: Sums, params: Vec<(&'static str, String)>) -> impl IntoView {
    let link = |more: (&'static str, &'static str)| {
        let known =
            params.iter().filter(|(name, _)| *name != more.0).map(|(name, value)| (*name, value.as_str()));
        href("/assignments", known.chain([more]))
    };
    let verdicts = Verdict::ALL.iter().map(|&verdict| {
        let (class, _) = look(verdict);
        view! {
            <a href=link(("verdict", verdict.as_str()))>
                <b class=class>{count(sums.counts.of(verdict))}</b>
                <span>{say(&verdict.message())}</span>
            </a>
        }
    });
    let verdicts: Vec<_> = verdicts.collect();
    #[expect(clippy::cast_precision_loss, reason = "thousandths of posts")]
    let staff = sums.short_staff as f64 / 1000.0;
    view! {
        <section class="card numbers" aria-label=t("numbers-label")>
            <a href=link(("verdict", ""))>
                <b>{count(sums.counts.all())}</b>
                <span>{t("numbers-assigned")}</span>
            </a>
            {verdicts}
            <a href=link(("lack", "staff"))>
                <b>{decimal(-staff, 1)}</b>
                <span>{t("numbers-staff")}</span>
            </a>
            <a href=link(("lack", "money"))>
                <b>{minus(&lang_of_page().money(sums.short_money), sums.short_money.0)}</b>
                <span>{t("numbers-money")}</span>
            </a>
            <a href=link(("lack", "training"))>
                <b>{count(sums.untrained)}</b>
                <span>{t("numbers-untrained")}</span>
            </a>
        </section>
    }
}

fn minus(text: &str, amount: i64) -> String {
    if amount > 0 { format!("−{text}") } else { text.to_owned() }
}

/// A count with its thousands apart.
#[expect(clippy::cast_precision_loss, reason = "counts of rows")]
pub fn count(number: i64) -> String {
    grouped(number as f64)
}
