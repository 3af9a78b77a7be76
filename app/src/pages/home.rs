//! The first page: what to do when there is nothing, else what needs somebody most.

use crate::components::numbers::Numbers;
use crate::components::worst::{Rows, Units};
use crate::pages::reviews::notices;
use crate::request::{Answer, Cx, Failure, go_to, say, t};
use crate::shell::Nav;
use access::Action;
use axum::http::StatusCode;
use domain::Message;
use leptos::prelude::*;
use services::import::Kind;
use store::assessment::{Filter, Line, Sums};

/// Rows on the first page.
const WORST: i64 = 8;
/// Of them, those of one unit at most.
const EACH: i64 = 2;

/// `GET /`
pub async fn show(cx: Cx) -> Answer {
    if cx.signed.as_ref().is_none_or(|signed| signed.is_half) {
        return Err(Failure::SignIn);
    }
    let mut conn = cx.read().await?;
    if !store::power::has_any(&mut conn).await? {
        return empty(&cx);
    }
    let root = store::assessment::common_root(&mut conn, cx.sight()).await?;
    let lines = store::assessment::worst(&mut conn, &Filter::default(), EACH, WORST, cx.sight()).await?;
    let sums = store::assessment::total(&mut conn, &Filter::default(), cx.sight()).await?;
    let day = store::assessment::oldest(&mut conn, cx.sight()).await?;
    let name = match root {
        Some(root) => store::unit::by_id(&mut conn, root).await?.map(|unit| unit.name),
        None => None,
    };
    let due = if cx.may(Action::ReviewDecide) {
        services::review::notices(&mut conn, cx.sight(), cx.today).await?
    } else {
        Vec::new()
    };
    let waits = crate::pages::life::waiting(&mut conn, &cx).await?;
    drop(conn);
    let today = cx.today;
    let title = name.unwrap_or_else(|| cx.lang.t("home-title"));
    let day = day.map(|day| Message::new("assessed-on").with("date", day));
    let may = tasks_of(&cx);
    let may_import = cx.may(Action::FileImport);
    cx.ok(Nav::Home, &title, || {
        view! {
            <div class="title">
                <h1>{title.clone()}</h1>
                {day.map(|day| view! { <small>{say(&day)}</small> })}
            </div>
            {notices(&due, today)}
            {crate::pages::life::waiting_card(waits)}
            {if sums.counts.all() > 0 {
                summary(sums, lines).into_any()
            } else if may_import {
                steps().into_any()
            } else {
                ().into_any()
            }}
            {tasks(&may)}
        }
    })
}

fn summary(sums: Sums, lines: Vec<Line>) -> impl IntoView {
    view! {
        <Numbers sums=sums params=Vec::new() />
        <section class="card">
            <div class="cap">
                <h2>{t("home-worst")}</h2>
                <a href="/board">{t("home-to-board")}</a>
            </div>
            <Rows lines=lines caption=t("home-worst") units=Units::Shown />
        </section>
    }
}

/// Pages that people come for, with what they are and who may open them.
const TASKS: [(&str, &str, &str, Action); 6] = [
    ("/assignments/new", "home-task-assign", "home-task-assign-hint", Action::AssignmentCreate),
    ("/papers?state=drawn", "home-task-papers", "home-task-papers-hint", Action::PaperConfirm),
    ("/handoffs", "home-task-handoffs", "home-task-handoffs-hint", Action::HandoffRead),
    ("/import", "home-task-import", "home-task-import-hint", Action::FileImport),
    ("/units", "home-task-units", "home-task-units-hint", Action::UnitRead),
    ("/rules", "home-task-rules", "home-task-rules-hint", Action::ThresholdsRead),
];

/// The tasks of the post in which the reader acts.
fn tasks_of(cx: &Cx) -> Vec<(&'static str, &'static str, &'static str)> {
    let may = TASKS.into_iter().filter(|(.., action)| cx.may(*action));
    may.map(|(path, key, hint, _)| (path, key, hint)).collect()
}

fn tasks(may: &[(&'static str, &'static str, &'static str)]) -> Option<impl IntoView + use<>> {
    let rows: Vec<_> = may
        .iter()
        .map(|(path, key, hint)| view! { <li><a href=*path>{t(key)}</a><small>{t(hint)}</small></li> })
        .collect();
    (!rows.is_empty()).then(|| {
        view! {
            <section class="card">
                <div class="cap"><h2>{t("home-tasks")}</h2></div>
                <ul class="tasks">{rows}</ul>
            </section>
        }
    })
}

/// Which files to import, in their order.
fn steps() -> impl IntoView {
    let steps: Vec<_> = Kind::ALL
        .iter()
        .map(|&kind| {
            view! {
                <li>
                    <a href=format!("/import?kind={kind}")>{say(&kind.message())}</a>
                    <small>{t(crate::pages::import::about(kind))}</small>
                </li>
            }
        })
        .collect();
    view! {
        <section class="card">
            <div class="cap"><h2>{t("home-steps")}</h2></div>
            <ol class="tasks steps">{steps}</ol>
        </section>
    }
}

fn empty(cx: &Cx) -> Answer {
    let (may_load, may_import) = (cx.may(Action::SampleLoad), cx.may(Action::FileImport));
    cx.ok(Nav::Home, &cx.lang.t("home-welcome"), || {
        view! {
            <div class="title"><h1>{t("home-welcome")}</h1></div>
            <p class="lead">{t("home-empty")}</p>
            {may_load
                .then(|| {
                    view! {
                        <section class="card pad">
                            <h2>{t("home-sample")}</h2>
                            <p>{t("home-sample-hint")}</p>
                            <form method="post" action="/sample">
                                <button class="button">{t("home-sample-load")}</button>
                            </form>
                        </section>
                    }
                })}
            {if may_import { steps().into_any() } else if may_load { beginning().into_any() } else { ().into_any() }}
        }
    })
}

/// What whoever runs the system types before others can go on in the pages.
const COMMANDS: [(&str, &str); 3] = [
    ("home-begin-units", "baton import units units.csv"),
    ("home-begin-people", "baton import people people.csv"),
    ("home-begin-account", "baton user add li --person P001 --role organization --unit 410505"),
];

/// How to begin with data of one's own: an administrator has no rights in the business, so another must be let in.
fn beginning() -> impl IntoView {
    let steps = COMMANDS
        .map(|(key, command)| view! { <li>{t(key)} <br /> <code class="typed">{command}</code></li> });
    view! {
        <section class="card pad">
            <h2>{t("home-begin")}</h2>
            <p>{t("home-begin-hint")}</p>
            <ol>{steps}</ol>
        </section>
    }
}

/// `POST /sample`: loads the sample county into an empty database.
pub async fn load_sample(cx: Cx) -> Answer {
    let mut conn = cx.read().await?;
    let has_any = store::power::has_any(&mut conn).await?;
    drop(conn);
    if has_any {
        return Err(Failure::Broken(StatusCode::CONFLICT, Message::new("home-sample-refused")));
    }
    services::sample::load(&cx.state.db, &cx.caller()?, &mut |_| {})
        .await
        .map_err(|error| Failure::Broken(StatusCode::INTERNAL_SERVER_ERROR, crate::errors::sample(&error)))?;
    Ok(go_to("/"))
}
