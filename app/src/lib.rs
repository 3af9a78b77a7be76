#![doc = include_str!("../README.md")]

pub mod components;
pub mod errors;
pub mod i18n;
pub mod pages;
pub mod request;
pub mod shell;
pub mod state;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware;
use axum::routing::{MethodRouter, get, post};
use pages::{
    assign, assignment, assignments, board, failure, home, import, language, power, powers, rules, unit,
    units,
};
use state::AppState;

/// What a route answers with, for tests that look at every page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answers {
    /// A page.
    Page,
    /// A file, or another page's address.
    Other,
}

/// Every route. A page that is not here is not served, and tests look at each one that is.
fn table() -> Vec<(&'static str, Answers, MethodRouter<AppState>)> {
    use Answers::{Other, Page};
    vec![
        ("/", Page, get(home::show)),
        ("/sample", Other, post(home::load_sample)),
        ("/board", Page, get(board::show)),
        ("/powers", Page, get(powers::show)),
        ("/powers/{id}", Page, get(power::show)),
        ("/units", Page, get(units::show)),
        ("/units/{id}", Page, get(unit::show)),
        ("/assignments", Page, get(assignments::show)),
        ("/assignments.csv", Other, get(assignments::csv)),
        ("/assignments/new", Page, get(assign::show).post(assign::send)),
        ("/assignments/{id}", Page, get(assignment::show)),
        ("/import", Page, get(import::show).post(import::send).layer(DefaultBodyLimit::disable())),
        ("/import/{id}", Page, get(import::preview).post(import::confirm)),
        ("/import/{id}/errors.csv", Other, get(import::errors)),
        ("/import/template/{kind}", Other, get(import::template)),
        ("/export/{kind}", Other, get(import::export)),
        ("/rules", Page, get(rules::show).post(rules::send)),
        ("/language/{tag}", Other, get(language::choose)),
    ]
}

/// The pages' routes.
pub fn router(state: AppState) -> Router {
    let mut router = Router::new();
    for (path, _, answer) in table() {
        router = router.route(path, answer);
    }
    router
        .fallback(failure::not_found)
        .method_not_allowed_fallback(failure::wrong_method)
        .layer(middleware::from_fn_with_state(state.clone(), request::explain))
        .with_state(state)
}

/// The patterns of all routes that answer with a page.
pub fn routes() -> Vec<&'static str> {
    table().into_iter().filter(|(_, answers, _)| *answers == Answers::Page).map(|(path, ..)| path).collect()
}
