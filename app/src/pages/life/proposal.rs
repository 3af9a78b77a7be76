//! One proposal: what is proposed for whom, what each unit answers, how far the approval is, and what the reader can do.

use super::{errors, item_tag, known, me, moment, phase_tag, stage_tag, status, who};
use crate::components::form::{ErrorSummary, Field, Sent, fields};
use crate::components::pager::ROWS;
use crate::components::status::VerdictTag;
use crate::components::table::{Words, cards};
use crate::request::{Answer, Cx, Failure, go_to, lang_of_page, say, t};
use crate::shell::Nav;
use access::Action;
use axum::body::Bytes;
use axum::extract::Path;
use domain::Message;
use domain::assignment::Form;
use domain::duty::Subject;
use domain::id::{AssignmentId, ProposalId, SeatId};
use domain::life::Refusal;
use domain::life::route::{Mode, Seat};
use domain::life::state::{ItemState, Phase};
use domain::paper::PaperKind;
use leptos::prelude::*;
use services::form::FieldError;
use services::life::{proposal, vote};
use store::life::item::{Line as Item, Unsigned};
use store::life::proposal::{Happened, Line};
use store::life::seat::{Running, Taken};

/// Most rows of history.
const HISTORY: i64 = 200;

/// `GET /proposals/{id}?page=…`
pub async fn show(Path(id): Path<String>, cx: Cx) -> Answer {
    page(&cx, &id, Sent::default()).await
}

/// `POST /proposals/{id}`: `do` says what.
pub async fn send(Path(id): Path<String>, cx: Cx, body: Bytes) -> Answer {
    let fields = fields(&body);
    let of: ProposalId = id.parse().map_err(|_| Failure::NotFound)?;
    let mut conn = cx.read().await?;
    known(store::life::proposal::visible(&mut conn, of, cx.sight(), me(&cx)).await?)?;
    drop(conn);
    let (db, caller) = (&cx.state.db, cx.caller()?);
    let act = fields.get("do").cloned().unwrap_or_default();
    let errors = match act.as_str() {
        "propose" => errors(proposal::propose(db, &caller, of).await?),
        "answer" => errors(proposal::answer(db, &caller, of, &fields).await?),
        "submit" => errors(vote::submit(db, &caller, of).await?),
        "vote" => errors(vote::vote(db, &caller, of, &fields).await?),
        "pass_on" => errors(vote::pass_on(db, &caller, of, &fields).await?),
        "urge" => errors(vote::urge(db, &caller, of).await?),
        "withdraw" => errors(proposal::withdraw(db, &caller, of, &fields).await?),
        _ => vec![("life", Message::new("life-error-do"))],
    };
    if errors.is_empty() {
        return Ok(go_to(&format!("/proposals/{id}?done={act}")));
    }
    page(&cx, &id, Sent { fields, errors }).await
}

/// What the reader can do.
struct Can {
    own: bool,
    answer: bool,
    vote: Option<SeatId>,
}

async fn page(cx: &Cx, id: &str, sent: Sent) -> Answer {
    let id: ProposalId = id.parse().map_err(|_| Failure::NotFound)?;
    let mut conn = cx.read().await?;
    let line = known(store::life::proposal::visible(&mut conn, id, cx.sight(), me(cx)).await?)?;
    let page = cx.page_number();
    let offset = (page - 1) * ROWS;
    let items = store::life::item::lines(&mut conn, id, cx.sight(), me(cx), ROWS + 1, offset).await?;
    let stages = store::life::seat::of_proposal(&mut conn, id).await?;
    let history = store::life::proposal::history(&mut conn, id, cx.sight(), me(cx), HISTORY).await?;
    let units = store::unit::above(&mut conn, line.proposal.unit).await?;
    let phase = line.proposal.phase;
    let draws = phase == Phase::Approved && cx.may(Action::PaperDraw);
    let unsigned =
        if draws { store::life::item::unsigned(&mut conn, id, cx.sight()).await? } else { Vec::new() };
    drop(conn);
    let subject = Subject { units: &units, ..Subject::default() };
    let is_answering = phase == Phase::Answering;
    let caller = cx.caller()?;
    let can = Can {
        own: caller.actor.permit(Action::AssignmentCreate, &subject).is_ok(),
        answer: is_answering && cx.may(Action::ProposalAnswer) && items.iter().any(|item| item.is_his),
        vote: vote::mine(&stages, &line.proposal, &caller).filter(|_| cx.may(Action::ProposalApprove)),
    };
    let title = line.proposal.title.clone();
    let lacks_route = |(_, message): &FieldError| *message == Refusal::NoRoute.message();
    let no_route = cx.may(Action::RouteChange) && sent.errors.iter().any(lacks_route);
    let done = cx.query.get("done").filter(|done| DONE.contains(&done.as_str())).cloned();
    Ok(cx.page(status(&sent.errors), Some(Nav::Proposals), &sent.titled(cx.lang, &title), || {
        let more = i64::try_from(items.len()).is_ok_and(|shown| shown > ROWS);
        let next = format!("/proposals/{id}?page={}", page + 1);
        let shown: Vec<Item> = items.into_iter().take(usize::try_from(ROWS).unwrap_or(50)).collect();
        view! {
            <nav class="crumbs" aria-label=t("crumbs-label")>
                <ol><li><a href="/proposals">{t("proposals-title")}</a></li></ol>
            </nav>
            <ErrorSummary errors=sent.errors.clone() />
            {no_route.then(|| view! { <p><a href="/routes">{t("routes-title")}</a></p> })}
            <div class="title" id="life">
                <h1>{title.clone()}</h1>
                {phase_tag(phase)}
                <small>{line.proposal.number.clone()}</small>
            </div>
            {done.map(|done| view! { <p class="done" role="status">{t(done_key(&done))}</p> })}
            {lead(&line)}
            {(!unsigned.is_empty()).then(|| papers(id, line.proposal.form, &unsigned))}
            {actions(&line, &can, &sent)}
            <section class="card" id="items">
                <div class="cap">
                    <h2>{t("proposal-items")}</h2>
                    {can.answer.then(|| view! { <a href="#answering">{t("proposal-to-answer")}</a> })}
                </div>
                {table(&shown, &line, &can)}
                {more.then(|| view! { <p class="pad"><a rel="next" href=next>{t("pager-after")}</a></p> })}
            </section>
            {answering(&line, &shown, &can, &sent)}
            {(!stages.is_empty()).then(|| approval(&stages))}
            {events(&history)}
        }
    }))
}

/// What was just done, as the page says it.
const DONE: [&str; 7] = ["propose", "answer", "submit", "vote", "pass_on", "urge", "withdraw"];

fn done_key(done: &str) -> &'static str {
    match done {
        "propose" => "proposal-done-propose",
        "answer" => "proposal-done-answer",
        "submit" => "proposal-done-submit",
        "vote" => "proposal-done-vote",
        "pass_on" => "proposal-done-pass-on",
        "urge" => "proposal-done-urge",
        _ => "proposal-done-withdraw",
    }
}

fn lead(line: &Line) -> impl IntoView + use<> {
    let lang = lang_of_page();
    let proposal = &line.proposal;
    let functions: Vec<String> = proposal.functions.iter().map(|each| say(&each.message())).collect();
    let about = Message::new("proposal-about")
        .with("unit", line.unit.as_str())
        .with("who", who(line.drafter.as_deref(), line.principal.as_deref()))
        .with("giver", line.giver.clone().unwrap_or_else(|| t("giver-unknown")))
        .with("form", proposal.form.message())
        .with("functions", lang.list(&functions))
        .with("from", lang.date(proposal.period.from));
    let to = proposal.period.to.map(|to| say(&Message::new("until").with("date", lang.date(to))));
    let due = line.due.map(|due| say(&Message::new("proposal-due").with("date", lang.date(due))));
    view! {
        <p class="lead">{say(&about)} {to.map(|to| format!(" {to}"))} {due.map(|due| format!(" {due}"))}</p>
        {(!proposal.reason.is_empty()).then(|| view! { <p class="lead quiet">{proposal.reason.clone()}</p> })}
    }
}

/// The papers that are still to be drawn up: one for everything that a unit receives.
fn papers(id: ProposalId, form: Form, unsigned: &[Unsigned]) -> impl IntoView + use<> {
    let kind = PaperKind::ALL.iter().find(|kind| kind.is_mutual() && kind.suits(form));
    let links: Vec<_> = unsigned
        .iter()
        .map(|each| {
            let path = format!("/assignments/{}/papers/new", AssignmentId(each.first));
            let proposal = id.to_string();
            let kind = kind.map(|kind| ("kind", kind.as_str()));
            let to = crate::request::href(&path, kind.into_iter().chain([("proposal", proposal.as_str())]));
            let words =
                Message::new("proposal-papers-of").with("unit", each.unit.as_str()).with("count", each.items);
            view! { <li><a href=to>{say(&words)}</a></li> }
        })
        .collect();
    view! {
        <section class="card" id="papers">
            <div class="cap"><h2>{t("proposal-papers")}</h2></div>
            <p class="note">{t("proposal-papers-hint")}</p>
            <ul class="plain pad">{links}</ul>
        </section>
    }
}

/// What whoever proposes can do with the whole, and the vote of whoever has a seat.
fn actions(line: &Line, can: &Can, sent: &Sent) -> impl IntoView + use<> {
    let proposal = &line.proposal;
    let path = format!("/proposals/{}", proposal.id);
    let button = |act: &'static str, class: &'static str, key: &'static str| {
        view! {
            <form method="post" action=path.clone()>
                <input type="hidden" name="do" value=act />
                <button class=class>{t(key)}</button>
            </form>
        }
    };
    let phase = proposal.phase;
    let drafted = matches!(phase, Phase::Draft | Phase::Returned);
    let running = matches!(phase, Phase::Answering | Phase::Approving);
    let left = line.open + line.objected;
    let waits = (phase == Phase::Answering && left > 0).then(|| {
        say(&Message::new("proposal-waits").with("open", line.open).with("objected", line.objected))
    });
    let own = (can.own && !phase.is_over()).then(|| {
        view! {
            <section class="card pad answer">
                {drafted.then(|| view! { <p>{t("proposal-check")}</p> })}
                {waits.map(|waits| view! { <p>{waits}</p> })}
                <div class="deciding">
                    {drafted.then(|| button("propose", "button", "proposal-send"))}
                    {(phase == Phase::Answering && line.open == 0 && line.objected == 0)
                        .then(|| button("submit", "button", "proposal-submit"))}
                    {running.then(|| button("urge", "button second", "proposal-urge"))}
                    <details class="ending">
                        <summary>{t("proposal-withdraw")}</summary>
                        <form method="post" action=path.clone() class="filters">
                            <input type="hidden" name="do" value="withdraw" />
                            <label>
                                <span>{t("person-reason")}</span>
                                <input name="reason" autocomplete="off" />
                            </label>
                            <button class="button second">{t("proposal-withdraw")}</button>
                        </form>
                    </details>
                </div>
            </section>
        }
    });
    let path = format!("/proposals/{}", proposal.id);
    let voting = can.vote.map(|seat| {
        view! {
            <section class="card">
                <div class="cap"><h2>{t("proposal-vote")}</h2></div>
                <form class="pad form" method="post" action=path.clone() novalidate=true id="vote">
                    <input type="hidden" name="do" value="vote" />
                    <input type="hidden" name="seat" value=seat.to_string() />
                    <Field name="reason" label=t("proposal-opinion") hint=t("proposal-opinion-hint") sent=sent.clone() />
                    <div class="actions">
                        <button class="button" name="vote" value="agree">{t("vote-agree")}</button>
                        <button class="button second" name="vote" value="return">{t("vote-return")}</button>
                        <button class="button second" name="vote" value="refuse">{t("vote-refuse")}</button>
                    </div>
                </form>
                <details class="pad ending">
                    <summary>{t("proposal-pass-on")}</summary>
                    <form method="post" action=path class="filters">
                        <input type="hidden" name="do" value="pass_on" />
                        <input type="hidden" name="seat" value=seat.to_string() />
                        <label>
                            <span>{t("proposal-pass-on-to")}</span>
                            <input id="person" name="person" autocomplete="off" />
                        </label>
                        <label>
                            <span>{t("person-reason")}</span>
                            <input name="reason" autocomplete="off" />
                        </label>
                        <button class="button second">{t("proposal-pass-on")}</button>
                    </form>
                </details>
            </section>
        }
    });
    view! { {own} {voting} }
}

/// The form with which the unit answers, or the proposer deals with objections; its boxes stand in the table.
fn answering(line: &Line, items: &[Item], can: &Can, sent: &Sent) -> impl IntoView + use<> {
    let proposal = &line.proposal;
    let path = format!("/proposals/{}", proposal.id);
    let is_answering = proposal.phase == Phase::Answering;
    let open = items.iter().filter(|each| each.is_his && each.item.state == ItemState::Proposed).count();
    let all = (can.answer && open > 1).then(|| {
        view! {
            <form method="post" action=path.clone()>
                <input type="hidden" name="do" value="answer" />
                <input type="hidden" name="items" value="all" />
                <button class="button second" name="answer" value="accept">{t("proposal-accept-all")}</button>
            </form>
        }
    });
    let objected = items.iter().any(|each| each.item.state == ItemState::Objected);
    let deals = is_answering && can.own && objected;
    let reason = sent.clone();
    (can.answer || deals).then(|| {
        view! {
            <section class="card">
                <div class="cap"><h2>{t("proposal-answer")}</h2></div>
                <form class="pad form" method="post" action=path id="answering" novalidate=true>
                    <input type="hidden" name="do" value="answer" />
                    <Field name="reason" label=t("proposal-answer-reason") hint=t("proposal-answer-hint") sent=reason />
                    <div class="actions">
                        {can
                            .answer
                            .then(|| {
                                view! {
                                    <button class="button" name="answer" value="accept">{t("item-answer-accept")}</button>
                                    <button class="button second" name="answer" value="object">{t("item-answer-object")}</button>
                                }
                            })}
                        {deals
                            .then(|| {
                                view! {
                                    <button class="button second" name="answer" value="ask_again">{t("item-answer-ask_again")}</button>
                                    <button class="button second" name="answer" value="drop">{t("item-answer-drop")}</button>
                                }
                            })}
                    </div>
                </form>
                {all.map(|all| view! { <div class="pad deciding">{all}</div> })}
            </section>
        }
    })
}

fn table(items: &[Item], line: &Line, can: &Can) -> impl IntoView + use<> {
    let is_answering = line.proposal.phase == Phase::Answering;
    let rows: Vec<_> = items
        .iter()
        .map(|each| {
            let state = each.item.state;
            let by_unit = can.answer
                && each.is_his
                && matches!(state, ItemState::Proposed | ItemState::Accepted | ItemState::Objected);
            let by_owner = is_answering && can.own && state == ItemState::Objected;
            let label = format!("{} {}", each.unit, each.power);
            let choose = (by_unit || by_owner).then(|| {
                let id = each.item.id.to_string();
                view! { <label class="check"><input type="checkbox" form="answering" name="items" value=id aria-label=label /></label> }
            });
            let answered = each
                .answered_at
                .map(|at| format!("{} {}", who(each.name.as_deref(), each.principal.as_deref()), moment(at)));
            let absorbed = match each.item.verdict {
                Some(verdict) => {
                    let check = crate::request::href(
                        "/assignments/new",
                        [
                            ("power", each.code.as_str()),
                            ("unit", each.unit_code.as_str()),
                            ("form", line.proposal.form.as_str()),
                        ],
                    );
                    view! {
                        <VerdictTag verdict=verdict />
                        {can.own.then(|| view! { " " <small><a href=check>{t("proposal-see-check")}</a></small> })}
                    }
                        .into_any()
                }
                None => "—".into_any(),
            };
            let became = each.item.assignment.map(|id| {
                view! { " " <small><a href=format!("/takeovers/{id}")>{t("takeover-title")}</a></small> }
            });
            view! {
                <tr>
                    <td class="choose">{choose}</td>
                    <th scope="row">{each.power.clone()} <small>{each.code.clone()}</small></th>
                    <td data-label=t("col-unit")>{each.unit.clone()}</td>
                    <td data-label=t("proposal-absorbed")>{absorbed}</td>
                    <td>{item_tag(state)} {became}</td>
                    <td class="why">{each.item.reason.clone()} {answered.map(|words| view! { " " <small>{words}</small> })}</td>
                </tr>
            }
        })
        .collect();
    cards(
        t("proposal-items"),
        &[
            Words("proposal-choose"),
            Words("col-power"),
            Words("col-unit"),
            Words("proposal-absorbed"),
            Words("proposals-phase"),
            Words("proposal-said"),
        ],
        rows,
    )
}

fn seat(taken: &Taken) -> String {
    match taken.seat {
        Seat::Person(_) => taken.holder.clone(),
        Seat::Role(role, _) => format!("{} {}", taken.holder, say(&role.message())),
    }
}

fn approval(stages: &[Running]) -> impl IntoView + use<> {
    let lang = lang_of_page();
    let last = stages.iter().map(|stage| stage.round).max().unwrap_or(1);
    let rows: Vec<_> = stages
        .iter()
        .filter(|stage| stage.round == last)
        .map(|stage| {
            let mode = match stage.mode {
                Mode::Quorum => say(&Message::new("proposal-quorum")
                    .with("needed", stage.quorum)
                    .with("seats", stage.seats.len())),
                mode => say(&mode.message()),
            };
            let seats: Vec<_> = stage
                .seats
                .iter()
                .map(|taken| {
                    let vote = taken.vote.map(|vote| {
                        let by = who(taken.name.as_deref(), taken.principal.as_deref());
                        let at = taken.voted_at.map(moment).unwrap_or_default();
                        format!("{} · {by} {at} {}", say(&vote.message()), taken.reason)
                    });
                    let vote = vote.unwrap_or_else(|| t("proposal-no-vote"));
                    view! { <li>{seat(taken)} ": " {vote}</li> }
                })
                .collect();
            let due = stage.due_on.map_or_else(|| "—".to_owned(), |due| lang.date(due));
            view! {
                <tr>
                    <th scope="row">{stage.name.clone()} <small>{mode}</small></th>
                    <td>{stage_tag(stage.state)}</td>
                    <td data-label=t("life-due")>{due}</td>
                    <td data-label=t("route-seats")><ul class="plain">{seats}</ul></td>
                </tr>
            }
        })
        .collect();
    view! {
        <section class="card">
            <div class="cap"><h2>{t("proposal-approval")}</h2></div>
            {cards(
                t("proposal-approval"),
                &[Words("route-stage"), Words("proposals-phase"), Words("life-due"), Words("route-seats")],
                rows,
            )}
        </section>
    }
}

/// The words for what was done.
fn act(code: &str) -> String {
    let key = match code {
        "draft" => "proposal-act-draft",
        "propose" => "proposal-move-propose",
        "submit" => "proposal-move-submit",
        "approve" => "proposal-move-approve",
        "withdraw" => "proposal-move-withdraw",
        "urge" => "proposal-urge",
        "pass_on" => "proposal-pass-on",
        "agree" => "vote-agree",
        "return" => "vote-return",
        "refuse" => "vote-refuse",
        "accept" => "item-answer-accept",
        "object" => "item-answer-object",
        "ask_again" => "item-answer-ask_again",
        "drop" => "item-answer-drop",
        _ => "life-operator",
    };
    t(key)
}

fn events(history: &[Happened]) -> impl IntoView + use<> {
    let rows: Vec<_> = history
        .iter()
        .map(|each| {
            view! {
                <tr>
                    <th scope="row">{act(&each.act)}</th>
                    <td data-label=t("col-person")>{who(each.name.as_deref(), each.principal.as_deref())}</td>
                    <td class="when" data-label=t("case-done-at")>{moment(each.happened_at)}</td>
                    <td class="why">
                        {each.item.clone()} " " {each.reason.clone()}
                    </td>
                </tr>
            }
        })
        .collect();
    view! {
        <section class="card">
            <div class="cap"><h2>{t("proposal-history")}</h2></div>
            {cards(
                t("proposal-history"),
                &[Words("proposal-act"), Words("col-person"), Words("case-done-at"), Words("proposal-said")],
                rows,
            )}
        </section>
    }
}
