//! Reading the event log, and proving that it is whole.

use crate::append::head;
use crate::canonical::{GENESIS, link};
use crate::event::Event;
use crate::{Store, StoreError};
use rusqlite::Connection;
use std::fmt;

/// A log that is whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verified {
    /// How many events it has.
    pub events: u64,
    /// Hash of the last one; all zeros for an empty log. Kept elsewhere, it proves later that nothing was rewritten.
    pub head: String,
}

/// The first event at which a log is broken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Break {
    /// There is none of that number.
    Missing(u64),
    /// It was changed, or an earlier one was.
    Changed(u64),
    /// It is no event of this program.
    Unreadable(u64, String),
    /// Its number is not the one that it was stored under.
    Misplaced(u64),
}

impl fmt::Display for Break {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Break::Missing(seq) => write!(f, "event {seq} is missing"),
            Break::Changed(seq) => write!(f, "event {seq} was changed after it was written"),
            Break::Unreadable(seq, why) => write!(f, "event {seq} cannot be read: {why}"),
            Break::Misplaced(seq) => write!(f, "event {seq} stands in another one's place"),
        }
    }
}

impl Store {
    /// Events in order, from number `first` (counted from 1), at most `limit`, each with its hash.
    ///
    /// # Errors
    /// Where the database fails or an event cannot be read.
    pub fn events(&self, first: u64, limit: usize) -> Result<Vec<(Event, String)>, StoreError> {
        let mut rows =
            self.db.prepare_cached("SELECT body, hash FROM events WHERE seq >= ?1 ORDER BY seq LIMIT ?2")?;
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let rows = rows.query_map([i64::try_from(first).unwrap_or(i64::MAX), limit], |row| {
            Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?))
        })?;
        rows.map(|row| {
            let (body, hash) = row?;
            Ok((serde_json::from_str(&body)?, hash))
        })
        .collect()
    }

    /// Every event in order, with its hash and the very text that was hashed: what a proof elsewhere needs.
    ///
    /// # Errors
    /// Where the database fails or an event cannot be read.
    pub fn each_body(&self, mut with: impl FnMut(Event, &str, &str)) -> Result<(), StoreError> {
        each_row(&self.db, |_, hash, body| {
            with(serde_json::from_str(body)?, hash, body);
            Ok(())
        })
    }

    /// How many events there are.
    ///
    /// # Errors
    /// Where the database fails.
    pub fn event_count(&self) -> Result<u64, StoreError> {
        Ok(head(&self.db)?.0)
    }

    /// Walks the whole chain.
    ///
    /// # Errors
    /// [`StoreError::Broken`] with the first event at which it is broken.
    pub fn verify(&self) -> Result<Verified, StoreError> {
        let (mut events, mut hash) = (0, GENESIS.to_owned());
        each_row(&self.db, |seq, stored, body| {
            check_link(events, &hash, seq, stored, body).map_err(StoreError::Broken)?;
            (events, hash) = (seq, stored.to_owned());
            Ok(())
        })?;
        let (seq, end) = head(&self.db)?;
        match () {
            () if seq > events => Err(StoreError::Broken(Break::Missing(events + 1))),
            () if seq < events || end != hash => {
                Err(StoreError::Broken(Break::Changed(seq.min(events).max(1))))
            }
            () => Ok(Verified { events, head: hash }),
        }
    }
}

/// Checks one event against the one before it (number and hash).
pub(crate) fn check_link(
    before: u64,
    previous: &str,
    seq: u64,
    stored: &str,
    body: &str,
) -> Result<Event, Break> {
    if seq != before + 1 {
        return Err(Break::Missing(before + 1));
    }
    if link(previous, body) != stored {
        return Err(Break::Changed(seq));
    }
    let event: Event = serde_json::from_str(body).map_err(|e| Break::Unreadable(seq, e.to_string()))?;
    if event.seq == seq { Ok(event) } else { Err(Break::Misplaced(seq)) }
}

/// Every event from number `first` on, with its hash, one at a time.
pub(crate) fn each_event(
    db: &Connection,
    first: u64,
    mut with: impl FnMut(Event, String) -> Result<(), StoreError>,
) -> Result<(), StoreError> {
    each_row(
        db,
        |seq, hash, body| {
            if seq < first { Ok(()) } else { with(serde_json::from_str(body)?, hash.to_owned()) }
        },
    )
}

pub(crate) fn each_row(
    db: &Connection,
    mut with: impl FnMut(u64, &str, &str) -> Result<(), StoreError>,
) -> Result<(), StoreError> {
    let mut rows = db.prepare("SELECT seq, hash, body FROM events ORDER BY seq")?;
    let mut rows = rows.query([])?;
    while let Some(row) = rows.next()? {
        let (hash, body): (String, String) = (row.get(1)?, row.get(2)?);
        with(row.get::<_, i64>(0)?.unsigned_abs(), &hash, &body)?;
    }
    Ok(())
}
