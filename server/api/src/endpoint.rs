//! One line of an area: a handler with its description, and the door before it.

use crate::door::Door;
use app::state::AppState;
use axum::routing::MethodRouter;
use utoipa::openapi::path::{Operation, PathItem, Paths};
use utoipa::openapi::{RefOr, Schema};
use utoipa_axum::router::UtoipaMethodRouter;

/// A handler with its description.
pub struct Endpoint {
    /// What is asked of whoever comes.
    pub door: Door,
    /// Schemas of what is sent and answered, by name.
    pub schemas: Vec<(String, RefOr<Schema>)>,
    /// Its description by address and method.
    pub paths: Paths,
    /// What answers.
    pub answer: MethodRouter<AppState>,
}

/// A line of an area: `line(routes!(list), Door::read(Area::Units, Action::UnitRead))`.
pub fn line((schemas, paths, answer): UtoipaMethodRouter<AppState>, door: Door) -> Endpoint {
    Endpoint { door, schemas, paths, answer }
}

/// The operations of an address, with their methods.
pub fn of_item(item: &mut PathItem) -> impl Iterator<Item = (&'static str, &mut Operation)> {
    let all = [
        ("GET", &mut item.get),
        ("POST", &mut item.post),
        ("PUT", &mut item.put),
        ("PATCH", &mut item.patch),
        ("DELETE", &mut item.delete),
    ];
    all.into_iter().filter_map(|(method, operation)| Some((method, operation.as_mut()?)))
}

impl Endpoint {
    /// Its operations: method, address and door.
    pub fn operations(&self) -> Vec<(&'static str, String, Door)> {
        let mut all = Vec::new();
        for (path, item) in &self.paths.paths {
            all.extend(of_item(&mut item.clone()).map(|(method, _)| (method, path.clone(), self.door)));
        }
        all
    }
}
