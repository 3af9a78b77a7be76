//! What else is done to an assignment, a form each: asking for an adjustment, renewing, reviewing.

use super::{About, errors, status};
use crate::components::form::{Choice, ErrorSummary, Field, Sent, Typed, fields};
use crate::request::{Answer, Cx, Failure, go_to, lang_of_page, say, t};
use crate::shell::Nav;
use axum::body::Bytes;
use axum::extract::Path;
use axum::response::Response;
use domain::Message;
use domain::assignment::Assignment;
use domain::id::AssignmentId;
use domain::life::state::{Adjust, Stage};
use leptos::prelude::*;
use services::form::FieldError;

/// The assignment that a page is about, with the name of its power and unit, and where it is in its life.
async fn about(cx: &Cx, id: &str) -> Result<(Assignment, String, Stage), Failure> {
    let id: AssignmentId = id.parse().map_err(|_| Failure::NotFound)?;
    let mut conn = cx.read().await?;
    let about = About::load(&mut conn, cx, id).await?;
    let (name, stage) = (about.name(), about.stage());
    Ok((about.assignment, name, stage))
}

/// The page of a form about an assignment.
fn page<V: IntoView + 'static>(
    cx: &Cx,
    (of, name): (AssignmentId, &str),
    act: &'static str,
    sent: &Sent,
    form: impl FnOnce() -> V,
) -> Response {
    let title = cx.lang.t(act);
    let in_title = format!("{title} {name}");
    cx.page(status(&sent.errors), Some(Nav::Board), &sent.titled(cx.lang, &in_title), || {
        view! {
            <nav class="crumbs" aria-label=t("crumbs-label")>
                <ol>
                    <li><a href="/board">{t("nav-board")}</a></li>
                    <li><a href=format!("/assignments/{of}")>{name.to_owned()}</a></li>
                </ol>
            </nav>
            <ErrorSummary errors=sent.errors.clone() />
            <div class="title" id="life"><h1>{title}</h1><small>{name.to_owned()}</small></div>
            {form()}
        }
    })
}

/// `GET /assignments/{id}/adjust`
pub async fn adjust(Path(id): Path<String>, cx: Cx) -> Answer {
    adjusting(&cx, &id, Sent::default()).await
}

/// `POST /assignments/{id}/adjust`
pub async fn send_adjust(Path(id): Path<String>, cx: Cx, body: Bytes) -> Answer {
    let fields = fields(&body);
    let (assignment, ..) = about(&cx, &id).await?;
    match services::life::adjust::ask(&cx.state.db, &cx.caller()?, assignment.id, &fields).await? {
        Ok(asked) => Ok(go_to(&format!("/adjustments?done=1#j-{asked}"))),
        Err(errors) => adjusting(&cx, &id, Sent { fields, errors }).await,
    }
}

async fn adjusting(cx: &Cx, id: &str, sent: Sent) -> Answer {
    let (assignment, name, _) = about(cx, id).await?;
    Ok(page(cx, (assignment.id, &name), "adjust-title", &sent, || {
        let choose = [(String::new(), t("choose"))];
        let kinds = Adjust::ALL.iter().map(|kind| (kind.as_str().to_owned(), say(&kind.message())));
        let kinds: Vec<_> = choose.into_iter().chain(kinds).collect();
        view! {
            <p class="lead">{t("adjust-intro")}</p>
            <form class="card pad form" method="post" action=format!("/assignments/{}/adjust", assignment.id) novalidate=true>
                <Choice name="kind" label=t("adjust-kind") options=kinds sent=sent.clone() />
                <Field name="wish" label=t("adjust-wish") hint=t("adjust-wish-hint") sent=sent.clone() />
                <Field name="reason" label=t("person-reason") sent=sent.clone() />
                <div class="actions"><button class="button">{t("adjust-send")}</button></div>
            </form>
        }
    }))
}

/// `GET /assignments/{id}/renew`
pub async fn renew(Path(id): Path<String>, cx: Cx) -> Answer {
    renewing(&cx, &id, Sent::default()).await
}

/// `POST /assignments/{id}/renew` drafts a proposal.
pub async fn send_renew(Path(id): Path<String>, cx: Cx, body: Bytes) -> Answer {
    let fields = fields(&body);
    let (assignment, ..) = about(&cx, &id).await?;
    match services::life::renew::draft(&cx.state.db, &cx.caller()?, assignment.id, &fields).await? {
        Ok(proposal) => Ok(go_to(&format!("/proposals/{proposal}"))),
        Err(errors) => {
            let shown = ["from", "to", "reason"];
            let beside = |(field, message): FieldError| {
                if shown.contains(&field) { (field, message) } else { ("from", message) }
            };
            let errors = errors.into_iter().map(beside).collect();
            renewing(&cx, &id, Sent { fields, errors }).await
        }
    }
}

async fn renewing(cx: &Cx, id: &str, mut sent: Sent) -> Answer {
    let (assignment, name, _) = about(cx, id).await?;
    if sent.fields.is_empty()
        && let Some(next) = assignment.period.to.and_then(|last| last.succ_opt())
    {
        sent.fields.insert("from".to_owned(), next.to_string());
    }
    Ok(page(cx, (assignment.id, &name), "renew-title", &sent, || {
        let lang = lang_of_page();
        let ends = [assignment.period.to, assignment.instrument.as_ref().and_then(|paper| paper.until)];
        let ends = ends.into_iter().flatten().min();
        let ends = ends.map(|end| say(&Message::new("renew-ends").with("date", lang.date(end))));
        view! {
            <p class="lead">{t("renew-intro")} " " {ends}</p>
            <form class="card pad form" method="post" action=format!("/assignments/{}/renew", assignment.id) novalidate=true>
                <Field name="from" label=t("proposal-from") typed=Typed::Day sent=sent.clone() />
                <Field name="to" label=t("col-to") hint=t("assign-to-hint") typed=Typed::Day sent=sent.clone() />
                <Field name="reason" label=t("proposal-reason") sent=sent.clone() />
                <div class="actions"><button class="button">{t("renew-draft")}</button></div>
            </form>
        }
    }))
}

/// `GET /assignments/{id}/review`
pub async fn review(Path(id): Path<String>, cx: Cx) -> Answer {
    reviewing(&cx, &id, Sent::default()).await
}

/// `POST /assignments/{id}/review`
pub async fn send_review(Path(id): Path<String>, cx: Cx, body: Bytes) -> Answer {
    let fields = fields(&body);
    let (assignment, ..) = about(&cx, &id).await?;
    let done = services::life::paper::review(&cx.state.db, &cx.caller()?, assignment.id, &fields).await?;
    let errors = errors(done);
    if errors.is_empty() {
        return Ok(go_to(&format!("/assignments/{id}")));
    }
    reviewing(&cx, &id, Sent { fields, errors }).await
}

async fn reviewing(cx: &Cx, id: &str, sent: Sent) -> Answer {
    let (assignment, name, stage) = about(cx, id).await?;
    Ok(page(cx, (assignment.id, &name), "life-review-title", &sent, || {
        let path = format!("/assignments/{}/review", assignment.id);
        let (act, key) = if stage == Stage::UnderReview {
            ("keep", "life-review-keep")
        } else {
            ("review", "life-review-begin")
        };
        view! {
            <p class="lead">{t("life-review-intro")} " " {super::life_tag(stage)}</p>
            <form class="card pad form" method="post" action=path novalidate=true>
                <Field name="reason" label=t("person-reason") sent=sent.clone() />
                <div class="actions"><button class="button" name="do" value=act>{t(key)}</button></div>
            </form>
        }
    }))
}
