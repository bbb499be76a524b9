//! Addresses of the pages: each place can be linked to.

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

/// Safe as one part of a path or a query.
pub(crate) fn encode(text: &str) -> String {
    utf8_percent_encode(text, NON_ALPHANUMERIC).to_string()
}

pub(crate) fn item(id: &str) -> String {
    format!("/i/{}", encode(id))
}

pub(crate) fn capability(slug: &str) -> String {
    format!("/c/{}", encode(slug))
}

/// A document, at a block where one is given (counted from 0), with an item marked.
pub(crate) fn document(source: &str, item: Option<&str>, block: Option<usize>) -> String {
    let mut link = format!("/document?source={}", encode(source));
    if let Some(item) = item {
        link.push_str(&format!("&item={}", encode(item)));
    }
    if let Some(block) = block {
        link.push_str(&format!("&block={block}#b{block}"));
    }
    link
}

/// The picture of a page, or with `places` the frames around an item's words on it.
pub(crate) fn picture(source: &str, page: u32, item: Option<&str>, places: bool) -> String {
    let what = if places { "places.svg" } else { "page.png" };
    let item = item.map(|id| format!("&item={}", encode(id))).unwrap_or_default();
    format!("/{what}?source={}&page={page}{item}", encode(source))
}

pub(crate) fn original(source: &str) -> String {
    format!("/original?source={}", encode(source))
}

/// Passages that might have been missed for a criterion, and the search for others.
pub(crate) fn nearest(slug: &str) -> String {
    format!("/search?criterion={}", encode(slug))
}

/// The form that makes a passage count for a criterion.
pub(crate) fn add(source: &str, start: usize, end: usize, criterion: Option<&str>) -> String {
    let criterion = criterion.map(|c| format!("&criterion={}", encode(c))).unwrap_or_default();
    format!("/add?source={}&start={start}&end={end}{criterion}", encode(source))
}
