//! Which paragraph or outer item introduces a list, and so governs all its items.

use super::interrupts;
use capmap_model::{Block, BlockKind};

/// Sets every item's `lead_in`.
pub(super) fn link(blocks: &mut [Block], text: &str) {
    let mut body = Lists::default();
    let mut apart = Lists::default();
    for index in 0..blocks.len() {
        let lists = if interrupts(blocks[index].role) { &mut apart } else { &mut body };
        let (before, rest) = blocks.split_at_mut(index);
        let words = text.get(rest[0].span.start..rest[0].span.end).unwrap_or("");
        match &mut rest[0].kind {
            BlockKind::Item { depth, number, lead_in } => {
                *lead_in = lists.item(index, *depth, number.as_deref())
            }
            BlockKind::Paragraph => lists.paragraph(index, words),
            _ => lists.end(),
        }
        debug_assert!(before.len() == index);
    }
}

/// The lists that are open at one place of the document.
#[derive(Default)]
struct Lists {
    /// One per depth, outermost first.
    open: Vec<OpenItem>,
    /// A paragraph that introduces what follows.
    intro: Option<usize>,
    /// A paragraph stood after the last item: the list goes on only where the numbers do.
    broken: bool,
}

struct OpenItem {
    block: usize,
    depth: u8,
    number: Option<u32>,
    lead_in: Option<usize>,
}

impl Lists {
    fn item(&mut self, block: usize, depth: u8, number: Option<&str>) -> Option<usize> {
        let number = number.and_then(ordinal);
        if self.broken && !self.goes_on(depth, number) {
            self.open.clear();
        }
        self.broken = false;
        while self.open.last().is_some_and(|o| o.depth > depth) {
            self.open.pop();
        }
        let lead_in = match self.open.last() {
            Some(same) if same.depth == depth => same.lead_in,
            Some(outer) => Some(outer.block),
            None => self.intro,
        };
        self.open.retain(|o| o.depth < depth);
        self.open.push(OpenItem { block, depth, number, lead_in });
        lead_in
    }

    fn goes_on(&self, depth: u8, number: Option<u32>) -> bool {
        let same = self.open.iter().find(|o| o.depth == depth);
        self.intro.is_none() && same.is_some_and(|o| o.number.is_some() && o.number.map(|n| n + 1) == number)
    }

    fn paragraph(&mut self, block: usize, words: &str) {
        self.intro = introduces(words).then_some(block);
        self.broken = true;
    }

    fn end(&mut self) {
        *self = Lists::default();
    }
}

/// `7`, `g` and `vii` as 7; letters are read as letters unless they can only be Roman.
fn ordinal(number: &str) -> Option<u32> {
    let last = number.rsplit('.').next().unwrap_or(number);
    if let Ok(n) = last.parse::<u32>() {
        return (n < 10_000).then_some(n);
    }
    let mut chars = last.chars();
    let first = chars.next()?.to_ascii_lowercase();
    (chars.next().is_none() && first.is_ascii_lowercase()).then(|| u32::from(first) - u32::from('a') + 1)
}

/// True where a paragraph announces a list: it ends in a colon, or its last sentence says so.
fn introduces(words: &str) -> bool {
    let words = words.trim_end();
    if words.ends_with([':', '：', '—', '–']) {
        return true;
    }
    let ends = crate::structure::sentence_ends(words);
    let last_start = ends.len().checked_sub(2).map_or(0, |i| ends[i]);
    let last = words.get(last_start..).unwrap_or("").to_lowercase();
    [
        "the following",
        "as follows",
        "listed below",
        "set out below",
        "described below",
        "these include",
        "are below",
    ]
    .iter()
    .any(|phrase| last.contains(phrase))
}
