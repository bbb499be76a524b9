//! Glyphs to words, and words to segments: stretches of one line without a column's gap in them.
//!
//! Most files write their spaces, many do not, and letter-spaced headings write gaps that are none. So a gap counts as a
//! space in relation to the font size and to the tracking of its own run. Painting order is followed as long as it moves
//! on along a baseline, since it knows more than geometry does (superscripts, kerning); geometry joins what is left.

use super::bidi;
use super::hidden::Seen;
use super::ink::{Box4, Glyph, GlyphText, Ink};

/// Gaps wider than this part of the font size part words.
const SPACE: f32 = 0.13;
/// Gaps wider than this part of the font size part segments.
const COLUMN_GAP: f32 = 0.85;
/// The widest gap after a bullet or number, in font sizes.
const MARKER_GAP: f32 = 4.0;
/// Steps back of more than this part of the font size start something new.
const STEP_BACK: f32 = 0.5;
/// Baselines closer than this part of the font size are one line's.
const SAME_LINE: f32 = 0.3;

/// A word as seen, with its punctuation.
#[derive(Debug, Clone)]
pub(super) struct Word {
    /// Start along the baseline, in points.
    pub(super) x0: f32,
    /// End along the baseline.
    pub(super) x1: f32,
    /// Baseline, downwards.
    pub(super) y: f32,
    /// Font size in points.
    pub(super) size: f32,
    /// Weight of its font; 0 where it has no letters.
    pub(super) weight: f32,
    /// Its characters in logical order. U+FFFD stands for a glyph that its font does not explain.
    pub(super) text: String,
    /// A space character follows.
    pub(super) space: bool,
    /// Came from a text recogniser.
    pub(super) ocr: bool,
    /// Marked as page furniture by the producer.
    pub(super) artifact: bool,
}

impl Word {
    /// True where a space belongs between this word and the one to its right.
    pub(super) fn parted_from(&self, next: &Word) -> bool {
        let size = self.size.max(next.size);
        self.space || next.x0 - self.x1 > size * SPACE || next.x1 < self.x0 || (next.y - self.y).abs() > size
    }
}

/// Words on one baseline without a wide gap between them, left to right.
#[derive(Debug, Clone)]
pub(super) struct Segment {
    /// At least one.
    pub(super) words: Vec<Word>,
    /// Left end.
    pub(super) x0: f32,
    /// Right end.
    pub(super) x1: f32,
    /// Baseline.
    pub(super) y: f32,
    /// Largest font size.
    pub(super) size: f32,
    /// Left end of the bullet that is drawn before it, not written.
    pub(super) dot: Option<f32>,
}

impl Segment {
    /// A segment of words that follow each other on a line.
    pub(super) fn new(words: Vec<Word>) -> Self {
        let mut segment = Segment { x0: f32::MAX, x1: f32::MIN, y: 0.0, size: 0.0, dot: None, words };
        let mut longest = 0.0;
        for word in &segment.words {
            segment.x0 = segment.x0.min(word.x0);
            segment.x1 = segment.x1.max(word.x1);
            // the baseline is that of the largest words, not of a superscript
            let weight = word.size * 100.0 + (word.x1 - word.x0).min(50.0);
            if weight > longest {
                (longest, segment.y) = (weight, word.y);
            }
            segment.size = segment.size.max(word.size);
        }
        segment
    }

    /// Top of its letters.
    pub(super) fn top(&self) -> f32 {
        self.y - self.size * 0.75
    }

    /// Bottom of its letters.
    pub(super) fn bottom(&self) -> f32 {
        self.y + self.size * 0.22
    }
}

/// Gives segments the bullets that are drawn before them.
pub(super) fn attach_dots(segments: &mut [Segment], dots: &[Box4]) {
    for dot in dots {
        let middle = (dot[1] + dot[3]) / 2.0;
        let before = |s: &Segment| {
            let gap = (s.x0 - dot[2]) / s.size.max(1.0);
            let level = (middle - (s.y - s.size * 0.3)).abs() < s.size * 0.3;
            level && (0.1..3.0).contains(&gap) && dot[3] - dot[1] < s.size * 0.9
        };
        let at = segments.partition_point(|s| s.y < middle - 2.0);
        let near = segments[at..].iter_mut().take_while(|s| s.y < middle + 20.0).filter(|s| before(s));
        if let Some(segment) = near.min_by(|a, b| a.x0.total_cmp(&b.x0)) {
            segment.dot = Some(dot[0]);
        }
    }
}

/// The segments of all text of one direction, sorted by baseline and then from left to right.
pub(super) fn segments(ink: &Ink, verdicts: &[Seen], angle: u16) -> Vec<Segment> {
    merge(streaks(words(ink, verdicts, angle)))
}

/// Segments of words that a text recogniser found.
pub(super) fn segments_of(words: Vec<Word>) -> Vec<Segment> {
    merge(streaks(words))
}

fn words(ink: &Ink, verdicts: &[Seen], angle: u16) -> Vec<Word> {
    let mut builder = Builder {
        ink,
        words: Vec::with_capacity(ink.glyphs.len() / 4),
        open: false,
        rtl: false,
        left: false,
    };
    let mut tracking = Tracking::default();
    let mut run = u32::MAX;
    for (i, (glyph, verdict)) in ink.glyphs.iter().zip(verdicts).enumerate() {
        let look = &ink.runs[glyph.run as usize];
        if look.angle != angle || matches!(verdict, Seen::No(_)) {
            continue;
        }
        if glyph.run != run {
            run = glyph.run;
            tracking.measure(ink, i);
        }
        builder.add(glyph, *verdict == Seen::Recognised, tracking.gap);
    }
    builder.close(false);
    builder.words.retain(|w| !w.text.is_empty());
    builder.words
}

/// The extra space between the letters of a run.
#[derive(Default)]
struct Tracking {
    gap: f32,
    scratch: Vec<f32>,
}

impl Tracking {
    fn measure(&mut self, ink: &Ink, first: usize) {
        let run = ink.glyphs[first].run;
        let size = ink.runs[run as usize].size;
        self.gap = 0.0;
        self.scratch.clear();
        for pair in ink.glyphs[first..].windows(2).take(40) {
            if pair[1].run != run {
                break;
            }
            if !is_space(pair[0].text) && !is_space(pair[1].text) {
                self.scratch.push(pair[1].x0 - pair[0].x1);
            }
        }
        if self.scratch.len() >= 4 {
            let middle = self.scratch.len() / 2;
            let (_, median, _) = self.scratch.select_nth_unstable_by(middle, f32::total_cmp);
            self.gap = if *median > size * 0.06 { *median } else { 0.0 };
        }
    }
}

fn is_space(text: GlyphText) -> bool {
    matches!(text, GlyphText::Char(c) if c.is_whitespace())
}

struct Builder<'i> {
    ink: &'i Ink,
    words: Vec<Word>,
    open: bool,
    rtl: bool,
    /// The word grows to the left: right-to-left text in logical order.
    left: bool,
}

impl Builder<'_> {
    fn add(&mut self, glyph: &Glyph, ocr: bool, tracking: f32) {
        let ink = self.ink;
        match glyph.text {
            GlyphText::Nothing => {}
            GlyphText::Unmapped => self.push(glyph, '\u{fffd}'.encode_utf8(&mut [0; 4]), ocr, tracking),
            GlyphText::Char(c) if c.is_whitespace() || c.is_control() || c == '\u{200b}' => self.close(true),
            GlyphText::Char(c) => self.push(glyph, c.encode_utf8(&mut [0; 4]), ocr, tracking),
            GlyphText::Several(i) => {
                let text = ink.strings.get(i as usize).map_or("", String::as_str);
                if text.trim().is_empty() {
                    self.close(true);
                } else {
                    self.push(glyph, text.trim_matches(char::is_control), ocr, tracking);
                }
            }
        }
    }

    fn push(&mut self, glyph: &Glyph, text: &str, ocr: bool, tracking: f32) {
        let first = text.chars().next().unwrap_or(' ');
        let rtl = bidi::is_rtl(first);
        if !(self.open && self.continues(glyph, first, rtl, tracking)) {
            self.close(false);
            self.start(glyph, ocr);
        }
        let (rtl_before, left) = (self.rtl, self.left);
        let Some(word) = self.words.last_mut() else { return };
        self.rtl |= rtl;
        let mark = bidi::is_mark(first);
        if left && mark {
            let after = word.text.chars().next().map_or(0, char::len_utf8);
            word.text.insert_str(after, text);
        } else if left {
            word.text.insert_str(0, &bidi::visual(text));
        } else if rtl || rtl_before {
            word.text.push_str(&bidi::visual(text));
        } else {
            word.text.push_str(text);
        }
        word.x0 = word.x0.min(glyph.x0);
        word.x1 = word.x1.max(glyph.x1);
    }

    fn continues(&mut self, glyph: &Glyph, first: char, rtl: bool, tracking: f32) -> bool {
        let Some(word) = self.words.last() else { return false };
        let size = self.ink.runs[glyph.run as usize].size.max(word.size).max(0.1);
        if (glyph.y - word.y).abs() > size * 0.25 {
            return false;
        }
        if bidi::is_mark(first) && glyph.x0 < word.x1 + size * SPACE && glyph.x1 > word.x0 - size * SPACE {
            return true;
        }
        if (rtl || self.rtl) && (word.x0 - glyph.x1).abs() < size * SPACE && glyph.x0 < word.x0 {
            let one = word.text.chars().filter(|&c| !bidi::is_mark(c)).count() == 1;
            self.left |= one;
            return self.left;
        }
        let gap = glyph.x0 - word.x1;
        !self.left && gap > -size * STEP_BACK && gap < size * SPACE + tracking
    }

    fn start(&mut self, glyph: &Glyph, ocr: bool) {
        let run = &self.ink.runs[glyph.run as usize];
        self.words.push(Word {
            x0: glyph.x0,
            x1: glyph.x1,
            y: glyph.y,
            size: run.size,
            weight: run.weight,
            text: String::new(),
            space: false,
            ocr,
            artifact: run.artifact,
        });
        (self.open, self.rtl, self.left) = (true, false, false);
    }

    fn close(&mut self, space: bool) {
        if let Some(word) = self.words.last_mut() {
            word.space |= space;
            if self.open && self.rtl {
                word.text = bidi::logical(&word.text);
            }
        }
        self.open = false;
    }
}

/// Words that follow each other in painting order and on one baseline.
fn streaks(words: Vec<Word>) -> Vec<Segment> {
    let mut streaks = Vec::new();
    let mut current: Vec<Word> = Vec::new();
    for word in words {
        if !current.last().is_some_and(|last| follows(last, &word)) && !current.is_empty() {
            streaks.push(Segment::new(std::mem::take(&mut current)));
        }
        current.push(word);
    }
    if !current.is_empty() {
        streaks.push(Segment::new(current));
    }
    streaks
}

fn follows(last: &Word, word: &Word) -> bool {
    let size = last.size.max(word.size);
    let gap = word.x0 - last.x1;
    (word.y - last.y).abs() < size * 0.5 && gap > -size * STEP_BACK && gap < size * COLUMN_GAP
}

/// Joins streaks that stand beside each other on one line, and drops words painted twice.
fn merge(mut streaks: Vec<Segment>) -> Vec<Segment> {
    streaks.sort_by(|a, b| a.y.total_cmp(&b.y).then(a.x0.total_cmp(&b.x0)));
    let mut merged: Vec<Segment> = Vec::with_capacity(streaks.len());
    let mut rest = streaks.into_iter().peekable();
    while let Some(first) = rest.next() {
        let (line, tolerance) = (first.y, first.size * SAME_LINE);
        let mut row = vec![first];
        while let Some(next) = rest.next_if(|s| s.y - line <= tolerance.min(s.size * SAME_LINE)) {
            row.push(next);
        }
        row.sort_by(|a, b| a.x0.total_cmp(&b.x0));
        for segment in row {
            join(&mut merged, segment, line);
        }
    }
    attach_marks(merged)
}

/// Superscripts and the like that were painted apart from their line go to where they stand in it.
fn attach_marks(mut segments: Vec<Segment>) -> Vec<Segment> {
    let mut at = 0;
    while at < segments.len() {
        let small = &segments[at];
        let letters: usize = small.words.iter().map(|w| w.text.len()).sum();
        let home = if letters <= 6 { home_of(&segments, at) } else { None };
        let Some(home) = home else {
            at += 1;
            continue;
        };
        let mark = segments.remove(at);
        let home = if home > at { home - 1 } else { home };
        let mut words = std::mem::take(&mut segments[home].words);
        for word in mark.words {
            let place = words.partition_point(|w| w.x0 + w.x1 < word.x0 + word.x1);
            words.insert(place, word);
        }
        let baseline = segments[home].y;
        segments[home] = Segment::new(words);
        segments[home].y = baseline;
    }
    segments
}

/// The larger segment near `at` in whose height and width a small one stands.
fn home_of(segments: &[Segment], at: usize) -> Option<usize> {
    let small = &segments[at];
    let near = at.saturating_sub(8)..(at + 9).min(segments.len());
    near.into_iter().find(|&i| {
        let large = &segments[i];
        let reach = large.size * 0.3;
        let middle = small.y - small.size * 0.3;
        i != at
            && small.size < large.size * 0.78
            && small.x0 > large.x0 - reach
            && small.x1 < large.x1 + reach + (small.x1 - small.x0)
            && small.x0 < large.x1 + reach
            && middle > large.top() - large.size * 0.25
            && middle < large.bottom()
    })
}

fn join(merged: &mut Vec<Segment>, segment: Segment, line: f32) {
    if let Some(last) = merged.last_mut().filter(|s| s.y >= line - 0.01) {
        let size = last.size.max(segment.size);
        let gap = segment.x0 - last.x1;
        if painted_twice(last, &segment) {
            for word in &mut last.words {
                word.weight *= 1.4;
            }
            return;
        }
        // a bullet or number and what it stands before are one, however wide the gap
        let marker = last.words.len() == 1 && super::marker::is_marker(&last.words[0].text);
        let reach = if marker { MARKER_GAP } else { COLUMN_GAP };
        if gap > -size * STEP_BACK && gap < size * reach {
            let mut words = std::mem::take(&mut last.words);
            words.extend(segment.words);
            *last = Segment::new(words);
            return;
        }
    }
    merged.push(segment);
}

fn painted_twice(a: &Segment, b: &Segment) -> bool {
    (a.x0 - b.x0).abs() < a.size * 0.2
        && a.words.len() == b.words.len()
        && a.words.iter().zip(&b.words).all(|(v, w)| v.text == w.text)
}
