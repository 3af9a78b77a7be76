//! A program that comes by token.

use crate::site::Site;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Method, Request, StatusCode, header};
use domain::token::{Area, Mode, Scope, Scopes};
use serde_json::Value;
use tower::ServiceExt;

/// A program at the site.
#[derive(Clone)]
pub struct Program {
    router: axum::Router,
    pub token: String,
}

/// What was answered.
#[derive(Debug)]
pub struct Answered {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub text: String,
    pub bytes: Vec<u8>,
}

impl Answered {
    /// A header.
    pub fn header(&self, name: impl header::AsHeaderName) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// The body as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("{error}: {}", self.text))
    }

    /// A value of the body by its path, such as `/items/0/id`, as a text.
    pub fn at(&self, pointer: &str) -> String {
        let value = self.json();
        let value = value.pointer(pointer).unwrap_or_else(|| panic!("no {pointer} in {}", self.text));
        value.as_str().map_or_else(|| value.to_string(), str::to_owned)
    }

    /// That it is a whole problem: media type, status, kind and words.
    pub fn problem(&self, kind: &str) -> Value {
        assert_eq!(self.header(header::CONTENT_TYPE), api::MEDIA_TYPE, "{self:?}");
        let problem = self.json();
        assert_eq!(problem["type"], format!("/api/v1#{kind}"), "{self:?}");
        assert_eq!(problem["status"], self.status.as_u16(), "{self:?}");
        for words in ["title", "detail"] {
            let words = problem[words].as_str().unwrap_or_default();
            assert!(!words.is_empty() && !app::i18n::Lang::En.has(words), "{self:?}");
        }
        problem
    }
}

/// Every scope there is.
pub fn all_scopes() -> Scopes {
    Area::ALL.iter().flat_map(|&area| Mode::ALL.iter().map(move |&mode| Scope { area, mode })).collect()
}

/// Makes a token by the page, for whoever has signed in there.
pub async fn token(site: &Site, scopes: &Scopes) -> String {
    let until = site.state.clock.today() + chrono::TimeDelta::days(30);
    let scopes: Vec<String> = scopes.iter().map(|scope| format!("&scopes={scope}")).collect();
    let post = site.appointment();
    let form = format!("action=make&label=test&post={post}&until={until}{}", scopes.concat());
    let (status, page, _) = site.post("/account/tokens", &form).await;
    assert_eq!(status, StatusCode::OK, "{page}");
    let shown = page.split("<code>").filter_map(|piece| piece.split('<').next());
    let told = shown.filter(|text| text.starts_with("baton_")).find(|text| text.len() == 49);
    let told = told.unwrap_or_else(|| panic!("no token in {page}"));
    let (_, page) = site.get("/account/tokens", "en").await;
    assert!(!page.contains(told) && page.contains(&told[..12]), "it is shown once");
    told.to_owned()
}

impl Program {
    /// One with a token.
    pub fn with(site: &Site, token: &str) -> Self {
        Self { router: api::router(site.state.clone()), token: token.to_owned() }
    }

    /// The same at a server with another state.
    pub fn at(&self, state: app::state::AppState) -> Self {
        Self { router: api::router(state), token: self.token.clone() }
    }

    /// One of whoever has signed in, with these scopes.
    pub async fn of(site: &Site, scopes: &Scopes) -> Self {
        Self::with(site, &token(site, scopes).await)
    }

    /// Sends a request.
    pub async fn send(
        &self,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: impl Into<Body>,
    ) -> Answered {
        let mut request = Request::builder().method(method).uri(format!("{}{path}", api::BASE));
        if !self.token.is_empty() {
            request = request.header(header::AUTHORIZATION, format!("Bearer {}", self.token));
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(body.into()).expect("a request");
        let response = self.router.clone().oneshot(request).await.expect("answers");
        let (parts, body) = response.into_parts();
        let body = to_bytes(body, usize::MAX).await.expect("a body");
        let bytes = body.to_vec();
        let text = String::from_utf8_lossy(&bytes).into_owned();
        Answered { status: parts.status, headers: parts.headers, text, bytes }
    }

    /// Reads.
    pub async fn get(&self, path: &str) -> Answered {
        self.send(Method::GET, path, &[("accept-language", "en")], Body::empty()).await
    }

    /// Sends JSON.
    pub async fn post(&self, path: &str, body: &Value) -> Answered {
        let headers = [("content-type", "application/json"), ("accept-language", "en")];
        self.send(Method::POST, path, &headers, body.to_string()).await
    }

    /// Sends JSON with an `Idempotency-Key`.
    pub async fn post_once(&self, key: &str, path: &str, body: &Value) -> Answered {
        let headers =
            [("content-type", "application/json"), ("accept-language", "en"), ("idempotency-key", key)];
        self.send(Method::POST, path, &headers, body.to_string()).await
    }
}

/// An address of a documented path: nothing has these identifiers.
pub fn address(path: &str) -> String {
    path.replace("{id}", "00000000-0000-7000-8000-000000000000").replace("{kind}", "units")
}
