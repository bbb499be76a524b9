//! The dossier folder: where what was read and found is kept between runs. One run at a time uses it.

use crate::errors::Stop;
use std::fs::{File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

/// An open dossier; locked until dropped.
pub struct Dossier {
    dir: PathBuf,
    _lock: File,
}

impl Dossier {
    /// Opens the dossier, or makes one, and keeps other runs out.
    ///
    /// # Errors
    /// [`Stop::Dossier`] where it cannot be written, [`Stop::Busy`] where another run is at it.
    pub fn open(dir: &Path) -> Result<Self, Stop> {
        std::fs::create_dir_all(dir).map_err(|e| trouble(dir, e))?;
        let path = dir.join("lock");
        let lock = File::create(&path).map_err(|e| trouble(&path, e))?;
        match lock.try_lock() {
            Ok(()) => Ok(Dossier { dir: dir.to_owned(), _lock: lock }),
            Err(TryLockError::WouldBlock) => Err(Stop::Busy(dir.to_owned())),
            Err(TryLockError::Error(e)) => Err(trouble(&path, e)),
        }
    }

    /// The folder itself.
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// Everything that can be read again.
    pub fn cache(&self) -> PathBuf {
        cache(&self.dir)
    }

    /// Captures of pages: evidence, never removed.
    pub fn snapshots(&self) -> PathBuf {
        self.dir.join("snapshots")
    }

    /// The passages.
    pub fn index(&self) -> PathBuf {
        index(&self.dir)
    }
}

/// Where a dossier keeps what it read.
pub fn cache(dossier: &Path) -> PathBuf {
    dossier.join("cache")
}

/// Where a dossier keeps its index.
pub fn index(dossier: &Path) -> PathBuf {
    dossier.join("index")
}

/// The file system's refusal, with the place.
pub fn trouble(path: &Path, source: io::Error) -> Stop {
    Stop::Dossier { path: path.to_owned(), source }
}
