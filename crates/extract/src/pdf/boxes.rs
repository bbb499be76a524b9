//! Where the words of a quote stand on their page.

use super::collector::{Budget, Collector};
use super::columns::{Item, columns};
use super::hidden::{self, Seen};
use super::ink::{Ink, turn};
use super::ocr::words_of;
use super::open::load;
use super::weight::Weights;
use super::words::{Word, segments};
use crate::Options;
use hayro_interpret::hayro_syntax::Pdf;
use hayro_interpret::hayro_syntax::page::Page;
use hayro_interpret::kurbo::Rect;
use hayro_interpret::{Context, InterpreterCache, InterpreterSettings, TransformExt, interpret_page};
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Glyphs and marks that one page may have here.
const MOST: u64 = 1_000_000;

/// A word of the page with its place: left, top, right, bottom in points from the upper left corner.
struct Placed {
    place: [f32; 4],
    /// Where its letters begin in the page's letters.
    start: usize,
    end: usize,
}

/// The boxes of the words of `quote` on a page (counted from 1): left, top, right, bottom in points from the upper left
/// corner of the page as shown, one box per stretch of a line. Empty where the quote is not found, as on pages without text.
pub fn find_boxes(bytes: &[u8], page: u32, quote: &str, password: Option<&str>) -> Vec<[f32; 4]> {
    let Ok(pdf) = load(bytes, password) else { return Vec::new() };
    let ink = page_of(&pdf, page).and_then(|page| ink_of(page, &pdf));
    ink.map(|ink| among(&placed(&ink), quote)).unwrap_or_default()
}

/// The same for a page that is an image: its words are recognised anew by the program and in the languages of `options`,
/// which takes seconds. Empty where there is no such program, or the quote is not found.
pub fn find_boxes_in_image(bytes: &[u8], page: u32, quote: &str, options: &Options) -> Vec<[f32; 4]> {
    let Ok(pdf) = load(bytes, options.password.as_deref()) else { return Vec::new() };
    let (Some(page), Some(program)) = (page_of(&pdf, page), options.tesseract.as_deref()) else {
        return Vec::new();
    };
    let words = catch_unwind(AssertUnwindSafe(|| words_of(page, options, program)));
    let Ok(Ok((words, _))) = words else { return Vec::new() };
    let (mut letters, mut out) = (String::new(), Vec::new());
    words.iter().for_each(|(word, _)| push_word(&mut letters, &mut out, word, 0));
    among(&(letters, out), quote)
}

fn page_of<'p>(pdf: &'p Pdf, number: u32) -> Option<&'p Page<'p>> {
    let index = usize::try_from(number).ok()?.checked_sub(1)?;
    pdf.pages().get(index)
}

fn among((letters, placed): &(String, Vec<Placed>), quote: &str) -> Vec<[f32; 4]> {
    let ranges = ranges(letters, quote);
    let found =
        placed.iter().filter(|w| ranges.iter().any(|r| w.start < r.1 && r.0 < w.end)).map(|w| w.place);
    merged(found)
}

fn ink_of<'p>(page: &Page<'p>, pdf: &'p Pdf) -> Option<Ink> {
    let (width, height) = page.render_dimensions();
    let frame = Rect::new(0.0, 0.0, f64::from(width), f64::from(height));
    let transform = page.initial_transform(true).to_kurbo();
    let cache = InterpreterCache::new();
    let mut weights = Weights::default();
    let budget = Budget { deadline: None, glyphs: MOST, marks: MOST };
    let run = catch_unwind(AssertUnwindSafe(|| {
        let mut context = Context::new(transform, frame, &cache, pdf.xref(), InterpreterSettings::default());
        let mut collector = Collector::new(Ink::default(), width, height, &mut weights, budget);
        interpret_page(page, &mut context, &mut collector);
        collector.ink
    }));
    run.ok()
}

/// The letters and digits of a page in reading order, and its words with their places.
fn placed(ink: &Ink) -> (String, Vec<Placed>) {
    let verdicts = hidden::judge(ink);
    let (mut letters, mut out) = (String::new(), Vec::new());
    let mut angles: Vec<u16> = Vec::new();
    for (glyph, verdict) in ink.glyphs.iter().zip(&verdicts) {
        let angle = ink.runs[glyph.run as usize].angle;
        if !matches!(verdict, Seen::No(_)) && !angles.contains(&angle) {
            angles.push(angle);
        }
    }
    for angle in angles {
        let items = segments(ink, &verdicts, angle).into_iter().map(Item::Segment).collect();
        for item in columns(items).into_iter().flat_map(|c| c.items) {
            let Item::Segment(segment) = item else { continue };
            segment.words.iter().for_each(|word| push_word(&mut letters, &mut out, word, angle));
        }
    }
    (letters, out)
}

fn push_word(letters: &mut String, placed: &mut Vec<Placed>, word: &Word, angle: u16) {
    let start = letters.len();
    push_letters(letters, &word.text);
    placed.push(Placed { place: place(word, angle), start, end: letters.len() });
}

fn place(word: &Word, angle: u16) -> [f32; 4] {
    let back = (360 - angle) % 360;
    let (x0, y0) = turn(word.x0, word.y - word.size * 0.8, back);
    let (x1, y1) = turn(word.x1, word.y + word.size * 0.25, back);
    [x0.min(x1), y0.min(y1), x0.max(x1), y0.max(y1)]
}

fn push_letters(letters: &mut String, text: &str) {
    letters.extend(text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase));
}

/// Where the letters of a quote stand in a page's letters: in one piece, or where a table or a column parts them, in
/// pieces as long as possible, each near the one before.
fn ranges(letters: &str, quote: &str) -> Vec<(usize, usize)> {
    let mut whole = String::new();
    push_letters(&mut whole, quote);
    if whole.is_empty() {
        return Vec::new();
    }
    if let Some(at) = letters.find(&whole) {
        return vec![(at, at + whole.len())];
    }
    let words: Vec<String> = quote
        .split_whitespace()
        .take(2_000)
        .map(|w| {
            let mut word = String::new();
            push_letters(&mut word, w);
            word
        })
        .filter(|w| !w.is_empty())
        .collect();
    let (mut found, mut at, mut near) = (Vec::new(), 0, None);
    while at < words.len() {
        let (count, place) = longest(letters, &words[at..], near);
        if let Some((start, end)) = place {
            found.push((start, end));
            near = Some(end);
        }
        at += count.max(1);
    }
    found
}

/// How many of the first words stand together somewhere, and where.
fn longest(letters: &str, words: &[String], near: Option<usize>) -> (usize, Option<(usize, usize)>) {
    let mut piece = String::new();
    let mut best = (0, None);
    for (i, word) in words.iter().enumerate() {
        piece.push_str(word);
        let places = letters.match_indices(piece.as_str()).map(|(at, _)| at).take(200);
        let Some(at) = places.min_by_key(|&at| near.map_or(at, |n| n.abs_diff(at))) else { break };
        if i > 0 || piece.len() >= 8 || words.len() == 1 || near.is_some_and(|n| n.abs_diff(at) < 4) {
            best = (i + 1, Some((at, at + piece.len())));
        }
    }
    best
}

/// Boxes that follow each other on a line become one.
fn merged(boxes: impl Iterator<Item = [f32; 4]>) -> Vec<[f32; 4]> {
    let mut out: Vec<[f32; 4]> = Vec::new();
    for next in boxes {
        let height = next[3] - next[1];
        match out.last_mut() {
            Some(last)
                if (last[1] - next[1]).abs() < height * 0.5
                    && (-height..height).contains(&(next[0] - last[2])) =>
            {
                *last =
                    [last[0].min(next[0]), last[1].min(next[1]), last[2].max(next[2]), last[3].max(next[3])];
            }
            _ => out.push(next),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_parted_quote_is_found_in_pieces() {
        let letters = "theproviderallocatesrowtwocostseverymonth";
        assert_eq!(ranges(letters, "The provider allocates"), [(0, 20)]);
        assert_eq!(ranges(letters, "The provider allocates costs every month"), [(0, 20), (26, 41)]);
        assert!(ranges(letters, "nothing of this").is_empty());
    }
}
