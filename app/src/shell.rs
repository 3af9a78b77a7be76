//! What surrounds every page: head, header, footer.

use crate::i18n::Lang;
use crate::request::{Cx, href, t};
use leptos::prelude::*;

/// The parts of the site that the header leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Nav {
    /// First page.
    Home,
    /// Gap board and its lists.
    Board,
    /// Catalogue.
    Powers,
    /// Units.
    Units,
    /// Assigning.
    Assign,
    /// Files.
    Import,
    /// Thresholds.
    Rules,
}

const LINKS: [(Nav, &str, &str); 6] = [
    (Nav::Board, "/board", "nav-board"),
    (Nav::Powers, "/powers", "nav-powers"),
    (Nav::Units, "/units", "nav-units"),
    (Nav::Assign, "/assignments/new", "nav-assign"),
    (Nav::Import, "/import", "nav-import"),
    (Nav::Rules, "/rules", "nav-rules"),
];

/// The whole document.
pub fn document(cx: &Cx, nav: Option<Nav>, title: &str, body: AnyView) -> String {
    let assets = cx.state.assets;
    let html = view! {
        <html lang=cx.lang.tag()>
            <head>
                <meta charset="utf-8" />
                <meta name="viewport" content="width=device-width, initial-scale=1" />
                <meta name="color-scheme" content="light dark" />
                <title>{format!("{title} · {}", t("brand"))}</title>
                <link rel="icon" href="data:," />
                <link rel="stylesheet" href=assets.style />
                <script type="module" src=assets.script></script>
            </head>
            <body>
                <a class="skip" href="#main">{t("skip-to-main")}</a>
                <header class="bar">
                    <div class="wrap top">
                        <a class="brand" href="/" aria-current=(nav == Some(Nav::Home)).then_some("page")>
                            {t("brand")}
                        </a>
                        <nav aria-label=t("nav-label")>
                            {LINKS
                                .map(|(each, path, key)| {
                                    view! {
                                        <a href=path aria-current=(nav == Some(each)).then_some("page")>
                                            {t(key)}
                                        </a>
                                    }
                                })}
                        </nav>
                        <div class="languages">
                            {Lang::ALL
                                .map(|lang| {
                                    let to = href(&format!("/language/{}", lang.tag()), [("back", cx.address.as_str())]);
                                    view! {
                                        <a href=to lang=lang.tag() aria-current=(lang == cx.lang).then_some("true")>
                                            {lang.own_name()}
                                        </a>
                                    }
                                })}
                        </div>
                    </div>
                </header>
                <main id="main" class="wrap" tabindex="-1">
                    {body}
                </main>
                <div class="wrap sign">
                    <span>{t("sign-document")}</span>
                    <span>{t("sign-unit")}</span>
                    <span>{t("sign-filled-by")}</span>
                    <span>{t("sign-checked-by")}</span>
                    <span>{t("sign-date")}</span>
                </div>
                <footer class="wrap foot">
                    <p>{t("foot-loopback")}</p>
                </footer>
            </body>
        </html>
    };
    // Leptos ends every text with a mark, which a title would show.
    format!("<!DOCTYPE html>{}", html.to_html().replacen("<!></title>", "</title>", 1))
}
