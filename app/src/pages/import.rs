//! Importing: choose a file, see what it would do, decide; templates and exports beside it.

use crate::components::form::{ErrorSummary, Sent};
use crate::components::numbers::count;
use crate::components::table::{Figures, Words, cards};
use crate::i18n::Lang;
use crate::request::{Answer, Cx, Failure, csv_file, go_to, say, t};
use crate::shell::Nav;
use access::Action;
use axum::body::Bytes;
use axum::extract::{Multipart, Path};
use axum::http::StatusCode;
use axum::response::Response;
use domain::Message;
use leptos::prelude::*;
use serde_json::{Map, Value};
use services::import::{self, FILE_BYTES, ImportError, Kind, OnError, Options, Report};
use services::write::Write;
use store::upload::{self, Upload};
use uuid::Uuid;

/// Row problems that a page shows; the file with the error column has all of them.
const SHOWN: usize = 200;
/// Longer than any kind's code.
const KIND_BYTES: usize = 64;
/// Hours that a file waits for its confirmation.
const HOURS: i64 = 24;

/// The key of what a kind of file holds.
pub const fn about(kind: Kind) -> &'static str {
    match kind {
        Kind::Units => "import-about-units",
        Kind::Powers => "import-about-powers",
        Kind::People => "import-about-people",
        Kind::Roles => "import-about-roles",
        Kind::Cases => "import-about-cases",
        Kind::Certificates => "import-about-certificates",
        Kind::Completions => "import-about-completions",
        Kind::Assignments => "import-about-assignments",
        Kind::Allocations => "import-about-allocations",
        Kind::Supervision => "import-about-supervision",
        Kind::Duties => "import-about-duties",
        Kind::Establishment => "import-about-establishment",
        Kind::Equipment => "import-about-equipment",
        Kind::Funding => "import-about-funding",
        Kind::Statistics => "import-about-statistics",
    }
}

/// `GET /import?kind=…`
pub async fn show(cx: Cx) -> Answer {
    Ok(form(&cx, StatusCode::OK, cx.parsed("kind"), Sent::default()))
}

fn form(cx: &Cx, status: StatusCode, kind: Option<Kind>, sent: Sent) -> Response {
    let title = cx.lang.t("import-title");
    let in_title = sent.titled(cx.lang, &title);
    cx.page(status, Some(Nav::Import), &in_title, || {
        let error = sent.error("file").map(|message| say(&message));
        let options: Vec<_> = Kind::ALL
            .iter()
            .map(|&each| {
                view! { <option value=each.as_str() selected=kind == Some(each)>{say(&each.message())}</option> }
            })
            .collect();
        let rows: Vec<_> = Kind::ALL
            .iter()
            .map(|&each| {
                view! {
                    <tr>
                        <th scope="row">{say(&each.message())}</th>
                        <td data-label=t("import-holds")>{t(about(each))}</td>
                        <td><a href=format!("/import/template/{each}.csv")>{t("import-template")}</a></td>
                        <td><a href=format!("/export/{each}.csv")>{t("export-csv")}</a></td>
                    </tr>
                }
            })
            .collect();
        view! {
            <ErrorSummary errors=sent.errors.clone() />
            <div class="title">
                <h1>{title}</h1>
                {cx.may(Action::WebhookChange)
                    .then(|| view! { <span class="push"><a href="/webhooks">{t("webhooks-title")}</a></span> })}
            </div>
            <p class="lead">{t("import-intro")}</p>
            <form class="card pad form" method="post" action="/import" enctype="multipart/form-data">
                <div class="field">
                    <label for="kind">{t("import-kind")}</label>
                    <select id="kind" name="kind">{options}</select>
                </div>
                <div class="field" class:wrong=error.is_some()>
                    <label for="file">{t("import-file")}</label>
                    <small id="file-hint">{t("import-file-hint")}</small>
                    {error.clone().map(|error| view! { <strong class="error" id="file-error">{error}</strong> })}
                    <input
                        type="file"
                        id="file"
                        name="file"
                        accept=".csv,.xlsx"
                        aria-describedby=if error.is_some() { "file-hint file-error" } else { "file-hint" }
                    />
                </div>
                <div class="actions">
                    <button class="button">{t("import-preview")}</button>
                    <small>{t("import-preview-hint")}</small>
                </div>
            </form>
            <section class="card">
                <div class="cap"><h2>{t("import-kinds")}</h2></div>
                {cards(
                    t("import-kinds"),
                    &[
                        Words("import-kind"),
                        Words("import-holds"),
                        Words("import-template"),
                        Words("export-csv"),
                    ],
                    rows,
                )}
            </section>
        }
    })
}

/// A form with a file.
struct Received {
    kind: Option<Kind>,
    name: String,
    content: Vec<u8>,
    /// Bytes that came, kept or not.
    bytes: u64,
}

/// Reads the form. What is beyond the limit is received and thrown away, so that the browser gets to see why.
async fn receive(mut form: Multipart) -> Result<Received, Message> {
    let broken = |_| Message::new("import-error-broken-upload");
    let mut received = Received { kind: None, name: String::new(), content: Vec::new(), bytes: 0 };
    while let Some(mut field) = form.next_field().await.map_err(broken)? {
        match field.name() {
            Some("kind") => {
                let mut kind = Vec::new();
                while let Some(chunk) = field.chunk().await.map_err(broken)? {
                    kind.extend(chunk.iter().take(KIND_BYTES.saturating_sub(kind.len())));
                }
                received.kind = std::str::from_utf8(&kind).ok().and_then(|kind| kind.parse().ok());
            }
            Some("file") => {
                field.file_name().unwrap_or_default().clone_into(&mut received.name);
                while let Some(chunk) = field.chunk().await.map_err(broken)? {
                    received.bytes += chunk.len() as u64;
                    if received.bytes <= FILE_BYTES {
                        received.content.extend_from_slice(&chunk);
                    }
                }
            }
            _ => {}
        }
    }
    Ok(received)
}

/// `POST /import`: tries the file without writing its rows, and keeps it for the decision.
pub async fn send(cx: Cx, body: Multipart) -> Answer {
    let refuse = |kind, message| {
        let sent = Sent { errors: vec![("file", message)], ..Sent::default() };
        Ok(form(&cx, StatusCode::UNPROCESSABLE_ENTITY, kind, sent))
    };
    let received = match receive(body).await {
        Ok(received) => received,
        Err(message) => return refuse(None, message),
    };
    let Some(kind) = received.kind else {
        return refuse(None, Message::new("import-error-no-kind"));
    };
    if received.bytes > FILE_BYTES {
        let error = ImportError::too_large(received.bytes);
        return refuse(Some(kind), crate::errors::import(&error));
    }
    if received.name.is_empty() {
        return refuse(Some(kind), Message::new("import-error-no-file"));
    }
    let (name, content) = (received.name, received.content);
    let report = match import::run(&cx.state.db, kind, &name, &content, &trial(), &cx.caller()?).await {
        Ok(report) => report,
        Err(ImportError::Service(error)) => return Err(error.into()),
        Err(error) => return refuse(Some(kind), crate::errors::import(&error)),
    };
    let now = cx.state.clock.now();
    let kept = Upload {
        id: store::new_id(),
        person_id: cx.person()?.0,
        kind: kind.to_string(),
        file_name: name,
        content,
        uploaded_at: now,
        report: in_each_language(&report),
        is_done: false,
    };
    let mut write = Write::begin(&cx.state.db).await?;
    upload::delete_before(write.conn(), now - chrono::TimeDelta::hours(HOURS)).await?;
    upload::insert(write.conn(), &kept).await?;
    write.commit_derived().await?;
    Ok(go_to(&format!("/import/{}", kept.id)))
}

/// How a file is tried.
fn trial() -> Options {
    Options { dry_run: true, on_error: OnError::Skip, catalogue: None, version: None }
}

/// The report with its sentences in every language, so that a page shown later can be read in any.
fn in_each_language(report: &Report) -> Value {
    let mut short = report.clone();
    short.errors.truncate(SHOWN);
    short.warnings.truncate(SHOWN);
    let mut all = Map::new();
    for lang in Lang::ALL {
        let mut value = short.to_json(&|message| lang.say(message));
        value["all_errors"] = report.errors.len().into();
        value["all_warnings"] = report.warnings.len().into();
        all.insert(lang.tag().to_owned(), value);
    }
    Value::Object(all)
}

async fn kept(cx: &Cx, id: &str) -> Result<(Upload, Kind), Failure> {
    let id: Uuid = id.parse().map_err(|_| Failure::NotFound)?;
    let mut conn = cx.read().await?;
    let gone = Failure::Broken(StatusCode::NOT_FOUND, Message::new("import-error-gone"));
    let kept = upload::by_id(&mut conn, id, cx.person()?).await?.ok_or(gone)?;
    let kind = kept.kind.parse().map_err(|_| Failure::NotFound)?;
    Ok((kept, kind))
}

/// `GET /import/{id}`: what the file would do, or did.
pub async fn preview(Path(id): Path<String>, cx: Cx) -> Answer {
    let (kept, kind) = kept(&cx, &id).await?;
    let report = kept.report.get(cx.lang.tag()).cloned().unwrap_or_default();
    let title = cx.lang.t(if kept.is_done { "import-report-title" } else { "import-preview-title" });
    cx.ok(Nav::Import, &title, || {
        let number = |key: &str| report[key].as_i64().unwrap_or(0);
        let good = number("new") + number("changed");
        let wrong = number("wrong");
        let counts: Vec<_> = [
            ("new", "import-new", ""),
            ("changed", "import-changed", ""),
            ("unchanged", "import-unchanged", ""),
            ("wrong", "import-wrong", "cannot"),
        ]
        .into_iter()
        .map(|(key, label, class)| {
            let class = if number(key) > 0 { class } else { "" };
            view! { <div><b class=class>{count(number(key))}</b><span>{t(label)}</span></div> }
        })
        .collect();
        let unknown: Vec<String> = report["unknown_columns"]
            .as_array()
            .into_iter()
            .flatten()
            .map(|each| each["heading"].as_str().unwrap_or_default().to_owned())
            .collect();
        let skipped: Vec<String> = report["skipped_sheets"]
            .as_array()
            .into_iter()
            .flatten()
            .map(|each| each.as_str().unwrap_or_default().to_owned())
            .collect();
        view! {
            <nav class="crumbs" aria-label=t("crumbs-label")>
                <ol><li><a href="/import">{t("import-title")}</a></li></ol>
            </nav>
            <div class="title">
                <h1>{title.clone()}</h1>
                <small>{format!("{} · {}", say(&kind.message()), kept.file_name)}</small>
            </div>
            <section class="card numbers">{counts}</section>
            {(!unknown.is_empty())
                .then(|| {
                    view! { <p class="warn">{say(&Message::new("import-unknown-columns").with("columns", unknown))}</p> }
                })}
            {(!skipped.is_empty())
                .then(|| {
                    view! { <p class="warn">{say(&Message::new("import-skipped-sheets").with("sheets", skipped))}</p> }
                })}
            {if kept.is_done {
                done(kind, wrong).into_any()
            } else {
                decide(&kept, good, wrong).into_any()
            }}
            {problems(&report, "errors", "import-errors", kept.id)}
            {problems(&report, "warnings", "import-warnings", kept.id)}
        }
    })
}

fn done(kind: Kind, wrong: i64) -> impl IntoView {
    view! {
        <p class="done" role="status">
            {t(if wrong > 0 { "import-done-in-part" } else { "import-done" })}
            " "
            <a href=format!("/import?kind={kind}")>{t("import-another")}</a>
            " · "
            <a href="/board">{t("home-to-board")}</a>
        </p>
    }
}

fn decide(kept: &Upload, good: i64, wrong: i64) -> impl IntoView + use<> {
    let action = format!("/import/{}", kept.id);
    let (text, button) = match (good, wrong) {
        (0, 0) => ("import-nothing-to-do", None),
        (0, _) => ("import-all-wrong", None),
        (_, 0) => ("import-all-good", Some("import-confirm")),
        _ => ("import-some-wrong", Some("import-confirm-good")),
    };
    view! {
        <section class="card pad">
            <p>{t(text)}</p>
            <form method="post" action=action class="actions">
                {button.map(|key| view! { <button class="button">{say(&Message::new(key).with("count", good))}</button> })}
                <a href="/import">{t("import-choose-again")}</a>
            </form>
        </section>
    }
}

fn problems(report: &Value, list: &str, title: &str, id: Uuid) -> impl IntoView + use<> {
    let rows = report[list].as_array().cloned().unwrap_or_default();
    let all = report[format!("all_{list}")].as_i64().unwrap_or(0);
    let title =
        say(&Message::new(if title == "import-errors" { "import-errors" } else { "import-warnings" })
            .with("count", all));
    let more = (all > i64::try_from(rows.len()).unwrap_or(i64::MAX))
        .then(|| say(&Message::new("import-more").with("shown", rows.len())));
    let is_errors = list == "errors";
    (!rows.is_empty()).then(|| {
        let text = |row: &Value, key: &str| row[key].as_str().unwrap_or_default().to_owned();
        let rows: Vec<_> = rows
            .iter()
            .map(|row| {
                view! {
                    <tr>
                        <td class="n" data-label=t("import-row")>{row["row"].as_i64().unwrap_or(0)}</td>
                        <td data-label=t("import-column")>{text(row, "column")}</td>
                        <td class="typed" data-label=t("import-value")>{text(row, "value")}</td>
                        <td data-label=t("import-problem")>{text(row, "message")}</td>
                        <td data-label=t("import-sheet")>{text(row, "sheet")}</td>
                    </tr>
                }
            })
            .collect();
        view! {
            <section class="card">
                <div class="cap">
                    <h2>{title.clone()}</h2>
                    {is_errors.then(|| view! { <a href=format!("/import/{id}/errors.csv")>{t("import-errors-file")}</a> })}
                </div>
                {cards(
                    title.clone(),
                    &[
                        Figures("import-row"),
                        Words("import-column"),
                        Words("import-value"),
                        Words("import-problem"),
                        Words("import-sheet"),
                    ],
                    rows,
                )}
                {more.map(|more| view! { <p class="note">{more}</p> })}
            </section>
        }
    })
}

/// `POST /import/{id}`: imports the good rows, and keeps the report.
pub async fn confirm(Path(id): Path<String>, cx: Cx, _body: Bytes) -> Answer {
    let (kept, _) = kept(&cx, &id).await?;
    import::run_kept(&cx.state.db, kept.id, &cx.caller()?, &in_each_language).await.map_err(|error| {
        match error {
            ImportError::Service(error) => error.into(),
            error => Failure::Broken(StatusCode::UNPROCESSABLE_ENTITY, crate::errors::import(&error)),
        }
    })?;
    Ok(go_to(&format!("/import/{}", kept.id)))
}

/// `GET /import/{id}/errors.csv`: the file's rows with a column that says what is wrong.
pub async fn errors(Path(id): Path<String>, cx: Cx) -> Answer {
    let (kept, kind) = kept(&cx, &id).await?;
    let broken = |error: ImportError| match error {
        ImportError::Service(error) => error.into(),
        error => Failure::Broken(StatusCode::UNPROCESSABLE_ENTITY, crate::errors::import(&error)),
    };
    let db = &cx.state.db;
    let report = import::run(db, kind, &kept.file_name, &kept.content, &trial(), &cx.caller()?)
        .await
        .map_err(broken)?;
    let lang = cx.lang;
    let csv = import::errors_csv(&kept.file_name, &kept.content, &report, &|message| lang.say(message))
        .map_err(broken)?;
    Ok(csv_file(&format!("{kind}-errors.csv"), csv))
}

fn kind_of(file: &str) -> Result<Kind, Failure> {
    file.strip_suffix(".csv").and_then(|kind| kind.parse().ok()).ok_or(Failure::NotFound)
}

/// `GET /import/template/{kind}.csv`
pub async fn template(Path(name): Path<String>) -> Answer {
    Ok(csv_file(&name, import::template_csv(kind_of(&name)?)))
}

/// `GET /export/{kind}.csv`
pub async fn export(Path(name): Path<String>, cx: Cx) -> Answer {
    let csv = services::export::csv(&cx.state.db, kind_of(&name)?, cx.sight()).await?;
    Ok(csv_file(&name, csv))
}
