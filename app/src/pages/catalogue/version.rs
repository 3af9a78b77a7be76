//! One version of a catalogue: publishing it, marking what became of powers, and moving assignments to it.

use super::versions::{choices, state_tag};
use super::{carried, crumbs};
use crate::components::form::{Choice, ErrorSummary, Field, Sent, Typed, fields};
use crate::components::numbers::count;
use crate::components::pager::{Pager, ROWS, pages};
use crate::components::table::{Words, cards};
use crate::request::{Answer, Cx, Failure, go_to, href, lang_of_page, say, t};
use crate::shell::Nav;
use access::Action;
use axum::body::Bytes;
use axum::extract::Path;
use axum::http::StatusCode;
use domain::Message;
use domain::catalogue::{Diff, Fate, Link, Mark, State, Version};
use domain::id::{PowerId, VersionId};
use domain::power::Power;
use leptos::prelude::*;
use std::collections::HashMap;
use store::catalogue::{Listed, Movable};

/// `GET /catalogues/{id}?page=…`
pub async fn show(Path(id): Path<String>, cx: Cx) -> Answer {
    page(&cx, &id, StatusCode::OK, Sent::default()).await
}

/// `POST /catalogues/{id}`: `do` is `publish`, `mark`, `remove` or `move`.
pub async fn send(Path(id): Path<String>, cx: Cx, body: Bytes) -> Answer {
    let sent = fields(&body);
    let version: VersionId = id.parse().map_err(|_| Failure::NotFound)?;
    let (db, caller) = (&cx.state.db, cx.caller()?);
    let here = |done: &str, number: usize| {
        href(&format!("/catalogues/{id}"), [("done", done), ("number", number.to_string().as_str())])
    };
    let done = match sent.get("do").map(String::as_str) {
        Some("mark") => services::catalogue::mark(db, &caller, version, &sent)
            .await?
            .map(|done| done.map(|()| here("marked", 1))),
        Some("remove") => services::catalogue::remove(db, &caller, version, &sent)
            .await?
            .map(|done| done.map(|()| here("removed", 1))),
        Some("move") => services::catalogue::moving::run(db, &caller, version, &sent)
            .await?
            .map(|done| done.map(|moved| here("moved", moved))),
        _ => services::catalogue::publish(db, &caller, version, &sent)
            .await?
            .map(|done| done.map(|_| here("published", 1))),
    };
    match done.ok_or(Failure::NotFound)? {
        Ok(to) => Ok(go_to(&to)),
        Err(errors) => page(&cx, &id, StatusCode::UNPROCESSABLE_ENTITY, Sent { fields: sent, errors }).await,
    }
}

/// What the page shows beside the version.
struct Shown {
    listed: Listed,
    all: Vec<Listed>,
    older: Option<Version>,
    diff: Diff,
    marks: Vec<Mark>,
    names: HashMap<PowerId, String>,
    movable: Vec<Movable>,
    movable_total: i64,
    page: i64,
}

async fn load(cx: &Cx, id: VersionId) -> Result<Shown, Failure> {
    let mut conn = cx.read().await?;
    let all = store::catalogue::list(&mut conn, cx.today, cx.sight()).await?;
    let listed = all.iter().find(|listed| listed.version.id == id).cloned().ok_or(Failure::NotFound)?;
    let older = listed.version.supersedes;
    let older = all.iter().find(|each| Some(each.version.id) == older).map(|each| each.version.clone());
    let (mut diff, mut marks, mut names) = (Diff::default(), Vec::new(), HashMap::new());
    let name = |power: &Power| (power.id, format!("{} {}", power.code, power.name));
    if let Some(older) = &older {
        let old = store::catalogue::powers_of(&mut conn, older).await?;
        let new = store::catalogue::powers_of(&mut conn, &listed.version).await?;
        marks = store::catalogue::marks(&mut conn, &listed.version.catalogue).await?;
        diff = domain::catalogue::diff(&old, &new, &marks);
        names = old.iter().chain(&new).map(name).collect();
        marks.retain(|mark| {
            mark.link != Link::Same && names.contains_key(&mark.from) && names.contains_key(&mark.to)
        });
    }
    let (mut movable, mut movable_total, mut page) = (Vec::new(), 0, 1);
    if listed.version.published_on.is_some() && cx.may(Action::AssignmentMove) {
        let at = |page: i64| (ROWS, (page - 1) * ROWS);
        let (version, today, sight) = (&listed.version, cx.today, cx.sight());
        page = cx.page_number();
        (movable, movable_total) =
            store::catalogue::movable(&mut conn, version, today, sight, at(page)).await?;
        if movable.is_empty() && page > 1 {
            page = pages(movable_total).max(1);
            (movable, _) = store::catalogue::movable(&mut conn, version, today, sight, at(page)).await?;
        }
    }
    Ok(Shown { listed, all, older, diff, marks, names, movable, movable_total, page })
}

async fn page(cx: &Cx, id: &str, status: StatusCode, sent: Sent) -> Answer {
    let id: VersionId = id.parse().map_err(|_| Failure::NotFound)?;
    let shown = load(cx, id).await?;
    let version = &shown.listed.version;
    let state = version.state(shown.listed.next, cx.today);
    let title = format!("{} {}", version.catalogue, version.version);
    let in_title = sent.titled(cx.lang, &title);
    let may = cx.may(Action::CatalogueChange);
    let done = match cx.param("done") {
        "published" => Some(Message::new("catalogue-done-published")),
        "removed" => Some(Message::new("catalogue-done-removed")),
        "marked" => Some(Message::new("catalogue-done-marked")),
        "moved" => {
            Some(Message::new("catalogue-done-moved").with("count", cx.parsed("number").unwrap_or(0_i64)))
        }
        _ => None,
    };
    Ok(cx.page(status, Some(Nav::Catalogues), &in_title, || {
        let is_draft = state == State::Draft;
        let powers = href("/powers", [("catalogue", version.catalogue.as_str())]);
        view! {
            {crumbs("/catalogues".to_owned(), "catalogues-title")}
            <ErrorSummary errors=sent.errors.clone() />
            <div class="title">
                <h1>{title}</h1>
                {state_tag(state)}
                <span class="push"><a href=powers>{say(&Message::new("powers-count").with("count", shown.listed.powers))}</a></span>
            </div>
            {done.map(|done| view! { <p class="done" role="status">{say(&done)}</p> })}
            {about(version)}
            {shown.older.as_ref().map(|older| differences(&shown, older, version))}
            {(is_draft && may && shown.older.is_some()).then(|| marking(&shown, &sent))}
            {(is_draft && may && shown.listed.powers > 0).then(|| removing(version, &sent))}
            {(is_draft && may).then(|| publishing(&shown, &sent))}
            {(!shown.movable.is_empty()).then(|| moving(&shown, &sent))}
        }
    }))
}

fn about(version: &Version) -> impl IntoView + use<> {
    let lang = lang_of_page();
    let row =
        |key: &str, value: String| (!value.is_empty()).then(|| view! { <dt>{t(key)}</dt><dd>{value}</dd> });
    let day = |day: Option<domain::Date>| day.map_or_else(String::new, |day| lang.date(day));
    view! {
        <section class="card">
            <dl class="wide">
                {row("catalogue-full-title", version.title.clone())}
                {row("catalogue-document", version.document.clone())}
                {row("catalogue-published", day(version.published_on))}
                {row("catalogue-from", day(version.in_force_from))}
            </dl>
            {version.published_on.is_none().then(|| view! { <p class="note">{t("catalogue-draft-note")} " " <a href="/import?kind=powers">{t("powers-import")}</a></p> })}
        </section>
    }
}

fn differences(shown: &Shown, older: &Version, version: &Version) -> impl IntoView + use<> {
    let path = format!("/catalogues/{}/diff/{}", older.id, version.id);
    let numbers: Vec<_> = Fate::ALL
        .iter()
        .map(|fate| {
            let number = shown.diff.entries.iter().filter(|entry| entry.fate == *fate).count();
            let to = href(&path, [("fate", fate.as_str())]);
            let number = i64::try_from(number).unwrap_or(i64::MAX);
            view! { <a href=to><b>{count(number)}</b><span>{say(&fate.message())}</span></a> }
        })
        .collect();
    let against = Message::new("catalogue-against")
        .with("version", format!("{} {}", older.catalogue, older.version))
        .with("count", shown.diff.unchanged);
    view! {
        <section class="card">
            <div class="cap"><h2>{t("catalogue-difference")}</h2><a href=path>{t("catalogue-diff")}</a></div>
            <p class="pad">{say(&against)}</p>
            <div class="numbers">{numbers}</div>
        </section>
    }
}

fn marking(shown: &Shown, sent: &Sent) -> impl IntoView + use<> {
    let action = format!("/catalogues/{}", shown.listed.version.id);
    let alone = |fate: Fate| -> Vec<_> {
        let entries = shown.diff.entries.iter().filter(move |entry| entry.fate == fate);
        let powers = entries.flat_map(|entry| entry.before.iter().chain(&entry.after));
        powers
            .map(|power| view! { <option value=format!("{} {}", power.code, power.name)></option> })
            .collect()
    };
    let links: Vec<(String, String)> = [Link::Renamed, Link::Split, Link::Merged]
        .iter()
        .map(|link| (link.as_str().to_owned(), say(&link.message())))
        .collect();
    let rows: Vec<_> = shown
        .marks
        .iter()
        .map(|mark| {
            let name = |id: &PowerId| shown.names.get(id).cloned().unwrap_or_default();
            view! {
                <tr>
                    <th scope="row">{name(&mark.from)}</th>
                    <td data-label=t("catalogue-mark-link")>{say(&mark.link.message())}</td>
                    <td data-label=t("catalogue-mark-to")>{name(&mark.to)}</td>
                    <td>
                        <form method="post" action=action.clone()>
                            <input type="hidden" name="do" value="mark" />
                            <input type="hidden" name="link" value="" />
                            <input type="hidden" name="from" value=name(&mark.from) />
                            <input type="hidden" name="to" value=name(&mark.to) />
                            <button class="button second">{t("catalogue-unmark")}</button>
                        </form>
                    </td>
                </tr>
            }
        })
        .collect();
    let has_rows = !rows.is_empty();
    view! {
        <section class="card">
            <div class="cap"><h2>{t("catalogue-mark")}</h2><small>{t("catalogue-mark-hint")}</small></div>
            <form class="pad form" method="post" action=action.clone() novalidate=true>
                <input type="hidden" name="do" value="mark" />
                <datalist id="gone">{alone(Fate::Removed)}</datalist>
                <datalist id="new">{alone(Fate::Added)}</datalist>
                <div class="grid">
                    <Field name="from" label=t("catalogue-mark-from") list="gone" sent=sent.clone() />
                    <Choice name="link" label=t("catalogue-mark-link") options=links sent=sent.clone() />
                    <Field name="to" label=t("catalogue-mark-to") list="new" sent=sent.clone() />
                </div>
                <div class="actions"><button class="button second">{t("catalogue-mark")}</button></div>
            </form>
            {has_rows.then(|| cards(
                t("catalogue-mark"),
                &[
                    Words("catalogue-mark-from"),
                    Words("catalogue-mark-link"),
                    Words("catalogue-mark-to"),
                    Words("catalogue-unmark"),
                ],
                rows,
            ))}
        </section>
    }
}

fn removing(version: &Version, sent: &Sent) -> impl IntoView + use<> {
    view! {
        <section class="card">
            <div class="cap"><h2>{t("catalogue-remove")}</h2><small>{t("catalogue-remove-hint")}</small></div>
            <form class="pad form" method="post" action=format!("/catalogues/{}", version.id) novalidate=true>
                <input type="hidden" name="do" value="remove" />
                <Field name="power" label=t("col-power") hint=t("who-named-hint") sent=sent.clone() />
                <div class="actions"><button class="button second">{t("catalogue-remove")}</button></div>
            </form>
        </section>
    }
}

fn publishing(shown: &Shown, sent: &Sent) -> impl IntoView + use<> {
    let version = &shown.listed.version;
    let mut typed = sent.clone();
    if !sent.fields.contains_key("in_force_from") {
        let older = version.supersedes.map(|id| id.to_string()).unwrap_or_default();
        for (name, value) in
            [("title", version.title.clone()), ("document", version.document.clone()), ("supersedes", older)]
        {
            typed.fields.insert(name.to_owned(), value);
        }
    }
    let others: Vec<Listed> = shown
        .all
        .iter()
        .filter(|each| {
            each.version.id != version.id
                && each.version.catalogue == version.catalogue
                && each.version.published_on.is_some()
        })
        .cloned()
        .collect();
    view! {
        <section class="card">
            <div class="cap"><h2>{t("catalogue-publish")}</h2><small>{t("catalogue-publish-hint")}</small></div>
            <form class="pad form" method="post" action=format!("/catalogues/{}", version.id) novalidate=true>
                <input type="hidden" name="do" value="publish" />
                <div class="grid">
                    <Field name="title" label=t("catalogue-full-title") sent=typed.clone() />
                    <Field name="document" label=t("catalogue-document") sent=typed.clone() />
                    <Field name="in_force_from" label=t("catalogue-from") typed=Typed::Day sent=typed.clone() />
                    <Choice name="supersedes" label=t("catalogue-supersedes") options=choices(&others) sent=typed.clone() />
                </div>
                <div class="actions"><button class="button">{t("catalogue-publish")}</button></div>
            </form>
        </section>
    }
}

fn moving(shown: &Shown, sent: &Sent) -> impl IntoView + use<> {
    let lang = lang_of_page();
    let version = &shown.listed.version;
    let rows: Vec<_> = shown
        .movable
        .iter()
        .map(|each| {
            let pair = format!("{}:{}", each.assignment.id, each.to);
            let chosen = sent.chose("pairs", &pair);
            let name = Message::new("move-choose").with("unit", each.unit.as_str()).with("power", each.to_power.1.as_str());
            let (old_code, old_name) = each.power.clone();
            let (new_code, new_name) = each.to_power.clone();
            view! {
                <tr>
                    <td class="choose">
                        <label class="check">
                            <input type="checkbox" form="move" name="pairs" value=pair checked=chosen aria-label=say(&name) />
                        </label>
                    </td>
                    <th scope="row"><a href=format!("/assignments/{}", each.assignment.id)>{each.unit.clone()}</a></th>
                    <td data-label=t("move-old")>{old_name} " " <small>{old_code}</small></td>
                    <td data-label=t("move-new")>{new_name} " " <small>{new_code}</small></td>
                    <td class="when" data-label=t("col-from")>{lang.date(each.assignment.period.from)}</td>
                </tr>
            }
        })
        .collect();
    let all = say(&Message::new("move-all").with("count", shown.movable_total));
    let path = format!("/catalogues/{}", version.id);
    let hidden = carried(&[("do", "move".to_owned())]);
    view! {
        <section class="card" id="pairs">
            <div class="cap"><h2>{t("move-title")}</h2><small>{t("move-hint")}</small></div>
            {cards(
                t("move-title"),
                &[
                    Words("choose-rows"),
                    Words("col-unit"),
                    Words("move-old"),
                    Words("move-new"),
                    Words("col-from"),
                ],
                rows,
            )}
            <Pager path=path.clone() params=Vec::new() page=shown.page total=shown.movable_total />
            <form class="pad form" id="move" method="post" action=path novalidate=true>
                {hidden}
                <label class="check"><input type="checkbox" name="all" value="yes" checked=sent.chose("all", "yes") />{all}</label>
                <div class="grid">
                    <Field name="from" label=t("move-from") hint=t("move-from-hint") typed=Typed::Day sent=sent.clone() />
                    <Field name="transition_until" label=t("move-transition") typed=Typed::Day sent=sent.clone() />
                    <Field name="reason" label=t("move-reason") sent=sent.clone() />
                </div>
                <div class="actions"><button class="button">{t("move-do")}</button></div>
            </form>
        </section>
    }
}
