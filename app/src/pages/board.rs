//! The gap board: units × groups of powers as a heat map, the worst first.

use crate::components::numbers::{Numbers, count};
use crate::components::parity::ParityBars;
use crate::components::worst::{Rows, Units};
use crate::i18n::Lang;
use crate::pages::assignments::NO_FIELD;
use crate::request::{Answer, Cx, href, say, t};
use crate::shell::Nav;
use domain::Message;
use domain::assess::{Gate, Grade, Verdict};
use domain::id::UnitId;
use domain::power::PowerType;
use domain::unit::Unit;
use islands::ApplyOnChange;
use leptos::prelude::*;
use std::collections::HashMap;
use store::assessment::{By, Cell, Filter, Sums};

/// Rows below the map.
const WORST: i64 = 10;
/// Of them, those of one unit at most.
const EACH: i64 = 2;
/// Reasons in the sentence above it.
const REASONS: usize = 4;

/// `GET /board?unit=…&by=field|type&field=…&type=…&verdict=…`
pub async fn show(cx: Cx) -> Answer {
    let mut conn = cx.read().await?;
    let asked: Option<UnitId> = cx.parsed("unit");
    let root = match asked {
        Some(root) => Some(root),
        None => store::assessment::common_root(&mut conn, cx.sight()).await?,
    };
    let path = match root {
        Some(root) => store::unit::path(&mut conn, root, cx.sight()).await?,
        None => Vec::new(),
    };
    let unit = path.last().cloned();
    if let (Some(root), None) = (root, &unit) {
        return super::unit::received(&mut conn, &cx, root).await;
    }
    let by = if cx.param("by") == "type" { By::Type } else { By::Field };
    let field = cx.param("field");
    let filter = Filter {
        root,
        field: (!field.is_empty()).then(|| field.to_owned()),
        power_type: cx.parsed("type"),
        verdict: cx.parsed("verdict"),
        ..Filter::default()
    };
    let cells = store::assessment::board(&mut conn, by, &filter, cx.sight()).await?;
    let reasons = store::assessment::reasons(&mut conn, &filter, cx.sight()).await?;
    let lines = store::assessment::worst(&mut conn, &filter, EACH, WORST, cx.sight()).await?;
    let sums = store::assessment::total(&mut conn, &filter, cx.sight()).await?;
    let fields = store::power::fields(&mut conn).await?;
    let day = store::assessment::oldest(&mut conn, cx.sight()).await?;
    drop(conn);
    let is_filtered = filter.field.is_some() || filter.power_type.is_some() || filter.verdict.is_some();
    if day.is_none() {
        return empty(&cx);
    }

    let name = unit.as_ref().map_or_else(|| cx.lang.t("board-everything"), |unit| unit.name.clone());
    let title = cx.lang.say(&Message::new("board-title").with("unit", name));
    let units = cells.iter().map(|cell| cell.unit).collect::<std::collections::HashSet<_>>().len();
    let about = Message::new("board-about").with("units", units).with("powers", sums.counts.all());
    let day = day.map(|day| Message::new("assessed-on").with("date", day));
    let more = href("/assignments", params(&filter).iter().map(|(name, value)| (*name, value.as_str())));
    cx.ok(Nav::Board, &title, || {
        view! {
            {crumbs(&path)}
            <div class="title">
                <h1>{title.clone()}</h1>
                <small>{say(&about)}</small>
                {day.map(|day| view! { <small>{say(&day)}</small> })}
            </div>
            {(sums.counts.all() > 0 && !reasons.is_empty()).then(|| because(&reasons, &filter))}
            {filters(&filter, by, &fields, asked)}
            {chips(&filter, by, asked)}
            {if sums.counts.all() == 0 {
                let text = if is_filtered { "board-none-match" } else { "board-none-here" };
                view! { <section class="card pad"><p>{t(text)}</p></section> }.into_any()
            } else {
                view! {
                    <Numbers sums=sums params=params(&filter) />
                    {heat(unit.as_ref(), by, &filter, cells)}
                    <section class="card">
                        <div class="cap">
                            <h2>{t("board-worst")}</h2>
                            <a href=more>{say(&Message::new("board-all").with("count", sums.counts.all()))}</a>
                        </div>
                        <Rows lines=lines caption=t("board-worst") units=Units::Shown />
                    </section>
                }
                    .into_any()
            }}
        }
    })
}

fn empty(cx: &Cx) -> Answer {
    cx.ok(Nav::Board, &cx.lang.t("nav-board"), || {
        view! {
            <div class="title"><h1>{t("nav-board")}</h1></div>
            <section class="card pad">
                <p>{t("board-empty")}</p>
                <p><a href="/">{t("to-first-page")}</a></p>
            </section>
        }
    })
}

fn params(filter: &Filter) -> Vec<(&'static str, String)> {
    vec![
        ("unit", filter.root.map_or(String::new(), |unit| unit.to_string())),
        ("field", filter.field.clone().unwrap_or_default()),
        ("type", filter.power_type.map_or("", PowerType::as_str).to_owned()),
        ("verdict", filter.verdict.map_or("", Verdict::as_str).to_owned()),
    ]
}

/// The units above, each with its own board.
fn crumbs(path: &[Unit]) -> impl IntoView + use<> {
    let above = path.len().saturating_sub(1);
    let links: Vec<_> = path[..above]
        .iter()
        .map(|unit| view! { <li><a href=format!("/board?unit={}", unit.id)>{unit.name.clone()}</a></li> })
        .collect();
    (!links.is_empty())
        .then(|| view! { <nav class="crumbs" aria-label=t("crumbs-label")><ol>{links}</ol></nav> })
}

/// The words of a reason: a gate, a grade, or that there was no case.
pub fn reason_words(lang: Lang, reason: &str) -> String {
    if let Ok(gate) = reason.parse::<Gate>() {
        return lang.say(&gate.message());
    }
    if let Ok(grade) = reason.parse::<Grade>() {
        return lang.say(&grade.message());
    }
    lang.t("reason-no-cases")
}

/// Why, in one sentence whose numbers open their rows.
fn because(reasons: &[(String, Verdict, i64)], filter: &Filter) -> impl IntoView + use<> {
    let lang = crate::request::lang_of_page();
    let mut sums: Vec<(String, i64)> = Vec::new();
    for (reason, _, number) in reasons {
        match sums.iter_mut().find(|(known, _)| known == reason) {
            Some((_, sum)) => *sum += number,
            None => sums.push((reason.clone(), *number)),
        }
    }
    sums.sort_by_key(|(_, number)| std::cmp::Reverse(*number));
    let known = params(filter);
    let items: Vec<_> = sums
        .into_iter()
        .take(REASONS)
        .map(|(reason, number)| {
            let known = known.iter().map(|(name, value)| (*name, value.as_str()));
            let to = href("/assignments", known.chain([("reason", reason.as_str())]));
            view! { <li><a href=to>{reason_words(lang, &reason)} <b>{count(number)}</b></a></li> }
        })
        .collect();
    view! {
        <div class="because">
            <span>{t("board-because")}</span>
            <ul>{items}</ul>
        </div>
    }
}

/// Options of a filter: everything, then each value.
fn options<T: Copy + PartialEq>(
    all: String,
    values: &[T],
    chosen: Option<T>,
    code: fn(T) -> &'static str,
    message: fn(T) -> Message,
) -> impl IntoView {
    let values: Vec<_> = values
        .iter()
        .map(|&value| view! { <option value=code(value) selected=chosen == Some(value)>{say(&message(value))}</option> })
        .collect();
    view! {
        <option value="">{all}</option>
        {values}
    }
}

/// The choices of verdict and type that several lists offer.
pub fn verdict_and_type(filter: &Filter) -> impl IntoView + use<> {
    view! {
        <label>
            <span>{t("filter-verdict")}</span>
            <select name="verdict">
                {options(t("filter-all"), Verdict::ALL, filter.verdict, Verdict::as_str, Verdict::message)}
            </select>
        </label>
        <label>
            <span>{t("filter-type")}</span>
            <select name="type">
                {options(t("filter-all"), PowerType::ALL, filter.power_type, PowerType::as_str, PowerType::message)}
            </select>
        </label>
    }
}

/// The choice of field.
pub fn field_choice(fields: &[String], chosen: &str) -> impl IntoView + use<> {
    let options: Vec<_> = fields
        .iter()
        .filter(|field| !field.is_empty())
        .map(|field| view! { <option value=field.clone() selected=field == chosen>{field.clone()}</option> })
        .collect();
    view! {
        <label>
            <span>{t("filter-field")}</span>
            <select name="field">
                <option value="">{t("filter-all")}</option>
                {options}
            </select>
        </label>
    }
}

fn filters(filter: &Filter, by: By, fields: &[String], asked: Option<UnitId>) -> impl IntoView + use<> {
    view! {
        <form class="filters" id="filters" method="get" action="/board">
            {asked.map(|unit| view! { <input type="hidden" name="unit" value=unit.to_string() /> })}
            <label>
                <span>{t("filter-by")}</span>
                <select name="by">
                    <option value="field" selected=by == By::Field>{t("filter-by-field")}</option>
                    <option value="type" selected=by == By::Type>{t("filter-by-type")}</option>
                </select>
            </label>
            {verdict_and_type(filter)}
            {field_choice(fields, filter.field.as_deref().unwrap_or_default())}
            <button class="button second">{t("filter-apply")}</button>
            <ApplyOnChange form="filters".to_owned() />
        </form>
    }
}

/// What is filtered, each with a link that takes it away.
fn chips(filter: &Filter, by: By, asked: Option<UnitId>) -> impl IntoView + use<> {
    let asked = asked.map_or(String::new(), |unit| unit.to_string());
    let mut known = params(filter);
    known.retain(|(name, _)| *name != "unit");
    known.push(("unit", asked));
    known.push(("by", if by == By::Type { "type" } else { "" }.to_owned()));
    let without = |name: &str| {
        let rest = known.iter().filter(|(known, _)| *known != name);
        href("/board", rest.map(|(name, value)| (*name, value.as_str())))
    };
    let shown = [
        ("verdict", filter.verdict.map(|verdict| say(&verdict.message()))),
        ("type", filter.power_type.map(|power_type| say(&power_type.message()))),
        ("field", filter.field.clone()),
    ];
    let chips: Vec<_> = shown
        .into_iter()
        .filter_map(|(name, words)| {
            let words = words?;
            let label = t("chip-remove");
            Some(view! { <li><a class="chip" href=without(name)>{words} <span aria-hidden="true">" ✕"</span> <span class="hidden">{label}</span></a></li> })
        })
        .collect();
    (!chips.is_empty()).then(|| view! { <ul class="chips">{chips}</ul> })
}

fn heat(unit: Option<&Unit>, by: By, filter: &Filter, cells: Vec<Cell>) -> impl IntoView + use<> {
    let mut units: Vec<(UnitId, String, String, Sums)> = Vec::new();
    let mut groups: Vec<(String, Sums)> = Vec::new();
    let mut map: HashMap<(UnitId, String), Sums> = HashMap::new();
    for cell in cells {
        match units.iter_mut().find(|(id, ..)| *id == cell.unit) {
            Some((.., sums)) => *sums += cell.sums,
            None => units.push((cell.unit, cell.unit_code, cell.unit_name, cell.sums)),
        }
        match groups.iter_mut().find(|(group, _)| *group == cell.group) {
            Some((_, sums)) => *sums += cell.sums,
            None => groups.push((cell.group.clone(), cell.sums)),
        }
        map.insert((cell.unit, cell.group), cell.sums);
    }
    let bad =
        |sums: &Sums| std::cmp::Reverse((sums.counts.of(Verdict::Cannot), sums.counts.of(Verdict::Poorly)));
    units.sort_by(|one, other| bad(&one.3).cmp(&bad(&other.3)).then_with(|| one.1.cmp(&other.1)));
    groups.sort_by(|one, other| bad(&one.1).cmp(&bad(&other.1)).then_with(|| one.0.cmp(&other.0)));
    let words = |group: &str| match (by, group.parse::<PowerType>()) {
        (By::Type, Ok(power_type)) => say(&power_type.message()),
        _ if group.is_empty() => t("field-unknown"),
        _ => group.to_owned(),
    };
    let counted = filter.verdict.unwrap_or(Verdict::Cannot);
    let heads: Vec<_> =
        groups.iter().map(|(group, _)| view! { <th scope="col">{words(group)}</th> }).collect();
    let rows: Vec<_> = units
        .into_iter()
        .map(|(id, _, name, sums)| {
            let is_own = unit.is_some_and(|unit| unit.id == id);
            let row: Vec<_> = groups
                .iter()
                .map(|(group, _)| {
                    let sums = map.get(&(id, group.clone())).copied();
                    view! { <td>{sums.map(|sums| heat_cell(id, &name, group, &words(group), by, counted, filter, sums))}</td> }
                })
                .collect();
            let to = if is_own { format!("/units/{id}") } else { format!("/board?unit={id}") };
            let shown = if is_own { say(&Message::new("board-own").with("unit", name.as_str())) } else { name.clone() };
            view! {
                <tr>
                    <th scope="row"><a href=to>{shown}</a></th>
                    {row}
                    <td class="bars">
                        <ParityBars
                            people=sums.staff.fraction()
                            money=sums.money.fraction()
                            training=sums.training.fraction()
                            means=sums.means.fraction()
                        />
                    </td>
                </tr>
            }
        })
        .collect();
    let caption =
        say(&Message::new(if filter.verdict.is_some() { "board-caption-one" } else { "board-caption" })
            .with("verdict", counted.message()));
    view! {
        <section class="card heat">
            <div class="cap">
                <h2>{t("board-map")}</h2>
                <small>{caption}</small>
            </div>
            <div class="scroll" tabindex="0" role="region" aria-label=t("board-map")>
                <table>
                    <caption class="hidden">{t("board-map")}</caption>
                    <thead>
                        <tr>
                            <th scope="col">{t("col-unit")}</th>
                            {heads}
                            <th scope="col" class="bars">{t("col-parity")}</th>
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        </section>
    }
}

#[expect(clippy::too_many_arguments, reason = "a cell stands where all of these meet")]
fn heat_cell(
    unit: UnitId,
    unit_name: &str,
    group: &str,
    group_words: &str,
    by: By,
    counted: Verdict,
    filter: &Filter,
    sums: Sums,
) -> impl IntoView + use<> {
    let (number, all) = (sums.counts.of(counted), sums.counts.all());
    let class = match counted {
        Verdict::Cannot if number * 2 >= all && number > 0 => "c3",
        Verdict::Cannot if number > 0 => "c2",
        Verdict::Cannot if sums.counts.of(Verdict::Poorly) + sums.counts.of(Verdict::Idle) > 0 => "c1",
        Verdict::Cannot => "c0",
        _ => "c1",
    };
    let unit = unit.to_string();
    let mut known = params(filter);
    known.retain(|(name, _)| *name != "unit" && *name != if by == By::Type { "type" } else { "field" });
    let group = if group.is_empty() { NO_FIELD } else { group };
    let group_param = if by == By::Type { ("type", group) } else { ("field", group) };
    let known = known.iter().map(|(name, value)| (*name, value.as_str()));
    let to = href("/assignments", known.chain([("unit", unit.as_str()), group_param]));
    let label = Message::new("board-cell")
        .with("unit", unit_name)
        .with("group", group_words)
        .with("number", number)
        .with("all", all)
        .with("verdict", counted.message());
    let of = filter.verdict.is_none().then(|| format!(" /{}", count(all)));
    view! {
        <a class=format!("cell {class}") href=to>
            <b>{count(number)}</b>
            {of.map(|of| view! { <small>{of}</small> })}
            <span class="hidden">{say(&label)}</span>
        </a>
    }
}
