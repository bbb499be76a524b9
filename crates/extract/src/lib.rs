//! Bytes to [`Document`](capmap_model::Document): one reader per format, one place where text and offsets are made, and
//! the walls around readers of untrusted files.
//!
//! [`sniff`] says what bytes are, [`read`] reads them in this process, [`Pool`] reads them in worker processes that may
//! die without harm, [`serve`] is such a worker. Readers hand [`assemble::Raw`] blocks to [`assemble::assemble`].

mod archive;
mod assemble;
mod bundle;
mod cells;
mod charset;
mod docx;
mod html;
mod language;
mod limits;
mod markdown;
mod odt;
mod options;
mod package;
mod pdf;
mod pptx;
mod read;
mod rtf;
mod sniff;
mod structure;
mod text;
mod worker;
mod xlsx;
mod xml;

pub use language::NOT_ENGLISH;
pub use limits::{LimitError, Limits, Row};
pub use options::{OcrMode, Options};
pub use pdf::{DrawnPage, draw_page, find_boxes, find_boxes_in_image};
pub use read::{Progress, read};
pub use sniff::sniff;
pub use worker::{Content, Extra, Pool, guard_stdout, serve};
