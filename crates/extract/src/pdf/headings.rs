//! Which blocks are headings, and of which level.
//!
//! A heading is short and set apart: larger or heavier than the body, in capitals, numbered as a clause, or named in the
//! file's outline. Levels come from the numbers where there are any, else from how the headings of the document look.

use super::blocks::{Block, Shape};
use super::line::{Line, PageLayout, Part};
use super::marker::{Marker, MarkerKind, marker};
use std::collections::HashMap;

/// How much heavier than the body a bold face is.
pub(super) const HEAVY: f32 = 1.22;
/// How much larger than the body a heading is.
const LARGE: f32 = 1.12;
/// Longest heading in characters.
const LONGEST: usize = 160;
/// Deepest level.
const DEEPEST: usize = 9;

/// What most of a document's text looks like.
#[derive(Debug, Clone, Copy)]
pub(super) struct Body {
    /// Font size in points.
    pub(super) size: f32,
    /// Weight.
    pub(super) weight: f32,
    /// Distance between baselines in font sizes.
    pub(super) leading: f32,
}

impl Body {
    /// Measures a document: the size, weight and leading of most letters.
    pub(super) fn of(pages: &[PageLayout]) -> Body {
        let lines: Vec<&Line> = pages.iter().flat_map(|p| &p.parts).filter_map(line_of).collect();
        let size = mode(lines.iter().map(|l| (l.size, l.text.len())), 0.5).unwrap_or(11.0);
        let body = || lines.iter().filter(|l| (l.size - size).abs() < 0.6);
        let weight =
            mode(body().filter(|l| l.weight > 0.0).map(|l| (l.weight, l.text.len())), 0.1).unwrap_or(1.0);
        let pairs = lines.windows(2).filter(|w| w[0].column == w[1].column && (w[0].size - size).abs() < 0.6);
        let gaps = pairs.map(|w| ((w[1].y - w[0].y) / size, 1)).filter(|g| (0.8..3.0).contains(&g.0));
        Body { size, weight, leading: mode(gaps, 0.05).unwrap_or(1.2) }
    }

    /// True where a weight is that of a bold face.
    pub(super) fn is_heavy(&self, weight: f32) -> bool {
        weight > self.weight * HEAVY
    }
}

fn line_of(part: &Part) -> Option<&Line> {
    match part {
        Part::Line(line) => Some(line),
        Part::Table(_) => None,
    }
}

/// The most frequent value, counted in steps; the mean of what fell into its step.
fn mode(values: impl Iterator<Item = (f32, usize)>, step: f32) -> Option<f32> {
    let mut counts: HashMap<i32, (usize, f32)> = HashMap::new();
    for (value, count) in values {
        let slot = counts.entry((value / step).round() as i32).or_default();
        slot.0 += count;
        slot.1 += value * count as f32;
    }
    let best = counts.into_iter().max_by(|a, b| a.1.0.cmp(&b.1.0).then(b.0.cmp(&a.0)))?;
    Some(best.1.1 / best.1.0.max(1) as f32)
}

/// Titles of the file's outline, for look-up.
pub(super) struct Outline {
    depths: HashMap<String, u8>,
}

impl Outline {
    pub(super) fn new(entries: &[(u8, String)]) -> Self {
        let mut depths = HashMap::new();
        for (depth, title) in entries {
            let key = key(title);
            if key.len() >= 3 {
                depths.entry(key).or_insert(*depth);
            }
        }
        Outline { depths }
    }

    fn depth(&self, text: &str) -> Option<u8> {
        if self.depths.is_empty() || text.len() > 300 {
            return None;
        }
        let whole = key(text);
        let rest = marker(text).map(|m| key(m.rest));
        self.depths.get(&whole).or_else(|| rest.and_then(|r| self.depths.get(&r))).copied()
    }
}

fn key(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// Turns the blocks that look like headings into headings with levels.
pub(super) fn find(blocks: &mut [Block], body: &Body, outline: &Outline) {
    for at in 0..blocks.len() {
        let next_is_text = blocks.get(at + 1).is_some_and(|b| !matches!(b.shape, Shape::Contents));
        let block = &blocks[at];
        if matches!(block.shape, Shape::Paragraph | Shape::Item { number: Some(_), .. }) {
            let depth = outline.depth(&block.text);
            if is_heading(block, body, depth, next_is_text) {
                let number = number_of(&block.text);
                blocks[at].shape = Shape::Heading { level: depth.unwrap_or(0), number };
            }
        }
    }
    set_levels(blocks, body);
}

fn number_of(text: &str) -> Option<String> {
    let Some(found) = marker(text) else {
        return number_depth(text).and_then(|_| text.split(' ').next()).map(str::to_owned);
    };
    found.number.map(|n| n.trim_end_matches('.').to_owned())
}

fn is_heading(block: &Block, body: &Body, outline: Option<u8>, before_text: bool) -> bool {
    let text = block.text.as_str();
    let found = marker(text);
    let rest = found.as_ref().map_or(text, |m| m.rest);
    let letters = rest.chars().filter(|c| c.is_alphabetic()).count();
    let words = rest.split_whitespace().count();
    if letters < 3 || text.chars().count() > LONGEST || block.lines > 4 || text.contains(['@', '•']) {
        return false;
    }
    if matches!(&found, Some(Marker { kind: MarkerKind::Bullet(_) | MarkerKind::Lower, .. })) {
        return false;
    }
    if outline.is_some() && block.lines <= 3 {
        return true;
    }
    let last = text.trim_end().chars().next_back().unwrap_or(' ');
    if matches!(last, ',' | ';') || !rest.starts_with(|c: char| !c.is_lowercase()) {
        return false;
    }
    let sentence = last == '.' && words > 4;
    let large = block.size > body.size * LARGE;
    let heavy = body.is_heavy(block.low_weight);
    let upper = rest.chars().filter(|c| c.is_uppercase()).count();
    let capitals = letters >= 4 && upper * 10 >= letters * 9;
    let clause = matches!(&found, Some(m) if matches!(m.kind, MarkerKind::Clause | MarkerKind::Named));
    let numbered =
        clause || matches!(&found, Some(m) if matches!(m.kind, MarkerKind::Decimal | MarkerKind::Upper));
    let apart = before_text && block.lines <= 2;
    (large && words <= 20 && !sentence && last != ':')
        || (large && block.size > body.size * 1.35 && words <= 24 && !sentence)
        || (heavy && words <= 14 && apart && !sentence && block.size > body.size * 0.9)
        || (capitals
            && words <= 12
            && apart
            && block.size > body.size * 0.95
            && (numbered || words >= 2 || heavy))
        || (clause && words <= 9 && apart && !matches!(last, '.' | ':' | '?') && title_case(rest))
}

/// Most words of four letters and more begin with a capital, or there are at most three words.
fn title_case(text: &str) -> bool {
    let long: Vec<&str> = text.split_whitespace().filter(|w| w.len() >= 4).collect();
    let capital = long.iter().filter(|w| w.starts_with(|c: char| !c.is_lowercase())).count();
    text.starts_with(char::is_uppercase)
        && (capital * 3 >= long.len() * 2 || text.split_whitespace().count() <= 3)
}

/// How deep a numbered heading is by its number; none where it has none.
fn number_depth(text: &str) -> Option<usize> {
    let Some(found) = marker(text) else {
        // in a heading, a number needs no punctuation: `2 Forecasting`
        let (number, rest) = text.split_once(' ')?;
        let plain = number.len() <= 2 && number.bytes().all(|b| b.is_ascii_digit());
        return (plain && rest.starts_with(char::is_uppercase)).then_some(1);
    };
    match found.kind {
        MarkerKind::Clause => {
            Some(found.number?.split('.').filter(|p| !p.is_empty() && *p != "0").count().max(1))
        }
        MarkerKind::Named | MarkerKind::Decimal | MarkerKind::Upper => Some(1),
        _ => None,
    }
}

/// A heading's look: larger first, then heavier. Half points and bold or not are told apart.
fn look(block: &Block, body: &Body) -> (i32, bool) {
    (-(block.size * 2.0).round() as i32, !body.is_heavy(block.low_weight))
}

/// Levels follow from the numbers, else from the outline, else from the look. A title above all of the outline shifts it.
fn set_levels(blocks: &mut [Block], body: &Body) {
    let headings: Vec<&Block> = blocks.iter().filter(|b| matches!(b.shape, Shape::Heading { .. })).collect();
    let mut looks: Vec<(i32, bool)> = headings.iter().map(|b| look(b, body)).collect();
    looks.sort_unstable();
    looks.dedup();
    let rank = |b: &Block| looks.iter().position(|l| *l == look(b, body)).unwrap_or(0) + 1;
    // numbered headings of depth one tell where numbers begin in the ranking
    let numbered = headings.iter().filter_map(|b| number_depth(&b.text).map(|depth| (depth, rank(b))));
    let offset = numbered.map(|(depth, rank)| rank.saturating_sub(depth)).min().unwrap_or(0).min(2);
    let titled = headings.iter().any(|b| rank(b) == 1 && outlined(b) == 0);
    let shift = usize::from(titled && !headings.iter().any(|b| rank(b) == 1 && outlined(b) > 0));
    let level = |b: &Block| match (number_depth(&b.text), outlined(b)) {
        (Some(depth), _) => depth + offset,
        (None, 0) => rank(b),
        (None, depth) => usize::from(depth) + shift,
    };
    let levels: Vec<usize> = blocks.iter().map(level).collect();
    for (block, found) in blocks.iter_mut().zip(levels) {
        if let Shape::Heading { level, .. } = &mut block.shape {
            *level = found.clamp(1, DEEPEST) as u8;
        }
    }
}

/// The depth that the outline gives a heading; 0 where it gives none.
fn outlined(block: &Block) -> u8 {
    match block.shape {
        Shape::Heading { level, .. } => level,
        _ => 0,
    }
}
