//! Why a pack could not be written or proven.

use thiserror::Error;

/// Why a format could not be written.
#[derive(Debug, Error)]
pub enum WriteError {
    /// The workbook.
    #[error("cannot write the workbook: {0}")]
    Xlsx(#[from] rust_xlsxwriter::XlsxError),
    /// An archive (DOCX is one).
    #[error("cannot write the archive: {0}")]
    Zip(#[from] zip::result::ZipError),
    /// The place where it goes.
    #[error("cannot write the archive: {0}")]
    Io(#[from] std::io::Error),
    /// What the archive is made of could not be had.
    #[error("{0}")]
    Part(String),
}
