//! Suggestions of many documents in one order, near-identical passages once.
//!
//! Of each cluster of the same words only the best suggestion is kept whole; of the others, source and page. So thousands of
//! near copies of a document cost a few bytes each, and no document is needed.

use crate::rank::Ranked;
use crate::site::Sites;
use capmap_model::{CriteriaSet, CriterionId, Grade, Suggestion};
use std::cmp::Ordering;
use std::collections::{BTreeMap, HashMap};

/// Takes suggestions document by document.
pub struct Merger<'a> {
    /// Place of each criterion in the set.
    criteria: HashMap<&'a str, usize>,
    sources: Vec<&'a str>,
    clusters: BTreeMap<(usize, Grade, u128), Cluster>,
    taken: usize,
}

/// All suggestions, by criterion in the set's order, best first.
pub struct Merged<'a> {
    sources: Vec<&'a str>,
    clusters: Vec<Cluster>,
}

/// The best suggestion among those of the same words, criterion and grade.
pub struct Cluster {
    best: Ranked,
    /// Counts suggestions as they were taken: the last resort of the order.
    number: usize,
    /// Where `best` stands, as a number of `sources`.
    source: u32,
    elsewhere: Vec<Place>,
}

/// Where the same words stand.
struct Place {
    force: f32,
    source: u32,
    /// 0 where there is none.
    page: u32,
}

impl<'a> Merger<'a> {
    /// For the suggestions of these criteria; others are left out.
    pub fn new(criteria: &'a CriteriaSet) -> Self {
        let places = criteria.criteria.iter().enumerate().map(|(i, c)| (c.id.0.as_str(), i));
        Merger { criteria: places.collect(), sources: Vec::new(), clusters: BTreeMap::new(), taken: 0 }
    }

    /// Takes the suggestions of one document, which is cited as `source`.
    pub fn add(&mut self, source: &'a str, suggestions: Vec<Ranked>) {
        let from = u32::try_from(self.sources.len()).unwrap_or(u32::MAX);
        self.sources.push(source);
        for ranked in suggestions {
            self.taken += 1;
            let suggestion = &ranked.suggestion;
            let Some(&criterion) = self.criteria.get(suggestion.criterion.0.as_str()) else { continue };
            let key = (criterion, suggestion.grade, ranked.words);
            match self.clusters.get_mut(&key) {
                Some(cluster) => cluster.add(ranked, self.taken, from),
                None => {
                    let (number, elsewhere) = (self.taken, Vec::new());
                    self.clusters.insert(key, Cluster { best: ranked, number, source: from, elsewhere });
                }
            }
        }
    }

    /// Puts them in order.
    pub fn finish(self) -> Merged<'a> {
        let sources = self.sources;
        let mut clusters: Vec<(usize, Cluster)> =
            self.clusters.into_iter().map(|((criterion, ..), cluster)| (criterion, cluster)).collect();
        let sites = Sites::of(&sources);
        for (_, cluster) in &mut clusters {
            cluster.lower(&sites, &sources);
        }
        clusters.sort_by(|(a, x), (b, y)| {
            a.cmp(b).then_with(|| x.best.before(&y.best)).then(x.number.cmp(&y.number))
        });
        let mut clusters: Vec<Cluster> = clusters.into_iter().map(|(_, cluster)| cluster).collect();
        for cluster in &mut clusters {
            cluster.elsewhere.sort_by(|a, b| a.before(b, &sources));
            cluster.elsewhere.shrink_to_fit();
        }
        Merged { sources, clusters }
    }
}

impl Cluster {
    /// The suggestion, without the places where the same words stand elsewhere.
    pub fn best(&self) -> &Suggestion {
        &self.best.suggestion
    }

    fn lower<'a>(&mut self, sites: &Sites<'a>, sources: &[&'a str]) {
        let places = self.elsewhere.iter().map(|place| place.source).chain([self.source]);
        let names = places.filter_map(|place| sources.get(place as usize).copied());
        sites.lower(&mut self.best.suggestion, names);
    }

    fn add(&mut self, ranked: Ranked, number: usize, source: u32) {
        if ranked.before(&self.best) == Ordering::Less {
            let old = std::mem::replace(&mut self.best, ranked);
            self.elsewhere.push(Place::of(&old, self.source));
            (self.number, self.source) = (number, source);
        } else {
            self.elsewhere.push(Place::of(&ranked, source));
        }
    }
}

impl Place {
    fn of(ranked: &Ranked, source: u32) -> Self {
        Place { force: ranked.force, source, page: ranked.suggestion.citation.page().unwrap_or(0) }
    }

    /// As suggestions are ordered; a later place of a source stands on a later page, or on the same.
    fn before(&self, other: &Place, sources: &[&str]) -> Ordering {
        let source = |place: &Place| sources.get(place.source as usize).copied();
        (other.force.total_cmp(&self.force))
            .then_with(|| source(self).cmp(&source(other)))
            .then(self.page.cmp(&other.page))
    }
}

impl Merged<'_> {
    /// All clusters in order.
    pub fn clusters(&self) -> &[Cluster] {
        &self.clusters
    }

    /// The clusters of one criterion, best first.
    pub fn of(&self, criterion: &CriterionId) -> &[Cluster] {
        let own = |cluster: &Cluster| cluster.best().criterion == *criterion;
        let start = self.clusters.iter().position(own).unwrap_or(self.clusters.len());
        let length = self.clusters[start..].iter().take_while(|cluster| own(cluster)).count();
        &self.clusters[start..start + length]
    }

    /// The whole suggestion, with the places where the same words stand.
    pub fn suggestion(&self, cluster: &Cluster) -> Suggestion {
        Suggestion { repeats: self.repeats(cluster), ..cluster.best().clone() }
    }

    /// Where the same words stand elsewhere: sources, with the page where there is one.
    pub fn repeats(&self, cluster: &Cluster) -> Vec<String> {
        let place = |place: &Place| {
            let source = self.sources.get(place.source as usize).copied().unwrap_or_default();
            if place.page > 0 { format!("{source}#page={}", place.page) } else { source.to_owned() }
        };
        cluster.elsewhere.iter().map(place).collect()
    }
}

#[cfg(test)]
#[path = "merge_tests.rs"]
mod tests;
