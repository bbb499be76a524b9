//! Votes: on one passage, on several at once, and the last word where votes differ.

use crate::append::{Receipt, append};
use crate::event::{Action, Target};
use crate::item::{Filter, Item, ItemRow, View, load};
use crate::outcome::{VoteKind, choice_name};
use crate::{Outcome, Store, StoreError};
use capmap_model::Choice;
use rusqlite::Transaction;

/// One vote to be saved.
#[derive(Debug, Clone, Copy)]
pub struct Ballot<'a> {
    /// The item's id.
    pub item: &'a str,
    /// What is said. [`Choice::Undo`] takes the reviewer's last word on this item back.
    pub choice: Choice,
    /// Why.
    pub note: Option<&'a str>,
    /// Who.
    pub reviewer: &'a str,
    /// RFC 3339, UTC.
    pub time: &'a str,
    /// The item's version that the reviewer looked at; where it is older than the present one, nothing is saved. None
    /// saves in any case.
    pub seen: Option<u64>,
    /// Whose votes the reviewer sees.
    pub view: View<'a>,
}

/// What the passages of a bulk decision have in common with the one in front of the reviewer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bulk {
    /// The same section of the same document, for any criterion.
    Section,
    /// The same kind of cue, for the same criterion.
    Cue,
    /// The same words, for the same criterion.
    Words,
}

impl Store {
    /// Saves one vote. Saving the same again adds nothing and gives the earlier event's number.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] where somebody else was faster, [`StoreError::NoItem`], and where the dossier cannot be
    /// written.
    pub fn decide(&mut self, ballot: &Ballot) -> Result<Receipt, StoreError> {
        if ballot.choice == Choice::Undo {
            return self.undo_on(ballot.item, ballot.reviewer, ballot.time);
        }
        self.write(|tx| {
            let item = load(tx, ballot.item, ballot.view)?;
            let id = item.row.id.clone();
            if let Some(event) = said_before(&item, ballot) {
                return receipt(tx, event, vec![id], false);
            }
            check_version(&item, ballot)?;
            let event = append(tx, ballot.time, ballot.reviewer, vote(item.row, ballot))?;
            receipt(tx, event, vec![id], true)
        })
    }

    /// Adds a remark without a vote.
    ///
    /// # Errors
    /// [`StoreError::NoItem`], and where the dossier cannot be written.
    pub fn remark(
        &mut self,
        item: &str,
        text: &str,
        reviewer: &str,
        time: &str,
    ) -> Result<Receipt, StoreError> {
        self.write(|tx| {
            let row = load(tx, item, View::All)?.row;
            let id = row.id.clone();
            let action = Action::Note { target: target(row), text: text.to_owned() };
            let event = append(tx, time, reviewer, action)?;
            receipt(tx, event, vec![id], true)
        })
    }

    /// Says the last word on differing votes; both stay in the log.
    ///
    /// # Errors
    /// [`StoreError::NothingToAdjudicate`] where votes do not differ, and as for [`Store::decide`].
    pub fn adjudicate(&mut self, ballot: &Ballot) -> Result<Receipt, StoreError> {
        self.write(|tx| {
            let item = load(tx, ballot.item, View::All)?;
            let judged = item.votes.iter().any(|v| v.kind == VoteKind::Adjudication);
            let last_word = matches!(ballot.choice, Choice::Confirm | Choice::Reject);
            let id = item.row.id.clone();
            if !last_word || (item.row.outcome != Outcome::Conflict && !judged) {
                return Err(StoreError::NothingToAdjudicate(id));
            }
            check_version(&item, ballot)?;
            let (choice, note) = (ballot.choice, ballot.note.map(str::to_owned));
            let action = Action::Adjudicate { target: target(item.row), choice, note };
            let event = append(tx, ballot.time, ballot.reviewer, action)?;
            receipt(tx, event, vec![id], true)
        })
    }

    /// The open items that share something with `row`, itself included: the preview of a bulk decision.
    ///
    /// # Errors
    /// Where the database fails.
    pub fn alike(&self, row: &ItemRow, by: Bulk, view: View) -> Result<Vec<ItemRow>, StoreError> {
        let filter = match by {
            Bulk::Section => Filter::Document(row.citation.document()),
            Bulk::Cue | Bulk::Words => Filter::Criterion(&row.criterion),
        };
        let same = |other: &ItemRow| match by {
            Bulk::Section => other.citation.section() == row.citation.section(),
            Bulk::Cue => row.cue.is_some() && other.cue == row.cue,
            Bulk::Words => same_words(other, row),
        };
        let all = self.items(filter, view, 0, usize::MAX >> 1)?;
        Ok(all.into_iter().filter(|other| other.outcome.is_open() && same(other)).collect())
    }

    /// The same vote on several items, as one event with one undo. Items that are decided by now are left out.
    ///
    /// # Errors
    /// [`StoreError::NotIdentical`] for a confirmation of different words, [`StoreError::NoItem`] where none is left.
    pub fn bulk(&mut self, items: &[String], by: &str, ballot: &Ballot) -> Result<Receipt, StoreError> {
        self.write(|tx| {
            let mut rows = Vec::new();
            for id in items {
                rows.push(load(tx, id, ballot.view)?.row);
            }
            rows.retain(|row| row.outcome.is_open());
            let Some(first) = rows.first() else { return Err(StoreError::NoItem(ballot.item.to_owned())) };
            let identical = rows.iter().all(|row| same_words(row, first));
            if ballot.choice == Choice::Undo || (ballot.choice == Choice::Confirm && !identical) {
                return Err(StoreError::NotIdentical);
            }
            let ids = rows.iter().map(|row| row.id.clone()).collect();
            let targets = rows.into_iter().map(target).collect();
            let action = Action::Bulk { by: by.to_owned(), choice: ballot.choice, targets };
            let event = append(tx, ballot.time, ballot.reviewer, action)?;
            receipt(tx, event, ids, true)
        })
    }
}

/// The reviewer's last vote, where it says the same: a repeated request must not double it.
fn said_before(item: &Item, ballot: &Ballot) -> Option<u64> {
    let kinds = [VoteKind::Vote, VoteKind::Adjudication];
    let own = item.votes.iter().rev().find(|v| v.reviewer == ballot.reviewer && kinds.contains(&v.kind))?;
    let same =
        own.choice == Some(ballot.choice) && (ballot.note.is_none() || own.note.as_deref() == ballot.note);
    same.then_some(own.event)
}

fn check_version(item: &Item, ballot: &Ballot) -> Result<(), StoreError> {
    let version = item.row.version;
    if ballot.seen.is_none_or(|seen| seen == version) {
        return Ok(());
    }
    let last = item.votes.iter().rev().find(|v| v.event == version);
    let who = last.map_or_else(|| "somebody".to_owned(), |v| v.reviewer.clone());
    let choice = match last.map(|v| v.choice) {
        Some(Some(choice)) => choice_name(choice),
        Some(None) => "a note",
        None => "undo",
    };
    Err(StoreError::Conflict { who, choice: choice.to_owned(), version })
}

fn vote(row: ItemRow, ballot: &Ballot) -> Action {
    let carried =
        row.outcome == Outcome::Carried && ballot.choice == Choice::Confirm && ballot.note.is_none();
    let target = target(row);
    if carried {
        return Action::Reaffirm { target };
    }
    Action::Decide { target, choice: ballot.choice, note: ballot.note.map(str::to_owned) }
}

fn target(row: ItemRow) -> Target {
    Target { id: row.id, criterion: row.criterion, citation: row.citation }
}

fn same_words(a: &ItemRow, b: &ItemRow) -> bool {
    a.citation.quote().split_whitespace().eq(b.citation.quote().split_whitespace())
}

/// What the caller is told; read in the transaction that saved it.
pub(crate) fn receipt(
    tx: &Transaction,
    event: u64,
    items: Vec<String>,
    fresh: bool,
) -> Result<Receipt, StoreError> {
    let outcome = match items.first().map(|id| load(tx, id, View::All)) {
        Some(Ok(item)) => item.row.outcome,
        Some(Err(StoreError::NoItem(_))) | None => Outcome::Undecided,
        Some(Err(error)) => return Err(error),
    };
    Ok(Receipt { event, items, outcome, fresh })
}
