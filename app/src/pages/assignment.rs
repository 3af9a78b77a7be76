//! One assignment: why the unit can or cannot absorb it, and what would mend it.

use crate::components::numbers::count;
use crate::components::parity::ParityBars;
use crate::components::status::{OutcomeTag, VerdictTag};
use crate::i18n::{decimal, percent};
use crate::request::{Answer, Cx, Failure, lang_of_page, say, t};
use crate::shell::Nav;
use access::Action;
use axum::extract::Path;
use domain::assess::{
    Assessment, Evidence, Finding, Gate, Grade, GradeResult, Outcome, Remedy, RemedyKind, Verdict,
};
use domain::assignment::Assignment;
use domain::id::{AssignmentId, UnitId};
use domain::life::state::Stage;
use domain::power::Power;
use domain::rules::TypeRules;
use domain::statistics::{MonthlyStatistics, window_start};
use domain::unit::Unit;
use domain::{Arg, Date, Fen, Message};
use leptos::prelude::*;
use store::people::Handling;

/// Months of statistics on the page.
const MONTHS: u32 = 12;

/// `GET /assignments/{id}`
pub async fn show(Path(id): Path<String>, cx: Cx) -> Answer {
    let id: AssignmentId = id.parse().map_err(|_| Failure::NotFound)?;
    let mut conn = cx.read().await?;
    let assignment = store::assignment::visible(&mut conn, id, cx.sight()).await?.ok_or(Failure::NotFound)?;
    let power = store::power::by_id(&mut conn, assignment.power).await?.ok_or(Failure::NotFound)?;
    let unit =
        store::unit::mentioned(&mut conn, assignment.unit, cx.sight()).await?.ok_or(Failure::NotFound)?;
    // The record names its giver, whose own page may be out of sight.
    let giver = match assignment.giver {
        Some(giver) => store::unit::by_id(&mut conn, giver).await?,
        None => None,
    };
    let giver_page = match assignment.giver {
        Some(giver) => store::unit::mentioned(&mut conn, giver, cx.sight()).await?.map(|unit| unit.id),
        None => None,
    };
    let kept = store::assessment::of_assignment(&mut conn, id, cx.sight()).await?;
    let handlers = store::people::handlers(&mut conn, id, cx.sight()).await?;
    let months =
        store::statistics::of_assignment(&mut conn, id, window_start(cx.today, MONTHS), cx.sight()).await?;
    let rules = store::rules::load(&mut conn).await?;
    let tenure = store::life::tenure::of(&mut conn, id).await?;
    drop(conn);

    let title = format!("{} · {}", power.name, unit.name);
    let deeds: Vec<_> = DEEDS.into_iter().filter(|(.., action)| cx.may(*action)).collect();
    let (today, of_type) = (cx.today, rules.of(power.power_type).clone());
    let (may_read_cases, may_read_register) = (cx.may(Action::CaseRead), cx.may(Action::RegisterRead));
    let (linked, may_read_papers) = (cx.may(Action::PersonRead), cx.may(Action::PaperRead));
    cx.ok(Nav::Board, &title, || {
        view! {
            <nav class="crumbs" aria-label=t("crumbs-label")>
                <ol>
                    <li><a href="/board">{t("nav-board")}</a></li>
                    <li><a href=format!("/units/{}", unit.id)>{unit.name.clone()}</a></li>
                </ol>
            </nav>
            <div class="title">
                <h1>{power.name.clone()}</h1>
                {kept.as_ref().map(|(result, _)| view! { <VerdictTag verdict=result.verdict /> })}
                <small>{headline(&assignment, &power, &unit, giver.as_ref())}</small>
                <span class="push">
                    {may_read_papers
                        .then(|| view! { <a href=format!("/assignments/{id}/papers")>{t("papers-title")}</a> })}
                    {may_read_register
                        .then(|| view! { <a href=format!("/register?assignment={id}")>{t("register-title")}</a> })}
                    {may_read_cases
                        .then(|| view! { <a href=format!("/cases?assignment={id}")>{t("assignment-to-cases")}</a> })}
                </span>
            </div>
            {life(id, tenure.map(|tenure| tenure.stage), &deeds)}
            {match &kept {
                None => view! { <p class="lead">{t("assignment-not-assessed")}</p> }.into_any(),
                Some((result, _)) => lead(result, &unit).into_any(),
            }}
            <div class="cols">
                <div class="stack">
                    {kept.as_ref().map(|(result, _)| absorption(result, assignment.unit, &of_type))}
                    {statistics(&months)}
                </div>
                <div class="stack">
                    {registration(&assignment, &power, giver.as_ref(), giver_page)}
                    {people(&handlers, assignment.unit, today, linked)}
                    {kept.as_ref().map(|(result, version)| figures(result, *version))}
                </div>
            </div>
        }
    })
}

/// What is done to an assignment, each on its own page.
const DEEDS: [(&str, &str, Action); 4] = [
    ("adjust", "adjust-title", Action::AdjustmentRequest),
    ("renew", "renew-title", Action::AssignmentCreate),
    ("review", "life-review-title", Action::AssignmentSign),
    ("recall", "recall-title", Action::AssignmentRead),
];

/// Where it is in its life, and what can be done to it.
fn life(
    id: AssignmentId,
    stage: Option<Stage>,
    deeds: &[(&'static str, &'static str, Action)],
) -> impl IntoView + use<> {
    let links: Vec<_> = deeds
        .iter()
        .map(|(act, key, _)| view! { <a class="button second" href=format!("/assignments/{id}/{act}")>{t(key)}</a> })
        .collect();
    let takeover = stage.map(
        |_| view! { <a class="button second" href=format!("/takeovers/{id}")>{t("takeover-title")}</a> },
    );
    let is_any = stage.is_some() || !links.is_empty();
    is_any.then(|| {
        view! {
            <div class="actions">
                {stage.map(crate::pages::life::life_tag)}
                {takeover}
                {links}
            </div>
        }
    })
}

fn headline(assignment: &Assignment, power: &Power, unit: &Unit, giver: Option<&Unit>) -> String {
    let from = giver.map_or_else(|| power.original_department.clone(), |giver| giver.name.clone());
    let from = if from.is_empty() { t("giver-unknown") } else { from };
    format!(
        "{} · {from} → {} · {}",
        say(&power.power_type.message()),
        unit.name,
        say(&assignment.form.message())
    )
}

/// The answer in words: what is, why, and what it takes.
fn lead(result: &Assessment, unit: &Unit) -> impl IntoView + use<> {
    let verdict = Message::new(match result.verdict {
        Verdict::Cannot => "lead-cannot",
        Verdict::Poorly => "lead-poorly",
        Verdict::Idle => "lead-idle",
        Verdict::InTransition => "lead-in-transition",
        Verdict::Can => "lead-can",
    });
    let first = result.findings.iter().take(2).map(|finding| say(&finding.kind.message()));
    let why = first.collect::<Vec<_>>().join(&t("lead-join"));
    // Money that is asked for pays for the rest, and stationing stands in for posting.
    let others = result
        .remedies
        .iter()
        .filter(|remedy| !matches!(remedy.kind, RemedyKind::Fund { .. } | RemedyKind::Post { .. }));
    let cost: Fen = others.filter_map(|remedy| remedy.cost).sum();
    let cost = (cost > Fen::ZERO).then(|| say(&Message::new("lead-cost").with("cost", cost)));
    let tasks = (result.verdict == Verdict::InTransition).then(|| {
        let done =
            Message::new("lead-tasks").with("done", result.tasks_met()).with("all", result.gates.len());
        say(&done)
    });
    view! {
        <p class="lead">
            {say(&verdict.with("unit", unit.name.as_str()))}
            {(!why.is_empty()).then(|| view! { <strong>{why}</strong> {t("lead-stop")} })} {tasks} {cost}
        </p>
    }
}

/// The same blocks stand on the page that checks a draft.
pub fn absorption(result: &Assessment, unit: UnitId, of_type: &TypeRules) -> impl IntoView + use<> {
    let gates: Vec<_> = result
        .gates
        .iter()
        .map(|each| {
            let findings: Vec<_> = result
                .findings
                .iter()
                .filter(|finding| finding.kind.gate() == Some(each.gate))
                .map(|finding| found(finding, unit))
                .collect();
            let detail = if findings.is_empty() {
                view! { <p class="quiet">{gate_passed(each.gate, each.outcome, result)}</p> }.into_any()
            } else {
                view! { <ul class="plain">{findings}</ul> }.into_any()
            };
            view! {
                <li class="gate">
                    <span class="gate-name">{say(&each.gate.message())}</span>
                    <OutcomeTag outcome=each.outcome />
                    {detail}
                </li>
            }
        })
        .collect();
    let grades: Vec<_> = result.grades.iter().map(|each| grade(each, result, unit)).collect();
    let other: Vec<_> = result
        .findings
        .iter()
        .filter(|finding| finding.kind.gate().is_none() && finding.kind.grade().is_none())
        .map(|finding| found(finding, unit))
        .collect();
    let posts = result.remedies.iter().any(|each| matches!(each.kind, RemedyKind::Post { .. }));
    let remedies: Vec<_> = result.remedies.iter().map(|each| remedy(each, posts)).collect();
    view! {
        {(!remedies.is_empty())
            .then(|| {
                view! {
                    <section class="card">
                        <div class="cap"><h2>{t("assignment-mend")}</h2></div>
                        <ul class="gates">{remedies}</ul>
                    </section>
                }
            })}
        <section class="card">
            <div class="cap"><h2>{t("assignment-gates")}</h2></div>
            <ul class="gates">{gates}</ul>
        </section>
        <section class="card">
            <div class="cap">
                <h2>{t("assignment-grades")}</h2>
                <small>{thresholds(of_type)} " " <a href="/rules">{t("nav-rules")}</a></small>
            </div>
            <ul class="gates">{grades}</ul>
            {(!other.is_empty()).then(|| view! { <ul class="plain pad">{other}</ul> })}
        </section>
    }
}

fn thresholds(of_type: &TypeRules) -> String {
    say(&Message::new("assignment-thresholds")
        .with("people", of_type.min_people)
        .with("money", Arg::Percent(of_type.money.fraction()))
        .with("months", of_type.idle_months))
}

/// What a gate that does not fail was found to be.
fn gate_passed(gate: Gate, outcome: Outcome, result: &Assessment) -> String {
    if outcome == Outcome::NotApplicable {
        return t("gate-not-applicable");
    }
    let message = match gate {
        Gate::Legal => Message::new("gate-legal-passed"),
        Gate::Instrument => Message::new("gate-instrument-passed"),
        Gate::People => Message::new("gate-people-passed").with("count", result.counts.handlers),
        Gate::Training => Message::new("gate-training-passed")
            .with("trained", result.counts.trained_handlers)
            .with("count", result.counts.handlers),
        Gate::Separation => Message::new("gate-separation-passed"),
        Gate::Means => Message::new("gate-means-passed")
            .with("present", result.counts.present_items)
            .with("required", result.counts.required_items),
        Gate::Money => Message::new("gate-money-passed")
            .with("released", result.money.released())
            .with("required", result.money.required()),
    };
    say(&message)
}

/// A finding with links to the rows that prove it.
fn found(finding: &Finding, unit: UnitId) -> impl IntoView + use<> {
    let links: Vec<_> = finding
        .evidence
        .iter()
        .enumerate()
        .filter_map(|(place, evidence)| {
            let (to, key) = match evidence {
                Evidence::Assignment(_) => ("#registration".to_owned(), "evidence-assignment"),
                Evidence::Person(id) => (format!("/units/{unit}#p-{id}"), "evidence-person"),
                Evidence::Certificate(id) => (format!("/units/{unit}#c-{id}"), "evidence-certificate"),
                Evidence::Completion(id) => (format!("/units/{unit}#c-{id}"), "evidence-completion"),
                Evidence::Allocation(id) => (format!("#l-{id}"), "evidence-allocation"),
                Evidence::Equipment(id) => (format!("/units/{unit}#e-{id}"), "evidence-equipment"),
                Evidence::Funding(id) => (format!("/units/{unit}#f-{id}"), "evidence-funding"),
                Evidence::Statistics(id) => (format!("#m-{id}"), "evidence-statistics"),
                Evidence::Supervision(_) => (format!("/register?unit={unit}"), "evidence-supervision"),
                Evidence::Exception(id) => (format!("/separation/exceptions#x-{id}"), "evidence-exception"),
            };
            let words = say(&Message::new(key).with("number", place + 1));
            // A dozen rows prove as well as a hundred.
            (place < 12).then(|| view! { <a href=to>{words}</a> " " })
        })
        .collect();
    view! {
        <li>
            {say(&finding.kind.message())} " "
            {(!links.is_empty()).then(|| view! { <small class="evidence">{t("evidence")} " " {links}</small> })}
        </li>
    }
}

fn grade(each: &GradeResult, result: &Assessment, unit: UnitId) -> impl IntoView + use<> {
    let findings: Vec<_> = result
        .findings
        .iter()
        .filter(|finding| finding.kind.grade() == Some(each.grade))
        .map(|finding| found(finding, unit))
        .collect();
    let shown = |value: f64| match each.grade {
        Grade::Workload => decimal(value, 2),
        _ => percent(value),
    };
    let places = if each.grade == Grade::Workload { 3 } else { 0 };
    let threshold =
        Message::new(if each.grade == Grade::Returned { "grade-at-most" } else { "grade-at-least" })
            .with("threshold", shown(each.threshold.fraction()));
    let value = each.value().map_or_else(
        || t("grade-nothing"),
        |value| {
            say(&Message::new("grade-value")
                .with("value", shown(value))
                .with("part", decimal(each.numerator, places))
                .with("whole", decimal(each.denominator, places)))
        },
    );
    view! {
        <li class="gate">
            <span class="gate-name">{say(&each.grade.message())}</span>
            <OutcomeTag outcome=each.outcome />
            <div>
                <p>{value} " " <small>{say(&threshold)}</small></p>
                {(!findings.is_empty()).then(|| view! { <ul class="plain">{findings}</ul> })}
            </div>
        </li>
    }
}

/// A remedy; stationing beside posting is the other way to the same.
fn remedy(remedy: &Remedy, posts: bool) -> impl IntoView + use<> {
    let is_other_way = posts && matches!(remedy.kind, RemedyKind::Station { .. });
    // Money that is asked for is its own cost.
    let asks_for_money = matches!(remedy.kind, RemedyKind::Fund { .. });
    let cost = remedy
        .cost
        .filter(|cost| *cost > Fen::ZERO && !asks_for_money)
        .map(|cost| say(&Message::new("remedy-cost").with("cost", cost)));
    view! {
        <li class="gate remedy">
            <span class="gate-name">{say(&remedy.kind.label())}</span>
            <p>
                {is_other_way.then(|| t("remedy-or"))} {say(&remedy.kind.message())} " " <small>{cost}</small>
            </p>
        </li>
    }
}

/// Parity, staff and money: every figure beside what it was counted from.
pub fn figures(result: &Assessment, version: i64) -> impl IntoView + use<> {
    let lang = lang_of_page();
    let work = &result.workload;
    let money = &result.money;
    let ratio = work.ratio().map_or_else(|| "—".to_owned(), |ratio| decimal(ratio, 2));
    view! {
        <section class="card">
            <div class="cap"><h2>{t("assignment-parity")}</h2></div>
            <div class="pad">
                <ParityBars
                    people=result.parity.people
                    money=result.parity.money
                    training=result.parity.training
                    means=result.parity.means
                />
            </div>
            <dl>
                <dt>{t("figure-least")}</dt>
                <dd>{percent((result.parity.least() * 100.0).floor() / 100.0)}</dd>
                <dt>{t("figure-volume")}</dt>
                <dd>{decimal(work.annual_volume, 0)}</dd>
                <dt>{t("figure-required")}</dt>
                <dd>{decimal(work.required, 2)}</dd>
                <dt>{t("figure-available")}</dt>
                <dd>{decimal(work.available, 2)}</dd>
                <dt>{t("col-ratio-long")}</dt>
                <dd>{ratio}</dd>
                <dt>{t("unit-difference")}</dt>
                <dd>{decimal(work.difference(), 2)}</dd>
            </dl>
            <h3>{t("figure-money")}</h3>
            <dl>
                <dt>{t("money-people")}</dt>
                <dd>{lang.money(money.people)}</dd>
                <dt>{t("money-cases")}</dt>
                <dd>{lang.money(money.cases)}</dd>
                <dt>{t("money-equipment")}</dt>
                <dd>{lang.money(money.equipment)}</dd>
                <dt>{t("money-training")}</dt>
                <dd>{lang.money(money.training)}</dd>
                <dt>{t("money-required")}</dt>
                <dd><b>{lang.money(money.required())}</b></dd>
                <dt>{t("money-released-own")}</dt>
                <dd>{lang.money(money.released_own)}</dd>
                <dt>{t("money-released-shared")}</dt>
                <dd>{lang.money(money.released_shared)}</dd>
                <dt>{t("money-short")}</dt>
                <dd><b>{lang.money(money.shortage())}</b></dd>
            </dl>
            <p class="note">
                {say(&Message::new("figure-note").with("date", result.on).with("version", version.to_string()))}
            </p>
        </section>
    }
}

/// What was assigned and by which instrument; the giver is a link where its page may be seen.
fn registration(
    assignment: &Assignment,
    power: &Power,
    giver: Option<&Unit>,
    giver_page: Option<UnitId>,
) -> impl IntoView + use<> {
    let lang = lang_of_page();
    let functions: Vec<String> =
        assignment.functions.iter().map(|function| say(&function.message())).collect();
    let until = assignment.period.to.map_or_else(|| t("no-end"), |to| lang.date(to));
    let paper = assignment.instrument.as_ref().map(|paper| {
        let day = |day: Option<Date>, absent: &str| day.map_or_else(|| t(absent), |day| lang.date(day));
        view! {
            <dt>{t("paper")}</dt>
            <dd>{say(&paper.kind.message())} " " {paper.number.clone()}</dd>
            <dt>{t("paper-signed")}</dt>
            <dd>{day(paper.signed_on, "paper-unsigned")}</dd>
            <dt>{t("paper-until")}</dt>
            <dd>{day(paper.until, "no-end")}</dd>
            <dt>{t("paper-published")}</dt>
            <dd>{day(paper.published_on, "paper-unpublished")}</dd>
        }
    });
    view! {
        <section class="card" id="registration">
            <div class="cap"><h2>{t("assignment-registration")}</h2></div>
            <dl>
                <dt>{t("col-power")}</dt>
                <dd><a href=format!("/powers/{}", power.id)>{power.name.clone()}</a></dd>
                <dt>{t("giver")}</dt>
                <dd>
                    {match (giver, giver_page) {
                        (Some(giver), Some(page)) => {
                            view! { <a href=format!("/units/{page}")>{giver.name.clone()}</a> }.into_any()
                        }
                        (Some(giver), None) => view! { {giver.name.clone()} }.into_any(),
                        (None, _) => view! { {t("not-recorded")} }.into_any(),
                    }}
                </dd>
                <dt>{t("col-form")}</dt>
                <dd>{say(&assignment.form.message())}</dd>
                <dt>{t("functions")}</dt>
                <dd>{lang.list(&functions)}</dd>
                <dt>{t("col-from")}</dt>
                <dd>{lang.date(assignment.period.from)}</dd>
                <dt>{t("col-to")}</dt>
                <dd>{until}</dd>
                {assignment
                    .transition_until
                    .map(|until| view! { <dt>{t("transition-until")}</dt><dd>{lang.date(until)}</dd> })}
                {match paper {
                    Some(paper) => paper.into_any(),
                    None => view! { <dt>{t("paper")}</dt><dd>{t("paper-none")}</dd> }.into_any(),
                }}
                {assignment
                    .planned_volume
                    .map(|planned| view! { <dt>{t("planned-volume")}</dt><dd>{count(i64::from(planned))}</dd> })}
            </dl>
        </section>
    }
}

fn people(handlers: &[Handling], unit: UnitId, today: Date, linked: bool) -> impl IntoView + use<> {
    let lang = lang_of_page();
    let rows: Vec<_> = handlers
        .iter()
        .map(|each| {
            let current = each.allocation.period.contains(today);
            let until = each.allocation.period.to.map(|to| say(&Message::new("until").with("date", lang.date(to))));
            let person = each.allocation.person;
            let to = if linked { format!("/people/{person}") } else { format!("/units/{unit}#p-{person}") };
            view! {
                <tr id=format!("l-{}", each.allocation.id) class:dim=!current>
                    <th scope="row">
                        <a href=to>{each.name.clone()}</a>
                        <small>{each.code.clone()}</small>
                    </th>
                    <td>{say(&each.allocation.function.message())} {until.map(|until| view! { " " <small>{until}</small> })}</td>
                    <td class="n">{percent(each.allocation.share)}</td>
                </tr>
            }
        })
        .collect();
    view! {
        <section class="card">
            <div class="cap"><h2>{t("assignment-people")}</h2></div>
            {if rows.is_empty() {
                view! { <p class="pad">{t("assignment-nobody")}</p> }.into_any()
            } else {
                view! {
                    <table class="rows">
                        <caption class="hidden">{t("assignment-people")}</caption>
                        <thead>
                            <tr>
                                <th scope="col">{t("col-person")}</th>
                                <th scope="col">{t("col-function")}</th>
                                <th scope="col" class="n">{t("col-share")}</th>
                            </tr>
                        </thead>
                        <tbody>{rows}</tbody>
                    </table>
                }
                    .into_any()
            }}
        </section>
    }
}

fn statistics(months: &[MonthlyStatistics]) -> impl IntoView + use<> {
    let lang = lang_of_page();
    let cell = |number: u32| view! { <td class="n">{count(i64::from(number))}</td> };
    let rows: Vec<_> = months
        .iter()
        .map(|row| {
            view! {
                <tr id=format!("m-{}", row.id)>
                    <th scope="row">{lang.month(row.month)}</th>
                    {cell(row.received)}
                    {cell(row.completed)}
                    {cell(row.early)}
                    {cell(row.overdue)}
                    {cell(row.returned)}
                    {cell(row.reversals)}
                    {cell(row.complaints)}
                </tr>
            }
        })
        .collect();
    let heads = Vec::from(
        ["received", "completed", "early", "overdue", "returned", "reversals", "complaints"]
            .map(|name| view! { <th scope="col" class="n">{t(&format!("cases-{name}"))}</th> }),
    );
    view! {
        <section class="card">
            <div class="cap"><h2>{t("assignment-cases")}</h2></div>
            {if rows.is_empty() {
                view! { <p class="pad">{t("assignment-no-cases")}</p> }.into_any()
            } else {
                view! {
                    <div class="scroll" tabindex="0" role="region" aria-label=t("assignment-cases")>
                        <table class="rows">
                            <caption class="hidden">{t("assignment-cases")}</caption>
                            <thead>
                                <tr>
                                    <th scope="col">{t("col-month")}</th>
                                    {heads}
                                </tr>
                            </thead>
                            <tbody>{rows}</tbody>
                        </table>
                    </div>
                }
                    .into_any()
            }}
        </section>
    }
}
