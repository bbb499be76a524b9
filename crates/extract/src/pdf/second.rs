//! A second opinion on pages whose glyphs stay unmapped: another reader, with other ways to guess what a glyph means.
//!
//! It knows no places that could be used here, only lines, and it breaks down on some files; so it is asked only where the
//! first reader failed, and its answer counts only where it is clearly better.

use super::line::{Line, PageLayout, Part};
use capmap_model::Role;
use pdf_extract::{Document, PlainTextOutput, output_doc_page};
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Share of a page's glyphs that the second reader must give letters for.
const ENOUGH: f32 = 0.6;

/// The other reader's view of a file, opened when first asked.
pub(super) struct Second {
    document: Option<Document>,
}

impl Second {
    /// Opens a file; a file that it cannot open gives no opinion.
    pub(super) fn open(bytes: &[u8], password: Option<&str>) -> Self {
        let opened = catch_unwind(|| {
            let mut document = Document::load_mem(bytes).ok()?;
            if document.is_encrypted() {
                document.decrypt(password.unwrap_or("")).ok()?;
            }
            Some(document)
        });
        Second { document: opened.ok().flatten() }
    }

    /// The text of a page, where it explains most of `glyphs`.
    pub(super) fn page(&self, number: u32, height: f32, glyphs: usize) -> Option<PageLayout> {
        let document = self.document.as_ref()?;
        let mut text = String::new();
        let read = catch_unwind(AssertUnwindSafe(|| {
            output_doc_page(document, &mut PlainTextOutput::new(&mut text), number).is_ok()
        }));
        let letters = text.chars().filter(|c| c.is_alphanumeric()).count();
        (read.ok()? && letters as f32 >= glyphs as f32 * ENOUGH).then(|| layout(&text, number, height))
    }
}

/// Plain lines as a column of lines; an empty line is a gap.
fn layout(text: &str, number: u32, height: f32) -> PageLayout {
    let longest = text.lines().map(|l| l.chars().count()).max().unwrap_or(1) as f32;
    let mut page = PageLayout { number, height, parts: Vec::new() };
    for (i, line) in text.lines().enumerate() {
        let words: Vec<&str> = line.split_whitespace().collect();
        let Some(first) = words.first() else { continue };
        page.parts.push(Part::Line(Line {
            x0: 0.0,
            x1: line.trim().chars().count() as f32 * 6.0,
            dotted: false,
            text_x: 0.0,
            y: (i + 1) as f32 * 13.0,
            size: 11.0,
            weight: 0.0,
            low_weight: 0.0,
            first_weight: 0.0,
            first_width: first.chars().count() as f32 * 6.0,
            column: [0.0, longest * 6.0],
            ocr: false,
            artifact: false,
            role: Role::Main,
            text: words.join(" "),
        }));
    }
    page
}
