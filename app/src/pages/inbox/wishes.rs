//! How one wishes to be written to, and the calendar of one's deadlines.

use crate::components::form::{Choice, ErrorSummary, Field, Sent, fields};
use crate::request::{Answer, Cx, Failure, go_to, href, lang_of_page, say, t};
use axum::body::Bytes;
use axum::http::StatusCode;
use chrono::{DateTime, Utc};
use domain::Message;
use domain::post::{Class, Language, Wish};
use leptos::prelude::*;
use services::identity::Token;
use services::inbox;

/// `GET /inbox/wishes`
pub async fn show(cx: Cx) -> Answer {
    page(&cx, StatusCode::OK, Sent::default(), None).await
}

/// `POST /inbox/wishes`: `action` is `save`, `key` for a new address of the calendar, or `close` for none.
pub async fn send(cx: Cx, body: Bytes) -> Answer {
    let sent = fields(&body);
    let (db, caller) = (&cx.state.db, cx.caller()?);
    match sent.get("action").map(String::as_str) {
        Some("save") => match inbox::wish(db, &caller, &sent).await? {
            Ok(()) => Ok(go_to("/inbox/wishes?saved=1")),
            Err(errors) => {
                page(&cx, StatusCode::UNPROCESSABLE_ENTITY, Sent { fields: sent, errors }, None).await
            }
        },
        Some("key") => {
            let token = inbox::make_key(db, &caller).await?;
            page(&cx, StatusCode::OK, Sent::default(), token).await
        }
        Some("close") => {
            inbox::remove_key(db, &caller).await?;
            Ok(go_to("/inbox/wishes?closed=1"))
        }
        _ => Err(Failure::NotFound),
    }
}

async fn page(cx: &Cx, status: StatusCode, sent: Sent, token: Option<Token>) -> Answer {
    let person = cx.person()?;
    let mut conn = cx.read().await?;
    let wishes = store::wish::of(&mut conn, person).await?;
    let made = store::inbox::key_made(&mut conn, person).await?;
    drop(conn);
    let sent = if sent.errors.is_empty() { Sent { fields: inbox::shown(&wishes), ..sent } } else { sent };
    let title = cx.lang.t("wishes-title");
    let in_title = sent.titled(cx.lang, &title);
    let done = [("saved", "wishes-saved"), ("closed", "feed-closed")];
    let done = done.into_iter().find(|(param, _)| cx.param(param) == "1").map(|(_, key)| key);
    let has_mail = cx.state.post.address.is_some();
    let site = cx.state.post.site.clone();
    Ok(cx.page(status, None, &in_title, || {
        view! {
            <nav class="crumbs" aria-label=t("crumbs-label")>
                <ol><li><a href="/inbox">{t("inbox-title")}</a></li></ol>
            </nav>
            <ErrorSummary errors=sent.errors.clone() />
            <div class="title"><h1>{title.clone()}</h1></div>
            {done.map(|done| view! { <p class="done" role="status">{t(done)}</p> })}
            {(!has_mail).then(|| view! { <p class="warn">{t("wishes-no-mail")}</p> })}
            <div class="cols">
                {form(sent)}
                <div class="stack">{calendar(made, token.as_ref(), &site)}</div>
            </div>
        }
    }))
}

fn form(sent: Sent) -> impl IntoView {
    let languages = Language::ALL.iter().map(|each| (each.to_string(), say(&each.message()))).collect();
    let classes: Vec<_> = Class::ALL
        .iter()
        .map(|&class| {
            let options = Wish::ALL.iter().map(|each| (each.to_string(), say(&each.message()))).collect();
            view! { <Choice name=inbox::field(class) label=say(&class.message()) options=options sent=sent.clone() /> }
        })
        .collect();
    view! {
        <form class="card pad form" method="post" action="/inbox/wishes" novalidate=true>
            <h2>{t("wishes-mail")}</h2>
            <Field name="address" label=t("wishes-address") hint=t("wishes-address-hint") sent=sent.clone() />
            <Choice name="language" label=t("wishes-language") options=languages sent=sent.clone() />
            <h2>{t("wishes-classes")}</h2>
            <p class="quiet">{t("wishes-urgent")}</p>
            {classes}
            <h2>{t("wishes-times")}</h2>
            <Field name="digest_at" label=t("wishes-digest-at") hint=t("wishes-time-hint") sent=sent.clone() />
            <Field name="quiet_from" label=t("wishes-quiet-from") hint=t("wishes-quiet-hint") sent=sent.clone() />
            <Field name="quiet_to" label=t("wishes-quiet-to") hint=t("wishes-time-hint") sent=sent.clone() />
            <div class="actions"><button class="button" name="action" value="save">{t("save")}</button></div>
        </form>
    }
}

fn calendar(made: Option<DateTime<Utc>>, token: Option<&Token>, site: &str) -> impl IntoView + use<> {
    let lang = lang_of_page();
    let address = token.map(|token| {
        let path = href("/inbox/deadlines.ics", [("key", token.reveal())]);
        let address = format!("{site}{path}");
        view! {
            <div class="done" role="status">
                <p>{t("feed-made")}</p>
                <p><code class="typed">{address}</code></p>
            </div>
        }
    });
    let state = match made {
        Some(at) => say(&Message::new("feed-open").with("at", lang.moment(at))),
        None => t("feed-none"),
    };
    let make = if made.is_some() { "feed-renew" } else { "feed-make" };
    view! {
        <form class="card pad" method="post" action="/inbox/wishes">
            <h2>{t("feed-title")}</h2>
            <p>{t("feed-intro")}</p>
            {address}
            <p>{state}</p>
            <div class="actions">
                <button class="button second" name="action" value="key">{t(make)}</button>
                {made
                    .is_some()
                    .then(|| {
                        view! {
                            <button class="button second" name="action" value="close">{t("feed-close")}</button>
                        }
                    })}
            </div>
        </form>
    }
}
