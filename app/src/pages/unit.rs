//! One unit: its powers, people, money and means, and the units below it.

use crate::components::numbers::{Numbers, count};
use crate::components::parity::ParityBars;
use crate::components::table::{Figures, Words, cards};
use crate::components::worst::{Rows, Units};
use crate::i18n::{decimal, percent};
use crate::request::{Answer, Cx, Failure, go_to, href, lang_of_page, say, t};
use crate::shell::Nav;
use access::Action;
use axum::extract::Path;
use chrono::Datelike;
use domain::assess::{PersonFacts, Staffing, UnitFacts, staffing};
use domain::funding::FundingLine;
use domain::id::UnitId;
use domain::people::{Certificate, Completion};
use domain::unit::Unit;
use domain::{Date, Fen, Message};
use leptos::prelude::*;
use store::Conn;
use store::assessment::Sums;
use store::facts::Neighbours;

/// Rows of a table on the page at most.
const SHOWN: usize = 200;

/// `GET /units/{id}`
pub async fn show(Path(id): Path<String>, cx: Cx) -> Answer {
    let id: UnitId = id.parse().map_err(|_| Failure::NotFound)?;
    let mut conn = cx.read().await?;
    let found = store::facts::with_path(&mut conn, id, cx.today, Neighbours::Left, cx.sight()).await?;
    let Some((path, facts)) = found else {
        return received(&mut conn, &cx, id).await;
    };
    let rules = store::rules::load(&mut conn).await?;
    let lines = store::assessment::of_unit(&mut conn, id, cx.sight()).await?;
    let below = store::unit::children(&mut conn, Some(id), cx.sight()).await?;
    let support = store::support::of_unit(&mut conn, id).await?;
    drop(conn);
    let staff = staffing(&facts, &rules, cx.today).map_err(services::ServiceError::from)?;

    let mut sums = Sums::default();
    for line in &lines {
        sums += Sums::from(line);
    }
    let own = sums;
    for row in &below {
        sums += row.sums;
    }
    let today = cx.today;
    let linked = cx.may(Action::PersonRead);
    let (unit, params) = (facts.unit.clone(), vec![("unit", id.to_string())]);
    let name = unit.name.clone();
    cx.ok(Nav::Units, &name, || {
        view! {
            {crumbs(&path)}
            <div class="title">
                <h1>{unit.name.clone()}</h1>
                <small>{format!("{} · {}", say(&unit.kind.message()), unit.code)}</small>
                <span class="push">
                    <a class="button" href=href("/assignments/new", [("unit", unit.code.as_str())])>
                        {t("unit-assign")}
                    </a>
                </span>
            </div>
            {support.iter().map(looked).collect::<Vec<_>>()}
            {(sums.counts.all() > 0)
                .then(|| {
                    view! {
                        <Numbers sums=sums params=params />
                        <section class="card pad parity-wide">
                            <h2>{t("col-parity")}</h2>
                            <ParityBars
                                people=sums.staff.fraction()
                                money=sums.money.fraction()
                                training=sums.training.fraction()
                                means=sums.means.fraction()
                            />
                        </section>
                    }
                })}
            {(!below.is_empty())
                .then(|| {
                    view! {
                        <section class="card">
                            <div class="cap">
                                <h2>{t("unit-below")}</h2>
                                {(sums.counts.all() > own.counts.all())
                                    .then(|| view! { <a href=format!("/board?unit={id}")>{t("home-to-board")}</a> })}
                            </div>
                            {crate::pages::units::table(Vec::new(), below)}
                        </section>
                    }
                })}
            {(!lines.is_empty())
                .then(|| {
                    view! {
                        <section class="card">
                            <div class="cap"><h2>{t("unit-powers")}</h2></div>
                            <Rows lines=lines caption=t("unit-powers") units=Units::Known />
                        </section>
                    }
                })}
            <div class="cols">
                <div class="stack">{people(&facts, today, linked)} {money(&facts, today)}</div>
                <div class="stack">{staff_card(&staff)} {means(&facts, today)}</div>
            </div>
        }
    })
}

/// Of a unit out of sight, what it received from units in sight; nothing else of it may be seen.
pub async fn received(conn: &mut Conn, cx: &Cx, id: UnitId) -> Answer {
    store::unit::mentioned(conn, id, cx.sight()).await?.ok_or(Failure::NotFound)?;
    Ok(go_to(&format!("/assignments?unit={id}")))
}

/// That the administrator looked at the unit.
fn looked(view: &store::support::Shown) -> impl IntoView + use<> {
    let lang = lang_of_page();
    let words = Message::new("support-shown")
        .with("name", view.name.as_str())
        .with("from", lang.moment(view.began_at))
        .with("to", lang.moment(view.ends_at))
        .with("reason", view.reason.as_str());
    view! { <p class="warn">{say(&words)}</p> }
}

fn crumbs(path: &[Unit]) -> impl IntoView + use<> {
    let above = path.len().saturating_sub(1);
    let links: Vec<_> = path[..above]
        .iter()
        .map(|unit| view! { <li><a href=format!("/units/{}", unit.id)>{unit.name.clone()}</a></li> })
        .collect();
    view! {
        <nav class="crumbs" aria-label=t("crumbs-label")>
            <ol>
                <li><a href="/units">{t("units-title")}</a></li>
                {links}
            </ol>
        </nav>
    }
}

/// 编制、在编、在岗, and the need: three counts and a comparison that are not to be mixed up.
fn staff_card(staff: &Staffing) -> impl IntoView + use<> {
    let movable: Vec<_> = staff
        .movable
        .iter()
        .map(|(kind, number)| view! { <dt>{say(&kind.message())}</dt><dd>{count(i64::from(*number))}</dd> })
        .collect();
    let authorised = staff.authorised.map_or_else(|| t("not-recorded"), |number| number.to_string());
    let over = staff.authorised.is_some_and(|authorised| staff.established > authorised);
    let need = staff.need.total();
    let ratio = staff.need.ratio(staff.available).map_or_else(|| "—".to_owned(), |ratio| decimal(ratio, 2));
    view! {
        <section class="card">
            <div class="cap"><h2>{t("unit-staff")}</h2></div>
            <dl>
                <dt>{t("unit-authorised")}</dt>
                <dd>{authorised}</dd>
                <dt>{t("unit-established")}</dt>
                <dd>
                    {count(i64::from(staff.established))}
                    {over.then(|| view! { " " <b class="cannot">{t("unit-over-ceiling")}</b> })}
                </dd>
                <dt>{t("unit-in-post")}</dt>
                <dd>{count(i64::from(staff.in_post))}</dd>
                {movable}
                <dt>{t("unit-need")}</dt>
                <dd>{decimal(need, 2)}</dd>
                <dt>{t("unit-available")}</dt>
                <dd>{decimal(staff.available, 2)}</dd>
                <dt>{t("col-ratio-long")}</dt>
                <dd>{ratio}</dd>
                <dt>{t("unit-difference")}</dt>
                <dd>{decimal(staff.need.difference(staff.available), 2)}</dd>
            </dl>
            <p class="note">{t("unit-staff-note")}</p>
        </section>
    }
}

fn people(facts: &UnitFacts, today: Date, linked: bool) -> impl IntoView + use<> {
    let unit = facts.unit.id;
    // Who has no post here but is allocated to one of its powers counts in its assessment, so he is shown.
    let rows: Vec<_> =
        facts.people.iter().take(SHOWN).map(|person| person_row(person, unit, today, linked)).collect();
    let more = more(facts.people.len(), "people");
    view! {
        <section class="card">
            <div class="cap"><h2>{t("unit-people")}</h2></div>
            {if rows.is_empty() {
                view! { <p class="pad">{t("unit-no-people")}</p> }.into_any()
            } else {
                view! {
                    {cards(
                        t("unit-people"),
                        &[
                            Words("col-person"),
                            Words("col-post"),
                            Figures("col-allocated"),
                            Words("col-certificates"),
                            Words("col-courses"),
                        ],
                        rows,
                    )}
                    {more}
                }
                    .into_any()
            }}
        </section>
    }
}

/// That a table shows its first rows only, and where all of them are.
fn more(all: usize, kind: &str) -> impl IntoView + use<> {
    (all > SHOWN).then(|| {
        let words = say(&Message::new("unit-more").with("shown", SHOWN).with("all", all));
        view! { <p class="note">{words} " " <a href=format!("/export/{kind}.csv")>{t("export-csv")}</a></p> }
    })
}

fn person_row(facts: &PersonFacts, unit: UnitId, today: Date, linked: bool) -> impl IntoView + use<> {
    let lang = lang_of_page();
    let person = &facts.person;
    let posts: Vec<String> = person
        .posts(today)
        .filter(|post| post.unit == unit)
        .map(|post| {
            let share = if post.share < 1.0 { format!(" {}", percent(post.share)) } else { String::new() };
            format!("{} ({}{share})", post.post, say(&post.kind.message()))
        })
        .collect();
    let allocated: f64 =
        facts.allocations.iter().filter(|each| each.period.contains(today)).map(|each| each.share).sum();
    let class = if allocated > 1.0 + 1e-9 { "n cannot" } else { "n" };
    let name = person.name.clone();
    let name = if linked {
        view! { <a href=format!("/people/{}", person.id)>{name}</a> }.into_any()
    } else {
        name.into_any()
    };
    let certificates: Vec<_> = person.certificates.iter().map(|each| certificate(each, today)).collect();
    let courses: Vec<_> = person.completions.iter().map(|each| course(each, today)).collect();
    view! {
        <tr id=format!("p-{}", person.id)>
            <th scope="row">{name} <small>{person.code.clone()}</small></th>
            <td data-label=t("col-post")>
                {if posts.is_empty() {
                    view! { <b class="cannot">{t("unit-no-post")}</b> }.into_any()
                } else {
                    view! { {lang.list(&posts)} }.into_any()
                }}
            </td>
            <td class=class data-label=t("col-allocated")>{percent(allocated)}</td>
            <td data-label=t("col-certificates")>
                {if certificates.is_empty() { view! { "—" }.into_any() } else { view! { <ul class="plain">{certificates}</ul> }.into_any() }}
            </td>
            <td data-label=t("col-courses")>
                {if courses.is_empty() { view! { "—" }.into_any() } else { view! { <ul class="plain">{courses}</ul> }.into_any() }}
            </td>
        </tr>
    }
}

fn certificate(each: &Certificate, today: Date) -> impl IntoView + use<> {
    let lang = lang_of_page();
    let until = match each.expires_on {
        Some(until) => say(&Message::new("valid-until").with("date", until)),
        None => String::new(),
    };
    let lapsed = (!each.is_valid(today)).then(|| view! { " " <b class="cannot">{t("not-valid")}</b> });
    let issued = say(&Message::new("issued-on").with("date", lang.date(each.issued_on)));
    view! { <li id=format!("c-{}", each.id) title=issued>{each.kind.clone()} " " <small>{until}</small> {lapsed}</li> }
}

fn course(each: &Completion, today: Date) -> impl IntoView + use<> {
    let lapsed = (!each.is_valid(today)).then(|| view! { " " <b class="cannot">{t("not-valid")}</b> });
    let done = lang_of_page().date(each.completed_on);
    view! { <li id=format!("c-{}", each.id)>{each.course.clone()} " " <small>{done}</small> {lapsed}</li> }
}

fn money(facts: &UnitFacts, today: Date) -> impl IntoView + use<> {
    let lang = lang_of_page();
    let of_assignments = facts.assignments.iter().flat_map(|each| {
        each.funding.iter().map(|line| (Some((each.assignment.id, each.power.name.clone())), line))
    });
    let mut lines: Vec<(Option<_>, &FundingLine)> =
        facts.funding.iter().map(|line| (None, line)).chain(of_assignments).collect();
    lines.retain(|(_, line)| line.year == today.year());
    let total: Fen = lines.iter().map(|(_, line)| line.released).sum();
    let more = more(lines.len(), "funding");
    let rows: Vec<_> = lines
        .into_iter()
        .take(SHOWN)
        .map(|(of, line)| {
            let what = match of {
                Some((id, name)) => view! { <a href=format!("/assignments/{id}")>{name}</a> }.into_any(),
                None => view! { {t("unit-money-whole")} }.into_any(),
            };
            view! {
                <tr id=format!("f-{}", line.id)>
                    <th scope="row">{what} <small>{line.document.clone()}</small></th>
                    <td data-label=t("col-source")>{say(&line.source.message())}</td>
                    <td class="n" data-label=t("col-allocated-money")>{lang.money(line.allocated)}</td>
                    <td class="n" data-label=t("col-released")>{lang.money(line.released)}</td>
                    <td class="n" data-label=t("col-spent")>{lang.money(line.spent)}</td>
                </tr>
            }
        })
        .collect();
    let heading =
        say(&Message::new("unit-money").with("year", today.year().to_string()).with("total", total));
    view! {
        <section class="card">
            <div class="cap"><h2>{heading.clone()}</h2></div>
            {if rows.is_empty() {
                view! { <p class="pad">{t("unit-no-money")}</p> }.into_any()
            } else {
                view! {
                    {cards(
                        heading.clone(),
                        &[
                            Words("col-money-for"),
                            Words("col-source"),
                            Figures("col-allocated-money"),
                            Figures("col-released"),
                            Figures("col-spent"),
                        ],
                        rows,
                    )}
                    {more}
                }
                    .into_any()
            }}
        </section>
    }
}

fn means(facts: &UnitFacts, today: Date) -> impl IntoView + use<> {
    let rows: Vec<_> = facts
        .equipment
        .iter()
        .filter(|each| each.period.contains(today))
        .map(|each| {
            view! {
                <dt id=format!("e-{}", each.id)>{each.item.clone()}</dt>
                <dd>{each.quantity}</dd>
            }
        })
        .collect();
    view! {
        <section class="card">
            <div class="cap"><h2>{t("unit-means")}</h2></div>
            {if rows.is_empty() {
                view! { <p class="pad">{t("unit-no-means")}</p> }.into_any()
            } else {
                view! { <dl>{rows}</dl> }.into_any()
            }}
        </section>
    }
}
