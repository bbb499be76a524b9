//! Links that open an input at the cited words, as far as its format allows.

use crate::view::Read;
use capmap_model::{Capture, Citation, Format, Suggestion};
use std::collections::HashMap;

/// What links need to know of the inputs.
pub struct Links<'a>(HashMap<&'a str, (Format, Option<&'a Capture>)>);

impl<'a> Links<'a> {
    /// Of the inputs of a map.
    pub fn of(inputs: &'a [Read<'_>]) -> Self {
        let known = |read: &'a Read<'_>| {
            let file = read.entry.file;
            (file.source.as_str(), (read.entry.format(), file.capture.as_ref()))
        };
        Links(inputs.iter().filter(|read| read.entry.known().is_some()).map(known).collect())
    }

    /// A PDF at the page, a web page at the words. Where no link can lead to these words alone, the capture.
    pub fn link(&self, suggestion: &Suggestion) -> String {
        let (format, capture) =
            self.0.get(suggestion.citation.source()).copied().unwrap_or((Format::Other, None));
        link(suggestion, format, capture)
    }
}

/// The same for one suggestion on its own.
pub fn link(suggestion: &Suggestion, format: Format, capture: Option<&Capture>) -> String {
    to(&suggestion.citation, format, capture)
}

/// The same for a citation, whoever found it.
pub fn to(citation: &Citation, format: Format, capture: Option<&Capture>) -> String {
    let document = address(citation.source());
    match (format, citation.page(), citation.fragment(), capture) {
        (Format::Pdf, Some(page), ..) => format!("{document}#page={page}"),
        (Format::Html, _, Some(fragment), _) => format!("{document}#:~:text={fragment}"),
        (Format::Html, _, None, Some(capture)) => {
            format!("snapshots/{}#{}", address(&capture.file), capture.record)
        }
        _ => document,
    }
}

/// A source as an address. Bytes that are not UTF-8 stand in a source as `%XX` already, as an address wants them.
pub fn address(source: &str) -> String {
    if source.starts_with("http://") || source.starts_with("https://") {
        return source.to_owned();
    }
    let escape = |rest: &str| {
        let digits = rest.get(1..3).and_then(|d| u8::from_str_radix(d, 16).ok());
        rest.starts_with('%') && digits.is_some_and(|byte| byte >= 0x80 || byte == 0x25)
    };
    let mut out = String::new();
    for (i, c) in source.char_indices() {
        if c == '/' || c == '-' || escape(&source[i..]) {
            out.push(c);
        } else {
            out.push_str(&encode(c.encode_utf8(&mut [0; 4])));
        }
    }
    out
}

fn encode(text: &str) -> String {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"._~".contains(&b);
    text.bytes().map(|b| if plain(b) { char::from(b).to_string() } else { format!("%{b:02X}") }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sources_become_addresses() {
        assert_eq!(address("sub/SOW 12 - a#b?.pdf"), "sub/SOW%2012%20-%20a%23b%3F.pdf");
        assert_eq!(address("K%F6ln 100%.pdf"), "K%F6ln%20100%25.pdf");
        assert_eq!(address("https://a.example/b?c=d#e"), "https://a.example/b?c=d#e");
    }
}
