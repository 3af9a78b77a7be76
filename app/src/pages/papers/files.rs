//! Files beside papers and assignments: the lists, sending one, and fetching one.

use crate::components::form::{Choice, ErrorSummary, Sent};
use crate::components::numbers::count;
use crate::components::table::{Figures, Words, cards};
use crate::request::{Answer, Cx, Failure, go_to, lang_of_page, printable, say, t};
use crate::shell::Nav;
use axum::extract::{Multipart, Path};
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use domain::Message;
use domain::attachment::Beside;
use domain::id::{AssignmentId, AttachmentId, PaperId};
use leptos::prelude::*;
use services::attachment::{FILE_BYTES, Fetched};
use services::form::Fields;
use store::attachment::Line;
use uuid::Uuid;

/// Most of a field that is not a file.
const FIELD_BYTES: usize = 1000;

/// The files beside a record, where there is little room.
pub fn list(lines: &[Line]) -> AnyView {
    if lines.is_empty() {
        return view! { <p class="pad">{t("attachments-none")}</p> }.into_any();
    }
    let lang = lang_of_page();
    let rows: Vec<_> = lines
        .iter()
        .map(|Line { file, by, is_replaced }| {
            let by = by.clone().unwrap_or_else(|| "—".to_owned());
            view! {
                <li class:quiet=*is_replaced>
                    <a href=format!("/attachments/{}", file.id)>{file.name.clone()}</a>
                    {is_replaced.then(|| view! { " " <span class="tag idle" data-mark="○">{t("attachment-replaced")}</span> })}
                    <small class="paper-file">
                        {format!("{} · {by} · {}", size(file.size), lang.moment(file.at))} <br />
                        {say(&Message::new("attachment-hash").with("hash", file.sha256.as_str()))}
                    </small>
                </li>
            }
        })
        .collect();
    view! { <ul class="plain pad paper-files">{rows}</ul> }.into_any()
}

/// The files beside a record as a table.
pub fn table(lines: &[Line]) -> AnyView {
    if lines.is_empty() {
        return view! { <p class="pad">{t("attachments-none")}</p> }.into_any();
    }
    let lang = lang_of_page();
    let rows: Vec<_> = lines
        .iter()
        .map(|Line { file, by, is_replaced }| {
            let state = if *is_replaced { "attachment-replaced" } else { "attachment-current" };
            view! {
                <tr>
                    <th scope="row"><a href=format!("/attachments/{}", file.id)>{file.name.clone()}</a></th>
                    <td class="n" data-label=t("attachment-size")>{size(file.size)}</td>
                    <td data-label=t("attachment-by")>{by.clone().unwrap_or_else(|| "—".to_owned())}</td>
                    <td class="when" data-label=t("attachment-at")>{lang.moment(file.at)}</td>
                    <td data-label=t("papers-state")>{t(state)}</td>
                    <td class="typed" data-label=t("attachment-sha256")><small>{file.sha256.clone()}</small></td>
                </tr>
            }
        })
        .collect();
    cards(
        t("attachments-title"),
        &[
            Words("attachment-name"),
            Figures("attachment-size"),
            Words("attachment-by"),
            Words("attachment-at"),
            Words("papers-state"),
            Words("attachment-sha256"),
        ],
        rows,
    )
    .into_any()
}

/// A length in kilobytes.
fn size(bytes: i64) -> String {
    format!("{} KB", count((bytes + 1023) / 1024))
}

/// `GET /papers/{id}/attach`
pub async fn of_paper(Path(id): Path<String>, cx: Cx) -> Answer {
    let id: PaperId = id.parse().map_err(|_| Failure::NotFound)?;
    form(&cx, StatusCode::OK, Beside::Paper, id.0, Sent::default()).await
}

/// `GET /assignments/{id}/papers/attach`
pub async fn of_assignment(Path(id): Path<String>, cx: Cx) -> Answer {
    let id: AssignmentId = id.parse().map_err(|_| Failure::NotFound)?;
    form(&cx, StatusCode::OK, Beside::Assignment, id.0, Sent::default()).await
}

/// `POST /papers/{id}/attach`
pub async fn send_to_paper(Path(id): Path<String>, cx: Cx, body: Multipart) -> Answer {
    let id: PaperId = id.parse().map_err(|_| Failure::NotFound)?;
    send(&cx, Beside::Paper, id.0, body).await
}

/// `POST /assignments/{id}/papers/attach`
pub async fn send_to_assignment(Path(id): Path<String>, cx: Cx, body: Multipart) -> Answer {
    let id: AssignmentId = id.parse().map_err(|_| Failure::NotFound)?;
    send(&cx, Beside::Assignment, id.0, body).await
}

/// Where the form about a record is, and where it leads back to.
fn addresses(beside: Beside, of: Uuid) -> (String, String) {
    match beside {
        Beside::Paper => (format!("/papers/{of}/attach"), format!("/papers/{of}")),
        Beside::Assignment => {
            (format!("/assignments/{of}/papers/attach"), format!("/assignments/{of}/papers"))
        }
    }
}

async fn send(cx: &Cx, beside: Beside, of: Uuid, body: Multipart) -> Answer {
    let (file, fields) = match receive(body).await {
        Ok(received) => received,
        Err(message) => {
            let sent = Sent { errors: vec![("file", message)], ..Sent::default() };
            return form(cx, StatusCode::UNPROCESSABLE_ENTITY, beside, of, sent).await;
        }
    };
    let kept =
        services::attachment::attach(&cx.state.db, &cx.caller()?, (beside, of), &file, &fields).await?;
    match kept.ok_or(Failure::NotFound)? {
        Ok(_) => Ok(go_to(&format!("{}?saved=attached", addresses(beside, of).1))),
        Err(errors) => form(cx, StatusCode::UNPROCESSABLE_ENTITY, beside, of, Sent { fields, errors }).await,
    }
}

/// Reads the form. What is beyond the limit is received and thrown away, so that the browser gets to see why.
async fn receive(mut form: Multipart) -> Result<(services::attachment::Sent, Fields), Message> {
    let broken = |_| Message::new("import-error-broken-upload");
    let mut file = services::attachment::Sent::default();
    let mut fields = Fields::new();
    while let Some(mut field) = form.next_field().await.map_err(broken)? {
        let name = field.name().unwrap_or_default().to_owned();
        if name == "file" {
            field.file_name().unwrap_or_default().clone_into(&mut file.name);
            while let Some(chunk) = field.chunk().await.map_err(broken)? {
                file.bytes += chunk.len() as u64;
                if file.bytes <= FILE_BYTES {
                    file.content.extend_from_slice(&chunk);
                } else {
                    file.content = Vec::new();
                }
            }
        } else {
            let mut text = Vec::new();
            while let Some(chunk) = field.chunk().await.map_err(broken)? {
                text.extend(chunk.iter().take(FIELD_BYTES.saturating_sub(text.len())));
            }
            fields.insert(name, printable(&String::from_utf8_lossy(&text)));
        }
    }
    Ok((file, fields))
}

/// What a record is called, where it may be seen.
async fn named(cx: &Cx, beside: Beside, of: Uuid) -> Result<(String, Vec<Line>), Failure> {
    let mut conn = cx.read().await?;
    let name = match beside {
        Beside::Paper => {
            let paper = store::paper::visible(&mut conn, PaperId(of), cx.sight()).await?;
            paper.ok_or(Failure::NotFound)?.number
        }
        Beside::Assignment => {
            let found = store::assignment::visible(&mut conn, AssignmentId(of), cx.sight()).await?;
            let power = found.ok_or(Failure::NotFound)?.power;
            store::power::by_id(&mut conn, power).await?.ok_or(Failure::NotFound)?.name
        }
    };
    let lines = store::attachment::of(&mut conn, beside, of).await?;
    Ok((name, lines))
}

async fn form(cx: &Cx, status: StatusCode, beside: Beside, of: Uuid, sent: Sent) -> Answer {
    let (name, lines) = named(cx, beside, of).await?;
    let (action, back) = addresses(beside, of);
    let title = cx.lang.t("attachment-add");
    let in_title = sent.titled(cx.lang, &format!("{title} · {name}"));
    Ok(cx.page(status, Some(Nav::Papers), &in_title, || {
        let error = sent.error("file").map(|message| say(&message));
        let current: Vec<(String, String)> = lines
            .iter()
            .filter(|line| !line.is_replaced)
            .map(|line| {
                let words = Message::new("attachment-replaces").with("name", line.file.name.as_str());
                (line.file.id.to_string(), say(&words))
            })
            .collect();
        let options: Vec<_> =
            std::iter::once((String::new(), t("attachment-replaces-none"))).chain(current).collect();
        let may_replace = options.len() > 1;
        let most = FILE_BYTES >> 20;
        view! {
            <nav class="crumbs" aria-label=t("crumbs-label")>
                <ol>
                    <li><a href="/papers">{t("papers-title")}</a></li>
                    <li><a href=back.clone()>{name.clone()}</a></li>
                </ol>
            </nav>
            <ErrorSummary errors=sent.errors.clone() />
            <div class="title"><h1>{title}</h1> <small>{name.clone()}</small></div>
            <p class="lead">{t("attachment-intro")}</p>
            <form class="card pad form" method="post" action=action enctype="multipart/form-data">
                {may_replace
                    .then(|| view! {
                        <Choice name="replaces" label=t("attachment-place") options=options sent=sent.clone() />
                    })}
                <div class="field" class:wrong=error.is_some()>
                    <label for="file">{t("attachment-file")}</label>
                    <small id="file-hint">{say(&Message::new("attachment-file-hint").with("most", most))}</small>
                    {error.clone().map(|error| view! { <strong class="error" id="file-error">{error}</strong> })}
                    <input
                        type="file"
                        id="file"
                        name="file"
                        accept=".pdf,.png,.jpg,.jpeg"
                        aria-describedby=if error.is_some() { "file-hint file-error" } else { "file-hint" }
                    />
                </div>
                <div class="actions">
                    <button class="button">{t("attachment-keep")}</button>
                    <a href=back>{t("cancel")}</a>
                </div>
            </form>
        }
    }))
}

/// `GET /attachments/{id}`
pub async fn fetch(Path(id): Path<String>, cx: Cx) -> Answer {
    let id: AttachmentId = id.parse().map_err(|_| Failure::NotFound)?;
    let mut conn = cx.read().await?;
    let fetched = services::attachment::fetch(&mut conn, id, cx.sight()).await?;
    drop(conn);
    match fetched.ok_or(Failure::NotFound)? {
        Fetched::Whole(file, content) => {
            let headers = [
                (header::CONTENT_TYPE, file.media.as_str().to_owned()),
                (header::CONTENT_DISPOSITION, disposition("attachment", &file.name)),
                (header::X_CONTENT_TYPE_OPTIONS, "nosniff".to_owned()),
            ];
            Ok((headers, content).into_response())
        }
        Fetched::Damaged(file) => Err(Failure::Broken(
            StatusCode::INTERNAL_SERVER_ERROR,
            Message::new("attachment-error-damaged").with("name", file.name).with("hash", file.sha256),
        )),
    }
}

/// How a file is to be taken, and under which name: for old programs in ASCII, for all others as it is.
pub fn disposition(how: &str, name: &str) -> String {
    use std::fmt::Write as _;
    let is_plain = |each: char| each.is_ascii_alphanumeric() || "-_.".contains(each);
    let plain: String = name.chars().map(|each| if is_plain(each) { each } else { '_' }).collect();
    let encoded = name.bytes().fold(String::new(), |mut text, byte| {
        if is_plain(char::from(byte)) {
            text.push(char::from(byte));
        } else {
            // Writing to memory does not fail.
            let _ = write!(text, "%{byte:02X}");
        }
        text
    });
    format!("{how}; filename=\"{plain}\"; filename*=UTF-8''{encoded}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_do_not_break_out_of_their_header() {
        assert_eq!(
            disposition("attachment", "确认书 1.pdf"),
            "attachment; filename=\"____1.pdf\"; filename*=UTF-8''%E7%A1%AE%E8%AE%A4%E4%B9%A6%201.pdf"
        );
        let hostile = disposition("inline", "a\"\r\nSet-Cookie: x=1;.pdf");
        assert!(hostile.bytes().all(|byte| (0x20..0x7f).contains(&byte)), "{hostile}");
        assert_eq!(hostile.matches('"').count(), 2);
    }
}
