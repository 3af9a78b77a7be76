//! Serves the pages of `app`, the embedded browser side, and the headers that keep others out.

use app::state::AppState;
use axum::Router;
use axum::extract::Request;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use std::net::SocketAddr;
use tokio::net::TcpListener;
use tower_http::compression::CompressionLayer;
use tower_http::set_header::SetResponseHeaderLayer;

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

/// Everything comes from this server. Bars take their length from a style attribute.
const POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'; \
    style-src 'self' 'unsafe-inline'; img-src 'self' data:; form-action 'self'; base-uri 'none'; \
    frame-ancestors 'none'";

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
pub fn router(state: AppState) -> Router {
    let mut router = app::router(state);
    for asset in &ASSETS {
        let headers = [
            (header::CONTENT_TYPE, HeaderValue::from_static(asset.kind)),
            // The address holds the content's hash.
            (header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=31536000, immutable")),
        ];
        router = router.route(asset.path, get(async move || (headers, asset.content)));
    }
    let header = |name: HeaderName, value| {
        SetResponseHeaderLayer::if_not_present(name, HeaderValue::from_static(value))
    };
    router
        .layer(middleware::from_fn(refuse_other_sites))
        .layer(header(header::CONTENT_SECURITY_POLICY, POLICY))
        .layer(header(header::REFERRER_POLICY, "same-origin"))
        .layer(header(header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .layer(header(header::X_FRAME_OPTIONS, "DENY"))
        .layer(header(header::CACHE_CONTROL, "no-store"))
        .layer(CompressionLayer::new())
}

/// Refuses what another site's page sends in the visitor's name, and names that are not this machine's (which a
/// foreign name server could point here): without sign-in, being on this machine is what opens the door.
async fn refuse_other_sites(request: Request, next: Next) -> Response {
    if !is_local_host(request.headers()) {
        let hint = "Baton answers to 127.0.0.1, [::1] and localhost only until sign-in exists.\n";
        return (StatusCode::MISDIRECTED_REQUEST, hint).into_response();
    }
    let writes = !matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    if writes && is_from_another_site(request.headers()) {
        return (StatusCode::FORBIDDEN, "This form was sent from another site.\n").into_response();
    }
    next.run(request).await
}

fn text(headers: &HeaderMap, name: impl header::AsHeaderName) -> Option<&str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

fn is_local_host(headers: &HeaderMap) -> bool {
    let Some(host) = text(headers, header::HOST) else {
        return true;
    };
    let name = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => host,
    };
    name.eq_ignore_ascii_case("localhost")
        || name.trim_matches(['[', ']']).parse::<std::net::IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

fn is_from_another_site(headers: &HeaderMap) -> bool {
    if let Some(site) = text(headers, "sec-fetch-site") {
        return !matches!(site, "same-origin" | "none");
    }
    match (text(headers, header::ORIGIN), text(headers, header::HOST)) {
        (Some(origin), Some(host)) => origin.split_once("://").is_none_or(|(_, origin)| origin != host),
        _ => false,
    }
}

/// Why the server does not start.
#[derive(Debug, thiserror::Error)]
pub enum ListenError {
    /// Until there is sign-in, who reaches the address may do everything.
    #[error("{0} is no loopback address; until sign-in exists, Baton listens on this machine only")]
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

/// Takes the address.
pub async fn listen(address: SocketAddr) -> Result<TcpListener, ListenError> {
    if !address.ip().is_loopback() {
        return Err(ListenError::NotLoopback(address));
    }
    TcpListener::bind(address).await.map_err(|cause| ListenError::Taken { address, cause })
}

/// Serves until the process is told to end; answers that are under way are finished.
pub async fn serve(listener: TcpListener, state: AppState) -> std::io::Result<()> {
    let service = router(state).into_make_service_with_connect_info::<SocketAddr>();
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
    use axum::body::Body;
    use tower::ServiceExt;

    async fn status(method: Method, headers: &[(&str, &str)]) -> StatusCode {
        let router = Router::new().route("/", get(async || "here").post(async || "written"));
        let mut request = Request::builder().method(method).uri("/");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(Body::empty()).expect("a request");
        let router = router.layer(middleware::from_fn(refuse_other_sites));
        router.oneshot(request).await.expect("answers").status()
    }

    #[tokio::test]
    async fn only_this_machine_is_answered() {
        for host in ["127.0.0.1:3000", "localhost", "localhost:80", "[::1]:3000"] {
            assert_eq!(status(Method::GET, &[("host", host)]).await, StatusCode::OK, "{host}");
        }
        for host in ["baton.example", "evil.example:3000", "10.0.0.1", "127.0.0.1.evil.example"] {
            assert_eq!(
                status(Method::GET, &[("host", host)]).await,
                StatusCode::MISDIRECTED_REQUEST,
                "{host}"
            );
        }
    }

    #[tokio::test]
    async fn forms_of_other_sites_are_refused() {
        let host = ("host", "127.0.0.1:3000");
        for (headers, expected) in [
            (vec![host], StatusCode::OK),
            (vec![host, ("sec-fetch-site", "same-origin")], StatusCode::OK),
            (vec![host, ("sec-fetch-site", "cross-site")], StatusCode::FORBIDDEN),
            (vec![host, ("sec-fetch-site", "same-site")], StatusCode::FORBIDDEN),
            (vec![host, ("origin", "http://127.0.0.1:3000")], StatusCode::OK),
            (vec![host, ("origin", "http://127.0.0.1:4000")], StatusCode::FORBIDDEN),
            (vec![host, ("origin", "null")], StatusCode::FORBIDDEN),
        ] {
            assert_eq!(status(Method::POST, &headers).await, expected, "{headers:?}");
        }
        assert_eq!(status(Method::GET, &[host, ("sec-fetch-site", "cross-site")]).await, StatusCode::OK);
    }

    #[tokio::test]
    async fn other_addresses_are_not_taken() {
        let everywhere = "0.0.0.0:0".parse().expect("an address");
        assert!(matches!(listen(everywhere).await, Err(ListenError::NotLoopback(_))));
        let taken = listen("127.0.0.1:0".parse().expect("an address")).await.expect("free");
        let again = listen(taken.local_addr().expect("its address")).await;
        assert!(matches!(again, Err(ListenError::Taken { .. })));
    }
}
