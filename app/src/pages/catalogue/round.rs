//! One round: its items with what each party says, and answering one, some or all that match.

use super::rounds::{lists, stage_tag};
use super::{carried, crumbs, query, search, sieve};
use crate::components::form::{Choice, ErrorSummary, Field, Sent, Typed, fields};
use crate::components::numbers::count;
use crate::components::pager::{Pager, ROWS, pages};
use crate::components::table::{Figures, Words, cards};
use crate::pages::assign::{every_form, functions};
use crate::request::{Answer, Cx, Failure, go_to, href, lang_of_page, say, t};
use crate::shell::Nav;
use access::Action;
use axum::body::Bytes;
use axum::extract::Path;
use axum::http::StatusCode;
use chrono::{Datelike, Months};
use domain::catalogue::round::{Act, Answer as Said, Outcome, Party, Stage, Terms};
use domain::id::{RoundId, UnitId};
use domain::{Date, Message};
use leptos::prelude::*;
use services::form::Fields;
use std::cmp::Ordering;
use store::round::{Counts, Drafted, Filter, Item, Listed, Proposed};

/// The filter of a query.
pub fn filter(cx: &Cx) -> Filter {
    Filter {
        unit: cx.parsed("unit"),
        power: cx.parsed("power"),
        department: cx.parsed("department"),
        outcome: cx.parsed("outcome"),
        typed: cx.param("q").to_owned(),
    }
}

/// The filter as a query.
pub fn params(filter: &Filter) -> Vec<(&'static str, String)> {
    vec![
        ("unit", filter.unit.map_or(String::new(), |id| id.to_string())),
        ("power", filter.power.map_or(String::new(), |id| id.to_string())),
        ("department", filter.department.map_or(String::new(), |id| id.to_string())),
        ("outcome", filter.outcome.map_or("", Outcome::as_str).to_owned()),
        ("q", filter.typed.clone()),
    ]
}

/// `GET /rounds/{id}?unit=…&outcome=…&q=…&page=…`
pub async fn show(Path(id): Path<String>, cx: Cx) -> Answer {
    let filter = filter(&cx);
    page(&cx, &id, StatusCode::OK, &filter, Sent::default()).await
}

/// `POST /rounds/{id}`: drafts proposals (`do` is `propose`), closes the stage, or does something to items.
pub async fn send(Path(id): Path<String>, cx: Cx, body: Bytes) -> Answer {
    let sent: Fields = fields(&body);
    let round: RoundId = id.parse().map_err(|_| Failure::NotFound)?;
    let (db, caller) = (&cx.state.db, cx.caller()?);
    let filter = services::catalogue::round::filter(&sent);
    let mut back = params(&filter);
    let errors = if sent.get("do").is_some_and(|act| act == "propose") {
        match services::catalogue::proposing::propose(db, &caller, round, &sent)
            .await?
            .ok_or(Failure::NotFound)?
        {
            Ok(drafted) => {
                let (items, proposals) = (drafted.items().to_string(), drafted.proposals.len().to_string());
                let left = drafted.left.to_string();
                let told =
                    [("done", "drafted"), ("items", &items), ("proposals", &proposals), ("left", &left)];
                return Ok(go_to(&href(&format!("/rounds/{id}"), told)));
            }
            Err(errors) => errors,
        }
    } else if sent.contains_key("stage") {
        match services::catalogue::round::advance(db, &caller, round, &sent)
            .await?
            .ok_or(Failure::NotFound)?
        {
            Ok(_) => return Ok(go_to(&format!("/rounds/{id}?done=stage"))),
            Err(errors) => errors,
        }
    } else {
        match services::catalogue::round::answer(db, &caller, round, &sent).await?.ok_or(Failure::NotFound)? {
            Ok(done) => {
                back.extend([
                    ("done", "answered".to_owned()),
                    ("items", done.items.to_string()),
                    ("left", done.left.to_string()),
                    ("page", sent.get("page").cloned().unwrap_or_default()),
                ]);
                return Ok(go_to(&query(&format!("/rounds/{id}"), &back)));
            }
            Err(errors) => errors,
        }
    };
    page(&cx, &id, StatusCode::UNPROCESSABLE_ENTITY, &filter, Sent { fields: sent, errors }).await
}

/// What the page shows.
struct Shown {
    listed: Listed,
    units: Vec<(UnitId, String, Counts)>,
    counts: Counts,
    items: Vec<Item>,
    page: i64,
    /// Agreed items that stand in no proposal; counted when the round is over.
    undrafted: i64,
    proposals: Vec<Drafted>,
}

async fn load(cx: &Cx, id: RoundId, filter: &Filter, wished: i64) -> Result<Shown, Failure> {
    let mut conn = cx.read().await?;
    let sight = cx.sight();
    let listed = store::round::listed(&mut conn, id, sight).await?.ok_or(Failure::NotFound)?;
    let units = store::round::units(&mut conn, id, sight).await?;
    let counts = store::round::counts(&mut conn, id, filter, sight).await?;
    let page = wished.min(pages(counts.all()).max(1));
    let items = store::round::items(&mut conn, id, filter, sight, (ROWS, (page - 1) * ROWS)).await?;
    let is_over = listed.round.stage == Stage::Done;
    let undrafted = if is_over { store::round::undrafted_count(&mut conn, id).await? } else { 0 };
    let proposals = if is_over { store::round::proposals(&mut conn, id, sight).await? } else { Vec::new() };
    Ok(Shown { listed, units, counts, items, page, undrafted, proposals })
}

async fn page(cx: &Cx, id: &str, status: StatusCode, filter: &Filter, sent: Sent) -> Answer {
    let id: RoundId = id.parse().map_err(|_| Failure::NotFound)?;
    let wished = sent.fields.get("page").and_then(|page| page.parse().ok());
    let shown = load(cx, id, filter, wished.unwrap_or_else(|| cx.page_number()).max(1)).await?;
    let round = &shown.listed.round;
    let is_open = round.stage != Stage::Done;
    let title = round.title.clone();
    let in_title = sent.titled(cx.lang, &title);
    let (may_answer, may_close) = (cx.may(Action::RoundAnswer), cx.may(Action::RoundClose));
    let may_propose = !is_open && cx.may(Action::AssignmentCreate);
    let done = match cx.param("done") {
        "opened" => Some(Message::new("round-done-opened")),
        "stage" => Some(Message::new("round-done-stage").with("stage", round.stage.message())),
        "drafted" => Some(
            Message::new("round-done-drafted")
                .with("count", cx.parsed("items").unwrap_or(0_i64))
                .with("proposals", cx.parsed("proposals").unwrap_or(0_i64))
                .with("left", cx.parsed("left").unwrap_or(0_i64)),
        ),
        "answered" => Some(
            Message::new("round-done-answered")
                .with("count", cx.parsed("items").unwrap_or(0_i64))
                .with("left", cx.parsed("left").unwrap_or(0_i64)),
        ),
        _ => None,
    };
    Ok(cx.page(status, Some(Nav::Catalogues), &in_title, || {
        let path = format!("/rounds/{id}");
        let known = params(filter);
        let csv = query(&format!("{path}/items.csv"), &known);
        view! {
            {crumbs("/rounds".to_owned(), "rounds-title")}
            <ErrorSummary errors=sent.errors.clone() />
            <div class="title">
                <h1>{title}</h1>
                {stage_tag(round.stage)}
                <small>{shown.listed.unit.clone()}</small>
                <span class="push"><a href=format!("{path}/changes")>{t("round-changes")}</a></span>
            </div>
            {done.map(|done| view! { <p class="done" role="status">{say(&done)}</p> })}
            <p class="lead">{standing(&shown)}</p>
            {steps(round.stage)}
            {numbers(&path, &shown, filter)}
            {filters(&path, &shown, filter)}
            <p class="actions">
                <a href=csv>{t("round-export")}</a>
                {(may_answer && is_open).then(|| view! { <a href=format!("{path}/import")>{t("round-import")}</a> })}
            </p>
            {table(&shown, &sent, may_answer && is_open)}
            <Pager path=path.clone() params=known.clone() page=shown.page total=shown.counts.all() />
            {(may_answer && is_open).then(|| answering(&path, &shown, filter, &sent))}
            {(may_close && is_open).then(|| closing(&path, &shown))}
            {(may_close && may_propose && shown.undrafted > 0)
                .then(|| proposing(&path, &shown, cx.today, &sent))}
            {(!shown.proposals.is_empty()).then(|| proposals(&shown.proposals))}
        }
    }))
}

fn standing(shown: &Shown) -> String {
    let round = &shown.listed.round;
    if round.stage == Stage::Done {
        let counts = shown.listed.counts;
        return say(&Message::new("round-over")
            .with("agreed", counts.agreed)
            .with("dropped", counts.dropped)
            .with("left", counts.unsettled()));
    }
    let turn = if round.stage.is_up() { "round-turn-up" } else { "round-turn-down" };
    say(&Message::new("round-standing")
        .with("stage", round.stage.message())
        .with("due", lang_of_page().date(round.due_on))
        .with("turn", Message::new(turn)))
}

/// The six stages, the current one marked.
fn steps(stage: Stage) -> impl IntoView + use<> {
    let steps: Vec<_> = Stage::ALL
        .iter()
        .map(|each| {
            let current = (*each == stage).then_some("step");
            let (class, mark) = match each.cmp(&stage) {
                Ordering::Less => ("tag good", "✓"),
                Ordering::Equal => ("tag moving", "▷"),
                Ordering::Greater => ("tag idle", "○"),
            };
            view! { <li aria-current=current><span class=class data-mark=mark>{say(&each.message())}</span></li> }
        })
        .collect();
    view! { <ol class="chips" aria-label=t("round-stages")>{steps}</ol> }
}

fn numbers(path: &str, shown: &Shown, filter: &Filter) -> impl IntoView + use<> {
    let links: Vec<_> = Outcome::ALL
        .iter()
        .map(|outcome| {
            let to = query(path, &params(&Filter { outcome: Some(*outcome), ..filter.clone() }));
            let (class, _) = look(*outcome);
            view! {
                <a href=to>
                    <b class=class>{count(shown.listed.counts.of(*outcome))}</b>
                    <span>{say(&outcome.message())}</span>
                </a>
            }
        })
        .collect();
    view! { <section class="card numbers" aria-label=t("round-items")>{links}</section> }
}

const fn look(outcome: Outcome) -> (&'static str, &'static str) {
    match outcome {
        Outcome::Agreed => ("good", "✓"),
        Outcome::Dropped => ("idle", "—"),
        Outcome::Disputed => ("cannot", "✕"),
        Outcome::Open => ("poorly", "○"),
    }
}

fn filters(path: &str, shown: &Shown, filter: &Filter) -> impl IntoView + use<> {
    let units = shown.units.iter().map(|(id, name, counts)| {
        (id.to_string(), format!("{name} {}/{}", counts.all() - counts.unsettled(), counts.all()))
    });
    let outcomes = Outcome::ALL.iter().map(|each| (each.as_str().to_owned(), say(&each.message())));
    let kept = carried(
        &params(filter)
            .into_iter()
            .filter(|(name, _)| matches!(*name, "power" | "department"))
            .collect::<Vec<_>>(),
    );
    view! {
        <form class="filters" method="get" action=path.to_owned() role="search">
            {kept}
            {search(&filter.typed)}
            {sieve("unit", "col-unit", &filter.unit.map_or(String::new(), |id| id.to_string()), units.collect())}
            {sieve("outcome", "round-outcome", filter.outcome.map_or("", Outcome::as_str), outcomes.collect())}
            <button class="button second">{t("filter-apply")}</button>
        </form>
    }
}

/// The terms of an item in words.
pub fn words(terms: &Terms) -> String {
    let lang = lang_of_page();
    let functions: Vec<String> = terms.functions.iter().map(|each| say(&each.message())).collect();
    let mut words = format!(
        "{} · {} · {}",
        say(&terms.form.message()),
        lang.list(&functions),
        say(&terms.list.message())
    );
    if !terms.kept {
        words = format!("{} · {words}", t("round-not-kept"));
    }
    words
}

fn table(shown: &Shown, sent: &Sent, may: bool) -> impl IntoView + use<> {
    if shown.items.is_empty() {
        return view! { <section class="card pad" id="items"><p>{t("board-none-match")}</p></section> }
            .into_any();
    }
    let id = shown.listed.round.id;
    let is_over = shown.listed.round.stage == Stage::Done;
    let rows: Vec<_> = shown
        .items
        .iter()
        .map(|item| {
            let outcome = item.standing.outcome();
            let (class, mark) = look(outcome);
            let said: Vec<_> = Party::ALL
                .iter()
                .filter_map(|party| {
                    let answer = item.standing.answers.of(*party)?;
                    let class = if answer == Said::Accept { "good" } else { "cannot" };
                    let words = format!("{} {}", say(&party.message()), say(&answer.message()));
                    Some(view! { <li class=class>{words}</li> })
                })
                .collect();
            let choose = Message::new("round-choose")
                .with("unit", item.unit_name.as_str())
                .with("power", item.power_name.as_str());
            view! {
                <tr>
                    {may.then(|| view! {
                        <td class="choose">
                            <label class="check">
                                <input
                                    type="checkbox"
                                    form="answer"
                                    name="items"
                                    value=item.id.to_string()
                                    checked=sent.chose("items", &item.id.to_string())
                                    aria-label=say(&choose)
                                />
                            </label>
                        </td>
                    })}
                    <th scope="row">
                        <a href=format!("/powers/{}", item.power)>{item.power_name.clone()}</a>
                        <small>{under(item)}</small>
                    </th>
                    <td data-label=t("col-unit")>{item.unit_name.clone()}</td>
                    <td data-label=t("round-terms")>{words(&item.standing.terms)}</td>
                    <td><span class=format!("tag {class}") data-mark=mark>{say(&outcome.message())}</span></td>
                    <td data-label=t("round-said")><ul class="plain">{said}</ul></td>
                    <td><a href=format!("/rounds/{id}/changes?item={}", item.id)>{t("round-history")}</a></td>
                    {is_over.then(|| view! { <td data-label=t("round-proposal")>{became(item)}</td> })}
                </tr>
            }
        })
        .collect();
    let columns = [
        Words("choose-rows"),
        Words("col-power"),
        Words("col-unit"),
        Words("round-terms"),
        Words("round-outcome"),
        Words("round-said"),
        Words("round-history"),
        Words("round-proposal"),
    ];
    let columns = match (may, is_over) {
        (true, _) => &columns[..7],
        (false, true) => &columns[1..],
        (false, false) => &columns[1..7],
    };
    view! { <section class="card" id="items">{cards(t("round-items"), columns, rows)}</section> }.into_any()
}

/// What stands under the name of an item's power: its code, and the department where it is known.
fn under(item: &Item) -> String {
    match item.department_name.as_str() {
        "" => item.power_code.clone(),
        department => format!("{} · {department}", item.power_code),
    }
}

/// The proposal in which an item stands, and where it is there.
fn became(item: &Item) -> AnyView {
    match &item.proposed {
        None => view! { "—" }.into_any(),
        Some(Proposed { proposal, number, state }) => view! {
            <a href=format!("/proposals/{proposal}")>{number.clone()}</a> " " <small>{say(&state.message())}</small>
        }
        .into_any(),
    }
}

/// The proposals that became of the round.
fn proposals(all: &[Drafted]) -> impl IntoView + use<> {
    let rows: Vec<_> = all
        .iter()
        .map(|each| {
            view! {
                <tr>
                    <th scope="row"><a href=format!("/proposals/{}", each.id)>{each.number.clone()}</a></th>
                    <td data-label=t("round-proposal-title")>{each.title.clone()}</td>
                    <td data-label=t("proposals-phase")>{say(&each.phase.message())}</td>
                    <td class="n" data-label=t("round-items")>{count(each.items)}</td>
                </tr>
            }
        })
        .collect();
    let columns = [
        Words("round-proposal"),
        Words("round-proposal-title"),
        Words("proposals-phase"),
        Figures("round-items"),
    ];
    view! {
        <section class="card" id="proposals">
            <div class="cap"><h2>{t("round-proposals")}</h2></div>
            {cards(t("round-proposals"), &columns, rows)}
        </section>
    }
}

/// The first day of the month after next: a day to begin with that may be changed.
fn suggested(today: Date) -> Date {
    let first = today.with_day(1).unwrap_or(today);
    first.checked_add_months(Months::new(2)).unwrap_or(today)
}

/// The form that drafts proposals of what was agreed.
fn proposing(path: &str, shown: &Shown, today: Date, sent: &Sent) -> impl IntoView + use<> {
    let mut sent = sent.clone();
    if sent.value("do") != "propose" {
        sent.fields.insert("from".to_owned(), suggested(today).to_string());
    }
    let button = say(&Message::new("round-propose").with("count", shown.undrafted));
    view! {
        <section class="card" id="propose">
            <div class="cap"><h2>{t("round-proposing")}</h2><small>{t("round-proposing-hint")}</small></div>
            <form class="pad form" method="post" action=path.to_owned() novalidate=true>
                <input type="hidden" name="do" value="propose" />
                <div class="grid">
                    <Field name="from" label=t("round-propose-from") typed=Typed::Day sent=sent.clone() />
                    <Field name="to" label=t("round-propose-to") hint=t("round-propose-to-hint") typed=Typed::Day sent=sent.clone() />
                </div>
                <div class="actions"><button class="button">{button}</button></div>
            </form>
        </section>
    }
}

fn answering(path: &str, shown: &Shown, filter: &Filter, sent: &Sent) -> impl IntoView + use<> {
    let acts: Vec<_> = [Act::Accept, Act::Object, Act::Change, Act::Comment]
        .iter()
        .map(|act| {
            let chosen =
                sent.chose("act", act.as_str()) || (sent.value("act").is_empty() && *act == Act::Accept);
            view! {
                <label class="check">
                    <input type="radio" name="act" value=act.as_str() checked=chosen />
                    {say(&act.message())}
                </label>
            }
        })
        .collect();
    let all = say(&Message::new("round-all").with("count", shown.counts.all()));
    let mut hidden = params(filter);
    hidden.push(("page", shown.page.to_string()));
    let unchanged = |options: Vec<(String, String)>| -> Vec<(String, String)> {
        std::iter::once((String::new(), t("round-unchanged"))).chain(options).collect()
    };
    let kept = vec![("yes".to_owned(), t("round-keep")), ("no".to_owned(), t("round-drop"))];
    view! {
        <section class="card" id="act">
            <div class="cap"><h2>{t("round-answer")}</h2><small>{t("round-answer-hint")}</small></div>
            <form class="pad form" id="answer" method="post" action=path.to_owned() novalidate=true>
                {carried(&hidden)}
                <label class="check"><input type="checkbox" name="all" value="yes" checked=sent.chose("all", "yes") />{all}</label>
                <fieldset class="field"><legend>{t("round-act")}</legend><div class="checks">{acts}</div></fieldset>
                <Field name="comment" label=t("round-comment") hint=t("round-comment-hint") sent=sent.clone() />
                <details class="ending" open=sent.chose("act", "change")>
                    <summary>{t("round-terms-new")}</summary>
                    <div class="grid">
                        {select("form", "col-form", unchanged(every_form()), sent)}
                        {select("list", "duties-list", unchanged(lists()), sent)}
                        {select("kept", "round-kept", unchanged(kept), sent)}
                    </div>
                    {functions(sent, "round-functions", "round-functions-hint")}
                </details>
                <div class="actions"><button class="button">{t("round-answer-do")}</button></div>
            </form>
        </section>
    }
}

fn select(
    name: &'static str,
    label: &'static str,
    options: Vec<(String, String)>,
    sent: &Sent,
) -> impl IntoView + use<> {
    view! { <Choice name=name label=t(label) options=options sent=sent.clone() /> }
}

fn closing(path: &str, shown: &Shown) -> impl IntoView + use<> {
    let round = &shown.listed.round;
    let left = shown.listed.counts.unsettled();
    let next = round.stage.next().unwrap_or(Stage::Done);
    let message =
        Message::new("round-close").with("stage", round.stage.message()).with("next", next.message());
    view! {
        <form class="card pad actions" id="stage" method="post" action=path.to_owned()>
            <input type="hidden" name="stage" value=round.stage.as_str() />
            <button class="button second">{say(&message)}</button>
            <small>{say(&Message::new("round-close-hint").with("count", left))}</small>
        </form>
    }
}
