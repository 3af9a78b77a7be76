//! The catalogue.

use crate::components::numbers::count;
use crate::components::pager::{Pager, ROWS, pages};
use crate::components::table::{Figures, Words, cards};
use crate::pages::board::field_choice;
use crate::request::{Answer, Cx, say, t};
use crate::shell::Nav;
use domain::Message;
use domain::power::PowerType;
use islands::ApplyOnChange;
use leptos::prelude::*;
use store::power::{Filter, Listed};

/// `GET /powers?q=…&catalogue=…&field=…&type=…&page=…`
pub async fn show(cx: Cx) -> Answer {
    let filter = Filter {
        typed: cx.param("q").to_owned(),
        catalogue: cx.param("catalogue").to_owned(),
        field: cx.param("field").to_owned(),
        power_type: cx.parsed("type"),
    };
    let mut conn = cx.read().await?;
    let wished = cx.page_number();
    let (mut listed, total) =
        store::power::list(&mut conn, &filter, ROWS, (wished - 1) * ROWS, cx.sight()).await?;
    let page = wished.min(pages(total).max(1));
    if page != wished {
        (listed, _) = store::power::list(&mut conn, &filter, ROWS, (page - 1) * ROWS, cx.sight()).await?;
    }
    let fields = store::power::fields(&mut conn).await?;
    let catalogues = store::power::catalogues(&mut conn).await?;
    drop(conn);
    let is_filtered = filter != Filter::default();
    let params = vec![
        ("q", filter.typed.clone()),
        ("catalogue", filter.catalogue.clone()),
        ("field", filter.field.clone()),
        ("type", filter.power_type.map_or("", PowerType::as_str).to_owned()),
    ];
    let title = cx.lang.t("powers-title");
    cx.ok(Nav::Powers, &title, || {
        view! {
            <div class="title">
                <h1>{title.clone()}</h1>
                <small>{say(&Message::new("powers-count").with("count", total))}</small>
                <span class="push"><a href="/export/powers.csv">{t("export-csv")}</a></span>
            </div>
            {filters(&filter, &fields, &catalogues)}
            {if listed.is_empty() {
                view! {
                    <section class="card pad">
                        <p>{t(if is_filtered { "powers-none-match" } else { "powers-empty" })}</p>
                        <p><a href="/import?kind=powers">{t("powers-import")}</a></p>
                    </section>
                }
                    .into_any()
            } else {
                view! {
                    <section class="card">
                        {table(listed)}
                        <Pager path="/powers" params=params page=page total=total />
                    </section>
                }
                    .into_any()
            }}
        }
    })
}

fn filters(filter: &Filter, fields: &[String], catalogues: &[String]) -> impl IntoView + use<> {
    let types: Vec<_> = PowerType::ALL
        .iter()
        .map(|&each| {
            let chosen = filter.power_type == Some(each);
            view! { <option value=each.as_str() selected=chosen>{say(&each.message())}</option> }
        })
        .collect();
    let lists: Vec<_> = catalogues
        .iter()
        .map(|each| view! { <option value=each.clone() selected=*each == filter.catalogue>{each.clone()}</option> })
        .collect();
    view! {
        <form class="filters" id="filters" method="get" action="/powers" role="search">
            <label>
                <span>{t("filter-search-power")}</span>
                <input type="search" name="q" value=filter.typed.clone() placeholder=t("filter-search-hint") />
            </label>
            <label>
                <span>{t("filter-type")}</span>
                <select name="type"><option value="">{t("filter-all")}</option>{types}</select>
            </label>
            {field_choice(fields, &filter.field)}
            <label>
                <span>{t("filter-catalogue")}</span>
                <select name="catalogue"><option value="">{t("filter-all")}</option>{lists}</select>
            </label>
            <button class="button second">{t("filter-apply")}</button>
            <ApplyOnChange form="filters".to_owned() />
        </form>
    }
}

fn table(listed: Vec<Listed>) -> impl IntoView {
    let rows: Vec<_> = listed
        .into_iter()
        .map(|Listed { power, assigned, cannot }| {
            let field = if power.field.is_empty() { t("field-unknown") } else { power.field.clone() };
            let department = if power.original_department.is_empty() {
                "—".to_owned()
            } else {
                power.original_department
            };
            let form = if power.published_form.is_empty() { "—".to_owned() } else { power.published_form };
            view! {
                <tr>
                    <th scope="row">
                        <a href=format!("/powers/{}", power.id)>{power.name}</a>
                        <small>{format!("{} · {} {}", power.code, power.catalogue, power.version)}</small>
                    </th>
                    <td data-label=t("filter-type")>{say(&power.power_type.message())}</td>
                    <td data-label=t("filter-field")>{field}</td>
                    <td data-label=t("col-department")>{department}</td>
                    <td data-label=t("col-published-form")>{form}</td>
                    <td class="n" data-label=t("col-assigned")>{count(assigned)}</td>
                    <td class="n" data-label=t("verdict-cannot")>
                        {if cannot > 0 {
                            view! { <b class="cannot">{count(cannot)}</b> }.into_any()
                        } else {
                            view! { "0" }.into_any()
                        }}
                    </td>
                </tr>
            }
        })
        .collect();
    cards(
        t("powers-title"),
        &[
            Words("col-power"),
            Words("filter-type"),
            Words("filter-field"),
            Words("col-department"),
            Words("col-published-form"),
            Figures("col-assigned"),
            Figures("verdict-cannot"),
        ],
        rows,
    )
}
