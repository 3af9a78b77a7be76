//! Builds the browser side, so that plain `cargo run` makes one self-contained binary.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

/// Set this to anything to leave the browser side out (for editors, which check on every keystroke).
const SKIP: &str = "BATON_SKIP_BROWSER";
const TARGET: &str = "wasm32-unknown-unknown";

fn main() {
    let server = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").expect("cargo sets it"));
    let root = server.parent().expect("the server lies in the workspace").to_path_buf();
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets it"));

    for watched in ["app/islands", "app/hydrate", "app/domain", "Cargo.toml", "Cargo.lock", "style"] {
        println!("cargo::rerun-if-changed={}", root.join(watched).display());
    }
    println!("cargo::rerun-if-env-changed={SKIP}");

    let (script, wasm) =
        if env::var_os(SKIP).is_some() { (Vec::new(), Vec::new()) } else { browser_side(&root, &out) };
    let style = style_sheet(&root.join("style")).into_bytes();
    embed(&out, &[("baton.js", script), ("baton.wasm", wasm), ("baton.css", style)]);
}

/// One style sheet from the files of `style/`, in the order of their names.
fn style_sheet(folder: &Path) -> String {
    let mut files: Vec<PathBuf> = fs::read_dir(folder)
        .expect("style/ is there")
        .map(|entry| entry.expect("style/ is readable").path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "css"))
        .collect();
    files.sort();
    files.iter().map(|file| fs::read_to_string(file).expect("style files are UTF-8")).collect()
}

/// Writes files for `include_bytes!` and tells the hash of them all, which becomes part of their addresses, so
/// that browsers keep them for ever and still see each change.
fn embed(out: &Path, files: &[(&str, Vec<u8>)]) {
    use std::hash::{DefaultHasher, Hasher};
    let mut hasher = DefaultHasher::new();
    for (name, content) in files {
        hasher.write(content);
        fs::write(out.join(name), content).expect("OUT_DIR is writable");
    }
    println!("cargo::rustc-env=BATON_HASH={:016x}", hasher.finish());
}

/// Loads what stands beside the script and wakes each island by the function that bears its name.
const START: &str = r#"
__wbg_init({ module_or_path: new URL("baton.wasm", import.meta.url) })
  .then(() => import(import.meta.url))
  .then((islands) => {
    for (const island of document.querySelectorAll("leptos-island")) islands[island.dataset.component]?.(island);
  });
"#;

fn browser_side(root: &Path, out: &Path) -> (Vec<u8>, Vec<u8>) {
    ensure_target();
    // A target folder of its own, because the outer cargo holds the lock of its own one; one for all
    // profiles, so that debug, release and clippy share it.
    let target = target_folder(out).join("browser");
    let mut cargo = Command::new(env::var_os("CARGO").expect("cargo sets it"));
    cargo
        .args(["build", "--package", "hydrate", "--target", TARGET, "--profile", "browser", "--locked"])
        .arg("--target-dir")
        .arg(&target)
        .current_dir(root);
    // What the outer cargo set for the host must not reach the browser's build.
    for (name, _) in env::vars_os() {
        let name = name.to_string_lossy();
        if name.starts_with("CARGO_ENCODED")
            || name.starts_with("CARGO_CFG_")
            || name == "RUSTFLAGS"
            || name == "RUSTC_WORKSPACE_WRAPPER"
            || name == "RUSTC_WRAPPER"
        {
            cargo.env_remove(&*name);
        }
    }
    let status = cargo.status().expect("cargo starts");
    assert!(status.success(), "the browser side did not build; its messages stand above");

    let site = out.join("site");
    wasm_bindgen_cli_support::Bindgen::new()
        .input_path(target.join(TARGET).join("browser/hydrate.wasm"))
        .web(true)
        .expect("the web mode exists")
        .typescript(false)
        .omit_default_module_path(false)
        .remove_name_section(true)
        .remove_producers_section(true)
        .out_name("baton")
        .generate(&site)
        .expect("wasm-bindgen accepts what the same version compiled");
    let read = |name: &str| fs::read(site.join(name)).expect("wasm-bindgen wrote it");
    let mut script = read("baton.js");
    script.extend_from_slice(START.as_bytes());
    (script, read("baton_bg.wasm"))
}

/// The target folder that holds OUT_DIR (`<target>/<profile>/build/<package>/out`).
fn target_folder(out: &Path) -> PathBuf {
    out.ancestors().nth(4).expect("OUT_DIR lies four folders deep").to_path_buf()
}

fn ensure_target() {
    let rustc = env::var_os("RUSTC").expect("cargo sets it");
    let libraries = Command::new(rustc)
        .args(["--print", "target-libdir", "--target", TARGET])
        .output()
        .expect("rustc starts");
    let folder = String::from_utf8_lossy(&libraries.stdout).trim().to_owned();
    if Path::new(&folder).is_dir() {
        return;
    }
    let added = Command::new("rustup").args(["target", "add", TARGET]).status();
    assert!(
        added.is_ok_and(|status| status.success()),
        "Baton's pages need the Rust target {TARGET}, which is missing and could not be added.\n\
         Add it with `rustup target add {TARGET}` (or your distribution's package for it) and build again.",
    );
}
