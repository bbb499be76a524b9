//! What bytes are, by what they hold. Names count only where content cannot tell (Markdown is text).

use crate::charset;
use capmap_model::{Failure, FailureKind, Format, Outcome};

/// How much of the beginning is looked at.
const HEAD: usize = 4096;

/// Tells the format of `bytes`; `name` (a path or URL) breaks ties between kinds of text. Never fails: what nobody knows is
/// [`Format::Other`]. Looks at a few KiB and at an archive's directory, and expands nothing.
pub fn sniff(bytes: &[u8], name: &str) -> Format {
    let head = &bytes[..bytes.len().min(HEAD)];
    if contains(&head[..head.len().min(1024)], b"%PDF-") {
        return Format::Pdf;
    }
    if head.starts_with(b"PK\x03\x04") || head.starts_with(b"PK\x05\x06") {
        return in_archive(bytes);
    }
    if head.starts_with(b"{\\rtf") {
        return Format::Rtf;
    }
    if head.starts_with(b"WARC/1.")
        || (head.starts_with(&[0x1f, 0x8b]) && name.to_ascii_lowercase().contains(".warc"))
    {
        return Format::Warc;
    }
    match text_of(bytes, head) {
        Some(text) => among_texts(&text, &name.to_ascii_lowercase()),
        None => Format::Other,
    }
}

fn contains(hay: &[u8], needle: &[u8]) -> bool {
    hay.windows(needle.len()).any(|w| w == needle)
}

/// The kind of an archive, by the names in its directory, or by its first entry where the directory is cut off.
fn in_archive(bytes: &[u8]) -> Format {
    let names = directory(bytes).unwrap_or_else(|| local_names(bytes));
    let has = |prefix: &str| names.iter().any(|n| n.starts_with(prefix.as_bytes()));
    let office = has("[Content_Types].xml") || has("_rels/");
    let opendocument = contains(&bytes[..bytes.len().min(256)], b"application/vnd.oasis.opendocument.text");
    match () {
        () if office && has("xl/") && !has("word/") => Format::Xlsx,
        () if office && has("ppt/") && !has("word/") => Format::Pptx,
        () if office => Format::Docx,
        () if opendocument => Format::Odt,
        () => Format::Zip,
    }
}

fn u16_at(bytes: &[u8], at: usize) -> Option<usize> {
    Some(usize::from(u16::from_le_bytes(bytes.get(at..at + 2)?.try_into().ok()?)))
}

fn u32_at(bytes: &[u8], at: usize) -> Option<usize> {
    usize::try_from(u32::from_le_bytes(bytes.get(at..at + 4)?.try_into().ok()?)).ok()
}

/// Names of at most a thousand entries from the central directory.
fn directory(bytes: &[u8]) -> Option<Vec<&[u8]>> {
    let tail = bytes.len().saturating_sub(65_557);
    let end = tail + bytes[tail..].windows(4).rposition(|w| w == b"PK\x05\x06")?;
    let mut at = u32_at(bytes, end + 16)?;
    let mut names = Vec::new();
    while names.len() < 1000 && bytes.get(at..at + 4) == Some(b"PK\x01\x02") {
        let (name, extra, comment) =
            (u16_at(bytes, at + 28)?, u16_at(bytes, at + 30)?, u16_at(bytes, at + 32)?);
        names.push(bytes.get(at + 46..at + 46 + name)?);
        at += 46 + name + extra + comment;
    }
    (!names.is_empty()).then_some(names)
}

/// Names that stand in local headers near the beginning, for an archive that was cut short.
fn local_names(bytes: &[u8]) -> Vec<&[u8]> {
    let head = &bytes[..bytes.len().min(1 << 16)];
    let starts = head.windows(4).enumerate().filter(|(_, w)| *w == b"PK\x03\x04").map(|(at, _)| at);
    starts
        .filter_map(|at| u16_at(head, at + 26).and_then(|n| head.get(at + 30..at + 30 + n)))
        .take(100)
        .collect()
}

/// The beginning as text; none where it is binary.
fn text_of(bytes: &[u8], head: &[u8]) -> Option<String> {
    let cut = if bytes.len() > head.len() { head.len() & !1 } else { head.len() };
    let text = charset::decode(&head[..cut], None, true).text;
    let odd = text
        .chars()
        .filter(|&c| c == '\u{fffd}' || (c.is_control() && !c.is_whitespace() && c != '\u{1b}'))
        .count();
    let chars = text.chars().count();
    // The last character may be cut in half.
    (!text.trim().is_empty() && odd <= 2 + chars / 100 && !text.contains('\0')).then_some(text)
}

fn among_texts(text: &str, name: &str) -> Format {
    let path = name.split(['?', '#']).next().unwrap_or(name);
    let named = |ends: &[&str]| ends.iter().any(|e| path.ends_with(e));
    let start = text.trim_start();
    match () {
        () if named(&[".md", ".markdown", ".mdx", ".mkd"]) => Format::Markdown,
        () if is_html(start, named(&[".html", ".htm", ".xhtml"])) => Format::Html,
        () if is_mail(start, named(&[".eml"])) => Format::Email,
        () if named(&[".txt", ".text"]) => Format::Text,
        () if is_markdown(start) => Format::Markdown,
        () if named(DATA) => Format::Other,
        () => Format::Text,
    }
}

/// Text that is no prose: code, data and configuration.
const DATA: &[&str] = &[
    ".json", ".csv", ".tsv", ".xml", ".js", ".css", ".py", ".rs", ".toml", ".yaml", ".yml", ".ini", ".sh",
    ".svg", ".sql", ".log", ".ts", ".java", ".c", ".h", ".typ", ".tex", ".clauses", ".fodt", ".ics", ".vcf",
    ".jsonl", ".lock",
];

fn is_html(start: &str, named: bool) -> bool {
    let lower = start.chars().take(2048).collect::<String>().to_ascii_lowercase();
    let opens = [
        "<!doctype html",
        "<html",
        "<head",
        "<body",
        "<title",
        "<div",
        "<main",
        "<article",
        "<section",
        "<table",
        "<p>",
    ];
    let begins = |s: &str| opens.iter().any(|o| s.starts_with(o));
    let after_comment = lower.split("-->").last().unwrap_or("").trim_start().to_owned();
    begins(&lower)
        || (lower.starts_with("<!--") && begins(&after_comment))
        || (lower.starts_with("<?xml") && (lower.contains("<html") || lower.contains("<!doctype html")))
        || (named && lower.contains('<'))
        || (lower.starts_with('<') && lower.contains("<html"))
}

fn is_mail(start: &str, named: bool) -> bool {
    let known = [
        "from:",
        "to:",
        "subject:",
        "date:",
        "received:",
        "return-path:",
        "message-id:",
        "mime-version:",
        "delivered-to:",
    ];
    let header =
        start.split("\n\n").next().unwrap_or("").split("\r\n\r\n").next().unwrap_or("").to_ascii_lowercase();
    let first_is_field = header.lines().next().is_some_and(|l| {
        l.starts_with("from ")
            || l.split_once(':').is_some_and(|(k, _)| !k.is_empty() && !k.contains(char::is_whitespace))
    });
    let hits = known.iter().filter(|k| header.lines().any(|l| l.starts_with(*k))).count();
    let technical = header.lines().any(|l| {
        l.starts_with("received:") || l.starts_with("message-id:") || l.starts_with("mime-version:")
    });
    first_is_field && ((hits >= 3 && technical) || (named && hits >= 2))
}

/// Front matter with a heading, or headings together with links, fences or tables.
fn is_markdown(start: &str) -> bool {
    let headings = start
        .lines()
        .filter(|l| l.starts_with("# ") || l.starts_with("## ") || l.starts_with("### "))
        .count();
    let syntax =
        start.contains("](") || start.contains("\n```") || start.contains("|---") || start.contains("| ---");
    headings > 2 || (headings > 0 && (syntax || start.starts_with("---\n")))
}

/// What to say of bytes that no reader takes.
pub(crate) fn refuse(bytes: &[u8], source: &str) -> Outcome {
    let unsupported =
        |detail: &str| Outcome::Skipped { failure: Failure::new(FailureKind::Unsupported, detail) };
    if bytes.starts_with(&[0xd0, 0xcf, 0x11, 0xe0]) {
        return refuse_ole(bytes, source);
    }
    let kinds: [(&[u8], &str); 14] = [
        (b"\x89PNG", "an image; pass the document that it was taken from, or a PDF"),
        (b"\xff\xd8\xff", "an image; pass the document that it was taken from, or a PDF"),
        (b"GIF8", "an image; pass the document that it was taken from, or a PDF"),
        (b"II*\0", "an image; pass the document that it was taken from, or a PDF"),
        (b"MM\0*", "an image; pass the document that it was taken from, or a PDF"),
        (b"BM", "an image; pass the document that it was taken from, or a PDF"),
        (b"RIFF", "sound or pictures, not a document"),
        (b"ID3", "sound, not a document"),
        (b"7z\xbc\xaf", "a 7z archive; unpack it and pass the folder"),
        (b"Rar!", "a RAR archive; unpack it and pass the folder"),
        (b"\x1f\x8b", "a gzip archive; unpack it and pass the folder"),
        (b"BZh", "a bzip2 archive; unpack it and pass the folder"),
        (b"\xfd7zXZ", "an xz archive; unpack it and pass the folder"),
        (b"\x7fELF", "a program, not a document"),
    ];
    match kinds.iter().find(|(magic, _)| bytes.starts_with(magic)) {
        Some((_, detail)) => unsupported(detail),
        None if bytes.get(4..8) == Some(b"ftyp") => unsupported("film or sound, not a document"),
        None if text_of(bytes, &bytes[..bytes.len().min(HEAD)]).is_some() => {
            unsupported("data or code, not a document; save it as .txt if it is to be read")
        }
        None => unsupported("not a kind of file that is read; save it as PDF, .docx or text"),
    }
}

fn refuse_ole(bytes: &[u8], source: &str) -> Outcome {
    let wide = |s: &str| s.bytes().flat_map(|b| [b, 0]).collect::<Vec<u8>>();
    if contains(bytes, &wide("EncryptedPackage")) {
        let detail =
            "an encrypted Office document; open it with its password, save it without one, and pass that";
        return Outcome::Unreadable { failure: Failure::new(FailureKind::Encrypted, detail) };
    }
    let lower = source.to_ascii_lowercase();
    let detail = match () {
        () if contains(bytes, &wide("WordDocument")) => "old Word format; save it as .docx or PDF",
        () if contains(bytes, &wide("Workbook")) || lower.ends_with(".xls") => {
            "old Excel format; save it as .xlsx"
        }
        () if contains(bytes, &wide("PowerPoint Document")) => {
            "old PowerPoint format; save it as .pptx or PDF"
        }
        () if lower.ends_with(".msg") => "an Outlook message; save it as .eml or PDF",
        () => "an old Office file; save it in a current format or as PDF",
    };
    Outcome::Skipped { failure: Failure::new(FailureKind::Unsupported, detail) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn by_content_not_by_name() {
        assert_eq!(sniff(b"\r\njunk\n%PDF-1.4", "a.docx"), Format::Pdf);
        assert_eq!(sniff(b"{\\rtf1 hello}", "a.doc"), Format::Rtf);
        assert_eq!(sniff(b"<!-- saved -->\n<!DOCTYPE html><p>x", "page"), Format::Html);
        assert_eq!(sniff(b"<?xml version='1.0'?><html xmlns='x'>", "a.txt"), Format::Html);
        assert_eq!(sniff(b"Received: by x\nFrom: a@b\nSubject: hi\n\nbody", "x"), Format::Email);
        assert_eq!(sniff(b"From: the desk of A\nWe agree.", "x.txt"), Format::Text);
        assert_eq!(sniff(b"WARC/1.0\r\n", "x"), Format::Warc);
        assert_eq!(sniff(b"# Title\n\nSee [x](y).\n", "README"), Format::Markdown);
        assert_eq!(sniff(b"Plain words.", "terms"), Format::Text);
        assert_eq!(sniff(b"# not a heading", "a.py"), Format::Other);
        assert_eq!(sniff(&[0, 1, 2, 3, 200, 0, 0], "a.txt"), Format::Other);
        assert_eq!(sniff(b"\xff\xfeh\0i\0 \0t\0h\0e\0r\0e\0", "a"), Format::Text);
        assert_eq!(sniff(b"", "a"), Format::Other);
    }

    #[test]
    fn old_office_files_are_told_apart() {
        let ole = |stream: &str| {
            let mut bytes = vec![0xd0, 0xcf, 0x11, 0xe0];
            bytes.extend(stream.bytes().flat_map(|b| [b, 0]));
            refuse(&bytes, "a.doc").failure().map(|f| (f.kind, f.detail.clone())).unwrap()
        };
        assert_eq!(ole("EncryptedPackage").0, FailureKind::Encrypted);
        assert_eq!(
            ole("WordDocument"),
            (FailureKind::Unsupported, "old Word format; save it as .docx or PDF".into())
        );
    }
}
