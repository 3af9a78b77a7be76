//! Groups: their members have functions of assignments in common.

use crate::components::form::{Choice, ErrorSummary, Field, OFFERED, Sent, fields, offer};
use crate::components::numbers::count;
use crate::components::table::{Figures, Words, cards};
use crate::components::weighed::{self, days};
use crate::pages::deed::functions;
use crate::pages::person::ending;
use crate::request::{Answer, Cx, Failure, go_to, say, t};
use crate::shell::Nav;
use access::Action;
use axum::body::Bytes;
use axum::extract::Path;
use axum::http::{StatusCode, Uri};
use domain::duty::Subject;
use domain::holding::Holding;
use domain::id::GroupId;
use domain::separation::member_words;
use leptos::prelude::*;
use services::duty::{self, Step};
use services::form::Fields;
use store::Conn;
use store::group::Group;
use store::holding::Held;

/// `GET /groups`
pub async fn list(cx: Cx) -> Answer {
    all(&cx, StatusCode::OK, Sent::default()).await
}

/// `POST /groups` makes one.
pub async fn make(cx: Cx, body: Bytes) -> Answer {
    let sent = fields(&body);
    match duty::make_group(&cx.state.db, &cx.caller()?, &sent).await? {
        Ok(id) => Ok(go_to(&format!("/groups/{id}?saved=1"))),
        Err(errors) => all(&cx, StatusCode::UNPROCESSABLE_ENTITY, Sent { fields: sent, errors }).await,
    }
}

async fn all(cx: &Cx, status: StatusCode, sent: Sent) -> Answer {
    let mut conn = cx.read().await?;
    let groups = store::group::list(&mut conn, cx.sight(), cx.today).await?;
    let units = store::unit::options(&mut conn, OFFERED, cx.sight()).await?;
    drop(conn);
    let may = cx.may(Action::GroupChange);
    let title = cx.lang.t("groups-title");
    let in_title = sent.titled(cx.lang, &title);
    Ok(cx.page(status, Some(Nav::People), &in_title, || {
        let units = offer(units);
        view! {
            <nav class="crumbs" aria-label=t("crumbs-label")>
                <ol><li><a href="/people">{t("people-title")}</a></li></ol>
            </nav>
            <ErrorSummary errors=sent.errors.clone() />
            <div class="title"><h1>{title}</h1></div>
            <p class="lead">{t("groups-intro")}</p>
            {table(groups)}
            {may
                .then(|| {
                    view! {
                        <form class="card pad form" method="post" action="/groups" novalidate=true>
                            <h2>{t("groups-make")}</h2>
                            <datalist id="units">{units}</datalist>
                            <Field name="name" label=t("groups-name") sent=sent.clone() />
                            <Field name="unit" label=t("col-unit") hint=t("person-unit-hint") list="units" sent=sent.clone() />
                            <div class="actions"><button class="button">{t("groups-make")}</button></div>
                        </form>
                    }
                })}
        }
    }))
}

fn table(groups: Vec<Group>) -> AnyView {
    if groups.is_empty() {
        return view! { <section class="card pad"><p>{t("groups-empty")}</p></section> }.into_any();
    }
    let rows: Vec<_> = groups
        .into_iter()
        .map(|group| {
            view! {
                <tr>
                    <th scope="row"><a href=format!("/groups/{}", group.id)>{group.name}</a></th>
                    <td data-label=t("col-unit")>{group.unit_name}</td>
                    <td class="n" data-label=t("groups-members")>{count(group.members)}</td>
                    <td class="n" data-label=t("groups-rights")>{count(group.rights)}</td>
                </tr>
            }
        })
        .collect();
    view! {
        <section class="card">
            {cards(
                t("groups-title"),
                &[
                    Words("groups-name"),
                    Words("col-unit"),
                    Figures("groups-members"),
                    Figures("groups-rights"),
                ],
                rows,
            )}
        </section>
    }
    .into_any()
}

async fn found(cx: &Cx, conn: &mut Conn, id: &str) -> Result<Group, Failure> {
    let id: GroupId = id.parse().map_err(|_| Failure::NotFound)?;
    store::group::by_id(conn, id, cx.sight(), cx.today).await?.ok_or(Failure::NotFound)
}

/// Adds what a form says: `add` is `member` or `right`.
async fn add(cx: &Cx, group: &Group, fields: &Fields, step: Step) -> Result<duty::Answer, Failure> {
    let (db, caller) = (&cx.state.db, cx.caller()?);
    Ok(match fields.get("add").map(String::as_str) {
        Some("right") => duty::add_right(db, &caller, group, fields, step).await,
        _ => duty::add_member(db, &caller, group, fields, step).await,
    })
}

/// `GET /groups/{id}`; with `action=check` what a new member or right would do.
pub async fn show(Path(id): Path<String>, cx: Cx, uri: Uri) -> Answer {
    let mut sent = fields(uri.query().unwrap_or_default().as_bytes());
    let mut conn = cx.read().await?;
    let group = found(&cx, &mut conn, &id).await?;
    drop(conn);
    if sent.get("action").is_some_and(|action| action == "check") {
        return match add(&cx, &group, &sent, Step::Check).await?? {
            Ok(effect) => {
                let path = format!("/groups/{}", group.id);
                Ok(weighed::page(&cx, Nav::People, &group.name, &path, &sent, &effect))
            }
            Err(errors) => {
                one(&cx, StatusCode::UNPROCESSABLE_ENTITY, &group, Sent { fields: sent, errors }).await
            }
        };
    }
    sent.entry("from".to_owned()).or_insert_with(|| cx.today.to_string());
    one(&cx, StatusCode::OK, &group, Sent { fields: sent, errors: Vec::new() }).await
}

/// `POST /groups/{id}` adds.
pub async fn send(Path(id): Path<String>, cx: Cx, body: Bytes) -> Answer {
    let sent = fields(&body);
    let mut conn = cx.read().await?;
    let group = found(&cx, &mut conn, &id).await?;
    drop(conn);
    match add(&cx, &group, &sent, Step::Save).await?? {
        Ok(_) => Ok(go_to(&format!("/groups/{id}?saved=1"))),
        Err(errors) => {
            one(&cx, StatusCode::UNPROCESSABLE_ENTITY, &group, Sent { fields: sent, errors }).await
        }
    }
}

/// `POST /groups/{id}/end` ends a membership or a right.
pub async fn end(Path(id): Path<String>, cx: Cx, body: Bytes) -> Answer {
    let sent = fields(&body);
    match duty::end(&cx.state.db, &cx.caller()?, &sent).await? {
        Ok(_) => Ok(go_to(&format!("/groups/{id}?ended=1"))),
        Err(errors) => {
            let mut conn = cx.read().await?;
            let group = found(&cx, &mut conn, &id).await?;
            drop(conn);
            one(&cx, StatusCode::UNPROCESSABLE_ENTITY, &group, Sent { fields: sent, errors }).await
        }
    }
}

#[expect(clippy::too_many_lines, reason = "one page, from top to bottom")]
async fn one(cx: &Cx, status: StatusCode, group: &Group, sent: Sent) -> Answer {
    let mut conn = cx.read().await?;
    let all = store::holding::of_group(&mut conn, group.id).await?;
    let people = store::person::options(&mut conn, cx.sight(), OFFERED).await?;
    let unit = Some(group.unit);
    let matters = store::person::choices(&mut conn, cx.sight(), cx.today, unit, None, OFFERED).await?;
    let units = store::unit::above(&mut conn, group.unit).await?;
    drop(conn);
    let subject = Subject { units: &units, ..Subject::default() };
    let may = cx.actor()?.permit(Action::GroupChange, &subject).is_ok();
    let title = group.name.clone();
    let in_title = sent.titled(cx.lang, &title);
    let path = format!("/groups/{}", group.id);
    let today = cx.today;
    let done = ["saved", "ended"].into_iter().find(|name| cx.param(name) == "1");
    Ok(cx.page(status, Some(Nav::People), &in_title, || {
        let is = |kind: Holding| all.iter().filter(move |held| held.kind == kind).collect::<Vec<_>>();
        let is_over = move |held: &Held| held.period.to.is_some_and(|to| to < today);
        let rows = |all: Vec<&Held>| {
            all.into_iter()
                .map(|held| {
                    let end =
                        (may && !is_over(held)).then(|| ending(&format!("{path}/end"), held));
                    let name = match held.person {
                        Some(id) => {
                            let name = held.person_name.clone().unwrap_or_default();
                            view! { <a href=format!("/people/{id}")>{name}</a> }.into_any()
                        }
                        None => view! { {held.detail.clone()} <small>{say(&member_words(&held.what))}</small> }
                            .into_any(),
                    };
                    view! {
                        <tr class:dim=is_over(held)>
                            <th scope="row">{name}</th>
                            <td class="when" data-label=t("weighed-when")>{days(held.period)}</td>
                            <td>{end}</td>
                        </tr>
                    }
                })
                .collect::<Vec<_>>()
        };
        let adding = |which: &str| sent.value("add") == which || sent.value("add").is_empty();
        let blank = Sent { fields: Fields::from([("from".to_owned(), today.to_string())]), errors: Vec::new() };
        let of = |which: &str| if adding(which) { sent.clone() } else { blank.clone() };
        view! {
            <nav class="crumbs" aria-label=t("crumbs-label")>
                <ol>
                    <li><a href="/people">{t("people-title")}</a></li>
                    <li><a href="/groups">{t("groups-title")}</a></li>
                </ol>
            </nav>
            <ErrorSummary errors=sent.errors.clone() />
            <div class="title"><h1>{title.clone()}</h1><small>{group.unit_name.clone()}</small></div>
            {done
                .map(|name| {
                    let key = if name == "saved" { "person-saved" } else { "person-ended" };
                    view! { <p class="done" role="status">{t(key)}</p> }
                })}
            {card("groups-members", rows(is(Holding::Member)))}
            {card("groups-rights", rows(is(Holding::GroupRight)))}
            {may
                .then(|| {
                    let people = offer(people);
                    let matters: Vec<_> = std::iter::once((String::new(), t("choose")))
                        .chain(matters.into_iter().map(|each| (each.id.to_string(), each.name)))
                        .collect();
                    view! {
                        <div class="stack">
                            <form class="card pad form" method="get" action=path.clone() novalidate=true>
                                <h2>{t("groups-add-member")}</h2>
                                <datalist id="people">{people}</datalist>
                                <input type="hidden" name="add" value="member" />
                                <Field
                                    name="person"
                                    label=t("col-person")
                                    hint=t("person-person-hint")
                                    list="people"
                                    sent=of("member")
                                />
                                {period(&of("member"), "member")}
                                <div class="actions">
                                    <button class="button" name="action" value="check">{t("weighed-check")}</button>
                                </div>
                            </form>
                            <form class="card pad form" method="get" action=path.clone() novalidate=true>
                                <h2>{t("groups-add-right")}</h2>
                                <input type="hidden" name="add" value="right" />
                                <Choice
                                    name="assignment"
                                    label=t("person-assignment")
                                    options=matters
                                    sent=of("right")
                                />
                                <Choice name="function" label=t("col-function") options=functions() sent=of("right") />
                                {period(&of("right"), "right")}
                                <div class="actions">
                                    <button class="button" name="action" value="check">{t("weighed-check")}</button>
                                </div>
                            </form>
                        </div>
                    }
                })}
        }
    }))
}

/// From when to when, with identifiers of its own, because the page has two such forms.
fn period(sent: &Sent, form: &'static str) -> impl IntoView + use<> {
    let field = |name: &'static str, key: &'static str| {
        let id = format!("{name}-{form}");
        let error = sent.error(name).map(|message| say(&message));
        view! {
            <div class="field" class:wrong=error.is_some()>
                <label for=id.clone()>{t(key)}</label>
                {error.clone().map(|error| view! { <strong class="error" id=name>{error}</strong> })}
                <input id=id name=name type="date" value=sent.value(name) autocomplete="off" />
            </div>
        }
    };
    view! { {field("from", "people-from")} {field("to", "people-to")} }
}

fn card<V: IntoView + 'static>(title: &'static str, rows: Vec<V>) -> impl IntoView {
    view! {
        <section class="card">
            <div class="cap"><h2>{t(title)}</h2></div>
            {if rows.is_empty() {
                view! { <p class="pad">{t("none")}</p> }.into_any()
            } else {
                cards(
                    t(title),
                    &[Words("weighed-right"), Words("weighed-when"), Words("person-change")],
                    rows,
                )
                    .into_any()
            }}
        </section>
    }
}
