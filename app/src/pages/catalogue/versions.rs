//! The versions of the catalogues, and making a draft of the next one.

use super::area;
use crate::components::form::{Choice, ErrorSummary, Field, Sent, fields};
use crate::components::numbers::count;
use crate::components::table::{Figures, Words, cards};
use crate::request::{Answer, Cx, go_to, lang_of_page, say, t};
use crate::shell::Nav;
use access::Action;
use axum::body::Bytes;
use axum::http::StatusCode;
use domain::Date;
use domain::catalogue::State;
use leptos::prelude::*;
use store::catalogue::Listed;

/// `GET /catalogues`
pub async fn show(cx: Cx) -> Answer {
    page(&cx, StatusCode::OK, Sent::default()).await
}

/// `POST /catalogues` makes a draft.
pub async fn send(cx: Cx, body: Bytes) -> Answer {
    let sent = fields(&body);
    match services::catalogue::make(&cx.state.db, &cx.caller()?, &sent).await? {
        Ok(id) => Ok(go_to(&format!("/catalogues/{id}"))),
        Err(errors) => page(&cx, StatusCode::UNPROCESSABLE_ENTITY, Sent { fields: sent, errors }).await,
    }
}

async fn page(cx: &Cx, status: StatusCode, sent: Sent) -> Answer {
    let mut conn = cx.read().await?;
    let all = store::catalogue::list(&mut conn, cx.today, cx.sight()).await?;
    drop(conn);
    let title = cx.lang.t("catalogues-title");
    let in_title = sent.titled(cx.lang, &title);
    let may = cx.may(Action::CatalogueChange);
    Ok(cx.page(status, Some(Nav::Catalogues), &in_title, || {
        let form = may.then(|| form(&all, &sent));
        view! {
            <ErrorSummary errors=sent.errors.clone() />
            <div class="title"><h1>{title}</h1></div>
            {area(cx, "/catalogues")}
            <p class="lead">{t("catalogues-intro")}</p>
            {if all.is_empty() {
                view! {
                    <section class="card pad">
                        <p>{t("powers-empty")}</p>
                        <p><a href="/import?kind=powers">{t("powers-import")}</a></p>
                    </section>
                }
                    .into_any()
            } else {
                table(&all, cx.today).into_any()
            }}
            {form}
        }
    }))
}

/// How a version stands: a colour, a mark and a word.
pub fn state_tag(state: State) -> impl IntoView + use<> {
    let (class, mark) = match state {
        State::Draft => ("idle", "○"),
        State::Published => ("moving", "▷"),
        State::InForce => ("good", "✓"),
        State::Superseded => ("idle", "—"),
    };
    view! { <span class=format!("tag {class}") data-mark=mark>{say(&state.message())}</span> }
}

fn table(all: &[Listed], today: Date) -> impl IntoView + use<> {
    let lang = lang_of_page();
    let day = |day: Option<Date>| day.map_or_else(|| "—".to_owned(), |day| lang.date(day));
    let rows: Vec<_> = all
        .iter()
        .map(|listed| {
            let version = &listed.version;
            let name = format!("{} {}", version.catalogue, version.version);
            let under = [version.title.as_str(), version.document.as_str()];
            let under = under.into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>().join(" · ");
            let diff = version.supersedes.map(|older| {
                let to = format!("/catalogues/{older}/diff/{}", version.id);
                view! { <a href=to>{t("catalogue-diff")}</a> }
            });
            view! {
                <tr>
                    <th scope="row"><a href=format!("/catalogues/{}", version.id)>{name}</a><small>{under}</small></th>
                    <td>{state_tag(version.state(listed.next, today))}</td>
                    <td class="when" data-label=t("catalogue-published")>{day(version.published_on)}</td>
                    <td class="when" data-label=t("catalogue-from")>{day(version.in_force_from)}</td>
                    <td class="n" data-label=t("catalogue-powers")>{count(listed.powers)}</td>
                    <td class="n" data-label=t("catalogue-assigned")>{count(listed.assigned)}</td>
                    <td data-label=t("catalogue-difference")>{diff}</td>
                </tr>
            }
        })
        .collect();
    view! {
        <section class="card">
            {cards(
                t("catalogues-title"),
                &[
                    Words("catalogue-version"),
                    Words("catalogue-state"),
                    Words("catalogue-published"),
                    Words("catalogue-from"),
                    Figures("catalogue-powers"),
                    Figures("catalogue-assigned"),
                    Words("catalogue-difference"),
                ],
                rows,
            )}
        </section>
    }
}

/// The versions to choose from: those that are published.
pub fn choices(all: &[Listed]) -> Vec<(String, String)> {
    let name = |listed: &Listed| {
        let version = &listed.version;
        (version.id.to_string(), format!("{} {}", version.catalogue, version.version))
    };
    std::iter::once((String::new(), t("catalogue-none"))).chain(all.iter().map(name)).collect()
}

fn form(all: &[Listed], sent: &Sent) -> impl IntoView + use<> {
    view! {
        <section class="card">
            <div class="cap"><h2>{t("catalogue-make")}</h2><small>{t("catalogue-make-hint")}</small></div>
            <form class="pad form" method="post" action="/catalogues" novalidate=true>
                <div class="grid">
                    <Choice
                        name="supersedes"
                        label=t("catalogue-supersedes")
                        hint=t("catalogue-supersedes-hint")
                        options=choices(all)
                        sent=sent.clone()
                    />
                    <Field name="catalogue" label=t("catalogue-name") hint=t("catalogue-name-hint") sent=sent.clone() />
                    <Field name="version" label=t("catalogue-version") hint=t("catalogue-version-hint") sent=sent.clone() />
                    <Field name="title" label=t("catalogue-full-title") sent=sent.clone() />
                    <Field name="document" label=t("catalogue-document") sent=sent.clone() />
                </div>
                <label class="check">
                    <input type="checkbox" name="copy" value="yes" checked=sent.errors.is_empty() || sent.chose("copy", "yes") />
                    {t("catalogue-copy")}
                </label>
                <div class="actions"><button class="button">{t("catalogue-make")}</button></div>
            </form>
        </section>
    }
}
