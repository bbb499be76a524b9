//! Right-to-left text: pages hold it in the order in which it is seen, readers want the order in which it is read.

use unicode_bidi::BidiClass;

/// True for letters that are written from right to left.
pub(super) fn is_rtl(c: char) -> bool {
    c >= '\u{590}' && matches!(unicode_bidi::bidi_class(c), BidiClass::R | BidiClass::AL)
}

/// True for marks that stand on the letter before them.
pub(super) fn is_mark(c: char) -> bool {
    c >= '\u{300}' && unicode_bidi::bidi_class(c) == BidiClass::NSM
}

fn is_ltr(c: char) -> bool {
    matches!(unicode_bidi::bidi_class(c), BidiClass::L | BidiClass::EN | BidiClass::AN)
}

/// The text of one glyph as it would be seen from left to right; [`logical`] turns it back.
pub(super) fn visual(text: &str) -> String {
    if text.chars().nth(1).is_none() || !text.chars().any(is_rtl) {
        return text.to_owned();
    }
    reversed(text)
}

/// A word in the order in which it is read, from the order in which it is seen.
pub(super) fn logical(seen: &str) -> String {
    let mut out = String::with_capacity(seen.len());
    let clusters = clusters(seen);
    let mut at = clusters.len();
    while at > 0 {
        let end = at;
        // numbers and Latin letters inside keep their own order
        while at > 0 && clusters[at - 1].chars().all(is_ltr) {
            at -= 1;
        }
        if at < end {
            clusters[at..end].iter().for_each(|c| out.push_str(c));
        } else {
            at -= 1;
            out.push_str(clusters[at]);
        }
    }
    out
}

fn reversed(text: &str) -> String {
    clusters(text).into_iter().rev().collect()
}

fn clusters(text: &str) -> Vec<&str> {
    let mut starts: Vec<usize> =
        text.char_indices().filter(|&(i, c)| i == 0 || !is_mark(c)).map(|(i, _)| i).collect();
    starts.push(text.len());
    starts.windows(2).map(|w| &text[w[0]..w[1]]).collect()
}

/// Puts the words of a line, given from left to right, into reading order. `text` gives a word's text.
pub(super) fn order<T>(words: &mut [T], text: impl Fn(&T) -> &str) {
    let rtl = |w: &T| text(w).chars().any(is_rtl);
    let right = words.iter().filter(|w| rtl(w)).count();
    if right == 0 {
        return;
    }
    let ltr = |w: &T| !rtl(w) && text(w).chars().any(is_ltr);
    let left = words.iter().filter(|w| ltr(w)).count();
    if right >= left {
        words.reverse();
        reverse_stretches(words, ltr);
    } else {
        reverse_stretches(words, rtl);
    }
}

/// Reverses each stretch of words that `belongs` holds for.
fn reverse_stretches<T>(words: &mut [T], belongs: impl Fn(&T) -> bool) {
    let mut start = 0;
    while start < words.len() {
        let end = start + words[start..].iter().take_while(|w| belongs(w)).count();
        words[start..end].reverse();
        start = end.max(start + 1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hebrew_word_is_read_from_the_right() {
        assert_eq!(logical("םולש"), "שלום");
        assert_eq!(logical("2025-תנש"), "שנת-2025");
    }

    #[test]
    fn words_of_a_mixed_line_are_ordered() {
        let mut words = vec!["abc", "12", "ב", "א"];
        order(&mut words, |w| w);
        assert_eq!(words, ["א", "ב", "abc", "12"]);
        let mut words = vec!["one", "two", "ב", "א", "three"];
        order(&mut words, |w| w);
        assert_eq!(words, ["one", "two", "א", "ב", "three"]);
    }
}
