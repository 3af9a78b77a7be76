//! Rules of separation: who breaks them now and later, switching them, and sets of one's own.

use crate::components::form::{Choice, ErrorSummary, Field, Sent, fields};
use crate::components::table::{Figures, Words, cards};
use crate::components::weighed::days;
use crate::pages::people::role_name;
use crate::request::{Answer, Cx, Failure, go_to, href, say, t};
use crate::shell::Nav;
use access::Action;
use axum::body::Bytes;
use axum::extract::Path;
use axum::http::{StatusCode, Uri};
use axum::response::Response;
use domain::assignment::Function;
use domain::duty::Mode;
use domain::separation::{BUSINESS, Kind, member_words};
use domain::{Date, Message};
use leptos::prelude::*;
use services::form::Fields;
use services::separation::{Broken, Draft, Judged};
use store::role::Role;
use store::set::Rule;

/// Violations that a page lists at most.
const SHOWN: usize = 200;

/// A rule's name: its own, or that of a built-in one.
pub fn rule_name(rule: &Rule) -> String {
    let key = match rule.set.code.as_str() {
        "SOD-01" => "rule-sod-01",
        "SOD-02" => "rule-sod-02",
        "SOD-03" => "rule-sod-03",
        "SOD-04" => "rule-sod-04",
        "SOD-05" => "rule-sod-05",
        "SOD-06" => "rule-sod-06",
        "SOD-07" => "rule-sod-07",
        _ => return rule.name.clone(),
    };
    t(key)
}

fn members(rule: &Rule, roles: &[Role]) -> String {
    if rule.set.kind == Kind::Case {
        return t("separation-both-case");
    }
    let lang = crate::request::lang_of_page();
    let name = |code: &String| {
        if rule.set.kind.is_about_roles() { role_name(roles, code) } else { say(&member_words(code)) }
    };
    lang.list(&rule.set.members.iter().map(name).collect::<Vec<_>>())
}

fn mode(mode: Mode) -> impl IntoView {
    let (class, sign, key) = match mode {
        Mode::Enforce => ("good", "✓", "separation-mode-enforce"),
        Mode::Record => ("idle", "○", "separation-mode-record"),
    };
    view! { <span class=format!("tag {class}") data-mark=sign>{t(key)}</span> }
}

/// `GET /separation`
pub async fn show(cx: Cx) -> Answer {
    let mut conn = cx.read().await?;
    let judged = services::separation::judge(&mut conn, cx.sight(), cx.today).await?;
    let roles = store::role::all(&mut conn, cx.today).await?;
    drop(conn);
    let title = cx.lang.t("separation-title");
    let (may_change, today) = (cx.may(Action::SeparationChange), cx.today);
    cx.ok(Nav::Separation, &title, || {
        let rows: Vec<_> = judged.rules.iter().map(|rule| row(rule, &judged, &roles, today)).collect();
        view! {
            <div class="title">
                <h1>{title.clone()}</h1>
                <span class="push">
                    <a href="/separation/exceptions">{t("exceptions-title")}</a>
                    {may_change.then(|| view! { <a href="/separation/new">{t("separation-new")}</a> })}
                </span>
            </div>
            <p class="lead">{t("separation-intro")}</p>
            <section class="card">
                {cards(
                    t("separation-title"),
                    &[
                        Words("separation-rule"),
                        Words("separation-kind"),
                        Words("separation-members"),
                        Figures("separation-cardinality"),
                        Words("separation-mode"),
                        Figures("separation-broken-now"),
                        Figures("separation-broken-later"),
                    ],
                    rows,
                )}
            </section>
        }
    })
}

fn row(rule: &Rule, judged: &Judged, roles: &[Role], today: Date) -> impl IntoView + use<> {
    let code = rule.set.code.clone();
    let now = judged.of(&code).filter(|broken| broken.is_now(today)).count();
    let later = judged.of(&code).count() - now;
    view! {
        <tr>
            <th scope="row">
                <a href=format!("/separation/{code}")>{rule_name(rule)}</a>
                <small>{code}</small>
            </th>
            <td data-label=t("separation-kind")>{say(&rule.set.kind.message())}</td>
            <td data-label=t("separation-members")>{members(rule, roles)}</td>
            <td class="n" data-label=t("separation-cardinality")>{rule.set.cardinality}</td>
            <td data-label=t("separation-mode")>{mode(rule.set.mode)}</td>
            <td class="n" data-label=t("separation-broken-now")>{if now > 0 { view! { <b class="cannot">{now}</b> }.into_any() } else { view! { "0" }.into_any() }}</td>
            <td class="n" data-label=t("separation-broken-later")>{later}</td>
        </tr>
    }
}

/// `GET /separation/{code}`
pub async fn one(Path(code): Path<String>, cx: Cx) -> Answer {
    page(&cx, StatusCode::OK, &code, Sent::default()).await
}

/// `POST /separation/{code}`: `mode`, `reason`.
pub async fn switch(Path(code): Path<String>, cx: Cx, body: Bytes) -> Answer {
    let fields = fields(&body);
    match services::separation::switch(&cx.state.db, &cx.caller()?, &code, &fields).await? {
        None => Err(Failure::NotFound),
        Some(Err(errors)) => {
            page(&cx, StatusCode::UNPROCESSABLE_ENTITY, &code, Sent { fields, errors }).await
        }
        Some(Ok(kind)) => {
            if kind == Kind::SameUnit {
                // A task of its own, because the browser may go away before the last unit is assessed.
                let (db, today) = (cx.state.db.clone(), cx.today);
                let keep = services::assess::Keep::Results;
                let renewed = tokio::spawn(async move {
                    services::assess::each_unit(&db, today, None, keep, &mut |_, _| {}).await
                });
                // If the task ends badly, the server's daily job finds what it left behind.
                if let Ok(renewed) = renewed.await {
                    renewed?;
                }
            }
            Ok(go_to(&format!("/separation/{code}?saved=1")))
        }
    }
}

async fn page(cx: &Cx, status: StatusCode, code: &str, sent: Sent) -> Answer {
    let mut conn = cx.read().await?;
    let judged = services::separation::judge(&mut conn, cx.sight(), cx.today).await?;
    let roles = store::role::all(&mut conn, cx.today).await?;
    drop(conn);
    let Some(rule) = judged.rules.iter().find(|rule| rule.set.code == code).cloned() else {
        return Err(Failure::NotFound);
    };
    let broken: Vec<Broken> = judged.of(code).cloned().collect();
    let saved = cx.param("saved") == "1";
    let (may_change, today, lang) = (cx.may(Action::SeparationChange), cx.today, cx.lang);
    let asked = cx.param("switch") == "1" || !sent.errors.is_empty();
    let title = if rule.is_built_in { code.to_owned() } else { rule.name.clone() };
    let in_title = sent.titled(lang, &title);
    Ok(cx.page(status, Some(Nav::Separation), &in_title, || {
        let edit = href("/separation/new", [("code", code)]);
        let may_edit = may_change && !rule.is_built_in;
        view! {
            <nav class="crumbs" aria-label=t("crumbs-label")>
                <ol><li><a href="/separation">{t("separation-title")}</a></li></ol>
            </nav>
            <ErrorSummary errors=sent.errors.clone() />
            <div class="title">
                <h1>{rule_name(&rule)}</h1>
                {mode(rule.set.mode)}
                <small>{rule.set.code.clone()}</small>
                {may_edit.then(|| view! { <span class="push"><a href=edit>{t("edit")}</a></span> })}
            </div>
            {saved.then(|| view! { <p class="done" role="status">{t("separation-saved")}</p> })}
            <section class="card">
                <dl class="wide">
                    <dt>{t("separation-kind")}</dt>
                    <dd>{say(&rule.set.kind.message())}</dd>
                    <dt>{t("separation-members")}</dt>
                    <dd>{members(&rule, &roles)}</dd>
                    <dt>{t("separation-cardinality")}</dt>
                    <dd>{rule.set.cardinality}</dd>
                </dl>
            </section>
            {may_change.then(|| switcher(&rule, &broken, asked, &sent))}
            {list(&broken, rule.set.kind, today)}
        }
    }))
}

/// Leads to the other mode; before a rule is enforced, the page says who is blocked from then on.
fn switcher(rule: &Rule, broken: &[Broken], asked: bool, sent: &Sent) -> AnyView {
    let code = rule.set.code.clone();
    if rule.set.kind == Kind::Case {
        return view! { <p class="lead">{t("separation-error-always")}</p> }.into_any();
    }
    let (to, title) = match rule.set.mode {
        Mode::Record => (Mode::Enforce, "separation-to-enforce"),
        Mode::Enforce => (Mode::Record, "separation-to-record"),
    };
    if !asked {
        let ask = format!("/separation/{code}?switch=1#mode");
        return view! { <p><a class="button second" href=ask>{t(title)}</a></p> }.into_any();
    }
    let blocked = match (to, broken.len()) {
        (Mode::Record, _) => Message::new("separation-let-go"),
        (Mode::Enforce, 0) => Message::new("separation-blocks-nobody"),
        (Mode::Enforce, count) => Message::new("separation-blocks").with("count", count),
    };
    view! {
        <form class="card pad form" id="mode" method="post" action=format!("/separation/{code}") novalidate=true>
            <h2>{t(title)}</h2>
            <p class=if to == Mode::Enforce && !broken.is_empty() { "warn" } else { "quiet" }>{say(&blocked)}</p>
            <input type="hidden" name="mode" value=to.as_str() />
            <Field name="reason" label=t("separation-reason") sent=sent.clone() />
            <div class="actions">
                <button class="button">{t("separation-confirm")}</button>
                <a href=format!("/separation/{code}")>{t("cancel")}</a>
            </div>
        </form>
    }
    .into_any()
}

fn list(broken: &[Broken], kind: Kind, today: Date) -> impl IntoView + use<> {
    let rows: Vec<_> = broken
        .iter()
        .take(SHOWN)
        .map(|each| {
            let (class, sign, key) = if each.is_now(today) {
                ("cannot", "■", "separation-now")
            } else {
                ("poorly", "◧", "separation-later")
            };
            view! {
                <tr>
                    <td><span class=format!("tag {class}") data-mark=sign>{t(key)}</span></td>
                    <td class="why">{say(&each.words)}</td>
                    <td class="when" data-label=t("register-days")>{days(each.period)}</td>
                </tr>
            }
        })
        .collect();
    view! {
        <section class="card">
            <div class="cap">
                <h2>{t("separation-who")}</h2>
                <small>{say(&Message::new("separation-count").with("count", broken.len()))}</small>
            </div>
            {if rows.is_empty() {
                let key = if kind == Kind::Case { "separation-never" } else { "separation-nobody" };
                view! { <p class="pad">{t(key)}</p> }.into_any()
            } else {
                cards(
                    t("separation-who"),
                    &[Words("separation-when"), Words("separation-fact"), Words("register-days")],
                    rows,
                )
                    .into_any()
            }}
        </section>
    }
}

/// `GET /separation/new?code=…`; `action` is absent, `edit`, or `check`, which writes nothing.
pub async fn new(cx: Cx, uri: Uri) -> Answer {
    let mut fields = fields(uri.query().unwrap_or_default().as_bytes());
    match fields.get("action").map(String::as_str) {
        Some("check") => {
            let mut conn = cx.read().await?;
            let checked = services::separation::check(&mut conn, &fields, cx.today).await?;
            drop(conn);
            match checked {
                Ok(draft) => Ok(preview(&cx, &fields, &draft)),
                Err(errors) => form(&cx, StatusCode::UNPROCESSABLE_ENTITY, Sent { fields, errors }).await,
            }
        }
        None => {
            let mut conn = cx.read().await?;
            let rules = store::set::rules(&mut conn).await?;
            drop(conn);
            let code = fields.get("code").cloned().unwrap_or_default();
            match rules.into_iter().find(|rule| rule.set.code == code) {
                Some(rule) => fields.extend(typed(&rule)),
                None => {
                    fields.insert("cardinality".to_owned(), "2".to_owned());
                }
            }
            form(&cx, StatusCode::OK, Sent { fields, errors: Vec::new() }).await
        }
        Some(_) => form(&cx, StatusCode::OK, Sent { fields, errors: Vec::new() }).await,
    }
}

/// A rule as the form shows it.
fn typed(rule: &Rule) -> Fields {
    let members = rule.set.members.iter().cloned().collect::<Vec<_>>().join(" ");
    [
        ("name", rule.name.clone()),
        ("kind", rule.set.kind.to_string()),
        ("members", members),
        ("cardinality", rule.set.cardinality.to_string()),
        ("mode", rule.set.mode.to_string()),
    ]
    .map(|(name, value)| (name.to_owned(), value))
    .into()
}

/// `POST /separation/new` saves.
pub async fn send(cx: Cx, body: Bytes) -> Answer {
    let fields = fields(&body);
    match services::separation::save(&cx.state.db, &cx.caller()?, &fields).await? {
        Ok(code) => Ok(go_to(&format!("/separation/{code}?saved=1"))),
        Err(errors) => form(&cx, StatusCode::UNPROCESSABLE_ENTITY, Sent { fields, errors }).await,
    }
}

async fn form(cx: &Cx, status: StatusCode, sent: Sent) -> Answer {
    let mut conn = cx.read().await?;
    let roles = store::role::all(&mut conn, cx.today).await?;
    drop(conn);
    let is_new = sent.value("code").is_empty();
    let title = cx.lang.t(if is_new { "separation-new" } else { "separation-edit" });
    let in_title = sent.titled(cx.lang, &title);
    Ok(cx.page(status, Some(Nav::Separation), &in_title, || {
        let kinds = [Kind::Static, Kind::Dynamic, Kind::PowerUnit]
            .map(|kind| (kind.as_str().to_owned(), say(&kind.message())));
        let kinds: Vec<_> = [(String::new(), t("choose"))].into_iter().chain(kinds).collect();
        let modes = [(Mode::Record, "separation-mode-record"), (Mode::Enforce, "separation-mode-enforce")]
            .map(|(mode, key)| (mode.as_str().to_owned(), t(key)));
        let named: Vec<_> = roles
            .iter()
            .filter(|role| role.code != BUSINESS)
            .map(|role| (role.code.clone(), role_name(&roles, &role.code)))
            .collect();
        let functions: Vec<_> =
            Function::ALL.iter().map(|each| (each.as_str().to_owned(), say(&each.message()))).collect();
        view! {
            <nav class="crumbs" aria-label=t("crumbs-label")>
                <ol><li><a href="/separation">{t("separation-title")}</a></li></ol>
            </nav>
            <ErrorSummary errors=sent.errors.clone() />
            <div class="title"><h1>{title}</h1></div>
            <p class="lead">{t("separation-new-intro")}</p>
            <form class="card pad form" method="get" action="/separation/new" novalidate=true>
                <input type="hidden" id="code" name="code" value=sent.value("code") />
                <Field name="name" label=t("separation-name-label") sent=sent.clone() />
                {is_new.then(|| view! {
                    <Choice name="kind" label=t("separation-kind") hint=t("separation-kind-hint") options=kinds sent=sent.clone() />
                })}
                {boxes("members", "separation-roles", &named, &sent)}
                {boxes("members-functions", "separation-functions", &functions, &sent)}
                <Field
                    name="cardinality"
                    label=t("separation-cardinality")
                    hint=t("separation-cardinality-hint")
                    sent=sent.clone()
                />
                <Choice name="mode" label=t("separation-mode") hint=t("separation-mode-hint") options=modes.to_vec() sent=sent.clone() />
                <Field name="reason" label=t("separation-reason") sent=sent.clone() />
                <div class="actions">
                    <button class="button" name="action" value="check">{t("separation-check")}</button>
                    <small>{t("separation-check-hint")}</small>
                </div>
            </form>
        }
    }))
}

/// Boxes to tick; all are sent by the same name, and which kind counts is for the rule's kind to say.
fn boxes(id: &'static str, legend: &str, all: &[(String, String)], sent: &Sent) -> impl IntoView + use<> {
    let error = (id == "members").then(|| sent.error("members")).flatten().map(|message| say(&message));
    let boxes: Vec<_> = all
        .iter()
        .enumerate()
        .map(|(place, (code, words))| {
            let id = if place == 0 { id.to_owned() } else { format!("{id}-{code}") };
            view! {
                <label class="check">
                    <input type="checkbox" id=id name="members" value=code.clone() checked=sent.chose("members", code) />
                    <span>{words.clone()}</span>
                </label>
            }
        })
        .collect();
    view! {
        <fieldset class="field" class:wrong=error.is_some()>
            <legend>{t(legend)}</legend>
            {error.clone().map(|error| view! { <strong class="error">{error}</strong> })}
            <div class="checks">{boxes}</div>
        </fieldset>
    }
}

fn preview(cx: &Cx, fields: &Fields, draft: &Draft) -> Response {
    let title = cx.lang.t("separation-preview");
    let today = cx.today;
    cx.page(StatusCode::OK, Some(Nav::Separation), &title, || {
        let typed = || fields.iter().filter(|(name, _)| *name != "action");
        // Several values of one name stand in one text, which is read in the same way.
        let hidden: Vec<_> = typed()
            .map(|(name, value)| view! { <input type="hidden" name=name.clone() value=value.clone() /> })
            .collect();
        let known = typed().map(|(name, value)| (name.as_str(), value.as_str()));
        let edit = href("/separation/new", known.chain([("action", "edit")]));
        let refused = draft.is_refused();
        view! {
            <div class="title"><h1>{title.clone()}</h1><small>{draft.rule.name.clone()}</small></div>
            {refused.then(|| view! { <p class="warn">{t("separation-refused")}</p> })}
            {list(&draft.broken, draft.rule.set.kind, today)}
            <form method="post" action="/separation/new" class="card pad actions">
                {hidden}
                {(!refused).then(|| view! { <button class="button">{t("save")}</button> })}
                <a class="button second" href=edit>{t("assign-edit")}</a>
            </form>
        }
    })
}
