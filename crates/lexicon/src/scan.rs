//! One pass of the automaton over a document, then the frames of each block.
//!
//! Cost: one step of the automaton per byte, and for each phrase that was seen the frames that are anchored on it. Nothing
//! here depends on how many rules there are that do not fire.

use crate::compile::{Anchor, Compiled, Effect, Frame, Join, SlotId};
use crate::fold::{Folded, Shape};
use crate::party;
use crate::profile::Noted;
use crate::source::CueClass;
use capmap_model::{Document, Span};
use std::ops::Range;

/// A frame that fired: tokens `first..=last`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Fire {
    pub frame: u32,
    pub first: u32,
    pub last: u32,
}

/// A phrase that was seen, for one of its slots.
#[derive(Debug, Clone, Copy)]
struct Event {
    slot: SlotId,
    first: u32,
    last: u32,
}

/// What was seen in one block.
#[derive(Debug, Clone, Default)]
pub(crate) struct Seen {
    /// Tokens of the block, `first..last`.
    pub first: u32,
    pub last: u32,
    /// Frames that fired, by place.
    pub fires: Vec<Fire>,
    /// Guard slots that occur in it, sorted.
    pub guards: Vec<SlotId>,
    /// Concepts that occur in it, each once per sentence, by place.
    pub noted: Vec<Noted>,
    /// It speaks of technology cost, usage, value or carbon.
    pub subject: bool,
}

/// A scanned document.
pub(crate) struct Scan {
    pub folded: Folded,
    /// Sentence number of each token, counted through the document; cells are sentences of their own.
    pub sentence: Vec<u32>,
    pub blocks: Vec<Seen>,
}

impl Scan {
    /// The source bytes that tokens `first..=last` cover.
    pub fn span(&self, first: u32, last: u32) -> Span {
        let tokens = &self.folded.tokens;
        Span::new(tokens[first as usize].start as usize, tokens[last as usize].end as usize)
    }

    /// Tokens `first..last` of the sentence that holds `token`, within a block.
    pub fn sentence_around(&self, block: &Seen, token: u32) -> (u32, u32) {
        let number = self.sentence[token as usize];
        let range = &self.sentence[block.first as usize..block.last as usize];
        let first = range.partition_point(|s| *s < number) as u32;
        let last = range.partition_point(|s| *s <= number) as u32;
        (block.first + first, block.first + last)
    }

    /// True where the sentence of tokens `first..last` is a question.
    pub fn asks(&self, (first, last): (u32, u32)) -> bool {
        last > first && self.folded.word(last as usize - 1) == b"?"
    }

    /// Sentences of a block, as tokens `first..last`.
    pub fn sentences<'s>(&'s self, block: &'s Seen) -> impl Iterator<Item = (u32, u32)> + 's {
        let mut at = block.first;
        std::iter::from_fn(move || {
            (at < block.last).then(|| {
                let (first, last) = self.sentence_around(block, at);
                at = last.max(at + 1);
                (first, last)
            })
        })
    }
}

/// Reusable memory for scanning.
pub(crate) struct Scanner<'a> {
    compiled: &'a Compiled,
    guard: &'a [bool],
    stamp: Vec<u32>,
    head: Vec<u32>,
    next: Vec<u32>,
    touched: Vec<SlotId>,
    epoch: u32,
}

const NONE: u32 = u32::MAX;

impl<'a> Scanner<'a> {
    pub fn new(compiled: &'a Compiled, guard: &'a [bool]) -> Self {
        let slots = compiled.slots;
        let (stamp, head) = (vec![0; slots], vec![NONE; slots]);
        Scanner { compiled, guard, stamp, head, next: Vec::new(), touched: Vec::new(), epoch: 0 }
    }

    /// Scans a whole document.
    pub fn scan(&mut self, document: &Document) -> Scan {
        let mut folded = Folded::default();
        folded.clear();
        folded.text.reserve(document.text.len() + document.text.len() / 4);
        let mut ranges = Vec::with_capacity(document.blocks.len());
        for block in &document.blocks {
            let first = folded.tokens.len();
            folded.push(document.slice(block.span), block.span.start);
            ranges.push(first..folded.tokens.len());
            folded.push("\n", block.span.end); // phrases do not cross blocks
        }
        party::rename(&mut folded, &mut ranges);
        let seen = |r: &Range<usize>| Seen { first: r.start as u32, last: r.end as u32, ..Seen::default() };
        let mut blocks: Vec<Seen> = ranges.iter().map(seen).collect();
        let sentence = sentences(&folded, &blocks);
        let events = self.events(&folded);
        let mut from = 0;
        for seen in &mut blocks {
            let to = from + events[from..].partition_point(|e| e.first < seen.last);
            self.fire(&events[from..to], &sentence, seen);
            from = to;
        }
        Scan { folded, sentence, blocks }
    }

    /// Every phrase of every slot, in the order of their last words, which is block order.
    fn events(&self, folded: &Folded) -> Vec<Event> {
        let mut events = Vec::with_capacity(folded.tokens.len());
        let mut token = 0usize;
        for found in self.compiled.automaton.find_overlapping_iter(&folded.text) {
            let pattern = self.compiled.patterns[found.pattern().as_usize()];
            // The match ends on the space after its last word: that word is the last token that begins before it.
            let end = found.end() as u32;
            while folded.tokens.get(token + 1).is_some_and(|t| t.fold < end) {
                token += 1;
            }
            let last = token as u32;
            let first = (last + 1).saturating_sub(u32::from(pattern.words));
            let slots = &self.compiled.slot_list[pattern.first as usize..pattern.last as usize];
            events.extend(slots.iter().map(|&slot| Event { slot, first, last }));
        }
        events
    }

    fn fire(&mut self, events: &[Event], sentence: &[u32], seen: &mut Seen) {
        self.link(events);
        let joined = self.join(events);
        if joined.is_empty() {
            return self.try_frames(events, sentence, seen);
        }
        let mut all: Vec<Event> = events.iter().copied().chain(joined).collect();
        all.sort_by_key(|e| (e.last, e.first, e.slot));
        self.link(&all);
        self.try_frames(&all, sentence, seen);
    }

    fn try_frames(&mut self, events: &[Event], sentence: &[u32], seen: &mut Seen) {
        self.note(events, sentence, seen);
        let touched = std::mem::take(&mut self.touched);
        for &slot in &touched {
            if self.guard[slot as usize] {
                seen.guards.push(slot);
            }
            for &anchor in &self.compiled.anchored[slot as usize] {
                self.try_frame(anchor, slot, events, sentence, &mut seen.fires);
            }
        }
        self.touched = touched;
        seen.guards.sort_unstable();
        seen.fires.sort_unstable_by_key(|f| (f.first, f.last, f.frame));
        seen.fires.dedup();
        seen.subject = seen.fires.iter().any(|f| {
            matches!(
                self.compiled.frames[f.frame as usize].effect,
                Effect::Cue { class: CueClass::Subject, .. }
            )
        });
    }

    /// Concepts by place, once per sentence.
    fn note(&self, events: &[Event], sentence: &[u32], seen: &mut Seen) {
        for event in events {
            for &concept in &self.compiled.concept_of[event.slot as usize] {
                let number = sentence[event.first as usize];
                let again = seen.noted.iter().rev().take_while(|n| sentence[n.first as usize] == number);
                if !again.clone().any(|n| n.concept == concept) {
                    seen.noted.push(Noted { concept, first: event.first, last: event.last });
                }
            }
        }
    }

    /// Slots whose parts follow each other.
    fn join(&self, events: &[Event]) -> Vec<Event> {
        let mut out = Vec::new();
        for &slot in &self.touched {
            for &id in &self.compiled.joined[slot as usize] {
                let join = &self.compiled.joins[id as usize];
                for event in self.chain(slot, events) {
                    out.extend(self.grow(join, event, events));
                }
            }
        }
        out
    }

    /// Extends an anchor to both sides, part by part.
    fn grow(&self, join: &Join, at: Event, events: &[Event]) -> Option<Event> {
        let (mut first, mut last) = (at.first, at.last);
        for &(slot, optional) in &join.parts[join.anchor + 1..] {
            match self.chain(slot, events).filter(|e| e.first == last + 1).map(|e| e.last).max() {
                Some(end) => last = end,
                None if optional => {}
                None => return None,
            }
        }
        for &(slot, optional) in join.parts[..join.anchor].iter().rev() {
            match self.chain(slot, events).filter(|e| e.last + 1 == first).map(|e| e.first).min() {
                Some(begin) => first = begin,
                None if optional => {}
                None => return None,
            }
        }
        Some(Event { slot: join.slot, first, last })
    }

    /// Chains the events of each slot, first to last.
    fn link(&mut self, events: &[Event]) {
        self.epoch += 1;
        self.touched.clear();
        self.next.clear();
        self.next.resize(events.len(), NONE);
        for (i, event) in events.iter().enumerate().rev() {
            let slot = event.slot as usize;
            if self.stamp[slot] == self.epoch {
                self.next[i] = self.head[slot];
            } else {
                self.stamp[slot] = self.epoch;
                self.touched.push(event.slot);
            }
            self.head[slot] = i as u32;
        }
    }

    fn chain<'e>(&'e self, slot: SlotId, events: &'e [Event]) -> impl Iterator<Item = Event> + 'e {
        let first = if self.stamp[slot as usize] == self.epoch { self.head[slot as usize] } else { NONE };
        std::iter::successors(Some(first), |&i| self.next.get(i as usize).copied())
            .take_while(|&i| i != NONE)
            .map(|i| events[i as usize])
    }

    fn seen(&self, words: &[SlotId]) -> bool {
        words.iter().any(|s| self.stamp[*s as usize] == self.epoch)
    }

    fn try_frame(
        &self,
        anchor: Anchor,
        slot: SlotId,
        events: &[Event],
        sentence: &[u32],
        out: &mut Vec<Fire>,
    ) {
        let frame = &self.compiled.frames[anchor.frame as usize];
        if !frame.slots.iter().all(|words| self.seen(words)) {
            return;
        }
        let evidence = matches!(frame.effect, Effect::Evidence { .. });
        let mut last_sentence = u32::MAX;
        for event in self.chain(slot, events) {
            let number = sentence[event.first as usize];
            if evidence && number == last_sentence {
                continue; // one firing per rule, slot and sentence is enough
            }
            if self.blocked(frame, number, events, sentence) {
                continue;
            }
            if let Some((first, last)) = self.around(frame, anchor.place as usize, event, events, sentence) {
                out.push(Fire { frame: anchor.frame, first, last });
                last_sentence = number;
            }
        }
    }

    fn blocked(&self, frame: &Frame, number: u32, events: &[Event], sentence: &[u32]) -> bool {
        let in_sentence =
            |slot: &SlotId| self.chain(*slot, events).any(|e| sentence[e.first as usize] == number);
        frame.unless.iter().any(in_sentence)
    }

    /// The other places filled nearest to the anchor, in its sentence and within the window.
    fn around(
        &self,
        frame: &Frame,
        place: usize,
        at: Event,
        events: &[Event],
        sentence: &[u32],
    ) -> Option<(u32, u32)> {
        let number = sentence[at.first as usize];
        let (mut first, mut last) = (at.first, at.last);
        let mut order = [0u32; 8];
        for (i, words) in frame.slots.iter().enumerate() {
            let nearest = if i == place {
                at
            } else {
                words
                    .iter()
                    .flat_map(|slot| self.chain(*slot, events))
                    .filter(|e| {
                        sentence[e.first as usize] == number && (e.last < at.first || e.first > at.last)
                    })
                    .filter(|e| !frame.ordered || (i < place) == (e.last < at.first))
                    .min_by_key(|e| if e.last < at.first { at.first - e.last } else { e.first - at.last })?
            };
            (first, last) = (first.min(nearest.first), last.max(nearest.last));
            if let Some(slot) = order.get_mut(i) {
                *slot = nearest.first;
            }
        }
        let places = &order[..frame.slots.len().min(order.len())];
        let fits = last - first < frame.within.max(at.last - at.first + 1);
        (fits && (!frame.ordered || places.is_sorted())).then_some((first, last))
    }
}

/// Numbers the sentences. A full stop ends one where the next word looks like a beginning; a cell or line always does.
fn sentences(folded: &Folded, blocks: &[Seen]) -> Vec<u32> {
    let mut numbers = vec![0; folded.tokens.len()];
    let mut number = 0;
    for block in blocks {
        number += 1;
        let (first, last) = (block.first as usize, block.last as usize);
        for (i, own) in numbers[first..last].iter_mut().enumerate() {
            *own = number;
            if ends_sentence(folded, first + i, last) {
                number += 1;
            }
        }
        if let Some(separator) = numbers.get_mut(block.last as usize) {
            *separator = number;
        }
    }
    numbers
}

fn ends_sentence(folded: &Folded, token: usize, end: usize) -> bool {
    if folded.tokens[token].shape != Shape::Mark {
        return false;
    }
    match folded.word(token) {
        b"|" => true,
        b"!" | b"?" => true,
        b"." => {
            let next = (token + 1 < end).then(|| folded.tokens[token + 1].shape);
            let short = token > 0
                && folded.word(token - 1).len() == 1
                && folded.tokens[token - 1].shape == Shape::Lower;
            let abbreviation = token > 0
                && matches!(
                    folded.word(token - 1),
                    b"etc" | b"incl" | b"excl" | b"approx" | b"vs" | b"no" | b"inc" | b"ltd"
                );
            let opens = !matches!(next, Some(Shape::Lower));
            opens && !short && !(abbreviation && next == Some(Shape::Number)) || next.is_none()
        }
        _ => false,
    }
}
