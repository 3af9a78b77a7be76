//! The items of a round as a file, and answering by a file.

use super::crumbs;
use super::round::filter;
use crate::components::form::{ErrorSummary, Sent};
use crate::request::{Answer, Cx, Failure, csv_file, go_to, say, t};
use crate::shell::Nav;
use axum::extract::{Multipart, Path};
use axum::http::StatusCode;
use domain::Message;
use domain::id::RoundId;
use leptos::prelude::*;
use services::catalogue::round_file::{self, Refused};
use services::import::{FILE_BYTES, ImportError};

/// `GET /rounds/{id}/items.csv`: the whole filtered list.
pub async fn csv(Path(id): Path<String>, cx: Cx) -> Answer {
    let id: RoundId = id.parse().map_err(|_| Failure::NotFound)?;
    let mut conn = cx.read().await?;
    store::round::listed(&mut conn, id, cx.sight()).await?.ok_or(Failure::NotFound)?;
    drop(conn);
    let csv = round_file::export(&cx.state.db, id, &filter(&cx), cx.sight()).await?;
    Ok(csv_file("round-items.csv", csv))
}

/// `GET /rounds/{id}/import`
pub async fn show(Path(id): Path<String>, cx: Cx) -> Answer {
    page(&cx, &id, StatusCode::OK, Sent::default()).await
}

/// `POST /rounds/{id}/import`
pub async fn send(Path(id): Path<String>, cx: Cx, mut body: Multipart) -> Answer {
    let round: RoundId = id.parse().map_err(|_| Failure::NotFound)?;
    let (mut name, mut content, mut bytes) = (String::new(), Vec::new(), 0_u64);
    let mut broken = false;
    loop {
        let Ok(next) = body.next_field().await else {
            broken = true;
            break;
        };
        let Some(mut field) = next else { break };
        if field.name() != Some("file") {
            continue;
        }
        field.file_name().unwrap_or_default().clone_into(&mut name);
        while let Ok(Some(chunk)) = field.chunk().await {
            bytes += chunk.len() as u64;
            if bytes <= FILE_BYTES {
                content.extend_from_slice(&chunk);
            }
        }
    }
    let refuse = async |messages: Vec<Message>| {
        let errors = messages.into_iter().map(|message| ("file", message)).collect();
        page(&cx, &id, StatusCode::UNPROCESSABLE_ENTITY, Sent { errors, ..Sent::default() }).await
    };
    if broken {
        return refuse(vec![Message::new("import-error-broken-upload")]).await;
    }
    if bytes > FILE_BYTES {
        return refuse(vec![crate::errors::import(&ImportError::too_large(bytes))]).await;
    }
    if name.is_empty() {
        return refuse(vec![Message::new("import-error-no-file")]).await;
    }
    let done = round_file::import(&cx.state.db, &cx.caller()?, round, &name, &content).await?;
    match done.ok_or(Failure::NotFound)? {
        Ok(done) => Ok(go_to(&format!("/rounds/{id}?done=answered&items={}&left={}", done.items, done.left))),
        Err(Refused::File(error)) => refuse(vec![crate::errors::import(&ImportError::File(error))]).await,
        Err(Refused::Rows(messages)) => refuse(messages).await,
    }
}

async fn page(cx: &Cx, id: &str, status: StatusCode, sent: Sent) -> Answer {
    let id: RoundId = id.parse().map_err(|_| Failure::NotFound)?;
    let mut conn = cx.read().await?;
    let listed = store::round::listed(&mut conn, id, cx.sight()).await?.ok_or(Failure::NotFound)?;
    drop(conn);
    let title = cx.lang.t("round-import");
    let in_title = sent.titled(cx.lang, &title);
    Ok(cx.page(status, Some(Nav::Catalogues), &in_title, || {
        let path = format!("/rounds/{id}");
        let wrong = (!sent.errors.is_empty()).then_some("true");
        let first = sent.error("file").map(|message| say(&message));
        view! {
            {crumbs(path.clone(), "rounds-title")}
            <ErrorSummary errors=sent.errors.clone() />
            <div class="title">
                <h1>{title}</h1>
                <small><a href=path.clone()>{listed.round.title.clone()}</a></small>
            </div>
            <p class="lead">{t("round-import-intro")}</p>
            <p><a href=format!("{path}/items.csv")>{t("round-export")}</a></p>
            <form class="card pad form" method="post" action=format!("{path}/import") enctype="multipart/form-data" novalidate=true>
                <div class="field" class:wrong=wrong.is_some()>
                    <label for="file">{t("round-file")}</label>
                    {first.map(|first| view! { <strong class="error" id="file-error">{first}</strong> })}
                    <input
                        id="file"
                        name="file"
                        type="file"
                        accept=".csv,.xlsx"
                        aria-invalid=wrong
                        aria-describedby=wrong.map(|_| "file-error")
                    />
                </div>
                <div class="actions"><button class="button">{t("round-import-do")}</button></div>
            </form>
        }
    }))
}
