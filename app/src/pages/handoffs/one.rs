//! One hand-off: what was pushed, what may be done to it now, and what was done.

use super::tag;
use crate::components::form::{Choice, ErrorSummary, Field, OFFERED, Sent, fields, offer};
use crate::components::table::{Words, cards};
use crate::request::{Answer, Cx, Failure, go_to, lang_of_page, say, t};
use crate::shell::Nav;
use access::Action;
use axum::body::Bytes;
use axum::extract::Path;
use axum::http::StatusCode;
use domain::assignment::Function;
use domain::duty::Subject;
use domain::handoff::{Act, Answer as Found, Effect, Kind, State};
use domain::id::HandoffId;
use domain::{Date, Message};
use leptos::prelude::*;
use store::handoff::{EventLine, Handoff, Line};

/// What the page shows.
struct Shown {
    line: Line,
    events: Vec<EventLine>,
    others: Vec<Handoff>,
    is_case_seen: bool,
    /// What the reader may do now.
    acts: Vec<Deed>,
    units: Vec<(String, String)>,
}

/// What a form on the page does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Deed {
    Claim,
    Record,
    Answer,
    Close,
    Return,
    Redirect,
    Penalty,
}

impl Deed {
    const ALL: [Self; 7] =
        [Self::Claim, Self::Answer, Self::Record, Self::Close, Self::Redirect, Self::Penalty, Self::Return];

    const fn as_str(self) -> &'static str {
        match self {
            Self::Claim => "claim",
            Self::Record => "record",
            Self::Answer => "answer",
            Self::Close => "close",
            Self::Return => "return",
            Self::Redirect => "redirect",
            Self::Penalty => "penalty",
        }
    }

    const fn key(self) -> &'static str {
        match self {
            Self::Claim => "handoff-do-claim",
            Self::Record => "handoff-do-record",
            Self::Answer => "handoff-do-answer",
            Self::Close => "handoff-do-close",
            Self::Return => "handoff-do-return",
            Self::Redirect => "handoff-do-redirect",
            Self::Penalty => "handoff-do-penalty",
        }
    }

    const fn hint(self) -> &'static str {
        match self {
            Self::Claim => "handoff-hint-claim",
            Self::Record => "handoff-hint-record",
            Self::Answer => "handoff-hint-answer",
            Self::Close => "handoff-hint-close",
            Self::Return => "handoff-hint-return",
            Self::Redirect => "handoff-hint-redirect",
            Self::Penalty => "handoff-hint-penalty",
        }
    }

    /// Whether the state allows it.
    fn fits(self, handoff: &Handoff) -> bool {
        let act = match self {
            Self::Claim => Act::Claim,
            Self::Record => Act::Record,
            Self::Answer => Act::Answer,
            Self::Close => Act::Close,
            Self::Return => Act::Return,
            Self::Redirect => Act::Redirect,
            Self::Penalty => {
                return handoff.kind == Kind::Approval
                    && !matches!(handoff.state, State::Pushed | State::Returned);
            }
        };
        domain::handoff::after(handoff.state, act).is_ok()
    }

    const fn action(self, kind: Kind) -> Action {
        match (self, kind) {
            (Self::Claim | Self::Answer | Self::Record, Kind::Penalty) => Action::HandoffAcknowledge,
            (Self::Claim, Kind::Approval) => Action::HandoffClaim,
            (Self::Record, Kind::Approval) => Action::CaseSupervise,
            (Self::Answer, Kind::Approval) => Action::HandoffAnswer,
            (Self::Close, _) => Action::HandoffClose,
            (Self::Return, _) => Action::HandoffReturn,
            (Self::Redirect, _) => Action::HandoffRedirect,
            (Self::Penalty, _) => Action::HandoffPenalty,
        }
    }

    const fn is_senders(self) -> bool {
        matches!(self, Self::Close | Self::Redirect)
    }
}

async fn load(cx: &Cx, id: HandoffId) -> Result<Shown, Failure> {
    let mut conn = cx.read().await?;
    let line = store::handoff::visible(&mut conn, id, cx.sight()).await?.ok_or(Failure::NotFound)?;
    let handoff = &line.handoff;
    let events = store::handoff::events(&mut conn, id).await?;
    let others = store::handoff::of_case(&mut conn, handoff.case).await?;
    let is_case_seen = store::case::visible(&mut conn, handoff.case, cx.sight()).await?.is_some();
    let to = store::unit::above(&mut conn, handoff.to).await?;
    let from = store::unit::above(&mut conn, handoff.from).await?;
    let parties = store::case::parties(&mut conn, handoff.case).await?;
    let actor = cx.actor()?;
    let function = Some((line.assignment, Function::Supervise));
    let acts: Vec<Deed> = Deed::ALL
        .into_iter()
        .filter(|deed| {
            let plain = Subject { units: &to, ..Subject::default() };
            let subject = match handoff.kind {
                _ if deed.is_senders() => Subject { units: &from, ..Subject::default() },
                // The step itself is asked for by the write, which knows what the case is about.
                Kind::Approval => Subject { function, parties: &parties, ..plain },
                Kind::Penalty => plain,
            };
            deed.fits(handoff) && actor.permit(deed.action(handoff.kind), &subject).is_ok()
        })
        .collect();
    let units = if acts.contains(&Deed::Redirect) {
        store::unit::options(&mut conn, OFFERED, domain::duty::Sight::Everything).await?
    } else {
        Vec::new()
    };
    Ok(Shown { line, events, others, is_case_seen, acts, units })
}

/// `GET /handoffs/{id}?act=…`
pub async fn show(Path(id): Path<String>, cx: Cx) -> Answer {
    let id: HandoffId = id.parse().map_err(|_| Failure::NotFound)?;
    let shown = load(&cx, id).await?;
    Ok(page(&cx, StatusCode::OK, shown, Sent::default()))
}

/// `POST /handoffs/{id}`: `do` says what.
pub async fn send(Path(id): Path<String>, cx: Cx, body: Bytes) -> Answer {
    let id: HandoffId = id.parse().map_err(|_| Failure::NotFound)?;
    let fields = fields(&body);
    let (db, caller) = (&cx.state.db, cx.caller()?);
    let wished = fields.get("do").map_or("", String::as_str);
    let deed = Deed::ALL.into_iter().find(|deed| deed.as_str() == wished);
    let done = match deed.ok_or(Failure::NotFound)? {
        Deed::Claim => services::handoff::claim(db, &caller, id).await?,
        Deed::Record => services::handoff::record(db, &caller, id, &fields).await?,
        Deed::Answer => services::handoff::answer(db, &caller, id, &fields).await?,
        Deed::Close => services::handoff::close(db, &caller, id, &fields).await?,
        Deed::Return => services::handoff::give_back(db, &caller, id, &fields).await?,
        Deed::Redirect => services::handoff::redirect(db, &caller, id, &fields).await?,
        Deed::Penalty => {
            services::handoff::penalty(db, &caller, id, &fields).await?.map(|done| done.map(drop))
        }
    };
    match done.ok_or(Failure::NotFound)? {
        Ok(()) => Ok(go_to(&format!("/handoffs/{id}?saved=1"))),
        Err(errors) => {
            let shown = load(&cx, id).await?;
            Ok(page(&cx, StatusCode::UNPROCESSABLE_ENTITY, shown, Sent { fields, errors }))
        }
    }
}

fn page(cx: &Cx, status: StatusCode, shown: Shown, sent: Sent) -> axum::response::Response {
    let asked = if sent.errors.is_empty() { cx.param("act").to_owned() } else { sent.value("do") };
    let chosen =
        shown.acts.iter().copied().find(|deed| deed.as_str() == asked).or(shown.acts.first().copied());
    let saved = cx.param("saved") == "1";
    let today = cx.today;
    let message = Message::new("handoff-title").with("number", shown.line.case_number.as_str());
    let title = cx.lang.say(&message);
    cx.page(status, Some(Nav::Handoffs), &sent.titled(cx.lang, &title), || {
        let id = shown.line.handoff.id;
        view! {
            <nav class="crumbs" aria-label=t("crumbs-label")>
                <ol><li><a href="/handoffs">{t("handoffs-title")}</a></li></ol>
            </nav>
            <ErrorSummary errors=sent.errors.clone() />
            <div class="title" id="handoff">
                <h1>{title.clone()}</h1>
                {tag(&shown.line.handoff, today)}
            </div>
            {saved.then(|| view! { <p class="done" role="status">{t("handoff-saved")}</p> })}
            {waits(&shown.line).map(|words| view! { <p class="lead">{words}</p> })}
            {facts(&shown.line, shown.is_case_seen)}
            {others(id, &shown.others, today)}
            {chosen.map(|deed| form(id, deed, &shown.acts, &shown.units, &sent))}
            {history(&shown.events)}
        }
    })
}

/// For whom it waits, and until when; for readers who can do nothing themselves, too.
fn waits(line: &Line) -> Option<String> {
    let (lang, handoff) = (lang_of_page(), &line.handoff);
    let waits = match handoff.state {
        State::Pushed => Message::new("handoff-waits-claim")
            .with("unit", line.to.as_str())
            .with("date", lang.date(handoff.claim_due)),
        State::Claimed => Message::new("handoff-waits-answer")
            .with("name", line.claimer.clone().unwrap_or_default())
            .with("date", handoff.answer_due.map_or_else(|| "—".to_owned(), |due| lang.date(due))),
        State::Returned => Message::new("handoff-waits-push").with("unit", line.from.as_str()),
        _ => return None,
    };
    Some(say(&waits))
}

fn facts(line: &Line, is_case_seen: bool) -> impl IntoView + use<> {
    let lang = lang_of_page();
    let handoff = &line.handoff;
    let case = if is_case_seen {
        view! { <a href=format!("/cases/{}", handoff.case)>{line.case_number.clone()}</a> }.into_any()
    } else {
        line.case_number.clone().into_any()
    };
    let row =
        |key: &str, value: Option<String>| value.map(|value| view! { <dt>{t(key)}</dt><dd>{value}</dd> });
    let date = |day: Date| lang.date(day);
    let claimed = handoff.claimed.map(|(on, _)| {
        let name = line.claimer.clone().unwrap_or_default();
        format!("{name} · {}", date(on))
    });
    let answered = handoff.answered.map(|(on, answer)| format!("{} · {}", say(&answer.message()), date(on)));
    let penalty = (handoff.kind == Kind::Penalty).then(|| {
        let effect = handoff.effect.map(|effect| say(&effect.message())).unwrap_or_default();
        format!("{} · {effect}", handoff.number)
    });
    let content = (!handoff.content.is_empty()).then(|| handoff.content.clone());
    let round = (handoff.round > 1).then(|| say(&Message::new("handoff-round").with("count", handoff.round)));
    // A second push is late because the first one went elsewhere.
    let is_pushed_late = handoff.round == 1 && handoff.pushed_on > handoff.push_due;
    let late = is_pushed_late.then(|| date(handoff.push_due));
    let due = match handoff.state {
        State::Pushed => row("handoff-claim-due", Some(date(handoff.claim_due))),
        State::Claimed => row("handoff-answer-due", handoff.answer_due.map(date)),
        _ => None,
    };
    view! {
        <section class="card">
            <div class="cap"><h2>{say(&handoff.kind.message())}</h2></div>
            <dl class="wide">
                <dt>{t("case-number")}</dt>
                <dd>{case}</dd>
                <dt>{t("col-power")}</dt>
                <dd><a href=format!("/assignments/{}", line.assignment)>{line.power.clone()}</a></dd>
                {row("handoff-result", line.result.map(|result| say(&result.message())))}
                {row("handoff-penalty", penalty)}
                {row("handoff-content", content)}
                {row("handoff-from", Some(line.from.clone()))}
                {row("handoff-to", Some(line.to.clone()))}
                {row("handoff-decided", Some(date(handoff.decided_on)))}
                {row("handoff-pushed", Some(date(handoff.pushed_on)))}
                {row("handoff-pushed-late", late)}
                {row("handoff-rounds", round)}
                {due}
                {row("handoff-claimer", claimed)}
                {row("handoff-answer", answered)}
                {row("handoff-closed", handoff.closed_on.map(date))}
            </dl>
        </section>
    }
}

/// The other hand-offs of the same case.
fn others(id: HandoffId, all: &[Handoff], today: Date) -> Option<impl IntoView + use<>> {
    let rows: Vec<_> = all
        .iter()
        .filter(|other| other.id != id)
        .map(|other| {
            view! {
                <li>
                    <a href=format!("/handoffs/{}", other.id)>{say(&other.kind.message())} " " {other.number.clone()}</a>
                    " " {tag(other, today)}
                </li>
            }
        })
        .collect();
    (!rows.is_empty()).then(|| {
        view! {
            <section class="card">
                <div class="cap"><h2>{t("handoff-others")}</h2></div>
                <ul class="plain pad">{rows}</ul>
            </section>
        }
    })
}

fn form(
    id: HandoffId,
    deed: Deed,
    acts: &[Deed],
    units: &[(String, String)],
    sent: &Sent,
) -> impl IntoView + use<> {
    let links: Vec<_> = acts
        .iter()
        .map(|each| {
            let to = format!("/handoffs/{id}?act={}#do", each.as_str());
            let is_it = *each == deed;
            view! { <a class="chip" href=to aria-current=is_it.then_some("true")>{t(each.key())}</a> }
        })
        .collect();
    let choose =
        |all: Vec<(String, String)>| std::iter::once((String::new(), t("choose"))).chain(all).collect();
    let answers: Vec<(String, String)> =
        choose(Found::ALL.iter().map(|each| (each.as_str().to_owned(), say(&each.message()))).collect());
    let effects: Vec<(String, String)> =
        choose(Effect::ALL.iter().map(|each| (each.as_str().to_owned(), say(&each.message()))).collect());
    let units = offer(units.iter().cloned());
    view! {
        <section class="card" id="do">
            <div class="cap"><h2>{t(deed.key())}</h2><span class="chips">{links}</span></div>
            <form class="pad form" method="post" action=format!("/handoffs/{id}") novalidate=true>
                <p>{t(deed.hint())}</p>
                <input type="hidden" name="do" value=deed.as_str() />
                {(deed == Deed::Answer).then(|| view! {
                    <Choice name="answer" label=t("handoff-answer") options=answers sent=sent.clone() />
                })}
                {(deed == Deed::Redirect).then(|| view! {
                    <datalist id="units">{units}</datalist>
                    <Field name="unit" label=t("handoff-right-unit") list="units" sent=sent.clone() />
                })}
                {(deed == Deed::Penalty).then(|| view! {
                    <Field name="number" label=t("handoff-number") hint=t("handoff-number-hint") sent=sent.clone() />
                    <Choice name="effect" label=t("handoff-effect") options=effects sent=sent.clone() />
                })}
                {(deed != Deed::Claim).then(|| view! { <Field name="note" label=t("handoff-note") sent=sent.clone() /> })}
                <div class="actions">
                    <button class="button">{t(deed.key())}</button>
                    <a href="/handoffs">{t("cancel")}</a>
                </div>
            </form>
        </section>
    }
}

fn history(events: &[EventLine]) -> impl IntoView + use<> {
    let lang = lang_of_page();
    let rows: Vec<_> = events
        .iter()
        .map(|event| {
            let principal = event.principal.as_ref().map(|name| {
                let words = say(&Message::new("acting-for").with("name", name.as_str()));
                view! { " " <small>{words}</small> }
            });
            view! {
                <tr>
                    <th scope="row">{say(&event.act.message())}</th>
                    <td data-label=t("col-person")>{event.name.clone().unwrap_or_else(|| t("handoff-by-clock"))} {principal}</td>
                    <td data-label=t("handoff-to")>{event.unit.clone().unwrap_or_else(|| "—".to_owned())}</td>
                    <td class="when" data-label=t("case-done-at")>{lang.moment(event.at)}</td>
                    <td class="why">{event.note.clone()}</td>
                </tr>
            }
        })
        .collect();
    view! {
        <section class="card">
            <div class="cap"><h2>{t("handoff-history")}</h2></div>
            {cards(
                t("handoff-history"),
                &[
                    Words("handoff-act"),
                    Words("col-person"),
                    Words("handoff-to"),
                    Words("case-done-at"),
                    Words("handoff-note"),
                ],
                rows,
            )}
        </section>
    }
}
