//! Lines, tables and what both are made of: the result of one page's layout.

use super::bidi;
use super::ink::Box4;
use super::marker::{Marker, MarkerKind, marker};
use super::words::{Segment, Word};
use capmap_model::Role;

/// One line of running text within its column.
#[derive(Debug, Clone)]
pub(super) struct Line {
    /// Its words, parted by single spaces, in reading order.
    pub(super) text: String,
    /// Left end.
    pub(super) x0: f32,
    /// Right end.
    pub(super) x1: f32,
    /// A bullet is drawn before it.
    pub(super) dotted: bool,
    /// Where the words after a bullet or number begin.
    pub(super) text_x: f32,
    /// Baseline.
    pub(super) y: f32,
    /// Largest font size of more than a word or of all of it.
    pub(super) size: f32,
    /// Mean weight of its letters; 0 where unknown.
    pub(super) weight: f32,
    /// The weight that a quarter of its letters stays under: heavy only where all of it is.
    pub(super) low_weight: f32,
    /// Weight of its first word with letters.
    pub(super) first_weight: f32,
    /// Width of its first word.
    pub(super) first_width: f32,
    /// Its column's left and right end.
    pub(super) column: [f32; 2],
    /// Came from a text recogniser.
    pub(super) ocr: bool,
    /// Marked as page furniture by the producer.
    pub(super) artifact: bool,
    /// Where on the page it stands.
    pub(super) role: Role,
}

/// A table of one page.
#[derive(Debug, Clone)]
pub(super) struct Table {
    /// Where it stands.
    pub(super) area: Box4,
    /// Left end of each column.
    pub(super) columns: Vec<f32>,
    /// Rows from top to bottom.
    pub(super) rows: Vec<TableRow>,
    /// Came from a text recogniser.
    pub(super) ocr: bool,
    /// Where on the page it stands.
    pub(super) role: Role,
}

/// A row: as many cells as the table has columns.
#[derive(Debug, Clone)]
pub(super) struct TableRow {
    /// Lines of each cell; a cell that spans columns or rows stands in the first, the others are empty.
    pub(super) cells: Vec<Vec<String>>,
    /// Looks like column headers: heavier, or on another ground.
    pub(super) header: bool,
    /// Mean weight of its letters.
    pub(super) weight: f32,
    /// One cell over the whole width.
    pub(super) spans: bool,
}

/// What stands in a column, from top to bottom.
#[derive(Debug, Clone)]
pub(super) enum Part {
    /// A line of text.
    Line(Line),
    /// A table.
    Table(Table),
}

/// One page after layout, in reading order.
#[derive(Debug, Default)]
pub(super) struct PageLayout {
    /// Counted from 1.
    pub(super) number: u32,
    /// Height in points as shown.
    pub(super) height: f32,
    /// Lines and tables.
    pub(super) parts: Vec<Part>,
}

impl Line {
    /// The bullet or number that it begins with.
    pub(super) fn marker(&self) -> Option<Marker<'_>> {
        let drawn = Marker { number: None, kind: MarkerKind::Bullet('•'), rest: &self.text };
        if self.dotted { Some(drawn) } else { marker(&self.text) }
    }

    /// A line of the segments of one row, given from left to right.
    pub(super) fn of(segments: &[Segment], column: [f32; 2]) -> Option<Line> {
        let mut words: Vec<&Word> = segments.iter().flat_map(|s| &s.words).collect();
        let base = segments.iter().max_by(|a, b| width(a).total_cmp(&width(b)))?;
        bidi::order(&mut words, |w| w.text.as_str());
        let text = join_words(&words);
        let first = words.first()?;
        let body = words.iter().position(|w| w.text.chars().any(char::is_alphanumeric)).unwrap_or(0);
        let marker = super::marker::has_marker(&text) && words.len() > body + 1;
        let after_marker = if marker { words.iter().find(|w| w.x0 > first.x1) } else { None };
        Some(Line {
            x0: segments.iter().map(|s| s.dot.unwrap_or(s.x0)).fold(f32::MAX, f32::min),
            dotted: segments.first().is_some_and(|s| s.dot.is_some()),
            x1: segments.iter().map(|s| s.x1).fold(f32::MIN, f32::max),
            text_x: after_marker.map_or(first.x0, |w| w.x0),
            y: base.y,
            size: main_size(&words),
            weight: mean_weight(&words),
            low_weight: low_weight(&words),
            first_weight: words.iter().map(|w| w.weight).find(|&w| w > 0.0).unwrap_or(0.0),
            first_width: first.x1 - first.x0,
            column,
            ocr: words.iter().any(|w| w.ocr),
            artifact: words.iter().all(|w| w.artifact),
            role: Role::Main,
            text,
        })
    }
}

fn width(segment: &Segment) -> f32 {
    segment.x1 - segment.x0
}

/// The font size of most of a line.
fn main_size(words: &[&Word]) -> f32 {
    let mut best = (0, 0.0);
    for word in words {
        let same: usize =
            words.iter().filter(|w| (w.size - word.size).abs() < 0.3).map(|w| w.text.len()).sum();
        if same > best.0 {
            best = (same, word.size);
        }
        if words.len() > 12 {
            break;
        }
    }
    best.1
}

/// Mean weight by letters; 0 where no word has any.
pub(super) fn mean_weight(words: &[&Word]) -> f32 {
    let (mut sum, mut letters) = (0.0, 0.0);
    for word in words.iter().filter(|w| w.weight > 0.0) {
        let n = word.text.len() as f32;
        sum += word.weight * n;
        letters += n;
    }
    if letters > 0.0 { sum / letters } else { 0.0 }
}

fn low_weight(words: &[&Word]) -> f32 {
    let mut weights: Vec<(f32, usize)> =
        words.iter().filter(|w| w.weight > 0.0).map(|w| (w.weight, w.text.len())).collect();
    weights.sort_by(|a, b| a.0.total_cmp(&b.0));
    let quarter = weights.iter().map(|w| w.1).sum::<usize>() / 4;
    let mut sum = 0;
    let low = weights.iter().find(|w| {
        sum += w.1;
        sum > quarter
    });
    low.map_or(0.0, |w| w.0)
}

/// Words to text: a space where the page has one.
pub(super) fn join_words(words: &[&Word]) -> String {
    let mut text = String::with_capacity(words.iter().map(|w| w.text.len() + 1).sum());
    let mut last: Option<&Word> = None;
    for word in words {
        if last.is_some_and(|l| l.parted_from(word)) {
            text.push(' ');
        }
        if word.text.contains(['\u{fffd}', '\u{ad}']) || word.text.chars().any(is_private) {
            push_cleaned(&mut text, &word.text);
        } else {
            text.push_str(&word.text);
        }
        last = Some(word);
    }
    while text.ends_with(' ') {
        text.pop();
    }
    text
}

/// Symbol fonts give their bullets private characters or none: at the start of a line they are bullets, elsewhere nothing.
fn push_cleaned(text: &mut String, word: &str) {
    let alone = word.chars().count() == 1;
    for (i, c) in word.char_indices() {
        match c {
            '\u{fffd}' if alone && text.trim_end().is_empty() => text.push('•'),
            '\u{fffd}' => {}
            '\u{f0e0}' | '\u{f0e8}' => text.push('→'),
            c if is_private(c) && text.trim_end().is_empty() => text.push('•'),
            c if is_private(c) => {}
            '\u{ad}' if i + c.len_utf8() < word.len() => {}
            c => text.push(c),
        }
    }
}

fn is_private(c: char) -> bool {
    ('\u{e000}'..='\u{f8ff}').contains(&c)
}
