//! People: found by name and pinyin, by unit and by role.

use crate::components::form::{OFFERED, offer};
use crate::components::numbers::count;
use crate::components::pager::{Pager, ROWS, pages};
use crate::components::table::{Figures, Words, cards};
use crate::request::{Answer, Cx, lang_of_page, say, t};
use crate::shell::Nav;
use access::Action;
use domain::Message;
use domain::separation::{BUSINESS, member_words};
use islands::ApplyOnChange;
use leptos::prelude::*;
use std::collections::BTreeSet;
use store::person::{Filter, Listed};
use store::role::Role;

/// A role's name: the languages' for built-in ones.
pub fn role_name(roles: &[Role], code: &str) -> String {
    let own = roles.iter().find(|role| role.code == code).map(|role| role.name.clone());
    own.filter(|name| !name.is_empty()).unwrap_or_else(|| say(&member_words(code)))
}

/// `GET /people?q=…&unit=…&role=…&page=…`
pub async fn show(cx: Cx) -> Answer {
    let mut conn = cx.read().await?;
    let typed = cx.param("unit").to_owned();
    let code = typed.split_once(' ').map_or(typed.as_str(), |(code, _)| code);
    let unit = if typed.is_empty() {
        None
    } else {
        let found = store::unit::named(&mut conn, &[(code, typed.as_str()); 2]).await?;
        found.into_iter().next().map(|unit| unit.id)
    };
    let filter = Filter { typed: cx.param("q").to_owned(), unit, role: cx.param("role").to_owned() };
    let wished = cx.page_number();
    let (sight, today) = (cx.sight(), cx.today);
    let offset = (wished - 1) * ROWS;
    let (mut listed, total) = store::person::list(&mut conn, &filter, sight, today, ROWS, offset).await?;
    let page = wished.min(pages(total).max(1));
    if page != wished {
        let offset = (page - 1) * ROWS;
        (listed, _) = store::person::list(&mut conn, &filter, sight, today, ROWS, offset).await?;
    }
    let roles = store::role::all(&mut conn, today).await?;
    let units = store::unit::options(&mut conn, OFFERED, cx.sight()).await?;
    drop(conn);
    let is_filtered = filter != Filter::default();
    let params = vec![("q", filter.typed.clone()), ("unit", typed.clone()), ("role", filter.role.clone())];
    let title = cx.lang.t("people-title");
    let links = [
        ("/groups", "groups-title", Action::GroupChange),
        ("/roles", "roles-title", Action::RoleChange),
        ("/reviews", "reviews-title", Action::ReviewRead),
    ];
    let links: Vec<(&str, &str)> =
        links.into_iter().filter(|(.., action)| cx.may(*action)).map(|(to, key, _)| (to, key)).collect();
    cx.ok(Nav::People, &title, || {
        let links: Vec<_> = links.into_iter().map(|(to, key)| view! { <a href=to>{t(key)}</a> }).collect();
        view! {
            <div class="title">
                <h1>{title.clone()}</h1>
                <small>{say(&Message::new("people-count").with("count", total))}</small>
                <span class="push actions">{links}</span>
            </div>
            {filters(&filter, &typed, &roles, units)}
            {if listed.is_empty() {
                let key = if is_filtered { "people-none-match" } else { "people-empty" };
                view! {
                    <section class="card pad">
                        <p>{t(key)}</p>
                    </section>
                }
                    .into_any()
            } else {
                view! {
                    <section class="card">
                        {table(listed, &roles)}
                        <Pager path="/people" params=params page=page total=total />
                    </section>
                }
                    .into_any()
            }}
        }
    })
}

fn filters(
    filter: &Filter,
    unit: &str,
    roles: &[Role],
    units: Vec<(String, String)>,
) -> impl IntoView + use<> {
    let choices: Vec<_> = roles
        .iter()
        .filter(|role| role.code != BUSINESS)
        .map(|role| {
            let chosen = role.code == filter.role;
            view! { <option value=role.code.clone() selected=chosen>{role_name(roles, &role.code)}</option> }
        })
        .collect();
    let units = offer(units);
    view! {
        <form class="filters" id="filters" method="get" action="/people" role="search">
            <datalist id="units">{units}</datalist>
            <label>
                <span>{t("people-search")}</span>
                <input type="search" name="q" value=filter.typed.clone() placeholder=t("people-search-hint") />
            </label>
            <label>
                <span>{t("people-unit")}</span>
                <input name="unit" list="units" value=unit.to_owned() autocomplete="off" />
            </label>
            <label>
                <span>{t("people-role")}</span>
                <select name="role"><option value="">{t("filter-all")}</option>{choices}</select>
            </label>
            <button class="button second">{t("filter-apply")}</button>
            <ApplyOnChange form="filters".to_owned() />
        </form>
    }
}

fn table(listed: Vec<Listed>, roles: &[Role]) -> impl IntoView + use<> {
    let rows: Vec<_> = listed
        .into_iter()
        .map(|person| {
            let held: BTreeSet<&str> = person.roles.iter().flat_map(|all| all.split(' ')).collect();
            let held: Vec<String> = held.into_iter().map(|code| role_name(roles, code)).collect();
            let held = if held.is_empty() { "—".to_owned() } else { lang_of_page().list(&held) };
            view! {
                <tr>
                    <th scope="row">
                        <a href=format!("/people/{}", person.person())>{person.name.clone()}</a>
                        <small>{person.code.clone()}</small>
                    </th>
                    <td data-label=t("people-posts")>{person.posts.clone().unwrap_or_else(|| "—".to_owned())}</td>
                    <td data-label=t("people-roles")>{held}</td>
                    <td class="n" data-label=t("people-functions")>{count(person.functions)}</td>
                </tr>
            }
        })
        .collect();
    cards(
        t("people-title"),
        &[Words("col-person"), Words("people-posts"), Words("people-roles"), Figures("people-functions")],
        rows,
    )
}
