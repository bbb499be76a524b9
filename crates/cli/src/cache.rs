//! What was read and found, kept in the dossier so that the next run reads only what changed.
//!
//! `manifest` says which file had which bytes; `read/` (the document) and `found/` (what the map shows of it) hold one record
//! per document, named by a key of everything it depends on: the bytes, the source, and the code, rules and options that made
//! it. Each is written to the side and then named, so a killed run leaves no half record.

use crate::dossier::trouble;
use crate::errors::Stop;
use crate::judged::Judged;
use crate::output;
use capmap_collect::{Found, Stamp};
use capmap_model::{DocumentId, Format, Outcome};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, HashSet};
use std::ffi::OsStr;
use std::fmt;
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

/// Raised when a stored form changes; older caches are then read anew.
const VERSION: u32 = 2;
/// A file changed within this time before it was hashed may change again under the same time stamp: file systems count
/// in steps of up to 2 seconds. In nanoseconds.
pub const TOO_FRESH: i128 = 2_000_000_000;

/// The cache of one dossier.
pub struct Cache {
    dir: PathBuf,
    manifest: Manifest,
}

/// By absolute path. Written from references: there are as many entries as files.
#[derive(Serialize, Deserialize)]
struct Manifest<K: Ord = Vec<u8>, V = Known> {
    version: u32,
    files: BTreeMap<K, V>,
}

/// What is known of a file since it was last read.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Known {
    /// Its name in the map.
    pub source: String,
    /// Hash of its bytes.
    pub id: DocumentId,
    /// What the bytes are.
    pub format: Format,
    /// Where its records are.
    pub keys: Keys,
    /// The reader died or took too long: it may have better luck on a quieter machine.
    pub unlucky: bool,
    size: u64,
    modified: i128,
    changed: i128,
    hashed: i128,
}

/// Names of a document's records.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Keys {
    /// Of the document as read.
    pub read: Key,
    /// Of what the rules found.
    pub found: Key,
}

/// A name made of everything that a record depends on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Key(u128);

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:032x}", self.0)
    }
}

/// The name that these parts make.
pub fn key(parts: &[&str]) -> Key {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update((part.len() as u64).to_le_bytes());
        hash.update(part);
    }
    Key(hash.finalize().iter().take(16).fold(0, |number, byte| number << 8 | u128::from(*byte)))
}

impl Cache {
    /// Opens the cache in `dir`. One that cannot be understood counts as empty.
    pub fn open(dir: &Path) -> Self {
        let manifest: Manifest = std::fs::read(manifest_path(dir))
            .ok()
            .and_then(|bytes| postcard::from_bytes(&bytes).ok())
            .filter(|manifest: &Manifest| manifest.version == VERSION)
            .unwrap_or_else(|| Manifest { version: VERSION, files: BTreeMap::new() });
        Cache { dir: dir.to_owned(), manifest }
    }

    /// What is known of a file, if it has not changed since.
    pub fn unchanged(&self, file: &Found) -> Option<&Known> {
        let known = self.manifest.files.get(&path_key(&file.path)).filter(|known| !known.unlucky)?;
        let Stamp { modified, changed } = file.stamp?;
        let same = (known.size, known.modified, known.changed) == (file.size, modified, changed);
        let settled = modified.max(changed) + TOO_FRESH < known.hashed;
        (same && settled).then_some(known)
    }

    /// True where the file is to be read again even if its bytes are the same.
    pub fn unlucky(&self, file: &Found) -> bool {
        self.manifest.files.get(&path_key(&file.path)).is_some_and(|known| known.unlucky)
    }

    /// The file that the map names so.
    pub fn by_source(&self, source: &str) -> Option<(&Path, &Known)> {
        let (path, known) = self.manifest.files.iter().find(|(_, known)| known.source == source)?;
        Some((Path::new(OsStr::from_bytes(path)), known))
    }

    /// True where both records are there.
    pub fn has(&self, keys: &Keys) -> bool {
        self.has_read(keys) && self.path("found", keys.found).is_file()
    }

    /// True where the document's record is there.
    pub fn has_read(&self, keys: &Keys) -> bool {
        self.path("read", keys.read).is_file()
    }

    /// The document as read.
    ///
    /// # Errors
    /// [`Stop::Dossier`] where the record is gone, [`Stop::Damaged`] where it cannot be understood.
    pub fn outcome(&self, keys: &Keys) -> Result<Outcome, Stop> {
        load(&self.path("read", keys.read))
    }

    /// What the map shows of it.
    ///
    /// # Errors
    /// [`Stop::Dossier`] where the record is gone, [`Stop::Damaged`] where it cannot be understood.
    pub fn judged(&self, keys: &Keys) -> Result<Judged, Stop> {
        load(&self.path("found", keys.found))
    }

    /// Keeps a document as read. What was found in one that was read to another end goes first: it would be believed if
    /// the run ended here.
    ///
    /// # Errors
    /// [`Stop::Dossier`] where it cannot be written.
    pub fn keep_outcome(&self, keys: &Keys, outcome: &Outcome) -> Result<(), Stop> {
        let _ = std::fs::remove_file(self.path("found", keys.found));
        store(&self.path("read", keys.read), outcome)
    }

    /// Keeps what the map shows of it.
    ///
    /// # Errors
    /// [`Stop::Dossier`] where it cannot be written.
    pub fn keep_judged(&self, keys: &Keys, judged: &Judged) -> Result<(), Stop> {
        store(&self.path("found", keys.found), judged)
    }

    /// Remembers these files in place of those of the run before, and drops records that none of them needs.
    ///
    /// # Errors
    /// [`Stop::Dossier`] where the manifest cannot be written.
    pub fn remember(&self, files: &[(&Found, &Known)]) -> Result<(), Stop> {
        let files: BTreeMap<Vec<u8>, &Known> =
            files.iter().map(|(file, known)| (path_key(&file.path), *known)).collect();
        let there = &self.manifest.files;
        if there.len() == files.len() && there.iter().zip(&files).all(|(a, b)| (a.0, a.1) == (b.0, *b.1)) {
            return Ok(());
        }
        let manifest = Manifest { version: VERSION, files };
        store(&manifest_path(&self.dir), &manifest)?;
        let needed = manifest.files.values().flat_map(|k| [k.keys.read, k.keys.found]);
        self.prune(&needed.collect());
        Ok(())
    }

    /// What cannot be removed only takes up room.
    fn prune(&self, needed: &HashSet<Key>) {
        let key = |name: &OsStr| u128::from_str_radix(name.to_str()?, 16).ok().map(Key);
        for folder in ["read", "found"] {
            let entries = std::fs::read_dir(self.dir.join(folder)).into_iter().flatten().flatten();
            for entry in entries.filter(|e| key(&e.file_name()).is_none_or(|k| !needed.contains(&k))) {
                let _ = std::fs::remove_file(entry.path());
            }
        }
    }

    fn path(&self, folder: &str, key: Key) -> PathBuf {
        self.dir.join(folder).join(key.to_string())
    }
}

impl Known {
    /// What is known of a file that was hashed at `now` (nanoseconds since 1970) at the latest.
    pub fn new(file: &Found, id: DocumentId, format: Format, keys: Keys, now: i128) -> Self {
        let stamp = file.stamp.unwrap_or(Stamp { modified: now, changed: now });
        let Stamp { modified, changed } = stamp;
        let (source, size) = (file.source.clone(), file.size);
        Known { source, id, format, keys, unlucky: false, size, modified, changed, hashed: now }
    }
}

fn manifest_path(dir: &Path) -> PathBuf {
    dir.join("manifest")
}

fn path_key(path: &Path) -> Vec<u8> {
    std::path::absolute(path).unwrap_or_else(|_| path.to_owned()).as_os_str().as_bytes().to_vec()
}

fn load<T: DeserializeOwned>(path: &Path) -> Result<T, Stop> {
    let bytes = std::fs::read(path).map_err(|e| trouble(path, e))?;
    postcard::from_bytes(&bytes).map_err(|_| Stop::Damaged(path.to_owned()))
}

fn store<T: Serialize>(path: &Path, value: &T) -> Result<(), Stop> {
    let invalid = |e| io::Error::new(io::ErrorKind::InvalidData, e);
    let bytes = postcard::to_stdvec(value).map_err(|e| trouble(path, invalid(e)))?;
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).map_err(|e| trouble(folder, e))?;
    }
    output::replace(path, &bytes).map_err(|e| trouble(path, e))
}
