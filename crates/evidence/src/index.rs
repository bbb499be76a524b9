//! The full-text index of every passage, in the dossier's `index/`.
//!
//! One tantivy document per passage; all passages of a document carry its *key*, by which it is removed and replaced in
//! place. After each update segments with deleted passages are written anew, so that an updated index answers exactly as a
//! fresh one: deleted passages leave no trace in the statistics behind the scores. Small segments are joined, large ones are
//! left alone: what is mapped into memory at once does not grow with the dossier. The commit's payload stands for the keys
//! that are in it, so "nothing changed" is known without opening a writer.

use crate::fold;
use capmap_model::{BlockKind, Document, DocumentId, Span};
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use tantivy::directory::error::LockError;
use tantivy::index::{SegmentId, SegmentMeta};
use tantivy::indexer::NoMergePolicy;
use tantivy::schema::{
    FAST, Field, INDEXED, IndexRecordOption, STORED, STRING, Schema, TextFieldIndexing, TextOptions,
};
use tantivy::{DocSet, Index, IndexReader, IndexWriter, ReloadPolicy, TantivyDocument, TantivyError, Term};
use thiserror::Error;

/// Memory of the writer before it flushes, in bytes.
const WRITER_BYTES: usize = 15_000_000;
/// Passages after which the writer puts on the disk what it has: ten thousand would otherwise wait in its queue.
const FLUSH: usize = 2_500;
/// Segments of fewer passages are joined.
const SMALL: u32 = 5_000;
/// Fields that put passages of equal score in order.
pub(crate) const SOURCE: &str = "source";
pub(crate) const START: &str = "start";
/// Separates headings in the stored section path; a document's text has no such character.
const SECTION_SEPARATOR: char = '\u{1f}';

/// Why the index could not be opened, written or asked.
#[derive(Debug, Error)]
pub enum IndexError {
    /// Nothing was indexed yet.
    #[error("no index in {}", .0.display())]
    Missing(PathBuf),
    /// Another process writes to it.
    #[error("another run is writing the index in {}", .0.display())]
    Busy(PathBuf),
    /// The query is not in the query language.
    #[error("cannot understand the query: {message}")]
    Query {
        /// What is wrong.
        message: String,
        /// What to write instead.
        hint: &'static str,
    },
    /// The file system or the index itself failed.
    #[error("the index in {} failed: {source}", dir.display())]
    Failed {
        /// Where.
        dir: PathBuf,
        /// Why.
        source: TantivyError,
    },
}

/// The passages of a dossier.
pub struct PassageIndex {
    pub(crate) dir: PathBuf,
    pub(crate) index: Index,
    pub(crate) fields: Fields,
}

/// An update under way. Dropped before [`Update::finish`], it leaves the index as it was.
pub struct Update<'a> {
    on: &'a PassageIndex,
    writer: IndexWriter,
    /// Passages since the last flush.
    waiting: usize,
}

#[derive(Clone, Copy)]
pub(crate) struct Fields {
    pub key: Field,
    pub text: Field,
    pub exact: Field,
    pub section: Field,
    pub source: Field,
    pub format: Field,
    pub kind: Field,
    pub page: Field,
    pub document: Field,
    pub start: Field,
    pub end: Field,
}

impl PassageIndex {
    /// Opens the index in `dir`, or makes one there. One of another version, or a damaged one, is replaced: it holds
    /// nothing that cannot be rebuilt.
    ///
    /// # Errors
    /// [`IndexError::Failed`] where the folder cannot be read or written.
    pub fn open(dir: &Path) -> Result<Self, IndexError> {
        if let Ok(index) = Self::existing(dir) {
            return Ok(index);
        }
        if dir.exists() {
            std::fs::remove_dir_all(dir).map_err(|e| failed(dir, e.into()))?;
        }
        std::fs::create_dir_all(dir).map_err(|e| failed(dir, e.into()))?;
        let index = Index::create_in_dir(dir, schema().0).map_err(|e| failed(dir, e))?;
        Ok(Self::of(dir, index))
    }

    /// Opens an index that is there.
    ///
    /// # Errors
    /// [`IndexError::Missing`] where there is none (or one of another version), [`IndexError::Failed`] where it is broken.
    pub fn existing(dir: &Path) -> Result<Self, IndexError> {
        if !dir.join("meta.json").is_file() {
            return Err(IndexError::Missing(dir.to_owned()));
        }
        let index = Index::open_in_dir(dir).map_err(|e| failed(dir, e))?;
        if index.schema() != schema().0 {
            return Err(IndexError::Missing(dir.to_owned()));
        }
        Ok(Self::of(dir, index))
    }

    fn of(dir: &Path, index: Index) -> Self {
        fold::register(index.tokenizers());
        PassageIndex { dir: dir.to_owned(), index, fields: schema().1 }
    }

    /// True where exactly the documents of these keys are indexed, and the last update ran to its end.
    pub fn holds(&self, keys: &BTreeSet<String>) -> bool {
        self.index.load_metas().is_ok_and(|meta| {
            meta.segments.iter().all(|s| s.num_deleted_docs() == 0)
                && meta.payload.as_deref() == Some(payload(keys).as_str())
        })
    }

    /// Keys of the documents that have passages in the index.
    ///
    /// # Errors
    /// [`IndexError::Failed`] where it cannot be read.
    pub fn keys(&self) -> Result<BTreeSet<String>, IndexError> {
        self.live_keys().map_err(|e| failed(&self.dir, e))
    }

    fn live_keys(&self) -> Result<BTreeSet<String>, TantivyError> {
        let mut keys = BTreeSet::new();
        let searcher = self.reader()?.searcher();
        for segment in searcher.segment_readers() {
            let inverted = segment.inverted_index(self.fields.key)?;
            let mut terms = inverted.terms().stream()?;
            while let Some((key, info)) = terms.next() {
                let mut postings = inverted.read_postings_from_terminfo(info, IndexRecordOption::Basic)?;
                let alive = |doc| segment.alive_bitset().is_none_or(|bits| bits.is_alive(doc));
                while postings.doc() != tantivy::TERMINATED && !alive(postings.doc()) {
                    postings.advance();
                }
                if postings.doc() != tantivy::TERMINATED {
                    keys.insert(String::from_utf8_lossy(key).into_owned());
                }
            }
        }
        Ok(keys)
    }

    /// Begins an update. Only one may be under way.
    ///
    /// # Errors
    /// [`IndexError::Busy`] where another process writes, [`IndexError::Failed`] where the folder cannot be written.
    pub fn update(&self) -> Result<Update<'_>, IndexError> {
        let writer = self.index.writer_with_num_threads(1, WRITER_BYTES).map_err(|e| match e {
            TantivyError::LockFailure(LockError::LockBusy, _) => IndexError::Busy(self.dir.clone()),
            e => failed(&self.dir, e),
        })?;
        writer.set_merge_policy(Box::new(NoMergePolicy));
        Ok(Update { on: self, writer, waiting: 0 })
    }

    pub(crate) fn reader(&self) -> Result<IndexReader, TantivyError> {
        self.index.reader_builder().reload_policy(ReloadPolicy::Manual).try_into()
    }
}

impl Update<'_> {
    /// Removes a document's passages.
    pub fn remove(&mut self, key: &str) {
        self.writer.delete_term(Term::from_field_text(self.on.fields.key, key));
    }

    /// Adds a document's passages under its key, in place of those that were there.
    ///
    /// # Errors
    /// [`IndexError::Failed`] where the writer failed.
    pub fn add(&mut self, key: &str, document: &Document) -> Result<(), IndexError> {
        self.remove(key);
        for passage in passages(key, document, &self.on.fields) {
            self.writer.add_document(passage).map_err(|e| failed(&self.on.dir, e))?;
            self.waiting += 1;
        }
        if self.waiting >= FLUSH {
            // Prepared and not committed: on the disk, and seen by nobody before the whole update is.
            drop(self.writer.prepare_commit().map_err(|e| failed(&self.on.dir, e))?);
            self.waiting = 0;
        }
        Ok(())
    }

    /// Makes the update visible, whole: `keys` is what the index holds now.
    ///
    /// # Errors
    /// [`IndexError::Failed`] where it could not be written; the index is then as it was.
    pub fn finish(self, keys: &BTreeSet<String>) -> Result<(), IndexError> {
        let dir = &self.on.dir;
        self.commit(keys).map_err(|e| failed(dir, e))
    }

    fn commit(mut self, keys: &BTreeSet<String>) -> Result<(), TantivyError> {
        let mut commit = self.writer.prepare_commit()?;
        commit.set_payload(&payload(keys));
        commit.commit()?;
        for group in to_merge(&self.on.index.searchable_segment_metas()?) {
            self.writer.merge(&group).wait()?;
        }
        self.writer.garbage_collect_files().wait()?;
        self.writer.wait_merging_threads()
    }
}

/// Small segments in groups of about [`SMALL`] passages, and each large one from which passages were deleted.
fn to_merge(segments: &[SegmentMeta]) -> Vec<Vec<SegmentId>> {
    let (small, large): (Vec<_>, Vec<_>) = segments.iter().partition(|s| s.num_docs() < SMALL);
    let dirty = |segment: &&&SegmentMeta| segment.num_deleted_docs() > 0;
    let mut groups: Vec<Vec<SegmentId>> = large.iter().filter(dirty).map(|s| vec![s.id()]).collect();
    let (mut group, mut passages) = (Vec::new(), 0);
    for segment in &small {
        group.push(segment.id());
        passages += segment.num_docs();
        if passages >= SMALL {
            groups.push(std::mem::take(&mut group));
            passages = 0;
        }
    }
    if group.len() > 1 || (group.len() == 1 && small.last().iter().any(dirty)) {
        groups.push(group);
    }
    groups
}

fn payload(keys: &BTreeSet<String>) -> String {
    let mut hash = Sha256::new();
    for key in keys {
        hash.update(key.as_bytes());
        hash.update(b" ");
    }
    hash.finalize().iter().map(|b| format!("{b:02x}")).collect()
}

pub(crate) fn failed(dir: &Path, source: TantivyError) -> IndexError {
    IndexError::Failed { dir: dir.to_owned(), source }
}

/// Every field that a query may name, and `key`.
fn schema() -> (Schema, Fields) {
    let words = |tokenizer: &str| {
        let indexing = TextFieldIndexing::default()
            .set_tokenizer(tokenizer)
            .set_index_option(IndexRecordOption::WithFreqsAndPositions);
        TextOptions::default().set_indexing_options(indexing)
    };
    let mut schema = Schema::builder();
    let fields = Fields {
        key: schema.add_text_field("key", STRING),
        text: schema.add_text_field("text", words(fold::STEMMED).set_stored()),
        exact: schema.add_text_field("exact", words(fold::FOLDED)),
        section: schema.add_text_field("section", words(fold::STEMMED).set_stored()),
        source: schema.add_text_field(SOURCE, words(fold::FOLDED).set_stored().set_fast("raw")),
        format: schema.add_text_field("format", STRING | STORED),
        kind: schema.add_text_field("kind", STRING),
        page: schema.add_u64_field("page", INDEXED | STORED),
        document: schema.add_text_field("document", STRING | STORED),
        start: schema.add_u64_field(START, STORED | FAST),
        end: schema.add_u64_field("end", STORED),
    };
    (schema.build(), fields)
}

fn passages<'a>(
    key: &'a str,
    document: &'a Document,
    fields: &'a Fields,
) -> impl Iterator<Item = TantivyDocument> + 'a {
    // Characters are counted from the passage before: counting from the start each time is quadratic.
    let mut seen = (0usize, 0usize);
    document.passages.iter().map(move |passage| {
        let start = seen.1 + document.slice(Span::new(seen.0, passage.span.start)).chars().count();
        let text = document.slice(passage.span);
        let end = start + text.chars().count();
        seen = (passage.span.end, end);
        let mut out = TantivyDocument::default();
        out.add_text(fields.key, key);
        out.add_text(fields.text, text);
        out.add_text(fields.exact, text);
        out.add_text(fields.section, section(document, passage.block));
        out.add_text(fields.source, &document.source);
        out.add_text(fields.format, document.format.name());
        out.add_text(fields.kind, kind(document, passage.block));
        out.add_text(fields.document, &document.id.0);
        if let Some(page) = document.page_at(passage.span.start) {
            out.add_u64(fields.page, page.into());
        }
        out.add_u64(fields.start, start as u64);
        out.add_u64(fields.end, end as u64);
        out
    })
}

fn section(document: &Document, block: usize) -> String {
    document.section_path(block).join(&SECTION_SEPARATOR.to_string())
}

pub(crate) fn section_parts(stored: &str) -> Vec<String> {
    stored.split(SECTION_SEPARATOR).filter(|s| !s.is_empty()).map(str::to_owned).collect()
}

fn kind(document: &Document, block: usize) -> &'static str {
    match document.blocks.get(block).map(|b| &b.kind) {
        Some(BlockKind::Heading { .. }) => "heading",
        Some(BlockKind::Item { .. }) => "item",
        Some(BlockKind::Row { .. }) => "row",
        Some(BlockKind::Paragraph) | None => "paragraph",
    }
}

/// A passage that answers a query.
#[derive(Debug, Clone, PartialEq)]
pub struct Hit {
    /// The document's path or URL.
    pub source: String,
    /// Hash of its bytes.
    pub document: DocumentId,
    /// `pdf`, `docx`, ...
    pub format: String,
    /// Page on which the passage begins, from 1; none where the format has none.
    pub page: Option<u32>,
    /// Heading texts, outermost first.
    pub section: Vec<String>,
    /// First character, in Unicode scalar values of the canonical text, from 0.
    pub start: usize,
    /// One past the last character.
    pub end: usize,
    /// The passage's exact words.
    pub quote: String,
    /// What the query matched, in bytes of `quote`; in order, not overlapping.
    pub highlights: Vec<Span>,
    /// How well it answers (BM25). Only the order means anything.
    pub score: f32,
}
