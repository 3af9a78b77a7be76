//! Serves the pages of `app`, the interface for programs and the embedded browser side.

use crate::site::{self, Site};
use app::state::AppState;
use axum::Router;
use axum::http::{HeaderValue, header};
use axum::middleware;
use axum::routing::get;
use std::net::SocketAddr;
use std::sync::Arc;
use tokio::net::TcpListener;
use tower_http::compression::CompressionLayer;

/// A file of the browser side.
struct Asset {
    path: &'static str,
    kind: &'static str,
    content: &'static [u8],
}

macro_rules! asset {
    ($path:expr, $kind:literal, $file:literal) => {
        Asset { path: $path, kind: $kind, content: include_bytes!(concat!(env!("OUT_DIR"), "/", $file)) }
    };
}

const STYLE: &str = concat!("/assets/", env!("BATON_HASH"), "/baton.css");
const SCRIPT: &str = concat!("/assets/", env!("BATON_HASH"), "/baton.js");
// Beside the script, which asks for it.
const WASM: &str = concat!("/assets/", env!("BATON_HASH"), "/baton.wasm");

static ASSETS: [Asset; 3] = [
    asset!(STYLE, "text/css; charset=utf-8", "baton.css"),
    asset!(SCRIPT, "text/javascript; charset=utf-8", "baton.js"),
    asset!(WASM, "application/wasm", "baton.wasm"),
];

/// Where the browser side is found; the addresses change with the content.
pub fn assets() -> app::state::Assets {
    app::state::Assets { style: STYLE, script: SCRIPT }
}

/// Everything that is served.
pub fn router(state: AppState, site: Site) -> Router {
    let mut router = app::router(state.clone()).merge(api::router(state));
    for asset in &ASSETS {
        let headers = [
            (header::CONTENT_TYPE, HeaderValue::from_static(asset.kind)),
            // The address holds the content's hash.
            (header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=31536000, immutable")),
        ];
        router = router.route(asset.path, get(async move || (headers, asset.content)));
    }
    router.layer(middleware::from_fn_with_state(Arc::new(site), site::protect)).layer(CompressionLayer::new())
}

/// Why the server does not start.
#[derive(Debug, thiserror::Error)]
pub enum ListenError {
    /// Others would reach it without TLS, under a name that it does not know.
    #[error("{0} is no loopback address; name the site's address with --origin to listen there")]
    NotLoopback(SocketAddr),
    /// The address is taken or not this machine's.
    #[error("cannot listen on {address}: {cause}; choose another one with --listen")]
    Taken {
        /// The address.
        address: SocketAddr,
        /// The system's answer.
        cause: std::io::Error,
    },
}

/// Takes the address: one of this machine's own, unless the site has a name under which others find it.
pub async fn listen(address: SocketAddr, site: &Site) -> Result<TcpListener, ListenError> {
    if site.origins.is_empty() && !address.ip().is_loopback() {
        return Err(ListenError::NotLoopback(address));
    }
    TcpListener::bind(address).await.map_err(|cause| ListenError::Taken { address, cause })
}

/// Serves until the process is told to end; answers that are under way are finished.
pub async fn serve(listener: TcpListener, state: AppState, site: Site) -> std::io::Result<()> {
    let service = router(state, site).into_make_service_with_connect_info::<SocketAddr>();
    axum::serve(listener, service).with_graceful_shutdown(told_to_end()).await
}

async fn told_to_end() {
    let interrupt = tokio::signal::ctrl_c();
    #[cfg(unix)]
    {
        let terminate = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate());
        if let Ok(mut terminate) = terminate {
            tokio::select! { _ = interrupt => {}, _ = terminate.recv() => {} }
            return;
        }
    }
    let _ = interrupt.await;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn other_addresses_are_taken_only_under_a_name() {
        let here = Site::default();
        let everywhere = "0.0.0.0:0".parse().expect("an address");
        assert!(matches!(listen(everywhere, &here).await, Err(ListenError::NotLoopback(_))));
        let taken = listen("127.0.0.1:0".parse().expect("an address"), &here).await.expect("free");
        let again = listen(taken.local_addr().expect("its address"), &here).await;
        assert!(matches!(again, Err(ListenError::Taken { .. })));
        let origins = vec!["https://baton.example.cn".parse().expect("an origin")];
        let named = Site { origins, proxies: Vec::new() };
        assert!(listen(everywhere, &named).await.is_ok());
    }
}
