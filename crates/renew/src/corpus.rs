//! Finds old words among the passages of new documents.
//!
//! Every pair of neighbouring words of every passage goes into one sorted list. A quote asks for its rarest pairs alone, takes a
//! bounded number of places of each, and compares words only with the few passages that share most: so 100,000 quotes
//! against 100,000 passages take seconds, however often boilerplate repeats.

use crate::words::{aligned, exactly, folded, places};
use capmap_model::{Document, Span};
use std::collections::{BTreeMap, HashSet};

/// Least likeness of an edited passage: twice the shared words over the words of both.
pub const LEAST: f32 = 0.5;
/// Pairs of words that a quote asks for.
const RAREST: usize = 16;
/// Places of one pair that are looked at.
const PLACES: usize = 48;
/// Weight of a pair that stands in one place only.
const RARE: usize = 1 << 20;
/// Passages whose words are compared.
const COMPARED: usize = 12;
/// Passages of one document that a quote may reach over.
const REACH: usize = 6;

/// The passages of some documents.
pub struct Corpus<'a> {
    documents: &'a [Document],
    passages: Vec<Entry>,
    /// Each pair of neighbouring words with the number of its passage, sorted.
    pairs: Vec<(u64, u32)>,
    whole: HashSet<u64>,
}

struct Entry {
    document: u32,
    span: Span,
    /// Where its document begins in `passages`, and where it ends.
    of: (u32, u32),
    words: Vec<u32>,
}

/// Where a quote stood: of several places with the same words the most alike is meant.
#[derive(Debug, Clone, Copy)]
pub struct Hint<'a> {
    /// The document's path or URL.
    pub source: &'a str,
    /// Heading texts, outermost first.
    pub section: &'a [String],
    /// First byte in the old text.
    pub start: usize,
}

/// Where a quote stands now.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Found {
    /// Number of the document.
    pub document: usize,
    /// The words, in bytes of its canonical text.
    pub span: Span,
    /// 1 for the same words; else at least [`LEAST`].
    pub likeness: f32,
}

impl<'a> Corpus<'a> {
    /// Of all passages of these documents.
    pub fn new(documents: &'a [Document]) -> Self {
        let mut corpus = Corpus { documents, passages: Vec::new(), pairs: Vec::new(), whole: HashSet::new() };
        for (number, document) in documents.iter().enumerate() {
            corpus.add(number, document);
        }
        corpus.pairs.sort_unstable();
        corpus.pairs.dedup();
        corpus
    }

    fn add(&mut self, number: usize, document: &Document) {
        let begin = small(self.passages.len());
        let of = (begin, begin + small(document.passages.len()));
        for passage in &document.passages {
            let (text, at) = (document.slice(passage.span), small(self.passages.len()));
            let words: Vec<u32> = text.split_whitespace().map(folded).collect();
            self.whole.insert(exactly(text));
            self.pairs.extend(pairs(&words).map(|pair| (pair, at)));
            self.passages.push(Entry { document: small(number), span: passage.span, of, words });
        }
    }

    /// How many passages there are.
    pub fn len(&self) -> usize {
        self.passages.len()
    }

    /// True where there is none.
    pub fn is_empty(&self) -> bool {
        self.passages.is_empty()
    }

    /// True where one passage has exactly these words.
    pub fn has(&self, text: &str) -> bool {
        self.whole.contains(&exactly(text))
    }

    /// The same words, at the place most like the old one.
    pub fn exact(&self, quote: &str, hint: &Hint<'_>) -> Option<Found> {
        let words: Vec<&str> = quote.split_whitespace().collect();
        let keys: Vec<u32> = words.iter().map(|word| folded(word)).collect();
        self.same(&words, &self.candidates(&keys, hint), hint)
    }

    /// The same words, else the passage that was edited. A passage that stands unchanged in `old` is no edit of another one.
    pub fn find(&self, quote: &str, hint: &Hint<'_>, old: &Corpus<'_>) -> Option<Found> {
        let words: Vec<&str> = quote.split_whitespace().collect();
        let keys: Vec<u32> = words.iter().map(|word| folded(word)).collect();
        let candidates = self.candidates(&keys, hint);
        let exact = self.same(&words, &candidates, hint);
        exact.or_else(|| self.edited(&keys, &candidates, hint, old))
    }

    fn same(&self, words: &[&str], candidates: &[u32], hint: &Hint<'_>) -> Option<Found> {
        let found = candidates.iter().filter_map(|&passage| {
            let (document, window) = self.window(passage, words.len())?;
            let text = document.slice(window);
            let places = places(text);
            let at = (0..(places.len() + 1).saturating_sub(words.len())).find(|&at| {
                places.iter().skip(at).zip(words).all(|(place, word)| text.get(place.clone()) == Some(*word))
            })?;
            let span = Span::new(
                window.start + places.get(at)?.start,
                window.start + places.get(at + words.len() - 1)?.end,
            );
            Some((self.strangeness(passage, span, hint), self.found(passage, span, 1.0)?))
        });
        found.min_by(|a, b| a.0.cmp(&b.0)).map(|(_, found)| found)
    }

    /// Smaller is more like the old place: the same document, the same section, near.
    fn strangeness(&self, passage: u32, span: Span, hint: &Hint<'_>) -> (bool, bool, usize, u32) {
        let document =
            self.passages.get(passage as usize).and_then(|e| self.documents.get(e.document as usize));
        let Some(document) = document else { return (true, true, usize::MAX, passage) };
        let section = document.block_at(span.start).map(|b| document.section_path(b)).unwrap_or_default();
        let same_section = section.iter().eq(hint.section.iter());
        (document.source != hint.source, !same_section, span.start.abs_diff(hint.start), passage)
    }

    fn edited(&self, keys: &[u32], candidates: &[u32], hint: &Hint<'_>, old: &Corpus<'_>) -> Option<Found> {
        let found = candidates.iter().filter_map(|&passage| {
            let entry = self.passages.get(passage as usize)?;
            let document = self.documents.get(entry.document as usize)?;
            if old.has(document.slice(entry.span)) {
                return None;
            }
            let (span, likeness) = self.alike(passage, keys)?;
            let found = self.found(passage, span, likeness)?;
            let percent = (likeness * 100.0) as u32; // of almost equally alike passages the one at the old place is meant
            Some(((std::cmp::Reverse(percent / 4), self.strangeness(passage, span, hint)), found))
        });
        found
            .filter(|(_, found)| found.likeness >= LEAST)
            .min_by(|a, b| a.0.cmp(&b.0))
            .map(|(_, found)| found)
    }

    /// The sentences of a passage that are most like a quote, and how much.
    fn alike(&self, passage: u32, keys: &[u32]) -> Option<(Span, f32)> {
        let (document, window) = self.window(passage, keys.len())?;
        let text = document.slice(window);
        let places = places(text);
        let words: Vec<u32> = places.iter().filter_map(|place| text.get(place.clone())).map(folded).collect();
        let marks = aligned(keys, &words);
        let (first, last) = sentences(text, &places, densest(&marks)?);
        let shared = marks.iter().skip(first).take(last + 1 - first).filter(|mark| **mark).count();
        let span = Span::new(window.start + places.get(first)?.start, window.start + places.get(last)?.end);
        Some((span, 2.0 * shared as f32 / (keys.len() + last + 1 - first) as f32))
    }

    fn found(&self, passage: u32, span: Span, likeness: f32) -> Option<Found> {
        let document = self.passages.get(passage as usize)?.document as usize;
        Some(Found { document, span, likeness })
    }

    /// A passage, with those after it where the quote has more words than it.
    fn window(&self, passage: u32, words: usize) -> Option<(&Document, Span)> {
        let entry = self.passages.get(passage as usize)?;
        let (mut span, mut have, mut next) = (entry.span, entry.words.len(), passage + 1);
        while have < words && next < entry.of.1 && (next - passage) as usize <= REACH {
            let after = self.passages.get(next as usize)?;
            (span, have, next) = (span.cover(after.span), have + after.words.len(), next + 1);
        }
        Some((self.documents.get(entry.document as usize)?, span))
    }

    /// The passages that share most of a quote's rarest pairs of words, most first. A pair weighs as much as it is rare, so that
    /// one number tells copies of the same boilerplate apart.
    fn candidates(&self, keys: &[u32], hint: &Hint<'_>) -> Vec<u32> {
        let mut asked: Vec<u64> = pairs(keys).collect();
        asked.sort_unstable();
        asked.dedup();
        let mut lists: Vec<&[(u64, u32)]> =
            asked.iter().map(|pair| self.places_of(*pair)).filter(|list| !list.is_empty()).collect();
        lists.sort_by_key(|list| list.len());
        let mut shared: BTreeMap<u32, usize> = BTreeMap::new();
        for list in lists.into_iter().take(RAREST) {
            let weight = RARE / list.len();
            for passage in self.nearest(list, hint) {
                *shared.entry(passage).or_default() += weight;
            }
        }
        let mut ranked: Vec<(usize, bool, u32)> = shared
            .into_iter()
            .map(|(passage, weight)| (usize::MAX - weight, !self.is_in(passage, hint.source), passage))
            .collect();
        ranked.sort_unstable();
        ranked.into_iter().take(COMPARED).map(|(.., passage)| passage).collect()
    }

    fn places_of(&self, pair: u64) -> &[(u64, u32)] {
        let start = self.pairs.partition_point(|(p, _)| *p < pair);
        let length = self.pairs[start..].partition_point(|(p, _)| *p == pair);
        &self.pairs[start..start + length]
    }

    /// Of a long list those in the old document first, so that boilerplate finds its own copy.
    fn nearest(&self, list: &[(u64, u32)], hint: &Hint<'_>) -> Vec<u32> {
        let all = || list.iter().map(|(_, passage)| *passage);
        if list.len() <= PLACES {
            return all().collect();
        }
        let range = self.documents.iter().position(|d| d.source == hint.source).map(small);
        let own: Vec<u32> = match range {
            Some(number) => {
                let of = |passage: &u32| self.passages.get(*passage as usize).map_or(0, |e| e.document);
                let start = list.partition_point(|(_, passage)| of(passage) < number);
                list[start..]
                    .iter()
                    .map(|(_, p)| *p)
                    .take_while(|p| of(p) == number)
                    .take(PLACES / 2)
                    .collect()
            }
            None => Vec::new(),
        };
        let others = all().filter(|passage| !own.contains(passage)).take(PLACES - own.len());
        own.iter().copied().chain(others).collect()
    }

    fn is_in(&self, passage: u32, source: &str) -> bool {
        let document =
            self.passages.get(passage as usize).and_then(|e| self.documents.get(e.document as usize));
        document.is_some_and(|document| document.source == source)
    }
}

/// Neighbouring words; a single word is a pair with nothing.
fn pairs(words: &[u32]) -> impl Iterator<Item = u64> + '_ {
    let pair = |a: u32, b: u32| u64::from(a) << 32 | u64::from(b);
    let single = words.first().filter(|_| words.len() == 1).map(|word| pair(*word, 0));
    words.windows(2).filter_map(move |two| Some(pair(*two.first()?, *two.get(1)?))).chain(single)
}

/// The stretch in which marks are densest: a mark counts 1, a gap takes a half.
fn densest(marks: &[bool]) -> Option<(usize, usize)> {
    let (mut best, mut best_sum, mut start, mut sum) = (None, 0.0, 0, 0.0_f32);
    for (at, mark) in marks.iter().enumerate() {
        sum += if *mark { 1.0 } else { -0.5 };
        if sum <= 0.0 {
            (start, sum) = (at + 1, 0.0);
        } else if sum > best_sum {
            (best, best_sum) = (Some((start, at)), sum);
        }
    }
    best
}

/// Widens a stretch of words to whole sentences.
fn sentences(text: &str, places: &[std::ops::Range<usize>], (first, last): (usize, usize)) -> (usize, usize) {
    let ends = |at: usize| {
        let word = places.get(at).and_then(|place| text.get(place.clone())).unwrap_or_default();
        word.trim_end_matches(['"', '”', '’', ')', ']']).ends_with(['.', '!', '?', ';'])
    };
    let begin = (0..first).rev().find(|at| ends(*at)).map_or(0, |at| at + 1);
    let end = (last..places.len()).find(|at| ends(*at)).unwrap_or(places.len().saturating_sub(1));
    (begin, end)
}

fn small(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}
