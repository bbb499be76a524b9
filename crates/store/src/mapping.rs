//! A new map takes the place of the old one, and every decision finds its passage again.

use crate::document::{drop_texts, replace};
use crate::item::{FromDocument, NewItem, Origin, insert};
use crate::project::{self, replay};
use crate::{FiledDocument, Store, StoreError, standing};
use capmap_model::{CriterionId, Document, Suggestion};
use rusqlite::{OptionalExtension, Transaction, params};
use std::collections::BTreeMap;

/// What one run of `map` found, one piece at a time: nothing here needs all documents at once.
pub trait Found {
    /// Every input.
    fn documents(&self) -> Box<dyn Iterator<Item = FiledDocument> + '_>;

    /// The text of one of them; asked for only where it is not kept yet.
    ///
    /// # Errors
    /// For people: why it cannot be had.
    fn text(&self, document: &FiledDocument) -> Result<Option<Document>, String>;

    /// Best first within each criterion.
    fn suggestions(&self) -> Box<dyn Iterator<Item = Suggestion> + '_>;
}

/// One run of `map`.
#[derive(Clone, Copy)]
pub struct Mapping<'a> {
    /// The criteria set's id and version.
    pub criteria: (&'a str, &'a str),
    /// The lexicon's version.
    pub lexicon: &'a str,
    /// The reader's version: a text kept under the same one is not written again.
    pub reader: &'a str,
    /// Of everything below; an equal one means that nothing has to be done.
    pub fingerprint: &'a str,
    /// What was found.
    pub found: &'a dyn Found,
}

/// What became of the decisions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Replaced {
    /// False where the mapping was the one that stood already.
    pub changed: bool,
    /// Passages decided on that are suggested under the same id.
    pub same: usize,
    /// Passages found again under another id.
    pub moved: usize,
    /// Passages that nothing suggests any more; their decisions stand.
    pub kept: usize,
}

impl Store {
    /// Replaces documents and suggestions in one transaction. The event log is not touched.
    ///
    /// # Errors
    /// Where the dossier cannot be written; then the old mapping stands.
    pub fn replace_suggestions(&mut self, mapping: &Mapping) -> Result<Replaced, StoreError> {
        if self.is_filed(mapping.fingerprint)? {
            return Ok(Replaced::default());
        }
        self.write(|tx| {
            for table in ["items", "details", "aliases", "votes", "standings"] {
                tx.execute(&format!("DELETE FROM {table}"), [])?;
            }
            let inherited = replace(tx, mapping.found, mapping.reader)?;
            suggest(tx, mapping.found, &inherited)?;
            let replaced = replay(tx)?;
            drop_texts(tx)?;
            standing::count_all(tx)?;
            remember(tx, mapping)?;
            Ok(replaced)
        })
    }

    /// True where the mapping of that fingerprint is the one that stands.
    ///
    /// # Errors
    /// Where the database fails.
    pub fn is_filed(&self, fingerprint: &str) -> Result<bool, StoreError> {
        Ok(self.meta("fingerprint")?.as_deref() == Some(fingerprint))
    }

    /// Id and version of the criteria set that was mapped with; none before the first `map`.
    ///
    /// # Errors
    /// Where the database fails.
    pub fn criteria(&self) -> Result<Option<(String, String)>, StoreError> {
        Ok(self.meta("criteria")?.zip(self.meta("criteria_version")?))
    }

    /// Version of the lexicon that was mapped with.
    ///
    /// # Errors
    /// Where the database fails.
    pub fn lexicon(&self) -> Result<Option<String>, StoreError> {
        self.meta("lexicon")
    }

    /// Counts mappings, so that an open page can tell that there are new suggestions.
    ///
    /// # Errors
    /// Where the database fails.
    pub fn mapping_number(&self) -> Result<u64, StoreError> {
        Ok(self.meta("mapping")?.and_then(|n| n.parse().ok()).unwrap_or(0))
    }

    pub(crate) fn meta(&self, key: &str) -> Result<Option<String>, StoreError> {
        let mut row = self.db.prepare_cached("SELECT value FROM meta WHERE key = ?1")?;
        Ok(row.query_row([key], |row| row.get(0)).optional()?)
    }
}

fn suggest(
    tx: &Transaction,
    found: &dyn Found,
    inherited: &BTreeMap<String, FromDocument>,
) -> Result<(), StoreError> {
    let nothing = FromDocument::default();
    let mut ranks: BTreeMap<CriterionId, i64> = BTreeMap::new();
    for suggestion in found.suggestions() {
        let rank = ranks.entry(suggestion.criterion.clone()).or_default();
        *rank += 1;
        let from = inherited.get(suggestion.citation.source()).unwrap_or(&nothing);
        insert(
            tx,
            &NewItem {
                id: &suggestion.id,
                criterion: &suggestion.criterion,
                rank: *rank,
                origin: Origin::Suggested,
                citation: &suggestion.citation,
                suggestion: Some(&suggestion),
                public: from.public,
                dated: from.dated.as_deref(),
                ocr: suggestion.ocr,
            },
        )?;
    }
    Ok(())
}

fn remember(tx: &Transaction, mapping: &Mapping) -> Result<(), StoreError> {
    let number = project::meta_number(tx, "mapping")? + 1;
    let entries = [
        ("criteria", mapping.criteria.0),
        ("criteria_version", mapping.criteria.1),
        ("lexicon", mapping.lexicon),
        ("fingerprint", mapping.fingerprint),
        ("mapping", &number.to_string()),
    ];
    let mut row = tx.prepare("INSERT OR REPLACE INTO meta (key, value) VALUES (?1, ?2)")?;
    for (key, value) in entries {
        row.execute(params![key, value])?;
    }
    Ok(())
}
