//! Reads one document in this process.

use crate::assemble::{Meta, Raw, RawKind, Reading, assemble};
use crate::limits::over;
use crate::{
    Limits, Options, bundle, docx, html, language, markdown, odt, pdf, pptx, rtf, sniff, text, xlsx,
};
use capmap_model::{DocumentId, Failure, FailureKind, Format, Outcome};
use sha2::{Digest, Sha256};
use std::fmt::Write as _;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Called with the number of the page that is about to be read, from 1, and a second time with the same number before that
/// page is recognized by OCR, which is allowed more time.
pub type Progress<'a> = dyn FnMut(u32) + 'a;

/// Reads `bytes` as `format`. Never panics and never aborts on purpose; but a reader may run out of memory or stack, so
/// untrusted files belong into a [`crate::Pool`].
///
/// `source` becomes the document's source, unchanged.
pub fn read(
    bytes: &[u8],
    source: &str,
    format: Format,
    options: &Options,
    progress: &mut Progress<'_>,
) -> Outcome {
    if bytes.is_empty() {
        return Outcome::Unreadable { failure: Failure::new(FailureKind::Empty, "the file is empty") };
    }
    let size = Limits::check(
        bytes.len() as u64,
        options.limits.input_bytes,
        "input_bytes",
        "the file's size in bytes",
    );
    if let Err(failure) = size {
        return Outcome::Unreadable { failure };
    }
    if format == Format::Other {
        return sniff::refuse(bytes, source);
    }
    // A reader that panics leaves nothing behind that is used again: everything it touched is dropped here.
    let reading = catch_unwind(AssertUnwindSafe(|| dispatch(bytes, format, options, progress)));
    match reading {
        Ok(Ok(reading)) => finish(bytes, source, format, bounded(reading, &options.limits)),
        Ok(Err(failure)) if failure.kind == FailureKind::Unsupported => Outcome::Skipped { failure },
        Ok(Err(failure)) => Outcome::Unreadable { failure },
        Err(_) => Outcome::Unreadable { failure: crashed() },
    }
}

fn crashed() -> Failure {
    Failure::new(
        FailureKind::Crashed,
        "the reader broke down on this file; convert it to PDF or text and pass that",
    )
}

/// Reads `bytes` with the reader of `format`.
pub(crate) fn dispatch(
    bytes: &[u8],
    format: Format,
    options: &Options,
    progress: &mut Progress<'_>,
) -> Result<Reading, Failure> {
    match format {
        Format::Pdf => pdf::read(bytes, options, progress).map(|pdf| Reading {
            title: pdf.title,
            language: pdf.language,
            raw: pdf.raw,
            pages: pdf.pages,
            hidden: pdf.hidden,
            notes: pdf.notes,
            failure: pdf.failure,
        }),
        Format::Docx => docx::read(bytes, options),
        Format::Html => html::read(bytes, options),
        Format::Markdown => markdown::read(bytes, options),
        Format::Text => text::read(bytes, options),
        Format::Odt => odt::read(bytes, options),
        Format::Pptx => pptx::read(bytes, options),
        Format::Xlsx => xlsx::read(bytes, options),
        Format::Rtf => rtf::read(bytes, options),
        Format::Email => bundle::read_mail(bytes, options, progress),
        Format::Zip => bundle::read_zip(bytes, options, progress),
        Format::Warc | Format::Other => Err(Failure::new(
            FailureKind::Unsupported,
            format!("{} files are not read as one document", format.name()),
        )),
    }
}

/// Cuts off what exceeds the limits on text and blocks, whatever the reader let through.
fn bounded(mut reading: Reading, limits: &Limits) -> Reading {
    let mut room = limits.output_bytes;
    let mut fits = |raw: &Raw| {
        let size = match &raw.kind {
            RawKind::Row { cells, .. } => cells.iter().map(|c| c.len() + 1).sum(),
            _ => raw.text.len(),
        };
        room.checked_sub(size as u64).map(|left| room = left).is_some()
    };
    let by_size = reading.raw.iter().take_while(|raw| fits(raw)).count();
    let by_count = usize::try_from(limits.blocks).unwrap_or(usize::MAX);
    let cut = match () {
        () if by_size < reading.raw.len().min(by_count) => {
            over(limits.output_bytes, "output_bytes", "the text's size in bytes")
        }
        () if by_count < reading.raw.len() => over(limits.blocks, "blocks", "the number of blocks"),
        () => return reading,
    };
    reading.raw.truncate(by_size.min(by_count));
    reading.failure = Some(cut);
    reading
}

fn finish(bytes: &[u8], source: &str, format: Format, mut reading: Reading) -> Outcome {
    let failure = reading.failure.take();
    reading.notes.extend(language::note(&reading.raw));
    let meta = Meta { id: document_id(bytes), source: source.to_owned(), format };
    let document = Box::new(assemble(meta, reading));
    let nothing = document.text.is_empty() && document.hidden.is_empty();
    match failure {
        Some(failure) if document.text.is_empty() => Outcome::Unreadable { failure },
        Some(failure) => Outcome::Partial { document, failure },
        None if nothing => {
            Outcome::Unreadable { failure: Failure::new(FailureKind::NoText, "the file holds no text") }
        }
        None => Outcome::Read { document },
    }
}

/// `sha256:` and the hex digest of `bytes`.
pub(crate) fn document_id(bytes: &[u8]) -> DocumentId {
    let mut id = String::from("sha256:");
    for byte in Sha256::digest(bytes) {
        // Writing to a string cannot fail.
        let _ = write!(id, "{byte:02x}");
    }
    DocumentId(id)
}
