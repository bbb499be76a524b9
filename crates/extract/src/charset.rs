//! Which charset bytes are in, and their text.
//!
//! In this order: byte order mark, what the HTTP header said, what the page says of itself, valid UTF-8, UTF-16 by its
//! zero bytes, then detection. Bytes that do not fit become the replacement character and are counted.

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE};

/// Decoded text.
#[derive(Debug)]
pub(crate) struct Decoded {
    /// The text, without byte order mark.
    pub text: String,
    /// A remark where bytes did not fit the charset.
    pub note: Option<String>,
}

/// Decodes `bytes`. `header` is the charset that an HTTP header or a mail part named; `markup` looks for a declaration.
pub(crate) fn decode(bytes: &[u8], header: Option<&str>, markup: bool) -> Decoded {
    let encoding = choose(bytes, header, markup);
    let (text, used, bad) = encoding.decode(bytes);
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text).to_owned();
    let note = bad.then(|| {
        let count = text.chars().filter(|&c| c == '\u{fffd}').count();
        format!("{count} characters do not fit the charset {} and are shown as \u{fffd}", used.name())
    });
    Decoded { text, note }
}

fn choose(bytes: &[u8], header: Option<&str>, markup: bool) -> &'static Encoding {
    if let Some((encoding, _)) = Encoding::for_bom(bytes) {
        return encoding;
    }
    if let Some(encoding) = header.and_then(|h| Encoding::for_label(h.trim().as_bytes())) {
        return encoding;
    }
    let utf16 = utf16_by_zeros(bytes);
    let declared = if markup && utf16.is_none() { declared(&bytes[..bytes.len().min(4096)]) } else { None };
    if let Some(encoding) = declared.filter(|&e| e != UTF_8) {
        return encoding;
    }
    if std::str::from_utf8(bytes).is_ok() && utf16.is_none() {
        return UTF_8;
    }
    utf16.or(declared).unwrap_or_else(|| detect(bytes))
}

fn detect(bytes: &[u8]) -> &'static Encoding {
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Allow);
    detector.feed(&bytes[..bytes.len().min(1 << 20)], true);
    detector.guess(None, Utf8Detection::Allow)
}

/// What `<meta charset=..>`, `<meta content="..;charset=..">` or `<?xml encoding=..?>` says near the beginning.
fn declared(head: &[u8]) -> Option<&'static Encoding> {
    let head = String::from_utf8_lossy(head).to_ascii_lowercase();
    let xml = head
        .strip_prefix("<?xml")
        .and_then(|rest| rest.split("?>").next())
        .and_then(|d| label_after(d, "encoding"));
    let mut metas = head.split("<meta").skip(1).filter_map(|m| m.split('>').next());
    let label = metas.find_map(|meta| label_after(meta, "charset")).or(xml)?;
    let encoding = Encoding::for_label(label.as_bytes())?;
    // A page whose declaration can be read as ASCII is not in UTF-16, whatever it says.
    Some(if encoding == UTF_16LE || encoding == UTF_16BE { UTF_8 } else { encoding })
}

fn label_after<'a>(text: &'a str, key: &str) -> Option<&'a str> {
    let rest = &text[text.find(key)? + key.len()..];
    let rest = rest.trim_start().strip_prefix('=')?.trim_start().trim_start_matches(['"', '\'']);
    let end = rest
        .find(|c: char| c.is_whitespace() || matches!(c, '"' | '\'' | ';' | '/' | '>'))
        .unwrap_or(rest.len());
    Some(&rest[..end])
}

/// UTF-16 without a mark: every second byte of Western text is zero.
fn utf16_by_zeros(bytes: &[u8]) -> Option<&'static Encoding> {
    let head = &bytes[..bytes.len().min(4096) & !1];
    let zeros = |offset: usize| head.iter().skip(offset).step_by(2).filter(|&&b| b == 0).count();
    let (even, odd, pairs) = (zeros(0), zeros(1), head.len() / 2);
    match () {
        () if pairs < 4 => None,
        () if odd * 10 > pairs * 6 && even * 20 < pairs => Some(UTF_16LE),
        () if even * 10 > pairs * 6 && odd * 20 < pairs => Some(UTF_16BE),
        () => None,
    }
}

#[cfg(test)]
mod tests {
    use super::decode;

    #[test]
    fn every_way_to_say_it() {
        let text = |bytes: &[u8], header, markup| decode(bytes, header, markup).text;
        assert_eq!(text(b"\xef\xbb\xbfcaf\xc3\xa9", Some("latin1"), false), "café");
        assert_eq!(text(b"caf\xe9", Some("iso-8859-1"), false), "café");
        assert_eq!(text(b"<meta charset='windows-1251'>\xc6", None, true), "<meta charset='windows-1251'>Ж");
        assert_eq!(
            text(b"<?xml version='1.0' encoding='iso-8859-2'?>\xb1", None, true).chars().last(),
            Some('ą')
        );
        assert_eq!(text(b"h\0e\0l\0l\0o\0", None, false), "hello");
        assert_eq!(text("Größe der Wolke".as_bytes(), None, false), "Größe der Wolke");
        assert_eq!(
            text(b"Gr\xf6\xdfe der Stra\xdfe in M\xfcnchen", None, false),
            "Größe der Straße in München"
        );
        assert!(decode(b"a\xffb", Some("utf-8"), false).note.is_some());
    }
}
