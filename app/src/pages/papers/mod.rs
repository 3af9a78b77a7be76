//! Papers: what was drawn up, drawing one up, signing it, its scans, and how numbers are made.

mod draw;
mod files;
mod list;
mod one;
mod print;
mod settings;

use crate::door::Door::May;
use crate::i18n::Lang;
use crate::route::Answers::{Other, Page};
use crate::route::{Route, read, sent};
use access::Action;
use axum::extract::DefaultBodyLimit;
use axum::routing::get;
use domain::Message;
use domain::paper::PaperState;
use leptos::prelude::*;

/// The most that is received of a form with a scan. What is beyond the limit of files is thrown away, so that the
/// browser gets to see why; beyond this one, it is cut off.
const UPLOAD_BYTES: usize = 256 << 20;

/// The routes of papers.
pub fn routes() -> Vec<Route> {
    let (may_read, may_draw, may_confirm, may_number) =
        (May(Action::PaperRead), May(Action::PaperDraw), May(Action::PaperConfirm), May(Action::PaperNumber));
    let large = || DefaultBodyLimit::max(UPLOAD_BYTES);
    vec![
        read("/papers", Page, may_read, get(list::show)),
        sent("/papers/settings", may_number, may_number, get(settings::show).post(settings::send)),
        // What is done stands in the form, and is asked for by the write.
        sent("/papers/{id}", may_read, may_confirm, get(one::show).post(one::send)),
        read("/papers/{id}/pdf", Other, may_read, get(one::pdf)),
        sent(
            "/papers/{id}/attach",
            may_confirm,
            may_confirm,
            get(files::of_paper).post(files::send_to_paper).layer(large()),
        ),
        read("/attachments/{id}", Other, may_read, get(files::fetch)),
        read("/assignments/{id}/papers", Page, may_read, get(list::of_assignment)),
        sent("/assignments/{id}/papers/new", may_draw, may_draw, get(draw::show).post(draw::send)),
        sent(
            "/assignments/{id}/papers/attach",
            may_confirm,
            may_confirm,
            get(files::of_assignment).post(files::send_to_assignment).layer(large()),
        ),
    ]
}

/// Says a message in the language of a paper, which need not be the reader's.
fn in_language(tag: &str, message: &Message) -> String {
    tag.parse().unwrap_or(Lang::ZhCn).say(message)
}

/// How far a paper has come: a colour, a mark and a word.
fn state_tag(state: PaperState) -> impl IntoView {
    let (class, mark) = match state {
        PaperState::Drawn => ("moving", "▷"),
        PaperState::Signed => ("good", "✓"),
        PaperState::Voided => ("idle", "○"),
    };
    view! { <span class=format!("tag {class}") data-mark=mark>{crate::request::say(&state.message())}</span> }
}
