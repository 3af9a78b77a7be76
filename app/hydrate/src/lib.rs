//! The browser bundle: wakes the islands and nothing else.

// A cdylib that does not name its crate exports none of its islands.
use islands as _;

#[wasm_bindgen::prelude::wasm_bindgen(start)]
pub fn hydrate() {
    leptos::mount::hydrate_islands();
}
