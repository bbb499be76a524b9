//! What can go wrong with a dossier, told apart where people must act differently.

use std::path::PathBuf;
use thiserror::Error;

/// Why something was not read or not saved. Nothing was changed where one of these is returned.
#[derive(Debug, Error)]
pub enum StoreError {
    /// Nothing was mapped here yet.
    #[error("no dossier in {}: run `capmap map INPUT...` first, or name another folder by --dossier", .0.display())]
    Missing(PathBuf),
    /// The file is something else.
    #[error("{} is not a dossier of this program", .0.display())]
    NotADossier(PathBuf),
    /// A later program wrote it.
    #[error("{} was written by a later version (schema {found}, this program knows {known}): use that version", path.display())]
    Newer {
        /// The file.
        path: PathBuf,
        /// Its schema.
        found: u32,
        /// Ours.
        known: u32,
    },
    /// Another writer is at it.
    #[error("the dossier is being written by {holder}: try again when it is done")]
    Locked {
        /// Who holds the lock, in its own words.
        holder: String,
    },
    /// No space left.
    #[error("not saved: the disk is full; free some space and try again")]
    Full,
    /// Not to be written.
    #[error("not saved: the dossier cannot be written; check the permissions of its folder")]
    ReadOnly,
    /// No such item.
    #[error("no suggestion {0}: it may have gone with the last `capmap map`")]
    NoItem(String),
    /// No document of that name.
    #[error("no document {0} in the dossier")]
    NoDocument(String),
    /// Its text was not kept.
    #[error("the text of {0} is not in the dossier: run `capmap map` again")]
    NoText(String),
    /// Somebody was faster.
    #[error("not saved: {who} said '{choice}' a moment ago; look again, then decide")]
    Conflict {
        /// The other reviewer.
        who: String,
        /// What they said.
        choice: String,
        /// The item's version now.
        version: u64,
    },
    /// Nothing to take back.
    #[error("nothing to undo: {0} has no decision that still stands")]
    NothingToUndo(String),
    /// No votes that differ.
    #[error("nothing to adjudicate: the votes on {0} do not differ")]
    NothingToAdjudicate(String),
    /// Bulk confirmation of different texts.
    #[error("only passages with exactly the same words can be confirmed together")]
    NotIdentical,
    /// An export that cannot be read.
    #[error("line {line} of the export cannot be used: {reason}")]
    BadExport {
        /// Counted from 1.
        line: usize,
        /// What is wrong.
        reason: String,
    },
    /// The log is broken.
    #[error("the log is broken: {0}")]
    Broken(crate::Break),
    /// Reading or writing a file beside the database.
    #[error("{}: {source}", path.display())]
    Io {
        /// Which file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A stored value that does not read back.
    #[error("the dossier holds a value that cannot be read: {0}")]
    Value(#[from] serde_json::Error),
    /// What `map` read cannot be had any more.
    #[error("{0}")]
    Source(String),
    /// Anything else that the database says.
    #[error("the dossier's database failed: {0}")]
    Database(rusqlite::Error),
}

impl StoreError {
    pub(crate) fn io(path: impl Into<PathBuf>) -> impl FnOnce(std::io::Error) -> StoreError {
        let path = path.into();
        move |source| match source.kind() {
            std::io::ErrorKind::PermissionDenied | std::io::ErrorKind::ReadOnlyFilesystem => {
                StoreError::ReadOnly
            }
            std::io::ErrorKind::StorageFull => StoreError::Full,
            _ => StoreError::Io { path, source },
        }
    }
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        use rusqlite::ErrorCode;
        match error.sqlite_error_code() {
            Some(ErrorCode::DiskFull) => StoreError::Full,
            Some(ErrorCode::ReadOnly) => StoreError::ReadOnly,
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => {
                StoreError::Locked { holder: "another program".to_owned() }
            }
            _ => StoreError::Database(error),
        }
    }
}
