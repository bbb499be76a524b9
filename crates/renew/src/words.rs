//! Words: where they stand, what they are compared by, and which of them changed.

use serde::{Deserialize, Serialize};
use similar::{Algorithm, DiffOp, capture_diff_slices};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::ops::Range;

/// A run of words that stayed, went or came.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Piece {
    /// What happened to it.
    pub kind: PieceKind,
    /// Its words, one space between them.
    pub text: String,
}

/// What happened to a run of words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum PieceKind {
    /// In both texts.
    Same,
    /// Only in the old one.
    Removed,
    /// Only in the new one.
    Added,
}

/// What changed between two texts, word by word. `Same` and `Removed` give the old text, `Same` and `Added` the new one.
pub fn diff(old: &str, new: &str) -> Vec<Piece> {
    let (old, new): (Vec<&str>, Vec<&str>) =
        (old.split_whitespace().collect(), new.split_whitespace().collect());
    let mut pieces = Vec::new();
    let mut push = |kind, words: &[&str]| {
        if !words.is_empty() {
            pieces.push(Piece { kind, text: words.join(" ") });
        }
    };
    for op in capture_diff_slices(Algorithm::Myers, &old, &new) {
        let (from, to) = (op.old_range(), op.new_range());
        match op {
            DiffOp::Equal { .. } => push(PieceKind::Same, part(&old, from)),
            _ => {
                push(PieceKind::Removed, part(&old, from));
                push(PieceKind::Added, part(&new, to));
            }
        }
    }
    pieces
}

fn part<'a, 'b>(words: &'a [&'b str], range: Range<usize>) -> &'a [&'b str] {
    words.get(range).unwrap_or_default()
}

/// Which words of `new` also stand, in this order, in `old`: one mark per word of `new`.
pub(crate) fn aligned(old: &[u32], new: &[u32]) -> Vec<bool> {
    let mut marks = vec![false; new.len()];
    for op in capture_diff_slices(Algorithm::Myers, old, new) {
        if let DiffOp::Equal { new_index, len, .. } = op {
            marks.iter_mut().skip(new_index).take(len).for_each(|mark| *mark = true);
        }
    }
    marks
}

/// The words of a text with their places in bytes.
pub(crate) fn places(text: &str) -> Vec<Range<usize>> {
    let base = text.as_ptr() as usize;
    text.split_whitespace()
        .map(|word| {
            let start = word.as_ptr() as usize - base;
            start..start + word.len()
        })
        .collect()
}

/// What a word is compared by: letters and digits, in lower case. Words of signs alone are compared by these.
pub(crate) fn folded(word: &str) -> u32 {
    let bare = word.trim_matches(|c: char| !c.is_alphanumeric());
    let bare = if bare.is_empty() { word } else { bare };
    let mut hasher = DefaultHasher::new(); // fixed keys: the same on every run
    bare.chars().flat_map(char::to_lowercase).for_each(|c| c.hash(&mut hasher));
    hasher.finish() as u32
}

/// Stands for all words of a text exactly; white space does not count.
pub(crate) fn exactly(text: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    text.split_whitespace().for_each(|word| word.hash(&mut hasher));
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_texts_can_be_read_from_their_difference() {
        let (old, new) = ("we build a rolling 12-month forecast", "we maintain a rolling forecast for you");
        let pieces = diff(old, new);
        let read = |other: PieceKind| {
            let kept = pieces.iter().filter(|p| p.kind != other).map(|p| p.text.as_str());
            kept.collect::<Vec<_>>().join(" ")
        };
        assert_eq!((read(PieceKind::Added).as_str(), read(PieceKind::Removed).as_str()), (old, new));
        assert_eq!(pieces[1], Piece { kind: PieceKind::Removed, text: "build".to_owned() });
        assert!(diff("same words", "same  words").iter().all(|p| p.kind == PieceKind::Same));
    }

    #[test]
    fn places_are_those_of_the_words() {
        let text = " a  bc\nd ";
        let words: Vec<&str> = places(text).into_iter().map(|p| &text[p]).collect();
        assert_eq!(words, ["a", "bc", "d"]);
        assert_eq!(folded("“Budgets,"), folded("budgets"));
        assert_ne!(folded("—"), folded("…"));
    }
}
