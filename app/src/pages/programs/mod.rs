//! Other programs: the tokens by which they come, and the webhooks by which they are told.

mod tokens;
mod webhooks;

use crate::Answers::Page;
use crate::door::Door::{May, Signed};
use crate::request::{say, t};
use crate::route::{Route, read, sent};
use access::Action;
use axum::routing::get;
use domain::Message;
use leptos::prelude::*;

/// The area's routes.
pub fn routes() -> Vec<Route> {
    let change = May(Action::WebhookChange);
    vec![
        sent("/account/tokens", Signed, Signed, get(tokens::show).post(tokens::send)),
        sent(
            "/accounts/tokens",
            May(Action::AccountRead),
            May(Action::AccountChange),
            get(tokens::all).post(tokens::revoke),
        ),
        sent("/webhooks", change, change, get(webhooks::show).post(webhooks::make)),
        sent("/webhooks/{id}", change, change, get(webhooks::one).post(webhooks::send)),
        read("/webhooks/{id}/{delivery}", Page, change, get(webhooks::delivery)),
    ]
}

/// A box of several that are sent under one name. The error summary leads to the first of them.
fn tick(name: &'static str, place: usize, value: String, words: String, is_chosen: bool) -> impl IntoView {
    let id = if place == 0 { name.to_owned() } else { format!("{name}-{value}") };
    view! {
        <label class="check">
            <input type="checkbox" id=id name=name value=value checked=is_chosen />
            <span>{words}</span>
        </label>
    }
}

/// What is told only once.
fn told_once(title: &'static str, intro: &'static str, secret: String) -> impl IntoView {
    view! {
        <section class="card pad" role="status">
            <h2>{t(title)}</h2>
            <p>{t(intro)}</p>
            <p><code>{secret}</code></p>
        </section>
    }
}

/// What is wrong with a group of boxes.
fn group_error(message: Option<Message>) -> Option<impl IntoView> {
    message.map(|message| view! { <strong class="error">{say(&message)}</strong> })
}
