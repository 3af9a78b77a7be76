//! The working calendar: the published days off and make-up days, and an office's own.

use crate::components::form::{Choice, ErrorSummary, Field, Sent, Typed, fields};
use crate::components::table::{Words, tabular};
use crate::request::{Answer, Cx, Failure, csv_file, go_to, lang_of_page, say, t};
use crate::shell::Nav;
use access::Action;
use axum::body::Bytes;
use axum::http::StatusCode;
use chrono::Datelike;
use domain::calendar::{DayKind, published_days};
use domain::{Date, Message};
use leptos::prelude::*;
use store::calendar::OwnDay;

/// Years before and after this one to which the page leads.
const AROUND: i32 = 2;

/// Days of one kind that follow each other.
struct Stretch {
    from: Date,
    to: Date,
    kind: DayKind,
}

fn published(year: i32) -> Vec<Stretch> {
    let mut days: Vec<(Date, DayKind)> = published_days().filter(|(day, _)| day.year() == year).collect();
    days.sort_by_key(|(day, _)| *day);
    let mut stretches: Vec<Stretch> = Vec::new();
    for (day, kind) in days {
        match stretches.last_mut() {
            Some(last) if last.kind == kind && last.to.succ_opt() == Some(day) => last.to = day,
            _ => stretches.push(Stretch { from: day, to: day, kind }),
        }
    }
    stretches
}

fn year(cx: &Cx) -> i32 {
    cx.parsed("year").unwrap_or(cx.today.year()).clamp(1990, 2200)
}

/// `GET /calendar?year=…`
pub async fn show(cx: Cx) -> Answer {
    page(&cx, StatusCode::OK, Sent::default()).await
}

/// `POST /calendar`: `do` is `remove`, of the `day`; else it sets `day`, `kind` and `name`.
pub async fn send(cx: Cx, body: Bytes) -> Answer {
    let sent = fields(&body);
    let (db, caller) = (&cx.state.db, cx.caller()?);
    let done = match sent.get("do").map(String::as_str) {
        Some("remove") => services::calendar::remove(db, &caller, &sent).await?,
        _ => services::calendar::set(db, &caller, &sent).await?,
    };
    match done {
        Ok(()) => {
            let year =
                sent.get("day").and_then(|day| day.trim().parse::<Date>().ok()).map_or(0, |day| day.year());
            Ok(go_to(&if year == 0 {
                "/calendar?saved=1".to_owned()
            } else {
                format!("/calendar?year={year}&saved=1")
            }))
        }
        Err(errors) => page(&cx, StatusCode::UNPROCESSABLE_ENTITY, Sent { fields: sent, errors }).await,
    }
}

async fn page(cx: &Cx, status: StatusCode, sent: Sent) -> Answer {
    let year = year(cx);
    let mut conn = cx.read().await?;
    let mut own = store::calendar::own(&mut conn).await?;
    drop(conn);
    own.retain(|day| day.day.year() == year);
    let may_change = cx.may(Action::CalendarChange);
    let saved = cx.param("saved") == "1";
    let this = cx.today.year();
    let title = cx.lang.say(&Message::new("calendar-of-year").with("year", year.to_string()));
    let in_title = sent.titled(cx.lang, &title);
    Ok(cx.page(status, Some(Nav::Handoffs), &in_title, || {
        let years: Vec<_> = (this - AROUND..=this + AROUND)
            .map(|each| {
                view! {
                    <li>
                        <a class="chip" href=format!("/calendar?year={each}") aria-current=(each == year).then_some("page")>
                            {each.to_string()}
                        </a>
                    </li>
                }
            })
            .collect();
        let kinds: Vec<_> = std::iter::once((String::new(), t("choose")))
            .chain(DayKind::ALL.iter().map(|kind| (kind.as_str().to_owned(), say(&kind.message()))))
            .collect();
        view! {
            <nav class="crumbs" aria-label=t("crumbs-label")>
                <ol><li><a href="/handoffs">{t("handoffs-title")}</a></li></ol>
            </nav>
            <ErrorSummary errors=sent.errors.clone() />
            <div class="title">
                <h1>{title.clone()}</h1>
                <span class="push"><a href=format!("/calendar.csv?year={year}")>{t("export-csv")}</a></span>
            </div>
            <p class="lead">{t("calendar-intro")}</p>
            {saved.then(|| view! { <p class="done" role="status">{t("calendar-saved")}</p> })}
            <nav aria-label=t("calendar-years")><ul class="chips">{years}</ul></nav>
            <section class="card">
                <div class="cap"><h2>{t("calendar-own")}</h2></div>
                {own_days(&own, may_change)}
            </section>
            {may_change.then(|| view! {
                <form class="card pad form" method="post" action=format!("/calendar?year={year}") novalidate=true>
                    <h2>{t("calendar-add")}</h2>
                    <Field name="day" label=t("calendar-day") typed=Typed::Day sent=sent.clone() />
                    <Choice name="kind" label=t("calendar-kind") options=kinds sent=sent.clone() />
                    <Field name="name" label=t("calendar-name") hint=t("calendar-name-hint") sent=sent.clone() />
                    <div class="actions"><button class="button">{t("save")}</button></div>
                </form>
            })}
            <section class="card">
                <div class="cap"><h2>{t("calendar-published")}</h2><small>{t("calendar-published-note")}</small></div>
                {published_table(&published(year))}
            </section>
        }
    }))
}

fn tag(kind: DayKind) -> impl IntoView {
    let (class, mark) = match kind {
        DayKind::Off => ("idle", "○"),
        DayKind::Worked => ("moving", "▷"),
    };
    view! { <span class=format!("tag {class}") data-mark=mark>{say(&kind.message())}</span> }
}

fn own_days(own: &[OwnDay], may_change: bool) -> AnyView {
    if own.is_empty() {
        return view! { <p class="pad">{t("calendar-own-none")}</p> }.into_any();
    }
    let lang = lang_of_page();
    let rows: Vec<_> = own
        .iter()
        .map(|day| {
            let label = say(&Message::new("calendar-remove-day").with("day", day.day));
            view! {
                <tr>
                    <th scope="row">{lang.date(day.day)}</th>
                    <td>{tag(day.kind)}</td>
                    <td>{day.name.clone()}</td>
                    <td>
                        {may_change.then(|| view! {
                            <form method="post" action="/calendar">
                                <input type="hidden" name="do" value="remove" />
                                <input type="hidden" name="day" value=day.day.to_string() />
                                <button class="link" aria-label=label>{t("calendar-remove")}</button>
                            </form>
                        })}
                    </td>
                </tr>
            }
        })
        .collect();
    let columns =
        [Words("calendar-day"), Words("calendar-kind"), Words("calendar-name"), Words("calendar-change")];
    tabular(t("calendar-own"), &columns, rows).into_any()
}

fn published_table(all: &[Stretch]) -> AnyView {
    if all.is_empty() {
        return view! { <p class="pad">{t("calendar-published-none")}</p> }.into_any();
    }
    let lang = lang_of_page();
    let rows: Vec<_> = all
        .iter()
        .map(|each| {
            let days = if each.from == each.to {
                lang.date(each.from)
            } else {
                format!("{} – {}", lang.date(each.from), lang.date(each.to))
            };
            view! { <tr><th scope="row">{days}</th><td>{tag(each.kind)}</td></tr> }
        })
        .collect();
    tabular(t("calendar-published"), &[Words("calendar-days"), Words("calendar-kind")], rows).into_any()
}

/// `GET /calendar.csv?year=…`: every day of the year that differs from what its weekday says.
pub async fn csv(cx: Cx) -> Result<axum::response::Response, Failure> {
    let year = year(&cx);
    let lang = cx.lang;
    let mut conn = cx.read().await?;
    let calendar = store::calendar::load(&mut conn).await?;
    drop(conn);
    let mut rows = vec![["calendar-day", "calendar-kind"].map(|key| lang.t(key)).to_vec()];
    let of_year = calendar.differing().filter(|(day, _)| day.year() == year);
    rows.extend(of_year.map(|(day, kind)| vec![day.to_string(), lang.say(&kind.message())]));
    Ok(csv_file("calendar.csv", services::export::table(rows)))
}
