//! How a unit makes the numbers of its papers.

use crate::components::form::{ErrorSummary, Field, OFFERED, Sent, fields, offer};
use crate::request::{Answer, Cx, Failure, go_to, say, t};
use crate::shell::Nav;
use access::Action;
use axum::body::Bytes;
use axum::http::StatusCode;
use domain::Message;
use domain::duty::Subject;
use domain::id::UnitId;
use domain::paper::PaperKind;
use domain::unit::Unit;
use leptos::prelude::*;
use services::form::Fields;

/// `GET /papers/settings?unit=…`: code, name or identifier; one's own where there is none.
pub async fn show(cx: Cx) -> Answer {
    page(&cx, StatusCode::OK, cx.param("unit").to_owned(), None).await
}

/// `POST /papers/settings`
pub async fn send(cx: Cx, body: Bytes) -> Answer {
    let fields = fields(&body);
    let typed = fields.get("unit").cloned().unwrap_or_default();
    let unit: UnitId = typed.parse().map_err(|_| Failure::NotFound)?;
    match services::paper::save_patterns(&cx.state.db, &cx.caller()?, unit, &fields).await? {
        None => Err(Failure::NotFound),
        Some(Ok(())) => Ok(go_to(&format!("/papers/settings?unit={unit}&saved=1"))),
        Some(Err(errors)) => {
            let sent = Sent { fields, errors };
            page(&cx, StatusCode::UNPROCESSABLE_ENTITY, typed, Some(sent)).await
        }
    }
}

/// The unit that is meant.
async fn unit(cx: &Cx, conn: &mut store::Conn, typed: &str) -> Result<Option<Unit>, Failure> {
    let own = cx.signed.as_ref().and_then(|signed| signed.rights.post.as_ref()).map(|post| post.unit);
    let id = match typed.parse::<UnitId>() {
        Ok(id) => Some(id),
        Err(_) if typed.is_empty() => own,
        Err(_) => {
            let code = typed.split_once(' ').map_or(typed, |(code, _)| code);
            let found = store::unit::named(conn, &[(code, typed), ("", "")]).await?;
            found.first().map(|unit| unit.id)
        }
    };
    match id {
        Some(id) => Ok(store::unit::visible(conn, id, cx.sight()).await?),
        None => Ok(None),
    }
}

async fn page(cx: &Cx, status: StatusCode, typed: String, sent: Option<Sent>) -> Answer {
    let mut conn = cx.read().await?;
    let unit = unit(cx, &mut conn, &typed).await?;
    let offered = store::unit::options(&mut conn, OFFERED, cx.sight()).await?;
    let (mut patterns, mut may_save) = (Vec::new(), false);
    if let Some(unit) = &unit {
        patterns = store::paper::patterns(&mut conn, unit.id).await?;
        let units = store::unit::above(&mut conn, unit.id).await?;
        let subject = Subject { units: &units, ..Subject::default() };
        may_save = cx.actor()?.permit(Action::PaperNumber, &subject).is_ok();
    }
    drop(conn);
    let stored: Fields = PaperKind::ALL
        .iter()
        .map(|kind| {
            let own = patterns.iter().find(|(each, _)| each == kind).map(|(_, pattern)| pattern.clone());
            (kind.as_str().to_owned(), own.unwrap_or_else(|| kind.numbering().to_owned()))
        })
        .collect();
    let sent = sent.unwrap_or(Sent { fields: stored, errors: Vec::new() });
    let title = cx.lang.t("papers-settings");
    let saved = cx.param("saved") == "1";
    Ok(cx.page(status, Some(Nav::Papers), &sent.titled(cx.lang, &title), || {
        let options = offer(offered);
        let shown = unit.as_ref().map_or(typed, |unit| format!("{} {}", unit.code, unit.name));
        view! {
            <nav class="crumbs" aria-label=t("crumbs-label")>
                <ol><li><a href="/papers">{t("papers-title")}</a></li></ol>
            </nav>
            <ErrorSummary errors=sent.errors.clone() />
            <div class="title"><h1>{title}</h1></div>
            <p class="lead">{t("papers-settings-intro")}</p>
            {saved.then(|| view! { <p class="done" role="status">{t("papers-settings-saved")}</p> })}
            <form class="filters" method="get" action="/papers/settings">
                <datalist id="units">{options}</datalist>
                <label>
                    <span>{t("papers-issuer")}</span>
                    <input name="unit" list="units" value=shown autocomplete="off" />
                </label>
                <button class="button second">{t("papers-settings-choose")}</button>
            </form>
            {match unit {
                None => view! { <section class="card pad"><p>{t("papers-settings-none")}</p></section> }.into_any(),
                Some(unit) => form(&unit, may_save, &sent).into_any(),
            }}
        }
    }))
}

fn form(unit: &Unit, may_save: bool, sent: &Sent) -> impl IntoView + use<> {
    let of_kind: Vec<_> = PaperKind::ALL
        .iter()
        .map(|kind| {
            let pattern = sent.value(kind.as_str());
            let example = domain::paper::number(&pattern, &unit.name, 2026, 12);
            let hint = say(&Message::new("papers-settings-example").with("number", example));
            view! { <Field name=kind.as_str() label=say(&kind.message()) hint=hint sent=sent.clone() /> }
        })
        .collect();
    view! {
        <form class="card pad form" method="post" action="/papers/settings" novalidate=true>
            <h2>{unit.name.clone()}</h2>
            <input type="hidden" name="unit" value=unit.id.to_string() />
            {of_kind}
            {if may_save {
                view! { <div class="actions"><button class="button">{t("papers-settings-save")}</button></div> }
                    .into_any()
            } else {
                view! { <p>{t("papers-settings-denied")}</p> }.into_any()
            }}
        </form>
    }
}
