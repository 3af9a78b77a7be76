//! The two-sided register: who decides and who supervises each power in each unit, with every gap and overlap.

use crate::components::form::{ErrorSummary, Field, OFFERED, Sent, Typed, fields, offer};
use crate::components::pager::{Pager, ROWS, pages};
use crate::components::table::{Words, cards};
use crate::i18n::Lang;
use crate::request::{Answer, Cx, csv_file, go_to, href, lang_of_page, say, t};
use crate::shell::Nav;
use access::Action;
use axum::body::Bytes;
use axum::http::{StatusCode, Uri};
use domain::separation::Names;
use domain::separation::register::Segment;
use domain::{Date, Message, Period};
use leptos::prelude::*;
use services::form::Fields;
use services::register::{Draft, Entry, State};
use store::register::{Filter, Stretch};

/// Assignments that are looked at at a time where the state is asked for, or a file is made.
const CHUNK: i64 = 500;

fn filter(cx: &Cx) -> Filter {
    Filter { root: cx.parsed("unit"), assignment: cx.parsed("assignment"), typed: cx.param("q").to_owned() }
}

fn wished(cx: &Cx) -> Option<State> {
    State::ALL.into_iter().find(|state| state.as_str() == cx.param("state"))
}

/// `GET /register?on=…&unit=…&state=…&q=…&page=…`
pub async fn show(cx: Cx) -> Answer {
    let (filter, state) = (filter(&cx), wished(&cx));
    let asked: Option<Date> = cx.parsed("on");
    let on = asked.unwrap_or(cx.today);
    let mut conn = cx.read().await?;
    let (mut entries, names, total, page);
    if let Some(state) = state {
        // The state is computed, so all of them are looked at.
        let stretch = Stretch { limit: i64::MAX, offset: 0 };
        (entries, names) = services::register::entries(&mut conn, &filter, cx.sight(), stretch).await?;
        entries.retain(|entry| entry.state(on) == state);
        total = i64::try_from(entries.len()).unwrap_or(i64::MAX);
        page = cx.page_number().min(pages(total).max(1));
        let from = usize::try_from((page - 1) * ROWS).unwrap_or(0);
        entries = entries.into_iter().skip(from).take(usize::try_from(ROWS).unwrap_or(0)).collect();
    } else {
        total = store::register::total(&mut conn, &filter, cx.sight()).await?;
        page = cx.page_number().min(pages(total).max(1));
        let stretch = Stretch { limit: ROWS, offset: (page - 1) * ROWS };
        (entries, names) = services::register::entries(&mut conn, &filter, cx.sight(), stretch).await?;
    }
    let unit = match filter.root {
        Some(root) => store::unit::by_id(&mut conn, root).await?,
        None => None,
    };
    drop(conn);
    let title = cx.lang.t("register-title");
    let may_change = cx.may(Action::RegisterChange);
    cx.ok(Nav::Register, &title, || {
        let text = |id: Option<String>| id.unwrap_or_default();
        let params = vec![
            ("on", text(asked.map(|on| on.to_string()))),
            ("unit", text(filter.root.map(|id| id.to_string()))),
            ("assignment", text(filter.assignment.map(|id| id.to_string()))),
            ("state", state.map_or("", State::as_str).to_owned()),
            ("q", filter.typed.clone()),
        ];
        let file = href("/register.csv", params.iter().map(|(name, value)| (*name, value.as_str())));
        let states: Vec<_> = State::ALL
            .into_iter()
            .map(|each| view! { <option value=each.as_str() selected=state == Some(each)>{words(each)}</option> })
            .collect();
        view! {
            <div class="title">
                <h1>{title.clone()}</h1>
                <small>{say(&Message::new("assignments-count").with("count", total))}</small>
                <span class="push"><a href=file>{t("export-csv")}</a></span>
            </div>
            <p class="lead">{t("register-intro")}</p>
            <form class="filters" id="filters" method="get" action="/register" role="search">
                {filter.root.map(|id| view! { <input type="hidden" name="unit" value=id.to_string() /> })}
                {filter.assignment.map(|id| view! { <input type="hidden" name="assignment" value=id.to_string() /> })}
                <label>
                    <span>{t("filter-search-assignment")}</span>
                    <input type="search" name="q" value=filter.typed.clone() placeholder=t("filter-search-hint") />
                </label>
                <label><span>{t("register-on")}</span><input type="date" name="on" value=on.to_string() /></label>
                <label>
                    <span>{t("register-state")}</span>
                    <select name="state"><option value="">{t("filter-all")}</option>{states}</select>
                </label>
                <button class="button second">{t("filter-apply")}</button>
            </form>
            {unit.map(|unit| view! {
                <ul class="chips"><li><a class="chip" href="/register">{unit.name} <span aria-hidden="true">" ✕"</span> <span class="hidden">{t("chip-remove")}</span></a></li></ul>
            })}
            {if entries.is_empty() {
                view! { <section class="card pad"><p>{t("register-none")}</p></section> }.into_any()
            } else {
                view! {
                    <section class="card">
                        {table(&entries, &names, on, may_change)}
                        <Pager path="/register" params=params page=page total=total />
                    </section>
                }
                    .into_any()
            }}
        }
    })
}

fn words(state: State) -> String {
    t(match state {
        State::Open => "register-state-open",
        State::Elsewhen => "register-state-elsewhen",
        State::Whole => "register-state-whole",
    })
}

fn people(lang: Lang, names: &Names, all: &[domain::id::PersonId]) -> String {
    let all: Vec<String> = all.iter().map(|id| names.person(*id)).collect();
    if all.is_empty() { "—".to_owned() } else { lang.list(&all) }
}

/// Supervising units with their liaisons.
fn units(lang: Lang, names: &Names, segment: &Segment) -> String {
    let unit = |(unit, liaison): &(domain::id::UnitId, Option<domain::id::PersonId>)| match liaison {
        Some(liaison) => lang.say(
            &Message::new("register-liaison")
                .with("unit", names.unit(*unit))
                .with("person", names.person(*liaison)),
        ),
        None => names.unit(*unit),
    };
    let all: Vec<String> = segment.units.iter().map(unit).collect();
    if all.is_empty() { "—".to_owned() } else { lang.list(&all) }
}

fn span(lang: Lang, period: Period) -> String {
    let to = period.to.map_or_else(|| lang.t("no-end"), |to| lang.date(to));
    format!("{} – {to}", lang.date(period.from))
}

fn reasons(lang: Lang, names: &Names, segment: &Segment) -> String {
    let all: Vec<String> = segment.findings.iter().map(|finding| lang.say(&finding.message(names))).collect();
    all.join(&lang.t("register-join"))
}

/// What is wrong: on the day, else on the first days on which something is.
fn problem(lang: Lang, names: &Names, entry: &Entry, on: Date) -> Option<(String, String)> {
    let here = entry.on(on).filter(|segment| !segment.findings.is_empty());
    let segment = here.or_else(|| entry.first_problem())?;
    Some((span(lang, segment.period), reasons(lang, names, segment)))
}

fn mark(state: State) -> impl IntoView {
    let (class, sign) = match state {
        State::Open => ("cannot", "■"),
        State::Elsewhen => ("poorly", "◧"),
        State::Whole => ("good", "✓"),
    };
    view! { <span class=format!("tag {class}") data-mark=sign>{words(state)}</span> }
}

fn table(entries: &[Entry], names: &Names, on: Date, may_change: bool) -> impl IntoView + use<> {
    let lang = lang_of_page();
    let rows: Vec<_> = entries
        .iter()
        .map(|entry| {
            let segment = entry.on(on).cloned();
            let line = &entry.line;
            let change = href("/register/new", [("assignment", line.assignment.id.to_string().as_str())]);
            let problem = problem(lang, names, entry, on)
                .map(|(days, why)| view! { <p>{why}</p> <p><small>{days}</small></p> });
            view! {
                <tr>
                    <th scope="row">
                        <a href=format!("/assignments/{}", line.assignment.id)>{line.power.clone()}</a>
                        <small>{line.power_code.clone()}</small>
                    </th>
                    <td data-label=t("register-approving-unit")>{line.unit.clone()}</td>
                    <td data-label=t("register-approvers")>{segment.as_ref().map(|segment| people(lang, names, &segment.approvers))}</td>
                    <td data-label=t("register-supervising-unit")>{segment.as_ref().map(|segment| units(lang, names, segment))}</td>
                    <td data-label=t("register-supervisors")>{segment.as_ref().map(|segment| people(lang, names, &segment.supervisors))}</td>
                    <td data-label=t("register-state")>{mark(entry.state(on))}</td>
                    <td class="why">
                        {problem}
                        {may_change.then(|| view! { <a href=change>{t("register-name")}</a> })}
                    </td>
                </tr>
            }
        })
        .collect();
    cards(
        t("register-title"),
        &[
            Words("col-power"),
            Words("register-approving-unit"),
            Words("register-approvers"),
            Words("register-supervising-unit"),
            Words("register-supervisors"),
            Words("register-state"),
            Words("register-problem"),
        ],
        rows,
    )
}

/// `GET /register.csv`: a row for each stretch of days, so that the file proves every day.
pub async fn csv(cx: Cx) -> Answer {
    let (filter, state, lang) = (filter(&cx), wished(&cx), cx.lang);
    let on = cx.parsed("on").unwrap_or(cx.today);
    let heads = [
        "col-power-code",
        "col-power",
        "register-approving-unit",
        "col-from",
        "col-to",
        "register-approvers",
        "register-supervising-unit",
        "register-supervisors",
        "register-problem",
    ];
    let mut rows = vec![heads.map(|key| lang.t(key)).to_vec()];
    let mut conn = cx.read().await?;
    for chunk in 0.. {
        let stretch = Stretch { limit: CHUNK, offset: chunk * CHUNK };
        let (entries, names) = services::register::entries(&mut conn, &filter, cx.sight(), stretch).await?;
        if entries.is_empty() {
            break;
        }
        for entry in entries.iter().filter(|entry| state.is_none_or(|state| entry.state(on) == state)) {
            rows.extend(entry.segments.iter().map(|segment| {
                vec![
                    entry.line.power_code.clone(),
                    entry.line.power.clone(),
                    entry.line.unit.clone(),
                    segment.period.from.to_string(),
                    segment.period.to.map_or(String::new(), |to| to.to_string()),
                    people(lang, &names, &segment.approvers),
                    units(lang, &names, segment),
                    people(lang, &names, &segment.supervisors),
                    reasons(lang, &names, segment),
                ]
            }));
        }
    }
    Ok(csv_file("register.csv", services::export::table(rows)))
}

/// `GET /register/new?assignment=…`; `action` is absent, or `check`, which writes nothing.
pub async fn new(cx: Cx, uri: Uri) -> Answer {
    let mut fields = fields(uri.query().unwrap_or_default().as_bytes());
    if fields.get("action").is_some_and(|action| action == "check") {
        let mut conn = cx.read().await?;
        let checked = services::register::check(&mut conn, &fields, cx.sight()).await?;
        drop(conn);
        return match checked {
            Ok(draft) => preview(&cx, &fields, &draft),
            Err(errors) => form(&cx, StatusCode::UNPROCESSABLE_ENTITY, Sent { fields, errors }).await,
        };
    }
    fields.entry("from".to_owned()).or_insert_with(|| cx.today.to_string());
    form(&cx, StatusCode::OK, Sent { fields, errors: Vec::new() }).await
}

/// `POST /register/new` saves.
pub async fn send(cx: Cx, body: Bytes) -> Answer {
    let fields = fields(&body);
    match services::register::name_side(&cx.state.db, &cx.caller()?, &fields).await? {
        Ok(id) => Ok(go_to(&href("/register", [("assignment", id.to_string().as_str())]))),
        Err(errors) => form(&cx, StatusCode::UNPROCESSABLE_ENTITY, Sent { fields, errors }).await,
    }
}

async fn form(cx: &Cx, status: StatusCode, sent: Sent) -> Answer {
    let mut conn = cx.read().await?;
    let filter = Filter { assignment: sent.value("assignment").parse().ok(), ..Filter::default() };
    let stretch = Stretch { limit: 1, offset: 0 };
    let entry = match filter.assignment {
        Some(_) => services::register::entries(&mut conn, &filter, cx.sight(), stretch).await?.0.pop(),
        None => None,
    };
    let units = store::unit::options(&mut conn, OFFERED, cx.sight()).await?;
    drop(conn);
    let title = cx.lang.t("register-name");
    let in_title = sent.titled(cx.lang, &title);
    Ok(cx.page(status, Some(Nav::Register), &in_title, || {
        let units = offer(units);
        view! {
            <ErrorSummary errors=sent.errors.clone() />
            <div class="title"><h1>{title.clone()}</h1></div>
            {match entry {
                None => view! {
                    <section class="card pad" id="assignment">
                        <p>{t("register-choose")}</p>
                        <p><a href="/register">{t("register-title")}</a></p>
                    </section>
                }
                    .into_any(),
                Some(entry) => view! {
                    <form class="card pad form" method="get" action="/register/new" novalidate=true>
                        <datalist id="units">{units}</datalist>
                        <p id="assignment"><b>{entry.line.power}</b> " · " {entry.line.unit}</p>
                        <input type="hidden" name="assignment" value=sent.value("assignment") />
                        <Field
                            name="unit"
                            label=t("register-supervising-unit")
                            hint=t("assign-giver-hint")
                            list="units"
                            sent=sent.clone()
                        />
                        <Field name="liaison" label=t("register-liaison-code") hint=t("register-liaison-hint") sent=sent.clone() />
                        <Field name="from" label=t("col-from") typed=Typed::Day sent=sent.clone() />
                        <Field name="to" label=t("col-to") typed=Typed::Day hint=t("assign-to-hint") sent=sent.clone() />
                        <Field name="reason" label=t("separation-reason") sent=sent.clone() />
                        <div class="actions">
                            <button class="button" name="action" value="check">{t("separation-check")}</button>
                            <small>{t("separation-check-hint")}</small>
                        </div>
                    </form>
                }
                    .into_any(),
            }}
        }
    }))
}

#[expect(clippy::unnecessary_wraps, reason = "what every page answers with")]
fn preview(cx: &Cx, fields: &Fields, draft: &Draft) -> Answer {
    let title = cx.lang.t("register-check-title");
    Ok(cx.page(StatusCode::OK, Some(Nav::Register), &title, || {
        let lang = lang_of_page();
        let hidden: Vec<_> = fields
            .iter()
            .filter(|(name, _)| *name != "action")
            .map(|(name, value)| view! { <input type="hidden" name=name.clone() value=value.clone() /> })
            .collect();
        let known = fields.iter().filter(|(name, _)| *name != "action");
        let edit = href("/register/new", known.map(|(name, value)| (name.as_str(), value.as_str())));
        let rows: Vec<_> = draft
            .entry
            .segments
            .iter()
            .map(|segment| {
                view! {
                    <tr>
                        <th scope="row">{span(lang, segment.period)}</th>
                        <td data-label=t("register-approvers")>{people(lang, &draft.names, &segment.approvers)}</td>
                        <td data-label=t("register-supervising-unit")>{units(lang, &draft.names, segment)}</td>
                        <td data-label=t("register-supervisors")>{people(lang, &draft.names, &segment.supervisors)}</td>
                        <td class="why">{reasons(lang, &draft.names, segment)}</td>
                    </tr>
                }
            })
            .collect();
        view! {
            <div class="title">
                <h1>{title.clone()}</h1>
                <small>{format!("{} · {}", draft.line.power, draft.line.unit)}</small>
            </div>
            <section class="card">
                {cards(
                    title.clone(),
                    &[
                        Words("register-days"),
                        Words("register-approvers"),
                        Words("register-supervising-unit"),
                        Words("register-supervisors"),
                        Words("register-problem"),
                    ],
                    rows,
                )}
                <form method="post" action="/register/new" class="pad actions">
                    {hidden}
                    <button class="button">{t("save")}</button>
                    <a class="button second" href=edit>{t("assign-edit")}</a>
                </form>
            </section>
        }
    }))
}
