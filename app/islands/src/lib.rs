#![doc = include_str!("../README.md")]

use leptos::prelude::*;
use wasm_bindgen::{JsCast, closure::Closure};

/// Narrows the rows of a table while one types. Shows itself only where scripts run.
#[island]
pub fn QuickFilter(
    /// What the field is called.
    label: String,
    /// Identifier of the `tbody`.
    rows: String,
) -> impl IntoView {
    let awake = RwSignal::new(false);
    Effect::new(move |_| awake.set(true));
    let narrow = move |event| narrow(&rows, &event_target_value(&event).trim().to_lowercase());
    view! {
        <label class="quick" hidden=move || !awake.get()>
            <span>{label}</span>
            <input type="search" on:input=narrow />
        </label>
    }
}

fn narrow(rows: &str, typed: &str) {
    let Some(body) = document().get_element_by_id(rows) else {
        return;
    };
    let rows = body.children();
    for place in 0..rows.length() {
        let Some(row) = rows.item(place).and_then(|row| row.dyn_into::<web_sys::HtmlElement>().ok()) else {
            continue;
        };
        let text = row.text_content().unwrap_or_default().to_lowercase();
        row.set_hidden(!text.contains(typed));
    }
}

/// Applies a filter form as soon as one of its choices changes. Without script its button does.
#[island]
pub fn ApplyOnChange(
    /// Identifier of the form.
    form: String,
) -> impl IntoView {
    Effect::new(move |_| {
        let Some(form) = document().get_element_by_id(&form) else {
            return;
        };
        let Ok(form) = form.dyn_into::<web_sys::HtmlFormElement>() else {
            return;
        };
        let submitted = form.clone();
        let apply = Closure::<dyn FnMut()>::new(move || {
            let _ = submitted.request_submit();
        });
        let _ = form.add_event_listener_with_callback("change", apply.as_ref().unchecked_ref());
        // The page goes away with it.
        apply.forget();
    });
}
