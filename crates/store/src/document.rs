//! The documents of a dossier: what is known of each, and its text.

use crate::{Store, StoreError};
use capmap_model::{Capture, Document, DocumentId, Elements, Failure, Format, Hidden, Input, Provenance};
use rusqlite::{OptionalExtension, Transaction, params};
use serde::{Deserialize, Serialize};
use std::path::PathBuf;

/// An input as `map` read it, and what the caller knows besides.
#[derive(Debug, Clone, Copy)]
pub struct Filed<'a> {
    /// The input.
    pub input: &'a Input,
    /// Where its bytes lie on this machine.
    pub path: Option<&'a std::path::Path>,
    /// RFC 3339 date that says how old it is.
    pub dated: Option<&'a str>,
    /// What it states.
    pub elements: Elements,
}

/// What is known of a document besides its text.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FiledDocument {
    /// Path relative to the input folder, or the URL.
    pub source: String,
    /// Hash of its bytes; none where they could not be read.
    pub id: Option<DocumentId>,
    /// What the bytes are.
    pub format: Format,
    /// Where it came from.
    pub provenance: Provenance,
    /// Set for web pages.
    pub capture: Option<Capture>,
    /// `read`, `partial`, `unreadable` or `skipped`.
    pub status: String,
    /// Why not all of it was read.
    pub failure: Option<Failure>,
    /// The title that the file states.
    pub title: Option<String>,
    /// How many pages it has; 0 where the format has none.
    pub pages: usize,
    /// Words of its text.
    pub words: usize,
    /// RFC 3339 date that says how old it is.
    pub dated: Option<String>,
    /// What it states.
    pub elements: Elements,
    /// Text that no reader sees.
    pub hidden: Vec<Hidden>,
    /// What a person should know about the reading.
    pub notes: Vec<String>,
    /// Where its bytes lay when it was mapped, on that machine.
    pub path: Option<PathBuf>,
}

impl FiledDocument {
    pub(crate) fn new(filed: &Filed) -> FiledDocument {
        let input = filed.input;
        let document = input.outcome.document();
        FiledDocument {
            source: input.source.clone(),
            id: input.id.clone(),
            format: input.format,
            provenance: input.provenance,
            capture: input.capture.clone(),
            status: input.outcome.status().to_owned(),
            failure: input.outcome.failure().cloned(),
            title: document.and_then(|d| d.title.clone()),
            pages: document.map_or(0, |d| d.pages.len()),
            words: document.map_or(0, Document::words),
            dated: filed.dated.map(str::to_owned),
            elements: filed.elements,
            hidden: document.map(|d| d.hidden.clone()).unwrap_or_default(),
            notes: document.map(|d| d.notes.clone()).unwrap_or_default(),
            path: filed.path.map(PathBuf::from),
        }
    }
}

impl Store {
    /// Every document, by source.
    ///
    /// # Errors
    /// Where the database fails.
    pub fn documents(&self) -> Result<Vec<FiledDocument>, StoreError> {
        let mut rows = self.db.prepare_cached("SELECT body FROM documents ORDER BY source")?;
        let bodies = rows.query_map([], |row| row.get::<_, String>(0))?;
        bodies.map(|body| Ok(serde_json::from_str(&body?)?)).collect()
    }

    /// Some documents, by source: at most `limit` after the first `skip`.
    ///
    /// # Errors
    /// Where the database fails.
    pub fn documents_from(&self, skip: usize, limit: usize) -> Result<Vec<FiledDocument>, StoreError> {
        let mut rows =
            self.db.prepare_cached("SELECT body FROM documents ORDER BY source LIMIT ?1 OFFSET ?2")?;
        let bodies = rows.query_map(params![limit, skip], |row| row.get::<_, String>(0))?;
        bodies.map(|body| Ok(serde_json::from_str(&body?)?)).collect()
    }

    /// How many documents there are.
    ///
    /// # Errors
    /// Where the database fails.
    pub fn document_count(&self) -> Result<usize, StoreError> {
        Ok(self.db.prepare_cached("SELECT count(*) FROM documents")?.query_row([], |row| row.get(0))?)
    }

    /// The document with that hash; the first by source where several have it.
    ///
    /// # Errors
    /// [`StoreError::NoDocument`] where none of the present inputs has it.
    pub fn document_of(&self, id: &DocumentId) -> Result<FiledDocument, StoreError> {
        let mut row =
            self.db.prepare_cached("SELECT body FROM documents WHERE id = ?1 ORDER BY source LIMIT 1")?;
        let body: Option<String> = row.query_row([&id.0], |row| row.get(0)).optional()?;
        let body = body.ok_or_else(|| StoreError::NoDocument(id.0.clone()))?;
        Ok(serde_json::from_str(&body)?)
    }

    /// The document of that source.
    ///
    /// # Errors
    /// [`StoreError::NoDocument`] where there is none.
    pub fn document(&self, source: &str) -> Result<FiledDocument, StoreError> {
        let mut row = self.db.prepare_cached("SELECT body FROM documents WHERE source = ?1")?;
        let body: Option<String> = row.query_row([source], |row| row.get(0)).optional()?;
        let body = body.ok_or_else(|| StoreError::NoDocument(source.to_owned()))?;
        Ok(serde_json::from_str(&body)?)
    }

    /// The text and structure of a document, by its hash.
    ///
    /// # Errors
    /// [`StoreError::NoText`] where it was not read, or was removed since.
    pub fn text(&self, id: &DocumentId) -> Result<Document, StoreError> {
        let mut row = self.db.prepare_cached("SELECT body FROM texts WHERE id = ?1")?;
        let body: Option<Vec<u8>> = row.query_row([&id.0], |row| row.get(0)).optional()?;
        Ok(postcard::from_bytes(&body.ok_or_else(|| StoreError::NoText(id.0.clone()))?)?)
    }
}

/// Replaces all documents; texts that were read by the same version stay as they are.
pub(crate) fn replace(tx: &Transaction, inputs: &[Filed], reader: &str) -> Result<(), StoreError> {
    tx.execute("DELETE FROM documents", [])?;
    let mut row = tx.prepare("INSERT OR REPLACE INTO documents (source, id, body) VALUES (?1, ?2, ?3)")?;
    for filed in inputs {
        let known = FiledDocument::new(filed);
        row.execute(params![
            known.source,
            known.id.as_ref().map(|id| &id.0),
            serde_json::to_string(&known)?
        ])?;
        if let Some(document) = filed.input.outcome.document() {
            keep_text(tx, document, reader)?;
        }
    }
    Ok(())
}

fn keep_text(tx: &Transaction, document: &Document, reader: &str) -> Result<(), StoreError> {
    let known = tx
        .prepare_cached("SELECT 1 FROM texts WHERE id = ?1 AND reader = ?2")?
        .exists(params![document.id.0, reader])?;
    if !known {
        put_text(tx, document, reader)?;
    }
    Ok(())
}

pub(crate) fn put_text(tx: &Transaction, document: &Document, reader: &str) -> Result<(), StoreError> {
    let body = postcard::to_stdvec(document)?;
    tx.prepare_cached("INSERT OR REPLACE INTO texts (id, reader, body) VALUES (?1, ?2, ?3)")?
        .execute(params![document.id.0, reader, body])?;
    Ok(())
}

/// Forgets texts that neither a document nor an item needs.
pub(crate) fn drop_texts(tx: &Transaction) -> Result<(), StoreError> {
    tx.execute(
        "DELETE FROM texts WHERE id NOT IN (SELECT id FROM documents WHERE id IS NOT NULL)
         AND id NOT IN (SELECT document FROM items)",
        [],
    )?;
    Ok(())
}
