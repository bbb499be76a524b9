//! The documents of a dossier: what is known of each, and its text.

use crate::item::FromDocument;
use crate::mapping::Found;
use crate::{Store, StoreError};
use capmap_model::{Capture, Document, DocumentId, Elements, Failure, Format, Hidden, Provenance};
use rusqlite::{OptionalExtension, Transaction, params};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::PathBuf;

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
    #[serde(with = "place")]
    pub path: Option<PathBuf>,
}

/// A path as text, or as bytes where its name is no UTF-8: odd names are documents too.
mod place {
    use serde::{Deserialize, Deserializer, Serialize, Serializer};
    use std::ffi::OsString;
    use std::path::PathBuf;

    #[derive(Serialize, Deserialize)]
    #[serde(untagged)]
    enum Place {
        Text(String),
        Odd(OsString),
    }

    pub(super) fn serialize<S: Serializer>(path: &Option<PathBuf>, to: S) -> Result<S::Ok, S::Error> {
        let place = |path: &PathBuf| path.clone().into_os_string().into_string();
        path.as_ref().map(|path| place(path).map_or_else(Place::Odd, Place::Text)).serialize(to)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Option<PathBuf>, D::Error> {
        Ok(Option::<Place>::deserialize(from)?.map(|place| match place {
            Place::Text(text) => text.into(),
            Place::Odd(odd) => odd.into(),
        }))
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
        let body: Option<String> = row.query_row([&id.0], |row| row.get(0)).optional()?;
        Ok(serde_json::from_str(&body.ok_or_else(|| StoreError::NoText(id.0.clone()))?)?)
    }
}

/// Replaces all documents, one at a time; gives what their items inherit. A text that was read by the same version stays
/// as it is and is not asked for.
pub(crate) fn replace(
    tx: &Transaction,
    found: &dyn Found,
    reader: &str,
) -> Result<BTreeMap<String, FromDocument>, StoreError> {
    tx.execute("DELETE FROM documents", [])?;
    let mut row = tx.prepare("INSERT OR REPLACE INTO documents (source, id, body) VALUES (?1, ?2, ?3)")?;
    let mut inherited = BTreeMap::new();
    for known in found.documents() {
        row.execute(params![
            known.source,
            known.id.as_ref().map(|id| &id.0),
            serde_json::to_string(&known)?
        ])?;
        if known.words > 0 {
            keep_text(tx, found, &known, reader)?;
        }
        let public = known.provenance == Provenance::Public;
        inherited.insert(known.source, FromDocument { public, dated: known.dated });
    }
    Ok(inherited)
}

fn keep_text(
    tx: &Transaction,
    found: &dyn Found,
    known: &FiledDocument,
    reader: &str,
) -> Result<(), StoreError> {
    let Some(id) = &known.id else { return Ok(()) };
    let there = tx
        .prepare_cached("SELECT 1 FROM texts WHERE id = ?1 AND reader = ?2")?
        .exists(params![id.0, reader])?;
    match if there { None } else { found.text(known).map_err(StoreError::Source)? } {
        Some(document) => put_text(tx, &document, reader),
        None => Ok(()),
    }
}

pub(crate) fn put_text(tx: &Transaction, document: &Document, reader: &str) -> Result<(), StoreError> {
    let body = serde_json::to_string(document)?;
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
