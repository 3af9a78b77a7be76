//! Exceptions from rules of separation: listed in the open, asked for, approved by somebody else, and ended.

use crate::components::form::{Choice, ErrorSummary, Field, OFFERED, Sent, Typed, fields, offer};
use crate::components::weighed::days;
use crate::pages::separation::rule_name;
use crate::request::{Answer, Cx, Failure, csv_file, go_to, href, say, t};
use crate::shell::Nav;
use access::Action;
use axum::body::Bytes;
use axum::http::StatusCode;
use domain::id::ExceptionId;
use domain::separation::{Kind, State};
use domain::{Date, Message};
use leptos::prelude::*;
use std::collections::BTreeSet;
use store::exception::Listed;

/// How an exception stands; what was taken back before anybody approved it has ended.
fn state(each: &Listed, on: Date) -> State {
    let exception = &each.of.exception;
    if !exception.is_approved && exception.ended_on.is_some() { State::Ended } else { exception.state(on) }
}

struct Page {
    listed: Vec<Listed>,
    broken: BTreeSet<ExceptionId>,
}

async fn load(cx: &Cx) -> Result<Page, Failure> {
    let wished: Option<State> = cx.parsed("state");
    let mut conn = cx.read().await?;
    let mut listed = store::exception::listed(&mut conn, cx.sight()).await?;
    let broken = services::exception::still_broken(&mut conn, cx.sight(), cx.today).await?;
    listed.retain(|each| wished.is_none_or(|wished| state(each, cx.today) == wished));
    Ok(Page { listed, broken })
}

/// `GET /separation/exceptions?state=…`
pub async fn show(cx: Cx) -> Answer {
    page(&cx, StatusCode::OK, Sent::default()).await
}

/// `POST /separation/exceptions`: `do` is `approve` or `end`, of the exception `id`; ending has a `reason`.
pub async fn send(cx: Cx, body: Bytes) -> Answer {
    let fields = fields(&body);
    let (db, caller) = (&cx.state.db, cx.caller()?);
    let id: ExceptionId = fields.get("id").and_then(|id| id.parse().ok()).ok_or(Failure::NotFound)?;
    let done = match fields.get("do").map(String::as_str) {
        Some("approve") => services::exception::approve(db, &caller, id).await?,
        _ => services::exception::end(db, &caller, id, &fields).await?,
    };
    match done.ok_or(Failure::NotFound)? {
        Ok(()) => Ok(go_to(&format!("/separation/exceptions?saved=1#x-{id}"))),
        Err(errors) => page(&cx, StatusCode::UNPROCESSABLE_ENTITY, Sent { fields, errors }).await,
    }
}

async fn page(cx: &Cx, status: StatusCode, sent: Sent) -> Answer {
    let loaded = load(cx).await?;
    let saved = cx.param("saved") == "1";
    let wished: Option<State> = cx.parsed("state");
    let (today, may_ask) = (cx.today, cx.may(Action::ExceptionRequest));
    let (may_approve, me) = (cx.may(Action::ExceptionApprove), cx.signed.as_ref().map(|it| it.rights.person));
    let title = cx.lang.t("exceptions-title");
    let in_title = sent.titled(cx.lang, &title);
    Ok(cx.page(status, Some(Nav::Separation), &in_title, || {
        let states: Vec<_> = State::ALL
            .iter()
            .map(|each| {
                view! { <option value=each.as_str() selected=wished == Some(*each)>{say(&each.message())}</option> }
            })
            .collect();
        let file = href("/separation/exceptions.csv", [("state", wished.map_or("", State::as_str))]);
        let cards: Vec<_> = loaded
            .listed
            .iter()
            .map(|each| {
                let is_own = [Some(each.of.requested_by), each.of.exception.person].contains(&me);
                let is_broken = loaded.broken.contains(&each.of.exception.id);
                card(each, today, is_broken, Buttons { approve: may_approve && !is_own, end: may_approve || may_ask }, &sent)
            })
            .collect();
        view! {
            <nav class="crumbs" aria-label=t("crumbs-label")>
                <ol><li><a href="/separation">{t("separation-title")}</a></li></ol>
            </nav>
            <ErrorSummary errors=sent.errors.clone() />
            <div class="title">
                <h1>{title}</h1>
                <span class="push">
                    {may_ask.then(|| view! { <a href="/separation/exceptions/new">{t("exception-ask")}</a> })}
                    <a href=file>{t("export-csv")}</a>
                </span>
            </div>
            <p class="lead">{t("exceptions-intro")}</p>
            {saved.then(|| view! { <p class="done" role="status">{t("separation-saved")}</p> })}
            <form class="filters" method="get" action="/separation/exceptions">
                <label>
                    <span>{t("exception-state")}</span>
                    <select name="state"><option value="">{t("filter-all")}</option>{states}</select>
                </label>
                <button class="button second">{t("filter-apply")}</button>
            </form>
            {if cards.is_empty() {
                view! { <section class="card pad"><p>{t("exceptions-none")}</p></section> }.into_any()
            } else {
                cards.into_any()
            }}
        }
    }))
}

/// What the reader may do with an exception; the write asks again.
#[derive(Debug, Clone, Copy)]
struct Buttons {
    approve: bool,
    end: bool,
}

fn tag(state: State, is_broken: bool) -> impl IntoView {
    let (class, sign) = match state {
        State::Expired | State::Ended if is_broken => ("cannot", "■"),
        State::Asked | State::Ending => ("poorly", "◧"),
        State::Running => ("good", "✓"),
        State::Coming | State::Expired | State::Ended => ("idle", "○"),
    };
    let words = if is_broken {
        say(&Message::new("exception-broken").with("state", state.message()))
    } else {
        say(&state.message())
    };
    view! { <span class=format!("tag {class}") data-mark=sign>{words}</span> }
}

fn card(each: &Listed, today: Date, is_broken: bool, may: Buttons, sent: &Sent) -> impl IntoView + use<> {
    let exception = &each.of.exception;
    let (id, state) = (exception.id, state(each, today));
    let approved =
        each.approved_by.clone().map(|name| view! { <dt>{t("exception-approver")}</dt><dd>{name}</dd> });
    let about =
        [each.person.clone(), each.place.clone()].into_iter().flatten().collect::<Vec<_>>().join(" · ");
    let can_approve = may.approve && state == State::Asked;
    let can_end = may.end && !matches!(state, State::Ended | State::Expired);
    let is_sent = sent.value("id") == id.to_string();
    let sent = if is_sent { sent.clone() } else { Sent::default() };
    let reason_id = if is_sent { "reason".to_owned() } else { format!("reason-{id}") };
    view! {
        <section class="card" id=format!("x-{id}")>
            <div class="cap">
                <h2><a href=format!("/separation/{}", exception.rule)>{exception.rule.clone()}</a> " · " {about}</h2>
                {tag(state, is_broken)}
            </div>
            <dl class="wide">
                <dt>{t("register-days")}</dt>
                <dd>{days(exception.period)}</dd>
                <dt>{t("separation-reason")}</dt>
                <dd>{each.of.reason.clone()}</dd>
                <dt>{t("exception-control")}</dt>
                <dd>{each.of.control.clone()}</dd>
                <dt>{t("exception-requester")}</dt>
                <dd>{each.requested_by.clone()}</dd>
                {approved}
            </dl>
            {(can_approve || can_end).then(|| view! {
                <div class="pad actions">
                    {can_approve.then(|| view! {
                        <form method="post" action="/separation/exceptions">
                            <input type="hidden" name="id" value=id.to_string() />
                            <button class="button" name="do" value="approve">{t("exception-approve")}</button>
                        </form>
                    })}
                    {can_end.then(|| view! {
                        <form method="post" action="/separation/exceptions" class="quick">
                            <input type="hidden" name="id" value=id.to_string() />
                            <label for=reason_id.clone()>{t("separation-reason")}</label>
                            <input id=reason_id name="reason" value=sent.value("reason") />
                            <button class="button second" name="do" value="end">{t("exception-end")}</button>
                        </form>
                    })}
                </div>
            })}
        </section>
    }
}

/// `GET /separation/exceptions.csv?state=…`
pub async fn csv(cx: Cx) -> Answer {
    let loaded = load(&cx).await?;
    let lang = cx.lang;
    let heads = [
        "separation-rule",
        "col-person",
        "col-power",
        "exception-state",
        "col-from",
        "col-to",
        "separation-reason",
        "exception-control",
        "exception-requester",
        "exception-approver",
        "exception-ended-on",
    ];
    let mut rows = vec![heads.map(|key| lang.t(key)).to_vec()];
    for each in &loaded.listed {
        let exception = &each.of.exception;
        let mut words = lang.say(&state(each, cx.today).message());
        if loaded.broken.contains(&exception.id) {
            words = lang.say(&Message::new("exception-broken").with("state", words));
        }
        rows.push(vec![
            exception.rule.clone(),
            each.person.clone().unwrap_or_default(),
            each.place.clone().unwrap_or_default(),
            words,
            exception.period.from.to_string(),
            exception.period.to.map_or(String::new(), |to| to.to_string()),
            each.of.reason.clone(),
            each.of.control.clone(),
            each.requested_by.clone(),
            each.approved_by.clone().unwrap_or_default(),
            exception.ended_on.map_or(String::new(), |on| on.to_string()),
        ]);
    }
    Ok(csv_file("exceptions.csv", services::export::table(rows)))
}

/// `GET /separation/exceptions/new?rule=…&person=…&assignment=…`
pub async fn new(cx: Cx) -> Answer {
    let mut fields = cx.query.clone();
    fields.entry("from".to_owned()).or_insert_with(|| cx.today.to_string());
    form(&cx, StatusCode::OK, Sent { fields, errors: Vec::new() }).await
}

/// `POST /separation/exceptions/new`
pub async fn ask(cx: Cx, body: Bytes) -> Answer {
    let fields = fields(&body);
    match services::exception::request(&cx.state.db, &cx.caller()?, &fields).await? {
        Ok(id) => Ok(go_to(&format!("/separation/exceptions?saved=1#x-{id}"))),
        Err(errors) => form(&cx, StatusCode::UNPROCESSABLE_ENTITY, Sent { fields, errors }).await,
    }
}

async fn form(cx: &Cx, status: StatusCode, sent: Sent) -> Answer {
    let mut conn = cx.read().await?;
    let rules = store::set::rules(&mut conn).await?;
    let people = store::person::options(&mut conn, cx.sight(), OFFERED).await?;
    let assignments = store::person::choices(&mut conn, cx.sight(), cx.today, None, None, OFFERED).await?;
    drop(conn);
    let title = cx.lang.t("exception-ask");
    let in_title = sent.titled(cx.lang, &title);
    Ok(cx.page(status, Some(Nav::Separation), &in_title, || {
        let choose = || std::iter::once((String::new(), t("choose")));
        let rules = rules.iter().filter(|rule| rule.set.kind != Kind::Case);
        let rules: Vec<_> = choose()
            .chain(rules.map(|rule| {
                let words = format!("{} {}", rule.set.code, rule_name(rule));
                (rule.set.code.clone(), words)
            }))
            .collect();
        let none = std::iter::once((String::new(), t("none")));
        let assignments: Vec<_> =
            none.chain(assignments.into_iter().map(|each| (each.id.to_string(), each.name))).collect();
        let people = offer(people);
        view! {
            <nav class="crumbs" aria-label=t("crumbs-label")>
                <ol><li><a href="/separation/exceptions">{t("exceptions-title")}</a></li></ol>
            </nav>
            <ErrorSummary errors=sent.errors.clone() />
            <div class="title"><h1>{title}</h1></div>
            <p class="lead">{t("exception-intro")}</p>
            <form class="card pad form" method="post" action="/separation/exceptions/new" novalidate=true>
                <datalist id="people">{people}</datalist>
                <Choice name="rule" label=t("separation-rule") options=rules sent=sent.clone() />
                <Field name="person" label=t("exception-person") hint=t("exception-person-hint") list="people" sent=sent.clone() />
                <Choice
                    name="assignment"
                    label=t("exception-assignment")
                    hint=t("exception-assignment-hint")
                    options=assignments
                    sent=sent.clone()
                />
                <Field name="reason" label=t("separation-reason") sent=sent.clone() />
                <Field name="control" label=t("exception-control") hint=t("exception-control-hint") sent=sent.clone() />
                <Field name="from" label=t("col-from") typed=Typed::Day sent=sent.clone() />
                <Field name="to" label=t("col-to") hint=t("exception-to-hint") typed=Typed::Day sent=sent.clone() />
                <div class="actions">
                    <button class="button">{t("exception-send")}</button>
                    <a href="/separation/exceptions">{t("cancel")}</a>
                </div>
            </form>
        }
    }))
}
