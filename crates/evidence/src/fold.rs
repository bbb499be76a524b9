//! How text becomes index terms: words, folded so that what looks alike is found alike.
//!
//! Width, ligatures, accents, case and soft hyphens do not tell words apart. Token offsets stay those of the text as it
//! stands, so a hit is marked where it is. Every text is indexed twice: as it stands (`exact`) and by English stems
//! (`text`), so that "forecasts" finds "forecasting".

use tantivy::tokenizer::{
    Language, RemoveLongFilter, Stemmer, TextAnalyzer, Token, TokenStream, Tokenizer, TokenizerManager,
};
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Name of the tokenizer for words as they stand.
pub(crate) const FOLDED: &str = "folded";
/// Name of the tokenizer for English stems.
pub(crate) const STEMMED: &str = "stemmed";
/// Longer "words" (encoded data, rules of dashes) are not indexed; the index cannot hold terms over 64 KiB. In bytes.
const LONGEST: usize = 255;
const SOFT_HYPHEN: char = '\u{ad}';

pub(crate) fn register(tokenizers: &TokenizerManager) {
    let folded = || TextAnalyzer::builder(FoldTokenizer).filter(RemoveLongFilter::limit(LONGEST));
    tokenizers.register(FOLDED, folded().build());
    tokenizers.register(STEMMED, folded().filter(Stemmer::new(Language::English)).build());
}

#[derive(Clone)]
struct FoldTokenizer;

struct FoldStream<'a> {
    text: &'a str,
    token: Token,
}

impl Tokenizer for FoldTokenizer {
    type TokenStream<'a> = FoldStream<'a>;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> FoldStream<'a> {
        FoldStream { text, token: Token::default() }
    }
}

impl TokenStream for FoldStream<'_> {
    fn advance(&mut self) -> bool {
        let from = self.token.offset_to;
        let Some(skipped) = self.text[from..].find(char::is_alphanumeric) else {
            return false;
        };
        let start = from + skipped;
        let word = &self.text[start..];
        let word = &word[..word.find(|c| !is_word(c)).unwrap_or(word.len())];
        self.token.offset_from = start;
        self.token.offset_to = start + word.len();
        self.token.position = self.token.position.wrapping_add(1);
        self.token.text.clear();
        fold(word, &mut self.token.text);
        true
    }

    fn token(&self) -> &Token {
        &self.token
    }

    fn token_mut(&mut self) -> &mut Token {
        &mut self.token
    }
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == SOFT_HYPHEN || (!c.is_ascii() && is_combining_mark(c))
}

fn fold(word: &str, out: &mut String) {
    if word.is_ascii() {
        out.push_str(word);
        out.make_ascii_lowercase();
    } else {
        let shown = |c: &char| *c != SOFT_HYPHEN && !('\u{300}'..='\u{36f}').contains(c);
        out.extend(word.nfkd().filter(shown).flat_map(char::to_lowercase));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tokens(name: &str, text: &str) -> Vec<(String, String)> {
        let manager = TokenizerManager::default();
        register(&manager);
        let mut analyzer = manager.get(name).unwrap();
        let mut stream = analyzer.token_stream(text);
        let mut out = Vec::new();
        while let Some(t) = stream.next() {
            out.push((t.text.clone(), text[t.offset_from..t.offset_to].to_owned()));
        }
        out
    }

    fn words(name: &str, text: &str) -> Vec<String> {
        tokens(name, text).into_iter().map(|(folded, _)| folded).collect()
    }

    #[test]
    fn what_looks_alike_is_one_term() {
        let text = "Eﬃcient efficient EFFI\u{ad}CIENT Ｅｆｆｉｃｉｅｎｔ café cafe\u{301} — x2";
        let expected = ["efficient", "efficient", "efficient", "efficient", "cafe", "cafe", "x2"];
        assert_eq!(words(FOLDED, text), expected);
    }

    #[test]
    fn offsets_are_those_of_the_text_as_it_stands() {
        let seen = tokens(FOLDED, "“Eﬃ\u{ad}cient” café.");
        let as_written: Vec<&str> = seen.iter().map(|(_, written)| written.as_str()).collect();
        assert_eq!(as_written, ["Eﬃ\u{ad}cient", "café"]);
    }

    #[test]
    fn english_words_meet_in_their_stem() {
        assert_eq!(words(STEMMED, "Forecasts forecasting FORECASTED"), ["forecast"; 3]);
    }
}
