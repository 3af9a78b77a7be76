//! Gives a person something: a post, a role, a function, a deputy. The form, what it would do, and saving.

use crate::components::form::{Choice, ErrorSummary, Field, OFFERED, Sent, Typed, fields, offer};
use crate::components::weighed;
use crate::pages::people::role_name;
use crate::pages::person::found;
use crate::request::{Answer, Cx, Failure, go_to, say, t};
use crate::shell::Nav;
use axum::body::Bytes;
use axum::http::{StatusCode, Uri};
use domain::Message;
use domain::assignment::Function;
use domain::id::PersonId;
use domain::people::StaffKind;
use domain::separation::BUSINESS;
use leptos::prelude::*;
use services::duty::{self, Effect, Step};
use services::form::{FieldError, Fields};
use store::person::Named;

/// What is given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Deed {
    /// A post.
    Appoint,
    /// A role in one of his posts.
    Grant,
    /// A function of an assignment.
    Allocate,
    /// Somebody who acts for one of his posts.
    Deputise,
}

impl Deed {
    const fn word(self) -> &'static str {
        match self {
            Self::Appoint => "appoint",
            Self::Grant => "grant",
            Self::Allocate => "allocate",
            Self::Deputise => "deputise",
        }
    }

    const fn title(self) -> &'static str {
        match self {
            Self::Appoint => "person-appoint",
            Self::Grant => "person-grant",
            Self::Allocate => "person-allocate",
            Self::Deputise => "person-deputise",
        }
    }

    async fn run(
        self,
        cx: &Cx,
        person: PersonId,
        fields: &Fields,
        step: Step,
    ) -> Result<Result<Effect, Vec<FieldError>>, Failure> {
        let (db, caller) = (&cx.state.db, cx.caller()?);
        let answer = match self {
            Self::Appoint => duty::appoint(db, &caller, person, fields, step).await?,
            Self::Grant => duty::grant(db, &caller, person, fields, step).await?,
            Self::Allocate => duty::allocate(db, &caller, person, fields, step).await?,
            Self::Deputise => duty::deputise(db, &caller, person, fields, step).await?,
        };
        Ok(answer)
    }
}

/// `GET /people/{id}/{deed}`; `action` is absent, `edit`, or `check`, which writes nothing.
pub async fn show(deed: Deed, id: String, cx: Cx, uri: Uri) -> Answer {
    let mut fields = fields(uri.query().unwrap_or_default().as_bytes());
    let mut conn = cx.read().await?;
    let person = found(&cx, &mut conn, &id).await?;
    drop(conn);
    match fields.get("action").map(String::as_str) {
        Some("check") => match deed.run(&cx, person.person(), &fields, Step::Check).await? {
            Ok(effect) => {
                let title = title(&cx, deed, &person);
                let path = format!("/people/{id}/{}", deed.word());
                Ok(weighed::page(&cx, Nav::People, &title, &path, &fields, &effect))
            }
            Err(errors) => {
                form(&cx, StatusCode::UNPROCESSABLE_ENTITY, deed, &person, Sent { fields, errors }).await
            }
        },
        action => {
            if action.is_none() {
                fields.entry("from".to_owned()).or_insert_with(|| cx.today.to_string());
                fields.entry("share".to_owned()).or_insert_with(|| "100%".to_owned());
            }
            form(&cx, StatusCode::OK, deed, &person, Sent { fields, errors: Vec::new() }).await
        }
    }
}

/// `POST /people/{id}/{deed}` saves.
pub async fn send(deed: Deed, id: String, cx: Cx, body: Bytes) -> Answer {
    let fields = fields(&body);
    let mut conn = cx.read().await?;
    let person = found(&cx, &mut conn, &id).await?;
    drop(conn);
    match deed.run(&cx, person.person(), &fields, Step::Save).await? {
        Ok(_) => Ok(go_to(&format!("/people/{id}?saved=1"))),
        Err(errors) => {
            form(&cx, StatusCode::UNPROCESSABLE_ENTITY, deed, &person, Sent { fields, errors }).await
        }
    }
}

fn title(cx: &Cx, deed: Deed, person: &Named) -> String {
    cx.lang.say(
        &Message::new("person-deed")
            .with("deed", Message::new(deed.title()))
            .with("person", person.name.as_str()),
    )
}

/// What a form offers to choose from.
#[derive(Default)]
struct Offers {
    units: Vec<(String, String)>,
    people: Vec<(String, String)>,
    posts: Vec<(String, String)>,
    roles: Vec<(String, String)>,
    assignments: Vec<(String, String)>,
}

async fn offers(cx: &Cx, deed: Deed, person: PersonId) -> Result<Offers, Failure> {
    let mut offers = Offers::default();
    let mut conn = cx.read().await?;
    if matches!(deed, Deed::Appoint | Deed::Grant) {
        offers.units = store::unit::options(&mut conn, OFFERED, cx.sight()).await?;
        let roles = store::role::all(&mut conn, cx.today).await?;
        let named = roles.iter().filter(|role| role.code != BUSINESS);
        let lang = cx.lang;
        let name = |role: &store::role::Role| match role.name.as_str() {
            "" => lang.say(&domain::separation::member_words(&role.code)),
            own => own.to_owned(),
        };
        offers.roles = named.map(|role| (role.code.clone(), name(role))).collect();
    }
    if matches!(deed, Deed::Grant | Deed::Deputise) {
        let posts = store::person::posts(&mut conn, person, cx.today).await?;
        let words =
            |post: store::person::Post| (post.id.to_string(), format!("{} {}", post.unit_name, post.name));
        offers.posts = posts.into_iter().map(words).collect();
    }
    if deed == Deed::Deputise {
        offers.people = store::person::options(&mut conn, cx.sight(), OFFERED).await?;
    }
    if matches!(deed, Deed::Allocate | Deed::Deputise) {
        let own = (deed == Deed::Allocate).then_some(person);
        let all = store::person::choices(&mut conn, cx.sight(), cx.today, None, own, OFFERED).await?;
        offers.assignments = all.into_iter().map(|each| (each.id.to_string(), each.name)).collect();
    }
    Ok(offers)
}

async fn form(cx: &Cx, status: StatusCode, deed: Deed, person: &Named, sent: Sent) -> Answer {
    let offers = offers(cx, deed, person.person()).await?;
    let id = person.person();
    let title = title(cx, deed, person);
    let in_title = sent.titled(cx.lang, &title);
    let hint = match deed {
        Deed::Appoint => "person-appoint-hint",
        Deed::Grant => "person-grant-hint",
        Deed::Allocate => "person-allocate-hint",
        Deed::Deputise => "person-deputise-hint",
    };
    let name = person.name.clone();
    Ok(cx.page(status, Some(Nav::People), &in_title, || {
        let units = offer(offers.units.iter().cloned());
        let people = offer(offers.people.iter().cloned());
        view! {
            <nav class="crumbs" aria-label=t("crumbs-label")>
                <ol>
                    <li><a href="/people">{t("people-title")}</a></li>
                    <li><a href=format!("/people/{id}")>{name}</a></li>
                </ol>
            </nav>
            <ErrorSummary errors=sent.errors.clone() />
            <div class="title"><h1>{title}</h1></div>
            <p class="lead">{t(hint)}</p>
            <form class="card pad form" method="get" action=format!("/people/{id}/{}", deed.word()) novalidate=true>
                <datalist id="units">{units}</datalist>
                <datalist id="people">{people}</datalist>
                {inputs(deed, &offers, &sent)}
                <Field name="from" label=t("people-from") typed=Typed::Day sent=sent.clone() />
                <Field name="to" label=t("people-to") hint=t("people-to-hint") typed=Typed::Day sent=sent.clone() />
                <div class="actions">
                    <button class="button" name="action" value="check">{t("weighed-check")}</button>
                    <small>{t("weighed-check-hint")}</small>
                </div>
            </form>
        }
    }))
}

/// A choice that must be made, or that means all.
fn choices(first: &str, all: &[(String, String)]) -> Vec<(String, String)> {
    std::iter::once((String::new(), t(first))).chain(all.iter().cloned()).collect()
}

/// Functions to choose from.
pub fn functions() -> Vec<(String, String)> {
    let all = Function::ALL.iter().map(|each| (each.as_str().to_owned(), say(&each.message())));
    std::iter::once((String::new(), t("choose"))).chain(all).collect()
}

fn inputs(deed: Deed, offers: &Offers, sent: &Sent) -> AnyView {
    let kinds = StaffKind::ALL
        .iter()
        .map(|kind| (kind.as_str().to_owned(), say(&kind.message())))
        .collect::<Vec<_>>();
    match deed {
        Deed::Appoint => view! {
            <Field name="unit" label=t("col-unit") hint=t("person-unit-hint") list="units" sent=sent.clone() />
            <Field name="post" label=t("col-post") sent=sent.clone() />
            <Choice name="kind" label=t("person-kind") options=choices("choose", &kinds) sent=sent.clone() />
            <Field name="share" label=t("col-share") hint=t("person-share-hint") sent=sent.clone() />
            <Choice
                name="role"
                label=t("people-role")
                hint=t("person-role-hint")
                options=choices("none", &offers.roles)
                sent=sent.clone()
            />
        }
        .into_any(),
        Deed::Grant => view! {
            <Choice name="post" label=t("col-post") options=choices("choose", &offers.posts) sent=sent.clone() />
            <Choice name="role" label=t("people-role") options=choices("choose", &offers.roles) sent=sent.clone() />
            <Field name="scope" label=t("person-scope") hint=t("person-scope-hint") list="units" sent=sent.clone() />
        }
        .into_any(),
        Deed::Allocate => view! {
            <Choice
                name="assignment"
                label=t("person-assignment")
                hint=t("person-assignment-hint")
                options=choices("choose", &offers.assignments)
                sent=sent.clone()
            />
            <Choice name="function" label=t("col-function") options=functions() sent=sent.clone() />
            <Field name="share" label=t("col-share") hint=t("person-share-hint") sent=sent.clone() />
        }
        .into_any(),
        Deed::Deputise => view! {
            <Choice name="post" label=t("person-of-post") options=choices("choose", &offers.posts) sent=sent.clone() />
            <Field
                name="person"
                label=t("person-deputy")
                hint=t("person-person-hint")
                list="people"
                sent=sent.clone()
            />
            <Choice
                name="assignment"
                label=t("person-for")
                options=choices("person-all-matters", &offers.assignments)
                sent=sent.clone()
            />
            <Field name="reason" label=t("person-reason") sent=sent.clone() />
        }
        .into_any(),
    }
}

/// Roles to choose from, where a page has them already.
pub fn role_choices(roles: &[store::role::Role], first: &str, own_only: bool) -> Vec<(String, String)> {
    let named = roles.iter().filter(|role| role.code != BUSINESS && (!own_only || !role.is_built_in));
    let named: Vec<_> = named.map(|role| (role.code.clone(), role_name(roles, &role.code))).collect();
    choices(first, &named)
}
