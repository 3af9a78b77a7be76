//! What is answered: JSON, one thing or a page of a list.

use crate::problem::Fault;
use crate::request::Api;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// Most rows on a page.
const MOST: i64 = 200;
/// Rows on a page where nothing else is asked for.
const USUAL: i64 = 50;

/// Which page of a list.
#[derive(Debug, Clone, Copy, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Paging {
    /// The page, from 1 on.
    #[param(minimum = 1, default = 1)]
    page: Option<i64>,
    /// Rows on a page.
    #[param(minimum = 1, maximum = 200, default = 50)]
    per_page: Option<i64>,
}

impl Paging {
    /// The page, from 1 on.
    pub fn page(self) -> i64 {
        self.page.unwrap_or(1).clamp(1, 1_000_000)
    }

    /// How many rows.
    pub fn limit(self) -> i64 {
        self.per_page.unwrap_or(USUAL).clamp(1, MOST)
    }

    /// After how many rows.
    pub fn offset(self) -> i64 {
        (self.page() - 1) * self.limit()
    }

    /// A page of what is there as a whole.
    pub fn of<T>(self, all: Vec<T>) -> (Vec<T>, i64) {
        let total = i64::try_from(all.len()).unwrap_or(i64::MAX);
        let offset = usize::try_from(self.offset()).unwrap_or(usize::MAX);
        let limit = usize::try_from(self.limit()).unwrap_or_default();
        (all.into_iter().skip(offset).take(limit).collect(), total)
    }
}

/// A page of a list. The header `Link` leads to the first, the one before, the next and the last.
#[derive(Debug, Serialize, ToSchema)]
#[expect(clippy::struct_field_names, reason = "what the parameters are called")]
pub struct Page<T> {
    /// The rows.
    pub items: Vec<T>,
    /// How many there are in all.
    pub total: i64,
    /// Which page it is, from 1 on.
    pub page: i64,
    /// Rows on a page.
    pub per_page: i64,
}

/// A record that was made.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct Made {
    /// Its identifier.
    pub id: uuid::Uuid,
}

/// One thing.
pub fn json<T: Serialize>(value: &T) -> Result<Response, Fault> {
    with_status(StatusCode::OK, value)
}

/// What was made, and where it is found.
pub fn made(path: &str, id: uuid::Uuid) -> Result<Response, Fault> {
    let mut response = with_status(StatusCode::CREATED, &Made { id })?;
    if let Ok(location) = HeaderValue::from_str(&format!("{}{path}/{id}", crate::BASE)) {
        response.headers_mut().insert(header::LOCATION, location);
    }
    Ok(response)
}

fn with_status<T: Serialize>(status: StatusCode, value: &T) -> Result<Response, Fault> {
    let text = serde_json::to_string(value).map_err(|error| {
        let told = domain::Message::new("error-corrupt").with("cause", error.to_string());
        Fault::Failed(StatusCode::INTERNAL_SERVER_ERROR, told)
    })?;
    Ok((status, [(header::CONTENT_TYPE, "application/json")], text).into_response())
}

/// A page of a list, with links to the others.
pub fn page<T: Serialize>(api: &Api, paging: Paging, items: Vec<T>, total: i64) -> Result<Response, Fault> {
    let (number, per_page) = (paging.page(), paging.limit());
    let last = ((total + per_page - 1) / per_page).max(1);
    let mut response = json(&Page { items, total, page: number, per_page })?;
    let links = [
        Some(("first", 1)),
        (number > 1).then_some(("prev", (number - 1).min(last))),
        (number < last).then_some(("next", number + 1)),
        Some(("last", last)),
    ];
    let links = links.into_iter().flatten().map(|(name, to)| link(api, name, "page", &to.to_string()));
    let links: Vec<String> = links.collect();
    if let Ok(links) = HeaderValue::from_str(&links.join(", ")) {
        response.headers_mut().insert(header::LINK, links);
    }
    Ok(response)
}

/// A link to the same list with another value of a parameter.
pub fn link(api: &Api, relation: &str, parameter: &str, value: &str) -> String {
    let query = api.uri.query().unwrap_or_default();
    let is_other = |pair: &&str| !pair.is_empty() && pair.split('=').next() != Some(parameter);
    let own = format!("{parameter}={value}");
    let query: Vec<&str> = query.split('&').filter(is_other).chain([own.as_str()]).collect();
    format!("<{}{}?{}>; rel=\"{relation}\"", crate::BASE, api.uri.path(), query.join("&"))
}
