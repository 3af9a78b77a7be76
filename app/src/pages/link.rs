//! One-time links: set a password, or make the first administrator.

use crate::components::form::{ErrorSummary, Field, SecretField, Sent, fields};
use crate::pages::sign_in::origin;
use crate::request::{Answer, Cx, go_to, say, t};
use axum::body::Bytes;
use axum::extract::Path;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use domain::Message;
use leptos::prelude::*;
use services::identity::{self, Opens, Password, Token};

/// `GET /link/{token}`
pub async fn show(Path(token): Path<String>, cx: Cx) -> Answer {
    let opens = identity::open_link(&cx.state.db, &Token::sent(&token), cx.state.clock.now()).await?;
    Ok(match opens {
        Some(opens) => page(&cx, StatusCode::OK, &token, &opens, &Sent::default()),
        None => over(&cx),
    })
}

/// `POST /link/{token}`
pub async fn send(Path(token): Path<String>, cx: Cx, headers: HeaderMap, body: Bytes) -> Answer {
    let mut fields = fields(&body);
    let mut secret = |name| Password::new(fields.remove(name).unwrap_or_default());
    let (new, again) = (secret("new"), secret("again"));
    let (db, origin, sent) = (&cx.state.db, origin(&cx, &headers), Token::sent(&token));
    let Some(opens) = identity::open_link(db, &sent, origin.now).await? else { return Ok(over(&cx)) };
    let done = match &opens {
        Opens::Account(_) => identity::use_link(db, &origin, &sent, &new, &again).await?,
        Opens::First => identity::setup(db, &origin, &sent, &fields, &new, &again).await?,
    };
    Ok(match done {
        Some(Ok(())) => go_to("/sign-in?set=1"),
        Some(Err(errors)) => {
            page(&cx, StatusCode::UNPROCESSABLE_ENTITY, &token, &opens, &Sent { fields, errors })
        }
        None => over(&cx),
    })
}

fn page(cx: &Cx, status: StatusCode, token: &str, opens: &Opens, sent: &Sent) -> Response {
    let (title, intro, button) = match opens {
        Opens::Account(account) => {
            let intro = Message::new("link-intro").with("login", account.login.as_str());
            ("link-title", intro, "link-button")
        }
        Opens::First => ("setup-title", Message::new("setup-intro"), "setup-button"),
    };
    let action = format!("/link/{token}");
    // Nobody has signed in to an account that is not there yet.
    let hint = if *opens == Opens::First { "setup-new-hint" } else { "account-new-hint" };
    cx.page(status, None, &sent.titled(cx.lang, &cx.lang.t(title)), || {
        let hint = say(&Message::new(hint).with("least", identity::SHORTEST));
        view! {
            <ErrorSummary errors=sent.errors.clone() />
            <div class="title"><h1>{t(title)}</h1></div>
            <p class="lead">{say(&intro)}</p>
            <form class="card pad form narrow" method="post" action=action novalidate=true>
                {(*opens == Opens::First)
                    .then(|| {
                        view! {
                            <Field name="name" label=t("setup-name") sent=sent.clone() />
                            <Field name="login" label=t("sign-in-login") sent=sent.clone() />
                        }
                    })}
                <SecretField name="new" label=t("account-new") hint=hint complete="new-password" sent=sent.clone() />
                <SecretField name="again" label=t("account-again") complete="new-password" sent=sent.clone() />
                <div class="actions"><button class="button">{t(button)}</button></div>
            </form>
        }
    })
}

fn over(cx: &Cx) -> Response {
    cx.page(StatusCode::NOT_FOUND, None, &cx.lang.t("link-over-title"), || {
        view! {
            <div class="title"><h1>{t("link-over-title")}</h1></div>
            <section class="card pad"><p>{t("link-over")}</p></section>
        }
    })
}
