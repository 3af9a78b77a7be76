//! A sheet as it is printed: A4, the head of its table on each page, black and white.

use leptos::prelude::*;
use papers::{Block, Sheet, Table};

/// The sheet.
pub fn sheet(sheet: &Sheet) -> impl IntoView + use<> {
    let opening: Vec<_> = sheet.opening.iter().map(|text| view! { <p>{text.clone()}</p> }).collect();
    let clauses: Vec<_> = sheet
        .clauses
        .iter()
        .map(|clause| view! { <h3>{clause.head.clone()}</h3> <p>{clause.text.clone()}</p> })
        .collect();
    let is_single = sheet.blocks.len() == 1;
    let blocks: Vec<_> = sheet.blocks.iter().map(block).collect();
    let desk: Vec<_> = sheet.desk.iter().map(|text| view! { <span>{text.clone()}</span> }).collect();
    let addressee = sheet.addressee.clone();
    view! {
        <article class="paper" lang=sheet.lang.clone() aria-labelledby="paper-title">
            <h2 id="paper-title">{sheet.title.clone()}</h2>
            <p class="paper-number">{sheet.number.clone()}</p>
            {(!addressee.is_empty()).then(|| view! { <p class="paper-to">{addressee}</p> })}
            {opening}
            {table(&sheet.table)}
            {clauses}
            <div class="paper-blocks" class:single=is_single>{blocks}</div>
            <div class="paper-desk">{desk}</div>
        </article>
    }
}

fn table(table: &Table) -> impl IntoView + use<> {
    let heads: Vec<_> = table
        .columns
        .iter()
        .enumerate()
        .map(|(place, column)| {
            view! { <th scope="col" class=format!("column-{place}")>{column.head.clone()}</th> }
        })
        .collect();
    let rows: Vec<_> = table
        .rows
        .iter()
        .map(|row| {
            let cells: Vec<_> = row
                .iter()
                .zip(&table.columns)
                .map(|(text, column)| view! { <td class:middle=column.is_centred>{text.clone()}</td> })
                .collect();
            view! { <tr>{cells}</tr> }
        })
        .collect();
    let name = table.caption.clone();
    view! {
        <div class="scroll" tabindex="0" role="region" aria-label=name>
            <table>
                <caption class="hidden">{table.caption.clone()}</caption>
                <thead><tr>{heads}</tr></thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
}

fn block(block: &Block) -> impl IntoView + use<> {
    let lines: Vec<_> = block.lines.iter().map(|line| view! { <p>{line.clone()}</p> }).collect();
    view! {
        <section>
            <p><b>{block.unit.clone()}</b></p>
            <p class="paper-seal">{block.head.clone()}</p>
            {lines}
        </section>
    }
}
