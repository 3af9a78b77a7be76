//! What a page knows about its request, and how it answers.

use crate::components::form::{Labels, Sent};
use crate::i18n::Lang;
use crate::pages::sign_in::Kept;
use crate::shell::{self, Nav};
use crate::state::AppState;
use access::{Action, Actor, Denial};
use axum::extract::{ConnectInfo, FromRequestParts, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{Html, IntoResponse, Redirect, Response};
use domain::duty::Sight;
use domain::id::PersonId;
use domain::{Date, Message};
use leptos::prelude::*;
use services::ServiceError;
use services::refusal::Refusal;
use services::write::Caller;
use std::collections::BTreeMap;
use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;
use store::rights::Signed;
use store::{Conn, StoreError};

/// A text that nobody can guess, made for each answer: scripts that do not bear it are not run.
#[derive(Debug, Clone, Default)]
pub struct Nonce(Arc<str>);

impl Nonce {
    /// A new one.
    pub fn new() -> Self {
        Self(uuid::Uuid::new_v4().simple().to_string().into())
    }

    /// The text.
    pub fn text(&self) -> &str {
        &self.0
    }
}

/// One request.
#[derive(Debug, Clone)]
pub struct Cx {
    /// Shared by all requests.
    pub state: AppState,
    /// The reader's language.
    pub lang: Lang,
    /// Today.
    pub today: Date,
    /// Who has signed in.
    pub signed: Option<Arc<Signed>>,
    /// Marks the scripts that are the page's own.
    pub nonce: Nonce,
    /// From where the request came.
    pub from: String,
    /// Path and query, to come back to.
    pub address: String,
    /// The query; of several values of one name the last.
    pub query: BTreeMap<String, String>,
}

impl FromRequestParts<AppState> for Cx {
    type Rejection = Infallible;
    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Infallible> {
        let query = parts.uri.query().unwrap_or_default();
        Ok(Self {
            state: state.clone(),
            lang: lang(parts),
            today: state.clock.today(),
            signed: parts.extensions.get::<Arc<Signed>>().cloned(),
            nonce: parts.extensions.get::<Nonce>().cloned().unwrap_or_default(),
            from: parts
                .extensions
                .get::<ConnectInfo<SocketAddr>>()
                .map_or_else(String::new, |ConnectInfo(address)| address.ip().to_string()),
            address: parts.uri.path_and_query().map_or_else(|| "/".to_owned(), ToString::to_string),
            query: form_urlencoded::parse(query.as_bytes())
                .map(|(name, value)| (name.into_owned(), printable(&value)))
                .collect(),
        })
    }
}

/// A text without control characters, which no field means and one database refuses.
pub fn printable(text: &str) -> String {
    text.chars().filter(|each| !each.is_control()).collect()
}

/// The cookie's language, else the browser's first that Baton has, else Chinese.
pub fn lang(parts: &Parts) -> Lang {
    let text = |name| parts.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let cookie = text(header::COOKIE).split(';').find_map(|pair| pair.trim().strip_prefix("lang="));
    if let Some(lang) = cookie.and_then(|tag| tag.parse().ok()) {
        return lang;
    }
    let wishes = text(header::ACCEPT_LANGUAGE)
        .split(',')
        .map(|wish| wish.split(';').next().unwrap_or_default().trim());
    let known = |wish: &str| match wish.to_ascii_lowercase().as_str() {
        "zh-tw" | "zh-hk" | "zh-mo" | "zh-hant" => Some(Lang::ZhTw),
        wish if wish == "zh" || wish.starts_with("zh-") => Some(Lang::ZhCn),
        wish if wish == "en" || wish.starts_with("en-") => Some(Lang::En),
        _ => None,
    };
    wishes.into_iter().find_map(known).unwrap_or(Lang::ZhCn)
}

impl Cx {
    /// A value of the query; empty when it is not there.
    pub fn param(&self, name: &str) -> &str {
        self.query.get(name).map_or("", |value| value.trim())
    }

    /// A value of the query as a code or identifier; what cannot be read is left out.
    pub fn parsed<T: std::str::FromStr>(&self, name: &str) -> Option<T> {
        self.param(name).parse().ok()
    }

    /// The page of a list, from 1 on.
    pub fn page_number(&self) -> i64 {
        self.parsed("page").unwrap_or(1).clamp(1, 100_000)
    }

    /// Who acts; refused to whoever has not signed in.
    pub fn actor(&self) -> Result<Actor, Failure> {
        let signed = self.signed.as_ref().filter(|signed| !signed.is_half).ok_or(Failure::SignIn)?;
        Ok(Actor::Person(Arc::new(signed.rights.clone())))
    }

    /// Who it is.
    pub fn person(&self) -> Result<PersonId, Failure> {
        self.signed.as_ref().map(|signed| signed.rights.person).ok_or(Failure::SignIn)
    }

    /// Who calls, for a use case.
    pub fn caller(&self) -> Result<Caller, Failure> {
        Ok(Caller {
            actor: self.actor()?,
            now: self.state.clock.now(),
            today: self.today,
            address: self.from.clone(),
        })
    }

    /// Which records the reader may see.
    pub fn sight(&self) -> Sight {
        self.signed.as_ref().map_or(Sight::Nothing, |signed| signed.rights.sight())
    }

    /// Whether a page, or a button that leads to one, is for the reader.
    pub fn may(&self, action: Action) -> bool {
        self.actor().is_ok_and(|actor| actor.could(action))
    }

    /// Begins to read.
    pub async fn read(&self) -> Result<Conn, StoreError> {
        self.state.db.read().await
    }

    /// A whole page.
    pub fn page<V: IntoView + 'static>(
        &self,
        status: StatusCode,
        nav: Option<Nav>,
        title: &str,
        body: impl FnOnce() -> V,
    ) -> Response {
        let context = hydration_context::SsrSharedContext::new_islands();
        let owner = Owner::new_root(Some(Arc::new(context)));
        let html = owner.with(|| {
            provide_context(self.lang);
            provide_context(Labels::default());
            shell::document(self, nav, title, body().into_any())
        });
        owner.unset_with_forced_cleanup();
        let refresh = self.signed.is_some()
            && !self.address.starts_with("/account/ending")
            && crate::pages::account::may_refresh(&html);
        let mut response =
            (status, [(header::CONTENT_LANGUAGE, self.lang.tag())], Html(html)).into_response();
        if refresh {
            let warning = href("/account/ending", [("back", self.address.as_str())]);
            let seconds = crate::pages::account::warns_after(self);
            if let Ok(value) = HeaderValue::from_str(&format!("{seconds}; url={warning}")) {
                response.headers_mut().insert(header::REFRESH, value);
            }
        }
        response
    }

    /// A page that is there.
    pub fn ok<V: IntoView + 'static>(&self, nav: Nav, title: &str, body: impl FnOnce() -> V) -> Answer {
        Ok(self.page(StatusCode::OK, Some(nav), title, body))
    }
}

/// The words of a key in the reader's language.
pub fn t(key: &str) -> String {
    expect_context::<Lang>().t(key)
}

/// A message in the reader's language.
pub fn say(message: &Message) -> String {
    expect_context::<Lang>().say(message)
}

/// The reader's language.
pub fn lang_of_page() -> Lang {
    expect_context()
}

/// An address with those parameters that are not empty.
pub fn href<'a>(path: &str, params: impl IntoIterator<Item = (&'a str, &'a str)>) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.extend_pairs(params.into_iter().filter(|(_, value)| !value.is_empty()));
    let query = query.finish();
    if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") }
}

/// An address of this site, as it may be gone back to; none where it leads elsewhere.
pub fn own_path(path: &str) -> Option<&str> {
    let is_plain = path.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\');
    (is_plain && path.starts_with('/') && !path.starts_with("//")).then_some(path)
}

/// Goes on to another page after a form was done.
pub fn go_to(address: &str) -> Response {
    Redirect::to(address).into_response()
}

/// What a handler answers.
pub type Answer = Result<Response, Failure>;

/// Why there is no page; `explain` makes one that says so.
#[derive(Debug, Clone)]
pub enum Failure {
    /// Nothing is there.
    NotFound,
    /// Nobody has signed in.
    SignIn,
    /// A form was sent after its session had ended; it is kept until somebody has signed in.
    Kept(Box<Kept>),
    /// The rules refuse it.
    Denied(Box<Denial>),
    /// Something went wrong.
    Broken(StatusCode, Message),
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        let status = match error {
            StoreError::Locked => StatusCode::SERVICE_UNAVAILABLE,
            _ => StatusCode::INTERNAL_SERVER_ERROR,
        };
        Self::Broken(status, crate::errors::store(&error))
    }
}

impl From<ServiceError> for Failure {
    fn from(error: ServiceError) -> Self {
        match error {
            ServiceError::Store(error) => error.into(),
            ServiceError::Denied(denial) => Self::Denied(denial),
            other @ ServiceError::Randomness(_) => {
                Self::Broken(StatusCode::INTERNAL_SERVER_ERROR, crate::errors::service(&other))
            }
            other @ ServiceError::Wisn(_) => {
                Self::Broken(StatusCode::UNPROCESSABLE_ENTITY, crate::errors::service(&other))
            }
        }
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let status = match &self {
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::SignIn | Self::Kept(_) => StatusCode::UNAUTHORIZED,
            Self::Denied(_) => StatusCode::FORBIDDEN,
            Self::Broken(status, _) => *status,
        };
        let mut response = status.into_response();
        response.extensions_mut().insert(self);
        response
    }
}

/// Puts a page in the place of a failure, and writes down what was refused.
pub async fn explain(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let (mut parts, body) = request.into_parts();
    let identified = crate::door::identify(&state, &mut parts).await;
    let Ok(cx) = Cx::from_request_parts(&mut parts, &state).await;
    let response = match identified {
        Ok(()) => next.run(Request::from_parts(parts, body)).await,
        Err(error) => Failure::from(error).into_response(),
    };
    match response.extensions().get::<Failure>() {
        Some(Failure::Kept(kept)) => {
            let status = StatusCode::UNAUTHORIZED;
            crate::pages::sign_in::page(&cx, status, Sent::default(), Some(kept))
        }
        Some(Failure::SignIn) => go_to(&href("/sign-in", [("back", cx.address.as_str())])),
        Some(Failure::Denied(denial)) => match refused(&cx, denial).await {
            Ok(refusal) => crate::pages::failure::denied(&cx, &refusal),
            Err(failure) => crate::pages::failure::page(&cx, &failure),
        },
        Some(failure) => crate::pages::failure::page(&cx, failure),
        None if response.status() == StatusCode::PAYLOAD_TOO_LARGE => {
            let told = Message::new("error-form-too-large");
            crate::pages::failure::page(&cx, &Failure::Broken(StatusCode::PAYLOAD_TOO_LARGE, told))
        }
        None => response,
    }
}

/// Logs a denial and finds the words for it.
async fn refused(cx: &Cx, denial: &Denial) -> Result<Refusal, Failure> {
    services::write::log_denial(&cx.state.db, &cx.caller()?, denial).await?;
    let mut conn = cx.read().await?;
    let rights = cx.signed.as_ref().map(|signed| &signed.rights);
    Ok(services::refusal::explain(&mut conn, denial, rights, cx.today).await?)
}

/// A CSV file as an answer; its name is plain ASCII.
pub fn csv_file(name: &str, content: Vec<u8>) -> Response {
    let disposition = format!("attachment; filename=\"{name}\"");
    let heads = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()),
        (header::CONTENT_DISPOSITION, disposition),
    ];
    (heads, content).into_response()
}
