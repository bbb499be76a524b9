//! Events made visible: each one's effect on items and votes. Replaying the whole log gives the same tables.

use crate::StoreError;
use crate::event::{Action, Event, Target};
use crate::item::{NewItem, Origin, insert};
use crate::log::each_event;
use crate::mapping::Replaced;
use crate::outcome::{Ballot, VoteKind, choice_from, choice_name, outcome};
use crate::place::{Candidate, quote_key, same_passage};
use capmap_model::{Choice, Citation, CriterionId, Span};
use rusqlite::{OptionalExtension, Transaction, params};
use std::collections::BTreeSet;

/// Applies every event of the log to tables that hold suggestions and no votes.
pub(crate) fn replay(tx: &Transaction) -> Result<Replaced, StoreError> {
    let mut replaced = Replaced { changed: true, ..Replaced::default() };
    let mut seen = BTreeSet::new();
    let mut touched = BTreeSet::new();
    each_event(tx, 1, |event, _| {
        for target in event.action.targets() {
            if seen.insert(target.id.clone()) {
                count(&mut replaced, &resolve(tx, target, origin(&event.action))?);
            }
        }
        touched.extend(record(tx, &event)?);
        Ok(())
    })?;
    for item in &touched {
        settle(tx, item)?;
    }
    Ok(replaced)
}

/// What an item is that only this action knows of.
fn origin(action: &Action) -> Origin {
    if matches!(action, Action::Add { .. }) { Origin::Added } else { Origin::Kept }
}

fn count(replaced: &mut Replaced, found: &Found) {
    match found {
        Found::Same(_) => replaced.same += 1,
        Found::Moved(_) => replaced.moved += 1,
        Found::Kept(_) => replaced.kept += 1,
    }
}

/// Applies one new event; gives the criteria it touched.
pub(crate) fn apply(tx: &Transaction, event: &Event) -> Result<BTreeSet<CriterionId>, StoreError> {
    let mut criteria = BTreeSet::new();
    for item in record(tx, event)? {
        criteria.extend(settle(tx, &item)?);
    }
    Ok(criteria)
}

/// Writes the event's votes; gives the items it touched.
fn record(tx: &Transaction, event: &Event) -> Result<BTreeSet<String>, StoreError> {
    if let Action::Undo { event: undone } = event.action {
        return take_back(tx, undone, event.seq);
    }
    let mut items = BTreeSet::new();
    for target in event.action.targets() {
        let item = resolve(tx, target, origin(&event.action))?.item();
        let kind = match event.action {
            Action::Adjudicate { .. } => VoteKind::Adjudication,
            Action::CarryOver { .. } => VoteKind::Carried,
            Action::Note { .. } => VoteKind::Note,
            _ => VoteKind::Vote,
        };
        tx.prepare_cached(
            "INSERT OR REPLACE INTO votes (item, event, reviewer, kind, choice, note, time, undone)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 0)",
        )?
        .execute(params![
            item,
            event.seq,
            event.reviewer,
            kind.name(),
            event.action.choice().map(choice_name),
            event.action.note(),
            event.time
        ])?;
        touch(tx, &item, event.seq)?;
        items.insert(item);
    }
    Ok(items)
}

fn take_back(tx: &Transaction, undone: u64, by: u64) -> Result<BTreeSet<String>, StoreError> {
    let body: Option<String> =
        tx.query_row("SELECT body FROM events WHERE seq = ?1", [undone], |row| row.get(0)).optional()?;
    let Some(body) = body else { return Ok(BTreeSet::new()) };
    let event: Event = serde_json::from_str(&body)?;
    let mut items = BTreeSet::new();
    for target in event.action.targets() {
        let item = resolve(tx, target, origin(&event.action))?.item();
        tx.execute("UPDATE votes SET undone = 1 WHERE item = ?1 AND event = ?2", params![item, undone])?;
        touch(tx, &item, by)?;
        items.insert(item);
    }
    Ok(items)
}

fn touch(tx: &Transaction, item: &str, event: u64) -> Result<(), StoreError> {
    tx.prepare_cached("UPDATE items SET version = ?2 WHERE id = ?1")?.execute(params![item, event])?;
    Ok(())
}

/// Works the outcome out anew; gives the item's criterion. An item that no suggestion carries goes with its last vote.
fn settle(tx: &Transaction, item: &str) -> Result<Option<CriterionId>, StoreError> {
    let row: Option<(String, String)> = tx
        .prepare_cached("SELECT criterion, origin FROM items WHERE id = ?1")?
        .query_row([item], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    let Some((criterion, origin)) = row else { return Ok(None) };
    let votes = standing_votes(tx, item)?;
    if origin != Origin::Suggested.name() && !anything_stands(tx, item)? {
        tx.execute("DELETE FROM items WHERE id = ?1", [item])?;
        tx.execute("DELETE FROM details WHERE item = ?1", [item])?;
        tx.execute("DELETE FROM aliases WHERE item = ?1", [item])?;
        return Ok(Some(CriterionId(criterion)));
    }
    let ballots: Vec<_> = votes
        .iter()
        .map(|(reviewer, kind, choice)| Ballot { reviewer, kind: *kind, choice: *choice })
        .collect();
    tx.prepare_cached("UPDATE items SET outcome = ?2 WHERE id = ?1")?
        .execute(params![item, outcome(&ballots).name()])?;
    Ok(Some(CriterionId(criterion)))
}

fn anything_stands(tx: &Transaction, item: &str) -> Result<bool, StoreError> {
    Ok(tx.prepare_cached("SELECT 1 FROM votes WHERE item = ?1 AND undone = 0")?.exists([item])?)
}

fn standing_votes(tx: &Transaction, item: &str) -> Result<Vec<(String, VoteKind, Choice)>, StoreError> {
    let mut rows = tx.prepare_cached(
        "SELECT reviewer, kind, choice FROM votes WHERE item = ?1 AND undone = 0 AND choice IS NOT NULL ORDER BY event",
    )?;
    let votes = rows.query_map([item], |row| {
        Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?, row.get::<_, String>(2)?))
    })?;
    let mut standing = Vec::new();
    for vote in votes {
        let (reviewer, kind, choice) = vote?;
        if let Some(choice) = choice_from(&choice) {
            standing.push((reviewer, VoteKind::from_name(&kind), choice));
        }
    }
    Ok(standing)
}

/// How a target was found.
pub(crate) enum Found {
    /// Under its own id.
    Same(String),
    /// Under another id.
    Moved(String),
    /// Not among the suggestions; it stands on its own.
    Kept(String),
}

impl Found {
    pub(crate) fn item(self) -> String {
        match self {
            Found::Same(item) | Found::Moved(item) | Found::Kept(item) => item,
        }
    }
}

/// The item that stands for a target; made where there is none.
pub(crate) fn resolve(tx: &Transaction, target: &Target, origin: Origin) -> Result<Found, StoreError> {
    if tx.prepare_cached("SELECT 1 FROM items WHERE id = ?1")?.exists([&target.id])? {
        return Ok(Found::Same(target.id.clone()));
    }
    if let Some(item) = alias(tx, &target.id)? {
        return Ok(Found::Moved(item));
    }
    let gone = !tx
        .prepare_cached("SELECT 1 FROM documents WHERE id = ?1")?
        .exists([&target.citation.document().0])?;
    let candidates = candidates(tx, target)?;
    match same_passage(target, gone, &candidates) {
        Some(found) => {
            tx.prepare_cached("INSERT INTO aliases (old, item) VALUES (?1, ?2)")?
                .execute([&target.id, &found.item])?;
            Ok(Found::Moved(found.item.clone()))
        }
        None => stand_alone(tx, target, origin).map(Found::Kept),
    }
}

/// The item that an old id now leads to.
pub(crate) fn alias(tx: &rusqlite::Connection, old: &str) -> Result<Option<String>, StoreError> {
    let mut row = tx.prepare_cached("SELECT item FROM aliases WHERE old = ?1")?;
    Ok(row.query_row([old], |row| row.get(0)).optional()?)
}

fn candidates(tx: &Transaction, target: &Target) -> Result<Vec<Candidate>, StoreError> {
    let cited = &target.citation;
    let mut rows = tx.prepare_cached(
        "SELECT i.id, i.document, i.start, i.end, d.citation FROM items i JOIN details d ON d.item = i.id
         WHERE i.criterion = ?1 AND i.document = ?2 AND i.start < ?4 AND i.end > ?3
         UNION SELECT i.id, i.document, i.start, i.end, d.citation FROM items i JOIN details d ON d.item = i.id
         WHERE i.criterion = ?1 AND i.quote_key = ?5",
    )?;
    let span = cited.span();
    let found = rows.query_map(
        params![target.criterion.0, cited.document().0, span.start, span.end, quote_key(cited.quote())],
        |row| {
            Ok((
                row.get::<_, String>(0)?,
                row.get::<_, String>(1)?,
                Span::new(row.get(2)?, row.get(3)?),
                row.get::<_, String>(4)?,
            ))
        },
    )?;
    let mut candidates = Vec::new();
    for row in found {
        let (item, document, span, citation) = row?;
        let citation: Citation = serde_json::from_str(&citation)?;
        let (source, quote) = (citation.source().to_owned(), citation.quote().to_owned());
        candidates.push(Candidate { item, document, source, span, quote });
    }
    Ok(candidates)
}

/// A decided passage that nothing suggests: found by hand, or suggested by an older lexicon. Ranked before the rest.
fn stand_alone(tx: &Transaction, target: &Target, origin: Origin) -> Result<String, StoreError> {
    let rank: i64 = tx
        .prepare_cached("SELECT coalesce(min(rank), 1) FROM items WHERE criterion = ?1")?
        .query_row([&target.criterion.0], |row| row.get(0))?;
    let filed = crate::item::provenance(tx, target.citation.source())?;
    insert(
        tx,
        &NewItem {
            id: &target.id,
            criterion: &target.criterion,
            rank: rank.min(1) - 1,
            origin,
            citation: &target.citation,
            suggestion: None,
            public: filed.public,
            dated: filed.dated.as_deref(),
            ocr: filed.ocr_at(tx, &target.citation)?,
        },
    )?;
    Ok(target.id.clone())
}

/// A counter kept in `meta`; 0 where it was never set.
pub(crate) fn meta_number(tx: &Transaction, key: &str) -> Result<u64, StoreError> {
    let value: Option<String> =
        tx.query_row("SELECT value FROM meta WHERE key = ?1", [key], |row| row.get(0)).optional()?;
    Ok(value.and_then(|n| n.parse().ok()).unwrap_or(0))
}
