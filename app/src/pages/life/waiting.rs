//! What waits for somebody, for the first page: answers, objections, approvals, papers, tasks and requests.

use super::me;
use crate::components::numbers::count;
use crate::request::{Cx, t};
use access::Action;
use leptos::prelude::*;
use store::{Conn, StoreError};

/// How much waits.
pub(crate) type Waiting = store::life::Waiting;

/// Counts what waits for the reader.
pub(crate) async fn of(conn: &mut Conn, cx: &Cx) -> Result<Option<Waiting>, StoreError> {
    if !cx.may(Action::ProposalRead) {
        return Ok(None);
    }
    store::life::waiting(conn, cx.today, cx.sight(), me(cx)).await.map(Some)
}

/// The card of the first page; nothing where nothing waits.
pub(crate) fn card(waiting: Option<Waiting>) -> Option<impl IntoView + use<>> {
    let waiting = waiting?;
    let all = [
        (waiting.mine, "/proposals?view=mine", "waiting-mine"),
        (waiting.objected, "/proposals?view=all&phase=answering", "waiting-objected"),
        (waiting.unsigned, "/takeovers", "waiting-unsigned"),
        (waiting.overdue, "/takeovers?view=overdue", "waiting-overdue"),
        (waiting.adjustments, "/adjustments", "waiting-adjustments"),
    ];
    let items: Vec<_> = all
        .into_iter()
        .filter(|(number, ..)| *number > 0)
        .map(|(number, to, key)| view! { <a href=to><b>{count(number)}</b><span>{t(key)}</span></a> })
        .collect();
    (!items.is_empty()).then(|| {
        view! {
            <section class="card">
                <div class="cap"><h2>{t("waiting-title")}</h2><a href="/proposals?view=mine">{t("proposals-title")}</a></div>
                <div class="numbers">{items}</div>
            </section>
        }
    })
}
