//! Tokens: one's own, made and revoked; and everybody's that are in force, for the administrator.

use super::{group_error, tick, told_once};
use crate::components::form::{Choice, ErrorSummary, Field, Sent, Typed, fields};
use crate::components::table::{Words, cards};
use crate::request::{Answer, Cx, Failure, go_to, lang_of_page, say, t};
use crate::shell::Nav;
use axum::body::Bytes;
use axum::http::StatusCode;
use chrono::{DateTime, TimeDelta, Utc};
use domain::Message;
use domain::duty::{Post, Rights};
use domain::id::TokenId;
use domain::token::{Area, Mode, Scope, Scopes, latest};
use leptos::prelude::*;
use services::identity::Token;
use services::token::post_code;
use store::token::Listed;

/// Days that a new token is good for, unless one writes something else.
const USUAL_DAYS: i64 = 90;
/// Tokens that the administrator sees at most; the search finds the others.
const SHOWN: i64 = 200;

/// `GET /account/tokens`
pub async fn show(cx: Cx) -> Answer {
    let until = cx.today + TimeDelta::days(USUAL_DAYS);
    let sent = Sent { fields: [("until".to_owned(), until.to_string())].into(), errors: Vec::new() };
    page(&cx, StatusCode::OK, sent, None).await
}

/// `POST /account/tokens`: `action` is `make` or `revoke` with an `id`.
pub async fn send(cx: Cx, body: Bytes) -> Answer {
    let fields = fields(&body);
    let signed = cx.signed.clone().ok_or(Failure::SignIn)?;
    let (db, caller) = (&cx.state.db, cx.caller()?);
    if fields.get("action").is_some_and(|action| action == "revoke") {
        let id = fields.get("id").and_then(|id| id.parse::<TokenId>().ok()).ok_or(Failure::NotFound)?;
        if !services::token::revoke(db, &caller, &signed, id).await? {
            return Err(Failure::NotFound);
        }
        return Ok(go_to("/account/tokens?saved=revoked"));
    }
    match services::token::make(db, &caller, &signed, &fields).await? {
        Ok(token) => page(&cx, StatusCode::OK, Sent::default(), Some(token)).await,
        Err(errors) => page(&cx, StatusCode::UNPROCESSABLE_ENTITY, Sent { fields, errors }, None).await,
    }
}

async fn page(cx: &Cx, status: StatusCode, sent: Sent, made: Option<Token>) -> Answer {
    let signed = cx.signed.clone().ok_or(Failure::SignIn)?;
    let mut conn = cx.read().await?;
    let tokens = store::token::of_account(&mut conn, signed.account).await?;
    drop(conn);
    let now = cx.state.clock.now();
    let saved = cx.param("saved") == "revoked";
    let latest = latest(cx.today);
    let title = cx.lang.t("tokens-title");
    Ok(cx.page(status, None, &sent.titled(cx.lang, &title), || {
        let until = say(&Message::new("token-until-hint").with("date", latest));
        view! {
            <nav class="crumbs" aria-label=t("crumbs-label")>
                <ol><li><a href="/account">{t("account-title")}</a></li></ol>
            </nav>
            <ErrorSummary errors=sent.errors.clone() />
            <div class="title"><h1>{title}</h1></div>
            <p class="lead">{t("tokens-intro")} " " <a href="/api/v1">{t("tokens-api")}</a></p>
            {saved.then(|| view! { <p class="done" role="status">{t("tokens-revoked")}</p> })}
            {made.map(|token| told_once("token-made-title", "token-made", token.reveal().to_owned()))}
            <section class="card">
                <div class="cap"><h2>{t("tokens-own")}</h2></div>
                {table(tokens, now, "/account/tokens", "tokens-own")}
            </section>
            <form class="card pad form" method="post" action="/account/tokens" novalidate=true>
                <h2>{t("token-make")}</h2>
                <div class="grid">
                    <Field name="label" label=t("token-label") hint=t("token-label-hint") sent=sent.clone() />
                    <Choice name="post" label=t("token-post") hint=t("token-post-hint") options=posts(&signed.rights) sent=sent.clone() />
                    <Field name="until" label=t("token-until") hint=until typed=Typed::Day sent=sent.clone() />
                </div>
                {scopes(&sent)}
                <div class="actions">
                    <button class="button" name="action" value="make">{t("token-make")}</button>
                </div>
            </form>
        }
    }))
}

fn posts(rights: &Rights) -> Vec<(String, String)> {
    let words = |post: &Post| {
        let own = format!("{} {}", post.unit_name, post.name);
        match &post.principal {
            Some((_, name)) => {
                format!("{own} · {}", say(&Message::new("acting-for").with("name", name.as_str())))
            }
            None => own,
        }
    };
    rights.post.iter().chain(&rights.others).map(|post| (post_code(post), words(post))).collect()
}

fn scopes(sent: &Sent) -> impl IntoView + use<> {
    let error = sent.error("scopes");
    let mut place = 0;
    let areas: Vec<_> = Area::ALL
        .iter()
        .map(|&area| {
            let boxes: Vec<_> = Mode::ALL
                .iter()
                .filter(|&&mode| mode == Mode::Read || is_written(area))
                .map(|&mode| {
                    let scope = Scope { area, mode }.to_string();
                    let is_chosen = sent.chose("scopes", &scope);
                    place += 1;
                    tick("scopes", place - 1, scope, words(Scope { area, mode }), is_chosen)
                })
                .collect();
            view! { <div class="checks">{boxes}</div> }
        })
        .collect();
    view! {
        <fieldset class="field" class:wrong=error.is_some()>
            <legend>{t("token-scopes")}</legend>
            <small>{t("token-scopes-hint")}</small>
            {group_error(error.clone())}
            <div class="columns">{areas}</div>
        </fieldset>
    }
}

/// Whether the interface writes in an area.
const fn is_written(area: Area) -> bool {
    !matches!(
        area,
        Area::Units | Area::Powers | Area::Assignments | Area::People | Area::Holders | Area::Audit
    )
}

fn words(scope: Scope) -> String {
    let said =
        Message::new("token-scope").with("area", scope.area.message()).with("mode", scope.mode.message());
    say(&said)
}

fn scope_words(scopes: &Scopes) -> String {
    lang_of_page().list(&scopes.iter().map(words).collect::<Vec<_>>())
}

fn state(listed: &Listed, now: DateTime<Utc>) -> (&'static str, &'static str, &'static str) {
    let token = &listed.token;
    if token.revoked_at.is_some() {
        ("tag cannot", "■", "token-revoked")
    } else if token.expires_at <= now {
        ("tag idle", "○", "token-expired")
    } else {
        ("tag good", "✓", "token-in-force")
    }
}

fn table(tokens: Vec<Listed>, now: DateTime<Utc>, path: &'static str, caption: &'static str) -> AnyView {
    if tokens.is_empty() {
        return view! { <p class="pad">{t("tokens-none")}</p> }.into_any();
    }
    let lang = lang_of_page();
    let rows: Vec<_> = tokens
        .into_iter()
        .map(|listed| {
            let (class, mark, key) = state(&listed, now);
            let is_in_force = key == "token-in-force";
            let token = listed.token;
            let used = token.used_at.map_or_else(|| t("token-never"), |at| lang.moment(at));
            let revoke = say(&Message::new("token-revoke-one").with("token", token.label.as_str()));
            view! {
                <tr>
                    <th scope="row">{token.label} " " <code>{token.prefix} "…"</code></th>
                    <td data-label=t("token-post")>{listed.name} " " <small>{listed.post}</small></td>
                    <td data-label=t("token-scopes")>{scope_words(&token.scopes)}</td>
                    <td><span class=class data-mark=mark>{t(key)}</span></td>
                    <td class="when" data-label=t("token-until")>{lang.moment(token.expires_at)}</td>
                    <td data-label=t("token-used")>{used}</td>
                    <td>
                        {is_in_force
                            .then(|| {
                                view! {
                                    <form method="post" action=path class="inline">
                                        <input type="hidden" name="id" value=token.id.to_string() />
                                        <button class="link" name="action" value="revoke" aria-label=revoke>
                                            {t("token-revoke")}
                                        </button>
                                    </form>
                                }
                            })}
                    </td>
                </tr>
            }
        })
        .collect();
    let columns = [
        Words("token-label"),
        Words("token-post"),
        Words("token-scopes"),
        Words("token-state"),
        Words("token-until"),
        Words("token-used"),
        Words("edit"),
    ];
    cards(t(caption), &columns, rows).into_any()
}

/// `GET /accounts/tokens?q=…`: everybody's tokens that are in force.
pub async fn all(cx: Cx) -> Answer {
    let typed = cx.param("q").to_owned();
    let now = cx.state.clock.now();
    let mut conn = cx.read().await?;
    let tokens = store::token::in_force(&mut conn, &typed, now, SHOWN).await?;
    drop(conn);
    let saved = cx.param("saved") == "revoked";
    let title = cx.lang.t("tokens-all");
    cx.ok(Nav::Accounts, &title, || {
        view! {
            <nav class="crumbs" aria-label=t("crumbs-label")>
                <ol><li><a href="/accounts">{t("accounts-title")}</a></li></ol>
            </nav>
            <div class="title"><h1>{title.clone()}</h1></div>
            <p class="lead">{t("tokens-all-intro")}</p>
            {saved.then(|| view! { <p class="done" role="status">{t("tokens-revoked")}</p> })}
            <form class="filters" method="get" action="/accounts/tokens">
                <label>
                    <span>{t("accounts-search")}</span>
                    <input type="search" name="q" value=typed />
                </label>
                <button class="button second">{t("filter-apply")}</button>
            </form>
            <section class="card">{table(tokens, now, "/accounts/tokens", "tokens-all")}</section>
        }
    })
}

/// `POST /accounts/tokens`: revokes the token `id`.
pub async fn revoke(cx: Cx, body: Bytes) -> Answer {
    let fields = fields(&body);
    let caller = cx.caller()?;
    let id = fields.get("id").and_then(|id| id.parse::<TokenId>().ok()).ok_or(Failure::NotFound)?;
    if services::token::revoke_any(&cx.state.db, &caller, id).await? {
        Ok(go_to("/accounts/tokens?saved=revoked"))
    } else {
        Err(Failure::NotFound)
    }
}
