//! All accounts, for the administrator: make, disable, and send a link; and his support views.

use crate::components::form::{ErrorSummary, Field, Sent, Typed, fields};
use crate::components::pager::{Pager, ROWS, pages};
use crate::components::table::{Words, cards};
use crate::request::{Answer, Cx, Failure, lang_of_page, say, t};
use crate::shell::Nav;
use axum::body::Bytes;
use axum::http::StatusCode;
use domain::Message;
use domain::id::AccountId;
use leptos::prelude::*;
use services::identity::{self, Token};
use store::account::Line;

/// What was done, beside the list.
#[derive(Default)]
struct Shown {
    sent: Sent,
    link: Option<(String, Token)>,
    done: bool,
}

/// `GET /accounts?q=…&page=…`
pub async fn show(cx: Cx) -> Answer {
    page(&cx, StatusCode::OK, Shown::default()).await
}

/// `POST /accounts`: `action` says what.
pub async fn send(cx: Cx, body: Bytes) -> Answer {
    let fields = fields(&body);
    let text = |name| fields.get(name).map_or("", String::as_str);
    let (db, limits, caller) = (&cx.state.db, &cx.state.limits, cx.caller()?);
    let account = || text("account").parse::<AccountId>().map_err(|_| Failure::NotFound);
    let mut shown = Shown { done: true, ..Shown::default() };
    let mut errors = Vec::new();
    match text("action") {
        "create" => match identity::create(db, limits, &caller, text("login"), text("person")).await? {
            Ok((account, token)) => shown.link = Some((account.login, token)),
            Err(wrong) => errors = wrong,
        },
        "disable" => match identity::disable(db, &caller, account()?).await?.ok_or(Failure::NotFound)? {
            Ok(()) => {}
            Err(wrong) => errors = vec![("login", wrong)],
        },
        "enable" => identity::enable(db, &caller, account()?).await?.ok_or(Failure::NotFound)?,
        "link" => {
            let made = identity::new_link(db, limits, &caller, account()?).await?;
            shown.link = made.map(|(account, token)| (account.login, token));
            if shown.link.is_none() {
                return Err(Failure::NotFound);
            }
        }
        "forget" => {
            identity::forget_second_factor(db, &caller, account()?).await?.ok_or(Failure::NotFound)?;
        }
        "support" => {
            errors = services::support::open(db, &caller, &fields).await?.err().unwrap_or_default();
        }
        "support-end" => services::support::end(db, &caller).await?,
        _ => return Err(Failure::NotFound),
    }
    let status = if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    shown.done = errors.is_empty();
    shown.sent = if errors.is_empty() { Sent::default() } else { Sent { fields, errors } };
    page(&cx, status, shown).await
}

async fn page(cx: &Cx, status: StatusCode, shown: Shown) -> Answer {
    let typed = cx.param("q").to_owned();
    let mut conn = cx.read().await?;
    let total = store::account::count(&mut conn, &typed).await?;
    let number = cx.page_number().min(pages(total).max(1));
    let lines = store::account::list(&mut conn, &typed, ROWS, (number - 1) * ROWS).await?;
    drop(conn);
    let is_looking = cx.signed.as_ref().is_some_and(|signed| signed.rights.support.is_some());
    let title = cx.lang.t("accounts-title");
    Ok(cx.page(status, Some(Nav::Accounts), &title, || {
        let sent = shown.sent.clone();
        view! {
            <ErrorSummary errors=sent.errors.clone() />
            <div class="title">
                <h1>{title.clone()}</h1>
                <span class="push"><a href="/accounts/tokens">{t("tokens-all")}</a></span>
            </div>
            {shown.done.then(|| view! { <p class="done" role="status">{t("accounts-done")}</p> })}
            {shown.link.map(|(login, token)| link(&login, &token))}
            <form class="filters" method="get" action="/accounts">
                <label>
                    <span>{t("accounts-search")}</span>
                    <input type="search" name="q" value=typed.clone() />
                </label>
                <button class="button second">{t("filter-apply")}</button>
            </form>
            <section class="card">
                {if lines.is_empty() {
                    view! { <p class="pad">{t("accounts-none")}</p> }.into_any()
                } else {
                    rows(lines).into_any()
                }}
                <Pager path="/accounts" params=vec![("q", typed)] page=number total=total />
            </section>
            <div class="cols">
                <form class="card pad form" method="post" action="/accounts" novalidate=true>
                    <h2>{t("accounts-new")}</h2>
                    <Field name="login" label=t("accounts-login") sent=sent.clone() />
                    <Field name="person" label=t("accounts-person") hint=t("accounts-person-hint") sent=sent.clone() />
                    <div class="actions">
                        <button class="button" name="action" value="create">{t("accounts-create")}</button>
                    </div>
                </form>
                <form class="card pad form" method="post" action="/accounts" novalidate=true>
                    <h2>{t("support-title")}</h2>
                    <p>{t("support-intro")}</p>
                    <Field name="unit" label=t("support-unit") sent=sent.clone() />
                    <Field name="reason" label=t("support-reason") sent=sent.clone() />
                    <Field name="minutes" label=t("support-minutes") typed=Typed::Number sent=sent.clone() />
                    <div class="actions">
                        <button class="button second" name="action" value="support">{t("support-open")}</button>
                        {is_looking
                            .then(|| {
                                view! {
                                    <button class="button second" name="action" value="support-end">
                                        {t("support-end")}
                                    </button>
                                }
                            })}
                    </div>
                </form>
            </div>
        }
    }))
}

fn link(login: &str, token: &Token) -> impl IntoView + use<> {
    let path = format!("/link/{}", token.reveal());
    let intro = say(&Message::new("accounts-link-intro").with("login", login));
    view! {
        <section class="card pad" role="status">
            <h2>{t("accounts-link-title")}</h2>
            <p>{intro}</p>
            <p><code>{path}</code></p>
        </section>
    }
}

fn rows(lines: Vec<Line>) -> impl IntoView {
    let lang = lang_of_page();
    let rows: Vec<_> = lines
        .into_iter()
        .map(|line| {
            let (class, mark, state) = match (line.is_disabled, line.has_password) {
                (true, _) => ("cannot", "■", "accounts-disabled"),
                (false, false) => ("idle", "○", "accounts-no-password"),
                (false, true) => ("good", "✓", "accounts-active"),
            };
            let change = if line.is_disabled { "enable" } else { "disable" };
            let change_words = if line.is_disabled { "accounts-enable" } else { "accounts-disable" };
            let seen = line.seen_at.map_or_else(|| "—".to_owned(), |at| lang.moment(at));
            let second = if line.has_second_factor { "✓" } else { "—" };
            view! {
                <tr>
                    <th scope="row">{line.login}</th>
                    <td data-label=t("accounts-name")>{line.name} " " <small>{line.code}</small></td>
                    <td><span class=format!("tag {class}") data-mark=mark>{t(state)}</span></td>
                    <td data-label=t("accounts-second")>{second}</td>
                    <td data-label=t("accounts-seen")>{seen}</td>
                    <td>
                        <form method="post" action="/accounts" class="inline">
                            <input type="hidden" name="account" value=line.id.to_string() />
                            <button class="link" name="action" value="link">{t("accounts-link")}</button>
                            <button class="link" name="action" value=change>{t(change_words)}</button>
                            {line
                                .has_second_factor
                                .then(|| {
                                    view! { <button class="link" name="action" value="forget">{t("accounts-forget")}</button> }
                                })}
                        </form>
                    </td>
                </tr>
            }
        })
        .collect();
    cards(
        t("accounts-title"),
        &[
            Words("accounts-login"),
            Words("accounts-name"),
            Words("accounts-state"),
            Words("accounts-second"),
            Words("accounts-seen"),
            Words("edit"),
        ],
        rows,
    )
}
