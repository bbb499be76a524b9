//! Questions about one element and what is in it.

use ego_tree::NodeRef;
use scraper::Node;
use scraper::node::Element;

/// Elements whose content is no text of the page.
pub(super) fn is_skipped(name: &str) -> bool {
    SKIPPED.contains(&name)
}

/// Elements that begin and end a block; so do unknown ones, which are components of a framework.
pub(super) fn is_block(name: &str) -> bool {
    BLOCKS.contains(&name) || TABLE_PARTS.contains(&name) || name.contains('-')
}

const SKIPPED: [&str; 21] = [
    "script", "style", "template", "noscript", "head", "svg", "iframe", "object", "select", "datalist",
    "textarea", "video", "audio", "canvas", "map", "embed", "input", "picture", "progress", "meter", "img",
];
const BLOCKS: [&str; 41] = [
    "address",
    "article",
    "aside",
    "blockquote",
    "body",
    "center",
    "dd",
    "details",
    "dialog",
    "dir",
    "div",
    "dl",
    "dt",
    "fieldset",
    "figcaption",
    "figure",
    "footer",
    "form",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "header",
    "hgroup",
    "hr",
    "html",
    "legend",
    "li",
    "main",
    "menu",
    "nav",
    "ol",
    "p",
    "pre",
    "section",
    "summary",
    "table",
    "ul",
    "button",
];
const TABLE_PARTS: [&str; 7] = ["caption", "tbody", "td", "tfoot", "th", "thead", "tr"];

pub(super) fn heading_level(node: NodeRef<'_, Node>, element: &Element, outer: u8) -> u8 {
    match element.name() {
        "h1" => 1,
        "h2" => 2,
        "h3" => 3,
        "h4" => 4,
        "h5" => 5,
        "h6" => 6,
        "summary" if !has_heading(node) => 6,
        _ if element.attr("role") == Some("heading") => {
            element.attr("aria-level").and_then(|l| l.parse().ok()).unwrap_or(2).clamp(1, 6)
        }
        _ => outer,
    }
}

pub(super) fn is_element(node: NodeRef<'_, Node>, names: &[&str]) -> bool {
    node.value().as_element().is_some_and(|e| names.contains(&e.name()))
}

pub(super) fn has_heading(node: NodeRef<'_, Node>) -> bool {
    node.descendants().take(200).any(|d| is_element(d, &["h1", "h2", "h3", "h4", "h5", "h6"]))
}

/// True where an element holds words and no blocks: an icon's name rather than a part of the page.
pub(super) fn holds_only_text(node: NodeRef<'_, Node>) -> bool {
    !node.descendants().skip(1).take(50).any(|d| is_element(d, &BLOCKS) || is_element(d, &["a"]))
}

/// Links side by side are set apart by style, not by spaces.
pub(super) fn follows_link(node: NodeRef<'_, Node>) -> bool {
    node.prev_sibling().is_some_and(|p| is_element(p, &["a"]))
}

/// Tables that only place things on the page.
pub(super) fn is_layout(node: NodeRef<'_, Node>, element: &Element) -> bool {
    if matches!(element.attr("role"), Some("presentation" | "none")) {
        return true;
    }
    let mut inside = node.descendants().skip(1).take(500);
    let has_th = node.descendants().take(500).any(|d| is_element(d, &["th"]));
    !has_th && inside.any(|d| is_element(d, &["table", "h1", "h2", "nav", "form"]))
}
