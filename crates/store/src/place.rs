//! Finds the passage that a decision was made on among those that stand here now. Pure.
//!
//! The same passage is, in this order: the same id; the same words at an overlapping place of the same document; an
//! overlapping place with at least half of the words in common; the same words elsewhere in the same document, where its
//! text has shifted. Only where the document itself is gone do the same words in another one count: first under the same
//! name (a new edition), then anywhere. Nothing else: a passage that merely looks alike waits for a person.

use crate::event::Target;
use capmap_model::Span;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

/// An item that may be the passage.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Candidate {
    pub item: String,
    pub document: String,
    pub source: String,
    pub span: Span,
    pub quote: String,
}

/// The best of `candidates`, all of the target's criterion. `gone` says that no document with the target's hash is left.
pub(crate) fn same_passage<'a>(
    target: &Target,
    gone: bool,
    candidates: &'a [Candidate],
) -> Option<&'a Candidate> {
    let ranked = candidates.iter().filter_map(|c| rank(target, gone, c).map(|rank| (rank, c)));
    ranked.min_by(|a, b| a.0.cmp(&b.0).then_with(|| a.1.item.cmp(&b.1.item))).map(|(_, c)| c)
}

/// Smaller is better; then the larger overlap, then the nearer place.
fn rank(target: &Target, gone: bool, candidate: &Candidate) -> Option<(u8, usize, usize)> {
    let (cited, span) = (&target.citation, target.citation.span());
    let same_words = same_words(cited.quote(), &candidate.quote);
    let near = span.start.abs_diff(candidate.span.start);
    if candidate.document == cited.document().0 {
        let shared = overlap(span, candidate.span);
        let order = usize::MAX - shared;
        return match (shared > 0, same_words) {
            (true, true) => Some((0, order, near)),
            (true, false) if half_shared(cited.quote(), &candidate.quote) => Some((1, order, near)),
            (false, true) => Some((2, order, near)),
            _ => None,
        };
    }
    match (gone && same_words, candidate.source == cited.source()) {
        (true, true) => Some((3, 0, near)),
        (true, false) => Some((4, 0, near)),
        _ => None,
    }
}

fn overlap(a: Span, b: Span) -> usize {
    a.end.min(b.end).saturating_sub(a.start.max(b.start))
}

fn same_words(a: &str, b: &str) -> bool {
    a.split_whitespace().eq(b.split_whitespace())
}

/// At least half of the shorter text's words stand in the other one.
fn half_shared(a: &str, b: &str) -> bool {
    let (short, long) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    let mut left: BTreeMap<&str, usize> = BTreeMap::new();
    for word in long.split_whitespace() {
        *left.entry(word).or_default() += 1;
    }
    let (mut words, mut shared) = (0, 0);
    for word in short.split_whitespace() {
        words += 1;
        if let Some(count) = left.get_mut(word).filter(|count| **count > 0) {
            *count -= 1;
            shared += 1;
        }
    }
    shared * 2 >= words
}

/// A number for a quote's words, by which the same words are found without reading every quote.
pub(crate) fn quote_key(quote: &str) -> i64 {
    let mut hash = Sha256::new();
    for word in quote.split_whitespace() {
        hash.update(word);
        hash.update(" ");
    }
    let digest = hash.finalize();
    let mut first = [0u8; 8];
    first.copy_from_slice(&digest[..8]);
    i64::from_be_bytes(first)
}

#[cfg(test)]
mod tests {
    use super::*;
    use capmap_model::Citation;

    const QUOTE: &str = "we split the shared bill by team";

    fn target() -> Target {
        let citation: Citation = serde_json::from_value(serde_json::json!({
            "document": "sha256:1", "source": "sow.pdf", "page": 1, "section": [],
            "span": {"start": 100, "end": 132}, "start": 100, "end": 132, "quote": QUOTE
        }))
        .unwrap();
        Target { id: "t".to_owned(), criterion: "allocation".into(), citation }
    }

    fn at(item: &str, document: &str, source: &str, start: usize, quote: &str) -> Candidate {
        Candidate {
            item: item.to_owned(),
            document: document.to_owned(),
            source: source.to_owned(),
            span: Span::new(start, start + quote.len()),
            quote: quote.to_owned(),
        }
    }

    fn found(gone: bool, candidates: &[Candidate]) -> Option<String> {
        same_passage(&target(), gone, candidates).map(|c| c.item.clone())
    }

    #[test]
    fn a_shifted_range_is_the_same_passage() {
        let shifted = at("b", "sha256:1", "sow.pdf", 96, "and we split the shared bill by team");
        assert_eq!(found(false, &[shifted]), Some("b".to_owned()));
    }

    #[test]
    fn another_text_at_the_old_place_is_not() {
        let other = at("a", "sha256:1", "sow.pdf", 100, "invoices fall due after thirty days");
        assert_eq!(found(false, std::slice::from_ref(&other)), None);
        let moved = at("b", "sha256:1", "sow.pdf", 900, QUOTE);
        assert_eq!(found(false, &[other, moved]), Some("b".to_owned()));
    }

    #[test]
    fn of_two_places_with_the_same_words_the_old_one_wins() {
        let there = at("a", "sha256:1", "sow.pdf", 104, QUOTE);
        let elsewhere = at("b", "sha256:1", "sow.pdf", 5_000, QUOTE);
        assert_eq!(found(false, &[elsewhere, there]), Some("a".to_owned()));
    }

    #[test]
    fn the_same_words_in_another_document_count_only_once_theirs_is_gone() {
        let edition = at("a", "sha256:2", "sow.pdf", 100, QUOTE);
        let other = at("b", "sha256:3", "other.pdf", 100, QUOTE);
        assert_eq!(found(false, &[edition.clone(), other.clone()]), None);
        assert_eq!(found(true, &[other.clone(), edition]), Some("a".to_owned()));
        assert_eq!(found(true, &[other]), Some("b".to_owned()));
    }

    #[test]
    fn keys_ignore_white_space_only() {
        assert_eq!(quote_key("a  b\nc"), quote_key("a b c"));
        assert_ne!(quote_key("a bc"), quote_key("a b c"));
    }
}
