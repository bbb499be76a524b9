//! Counts per criterion, kept up to date with each event so that a page need not count 10,000 items.

use crate::item::{grade, tier};
use crate::outcome::choice_from;
use crate::{Store, StoreError, View};
use capmap_model::{Choice, Coverage, CriterionId, Elements, OpenSuggestion, Standing, Suggestion};
use rusqlite::{Connection, OptionalExtension, Transaction, params};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// One criterion's counts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tally {
    /// What the score needs.
    pub standing: Standing,
    /// All items.
    pub items: u32,
    /// Of those, offers.
    pub offered: u32,
    /// Confirmed in an earlier cycle and not re-affirmed yet; also counted as undecided.
    #[serde(default)]
    pub carried: u32,
    /// Put off; also counted as undecided.
    pub deferred: u32,
    /// Best grade found.
    pub coverage: Coverage,
}

impl Store {
    /// Counts of every criterion that has items, by slug.
    ///
    /// # Errors
    /// Where the database fails.
    pub fn tallies(&self, view: View) -> Result<Vec<Tally>, StoreError> {
        let mut rows = self.db.prepare_cached("SELECT body FROM standings ORDER BY criterion")?;
        let bodies = rows.query_map([], |row| row.get::<_, String>(0))?;
        let mut tallies = Vec::new();
        for body in bodies {
            tallies.push(serde_json::from_str(&body?)?);
        }
        match view {
            View::All => Ok(tallies),
            View::Own(reviewer) => self.own_tallies(tallies, reviewer),
        }
    }

    /// What the score needs, of every criterion that has items.
    ///
    /// # Errors
    /// Where the database fails.
    pub fn standings(&self, view: View) -> Result<Vec<Standing>, StoreError> {
        Ok(self.tallies(view)?.into_iter().map(|t| t.standing).collect())
    }

    /// The same as if nobody else had voted.
    fn own_tallies(&self, mut tallies: Vec<Tally>, reviewer: &str) -> Result<Vec<Tally>, StoreError> {
        let mut rows = self.db.prepare_cached(
            "SELECT i.criterion, v.choice, i.public, i.ocr, i.dated, max(v.event) FROM votes v JOIN items i ON i.id = v.item
             WHERE v.reviewer = ?1 AND v.undone = 0 AND v.choice IS NOT NULL GROUP BY v.item",
        )?;
        let mut own: BTreeMap<CriterionId, (Standing, u32)> = BTreeMap::new();
        let mut rows = rows.query([reviewer])?;
        while let Some(row) = rows.next()? {
            let criterion = CriterionId(row.get(0)?);
            let (standing, deferred) =
                own.entry(criterion.clone()).or_insert_with(|| (Standing::empty(criterion), 0));
            match choice_from(&row.get::<_, String>(1)?) {
                Some(Choice::Confirm) => {
                    standing.confirmed += 1;
                    standing.public += u32::from(row.get::<_, bool>(2)?);
                    standing.not_ocr += u32::from(!row.get::<_, bool>(3)?);
                    standing.newest = standing.newest.take().max(row.get(4)?);
                }
                Some(Choice::Reject) => standing.rejected += 1,
                _ => *deferred += 1,
            }
        }
        for tally in &mut tallies {
            let criterion = tally.standing.criterion.clone();
            let (own, deferred) =
                own.remove(&criterion).unwrap_or_else(|| (Standing::empty(criterion.clone()), 0));
            let undecided = tally.items.saturating_sub(own.confirmed + own.rejected);
            tally.standing =
                Standing { undecided, best_open: own_best(&self.db, &criterion, reviewer)?, ..own };
            tally.deferred = deferred;
        }
        Ok(tallies)
    }
}

pub(crate) fn count_all(tx: &Transaction) -> Result<(), StoreError> {
    let mut rows = tx.prepare("SELECT DISTINCT criterion FROM items")?;
    let criteria = rows.query_map([], |row| row.get::<_, String>(0))?.collect::<Result<Vec<_>, _>>()?;
    criteria.into_iter().try_for_each(|criterion| count(tx, &CriterionId(criterion)))
}

/// Counts one criterion anew.
pub(crate) fn count(tx: &Transaction, criterion: &CriterionId) -> Result<(), StoreError> {
    let tally = counted(tx, criterion)?;
    tx.prepare_cached("INSERT OR REPLACE INTO standings (criterion, body) VALUES (?1, ?2)")?
        .execute(params![criterion.0, serde_json::to_string(&tally)?])?;
    Ok(())
}

fn counted(tx: &Transaction, criterion: &CriterionId) -> Result<Tally, StoreError> {
    let mut row = tx.prepare_cached(
        "SELECT count(*), coalesce(sum(grade = 2), 0), coalesce(max(grade), 0),
         coalesce(sum(outcome = 'confirmed'), 0), coalesce(sum(outcome = 'confirmed' AND public), 0),
         coalesce(sum(outcome = 'confirmed' AND NOT ocr), 0),
         max(CASE WHEN outcome = 'confirmed' THEN dated END),
         coalesce(sum(outcome = 'rejected'), 0), coalesce(sum(outcome = 'conflict'), 0),
         coalesce(sum(outcome = 'deferred'), 0), coalesce(sum(outcome = 'carried'), 0)
         FROM items WHERE criterion = ?1",
    )?;
    let best_open = best_open(tx, criterion)?;
    row.query_row([&criterion.0], |row| {
        let items: u32 = row.get(0)?;
        let (confirmed, rejected, conflicts): (u32, u32, u32) = (row.get(3)?, row.get(7)?, row.get(8)?);
        Ok(Tally {
            standing: Standing {
                criterion: criterion.clone(),
                confirmed,
                public: row.get(4)?,
                not_ocr: row.get(5)?,
                newest: row.get(6)?,
                rejected,
                undecided: items.saturating_sub(confirmed + rejected + conflicts),
                conflicts,
                best_open: best_open.clone(),
            },
            items,
            offered: row.get(1)?,
            deferred: row.get(9)?,
            carried: row.get(10)?,
            coverage: coverage(row.get(2)?),
        })
    })
    .map_err(StoreError::from)
}

fn coverage(best: i64) -> Coverage {
    match best {
        2 => Coverage::Offered,
        1 => Coverage::Topic,
        -1 => Coverage::Excluded,
        _ => Coverage::None,
    }
}

fn best_open(tx: &Transaction, criterion: &CriterionId) -> Result<Option<OpenSuggestion>, StoreError> {
    let open = "i.outcome NOT IN ('confirmed', 'rejected', 'conflict') AND ?2 = ''";
    best(tx, open, criterion, "")
}

/// The best that this reviewer has not settled, whatever others said.
fn own_best(
    db: &Connection,
    criterion: &CriterionId,
    reviewer: &str,
) -> Result<Option<OpenSuggestion>, StoreError> {
    let open = "NOT EXISTS (SELECT 1 FROM votes v WHERE v.item = i.id AND v.undone = 0 AND v.reviewer = ?2
                AND v.choice IN ('confirm', 'reject'))";
    best(db, open, criterion, reviewer)
}

fn best(
    db: &Connection,
    open: &str,
    criterion: &CriterionId,
    reviewer: &str,
) -> Result<Option<OpenSuggestion>, StoreError> {
    let sql = format!(
        "SELECT i.id, i.grade, i.tier, (SELECT suggestion FROM details d WHERE d.item = i.id) FROM items i
         WHERE i.criterion = ?1 AND {open} ORDER BY i.rank LIMIT 1"
    );
    let found = db
        .prepare_cached(&sql)?
        .query_row([&criterion.0, reviewer], |row| {
            Ok((row.get::<_, String>(0)?, row.get(1)?, row.get(2)?, row.get::<_, Option<String>>(3)?))
        })
        .optional()?;
    let Some((suggestion, grade_number, tier_number, json)) = found else { return Ok(None) };
    let elements = match json {
        Some(json) => serde_json::from_str::<Suggestion>(&json)?.elements,
        None => Elements::default(),
    };
    Ok(Some(OpenSuggestion { suggestion, grade: grade(grade_number), tier: tier(tier_number), elements }))
}
