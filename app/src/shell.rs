//! What surrounds every page: head, header, footer.

use crate::i18n::Lang;
use crate::request::{Cx, href, lang_of_page, say, t};
use domain::Message;
use domain::duty::Post;
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
    /// Catalogue work.
    Catalogues,
    /// Units.
    Units,
    /// Assigning.
    Assign,
    /// Proposals, their approval and adjustments.
    Proposals,
    /// Take-overs.
    Takeovers,
    /// Papers.
    Papers,
    /// Cases.
    Cases,
    /// Hand-offs to the supervising side.
    Handoffs,
    /// Indicators of the reform.
    Indicators,
    /// Both sides of every power in every unit.
    Register,
    /// Rules of separation.
    Separation,
    /// Claims of the OpenID provider.
    Claims,
    /// Files.
    Import,
    /// Thresholds.
    Rules,
    /// People and what they hold.
    People,
    /// Accounts.
    Accounts,
    /// Who could.
    Who,
    /// Audit trail.
    Audit,
    /// Letters.
    Letters,
}

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
                <script type="module" src=assets.script nonce=cx.nonce.text().to_owned()></script>
            </head>
            <body>
                <a class="skip" href="#main">{t("skip-to-main")}</a>
                <header class="bar">
                    <div class="wrap top">
                        <a class="brand" href="/" aria-current=(nav == Some(Nav::Home)).then_some("page")>
                            {t("brand")}
                        </a>
                        {crate::nav::links(cx, nav)}
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
                {acting(cx)}
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
                <footer class="wrap foot"></footer>
            </body>
        </html>
    };
    // Leptos ends every text with a mark, which a title would show.
    format!("<!DOCTYPE html>{}", html.to_html().replacen("<!></title>", "</title>", 1))
}

/// Under the header: who has signed in, in which post he acts and until when, and the other posts, a click each.
fn acting(cx: &Cx) -> Option<impl IntoView + use<>> {
    let signed = cx.signed.as_ref().filter(|signed| !signed.is_half)?;
    let rights = &signed.rights;
    let now = rights.post.as_ref().map_or_else(|| t("acting-none"), post);
    let others: Vec<_> = rights.others.iter().map(|other| switch(other, &cx.address)).collect();
    let is_support = rights.support.is_some();
    let name = rights.name.clone();
    let unread = signed.unread;
    Some(view! {
        <div class="acting">
            <div class="wrap">
                <span><b>{name}</b> " " <small>{t("acting-as")}</small> " " {now}</span>
                {is_support.then(|| view! { <span class="tag poorly" data-mark="◧">{t("acting-support")}</span> })}
                {(!others.is_empty())
                    .then(|| view! { <span class="others"><small>{t("acting-switch")}</small> {others}</span> })}
                <span class="push">
                    <a href="/inbox">
                        {t("inbox")}
                        {(unread > 0)
                            .then(|| {
                                let words = say(&Message::new("inbox-unread").with("count", unread));
                                view! { " " <b class="unread">{unread}</b> <span class="hidden">{words}</span> }
                            })}
                    </a>
                    <a href="/account">{t("account")}</a>
                    <form method="post" action="/sign-out"><button class="link">{t("sign-out")}</button></form>
                </span>
            </div>
        </div>
    })
}

/// A post in words: unit, name, for whom, until when.
fn post(post: &Post) -> String {
    let mut words = format!("{} {}", post.unit_name, post.name);
    if let Some((_, name)) = &post.principal {
        words = format!("{words} · {}", say(&Message::new("acting-for").with("name", name.as_str())));
    }
    if let Some(until) = post.until {
        words = format!("{words} · {}", say(&Message::new("until").with("date", lang_of_page().date(until))));
    }
    words
}

fn switch(other: &Post, back: &str) -> impl IntoView + use<> {
    let deputyship = other.deputyship.map(|id| id.to_string()).unwrap_or_default();
    view! {
        <form method="post" action="/acting">
            <input type="hidden" name="appointment" value=other.appointment.to_string() />
            <input type="hidden" name="deputyship" value=deputyship />
            <input type="hidden" name="back" value=back.to_owned() />
            <button class="link">{post(other)}</button>
        </form>
    }
}
