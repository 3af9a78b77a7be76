//! What stands where a page is not: nothing there, or something went wrong.

use crate::request::{Cx, Failure, say, t};
use axum::http::StatusCode;
use axum::response::Response;
use domain::Message;
use leptos::prelude::*;
use services::refusal::Refusal;

/// Any address that is none.
pub async fn not_found() -> Failure {
    Failure::NotFound
}

/// A known address asked in another way.
pub async fn wrong_method() -> Failure {
    Failure::Broken(StatusCode::METHOD_NOT_ALLOWED, Message::new("error-wrong-method"))
}

/// The page that says so.
pub fn page(cx: &Cx, failure: &Failure) -> Response {
    let (status, title, message) = match failure {
        Failure::SignIn | Failure::Kept(_) => {
            (StatusCode::UNAUTHORIZED, "broken-title", Message::new("denied-sign-in"))
        }
        Failure::Denied(denial) => (
            StatusCode::FORBIDDEN,
            "denied-title",
            Message::new("denied-rule").with("rule", denial.rule.as_str()),
        ),
        Failure::NotFound => (StatusCode::NOT_FOUND, "not-found-title", Message::new("not-found-text")),
        Failure::Broken(status, message) => (*status, "broken-title", message.clone()),
    };
    cx.page(status, None, &cx.lang.t(title), || {
        view! {
            <div class="title"><h1>{t(title)}</h1></div>
            <section class="card pad">
                <p>{say(&message)}</p>
                <p><a href="/">{t("to-first-page")}</a></p>
            </section>
        }
    })
}

/// The page that says which rule refuses what, why, and who can do it instead.
pub fn denied(cx: &Cx, refusal: &Refusal) -> Response {
    cx.page(StatusCode::FORBIDDEN, None, &cx.lang.t("denied-title"), || {
        view! {
            <div class="title"><h1>{t("denied-title")}</h1></div>
            <section class="card pad denied">
                <p class="lead">{say(&refusal.what)}</p>
                <p>{say(&refusal.why)}</p>
                {refusal.instead.as_ref().map(|instead| view! { <p>{say(instead)}</p> })}
                <p><a href="/">{t("to-first-page")}</a></p>
            </section>
        }
    })
}
