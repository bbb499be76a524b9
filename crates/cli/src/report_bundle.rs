//! The caller's part of a bundle: texts from the dossier, originals from where they lay, captures from the snapshots.

use crate::errors::Stop;
use crate::originals::Files;
use capmap_model::Capture;
use capmap_report::{Pack, PackDocument, Parts, write_bundle};
use capmap_review::Originals;
use capmap_store::{FiledDocument, Store};
use std::collections::BTreeMap;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

/// Writes the bundle, whole or not at all.
///
/// # Errors
/// Where an original is not to be had, or the file cannot be written.
pub fn write(store: &Store, pack: &Pack, path: &Path, hashes: bool) -> Result<(), Stop> {
    let trouble = |source| Stop::Output { what: path.display().to_string(), source };
    let folder = match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    let file = tempfile::Builder::new().prefix(".capmap-").tempfile_in(folder).map_err(trouble)?;
    let documents = store.documents()?.into_iter().map(|d| (d.source.clone(), d)).collect();
    let snapshots = store.folder().join("snapshots");
    let mut parts = Dossier { store, documents, snapshots, hashes };
    let mut out = BufWriter::new(file);
    write_bundle(pack, &mut parts, &mut out)?;
    out.flush().map_err(trouble)?;
    let file = out.into_inner().map_err(|e| trouble(e.into_error()))?;
    readable(&file).map_err(trouble)?;
    file.persist(path).map_err(|e| trouble(e.error))?;
    Ok(())
}

/// A temporary file is for its owner alone; a bundle is made to be passed on, as the umask allows.
fn readable(file: &tempfile::NamedTempFile) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    let made = tempfile::Builder::new().permissions(std::fs::Permissions::from_mode(0o666)).tempfile()?;
    file.as_file().set_permissions(made.as_file().metadata()?.permissions())
}

struct Dossier<'a> {
    store: &'a Store,
    documents: BTreeMap<String, FiledDocument>,
    snapshots: PathBuf,
    hashes: bool,
}

impl Parts for Dossier<'_> {
    fn text(&mut self, document: &PackDocument) -> Result<String, String> {
        let gone =
            || format!("the text of {} is not in the dossier: run `capmap map` again", document.source);
        let id = document.id.as_ref().ok_or_else(gone)?;
        Ok(self.store.text(id).map_err(|_| gone())?.text)
    }

    fn original(&mut self, document: &PackDocument) -> Result<Option<Vec<u8>>, String> {
        if self.hashes {
            return Ok(None);
        }
        let filed = self
            .documents
            .get(&document.source)
            .ok_or_else(|| format!("no such document: {}", document.source))?;
        let bytes = Files.bytes(filed);
        bytes.map(Some).map_err(|why| format!("{why}; or leave the originals at home with --hashes"))
    }

    fn capture(&mut self, capture: &Capture) -> Result<Option<Vec<u8>>, String> {
        if self.hashes {
            return Ok(None);
        }
        let path = self.snapshots.join(&capture.file);
        let read = std::fs::read(&path).map(Some);
        read.map_err(|e| {
            format!("cannot read the capture {}: {e}; or leave it at home with --hashes", path.display())
        })
    }
}
