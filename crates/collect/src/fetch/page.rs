//! What a page says to programs: where it leads, and what it asks of those who keep it.

use crate::address::joined;
use html5gum::{DefaultEmitter, StartTag, Token, Tokenizer};
use std::collections::BTreeSet;
use url::Url;

/// Links beyond this are not looked at: no page for people has so many.
const MOST_LINKS: usize = 5_000;

/// A page as a visitor by program sees it.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct PageFacts {
    /// Where it leads, in order, each once.
    pub links: Vec<Url>,
    /// Asks not to be kept in indexes.
    pub noindex: bool,
}

/// What `meta robots` or `X-Robots-Tag` ask.
#[derive(Debug, Default, Clone, Copy, PartialEq)]
pub(crate) struct Wishes {
    pub noindex: bool,
    pub nofollow: bool,
}

impl Wishes {
    /// Of a list of words: `noindex, nofollow`, `none`, each perhaps after `agent:`.
    pub(crate) fn of(value: &str, agent: &str) -> Wishes {
        let mut wishes = Wishes::default();
        let mut ours = true;
        for part in value.split(',') {
            let word = match part.split_once(':') {
                Some((name, word)) if !is_timed(name) => {
                    ours = name.trim().eq_ignore_ascii_case(agent);
                    word
                }
                _ => part,
            };
            let word = word.trim().to_ascii_lowercase();
            wishes.noindex |= ours && matches!(word.as_str(), "noindex" | "none");
            wishes.nofollow |= ours && matches!(word.as_str(), "nofollow" | "none");
        }
        wishes
    }

    pub(crate) fn and(self, other: Wishes) -> Wishes {
        Wishes { noindex: self.noindex || other.noindex, nofollow: self.nofollow || other.nofollow }
    }
}

/// Words that have a value of their own and are no agent's name.
fn is_timed(name: &str) -> bool {
    let name = name.trim().to_ascii_lowercase();
    name == "unavailable_after" || name.starts_with("max-")
}

/// Reads a page's tags. `wishes` came with the answer's head.
pub(crate) fn facts(html: &[u8], address: &Url, agent: &str, wishes: Wishes) -> PageFacts {
    let mut emitter = DefaultEmitter::default();
    emitter.naively_switch_states(true);
    let mut page = Reader { base: address.clone(), based: false, wishes, links: Vec::new() };
    for Ok(token) in Tokenizer::new_with_emitter(html, emitter) {
        if let Token::StartTag(tag) = token {
            page.tag(&tag, agent);
        }
        if page.links.len() >= MOST_LINKS {
            break;
        }
    }
    page.finish()
}

struct Reader {
    base: Url,
    based: bool,
    wishes: Wishes,
    links: Vec<Url>,
}

impl Reader {
    fn tag(&mut self, tag: &StartTag<()>, agent: &str) {
        let value = |name: &str| {
            let value = tag.attributes.get(name.as_bytes())?;
            Some(String::from_utf8_lossy(value).into_owned())
        };
        match &tag.name[..] {
            b"base" if !self.based => {
                let base = value("href").and_then(|href| self.base.join(&href).ok());
                self.based = base.is_some();
                self.base = base.unwrap_or_else(|| self.base.clone());
            }
            b"meta" => {
                let name = value("name").unwrap_or_default().to_ascii_lowercase();
                if name == "robots" || name == agent {
                    self.wishes = self.wishes.and(Wishes::of(&value("content").unwrap_or_default(), agent));
                }
            }
            b"a" | b"area" => {
                let nofollow = value("rel").is_some_and(|r| r.to_ascii_lowercase().contains("nofollow"));
                let href = value("href").filter(|href| !nofollow && !href.trim().starts_with('#'));
                self.links.extend(href.and_then(|href| joined(&self.base, &href).ok()));
            }
            b"iframe" | b"frame" => {
                self.links.extend(value("src").and_then(|src| joined(&self.base, &src).ok()));
            }
            _ => {}
        }
    }

    fn finish(self) -> PageFacts {
        let mut seen = BTreeSet::new();
        let mut links = self.links;
        links.retain(|url| seen.insert(url.clone()));
        if self.wishes.nofollow {
            links.clear();
        }
        PageFacts { links, noindex: self.wishes.noindex }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(html: &str, header: &str) -> PageFacts {
        let address = Url::parse("https://example.com/a/b").unwrap();
        facts(html.as_bytes(), &address, "capmap", Wishes::of(header, "capmap"))
    }

    fn links(html: &str) -> Vec<String> {
        read(html, "").links.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn links_as_a_browser_sees_them() {
        let html = "<!-- <a href=/no> --><script>'<a href=\"/no\">'</script><a href=c#x>1</a><A HREF='/d?x=1&amp;y=2'>\
                    <a href=c>again</a><a href=\"mailto:x@y\"><a href='javascript:x()'><a href=#top><a rel='nofollow' href=/n>";
        assert_eq!(links(html), ["https://example.com/a/c", "https://example.com/d?x=1&y=2"]);
        assert_eq!(links("<base href=/z/><a href=c>"), ["https://example.com/z/c"]);
        assert_eq!(links("<title><a href=/no></title><textarea><a href=/no></textarea><a href=/y"), [""; 0]);
    }

    #[test]
    fn wishes_from_head_and_page() {
        assert!(read("<meta name=ROBOTS content='max-snippet:5, NoIndex'>", "").noindex);
        assert!(read("<a href=/x>", "none").noindex && read("<a href=/x>", "nofollow").links.is_empty());
        assert!(read("", "capmap: noindex").noindex && !read("", "otherbot: noindex, nofollow").noindex);
        assert!(!read("<meta name=description content=noindex>", "").noindex);
    }
}
