//! One input on its own, for `text` and `doctor`: from the dossier where the map knows it, else from the file.

use crate::cache::Cache;
use crate::dossier;
use crate::errors::Stop;
use crate::extractor::Extractor;
use capmap_collect::Found;
use capmap_model::{Format, Input, Outcome, Provenance};
use std::path::{Component, Path, PathBuf};

/// What the map of this dossier shows under this name. A file that has changed since is read anew.
///
/// # Errors
/// Where neither the map nor the file system knows it.
pub fn by_source(dossier: &Path, source: &Path, extractor: &Extractor) -> Result<Input, Stop> {
    let cache = Cache::open(&dossier::cache(dossier));
    let known = source.to_str().filter(|_| is_name(source)).and_then(|name| cache.by_source(name));
    let Some((path, known)) = known else { return by_path(source, extractor) };
    let file = one(path).ok();
    let outcome = || cache.outcome(&known.keys);
    let outcome = match &file {
        Some(file) if cache.unchanged(file).is_none() && !is_own(dossier, path) => None,
        _ => outcome().ok(),
    };
    let Some(outcome) = outcome else {
        let found = file.map_or_else(|| one(path), Ok)?;
        return Ok(read(Found { source: known.source.clone(), ..found }, extractor));
    };
    Ok(Input {
        source: known.source.clone(),
        id: Some(known.id.clone()),
        format: known.format,
        provenance: Provenance::Submitted,
        capture: None,
        outcome,
    })
}

/// True for unpacked pages: they change only when they are fetched again.
fn is_own(dossier: &Path, path: &Path) -> bool {
    std::path::absolute(dossier::cache(dossier)).is_ok_and(|cache| path.starts_with(cache))
}

/// A file, whatever the dossier knows.
///
/// # Errors
/// Where there is no such file.
pub fn by_path(path: &Path, extractor: &Extractor) -> Result<Input, Stop> {
    if path.is_dir() {
        let message = format!("{} is a folder", path.display());
        return Err(Stop::usage(message, "give one file, or a source as the map names it"));
    }
    Ok(read(one(path)?, extractor))
}

/// `./name` and `/name` are paths; `name` and `folder/name` may be sources.
fn is_name(source: &Path) -> bool {
    matches!(source.components().next(), Some(Component::Normal(_)))
}

fn one(path: &Path) -> Result<Found, Stop> {
    let mut found = capmap_collect::find(&[PathBuf::from(path)], &[])?;
    found.pop().ok_or_else(|| Stop::usage(format!("no such file: {}", path.display()), "check the name"))
}

fn read(found: Found, extractor: &Extractor) -> Input {
    let (id, format, outcome) = match capmap_collect::read(&found, extractor.limits().input_bytes) {
        Err(failure) => (None, Format::Other, Outcome::Unreadable { failure }),
        Ok(snapshot) => {
            let format = capmap_extract::sniff(&snapshot.bytes, &found.source);
            let outcome = extractor.read(&found, &snapshot, format);
            (Some(snapshot.id), format, outcome)
        }
    };
    Input { source: found.source, id, format, provenance: found.provenance, capture: None, outcome }
}
