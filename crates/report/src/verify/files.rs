//! The archive's files against its manifest.

use super::{Problem, Proof, VerifyError};
use crate::bundle::{MANIFEST, Manifest, SCHEMA, hex};
use sha2::{Digest, Sha256};
use std::borrow::Cow;
use std::collections::BTreeSet;
use std::io::{Read, Seek};
use zip::ZipArchive;

/// No file of a bundle is larger when unpacked: an archive from elsewhere may be a bomb. In bytes.
const MOST: u64 = 1 << 30;

pub(super) struct Files<R: Read + Seek> {
    zip: ZipArchive<R>,
    manifest: Manifest,
}

impl<R: Read + Seek> Files<R> {
    pub(super) fn open(archive: R) -> Result<Self, VerifyError> {
        let mut zip = ZipArchive::new(archive)?;
        let bytes = read(&mut zip, MANIFEST)
            .ok_or_else(|| VerifyError::NotABundle(format!("it holds no {MANIFEST} that can be read")))?;
        let manifest: Manifest = serde_json::from_slice(&bytes)
            .map_err(|e| VerifyError::NotABundle(format!("{MANIFEST} cannot be understood: {e}")))?;
        if manifest.schema != SCHEMA {
            let message = format!("its schema is {:?}; this program reads {SCHEMA:?}", manifest.schema);
            return Err(VerifyError::NotABundle(message));
        }
        Ok(Files { zip, manifest })
    }

    /// Hash of the log's last event, as packed.
    pub(super) fn head(&self) -> &str {
        &self.manifest.head
    }

    pub(super) fn check(&mut self, proof: &mut Proof) {
        for listed in &self.manifest.files {
            match digest(&mut self.zip, &listed.path) {
                None => proof.problems.push(Problem::FileMissing(listed.path.clone())),
                Some(digest) if digest == listed.sha256 => proof.files += 1,
                Some(_) => proof.problems.push(Problem::FileChanged(listed.path.clone())),
            }
        }
        let listed: BTreeSet<&str> = self.manifest.files.iter().map(|f| f.path.as_str()).collect();
        let name = |name: Result<Cow<'_, str>, _>| {
            name.map_or_else(|_| "a file of no name".to_owned(), Cow::into_owned)
        };
        let names = self.zip.file_names().map(name);
        let mut added: Vec<String> =
            names.filter(|n| n != MANIFEST && !listed.contains(n.as_str())).collect();
        added.sort_unstable();
        proof.problems.extend(added.into_iter().map(Problem::FileAdded));
    }

    /// A file's bytes; none where it is missing, broken or too large, which [`Self::check`] has told.
    pub(super) fn read(&mut self, path: &str) -> Option<Vec<u8>> {
        read(&mut self.zip, path)
    }
}

fn read<R: Read + Seek>(zip: &mut ZipArchive<R>, path: &str) -> Option<Vec<u8>> {
    let file = zip.by_name(path).ok()?;
    let mut bytes = Vec::new();
    file.take(MOST + 1).read_to_end(&mut bytes).ok()?;
    (bytes.len() as u64 <= MOST).then_some(bytes)
}

/// None where there is no such file; a broken one has a digest that fits nothing.
fn digest<R: Read + Seek>(zip: &mut ZipArchive<R>, path: &str) -> Option<String> {
    let mut file = zip.by_name(path).ok()?.take(MOST + 1);
    let mut hash = Sha256::new();
    let mut part = vec![0; 1 << 16];
    loop {
        match file.read(&mut part) {
            Ok(0) => return Some(hex(&hash.finalize())),
            Ok(n) => hash.update(part.get(..n).unwrap_or_default()),
            Err(_) => return Some(String::new()),
        }
    }
}
