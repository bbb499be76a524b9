//! What became of every decision of the old cycle, and what is new: the heart of a renewal.

use crate::errors::Stop;
use capmap_lexicon::Lexicon;
use capmap_model::{
    Choice, Citation, CriteriaSet, CriterionId, CueKind, Document, DocumentId, Finding, Grade,
};
use capmap_renew::{Class, Corpus, Fate, Found, Hint, Piece, Setting, classify, diff, fates, of_criterion};
use capmap_store::{Filter, ItemRow, Outcome, Store, View, VoteKind};
use std::cell::RefCell;
use std::collections::BTreeMap;

/// Both cycles.
pub struct Cycles<'a> {
    /// The criteria of the old and the new one.
    pub sets: (&'a CriteriaSet, &'a CriteriaSet),
    /// The set whose rules judge both: what changed in the rules is no change of the documents.
    pub rules: &'a str,
    /// These rules.
    pub lexicon: &'a Lexicon,
    /// The dossiers.
    pub stores: (&'a Store, &'a Store),
    /// Their documents.
    pub documents: (&'a [Document], &'a [Document]),
}

/// What became of one decision for one criterion; or one new offer.
pub struct Change {
    /// Of the new set; of the old one where it was dropped.
    pub criterion: CriterionId,
    /// For which criterion it was decided; none for a new offer.
    pub old_criterion: Option<CriterionId>,
    /// What became of it.
    pub class: Class,
    /// The words that were decided on.
    pub old: Option<Citation>,
    /// Where they stand now.
    pub new: Option<Citation>,
    /// What was decided; none for a new offer.
    pub decision: Option<Decided>,
    /// Which words changed, where it was edited.
    pub diff: Vec<Piece>,
}

impl Change {
    /// True where it is about this passage and this criterion.
    fn stands_at(&self, row: &ItemRow) -> bool {
        let there = |new: &Citation| {
            new.document() == row.citation.document() && new.span().overlaps(row.citation.span())
        };
        self.criterion == row.criterion && self.new.as_ref().is_some_and(there)
    }
}

/// A decision of the old cycle.
#[derive(Clone)]
pub struct Decided {
    /// Confirmed or rejected.
    pub choice: Choice,
    /// The event that decided.
    pub event: u64,
    /// Whose.
    pub reviewer: String,
    /// When.
    pub time: String,
}

/// Findings of documents that were asked for, by hash.
type Judged = RefCell<BTreeMap<DocumentId, Vec<Finding>>>;

impl Cycles<'_> {
    /// Every decision's fate by the old set's order, then new offers by the new one's.
    ///
    /// # Errors
    /// Where a dossier cannot be read.
    pub fn changes(&self) -> Result<Vec<Change>, Stop> {
        let corpora = (Corpus::new(self.documents.0), Corpus::new(self.documents.1));
        let fates: BTreeMap<CriterionId, Fate> =
            fates(self.sets.0, self.sets.1).into_iter().map(|(c, fate)| (c.id.clone(), fate)).collect();
        let judged = (Judged::default(), Judged::default());
        let mut changes = Vec::new();
        for (row, decided) in self.decisions()? {
            let fate = fates.get(&row.criterion).unwrap_or(&Fate::Same);
            changes.extend(self.of(&row, &decided, fate, &corpora, &judged));
        }
        let place = |id: Option<&CriterionId>| self.sets.0.criteria.iter().position(|c| Some(&c.id) == id);
        changes.sort_by_key(|change| place(change.old_criterion.as_ref())); // stable
        let offers = self.offers(&corpora.0, &changes)?;
        changes.extend(offers);
        Ok(changes)
    }

    /// Everything that stood confirmed or rejected. What an even older cycle confirmed and nobody re-affirmed waits on.
    fn decisions(&self) -> Result<Vec<(ItemRow, Decided)>, Stop> {
        let mut all = Vec::new();
        for (outcome, choice) in [
            (Outcome::Confirmed, Choice::Confirm),
            (Outcome::Carried, Choice::Confirm),
            (Outcome::Rejected, Choice::Reject),
        ] {
            for row in self.stores.0.items(Filter::Outcome(outcome), View::All, 0, usize::MAX >> 1)? {
                let votes = self.stores.0.item(&row.id, View::All)?.votes;
                let said = |v: &&capmap_store::Vote| v.kind != VoteKind::Note && v.choice == Some(choice);
                let Some(vote) = votes.iter().rev().find(said) else { continue };
                let (event, reviewer, time) = (vote.event, vote.reviewer.clone(), vote.time.clone());
                all.push((row, Decided { choice, event, reviewer, time }));
            }
        }
        Ok(all)
    }

    fn of(
        &self,
        row: &ItemRow,
        decided: &Decided,
        fate: &Fate,
        corpora: &(Corpus<'_>, Corpus<'_>),
        judged: &(Judged, Judged),
    ) -> Vec<Change> {
        let old = &row.citation;
        let (class, new) = self.place(row, corpora, judged);
        let class = of_criterion(class, fate);
        let new = new.filter(|_| class != Class::Gone);
        let diff = match &new {
            Some(new) if class == Class::Edited => diff(old.quote(), new.quote()),
            _ => Vec::new(),
        };
        let change = |criterion: &CriterionId| Change {
            criterion: criterion.clone(),
            old_criterion: Some(row.criterion.clone()),
            class,
            old: Some(old.clone()),
            new: new.clone(),
            decision: Some(decided.clone()),
            diff: diff.clone(),
        };
        match fate.successors(&row.criterion).as_slice() {
            [] => vec![change(&row.criterion)],
            successors => successors.iter().map(|criterion| change(criterion)).collect(),
        }
    }

    /// Where the words of a decision stand now, and what that makes of it.
    fn place(
        &self,
        row: &ItemRow,
        corpora: &(Corpus<'_>, Corpus<'_>),
        judged: &(Judged, Judged),
    ) -> (Class, Option<Citation>) {
        let old = &row.citation;
        let hint = Hint { source: old.source(), section: old.section(), start: old.span().start };
        let before = self.documents.0.iter().find(|d| d.id == *old.document());
        let cue = before.and_then(|document| self.cue(document, old, &row.criterion, self.sets.0, &judged.0));
        let setting = Setting { source: old.source(), section: old.section(), cue };
        let found = corpora.1.find(old.quote(), &hint, &corpora.0);
        let Some((document, citation, found)) = found.and_then(|found| self.cited(found)) else {
            return (Class::Gone, None);
        };
        let successor = self.sets.1.successors(&self.sets.0.id, &row.criterion).into_iter().next();
        let criterion = successor.unwrap_or_else(|| row.criterion.clone());
        let cue = self.cue(document, &citation, &criterion, self.sets.1, &judged.1);
        let now = Setting { source: citation.source(), section: citation.section(), cue };
        let class = classify(&setting, Some(&now), found.likeness >= 1.0);
        (class, Some(citation))
    }

    fn cited(&self, found: Found) -> Option<(&Document, Citation, Found)> {
        let document = self.documents.1.get(found.document)?;
        Some((document, document.cite(found.span).ok()?, found))
    }

    /// What demotes a passage: for its criterion, else for any for which it is excluded.
    fn cue(
        &self,
        document: &Document,
        citation: &Citation,
        criterion: &CriterionId,
        set: &CriteriaSet,
        judged: &Judged,
    ) -> Option<CueKind> {
        let mut judged = judged.borrow_mut();
        let findings = judged.entry(document.id.clone()).or_insert_with(|| self.lexicon.find(document));
        let there: Vec<&Finding> = findings.iter().filter(|f| f.quote.overlaps(citation.span())).collect();
        let own = |f: &&&Finding| set.successors(self.rules, &f.criterion).contains(criterion);
        match there.iter().filter(own).max_by_key(|f| f.grade) {
            Some(finding) => finding.cue.as_ref().map(|cue| cue.kind),
            None => there.iter().filter_map(|f| f.cue.as_ref()).map(|c| c.kind).find(|kind| kind.excludes()),
        }
    }

    /// Offers in words that the old documents did not have, and on which no decision came along.
    fn offers(&self, old: &Corpus<'_>, changes: &[Change]) -> Result<Vec<Change>, Stop> {
        let mut offers = Vec::new();
        for criterion in &self.sets.1.criteria {
            let filter = Filter::Criterion(&criterion.id);
            let rows = self.stores.1.items(filter, View::All, 0, usize::MAX >> 1)?;
            for row in rows.into_iter().filter(|row| row.grade == Grade::Offered) {
                let hint = Hint {
                    source: row.citation.source(),
                    section: row.citation.section(),
                    start: row.citation.span().start,
                };
                if old.exact(row.citation.quote(), &hint).is_none()
                    && !changes.iter().any(|c| c.stands_at(&row))
                {
                    offers.push(Change {
                        criterion: row.criterion,
                        old_criterion: None,
                        class: Class::New,
                        old: None,
                        new: Some(row.citation),
                        decision: None,
                        diff: Vec::new(),
                    });
                }
            }
        }
        Ok(offers)
    }
}
