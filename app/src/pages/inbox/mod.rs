//! One's own inbox: what one has to know or do, and by when.

mod calendar;
mod wishes;

use crate::components::form::fields;
use crate::components::pager::{Pager, ROWS, pages};
use crate::components::table::{Words, cards};
use crate::door::Door;
use crate::request::{Answer, Cx, Failure, go_to, href, lang_of_page, say, t};
use crate::route::{Answers, Route, read, sent};
use axum::body::Bytes;
use axum::http::StatusCode;
use axum::routing::get;
use domain::notice::Event;
use domain::post::Class;
use domain::{Date, Message};
use leptos::prelude::*;
use store::inbox::{Filter, Line, Show};

/// The routes of the inbox.
pub fn routes() -> Vec<Route> {
    vec![
        sent("/inbox", Door::Signed, Door::Signed, get(show).post(send)),
        sent("/inbox/wishes", Door::Signed, Door::Signed, get(wishes::show).post(wishes::send)),
        // Whoever knows the token is let in: calendar programs do not sign in.
        read("/inbox/deadlines.ics", Answers::Other, Door::Open, get(calendar::file)),
    ]
}

/// What is listed, by name.
const SHOWN: [(&str, Show, &str); 3] = [
    ("", Show::All, "inbox-show-all"),
    ("unread", Show::Unread, "inbox-show-unread"),
    ("due", Show::Due, "inbox-show-due"),
];

/// `GET /inbox?show=…&class=…&page=…`
pub async fn show(cx: Cx) -> Answer {
    let person = cx.person()?;
    let wished = cx.param("show").to_owned();
    let class: Option<Class> = cx.parsed("class");
    let show = SHOWN.iter().find(|(name, ..)| *name == wished).map_or(Show::All, |(_, show, _)| *show);
    let events = class.map_or(Vec::new(), |class| {
        Event::ALL.iter().copied().filter(|event| Class::of(*event) == class).collect()
    });
    // A class of which nothing happens yet.
    let is_empty = class.is_some() && events.is_empty();
    let filter = Filter { events, show };
    let mut conn = cx.read().await?;
    let total = if is_empty { 0 } else { store::inbox::count(&mut conn, person, &filter).await? };
    let page = cx.page_number().min(pages(total).max(1));
    let lines = if is_empty {
        Vec::new()
    } else {
        store::inbox::list(&mut conn, person, &filter, ROWS, (page - 1) * ROWS).await?
    };
    drop(conn);
    let unread = cx.signed.as_ref().map_or(0, |signed| signed.unread);
    let title = cx.lang.t("inbox-title");
    let done: Option<u32> = cx.parsed("read");
    let today = cx.today;
    let code = class.map_or("", Class::as_str);
    let here = href("/inbox", [("show", wished.as_str()), ("class", code)]);
    let params = vec![("show", wished.clone()), ("class", code.to_owned())];
    Ok(cx.page(StatusCode::OK, None, &title, || {
        let count = Message::new("inbox-unread").with("count", unread);
        view! {
            <div class="title">
                <h1>{title.clone()}</h1>
                <small>{say(&count)}</small>
                <div class="push">
                    {(unread > 0).then(|| all_read(&here))}
                    <a href="/inbox/wishes">{t("wishes-title")}</a>
                </div>
            </div>
            {done.map(|count| {
                view! { <p class="done" role="status">{say(&Message::new("inbox-done").with("count", count))}</p> }
            })}
            {chips(&wished, code)}
            {filters(&wished, class)}
            {if lines.is_empty() {
                view! { <section class="card pad"><p>{t("inbox-empty")}</p></section> }.into_any()
            } else {
                view! {
                    <section class="card">
                        {table(&lines, today, &here)}
                        <Pager path="/inbox" params=params page=page total=total />
                    </section>
                }
                    .into_any()
            }}
        }
    }))
}

fn chips(wished: &str, class: &str) -> impl IntoView + use<> {
    let chips: Vec<_> = SHOWN
        .iter()
        .map(|(name, _, key)| {
            let to = href("/inbox", [("show", *name), ("class", class)]);
            let current = (*name == wished).then_some("page");
            view! { <li><a class="chip" href=to aria-current=current>{t(key)}</a></li> }
        })
        .collect();
    view! { <ul class="chips">{chips}</ul> }
}

fn filters(wished: &str, class: Option<Class>) -> impl IntoView + use<> {
    let options: Vec<_> = Class::ALL
        .iter()
        .map(|each| {
            view! { <option value=each.as_str() selected=class == Some(*each)>{say(&each.message())}</option> }
        })
        .collect();
    let wished = wished.to_owned();
    view! {
        <form class="filters" method="get" action="/inbox">
            {(!wished.is_empty()).then(|| view! { <input type="hidden" name="show" value=wished /> })}
            <label>
                <span>{t("inbox-class")}</span>
                <select name="class"><option value="">{t("filter-all")}</option>{options}</select>
            </label>
            <button class="button second">{t("filter-apply")}</button>
        </form>
    }
}

fn all_read(here: &str) -> impl IntoView + use<> {
    let here = here.to_owned();
    view! {
        <form method="post" action=here>
            <button class="button second" name="action" value="all">{t("inbox-read-all")}</button>
        </form>
    }
}

fn table(lines: &[Line], today: Date, here: &str) -> impl IntoView + use<> {
    let rows: Vec<_> = lines.iter().map(|line| row(line, today, here)).collect();
    cards(
        t("inbox-title"),
        &[Words("inbox-what"), Words("inbox-due"), Words("inbox-when"), Words("inbox-state")],
        rows,
    )
}

fn row(line: &Line, today: Date, here: &str) -> impl IntoView + use<> {
    let lang = lang_of_page();
    let sentence = say(&line.event.sentence(&line.words));
    let due = line.due.map(|due| {
        let left = (due - today).num_days();
        let day = lang.date(due);
        let near = if left < 0 {
            let words = t("inbox-past");
            view! { <small><span class="tag idle" data-mark="○">{words}</span></small> }.into_any()
        } else if left <= 3 {
            let words = say(&Message::new("inbox-near").with("count", left));
            view! { <small><span class="tag poorly" data-mark="◧">{words}</span></small> }.into_any()
        } else {
            ().into_any()
        };
        view! { {day} {near} }
    });
    let state = if line.read_at.is_some() {
        view! { <span>{t("inbox-is-read")}</span> }.into_any()
    } else {
        let (here, id) = (here.to_owned(), line.id.to_string());
        view! {
            <form method="post" action=here>
                <input type="hidden" name="id" value=id />
                <button class="button second" name="action" value="read">{t("inbox-read")}</button>
            </form>
        }
        .into_any()
    };
    let is_new = line.read_at.is_none();
    view! {
        <tr id=format!("n-{}", line.id)>
            <th scope="row">
                {is_new.then(|| view! { <span class="tag moving" data-mark="▷">{t("inbox-new")}</span> " " })}
                <a href=line.link.clone()>{sentence}</a>
                <small>{say(&Class::of(line.event).message())}</small>
            </th>
            {due.map_or_else(
                || view! { <td></td> }.into_any(),
                |due| view! { <td class="when" data-label=t("inbox-due")>{due}</td> }.into_any(),
            )}
            <td class="when" data-label=t("inbox-when")>{lang.moment(line.created_at)}</td>
            <td>{state}</td>
        </tr>
    }
}

/// `POST /inbox`: `action` is `read`, of the notice `id`, or `all`.
pub async fn send(cx: Cx, body: Bytes) -> Answer {
    let fields = fields(&body);
    let notice = match fields.get("action").map(String::as_str) {
        Some("all") => None,
        Some("read") => {
            let id = fields.get("id").and_then(|id| id.parse().ok());
            Some(id.ok_or(Failure::NotFound)?)
        }
        _ => return Err(Failure::NotFound),
    };
    let count = services::inbox::read(&cx.state.db, &cx.caller()?, notice).await?.to_string();
    let (show, class) = (cx.param("show"), cx.param("class"));
    Ok(go_to(&href("/inbox", [("show", show), ("class", class), ("read", &count)])))
}
