//! People and their posts, as far as they may be seen.

use super::{UnitName, id};
use crate::answer::{Page, Paging, json, page};
use crate::door::Door;
use crate::endpoint::{Endpoint, line};
use crate::problem::{Answer, Fault};
use crate::request::{Api, Asked};
use access::Action;
use axum::extract::Path;
use chrono::NaiveDate;
use domain::id::{PersonId, UnitId};
use domain::token::Area;
use serde::{Deserialize, Serialize};
use store::person::Filter;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::routes;
use uuid::Uuid;

/// The area's endpoints.
pub fn lines() -> Vec<Endpoint> {
    let read = Door::read(Area::People, Action::PersonRead);
    vec![line(routes!(list), read), line(routes!(one), read)]
}

/// A person as lists show him.
#[derive(Debug, Serialize, ToSchema)]
struct PersonLine {
    /// Identifier.
    id: Uuid,
    /// Staff number.
    code: String,
    /// Name.
    name: String,
    /// Posts today, with their units.
    posts: String,
    /// Codes of the roles today.
    roles: Vec<String>,
    /// Functions for which he is named today.
    functions: i64,
}

/// Which people.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Wish {
    /// Name, pinyin, initials or staff number.
    #[serde(default)]
    q: String,
    /// Who has a post in this unit or below it.
    unit: Option<Uuid>,
    /// Who has this role.
    #[serde(default)]
    role: String,
}

/// People, by name.
#[utoipa::path(get, path = "/people", tag = "people", params(Wish, Paging),
    responses((status = 200, body = Page<PersonLine>)))]
async fn list(api: Api, Asked(wish): Asked<Wish>, Asked(paging): Asked<Paging>) -> Answer {
    let filter = Filter { typed: wish.q, unit: wish.unit.map(UnitId), role: wish.role };
    let mut conn = api.read().await?;
    let (limit, offset) = (paging.limit(), paging.offset());
    let (listed, total) =
        store::person::list(&mut conn, &filter, api.sight(), api.today, limit, offset).await?;
    let rows = listed.into_iter().map(|listed| PersonLine {
        id: listed.person().0,
        roles: listed
            .roles
            .unwrap_or_default()
            .split(|each: char| !each.is_ascii_alphanumeric() && each != '_' && each != '-')
            .filter(|role| !role.is_empty())
            .map(str::to_owned)
            .collect(),
        code: listed.code,
        name: listed.name,
        posts: listed.posts.unwrap_or_default(),
        functions: listed.functions,
    });
    page(&api, paging, rows.collect(), total)
}

/// A post of a person.
#[derive(Debug, Serialize, ToSchema)]
struct PostLine {
    /// Identifier of the appointment.
    id: Uuid,
    /// The unit.
    unit: UnitName,
    /// Name of the post.
    name: String,
    /// First day.
    from: NaiveDate,
    /// Last day.
    to: Option<NaiveDate>,
}

/// A person with his posts.
#[derive(Debug, Serialize, ToSchema)]
struct PersonDetail {
    /// Identifier.
    id: Uuid,
    /// Staff number.
    code: String,
    /// Name.
    name: String,
    /// Posts, today and later.
    posts: Vec<PostLine>,
}

/// A person with his posts.
#[utoipa::path(get, path = "/people/{id}", tag = "people", params(("id" = Uuid, Path)),
    responses((status = 200, body = PersonDetail)))]
async fn one(api: Api, Path(person): Path<String>) -> Answer {
    let person: PersonId = id(&person)?;
    let reader = Some(api.bearer.rights.person);
    let mut conn = api.read().await?;
    let found = store::person::by_id(&mut conn, person, api.sight(), reader).await?.ok_or(Fault::NotFound)?;
    let posts = store::person::posts(&mut conn, person, api.today).await?;
    let post = |post: store::person::Post| PostLine {
        id: post.id.0,
        unit: UnitName::new(post.unit, &post.unit_name),
        name: post.name,
        from: post.period.from,
        to: post.period.to,
    };
    json(&PersonDetail {
        id: person.0,
        code: found.code,
        name: found.name,
        posts: posts.into_iter().map(post).collect(),
    })
}
