//! One's own account: password, second factor, sessions, and the warning before a session ends.

use crate::components::form::{ErrorSummary, Field, SecretField, Sent, fields};
use crate::components::table::{Words, cards};
use crate::request::{Answer, Cx, Failure, go_to, lang_of_page, own_path, say, t};
use axum::body::Bytes;
use axum::http::StatusCode;
use chrono::TimeDelta;
use domain::Message;
use domain::id::SessionId;
use leptos::prelude::*;
use services::form::{FieldError, Fields};
use services::identity::{self, Enrolment, Password};
use store::Secret;
use store::rights::Signed;

/// What the page shows beside what is always there.
#[derive(Default)]
struct Shown {
    sent: Sent,
    done: Option<&'static str>,
    enrolment: Option<Enrolment>,
    codes: Vec<Secret>,
}

/// `GET /account`
pub async fn show(cx: Cx) -> Answer {
    page(&cx, StatusCode::OK, Shown::default()).await
}

/// `POST /account`: `action` says what.
pub async fn send(cx: Cx, body: Bytes) -> Answer {
    let mut fields = fields(&body);
    let mut secret = |name| Password::new(fields.remove(name).unwrap_or_default());
    let (old, new, again, code) = (secret("old"), secret("new"), secret("again"), secret("code"));
    let signed = cx.signed.clone().ok_or(Failure::SignIn)?;
    let (db, caller, signed) = (&cx.state.db, cx.caller()?, signed.as_ref());
    let mut shown = Shown::default();
    let wrong =
        |errors: Vec<FieldError>| Shown { sent: Sent { fields: Fields::new(), errors }, ..Shown::default() };
    match fields.get("action").map_or("", String::as_str) {
        "password" => match identity::change_password(db, &caller, signed, &old, &new, &again).await? {
            Ok(()) => shown.done = Some("account-password-saved"),
            Err(errors) => shown = wrong(errors),
        },
        "enrol" => shown.enrolment = identity::enrol(db, &caller, signed).await?,
        "confirm" => match identity::confirm(db, &caller, signed, &code).await? {
            Ok(codes) => shown.codes = codes,
            Err(error) => {
                shown = wrong(vec![("code", error)]);
                shown.enrolment = identity::enrol(db, &caller, signed).await?;
            }
        },
        "codes" => match identity::new_codes(db, &caller, signed, &old).await? {
            Ok(codes) => shown.codes = codes,
            Err(error) => shown = wrong(vec![("second_password", error)]),
        },
        "remove" => match identity::remove(db, &caller, signed, &old).await? {
            Ok(()) => shown.done = Some("account-second-removed"),
            Err(error) => shown = wrong(vec![("second_password", error)]),
        },
        "end" => {
            let session: SessionId =
                fields.get("session").and_then(|id| id.parse().ok()).ok_or(Failure::NotFound)?;
            if !identity::end(db, &caller, signed, session).await? {
                return Err(Failure::NotFound);
            }
            shown.done = Some("account-session-ended");
        }
        "others" => {
            identity::end_all(db, &caller, signed, true).await?;
            shown.done = Some("account-session-ended");
        }
        "everywhere" => {
            identity::end_all(db, &caller, signed, false).await?;
            return Ok(go_to("/sign-in"));
        }
        _ => return Err(Failure::NotFound),
    }
    let status = if shown.sent.errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    page(&cx, status, shown).await
}

async fn page(cx: &Cx, status: StatusCode, shown: Shown) -> Answer {
    let signed = cx.signed.clone().ok_or(Failure::SignIn)?;
    let now = cx.state.clock.now();
    let sessions = identity::list(&cx.state.db, &cx.state.limits, &signed, now).await?;
    let mut conn = cx.read().await?;
    let account = store::account::by_id(&mut conn, signed.account).await?.ok_or(Failure::NotFound)?;
    let left = store::account::codes_left(&mut conn, signed.account).await?;
    drop(conn);
    let has_second = account.second_factor().is_some();
    let title = cx.lang.t("account-title");
    Ok(cx.page(status, None, &title, || {
        let sent = shown.sent.clone();
        let hint = say(&Message::new("account-new-hint").with("least", identity::SHORTEST));
        view! {
            <ErrorSummary errors=sent.errors.clone() />
            <div class="title">
                <h1>{title.clone()}</h1>
                <small>{format!("{} · {}", signed.rights.name, signed.login)}</small>
            </div>
            {shown.done.map(|done| view! { <p class="done" role="status">{t(done)}</p> })}
            {(!shown.codes.is_empty()).then(|| codes(&shown.codes))}
            <div class="cols">
                <div class="stack">
                    <section class="card">
                        <div class="cap"><h2>{t("account-sessions")}</h2></div>
                        {session_rows(&sessions, &signed)}
                        <form class="actions pad" method="post" action="/account">
                            <button class="button second" name="action" value="others">{t("account-others")}</button>
                            <button class="button second" name="action" value="everywhere">
                                {t("account-everywhere")}
                            </button>
                        </form>
                    </section>
                </div>
                <div class="stack">
                    <form class="card pad form" method="post" action="/account" novalidate=true>
                        <h2>{t("account-password")}</h2>
                        <SecretField name="old" label=t("account-old") complete="current-password" sent=sent.clone() />
                        <SecretField name="new" label=t("account-new") hint=hint complete="new-password" sent=sent.clone() />
                        <SecretField name="again" label=t("account-again") complete="new-password" sent=sent.clone() />
                        <div class="actions">
                            <button class="button" name="action" value="password">{t("account-save-password")}</button>
                        </div>
                    </form>
                    {second(has_second, left, shown.enrolment.as_ref(), &sent)}
                    <section class="card pad">
                        <h2>{t("tokens-title")}</h2>
                        <p>{t("tokens-intro")}</p>
                        <p><a href="/account/tokens">{t("tokens-own")}</a></p>
                    </section>
                </div>
            </div>
        }
    }))
}

fn codes(codes: &[Secret]) -> impl IntoView + use<> {
    let items: Vec<_> =
        codes.iter().map(|code| view! { <li><code>{code.reveal().to_owned()}</code></li> }).collect();
    view! {
        <section class="card pad" role="status">
            <h2>{t("account-codes-title")}</h2>
            <p>{t("account-codes")}</p>
            <ul class="plain codes">{items}</ul>
        </section>
    }
}

fn second(has: bool, left: i64, enrolment: Option<&Enrolment>, sent: &Sent) -> impl IntoView + use<> {
    let sent = sent.clone();
    let body = match (has, enrolment) {
        (true, _) => view! {
            <p>{say(&Message::new("account-second-on").with("count", left))}</p>
            <SecretField name="old" id="second_password" label=t("account-second-password") complete="current-password" sent=sent />
            <div class="actions">
                <button class="button second" name="action" value="codes">{t("account-codes-new")}</button>
                <button class="button second" name="action" value="remove">{t("account-second-remove")}</button>
            </div>
        }
        .into_any(),
        (false, Some(enrolment)) => view! {
            <p>{t("account-second-scan")}</p>
            <div class="qr" role="img" aria-label=t("account-second-picture") inner_html=enrolment.picture.reveal().to_owned()></div>
            <p>{t("account-second-key")} " " <code>{enrolment.secret.reveal().to_owned()}</code></p>
            <Field name="code" label=t("account-second-code") sent=sent />
            <div class="actions">
                <button class="button" name="action" value="confirm">{t("account-second-confirm")}</button>
            </div>
        }
        .into_any(),
        (false, None) => view! {
            <p>{t("account-second-off")}</p>
            <div class="actions">
                <button class="button second" name="action" value="enrol">{t("account-second-begin")}</button>
            </div>
        }
        .into_any(),
    };
    view! {
        <form class="card pad form" method="post" action="/account" novalidate=true>
            <h2>{t("account-second")}</h2>
            {body}
        </form>
    }
}

fn session_rows(sessions: &[store::session::Session], signed: &Signed) -> impl IntoView + use<> {
    let lang = lang_of_page();
    let rows: Vec<_> = sessions
        .iter()
        .map(|session| {
            let is_this = session.id == signed.session;
            let id = session.id.to_string();
            view! {
                <tr>
                    <th scope="row">{device(&session.device)}</th>
                    <td data-label=t("account-session-address")>{session.address.clone()}</td>
                    <td class="when" data-label=t("account-session-seen")>{lang.moment(session.seen_at)}</td>
                    <td>
                        {if is_this {
                            view! { <span class="tag good" data-mark="✓">{t("account-session-this")}</span> }.into_any()
                        } else {
                            view! {
                                <form method="post" action="/account">
                                    <input type="hidden" name="session" value=id />
                                    <button class="link" name="action" value="end">{t("account-session-end")}</button>
                                </form>
                            }
                                .into_any()
                        }}
                    </td>
                </tr>
            }
        })
        .collect();
    cards(
        t("account-sessions"),
        &[
            Words("account-session-device"),
            Words("account-session-address"),
            Words("account-session-seen"),
            Words("account-session-end"),
        ],
        rows,
    )
}

/// `GET /account/ending?back=…`: two minutes before a session ends. Opening any page keeps an idle one.
pub async fn ending(cx: Cx) -> Answer {
    let signed = cx.signed.clone().ok_or(Failure::SignIn)?;
    let idle = signed.seen_at + cx.state.limits.idle;
    let is_absolute = signed.ends_at <= idle;
    let ends = signed.ends_at.min(idle) + TimeDelta::hours(8);
    let back = own_path(cx.param("back")).unwrap_or("/").to_owned();
    let title = cx.lang.t("ending-title");
    Ok(cx.page(StatusCode::OK, None, &title, || {
        let key = if is_absolute { "ending-absolute" } else { "ending-intro" };
        view! {
            <div class="title"><h1>{title.clone()}</h1></div>
            <section class="card pad">
                <p class="lead">{say(&Message::new(key).with("time", ends.format("%H:%M").to_string()))}</p>
                <form method="post" action="/sign-out" class="actions">
                    <a class="button" href=back>{t("ending-stay")}</a>
                    <button class="button second">{t("sign-out")}</button>
                </form>
            </section>
        }
    }))
}

/// Seconds after which a page that holds no form leads to the warning.
pub fn warns_after(cx: &Cx) -> i64 {
    (cx.state.limits.idle - TimeDelta::minutes(2)).num_seconds().max(60)
}

/// Whether a page may lead away by itself: not where something may be half typed.
pub fn may_refresh(html: &str) -> bool {
    html.split_once("<main").is_some_and(|(_, main)| !main.contains("method=\"post\""))
}

/// What a browser calls itself, in the two words by which its owner knows it: many call themselves by others' names as
/// well, so the rarer ones are looked for first. What is not known is shown as it is.
fn device(label: &str) -> String {
    let find = |known: &[(&str, &'static str)]| {
        known.iter().find(|(sign, _)| label.contains(sign)).map(|(_, name)| *name)
    };
    let browser = find(&[
        ("MicroMessenger/", "WeChat 微信"),
        ("Edg/", "Edge"),
        ("OPR/", "Opera"),
        ("Firefox/", "Firefox"),
        ("Chrome/", "Chrome"),
        ("Safari/", "Safari"),
    ]);
    let system = find(&[
        ("Windows", "Windows"),
        ("Android", "Android"),
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Mac OS", "macOS"),
        ("Linux", "Linux"),
    ]);
    match (browser, system) {
        (Some(browser), Some(system)) => format!("{browser} · {system}"),
        _ => label.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::device;

    #[test]
    fn browsers_are_called_as_their_owners_do() {
        for (label, name) in [
            (
                "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/131.0 Safari/537.36 Edg/131.0",
                "Edge · Windows",
            ),
            (
                "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/131.0 Mobile Safari/537.36",
                "Chrome · Android",
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Safari/604.1",
                "Safari · iPhone",
            ),
            ("curl/8.5", "curl/8.5"),
            ("", ""),
        ] {
            assert_eq!(device(label), name);
        }
    }
}
