//! Where on the site a block stands, and whether hidden content is a collapsed panel, which readers can open.

use capmap_model::Role;
use ego_tree::NodeRef;
use scraper::Node;
use scraper::node::Element;
use std::collections::BTreeSet;

/// The role that an element gives to what is inside; none where it gives none.
pub(super) fn role_of(node: NodeRef<'_, Node>, element: &Element, within: Role) -> Option<Role> {
    if within == Role::Banner {
        return None;
    }
    if is_banner(node, element) {
        return Some(Role::Banner);
    }
    let at_page_level = || {
        !node.ancestors().any(|a| {
            a.value()
                .as_element()
                .is_some_and(|e| matches!(e.name(), "article" | "main" | "section" | "aside" | "td"))
        })
    };
    match (element.name(), element.attr("role").unwrap_or("")) {
        ("main", _) | (_, "main") => Some(Role::Main),
        ("nav", _) | (_, "navigation" | "menu" | "menubar") => Some(Role::Nav),
        // A hero with the page's first heading is body, whatever element it is put in.
        ("header", _) | (_, "banner") if at_page_level() => (!has_heading(node)).then_some(Role::Header),
        ("footer", _) | (_, "contentinfo") if at_page_level() => Some(Role::Footer),
        ("aside", _) | (_, "complementary") => Some(Role::Aside),
        ("div" | "ul" | "ol" | "section", _) if within == Role::Main => by_name(element),
        _ => None,
    }
}

fn has_heading(node: NodeRef<'_, Node>) -> bool {
    node.descendants().take(400).any(|d| d.value().as_element().is_some_and(|e| e.name() == "h1"))
}

/// Id and class names, in small letters.
fn names(element: &Element) -> impl Iterator<Item = String> + '_ {
    element.id().into_iter().chain(element.classes()).map(str::to_ascii_lowercase)
}

fn by_name(element: &Element) -> Option<Role> {
    names(element).find_map(|name| match name.as_str() {
        "nav" | "navbar" | "navigation" | "menu" | "main-menu" | "site-nav" | "breadcrumb"
        | "breadcrumbs" | "nav-menu" => Some(Role::Nav),
        "footer" | "site-footer" | "page-footer" | "global-footer" => Some(Role::Footer),
        "site-header" | "masthead" | "topbar" | "top-bar" | "global-header" => Some(Role::Header),
        "sidebar" | "side-bar" => Some(Role::Aside),
        "toc" | "table-of-contents" => Some(Role::Contents),
        _ => None,
    })
}

/// Cookie banners and dialogs. A page about cookies has a main heading inside and is no banner.
fn is_banner(node: NodeRef<'_, Node>, element: &Element) -> bool {
    if matches!(element.attr("role"), Some("dialog" | "alertdialog")) {
        return true;
    }
    let signs = ["cookie", "consent", "onetrust", "gdpr", "cybot"];
    let named = names(element).any(|n| signs.iter().any(|s| n.contains(s)));
    named && !matches!(element.name(), "html" | "body" | "main" | "article") && !has_heading(node)
}

/// Ids that buttons and tabs open.
pub(super) fn controlled(element: &Element, into: &mut BTreeSet<String>) {
    for attr in ["aria-controls", "data-target", "data-bs-target"] {
        let ids = element.attr(attr).unwrap_or("").split_whitespace();
        into.extend(ids.map(|id| id.trim_start_matches('#').to_owned()));
    }
    if let Some(id) = element
        .attr("href")
        .and_then(|h| h.strip_prefix('#'))
        .filter(|_| element.attr("aria-expanded").is_some())
    {
        into.insert(id.to_owned());
    }
}

/// True where hidden content is an accordion, a tab or the like: a visitor opens it with a click.
pub(super) fn is_panel(element: &Element, controlled: &BTreeSet<String>) -> bool {
    let signs =
        ["accordion", "tab", "collaps", "panel", "faq", "toggle", "expand", "carousel", "slide", "swiper"];
    element.attr("role") == Some("tabpanel")
        || element.id().is_some_and(|id| controlled.contains(id))
        || names(element).any(|n| signs.iter().any(|s| n.contains(s)))
}

/// Text for screen readers only, by the names that frameworks give it.
pub(super) fn is_for_screen_readers(element: &Element) -> bool {
    names(element).any(|n| {
        matches!(n.as_str(), "sr-only" | "visually-hidden" | "visuallyhidden" | "screen-reader-text")
    })
}
