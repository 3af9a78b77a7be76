//! What a change would break and what it would allow, before it is saved.

use crate::request::{Cx, lang_of_page, say, t};
use crate::shell::Nav;
use axum::http::StatusCode;
use axum::response::Response;
use domain::{Message, Period};
use leptos::prelude::*;
use services::duty::{Effect, Gain};
use services::form::Fields;

/// People and rights that a page lists at most.
const SHOWN: usize = 200;

/// From when to when, in words.
pub fn days(period: Period) -> String {
    let lang = lang_of_page();
    let key = if period.to.is_some() { "people-between" } else { "people-since" };
    let to = period.to.map_or(String::new(), |to| lang.date(to));
    say(&Message::new(key).with("from", lang.date(period.from)).with("to", to))
}

fn list(messages: &[Message]) -> impl IntoView + use<> {
    let items: Vec<_> = messages.iter().map(|message| view! { <li>{say(message)}</li> }).collect();
    view! { <ul>{items}</ul> }
}

fn gain(gain: &Gain) -> impl IntoView + use<> {
    let principal =
        gain.principal.as_ref().map(|name| say(&Message::new("acting-for").with("name", name.as_str())));
    view! {
        <tr>
            <th scope="row">{gain.name.clone()} {principal.map(|words| view! { <small>{words}</small> })}</th>
            <td>{say(&gain.what)}</td>
            <td>{gain.place.clone()}</td>
            <td>{days(gain.period)}</td>
        </tr>
    }
}

/// What a change does.
pub fn effect(effect: &Effect) -> impl IntoView + use<> {
    let gains: Vec<_> = effect.gains.iter().take(SHOWN).map(gain).collect();
    let is_free = effect.refused.is_empty() && effect.noted.is_empty();
    let affected = say(&Message::new("weighed-people").with("count", effect.people()));
    view! {
        {is_free.then(|| view! { <p class="done">{t("weighed-free")}</p> })}
        {(!effect.refused.is_empty())
            .then(|| {
                view! {
                    <section class="card pad">
                        <h2 class="cannot">{t("weighed-refused")}</h2>
                        {list(&effect.refused)}
                    </section>
                }
            })}
        {(!effect.noted.is_empty())
            .then(|| {
                view! {
                    <section class="card pad">
                        <h2 class="poorly">{t("weighed-noted")}</h2>
                        {list(&effect.noted)}
                    </section>
                }
            })}
        {(!effect.lacking.is_empty())
            .then(|| {
                view! {
                    <section class="card pad">
                        <h2 class="poorly">{t("weighed-lacking")}</h2>
                        {list(&effect.lacking)}
                    </section>
                }
            })}
        <section class="card">
            <div class="cap"><h2>{t("weighed-gains")}</h2><small>{affected}</small></div>
            {if gains.is_empty() {
                view! { <p class="pad">{t("weighed-no-gains")}</p> }.into_any()
            } else {
                view! {
                    <div class="scroll" tabindex="0" role="region" aria-label=t("weighed-gains")>
                        <table class="rows">
                            <caption class="hidden">{t("weighed-gains")}</caption>
                            <thead>
                                <tr>
                                    <th scope="col">{t("col-person")}</th>
                                    <th scope="col">{t("weighed-right")}</th>
                                    <th scope="col">{t("weighed-where")}</th>
                                    <th scope="col">{t("weighed-when")}</th>
                                </tr>
                            </thead>
                            <tbody>{gains}</tbody>
                        </table>
                    </div>
                }
                    .into_any()
            }}
        </section>
    }
}

/// The page between a form and saving it: what would be, and the way back to the form. What a rule in force
/// forbids cannot be saved.
pub fn page(cx: &Cx, nav: Nav, title: &str, path: &str, sent: &Fields, weighed: &Effect) -> Response {
    cx.page(StatusCode::OK, Some(nav), title, || {
        let typed = || sent.iter().filter(|(name, _)| *name != "action");
        let hidden: Vec<_> = typed()
            .map(|(name, value)| view! { <input type="hidden" name=name.clone() value=value.clone() /> })
            .collect();
        let known = typed().map(|(name, value)| (name.as_str(), value.as_str()));
        let edit = crate::request::href(path, known.chain([("action", "edit")]));
        let can_be = weighed.refused.is_empty();
        view! {
            <div class="title"><h1>{title.to_owned()}</h1></div>
            {effect(weighed)}
            <form method="post" action=path.to_owned() class="card pad actions">
                {hidden}
                {can_be
                    .then(|| view! { <button class="button" name="action" value="save">{t("save")}</button> })}
                <a class="button second" href=edit>{t("weighed-edit")}</a>
                <small>{t(if can_be { "weighed-save-hint" } else { "weighed-refused-hint" })}</small>
            </form>
        }
    })
}
