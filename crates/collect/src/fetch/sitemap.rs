//! Sitemaps: lists of a site's pages, or of further such lists, as XML or as plain text, packed or not.
//!
//! Only addresses are wanted, so tags are looked for, not parsed into a tree: sitemaps in the wild are often not
//! well-formed, and one broken entry should not hide the others.

use super::body;
use crate::address::canonical;
use url::Url;

/// What a sitemap lists.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Sitemap {
    /// Pages, in order.
    pub pages: Vec<Url>,
    /// Further sitemaps.
    pub sitemaps: Vec<Url>,
}

/// Pages that one sitemap may list (sitemaps.org).
const MOST: usize = 50_000;

/// Reads a sitemap. None where the bytes are not one.
pub(crate) fn parse(bytes: &[u8], most: u64) -> Option<Sitemap> {
    let plain;
    let bytes = if bytes.starts_with(&[0x1f, 0x8b]) {
        plain = body::gzip(bytes, most).ok()?;
        &plain
    } else {
        bytes
    };
    let text = String::from_utf8_lossy(bytes);
    let text = text.trim_start_matches('\u{feff}').trim_start();
    let head: String = text.chars().take(4096).collect();
    let named = |name: &str| opens(&head, name);
    match () {
        () if named("sitemapindex") => Some(Sitemap { pages: Vec::new(), sitemaps: locations(text) }),
        () if named("urlset") => Some(Sitemap { pages: locations(text), sitemaps: Vec::new() }),
        () => lines(text),
    }
}

/// True where an element of that name opens, with or without a prefix.
fn opens(text: &str, name: &str) -> bool {
    let ends = |rest: &str| rest.starts_with(|c: char| c.is_whitespace() || c == '>' || c == '/');
    text.match_indices(name).any(|(at, _)| {
        let before = &text[..at];
        let prefix = before.rfind('<').map(|open| &before[open + 1..]);
        prefix.is_some_and(|p| p.is_empty() || (p.ends_with(':') && !p.contains(char::is_whitespace)))
            && ends(&text[at + name.len()..])
    })
}

/// The contents of all `loc` elements directly in an entry; those of images and videos have other prefixes.
fn locations(text: &str) -> Vec<Url> {
    let mut found = Vec::new();
    for piece in text.split('<') {
        let content = piece.strip_prefix("loc>").or_else(|| piece.strip_prefix("sm:loc>"));
        match content {
            // CDATA stands behind the next `<`.
            Some(content) if content.trim().is_empty() => found.push(None),
            Some(content) => found.push(canonical(&entities(content)).ok()),
            None => {
                if let (Some(open @ None), Some(data)) = (found.last_mut(), piece.strip_prefix("![CDATA[")) {
                    *open = canonical(data.split("]]>").next().unwrap_or("")).ok();
                }
            }
        }
        if found.len() > MOST {
            break;
        }
    }
    found.into_iter().flatten().take(MOST).collect()
}

fn entities(text: &str) -> String {
    let text = text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&apos;", "'");
    text.replace("&#38;", "&").replace("&#x26;", "&").replace("&amp;", "&")
}

/// One address per line and nothing else.
fn lines(text: &str) -> Option<Sitemap> {
    let lines = || text.lines().map(str::trim).filter(|l| !l.is_empty());
    let is_address = |l: &str| l.starts_with("http://") || l.starts_with("https://");
    if lines().next().is_none() || !lines().take(MOST).all(|l| is_address(l) && !l.contains(' ')) {
        return None;
    }
    Some(Sitemap {
        pages: lines().take(MOST).filter_map(|l| canonical(l).ok()).collect(),
        sitemaps: Vec::new(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pages(text: &str) -> Vec<String> {
        parse(text.as_bytes(), 1000).unwrap().pages.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn every_common_form() {
        let xml = "<?xml version='1.0'?>\n<!-- x --><urlset xmlns='x'><url><loc>\n https://a.example/?x=1&amp;y=2 </loc>\
                   <image:image><image:loc>https://a.example/i.png</image:loc></image:image></url>\
                   <url><loc><![CDATA[https://a.example/b]]></loc></url><url><loc>broken</loc></url></urlset>";
        assert_eq!(pages(xml), ["https://a.example/?x=1&y=2", "https://a.example/b"]);
        assert_eq!(pages("\u{feff}https://a.example/x\n\nhttps://a.example/y\n").len(), 2);
        let index =
            parse(b"<sitemapindex><sitemap><loc>https://a.example/s.xml</loc></sitemap></sitemapindex>", 9);
        assert_eq!(index.unwrap().sitemaps.len(), 1);
    }

    #[test]
    fn a_page_is_no_sitemap() {
        assert_eq!(parse(b"<html><body>a urlset is a list</body></html>", 9), None);
        assert_eq!(parse(b"", 9), None);
        assert_eq!(parse(b"see https://a.example/", 9), None);
    }
}
