#![doc = include_str!("../README.md")]

mod answer;
mod areas;
mod describe;
mod door;
mod endpoint;
mod once;
mod problem;
mod request;

pub use describe::description;
pub use door::Door;
pub use problem::{Fault, MEDIA_TYPE, Problem};

use app::state::AppState;
use axum::Router;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::request::Parts;
use axum::middleware;
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;

/// Where everything stands.
pub const BASE: &str = "/api/v1";

/// The interface, with its addresses from [`BASE`] on.
pub fn router(state: AppState) -> Router {
    let mut inner = Router::new().route("/", get(index)).route("/openapi.json", get(openapi));
    for endpoint in areas::all() {
        let guard = middleware::from_fn_with_state((state.clone(), endpoint.door), door::guard);
        let answer = endpoint.answer.route_layer(guard);
        for path in endpoint.paths.paths.keys() {
            inner = inner.route(path, answer.clone());
        }
    }
    let inner = inner
        .method_not_allowed_fallback(async |parts: Parts| Fault::WrongMethod.plain(&parts))
        .fallback(async |parts: Parts| Fault::NotFound.plain(&parts))
        // The door reads bodies, and knows how much each address takes.
        .layer(DefaultBodyLimit::disable())
        .with_state(state);
    Router::new().nest(BASE, inner)
}

/// Every documented operation: method, address from [`BASE`] on, and what is asked of whoever comes.
pub fn operations() -> Vec<(&'static str, String, Door)> {
    areas::all().iter().flat_map(endpoint::Endpoint::operations).collect()
}

/// Who may look: everybody. It says what there is, and nothing of what is in it.
async fn openapi() -> Response {
    match description().to_json() {
        Ok(text) => ([(axum::http::header::CONTENT_TYPE, "application/json")], text).into_response(),
        Err(_) => axum::http::StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

async fn index(State(state): State<AppState>, parts: Parts) -> Html<String> {
    Html(describe::page(app::request::lang(&parts), state.assets.style))
}
