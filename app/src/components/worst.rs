//! Assessed assignments as rows: the sentence that says why stands before the numbers.

use crate::components::status::VerdictTag;
use crate::i18n::decimal;
use crate::request::{href, say, t};
use domain::Message;
use domain::assess::Assessment;
use leptos::prelude::*;
use store::assessment::{Line, Order};

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

/// A list that can be shown in another order: the parameters of its address, and the order it has.
#[derive(Debug, Clone)]
pub struct Sorting {
    /// Everything but the order and the page.
    pub params: Vec<(&'static str, String)>,
    /// The order.
    pub order: Order,
}

/// The head of a column by which a list may be sorted.
fn head(sorting: Option<&Sorting>, order: Order, words: String) -> AnyView {
    let Some(sorting) = sorting else { return words.into_any() };
    if sorting.order == order {
        return view! { <b>{words} <span aria-hidden="true">" ▾"</span></b> }.into_any();
    }
    let params = sorting.params.iter().map(|(name, value)| (*name, value.as_str()));
    let to = href("/assignments", params.chain([("sort", order.as_str())]));
    view! { <a href=to>{words}</a> }.into_any()
}

/// What assistive technology is told of a sorted column.
fn sorted(sorting: Option<&Sorting>, order: Order) -> Option<&'static str> {
    let direction = if order == Order::Worst { "descending" } else { "ascending" };
    sorting.is_some_and(|sorting| sorting.order == order).then_some(direction)
}

/// A table of assignments.
#[component]
pub fn Rows(
    lines: Vec<Line>,
    caption: String,
    units: Units,
    #[prop(optional)] sorting: Option<Sorting>,
) -> impl IntoView {
    let shown = units == Units::Shown;
    let sorting = sorting.as_ref();
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
                        <th scope="col" aria-sort=sorted(sorting, Order::Power)>
                            {head(sorting, Order::Power, t("col-power"))}
                        </th>
                        {shown
                            .then(|| {
                                view! {
                                    <th scope="col" aria-sort=sorted(sorting, Order::Unit)>
                                        {head(sorting, Order::Unit, t("col-unit"))}
                                    </th>
                                }
                            })}
                        <th scope="col" aria-sort=sorted(sorting, Order::Worst)>
                            {head(sorting, Order::Worst, t("col-verdict"))}
                        </th>
                        <th scope="col">{t("col-why")}</th>
                        <th scope="col" class="n" aria-sort=sorted(sorting, Order::Ratio) title=t("col-ratio-long")>
                            {head(sorting, Order::Ratio, t("col-ratio"))}
                        </th>
                        <th scope="col">{t("col-mend")}</th>
                    </tr>
                </thead>
                <tbody id="rows">{rows}</tbody>
            </table>
        </div>
    }
}
