//! Styles: which are headings, which carry a number, which hide their text.

use crate::xml::{Token, Xml};
use capmap_model::Failure;
use std::collections::BTreeMap;

/// What a style says that matters here; `None` where it leaves the matter to its parent.
#[derive(Debug, Clone, Default)]
pub(super) struct Style {
    name: String,
    based_on: Option<String>,
    outline: Option<u8>,
    num_id: Option<i64>,
    num_level: Option<u8>,
    bold: Option<bool>,
    vanish: Option<bool>,
}

/// All styles by id.
#[derive(Debug, Default)]
pub(super) struct Styles {
    styles: BTreeMap<String, Style>,
    /// The document's primary language.
    pub language: Option<String>,
}

/// Longest chain of parents that is followed: longer ones are circles.
const CHAIN: usize = 32;

impl Styles {
    pub(super) fn read(mut xml: Xml<'_>) -> Result<Styles, Failure> {
        let mut styles = Styles::default();
        let mut open: Option<(String, Style)> = None;
        let mut in_conditional = 0;
        while let Some(token) = xml.next()? {
            match token {
                Token::Open(e) if e.name == "style" => {
                    open = Some((e.attr("styleId").unwrap_or_default(), Style::default()));
                }
                Token::Open(e) if e.name == "tblStylePr" => in_conditional += usize::from(!e.name.is_empty()),
                Token::Open(e) if e.name == "lang" && open.is_none() => {
                    styles.language =
                        e.attr("val").and_then(|l| l.split('-').next().map(str::to_ascii_lowercase));
                }
                Token::Open(e) => {
                    if let Some((_, style)) = open.as_mut().filter(|_| in_conditional == 0) {
                        style.property(&e.name, e.attr("val"), e.is_on());
                    }
                }
                Token::Close(name) if name == "tblStylePr" => {
                    in_conditional = in_conditional.saturating_sub(1)
                }
                Token::Close(name) if name == "style" => {
                    if let Some((id, style)) = open.take() {
                        styles.styles.insert(id, style);
                    }
                }
                _ => {}
            }
        }
        Ok(styles)
    }

    /// A style and its parents, nearest first.
    fn chain<'a>(&'a self, id: &'a str) -> impl Iterator<Item = &'a Style> {
        std::iter::successors(self.styles.get(id), |s| s.based_on.as_deref().and_then(|p| self.styles.get(p)))
            .take(CHAIN)
    }

    fn find<'a, T>(&'a self, id: &'a str, get: impl Fn(&'a Style) -> Option<T>) -> Option<T> {
        self.chain(id).find_map(get)
    }

    /// Outline level from 0; none for body text.
    pub(super) fn outline(&self, id: &str) -> Option<u8> {
        let by_level = self.find(id, |s| s.outline);
        let by_name = || self.chain(id).find_map(|s| level_in_name(&s.name));
        by_level.or_else(by_name).filter(|&level| level < 9)
    }

    /// Number list and level that the style carries.
    pub(super) fn numbering(&self, id: &str) -> (Option<i64>, Option<u8>) {
        (self.find(id, |s| s.num_id), self.find(id, |s| s.num_level))
    }

    /// Ids of the style and its parents: a level of a list may name any of them.
    pub(super) fn ids<'a>(&'a self, id: &'a str) -> Vec<&'a str> {
        let parent = |id: &&'a str| self.styles.get(*id).and_then(|s| s.based_on.as_deref());
        std::iter::successors(Some(id), parent).take(CHAIN).collect()
    }

    pub(super) fn bold(&self, id: &str) -> bool {
        self.find(id, |s| s.bold).unwrap_or(false)
    }

    pub(super) fn vanish(&self, id: &str) -> bool {
        self.find(id, |s| s.vanish).unwrap_or(false)
    }

    /// Lines of a table of contents.
    pub(super) fn is_contents(&self, id: &str) -> bool {
        let name = self.styles.get(id).map_or("", |s| s.name.as_str());
        name.starts_with("toc ") || name == "table of figures"
    }

    /// The document's title.
    pub(super) fn is_title(&self, id: &str) -> bool {
        self.chain(id).any(|s| s.name == "title")
    }
}

impl Style {
    fn property(&mut self, name: &str, val: Option<String>, on: bool) {
        let level = || val.as_deref().and_then(|v| v.parse::<u8>().ok());
        match name {
            "name" => self.name = val.unwrap_or_default().to_lowercase(),
            "basedOn" => self.based_on = val,
            "outlineLvl" => self.outline = level(),
            "numId" => self.num_id = val.and_then(|v| v.parse().ok()),
            "ilvl" => self.num_level = level(),
            "b" => self.bold = Some(on),
            "vanish" => self.vanish = Some(on),
            _ => {}
        }
    }
}

/// `heading 2` is level 1 counted from 0, in files whose styles state no outline level.
fn level_in_name(name: &str) -> Option<u8> {
    let digits = name.strip_prefix("heading ")?;
    digits.split_whitespace().next()?.parse::<u8>().ok()?.checked_sub(1)
}
