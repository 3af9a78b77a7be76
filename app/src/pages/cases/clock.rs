//! The clock of a case: by when, what is used and left, and when it stands still.

use super::Shown;
use crate::components::form::{Choice, Field, Sent, Typed};
use crate::components::table::{Figures, Words, cards};
use crate::pages::violations::rule_key;
use crate::request::{lang_of_page, say, t};
use domain::case::Terms;
use domain::clock::{Clock, Pause, PauseReason, Reading, Standing};
use domain::id::{CaseId, PauseId};
use domain::{Date, Message};
use leptos::prelude::*;
use services::case::clocks;
use store::case::Mark;

/// A colour, a mark and words for how a clock stands.
pub fn standing_tag(standing: Standing) -> impl IntoView {
    let (class, mark) = match standing {
        Standing::Running => ("moving", "▷"),
        Standing::Paused => ("idle", "○"),
        Standing::Overdue | Standing::Broken => ("cannot", "■"),
        Standing::Kept => ("good", "✓"),
    };
    view! { <span class=format!("tag {class}") data-mark=mark>{say(&standing.message())}</span> }
}

/// Both limits, with the pauses.
pub fn clock(shown: &Shown, today: Date) -> impl IntoView + use<> {
    let lang = lang_of_page();
    let progress = &shown.case.case.progress;
    let pauses: Vec<Pause> = shown.pauses.iter().map(|(_, pause)| *pause).collect();
    let terms = Terms::of(&shown.ground.power, shown.penalty_days);
    let [statutory, promised] = clocks(&terms, shown.case.case.opened_on, progress.accepted_on, &pauses);
    let row = |key: &'static str, clock: Option<Clock>| {
        let clock = clock?;
        let Reading { due, used, left, standing } =
            clock.reading(&shown.calendar, today, progress.decided_on);
        let days =
            Message::new("case-clock-days").with("count", clock.limit).with("kind", clock.count.message());
        let left = if left < 0 { format!("−{}", -left) } else { left.to_string() };
        Some(view! {
            <tr>
                <th scope="row">{t(key)}</th>
                <td data-label=t("case-clock-limit")>{say(&days)}</td>
                <td class="when" data-label=t("case-clock-start")>{lang.date(clock.start)}</td>
                <td class="when" data-label=t("case-clock-due")>{due.map_or_else(|| "—".to_owned(), |due| lang.date(due))}</td>
                <td class="n" data-label=t("case-clock-used")>{used.to_string()}</td>
                <td class="n" data-label=t("case-clock-left")>{left}</td>
                <td>{standing_tag(standing)}</td>
            </tr>
        })
    };
    let rows: Vec<_> = [row("case-clock-promised", promised), row("case-clock-statutory", statutory)]
        .into_iter()
        .flatten()
        .collect();
    let facts = [
        ("case-applied-on", progress.applied_on.map(|day| lang.date(day))),
        ("case-accepted-on", progress.accepted_on.map(|day| lang.date(day))),
        ("case-decided-on", progress.decided_on.map(|day| lang.date(day))),
        ("case-result", progress.result.map(|result| say(&result.message()))),
        ("case-finisher", shown.case.finisher.clone()),
    ];
    let facts: Vec<_> = facts
        .into_iter()
        .filter_map(|(key, value)| Some(view! { <dt>{t(key)}</dt><dd>{value?}</dd> }))
        .collect();
    let has_rows = !rows.is_empty();
    let columns = [
        Words("case-clock"),
        Words("case-clock-limit"),
        Words("case-clock-start"),
        Words("case-clock-due"),
        Figures("case-clock-used"),
        Figures("case-clock-left"),
        Words("case-clock-standing"),
    ];
    view! {
        <section class="card">
            <div class="cap"><h2>{t("case-clock")}</h2><a href="/calendar">{t("calendar-title")}</a></div>
            <dl class="wide">{facts}</dl>
            {if has_rows {
                cards(t("case-clock"), &columns, rows).into_any()
            } else {
                view! { <p class="note">{t("case-clock-none")}</p> }.into_any()
            }}
            {pause_list(&shown.pauses)}
        </section>
    }
}

fn pause_list(pauses: &[(PauseId, Pause)]) -> Option<impl IntoView + use<>> {
    let lang = lang_of_page();
    let rows: Vec<_> = pauses
        .iter()
        .map(|(_, pause)| {
            let told = pause.notified_on.map_or_else(|| t("case-pause-untold"), |day| lang.date(day));
            view! {
                <tr>
                    <th scope="row">{say(&pause.reason.message())}</th>
                    <td class="when" data-label=t("case-pause-from")>{lang.date(pause.from)}</td>
                    <td class="when" data-label=t("case-pause-to")>{pause.to.map_or_else(|| t("case-pause-runs"), |to| lang.date(to))}</td>
                    <td data-label=t("case-pause-told")>{told}</td>
                </tr>
            }
        })
        .collect();
    let columns = [
        Words("case-pause-reason"),
        Words("case-pause-from"),
        Words("case-pause-to"),
        Words("case-pause-told"),
    ];
    (!rows.is_empty()).then(|| cards(t("case-pauses"), &columns, rows))
}

/// The form that stops the clock, or lets it go on.
pub fn pausing(id: CaseId, pauses: &[(PauseId, Pause)], sent: &Sent) -> impl IntoView + use<> {
    let running = pauses.iter().find(|(_, pause)| pause.to.is_none()).map(|(id, _)| *id);
    let reasons: Vec<_> = std::iter::once((String::new(), t("choose")))
        .chain(PauseReason::ALL.iter().map(|each| (each.as_str().to_owned(), say(&each.message()))))
        .collect();
    let sent = sent.clone();
    match running {
        Some(pause) => view! {
            <form class="card pad form" method="post" action=format!("/cases/{id}") novalidate=true>
                <h2>{t("case-resume")}</h2>
                <input type="hidden" name="do" value="resume" />
                <input type="hidden" name="pause" value=pause.to_string() />
                <Field name="to" label=t("case-pause-to") hint=t("case-resume-hint") typed=Typed::Day sent=sent />
                <div class="actions"><button class="button second">{t("case-resume")}</button></div>
            </form>
        }
        .into_any(),
        None => view! {
            <form class="card pad form" method="post" action=format!("/cases/{id}") novalidate=true>
                <h2>{t("case-pause")}</h2>
                <p>{t("case-pause-hint")}</p>
                <input type="hidden" name="do" value="pause" />
                <Choice name="reason" label=t("case-pause-reason") options=reasons sent=sent.clone() />
                <Field name="from" label=t("case-pause-from") typed=Typed::Day sent=sent.clone() />
                <Field
                    name="notified_on"
                    label=t("case-pause-told")
                    hint=t("case-pause-told-hint")
                    typed=Typed::Day
                    sent=sent
                />
                <div class="actions"><button class="button second">{t("case-pause")}</button></div>
            </form>
        }
        .into_any(),
    }
}

/// What broke a rule, and where the decision went.
pub fn marks(id: CaseId, marks: &[Mark]) -> impl IntoView + use<> {
    let lang = lang_of_page();
    let (mut broken, mut handed) = (Vec::new(), Vec::new());
    for mark in marks {
        match mark {
            Mark::Violation(rule, function, who, on) => {
                let function = function.map(|each| say(&each.message())).unwrap_or_default();
                let who = who.clone().unwrap_or_default();
                let words = [rule.clone(), t(rule_key(rule)), function, who, lang.date(*on)];
                let words: Vec<String> = words.into_iter().filter(|each| !each.is_empty()).collect();
                broken.push(view! { <li>{words.join(" · ")}</li> });
            }
            Mark::Handoff(handoff, kind, state, to, on) => {
                let words = [say(&kind.message()), to.clone(), lang.date(*on), say(&state.message())];
                handed
                    .push(view! { <li><a href=format!("/handoffs/{handoff}")>{words.join(" · ")}</a></li> });
            }
        }
    }
    let (has_broken, has_handed) = (!broken.is_empty(), !handed.is_empty());
    view! {
        {has_broken.then(|| view! {
            <section class="card">
                <div class="cap">
                    <h2>{t("violations-title")}</h2>
                    <a href=format!("/cases/violations?case={id}")>{t("violations-all")}</a>
                </div>
                <ul class="plain pad">{broken}</ul>
            </section>
        })}
        {has_handed.then(|| view! {
            <section class="card">
                <div class="cap"><h2>{t("handoffs-title")}</h2></div>
                <ul class="plain pad">{handed}</ul>
            </section>
        })}
    }
}
