//! Compares findings with labels.

use crate::corpus::{Corpus, Labelled};
use capmap_evidence::rank;
use capmap_lexicon::Lexicon;
use capmap_lexicon::criteria::is_capability;
use capmap_model::{CriteriaSet, CriterionKind, Document, Finding, Grade, Suggestion};
use std::collections::{BTreeMap, BTreeSet};

/// Counts for one criterion. A unit is a labelled passage.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CriterionScore {
    /// Offered, and labelled 2.
    pub right: usize,
    /// Offered, and not labelled 2.
    pub wrong: usize,
    /// Labelled 2, and not offered.
    pub missed: usize,
    /// Labelled -1.
    pub excluded: usize,
    /// Labelled -1, and suggested as excluded.
    pub excluded_found: usize,
    /// Labelled -1, and suggested as offered.
    pub excluded_offered: usize,
    /// Marked as a trap.
    pub traps: usize,
    /// Marked as a trap, and suggested as offered.
    pub trapped: usize,
    /// Organizations with at least one passage labelled 2.
    pub offering: usize,
    /// Of those, where the first suggestion is labelled 2.
    pub first_right: usize,
    /// Of those, the summed rank of the first right suggestion (only where there is one).
    pub decisions: usize,
    /// Organizations without any passage labelled 2 for which something is offered.
    pub offered_to_none: usize,
}

impl CriterionScore {
    /// Share of offers that are right; 1 where nothing is offered.
    pub fn precision(&self) -> f64 {
        share(self.right, self.right + self.wrong)
    }
    /// Share of labelled offers that are found; 1 where there are none.
    pub fn recall(&self) -> f64 {
        share(self.right, self.right + self.missed)
    }
    /// Harmonic mean of both.
    pub fn f1(&self) -> f64 {
        let (p, r) = (self.precision(), self.recall());
        if p + r == 0.0 { 0.0 } else { 2.0 * p * r / (p + r) }
    }
    fn add(&mut self, other: &CriterionScore) {
        self.right += other.right;
        self.wrong += other.wrong;
        self.missed += other.missed;
        self.excluded += other.excluded;
        self.excluded_found += other.excluded_found;
        self.excluded_offered += other.excluded_offered;
        self.traps += other.traps;
        self.trapped += other.trapped;
        self.offering += other.offering;
        self.first_right += other.first_right;
        self.decisions += other.decisions;
        self.offered_to_none += other.offered_to_none;
    }
}

/// A share; 1 where there is nothing to share.
pub(crate) fn share(part: usize, whole: usize) -> f64 {
    if whole == 0 { 1.0 } else { part as f64 / whole as f64 }
}

/// Offers of one range of confidence.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Bin {
    /// How many.
    pub count: usize,
    /// How many are labelled 2.
    pub right: usize,
    /// Summed confidence.
    pub confidence: f64,
}

/// The whole measurement.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Report {
    /// By criterion, in the set's order.
    pub criteria: Vec<(String, CriterionScore)>,
    /// Ten ranges of confidence, 0.0 to 0.1 first.
    pub bins: Vec<Bin>,
    /// Documents, passages, organizations.
    pub size: (usize, usize, usize),
    /// By organization without any offer: how many capabilities are offered wrongly.
    pub nothing_offered: Vec<(String, usize)>,
}

impl Report {
    /// Sums over capabilities (or over supplemental criteria).
    pub fn micro(&self, capabilities: bool) -> CriterionScore {
        let mut sum = CriterionScore::default();
        let own = |slug: &str| is_capability(slug) == capabilities;
        self.criteria.iter().filter(|(slug, _)| own(slug)).for_each(|(_, score)| sum.add(score));
        sum
    }

    /// Expected calibration error over the ten ranges.
    pub fn calibration_error(&self) -> f64 {
        let all: usize = self.bins.iter().map(|b| b.count).sum();
        let off = |b: &Bin| (b.confidence - b.right as f64).abs();
        if all == 0 { 0.0 } else { self.bins.iter().map(off).sum::<f64>() / all as f64 }
    }
}

/// Measures a lexicon on a corpus.
pub fn measure(lexicon: &Lexicon, criteria: &CriteriaSet, corpus: &Corpus) -> Report {
    let found: Vec<Vec<Finding>> = corpus.iter().map(|labelled| lexicon.find(&labelled.document)).collect();
    let mut scores: BTreeMap<String, CriterionScore> = BTreeMap::new();
    let mut bins = vec![Bin::default(); 10];
    for (labelled, findings) in corpus.iter().zip(&found) {
        count(labelled, findings, &mut scores);
        calibrate(labelled, findings, &mut bins);
    }
    let nothing_offered = by_organization(criteria, corpus, &found, &mut scores);
    let organizations: BTreeSet<&str> = corpus.iter().map(|l| l.organization.as_str()).collect();
    let units = corpus.iter().map(|l| l.units.len()).sum();
    let labelled_kinds = |kind: CriterionKind| {
        let supplemental = |s: &str| !is_capability(s);
        kind == CriterionKind::Capability
            || scores.iter().any(|(s, c)| supplemental(s) && c.right + c.missed > 0)
    };
    let in_order = criteria.criteria.iter().filter(|c| labelled_kinds(c.kind));
    Report {
        criteria: in_order
            .map(|c| (c.id.0.clone(), scores.get(&c.id.0).cloned().unwrap_or_default()))
            .collect(),
        bins,
        size: (corpus.len(), units, organizations.len()),
        nothing_offered,
    }
}

/// The block in which a finding's quote begins.
pub(crate) fn block_of(document: &Document, finding: &Finding) -> usize {
    document.passages.get(finding.passage).map_or(0, |p| p.block)
}

fn count(labelled: &Labelled, findings: &[Finding], scores: &mut BTreeMap<String, CriterionScore>) {
    let said = grades(labelled, findings);
    for (unit, labels) in labelled.units.iter().enumerate() {
        let gold: BTreeMap<&str, i8> = labels.labels.iter().map(|(s, g)| (s.as_str(), *g)).collect();
        for (slug, grade) in
            said.range((unit, String::new())..(unit + 1, String::new())).map(|((_, s), g)| (s, *g))
        {
            let score = scores.entry(slug.clone()).or_default();
            let wanted = gold.get(slug.as_str()).copied();
            score.right += usize::from(grade == Grade::Offered && wanted == Some(2));
            score.wrong += usize::from(grade == Grade::Offered && wanted != Some(2));
            score.excluded_offered += usize::from(grade == Grade::Offered && wanted == Some(-1));
            score.excluded_found += usize::from(grade == Grade::Excluded && wanted == Some(-1));
            score.trapped += usize::from(grade == Grade::Offered && labels.traps.contains(slug));
        }
        for (slug, grade) in &gold {
            let score = scores.entry((*slug).to_owned()).or_default();
            let said = said.get(&(unit, (*slug).to_owned())).copied();
            score.missed += usize::from(*grade == 2 && said != Some(Grade::Offered));
            score.excluded += usize::from(*grade == -1);
        }
        for slug in &labels.traps {
            scores.entry(slug.clone()).or_default().traps += 1;
        }
    }
}

/// The best grade of each unit for each criterion.
fn grades(labelled: &Labelled, findings: &[Finding]) -> BTreeMap<(usize, String), Grade> {
    let unit_of = units_by_block(labelled);
    let mut said: BTreeMap<(usize, String), Grade> = BTreeMap::new();
    for finding in findings {
        if let Some(unit) = unit_of.get(&block_of(&labelled.document, finding)) {
            let best = said.entry((*unit, finding.criterion.0.clone())).or_insert(finding.grade);
            let rank = |g: Grade| match g {
                Grade::Offered => 2,
                Grade::Excluded => 1,
                Grade::Topic => 0,
            };
            if rank(finding.grade) > rank(*best) {
                *best = finding.grade;
            }
        }
    }
    said
}

pub(crate) fn units_by_block(labelled: &Labelled) -> BTreeMap<usize, usize> {
    labelled.units.iter().enumerate().flat_map(|(u, unit)| unit.blocks.iter().map(move |b| (*b, u))).collect()
}

fn calibrate(labelled: &Labelled, findings: &[Finding], bins: &mut [Bin]) {
    let unit_of = units_by_block(labelled);
    let capability = |f: &&Finding| is_capability(&f.criterion.0);
    for finding in findings.iter().filter(|f| f.grade == Grade::Offered).filter(capability) {
        let Some(unit) = unit_of.get(&block_of(&labelled.document, finding)) else { continue };
        let right = labelled.units[*unit].labels.iter().any(|(s, g)| *s == finding.criterion.0 && *g == 2);
        let bin = &mut bins[((finding.confidence * 10.0) as usize).min(9)];
        bin.count += 1;
        bin.right += usize::from(right);
        bin.confidence += f64::from(finding.confidence);
    }
}

/// First suggestions and decisions to verdict, organization by organization.
fn by_organization(
    criteria: &CriteriaSet,
    corpus: &Corpus,
    found: &[Vec<Finding>],
    scores: &mut BTreeMap<String, CriterionScore>,
) -> Vec<(String, usize)> {
    let names: BTreeSet<&str> = corpus.iter().map(|l| l.organization.as_str()).collect();
    let mut nothing = Vec::new();
    for name in names {
        let own: Vec<usize> = (0..corpus.len()).filter(|i| corpus[*i].organization == name).collect();
        let documents: Vec<&Document> = own.iter().map(|i| &corpus[*i].document).collect();
        let findings: Vec<Vec<Finding>> = own.iter().map(|i| found[*i].clone()).collect();
        let suggestions = rank::suggest(criteria, &criteria.id, &documents, &findings);
        let gold = gold(own.iter().map(|i| &corpus[*i]));
        let mut wrong = 0;
        for criterion in &criteria.criteria {
            let slug = &criterion.id.0;
            let offers = suggestions.iter().filter(|s| s.criterion.0 == *slug && s.grade == Grade::Offered);
            let rights: Vec<bool> = offers.map(|s| is_gold(s, &documents, &gold, slug)).collect();
            let score = scores.entry(slug.clone()).or_default();
            if gold.iter().any(|(_, _, s)| s == slug) {
                score.offering += 1;
                score.first_right += usize::from(rights.first() == Some(&true));
                score.decisions += rights.iter().position(|r| *r).map_or(0, |i| i + 1);
            } else if !rights.is_empty() {
                score.offered_to_none += 1;
                wrong += usize::from(criterion.kind == CriterionKind::Capability);
            }
        }
        if gold.is_empty() {
            nothing.push((name.to_owned(), wrong));
        }
    }
    nothing
}

/// Source, block and criterion of every passage that is labelled 2.
fn gold<'a>(own: impl Iterator<Item = &'a Labelled>) -> BTreeSet<(String, usize, String)> {
    own.flat_map(|l| {
        l.units.iter().flat_map(move |u| {
            let two = u.labels.iter().filter(|(_, g)| *g == 2);
            two.flat_map(move |(s, _)| {
                u.blocks.iter().map(move |b| (l.document.source.clone(), *b, s.clone()))
            })
        })
    })
    .collect()
}

fn is_gold(
    s: &Suggestion,
    documents: &[&Document],
    gold: &BTreeSet<(String, usize, String)>,
    slug: &str,
) -> bool {
    let document = documents.iter().find(|d| d.source == s.citation.source());
    let block = document.and_then(|d| d.block_at(s.citation.span().start));
    block.is_some_and(|b| gold.contains(&(s.citation.source().to_owned(), b, slug.to_owned())))
}
