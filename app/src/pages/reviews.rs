//! Reviews of rights: who holds what in each unit, and whether it goes on.

use crate::components::form::{Choice, ErrorSummary, Field, OFFERED, Sent, Typed, fields, offer};
use crate::components::numbers::count;
use crate::components::pager::ROWS;
use crate::components::table::{Figures, Words, cards};
use crate::request::{Answer, Cx, Failure, go_to, lang_of_page, say, t};
use crate::shell::Nav;
use access::Action;
use axum::body::Bytes;
use axum::extract::Path;
use axum::http::StatusCode;
use domain::Message;
use domain::holding::{Decision, Holding};
use domain::id::{ReviewId, UnitId};
use domain::separation::Names;
use leptos::prelude::*;
use services::review;
use store::review::{Line, Listed};

/// `GET /reviews`
pub async fn list(cx: Cx) -> Answer {
    let mut conn = cx.read().await?;
    let all = store::review::list(&mut conn, cx.sight()).await?;
    drop(conn);
    let may = cx.may(Action::ReviewOpen);
    let title = cx.lang.t("reviews-title");
    cx.ok(Nav::People, &title, || {
        view! {
            <nav class="crumbs" aria-label=t("crumbs-label")>
                <ol><li><a href="/people">{t("people-title")}</a></li></ol>
            </nav>
            <div class="title">
                <h1>{title.clone()}</h1>
                {may
                    .then(|| {
                        view! { <span class="push"><a class="button" href="/reviews/new">{t("reviews-open")}</a></span> }
                    })}
            </div>
            <p class="lead">{t("reviews-intro")}</p>
            {table(all)}
        }
    })
}

fn table(all: Vec<Listed>) -> AnyView {
    if all.is_empty() {
        return view! { <section class="card pad"><p>{t("reviews-empty")}</p></section> }.into_any();
    }
    let rows: Vec<_> = all
        .into_iter()
        .map(|Listed { review, unit, lines, open }| {
            let lang = lang_of_page();
            let (class, mark, state) = if review.closed_on.is_some() {
                ("tag good", "✓", "reviews-closed")
            } else {
                ("tag moving", "▷", "reviews-running")
            };
            view! {
                <tr>
                    <th scope="row">
                        <a href=format!("/reviews/{}", review.id)>{review.title}</a>
                        <small>{unit}</small>
                    </th>
                    <td><span class=class data-mark=mark>{t(state)}</span></td>
                    <td class="when" data-label=t("reviews-due")>{lang.date(review.due_on)}</td>
                    <td data-label=t("reviews-undecided")>{say(&review.undecided.message())}</td>
                    <td class="n" data-label=t("reviews-lines")>{count(lines)}</td>
                    <td class="n" data-label=t("reviews-left")>{count(open)}</td>
                </tr>
            }
        })
        .collect();
    view! {
        <section class="card">
            {cards(
                t("reviews-title"),
                &[
                    Words("reviews-name"),
                    Words("reviews-state"),
                    Words("reviews-due"),
                    Words("reviews-undecided"),
                    Figures("reviews-lines"),
                    Figures("reviews-left"),
                ],
                rows,
            )}
        </section>
    }
    .into_any()
}

/// `GET /reviews/new`
pub async fn new(cx: Cx) -> Answer {
    form(&cx, StatusCode::OK, Sent::default()).await
}

/// `POST /reviews/new` opens one.
pub async fn open(cx: Cx, body: Bytes) -> Answer {
    let sent = fields(&body);
    match review::open(&cx.state.db, &cx.caller()?, &sent).await? {
        Ok(id) => Ok(go_to(&format!("/reviews/{id}"))),
        Err(errors) => form(&cx, StatusCode::UNPROCESSABLE_ENTITY, Sent { fields: sent, errors }).await,
    }
}

async fn form(cx: &Cx, status: StatusCode, sent: Sent) -> Answer {
    let mut conn = cx.read().await?;
    let units = store::unit::options(&mut conn, OFFERED, cx.sight()).await?;
    drop(conn);
    let title = cx.lang.t("reviews-open");
    let in_title = sent.titled(cx.lang, &title);
    Ok(cx.page(status, Some(Nav::People), &in_title, || {
        let units = offer(units);
        let decisions: Vec<_> = std::iter::once((String::new(), t("choose")))
            .chain(Decision::ALL.iter().map(|each| (each.as_str().to_owned(), say(&each.message()))))
            .collect();
        view! {
            <nav class="crumbs" aria-label=t("crumbs-label")>
                <ol>
                    <li><a href="/people">{t("people-title")}</a></li>
                    <li><a href="/reviews">{t("reviews-title")}</a></li>
                </ol>
            </nav>
            <ErrorSummary errors=sent.errors.clone() />
            <div class="title"><h1>{title}</h1></div>
            <form class="card pad form" method="post" action="/reviews/new" novalidate=true>
                <datalist id="units">{units}</datalist>
                <Field name="title" label=t("reviews-name") hint=t("reviews-name-hint") sent=sent.clone() />
                <Field name="unit" label=t("col-unit") hint=t("reviews-unit-hint") list="units" sent=sent.clone() />
                <Field name="due" label=t("reviews-due") hint=t("reviews-due-hint") typed=Typed::Day sent=sent.clone() />
                <Choice name="undecided" label=t("reviews-undecided") options=decisions sent=sent.clone() />
                <div class="actions"><button class="button">{t("reviews-open")}</button></div>
            </form>
        }
    }))
}

/// `GET /reviews/{id}?unit=…&page=…`
pub async fn show(Path(id): Path<String>, cx: Cx) -> Answer {
    page(&cx, &id, StatusCode::OK, Sent::default()).await
}

/// `POST /reviews/{id}`: `decision` says what becomes of `lines`, or of one `line`.
pub async fn send(Path(id): Path<String>, cx: Cx, body: Bytes) -> Answer {
    let sent = fields(&body);
    let review: ReviewId = id.parse().map_err(|_| Failure::NotFound)?;
    let (db, caller) = (&cx.state.db, cx.caller()?);
    let (kept, errors) = match sent.get("decision").map(String::as_str) {
        Some("revoke") => match review::revoke(db, &caller, review, &sent).await? {
            Ok(()) => (0, Vec::new()),
            Err(errors) => (0, errors),
        },
        _ => match review::keep(db, &caller, review, &sent).await? {
            Ok(kept) => (kept, Vec::new()),
            Err(errors) => (0, errors),
        },
    };
    if !errors.is_empty() {
        return page(&cx, &id, StatusCode::UNPROCESSABLE_ENTITY, Sent { fields: sent, errors }).await;
    }
    let number = kept.to_string();
    let unit = sent.get("unit").map_or("", String::as_str);
    let done = if kept == 0 { ("revoked", "1") } else { ("kept", number.as_str()) };
    Ok(go_to(&crate::request::href(&format!("/reviews/{id}"), [("unit", unit), done])))
}

async fn page(cx: &Cx, id: &str, status: StatusCode, sent: Sent) -> Answer {
    let id: ReviewId = id.parse().map_err(|_| Failure::NotFound)?;
    let mut conn = cx.read().await?;
    let found = store::review::by_id(&mut conn, id, cx.sight()).await?;
    let listed = found.ok_or(Failure::NotFound)?;
    let units = store::review::units(&mut conn, id, cx.sight()).await?;
    let wished = sent.fields.get("unit").map_or_else(|| cx.param("unit").to_owned(), Clone::clone);
    let unit: Option<UnitId> = wished.parse().ok();
    // One unit after the other: the first in which something is left.
    let unit = unit.or_else(|| {
        let left = units.iter().find(|(.., open)| *open > 0).or_else(|| units.first());
        left.map(|(unit, ..)| *unit)
    });
    let offset = (cx.page_number() - 1) * ROWS;
    let lines = store::review::lines(&mut conn, id, unit, cx.sight(), ROWS, offset).await?;
    let names = store::dossier::rules(&mut conn).await?.1;
    drop(conn);
    let me = cx.signed.as_ref().map(|signed| signed.rights.person);
    let may = cx.may(Action::ReviewDecide) && listed.review.closed_on.is_none();
    let title = listed.review.title.clone();
    let in_title = sent.titled(cx.lang, &title);
    let kept: Option<i64> = cx.parsed("kept");
    let revoked = cx.param("revoked") == "1";
    Ok(cx.page(status, Some(Nav::People), &in_title, || {
        let lang = lang_of_page();
        let about = Message::new("reviews-about")
            .with("due", lang.date(listed.review.due_on))
            .with("decision", listed.review.undecided.message())
            .with("open", listed.open)
            .with("lines", listed.lines);
        let tabs: Vec<_> = units
            .iter()
            .map(|(each, name, all, open)| {
                let words = format!("{name} {}/{all}", all - open);
                let current = (unit == Some(*each)).then_some("page");
                view! { <li><a class="chip" href=format!("/reviews/{id}?unit={each}") aria-current=current>{words}</a></li> }
            })
            .collect();
        let undecided = lines.iter().filter(|line| line.decision.is_none() && Some(line.person) != me);
        let undecided: Vec<String> = undecided.map(|line| line.id.to_string()).collect();
        let bulk = (may && !undecided.is_empty()).then(|| {
            let words = say(&Message::new("reviews-keep-all").with("count", undecided.len()));
            view! {
                <form method="post" action=format!("/reviews/{id}") class="card pad actions" id="lines">
                    <input type="hidden" name="decision" value="keep" />
                    <input type="hidden" name="unit" value=unit.map(|unit| unit.to_string()) />
                    <input type="hidden" name="lines" value=undecided.join(" ") />
                    <button class="button">{words}</button>
                    <small>{t("reviews-keep-hint")}</small>
                </form>
            }
        });
        let rows: Vec<_> = lines
            .iter()
            .map(|line| row(line, &names, may && line.decision.is_none() && Some(line.person) != me, unit))
            .collect();
        let (page, full) = (cx.page_number(), lines.len());
        let next = (i64::try_from(full) == Ok(ROWS)).then(|| {
            let to = unit.map(|unit| unit.to_string()).unwrap_or_default();
            let to = format!("/reviews/{id}?unit={to}&page={}", page + 1);
            view! { <p class="pad"><a rel="next" href=to>{t("pager-after")}</a></p> }
        });
        view! {
            <nav class="crumbs" aria-label=t("crumbs-label")>
                <ol>
                    <li><a href="/people">{t("people-title")}</a></li>
                    <li><a href="/reviews">{t("reviews-title")}</a></li>
                </ol>
            </nav>
            <ErrorSummary errors=sent.errors.clone() />
            <div class="title"><h1>{title}</h1><small>{listed.unit.clone()}</small></div>
            <p class="lead">{say(&about)}</p>
            {kept.map(|count| {
                view! { <p class="done" role="status">{say(&Message::new("reviews-kept").with("count", count))}</p> }
            })}
            {revoked.then(|| view! { <p class="done" role="status">{t("reviews-revoked")}</p> })}
            <ul class="chips">{tabs}</ul>
            {bulk}
            <section class="card">
                {cards(
                    t("reviews-lines"),
                    &[Words("col-person"), Words("weighed-right"), Words("reviews-decision")],
                    rows,
                )}
                {next}
            </section>
        }
    }))
}

fn row(line: &Line, names: &Names, may: bool, unit: Option<UnitId>) -> impl IntoView + use<> {
    let (what, detail) = line.words.split_once('\n').unwrap_or((&line.words, ""));
    let what = match line.kind {
        Holding::Role | Holding::Allocation => say(&names.member(what)),
        _ => what.to_owned(),
    };
    let kind = say(&line.kind.message());
    let decision = match line.decision {
        Some(decision) => {
            let by = line.decided_by.clone().unwrap_or_else(|| t("reviews-by-deadline"));
            let class = if decision == Decision::Keep { "tag good" } else { "tag cannot" };
            let mark = if decision == Decision::Keep { "✓" } else { "✕" };
            view! {
                <span class=class data-mark=mark>{say(&decision.message())}</span>
                <small>{by} " " {line.reason.clone()}</small>
            }
            .into_any()
        }
        None if may => forms(line, unit).into_any(),
        None => t("reviews-open-line").into_any(),
    };
    view! {
        <tr id=format!("l-{}", line.id)>
            <th scope="row"><a href=format!("/people/{}", line.person)>{line.name.clone()}</a></th>
            <td data-label=t("weighed-right")>{what} " " <small>{kind} " · " {detail.to_owned()}</small></td>
            <td>{decision}</td>
        </tr>
    }
}

fn forms(line: &Line, unit: Option<UnitId>) -> impl IntoView + use<> {
    let path = format!("/reviews/{}", line.review);
    let unit = unit.map(|unit| unit.to_string());
    view! {
        <div class="deciding">
            <form method="post" action=path.clone()>
                <input type="hidden" name="decision" value="keep" />
                <input type="hidden" name="unit" value=unit.clone() />
                <input type="hidden" name="lines" value=line.id.to_string() />
                <button class="button second">{t("decision-keep")}</button>
            </form>
            <details class="ending">
                <summary>{t("decision-revoke")}</summary>
                <form method="post" action=path class="filters">
                    <input type="hidden" name="decision" value="revoke" />
                    <input type="hidden" name="unit" value=unit />
                    <input type="hidden" name="line" value=line.id.to_string() />
                    <label>
                        <span>{t("person-reason")}</span>
                        <input name="reason" autocomplete="off" required=true />
                    </label>
                    <button class="button second">{t("decision-revoke")}</button>
                </form>
            </details>
        </div>
    }
}

/// For the reviewer's first page: reviews whose deadline is near.
pub fn notices(due: &[Listed], today: domain::Date) -> impl IntoView + use<> {
    let items: Vec<_> = due
        .iter()
        .map(|listed| {
            let message = Message::new("reviews-notice")
                .with("title", listed.review.title.as_str())
                .with("due", lang_of_page().date(listed.review.due_on))
                .with("days", (listed.review.due_on - today).num_days())
                .with("count", listed.open);
            view! { <p class="warn" role="status">{say(&message)} " " <a href=format!("/reviews/{}", listed.review.id)>{t("reviews-go")}</a></p> }
        })
        .collect();
    view! { {items} }
}
