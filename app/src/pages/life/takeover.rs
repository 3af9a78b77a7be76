//! One take-over: its task list, who owes each task by when, the paper, and waivers.

use super::{About, Reason, errors, known, life_tag, status, task_tag, who};
use crate::components::form::{ErrorSummary, Field, Sent, Typed, fields};
use crate::request::{Answer, Cx, Failure, go_to, href, lang_of_page, say, t};
use crate::shell::Nav;
use access::Action;
use axum::body::Bytes;
use axum::extract::Path;
use domain::assignment::{Assignment, Form};
use domain::id::AssignmentId;
use domain::life::state::Decision;
use domain::life::takeover::{Task, TaskState};
use domain::paper::{PaperKind, PaperState};
use domain::{Date, Message};
use leptos::prelude::*;
use services::life::{paper, takeover};
use store::life::takeover::{Owed, Waiver};
use store::life::tenure::OpenCase;
use store::paper::Beside;

/// Open cases that are listed.
const CASES: i64 = 50;

/// `GET /takeovers/{assignment}`
pub async fn show(Path(id): Path<String>, cx: Cx) -> Answer {
    page(&cx, &id, Sent::default()).await
}

/// `POST /takeovers/{assignment}`: `do` says what.
pub async fn send(Path(id): Path<String>, cx: Cx, body: Bytes) -> Answer {
    let fields = fields(&body);
    let of: AssignmentId = id.parse().map_err(|_| Failure::NotFound)?;
    let mut conn = cx.read().await?;
    known(store::assignment::visible(&mut conn, of, cx.sight()).await?)?;
    drop(conn);
    let (db, caller) = (&cx.state.db, cx.caller()?);
    let task = || fields.get("task").and_then(|task| task.parse().ok()).ok_or(Failure::NotFound);
    let errors = match fields.get("do").map_or("", String::as_str) {
        "sign" => errors(paper::sign(db, &caller, of, &fields).await?),
        "tick" => errors(takeover::tick(db, &caller, task()?, &fields).await?),
        "waive" => errors(takeover::ask_waiver(db, &caller, task()?, &fields).await?),
        "decide" => {
            let waiver = fields.get("waiver").and_then(|id| id.parse().ok()).ok_or(Failure::NotFound)?;
            errors(takeover::decide_waiver(db, &caller, waiver, &fields).await?)
        }
        _ => vec![("life", Message::new("life-error-do"))],
    };
    if errors.is_empty() {
        return Ok(go_to(&format!("/takeovers/{id}?done=1")));
    }
    page(&cx, &id, Sent { fields, errors }).await
}

/// What the reader may do here.
struct May(Vec<Action>);

impl May {
    fn has(&self, action: Action) -> bool {
        self.0.contains(&action)
    }
}

/// What is done on this page.
const DEEDS: [Action; 6] = [
    Action::AssignmentSign,
    Action::TakeoverTick,
    Action::WaiverRequest,
    Action::WaiverDecide,
    Action::PaperDraw,
    Action::PaperConfirm,
];

async fn page(cx: &Cx, id: &str, sent: Sent) -> Answer {
    let id: AssignmentId = id.parse().map_err(|_| Failure::NotFound)?;
    let mut conn = cx.read().await?;
    let about = About::load(&mut conn, cx, id).await?;
    let (title, stage) = (about.name(), about.stage());
    let About { assignment, tenure, .. } = about;
    let tasks = store::life::takeover::of_assignment(&mut conn, id).await?;
    let waivers = store::life::takeover::waivers(&mut conn, id).await?;
    let beside = store::paper::beside(&mut conn, id).await?;
    let cases = match tenure.and_then(|tenure| tenure.follows) {
        Some(former) => store::life::tenure::open_cases(&mut conn, former, CASES).await?,
        None => Vec::new(),
    };
    drop(conn);
    let goes_on = !stage.is_over();
    let may = May(DEEDS.into_iter().filter(|action| goes_on && cx.may(*action)).collect());
    let today = cx.today;
    let done = cx.param("done") == "1";
    let heading = cx.lang.t("takeover-title");
    let in_title = format!("{heading} {title}");
    Ok(cx.page(status(&sent.errors), Some(Nav::Takeovers), &sent.titled(cx.lang, &in_title), || {
        let lang = lang_of_page();
        let met = tasks.iter().filter(|owed| owed.state != TaskState::Open).count();
        let key = if stage.is_before() { "takeover-lead" } else { "takeover-lead-begun" };
        let lead = Message::new(key)
            .with("from", lang.date(assignment.period.from))
            .with("met", met)
            .with("all", tasks.len());
        let planned = tenure.filter(|each| stage.is_before() && each.planned_from != assignment.period.from);
        let planned = planned
            .map(|each| say(&Message::new("takeover-put-off").with("date", lang.date(each.planned_from))));
        let rows: Vec<_> =
            tasks.iter().map(|owed| row(id, owed, &waivers, &may, today, &assignment)).collect();
        let paper = may.has(Action::AssignmentSign) && tasks.iter().any(|owed| owed.task == Task::Instrument);
        view! {
            <nav class="crumbs" aria-label=t("crumbs-label")>
                <ol>
                    <li><a href="/takeovers">{t("takeovers-title")}</a></li>
                    <li><a href=format!("/assignments/{id}")>{t("takeover-to-assignment")}</a></li>
                </ol>
            </nav>
            <ErrorSummary errors=sent.errors.clone() />
            <div class="title" id="life"><h1>{title.clone()}</h1> {life_tag(stage)}</div>
            {done.then(|| view! { <p class="done" role="status">{t("takeover-done")}</p> })}
            <p class="lead">{say(&lead)} {planned}</p>
            <section class="card">
                <div class="cap"><h2>{t("takeover-tasks")}</h2></div>
                {if rows.is_empty() {
                    view! { <p class="pad">{t("takeover-no-tasks")}</p> }.into_any()
                } else {
                    view! { <ul class="gates">{rows}</ul> }.into_any()
                }}
            </section>
            {paper.then(|| signing(id, &assignment, &beside, &may, &sent))}
            {(!cases.is_empty()).then(|| open_cases(&cases))}
        }
    }))
}

/// Where a task that the system computes is dealt with.
fn place(task: Task, assignment: &Assignment) -> Option<(String, &'static str)> {
    let of = assignment.id;
    Some(match task {
        Task::Instrument | Task::Published => (format!("/assignments/{of}/papers"), "takeover-to-paper"),
        Task::Handlers | Task::Certified | Task::Posts => {
            (format!("/units/{}", assignment.unit), "takeover-to-people")
        }
        Task::Supervisor => (format!("/register?assignment={of}"), "register-title"),
        Task::Money | Task::Means => (format!("/assignments/{of}"), "takeover-to-assignment"),
        Task::Guide | Task::OpenCases => return None,
    })
}

fn row(
    id: AssignmentId,
    owed: &Owed,
    waivers: &[Waiver],
    may: &May,
    today: Date,
    assignment: &Assignment,
) -> impl IntoView + use<> {
    let lang = lang_of_page();
    let path = format!("/takeovers/{id}");
    let is_open = owed.state == TaskState::Open;
    let due = say(&Message::new("takeover-owner")
        .with("unit", owed.unit_name.as_str())
        .with("role", owed.task.role().message())
        .with("date", lang.date(owed.due_on)));
    let said = (owed.state == TaskState::Met && !owed.task.is_computed())
        .then(|| format!("{} {}", who(owed.name.as_deref(), owed.principal.as_deref()), owed.note));
    let to = place(owed.task, assignment).filter(|_| is_open);
    let tick = (is_open && may.has(Action::TakeoverTick) && !owed.task.is_computed()).then(|| {
        let id = format!("note-{}", owed.task);
        view! {
            <details class="ending">
                <summary>{t("takeover-tick")}</summary>
                <form method="post" action=path.clone() class="filters">
                    <input type="hidden" name="do" value="tick" />
                    <input type="hidden" name="task" value=owed.id.to_string() />
                    <Reason id=id name="note" label=t("takeover-note") />
                    <button class="button second">{t("takeover-tick")}</button>
                </form>
            </details>
        }
    });
    let mine: Vec<&Waiver> = waivers.iter().filter(|waiver| waiver.task == owed.id).collect();
    let waits = mine.iter().any(|waiver| waiver.decision.is_none());
    let ask = (is_open && may.has(Action::WaiverRequest) && !waits).then(|| {
        let field = |name: &str| format!("{name}-{}", owed.task);
        view! {
            <details class="ending">
                <summary>{t("waiver-ask")}</summary>
                <form method="post" action=path.clone() class="filters">
                    <input type="hidden" name="do" value="waive" />
                    <input type="hidden" name="task" value=owed.id.to_string() />
                    <Reason id=field("reason") name="reason" label=t("waiver-reason") />
                    <Reason id=field("plan") name="plan" label=t("waiver-plan") />
                    <label for=field("to")>
                        <span>{t("waiver-to")}</span>
                        <input id=field("to") type="date" name="to" />
                    </label>
                    <button class="button second">{t("waiver-ask")}</button>
                </form>
            </details>
        }
    });
    let waivers: Vec<_> = mine.iter().map(|each| waiver(each, (id, today), may)).collect();
    let is_late = owed.due_on < today;
    view! {
        <li class="gate">
            <span class="gate-name">{say(&owed.task.message())}</span>
            {task_tag(owed.state, is_late)}
            <div>
                <p>{due} {said.map(|said| view! { " " <small>{said}</small> })}</p>
                {to.map(|(to, key)| view! { <p><a href=to>{t(key)}</a></p> })}
                {waivers}
                <div class="deciding">{tick} {ask}</div>
            </div>
        </li>
    }
}

fn waiver(waiver: &Waiver, (id, today): (AssignmentId, Date), may: &May) -> impl IntoView + use<> {
    let lang = lang_of_page();
    let path = format!("/takeovers/{id}");
    let is_granted = waiver.decision == Some(Decision::Granted) && waiver.valid_to >= today;
    let paper = (is_granted && may.has(Action::PaperDraw)).then(|| {
        let to = waiver.valid_to.to_string();
        let says = [
            ("kind", PaperKind::Waiver.as_str()),
            ("reason", &waiver.reason),
            ("plan", &waiver.plan),
            ("to", &to),
        ];
        let to = href(&format!("/assignments/{id}/papers/new"), says);
        view! { " " <a href=to>{t("waiver-paper")}</a> }
    });
    let asked = Message::new("waiver-about")
        .with("who", who(waiver.asker.as_deref(), waiver.asked_for.as_deref()))
        .with("reason", waiver.reason.as_str())
        .with("plan", waiver.plan.as_str())
        .with("date", lang.date(waiver.valid_to));
    let decided = waiver.decision.map(|decision| {
        let by = who(waiver.decider.as_deref(), waiver.decided_for.as_deref());
        format!("{} · {by} {}", say(&decision.message()), waiver.answer)
    });
    let decide = (waiver.decision.is_none() && may.has(Action::WaiverDecide)).then(|| {
        let field = format!("answer-{}", waiver.id);
        view! {
            <form method="post" action=path class="filters">
                <input type="hidden" name="do" value="decide" />
                <input type="hidden" name="waiver" value=waiver.id.to_string() />
                <Reason id=field name="answer" label=t("proposal-opinion") />
                <button class="button second" name="decision" value="granted">{t("life-decide-granted")}</button>
                <button class="button second" name="decision" value="refused">{t("life-decide-refused")}</button>
            </form>
        }
    });
    view! { <p class="quiet">{say(&asked)} " " {decided} {paper}</p> {decide} }
}

/// The paper on which it stands or is to stand; and, where it was signed elsewhere, the form that registers it.
fn signing(
    id: AssignmentId,
    assignment: &Assignment,
    beside: &[Beside],
    may: &May,
    sent: &Sent,
) -> impl IntoView + use<> {
    let number = assignment.instrument.as_ref().map(|paper| paper.number.as_str());
    let grounds = |paper: &&Beside| paper.kind.grounds(assignment.form);
    let is_ours = beside
        .iter()
        .filter(grounds)
        .any(|paper| paper.state == PaperState::Signed && Some(paper.number.as_str()) == number);
    let papers: Vec<_> = beside
        .iter()
        .filter(grounds)
        .map(|paper| {
            let words = format!("{} {}", say(&paper.kind.message()), paper.number);
            view! { <li><a href=format!("/papers/{}", paper.id)>{words}</a> " " {say(&paper.state.message())}</li> }
        })
        .collect();
    let attach = may.has(Action::PaperConfirm).then(|| {
        view! { <a href=format!("/assignments/{id}/papers/attach")>{t("attachment-add")}</a> }
    });
    let form = (!is_ours).then(|| by_hand(id, assignment, attach, sent));
    view! {
        <section class="card" id="paper">
            <div class="cap">
                <h2>{t("paper")}</h2>
                <a href=format!("/assignments/{id}/papers")>{t("takeover-to-paper")}</a>
            </div>
            {(!papers.is_empty()).then(|| view! { <ul class="plain pad">{papers}</ul> })}
            {form}
        </section>
    }
}

/// The form that registers a paper that was signed elsewhere.
fn by_hand<V: IntoView + 'static>(
    id: AssignmentId,
    assignment: &Assignment,
    attach: Option<V>,
    sent: &Sent,
) -> impl IntoView + use<V> {
    let mut sent = sent.clone();
    if sent.errors.is_empty()
        && let Some(paper) = &assignment.instrument
    {
        let day = |day: Option<Date>| day.map_or_else(String::new, |day| day.to_string());
        sent.fields.insert("number".to_owned(), paper.number.clone());
        sent.fields.insert("signed_on".to_owned(), day(paper.signed_on));
        sent.fields.insert("instrument_until".to_owned(), day(paper.until));
        sent.fields.insert("published_on".to_owned(), day(paper.published_on));
    }
    let publishes = assignment.form == Form::Entrustment;
    view! {
        <div class="pad">
            <h3>{t("takeover-elsewhere")}</h3>
            <p class="quiet">{t("takeover-elsewhere-hint")} " " {attach}</p>
            <form class="form" method="post" action=format!("/takeovers/{id}") novalidate=true>
                <input type="hidden" name="do" value="sign" />
                <Field name="number" label=t("paper-number") sent=sent.clone() />
                <Field name="signed_on" label=t("paper-signed") typed=Typed::Day sent=sent.clone() />
                <Field name="instrument_until" label=t("paper-until") typed=Typed::Day sent=sent.clone() />
                {publishes
                    .then(|| {
                        view! {
                            <Field
                                name="published_on"
                                label=t("paper-published")
                                hint=t("assign-published-hint")
                                typed=Typed::Day
                                sent=sent.clone()
                            />
                        }
                    })}
                <div class="actions"><button class="button">{t("takeover-sign")}</button></div>
            </form>
        </div>
    }
}

/// Cases that are not decided yet, and who finishes each.
pub(super) fn open_cases(cases: &[OpenCase]) -> impl IntoView + use<> {
    let lang = lang_of_page();
    let rows: Vec<_> = cases
        .iter()
        .map(|each| {
            view! {
                <tr>
                    <th scope="row"><a href=format!("/cases/{}", each.id)>{each.number.clone()}</a></th>
                    <td class="when" data-label=t("case-opened-on")>{lang.date(each.opened_on)}</td>
                    <td data-label=t("life-finishes")>{each.unit.clone()} " " {each.name.clone()}</td>
                </tr>
            }
        })
        .collect();
    view! {
        <section class="card">
            <div class="cap"><h2>{t("life-cases")}</h2></div>
            <p class="note">{t("life-cases-hint")}</p>
            {crate::components::table::cards(
                t("life-cases"),
                &[
                    crate::components::table::Words("case-number"),
                    crate::components::table::Words("case-opened-on"),
                    crate::components::table::Words("life-finishes"),
                ],
                rows,
            )}
        </section>
    }
}
