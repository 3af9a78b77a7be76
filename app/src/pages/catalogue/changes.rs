//! Everything that was said and changed in a round: who, when, for whom, and what differs.

use super::round::words;
use super::{crumbs, sieve};
use crate::components::pager::{Pager, ROWS, pages};
use crate::components::table::{Words, cards};
use crate::i18n::Lang;
use crate::request::{Answer, Cx, Failure, lang_of_page, say, t};
use crate::shell::Nav;
use axum::extract::Path;
use chrono::{DateTime, TimeDelta, Utc};
use domain::Message;
use domain::catalogue::round::{Act, Party, Stage, net};
use domain::id::RoundId;
use leptos::prelude::*;
use store::round::{ChangeLine, Changes};

/// `GET /rounds/{id}/changes?item=…&unit=…&stage=…&party=…&act=…&page=…`
pub async fn show(Path(id): Path<String>, cx: Cx) -> Answer {
    let id: RoundId = id.parse().map_err(|_| Failure::NotFound)?;
    let filter = Changes {
        item: cx.parsed("item"),
        unit: cx.parsed("unit"),
        stage: cx.parsed("stage"),
        party: cx.parsed("party"),
        act: cx.parsed("act"),
    };
    let mut conn = cx.read().await?;
    let sight = cx.sight();
    let listed = store::round::listed(&mut conn, id, sight).await?.ok_or(Failure::NotFound)?;
    let units = store::round::units(&mut conn, id, sight).await?;
    let wished = cx.page_number();
    let at = |page: i64| (ROWS, (page - 1) * ROWS);
    let (mut lines, total) = store::round::changes(&mut conn, id, &filter, sight, at(wished)).await?;
    let page = wished.min(pages(total).max(1));
    if page != wished {
        (lines, _) = store::round::changes(&mut conn, id, &filter, sight, at(page)).await?;
    }
    drop(conn);
    let title = cx.lang.t("round-changes");
    let names = ["item", "unit", "stage", "party", "act"];
    let params: Vec<_> = names.into_iter().map(|name| (name, cx.param(name).to_owned())).collect();
    cx.ok(Nav::Catalogues, &title, || {
        let path = format!("/rounds/{id}/changes");
        let rows: Vec<_> = lines.iter().map(row).collect();
        let units = units.into_iter().map(|(id, name, _)| (id.to_string(), name)).collect();
        let codes = |all: Vec<(&str, Message)>| -> Vec<(String, String)> {
            all.into_iter().map(|(code, words)| (code.to_owned(), say(&words))).collect()
        };
        let stages = codes(Stage::ALL.iter().map(|each| (each.as_str(), each.message())).collect());
        let parties = codes(Party::ALL.iter().map(|each| (each.as_str(), each.message())).collect());
        let acts = codes(Act::ALL.iter().map(|each| (each.as_str(), each.message())).collect());
        // Of one item, what all changes together come to.
        let together = filter.item.is_some().then(|| {
            let changes: Vec<_> = lines
                .iter()
                .rev()
                .map(|line| (line.change.before.clone(), line.change.after.clone()))
                .collect();
            let parts: Vec<String> = net(&changes).iter().map(|part| say(&part.message())).collect();
            if parts.is_empty() {
                t("round-net-none")
            } else {
                say(&Message::new("round-net").with("parts", parts))
            }
        });
        view! {
            {crumbs(format!("/rounds/{id}"), "rounds-title")}
            <div class="title">
                <h1>{title.clone()}</h1>
                <small><a href=format!("/rounds/{id}")>{listed.round.title.clone()}</a></small>
            </div>
            {together.map(|words| view! { <p class="lead">{words}</p> })}
            <form class="filters" method="get" action=path.clone()>
                {filter.item.map(|item| view! { <input type="hidden" name="item" value=item.to_string() /> })}
                {sieve("unit", "col-unit", cx.param("unit"), units)}
                {sieve("stage", "round-stage", cx.param("stage"), stages)}
                {sieve("party", "round-party", cx.param("party"), parties)}
                {sieve("act", "round-act", cx.param("act"), acts)}
                <button class="button second">{t("filter-apply")}</button>
            </form>
            {if rows.is_empty() {
                view! { <section class="card pad"><p>{t("round-changes-none")}</p></section> }.into_any()
            } else {
                view! {
                    <section class="card">
                        {cards(
                            t("round-changes"),
                            &[
                                Words("round-when"),
                                Words("col-power"),
                                Words("round-stage"),
                                Words("round-by"),
                                Words("round-act"),
                                Words("round-difference"),
                            ],
                            rows,
                        )}
                        <Pager path=path params=params page=page total=total />
                    </section>
                }
                    .into_any()
            }}
        }
    })
}

/// A moment in China.
fn moment(lang: Lang, at: DateTime<Utc>) -> String {
    let at = at + TimeDelta::hours(8);
    format!("{} {}", lang.date(at.date_naive()), at.format("%H:%M"))
}

fn row(line: &ChangeLine) -> impl IntoView + use<> {
    let change = &line.change;
    let name = line.name.clone().unwrap_or_else(|| t("round-operator"));
    let by = match &line.principal {
        Some(principal) => {
            let for_whom = say(&Message::new("acting-for").with("name", principal.as_str()));
            format!("{name} · {for_whom}")
        }
        None => name,
    };
    let parts = change.before.differences(&change.after);
    let difference = (!parts.is_empty()).then(|| {
        view! {
            <del><span class="hidden">{t("diff-was")} " "</span>{words(&change.before)}</del> " → "
            <ins><span class="hidden">{t("diff-is")} " "</span>{words(&change.after)}</ins>
        }
    });
    let comment = change.comment.clone();
    view! {
        <tr>
            <td class="when" data-label=t("round-when")>{moment(lang_of_page(), change.at)}</td>
            <th scope="row">{line.power.1.clone()}<small>{format!("{} · {}", line.power.0, line.unit)}</small></th>
            <td data-label=t("round-stage")>{say(&change.stage.message())}</td>
            <td data-label=t("round-by")>{say(&change.party.message())} " " <small>{by}</small></td>
            <td data-label=t("round-act")>{say(&change.act.message())}</td>
            <td class="why">{difference} {(!comment.is_empty()).then(|| view! { <p>{comment}</p> })}</td>
        </tr>
    }
}
