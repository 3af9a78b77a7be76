//! Sign-in at an OpenID provider: away to it, and back.

use crate::request::{Answer, Cx, Failure, go_to, href, own_path, say, t};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::Response;
use domain::Message;
use leptos::prelude::*;
use services::identity::oidc::{Callback, Provider, Refused};
use std::sync::Arc;

/// The cookie that binds a sign-in to the browser that began it.
const KEPT: &str = "baton-oidc";
/// Seconds for which it is kept.
const SECONDS: u32 = 600;

fn provider(cx: &Cx) -> Result<Arc<Provider>, Failure> {
    cx.state.oidc.clone().ok_or(Failure::NotFound)
}

/// Where the provider sends the browser back to: the name by which this site was asked, which only its own can be.
fn redirect(cx: &Cx, headers: &HeaderMap) -> Result<String, Refused> {
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok()).ok_or(Refused::Address)?;
    let is_named =
        |origin: &&String| origin.split_once("://").is_some_and(|(_, name)| name.eq_ignore_ascii_case(host));
    let origin = cx.state.origins.iter().find(is_named).cloned();
    Ok(format!("{}/oidc/callback", origin.unwrap_or_else(|| format!("http://{host}"))))
}

/// `GET /oidc/start?back=…`
pub async fn start(cx: Cx, headers: HeaderMap) -> Answer {
    let provider = provider(&cx)?;
    let redirect = match redirect(&cx, &headers) {
        Ok(redirect) => redirect,
        Err(refused) => return Ok(page(&cx, &refused)),
    };
    let (db, now) = (&cx.state.db, cx.state.clock.now());
    let back = own_path(cx.param("back")).unwrap_or("/");
    let started = services::identity::oidc::begin(db, &provider, &redirect, cx.lang.tag(), back, now).await?;
    let started = match started {
        Ok(started) => started,
        Err(refused) => return Ok(page(&cx, &refused)),
    };
    let mut response = go_to(&started.address);
    keep(&cx, &mut response, &started.state, SECONDS);
    Ok(response)
}

fn keep(cx: &Cx, response: &mut Response, state: &str, seconds: u32) {
    let cookie = crate::door::set_cookie(&cx.state, KEPT, state, Some(seconds));
    response.headers_mut().append(header::SET_COOKIE, cookie);
}

/// `GET /oidc/callback`, to which the provider sends the browser.
pub async fn callback(cx: Cx, headers: HeaderMap) -> Answer {
    let provider = provider(&cx)?;
    let redirect = match redirect(&cx, &headers) {
        Ok(redirect) => redirect,
        Err(refused) => return Ok(page(&cx, &refused)),
    };
    let callback = Callback {
        state: cx.param("state").to_owned(),
        code: cx.param("code").to_owned(),
        error: cx.param("error").to_owned(),
        issuer: cx.param("iss").to_owned(),
        kept: crate::door::cookie(&headers, KEPT).unwrap_or_default().to_owned(),
    };
    let origin = crate::pages::sign_in::origin(&cx, &headers);
    let (db, limits) = (&cx.state.db, &cx.state.limits);
    let finished =
        services::identity::oidc::finish(db, &provider, limits, &redirect, &callback, &origin).await?;
    let mut response = match finished {
        Ok((done, back)) => crate::pages::sign_in::vouched(&cx, done, &back),
        Err(refused) => page(&cx, &refused),
    };
    keep(&cx, &mut response, "", 0);
    Ok(response)
}

/// The page that says why nobody is signed in.
fn page(cx: &Cx, refused: &Refused) -> Response {
    let status = match refused {
        Refused::Unreachable | Refused::UserInfo => StatusCode::SERVICE_UNAVAILABLE,
        Refused::Malformed => StatusCode::BAD_GATEWAY,
        Refused::Address => StatusCode::INTERNAL_SERVER_ERROR,
        Refused::State | Refused::Late => StatusCode::BAD_REQUEST,
        _ => StatusCode::FORBIDDEN,
    };
    let message = refused.message();
    cx.page(status, None, &cx.lang.t("oidc-refused-title"), || {
        view! {
            <div class="title"><h1>{t("oidc-refused-title")}</h1></div>
            <section class="card pad denied">
                <p class="lead">{t("oidc-refused-what")}</p>
                <p>{say(&message)}</p>
                <p><a href="/sign-in">{t("oidc-refused-again")}</a></p>
            </section>
        }
    })
}

/// The way to the provider, on the page that asks for the password.
pub fn button(cx: &Cx, back: &str) -> Option<impl IntoView + use<>> {
    let provider = cx.state.oidc.as_ref()?;
    let name = match provider.config().name.as_str() {
        "" => t("oidc-name"),
        name => name.to_owned(),
    };
    let words = say(&Message::new("oidc-button").with("name", name));
    let to = href("/oidc/start", [("back", back)]);
    Some(view! { <p class="actions"><a class="button" href=to>{words}</a></p> })
}
