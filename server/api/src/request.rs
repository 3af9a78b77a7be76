//! What a handler knows about its request: who sent it by which token, its query, and its body.

use crate::problem::Fault;
use access::Actor;
use app::i18n::Lang;
use app::state::AppState;
use axum::body::Bytes;
use axum::extract::{FromRequest, FromRequestParts, Query, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Uri, header};
use chrono::{DateTime, Utc};
use domain::duty::Sight;
use domain::{Date, Message};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use services::form::Fields;
use services::write::Caller;
use std::sync::Arc;
use store::rights::Bearer;
use store::{Conn, Db, StoreError};

/// One request.
#[derive(Debug, Clone)]
pub struct Api {
    /// The database; what is decided through it is done once where the request says so.
    pub db: Db,
    /// The reader's language.
    pub lang: Lang,
    /// Now.
    pub now: DateTime<Utc>,
    /// Today.
    pub today: Date,
    /// Who is acted for, and with what.
    pub bearer: Arc<Bearer>,
    /// From where it came, and by which token.
    pub from: String,
    /// Address and query.
    pub uri: Uri,
}

impl Api {
    /// Who calls, for a use case. The trail says which token it was.
    pub fn caller(&self) -> Caller {
        Caller { actor: self.actor(), now: self.now, today: self.today, address: self.from.clone() }
    }

    /// Who acts.
    pub fn actor(&self) -> Actor {
        Actor::Person(Arc::new(self.bearer.rights.clone()))
    }

    /// Which records may be seen.
    pub fn sight(&self) -> Sight {
        self.bearer.rights.sight()
    }

    /// Begins to read.
    pub async fn read(&self) -> Result<Conn, StoreError> {
        self.db.read().await
    }

    /// A message in the reader's language.
    pub fn say(&self, message: &Message) -> String {
        self.lang.say(message)
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Api {
    type Rejection = Fault;
    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Fault> {
        parts.extensions.get::<Self>().cloned().ok_or(Fault::Unauthorized)
    }
}

/// The query.
#[derive(Debug)]
pub struct Asked<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Asked<T> {
    type Rejection = Fault;
    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Fault> {
        let asked = Query::<T>::try_from_uri(&parts.uri);
        let cause = |error: axum::extract::rejection::QueryRejection| error.body_text();
        let asked = asked.map_err(|error| {
            Fault::Invalid(vec![("query", Message::new("api-query").with("cause", cause(error)))])
        })?;
        Ok(Self(asked.0))
    }
}

/// What is sent as JSON.
#[derive(Debug)]
pub struct Sent<T>(pub T);

/// The kinds of content of [`Sent`].
const JSON: &[&str] = &["application/json"];

/// The kind of content that a request has, without parameters.
pub fn kind(headers: &HeaderMap) -> &str {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    kind.split(';').next().unwrap_or_default().trim()
}

/// Reads JSON, and says where it is not what is asked for.
pub fn from_json<T: DeserializeOwned>(body: &[u8]) -> Result<T, Fault> {
    serde_json::from_slice(body).map_err(|error| {
        Fault::Invalid(vec![("body", Message::new("api-json").with("cause", error.to_string()))])
    })
}

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Sent<T> {
    type Rejection = Fault;
    async fn from_request(request: Request, state: &S) -> Result<Self, Fault> {
        if !kind(request.headers()).eq_ignore_ascii_case(JSON[0]) {
            return Err(Fault::MediaType(JSON));
        }
        let body = Bytes::from_request(request, state).await.map_err(|_| Fault::NotFound)?;
        from_json(&body).map(Self)
    }
}

/// What is sent, as the forms of the pages say it, so that both are understood by the same use case.
pub fn fields<T: Serialize>(sent: &T) -> Fields {
    let text = |value: &Value| match value {
        Value::String(text) => app::request::printable(text),
        Value::Number(number) => number.to_string(),
        Value::Bool(true) => "on".to_owned(),
        _ => String::new(),
    };
    let joined = |value: &Value| match value {
        Value::Array(items) => items.iter().map(text).collect::<Vec<_>>().join(" "),
        other => text(other),
    };
    match serde_json::to_value(sent) {
        Ok(Value::Object(object)) => {
            object.iter().map(|(name, value)| (name.clone(), joined(value))).collect()
        }
        _ => Fields::new(),
    }
}

/// The reader's language, and from where a request came.
pub fn origin(parts: &Parts) -> (Lang, String) {
    let from = parts.extensions.get::<axum::extract::ConnectInfo<std::net::SocketAddr>>();
    let from = from.map_or_else(String::new, |address| address.0.ip().to_string());
    (app::request::lang(parts), from)
}

/// The state as extractors of the door need it.
pub type Shared = (AppState, crate::door::Door);
