//! What the caller decides about reading.

use crate::Limits;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::path::PathBuf;

/// How documents are read. The default reads everything that can be read without a password and without OCR.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Options {
    /// What one document may cost.
    pub limits: Limits,
    /// Whether page images are recognized.
    pub ocr: OcrMode,
    /// Languages as tesseract names them (`eng`, `deu`); empty means `eng`.
    pub ocr_languages: Vec<String>,
    /// The `tesseract` program; none where it is not installed.
    pub tesseract: Option<PathBuf>,
    /// Password for encrypted documents.
    pub password: Option<String>,
    /// Pages, counted from 1, that are left out because they killed a reader before.
    pub skip_pages: BTreeSet<u32>,
    /// Charset that an HTTP header named.
    pub charset: Option<String>,
}

/// Whether page images are recognized.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum OcrMode {
    /// Pages without text, where tesseract is installed.
    #[default]
    Auto,
    /// Never.
    Off,
    /// Every page.
    Force,
}
