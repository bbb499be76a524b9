//! A new map takes the place of the old one, and every decision finds its passage again.

use crate::document::{Filed, drop_texts, replace};
use crate::item::{NewItem, Origin, insert};
use crate::project::{self, replay};
use crate::{Store, StoreError, standing};
use capmap_model::{CriterionId, Provenance, Suggestion};
use rusqlite::{OptionalExtension, Transaction, params};
use std::collections::BTreeMap;

/// What one run of `map` found.
#[derive(Debug, Clone, Copy)]
pub struct Mapping<'a> {
    /// The criteria set's id and version.
    pub criteria: (&'a str, &'a str),
    /// The lexicon's version.
    pub lexicon: &'a str,
    /// The reader's version: a text kept under the same one is not written again.
    pub reader: &'a str,
    /// Of everything below; an equal one means that nothing has to be done.
    pub fingerprint: &'a str,
    /// Every input.
    pub inputs: &'a [Filed<'a>],
    /// Best first within each criterion.
    pub suggestions: &'a [Suggestion],
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
        if self.meta("fingerprint")?.as_deref() == Some(mapping.fingerprint) {
            return Ok(Replaced::default());
        }
        self.write(|tx| {
            for table in ["items", "details", "aliases", "votes", "standings"] {
                tx.execute(&format!("DELETE FROM {table}"), [])?;
            }
            replace(tx, mapping.inputs, mapping.reader)?;
            suggest(tx, mapping)?;
            let replaced = replay(tx)?;
            drop_texts(tx)?;
            standing::count_all(tx)?;
            remember(tx, mapping)?;
            Ok(replaced)
        })
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

fn suggest(tx: &Transaction, mapping: &Mapping) -> Result<(), StoreError> {
    let filed: BTreeMap<&str, &Filed> = mapping.inputs.iter().map(|f| (f.input.source.as_str(), f)).collect();
    let mut ranks: BTreeMap<&CriterionId, i64> = BTreeMap::new();
    for suggestion in mapping.suggestions {
        let rank = ranks.entry(&suggestion.criterion).or_default();
        *rank += 1;
        let from = filed.get(suggestion.citation.source());
        insert(
            tx,
            &NewItem {
                id: &suggestion.id,
                criterion: &suggestion.criterion,
                rank: *rank,
                origin: Origin::Suggested,
                citation: &suggestion.citation,
                suggestion: Some(suggestion),
                public: from.is_some_and(|f| f.input.provenance == Provenance::Public),
                dated: from.and_then(|f| f.dated),
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
