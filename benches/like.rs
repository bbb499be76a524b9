//! What the index adds: of the labelled offers that the rules do not suggest as offered, how many stand among the first
//! passages of `like` for their capability, in the dossier of their organization; beside a query of the capability's name
//! and definition alone, and the mean of all random orders.
//!
//! `cargo bench -p capmap-eval --bench like` prints the table of docs/matching.md. No text of a corpus is printed.

#![allow(clippy::print_stdout, clippy::unwrap_used, missing_docs)] // a bench

use capmap_eval::{Corpus, Labelled, read};
use capmap_evidence::{Known, Like, PassageIndex, rank};
use capmap_lexicon::{Lexicon, criteria};
use capmap_model::{BlockKind, CriteriaSet, Criterion, CriterionKind, Finding, Grade, Span, Suggestion};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

const SET: &str = "finops-service-provider-2025";
/// Passages that a person would look through.
const DEPTHS: [usize; 2] = [5, 10];
const PARTS: [&str; 4] = ["fresh", "tune/pemberton-yard", "tune/brackwater", "unseen"];

/// Labelled offers of one capability that are missed.
#[derive(Default)]
struct Missed {
    /// Document and unit of those that nothing suggests.
    unseen: BTreeSet<(usize, usize)>,
    /// How many are suggested as topic or excluded: a person sees them anyway.
    demoted: usize,
}

/// Sums over capabilities and organizations.
#[derive(Default)]
struct Row {
    missed: usize,
    demoted: usize,
    /// By way: how many stand within each depth.
    found: BTreeMap<&'static str, [f64; 2]>,
}

/// An organization's documents with what the rules say of them.
struct Dossier<'a> {
    documents: Vec<&'a Labelled>,
    findings: Vec<Vec<Finding>>,
    suggestions: Vec<Suggestion>,
    index: PassageIndex,
}

fn main() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let (lexicon, set) = (Lexicon::embedded(SET).unwrap(), criteria::embedded(SET).unwrap());
    let asked: Vec<String> = std::env::args().skip(1).filter(|a| !a.starts_with("--")).collect();
    let parts = if asked.is_empty() { PARTS.map(str::to_owned).to_vec() } else { asked };
    println!("| documents | offers missed | suggested otherwise | to find | way | first 5 | first 10 |");
    println!("|---|---|---|---|---|---|---|");
    for part in parts {
        let corpus = read(&root.join("corpora/labelled").join(&part)).unwrap();
        print(&part, &measured(&lexicon, &set, &corpus));
    }
}

fn print(part: &str, row: &Row) {
    for (way, [five, ten]) in &row.found {
        let to_find = row.missed - row.demoted;
        println!(
            "| {part} | {} | {} | {to_find} | {} | {five:.1} | {ten:.1} |",
            row.missed,
            row.demoted,
            &way[2..]
        );
    }
}

fn measured(lexicon: &Lexicon, set: &CriteriaSet, corpus: &Corpus) -> Row {
    let mut row = Row::default();
    let organizations: BTreeSet<&str> = corpus.iter().map(|l| l.organization.as_str()).collect();
    for organization in organizations {
        let folder = tempfile::tempdir().unwrap();
        let own = corpus.iter().filter(|l| l.organization == organization).collect();
        let dossier = Dossier::new(lexicon, set, own, folder.path());
        for criterion in set.criteria.iter().filter(|c| c.kind == CriterionKind::Capability) {
            dossier.seek(criterion, &mut row);
        }
    }
    row
}

impl<'a> Dossier<'a> {
    fn new(lexicon: &Lexicon, set: &CriteriaSet, documents: Vec<&'a Labelled>, folder: &Path) -> Self {
        let findings: Vec<_> = documents.iter().map(|l| lexicon.find(&l.document)).collect();
        let texts: Vec<_> = documents.iter().map(|l| &l.document).collect();
        let suggestions = rank::suggest(set, SET, &texts, &findings);
        let index = PassageIndex::open(folder).unwrap();
        let mut update = index.update().unwrap();
        for document in &texts {
            update.add(&document.source, document).unwrap();
        }
        update.finish(&texts.iter().map(|d| d.source.clone()).collect()).unwrap();
        Dossier { documents, findings, suggestions, index }
    }

    fn seek(&self, criterion: &Criterion, row: &mut Row) {
        let missed = self.missed(criterion);
        row.missed += missed.unseen.len() + missed.demoted;
        row.demoted += missed.demoted;
        let (mut name, mut like, mut after) =
            (Like::to_criterion(criterion), Like::to_criterion(criterion), Like::to_criterion(criterion));
        for suggestion in self.suggestions.iter().filter(|s| s.criterion == criterion.id) {
            let offered = suggestion.grade == Grade::Offered;
            name.know(&suggestion.citation, Known::Other);
            like.know(&suggestion.citation, if offered { Known::Offered } else { Known::Other });
            let right = self.is_offer(suggestion);
            after.know(&suggestion.citation, if right { Known::Confirmed } else { Known::Other });
        }
        let mut note = |way, found: [f64; 2]| {
            let sum = row.found.entry(way).or_default();
            (0..2).for_each(|i| sum[i] += found[i]);
        };
        note("1 like", self.found(&like, &missed));
        note("2 like, once a person has decided all", self.found(&after, &missed));
        note("3 name and definition alone", self.found(&name, &missed));
        note("4 random", self.by_chance(criterion, &missed));
    }

    fn missed(&self, criterion: &Criterion) -> Missed {
        let mut missed = Missed::default();
        for (number, labelled) in self.documents.iter().enumerate() {
            for (unit, labels) in labelled.units.iter().enumerate() {
                let wanted = labels.labels.iter().any(|(slug, grade)| *slug == criterion.id.0 && *grade == 2);
                let block = |f: &&Finding| labelled.document.passages[f.passage].block;
                let own = |f: &&Finding| f.criterion == criterion.id && labels.blocks.contains(&block(f));
                let said: Vec<Grade> = self.findings[number].iter().filter(own).map(|f| f.grade).collect();
                match () {
                    () if !wanted || said.contains(&Grade::Offered) => {}
                    () if said.is_empty() => drop(missed.unseen.insert((number, unit))),
                    () => missed.demoted += 1,
                }
            }
        }
        missed
    }

    /// The document and unit in which a place stands: `at` counts characters.
    fn unit(&self, source: &str, at: usize) -> Option<(usize, usize)> {
        let number = self.documents.iter().position(|l| l.document.source == source)?;
        let labelled = self.documents[number];
        let block = labelled.document.block_at(labelled.document.byte_offset(at)?)?;
        let unit = labelled.units.iter().position(|unit| unit.blocks.contains(&block))?;
        Some((number, unit))
    }

    fn is_offer(&self, suggestion: &Suggestion) -> bool {
        let citation = &suggestion.citation;
        let unit = self.unit(citation.source(), citation.start());
        let labels = unit.map(|(number, unit)| &self.documents[number].units[unit].labels);
        labels.is_some_and(|l| l.iter().any(|(slug, grade)| *slug == suggestion.criterion.0 && *grade == 2))
    }

    fn found(&self, like: &Like, missed: &Missed) -> [f64; 2] {
        let hits = self.index.like(like, DEPTHS[1]).unwrap().hits;
        DEPTHS.map(|depth| {
            let first = hits.iter().take(depth);
            let units: BTreeSet<_> = first.filter_map(|hit| self.unit(&hit.source, hit.start)).collect();
            units.intersection(&missed.unseen).count() as f64
        })
    }

    /// The mean over all orders of the passages that are neither headings nor suggested.
    fn by_chance(&self, criterion: &Criterion, missed: &Missed) -> [f64; 2] {
        let known = |source: &str, span: Span| {
            let own = self.suggestions.iter().filter(|s| s.criterion == criterion.id);
            own.map(|s| &s.citation).any(|c| c.source() == source && c.span().overlaps(span))
        };
        let open = self.documents.iter().map(|labelled| {
            let document = &labelled.document;
            let heading = |b: usize| matches!(document.blocks[b].kind, BlockKind::Heading { .. });
            let passages = document.passages.iter().filter(|p| !heading(p.block));
            passages.filter(|p| !known(&document.source, p.span)).count()
        });
        let open = open.sum::<usize>().max(1);
        DEPTHS.map(|depth| missed.unseen.len() as f64 * (depth as f64 / open as f64).min(1.0))
    }
}
