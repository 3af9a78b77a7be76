//! The header's links: those that a role uses most stand by themselves, the others in a few groups.

use crate::request::{Cx, t};
use crate::shell::Nav;
use access::Action;
use domain::duty::Role;
use leptos::prelude::*;

/// A link: where it leads, its words, and what it asks for.
type Link = (Nav, &'static str, &'static str, Action);

/// The groups with their links, from what is handed down to how the system is run.
const GROUPS: [(&str, &[Link]); 5] = [
    (
        "nav-group-powers",
        &[
            (Nav::Board, "/board", "nav-board", Action::AssignmentRead),
            (Nav::Powers, "/powers", "nav-powers", Action::PowerRead),
            (Nav::Catalogues, "/catalogues", "nav-catalogues", Action::PowerRead),
        ],
    ),
    (
        "nav-group-devolve",
        &[
            (Nav::Assign, "/assignments/new", "nav-assign", Action::AssignmentCreate),
            (Nav::Proposals, "/proposals", "nav-proposals", Action::ProposalRead),
            (Nav::Takeovers, "/takeovers", "nav-takeovers", Action::ProposalRead),
            (Nav::Papers, "/papers", "nav-papers", Action::PaperRead),
        ],
    ),
    (
        "nav-group-cases",
        &[
            (Nav::Cases, "/cases", "nav-cases", Action::CaseRead),
            (Nav::Handoffs, "/handoffs", "nav-handoffs", Action::HandoffRead),
            (Nav::Indicators, "/indicators", "nav-indicators", Action::IndicatorRead),
        ],
    ),
    (
        "nav-group-people",
        &[
            (Nav::Units, "/units", "nav-units", Action::UnitRead),
            (Nav::People, "/people", "nav-people", Action::PersonRead),
            (Nav::Register, "/register", "nav-register", Action::RegisterRead),
            (Nav::Separation, "/separation", "nav-separation", Action::SeparationRead),
            (Nav::Who, "/who", "nav-who", Action::HolderAsk),
        ],
    ),
    (
        "nav-group-system",
        &[
            (Nav::Import, "/import", "nav-import", Action::FileImport),
            (Nav::Rules, "/rules", "nav-rules", Action::ThresholdsRead),
            (Nav::Audit, "/audit", "nav-audit", Action::AuditRead),
            (Nav::Letters, "/letters", "nav-letters", Action::LetterRead),
            (Nav::Accounts, "/accounts", "nav-accounts", Action::AccountRead),
            (Nav::Claims, "/claims", "nav-claims", Action::ClaimChange),
        ],
    ),
];

/// What each role uses most, in its order. Who has several roles sees what the first of them does.
const FIRST: [(Role, &[Nav]); 9] = [
    (Role::Organization, &[Nav::Board, Nav::Proposals, Nav::Takeovers]),
    (Role::Manager, &[Nav::Board, Nav::Proposals, Nav::Takeovers]),
    (Role::Supervisor, &[Nav::Handoffs, Nav::Cases, Nav::Board]),
    (Role::Approver, &[Nav::Cases, Nav::Board]),
    (Role::Handler, &[Nav::Cases, Nav::Board]),
    (Role::Trainer, &[Nav::People, Nav::Board]),
    (Role::Leader, &[Nav::Board, Nav::Indicators, Nav::Proposals]),
    (Role::Auditor, &[Nav::Audit, Nav::Separation, Nav::Register]),
    (Role::Administrator, &[Nav::Accounts, Nav::Import, Nav::Letters]),
];

/// The links of a header.
#[derive(Debug, PartialEq)]
struct Menu {
    /// By themselves.
    first: Vec<Link>,
    /// In groups, none of which is empty.
    groups: Vec<(&'static str, Vec<Link>)>,
}

/// What stands in the header of whoever has roles and may follow some of the links.
fn menu(roles: &[Role], may: impl Fn(&Link) -> bool) -> Menu {
    let wanted = FIRST.iter().find(|(role, _)| roles.contains(role)).map_or(&[][..], |(_, wanted)| wanted);
    let all = || GROUPS.iter().flat_map(|(_, links)| links.iter()).filter(|link| may(link));
    let first = wanted.iter().filter_map(|nav| all().find(|link| link.0 == *nav)).copied().collect();
    let groups = GROUPS
        .iter()
        .map(|(key, links)| {
            let rest = links.iter().filter(|link| may(link) && !wanted.contains(&link.0));
            (*key, rest.copied().collect::<Vec<_>>())
        })
        .filter(|(_, links)| !links.is_empty())
        .collect();
    Menu { first, groups }
}

/// The links of a page's header; `here` is the part of the site that the page belongs to.
pub fn links(cx: &Cx, here: Option<Nav>) -> impl IntoView + use<> {
    let rights = cx.signed.as_ref().map(|signed| &signed.rights);
    let roles: Vec<Role> =
        rights.map(|rights| rights.grants.iter().map(|grant| grant.role).collect()).unwrap_or_default();
    let may = |link: &Link| cx.may(link.3) && (link.0 != Nav::Claims || cx.state.oidc.is_some());
    let Menu { first, groups } = menu(&roles, may);
    let first: Vec<_> = first.into_iter().map(|each| link(each, here)).collect();
    let groups: Vec<_> = groups.into_iter().map(|(key, links)| group(key, links, here)).collect();
    let is_empty = first.is_empty() && groups.is_empty();
    // Where there is little room, the links show while this is open; without script, too.
    let fold =
        (!is_empty).then(|| view! { <details class="fold"><summary>{t("nav-menu")}</summary></details> });
    view! { {fold} <nav aria-label=t("nav-label")>{first} {groups}</nav> }
}

fn link((nav, path, key, _): Link, here: Option<Nav>) -> impl IntoView + use<> {
    view! { <a href=path aria-current=(here == Some(nav)).then_some("page")>{t(key)}</a> }
}

/// A group opens without script; of several, the browser keeps one open. One link needs no group.
fn group(key: &'static str, links: Vec<Link>, here: Option<Nav>) -> AnyView {
    if let [only] = links.as_slice() {
        return link(*only, here).into_any();
    }
    let is_here = links.iter().any(|each| here == Some(each.0));
    let items: Vec<_> = links.into_iter().map(|each| view! { <li>{link(each, here)}</li> }).collect();
    view! {
        <details name="nav">
            <summary aria-current=is_here.then_some("true")>{t(key)}</summary>
            <ul>{items}</ul>
        </details>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all() -> Vec<Nav> {
        GROUPS.iter().flat_map(|(_, links)| links.iter().map(|link| link.0)).collect()
    }

    fn shown(menu: &Menu) -> Vec<Nav> {
        let grouped = menu.groups.iter().flat_map(|(_, links)| links);
        menu.first.iter().chain(grouped).map(|link| link.0).collect()
    }

    #[test]
    fn every_link_stands_there_once_for_each_role() {
        for role in Role::ALL {
            let menu = menu(&[*role], |_| true);
            let shown = shown(&menu);
            assert_eq!(shown.len(), all().len(), "{role}");
            assert!(all().iter().all(|nav| shown.contains(nav)), "{role}");
            assert!(menu.first.len() + menu.groups.len() <= 8, "{role}");
        }
    }

    #[test]
    fn what_may_not_be_followed_is_not_there() {
        let menu = menu(&[Role::Auditor], |link| matches!(link.0, Nav::Audit | Nav::Units));
        assert_eq!(shown(&menu), [Nav::Audit, Nav::Units]);
        assert_eq!(menu.groups.len(), 1);
    }
}
