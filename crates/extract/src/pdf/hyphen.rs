//! Joining lines: hyphens that only a line's end brought are taken out, those of the word stay.
//!
//! No word list is shipped; the document is its own. A word that stands elsewhere without the hyphen loses it, one that
//! stands elsewhere with it keeps it, and so do halves that are words of the document themselves.

use std::collections::HashSet;

/// First halves that take a hyphen in careful writing.
const PREFIXES: [&str; 24] = [
    "sub", "non", "self", "pre", "post", "multi", "cross", "ex", "anti", "co", "semi", "all", "well", "high",
    "low", "long", "short", "full", "part", "real", "on", "off", "third", "in",
];

/// Words of a document, in small letters, as they stand inside lines.
#[derive(Default)]
pub(super) struct Vocabulary {
    words: HashSet<String>,
}

impl Vocabulary {
    /// Learns the words of a line; the halves at its ends are left out where they may be halves.
    pub(super) fn learn(&mut self, line: &str) {
        let mut words = line.split_whitespace().peekable();
        while let Some(word) = words.next() {
            let word = trimmed(word);
            if words.peek().is_none() && line.ends_with(is_hyphen) {
                break;
            }
            if word.len() >= 2 && !word.bytes().all(|b| b.is_ascii_digit()) {
                let lower = word.to_lowercase();
                if lower.contains('-') {
                    self.words.extend(lower.split('-').filter(|p| p.len() >= 2).map(str::to_owned));
                }
                self.words.insert(lower);
            }
        }
    }

    fn has(&self, word: &str) -> bool {
        self.words.contains(&word.to_lowercase())
    }

    /// Whether `left-` and `right`, parted by a line's end, are written with a hyphen.
    fn keeps_hyphen(&self, left: &str, right: &str) -> bool {
        if !right.starts_with(char::is_lowercase) || left.is_empty() {
            return true;
        }
        if self.has(&format!("{left}{right}")) {
            return false;
        }
        left.contains('-')
            || self.has(&format!("{left}-{right}"))
            || PREFIXES.contains(&left.to_lowercase().as_str())
            || (left.len() >= 3 && right.len() >= 3 && self.has(left) && self.has(right))
    }
}

fn trimmed(word: &str) -> &str {
    word.trim_matches(|c: char| !c.is_alphanumeric())
}

fn is_hyphen(c: char) -> bool {
    matches!(c, '-' | '\u{2010}' | '\u{ad}')
}

/// True where a line's end may have cut a word.
pub(super) fn is_cut(line: &str) -> bool {
    let mut back = line.chars().rev();
    back.next().is_some_and(is_hyphen) && back.next().is_some_and(char::is_alphabetic)
}

/// Appends a line to the lines before it. Gives the byte at which the line's own words begin.
pub(super) fn append(text: &mut String, line: &str, vocabulary: &Vocabulary) -> usize {
    if text.is_empty() || line.is_empty() {
        text.push_str(line);
        return 0;
    }
    if is_cut(text) && line.starts_with(char::is_alphanumeric) {
        let soft = text.ends_with('\u{ad}');
        let cut = text.char_indices().next_back().map_or(0, |(i, _)| i);
        let start = text[..cut].rfind(char::is_whitespace).map_or(0, |i| i + 1);
        let left = text[start..cut].trim_start_matches(|c: char| !c.is_alphanumeric());
        let right = trimmed(line.split_whitespace().next().unwrap_or(""));
        if soft || !vocabulary.keeps_hyphen(left, right) {
            text.truncate(cut);
        }
    } else if !text.ends_with(['/', '\u{2014}']) || !line.starts_with(char::is_alphanumeric) {
        text.push(' ');
    }
    let begin = text.len();
    text.push_str(line);
    begin
}

#[cfg(test)]
mod tests {
    use super::*;

    fn joined(lines: &[&str], known: &str) -> String {
        let mut vocabulary = Vocabulary::default();
        vocabulary.learn(known);
        let mut text = String::new();
        for line in lines {
            append(&mut text, line, &vocabulary);
        }
        text
    }

    #[test]
    fn cut_words_are_joined_and_real_hyphens_stay() {
        assert_eq!(joined(&["the infor-", "mation"], "some information here"), "the information");
        assert_eq!(joined(&["our sub-", "contractors"], ""), "our sub-contractors");
        assert_eq!(joined(&["on a pay-as-you-", "go basis"], ""), "on a pay-as-you-go basis");
        assert_eq!(joined(&["cost-", "aware teams"], "the cost is aware of"), "cost-aware teams");
        assert_eq!(joined(&["FinOps-", "Team"], ""), "FinOps-Team");
        assert_eq!(joined(&["allo\u{ad}", "cation"], ""), "allocation");
        assert_eq!(joined(&["two", "lines"], ""), "two lines");
        assert_eq!(joined(&["2019-", "2020"], ""), "2019- 2020");
    }
}
