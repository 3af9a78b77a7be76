//! Requests with an `Idempotency-Key`: what they decide is done once, however often they are sent.

use crate::door::{digest, finished, run};
use crate::problem::Fault;
use crate::request::Api;
use axum::body::{Body, Bytes, to_bytes};
use axum::http::request::Parts;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use domain::Message;
use std::time::Duration;
use store::StoreError;
use store::reply::{Done, Once, Reply};

/// The header.
pub const KEY: &str = "idempotency-key";
/// Tells that an answer was kept.
const REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");
/// Longest key.
const LONGEST: usize = 200;
/// How often, and with what pause, one looks whether another request of the same key is done.
const LOOKS: u32 = 50;
const PAUSE: Duration = Duration::from_millis(100);

/// A key, and what is asked for by it.
pub struct Asked {
    key: String,
    fingerprint: String,
}

/// The key of a request, where it has one.
pub fn asked(parts: &Parts, body: &Bytes) -> Result<Option<Asked>, Fault> {
    let Some(key) = parts.headers.get(KEY) else { return Ok(None) };
    let key = key.to_str().unwrap_or_default().trim();
    if key.is_empty() || key.len() > LONGEST || !key.bytes().all(|byte| byte.is_ascii_graphic()) {
        let told = Message::new("api-key").with("most", LONGEST);
        return Err(Fault::Invalid(vec![(KEY, told)]));
    }
    let address = parts.uri.path_and_query().map_or("", |address| address.as_str());
    let kind = parts.headers.get(header::CONTENT_TYPE).map_or(&b""[..], HeaderValue::as_bytes);
    let fingerprint = digest(&[parts.method.as_str().as_bytes(), address.as_bytes(), kind, body]);
    Ok(Some(Asked { key: key.to_owned(), fingerprint }))
}

async fn find(api: &Api, key: &str) -> Result<Option<Done>, StoreError> {
    let mut conn = api.read().await?;
    store::reply::find(&mut conn, api.bearer.token, key).await
}

/// Answers a request that was done, waiting for its answer while that is still made.
async fn again(api: &Api, asked: &Asked, mut done: Done) -> Result<Response, Fault> {
    if done.fingerprint != asked.fingerprint {
        return Err(Fault::Invalid(vec![(KEY, Message::new("api-key-other"))]));
    }
    for _ in 0..LOOKS {
        if let Some(reply) = done.reply {
            return Ok(replayed(&reply));
        }
        tokio::time::sleep(PAUSE).await;
        done = find(api, &asked.key).await?.ok_or(Fault::Busy)?;
    }
    Err(Fault::Busy)
}

fn replayed(reply: &Reply) -> Response {
    let status = StatusCode::from_u16(reply.status).unwrap_or(StatusCode::OK);
    let mut response = (status, reply.body.clone()).into_response();
    let headers = response.headers_mut();
    headers.remove(header::CONTENT_TYPE);
    for (name, value) in [(header::CONTENT_TYPE, &reply.kind), (header::LOCATION, &reply.location)] {
        if let Some(value) = HeaderValue::from_str(value).ok().filter(|value| !value.is_empty()) {
            headers.insert(name, value);
        }
    }
    headers.insert(REPLAYED, HeaderValue::from_static("true"));
    response
}

/// Answers a request with a key: from what was kept, or by doing it. A request that is refused, or only tries, leaves
/// nothing, and may be sent again with the same key.
pub async fn answer(api: &Api, asked: Asked, parts: Parts, body: Bytes, next: Next) -> Response {
    let response = match done_or_new(api, &asked, parts, body, next).await {
        Ok(response) => response,
        Err(fault) => fault.into_response(),
    };
    finished(api, response).await
}

async fn done_or_new(
    api: &Api,
    asked: &Asked,
    parts: Parts,
    body: Bytes,
    next: Next,
) -> Result<Response, Fault> {
    if let Some(done) = find(api, &asked.key).await? {
        return again(api, asked, done).await;
    }
    let once = Once::new(api.bearer.token, asked.key.clone(), asked.fingerprint.clone(), api.now);
    let marked = Api { db: api.db.once(once.clone()), ..api.clone() };
    let response = run(marked, parts, Body::from(body), next).await;
    if once.is_marked() && response.status().is_success() {
        return keep(api, &asked.key, response).await;
    }
    // Another request with the same key may have been faster; then this one did nothing.
    match find(api, &asked.key).await? {
        Some(done) => again(api, asked, done).await,
        None => Ok(response),
    }
}

/// Keeps an answer for whoever asks again.
async fn keep(api: &Api, key: &str, response: Response) -> Result<Response, Fault> {
    let (parts, body) = response.into_parts();
    let body = to_bytes(body, usize::MAX).await.unwrap_or_default();
    let text = |name| parts.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let reply = Reply {
        status: parts.status.as_u16(),
        kind: text(header::CONTENT_TYPE).to_owned(),
        location: text(header::LOCATION).to_owned(),
        body: String::from_utf8_lossy(&body).into_owned(),
    };
    // It is done; whoever asks again is told so even if the answer cannot be kept.
    services::token::keep_reply(&api.db, api.bearer.token, key, &reply).await.unwrap_or_default();
    Ok(Response::from_parts(parts, Body::from(body)))
}
