//! Hand-offs of decided cases: the inbox of the supervising side, one of them, and their limits.

mod inbox;
mod one;
mod settings;

use crate::door::Door::May;
use crate::request::{say, t};
use crate::route::Answers::{Other, Page};
use crate::route::{Route, read, sent};
use access::Action as Act;
use axum::routing::get;
use domain::Date;
use domain::handoff::State;
use leptos::prelude::*;
use store::handoff::Handoff;

/// The area's routes.
pub fn routes() -> Vec<Route> {
    vec![
        // What may be done to which of them is asked for by the write.
        sent("/handoffs", May(Act::HandoffRead), May(Act::HandoffRead), get(inbox::show).post(inbox::claim)),
        read("/handoffs.csv", Other, May(Act::HandoffRead), get(inbox::csv)),
        sent(
            "/handoffs/settings",
            May(Act::ThresholdsRead),
            May(Act::HandoffSettings),
            get(settings::show).post(settings::send),
        ),
        sent("/handoffs/{id}", May(Act::HandoffRead), May(Act::HandoffRead), get(one::show).post(one::send)),
        read("/calendar.csv", Other, May(Act::CalendarRead), get(super::calendar::csv)),
        sent(
            "/calendar",
            May(Act::CalendarRead),
            May(Act::CalendarChange),
            get(super::calendar::show).post(super::calendar::send),
        ),
        read("/indicators", Page, May(Act::IndicatorRead), get(super::indicators::show)),
        read("/indicators.csv", Other, May(Act::IndicatorRead), get(super::indicators::csv)),
        read("/cases/violations", Page, May(Act::CaseRead), get(super::violations::show)),
        read("/cases/violations.csv", Other, May(Act::CaseRead), get(super::violations::csv)),
    ]
}

/// How far a hand-off is, seen from a day: a colour, a mark and words.
fn tag(handoff: &Handoff, today: Date) -> impl IntoView + use<> {
    let is_late = handoff.due().is_some_and(|due| due < today);
    let (class, mark) = match handoff.state {
        _ if is_late => ("cannot", "■"),
        State::Pushed => ("poorly", "◧"),
        State::Claimed => ("moving", "▷"),
        State::Answered | State::Closed => ("good", "✓"),
        State::Returned => ("idle", "○"),
    };
    let words = say(&handoff.state.message());
    let words = if is_late { format!("{words} · {}", t("handoff-late")) } else { words };
    view! { <span class=format!("tag {class}") data-mark=mark>{words}</span> }
}
