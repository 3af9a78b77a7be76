//! Whose token it is, and what it may do.

use crate::answer::json;
use crate::door::Door;
use crate::endpoint::{Endpoint, line};
use crate::problem::Answer;
use crate::request::Api;
use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::routes;
use uuid::Uuid;

/// The area's endpoints.
pub fn lines() -> Vec<Endpoint> {
    vec![line(routes!(show), Door::ANY)]
}

/// Whose token it is.
#[derive(Debug, Serialize, ToSchema)]
struct Me {
    /// The person.
    person: Uuid,
    /// His name.
    name: String,
    /// The post in which the token acts, with its unit.
    post: Option<String>,
    /// The post's unit.
    unit: Option<Uuid>,
    /// On whose behalf, where he stands in for somebody.
    principal: Option<String>,
    /// Roles of the post today.
    roles: Vec<&'static str>,
    /// What the token may do of what he may.
    #[schema(example = json!(["cases:write"]))]
    scopes: Vec<String>,
    /// When the token ends.
    expires_at: DateTime<Utc>,
    /// The day, in China.
    today: NaiveDate,
}

/// Whose token it is, and what it may do.
#[utoipa::path(get, path = "/me", tag = "me", responses((status = 200, body = Me)))]
async fn show(api: Api) -> Answer {
    let (bearer, rights) = (&api.bearer, &api.bearer.rights);
    let post = rights.post.as_ref();
    let mut roles: Vec<&'static str> = rights.grants.iter().map(|grant| grant.role.as_str()).collect();
    roles.sort_unstable();
    roles.dedup();
    json(&Me {
        person: rights.person.0,
        name: rights.name.clone(),
        post: post.map(|post| format!("{} {}", post.unit_name, post.name)),
        unit: post.map(|post| post.unit.0),
        principal: post.and_then(|post| post.principal.as_ref()).map(|(_, name)| name.clone()),
        roles,
        scopes: bearer.scopes.iter().map(|scope| scope.to_string()).collect(),
        expires_at: bearer.ends_at,
        today: api.today,
    })
}
