//! Cases: the list, opening one, and one with its clock, its two sides, its steps and who may act next.

mod clock;
mod list;

pub use list::show;

use crate::components::form::{Choice, ErrorSummary, Field, Sent, Typed, fields};
use crate::components::table::{Words, cards};
use crate::i18n::Lang;
use crate::request::{Answer, Cx, Failure, go_to, lang_of_page, say, t};
use crate::shell::Nav;
use access::Action;
use axum::body::Bytes;
use axum::extract::Path;
use axum::http::{StatusCode, Uri};
use chrono::{DateTime, TimeDelta, Utc};
use domain::Message;
use domain::assignment::Function;
use domain::calendar::Calendar;
use domain::case::CaseResult;
use domain::clock::Pause;
use domain::duty::Side;
use domain::id::{AssignmentId, CaseId, PauseId, PersonId};
use domain::power::PowerType;
use domain::separation::may_act;
use leptos::prelude::*;
use services::case::Ground;
use services::form::Fields;
use services::refusal::{Refusal, words};
use store::case::{Mark, StepLine};
use store::people::Handling;

/// `GET /cases/new?assignment=…`
pub async fn new(cx: Cx, uri: Uri) -> Answer {
    let mut fields = fields(uri.query().unwrap_or_default().as_bytes());
    fields.insert("opened_on".to_owned(), cx.today.to_string());
    opening(&cx, StatusCode::OK, Sent { fields, errors: Vec::new() }).await
}

/// `POST /cases/new`
pub async fn open(cx: Cx, body: Bytes) -> Answer {
    let fields = fields(&body);
    match services::case::open(&cx.state.db, &cx.caller()?, &fields).await? {
        Ok(id) => Ok(go_to(&format!("/cases/{id}"))),
        Err(errors) => opening(&cx, StatusCode::UNPROCESSABLE_ENTITY, Sent { fields, errors }).await,
    }
}

async fn opening(cx: &Cx, status: StatusCode, sent: Sent) -> Answer {
    let about = match sent.value("assignment").parse::<AssignmentId>() {
        Ok(id) => named(cx, id).await?,
        Err(_) => None,
    };
    let title = cx.lang.t("case-open");
    Ok(cx.page(status, Some(Nav::Cases), &sent.titled(cx.lang, &title), || {
        view! {
            <ErrorSummary errors=sent.errors.clone() />
            <div class="title"><h1>{title.clone()}</h1></div>
            {match about {
                None => view! {
                    <section class="card pad" id="assignment">
                        <p>{t("case-choose")}</p>
                        <p><a href="/assignments">{t("assignments-title")}</a></p>
                    </section>
                }
                    .into_any(),
                Some((power, unit)) => view! {
                    <form class="card pad form" method="post" action="/cases/new" novalidate=true>
                        <p id="assignment"><b>{power}</b> " · " {unit}</p>
                        <input type="hidden" name="assignment" value=sent.value("assignment") />
                        <Field name="number" label=t("case-number") hint=t("case-number-hint") sent=sent.clone() />
                        <Field name="opened_on" label=t("case-opened-on") typed=Typed::Day sent=sent.clone() />
                        <div class="actions">
                            <button class="button">{t("case-open")}</button>
                            <a href="/cases">{t("cancel")}</a>
                        </div>
                    </form>
                }
                    .into_any(),
            }}
        }
    }))
}

/// Power and unit of an assignment that may be seen.
async fn named(cx: &Cx, id: AssignmentId) -> Result<Option<(String, String)>, Failure> {
    let mut conn = cx.read().await?;
    let Some(assignment) = store::assignment::by_id(&mut conn, id).await? else { return Ok(None) };
    let power = store::power::by_id(&mut conn, assignment.power).await?;
    let unit = store::unit::by_id(&mut conn, assignment.unit).await?;
    Ok(power.zip(unit).map(|(power, unit)| (power.name, unit.name)))
}

/// What the page of a case shows.
struct Shown {
    case: store::case::Shown,
    ground: Ground,
    pauses: Vec<(PauseId, Pause)>,
    calendar: Calendar,
    penalty_days: u32,
    steps: Vec<StepLine>,
    handlers: Vec<Handling>,
    marks: Vec<Mark>,
}

async fn load(cx: &Cx, id: CaseId) -> Result<Shown, Failure> {
    let mut conn = cx.read().await?;
    let case = store::case::shown(&mut conn, id, cx.sight()).await?.ok_or(Failure::NotFound)?;
    let assignment = case.case.assignment;
    let ground = Ground::load(&mut conn, assignment, cx.today).await?.ok_or(Failure::NotFound)?;
    let steps = store::case::steps(&mut conn, id).await?;
    let handlers = store::people::handlers(&mut conn, assignment, cx.sight()).await?;
    let penalty_days = if ground.power.power_type == PowerType::Penalty {
        services::handoff::settings(&mut conn).await?.penalty_days
    } else {
        domain::handoff::Settings::default().penalty_days
    };
    Ok(Shown {
        pauses: store::case::pauses(&mut conn, id).await?,
        calendar: store::calendar::load(&mut conn).await?,
        marks: store::case::marks(&mut conn, id).await?,
        case,
        ground,
        penalty_days,
        steps,
        handlers,
    })
}

/// `GET /cases/{id}`
pub async fn one(Path(id): Path<String>, cx: Cx) -> Answer {
    let id: CaseId = id.parse().map_err(|_| Failure::NotFound)?;
    let shown = load(&cx, id).await?;
    page(&cx, StatusCode::OK, &shown, Sent::default())
}

/// `POST /cases/{id}`: `do` is `pause` or `resume`; else it records `function`, `note` and `result`.
pub async fn record(Path(id): Path<String>, cx: Cx, body: Bytes) -> Answer {
    let id: CaseId = id.parse().map_err(|_| Failure::NotFound)?;
    let fields: Fields = fields(&body);
    let (db, caller) = (&cx.state.db, cx.caller()?);
    let done = match fields.get("do").map(String::as_str) {
        Some("pause") => services::case::pause(db, &caller, id, &fields).await?,
        Some("resume") => services::case::resume(db, &caller, id, &fields).await?,
        _ => services::case::record(db, &caller, id, &fields).await?,
    };
    match done {
        None => Err(Failure::NotFound),
        Some(Ok(())) => Ok(go_to(&format!("/cases/{id}?saved=1"))),
        Some(Err(errors)) => {
            let shown = load(&cx, id).await?;
            page(&cx, StatusCode::UNPROCESSABLE_ENTITY, &shown, Sent { fields, errors })
        }
    }
}

/// A function, whether the reader may exercise it now and else why not, and who is named for it.
struct Chance {
    function: Function,
    mine: Result<(), Refusal>,
    /// Names, and whether they stand on the other side of the case.
    named: Vec<(String, bool)>,
}

fn chances(cx: &Cx, shown: &Shown, parties: &[(PersonId, Side)]) -> Result<Vec<Chance>, Failure> {
    let actor = cx.actor()?;
    let rights = cx.signed.as_ref().map(|signed| &signed.rights);
    let current: Vec<&Handling> =
        shown.handlers.iter().filter(|each| each.allocation.period.contains(cx.today)).collect();
    let is_there = |function: &Function| {
        shown.ground.assignment.functions.contains(function)
            || *function == Function::Supervise
            || current.iter().any(|each| each.allocation.function == *function)
    };
    let chance = |function: Function| {
        let subject = shown.ground.step(function, parties);
        let mine = match actor.permit(Action::from(function), &subject) {
            Ok(_) => Ok(()),
            Err(denial) => Err(words(&denial, rights, &shown.handlers, cx.today)),
        };
        let mut named: Vec<(String, bool)> = current
            .iter()
            .filter(|each| each.allocation.function == function)
            .map(|each| {
                let barred = may_act(function, parties, each.allocation.person, None).is_err();
                (each.name.clone(), barred)
            })
            .collect();
        named.dedup();
        Chance { function, mine, named }
    };
    Ok(Function::ALL.iter().copied().filter(is_there).map(chance).collect())
}

fn page(cx: &Cx, status: StatusCode, shown: &Shown, sent: Sent) -> Answer {
    let parties: Vec<(PersonId, Side)> = shown.steps.iter().flat_map(|line| line.step.parties()).collect();
    let chances = chances(cx, shown, &parties)?;
    let kept = &shown.case.case;
    let title = cx.lang.say(&Message::new("case-title").with("number", kept.number.as_str()));
    let saved = cx.param("saved") == "1";
    let today = cx.today;
    let is_decided = kept.progress.decided_on.is_some();
    let may_pause = !is_decided && cx.actor()?.permit(Action::CasePause, &shown.ground.opening()).is_ok();
    Ok(cx.page(status, Some(Nav::Cases), &sent.titled(cx.lang, &title), || {
        let lang = lang_of_page();
        let assignment = format!("/assignments/{}", kept.assignment);
        view! {
            <nav class="crumbs" aria-label=t("crumbs-label")>
                <ol>
                    <li><a href="/cases">{t("cases-title")}</a></li>
                    <li><a href=assignment>{shown.ground.power.name.clone()}</a></li>
                </ol>
            </nav>
            <ErrorSummary errors=sent.errors.clone() />
            <div class="title">
                <h1>{title.clone()}</h1>
                <small>
                    {format!("{} · {} · {}", shown.ground.power.name, shown.case.unit, lang.date(kept.opened_on))}
                </small>
            </div>
            {saved.then(|| view! { <p class="done" role="status">{t("case-saved")}</p> })}
            <section class="card">
                <div class="cap"><h2>{t("case-sides")}</h2><small>{t("case-sides-note")}</small></div>
                <dl class="wide">
                    {Side::ALL
                        .iter()
                        .map(|side| view! { <dt>{say(&side.message())}</dt><dd>{of_side(&shown.steps, *side)}</dd> })
                        .collect::<Vec<_>>()}
                </dl>
            </section>
            {clock::clock(shown, today)}
            {clock::marks(kept.id, &shown.marks)}
            {next(shown, chances, &sent, is_decided)}
            {may_pause.then(|| clock::pausing(kept.id, &shown.pauses, &sent))}
            {history(&shown.steps)}
        }
    }))
}

/// Who stands on a side.
fn of_side(steps: &[StepLine], side: Side) -> String {
    let mut names: Vec<String> = Vec::new();
    for line in steps.iter().filter(|line| Side::of(line.step.function) == Some(side)) {
        for name in [Some(&line.name), line.principal_name.as_ref()].into_iter().flatten() {
            if !names.contains(name) {
                names.push(name.clone());
            }
        }
    }
    if names.is_empty() { t("case-side-nobody") } else { lang_of_page().list(&names) }
}

fn next(shown: &Shown, chances: Vec<Chance>, sent: &Sent, is_decided: bool) -> impl IntoView + use<> {
    let may_decide =
        !is_decided && chances.iter().any(|chance| chance.function.decides() && chance.mine.is_ok());
    let results: Vec<_> = std::iter::once((String::new(), t("case-result-usual")))
        .chain(CaseResult::ALL.iter().map(|each| (each.as_str().to_owned(), say(&each.message()))))
        .collect();
    let may_any = chances.iter().any(|chance| chance.mine.is_ok());
    let rows: Vec<_> = chances
        .into_iter()
        .map(|Chance { function, mine, named }| {
            let named: Vec<_> = named
                .into_iter()
                .map(|(name, barred)| {
                    view! {
                        <li class:quiet=barred>
                            {name} {barred.then(|| view! { " " <small>{t("case-on-other-side")}</small> })}
                        </li>
                    }
                })
                .collect();
            let mine = match mine {
                Ok(()) if is_decided && function.decides() => {
                    view! { <small>{t("case-error-decided")}</small> }.into_any()
                }
                Ok(()) => view! {
                    <button class="button" form="step" name="function" value=function.as_str()>
                        {say(&Message::new("case-do").with("function", function.message()))}
                    </button>
                }
                .into_any(),
                Err(refusal) => view! { <small>{say(&refusal.why)}</small> }.into_any(),
            };
            view! {
                <tr>
                    <th scope="row">{say(&function.message())}</th>
                    <td data-label=t("case-named")>
                        {if named.is_empty() {
                            view! { {t("case-nobody-named")} }.into_any()
                        } else {
                            view! { <ul class="plain">{named}</ul> }.into_any()
                        }}
                    </td>
                    <td class="why">{mine}</td>
                </tr>
            }
        })
        .collect();
    view! {
        <section class="card" id="function">
            <div class="cap"><h2>{t("case-next")}</h2></div>
            {may_any.then(|| view! {
                <form class="pad form" method="post" id="step" action=format!("/cases/{}", shown.case.case.id) novalidate=true>
                    {may_decide.then(|| view! {
                        <Choice name="result" label=t("case-result") hint=t("case-result-hint") options=results sent=sent.clone() />
                    })}
                    <Field name="note" label=t("case-note") hint=t("case-note-hint") sent=sent.clone() />
                </form>
            })}
            {cards(t("case-next"), &[Words("col-function"), Words("case-named"), Words("case-mine")], rows)}
        </section>
    }
}

/// A moment in China.
fn moment(lang: Lang, at: DateTime<Utc>) -> String {
    let at = at + TimeDelta::hours(8);
    format!("{} {}", lang.date(at.date_naive()), at.format("%H:%M"))
}

fn history(steps: &[StepLine]) -> impl IntoView + use<> {
    let lang = lang_of_page();
    let rows: Vec<_> = steps
        .iter()
        .map(|line| {
            let principal = line
                .principal_name
                .as_ref()
                .map(|name| say(&Message::new("acting-for").with("name", name.as_str())));
            let side =
                Side::of(line.step.function).map_or_else(|| "—".to_owned(), |side| say(&side.message()));
            view! {
                <tr>
                    <th scope="row">{say(&line.step.function.message())}</th>
                    <td data-label=t("col-person")>{line.name.clone()} {principal.map(|words| view! { " " <small>{words}</small> })}</td>
                    <td data-label=t("case-side")>{side}</td>
                    <td class="when" data-label=t("case-done-at")>{moment(lang, line.step.done_at)}</td>
                    <td class="why">{line.step.note.clone()}</td>
                </tr>
            }
        })
        .collect();
    view! {
        <section class="card">
            <div class="cap"><h2>{t("case-steps")}</h2></div>
            {if rows.is_empty() {
                view! { <p class="pad">{t("case-no-steps")}</p> }.into_any()
            } else {
                cards(
                    t("case-steps"),
                    &[
                        Words("col-function"),
                        Words("col-person"),
                        Words("case-side"),
                        Words("case-done-at"),
                        Words("case-note"),
                    ],
                    rows,
                )
                    .into_any()
            }}
        </section>
    }
}
