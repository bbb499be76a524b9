//! Taking back: an event like any other. Each call takes the reviewer's last event that still stands.

use crate::append::{Receipt, append};
use crate::decide::receipt;
use crate::event::{Action, Event};
use crate::item::{View, load};
use crate::outcome::VoteKind;
use crate::{Store, StoreError};
use rusqlite::Transaction;
use std::collections::BTreeSet;

impl Store {
    /// Takes back the reviewer's last event that still stands; a bulk decision goes as a whole.
    ///
    /// # Errors
    /// [`StoreError::NothingToUndo`], and where the dossier cannot be written.
    pub fn undo(&mut self, reviewer: &str, time: &str) -> Result<Receipt, StoreError> {
        self.write(|tx| {
            let event =
                last_of(tx, reviewer)?.ok_or_else(|| StoreError::NothingToUndo(reviewer.to_owned()))?;
            take_back(tx, &event, reviewer, time)
        })
    }

    /// Takes back the reviewer's last vote on one item.
    pub(crate) fn undo_on(&mut self, item: &str, reviewer: &str, time: &str) -> Result<Receipt, StoreError> {
        self.write(|tx| {
            let item = load(tx, item, View::All)?;
            let own = |v: &&crate::Vote| v.reviewer == reviewer && v.kind != VoteKind::Carried;
            let vote = item.votes.iter().rev().find(own);
            let vote = vote.ok_or_else(|| StoreError::NothingToUndo(reviewer.to_owned()))?;
            let event = read(tx, vote.event)?;
            take_back(tx, &event, reviewer, time)
        })
    }
}

fn take_back(tx: &Transaction, event: &Event, reviewer: &str, time: &str) -> Result<Receipt, StoreError> {
    let mut items = Vec::new();
    for target in event.action.targets() {
        items.push(match load(tx, &target.id, View::All) {
            Ok(item) => item.row.id,
            Err(_) => target.id.clone(),
        });
    }
    let undo = append(tx, time, reviewer, Action::Undo { event: event.seq })?;
    receipt(tx, undo, items, true)
}

fn read(tx: &Transaction, seq: u64) -> Result<Event, StoreError> {
    let body: String = tx.query_row("SELECT body FROM events WHERE seq = ?1", [seq], |row| row.get(0))?;
    Ok(serde_json::from_str(&body)?)
}

/// Walks back from the end: an undo is met before the event that it undoes.
fn last_of(tx: &Transaction, reviewer: &str) -> Result<Option<Event>, StoreError> {
    let mut rows = tx.prepare_cached("SELECT body FROM events ORDER BY seq DESC")?;
    let mut rows = rows.query([])?;
    let mut undone = BTreeSet::new();
    while let Some(row) = rows.next()? {
        let event: Event = serde_json::from_str(&row.get::<_, String>(0)?)?;
        match event.action {
            Action::Undo { event } => {
                undone.insert(event);
            }
            Action::CarryOver { .. } => {}
            _ if event.reviewer == reviewer && !undone.contains(&event.seq) => return Ok(Some(event)),
            _ => {}
        }
    }
    Ok(None)
}
