//! Pages by criteria as a value: what every way of printing it shows.

use crate::links::Links;
use crate::view::{Map, Read, Row};
use capmap_evidence::Cluster;
use capmap_model::{Coverage, CriteriaSet, Criterion, CriterionKind, Grade, Suggestion};
use capmap_score::Step;
use std::cmp::Reverse;
use std::collections::BTreeMap;

/// The matrix.
pub struct Matrix<'a> {
    /// What was asked.
    pub criteria: &'a CriteriaSet,
    /// Pages that were read, by source.
    pub pages: Vec<&'a Read<'a>>,
    /// Inputs that were not read, or not wholly, with those left out on purpose last.
    pub unread: Vec<&'a Read<'a>>,
    /// Capabilities, and supplemental criteria with evidence, in the set's order.
    pub lines: Vec<Line<'a>>,
    /// Passages that stand on several pages, the most frequent first.
    pub same: Vec<Same<'a>>,
}

/// One criterion.
pub struct Line<'a> {
    /// Which.
    pub criterion: &'a Criterion,
    /// The best on any page.
    pub coverage: Coverage,
    /// The best of each page, by its number in `pages`.
    pub cells: BTreeMap<usize, Cell<'a>>,
}

/// What a page says of a criterion.
#[derive(Clone)]
pub struct Cell<'a> {
    /// The best of it. Where the same words stand elsewhere, it is cited once, there.
    pub best: &'a Suggestion,
    /// Opens the page at the words.
    pub link: String,
}

/// The same words on several pages.
pub struct Same<'a> {
    /// The words, as suggested once.
    pub suggestion: &'a Suggestion,
    /// Numbers of the pages.
    pub pages: Vec<usize>,
}

impl<'a> Matrix<'a> {
    /// Of a map.
    pub fn of(map: &'a Map<'_>) -> Matrix<'a> {
        let (pages, mut unread): (Vec<&Read<'_>>, Vec<&Read<'_>>) =
            map.inputs.iter().partition(|read| read.summary.passages.is_some());
        unread.sort_by_key(|read| !read.summary.incomplete());
        let numbers: BTreeMap<&str, usize> =
            pages.iter().enumerate().map(|(i, read)| (read.entry.file.source.as_str(), i)).collect();
        let links = Links::of(map.inputs);
        let line = |row: &'a Row<'_>| {
            let mut cells = BTreeMap::new();
            // Best first: a page keeps the first that it meets.
            for cluster in row.suggestions {
                let cell = Cell { best: cluster.best(), link: links.link(cluster.best()) };
                for page in stands_on(map, cluster, &numbers) {
                    cells.entry(page).or_insert_with(|| cell.clone());
                }
            }
            Line { criterion: row.criterion, coverage: row.coverage, cells }
        };
        let shown = |row: &&Row<'_>| {
            row.criterion.kind == CriterionKind::Capability || row.coverage != Coverage::None
        };
        let lines = map.rows.iter().filter(shown).map(line).collect();
        Matrix { criteria: map.criteria, pages, unread, lines, same: same(map, &numbers) }
    }

    /// The page's address.
    pub fn source(&self, page: usize) -> &'a str {
        &self.pages[page].entry.file.source
    }

    /// Criteria that a page offers, and those that it only names.
    pub fn of_page(&self, page: usize) -> (Vec<&'a Criterion>, Vec<&'a Criterion>) {
        let cells = || self.lines.iter().filter_map(move |line| Some((line, line.cells.get(&page)?)));
        let of = |wanted: fn(Grade) -> bool| -> Vec<&'a Criterion> {
            cells().filter(|(_, cell)| wanted(cell.best.grade)).map(|(line, _)| line.criterion).collect()
        };
        (of(|grade| grade == Grade::Offered), of(|grade| grade == Grade::Topic))
    }

    /// Criteria that no page offers, by points.
    pub fn missing(&self) -> Vec<&Line<'a>> {
        let mut missing: Vec<&Line<'_>> =
            self.lines.iter().filter(|line| line.coverage != Coverage::Offered).collect();
        missing.sort_by_key(|line| Reverse(line.criterion.points.unwrap_or(0)));
        missing
    }

    /// The criterion's name.
    pub fn name<'i>(&'i self, id: &'i capmap_model::CriterionId) -> &'i str {
        self.criteria.get(id).map_or(id.0.as_str(), |criterion| &criterion.name)
    }
}

/// The steps of a route, those that cost least first, and of these the ones that bring most.
pub fn cheapest_first(route: &[Step]) -> Vec<&Step> {
    let mut steps: Vec<&Step> = route.iter().collect();
    steps.sort_by_key(|step| (step.effort, Reverse(step.points)));
    steps
}

/// Numbers of the pages on which a cluster's words stand, in order, each once.
fn stands_on(map: &Map<'_>, cluster: &Cluster, numbers: &BTreeMap<&str, usize>) -> Vec<usize> {
    let elsewhere = map.merged.repeats(cluster);
    let own = std::iter::once(cluster.best().citation.source());
    // A place is a source, with the page behind it where the format has pages.
    let place = |place: &'_ str| {
        let source = place.rsplit_once("#page=").map_or(place, |(source, _)| source);
        numbers.get(source).or_else(|| numbers.get(place)).copied()
    };
    let mut pages: Vec<usize> = own.chain(elsewhere.iter().map(String::as_str)).filter_map(place).collect();
    pages.sort_unstable();
    pages.dedup();
    pages
}

fn same<'a>(map: &'a Map<'_>, numbers: &BTreeMap<&str, usize>) -> Vec<Same<'a>> {
    let clusters = map.rows.iter().flat_map(|row| row.suggestions);
    let several = |cluster: &'a Cluster| {
        let pages = stands_on(map, cluster, numbers);
        (pages.len() > 1).then(|| Same { suggestion: cluster.best(), pages })
    };
    let mut same: Vec<Same<'_>> = clusters.filter_map(several).collect();
    same.sort_by_key(|same| Reverse(same.pages.len()));
    same
}
