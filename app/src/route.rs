//! A route: its path, who is let in, and what answers.

use crate::door::{Door, Doors};
use crate::pages::deed::{self, Deed};
use crate::request::Cx;
use crate::state::AppState;
use access::Action;
use axum::body::Bytes;
use axum::extract::Path;
use axum::http::Uri;
use axum::routing::{MethodRouter, get};

/// What a route answers with, for tests that look at every page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answers {
    /// A page.
    Page,
    /// A file, or another page's address.
    Other,
}

/// One route.
pub struct Route {
    pub(crate) path: &'static str,
    pub(crate) answers: Answers,
    pub(crate) doors: Doors,
    pub(crate) answer: MethodRouter<AppState>,
}

/// A route that is only read.
pub(crate) fn read(
    path: &'static str,
    answers: Answers,
    door: Door,
    answer: MethodRouter<AppState>,
) -> Route {
    Route { path, answers, doors: Doors { read: door, write: door }, answer }
}

/// A route that is read by some and sent to by others.
pub(crate) fn sent(path: &'static str, read: Door, write: Door, answer: MethodRouter<AppState>) -> Route {
    Route { path, answers: Answers::Page, doors: Doors { read, write }, answer }
}

/// A route that gives a person something.
pub(crate) fn given(path: &'static str, action: Action, deed: Deed) -> Route {
    let show = async move |Path(id): Path<String>, cx: Cx, uri: Uri| deed::show(deed, id, cx, uri).await;
    let send = async move |Path(id): Path<String>, cx: Cx, body: Bytes| deed::send(deed, id, cx, body).await;
    sent(path, Door::May(action), Door::May(action), get(show).post(send))
}
