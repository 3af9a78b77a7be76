//! The audit trail: filtered, with what each row changed, as a file, and the proof that it is whole.

use crate::components::form::{ErrorSummary, Sent, fields};
use crate::components::pager::{Pager, ROWS, pages};
use crate::request::{Answer, Cx, csv_file, href, say, t};
use crate::shell::Nav;
use access::Action;
use axum::body::Bytes;
use axum::http::StatusCode;
use domain::Message;
use domain::audit::{Noted, Outcome, Row};
use domain::unit::Unit;
use leptos::prelude::*;
use services::audit::{Difference, Format, Verified, differences, in_china};
use services::form::Fields;
use store::audit::{Filter, Line};

/// Faults that the page shows; the command line tells all.
const SHOWN: usize = 200;

async fn filter(cx: &Cx, conn: &mut store::Conn) -> Result<(Filter, Option<Unit>), store::StoreError> {
    let unit = match cx.parsed("unit") {
        Some(unit) => store::unit::by_id(conn, unit).await?,
        None => None,
    };
    let filter = Filter {
        actor: cx.param("actor").to_owned(),
        action: cx.param("action").to_owned(),
        subject: cx.param("subject").to_owned(),
        unit: unit.as_ref().map(|unit| unit.id),
        outcome: cx.parsed("outcome"),
        from: cx.parsed("from"),
        to: cx.parsed("to"),
    };
    Ok((filter, unit))
}

fn params(filter: &Filter) -> Vec<(&'static str, String)> {
    let text = |value: Option<String>| value.unwrap_or_default();
    vec![
        ("actor", filter.actor.clone()),
        ("action", filter.action.clone()),
        ("subject", filter.subject.clone()),
        ("unit", text(filter.unit.map(|unit| unit.to_string()))),
        ("outcome", text(filter.outcome.map(|outcome| outcome.to_string()))),
        ("from", text(filter.from.map(|day| day.to_string()))),
        ("to", text(filter.to.map(|day| day.to_string()))),
    ]
}

fn address(path: &str, params: &[(&'static str, String)], other: (&'static str, &str)) -> String {
    let rest = params.iter().filter(|(name, _)| *name != other.0);
    href(path, rest.map(|(name, value)| (*name, value.as_str())).chain([other]))
}

/// `GET /audit?actor=…&action=…&subject=…&unit=…&outcome=…&from=…&to=…&page=…`
pub async fn show(cx: Cx) -> Answer {
    let mut conn = cx.read().await?;
    let (filter, unit) = filter(&cx, &mut conn).await?;
    let total = store::audit::count(&mut conn, cx.sight(), &filter).await?;
    let page = cx.page_number().min(pages(total).max(1));
    let lines = store::audit::list(&mut conn, cx.sight(), &filter, None, ROWS, (page - 1) * ROWS).await?;
    drop(conn);
    let title = cx.lang.t("audit-title");
    let in_title = if page > 1 {
        format!("{title} · {}", cx.lang.say(&Message::new("page-number").with("page", page.to_string())))
    } else {
        title.clone()
    };
    let (exports, verifies) = (cx.may(Action::AuditExport), cx.may(Action::AuditVerify));
    cx.ok(Nav::Audit, &in_title, || {
        let known = params(&filter);
        view! {
            <div class="title">
                <h1>{title}</h1>
                <small>{say(&Message::new("audit-count").with("count", total))}</small>
                {exports
                    .then(|| view! { <span class="push"><a href=address("/audit.csv", &known, ("page", ""))>{t("export-csv")}</a></span> })}
            </div>
            <p class="lead">{t("audit-intro")}</p>
            {choices(&filter)}
            {chips(&filter, unit.as_ref(), &known)}
            {if lines.is_empty() {
                view! { <section class="card pad"><p>{t("audit-none")}</p></section> }.into_any()
            } else {
                view! {
                    <section class="card">
                        {rows(lines, &known)}
                        <Pager path="/audit" params=known.clone() page=page total=total />
                    </section>
                }
                    .into_any()
            }}
            {verifies.then(|| verify_form(String::new(), None))}
        }
    })
}

fn choices(filter: &Filter) -> impl IntoView + use<> {
    let actions: Vec<_> = Action::ALL
        .iter()
        .map(|action| {
            let chosen = filter.action == action.as_str();
            view! { <option value=action.as_str() selected=chosen>{t(action.key())}</option> }
        })
        .collect();
    let outcomes: Vec<_> = Outcome::ALL
        .iter()
        .map(|outcome| {
            let chosen = filter.outcome == Some(*outcome);
            view! { <option value=outcome.as_str() selected=chosen>{say(&outcome.message())}</option> }
        })
        .collect();
    let day = |day: Option<domain::Date>| day.map(|day| day.to_string()).unwrap_or_default();
    view! {
        <form class="filters" method="get" action="/audit">
            {filter.unit.map(|unit| view! { <input type="hidden" name="unit" value=unit.to_string() /> })}
            {(!filter.subject.is_empty())
                .then(|| view! { <input type="hidden" name="subject" value=filter.subject.clone() /> })}
            <label>
                <span>{t("audit-who")}</span>
                <input type="search" name="actor" value=filter.actor.clone() />
            </label>
            <label>
                <span>{t("audit-what")}</span>
                <select name="action"><option value="">{t("filter-all")}</option>{actions}</select>
            </label>
            <label>
                <span>{t("audit-outcome")}</span>
                <select name="outcome"><option value="">{t("filter-all")}</option>{outcomes}</select>
            </label>
            <label><span>{t("audit-from")}</span><input type="date" name="from" value=day(filter.from) /></label>
            <label><span>{t("audit-to")}</span><input type="date" name="to" value=day(filter.to) /></label>
            <button class="button second">{t("filter-apply")}</button>
        </form>
    }
}

/// An action's name; what an older program called otherwise stands as it is.
fn action_words(action: &str) -> String {
    Action::ALL
        .iter()
        .find(|each| each.as_str() == action)
        .map_or_else(|| action.to_owned(), |each| t(each.key()))
}

fn chips(filter: &Filter, unit: Option<&Unit>, known: &[(&'static str, String)]) -> impl IntoView + use<> {
    let lang = crate::request::lang_of_page();
    let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    let day = |key: &'static str, day: Option<domain::Date>| {
        day.map(|day| format!("{} {}", t(key), lang.date(day)))
    };
    let shown = [
        ("actor", some(&filter.actor)),
        ("action", some(&filter.action).map(|action| action_words(&action))),
        ("subject", some(&filter.subject)),
        ("unit", unit.map(|unit| unit.name.clone())),
        ("outcome", filter.outcome.map(|outcome| say(&outcome.message()))),
        ("from", day("audit-from", filter.from)),
        ("to", day("audit-to", filter.to)),
    ];
    let chips: Vec<_> = shown
        .into_iter()
        .filter_map(|(name, words)| {
            let words = words?;
            let to = address("/audit", known, (name, ""));
            Some(view! { <li><a class="chip" href=to>{words} <span aria-hidden="true">" ✕"</span> <span class="hidden">{t("chip-remove")}</span></a></li> })
        })
        .collect();
    (!chips.is_empty()).then(|| view! { <ul class="chips">{chips}</ul> })
}

fn rows(lines: Vec<Line>, known: &[(&'static str, String)]) -> impl IntoView + use<> {
    let rows: Vec<_> = lines.into_iter().map(|line| row(line, known)).collect();
    view! {
        <div class="scroll" tabindex="0" role="region" aria-label=t("audit-title")>
            <table class="rows audit">
                <caption class="hidden">{t("audit-title")}</caption>
                <thead>
                    <tr>
                        <th scope="col" class="n">{t("audit-number")}</th>
                        <th scope="col">{t("audit-when")}</th>
                        <th scope="col">{t("audit-who")}</th>
                        <th scope="col">{t("audit-what")}</th>
                        <th scope="col">{t("audit-subject")}</th>
                        <th scope="col">{t("col-unit")}</th>
                        <th scope="col">{t("audit-changes")}</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
}

fn row(line: Line, known: &[(&'static str, String)]) -> impl IntoView + use<> {
    let Line { row: Row { seq, entry, .. }, unit_name } = line;
    let is_denied = entry.outcome == Outcome::Denied;
    let of_actor = address("/audit", known, ("actor", &entry.actor));
    let of_subject = address("/audit", known, ("subject", &entry.subject));
    let of_unit = entry.unit.map(|unit| address("/audit", known, ("unit", &unit.to_string())));
    let behalf = (!entry.principal.is_empty())
        .then(|| say(&Message::new("acting-for").with("name", entry.principal.as_str())));
    let rule =
        (!entry.rule.is_empty()).then(|| say(&Message::new("audit-rule").with("rule", entry.rule.as_str())));
    let reason = (!entry.reason.is_empty())
        .then(|| say(&Message::new("audit-reason").with("reason", entry.reason.as_str())));
    view! {
        <tr class:refused=is_denied>
            <td class="n">{seq}</td>
            <td>{in_china(entry.at)} <small>{entry.address}</small></td>
            <th scope="row">
                <a class="quiet" href=of_actor>{entry.actor}</a>
                <small>{entry.post}</small>
                {behalf.map(|words| view! { <small>{words}</small> })}
            </th>
            <td>
                {action_words(&entry.action)} " "
                {is_denied
                    .then(|| view! { <span class="tag cannot" data-mark="✕">{say(&entry.outcome.message())}</span> })}
                {rule.map(|words| view! { <small>{words}</small> })}
                {reason.map(|words| view! { <small>{words}</small> })}
            </td>
            <td class="typed"><a class="quiet" href=of_subject>{entry.subject}</a></td>
            <td>{of_unit.map(|to| view! { <a class="quiet" href=to>{unit_name}</a> })}</td>
            <td>{changes(&differences(&entry.before, &entry.after))}</td>
        </tr>
    }
}

fn changes(all: &[Difference]) -> impl IntoView + use<> {
    let items: Vec<_> = all
        .iter()
        .map(|each| {
            let before = each.before.clone().map(|text| view! { <del>{text}</del> " " });
            let after = each.after.clone().map(|text| view! { <ins>{text}</ins> });
            view! { <li><b>{each.path.clone()}</b> " " {before} {after}</li> }
        })
        .collect();
    (!items.is_empty()).then(|| {
        let count = say(&Message::new("audit-change-count").with("count", items.len()));
        view! { <details class="changes"><summary>{count}</summary><ul>{items}</ul></details> }
    })
}

fn verify_form(typed: String, error: Option<String>) -> impl IntoView {
    view! {
        <form class="card pad form" id="verify" method="post" action="/audit/verify">
            <h2>{t("audit-verify")}</h2>
            <p>{t("audit-verify-hint")}</p>
            <div class="field" class:wrong=error.is_some()>
                <label for="noted">{t("audit-noted")}</label>
                <small id="noted-hint">{t("audit-noted-hint")}</small>
                {error.clone().map(|error| view! { <strong class="error" id="noted-error">{error}</strong> })}
                <input
                    id="noted"
                    name="noted"
                    type="text"
                    value=typed
                    autocomplete="off"
                    aria-describedby=if error.is_some() { "noted-hint noted-error" } else { "noted-hint" }
                />
            </div>
            <div class="actions"><button class="button">{t("audit-verify")}</button></div>
        </form>
    }
}

/// `GET /audit.csv`: everything that fits the filter.
pub async fn csv(cx: Cx) -> Answer {
    let mut conn = cx.read().await?;
    let (filter, _) = filter(&cx, &mut conn).await?;
    drop(conn);
    let file = services::audit::export(&cx.state.db, &cx.caller()?, &filter, Format::Csv).await?;
    Ok(csv_file("audit.csv", file))
}

/// `POST /audit/verify`: walks along the chain; changes nothing.
pub async fn verify(cx: Cx, body: Bytes) -> Answer {
    let fields: Fields = fields(&body);
    let typed = fields.get("noted").map(|text| text.trim().to_owned()).unwrap_or_default();
    let noted: Option<Noted> = match typed.parse() {
        _ if typed.is_empty() => None,
        Ok(noted) => Some(noted),
        Err(_) => {
            let title = cx.lang.t("audit-verify");
            let errors = vec![("noted", Message::new("audit-error-noted"))];
            let sent = Sent { fields, errors };
            let in_title = sent.titled(cx.lang, &title);
            return Ok(cx.page(StatusCode::UNPROCESSABLE_ENTITY, Some(Nav::Audit), &in_title, || {
                view! {
                    <ErrorSummary errors=sent.errors />
                    <div class="title"><h1>{title}</h1></div>
                    {verify_form(typed, Some(t("audit-error-noted")))}
                }
            }));
        }
    };
    let verified = services::audit::verify(&cx.state.db, &cx.caller()?, noted).await?;
    let title = cx.lang.t("audit-verify");
    cx.ok(Nav::Audit, &title, || result(&verified, typed, title.clone()))
}

fn result(verified: &Verified, typed: String, title: String) -> impl IntoView + use<> {
    let count = Message::new("audit-verified").with("count", verified.rows);
    let faults: Vec<_> =
        verified.faults.iter().take(SHOWN).map(|fault| view! { <li>{say(&fault.message())}</li> }).collect();
    let more =
        (verified.faults.len() > SHOWN).then(|| say(&Message::new("import-more").with("shown", SHOWN)));
    let number = verified.faults.len();
    view! {
        <nav class="crumbs" aria-label=t("crumbs-label")>
            <ol><li><a href="/audit">{t("audit-title")}</a></li></ol>
        </nav>
        <div class="title"><h1>{title}</h1><small>{say(&count)}</small></div>
        {if number == 0 {
            view! { <p class="done" role="status">{t("audit-whole")}</p> }.into_any()
        } else {
            view! {
                <section class="error-summary" role="alert">
                    <h2>{say(&Message::new("audit-broken").with("count", number))}</h2>
                    <ul>{faults}</ul>
                    {more.map(|more| view! { <p class="note">{more}</p> })}
                </section>
            }
                .into_any()
        }}
        <section class="card pad">
            <p>{t("audit-head")}</p>
            <p class="typed"><code>{verified.head()}</code></p>
            <p class="note">{t("audit-head-hint")}</p>
        </section>
        {verify_form(typed, None)}
    }
}
