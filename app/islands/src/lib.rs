#![doc = include_str!("../README.md")]

use leptos::prelude::*;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Event, HtmlElement, HtmlFormElement, HtmlInputElement};

// The body of an island runs once when the browser wakes it. Neither of these changes what it shows by itself,
// so they speak to the document directly: signals and effects would double what the browser loads.

/// Narrows the rows of a table while one types. Shows itself only where scripts run.
#[island]
pub fn QuickFilter(
    /// What the field is called.
    label: String,
    /// Identifier of the `tbody`.
    rows: String,
) -> impl IntoView {
    if is_browser() {
        show("quick");
        listen("quick", "input", move |event| {
            let field = event.target().and_then(|target| target.dyn_into::<HtmlInputElement>().ok());
            narrow(&rows, &field.map(|field| field.value()).unwrap_or_default().trim().to_lowercase());
        });
    }
    view! {
        <label class="quick" id="quick" hidden>
            <span>{label}</span>
            <input type="search" />
        </label>
    }
}

/// Applies a filter form as soon as one of its choices changes. Without script its button does.
#[island]
pub fn ApplyOnChange(
    /// Identifier of the form.
    form: String,
) -> impl IntoView {
    if is_browser() {
        listen(&form, "change", |event| {
            let form = event.current_target().and_then(|target| target.dyn_into::<HtmlFormElement>().ok());
            if let Some(form) = form {
                let _ = form.request_submit();
            }
        });
    }
}

fn element(id: &str) -> Option<HtmlElement> {
    document().get_element_by_id(id)?.dyn_into().ok()
}

fn show(id: &str) {
    if let Some(element) = element(id) {
        element.set_hidden(false);
    }
}

fn listen(id: &str, event: &str, answer: impl FnMut(Event) + 'static) {
    let Some(element) = element(id) else { return };
    let answer: JsValue = Closure::<dyn FnMut(Event)>::new(answer).into_js_value();
    let _ = element.add_event_listener_with_callback(event, answer.unchecked_ref());
}

fn narrow(rows: &str, typed: &str) {
    let Some(body) = element(rows) else { return };
    let rows = body.children();
    for place in 0..rows.length() {
        let Some(row) = rows.item(place).and_then(|row| row.dyn_into::<HtmlElement>().ok()) else { continue };
        let text = row.text_content().unwrap_or_default().to_lowercase();
        row.set_hidden(!text.contains(typed));
    }
}
