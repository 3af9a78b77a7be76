//! Thresholds per power type and norms of working time and cost: shown, and changed.

use crate::components::form::{ErrorSummary, Field, Sent, Typed, fields};
use crate::components::table::{Figures, Words, tabular};
use crate::i18n::{decimal, percent};
use crate::request::{Answer, Cx, go_to, lang_of_page, say, t};
use crate::shell::Nav;
use axum::body::Bytes;
use axum::http::StatusCode;
use domain::power::PowerType;
use domain::rules::{Norms, PerMille, Rules, TypeRules};
use domain::{Fen, Message};
use leptos::prelude::*;
use services::form::Fields;

/// The field that holds what the form was opened with.
const WAS: &str = "was";

/// What is edited.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Edited {
    Nothing,
    Type(PowerType),
    Norms,
}

impl Edited {
    /// What its form shows.
    fn fields(self, rules: &Rules) -> Vec<(&'static str, String)> {
        match self {
            Self::Nothing => Vec::new(),
            Self::Type(power_type) => of_type(rules.of(power_type)),
            Self::Norms => of_norms(&rules.norms),
        }
    }

    fn read(code: &str) -> Self {
        match (code, code.parse()) {
            ("norms", _) => Self::Norms,
            (_, Ok(power_type)) => Self::Type(power_type),
            _ => Self::Nothing,
        }
    }
}

/// `GET /rules?edit=norms|<type>`
pub async fn show(cx: Cx) -> Answer {
    let mut conn = cx.read().await?;
    let rules = store::rules::load(&mut conn).await?;
    drop(conn);
    let edited = Edited::read(cx.param("edit"));
    let mut fields: Fields =
        edited.fields(&rules).into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
    fields.insert(WAS.to_owned(), shown(&rules, edited));
    Ok(page(&cx, StatusCode::OK, &rules, edited, Sent { fields, errors: Vec::new() }))
}

/// `POST /rules`: `edit` says what.
pub async fn send(cx: Cx, body: Bytes) -> Answer {
    let fields = fields(&body);
    let edited = Edited::read(fields.get("edit").map_or("", String::as_str));
    let db = &cx.state.db;
    let mut conn = cx.read().await?;
    let stored = store::rules::load(&mut conn).await?;
    drop(conn);
    // Somebody else saved since the form was opened.
    let was = fields.get(WAS).map(String::as_str);
    let errors = if was.is_some_and(|was| was != shown(&stored, edited)) {
        vec![(WAS, Message::new("rules-error-changed"))]
    } else {
        match edited {
            Edited::Nothing => Vec::new(),
            Edited::Type(power_type) => match services::rules::type_rules(power_type, &fields) {
                Ok(rules) => {
                    services::rules::save_type(db, &cx.caller()?, power_type, &rules).await?;
                    Vec::new()
                }
                Err(errors) => errors,
            },
            Edited::Norms => match services::rules::norms(&fields) {
                Ok(norms) => {
                    services::rules::save_norms(db, &cx.caller()?, &norms).await?;
                    Vec::new()
                }
                Err(errors) => errors,
            },
        }
    };
    if !errors.is_empty() {
        return Ok(page(&cx, StatusCode::UNPROCESSABLE_ENTITY, &stored, edited, Sent { fields, errors }));
    }
    // A task of its own, because the browser may go away before the last unit is assessed.
    let (db, today) = (db.clone(), cx.today);
    let renewed = tokio::spawn(async move {
        services::assess::each_unit(&db, today, None, services::assess::Keep::Results, &mut |_, _| {}).await
    });
    // If the task ends badly, the server's daily job finds what it left behind.
    if let Ok(renewed) = renewed.await {
        renewed?;
    }
    Ok(go_to("/rules?saved=1"))
}

/// What a form showed, to tell whether it is still so.
fn shown(rules: &Rules, edited: Edited) -> String {
    edited.fields(rules).into_iter().map(|(_, value)| value).collect::<Vec<_>>().join("|")
}

fn per_cent(value: PerMille) -> String {
    decimal(value.fraction() * 100.0, 1)
}

fn yuan(amount: Fen) -> String {
    #[expect(clippy::cast_precision_loss, reason = "norms are far below 2^53 fen")]
    decimal(amount.0 as f64 / 100.0, 2)
}

/// A type's thresholds as the form shows them.
fn of_type(rules: &TypeRules) -> Vec<(&'static str, String)> {
    vec![
        ("min_people", rules.min_people.to_string()),
        ("certificates", rules.certificates.join("、")),
        ("workload", per_cent(rules.workload)),
        ("on_time", per_cent(rules.on_time)),
        ("returned", per_cent(rules.returned)),
        ("exercise", per_cent(rules.exercise)),
        ("money", per_cent(rules.money)),
        ("idle_months", rules.idle_months.to_string()),
    ]
}

fn of_norms(norms: &Norms) -> Vec<(&'static str, String)> {
    vec![
        ("possible_days", decimal(norms.year.possible_days, 1)),
        ("holidays", decimal(norms.year.holidays, 1)),
        ("leave_days", decimal(norms.year.leave, 1)),
        ("sick_days", decimal(norms.year.sick, 1)),
        ("training_days", decimal(norms.year.training, 1)),
        ("hours_per_day", decimal(norms.year.hours_per_day, 1)),
        ("category_allowance", per_cent(norms.category_allowance)),
        ("post_year", yuan(norms.post_year)),
        ("course_place", yuan(norms.course_place)),
        ("equipment_item", yuan(norms.equipment_item)),
    ]
}

fn page(cx: &Cx, status: StatusCode, rules: &Rules, edited: Edited, sent: Sent) -> axum::response::Response {
    let saved = cx.param("saved") == "1";
    let title = cx.lang.t("rules-title");
    let in_title = sent.titled(cx.lang, &title);
    cx.page(status, Some(Nav::Rules), &in_title, || {
        view! {
            <ErrorSummary errors=sent.errors.clone() />
            <div class="title"><h1>{title}</h1></div>
            <p class="lead">{t("rules-intro")}</p>
            {saved.then(|| view! { <p class="done" role="status">{t("rules-saved")}</p> })}
            {(edited != Edited::Nothing).then(|| editor(edited, &sent))}
            <section class="card">
                <div class="cap"><h2>{t("rules-types")}</h2></div>
                {types(rules)}
            </section>
            <section class="card">
                <div class="cap">
                    <h2>{t("rules-norms")}</h2>
                    <a href="/rules?edit=norms">{t("edit")}</a>
                </div>
                {norms(&rules.norms)}
            </section>
        }
    })
}

fn editor(edited: Edited, sent: &Sent) -> impl IntoView + use<> {
    let (code, title, names) = match edited {
        Edited::Type(power_type) => (
            power_type.as_str(),
            say(&power_type.message()),
            vec![
                "min_people",
                "certificates",
                "workload",
                "on_time",
                "returned",
                "exercise",
                "money",
                "idle_months",
            ],
        ),
        _ => (
            "norms",
            t("rules-norms"),
            vec![
                "possible_days",
                "holidays",
                "leave_days",
                "sick_days",
                "training_days",
                "hours_per_day",
                "category_allowance",
                "post_year",
                "course_place",
                "equipment_item",
            ],
        ),
    };
    let fields: Vec<_> = names
        .into_iter()
        .map(|name| {
            let typed = if name == "certificates" { Typed::Text } else { Typed::Number };
            view! { <Field name=name label=t(&format!("rules-{}", name.replace('_', "-"))) typed=typed sent=sent.clone() /> }
        })
        .collect();
    view! {
        <form class="card pad form" method="post" action="/rules" novalidate=true>
            <h2>{title}</h2>
            <input type="hidden" name="edit" value=code />
            <input type="hidden" id=WAS name=WAS value=sent.value(WAS) />
            <div class="grid">{fields}</div>
            <div class="actions">
                <button class="button">{t("save")}</button>
                <a href="/rules">{t("cancel")}</a>
            </div>
        </form>
    }
}

fn types(rules: &Rules) -> impl IntoView + use<> {
    let lang = lang_of_page();
    let rows: Vec<_> = rules
        .types()
        .iter()
        .map(|(power_type, of_type)| {
            let certificates = if of_type.certificates.is_empty() {
                "—".to_owned()
            } else {
                lang.list(&of_type.certificates)
            };
            let edit = say(&Message::new("rules-edit").with("type", power_type.message()));
            view! {
                <tr>
                    <th scope="row">
                        {say(&power_type.message())} " "
                        <a href=format!("/rules?edit={power_type}") aria-label=edit>{t("edit")}</a>
                    </th>
                    <td class="n">{of_type.min_people}</td>
                    <td>{certificates}</td>
                    <td class="n">{decimal(of_type.workload.fraction(), 2)}</td>
                    <td class="n">{percent(of_type.on_time.fraction())}</td>
                    <td class="n">{percent(of_type.returned.fraction())}</td>
                    <td class="n">{percent(of_type.exercise.fraction())}</td>
                    <td class="n">{percent(of_type.money.fraction())}</td>
                    <td class="n">{of_type.idle_months}</td>
                </tr>
            }
        })
        .collect();
    tabular(
        t("rules-types"),
        &[
            Words("filter-type"),
            Figures("rules-min-people"),
            Words("rules-certificates"),
            Figures("col-ratio-long"),
            Figures("grade-on_time"),
            Figures("grade-returned"),
            Figures("grade-exercise"),
            Figures("gate-money"),
            Figures("rules-idle-months"),
        ],
        rows,
    )
}

fn norms(norms: &Norms) -> impl IntoView + use<> {
    let rows: Vec<_> = of_norms(norms)
        .into_iter()
        .map(|(name, value)| view! { <dt>{t(&format!("rules-{}", name.replace('_', "-")))}</dt><dd>{value}</dd> })
        .collect();
    let hours = norms.year.hours().map_or_else(|_| "—".to_owned(), |hours| decimal(hours, 1));
    view! {
        <dl class="wide">
            {rows}
            <dt>{t("rules-awt")}</dt>
            <dd>{hours}</dd>
        </dl>
        <p class="note">{t("rules-norms-note")}</p>
    }
}
