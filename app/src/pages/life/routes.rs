//! Routes of approval and the days of each step.

use super::{errors, status};
use crate::components::form::{Choice, ErrorSummary, Field, OFFERED, Sent, Typed, called, fields, offer};
use crate::components::table::{Words, cards};
use crate::pages::assign::forms;
use crate::request::{Answer, Cx, Failure, go_to, say, t};
use crate::shell::Nav;
use access::Action;
use axum::body::Bytes;
use domain::Message;
use domain::duty::Subject;
use domain::id::RouteId;
use domain::life::route::{Mode, Seat};
use domain::life::settings::{RoundAnswers, Settings};
use domain::life::takeover::Task;
use leptos::prelude::*;
use services::life::route::{self, FIELDS, task_field};
use store::life::route::Route;

/// `GET /routes?edit=…`: with the form of the route that is to be changed.
pub async fn show(cx: Cx) -> Answer {
    let mut sent = Sent::default();
    if let Some(id) = cx.parsed::<RouteId>("edit") {
        let mut conn = cx.read().await?;
        let all = store::life::route::all(&mut conn, cx.sight()).await?;
        let route = all.iter().find(|route| route.id == id).ok_or(Failure::NotFound)?;
        sent.fields = route::filled(&mut conn, route).await?;
        sent.fields.insert("do".to_owned(), "change".to_owned());
        sent.fields.insert("route".to_owned(), id.to_string());
    }
    page(&cx, sent).await
}

/// `POST /routes`: `do` makes, changes or ends a route, or sets the days.
pub async fn send(cx: Cx, body: Bytes) -> Answer {
    let fields = fields(&body);
    let (db, caller) = (&cx.state.db, cx.caller()?);
    let named = || fields.get("route").and_then(|id| id.parse().ok()).ok_or(Failure::NotFound);
    let errors = match fields.get("do").map_or("", String::as_str) {
        "end" => errors(route::end(db, &caller, named()?).await?),
        "change" => errors(route::change(db, &caller, named()?, &fields).await?),
        "days" => errors(route::set_days(db, &caller, &fields).await?),
        _ => errors(route::make(db, &caller, &fields).await?),
    };
    if errors.is_empty() {
        return Ok(go_to("/routes?done=1"));
    }
    page(&cx, Sent { fields, errors }).await
}

async fn page(cx: &Cx, sent: Sent) -> Answer {
    let mut conn = cx.read().await?;
    let routes = store::life::route::all(&mut conn, cx.sight()).await?;
    let settings = store::life::settings(&mut conn).await?;
    let units = store::unit::options(&mut conn, OFFERED, cx.sight()).await?;
    // The days hold for everybody, so only who answers for the whole tree is offered to change them.
    let all: Vec<_> = store::unit::root(&mut conn).await?.into_iter().collect();
    drop(conn);
    let everybody = Subject { units: &all, ..Subject::default() };
    let may_set = cx.actor()?.permit(Action::RouteChange, &everybody).is_ok();
    let title = cx.lang.t("routes-title");
    let done = cx.param("done") == "1";
    Ok(cx.page(status(&sent.errors), Some(Nav::Proposals), &sent.titled(cx.lang, &title), || {
        view! {
            <nav class="crumbs" aria-label=t("crumbs-label")>
                <ol><li><a href="/proposals">{t("proposals-title")}</a></li></ol>
            </nav>
            <ErrorSummary errors=sent.errors.clone() />
            <div class="title" id="life"><h1>{title}</h1></div>
            {done.then(|| view! { <p class="done" role="status">{t("routes-done")}</p> })}
            <p class="lead">{t("routes-intro")}</p>
            {table(&routes)}
            {making(&units, &sent)}
            {if may_set { days(&settings, &sent).into_any() } else { days_shown(&settings).into_any() }}
        }
    }))
}

fn table(routes: &[Route]) -> AnyView {
    if routes.is_empty() {
        return view! { <section class="card pad"><p>{t("routes-none")}</p></section> }.into_any();
    }
    let rows: Vec<_> = routes
        .iter()
        .map(|route| {
            let stages: Vec<_> = route
                .stages
                .iter()
                .map(|stage| {
                    let seats: Vec<String> = stage
                        .seats
                        .iter()
                        .map(|(seat, holder)| match seat {
                            Seat::Person(_) => holder.clone(),
                            Seat::Role(role, _) => format!("{holder} {}", say(&role.message())),
                        })
                        .collect();
                    let mode = match stage.mode {
                        Mode::Quorum => say(&Message::new("proposal-quorum")
                            .with("needed", stage.quorum)
                            .with("seats", stage.seats.len())),
                        mode => say(&mode.message()),
                    };
                    let days = say(&Message::new("route-days").with("count", stage.days));
                    let seats = crate::request::lang_of_page().list(&seats);
                    view! { <li>{stage.name.clone()} " · " {mode} " · " {days} " · " {seats}</li> }
                })
                .collect();
            let form = route.form.map_or_else(|| t("route-any-form"), |form| say(&form.message()));
            view! {
                <tr>
                    <th scope="row">{route.name.clone()} <small>{route.unit_name.clone()}</small></th>
                    <td data-label=t("col-form")>{form}</td>
                    <td data-label=t("route-stages")><ol class="plain">{stages}</ol></td>
                    <td>
                        <form class="deciding" method="post" action="/routes">
                            <a href=format!("/routes?edit={}#making", route.id)>{t("route-edit")}</a>
                            <input type="hidden" name="do" value="end" />
                            <input type="hidden" name="route" value=route.id.to_string() />
                            <button class="button second">{t("route-end")}</button>
                        </form>
                    </td>
                </tr>
            }
        })
        .collect();
    view! {
        <section class="card">
            {cards(
                t("routes-title"),
                &[Words("route-name"), Words("col-form"), Words("route-stages"), Words("route-act")],
                rows,
            )}
        </section>
    }
    .into_any()
}

/// A stage's fields.
fn stage(
    number: u32,
    [stage, mode, quorum, days, persons, roles]: [&'static str; 6],
    modes: &[(String, String)],
    sent: &Sent,
) -> impl IntoView + use<> {
    let title = say(&Message::new("route-stage-n").with("number", number));
    let labels = [
        (stage, "route-stage-name"),
        (mode, "route-mode"),
        (quorum, "route-quorum"),
        (days, "route-days-field"),
        (persons, "route-persons"),
        (roles, "route-roles"),
    ];
    for (name, key) in labels {
        called(name, &format!("{title} · {}", t(key)));
    }
    view! {
        <fieldset>
            <legend>{title}</legend>
            <Field name=stage label=t("route-stage-name") sent=sent.clone() />
            <Choice name=mode label=t("route-mode") options=modes.to_vec() sent=sent.clone() />
            <Field name=quorum label=t("route-quorum") hint=t("route-quorum-hint") typed=Typed::Number sent=sent.clone() />
            <Field name=days label=t("route-days-field") hint=t("route-days-hint") typed=Typed::Number sent=sent.clone() />
            <Field name=persons label=t("route-persons") hint=t("route-persons-hint") sent=sent.clone() />
            <Field name=roles label=t("route-roles") hint=t("route-roles-hint") sent=sent.clone() />
        </fieldset>
    }
}

/// The form of a new route, or of one that is to be changed. Stages that most routes do not have are folded away.
fn making(units: &[(String, String)], sent: &Sent) -> impl IntoView + use<> {
    let units = offer(units.iter().cloned());
    let modes: Vec<(String, String)> =
        Mode::ALL.iter().map(|mode| (mode.as_str().to_owned(), say(&mode.message()))).collect();
    let mut all = forms();
    if let Some((_, words)) = all.first_mut() {
        *words = t("route-any-form");
    }
    let is_changed = sent.value("do") == "change";
    let (act, title, button) = if is_changed {
        ("change", "route-edit-title", "route-change")
    } else {
        ("make", "route-new", "route-make")
    };
    let is_ours = matches!(sent.value("do").as_str(), "make" | "change");
    let sent = if is_ours { sent.clone() } else { Sent::default() };
    let stages: Vec<_> = FIELDS
        .into_iter()
        .zip(1_u32..)
        .map(|(names, number)| {
            let fields = stage(number, names, &modes, &sent);
            if number == 1 {
                return fields.into_any();
            }
            let is_open = names.iter().any(|name| {
                sent.error(name).is_some() || (*name != names[1] && !sent.value(name).is_empty())
            });
            let words = say(&Message::new("route-stage-add").with("number", number));
            view! { <details open=is_open><summary>{words}</summary>{fields}</details> }.into_any()
        })
        .collect();
    let of = sent.value("route");
    view! {
        <section class="card" id="making">
            <div class="cap"><h2>{t(title)}</h2></div>
            <form class="pad form" method="post" action="/routes" novalidate=true>
                <input type="hidden" name="do" value=act />
                {is_changed
                    .then(|| {
                        view! {
                            <input type="hidden" name="route" value=of />
                            <p class="quiet">{t("route-edit-hint")}</p>
                        }
                    })}
                <datalist id="units">{units}</datalist>
                <Field name="name" label=t("route-name") sent=sent.clone() />
                <Field name="unit" label=t("route-unit") hint=t("route-unit-hint") list="units" sent=sent.clone() />
                <Choice name="form" label=t("col-form") options=all sent=sent.clone() />
                {stages}
                <div class="actions">
                    <button class="button">{t(button)}</button>
                    {is_changed.then(|| view! { <a href="/routes">{t("cancel")}</a> })}
                </div>
            </form>
        </section>
    }
}

fn list(all: &[u32]) -> String {
    all.iter().map(u32::to_string).collect::<Vec<_>>().join(" ")
}

/// The days as they are, for who may not change them.
fn days_shown(settings: &Settings) -> impl IntoView + use<> {
    let mut all = vec![
        (t("settings-answer"), settings.answer_days.to_string()),
        (t("settings-stage"), settings.stage_days.to_string()),
        (t("settings-adjust"), settings.adjust_days.to_string()),
        (t("settings-escalate"), settings.escalate_after.to_string()),
        (t("settings-reminders"), list(&settings.reminders)),
        (t("settings-renewal"), list(&settings.renewal)),
    ];
    all.extend(Task::ALL.iter().map(|task| (say(&task.message()), settings.days(*task).to_string())));
    let lines: Vec<_> =
        all.into_iter().map(|(name, value)| view! { <dt>{name}</dt><dd>{value}</dd> }).collect();
    view! {
        <section class="card">
            <div class="cap"><h2>{t("settings-days")}</h2></div>
            <dl class="wide">{lines}</dl>
        </section>
    }
}

fn days(settings: &Settings, sent: &Sent) -> impl IntoView + use<> {
    let mut sent = sent.clone();
    if sent.fields.get("do").is_none_or(|act| act != "days") {
        let mut put = |name: &str, value: String| sent.fields.insert(name.to_owned(), value);
        put("answer_days", settings.answer_days.to_string());
        put("stage_days", settings.stage_days.to_string());
        put("adjust_days", settings.adjust_days.to_string());
        put("escalate_after", settings.escalate_after.to_string());
        put("reminders", list(&settings.reminders));
        put("renewal", list(&settings.renewal));
        put("round_answers", settings.round_answers.to_string());
        for task in Task::ALL {
            put(task_field(*task), settings.days(*task).to_string());
        }
    }
    let tasks: Vec<_> = Task::ALL
        .iter()
        .map(|task| {
            view! { <Field name=task_field(*task) label=say(&task.message()) typed=Typed::Number sent=sent.clone() /> }
        })
        .collect();
    let answers =
        RoundAnswers::ALL.iter().map(|each| (each.as_str().to_owned(), say(&each.message()))).collect();
    view! {
        <section class="card">
            <div class="cap"><h2>{t("settings-days")}</h2></div>
            <form class="pad form" method="post" action="/routes" novalidate=true>
                <input type="hidden" name="do" value="days" />
                <fieldset>
                <Field name="answer_days" label=t("settings-answer") typed=Typed::Number sent=sent.clone() />
                <Field name="stage_days" label=t("settings-stage") typed=Typed::Number sent=sent.clone() />
                <Field name="adjust_days" label=t("settings-adjust") typed=Typed::Number sent=sent.clone() />
                <Field name="escalate_after" label=t("settings-escalate") typed=Typed::Number sent=sent.clone() />
                <Field name="reminders" label=t("settings-reminders") hint=t("settings-list-hint") sent=sent.clone() />
                <Field name="renewal" label=t("settings-renewal") hint=t("settings-list-hint") sent=sent.clone() />
                <Choice name="round_answers" label=t("settings-round-answers") options=answers sent=sent.clone() />
                </fieldset>
                <fieldset><legend>{t("settings-tasks")}</legend>{tasks}</fieldset>
                <div class="actions"><button class="button">{t("settings-save")}</button></div>
            </form>
        </section>
    }
}
