//! Web pages: the whole DOM in order, with a role per block, so that menus and banners are demoted and nothing is cut.
//!
//! Article extractors drop lists, cards and accordions, which is what service pages are made of; so every element is
//! walked. Size, depth and attributes are checked before the parser sees the page, because its time grows with the square
//! of the depth.

mod element;
mod prescan;
mod role;
mod style;
mod table;
mod walk;

use crate::assemble::{Raw, Reading};
use crate::{Limits, Options, charset};
use capmap_model::{Failure, FailureKind};
use scraper::{Html, Node};

/// Reads a page or an HTML mail part.
pub(crate) fn read(bytes: &[u8], options: &Options) -> Result<Reading, Failure> {
    let decoded = charset::decode(bytes, options.charset.as_deref(), true);
    let page = prescan::scan(&decoded.text, &options.limits)?;
    let dom = Html::parse_document(&page.markup);
    let facts = Facts::of(&dom);
    let mut reading = walk::walk(&dom, options.limits.deadline())?;
    reading.notes.extend(decoded.note);
    reading.title = facts.title;
    reading.language = facts.language;
    let words: usize = reading.raw.iter().map(|r| r.text.split_whitespace().count()).sum();
    if words < SHELL_WORDS
        && page.scripts > 0
        && (facts.app_root || page.script_bytes > 20_000)
        && !has_rows(&reading.raw)
    {
        let detail =
            "the page is built by JavaScript; open it in a browser, save it, and pass the saved file";
        return Err(Failure::new(FailureKind::NeedsBrowser, detail));
    }
    Ok(reading)
}

/// Fewer words than this, with scripts and an empty root element, are a shell.
const SHELL_WORDS: usize = 30;

fn has_rows(raw: &[Raw]) -> bool {
    raw.iter().any(|r| matches!(r.kind, crate::assemble::RawKind::Row { .. }))
}

/// Blocks of a piece of HTML inside another format. Pieces that exceed a limit are left out and told.
pub(crate) fn fragment(markup: &str, limits: &Limits) -> Result<Vec<Raw>, Failure> {
    let page = prescan::scan(markup, limits)?;
    let dom = Html::parse_fragment(&page.markup);
    walk::walk(&dom, limits.deadline()).map(|reading| reading.raw)
}

/// What the page says of itself.
struct Facts {
    title: Option<String>,
    language: Option<String>,
    /// An element into which scripts put the page.
    app_root: bool,
}

impl Facts {
    fn of(dom: &Html) -> Facts {
        let mut facts = Facts { title: None, language: None, app_root: false };
        for node in dom.tree.nodes() {
            let Node::Element(element) = node.value() else { continue };
            match element.name() {
                "html" => facts.language = element.attr("lang").and_then(primary_language),
                "title" if facts.title.is_none() => {
                    facts.title =
                        node.first_child().and_then(|t| t.value().as_text().map(|t| t.trim().to_owned()));
                }
                _ => {}
            }
            let id = element.id().unwrap_or("");
            facts.app_root |=
                ["root", "app", "__next", "__nuxt", "react-root", "main-app", "svelte"].contains(&id);
            facts.app_root |= element.name() == "app-root";
        }
        facts
    }
}

fn primary_language(tag: &str) -> Option<String> {
    let primary = tag.split(['-', '_']).next()?.trim().to_ascii_lowercase();
    (2..=3).contains(&primary.len()).then_some(primary)
}

#[cfg(test)]
mod tests;
