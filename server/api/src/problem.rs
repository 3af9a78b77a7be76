//! What is answered when something is wrong: problem details (RFC 9457), in the language that is asked for.

use access::Denial;
use app::i18n::Lang;
use axum::http::request::Parts;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use domain::Message;
use domain::token::Scope;
use serde::Serialize;
use serde_json::Value;
use services::ServiceError;
use services::form::FieldError;
use services::import::ImportError;
use services::refusal::Refusal;
use store::StoreError;
use utoipa::ToSchema;

/// The media type of problem details.
pub const MEDIA_TYPE: &str = "application/problem+json";

/// Problem details (RFC 9457).
#[derive(Debug, Clone, Default, Serialize, ToSchema)]
pub struct Problem {
    /// Which problem it is, stable; leads to its line in the description.
    #[serde(rename = "type")]
    #[schema(example = "/api/v1#denied")]
    pub kind: String,
    /// What it is called, in the language that was asked for.
    pub title: String,
    /// The HTTP status.
    pub status: u16,
    /// What is wrong, and how to mend it.
    pub detail: String,
    /// The rule that refused it, such as `SCOPE-01` or `SOD-03`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rule: Option<String>,
    /// Who could do it instead, where somebody could.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub instead: Option<String>,
    /// What is wrong field by field, all at once.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<FieldProblem>,
    /// The report of an import of which nothing was written.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    pub report: Option<Value>,
}

/// What is wrong with a field.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct FieldProblem {
    /// The field.
    pub field: String,
    /// Stable code of the sentence.
    pub code: String,
    /// The sentence, in the language that was asked for.
    pub message: String,
}

/// Every kind of problem: its code, status, and the key of its title.
pub const KINDS: [(&str, u16, &str); 14] = [
    ("unauthorized", 401, "api-unauthorized"),
    ("scope", 403, "api-forbidden"),
    ("denied", 403, "denied-title"),
    ("origin", 403, "api-forbidden"),
    ("not-found", 404, "api-not-found"),
    ("method", 405, "api-wrong-method"),
    ("busy", 409, "api-busy"),
    ("conflict", 409, "api-failed"),
    ("too-large", 413, "api-too-large"),
    ("media-type", 415, "api-media-type"),
    ("host", 421, "api-host"),
    ("invalid", 422, "api-invalid"),
    ("import", 422, "api-import"),
    ("failed", 500, "api-failed"),
];

/// Why there is no answer.
#[derive(Debug, Clone)]
pub enum Fault {
    /// No token, or none that is good.
    Unauthorized,
    /// The token lacks a scope.
    Scope(Scope),
    /// The rules refuse it.
    Denied(Box<Denial>),
    /// Nothing is there.
    NotFound,
    /// It was sent by a page of another site.
    Origin,
    /// The site answers to other names than the one that was asked for.
    Host(String),
    /// The address answers to other methods.
    WrongMethod,
    /// The same request is being worked on.
    Busy,
    /// Somebody else was faster.
    Conflict(Message),
    /// More than so many bytes.
    TooLarge(usize),
    /// Another kind of content than these.
    MediaType(&'static [&'static str]),
    /// Fields are wrong.
    Invalid(Vec<FieldError>),
    /// Nothing was imported: why, and the report where there is one.
    Import(Message, Option<Box<Value>>),
    /// Something went wrong.
    Failed(StatusCode, Message),
}

/// What a handler answers.
pub type Answer = Result<Response, Fault>;

impl From<StoreError> for Fault {
    fn from(error: StoreError) -> Self {
        let told = app::errors::store(&error);
        match error {
            StoreError::Duplicate | StoreError::Reference => Self::Conflict(told),
            StoreError::Locked => Self::Failed(StatusCode::SERVICE_UNAVAILABLE, told),
            _ => Self::Failed(StatusCode::INTERNAL_SERVER_ERROR, told),
        }
    }
}

impl From<ServiceError> for Fault {
    fn from(error: ServiceError) -> Self {
        match error {
            ServiceError::Store(error) => error.into(),
            ServiceError::Denied(denial) => Self::Denied(denial),
            ServiceError::Randomness(_) => {
                Self::Failed(StatusCode::INTERNAL_SERVER_ERROR, app::errors::service(&error))
            }
            ServiceError::Wisn(_) => Self::Conflict(app::errors::service(&error)),
        }
    }
}

impl From<ImportError> for Fault {
    fn from(error: ImportError) -> Self {
        match error {
            ImportError::Service(error) => error.into(),
            other => Self::Import(app::errors::import(&other), None),
        }
    }
}

impl From<Vec<FieldError>> for Fault {
    fn from(errors: Vec<FieldError>) -> Self {
        Self::Invalid(errors)
    }
}

impl Fault {
    const fn code(&self) -> &'static str {
        match self {
            Self::Unauthorized => "unauthorized",
            Self::Scope(_) => "scope",
            Self::Denied(_) => "denied",
            Self::NotFound => "not-found",
            Self::Origin => "origin",
            Self::Host(_) => "host",
            Self::WrongMethod => "method",
            Self::Busy => "busy",
            Self::Conflict(_) => "conflict",
            Self::TooLarge(_) => "too-large",
            Self::MediaType(_) => "media-type",
            Self::Invalid(_) => "invalid",
            Self::Import(..) => "import",
            Self::Failed(..) => "failed",
        }
    }

    fn detail(&self, lang: Lang) -> String {
        match self {
            Self::Unauthorized => lang.t("api-unauthorized-text"),
            Self::Scope(scope) => {
                lang.say(&Message::new("api-scope-missing").with("scope", scope.to_string()))
            }
            Self::Denied(denial) => lang.say(&Message::new("denied-rule").with("rule", denial.rule.as_str())),
            Self::NotFound => lang.t("api-not-found-text"),
            Self::Origin => lang.t("api-origin-text"),
            Self::Host(names) => lang.say(&Message::new("api-host-text").with("names", names.as_str())),
            Self::WrongMethod => lang.t("api-wrong-method-text"),
            Self::Busy => lang.t("api-busy-text"),
            Self::TooLarge(bytes) => lang.say(&Message::new("api-too-large-text").with("limit", bytes >> 20)),
            Self::MediaType(types) => {
                let types: Vec<String> = types.iter().map(|&each| each.to_owned()).collect();
                lang.say(&Message::new("api-media-type-text").with("types", types))
            }
            Self::Invalid(_) => lang.t("api-invalid-text"),
            Self::Conflict(told) | Self::Import(told, _) | Self::Failed(_, told) => lang.say(told),
        }
    }

    /// The details, with what is known about a refusal.
    pub fn problem(&self, lang: Lang, refusal: Option<&Refusal>) -> Problem {
        let code = self.code();
        let known = KINDS.iter().find(|(known, ..)| *known == code);
        let (status, title) = known.map_or((500, "api-failed"), |(_, status, title)| (*status, *title));
        let mut problem = Problem {
            kind: format!("{}#{code}", crate::BASE),
            title: lang.t(title),
            status,
            detail: self.detail(lang),
            ..Problem::default()
        };
        match self {
            Self::Denied(denial) => problem.rule = Some(denial.rule.clone()),
            Self::Failed(status, _) => problem.status = status.as_u16(),
            Self::Import(_, report) => problem.report = report.as_deref().cloned(),
            Self::Invalid(errors) => {
                let told = |(field, message): &FieldError| FieldProblem {
                    field: (*field).to_owned(),
                    code: message.key.to_owned(),
                    message: lang.say(message),
                };
                problem.errors = errors.iter().map(told).collect();
            }
            _ => {}
        }
        if let Some(refusal) = refusal {
            problem.detail = format!("{} {}", lang.say(&refusal.what), lang.say(&refusal.why));
            problem.instead = refusal.instead.as_ref().map(|instead| lang.say(instead));
        }
        problem
    }

    /// The answer where nobody is known yet who would have to be told more.
    pub fn plain(&self, parts: &Parts) -> Response {
        let lang = app::request::lang(parts);
        self.answer(&self.problem(lang, None), lang)
    }

    /// The answer that tells a problem.
    pub fn answer(&self, problem: &Problem, lang: Lang) -> Response {
        let status = StatusCode::from_u16(problem.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let body = serde_json::to_string(problem).unwrap_or_default();
        let kind = [(header::CONTENT_TYPE, MEDIA_TYPE), (header::CONTENT_LANGUAGE, lang.tag())];
        let mut response = (status, kind, body).into_response();
        let headers = response.headers_mut();
        match self {
            Self::Unauthorized => {
                headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer realm=\"baton\""));
            }
            Self::Scope(scope) => {
                let told = format!("Bearer realm=\"baton\", error=\"insufficient_scope\", scope=\"{scope}\"");
                if let Ok(told) = HeaderValue::from_str(&told) {
                    headers.insert(header::WWW_AUTHENTICATE, told);
                }
            }
            Self::Busy | Self::Failed(StatusCode::SERVICE_UNAVAILABLE, _) => {
                headers.insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
            }
            _ => {}
        }
        response
    }
}

/// Marks an answer; the door puts the problem in its place, in the reader's language.
impl IntoResponse for Fault {
    fn into_response(self) -> Response {
        let mut response = StatusCode::INTERNAL_SERVER_ERROR.into_response();
        response.extensions_mut().insert(self);
        response
    }
}
