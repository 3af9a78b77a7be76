//! Roles: the built-in ones, those of one's own, and what these inherit.

use crate::components::form::{Choice, ErrorSummary, Field, Sent, fields};
use crate::components::numbers::count;
use crate::components::table::{Figures, Words, cards};
use crate::components::weighed;
use crate::pages::deed::role_choices;
use crate::pages::people::role_name;
use crate::request::{Answer, Cx, go_to, say, t};
use crate::shell::Nav;
use access::Action;
use axum::body::Bytes;
use axum::http::{StatusCode, Uri};
use domain::Message;
use domain::separation::BUSINESS;
use leptos::prelude::*;
use services::duty::{self, Step};
use store::role::Role;

/// `GET /roles`; with `action=check` whom an inheritance would reach.
pub async fn show(cx: Cx, uri: Uri) -> Answer {
    let sent = fields(uri.query().unwrap_or_default().as_bytes());
    if sent.get("action").is_some_and(|action| action == "check") && cx.may(Action::RoleChange) {
        return match duty::inherit(&cx.state.db, &cx.caller()?, &sent, Step::Check).await? {
            Ok(effect) => {
                let title = cx.lang.t("roles-inherit");
                Ok(weighed::page(&cx, Nav::People, &title, "/roles", &sent, &effect))
            }
            Err(errors) => page(&cx, StatusCode::UNPROCESSABLE_ENTITY, Sent { fields: sent, errors }).await,
        };
    }
    page(&cx, StatusCode::OK, Sent { fields: sent, errors: Vec::new() }).await
}

/// `POST /roles`: `do` is `make` or `disinherit`; otherwise a role inherits from another.
pub async fn send(cx: Cx, body: Bytes) -> Answer {
    let sent = fields(&body);
    let (db, caller) = (&cx.state.db, cx.caller()?);
    let done = match sent.get("do").map(String::as_str) {
        Some("make") => duty::make_role(db, &caller, &sent).await?,
        Some("disinherit") => duty::disinherit(db, &caller, &sent).await?.map(drop),
        _ => duty::inherit(db, &caller, &sent, Step::Save).await?.map(drop),
    };
    match done {
        Ok(()) => Ok(go_to("/roles?saved=1")),
        Err(errors) => page(&cx, StatusCode::UNPROCESSABLE_ENTITY, Sent { fields: sent, errors }).await,
    }
}

async fn page(cx: &Cx, status: StatusCode, sent: Sent) -> Answer {
    let mut conn = cx.read().await?;
    let roles = store::role::all(&mut conn, cx.today).await?;
    let edges = store::role::inheritances(&mut conn).await?;
    drop(conn);
    let may = cx.may(Action::RoleChange);
    let saved = cx.param("saved") == "1";
    let title = cx.lang.t("roles-title");
    let in_title = sent.titled(cx.lang, &title);
    Ok(cx.page(status, Some(Nav::People), &in_title, || {
        view! {
            <nav class="crumbs" aria-label=t("crumbs-label")>
                <ol><li><a href="/people">{t("people-title")}</a></li></ol>
            </nav>
            <ErrorSummary errors=sent.errors.clone() />
            <div class="title"><h1>{title}</h1></div>
            <p class="lead">{t("roles-intro")}</p>
            {saved.then(|| view! { <p class="done" role="status">{t("person-saved")}</p> })}
            <section class="card">{table(&roles, &edges, may)}</section>
            {may.then(|| forms(&roles, &sent))}
        }
    }))
}

fn table(roles: &[Role], edges: &[(String, String)], may: bool) -> impl IntoView + use<> {
    let rows: Vec<_> = roles
        .iter()
        .filter(|role| role.code != BUSINESS)
        .map(|role| {
            let parents = edges.iter().filter(|(child, parent)| *child == role.code && parent != BUSINESS);
            let parents: Vec<_> = parents
                .map(|(child, parent)| {
                    let name = role_name(roles, parent);
                    let label = say(&Message::new("roles-disinherit").with("role", name.as_str()));
                    let button = (may && !role.is_built_in).then(|| {
                        view! {
                            <form method="post" action="/roles">
                                <input type="hidden" name="do" value="disinherit" />
                                <input type="hidden" name="child" value=child.clone() />
                                <input type="hidden" name="parent" value=parent.clone() />
                                <button class="link">{label}</button>
                            </form>
                        }
                    });
                    view! { <li>{name} " " {button}</li> }
                })
                .collect();
            let kind = t(if role.is_built_in { "roles-built-in" } else { "roles-own" });
            let holders = view! { <a href=format!("/people?role={}", role.code)>{count(role.holders)}</a> };
            view! {
                <tr>
                    <th scope="row">{role_name(roles, &role.code)} <small>{role.code.clone()}</small></th>
                    <td data-label=t("col-kind")>{kind}</td>
                    <td data-label=t("roles-parents")>
                        {if parents.is_empty() {
                            view! { "—" }.into_any()
                        } else {
                            view! { <ul class="plain">{parents}</ul> }.into_any()
                        }}
                    </td>
                    <td class="n" data-label=t("roles-holders")>{holders}</td>
                </tr>
            }
        })
        .collect();
    cards(
        t("roles-title"),
        &[Words("people-role"), Words("col-kind"), Words("roles-parents"), Figures("roles-holders")],
        rows,
    )
}

fn forms(roles: &[Role], sent: &Sent) -> impl IntoView + use<> {
    let (children, parents) = (role_choices(roles, "choose", true), role_choices(roles, "choose", false));
    let has_own = children.len() > 1;
    let sent = sent.clone();
    view! {
        <form class="card pad form" method="post" action="/roles" novalidate=true>
            <h2>{t("roles-make")}</h2>
            <input type="hidden" name="do" value="make" />
            <Field name="code" label=t("col-code") hint=t("roles-code-hint") sent=sent.clone() />
            <Field name="name" label=t("roles-name") sent=sent.clone() />
            <div class="actions"><button class="button">{t("roles-make")}</button></div>
        </form>
        {has_own
            .then(|| {
                view! {
                    <form class="card pad form" method="get" action="/roles" novalidate=true>
                        <h2>{t("roles-inherit")}</h2>
                        <Choice name="child" label=t("roles-child") options=children sent=sent.clone() />
                        <Choice name="parent" label=t("roles-parent") options=parents sent=sent.clone() />
                        <div class="actions">
                            <button class="button" name="action" value="check">{t("roles-check")}</button>
                            <small>{t("roles-check-hint")}</small>
                        </div>
                    </form>
                }
            })}
    }
}
