//! The inbox: what waits to be claimed, what is claimed, what is late, and what is done.

use super::tag;
use crate::components::form::{ErrorSummary, Sent, fields};
use crate::components::numbers::count;
use crate::components::pager::{Pager, ROWS, pages};
use crate::components::table::{Words, cards};
use crate::request::{Answer, Cx, csv_file, href, lang_of_page, say, t};
use crate::shell::Nav;
use access::Action;
use axum::body::Bytes;
use axum::http::StatusCode;
use domain::Message;
use domain::handoff::{Kind, State};
use domain::id::HandoffId;
use leptos::prelude::*;
use std::collections::BTreeMap;
use store::handoff::{Box as Side, Filter, Line, Stage};

/// Rows that a file takes from the database at a time.
const CHUNK: i64 = 500;

fn filter(cx: &Cx) -> Filter {
    Filter {
        stage: cx.parsed("state"),
        on: cx.today,
        side: cx.parsed("side"),
        kind: cx.parsed("kind"),
        unit: cx.parsed("unit"),
        typed: cx.param("q").to_owned(),
    }
}

fn params(filter: &Filter) -> Vec<(&'static str, String)> {
    vec![
        ("state", filter.stage.map_or("", Stage::as_str).to_owned()),
        ("side", filter.side.map_or("", Side::as_str).to_owned()),
        ("kind", filter.kind.map_or("", Kind::as_str).to_owned()),
        ("unit", filter.unit.map_or(String::new(), |unit| unit.to_string())),
        ("q", filter.typed.clone()),
    ]
}

fn stage_key(stage: Stage) -> &'static str {
    match stage {
        Stage::Unclaimed => "handoffs-unclaimed",
        Stage::Claimed => "handoffs-claimed",
        Stage::Overdue => "handoffs-overdue",
        Stage::Returned => "handoffs-returned",
        Stage::Done => "handoffs-done",
    }
}

fn side_key(side: Side) -> &'static str {
    match side {
        Side::In => "handoffs-in",
        Side::Out => "handoffs-out",
    }
}

/// `GET /handoffs?state=…&side=…&kind=…&unit=…&q=…&page=…`
pub async fn show(cx: Cx) -> Answer {
    page(&cx, StatusCode::OK, Sent::default(), Vec::new()).await
}

/// `POST /handoffs`: claims `handoffs`, each by itself.
pub async fn claim(cx: Cx, body: Bytes) -> Answer {
    let sent = fields(&body);
    let done = services::handoff::claim_several(&cx.state.db, &cx.caller()?, &sent).await?;
    if done.is_empty() {
        let errors = vec![("handoffs", Message::new("handoffs-error-none"))];
        return page(&cx, StatusCode::UNPROCESSABLE_ENTITY, Sent { fields: sent, errors }, done).await;
    }
    page(&cx, StatusCode::OK, Sent::default(), done).await
}

async fn page(cx: &Cx, status: StatusCode, sent: Sent, done: Vec<(HandoffId, Option<Message>)>) -> Answer {
    let filter = filter(cx);
    let mut conn = cx.read().await?;
    let total = store::handoff::total(&mut conn, &filter, cx.sight()).await?;
    let page = cx.page_number().min(pages(total).max(1));
    let lines = store::handoff::list(&mut conn, &filter, cx.sight(), ROWS, (page - 1) * ROWS).await?;
    let counts = store::handoff::counts(&mut conn, &filter, cx.sight()).await?;
    let unit = match filter.unit {
        Some(unit) => store::unit::mentioned(&mut conn, unit, cx.sight()).await?.map(|unit| unit.name),
        None => None,
    };
    drop(conn);
    let may_claim = cx.may(Action::HandoffClaim) || cx.may(Action::HandoffAcknowledge);
    let may_see_limits = cx.may(Action::ThresholdsRead);
    let today = cx.today;
    let title = cx.lang.t("handoffs-title");
    let in_title = sent.titled(cx.lang, &title);
    Ok(cx.page(status, Some(Nav::Handoffs), &in_title, || {
        let known = params(&filter);
        let link = |more: (&'static str, &'static str)| {
            let rest = known.iter().filter(|(name, _)| *name != more.0).map(|(name, value)| (*name, value.as_str()));
            href("/handoffs", rest.chain([more]))
        };
        let file = href("/handoffs.csv", known.iter().map(|(name, value)| (*name, value.as_str())));
        let numbers: Vec<_> = Stage::ALL
            .iter()
            .map(|stage| {
                let class = match stage {
                    Stage::Unclaimed => "poorly",
                    Stage::Overdue => "cannot",
                    Stage::Done => "good",
                    Stage::Claimed | Stage::Returned => "idle",
                };
                view! {
                    <a href=link(("state", stage.as_str())) aria-current=(filter.stage == Some(*stage)).then_some("true")>
                        <b class=class>{count(counts.of(*stage))}</b>
                        <span>{t(stage_key(*stage))}</span>
                    </a>
                }
            })
            .collect();
        let sides: Vec<_> = Side::ALL
            .iter()
            .map(|side| view! { <option value=side.as_str() selected=filter.side == Some(*side)>{t(side_key(*side))}</option> })
            .collect();
        let kinds: Vec<_> = Kind::ALL
            .iter()
            .map(|kind| view! { <option value=kind.as_str() selected=filter.kind == Some(*kind)>{say(&kind.message())}</option> })
            .collect();
        view! {
            <ErrorSummary errors=sent.errors.clone() />
            <div class="title">
                <h1>{title.clone()}</h1>
                <small>{say(&Message::new("list-count").with("count", total))}</small>
                <span class="push">
                    {may_see_limits.then(|| view! { <a href="/handoffs/settings">{t("handoff-settings")}</a> })}
                    <a href="/calendar">{t("calendar-title")}</a> <a href=file>{t("export-csv")}</a>
                </span>
            </div>
            <p class="lead">{t("handoffs-intro")}</p>
            {results(&done, &lines)}
            <section class="card numbers" aria-label=t("handoffs-numbers")>{numbers}</section>
            <form class="filters" id="filters" method="get" action="/handoffs" role="search">
                {filter.stage.map(|stage| view! { <input type="hidden" name="state" value=stage.as_str() /> })}
                {filter.unit.map(|unit| view! { <input type="hidden" name="unit" value=unit.to_string() /> })}
                <label>
                    <span>{t("cases-search")}</span>
                    <input type="search" name="q" value=filter.typed.clone() />
                </label>
                <label>
                    <span>{t("handoffs-side")}</span>
                    <select name="side"><option value="">{t("filter-all")}</option>{sides}</select>
                </label>
                <label>
                    <span>{t("handoff-kind")}</span>
                    <select name="kind"><option value="">{t("filter-all")}</option>{kinds}</select>
                </label>
                <button class="button second">{t("filter-apply")}</button>
            </form>
            {chips(&filter, unit)}
            {if lines.is_empty() {
                view! { <section class="card pad"><p>{t("handoffs-none")}</p></section> }.into_any()
            } else {
                view! {
                    <section class="card" id="handoffs">
                        {table(&lines, today, may_claim, &known)}
                        <Pager path="/handoffs" params=known.clone() page=page total=total />
                    </section>
                }
                    .into_any()
            }}
        }
    }))
}

/// What became of those that were to be claimed.
fn results(done: &[(HandoffId, Option<Message>)], lines: &[Line]) -> Option<impl IntoView + use<>> {
    if done.is_empty() {
        return None;
    }
    let numbers: BTreeMap<HandoffId, &str> =
        lines.iter().map(|line| (line.handoff.id, line.case_number.as_str())).collect();
    let claimed = done.iter().filter(|(_, told)| told.is_none()).count();
    let refused: Vec<_> = done
        .iter()
        .filter_map(|(id, told)| Some((id, told.as_ref()?)))
        .map(|(id, told)| {
            let name = numbers.get(id).map_or_else(|| id.to_string(), |number| (*number).to_owned());
            view! { <li><a href=format!("/handoffs/{id}")>{name}</a> " · " {say(told)}</li> }
        })
        .collect();
    let has_refused = !refused.is_empty();
    Some(view! {
        <p class="done" role="status">{say(&Message::new("handoffs-claimed-count").with("count", claimed))}</p>
        {has_refused.then(|| view! {
            <section class="card">
                <div class="cap"><h2>{t("handoffs-not-claimed")}</h2></div>
                <ul class="plain pad">{refused}</ul>
            </section>
        })}
    })
}

fn chips(filter: &Filter, unit: Option<String>) -> Option<impl IntoView + use<>> {
    let known = params(filter);
    let shown = [
        ("state", filter.stage.map(|stage| t(stage_key(stage)))),
        ("side", filter.side.map(|side| t(side_key(side)))),
        ("kind", filter.kind.map(|kind| say(&kind.message()))),
        ("unit", unit),
        ("q", (!filter.typed.is_empty()).then(|| filter.typed.clone())),
    ];
    let chips: Vec<_> = shown
        .into_iter()
        .filter_map(|(name, words)| {
            let words = words?;
            let rest = known.iter().filter(|(known, _)| *known != name);
            let to = href("/handoffs", rest.map(|(name, value)| (*name, value.as_str())));
            let label = t("chip-remove");
            Some(view! { <li><a class="chip" href=to>{words} <span aria-hidden="true">" ✕"</span> <span class="hidden">{label}</span></a></li> })
        })
        .collect();
    (!chips.is_empty()).then(|| view! { <ul class="chips">{chips}</ul> })
}

fn table(
    lines: &[Line],
    today: domain::Date,
    may_claim: bool,
    params: &[(&'static str, String)],
) -> impl IntoView + use<> {
    let lang = lang_of_page();
    let can_claim = may_claim && lines.iter().any(|line| line.handoff.state == State::Pushed);
    let rows: Vec<_> = lines
        .iter()
        .map(|line| {
            let handoff = &line.handoff;
            let what = match (handoff.kind, line.result) {
                (Kind::Approval, Some(result)) => say(&result.message()),
                (Kind::Approval, None) => say(&handoff.kind.message()),
                (Kind::Penalty, _) => {
                    let effect = handoff.effect.map(|effect| say(&effect.message())).unwrap_or_default();
                    format!("{} {effect}", say(&handoff.kind.message()))
                }
            };
            let label = say(&Message::new("handoff-choose").with("number", line.case_number.as_str()));
            let is_free = handoff.state == State::Pushed;
            let due = handoff.due().map_or_else(|| "—".to_owned(), |due| lang.date(due));
            view! {
                <tr class="whole">
                    <th scope="row">
                        {(can_claim && is_free).then(|| view! {
                            <input type="checkbox" class="over" name="handoffs" value=handoff.id.to_string() aria-label=label />
                            " "
                        })}
                        <a href=format!("/handoffs/{}", handoff.id)>{line.case_number.clone()}</a>
                    </th>
                    <td data-label=t("col-power")>{line.power.clone()}</td>
                    <td data-label=t("handoff-what")>{what}</td>
                    <td data-label=t("handoff-from")>{line.from.clone()}</td>
                    <td data-label=t("handoff-to")>{line.to.clone()}</td>
                    <td class="when" data-label=t("handoff-due")>{due}</td>
                    <td data-label=t("handoff-claimer")>{line.claimer.clone().unwrap_or_else(|| "—".to_owned())}</td>
                    <td>{tag(handoff, today)}</td>
                </tr>
            }
        })
        .collect();
    let columns = [
        Words("case-number"),
        Words("col-power"),
        Words("handoff-what"),
        Words("handoff-from"),
        Words("handoff-to"),
        Words("handoff-due"),
        Words("handoff-claimer"),
        Words("handoff-state"),
    ];
    let list = cards(t("handoffs-title"), &columns, rows);
    if !can_claim {
        return list.into_any();
    }
    let action = href("/handoffs", params.iter().map(|(name, value)| (*name, value.as_str())));
    view! {
        <form method="post" action=action>
            {list}
            <div class="pad actions"><button class="button">{t("handoffs-claim")}</button></div>
        </form>
    }
    .into_any()
}

/// `GET /handoffs.csv`: the whole filtered list.
pub async fn csv(cx: Cx) -> Answer {
    let filter = filter(&cx);
    let lang = cx.lang;
    let heads = [
        "case-number",
        "col-power",
        "handoff-kind",
        "handoff-what",
        "handoff-from",
        "handoff-to",
        "handoff-decided",
        "handoff-pushed",
        "handoff-claim-due",
        "handoff-claimed",
        "handoff-claimer",
        "handoff-answer-due",
        "handoff-answered",
        "handoff-answer",
        "handoff-state",
    ];
    let mut rows = vec![heads.map(|key| lang.t(key)).to_vec()];
    let mut conn = cx.read().await?;
    for chunk in 0.. {
        let lines = store::handoff::list(&mut conn, &filter, cx.sight(), CHUNK, chunk * CHUNK).await?;
        if lines.is_empty() {
            break;
        }
        for line in lines {
            let handoff = line.handoff;
            let day = |day: Option<domain::Date>| day.map_or(String::new(), |day| day.to_string());
            let what = match handoff.effect {
                Some(effect) => lang.say(&effect.message()),
                None => line.result.map_or(String::new(), |result| lang.say(&result.message())),
            };
            rows.push(vec![
                line.case_number,
                line.power,
                lang.say(&handoff.kind.message()),
                what,
                line.from,
                line.to,
                handoff.decided_on.to_string(),
                handoff.pushed_on.to_string(),
                handoff.claim_due.to_string(),
                day(handoff.claimed.map(|(on, _)| on)),
                line.claimer.unwrap_or_default(),
                day(handoff.answer_due),
                day(handoff.answered.map(|(on, _)| on)),
                handoff.answered.map_or(String::new(), |(_, answer)| lang.say(&answer.message())),
                lang.say(&handoff.state.message()),
            ]);
        }
    }
    Ok(csv_file("handoffs.csv", services::export::table(rows)))
}
