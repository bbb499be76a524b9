//! Links to words on a page: the text directive (`#:~:text=...`) that a browser resolves to exactly the cited words.
//!
//! A directive is worked out the way browsers look for it (WICG "Scroll to Text Fragment"): words, not bytes, without
//! regard to case; `start,end` over several blocks, each within one; the first match on the page wins. One that the
//! page's own text does not resolve to the cited place is never given out.

use crate::{BlockKind, Document, Span};

/// Quotes of at most so many words in one block are given whole.
const WHOLE: usize = 12;
/// Words at each end of a longer quote, and words before and after it, that are tried at most.
const ENDS: std::ops::RangeInclusive<usize> = 3..=8;
const AROUND: [usize; 4] = [0, 2, 4, 7];

/// What stands after `#:~:text=`, percent-encoded; none where no directive leads to `span` alone.
pub(crate) fn directive(document: &Document, span: Span) -> Option<String> {
    let page = Page::of(document);
    let (first, last) = page.words_in(span)?;
    let mut tried = Vec::new();
    if last - first < WHOLE && page.same_unit(first, last) {
        tried.push((page.text(first, last), None));
    }
    for ends in ENDS {
        let (start, end) = (page.within(first, first + ends - 1), page.within_back(last, ends - 1));
        if start < end {
            tried.push((page.text(first, start), Some(page.text(end, last))));
        }
    }
    for around in AROUND {
        for (start, end) in &tried {
            let before = around.checked_sub(1).and_then(|n| page.before(first, n));
            let after = around.checked_sub(1).and_then(|n| page.after(last, n));
            let directive = Directive { before, start: start.clone(), end: end.clone(), after };
            if page.find(&directive) == Some((first, last)) {
                return Some(directive.encoded());
            }
        }
    }
    None
}

/// The words of a page in order, as a browser sees them.
struct Page<'a> {
    words: Vec<Word<'a>>,
    /// All words in small letters, one space between two of a unit, a line break between units.
    folded: String,
}

struct Word<'a> {
    text: &'a str,
    /// Where it stands in the document's text.
    span: Span,
    /// Counts the places that no search string may cross: blocks, cells, lines.
    unit: usize,
    /// Where it begins in `folded`.
    at: usize,
}

struct Directive {
    before: Option<String>,
    start: String,
    end: Option<String>,
    after: Option<String>,
}

impl<'a> Page<'a> {
    fn of(document: &'a Document) -> Page<'a> {
        let mut page = Page { words: Vec::new(), folded: String::new() };
        let mut unit = 0;
        for block in &document.blocks {
            let text = document.slice(block.span);
            let mut at = block.span.start + marker(&block.kind, text);
            for line in document.slice(Span::new(at, block.span.end)).split(['\n', '\t']) {
                unit += 1;
                page.add(line, at, unit);
                at += line.len() + 1;
            }
        }
        page
    }

    fn add(&mut self, line: &'a str, from: usize, unit: usize) {
        for text in line.split_whitespace() {
            let start = from + (text.as_ptr() as usize - line.as_ptr() as usize);
            let gap = if self.words.last().is_some_and(|w| w.unit == unit) { ' ' } else { '\n' };
            self.folded.push(gap);
            let at = self.folded.len();
            self.folded.push_str(&fold(text));
            self.words.push(Word { text, span: Span::new(start, start + text.len()), unit, at });
        }
    }

    /// The first and the last word of a span.
    fn words_in(&self, span: Span) -> Option<(usize, usize)> {
        let first = self.words.partition_point(|w| w.span.end <= span.start);
        let after = self.words.partition_point(|w| w.span.start < span.end);
        (first < after).then(|| (first, after - 1))
    }

    fn same_unit(&self, a: usize, b: usize) -> bool {
        self.words[a].unit == self.words[b].unit
    }

    /// The word `to`, or the last before it in the unit of `from`.
    fn within(&self, from: usize, to: usize) -> usize {
        (from..=to.min(self.words.len() - 1)).take_while(|&w| self.same_unit(from, w)).last().unwrap_or(from)
    }

    fn within_back(&self, from: usize, words: usize) -> usize {
        (from.saturating_sub(words)..=from)
            .rev()
            .take_while(|&w| self.same_unit(from, w))
            .last()
            .unwrap_or(from)
    }

    /// At most `more + 1` words that stand before a word, in one unit.
    fn before(&self, word: usize, more: usize) -> Option<String> {
        let last = word.checked_sub(1)?;
        Some(self.text(self.within_back(last, more), last))
    }

    fn after(&self, word: usize, more: usize) -> Option<String> {
        let first = Some(word + 1).filter(|&w| w < self.words.len())?;
        Some(self.text(first, self.within(first, first + more)))
    }

    fn text(&self, first: usize, last: usize) -> String {
        let words: Vec<&str> = self.words[first..=last].iter().map(|w| w.text).collect();
        words.join(" ")
    }

    /// The words that a browser marks for a directive.
    fn find(&self, directive: &Directive) -> Option<(usize, usize)> {
        let mut from = 0;
        loop {
            let (start, after) = self.next_start(directive, &mut from)?;
            let end = match &directive.end {
                None => self.follows(after, directive.after.as_deref()).then_some(after),
                Some(end) => self.ends(after, end).find(|&e| self.follows(e, directive.after.as_deref())),
            };
            if let Some(end) = end {
                return Some((self.word_at(start), self.word_at(end - 1)));
            }
        }
    }

    /// The next place of the start, with what must stand before it. Moves `from` behind where it was found.
    fn next_start(&self, directive: &Directive, from: &mut usize) -> Option<(usize, usize)> {
        let start = fold(&directive.start);
        loop {
            let lead = directive.before.as_deref().map(fold);
            let at = self.next(lead.as_deref().unwrap_or(&start), *from)?;
            *from = at + 1;
            let Some(lead) = lead else { return Some((at, at + start.len())) };
            let begins = at + lead.len();
            let gap = self.folded[begins..].len() - self.folded[begins..].trim_start().len();
            if self.folded[begins + gap..].starts_with(&start) && self.bounded(begins + gap, start.len()) {
                return Some((begins + gap, begins + gap + start.len()));
            }
        }
    }

    fn ends<'s>(&'s self, from: usize, end: &str) -> impl Iterator<Item = usize> + 's {
        let end = fold(end);
        let mut from = from;
        std::iter::from_fn(move || {
            let at = self.next(&end, from)?;
            from = at + 1;
            Some(at + end.len())
        })
    }

    fn follows(&self, at: usize, after: Option<&str>) -> bool {
        let rest = self.folded[at..].trim_start();
        after.is_none_or(|after| {
            let begins = self.folded.len() - rest.len();
            let after = fold(after);
            rest.starts_with(&after) && self.bounded(begins, after.len())
        })
    }

    fn next(&self, what: &str, from: usize) -> Option<usize> {
        let mut from = from;
        loop {
            while !self.folded.is_char_boundary(from) {
                from += 1;
            }
            let at = from + self.folded.get(from..)?.find(what)?;
            if self.bounded(at, what.len()) {
                return Some(at);
            }
            from = at + 1;
        }
    }

    /// True where no word is cut at either end.
    fn bounded(&self, at: usize, length: usize) -> bool {
        let (before, inside) = (self.folded[..at].chars().next_back(), &self.folded[at..at + length]);
        let after = self.folded[at + length..].chars().next();
        let joined = |a: Option<char>, b: Option<char>| {
            a.is_some_and(char::is_alphanumeric) && b.is_some_and(char::is_alphanumeric)
        };
        !joined(before, inside.chars().next()) && !joined(inside.chars().next_back(), after)
    }

    fn word_at(&self, at: usize) -> usize {
        self.words.partition_point(|w| w.at <= at).saturating_sub(1)
    }
}

/// How much of an item is its bullet or number, which stands in no text of the page.
fn marker(kind: &BlockKind, text: &str) -> usize {
    let BlockKind::Item { .. } = kind else { return 0 };
    let mark = text.split(' ').next().unwrap_or("");
    let is_mark = !mark.chars().any(char::is_alphabetic) || (mark.len() <= 5 && mark.ends_with(['.', ')']));
    if is_mark && mark.len() < text.len() { mark.len() + 1 } else { 0 }
}

fn fold(text: &str) -> String {
    text.to_lowercase()
}

impl Directive {
    fn encoded(&self) -> String {
        let before = self.before.iter().map(|t| format!("{}-,", encode(t)));
        let end = self.end.iter().map(|t| format!(",{}", encode(t)));
        let after = self.after.iter().map(|t| format!(",-{}", encode(t)));
        before.chain([encode(&self.start)]).chain(end).chain(after).collect()
    }
}

/// Percent-encodes all but letters, digits, `.`, `_` and `~`. A dash too: in a directive it has a meaning.
fn encode(text: &str) -> String {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"._~".contains(&b);
    text.bytes().map(|b| if plain(b) { char::from(b).to_string() } else { format!("%{b:02X}") }).collect()
}

#[cfg(test)]
#[path = "fragment_tests.rs"]
mod tests;
