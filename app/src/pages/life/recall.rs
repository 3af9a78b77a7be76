//! Recall of an assignment: the decision, the open cases and who finishes each, and what is taken back row by row.

use super::takeover::open_cases;
use super::{About, Reason, errors, known, life_tag, status, tag, who};
use crate::components::form::{Choice, ErrorSummary, Field, Sent, Typed, fields};
use crate::components::table::{Words, cards};
use crate::request::{Answer, Cx, Failure, go_to, href, lang_of_page, say, t};
use crate::shell::Nav;
use access::Action;
use axum::body::Bytes;
use axum::extract::Path;
use domain::assess::RecallReason;
use domain::id::AssignmentId;
use domain::paper::PaperKind;
use domain::{Fen, Message};
use leptos::prelude::*;
use services::life::recall;
use store::life::recall::{Reclaim, Shown};

/// Open cases that are listed.
const CASES: i64 = 200;

/// `GET /assignments/{id}/recall`
pub async fn show(Path(id): Path<String>, cx: Cx) -> Answer {
    page(&cx, &id, Sent::default()).await
}

/// `POST /assignments/{id}/recall`: recalls, or settles a row of what belonged to it.
pub async fn send(Path(id): Path<String>, cx: Cx, body: Bytes) -> Answer {
    let fields = fields(&body);
    let of: AssignmentId = id.parse().map_err(|_| Failure::NotFound)?;
    let mut conn = cx.read().await?;
    known(store::assignment::visible(&mut conn, of, cx.sight()).await?)?;
    drop(conn);
    let (db, caller) = (&cx.state.db, cx.caller()?);
    let errors = match fields.get("row").and_then(|row| row.parse().ok()) {
        Some(row) => errors(recall::settle(db, &caller, row, &fields).await?),
        None => errors(recall::recall(db, &caller, of, &fields).await?),
    };
    if errors.is_empty() {
        return Ok(go_to(&format!("/assignments/{id}/recall?done=1")));
    }
    page(&cx, &id, Sent { fields, errors }).await
}

async fn page(cx: &Cx, id: &str, sent: Sent) -> Answer {
    let id: AssignmentId = id.parse().map_err(|_| Failure::NotFound)?;
    let mut conn = cx.read().await?;
    let about = About::load(&mut conn, cx, id).await?;
    let (name, stage) = (about.name(), about.stage());
    let About { assignment, power, tenure, .. } = about;
    let shown = store::life::recall::of(&mut conn, id).await?;
    let cases = store::life::tenure::open_cases(&mut conn, id, CASES).await?;
    let rows = store::life::recall::reclaims(&mut conn, id).await?;
    let held = store::life::recall::held(&mut conn, power.id, cx.today).await?;
    drop(conn);
    let may = cx.may(Action::AssignmentRecall);
    // Without a giver nobody issues it.
    let draws = cx.may(Action::PaperDraw) && assignment.giver.is_some();
    let done = cx.param("done") == "1";
    let heading = cx.lang.t("recall-title");
    let title = format!("{heading} {name}");
    Ok(cx.page(status(&sent.errors), Some(Nav::Board), &sent.titled(cx.lang, &title), || {
        view! {
            <nav class="crumbs" aria-label=t("crumbs-label")>
                <ol>
                    <li><a href="/board">{t("nav-board")}</a></li>
                    <li><a href=format!("/assignments/{id}")>{power.name.clone()}</a></li>
                </ol>
            </nav>
            <ErrorSummary errors=sent.errors.clone() />
            <div class="title" id="life">
                <h1>{title.clone()}</h1>
                {tenure.map(|_| life_tag(stage))}
            </div>
            {done.then(|| view! { <p class="done" role="status">{t("recall-done")}</p> })}
            {match &shown {
                Some(shown) => view! { {decided(shown)} {draws.then(|| drawing(id, Some(shown)))} }.into_any(),
                None if may => view! {
                    {form(id, held.len(), &sent)}
                    {draws.then(|| drawing(id, None))}
                }
                    .into_any(),
                None => view! { <p class="lead">{t("recall-not")}</p> }.into_any(),
            }}
            {(!cases.is_empty()).then(|| open_cases(&cases))}
            {(!rows.is_empty()).then(|| reclaims(id, &rows, may))}
        }
    }))
}

fn decided(shown: &Shown) -> impl IntoView + use<> {
    let lang = lang_of_page();
    let about = Message::new("recall-about")
        .with("number", shown.number.as_str())
        .with("reason", shown.reason.message())
        .with("date", lang.date(shown.last_on))
        .with("who", who(shown.name.as_deref(), shown.principal.as_deref()))
        .with("at", super::moment(shown.decided_at));
    view! { <p class="lead">{say(&about)} " " {shown.note.clone()}</p> }
}

/// The link to the decision's paper, which says what was decided.
fn drawing(id: AssignmentId, shown: Option<&Shown>) -> impl IntoView + use<> {
    let path = format!("/assignments/{id}/papers/new");
    let kind = ("kind", PaperKind::RecallDecision.as_str());
    let to = match shown {
        Some(shown) => {
            let last = shown.last_on.to_string();
            let says = [("number", shown.number.as_str()), ("reason", &shown.note), ("to", &last)];
            href(&path, std::iter::once(kind).chain(says))
        }
        None => href(&path, [kind]),
    };
    view! {
        <p>
            <a class="button second" href=to>{t("recall-paper")}</a>
            " "
            <a href=format!("/assignments/{id}/papers")>{t("papers-of-assignment")}</a>
        </p>
    }
}

fn form(id: AssignmentId, held: usize, sent: &Sent) -> impl IntoView + use<> {
    let choose = [(String::new(), t("choose"))];
    let reasons = RecallReason::ALL.iter().map(|each| (each.as_str().to_owned(), say(&each.message())));
    let reasons: Vec<_> = choose.into_iter().chain(reasons).collect();
    let all = say(&Message::new("recall-scope-all").with("count", held));
    let scopes = vec![("one".to_owned(), t("recall-scope-one")), ("all".to_owned(), all)];
    view! {
        <p class="lead">{t("recall-intro")}</p>
        <form class="card pad form" method="post" action=format!("/assignments/{id}/recall") novalidate=true>
            <Choice name="reason" label=t("recall-reason") options=reasons sent=sent.clone() />
            <Field name="note" label=t("recall-note") sent=sent.clone() />
            <Field name="number" label=t("recall-number") sent=sent.clone() />
            <Field name="last_on" label=t("recall-last") hint=t("recall-last-hint") typed=Typed::Day sent=sent.clone() />
            <Choice name="scope" label=t("recall-scope") options=scopes sent=sent.clone() />
            <div class="actions">
                <button class="button">{t("recall-do")}</button>
                <small>{t("recall-hint")}</small>
            </div>
        </form>
    }
}

/// What a row is, in words.
fn words(row: &Reclaim) -> (String, String) {
    let (what, more) = row.words.split_once('\n').unwrap_or((&row.words, ""));
    let more = match row.kind.as_str() {
        "allocation" => more
            .parse::<domain::assignment::Function>()
            .map_or_else(|_| more.to_owned(), |function| say(&function.message())),
        "funding" => more.parse().map_or_else(
            |_| more.to_owned(),
            |fen| say(&Message::new("recall-unspent").with("money", Fen(fen))),
        ),
        _ => more.to_owned(),
    };
    (what.to_owned(), more)
}

fn kind(code: &str) -> &'static str {
    match code {
        "allocation" => "reclaim-allocation",
        "funding" => "reclaim-funding",
        "post" => "reclaim-post",
        _ => "reclaim-certificate",
    }
}

fn reclaims(id: AssignmentId, rows: &[Reclaim], may: bool) -> impl IntoView + use<> {
    let path = format!("/assignments/{id}/recall");
    let rows: Vec<_> = rows
        .iter()
        .map(|row| {
            let (what, more) = words(row);
            let state = match row.state.as_str() {
                "done" => tag("good", "✓", Message::new("reclaim-done")).into_any(),
                "kept" => tag("idle", "–", Message::new("reclaim-kept")).into_any(),
                _ => tag("poorly", "○", Message::new("reclaim-open")).into_any(),
            };
            let decide = (may && row.state == "open").then(|| {
                view! {
                    <div class="deciding">
                        <form method="post" action=path.clone()>
                            <input type="hidden" name="row" value=row.id.to_string() />
                            <button class="button second" name="do" value="done">{t("reclaim-take")}</button>
                        </form>
                        <details class="ending">
                            <summary>{t("reclaim-keep")}</summary>
                            <form method="post" action=path.clone() class="filters">
                                <input type="hidden" name="row" value=row.id.to_string() />
                                <Reason id=format!("reason-{}", row.id) name="reason" label=t("person-reason") />
                                <button class="button second" name="do" value="kept">{t("reclaim-keep")}</button>
                            </form>
                        </details>
                    </div>
                }
            });
            let said = row.name.as_ref().map(|name| format!("{name} {}", row.reason));
            view! {
                <tr>
                    <th scope="row">{what} <small>{more}</small></th>
                    <td data-label=t("reclaim-kind")>{t(kind(&row.kind))}</td>
                    <td data-label=t("proposals-phase")>{state} " " <small>{said}</small></td>
                    <td>{decide}</td>
                </tr>
            }
        })
        .collect();
    view! {
        <section class="card">
            <div class="cap"><h2>{t("reclaim-title")}</h2></div>
            <p class="note">{t("reclaim-hint")}</p>
            {cards(
                t("reclaim-title"),
                &[Words("reclaim-what"), Words("reclaim-kind"), Words("proposals-phase"), Words("route-act")],
                rows,
            )}
        </section>
    }
}
