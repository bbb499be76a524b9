//! One writer at a time, across processes, and a word on who it is. The operating system frees the lock when its holder
//! dies, so a killed run never leaves one behind.

use crate::StoreError;
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::thread::sleep;
use std::time::Duration;

const FILE: &str = "review.lock";
/// How often a busy lock is tried again, and for how long: a decision takes milliseconds, a mapping of 10,000 documents
/// some seconds.
const PAUSE: Duration = Duration::from_millis(5);
const TRIES: u32 = 2_000;

/// The lock file of one dossier, opened once.
pub(crate) struct WriterLock {
    file: File,
    path: PathBuf,
    holder: String,
}

/// The lock, held until dropped.
pub(crate) struct Held<'a>(&'a File);

impl WriterLock {
    pub(crate) fn open(dossier: &Path, holder: &str) -> Result<Self, StoreError> {
        let path = dossier.join(FILE);
        let file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(&path)
            .map_err(StoreError::io(&path))?;
        Ok(WriterLock { file, path, holder: holder.to_owned() })
    }

    /// Waits a while for the lock.
    pub(crate) fn hold(&self) -> Result<Held<'_>, StoreError> {
        for _ in 0..TRIES {
            match self.file.try_lock() {
                Ok(()) => return Ok(self.taken()),
                Err(TryLockError::WouldBlock) => sleep(PAUSE),
                Err(TryLockError::Error(e)) => return Err(StoreError::io(&self.path)(e)),
            }
        }
        Err(StoreError::Locked { holder: self.who() })
    }

    /// Takes the lock only where it is free.
    pub(crate) fn hold_now(&self) -> Result<Held<'_>, StoreError> {
        match self.file.try_lock() {
            Ok(()) => Ok(self.taken()),
            Err(TryLockError::WouldBlock) => Err(StoreError::Locked { holder: self.who() }),
            Err(TryLockError::Error(e)) => Err(StoreError::io(&self.path)(e)),
        }
    }

    fn taken(&self) -> Held<'_> {
        // The name only serves a message; a full disk must be told by the write that matters.
        let _ = self.write_holder();
        Held(&self.file)
    }

    fn write_holder(&self) -> std::io::Result<()> {
        let mut file = &self.file;
        file.seek(SeekFrom::Start(0))?;
        file.write_all(self.holder.as_bytes())?;
        self.file.set_len(self.holder.len() as u64)
    }

    fn who(&self) -> String {
        let mut text = String::new();
        let mut file = &self.file;
        let read = file.seek(SeekFrom::Start(0)).and_then(|_| file.read_to_string(&mut text));
        if read.is_err() || text.is_empty() { "another program".to_owned() } else { text }
    }
}

impl Drop for Held<'_> {
    fn drop(&mut self) {
        let _ = self.0.unlock();
    }
}
