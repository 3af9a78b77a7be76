//! One zero-base review: its lines with what speaks for and against, arguing and deciding, and the result as a file.

use super::{carried, crumbs, query, search, sieve};
use crate::components::form::{Choice, ErrorSummary, Field, Sent, Typed, fields};
use crate::components::numbers::count;
use crate::components::pager::{Pager, ROWS, pages};
use crate::components::status::VerdictTag;
use crate::components::table::{Figures, Words, cards};
use crate::request::{Answer, Cx, Failure, csv_file, go_to, lang_of_page, say, t};
use crate::shell::Nav;
use access::Action;
use axum::body::Bytes;
use axum::extract::Path;
use axum::http::StatusCode;
use domain::Message;
use domain::assess::RecallReason;
use domain::catalogue::zero_base::{Basis, Proposal};
use domain::id::{UnitId, ZeroBaseId};
use domain::life::state::Adjust;
use leptos::prelude::*;
use services::catalogue::{carrying_out, zero_base as service};
use services::form::Fields;
use store::zero_base::{Filter, Line, Listed};

/// Lines that a file takes from the database at a time.
const CHUNK: i64 = 500;

fn filter(cx: &Cx) -> Filter {
    Filter {
        unit: cx.parsed("unit"),
        suggested: cx.parsed("suggested"),
        decision: cx.parsed("decided"),
        state: cx.param("state").to_owned(),
        typed: cx.param("q").to_owned(),
    }
}

fn params(filter: &Filter) -> Vec<(&'static str, String)> {
    vec![
        ("unit", filter.unit.map_or(String::new(), |id| id.to_string())),
        ("suggested", filter.suggested.map_or("", Proposal::as_str).to_owned()),
        ("decided", filter.decision.map_or("", Proposal::as_str).to_owned()),
        ("state", filter.state.clone()),
        ("q", filter.typed.clone()),
    ]
}

/// `GET /zero-base/{id}?unit=…&suggested=…&decided=…&state=…&q=…&page=…`
pub async fn show(Path(id): Path<String>, cx: Cx) -> Answer {
    let filter = filter(&cx);
    page(&cx, &id, StatusCode::OK, &filter, Sent::default()).await
}

/// `POST /zero-base/{id}`: `do` is `argue`, `decide`, `close`, `recall` or `adjust`.
pub async fn send(Path(id): Path<String>, cx: Cx, body: Bytes) -> Answer {
    let sent: Fields = fields(&body);
    let review: ZeroBaseId = id.parse().map_err(|_| Failure::NotFound)?;
    let (db, caller) = (&cx.state.db, cx.caller()?);
    let filter = service::filter(&sent);
    let done = match sent.get("do").map(String::as_str) {
        Some("close") => {
            service::close(db, &caller, review).await?.ok_or(Failure::NotFound)?.map(|()| ("closed", 1))
        }
        Some("recall") => {
            let done = carrying_out::recall(db, &caller, review, &sent).await?;
            done.ok_or(Failure::NotFound)?.map(|done| ("recalled", done.lines))
        }
        Some("adjust") => {
            let done = carrying_out::adjust(db, &caller, review, &sent).await?;
            done.ok_or(Failure::NotFound)?.map(|done| ("adjusted", done.lines))
        }
        Some("decide") => service::decide(db, &caller, review, &sent).await?.map(|lines| ("decided", lines)),
        _ => service::argue(db, &caller, review, &sent).await?.map(|lines| ("argued", lines)),
    };
    match done {
        Ok((done, lines)) => {
            let mut back = params(&filter);
            back.extend([("done", done.to_owned()), ("lines", lines.to_string())]);
            Ok(go_to(&query(&format!("/zero-base/{id}"), &back)))
        }
        Err(errors) => {
            let sent = Sent { fields: sent, errors };
            page(&cx, &id, StatusCode::UNPROCESSABLE_ENTITY, &filter, sent).await
        }
    }
}

/// What the page shows.
struct Shown {
    listed: Listed,
    units: Vec<(UnitId, String, i64, i64)>,
    lines: Vec<Line>,
    total: i64,
    page: i64,
    /// Lines that are dropped and not recalled yet, and those that are changed and for which nothing was asked.
    waiting: (i64, i64),
}

async fn load(cx: &Cx, id: ZeroBaseId, filter: &Filter) -> Result<Shown, Failure> {
    let mut conn = cx.read().await?;
    let sight = cx.sight();
    let listed = store::zero_base::listed(&mut conn, id, sight).await?.ok_or(Failure::NotFound)?;
    let units = store::zero_base::units(&mut conn, id, sight).await?;
    let wished = cx.page_number();
    let at = |page: i64| (ROWS, (page - 1) * ROWS);
    let (mut lines, total) = store::zero_base::lines(&mut conn, id, filter, sight, at(wished)).await?;
    let page = wished.min(pages(total).max(1));
    if page != wished {
        (lines, _) = store::zero_base::lines(&mut conn, id, filter, sight, at(page)).await?;
    }
    let counts = store::zero_base::pending_counts(&mut conn, id, sight).await?;
    let of = |decision| counts.iter().find(|(each, _)| *each == decision).map_or(0, |(_, count)| *count);
    let waiting = (of(Proposal::Drop), of(Proposal::Change));
    Ok(Shown { listed, units, lines, total, page, waiting })
}

async fn page(cx: &Cx, id: &str, status: StatusCode, filter: &Filter, sent: Sent) -> Answer {
    let id: ZeroBaseId = id.parse().map_err(|_| Failure::NotFound)?;
    let shown = load(cx, id, filter).await?;
    let review = &shown.listed.review;
    let is_open = review.closed_on.is_none();
    let title = review.title.clone();
    let in_title = sent.titled(cx.lang, &title);
    let may_argue = is_open && cx.may(Action::ZeroBaseArgue);
    let may_decide = is_open && cx.may(Action::ZeroBaseDecide);
    let number: i64 = cx.parsed("lines").unwrap_or(0);
    let done = match cx.param("done") {
        "argued" => Some(Message::new("zero-base-done-argued").with("count", number)),
        "decided" => Some(Message::new("zero-base-done-decided").with("count", number)),
        "closed" => Some(Message::new("zero-base-done-closed")),
        "recalled" => Some(Message::new("zero-base-done-recalled").with("count", number)),
        "adjusted" => Some(Message::new("zero-base-done-adjusted").with("count", number)),
        _ => None,
    };
    Ok(cx.page(status, Some(Nav::Catalogues), &in_title, || {
        let path = format!("/zero-base/{id}");
        let progress = shown.listed.progress;
        let about = Message::new("zero-base-about")
            .with("due", lang_of_page().date(review.due_on))
            .with("decided", progress.decided)
            .with("lines", progress.lines)
            .with("argued", progress.argued)
            .with("dropped", progress.dropped);
        view! {
            {crumbs("/zero-base".to_owned(), "zero-bases-title")}
            <ErrorSummary errors=sent.errors.clone() />
            <div class="title">
                <h1>{title}</h1>
                <small>{shown.listed.unit.clone()}</small>
                <span class="push"><a href=query(&format!("{path}/result.csv"), &params(filter))>{t("export-csv")}</a></span>
            </div>
            {done.map(|done| view! { <p class="done" role="status">{say(&done)}</p> })}
            <p class="lead">{say(&about)}</p>
            <p><progress max=progress.lines.to_string() value=progress.decided.to_string() aria-label=t("zero-base-decided")></progress></p>
            {filters(&path, &shown, filter)}
            {table(&shown, &sent, may_argue || may_decide)}
            <Pager path=path.clone() params=params(filter) page=shown.page total=shown.total />
            {(may_argue || may_decide).then(|| acting(&path, &shown, filter, &sent, may_decide))}
            {(shown.waiting.0 > 0 && cx.may(Action::AssignmentRecall)).then(|| recalling(&path, shown.waiting.0, &sent))}
            {(shown.waiting.1 > 0 && cx.may(Action::AdjustmentRequest))
                .then(|| adjusting(&path, shown.waiting.1, &sent))}
            {(may_decide && progress.open() == 0).then(|| view! {
                <form class="card pad actions" method="post" action=path.clone()>
                    <input type="hidden" name="do" value="close" />
                    <button class="button">{t("zero-base-close")}</button>
                </form>
            })}
        }
    }))
}

fn proposals() -> Vec<(String, String)> {
    Proposal::ALL.iter().map(|each| (each.as_str().to_owned(), say(&each.message()))).collect()
}

fn filters(path: &str, shown: &Shown, filter: &Filter) -> impl IntoView + use<> {
    let units = shown
        .units
        .iter()
        .map(|(id, name, lines, decided)| (id.to_string(), format!("{name} {decided}/{lines}")));
    let states = vec![
        ("open".to_owned(), t("zero-base-state-open")),
        ("argued".to_owned(), t("zero-base-state-argued")),
    ];
    view! {
        <form class="filters" method="get" action=path.to_owned() role="search">
            {search(&filter.typed)}
            {sieve("unit", "col-unit", &filter.unit.map_or(String::new(), |id| id.to_string()), units.collect())}
            {sieve("suggested", "zero-base-suggested", filter.suggested.map_or("", Proposal::as_str), proposals())}
            {sieve("state", "reviews-state", &filter.state, states)}
            {sieve("decided", "zero-base-decision", filter.decision.map_or("", Proposal::as_str), proposals())}
            <button class="button second">{t("filter-apply")}</button>
        </form>
    }
}

fn proposal_tag(proposal: Proposal) -> impl IntoView + use<> {
    let (class, mark) = match proposal {
        Proposal::Keep => ("good", "✓"),
        Proposal::Change => ("poorly", "±"),
        Proposal::Drop => ("cannot", "✕"),
    };
    view! { <span class=format!("tag {class}") data-mark=mark>{say(&proposal.message())}</span> }
}

/// A proposal with who made it and why.
fn spoken(proposal: Option<Proposal>, by: Option<&String>, why: &str) -> AnyView {
    match proposal {
        None => view! { "—" }.into_any(),
        Some(proposal) => {
            let by = by.cloned().unwrap_or_default();
            view! { {proposal_tag(proposal)} " " <small>{format!("{by} {why}")}</small> }.into_any()
        }
    }
}

/// The recall of a line, or the request for an adjustment that became of it.
fn became(line: &Line) -> AnyView {
    if let Some((number, last)) = &line.recalled {
        let words = Message::new("zero-base-recalled")
            .with("number", number.as_str())
            .with("last", lang_of_page().date(*last));
        let to = format!("/assignments/{}/recall", line.assignment);
        return view! { <small><a href=to>{say(&words)}</a></small> }.into_any();
    }
    if let Some((_, decided)) = line.adjustment {
        let words = decided.map_or_else(|| t("zero-base-asked"), |decided| say(&decided.message()));
        return view! { <small><a href="/adjustments?view=all">{t("zero-base-adjustment")}</a> " " {words}</small> }
            .into_any();
    }
    match line.code.filter(|_| line.decision == Some(Proposal::Drop)) {
        Some(code) => view! { <small>{say(&code.message())}</small> }.into_any(),
        None => ().into_any(),
    }
}

/// What was sent by one of the page's forms, and nothing of another's.
fn only(act: &str, sent: &Sent) -> Sent {
    if sent.value("do") == act { sent.clone() } else { Sent::default() }
}

/// The form that recalls what is dropped.
fn recalling(path: &str, count: i64, sent: &Sent) -> impl IntoView + use<> {
    let sent = only("recall", sent);
    let button = say(&Message::new("zero-base-recall").with("count", count));
    view! {
        <section class="card" id="recall">
            <div class="cap"><h2>{t("zero-base-recalling")}</h2><small>{t("zero-base-recalling-hint")}</small></div>
            <form class="pad form" method="post" action=path.to_owned() novalidate=true>
                <input type="hidden" name="do" value="recall" />
                <div class="grid">
                    <Field name="number" label=t("zero-base-recall-number") sent=sent.clone() />
                    <Field name="last_on" label=t("zero-base-recall-last") typed=Typed::Day sent=sent.clone() />
                </div>
                <div class="actions"><button class="button">{button}</button></div>
            </form>
        </section>
    }
}

/// The form that asks for adjustments of what is changed.
fn adjusting(path: &str, count: i64, sent: &Sent) -> impl IntoView + use<> {
    let sent = only("adjust", sent);
    let button = say(&Message::new("zero-base-adjust").with("count", count));
    let kinds = [Adjust::ChangeForm, Adjust::MoreMeans];
    let kinds: Vec<_> = kinds.iter().map(|each| (each.as_str().to_owned(), say(&each.message()))).collect();
    view! {
        <section class="card" id="adjust">
            <div class="cap"><h2>{t("zero-base-adjusting")}</h2><small>{t("zero-base-adjusting-hint")}</small></div>
            <form class="pad form" method="post" action=path.to_owned() novalidate=true>
                <input type="hidden" name="do" value="adjust" />
                <Choice name="kind" label=t("zero-base-adjust-kind") options=kinds sent=sent.clone() />
                <div class="actions"><button class="button">{button}</button></div>
            </form>
        </section>
    }
}

fn codes() -> Vec<(String, String)> {
    let all = RecallReason::ALL.iter().map(|each| (each.as_str().to_owned(), say(&each.message())));
    std::iter::once((String::new(), t("zero-base-code-facts"))).chain(all).collect()
}

fn table(shown: &Shown, sent: &Sent, may: bool) -> impl IntoView + use<> {
    if shown.lines.is_empty() {
        return view! { <section class="card pad" id="lines"><p>{t("board-none-match")}</p></section> }
            .into_any();
    }
    let rows: Vec<_> = shown
        .lines
        .iter()
        .map(|line| {
            let choose = Message::new("round-choose")
                .with("unit", line.unit_name.as_str())
                .with("power", line.power_name.as_str());
            let is_lapsed = line.basis != Basis::InForce;
            view! {
                <tr>
                    {may.then(|| view! {
                        <td class="choose">
                            <label class="check">
                                <input
                                    type="checkbox"
                                    form="act"
                                    name="lines"
                                    value=line.id.to_string()
                                    checked=sent.chose("lines", &line.id.to_string())
                                    disabled=line.decision.is_some()
                                    aria-label=say(&choose)
                                />
                            </label>
                        </td>
                    })}
                    <th scope="row">
                        <a href=format!("/assignments/{}", line.assignment)>{line.power_name.clone()}</a>
                        <small>{format!("{} · {}", line.power_code, line.unit_name)}</small>
                    </th>
                    <td class="n" data-label=t("zero-base-cases")>{count(line.cases)}</td>
                    <td>
                        {match line.verdict {
                            Some(verdict) => view! { <VerdictTag verdict=verdict /> }.into_any(),
                            None => view! { {t("not-assessed")} }.into_any(),
                        }}
                    </td>
                    <td class:cannot=is_lapsed data-label=t("zero-base-basis")>{say(&line.basis.message())}</td>
                    <td>{proposal_tag(line.suggested)}</td>
                    <td data-label=t("zero-base-argument")>{spoken(line.argued, line.argued_by.as_ref(), &line.grounds)}</td>
                    <td data-label=t("zero-base-decision")>{spoken(line.decision, line.decided_by.as_ref(), &line.reason)} {became(line)}</td>
                </tr>
            }
        })
        .collect();
    let columns = [
        Words("choose-rows"),
        Words("col-power"),
        Figures("zero-base-cases"),
        Words("col-verdict"),
        Words("zero-base-basis"),
        Words("zero-base-suggested"),
        Words("zero-base-argument"),
        Words("zero-base-decision"),
    ];
    let columns = if may { &columns[..] } else { &columns[1..] };
    view! { <section class="card" id="lines">{cards(t("zero-base-lines"), columns, rows)}</section> }
        .into_any()
}

fn acting(
    path: &str,
    shown: &Shown,
    filter: &Filter,
    sent: &Sent,
    may_decide: bool,
) -> impl IntoView + use<> {
    let all = say(&Message::new("zero-base-all").with("count", shown.total));
    view! {
        <section class="card">
            <div class="cap"><h2>{t("zero-base-act")}</h2><small>{t("zero-base-act-hint")}</small></div>
            <form class="pad form" id="act" method="post" action=path.to_owned() novalidate=true>
                {carried(&params(filter))}
                <label class="check"><input type="checkbox" name="all" value="yes" checked=sent.chose("all", "yes") />{all}</label>
                <div class="grid">
                    <Choice name="proposal" label=t("zero-base-proposal") options=proposals() sent=sent.clone() />
                    <Field name="grounds" label=t("zero-base-grounds") hint=t("zero-base-grounds-hint") sent=sent.clone() />
                    {may_decide.then(|| view! {
                        <Field name="reason" label=t("zero-base-reason") hint=t("zero-base-reason-hint") sent=sent.clone() />
                        <Choice name="code" label=t("zero-base-code") options=codes() sent=sent.clone() />
                    })}
                </div>
                <div class="actions">
                    <button class="button second" name="do" value="argue">{t("zero-base-argue")}</button>
                    {may_decide.then(|| view! { <button class="button" name="do" value="decide">{t("zero-base-decide")}</button> })}
                </div>
            </form>
        </section>
    }
}

/// `GET /zero-base/{id}/result.csv`: the whole filtered list.
pub async fn csv(Path(id): Path<String>, cx: Cx) -> Answer {
    let id: ZeroBaseId = id.parse().map_err(|_| Failure::NotFound)?;
    let (filter, lang) = (filter(&cx), cx.lang);
    let mut conn = cx.read().await?;
    store::zero_base::listed(&mut conn, id, cx.sight()).await?.ok_or(Failure::NotFound)?;
    let heads = [
        "col-unit",
        "col-power-code",
        "col-power",
        "zero-base-cases",
        "col-verdict",
        "zero-base-basis",
        "zero-base-suggested",
        "zero-base-argument",
        "zero-base-grounds",
        "zero-base-decision",
        "zero-base-reason",
    ];
    let mut rows = vec![heads.map(|key| lang.t(key)).to_vec()];
    loop {
        let offset = i64::try_from(rows.len()).unwrap_or(i64::MAX) - 1;
        let (lines, _) = store::zero_base::lines(&mut conn, id, &filter, cx.sight(), (CHUNK, offset)).await?;
        let is_last = lines.len() < usize::try_from(CHUNK).unwrap_or(usize::MAX);
        let word =
            |proposal: Option<Proposal>| proposal.map_or(String::new(), |each| lang.say(&each.message()));
        rows.extend(lines.into_iter().map(|line| {
            vec![
                line.unit_name,
                line.power_code,
                line.power_name,
                line.cases.to_string(),
                line.verdict.map_or(String::new(), |verdict| lang.say(&verdict.message())),
                lang.say(&line.basis.message()),
                word(Some(line.suggested)),
                word(line.argued),
                line.grounds,
                word(line.decision),
                line.reason,
            ]
        }));
        if is_last {
            break;
        }
    }
    Ok(csv_file("zero-base.csv", services::export::table(rows)))
}
