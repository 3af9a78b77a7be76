//! What keeps others out: the names that the site answers to, forms of other sites, and the headers of every answer.

use api::Fault;
use app::request::Nonce;
use axum::extract::{ConnectInfo, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use std::net::{IpAddr, SocketAddr};
use std::str::FromStr;
use std::sync::Arc;

/// An address at which browsers find the site.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    /// Whether it is reached by TLS, which a proxy ends.
    pub is_https: bool,
    /// Name and port, as browsers send them.
    pub host: String,
}

/// An address that is no origin.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("write scheme and name only, such as https://baton.example.cn")]
pub struct NoOrigin;

impl FromStr for Origin {
    type Err = NoOrigin;
    fn from_str(text: &str) -> Result<Self, NoOrigin> {
        let (scheme, host) = text.split_once("://").ok_or(NoOrigin)?;
        let is_https = match scheme {
            "https" => true,
            "http" => false,
            _ => return Err(NoOrigin),
        };
        let host = host.strip_suffix('/').unwrap_or(host).to_ascii_lowercase();
        let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b".-:[]".contains(&byte);
        if host.is_empty() || !host.bytes().all(is_plain) {
            return Err(NoOrigin);
        }
        // Browsers leave out the port that the scheme implies.
        let usual = if is_https { ":443" } else { ":80" };
        let host = host.strip_suffix(usual).unwrap_or(&host).to_owned();
        Ok(Self { is_https, host })
    }
}

impl std::fmt::Display for Origin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}://{}", if self.is_https { "https" } else { "http" }, self.host)
    }
}

/// The names that the site answers to, and whom it believes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Site {
    /// Where browsers find it; without any, on this machine only.
    pub origins: Vec<Origin>,
    /// Proxies whose word counts about where a request came from.
    pub proxies: Vec<IpAddr>,
}

impl Site {
    /// Whether browsers reach it by TLS alone, so that cookies and addresses may insist on it.
    pub fn is_secure(&self) -> bool {
        !self.origins.is_empty() && self.origins.iter().all(|origin| origin.is_https)
    }

    fn answers_to(&self, headers: &HeaderMap) -> bool {
        let Some(host) = text(headers, header::HOST) else {
            // HTTP/1.0 without a name: nothing that a browser sends.
            return self.origins.is_empty();
        };
        if self.origins.is_empty() {
            return is_this_machine(host);
        }
        self.origins.iter().any(|origin| origin.host.eq_ignore_ascii_case(host))
    }

    fn is_from_elsewhere(&self, headers: &HeaderMap) -> bool {
        if let Some(site) = text(headers, "sec-fetch-site") {
            return !matches!(site, "same-origin" | "none");
        }
        let Some(origin) = text(headers, header::ORIGIN) else { return false };
        if self.origins.is_empty() {
            let host = text(headers, header::HOST);
            return host
                .is_some_and(|host| origin.split_once("://").is_none_or(|(_, origin)| origin != host));
        }
        !self.origins.iter().any(|known| known.to_string().eq_ignore_ascii_case(origin))
    }

    /// Where a request came from: who is connected, or whom a trusted proxy names last.
    fn client(&self, peer: SocketAddr, headers: &HeaderMap) -> SocketAddr {
        let trusts = |address: &IpAddr| self.proxies.contains(&address.to_canonical());
        if !trusts(&peer.ip()) {
            return peer;
        }
        let named: Vec<&str> = headers
            .get_all("x-forwarded-for")
            .iter()
            .filter_map(|value| value.to_str().ok())
            .flat_map(|value| value.split(','))
            .map(str::trim)
            .collect();
        // What stands before the last address that a trusted proxy wrote can be made up by anybody.
        let mut client = peer;
        for name in named.into_iter().rev() {
            let Ok(address) = name.parse::<IpAddr>() else { break };
            client = SocketAddr::new(address, 0);
            if !trusts(&address) {
                break;
            }
        }
        client
    }
}

fn text(headers: &HeaderMap, name: impl header::AsHeaderName) -> Option<&str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

fn is_this_machine(host: &str) -> bool {
    let name = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => host,
    };
    name.eq_ignore_ascii_case("localhost")
        || name.trim_matches(['[', ']']).parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

const SENT_FROM_ELSEWHERE: &str = "This form was sent from another site.\n";

/// Headers that every answer has.
const HEADERS: [(HeaderName, &str); 7] = [
    (header::REFERRER_POLICY, "same-origin"),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::X_FRAME_OPTIONS, "DENY"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    (
        HeaderName::from_static("permissions-policy"),
        "accelerometer=(), autoplay=(), camera=(), display-capture=(), encrypted-media=(), fullscreen=(), \
         geolocation=(), gyroscope=(), magnetometer=(), microphone=(), midi=(), payment=(), \
         publickey-credentials-get=(), screen-wake-lock=(), usb=(), xr-spatial-tracking=()",
    ),
    (header::CACHE_CONTROL, "no-store"),
];

/// Everything comes from this server, and of scripts only what the page itself names, with what that loads.
fn content_policy(nonce: &str) -> String {
    format!(
        "default-src 'none'; script-src 'nonce-{nonce}' 'strict-dynamic' 'wasm-unsafe-eval'; \
         connect-src 'self'; style-src 'self'; img-src 'self' data:; form-action 'self'; base-uri 'none'; \
         frame-ancestors 'none'"
    )
}

/// Answers to the site's own names only (others could be pointed here by a foreign name server), refuses what
/// another site's page sends in the visitor's name, and gives every answer its headers.
pub async fn protect(State(site): State<Arc<Site>>, mut request: Request, next: Next) -> Response {
    let nonce = Nonce::new();
    let policy = content_policy(nonce.text());
    let mut response = if let Some(refused) = refusal(&site, &request) {
        refused
    } else {
        if let Some(ConnectInfo(peer)) = request.extensions().get::<ConnectInfo<SocketAddr>>().copied() {
            let client = site.client(peer, request.headers());
            request.extensions_mut().insert(ConnectInfo(client));
        }
        request.extensions_mut().insert(nonce);
        next.run(request).await
    };
    let headers = response.headers_mut();
    if let Ok(policy) = HeaderValue::from_str(&policy) {
        headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    for (name, value) in HEADERS {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
    if site.is_secure() {
        let value = HeaderValue::from_static("max-age=31536000");
        headers.insert(header::STRICT_TRANSPORT_SECURITY, value);
    }
    response
}

fn refusal(site: &Site, request: &Request) -> Option<Response> {
    if !site.answers_to(request.headers()) {
        let names: Vec<&str> = site.origins.iter().map(|origin| origin.host.as_str()).collect();
        let names =
            if names.is_empty() { "127.0.0.1, [::1] and localhost".to_owned() } else { names.join(", ") };
        let hint = format!("Baton answers to {names} only; other names are given with --origin.\n");
        if is_for_programs(request) {
            return Some(Fault::Host(names).plain(&heads(request)));
        }
        return Some((StatusCode::MISDIRECTED_REQUEST, hint).into_response());
    }
    let writes = !matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    (writes && site.is_from_elsewhere(request.headers())).then(|| {
        if is_for_programs(request) {
            return Fault::Origin.plain(&heads(request));
        }
        (StatusCode::FORBIDDEN, SENT_FROM_ELSEWHERE).into_response()
    })
}

/// Whether it is asked of the interface for programs, which tells failures in its own way.
fn is_for_programs(request: &Request) -> bool {
    let rest = request.uri().path().strip_prefix(api::BASE);
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// What a failure needs of a request to be told in its language.
fn heads(request: &Request) -> Parts {
    let mut plain = axum::http::Request::new(());
    plain.headers_mut().clone_from(request.headers());
    plain.into_parts().0
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::Router;
    use axum::body::Body;
    use axum::middleware;
    use axum::routing::get;
    use tower::ServiceExt;

    fn here() -> Site {
        Site::default()
    }

    fn abroad(origins: &[&str]) -> Site {
        let origins = origins.iter().map(|origin| origin.parse().expect("an origin")).collect();
        Site { origins, proxies: vec!["10.0.0.1".parse().expect("an address")] }
    }

    async fn answer(site: Site, method: Method, headers: &[(&str, &str)]) -> Response {
        let said = async |ConnectInfo(client): ConnectInfo<SocketAddr>| client.ip().to_string();
        let router = Router::new().route("/", get(said).post(async || "written"));
        let mut request = Request::builder().method(method).uri("/");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let mut request = request.body(Body::empty()).expect("a request");
        let peer: SocketAddr = "10.0.0.1:5000".parse().expect("an address");
        request.extensions_mut().insert(ConnectInfo(peer));
        let router = router.layer(middleware::from_fn_with_state(Arc::new(site), protect));
        router.oneshot(request).await.expect("answers")
    }

    async fn status(site: Site, method: Method, headers: &[(&str, &str)]) -> StatusCode {
        answer(site, method, headers).await.status()
    }

    #[test]
    fn origins_are_read() {
        for (text, shown) in [
            ("https://baton.example.cn", "https://baton.example.cn"),
            ("https://Baton.example.cn:443/", "https://baton.example.cn"),
            ("http://10.1.2.3:8080", "http://10.1.2.3:8080"),
            ("http://[fd00::1]:80", "http://[fd00::1]"),
        ] {
            assert_eq!(text.parse::<Origin>().expect(text).to_string(), shown);
        }
        for text in ["baton.example.cn", "ftp://a", "https://", "https://a/b", "https://a b", "https://u@a"] {
            assert_eq!(text.parse::<Origin>(), Err(NoOrigin), "{text}");
        }
    }

    #[tokio::test]
    async fn only_its_own_names_are_answered() {
        for host in ["127.0.0.1:3000", "localhost", "localhost:80", "[::1]:3000"] {
            assert_eq!(status(here(), Method::GET, &[("host", host)]).await, StatusCode::OK, "{host}");
        }
        for host in ["baton.example", "evil.example:3000", "10.0.0.1", "127.0.0.1.evil.example"] {
            let answered = status(here(), Method::GET, &[("host", host)]).await;
            assert_eq!(answered, StatusCode::MISDIRECTED_REQUEST, "{host}");
        }
        let site = || abroad(&["https://baton.example.cn", "http://10.1.2.3:8080"]);
        for host in ["baton.example.cn", "BATON.example.cn", "10.1.2.3:8080"] {
            assert_eq!(status(site(), Method::GET, &[("host", host)]).await, StatusCode::OK, "{host}");
        }
        for host in ["localhost", "127.0.0.1:3000", "baton.example.cn:8080", "baton.example.cn.evil.example"]
        {
            let answered = status(site(), Method::GET, &[("host", host)]).await;
            assert_eq!(answered, StatusCode::MISDIRECTED_REQUEST, "{host}");
        }
        assert_eq!(status(site(), Method::GET, &[]).await, StatusCode::MISDIRECTED_REQUEST);
    }

    #[tokio::test]
    async fn programs_are_told_as_problems() {
        for (headers, expected) in [
            (vec![("host", "evil.example")], (StatusCode::MISDIRECTED_REQUEST, "/api/v1#host")),
            (
                vec![("host", "127.0.0.1:3000"), ("sec-fetch-site", "cross-site")],
                (StatusCode::FORBIDDEN, "/api/v1#origin"),
            ),
        ] {
            let router = Router::new().fallback(async || "");
            let router = router.layer(middleware::from_fn_with_state(Arc::new(here()), protect));
            let mut request = Request::builder().method(Method::POST).uri("/api/v1/cases");
            for (name, value) in headers {
                request = request.header(name, value);
            }
            let response =
                router.oneshot(request.body(Body::empty()).expect("a request")).await.expect("answers");
            assert_eq!(response.headers()[header::CONTENT_TYPE], api::MEDIA_TYPE);
            let status = response.status();
            let body = axum::body::to_bytes(response.into_body(), usize::MAX).await.expect("a body");
            let told = String::from_utf8(body.to_vec()).expect("UTF-8");
            assert_eq!(status, expected.0, "{told}");
            assert!(told.contains(&format!("\"type\":\"{}\"", expected.1)), "{told}");
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
            assert_eq!(status(here(), Method::POST, &headers).await, expected, "{headers:?}");
        }
        let headers = [host, ("sec-fetch-site", "cross-site")];
        assert_eq!(status(here(), Method::GET, &headers).await, StatusCode::OK);
        let host = ("host", "baton.example.cn");
        for (origin, expected) in [
            ("https://baton.example.cn", StatusCode::OK),
            ("http://baton.example.cn", StatusCode::FORBIDDEN),
            ("https://evil.example", StatusCode::FORBIDDEN),
            ("null", StatusCode::FORBIDDEN),
        ] {
            let headers = [host, ("origin", origin)];
            let answered = status(abroad(&["https://baton.example.cn"]), Method::POST, &headers).await;
            assert_eq!(answered, expected, "{origin}");
        }
    }

    #[tokio::test]
    async fn every_answer_has_its_headers() {
        let mut nonces = Vec::new();
        for (site, host) in [
            (here(), "localhost"),
            (here(), "evil.example"),
            (abroad(&["https://baton.example.cn"]), "baton.example.cn"),
            (abroad(&["http://baton.example.cn"]), "baton.example.cn"),
        ] {
            let is_secure = site.is_secure();
            let response = answer(site, Method::GET, &[("host", host)]).await;
            let headers = response.headers();
            for (name, value) in HEADERS {
                assert_eq!(headers[&name], value, "{name}");
            }
            assert_eq!(headers.contains_key(header::STRICT_TRANSPORT_SECURITY), is_secure);
            let policy = headers[header::CONTENT_SECURITY_POLICY].to_str().expect("a text").to_owned();
            assert!(!policy.contains("unsafe-inline") && !policy.contains("'unsafe-eval'"), "{policy}");
            let nonce = policy.split("'nonce-").nth(1).and_then(|rest| rest.split('\'').next());
            nonces.push(nonce.expect("a nonce").to_owned());
        }
        assert!(nonces.iter().all(|nonce| nonce.len() >= 22));
        nonces.sort();
        nonces.dedup();
        assert_eq!(nonces.len(), 4, "each answer has a nonce of its own");
    }

    #[test]
    fn only_trusted_proxies_say_where_a_request_came_from() {
        let site = abroad(&["https://baton.example.cn"]);
        let proxy: SocketAddr = "10.0.0.1:5000".parse().expect("an address");
        let other: SocketAddr = "10.0.0.2:5000".parse().expect("an address");
        let client = |site: &Site, peer, forwarded: &[&'static str]| {
            let mut headers = HeaderMap::new();
            for value in forwarded {
                headers.append("x-forwarded-for", HeaderValue::from_static(value));
            }
            site.client(peer, &headers).ip().to_string()
        };
        assert_eq!(client(&site, proxy, &["192.0.2.7"]), "192.0.2.7");
        assert_eq!(client(&site, proxy, &["1.1.1.1, 192.0.2.7"]), "192.0.2.7", "made up before");
        assert_eq!(client(&site, proxy, &["1.1.1.1", "192.0.2.7, 10.0.0.1"]), "192.0.2.7");
        assert_eq!(client(&site, proxy, &["nonsense"]), "10.0.0.1");
        assert_eq!(client(&site, proxy, &[]), "10.0.0.1");
        assert_eq!(client(&site, other, &["192.0.2.7"]), "10.0.0.2");
        assert_eq!(client(&here(), proxy, &["192.0.2.7"]), "10.0.0.1");
    }
}
