//! From what a reader saw to a [`Document`]: the one place where canonical text and offsets are made.
//!
//! Readers hand over [`Raw`] blocks in reading order and never count bytes of the canonical text. Everything that needs
//! the whole document (the heading tree, which list a lead-in introduces, which header governs a cell, where a passage is
//! cut) happens here, so that it is the same for every format.
//!
//! Canonical text: one empty line between blocks, no empty line between the items of a list or the rows of a table, cells
//! separated by a tab, a line break inside a block where the source breaks the line on purpose. No other control characters.

mod fold;
mod lists;
mod outline;
mod pages;
mod passages;
mod tables;

use capmap_model::{Block, BlockKind, Cell, Document, DocumentId, Failure, Format, Hidden, Role, Span};

pub(crate) use fold::fold;

/// One block as a reader saw it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Raw {
    /// What it is.
    pub kind: RawKind,
    /// Its words, with the number or bullet that a person sees in front ("3.2 Cost sharing", "• tag it"). Ignored for rows.
    pub text: String,
    /// Where on the page or site it stands.
    pub role: Role,
    /// The page it begins on, counted from 1.
    pub page: Option<u32>,
    /// Byte offsets in `text` where a later page begins, with its number: for a paragraph that runs on.
    pub page_breaks: Vec<(usize, u32)>,
    /// Came from optical recognition.
    pub ocr: bool,
}

/// What a raw block is.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum RawKind {
    /// `level` from 1; `number` as seen, without trailing punctuation ("3.2").
    Heading { level: u8, number: Option<String> },
    /// Running text.
    Paragraph,
    /// `depth` from 0; `number` without punctuation, none for bullets.
    Item { depth: u8, number: Option<String> },
    /// `table` counts from 0 over the document. A cell that spans columns is followed by empty cells, so that columns line
    /// up; a row that is one cell over the whole width has exactly one cell.
    Row { table: u32, header: bool, cells: Vec<String> },
}

impl Raw {
    /// A block of the body, without a page.
    pub(crate) fn new(kind: RawKind, text: impl Into<String>) -> Self {
        Raw { kind, text: text.into(), role: Role::Main, page: None, page_breaks: Vec::new(), ocr: false }
    }

    /// The same block in another role.
    pub(crate) fn with_role(mut self, role: Role) -> Self {
        self.role = role;
        self
    }
}

/// What a reader makes of a file.
#[derive(Debug, Default)]
pub(crate) struct Reading {
    /// The title that the file states.
    pub title: Option<String>,
    /// Language where the file states it.
    pub language: Option<String>,
    /// Blocks in reading order.
    pub raw: Vec<Raw>,
    /// Number of pages; 0 where the format has none.
    pub pages: u32,
    /// Text that no reader of the document sees.
    pub hidden: Vec<Hidden>,
    /// Remarks for people.
    pub notes: Vec<String>,
    /// What is missing and why, where not all could be read.
    pub failure: Option<Failure>,
}

/// What is known of a document before it is read.
#[derive(Debug, Clone)]
pub(crate) struct Meta {
    /// Hash of the bytes.
    pub id: DocumentId,
    /// Path or URL.
    pub source: String,
    /// What the bytes are.
    pub format: Format,
}

/// Builds the document. Empty blocks vanish; everything else keeps its order.
pub(crate) fn assemble(meta: Meta, reading: Reading) -> Document {
    let mut writer = Writer::default();
    for raw in reading.raw {
        writer.push(raw);
    }
    let Writer { text, mut blocks, mut breaks, .. } = writer;
    breaks.finish(reading.pages, text.len());
    outline::link(&mut blocks, &text);
    lists::link(&mut blocks, &text);
    tables::link(&mut blocks, &text);
    let passages = passages::cut(&blocks, &text);
    Document {
        id: meta.id,
        source: meta.source,
        format: meta.format,
        title: reading.title.map(|t| fold(&t, &[]).0).filter(|t| !t.is_empty()),
        language: reading.language,
        text,
        pages: breaks.pages,
        blocks,
        passages,
        hidden: reading.hidden.into_iter().filter_map(fold_hidden).collect(),
        notes: reading.notes,
    }
}

/// Longest hidden text that is kept, in characters.
const HIDDEN_CHARS: usize = 500;

fn fold_hidden(hidden: Hidden) -> Option<Hidden> {
    let text: String = fold(&hidden.text, &[]).0.chars().take(HIDDEN_CHARS).collect();
    (!text.is_empty()).then_some(Hidden { text, ..hidden })
}

/// Appends folded blocks to the canonical text.
#[derive(Default)]
struct Writer {
    text: String,
    blocks: Vec<Block>,
    breaks: pages::Breaks,
}

impl Writer {
    fn push(&mut self, raw: Raw) {
        match raw.kind {
            RawKind::Row { table, header, ref cells } => self.push_row(&raw, table, header, cells),
            ref kind => self.push_text(&raw, kind),
        }
    }

    fn push_text(&mut self, raw: &Raw, kind: &RawKind) {
        let (text, breaks) = fold(&raw.text, &raw.page_breaks);
        if text.is_empty() {
            return;
        }
        let kind = match kind {
            RawKind::Heading { level, number } => {
                BlockKind::Heading { level: (*level).clamp(1, 9), number: number.clone() }
            }
            RawKind::Item { depth, number } => {
                BlockKind::Item { depth: *depth, number: number.clone(), lead_in: None }
            }
            _ => BlockKind::Paragraph,
        };
        let start = self.open(&kind, raw);
        self.text.push_str(&text);
        for (at, page) in breaks {
            self.breaks.mark(start + at, page, raw.ocr);
        }
        self.close(start, kind, raw.role);
    }

    fn push_row(&mut self, raw: &Raw, table: u32, header: bool, cells: &[String]) {
        let folded: Vec<String> = cells.iter().map(|c| fold(c, &[]).0).collect();
        let Some(last) = folded.iter().rposition(|c| !c.is_empty()) else { return };
        let mut kind = BlockKind::Row { table, header, cells: Vec::new() };
        let start = self.open(&kind, raw);
        let mut spans = Vec::with_capacity(folded.len());
        for (i, cell) in folded.iter().enumerate() {
            // Empty cells at the end count as columns and leave no tab behind.
            if (1..=last).contains(&i) {
                self.text.push('\t');
            }
            let from = self.text.len();
            self.text.push_str(cell);
            spans.push(Cell { span: Span::new(from, self.text.len()), headers: Vec::new() });
        }
        if let BlockKind::Row { cells, .. } = &mut kind {
            *cells = spans;
        }
        self.close(start, kind, raw.role);
    }

    /// Writes the separator and returns where the block begins.
    fn open(&mut self, kind: &BlockKind, raw: &Raw) -> usize {
        let separator = match self.blocks.last() {
            None => "",
            Some(last) if runs_on(&last.kind, kind) => "\n",
            Some(_) => "\n\n",
        };
        self.text.push_str(separator);
        if let Some(page) = raw.page {
            self.breaks.mark(self.text.len(), page, raw.ocr);
        }
        self.text.len()
    }

    fn close(&mut self, start: usize, kind: BlockKind, role: Role) {
        self.blocks.push(Block { span: Span::new(start, self.text.len()), kind, role, section: None });
    }
}

/// True where two blocks belong to one list or one table.
fn runs_on(before: &BlockKind, after: &BlockKind) -> bool {
    match (before, after) {
        (BlockKind::Item { .. }, BlockKind::Item { .. }) => true,
        (BlockKind::Row { table: a, .. }, BlockKind::Row { table: b, .. }) => a == b,
        _ => false,
    }
}

/// True for blocks that stand between the lines of the body without being part of its flow.
fn interrupts(role: Role) -> bool {
    matches!(role, Role::Header | Role::Footer | Role::Note)
}

#[cfg(test)]
mod tests;
