//! Chooses the language, and goes back.

use crate::door::set_cookie;
use crate::i18n::Lang;
use crate::request::{Answer, Cx, Failure, go_to, own_path};
use axum::extract::Path;
use axum::http::header;

/// Seconds for which the choice is kept.
const YEAR: u32 = 31_536_000;

/// `GET /language/{tag}?back=…`
pub async fn choose(Path(tag): Path<String>, cx: Cx) -> Answer {
    let lang: Lang = tag.parse().map_err(|_| Failure::NotFound)?;
    let back = cx.param("back");
    let mut response = go_to(own_path(back).unwrap_or("/"));
    let cookie = set_cookie(&cx.state, "lang", lang.tag(), Some(YEAR));
    response.headers_mut().insert(header::SET_COOKIE, cookie);
    Ok(response)
}
