//! Files beside papers and assignments: the lists, sending one, and fetching one.

use super::id;
use crate::answer::{Made, json, made};
use crate::door::Door;
use crate::endpoint::{Endpoint, line};
use crate::problem::{Answer, Fault};
use crate::request::{Api, Asked, fields, kind};
use access::Action;
use axum::body::Bytes;
use axum::extract::Path;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::IntoResponse;
use chrono::{DateTime, Utc};
use domain::Message;
use domain::attachment::Beside;
use domain::id::{AssignmentId, AttachmentId, PaperId};
use domain::token::Area;
use serde::{Deserialize, Serialize};
use services::attachment::{FILE_BYTES, Fetched, Sent, attach, fetch};
use store::attachment::Line;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::routes;
use uuid::Uuid;

/// The area's endpoints.
pub fn lines() -> Vec<Endpoint> {
    let read = Door::read(Area::Papers, Action::PaperRead);
    let limit = usize::try_from(FILE_BYTES).unwrap_or(usize::MAX);
    let write = Door::write(Area::Papers, Action::PaperConfirm).up_to(limit);
    vec![
        line(routes!(of_paper), read),
        line(routes!(to_paper), write),
        line(routes!(of_assignment), read),
        line(routes!(to_assignment), write),
        line(routes!(one), read),
    ]
}

/// The kinds of files that are kept.
const KINDS: &[&str] = &["application/pdf", "image/png", "image/jpeg"];

/// A file that is kept beside a record.
#[derive(Debug, Serialize, ToSchema)]
struct AttachmentLine {
    /// Identifier.
    id: Uuid,
    /// Its name.
    name: String,
    /// Its media type.
    media_type: &'static str,
    /// Its length in bytes.
    size: i64,
    /// SHA-256 of its bytes in hexadecimal.
    sha256: String,
    /// Who added it.
    by: Option<String>,
    /// When.
    at: DateTime<Utc>,
    /// The file whose place it takes.
    replaces: Option<Uuid>,
    /// Whether another one took its place.
    is_replaced: bool,
}

impl From<Line> for AttachmentLine {
    fn from(line: Line) -> Self {
        let file = line.file;
        Self {
            id: file.id.0,
            name: file.name,
            media_type: file.media.as_str(),
            size: file.size,
            sha256: file.sha256,
            by: line.by,
            at: file.at,
            replaces: file.replaces.map(|id| id.0),
            is_replaced: line.is_replaced,
        }
    }
}

/// Whether the record may be seen.
async fn seen(api: &Api, beside: Beside, of: Uuid) -> Result<(), Fault> {
    let mut conn = api.read().await?;
    let is_there = match beside {
        Beside::Paper => store::paper::visible(&mut conn, PaperId(of), api.sight()).await?.is_some(),
        Beside::Assignment => {
            store::assignment::visible(&mut conn, AssignmentId(of), api.sight()).await?.is_some()
        }
    };
    if is_there { Ok(()) } else { Err(Fault::NotFound) }
}

async fn beside(api: &Api, beside: Beside, of: Uuid) -> Answer {
    seen(api, beside, of).await?;
    let mut conn = api.read().await?;
    let lines = store::attachment::of(&mut conn, beside, of).await?;
    json(&lines.into_iter().map(AttachmentLine::from).collect::<Vec<_>>())
}

/// What the file is called, and whose place it takes.
#[derive(Debug, Serialize, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct FileWish {
    /// What it is called.
    #[serde(default)]
    #[param(example = "scan.pdf")]
    name: String,
    /// The file whose place it takes.
    replaces: Option<Uuid>,
}

async fn keep(
    api: &Api,
    (beside, of): (Beside, Uuid),
    wish: &FileWish,
    headers: &HeaderMap,
    body: &Bytes,
) -> Answer {
    if !KINDS.contains(&kind(headers)) {
        return Err(Fault::MediaType(KINDS));
    }
    seen(api, beside, of).await?;
    let name = if wish.name.is_empty() { "scan".to_owned() } else { app::request::printable(&wish.name) };
    let sent = Sent { name, content: body.to_vec(), bytes: body.len() as u64 };
    let kept = attach(&api.db, &api.caller(), (beside, of), &sent, &fields(wish)).await?;
    made("/attachments", kept.ok_or(Fault::NotFound)??.0)
}

/// The files beside a paper, the newest first.
#[utoipa::path(get, path = "/papers/{id}/attachments", tag = "papers", params(("id" = Uuid, Path)),
    responses((status = 200, body = Vec<AttachmentLine>)))]
async fn of_paper(api: Api, Path(paper): Path<String>) -> Answer {
    let id: PaperId = id(&paper)?;
    beside(&api, Beside::Paper, id.0).await
}

/// Keeps a file beside a paper: a PDF, PNG or JPEG of at most 20 MB as the body.
#[utoipa::path(post, path = "/papers/{id}/attachments", tag = "papers", params(("id" = Uuid, Path), FileWish),
    request_body(content(
        (Vec<u8> = "application/pdf"), (Vec<u8> = "image/png"), (Vec<u8> = "image/jpeg"),
    )),
    responses((status = 201, body = Made, headers(("Location" = String)))))]
async fn to_paper(
    api: Api,
    Path(paper): Path<String>,
    Asked(wish): Asked<FileWish>,
    headers: HeaderMap,
    body: Bytes,
) -> Answer {
    let id: PaperId = id(&paper)?;
    keep(&api, (Beside::Paper, id.0), &wish, &headers, &body).await
}

/// The files beside an assignment, the newest first.
#[utoipa::path(get, path = "/assignments/{id}/attachments", tag = "papers", params(("id" = Uuid, Path)),
    responses((status = 200, body = Vec<AttachmentLine>)))]
async fn of_assignment(api: Api, Path(assignment): Path<String>) -> Answer {
    let id: AssignmentId = id(&assignment)?;
    beside(&api, Beside::Assignment, id.0).await
}

/// Keeps a file beside an assignment: a PDF, PNG or JPEG of at most 20 MB as the body.
#[utoipa::path(post, path = "/assignments/{id}/attachments", tag = "papers",
    params(("id" = Uuid, Path), FileWish),
    request_body(content(
        (Vec<u8> = "application/pdf"), (Vec<u8> = "image/png"), (Vec<u8> = "image/jpeg"),
    )),
    responses((status = 201, body = Made, headers(("Location" = String)))))]
async fn to_assignment(
    api: Api,
    Path(assignment): Path<String>,
    Asked(wish): Asked<FileWish>,
    headers: HeaderMap,
    body: Bytes,
) -> Answer {
    let id: AssignmentId = id(&assignment)?;
    keep(&api, (Beside::Assignment, id.0), &wish, &headers, &body).await
}

/// A file with its bytes, compared with the hash that was kept with them.
#[utoipa::path(get, path = "/attachments/{id}", tag = "papers", params(("id" = Uuid, Path)),
    responses((status = 200, body = Vec<u8>, content_type = "application/octet-stream")))]
async fn one(api: Api, Path(attachment): Path<String>) -> Answer {
    let id: AttachmentId = id(&attachment)?;
    let mut conn = api.read().await?;
    match fetch(&mut conn, id, api.sight()).await?.ok_or(Fault::NotFound)? {
        Fetched::Whole(file, content) => {
            Ok(([(header::CONTENT_TYPE, file.media.as_str())], content).into_response())
        }
        Fetched::Damaged(file) => Err(Fault::Failed(
            StatusCode::INTERNAL_SERVER_ERROR,
            Message::new("attachment-error-damaged").with("name", file.name).with("hash", file.sha256),
        )),
    }
}
