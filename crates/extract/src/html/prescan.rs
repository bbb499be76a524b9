//! A linear look at the markup before the parser: counts what the parser is slow on, and takes out comments and scripts.

use crate::Limits;
use capmap_model::Failure;

/// Markup that is safe to parse.
pub(super) struct Page {
    /// Without comments and the bodies of scripts.
    pub markup: String,
    /// Number of scripts.
    pub scripts: usize,
    /// Bytes of inline scripts.
    pub script_bytes: usize,
}

/// Checks the limits and strips scripts and comments.
pub(super) fn scan(text: &str, limits: &Limits) -> Result<Page, Failure> {
    let mut scan = Scan {
        text,
        limits,
        page: Page { markup: String::new(), scripts: 0, script_bytes: 0 },
        depth: 0,
        tags: 0,
    };
    let mut at = 0;
    while let Some(open) = text[at..].find('<').map(|i| at + i) {
        scan.page.markup.push_str(&text[at..open]);
        at = scan.markup_at(open)?;
        let size = scan.page.markup.len() as u64;
        Limits::check(size, limits.html_bytes, "html_bytes", "the page's size in bytes")?;
    }
    scan.page.markup.push_str(&text[at..]);
    let size = scan.page.markup.len() as u64;
    Limits::check(size, limits.html_bytes, "html_bytes", "the page's size in bytes")?;
    Ok(scan.page)
}

struct Scan<'a> {
    text: &'a str,
    limits: &'a Limits,
    page: Page,
    depth: u64,
    tags: u64,
}

impl Scan<'_> {
    /// Handles what begins with `<` at `open` and returns where to go on.
    fn markup_at(&mut self, open: usize) -> Result<usize, Failure> {
        let rest = &self.text[open..];
        if let Some(comment) = rest.strip_prefix("<!--") {
            return Ok(comment
                .find("-->")
                .map_or(self.text.len(), |i| open + "<!--".len() + i + "-->".len()));
        }
        let is_end = rest.starts_with("</");
        let name_at = if is_end { 2 } else { 1 };
        let name_len =
            rest[name_at..].find(|c: char| !c.is_ascii_alphanumeric() && c != '-' && c != ':').unwrap_or(0);
        if name_len == 0 {
            self.page.markup.push('<');
            return Ok(open + 1);
        }
        let name = rest[name_at..name_at + name_len].to_ascii_lowercase();
        let end = self.tag_end(open + name_at + name_len)?;
        self.page.markup.push_str(&self.text[open..end]);
        self.count(&name, is_end, self.text[open..end].ends_with("/>"))?;
        if name == "script" && !is_end {
            return Ok(self.skip_script(end));
        }
        Ok(end)
    }

    /// Finds the `>` of a tag, outside quotes, and counts its attributes.
    fn tag_end(&self, from: usize) -> Result<usize, Failure> {
        let mut quote = None;
        let mut attributes = 0;
        let mut gap = false;
        let mut after_equals = false;
        for (i, b) in self.text.as_bytes()[from..].iter().enumerate() {
            match (quote, b) {
                (Some(q), b) if q == *b => quote = None,
                (Some(_), _) => {}
                (None, b'>') => return Ok(from + i + 1),
                (None, b'"' | b'\'') if after_equals => quote = Some(*b),
                (None, b) if b.is_ascii_whitespace() || *b == b'/' => gap = true,
                (None, _) if gap => {
                    attributes += 1;
                    gap = false;
                }
                _ => {}
            }
            after_equals = *b == b'=' || (after_equals && b.is_ascii_whitespace());
            if attributes > self.limits.html_attributes {
                Limits::check(
                    attributes,
                    self.limits.html_attributes,
                    "html_attributes",
                    "an element's number of attributes",
                )?;
            }
        }
        Ok(self.text.len())
    }

    fn count(&mut self, name: &str, is_end: bool, self_closing: bool) -> Result<(), Failure> {
        self.tags += 1;
        Limits::check(self.tags, self.limits.html_nodes, "html_nodes", "the number of tags")?;
        if closes_itself(name) || self_closing {
            return Ok(());
        }
        self.depth = if is_end { self.depth.saturating_sub(1) } else { self.depth + 1 };
        Limits::check(self.depth, self.limits.html_depth, "html_depth", "the depth of nested elements")
    }

    fn skip_script(&mut self, from: usize) -> usize {
        let body = &self.text[from..];
        let end = find_ignoring_case(body, "</script").unwrap_or(body.len());
        self.page.scripts += 1;
        self.page.script_bytes += end;
        from + end
    }
}

/// Elements that have no end tag, or whose end tag people leave out.
fn closes_itself(name: &str) -> bool {
    const NAMES: [&str; 28] = [
        "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source",
        "track", "wbr", "p", "li", "dt", "dd", "tr", "td", "th", "thead", "tbody", "tfoot", "option",
        "optgroup", "html", "body",
    ];
    NAMES.contains(&name)
}

fn find_ignoring_case(hay: &str, needle: &str) -> Option<usize> {
    let (hay, needle) = (hay.as_bytes(), needle.as_bytes());
    hay.windows(needle.len()).position(|w| w.eq_ignore_ascii_case(needle))
}
