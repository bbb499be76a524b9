//! From a map to the dossier's suggestions: what `review`, `decide` and `score` work on.

use crate::cache::{Cache, key};
use crate::clock::day;
use crate::errors::Stop;
use crate::reading::State;
use crate::view::{Map, Read};
use capmap_model::{Document, FailureKind, Suggestion};
use capmap_store::{FiledDocument, Found, Mapping, Store};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Who writes, for the message that another writer gets.
pub fn holder(command: &str) -> String {
    format!("capmap {command}, process {}", std::process::id())
}

/// Replaces the dossier's suggestions by these. Decisions stay, each on its passage. Where nothing changed since the last
/// run, nothing is written.
///
/// # Errors
/// Where the dossier cannot be written.
pub fn file(dossier: &Path, cache: &Cache, map: &Map<'_>, reader: &str) -> Result<(), Stop> {
    let mut store = Store::open(dossier, &holder("map"))?;
    let fingerprint = fingerprint(map);
    if store.is_filed(&fingerprint)? {
        return Ok(());
    }
    store.replace_suggestions(&Mapping {
        criteria: (&map.criteria.id, &map.criteria.version),
        lexicon: map.lexicon,
        reader,
        fingerprint: &fingerprint,
        found: &Results { map, cache, reads: by_source(map.inputs) },
    })?;
    Ok(())
}

/// One input per source: among several captures of an address, the one that stands for the others.
fn by_source<'a>(inputs: &'a [Read<'a>]) -> BTreeMap<&'a str, &'a Read<'a>> {
    let other = |read: &Read<'_>| read.summary.failure().is_some_and(|f| f.kind == FailureKind::Duplicate);
    let mut reads = BTreeMap::new();
    for read in inputs {
        let source = read.entry.file.source.as_str();
        match reads.contains_key(source) && other(read) {
            true => {}
            false => drop(reads.insert(source, read)),
        }
    }
    reads
}

/// What the map found, read from the cache one document at a time.
struct Results<'a> {
    map: &'a Map<'a>,
    cache: &'a Cache,
    reads: BTreeMap<&'a str, &'a Read<'a>>,
}

impl Found for Results<'_> {
    fn documents(&self) -> Box<dyn Iterator<Item = FiledDocument> + '_> {
        Box::new(self.reads.values().map(|read| filed(read, self.document(read))))
    }

    fn text(&self, document: &FiledDocument) -> Result<Option<Document>, String> {
        Ok(self.reads.get(document.source.as_str()).and_then(|read| self.document(read)))
    }

    fn suggestions(&self) -> Box<dyn Iterator<Item = Suggestion> + '_> {
        let merged = self.map.merged;
        Box::new(merged.clusters().iter().map(|cluster| merged.suggestion(cluster)))
    }
}

impl Results<'_> {
    fn document(&self, read: &Read<'_>) -> Option<Document> {
        match &read.entry.state {
            State::Kept(known) => self.cache.outcome(&known.keys).ok()?.document().cloned(),
            State::Failed(_) => None,
        }
    }
}

fn filed(read: &Read<'_>, document: Option<Document>) -> FiledDocument {
    let (file, summary) = (read.entry.file, &read.summary);
    FiledDocument {
        source: file.source.clone(),
        id: read.entry.known().map(|known| known.id.clone()),
        format: read.entry.format(),
        provenance: file.provenance,
        capture: file.capture.clone(),
        status: summary.status.name().to_owned(),
        failure: summary.failure().cloned(),
        title: document.and_then(|d| d.title),
        pages: summary.pages as usize,
        words: summary.words as usize,
        dated: modified(read),
        elements: summary.elements,
        hidden: summary.hidden().to_vec(),
        notes: summary.notes().to_vec(),
        path: Some(absolute(&file.path)),
    }
}

/// When a page was fetched; of a submitted file its last change, the best that is known of its age.
fn modified(read: &Read<'_>) -> Option<String> {
    if let Some(capture) = &read.entry.file.capture {
        return Some(capture.time.clone());
    }
    let nanos = read.entry.file.stamp?.modified;
    i64::try_from(nanos.div_euclid(1_000_000_000)).ok().map(day)
}

fn absolute(path: &Path) -> PathBuf {
    std::path::absolute(path).unwrap_or_else(|_| path.to_owned())
}

/// Stands for everything that suggestions and documents depend on.
fn fingerprint(map: &Map<'_>) -> String {
    let set = map.criteria.criteria.iter().map(|c| c.id.0.as_str());
    let mut parts: Vec<String> = [env!("CAPMAP_RULES"), &map.criteria.id, &map.criteria.version, map.lexicon]
        .into_iter()
        .chain(set)
        .map(str::to_owned)
        .collect();
    for read in map.inputs {
        parts.extend([
            read.entry.file.source.clone(),
            read.summary.passages.map(|key| key.to_string()).unwrap_or_default(),
            absolute(&read.entry.file.path).to_string_lossy().into_owned(),
            modified(read).unwrap_or_default(),
            read.summary.failure().map(|f| f.detail.clone()).unwrap_or_default(),
        ]);
    }
    key(&parts.iter().map(String::as_str).collect::<Vec<_>>()).to_string()
}
