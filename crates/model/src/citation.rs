//! An exact place in a document, with its words.

use crate::fragment::directive;
use crate::{Document, DocumentId, Format, Span};
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// Words that stand in a document, at a page and offsets. Made only by [`Document::cite`], so it always resolves.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Citation {
    document: DocumentId,
    source: String,
    page: Option<u32>,
    section: Vec<String>,
    span: Span,
    start: usize,
    end: usize,
    quote: String,
    #[serde(default)]
    fragment: Option<String>,
}

/// Why a range cannot be cited.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum CiteError {
    /// Outside the text, inside a character, or empty.
    #[error("bytes {start} to {end} are not a range of characters of {source_name}")]
    NotARange {
        /// First byte.
        start: usize,
        /// One past the last byte.
        end: usize,
        /// The document's source.
        source_name: String,
    },
}

impl Citation {
    /// Hash of the document's bytes.
    pub fn document(&self) -> &DocumentId {
        &self.document
    }
    /// The document's path or URL.
    pub fn source(&self) -> &str {
        &self.source
    }
    /// Page counted from 1; none where the format has none.
    pub fn page(&self) -> Option<u32> {
        self.page
    }
    /// Heading texts, outermost first.
    pub fn section(&self) -> &[String] {
        &self.section
    }
    /// The same range in bytes of the canonical text.
    pub fn span(&self) -> Span {
        self.span
    }
    /// First character, in Unicode scalar values of the canonical text, from 0.
    pub fn start(&self) -> usize {
        self.start
    }
    /// One past the last character, in Unicode scalar values.
    pub fn end(&self) -> usize {
        self.end
    }
    /// The exact words.
    pub fn quote(&self) -> &str {
        &self.quote
    }
    /// For web pages: what stands after `#:~:text=` in a link that opens at these words; verified against the page's text,
    /// and none where no such link leads to them alone.
    pub fn fragment(&self) -> Option<&str> {
        self.fragment.as_deref()
    }
}

impl Document {
    /// Cites a range of the canonical text.
    ///
    /// # Errors
    /// [`CiteError::NotARange`] where the span is empty, outside the text or not on character boundaries.
    pub fn cite(&self, span: Span) -> Result<Citation, CiteError> {
        let quote = self.text.get(span.start..span.end).filter(|q| !q.is_empty()).ok_or_else(|| {
            CiteError::NotARange { start: span.start, end: span.end, source_name: self.source.clone() }
        })?;
        let start = self.char_offset(span.start);
        let section = match self.block_at(span.start) {
            Some(block) => self.section_path(block).into_iter().map(str::to_owned).collect(),
            None => Vec::new(),
        };
        Ok(Citation {
            document: self.id.clone(),
            source: self.source.clone(),
            page: self.page_at(span.start),
            section,
            span,
            start,
            end: start + quote.chars().count(),
            quote: quote.to_owned(),
            fragment: (self.format == Format::Html).then(|| directive(self, span)).flatten(),
        })
    }

    /// Bytes to Unicode scalar values: how many characters stand before a byte.
    pub fn char_offset(&self, byte: usize) -> usize {
        self.text.get(..byte).unwrap_or(&self.text).chars().count()
    }

    /// Unicode scalar values to bytes; none past the end of the text.
    pub fn byte_offset(&self, chars: usize) -> Option<usize> {
        let mut bytes = self.text.char_indices().map(|(i, _)| i).chain(std::iter::once(self.text.len()));
        bytes.nth(chars)
    }
}
