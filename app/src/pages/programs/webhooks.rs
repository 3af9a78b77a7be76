//! Webhooks: the list, making one, and one with its deliveries.

use super::{group_error, tick, told_once};
use crate::components::form::{ErrorSummary, Field, OFFERED, Sent, fields, offer};
use crate::components::numbers::count;
use crate::components::pager::{Pager, ROWS, pages};
use crate::components::table::{Figures, Words, cards};
use crate::request::{Answer, Cx, Failure, go_to, lang_of_page, say, t};
use crate::shell::Nav;
use axum::body::Bytes;
use axum::extract::Path;
use axum::http::StatusCode;
use domain::Message;
use domain::id::{DeliveryId, WebhookId};
use domain::webhook::{Event, SIGNATURE_HEADER, State};
use leptos::prelude::*;
use services::webhook::Switch;
use store::Secret;
use store::webhook::{Delivery, Listed};

/// `GET /webhooks`
pub async fn show(cx: Cx) -> Answer {
    page(&cx, StatusCode::OK, Sent::default(), None).await
}

/// `POST /webhooks` makes one.
pub async fn make(cx: Cx, body: Bytes) -> Answer {
    let fields = fields(&body);
    let networks = &cx.state.webhook_networks;
    match services::webhook::make(&cx.state.db, &cx.caller()?, networks, &fields).await? {
        Ok((_, secret)) => page(&cx, StatusCode::OK, Sent::default(), Some(secret)).await,
        Err(errors) => page(&cx, StatusCode::UNPROCESSABLE_ENTITY, Sent { fields, errors }, None).await,
    }
}

async fn page(cx: &Cx, status: StatusCode, sent: Sent, made: Option<Secret>) -> Answer {
    let mut conn = cx.read().await?;
    let webhooks = store::webhook::list(&mut conn, cx.sight()).await?;
    let units = store::unit::options(&mut conn, OFFERED, cx.sight()).await?;
    drop(conn);
    let title = cx.lang.t("webhooks-title");
    Ok(cx.page(status, Some(Nav::Import), &sent.titled(cx.lang, &title), || {
        let units = offer(units);
        view! {
            <ErrorSummary errors=sent.errors.clone() />
            <div class="title"><h1>{title}</h1></div>
            <p class="lead">{t("webhooks-intro")}</p>
            {made.map(|secret| told_once("webhook-made-title", "webhook-made", secret.reveal().to_owned()))}
            <section class="card">{table(webhooks)}</section>
            <form class="card pad form" method="post" action="/webhooks" novalidate=true>
                <h2>{t("webhook-make")}</h2>
                <datalist id="units">{units}</datalist>
                <div class="grid">
                    <Field name="url" label=t("webhook-url") hint=t("webhook-url-hint") sent=sent.clone() />
                    <Field name="unit" label=t("col-unit") hint=t("webhook-unit-hint") list="units" sent=sent.clone() />
                </div>
                {events(&sent)}
                <div class="actions"><button class="button">{t("webhook-make")}</button></div>
            </form>
        }
    }))
}

fn events(sent: &Sent) -> impl IntoView + use<> {
    let error = sent.error("events");
    let boxes: Vec<_> = Event::ALL
        .iter()
        .enumerate()
        .map(|(place, event)| {
            let is_chosen = sent.chose("events", event.as_str());
            tick("events", place, event.to_string(), say(&event.message()), is_chosen)
        })
        .collect();
    view! {
        <fieldset class="field" class:wrong=error.is_some()>
            <legend>{t("webhook-events")}</legend>
            {group_error(error.clone())}
            <div class="checks">{boxes}</div>
        </fieldset>
    }
}

fn event_words(events: &[Event]) -> String {
    lang_of_page().list(&events.iter().map(|event| say(&event.message())).collect::<Vec<_>>())
}

/// On, off by hand, or off because it failed too often.
fn state(listed: &Listed) -> impl IntoView + use<> {
    let webhook = &listed.webhook;
    let (class, mark, key) = match (webhook.is_enabled, webhook.failures) {
        (true, 0) => ("tag good", "✓", "webhook-on"),
        (true, _) => ("tag poorly", "◧", "webhook-failing"),
        (false, 0) => ("tag idle", "○", "webhook-off"),
        (false, _) => ("tag cannot", "■", "webhook-given-up"),
    };
    view! { <span class=class data-mark=mark>{t(key)}</span> }
}

fn table(webhooks: Vec<Listed>) -> AnyView {
    if webhooks.is_empty() {
        return view! { <p class="pad">{t("webhooks-none")}</p> }.into_any();
    }
    let rows: Vec<_> = webhooks
        .into_iter()
        .map(|listed| {
            view! {
                <tr>
                    <th scope="row">
                        <a href=format!("/webhooks/{}", listed.webhook.id)>{listed.webhook.url.clone()}</a>
                    </th>
                    <td data-label=t("col-unit")>{listed.unit_name.clone()}</td>
                    <td data-label=t("webhook-events")>{event_words(&listed.webhook.events)}</td>
                    <td data-label=t("webhook-state")>{state(&listed)}</td>
                    <td class="n" data-label=t("webhook-waiting")>{count(listed.waiting)}</td>
                    <td class="n" data-label=t("webhook-dead")>{count(listed.dead)}</td>
                </tr>
            }
        })
        .collect();
    let columns = [
        Words("webhook-url"),
        Words("col-unit"),
        Words("webhook-events"),
        Words("webhook-state"),
        Figures("webhook-waiting"),
        Figures("webhook-dead"),
    ];
    cards(t("webhooks-title"), &columns, rows).into_any()
}

async fn found(cx: &Cx, id: &str) -> Result<Listed, Failure> {
    let id: WebhookId = id.parse().map_err(|_| Failure::NotFound)?;
    let mut conn = cx.read().await?;
    store::webhook::visible(&mut conn, id, cx.sight()).await?.ok_or(Failure::NotFound)
}

/// `GET /webhooks/{id}?page=…`
pub async fn one(Path(id): Path<String>, cx: Cx) -> Answer {
    let listed = found(&cx, &id).await?;
    let webhook = listed.webhook.id;
    let mut conn = cx.read().await?;
    let total = store::webhook::delivery_count(&mut conn, webhook).await?;
    let page = cx.page_number().min(pages(total).max(1));
    let deliveries = store::webhook::deliveries(&mut conn, webhook, ROWS, (page - 1) * ROWS).await?;
    drop(conn);
    let saved = cx.param("saved") == "1";
    let title = listed.webhook.url.clone();
    cx.ok(Nav::Import, &title, || {
        let path = format!("/webhooks/{webhook}");
        let lang = lang_of_page();
        let (to, switch) = if listed.webhook.is_enabled {
            ("off", "webhook-switch-off")
        } else {
            ("on", "webhook-switch-on")
        };
        view! {
            <nav class="crumbs" aria-label=t("crumbs-label")>
                <ol><li><a href="/webhooks">{t("webhooks-title")}</a></li></ol>
            </nav>
            <div class="title"><h1>{title.clone()}</h1><small>{listed.unit_name.clone()}</small></div>
            {saved.then(|| view! { <p class="done" role="status">{t("webhook-saved")}</p> })}
            <section class="card">
                <dl class="wide">
                    <dt>{t("webhook-state")}</dt>
                    <dd>{state(&listed)}</dd>
                    <dt>{t("webhook-events")}</dt>
                    <dd>{event_words(&listed.webhook.events)}</dd>
                    <dt>{t("webhook-since")}</dt>
                    <dd>{lang.moment(listed.webhook.made_at)}</dd>
                </dl>
                <p class="pad">{say(&Message::new("webhook-signed").with("header", SIGNATURE_HEADER))}</p>
                <form class="actions pad" method="post" action=path>
                    <button class="button second" name="action" value=to>{t(switch)}</button>
                </form>
            </section>
            <section class="card">
                <div class="cap"><h2>{t("webhook-deliveries")}</h2></div>
                {delivery_rows(deliveries)}
            </section>
            {(total > ROWS)
                .then(|| view! { <Pager path="" params=Vec::new() page=page total=total /> })}
        }
    })
}

fn delivery_state(delivery: &Delivery) -> impl IntoView + use<> {
    let (class, mark) = match delivery.state {
        State::Waiting => ("tag idle", "○"),
        State::Delivered => ("tag good", "✓"),
        State::Dead => ("tag cannot", "■"),
    };
    view! { <span class=class data-mark=mark>{say(&delivery.state.message())}</span> }
}

/// The receiver's last answer.
fn answer(delivery: &Delivery) -> String {
    let words = delivery.problem.map(|problem| say(&problem.message()));
    let parts = [delivery.status.map(|status| status.to_string()), words];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    if parts.is_empty() { "—".to_owned() } else { parts.join(" · ") }
}

fn delivery_rows(deliveries: Vec<Delivery>) -> AnyView {
    if deliveries.is_empty() {
        return view! { <p class="pad">{t("webhook-no-deliveries")}</p> }.into_any();
    }
    let lang = lang_of_page();
    let rows: Vec<_> = deliveries
        .into_iter()
        .map(|delivery| {
            let to = format!("/webhooks/{}/{}", delivery.webhook, delivery.id);
            view! {
                <tr>
                    <th scope="row"><a href=to>{lang.moment(delivery.made_at)}</a></th>
                    <td data-label=t("webhook-event")>{say(&delivery.event.message())}</td>
                    <td data-label=t("webhook-state")>{delivery_state(&delivery)}</td>
                    <td class="n" data-label=t("webhook-attempts")>{count(i64::from(delivery.attempts))}</td>
                    <td data-label=t("webhook-answer")>{answer(&delivery)}</td>
                    <td class="when" data-label=t("webhook-due")>{lang.moment(delivery.due_at)}</td>
                </tr>
            }
        })
        .collect();
    let columns = [
        Words("webhook-when"),
        Words("webhook-event"),
        Words("webhook-state"),
        Figures("webhook-attempts"),
        Words("webhook-answer"),
        Words("webhook-due"),
    ];
    cards(t("webhook-deliveries"), &columns, rows).into_any()
}

/// `GET /webhooks/{id}/{delivery}`: what is sent, as it is signed.
pub async fn delivery(Path((id, delivery)): Path<(String, String)>, cx: Cx) -> Answer {
    let listed = found(&cx, &id).await?;
    let delivery: DeliveryId = delivery.parse().map_err(|_| Failure::NotFound)?;
    let mut conn = cx.read().await?;
    let delivery = store::webhook::delivery(&mut conn, listed.webhook.id, delivery).await?;
    let delivery = delivery.ok_or(Failure::NotFound)?;
    drop(conn);
    let title = cx.lang.say(&delivery.event.message());
    cx.ok(Nav::Import, &title, || {
        let lang = lang_of_page();
        let path = format!("/webhooks/{}", listed.webhook.id);
        view! {
            <nav class="crumbs" aria-label=t("crumbs-label")>
                <ol>
                    <li><a href="/webhooks">{t("webhooks-title")}</a></li>
                    <li><a href=path.clone()>{listed.webhook.url.clone()}</a></li>
                </ol>
            </nav>
            <div class="title"><h1>{title.clone()}</h1><small>{lang.moment(delivery.made_at)}</small></div>
            <section class="card">
                <dl class="wide">
                    <dt>{t("webhook-state")}</dt>
                    <dd>{delivery_state(&delivery)}</dd>
                    <dt>{t("webhook-attempts")}</dt>
                    <dd>{count(i64::from(delivery.attempts))}</dd>
                    <dt>{t("webhook-answer")}</dt>
                    <dd>{answer(&delivery)}</dd>
                    <dt>{t("webhook-due")}</dt>
                    <dd>{lang.moment(delivery.due_at)}</dd>
                    <dt>{t("webhook-body")}</dt>
                    <dd><code>{delivery.body.clone()}</code></dd>
                </dl>
                {(delivery.state != State::Waiting)
                    .then(|| {
                        view! {
                            <form class="actions pad" method="post" action=path>
                                <input type="hidden" name="delivery" value=delivery.id.to_string() />
                                <button class="button second" name="action" value="again">{t("webhook-again")}</button>
                            </form>
                        }
                    })}
            </section>
        }
    })
}

/// `POST /webhooks/{id}`: `action` is `on`, `off`, or `again` with a `delivery`.
pub async fn send(Path(id): Path<String>, cx: Cx, body: Bytes) -> Answer {
    let fields = fields(&body);
    let id = found(&cx, &id).await?.webhook.id;
    let (db, caller) = (&cx.state.db, cx.caller()?);
    let text = |name| fields.get(name).map_or("", String::as_str);
    let done = match text("action") {
        "on" => services::webhook::switch(db, &caller, id, Switch::On).await?,
        "off" => services::webhook::switch(db, &caller, id, Switch::Off).await?,
        "again" => {
            let delivery = text("delivery").parse::<DeliveryId>().map_err(|_| Failure::NotFound)?;
            services::webhook::redeliver(db, &caller, id, delivery).await?
        }
        _ => None,
    };
    done.ok_or(Failure::NotFound)?;
    Ok(go_to(&format!("/webhooks/{id}?saved=1")))
}
