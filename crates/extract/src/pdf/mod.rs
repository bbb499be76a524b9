//! PDF reading (stub until the reader lands).

use crate::assemble::Raw;
use capmap_model::{Failure, FailureKind, Hidden};

/// What a PDF says.
#[allow(missing_docs)]
pub(crate) struct PdfText {
    pub title: Option<String>,
    pub language: Option<String>,
    pub raw: Vec<Raw>,
    pub pages: u32,
    pub hidden: Vec<Hidden>,
    pub notes: Vec<String>,
    pub failure: Option<Failure>,
}

pub(crate) fn read(
    _bytes: &[u8],
    _options: &crate::Options,
    _progress: &mut dyn FnMut(u32),
) -> Result<PdfText, Failure> {
    Err(Failure::new(FailureKind::Unsupported, "pdf files are not read yet"))
}
