//! One person: posts, roles, functions, deputies, groups, certificates, and what he must not hold together.

use crate::components::form::{ErrorSummary, Sent, fields};
use crate::components::table::{Words, tabular};
use crate::components::weighed::days;
use crate::i18n::percent;
use crate::request::{Answer, Cx, Failure, go_to, lang_of_page, say, t};
use crate::shell::Nav;
use access::{Action, Actor};
use axum::body::Bytes;
use axum::extract::Path;
use axum::http::StatusCode;
use domain::duty::Subject;
use domain::holding::Holding;
use domain::id::{PersonId, UnitId};
use domain::people::{Certificate, StaffKind};
use domain::separation::{Names, violations};
use domain::{Date, Message};
use leptos::prelude::*;
use std::collections::HashMap;
use store::Conn;
use store::dossier::Whom;
use store::holding::Held;
use store::person::Named;

/// The person of an address, where the reader may see him.
pub async fn found(cx: &Cx, conn: &mut Conn, id: &str) -> Result<Named, Failure> {
    let id: PersonId = id.parse().map_err(|_| Failure::NotFound)?;
    let reader = cx.signed.as_ref().map(|signed| signed.rights.person);
    store::person::by_id(conn, id, cx.sight(), reader).await?.ok_or(Failure::NotFound)
}

/// `GET /people/{id}`
pub async fn show(Path(id): Path<String>, cx: Cx) -> Answer {
    page(&cx, &id, StatusCode::OK, Sent::default()).await
}

/// `POST /people/{id}/end`: ends something that the person or his deputy holds.
pub async fn end(Path(id): Path<String>, cx: Cx, body: Bytes) -> Answer {
    let sent = fields(&body);
    match services::duty::end(&cx.state.db, &cx.caller()?, &sent).await? {
        Ok(_) => Ok(go_to(&format!("/people/{id}?ended=1"))),
        Err(errors) => page(&cx, &id, StatusCode::UNPROCESSABLE_ENTITY, Sent { fields: sent, errors }).await,
    }
}

/// What the tables need to know about the reader and the day.
struct View {
    today: Date,
    actor: Actor,
    above: HashMap<UnitId, Vec<UnitId>>,
    names: Names,
    path: String,
}

impl View {
    fn may_end(&self, held: &Held) -> bool {
        let action = services::duty::action_for(held.kind);
        let is_over = held.period.to.is_some_and(|to| to < self.today);
        let units = self.above.get(&held.unit).map_or(&[][..], Vec::as_slice);
        !is_over
            && !units.is_empty()
            && self.actor.permit(action, &Subject { units, ..Subject::default() }).is_ok()
    }
}

async fn page(cx: &Cx, id: &str, status: StatusCode, sent: Sent) -> Answer {
    let mut conn = cx.read().await?;
    let person = found(cx, &mut conn, id).await?;
    let id = person.person();
    let all = store::holding::of_person(&mut conn, id).await?;
    let certificates = store::person::certificates(&mut conn, id).await?;
    let rules = store::dossier::rules(&mut conn).await?;
    let (book, names) = store::dossier::load(&mut conn, Whom::Person(id), rules).await?;
    let above = store::person::units_above(&mut conn, id).await?;
    drop(conn);
    let conflicts: Vec<Message> = violations(&book)
        .into_iter()
        .filter(|violation| violation.person == id && !violation.is_over(cx.today))
        .map(|violation| violation.message(&names))
        .collect();
    let actor = cx.actor()?;
    let is_oneself = cx.signed.as_ref().is_some_and(|signed| signed.rights.person == id);
    let deeds = [
        ("appoint", "person-appoint", Action::AppointmentChange),
        ("grant", "person-grant", Action::AppointmentChange),
        ("allocate", "person-allocate", Action::AllocationChange),
        ("deputise", "person-deputise", Action::DeputyshipChange),
    ];
    let deeds: Vec<_> = deeds
        .into_iter()
        // Nobody gives himself anything; that somebody else stands in for him is no gain.
        .filter(|(deed, _, action)| (!is_oneself || *deed == "deputise") && cx.may(*action))
        .collect();
    let title = person.name.clone();
    let in_title = sent.titled(cx.lang, &title);
    let done = ["saved", "ended"].into_iter().find(|name| cx.param(name) == "1");
    let view = View { today: cx.today, actor, above, names, path: format!("/people/{id}") };
    Ok(cx.page(status, Some(Nav::People), &in_title, || {
        let buttons: Vec<_> = deeds
            .into_iter()
            .map(|(deed, key, _)| {
                view! { <a class="button second" href=format!("/people/{id}/{deed}")>{t(key)}</a> }
            })
            .collect();
        let is = |kind: Holding| all.iter().filter(move |held| held.kind == kind);
        let of: Vec<&Held> = is(Holding::Deputyship).filter(|held| held.person == Some(id)).collect();
        let by: Vec<&Held> = is(Holding::Deputyship).filter(|held| held.person != Some(id)).collect();
        view! {
            <nav class="crumbs" aria-label=t("crumbs-label")>
                <ol><li><a href="/people">{t("people-title")}</a></li></ol>
            </nav>
            <ErrorSummary errors=sent.errors.clone() />
            <div class="title">
                <h1>{title.clone()}</h1>
                <small>{person.code.clone()}</small>
                <span class="push actions">{buttons}</span>
            </div>
            {done
                .map(|name| {
                    let key = if name == "saved" { "person-saved" } else { "person-ended" };
                    view! { <p class="done" role="status">{t(key)}</p> }
                })}
            {(!conflicts.is_empty())
                .then(|| {
                    let items: Vec<_> = conflicts.iter().map(|each| view! { <li>{say(each)}</li> }).collect();
                    view! {
                        <section class="card pad">
                            <h2 class="cannot">{t("person-conflicts")}</h2>
                            <ul>{items}</ul>
                        </section>
                    }
                })}
            {table(&view, "people-posts", &is(Holding::Appointment).collect::<Vec<_>>(), "person-no-posts")}
            {table(&view, "people-roles", &is(Holding::Role).collect::<Vec<_>>(), "person-no-roles")}
            {table(&view, "person-functions", &is(Holding::Allocation).collect::<Vec<_>>(), "person-no-functions")}
            {table(&view, "person-deputy-of", &of, "person-no-deputyships")}
            {table(&view, "person-deputies", &by, "person-no-deputies")}
            {table(&view, "groups-title", &is(Holding::Member).collect::<Vec<_>>(), "person-no-groups")}
            {cards(&certificates, view.today)}
        }
    }))
}

/// What is held, and where.
fn what(view: &View, held: &Held) -> (String, String) {
    let name = |code: &str| say(&view.names.member(code));
    match held.kind {
        Holding::Appointment => {
            let kind = held.detail.parse::<StaffKind>().map_or(String::new(), |kind| say(&kind.message()));
            (held.what.clone(), format!("{kind} · {}", percent(held.share)))
        }
        Holding::Role | Holding::GroupRight => (name(&held.what), held.detail.clone()),
        Holding::Allocation => {
            (held.detail.clone(), format!("{} · {}", name(&held.what), percent(held.share)))
        }
        Holding::Deputyship => {
            let person = held.person_name.clone().unwrap_or_default();
            let other = held.other_name.clone().unwrap_or_default();
            let only = if held.assignment.is_some() { "person-one-matter" } else { "person-all-matters" };
            (format!("{person} → {other} · {}", held.what), format!("{} · {}", t(only), held.detail))
        }
        Holding::Member => (held.what.clone(), String::new()),
    }
}

fn row(view: &View, held: &Held) -> impl IntoView + use<> {
    let (what, detail) = what(view, held);
    let is_now = held.period.contains(view.today);
    let to = match (held.kind, held.assignment, held.other) {
        (Holding::Allocation, Some(assignment), _) => Some(format!("/assignments/{assignment}")),
        (Holding::Member, _, Some(group)) => Some(format!("/groups/{group}")),
        _ => None,
    };
    let what = match to {
        Some(to) => view! { <a href=to>{what}</a> }.into_any(),
        None => what.into_any(),
    };
    let ending = view.may_end(held).then(|| ending(&format!("{}/end", view.path), held));
    view! {
        <tr id=format!("h-{}", held.id) class:dim=!is_now>
            <th scope="row">{what} <small>{detail}</small></th>
            <td>{held.unit_name.clone()}</td>
            <td class="when">{days(held.period)}</td>
            <td>{ending}</td>
        </tr>
    }
}

/// Ends a holding; without a day it ends at once.
pub fn ending(path: &str, held: &Held) -> impl IntoView + use<> {
    let id = format!("last-{}", held.id);
    view! {
        <details class="ending">
            <summary>{t("person-end")}</summary>
            <form method="post" action=path.to_owned() class="filters">
                <input type="hidden" name="kind" value=held.kind.as_str() />
                <input type="hidden" name="id" value=held.id.to_string() />
                <label for=id.clone()>
                    <span>{t("person-last-day")}</span>
                    <input type="date" name="last" id=id.clone() />
                </label>
                <label>
                    <span>{t("person-reason")}</span>
                    <input name="reason" autocomplete="off" />
                </label>
                <button class="button second">{t("person-end")}</button>
            </form>
        </details>
    }
}

fn table(view: &View, title: &'static str, all: &[&Held], empty: &'static str) -> impl IntoView + use<> {
    let rows: Vec<_> = all.iter().map(|held| row(view, held)).collect();
    view! {
        <section class="card">
            <div class="cap"><h2>{t(title)}</h2></div>
            {if rows.is_empty() {
                view! { <p class="pad">{t(empty)}</p> }.into_any()
            } else {
                tabular(
                    t(title),
                    &[
                        Words("weighed-right"),
                        Words("col-unit"),
                        Words("weighed-when"),
                        Words("person-change"),
                    ],
                    rows,
                )
                    .into_any()
            }}
        </section>
    }
}

fn cards(all: &[Certificate], today: Date) -> impl IntoView + use<> {
    let lang = lang_of_page();
    let rows: Vec<_> = all
        .iter()
        .map(|each| {
            let until = each.expires_on.map_or_else(|| t("no-end"), |day| lang.date(day));
            let lapsed =
                (!each.is_valid(today)).then(|| view! { " " <b class="cannot">{t("not-valid")}</b> });
            view! {
                <tr>
                    <th scope="row">{each.kind.clone()} {lapsed}</th>
                    <td class="typed">{each.number.clone()}</td>
                    <td class="when">{lang.date(each.issued_on)}</td>
                    <td>{until}</td>
                </tr>
            }
        })
        .collect();
    view! {
        <section class="card">
            <div class="cap"><h2>{t("col-certificates")}</h2></div>
            {if rows.is_empty() {
                view! { <p class="pad">{t("person-no-certificates")}</p> }.into_any()
            } else {
                tabular(
                    t("col-certificates"),
                    &[
                        Words("col-kind"),
                        Words("person-number"),
                        Words("person-issued"),
                        Words("person-expires"),
                    ],
                    rows,
                )
                    .into_any()
            }}
        </section>
    }
}
