//! Brings the index to hold the passages of exactly the documents of this run, touching only what changed. Documents are taken
//! from the cache one at a time.

use crate::cache::{Cache, Known};
use crate::errors::Stop;
use crate::view::Read;
use capmap_evidence::PassageIndex;
use std::collections::BTreeSet;
use std::path::Path;

/// Updates the index in `dir`.
///
/// # Errors
/// Where it cannot be written.
pub fn bring(dir: &Path, inputs: &[Read<'_>], cache: &Cache) -> Result<(), Stop> {
    let wanted: BTreeSet<String> = inputs.iter().filter_map(indexed).map(|(key, _)| key).collect();
    let index = PassageIndex::open(dir)?;
    if index.holds(&wanted) {
        return Ok(());
    }
    let there = index.keys()?;
    let mut update = index.update()?;
    for gone in there.difference(&wanted) {
        update.remove(gone);
    }
    for (new, known) in inputs.iter().filter_map(indexed).filter(|(key, _)| !there.contains(key)) {
        if let Some(document) = cache.outcome(&known.keys)?.document() {
            update.add(&new, document)?;
        }
    }
    Ok(update.finish(&wanted)?)
}

fn indexed<'a>(read: &'a Read<'_>) -> Option<(String, &'a Known)> {
    Some((read.summary.passages?.to_string(), read.entry.known()?))
}
