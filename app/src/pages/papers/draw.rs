//! Draws a paper up: what it is about, a look at what would be printed, and then its number is taken.

use super::{in_language, print};
use crate::components::form::{Choice, ErrorSummary, Field, Sent, Typed, fields};
use crate::i18n::Lang;
use crate::pages::papers::list::kinds;
use crate::request::{Answer, Cx, Failure, go_to, href, say, t};
use crate::shell::Nav;
use axum::body::Bytes;
use axum::extract::Path;
use axum::http::{StatusCode, Uri};
use domain::Message;
use domain::assess::RecallReason;
use domain::assignment::Assignment;
use domain::id::{AssignmentId, ProposalId};
use domain::paper::PaperKind;
use leptos::prelude::*;
use services::form::Fields;
use services::paper::Proposal;
use store::paper::Fellow;

/// What the form sends on from step to step.
const FIELDS: [&str; 9] = ["kind", "items", "authority", "from", "to", "cause", "reason", "plan", "lang"];

/// `GET /assignments/{id}/papers/new?kind=…`; `action` is absent, `edit`, or `check`, which writes nothing and so can
/// be gone back to.
pub async fn show(Path(id): Path<String>, cx: Cx, uri: Uri) -> Answer {
    let id: AssignmentId = id.parse().map_err(|_| Failure::NotFound)?;
    let mut fields = fields(uri.query().unwrap_or_default().as_bytes());
    if fields.get("action").map(String::as_str) == Some("check") {
        let (caller, sight) = (cx.caller()?, cx.sight());
        let mut conn = cx.read().await?;
        let checked = services::paper::check(&mut conn, &caller, id, &fields, sight, &in_language).await?;
        drop(conn);
        return match checked.ok_or(Failure::NotFound)? {
            Ok(proposal) => {
                Ok(check(&cx, StatusCode::OK, id, &proposal, Sent { fields, errors: Vec::new() }))
            }
            Err(errors) => form(&cx, StatusCode::UNPROCESSABLE_ENTITY, id, Sent { fields, errors }).await,
        };
    }
    if !fields.contains_key("lang") && cx.lang == Lang::ZhTw {
        fields.insert("lang".to_owned(), cx.lang.tag().to_owned());
    }
    form(&cx, StatusCode::OK, id, Sent { fields, errors: Vec::new() }).await
}

/// `POST /assignments/{id}/papers/new` draws it up.
pub async fn send(Path(id): Path<String>, cx: Cx, body: Bytes) -> Answer {
    let id: AssignmentId = id.parse().map_err(|_| Failure::NotFound)?;
    let fields = fields(&body);
    let caller = cx.caller()?;
    let drawn = services::paper::draw(&cx.state.db, &caller, id, &fields, &in_language).await?;
    let errors = match drawn.ok_or(Failure::NotFound)? {
        Ok(paper) => return Ok(go_to(&format!("/papers/{paper}?saved=drawn"))),
        Err(errors) => errors,
    };
    let status = StatusCode::UNPROCESSABLE_ENTITY;
    if errors.iter().any(|(field, _)| *field == "number") {
        // Everything else is right: it is shown again with another number beside it.
        let others = fields.iter().filter(|(name, _)| *name != "number");
        let plain: Fields = others.map(|(name, text)| (name.clone(), text.clone())).collect();
        let sight = cx.sight();
        let mut conn = cx.read().await?;
        let checked = services::paper::check(&mut conn, &caller, id, &plain, sight, &in_language).await?;
        drop(conn);
        if let Some(Ok(proposal)) = checked {
            return Ok(check(&cx, status, id, &proposal, Sent { fields, errors }));
        }
    }
    form(&cx, status, id, Sent { fields, errors }).await
}

async fn form(cx: &Cx, status: StatusCode, id: AssignmentId, mut sent: Sent) -> Answer {
    let mut conn = cx.read().await?;
    let assignment = store::assignment::visible(&mut conn, id, cx.sight()).await?.ok_or(Failure::NotFound)?;
    let power = store::power::by_id(&mut conn, assignment.power).await?.ok_or(Failure::NotFound)?;
    let unit = store::unit::by_id(&mut conn, assignment.unit).await?.ok_or(Failure::NotFound)?;
    let fellows = store::paper::fellows(&mut conn, id, cx.today).await?;
    let kind = sent.value("kind").parse::<PaperKind>().ok();
    let mut recalled = None;
    if kind == Some(PaperKind::RecallDecision) {
        recalled = store::life::recall::of(&mut conn, id).await?;
        if let Some(recall) = &recalled {
            let says = [("reason", recall.note.clone()), ("to", recall.last_on.to_string())];
            for (name, text) in says {
                sent.fields.entry(name.to_owned()).or_insert(text);
            }
        }
        // A decision that goes to several units has its number on the first paper only.
        let number = sent.value("number");
        if !number.is_empty() && store::paper::is_taken(&mut conn, &number).await? {
            sent.fields.remove("number");
        }
    }
    if let Ok(proposal) = sent.value("proposal").parse::<ProposalId>()
        && sent.value("items").is_empty()
    {
        let all = store::life::item::of_proposal(&mut conn, proposal).await?;
        let mine: Vec<String> = fellows
            .iter()
            .filter(|fellow| all.iter().any(|item| item.assignment == Some(fellow.id)))
            .filter(|fellow| kind.is_some_and(|kind| kind.suits(fellow.form)))
            .map(|fellow| fellow.id.to_string())
            .collect();
        sent.fields.insert("items".to_owned(), mine.join(" "));
    }
    drop(conn);
    let title = kind.map_or_else(
        || cx.lang.t("paper-draw"),
        |kind| cx.lang.say(&Message::new("paper-draw-kind").with("kind", kind.message())),
    );
    if let Some(kind) = kind {
        fill(&mut sent, kind, &assignment, &fellows);
    }
    Ok(cx.page(status, Some(Nav::Papers), &sent.titled(cx.lang, &title), || {
        view! {
            <nav class="crumbs" aria-label=t("crumbs-label")>
                <ol>
                    <li><a href=format!("/assignments/{id}")>{power.name.clone()}</a></li>
                    <li><a href=format!("/assignments/{id}/papers")>{t("papers-of-assignment")}</a></li>
                </ol>
            </nav>
            <ErrorSummary errors=sent.errors.clone() />
            <div class="title">
                <h1>{title.clone()}</h1>
                <small>{format!("{} · {}", power.name, unit.name)}</small>
            </div>
            {match kind {
                None => view! { <div id="kind">{kinds(id, assignment.form)}</div> }.into_any(),
                Some(kind) => of_kind(id, kind, &fellows, recalled.as_ref().map(|recall| recall.reason), &sent).into_any(),
            }}
        }
    }))
}

/// What a new form begins with: the assignment's own term, itself alone, or everything that has no paper yet.
fn fill(sent: &mut Sent, kind: PaperKind, assignment: &Assignment, fellows: &[Fellow]) {
    let suits = |fellow: &&Fellow| kind.suits(fellow.form);
    let items = match sent.value("items").as_str() {
        "" => assignment.id.to_string(),
        "all" => {
            let open = fellows.iter().filter(suits).filter(|fellow| fellow.signed.is_none());
            let ids: Vec<String> = open.map(|fellow| fellow.id.to_string()).collect();
            if ids.is_empty() { assignment.id.to_string() } else { ids.join(" ") }
        }
        chosen => chosen.to_owned(),
    };
    sent.fields.insert("items".to_owned(), items);
    if kind.is_mutual() && !sent.fields.contains_key("from") {
        sent.fields.insert("from".to_owned(), assignment.period.from.to_string());
        let to = assignment.period.to.map_or(String::new(), |to| to.to_string());
        sent.fields.entry("to".to_owned()).or_insert(to);
    }
}

fn of_kind(
    id: AssignmentId,
    kind: PaperKind,
    fellows: &[Fellow],
    recalled: Option<RecallReason>,
    sent: &Sent,
) -> impl IntoView + use<> {
    let error = sent.error("items").map(|message| say(&message));
    let number = Some(sent.value("number")).filter(|number| !number.is_empty());
    let action = format!("/assignments/{id}/papers/new");
    let all = href(&action, [("kind", kind.as_str()), ("items", "all")]);
    let suits = |fellow: &&Fellow| kind.suits(fellow.form);
    let boxes: Vec<_> = fellows
        .iter()
        .filter(suits)
        .map(|fellow| {
            let signed = fellow
                .signed
                .as_ref()
                .map(|number| say(&Message::new("paper-item-signed").with("number", number.as_str())));
            view! {
                <label class="check">
                    <input
                        type="checkbox"
                        name="items"
                        value=fellow.id.to_string()
                        checked=sent.chose("items", &fellow.id.to_string())
                    />
                    <span>{format!("{} {}", fellow.code, fellow.name)} " " <small>{signed}</small></span>
                </label>
            }
        })
        .collect();
    let langs: Vec<(String, String)> =
        Lang::ALL.iter().map(|lang| (lang.tag().to_owned(), lang.own_name().to_owned())).collect();
    view! {
        <form class="card pad form" method="get" action=action novalidate=true>
            <input type="hidden" name="kind" value=kind.as_str() />
            {number.map(|number| view! { <input type="hidden" name="number" value=number /> })}
            <div class="field" id="items" class:wrong=error.is_some() role="group" aria-labelledby="items-label">
                <b id="items-label">{t("paper-items")}</b>
                <small>{t("paper-items-hint")} " " <a href=all>{t("paper-items-all")}</a></small>
                {error.clone().map(|error| view! { <strong class="error">{error}</strong> })}
                <div class="paper-choice">{boxes}</div>
            </div>
            <Field name="authority" label=t("paper-authority-label") hint=t("paper-authority-hint") sent=sent.clone() />
            {term(kind, sent)}
            {(kind == PaperKind::RecallDecision).then(|| cause(recalled, sent))}
            {(!kind.is_mutual()).then(|| reasons(kind, sent))}
            <Choice name="lang" label=t("paper-language") hint=t("paper-language-hint") options=langs sent=sent.clone() />
            <div class="actions">
                <button class="button" name="action" value="check">{t("paper-look")}</button>
                <a href=format!("/assignments/{id}/papers")>{t("cancel")}</a>
            </div>
        </form>
    }
}

/// Why it is recalled: as it was decided, or as it is chosen.
fn cause(recalled: Option<RecallReason>, sent: &Sent) -> impl IntoView + use<> {
    if let Some(reason) = recalled {
        return view! { <p>{t("recall-reason")} ": " {say(&reason.message())}</p> }.into_any();
    }
    let choose = [(String::new(), t("choose"))];
    let reasons = RecallReason::ALL.iter();
    let reasons = reasons.map(|each| (each.as_str().to_owned(), say(&each.message())));
    let reasons: Vec<_> = choose.into_iter().chain(reasons).collect();
    view! { <Choice name="cause" label=t("recall-reason") options=reasons sent=sent.clone() /> }.into_any()
}

fn term(kind: PaperKind, sent: &Sent) -> impl IntoView + use<> {
    let (to, hint) = match kind {
        PaperKind::Acceptance => ("col-to", "paper-to-hint-open"),
        PaperKind::EntrustmentAgreement => ("col-to", "paper-to-hint-entrustment"),
        PaperKind::RecallDecision => ("paper-last-day", "paper-to-hint-recall"),
        PaperKind::Waiver => ("paper-expires", "paper-to-hint-waiver"),
    };
    let has_from = kind != PaperKind::RecallDecision;
    let sent_from = sent.clone();
    view! {
        {has_from
            .then(|| view! { <Field name="from" label=t("col-from") typed=Typed::Day sent=sent_from /> })}
        <Field name="to" label=t(to) hint=t(hint) typed=Typed::Day sent=sent.clone() />
    }
}

fn reasons(kind: PaperKind, sent: &Sent) -> impl IntoView + use<> {
    let is_recall = kind == PaperKind::RecallDecision;
    let (reason, reason_hint) = if is_recall {
        ("paper-reason", "paper-reason-hint")
    } else {
        ("paper-missing", "paper-missing-hint")
    };
    let (plan, plan_hint) = if is_recall {
        ("paper-hand-over", "paper-hand-over-hint")
    } else {
        ("paper-plan", "paper-plan-hint")
    };
    view! {
        <Field name="reason" label=t(reason) hint=t(reason_hint) sent=sent.clone() />
        <Field name="plan" label=t(plan) hint=t(plan_hint) sent=sent.clone() />
    }
}

/// What would be printed, with its number beside it.
fn check(
    cx: &Cx,
    status: StatusCode,
    id: AssignmentId,
    proposal: &Proposal,
    mut sent: Sent,
) -> axum::response::Response {
    let title = cx.lang.t("paper-check");
    let items: Vec<String> = proposal.items.iter().map(ToString::to_string).collect();
    sent.fields.insert("items".to_owned(), items.join(" "));
    if sent.value("number").is_empty() {
        sent.fields.insert("number".to_owned(), proposal.number.clone());
    }
    let carried: Vec<(&'static str, String)> = FIELDS
        .into_iter()
        .map(|name| (name, sent.value(name)))
        .filter(|(_, value)| !value.is_empty())
        .collect();
    let path = format!("/assignments/{id}/papers/new");
    let back = carried.iter().map(|(name, value)| (*name, value.as_str()));
    let back = href(&path, back.chain([("action", "edit")]));
    cx.page(status, Some(Nav::Papers), &sent.titled(cx.lang, &title), || {
        let hidden: Vec<_> = carried
            .into_iter()
            .map(|(name, value)| view! { <input type="hidden" name=name value=value /> })
            .collect();
        view! {
            <nav class="crumbs" aria-label=t("crumbs-label")>
                <ol><li><a href=format!("/assignments/{id}/papers")>{t("papers-of-assignment")}</a></li></ol>
            </nav>
            <ErrorSummary errors=sent.errors.clone() />
            <div class="title"><h1>{title}</h1></div>
            <p class="lead">{t("paper-check-intro")}</p>
            <form class="card pad form" method="post" action=path novalidate=true>
                {hidden}
                <input type="hidden" name="proposed" value=proposal.number.clone() />
                <Field name="number" label=t("papers-number") hint=t("paper-number-hint") sent=sent.clone() />
                <div class="actions">
                    <button class="button">{t("paper-confirm")}</button>
                    <a href=back>{t("paper-edit")}</a>
                </div>
            </form>
            {print::sheet(&proposal.sheet)}
        }
    })
}
