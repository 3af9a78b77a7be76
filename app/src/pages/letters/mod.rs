//! The queue of letters, for the administrator: to whom, how it went, and what proves it; not what stands in them.

mod preview;

use crate::components::form::fields;
use crate::components::numbers::count;
use crate::components::pager::{Pager, ROWS, pages};
use crate::components::table::{Figures, Words, cards};
use crate::door::Door;
use crate::request::{Answer, Cx, Failure, go_to, href, lang_of_page, say, t};
use crate::route::{Answers, Route, read, sent};
use crate::shell::Nav;
use access::Action;
use axum::body::Bytes;
use axum::routing::get;
use domain::Message;
use domain::notice::Event;
use domain::post::{Class, LetterState};
use leptos::prelude::*;
use store::letter::Listed;

/// The routes of the queue.
pub fn routes() -> Vec<Route> {
    let may = Door::May(Action::LetterRead);
    vec![
        sent("/letters", may, Door::May(Action::LetterResend), get(show).post(send)),
        read("/letters/preview", Answers::Page, may, get(preview::show)),
        read("/letters/preview.eml", Answers::Other, may, get(preview::file)),
    ]
}

/// `GET /letters?state=…&page=…`
pub async fn show(cx: Cx) -> Answer {
    let state: Option<LetterState> = cx.parsed("state");
    let mut conn = cx.read().await?;
    let counts = store::letter::counts(&mut conn).await?;
    let of =
        |state: LetterState| counts.iter().find(|(each, _)| *each == state).map_or(0, |(_, count)| *count);
    let all: i64 = counts.iter().map(|(_, count)| count).sum();
    let total = state.map_or(all, of);
    let page = cx.page_number().min(pages(total).max(1));
    let listed = store::letter::list(&mut conn, state, ROWS, (page - 1) * ROWS).await?;
    drop(conn);
    let tabs: Vec<(&'static str, Message, i64)> = std::iter::once(("", Message::new("filter-all"), all))
        .chain(LetterState::ALL.iter().map(|&each| (each.as_str(), each.message(), of(each))))
        .collect();
    let address = cx.state.post.address.clone();
    let title = cx.lang.t("letters-title");
    let again = cx.param("again") == "1";
    let code = state.map_or("", LetterState::as_str);
    cx.ok(Nav::Letters, &title, || {
        let how = match &address {
            Some(address) => say(&Message::new("letters-by").with("address", address.as_str())),
            None => t("letters-inbox-only"),
        };
        let tabs: Vec<_> = tabs
            .into_iter()
            .map(|(each, words, number)| {
                let current = (each == code).then_some("page");
                let words = format!("{} {}", say(&words), count(number));
                view! { <li><a class="chip" href=href("/letters", [("state", each)]) aria-current=current>{words}</a></li> }
            })
            .collect();
        view! {
            <div class="title">
                <h1>{title.clone()}</h1>
                <span class="push"><a href="/letters/preview">{t("preview-title")}</a></span>
            </div>
            <p class="lead">{t("letters-intro")}</p>
            <p class=if address.is_some() { "quiet" } else { "warn" }>{how}</p>
            {again.then(|| view! { <p class="done" role="status">{t("letters-again-done")}</p> })}
            <ul class="chips">{tabs}</ul>
            {if listed.is_empty() {
                view! { <section class="card pad"><p>{t("letters-empty")}</p></section> }.into_any()
            } else {
                view! {
                    <section class="card">
                        {table(&listed)}
                        <Pager path="/letters" params=vec![("state", code.to_owned())] page=page total=total />
                    </section>
                }
                    .into_any()
            }}
        }
    })
}

fn table(listed: &[Listed]) -> impl IntoView + use<> {
    let rows: Vec<_> = listed.iter().map(row).collect();
    cards(
        t("letters-title"),
        &[
            Words("letters-to"),
            Words("letters-about"),
            Words("letters-state"),
            Figures("letters-tries"),
            Words("letters-proof"),
        ],
        rows,
    )
}

/// What a letter is about, as far as the administrator is concerned.
fn about(dedupe: &str) -> String {
    let event = dedupe.split('/').next().unwrap_or_default();
    match event.parse::<Event>() {
        Ok(event) => say(&Class::of(event).message()),
        Err(_) => t("letters-digest"),
    }
}

fn row(listed: &Listed) -> impl IntoView + use<> {
    let lang = lang_of_page();
    let (class, mark) = match listed.state {
        LetterState::Waiting => ("idle", "○"),
        LetterState::Sending => ("moving", "▷"),
        LetterState::Sent => ("good", "✓"),
        LetterState::Dead => ("cannot", "■"),
    };
    let when = match listed.state {
        LetterState::Waiting => say(&Message::new("letters-next").with("at", lang.moment(listed.next_at))),
        _ => listed.sent_at.map(|at| lang.moment(at)).unwrap_or_default(),
    };
    let unclear = (listed.unclear > 0).then(|| {
        view! { <small>{say(&Message::new("letters-unclear").with("count", listed.unclear))}</small> }
    });
    let again = (listed.state == LetterState::Dead).then(|| {
        view! {
            <form method="post" action="/letters">
                <input type="hidden" name="id" value=listed.id.to_string() />
                <button class="button second">{t("letters-again")}</button>
            </form>
        }
    });
    let told = if listed.answer.is_empty() { listed.last_error.clone() } else { listed.answer.clone() };
    view! {
        <tr id=format!("l-{}", listed.id)>
            <th scope="row">{listed.name.clone()}<small>{listed.address.clone()}</small></th>
            <td data-label=t("letters-about")>{about(&listed.dedupe)}<small>{lang.moment(listed.created_at)}</small></td>
            <td>
                <span class=format!("tag {class}") data-mark=mark>{say(&listed.state.message())}</span>
                <small>{when}</small>
            </td>
            <td class="n" data-label=t("letters-tries")>{count(i64::from(listed.attempts))}{unclear}</td>
            <td data-label=t("letters-proof")>
                {told}
                <small class="long">{listed.message_id.clone()}</small>
                {again}
            </td>
        </tr>
    }
}

/// `POST /letters`: sends the letter `id` again that was given up.
pub async fn send(cx: Cx, body: Bytes) -> Answer {
    let fields = fields(&body);
    let id = fields.get("id").and_then(|id| id.parse().ok()).ok_or(Failure::NotFound)?;
    services::mailer::resend(&cx.state.db, &cx.caller()?, id).await?.ok_or(Failure::NotFound)?;
    Ok(go_to("/letters?again=1"))
}
