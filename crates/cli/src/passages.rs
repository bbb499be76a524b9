//! Brings the index to hold the passages of exactly the documents of this run, touching only what changed.

use crate::cache::key;
use crate::errors::Stop;
use crate::view::Read;
use capmap_evidence::PassageIndex;
use capmap_model::Document;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// Updates the index in `dir`.
///
/// # Errors
/// Where it cannot be written.
pub fn bring(dir: &Path, inputs: &[Read<'_>]) -> Result<(), Stop> {
    let documents: BTreeMap<String, &Document> = inputs.iter().filter_map(indexed).collect();
    let wanted: BTreeSet<String> = documents.keys().cloned().collect();
    let index = PassageIndex::open(dir)?;
    if index.holds(&wanted) {
        return Ok(());
    }
    let there = index.keys()?;
    let mut update = index.update()?;
    for gone in there.difference(&wanted) {
        update.remove(gone);
    }
    for (new, document) in documents.iter().filter(|(key, _)| !there.contains(*key)) {
        update.add(new, document)?;
    }
    Ok(update.finish(&wanted)?)
}

/// The same bytes may be read to another end where a reader died or a limit was met: that is another key.
fn indexed<'a>(read: &'a Read<'_>) -> Option<(String, &'a Document)> {
    let document = read.outcome.document()?;
    let failure = read.outcome.failure().map(|f| f.detail.as_str()).unwrap_or_default();
    let parts = [read.record.as_str(), read.outcome.status(), failure, &document.text.len().to_string()];
    Some((key(&parts), document))
}
