//! Folds text into one plain spelling, word by word, and remembers where each word stood.
//!
//! The automaton only ever sees the folded form: lower case, width and ligatures undone, every word between single spaces.
//! A match is therefore a run of whole words, and its place in the document is that of its first and last word. Phrases
//! of the lexicons pass through the same function, so text and pattern can never disagree about what a word is.

use unicode_normalization::UnicodeNormalization;

/// One folded word or punctuation mark and where it stood.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Token {
    /// First byte in the folded text (after its leading space).
    pub fold: u32,
    /// First byte in the source.
    pub start: u32,
    /// One past the last byte in the source.
    pub end: u32,
    /// What kind of word it is.
    pub shape: Shape,
}

/// What matters of a word besides its letters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shape {
    /// A word in lower case.
    Lower,
    /// A word that begins with a capital.
    Capital,
    /// A word that begins with a digit.
    Number,
    /// A mark that phrases do not cross: . , ; : ! ? ( ) | and the like.
    Mark,
}

/// Folded text with its words. Every word is between spaces: ` we split the bill . `
#[derive(Debug, Default, Clone)]
pub(crate) struct Folded {
    pub text: Vec<u8>,
    pub tokens: Vec<Token>,
}

impl Folded {
    /// Empties it and keeps the memory.
    pub fn clear(&mut self) {
        self.text.clear();
        self.tokens.clear();
        self.text.push(b' ');
    }

    /// The folded letters of a token.
    pub fn word(&self, token: usize) -> &[u8] {
        let start = self.tokens[token].fold as usize;
        let end = self.tokens.get(token + 1).map_or(self.text.len(), |t| t.fold as usize);
        &self.text[start..end - 1]
    }

    /// Appends the words of `source`; `base` is where `source` begins in the document, in bytes.
    pub fn push(&mut self, source: &str, base: usize) {
        let bytes = source.as_bytes();
        let (mut at, mut open) = (0, false);
        while at < bytes.len() {
            at += match bytes[at] {
                0..128 => self.ascii(bytes, at, base, &mut open),
                _ => match source[at..].chars().next() {
                    Some(c) => self.wide(c, bytes, at, base, &mut open),
                    None => break,
                },
            };
        }
        self.close(&mut open);
    }

    /// One ASCII byte; returns how many bytes it took.
    fn ascii(&mut self, bytes: &[u8], at: usize, base: usize, open: &mut bool) -> usize {
        let byte = bytes[at];
        let place = base + at;
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' => self.letter(byte, place, 1, open),
            b'\'' => return self.apostrophe(bytes, at, 1, open),
            b'&' => self.whole("and", place, 1, Shape::Lower, open),
            b'%' => self.whole("percent", place, 1, Shape::Lower, open),
            b'$' => self.whole("$", place, 1, Shape::Number, open),
            b'.' if *open && bytes.get(at + 1).is_some_and(u8::is_ascii_digit) => self.inside(b'.', place),
            b'\n' | b'\t' => self.whole("|", place, 1, Shape::Mark, open),
            b'.' | b',' | b';' | b':' | b'!' | b'?' | b'(' | b')' | b'|' => {
                let mark = char::from(byte);
                self.whole(mark.encode_utf8(&mut [0; 4]), place, 1, Shape::Mark, open);
            }
            _ => self.close(open),
        }
        1
    }

    /// One character outside ASCII: width forms, ligatures and accents fold to plain letters.
    fn wide(&mut self, c: char, bytes: &[u8], at: usize, base: usize, open: &mut bool) -> usize {
        let width = c.len_utf8();
        match c {
            '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}' => {} // invisible: the word goes on
            '\u{2018}' | '\u{2019}' | '\u{2bc}' => return self.apostrophe(bytes, at, width, open),
            '\u{2010}' | '\u{2011}' => self.close(open), // hyphens
            '\u{2012}'..='\u{2015}' | '\u{2022}' | '\u{b7}' | '\u{2026}' => {
                self.whole(",", base + at, width, Shape::Mark, open)
            }
            '£' | '€' => self.whole("$", base + at, width, Shape::Number, open),
            c if c.is_alphanumeric() => {
                for plain in c.nfkd().flat_map(char::to_lowercase).filter(|p| p.is_alphanumeric()) {
                    let shape = if c.is_uppercase() { Shape::Capital } else { Shape::Lower };
                    self.spelled(plain, base + at, width, shape, open);
                }
            }
            _ => self.close(open),
        }
        width
    }

    fn letter(&mut self, byte: u8, at: usize, width: usize, open: &mut bool) {
        let shape = match byte {
            b'A'..=b'Z' => Shape::Capital,
            b'0'..=b'9' => Shape::Number,
            _ => Shape::Lower,
        };
        self.spelled(char::from(byte.to_ascii_lowercase()), at, width, shape, open);
    }

    fn spelled(&mut self, c: char, at: usize, width: usize, shape: Shape, open: &mut bool) {
        if !*open {
            self.tokens.push(Token { fold: self.text.len() as u32, start: at as u32, end: at as u32, shape });
            *open = true;
        }
        self.text.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
        if let Some(token) = self.tokens.last_mut() {
            token.end = (at + width) as u32;
        }
    }

    /// A mark inside a word: `3.5` stays one word.
    fn inside(&mut self, byte: u8, at: usize) {
        self.text.push(byte);
        if let Some(token) = self.tokens.last_mut() {
            token.end = at as u32 + 1;
        }
    }

    /// A word of its own.
    fn whole(&mut self, word: &str, at: usize, width: usize, shape: Shape, open: &mut bool) {
        self.close(open);
        let (start, end) = (at as u32, (at + width) as u32);
        self.tokens.push(Token { fold: self.text.len() as u32, start, end, shape });
        self.text.extend_from_slice(word.as_bytes());
        self.text.push(b' ');
    }

    fn close(&mut self, open: &mut bool) {
        if std::mem::take(open) {
            self.text.push(b' ');
        }
    }

    /// `'s` vanishes, `n't` closes up, any other apostrophe parts two words. Returns the bytes it took.
    fn apostrophe(&mut self, bytes: &[u8], at: usize, width: usize, open: &mut bool) -> usize {
        let next = bytes.get(at + width).map(u8::to_ascii_lowercase);
        let ends = bytes.get(at + width + 1).is_none_or(|b| !b.is_ascii_alphanumeric());
        match next {
            Some(b's') if *open && ends => width + 1,
            Some(b't') if *open && ends && self.text.last() == Some(&b'n') => width,
            _ => {
                self.close(open);
                width
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fold(text: &str) -> String {
        let mut folded = Folded::default();
        folded.clear();
        folded.push(text, 0);
        String::from_utf8(folded.text).unwrap()
    }

    #[test]
    fn words_stand_between_single_spaces() {
        assert_eq!(fold("We split the  Bill, by team."), " we split the bill , by team . ");
    }

    #[test]
    fn width_ligatures_accents_and_invisibles_fold() {
        assert_eq!(fold("ﬁnance Ｃｌｏｕｄ café cost\u{200b}s"), " finance cloud cafe costs ");
    }

    #[test]
    fn apostrophes() {
        assert_eq!(
            fold("client's bill, don't, we’ll, teams' costs"),
            " client bill , dont , we ll , teams costs "
        );
    }

    #[test]
    fn hyphens_part_words_and_signs_are_words() {
        assert_eq!(fold("right-sizing R&D 15% $5 v3.5."), " right sizing r and d 15 percent $ 5 v3.5 . ");
    }

    #[test]
    fn tokens_point_at_their_source() {
        let text = "Le coût — £5 ﬁx";
        let mut folded = Folded::default();
        folded.clear();
        folded.push(text, 10);
        let sources: Vec<&str> =
            folded.tokens.iter().map(|t| &text[t.start as usize - 10..t.end as usize - 10]).collect();
        assert_eq!(sources, ["Le", "coût", "—", "£", "5", "ﬁx"]);
        assert_eq!(folded.word(1), b"cout");
    }
}
