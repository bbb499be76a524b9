//! The bytes of one input, taken once: what is hashed is what is read.

use crate::find::Found;
use capmap_model::{DocumentId, Failure, FailureKind};
use sha2::{Digest, Sha256};
use std::fs::File;
use std::io::Read;

/// Bytes as they were at one moment, and their hash.
#[derive(Debug, Clone)]
pub struct Snapshot {
    /// Hash of `bytes`.
    pub id: DocumentId,
    /// The whole file.
    pub bytes: Vec<u8>,
}

/// `sha256:` and the hex digest.
pub fn document_id(bytes: &[u8]) -> DocumentId {
    let digest = Sha256::digest(bytes);
    let hex: String = digest.iter().map(|b| format!("{b:02x}")).collect();
    DocumentId(format!("sha256:{hex}"))
}

/// Reads an input whole. Files larger than `most` bytes are refused before they are read, and also where they grow
/// while they are read.
///
/// # Errors
/// A [`Failure`]: the one that [`crate::find`] saw, or `Io`, `Limit`, `Empty`.
pub fn read(found: &Found, most: u64) -> Result<Snapshot, Failure> {
    if let Some(failure) = &found.failure {
        return Err(failure.clone());
    }
    let mut bytes = Vec::with_capacity(usize::try_from(found.size.min(most)).unwrap_or(0));
    let file = File::open(&found.path).map_err(|e| io_failure(&e))?;
    file.take(most.saturating_add(1)).read_to_end(&mut bytes).map_err(|e| io_failure(&e))?;
    if bytes.len() as u64 > most {
        return Err(Failure::new(
            FailureKind::Limit,
            format!("larger than the limit of {most} bytes (input-bytes); split it, or raise the limit"),
        ));
    }
    if bytes.is_empty() {
        return Err(Failure::new(FailureKind::Empty, "the file is empty"));
    }
    Ok(Snapshot { id: document_id(&bytes), bytes })
}

/// The file system's refusal, with what to do about it.
pub(crate) fn io_failure(error: &std::io::Error) -> Failure {
    let detail = match error.kind() {
        std::io::ErrorKind::PermissionDenied => "no permission to read it; change its permissions".to_owned(),
        std::io::ErrorKind::NotFound => "it is not there any more, or the link leads nowhere".to_owned(),
        _ => format!("the file system refused: {}", lower_first(&error.to_string())),
    };
    Failure::new(FailureKind::Io, detail)
}

fn lower_first(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map(|c| c.to_lowercase().chain(chars).collect()).unwrap_or_default()
}
