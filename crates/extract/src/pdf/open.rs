//! Opening a file: passwords, cut-short files, title, language and outline.

use crate::Options;
use capmap_model::{Failure, FailureKind};
use hayro_interpret::hayro_syntax::object::{Dict, String as PdfString};
use hayro_interpret::hayro_syntax::{DecryptionError, LoadPdfError, Pdf};

/// Entries of an outline that are read.
const MOST_ENTRIES: usize = 20_000;
/// Levels of an outline that are read.
const DEEPEST: u8 = 9;

/// An opened file.
pub(super) struct Opened {
    pub(super) pdf: Pdf,
    /// The title that the file states.
    pub(super) title: Option<String>,
    /// BCP 47 language that the file states.
    pub(super) language: Option<String>,
    /// Titles of the outline with their depth from 1, in its order.
    pub(super) outline: Vec<(u8, String)>,
    /// The file's end is missing.
    pub(super) cut_short: bool,
}

/// Opens a file, with the empty password or the one given.
pub(super) fn open(bytes: &[u8], options: &Options) -> Result<Opened, Failure> {
    let pdf = load(bytes, options.password.as_deref())?;
    let cut_short = !ends_whole(bytes);
    if pdf.pages().is_empty() {
        return Err(without_pages(cut_short));
    }
    let catalog: Option<Dict<'_>> = pdf.xref().get(pdf.xref().root_id());
    let language = catalog.as_ref().and_then(|c| string_at(c, "Lang")).filter(|l| l.len() <= 35);
    let outline = catalog.as_ref().map(outline).unwrap_or_default();
    let title = pdf
        .metadata()
        .title
        .as_deref()
        .map(text_string)
        .map(|t| t.trim().to_owned())
        .filter(|t| !t.is_empty());
    Ok(Opened { title, language, outline, cut_short, pdf })
}

/// Opens a file for drawing or searching; `None` means the empty password.
pub(super) fn load(bytes: &[u8], password: Option<&str>) -> Result<Pdf, Failure> {
    let failed = match Pdf::new(bytes.to_vec()) {
        Ok(pdf) => return Ok(pdf),
        Err(failed) => failed,
    };
    match (failed, password) {
        (LoadPdfError::Decryption(DecryptionError::PasswordProtected), Some(password)) => {
            Pdf::new_with_password(bytes.to_vec(), password).map_err(|e| refusal(e, true, bytes))
        }
        (failed, _) => Err(refusal(failed, false, bytes)),
    }
}

fn refusal(failed: LoadPdfError, tried: bool, bytes: &[u8]) -> Failure {
    match failed {
        LoadPdfError::Decryption(DecryptionError::PasswordProtected) if tried => Failure::new(
            FailureKind::Password,
            "the password does not open it; give the right one with --password-file",
        ),
        LoadPdfError::Decryption(DecryptionError::PasswordProtected) => {
            Failure::new(FailureKind::Password, "needs a password; give it with --password-file")
        }
        LoadPdfError::Decryption(_) => Failure::new(
            FailureKind::Encrypted,
            "encrypted in a way that is not known; save a copy without protection and pass that",
        ),
        LoadPdfError::Invalid if !ends_whole(bytes) => without_pages(true),
        LoadPdfError::Invalid => Failure::new(
            FailureKind::Malformed,
            "not a PDF that can be opened; open it in a viewer and save it anew",
        ),
    }
}

fn without_pages(cut_short: bool) -> Failure {
    if cut_short {
        Failure::new(
            FailureKind::Truncated,
            "the file is cut short and no page is left; fetch or copy it again",
        )
    } else {
        Failure::new(
            FailureKind::Malformed,
            "holds no usable page: there is none, or it is nested or sized beyond reason; open it in a viewer and save it anew",
        )
    }
}

/// True where the end mark of a PDF stands near the end.
fn ends_whole(bytes: &[u8]) -> bool {
    let tail = &bytes[bytes.len().saturating_sub(4_096)..];
    tail.windows(5).any(|w| w == b"%%EOF")
}

fn string_at(dict: &Dict<'_>, key: &str) -> Option<String> {
    let text = text_string(dict.get::<PdfString<'_>>(key)?.as_bytes());
    Some(text.trim().to_owned()).filter(|t| !t.is_empty())
}

fn outline(catalog: &Dict<'_>) -> Vec<(u8, String)> {
    let mut entries = Vec::new();
    let mut seen = std::collections::HashSet::new();
    let mut open: Vec<Dict<'_>> =
        catalog.get::<Dict<'_>>("Outlines").and_then(|o| o.get("First")).into_iter().collect();
    // each level waits at its next sibling while its children are read
    while let Some(entry) = open.pop() {
        let fresh = entry.obj_id().is_none_or(|id| seen.insert(id));
        if !fresh || entries.len() >= MOST_ENTRIES {
            continue;
        }
        let depth = open.len() as u8 + 1;
        if let Some(title) = string_at(&entry, "Title") {
            entries.push((depth.min(DEEPEST), title));
        }
        match entry.get::<Dict<'_>>("Next") {
            Some(next) => open.push(next),
            None => open.push(Dict::empty()),
        }
        if let Some(first) = entry.get::<Dict<'_>>("First").filter(|_| open.len() < usize::from(DEEPEST)) {
            open.push(first);
        }
        while open.last().is_some_and(Dict::is_empty) {
            open.pop();
        }
    }
    entries
}

/// A text string of the file (UTF-16 or UTF-8 with a byte order mark, else PDFDocEncoding).
pub(super) fn text_string(bytes: &[u8]) -> String {
    let utf16 = |bytes: &[u8], join: fn([u8; 2]) -> u16| {
        let units: Vec<u16> = bytes.chunks_exact(2).map(|p| join([p[0], p[1]])).collect();
        String::from_utf16_lossy(&units)
    };
    match bytes {
        [0xfe, 0xff, rest @ ..] => utf16(rest, u16::from_be_bytes),
        [0xff, 0xfe, rest @ ..] => utf16(rest, u16::from_le_bytes),
        [0xef, 0xbb, 0xbf, rest @ ..] => String::from_utf8_lossy(rest).into_owned(),
        _ => bytes.iter().map(|&b| doc_char(b)).collect(),
    }
}

/// PDFDocEncoding: Latin-1 with typographic characters in the middle.
fn doc_char(byte: u8) -> char {
    const MIDDLE: [char; 32] = [
        '•', '†', '‡', '…', '—', '–', 'ƒ', '⁄', '‹', '›', '−', '‰', '„', '“', '”', '‘', '’', '‚', '™', 'ﬁ',
        'ﬂ', 'Ł', 'Œ', 'Š', 'Ÿ', 'Ž', 'ı', 'ł', 'œ', 'š', 'ž', '\u{fffd}',
    ];
    match byte {
        0x80..=0x9f => MIDDLE[usize::from(byte) - 0x80],
        0xa0 => '€',
        0xad => '-',
        _ => char::from(byte),
    }
}
