//! One paper: as it is printed, how far it has come, its scans, and what can be done with it.

use super::{files, print, state_tag};
use crate::components::form::{ErrorSummary, Field, Sent, Typed, fields};
use crate::request::{Answer, Cx, Failure, go_to, lang_of_page, say, t};
use crate::shell::Nav;
use access::Action;
use axum::body::Bytes;
use axum::extract::Path;
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use domain::Message;
use domain::attachment::Beside;
use domain::id::{AssignmentId, PaperId};
use domain::paper::{PaperKind, PaperState};
use leptos::prelude::*;
use papers::Sheet;
use services::paper::{NoPdf, Sides, signing};
use store::attachment::Line;
use store::paper::Paper;

/// What the page shows.
struct Shown {
    paper: Paper,
    sheet: Sheet,
    items: Vec<AssignmentId>,
    scans: Vec<Line>,
    may_sign: bool,
    may_void: bool,
}

async fn load(cx: &Cx, id: PaperId) -> Result<Shown, Failure> {
    let actor = cx.actor()?;
    let mut conn = cx.read().await?;
    let paper = store::paper::visible(&mut conn, id, cx.sight()).await?.ok_or(Failure::NotFound)?;
    let items = store::paper::items(&mut conn, id).await?;
    let scans = store::attachment::of(&mut conn, Beside::Paper, id.0).await?;
    let sides = Sides::load(&mut conn, paper.issuer, paper.receiver).await?;
    let may = |action| actor.permit(action, &sides.subject()).is_ok();
    Ok(Shown {
        may_sign: may(signing(paper.kind)),
        may_void: may(Action::PaperDraw),
        sheet: services::paper::sheet(&paper)?,
        paper,
        items,
        scans,
    })
}

/// `GET /papers/{id}`
pub async fn show(Path(id): Path<String>, cx: Cx) -> Answer {
    let id: PaperId = id.parse().map_err(|_| Failure::NotFound)?;
    let shown = load(&cx, id).await?;
    Ok(page(&cx, StatusCode::OK, &shown, Sent::default()))
}

/// `POST /papers/{id}`: `do` is `sign`, `publish` or `void`.
pub async fn send(Path(id): Path<String>, cx: Cx, body: Bytes) -> Answer {
    let id: PaperId = id.parse().map_err(|_| Failure::NotFound)?;
    let fields = fields(&body);
    let (db, caller) = (&cx.state.db, cx.caller()?);
    let (done, saved) = match fields.get("do").map(String::as_str) {
        Some("sign") => (services::paper::sign(db, &caller, id, &fields).await?, "signed"),
        Some("publish") => (services::paper::publish(db, &caller, id, &fields).await?, "published"),
        Some("void") => (services::paper::void(db, &caller, id, &fields).await?, "voided"),
        _ => return Err(Failure::NotFound),
    };
    match done.ok_or(Failure::NotFound)? {
        Ok(()) => Ok(go_to(&format!("/papers/{id}?saved={saved}"))),
        Err(errors) => {
            let shown = load(&cx, id).await?;
            Ok(page(&cx, StatusCode::UNPROCESSABLE_ENTITY, &shown, Sent { fields, errors }))
        }
    }
}

/// `GET /papers/{id}/pdf`
pub async fn pdf(Path(id): Path<String>, cx: Cx) -> Answer {
    let id: PaperId = id.parse().map_err(|_| Failure::NotFound)?;
    let mut conn = cx.read().await?;
    let paper = store::paper::visible(&mut conn, id, cx.sight()).await?.ok_or(Failure::NotFound)?;
    drop(conn);
    let made = services::paper::pdf(&paper, cx.state.fonts.clone()).await?;
    let content = made.map_err(|refused| match refused {
        NoPdf::Fonts(told) => Failure::Broken(StatusCode::SERVICE_UNAVAILABLE, told),
        NoPdf::Refused(told) => Failure::Broken(StatusCode::INTERNAL_SERVER_ERROR, told),
    })?;
    let disposition = files::disposition("inline", &format!("{}.pdf", paper.number));
    let headers = [
        (header::CONTENT_TYPE, "application/pdf".to_owned()),
        (header::CONTENT_DISPOSITION, disposition),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff".to_owned()),
    ];
    Ok((headers, content).into_response())
}

fn page(cx: &Cx, status: StatusCode, shown: &Shown, sent: Sent) -> axum::response::Response {
    let Shown { paper, sheet, items, scans, may_sign, may_void } = shown;
    let id = paper.id;
    let title = format!("{} {}", cx.lang.say(&paper.kind.message()), paper.number);
    let saved = match cx.param("saved") {
        "drawn" => Some("paper-saved-drawn"),
        "signed" => Some("paper-saved-signed"),
        "published" => Some("paper-saved-published"),
        "voided" => Some("paper-saved-voided"),
        "attached" => Some("paper-saved-attached"),
        _ => None,
    };
    cx.page(status, Some(Nav::Papers), &sent.titled(cx.lang, &title), || {
        let may_attach = *may_sign && paper.state != PaperState::Voided;
        let is_to_be_published = paper.kind == PaperKind::EntrustmentAgreement
            && paper.state == PaperState::Signed
            && paper.published_on.is_none();
        view! {
            <nav class="crumbs" aria-label=t("crumbs-label")>
                <ol><li><a href="/papers">{t("papers-title")}</a></li></ol>
            </nav>
            <ErrorSummary errors=sent.errors.clone() />
            <div class="title unprinted">
                <h1>{title.clone()}</h1>
                {state_tag(paper.state)}
                <span class="push"><a class="button second" href=format!("/papers/{id}/pdf")>{t("paper-pdf")}</a></span>
            </div>
            {saved.map(|key| view! { <p class="done unprinted" role="status">{t(key)}</p> })}
            <div class="cols">
                {print::sheet(sheet)}
                <div class="stack unprinted">
                    {about(paper, items)}
                    <section class="card" id="scan">
                        <div class="cap">
                            <h2>{t("paper-scans")}</h2>
                            {may_attach
                                .then(|| view! { <a href=format!("/papers/{id}/attach")>{t("attachment-add")}</a> })}
                        </div>
                        {files::list(scans)}
                    </section>
                    {(*may_sign && paper.state == PaperState::Drawn).then(|| signature(paper, scans, &sent))}
                    {(*may_sign && is_to_be_published)
                        .then(|| publication(paper, &sent))}
                    {(*may_void && paper.state != PaperState::Voided).then(|| voiding(paper, &sent))}
                </div>
            </div>
        }
    })
}

/// How far it has come, and what it is about.
fn about(paper: &Paper, items: &[AssignmentId]) -> impl IntoView + use<> {
    let lang = lang_of_page();
    let day = |day: Option<domain::Date>| day.map(|day| lang.date(day));
    let rows: Vec<_> = [
        ("papers-drawn-on", Some(lang.date(paper.drawn_on))),
        ("papers-signed-on", day(paper.signed_on)),
        ("papers-published-on", day(paper.published_on)),
        ("papers-voided-on", day(paper.voided_on)),
        ("papers-void-reason", Some(paper.void_reason.clone()).filter(|reason| !reason.is_empty())),
    ]
    .into_iter()
    .filter_map(|(key, value)| value.map(|value| view! { <dt>{t(key)}</dt> <dd>{value}</dd> }))
    .collect();
    let links: Vec<_> = items
        .iter()
        .enumerate()
        .map(|(place, id)| {
            let words = say(&Message::new("paper-to-item").with("place", place + 1));
            view! { <li><a href=format!("/assignments/{id}")>{words}</a></li> }
        })
        .collect();
    view! {
        <section class="card">
            <div class="cap"><h2>{t("paper-about")}</h2></div>
            <dl>{rows} <dt>{t("papers-items")}</dt> <dd><ul class="paper-links">{links}</ul></dd></dl>
        </section>
    }
}

fn signature(paper: &Paper, scans: &[Line], sent: &Sent) -> impl IntoView + use<> {
    let sent = only("sign", sent);
    let publishes = paper.kind == PaperKind::EntrustmentAgreement;
    let published = sent.clone();
    view! {
        <section class="card">
            <div class="cap"><h2>{t("paper-sign")}</h2></div>
            {if scans.is_empty() {
                view! {
                    <p class="pad">
                        {t("paper-sign-first")} " "
                        <a href=format!("/papers/{}/attach", paper.id)>{t("attachment-add")}</a>
                    </p>
                }
                    .into_any()
            } else {
                view! {
                    <form class="pad form" method="post" action=format!("/papers/{}", paper.id) novalidate=true>
                        <input type="hidden" name="do" value="sign" />
                        <Field
                            name="signed_on"
                            label=t("papers-signed-on")
                            hint=t("paper-signed-on-hint")
                            typed=Typed::Day
                            sent=sent.clone()
                        />
                        {publishes
                            .then(|| view! {
                                <Field
                                    name="published_on"
                                    label=t("papers-published-on")
                                    hint=t("paper-published-on-hint")
                                    typed=Typed::Day
                                    sent=published
                                />
                            })}
                        <div class="actions"><button class="button">{t("paper-sign-do")}</button></div>
                    </form>
                }
                    .into_any()
            }}
        </section>
    }
}

fn publication(paper: &Paper, sent: &Sent) -> impl IntoView + use<> {
    let sent = only("publish", sent);
    view! {
        <section class="card">
            <div class="cap"><h2>{t("paper-publish")}</h2></div>
            <form class="pad form" method="post" action=format!("/papers/{}", paper.id) novalidate=true>
                <input type="hidden" name="do" value="publish" />
                <Field name="published_on" label=t("papers-published-on") typed=Typed::Day sent=sent />
                <div class="actions"><button class="button second">{t("paper-publish-do")}</button></div>
            </form>
        </section>
    }
}

fn voiding(paper: &Paper, sent: &Sent) -> impl IntoView + use<> {
    let sent = only("void", sent);
    let hint = if paper.state == PaperState::Signed { "paper-void-hint-signed" } else { "paper-void-hint" };
    let is_open = !sent.errors.is_empty();
    view! {
        <section class="card pad">
            <details open=is_open>
                <summary>{t("paper-void")}</summary>
                <form class="form" method="post" action=format!("/papers/{}", paper.id) novalidate=true>
                    <input type="hidden" name="do" value="void" />
                    <Field name="reason" label=t("papers-void-reason") hint=t(hint) sent=sent />
                    <div class="actions"><button class="button second">{t("paper-void-do")}</button></div>
                </form>
            </details>
        </section>
    }
}

/// What was sent by one of the page's forms, and nothing of another's.
fn only(form: &str, sent: &Sent) -> Sent {
    if sent.value("do") == form { sent.clone() } else { Sent::default() }
}
