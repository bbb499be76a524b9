//! What was read from one file: canonical text, and the structure over it.

use crate::Span;
use serde::{Deserialize, Serialize};
use std::fmt;

/// `sha256:` and the hex digest of the file's bytes.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct DocumentId(pub String);

impl fmt::Display for DocumentId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What a file is, by its content.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    /// Portable Document Format.
    Pdf,
    /// Office Open XML text.
    Docx,
    /// A web page.
    Html,
    /// Markdown.
    Markdown,
    /// Plain text.
    Text,
    /// OpenDocument text.
    Odt,
    /// Rich Text Format.
    Rtf,
    /// Office Open XML slides.
    Pptx,
    /// Office Open XML sheets.
    Xlsx,
    /// An e-mail message (RFC 5322).
    Email,
    /// An archive of documents.
    Zip,
    /// Web captures (WARC).
    Warc,
    /// Anything else.
    Other,
}

impl Format {
    /// The name used in JSON and messages.
    pub fn name(self) -> &'static str {
        match self {
            Format::Pdf => "pdf",
            Format::Docx => "docx",
            Format::Html => "html",
            Format::Markdown => "markdown",
            Format::Text => "text",
            Format::Odt => "odt",
            Format::Rtf => "rtf",
            Format::Pptx => "pptx",
            Format::Xlsx => "xlsx",
            Format::Email => "email",
            Format::Zip => "zip",
            Format::Warc => "warc",
            Format::Other => "other",
        }
    }
}

/// A document as read: one canonical text, and pages, blocks and passages that lie over it.
///
/// Invariants (property-tested in `extract`): every span begins and ends on a character boundary of `text`; blocks are in
/// text order and do not overlap, except that cells lie inside their row; `section` and `lead_in` point to earlier blocks.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Document {
    /// Hash of the bytes that were read.
    pub id: DocumentId,
    /// Path relative to the input folder, with `/`, or the URL.
    pub source: String,
    /// What the bytes are.
    pub format: Format,
    /// The title that the file states, not guessed.
    pub title: Option<String>,
    /// BCP 47 primary language where the file states it.
    pub language: Option<String>,
    /// The canonical text. What `capmap text` prints and every offset counts in.
    pub text: String,
    /// Pages in order; empty where the format has none.
    pub pages: Vec<Page>,
    /// Structure in text order.
    pub blocks: Vec<Block>,
    /// Units that are labelled, indexed and suggested; in text order.
    pub passages: Vec<Passage>,
    /// Text that a reader of the document does not see. Never part of `text`, never matched.
    pub hidden: Vec<Hidden>,
    /// What a person should know about the reading ("3 tracked deletions left out"). Lower case, one line each.
    pub notes: Vec<String>,
}

/// One page of the source.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Page {
    /// Counted from 1.
    pub number: u32,
    /// What of the canonical text stands on it.
    pub span: Span,
    /// Text came from optical recognition, not from the file.
    pub ocr: bool,
}

/// A heading, paragraph, list item or table row.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Block {
    /// Where it stands. Includes its number or bullet ("3.2 ", "- ") where the reader of the document sees one.
    pub span: Span,
    /// What it is.
    pub kind: BlockKind,
    /// Where on the page or site it stands.
    pub role: Role,
    /// The nearest heading that governs it (for a heading: its parent), as an index into `blocks`.
    pub section: Option<usize>,
}

/// What a block is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum BlockKind {
    /// Level 1 is the highest. `number` is the clause number as seen ("3.2"), without trailing dot.
    Heading {
        /// 1 to 9.
        level: u8,
        /// Clause number, if it has one.
        number: Option<String>,
    },
    /// Running text.
    Paragraph,
    /// One item of a list.
    Item {
        /// 0 for the outermost list.
        depth: u8,
        /// Number or letter as seen, without punctuation; none for bullets.
        number: Option<String>,
        /// The paragraph or outer item that introduces the list, as an index into `blocks`.
        lead_in: Option<usize>,
    },
    /// One row of a table; cells are separated by a tab in the canonical text.
    Row {
        /// Counts tables in the document from 0.
        table: u32,
        /// True for a row of column headers.
        header: bool,
        /// The cells, in reading order.
        cells: Vec<Cell>,
    },
}

/// A table cell.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Cell {
    /// Where its text stands.
    pub span: Span,
    /// The header cells that govern it: its column's header, then its row's first cell.
    pub headers: Vec<Span>,
}

/// Where a block stands. Everything but `Main` is demoted, never dropped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// The body.
    Main,
    /// Menus and breadcrumbs.
    Nav,
    /// Page or site header.
    Header,
    /// Page or site footer.
    Footer,
    /// Side matter.
    Aside,
    /// Footnotes, endnotes.
    Note,
    /// Table of contents.
    Contents,
    /// Cookie banners and dialogs.
    Banner,
}

/// A unit of labelling, indexing and suggesting: a block, or a part of a long one cut at a sentence end.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Passage {
    /// Where it stands.
    pub span: Span,
    /// Its block.
    pub block: usize,
}

/// Text that is in the file but that no reader sees: the obvious way to cheat, so it is shown, not matched.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Hidden {
    /// The text, at most 500 characters of it.
    pub text: String,
    /// Page, where there is one.
    pub page: Option<u32>,
    /// How it was hidden.
    pub why: HiddenWhy,
}

/// How text was hidden.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum HiddenWhy {
    /// PDF text render mode 3, or clipped away.
    Invisible,
    /// Colour (almost) that of the background.
    Background,
    /// Smaller than 3 pt.
    Tiny,
    /// Outside the page.
    OffPage,
    /// Painted over.
    Covered,
    /// Word's hidden attribute.
    Vanish,
    /// Hidden by style or attribute in HTML.
    Css,
    /// A reviewer's comment in the file.
    Comment,
}

impl HiddenWhy {
    /// In plain words, to follow "hidden text: ".
    pub fn words(self) -> &'static str {
        match self {
            HiddenWhy::Invisible => "drawn invisibly",
            HiddenWhy::Background => "in the colour of its background",
            HiddenWhy::Tiny => "smaller than 3 pt",
            HiddenWhy::OffPage => "outside the page",
            HiddenWhy::Covered => "painted over",
            HiddenWhy::Vanish => "marked as hidden in Word",
            HiddenWhy::Css => "hidden by the page's style",
            HiddenWhy::Comment => "a comment, not text of the document",
        }
    }
}

/// One of the four things that the certification wants a document to state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Element {
    /// What is and is not done.
    Scope,
    /// What is handed over.
    Deliverables,
    /// When.
    Timelines,
    /// To what end.
    Outcomes,
}

/// Which elements a document or a section states.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Default)]
pub struct Elements {
    /// States its scope.
    pub scope: bool,
    /// States deliverables.
    pub deliverables: bool,
    /// States timelines.
    pub timelines: bool,
    /// States outcomes.
    pub outcomes: bool,
}

impl Document {
    /// The words of a span; empty where the span is not of this document.
    pub fn slice(&self, span: Span) -> &str {
        self.text.get(span.start..span.end).unwrap_or("")
    }

    /// The page on which a byte stands, counted from 1.
    pub fn page_at(&self, byte: usize) -> Option<u32> {
        let after = self.pages.partition_point(|p| p.span.start <= byte);
        self.pages[..after].last().map(|p| p.number)
    }

    /// Heading texts from the outermost to the one that governs `block`. A heading's own text is not part of its path.
    pub fn section_path(&self, block: usize) -> Vec<&str> {
        let mut path: Vec<&str> = self.governing(block).map(|h| self.slice(self.blocks[h].span)).collect();
        path.reverse();
        path
    }

    /// The headings that govern `block`, nearest first, as indices into `blocks`.
    pub fn governing(&self, block: usize) -> impl Iterator<Item = usize> + '_ {
        let first = self.blocks.get(block).and_then(|b| b.section);
        // `section` always points to an earlier block, so this ends; the filter keeps it so for data read from disk.
        std::iter::successors(first, |&h| self.blocks.get(h).and_then(|b| b.section).filter(|&s| s < h))
            .filter(|&h| h < self.blocks.len())
    }

    /// The block that holds a byte.
    pub fn block_at(&self, byte: usize) -> Option<usize> {
        let after = self.blocks.partition_point(|b| b.span.start <= byte);
        after.checked_sub(1).filter(|&i| byte < self.blocks[i].span.end)
    }

    /// Words in the canonical text, counted between white space.
    pub fn words(&self) -> usize {
        self.text.split_whitespace().count()
    }
}
