//! Lists what lies under the inputs, in one fixed order, without reading it.
//!
//! Links are followed. The same file reached twice is read once, under the name that goes through no link; its other names
//! are listed as duplicates. A link that leads back to a folder above it is listed, not followed.

use crate::read::io_failure;
use crate::source::source_name;
use capmap_model::{Capture, Failure, FailureKind, Provenance};
use std::collections::{BTreeMap, HashMap, HashSet};
use std::ffi::OsStr;
use std::fs::Metadata;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{FileTypeExt, MetadataExt};
use std::path::{Path, PathBuf};
use thiserror::Error;
use walkdir::{DirEntry, WalkDir};

/// One file that was found.
#[derive(Debug, Clone, PartialEq)]
pub struct Found {
    /// Path relative to the input folder, with `/`; for a single file its name.
    pub source: String,
    /// Where it lies.
    pub path: PathBuf,
    /// Size in bytes.
    pub size: u64,
    /// What tells whether it changed since it was last read; none where the file system did not say.
    pub stamp: Option<Stamp>,
    /// Who gave it.
    pub provenance: Provenance,
    /// For web pages: which fetch this is.
    pub capture: Option<Capture>,
    /// For web pages: the charset that the server said.
    pub charset: Option<String>,
    /// For web pages: the kind that the server said, in small letters.
    pub media: Option<String>,
    /// Why it cannot be read, where that is known already.
    pub failure: Option<Failure>,
}

/// Times of a file, in nanoseconds since 1970.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stamp {
    /// Last change of the content.
    pub modified: i128,
    /// Last change of content, name or permissions: set by the system, so it also tells of a restored `modified`.
    pub changed: i128,
}

/// Why a whole run cannot begin.
#[derive(Debug, Error)]
pub enum CollectError {
    /// Nothing is there.
    #[error("no such file or folder: {}", path.display())]
    Missing {
        /// As given.
        path: PathBuf,
    },
    /// It is there and cannot be opened.
    #[error("cannot open {}: {reason}", path.display())]
    Closed {
        /// As given.
        path: PathBuf,
        /// The file system's words.
        reason: String,
    },
    /// Folders without a single file.
    #[error("no files in {0}")]
    Nothing(String),
}

/// Lists every file under `inputs`, ordered by source (byte order). `leave_out` are folders that are no inputs.
///
/// # Errors
/// [`CollectError`] where an input does not exist or cannot be opened, or where there is not a single file.
pub fn find(inputs: &[PathBuf], leave_out: &[PathBuf]) -> Result<Vec<Found>, CollectError> {
    let leave_out: Vec<PathBuf> = leave_out.iter().filter_map(|p| p.canonicalize().ok()).collect();
    let mut found = Vec::new();
    for input in inputs {
        let files = under(input, &leave_out)?;
        found.extend(files.into_iter().map(|file| (input.as_path(), file)));
    }
    if found.is_empty() {
        let names: Vec<String> = inputs.iter().map(|p| p.display().to_string()).collect();
        return Err(CollectError::Nothing(names.join(", ")));
    }
    let mut found = tell_apart(once_each(found));
    found.sort_by(|a, b| a.source.cmp(&b.source));
    mark_duplicates(&mut found);
    Ok(found)
}

fn under(input: &Path, leave_out: &[PathBuf]) -> Result<Vec<Found>, CollectError> {
    let meta = std::fs::metadata(input).map_err(|e| not_opened(input, &e))?;
    if !meta.is_dir() {
        let name = input.file_name().map_or(input, Path::new);
        return Ok(vec![file(source_name(name), input.to_owned(), Ok(meta))]);
    }
    std::fs::read_dir(input).map_err(|e| not_opened(input, &e))?;
    let walk = WalkDir::new(input).follow_links(true).sort_by_file_name();
    let entries = walk.into_iter().filter_entry(|entry| is_input(entry, leave_out));
    Ok(entries.filter_map(|entry| one(entry, input)).collect())
}

fn not_opened(path: &Path, error: &std::io::Error) -> CollectError {
    let path = path.to_owned();
    match error.kind() {
        std::io::ErrorKind::NotFound => CollectError::Missing { path },
        _ => CollectError::Closed { path, reason: io_failure(error).detail },
    }
}

/// A folder that was given by name is read, whatever it is called.
fn is_input(entry: &DirEntry, leave_out: &[PathBuf]) -> bool {
    if entry.depth() == 0 || !entry.file_type().is_dir() {
        return true;
    }
    let left_out = || entry.path().canonicalize().is_ok_and(|path| leave_out.contains(&path));
    entry.file_name() != OsStr::new(".git") && !left_out()
}

fn one(entry: walkdir::Result<DirEntry>, input: &Path) -> Option<Found> {
    match entry {
        Ok(entry) if entry.file_type().is_dir() => None,
        Ok(entry) => {
            let source = relative(entry.path(), input);
            Some(file(source, entry.path().to_owned(), entry.metadata().map_err(Into::into)))
        }
        Err(error) => {
            let path = error.path().unwrap_or(input).to_owned();
            let source = relative(&path, input);
            if error.loop_ancestor().is_some() {
                let why = "a link to a folder above it; what is in there is read once";
                return Some(failed(source, path, Failure::new(FailureKind::Duplicate, why)));
            }
            Some(file(source, path, Err(error.into())))
        }
    }
}

fn relative(path: &Path, input: &Path) -> String {
    source_name(path.strip_prefix(input).unwrap_or(path))
}

fn file(source: String, path: PathBuf, meta: std::io::Result<Metadata>) -> Found {
    let meta = match meta {
        Ok(meta) => meta,
        Err(error) => return failed(source, path, io_failure(&error)),
    };
    Found {
        source,
        path,
        size: meta.len(),
        stamp: Some(Stamp::of(&meta)),
        provenance: Provenance::Submitted,
        capture: None,
        charset: None,
        media: None,
        failure: not_a_file(&meta),
    }
}

impl Stamp {
    pub(crate) fn of(meta: &Metadata) -> Stamp {
        Stamp {
            modified: nanos(meta.mtime(), meta.mtime_nsec()),
            changed: nanos(meta.ctime(), meta.ctime_nsec()),
        }
    }
}

fn nanos(seconds: i64, nanos: i64) -> i128 {
    i128::from(seconds) * 1_000_000_000 + i128::from(nanos)
}

/// Reading a pipe or a device would wait for ever, or never end.
fn not_a_file(meta: &Metadata) -> Option<Failure> {
    let kind = meta.file_type();
    let what = match () {
        () if kind.is_fifo() => "a pipe",
        () if kind.is_socket() => "a socket",
        () if kind.is_char_device() || kind.is_block_device() => "a device",
        () if meta.len() == 0 => return Some(Failure::new(FailureKind::Empty, "the file is empty")),
        () => return None,
    };
    Some(Failure::new(FailureKind::Unsupported, format!("{what}, not a file")))
}

fn failed(source: String, path: PathBuf, failure: Failure) -> Found {
    let provenance = Provenance::Submitted;
    let failure = Some(failure);
    let (capture, charset, media) = (None, None, None);
    Found { source, path, size: 0, stamp: None, provenance, capture, charset, media, failure }
}

/// Inputs may overlap (a folder, and a file in it): a path is listed once.
fn once_each(found: Vec<(&Path, Found)>) -> Vec<(&Path, Found)> {
    let mut seen = HashSet::new();
    let absolute = |path: &Path| std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    found.into_iter().filter(|(_, file)| seen.insert(absolute(&file.path))).collect()
}

/// Two inputs may hold files of the same relative name. Such files get the input as given in front of their name.
fn tell_apart(found: Vec<(&Path, Found)>) -> Vec<Found> {
    let mut inputs: HashMap<String, Vec<&Path>> = HashMap::new();
    for (input, file) in &found {
        let seen = inputs.entry(file.source.clone()).or_default();
        if !seen.contains(input) {
            seen.push(input);
        }
    }
    let named = |(_, mut file): (&Path, Found)| {
        if inputs.get(&file.source).is_some_and(|seen| seen.len() > 1) {
            file.source = source_name(&file.path);
        }
        file
    };
    found.into_iter().map(named).collect()
}

/// Among the names of one file, the one that is no link is read (else the first); the others are listed.
fn mark_duplicates(found: &mut [Found]) {
    let mut names: BTreeMap<Vec<u8>, Vec<usize>> = BTreeMap::new();
    for (i, file) in found.iter().enumerate().filter(|(_, f)| f.failure.is_none()) {
        if let Ok(real) = file.path.canonicalize() {
            names.entry(real.as_os_str().as_bytes().to_vec()).or_default().push(i);
        }
    }
    for (real, same) in names.into_iter().filter(|(_, same)| same.len() > 1) {
        let is_real = |&&i: &&usize| {
            std::path::absolute(&found[i].path).is_ok_and(|p| p.as_os_str().as_bytes() == real.as_slice())
        };
        let kept = same.iter().find(is_real).or(same.first()).copied();
        let first = kept.map(|i| found[i].source.clone()).unwrap_or_default();
        for i in same.into_iter().filter(|i| Some(*i) != kept) {
            let why = format!("the same file as {first}");
            found[i].failure = Some(Failure::new(FailureKind::Duplicate, why));
        }
    }
}

#[cfg(test)]
#[path = "find_tests.rs"]
mod tests;
