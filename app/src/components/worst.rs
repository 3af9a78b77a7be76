//! Assessed assignments as rows: the sentence that says why stands before the numbers.

use crate::components::status::VerdictTag;
use crate::i18n::decimal;
use crate::request::{say, t};
use domain::Message;
use domain::assess::Assessment;
use leptos::prelude::*;
use store::assessment::Line;

/// Whether a list names each row's unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Units {
    /// They differ.
    Shown,
    /// The page is about one.
    Known,
}

/// Findings and remedies that a row has room for; the assignment's page has them all.
const SENTENCES: usize = 2;

/// The first messages as one sentence.
fn sentence(messages: impl Iterator<Item = Message>) -> String {
    let sentences: Vec<String> = messages.take(SENTENCES).map(|message| say(&message)).collect();
    if sentences.is_empty() { "—".to_owned() } else { sentences.join(&t("lead-join")) }
}

/// The worst findings.
pub fn why(assessment: &Assessment) -> String {
    sentence(assessment.findings.iter().map(|finding| finding.kind.message()))
}

/// The first remedies.
pub fn mend(assessment: &Assessment) -> String {
    sentence(assessment.remedies.iter().map(|remedy| remedy.kind.message()))
}

/// Available ÷ required staff, or a dash.
pub fn ratio(assessment: &Assessment) -> String {
    assessment.workload.ratio().map_or_else(|| "—".to_owned(), |ratio| decimal(ratio, 2))
}

/// A table of assignments.
#[component]
pub fn Rows(lines: Vec<Line>, caption: String, units: Units) -> impl IntoView {
    let shown = units == Units::Shown;
    let rows = lines.into_iter().map(|line| {
        let address = format!("/assignments/{}", line.assessment.assignment);
        let kind = say(&line.power_type.message());
        let field = if line.field.is_empty() { t("field-unknown") } else { line.field.clone() };
        view! {
            <tr>
                <th scope="row">
                    <a href=address>{line.power_name.clone()}</a>
                    <small>{format!("{} · {kind} · {field}", line.power_code)}</small>
                </th>
                {shown
                    .then(|| {
                        view! {
                            <td>
                                <a class="quiet" href=format!("/units/{}", line.unit)>{line.unit_name.clone()}</a>
                            </td>
                        }
                    })}
                <td><VerdictTag verdict=line.assessment.verdict /></td>
                <td class="why">{why(&line.assessment)}</td>
                <td class="n" data-label=t("col-ratio")>{ratio(&line.assessment)}</td>
                <td class="mend">{mend(&line.assessment)}</td>
            </tr>
        }
    });
    let rows: Vec<_> = rows.collect();
    view! {
        <div class="scroll" tabindex="0" role="region" aria-label=caption.clone()>
            <table class="rows cards">
                <caption class="hidden">{caption.clone()}</caption>
                <thead>
                    <tr>
                        <th scope="col">{t("col-power")}</th>
                        {shown.then(|| view! { <th scope="col">{t("col-unit")}</th> })}
                        <th scope="col">{t("col-verdict")}</th>
                        <th scope="col">{t("col-why")}</th>
                        <th scope="col" class="n"><abbr title=t("col-ratio-long")>{t("col-ratio")}</abbr></th>
                        <th scope="col">{t("col-mend")}</th>
                    </tr>
                </thead>
                <tbody id="rows">{rows}</tbody>
            </table>
        </div>
    }
}
