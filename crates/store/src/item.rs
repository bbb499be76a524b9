//! Items: what people decide on. Light rows for lists, whole items with votes for the page.

use crate::outcome::{Ballot, VoteKind, choice_from, outcome};
use crate::place::quote_key;
use crate::project::alias;
use crate::{FiledDocument, Outcome, Store, StoreError};
use capmap_model::{Choice, Citation, CriterionId, DocumentId, Grade, Provenance, Suggestion, Tier};
use rusqlite::{Connection, OptionalExtension, Row, Transaction, params};
use serde::{Deserialize, Serialize};

/// Where an item comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Origin {
    /// The program suggests it.
    Suggested,
    /// A person added it by hand.
    Added,
    /// Somebody decided on it earlier; nothing suggests it any more.
    Kept,
}

impl Origin {
    /// As stored and as shown.
    pub fn name(self) -> &'static str {
        match self {
            Origin::Suggested => "suggested",
            Origin::Added => "added",
            Origin::Kept => "kept",
        }
    }

    fn from_name(name: &str) -> Origin {
        match name {
            "added" => Origin::Added,
            "kept" => Origin::Kept,
            _ => Origin::Suggested,
        }
    }
}

/// Through whose eyes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum View<'a> {
    /// All votes.
    All,
    /// Only this reviewer's own votes: the blind second reader.
    Own(&'a str),
}

/// Which items of a criterion.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Filter<'a> {
    /// All of a criterion, best first.
    Criterion(&'a CriterionId),
    /// All with evidence in a document, in text order.
    Document(&'a DocumentId),
    /// Those of this outcome, by criterion.
    Outcome(Outcome),
}

/// An item in a list.
#[derive(Debug, Clone, PartialEq)]
pub struct ItemRow {
    /// Its id.
    pub id: String,
    /// Which criterion.
    pub criterion: CriterionId,
    /// Best first within the criterion.
    pub rank: i64,
    /// Where it comes from.
    pub origin: Origin,
    /// The exact place.
    pub citation: Citation,
    /// How it stands to the criterion.
    pub grade: Grade,
    /// How sure.
    pub tier: Tier,
    /// The kind of cue that demoted it.
    pub cue: Option<String>,
    /// All votes considered (or the viewer's alone).
    pub outcome: Outcome,
    /// The last event on it; 0 for none.
    pub version: u64,
    /// Read by optical recognition.
    pub ocr: bool,
    /// Stands at a public address.
    pub public: bool,
}

/// An item with all that is known of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Item {
    /// As in lists.
    pub row: ItemRow,
    /// What the program said of it; none for added and kept ones.
    pub suggestion: Option<Suggestion>,
    /// Votes and notes that stand, oldest first.
    pub votes: Vec<Vote>,
}

/// A vote or note that was not taken back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Vote {
    /// Number of its event.
    pub event: u64,
    /// Who.
    pub reviewer: String,
    /// What kind of event.
    pub kind: VoteKind,
    /// What was said; none for a note.
    pub choice: Option<Choice>,
    /// Why.
    pub note: Option<String>,
    /// When.
    pub time: String,
}

const COLUMNS: &str = "i.id, i.criterion, i.rank, i.origin, d.citation, i.grade, i.tier, i.cue, i.outcome, i.version, \
                       i.ocr, i.public";

impl Store {
    /// Items, at most `limit` after the first `skip`.
    ///
    /// # Errors
    /// Where the database fails.
    pub fn items(
        &self,
        filter: Filter,
        view: View,
        skip: usize,
        limit: usize,
    ) -> Result<Vec<ItemRow>, StoreError> {
        let (condition, order, key) = match filter {
            Filter::Criterion(id) => ("i.criterion = ?1", "i.rank", id.0.as_str()),
            Filter::Document(id) => ("i.document = ?1", "i.start, i.end, i.criterion, i.rank", id.0.as_str()),
            Filter::Outcome(outcome) => ("i.outcome = ?1", "i.criterion, i.rank", outcome.name()),
        };
        let sql = format!(
            "SELECT {COLUMNS} FROM items i JOIN details d ON d.item = i.id WHERE {condition} ORDER BY {order} LIMIT ?2 OFFSET ?3"
        );
        let mut rows = self.db.prepare_cached(&sql)?;
        let mut found = Vec::new();
        let mut rows = rows.query(params![key, limit as i64, skip as i64])?;
        while let Some(row) = rows.next()? {
            found.push(seen_by(&self.db, view, read_row(row)?)?);
        }
        Ok(found)
    }

    /// The item of that id, or the one that now stands for it.
    ///
    /// # Errors
    /// [`StoreError::NoItem`] where there is none.
    pub fn item(&self, id: &str, view: View) -> Result<Item, StoreError> {
        load(&self.db, id, view)
    }

    /// The next item of a criterion that waits for the viewer, after `rank` and then from the start; none where all are
    /// decided. What was confirmed in an earlier cycle and waits to be re-affirmed comes first.
    ///
    /// # Errors
    /// Where the database fails.
    pub fn next_open(
        &self,
        criterion: &CriterionId,
        after: i64,
        view: View,
    ) -> Result<Option<String>, StoreError> {
        // For the blind reader the others' votes must not even change the order.
        let said = match view {
            View::All => "outcome",
            View::Own(_) => {
                "(SELECT CASE v.choice WHEN 'confirm' THEN 'confirmed' WHEN 'reject' THEN 'rejected' ELSE 'deferred' END
                 FROM votes v WHERE v.item = items.id AND v.undone = 0 AND v.reviewer = ?3 AND v.choice IS NOT NULL
                 ORDER BY v.event DESC LIMIT 1)"
            }
        };
        let sql = format!(
            "SELECT id FROM (SELECT id, rank, coalesce({said}, 'undecided') AS said FROM items
             WHERE criterion = ?1 AND ?3 IS NOT NULL) WHERE said NOT IN ('confirmed', 'rejected')
             ORDER BY (said = 'deferred'), (said <> 'carried'), (rank <= ?2), rank LIMIT 1"
        );
        let reviewer = if let View::Own(reviewer) = view { reviewer } else { "" };
        let mut row = self.db.prepare_cached(&sql)?;
        Ok(row.query_row(params![criterion.0, after, reviewer], |row| row.get(0)).optional()?)
    }

    /// The neighbours of an item within its criterion, decided or not: the one before and the one after.
    ///
    /// # Errors
    /// Where the database fails.
    pub fn neighbours(&self, row: &ItemRow) -> Result<(Option<String>, Option<String>), StoreError> {
        let find = |sql: &str| -> Result<Option<String>, StoreError> {
            let mut statement = self.db.prepare_cached(sql)?;
            Ok(statement.query_row(params![row.criterion.0, row.rank], |r| r.get(0)).optional()?)
        };
        Ok((
            find("SELECT id FROM items WHERE criterion = ?1 AND rank < ?2 ORDER BY rank DESC LIMIT 1")?,
            find("SELECT id FROM items WHERE criterion = ?1 AND rank > ?2 ORDER BY rank LIMIT 1")?,
        ))
    }

    /// How many items of the criterion stand before this one.
    ///
    /// # Errors
    /// Where the database fails.
    pub fn position(&self, row: &ItemRow) -> Result<usize, StoreError> {
        let mut statement =
            self.db.prepare_cached("SELECT count(*) FROM items WHERE criterion = ?1 AND rank < ?2")?;
        Ok(statement.query_row(params![row.criterion.0, row.rank], |r| r.get::<_, i64>(0))?.unsigned_abs()
            as usize)
    }
}

/// One item, inside or outside a transaction.
pub(crate) fn load(db: &Connection, id: &str, view: View) -> Result<Item, StoreError> {
    let sql = format!(
        "SELECT {COLUMNS}, d.suggestion FROM items i JOIN details d ON d.item = i.id WHERE i.id = ?1"
    );
    let id = current_id(db, id)?;
    let mut rows = db.prepare_cached(&sql)?;
    let mut rows = rows.query([&id])?;
    let row = rows.next()?.ok_or_else(|| StoreError::NoItem(id.clone()))?;
    let suggestion: Option<String> = row.get(12)?;
    Ok(Item {
        row: seen_by(db, view, read_row(row)?)?,
        suggestion: suggestion.map(|s| serde_json::from_str(&s)).transpose()?,
        votes: votes(db, &id, view)?,
    })
}

fn current_id(db: &Connection, id: &str) -> Result<String, StoreError> {
    if db.prepare_cached("SELECT 1 FROM items WHERE id = ?1")?.exists([id])? {
        return Ok(id.to_owned());
    }
    Ok(alias(db, id)?.unwrap_or_else(|| id.to_owned()))
}

/// Replaces outcome and version by the viewer's own.
fn seen_by(db: &Connection, view: View, mut row: ItemRow) -> Result<ItemRow, StoreError> {
    let View::Own(reviewer) = view else { return Ok(row) };
    let own = votes(db, &row.id, view)?;
    let ballots: Vec<_> = own
        .iter()
        .filter_map(|v| Some(Ballot { reviewer: &v.reviewer, kind: v.kind, choice: v.choice? }))
        .collect();
    row.outcome = outcome(&ballots);
    let mut version =
        db.prepare_cached("SELECT coalesce(max(event), 0) FROM votes WHERE item = ?1 AND reviewer = ?2")?;
    row.version = version.query_row([&row.id, reviewer], |row| row.get::<_, i64>(0))?.unsigned_abs();
    Ok(row)
}

/// Votes and notes that stand on an item, oldest first; for the blind reader only the own ones.
pub(crate) fn votes(db: &Connection, item: &str, view: View) -> Result<Vec<Vote>, StoreError> {
    let mut rows = db.prepare_cached(
        "SELECT event, reviewer, kind, choice, note, time FROM votes WHERE item = ?1 AND undone = 0 ORDER BY event",
    )?;
    let rows = rows.query_map([item], |row| {
        Ok(Vote {
            event: row.get::<_, i64>(0)?.unsigned_abs(),
            reviewer: row.get(1)?,
            kind: VoteKind::from_name(&row.get::<_, String>(2)?),
            choice: row.get::<_, Option<String>>(3)?.as_deref().and_then(choice_from),
            note: row.get(4)?,
            time: row.get(5)?,
        })
    })?;
    let votes = rows.collect::<Result<Vec<Vote>, _>>()?;
    Ok(match view {
        View::All => votes,
        View::Own(me) => {
            votes.into_iter().filter(|v| v.reviewer == me || v.kind == VoteKind::Carried).collect()
        }
    })
}

fn read_row(row: &Row) -> Result<ItemRow, StoreError> {
    Ok(ItemRow {
        id: row.get(0)?,
        criterion: CriterionId(row.get(1)?),
        rank: row.get(2)?,
        origin: Origin::from_name(&row.get::<_, String>(3)?),
        citation: serde_json::from_str(&row.get::<_, String>(4)?)?,
        grade: grade(row.get(5)?),
        tier: tier(row.get(6)?),
        cue: row.get(7)?,
        outcome: Outcome::from_name(&row.get::<_, String>(8)?),
        version: row.get::<_, i64>(9)?.unsigned_abs(),
        ocr: row.get(10)?,
        public: row.get(11)?,
    })
}

pub(crate) fn grade(number: i64) -> Grade {
    match number {
        2 => Grade::Offered,
        1 => Grade::Topic,
        _ => Grade::Excluded,
    }
}

pub(crate) fn tier(number: i64) -> Tier {
    match number {
        2 => Tier::Strong,
        1 => Tier::Likely,
        _ => Tier::Check,
    }
}

/// A row to be written.
pub(crate) struct NewItem<'a> {
    pub id: &'a str,
    pub criterion: &'a CriterionId,
    pub rank: i64,
    pub origin: Origin,
    pub citation: &'a Citation,
    pub suggestion: Option<&'a Suggestion>,
    pub public: bool,
    pub dated: Option<&'a str>,
    pub ocr: bool,
}

pub(crate) fn insert(tx: &Transaction, new: &NewItem) -> Result<(), StoreError> {
    let span = new.citation.span();
    // What a person picked by hand is an offer to look at; the program has no word on it.
    let (grade, tier) = new.suggestion.map_or((Grade::Offered, Tier::Check), |s| (s.grade, s.tier));
    let cue =
        new.suggestion.and_then(|s| s.cue.as_ref()).map(|cue| serde_json::to_value(cue.kind)).transpose()?;
    tx.prepare_cached(
        "INSERT INTO items (criterion, rank, id, origin, document, start, end, quote_key, grade, tier, cue, ocr, public,
         dated, outcome, version) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, 'undecided', 0)",
    )?
    .execute(params![
        new.criterion.0,
        new.rank,
        new.id,
        new.origin.name(),
        new.citation.document().0,
        span.start as i64,
        span.end as i64,
        quote_key(new.citation.quote()),
        grade.number(),
        tier as i64,
        cue.as_ref().and_then(|c| c.as_str()),
        new.ocr,
        new.public,
        new.dated,
    ])?;
    let suggestion = new.suggestion.map(serde_json::to_string).transpose()?;
    tx.prepare_cached("INSERT OR REPLACE INTO details (item, citation, suggestion) VALUES (?1, ?2, ?3)")?
        .execute(params![new.id, serde_json::to_string(new.citation)?, suggestion])?;
    Ok(())
}

/// What an item inherits from its document.
#[derive(Default)]
pub(crate) struct FromDocument {
    pub public: bool,
    pub dated: Option<String>,
}

pub(crate) fn provenance(db: &Connection, source: &str) -> Result<FromDocument, StoreError> {
    let mut row = db.prepare_cached("SELECT body FROM documents WHERE source = ?1")?;
    let body: Option<String> = row.query_row([source], |row| row.get(0)).optional()?;
    let Some(body) = body else { return Ok(FromDocument::default()) };
    let filed: FiledDocument = serde_json::from_str(&body)?;
    Ok(FromDocument { public: filed.provenance == Provenance::Public, dated: filed.dated })
}

impl FromDocument {
    /// True where the cited page was read by optical recognition.
    pub(crate) fn ocr_at(&self, db: &Connection, citation: &Citation) -> Result<bool, StoreError> {
        let mut row = db.prepare_cached("SELECT body FROM texts WHERE id = ?1")?;
        let body: Option<String> = row.query_row([&citation.document().0], |row| row.get(0)).optional()?;
        let Some(body) = body else { return Ok(false) };
        let document: capmap_model::Document = serde_json::from_str(&body)?;
        Ok(document.pages.iter().any(|p| Some(p.number) == citation.page() && p.ocr))
    }
}
