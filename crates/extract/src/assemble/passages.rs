//! Passages: the units that are labelled, indexed and suggested.

use crate::structure::sentence_ends;
use capmap_model::{Block, Passage, Span};

/// Longest passage in bytes; a longer block is cut at sentence ends.
const LONGEST: usize = 1200;

/// Cuts every block into passages. Passages of a block follow each other; only white space lies between them.
pub(super) fn cut(blocks: &[Block], text: &str) -> Vec<Passage> {
    let mut passages = Vec::with_capacity(blocks.len());
    for (index, block) in blocks.iter().enumerate() {
        if block.span.len() <= LONGEST {
            passages.push(Passage { span: block.span, block: index });
            continue;
        }
        let words = text.get(block.span.start..block.span.end).unwrap_or("");
        for span in pieces(words) {
            let span = Span::new(block.span.start + span.start, block.span.start + span.end);
            passages.push(Passage { span, block: index });
        }
    }
    passages
}

/// Ranges of `words` that are at most [`LONGEST`] bytes, each as many whole sentences as fit.
fn pieces(words: &str) -> Vec<Span> {
    let mut pieces = Vec::new();
    let mut start = 0;
    let mut end = 0;
    for sentence_end in sentence_ends(words) {
        if sentence_end - start > LONGEST && end > start {
            push_trimmed(&mut pieces, words, start, end);
            start = end;
        }
        while sentence_end - start > LONGEST {
            let cut = cut_inside(words, start);
            push_trimmed(&mut pieces, words, start, cut);
            start = cut;
        }
        end = sentence_end;
    }
    push_trimmed(&mut pieces, words, start, end);
    pieces
}

fn push_trimmed(pieces: &mut Vec<Span>, words: &str, start: usize, end: usize) {
    let piece = &words[start..end];
    let lead = piece.len() - piece.trim_start().len();
    let trimmed = piece.trim();
    if !trimmed.is_empty() {
        pieces.push(Span::new(start + lead, start + lead + trimmed.len()));
    }
}

/// Where to cut a sentence that is too long by itself: after its last semicolon, comma or space that fits.
fn cut_inside(words: &str, start: usize) -> usize {
    let mut limit = start + LONGEST;
    while !words.is_char_boundary(limit) {
        limit -= 1;
    }
    let room = &words[start..limit];
    let after = |at: Option<usize>| at.map(|at| at + 1).filter(|&at| at > LONGEST / 2);
    let at = after(room.rfind(';')).or_else(|| after(room.rfind(','))).or_else(|| after(room.rfind(' ')));
    start + at.unwrap_or(room.len())
}
