//! The dossier, shared by many requests: readers are taken from a pool and do not wait for each other, writers take turns.

use capmap_store::{Store, StoreError};
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

/// How many idle readers are kept.
const IDLE: usize = 8;

pub(crate) struct Stores {
    folder: PathBuf,
    writer: Mutex<Option<Store>>,
    readers: Mutex<Vec<Store>>,
}

impl Stores {
    /// Opens the dossier: for writing, or where it cannot be written, for reading.
    pub(crate) fn open(folder: PathBuf, holder: &str) -> Result<Stores, StoreError> {
        let writer = match Store::open(&folder, holder) {
            Ok(store) => Some(store),
            Err(StoreError::ReadOnly) => None,
            Err(error) => return Err(error),
        };
        let first = Store::open_read(&folder)?;
        Ok(Stores { folder, writer: Mutex::new(writer), readers: Mutex::new(vec![first]) })
    }

    /// False where nothing can be saved.
    pub(crate) fn writable(&self) -> bool {
        self.writer.lock().unwrap_or_else(PoisonError::into_inner).is_some()
    }

    pub(crate) fn read<T>(
        &self,
        with: impl FnOnce(&Store) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let idle = self.readers.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let store = match idle {
            Some(store) => store,
            None => Store::open_read(&self.folder)?,
        };
        let result = with(&store);
        let mut readers = self.readers.lock().unwrap_or_else(PoisonError::into_inner);
        if readers.len() < IDLE {
            readers.push(store);
        }
        result
    }

    pub(crate) fn write<T>(
        &self,
        with: impl FnOnce(&mut Store) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        // A panic in another request has rolled its transaction back: the store itself is whole.
        let mut writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        with(writer.as_mut().ok_or(StoreError::ReadOnly)?)
    }
}
