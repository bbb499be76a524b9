//! Names of inputs: a path as text, losslessly.
//!
//! File names on Unix are bytes. Those that are not UTF-8 are written as `%XX`, and a `%` that could be mistaken for such
//! a byte as `%25`; so two different names never become one source, and ordinary names stay as they are.

use std::os::unix::ffi::OsStrExt;
use std::path::Path;

/// The path as a source: `/` between parts, invalid bytes as `%XX`.
pub fn source_name(path: &Path) -> String {
    let mut out = String::new();
    for chunk in path.as_os_str().as_bytes().utf8_chunks() {
        push_valid(&mut out, chunk.valid());
        for byte in chunk.invalid() {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

fn push_valid(out: &mut String, valid: &str) {
    for (i, c) in valid.char_indices() {
        out.push(c);
        if c == '%' && reads_as_escape(&valid[i + 1..]) {
            out.push_str("25");
        }
    }
}

/// True where `%` and these characters would read as one of our own escapes: a byte above 7F, or `%25`.
fn reads_as_escape(rest: &str) -> bool {
    let digits = rest.get(..2).and_then(|d| u8::from_str_radix(d, 16).ok());
    digits.is_some_and(|byte| byte >= 0x80 || byte == 0x25)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::ffi::OsStr;

    fn name(bytes: &[u8]) -> String {
        source_name(Path::new(OsStr::from_bytes(bytes)))
    }

    #[test]
    fn ordinary_names_stay_as_they_are() {
        for plain in ["sub/sow.pdf", "Angebot für Köln 100%.docx", "a%41b.md", "%"] {
            assert_eq!(name(plain.as_bytes()), plain);
        }
    }

    #[test]
    fn names_in_other_encodings_stay_apart() {
        assert_eq!(name(b"K\xF6ln.pdf"), "K%F6ln.pdf");
        assert_eq!(name(b"K%F6ln.pdf"), "K%25F6ln.pdf");
        assert_eq!(name(b"K%25F6ln.pdf"), "K%2525F6ln.pdf");
    }
}
