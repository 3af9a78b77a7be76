//! One's own inbox.

use super::{Done, id};
use crate::answer::{Page, Paging, json, page};
use crate::door::Door;
use crate::endpoint::{Endpoint, line};
use crate::problem::Answer;
use crate::request::{Api, Asked, Sent};
use axum::extract::Path;
use chrono::{DateTime, NaiveDate, Utc};
use domain::id::NoticeId;
use domain::post::Class;
use domain::token::{Area, Scope};
use serde::{Deserialize, Serialize};
use store::inbox::{Filter, Show};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::routes;
use uuid::Uuid;

/// The area's endpoints. What is one's own needs no right.
pub fn lines() -> Vec<Endpoint> {
    let own = |scope| Door { scope: Some(scope), ..Door::ANY };
    let (read, write) = (own(Scope::read(Area::Inbox)), own(Scope::write(Area::Inbox)));
    vec![line(routes!(list), read), line(routes!(read_one), write), line(routes!(read_all), write)]
}

/// A notice.
#[derive(Debug, Serialize, ToSchema)]
struct NoticeLine {
    /// Identifier.
    id: Uuid,
    /// What happened.
    event: &'static str,
    /// Of which class it is.
    class: &'static str,
    /// The sentence, in the language that was asked for.
    text: String,
    /// Identifier of what it is about.
    about: Uuid,
    /// The page where it is dealt with.
    link: String,
    /// When it was told.
    told_at: DateTime<Utc>,
    /// By when something is to be done.
    due: Option<NaiveDate>,
    /// When it was read.
    read_at: Option<DateTime<Utc>>,
}

/// Which notices.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct NoticeWish {
    /// `unread` or `due` alone; all where it is empty, the unread first.
    #[serde(default)]
    show: String,
}

/// The notices of the token's owner.
#[utoipa::path(get, path = "/notices", tag = "inbox", params(NoticeWish, Paging),
    responses((status = 200, body = Page<NoticeLine>)))]
async fn list(api: Api, Asked(wish): Asked<NoticeWish>, Asked(paging): Asked<Paging>) -> Answer {
    let show = match wish.show.as_str() {
        "unread" => Show::Unread,
        "due" => Show::Due,
        _ => Show::All,
    };
    let filter = Filter { show, ..Filter::default() };
    let me = api.bearer.rights.person;
    let mut conn = api.read().await?;
    let total = store::inbox::count(&mut conn, me, &filter).await?;
    let lines = store::inbox::list(&mut conn, me, &filter, paging.limit(), paging.offset()).await?;
    let shown = lines.into_iter().map(|line| NoticeLine {
        id: line.id.0,
        event: line.event.as_str(),
        class: Class::of(line.event).as_str(),
        text: api.say(&line.event.sentence(&line.words)),
        about: line.about,
        link: line.link,
        told_at: line.created_at,
        due: line.due,
        read_at: line.read_at,
    });
    page(&api, paging, shown.collect(), total)
}

/// Nothing.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ReadNotice {}

async fn read(api: &Api, notice: Option<NoticeId>) -> Answer {
    let changed = services::inbox::read(&api.db, &api.caller(), notice).await?;
    json(&Done { changed: usize::try_from(changed).unwrap_or(usize::MAX) })
}

/// Notes that one has read a notice.
#[utoipa::path(post, path = "/notices/{id}/read", tag = "inbox", params(("id" = Uuid, Path)),
    request_body = ReadNotice, responses((status = 200, body = Done)))]
async fn read_one(api: Api, Path(notice): Path<String>, Sent(_): Sent<ReadNotice>) -> Answer {
    read(&api, Some(id(&notice)?)).await
}

/// Notes that one has read all notices.
#[utoipa::path(post, path = "/notices/read", tag = "inbox", request_body = ReadNotice,
    responses((status = 200, body = Done)))]
async fn read_all(api: Api, Sent(_): Sent<ReadNotice>) -> Answer {
    read(&api, None).await
}
