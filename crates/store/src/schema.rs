//! The database file: opening, pragmas, and the steps from each schema to the next.

use crate::StoreError;
use crate::lock::{Held, WriterLock};
use rusqlite::{Connection, OpenFlags, Transaction, TransactionBehavior};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// The database's name in the dossier folder.
pub const FILE: &str = "review.db";

/// Schema of this program. A golden file of each stands in `tests/data`.
pub const VERSION: u32 = 1;

/// Says in the file's header whose it is ("cmap").
const APPLICATION: i32 = 0x636d_6170;

/// The step to each version from the one before.
const STEPS: [&str; VERSION as usize] = [include_str!("schema/1.sql")];

/// An open dossier.
pub struct Store {
    pub(crate) db: Connection,
    lock: Option<WriterLock>,
    folder: PathBuf,
}

impl Store {
    /// Opens the dossier for reading and writing, makes it where there is none, and brings an older one up to date.
    /// `holder` says who writes, for the message that another writer gets ("capmap review, process 4242").
    ///
    /// # Errors
    /// [`StoreError::ReadOnly`], [`StoreError::NotADossier`], [`StoreError::Newer`], [`StoreError::Locked`] and the like.
    pub fn open(folder: &Path, holder: &str) -> Result<Store, StoreError> {
        std::fs::create_dir_all(folder).map_err(StoreError::io(folder))?;
        let path = folder.join(FILE);
        let lock = WriterLock::open(folder, holder)?;
        let db = Connection::open(&path)?;
        db.busy_timeout(Duration::from_secs(20))?;
        check_owner(&db, &path)?;
        prepare(&db)?;
        let mut store = Store { db, lock: Some(lock), folder: folder.to_owned() };
        store.migrate(&path)?;
        Ok(store)
    }

    /// Opens an existing dossier for reading only.
    ///
    /// # Errors
    /// [`StoreError::Missing`] where nothing was mapped yet, and as for [`Store::open`].
    pub fn open_read(folder: &Path) -> Result<Store, StoreError> {
        let path = folder.join(FILE);
        if !path.exists() {
            return Err(StoreError::Missing(folder.to_owned()));
        }
        let db = read_connection(&path)?;
        check_owner(&db, &path)?;
        db.set_prepared_statement_cache_capacity(64);
        Ok(Store { db, lock: None, folder: folder.to_owned() })
    }

    /// The dossier folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// True where it was opened by [`Store::open_read`].
    pub fn is_read_only(&self) -> bool {
        self.lock.is_none()
    }

    /// Says whether somebody else is writing at this moment.
    ///
    /// # Errors
    /// [`StoreError::Locked`] with the holder's name.
    pub fn check_free(&self) -> Result<(), StoreError> {
        self.lock.as_ref().map_or(Err(StoreError::ReadOnly), |lock| lock.hold_now().map(drop))
    }

    /// Lets the file grow no further than `pages` of 4 KiB (or than it is): a quota, and what a full disk looks like.
    ///
    /// # Errors
    /// Where the database fails.
    pub fn limit_pages(&self, pages: u32) -> Result<(), StoreError> {
        Ok(self.db.pragma_update_and_check(None, "max_page_count", pages, |_| Ok(()))?)
    }

    /// Runs `work` in one transaction, under the writer lock. Nothing is kept where it fails.
    pub(crate) fn write<T>(
        &mut self,
        work: impl FnOnce(&Transaction) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let lock = self.lock.as_ref().ok_or(StoreError::ReadOnly)?;
        let _held: Held = lock.hold()?;
        let tx = self.db.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let result = work(&tx)?;
        tx.commit()?;
        Ok(result)
    }

    fn migrate(&mut self, path: &Path) -> Result<(), StoreError> {
        if version(&self.db)? == VERSION {
            return Ok(());
        }
        self.write(|tx| {
            let found = version(tx)?; // again, under the lock: another process may have done it meanwhile
            for (step, sql) in STEPS.iter().enumerate().skip(found as usize) {
                tx.execute_batch(sql)?;
                tx.pragma_update(None, "user_version", step + 1)?;
            }
            Ok(tx.pragma_update(None, "application_id", APPLICATION)?)
        })?;
        check_owner(&self.db, path)
    }
}

fn prepare(db: &Connection) -> Result<(), StoreError> {
    let mode: String = db.pragma_update_and_check(None, "journal_mode", "wal", |row| row.get(0))?;
    if mode != "wal" {
        return Err(StoreError::ReadOnly);
    }
    db.pragma_update(None, "synchronous", "FULL")?;
    db.pragma_update(None, "trusted_schema", false)?;
    db.set_prepared_statement_cache_capacity(64);
    Ok(())
}

/// A folder that cannot be written has no place for the log's shared memory; `immutable` reads without it.
fn read_connection(path: &Path) -> Result<Connection, StoreError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let db = Connection::open_with_flags(path, flags)?;
    db.busy_timeout(Duration::from_secs(5))?;
    let probe = db.query_row("SELECT count(*) FROM sqlite_schema", [], |_| Ok(()));
    match probe {
        Ok(()) => Ok(db),
        Err(_) => {
            let name = path.to_string_lossy().replace('%', "%25").replace('?', "%3f").replace('#', "%23");
            let uri = format!("file:{name}?immutable=1");
            Ok(Connection::open_with_flags(uri, flags | OpenFlags::SQLITE_OPEN_URI)?)
        }
    }
}

fn version(db: &Connection) -> Result<u32, StoreError> {
    Ok(db.pragma_query_value(None, "user_version", |row| row.get(0))?)
}

/// Refuses what another program, or a later version of this one, has written.
fn check_owner(db: &Connection, path: &Path) -> Result<(), StoreError> {
    let not_ours = || StoreError::NotADossier(path.to_owned());
    let application: i32 = db.pragma_query_value(None, "application_id", |row| row.get(0)).map_err(|e| {
        match e.sqlite_error_code() {
            Some(rusqlite::ErrorCode::NotADatabase) => not_ours(),
            _ => StoreError::from(e),
        }
    })?;
    let tables: u32 = db.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
    let found = version(db)?;
    match () {
        () if application != APPLICATION && tables > 0 => Err(not_ours()),
        () if found > VERSION => Err(StoreError::Newer { path: path.to_owned(), found, known: VERSION }),
        () => Ok(()),
    }
}
