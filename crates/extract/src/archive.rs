//! A zip archive of parts, opened with limits: on entries, on what they expand to, and on how far.

use crate::Limits;
use crate::limits::over;
use capmap_model::{Failure, FailureKind};
use std::io::{Cursor, Read};
use zip::ZipArchive;
use zip::result::ZipError;

/// An open archive. Counts what all parts together have expanded to.
pub(crate) struct Archive<'a> {
    zip: ZipArchive<Cursor<&'a [u8]>>,
    limits: &'a Limits,
    expanded: u64,
}

impl<'a> Archive<'a> {
    /// Opens the directory; expands nothing yet.
    pub(crate) fn open(bytes: &'a [u8], limits: &'a Limits) -> Result<Archive<'a>, Failure> {
        let zip = ZipArchive::new(Cursor::new(bytes)).map_err(|e| broken(&e, bytes))?;
        let count = zip.len() as u64;
        Limits::check(count, limits.archive_entries, "archive_entries", "the archive's number of entries")?;
        Ok(Archive { zip, limits, expanded: 0 })
    }

    /// Names of all entries, sorted.
    pub(crate) fn names(&self) -> Vec<String> {
        let mut names: Vec<String> =
            self.zip.file_names().filter_map(|n| n.ok().map(|n| n.into_owned())).collect();
        names.sort();
        names
    }

    /// The bytes of one part; none where there is no such part.
    pub(crate) fn part(&mut self, name: &str) -> Result<Option<Vec<u8>>, Failure> {
        let Some(index) = self.zip.index_for_name(name) else { return Ok(None) };
        let file = match self.zip.by_index(index) {
            Ok(file) => file,
            Err(e) => return Err(broken(&e, &[])),
        };
        let room = self.limits.expanded_bytes.saturating_sub(self.expanded);
        let ratio_room = file.compressed_size().saturating_mul(self.limits.ratio).max(SMALL);
        let mut bytes = Vec::new();
        let mut capped = file.take(room.min(ratio_room).saturating_add(1));
        capped.read_to_end(&mut bytes).map_err(|e| unreadable(name, &e))?;
        let size = bytes.len() as u64;
        self.expanded += size;
        if size > room {
            return Err(over(
                self.limits.expanded_bytes,
                "expanded_bytes",
                "what the archive's parts expand to, in bytes,",
            ));
        }
        if size > ratio_room {
            return Err(over(self.limits.ratio, "ratio", "how many times its packed size a part expands to"));
        }
        Ok(Some(bytes))
    }

    /// The text of one XML part.
    pub(crate) fn xml(&mut self, name: &str) -> Result<Option<String>, Failure> {
        Ok(self.part(name)?.map(|bytes| crate::charset::decode(&bytes, None, true).text))
    }
}

/// Parts smaller than this may expand as they like.
const SMALL: u64 = 4 << 20;

fn broken(error: &ZipError, bytes: &[u8]) -> Failure {
    let complete = bytes[bytes.len().saturating_sub(65_557)..].windows(4).any(|w| w == b"PK\x05\x06");
    match error {
        ZipError::UnsupportedArchive(why) if why.to_lowercase().contains("password") => {
            Failure::new(FailureKind::Encrypted, "the archive needs a password; unpack it and pass the files")
        }
        _ if !bytes.is_empty() && !complete => Failure::new(
            FailureKind::Truncated,
            "the file is cut short: its directory is missing; fetch or copy it again",
        ),
        error => Failure::new(
            FailureKind::Malformed,
            format!("the archive is damaged ({error}); save the file anew"),
        ),
    }
}

fn unreadable(name: &str, error: &std::io::Error) -> Failure {
    Failure::new(FailureKind::Malformed, format!("the part {name} is damaged ({error}); save the file anew"))
}
