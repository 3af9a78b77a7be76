//! Who is let in where: the session behind a request, and what a route asks of it.

use crate::pages::sign_in::Kept;
use crate::request::Failure;
use crate::state::AppState;
use access::{Action, Actor};
use axum::extract::{Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Method, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use services::ServiceError;
use services::identity::Token;
use std::sync::Arc;
use store::rights::Signed;

/// What a route asks of whoever comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Door {
    /// Nothing.
    Open,
    /// To have signed in, the second factor still owed.
    Half,
    /// To have signed in.
    Signed,
    /// A post that could do this to something. Queries are limited by sight, and writes ask again with their subject.
    May(Action),
}

/// The doors of a route: for reading, and for sending.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Doors {
    /// GET and HEAD.
    pub read: Door,
    /// POST.
    pub write: Door,
}

/// The name of the cookie that holds the session's token. Its prefix binds it to this host and to TLS, where that
/// is what browsers come by.
pub fn session_cookie(state: &AppState) -> &'static str {
    if state.is_secure { "__Host-baton" } else { "baton" }
}

/// A cookie that no script reads and no other site's form brings along; it ends with the browser when it has no age,
/// and at once when its age is zero.
pub fn set_cookie(state: &AppState, name: &str, value: &str, seconds: Option<u32>) -> HeaderValue {
    let age = seconds.map_or(String::new(), |seconds| format!("; Max-Age={seconds}"));
    let secure = if state.is_secure { "; Secure" } else { "" };
    let cookie = format!("{name}={value}; Path=/; HttpOnly; SameSite=Lax{secure}{age}");
    // Names and values are ours: codes and tokens.
    HeaderValue::from_str(&cookie).unwrap_or(HeaderValue::from_static(""))
}

/// A cookie's value.
pub fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let all = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    let pairs = all.flat_map(|value| value.split(';'));
    let mut named = pairs.filter_map(|pair| pair.trim().split_once('=')).filter(|(key, _)| *key == name);
    named.next().map(|(_, value)| value)
}

/// Loads the session of a request, with everything that its person may do, by one statement.
pub async fn identify(state: &AppState, parts: &mut Parts) -> Result<(), ServiceError> {
    let Some(token) = cookie(&parts.headers, session_cookie(state)).map(Token::sent) else { return Ok(()) };
    let (now, today) = (state.clock.now(), state.clock.today());
    if let Some(signed) = services::identity::resume(&state.db, &state.limits, &token, now, today).await? {
        parts.extensions.insert(Arc::new(signed));
    }
    Ok(())
}

/// Stands before a route.
pub async fn guard(State(doors): State<Doors>, request: Request, next: Next) -> Response {
    let door = match *request.method() {
        Method::GET | Method::HEAD => doors.read,
        _ => doors.write,
    };
    match pass(door, request.extensions().get::<Arc<Signed>>()) {
        Ok(()) => next.run(request).await,
        Err(Failure::SignIn) if is_form(&request) => {
            let to = request.uri().path().to_owned();
            match axum::body::to_bytes(request.into_body(), KEPT_BYTES).await {
                Ok(body) => Failure::Kept(Box::new(Kept::of(&to, &body))).into_response(),
                Err(_) => Failure::SignIn.into_response(),
            }
        }
        Err(failure) => failure.into_response(),
    }
}

/// The most that is kept of a form whose session has ended.
const KEPT_BYTES: usize = 1 << 20;

/// Whether it sends what somebody typed, without files.
fn is_form(request: &Request) -> bool {
    let kind =
        request.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    *request.method() == Method::POST && kind.starts_with("application/x-www-form-urlencoded")
}

fn pass(door: Door, signed: Option<&Arc<Signed>>) -> Result<(), Failure> {
    let (action, signed) = match (door, signed) {
        (Door::Open, _) => return Ok(()),
        (_, None) => return Err(Failure::SignIn),
        (door, Some(signed)) if signed.is_half && door != Door::Half => return Err(Failure::SignIn),
        (Door::Signed | Door::Half, Some(_)) => return Ok(()),
        (Door::May(action), Some(signed)) => (action, signed),
    };
    Actor::Person(Arc::new(signed.rights.clone()))
        .open(action)
        .map_err(|denial| Failure::Denied(Box::new(denial)))
}
