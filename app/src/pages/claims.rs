//! Which claims of the OpenID provider give which roles: listed, added, removed.

use crate::components::form::{Choice, ErrorSummary, Field, OFFERED, Sent, fields, offer};
use crate::components::table::{Words, tabular};
use crate::request::{Answer, Cx, Failure, go_to, say, t};
use crate::shell::Nav;
use axum::body::Bytes;
use axum::http::StatusCode;
use domain::Message;
use domain::duty::Role;
use domain::id::ClaimRuleId;
use leptos::prelude::*;
use services::identity::oidc::claims;
use store::oidc::ClaimRule;

/// `GET /claims`
pub async fn show(cx: Cx) -> Answer {
    page(&cx, StatusCode::OK, Sent::default()).await
}

/// `POST /claims`: `action` is `remove` with an `id`, or `add`.
pub async fn send(cx: Cx, body: Bytes) -> Answer {
    let fields = fields(&body);
    let (db, caller) = (&cx.state.db, cx.caller()?);
    if fields.get("action").is_some_and(|action| action == "remove") {
        let id = fields.get("id").and_then(|id| id.parse::<ClaimRuleId>().ok()).ok_or(Failure::NotFound)?;
        if !claims::remove(db, &caller, id).await? {
            return Err(Failure::NotFound);
        }
        return Ok(go_to("/claims?saved=removed"));
    }
    match claims::add(db, &caller, &fields).await? {
        Ok(()) => Ok(go_to("/claims?saved=added")),
        Err(errors) => page(&cx, StatusCode::UNPROCESSABLE_ENTITY, Sent { fields, errors }).await,
    }
}

/// A role in the reader's language, or as whoever made it called it.
fn role(code: &str, name: &str) -> String {
    code.parse::<Role>().map_or_else(|_| name.to_owned(), |role| say(&role.message()))
}

async fn page(cx: &Cx, status: StatusCode, sent: Sent) -> Answer {
    let mut conn = cx.read().await?;
    let rules = store::oidc::rules(&mut conn, cx.sight()).await?;
    let roles = store::oidc::roles(&mut conn).await?;
    let units = store::unit::options(&mut conn, OFFERED, cx.sight()).await?;
    drop(conn);
    let title = cx.lang.t("claims-title");
    let in_title = sent.titled(cx.lang, &title);
    let saved = match cx.param("saved") {
        "added" => Some("claims-added"),
        "removed" => Some("claims-removed"),
        _ => None,
    };
    let is_off = cx.state.oidc.is_none();
    Ok(cx.page(status, Some(Nav::Claims), &in_title, || {
        let units = offer(units);
        let choose = (String::new(), t("choose"));
        let roles = roles.into_iter().map(|(code, name)| {
            let words = role(&code, &name);
            (code, words)
        });
        let roles: Vec<_> = [choose].into_iter().chain(roles).collect();
        view! {
            <ErrorSummary errors=sent.errors.clone() />
            <div class="title"><h1>{title}</h1></div>
            <p class="lead">{t("claims-intro")}</p>
            {is_off.then(|| view! { <section class="card pad"><p>{t("claims-off")}</p></section> })}
            {saved.map(|key| view! { <p class="done" role="status">{t(key)}</p> })}
            <section class="card">
                <div class="cap"><h2>{t("claims-rules")}</h2></div>
                {table(rules)}
            </section>
            <form class="card pad form" method="post" action="/claims" novalidate=true>
                <h2>{t("claims-add")}</h2>
                <datalist id="units">{units}</datalist>
                <div class="grid">
                    <Field name="claim" label=t("claims-claim") hint=t("claims-claim-hint") sent=sent.clone() />
                    <Field name="value" label=t("claims-value") hint=t("claims-value-hint") sent=sent.clone() />
                    <Field name="unit" label=t("claims-unit") hint=t("claims-unit-hint") list="units" sent=sent.clone() />
                    <Field name="post" label=t("claims-post") hint=t("claims-post-hint") sent=sent.clone() />
                    <Choice name="role" label=t("claims-role") options=roles sent=sent.clone() />
                </div>
                <div class="actions">
                    <button class="button" name="action" value="add">{t("claims-add")}</button>
                </div>
            </form>
        }
    }))
}

fn table(rules: Vec<ClaimRule>) -> impl IntoView {
    if rules.is_empty() {
        return view! { <p class="pad">{t("claims-none")}</p> }.into_any();
    }
    let rows: Vec<_> = rules
        .into_iter()
        .map(|rule| {
            let remove = Message::new("claims-remove-one")
                .with("claim", rule.claim.as_str())
                .with("value", rule.value.as_str());
            view! {
                <tr>
                    <th scope="row"><code>{rule.claim}</code></th>
                    <td>{rule.value}</td>
                    <td>{rule.unit}</td>
                    <td>{rule.post}</td>
                    <td>{role(&rule.role, &rule.role_name)}</td>
                    <td>
                        <form method="post" action="/claims">
                            <input type="hidden" name="id" value=rule.id.to_string() />
                            <button class="link" name="action" value="remove" aria-label=say(&remove)>
                                {t("claims-remove")}
                            </button>
                        </form>
                    </td>
                </tr>
            }
        })
        .collect();
    tabular(
        t("claims-rules"),
        &[
            Words("claims-claim"),
            Words("claims-value"),
            Words("claims-unit"),
            Words("claims-post"),
            Words("claims-role"),
            Words("claims-remove"),
        ],
        rows,
    )
    .into_any()
}
