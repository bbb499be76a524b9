//! Reads one document in this process.

use crate::assemble::{Meta, Reading, assemble};
use crate::{Limits, Options, pdf};
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
    // A reader that panics leaves nothing behind that is used again: everything it touched is dropped here.
    let reading = catch_unwind(AssertUnwindSafe(|| dispatch(bytes, format, options, progress)));
    match reading {
        Ok(Ok(reading)) => finish(bytes, source, format, reading),
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

fn dispatch(
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
        other => Err(Failure::new(FailureKind::Unsupported, format!("{} files are not read", other.name()))),
    }
}

fn finish(bytes: &[u8], source: &str, format: Format, mut reading: Reading) -> Outcome {
    let failure = reading.failure.take();
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
