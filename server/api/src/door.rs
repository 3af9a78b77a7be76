//! What stands before every handler: the token, its scope, what its owner may do, and the size of what is sent.

use crate::once;
use crate::problem::Fault;
use crate::request::{Api, Shared, origin};
use access::{Action, Actor};
use app::state::AppState;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use domain::token::{Area, Scope};
use services::identity::Token;
use services::write::log_denial;
use sha2::{Digest, Sha256};
use std::fmt::Write;
use std::sync::Arc;
use store::rights::Bearer;

/// What is asked of whoever comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Door {
    /// The token must have this scope; any token will do without one.
    pub scope: Option<Scope>,
    /// Its owner must have a post that could do this to something. Lists are limited by sight, and writes ask again with
    /// their subject.
    pub action: Option<Action>,
    /// The most bytes that are taken.
    pub limit: usize,
}

/// The most bytes of what is no file.
const LIMIT: usize = 1 << 20;

impl Door {
    /// For any token.
    pub const ANY: Self = Self { scope: None, action: None, limit: LIMIT };

    /// For reading in an area.
    pub const fn read(area: Area, action: Action) -> Self {
        Self { scope: Some(Scope::read(area)), action: Some(action), limit: LIMIT }
    }

    /// For writing in an area.
    pub const fn write(area: Area, action: Action) -> Self {
        Self { scope: Some(Scope::write(area)), action: Some(action), limit: LIMIT }
    }

    /// The same for as many bytes.
    #[must_use]
    pub const fn up_to(self, limit: usize) -> Self {
        Self { limit, ..self }
    }
}

/// What a request brings in its header `Authorization`.
fn sent(headers: &HeaderMap) -> Option<Token> {
    let text = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = text.split_once(' ')?;
    let is_plausible = scheme.eq_ignore_ascii_case("bearer") && token.len() <= 200;
    is_plausible.then(|| Token::sent(token.trim()))
}

async fn enter(state: &AppState, door: Door, parts: &Parts) -> Result<Api, (Fault, Option<Arc<Bearer>>)> {
    let (now, today) = (state.clock.now(), state.clock.today());
    let (lang, from) = origin(parts);
    let bearer = match sent(&parts.headers) {
        Some(token) => services::token::bearer(&state.db, &token, now, today).await,
        None => Ok(None),
    };
    let bearer = bearer.map_err(|error| (error.into(), None))?;
    let bearer = Arc::new(bearer.ok_or((Fault::Unauthorized, None))?);
    if let Some(scope) = door.scope.filter(|&scope| !bearer.scopes.contains(scope)) {
        return Err((Fault::Scope(scope), None));
    }
    let from = format!("{from} {}", bearer.prefix).trim_start().to_owned();
    let api = Api { db: state.db.clone(), lang, now, today, bearer, from, uri: parts.uri.clone() };
    if let Some(action) = door.action
        && let Err(denial) = Actor::open(&api.actor(), action)
    {
        return Err((Fault::Denied(Box::new(denial)), Some(api.bearer)));
    }
    Ok(api)
}

/// Stands before a handler.
pub async fn guard(State((state, door)): State<Shared>, request: Request, next: Next) -> Response {
    let (parts, body) = request.into_parts();
    let api = match enter(&state, door, &parts).await {
        Ok(api) => api,
        Err((fault, None)) => return fault.plain(&parts),
        Err((fault, Some(bearer))) => {
            let (lang, from) = origin(&parts);
            let from = format!("{from} {}", bearer.prefix).trim_start().to_owned();
            let (now, today) = (state.clock.now(), state.clock.today());
            let uri = parts.uri.clone();
            let api = Api { db: state.db.clone(), lang, now, today, bearer, from, uri };
            return told(&api, fault).await;
        }
    };
    let Ok(body) = to_bytes(body, door.limit).await else {
        return Fault::TooLarge(door.limit).plain(&parts);
    };
    let tags = parts.headers.get(header::IF_NONE_MATCH).cloned();
    let is_read = matches!(parts.method, Method::GET | Method::HEAD);
    let response = if is_read {
        run(api.clone(), parts, Body::from(body), next).await
    } else {
        match once::asked(&parts, &body) {
            Ok(Some(asked)) => return once::answer(&api, asked, parts, body, next).await,
            Ok(None) => run(api.clone(), parts, Body::from(body), next).await,
            Err(fault) => fault.into_response(),
        }
    };
    let response = finished(&api, response).await;
    if is_read { tagged(response, tags.as_ref()).await } else { response }
}

/// Lets a request through.
pub async fn run(api: Api, mut parts: Parts, body: Body, next: Next) -> Response {
    parts.extensions.insert(api);
    next.run(Request::from_parts(parts, body)).await
}

/// Puts the problem in the place of a fault.
pub async fn finished(api: &Api, mut response: Response) -> Response {
    match response.extensions_mut().remove::<Fault>() {
        Some(fault) => told(api, fault).await,
        None => response,
    }
}

/// Tells a fault; a denial is written down first, and says who could instead.
async fn told(api: &Api, fault: Fault) -> Response {
    let Fault::Denied(denial) = &fault else {
        return fault.answer(&fault.problem(api.lang, None), api.lang);
    };
    let explained = async {
        log_denial(&api.db, &api.caller(), denial).await?;
        let mut conn = api.read().await?;
        services::refusal::explain(&mut conn, denial, Some(&api.bearer.rights), api.today).await
    };
    let refusal = explained.await.ok();
    fault.answer(&fault.problem(api.lang, refusal.as_ref()), api.lang)
}

/// SHA-256 in hexadecimal.
pub fn digest(parts: &[&[u8]]) -> String {
    let mut digest = Sha256::new();
    for part in parts {
        digest.update((part.len() as u64).to_be_bytes());
        digest.update(part);
    }
    digest.finalize().iter().fold(String::new(), |mut text, byte| {
        // Writing to memory does not fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// Gives what is read a tag, so that whoever has it already need not be sent it again.
async fn tagged(response: Response, known: Option<&HeaderValue>) -> Response {
    if response.status() != StatusCode::OK {
        return response;
    }
    let (mut parts, body) = response.into_parts();
    let Ok(body) = to_bytes(body, usize::MAX).await else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    let tag = format!("\"{}\"", &digest(&[&body])[..32]);
    let is_known = known
        .and_then(|known| known.to_str().ok())
        .is_some_and(|known| known.split(',').any(|each| each.trim().trim_start_matches("W/") == tag));
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        parts.headers.insert(header::ETAG, tag);
    }
    parts.headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
    if is_known {
        parts.status = StatusCode::NOT_MODIFIED;
        parts.headers.remove(header::CONTENT_TYPE);
        return Response::from_parts(parts, Body::empty());
    }
    Response::from_parts(parts, Body::from(body))
}
