//! PDF: what stands on each page, in the order in which a person reads it.
//!
//! Each page goes through the same steps, one module each: the page's program is run and its marks collected (`collector`, `ink`), what
//! nobody sees is set apart (`hidden`), glyphs become words and segments (`words`), ruled tables take theirs (`ruled`), the
//! rest is put into reading order (`columns`) with its unruled tables (`gaps`). Then the document as a whole: furniture
//! (`furniture`), blocks (`blocks`), headings (`headings`). Coordinates are points from the upper left corner of the page
//! as shown.

mod bidi;
mod blocks;
mod boxes;
mod collector;
mod columns;
mod contents;
mod draw;
mod furniture;
mod gaps;
mod guard;
mod headings;
mod hidden;
mod hyphen;
mod ink;
mod joining;
mod layout;
mod line;
mod marker;
mod marks;
mod missing;
mod ocr;
mod open;
mod pages;
mod places;
mod ruled;
mod second;
mod weight;
mod words;

pub use boxes::{find_boxes, find_boxes_in_image};
pub use draw::{DrawnPage, draw_page};

use crate::Options;
use crate::assemble::{Raw, RawKind};
use blocks::{Block, Shape};
use capmap_model::{Failure, Hidden};
use line::PageLayout;

/// What a PDF says.
pub(crate) struct PdfText {
    /// The title that the file states.
    pub title: Option<String>,
    /// Language that the file states.
    pub language: Option<String>,
    /// Blocks in reading order.
    pub raw: Vec<Raw>,
    /// Number of pages.
    pub pages: u32,
    /// Text that nobody sees.
    pub hidden: Vec<Hidden>,
    /// Remarks for people.
    pub notes: Vec<String>,
    /// What is missing and why.
    pub failure: Option<Failure>,
}

/// Reads a PDF. `progress` is called with the number of each page before it is read, and again before it is recognised.
///
/// # Errors
/// A [`Failure`] where nothing at all could be read.
pub(crate) fn read(
    bytes: &[u8],
    options: &Options,
    progress: &mut dyn FnMut(u32),
) -> Result<PdfText, Failure> {
    let opened = open::open(bytes, options)?;
    let mut found = pages::read_pages(bytes, &opened, options, progress);
    if found.is_empty()
        && let Some(failure) = found.failure.take()
    {
        return Err(failure);
    }
    let raw = structure(&mut found.pages, &opened.outline);
    Ok(PdfText {
        title: opened.title,
        language: opened.language,
        raw,
        pages: found.count,
        hidden: found.hidden,
        notes: found.notes,
        failure: found.failure,
    })
}

/// Laid out pages to blocks.
fn structure(pages: &mut [PageLayout], outline: &[(u8, String)]) -> Vec<Raw> {
    furniture::join_marks(pages);
    furniture::mark(pages);
    let body = headings::Body::of(pages);
    furniture::mark_notes(pages, body.size);
    let mut blocks = blocks::build(pages, &body);
    headings::find(&mut blocks, &body, &headings::Outline::new(outline));
    blocks.into_iter().map(raw).collect()
}

fn raw(block: Block) -> Raw {
    let kind = match block.shape {
        Shape::Paragraph | Shape::Contents => RawKind::Paragraph,
        Shape::Heading { level, number } => RawKind::Heading { level, number },
        Shape::Item { depth, number } => RawKind::Item { depth, number },
        Shape::Row { table, header, cells } => RawKind::Row { table, header, cells },
    };
    Raw {
        kind,
        text: block.text,
        role: block.role,
        page: Some(block.page),
        page_breaks: block.page_breaks,
        ocr: block.ocr,
    }
}
