//! Requests for adjustments, and what is decided on them.

use super::{Reason, errors, moment, status, tab, tag, who};
use crate::components::form::{ErrorSummary, Sent, fields};
use crate::components::table::{Words, cards};
use crate::request::{Answer, Cx, Failure, go_to, lang_of_page, say, t};
use crate::shell::Nav;
use access::Action;
use axum::body::Bytes;
use domain::Message;
use domain::assignment::Form;
use domain::life::state::{Adjust, Decision};
use leptos::prelude::*;
use store::life::adjust::Line;

/// Requests that a page shows at most.
const MOST: i64 = 200;

/// `GET /adjustments?view=…`
pub async fn show(cx: Cx) -> Answer {
    page(&cx, Sent::default()).await
}

/// `POST /adjustments` decides on one.
pub async fn send(cx: Cx, body: Bytes) -> Answer {
    let fields = fields(&body);
    let id = fields.get("adjustment").and_then(|id| id.parse().ok()).ok_or(Failure::NotFound)?;
    let done = services::life::adjust::decide(&cx.state.db, &cx.caller()?, id, &fields).await?;
    let errors = errors(done);
    if errors.is_empty() {
        return Ok(go_to("/adjustments?view=all&done=1"));
    }
    page(&cx, Sent { fields, errors }).await
}

async fn page(cx: &Cx, sent: Sent) -> Answer {
    let view = if cx.param("view") == "all" { "all" } else { "open" };
    let mut conn = cx.read().await?;
    let lines = store::life::adjust::list(&mut conn, view, cx.sight(), MOST).await?;
    drop(conn);
    let may = cx.may(Action::AdjustmentDecide);
    let title = cx.lang.t("adjustments-title");
    let done = cx.param("done") == "1";
    Ok(cx.page(status(&sent.errors), Some(Nav::Proposals), &sent.titled(cx.lang, &title), || {
        view! {
            <nav class="crumbs" aria-label=t("crumbs-label")>
                <ol><li><a href="/proposals">{t("proposals-title")}</a></li></ol>
            </nav>
            <ErrorSummary errors=sent.errors.clone() />
            <div class="title" id="life"><h1>{title}</h1></div>
            {done.then(|| view! { <p class="done" role="status">{t("adjust-done")}</p> })}
            <p class="lead">{t("adjustments-intro")}</p>
            <ul class="chips">
                {tab("/adjustments", "open", view, "adjustments-open")}
                {tab("/adjustments", "all", view, "proposals-all")}
            </ul>
            {if lines.is_empty() {
                view! { <section class="card pad"><p>{t("adjustments-none")}</p></section> }.into_any()
            } else {
                view! { <section class="card">{table(&lines, may)}</section> }.into_any()
            }}
        }
    }))
}

/// Where what was granted is done.
fn next(line: &Line) -> Option<(String, &'static str)> {
    let of = line.adjustment.assignment;
    Some(match line.adjustment.kind {
        Adjust::Recall => (format!("/assignments/{of}/recall"), "recall-title"),
        Adjust::Extend => (format!("/assignments/{of}/renew"), "renew-title"),
        Adjust::ChangeForm => ("/proposals/new".to_owned(), "proposal-new"),
        Adjust::MoreMeans => return None,
    })
}

fn table(lines: &[Line], may: bool) -> impl IntoView + use<> {
    let lang = lang_of_page();
    let rows: Vec<_> = lines
        .iter()
        .map(|line| {
            let adjustment = &line.adjustment;
            let state = match adjustment.decision {
                None => tag("moving", "◔", Message::new("adjustment-waits")).into_any(),
                Some(Decision::Granted) => tag("good", "✓", Decision::Granted.message()).into_any(),
                Some(Decision::Refused) => tag("cannot", "✕", Decision::Refused.message()).into_any(),
            };
            let decided = adjustment
                .decision
                .map(|_| format!("{} {}", who(line.decider.as_deref(), line.decided_for.as_deref()), adjustment.answer));
            let decide = (may && adjustment.decision.is_none()).then(|| {
                view! {
                    <form method="post" action="/adjustments" class="filters">
                        <input type="hidden" name="adjustment" value=adjustment.id.to_string() />
                        <Reason id=format!("answer-{}", adjustment.id) name="answer" label=t("proposal-opinion") />
                        <button class="button second" name="decision" value="granted">{t("life-decide-granted")}</button>
                        <button class="button second" name="decision" value="refused">{t("life-decide-refused")}</button>
                    </form>
                }
            });
            let next = next(line)
                .filter(|_| may && adjustment.decision == Some(Decision::Granted))
                .map(|(to, key)| view! { <a href=to>{t(key)}</a> });
            let wish = adjustment
                .wish
                .parse::<Form>()
                .map_or_else(|_| adjustment.wish.clone(), |form| say(&form.message()));
            view! {
                <tr id=format!("j-{}", adjustment.id)>
                    <th scope="row">
                        <a href=format!("/assignments/{}", adjustment.assignment)>{line.power.clone()}</a>
                        <small>{line.unit.clone()}</small>
                    </th>
                    <td data-label=t("adjust-kind")>{say(&adjustment.kind.message())} " " <small>{wish}</small></td>
                    <td class="why">
                        {adjustment.reason.clone()} " "
                        <small>{line.side.clone()} " " {who(line.asker.as_deref(), line.asked_for.as_deref())} " " {moment(line.asked_at)}</small>
                    </td>
                    <td class="when" data-label=t("life-due")>{lang.date(adjustment.due_on)}</td>
                    <td data-label=t("proposals-phase")>{state} " " <small>{decided}</small></td>
                    <td>{decide} {next}</td>
                </tr>
            }
        })
        .collect();
    cards(
        t("adjustments-title"),
        &[
            Words("col-power"),
            Words("adjust-kind"),
            Words("person-reason"),
            Words("life-due"),
            Words("proposals-phase"),
            Words("route-act"),
        ],
        rows,
    )
}
