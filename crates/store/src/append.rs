//! Adds one event to the log and makes its effect visible, in the caller's transaction.

use crate::canonical::{GENESIS, link};
use crate::event::{Action, Event, Origin};
use crate::project::apply;
use crate::{Outcome, StoreError, standing};
use rusqlite::{OptionalExtension, Transaction, params};

/// A saved decision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    /// The event's number.
    pub event: u64,
    /// The items it touched, by their present ids.
    pub items: Vec<String>,
    /// What now stands for the first of them.
    pub outcome: Outcome,
    /// False where exactly this was saved before, so that nothing was added.
    pub fresh: bool,
}

/// Number and hash of the last event; 0 and the genesis hash of an empty log.
pub(crate) fn head(db: &rusqlite::Connection) -> Result<(u64, String), StoreError> {
    let mut row = db.prepare_cached("SELECT seq, hash FROM head")?;
    let found =
        row.query_row([], |row| Ok((row.get::<_, i64>(0)?.unsigned_abs(), row.get(1)?))).optional()?;
    Ok(found.unwrap_or((0, GENESIS.to_owned())))
}

/// Appends, applies and counts; gives the event's number.
pub(crate) fn append(
    tx: &Transaction,
    time: &str,
    reviewer: &str,
    action: Action,
) -> Result<u64, StoreError> {
    let (seq, previous) = head(tx)?;
    let event =
        Event { seq: seq + 1, time: time.to_owned(), reviewer: reviewer.to_owned(), origin: None, action };
    link_on(tx, &previous, &event)?;
    for criterion in apply(tx, &event)? {
        standing::count(tx, &criterion)?;
    }
    Ok(event.seq)
}

/// Appends without applying: for imports, which replay the whole log at the end.
pub(crate) fn append_imported(
    tx: &Transaction,
    mut event: Event,
    origin: Option<Origin>,
) -> Result<u64, StoreError> {
    let (seq, previous) = head(tx)?;
    event.seq = seq + 1;
    if origin.is_some() {
        event.origin = origin;
    }
    link_on(tx, &previous, &event)?;
    Ok(event.seq)
}

fn link_on(tx: &Transaction, previous: &str, event: &Event) -> Result<(), StoreError> {
    let body = event.body()?;
    let hash = link(previous, &body);
    tx.prepare_cached("INSERT INTO events (seq, hash, body) VALUES (?1, ?2, ?3)")?
        .execute(params![event.seq, hash, body])?;
    tx.prepare_cached("INSERT OR REPLACE INTO head (one, seq, hash) VALUES (1, ?1, ?2)")?
        .execute(params![event.seq, hash])?;
    Ok(())
}
